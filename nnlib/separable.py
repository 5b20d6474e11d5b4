r"""How far samples lie from a line, and what that says about learning it.

`widest_margin` finds the line with the most room, or that there is none; `mistake_bound` is the
theorem of Novikoff, which needs it; `parted` makes samples with as much room as is wanted.

Short names: w, b weights and bias of a line wᵀx + b = 0, γ its margin, t = 2y − 1 = ±1 the label.
"""

from typing import NamedTuple

import numpy as np

from . import expect
from .perceptron import check_labels


def signed_distance(X, w, b=0.0):
    r"""How far points lie from the line (plane, ...) wᵀx + b = 0.

    .. math:: d = \frac{w^\top x + b}{\lVert w \rVert}

    Positive on the side w points to. In the units of x, however w and b are scaled.

    Parameters
    ----------
    X : array_like, shape (N, n) or (n,)
    w : array_like, shape (n,)
    b : float

    Returns
    -------
    ndarray, shape (N,), or float

    Raises
    ------
    ValueError
        If w = 0, which has no direction, or the shapes do not fit.

    Examples
    --------
    >>> signed_distance([2, 1], w=[3, 4], b=5)
    3.0
    """
    who = "signed_distance"
    X, w = expect.array(X, who, "X"), expect.array(w, who, "w")
    if w.ndim != 1 or X.ndim not in (1, 2) or X.shape[-1] != w.size:
        raise ValueError(
            f"signed_distance expects X of shape (N, n) and w of shape (n,); got {X.shape} "
            f"and {w.shape}."
        )
    length = np.sqrt(w @ w)
    if length == 0:
        raise ValueError("signed_distance expects a w other than 0: only its direction counts.")
    d = (X @ w + b) / length
    return d if d.ndim else float(d)


class MistakeBound(NamedTuple):
    """Novikoff's bound and what it is made of; see `mistake_bound`."""

    bound: float
    R: float
    gamma: float


def mistake_bound(X, y, w=None, b=0.0):
    r"""How many mistakes Rosenblatt's rule can make at most on separable data (Novikoff, 1962).

    .. math:: \text{mistakes} \le \left(\frac{R}{\gamma}\right)^2, \quad
              R = \max_i \lVert \tilde x_i \rVert, \quad
              \gamma = \min_i \frac{t_i\, \tilde w^\top \tilde x_i}{\lVert \tilde w \rVert}

    with t = 2y − 1. The bias is a weight like the others, of an input that is always 1:
    x̃ = (x, 1) and w̃ = (w, b). So R is at least 1, and γ is the margin in that space of one
    dimension more, not the distance in the plane. The bound holds for a `Perceptron` that starts
    from 0, in whatever order, as often as it sees the samples; another separating w̃ gives another
    bound, the one with the largest γ the best.

    Parameters
    ----------
    X : ndarray, shape (N, n)
    y : ndarray, shape (N,)
        0 or 1.
    w : array_like, shape (n,), optional
    b : float
        A line that separates the data; if left out, that of `widest_margin`.

    Returns
    -------
    MistakeBound
        ``bound``, ``R`` and ``gamma``.

    Raises
    ------
    ValueError
        If w and b do not separate the data strictly, if nothing does, or as for `widest_margin`.

    Examples
    --------
    x̃ = (±1, 1), so R² = 2; w̃ = (1, 0) has γ = 1.

    >>> mistake_bound([[1], [-1]], [1, 0], w=[1])
    MistakeBound(bound=2.0, R=1.414..., gamma=1.0)
    >>> from nnlib import Perceptron
    >>> Perceptron(1).fit([[1], [-1]], [1, 0]).mistakes
    1
    """
    signed = _signed_rows(X, y)
    if w is None:
        found = widest_margin(X, y)
        if found is None:
            raise ValueError("mistake_bound expects data that a line separates; none does.")
        w, b = found
    margins = signed_distance(signed, np.append(np.asarray(w, dtype=float), b))
    gamma = float(margins.min())
    if gamma <= 0:
        wrong = int((margins <= 0).sum())
        raise ValueError(
            f"mistake_bound expects a line that separates the data; {wrong} of {len(signed)} "
            "samples lie on the wrong side, or on it."
        )
    squared = float((signed**2).sum(axis=1).max())
    return MistakeBound(squared / gamma**2, squared**0.5, gamma)


