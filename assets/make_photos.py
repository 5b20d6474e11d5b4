"""Rebuild photos.npz from the two photographs that scikit-learn ships: python assets/make_photos.py

Half as wide and half as high, which is plenty for a window of a few pixels. See README.md beside
this file for source and licence.
"""

from pathlib import Path

import numpy as np


def arrays():
    """name → picture (213, 320, 3), uint8."""
    from sklearn.datasets import load_sample_image

    def half(picture):
        rows, columns = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
        blocks = picture[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2, 3)
        return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)

    return {name: half(load_sample_image(f"{name}.jpg")) for name in ("china", "flower")}


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("photos.npz"), **arrays())
