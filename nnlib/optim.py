r"""Optimisers, from the simplest to the richest: how a gradient becomes a step.

Short names: ``w`` all weights, ``g`` the gradient of the loss with respect to them, ``η`` the
learning rate ``lr``. An optimiser takes the list of parameters once; ``step()`` changes their
values in place. All parameters are laid into one buffer, so that a step is one line on one vector.
"""

from __future__ import annotations

import math

from .backend import namespace

#: name → class, in the order of this file
OPTIMIZERS: dict[str, type] = {}


class Optimizer:
    """Base class: the buffer, the learning rate and the penalties.

    Parameters
    ----------
    parameters : list of Parameter
    lr : float ≥ 0
        Learning rate η. May be changed between steps, like the penalties.
    l1, l2 : float ≥ 0
        Add l1·Σ\\|w\\| + l2/2·Σw² to the loss: every weight is pulled towards zero.

    Raises
    ------
    ValueError
        For a negative or non-finite rate or penalty, or no parameters.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        OPTIMIZERS[cls.__name__.lower()] = cls

    def __init__(self, parameters, lr: float = 0.01, *, l1: float = 0.0, l2: float = 0.0):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("an optimiser expects at least one parameter; got none")
        self.lr, self.l1, self.l2 = lr, l1, l2
        self.steps = 0
        self._gather()

    def __setattr__(self, name, value):
        if name in ("lr", "l1", "l2"):
            value = float(value)
            if not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} expects a number ≥ 0. Got {value}")
        super().__setattr__(name, value)

    def _gather(self):
        self._w, self._g = _one_buffer(self.parameters)
        self._first = self.parameters[0].value

    def step(self) -> None:
        """Change every parameter once, using its ``grad``."""
        if self.parameters[0].value is not self._first:
            self._gather()  # moved since: to another device, or into another optimiser's buffer
        self.steps += 1
        g = self._g
        if self.l2:
            g = g + self.l2 * self._w
        if self.l1:
            g = g + self.l1 * namespace(g).sign(self._w)
        self._w -= self.lr * self.direction(g)

    def direction(self, g):
        """What is multiplied by the learning rate and subtracted from w."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}(lr={self.lr:g})"


def _one_buffer(parameters):
    """Lay all values, and all gradients, end to end; the parameters become views of it."""
    xp = namespace(parameters[0].value)
    buffers = []
    for kind in ("value", "grad"):
        flat = xp.concat([xp.reshape(getattr(p, kind), (-1,)) for p in parameters])
        start = 0
        for p in parameters:
            shape = p.shape
            end = start + math.prod(shape)
            setattr(p, kind, xp.reshape(flat[start:end], shape, copy=False))
            start = end
        buffers.append(flat)
    return buffers


class SGD(Optimizer):
    r"""w ← w − η g, the lecture's gradient descent on one batch at a time."""

    def direction(self, g):
        return g


class Momentum(Optimizer):
    r"""v ← βv + g, w ← w − η v: a heavy ball that keeps some of its speed.

    Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
    """

    def __init__(self, parameters, lr=0.01, *, beta=0.9, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.beta = beta
        self._v = namespace(self._w).zeros_like(self._w)

    def direction(self, g):
        self._v = self.beta * self._v + g
        return self._v


class Nesterov(Momentum):
    r"""v ← βv + g, w ← w − η (g + βv): momentum that looks one step ahead.

    Source: Y. Nesterov (1983), in the form of I. Sutskever et al. (2013).
    """

    def direction(self, g):
        self._v = self.beta * self._v + g
        return g + self.beta * self._v


class RMSProp(Optimizer):
    r"""s ← αs + (1 − α) g², w ← w − η g / (√s + ε): each weight by its own scale.

    Source: G. Hinton, "Neural networks for machine learning", lecture 6 (2012).
    """

    def __init__(self, parameters, lr=0.01, *, alpha=0.99, eps=1e-8, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.alpha, self.eps = alpha, eps
        self._s = namespace(self._w).zeros_like(self._w)

    def direction(self, g):
        self._s = self.alpha * self._s + (1 - self.alpha) * g * g
        return g / (namespace(g).sqrt(self._s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and RMSProp together, both corrected for having started at zero.

    m ← β₁m + (1 − β₁) g,  s ← β₂s + (1 − β₂) g²,  m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ),
    w ← w − η m̂ / (√ŝ + ε).

    Source: D. Kingma and J. Ba, "Adam: a method for stochastic optimization" (2015).
    """

    def __init__(self, parameters, lr=0.001, *, betas=(0.9, 0.999), eps=1e-8, l1=0.0, l2=0.0):
        super().__init__(parameters, lr, l1=l1, l2=l2)
        self.betas, self.eps = betas, eps
        self._m = namespace(self._w).zeros_like(self._w)
        self._s = namespace(self._w).zeros_like(self._w)

    def direction(self, g):
        b1, b2 = self.betas
        self._m = b1 * self._m + (1 - b1) * g
        self._s = b2 * self._s + (1 - b2) * g * g
        m = self._m / (1 - b1**self.steps)
        s = self._s / (1 - b2**self.steps)
        return m / (namespace(g).sqrt(s) + self.eps)
