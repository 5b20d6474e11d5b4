"""The same layer code on NumPy, on torch's CPU and on a GPU: same numbers, and nothing carried
to and fro. What a missing device leads to is in test_backend.py."""

import importlib

import numpy as np
import pytest

import nnlib as nn
from tests.libraries import torch
from tests.networks import LAYERS, made

GPU = pytest.param("cuda", marks=pytest.mark.gpu)
pytestmark = pytest.mark.filterwarnings("error")


def mlp():
    return [
        nn.Dense(2, 16, rng=1), nn.Tanh(), nn.Dropout(0.3, rng=2),
        nn.Dense(16, 8, rng=3), nn.ReLU(), nn.Dropout(0.2, rng=4), nn.Dense(8, 3, rng=5),
    ]  # fmt: skip


def cnn():
    return [
        nn.Conv2D(1, 4, 3, padding="same", rng=1), nn.ReLU(), nn.MaxPool2D(2),
        nn.Conv2D(4, 6, 3, stride=2, rng=2), nn.GELU(), nn.Flatten(), nn.Dropout(0.2, rng=3),
        nn.Dense(6, 3, rng=4),
    ]  # fmt: skip


def lstm():
    return [nn.LSTM(2, 8, rng=1), nn.LastStep(), nn.Dropout(0.2, rng=2), nn.Dense(8, 3, rng=3)]


#: (layers, shape of one sample, optimiser)
NETWORKS = {
    "mlp": (mlp, (2,), nn.Adam),
    "cnn": (cnn, (8, 7, 1), nn.Momentum),
    "lstm": (lstm, (6, 2), nn.RMSProp),
}


def samples(name, n=60):
    """Random ones of three classes, about which something can be learned."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n, *NETWORKS[name][1]))
    return X, np.digitize(X.reshape(n, -1)[:, -2:].sum(axis=1), [-0.6, 0.6])


def start(name, where="numpy", dtype="float64", given=lambda a: a, **more):
    """A training that has not taken a step."""
    layers, _, optimizer = NETWORKS[name]
    model = nn.Sequential(*layers()).astype(dtype).to(where)
    X, y = map(given, samples(name))
    optimizer = optimizer(model.parameters(), lr=0.01)
    return nn.Run(model, nn.SoftmaxCrossEntropy(), optimizer, X, y, batch_size=16, rng=0, **more)


def losses(name, steps=100, at_once=10, **settings):
    run, found = start(name, **settings), []
    for _ in range(steps // at_once):
        run.step(at_once)
        found.append(run.measure().loss)
    return np.array(found)


@pytest.mark.parametrize(
    ("where", "dtype", "tolerance"),
    [
        ("torch", "float64", 1e-10),
        ("torch", "float32", 1e-4),
        pytest.param("cuda", "float64", 1e-10, marks=pytest.mark.gpu),
        pytest.param("cuda", "float32", 1e-4, marks=pytest.mark.gpu),
    ],
)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_hundred_steps_are_the_same_everywhere(name, where, dtype, tolerance):
    """Same weights to begin with, same batches, same dropout masks."""
    expected = losses(name, dtype=dtype)
    assert (
        expected[-1] < 0.8 * expected[0]
    )  # it learns something, so the comparison means something
    np.testing.assert_allclose(
        losses(name, where=where, dtype=dtype), expected, rtol=tolerance, atol=tolerance
    )


GIVEN = {
    "NumPy": lambda a: a,
    "float32 and int32": lambda a: a.astype("float32" if a.dtype.kind == "f" else "int32"),
    "lists": lambda a: a.tolist(),
    "tensors": torch.tensor,
    "tensors of the GPU": lambda a: torch.tensor(a, device="cuda"),
}


@pytest.mark.parametrize("where", ["numpy", "torch", GPU])
@pytest.mark.parametrize(
    "given",
    [pytest.param(name, marks=[pytest.mark.gpu] if "GPU" in name else []) for name in GIVEN],
)
@pytest.mark.parametrize("name", NETWORKS)
def test_samples_may_come_from_anywhere(name, given, where):
    tolerance = 1e-5 if "32" in given else 1e-10
    X, y = map(GIVEN[given], samples(name))
    history = {}
    for place, a, b in (("numpy", *samples(name)), (where, X, y)):
        model = nn.Sequential(*NETWORKS[name][0]()).to(place)
        adam = nn.Adam(model.parameters(), lr=0.01)
        history[place, a is X] = nn.train(
            model, a, b, loss=nn.SoftmaxCrossEntropy(), optimizer=adam, epochs=3, batch_size=16,
            validation=(a[:20], b[:20]), rng=0,
        )  # fmt: skip
    expected, found = history.values()
    for e, f in zip(expected, found, strict=True):
        assert type(f.loss) is type(f.accuracy) is float
        np.testing.assert_allclose(f.loss, e.loss, rtol=tolerance)
        np.testing.assert_allclose(f.val_loss, e.val_loss, rtol=tolerance)
        assert (f.accuracy, f.val_accuracy) == (e.accuracy, e.val_accuracy)
        np.testing.assert_allclose(f.grad_norms, e.grad_norms, rtol=max(1e-8, tolerance))
        assert [g.dead for g in f.gradients] == [g.dead for g in e.gradients]


# ------------------------------------------------------------------------------ nothing to and fro


@pytest.mark.parametrize("name", LAYERS)
def test_no_layer_looks_at_its_numbers(name):
    """On torch's device "meta" there are none: whoever fetches one to the host gets an error."""
    layers, shape = LAYERS[name]
    model = made(layers()).to("meta")
    x = torch.empty((4, *shape), dtype=torch.float64, device="meta")
    z = model.forward(x, train=True)
    dx = model.backward(torch.empty_like(z))
    assert dx.device.type == z.device.type == "meta" and dx.shape == x.shape
    if model.parameters():
        for optimizer in nn.OPTIMIZERS.values():
            optimizer(model.parameters(), l1=0.1, l2=0.1).step()


