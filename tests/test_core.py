"""Parameters, the layer protocol, Sequential: its table, its checks, its files."""

import copy
import inspect
import pickle
import zipfile

import numpy as np
import pytest

import nnlib as nn
from nnlib.backend import to_numpy
from tests.libraries import LIBRARIES, array, of_library


def network(seed=0, dtype="float64"):
    return nn.Sequential(
        nn.Dense(2, 3, rng=seed, dtype=dtype), nn.Tanh(), nn.Dense(3, 1, rng=seed + 1, dtype=dtype)
    )


class Halve(nn.Layer):
    """A layer of somebody's own that says nothing about shapes: it drops every second column."""

    def forward(self, x, *, train=False):
        self.cache = x.shape
        return x[:, ::2]

    def backward(self, dy):
        shape = self.cache
        dx = np.zeros(shape)
        dx[:, ::2] = dy
        return dx


# ------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("where", LIBRARIES)
def test_parameter(where):
    p = nn.Parameter(array(np.ones((2, 3)), where), "W")
    assert p.shape == (2, 3) and p.size == 6
    assert of_library(p.grad, where)
    assert not to_numpy(p.grad).any()


def test_parameter_of_whole_numbers():
    with pytest.raises(TypeError, match="Parameter expects floating-point numbers; got int64"):
        nn.Parameter(np.ones(2, dtype="int64"))


# ------------------------------------------------------------------------------- the protocol


@pytest.mark.parametrize("layer", [nn.Dense(2, 1), nn.Dropout(), Halve(), nn.Maxout(2, 2)])
def test_backward_before_forward(layer):
    name = type(layer).__name__
    with pytest.raises(RuntimeError, match=rf"^{name}.backward needs a call of forward before it"):
        layer.backward(np.ones((1, 1)))


def test_backward_before_forward_in_a_network():
    with pytest.raises(RuntimeError, match="Dense.backward needs"):
        network().backward(np.ones((1, 1)))


def test_a_refused_input_leaves_no_cache():
    layer = nn.Dense(2, 1)
    with pytest.raises(ValueError):
        layer.forward(np.ones((1, 3)))
    with pytest.raises(RuntimeError):
        layer.backward(np.ones((1, 1)))


def test_a_layer_can_be_looked_at_before_it_was_used():
    members = dict(inspect.getmembers(nn.Dense))  # as help() does
    assert "Fully connected layer" in members["__doc__"] and "cache" in members
    assert copy.deepcopy(nn.Tanh()).forward(0.0) == 0


def test_call_is_forward():
    model, X = network(), np.ones((1, 2))
    np.testing.assert_array_equal(model(X), model.forward(X))
    dropout = nn.Dropout(0.5, rng=0)
    assert (dropout(np.ones((1, 50)), train=True) == 0).any()


# ------------------------------------------------------------------------------- Sequential


def test_forward_and_backward_by_hand():
    first, act, second = layers = nn.Dense(2, 3, rng=0), nn.Tanh(), nn.Dense(3, 1, rng=1)
    X, dy = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[1.0], [-2.0]])
    h = np.tanh(X @ first.W.value + first.b.value)
    model = nn.Sequential(*layers)
    np.testing.assert_allclose(model(X), h @ second.W.value + second.b.value)
    dx = model.backward(dy)
    dz = (dy @ second.W.value.T) * (1 - h * h)
    np.testing.assert_allclose(dx, dz @ first.W.value.T)
    np.testing.assert_allclose(first.W.grad, X.T @ dz)
    np.testing.assert_allclose(second.W.grad, h.T @ dy)
    assert act.parameters() == []


def test_train_reaches_the_layers():
    model = nn.Sequential(nn.Dense(2, 2, rng=0), nn.Dropout(0.5, rng=0))
    X = np.ones((50, 2))
    assert (model(X, train=True) == 0).any()
    assert not (model(X) == 0).any()


def test_it_is_a_list_of_layers():
    model = network()
    assert len(model) == 3
    assert [type(layer).__name__ for layer in model] == ["Dense", "Tanh", "Dense"]
    assert model[-1] is list(model)[2]
    X = np.ones((1, 2))
    part = model[:2]
    assert isinstance(part, nn.Sequential) and part[0] is model[0]
    np.testing.assert_array_equal(part(X), model.trace(X)[1])


def test_trace():
    model, X = network(), np.ones((4, 2))
    outputs = model.trace(X)
    assert [o.shape for o in outputs] == [(4, 3), (4, 3), (4, 1)]
    np.testing.assert_array_equal(outputs[-1], model(X))
    np.testing.assert_array_equal(outputs[1], np.tanh(outputs[0]))


