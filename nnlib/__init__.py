"""nnlib: a small neural-network library to read in class.

Everything mathematical is here by name; the submodules `check` (exercises), `data`, `plot`,
`theory` and `widgets` (live pictures) are loaded when first used, so ``import nnlib`` needs NumPy
alone.
"""

import importlib

from .activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Activation,
    LeakyReLU,
    Linear,
    LogSigmoid,
    LogSoftmax,
    Maxout,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    Sinc,
    Softmax,
    Softplus,
    Softsign,
    Step,
    Swish,
    Tanh,
    activation,
)
from .backend import default_device, to_numpy
from .conv import Conv2D
from .core import Layer, Parameter, Sequential
from .dense import Dense
from .dropout import Dropout
from .export import export_code
from .gradcheck import GradientError, gradcheck
from .graph import Graph, Value
from .losses import LOSSES, MAE, MSE, BinaryCrossEntropy, Hinge, SoftmaxCrossEntropy
from .metrics import accuracy, confusion_matrix
from .optim import OPTIMIZERS, SGD, Adam, Momentum, Nesterov, RMSProp, clip_gradients
from .perceptron import McCullochPitts, Perceptron
from .pool import AvgPool2D, Flatten, GlobalAvgPool2D, MaxPool2D
from .recurrent import GRU, LSTM, RNN, EveryStep, LastStep
from .torch_twin import load_twin, torch_twin
from .train import Record, Run, fit, step, train

LAZY = (
    "camera",
    "check",
    "data",
    "descent",
    "hardware",
    "plot",
    "precision",
    "regions",
    "schedules",
    "separable",
    "surfaces",
    "theory",
    "widgets",
)


def __getattr__(name):
    if name in LAZY:
        return importlib.import_module(f"{__name__}.{name}")
    if getattr(ACTIVATIONS.get(name.lower()), "__name__", "") == name:
        return ACTIVATIONS[name.lower()]  # one that was added, and is in no list here
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *LAZY])


__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Maxout",
    "Mish",
    "PReLU",
    "ReLU",
    "Sigmoid",
    "Sinc",
    "Softmax",
    "Softplus",
    "Softsign",
    "Step",
    "Swish",
    "Tanh",
    "activation",
    "default_device",
    "to_numpy",
    "Layer",
    "Parameter",
    "Sequential",
    "AvgPool2D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2D",
    "MaxPool2D",
    "GRU",
    "LSTM",
    "RNN",
    "EveryStep",
    "LastStep",
    "load_twin",
    "torch_twin",
    "export_code",
    "GradientError",
    "gradcheck",
    "Graph",
    "Value",
    "LOSSES",
    "MAE",
    "MSE",
    "BinaryCrossEntropy",
    "Hinge",
    "SoftmaxCrossEntropy",
    "OPTIMIZERS",
    "SGD",
    "Adam",
    "Momentum",
    "Nesterov",
    "RMSProp",
    "clip_gradients",
    "McCullochPitts",
    "Perceptron",
    "Record",
    "Run",
    "accuracy",
    "confusion_matrix",
    "fit",
    "step",
    "train",
]
