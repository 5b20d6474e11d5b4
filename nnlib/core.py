"""Parameters, the layer protocol, and `Sequential`, which puts layers one after the other."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from .backend import namespace, to_numpy


class Parameter:
    """Numbers that training changes, and the gradient of the loss with respect to them.

    Parameters
    ----------
    value : array
    name : str

    Attributes
    ----------
    grad : array of the same shape, written by ``backward``; each call overwrites it.
    """

    def __init__(self, value, name: str = ""):
        self.value = value
        self.grad = namespace(value).zeros_like(value)
        self.name = name

    @property
    def shape(self) -> tuple:
        return tuple(self.value.shape)

    def __repr__(self):
        return f"Parameter({self.name!r}, shape={self.shape})"


class Layer:
    """What every layer can do.

    ``forward(x, train=False)`` computes the output and remembers in ``self._cache`` what
    ``backward(dy)`` will need; ``backward`` takes the gradient of the loss with respect to the
    output, writes the gradients of the parameters, and returns that of the input. ``train`` is
    true while learning; only dropout looks at it.
    """

    _cache = None

    def forward(self, x, *, train: bool = False):
        raise NotImplementedError

    def backward(self, dy):
        raise NotImplementedError

    def parameters(self) -> list[Parameter]:
        return []

    def __call__(self, x, *, train: bool = False):
        return self.forward(x, train=train)

    def _recall(self):
        """What ``forward`` left for ``backward``."""
        if self._cache is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward call before it")
        return self._cache

    def __repr__(self):
        return f"{type(self).__name__}()"


class Sequential(Layer):
    """Layers in a row: the output of one is the input of the next.

    Examples
    --------
    >>> from nnlib import Dense, ReLU
    >>> model = Sequential(Dense(2, 3, rng=0), ReLU(), Dense(3, 1, rng=0))
    >>> model.n_parameters  # (2 + 1)·3 + (3 + 1)·1
    13
    >>> model
    Sequential
      layer           output  parameters
      Dense(2, 3)     (N, 3)           9
      ReLU()          (N, 3)           0
      Dense(3, 1)     (N, 1)           4
      total                           13
    """

    def __init__(self, *layers: Layer):
        for layer in layers:
            if not hasattr(layer, "forward"):
                raise TypeError(
                    f"Sequential expects layers, for instance Dense(2, 3); got {layer!r}"
                )
        self.layers = list(layers)

    def forward(self, x, *, train=False):
        for layer in self.layers:
            x = layer.forward(x, train=train)
        return x

    def backward(self, dy):
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def trace(self, x) -> list:
        """The outputs of every layer, the last one being ``forward(x)``."""
        outputs = []
        for layer in self.layers:
            x = layer.forward(x)
            outputs.append(x)
        return outputs

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __iter__(self):
        return iter(self.layers)

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, index):
        return self.layers[index]

    @property
    def n_parameters(self) -> int:
        return sum(int(np.prod(p.shape)) for p in self.parameters())

    def astype(self, dtype: str) -> Sequential:
        """Change the floating-point type of all weights, in place; "float64" or "float32"."""
        for p in self.parameters():
            xp = namespace(p.value)
            p.value = xp.astype(p.value, getattr(xp, str(dtype)))
            p.grad = xp.zeros_like(p.value)
        return self

    def to(self, library: str) -> Sequential:
        """Move all weights, in place, to "numpy" or to "torch" (or "torch:cuda", "torch:cpu")."""
        kind, _, device = library.partition(":")
        if kind not in ("numpy", "torch"):
            raise ValueError(f'to expects "numpy", "torch" or "torch:<device>". Got {library!r}')
        for p in self.parameters():
            value = to_numpy(p.value)
            if kind == "torch":
                import torch

                value = torch.asarray(value.copy(), device=device or "cpu")
            p.value = value
            p.grad = namespace(value).zeros_like(value)
        return self

    # ------------------------------------------------------------------ files
    def save(self, path) -> None:
        """Write the weights to an .npz file, without pickle."""
        arrays = {f"{i}.{p.name}": to_numpy(p.value) for i, p in enumerate(self.parameters())}
        np.savez(path, **arrays)

    def load(self, path) -> Sequential:
        """Read weights that `save` wrote for a network of the same shape.

        Raises
        ------
        ValueError
            If the file is not such a file; the network is then as it was.
        """
        path = Path(path)
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = [file[name] for name in file.files]
                names = list(file.files)
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise ValueError(f"{path.name} is not a file of weights: {error}") from None
        parameters = self.parameters()
        wanted = [f"{i}.{p.name} {p.shape}" for i, p in enumerate(parameters)]
        found = [f"{name} {a.shape}" for name, a in zip(names, arrays, strict=True)]
        if wanted != found:
            raise ValueError(
                f"{path.name} holds other weights than this network. Expected {wanted}; got {found}"
            )
        for p, array in zip(parameters, arrays, strict=True):
            xp = namespace(p.value)
            # In place, because an optimiser may hold all values in one buffer.
            p.value[...] = xp.astype(xp.asarray(array), p.value.dtype)
        return self

    # ------------------------------------------------------------------ as a table
    def table(self) -> list[tuple[str, str, int]]:
        """(layer, shape of its output, number of parameters) for each layer."""
        rows, width = [], None
        for layer in self.layers:
            width = getattr(layer, "n_out", width)
            count = sum(int(np.prod(p.shape)) for p in layer.parameters())
            rows.append((repr(layer), f"(N, {width})" if width else "", count))
        return rows

    def __repr__(self):
        rows = [("layer", "output", "parameters"), *self.table(), ("total", "", self.n_parameters)]
        wide = max(14, *(len(row[0]) for row in rows))
        lines = [f"  {a:<{wide}} {b:>7} {c:>11}" for a, b, c in rows]
        return "\n".join(["Sequential", *lines])
