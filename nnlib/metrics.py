"""How good the answers are: the share that is right, and which class was taken for which."""

from __future__ import annotations

import math

import numpy as np

from . import expect
from .backend import floats, like, namespace, total
from .losses import Loss


def accuracy(loss, z, y) -> float | None:
    """The share of samples that are right; for a regression R², the share of variance explained.

    Parameters
    ----------
    loss : Loss
        Its ``task`` says how to read the outputs: the sign of a logit, the largest of several, or
        a number.
    z, y : array
        Outputs and targets.

    Returns
    -------
    float or None
        None without samples, and for the R² of targets that are all the same.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If z or y holds no numbers, or the loss is none.

    Examples
    --------
    >>> from nnlib import BinaryCrossEntropy, MSE
    >>> accuracy(BinaryCrossEntropy(), [[2.0], [-1.0]], [1, 1])
    0.5
    >>> accuracy(MSE(), [[1.0], [2.0], [6.0]], [0.0, 3.0, 6.0])  # 1 − (1 + 1 + 0) / (9 + 0 + 9)
    0.8888888888888888
    """
    expect.made(loss, Loss, "accuracy", "a loss such as MSE()")
    z = floats(z)
    xp, y = namespace(z), like(y, z)  # on a GPU one number comes back, not all outputs
    if z.ndim and len(z) == 0:
        return None
    shape, classes = tuple(z.shape), loss.task == "classes"
    wanted = [shape, shape[:1]] if classes or shape[1:] == (1,) else [shape]
    if tuple(y.shape) not in wanted or (classes and z.ndim != 2):
        raise ValueError(
            f"accuracy expects z of shape {'(N, k)' if classes else '(N, n_out)'} and y of shape "
            f"{' or '.join(map(str, wanted))}; got {shape} and {tuple(y.shape)}."
        )
    with np.errstate(all="ignore"):  # a network that ran away is reported, not warned about
        if loss.task == "classes":
            right = y if y.ndim == 1 else xp.astype(xp.argmax(y, axis=1), z.dtype)
            return _share(xp.astype(xp.argmax(z, axis=1), z.dtype) == right)
        y = xp.reshape(y, z.shape)
        if loss.task == "binary":
            return _share((z > 0) == (y > 0.5))
        deviation = y - xp.mean(y, axis=0)
        spread = float(total(deviation * deviation))
        return 1 - float(total((z - y) * (z - y))) / spread if spread > 0 else None


def _share(right) -> float:
    """How many of them are true, divided by how many there are."""
    xp = namespace(right)
    return int(total(xp.astype(right, xp.int64))) / math.prod(right.shape)


def confusion_matrix(y, predicted, k=None):
    r"""How often each class was taken for which.

    .. math:: C_{ij} = \sum_n [y_n = i] \, [\hat y_n = j]

    Rows are what was right, columns what was said (scikit-learn's order; some texts transpose it).
    The diagonal is right, ``C.trace() / C.sum()`` the accuracy.

    Parameters
    ----------
    y, predicted : array of whole numbers from 0 to k − 1, shape (N,)
        Classes, not scores: ``predicted = z.argmax(axis=1)``.
    k : int, optional
        Number of classes; one more than the largest number seen if left out.

    Returns
    -------
    ndarray of int, shape (k, k)

    Raises
    ------
    ValueError
        If the shapes differ, or a number is no class.
    TypeError
        If y or predicted holds no numbers.

    Examples
    --------
    One 0 was taken for a 2:

    >>> confusion_matrix([0, 0, 1, 2], [0, 2, 1, 2])
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 1]])
    """
    who = "confusion_matrix"
    y, predicted = expect.numbers(y, who, "y"), expect.numbers(predicted, who, "predicted")
    if y.ndim != 1 or y.shape != predicted.shape:
        raise ValueError(
            "confusion_matrix expects y and predicted of one shape (N,), classes and not scores; "
            f"got {y.shape} and {predicted.shape}."
        )
    both = np.concatenate([y, predicted])
    fine = np.isfinite(both).all()
    k = max(int(both.max(initial=-1)) + 1 if fine else 1, 0) if k is None else k
    k = expect.whole(k, who, "k")
    wrong = both[~((both >= 0) & (both < k) & (both == np.floor(both)))]
    if wrong.size:
        raise ValueError(
            f"confusion_matrix expects whole numbers from 0 to {k - 1}; got {wrong[0]:g}."
        )
    # Each pair of classes has a number, row by row, and numbers can be counted.
    pairs = y.astype(int) * k + predicted.astype(int)
    return np.bincount(pairs, minlength=k * k).reshape(k, k)
