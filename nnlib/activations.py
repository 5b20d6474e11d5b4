r"""Activation functions: what a unit makes of its weighted sum.

Short names: ``z`` the weighted sum, ``y = g(z)`` the output, ``dy`` and ``dz`` the gradients of the
loss with respect to them, σ the sigmoid.

**To add one**, write one class in this file, like `Tanh`: `value(z)` is g(z), and `slope(z, y)` is
g′(z), which may use y where that is shorter. Give it a ``formula`` in LaTeX and a ``note`` of one
line. It is then in `ACTIVATIONS` under its name in small letters, and with that in `activation`,
in every explorer, and in the tests: these compare `slope` with differences of `value`, and ask both
to stay finite for \|z\| up to 1000 in float32, without a warning.
"""

from __future__ import annotations

import math

import numpy as np

from . import expect
from .backend import at_least, floats, like, namespace, total
from .core import Layer, Parameter, fits
from .dense import Dense

#: name → class, in the order of this file
ACTIVATIONS: dict[str, type] = {}


def activation(name: str, **options) -> Layer:
    """A new activation layer by its name, which is that of its class, in small letters or not.

    >>> activation("relu")
    ReLU()
    >>> activation("LeakyReLU", alpha=0.2)
    LeakyReLU(0.2)
    >>> activation("relo")
    Traceback (most recent call last):
        ...
    ValueError: unknown activation 'relo'; did you mean 'relu'? Known: linear, step, sigmoid, ...
    """
    plain = name.lower().replace("_", "") if isinstance(name, str) else name
    if plain not in ACTIVATIONS:
        plain = expect.known(name, ACTIVATIONS, "activation")
    return ACTIVATIONS[plain](**options)


class Activation(Layer):
    """Base class; a subclass with a formula is known by its name.

    Attributes
    ----------
    formula : str
        LaTeX.
    note : str
        What it is good or bad for, in one line.
    trainable : bool
        Whether it has parameters.
    """

    formula = ""
    note = ""
    trainable = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "formula" in vars(cls):
            ACTIVATIONS[cls.__name__.lower()] = cls

    def output_shape(self, shape):
        return shape


class Elementwise(Activation):
    """An activation that looks at each number by itself, so that its derivative is one number each.

    z may be an array of any shape, a list, or a number.

    Raises
    ------
    TypeError
        If z holds no numbers, or the gradient is no array.
    ValueError
        If the gradient has not the shape of z.
    """

    def value(self, z):
        """g(z) for an array z."""
        raise NotImplementedError

    def slope(self, z, y):
        """g′(z) for an array z, where y = g(z) is known already."""
        raise NotImplementedError

    def derivative(self, z):
        """g′(z), of the shape of z: to be drawn, or to be looked at."""
        z = floats(z)
        return self.slope(z, self.value(z))

    def forward(self, z, *, train=False):
        z = floats(z)
        y = self.value(z)
        self.cache = z, y
        return y

    def backward(self, dy):
        z, y = self.cache
        if getattr(dy, "shape", None) != y.shape:
            fits(dy, y.shape, self)
        return dy * self.slope(z, y)


# ----------------------------------------------------------------------------- without a curve


class Linear(Elementwise):
    """The identity.

    >>> Linear()([-2.0, 3.0])
    array([-2.,  3.])
    """

    formula = r"z"
    note = "no bend at all: layers with it collapse into a single one"

    def value(self, z):
        return z

    def slope(self, z, y):
        return namespace(z).ones_like(z)


class Step(Elementwise):
    """The threshold of McCulloch and Pitts; it fires at z = 0.

    >>> Step()([-2.0, 0.0, 3.0])
    array([0., 1., 1.])
    """

    formula = r"1 \text{ if } z \ge 0 \text{ else } 0"
    note = "the neuron of 1943: its slope is 0, so gradient descent cannot train it"

    def value(self, z):
        return namespace(z).astype(z >= 0, z.dtype)

    def slope(self, z, y):
        return namespace(z).zeros_like(z)


# ----------------------------------------------------------------------------- S-shaped


