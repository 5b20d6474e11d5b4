"""Epochs a second: `nnlib`, scikit-learn and PyTorch train the same small network, in turns.

The network is 2-[8, 8, 8]-1 with tanh, in float32, on 250 points in batches of 10, shuffled anew
in every epoch, with the binary cross-entropy computed in every step. In each round each library
trains for a moment, so that whatever else the machine does hits all of them; medians count.

    python -m benchmarks.epochs
"""

import argparse
import statistics
import time
import warnings

import numpy as np
from threadpoolctl import threadpool_limits

import nnlib as nn

HIDDEN = (8, 8, 8)
SAMPLES, BATCH = 250, 10
MAP = 100  # a decision map of 100 × 100 points


def data(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(SAMPLES, 2)).astype("float32")
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


def network():
    widths = (2, *HIDDEN, 1)
    layers = []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [nn.Dense(n_in, n_out, rng=1, dtype="float32"), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def nnlib(optimizer):
    """A function that trains for so many epochs; one like it for each library."""
    X, y = data()
    model = network()
    optimizer = nn.optim.OPTIMIZERS[optimizer](model.parameters(), lr=0.01)
    run = nn.Run(model, nn.BinaryCrossEntropy(), optimizer, X, y, batch_size=BATCH, rng=0)

    def train(epochs):
        run.step(epochs * run.batches_per_epoch)

    return train


def sklearn(optimizer):
    from sklearn.neural_network import MLPClassifier

    X, y = data()
    model = MLPClassifier(
        HIDDEN,
        activation="tanh",
        solver=optimizer,
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=0.01,
        momentum=0.0,
        random_state=0,
    )
    model.partial_fit(X, y, classes=[0, 1])

    def train(epochs):
        for _ in range(epochs):
            model.partial_fit(X, y)  # one pass over the data in shuffled batches

    return train


def torch(optimizer):
    import torch

    X, y = data()
    X, y = torch.from_numpy(X), torch.from_numpy(y.astype("float32")[:, None])
    widths = (2, *HIDDEN, 1)
    layers = []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    loss = torch.nn.BCEWithLogitsLoss()
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimizer = kinds[optimizer](model.parameters(), lr=0.01)

    def train(epochs):
        for _ in range(epochs):
            order = torch.randperm(SAMPLES)
            shuffled_X, shuffled_y = X[order], y[order]
            for start in range(0, SAMPLES, BATCH):
                batch = slice(start, start + BATCH)
                optimizer.zero_grad()
                value = loss(model(shuffled_X[batch]), shuffled_y[batch])
                value.backward()
                optimizer.step()

    return train


LIBRARIES = {"nnlib": nnlib, "sklearn": sklearn, "torch": torch}


def rates(optimizer, rounds, seconds):
    """Median epochs a second of each library, each round a turn of each."""
    trainers = {name: make(optimizer) for name, make in LIBRARIES.items()}
    counts, seen = {}, {name: [] for name in trainers}
    for name, train in trainers.items():
        train(5)  # warm up, and find out how many epochs fit into a turn
        start = time.perf_counter()
        train(10)
        counts[name] = max(5, round(10 * seconds / (time.perf_counter() - start)))
    for _ in range(rounds):
        for name, train in trainers.items():
            start = time.perf_counter()
            train(counts[name])
            seen[name].append(counts[name] / (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in seen.items()}


def map_ms(rounds=200):
    """Median milliseconds for what the network says at each point of a decision map."""
    model = network()
    points = np.random.default_rng(0).normal(size=(MAP * MAP, 2)).astype("float32")
    seen = []
    for _ in range(rounds):
        start = time.perf_counter()
        model.forward(points)
        seen.append(time.perf_counter() - start)
    return 1000 * statistics.median(seen)


def measure(rounds=9, seconds=0.4):
    """Epochs a second of each library with SGD, under ``"adam"`` the same with Adam; ``map_ms``."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as for NumPy: for products this small, more are slower
    try:
        with threadpool_limits(1), warnings.catch_warnings(action="ignore"):
            return {
                **rates("sgd", rounds, seconds),
                "adam": rates("adam", rounds, seconds),
                "map_ms": map_ms(),
            }
    finally:
        torch.set_num_threads(threads)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="turns of each library (9)")
    parser.add_argument("--seconds", type=float, default=0.4, help="length of a turn (0.4)")
    options = parser.parse_args(argv)
    found = measure(options.rounds, options.seconds)
    for title, rate in (("SGD", found), ("Adam", found["adam"])):
        sklearn, torch = rate["nnlib"] / rate["sklearn"], rate["nnlib"] / rate["torch"]
        print(
            f"{title:5} epochs/s: nnlib {rate['nnlib']:.0f}, "
            f"scikit-learn {rate['sklearn']:.0f} ({sklearn:.1f} ×), "
            f"torch {rate['torch']:.0f} ({torch:.1f} ×)"
        )
    print(f"decision map of {MAP * MAP:,} points: {found['map_ms']:.2f} ms")


if __name__ == "__main__":
    main()
