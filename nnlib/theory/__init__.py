"""What can be counted, bounded or searched through exactly: the theory behind the pictures.

`line` has the best line between two classes. The others approximate functions on [0, 1] with one
hidden layer: `targets` are the functions, `hand_built` writes weights down, `random_features` draws
the hidden layer at random and solves for the rest.
"""

from .hand_built import BUILDS, STAIRS, Largest, Weights, bumps, hinges, stairs, sup_error
from .line import Line, best_line
from .random_features import (
    COMPARED,
    Power,
    Sine,
    descend,
    least_squares,
    random_hidden,
    random_network,
)
from .targets import TARGETS

__all__ = [
    "BUILDS",
    "COMPARED",
    "STAIRS",
    "TARGETS",
    "Largest",
    "Line",
    "Power",
    "Sine",
    "Weights",
    "best_line",
    "bumps",
    "descend",
    "hinges",
    "least_squares",
    "random_hidden",
    "random_network",
    "stairs",
    "sup_error",
]
