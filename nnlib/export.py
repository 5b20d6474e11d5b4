r"""A network as a program that runs by itself: in nnlib, or in PyTorch in either of two styles.

`export_code` returns text: the layers, the weights as they are, and, if there are a loss and an
optimiser, the training loop. What it writes gives the outputs of the network to six digits, and
training it in one library gives what training it in the other does.
"""

from __future__ import annotations

import difflib
import inspect
import textwrap

import numpy as np

from . import expect, torch_code
from .backend import to_numpy
from .core import Parameter, Sequential
from .losses import Loss
from .optim import Optimizer

STYLES = ("nnlib", "torch", "torch-class")

TORCH_LOSSES = {
    "MSE": 'torch.nn.MSELoss(reduction="{reduction}")',
    "MAE": 'torch.nn.L1Loss(reduction="{reduction}")',
    "BinaryCrossEntropy": 'torch.nn.BCEWithLogitsLoss(reduction="{reduction}")',
    "SoftmaxCrossEntropy": 'torch.nn.CrossEntropyLoss(reduction="{reduction}")',
}

TORCH_HINGE = '''
    def loss(z, y):
        """Hinge loss for labels 0 and 1; PyTorch has no such loss."""
        return torch.relu(1 - (2 * y - 1) * z).{reduction}()
'''

TORCH_OPTIMIZERS = {  # ... stands for model.parameters()
    "SGD": "SGD(..., lr={0.lr}{decay})",
    "Momentum": "SGD(..., lr={0.lr}, momentum={0.beta}{decay})",
    "Nesterov": "SGD(..., lr={0.lr}, momentum={0.beta}, nesterov=True{decay})",
    "RMSProp": "RMSprop(..., lr={0.lr}, alpha={0.alpha}, eps={0.eps}{decay})",
    "Adam": "Adam(..., lr={0.lr}, betas={0.betas}, eps={0.eps}{decay})",
}

DATA = {"n": 200, "noise": 0.1, "seed": 0, "train_share": 0.5}  # of `data`, beside "name"


def export_code(
    model, style="nnlib", *, loss=None, optimizer=None, epochs=100, batch_size=32, data=None
) -> str:
    """A program that makes this network, with the weights it has now.

    Parameters
    ----------
    model : Sequential
    style : {"nnlib", "torch", "torch-class"}
        The two styles of PyTorch: ``torch.nn.Sequential``, and a class that applies its layers in
        ``forward``.
    loss : Loss, optional
    optimizer : Optimizer, optional
        With both, the program has a function ``train(X, y, epochs)``. The optimiser starts afresh:
        what it remembers of earlier steps (momentum) is not written down.
    epochs, batch_size : int
    data : dict, optional
        Which data to train on: ``name`` (see `nnlib.data.PLANE`), ``n``, ``noise``, ``seed``,
        ``train_share``; the program then makes it and calls ``train``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an unknown style, a layer, loss or optimiser PyTorch has no counterpart for, or a loss
        that is no single number (reduction "none").
    TypeError
        If the model is no `Sequential`, the loss no `Loss` or the optimiser no `Optimizer`.

    Examples
    --------
    >>> from nnlib import Dense, Sequential, Tanh
    >>> model = Sequential(Dense(2, 1, init="zeros"), Tanh())
    >>> print(export_code(model, "torch"))
    \"""A network with 3 parameters: 2 inputs, 1 output.\"""
    <BLANKLINE>
    import torch
    <BLANKLINE>
    torch.set_default_dtype(torch.float64)
    <BLANKLINE>
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 1),
        torch.nn.Tanh(),
    )
    <BLANKLINE>
    # Without these weights it starts from random ones.
    weights = [
        # torch.nn.Linear(2, 1): weight, (outputs, inputs): the transpose of ours
        [[0, 0]],
        # torch.nn.Linear(2, 1): bias
        [0],
    ]
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), weights):
            parameter.copy_(torch.tensor(value))
    """
    if style not in STYLES:
        near = difflib.get_close_matches(str(style), STYLES, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"export_code expects style to be one of {STYLES}. Got {style!r}{hint}")
    if not isinstance(model, Sequential):
        raise TypeError(f"export_code expects a Sequential; got {type(model).__name__}.")
    if loss is not None:
        expect.made(loss, Loss, "export_code", "a loss such as MSE()")
    if optimizer is not None:
        wanted = "an optimizer such as SGD(model.parameters())"
        expect.made(optimizer, Optimizer, "export_code", wanted)
    if loss is not None and loss.reduction == "none":
        raise ValueError(
            'export_code expects a loss that is one number, reduction "mean" or "sum". Got "none".'
        )
    if data is not None:
        unknown = data.keys() - DATA.keys() - {"name"}
        if unknown or "name" not in data:
            raise ValueError(
                f"export_code expects data with a name, and of {', '.join(DATA)} what is not as "
                f"usual. Got {data!r}"
            )
    layers = list(torch_code.flat(model))
    training = loss is not None and optimizer is not None
    data = {**DATA, **data} if training and data else None
    if style == "nnlib":
        parts = [
            "import numpy as np\n\nimport nnlib as nn" if data else "import nnlib as nn",
            _nnlib_model(layers),
            _nnlib_weights(layers),
        ]
        if training:
            parts += [
                f"loss = nn.{_call(loss)}\noptimizer = nn.{_call(optimizer)}",
                _nnlib_train(epochs, batch_size),
            ]
    else:
        parts = [
            "import numpy as np\nimport torch" if training else "import torch",
            _torch_import(layers, data),
            _torch_dtype(model),
            *_torch_model(layers, style),
            _torch_weights(layers),
        ]
        if training:
            parts += [
                _torch_loss(loss),
                _torch_optimizer(optimizer),
                _torch_train(loss, optimizer, epochs, batch_size),
            ]
    if data:
        parts.append(_data(data, "nn" if style == "nnlib" else "nnlib"))
    return _assemble([_title(model, layers), *parts])


