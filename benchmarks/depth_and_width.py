"""Wide or deep, with as many parameters: four networks, three tasks, twelve seeds, five rates each.

All are ReLU networks of 500 to 540 parameters, trained by Adam on all samples at once for the same
number of steps, with a learning rate that falls in a straight line to zero. Each seed draws its own
samples and first weights. For every network the rate is taken that has the lowest median error on
400 samples set aside; what is stored is measured on 2000 others, without noise. Errors are shares
of the variance that are left unexplained: 1 is as good as always saying the mean.

    python -m benchmarks.depth_and_width
"""

import time

import numpy as np
from threadpoolctl import threadpool_limits

import nnlib as nn

from .store import store

SEEDS = 12
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
STEPS = 3000
WIDTHS = {  # hidden layers, by the number of inputs: so that all have nearly as many parameters
    1: {"1": [170], "2": [21] * 2, "4": [12] * 4, "8": [8] * 8},
    2: {"1": [128], "2": [20] * 2, "4": [12] * 4, "8": [8] * 8},
}


def ripple(X):
    """Rings round the middle: a function of the radius, which is itself to be computed."""
    return np.cos(3 * np.pi * np.hypot(*X.T))[:, None]


def sawtooth(X):
    """16 straight pieces, what four folds of the line make of it."""
    x = (X + 1) / 2
    for _ in range(4):
        x = 1 - np.abs(2 * x - 1)
    return 2 * x - 1


def wave(X):
    """One gentle wave along one direction."""
    return np.sin(2 * X[:, :1] + X[:, 1:])


# name -> (function, inputs, samples, noise)
TASKS = {
    "ripple": (ripple, 2, 500, 0.0),
    "sawtooth": (sawtooth, 1, 500, 0.0),
    "noisy wave": (wave, 2, 60, 0.3),
}


def network(n_in, widths, rng):
    """He's start, and biases that are not zero: else all first creases go through one point."""
    sizes, layers = [n_in, *widths, 1], []
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        dense = nn.Dense(a, b, rng=rng, init="he")
        dense.b.value[...] = rng.uniform(-1, 1, b) / np.sqrt(a)
        layers += [dense, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def regions(model, n_in):
    if n_in == 1:
        return nn.regions.on_segment(model, [-1], [1]).n_linear
    return nn.regions.on_plane(model).n_linear


def one(task, widths, rate, seed):
    """Errors on training, validation and test samples, and linear regions before and after."""
    function, n_in, n, noise = TASKS[task]
    rng = np.random.default_rng(seed)
    X, V, T = (rng.uniform(-1, 1, (k, n_in)) for k in (n, 400, 2000))
    y, v = (function(A) + noise * rng.normal(size=(len(A), 1)) for A in (X, V))
    model = network(n_in, widths, rng)
    before = regions(model, n_in)
    loss, adam = nn.MSE(), nn.Adam(model.parameters(), lr=rate)
    for step in range(STEPS):
        adam.lr = rate * (1 - step / STEPS)
        nn.step(model, loss, adam, X, y)
    scale = function(T).var()
    errors = [float(loss(model.forward(A), b)) for A, b in ((X, y), (V, v), (T, function(T)))]
    return *(e / scale for e in errors), before, regions(model, n_in)


def four_digits(x):
    """Not four decimals: the smallest of them would be 0, which no logarithmic axis has."""
    return float(f"{x:.4g}")


def measure(task, widths):
    """The runs of the best rate."""
    tried = {r: np.array([one(task, widths, r, s) for s in range(SEEDS)]) for r in RATES}
    best = min(RATES, key=lambda r: np.median(tried[r][:, 1]))
    train, _, test, before, after = tried[best].T
    return {
        "widths": widths,
        "rate": best,
        "train": [four_digits(e) for e in train],
        "test": [four_digits(e) for e in test],
        "regions_before": [int(n) for n in before],
        "regions_after": [int(n) for n in after],
        "median_test_of_each_rate": {str(r): four_digits(np.median(a[:, 2]))
                                     for r, a in tried.items()},
    }  # fmt: skip


def main():
    found = {}
    with threadpool_limits(1):
        for task, (_, n_in, n, noise) in TASKS.items():
            networks = {}
            for depth, widths in WIDTHS[n_in].items():
                start = time.perf_counter()
                networks[depth] = measure(task, widths)
                parameters = network(n_in, widths, np.random.default_rng(0)).n_parameters
                networks[depth]["parameters"] = parameters
                middle = np.median(networks[depth]["test"])
                took = time.perf_counter() - start
                print(f"{task:10} {widths!s:26} {parameters}: test {middle:.3f}  ({took:.0f} s)",
                      flush=True)  # fmt: skip
            found[task] = {"samples": n, "noise": noise, "networks": networks}
    store("depth_and_width",
          {"seeds": SEEDS, "rates": list(RATES), "steps": STEPS, "tasks": found})  # fmt: skip


if __name__ == "__main__":
    main()
