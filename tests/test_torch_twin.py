"""Twins: the same outputs, losses, gradients and trainings in PyTorch, and the weights back."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib as nn
from nnlib import torch_code
from tests.libraries import close, torch
from tests.networks import LAYERS, act, gradients, made

pytestmark = pytest.mark.filterwarnings("error")


def tensor(x):
    return torch.tensor(x)


def compare(model, x, tolerance=1e-10):
    """Outputs, loss, and gradients of the input and of all parameters."""
    twin = nn.torch_twin(model).eval()
    tx = tensor(x).requires_grad_()
    z, tz = model.forward(x), twin(tx)
    assert tuple(tz.shape) == z.shape
    close(tz, z, tolerance)
    if not z.size:
        return twin
    y = np.random.default_rng(1).normal(size=z.shape)
    loss, tloss = nn.MSE(), torch.nn.MSELoss()
    value, tvalue = loss(z, y), tloss(tz, tensor(y))
    assert abs(value - tvalue.item()) <= tolerance * max(1, value)
    tvalue.backward()
    close(tx.grad, model.backward(loss.backward()), tolerance)
    for found, p in zip(gradients(model, twin), model.parameters(), strict=True):
        close(found, p.grad, tolerance)
    return twin


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("n", [3, 1, 0])
def test_every_layer(name, n):
    layers, shape = LAYERS[name]
    compare(made(layers()), np.random.default_rng(2).normal(size=(n, *shape)))


@pytest.mark.parametrize("name", sorted(set(nn.ACTIVATIONS) - {"maxout"}))
def test_activations_of_large_numbers(name):
    """PyTorch's softplus, for one, is another function above 20 unless it is told otherwise."""
    compare(nn.Sequential(act(name)), np.linspace(-60, 60, 121).reshape(11, 11), 1e-14)


def test_every_layer_is_tried_here():
    tried = {type(layer) for make, _ in LAYERS.values() for layer in torch_code.flat(make())}
    classes = {cls for cls in vars(nn).values() if isinstance(cls, type)}
    layers = {cls for cls in classes if issubclass(cls, nn.Layer) and cls.__name__[0] != "_"}
    assert layers - tried <= {nn.Layer, nn.Sequential, nn.Activation}
    assert {cls.__name__ for cls in tried} == set(torch_code.TORCH)


ACTIVATIONS = st.sampled_from(sorted(set(nn.ACTIVATIONS) - {"maxout"}))
SMALL = st.integers(1, 3)
PAIR = st.tuples(SMALL, SMALL)


@st.composite
def networks(draw):
    """Rows, pictures or sequences, through layers of any kind, to a few numbers."""
    n, layers = draw(st.integers(0, 4)), []
    kind = draw(st.sampled_from(["rows", "pictures", "sequences"]))
    if kind == "rows":
        shape = (draw(SMALL),)
        width = shape[0]
    elif kind == "pictures":
        shape = (draw(st.integers(2, 7)), draw(st.integers(2, 7)), draw(SMALL))
        size = shape
        for _ in range(draw(SMALL)):
            padding = draw(st.sampled_from(["same", "valid", 1, (0, 1)]))
            layer = draw(st.sampled_from(["conv", "max", "mean"]))
            if layer == "conv":
                out = draw(SMALL)
                layer = nn.Conv2D(
                    size[2], out, draw(PAIR), draw(PAIR), padding, bias=draw(st.booleans())
                )
            else:
                padding = padding if padding == "same" else 0
                pool = nn.MaxPool2D if layer == "max" else nn.AvgPool2D
                layer = pool(draw(PAIR), draw(st.none() | PAIR), padding)
            try:
                size = layer.output_shape(size)
            except ValueError:  # the window is larger than what is left
                continue
            layers += [layer, act(draw(ACTIVATIONS))]
        layers.append(draw(st.sampled_from([nn.Flatten, nn.GlobalAvgPool2D]))())
        (width,) = layers[-1].output_shape(size)
    else:
        shape = (draw(SMALL), draw(SMALL))
        width = shape[1]
        for _ in range(draw(SMALL)):
            out = draw(SMALL)
            layers.append(draw(st.sampled_from([nn.RNN, nn.LSTM, nn.GRU]))(width, out))
            width = out
        layers.append(draw(st.sampled_from([nn.LastStep, nn.EveryStep]))())
    for _ in range(draw(st.integers(0, 3))):
        out = draw(SMALL)
        more = [nn.Dense(width, out, bias=draw(st.booleans())), act(draw(ACTIVATIONS))]
        layers += [nn.Maxout(width, out)] if draw(st.booleans()) else more
        width = out
    return made(layers, seed=draw(st.integers(0, 99))), (n, *shape)