def _assemble(parts):
    """Paragraphs into a program: two empty lines around functions and classes, else one."""
    text = ""
    before = ""
    for part in filter(None, (p.strip("\n") for p in parts)):
        block = part.startswith(("def ", "class ")) or before.startswith(("def ", "class "))
        text += ("\n\n\n" if block else "\n\n") * bool(before) + part
        before = part
    return text + "\n"


def _title(model, layers):
    """How many numbers it holds, takes and gives."""
    sizes = [_sizes(layer) for layer in layers if _sizes(layer)]
    ends = ""
    if sizes:
        (inputs, what), outputs = sizes[0][0], sizes[-1][1]
        ends = f": {inputs} {what}{'s' * (inputs != 1)}, {outputs} output{'s' * (outputs != 1)}"
    return f'"""A network with {model.n_parameters} parameters{ends}."""'


def _sizes(layer):
    """((numbers that come in, what they are), numbers that go out), of a layer that knows."""
    if hasattr(layer, "in_channels"):
        return (layer.in_channels, "channel"), layer.out_channels
    if hasattr(layer, "n_in"):
        return (layer.n_in, "input"), getattr(layer, "n_out", None) or layer.n_hidden
    return None


# ------------------------------------------------------------------------------------- numbers


def _weights(named):
    """Arrays, each with a comment, as the lines of a Python list."""
    lines = ["weights = ["]
    for comment, a in named:
        lines += [f"    # {comment}", *_array(a, " " * 4)]
    text = "\n".join([*lines, "]"])
    if not all(np.isfinite(a).all() for _, a in named):
        text = 'nan, inf = float("nan"), float("inf")  # this network has run away\n' + text
    return "# Without these weights it starts from random ones.\n" + text


def _array(a, indent):
    """An array as lists in lists. Nine digits are all that float32 has."""
    if a.ndim == 1:
        return [_row(a, indent)]
    if a.ndim == 2 and len(a) == 1:
        return [_row(a[0], indent, "[[", "]],")]
    inner = [line for part in a for line in _array(part, indent + " " * 4)]
    return [f"{indent}[", *inner, f"{indent}],"]


