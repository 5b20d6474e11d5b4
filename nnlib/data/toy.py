"""Toy data sets in the plane: two classes, several, or a surface to fit.

Everything lies in the square −`EXTENT` ≤ x₁, x₂ ≤ `EXTENT`, so one plot window serves all. `noise`
is the standard deviation of a random shift in those units: of each coordinate where there are
classes (who would leave the square is mirrored back at its edge), of y where there is a surface to
fit. The shifts are drawn in the same way for every noise, so turning it up moves each point
steadily in its own direction.

A size below 1, a noise below 0 or a seed that is none is a ValueError, in all of them.

`PLANE` lists the sets by name; a new one is added there and explorers show it.
"""

import numpy as np

from .. import expect
from .dataset import Dataset

#: Half the width of the square in which the data sets of the plane lie.
EXTENT = 1.5


def _start(n, noise, rng, who):
    """The generator; an error if there are too few samples, or the noise is negative."""
    expect.whole(n, who, "n", 1)
    expect.number(noise, who, "noise, a standard deviation,", 0)
    return expect.generator(rng)


def _classes(X, y, noise, rng, kind="binary"):
    """Shift the points by noise, keep them in the square, and shuffle them."""
    X = _mirror(X + noise * rng.normal(size=X.shape))
    order = rng.permutation(len(X))
    return Dataset(X[order], y[order], kind)


def _mirror(X):
    """What leaves the square comes back, as light between mirrors."""
    inside = EXTENT - 1e-3
    return np.abs((X + 3 * inside) % (4 * inside) - 2 * inside) - inside


def _labels(n, k=2):
    """n labels, every class as often as the others, or once more."""
    return np.arange(n) % k


def _around(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def gaussians(n=200, noise=0.1, rng=0):
    """Two clouds around (−0.7, −0.7), class 0, and (0.7, 0.7): one line separates them.

    Parameters
    ----------
    n : int, default 200
    noise : float, default 0.1
        In addition to the spread of 0.2 that the clouds have.
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    Dataset
        Kind "binary".

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, the noise is negative or rng is no seed; also for the
        other data sets.
    """
    rng = _start(n, noise, rng, "gaussians")
    y = _labels(n)
    X = 1.4 * (y[:, None] - 0.5) + 0.2 * rng.normal(size=(n, 2))
    return _classes(X, y, noise, rng)


def circle(n=200, noise=0.1, rng=0):
    """A disc of radius 0.6, class 1, in a ring from 0.8 to 1.2, class 0."""
    rng = _start(n, noise, rng, "circle")
    y = _labels(n)
    # A radius drawn through its square fills an area evenly.
    inner, outer = np.where(y == 1, 0.0, 0.8), np.where(y == 1, 0.6, 1.2)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    return _classes(_around(radius, rng.uniform(0, 2 * np.pi, n)), y, noise, rng)


def xor(n=200, noise=0.1, rng=0):
    """Four squares; class 1 where the signs of x₁ and x₂ differ. No line separates them."""
    rng = _start(n, noise, rng, "xor")
    quarter = _labels(n, 4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quarter]
    X = signs * rng.uniform(0.1, 1.2, size=(n, 2))
    return _classes(X, quarter % 2, noise, rng)


def moons(n=200, noise=0.1, rng=0):
    """Two half circles of radius 0.8 that reach into each other; class 0 is the upper one."""
    rng = _start(n, noise, rng, "moons")
    y = _labels(n)
    angle = np.pi * (rng.uniform(0, 1, n) + y)
    X = _around(0.8, angle) + np.where(y[:, None] == 1, (0.4, 0.2), (-0.4, -0.2))
    return _classes(X, y, noise, rng)


def spiral(n=200, noise=0.05, rng=0):
    """Two arms that wind around each other one and a half times: the hard one."""
    rng = _start(n, noise, rng, "spiral")
    y = _labels(n)
    t = rng.uniform(0.05, 1, n)
    return _classes(_around(1.3 * t, 3 * np.pi * t + np.pi * y), y, noise, rng)


def k_classes(n=200, noise=0.1, rng=0, k=4):
    """k clouds on a circle of radius 0.9, a class each.

    Parameters
    ----------
    n, noise, rng
        As for `gaussians`; noise is in addition to a spread of 0.12.
    k : int, default 4
        From 2 to 10.

    Returns
    -------
    Dataset
        Kind "classes".

    Examples
    --------
    >>> np.bincount(k_classes(30, k=3).y)
    array([10, 10, 10])
    """
    expect.whole(k, "k_classes", "k", 2, 10)
    rng = _start(n, noise, rng, "k_classes")
    y = _labels(n, k)
    X = _around(0.9, 2 * np.pi * (y + 0.5) / k) + 0.12 * rng.normal(size=(n, 2))
    data = _classes(X, y, noise, rng, "classes")
    return Dataset(data.X, data.y, "classes", classes=tuple(map(str, range(k))))


def _surface(f, n, noise, rng, who):
    rng = _start(n, noise, rng, who)
    X = rng.uniform(-1.4, 1.4, size=(n, 2))
    return Dataset(X, f(X) + noise * rng.normal(size=n), "regression")


def plane_height(X):
    """The surface behind `regression_plane`: (x₁ + x₂) / 2, shape (N,) for X of shape (N, 2).

    X of another shape is a ValueError.
    """
    X = expect.array(X, "plane_height", "X", ("N", 2))
    return (X[:, 0] + X[:, 1]) / 2


#: Where `regression_bumps` has its hills (+1) and hollows (−1): x₁, x₂, height.
BUMPS = np.array(
    [(-1, 0.6, 1), (0, 0.6, -1), (1, 0.6, 1), (-1, -0.6, -1), (0, -0.6, 1), (1, -0.6, -1)]
)


def bumps_height(X):
    r"""The surface behind `regression_bumps`.

    .. math:: f(x) = \sum_i h_i \exp\left(-\frac{\lVert x - c_i \rVert^2}{2 \cdot 0.3^2}\right)

    Parameters
    ----------
    X : ndarray, shape (N, 2)

    Returns
    -------
    ndarray, shape (N,)
    """
    X = expect.array(X, "bumps_height", "X", ("N", 2))
    squared = ((X[:, None, :] - BUMPS[:, :2]) ** 2).sum(axis=2)
    return np.exp(-squared / (2 * 0.3**2)) @ BUMPS[:, 2]


def regression_plane(n=200, noise=0.1, rng=0):
    """A tilted plane to fit: y = (x₁ + x₂) / 2, and noise. A linear model can."""
    return _surface(plane_height, n, noise, rng, "regression_plane")


def regression_bumps(n=200, noise=0.1, rng=0):
    """Three hills and three hollows to fit, heights from −1 to 1, and noise. No plane can."""
    return _surface(bumps_height, n, noise, rng, "regression_bumps")


#: The data sets in the plane by name: each is called with (n, noise, rng).
PLANE = {
    f.__name__: f
    for f in (
        gaussians,
        circle,
        xor,
        moons,
        spiral,
        k_classes,
        regression_plane,
        regression_bumps,
    )
}


def plane(name, n=200, noise=0.1, rng=0):
    """A data set in the plane by its name in `PLANE`.

    Raises
    ------
    ValueError
        If there is none of this name; a near match is offered.

    Examples
    --------
    >>> plane("moon")
    Traceback (most recent call last):
    ValueError: unknown data set 'moon'; did you mean 'moons'? Known: gaussians, circle, ...
    """
    return PLANE[expect.known(name, PLANE, "data set")](n, noise, rng)
