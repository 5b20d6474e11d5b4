"""`Dense` and the first weights: numbers by hand, gradients, PyTorch, shapes, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import Dense, Sequential, Sigmoid, Tanh, gradcheck
from nnlib.init import INITIALISERS
from tests.libraries import LIBRARIES, array, close, dtype_of, of_library, put, torch

pytestmark = pytest.mark.filterwarnings("error")


def by_hand():
    """Two inputs, three units; the numbers below are worked out on paper."""
    layer = Dense(2, 3)
    layer.W.value[...] = [[1, 2, 3], [4, 5, 6]]
    layer.b.value[...] = [10, 20, 30]
    return layer


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_by_hand_in_every_library(library, dtype):
    model = put(Sequential(by_hand()).astype(dtype), library)
    layer = model[0]
    z = layer.forward(array([[1, 0], [-1, 2]], library, dtype))
    close(z, [[11, 22, 33], [17, 28, 39]], 0)
    dx = layer.backward(array([[1, 0, 0], [0, 1, -1]], library, dtype))
    close(dx, [[1, 4], [-1, -1]], 0)
    close(layer.W.grad, [[1, -1, 1], [0, 2, -2]], 0)
    close(layer.b.grad, [1, 1, -1], 0)
    for x in (z, dx, layer.W.grad, layer.b.grad):
        assert of_library(x, library) and dtype_of(x) == dtype


def test_lecture_e():
    """ŷ = g(1 + 3x₁ − 2x₂) at (−1, 2) is g(−6) ≈ 0.002."""
    layer = Dense(2, 1)
    layer.W.value[...] = [[3], [-2]]
    layer.b.value[...] = 1
    z = layer.forward([[-1, 2]])
    assert z.tolist() == [[-6]]
    assert Sigmoid().forward(z).item() == pytest.approx(0.0024726, abs=1e-7)


def test_without_bias():
    layer, full = Dense(3, 2, rng=0, bias=False), Dense(3, 2, rng=0)
    x = np.random.default_rng(0).normal(size=(4, 3))
    close(layer.forward(x), full.forward(x), 0)  # whose bias is zero
    assert layer.b is None and [p.name for p in layer.parameters()] == ["W"]
    assert gradcheck(layer, x) <= 1e-6
    assert repr(layer) == "Dense(3, 2, bias=False)"


def test_gradients_are_overwritten_and_not_added_up():
    layer, x = by_hand(), np.array([[1.0, 2.0]])
    for _ in range(2):
        layer.forward(x)
        layer.backward(np.ones((1, 3)))
    assert layer.b.grad.tolist() == [1, 1, 1]


@given(st.integers(0, 40), st.integers(1, 9), st.integers(1, 9), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_against_torch_on_random_shapes(n, n_in, n_out, seed):
    rng = np.random.default_rng(seed)
    x, dz = rng.normal(size=(n, n_in)), rng.normal(size=(n, n_out))
    layer = Dense(n_in, n_out, rng=rng)
    layer.b.value[...] = rng.normal(size=n_out)
    theirs = torch.nn.Linear(n_in, n_out, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(torch.asarray(layer.W.value.T.copy()))
        theirs.bias.copy_(torch.asarray(layer.b.value.copy()))
    tx = torch.asarray(x.copy()).requires_grad_()
    z = theirs(tx)
    z.backward(torch.asarray(dz))
    close(layer.forward(x), z, 1e-12)
    close(layer.backward(dz), tx.grad, 1e-10)
    close(layer.W.grad.T, theirs.weight.grad, 1e-10)
    close(layer.b.grad, theirs.bias.grad, 1e-10)


@pytest.mark.parametrize(("n", "n_in", "n_out"), [(1, 1, 1), (1, 5, 2), (4, 2, 6), (0, 3, 2)])
def test_against_differences(n, n_in, n_out):
    x = np.random.default_rng(n).normal(size=(n, n_in))
    assert gradcheck(Dense(n_in, n_out, rng=1), x) <= 1e-6


@pytest.mark.parametrize("n", [1, 8])
def test_a_deep_network_against_differences_and_torch(n):
    rng = np.random.default_rng(n)
    widths = (3, 7, 5, 2)
    layers = []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng), Tanh()]
    model = Sequential(*layers)
    x, dy = rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
    assert gradcheck(model, x) <= 1e-6

    y = model.forward(x)
    dx = model.backward(dy)
    h = tx = torch.tensor(x, requires_grad=True)
    tensors = [torch.tensor(p.value, requires_grad=True) for p in model.parameters()]
    for W, b in zip(tensors[::2], tensors[1::2], strict=True):
        h = torch.tanh(h @ W + b)
    h.backward(torch.tensor(dy))
    close(y, h, 1e-12)
    close(dx, tx.grad, 1e-10)
    for p, tensor in zip(model.parameters(), tensors, strict=True):
        close(p.grad, tensor.grad, 1e-10)


@pytest.mark.parametrize("given_dtype", ["float32", "float64"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_of_the_weights_decides(dtype, given_dtype):
    layer = Dense(2, 3, rng=0, dtype=dtype)
    x = np.ones((4, 2), given_dtype)
    z = layer.forward(x)
    dx = layer.backward(np.ones_like(z))
    assert z.dtype == dx.dtype == layer.W.grad.dtype == layer.b.grad.dtype == dtype


def test_lists_and_whole_numbers_are_taken():
    layer = by_hand()
    assert layer.forward([[1, 0]]).tolist() == [[11, 22, 33]]
    assert layer.forward(np.array([[1, 0]])).tolist() == [[11, 22, 33]]
    close(layer.backward(np.ones((1, 3))), [[6, 15]], 0)


def test_numpy_points_through_a_network_on_torch():
    model = put(Sequential(by_hand()), "torch")
    z = model.forward(np.array([[0.0, 1.0], [1.0, 0.0]])[::-1])
    assert of_library(z, "torch")
    close(z, [[11, 22, 33], [14, 25, 36]], 0)


@pytest.mark.parametrize(
    ("x", "got"),
    [
        (np.ones((8, 2)), r"\(8, 2\)"),
        (np.ones(3), r"\(3,\)"),
        (np.ones((2, 3, 3)), r"\(2, 3, 3\)"),
        (np.float64(3), r"\(\)"),
        (np.ones((0, 2)), r"\(0, 2\)"),
    ],
    ids=["width", "vector", "rank 3", "number", "empty"],
)
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_wrong_shape_is_told(x, got, library):
    layer = put(Dense(3, 4, rng=0), library)
    with pytest.raises(ValueError, match=rf"Dense expects X of shape \(N, 3\); got {got}"):
        layer.forward(array(x, library))


def test_no_samples_give_no_outputs_and_zero_gradients():
    layer = Dense(3, 2, rng=0)
    layer.b.grad[...] = layer.W.grad[...] = np.nan
    assert layer.forward(np.zeros((0, 3))).shape == (0, 2)
    assert layer.backward(np.zeros((0, 2))).shape == (0, 3)
    assert not layer.W.grad.any() and not layer.b.grad.any()


def test_backward_before_forward():
    with pytest.raises(RuntimeError, match=r"Dense\.backward needs .*forward.* before"):
        Dense(2, 2).backward(np.ones((1, 2)))


@pytest.mark.parametrize(("n_in", "n_out", "name"), [(0, 2, "n_in"), (2, -1, "n_out")])
def test_widths_must_be_positive(n_in, n_out, name):
    with pytest.raises(ValueError, match=f"Dense expects {name} .*[gG]ot {min(n_in, n_out)}"):
        Dense(n_in, n_out)


@pytest.mark.parametrize("n_in", [2.5, "2", None])
def test_widths_must_be_whole_numbers(n_in):
    with pytest.raises(ValueError, match="Dense expects n_in .*[gG]ot"):
        Dense(n_in, 2)


@pytest.mark.parametrize("dtype", ["int64", "bool"])
def test_weights_are_no_whole_numbers(dtype):
    with pytest.raises(ValueError, match=f"Dense expects dtype to be float64 .*; got .{dtype}"):
        Dense(2, 2, dtype=dtype)


# ------------------------------------------------------------------------------- first weights


@pytest.mark.parametrize("init", INITIALISERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_seed_same_weights_and_biases_of_zero(init, dtype):
    one, two = (Dense(30, 20, rng=7, init=init, dtype=dtype) for _ in range(2))
    assert (one.W.value == two.W.value).all() and one.W.value.dtype == dtype
    assert one.W.value.shape == (30, 20) and not one.b.value.any()
    if init != "zeros":
        assert (Dense(30, 20, rng=8, init=init).W.value != one.W.value).any()


def test_float32_starts_where_float64_does():
    one, two = (Dense(5, 4, rng=3, dtype=dtype).W.value for dtype in ("float32", "float64"))
    assert (one == two.astype("float32")).all()


@pytest.mark.parametrize(
    ("init", "variance", "limit"),
    [
        ("glorot", 2 / (300 + 100), (6 / 400) ** 0.5),
        ("he", 2 / 300, np.inf),
        ("uniform", 1 / (3 * 300), 300**-0.5),
        ("zeros", 0, 0),
    ],
)
def test_spread_of_the_first_weights(init, variance, limit):
    W = Dense(300, 100, rng=0, init=init).W.value
    assert abs(W.mean()) <= 4 * (variance / W.size) ** 0.5
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert np.abs(W).max() <= limit
    if np.isfinite(limit):
        assert np.abs(W).max() >= 0.99 * limit


def test_init_may_be_a_function():
    layer = Dense(2, 3, init=lambda n_in, n_out, rng: np.full((n_in, n_out), 0.5))
    assert (layer.W.value == 0.5).all()


def test_one_generator_goes_on():
    rng = np.random.default_rng(7)
    one, two = Dense(3, 3, rng=rng), Dense(3, 3, rng=rng)
    assert (one.W.value == Dense(3, 3, rng=7).W.value).all()
    assert (one.W.value != two.W.value).all()


def test_he_keeps_the_signal_of_a_deep_relu_network_and_uniform_loses_it():
    def last(init):
        rng, x = np.random.default_rng(0), np.random.default_rng(1).normal(size=(100, 50))
        for _ in range(20):
            x = np.maximum(Dense(50, 50, rng=rng, init=init).forward(x), 0)
        return x.std()

    assert 0.1 < last("he") < 10
    assert last("uniform") < 1e-3


def test_an_unknown_initialiser_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="unknown init 'glorott'.*did you mean 'glorot'"):
        Dense(2, 2, init="glorott")
    with pytest.raises(ValueError, match="unknown init 'qqq'.*glorot, he, uniform, zeros"):
        Dense(2, 2, init="qqq")
