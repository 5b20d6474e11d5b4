"""Bad calls of everything public: each is refused in words, and does no harm.

A row of the table is one call that a student could make: what is wrong with it, the call, the
exception that is documented for it, and pieces of the message, which must tell what was *expected*
and what *came*. Rows stand in groups. Where a group has an object (``make``), the object is used
properly after the bad call (``use``) and must do what an untouched one does: the same outputs,
gradients, weights, memory of the optimiser, history, picture.

Two rules decide which exception it is. A number, a name or a shape that does not fit is a
ValueError. A thing of the wrong kind (a class where a layer belongs, text where an array of numbers
belongs) is a TypeError. Files that are not there are what Python says of them.

NaN and infinity: weights may run away, which is a lesson and raises nothing, so layers and losses
compute with them. Data that hold NaN *before* training began are a mistake, and `Run`, `fit` and
`train` say so at the beginning.
"""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import nnlib as nn
from nnlib import (
    data,
    descent,
    expect,
    graph,
    handwriting,
    init,
    kernels,
    overfitting,
    planted,
    regions,
    schedules,
    separable,
    stack,
    surfaces,
    theory,
    thinned,
    widgets,
    windows,
)
from nnlib.gradcheck import both_gradients
from nnlib.plot import decision, network, palette, scene
from nnlib.train import diagnose
from tests.explorers import picture
from tests.test_explorer import NAMES
from tests.test_explorer import make as make_explorer

NAN, INF = math.nan, math.inf


class Row(NamedTuple):
    what: str
    call: Callable  # takes what the group makes, or nothing
    error: type
    says: tuple  # pieces of the message


class Group(NamedTuple):
    name: str  # as one writes it: "Dense", "data.moons", "Sequential.load"
    rows: list
    make: Callable | None = None
    use: Callable | None = None  # takes what was made, returns numbers to compare


def row(what, call, error, *says):
    return Row(what, call, error, says)


def each(what, values, call, *says, error=ValueError):
    """A row for each of several bad values of one argument; the message must show the value."""
    return [
        row(
            f"{what}={v if isinstance(v, str) else expect.shown(v)}",
            (lambda *made, v=v: call(*made, v)),
            error,
            *says,
            expect.shown(v),
        )
        for v in values
    ]


NO_COUNT = [0, -1, 2.5, "3", None, NAN, [2], True]  # where a number of units, say, belongs
NO_RATE = [-0.1, NAN, INF, "0.1", None, [0.1], 1j]  # where a number of at least 0 belongs
NO_SHARE = [-0.1, 1.5, NAN, "half", None]
NO_SEED = [-1, 0.5, "zero"]
NO_NUMBERS = [  # where an array of numbers belongs
    ("None", None, TypeError, "None"),
    ("text", "abc", TypeError, "'abc'"),
    ("rows of text", [["a", "b"]], TypeError, "'a'"),
    ("complex", np.ones((2, 2)) * 1j, TypeError, "complex"),
    ("objects", np.array([[object()]]), TypeError, "object"),
    ("a dict", {"x": 1}, TypeError, "dict"),
    ("rows of unequal length", [[1.0, 2.0], [3.0]], ValueError, "unequal"),
]


def no_numbers(call, *says):
    return [
        row(f"X is {what}", (lambda *made, x=x: call(*made, x)), error, "numbers", *says, got)
        for what, x, error, got in NO_NUMBERS
    ]


GROUPS: list[Group] = []


def group(name, rows, make=None, use=None):
    GROUPS.append(Group(name, rows, make, use))


# ------------------------------------------------------------------------------- layers


def there_and_back(*shape):
    """Outputs of a layer for an input of this shape, its dx, and the gradients of its weights."""

    def use(layer):
        x = np.random.default_rng(0).normal(size=shape)
        y = layer(x)
        dx = layer.backward(np.cos(np.arange(float(y.size))).reshape(y.shape))
        return [
            y,
            dx,
            *(p.value for p in layer.parameters()),
            *(p.grad for p in layer.parameters()),
        ]

    return use


def used(make, *shape):
    """A layer that has been used once, so that it has something to lose."""

    def made():
        layer = make()
        there_and_back(*shape)(layer)
        return layer

    return made


group(
    "Parameter",
    [
        row("whole numbers", lambda: nn.Parameter(np.arange(3)), TypeError, "floating", "int64"),
        row("complex", lambda: nn.Parameter(np.ones(3) * 1j), TypeError, "floating", "complex128"),
        row("a list", lambda: nn.Parameter([1.0, 2.0]), TypeError, "array", "list"),
        row("None", lambda: nn.Parameter(None), TypeError, "array", "None"),
        row("text", lambda: nn.Parameter("W"), TypeError, "array", "'W'"),
    ],
)
group(
    "Dense",
    [
        *each("n_in", NO_COUNT, lambda v: nn.Dense(v, 2), "Dense", "n_in", "whole number"),
        *each("n_out", NO_COUNT, lambda v: nn.Dense(2, v), "Dense", "n_out", "whole number"),
        *each("rng", NO_SEED, lambda v: nn.Dense(2, 1, rng=v), "rng", "Generator"),
        *each("init", ["glorott", None, 3], lambda v: nn.Dense(2, 1, init=v), "glorot"),
        *each("dtype", ["flot32", "int64", None, 3], lambda v: nn.Dense(2, 1, dtype=v), "float32"),
        row(
            "init of another shape",
            lambda: nn.Dense(2, 1, init=lambda n_in, n_out, rng: np.ones((n_out, n_in))),
            ValueError,
            "init",
            "(2, 1)",
            "(1, 2)",
        ),
    ],
)
group(
    "Dense.forward",
    [
        row("too narrow", lambda d: d(np.ones((8, 2))), ValueError, "Dense", "(N, 3)", "(8, 2)"),
        row("one sample", lambda d: d(np.ones(3)), ValueError, "Dense", "(N, 3)", "(3,)"),
        row("rank 3", lambda d: d(np.ones((1, 8, 3))), ValueError, "(N, 3)", "(1, 8, 3)"),
        row("a number", lambda d: d(1.0), ValueError, "(N, 3)", "()"),
        row("empty list", lambda d: d([]), ValueError, "(N, 3)", "(0,)"),
        *no_numbers(lambda d, x: d(x)),
    ],
    used(lambda: nn.Dense(3, 2, rng=0), 4, 3),
    there_and_back(4, 3),
)
group(
    "Dense.backward",
    [
        row("too wide", lambda d: d.backward(np.ones((4, 3))), ValueError, "(4, 2)", "(4, 3)"),
        row("one column", lambda d: d.backward(np.ones((4, 1))), ValueError, "(4, 2)", "(4, 1)"),
        row("other N", lambda d: d.backward(np.ones((5, 2))), ValueError, "(4, 2)", "(5, 2)"),
        row("a list", lambda d: d.backward([[1.0, 2.0]] * 4), TypeError, "array", "list"),
        row("None", lambda d: d.backward(None), TypeError, "array", "None"),
        row("a number", lambda d: d.backward(1.0), TypeError, "array", "1.0"),
        row(
            "before forward",
            lambda d: nn.Dense(3, 2).backward(np.ones((4, 2))),
            RuntimeError,
            "Dense.backward",
            "forward",
        ),
    ],
    used(lambda: nn.Dense(3, 2, rng=0), 4, 3),
    lambda d: [d.backward(np.ones((4, 2))), d.W.grad, d.b.grad],
)
group(
    "Conv2D",
    [
        *each("in_channels", NO_COUNT, lambda v: nn.Conv2D(v, 1, 3), "Conv2D", "in_channels"),
        *each("out_channels", [0, "8", None], lambda v: nn.Conv2D(1, v, 3), "out_channels"),
        *each(
            "kernel_size", [0, 2.5, (3, 3, 3), "3", None], lambda v: nn.Conv2D(1, 1, v), "kernel"
        ),
        *each("stride", [0, -1, (1, 0), "same"], lambda v: nn.Conv2D(1, 1, 3, v), "stride"),
        *each("padding", [-1, "sane", 0.5, None], lambda v: nn.Conv2D(1, 1, 3, 1, v), "padding"),
        *each("init", ["hee"], lambda v: nn.Conv2D(1, 1, 3, init=v), "he"),
        *each("dtype", ["float"[:4]], lambda v: nn.Conv2D(1, 1, 3, dtype=v), "float32"),
        *each("rng", NO_SEED, lambda v: nn.Conv2D(1, 1, 3, rng=v), "rng", "Generator"),
    ],
)
group(
    "Conv2D.forward",
    [
        row(
            "channels first",
            lambda c: c(np.ones((4, 2, 6, 5))),
            ValueError,
            "(N, height, width, 2)",
            "(4, 2, 6, 5)",
            "come last",
        ),
        row("one picture", lambda c: c(np.ones((6, 5, 2))), ValueError, "(6, 5, 2)", "x[None]"),
        row("rows", lambda c: c(np.ones((4, 60))), ValueError, "(N, height, width, 2)", "(4, 60)"),
        row("too small", lambda c: c(np.ones((1, 2, 2, 2))), ValueError, "3 × 3", "2 × 2"),
        *no_numbers(lambda c, x: c(x)),
    ],
    used(lambda: nn.Conv2D(2, 2, 3, rng=0), 2, 6, 5, 2),
    there_and_back(2, 6, 5, 2),
)
group(
    "Conv2D.backward",
    [
        row("other size", lambda c: c.backward(np.ones((2, 6, 5, 2))), ValueError, "(2, 4, 3, 2)"),
        row("flat", lambda c: c.backward(np.ones((2, 24))), ValueError, "(2, 4, 3, 2)", "(2, 24)"),
        row("a list", lambda c: c.backward([1.0]), TypeError, "array", "list"),
    ],
    used(lambda: nn.Conv2D(2, 2, 3, rng=0), 2, 6, 5, 2),
    lambda c: [c.backward(np.ones((2, 4, 3, 2))), c.W.grad, c.b.grad],
)
for pool in (nn.MaxPool2D, nn.AvgPool2D):
    name = pool.__name__
    group(
        name,
        [
            *each(
                "pool_size", [0, 1.5, "2", None], lambda v, pool=pool: pool(v), name, "pool_size"
            ),
            *each("stride", [0, "2"], lambda v, pool=pool: pool(2, v), name, "stride"),
            *each("padding", [2, -1, "sane"], lambda v, pool=pool: pool(2, 2, v), name, "padding"),
        ],
    )
    group(
        f"{name}.forward",
        [
            row("rows", lambda p: p(np.ones((4, 60))), ValueError, name, "height", "(4, 60)"),
            row("too small", lambda p: p(np.ones((1, 1, 1, 1))), ValueError, "2 × 2", "1 × 1"),
            row("one picture", lambda p: p(np.ones((4, 4, 1))), ValueError, "(4, 4, 1)", "x[None]"),
            *no_numbers(lambda p, x: p(x)),
        ],
        used(lambda pool=pool: pool(2), 2, 4, 4, 1),
        there_and_back(2, 4, 4, 1),
    )
    group(
        f"{name}.backward",
        [
            row(
                "not pooled",
                lambda p: p.backward(np.ones((2, 4, 4, 1))),
                ValueError,
                "(2, 2, 2, 1)",
                "(2, 4, 4, 1)",
            )
        ],
        used(lambda pool=pool: pool(2), 2, 4, 4, 1),
        lambda p: p.backward(np.ones((2, 2, 2, 1))),
    )
group(
    "GlobalAvgPool2D",
    [
        row("rows", lambda p: p(np.ones((4, 60))), ValueError, "height", "(4, 60)"),
        row(
            "dy of pictures",
            lambda p: p.backward(np.ones((2, 3, 3, 2))),
            ValueError,
            "(2, 2)",
            "(2, 3, 3, 2)",
        ),
        *no_numbers(lambda p, x: p(x)),
    ],
    used(nn.GlobalAvgPool2D, 2, 3, 3, 2),
    lambda p: p.backward(np.ones((2, 2))),
)
group(
    "Flatten",
    [
        row("a number", lambda f: f(1.0), ValueError, "(N, ...)", "()"),
        row("dy", lambda f: f.backward(np.ones((2, 7))), ValueError, "(2, 18)", "(2, 7)"),
        *no_numbers(lambda f, x: f(x)),
    ],
    used(nn.Flatten, 2, 3, 3, 2),
    lambda f: f.backward(np.arange(36.0).reshape(2, 18)),
)
group(
    "Dropout",
    [
        *each("rate", [1, -0.1, 1.5, NAN, "0.5", None, [0.5]], lambda d, v: nn.Dropout(v), "rate"),
        *each("new rate", [1, -0.1, "0.5", None], lambda d, v: setattr(d, "rate", v), "rate"),
        *each("rng", NO_SEED, lambda d, v: nn.Dropout(0.5, rng=v), "rng"),
        *no_numbers(lambda d, x: d(x)),
        row(
            "dy of another shape",
            lambda d: (d(np.ones((4, 3)), train=True), d.backward(np.ones((4, 1)))),
            ValueError,
            "(4, 3)",
            "(4, 1)",
        ),
    ][:-1],
    lambda: nn.Dropout(0.5, rng=0),
    lambda d: [d(np.ones((4, 3)), train=True), d.backward(np.ones((4, 3))), d.rate],
)
for kind in (nn.RNN, nn.LSTM, nn.GRU):
    name = kind.__name__
    group(
        name,
        [
            *each("n_in", [0, 2.5, "3", None, True], lambda v, k=kind: k(v, 2), name, "n_in"),
            *each("n_hidden", [0, -1, "3", None], lambda v, k=kind: k(2, v), name, "n_hidden"),
            *each("init", ["glorott"], lambda v, k=kind: k(2, 1, init=v), "glorot"),
            *each("dtype", ["double64"], lambda v, k=kind: k(2, 1, dtype=v), "float32"),
        ],
    )
    group(
        f"{name}.forward",
        [
            row("rows", lambda r: r(np.ones((4, 3))), ValueError, name, "(N, T, 3)", "(4, 3)"),
            row("too wide", lambda r: r(np.ones((4, 5, 2))), ValueError, "(N, T, 3)", "(4, 5, 2)"),
            row("no steps", lambda r: r(np.ones((4, 0, 3))), ValueError, "at least 1", "(4, 0, 3)"),
            *no_numbers(lambda r, x: r(x)),
        ],
        used(lambda kind=kind: kind(3, 2, rng=0), 4, 5, 3),
        there_and_back(4, 5, 3),
    )
    group(
        f"{name}.backward",
        [
            row(
                "last step",
                lambda r: r.backward(np.ones((4, 2))),
                ValueError,
                "(4, 5, 2)",
                "(4, 2)",
            ),
            row("None", lambda r: r.backward(None), TypeError, "array", "None"),
        ],
        used(lambda kind=kind: kind(3, 2, rng=0), 4, 5, 3),
        lambda r: [r.backward(np.ones((4, 5, 2))), *(p.grad for p in r.parameters())],
    )
    group(
        f"{name}.step",
        [
            row(
                "a sequence",
                lambda r: r.step(np.ones((4, 5, 3))),
                ValueError,
                "(N, 3)",
                "(4, 5, 3)",
            ),
            row("too wide", lambda r: r.step(np.ones((4, 4))), ValueError, "(N, 3)", "(4, 4)"),
        ],
        lambda kind=kind: kind(3, 2, rng=0),
        lambda r: r.step(np.ones((4, 3)))[0],
    )
