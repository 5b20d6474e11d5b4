"""First weights: how large the random numbers are that training starts from.

Too large and the signal grows from layer to layer, too small and it dies out; `glorot` and `he`
keep its variance about the same. Each function takes the numbers of inputs and outputs of a layer
and a ``numpy.random.Generator``, and returns weights of shape (n_in, n_out) in float64; numbers
below 1 are a ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .expect import known, whole


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
    n_in, n_out = _sizes(n_in, n_out)
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
    n_in, n_out = _sizes(n_in, n_out)
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
    n_in, n_out = _sizes(n_in, n_out)
    limit = 1 / math.sqrt(n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


def zeros(n_in: int, n_out: int, rng) -> np.ndarray:
    """All zero: the units of a layer then stay alike for ever, which is worth seeing once.

    >>> zeros(1, 2, None)
    array([[0., 0.]])
    """
    return np.zeros(_sizes(n_in, n_out))


def _sizes(n_in, n_out):
    return whole(n_in, "init", "n_in", 1), whole(n_out, "init", "n_out", 1)


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
    return init if callable(init) else INITIALISERS[known(init, INITIALISERS, "init")]


def first_weights(init, n_in: int, n_out: int, rng) -> np.ndarray:
    """Weights of shape (n_in, n_out) by a name or a function.

    Raises
    ------
    ValueError
        If there is none of this name, or the function returns another shape.

    Examples
    --------
    >>> first_weights(lambda n_in, n_out, rng: np.ones((n_in, n_out)), 1, 2, None)
    array([[1., 1.]])
    """
    W = np.asarray(initialiser(init)(n_in, n_out, rng))
    if W.shape != (n_in, n_out):
        raise ValueError(f"init expects to return weights of shape {(n_in, n_out)}; got {W.shape}.")
    return W
