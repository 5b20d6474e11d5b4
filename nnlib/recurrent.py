r"""Recurrent layers: `RNN`, `LSTM`, `GRU`, and `LastStep`.

A recurrent layer goes through a sequence step by step, with the same weights at every step, and
carries a state h from each step to the next. X has shape (N, T, n_in): N sequences of T steps. The
output holds the state after every step, shape (N, T, n_hidden).

Backward goes through the steps in reverse ("backpropagation through time"): what arrives at h_t is
the gradient of the output at t, and what comes back from step t + 1. The gradients of the weights
are sums over the steps, because all steps share them.

Short names: ``x`` input, ``h`` state, ``a`` the sums before an activation, ``t`` a step.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .activations import activation
from .backend import dot, floats, like, namespace
from .core import Layer, Parameter, fits
from .init import first_weights


class Recurrent(Layer):
    """Base class: the weights, the loop over the steps, and the sums over the steps.

    A subclass says how many blocks of n_hidden sums a step has (``BLOCKS``), makes one step
    (`_step`), and goes back through it, right below (`_back`).

    Parameters
    ----------
    n_in, n_hidden : int
        Numbers that come in at each step, and numbers of the state.
    rng, init, dtype
        As for `Dense`.

    Attributes
    ----------
    W : Parameter, shape (n_in, BLOCKS · n_hidden)
        From the input.
    U : Parameter, shape (n_hidden, BLOCKS · n_hidden)
        From the state of the step before.
    b : Parameter, shape (BLOCKS · n_hidden,)
    dh : array (N, T, n_hidden)
        After `backward`: the gradient with respect to the state after each step, all later steps
        included. How it grows or shrinks towards t = 0 says how far back the layer can learn.
    parts : dict of str to array (N, T, n_hidden)
        After `forward`: what the gates said at every step, by name; empty for `RNN`.

    Raises
    ------
    ValueError
        If X is not of shape (N, T, n_in) with T of at least 1, the gradient not of shape
        (N, T, n_hidden), or an argument is none of the above.
    TypeError
        If X holds no numbers.
    """

    BLOCKS = 1
    PARTS: tuple[str, ...] = ()

    def __init__(self, n_in, n_hidden, *, rng=None, init="glorot", dtype="float64"):
        who = type(self).__name__
        self.n_in = expect.whole(n_in, who, "n_in", 1)
        self.n_hidden = expect.whole(n_hidden, who, "n_hidden", 1)
        rng, dtype = expect.generator(rng), expect.dtype(dtype, who)
        # Block by block, so that each has the spread of a layer of its own size.
        W, U = (
            np.concatenate(
                [first_weights(init, n, self.n_hidden, rng) for _ in range(self.BLOCKS)], axis=1
            )
            for n in (self.n_in, self.n_hidden)
        )
        self.W = Parameter(np.asarray(W, dtype), "W")
        self.U = Parameter(np.asarray(U, dtype), "U")
        self.b = Parameter(np.zeros(W.shape[1], dtype), "b")

    def start(self, x):
        """The state before the first step: zeros. A tuple, for `LSTM` carries two arrays."""
        xp = namespace(x)
        return (xp.zeros((x.shape[0], self.n_hidden), dtype=x.dtype, device=x.device),)

    def step(self, x, state=None):
        """One step alone, where the next input is not known before: as when a network writes.

        Parameters
        ----------
        x : array (N, n_in)
        state : tuple, optional
            What the step before returned; left out, the state before the first step.

        Returns
        -------
        tuple of array (N, n_hidden)
            The new state, h first. (`backward` knows nothing of it.)

        Examples
        --------
        >>> layer = RNN(1, 1, activation="linear")
        >>> layer.W.value[...], layer.U.value[...] = 1.0, 0.5
        >>> state = layer.step([[1.0]])
        >>> layer.step([[2.0]], state)[0]  # 2 + ½ · 1
        array([[2.5]])
        """
        x = like(x, self.W.value)
        if x.ndim != 2 or x.shape[1] != self.n_in:
            raise ValueError(
                f"{type(self).__name__}.step expects x of shape (N, {self.n_in}); "
                f"got {tuple(x.shape)}."
            )
        state = self.start(x) if state is None else state
        return self._step(dot(x, self.W.value) + self.b.value, state)[0]

    def _step(self, a, state):
        """From the sums W x + b of a step and the state: the new state, and what `_back` needs."""
        raise NotImplementedError

    def _back(self, dstate, kept):
        """From the gradient of the new state: that of the sums, of the old state, and of U."""
        raise NotImplementedError

    def forward(self, x, *, train=False):
        x = like(x, self.W.value)
        if x.ndim != 3 or x.shape[2] != self.n_in or x.shape[1] < 1:
            raise ValueError(
                f"{type(self).__name__} expects X of shape (N, T, {self.n_in}), T of at least 1; "
                f"got {tuple(x.shape)}."
            )
        xp, (n, steps, _) = namespace(x), x.shape
        # The part that needs no state is one product for all steps.
        rows = xp.reshape(x, (n * steps, self.n_in))
        a = xp.reshape(dot(rows, self.W.value) + self.b.value, (n, steps, self.W.shape[1]))
        state, states, kept = self.start(x), [], []
        for t in range(steps):
            state, needed = self._step(a[:, t, :], state)
            states.append(state[0])
            kept.append(needed)
        self.parts = {
            name: xp.stack([needed[k] for needed in kept], axis=1)
            for k, name in enumerate(self.PARTS)
        }
        self.cache = rows, kept, (n, steps)
        return xp.stack(states, axis=1)

    def backward(self, dy):
        rows, kept, (n, steps) = self.cache
        fits(dy, (n, steps, self.n_hidden), self)
        xp = namespace(dy)
        self.U.grad[...] = xp.zeros_like(self.U.value)
        dstate, das, dhs = None, [], []
        for t in reversed(range(steps)):
            dh = dy[:, t, :]
            if dstate is None:
                dstate = (dh, *(xp.zeros_like(dh) for _ in self.start(dy)[1:]))
            else:
                dstate = (dh + dstate[0], *dstate[1:])
            dhs.append(dstate[0])
            da, dstate = self._back(dstate, kept[t])
            das.append(da)
        self.dh = xp.stack(dhs[::-1], axis=1)
        da = xp.reshape(xp.stack(das[::-1], axis=1), (n * steps, self.W.shape[1]))
        self.W.grad[...] = dot(rows.T, da)
        self.b.grad[...] = xp.sum(da, axis=0)
        return xp.reshape(dot(da, self.W.value.T), (n, steps, self.n_in))

    def parameters(self):
        return [self.W, self.U, self.b]

    def output_shape(self, shape):
        if len(shape) != 2 or shape[1] != self.n_in:
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(
                f"{self} expects X of shape (N, T, {self.n_in}); it would get ({got})."
            )
        return (shape[0], self.n_hidden)

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in}, {self.n_hidden})"


class RNN(Recurrent):
    r"""The plain recurrent layer (Elman 1990).

    .. math:: h_t = g(x_t W + h_{t-1} U + b), \qquad h_0 = 0

    Backward, with da_t the gradient with respect to the sum in the brackets:

    .. math:: da_t = dh_t \odot g'(a_t), \quad dU = \sum_t h_{t-1}^\top da_t, \quad
              dh_{t-1} \mathrel{+}= da_t\, U^\top

    Parameters
    ----------
    n_in, n_hidden, rng, init, dtype
        As for `Recurrent`.
    activation : str
        g, a name from `nnlib.ACTIVATIONS`.

    References
    ----------
    J. Elman, Finding structure in time, 1990.

    Examples
    --------
    One number that adds up what comes in, and forgets half of what it had:

    >>> layer = RNN(1, 1, activation="linear")
    >>> layer.W.value[...], layer.U.value[...] = 1.0, 0.5
    >>> x = np.array([[[1.0], [2.0], [4.0]]])
    >>> layer(x)[0, :, 0]  # 1, 2 + ½ · 1, 4 + ½ · 2.5
    array([1.  , 2.5 , 5.25])
    >>> dx = layer.backward(np.array([[[0.0], [0.0], [1.0]]]))  # of the last state alone
    >>> dx[0, :, 0]  # the first input has come through two steps
    array([0.25, 0.5 , 1.  ])
    """

    def __init__(self, n_in, n_hidden, activation="tanh", **more):
        super().__init__(n_in, n_hidden, **more)
        self.g = _curve(activation)

    def _step(self, a, state):
        (h,) = state
        a = a + dot(h, self.U.value)
        return (self.g.value(a),), (h, a)

    def _back(self, dstate, kept):
        (dh,), (h, a) = dstate, kept
        da = dh * self.g.derivative(a)
        self.U.grad[...] += dot(h.T, da)
        return da, (dot(da, self.U.value.T),)

    def __repr__(self):
        name = type(self.g).__name__.lower()
        more = "" if name == "tanh" else f", {name!r}"
        return f"RNN({self.n_in}, {self.n_hidden}{more})"


class LSTM(Recurrent):
    r"""Long short-term memory: a cell c that is added to, and gates that say when.

    .. math:: i, f, o = \sigma(x_t W_\ast + h_{t-1} U_\ast + b_\ast), \qquad
              g = \tanh(x_t W_g + h_{t-1} U_g + b_g)

    .. math:: c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh c_t

    The columns of W, U and b hold the blocks i, f, g, o in this order, as in PyTorch. The biases of
    the forget gate start at ``forget_bias``, so that a new layer remembers.

    Parameters
    ----------
    n_in, n_hidden, rng, init, dtype
        As for `Recurrent`.
    forget_bias : float

    References
    ----------
    S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997; the forget gate: F. Gers,
    J. Schmidhuber and F. Cummins, Learning to forget, 2000.

    Examples
    --------
    >>> layer = LSTM(1, 1, init="zeros", forget_bias=0.0)
    >>> layer(np.ones((1, 2, 1)))[0, :, 0]  # all gates ½, nothing to add
    array([0., 0.])
    >>> sorted(layer.parts)
    ['candidate', 'cell', 'forget', 'input', 'output']
    """

    BLOCKS = 4
    PARTS = ("input", "forget", "candidate", "output", "cell")

    def __init__(self, n_in, n_hidden, *, forget_bias=1.0, **more):
        super().__init__(n_in, n_hidden, **more)
        forget_bias = expect.number(forget_bias, "LSTM", "forget_bias")
        self.b.value[self.n_hidden : 2 * self.n_hidden] = forget_bias

    def start(self, x):
        (h,) = super().start(x)
        return h, namespace(h).zeros_like(h)

    def _step(self, a, state):
        h, c = state
        ai, af, ag, ao = _blocks(a + dot(h, self.U.value), 4)
        i, f, g, o = _sigmoid(ai), _sigmoid(af), _tanh(ag), _sigmoid(ao)
        new = f * c + i * g
        tanh = _tanh(new)
        return (o * tanh, new), (i, f, g, o, new, tanh, h, c)

    def _back(self, dstate, kept):
        i, f, g, o, _, tanh, h, c = kept
        dh, dc = dstate
        dc = dc + dh * o * (1 - tanh * tanh)
        da = namespace(dh).concat(
            [
                dc * g * i * (1 - i),
                dc * c * f * (1 - f),
                dc * i * (1 - g * g),
                dh * tanh * o * (1 - o),
            ],
            axis=1,
        )
        self.U.grad[...] += dot(h.T, da)
        return da, (dot(da, self.U.value.T), dc * f)


class GRU(Recurrent):
    r"""Gated recurrent unit: the state is mixed with a candidate; no separate cell.

    .. math:: r, z = \sigma(x_t W_\ast + h_{t-1} U_\ast + b_\ast), \qquad
              n = \tanh(x_t W_n + b_n + r \odot (h_{t-1} U_n + c))

    .. math:: h_t = (1 - z) \odot n + z \odot h_{t-1}

    The columns of W, U and b hold the blocks r, z, n in this order, as in PyTorch.

    Parameters
    ----------
    n_in, n_hidden, rng, init, dtype
        As for `Recurrent`.

    Attributes
    ----------
    c : Parameter, shape (n_hidden,)
        The bias inside the bracket that the reset gate r multiplies.

    References
    ----------
    K. Cho et al., Learning phrase representations using RNN encoder-decoder, 2014; with r behind
    the product, as here and in PyTorch: cuDNN.

    Examples
    --------
    >>> layer = GRU(1, 1, init="zeros")
    >>> layer.b.value[2] = 10.0  # the candidate is tanh 10, nearly 1
    >>> layer(np.zeros((1, 3, 1)))[0, :, 0].round(3)  # halfway to it at each step
    array([0.5  , 0.75 , 0.875])
    """

    BLOCKS = 3
    PARTS = ("reset", "update", "candidate")

    def __init__(self, n_in, n_hidden, **more):
        super().__init__(n_in, n_hidden, **more)
        self.c = Parameter(np.zeros(self.n_hidden, self.b.value.dtype), "c")

    def parameters(self):
        return [*super().parameters(), self.c]

    def _step(self, a, state):
        (h,) = state
        (ar, az, an), (hr, hz, hn) = _blocks(a, 3), _blocks(dot(h, self.U.value), 3)
        r, z, hn = _sigmoid(ar + hr), _sigmoid(az + hz), hn + self.c.value
        n = _tanh(an + r * hn)
        return ((1 - z) * n + z * h,), (r, z, n, hn, h)

    def _back(self, dstate, kept):
        r, z, n, hn, h = kept
        (dh,) = dstate
        dn = dh * (1 - z) * (1 - n * n)
        dr, dz = dn * hn * r * (1 - r), dh * (h - n) * z * (1 - z)
        dhn = dn * r
        concat = namespace(dh).concat
        du = concat([dr, dz, dhn], axis=1)  # of the sums that come from the state
        self.U.grad[...] += dot(h.T, du)
        self.c.grad[...] += namespace(dh).sum(dhn, axis=0)
        return concat([dr, dz, dn], axis=1), (dh * z + dot(du, self.U.value.T),)

    def backward(self, dy):
        self.c.grad[...] = namespace(self.c.value).zeros_like(self.c.value)
        return super().backward(dy)


class LastStep(Layer):
    """The state after the last step: (N, T, n) → (N, n), for one answer to a whole sequence.

    Raises
    ------
    ValueError
        If X has another rank or no steps, or the gradient is not of shape (N, n).

    Examples
    --------
    >>> LastStep()(np.array([[[1.0], [2.0], [3.0]]]))
    array([[3.]])
    """

    def forward(self, x, *, train=False):
        x = floats(x)
        if x.ndim != 3 or x.shape[1] < 1:
            raise ValueError(
                f"LastStep expects X of shape (N, T, n), T of at least 1; got {tuple(x.shape)}."
            )
        self.cache = x.shape
        return x[:, -1, :]

    def backward(self, dy):
        shape = self.cache
        fits(dy, (shape[0], shape[2]), self)
        dx = namespace(dy).zeros(shape, dtype=dy.dtype, device=dy.device)
        dx[:, -1, :] = dy
        return dx

    def output_shape(self, shape):
        if len(shape) != 2:
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(f"LastStep expects X of shape (N, T, n); it would get ({got}).")
        return shape[1:]


class EveryStep(Layer):
    """Each step as a sample of its own: (N, T, n) → (N · T, n), for an answer at every step.

    What follows is an ordinary `Dense` layer; the targets are those of all steps of the first
    sequence, then of the second, and so on.

    Raises
    ------
    ValueError
        If X has another rank, or the gradient is not of shape (N · T, n).

    Examples
    --------
    >>> EveryStep()(np.array([[[1.0], [2.0]], [[3.0], [4.0]]]))
    array([[1.],
           [2.],
           [3.],
           [4.]])
    """

    def forward(self, x, *, train=False):
        x = floats(x)
        if x.ndim != 3:
            raise ValueError(f"EveryStep expects X of shape (N, T, n); got {tuple(x.shape)}.")
        self.cache = x.shape
        return namespace(x).reshape(x, (x.shape[0] * x.shape[1], x.shape[2]))

    def backward(self, dy):
        shape = self.cache
        fits(dy, (shape[0] * shape[1], shape[2]), self)
        return namespace(dy).reshape(dy, shape)

    def output_shape(self, shape):
        return shape[1:]


def _curve(name):
    found = activation(name)
    if not hasattr(found, "derivative") or found.trainable:
        raise ValueError(
            f"RNN expects an activation that acts on each number and learns nothing; got {name!r}."
        )
    return found


def _blocks(a, n):
    """A matrix (N, n · h) in n parts of h columns."""
    h = a.shape[1] // n
    return [a[:, k * h : (k + 1) * h] for k in range(n)]


_sigmoid, _tanh = activation("sigmoid").value, activation("tanh").value