def _sigmoid(z):
    # Below −87 exp overflows in float32. There σ is 0 to 38 digits.
    return 1 / (1 + namespace(z).exp(-at_least(z, -87)))


class Sigmoid(Elementwise):
    """The logistic function, a probability.

    >>> Sigmoid()([0.0, -6.0]).round(5)
    array([0.5    , 0.00247])
    >>> float(Sigmoid().derivative(0.0))  # y (1 − y)
    0.25
    """

    formula = r"\frac{1}{1 + e^{-z}}"
    note = "a smooth step from 0 to 1; its slope is never above 1/4, so gradients shrink"

    def value(self, z):
        return _sigmoid(z)

    def slope(self, z, y):
        return y * (1 - y)


class Tanh(Elementwise):
    """The hyperbolic tangent, a sigmoid stretched to −1 … 1: tanh z = 2σ(2z) − 1.

    >>> Tanh()([-1.0, 0.0]).round(4)
    array([-0.7616,  0.    ])
    >>> float(Tanh().derivative(0.0))  # 1 − y²
    1.0
    """

    formula = r"\tanh z"
    note = "zero-centred, slope up to 1: signals and gradients keep their size longer"

    def value(self, z):
        return namespace(z).tanh(z)

    def slope(self, z, y):
        return 1 - y * y


class Softsign(Elementwise):
    """Like tanh, without an exponential.

    >>> Softsign()([-1.0, 3.0])
    array([-0.5 ,  0.75])
    """

    formula = r"\frac{z}{1 + |z|}"
    note = "like tanh, but comes close to ±1 only slowly"

    def value(self, z):
        return z / (1 + namespace(z).abs(z))

    def slope(self, z, y):
        a = 1 + namespace(z).abs(z)
        return 1 / (a * a)


# ----------------------------------------------------------------------------- ReLU and its kin


class ReLU(Elementwise):
    """The rectified linear unit. It has a kink at z = 0; like everybody we take the slope 0 there.

    >>> ReLU()([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    >>> ReLU().derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """

    formula = r"\max(0, z)"
    note = "cheap, slope 1 wherever it is on; a unit that is never on is dead"

    def value(self, z):
        return at_least(z, 0)

    def slope(self, z, y):
        return namespace(z).astype(z > 0, z.dtype)


class LeakyReLU(Elementwise):
    """A ReLU that still has a slope, α, for z < 0.

    Parameters
    ----------
    alpha : float
        From 0 to 1; 0.1 in lecture D. PyTorch's default is 0.01.

    Raises
    ------
    ValueError
        If alpha is no such number.

    Examples
    --------
    >>> LeakyReLU()([-2.0, 3.0])
    array([-0.2,  3. ])
    """

    formula = r"\max(\alpha z, z)"
    note = "a small slope α for z < 0, so no unit dies"

    def __init__(self, alpha: float = 0.1):
        self.alpha = expect.number(alpha, "LeakyReLU", "alpha", 0, 1)

    def value(self, z):
        return namespace(z).maximum(z, self.alpha * z)

    def slope(self, z, y):
        on = namespace(z).astype(z > 0, z.dtype)
        return self.alpha + (1 - self.alpha) * on

    def __repr__(self):
        return f"LeakyReLU({self.alpha:g})"


class PReLU(Elementwise):
    r"""A leaky ReLU whose α is learned with the weights, one for the whole layer.

    .. math:: \partial y / \partial \alpha = \min(0, z)

    Parameters
    ----------
    alpha : float
        To start from.
    dtype : str
        That of the network: "float64" or "float32".

    Attributes
    ----------
    alpha : Parameter, shape (1,)

    Raises
    ------
    ValueError
        If alpha is no finite number, or the dtype another.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, 2015.

    Examples
    --------
    >>> prelu = PReLU()
    >>> prelu([-2.0, 3.0])
    array([-0.5,  3. ])
    >>> prelu.backward(np.array([1.0, 1.0]))
    array([0.25, 1.  ])
    >>> prelu.alpha.grad  # min(0, −2) + min(0, 3)
    array([-2.])
    """

    formula = r"\max(0, z) + \alpha \min(0, z)"
    note = "a leaky ReLU that learns how leaky to be"
    trainable = True

    def __init__(self, alpha: float = 0.25, *, dtype: str = "float64"):
        alpha, dtype = expect.number(alpha, "PReLU", "alpha"), expect.dtype(dtype, "PReLU")
        self.alpha = Parameter(np.full(1, alpha, dtype), "alpha")

    def forward(self, z, *, train=False):
        return super().forward(like(z, self.alpha.value))

    def value(self, z):
        return at_least(z, 0) - self.alpha.value[0] * at_least(-z, 0)

    def slope(self, z, y):
        on = namespace(z).astype(z > 0, z.dtype)
        return on + self.alpha.value[0] * (1 - on)

    def backward(self, dy):
        z, y = self.cache
        fits(dy, y.shape, self)
        self.alpha.grad[...] = -total(dy * at_least(-z, 0))
        return dy * self.slope(z, y)

    def parameters(self):
        return [self.alpha]


