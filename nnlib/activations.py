r"""Activation functions: what a unit makes of its weighted sum z.

Short names: ``z`` input, ``y = g(z)`` output, ``dy`` gradient of the loss with respect to y.

To add one, write a class with `value` and `slope` below; it is then known by its name to
`activation`, to every explorer and to every test. ``value(z)`` is g(z); ``slope(z, y)`` is g′(z)
and may use y where that is shorter. Both must hold for |z| up to 1000.
"""

from __future__ import annotations

import difflib
import math

import numpy as np

from .backend import namespace
from .core import Layer, Parameter
from .dense import Dense

#: name → class, in the order of this file.
ACTIVATIONS: dict[str, type] = {}


def activation(name: str, **options) -> Layer:
    """A new activation layer by name.

    >>> activation("relu")
    ReLU()
    >>> activation("relo")
    Traceback (most recent call last):
        ...
    ValueError: unknown activation 'relo'; did you mean 'relu'? Known: linear, step, sigmoid, ...
    """
    cls = ACTIVATIONS.get(str(name).lower())
    if cls is None:
        near = difflib.get_close_matches(str(name).lower(), ACTIVATIONS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"unknown activation {name!r}{hint} Known: {known}")
    return cls(**options)


class Activation(Layer):
    """Base class; a subclass is registered under its name in lower case.

    Attributes
    ----------
    formula : str
        LaTeX.
    note : str
        One line: what it is good or bad for.
    trainable : bool
        Whether it has parameters.
    """

    formula = ""
    note = ""
    trainable = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__name__.startswith("_"):
            ACTIVATIONS[cls.__name__.lower()] = cls


class _Elementwise(Activation):
    """Acts on each number by itself, so its derivative is one number for each."""

    def value(self, z):
        raise NotImplementedError

    def slope(self, z, y):
        raise NotImplementedError

    def derivative(self, z):
        """g′(z), of the same shape as z."""
        return self.slope(z, self.value(z))

    def forward(self, z, *, train=False):
        y = self.value(z)
        self._cache = z, y
        return y

    def backward(self, dy):
        z, y = self._recall()
        return dy * self.slope(z, y)


class Linear(_Elementwise):
    formula = r"z"
    note = "no bend at all: layers with it collapse into one"

    def value(self, z):
        return z

    def slope(self, z, y):
        return namespace(z).ones_like(z)


class Step(_Elementwise):
    formula = r"1 \text{ if } z \ge 0 \text{ else } 0"
    note = "the threshold unit of 1943: no slope, so gradient descent cannot train it"

    def value(self, z):
        return namespace(z).astype(z >= 0, z.dtype)

    def slope(self, z, y):
        return namespace(z).zeros_like(z)


def _sigmoid(z):
    """1 / (1 + e^−z), written so that the exponential never overflows."""
    xp = namespace(z)
    e = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, xp.ones_like(e), e) / (1 + e)


class Sigmoid(_Elementwise):
    r"""
    >>> Sigmoid().forward(np.array([0.0, -6.0])).round(5)
    array([0.5    , 0.00247])
    """

    formula = r"\frac{1}{1 + e^{-z}}"
    note = "a smooth step between 0 and 1; its slope is at most 1/4"

    def value(self, z):
        return _sigmoid(z)

    def slope(self, z, y):
        return y * (1 - y)


class Tanh(_Elementwise):
    formula = r"\tanh z"
    note = "zero-centred, slope up to 1: signals and gradients keep their size longer"

    def value(self, z):
        return namespace(z).tanh(z)

    def slope(self, z, y):
        return 1 - y * y


def _positive(z):
    """max(0, z)"""
    xp = namespace(z)
    return xp.maximum(z, xp.zeros_like(z))


class ReLU(_Elementwise):
    r"""At z = 0 there is a kink; like everybody we take the slope 0 there.

    >>> ReLU().derivative(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """

    formula = r"\max(0, z)"
    note = "cheap, slope 1 on half of the line; a unit that is never positive is dead"

    def value(self, z):
        return _positive(z)

    def slope(self, z, y):
        return namespace(z).astype(z > 0, z.dtype)


class LeakyReLU(_Elementwise):
    formula = r"\max(\alpha z, z)"
    note = "a small slope α for z < 0 (0.1 in the lecture): no unit dies"

    def __init__(self, alpha: float = 0.1):
        if not 0 <= alpha <= 1:
            raise ValueError(f"LeakyReLU expects 0 ≤ alpha ≤ 1. Got {alpha!r}")
        self.alpha = float(alpha)

    def value(self, z):
        return namespace(z).maximum(z, self.alpha * z)

    def slope(self, z, y):
        on = namespace(z).astype(z > 0, z.dtype)
        return self.alpha + (1 - self.alpha) * on

    def __repr__(self):
        return f"LeakyReLU({self.alpha})"