@given(networks(), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_any_network(network, seed):
    model, shape = network
    compare(model, np.random.default_rng(seed).normal(size=shape))


def test_the_twin_is_a_copy_of_the_same_dtype():
    for dtype in ("float32", "float64"):
        model = made(LAYERS["flatten behind convolution"][0](), dtype=dtype)
        twin = nn.torch_twin(model)
        before = twin[-1].weight.detach().clone()
        model[-1].W.value[...] = 0
        assert torch.equal(twin[-1].weight, before) and before.any()
        assert {str(p.dtype) for p in twin.parameters()} == {f"torch.{dtype}"}
        assert twin(torch.zeros(2, 3, 4, 1, dtype=getattr(torch, dtype))).shape == (2, 2)


def test_it_does_not_depend_on_the_library_the_weights_are_in():
    model = made(LAYERS["gru"][0]())
    numpy = nn.torch_twin(model).state_dict()
    for name, value in nn.torch_twin(model.to("torch")).state_dict().items():
        assert torch.equal(value, numpy[name])


def test_a_flatten_needs_no_size_and_dense_keeps_its_weights():
    model = made(LAYERS["flatten behind convolution"][0]())
    assert torch.equal(nn.torch_twin(model)[-1].weight.T, tensor(model[-1].W.value))


def test_dropout_drops_in_training_alone():
    twin = nn.torch_twin(nn.Sequential(nn.Dropout(0.5)))
    x = torch.ones(1000)
    assert twin.training and 300 < (twin(x) == 0).sum() < 700
    assert torch.equal(twin.eval()(x), x)


# ------------------------------------------------------------------------------------ training

NETWORKS = {
    "mlp": (lambda: [nn.Dense(3, 6), nn.PReLU(), nn.Maxout(6, 4), nn.Dense(4, 2)], (3,)),
    "cnn": (
        lambda: [nn.Conv2D(2, 3, 3, padding="same"), nn.ReLU(), nn.MaxPool2D(2), nn.Flatten(),
                 nn.Dense(12, 2)], (4, 5, 2),
    ),
    "rnn": (lambda: [nn.RNN(2, 4), nn.LastStep(), nn.Dense(4, 2)], (5, 2)),
    "looped rnn": (lambda: [nn.RNN(2, 4, "softsign"), nn.LastStep(), nn.Dense(4, 2)], (5, 2)),
    "lstm": (lambda: [nn.LSTM(2, 4), nn.LastStep(), nn.Dense(4, 2)], (5, 2)),
    "gru": (lambda: [nn.GRU(2, 4), nn.LastStep(), nn.Dense(4, 2)], (5, 2)),
}  # fmt: skip

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.02),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("optimizer", nn.OPTIMIZERS)
def test_twenty_steps_of_training(name, optimizer):
    layers, shape = NETWORKS[name]
    model = made(layers())
    for p in model.parameters():
        p.value[...] *= 0.5
    twin = nn.torch_twin(model)
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(8, *shape)), rng.integers(2, size=8)
    loss, tloss = nn.SoftmaxCrossEntropy(), torch.nn.CrossEntropyLoss()
    ours = nn.OPTIMIZERS[optimizer](model.parameters(), lr=0.02)
    theirs = OPTIMIZERS[optimizer](twin.parameters())
    first = None
    for _ in range(20):
        value = nn.step(model, loss, ours, x, y)
        theirs.zero_grad()
        tvalue = tloss(twin(tensor(x)), tensor(y))
        tvalue.backward()
        theirs.step()
        assert abs(value - tvalue.item()) < 1e-10
        first = value if first is None else first
    assert value < first
    close(twin(tensor(x)), model(x), 1e-9)
    # what the twin has learned, back in the network it began as
    fresh = nn.load_twin(made(layers(), seed=5), twin)
    for p, q in zip(fresh.parameters(), model.parameters(), strict=True):
        close(p.value, q.value, 1e-9)


