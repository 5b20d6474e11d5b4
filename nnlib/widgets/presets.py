"""The playground's controls, what they are set to at first, and presets worth a look.

What a preset says, a test holds it to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import ipywidgets as ipw

from ..data import PLANE
from ..optim import OPTIMIZERS
from .controls import activation_choice, button, buttons, choice, log_slider, slider, switch

OWN = "my own points"
MAX_DEPTH = 6

ONE_STEP, FASTEST = 0.0, float("inf")
SPEEDS = {  # in epochs a second
    "4 steps a second": ONE_STEP,
    "1 epoch a second": 1.0,
    "10 epochs a second": 10.0,
    "50 epochs a second": 50.0,
    "as fast as it can": FASTEST,
}

DEFAULTS = dict(
    data="moons",
    noise=0.15,
    train_share=0.5,
    seed=1,
    depth=3,
    **{f"width{k}": 8 for k in range(1, MAX_DEPTH + 1)},
    activation="tanh",
    learning_rate=0.03,
    batch_size=10,
    optimizer="sgd",
    l1=0.0,
    l2=0.0,
    dropout=0.0,
)


@dataclass(frozen=True)
class Preset:
    """Settings worth a look, and a line that says what to look for."""

    comment: str
    settings: dict = field(default_factory=dict)


PRESETS = {
    "one line is enough": Preset(
        "Two clouds, no hidden layer: a single neuron draws a line, and a line is all it needs.",
        dict(data="gaussians", depth=0, noise=0.15, learning_rate=0.1),
    ),
    "one line is not enough": Preset(
        "XOR without a hidden layer: the loss stays at ln 2 ≈ 0.69, the price of guessing. Add one "
        "layer and press Play again.",
        dict(data="xor", depth=0, learning_rate=0.1),
    ),
    "XOR with one hidden layer": Preset(
        "Four hidden units, each a line; look at the small maps, then at how the output adds them.",
        dict(data="xor", depth=1, width1=4, activation="tanh", learning_rate=0.1),
    ),
    "linear layers stay linear": Preset(
        "Three layers of eight, but the activation is the identity: still one straight line.",
        dict(data="circle", depth=3, activation="linear", learning_rate=0.03),
    ),
    "the same, bent by tanh": Preset(
        "Only the activation is different from the preset before. Look at the bent plane below.",
        dict(data="circle", depth=3, activation="tanh", learning_rate=0.03),
    ),
    "ReLU draws with rulers": Preset(
        "The boundary is made of straight pieces; every kink is where some unit switches on.",
        dict(data="circle", depth=1, width1=6, activation="relu", learning_rate=0.1),
    ),
    "the spiral": Preset(
        "The hard one: three layers and Adam. Watch the gradient norms while the arms unwind.",
        dict(data="spiral", noise=0.05, depth=3, activation="tanh", optimizer="adam",
             learning_rate=0.01),
    ),
    "too large a step": Preset(
        "A learning rate of 3 on a surface: each step overshoots further than the one before, and "
        "the loss runs away. Try what the sentence advises.",
        dict(data="regression_bumps", depth=2, activation="relu", learning_rate=3.0),
    ),
    "too small a step": Preset(
        "A learning rate of 0.0001: nothing is wrong, and nothing happens. Patience is not enough.",
        dict(data="moons", depth=2, activation="tanh", learning_rate=1e-4),
    ),
    "dead units": Preset(
        "ReLU and a learning rate just too large: count the units that never switch on again.",
        dict(data="circle", depth=2, activation="relu", learning_rate=1.5, batch_size=5, seed=3),
    ),
    "memorising the noise": Preset(
        "Very few noisy samples and a large network: the training loss falls, the test loss rises.",
        dict(
            data="moons", noise=0.4, train_share=0.1, depth=3, width1=16, width2=16, width3=16,
            activation="tanh", optimizer="adam", learning_rate=0.01,
        ),
    ),
    "the same, held back by dropout": Preset(
        "Half of the hidden units are dropped at random in each step. Does the test loss rise now?",
        dict(
            data="moons", noise=0.4, train_share=0.1, depth=3, width1=16, width2=16, width3=16,
            activation="tanh", optimizer="adam", learning_rate=0.01, dropout=0.5,
        ),
    ),
    "four classes": Preset(
        "One output per class and softmax: the colour is the winner, its strength the probability.",
        dict(data="k_classes", depth=2, activation="tanh", learning_rate=0.1),
    ),
    "a surface to fit": Preset(
        "Regression: no classes but heights, and the mean squared error as loss.",
        dict(data="regression_bumps", depth=2, activation="tanh", optimizer="adam",
             learning_rate=0.01),
    ),
}  # fmt: skip


def playground_controls(start: dict) -> dict:
    """All controls of the playground, set to ``start``: values by the names of `DEFAULTS`."""
    return {
        "preset": choice("preset", [("– choose –", ""), *((n, n) for n in PRESETS)]),
        "data": choice("data", [*PLANE, OWN], start["data"]),
        "noise": slider("noise", start["noise"], 0.0, 0.5, 0.01),
        "train_share": slider("share for training", start["train_share"], 0.1, 0.9, 0.05),
        "seed": slider("seed", start["seed"], 0, 99, 1),
        "depth": slider("hidden layers", start["depth"], 0, MAX_DEPTH, 1),
        **{
            f"width{k}": slider(f"units in layer {k}", start[f"width{k}"], 1, 16, 1)
            for k in range(1, MAX_DEPTH + 1)
        },
        "activation": activation_choice("activation g", start["activation"]),
        "learning_rate": log_slider("learning rate η", start["learning_rate"], -5, 1),
        "batch_size": slider("batch size", start["batch_size"], 1, 50, 1),
        "optimizer": choice("optimiser", OPTIMIZERS, start["optimizer"]),
        "l1": slider("L1 penalty", start["l1"], 0.0, 0.1, 0.001),
        "l2": slider("L2 penalty", start["l2"], 0.0, 0.1, 0.001),
        "dropout": slider("dropout", start["dropout"], 0.0, 0.8, 0.05),
        "play": button("Play", "play", "Train; press again to pause"),
        "step": button("Step", "step-forward", "One gradient step on one batch"),
        "same": button("Same start again", "undo", "Back to the very same first weights"),
        "reset": button("Reset", "random", "New random weights and data: the next seed"),
        "speed": choice("speed", SPEEDS.items(), 50.0),
        "show_test": switch("test points", True),
        "discrete": switch("only the winner", False),
        "bend": choice("bent by layer", [("none: the plane itself", 0)], 0),
        "across": choice("across", [("unit 1", 0)], 0),
        "up": choice("up", [("unit 2", 1)], 1),
        "point_class": buttons("click adds class", [("●  0", 0), ("■  1", 1), ("▲  2", 2)], 0),
        "clear": button("Remove my points", "trash"),
        "weight": ipw.FloatText(
            step=0.1,
            style={"description_width": "initial"},  # its name comes with the weight
            layout={"width": "240px", "display": "none"},
        ),
        "code": button("Write it as code", "code", "nnlib and PyTorch code of this network"),
    }
