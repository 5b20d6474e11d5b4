"""Programs that networks are written as: they run, give the same outputs, and train alike."""

import contextlib
import inspect
import io

import numpy as np
import pytest

import nnlib as nn
from nnlib.export import STYLES, export_code
from tests.libraries import close, torch
from tests.networks import LAYERS, gradients, made

RNG = np.random.default_rng(0)
X = RNG.normal(size=(17, 3)) * 2


def run(code):
    """The names a program leaves behind, and what it prints; PyTorch's dtype as it was."""
    names, printed = {"__name__": "__main__"}, io.StringIO()
    before = torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "exported", "exec"), names)
    finally:
        torch.set_default_dtype(before)
    return names, printed.getvalue()


def outputs(names, X, dtype="float64"):
    """What the program's network says, in evaluation mode."""
    model = names["model"]
    if isinstance(model, torch.nn.Module):
        with torch.no_grad():
            return model.eval()(torch.as_tensor(X, dtype=getattr(torch, dtype))).numpy()
    return model(X.astype(dtype))


def randomise(model, rng=RNG):
    for p in model.parameters():
        p.value[...] = rng.normal(size=p.shape)
    return model


def network(name, dtype="float64"):
    """Three inputs, the activation in the middle and at the end, two outputs."""
    cls = nn.ACTIVATIONS[name]
    sized = "n_in" in inspect.signature(cls.__init__).parameters
    options = {"dtype": dtype} if cls.trainable else {}
    middle = cls(4, 5, k=3, **options) if sized else cls(**options)
    model = nn.Sequential(
        nn.Dense(3, 4, dtype=dtype),
        middle,
        nn.Dense(5 if sized else 4, 2, dtype=dtype),
        cls(2, 2, **options) if sized else cls(**options),
    )
    return randomise(model)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", sorted(nn.ACTIVATIONS))
def test_every_activation(name, style):
    for dtype in ("float64", "float32"):
        model = network(name, dtype)
        names, _ = run(export_code(model, style))
        expected = model(X.astype(dtype))
        got = outputs(names, X, dtype)
        assert got.dtype == expected.dtype == dtype
        tolerance = 1e-6 if dtype == "float64" else 1e-5 * max(1, np.abs(expected).max())
        assert np.abs(got - expected).max() < tolerance


@pytest.mark.parametrize("style", STYLES)
def test_options_are_written_down(style):
    model = randomise(
        nn.Sequential(
            nn.Dense(3, 4), nn.LeakyReLU(0.37), nn.Dropout(0.4),
            nn.Sequential(nn.Dense(4, 3), nn.ELU(2.5)), nn.PReLU(0.6), nn.Dense(3, 2),
        )
    )  # fmt: skip
    code = export_code(model, style)
    names, _ = run(code)
    assert np.abs(outputs(names, X) - model(X)).max() < 1e-6
    made = names["model"]
    if style == "nnlib":
        assert [type(layer) for layer in made] == [
            nn.Dense, nn.LeakyReLU, nn.Dropout, nn.Dense, nn.ELU, nn.PReLU, nn.Dense
        ]  # fmt: skip
        assert (made[1].alpha, made[2].rate, made[4].alpha) == (0.37, 0.4, 2.5)
    else:
        assert [m.p for m in made.modules() if isinstance(m, torch.nn.Dropout)] == [0.4]
    assert all(len(line) <= 100 for line in code.splitlines())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer(name, style):
    """Outputs to six digits; with the exact weights, the loss and all gradients to ten."""
    layers, shape = LAYERS[name]
    x = np.random.default_rng(1).normal(size=(4, *shape))
    for dtype in ("float32", "float64"):
        model = made(layers(), dtype=dtype)
        code = export_code(model, style)
        assert all(len(line) <= 100 for line in code.splitlines())
        theirs = run(code)[0]["model"]
        expected = model(x.astype(dtype))
        got = outputs({"model": theirs}, x, dtype)
        assert got.dtype == expected.dtype == dtype
        assert np.abs(got - expected).max() < 1e-6 * max(1, np.abs(expected).max())
    loss, y = nn.MSE(), x.sum() * np.cos(np.arange(expected.size)).reshape(expected.shape)
    value = loss(model(x), y)
    dx = model.backward(loss.backward())
    if style == "nnlib":
        for p, q in zip(theirs.parameters(), model.parameters(), strict=True):
            p.value[...] = q.value
        assert loss(theirs(x), y) == value
        assert np.array_equal(theirs.backward(loss.backward()), dx)
        for p, q in zip(theirs.parameters(), model.parameters(), strict=True):
            assert np.array_equal(p.grad, q.grad)
        return
    theirs.load_state_dict(
        dict(zip(theirs.state_dict(), nn.torch_twin(model).state_dict().values(), strict=True))
    )
    tx = torch.tensor(x, requires_grad=True)
    error = torch.nn.functional.mse_loss(theirs.eval()(tx), torch.tensor(y))
    error.backward()
    close(error, value, 1e-10)
    close(tx.grad, dx, 1e-10)
    for found, p in zip(gradients(model, theirs), model.parameters(), strict=True):
        close(found, p.grad, 1e-10)


