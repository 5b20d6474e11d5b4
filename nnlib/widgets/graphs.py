"""The computations that `GraphExplorer` can show, and where their numbers stand: `GRAPHS`."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from ..graph import absolute_error

LEAVES = {"x": (-4.0, 4.0), "w": (-4.0, 4.0), "b": (-4.0, 4.0), "target": (-10.0, 10.0)}


def named(name, value):
    """The value, with a name to be drawn with."""
    value.name = name
    return value


def _lecture(x, w, b, target):
    x2 = named("x2", named("x1", x * w) + b)
    return absolute_error(target, x2)


def _neuron(x, w, b, target):
    y = named("y", named("z", named("p", x * w) + b).sigmoid())
    return named("d", y - target) ** 2


def _twice(x, w, b):
    return named("u", x * w) * named("v", x + b)


def _chain(x, w):
    h = x
    for k in range(1, 6):
        h = named(f"h{k}", w * h)
    return w * h


class Kind(NamedTuple):
    """A graph to choose.

    How it is computed, from which leaves, what its end is called, where each number stands, and
    which leaf's curve to show first; what sliders are limited to, where that differs from `LEAVES`,
    how large the circles are, and whether gradients stand above them.
    """

    build: Callable
    leaves: dict
    output: str
    places: dict
    curve: str = "w"
    limits: dict = MappingProxyType({})
    radius: int = 28
    above: bool = False


GRAPHS = {
    "the lecture's: |target − (x·w + b)|": Kind(
        _lecture,
        {"x": 2.0, "w": 3.0, "b": 1.0, "target": 4.0},
        "loss",
        {
            "x": (0, 1.0),
            "w": (0, -1.0),
            "x1": (1.2, 0.0),
            "b": (1.2, -1.5),
            "x2": (2.4, 0.0),
            "target": (2.4, -1.5),
            "loss": (3.6, 0.0),
        },
    ),
    "a neuron: (σ(x·w + b) − target)²": Kind(
        _neuron,
        {"x": 2.0, "w": -1.0, "b": 1.0, "target": 1.0},
        "loss",
        {
            "x": (0, 1.0),
            "w": (0, -1.0),
            "p": (0.72, 0.0),
            "b": (0.72, -1.5),
            "z": (1.44, 0.0),
            "y": (2.16, 0.0),
            "target": (2.16, -1.5),
            "d": (2.88, 0.0),
            "loss": (3.6, 0.0),
        },
        limits={"target": (-2.0, 2.0)},
        radius=22,
    ),
    "x used twice: (x·w)·(x + b)": Kind(
        _twice,
        {"x": 2.0, "w": 3.0, "b": 1.0},
        "f",
        {
            "w": (0, 1.45),
            "x": (0, 0.0),
            "b": (0, -1.45),
            "u": (1.8, 0.85),
            "v": (1.8, -0.85),
            "f": (3.6, 0.0),
        },
        curve="x",
    ),
    "a chain: w·w·w·w·w·w·x": Kind(
        _chain,
        {"x": 1.0, "w": 0.5},
        "y",
        {
            "x": (0, 0.8),
            **{f"h{k}": (0.6 * k, 0.8) for k in range(1, 6)},
            "y": (3.6, 0.8),
            "w": (1.8, -1.35),
        },
        limits={"w": (-2.0, 2.0)},
        radius=20,
        above=True,
    ),
}
FIRST = next(iter(GRAPHS))