group(
    "RNN.activation",
    [
        *each("activation", ["tahn", None, 3], lambda v: nn.RNN(1, 1, v), "tanh"),
        *each("activation", ["softmax", "prelu"], lambda v: nn.RNN(1, 1, v), "each number"),
        *each("forget_bias", ["1", None, NAN], lambda v: nn.LSTM(1, 1, forget_bias=v), "forget"),
    ],
)
for layer, shape in ((nn.LastStep, "(N, T, n)"), (nn.EveryStep, "(N, T, n)")):
    group(
        layer.__name__,
        [
            row("rows", lambda s: s(np.ones((4, 3))), ValueError, layer.__name__, shape, "(4, 3)"),
            row("dy", lambda s: s.backward(np.ones((9, 9))), ValueError, "(9, 9)", "expects"),
            *no_numbers(lambda s, x: s(x)),
        ],
        used(layer, 2, 3, 2),
        there_and_back(2, 3, 2),
    )

# ------------------------------------------------------------------------------- activations

for name, kind in nn.ACTIVATIONS.items():
    if name == "maxout":
        continue
    group(
        f"{kind.__name__}.forward",
        [
            row("None", lambda a: a(None), TypeError, "numbers", "None"),
            row("text", lambda a: a("abc"), TypeError, "numbers", "'abc'"),
            row("complex", lambda a: a([[1j]]), TypeError, "numbers", "complex"),
            row("ragged", lambda a: a([[1.0, 2.0], [3.0]]), ValueError, "unequal"),
            row("dy of one column", lambda a: a.backward(np.ones((4, 1))), ValueError, "(4, 3)"),
            row("dy is None", lambda a: a.backward(None), TypeError, "array", "None"),
        ],
        used(kind, 4, 3),
        there_and_back(4, 3),
    )
group(
    "activation",
    [
        row("misspelt", lambda: nn.activation("relo"), ValueError, "'relo'", "did you mean 'relu'"),
        row("unknown", lambda: nn.activation("zzz"), ValueError, "'zzz'", "linear, step"),
        row("None", lambda: nn.activation(None), ValueError, "None", "linear, step"),
        row("a class", lambda: nn.activation(nn.ReLU), ValueError, "ReLU", "linear, step"),
        row(
            "option of another",
            lambda: nn.activation("relu", alpha=0.1),
            TypeError,
            "ReLU() takes no arguments",
        ),
    ],
)
group("LeakyReLU", each("alpha", [-0.1, 1.5, NAN, "0.1", None], nn.LeakyReLU, "alpha", "0 to 1"))
group("ELU", each("alpha", [-1, NAN, INF, "1", None], nn.ELU, "ELU", "alpha", "at least 0"))
group(
    "PReLU",
    [
        *each("alpha", [NAN, "0.25", None], nn.PReLU, "PReLU", "alpha", "number"),
        *each("dtype", ["int64", "flot"], lambda v: nn.PReLU(dtype=v), "float32"),
    ],
)
group(
    "Maxout",
    [
        *each("n_in", [0, "3", None], lambda m, v: nn.Maxout(v, 2), "n_in"),
        *each("k", [1, 0, 2.5, "2", None], lambda m, v: nn.Maxout(3, 2, v), "Maxout", "2"),
        row("too wide", lambda m: m(np.ones((4, 5))), ValueError, "(N, 3)", "(4, 5)"),
        row("dy", lambda m: m.backward(np.ones((4, 1))), ValueError, "(4, 2)", "(4, 1)"),
        *no_numbers(lambda m, x: m(x)),
    ],
    used(lambda: nn.Maxout(3, 2, rng=0), 4, 3),
    there_and_back(4, 3),
)
for kind in (nn.Softmax, nn.LogSoftmax):
    group(
        kind.__name__,
        [row("a number", lambda k=kind: k()(1.0), ValueError, kind.__name__, "(..., k)", "()")],
    )

# ------------------------------------------------------------------------------- networks


def network_():
    """A small network with each kind of memory: dropout's generator, caches, gradients."""
    return nn.Sequential(
        nn.Dense(2, 4, rng=0), nn.Tanh(), nn.Dropout(0.25, rng=1), nn.Dense(4, 3, rng=2)
    )


X = np.random.default_rng(0).normal(size=(12, 2))
Y = np.arange(12) % 3

group(
    "Sequential",
    [
        row(
            "a class", lambda: nn.Sequential(nn.Dense(2, 3), nn.ReLU), TypeError, "ReLU(…)", "class"
        ),
        row(
            "a list", lambda: nn.Sequential([nn.Dense(2, 3)]), TypeError, "layers", "[Dense(2, 3)]"
        ),
        row("a name", lambda: nn.Sequential("relu"), TypeError, "layers", "'relu'"),
        row("None", lambda: nn.Sequential(None), TypeError, "layers", "None"),
        row("a loss", lambda: nn.Sequential(nn.MSE()), TypeError, "layers", "MSE()"),
        row(
            "do not fit",
            lambda: nn.Sequential(nn.Dense(2, 3), nn.Dense(4, 1)),
            ValueError,
            "layer 1",
            "(N, 4)",
            "(N, 3)",
        ),
        row(
            "no Flatten",
            lambda: nn.Sequential(nn.Conv2D(1, 2, 3), nn.Dense(8, 1))(np.ones((1, 4, 4, 1))),
            ValueError,
            "(N, 8)",
            "(1, 2, 2, 2)",
        ),
        row("one twice", lambda: nn.Sequential(*[nn.ReLU()] * 2), ValueError, "once", "twice"),
    ],
)
group(
    "Sequential.forward",
    [
        row("too wide", lambda m: m(np.ones((4, 3))), ValueError, "Dense", "(N, 2)", "(4, 3)"),
        row("one sample", lambda m: m([1.0, 2.0]), ValueError, "(N, 2)", "(2,)"),
        row("trace", lambda m: m.trace(np.ones(2)), ValueError, "(N, 2)", "(2,)"),
        row("backward", lambda m: m.backward(np.ones((12, 4))), ValueError, "(12, 3)", "(12, 4)"),
        row("an index of text", lambda m: m["0"], TypeError, "integers", "str"),
        row("index too large", lambda m: m[9], IndexError, "4 layers", "9"),
        row("astype", lambda m: m.astype("flot32"), ValueError, "float32", "'flot32'"),
        row("astype whole", lambda m: m.astype("int64"), ValueError, "float32", "'int64'"),
        row("to", lambda m: m.to("tensorflow"), ValueError, "'torch'", "'tensorflow'"),
        row("to None", lambda m: m.to(None), ValueError, "'torch'", "None"),
        *no_numbers(lambda m, x: m(x)),
    ],
    used(network_, 12, 2),
    there_and_back(12, 2),
)

FOLDER = tempfile.TemporaryDirectory()


def file(name, write=None):
    """A path in a folder for files that are not what they should be."""
    path = Path(FOLDER.name, name)
    if write is not None:
        write(path)
    return path


def truncated(path):
    network_().save(path)
    path.write_bytes(path.read_bytes()[:-200])


