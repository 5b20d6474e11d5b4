"""How good the answers are: accuracy, R², and which class was taken for which."""

import math

import numpy as np
import pytest

from nnlib import (
    MAE,
    MSE,
    BinaryCrossEntropy,
    Hinge,
    SoftmaxCrossEntropy,
    accuracy,
    confusion_matrix,
)
from tests.libraries import torch

pytestmark = pytest.mark.filterwarnings("error")


def test_accuracy_by_hand():
    assert accuracy(BinaryCrossEntropy(), [[2.0], [-1.0], [-3.0]], [1, 1, 0]) == pytest.approx(
        2 / 3
    )
    assert accuracy(Hinge(), np.array([[0.1], [-9.0]]), [[1], [0]]) == 1
    z = np.array([[1.0, 3.0, 2.0], [5.0, 4.0, 3.0]])
    assert accuracy(SoftmaxCrossEntropy(), z, [1, 2]) == 0.5
    assert accuracy(SoftmaxCrossEntropy(), z, [[0, 1, 0], [1, 0, 0]]) == 1
    # R² = 1 − (0 + 1 + 1)/(1 + 0 + 1) = 0
    assert accuracy(MSE(), [[1.0], [3.0], [2.0]], [1.0, 2.0, 3.0]) == 0
    assert accuracy(MAE(), [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]) == 1


def test_accuracy_of_nothing_and_of_targets_without_spread():
    for loss in (MSE(), BinaryCrossEntropy()):
        assert accuracy(loss, np.zeros((0, 1)), []) is None
    assert accuracy(SoftmaxCrossEntropy(), np.zeros((0, 3)), np.zeros(0, int)) is None
    assert accuracy(MSE(), [[1.0], [3.0]], [2.0, 2.0]) is None


def test_accuracy_of_a_tensor():
    z = torch.tensor([[2.0], [-1.0]], requires_grad=True)
    assert accuracy(BinaryCrossEntropy(), z, torch.tensor([1, 1])) == 0.5


def test_accuracy_of_a_network_that_ran_away():
    for loss, y in [
        (MSE(), [1, 2]),
        (BinaryCrossEntropy(), [0, 1]),
        (SoftmaxCrossEntropy(), [0, 0]),
    ]:
        accuracy(loss, np.array([[math.nan], [math.inf]]), y)  # says something, warns of nothing


def test_confusion_matrix_by_hand_and_from_anywhere():
    y, said = [0, 1, 1, 1, 3], [0, 1, 0, 0, 1]
    right = [[1, 0, 0, 0], [2, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]  # rows are what was right
    for kind in (list, np.array, torch.tensor, lambda a: np.array(a, float)):
        C = confusion_matrix(kind(y), kind(said))
        np.testing.assert_array_equal(C, right)
        assert C.dtype.kind == "i"
    assert confusion_matrix(y, said, 6).shape == (6, 6)
    assert confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]
    assert confusion_matrix([], []).shape == (0, 0)


def test_confusion_matrix_is_that_of_scikit_learn_and_its_trace_the_accuracy():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(500, 7)), rng.integers(0, 7, 500)
    C = confusion_matrix(y, z.argmax(axis=1), 7)
    np.testing.assert_array_equal(C, metrics.confusion_matrix(y, z.argmax(axis=1)))
    assert C.trace() / C.sum() == accuracy(SoftmaxCrossEntropy(), z, y)


@pytest.mark.parametrize(
    ("y", "said", "k", "message"),
    [
        ([0, 1], [[0.1, 0.9], [0.2, 0.8]], None, r"got \(2,\) and \(2, 2\)"),
        ([0, 1], [0], None, r"got \(2,\) and \(1,\)"),
        ([0, 2], [0, 1], 2, "whole numbers from 0 to 1; got 2"),
        ([0, -1], [0, 1], None, "got -1"),
        ([0, 1], [0, 0.5], None, "got 0.5"),
        ([0, 1], [0, np.nan], 3, "got nan"),
        ([0, 1], [0, 1], 2.5, "k to be a whole number"),
    ],
)
def test_confusion_matrix_refuses(y, said, k, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(y, said, k)
