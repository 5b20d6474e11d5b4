"""`Dense`: every input is connected to every output."""

from __future__ import annotations

import numpy as np

from .backend import column_sums
from .core import Layer, Parameter
from .init import INITIALISERS


class Dense(Layer):
    r"""Fully connected layer, Z = X W + b.

    Row n of X is one sample: :math:`z_{ni} = b_i + \sum_j x_{nj} w_{ji}`. Lectures A, B and E
    write it so; lecture C, like PyTorch's ``Linear``, stores the transpose, Z = X Wᵀ + b.

    Parameters
    ----------
    n_in, n_out : int
    rng : numpy.random.Generator or int, optional
        For the first weights; the biases start at zero.
    init : str
        "glorot", "he", "uniform" or "zeros", see `nnlib.init`.
    dtype : str
        "float64" or "float32".

    Attributes
    ----------
    W : Parameter of shape (n_in, n_out)
    b : Parameter of shape (n_out,)

    Examples
    --------
    >>> layer = Dense(2, 1)
    >>> layer.W.value[...] = [[3.0], [-2.0]]
    >>> layer.b.value[...] = 1.0
    >>> layer.forward(np.array([[-1.0, 2.0]]))  # 1 + 3·(−1) − 2·2
    array([[-6.]])
    """

    def __init__(self, n_in, n_out, *, rng=None, init="glorot", dtype="float64"):
        for name, n in (("n_in", n_in), ("n_out", n_out)):
            if not isinstance(n, int | np.integer) or n < 1:
                raise ValueError(f"Dense expects {name} to be a whole number ≥ 1. Got {n!r}")
        if init not in INITIALISERS:
            raise ValueError(f"unknown init {init!r}; known: {', '.join(INITIALISERS)}")
        self.n_in, self.n_out = int(n_in), int(n_out)
        values = INITIALISERS[init](self.n_in, self.n_out, np.random.default_rng(rng))
        self.W = Parameter(values.astype(dtype), "W")
        self.b = Parameter(np.zeros(self.n_out, dtype), "b")

    def forward(self, x, *, train=False):
        if x.ndim != 2 or x.shape[1] != self.n_in:
            raise ValueError(f"Dense expects X of shape (N, {self.n_in}); got {tuple(x.shape)}")
        self._cache = x
        return x @ self.W.value + self.b.value

    def backward(self, dy):
        x = self._recall()
        self.b.grad[...] = column_sums(dy)
        self.W.grad[...] = x.T @ dy
        return dy @ self.W.value.T

    def parameters(self):
        return [self.W, self.b]

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out})"
