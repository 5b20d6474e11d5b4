"""Rebuild mnist1d.npz: python assets/make_mnist1d.py

The package makes its samples from ten templates, shifted, scaled and noised at random, with a fixed
seed and without a network. That takes seconds, so the notebooks load what it made. See README.md
beside this file for source and licence.
"""

from pathlib import Path

import numpy as np


def arrays():
    """Signals x (5000, 40), float32, and labels y (5000,): 4000 for training, then 1000."""
    from mnist1d.data import get_dataset_args, make_dataset

    made = make_dataset(get_dataset_args())
    x, y = np.concatenate([made["x"], made["x_test"]]), np.concatenate([made["y"], made["y_test"]])
    return {"x": x.astype(np.float32), "y": y.astype(np.uint8)}


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("mnist1d.npz"), **arrays())
