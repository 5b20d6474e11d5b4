"""The one place that knows which array library is in use: NumPy, torch, or another.

Layers are written against a narrow part of the Python array API: operators (``+``, ``*``, ``.T``)
need no library at all, and for a function such as ``exp`` they ask `namespace`. So the same lines
run on NumPy arrays, and on torch tensors on a CPU or a GPU.

A layer of eight units spends a microsecond on a product, and NumPy's general way through a call
costs as much again. Where a special way is several times faster it is here, behind one name:
`dot`, `column_sums`, `total`, `at_least`.

Source: https://data-apis.org/array-api/
"""

from __future__ import annotations

import importlib
import os
import re
import warnings

import numpy as np

from .expect import numbers


def namespace(x):
    """The module with the functions that take ``x``: for a NumPy array, ``numpy`` itself.

    >>> namespace(np.zeros(3)).__name__
    'numpy'
    """
    if type(x) is np.ndarray:
        return np
    import array_api_compat  # only now: NumPy does not need it

    return array_api_compat.array_namespace(x)


# ----------------------------------------------------------------------- from here to there


def to_numpy(x) -> np.ndarray:
    """A NumPy array with the same numbers, from wherever they are.

    >>> to_numpy([1.0, 2.0])
    array([1., 2.])
    """
    if type(x) is np.ndarray:
        return x
    if hasattr(x, "detach"):  # a torch tensor, maybe on a GPU
        return x.detach().cpu().numpy()
    return np.asarray(x)


def floats(x):
    """``x`` as an array of floating-point numbers; such an array is returned as it is.

    Numbers and lists are taken too, so that ``Sigmoid()(-6)`` is an answer and not an error.

    >>> floats([1, 2])
    array([1., 2.])
    """
    if type(x) is np.ndarray and x.dtype.kind == "f":
        return x
    if not _foreign(x):
        x = numbers(x)
        return x if x.dtype.kind == "f" else x.astype("float64")
    x, xp = _bare(x), namespace(x)
    return x if xp.isdtype(x.dtype, "real floating") else xp.astype(x, xp.float64)


def _foreign(x) -> bool:
    """Whether it is an array of another library than NumPy."""
    return not isinstance(x, np.ndarray | np.generic) and (
        hasattr(x, "detach") or hasattr(x, "__array_namespace__")
    )


def _bare(x):
    """A torch tensor without its own record of gradients: ours are computed by hand."""
    return x.detach() if getattr(x, "requires_grad", False) else x


def like(x, other):
    """``x`` as an array of the same library, dtype and device as ``other``.

    >>> like([1, 2], np.zeros(1, dtype="float32"))
    array([1., 2.], dtype=float32)
    """
    if type(x) is np.ndarray and x.dtype is other.dtype and type(other) is np.ndarray:
        return x
    if type(other) is np.ndarray:
        return np.asarray(numbers(x), dtype=other.dtype)
    if type(x) is type(other) and x.dtype == other.dtype and x.device == other.device:
        return _bare(x)
    import array_api_compat

    xp, device = array_api_compat.array_namespace(other), array_api_compat.device(other)
    if type(x) is type(other):
        return xp.asarray(_bare(x), dtype=other.dtype, device=device)
    # A copy in C order: torch can share neither reversed nor read-only arrays.
    x = np.array(numbers(x), dtype=str(other.dtype).rpartition(".")[2], order="C")
    return xp.asarray(x, device=device)


def move(x, where: str):
    """``x`` in another library, or on another device, as `place` understands it.

    Raises
    ------
    ValueError, ImportError
        As `place` does.
    """
    library, _, device = place(where, str(getattr(x, "dtype", "float64"))).partition(":")
    x = to_numpy(x)
    if library == "numpy":
        return x
    if library == "torch":
        xp = importlib.import_module("array_api_compat.torch")
    else:
        xp = importlib.import_module(library)
    x = np.array(x, order="C")  # a copy, so that nobody writes into the array it came from
    return xp.asarray(x, device=device) if device else xp.asarray(x)