class ELU(Elementwise):
    """The exponential linear unit.

    Parameters
    ----------
    alpha : float
        At least 0. It approaches −α for very negative z; with 1 it has no kink.

    Raises
    ------
    ValueError
        If alpha is no such number.

    References
    ----------
    D.-A. Clevert, T. Unterthiner and S. Hochreiter, Fast and accurate deep network learning by
    exponential linear units, 2016.

    Examples
    --------
    >>> ELU()([-1.0, 3.0]).round(4)  # e⁻¹ − 1
    array([-0.6321,  3.    ])
    """

    formula = r"z \text{ if } z > 0 \text{ else } \alpha (e^z - 1)"
    note = "ReLU above zero, smooth below, and its mean output is nearer to zero"

    def __init__(self, alpha: float = 1.0):
        self.alpha = expect.number(alpha, "ELU", "alpha", 0)

    def value(self, z):
        return at_least(z, 0) + self.alpha * namespace(z).expm1(-at_least(-z, 0))

    def slope(self, z, y):
        xp = namespace(z)
        return xp.where(z > 0, xp.ones_like(z), y + self.alpha)

    def __repr__(self):
        return "ELU()" if self.alpha == 1 else f"ELU({self.alpha:g})"


class SELU(Elementwise):
    """An ELU with two constants for which mean 0 and variance 1 survive from layer to layer.

    References
    ----------
    G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, Self-normalizing neural networks, 2017.

    Examples
    --------
    >>> SELU()([-1000.0, 1.0]).round(4)  # −λα, λ
    array([-1.7581,  1.0507])
    """

    formula = (
        r"\lambda z \text{ if } z > 0 \text{ else } \lambda \alpha (e^z - 1), "
        r"\quad \lambda \approx 1.0507, \ \alpha \approx 1.6733"
    )
    note = "an ELU scaled so that signals neither die out nor grow"
    alpha, scale = 1.6732632423543772, 1.0507009873554805

    def value(self, z):
        expm1 = namespace(z).expm1
        return self.scale * (at_least(z, 0) + self.alpha * expm1(-at_least(-z, 0)))

    def slope(self, z, y):
        xp = namespace(z)
        return xp.where(z > 0, self.scale * xp.ones_like(z), y + self.scale * self.alpha)


# ----------------------------------------------------------------------------- smooth ReLUs


def _softplus(z):
    # log(1 + eᶻ) = max(0, z) + log(1 + e^−|z|): nothing overflows.
    xp = namespace(z)
    return at_least(z, 0) + xp.log1p(xp.exp(-xp.abs(z)))


class Softplus(Elementwise):
    """A ReLU with a rounded corner.

    >>> Softplus()([0.0, 1000.0]).round(4)  # log 2
    array([6.931e-01, 1.000e+03])
    """

    formula = r"\log(1 + e^z)"
    note = "a ReLU with a rounded corner; its slope is the sigmoid"

    def value(self, z):
        return _softplus(z)

    def slope(self, z, y):
        return _sigmoid(z)