@pytest.mark.parametrize(
    "model, expected",
    [
        (nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1)), 33),  # 3 · 8 + 9 · 1
        (nn.Sequential(nn.Dense(784, 128), nn.ReLU(), nn.Dense(128, 10)), 101_770),
        (nn.Sequential(nn.Dense(2, 3, bias=False)), 6),
        (nn.Sequential(nn.PReLU(), nn.Maxout(2, 3, k=4)), 37),  # 1 + 4 · (2 + 1) · 3
        (nn.Sequential(), 0),
    ],
)
def test_count(model, expected):
    assert model.n_parameters == expected
    assert f"{expected}" in repr(model).splitlines()[-1]


def test_table():
    model = nn.Sequential(nn.Tanh(), nn.Dense(2, 10), nn.Dropout(0.3), Halve(), nn.Dense(5, 1))
    rows = [line.split() for line in repr(model).splitlines()]
    assert rows[0] == ["Sequential"]
    assert rows[2] == ["Tanh()", "(N,", "2)", "0"]
    assert rows[3] == ["Dense(2,", "10)", "(N,", "10)", "30"]
    assert rows[4] == ["Dropout(0.3)", "(N,", "10)", "0"]
    assert rows[5] == ["Halve()", "?", "0"]  # it does not say
    assert rows[6] == ["Dense(5,", "1)", "(N,", "1)", "6"]
    assert model(np.ones((3, 2))).shape == (3, 1)


def test_a_network_in_a_network():
    inner = nn.Sequential(nn.Dense(3, 4, rng=1), nn.Tanh())
    model = nn.Sequential(nn.Dense(2, 3, rng=0), inner, nn.Dense(4, 1, rng=2))
    flat = nn.Sequential(model[0], *inner, model[2])
    X = np.ones((2, 2))
    np.testing.assert_array_equal(model(X), flat(X))
    assert model.n_parameters == flat.n_parameters == 9 + 16 + 5
    assert "Sequential   (N, 4)" in repr(model)
    with pytest.raises(ValueError, match="layer 1 of this Sequential: Dense"):
        nn.Sequential(nn.Dense(2, 5), inner)


def test_layers_that_do_not_fit():
    with pytest.raises(
        ValueError,
        match=r"layer 2 of this Sequential: Dense\(4, 1\) expects X of shape \(N, 4\); "
        r"it would get \(N, 3\)",
    ):
        nn.Sequential(nn.Dense(2, 3), nn.Tanh(), nn.Dense(4, 1))


def test_the_same_layer_twice():
    act = nn.Tanh()
    with pytest.raises(ValueError, match="expects each layer once; got the same one twice"):
        nn.Sequential(nn.Dense(2, 2), act, nn.Dense(2, 2), act)


@pytest.mark.parametrize("wrong", [3, np.tanh, nn.Tanh, [nn.Tanh()]])
def test_not_a_layer(wrong):
    with pytest.raises(TypeError, match=r"Sequential expects layers such as Dense\(2, 3\); got"):
        nn.Sequential(nn.Dense(2, 3), wrong)


# ------------------------------------------------------------------------------- dtype, library


def test_astype():
    model = network()
    wide = [p.value.copy() for p in model.parameters()]
    assert model.astype("float32") is model
    assert model(np.ones((1, 2))).dtype == "float32"
    for p, before in zip(model.parameters(), wide, strict=True):
        assert p.value.dtype == p.grad.dtype == "float32"
        np.testing.assert_allclose(p.value, before, rtol=1e-6)


@pytest.mark.parametrize("where", LIBRARIES)
def test_to(where):
    model, X = network(), np.array([[1.0, -2.0]])
    expected = model(X)
    assert model.to(where) is model
    out = model(X)  # the input follows by itself
    assert of_library(out, where)
    np.testing.assert_allclose(to_numpy(out), expected, rtol=1e-12)
    np.testing.assert_allclose(model.to("numpy")(X), expected, rtol=1e-12)


def test_to_nowhere_changes_nothing():
    model = network()
    with pytest.raises(ValueError, match="expected 'numpy', 'torch'"):
        model.to("tensorflow")
    assert all(type(p.value) is np.ndarray for p in model.parameters())


# ------------------------------------------------------------------------------- files


