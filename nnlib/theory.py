r"""What can be counted, bounded or searched through exactly: the theory behind the pictures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import expect
from .activations import Elementwise, activation
from .backend import one_thread
from .core import Sequential
from .dense import Dense
from .losses import MSE
from .optim import Adam
from .train import step


class Line(NamedTuple):
    r"""A line w₁x₁ + w₂x₂ + b = 0 in the plane; class 1 is where the sum is positive."""

    w: np.ndarray
    b: float
    right: int
    margin: float


def best_line(X, y) -> Line:
    r"""The line with the most samples on their side; of several such, the one with most room.

    Exact, not learned. If a line separates some of the samples, so does the one that stays as far
    from them as it can, and that one leans on two of them (its normal is their difference) or on
    three (it is parallel to the difference of two). So it is enough to try, for each pair of
    samples, both directions, and every place for the line along each: about N³ work, for N small.

    Parameters
    ----------
    X : array (N, 2)
    y : array (N,) of 0 and 1

    Returns
    -------
    Line
        ``w`` (2,) of length 1, ``b``, ``right`` (how many samples lie on their side) and
        ``margin`` (how far the line is from the nearest of the samples it passes between).

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is neither 0 nor 1, or there are no samples.

    Examples
    --------
    AND has a line, with room on both sides; for XOR the best one gets three corners of four.

    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> w, b, right, margin = best_line(X, [0, 0, 0, 1])
    >>> right, round(margin, 3)
    (4, 0.354)
    >>> best_line(X, [0, 1, 1, 0]).right
    3
    """
    X, y = expect.array(X, "best_line", "X"), expect.array(y, "best_line", "y").reshape(-1)
    if X.ndim != 2 or X.shape[1] != 2 or len(y) != len(X) or not len(X):
        raise ValueError(
            f"best_line expects X of shape (N, 2) and y of shape (N,), N ≥ 1; "
            f"got {X.shape} and {y.shape}"
        )
    expect.binary(y, "best_line", "y")
    i, j = np.triu_indices(len(X), 1)
    along = X[i] - X[j]
    length = np.hypot(*along.T)
    along = along[length > 0] / length[length > 0, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normals = np.concatenate([along, -along, across, -across, [[1.0, 0.0], [-1.0, 0.0]]])

    # Along each normal the samples in order: the line can stand before, between or behind them.
    at = normals @ X.T
    order = np.argsort(at, axis=1, kind="stable")
    at = np.take_along_axis(at, order, axis=1)
    ones = y[order]
    before = np.pad(np.cumsum(ones, axis=1), ((0, 0), (1, 0)))  # ones on the negative side
    place = np.arange(len(X) + 1)
    right = (place - before) + (ones.sum(axis=1, keepdims=True) - before)
    gap = np.pad(np.diff(at, axis=1), ((0, 0), (1, 1)))
    possible = (gap > 1e-12) | (place == 0) | (place == len(X))
    # Rounded, so that which of two equally good lines is taken is the same on every machine.
    score = np.where(possible, right + np.round(gap / (1 + gap), 9) / 2, -1)
    k, n = np.unravel_index(np.argmax(score), score.shape)
    if n in (0, len(X)):
        threshold = at[k, 0] - 0.5 if n == 0 else at[k, -1] + 0.5
    else:
        threshold = (at[k, n - 1] + at[k, n]) / 2
    return Line(normals[k], float(-threshold), int(right[k, n]), float(gap[k, n] / 2))


# ------------------------------------------------------------------ one hidden layer, by hand


class Weights(NamedTuple):
    """Of a network with one input, n hidden units and one output, g(x W1 + b1) W2 + b2.

    W1 (1, n), b1 (n,), W2 (n, 1), b2 (1,).
    """

    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray

    def model(self, g) -> Sequential:
        """The network with these weights and the activation g, a name or a layer."""
        g = activation(g) if isinstance(g, str) else g
        n = len(self.b1)
        network = Sequential(Dense(1, n, init="zeros"), g, Dense(n, 1, init="zeros"))
        for parameter, value in zip(network.parameters(), self, strict=True):
            parameter.value[...] = value
        return network

    def units(self, x, g) -> np.ndarray:
        """What each hidden unit adds to the output, (len(x), n): g(x W1 + b1) times its W2."""
        g = activation(g) if isinstance(g, str) else g
        return g.forward(np.reshape(x, (-1, 1)) * self.W1 + self.b1) * self.W2[:, 0]

    def values(self, x, g) -> np.ndarray:
        """The output at each x, (len(x),)."""
        g = activation(g) if isinstance(g, str) else g
        return (g.forward(np.reshape(x, (-1, 1)) * self.W1 + self.b1) @ self.W2 + self.b2)[:, 0]


STAIRS = ("sigmoid", "tanh", "step")  # activations that `stairs` can build with, and `bumps`:
BUILDS = (*STAIRS, "relu")
SHARPNESS = 8.0  # how steep a sigmoid is by default: this over the width of a stair


def bumps(f, n, g="sigmoid", steepness=None) -> Weights:
    r"""Weights of n hidden units for a function on [0, 1]: written down, not learned.

    *sigmoid, tanh, step:* a staircase. [0, 1] is cut into n + 1 strips of width w = 1/(n + 1), and
    over each strip the network says what f says in its middle. Each of the n edges between two
    strips is one unit σ(s (x − t)), whose output weight is the height of the stair. Neighbouring
    bumps share their edges, so n + 1 of them need n units, not 2 (n + 1).

    *relu:* straight pieces. Between n + 1 equally distant knots f is replaced by a straight line.
    Each hinge max(0, x − t) has as output weight by how much the slope changes at t.

    If f is Lipschitz, \|f(x) − f(x′)\| ≤ L \|x − x′\|, then everywhere on [0, 1]

    .. math:: |f - N| \le \frac{L}{2(n+1)} + \frac{2 \ln 2}{s} L \quad (\text{sigmoid}), \qquad
              |f - N| \le \frac{L}{2n} \quad (\text{relu}).

    The first, because N is an average of values of f, weighted by
    σ(s (x − tₖ)) − σ(s (x − tₖ₊₁)): how often x plus logistic noise of scale 1/s falls into strip
    k. The mean size of such noise is 2 ln 2 / s. With the default s = 8 (n + 1) it is 0.67 L / (n +
    1) together. If f has a second derivative of at most M, ReLU's error is at most M / (8 n²).

    Parameters
    ----------
    f : callable
        Takes an array of numbers in [0, 1].
    n : int
        Hidden units, at least 1.
    g : str
        "sigmoid", "tanh", "step" or "relu".
    steepness : float, optional
        s, the slope inside the sigmoid; 8 (n + 1) if left out. Not for step and relu.

    Returns
    -------
    Weights

    Raises
    ------
    ValueError
        If n is not a whole number of at least 1, g has no such construction, or the steepness is
        not positive.

    References
    ----------
    M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 4, builds in the same way.

    Examples
    --------
    Two hinges for f(x) = x²: through (0, 0), (½, ¼) and (1, 1), with the slopes ½ and 3/2.

    >>> W1, b1, W2, b2 = bumps(np.square, 2, "relu")
    >>> b1, W2[:, 0], b2
    (array([ 0. , -0.5]), array([0.5, 1. ]), array([0.]))

    One step: 1/16 on the left half, 9/16 on the right.

    >>> bumps(np.square, 1, "step").values([0.1, 0.9], "step")
    array([0.0625, 0.5625])
    """
    n = _width(n, "bumps")
    expect.known(g, BUILDS, "g for bumps")
    if steepness is not None:
        expect.number(steepness, "bumps", "steepness", above=0)
    if g == "relu":
        knots = np.linspace(0, 1, n + 1)
        return hinges(knots, _values(f, knots))
    edges = np.arange(1, n + 1) / (n + 1)
    levels = _values(f, (np.arange(n + 1) + 0.5) / (n + 1))
    return stairs(edges, levels, g, SHARPNESS * (n + 1) if steepness is None else steepness)


def stairs(edges, levels, g="sigmoid", steepness=100.0) -> Weights:
    """One unit for each edge; it lifts the output from one level to the next.

    Parameters
    ----------
    edges : array (n,)
    levels : array (n + 1,)
        Left of the first edge, between the edges, right of the last.
    g : str
        "sigmoid", "tanh" or "step".
    steepness : float
        s in σ(s (x − t)). A step needs none.

    Raises
    ------
    ValueError
        If there is not one level more than edges, g builds no stairs, or the steepness is not above
        0.

    Examples
    --------
    A bump of height 3 from 0.2 to 0.6: up by 3, down by 3.

    >>> W1, b1, W2, b2 = stairs([0.2, 0.6], [0, 3, 0], steepness=50)
    >>> W1, b1, W2[:, 0], b2
    (array([[50., 50.]]), array([-10., -30.]), array([ 3., -3.]), array([0.]))
    """
    expect.known(g, STAIRS, "g for stairs")
    steepness = expect.number(steepness, "stairs", "steepness", above=0)
    edges, levels = expect.array(edges, "stairs", "edges"), expect.array(levels, "stairs", "levels")
    if edges.ndim != 1 or levels.shape != (len(edges) + 1,):
        raise ValueError(
            f"stairs expects n edges and n + 1 levels; got {edges.shape} and {levels.shape}."
        )
    lift, b2 = np.diff(levels), levels[:1].copy()
    s = np.full_like(edges, 1.0 if g == "step" else steepness)
    if g == "tanh":  # σ(z) = ½ + ½ tanh(z/2)
        s, lift, b2 = s / 2, lift / 2, b2 + lift.sum() / 2
    return Weights(s[None], 0.0 - s * edges, lift[:, None], b2)


def hinges(knots, heights) -> Weights:
    """ReLU units that join points by straight lines; right of the last it goes straight on.

    Parameters
    ----------
    knots : array (n + 1,)
        Increasing.
    heights : array (n + 1,)

    Raises
    ------
    ValueError
        If the knots do not increase, or there are not as many heights.

    Examples
    --------
    A hat: up with slope 2, at ½ down by 4, at 1 flat again.

    >>> hinges([0, 0.5, 1, 1.5], [0, 1, 0, 0]).W2[:, 0]
    array([ 2., -4.,  2.])
    """
    knots = expect.array(knots, "hinges", "knots")
    heights = expect.array(heights, "hinges", "heights")
    if knots.ndim != 1 or knots.shape != heights.shape or len(knots) < 2:
        raise ValueError(
            f"hinges expects as many knots as heights, at least 2; got {knots.shape} and "
            f"{heights.shape}."
        )
    if not (np.diff(knots) > 0).all():
        raise ValueError(f"hinges expects knots in increasing order; got {knots}.")
    slopes = np.diff(heights) / np.diff(knots)
    bend = np.diff(slopes, prepend=0.0)
    return Weights(np.ones((1, len(bend))), 0.0 - knots[:-1], bend[:, None], heights[:1].copy())


class Largest(NamedTuple):
    """The largest error, and where it is."""

    error: float
    at: float


def sup_error(f, network, x=None) -> Largest:
    """The largest distance of two functions on a grid: what the theorem means by *error*.

    A grid may step over the worst place. If the difference has slopes of at most D, the true
    supremum is larger by at most D h / 2, with h the distance of two points of the grid.

    Parameters
    ----------
    f, network : callable
        Each takes the array x.
    x : array, optional
        1001 points from 0 to 1 if left out.

    Raises
    ------
    ValueError
        If a function does not give a finite number for each x, or there is no x.
    TypeError
        If one is no function.

    Examples
    --------
    Between x² and the two straight pieces from above, largest in the middle of a piece: h²/4.

    >>> sup_error(np.square, lambda x: bumps(np.square, 2, "relu").values(x, "relu"))
    Largest(error=0.0625, at=0.25)
    """
    x = np.linspace(0, 1, 1001) if x is None else expect.array(x, "sup_error", "x")
    if not x.size:
        raise ValueError(f"sup_error expects at least one x; got shape {x.shape}.")
    error = np.abs(_values(f, x) - _values(network, x))
    k = int(np.argmax(np.round(error, 12)))  # of several equal ones the first, on every machine
    return Largest(float(error[k]), float(x[k]))


# ------------------------------------------------------------------ one hidden layer, at random


class Sine(Elementwise):
    """sin z: bounded, continuous, no polynomial; a Fourier series made of neurons."""

    def value(self, z):
        return np.sin(z)

    def slope(self, z, y):
        return np.cos(z)


class Power(Elementwise):
    """z to a whole power: a polynomial, the one kind of activation that cannot do it.

    >>> Power(2)([-3.0, 2.0])
    array([9., 4.])
    """

    def __init__(self, degree):
        self.degree = expect.whole(degree, "Power", "degree")

    def value(self, z):
        return _power(z, self.degree)

    def slope(self, z, y):
        return self.degree * _power(z, self.degree - 1)


def _power(z, degree):
    """As a product: NumPy's own z**3 takes ten times as long."""
    product = np.ones_like(z)
    for _ in range(degree):
        product = product * z
    return product


