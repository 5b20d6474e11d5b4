"""Handwritten digits, and photographs to slide windows over."""

import numpy as np

from .. import expect
from .dataset import Dataset
from .stored import stored_path

PHOTOS = ("china", "flower")


def digits():
    """1797 handwritten digits of 8 × 8 pixels, from 13 people.

    The test set of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
    Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49 (CC BY 4.0), which
    scikit-learn ships too; its people are not in UCI's training set.

    Returns
    -------
    Dataset
        Kind "classes"; X of shape (1797, 64) from 0 (paper) to 1 (ink), row by row from the top:
        ``X.reshape(-1, 8, 8)`` are the pictures.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone, where ``assets`` lies beside it.

    Examples
    --------
    >>> digits()
    Dataset: 1797 samples (row 0 column 0, row 0 column 1, ..., row 7 column 7), classes: 0, 1, ...
    """
    with np.load(stored_path("assets", "digits.npz"), allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    names = tuple(f"row {i} column {j}" for i in range(8) for j in range(8))
    return Dataset(images.reshape(-1, 64) / 16, labels.astype(int), "classes", names)


def three_or_eight(n=256):
    """Handwritten threes (0) and eights (1) from `digits`, with one number for each of them.

    The number is the ink in the left half of the picture, where an eight is closed and a three is
    open; it is standardised: less its mean, by its standard deviation. It does not tell all of them
    apart.

    Parameters
    ----------
    n : int, default 256
        The first n of 357; a power of two is shared out among batches without a rest.

    Returns
    -------
    Dataset
        Kind "binary"; X of shape (n, 1).

    Raises
    ------
    ValueError
        If there are not so many, or fewer than 2 are wanted.

    Examples
    --------
    >>> three_or_eight()
    Dataset: 256 samples (ink on the left), binary: 3, 8
    """
    found = digits()
    kept = np.flatnonzero(np.isin(found.y, (3, 8)))
    n = expect.whole(n, "three_or_eight", "n", 2, len(kept))
    kept = kept[:n]
    ink = found.X[kept].reshape(-1, 8, 8)[:, :, :4].mean(axis=(1, 2))
    x = (ink - ink.mean()) / ink.std()
    y = (found.y[kept] == 8).astype(int)
    return Dataset(x[:, None], y, "binary", ("ink on the left",), ("3", "8"))


def mnist():
    """10,000 handwritten digits of 28 × 28 pixels, the first 8,000 for training.

    A part of the MNIST database of Y. LeCun, C. Cortes and C. Burges (CC BY-SA 3.0), shuffled once
    for all. Take the last 2,000 to test with: ``X[8000:]``.

    Returns
    -------
    Dataset
        Kind "classes"; X of shape (10000, 784) from 0 (paper) to 1 (ink), row by row from the top:
        ``X.reshape(-1, 28, 28, 1)`` are the pictures, channels last, as `Conv2D` takes them.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone, where ``assets`` lies beside it.

    Examples
    --------
    >>> mnist().X.shape, mnist().y[:5]
    ((10000, 784), array([3, 8, 1, 0, 4]))
    """
    with np.load(stored_path("assets", "mnist.npz"), allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    names = tuple(f"row {i} column {j}" for i in range(28) for j in range(28))
    X = images.reshape(-1, 784).astype(np.float32) / 255
    return Dataset(X, labels.astype(int), "classes", names)


def photo(name: str = "china"):
    """A photograph to slide windows over.

    By danielbuechele ("china", a temple) and vultilion ("flower"), both CC BY 2.0, from the copies
    that scikit-learn ships, at half their size.

    Parameters
    ----------
    name : {"china", "flower"}

    Returns
    -------
    ndarray, shape (213, 320, 3)
        Red, green, blue from 0 to 1. ``photo().mean(axis=2)`` is grey.

    Raises
    ------
    ValueError
        If there is none of this name.

    Examples
    --------
    >>> photo("flower").shape
    (213, 320, 3)
    """
    expect.known(name, PHOTOS, "photo")
    with np.load(stored_path("assets", "photos.npz"), allow_pickle=False) as stored:
        return stored[name] / 255