def widest_margin(X, y):
    r"""The line with the largest γ of `mistake_bound`, or None if no line separates the data.

    With a minus for class 0 the samples are the vectors :math:`t_i \tilde x_i`, and a line
    separates the classes if it has all of them on one side. Of the mixtures
    :math:`\sum_i a_i t_i \tilde x_i`, where :math:`a_i \ge 0` and :math:`\sum_i a_i = 1`, the
    shortest one *is* the best w̃, and its length is γ. If its length is 0, no w̃ can exist: it
    would have to be positive on a mixture that is 0.

    Parameters
    ----------
    X : array_like, shape (N, n)
    y : array_like, shape (N,)
        0 or 1.

    Returns
    -------
    (w, b) or None
        w of shape (n,), of such a length that ‖(w, b)‖ = γ.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is not 0 or 1, there is no sample, or X holds NaN.
    TypeError
        If X or y holds no numbers.

    References
    ----------
    P. Wolfe, Finding the nearest point in a polytope, 1976: the method.

    Examples
    --------
    The points 2 (class 1) and 0 (class 0) are the vectors (2, 1) and (0, −1); a quarter of the
    first and three quarters of the second mix to (0.5, −0.5): w = 0.5, b = −0.5.

    >>> w, b = widest_margin([[2], [0]], [1, 0])
    >>> print(w.round(6), round(b, 6))
    [0.5] -0.5

    XOR: (0, 1) + (1, 0) − (0, 0) − (1, 1) = 0, and with the ones of the bias it is 0 too.

    >>> widest_margin([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]) is None
    True
    """
    V = _signed_rows(X, y)
    lengths = (V**2).sum(axis=1)
    tiny = 1e-12 * lengths.max()
    chosen, a = [int(lengths.argmin())], np.ones(1)  # the rows that are mixed, and how much of each
    while True:
        mixture = a @ V[chosen]
        ahead = V @ mixture
        new = int(ahead.argmin())
        if mixture @ mixture <= tiny:
            return None
        if new in chosen or ahead[new] >= mixture @ mixture - tiny:
            return (mixture[:-1], float(mixture[-1])) if ahead[new] > 0 else None
        chosen, a = [*chosen, new], np.append(a, 0.0)
        while True:
            # The shortest mixture of these rows if parts below 0 were allowed: Gram · a = const.
            rows = V[chosen]
            k = len(chosen)
            system = np.block(
                [[rows @ rows.T, np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]]
            )
            goal = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0][:k]
            if (goal > 1e-12).all():
                a = goal
                break
            # Go there only until a part reaches 0, and drop that row.
            out = goal <= 1e-12
            step = (a[out] / (a[out] - goal[out])).min()
            a = (1 - step) * a + step * goal
            keep = a > 1e-12
            chosen, a = [c for c, stays in zip(chosen, keep, strict=True) if stays], a[keep]
            a = a / a.sum()


def _signed_rows(X, y):
    """t x̃, shape (N, n + 1): the samples with a 1 for the bias, those of class 0 negated."""
    X, y = expect.array(X, "a line", "X"), expect.numbers(y, "a line", "y")
    if X.ndim != 2 or y.shape != X.shape[:1] or len(X) == 0:
        raise ValueError(
            "expected X of shape (N, n) and y of shape (N,), N at least 1; "
            f"got {X.shape} and {y.shape}."
        )
    check_labels(y)
    return (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])


# -------------------------------------------------------------------------- samples to learn from


def parted(n=20, margin=0.2, flipped=0.0, rng=0):
    """Samples in the plane on two sides of a random line, none nearer to it than a margin.

    Parameters
    ----------
    n : int
    margin : float, default 0.2
        At least 0. A larger margin moves the same samples away from the same line.
    flipped : float, default 0
        Share of the samples, from 0 to 1, whose label is the wrong one.
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    X : ndarray, shape (n, 2)
        Within −1.5 … 1.5 for margins up to 0.5.
    y : ndarray, shape (n,)
        0 or 1; both occur if n > 1 and nothing is flipped.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = parted(30, margin=0.5)
    >>> X.shape, np.unique(y)
    ((30, 2), array([0, 1]))
    >>> w, b = widest_margin(X, y)
    >>> bool(np.abs(signed_distance(X, w, b)).min() > 0.4)
    True
    """
    n, rng = expect.whole(n, "parted", "n", 1), expect.generator(rng)
    margin = expect.number(margin, "parted", "margin", 0)
    flipped = expect.number(flipped, "parted", "flipped", 0, 1)
    angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
    normal = np.array([np.cos(angle), np.sin(angle)])
    y = np.arange(n) % 2  # both classes, in turns: a line, and the samples on its two sides
    along = rng.uniform(-1, 1, size=n)
    away = (2 * y - 1) * (margin + rng.uniform(0, 0.7, size=n))
    X = (shift + away)[:, None] * normal + along[:, None] * normal[::-1] * (1, -1)
    order = rng.permutation(n)
    X, y = X[order], y[order]
    wrong = rng.permutation(n)[: round(flipped * n)]
    y[wrong] = 1 - y[wrong]
    return X, y
