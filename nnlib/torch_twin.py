r"""The same network twice: ours, and PyTorch's with the same weights.

`torch_twin` makes a ``torch.nn.Module`` of a `Sequential`; `load_twin` brings its weights back. In
float64 a step of training gives both the same loss and the same gradients, to rounding.

What is run here is what ``export_code(model, "torch")`` prints: both come from `nnlib.torch_code`.
"""

from __future__ import annotations

import sys

from . import torch_code
from .backend import import_torch, like, to_numpy
from .core import Sequential


def torch_twin(model):
    """This network as a ``torch.nn.Sequential``: a copy of its weights, their dtype and device.

    It takes and returns tensors of the shapes our network does, pictures channels last; inside it
    is the network one would write in PyTorch, channels first. Unlike ours it converts nothing: give
    it tensors of its own dtype and device. A `Dropout` draws other masks than ours; with
    ``twin.eval()`` it does nothing, as in ours outside training.

    On a GPU, PyTorch rounds float32 to ten bits inside its convolutions (TF32) and agrees with ours
    to three digits only; ``torch.backends.cudnn.allow_tf32 = False`` makes it exact.

    Our recurrent layers have one bias where PyTorch adds two; of these the twin trains one, so that
    both learn alike.

    Parameters
    ----------
    model : Sequential
        Of layers in the table of `nnlib.torch_code`: all of nnlib's. A `Sequential` in it counts as
        its layers.

    Returns
    -------
    torch.nn.Sequential
        In training mode, as every new module.

    Raises
    ------
    TypeError
        If the model is no `Sequential`.
    ValueError
        If PyTorch has no counterpart of a layer, or the weights differ in dtype or device.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> import torch
    >>> from nnlib import Dense, MSE, Sequential, Tanh
    >>> model = Sequential(Dense(2, 3, rng=0), Tanh(), Dense(3, 1, rng=1))
    >>> twin = torch_twin(model)
    >>> twin
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )

    Both gradients of one loss, ours by hand and PyTorch's by its own record:

    >>> x, y, mse = torch.tensor([[0.5, -1.0]], dtype=torch.float64), torch.ones(1, 1), MSE()
    >>> ours = mse(model.forward(x.numpy()), y.numpy())
    >>> dx = model.backward(mse.backward())
    >>> theirs = torch.nn.functional.mse_loss(twin(x), y.double())
    >>> theirs.backward()
    >>> bool(abs(ours - theirs.item()) < 1e-12)
    True
    >>> bool(abs(model[0].W.grad - twin[0].weight.grad.numpy().T).max() < 1e-12)
    True
    """
    torch = import_torch("torch_twin")
    if not isinstance(model, Sequential):
        raise TypeError(f"torch_twin expects a Sequential; got {type(model).__name__}.")
    layers = list(torch_code.flat(model))
    calls = torch_code.modules(layers)
    kinds = {(to_numpy(p.value).dtype.name, str(_device(p))) for p in model.parameters()}
    if len(kinds) > 1:
        got = " and ".join(sorted(" on ".join(kind) for kind in kinds))
        raise ValueError(
            f"torch_twin expects weights of one dtype, on one device; got {got}. "
            "Try model.astype('float64')."
        )
    names = {"torch": torch, "nnlib": sys.modules[__package__]}
    for text in torch_code.own_modules(calls):
        exec(text, names)
    twin = torch.nn.Sequential(*(eval(call, names) for call in calls))
    for dtype, device in kinds:
        twin.to(device, getattr(torch, dtype))
    weights = [w for layer in layers for _, w in torch_code.to_torch(layer)]
    with torch.no_grad():
        for parameter, value in zip(twin.parameters(), weights, strict=True):
            parameter.copy_(torch.tensor(value))
    return twin


def load_twin(model, twin):
    """Write the weights of a twin, trained meanwhile perhaps, into our network; returns it.

    Parameters
    ----------
    model : Sequential
        Changed in place. It keeps its dtype and device.
    twin : torch.nn.Module
        What `torch_twin` made of this network, or another module with parameters of the same shapes
        in the same order: such as the class that ``export_code(model, "torch-class")`` prints.

    Raises
    ------
    TypeError
        If the one is no `Sequential`, or the other no module.
    ValueError
        If the shapes differ. The network is then as it was.

    Examples
    --------
    >>> import torch
    >>> from nnlib import Dense, Sequential
    >>> model = Sequential(Dense(2, 1))
    >>> twin = torch_twin(model)
    >>> with torch.no_grad():
    ...     print(twin[0].weight.copy_(torch.tensor([[3.0, 4.0]])).shape)
    torch.Size([1, 2])
    >>> load_twin(model, twin)[0].W.value
    array([[3.],
           [4.]])
    """
    torch = import_torch("load_twin")
    if not isinstance(model, Sequential):
        raise TypeError(f"load_twin expects a Sequential; got {type(model).__name__}.")
    if not isinstance(twin, torch.nn.Module):
        raise TypeError(f"load_twin expects a torch.nn.Module; got {type(twin).__name__}.")
    layers = list(torch_code.flat(model))
    wanted = [[w.shape for _, w in torch_code.to_torch(layer)] for layer in layers]
    found = [to_numpy(p) for p in twin.parameters()]
    expected = [shape for shapes in wanted for shape in shapes]
    got = [w.shape for w in found]
    if got != expected:
        raise ValueError(
            f"load_twin expects parameters of the shapes {_listed(expected)}; got {_listed(got)}."
        )
    for layer, shapes in zip(layers, wanted, strict=True):
        arrays, found = found[: len(shapes)], found[len(shapes) :]
        for p, value in zip(layer.parameters(), torch_code.from_torch(layer, arrays), strict=True):
            p.value[...] = like(value, p.value)
    return model


def _device(parameter):
    """Where the weights are; NumPy's are on the CPU."""
    return getattr(parameter.value, "device", "cpu")


def _listed(shapes):
    return ", ".join(map(str, shapes)) or "none"
