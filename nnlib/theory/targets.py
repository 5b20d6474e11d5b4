"""Functions on [0, 1] to be approximated."""

import numpy as np


def _skyline(x):
    """Houses with walls a hundredth wide: continuous, and steep."""
    left = np.array([0.04, 0.18, 0.27, 0.42, 0.47, 0.52, 0.66, 0.82])
    right = np.array([0.16, 0.27, 0.40, 0.47, 0.52, 0.64, 0.80, 0.97])
    top = np.array([0.5, 1.1, 0.7, 1.3, 1.8, 0.4, 1.2, 0.8])
    x = np.asarray(x, dtype=float)[..., None]
    wall = np.clip((x - left) / 0.01 + 0.5, 0, 1) - np.clip((x - right) / 0.01 + 0.5, 0, 1)
    return (top * wall).sum(axis=-1) - 0.9


def _wild(x):
    """Weierstrass' function, its first five terms: each is three times as fast, and half as high.

    All of it is continuous everywhere and has a slope nowhere.
    """
    k = np.arange(5)
    return (0.5**k * np.cos(3.0**k * np.pi * np.asarray(x, dtype=float)[..., None])).sum(-1) / 2


#: Functions on [0, 1] with values between −1 and 1.
TARGETS = {
    "sine": lambda x: np.sin(2 * np.pi * np.asarray(x)),
    "a kink": lambda x: np.abs(np.asarray(x) - 0.3) / 0.35 - 1,
    "a city skyline": _skyline,
    "a wild one": _wild,
    "steps (it jumps)": lambda x: np.array([-0.6, 0.4, 0.9, -0.2])[
        np.clip((np.asarray(x) * 4).astype(int), 0, 3)
    ],
}
