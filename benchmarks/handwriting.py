"""The network of notebook 16: trained on 8,000 digits, its weights kept in assets/handwriting.npz.

Each time it sees a digit it sees it shifted, turned and scaled a little, anew at random. Nothing
was chosen by looking at the 2,000 digits held back; they are counted once, at the end.

    python -m benchmarks.handwriting        takes about three minutes
"""

from pathlib import Path

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread
from nnlib.handwriting import moved, network

WEIGHTS = Path(__file__).resolve().parents[1] / "assets" / "handwriting.npz"
EPOCHS, BATCH, RATE = 14, 50, 0.002
TRAINING = 8000


def jiggled(pictures, rng):
    """Each picture shifted by up to 2 pixels, turned by up to 15°, scaled by up to 12 %."""
    n = len(pictures)
    turn, size = rng.uniform(-15, 15, n), rng.uniform(0.88, 1.12, n)
    return moved(pictures, *rng.uniform(-2, 2, (2, n)), turn, size)


def right(model, X, y):
    """How many are read right."""
    return int(sum((model(X[i : i + 200]).argmax(1) == y[i : i + 200]).sum()
                   for i in range(0, len(X), 200)))  # fmt: skip


def main():
    digits = nn.data.mnist()
    X, y = digits.X.reshape(-1, 28, 28), digits.y
    rng = np.random.default_rng(0)
    model, loss = network(rng), nn.SoftmaxCrossEntropy()
    adam = nn.Adam(model.parameters(), lr=RATE)
    for epoch in range(EPOCHS):
        adam.lr = RATE * (1 + np.cos(np.pi * epoch / EPOCHS)) / 2
        total = 0.0
        for batch in np.split(rng.permutation(TRAINING), TRAINING // BATCH):
            picture = jiggled(X[batch], rng)[..., None]
            total += nn.step(model, loss, adam, picture, y[batch]) * BATCH / TRAINING
        print(f"epoch {epoch + 1}: loss {total:.4f}", flush=True)
    held_back = X[TRAINING:, ..., None], y[TRAINING:]
    found = right(model, *held_back)
    first = right(model, X[:TRAINING, ..., None], y[:TRAINING])
    model.save(WEIGHTS)
    print(f"{found} of {len(held_back[1])} held back: {found / len(held_back[1]):.2%}")
    store("handwriting", {
        "epochs": EPOCHS,
        "training": {"digits": TRAINING, "right": first},
        "held_back": {"digits": len(held_back[1]), "right": found},
        "accuracy": round(found / len(held_back[1]), 4),
    })  # fmt: skip


if __name__ == "__main__":
    with one_thread():
        main()
