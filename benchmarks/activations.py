"""tanh against sigmoid, and ReLU with the slope sign(z), trained from several starts.

Networks of 8 units a layer learn to tell a disc from the ring round it (100 samples, all in each
step, binary cross-entropy, Glorot's first weights, for ReLU He's). Run it with
``python -m benchmarks.activations``; it takes about a minute.
"""

import numpy as np

import nnlib as nn
from nnlib.backend import one_thread

from .store import store

WIDTH, GOAL = 8, 0.2
RATES = {"SGD": (0.1, 0.3, 1.0, 3.0, 10.0), "Adam": (0.003, 0.01, 0.03, 0.1, 0.3)}


class SignReLU(nn.ReLU):
    """ReLU with the derivative sign(z) of a lecture slide: −1 instead of 0 for z < 0."""

    def slope(self, z, y):
        return np.sign(z)


def losses(make, depth, optimiser, lr, seed, epochs, init):
    """The loss before each step."""
    ring = nn.data.circle(100, noise=0.1, rng=0)
    body, n = [], 2
    for k in range(depth):
        body += [nn.Dense(n, WIDTH, rng=[seed, k], init=init), make()]
        n = WIDTH
    model = nn.Sequential(*body, nn.Dense(n, 1, rng=[seed, 99]))
    loss = nn.BinaryCrossEntropy()
    rule = nn.OPTIMIZERS[optimiser.lower()](model.parameters(), lr=lr)
    with np.errstate(all="ignore"):
        return np.array([nn.step(model, loss, rule, ring.X, ring.y) for _ in range(epochs)])


def tanh_against_sigmoid(seeds=10, epochs=600):
    """Epochs until the loss is below GOAL, for each learning rate; None: never."""
    found = []
    for depth in (1, 2, 3):
        for optimiser, rates in RATES.items():
            for name in ("tanh", "sigmoid"):
                for lr in rates:
                    curves = [
                        losses(nn.ACTIVATIONS[name], depth, optimiser, lr, s, epochs, "glorot")
                        for s in range(seeds)
                    ]
                    below = [np.flatnonzero(c < GOAL) for c in curves]
                    found.append(
                        {
                            "depth": depth,
                            "optimiser": optimiser,
                            "activation": name,
                            "lr": lr,
                            "epochs": [int(b[0]) if len(b) else None for b in below],
                        }
                    )
    return found


def sign_slope(seeds=20, epochs=300):
    """The loss after training with the right and with the wrong slope; None: diverged."""
    found = []
    for depth in (1, 2, 3, 4, 5):
        for name, make in (("right", nn.ReLU), ("sign", SignReLU)):
            last = [losses(make, depth, "SGD", 0.1, s, epochs, "he")[-1] for s in range(seeds)]
            last = [round(float(v), 4) if np.isfinite(v) else None for v in last]
            found.append({"depth": depth, "slope": name, "loss": last})
    return found


def main():
    with one_thread():
        store(
            "activations",
            {"goal": GOAL, "tanh_sigmoid": tanh_against_sigmoid(), "sign": sign_slope()},
        )


if __name__ == "__main__":
    main()
