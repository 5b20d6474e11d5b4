"""Decision maps: what a model says at every point of a grid over the plane."""

from __future__ import annotations

import numpy as np

from .. import expect


def grid(x=(-1.0, 1.0), y=(-1.0, 1.0), n: int = 100, dtype="float64"):
    """The middles of n × n cells that tile the rectangle.

    Returns
    -------
    points : array (n·n, 2)
        Row by row from the lowest y, so ``f(points).reshape(n, n)`` is what `Panel.heat` and
        ``imshow(origin="lower")`` draw the right way up.
    axes : (array (n,), array (n,))
        The coordinates along x and y.

    Raises
    ------
    ValueError
        If n is below 1, or the window is not two pairs of finite numbers.

    Examples
    --------
    >>> points, _ = grid((0, 2), (0, 2), 2)
    >>> points.tolist()
    [[0.5, 0.5], [1.5, 0.5], [0.5, 1.5], [1.5, 1.5]]
    """
    n = expect.whole(n, "grid", "n", 1)
    x, y = expect.array(x, "grid", "x", (2,)), expect.array(y, "grid", "y", (2,))
    share = (np.arange(n) + 0.5) / n
    xs = x[0] + (x[1] - x[0]) * share
    ys = y[0] + (y[1] - y[0]) * share
    points = np.stack([np.tile(xs, n), np.repeat(ys, n)], axis=1)
    return points.astype(dtype), (xs, ys)
