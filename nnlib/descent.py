r"""What notebook 05 descends on: curves of one weight, a line's loss, a neuron's; and batches.

Short names: ``w`` the weights (of a line and a neuron: w and b, shape (..., 2)), η the learning
rate ``lr``, L the largest curvature.
"""

from __future__ import annotations

import math

import numpy as np

from . import expect
from .surfaces import FAR, Surface

BOWL, VALLEYS = "one valley", "two valleys"
FEW = 8  # samples for which plain numbers are faster than arrays


class Curve:
    r"""A loss of one weight, with its slope and its curvature; all three are polynomials.

    "one valley" is ½ L w²; "two valleys" is k (¼ w⁴ − w² + 0.3 w), the left one deeper.

    Parameters
    ----------
    name : {"one valley", "two valleys"}
    curvature : float
        L, the second derivative at the deepest minimum; it determines k.

    Attributes
    ----------
    minima : array
        Where they are, the deepest first.
    limit : float
        2 / L: at a larger learning rate a descent cannot come to rest at the deepest minimum.

    Raises
    ------
    ValueError
        If there is none of this name, or the curvature is not above 0.

    Examples
    --------
    >>> bowl = Curve("one valley", curvature=4.0)
    >>> print(bowl.value(2.0), bowl.slope(2.0), bowl.limit)
    8.0 8.0 0.5
    """

    def __init__(self, name=BOWL, curvature=1.0):
        expect.known(name, (BOWL, VALLEYS), "curve")
        curvature = expect.number(curvature, "Curve", "curvature", above=0)
        value = np.poly1d([0.5, 0, 0] if name == BOWL else [0.25, 0, -1.0, 0.3, 0])
        level = np.sort(np.real(value.deriv().roots))
        self.minima = level[::2]  # between two minima lies a hill
        value *= curvature / value.deriv(2)(self.minima[0])
        self._value, self._slope, self._curvature = value, value.deriv(), value.deriv(2)
        self.limit = 2 / curvature

    def value(self, w):
        """J(w) above its lowest value."""
        return self._value(w) - self._value(self.minima[0])

    def slope(self, w):
        """dJ/dw."""
        return self._slope(w)

    def curvature(self, w):
        """d²J/dw²."""
        return self._curvature(w)

    def descend(self, start, lr, steps):
        """The path, shape (steps + 1, ...), of many starts or many rates at once.

        NaN from where it has diverged. Raises a ValueError for shapes that do not fit, or steps
        below 0, and a TypeError for what is no number.
        """
        start, lr = (expect.array(v, "Curve.descend", n) for v, n in ((start, "start"), (lr, "lr")))
        steps = expect.whole(steps, "Curve.descend", "steps")
        if start.ndim and lr.ndim and start.shape != lr.shape:
            raise ValueError(
                "Curve.descend expects start and lr of one shape, or a number for one of them; "
                f"got {start.shape} and {lr.shape}."
            )
        w = np.broadcast_to(start, np.broadcast(start, lr).shape)
        path = [w]
        with np.errstate(all="ignore"):
            for _ in range(steps):
                w = w - lr * self.slope(w)
                w = np.where(np.abs(w) < FAR, w, np.nan)
                path.append(w)
        return np.array(path)


def squared_error(x, y) -> Surface:
    r"""J(w, b) = Σ (w xᵢ + b − yᵢ)² of a line, as a surface over (w, b).

    The Hessian is the same everywhere: 2 Σ xᵢ² and 2 N on the diagonal, 2 Σ xᵢ beside it.

    Parameters
    ----------
    x, y : array (N,)
        At least two different x.

    Raises
    ------
    ValueError
        If all x are the same, or x and y are no finite numbers of one length.

    Examples
    --------
    >>> J = squared_error([0, 1, 2], [1, 3, 2])
    >>> J.gradient(np.zeros(2)), J.minima
    (array([-14., -12.]), array([[0.5, 1.5]]))
    """
    x, y = (expect.array(a, "squared_error", n, ("N",)) for a, n in ((x, "x"), (y, "y")))
    expect.same_length("squared_error", x=x, y=y)
    if len(np.unique(x)) < 2:
        raise ValueError(
            f"squared_error expects at least two different x; got {expect.shown(x.tolist())}."
        )
    H = 2 * np.array([[x @ x, x.sum()], [x.sum(), len(x)]])
    at_zero = -2 * np.array([x @ y, y.sum()])

    def value(w):  # a polynomial, whatever the number of points
        w = np.asarray(w, dtype=float)
        a, b = w[..., 0], w[..., 1]
        squares = 0.5 * (H[0, 0] * a * a + H[1, 1] * b * b) + H[0, 1] * a * b
        return squares + at_zero[0] * a + at_zero[1] * b + y @ y

    return Surface(
        "squared error",
        "Σ (w xᵢ + b − yᵢ)²",
        value=value,
        gradient=lambda w: np.asarray(w, dtype=float) @ H + at_zero,
        hessian=lambda w: H,
        x=(-3.0, 4.0),
        y=(-2.0, 4.0),
        start=(0.0, 0.0),
        minima=np.linalg.solve(H, -at_zero)[None],
    )