class PReLU(_Elementwise):
    r"""One slope α for all units of the layer, learned with the weights: ∂y/∂α = min(0, z).

    Source: K. He et al., "Delving deep into rectifiers" (2015).
    """

    formula = r"\max(0, z) + \alpha \min(0, z)"
    note = "a leaky ReLU that learns how leaky to be"
    trainable = True

    def __init__(self, alpha: float = 0.25, *, dtype: str = "float64"):
        self.alpha = Parameter(np.full(1, alpha, dtype), "alpha")

    def value(self, z):
        return _positive(z) - self.alpha.value * _positive(-z)

    def slope(self, z, y):
        on = namespace(z).astype(z > 0, z.dtype)
        return on + self.alpha.value * (1 - on)

    def backward(self, dy):
        z, y = self._recall()
        self.alpha.grad[...] = -namespace(z).sum(dy * _positive(-z))
        return dy * self.slope(z, y)

    def parameters(self):
        return [self.alpha]


class ELU(_Elementwise):
    formula = r"z \text{ if } z > 0 \text{ else } \alpha (e^z - 1)"
    note = "like ReLU above zero, smooth below, mean output nearer to zero"

    def __init__(self, alpha: float = 1.0):
        self.alpha = float(alpha)

    def value(self, z):
        return _positive(z) + self.alpha * namespace(z).expm1(-_positive(-z))

    def slope(self, z, y):
        xp = namespace(z)
        return xp.where(z > 0, xp.ones_like(z), y + self.alpha)


class SELU(_Elementwise):
    """Source: G. Klambauer et al., "Self-normalizing neural networks" (2017)."""

    formula = r"\lambda \cdot \mathrm{ELU}_\alpha(z), \lambda \approx 1.0507, \alpha \approx 1.6733"
    note = "an ELU scaled so that mean 0 and variance 1 are kept from layer to layer"
    alpha, scale = 1.6732632423543772, 1.0507009873554805

    def value(self, z):
        xp = namespace(z)
        return self.scale * (_positive(z) + self.alpha * xp.expm1(-_positive(-z)))

    def slope(self, z, y):
        xp = namespace(z)
        return xp.where(z > 0, self.scale * xp.ones_like(z), y + self.scale * self.alpha)


def _softplus(z):
    """log(1 + e^z) without overflow."""
    xp = namespace(z)
    return _positive(z) + xp.log1p(xp.exp(-xp.abs(z)))


class Softplus(_Elementwise):
    formula = r"\log(1 + e^z)"
    note = "a ReLU with a rounded corner; its slope is the sigmoid"

    def value(self, z):
        return _softplus(z)

    def slope(self, z, y):
        return _sigmoid(z)


class Softsign(_Elementwise):
    formula = r"\frac{z}{1 + |z|}"
    note = "like tanh, but approaches ±1 slowly"

    def value(self, z):
        return z / (1 + namespace(z).abs(z))

    def slope(self, z, y):
        a = 1 + namespace(z).abs(z)
        return 1 / (a * a)


class Swish(_Elementwise):
    """Also called SiLU. Source: P. Ramachandran et al., "Searching for activation functions"."""

    formula = r"z \, \sigma(z)"
    note = "smooth, and dips below zero before it rises"

    def value(self, z):
        return z * _sigmoid(z)

    def slope(self, z, y):
        s = _sigmoid(z)
        return s + y * (1 - s)


class Mish(_Elementwise):
    """Source: D. Misra, "Mish: a self regularized non-monotonic activation function" (2019)."""

    formula = r"z \tanh(\log(1 + e^z))"
    note = "close to swish"

    def value(self, z):
        return z * namespace(z).tanh(_softplus(z))

    def slope(self, z, y):
        t = namespace(z).tanh(_softplus(z))
        return t + z * (1 - t * t) * _sigmoid(z)


class GELU(_Elementwise):
    r"""z Φ(z), Φ being the normal distribution function, in its usual tanh form.

    The array API has no erf; the tanh form, which GPT-2 uses too, is within 5·10⁻⁴ of it.

    Source: D. Hendrycks and K. Gimpel, "Gaussian error linear units" (2016).
    """

    formula = r"\tfrac{z}{2}\left(1 + \tanh\left(\sqrt{2/\pi}\,(z + 0.044715 z^3)\right)\right)"
    note = "the activation of most language models"

    def _tanh(self, z):
        return namespace(z).tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))

    def value(self, z):
        return 0.5 * z * (1 + self._tanh(z))

    def slope(self, z, y):
        t = self._tanh(z)
        du = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)
        return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * du


