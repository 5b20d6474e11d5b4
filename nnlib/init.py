"""First weights: how large the random numbers are that training starts from.

Too large and the signal grows from layer to layer, too small and it dies out; `glorot` and `he`
keep its variance about the same. Each function takes the numbers of inputs and outputs of a layer
and a ``numpy.random.Generator``, and returns weights of shape (n_in, n_out) in float64.
"""

from __future__ import annotations

import difflib
import math

import numpy as np


def glorot(n_in: int, n_out: int, rng) -> np.ndarray:
    r"""Uniform within ±√(6 / (n_in + n_out)): for tanh and other curves of slope 1 at zero.

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
    networks, 2010.

    Examples
    --------
    >>> W = glorot(20, 4, np.random.default_rng(0))  # within ±√(6/24) = ±0.5
    >>> W.shape, W.min() > -0.5, W.max() < 0.5
    ((20, 4), np.True_, np.True_)
    """
    limit = math.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def he(n_in: int, n_out: int, rng) -> np.ndarray:
    r"""Normal with variance 2 / n_in: for ReLU, which throws half of the signal away.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, 2015.

    Examples
    --------
    >>> W = he(50, 200, np.random.default_rng(0))  # spread √(2/50)
    >>> round(float(W.std()), 2)
    0.2
    """
    return rng.normal(0, math.sqrt(2 / n_in), (n_in, n_out))


def uniform(n_in: int, n_out: int, rng) -> np.ndarray:
    r"""Uniform within ±1/√n_in, as ``torch.nn.Linear`` starts.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html

    Examples
    --------
    >>> W = uniform(4, 100, np.random.default_rng(0))
    >>> round(float(abs(W).max()), 2)  # 1/√4
    0.5
    """
    limit = 1 / math.sqrt(n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


def zeros(n_in: int, n_out: int, rng) -> np.ndarray:
    """All zero: the units of a layer then stay alike for ever, which is worth seeing once.

    >>> zeros(1, 2, None)
    array([[0., 0.]])
    """
    return np.zeros((n_in, n_out))


INITIALISERS = {f.__name__: f for f in (glorot, he, uniform, zeros)}


def initialiser(init):
    """The function of this name; a function is returned as it is.

    >>> initialiser("he")(2, 3, np.random.default_rng(0)).shape
    (2, 3)
    >>> initialiser("glorott")
    Traceback (most recent call last):
        ...
    ValueError: unknown init 'glorott'; did you mean 'glorot'? Known: glorot, he, uniform, zeros.
    """
    if callable(init):
        return init
    if init in INITIALISERS:
        return INITIALISERS[init]
    near = difflib.get_close_matches(str(init), INITIALISERS, 1)
    hint = f"did you mean {near[0]!r}? Known" if near else "known"
    raise ValueError(f"unknown init {init!r}; {hint}: {', '.join(INITIALISERS)}.")
