"""Array libraries for the tests of the maths: the same numbers in each of them."""

import importlib

import numpy as np
import pytest

from nnlib.backend import namespace


class _Missing:
    """Stands for PyTorch where there is none: who calls anything of it is a test that is skipped.

    So on a Python for which there is no PyTorch the tests of all that needs none still run.
    """

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **settings):
        pytest.skip("needs PyTorch", allow_module_level=True)


try:
    import torch
except ModuleNotFoundError:
    torch = _Missing()
else:  # of matrices this small, threads on a busy machine do little but wait for each other
    torch.set_num_threads(1)

#: Parameters for tests that shall hold in every library; "torch:cuda" needs a GPU.
LIBRARIES = [
    "numpy",
    "array_api_strict",
    "torch",
    pytest.param("torch:cuda", marks=pytest.mark.gpu),
]


def array(numbers, library="numpy", dtype="float64"):
    """An array of this library; a copy, so that a test cannot change its own input."""
    numbers = np.array(numbers, dtype=dtype)
    library, _, device = library.partition(":")
    if library == "numpy":
        return numbers
    if library == "array_api_strict":
        return importlib.import_module(library).asarray(numbers)
    return torch.asarray(numbers, device=device or "cpu")


def numbers(x):
    """Back to NumPy."""
    return np.array(x.detach().cpu().numpy() if hasattr(x, "detach") else x)


def put(model, library):
    """Move the parameters of a layer, without the help of `Sequential.to`."""
    for p in model.parameters():
        p.value = array(numbers(p.value), library, dtype_of(p.value))
        p.grad = namespace(p.value).zeros_like(p.value)
    return model


def dtype_of(x):
    """ "float32", whatever the library calls it."""
    return str(x.dtype).rpartition(".")[2]


def of_library(x, library):
    """Whether an array is of this library, and on its device."""
    name, _, device = library.partition(":")
    right = type(x).__module__.split(".")[0] == name
    return right and (not device or x.device.type == device)


def close(received, expected, tolerance):
    """Largest difference, relative to the largest expected number (or to 1 if that is less)."""
    received, expected = numbers(received), numbers(expected)
    assert received.shape == expected.shape, f"{received.shape} instead of {expected.shape}"
    if received.size:
        error = np.abs(received - expected).max() / max(1.0, np.abs(expected).max())
        assert error <= tolerance, f"relative error {error:.2g} > {tolerance:g}"
