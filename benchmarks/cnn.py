r"""A multi-layer perceptron against convolutional networks on handwritten digits: for notebook 13.

Four networks, `NETWORKS`, learn the same 8,000 digits of `nnlib.data.mnist` for the same number of
epochs, `SEEDS` times each (first weights and order of the samples). Two tasks: the digits as they
are, and digits whose pixels were all moved by one fixed permutation. On the 2,000 digits held back:

``plain``, ``permuted``: accuracy and seconds of training, one for each seed.
``shifted``: accuracy on digits that were shifted by 0 to `FARTHEST` pixels, [shift][seed], the mean
of the shifts to the left, right, up and down. What leaves the picture is lost. Nobody trained on
shifted digits.

    python -m benchmarks.cnn        takes about ten minutes on two cores
"""

import time

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread
from nnlib.widgets.shifted import shift

SEEDS, EPOCHS, FARTHEST = 5, 5, 6


def perceptron(hidden):
    def build(rng):
        return nn.Sequential(
            nn.Flatten(),
            nn.Dense(784, hidden, rng=rng, init="he", dtype="float32"),
            nn.ReLU(),
            nn.Dense(hidden, 10, rng=rng, dtype="float32"),
        )

    return build


def cnn(maps=16, head=(nn.Flatten,), features=256):
    def build(rng):
        return nn.Sequential(
            nn.Conv2D(1, 8, 5, rng=rng, init="he", dtype="float32"),
            nn.ReLU(),
            nn.MaxPool2D(2),
            nn.Conv2D(8, maps, 5, rng=rng, init="he", dtype="float32"),
            nn.ReLU(),
            nn.MaxPool2D(2),
            *(layer() for layer in head),
            nn.Dense(features, 10, rng=rng, dtype="float32"),
        )

    return build


NETWORKS = {
    "MLP, 7 hidden units": perceptron(7),  # as many parameters as the CNN
    "MLP, 100 hidden units": perceptron(100),
    "CNN": cnn(),
    "CNN, global average": cnn(27, (nn.GlobalAvgPool2D,), 27),
}


def says(model, X):
    return np.concatenate([model(X[k : k + 500]).argmax(axis=1) for k in range(0, len(X), 500)])


def trained(build, X, y, seed):
    model = build(seed)
    run = nn.Run(
        model, nn.SoftmaxCrossEntropy(), nn.Adam(model.parameters(), lr=0.003), X, y, batch_size=64,
        rng=seed,
    )  # fmt: skip
    start = time.perf_counter()
    run.step(EPOCHS * run.batches_per_epoch)
    return model, time.perf_counter() - start


def main():
    digits = nn.data.mnist()
    X, y = digits.X.reshape(-1, 28, 28, 1), digits.y
    order = np.random.default_rng(0).permutation(784)
    permuted = digits.X[:, order].reshape(-1, 28, 28, 1)
    found = {}
    for name, build in NETWORKS.items():
        rows = {"plain": [], "permuted": [], "shifted": [], "seconds": []}
        for seed in range(SEEDS):
            model, seconds = trained(build, X[:8000], y[:8000], seed)
            rows["seconds"].append(round(seconds, 1))
            rows["shifted"].append(
                [
                    np.mean(
                        [
                            (says(model, shift(X[8000:], k * a, k * b)) == y[8000:]).mean()
                            for a, b in ((0, 1), (0, -1), (1, 0), (-1, 0))[: 4 if k else 1]
                        ]
                    ).round(4)
                    for k in range(FARTHEST + 1)
                ]
            )
            rows["plain"].append(float(rows["shifted"][-1][0]))
            model, _ = trained(build, permuted[:8000], y[:8000], seed)
            right = (says(model, permuted[8000:]) == y[8000:]).mean()
            rows["permuted"].append(round(float(right), 4))
        rows["shifted"] = np.transpose(rows["shifted"]).tolist()
        found[name] = {"parameters": build(0).n_parameters, **rows}
        print(name, found[name])
    setting = {"seeds": SEEDS, "epochs": EPOCHS, "samples": 8000, "held_back": 2000}
    store("cnn", {**setting, "networks": found})


if __name__ == "__main__":
    with one_thread():
        main()
