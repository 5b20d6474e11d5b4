"""First weights: how large the random numbers are that training starts from.

Too large and the signal grows from layer to layer, too small and it dies out; both recipes keep
its variance about the same. n_in and n_out are the numbers of inputs and outputs of a layer.
"""

from __future__ import annotations

import numpy as np


def glorot(n_in: int, n_out: int, rng) -> np.ndarray:
    r"""Uniform in ±√(6 / (n_in + n_out)); for sigmoid, tanh and other odd-looking functions.

    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
    neural networks" (2010).
    """
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def he(n_in: int, n_out: int, rng) -> np.ndarray:
    r"""Normal with variance 2 / n_in; for ReLU, which throws half of the signal away.

    Source: K. He et al., "Delving deep into rectifiers" (2015).
    """
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def uniform(n_in: int, n_out: int, rng) -> np.ndarray:
    """Uniform in ±1/√n_in, what ``torch.nn.Linear`` does."""
    limit = 1 / np.sqrt(n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


def zeros(n_in: int, n_out: int, rng) -> np.ndarray:
    """All zero: with it all units of a layer stay alike for ever, a thing worth seeing once."""
    return np.zeros((n_in, n_out))


INITIALISERS = {f.__name__: f for f in (glorot, he, uniform, zeros)}