def _row(numbers, indent, opening="[", closing="],"):
    text = f"{indent}{opening}{', '.join(f'{v:.9g}' for v in numbers)}{closing}"
    return "\n".join(textwrap.wrap(text, 98, subsequent_indent=indent + " " * len(opening)))


def _call(thing):
    """How to make a layer, loss or optimiser again: its name, and what is not as usual."""
    given = []
    for name, parameter in inspect.signature(type(thing).__init__).parameters.items():
        if name in ("self", "rng", "init", "dtype"):
            continue
        if name == "parameters":
            given.append("model.parameters()")
            continue
        value = _given(thing, name)
        required = parameter.default is inspect.Parameter.empty
        if value is Parameter or isinstance(value, Parameter):
            continue  # is among the weights
        if required:
            given.append(_written(value))
        elif value != parameter.default or name == "lr":
            given.append(f"{name}={_written(value)}")
    return f"{type(thing).__name__}({', '.join(given)})"


def _written(value):
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _given(thing, name):
    """The argument that an object was made with; the class `Parameter` if it kept none."""
    if name == "k":
        return len(thing.pieces)
    if name == "bias":
        return thing.b is not None
    if name == "activation":
        return type(thing.g).__name__.lower()
    value = getattr(thing, name, Parameter)
    if name == "stride" and value == getattr(thing, "pool_size", None):
        return None  # as large as the window
    if isinstance(value, tuple) and name != "betas" and value[0] == value[1]:
        return value[0]
    return value


# --------------------------------------------------------------------------------------- nnlib


def _nnlib_model(layers):
    lines = [f"    nn.{_call(layer)}," for layer in layers]
    parameters = [p for layer in layers for p in layer.parameters()]
    single = parameters and to_numpy(parameters[0].value).dtype == np.float32
    end = ').astype("float32")' if single else ")"
    return "\n".join(["model = nn.Sequential(", *lines, end])


def _nnlib_weights(layers):
    if not any(layer.parameters() for layer in layers):
        return ""
    named = [
        (f"{_call(layer)}: {p.name}", to_numpy(p.value))
        for layer in layers
        for p in layer.parameters()
    ]
    return (
        _weights(named)
        + "\nfor parameter, value in zip(model.parameters(), weights):"
        + "\n    parameter.value[...] = value"
    )


def _nnlib_train(epochs, batch_size):
    return textwrap.dedent(f'''
        def train(X, y, epochs={epochs}, batch_size={batch_size}, rng=None):
            """Learn from samples X, in rows, and what is right for them, y."""
            for record in nn.fit(
                model, X, y, loss=loss, optimizer=optimizer,
                epochs=epochs, batch_size=batch_size, rng=rng,
            ):
                if record.epoch % max(1, epochs // 10) == 0:
                    print(f"epoch {{record.epoch:.0f}}: loss {{record.loss:.4f}}")
    ''')


def _data(data, module):
    """The lines that make the data set and train on it; the same numbers in every style."""
    return textwrap.dedent(f"""
        rng = np.random.default_rng({data["seed"]})
        data = {module}.data.plane("{data["name"]}", {data["n"]}, {data["noise"]}, rng)
        train_set, test_set = data.split({data["train_share"]}, rng)
        train(train_set.X, train_set.y, rng=rng)
    """)


# --------------------------------------------------------------------------------------- torch


def _torch_import(layers, data):
    if any("nnlib." in call for call in torch_code.modules(layers)):
        return "import nnlib"
    return "import nnlib  # for the data alone" if data else ""


def _torch_dtype(model):
    parameters = model.parameters()
    if parameters and to_numpy(parameters[0].value).dtype == np.float64:
        return "torch.set_default_dtype(torch.float64)"
    return ""