def flipped(path):
    network_().save(path)
    held = bytearray(path.read_bytes())
    held[len(held) // 3] ^= 0xFF
    path.write_bytes(held)


def npz(**arrays):
    return lambda path: np.savez(path, **arrays)


def single(path):
    with path.open("wb") as opened:
        np.save(opened, np.ones(3))


def pickled(path):
    np.savez(path, **{"0.W": np.array([{"a": 1}], dtype=object)}, allow_pickle=True)


def with_value(value):
    def write(path):
        arrays = {f"{k}.{p.name}": p.value for k, p in enumerate(network_().parameters())}
        np.savez(path, **{**arrays, "2.W": np.full((4, 3), value)})

    return write


group(
    "Sequential.load",
    [
        row("not there", lambda m: m.load(file("no.npz")), FileNotFoundError, "no.npz"),
        row(
            "a folder",
            lambda m: m.load(file("dir.npz", lambda p: p.mkdir(exist_ok=True))),
            IsADirectoryError,
            "dir.npz",
        ),
        row(
            "empty", lambda m: m.load(file("e.npz", Path.touch)), ValueError, "save wrote", "e.npz"
        ),
        row(
            "text",
            lambda m: m.load(file("t.npz", lambda p: p.write_text("weights"))),
            ValueError,
            "save wrote",
            "t.npz",
        ),
        row(
            "truncated",
            lambda m: m.load(file("c.npz", truncated)),
            ValueError,
            "save wrote",
            "c.npz",
        ),
        row("damaged", lambda m: m.load(file("f.npz", flipped)), ValueError, "save wrote", "f.npz"),
        row("pickled", lambda m: m.load(file("p.npz", pickled)), ValueError, "save wrote", "p.npz"),
        row("single", lambda m: m.load(file("s.npz", single)), ValueError, "save wrote", "single"),
        row(
            "foreign",
            lambda m: m.load(file("digits.npz", npz(images=np.zeros(3)))),
            ValueError,
            "0.W (2, 4)",
            "images (3,)",
        ),
        row("no arrays", lambda m: m.load(file("n.npz", npz())), ValueError, "0.W (2, 4)", "none"),
        row(
            "another network",
            lambda m: m.load(file("o.npz", lambda p: nn.Sequential(nn.Dense(9, 1)).save(p))),
            ValueError,
            "(2, 4)",
            "(9, 1)",
        ),
        row("text inside", lambda m: m.load(file("x.npz", with_value("a"))), ValueError, "<U1"),
        row("whole", lambda m: m.load(file("w.npz", with_value(1))), ValueError, "int64"),
        row("None", lambda m: m.load(None), TypeError, "str, bytes or os.PathLike", "NoneType"),
        row("a number", lambda m: m.load(3), TypeError, "str, bytes or os.PathLike", "int"),
    ],
    used(network_, 12, 2),
    there_and_back(12, 2),
)
group(
    "Sequential.save",
    [
        row("no such folder", lambda m: m.save(file("no/w.npz")), FileNotFoundError, "w.npz"),
        row(
            "a folder",
            lambda m: m.save(file("dir2.npz", lambda p: p.mkdir(exist_ok=True))),
            IsADirectoryError,
            "dir2.npz",
        ),
        row("None", lambda m: m.save(None), TypeError, "os.PathLike", "NoneType"),
    ],
    used(network_, 12, 2),
    there_and_back(12, 2),
)
group(
    "init.initialiser",
    [
        row("misspelt", lambda: init.initialiser("glorott"), ValueError, "'glorott'", "'glorot'"),
        row("None", lambda: init.initialiser(None), ValueError, "None", "glorot, he"),
        row("a number", lambda: init.initialiser(0.1), ValueError, "0.1", "glorot, he"),
    ],
)
for f in init.INITIALISERS.values():
    group(
        f"init.{f.__name__}",
        each("n_in", [0, -1, "3"], lambda v, f=f: f(v, 2, np.random.default_rng(0)), "n_in"),
    )

# ------------------------------------------------------------------------------- losses


def loss_and_back(z, y):
    def use(loss):
        return [loss(z, y), loss.backward()]

    return use


Z1, Z3 = np.array([[0.5], [-1.0], [2.0]]), np.arange(9.0).reshape(3, 3)
for kind in nn.LOSSES.values():
    name, classes = kind.__name__, kind is nn.SoftmaxCrossEntropy
    z, good = (Z3, np.array([0, 1, 2])) if classes else (Z1, np.array([0, 1, 1]))
    wanted = "labels" if classes else "(3, 1) or (3,)"
    group(
        name,
        [
            *each(
                "reduction", ["avg", None, 3], lambda o, v, k=kind: k(v), name, "mean, sum, none"
            ),
            row("too few", lambda o, z=z: o(z, [0, 1]), ValueError, name, "(3,)", "(2,)"),
            row("too many", lambda o, z=z: o(z, [0] * 4), ValueError, name, "(3,)", "(4,)"),
            row("one number", lambda o, z=z: o(z, 1), ValueError, name, "(3,)", "()"),
            row("a row", lambda o, z=z: o(z, [[0, 1, 1, 1]]), ValueError, name, "(1, 4)"),
            row("y is None", lambda o, z=z: o(z, None), TypeError, "numbers", "None"),
            row("names", lambda o, z=z: o(z, ["a", "b", "c"]), TypeError, "numbers", "'a'"),
            row(
                "digits as text", lambda o, z=z: o(z, ["0", "1", "1"]), TypeError, "numbers", "'0'"
            ),
            row("complex", lambda o, z=z: o(z, [1j, 0, 0]), TypeError, "numbers", "complex"),
            row("ragged", lambda o, z=z: o(z, [[0], [1, 2], [3]]), ValueError, "unequal"),
            row("z is text", lambda o: o("abc", [0]), TypeError, "numbers", "'abc'"),
            row("z is None", lambda o: o(None, [0]), TypeError, "numbers", "None"),
            row(
                "before it was computed",
                lambda o, k=kind: k().backward(),
                RuntimeError,
                f"{name}.backward",
            ),
            row(
                "no samples",
                lambda o, z=z: o(z[:0], np.zeros(0)),
                ValueError,
                "at least one sample",
                "none",
            ),
        ],
        lambda kind=kind: kind(),
        loss_and_back(z, good),
    )
for kind in (nn.BinaryCrossEntropy, nn.Hinge):
    group(
        f"{kind.__name__}.labels",
        [
            row("-1 and 1", lambda o: o(Z1, [-1, 1, 1]), ValueError, "labels 0 and 1", "-1"),
            row("1 and 2", lambda o: o(Z1, [1, 2, 2]), ValueError, "labels 0 and 1", "2"),
            row("NaN", lambda o: o(Z1, [0, 1, NAN]), ValueError, "labels 0 and 1", "nan"),
            row("percent", lambda o: o(Z1, [0, 50, 100]), ValueError, "labels 0 and 1", "50"),
            row("two columns", lambda o: o(Z1, np.eye(3)[:, :2]), ValueError, "(3, 1)", "(3, 2)"),
        ],
        lambda kind=kind: kind(),
        loss_and_back(Z1, [0, 1, 1]),
    )
group(
    "Hinge.probabilities",
    [row("a half", lambda: nn.Hinge()(Z1, [0, 0.5, 1]), ValueError, "labels 0 and 1", "0.5")],
)
group(
    "SoftmaxCrossEntropy.labels",
    [
        row("1 to 3", lambda o: o(Z3, [1, 2, 3]), ValueError, "from 0 to 2", "3"),
        row("negative", lambda o: o(Z3, [0, -1, 2]), ValueError, "from 0 to 2", "-1"),
        row("not whole", lambda o: o(Z3, [0.5, 1, 2]), ValueError, "whole", "0.5"),
        row("NaN", lambda o: o(Z3, [0, NAN, 2]), ValueError, "whole", "nan"),
        row("a column", lambda o: o(Z3, [[0], [1], [2]]), ValueError, "(3,)", "(3, 1)"),
        row("one-hot of 4", lambda o: o(Z3, np.eye(4)[:3]), ValueError, "(3, 3)", "(3, 4)"),
        row("rows of sum 2", lambda o: o(Z3, np.eye(3) + np.eye(3)[::-1]), ValueError, "0 to 1"),
        row("sums below 1", lambda o: o(Z3, np.eye(3) / 2), ValueError, "add up to 1", "0.5"),
        row("z of rank 1", lambda o: o(Z3[0], [0, 1, 2]), ValueError, "(N, k)", "(3,)"),
    ],
    nn.SoftmaxCrossEntropy,
    loss_and_back(Z3, [0, 1, 2]),
)

# ------------------------------------------------------------------------------- optimisers


def descended(kind):
    """An optimiser with a memory: it has made two steps."""

    def made():
        p = nn.Parameter(np.array([1.0, -2.0]), "w")
        rule = kind([p])
        go_on(rule)
        return rule

    return made


def go_on(rule):
    path = []
    for k in range(3):
        for p in rule.parameters:
            p.grad[...] = [0.5 + k, -1.0]
        rule.step()
        path += [p.value.copy() for p in rule.parameters]
    return [*path, *(getattr(rule, name) for name in rule.state), rule.lr, rule.l1, rule.l2]


def weights():
    return [nn.Parameter(np.ones(2), "w")]


for kind in nn.OPTIMIZERS.values():
    name = kind.__name__
    group(
        name,
        [
            *each("lr", NO_RATE, lambda o, v, k=kind: k(weights(), lr=v), name, "lr", "at least 0"),
            *each("new lr", NO_RATE, lambda o, v: setattr(o, "lr", v), name, "lr", "at least 0"),
            *each("l1", [-1, "0", NAN], lambda o, v, k=kind: k(weights(), l1=v), name, "l1"),
            *each("new l2", [-1, None, INF], lambda o, v: setattr(o, "l2", v), name, "l2"),
            row("the model", lambda o, k=kind: k(network_()), TypeError, "parameters()", "Dense"),
            row("a layer", lambda o, k=kind: k(nn.Dense(1, 1)), TypeError, "parameters()", "Dense"),
            row(
                "the method", lambda o, k=kind: k(network_().parameters), TypeError, "parameters()"
            ),
            row("arrays", lambda o, k=kind: k([np.ones(2)]), TypeError, "parameters()", "(2,)"),
            row("None", lambda o, k=kind: k(None), TypeError, "parameters()", "None"),
            row("nothing", lambda o, k=kind: k([]), ValueError, "at least one", "none"),
            row("no weights", lambda o, k=kind: k(nn.ReLU().parameters()), ValueError, "none"),
            row(
                "two dtypes",
                lambda o, k=kind: k([*weights(), nn.Parameter(np.ones(1, "float32"))]),
                ValueError,
                "one dtype",
                "float32",
                "float64",
            ),
        ],
        descended(kind),
        go_on,
    )
for kind in (nn.Momentum, nn.Nesterov):
    group(
        f"{kind.__name__}.beta",
        [
            *each(
                "beta", [1, 1.5, -0.1, "0.9", None], lambda o, v, k=kind: k(weights(), beta=v), "1"
            ),
            *each("new beta", [1, -1, NAN], lambda o, v: setattr(o, "beta", v), "beta", "below 1"),
        ],
        descended(kind),
        go_on,
    )
group(
    "RMSProp.alpha",
    [
        *each("alpha", [1, -0.1, "0.9"], lambda o, v: nn.RMSProp(weights(), alpha=v), "below 1"),
        *each("eps", [-1, NAN, None], lambda o, v: nn.RMSProp(weights(), eps=v), "eps"),
    ],
    descended(nn.RMSProp),
    go_on,
)
group(
    "Adam.betas",
    [
        *each(
            "betas",
            [0.9, (0.9,), (0.9, 0.99, 0.999), None, "ab", (0.9, None)],
            lambda o, v: nn.Adam(weights(), betas=v),
            "Adam",
            "betas",
            "two numbers",
        ),
        *each(
            "a beta of", [1, -0.1, NAN], lambda o, v: nn.Adam(weights(), betas=(0.9, v)), "below 1"
        ),
        *each("new betas", [(1, 0.9), 0.9], lambda o, v: setattr(o, "betas", v), "betas"),
        *each("eps", [-1e-8, "1e-8"], lambda o, v: nn.Adam(weights(), eps=v), "eps"),
    ],
    descended(nn.Adam),
    go_on,
)
group(
    "clip_gradients",
    [
        *each(
            "most", [0, -1, NAN, "1", None], lambda v: nn.clip_gradients(weights(), v), "above 0"
        ),
        row(
            "no parameters", lambda: nn.clip_gradients([], 1.0), ValueError, "at least one", "none"
        ),
        row("the model", lambda: nn.clip_gradients(network_(), 1.0), TypeError, "parameters()"),
        row("None", lambda: nn.clip_gradients(None, 1.0), TypeError, "parameters()", "None"),
    ],
)
for name, schedule in {
    "constant": schedules.constant,
    "step_decay": schedules.step_decay,
    "inverse": schedules.inverse,
    "cosine": schedules.cosine,
}.items():
    group(
        f"schedules.{name}",
        [
            *each("lr", NO_RATE, lambda v, s=schedule: s(v, 10), name, "lr", "at least 0"),
            *each("steps", [0, -1, 2.5, "9", None, NAN], lambda v, s=schedule: s(0.1, v), "steps"),
        ],
    )
group(
    "schedules options",
    [
        *each("factor", [-1, NAN, "0.1", None], lambda v: schedules.step_decay(1, 9, v), "factor"),
        *each("tenth", [0, -1, NAN, "0.1"], lambda v: schedules.inverse(1, 9, v), "tenth"),
        *each("warmup", [1, -0.1, NAN, "0.1", None], lambda v: schedules.cosine(1, 9, v), "warmup"),
    ],
)


# ------------------------------------------------------------------------------- training


def under_way():
    """A training with history, momentum, dropout: everything that a bad call could spoil."""
    model = network_()
    adam = nn.Adam(model.parameters(), lr=0.05)
    run = nn.Run(model, nn.SoftmaxCrossEntropy(), adam, X, Y, batch_size=5, rng=3)
    run.step(4)
    run.measure()
    return run


def train_on(run):
    run.step(5)
    found = run.measure()
    adam = run.optimizer
    return [
        *(p.value for p in run.model.parameters()),
        adam.m,
        adam.s,
        adam.t,
        run.batch_size,
        run.epoch,
        len(run.history),
        vars(run.history[0])["loss"],
        found.loss,
        found.accuracy,
        found.grad_norms,
    ]


def holding(value, at=(3, 1)):
    bad = X.copy()
    bad[at] = value
    return bad


def same_shape(*labels):
    return np.resize(np.array(labels), 12)


BAD_DATA = [
    ("NaN in X", holding(NAN), Y, ValueError, "X of finite numbers", "nan at [3, 1]"),
    ("infinity in X", holding(-INF), Y, ValueError, "X of finite numbers", "-inf at [3, 1]"),
    ("X too wide", np.ones((12, 3)), Y, ValueError, "(N, 2)", "(12, 3)"),
    ("X of rank 1", np.ones(12), Y, ValueError, "(N, 2)", "(12,)"),
    ("X transposed", X.T, Y, ValueError, "12 targets", "2 samples"),
    ("a target too few", X, Y[:-1], ValueError, "as many targets", "11 targets for 12 samples"),
    ("X is None", None, Y, TypeError, "numbers", "None"),
    ("y is None", X, None, TypeError, "numbers", "None"),
    ("X is text", [["a", "b"]] * 12, Y, TypeError, "numbers", "'a'"),
    ("ragged X", [[1.0, 2.0], [3.0]] * 6, Y, ValueError, "unequal"),
    ("complex X", X * 1j, Y, TypeError, "numbers", "complex"),
    ("X is a number", 3.0, Y, ValueError, "X with a row for each sample", "()"),
    ("X is a Dataset", data.moons(12), Y, TypeError, "Dataset", ".X"),
    ("labels 1 to 3", X, Y + 1, ValueError, "whole numbers from 0 to 2", "got 3"),
    ("negative labels", X, Y - 1, ValueError, "whole numbers from 0 to 2", "got -1"),
    ("labels that are no classes", X, Y / 2, ValueError, "whole numbers", "got 0.5"),
    ("names as labels", X, same_shape("cat", "dog"), TypeError, "numbers", "'cat'"),
    ("digits as text", X, Y.astype(str), TypeError, "numbers", "'0'"),
    ("None among labels", X, [*Y[:-1], None], TypeError, "numbers", "object"),
    ("NaN among labels", X, [*Y[:-1], NAN], ValueError, "y of finite numbers", "nan at [11]"),
    ("labels as a column", X, Y[:, None], ValueError, "(12,)", "(12, 1)"),
    ("one-hot of 4 classes", X, np.eye(4)[Y], ValueError, "(12, 3)", "(12, 4)"),
]
NO_BATCH = [0, -1, 2.5, "8", None, NAN, [8]]


def settings(**changed):
    """The keywords of fit and train."""
    return dict(loss=nn.SoftmaxCrossEntropy(), optimizer="sgd", **changed)


def fit_with(fit, x, y, **changed):
    """fit(...) on a model that is checked afterwards."""

    def call(model):
        given = {
            "loss": nn.SoftmaxCrossEntropy(),
            "optimizer": nn.SGD(model.parameters(), lr=0.1),
            "epochs": 2,
            **changed,
        }
        return fit(model, x, y, **given)

    return call


WRONG_THINGS = [  # what is given, the keyword, pieces of the message
    ("a class as loss", "loss", nn.MSE, TypeError, "loss", "MSE()"),
    ("a name as loss", "loss", "mse", TypeError, "loss", "'mse'"),
    ("no loss", "loss", None, TypeError, "loss", "None"),
    ("a class as optimiser", "optimizer", nn.SGD, TypeError, "optimizer", "SGD"),
    ("a name as optimiser", "optimizer", "adam", TypeError, "optimizer", "'adam'"),
    ("no optimiser", "optimizer", None, TypeError, "optimizer", "None"),
    (
        "a loss that is many numbers",
        "loss",
        nn.SoftmaxCrossEntropy("none"),
        ValueError,
        "one number",
        "'none'",
    ),
]

for name, fit in {"fit": nn.fit, "train": nn.train}.items():
    group(
        name,
        [
            *[
                row(what, fit_with(fit, x, y), error, *says)
                for what, x, y, error, *says in BAD_DATA
            ],
            row("no samples", fit_with(fit, X[:0], Y[:0]), ValueError, "at least one", "none"),
            row("empty lists", fit_with(fit, [], []), ValueError, "at least one", "none"),
            *[
                row(what, fit_with(fit, X, Y, **{key: v}), error, *says)
                for what, key, v, error, *says in WRONG_THINGS
            ],
            *each(
                "epochs", [-1, 1.5, "10", None], lambda m, v, f=fit: fit_with(f, X, Y, epochs=v)(m)
            ),
            *each("batch_size", NO_BATCH, lambda m, v, f=fit: fit_with(f, X, Y, batch_size=v)(m)),
            *each("rng", NO_SEED, lambda m, v, f=fit: fit_with(f, X, Y, rng=v)(m), "rng"),
            row(
                "a class as model",
                lambda m, f=fit: (
                    fit_with(f, X, Y)(m)
                    if m is None
                    else f(
                        nn.Sequential,
                        X,
                        Y,
                        loss=nn.SoftmaxCrossEntropy(),
                        optimizer=nn.SGD(m.parameters()),
                    )
                ),
                TypeError,
                "model",
                "Sequential",
            ),
            row(
                "an optimiser of another model",
                lambda m, f=fit: fit_with(f, X, Y, optimizer=nn.SGD(network_().parameters()))(m),
                ValueError,
                "optimizer",
                "model.parameters()",
            ),
            row(
                "a misspelt keyword",
                lambda m, f=fit: fit_with(f, X, Y, batchsize=3)(m),
                TypeError,
                "batchsize",
            ),
            row(
                "validation without targets",
                fit_with(fit, X, Y, validation=X),
                ValueError,
                "validation",
                "(X, y)",
            ),
            row(
                "validation with NaN",
                fit_with(fit, X, Y, validation=(holding(NAN), Y)),
                ValueError,
                "validation",
                "nan at [3, 1]",
            ),
            row(
                "validation too wide",
                fit_with(fit, X, Y, validation=(np.ones((4, 3)), Y[:4])),
                ValueError,
                "(N, 2)",
                "(4, 3)",
            ),
            row(
                "validation with other labels",
                fit_with(fit, X, Y, validation=(X, Y + 1)),
                ValueError,
                "from 0 to 2",
                "3",
            ),
        ],
        used(network_, 12, 2),
        there_and_back(12, 2),
    )
group(
    "Run",
    [
        *[
            row(what, (lambda r, x=x, y=y: r.set_data(x, y)), error, *says)
            for what, x, y, error, *says in BAD_DATA
        ],
        *each("batch_size", NO_BATCH, lambda r, v: setattr(r, "batch_size", v), "batch_size"),
        *each("steps", [-1, 0.5, "3", None], lambda r, v: r.step(v), "Run.step", "n"),
        *[
            row(
                what,
                (
                    lambda r, key=key, v=v: nn.Run(
                        r.model, *{"loss": r.loss, "optimizer": r.optimizer, key: v}.values(), X, Y
                    )
                ),
                error,
                *says,
            )
            for what, key, v, error, *says in WRONG_THINGS
        ],
        row(
            "a class as model",
            lambda r: nn.Run(nn.Dense, r.loss, r.optimizer, X, Y),
            TypeError,
            "model",
            "Dense",
        ),
    ],
    under_way,
    train_on,
)
group(
    "step",
    [
        row(
            "X too wide", lambda r: nn.step(*parts(r), np.ones((4, 3)), Y[:4]), ValueError, "(4, 3)"
        ),
        row(
            "a model class", lambda r: nn.step(nn.Dense, *parts(r)[1:], X, Y), TypeError, "forward"
        ),
    ],
    under_way,
    train_on,
)


def parts(run):
    return run.model, run.loss, run.optimizer


def no_dropout():
    model = nn.Sequential(nn.Dense(2, 4, rng=0), nn.Tanh(), nn.Dense(4, 3, rng=2))
    run = nn.Run(
        model, nn.SoftmaxCrossEntropy(), nn.Adam(model.parameters()), X, Y, batch_size=5, rng=3
    )
    run.step(4)
    run.measure()
    return run


group(
    "step.targets",
    [
        row("too few", lambda r: nn.step(*parts(r), X, Y[:3]), ValueError, "(12,)", "(3,)"),
        row(
            "labels 1 to 3", lambda r: nn.step(*parts(r), X, Y + 1), ValueError, "from 0 to 2", "3"
        ),
        row("names", lambda r: nn.step(*parts(r), X, ["a"] * 12), TypeError, "numbers", "'a'"),
    ],
    no_dropout,
    train_on,
)
CE = nn.SoftmaxCrossEntropy()
group(
    "accuracy",
    [
        row("y and z swapped", lambda: nn.accuracy(CE, [0, 1], np.eye(2)), ValueError, "(N, k)"),
        row("too few y", lambda: nn.accuracy(CE, np.eye(3), [0, 1]), ValueError, "3", "2"),
        row("names", lambda: nn.accuracy(CE, np.eye(2), ["a", "b"]), TypeError, "numbers", "'a'"),
        row("z is None", lambda: nn.accuracy(CE, None, [0]), TypeError, "numbers", "None"),
        row("no loss", lambda: nn.accuracy("mse", np.eye(2), [0, 1]), TypeError, "loss", "'mse'"),
        row("a loss class", lambda: nn.accuracy(nn.MSE, np.eye(2), [0, 1]), TypeError, "MSE()"),
        row(
            "regression",
            lambda: nn.accuracy(nn.MSE(), np.ones((3, 1)), [1.0, 2.0]),
            ValueError,
            "(3, 1)",
            "(2,)",
        ),
    ],
)
group(
    "confusion_matrix",
    [
        row(
            "scores",
            lambda: nn.confusion_matrix([0, 1], np.eye(2)),
            ValueError,
            "classes and not scores",
            "(2, 2)",
        ),
        row("lengths", lambda: nn.confusion_matrix([0, 1], [0]), ValueError, "one shape", "(1,)"),
        row("a class too many", lambda: nn.confusion_matrix([0, 3], [0, 1], 3), ValueError, "to 2"),
        row("negative", lambda: nn.confusion_matrix([0, -1], [0, 1]), ValueError, "-1"),
        row("halves", lambda: nn.confusion_matrix([0, 0.5], [0, 1]), ValueError, "whole", "0.5"),
        row("NaN", lambda: nn.confusion_matrix([0, NAN], [0, 1]), ValueError, "whole", "nan"),
        row("names", lambda: nn.confusion_matrix(["a"], ["b"]), TypeError, "numbers", "'a'"),
        row("None", lambda: nn.confusion_matrix(None, [0]), TypeError, "numbers", "None"),
        *each("k", [-1, 2.5, "3"], lambda v: nn.confusion_matrix([0, 1], [0, 1], v), "k"),
    ],
)
group(
    "train.diagnose",
    [
        row("a record", lambda: diagnose(under_way().history[0]), TypeError, "Run", "Record"),
        row("None", lambda: diagnose(None), TypeError, "Run", "None"),
    ],
)


def dense_24():
    return nn.Dense(2, 4, rng=0)


group(
    "gradcheck",
    [
        row("zeros", lambda d: nn.gradcheck(d, np.zeros((3, 2))), ValueError, "not all zeros"),
        row("NaN", lambda d: nn.gradcheck(d, holding(NAN)), ValueError, "finite", "NaN"),
        row("float32", lambda d: nn.gradcheck(d, X.astype("float32")), TypeError, "float64", "32"),
        row("too wide", lambda d: nn.gradcheck(d, np.ones((3, 3))), ValueError, "(N, 2)", "(3, 3)"),
        row("text", lambda d: nn.gradcheck(d, "abc"), TypeError, "numbers", "'abc'"),
        row("None", lambda d: nn.gradcheck(d, None), TypeError, "numbers", "None"),
        row(
            "loss without y", lambda d: nn.gradcheck(d, X, loss=nn.MSE()), ValueError, "y and loss"
        ),
        row("a loss class", lambda d: nn.gradcheck(d, X, X, nn.MSE), TypeError, "MSE()"),
        row("a layer class", lambda d: nn.gradcheck(nn.Dense, X), TypeError, "layer", "Dense"),
        row("y of another shape", lambda d: nn.gradcheck(d, X, Y, nn.MSE()), ValueError, "(12,)"),
        *each("eps", [0, -1e-6, "1e-6", None, NAN], lambda d, v: nn.gradcheck(d, X, eps=v), "eps"),
        *each(
            "tolerance", [-1, NAN, "1"], lambda d, v: nn.gradcheck(d, X, tolerance=v), "tolerance"
        ),
    ],
    used(dense_24, 12, 2),
    there_and_back(12, 2),
)
group(
    "gradcheck.both_gradients",
    [row("zeros", lambda: both_gradients(dense_24(), X * 0), ValueError, "zeros")],
)


def exported(**more):
    return lambda m: nn.export_code(m, **more)


group(
    "export_code",
    [
        *each("style", ["pytorch", None, 3], lambda m, v: nn.export_code(m, v), "style", "torch"),
        row("a layer", lambda m: nn.export_code(nn.Dense(2, 1)), TypeError, "Sequential", "Dense"),
        row("a class", lambda m: nn.export_code(nn.Sequential), TypeError, "Sequential", "type"),
        row("None", lambda m: nn.export_code(None), TypeError, "Sequential", "NoneType"),
        row(
            "a loss of many",
            exported(loss=nn.MSE("none"), optimizer=nn.SGD(weights())),
            ValueError,
            "one number",
            "none",
        ),
        row("loss a class", exported(loss=nn.MSE), TypeError, "loss", "nnlib.losses.MSE", "add ()"),
        *each("loss", ["MSE", 1], lambda m, v: exported(loss=v)(m), "MSE()", error=TypeError),
        row("optimiser a class", exported(optimizer=nn.SGD), TypeError, "optimizer", "optim.SGD"),
        *each("optimizer", ["sgd"], lambda m, v: exported(optimizer=v)(m), "SGD", error=TypeError),
        row("data without a name", exported(data={"n": 3}), ValueError, "name", "{'n': 3}"),
        row("misspelt data", exported(data={"name": "xor", "m": 3}), ValueError, "'m': 3"),
    ],
    used(network_, 12, 2),
    there_and_back(12, 2),
)

# ------------------------------------------------------------------------------- single numbers


def graph_():
    x, w, b = graph.Value(2, "x"), graph.Value(3, "w"), graph.Value(1, "b")
    out = (x * w + b).tanh() + x**2
    return graph.Graph(out)


def through(g):
    g.forward(x=1.5)
    g.backward()
    return [(n.value, n.grad) for n in g.nodes]


group(
    "Value",
    [
        *each(
            "value",
            ["2", None, [1.0], 1j],
            lambda v: nn.Value(v),
            "Value",
            "number",
            error=TypeError,
        ),
        row("plus text", lambda: nn.Value(2) + "1", TypeError, "number", "'1'"),
        row("times None", lambda: nn.Value(2) * None, TypeError, "number", "None"),
        row("times an array", lambda: nn.Value(2) * np.ones(2), TypeError, "number", "(2,)"),
        row("text first", lambda: "1" - nn.Value(2), TypeError, "number", "'1'"),
        row(
            "division by zero", lambda: nn.Value(2) / 0, ZeroDivisionError, "other than 0", "2 / 0"
        ),
        row("log of zero", lambda: nn.Value(0).log(), ValueError, "above 0", "0"),
        row("log below zero", lambda: nn.Value(-1).log(), ValueError, "above 0", "-1"),
        row("a root below zero", lambda: nn.Value(-1) ** 0.5, ValueError, "at least 0", "-1"),
        row("the slope of a root", lambda: nn.Value(0) ** 0.5, ZeroDivisionError, "** 0.5", "0"),
        row("an exponent", lambda: nn.Value(2) ** nn.Value(3), TypeError, "number", "Value(3)"),
        row("text as exponent", lambda: nn.Value(2) ** "2", TypeError, "number", "'2'"),
    ],
)
group(
    "Graph",
    [
        row("a number", lambda g: graph.Graph(3.0), TypeError, "Value", "3.0"),
        row(
            "two of one name",
            lambda g: graph.Graph(graph.Value(1, "a") + graph.Value(2, "a")),
            ValueError,
            "different names",
            "'a'",
        ),
        row("no such node", lambda g: g["y"], KeyError, "'y'", "there are"),
        row("a near name", lambda g: g["ww"], KeyError, "'ww'", "did you mean 'w'"),
        row("a leaf misspelt", lambda g: g.forward(y=2), KeyError, "'y'", "there are"),
        row("no leaf", lambda g: g.forward(v1=2), ValueError, "only leaves", "'v1'"),
        row("text for a leaf", lambda g: g.forward(x="2"), TypeError, "number", "'2'"),
        row("None for a leaf", lambda g: g.forward(x=None), TypeError, "number", "None"),
        row("one good, one bad", lambda g: g.forward(x=9, y=2), KeyError, "'y'"),
        row(
            "a node of another graph",
            lambda g: g.name(graph.Value(1)),
            KeyError,
            "node of this graph",
            "Value(1)",
        ),
    ],
    graph_,
    through,
)
group(
    "graph.absolute_error",
    [row("text", lambda: graph.absolute_error("1", 2), TypeError, "number", "'1'")],
)
group(
    "graph.topological",
    [row("a number", lambda: graph.topological(3.0), TypeError, "Value", "3.0")],
)

# ------------------------------------------------------------------------------- perceptron

OR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def learned():
    return nn.Perceptron(2).fit(OR, [0, 1, 1, 1])


def learn_on(p):
    p.fit(OR, [0, 0, 0, 1])
    return [p.w, p.b, p.mistakes, p.predict(OR)]


group(
    "McCullochPitts",
    [
        row("a matrix", lambda: nn.McCullochPitts(np.eye(2), 1), ValueError, "(n,)", "(2, 2)"),
        row("no weights", lambda: nn.McCullochPitts([], 1), ValueError, "1 to 16", "(0,)"),
        row("17 weights", lambda: nn.McCullochPitts(np.ones(17), 1), ValueError, "16", "(17,)"),
        row("text", lambda: nn.McCullochPitts(["a"], 1), TypeError, "numbers", "'a'"),
        row("NaN", lambda: nn.McCullochPitts([1, NAN], 1), ValueError, "finite", "nan at [1]"),
        *each("threshold", ["2", None, NAN, [2]], lambda v: nn.McCullochPitts([1], v), "threshold"),
        *each("n", [0, 2.5, "3"], nn.McCullochPitts.and_, "n", "whole"),
        *each("n ", [0, 17], nn.McCullochPitts.or_, "n", "whole"),
        *each(" n", [0, None], nn.McCullochPitts.majority, "n", "whole"),
        row("x of 3", lambda: nn.McCullochPitts([1, 1], 1)([1, 0, 1]), ValueError, "(2,)", "(3,)"),
        row("x of halves", lambda: nn.McCullochPitts([1], 1)([0.5]), ValueError, "0 or 1", "0.5"),
        row("x of text", lambda: nn.McCullochPitts([1], 1)(["1"]), TypeError, "numbers", "'1'"),
    ],
)
group(
    "Perceptron",
    [
        *each("n_in", NO_COUNT, lambda p, v: nn.Perceptron(v), "Perceptron", "n_in"),
        *each("lr", [0, -1, NAN, "1", None], lambda p, v: nn.Perceptron(2, lr=v), "lr", "above 0"),
        row(
            "labels -1, 1", lambda p: p.fit(OR, [-1, 1, 1, 1]), ValueError, "0 or 1", "(y + 1) // 2"
        ),
        row("names", lambda p: p.fit(OR, ["a", "b", "b", "b"]), TypeError, "numbers", "'a'"),
        row("NaN labels", lambda p: p.fit(OR, [0, 1, 1, NAN]), ValueError, "0 or 1", "nan"),
        row("too few labels", lambda p: p.fit(OR, [0, 1]), ValueError, "(4,)", "(2,)"),
        row("too wide", lambda p: p.fit(np.ones((4, 3)), [0] * 4), ValueError, "(N, 2)", "(4, 3)"),
        row("NaN in X", lambda p: p.fit(OR * NAN, [0, 1, 1, 1]), ValueError, "finite", "nan"),
        *each("epochs", [-1, 1.5, "3", None], lambda p, v: p.fit(OR, [0, 1, 1, 1], epochs=v)),
        row("predict one", lambda p: p.predict([0, 1]), ValueError, "(N, 2)", "(2,)"),
        row("step of a row", lambda p: p.step([[0, 1]], 1), ValueError, "(2,)", "(1, 2)"),
        row("step with 2", lambda p: p.step([0, 1], 2), ValueError, "0 or 1", "2"),
        row("step with text", lambda p: p.step(["a", "b"], 1), TypeError, "numbers", "'a'"),
        row("step with NaN", lambda p: p.step([0, NAN], 1), ValueError, "finite", "nan"),
        row("step with None", lambda p: p.step([0, 1], None), TypeError, "numbers", "None"),
        row("label text", lambda p: p.step([0, 1], "1"), TypeError, "numbers", "'1'"),
        *each("rng", ["a"], lambda p, v: p.fit(OR, [0, 1, 1, 1], rng=v), "rng"),
    ],
    learned,
    learn_on,
)
group(
    "separable.signed_distance",
    [
        row("w = 0", lambda: separable.signed_distance(OR, [0, 0]), ValueError, "other than 0"),
        row("shapes", lambda: separable.signed_distance(OR, [1]), ValueError, "(4, 2)", "(1,)"),
        row("text", lambda: separable.signed_distance(OR, "ab"), TypeError, "numbers", "'ab'"),
    ],
)
for f in (separable.mistake_bound, separable.widest_margin):
    group(
        f"separable.{f.__name__}",
        [
            row("no samples", lambda f=f: f(OR[:0], []), ValueError, "N at least 1", "(0, 2)"),
            row("too few labels", lambda f=f: f(OR, [0, 1]), ValueError, "(N, n)", "(2,)"),
            row("labels", lambda f=f: f(OR, [1, 2, 2, 2]), ValueError, "0 or 1", "2"),
            row("NaN", lambda f=f: f(OR * NAN, [0, 1, 1, 1]), ValueError, "finite", "nan"),
            row("text", lambda f=f: f([["a"]], [0]), TypeError, "numbers", "'a'"),
        ],
    )
group(
    "separable.mistake_bound lines",
    [
        row("XOR", lambda: separable.mistake_bound(OR, [0, 1, 1, 0]), ValueError, "none does"),
        row(
            "a wrong line",
            lambda: separable.mistake_bound(OR, [0, 1, 1, 1], [1, 1]),
            ValueError,
            "separates",
            "1 of 4",
        ),
    ],
)
group(
    "separable.parted",
    [
        *each("n", [0, 2.5, "9"], separable.parted, "parted", "n"),
        *each("margin", [-1, NAN, "0"], lambda v: separable.parted(9, v), "margin"),
        *each("flipped", NO_SHARE, lambda v: separable.parted(9, 0.1, v), "flipped", "0 to 1"),
        *each("rng", NO_SEED, lambda v: separable.parted(9, rng=v), "rng"),
    ],
)

# ------------------------------------------------------------------------------- data

for name, f in data.PLANE.items():
    group(
        f"data.{name}",
        [
            *each("n", NO_COUNT, f, name, "n", "whole number"),
            *each("noise", NO_RATE, lambda v, f=f: f(9, v), "noise", "at least 0"),
            *each("rng", NO_SEED, lambda v, f=f: f(9, rng=v), "rng", "Generator"),
        ],
    )
group("data.k_classes", each("k", [1, 11, 2.5, "3"], lambda v: data.k_classes(30, k=v), "2 to 10"))
group(
    "data.plane",
    each("name", ["moon", "zzz", None, 3], data.plane, "data set", "moons"),
)
group(
    "data.plane_height",
    [row("rows", lambda: data.plane_height([1, 2]), ValueError, "(N, 2)", "(2,)")],
)
group(
    "data.bumps_height",
    [row("wide", lambda: data.bumps_height(np.ones((4, 3))), ValueError, "(N, 2)", "(4, 3)")],
)
group(
    "data.will_i_pass",
    [
        *each("n", [0, "80", None], data.will_i_pass, "n", "whole"),
        *each("rng", NO_SEED, lambda v: data.will_i_pass(9, v), "rng"),
    ],
)
group("data.three_or_eight", each("n", [1, 358, 2.5, "9", None], data.three_or_eight, "2 to 357"))
for name in ("first_symbol", "parity"):
    f = getattr(data, name)
    group(
        f"data.{name}",
        [
            *each("n", [0, 2.5, "9"], f, name, "n"),
            *each("steps", [0, 1.5, None], lambda v, f=f: f(9, v), name, "steps"),
            *each("rng", NO_SEED, lambda v, f=f: f(9, rng=v), "rng"),
        ],
    )
group("data.photo", each("name", ["chinaa", "zzz", None], data.photo, "photo", "china"))
group(
    "data.measured",
    [
        row(
            "misspelt", lambda: data.measured("optimiserz"), ValueError, "optimiserz", "optimisers"
        ),
        row("None", lambda: data.measured(None), ValueError, "None", "optimisers"),
        row("a path", lambda: data.measured("../x"), ValueError, "../x", "optimisers"),
    ],
)
group(
    "data.Dataset",
    [
        row("kind", lambda: data.Dataset(X, Y, "class"), ValueError, "kind", "'class'"),
        row("lists", lambda: data.Dataset([[1.0]], [0], "binary"), TypeError, "array", "[[1.0]]"),
        row("rank", lambda: data.Dataset(X[0], Y[:2], "binary"), ValueError, "(N, n)", "(2,)"),
        row("lengths", lambda: data.Dataset(X, Y[:3], "classes"), ValueError, "(N,)", "(3,)"),
        row("names", lambda: data.Dataset(X, Y, "classes", ("x",)), ValueError, "2 columns", "'x'"),
        row("labels", lambda: data.Dataset(X, Y - 1, "classes"), ValueError, "0 to", "-1"),
        row("binary", lambda: data.Dataset(X, Y, "binary"), ValueError, "0 and 1", "2"),
        row("NaN", lambda: data.Dataset(holding(NAN), Y, "classes"), ValueError, "finite", "nan"),
    ],
)
group(
    "data.Dataset.split",
    [
        *each("share", [0, 1.5, -1, NAN, "0.5", None], lambda d, v: d.split(v), "train_share"),
        *each("rng", NO_SEED, lambda d, v: d.split(0.5, v), "rng"),
    ],
    lambda: data.moons(10),
    lambda d: [part.X for part in d.split(0.8)],
)

# ------------------------------------------------------------------------------- surfaces

group(
    "surfaces.ravine",
    [
        *each(
            "condition", [0.5, -1, NAN, INF, "20", None], surfaces.ravine, "condition", "at least 1"
        ),
        *each("angle", ["90", None, NAN], lambda v: surfaces.ravine(20, v), "angle"),
    ],
)
BOWL = surfaces.ravine(1)


def sgd(parameters):
    return nn.SGD(parameters, lr=0.1)


group(
    "surfaces.descend",
    [
        row("start", lambda: surfaces.descend(BOWL, (1, 2, 3), 3, sgd), ValueError, "(2,)", "(3,)"),
        row(
            "start text", lambda: surfaces.descend(BOWL, "ab", 3, sgd), TypeError, "numbers", "'ab'"
        ),
        row(
            "start NaN",
            lambda: surfaces.descend(BOWL, (1, NAN), 3, sgd),
            ValueError,
            "finite",
            "nan",
        ),
        *each(
            "steps", [-1, 2.5, "3", None], lambda v: surfaces.descend(BOWL, (1, 0), v, sgd), "steps"
        ),
        row(
            "a name",
            lambda: surfaces.descend("bowl", (1, 0), 3, sgd),
            TypeError,
            "Surface",
            "'bowl'",
        ),
        row(
            "an optimiser",
            lambda: surfaces.descend(BOWL, (1, 0), 3, nn.SGD(weights())),
            TypeError,
            "lambda p",
            "SGD",
        ),
        row(
            "a rate",
            lambda: surfaces.descend(BOWL, (1, 0), 3, sgd, 0.1),
            TypeError,
            "schedule",
            "0.1",
        ),
    ],
)
group(
    "surfaces.Surface.curvatures",
    [
        row("w", lambda: BOWL.curvatures([1, 2, 3]), ValueError, "(2,)", "(3,)"),
    ],
)
group(
    "descent.Curve",
    [
        *each("name", ["one vally", None, 3], descent.Curve, "one valley"),
        *each(
            "curvature", [0, -1, NAN, "1", None], lambda v: descent.Curve(curvature=v), "curvature"
        ),
    ],
)
group(
    "descent.Curve.descend",
    [
        *each("steps", [-1, 2.5, "3"], lambda c, v: c.descend(1.0, 0.1, v), "steps"),
        row("start", lambda c: c.descend("1", 0.1, 3), TypeError, "numbers", "'1'"),
        row("shapes", lambda c: c.descend(np.ones(3), np.ones(2), 3), ValueError, "(3,)", "(2,)"),
    ],
    descent.Curve,
    lambda c: [c.descend(1.0, 0.1, 3), c.value(2.0)],
)
group(
    "descent.squared_error",
    [
        row(
            "lengths", lambda: descent.squared_error([0, 1], [1]), ValueError, "one length", "(1,)"
        ),
        row(
            "one place",
            lambda: descent.squared_error([1, 1], [1, 2]),
            ValueError,
            "two different x",
            "[1",
        ),
        row("text", lambda: descent.squared_error(["a"], [1]), TypeError, "numbers", "'a'"),
        row("NaN", lambda: descent.squared_error([0, NAN], [1, 2]), ValueError, "finite", "nan"),
    ],
)
group(
    "descent.neuron_loss",
    [
        row("separable", lambda: descent.neuron_loss([0.0, 1], [0, 1]), ValueError, "no threshold"),
        row(
            "lengths", lambda: descent.neuron_loss([0.0, 1], [1]), ValueError, "one length", "(1,)"
        ),
        row(
            "labels",
            lambda: descent.neuron_loss([0.0, 1, 2], [1, 2, 1]),
            ValueError,
            "0 and 1",
            "2",
        ),
        row("text", lambda: descent.neuron_loss(["a"], [1]), TypeError, "numbers", "'a'"),
    ],
)


def batches(x=(1.0, 2.0), y=(1, 0), start=(0, 0), lr=0.5, batch_size=2, epochs=1):
    return descent.descend_in_batches(x, y, start, lr, batch_size, epochs)


group(
    "descent.descend_in_batches",
    [
        row("lengths", lambda: batches(y=(1,)), ValueError, "one length", "(1,)"),
        row("text", lambda: batches(x=("a", "b")), TypeError, "numbers", "'a'"),
        row("start", lambda: batches(start=(0, 0, 0)), ValueError, "(2,)", "(3,)"),
        *each("lr", NO_RATE, lambda v: batches(lr=v), "lr"),
        *each("batch_size", NO_BATCH, lambda v: batches(batch_size=v), "batch_size"),
        *each("epochs", [-1, 1.5, "3"], lambda v: batches(epochs=v), "epochs"),
    ],
)

# ------------------------------------------------------------------------------- regions


def bent():
    return nn.Sequential(nn.Dense(2, 3, rng=0), nn.ReLU(), nn.Dense(3, 1, rng=1))


group(
    "regions.on_segment",
    [
        row("lengths", lambda: regions.on_segment(bent(), [0], [1, 1]), ValueError, "(2,)", "(1,)"),
        row(
            "one point", lambda: regions.on_segment(bent(), [1, 1], [1, 1]), ValueError, "different"
        ),
        row(
            "NaN", lambda: regions.on_segment(bent(), [0, NAN], [1, 1]), ValueError, "finite", "nan"
        ),
        row("text", lambda: regions.on_segment(bent(), "ab", [1, 1]), TypeError, "numbers", "'ab'"),
        row(
            "tanh",
            lambda: regions.on_segment(network_(), [0, 0], [1, 1]),
            TypeError,
            "ReLU",
            "Tanh()",
        ),
        row(
            "a class",
            lambda: regions.on_segment(nn.Dense, [0, 0], [1, 1]),
            TypeError,
            "Sequential",
            "Dense",
        ),
    ],
)
group(
    "regions.on_plane",
    [
        row(
            "window",
            lambda: regions.on_plane(bent(), (1, -1)),
            ValueError,
            "(low, high)",
            "(1, -1)",
        ),
        row(
            "three",
            lambda: regions.on_plane(bent(), (1, 2, 3)),
            ValueError,
            "(low, high)",
            "(1, 2, 3)",
        ),
        row("text", lambda: regions.on_plane(bent(), "ab"), ValueError, "(low, high)", "ab"),
        row(
            "infinite", lambda: regions.on_plane(bent(), (0, INF)), ValueError, "(low, high)", "inf"
        ),
        row(
            "axes",
            lambda: regions.on_plane(bent(), origin=[0, 0], axes=np.eye(3)),
            ValueError,
            "(3, 3)",
        ),
        row(
            "one line",
            lambda: regions.on_plane(bent(), origin=[0, 0], axes=np.ones((2, 2))),
            ValueError,
            "one line",
        ),
        row(
            "three inputs",
            lambda: regions.on_plane(nn.Sequential(nn.Dense(3, 1))),
            ValueError,
            "3 inputs",
        ),
        row("tanh", lambda: regions.on_plane(network_()), TypeError, "ReLU", "Tanh()"),
        row("None", lambda: regions.on_plane(None), TypeError, "Sequential", "None"),
    ],
)
group(
    "regions.one_layer",
    [
        *each("n", [-1, 2.5, "3", None], lambda v: regions.one_layer(v, 2), "one_layer", "n"),
        *each("d", [-1, 2.5, "3"], lambda v: regions.one_layer(3, v), "one_layer", "d"),
    ],
)
for f in (regions.lower_bound, regions.upper_bound):
    group(
        f"regions.{f.__name__}",
        [
            *each("widths", [[], [0], [2.5], 3, "ab", None], lambda v, f=f: f(v, 2), "widths"),
            *each("d", [0, 1.5, "2"], lambda v, f=f: f([4], v), "d"),
        ],
    )
group(
    "regions.lower_bound narrow",
    [row("narrow", lambda: regions.lower_bound([1], 2), ValueError, "at least 2", "[1]")],
)
group(
    "regions.folding",
    [
        *each("depth", [0, 2.5, "3"], regions.folding, "folding", "depth"),
        *each("n_in", [0, None], lambda v: regions.folding(1, v), "folding", "n_in"),
        *each("folds", [1, "2"], lambda v: regions.folding(1, 1, v), "folding", "folds"),
        row("last", lambda: regions.folding(1, 1, 2, nn.ReLU()), TypeError, "Dense", "ReLU()"),
        row(
            "last too wide",
            lambda: regions.folding(1, 1, 2, nn.Dense(3, 1)),
            ValueError,
            "1",
            "Dense(3, 1)",
        ),
    ],
)

# ------------------------------------------------------------------------------- theory

group(
    "theory.best_line",
    [
        row(
            "wide",
            lambda: theory.best_line(np.ones((4, 3)), [0] * 4),
            ValueError,
            "(N, 2)",
            "(4, 3)",
        ),
        row("labels", lambda: theory.best_line(OR, [1, 2, 2, 2]), ValueError, "0 and 1", "2"),
        row("names", lambda: theory.best_line(OR, ["a"] * 4), TypeError, "numbers", "'a'"),
        row("empty", lambda: theory.best_line(OR[:0], []), ValueError, "N ≥ 1", "(0, 2)"),
        row("NaN", lambda: theory.best_line(OR * NAN, [0, 1, 1, 1]), ValueError, "finite", "nan"),
    ],
)
group(
    "theory.bumps",
    [
        *each("n", [0, 2.5, "3", None], lambda v: theory.bumps(np.square, v), "bumps", "hidden"),
        *each("g", ["gelu", None], lambda v: theory.bumps(np.square, 2, v), "sigmoid, tanh"),
        *each(
            "steepness",
            [0, -1, NAN, "8"],
            lambda v: theory.bumps(np.square, 2, "sigmoid", v),
            "steepness",
        ),
        row("no function", lambda: theory.bumps("sine", 2), TypeError, "function", "'sine'"),
        row(
            "a function of one number",
            lambda: theory.bumps(lambda x: x[:2], 5),
            ValueError,
            "(6,)",
            "(2,)",
        ),
        row(
            "a function with NaN",
            lambda: theory.bumps(lambda x: x * NAN, 5),
            ValueError,
            "finite",
            "nan",
        ),
    ],
)
group(
    "theory.stairs",
    [
        row("lengths", lambda: theory.stairs([0.2], [1]), ValueError, "n + 1 levels", "(1,)"),
        row("text", lambda: theory.stairs(["a"], [0, 1]), TypeError, "numbers", "'a'"),
        *each("g", ["relu", "stepp"], lambda v: theory.stairs([0.2], [0, 1], v), "sigmoid"),
        *each(
            "steepness", [0, "8"], lambda v: theory.stairs([0.2], [0, 1], steepness=v), "steepness"
        ),
    ],
)
group(
    "theory.hinges",
    [
        row("lengths", lambda: theory.hinges([0, 1], [1]), ValueError, "as many knots", "(1,)"),
        row("order", lambda: theory.hinges([1, 0], [1, 2]), ValueError, "increasing", "[1. 0.]"),
        row("one", lambda: theory.hinges([1], [1]), ValueError, "at least 2", "(1,)"),
        row("text", lambda: theory.hinges(["a", "b"], [1, 2]), TypeError, "numbers", "'a'"),
    ],
)
group(
    "theory.sup_error",
    [
        row(
            "no function", lambda: theory.sup_error(np.square, None), TypeError, "function", "None"
        ),
        row(
            "another length",
            lambda: theory.sup_error(np.square, lambda x: x[1:]),
            ValueError,
            "(1001,)",
            "(1000,)",
        ),
        row(
            "no places",
            lambda: theory.sup_error(np.square, np.square, []),
            ValueError,
            "at least one",
            "(0,)",
        ),
    ],
)
group(
    "theory.random_hidden",
    [
        *each("n", [0, 2.5, "3"], theory.random_hidden, "random_hidden", "hidden"),
        *each("rng", NO_SEED, lambda v: theory.random_hidden(3, v), "rng"),
        *each("scale", [0, -1, NAN, "1"], lambda v: theory.random_hidden(3, scale=v), "scale"),
    ],
)
group(
    "theory.random_network",
    [
        *each("n", [0, "3"], lambda v: theory.random_network(v, nn.Tanh()), "hidden"),
        *each("g", ["tahn", None], lambda v: theory.random_network(3, v), "activation", "tanh"),
    ],
)
LINE = np.linspace(0, 1, 5)
group(
    "theory.least_squares",
    [
        row(
            "lengths",
            lambda: theory.least_squares(LINE, LINE[1:], [[1.0]], [0.0], "relu"),
            ValueError,
            "(5,)",
            "(4,)",
        ),
        row(
            "weights",
            lambda: theory.least_squares(LINE, LINE, [[1.0, 2.0]], [0.0], "relu"),
            ValueError,
            "(1, n)",
            "(1,)",
        ),
        row(
            "misspelt",
            lambda: theory.least_squares(LINE, LINE, [[1.0]], [0.0], "relo"),
            ValueError,
            "'relu'",
        ),
        row(
            "NaN",
            lambda: theory.least_squares(LINE * NAN, LINE, [[1.0]], [0.0], "relu"),
            ValueError,
            "finite",
            "nan",
        ),
        row(
            "text",
            lambda: theory.least_squares("ab", LINE, [[1.0]], [0.0], "relu"),
            TypeError,
            "numbers",
            "'ab'",
        ),
    ],
)
HAT = theory.hinges([0, 0.5, 1], [0, 1, 0])
group(
    "theory.descend",
    [
        row(
            "lengths",
            lambda: list(theory.descend(LINE, LINE[1:], HAT, "relu", 2)),
            ValueError,
            "(5,",
            "(4,",
        ),
        row(
            "tuple",
            lambda: list(theory.descend(LINE, LINE, (1, 2), "relu", 2)),
            TypeError,
            "Weights",
            "(1, 2)",
        ),
        *each(
            "steps",
            [-1, 2.5, "3"],
            lambda v: list(theory.descend(LINE, LINE, HAT, "relu", v)),
            "steps",
        ),
        *each(
            "lr", [-1, "0.1"], lambda v: list(theory.descend(LINE, LINE, HAT, "relu", 2, v)), "lr"
        ),
    ],
)
group("theory.Power", each("degree", [-1, 2.5, "3", None], theory.Power, "Power", "degree"))

# ------------------------------------------------------------------------------- many networks


def stacked():
    return stack.Stack(2, [1, 3, 1], rng=0)


def stack_on(s):
    sgd = nn.SGD(s.model.parameters(), lr=0.1)
    y = np.ones((2, 4, 1))
    return [
        s.step(nn.MSE("none"), sgd, np.ones((4, 1)), y),
        *(p.value for p in s.model.parameters()),
    ]


STEP = (nn.MSE("none"), nn.SGD(weights()))
group(
    "stack.Stack",
    [
        *each("copies", [0, 2.5, "3", None], lambda s, v: stack.Stack(v, [1, 1]), "copies"),
        *each("sizes", [[1], [], 3, None, "11"], lambda s, v: stack.Stack(2, v), "sizes"),
        row(
            "activation",
            lambda s: stack.Stack(2, [1, 2, 1], activation="tahn"),
            ValueError,
            "'tanh'",
        ),
        *each("rate", [1, "0.5"], lambda s, v: stack.Stack(2, [1, 2, 1], rate=v), "rate"),
        row(
            "X",
            lambda s: s.step(*STEP, np.ones((4, 2)), np.ones((2, 4, 1))),
            ValueError,
            "(N, 1)",
            "(4, 2)",
        ),
        row(
            "copies of X",
            lambda s: s.step(*STEP, np.ones((3, 4, 1)), np.ones((3, 4, 1))),
            ValueError,
            "(3, 4, 1)",
        ),
        row(
            "y",
            lambda s: s.step(*STEP, np.ones((4, 1)), np.ones((4, 1))),
            ValueError,
            "(2, 4, 1)",
            "(4, 1)",
        ),
        row(
            "a mean",
            lambda s: s.step(nn.MSE(), STEP[1], np.ones((4, 1)), np.ones((2, 4, 1))),
            ValueError,
            '"none"',
            "MSE()",
        ),
    ],
    stacked,
    stack_on,
)
group(
    "stack.DenseStack",
    [
        *each("copies", [0, "2"], lambda d, v: stack.DenseStack(v, 1, 1), "copies"),
        *each("n_in", [0, None], lambda d, v: stack.DenseStack(2, v, 1), "n_in"),
        *each("n_out", [0, 1.5], lambda d, v: stack.DenseStack(2, 1, v), "n_out"),
        row("X", lambda d: d(np.ones((4, 2))), ValueError, "(N, 3)", "(4, 2)"),
        row("dz", lambda d: d.backward(np.ones((4, 2))), ValueError, "(2, 4, 2)", "(4, 2)"),
        *no_numbers(lambda d, x: d(x)),
    ],
    used(lambda: stack.DenseStack(2, 3, 2, rng=0), 4, 3),
    there_and_back(4, 3),
)

DROPPING = nn.Sequential(nn.Dropout(0.5), nn.Dense(2, 1, rng=0))
group("thinned.all_masks", each("n", [-1, 17, 2.5, "3", None], thinned.all_masks, "0 to 16"))
group(
    "thinned.probability",
    [
        *each("rate", NO_SHARE, lambda v: thinned.probability([[0, 1]], v), "rate", "0 to 1"),
        row("masks", lambda: thinned.probability([0, 1], 0.5), ValueError, "(M, n)", "(2,)"),
        row("halves", lambda: thinned.probability([[0.5, 1]], 0.5), ValueError, "0 and 1", "0.5"),
    ],
)
group(
    "thinned.thinned",
    [
        row(
            "columns",
            lambda: thinned.thinned(DROPPING, [1, 2], [[1, 1, 1]]),
            ValueError,
            "2 units",
            "(1, 3)",
        ),
        row(
            "rank", lambda: thinned.thinned(DROPPING, [1, 2], [1, 1]), ValueError, "(M, n)", "(2,)"
        ),
        row(
            "x",
            lambda: thinned.thinned(DROPPING, [[1, 2]], [[1, 1]]),
            ValueError,
            "(n_in,)",
            "(1, 2)",
        ),
        row(
            "text", lambda: thinned.thinned(DROPPING, "ab", [[1, 1]]), TypeError, "numbers", "'ab'"
        ),
        row(
            "halves",
            lambda: thinned.thinned(DROPPING, [1, 2], [[0.5, 1]]),
            ValueError,
            "0 and 1",
            "0.5",
        ),
    ],
)
group(
    "overfitting.noisy_wave",
    [
        *each("n", [0, 2.5, "9", None], overfitting.noisy_wave, "noisy_wave", "n"),
        *each("noise", NO_RATE, lambda v: overfitting.noisy_wave(9, v), "noise"),
        *each("rng", NO_SEED, lambda v: overfitting.noisy_wave(9, rng=v), "rng"),
    ],
)
group("overfitting.wave", [row("text", lambda: overfitting.wave("a"), TypeError, "numbers", "'a'")])


def fits_wave(**more):
    return overfitting.WaveFits(*overfitting.noisy_wave(5), **{"epochs": [1, 2], **more})


def finished(w):
    w.finish()
    return [*w.curves, *w.train, *w.test]


group(
    "overfitting.WaveFits",
    [
        row("lengths", lambda w: overfitting.WaveFits([1, 2], [1]), ValueError, "(M, n)", "(1,)"),
        row("text", lambda w: overfitting.WaveFits(["a"], [1]), TypeError, "numbers", "'a'"),
        row("NaN", lambda w: overfitting.WaveFits([NAN], [1]), ValueError, "finite", "nan"),
        *each("noise", [-1, "0", NAN], lambda w, v: fits_wave(noise=v), "noise"),
        *each("width", [0, "64", 2.5], lambda w, v: fits_wave(width=v), "width"),
        *each("l2", [-1, None], lambda w, v: fits_wave(l2=v), "l2"),
        *each("rate", [1, "0.5"], lambda w, v: fits_wave(rate=v), "rate"),
        *each("epochs", [[], [0], [2, 1], 3, None], lambda w, v: fits_wave(epochs=v), "epochs"),
    ],
    fits_wave,
    finished,
)
group(
    "overfitting.bias_and_variance",
    [
        row(
            "places",
            lambda: overfitting.bias_and_variance(np.ones((3, 9))),
            ValueError,
            "(..., M, 161)",
            "(3, 9)",
        ),
        row(
            "one curve",
            lambda: overfitting.bias_and_variance(np.ones(161)),
            ValueError,
            "(..., M, 161)",
            "(161,)",
        ),
        row("text", lambda: overfitting.bias_and_variance("a"), TypeError, "numbers", "'a'"),
    ],
)
group(
    "planted.suspect",
    [
        *each("case", ["a", "Z", None], planted.suspect, "case", "A, B"),
        *each("samples", [0, 2.5, "5"], lambda v: planted.suspect("A", samples=v), "samples"),
        *each("seed", NO_SEED, lambda v: planted.suspect("A", seed=v), "rng"),
    ],
)
group(
    "planted.report",
    [
        row("a name", lambda: planted.report("A"), TypeError, "suspect", "'A'"),
        *each("eps", [0, "1"], lambda v: planted.report(planted.suspect("A"), eps=v), "eps"),
    ],
)
group("planted.alone", [row("a name", lambda: planted.alone("A"), TypeError, "suspect", "'A'")])
group(
    "kernels.handmade",
    [
        *each("name", ["bluur", None], kernels.handmade, "kernel", "blur"),
        *each("k", [2, 1, 3.5, "3", None], lambda v: kernels.handmade("emboss", v), "odd"),
    ],
)
group(
    "windows.output_size",
    [
        *each("size", [-1, 2.5, "5"], lambda v: windows.output_size(v, 3), "size"),
        *each("kernel", [0, 2.5, None], lambda v: windows.output_size(5, v), "kernel"),
        *each("stride", [0, -1, "2"], lambda v: windows.output_size(5, 3, v), "stride"),
        *each("padding", [-1, 0.5, "sane"], lambda v: windows.output_size(5, 3, 1, v), "padding"),
    ],
)
group(
    "windows.receptive_field",
    [
        row("classes", lambda: windows.receptive_field([nn.Conv2D]), TypeError, "layers", "Conv2D"),
        row(
            "a layer",
            lambda: windows.receptive_field(nn.Conv2D(1, 1, 3)),
            TypeError,
            "layers",
            "Conv2D",
        ),
    ],
)

# ------------------------------------------------------------------------------- handwriting

INK = np.zeros((8, 8))
INK[2:6, 3] = 1


group(
    "handwriting.draw_strokes",
    [
        row(
            "a point",
            lambda: handwriting.draw_strokes([[(1, 2, 3)]]),
            ValueError,
            "(x, y)",
            "(1, 2, 3)",
        ),
        row("text", lambda: handwriting.draw_strokes("abc"), TypeError, "strokes", "'abc'"),
        row("None", lambda: handwriting.draw_strokes(None), TypeError, "strokes", "None"),
        row("NaN", lambda: handwriting.draw_strokes([[(1, NAN)]]), ValueError, "finite", "nan"),
        *each("width", [0, -1, NAN, "9"], lambda v: handwriting.draw_strokes([], v), "width"),
        *each("side", [0, 2.5, "28"], lambda v: handwriting.draw_strokes([], 9, v), "side"),
    ],
)
group(
    "handwriting.add_segment",
    [
        row(
            "list",
            lambda: handwriting.add_segment([[0.0]], (0, 0), (1, 1), 1),
            TypeError,
            "array",
            "[[0.0]]",
        ),
        row(
            "NaN",
            lambda: handwriting.add_segment(np.zeros((3, 3)), (0, NAN), (1, 1), 1),
            ValueError,
            "finite",
            "nan",
        ),
    ],
)
for f in (handwriting.ink_box, handwriting.centre_of_mass, handwriting.as_mnist):
    name = f.__name__
    group(
        f"handwriting.{name}",
        [
            row(
                "rank 3", lambda f=f: f(INK[None]), ValueError, name, "(rows, columns)", "(1, 8, 8)"
            ),
            row("rank 1", lambda f=f: f(INK[0]), ValueError, name, "(rows, columns)", "(8,)"),
            row("None", lambda f=f: f(None), TypeError, "numbers", "None"),
            row("NaN", lambda f=f: f(INK * NAN), ValueError, "finite", "nan"),
        ],
    )
group(
    "handwriting.moved",
    [
        row("one picture", lambda: handwriting.moved(INK), ValueError, "(N, side, side)", "(8, 8)"),
        row(
            "not square",
            lambda: handwriting.moved(INK[None, :4]),
            ValueError,
            "(N, side, side)",
            "(1, 4, 8)",
        ),
        row(
            "three shifts",
            lambda: handwriting.moved(INK[None], dx=[1, 2, 3]),
            ValueError,
            "dx",
            "(3,)",
        ),
        row("text", lambda: handwriting.moved(INK[None], dx="1"), TypeError, "numbers", "'1'"),
        row("NaN", lambda: handwriting.moved(INK[None], angle=NAN), ValueError, "finite", "nan"),
        *each(
            "scale", [0, -1], lambda v: handwriting.moved(INK[None], scale=v), "scale", "above 0"
        ),
    ],
)
group("handwriting.network", each("rng", NO_SEED, handwriting.network, "rng"))


def reader():
    return nn.Sequential(nn.Flatten(), nn.Dense(784, 10, rng=0, dtype="float32"))


PAPER = np.full((28, 28), 0.5, "float32")
for name, f in {
    "pixel_gradient": handwriting.pixel_gradient,
    "fool": lambda *a: handwriting.fool(*a, 0.1),
    "smallest_fooling": handwriting.smallest_fooling,
}.items():
    group(
        f"handwriting.{name}",
        [
            row("flat", lambda m, f=f: f(m, PAPER.ravel(), 1, 2), ValueError, "(28, 28)", "(784,)"),
            row("None", lambda m, f=f: f(m, None, 1, 2), TypeError, "numbers", "None"),
            *each(
                "towards",
                [10, -1, 1.5, "3", None],
                lambda m, v, f=f: f(m, PAPER, v, 2),
                "towards",
                "0 to 9",
            ),
            *each("away", [10, "3"], lambda m, v, f=f: f(m, PAPER, 1, v), "away", "0 to 9"),
        ],
        reader,
        lambda m: m(PAPER[None]),
    )
group(
    "handwriting.fool sizes",
    [
        *each("size", NO_RATE, lambda v: handwriting.fool(reader(), PAPER, 1, 2, v), "size"),
        *each(
            "norm", ["L1", None], lambda v: handwriting.fool(reader(), PAPER, 1, 2, 0.1, v), "L2"
        ),
        *each(
            "steps",
            [0, 2.5, "3"],
            lambda v: handwriting.fool(reader(), PAPER, 1, 2, 0.1, "L2", v),
            "steps",
        ),
        *each(
            "a norm",
            ["L1", None],
            lambda v: handwriting.smallest_fooling(reader(), PAPER, 1, 2, v),
            "L2",
        ),
        *each(
            "most",
            [0, -1, "1"],
            lambda v: handwriting.smallest_fooling(reader(), PAPER, 1, 2, "L2", v),
            "most",
        ),
    ],
)


# ------------------------------------------------------------------------------- pictures


def drawn():
    """A panel with one of each thing in it."""
    panel = scene.Scene(300, 200).panel("plane", x=(-1, 1), y=(-1, 1))
    panel.heat("map", np.ones((2, 2)))
    panel.points("dots", [0, 1], [0, 1], classes=[0, 1])
    panel.line("curve", [0, 1], [0, 1])
    panel.text("words", 0, 0, "here")
    panel.matrix("table", np.eye(2))
    return panel


def as_drawn(panel):
    items = {
        name: (i.kind, repr(i.props), {k: a.tolist() for k, a in i.arrays.items()})
        for name, i in panel.items.items()
    }
    return [repr(panel.looks), repr(items), panel.scene.png()]


TWO = ([0, 1], [0, 1])
group(
    "plot.rgb",
    [
        *each("colour", ["blu", None, 3], palette.rgb, "palette", "blue"),
        *each("theme", ["night", None], lambda v: palette.rgb("blue", v), "light, dark"),
    ],
)
group(
    "plot.decision.grid",
    [
        *each("n", [0, 2.5, "100", None], lambda v: decision.grid(n=v), "grid", "n"),
        row("window", lambda: decision.grid((0, 1, 2)), ValueError, "(2,)", "(3,)"),
        row("NaN", lambda: decision.grid((0, NAN)), ValueError, "finite", "nan"),
    ],
)
group(
    "plot.network.columns",
    [
        row(
            "no Dense",
            lambda: network.columns(nn.Sequential(nn.Tanh())),
            ValueError,
            "Dense",
            "Tanh()",
        )
    ],
)
group(
    "plot.network.parameter_at",
    [
        row(
            "too far",
            lambda: network.parameter_at(network_(), "weights", 99),
            IndexError,
            "20 weights",
            "99",
        ),
    ],
)
group(
    "plot.Scene",
    [
        *each(
            "width", [0, -1, "640", None, NAN], lambda p, v: scene.Scene(v, 10), "Scene", "width"
        ),
        *each("height", [0, "420"], lambda p, v: scene.Scene(10, v), "Scene", "height"),
        row("no such panel", lambda p: p.scene["plain"], KeyError, "'plain'", "plane"),
        row("theme", lambda p: p.scene.png("night"), ValueError, "light, dark", "'night'"),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.set",
    [
        row("misspelt", lambda p: p.set(xlable="x"), ValueError, "'xlable'", "xlabel"),
        row(
            "one good, one misspelt",
            lambda p: p.set(title="new", xlable="x"),
            ValueError,
            "'xlable'",
        ),
        row("NaN", lambda p: p.set(x=(0, NAN)), ValueError, "finite", "nan"),
        row("infinite", lambda p: p.set(y=(-INF, 1)), ValueError, "finite", "inf"),
        row("no length", lambda p: p.set(x=(1, 1)), ValueError, "length", "(1.0, 1.0)"),
        row("three", lambda p: p.set(x=(0, 1, 2)), ValueError, "two numbers", "(0, 1, 2)"),
        row("text", lambda p: p.set(x="ab"), ValueError, "two numbers", "'ab'"),
        row("a number", lambda p: p.set(x=3), ValueError, "two numbers", "3"),
        row("None", lambda p: p.set(y=None), ValueError, "two numbers", "None"),
        row("log of zero", lambda p: p.set(x=(0, 1), xscale="log"), ValueError, "above 0", "0.0"),
        row("scale", lambda p: p.set(xscale="logg"), ValueError, "linear, log", "'logg'"),
        row("box", lambda p: p.set(box=(0, 0, 1)), ValueError, "four numbers", "(0, 0, 1)"),
        row("legend", lambda p: p.set(legend="top"), ValueError, "upper right", "'top'"),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.heat",
    [
        row("rank 1", lambda p: p.heat("map", [1, 2]), ValueError, "(rows, columns)", "(2,)"),
        row(
            "classes",
            lambda p: p.heat("map", np.eye(2), classes=[0, 1]),
            ValueError,
            "(2, 2)",
            "(2,)",
        ),
        row("extents", lambda p: p.heat("map", np.ones((3, 2, 2))), ValueError, "3 tiles", "1"),
        row("text", lambda p: p.heat("map", [["a"]]), TypeError, "numbers", "'a'"),
        row("complex", lambda p: p.heat("map", np.eye(2) * 1j), TypeError, "numbers", "complex"),
        *each(
            "colours", ["gray", None], lambda p, v: p.heat("map", np.eye(2), colours=v), "diverging"
        ),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.points",
    [
        row("lengths", lambda p: p.points("dots", [0, 1], [0]), ValueError, "one length", "'y': 1"),
        row("classes", lambda p: p.points("dots", *TWO, classes=[0]), ValueError, "2 classes", "1"),
        row(
            "negative class",
            lambda p: p.points("dots", *TWO, classes=[0, -1]),
            ValueError,
            "0 to 255",
            "-1",
        ),
        row(
            "half a class",
            lambda p: p.points("dots", *TWO, classes=[0, 0.5]),
            ValueError,
            "whole",
            "0.5",
        ),
        row("values", lambda p: p.points("dots", *TWO, values=[0]), ValueError, "2 values", "1"),
        row(
            "colour", lambda p: p.points("dots", *TWO, colour="red"), ValueError, "palette", "'red'"
        ),
        row(
            "marker",
            lambda p: p.points("dots", *TWO, marker="heart"),
            ValueError,
            "circle",
            "'heart'",
        ),
        row("text", lambda p: p.points("dots", ["a"], ["b"]), TypeError, "numbers", "'a'"),
        *each("size", ["4", None], lambda p, v: p.points("dots", *TWO, size=v), "size"),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.line",
    [
        row("lengths", lambda p: p.line("curve", [0, 1], [0]), ValueError, "one length", "'y': 1"),
        row("text", lambda p: p.line("curve", "ab", [0]), TypeError, "numbers", "'ab'"),
        row(
            "colour", lambda p: p.line("curve", *TWO, colour="red"), ValueError, "palette", "'red'"
        ),
        *each("width", ["2", None, -1], lambda p, v: p.line("curve", *TWO, width=v), "width"),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.arrows, links, bars",
    [
        row(
            "arrows",
            lambda p: p.arrows("a", [0], [0], [1], [1, 2]),
            ValueError,
            "one length",
            "'y1': 2",
        ),
        row(
            "links",
            lambda p: p.links("l", [0], [0], [1], [1], [1, 2]),
            ValueError,
            "one length",
            "2",
        ),
        row("bars", lambda p: p.bars("b", [0, 1], [1]), ValueError, "one length", "'heights': 1"),
        row(
            "classes of bars",
            lambda p: p.bars("b", *TWO, classes=[0]),
            ValueError,
            "2 classes",
            "1",
        ),
        row(
            "colour of bars",
            lambda p: p.bars("b", *TWO, colour="red"),
            ValueError,
            "palette",
            "'red'",
        ),
    ],
    drawn,
    as_drawn,
)
group(
    "plot.Panel.text, matrix",
    [
        row(
            "strings",
            lambda p: p.text("words", [0, 1], [0, 1], ["a"]),
            ValueError,
            "2 strings",
            "1",
        ),
        row(
            "align",
            lambda p: p.text("words", 0, 0, "a", align="centre"),
            ValueError,
            "center",
            "'centre'",
        ),
        row(
            "rank 3",
            lambda p: p.matrix("table", np.ones((1, 2, 2))),
            ValueError,
            "(rows, columns)",
            "(1, 2, 2)",
        ),
        row("no numbers", lambda p: p.matrix("table", [["a"]]), TypeError, "numbers", "'a'"),
    ],
    drawn,
    as_drawn,
)


# ------------------------------------------------------------------------------- widgets


def parabola():
    def draw(stage, a, way, thick):
        panel = stage.panel("curve", x=(-1, 1), y=(-1, 1))
        panel.line("parabola", [-1, 0, 1], [a, 0, a], width=3 if thick else 1)
        return f"The parabola y = {a:.1f} x², {way}."

    return widgets.Live(
        draw,
        a=widgets.slider("a", 0.5, -1, 1),
        way=widgets.choice("way", ["up", "down"]),
        thick=widgets.switch("thick"),
        go=widgets.button("go"),
    )


def as_shown(explorer):
    before = picture(explorer), explorer.stage.scene.summary
    return [*before, explorer.update(a=0.25, way="down"), picture(explorer)]


group(
    "widgets.Explorer.update",
    [
        row("misspelt", lambda e: e.update(aa=1), ValueError, "'aa'", "did you mean 'a'"),
        row(
            "unknown", lambda e: e.update(zzz=1), ValueError, "'zzz'", "Controls: a, way, thick, go"
        ),
        row(
            "one good, one misspelt",
            lambda e: e.update(a=1.0, wy="up"),
            ValueError,
            "'wy'",
            "'way'",
        ),
        row(
            "one good, one bad",
            lambda e: e.update(a=1.0, way="left"),
            ValueError,
            "'left'",
            "up, down",
        ),
        *each("a", ["1", None, NAN, INF, [1]], lambda e, v: e.update(a=v), "control 'a'", "number"),
        *each("way", ["upp", None, 3], lambda e, v: e.update(way=v), "control 'way'", "up, down"),
        *each("thick", ["yes", 1, None], lambda e, v: e.update(thick=v), "True or False"),
        row("a button", lambda e: e.update(go=True), ValueError, "button", "press('go')"),
        row("press a slider", lambda e: e.press("a"), ValueError, "button", "'a'"),
        row("press nothing", lambda e: e.press("stop"), ValueError, "'stop'", "Controls"),
        row("read nothing", lambda e: e["b"], ValueError, "'b'", "Controls"),
    ],
    parabola,
    as_shown,
)
group(
    "widgets.slider",
    [
        *each(
            "value",
            ["a", None, NAN],
            lambda v: widgets.slider("a", v, 0, 1),
            "slider 'a'",
            "number",
        ),
        row("ends", lambda: widgets.slider("a", 1, 2, 0), ValueError, "low < high", "2 and 0"),
    ],
)
group(
    "widgets.log_slider",
    each("value", [0, -1, "1"], lambda v: widgets.log_slider("η", v, -3, 0), "above 0"),
)
group(
    "widgets.choice",
    [
        *each(
            "value",
            ["upp", 3],
            lambda v: widgets.choice("way", ["up", "down"], v),
            "'way'",
            "up, down",
        ),
        row("nothing", lambda: widgets.choice("way", []), ValueError, "at least one", "none"),
    ],
)
group(
    "widgets.buttons", each("value", ["upp"], lambda v: widgets.buttons("way", ["up"], v), "'way'")
)
group(
    "widgets constructors",
    [
        row("activation", lambda: widgets.ActivationExplorer("relo"), ValueError, "relu", "'relo'"),
        row("target", lambda: widgets.ApproximationExplorer("sin"), ValueError, "sine", "'sin'"),
        row("width", lambda: widgets.ApproximationExplorer(width=NAN), ValueError, "number", "nan"),
        row("surface", lambda: widgets.DescentExplorer("bowll"), ValueError, "bowl", "'bowll'"),
        row(
            "rate",
            lambda: widgets.DescentExplorer(learning_rate="0.1"),
            ValueError,
            "number",
            "'0.1'",
        ),
        row("gate", lambda: widgets.GateExplorer("NAND?"), ValueError, "AND", "'NAND?'"),
        row("kernel", lambda: widgets.FilterExplorer("blurr"), ValueError, "blur", "'blurr'"),
        row("photo", lambda: widgets.FilterExplorer(photo="cat"), ValueError, "china", "'cat'"),
        row(
            "schedule",
            lambda: widgets.ScheduleExplorer("cosinus"),
            ValueError,
            "cosine",
            "'cosinus'",
        ),
        row("curve", lambda: widgets.SlopeExplorer("hill"), ValueError, "one valley", "'hill'"),
        row(
            "paper",
            lambda: widgets.FoldingExplorer("twice"),
            ValueError,
            "along both axes",
            "'twice'",
        ),
        row(
            "notebook",
            lambda: widgets.CourseMap("99_none"),
            ValueError,
            "00_start_here",
            "'99_none'",
        ),
        row(
            "a setting",
            lambda: widgets.Playground(dataset="xor"),
            ValueError,
            "unknown setting",
            "dataset",
        ),
        row("a data set", lambda: widgets.Playground(data="xoor"), ValueError, "xor", "'xoor'"),
        row(
            "a rate ",
            lambda: widgets.Playground(learning_rate="fast"),
            ValueError,
            "number",
            "'fast'",
        ),
        row("no function", lambda: widgets.Live("sin"), TypeError, "function", "'sin'"),
        row(
            "no control", lambda: widgets.Live(lambda stage, a: "", a=3), TypeError, "control", "3"
        ),
    ],
)


# ------------------------------------------------------------------------------- the test

ROWS = [(g, r) for g in GROUPS for r in g.rows]


@pytest.fixture(autouse=True, scope="module")
def _files():
    yield
    FOLDER.cleanup()


def test_the_table_is_long_and_no_row_is_there_twice():
    ids = [f"{g.name}-{r.what}" for g, r in ROWS]
    assert len(ids) >= 1500
    assert len(set(ids)) == len(ids), [i for i in ids if ids.count(i) > 1]
    assert all(r.says for _, r in ROWS)


@pytest.mark.parametrize(("group_", "row_"), ROWS, ids=[f"{g.name}-{r.what}" for g, r in ROWS])
def test_bad_calls_say_what_was_expected_and_do_no_harm(group_, row_):
    made = [group_.make()] if group_.make else []
    with pytest.raises(Exception) as caught:
        row_.call(*made)
    assert type(caught.value) is row_.error, repr(caught.value)
    said = str(caught.value)
    missing = [piece for piece in row_.says if piece not in said]
    assert not missing, f"{missing} not in: {said}"
    if group_.use:
        np.testing.assert_equal(group_.use(*made), group_.use(group_.make()))


@pytest.mark.parametrize("name", NAMES)
def test_an_update_that_is_refused_changes_no_picture(name):
    explorer = make_explorer(name)
    try:
        before = picture(explorer), explorer.stage.scene.summary
        with pytest.raises(ValueError, match="no control 'zzz'"):
            explorer.update(zzz=1)
        for key, control in explorer.controls.items():
            if not hasattr(control, "value"):
                continue
            for value in [object(), NAN] if hasattr(control, "min") else [object()]:
                with pytest.raises(ValueError, match=re.escape(f"control {key!r}")):
                    explorer.update(**{key: value})
        assert (picture(explorer), explorer.stage.scene.summary) == before
    finally:
        explorer.close()


# ------------------------------------------------------------------------------- nobody is left out

# Public things that are in no row, each with the reason.
NOT_IN_THE_TABLE = {
    # what others are made of: their checks are those of their subclasses, which are in the table
    "Layer": "abstract",
    "Activation": "abstract",
    "Elementwise": "abstract",
    "Loss": "abstract",
    "Optimizer": "abstract",
    "Pool2D": "abstract",
    "Recurrent": "abstract",
    "Number": "how optimisers check a number",
    "Pair": "how optimisers check two numbers",
    "Windows": "made by layers, from what they have checked",
    "pair": "how layers check their sizes",
    "padding_of": "how layers check their padding",
    "check_pictures": "how layers check pictures",
    "margins": "made by Windows, from what it has checked",
    "check_labels": "how Perceptron checks labels",
    "fits": "how layers check gradients",
    "first_weights": "how layers make their weights; Dense's init",
    "check_data": "how Run, fit and train check data",
    # what one is given, and does not make
    "GradientError": "raised by gradcheck",
    "LayerGradient": "made by Run",
    "Record": "made by Run",
    "Update": "made by Perceptron",
    "MistakeBound": "made by mistake_bound",
    "Edge": "made by Graph",
    "Mistake": "made by planted",
    "Suspect": "made by suspect",
    "Found": "made by report",
    "Pieces": "made by on_segment",
    "Regions": "made by on_plane",
    "Line": "made by best_line",
    "Weights": "made by bumps",
    "Largest": "made by sup_error",
    "Item": "made by Panel",
    "Changes": "made by Scene",
    # without arguments
    "wells": "no arguments",
    "saddle": "no arguments",
    "rosenbrock": "no arguments",
    "untrained": "no arguments",
    "digits": "no arguments",
    "mnist": "no arguments",
    "mnist1d": "no arguments",
    "story": "no arguments",
    "trained": "no arguments",
    "default_device": "no arguments",
    "one_thread": "no arguments",
    # the lowest floor, whose callers have checked
    "namespace": "of arrays that were checked",
    "dot": "of arrays that were checked",
    "column_sums": "of arrays that were checked",
    "total": "of arrays that were checked",
    "at_least": "of arrays that were checked",
    "place": "how Sequential.to checks where",
    "move": "Sequential.to",
    "like": "how layers take X; in every row of theirs",
    "floats": "how layers take X; in every row of theirs",
    "to_numpy": "takes whatever NumPy takes",
    "import_torch": "of a name for the message",
    "stored_path": "of a file that nnlib names itself",
    **dict.fromkeys(
        ("layers_of", "inputs_of", "off_slope", "through", "same_maps"),
        "how on_segment and on_plane read a network; in their rows",
    ),
    "Sine": "no arguments; as every activation",
    "own": "of a g, as random_network and least_squares are given it",
    "figure": "of a scene, which is checked",
    "png": "of a scene, which is checked",
    "NetworkDrawing": "of a panel, which is checked",
    "channels": "of a colour of the palette",
    "contrast": "of two colours of the palette",
    "powers_of_ten": "of a panel's limits",
    "round_numbers": "of a panel's limits",
    "round_ticks": "of a panel's limits",
    "rounded_up": "of a number that is shown",
    **dict.fromkeys(
        (
            "bracket",
            "brief",
            "counted",
            "layer_index",
            "number",
            "short",
            "signed",
            "sub",
            "superscript",
        ),
        "how a number is written, for pictures",
    ),
}
ELSEWHERE = {  # modules whose wrong input other tests look at
    "expect": "its doctests",
    "check": "test_check.py: an exercise answers whatever it is given",
    "export": "test_export.py",
    "torch_code": "test_export.py",
    "torch_twin": "test_torch_twin.py",
    "data_parallel": "test_data_parallel.py",
    "hardware": "test_hardware.py",
    "camera": "test_hardware.py",
    "torchrun": "test_data_parallel.py",
    "folds": "test_folds.py",
    "precision": "test_hardware.py",
}


# ------------------------------------------------------------------- all explorers' arguments

GOES_WITH_X = {"PassExplorer": "b"}  # looked at only if what it belongs to is given


@pytest.mark.parametrize("name", NAMES)
def test_an_explorer_says_which_argument_does_not_fit(name, monkeypatch):
    """Text, NaN and an object, where none of them belongs; a list and a dict do no worse."""
    kind, given = getattr(widgets, name), {}
    parameters = inspect.signature(kind).parameters
    if any(p.default is p.empty and p.kind is not p.VAR_KEYWORD for p in parameters.values()):
        with monkeypatch.context() as patch:  # what tests/test_explorer.py makes it with
            proper = kind.__init__

            def noted(self, *args, **more):
                found = inspect.signature(proper).bind(self, *args, **more).arguments
                given.update({k: v for k, v in found.items() if k in parameters})
                proper(self, *args, **more)

            patch.setattr(kind, "__init__", noted)
            make_explorer(name)
    given.pop("controls", None)
    for argument, parameter in parameters.items():
        needless = {GOES_WITH_X.get(name), *(("y",) if parameters.get("X") else ())}
        if parameter.kind is parameter.VAR_KEYWORD or (
            argument in needless and parameter.default is None and "X" not in given
        ):
            continue
        for value in ("zzz", NAN, object(), [1, 2, 3, 4, 5, 6, 7], {"a": 1}):
            try:
                kind(**{**given, argument: value}).close()
                message = "accepted"
            except (ValueError, TypeError) as error:
                message = str(error)
            if message == "accepted" and isinstance(value, list | dict):
                continue
            told = re.search(r"expects .*[Gg]ot ", message) or (
                message.startswith("unknown ") and expect.shown(value) in message
            )
            assert told, f"{name}({argument}={expect.shown(value)}): {message}"


def public():
    """(module, name) of every public function and class of nnlib, widgets aside."""
    for info in pkgutil.walk_packages(nn.__path__, "nnlib."):
        part = info.name.split(".")[1]
        if part in ELSEWHERE or part == "widgets" or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, thing in vars(module).items():
            made_here = getattr(thing, "__module__", None) == info.name
            if not name.startswith("_") and made_here and callable(thing):
                yield info.name, name


def test_everything_public_is_in_the_table_or_has_its_reason():
    words = {word for g in GROUPS for word in re.split(r"[^\w]+", g.name)}
    missing = {f"{m}.{n}" for m, n in public() if n not in words and n not in NOT_IN_THE_TABLE}
    assert not missing, f"add rows to the table for {sorted(missing)}"


def test_what_is_looked_at_elsewhere_is():
    for module, where in ELSEWHERE.items():
        file = re.match(r"test_\w+\.py", where)
        if file:
            text = (Path(__file__).parent / file[0]).read_text(encoding="utf-8")
            assert "pytest.raises" in text or module == "check", f"{module}: {where}"


def test_the_list_of_reasons_names_only_what_there_is():
    names = {name for _, name in public()}
    assert set(NOT_IN_THE_TABLE) <= names, set(NOT_IN_THE_TABLE) - names
    words = {word for g in GROUPS for word in re.split(r"[^\w]+", g.name)}
    assert not words & set(NOT_IN_THE_TABLE)


def test_everything_that_refuses_says_so_in_its_docstring():
    """Each public callable with rows tells of its exceptions, or its module or class does."""
    untold = set()
    for name in {g.name.split()[0] for g in GROUPS}:
        thing, path = nn, name.split(".")
        for word in path:
            thing = getattr(thing, word, None)
        if thing is None or not callable(thing):
            continue
        owners = [thing, inspect.getmodule(thing)]
        holder = nn
        for word in path[:-1]:
            holder = getattr(holder, word, None)
        for owner in (thing, holder):  # of a method, its class and its bases
            if inspect.isclass(owner):
                owners += inspect.getmro(owner)
        told = " ".join(filter(None, (getattr(o, "__doc__", "") for o in owners)))
        if not re.search(r"Raises|Error", told):
            untold.add(name)
    assert not untold, " ".join(sorted(untold))
