"""How small a change fools the network of notebook 16, over 100 held-back digits.

The first 100 that are read right; the wanted class is the one that came second. For each norm:
quartiles of the smallest size that was found, and how many of the digits are misread after random
noise of their own smallest size (20 draws each).

    python -m benchmarks.fooling        takes about two minutes
"""

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread
from nnlib.handwriting import smallest_fooling, trained
from nnlib.widgets.fooling import noise_of

DIGITS, DRAWS = 100, 20


def main():
    model, digits = trained(), nn.data.mnist()
    X, y = digits.X[8000:].reshape(-1, 28, 28), digits.y[8000:]
    z = model(X[: 2 * DIGITS, ..., None])
    chosen = np.flatnonzero(z.argmax(axis=1) == y[: 2 * DIGITS])[:DIGITS]
    found = {"digits": DIGITS, "norms": {}}
    rng = np.random.default_rng(0)
    for norm in ("L∞", "L2"):
        sizes, misread = [], []
        for k in chosen:
            second = int(np.argsort(z[k])[-2])
            size, _ = smallest_fooling(model, X[k], second, int(y[k]), norm)
            sizes.append(size)
            if np.isfinite(size):
                noisy = np.clip(X[k] + noise_of(size, norm, rng, (DRAWS, 28, 28)), 0, 1)
                says = model(noisy[..., None].astype(np.float32)).argmax(axis=1)
                misread.append((says != y[k]).mean())
        sizes = np.sort(sizes)
        found["norms"][norm] = {
            "fooled": int(np.isfinite(sizes).sum()),
            "quartiles": [round(float(sizes[int(q * (DIGITS - 1))]), 3) for q in (0.25, 0.5, 0.75)],
            "misread after noise": round(float(np.mean(misread)), 4),
        }
        print(norm, found["norms"][norm], flush=True)
    store("fooling", found)


if __name__ == "__main__":
    with one_thread():
        main()
