"""`Dense`: every input is connected to every output."""

from __future__ import annotations

import numpy as np

from . import expect
from .backend import column_sums, dot, like
from .core import Layer, Parameter, fits
from .init import first_weights


class Dense(Layer):
    r"""Fully connected layer.

    .. math:: Z = X W + b, \qquad z_{ni} = b_i + \sum_j x_{nj} w_{ji}

    Rows are samples. Lectures A, B and E write it so; lecture C, like PyTorch's ``Linear``, stores
    the transpose of W and writes Z = X Wᵀ + b. Backward, with dZ the gradient with respect to Z:

    .. math:: dW = X^\top dZ, \qquad db = \sum_n dz_n, \qquad dX = dZ\, W^\top

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and outputs.
    rng : numpy.random.Generator or int, optional
        For the first weights. The biases start at zero.
    init : str or callable
        "glorot", "he", "uniform", "zeros", or a function like those of `nnlib.init`.
    bias : bool
        False: no b, Z = X W.
    dtype : str
        "float64" or "float32". It decides that of the output; X is converted.

    Attributes
    ----------
    W : Parameter, shape (n_in, n_out)
    b : Parameter, shape (n_out,), or None

    Raises
    ------
    ValueError
        If X is not of shape (N, n_in), the gradient not of shape (N, n_out), or an argument is
        none of the above.
    TypeError
        If X holds no numbers.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, 2016, chapter 6.

    Examples
    --------
    >>> layer = Dense(2, 1)
    >>> layer.W.value[...] = [[3.0], [-2.0]]
    >>> layer.b.value[...] = 1.0
    >>> layer([[-1.0, 2.0]])  # 1 + 3 · (−1) − 2 · 2
    array([[-6.]])
    >>> layer.backward(np.array([[1.0]]))  # dX = W transposed
    array([[ 3., -2.]])
    >>> layer.W.grad  # dW = X transposed
    array([[-1.],
           [ 2.]])
    """

    def __init__(self, n_in, n_out, *, rng=None, init="glorot", bias=True, dtype="float64"):
        self.n_in = expect.whole(n_in, "Dense", "n_in", 1)
        self.n_out = expect.whole(n_out, "Dense", "n_out", 1)
        dtype = expect.dtype(dtype, "Dense")
        # Drawn in float64 and then rounded: float32 starts from the same weights.
        W = first_weights(init, self.n_in, self.n_out, expect.generator(rng))
        self.W = Parameter(np.asarray(W, dtype), "W")
        self.b = Parameter(np.zeros(self.n_out, dtype), "b") if bias else None

    def forward(self, x, *, train=False):
        x = like(x, self.W.value)
        if x.ndim != 2 or x.shape[1] != self.n_in:
            raise ValueError(f"Dense expects X of shape (N, {self.n_in}); got {tuple(x.shape)}.")
        self.cache = x
        z = dot(x, self.W.value)
        return z if self.b is None else z + self.b.value

    def backward(self, dz):
        x = self.cache
        # A gradient of another shape makes a product fail. Comparing shapes each time would cost a
        # small network 2 % of its step, so it is done when that has happened.
        try:
            dW, dx = dot(x.T, dz), dot(dz, self.W.value.T)
            db = None if self.b is None else column_sums(dz)
        except Exception:
            fits(dz, (x.shape[0], self.n_out), self)
            raise
        if dx.ndim != 2:  # a vector can pass as a matrix where all sizes are equal
            fits(dz, (x.shape[0], self.n_out), self)
        self.W.grad[...] = dW
        if db is not None:
            self.b.grad[...] = db
        return dx

    def parameters(self):
        return [self.W] if self.b is None else [self.W, self.b]

    @property
    def input_shape(self):
        return (self.n_in,)

    def output_shape(self, shape):
        if shape != (self.n_in,):
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(f"{self} expects X of shape (N, {self.n_in}); it would get ({got}).")
        return (self.n_out,)

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}{'' if self.b is not None else ', bias=False'})"
