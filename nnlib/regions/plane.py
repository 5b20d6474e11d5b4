"""A network on a window of a plane: the polygons on which it is one affine function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import expect
from ..core import Sequential
from ..dense import Dense
from .maps import TOLERANCE, inputs_of, layers_of, off_slope, same_maps, through


@dataclass(frozen=True)
class Regions:
    """A network on a window of a plane: convex polygons, on each an affine function.

    Attributes
    ----------
    corners : array, shape (T, 2)
        Those of all polygons, one polygon after the other, counterclockwise.
    start : int array, shape (R + 1,)
        Polygon r has the corners ``start[r]`` to ``start[r + 1] - 1``.
    edge : int array, shape (T,)
        Which hidden layer drew the edge from this corner to the next; 0 is the window's border.
    maps : array, shape (R, 3, n_out)
        On region r the outputs at (u, v) are ``[u, v, 1] @ maps[r]``.
    on : bool array, shape (R, units)
        Which hidden units are on, first layer first.
    counts : list of int
        How many activation regions there are after each hidden layer.
    window : array, shape (2, 2)
        ``(u0, u1), (v0, v1)``.
    """

    corners: np.ndarray
    start: np.ndarray
    edge: np.ndarray
    maps: np.ndarray
    on: np.ndarray
    counts: list
    window: np.ndarray

    def __len__(self):
        return len(self.start) - 1

    @property
    def polygons(self) -> list:
        """The corners of each region, shape (corners, 2)."""
        return np.split(self.corners, self.start[1:-1])

    @property
    def centres(self) -> np.ndarray:
        """A point inside each region, the mean of its corners, shape (R, 2)."""
        return _means(self.corners, self.start)

    @property
    def areas(self) -> np.ndarray:
        """The area of each region, shape (R,)."""
        return _areas(self.corners, self.start)

    def values(self, at) -> np.ndarray:
        """The outputs (N, n_out) at points (N, 2), point n being on region n."""
        return np.einsum("nk,nko->no", _homogeneous(np.asarray(at, dtype=float)), self.maps)

    @property
    def n_linear(self) -> int:
        """How many linear regions: neighbours with the same affine function are one."""
        maps = self.maps.reshape(len(self), -1)
        _, one, other = self._shared()
        same = same_maps(maps[one], maps[other], maps)
        return len(np.unique(_connected(len(self), one[same], other[same])))

    def _shared(self):
        """(length, region, region) for all pairs of regions that share an edge.

        Edges lie on the same line if its normal and its distance from the middle agree. Along such
        a line the edges on one side, and those on the other, each come in order and without gaps.
        """
        owner = np.repeat(np.arange(len(self)), np.diff(self.start))
        p, q = self.corners, self.corners[_next(self.start)]
        inner = self.edge > 0
        owner, p, q = owner[inner], p[inner], q[inner]
        size = np.hypot(*np.diff(self.window).ravel())
        along = (q - p) / np.linalg.norm(q - p, axis=1, keepdims=True)
        # Each pair is an edge and one that runs the other way: they differ in this sign.
        forward = (along[:, 0] > 1e-7) | ((np.abs(along[:, 0]) <= 1e-7) & (along[:, 1] > 0))
        along = np.where(forward[:, None], along, -along)
        middle = self.window.mean(axis=1)
        offset = (along[:, 0] * (p - middle)[:, 1] - along[:, 1] * (p - middle)[:, 0]) / size
        begin, end = np.sort(np.stack([(along * (e - middle)).sum(1) for e in (p, q)]), axis=0)
        a, b = np.flatnonzero(forward), np.flatnonzero(~forward)
        order = np.argsort(offset[b], kind="stable")
        b = b[order]
        first, last = (np.searchsorted(offset[b], offset[a] + s) for s in (-1e-7, 1e-7))
        i = np.repeat(a, last - first)
        j = b[_ranges(first, last)]
        overlap = np.minimum(end[i], end[j]) - np.maximum(begin[i], begin[j])
        parallel = np.abs(along[i] - along[j]).max(axis=1, initial=0) < 1e-6
        touch = (overlap > TOLERANCE * size) & parallel
        return overlap[touch], owner[i[touch]], owner[j[touch]]


def on_plane(model: Sequential, u=(-1, 1), v=(-1, 1), *, origin=None, axes=None) -> Regions:
    r"""The regions of a network on a window of a plane.

    Exact: within a region each unit is affine, so it switches along a straight line, and the line
    cuts the polygon in two convex ones.

    Parameters
    ----------
    model : Sequential
        As for `on_segment`.
    u, v : pair of float
        The window.
    origin, axes : array, shape (n_in,) and (2, n_in)
        The place (u, v) is the input ``origin + u * axes[0] + v * axes[1]``. For two inputs they
        can be left out: then (u, v) are the inputs.

    Returns
    -------
    Regions

    Raises
    ------
    ValueError
        If a shape does not fit, or the window or the slice has no area.
    TypeError
        If the network has another kind of layer.

    Examples
    --------
    Two lines that cross make four regions; the sum of |u| and |v| is a different plane on each.

    >>> from nnlib import ReLU
    >>> model = Sequential(Dense(2, 4, rng=0), ReLU(), Dense(4, 1, rng=0))
    >>> model[0].W.value[...] = [[1, -1, 0, 0], [0, 0, 1, -1]]
    >>> model[2].W.value[...] = 1
    >>> found = on_plane(model)
    >>> len(found), found.n_linear, found.areas
    (4, 4, array([1., 1., 1., 1.]))
    """
    n_in = inputs_of(model)
    try:
        window = np.array([u, v], dtype=float)
        fine = window.shape == (2, 2) and np.isfinite(window).all()
        fine = fine and (window[:, 0] < window[:, 1]).all()
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise ValueError(f"on_plane expects u and v as (low, high); got {u} and {v}.")
    if origin is None and axes is None and n_in == 2:
        origin, axes = np.zeros(2), np.eye(2)
    if origin is None or axes is None:
        raise ValueError(f"on_plane expects origin and axes for a network of {n_in} inputs.")
    origin = expect.array(origin, "on_plane", "origin")
    axes = expect.array(axes, "on_plane", "axes")
    if origin.shape != (n_in,) or axes.shape != (2, n_in):
        raise ValueError(
            f"on_plane expects origin of shape ({n_in},) and axes of shape (2, {n_in}); "
            f"got {origin.shape} and {axes.shape}."
        )
    if np.linalg.matrix_rank(axes) < 2:
        raise ValueError("on_plane expects two axes that do not lie on one line.")

    (u0, u1), (v0, v1) = window
    corners = np.array([[u0, v0], [u1, v0], [u1, v1], [u0, v1]])
    sheet = _Sheet(corners, np.array([0, 4]), np.zeros(4, int))
    tiny = TOLERANCE * np.hypot(u1 - u0, v1 - v0)
    maps, on, counts = np.vstack([axes, origin])[None], [], []
    for step in layers_of(model):
        if isinstance(step, Dense):
            maps = through(step, maps)
            continue
        parent = np.arange(len(maps))
        for unit in range(maps.shape[2]):
            parent = sheet.cut(maps[:, :, unit], parent, len(counts) + 1, tiny)
        maps, on = maps[parent], [before[parent] for before in on]
        middle = _homogeneous(_means(sheet.corners, sheet.start))
        here = np.einsum("rk,rkn->rn", middle, maps) > 0
        maps = maps * np.where(here, 1.0, off_slope(step))[:, None]
        on.append(here)
        counts.append(len(maps))
    on = np.concatenate(on, axis=1) if on else np.zeros((1, 0), bool)
    return Regions(sheet.corners, sheet.start, sheet.edge, maps, on, counts, window)


class _Sheet:
    """Convex polygons in one array of corners, and how to cut all of them at once."""

    def __init__(self, corners, start, edge):
        self.corners, self.start, self.edge = corners, start, edge

    def cut(self, lines, parent, label, tiny):
        """Cut polygon r along ``lines[parent[r]]`` (three numbers), if that runs through it.

        Returns the parents of the polygons there are then.
        """
        p, start = self.corners, self.start
        owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
        line = lines[parent]
        norm = np.hypot(line[:, 0], line[:, 1])
        line = line / np.where(norm > 0, norm, np.inf)[:, None]  # no direction: no cut
        line = line[owner]
        d = line[:, 0] * p[:, 0] + line[:, 1] * p[:, 1] + line[:, 2]  # signed distance
        d[np.abs(d) <= tiny] = 0.0
        split = (np.maximum.reduceat(d, start[:-1]) > 0) & (np.minimum.reduceat(d, start[:-1]) < 0)
        if not split.any():
            return parent
        # Only the polygons that are cut are taken apart: a corner is followed by the place where
        # its edge crosses the line, if it does; each half keeps what is on its side.
        taken = np.flatnonzero(split[owner])
        after = _next(start)[taken]
        d0, d1, e = d[taken], d[after], self.edge[taken]
        crosses = d0 * d1 < 0
        share = np.divide(d0, d0 - d1, out=np.zeros_like(d0), where=crosses)
        cross = p[taken] + share[:, None] * (p[after] - p[taken])
        slots = np.stack([p[taken], cross], axis=1)
        whole = ~split[owner]
        parts = [(p[whole], self.edge[whole], owner[whole])]
        for side in (1, -1):
            a, b = side * d0, side * d1
            keep = np.stack([a >= 0, crosses], axis=1)
            leaving = np.stack([(a == 0) & (b < 0), a > 0], axis=1)  # from here along the cut
            edges = np.where(leaving, label, e[:, None])
            owners = np.stack([owner[taken]] * 2, axis=1)
            parts.append((slots[keep], edges[keep], owners[keep]))
        # One half takes the place of the polygon, the other goes to the end.
        fresh = np.cumsum(split) - 1 + len(split)
        parts[2] = (parts[2][0], parts[2][1], fresh[parts[2][2]])
        p, edge, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(owner, kind="stable")
        self.corners, self.edge = p[order], edge[order]
        self.start = np.concatenate([[0], np.cumsum(np.bincount(owner))])
        return np.concatenate([parent, parent[split]])


def _homogeneous(points):
    return np.concatenate([points, np.ones((len(points), 1))], axis=1)


def _next(start):
    """For each corner the index of the one after it, round its polygon."""
    after = np.arange(1, start[-1] + 1)
    after[start[1:] - 1] = start[:-1]
    return after


def _means(corners, start):
    return np.add.reduceat(corners, start[:-1], axis=0) / np.diff(start)[:, None]


def _areas(corners, start):
    """Half the cross product of each corner with the next, seen from the polygon's middle, which
    keeps the digits of small polygons far from the origin."""
    corners = corners - np.repeat(_means(corners, start), np.diff(start), axis=0)
    after = corners[_next(start)]
    cross = corners[:, 0] * after[:, 1] - corners[:, 1] * after[:, 0]
    return np.add.reduceat(cross, start[:-1]) / 2


def _ranges(first, last):
    """first[0], …, last[0] − 1, first[1], …, as one array."""
    n = last - first
    return np.arange(n.sum()) + np.repeat(first - np.cumsum(n) + n, n)


def _connected(n, one, other):
    """A label for each of n nodes, the same for those that are connected."""
    label = np.arange(n)
    while True:
        least = label.copy()
        np.minimum.at(least, one, label[other])
        np.minimum.at(least, other, label[one])
        least = least[least]
        if np.array_equal(least, label):
            return label
        label = least