class LogSigmoid(Elementwise):
    """The logarithm of the sigmoid.

    >>> LogSigmoid()([0.0, -1000.0]).round(4)
    array([-6.931e-01, -1.000e+03])
    """

    formula = r"\log \sigma(z) = -\log(1 + e^{-z})"
    note = "the logarithm of a probability, exact even where σ(z) rounds to 0"

    def value(self, z):
        return -_softplus(-z)

    def slope(self, z, y):
        return _sigmoid(-z)


class Swish(Elementwise):
    """Also called SiLU.

    References
    ----------
    P. Ramachandran, B. Zoph and Q. Le, Searching for activation functions, 2017.

    Examples
    --------
    >>> Swish()([0.0, 1.0]).round(4)  # 1 · σ(1)
    array([0.    , 0.7311])
    """

    formula = r"z \, \sigma(z)"
    note = "smooth, and dips a little below zero before it rises"

    def value(self, z):
        return z * _sigmoid(z)

    def slope(self, z, y):
        s = _sigmoid(z)
        return s + y * (1 - s)


class Mish(Elementwise):
    """A relative of swish.

    References
    ----------
    D. Misra, Mish: a self regularized non-monotonic activation function, 2019.

    Examples
    --------
    >>> Mish()([0.0, 1.0]).round(4)
    array([0.    , 0.8651])
    """

    formula = r"z \tanh(\log(1 + e^z))"
    note = "hard to tell from swish, and a little smoother"

    def value(self, z):
        return z * namespace(z).tanh(_softplus(z))

    def slope(self, z, y):
        t = namespace(z).tanh(_softplus(z))
        return t + z * (1 - t * t) * _sigmoid(z)


class GELU(Elementwise):
    r"""z Φ(z), with the normal distribution function Φ in its usual tanh form.

    Φ itself needs erf, which the array API does not have. This form is the one of the paper and of
    GPT-2, is ``torch.nn.GELU("tanh")``, and differs from z Φ(z) by less than 0.0005.

    References
    ----------
    D. Hendrycks and K. Gimpel, Gaussian error linear units, 2016.

    Examples
    --------
    >>> GELU()([0.0, 1.0]).round(4)
    array([0.    , 0.8412])
    """

    formula = r"\tfrac{z}{2} \left(1 + \tanh\left(\sqrt{2/\pi}\,(z + 0.044715\, z^3)\right)\right)"
    note = "z times the share of a bell curve below z; in most language models"

    def _tanh(self, z):
        return namespace(z).tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))

    def value(self, z):
        return 0.5 * z * (1 + self._tanh(z))

    def slope(self, z, y):
        t = self._tanh(z)
        inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)
        return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner


# ----------------------------------------------------------------------------- waves


class Sinc(Elementwise):
    """A damped wave.

    >>> Sinc()([0.0, math.pi / 2]).round(4)  # 1, 2/π
    array([1.    , 0.6366])
    """

    formula = r"\frac{\sin z}{z}, \ 1 \text{ at } z = 0"
    note = "waves on both sides: more a curiosity than a tool"

    def value(self, z):
        xp = namespace(z)
        safe = xp.where(z == 0, xp.ones_like(z), z)
        return xp.where(z == 0, xp.ones_like(z), xp.sin(safe) / safe)

    def slope(self, z, y):
        # (cos z − y) / z; near 0 that is a difference of equals, and the series is better.
        xp = namespace(z)
        near = xp.abs(z) < 0.3
        safe = xp.where(near, xp.ones_like(z), z)
        q = xp.where(near, z, xp.zeros_like(z))
        series = -q / 3 * (1 - q * q / 10 * (1 - q * q / 28 * (1 - q * q / 54)))
        return xp.where(near, series, (xp.cos(safe) - y) / safe)


# ----------------------------------------------------------------------------- of several numbers