def place(where: str, dtype: str = "float32") -> str:
    """Where arrays can go: "numpy" or "torch:<device>", and "torch:cpu" if there is no such device.

    Where a device is missing, a warning of one sentence says so, once, and everything goes on.

    Parameters
    ----------
    where : str
        "numpy"; "torch", which is its CPU; "torch:cuda" and the like; or the device alone: "cpu",
        "cuda", "cuda:1" for the second GPU, "mps" for Apple's.
    dtype : str
        What is to go there: Apple's GPUs know no float64.

    Raises
    ------
    ValueError
        If it is misspelt.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> place("numpy"), place("torch"), place("cpu")
    ('numpy', 'torch:cpu', 'torch:cpu')
    >>> place("torch:cudda")
    Traceback (most recent call last):
        ...
    ValueError: expected 'numpy', 'torch', 'cpu', 'cuda', 'mps' or one with a number such as
    'cuda:1'; got 'torch:cudda'.
    """
    if where in ("numpy", "array_api_strict"):  # for tests: the standard and nothing else
        return where
    found = re.fullmatch(r"torch|(?:torch:)?((?:cpu|cuda|mps|meta)(?::\d+)?)", str(where))
    if found is None:
        raise ValueError(
            "expected 'numpy', 'torch', 'cpu', 'cuda', 'mps' or one with a number such as "
            f"'cuda:1'; got {where!r}."
        )
    name = found[1] or "cpu"
    missing = _missing(name, dtype)
    if missing:
        _tell(f"{missing}: using the CPU instead of {name!r}.")
    return f"torch:{'cpu' if missing else name}"


def _missing(device: str, dtype: str) -> str:
    """Why a torch device cannot be used, as the beginning of a sentence; "" if it can."""
    torch = import_torch(f"A network on {device!r}")
    kind, _, number = device.partition(":")
    if kind == "cuda" and not torch.cuda.is_available():
        return "PyTorch finds no CUDA device here"
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        return f"PyTorch finds no such CUDA device here, only {torch.cuda.device_count()}"
    if kind == "mps" and not torch.backends.mps.is_available():
        return "PyTorch finds no Apple GPU here"
    if kind == "mps" and dtype.endswith("float64"):
        return 'Apple GPUs know no float64, but model.astype("float32") would fit'
    return ""


_told: dict = {}  # sentences that were said already, as Python's warnings want it


def _tell(sentence: str) -> None:
    """A warning, once. With no line of code under it, a notebook shows it as one line."""
    warnings.warn_explicit(sentence, UserWarning, "nnlib", 0, registry=_told)


def import_torch(who: str):
    """PyTorch, which is loaded by those who need it alone; or an error that says how to get it."""
    try:
        import torch
    except ImportError:
        raise ImportError(
            f"{who} needs PyTorch, which is not installed here. pip install torch gets it; "
            "on NumPy everything else works without."
        ) from None
    return torch


def default_device() -> str:
    """Where torch tensors go unless told otherwise: "cuda", else "mps", else "cpu".

    The environment variable ``NNLIB_DEVICE`` overrides the choice, as far as there is such a
    device. Without torch: "cpu".

    Raises
    ------
    ValueError
        If ``NNLIB_DEVICE`` is misspelt.
    """
    try:
        import torch
    except ImportError:
        return "cpu"
    chosen = os.environ.get("NNLIB_DEVICE")
    if chosen:
        try:
            return place(f"torch:{chosen}").removeprefix("torch:")
        except ValueError:
            raise ValueError(
                f"NNLIB_DEVICE is expected to be 'cpu', 'cuda', 'cuda:1', 'mps'; got {chosen!r}."
            ) from None
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def one_thread():
    """A context in which NumPy's matrix products use one thread: faster for small ones.

    Starting it takes a few milliseconds, so it belongs round a training, not round a step.
    """
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")


# ------------------------------------------------ NumPy's short cuts (times: ten rows of eight)


def dot(a, b):
    """The matrix product ``a @ b`` of two matrices: 0.4 µs instead of 1.

    >>> dot(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    return a.dot(b) if type(a) is np.ndarray else a @ b


_ones: dict = {}  # for `column_sums`


def column_sums(x):
    """Sums over the rows of (N, k): shape (k,); 0.5 µs instead of 1 or, with ``np.sum``, 2.

    >>> column_sums(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    if type(x) is not np.ndarray:
        return namespace(x).sum(x, axis=0)
    key = len(x), x.dtype.char
    ones = _ones.get(key)
    if ones is None:
        ones = np.ones(len(x), x.dtype)
        if len(x) <= 1000:
            _ones[key] = ones
    return ones.dot(x)  # a product: BLAS is quicker than NumPy's sum over rows


def total(x):
    """The sum of all elements: 1 µs instead of 2.

    >>> float(total(np.array([[1.0, 2.0], [3.0, 4.0]])))
    10.0
    """
    return np.add.reduce(x, None) if type(x) is np.ndarray else namespace(x).sum(x)


def at_least(x, bound: float):
    """max(x, bound), element by element: 0.6 µs instead of 2.

    >>> at_least(np.array([-2.0, 3.0]), 0)
    array([0., 3.])
    """
    if isinstance(x, np.ndarray | np.generic):
        return np.maximum(x, bound)
    return namespace(x).clip(x, bound, None)
