"""One hidden layer with weights written down by hand, and its largest error."""

from __future__ import annotations

import copy
from typing import NamedTuple

import numpy as np

from .. import expect
from ..activations import activation
from ..core import Layer, Sequential
from ..dense import Dense

STAIRS = ("sigmoid", "tanh", "step")  # activations that `stairs` can build with, and `bumps`:
BUILDS = (*STAIRS, "relu")
SHARPNESS = 8.0  # how steep a sigmoid is by default: this over the width of a stair


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
        n = len(self.b1)
        network = Sequential(Dense(1, n, init="zeros"), own(g), Dense(n, 1, init="zeros"))
        for parameter, value in zip(network.parameters(), self, strict=True):
            parameter.value[...] = value
        return network

    def units(self, x, g) -> np.ndarray:
        """What each hidden unit adds to the output, (len(x), n): g(x W1 + b1) times its W2."""
        return own(g).forward(np.reshape(x, (-1, 1)) * self.W1 + self.b1) * self.W2[:, 0]

    def values(self, x, g) -> np.ndarray:
        """The output at each x, (len(x),)."""
        H = own(g).forward(np.reshape(x, (-1, 1)) * self.W1 + self.b1)
        return (H @ self.W2 + self.b2)[:, 0]


def own(g):
    """The activation named g; or a copy, because a layer remembers what it saw last, and the one
    given may be in the middle of a training elsewhere."""
    return copy.copy(g) if isinstance(g, Layer) else activation(g)


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
    n = expect.whole(n, "bumps", "n, its hidden units,", 1)
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


def _values(f, x):
    """f at every x; a function that returns one number is a constant one."""
    y = expect.array(
        expect.function(f, "theory", "a function")(x), "theory", "what a function gives"
    )
    if y.shape not in ((), x.shape):
        raise ValueError(f"a function of {x.shape} numbers should give as many; got {y.shape}.")
    return np.broadcast_to(y, x.shape)