def _torch_model(layers, style):
    calls = torch_code.modules(layers)
    if style == "torch":
        lines = [f"    {call}," for call in calls]
        own = torch_code.own_modules(calls)
        return [*own, "\n".join(["model = torch.nn.Sequential(", *lines, ")"])]
    own = torch_code.own_modules(call for call in calls if call not in torch_code.TURNS)
    made, applied, count = [], [], {}
    for call in calls:
        if call in torch_code.TURNS:  # the function alone; in a row it has to be a module
            applied.append(f"x = {torch_code.TURNS[call]}")
            continue
        kind = call.split("(")[0].rpartition(".")[2].lower()
        count[kind] = count.get(kind, 0) + 1
        made.append(f"self.{kind}_{count[kind]} = {call}")
        applied.append(f"x = self.{kind}_{count[kind]}(x)")
    lines = ["class Network(torch.nn.Module):", "    def __init__(self):"]
    lines += ["        super().__init__()", *(f"        {line}" for line in made)]
    lines += ["", "    def forward(self, x):", *(f"        {line}" for line in applied)]
    return [*own, "\n".join([*lines, "        return x"]), "model = Network()"]


def _torch_weights(layers):
    if not any(layer.parameters() for layer in layers):
        return ""
    named = [
        (f"{torch_code.calls(layer)[-1]}: {what}", array)
        for layer in layers
        for what, array in torch_code.to_torch(layer)
    ]
    text = _weights(named) + (
        "\nwith torch.no_grad():"
        "\n    for parameter, value in zip(model.parameters(), weights):"
        "\n        parameter.copy_(torch.tensor(value))"
    )
    if any(type(layer).__name__ == "Dropout" for layer in layers):
        text += "\nmodel.eval()  # dropout is for training only"
    return text


def _torch_loss(loss):
    name = type(loss).__name__
    if name == "Hinge":
        return textwrap.dedent(TORCH_HINGE.format(reduction=loss.reduction)).strip()
    if name not in TORCH_LOSSES:
        raise ValueError(
            f"export_code knows no counterpart of {name} in PyTorch; it knows "
            f"{', '.join(TORCH_LOSSES)}, Hinge. Others are added in nnlib/export.py."
        )
    call = TORCH_LOSSES[name].format(reduction=loss.reduction)
    return "loss = " + call.replace('reduction="mean"', "")  # the mean is PyTorch's default


def _torch_optimizer(optimizer):
    name = type(optimizer).__name__
    if name not in TORCH_OPTIMIZERS:
        raise ValueError(
            f"export_code knows no counterpart of {name} in PyTorch; it knows "
            f"{', '.join(TORCH_OPTIMIZERS)}. Others are added in nnlib/export.py."
        )
    decay = f", weight_decay={optimizer.l2}" if optimizer.l2 else ""
    call = TORCH_OPTIMIZERS[name].format(optimizer, decay=decay)
    return f"optimizer = torch.optim.{call.replace('...', 'model.parameters()')}"


def _torch_train(loss, optimizer, epochs, batch_size):
    if type(loss).__name__ == "SoftmaxCrossEntropy":
        targets = "torch.as_tensor(y)  # whole numbers"
    else:
        targets = "torch.as_tensor(y, dtype=torch.get_default_dtype()).reshape(len(X), -1)"
    penalty = ""
    if optimizer.l1:  # PyTorch's optimisers know L2 only
        size = "sum(p.abs().sum() for p in model.parameters())"
        penalty = f"\n{' ' * 20}error = error + {optimizer.l1} * {size}"
    return textwrap.dedent(f'''
        def train(X, y, epochs={epochs}, batch_size={batch_size}, rng=None):
            """Learn from samples X, in rows, and what is right for them, y."""
            rng = np.random.default_rng(rng)
            X = torch.as_tensor(X, dtype=torch.get_default_dtype())
            y = {targets}
            for epoch in range(1, epochs + 1):
                model.train()
                order = torch.as_tensor(rng.permutation(len(X)))
                for rows in order.split(batch_size):
                    optimizer.zero_grad()
                    error = loss(model(X[rows]), y[rows]){penalty}
                    error.backward()
                    optimizer.step()
                model.eval()
                if epoch % max(1, epochs // 10) == 0:
                    with torch.no_grad():
                        print(f"epoch {{epoch}}: loss {{loss(model(X), y):.4f}}")
    ''')
