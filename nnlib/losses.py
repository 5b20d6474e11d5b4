r"""Losses: how wrong the network is, as one number, and the gradient of that number.

Short names: ``z`` the outputs of the network, ``y`` what would have been right, N the number of
samples, ``dz`` the gradient of the loss with respect to z.

``loss(z, y)`` checks y and computes; ``loss.backward()`` is then dz. The two cross-entropies and
`Hinge` take *logits*, the numbers before sigmoid or softmax: there the logarithm and the
exponential cancel, nothing overflows, and the gradient is as short as p − y.
"""

from __future__ import annotations

import math

import numpy as np

from .backend import at_least, floats, like, namespace, to_numpy, total
from .expect import numbers, shown

REDUCTIONS = ("mean", "sum", "none")


class _NoForwardYet:
    """Stands for ``cache`` until the loss was computed: reading it is the error."""

    def __get__(self, loss, cls):
        if loss is None:
            return self
        raise RuntimeError(f"{cls.__name__}.backward needs the loss to be computed before it.")


class Loss:
    """Base class: what is done with the losses of the single samples.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        One number, their mean or sum; or all of them, and then ``backward`` is the gradient of
        their sum.

    Attributes
    ----------
    task : {"regression", "binary", "classes"}
        What the outputs are: numbers; one logit, of class 1; or a logit for each class.

    Raises
    ------
    ValueError
        If y does not fit z, a label is out of range, or the mean of no samples is asked for.
    TypeError
        If y or z holds no numbers.
    """

    task = "regression"
    cache = _NoForwardYet()

    def __init__(self, reduction: str = "mean"):
        if not isinstance(reduction, str) or reduction not in REDUCTIONS:
            raise ValueError(
                f"{type(self).__name__} expects a reduction of {', '.join(REDUCTIONS)}; "
                f"got {shown(reduction)}."
            )
        self.reduction = reduction

    def __call__(self, z, y):
        z = floats(z)
        return self.forward(z, self.targets(y, z))

    def targets(self, y, z):
        """y checked, with the shape, dtype and library of the outputs z.

        This takes longer than the loss itself. `fit` does it once, for all samples.
        """
        y = like(y, z)
        if y.shape == z.shape:
            return y
        if (*y.shape, 1) == tuple(z.shape):
            return namespace(z).reshape(y, z.shape)
        shapes = f"{tuple(z.shape)}{f' or {tuple(z.shape[:-1])}' if z.shape[-1:] == (1,) else ''}"
        raise ValueError(f"{self._name} expects y of shape {shapes}; got {tuple(y.shape)}.")

    def forward(self, z, y):
        """The loss, for y as `targets` returns it."""
        raise NotImplementedError

    def backward(self):
        """The gradient with respect to z, of the shape of z."""
        dz, n = self.cache
        return dz / n if n > 1 else dz

    def _reduce(self, losses, dz, n):
        """The loss from those of the samples; n is what the mean divides by."""
        if self.reduction != "mean":
            self.cache = dz, 1
            return losses if self.reduction == "none" else total(losses)
        if n == 0:
            raise ValueError(f"{self._name} expects at least one sample for a mean; got none.")
        self.cache = dz, n
        return total(losses) / n

    def _check(self, y, high, expected):
        """Refuse y unless all of it lies between 0 and ``high``."""
        y = to_numpy(y)
        if y.size and not (y.min() >= 0 and y.max() <= high):  # so NaN is refused too
            self._refuse(y[~((y >= 0) & (y <= high))], expected)

    def _refuse(self, wrong, expected):
        raise ValueError(f"{self._name} expects {expected}; got {wrong[0]:g}.")

    @property
    def _name(self):
        return type(self).__name__

    def __repr__(self):
        return (
            f"{self._name}()" if self.reduction == "mean" else f"{self._name}({self.reduction!r})"
        )


# ----------------------------------------------------------------------------------- regression


class MSE(Loss):
    r"""Mean squared error.

    .. math:: L = \frac{1}{N} \sum_n (z_n - y_n)^2, \qquad dz_n = \frac{2}{N} (z_n - y_n)

    N counts all numbers of z. Lecture B takes half the sum, without the mean: ½(z − y)².

    Examples
    --------
    >>> loss = MSE()
    >>> float(loss([[1.0], [4.0]], [0.0, 2.0]))  # (1² + 2²) / 2
    2.5
    >>> loss.backward()
    array([[1.],
           [2.]])
    """

    def forward(self, z, y):
        error = z - y
        return self._reduce(error * error, 2 * error, math.prod(z.shape))


class MAE(Loss):
    r"""Mean absolute error.

    .. math:: L = \frac{1}{N} \sum_n |z_n - y_n|, \qquad
              dz_n = \frac{1}{N} \operatorname{sign}(z_n - y_n)

    N counts all numbers of z. At the kink, z = y, the gradient is 0.

    Examples
    --------
    >>> loss = MAE()
    >>> float(loss([[1.0], [4.0]], [0.0, 2.0]))  # (1 + 2) / 2
    1.5
    """

    def forward(self, z, y):
        xp, error = namespace(z), z - y
        return self._reduce(xp.abs(error), xp.sign(error), math.prod(z.shape))


# ----------------------------------------------------------------------------------- two classes


