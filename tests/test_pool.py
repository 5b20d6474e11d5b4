"""Pooling and `Flatten`: numbers by hand, ties, PyTorch on all kinds of shapes, errors."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlib import AvgPool2D, Conv2D, Flatten, GlobalAvgPool2D, MaxPool2D, gradcheck
from nnlib.windows import receptive_field
from tests.libraries import LIBRARIES, array, close, dtype_of, of_library, torch
from tests.test_conv import channels_first, channels_last

pytestmark = pytest.mark.filterwarnings("error")

POOLS = [MaxPool2D, AvgPool2D, lambda *a: AvgPool2D(*a, count_include_pad=False)]


def torchs(layer, x):
    how = layer.pool_size, layer.stride, layer.padding
    if isinstance(layer, MaxPool2D):
        return torch.nn.functional.max_pool2d(x, *how)
    return torch.nn.functional.avg_pool2d(x, *how, count_include_pad=layer.count_include_pad)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("layer", "y", "dx"),
    [
        (MaxPool2D(2), [[4, 8]], [[0, 0, 0, 0], [1, 0, 0, 1]]),
        (AvgPool2D(2), [[2.5, 5.5]], [[0.25] * 4] * 2),
        (MaxPool2D((1, 4)), [[5], [8]], [[0, 0, 1, 0], [0, 0, 0, 1]]),
    ],
)
def test_by_hand_in_every_library(layer, y, dx, library, dtype):
    x = array(np.reshape([[1, 2, 5, 4], [4, 3, 5, 8]], (1, 2, 4, 1)), library, dtype)
    out = layer.forward(x)
    close(out[0, :, :, 0], y, 0)
    back = layer.backward(array(np.ones(out.shape), library, dtype))
    close(back[0, :, :, 0], dx, 0)
    for a in (out, back):
        assert of_library(a, library) and dtype_of(a) == dtype


@given(
    st.sampled_from(POOLS), st.integers(0, 3), st.integers(1, 3),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.booleans(), st.integers(0, 999),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_against_torch(make, n, channels, size, window, stride, padding, ties, seed):
    assume(all(2 * p <= k for p, k in zip(padding, window, strict=True)))
    assume(all(s + 2 * p >= k for s, p, k in zip(size, padding, window, strict=True)))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, *size, channels))
    if ties:
        x = np.round(x)
    layer = make(window, stride, padding)
    y = layer.forward(x)
    assert y.shape[1:] == layer.output_shape(x.shape[1:])
    tx = channels_first(x).requires_grad_()
    ty = torchs(layer, tx)
    close(y, channels_last(ty), 1e-12)
    dy = rng.normal(size=y.shape)
    ty.backward(channels_first(dy))
    close(layer.backward(dy), channels_last(tx.grad), 1e-10)


def test_of_equal_numbers_the_first_gets_the_gradient():
    layer = MaxPool2D(2)
    layer.forward(np.zeros((1, 2, 2, 1)))
    dx = layer.backward(np.ones((1, 1, 1, 1)))
    assert dx[0, :, :, 0].tolist() == [[1, 0], [0, 0]]


def test_margins_are_never_the_largest():
    y = MaxPool2D(3, 1, 1).forward(np.full((1, 2, 2, 1), -5.0))
    assert (y == -5).all()


def test_nan_is_shown():
    x = np.array([1.0, np.nan, 3.0, 2.0]).reshape(1, 2, 2, 1)
    assert np.isnan(MaxPool2D(2).forward(x)).all() and np.isnan(AvgPool2D(2).forward(x)).all()


@pytest.mark.parametrize("make", POOLS)
@pytest.mark.parametrize("how", [(2,), (3, 1, 1), ((2, 3), (1, 2)), (3, 2, "same")])
def test_against_differences(make, how):
    x = np.random.default_rng(0).permutation(2 * 5 * 6 * 2).reshape(2, 5, 6, 2) / 7.0
    assert gradcheck(make(*how), x) <= 1e-6


def test_the_mean_of_the_whole_picture():
    x = np.random.default_rng(0).normal(size=(3, 4, 5, 2))
    layer = GlobalAvgPool2D()
    close(layer.forward(x), x.mean(axis=(1, 2)), 1e-12)
    assert layer.output_shape((4, 5, 2)) == (2,)
    assert gradcheck(layer, x) <= 1e-6


@pytest.mark.parametrize("n", [0, 1, 3])
def test_flatten(n):
    x = np.random.default_rng(0).normal(size=(n, 2, 3, 4))
    layer = Flatten()
    assert layer.forward(x).shape == (n, 24) == (n, *layer.output_shape((2, 3, 4)))
    close(layer.backward(layer.forward(x)), x, 0)


def test_receptive_field():
    """After 3×3, 2×2/2 and 3×3 a number has seen 8 pixels: 3, + 1, + 2 · 2."""
    layers = [Conv2D(1, 8, 3), MaxPool2D(2), Conv2D(8, 16, 3), MaxPool2D(2), GlobalAvgPool2D()]
    found = receptive_field(layers)
    assert [(row["field"], row["step"]) for row in found] == [(3, 1), (4, 2), (8, 2), (10, 4)]
    # measured: which pixels change the number in the middle
    model = layers[:4]
    x = np.random.default_rng(0).normal(size=(1, 30, 30, 1))
    y = x
    for layer in model:
        y = layer.forward(y)
    dy = np.zeros_like(y)
    dy[0, 2, 2] = 1
    for layer in reversed(model):
        dy = layer.backward(dy)
    rows = np.flatnonzero(np.abs(dy[0]).sum(axis=(1, 2)))
    assert 8 <= np.ptp(rows) + 1 <= 10


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MaxPool2D(0), "MaxPool2D expects pool_size to be a whole number of at least 1"),
        (lambda: AvgPool2D(2, 0), "AvgPool2D expects stride"),
        (lambda: MaxPool2D(2, 2, 2), "at most half of the window, 1; got 2"),
        (lambda: MaxPool2D(3)(np.ones((1, 2, 2, 1))), "at least 3 × 3: .* got 2 × 2"),
        (lambda: MaxPool2D(2)(np.ones((4, 4))), r"MaxPool2D expects X of shape \(N, height"),
        (lambda: GlobalAvgPool2D()(np.ones((4, 4))), "GlobalAvgPool2D expects X"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