def neuron_loss(x, y) -> Surface:
    r"""The mean binary cross-entropy of σ(w x + b), as a surface over (w, b).

    Parameters
    ----------
    x, y : array (N,)
        y of 0 and 1, which no threshold of x separates: else there is no minimum.

    Raises
    ------
    ValueError
        If a threshold does, or x and y are not of one length, or a label is another.

    Examples
    --------
    >>> J = neuron_loss(np.array([-1.0, 0, 1, 2]), np.array([0, 1, 0, 1]))
    >>> J.gradient(np.zeros(2))
    array([-0.25,  0.  ])
    """
    x, y = expect.array(x, "neuron_loss", "x", ("N",)), expect.binary(y, "neuron_loss", "y")
    expect.same_length("neuron_loss", x=x, y=y)
    inputs = np.stack([x, np.ones_like(x)])  # (2, N)

    def value(w):
        z = np.asarray(w, dtype=float) @ inputs
        # ln(1 + eᶻ), which needs no eᶻ where z is large
        return (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) - y * z).mean(axis=-1)

    def probability(w):
        return 0.5 + 0.5 * np.tanh(0.5 * (np.asarray(w, dtype=float) @ inputs))

    def hessian(w):
        p = probability(w)
        return (inputs * (p * (1 - p))) @ inputs.T / len(y)

    def gradient(w):
        return (probability(w) - y) @ inputs.T / len(y)

    w = np.zeros(2)
    for _ in range(30):  # Newton's method
        try:
            w = w - np.linalg.solve(hessian(w), gradient(w))
        except np.linalg.LinAlgError:  # so far out that nothing bends
            break
    # Classes that a threshold separates lead w ever further, where the loss is flat.
    if not (np.abs(gradient(w)).max() < 1e-8 and np.linalg.eigvalsh(hessian(w))[0] > 1e-6):
        raise ValueError("neuron_loss expects classes that no threshold of x separates.")
    return Surface(
        "neuron",
        "mean cross-entropy of σ(w x + b)",
        value,
        gradient,
        hessian,
        x=(-2.0, 6.0),
        y=(-3.0, 3.0),
        start=(-1.5, 2.2),
        minima=w[None],
    )


def descend_in_batches(x, y, start, lr, batch_size, epochs, seed=0) -> np.ndarray:
    r"""The weights of a neuron σ(w x + b), update by update; every epoch shuffles the samples.

    Parameters
    ----------
    x, y : array (N,)
    start : (w, b)
    lr : float
    batch_size : int
        The last batch of an epoch has what is left.
    epochs, seed : int

    Returns
    -------
    array (updates + 1, 2)

    Raises
    ------
    ValueError
        If x and y are not of one length, or a number is out of range.

    Examples
    --------
    One step from zero, where σ = ½, with both samples: (w, b) − ½ ∇J.

    >>> descend_in_batches(np.array([1.0, 2.0]), np.array([1, 0]), (0, 0), 0.5, 2, 1)[-1]
    array([-0.125,  0.   ])
    """
    who = "descend_in_batches"
    x, y = expect.array(x, who, "x", ("N",)), expect.binary(y, who, "y")
    expect.same_length(who, x=x, y=y)
    lr = expect.number(lr, who, "lr", 0)
    batch_size, epochs = (
        expect.whole(batch_size, who, "batch_size", 1),
        expect.whole(epochs, who, "epochs"),
    )
    rng = expect.generator(seed)
    w, b = expect.array(start, who, "start", (2,)).tolist()
    path = [(w, b)]
    for _ in range(epochs):
        order = rng.permutation(len(x))
        shuffled_x, shuffled_y = x[order], y[order]
        if batch_size <= FEW:
            pairs = list(zip(shuffled_x.tolist(), shuffled_y.tolist(), strict=True))
            for first in range(0, len(x), batch_size):
                some = pairs[first : first + batch_size]
                dw = db = 0.0
                for x1, y1 in some:
                    error = 0.5 + 0.5 * math.tanh(0.5 * (w * x1 + b)) - y1
                    dw, db = dw + error * x1, db + error
                w, b = w - lr * dw / len(some), b - lr * db / len(some)
                path.append((w, b))
            continue
        for first in range(0, len(x), batch_size):
            some = slice(first, first + batch_size)
            x_some = shuffled_x[some]
            error = 0.5 + 0.5 * np.tanh(0.5 * (w * x_some + b)) - shuffled_y[some]
            n = len(error)
            w, b = w - lr * float(error @ x_some) / n, b - lr * float(error.sum()) / n
            path.append((w, b))
    return np.array(path)
