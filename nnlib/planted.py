r"""Networks with a mistake in one ``backward``, to be found by checking gradients.

Each mistake is one that people make, gives arrays of the right shape, and raises nothing. `suspect`
builds the network of a case; where its mistake sits is in `CASES`, so look there last.

Short names: ``dz`` and ``dy`` the gradients that come from behind, as in `nnlib.dense`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import expect
from .activations import ReLU, Tanh
from .backend import dot
from .core import Sequential
from .dense import Dense
from .gradcheck import SMALL, GradientError, both_gradients, gradcheck
from .losses import MSE

# ------------------------------------------------------------------------------- the mistakes
# A subclass gets the name of what it pretends to be, so that no printout gives it away.


def _disguised(cls):
    cls.__name__ = cls.__qualname__ = cls.__bases__[0].__name__
    return cls


@_disguised
class _NoTranspose(Dense):
    def backward(self, dz):
        super().backward(dz)
        return dot(dz, self.W.value)  # dz Wᵀ is right; W is square, so this fits as well


@_disguised
class _OneBias(Dense):
    def backward(self, dz):
        dx = super().backward(dz)
        self.b.grad[...] = dz[0]  # written for one sample; the sum over the rows is right
        return dx


@_disguised
class _NoMask(ReLU):
    def backward(self, dy):
        return dy  # dy where z > 0, else 0, is right


@_disguised
class _Sign(Tanh):
    def slope(self, z, y):
        return 1 + y * y  # 1 − y² is right


@_disguised
class _NoMean(MSE):
    def backward(self):
        dz, _ = self.cache
        return dz  # dz / n is right, for the loss is a mean


class Mistake(NamedTuple):
    """What is wrong, and the class that does it."""

    words: str
    layer: type


MISTAKES = {
    "transpose": Mistake("dX = dZ W in place of dZ Wᵀ", _NoTranspose),
    "bias": Mistake("db = the first row of dZ in place of the sum of its rows", _OneBias),
    "mask": Mistake("ReLU lets every gradient through, also where z ≤ 0", _NoMask),
    "sign": Mistake("the slope of tanh as 1 + y² in place of 1 − y²", _Sign),
    "mean": Mistake("the gradient of the loss is not divided by N", _NoMean),
}

LOSS = 7  #: the place of the loss, behind the layers 0 to 6

#: case -> (which mistake, index of the layer it sits in); "none" is as it should be.
CASES = {
    "A": ("transpose", 4),
    "B": ("mask", 3),
    "C": ("bias", 2),
    "D": ("mean", LOSS),
    "E": ("sign", 5),
    "none": (None, None),
}


class Suspect(NamedTuple):
    """A network, samples to check it with, and its loss: in the order `gradcheck` takes them."""

    model: Sequential
    X: np.ndarray
    y: np.ndarray
    loss: MSE


def suspect(case: str, *, samples: int = 5, seed: int = 0) -> Suspect:
    """The network of a case, with random weights and random samples.

    Parameters
    ----------
    case : str
        A name from `CASES`.
    samples : int
        N.
    seed : int
        For the weights and the samples.

    Raises
    ------
    ValueError
        If there is no such case, or no sample.

    Examples
    --------
    >>> model, X, y, loss = suspect("none")
    >>> model
    Sequential
      layer        output   parameters
      Dense(3, 4)  (N, 4)           16
      Tanh()       (N, 4)            0
      Dense(4, 4)  (N, 4)           20
      ReLU()       (N, 4)            0
      Dense(4, 4)  (N, 4)           20
      Tanh()       (N, 4)            0
      Dense(4, 1)  (N, 1)            5
      total                         61
    >>> gradcheck(model, X, y, loss) < 1e-6
    True
    """
    expect.known(case, CASES, "case")
    samples = expect.whole(samples, "suspect", "samples", 1)
    mistake, place = CASES[case]
    kinds = [Dense, Tanh, Dense, ReLU, Dense, Tanh, Dense, MSE]
    if mistake:
        kinds[place] = MISTAKES[mistake].layer
    rng = expect.generator(seed)
    widths = {0: (3, 4), 2: (4, 4), 4: (4, 4), 6: (4, 1)}
    layers = [kind(*widths.get(k, ())) for k, kind in enumerate(kinds[:LOSS])]
    for k, (n_in, n_out) in widths.items():
        layers[k].W.value[...] = rng.normal(size=(n_in, n_out)) * 0.8
        layers[k].b.value[...] = rng.normal(size=n_out) * 0.5
    X, y = rng.normal(size=(samples, 3)), rng.normal(size=(samples, 1))
    return Suspect(Sequential(*layers), X, y, kinds[LOSS]())


class Found(NamedTuple):
    """The gradients of one parameter, as `backward` gives them and by differences."""

    layer: int
    name: str
    received: np.ndarray
    expected: np.ndarray
    error: float


def report(found: Suspect, *, eps: float = 1e-6) -> list[Found]:
    """Every parameter's two gradients, with the largest relative error of each.

    Parameters
    ----------
    found : Suspect
    eps : float
        How far each number is moved.

    Raises
    ------
    TypeError
        If it is not what `suspect` gives.
    ValueError
        If eps is not above 0.

    Examples
    --------
    >>> [f"layer {f.layer} {f.name}" for f in report(suspect("C")) if f.error > 1e-6]
    ['layer 2 b']
    """
    expect.made(found, Suspect, "report", "what suspect() gives")
    rows = []
    for name, (received, expected) in both_gradients(*found, eps=eps).items():
        if name == "x":
            continue
        layer, letter = int(name[len("layers[") : name.index("]")]), name[-1]
        scale = max(SMALL, np.abs(expected).max())
        error = float(np.abs(received - expected).max() / scale)
        rows.append(Found(layer, letter, received, expected, error))
    return rows


def alone(found: Suspect) -> list[bool]:
    """Whether each layer passes `gradcheck` by itself, and at last whether the loss does.

    Each gets the input that the network gives it. What `suspect` did not give is a TypeError.

    Examples
    --------
    >>> alone(suspect("B")).index(False)
    3
    """
    model, X, y, loss = expect.made(found, Suspect, "alone", "what suspect() gives")
    inputs = [X, *model.trace(X)]
    verdicts = [_passes(layer, x) for layer, x in zip(model, inputs, strict=False)]
    nothing = Sequential()  # what comes out is what went in, so this checks the loss alone
    return [*verdicts, _passes(nothing, inputs[-1], y, loss)]


def _passes(layer, *arguments):
    try:
        gradcheck(layer, *arguments)
    except GradientError:
        return False
    return True
