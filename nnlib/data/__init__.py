"""Data sets: in the plane, "Will I pass this class?", handwritten digits, signals, photographs.

Every function that draws samples returns a `Dataset` and is repeatable: `rng` is a seed (0 if you
say nothing) or a `numpy.random.Generator`, and the same seed gives the same samples.

`toy` has the sets in the plane, listed by name in `PLANE`; `pass_class` the students of the
lecture; `pictures` and `sequences` what networks for these learn from; `stored` finds what lies in
the clone's folders assets and benchmarks/measured.

Examples
--------
>>> from nnlib import data
>>> data.moons(100)
Dataset: 100 samples (x₁, x₂), binary: 0, 1
"""

from .dataset import Dataset
from .pass_class import QUERY, untrained, will_i_pass
from .pictures import PHOTOS, digits, mnist, photo, three_or_eight
from .sequences import first_symbol, mnist1d, parity, story
from .stored import measured
from .toy import (
    BUMPS,
    EXTENT,
    PLANE,
    bumps_height,
    circle,
    gaussians,
    k_classes,
    moons,
    plane,
    plane_height,
    regression_bumps,
    regression_plane,
    spiral,
    xor,
)

__all__ = [
    "BUMPS",
    "EXTENT",
    "PHOTOS",
    "PLANE",
    "QUERY",
    "Dataset",
    "bumps_height",
    "circle",
    "digits",
    "first_symbol",
    "gaussians",
    "k_classes",
    "measured",
    "mnist",
    "mnist1d",
    "moons",
    "parity",
    "photo",
    "plane",
    "plane_height",
    "regression_bumps",
    "regression_plane",
    "spiral",
    "story",
    "three_or_eight",
    "untrained",
    "will_i_pass",
    "xor",
]
