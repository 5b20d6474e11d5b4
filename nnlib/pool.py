"""Pooling: one number for each window, its largest or its mean; and `Flatten`."""

from __future__ import annotations

import math

from .backend import floats, namespace
from .core import Layer, fits
from .windows import Windows, check_pictures, padding_of, pair


class Pool2D(Layer):
    """Base class of `MaxPool2D` and `AvgPool2D`: windows over each channel by itself.

    Parameters
    ----------
    pool_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        As large as the window if left out, so that no pixel is looked at twice.
    padding : int, (int, int), "same" or "valid"
        At either side; at most half of the window, so that every window sees a pixel.

    Raises
    ------
    ValueError
        If X is not of shape (N, height, width, channels) or too small for the window, the gradient
        not of the shape of the output, or an argument is none of the above.
    TypeError
        If X holds no numbers.
    """

    def __init__(self, pool_size, stride=None, padding=0):
        name = type(self).__name__
        self.pool_size = pair(pool_size, "pool_size", name)
        self.stride = self.pool_size if stride is None else pair(stride, "stride", name)
        self.padding = padding_of(padding, name)
        if self.padding != "same":
            for p, k in zip(self.padding, self.pool_size, strict=True):
                if 2 * p > k:
                    raise ValueError(
                        f"{name} expects padding of at most half of the window, {k // 2}; got {p}."
                    )

    def _windows(self, size):
        return Windows(*size, self.pool_size, self.stride, self.padding, type(self).__name__)

    def output_shape(self, shape):
        if len(shape) != 3:
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(
                f"{self} expects X of shape (N, height, width, channels); got ({got})."
            )
        return (*self._windows(shape[:2]).shape, shape[2])

    def __repr__(self):
        size, stride = ((v[0] if v[0] == v[1] else v) for v in (self.pool_size, self.stride))
        more = "" if stride == size else f", stride={stride}"
        if self.padding != (0, 0):
            both = self.padding
            more += f", padding={both[0] if both[0] == both[1] else both!r}"
        return f"{type(self).__name__}({size}{more})"


class MaxPool2D(Pool2D):
    r"""The largest number of each window.

    .. math:: y = \max_{a, b} x_{si+a,\; sj+b}, \qquad
              dx = dy \text{ where the largest was, 0 elsewhere}

    Of several that are equally large the first gets the gradient, row by row, as in PyTorch. The
    margins count as −∞: they are never the largest.

    Parameters
    ----------
    pool_size, stride, padding
        As for `Pool2D`.

    Examples
    --------
    >>> import numpy as np
    >>> layer = MaxPool2D(2)
    >>> x = np.array([[1.0, 2.0, 0.0], [4.0, 3.0, 0.0]]).reshape(1, 2, 3, 1)
    >>> layer(x).item()  # the third column does not fill a window
    4.0
    >>> layer.backward(np.ones((1, 1, 1, 1)))[0, :, :, 0]
    array([[0., 0., 0.],
           [1., 0., 0.]])
    """

    def forward(self, x, *, train=False):
        x = floats(x)
        check_pictures(x, None, "MaxPool2D")
        windows = self._windows(x.shape[1:3])
        padded = windows.pad(x, -math.inf)
        xp = namespace(x)
        largest = None
        for _, view in windows.views(padded):
            largest = view if largest is None else xp.maximum(largest, view)
        self.cache = windows, padded, largest
        return largest

    def backward(self, dy):
        windows, padded, largest = self.cache
        fits(dy, largest.shape, self)
        xp = namespace(dy)
        dx = xp.zeros(padded.shape, dtype=dy.dtype, device=dy.device)
        left = xp.ones(largest.shape, dtype=xp.bool, device=dy.device)  # not given away yet
        for (_, x), (_, into) in zip(windows.views(padded), windows.views(dx), strict=True):
            here = (x == largest) & left
            left = left & ~here
            into += dy * xp.astype(here, dy.dtype)
        return windows.crop(dx)