def test_a_copy_of_a_gru_learns_alike():
    model = made(NETWORKS["gru"][0]())
    twin = nn.torch_twin(model)
    for each in (twin, copy.deepcopy(twin)):
        each(torch.ones(2, 5, 2, dtype=torch.float64)).sum().backward()
        assert not each[0].bias_hh_l0.grad[:8].any() and each[0].bias_hh_l0.grad[8:].all()


# ------------------------------------------------------------------------------------ and back


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_there_and_back_is_the_same_to_the_bit(name, dtype):
    layers, _ = LAYERS[name]
    model = made(layers(), dtype=dtype)
    other = made(layers(), seed=1, dtype=dtype)
    assert nn.load_twin(other, nn.torch_twin(model)) is other
    for p, q in zip(other.parameters(), model.parameters(), strict=True):
        assert p.value.dtype == dtype and p.value.tobytes() == q.value.tobytes()


@pytest.mark.parametrize("layer", [nn.RNN, nn.LSTM, nn.GRU])
def test_weights_of_pytorch_s_own_layer_with_two_biases(layer):
    """The sum of both is our one; nothing is lost."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, layer.__name__)(2, 3, batch_first=True, dtype=torch.float64)
    model = nn.load_twin(nn.Sequential(layer(2, 3)), theirs)
    x = np.random.default_rng(0).normal(size=(4, 5, 2))
    close(theirs(tensor(x))[0], model(x), 1e-14)


def test_load_keeps_dtype_and_library():
    model = nn.Sequential(nn.Dense(2, 1)).astype("float32").to("torch")
    nn.load_twin(model, torch.nn.Linear(2, 1, dtype=torch.float64))
    assert model[0].W.value.dtype == torch.float32


# -------------------------------------------------------------------------------------- errors


class _Own(nn.Activation):  # nobody has told PyTorch about it; the _ keeps it unregistered
    def forward(self, z, *, train=False):
        return z


MODEL = nn.Sequential(nn.Dense(2, 1))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.torch_twin(nn.Dense(2, 1)), TypeError, "expects a Sequential; got Dense"),
        (
            lambda: nn.torch_twin(nn.Sequential(_Own())),
            ValueError,
            "no counterpart of _Own; expected one of Dense, .* nnlib/torch_code.py",
        ),
        (
            lambda: nn.torch_twin(nn.Sequential(nn.Dense(2, 1), nn.PReLU(dtype="float32"))),
            ValueError,
            "one dtype, on one device; got float32 on cpu and float64 on cpu",
        ),
        (lambda: nn.load_twin(MODEL, MODEL), TypeError, "torch.nn.Module; got Sequential"),
        (
            lambda: nn.load_twin(MODEL, torch.nn.Linear(3, 1)),
            ValueError,
            r"shapes \(1, 2\), \(1,\); got \(1, 3\), \(1,\)\.",
        ),
        (lambda: nn.load_twin(MODEL, torch.nn.ReLU()), ValueError, r"\(1,\); got none\."),
        (lambda: nn.load_twin(MODEL[0], torch.nn.ReLU()), TypeError, "Sequential; got Dense"),
    ],
)
def test_errors(call, error, message):
    before = MODEL[0].W.value.copy()
    with pytest.raises(error, match=message):
        call()
    assert (MODEL[0].W.value == before).all()