class Maxout(Activation):
    r"""The largest of k linear layers: a curve of k straight pieces, all learned.

    Parameters
    ----------
    n_in, n_out : int
    k : int
        Number of pieces; 2 in lecture D.
    rng, init, dtype
        As for `Dense`.

    Attributes
    ----------
    pieces : list of Dense

    Raises
    ------
    ValueError
        If k is below 2, X not of shape (N, n_in), or an argument is none of the above.

    References
    ----------
    I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville and Y. Bengio, Maxout networks, 2013.

    Examples
    --------
    The absolute value is the larger of x and −x:

    >>> layer = Maxout(1, 1)
    >>> layer.pieces[0].W.value[...], layer.pieces[1].W.value[...] = 1.0, -1.0
    >>> layer([[-3.0], [2.0]])
    array([[3.],
           [2.]])
    """

    formula = r"\max(w_1^T x + b_1, \ w_2^T x + b_2)"
    note = "learns its own shape, at the price of twice the weights"
    trainable = True

    def __init__(self, n_in, n_out, k=2, *, rng=None, init="glorot", dtype="float64"):
        k, rng = expect.whole(k, "Maxout", "k, its number of pieces,", 2), expect.generator(rng)
        self.n_in = expect.whole(n_in, "Maxout", "n_in", 1)
        self.n_out = expect.whole(n_out, "Maxout", "n_out", 1)
        self.pieces = [Dense(n_in, n_out, rng=rng, init=init, dtype=dtype) for _ in range(k)]

    def forward(self, x, *, train=False):
        z = [piece.forward(x) for piece in self.pieces]
        xp = namespace(z[0])
        z = xp.stack(z)
        self.cache = xp.argmax(z, axis=0)
        return xp.max(z, axis=0)

    def backward(self, dy):
        winner = self.cache
        fits(dy, winner.shape, self)
        # Only the piece that was largest had a say, so it alone gets the gradient.
        won = [namespace(dy).astype(winner == k, dy.dtype) for k in range(len(self.pieces))]
        return sum(piece.backward(dy * w) for piece, w in zip(self.pieces, won, strict=True))

    def parameters(self):
        return [p for piece in self.pieces for p in piece.parameters()]

    @property
    def input_shape(self):
        return (self.n_in,)

    def output_shape(self, shape):
        return self.pieces[0].output_shape(shape)

    def __repr__(self):
        return f"Maxout({self.n_in}, {self.n_out}, k={len(self.pieces)})"


class Softmax(Activation):
    r"""Turns each row of numbers into probabilities.

    .. math:: y_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \qquad
              \frac{\partial y_i}{\partial z_j} = y_i (1 - y_i) \text{ if } i = j,
              \text{ else } -y_i y_j

    Raises
    ------
    ValueError
        If z has no columns, or the gradient not the shape of z.
    TypeError
        If z holds no numbers.

    Examples
    --------
    Subtracting the largest number of a row changes nothing, but nothing overflows then:

    >>> Softmax()([[1000.0, 1000.0, -1000.0]])
    array([[0.5, 0.5, 0. ]])
    """

    formula = r"\frac{e^{z_i}}{\sum_j e^{z_j}}"
    note = "probabilities of classes: every output depends on all units of the layer"

    def forward(self, z, *, train=False):
        z = _rows(z, "Softmax")
        xp = namespace(z)
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        y = self.cache = e / xp.sum(e, axis=-1, keepdims=True)
        return y

    def backward(self, dy):
        y = self.cache
        fits(dy, y.shape, self)
        return y * (dy - namespace(y).sum(dy * y, axis=-1, keepdims=True))


class LogSoftmax(Activation):
    """The logarithm of softmax. Raises what `Softmax` does.

    >>> LogSoftmax()([[0.0, -1000.0]])
    array([[    0., -1000.]])
    """

    formula = r"z_i - \log \sum_j e^{z_j}"
    note = "the logarithm of softmax, exact even where softmax rounds to 0"

    def forward(self, z, *, train=False):
        z = _rows(z, "LogSoftmax")
        xp = namespace(z)
        shifted = z - xp.max(z, axis=-1, keepdims=True)
        y = self.cache = shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
        return y

    def backward(self, dy):
        y = self.cache
        fits(dy, y.shape, self)
        xp = namespace(y)
        return dy - xp.exp(y) * xp.sum(dy, axis=-1, keepdims=True)


def _rows(z, who):
    z = floats(z)
    if z.ndim < 1 or z.shape[-1] == 0:
        raise ValueError(f"{who} expects z of shape (..., k), k at least 1; got {tuple(z.shape)}.")
    return z