@pytest.mark.parametrize("where", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_save_and_load(tmp_path, where, dtype):
    model, other = network(0, dtype).to(where), network(5, dtype).to(where)
    model.save(tmp_path / "weights.npz")
    assert other.load(tmp_path / "weights.npz") is other
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert q.value.dtype == p.value.dtype
        np.testing.assert_array_equal(to_numpy(p.value), to_numpy(q.value))


def test_load_into_another_dtype(tmp_path):
    model = network()
    model.save(tmp_path / "weights.npz")
    narrow = network(5, "float32").load(tmp_path / "weights.npz")
    assert narrow[0].W.value.dtype == "float32"
    np.testing.assert_allclose(narrow[0].W.value, model[0].W.value, rtol=1e-6)


@pytest.mark.parametrize("name", ["weights", "weights.v2"])
def test_the_suffix_is_added_on_both_sides(tmp_path, name):
    model = network()
    model.save(tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == [f"{name}.npz"]
    network(5).load(str(tmp_path / name))


def test_the_file_is_plain_arrays(tmp_path):
    model = nn.Sequential(nn.Dense(2, 3), nn.Maxout(3, 1), nn.PReLU())
    model.save(tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as file:
        assert set(file.files) == {"0.W", "1.b", "2.W", "3.b", "4.W", "5.b", "6.alpha"}
        np.testing.assert_array_equal(file["0.W"], model[0].W.value)


def test_training_goes_on_after_load(tmp_path):
    model, X = network(), np.ones((1, 2))
    sgd = nn.SGD(model.parameters(), lr=0.1)
    network(5).save(tmp_path / "weights.npz")
    model.load(tmp_path / "weights.npz")
    before = model[2].b.value.copy()
    nn.step(model, nn.MSE(), sgd, X, [10.0])
    assert model[2].b.value > before


class Bomb:
    """Opens a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def _array(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


def _whole(path):
    np.savez(path, **{"0.W": np.ones((2, 3), int), "1.b": np.zeros(3), "2.W": np.ones((3, 1)),
                      "3.b": np.zeros(1)})  # fmt: skip


def _cut(path):
    network().save(path)
    path.write_bytes(path.read_bytes()[:-200])


def _flipped(path):
    network().save(path)
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF  # in the numbers of the first array
    path.write_bytes(bytes(data))


def _zip(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("0.W.npy", b"not an array")


BROKEN = {
    "text": (lambda path: path.write_text("hello"), "is none"),
    "empty": (lambda path: path.write_bytes(b""), "is none"),
    "a single array": (_array, "a single array"),
    "pickle": (lambda path: path.write_bytes(pickle.dumps([1, 2])), "is none"),
    "objects": (lambda path: np.savez(path, **{"0.W": np.array([Bomb(path.parent / "boom")])}),
                "is none"),
    "cut short": (_cut, "is none"),
    "one bit wrong": (_flipped, "is none"),
    "another zip": (_zip, "is none|holds 0.W"),
    "whole numbers": (_whole, r"floating-point numbers; 0.W of weights.npz is int64"),
    "another network": (lambda path: nn.Sequential(nn.Dense(2, 4)).save(path),
                        r"weights of the shapes 0.W \(2, 3\).*holds 0.W \(2, 4\)"),
    "other widths": (lambda path: nn.Sequential(nn.Dense(2, 1), nn.Dense(1, 3)).save(path),
                     r"0.W \(2, 3\).*holds 0.W \(2, 1\)"),
    "one row": (lambda path: nn.Sequential(nn.Dense(1, 3), nn.Dense(3, 1)).save(path),
                r"0.W \(2, 3\).*holds 0.W \(1, 3\)"),  # which NumPy would copy into both rows
    "other names": (lambda path: np.savez(path, **{f"w{k}": p.value for k, p in
                                                   enumerate(network().parameters())}),
                    r"holds w0 \(2, 3\)"),
    "more layers": (lambda path: nn.Sequential(*network(), nn.Dense(1, 1)).save(path),
                    r"holds .*4.W \(1, 1\), 5.b \(1,\)"),
    "nothing in it": (lambda path: np.savez(path), "holds none"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_wrong_file_changes_nothing(tmp_path, kind):
    write, message = BROKEN[kind]
    path = tmp_path / "weights.npz"
    write(path)
    model = network()
    before = [p.value.copy() for p in model.parameters()]
    with pytest.raises(ValueError, match=f"(?s)load expects .*({message})"):
        model.load(path)
    for p, value in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.value, value)
    assert not (tmp_path / "boom").exists()


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        network().load(tmp_path / "nothing.npz")