#: Activations to compare, by the name a reader sees.
COMPARED = {
    "sigmoid": activation("sigmoid"),
    "tanh": activation("tanh"),
    "relu": activation("relu"),
    "sin": Sine(),
    "z²": Power(2),
    "z³": Power(3),
}


def random_hidden(n, rng=0, scale=10.0):
    """A hidden layer nobody chose: slopes are normal, and z = 0 falls anywhere in [0, 1].

    Parameters
    ----------
    n : int
    rng : int or numpy.random.Generator
    scale : float
        Standard deviation of the slopes.

    Returns
    -------
    W1 (1, n), b1 (n,)

    Raises
    ------
    ValueError
        If n or the scale is not above 0, or rng no seed.
    """
    n, rng = _width(n, "random_hidden"), expect.generator(rng)
    expect.number(scale, "random_hidden", "scale", above=0)
    slopes, places = rng.normal(0, scale, n), rng.uniform(0, 1, n)
    return slopes[None], -slopes * places


def random_network(n, g, rng=0, scale=10.0) -> Weights:
    """Where training starts: `random_hidden`, and small random output weights.

    They are divided by the size of what comes out of the hidden layer, which is 1 for a sigmoid and
    many hundreds for z³; otherwise Adam would have to walk a long way first. Raises what
    `random_hidden` and `nnlib.activation` do.
    """
    rng, g = expect.generator(rng), _curve(g)
    W1, b1 = random_hidden(n, rng, scale)
    H = g.forward(np.linspace(0, 1, 101)[:, None] * W1 + b1)
    W2 = rng.normal(0, 1 / np.sqrt(n), (len(b1), 1)) / max(1.0, float(np.abs(H).max()))
    return Weights(W1, b1, W2, np.zeros(1))


