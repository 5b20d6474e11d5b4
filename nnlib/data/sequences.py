"""Coin tosses, signals and a story: where the order matters, for recurrent networks."""

import numpy as np

from .. import expect
from .dataset import Dataset
from .stored import stored_path

STORY = """\
the wind came over the hill, and the hill said to the wind, where do you go. i go to the sea, said \
the wind, to see what the sea can see. the sea can see the ship, and the ship can see the stars, \
and the stars can see the wind come over the hill. so the wind came to the sea, and the sea said \
to the wind, what do you bring. i bring the smell of the hill, said the wind, and the song of a \
bird. the ship heard the song, and the stars heard it too. then the wind lay down on the sea, and \
the sea was still. """


def first_symbol(n=200, steps=10, rng=0):
    """Coin tosses, and the question how the first one fell: the later ones only distract.

    Parameters
    ----------
    n : int
        How many sequences.
    steps : int
        How long they are; the answer is asked for at the end.
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    Dataset
        Kind "binary"; X of shape (n, steps), −1 and 1. ``X[:, :, None]`` are sequences.

    Raises
    ------
    ValueError
        If n or steps is below 1.

    References
    ----------
    After S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997, experiment 2.

    Examples
    --------
    >>> tosses = first_symbol(2, 4)
    >>> tosses.X, tosses.y
    (array([[ 1.,  1.,  1., -1.],
           [-1., -1., -1., -1.]]), array([1, 0]))
    """
    bits = _bits(n, steps, rng, "first_symbol")
    return Dataset(2.0 * bits - 1, bits[:, 0], "binary", _steps(steps))


def parity(n=200, steps=10, rng=0):
    """Bits, and whether the number of ones is odd: XOR, again and again.

    ``X.cumsum(axis=1) % 2`` is the answer after each step, for a network that gives one.

    Parameters
    ----------
    n, steps, rng
        As for `first_symbol`.

    Returns
    -------
    Dataset
        Kind "binary"; X of shape (n, steps), 0 and 1.

    Raises
    ------
    ValueError
        If n or steps is below 1.

    Examples
    --------
    >>> bits = parity(2, 4)
    >>> bits.X, bits.y
    (array([[1., 1., 1., 0.],
           [0., 0., 0., 0.]]), array([1, 0]))
    """
    bits = _bits(n, steps, rng, "parity")
    return Dataset(bits.astype(float), bits.sum(axis=1) % 2, "binary", _steps(steps))


def mnist1d():
    """MNIST-1D: 5,000 signals of 40 numbers in ten classes, the first 4,000 for training.

    Ten short templates, each shifted, stretched and covered with noise at random, so that where
    something happens says little, and what happens says all: an easy task for networks that share
    weights along the signal, and a hard one for others. By S. Greydanus and D. Kobak (Apache 2.0).

    Returns
    -------
    Dataset
        Kind "classes"; X of shape (5000, 40). ``X[:, :, None]`` are sequences of 40 steps.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone.

    References
    ----------
    S. Greydanus and D. Kobak, Scaling down deep learning with MNIST-1D, 2024.

    Examples
    --------
    >>> mnist1d().X.shape
    (5000, 40)
    """
    with np.load(stored_path("assets", "mnist1d.npz"), allow_pickle=False) as stored:
        x, y = stored["x"], stored["y"]
    return Dataset(x, y.astype(int), "classes", _steps(40))


def story():
    """A very short story in small letters, written for this course and under its licence.

    Made for networks that learn to write, letter by letter, within seconds.

    Returns
    -------
    str

    Examples
    --------
    >>> story()[:24], len(story()), len(set(story()))
    ('the wind came over the h', 506, 24)
    """
    return STORY


def _bits(n, steps, rng, what):
    size = expect.whole(n, what, "n", 1), expect.whole(steps, what, "steps", 1)
    return expect.generator(rng).integers(0, 2, size)


def _steps(n):
    return tuple(f"x at {k}" for k in range(n))
