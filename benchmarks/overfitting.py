"""What overfitting does and what helps against it, over many seeds: for notebook 11.

``waves``: train and test loss of networks that learn a noisy wave, as one thing changes and all
else stays as in `nnlib.overfitting`. ``digits``: test accuracy on handwritten digits in four
situations, without help and with dropout, weight decay and early stopping of several strengths.
``gap``: how sure networks are where they have seen no samples.

    python -m benchmarks.overfitting        takes about twenty minutes on two cores
"""

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread
from nnlib.overfitting import GRID, WaveFits, bias_and_variance, noisy_wave, wave
from nnlib.stack import Stack

SEEDS = 40  # of the waves
SETS, MEMBERS = 12, 20  # of the gap
COPIES = 12  # of the digits: seeds for the choice of samples, the wrong labels, the first weights

DEFAULT = {"n": 15, "noise": 0.3, "width": 64, "l2": 0.0, "rate": 0.0}
WAVES = {
    "n": [5, 8, 10, 15, 20, 30, 50, 80],
    "noise": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    "width": [1, 2, 4, 8, 16, 32, 64, 128],
    "l2": [0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "rate": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
}

# name: samples, share of wrong labels, hidden units, steps
SITUATIONS = {
    "few samples, a fifth of the labels wrong": (150, 0.2, 256, 600),
    "few samples, right labels": (150, 0.0, 256, 600),
    "many samples": (1200, 0.0, 256, 300),
    "many samples, a network of 12 units": (1200, 0.0, 12, 2000),
}
HELP = {
    "rate": [0.1, 0.2, 0.35, 0.5, 0.65, 0.8],
    "l2": [0.001, 0.003, 0.01, 0.03, 0.1],
}
HELD_BACK = 0.2  # share of the samples that early stopping watches instead of learning from
LOOK = 5  # steps between two looks


def waves():
    """{what changes: {"values", "train", "test", ...}}; of each loss three quartiles."""
    found = {}
    for what, values in WAVES.items():
        rows = {"values": values, "train": [], "test": [], "best": [], "bias2": [], "variance": []}
        for value in values:
            now = DEFAULT | {what: value}
            n, noise = now.pop("n"), now["noise"]
            samples = [noisy_wave(n, noise, rng=1000 + seed) for seed in range(SEEDS)]
            fits = WaveFits(*np.array(samples).swapaxes(0, 1), rng=1, **now)
            fits.finish()
            at_best = np.min(fits.test, axis=0)  # of each network by itself
            bias2, variance = bias_and_variance(fits.curves[-1])
            rows["train"].append(quartiles(fits.train[-1]))
            rows["test"].append(quartiles(fits.test[-1]))
            rows["best"].append(quartiles(at_best))
            rows["bias2"].append(round(float(bias2), 4))
            rows["variance"].append(round(float(variance), 4))
        print(what, rows["test"], flush=True)
        found[what] = rows
    return found


def in_the_gap():
    """Spread of thinned networks and of networks trained apart, where samples are and are not.

    {who: {"gap": ..., "samples": ...}}, of the spread and of the real error of the mean answer, a
    number for each of ``SETS`` choices of samples. Both kinds of ensemble have ``MEMBERS``.
    """
    drawn = np.array([noisy_wave(30, 0.2, rng=seed) for seed in range(SETS)])
    x, y = drawn[:, 0], drawn[:, 1]
    shift, x = y - wave(x), np.sign(x) * (0.3 + 0.7 * np.abs(x))  # pushed out of the gap
    y = wave(x) + shift
    dropped = WaveFits(x, y, noise=0.2, rate=0.3, epochs=[1500])
    dropped.finish()
    many = np.repeat(x, MEMBERS, axis=0), np.repeat(y, MEMBERS, axis=0)
    apart = WaveFits(*many, noise=0.2, l2=0.003, epochs=[1500])
    apart.finish()
    answers = {
        "thinned": dropped.thinned(GRID, MEMBERS),
        "apart": apart(GRID).reshape(SETS, MEMBERS, -1).swapaxes(0, 1),
    }
    found = {}
    for who, said in answers.items():
        for what, of in (
            ("spread", said.std(axis=0)),
            ("error", abs(said.mean(axis=0) - wave(GRID))),
        ):
            found[f"{who}: {what}"] = {
                "gap": [round(float(v), 3) for v in of[:, np.abs(GRID) < 0.25].mean(axis=1)],
                "samples": [round(float(v), 3) for v in of[:, np.abs(GRID) > 0.35].mean(axis=1)],
            }
            print(who, what, {k: round(np.mean(v), 3) for k, v in found[f"{who}: {what}"].items()})
    return found


def quartiles(losses):
    return [round(float(q), 4) for q in np.percentile(losses, [25, 50, 75])]


def samples(n, wrong):
    """X (M, n, 64), one-hot y (M, n, 10), and 500 test samples for each of the M seeds."""
    digits, eye, drawn = nn.data.digits(), np.eye(10, dtype="float32"), []
    for seed in range(COPIES):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(digits))
        X, y = digits.X[order].astype("float32"), digits.y[order]
        labels, k = y[:n].copy(), round(wrong * n)
        labels[:k] = (labels[:k] + rng.integers(1, 10, k)) % 10  # always another digit
        mixed = rng.permutation(n)
        drawn.append((X[:n][mixed], eye[labels][mixed], X[-500:], y[-500:]))
    return [np.stack(part) for part in zip(*drawn, strict=True)]


def digits(n, wrong, width, steps, *, rate=0.0, l2=0.0, held_back=0.0):
    """Test accuracy (M,) at the end, or at the step with the smallest loss on what is held back."""
    X, y, X_test, y_test = samples(n, wrong)
    k = round((1 - held_back) * n)
    X, X_val, y, y_val = X[:, :k], X[:, k:], y[:, :k], y[:, k:]
    stack = Stack(COPIES, [64, width, 10], activation="relu", rate=rate, rng=0, init="he")
    adam = nn.Adam(stack.model.parameters(), lr=0.003, l2=l2)
    loss, least = nn.SoftmaxCrossEntropy("none"), np.full(COPIES, np.inf)
    right = np.zeros(COPIES)
    for step in range(1, steps + 1):
        stack.step(loss, adam, X, y)
        if step == steps or (held_back and step % LOOK == 0):
            now = (stack.model.forward(X_test).argmax(axis=-1) == y_test).mean(axis=1)
            if held_back:
                z = stack.model.forward(X_val).reshape(-1, 10)
                val = loss.forward(z, y_val.reshape(-1, 10)).reshape(COPIES, -1).mean(axis=1)
                right, least = np.where(val < least, now, right), np.minimum(val, least)
            else:
                right = now
    return [round(float(r), 3) for r in right]


def main():
    with one_thread():
        found = {"seeds": SEEDS, "default": DEFAULT, "gap": in_the_gap(), "waves": waves()}
        found["digits"] = {}
        for name, task in SITUATIONS.items():
            found["digits"][name] = rows = {"none": digits(*task)}
            rows["early stopping"] = digits(*task, held_back=HELD_BACK)
            for what, strengths in HELP.items():
                for strength in strengths:
                    rows[f"{what} {strength:g}"] = digits(*task, **{what: strength})
            for row, right in rows.items():
                print(f"{name}: {row}: {np.mean(right):.3f} ± {np.std(right):.3f}", flush=True)
    found["help"] = HELP
    store("overfitting", found)


if __name__ == "__main__":
    main()