class LogSigmoid(_Elementwise):
    formula = r"\log \sigma(z) = -\log(1 + e^{-z})"
    note = "the logarithm of a probability, exact even where σ(z) rounds to 0"

    def value(self, z):
        return -_softplus(-z)

    def slope(self, z, y):
        return _sigmoid(-z)


class Sinc(_Elementwise):
    formula = r"\frac{\sin z}{z}, \ 1 \text{ at } z = 0"
    note = "waves on both sides: more a curiosity than a tool"

    def value(self, z):
        xp = namespace(z)
        near = xp.abs(z) < 1e-4  # there the series is exact to the last digit
        safe = xp.where(near, xp.ones_like(z), z)
        return xp.where(near, 1 - z * z / 6, xp.sin(safe) / safe)

    def slope(self, z, y):
        xp = namespace(z)
        near = xp.abs(z) < 1e-4
        safe = xp.where(near, xp.ones_like(z), z)
        return xp.where(near, -z / 3, (xp.cos(safe) - y) / safe)


class Maxout(Activation):
    r"""The largest of k linear layers: a bend whose two (or more) slopes are learned.

    Parameters
    ----------
    n_in, n_out : int
    k : int
        Number of pieces; 2 in the lecture.
    rng, init, dtype
        As for `Dense`.

    Source: I. Goodfellow et al., "Maxout networks" (2013).
    """

    formula = r"\max(w_1^T x + b_1, w_2^T x + b_2)"
    note = "learns its own shape; twice the weights"
    trainable = True

    def __init__(self, n_in, n_out, k=2, *, rng=None, init="glorot", dtype="float64"):
        if k < 2:
            raise ValueError(f"Maxout expects k ≥ 2 pieces. Got {k!r}")
        rng = np.random.default_rng(rng)
        self.n_in, self.n_out = n_in, n_out
        self.pieces = [Dense(n_in, n_out, rng=rng, init=init, dtype=dtype) for _ in range(k)]

    def forward(self, x, *, train=False):
        xp = namespace(x)
        z = xp.stack([piece.forward(x, train=train) for piece in self.pieces])
        self._cache = (xp.argmax(z, axis=0),)
        return xp.max(z, axis=0)

    def backward(self, dy):
        (winner,) = self._recall()
        xp = namespace(dy)
        dx = 0
        for k, piece in enumerate(self.pieces):  # only the winning piece gets the gradient
            dx = dx + piece.backward(dy * xp.astype(winner == k, dy.dtype))
        return dx

    def parameters(self):
        return [p for piece in self.pieces for p in piece.parameters()]

    def __repr__(self):
        return f"Maxout({self.n_in}, {self.n_out}, k={len(self.pieces)})"


class Softmax(Activation):
    r"""Turns a row of scores into probabilities: yᵢ = exp(zᵢ) / Σⱼ exp(zⱼ).

    Jacobian: ∂yᵢ/∂zⱼ = yᵢ(1 − yᵢ) for i = j and −yᵢyⱼ otherwise. Subtracting the largest score
    first changes nothing but keeps the exponentials from overflowing.

    >>> Softmax().forward(np.array([[1000.0, 1000.0, -1000.0]]))
    array([[0.5, 0.5, 0. ]])
    """

    formula = r"\frac{e^{z_i}}{\sum_j e^{z_j}}"
    note = "depends on all units of the layer; for the last layer of a classifier"

    def forward(self, z, *, train=False):
        xp = namespace(z)
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        y = e / xp.sum(e, axis=-1, keepdims=True)
        self._cache = (y,)
        return y

    def backward(self, dy):
        (y,) = self._recall()
        return y * (dy - namespace(y).sum(dy * y, axis=-1, keepdims=True))


class LogSoftmax(Activation):
    r"""log yᵢ = zᵢ − log Σⱼ exp(zⱼ), exact even where yᵢ rounds to 0."""

    formula = r"z_i - \log \sum_j e^{z_j}"
    note = "the logarithm of softmax; what cross-entropy needs"

    def forward(self, z, *, train=False):
        xp = namespace(z)
        shifted = z - xp.max(z, axis=-1, keepdims=True)
        y = shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
        self._cache = (y,)
        return y

    def backward(self, dy):
        (y,) = self._recall()
        xp = namespace(y)
        return dy - xp.exp(y) * xp.sum(dy, axis=-1, keepdims=True)