class BinaryCrossEntropy(Loss):
    r"""How surprised the network is by the right one of two classes.

    .. math:: L = -\frac{1}{N} \sum_n y_n \log p_n + (1 - y_n) \log (1 - p_n),
              \quad p = \sigma(z), \qquad dz_n = \frac{1}{N} (p_n - y_n)

    Labels are 0 and 1, or probabilities between; the shape is that of z, (N, 1), or (N,).

    References
    ----------
    C. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2.

    Examples
    --------
    A logit of 0 says p = ½, and costs log 2 whatever was right. A logit of 1000 is sure:

    >>> loss = BinaryCrossEntropy("none")
    >>> loss([[0.0], [1000.0], [1000.0]], [1, 1, 0]).round(4)
    array([[6.931e-01],
           [0.000e+00],
           [1.000e+03]])
    >>> loss.backward()  # p − y
    array([[-0.5],
           [ 0. ],
           [ 1. ]])
    """

    task = "binary"

    def targets(self, y, z):
        y = super().targets(y, z)
        self._check(y, 1, "labels 0 and 1")
        return y

    def forward(self, z, y):
        # log(1 + eᶻ) − zy, with log(1 + eᶻ) = max(0, z) + log(1 + e^−|z|): nothing overflows
        xp = namespace(z)
        size = xp.abs(z)
        e = xp.exp(-size)
        positive = at_least(z, 0)
        losses = positive - z * y + xp.log1p(e)  # in this order: a small logarithm keeps its digits
        # σ(z) is 1 / (1 + e^−z), and for negative z the same as eᶻ / (1 + eᶻ)
        p = xp.exp(z - positive) / (1 + e)
        return self._reduce(losses, p - y, math.prod(z.shape))


class Hinge(Loss):
    r"""Content once a sample is right with a margin of 1, as in a support vector machine.

    .. math:: L = \frac{1}{N} \sum_n \max(0, 1 - t_n z_n), \quad t = 2y - 1 = \pm 1, \qquad
              dz_n = -\frac{t_n}{N} \text{ if } t_n z_n < 1 \text{ else } 0

    Labels are 0 and 1, as everywhere here; many texts write t for them.

    References
    ----------
    C. Cortes and V. Vapnik, Support-vector networks, 1995.

    Examples
    --------
    Right with margin, right without, wrong:

    >>> Hinge("none")([[2.0], [0.25], [-1.0]], [1, 1, 1])
    array([[0.  ],
           [0.75],
           [2.  ]])
    """

    task = "binary"

    def targets(self, y, z):
        y = super().targets(y, z)
        wrong = to_numpy((y != 0) & (y != 1))
        if wrong.any():
            self._refuse(to_numpy(y)[wrong], "labels 0 and 1")
        return y

    def forward(self, z, y):
        t = 2 * y - 1
        losses = at_least(1 - t * z, 0)
        dz = -t * namespace(z).astype(losses > 0, z.dtype)
        return self._reduce(losses, dz, math.prod(z.shape))


# ----------------------------------------------------------------------------------- k classes


class SoftmaxCrossEntropy(Loss):
    r"""How surprised the network is by the right one of k classes.

    .. math:: L = -\frac{1}{N} \sum_n \log p_{n, y_n}, \quad p = \operatorname{softmax}(z), \qquad
              dz_{ni} = \frac{1}{N} (p_{ni} - [i = y_n])

    Labels are whole numbers 0 … k − 1, shape (N,); or probabilities, shape (N, k), of which one-hot
    rows are a special case.

    References
    ----------
    C. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4.

    Examples
    --------
    >>> loss = SoftmaxCrossEntropy()
    >>> z = np.log([[0.1, 0.2, 0.7]])
    >>> round(float(loss(z, [2])), 4)  # −log 0.7
    0.3567
    >>> loss.backward().round(4)  # p − one-hot
    array([[ 0.1,  0.2, -0.3]])
    """

    task = "classes"

    def targets(self, y, z):
        if z.ndim != 2:
            raise ValueError(f"{self._name} expects z of shape (N, k); got {tuple(z.shape)}.")
        n, k = z.shape
        values = numbers(y, self._name, "y")
        if values.shape == (n, k):
            self._check(values, 1, "probabilities from 0 to 1")
            sums = values.sum(axis=1)
            if not np.allclose(sums, 1, atol=1e-4):
                wrong = sums[~np.isclose(sums, 1, atol=1e-4)][0]
                raise ValueError(
                    f"{self._name} expects rows of y that add up to 1; got a sum of {wrong:g}."
                )
            return like(y, z)
        if values.shape != (n,):
            raise ValueError(
                f"{self._name} expects labels of shape ({n},) or ({n}, {k}); got {values.shape}."
            )
        expected = f"whole numbers from 0 to {k - 1}, for {k} outputs"
        self._check(values, k - 1, expected)
        if values.dtype.kind == "f" and (values != np.floor(values)).any():
            self._refuse(values[values != np.floor(values)], expected)
        return like(np.arange(k) == values[:, None], z)

    def forward(self, z, y):
        xp = namespace(z)
        shifted = z - xp.max(z, axis=1, keepdims=True)  # changes nothing, and nothing overflows
        e = xp.exp(shifted)
        sums = xp.sum(e, axis=1, keepdims=True)
        losses = -xp.sum(y * (shifted - xp.log(sums)), axis=1)
        return self._reduce(losses, e / sums - y, z.shape[0])


#: name → class, in the order of this file
LOSSES = {
    cls.__name__.lower(): cls for cls in (MSE, MAE, BinaryCrossEntropy, Hinge, SoftmaxCrossEntropy)
}