def least_squares(x, y, W1, b1, g) -> Weights:
    """Keep the hidden layer; take the output weights with the least squared error.

    The network is linear in W2 and b2, so there is nothing to descend: it is a system of linear
    equations.

    Parameters
    ----------
    x, y : array (N,)
        The samples.
    W1, b1 : arrays (1, n), (n,)
    g : str or layer

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such g.

    Examples
    --------
    One ReLU with its hinge at ½ is enough for max(0, 2x − 1):

    >>> x = np.linspace(0, 1, 5)
    >>> found = least_squares(x, np.maximum(0, 2 * x - 1), [[1.0]], [-0.5], "relu")
    >>> found.W2.round(6), np.abs(found.b2).round(6)
    (array([[2.]]), array([0.]))
    """
    who, g = "least_squares", _curve(g)
    x, y = expect.array(x, who, "x").reshape(-1), expect.array(y, who, "y").reshape(-1)
    expect.same_length(who, x=x, y=y)
    W1, b1 = expect.array(W1, who, "W1", (1, "n")), expect.array(b1, who, "b1", ("n",))
    if W1.shape[1:] != b1.shape:
        raise ValueError(f"{who} expects W1 (1, n) and b1 (n,); got {W1.shape} and {b1.shape}.")
    H = g.forward(np.reshape(x, (-1, 1)) * W1 + b1)
    # Columns of one size, so that what counts as "nearly dependent" is the same for all.
    size = np.maximum(np.abs(H).max(axis=0), 1e-300)
    A = np.column_stack([H / size, np.ones(len(H))])
    with one_thread():
        solution = np.linalg.lstsq(A, y, rcond=1e-9)[0]
    return Weights(W1, b1, (solution[:-1] / size)[:, None], solution[-1:])


