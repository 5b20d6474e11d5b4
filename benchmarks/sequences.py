"""An MLP, a convolutional and two recurrent networks on MNIST-1D: for notebook 14.

About 5,000 parameters each; the same optimiser, batches, number of steps and choice of learning
rates. The rate is chosen by the last 500 of the 4,000 training signals, with one seed that does not
count; accuracy is of the 1,000 test signals.

    python -m benchmarks.sequences        takes about fifteen minutes on two cores
"""

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread

SEEDS, BATCH, EPOCHS, LOOK = 5, 100, 30, 3
RATES = [0.003, 0.01]
CHOICE = 10  # epochs after which the learning rate is chosen
F32 = {"dtype": "float32"}


class AsPicture(nn.Layer):
    """(N, 40) → (N, 1, 40, 1): a picture of one row."""

    def forward(self, x, *, train=False):
        return x.reshape(len(x), 1, -1, 1)

    def backward(self, dy):
        return dy.reshape(len(dy), -1)


class AsSequence(nn.Layer):
    """(N, 40) → (N, 40, 1)."""

    def forward(self, x, *, train=False):
        return x[:, :, None]

    def backward(self, dy):
        return dy[:, :, 0]


def mlp(rng):
    sizes = [40, 52, 40, 10]
    layers = [nn.Dense(a, b, rng=rng, **F32) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
    return nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])


def cnn(rng):
    return nn.Sequential(
        AsPicture(),
        nn.Conv2D(1, 22, (1, 5), stride=(1, 2), padding=(0, 1), rng=rng, **F32),
        nn.ReLU(),
        nn.Conv2D(22, 22, (1, 3), stride=(1, 2), padding=(0, 1), rng=rng, **F32),
        nn.ReLU(),
        nn.Conv2D(22, 22, (1, 3), stride=(1, 2), padding=(0, 1), rng=rng, **F32),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dense(22 * 5, 10, rng=rng, **F32),
    )


def rnn(rng):
    return nn.Sequential(
        AsSequence(), nn.RNN(1, 64, rng=rng, **F32), nn.LastStep(), nn.Dense(64, 10, rng=rng, **F32)
    )


def gru(rng):
    return nn.Sequential(
        AsSequence(), nn.GRU(1, 37, rng=rng, **F32), nn.LastStep(), nn.Dense(37, 10, rng=rng, **F32)
    )


NETWORKS = {"MLP": mlp, "CNN": cnn, "RNN": rnn, "GRU": gru}


def curve(make, lr, seed, signals, targets, test, epochs=EPOCHS):
    """Accuracy on ``test`` after every ``LOOK``-th epoch."""
    rng = np.random.default_rng(seed)
    model = make(rng)
    loss, adam = nn.SoftmaxCrossEntropy(), nn.Adam(model.parameters(), lr=lr)
    found = []
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(signals))
        for rows in order.reshape(-1, BATCH):
            loss(model.forward(signals[rows], train=True), targets[rows])
            model.backward(loss.backward())
            nn.clip_gradients(model.parameters(), 1.0)
            adam.step()
        if epoch % LOOK == 0 or epoch == epochs:
            found.append(round(nn.accuracy(loss, model.forward(test[0]), test[1]), 3))
    return found


def main():
    signals = nn.data.mnist1d()
    X, y = signals.X.astype("float32"), signals.y
    found = {
        "seeds": SEEDS,
        "epochs": [*range(LOOK, EPOCHS + 1, LOOK)],
        "rates": RATES,
        "networks": {},
    }
    with one_thread():
        for name, make in NETWORKS.items():
            chosen = {
                lr: curve(make, lr, 99, X[:3500], y[:3500], (X[3500:4000], y[3500:4000]), CHOICE)
                for lr in RATES
            }
            best = max(RATES, key=lambda lr: chosen[lr][-1])
            runs = [
                curve(make, best, seed, X[:4000], y[:4000], (X[4000:], y[4000:]))
                for seed in range(SEEDS)
            ]
            found["networks"][name] = {
                "parameters": make(0).n_parameters,
                "rate": best,
                "accuracy": runs,
            }
            print(name, found["networks"][name]["parameters"], best, [r[-1] for r in runs],
                  flush=True)  # fmt: skip
    store("sequences", found)


if __name__ == "__main__":
    main()
