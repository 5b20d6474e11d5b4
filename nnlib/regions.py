r"""Linear regions of a network of dense layers and ReLUs, found exactly.

Such a network is one straight piece next to another. Which piece an input lies on is decided by
which units are on: while none of them changes sign, every layer is a product with a matrix. So the
pieces can be *computed*, layer by layer, instead of being looked for on a grid:

1. On every region found so far each unit of the next layer is an affine function.
2. Its zero is a point (on a segment) or a straight line (on a plane); it may cut the region in two.
3. After the cuts each unit is on or off in all of a region, which gives the affine function behind
   the ReLU, and the next layer can be done.

Two things are called a region, and both are counted here. An **activation region** is a largest
connected set on which no unit changes between on and off (`len(found)`). A **linear region** is a
largest connected set on which the network is one affine function (`found.n_linear`). Every linear
region is made of activation regions; it is made of several where a unit switches and nobody behind
it listens. Theorems that count hyperplanes, as the bounds at the end, speak of the former.

Lengths below `TOLERANCE`, as a share of the segment or of the window's diagonal, count as nothing:
a unit that only touches a corner cuts nothing off.

Short names: *maps* of shape (R, d + 1, n): on each of R regions the n numbers are
``[u, 1] @ maps[r]``, u being the place on the segment (d = 1) or on the plane (d = 2).

References
----------
G. Montúfar, R. Pascanu, K. Cho and Y. Bengio, On the number of linear regions of deep neural
networks, 2014. https://arxiv.org/abs/1402.1869
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, prod

import numpy as np

from . import expect
from .activations import LeakyReLU, Linear, PReLU, ReLU
from .backend import to_numpy
from .core import Sequential
from .dense import Dense

TOLERANCE = 1e-9
SAME = 1e-7  # affine functions that differ by less, relative to the largest, are the same


# ------------------------------------------------------------------------------ on a segment
@dataclass(frozen=True)
class Pieces:
    """A network along a segment: straight pieces between breakpoints.

    Attributes
    ----------
    t : array, shape (R + 1,)
        Where the activation regions begin and end, from 0 to 1 along the segment.
    slope, value : array, shape (R, n_out)
        On region r the outputs are ``slope[r] * t + value[r]``.
    on : bool array, shape (R, units)
        Which hidden units are on, first layer first.
    layer : int array, shape (R + 1,)
        Whose unit switches at t: 1 for the first hidden layer, and 0 at the two ends.
    """

    t: np.ndarray
    slope: np.ndarray
    value: np.ndarray
    on: np.ndarray
    layer: np.ndarray

    def __len__(self):
        return len(self.slope)

    @property
    def kinks(self) -> np.ndarray:
        """The breakpoints at which the network really changes its slope."""
        lines = np.concatenate([self.slope, self.value], axis=1)
        return self.t[1:-1][~_equal(lines[1:], lines[:-1], lines)]

    @property
    def n_linear(self) -> int:
        """How many linear regions: pieces with a kink between them."""
        return len(self.kinks) + 1


def on_segment(model: Sequential, start, end) -> Pieces:
    r"""The pieces of a network along the segment from ``start`` to ``end``.

    Exact: within a piece each unit is z(t) = a t + c, so it switches at t = −c / a.

    Parameters
    ----------
    model : Sequential
        Of `Dense` and `ReLU` layers; `LeakyReLU`, `PReLU` and `Linear` may be among them.
    start, end : array, shape (n_in,)

    Returns
    -------
    Pieces

    Raises
    ------
    ValueError
        If a point has the wrong length, or the two are the same.
    TypeError
        If the network has another kind of layer.

    Examples
    --------
    |x| from −1 to 3 has one kink, a quarter of the way along:

    >>> model = Sequential(Dense(1, 2, rng=0), ReLU(), Dense(2, 1, rng=0))
    >>> model[0].W.value[...], model[2].W.value[...] = [[1, -1]], [[1], [1]]
    >>> found = on_segment(model, [-1], [3])
    >>> len(found), found.t, found.slope[:, 0]
    (2, array([0.  , 0.25, 1.  ]), array([-4.,  4.]))
    """
    n_in = _inputs(model)
    start, end = (
        expect.array(p, "on_segment", name).reshape(-1)
        for p, name in ((start, "start"), (end, "end"))
    )
    if start.shape != (n_in,) or end.shape != (n_in,):
        raise ValueError(
            f"on_segment expects two points of shape ({n_in},); got {start.shape} and {end.shape}."
        )
    if np.array_equal(start, end):
        raise ValueError(f"on_segment expects two different points; got {start} twice.")
    t, layer = np.array([0.0, 1.0]), np.array([0, 0])
    maps, on, hidden = np.stack([end - start, start])[None], [], 0
    for step in _steps(model):
        if isinstance(step, Dense):
            maps = _through(step, maps)
            continue
        hidden += 1
        a, c = maps[:, 0], maps[:, 1]
        # Units that do not change here divide by zero: their zero is nowhere.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            zero = -c / a
        inside = (zero > t[:-1, None] + TOLERANCE) & (zero < t[1:, None] - TOLERANCE)
        new = np.sort(zero[inside])
        new = new[np.diff(new, prepend=-1.0) > TOLERANCE]  # several units at one place: one break
        t = np.concatenate([t, new])
        order = np.argsort(t, kind="stable")
        t = t[order]
        layer = np.concatenate([layer, np.full(len(new), hidden)])[order]
        middle = (t[:-1] + t[1:]) / 2
        parent = np.cumsum(layer[:-1] < hidden) - 1
        maps = maps[parent]
        here = maps[:, 0] * middle[:, None] + maps[:, 1] > 0
        maps = maps * np.where(here, 1.0, _off_slope(step))[:, None]
        on = [*(before[parent] for before in on), here]
    on = np.concatenate(on, axis=1) if on else np.zeros((1, 0), bool)
    return Pieces(t, maps[:, 0], maps[:, 1], on, layer)


# -------------------------------------------------------------------------------- on a plane
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
        same = _equal(maps[one], maps[other], maps)
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

    >>> model = Sequential(Dense(2, 4, rng=0), ReLU(), Dense(4, 1, rng=0))
    >>> model[0].W.value[...] = [[1, -1, 0, 0], [0, 0, 1, -1]]
    >>> model[2].W.value[...] = 1
    >>> found = on_plane(model)
    >>> len(found), found.n_linear, found.areas
    (4, 4, array([1., 1., 1., 1.]))
    """
    n_in = _inputs(model)
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
    for step in _steps(model):
        if isinstance(step, Dense):
            maps = _through(step, maps)
            continue
        parent = np.arange(len(maps))
        for unit in range(maps.shape[2]):
            parent = sheet.cut(maps[:, :, unit], parent, len(counts) + 1, tiny)
        maps, on = maps[parent], [before[parent] for before in on]
        middle = _homogeneous(_means(sheet.corners, sheet.start))
        here = np.einsum("rk,rkn->rn", middle, maps) > 0
        maps = maps * np.where(here, 1.0, _off_slope(step))[:, None]
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


