"""A network along a segment: where its straight pieces begin and end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import expect
from ..core import Sequential
from ..dense import Dense
from .maps import TOLERANCE, inputs_of, layers_of, off_slope, same_maps, through


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
        return self.t[1:-1][~same_maps(lines[1:], lines[:-1], lines)]

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

    >>> from nnlib import ReLU
    >>> model = Sequential(Dense(1, 2, rng=0), ReLU(), Dense(2, 1, rng=0))
    >>> model[0].W.value[...], model[2].W.value[...] = [[1, -1]], [[1], [1]]
    >>> found = on_segment(model, [-1], [3])
    >>> len(found), found.t, found.slope[:, 0]
    (2, array([0.  , 0.25, 1.  ]), array([-4.,  4.]))
    """
    n_in = inputs_of(model)
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
    for step in layers_of(model):
        if isinstance(step, Dense):
            maps = through(step, maps)
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
        maps = maps * np.where(here, 1.0, off_slope(step))[:, None]
        on = [*(before[parent] for before in on), here]
    on = np.concatenate(on, axis=1) if on else np.zeros((1, 0), bool)
    return Pieces(t, maps[:, 0], maps[:, 1], on, layer)
