"""Will I pass this class? The students of the lecture, made up."""

import numpy as np

from .. import expect
from .dataset import Dataset

#: The student the lecture asks about: 4 lectures attended, 5 hours on the final project.
QUERY = np.array([[4.0, 5.0]])


def will_i_pass(n=80, rng=0):
    r"""Who passed this class, made up: x₁ lectures attended, x₂ hours on the final project.

    .. math:: P(\text{pass}) = \sigma(x_1 + x_2 - 8)

    so attending one lecture more and working one hour more help equally, and the outcome is
    uncertain near the line x₁ + x₂ = 8. The lecture's student, `QUERY` = (4, 5), lies just on the
    side of those who pass: σ(1) = 0.73.

    Parameters
    ----------
    n : int, default 80
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    Dataset
        Kind "binary"; x₁ whole numbers from 0 to 10, x₂ half hours from 0 to 10.

    Raises
    ------
    ValueError
        If n < 1.

    Examples
    --------
    >>> will_i_pass()
    Dataset: 80 samples (lectures attended, hours on the final project), binary: fail, pass
    """
    n = expect.whole(n, "will_i_pass", "n", 1)
    rng = expect.generator(rng)
    lectures = rng.integers(0, 11, n).astype(float)
    hours = rng.integers(0, 21, n) / 2
    p = 1 / (1 + np.exp(8 - lectures - hours))
    return Dataset(
        np.stack([lectures, hours], axis=1),
        (rng.uniform(size=n) < p).astype(int),
        "binary",
        ("lectures attended", "hours on the final project"),
        ("fail", "pass"),
    )


def untrained():
    """Weights of a neuron that has learned nothing, and says 0.1 to the student `QUERY`.

    As small as first weights are, but not drawn: the lecture's number comes out.
    z = 0 − 0.3 · 4 − 0.2 · 5 = −2.2, and σ(−2.2) = 0.0998.

    Returns
    -------
    W : ndarray, shape (2, 1)
    b : ndarray, shape (1,)
        As `Dense` has them.

    Examples
    --------
    >>> W, b = untrained()
    >>> z = QUERY @ W + b
    >>> (1 / (1 + np.exp(-z))).round(1)
    array([[0.1]])
    """
    return np.array([[-0.3], [-0.2]]), np.array([0.0])
