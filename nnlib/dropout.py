"""`Dropout`: while training, silence random units."""

from __future__ import annotations

from . import expect
from .backend import floats, like
from .core import Layer, fits


class Dropout(Layer):
    r"""Sets each number to 0 with probability ``rate`` while training, and scales up the others.

    .. math:: y = x \cdot m, \qquad m = 0 \text{ with probability } r,
              \text{ else } \tfrac{1}{1 - r}

    The scaling ("inverted dropout") keeps the expected output the same, so that nothing is left to
    do in evaluation: y = x there.

    Parameters
    ----------
    rate : float
        r, at least 0 and below 1. May be changed at any time.
    rng : numpy.random.Generator or int, optional

    Attributes
    ----------
    mask : array of the shape of x, or None
        m of the last call; None if that dropped nothing by design.

    Raises
    ------
    ValueError
        If the rate is not in [0, 1), or the gradient has not the shape of x.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, Dropout: a simple
    way to prevent neural networks from overfitting, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dropout(0.5, rng=0)
    >>> layer(np.ones((1, 6)), train=True)
    array([[2., 0., 0., 0., 2., 2.]])
    >>> layer(np.ones((1, 6)))
    array([[1., 1., 1., 1., 1., 1.]])
    """

    def __init__(self, rate: float = 0.5, *, rng=None):
        self.rate = rate
        self.rng = expect.generator(rng)
        self.mask = None

    @property
    def rate(self) -> float:
        return self._rate

    @rate.setter
    def rate(self, rate):
        self._rate = expect.number(rate, "Dropout", "rate", 0, below=1)

    def forward(self, x, *, train=False):
        x = floats(x)
        mask = None
        if train and self.rate > 0:
            kept = self.rng.random(tuple(x.shape)) >= self.rate
            mask = like(kept / (1 - self.rate), x)
        self.cache = self.mask = mask
        return x if mask is None else x * mask

    def backward(self, dy):
        mask = self.cache
        if mask is None:
            return dy
        fits(dy, mask.shape, self)
        return dy * mask

    def output_shape(self, shape):
        return shape

    def __repr__(self):
        return f"Dropout({self.rate:g})"
