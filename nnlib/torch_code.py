r"""Our layers in PyTorch's words: one table, which `export_code` prints and `torch_twin` runs.

A row says how PyTorch's module is called; what PyTorch does not have is here as the few lines that
make it. `to_torch` and `from_torch` turn the weights of a layer into those of its module and back.

PyTorch's pictures are channels first, (N, C, height, width), ours channels last. `modules` turns
them where the order matters, before the first convolution and before `Flatten`. So the network
takes and returns what ours does, and the weights of a `Dense` behind `Flatten` stay as they are.
(To permute those instead one would have to know the size of the pictures, and no layer does.)

**To add a layer**, give it a row in `TORCH`; if its parameters are stored in another order or
shape, also a line in `to_torch` and one in `from_torch`. An activation that acts on each number
needs none: without a row PyTorch differentiates the formula that nnlib has.
"""

from __future__ import annotations

import re
import textwrap

import numpy as np

from .activations import Elementwise
from .backend import to_numpy
from .dropout import Dropout


def _bias(layer):
    return "" if layer.b is not None else ", bias=False"


def _conv(layer):
    padding = _padding(layer.kernel_size, layer.stride, layer.padding)
    size = f"{layer.in_channels}, {layer.out_channels}, {_short(layer.kernel_size)}"
    more = "" if layer.stride == (1, 1) else f", stride={_short(layer.stride)}"
    more += "" if padding in (None, (0, 0)) else f", padding={_short(padding)}"
    call = f"torch.nn.Conv2d({size}{more}{_bias(layer)})"
    return call if padding is not None else [_same(layer.kernel_size, layer.stride), call]


def _pool(layer):
    size, stride = layer.pool_size, layer.stride
    padding = _padding(size, stride, layer.padding)
    given = _short(size) if stride == size else f"{_short(size)}, {_short(stride)}"
    given += "" if padding in (None, (0, 0)) else f", padding={_short(padding)}"
    largest = type(layer).__name__ == "MaxPool2D"
    counts = largest or layer.count_include_pad
    if padding is None and not counts:
        return f"SameAvgPool2d({size}, {stride})"
    given += "" if counts else ", count_include_pad=False"
    call = f"torch.nn.{'MaxPool2d' if largest else 'AvgPool2d'}({given})"
    return call if padding is not None else [_same(size, stride, largest), call]


