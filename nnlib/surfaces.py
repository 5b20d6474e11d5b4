r"""Loss surfaces over two weights, whose minima are known, and the path of an optimiser on them.

Short names: ``w`` the two weights, shape (..., 2), so that a whole grid of them is one call;
L the largest curvature at a minimum, the largest eigenvalue of the Hessian there.

To add a surface, write a function that returns a `Surface` and put it into `SURFACES`; every
explorer that offers surfaces then shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import expect
from .core import Parameter

FAR = 1e6  # a path that is so far from the origin has diverged


@dataclass(frozen=True, eq=False)
class Surface:
    r"""A function of two weights.

    Parameters
    ----------
    name, formula : str
        ``formula`` in plain Unicode, for titles.
    value : callable
        w of shape (..., 2) → f(w) of shape (...).
    gradient : callable
        w of shape (..., 2) → ∇f(w) of shape (..., 2).
    hessian : callable
        w of shape (2,) → the second derivatives, shape (2, 2).
    x, y : (float, float)
        The window worth looking at, along w₁ and w₂.
    start : (float, float)
        Where a descent shows something.
    minima : array (n, 2)
        All local minima, the deepest first.
    """

    name: str
    formula: str
    value: Callable
    gradient: Callable
    hessian: Callable
    x: tuple[float, float]
    y: tuple[float, float]
    start: tuple[float, float]
    minima: np.ndarray

    def curvatures(self, w=None):
        """The eigenvalues of the Hessian at ``w`` (at the deepest minimum), smallest first.

        Raises a ValueError if w is not two numbers.
        """
        at = self.minima[0] if w is None else expect.array(w, "curvatures", "w", (2,))
        return np.linalg.eigvalsh(self.hessian(at))

    @property
    def limit(self) -> float:
        r"""2 / L: at a larger learning rate gradient descent is driven away from the minimum.

        Near a minimum f is a bowl, and a step multiplies the distance along the axis of curvature
        λ by 1 − ηλ. That stays below 1 in magnitude as long as η < 2 / λ, for the largest λ too.
        """
        return 2 / float(self.curvatures()[-1])


def ravine(condition: float = 20.0, angle: float = 0.0) -> Surface:
    r"""f(w) = ½ (u₁² + κ u₂²): a bowl for κ = 1, a long valley for a large condition number κ.

    u is w in axes that are turned by ``angle``, so for 0 it is w itself.

    Parameters
    ----------
    condition : float
        κ ≥ 1, how many times steeper it is across than along.
    angle : float
        In degrees, anticlockwise: where the valley runs.

    Raises
    ------
    ValueError
        If κ is below 1, or a number is none.

    Examples
    --------
    >>> ravine(20).limit  # 2 / L, L = 20
    0.1
    >>> ravine(20).gradient(np.array([1.0, 1.0]))
    array([ 1., 20.])
    >>> ravine(20, angle=90).gradient(np.array([1.0, 1.0])).round(9)
    array([20.,  1.])
    """
    expect.number(condition, "ravine", "condition", 1)
    expect.number(angle, "ravine", "angle")
    along, across = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    if angle:
        turn = np.deg2rad(angle)
        along = np.array([np.cos(turn), np.sin(turn)])
        across = np.array([-np.sin(turn), np.cos(turn)])
    curved = np.outer(along, along) + condition * np.outer(across, across)
    name, u = "bowl" if condition == 1 else "ravine", "w"
    if angle:
        name, u = f"turned {name}", "u"
    kappa = "" if condition == 1 else f"{condition:g} "
    start = -1.8 * along + (1.2 if condition == 1 else 0.5) * across
    return Surface(
        name,
        f"½ ({u}₁² + {kappa}{u}₂²)",
        value=lambda w: 0.5 * ((w @ curved) * w).sum(axis=-1),
        gradient=lambda w: w @ curved,
        hessian=lambda w: curved,
        x=(-2.0, 2.0),
        y=(-1.5, 1.5),
        start=(float(start[0]), float(start[1])),
        minima=np.zeros((1, 2)),
    )


# Centre, depth and width of each well.
_WELLS = np.array(
    [
        (1.1, 0.5, 2.2, 0.70),
        (-1.1, 0.7, 1.1, 0.42),
        (-0.2, -0.9, 0.9, 0.38),
    ]
)


def wells() -> Surface:
    r"""f(w) = 0.05 \|w\|² − Σ dₖ exp(−\|w − cₖ\|² / 2sₖ²): a wide deep well, two small narrow ones.

    Examples
    --------
    >>> wells().minima.round(2)
    array([[ 1.08,  0.49],
           [-1.07,  0.69],
           [-0.17, -0.86]])
    """
    centre, depth, width = _WELLS[:, :2], _WELLS[:, 2], _WELLS[:, 3]

    def parts(w):
        """From each centre to w, and how much of each well there is."""
        away = np.asarray(w, dtype=float)[..., None, :] - centre
        return away, depth * np.exp(-np.square(away).sum(axis=-1) / (2 * width**2))

    def value(w):
        return 0.05 * np.square(w).sum(axis=-1) - parts(w)[1].sum(axis=-1)

    def gradient(w):
        away, well = parts(w)
        return 0.1 * np.asarray(w) + ((well / width**2)[..., None] * away).sum(axis=-2)

    def hessian(w):
        away, well = parts(w)
        bent = np.eye(2) / width[:, None, None] ** 2
        bent = bent - away[:, :, None] * away[:, None, :] / width[:, None, None] ** 4
        return 0.1 * np.eye(2) + (well[:, None, None] * bent).sum(axis=0)

    minima = centre.copy()
    for _ in range(20):  # Newton's method, from the centres
        minima -= [np.linalg.solve(hessian(w), gradient(w)) for w in minima]
    return Surface(
        "local minima",
        "three wells",
        value,
        gradient,
        hessian,
        x=(-2.0, 2.0),
        y=(-1.6, 1.6),
        start=(-1.6, 0.2),
        minima=minima[np.argsort(value(minima))],
    )


def saddle() -> Surface:
    r"""f(w) = ½ w₁² − ½ w₂² + ¼ w₂⁴: down to a saddle at the origin, and on to one of two minima.

    Examples
    --------
    >>> saddle().gradient(np.zeros(2)), saddle().curvatures([0, 0])
    (array([0., 0.]), array([-1.,  1.]))
    """

    def gradient(w):
        w = np.asarray(w, dtype=float)
        return np.stack([w[..., 0], w[..., 1] ** 3 - w[..., 1]], axis=-1)

    return Surface(
        "saddle",
        "½ w₁² − ½ w₂² + ¼ w₂⁴",
        value=lambda w: 0.5 * w[..., 0] ** 2 - 0.5 * w[..., 1] ** 2 + 0.25 * w[..., 1] ** 4,
        gradient=gradient,
        hessian=lambda w: np.diag([1.0, 3 * float(w[1]) ** 2 - 1]),
        x=(-2.0, 2.0),
        y=(-1.5, 1.5),
        start=(-1.8, 0.02),
        minima=np.array([[0.0, 1.0], [0.0, -1.0]]),
    )


def rosenbrock() -> Surface:
    r"""f(w) = (1 − w₁)² + 100 (w₂ − w₁²)²: a bent valley, easy to find and slow to walk along.

    Source: H. Rosenbrock, An automatic method for finding the greatest or least value of a
    function, The Computer Journal 3, 1960.

    Examples
    --------
    >>> rosenbrock().gradient(np.array([0.0, 1.0]))  # (−2 (1 − 0) − 0, 200 (1 − 0))
    array([ -2., 200.])
    """

    def value(w):
        a, b = w[..., 0], w[..., 1]
        return (1 - a) ** 2 + 100 * (b - a**2) ** 2

    def gradient(w):
        w = np.asarray(w, dtype=float)
        a, b = w[..., 0], w[..., 1]
        off, found = b - a**2, np.empty_like(w)
        found[..., 0], found[..., 1] = -2 * (1 - a) - 400 * a * off, 200 * off
        return found

    def hessian(w):
        a, b = float(w[0]), float(w[1])
        return np.array([[2 - 400 * (b - 3 * a**2), -400 * a], [-400 * a, 200.0]])

    return Surface(
        "Rosenbrock",
        "(1 − w₁)² + 100 (w₂ − w₁²)²",
        value,
        gradient,
        hessian,
        x=(-2.0, 2.0),
        y=(-1.0, 3.0),
        start=(-1.5, 2.0),
        minima=np.ones((1, 2)),
    )


#: name → surface
SURFACES = {s.name: s for s in (ravine(1), ravine(20), wells(), saddle(), rosenbrock())}


def descend(surface, start, steps, optimizer, schedule=None) -> np.ndarray:
    r"""The path of an optimiser on a surface.

    Parameters
    ----------
    surface : Surface
    start : pair of float
    steps : int
    optimizer : callable
        parameters → optimiser, for instance ``lambda p: nn.SGD(p, lr=0.1)``.
    schedule : callable, optional
        Number of the step, from 0 → learning rate.

    Returns
    -------
    array (steps + 1, 2)
        The start and where each step led; NaN from where it had diverged (`FAR` or not finite).

    Raises
    ------
    ValueError
        If the start is not two finite numbers, or steps no whole number of at least 0.
    TypeError
        If the surface, the optimiser or the schedule is of another kind.

    Examples
    --------
    On the bowl ½ \|w\|² a step with η = ½ goes half of the way.

    >>> from nnlib import SGD
    >>> descend(ravine(1), (1, 0), 3, lambda p: SGD(p, lr=0.5))[:, 0]
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    expect.made(surface, Surface, "descend", "a Surface such as ravine()")
    expect.function(optimizer, "descend", "optimizer to be a function: lambda p: SGD(p, lr=0.1)")
    if schedule is not None:
        expect.function(schedule, "descend", "schedule to be a function: step → learning rate")
    start = expect.array(start, "descend", "start", (2,))
    steps = expect.whole(steps, "descend", "steps")
    w = Parameter(start.copy())
    rule = optimizer([w])
    path = np.full((int(steps) + 1, 2), np.nan)
    path[0] = start
    with np.errstate(all="ignore"):  # a path that leaves is shown, not warned about
        for k in range(int(steps)):
            if schedule is not None:
                rule.lr = schedule(k)
            w.grad[...] = surface.gradient(w.value)
            rule.step()
            if not (np.abs(w.value) < FAR).all():  # NaN too
                break
            path[k + 1] = w.value
    return path
