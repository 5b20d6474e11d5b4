r"""Optimisers, from the simplest to the richest: how a gradient becomes a step.

Short names: ``w`` all weights as one vector, ``g`` the gradient of the loss with respect to them,
η the learning rate ``lr``, v, m, s running averages.

An optimiser is given the parameters once; ``step()`` then changes their values, using their
gradients. It lays all values end to end into one vector, and all gradients into another, and
leaves the parameters as views of these. So a step is one line on one vector, however many layers
there are.

To add one, write a class with `direction`, like `Momentum`; it is then in `OPTIMIZERS`.
"""

from __future__ import annotations

import math

from .backend import like, namespace
from .core import Parameter
from .expect import number, shown

#: name → class, in the order of this file
OPTIMIZERS: dict[str, type] = {}


class Number:
    """An attribute that must be a number of at least 0, and below ``below``.

    It has no ``__get__``: reading finds the number in the object itself, at no cost.
    """

    def __init__(self, below=None):
        self.below = below

    def __set_name__(self, owner, name):
        self.name = name

    def __set__(self, optimizer, value):
        value = self.check(value, type(optimizer).__name__)
        vars(optimizer)[self.name] = value

    def check(self, value, owner):
        # A float, of NumPy's scalars too, which would turn float32 into float64.
        return number(value, owner, self.name, 0, below=self.below)


class Pair(Number):
    """Two such numbers."""

    def check(self, value, owner):
        try:
            first, second = value
            return super().check(first, owner), super().check(second, owner)
        except (TypeError, ValueError):
            raise ValueError(
                f"{owner} expects {self.name} to be two numbers of at least 0 and below "
                f"{self.below}; got {shown(value)}."
            ) from None


class Optimizer:
    r"""Base class: all weights as one vector, the learning rate and the penalties.

    Parameters
    ----------
    parameters : list of Parameter
        As in ``model.parameters()``.
    lr : float
        η, at least 0. It may be changed at any time, and so may the penalties.
    l1, l2 : float
        Adds l1 · Σ\|w\| + ½ · l2 · Σw² to the loss, for biases too, so that every number is pulled
        towards zero. PyTorch calls l2 ``weight_decay``.

    Raises
    ------
    ValueError
        If a rate or penalty is negative, infinite or NaN, or there are no parameters.
    TypeError
        If something else than parameters is given.
    """

    lr, l1, l2 = Number(), Number(), Number()
    state: tuple[str, ...] = ()  # names of the vectors that `direction` keeps from step to step

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        OPTIMIZERS[cls.__name__.lower()] = cls

    def __init__(self, parameters, lr: float = 0.01, *, l1: float = 0.0, l2: float = 0.0):
        name = type(self).__name__
        parameters = _listed(parameters, name)
        self.parameters = list(dict.fromkeys(parameters))  # each once
        self.lr, self.l1, self.l2 = lr, l1, l2
        self._lay_out()

    def step(self) -> None:
        """Change every parameter once, by the gradient in its ``grad``."""
        for p, value, grad in self._views:
            if p.value is not value or p.grad is not grad:
                self._lay_out()  # something was put in its place: by `astype`, say
                break
        w, g = self._w, self._g
        if self.l2:
            g = g + self.l2 * w
        if self.l1:
            g = g + self.l1 * namespace(w).sign(w)
        before = dict(vars(self))
        try:
            w -= self.lr * self.direction(g)
        except BaseException:  # interrupted: as if this step had not begun
            vars(self).update(before)
            raise

    def direction(self, g):
        """The vector that is multiplied by the learning rate and subtracted from w."""
        raise NotImplementedError

    def _lay_out(self):
        """Lay values and gradients end to end; the parameters become views of that."""
        kinds = {(type(p.value).__module__, str(p.value.dtype)) for p in self.parameters}
        if len(kinds) > 1:
            raise ValueError(
                f"{type(self).__name__} expects parameters of one library and one dtype; got "
                f"{' and '.join(sorted('.'.join(k) for k in kinds))}. Try model.astype('float32')."
            )
        xp = namespace(self.parameters[0].value)
        self._w = xp.concat([xp.reshape(p.value, (-1,)) for p in self.parameters])
        self._g = xp.concat([xp.reshape(p.grad, (-1,)) for p in self.parameters])
        end = 0
        for p in self.parameters:
            start, end, shape = end, end + p.size, p.shape
            p.value = xp.reshape(self._w[start:end], shape)
            p.grad = xp.reshape(self._g[start:end], shape)
        self._views = [(p, p.value, p.grad) for p in self.parameters]
        for name in self.state:
            kept = getattr(self, name, None)
            setattr(self, name, xp.zeros_like(self._w) if kept is None else like(kept, self._w))

    def __setstate__(self, state):
        # Of a copy: its parameters are no longer views of its vectors.
        vars(self).update(state)
        self._lay_out()

    def __repr__(self):
        return f"{type(self).__name__}(lr={self.lr:g})"


def _listed(parameters, who: str) -> list:
    parameters = list(parameters) if hasattr(parameters, "__iter__") else [parameters]
    for p in parameters:
        if not isinstance(p, Parameter):
            raise TypeError(f"{who} expects parameters, as model.parameters(); got {shown(p)}.")
    if not parameters:
        raise ValueError(f"{who} expects at least one parameter; got none.")
    return parameters


