"""Networks for tests of what must hold for every layer: twins, exported programs, devices."""

import inspect

import numpy as np

import nnlib as nn
from nnlib import torch_code
from tests.libraries import torch

C = nn.Conv2D


def act(name, *sizes, **options):
    cls = nn.ACTIVATIONS[name]
    sized = "n_in" in inspect.signature(cls.__init__).parameters
    return cls(*(sizes if sized else ()), **options)


#: name -> (layers, shape of one sample)
LAYERS = {
    "dense": (lambda: [nn.Dense(3, 4)], (3,)),
    "dense without bias": (lambda: [nn.Dense(3, 4, bias=False)], (3,)),
    "dropout": (lambda: [nn.Dropout(0.5)], (3,)),
    "convolution": (lambda: [C(2, 3, 3)], (5, 6, 2)),
    "convolution without bias": (lambda: [C(2, 3, 2, bias=False)], (5, 6, 2)),
    "stride and padding": (lambda: [C(2, 3, (3, 2), (2, 1), (0, 1))], (5, 6, 2)),
    "same": (lambda: [C(2, 3, 3, padding="same")], (5, 4, 2)),
    "same, even": (lambda: [C(2, 3, (2, 4), padding="same")], (5, 6, 2)),
    "same, stride": (lambda: [C(2, 3, 3, (2, 3), "same")], (6, 7, 2)),
    "same, stride longer than kernel": (lambda: [C(2, 3, 1, 3, "same")], (6, 7, 2)),
    "maxpool": (lambda: [nn.MaxPool2D(2)], (5, 6, 2)),
    "maxpool, stride": (lambda: [nn.MaxPool2D((3, 2), 1, 1)], (5, 6, 2)),
    "maxpool, same": (lambda: [nn.MaxPool2D(3, padding="same")], (5, 7, 2)),
    "maxpool, same, odd": (lambda: [nn.MaxPool2D(3, 1, "same")], (5, 7, 2)),
    "avgpool": (lambda: [nn.AvgPool2D(2)], (5, 6, 2)),
    "avgpool, padding": (lambda: [nn.AvgPool2D(3, 2, 1)], (5, 6, 2)),
    "avgpool, margins not counted": (lambda: [nn.AvgPool2D(3, 2, 1, False)], (5, 6, 2)),
    "avgpool, same": (lambda: [nn.AvgPool2D((2, 3), 2, "same")], (5, 7, 2)),
    "avgpool, same, not counted": (lambda: [nn.AvgPool2D(2, 3, "same", False)], (5, 7, 2)),
    "avgpool, odd same, not counted": (lambda: [nn.AvgPool2D(3, 1, "same", False)], (5, 7, 2)),
    "global avgpool": (lambda: [nn.GlobalAvgPool2D(), nn.Dense(2, 3)], (5, 7, 2)),
    "flatten": (lambda: [nn.Flatten(), nn.Dense(12, 2)], (2, 3, 2)),
    "flatten behind convolution": (
        lambda: [C(1, 3, 2), nn.ReLU(), nn.Flatten(), nn.Dense(18, 2)], (3, 4, 1),
    ),
    "softmax of channels": (lambda: [C(2, 3, 1), nn.Softmax(), C(3, 2, 1)], (3, 4, 2)),
    "prelu of pictures": (lambda: [C(2, 3, 1), nn.PReLU()], (3, 4, 2)),
    "lstm": (lambda: [nn.LSTM(2, 3)], (5, 2)),
    "gru": (lambda: [nn.GRU(2, 3)], (5, 2)),
    "last step": (lambda: [nn.GRU(2, 3), nn.LastStep(), nn.Dense(3, 2)], (5, 2)),
    "every step": (lambda: [nn.LSTM(2, 3), nn.EveryStep(), nn.Dense(3, 2)], (5, 2)),
    "two recurrent layers": (lambda: [nn.RNN(2, 3), nn.Dropout(0.1), nn.GRU(3, 4)], (4, 2)),
    "nested": (
        lambda: [nn.Sequential(C(1, 2, 2), nn.Sequential(nn.Tanh(), nn.Flatten())),
                 nn.Dense(12, 2)], (3, 4, 1),
    ),
    **{
        f"rnn, {name}": (lambda name=name: [nn.RNN(2, 3, name)], (5, 2))
        for name, cls in nn.ACTIVATIONS.items()
        if hasattr(cls, "derivative") and not cls.trainable
    },
    **{
        name: (lambda name=name: [nn.Dense(3, 4), act(name, 4, 5), act(name, 5, 2)], (3,))
        for name in nn.ACTIVATIONS
    },
}  # fmt: skip


def made(layers, seed=0, dtype="float64"):
    """A network of these layers, with weights of which none is 0."""
    model = nn.Sequential(*layers)
    rng = np.random.default_rng(seed)
    for p in model.parameters():
        p.value[...] = rng.normal(size=p.shape)
    return model.astype(dtype)


def gradients(model, twin):
    """What PyTorch found for a twin, in the order and the shapes of our parameters."""
    found = [torch.zeros_like(p) if p.grad is None else p.grad for p in twin.parameters()]
    back = []
    for layer in torch_code.flat(model):
        n = len(torch_code.to_torch(layer))
        back += torch_code.from_torch(layer, [g.numpy() for g in found[:n]])
        found = found[n:]
    return back
