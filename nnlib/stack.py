r"""Many networks of one shape that train side by side: `Stack`, made of `DenseStack` layers.

Twenty small networks trained one after the other spend most of their time between the products, not
in them. Stacked along a first axis they are one network to everything else: the same `Sequential`,
activations, `Dropout` and optimisers serve all of them in one go.

Short names: M the number of networks, N of samples, k of outputs.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .activations import activation as activation_named
from .backend import like
from .core import Layer, Parameter, Sequential, fits
from .dropout import Dropout
from .init import first_weights


class DenseStack(Layer):
    r"""M `Dense` layers side by side, each with its own weights.

    .. math:: Z_m = X_m W_m + b_m, \qquad dW_m = X_m^\top dZ_m, \qquad db_m = \sum_n dz_{mn},
              \qquad dX_m = dZ_m W_m^\top

    Parameters
    ----------
    copies : int
        M.
    n_in, n_out : int
    rng : numpy.random.Generator or int, optional
    init : str or callable
        As for `Dense`, drawn anew for each copy.
    dtype : str

    Attributes
    ----------
    W : Parameter, shape (M, n_in, n_out)
    b : Parameter, shape (M, 1, n_out)

    Raises
    ------
    ValueError
        If X is neither of shape (N, n_in), the same for all copies, nor (M, N, n_in), the gradient
        not of shape (M, N, n_out), or an argument is none of the above.

    Examples
    --------
    Two neurons that know nothing of each other:

    >>> layer = DenseStack(2, 1, 1)
    >>> layer.W.value[:, 0, 0] = [1.0, 10.0]
    >>> layer([[3.0]]).ravel()
    array([ 3., 30.])
    """

    def __init__(self, copies, n_in, n_out, *, rng=None, init="glorot", dtype="float64"):
        self.copies = expect.whole(copies, "DenseStack", "copies", 1)
        self.n_in = expect.whole(n_in, "DenseStack", "n_in", 1)
        self.n_out = expect.whole(n_out, "DenseStack", "n_out", 1)
        rng, dtype = expect.generator(rng), expect.dtype(dtype, "DenseStack")
        W = np.stack([first_weights(init, self.n_in, self.n_out, rng) for _ in range(self.copies)])
        self.W = Parameter(W.astype(dtype), "W")
        self.b = Parameter(np.zeros((self.copies, 1, self.n_out), dtype), "b")

    def forward(self, x, *, train=False):
        x = like(x, self.W.value)
        batch = x.ndim in (2, 3) and x.shape[:-2] in ((), (self.copies,))
        if not batch or x.shape[-1] != self.n_in:
            raise ValueError(
                f"{self} expects X of shape (N, {self.n_in}) or ({self.copies}, N, {self.n_in}); "
                f"got {x.shape}."
            )
        self.cache = x
        return x @ self.W.value + self.b.value

    def backward(self, dz):
        x = self.cache
        fits(dz, (self.copies, x.shape[-2], self.n_out), self)
        self.b.grad[...] = dz.sum(axis=1, keepdims=True)
        self.W.grad[...] = x.swapaxes(-1, -2) @ dz
        dx = dz @ self.W.value.swapaxes(1, 2)
        return dx.sum(axis=0) if x.ndim == 2 else dx  # an x that all share gets all gradients

    def parameters(self):
        return [self.W, self.b]

    def __repr__(self):
        return f"DenseStack({self.copies}, {self.n_in}, {self.n_out})"


class Stack:
    """M networks of one shape, each with its own weights and, if wanted, its own samples.

    Parameters
    ----------
    copies : int
        M.
    sizes : list of int
        Inputs, units of each hidden layer, outputs.
    activation : str
        Of the hidden layers.
    rate : float
        Of the dropout after each hidden layer.
    rng : numpy.random.Generator or int, optional
        For the first weights and all masks.
    init, dtype
        As for `DenseStack`.

    Attributes
    ----------
    model : Sequential
        Takes (N, n_in) or (M, N, n_in), and says (M, N, k).

    Raises
    ------
    ValueError
        If the sizes are no list of at least two, or another argument is none of the above.

    Examples
    --------
    Two lines at once, through y = x and y = −x:

    >>> from nnlib import MSE, SGD
    >>> stack = Stack(2, [1, 1], rng=0)
    >>> sgd = SGD(stack.model.parameters(), lr=0.3)
    >>> x, y = [[-1.0], [1.0]], np.array([[[-1.0], [1.0]], [[1.0], [-1.0]]])
    >>> for _ in range(100):
    ...     losses = stack.step(MSE("none"), sgd, x, y)
    >>> stack.model[0].W.value.ravel().round(3)
    array([ 1., -1.], dtype=float32)
    """

    def __init__(
        self,
        copies,
        sizes,
        *,
        activation="tanh",
        rate=0.0,
        rng=None,
        init="glorot",
        dtype="float32",
    ):
        rng, layers = expect.generator(rng), []
        if not isinstance(sizes, list | tuple) or len(sizes) < 2:
            raise ValueError(
                "Stack expects sizes as a list, [inputs, hidden units …, outputs]; "
                f"got {expect.shown(sizes)}."
            )
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [
                DenseStack(copies, n_in, n_out, rng=rng, init=init, dtype=dtype),
                activation_named(activation),
                Dropout(rate, rng=rng),
            ]
        self.copies, self.model = int(copies), Sequential(*layers[:-2])

    def step(self, loss, optimizer, X, y) -> np.ndarray:
        """One step of gradient descent in every network, on all samples at once.

        Parameters
        ----------
        loss : Loss
            With the reduction "none": each network takes the mean over its own samples.
        optimizer : Optimizer
            Of ``model.parameters()``, which treats every number by itself, as all in nnlib do.
        X : array (N, n_in) or (M, N, n_in)
        y : array (M, N, k), as `Loss.targets` returns it, stacked

        Returns
        -------
        array (M,)
            The losses before the step.

        Raises
        ------
        ValueError
            If X or y does not fit, or the loss has another reduction than "none".
        """
        if loss.reduction != "none":
            raise ValueError(f'Stack expects a loss with the reduction "none"; got {loss!r}.')
        z = self.model.forward(X, train=True)
        rows, N = (-1, z.shape[-1]), z.shape[1]
        y = like(y, z)
        if y.shape != z.shape:
            raise ValueError(f"Stack expects y of shape {z.shape}; got {y.shape}.")
        losses = loss.forward(z.reshape(rows), y.reshape(rows))
        self.model.backward(loss.backward().reshape(z.shape) / N)
        optimizer.step()
        return losses.reshape(self.copies, N, -1).sum(axis=2).mean(axis=1)
