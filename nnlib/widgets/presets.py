"""Settings of the playground worth a look. What each of them says, a test holds it to."""

from __future__ import annotations

from dataclasses import dataclass, field


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