def _padding(size, stride, padding):
    """The same number at both ends, if that will do: "same" may need an odd one after."""
    if padding != "same":
        return padding
    both = stride == (1, 1) and all(k % 2 for k in size)
    return tuple(k // 2 for k in size) if both else None


def _same(size, stride, largest=False):
    more = ', value=float("-inf")' if largest else ""
    return f"SamePad2d({size}, {stride}{more})"


def _short(pair):
    return str(pair[0] if pair[0] == pair[1] else pair)


def _rnn(layer):
    name = type(layer.g).__name__
    if name in ("Tanh", "ReLU"):
        return f'RNN({layer.n_in}, {layer.n_hidden}, "{name.lower()}")'
    (activation,) = calls(layer.g)
    return f"LoopedRNN({layer.n_in}, {layer.n_hidden}, {activation})"


#: name of our layer -> PyTorch's module, as text: with "{0.n_in}" and the like for attributes of
#: the layer, or a function of the layer that returns one text, or several in a list.
TORCH = {
    "Dense": lambda layer: f"torch.nn.Linear({layer.n_in}, {layer.n_out}{_bias(layer)})",
    "Dropout": "torch.nn.Dropout({0.rate})",
    "Conv2D": _conv,
    "MaxPool2D": _pool,
    "AvgPool2D": _pool,
    "GlobalAvgPool2D": lambda layer: ["torch.nn.AdaptiveAvgPool2d(1)", "torch.nn.Flatten()"],
    "Flatten": "torch.nn.Flatten()",
    "RNN": _rnn,
    "LSTM": "LSTM({0.n_in}, {0.n_hidden})",
    "GRU": "GRU({0.n_in}, {0.n_hidden})",
    "LastStep": "LastStep()",
    "EveryStep": "torch.nn.Flatten(0, 1)",
    "Linear": "torch.nn.Identity()",
    "Step": "Step()",
    "Sigmoid": "torch.nn.Sigmoid()",
    "Tanh": "torch.nn.Tanh()",
    "ReLU": "torch.nn.ReLU()",
    "LeakyReLU": "torch.nn.LeakyReLU({0.alpha})",
    "PReLU": "torch.nn.PReLU()",
    "ELU": "torch.nn.ELU({0.alpha})",
    "SELU": "torch.nn.SELU()",
    # PyTorch takes z itself above its threshold of 20, where log(1 + eᶻ) is 2e-9 more.
    "Softplus": "torch.nn.Softplus(threshold=40)",
    "Softsign": "torch.nn.Softsign()",
    "Swish": "torch.nn.SiLU()",
    "Mish": "torch.nn.Mish()",
    "GELU": 'torch.nn.GELU(approximate="tanh")',
    "LogSigmoid": "torch.nn.LogSigmoid()",
    "Sinc": "Sinc()",
    "Maxout": lambda layer: f"Maxout({layer.n_in}, {layer.n_out}, {len(layer.pieces)})",
    "Softmax": "torch.nn.Softmax(dim=-1)",
    "LogSoftmax": "torch.nn.LogSoftmax(dim=-1)",
}

CHANNELS_FIRST = {"Conv2D", "MaxPool2D", "AvgPool2D", "GlobalAvgPool2D"}

#: The two modules that turn pictures, as what they do; in a class one writes that.
TURNS = {
    "ChannelsFirst()": "x.permute(0, 3, 1, 2)  # channels first",
    "ChannelsLast()": "x.permute(0, 2, 3, 1)  # channels last",
}

#: What PyTorch does not have, by the name that the rows above use.
TORCH_OWN = {
    "ChannelsFirst": '''
        class ChannelsFirst(torch.nn.Module):
            """(N, height, width, C) as (N, C, height, width), which PyTorch's layers take."""

            def forward(self, x):
                return x.permute(0, 3, 1, 2)
    ''',
    "ChannelsLast": '''
        class ChannelsLast(torch.nn.Module):
            """(N, C, height, width) as (N, height, width, C), the order of our numbers."""

            def forward(self, x):
                return x.permute(0, 2, 3, 1)
    ''',
    "SamePad2d": '''
        class SamePad2d(torch.nn.Module):
            """Margins for size / stride places, rounded up; an odd one is below and on the right.

            PyTorch's own padding="same" knows no strides, and copies where the number is odd.
            """

            def __init__(self, kernel, stride, value=0.0):
                super().__init__()
                self.kernel, self.stride, self.value = kernel, stride, value

            def forward(self, x):
                margins = []
                for n, k, s in zip(x.shape[2:], self.kernel, self.stride):
                    total = max((-(-n // s) - 1) * s + k - n, 0)
                    margins = [total // 2, total - total // 2, *margins]  # the last axis first
                return torch.nn.functional.pad(x, margins, value=self.value)
    ''',
    "SameAvgPool2d": '''
        class SameAvgPool2d(torch.nn.Module):
            """Means of windows whose margins, as in SamePad2d, do not count."""

            def __init__(self, kernel, stride):
                super().__init__()
                pool = torch.nn.AvgPool2d(kernel, stride)
                self.pool = torch.nn.Sequential(SamePad2d(kernel, stride), pool)

            def forward(self, x):
                share = self.pool(torch.ones_like(x[:1, :1]))  # of pixels in each window
                return self.pool(x) / share
    ''',
    "RNN": '''
        class RNN(torch.nn.RNN):
            """PyTorch's, as a layer in a row: it returns the states of all steps, no pair."""

            def __init__(self, n_in, n_hidden, activation):
                super().__init__(n_in, n_hidden, nonlinearity=activation, batch_first=True)
                # PyTorch adds two biases. If both learned, their sum would learn twice as fast.
                torch.nn.init.zeros_(self.bias_hh_l0).requires_grad_(False)

            def forward(self, x):
                return super().forward(x)[0]
    ''',
    "LoopedRNN": '''
        class LoopedRNN(torch.nn.Module):
            """A recurrent layer with any activation; PyTorch's has tanh and ReLU alone."""

            def __init__(self, n_in, n_hidden, activation):
                super().__init__()
                self.from_input = torch.nn.Linear(n_in, n_hidden)
                self.from_state = torch.nn.Linear(n_hidden, n_hidden, bias=False)
                self.activation = activation

            def forward(self, x):
                h, states = x.new_zeros(len(x), self.from_state.in_features), []
                for a in self.from_input(x).unbind(1):
                    h = self.activation(a + self.from_state(h))
                    states.append(h)
                return torch.stack(states, 1)
    ''',
    "LSTM": '''
        class LSTM(torch.nn.LSTM):
            """PyTorch's, as a layer in a row: it returns the states of all steps, no pair."""

            def __init__(self, n_in, n_hidden):
                super().__init__(n_in, n_hidden, batch_first=True)
                # PyTorch adds two biases. If both learned, their sum would learn twice as fast.
                torch.nn.init.zeros_(self.bias_hh_l0).requires_grad_(False)

            def forward(self, x):
                return super().forward(x)[0]
    ''',
    "GRU": '''
        class GRU(torch.nn.GRU):
            """PyTorch's, as a layer in a row: it returns the states of all steps, no pair."""

            def __init__(self, n_in, n_hidden):
                super().__init__(n_in, n_hidden, batch_first=True)
                torch.nn.init.zeros_(self.bias_hh_l0)
                self.hold_second_bias()

            def hold_second_bias(self):
                # PyTorch adds two biases. If both learned, their sum would learn twice as fast;
                # only the last third of the second, behind the reset gate, is no such sum.
                own = torch.arange(3 * self.hidden_size) >= 2 * self.hidden_size
                self.bias_hh_l0.register_hook(lambda grad: grad * own.to(grad))

            def __setstate__(self, state):  # of a copy, which lost the hook
                super().__setstate__(state)
                self.hold_second_bias()

            def forward(self, x):
                return super().forward(x)[0]
    ''',
    "LastStep": '''
        class LastStep(torch.nn.Module):
            """(N, T, n) to (N, n): the state after the last step."""

            def forward(self, x):
                return x[:, -1]
    ''',
    "Step": '''
        class Step(torch.nn.Module):
            """1 where z >= 0, else 0; PyTorch has no such layer."""

            def forward(self, z):
                return (z >= 0).to(z.dtype) + 0 * z  # 0 * z has a gradient: 0
    ''',
    "Sinc": '''
        class Sinc(torch.nn.Module):
            """sin(z) / z; PyTorch has no such layer, and its function puts a pi in."""

            def forward(self, z):
                return torch.sinc(z / torch.pi)
    ''',
    "OfNnlib": '''
        class OfNnlib(torch.nn.Module):
            """An activation of nnlib; PyTorch differentiates its formula by itself."""

            def __init__(self, layer):
                super().__init__()
                self.layer = layer

            def forward(self, z):
                return self.layer.value(z)
    ''',
    "Maxout": '''
        class Maxout(torch.nn.Module):
            """The largest of k linear layers; PyTorch has no such layer."""

            def __init__(self, n_in, n_out, k):
                super().__init__()
                self.pieces = torch.nn.ModuleList(torch.nn.Linear(n_in, n_out) for _ in range(k))

            def forward(self, x):
                return torch.stack([piece(x) for piece in self.pieces]).max(dim=0).values
    ''',
}


# ------------------------------------------------------------------------------------- modules


def flat(model):
    """The layers of a `Sequential`, those of the ones within it too."""
    for layer in model:
        if hasattr(layer, "layers"):
            yield from flat(layer)
        else:
            yield layer


def calls(layer) -> list[str]:
    """How PyTorch calls a layer; a list, because some take two modules.

    Raises
    ------
    ValueError
        If the table has no row for it.

    Examples
    --------
    >>> from nnlib import Conv2D, Dense
    >>> calls(Dense(3, 2))
    ['torch.nn.Linear(3, 2)']
    >>> calls(Conv2D(1, 8, 3, stride=2, padding="same"))
    ['SamePad2d((3, 3), (2, 2))', 'torch.nn.Conv2d(1, 8, 3, stride=2)']
    """
    name = type(layer).__name__
    if name not in TORCH and isinstance(layer, Elementwise) and not layer.trainable:
        return [f"OfNnlib(nnlib.{layer!r})"]
    if name not in TORCH:
        raise ValueError(
            f"PyTorch has no counterpart of {name}; expected one of {', '.join(TORCH)}. "
            "Others are added to the table TORCH in nnlib/torch_code.py."
        )
    row = TORCH[name]
    found = row.format(layer) if isinstance(row, str) else row(layer)
    return [found] if isinstance(found, str) else found


def modules(layers) -> list[str]:
    """The modules of a whole network, with those that turn channels where it matters.

    >>> from nnlib import Conv2D, Dense, Flatten, ReLU
    >>> for call in modules([Conv2D(1, 4, 3), ReLU(), Flatten(), Dense(16, 2)]):
    ...     print(call)
    ChannelsFirst()
    torch.nn.Conv2d(1, 4, 3)
    torch.nn.ReLU()
    ChannelsLast()
    torch.nn.Flatten()
    torch.nn.Linear(16, 2)
    """
    found, first = [], False
    for layer in layers:
        wants_first = type(layer).__name__ in CHANNELS_FIRST
        indifferent = isinstance(layer, Elementwise | Dropout)
        if not indifferent and wants_first != first:
            found.append("ChannelsFirst()" if wants_first else "ChannelsLast()")
            first = wants_first
        found += calls(layer)
        if type(layer).__name__ == "GlobalAvgPool2D":
            first = False  # rows, and no pictures any more
    return [*found, "ChannelsLast()"] if first else found


def own_modules(found) -> list[str]:
    """The classes that PyTorch does not have, each once, before the one that uses it."""
    used = set(re.findall(r"(?<![\w.])\w+(?=\()", " ".join(found)))  # torch.nn.ReLU( is not ours
    if "SameAvgPool2d" in used:
        used.add("SamePad2d")
    names = [name for name in TORCH_OWN if name in used]
    return [textwrap.dedent(TORCH_OWN[name]).strip() for name in names]


# ------------------------------------------------------------------------------------- weights


def to_torch(layer) -> list[tuple[str, np.ndarray]]:
    """What a module stores of a layer's weights, in the order of its ``parameters()``, and names.

    Matrices are transposed, the weights of a convolution have their axes in another order, and
    recurrent modules have a second bias: zeros, apart from the c of a `GRU`.

    >>> from nnlib import GRU, Conv2D
    >>> for name, array in to_torch(Conv2D(3, 8, (5, 4))):  # ours: (5, 4, 3, 8) and (8,)
    ...     print(name, array.shape)
    weight, (out, in, height, width) (8, 3, 5, 4)
    bias (8,)
    >>> [array.shape for _, array in to_torch(GRU(2, 4))]
    [(12, 2), (12, 4), (12,), (12,)]
    """
    kind = _kind(layer)
    arrays = [to_numpy(p.value) for p in layer.parameters()]
    if kind == "Conv2D":
        arrays[0] = arrays[0].transpose(3, 2, 0, 1)
        return list(zip(["weight, (out, in, height, width)", "bias"], arrays, strict=False))
    arrays = [a.T for a in arrays]
    if kind == "LoopedRNN":
        W, U, b = arrays
        return [("weight, from the input", W), ("bias", b), ("weight, from the state", U)]
    if kind in ("RNN", "LSTM", "GRU"):
        W, U, b = arrays[:3]
        second, what = np.zeros_like(b), "no use of its own"
        if kind == "GRU":
            second[2 * layer.n_hidden :] = arrays[3]
            what = "of use in its last third, behind the reset gate"
        return [
            ("weight_ih_l0, from the input", W),
            ("weight_hh_l0, from the state", U),
            ("bias_ih_l0", b),
            (f"bias_hh_l0, {what}", second),
        ]
    names = {"W": "weight, (outputs, inputs): the transpose of ours", "b": "bias"}
    return [
        (names.get(p.name, "weight"), a) for p, a in zip(layer.parameters(), arrays, strict=True)
    ]


def from_torch(layer, arrays) -> list[np.ndarray]:
    """Back: arrays as `to_torch` makes them, in the order and the shapes of our parameters.

    >>> from nnlib import GRU
    >>> layer = GRU(2, 4, rng=0)
    >>> back = from_torch(layer, [array for _, array in to_torch(layer)])
    >>> all((a == p.value).all() for a, p in zip(back, layer.parameters()))
    True
    """
    kind = _kind(layer)
    if kind == "Conv2D":
        return [arrays[0].transpose(2, 3, 1, 0), *arrays[1:]]
    arrays = [a.T for a in arrays]
    if kind == "LoopedRNN":
        W, b, U = arrays
        return [W, U, b]
    if kind in ("RNN", "LSTM"):
        W, U, b, second = arrays
        return [W, U, b + second]
    if kind == "GRU":
        W, U, b, second = arrays
        n = layer.n_hidden
        b = np.concatenate([b[: 2 * n] + second[: 2 * n], b[2 * n :]])
        return [W, U, b, second[2 * n :]]
    return arrays


def _kind(layer):
    name = type(layer).__name__
    return "LoopedRNN" if name == "RNN" and calls(layer)[0].startswith("Looped") else name
