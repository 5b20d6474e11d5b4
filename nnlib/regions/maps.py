"""The affine functions behind a network of dense layers and ReLUs, layer by layer.

*maps* of shape (R, d + 1, n): on each of R regions the n numbers are ``[u, 1] @ maps[r]``, u being
the place on the segment (d = 1) or on the plane (d = 2).
"""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import LeakyReLU, Linear, PReLU, ReLU
from ..backend import to_numpy
from ..core import Sequential
from ..dense import Dense

TOLERANCE = 1e-9  # shorter, as a share of the segment or of the window's diagonal, is nothing
SAME = 1e-7  # affine functions that differ by less, relative to the largest, are the same


def layers_of(model):
    """The layers of a network, one level, without those that do nothing."""
    for layer in model:
        if isinstance(layer, Sequential):
            yield from layers_of(layer)
        elif isinstance(layer, Dense | ReLU | LeakyReLU | PReLU):
            yield layer
        elif not isinstance(layer, Linear):
            raise TypeError(
                f"regions expects layers Dense, ReLU, LeakyReLU, PReLU, Linear; got {layer!r}."
            )


def inputs_of(model) -> int:
    """How many inputs a network has, if it is one whose regions can be found."""
    expect.made(model, Sequential, "regions", "a Sequential of Dense and ReLU layers")
    first = next(layers_of(model), None)
    if not isinstance(first, Dense):
        raise TypeError(f"regions expects a network that begins with Dense; got {first!r}.")
    return first.n_in


def off_slope(layer):
    """The slope of a unit that is off."""
    if isinstance(layer, PReLU):
        return float(layer.alpha.value[0])
    return layer.alpha if isinstance(layer, LeakyReLU) else 0.0


def through(dense, maps):
    """Affine functions after a Dense layer: the bias joins the constant part."""
    maps = maps @ np.asarray(to_numpy(dense.W.value), dtype=float)
    if dense.b is not None:
        maps[:, -1] += to_numpy(dense.b.value)
    return maps


def same_maps(a, b, among):
    """Row by row, whether two affine functions are the same up to rounding."""
    scale = np.abs(among).max(initial=0)
    return np.abs(a - b).max(axis=1, initial=0) <= SAME * scale