class AvgPool2D(Pool2D):
    r"""The mean of each window; backward, each pixel of it gets its share of dy.

    Parameters
    ----------
    pool_size, stride, padding
        As for `Pool2D`.
    count_include_pad : bool
        Whether the zeros of the margins count in the mean.

    Examples
    --------
    >>> import numpy as np
    >>> layer = AvgPool2D(2)
    >>> layer(np.array([[1.0, 2.0], [4.0, 5.0]]).reshape(1, 2, 2, 1)).item()
    3.0
    >>> layer.backward(np.ones((1, 1, 1, 1)))[0, :, :, 0]
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """

    def __init__(self, pool_size, stride=None, padding=0, count_include_pad=True):
        super().__init__(pool_size, stride, padding)
        self.count_include_pad = bool(count_include_pad)

    def forward(self, x, *, train=False):
        x = floats(x)
        check_pictures(x, None, "AvgPool2D")
        windows = self._windows(x.shape[1:3])
        padded = windows.pad(x)
        share = 1 / self._counts(windows, x)
        y = sum(view for _, view in windows.views(padded)) * share
        self.cache = windows, share, padded.shape, y.shape
        return y

    def backward(self, dy):
        windows, share, padded_shape, shape = self.cache
        fits(dy, shape, self)
        xp = namespace(dy)
        dx = xp.zeros(padded_shape, dtype=dy.dtype, device=dy.device)
        dwindow = dy * share
        for _, view in windows.views(dx):
            view += dwindow
        return windows.crop(dx)

    def _counts(self, windows, x):
        """How many numbers there are in each window, shape (1, places down, places across, 1)."""
        xp = namespace(x)
        pixels = xp.ones((1, *x.shape[1:3], 1), dtype=x.dtype, device=x.device)
        padded = windows.pad(pixels, 1.0 if self.count_include_pad else 0.0)
        return sum(view for _, view in windows.views(padded))


class GlobalAvgPool2D(Layer):
    """The mean of each channel over the whole picture: (N, height, width, C) → (N, C).

    Raises
    ------
    ValueError
        If X has another rank, or the gradient is not of shape (N, C).

    References
    ----------
    M. Lin, Q. Chen and S. Yan, Network in network, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> GlobalAvgPool2D()(np.array([1.0, 2.0, 3.0, 6.0]).reshape(1, 2, 2, 1))
    array([[3.]])
    """

    def forward(self, x, *, train=False):
        x = floats(x)
        check_pictures(x, None, "GlobalAvgPool2D")
        self.cache = x.shape
        return namespace(x).mean(x, axis=(1, 2))

    def backward(self, dy):
        n, height, width, channels = self.cache
        fits(dy, (n, channels), self)
        xp = namespace(dy)
        dy = xp.reshape(dy / (height * width), (n, 1, 1, channels))
        return xp.broadcast_to(dy, (n, height, width, channels))

    def output_shape(self, shape):
        if len(shape) != 3:
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(
                f"{self} expects X of shape (N, height, width, channels); got ({got})."
            )
        return shape[2:]


class Flatten(Layer):
    """Each sample as one row: (N, height, width, C) → (N, height · width · C), C fastest.

    Raises
    ------
    ValueError
        If X is a single number, or the gradient not of shape (N, height · width · C).

    Examples
    --------
    >>> import numpy as np
    >>> Flatten()(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[0., 1., 2., 3., 4., 5., 6., 7.]])
    """

    def forward(self, x, *, train=False):
        x = floats(x)
        if x.ndim < 1:
            raise ValueError("Flatten expects X of shape (N, ...); got ().")
        self.cache = x.shape
        return namespace(x).reshape(x, (x.shape[0], math.prod(x.shape[1:])))

    def backward(self, dy):
        shape = self.cache
        fits(dy, (shape[0], math.prod(shape[1:])), self)
        return namespace(dy).reshape(dy, shape)

    def output_shape(self, shape):
        return (math.prod(shape),)
