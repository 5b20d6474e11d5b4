r"""Windows that slide over pictures: sizes, padding, and the view of each window cell.

Convolution and pooling look through the same windows; what they share is here. Pictures are
channels last: shape (N, height, width, channels). Short names: k the size of a window, s the
stride, p the padding, each along one axis.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .backend import namespace


def pair(value, name: str, who: str, least: int = 1) -> tuple[int, int]:
    """One whole number for both axes, or two: (along the height, along the width).

    >>> pair(3, "kernel_size", "Conv2D"), pair((3, 5), "kernel_size", "Conv2D")
    ((3, 3), (3, 5))
    """
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    whole = all(isinstance(v, int | np.integer) and not isinstance(v, bool) for v in both)
    if len(both) != 2 or not whole or min(both) < least:
        raise ValueError(
            f"{who} expects {name} to be a whole number of at least {least}, or two of them; "
            f"got {value!r}."
        )
    return int(both[0]), int(both[1])


def padding_of(value, who: str):
    """ "same", "valid", or two whole numbers of at least 0.

    >>> padding_of(1, "Conv2D"), padding_of("same", "Conv2D"), padding_of("valid", "Conv2D")
    ((1, 1), 'same', (0, 0))
    """
    if value == "same":
        return "same"
    if value == "valid":
        return 0, 0
    if isinstance(value, str):
        raise ValueError(
            f"{who} expects padding to be 'same', 'valid', a whole number or two; got {value!r}."
        )
    return pair(value, "padding", who, least=0)


def output_size(size: int, kernel: int, stride: int = 1, padding=0) -> int:
    r"""How many places a window has along one axis.

    .. math:: \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1

    Parameters
    ----------
    size : int
        n, along this axis.
    kernel, stride : int
        k and s.
    padding : int, or "same"
        p at either end; "same" gives ⌈n / s⌉ places.

    Returns
    -------
    int
        0 or less if the window does not fit even once.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    >>> output_size(5, 3), output_size(5, 3, stride=2, padding=1), output_size(28, 5)
    (3, 3, 24)
    >>> output_size(6, 3, stride=2)  # the last column is never looked at
    2
    """
    who = "output_size"
    size, kernel = expect.whole(size, who, "size"), expect.whole(kernel, who, "kernel", 1)
    stride = expect.whole(stride, who, "stride", 1)
    if padding == "same":
        return -(-size // stride)
    return (size + 2 * expect.whole(padding, who, "padding") - kernel) // stride + 1


def margins(size: int, kernel: int, stride: int, padding) -> tuple[int, int]:
    """Cells to add before and after, along one axis. "same" adds the odd one after.

    >>> margins(5, 3, 1, "same"), margins(5, 4, 1, "same"), margins(5, 3, 2, 1)
    ((1, 1), (1, 2), (1, 1))
    """
    if padding != "same":
        return padding, padding
    total = max((output_size(size, kernel, stride, "same") - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Windows:
    """How the windows of a layer lie on pictures of one size.

    Parameters
    ----------
    height, width : int
        Of the picture, without padding.
    kernel, stride : (int, int)
    padding : (int, int), or "same"
    who : str
        The layer, for the error if nothing fits.

    Attributes
    ----------
    shape : (int, int)
        Places of the window, down and across.
    margins : ((int, int), (int, int))
        Rows added above and below, columns added left and right.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> windows = Windows(3, 3, (2, 2), (1, 1), (0, 0), "Conv2D")
    >>> windows.shape
    (2, 2)
    >>> views = [view for _, view in windows.views(x)]
    >>> len(views), views[0][0, :, :, 0].tolist()  # the top left cell of each of the 2 × 2 windows
    (4, [[0.0, 1.0], [3.0, 4.0]])
    """

    def __init__(self, height, width, kernel, stride, padding, who):
        both = (padding, padding) if padding == "same" else padding
        sizes = height, width
        self.kernel, self.stride = kernel, stride
        self.shape = tuple(map(output_size, sizes, kernel, stride, both))
        self.margins = tuple(map(margins, sizes, kernel, stride, both))
        if min(self.shape) < 1:
            k, (p, q) = kernel, both
            raise ValueError(
                f"{who} expects pictures of at least {max(k[0] - 2 * p, 1)} × "
                f"{max(k[1] - 2 * q, 1)}: its window is {k[0]} × {k[1]} with padding "
                f"{p} and {q}; got {height} × {width}."
            )

    def pad(self, x, value: float = 0.0):
        """The pictures with their margins filled with ``value``."""
        (top, bottom), (left, right) = self.margins
        if not (top or bottom or left or right):
            return x
        n, height, width, channels = x.shape
        shape = (n, height + top + bottom, width + left + right, channels)
        xp = namespace(x)
        padded = xp.full(shape, value, dtype=x.dtype, device=x.device)
        padded[:, top : top + height, left : left + width, :] = x
        return padded

    def crop(self, padded):
        """The pictures without their margins: what `pad` added is taken away."""
        (top, bottom), (left, right) = self.margins
        _, height, width, _ = padded.shape
        return padded[:, top : height - bottom, left : width - right, :]

    def views(self, padded):
        """For each cell of the window, row by row: its number, and what it sees in every place.

        The views have shape (N, places down, places across, channels) and share memory with
        ``padded``: adding to one adds to the picture.
        """
        (down, across), (s, t) = self.shape, self.stride
        for a in range(self.kernel[0]):
            for b in range(self.kernel[1]):
                yield (
                    a * self.kernel[1] + b,
                    padded[:, a : a + s * (down - 1) + 1 : s, b : b + t * (across - 1) + 1 : t, :],
                )


def check_pictures(x, channels, who: str) -> None:
    """Refuse what is not (N, height, width, channels); any number of channels if None."""
    if x.ndim != 4 or (channels is not None and x.shape[3] != channels):
        wanted = "channels" if channels is None else channels
        hint = ""
        if x.ndim == 4 and x.shape[1] == channels:
            hint = " Channels come last: x.transpose(0, 2, 3, 1)."
        elif x.ndim == 3:
            hint = (
                " One picture is a batch of one, and grey is one channel: x[None] or x[..., None]."
            )
        raise ValueError(
            f"{who} expects X of shape (N, height, width, {wanted}); got {tuple(x.shape)}.{hint}"
        )


def receptive_field(layers) -> list[dict]:
    r"""What one number after each layer has seen of the picture, along the height.

    With each layer of kernel k and stride s the field grows by (k − 1) times the distance between
    neighbours so far, and that distance is multiplied by s.

    Parameters
    ----------
    layers : iterable of Layer
        Those with a ``kernel_size`` or ``pool_size`` count; others leave the field as it is.

    Returns
    -------
    list of dict
        One for each layer that counts: ``layer``, ``field`` (pixels) and ``step`` (pixels from one
        number to its neighbour).

    Raises
    ------
    TypeError
        If something is no layer.

    Examples
    --------
    >>> from nnlib import Conv2D, MaxPool2D
    >>> [row["field"] for row in receptive_field([Conv2D(1, 8, 3), MaxPool2D(2), Conv2D(8, 16, 3)])]
    [3, 4, 8]
    """
    field, step, rows = 1, 1, []
    if not hasattr(layers, "__iter__"):
        raise TypeError(f"receptive_field expects a list of layers; got {expect.shown(layers)}.")
    for layer in layers:
        if isinstance(layer, type) or not hasattr(layer, "forward"):
            raise TypeError(f"receptive_field expects layers; got {expect.shown(layer)}.")
        size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if size is None:
            continue
        field += (size[0] - 1) * step
        step *= layer.stride[0]
        rows.append({"layer": layer, "field": field, "step": step})
    return rows
