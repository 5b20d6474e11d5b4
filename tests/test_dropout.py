"""`Dropout`: how many are dropped, what is done to the others, and when nothing is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import Dense, Dropout, Sequential, Tanh
from tests.libraries import LIBRARIES, array, close, dtype_of, numbers, of_library

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_share_dropped_scale_and_mean(rate):
    n = 200_000
    y = Dropout(rate, rng=0).forward(np.full((n // 100, 100), 3.0), train=True)
    dropped = (y == 0).mean()
    assert abs(dropped - rate) <= 4 * (rate * (1 - rate) / n) ** 0.5
    np.testing.assert_allclose(y[y != 0], 3 / (1 - rate), rtol=1e-14)  # scaled up already
    # The expected output is the input; each number has the variance 9·rate/(1 − rate).
    assert abs(y.mean() - 3) <= 4 * (9 * rate / (1 - rate) / n) ** 0.5


def test_each_number_is_dropped_by_itself():
    y = Dropout(0.5, rng=0).forward(np.ones((2000, 3)), train=True) > 0
    for i, j in [(0, 1), (0, 2), (1, 2)]:  # not whole rows, not whole columns
        assert abs((y[:, i] & y[:, j]).mean() - 0.25) < 0.04
    assert 0.4 < y.mean(axis=0).min() <= y.mean(axis=0).max() < 0.6


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_backward_goes_through_what_was_kept(library, dtype):
    layer = Dropout(0.4, rng=1)
    x, dy = np.random.default_rng(0).normal(size=(2, 6, 5)).astype(dtype)
    y = layer.forward(array(x, library, dtype), train=True)
    dx = layer.backward(array(dy, library, dtype))
    factor = np.where(numbers(y) == 0, 0, 1 / (1 - 0.4))
    assert 0 < (factor > 0).sum() < 30
    for received, expected in [(y, x * factor), (dx, dy * factor), (layer.mask, factor)]:
        assert of_library(received, library) and dtype_of(received) == dtype
        close(received, expected, 1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_evaluation_changes_nothing_and_draws_nothing(library):
    layer, x = Dropout(0.9, rng=0), array([[1.0, 2.0, 3.0]], library)
    close(layer.forward(x), [[1, 2, 3]], 0)
    close(layer.backward(x), [[1, 2, 3]], 0)
    assert layer.mask is None
    fresh = Dropout(0.9, rng=0)
    close(layer.forward(x, train=True), fresh.forward(x, train=True), 0)


def test_a_new_choice_each_time_and_the_same_from_the_same_seed():
    x = np.ones((4, 8))
    one, two = Dropout(0.5, rng=3), Dropout(0.5, rng=3)
    first = one.forward(x, train=True)
    assert (first == two.forward(x, train=True)).all()
    assert (first != one.forward(x, train=True)).any()


def test_the_last_forward_decides_what_backward_does():
    layer, x = Dropout(0.5, rng=0), np.ones((3, 8))
    layer.forward(x, train=True)
    layer.forward(x)
    assert (layer.backward(x) == 1).all()


def test_a_network_passes_on_whether_it_learns():
    model = Sequential(Dense(2, 50, rng=0), Dropout(0.5, rng=0), Tanh())
    x = np.ones((1, 2))
    assert (model.forward(x, train=True) == 0).sum() > 5
    assert (model.forward(x) == 0).sum() == 0
    assert (model(x, train=True) == 0).sum() > 5


def test_the_rate_can_be_changed():
    layer = Dropout(0.0, rng=0)
    assert (layer.forward(np.ones((5, 5)), train=True) == 1).all()
    layer.rate = 0.75
    assert set(layer.forward(np.ones((50, 5)), train=True).ravel()) == {0, 4}


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan")])
def test_rates_that_are_none(rate):
    with pytest.raises(ValueError, match=f"Dropout expects .*rate.* [Gg]ot {rate}"):
        Dropout(rate)
    layer = Dropout(0.3)
    with pytest.raises(ValueError, match="Dropout expects"):
        layer.rate = rate
    assert layer.rate == 0.3


def test_backward_before_forward():
    with pytest.raises(RuntimeError, match=r"Dropout\.backward needs .*forward.* before"):
        Dropout(0.5).backward(np.ones((1, 2)))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=4).map(tuple),
    st.sampled_from(["float32", "float64"]),
    st.sampled_from([0.0, 0.3, 0.99]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_shape_keeps_its_shape_and_dtype(shape, dtype, rate, train):
    layer, x = Dropout(rate, rng=0), np.ones(shape, dtype)
    y = layer.forward(x, train=train)
    dx = layer.backward(x)
    assert y.shape == dx.shape == shape and y.dtype == dx.dtype == dtype
    assert (x == 1).all()
