"""Recurrent layers: numbers by hand, gradients, PyTorch on random shapes, every library, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import GRU, LSTM, RNN, Dense, EveryStep, LastStep, Sequential, gradcheck
from tests.libraries import LIBRARIES, array, close, dtype_of, of_library, put, torch

pytestmark = pytest.mark.filterwarnings("error")

LAYERS = [RNN, LSTM, GRU]


def adding_up():
    layer = RNN(1, 1, activation="linear")
    layer.W.value[...], layer.U.value[...], layer.b.value[...] = 2.0, 0.5, 1.0
    return layer


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_by_hand_in_every_library(library, dtype):
    layer = put(Sequential(adding_up()).astype(dtype), library)[0]
    y = layer.forward(array([[[1], [2], [3]]], library, dtype))
    close(y, [[[3], [6.5], [10.25]]], 0)  # 2·1 + 1; 2·2 + 1 + ½·3; 2·3 + 1 + ½·6.5
    dx = layer.backward(array([[[0], [0], [1]]], library, dtype))
    close(dx, [[[0.5], [1], [2]]], 0)  # 2 · ½², 2 · ½, 2
    close(layer.dh, [[[0.25], [0.5], [1]]], 0)
    close(layer.U.grad, [[0.5 * 3 + 6.5]], 0)  # each state times what came back to the next
    close(layer.W.grad, [[0.25 + 0.5 * 2 + 3]], 0)
    close(layer.b.grad, [1.75], 0)
    for a in (y, dx, layer.dh, *(p.grad for p in layer.parameters())):
        assert of_library(a, library) and dtype_of(a) == dtype


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("make", LAYERS)
def test_all_of_them_in_every_library(make, library):
    x = np.random.default_rng(0).normal(size=(2, 4, 3))
    ours = make(3, 5, rng=0)
    want = ours.forward(x)
    dwant = ours.backward(want)
    moved = put(Sequential(make(3, 5, rng=0)), library)[0]
    y = moved.forward(array(x, library))
    close(y, want, 1e-12)
    close(moved.backward(y), dwant, 1e-10)


def theirs(layer, n_in, n_hidden):
    """PyTorch's layer with the same weights, and how its gradients are laid out in ours."""
    kinds = {RNN: torch.nn.RNN, LSTM: torch.nn.LSTM, GRU: torch.nn.GRU}
    twin = kinds[type(layer)](n_in, n_hidden, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(torch.tensor(layer.W.value.T.copy()))
        twin.weight_hh_l0.copy_(torch.tensor(layer.U.value.T.copy()))
        twin.bias_ih_l0.copy_(torch.tensor(layer.b.value))
        twin.bias_hh_l0.zero_()
        if isinstance(layer, GRU):
            twin.bias_hh_l0[2 * n_hidden :] = torch.tensor(layer.c.value)
    return twin


@given(
    st.sampled_from(LAYERS), st.integers(0, 4), st.integers(1, 6), st.integers(1, 4),
    st.integers(1, 5), st.integers(0, 999),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_against_torch(make, n, steps, n_in, n_hidden, seed):
    rng = np.random.default_rng(seed)
    layer = make(n_in, n_hidden, rng=rng)
    for p in layer.parameters():  # biases too: zeros hide mistakes
        p.value[...] = rng.normal(size=p.shape)
    twin = theirs(layer, n_in, n_hidden)
    x, dy = rng.normal(size=(n, steps, n_in)), rng.normal(size=(n, steps, n_hidden))
    y = layer.forward(x)
    dx = layer.backward(dy)
    if n == 0:  # torch refuses an empty batch
        assert y.shape == (0, steps, n_hidden) and dx.shape == x.shape
        assert all((p.grad == 0).all() for p in layer.parameters())
        return
    tx = torch.tensor(x, requires_grad=True)
    ty, _ = twin(tx)
    close(y, ty, 1e-12)
    ty.backward(torch.tensor(dy))
    close(dx, tx.grad, 1e-10)
    close(layer.W.grad.T, twin.weight_ih_l0.grad, 1e-10)
    close(layer.U.grad.T, twin.weight_hh_l0.grad, 1e-10)
    close(layer.b.grad, twin.bias_ih_l0.grad, 1e-10)
    if make is GRU:
        close(layer.c.grad, twin.bias_hh_l0.grad[2 * n_hidden :], 1e-10)


@pytest.mark.parametrize("make", [*LAYERS, lambda a, b, rng: RNN(a, b, "relu", rng=rng)])
def test_against_differences(make):
    layer = make(3, 4, rng=1)
    assert gradcheck(layer, np.random.default_rng(0).normal(size=(2, 5, 3))) <= 1e-6


@pytest.mark.parametrize("make", LAYERS)
def test_a_network_with_an_answer_at_the_end_and_one_at_every_step(make):
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    last = Sequential(make(2, 5, rng=0), LastStep(), Dense(5, 2, rng=1))
    every = Sequential(make(2, 5, rng=0), EveryStep(), Dense(5, 2, rng=1))
    assert gradcheck(last, x) <= 1e-6 and gradcheck(every, x) <= 1e-6
    close(every.forward(x).reshape(3, 4, 2)[:, -1], last.forward(x), 1e-12)
    assert last.forward(x).shape == (3, 2)


def test_the_gradient_that_comes_back_through_time_is_a_power():
    """A linear RNN without input: dh_t = u^(T − 1 − t)."""
    for u in (0.5, 1.0, 1.5):
        layer = RNN(1, 1, activation="linear")
        layer.U.value[...] = u
        y = layer.forward(np.ones((1, 20, 1)))
        dy = np.zeros_like(y)
        dy[0, -1] = 1
        layer.backward(dy)
        close(layer.dh[0, :, 0], u ** np.arange(19.0, -1, -1), 1e-12)


def test_gates_are_kept_to_be_looked_at():
    x = np.random.default_rng(0).normal(size=(2, 6, 3))
    for make, names in (
        (LSTM, {"input", "forget", "candidate", "output", "cell"}),
        (GRU, {"reset", "update", "candidate"}),
        (RNN, set()),
    ):
        layer = make(3, 4, rng=0)
        y = layer.forward(x)
        assert set(layer.parts) == names
        assert all(part.shape == (2, 6, 4) for part in layer.parts.values())
    lstm = LSTM(3, 4, rng=0)
    y = lstm.forward(x)
    close(y, lstm.parts["output"] * np.tanh(lstm.parts["cell"]), 1e-12)


def test_a_new_lstm_remembers():
    lstm = LSTM(2, 3, rng=0)
    assert lstm.b.value.tolist() == [0] * 3 + [1] * 3 + [0] * 6


@pytest.mark.parametrize("make", LAYERS)
def test_gradients_are_overwritten_and_not_added_up(make):
    layer, x = make(2, 3, rng=0), np.random.default_rng(0).normal(size=(2, 4, 2))
    found = []
    for _ in range(2):
        layer.backward(layer.forward(x))
        found.append([p.grad.copy() for p in layer.parameters()])
    for first, second in zip(*found, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RNN(0, 3), "RNN expects n_in to be a whole number of at least 1; got 0"),
        (lambda: LSTM(2, 1.5), "LSTM expects n_hidden to be a whole number"),
        (lambda: GRU(2, 3)(np.ones((4, 2))), r"GRU expects X of shape \(N, T, 2\).*got \(4, 2\)"),
        (lambda: RNN(2, 3)(np.ones((4, 0, 2))), "T of at least 1"),
        (lambda: RNN(2, 3, "softmax"), "acts on each number and learns nothing; got 'softmax'"),
        (lambda: RNN(2, 3, "prelu"), "learns nothing; got 'prelu'"),
        (lambda: LastStep()(np.ones((4, 2))), "LastStep expects X"),
        (lambda: EveryStep()(np.ones((4, 2))), "EveryStep expects X"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_backward_before_forward():
    with pytest.raises(RuntimeError, match="LSTM.backward needs a call of forward"):
        LSTM(1, 1).backward(np.ones((1, 1, 1)))
