"""`Conv2D`: one small window of weights, slid over a picture."""

from __future__ import annotations

import numpy as np

from . import expect
from .backend import column_sums, dot, like, namespace
from .core import Layer, Parameter, fits
from .init import first_weights
from .windows import Windows, check_pictures, padding_of, pair


class Conv2D(Layer):
    r"""Convolution of pictures, channels last.

    .. math:: z_{nijo} = b_o + \sum_{a,b,c} x_{n,\; si+a-p,\; sj+b-p,\; c}\; w_{abco}

    Every window of the picture is multiplied by the same weights, number by number, and summed.
    (As in all libraries the kernel is not turned round, as it is in mathematics; what is learned
    does not mind.) Written as a matrix product: with a row of ``columns`` for each place, which
    holds the numbers in the window there, it is Z = columns W + b, and backward is that of `Dense`:

    .. math:: dW = columns^\top dZ, \qquad db = \sum dz, \qquad dcolumns = dZ\, W^\top

    A pixel lies in several windows, so dx is the sum of what it gets from each.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int)
        Steps of the window, down and across.
    padding : int, (int, int), "same" or "valid"
        Rows and columns of zeros at either side. "same": ⌈size / stride⌉ places, and if the number
        of zeros is odd, one more below and on the right; "valid": none.
    rng, init, bias, dtype
        As for `Dense`; ``init`` is asked for (kh · kw · in_channels, out_channels) weights.

    Attributes
    ----------
    W : Parameter, shape (kh, kw, in_channels, out_channels)
        PyTorch stores (out_channels, in_channels, kh, kw).
    b : Parameter, shape (out_channels,), or None

    Raises
    ------
    ValueError
        If X is not of shape (N, height, width, in_channels), or too small for the window, the
        gradient not of the shape of the output, or an argument is none of the above.
    TypeError
        If X holds no numbers.

    References
    ----------
    V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, 2016.

    Examples
    --------
    The difference of neighbours across, which is an edge:

    >>> layer = Conv2D(1, 1, (1, 2))
    >>> layer.W.value[...] = np.reshape([-1.0, 1.0], (1, 2, 1, 1))
    >>> x = np.array([[0.0, 0.0, 5.0, 5.0]]).reshape(1, 1, 4, 1)
    >>> layer(x)[0, :, :, 0]
    array([[0., 5., 0.]])
    >>> layer.backward(np.ones((1, 1, 3, 1)))[0, :, :, 0]  # −1 from the right, +1 from the left
    array([[-1.,  0.,  0.,  1.]])
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        *,
        rng=None,
        init="glorot",
        bias=True,
        dtype="float64",
    ):
        self.in_channels = expect.whole(in_channels, "Conv2D", "in_channels", 1)
        self.out_channels = expect.whole(out_channels, "Conv2D", "out_channels", 1)
        dtype = expect.dtype(dtype, "Conv2D")
        self.kernel_size = pair(kernel_size, "kernel_size", "Conv2D")
        self.stride = pair(stride, "stride", "Conv2D")
        self.padding = padding_of(padding, "Conv2D")
        shape = (*self.kernel_size, self.in_channels, self.out_channels)
        n_in = shape[0] * shape[1] * shape[2]
        W = first_weights(init, n_in, self.out_channels, expect.generator(rng))
        self.W = Parameter(np.asarray(W, dtype).reshape(shape), "W")
        self.b = Parameter(np.zeros(self.out_channels, dtype), "b") if bias else None

    def forward(self, x, *, train=False):
        x = like(x, self.W.value)
        check_pictures(x, self.in_channels, "Conv2D")
        windows = self._windows(x.shape[1:3])
        padded = windows.pad(x)
        xp = namespace(x)
        columns = xp.concat([view for _, view in windows.views(padded)], axis=-1)
        shape = columns.shape
        columns = xp.reshape(columns, (shape[0] * shape[1] * shape[2], shape[3]))
        self.cache = windows, columns, padded.shape, (*shape[:3], self.out_channels)
        z = dot(columns, self._matrix())
        z = z if self.b is None else z + self.b.value
        return xp.reshape(z, (*shape[:3], self.out_channels))

    def backward(self, dz):
        windows, columns, padded_shape, shape = self.cache
        fits(dz, shape, self)
        xp = namespace(dz)
        dz = xp.reshape(dz, (columns.shape[0], self.out_channels))
        if self.b is not None:
            self.b.grad[...] = column_sums(dz)
        self.W.grad[...] = xp.reshape(dot(columns.T, dz), self.W.shape)
        dcolumns = xp.reshape(dot(dz, self._matrix().T), (*shape[:3], columns.shape[1]))
        dx, c = xp.zeros(padded_shape, dtype=dz.dtype, device=dz.device), self.in_channels
        for k, view in windows.views(dx):
            view += dcolumns[..., k * c : (k + 1) * c]
        return windows.crop(dx)

    def _matrix(self):
        """The weights as a matrix, (kh · kw · in_channels, out_channels)."""
        W = self.W.value
        return namespace(W).reshape(W, (-1, self.out_channels))

    def _windows(self, size):
        return Windows(*size, self.kernel_size, self.stride, self.padding, "Conv2D")

    def parameters(self):
        return [self.W] if self.b is None else [self.W, self.b]

    def output_shape(self, shape):
        if len(shape) != 3 or shape[2] != self.in_channels:
            got = ", ".join(["N", *map(str, shape)])
            raise ValueError(
                f"{self} expects X of shape (N, height, width, {self.in_channels}); "
                f"it would get ({got})."
            )
        return (*self._windows(shape[:2]).shape, self.out_channels)

    def __repr__(self):
        more = "" if self.stride == (1, 1) else f", stride={_short(self.stride)}"
        more += "" if self.padding == (0, 0) else f", padding={_short(self.padding)!r}"
        more += "" if self.b is not None else ", bias=False"
        return f"Conv2D({self.in_channels}, {self.out_channels}, {_short(self.kernel_size)}{more})"


def _short(both):
    """One number where both are the same."""
    return both[0] if isinstance(both, tuple) and both[0] == both[1] else both