@pytest.mark.parametrize("loss", nn.LOSSES.values())
def test_no_loss_looks_at_its_numbers(loss):
    loss = loss()
    z = torch.empty((4, 3), device="meta")
    assert loss.forward(z, torch.empty_like(z)).device.type == "meta"
    assert loss.backward().device.type == "meta"


@pytest.fixture
def moves(monkeypatch):
    """Sizes in bytes of all arrays that went from NumPy to torch, and back."""
    found = {"there": [], "back": []}
    compat = importlib.import_module("array_api_compat.torch")
    asarray, numpy = compat.asarray, torch.Tensor.numpy

    def there(x, *args, **kwargs):
        if isinstance(x, np.ndarray):
            found["there"].append(x.nbytes)
        return asarray(x, *args, **kwargs)

    def back(x, *args, **kwargs):
        found["back"].append(x.nbytes)
        return numpy(x, *args, **kwargs)

    monkeypatch.setattr(compat, "asarray", there)
    monkeypatch.setattr(torch.Tensor, "numpy", back)
    return found


@pytest.mark.parametrize("where", ["torch", GPU])
@pytest.mark.parametrize("name", NETWORKS)
def test_samples_are_moved_once_when_the_run_begins(name, where, moves):
    X, y = samples(name)
    run = start(name, where, validation=(X[:20], y[:20]))
    for layer in run.model:
        if isinstance(layer, nn.Dropout):
            layer.rate = 0.0  # else its masks travel: they are drawn by NumPy, to be the same
    assert sum(moves["there"]) >= X.nbytes
    moves["there"].clear()
    moves["back"].clear()
    run.step(3 * run.batches_per_epoch)
    # The order of each epoch, which NumPy draws too; no samples, no targets.
    assert moves == {"there": [8 * len(X)] * 3, "back": []}
    moves["there"].clear()
    run.measure()
    # For the dead units, a yes or no for each.
    assert moves["there"] == [] and sum(moves["back"]) <= 50


def test_a_network_may_be_moved_between_two_steps(moves):
    expected = losses("cnn", 9, at_once=1)
    run = start("cnn", validation=samples("cnn"))
    found = []
    for k in range(9):
        run.model.to(["numpy", "torch", "numpy"][k // 3])
        run.step()
        found.append(run.measure().loss)
        assert type(run.X) is type(run.model[0].W.value)
        assert run.history[-1].val_loss == run.history[-1].loss
    np.testing.assert_allclose(found, expected, rtol=1e-10)


# ------------------------------------------------------------------------------ looking at it


@pytest.mark.parametrize("where", ["torch", GPU])
def test_accuracy(where):
    rng = np.random.default_rng(0)
    device = "cpu" if where == "torch" else where
    for loss, y in [
        (nn.SoftmaxCrossEntropy(), rng.integers(3, size=20)),
        (nn.SoftmaxCrossEntropy(), np.eye(3)[rng.integers(3, size=20)]),
        (nn.BinaryCrossEntropy(), rng.integers(2, size=(20, 3))),
        (nn.MSE(), rng.normal(size=(20, 3))),
    ]:
        z = rng.normal(size=(20, 3))
        expected, there = nn.accuracy(loss, z, y), torch.tensor(z, device=device)
        assert type(expected) is float and 0.1 < abs(expected) < 2
        for given in (y, y.tolist(), torch.tensor(y), torch.tensor(y, device=device)):
            assert nn.accuracy(loss, there, given) == pytest.approx(expected, rel=1e-12)
            assert nn.accuracy(loss, z, given) == pytest.approx(expected, rel=1e-12)
    assert nn.accuracy(nn.MSE(), there[:0], y[:0]) is None


@pytest.mark.parametrize("where", ["torch", GPU])
def test_a_loss_that_ran_away_is_told(where):
    from nnlib.train import diagnose

    run = start("mlp", where)
    run.optimizer.lr = 1e200
    run.step(4)
    assert run.measure().diverged
    assert "no longer a number" in diagnose(run) and "Try η" in diagnose(run)


@pytest.mark.parametrize("where", ["torch", GPU])
@pytest.mark.parametrize("name", ["flatten behind convolution", "gru"])
def test_gradcheck(name, where):
    layers, shape = LAYERS[name]
    model = made(layers()).to(where)
    x = torch.tensor(np.random.default_rng(0).normal(size=(2, *shape)))
    y = torch.zeros(tuple(model.forward(x).shape))
    assert nn.gradcheck(model, x, y, nn.MSE()) < 1e-6
    assert type(model.parameters()[0].value) is torch.Tensor
