"""Five optimisers on two real tasks: ``python -m benchmarks.optimisers`` (about four minutes).

Every optimiser with every learning rate of a grid and every seed sees the same first weights and
the same batches. Kept are the losses on held-back samples after each epoch. The second part does
the same with plain SGD for learning rate × batch size, on the digits.
"""

import sys
import time

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

import nnlib as nn
from benchmarks.store import store
from nnlib import data

SEEDS = 10
RATES = [float(f"{r:.3g}") for r in 10.0 ** np.arange(-4, 1.01, 0.5)]
NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
BATCHES = (1, 4, 16, 64, 256)
EPOCHS = {"digits": 12, "spiral": 300}
EVERY = {"digits": 1, "spiral": 10}  # epochs between two measurements
WORST = 99.0  # stands for a loss that is larger or not a number


def task(name, seed):
    """(model, loss, training samples, held-back samples), the same for the same seed."""
    rng = np.random.default_rng(seed)
    if name == "digits":
        found, sizes = data.digits(), (64, 32, 10)
        loss = nn.SoftmaxCrossEntropy()
    else:
        found, sizes = data.plane("spiral", 400, noise=0.02, rng=seed), (2, 16, 16, 1)
        loss = nn.BinaryCrossEntropy()
    order = rng.permutation(len(found))
    first = len(found) * 3 // 4
    train, held = order[:first], order[first:]
    layers = []
    for n, k in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [nn.Dense(n, k, rng=rng), nn.Tanh()]
    model = nn.Sequential(*layers[:-1]).astype("float32")
    X = found.X.astype("float32")
    return model, loss, (X[train], found.y[train]), (X[held], found.y[held])


def curve(name, optimizer, lr, batch_size, seed):
    """Loss on the held-back samples before training and every few epochs, and the last accuracy."""
    model, loss, train, held = task(name, seed)
    run = nn.Run(
        model, loss, nn.OPTIMIZERS[optimizer](model.parameters(), lr=lr), *train,
        batch_size=batch_size, rng=seed,
    )  # fmt: skip
    losses = []
    for epoch in range(0, EPOCHS[name] + 1, EVERY[name]):
        if epoch:
            run.step(run.batches_per_epoch * EVERY[name])
        with np.errstate(all="ignore"):
            z = model.forward(held[0])
            value = float(loss(z, held[1]))
        losses.append(round(min(value, WORST), 4) if np.isfinite(value) else WORST)
        if losses[-1] == WORST:  # it ran away, and does not come back
            losses += [WORST] * (1 + EPOCHS[name] // EVERY[name] - len(losses))
            break
    return losses, round(nn.accuracy(loss, model.forward(held[0]), held[1]), 4)


def race(bar):
    found = {}
    for name in EPOCHS:
        found[name] = {}
        for optimizer in NAMES:
            losses, right = [], []
            for lr in RATES:
                runs = [curve(name, optimizer, lr, 32, seed) for seed in range(SEEDS)]
                losses.append([r[0] for r in runs])
                right.append([r[1] for r in runs])
                bar.update()
            found[name][optimizer] = {"loss": losses, "accuracy": right}
    return found


def batches(bar):
    losses = []
    for size in BATCHES:
        of_rates = []
        for lr in RATES:
            runs = [curve("digits", "sgd", lr, size, seed)[0] for seed in range(SEEDS)]
            of_rates.append(np.round(np.median(runs, axis=0), 4).tolist())
            bar.update()
        losses.append(of_rates)
    return losses


def main():
    start = time.perf_counter()
    with threadpool_limits(1), np.errstate(all="ignore"):
        total = len(EPOCHS) * len(NAMES) * len(RATES) + len(BATCHES) * len(RATES)
        with tqdm(total=total, disable=not sys.stderr.isatty()) as bar:
            found = {
                "rates": RATES,
                "seeds": SEEDS,
                "epochs": EPOCHS,
                "every": EVERY,
                "race": race(bar),
                "batch_sizes": list(BATCHES),
                "batches": batches(bar),
            }
    store("optimisers", found)
    for name in EPOCHS:
        for optimizer in NAMES:
            last = np.array(found["race"][name][optimizer]["loss"])[:, :, -1]
            best = np.median(last, axis=1).argmin()
            print(f"{name:7} {optimizer:9} best η {RATES[best]:g}: {np.median(last[best]):.3f}")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
