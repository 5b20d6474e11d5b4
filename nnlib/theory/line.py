"""The best line between two classes in the plane: searched through, not learned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import expect


class Line(NamedTuple):
    r"""A line w₁x₁ + w₂x₂ + b = 0 in the plane; class 1 is where the sum is positive."""

    w: np.ndarray
    b: float
    right: int
    margin: float


def best_line(X, y) -> Line:
    r"""The line with the most samples on their side; of several such, the one with most room.

    Exact, not learned. If a line separates some of the samples, so does the one that stays as far
    from them as it can, and that one leans on two of them (its normal is their difference) or on
    three (it is parallel to the difference of two). So it is enough to try, for each pair of
    samples, both directions, and every place for the line along each: about N³ work, for N small.

    Parameters
    ----------
    X : array (N, 2)
    y : array (N,) of 0 and 1

    Returns
    -------
    Line
        ``w`` (2,) of length 1, ``b``, ``right`` (how many samples lie on their side) and
        ``margin`` (how far the line is from the nearest of the samples it passes between).

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is neither 0 nor 1, or there are no samples.

    Examples
    --------
    AND has a line, with room on both sides; for XOR the best one gets three corners of four.

    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> w, b, right, margin = best_line(X, [0, 0, 0, 1])
    >>> right, round(margin, 3)
    (4, 0.354)
    >>> best_line(X, [0, 1, 1, 0]).right
    3
    """
    X, y = expect.array(X, "best_line", "X"), expect.array(y, "best_line", "y").reshape(-1)
    if X.ndim != 2 or X.shape[1] != 2 or len(y) != len(X) or not len(X):
        raise ValueError(
            f"best_line expects X of shape (N, 2) and y of shape (N,), N ≥ 1; "
            f"got {X.shape} and {y.shape}"
        )
    expect.binary(y, "best_line", "y")
    i, j = np.triu_indices(len(X), 1)
    along = X[i] - X[j]
    length = np.hypot(*along.T)
    along = along[length > 0] / length[length > 0, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normals = np.concatenate([along, -along, across, -across, [[1.0, 0.0], [-1.0, 0.0]]])

    # Along each normal the samples in order: the line can stand before, between or behind them.
    at = normals @ X.T
    order = np.argsort(at, axis=1, kind="stable")
    at = np.take_along_axis(at, order, axis=1)
    ones = y[order]
    before = np.pad(np.cumsum(ones, axis=1), ((0, 0), (1, 0)))  # ones on the negative side
    place = np.arange(len(X) + 1)
    right = (place - before) + (ones.sum(axis=1, keepdims=True) - before)
    gap = np.pad(np.diff(at, axis=1), ((0, 0), (1, 1)))
    possible = (gap > 1e-12) | (place == 0) | (place == len(X))
    # Rounded, so that which of two equally good lines is taken is the same on every machine.
    score = np.where(possible, right + np.round(gap / (1 + gap), 9) / 2, -1)
    k, n = np.unravel_index(np.argmax(score), score.shape)
    if n in (0, len(X)):
        threshold = at[k, 0] - 0.5 if n == 0 else at[k, -1] + 0.5
    else:
        threshold = (at[k, n - 1] + at[k, n]) / 2
    return Line(normals[k], float(-threshold), int(right[k, n]), float(gap[k, n] / 2))
