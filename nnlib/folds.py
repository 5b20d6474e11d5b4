"""Folding and unfolding a sheet of paper: what layers of ReLUs do to the plane.

The sheet is the square from −1 to 1. A fold is (angle, offset): the angle in degrees of the normal
n = (cos, sin) of its crease, and the distance c of the crease from the middle. What lies behind the
crease, n·x < c, is turned over.
"""

from __future__ import annotations

import numpy as np


def fold(points, angle, offset, share=1.0):
    r"""Turn over what lies behind a crease.

    .. math:: x \mapsto x + 2 s\, \max(0, -(n^\top x - c))\, n

    one ReLU, whose output is added to the point along the normal n = (cos, sin). With the share
    s = 1 this is the mirror image; between 0 and 1 it is the flap on its way, seen from above.

    >>> fold(np.array([[-0.5, 0.2]]), 0, 0)
    array([[0.5, 0.2]])
    """
    n = normal(angle)
    behind = np.maximum(0, -(points @ n - offset))
    return points + 2 * share * behind[..., None] * n


def unfold(points, folds):
    """All places of the sheet that come to lie on the given points, shape (copies, N, 2).

    Each fold doubles the copies: a point in front of a crease is covered by itself and by its
    mirror image. Where there is no paper the numbers are NaN.
    """
    copies = np.asarray(points, dtype=float)[None]
    for angle, offset in reversed(folds):
        n = normal(angle)
        ahead = (copies @ n - offset)[..., None]
        copies = np.where(ahead >= -1e-9, copies, np.nan)
        copies = np.concatenate([copies, copies - 2 * ahead * n])
    on_paper = (np.abs(copies) <= 1 + 1e-9).all(axis=-1, keepdims=True)
    return np.where(on_paper, copies, np.nan)


def layers_at(points, folds, share=1.0):
    """On how many layers of paper each point lies, the last fold being done to ``share``."""
    at, which = points, np.arange(len(points))
    for k, (angle, offset) in reversed(list(enumerate(folds))):
        n = normal(angle)
        ahead = at @ n - offset
        # What was b behind the crease lies (2s − 1) b in front of it now.
        pull = 2 * share - 1 if k == len(folds) - 1 else 1.0
        b = ahead / pull if pull else np.full(len(at), -1.0)
        front, back = ahead >= 0, b > 0
        at = np.concatenate([at[front], at[back] - (ahead + b)[back, None] * n])
        which = np.concatenate([which[front], which[back]])
    return np.bincount(which[(np.abs(at) <= 1).all(axis=1)], minlength=len(points))


def unfold_area(polygon, folds) -> list:
    """The copies of an area, as polygons, each cut off where the paper ends or is folded."""
    found = [np.asarray(polygon, dtype=float)]
    for angle, offset in reversed(folds):
        n = normal(angle)
        kept = [_cut(one, n, offset) for one in found]
        found = kept + [one - 2 * (one @ n - offset)[:, None] * n for one in kept]
        found = [one for one in found if len(one) > 2]
    for n in np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]):
        found = [_cut(one, n, -1.0) for one in found]
    return [one for one in found if len(one) > 2 and abs(_area(one)) > 1e-5]


def _cut(polygon, n, offset):
    """The part of a polygon with n·x ≥ offset (Sutherland and Hodgman, 1974)."""
    d = polygon @ n - offset
    after, d_after = np.roll(polygon, -1, axis=0), np.roll(d, -1)
    crosses = d * d_after < 0
    share = np.divide(d, d - d_after, out=np.zeros_like(d), where=crosses)
    slots = np.stack([polygon, polygon + share[:, None] * (after - polygon)], axis=1)
    return slots[np.stack([d >= 0, crosses], axis=1)]


def _area(polygon):
    x, y = polygon.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def normal(angle):
    """(cos, sin), exact for quarters of a turn."""
    a = np.deg2rad(angle)
    return np.round([np.cos(a), np.sin(a)], 12)
