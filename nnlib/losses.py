r"""Losses: how wrong the network is, as one number, and its gradient.

Short names: ``z`` what the network says (N, k), ``y`` what was right, ``dz`` gradient of the loss
with respect to z. ``loss(z, y)`` checks y, computes, and remembers what ``loss.backward()`` needs.

The cross-entropies take *logits*, the numbers before sigmoid or softmax: together with the
logarithm those can be computed without overflow, and their gradient is as short as "p − y".
"""

from __future__ import annotations

import numpy as np

from .backend import like, namespace, to_numpy

REDUCTIONS = ("mean", "sum", "none")


class Loss:
    """Base class: `forward` and `backward` for one reduction or the other.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        Mean over the samples, their sum, or one loss for each. With "none", ``backward`` gives
        the gradient of the sum.

    Raises
    ------
    ValueError
        For labels out of range, shapes that do not fit, or the mean of no samples.
    """

    _cache = None

    def __init__(self, reduction: str = "mean"):
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction expects one of {REDUCTIONS}. Got {reduction!r}")
        self.reduction = reduction

    def __call__(self, z, y):
        return self.forward(z, self.targets(y, z))

    def targets(self, y, z):
        """``y`` checked and in the shape and dtype that `forward` takes with outputs ``z``."""
        given = tuple(y.shape) if hasattr(y, "shape") else np.shape(y)
        shape = tuple(z.shape)
        if given != shape and (*given, 1) != shape:
            raise ValueError(
                f"{type(self).__name__} expects targets of shape {shape}"
                + (f" or {shape[:1]}" if shape[1:] == (1,) else "")
                + f"; got {given}"
            )
        y = like(y, z) if not hasattr(y, "dtype") or y.dtype != z.dtype else y
        return namespace(z).reshape(y, shape)

    def forward(self, z, y):
        raise NotImplementedError

    def backward(self):
        """Gradient with respect to z."""
        if self._cache is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward call before it")
        dz, share = self._cache
        return dz * share if share != 1 else dz

    def _reduce(self, losses, dz, samples):
        """The loss from those of single elements; ``samples`` is what the mean divides by."""
        self._cache = dz, (1 / samples if self.reduction == "mean" and samples else 1)
        if self.reduction == "none":
            return losses
        if self.reduction == "mean" and samples == 0:
            raise ValueError(f"{type(self).__name__} expects at least one sample; got none")
        if type(losses) is np.ndarray:
            total = np.add.reduce(losses, None)  # half the time of np.sum for small batches
        else:
            total = namespace(losses).sum(losses)
        return total / samples if self.reduction == "mean" else total

    def __repr__(self):
        return f"{type(self).__name__}()"


def _elements(z) -> int:
    count = 1
    for n in z.shape:
        count *= n
    return count


class MSE(Loss):
    r"""Mean squared error, mean of (z − y)²; gradient 2(z − y)/N.

    >>> loss = MSE()
    >>> float(loss(np.array([[1.0], [4.0]]), [0.0, 2.0]))  # (1 + 4) / 2
    2.5
    >>> loss.backward().ravel().tolist()
    [1.0, 2.0]
    """

    def forward(self, z, y):
        difference = z - y
        return self._reduce(difference * difference, 2 * difference, _elements(z))


class MAE(Loss):
    r"""Mean absolute error, mean of \|z − y\|; gradient sign(z − y)/N, and 0 where z = y."""

    def forward(self, z, y):
        xp = namespace(z)
        return self._reduce(xp.abs(z - y), xp.sign(z - y), _elements(z))


def _binary(loss, y):
    values = to_numpy(y)
    if values.size and not ((values >= 0) & (values <= 1)).all():
        wrong = values[~((values >= 0) & (values <= 1))].ravel()[0]
        raise ValueError(f"{type(loss).__name__} expects labels from 0 to 1; got {wrong}")


class BinaryCrossEntropy(Loss):
    r"""−[y log p + (1 − y) log(1 − p)] with p = σ(z); the network gives the logit z.

    Gradient: (p − y)/N. A logit of 0 is p = ½ and costs log 2 whatever was right:

    >>> round(float(BinaryCrossEntropy()(np.array([[0.0]]), [1])), 4)
    0.6931
    """

    def targets(self, y, z):
        _binary(self, y)
        return super().targets(y, z)

    def forward(self, z, y):
        xp = namespace(z)
        # −log σ(z) = log(1 + e^−|z|) + max(0, −z): nothing overflows
        e = xp.exp(-xp.abs(z))
        losses = xp.log1p(e) + xp.maximum(z, xp.zeros_like(z)) - z * y
        p = xp.where(z >= 0, xp.ones_like(e), e) / (1 + e)
        return self._reduce(losses, p - y, _elements(z))


class SoftmaxCrossEntropy(Loss):
    r"""−log pᵧ with p = softmax(z): how surprised the network is by the right class y.

    Labels are whole numbers (N,), or rows of probabilities (N, k). Gradient: (p − onehot(y))/N.

    >>> z = np.log(np.array([[0.1, 0.2, 0.7]]))
    >>> round(float(SoftmaxCrossEntropy()(z, [2])), 4)  # −log 0.7
    0.3567
    """

    def targets(self, y, z):
        if z.ndim != 2:
            raise ValueError(f"SoftmaxCrossEntropy expects logits (N, k); got {tuple(z.shape)}")
        values = to_numpy(y)
        n, k = z.shape
        if values.ndim == 1:
            if len(values) != n:
                raise ValueError(f"SoftmaxCrossEntropy expects {n} labels; got {len(values)}")
            labels = values.astype(int)
            if (labels != values).any() or labels.min(initial=0) < 0 or labels.max(initial=0) >= k:
                wrong = values[(labels != values) | (labels < 0) | (labels >= k)][0]
                raise ValueError(
                    f"SoftmaxCrossEntropy expects labels 0 … {k - 1} for {k} outputs; got {wrong}"
                )
            return like(np.eye(k)[labels], z)
        _binary(self, values)
        return super().targets(y, z)

    def forward(self, z, y):
        xp = namespace(z)
        shifted = z - xp.max(z, axis=1, keepdims=True)
        e = xp.exp(shifted)
        total = xp.sum(e, axis=1, keepdims=True)
        losses = -xp.sum(y * (shifted - xp.log(total)), axis=1)
        # rows of y add up to 1, so the gradient of each row is p − y
        return self._reduce(losses, e / total - y, z.shape[0])


class Hinge(Loss):
    r"""max(0, 1 − tz) with t = 2y − 1 = ±1: content once a sample is right with margin 1."""

    def targets(self, y, z):
        values = to_numpy(y)
        if not np.isin(values, (0, 1)).all():
            wrong = values[~np.isin(values, (0, 1))].ravel()[0]
            raise ValueError(f"Hinge expects labels 0 and 1; got {wrong}")
        return super().targets(y, z)

    def forward(self, z, y):
        xp = namespace(z)
        t = 2 * y - 1
        losses = xp.maximum(1 - t * z, xp.zeros_like(z))
        return self._reduce(losses, -t * xp.astype(losses > 0, z.dtype), _elements(z))


#: name → class
LOSSES = {
    cls.__name__.lower(): cls for cls in (MSE, MAE, BinaryCrossEntropy, SoftmaxCrossEntropy, Hinge)
}
