r"""Digits drawn by hand: strokes, pictures as MNIST prepares them, a network, and what fools it.

Pictures are arrays (rows, columns) from 0, paper, to 1, ink; row 0 is the upper one.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .activations import ReLU
from .conv import Conv2D
from .core import Sequential
from .data.stored import stored_path
from .dense import Dense
from .dropout import Dropout
from .pool import Flatten, MaxPool2D

SIDE, FITS = 28, 20  # pixels of a side of MNIST's pictures, and of the box its digits fill
NORMS = {"L∞": 1.0, "L2": 28.0}  # how to measure a change, and what from white to black is
PAD = 112  # of a side of the pad one draws on: 4 for each of MNIST's


# -------------------------------------------------------------------------------- drawing


def add_segment(ink, start, end, width) -> None:
    """Draw a straight piece of a stroke, with round ends and a soft edge, into ``ink``.

    Parameters
    ----------
    ink : array (rows, columns)
        Changed in place.
    start, end : (x, y)
        In pixels from the upper left corner, y downwards.
    width : float
        Of the pen, in pixels, above 0.

    Raises
    ------
    ValueError
        If a place is not two finite numbers.
    TypeError
        If the ink is no array.

    Examples
    --------
    >>> ink = np.zeros((3, 5))
    >>> add_segment(ink, (1.5, 1.5), (3.5, 1.5), width=1)
    >>> ink
    array([[0., 0., 0., 0., 0.],
           [0., 1., 1., 1., 0.],
           [0., 0., 0., 0., 0.]])
    """
    expect.made(ink, np.ndarray, "add_segment", "ink to be an array, which it changes")
    x0, y0, x1, y1 = (float(v) for place in (start, end) for v in _place(place))
    r = width / 2 + 0.5
    rows, columns = ink.shape
    left, right = max(0, int(min(x0, x1) - r)), min(columns, int(max(x0, x1) + r) + 1)
    top, bottom = max(0, int(min(y0, y1) - r)), min(rows, int(max(y0, y1) + r) + 1)
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right) + 0.5 - x0
    y = (np.arange(top, bottom) + 0.5 - y0)[:, None]
    dx, dy = x1 - x0, y1 - y0
    # How far along the piece its nearest point is, from 0 at the start to 1 at the end.
    t = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    away = np.hypot(x - t * dx, y - t * dy)
    here = ink[top:bottom, left:right]
    np.maximum(here, np.clip(r - away, 0, 1), out=here)


def draw_strokes(strokes, width=9.0, side=PAD):
    """The picture of some strokes.

    Parameters
    ----------
    strokes : list of lists of (x, y)
        The places the pen went through, in pixels from the upper left corner.
    width : float
        Of the pen, in pixels.

    Returns
    -------
    ndarray, shape (side, side)

    Raises
    ------
    ValueError
        If a place is not two finite numbers, or a size is out of range.
    TypeError
        If the strokes are no lists.

    Examples
    --------
    >>> draw_strokes([[(1, 1), (1, 3)]], width=2, side=4).round(1)
    array([[0.8, 0.8, 0. , 0. ],
           [1. , 1. , 0. , 0. ],
           [1. , 1. , 0. , 0. ],
           [0.8, 0.8, 0. , 0. ]])
    """
    width = expect.number(width, "draw_strokes", "width", above=0)
    side = expect.whole(side, "draw_strokes", "side", 1)
    if isinstance(strokes, str) or not hasattr(strokes, "__iter__"):
        raise TypeError(f"draw_strokes expects a list of strokes; got {expect.shown(strokes)}.")
    ink = np.zeros((side, side))
    for stroke in map(list, strokes):
        for start, end in zip(stroke, stroke[1:] or stroke, strict=False):
            add_segment(ink, start, end, width)
    return ink


def _place(place):
    if len(np.shape(place)) != 1 or len(place) != 2 or not np.isfinite(place).all():
        raise ValueError(f"a stroke expects places (x, y) of finite numbers; got {place}.")
    return place


# -------------------------------------------------------------------------------- as trained on


def _drawing(drawing, who):
    return expect.array(drawing, who, "a drawing", ("rows", "columns"))


def ink_box(drawing):
    """(left, right, top, bottom) of the ink, in pixels; None on white paper.

    Raises a ValueError if the drawing is not (rows, columns) of finite numbers.

    >>> ink_box(np.array([[0, 0, 0], [0, 1, 1]]))
    (1, 3, 1, 2)
    >>> ink_box(np.zeros((2, 2)))
    """
    ink = _drawing(drawing, "ink_box") > 0
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return None
    return int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1


def centre_of_mass(picture):
    """(x, y) of the ink's centre, in pixels from the upper left corner; None on white paper.

    Raises a ValueError if the picture is not (rows, columns) of finite numbers.

    >>> centre_of_mass(np.array([[0.0, 1.0], [0.0, 1.0]]))
    (1.5, 1.0)
    """
    picture = _drawing(picture, "centre_of_mass")
    total = picture.sum()
    if not total > 0:
        return None
    rows, columns = (np.arange(n) + 0.5 for n in picture.shape)
    return float(picture.sum(axis=0) @ columns / total), float(picture.sum(axis=1) @ rows / total)


def as_mnist(drawing):
    r"""A drawing of any size, centred and scaled as the digits of MNIST were.

    The digit is cut out, scaled with its proportions kept until its longer side has 20 pixels,
    and put into 28 × 28 so that its centre of mass is in the middle, or less than a pixel below
    and to the right of it: so it is with every digit of MNIST. Each pixel is the mean of the part
    of the drawing it covers, which is what makes edges soft. With s the scale and t the shift,
    pixel j covers from (j − t)/s to (j + 1 − t)/s of the drawing:

    .. math:: \text{out} = R_y\, \text{drawing}\, R_x^\top, \qquad
              R_{ji} = s \cdot \text{length of } [\tfrac{j-t}{s}, \tfrac{j+1-t}{s}] \cap [i, i+1]

    Parameters
    ----------
    drawing : array (rows, columns)
        From 0, paper, to 1, ink.

    Returns
    -------
    ndarray of float32, shape (28, 28)
        White where there is no ink at all.

    Raises
    ------
    ValueError
        If the drawing is not two-dimensional, or holds NaN.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.

    Examples
    --------
    A bar of 2 × 40 pixels in a corner becomes one of 1 × 20 in the middle:

    >>> drawing = np.zeros((100, 100))
    >>> drawing[60:100, :2] = 1
    >>> picture = as_mnist(drawing)
    >>> ink_box(picture), picture.sum()
    ((14, 15, 4, 24), np.float32(20.0))
    """
    drawing = _drawing(drawing, "as_mnist")
    box = ink_box(drawing)
    if box is None:
        return np.zeros((SIDE, SIDE), np.float32)
    left, right, top, bottom = box
    s = FITS / max(right - left, bottom - top)
    x, y = centre_of_mass(drawing)
    # The box begins on the edge of a pixel. (1e-9: what is a whole number but for rounding is one.)
    tx = np.ceil(SIDE / 2 - s * (x - left) - 1e-9) - s * left
    ty = np.ceil(SIDE / 2 - s * (y - top) - 1e-9) - s * top
    out = _resampling(len(drawing), s, ty) @ drawing @ _resampling(drawing.shape[1], s, tx).T
    return np.clip(out, 0, 1).astype(np.float32)


def _resampling(n, s, t):
    """R (28, n): row j takes the mean over what pixel j covers of n pixels."""
    edges = (np.arange(SIDE + 1) - t) / s
    low, high = edges[:-1, None], edges[1:, None]
    i = np.arange(n)
    return s * np.clip(np.minimum(high, i + 1) - np.maximum(low, i), 0, None)


def moved(pictures, dx=0.0, dy=0.0, angle=0.0, scale=1.0):
    """Pictures shifted, turned about their middle and scaled, each by its own amount if wanted.

    Where a pixel of the result comes from lies between four pixels; it gets their weighted mean.

    Parameters
    ----------
    pictures : array (N, side, side)
    dx, dy : float or array (N,)
        Pixels to the right, and down.
    angle : float or array (N,)
        Degrees, clockwise.
    scale : float or array (N,)
        Above 1: larger.

    Returns
    -------
    ndarray, shape (N, side, side)
        Paper where nothing comes from.

    Raises
    ------
    ValueError
        If the pictures are no squares, a number is not finite, the scale is not above 0, or there
        are neither one nor N of a number.

    Examples
    --------
    >>> moved(np.eye(3)[None], dx=1)[0]
    array([[0., 1., 0.],
           [0., 0., 1.],
           [0., 0., 0.]])
    """
    pictures = expect.numbers(pictures, "moved", "pictures")
    if pictures.ndim != 3 or pictures.shape[1] != pictures.shape[2]:
        raise ValueError(f"moved expects pictures (N, side, side); got {pictures.shape}.")
    n, side = len(pictures), pictures.shape[1]
    by = {}
    for name, v in {"dx": dx, "dy": dy, "angle": angle, "scale": scale}.items():
        v = expect.array(v, "moved", name)
        if v.shape not in ((), (1,), (n,)):
            raise ValueError(f"moved expects {name} of shape ({n},), or a number; got {v.shape}.")
        by[name] = np.broadcast_to(v, n)[:, None, None]
    dx, dy, angle, scale = by.values()
    if not (scale > 0).all():
        raise ValueError(f"moved expects scale to be above 0; got {scale.min():g}.")
    middle = (side - 1) / 2
    y, x = np.arange(side)[:, None] - middle - dy, np.arange(side) - middle - dx
    c, s = np.cos(np.radians(angle)) / scale, np.sin(np.radians(angle)) / scale
    from_x, from_y = c * x + s * y + middle, -s * x + c * y + middle
    j, i = np.floor(from_x).astype(int), np.floor(from_y).astype(int)
    u, v = from_x - j, from_y - i
    # A margin of paper, so that whatever lies outside is found there.
    paper = np.pad(pictures, ((0, 0), (1, 2), (1, 2)))
    j, i = np.clip(j + 1, 0, side + 1), np.clip(i + 1, 0, side + 1)
    one = np.arange(n)[:, None, None]
    upper = (1 - u) * paper[one, i, j] + u * paper[one, i, j + 1]
    lower = (1 - u) * paper[one, i + 1, j] + u * paper[one, i + 1, j + 1]
    return ((1 - v) * upper + v * lower).astype(pictures.dtype)


# -------------------------------------------------------------------------------- the network


def network(rng=0):
    """A small convolutional network for 28 × 28 pictures, with random first weights.

    Twice convolution, ReLU and pooling, then a hidden layer with dropout; 54,314 parameters.

    Returns
    -------
    Sequential
        Takes float32 of shape (N, 28, 28, 1); gives logits (N, 10).

    Raises
    ------
    ValueError
        If rng is no seed.

    References
    ----------
    After LeNet-5: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied
    to document recognition, 1998.
    """
    rng = expect.generator(rng)
    more = dict(rng=rng, init="he", dtype="float32")
    return Sequential(
        Conv2D(1, 8, 5, padding=2, **more),
        ReLU(),
        MaxPool2D(2),
        Conv2D(8, 16, 5, padding=2, **more),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(7 * 7 * 16, 64, **more),
        ReLU(),
        Dropout(0.5, rng=rng),
        Dense(64, 10, **more),
    )


def trained():
    """The network with the weights of assets/handwriting.npz.

    They were learned from the first 8,000 digits of `nnlib.data.mnist` by
    ``python -m benchmarks.handwriting``, which writes them anew; ``data.measured("handwriting")``
    says how many of the 2,000 digits held back it reads.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone.

    Examples
    --------
    >>> trained()(np.zeros((1, 28, 28, 1))).shape
    (1, 10)
    """
    return network().load(stored_path("assets", "handwriting.npz"))


# -------------------------------------------------------------------------------- fooling it


def pixel_gradient(model, picture, towards, away):
    r"""How fast the lead of one class over another grows with every pixel.

    .. math:: g = \frac{\partial (z_\text{towards} - z_\text{away})}{\partial x}

    The weights stay; backward is followed one step further than for training, to the input.

    Parameters
    ----------
    model : Sequential
    picture : array (28, 28)
    towards, away : int

    Returns
    -------
    ndarray, shape (28, 28)

    Raises
    ------
    ValueError
        If the picture has another shape, or a class is none of 0 to 9.
    """
    picture = expect.array(picture, "pixel_gradient", "picture", (SIDE, SIDE))
    for name, k in (("towards", towards), ("away", away)):
        expect.whole(k, "pixel_gradient", f"{name}, a class from 0 to 9,", 0, 9)
    z = model.forward(picture.astype(np.float32)[None, :, :, None])
    dz = np.zeros_like(z)
    dz[0, towards], dz[0, away] = 1, -1
    return model.backward(dz)[0, :, :, 0]


def fool(model, picture, towards, away, size, norm="L∞", steps=10):
    r"""A change of at most a given size that gives one class as much lead over another as it can.

    The size is the largest change of a pixel, ‖δ‖∞, or the length of δ as an arrow,
    ‖δ‖₂ = √Σδ². Of all changes with one size, the one with the fastest growing lead is, to first
    order, ε·sign(g) in the first case and ε·g/‖g‖₂ in the second, with g of `pixel_gradient`.
    The network is no straight line, so it is done in small steps, each followed by a return to
    the allowed size and to pixels from 0 to 1 (projected gradient ascent).

    Parameters
    ----------
    model : Sequential
    picture : array (28, 28)
    towards, away : int
        The class it is to be taken for, and the one it is not.
    size : float
        ε, not negative.
    norm : {"L∞", "L2"}
    steps : int

    Returns
    -------
    ndarray of float32, shape (28, 28)
        δ; the changed picture is picture + δ.

    Raises
    ------
    ValueError
        If there is no such norm, the picture has another shape, a class is none of 0 to 9, or a
        number is out of range.

    References
    ----------
    I. Goodfellow, J. Shlens and C. Szegedy, Explaining and harnessing adversarial examples, 2015.
    A. Madry and others, Towards deep learning models resistant to adversarial attacks, 2018.
    """
    expect.known(norm, NORMS, "norm")
    size, steps = expect.number(size, "fool", "size", 0), expect.whole(steps, "fool", "steps", 1)
    x = expect.array(picture, "fool", "picture", (SIDE, SIDE)).astype(np.float32)
    delta = np.zeros_like(x)
    stride = np.float32(2.5 * size / steps)  # more than enough to walk from end to end
    for _ in range(steps if size > 0 else 0):
        g = pixel_gradient(model, x + delta, towards, away)
        if norm == "L∞":
            delta += stride * np.sign(g)
            delta = np.clip(delta, -size, size)
        else:
            delta += stride * g / max(float(np.linalg.norm(g)), 1e-12)
            delta *= np.float32(min(1.0, size / max(float(np.linalg.norm(delta)), 1e-12)))
        delta = np.clip(x + delta, 0, 1) - x
    return delta.astype(np.float32)


def smallest_fooling(model, picture, towards, away, norm="L∞", most=None, halvings=9):
    """(size, δ) of about the smallest change `fool` finds that makes ``towards`` the answer.

    The size is doubled until it works, then the interval between too small and large enough is
    halved. A cleverer search might find a smaller one: it is an upper limit.

    Returns
    -------
    (float, ndarray) or (inf, None)
        The latter if not even the size ``most`` is enough; 1 for L∞ and 28 for L2 if left out.

    Raises
    ------
    ValueError
        As for `fool`.
    """
    expect.known(norm, NORMS, "norm")
    most = NORMS[norm] if most is None else expect.number(most, "smallest_fooling", "most", above=0)
    picture = expect.array(picture, "smallest_fooling", "picture", (SIDE, SIDE)).astype(np.float32)

    def works(size):
        delta = fool(model, picture, towards, away, size, norm)
        z = model.forward((picture + delta)[None, :, :, None])[0]
        return delta if z.argmax() == towards else None

    low, high = 0.0, most / 64
    while (found := works(high)) is None:
        if high >= most:
            return np.inf, None
        low, high = high, min(2 * high, most)
    for _ in range(halvings):
        middle = (low + high) / 2
        delta = works(middle)
        low, high, found = (middle, high, found) if delta is None else (low, middle, delta)
    return high, found