def descend(x, y, weights, g, steps=2000, lr=0.03):
    """Adam on *all* weights, from the given ones, with a rate that falls to zero.

    Yields
    ------
    (step, Weights)
        After each step; the arrays are the network's own, so copy what you keep.

    Raises
    ------
    ValueError
        If x and y have not one length, or steps or lr is out of range.
    TypeError
        If the weights are no `Weights`.
    """
    expect.made(weights, Weights, "descend", "Weights, as bumps() gives")
    x, y = expect.array(x, "descend", "x").reshape(-1), expect.array(y, "descend", "y").reshape(-1)
    expect.same_length("descend", x=x, y=y)
    steps, lr = expect.whole(steps, "descend", "steps"), expect.number(lr, "descend", "lr", 0)
    model, loss = weights.model(g), MSE()
    adam = Adam(model.parameters(), lr=lr)
    X, Y = np.reshape(x, (-1, 1)), np.reshape(y, (-1, 1))
    for k in range(steps):
        adam.lr = lr * (1 - k / steps)
        step(model, loss, adam, X, Y)
        yield k + 1, Weights(*(p.value for p in model.parameters()))


# ------------------------------------------------------------------ functions to be approximated


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


def _width(n, who):
    return expect.whole(n, who, "n, its hidden units,", 1)


def _curve(g):
    return g if isinstance(g, Elementwise) else activation(g)


def _values(f, x):
    """f at every x; a function that returns one number is a constant one."""
    y = expect.array(
        expect.function(f, "theory", "a function")(x), "theory", "what a function gives"
    )
    if y.shape not in ((), x.shape):
        raise ValueError(f"a function of {x.shape} numbers should give as many; got {y.shape}.")
    return np.broadcast_to(y, x.shape)
