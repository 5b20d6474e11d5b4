"""The one place that knows which array library is in use: NumPy, torch, or another.

Layers are written against a narrow part of the Python array API and ask `namespace` for functions
such as ``exp``; operators (``@``, ``+``) need no namespace at all.

Source: https://data-apis.org/array-api/
"""

from __future__ import annotations

import os

import numpy as np


def namespace(*arrays):
    """The module whose functions take these arrays: ``numpy`` itself for NumPy arrays.

    >>> namespace(np.zeros(3)).__name__
    'numpy'
    """
    # A call of a small layer takes a microsecond, so the common case must not cost another.
    if type(arrays[0]) is np.ndarray:
        return np
    import array_api_compat

    return array_api_compat.array_namespace(*arrays)


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


def like(x, other):
    """``x`` as an array of the same library, dtype and device as ``other``."""
    if type(other) is np.ndarray:
        return np.asarray(x, dtype=other.dtype)
    import array_api_compat

    xp = array_api_compat.array_namespace(other)
    return xp.asarray(to_numpy(x), dtype=other.dtype, device=array_api_compat.device(other))


def column_sums(x):
    """Sums over the rows of (N, k): (k,)."""
    if type(x) is np.ndarray:
        return np.add.reduce(x, 0)  # half the time of np.sum for a batch of ten
    return namespace(x).sum(x, axis=0)


def default_device() -> str:
    """Where tensors go unless told otherwise: "cuda", "mps", else "cpu".

    The environment variable ``NNLIB_DEVICE`` overrides the choice.
    """
    chosen = os.environ.get("NNLIB_DEVICE")
    if chosen:
        return chosen
    try:
        import torch
    except ImportError:
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def one_thread():
    """A context in which matrix products use one thread: faster for small ones."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")
