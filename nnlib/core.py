"""Parameters, what a layer is, and `Sequential`, which puts layers one after the other."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np

from .backend import like, move, namespace, place, to_numpy
from .expect import dtype as float_type
from .expect import shown


class Parameter:
    """Numbers that training changes, and the gradient of the loss with respect to them.

    To change the numbers, write into the array, ``p.value[...] = new``: that keeps its dtype.

    Parameters
    ----------
    value : array
        Floating-point numbers.
    name : str
        As in the formula of its layer: "W", "b".

    Attributes
    ----------
    grad : array, of the shape of value
        Written by the ``backward`` of its layer. Each call overwrites it; nothing adds up.

    Raises
    ------
    TypeError
        If it is no array, or its numbers are not floating-point.

    Examples
    --------
    >>> Parameter(np.zeros((2, 3)), "W")
    Parameter('W', shape=(2, 3))
    """

    def __init__(self, value, name: str = ""):
        if not hasattr(value, "dtype"):
            raise TypeError(f"Parameter expects an array; got {_what(value)}.")
        xp = namespace(value)
        if not xp.isdtype(value.dtype, "real floating"):
            raise TypeError(f"Parameter expects floating-point numbers; got {value.dtype}.")
        self.value = value
        self.grad = xp.zeros_like(value)
        self.name = name

    @property
    def shape(self) -> tuple:
        """As a tuple of whole numbers, whatever the library."""
        return tuple(self.value.shape)

    @property
    def size(self) -> int:
        """How many numbers."""
        return math.prod(self.shape)

    def _replace(self, value) -> None:
        """Put another kind of array in its place: another library, device or dtype."""
        self.value = value
        self.grad = namespace(value).zeros_like(value)

    def __repr__(self):
        return f"Parameter({self.name!r}, shape={self.shape})"


def fits(dy, shape: tuple, layer) -> None:
    """Refuse a gradient that has not the shape of the layer's output: NumPy would stretch it.

    >>> fits(np.ones((4, 1)), (4, 2), "Dense(3, 2)")
    Traceback (most recent call last):
        ...
    ValueError: Dense(3, 2).backward expects a gradient of shape (4, 2); got (4, 1).
    """
    came = getattr(dy, "shape", None)
    if came == shape or (shape == () and isinstance(dy, float | int)):
        return
    expects = f"{layer}.backward expects"
    if came is None:
        raise TypeError(f"{expects} an array; got {_what(dy)}.")
    raise ValueError(f"{expects} a gradient of shape {tuple(shape)}; got {tuple(came)}.")


def _what(thing) -> str:
    return f"{shown(thing)}, of type {type(thing).__name__}"


class _NoForwardYet:
    """Stands for ``cache`` until ``forward`` stores something there: reading it is the error."""

    def __get__(self, layer, cls):
        if layer is None:  # asked for by help() and the like
            return self
        raise RuntimeError(f"{cls.__name__}.backward needs a call of forward before it.")


class Layer:
    """What every layer can do; a subclass writes `forward` and, right under it, `backward`.

    ``forward(x)`` computes the output y and keeps in ``self.cache`` what ``backward`` will need.
    ``backward(dy)`` unpacks that in its first line, takes the gradient of the loss with respect to
    y, writes those of the parameters into their ``grad``, and returns dx, that of x. All gradients
    are named after what they are the gradient of.

    Examples
    --------
    A layer that squares each number:

    >>> class Square(Layer):
    ...     def forward(self, x, *, train=False):
    ...         self.cache = x
    ...         return x * x
    ...
    ...     def backward(self, dy):
    ...         x = self.cache
    ...         return dy * 2 * x
    >>> square = Square()
    >>> square(np.array([3.0])), square.backward(np.array([1.0]))
    (array([9.]), array([6.]))
    """

    cache = _NoForwardYet()
    input_shape: tuple | None = None  # of one sample, where a layer takes only one

    def forward(self, x, *, train: bool = False):
        """The output for x. ``train`` is true while learning; only `Dropout` looks at it."""
        raise NotImplementedError

    def backward(self, dy):
        """The gradient with respect to the input, from that with respect to the output."""
        raise NotImplementedError

    def parameters(self) -> list[Parameter]:
        """What can be learned; nothing, unless a layer says otherwise."""
        return []

    def output_shape(self, shape: tuple) -> tuple | None:
        """Shape of one sample's output, given that of its input; None if it is not known.

        Raises
        ------
        ValueError
            If no such input fits.
        """
        return None

    def __call__(self, x, *, train: bool = False):
        return self.forward(x, train=train)

    def __repr__(self):
        return f"{type(self).__name__}()"


class Sequential(Layer):
    """Layers in a row: the output of one is the input of the next.

    It is a layer itself, so it can stand in another one. ``model[0]`` is its first layer,
    ``model[:2]`` a network of its first two, ``for layer in model`` goes through all.

    Parameters
    ----------
    *layers : Layer

    Raises
    ------
    TypeError
        If something is not a layer.
    ValueError
        If the output of a layer does not fit the next one, or a layer is there twice: it can
        remember one input only.

    Examples
    --------
    >>> from nnlib import Dense, ReLU
    >>> model = Sequential(Dense(2, 3, rng=0), ReLU(), Dense(3, 1, rng=1))
    >>> model
    Sequential
      layer        output   parameters
      Dense(2, 3)  (N, 3)            9
      ReLU()       (N, 3)            0
      Dense(3, 1)  (N, 1)            4
      total                         13
    >>> model.n_parameters  # (2 + 1) · 3 + (3 + 1) · 1
    13
    """

    def __init__(self, *layers: Layer):
        for layer in layers:
            if not isinstance(layer, Layer):
                hint = ""
                if isinstance(layer, type) and issubclass(layer, Layer):
                    hint = f" A class makes layers: write {layer.__name__}(…)."
                elif isinstance(layer, list | tuple):
                    hint = " Write Sequential(*layers) for a list of them."
                raise TypeError(
                    f"Sequential expects layers such as Dense(2, 3); got {shown(layer)}.{hint}"
                )
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError(
                "Sequential expects each layer once; got the same one twice. "
                "Make two: Tanh() and again Tanh()."
            )
        self.layers = list(layers)
        self._shapes()

    def forward(self, x, *, train=False):
        for layer in self.layers:
            x = layer.forward(x, train=train)
        return x

    def backward(self, dy):
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def trace(self, x) -> list:
        """The outputs of every layer for x; the last one is ``forward(x)``."""
        outputs = []
        for layer in self.layers:
            x = layer.forward(x)
            outputs.append(x)
        return outputs

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    @property
    def n_parameters(self) -> int:
        """How many numbers training changes."""
        return sum(p.size for p in self.parameters())

    def __iter__(self):
        return iter(self.layers)

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, index):
        try:
            found = self.layers[index]
        except IndexError:
            raise IndexError(f"this Sequential has {len(self)} layers; got {index}.") from None
        return Sequential(*found) if isinstance(index, slice) else found

    # ------------------------------------------------------------------ as a table
    @property
    def input_shape(self) -> tuple | None:
        """Shape of one sample, if a layer says which it takes."""
        for layer in self.layers:
            if layer.input_shape is not None:
                return layer.input_shape
            try:
                same = layer.output_shape((1,)) == (1,)
            except ValueError:  # it takes pictures, of whatever size
                return None
            if not same:  # it may change the shape: what it got is open
                return None
        return None

    def _shapes(self) -> list:
        """Shape of a sample after each layer, None where it is not known."""
        shape, shapes = self.input_shape, []
        for k, layer in enumerate(self.layers):
            shape = layer.input_shape if shape is None else shape
            try:
                shape = None if shape is None else layer.output_shape(shape)
            except ValueError as error:
                raise ValueError(f"layer {k} of this Sequential: {error}") from None
            shapes.append(shape)
        return shapes

    def output_shape(self, shape):
        for layer in self.layers:
            shape = None if shape is None else layer.output_shape(shape)
        return shape

    def __repr__(self):
        rows = [("layer", "output", "parameters")]
        for layer, shape in zip(self.layers, self._shapes(), strict=True):
            output = "?" if shape is None else f"(N, {', '.join(map(str, shape))})"
            name = "Sequential" if isinstance(layer, Sequential) else repr(layer)
            rows.append((name, output, f"{sum(p.size for p in layer.parameters())}"))
        rows.append(("total", "", f"{self.n_parameters}"))
        a, b = (max(len(row[k]) for row in rows) for k in (0, 1))
        return "\n".join(["Sequential", *(f"  {x:{a}}  {y:{b}} {n:>12}" for x, y, n in rows)])

    # ------------------------------------------------------------------ dtype and device
    def astype(self, dtype: str) -> Sequential:
        """Change all weights, in place, to "float64" or "float32"; returns the network."""
        name = float_type(dtype, "astype")
        for p in self.parameters():
            xp = namespace(p.value)
            p._replace(xp.astype(p.value, getattr(xp, name)))
        return self

    def to(self, where: str) -> Sequential:
        """Move all weights, in place, to another library or device; returns the network.

        Inputs follow by themselves: a network on a GPU takes NumPy arrays too.

        Parameters
        ----------
        where : str
            "numpy"; "torch", which is its CPU; or a device of PyTorch's: "cuda", "cuda:1", "mps",
            "cpu", or what `nnlib.default_device` says. Where there is no such device, the network
            goes to PyTorch's CPU, and a warning says so. ("torch:cuda" is the same as "cuda".)

        Raises
        ------
        ValueError
            If it is misspelt. The network is then as it was.
        ImportError
            If PyTorch is not installed.

        Examples
        --------
        >>> from nnlib import Dense
        >>> model = Sequential(Dense(2, 1, init="zeros")).to("torch")
        >>> model.forward([[1.0, 2.0]])
        tensor([[0.]], dtype=torch.float64)
        """
        parameters = self.parameters()
        dtypes = [str(p.value.dtype) for p in parameters]
        where = place(where, max(dtypes, default="float32"))  # "float64" if there is any
        for p, value in [(p, move(p.value, where)) for p in parameters]:
            p._replace(value)
        return self

    # ------------------------------------------------------------------ files
    def save(self, path) -> None:
        """Write the weights to an .npz file, which is data alone: no pickle, no code.

        The file holds the arrays "0.W", "1.b", …: place in `parameters`, and name.
        """
        np.savez(_npz(path), **{name: to_numpy(p.value) for name, p in self._named().items()})

    def load(self, path) -> Sequential:
        """Read weights that `save` wrote for a network of the same shapes; returns the network.

        Raises
        ------
        ValueError
            If it is not such a file. The network is then as it was.
        """
        path, named = _npz(path), self._named()
        try:
            with path.open("rb") as opened:
                file = np.load(opened, allow_pickle=False)
                if isinstance(file, np.ndarray):
                    raise ValueError("it holds a single array")
                found = {name: np.asarray(file[name]) for name in file.files}
        except (FileNotFoundError, IsADirectoryError, PermissionError):
            raise
        except Exception as error:  # whatever a damaged file, or one of something else, leads to
            raise ValueError(
                f"load expects a file that Sequential.save wrote; {path.name} is none: {error}"
            ) from None
        shapes = {name: p.shape for name, p in named.items()}
        got = {name: array.shape for name, array in found.items()}
        if got != shapes:
            raise ValueError(
                f"load expects weights of the shapes {_listed(shapes)}; "
                f"{path.name} holds {_listed(got)}."
            )
        for name, array in found.items():
            if array.dtype.kind != "f":
                raise ValueError(
                    f"load expects floating-point numbers; {name} of {path.name} is {array.dtype}."
                )
        for name, p in named.items():
            p.value[...] = like(found[name], p.value)
        return self

    def _named(self) -> dict[str, Parameter]:
        return {f"{k}.{p.name}": p for k, p in enumerate(self.parameters())}


def _npz(path) -> Path:
    """The path with the suffix that NumPy gives such files, if it has another one or none."""
    path = Path(os.fspath(path))  # which says in every Python the same of what is no path
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")


def _listed(shapes: dict) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "none"
