"""Arrays from here to there, and NumPy's short cuts against the plain way."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
import threadpoolctl

from nnlib import Dense, ReLU, Sequential, backend, load_twin, torch_twin
from tests.libraries import LIBRARIES, array, dtype_of, of_library, torch


@pytest.mark.parametrize("where", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_there_and_back(where, dtype):
    x = np.array([[1.5, -2.0], [0.25, 3.0]], dtype)
    there = backend.move(x, where)
    assert of_library(there, where) and dtype_of(there) == dtype
    back = backend.to_numpy(there)
    assert back.dtype == dtype and type(back) is np.ndarray
    np.testing.assert_array_equal(back, x)


def test_move_copies():
    x = np.ones(2)
    moved = backend.move(x, "torch")
    moved[0] = 5.0
    assert x[0] == 1.0


def test_move_to_nowhere():
    with pytest.raises(ValueError, match="expected 'numpy', 'torch', .* got 'tensorflow'"):
        backend.move(np.ones(2), "tensorflow")


@pytest.mark.parametrize("where", LIBRARIES)
@pytest.mark.parametrize(
    "x",
    [
        [[1, 2], [3, 4]],
        np.array([[1, 2], [3, 4]]),
        np.array([[2.0, 1.0], [4.0, 3.0]])[:, ::-1],  # torch cannot share reversed arrays
        np.array([[1.0, 3.0], [2.0, 4.0]], dtype="float32").T,
        torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True),
    ],
    ids=["list", "int", "reversed", "transposed", "tensor", "tensor with gradient"],
)
def test_like(where, x):
    other = array([0.0], where, "float32")
    made = backend.like(x, other)
    assert type(made) is type(other) and made.dtype == other.dtype
    assert not getattr(made, "requires_grad", False)  # gradients are computed by hand here
    np.testing.assert_array_equal(backend.to_numpy(made), [[1, 2], [3, 4]])


@pytest.mark.parametrize("where", LIBRARIES)
def test_like_is_the_same_array_where_it_can_be(where):
    x = array([1.0, 2.0], where)
    assert backend.like(x, array([0.0], where)) is x


def test_like_reads_what_must_not_be_written():
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    x = backend.like(frozen, array([0.0], "torch"))
    x += 1
    assert frozen.tolist() == [0, 1, 2]


def test_like_says_what_is_no_number():
    with pytest.raises(TypeError, match="expects an array of numbers; got text: .one"):
        backend.like(["one"], np.zeros(1))


@pytest.mark.parametrize("where", LIBRARIES)
def test_floats(where):
    x = array([1.0, 2.0], where, "float32")
    assert backend.floats(x).dtype == x.dtype and type(backend.floats(x)) is type(x)
    if where == "numpy":
        assert backend.floats(x) is x
    whole = backend.floats(array([1, 2], where, "int64"))
    assert of_library(whole, where) and dtype_of(whole) == "float64"


def test_floats_of_numbers_and_lists():
    assert backend.floats(2).dtype == backend.floats([1, 2]).dtype == "float64"
    assert backend.floats(np.float32(2)).dtype == "float32"
    assert type(backend.floats(np.float32(2))) is np.ndarray


@pytest.mark.parametrize("where", LIBRARIES)
@pytest.mark.parametrize("n", [0, 1, 10, 1001])
def test_short_cuts(where, n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(n, 3)), rng.normal(size=(3, 2))
    A, B = array(a, where), array(b, where)
    for found, expected in [
        (backend.dot(A, B), a @ b),
        (backend.column_sums(A), a.sum(axis=0)),
        (backend.total(A), a.sum()),
        (backend.at_least(A, 0), np.maximum(a, 0)),
        (backend.at_least(A, -0.5), np.maximum(a, -0.5)),
    ]:
        np.testing.assert_allclose(backend.to_numpy(found), expected, rtol=1e-12, atol=1e-12)


def test_column_sums_of_columns_that_are_not_side_by_side_in_memory():
    x = np.arange(12.0).reshape(3, 4)
    assert backend.column_sums(x.T).tolist() == [6, 22, 38]
    assert backend.column_sums(x[:, ::2]).tolist() == [12, 18]


def test_column_sums_keep_dtypes_apart():
    for dtype in ("float64", "float32", "float64"):
        assert backend.column_sums(np.ones((7, 2), dtype)).dtype == dtype


@pytest.mark.parametrize("where", LIBRARIES)
def test_nan_is_not_hidden(where):
    x = array([[np.nan, 1.0]], where)
    assert np.isnan(backend.to_numpy(backend.at_least(x, 0))[0, 0])
    assert np.isnan(backend.to_numpy(backend.column_sums(x))[0])


def test_default_device(monkeypatch):
    monkeypatch.delenv("NNLIB_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert backend.default_device() == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert backend.default_device() == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert backend.default_device() == "cuda"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setenv("NNLIB_DEVICE", "cuda:3")
    assert backend.default_device() == "cuda:3"
    monkeypatch.setenv("NNLIB_DEVICE", "cpu")
    assert backend.default_device() == "cpu"


@pytest.fixture
def machine(monkeypatch):
    """A machine with as many CUDA devices, with an Apple GPU or none, that has told nothing yet."""

    def make(cuda=0, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    monkeypatch.setattr(backend, "_told", {})
    monkeypatch.delenv("NNLIB_DEVICE", raising=False)
    return make


@pytest.mark.parametrize(
    ("where", "cuda", "mps", "sentence"),
    [
        ("cuda", 0, False, "PyTorch finds no CUDA device here: using the CPU instead of 'cuda'."),
        ("torch:cuda", 0, True, "PyTorch finds no CUDA device here: using the CPU instead of"),
        ("cuda:2", 2, False, "PyTorch finds no such CUDA device here, only 2: using the CPU"),
        ("mps", 1, False, "PyTorch finds no Apple GPU here: using the CPU instead of 'mps'."),
        ("mps", 0, True, 'Apple GPUs know no float64, but model.astype."float32". would fit: us'),
    ],
)
def test_a_missing_device_is_told_once_and_the_cpu_goes_on(machine, where, cuda, mps, sentence):
    machine(cuda, mps)
    model = Sequential(Dense(2, 3, dtype="float32"), ReLU(), Dense(3, 1))
    with pytest.warns(UserWarning, match=f"^{sentence}") as told:
        model.to(where)
    assert len(told) == 1  # and not one for each array
    assert {p.value.device.type for p in model.parameters()} == {"cpu"}
    line = warnings.formatwarning(
        told[0].message, told[0].category, told[0].filename, told[0].lineno
    )
    assert line.count("\n") == 1  # a notebook shows no line of nnlib's code under it
    with warnings.catch_warnings(record=True) as again:
        warnings.simplefilter("default")
        model.to(where)
        model.to(where)
    assert len(again) <= 1


def test_float32_fits_an_apple_gpu(machine):
    machine(mps=True)
    with warnings.catch_warnings(action="error"):
        assert backend.place("mps", "float32") == "torch:mps"
        assert backend.place("torch:mps", "torch.float32") == "torch:mps"


def test_the_environment_may_ask_for_a_missing_device_too(machine, monkeypatch):
    machine()
    monkeypatch.setenv("NNLIB_DEVICE", "cuda")
    with pytest.warns(UserWarning, match="no CUDA device here: using the CPU instead of 'cuda'"):
        assert backend.default_device() == "cpu"
    monkeypatch.setenv("NNLIB_DEVICE", "cudda")
    with pytest.raises(ValueError, match="NNLIB_DEVICE is expected to be 'cpu', .* got 'cudda'"):
        backend.default_device()


@pytest.mark.parametrize(
    "where", ["cudda", "torch:gpu", "torchcuda", "cuda:x", "cuda:", "torch:", "", "numpy:cpu", None]
)
def test_a_misspelt_device_changes_nothing(where):
    model = Sequential(Dense(2, 1))
    value = model[0].W.value
    with pytest.raises(ValueError, match=f"expected 'numpy', .*; got {where!r}"):
        model.to(where)
    assert model[0].W.value is value


@pytest.mark.parametrize("where", ["torch", "cpu", "torch:cpu", backend.default_device()])
def test_names_of_places(where):
    assert of_library(backend.move(np.ones(2), where), "torch")


def test_without_torch_an_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    model = Sequential(Dense(2, 1))
    for call in (
        lambda: model.to("torch"),
        lambda: model.to("cuda"),
        lambda: torch_twin(model),
        lambda: load_twin(model, None),
    ):
        with pytest.raises(ImportError, match="needs PyTorch, .* pip install torch"):
            call()
    assert model.to("numpy").forward(np.ones((1, 2))).shape == (1, 1)


def test_default_device_without_torch(monkeypatch):
    monkeypatch.delenv("NNLIB_DEVICE", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert backend.default_device() == "cpu"


def test_torch_waits_until_it_is_needed():
    program = """
import sys, numpy as np, nnlib as nn
model = nn.Sequential(nn.Dense(2, 3), nn.Tanh(), nn.Dense(3, 1))
adam = nn.Adam(model.parameters())
list(nn.fit(model, np.eye(2), [0, 1], loss=nn.BinaryCrossEntropy(), optimizer=adam, epochs=2))
assert "torch" not in sys.modules
assert "array_api_compat" not in sys.modules
model.to("torch")
assert "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_one_thread():
    def threads():
        return {
            info["num_threads"]
            for info in threadpoolctl.threadpool_info()
            if info["user_api"] == "blas"
        }

    before = threads()
    with backend.one_thread():
        assert threads() == {1}
    assert threads() == before
