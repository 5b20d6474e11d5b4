"""Kernels that people made by hand, before networks learned theirs."""

from __future__ import annotations

import numpy as np

from . import expect


def _binomial(k):
    """1 2 1 for k = 3, 1 4 6 4 1 for k = 5: a small bell."""
    row = np.ones(1)
    for _ in range(k - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def _dot(k):
    kernel = np.zeros((k, k))
    kernel[k // 2, k // 2] = 1.0
    return kernel


def _blur(k):
    return np.full((k, k), 1 / k**2)


def _bell(k):
    return np.outer(_binomial(k), _binomial(k)) / 4.0 ** (k - 1)


def _upright(k):
    slope = np.convolve(_binomial(k - 2), [-1.0, 0.0, 1.0])  # right minus left, smoothed
    return np.outer(_binomial(k), slope) / 4.0 ** (k // 2 - 1)


def _emboss(k):
    kernel = np.zeros((k, k))
    half = k // 2
    for d in range(1, half + 1):
        kernel[half - d, half - d] = -1.0
        kernel[half + d, half + d] = 1.0
    return kernel + _dot(k)


def _diagonal(k, turn):
    i, j = np.indices((k, k)) - k // 2
    return np.sign(j + turn * i) * 1.0


MADE = {
    "the picture itself": _dot,
    "blur (the mean)": _blur,
    "blur (a bell)": _bell,
    "upright edges": _upright,
    "level edges": lambda k: _upright(k).T,
    "edges falling to the right": lambda k: _diagonal(k, -1),
    "edges rising to the right": lambda k: _diagonal(k, 1),
    "edges in all directions": lambda k: k**2 * (_dot(k) - _blur(k)),
    "sharpen": lambda k: 3 * _dot(k) - 2 * _blur(k),
    "emboss": _emboss,
}


def handmade(name: str, k: int = 3) -> np.ndarray:
    r"""A kernel made by hand, to be slid over a picture without being turned round.

    Kernels of edges sum to 0, so that an even patch gives 0; all others sum to 1, so that an even
    patch stays as it is.

    Parameters
    ----------
    name : str
        A key of `MADE`.
    k : int
        Its size, odd and at least 3.

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    ValueError
        If there is none of this name, or k is even or below 3.

    References
    ----------
    I. Sobel and G. Feldman, An isotropic 3 × 3 image gradient operator, 1968.

    Examples
    --------
    The kernel of Sobel and Feldman: right minus left, the middle row twice.

    >>> handmade("upright edges")
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """
    expect.known(name, MADE, "kernel")
    if expect.whole(k, "handmade", "k, which is odd,", 3) % 2 == 0:
        raise ValueError(f"handmade expects k to be odd and at least 3; got {k}.")
    return MADE[name](k)
