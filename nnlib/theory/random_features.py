"""One hidden layer at random: solved for its output weights, or trained from there."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Elementwise, activation
from ..backend import one_thread
from ..losses import MSE
from ..optim import Adam
from ..train import step
from .hand_built import Weights, own


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
    n = expect.whole(n, "random_hidden", "n, its hidden units,", 1)
    rng = expect.generator(rng)
    expect.number(scale, "random_hidden", "scale", above=0)
    slopes, places = rng.normal(0, scale, n), rng.uniform(0, 1, n)
    return slopes[None], -slopes * places


def random_network(n, g, rng=0, scale=10.0) -> Weights:
    """Where training starts: `random_hidden`, and small random output weights.

    They are divided by the size of what comes out of the hidden layer, which is 1 for a sigmoid and
    many hundreds for z³; otherwise Adam would have to walk a long way first. Raises what
    `random_hidden` and `nnlib.activation` do.
    """
    rng, g = expect.generator(rng), own(g)
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
    who, g = "least_squares", own(g)
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