def clip_gradients(parameters, most: float) -> float:
    r"""Shorten the gradient, all parameters taken together, if it is longer than ``most``.

    .. math:: g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)

    Its direction stays. To be called between backward and the step of the optimiser.

    Parameters
    ----------
    parameters : iterable of Parameter
    most : float
        c, the greatest length that is let through.

    Returns
    -------
    float
        The length before.

    Raises
    ------
    ValueError
        If ``most`` is not above 0, or there are no parameters.
    TypeError
        If something else than parameters is given.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks,
    2013.

    Examples
    --------
    >>> import numpy as np
    >>> p = Parameter(np.zeros(2))
    >>> p.grad[...] = [3.0, 4.0]
    >>> clip_gradients([p], 1.0)
    5.0
    >>> p.grad
    array([0.6, 0.8])
    """
    most = number(most, "clip_gradients", "most", above=0)
    parameters = _listed(parameters, "clip_gradients")
    xp = namespace(parameters[0].grad)
    length = math.sqrt(sum(float(xp.sum(p.grad * p.grad)) for p in parameters))
    if length > most:
        for p in parameters:
            p.grad[...] = p.grad * (most / length)
    return length


class SGD(Optimizer):
    r"""Gradient descent on one batch at a time: the lectures' rule.

    .. math:: w \leftarrow w - \eta\, g

    Examples
    --------
    >>> import numpy as np
    >>> p = Parameter(np.array([1.0]))
    >>> sgd = SGD([p], lr=0.1)
    >>> p.grad[...] = 2.0
    >>> sgd.step()
    >>> p.value  # 1 − 0.1 · 2
    array([0.8])
    """

    def direction(self, g):
        return g


class Momentum(Optimizer):
    r"""A heavy ball that keeps some of its speed.

    .. math:: v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v

    Parameters
    ----------
    parameters, lr, l1, l2
        As for `Optimizer`.
    beta : float
        Share of the speed that is kept, below 1.

    References
    ----------
    B. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.

    Examples
    --------
    Twice the same gradient, 2; the second step is longer:

    >>> import numpy as np
    >>> p = Parameter(np.array([1.0]))
    >>> momentum = Momentum([p], lr=0.1, beta=0.5)
    >>> for _ in range(2):
    ...     p.grad[...] = 2.0
    ...     momentum.step()
    ...     print(p.value)  # 1 − 0.1 · 2, then − 0.1 · (0.5 · 2 + 2)
    [0.8]
    [0.5]
    """

    beta = Number(below=1)
    state = ("v",)

    def __init__(self, parameters, lr=0.01, *, beta=0.9, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.beta = beta

    def direction(self, g):
        self.v = self.beta * self.v + g
        return self.v


class Nesterov(Momentum):
    r"""Momentum that looks one step ahead.

    .. math:: v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, (g + \beta v)

    References
    ----------
    Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²),
    1983; in the form of I. Sutskever, J. Martens, G. Dahl and G. Hinton, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> p = Parameter(np.array([1.0]))
    >>> nesterov = Nesterov([p], lr=0.1, beta=0.5)
    >>> p.grad[...] = 2.0
    >>> nesterov.step()
    >>> p.value  # 1 − 0.1 · (2 + 0.5 · 2)
    array([0.7])
    """

    def direction(self, g):
        self.v = self.beta * self.v + g
        return g + self.beta * self.v


class RMSProp(Optimizer):
    r"""Each weight by its own scale: the gradient over its usual size.

    .. math:: s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad
              w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}

    Parameters
    ----------
    parameters, lr, l1, l2
        As for `Optimizer`.
    alpha : float
        How slowly s follows, below 1.
    eps : float
        ε, against division by zero.

    References
    ----------
    G. Hinton, Neural networks for machine learning, lecture 6, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> p = Parameter(np.array([1.0, 1.0]))
    >>> rmsprop = RMSProp([p], lr=0.1, alpha=0.75)
    >>> p.grad[...] = [0.01, -100.0]
    >>> rmsprop.step()
    >>> p.value.round(4)  # s = g²/4, so g/√s = ±2 whatever its size
    array([0.8, 1.2])
    """

    alpha, eps = Number(below=1), Number()
    state = ("s",)

    def __init__(self, parameters, lr=0.01, *, alpha=0.99, eps=1e-8, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.alpha, self.eps = alpha, eps

    def direction(self, g):
        self.s = self.alpha * self.s + (1 - self.alpha) * (g * g)
        return g / (namespace(g).sqrt(self.s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and RMSProp together, both corrected for having started at zero.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
              s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2

    .. math:: \hat m = \frac{m}{1 - \beta_1^t}, \quad \hat s = \frac{s}{1 - \beta_2^t}, \qquad
              w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}

    with t the number of the step.

    Parameters
    ----------
    parameters, lr, l1, l2
        As for `Optimizer`.
    betas : (float, float)
        β₁ and β₂: how slowly m and s follow, both below 1.
    eps : float
        ε, against division by zero.

    References
    ----------
    D. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015.

    Examples
    --------
    The first step has the length η whatever the gradient is:

    >>> import numpy as np
    >>> p = Parameter(np.array([1.0, 1.0]))
    >>> adam = Adam([p], lr=0.1)
    >>> p.grad[...] = [0.002, -500.0]
    >>> adam.step()
    >>> p.value.round(4)
    array([0.9, 1.1])
    """

    betas, eps = Pair(below=1), Number()
    state = ("m", "s")
    t = 0

    def __init__(self, parameters, lr=0.001, *, betas=(0.9, 0.999), eps=1e-8, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.betas, self.eps = betas, eps

    def direction(self, g):
        b1, b2 = self.betas
        self.t += 1
        self.m = b1 * self.m + (1 - b1) * g
        self.s = b2 * self.s + (1 - b2) * (g * g)
        m = self.m / (1 - b1**self.t)
        s = self.s / (1 - b2**self.t)
        return m / (namespace(g).sqrt(s) + self.eps)
