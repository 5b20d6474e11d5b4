"""The largest error of one hidden layer against its width: by hand, solved, trained.

Three ways to come by the weights, for functions on [0, 1]:

by hand   `theory.bumps`: written down
solved    a random hidden layer; output weights by least squares
trained   all weights by Adam, from the same random hidden layer

For each activation and width, the smallest, the median and the largest over seeds of the largest
error on 1001 points. Run it with ``python -m benchmarks.universal_approximation`` (ten minutes).
"""

import numpy as np

from benchmarks.store import store
from nnlib.backend import one_thread
from nnlib.theory import (
    COMPARED,
    TARGETS,
    bumps,
    descend,
    least_squares,
    random_hidden,
    random_network,
    sup_error,
)

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128)
FUNCTIONS = ("sine", "a wild one")
SOLVED_SEEDS, TRAINED_SEEDS, STEPS = 20, 10, 2000
X = np.linspace(0, 1, 401)


def largest(f, weights, g):
    return sup_error(f, lambda x: weights.values(x, g)).error


def solved(f, g, n, seed):
    return largest(f, least_squares(X, f(X), *random_hidden(n, seed), g), g)


def trained(f, g, n, seed):
    for _, weights in descend(X, f(X), random_network(n, g, seed), g, STEPS):  # noqa: B007
        pass
    return largest(f, weights, g)


def spread(errors):
    """Three digits of the smallest, the median and the largest."""
    return [float(f"{v:.3g}") for v in (np.min(errors), np.median(errors), np.max(errors))]


def main():
    found = {}
    for name in FUNCTIONS:
        f, rows = TARGETS[name], {}
        for g in ("sigmoid", "relu"):
            rows[f"by hand: {g}"] = [spread([largest(f, bumps(f, n, g), g)]) for n in WIDTHS]
        for key, g in COMPARED.items():
            for how, measure, seeds in (
                ("solved", solved, SOLVED_SEEDS),
                ("trained", trained, TRAINED_SEEDS),
            ):
                rows[f"{how}: {key}"] = [
                    spread([measure(f, g, n, seed) for seed in range(seeds)]) for n in WIDTHS
                ]
                print(name, how, key, [row[1] for row in rows[f"{how}: {key}"]], flush=True)
        found[name] = rows
    settings = {"widths": WIDTHS, "steps": STEPS}
    seeds = {"solved_seeds": SOLVED_SEEDS, "trained_seeds": TRAINED_SEEDS}
    store("universal_approximation", {**settings, **seeds, "errors": found})


if __name__ == "__main__":
    with one_thread():
        main()