def test_torch_weights_are_transposed():
    model = randomise(nn.Sequential(nn.Dense(3, 2)))
    names, _ = run(export_code(model, "torch"))
    assert names["model"][0].weight.shape == (2, 3)
    assert np.allclose(names["model"][0].weight.detach().numpy().T, model[0].W.value)


def test_the_class_applies_its_layers_in_forward():
    code = export_code(network("tanh"), "torch-class")
    for line in ("self.linear_2 = torch.nn.Linear(4, 2)", "x = self.linear_2(x)"):
        assert line in code
    assert code.index("self.linear_1(x)") < code.index("self.tanh_1(x)")


def test_a_network_without_parameters_or_with_wide_layers():
    for style in STYLES:
        names, _ = run(export_code(nn.Sequential(nn.Tanh()), style))
        assert np.allclose(outputs(names, X), np.tanh(X))
        wide = randomise(nn.Sequential(nn.Dense(3, 40), nn.ReLU(), nn.Dense(40, 1)))
        code = export_code(wide, style)
        assert max(map(len, code.splitlines())) <= 100
        assert np.abs(outputs(run(code)[0], X) - wide(X)).max() < 1e-6


def test_weights_that_ran_away():
    model = nn.Sequential(nn.Dense(2, 2))
    model[0].W.value[...] = [[np.nan, np.inf], [-np.inf, 1e300]]
    for style in STYLES:
        made = run(export_code(model, style))[0]["model"]
        W = made[0].W.value if style == "nnlib" else list(made.parameters())[0].detach().numpy().T
        assert np.array_equal(W, model[0].W.value, equal_nan=True)


def test_it_does_not_depend_on_the_library_the_weights_are_in():
    model = randomise(nn.Sequential(nn.Dense(3, 4), nn.Tanh(), nn.Dense(4, 1)))
    before = export_code(model, "nnlib")
    assert export_code(model.to("torch"), "nnlib") == before


# ------------------------------------------------------------------------------------ training

OPTIMIZERS = [
    ("sgd", {"lr": 0.1}),
    ("sgd", {"lr": 0.1, "l2": 0.03}),
    ("sgd", {"lr": 0.1, "l1": 0.02}),
    ("momentum", {"lr": 0.05, "beta": 0.8}),
    ("nesterov", {"lr": 0.05, "beta": 0.8, "l2": 0.01, "l1": 0.01}),
    ("rmsprop", {"lr": 0.01, "alpha": 0.9}),
    ("adam", {"lr": 0.02, "betas": (0.8, 0.95), "l2": 0.01}),
    ("adam", {"lr": 0.02}),
]


