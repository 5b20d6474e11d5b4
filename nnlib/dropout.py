"""`Dropout`: while training, silence random units."""

from __future__ import annotations

import numpy as np

from .backend import like
from .core import Layer


class Dropout(Layer):
    r"""y = x · m / (1 − rate) in training, m being 0 with probability ``rate``, else 1.

    The division ("inverted dropout") keeps the expected output the same, so that in evaluation
    nothing has to be done: y = x.

    Parameters
    ----------
    rate : float in [0, 1)
    rng : numpy.random.Generator or int, optional

    Attributes
    ----------
    mask : array or None
        The factors 0 and 1 / (1 − rate) of the last training call.

    Examples
    --------
    >>> layer = Dropout(0.5, rng=0)
    >>> layer.forward(np.ones((1, 6)), train=True)
    array([[2., 0., 0., 0., 2., 2.]])
    >>> layer.forward(np.ones((1, 6)))
    array([[1., 1., 1., 1., 1., 1.]])

    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from
    overfitting", JMLR 15 (2014).
    """

    def __init__(self, rate: float = 0.5, *, rng=None):
        self.rate = rate
        self.rng = np.random.default_rng(rng)
        self.mask = None

    @property
    def rate(self) -> float:
        return self._rate

    @rate.setter
    def rate(self, rate):
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout expects 0 ≤ rate < 1. Got {rate!r}")
        self._rate = float(rate)

    def forward(self, x, *, train=False):
        self.mask = None
        if train and self.rate > 0:
            kept = self.rng.random(tuple(x.shape)) >= self.rate
            self.mask = like(kept / (1 - self.rate), x)
        self._cache = (self.mask,)
        return x if self.mask is None else x * self.mask

    def backward(self, dy):
        (mask,) = self._recall()
        return dy if mask is None else dy * mask

    def __repr__(self):
        return f"Dropout({self.rate})"
