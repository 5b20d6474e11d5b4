"""Rebuild digits.npz from the copy that scikit-learn ships: python assets/make_digits.py

It is stored here so that a notebook that shows digits need not load scikit-learn and SciPy, which
cost a kernel some 60 MB. See README.md beside this file for source and licence.
"""

from pathlib import Path

import numpy as np


def arrays():
    """Images of shape (1797, 8, 8), 0 to 16, and labels of shape (1797,), both uint8."""
    from sklearn.datasets import load_digits

    stored = load_digits()
    return {"images": stored.images.astype(np.uint8), "labels": stored.target.astype(np.uint8)}


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("digits.npz"), **arrays())