def trained(loss, optimizer, style, data, sizes):
    """A network trained here, and one trained by its program: outputs and what was printed."""
    model = nn.Sequential(nn.Dense(2, 6, rng=1), nn.Tanh(), nn.Dense(6, sizes, rng=2))
    name, options = optimizer
    optimizer = nn.OPTIMIZERS[name](model.parameters(), **options)
    code = export_code(
        model, style, loss=loss, optimizer=optimizer, epochs=6, batch_size=16, data=data
    )
    rng = np.random.default_rng(data["seed"])
    made = nn.data.plane(data["name"], data["n"], data["noise"], rng)
    train, _ = made.split(data["train_share"], rng)
    records = list(
        nn.fit(
            model, train.X, train.y, loss=loss, optimizer=optimizer,
            epochs=6, batch_size=16, rng=rng,
        )
    )  # fmt: skip
    names, printed = run(code)
    return model(train.X), outputs(names, train.X), records, printed


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_training_is_the_same_in_every_style(optimizer, style):
    data = dict(name="moons", n=60, noise=0.2, seed=4, train_share=0.75)
    ours, theirs, records, printed = trained(
        nn.BinaryCrossEntropy(), optimizer, style, data, sizes=1
    )
    assert np.abs(ours - theirs).max() < 1e-6
    assert printed.splitlines()[-1] == f"epoch 6: loss {records[-1].loss:.4f}"
    assert records[-1].loss < records[0].loss


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("loss", "name", "sizes"),
    [
        (nn.MSE, "regression_bumps", 1),
        (nn.MAE, "regression_plane", 1),
        (nn.BinaryCrossEntropy, "xor", 1),
        (nn.Hinge, "circle", 1),
        (nn.SoftmaxCrossEntropy, "k_classes", 4),
    ],
)
def test_every_loss(loss, name, sizes, reduction, style):
    data = dict(name=name, n=50, noise=0.1, seed=2, train_share=0.8)
    ours, theirs, records, printed = trained(
        loss(reduction), ("sgd", {"lr": 0.01}), style, data, sizes
    )
    assert np.abs(ours - theirs).max() < 1e-6
    assert f"loss {records[-1].loss:.4f}" in printed


def test_every_loss_and_optimizer_is_tried_here():
    tried = {name for name, _ in OPTIMIZERS}
    assert tried == set(nn.OPTIMIZERS)
    parameters = next(
        mark.args[1]
        for mark in test_every_loss.pytestmark
        if mark.args[0] == ("loss", "name", "sizes")
    )
    assert {loss.__name__.lower() for loss, *_ in parameters} == set(nn.LOSSES)


@pytest.mark.parametrize("style", STYLES)
def test_without_data_it_waits_for_the_reader_s(style):
    model = nn.Sequential(nn.Dense(2, 1, rng=0))
    loss, sgd = nn.MSE(), nn.SGD(model.parameters(), lr=0.1)
    names, printed = run(export_code(model, style, loss=loss, optimizer=sgd, epochs=20))
    assert printed == ""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            names["train"]([[0.0, 1.0], [1.0, 0.0]], [1.0, 2.0])
    finally:
        torch.set_default_dtype(before)
    assert len(told.getvalue().splitlines()) == 10
    got = outputs(names, np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert np.abs(got.ravel() - [1, 2]).max() < 0.1


def test_nnlib_programs_do_not_need_torch_nor_torch_programs_nnlib():
    model = nn.Sequential(nn.Dense(2, 1))
    loss, sgd = nn.MSE(), nn.SGD(model.parameters())
    assert "torch" not in export_code(model, "nnlib", loss=loss, optimizer=sgd)
    assert "nnlib" not in export_code(model, "torch", loss=loss, optimizer=sgd)


# -------------------------------------------------------------------------------------- errors


class _Own(nn.Activation):  # nobody has told PyTorch about it; the _ keeps it unregistered
    def forward(self, z, *, train=False):
        return z


class MyLoss(nn.MSE):
    pass


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: export_code(m, "pytorch"), ValueError, "did you mean 'torch'"),
        (lambda m: export_code(m[0]), TypeError, "Sequential; got Dense"),
        (lambda m: export_code(nn.Sequential(_Own()), "torch"), ValueError, "counterpart of _Own"),
        (lambda m: export_code(m, loss=nn.MSE("none")), ValueError, 'Got "none"'),
        (lambda m: export_code(m, data={"n": 3}), ValueError, "with a name"),
        (lambda m: export_code(m, data={"name": "xor", "N": 3}), ValueError, "'N': 3"),
        (
            lambda m: export_code(m, "torch", loss=MyLoss(), optimizer=nn.SGD(m.parameters())),
            ValueError,
            "counterpart of MyLoss",
        ),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.Sequential(nn.Dense(2, 1)))
