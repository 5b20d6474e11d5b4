r"""Learning-rate schedules: how long the step is, as a function of its number.

Each of these takes the numbers that describe it and gives a function k → η, with k = 0 for the
first step. Before each step: ``optimizer.lr = schedule(k)``. Numbers out of range are a ValueError.

To add one, write such a function and put it into `SCHEDULES`; explorers then offer it.
"""

from __future__ import annotations

import math

from .expect import number, whole


def _check(lr, steps, who):
    number(lr, who, "lr", 0)
    whole(steps, who, "steps", 1)


def constant(lr: float, steps: int):
    r"""η for every step.

    >>> constant(0.1, 100)(99)
    0.1
    """
    _check(lr, steps, "constant")
    return lambda k: lr


def step_decay(lr: float, steps: int, factor: float = 0.1):
    r"""η, then η times ``factor`` from half of the steps on, then again from three quarters on.

    Parameters
    ----------
    lr : float
        η of the first step, at least 0.
    steps : int
        How many steps there will be.
    factor : float

    Returns
    -------
    callable
        Number of the step → learning rate.

    Examples
    --------
    >>> eta = step_decay(0.8, 100, factor=0.5)
    >>> [eta(k) for k in (0, 49, 50, 75, 99)]
    [0.8, 0.8, 0.4, 0.2, 0.2]
    """
    _check(lr, steps, "step_decay")
    number(factor, "step_decay", "factor", 0)
    return lambda k: lr * factor ** ((k >= steps / 2) + (k >= 3 * steps / 4))


def inverse(lr: float, steps: int, tenth: float = 0.1):
    r"""η / (1 + 9k / (``tenth`` · steps)): a tenth of η after a tenth of the steps, like 1/k later.

    Steps that shrink like 1/k add up to infinity, so every place can be reached, while their
    squares do not, so the noise dies out: the condition of Robbins and Monro, A stochastic
    approximation method, 1951.

    Examples
    --------
    >>> eta = inverse(1.0, 100)
    >>> round(eta(0), 3), round(eta(10), 3), round(eta(100), 3)
    (1.0, 0.1, 0.011)
    """
    _check(lr, steps, "inverse")
    number(tenth, "inverse", "tenth", above=0)
    return lambda k: lr / (1 + 9 * k / (tenth * steps))


def cosine(lr: float, steps: int, warmup: float = 0.0):
    r"""½ η (1 + cos πt), from η down to 0, with t from 0 to 1 over the steps.

    Parameters
    ----------
    lr, steps
        As for `step_decay`.
    warmup : float
        The share of the steps in which η first rises, in equal steps, to its full value: for
        optimisers whose averages are worth little at first.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.

    Examples
    --------
    >>> eta = cosine(1.0, 100)
    >>> [round(eta(k), 2) for k in (0, 50, 100)]
    [1.0, 0.5, 0.0]
    >>> eta = cosine(1.0, 100, warmup=0.1)
    >>> [round(eta(k), 2) for k in (0, 4, 9, 55, 100)]
    [0.1, 0.5, 1.0, 0.5, 0.0]
    """
    _check(lr, steps, "cosine")
    number(warmup, "cosine", "warmup", 0, below=1)
    first = warmup * steps

    def eta(k):
        if k < first:
            return lr * min(1.0, (k + 1) / first)
        return 0.5 * lr * (1 + math.cos(math.pi * (k - first) / (steps - first)))

    return eta


#: name → (lr, steps) → (number of the step → learning rate)
SCHEDULES = {
    "constant": constant,
    "step decay": step_decay,
    "1/k": inverse,
    "cosine": cosine,
    "warm-up and cosine": lambda lr, steps: cosine(lr, steps, warmup=0.1),
}