# ------------------------------------------------------------------------------------ bounds
def one_layer(n: int, d: int) -> int:
    r"""The most regions that n hyperplanes cut d-dimensional space into.

    .. math:: \sum_{k=0}^{d} \binom{n}{k}

    They reach it in general position, which means nearly always. It is a polynomial of degree d
    in n: one hidden layer of n ReLUs has no more regions than this.

    References
    ----------
    T. Zaslavsky, Facing up to arrangements, 1975.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    Three lines in the plane: no line, 1 region; each line adds one; each of 3 crossings one more.

    >>> one_layer(3, 2)
    7
    """
    n, d = expect.whole(n, "one_layer", "n"), expect.whole(d, "one_layer", "d")
    return sum(comb(n, k) for k in range(d + 1))


def lower_bound(widths, d: int) -> int:
    r"""Montúfar's theorem: the best weights give a network at least so many linear regions.

    .. math:: \prod_{l=1}^{L-1} \left\lfloor \frac{n_l}{d} \right\rfloor^{d}
              \sum_{k=0}^{d} \binom{n_L}{k}

    for d inputs and L hidden layers, none of them narrower than d. A bound on what *can* be
    reached, with weights chosen by hand; networks with random weights stay far below.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    >>> lower_bound([4, 4, 4], 2)  # 2² · 2² · (1 + 4 + 6)
    176
    """
    widths = _widths(widths, d, "lower_bound")
    if min(widths) < d:
        raise ValueError(f"lower_bound expects widths of at least {d}, the inputs; got {widths}.")
    return prod((n // d) ** d for n in widths[:-1]) * one_layer(widths[-1], d)


def upper_bound(widths, d: int) -> int:
    r"""No weights give a network more activation regions than this.

    .. math:: \prod_{l=1}^{L} \sum_{k=0}^{m_l} \binom{n_l}{k}, \qquad
              m_l = \min(d, n_1, \dots, n_{l-1})

    On each region the layers before l are one affine function, whose values fill no more than m_l
    dimensions; so the n_l hyperplanes of layer l cut it into no more parts than `one_layer` says.

    References
    ----------
    G. Montúfar, Notes on the number of linear regions of deep neural networks, 2017.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    >>> upper_bound([4, 4, 4], 2)  # 11³
    1331
    """
    widths = _widths(widths, d, "upper_bound")
    return prod(one_layer(n, min([d, *widths[:layer]])) for layer, n in enumerate(widths))


def folding(depth: int, n_in: int = 1, folds: int = 2, last=None) -> Sequential:
    r"""A network with weights by hand that folds every axis again and again.

    On each axis a layer lays [0, 1] in a zigzag of ``folds`` equal parts, every one of which covers
    [0, 1] again:

    .. math:: g(x) = p \max(0, x) + \sum_{k=1}^{p-1} (-1)^k \, 2p \max(0, x - k/p)

    so the window [0, 1] has p linear regions after one layer, and in d dimensions :math:`p^{dL}`
    after L. It is the construction behind `lower_bound`. The output is g∘…∘g on one axis; on more
    it is their sum, the second axis counted twice, the third three times, so that all regions
    differ from their neighbours.

    Parameters
    ----------
    depth : int
        L, hidden layers of n_in · folds units.
    n_in : int
        d, inputs.
    folds : int
        p, parts on each axis, from 2 on.
    last : Dense, optional
        A further hidden layer, from n_in inputs, that draws its lines on the folded sheet: the
        proof of `lower_bound`, if all of them cross inside [0, 1]. Its units are added up.

    Raises
    ------
    ValueError
        If a number is too small, or ``last`` has not n_in inputs.
    TypeError
        If ``last`` is no `Dense`.

    Examples
    --------
    >>> found = on_segment(folding(3), [0], [1])
    >>> found.n_linear, found.slope[:, 0]
    (8, array([ 8., -8.,  8., -8.,  8., -8.,  8., -8.]))
    """
    depth = expect.whole(depth, "folding", "depth", 1)
    n_in, folds = (
        expect.whole(n_in, "folding", "n_in", 1),
        expect.whole(folds, "folding", "folds", 2),
    )
    if last is not None and expect.made(last, Dense, "folding", "last to be a Dense").n_in != n_in:
        raise ValueError(f"folding expects last to have {n_in} inputs, as n_in; got {last}.")
    k = np.arange(folds)
    weight = np.where(k == 0, folds, 2 * folds * (-1.0) ** k)
    split = np.kron(np.eye(n_in), np.ones(folds))  # each input to its units
    join = np.kron(np.eye(n_in), weight[:, None])  # and back to one number
    shift = np.tile(-k / folds, n_in)
    head = join @ np.arange(1.0, n_in + 1)[:, None]
    layers = []
    for W in [split, *[join @ split] * (depth - 1)]:
        dense = Dense(*W.shape)
        dense.W.value[...], dense.b.value[...] = W, shift
        layers += [dense, ReLU()]
    if last is not None:
        drawn = Dense(n_in * folds, last.n_out)
        drawn.W.value[...], drawn.b.value[...] = join @ last.W.value, last.b.value
        layers += [drawn, ReLU()]
        head = np.ones((last.n_out, 1))
    out = Dense(len(head), 1)
    out.W.value[...] = head
    return Sequential(*layers, out)


# ----------------------------------------------------------------------------------- helpers
def _steps(model):
    """Its layers, one level, without those that do nothing."""
    for layer in model:
        if isinstance(layer, Sequential):
            yield from _steps(layer)
        elif isinstance(layer, Dense | ReLU | LeakyReLU | PReLU):
            yield layer
        elif not isinstance(layer, Linear):
            raise TypeError(
                f"regions expects layers Dense, ReLU, LeakyReLU, PReLU, Linear; got {layer!r}."
            )


def _inputs(model) -> int:
    expect.made(model, Sequential, "regions", "a Sequential of Dense and ReLU layers")
    first = next(_steps(model), None)
    if not isinstance(first, Dense):
        raise TypeError(f"regions expects a network that begins with Dense; got {first!r}.")
    return first.n_in


def _off_slope(layer):
    """The slope of a unit that is off."""
    if isinstance(layer, PReLU):
        return float(layer.alpha.value[0])
    return layer.alpha if isinstance(layer, LeakyReLU) else 0.0


def _through(dense, maps):
    """Affine functions after a Dense layer: the bias joins the constant part."""
    maps = maps @ np.asarray(to_numpy(dense.W.value), dtype=float)
    if dense.b is not None:
        maps[:, -1] += to_numpy(dense.b.value)
    return maps


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


def _equal(a, b, among):
    """Row by row, whether two affine functions are the same up to rounding."""
    scale = np.abs(among).max(initial=0)
    return np.abs(a - b).max(axis=1, initial=0) <= SAME * scale


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


def _widths(widths, d, who):
    expect.whole(d, who, "d", 1)
    if not isinstance(widths, list | tuple) or not widths:
        raise ValueError(
            f"{who} expects widths as a list, one for each hidden layer; "
            f"got {expect.shown(widths)}."
        )
    try:
        return [expect.whole(n, who, "each of its widths", 1) for n in widths]
    except ValueError as error:
        raise ValueError(f"{str(error).rpartition('; got')[0]}; got {widths}.") from None
