r"""Data sets: in the plane, "Will I pass this class?", handwritten digits, signals, photographs.

Every function returns a `Dataset` and is repeatable: `rng` is a seed (0 if you say nothing) or a
`numpy.random.Generator`, and the same seed gives the same samples.

Everything in the plane lies in the square −`EXTENT` ≤ x₁, x₂ ≤ `EXTENT`, so one plot window serves
all. `noise` is the standard deviation of a random shift in those units: of each coordinate where
there are classes (who would leave the square is mirrored back at its edge), of y where there is a
surface to fit. The shifts are drawn in the same way for every noise, so turning it up moves each
point steadily in its own direction.

A size below 1, a noise below 0 or a seed that is none is a ValueError, in all of them.

`PLANE` lists the sets in the plane by name; a new one is added there and explorers show it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import expect

#: Half the width of the square in which the data sets of the plane lie.
EXTENT = 1.5

KINDS = ("binary", "classes", "regression")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples, and what is to be said about each.

    Parameters
    ----------
    X : ndarray, shape (N, n)
        Rows are samples.
    y : ndarray, shape (N,)
        0 and 1 (kind "binary"), 0 ... k − 1 ("classes"), or numbers ("regression").
    kind : {"binary", "classes", "regression"}
    names : tuple of str
        What the n columns of X are.
    classes : tuple of str
        What the classes are called; by default their numbers.

    Raises
    ------
    ValueError
        If shapes, kind and names do not fit together, a label is none of the kind, or X holds NaN.
    TypeError
        If X or y is no array of numbers.

    Examples
    --------
    >>> Dataset(np.array([[1.0, 2.0]]), np.array([1]), "binary")
    Dataset: 1 sample (x₁, x₂), binary: 0, 1
    """

    X: np.ndarray
    y: np.ndarray
    kind: str
    names: tuple = ("x₁", "x₂")
    classes: tuple = ()

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"Dataset expects kind to be one of {KINDS}; got {self.kind!r}.")
        for name, a in (("X", self.X), ("y", self.y)):
            expect.made(a, np.ndarray, "Dataset", f"{name} to be an array")
            expect.finite(expect.numbers(a, "Dataset", name), "Dataset", name)
        if self.X.ndim != 2 or self.y.shape != self.X.shape[:1]:
            raise ValueError(
                "Dataset expects X of shape (N, n) and y of shape (N,); "
                f"got {self.X.shape} and {self.y.shape}."
            )
        if len(self.names) != self.X.shape[1]:
            raise ValueError(
                f"Dataset expects a name for each of {self.X.shape[1]} columns; got {self.names}."
            )
        if self.kind != "regression":
            most = 1 if self.kind == "binary" else np.inf
            wrong = self.y[~((self.y >= 0) & (self.y <= most) & (self.y == np.floor(self.y)))]
            if len(wrong):
                wanted = "0 and 1" if self.kind == "binary" else "0 to k − 1, whole numbers"
                raise ValueError(f"Dataset expects labels {wanted}; got {wrong[0]:g}.")
        if not self.classes and self.kind != "regression":
            n = 2 if self.kind == "binary" else int(self.y.max(initial=0)) + 1
            object.__setattr__(self, "classes", tuple(map(str, range(n))))

    def __len__(self):
        return len(self.X)

    def __repr__(self):
        names = self.names if len(self.names) <= 4 else (*self.names[:2], "...", self.names[-1])
        what = f": {', '.join(self.classes)}" if self.classes else ""
        plural = "" if len(self) == 1 else "s"
        return f"Dataset: {len(self)} sample{plural} ({', '.join(names)}), {self.kind}{what}"

    def split(self, train_share=0.5, rng=0):
        """Share the samples out at random: some to learn from, the others to test with.

        Parameters
        ----------
        train_share : float, default 0.5
            Above 0, at most 1. At least one sample is for training.
        rng : int or numpy.random.Generator, default 0

        Returns
        -------
        train, test : Dataset

        Raises
        ------
        ValueError
            If the share is not in (0, 1], or rng is no seed.

        Examples
        --------
        >>> train, test = moons(10).split(0.8)
        >>> len(train), len(test)
        (8, 2)
        """
        train_share = expect.number(train_share, "split", "train_share", above=0, most=1)
        order = expect.generator(rng).permutation(len(self))
        cut = max(1, round(train_share * len(self)))
        return self._rows(order[:cut]), self._rows(order[cut:])

    def _rows(self, rows):
        return Dataset(self.X[rows], self.y[rows], self.kind, self.names, self.classes)


# ----------------------------------------------------------------------------- in the plane


def _start(n, noise, rng, who):
    """The generator; an error if there are too few samples, or the noise is negative."""
    expect.whole(n, who, "n", 1)
    expect.number(noise, who, "noise, a standard deviation,", 0)
    return expect.generator(rng)


def _classes(X, y, noise, rng, kind="binary"):
    """Shift the points by noise, keep them in the square, and shuffle them."""
    X = _mirror(X + noise * rng.normal(size=X.shape))
    order = rng.permutation(len(X))
    return Dataset(X[order], y[order], kind)


def _mirror(X):
    """What leaves the square comes back, as light between mirrors."""
    inside = EXTENT - 1e-3
    return np.abs((X + 3 * inside) % (4 * inside) - 2 * inside) - inside


def _labels(n, k=2):
    """n labels, every class as often as the others, or once more."""
    return np.arange(n) % k


def _around(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def gaussians(n=200, noise=0.1, rng=0):
    """Two clouds around (−0.7, −0.7), class 0, and (0.7, 0.7): one line separates them.

    Parameters
    ----------
    n : int, default 200
    noise : float, default 0.1
        In addition to the spread of 0.2 that the clouds have.
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    Dataset
        Kind "binary".

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, the noise is negative or rng is no seed; also for the
        other data sets.
    """
    rng = _start(n, noise, rng, "gaussians")
    y = _labels(n)
    X = 1.4 * (y[:, None] - 0.5) + 0.2 * rng.normal(size=(n, 2))
    return _classes(X, y, noise, rng)


def circle(n=200, noise=0.1, rng=0):
    """A disc of radius 0.6, class 1, in a ring from 0.8 to 1.2, class 0."""
    rng = _start(n, noise, rng, "circle")
    y = _labels(n)
    # A radius drawn through its square fills an area evenly.
    inner, outer = np.where(y == 1, 0.0, 0.8), np.where(y == 1, 0.6, 1.2)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    return _classes(_around(radius, rng.uniform(0, 2 * np.pi, n)), y, noise, rng)


def xor(n=200, noise=0.1, rng=0):
    """Four squares; class 1 where the signs of x₁ and x₂ differ. No line separates them."""
    rng = _start(n, noise, rng, "xor")
    quarter = _labels(n, 4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quarter]
    X = signs * rng.uniform(0.1, 1.2, size=(n, 2))
    return _classes(X, quarter % 2, noise, rng)


def moons(n=200, noise=0.1, rng=0):
    """Two half circles of radius 0.8 that reach into each other; class 0 is the upper one."""
    rng = _start(n, noise, rng, "moons")
    y = _labels(n)
    angle = np.pi * (rng.uniform(0, 1, n) + y)
    X = _around(0.8, angle) + np.where(y[:, None] == 1, (0.4, 0.2), (-0.4, -0.2))
    return _classes(X, y, noise, rng)


def spiral(n=200, noise=0.05, rng=0):
    """Two arms that wind around each other one and a half times: the hard one."""
    rng = _start(n, noise, rng, "spiral")
    y = _labels(n)
    t = rng.uniform(0.05, 1, n)
    return _classes(_around(1.3 * t, 3 * np.pi * t + np.pi * y), y, noise, rng)


def k_classes(n=200, noise=0.1, rng=0, k=4):
    """k clouds on a circle of radius 0.9, a class each.

    Parameters
    ----------
    n, noise, rng
        As for `gaussians`; noise is in addition to a spread of 0.12.
    k : int, default 4
        From 2 to 10.

    Returns
    -------
    Dataset
        Kind "classes".

    Examples
    --------
    >>> np.bincount(k_classes(30, k=3).y)
    array([10, 10, 10])
    """
    expect.whole(k, "k_classes", "k", 2, 10)
    rng = _start(n, noise, rng, "k_classes")
    y = _labels(n, k)
    X = _around(0.9, 2 * np.pi * (y + 0.5) / k) + 0.12 * rng.normal(size=(n, 2))
    data = _classes(X, y, noise, rng, "classes")
    return Dataset(data.X, data.y, "classes", classes=tuple(map(str, range(k))))


def _surface(f, n, noise, rng, who):
    rng = _start(n, noise, rng, who)
    X = rng.uniform(-1.4, 1.4, size=(n, 2))
    return Dataset(X, f(X) + noise * rng.normal(size=n), "regression")


def plane_height(X):
    """The surface behind `regression_plane`: (x₁ + x₂) / 2, shape (N,) for X of shape (N, 2).

    X of another shape is a ValueError.
    """
    X = expect.array(X, "plane_height", "X", ("N", 2))
    return (X[:, 0] + X[:, 1]) / 2


#: Where `regression_bumps` has its hills (+1) and hollows (−1): x₁, x₂, height.
BUMPS = np.array(
    [(-1, 0.6, 1), (0, 0.6, -1), (1, 0.6, 1), (-1, -0.6, -1), (0, -0.6, 1), (1, -0.6, -1)]
)


def bumps_height(X):
    r"""The surface behind `regression_bumps`.

    .. math:: f(x) = \sum_i h_i \exp\left(-\frac{\lVert x - c_i \rVert^2}{2 \cdot 0.3^2}\right)

    Parameters
    ----------
    X : ndarray, shape (N, 2)

    Returns
    -------
    ndarray, shape (N,)
    """
    X = expect.array(X, "bumps_height", "X", ("N", 2))
    squared = ((X[:, None, :] - BUMPS[:, :2]) ** 2).sum(axis=2)
    return np.exp(-squared / (2 * 0.3**2)) @ BUMPS[:, 2]


def regression_plane(n=200, noise=0.1, rng=0):
    """A tilted plane to fit: y = (x₁ + x₂) / 2, and noise. A linear model can."""
    return _surface(plane_height, n, noise, rng, "regression_plane")


def regression_bumps(n=200, noise=0.1, rng=0):
    """Three hills and three hollows to fit, heights from −1 to 1, and noise. No plane can."""
    return _surface(bumps_height, n, noise, rng, "regression_bumps")


#: The data sets in the plane by name: each is called with (n, noise, rng).
PLANE = {
    f.__name__: f
    for f in (
        gaussians,
        circle,
        xor,
        moons,
        spiral,
        k_classes,
        regression_plane,
        regression_bumps,
    )
}


def plane(name, n=200, noise=0.1, rng=0):
    """A data set in the plane by its name in `PLANE`.

    Raises
    ------
    ValueError
        If there is none of this name; a near match is offered.

    Examples
    --------
    >>> plane("moon")
    Traceback (most recent call last):
    ValueError: unknown data set 'moon'; did you mean 'moons'? Known: gaussians, circle, ...
    """
    return PLANE[expect.known(name, PLANE, "data set")](n, noise, rng)


# --------------------------------------------------------------------- Will I pass this class?

#: The student the lecture asks about: 4 lectures attended, 5 hours on the final project.
QUERY = np.array([[4.0, 5.0]])


def will_i_pass(n=80, rng=0):
    r"""Who passed this class, made up: x₁ lectures attended, x₂ hours on the final project.

    .. math:: P(\text{pass}) = \sigma(x_1 + x_2 - 8)

    so attending one lecture more and working one hour more help equally, and the outcome is
    uncertain near the line x₁ + x₂ = 8. The lecture's student, `QUERY` = (4, 5), lies just on the
    side of those who pass: σ(1) = 0.73.

    Parameters
    ----------
    n : int, default 80
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    Dataset
        Kind "binary"; x₁ whole numbers from 0 to 10, x₂ half hours from 0 to 10.

    Raises
    ------
    ValueError
        If n < 1.

    Examples
    --------
    >>> will_i_pass()
    Dataset: 80 samples (lectures attended, hours on the final project), binary: fail, pass
    """
    rng = _start(n, 0, rng, "will_i_pass")
    lectures = rng.integers(0, 11, n).astype(float)
    hours = rng.integers(0, 21, n) / 2
    p = 1 / (1 + np.exp(8 - lectures - hours))
    return Dataset(
        np.stack([lectures, hours], axis=1),
        (rng.uniform(size=n) < p).astype(int),
        "binary",
        ("lectures attended", "hours on the final project"),
        ("fail", "pass"),
    )


def untrained():
    """Weights of a neuron that has learned nothing, and says 0.1 to the student `QUERY`.

    As small as first weights are, but not drawn: the lecture's number comes out.
    z = 0 − 0.3 · 4 − 0.2 · 5 = −2.2, and σ(−2.2) = 0.0998.

    Returns
    -------
    W : ndarray, shape (2, 1)
    b : ndarray, shape (1,)
        As `Dense` has them.

    Examples
    --------
    >>> W, b = untrained()
    >>> z = QUERY @ W + b
    >>> (1 / (1 + np.exp(-z))).round(1)
    array([[0.1]])
    """
    return np.array([[-0.3], [-0.2]]), np.array([0.0])


# ------------------------------------------------------------------------------------ stored

ROOT = Path(__file__).resolve().parents[1]


def _stored(*parts) -> Path:
    path = ROOT.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(
            f"nnlib looks for {path.name} in the folder {'/'.join(parts[:-1])} of its clone, and "
            "it is not there. Install nnlib from a clone: pip install -e ."
        )
    return path


def measured(name: str) -> dict:
    """What ``python -m benchmarks.<name>`` found, for figures that take longer than a notebook may.

    Parameters
    ----------
    name : str
        Of the script in ``benchmarks``; its results are in ``benchmarks/measured/<name>.json``.

    Returns
    -------
    dict
        ``"command"``, ``"machine"`` (processor, cores, versions), and what the script measured.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone.
    ValueError
        If there is no such measurement; a near match is offered.
    """
    folder = _stored("benchmarks", "measured")
    expect.known(name, sorted(path.stem for path in folder.glob("*.json")), "measurement")
    return json.loads(_stored("benchmarks", "measured", f"{name}.json").read_text("utf-8"))


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
    with np.load(_stored("assets", "digits.npz"), allow_pickle=False) as stored:
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
    with np.load(_stored("assets", "mnist.npz"), allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    names = tuple(f"row {i} column {j}" for i in range(28) for j in range(28))
    X = images.reshape(-1, 784).astype(np.float32) / 255
    return Dataset(X, labels.astype(int), "classes", names)


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
    with np.load(_stored("assets", "mnist1d.npz"), allow_pickle=False) as stored:
        x, y = stored["x"], stored["y"]
    return Dataset(x, y.astype(int), "classes", tuple(f"x at {k}" for k in range(40)))


# ---------------------------------------------------------------------------------- sequences


def _bits(n, steps, rng, what):
    size = expect.whole(n, what, "n", 1), expect.whole(steps, what, "steps", 1)
    return expect.generator(rng).integers(0, 2, size)


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


STORY = """\
the wind came over the hill, and the hill said to the wind, where do you go. i go to the sea, said \
the wind, to see what the sea can see. the sea can see the ship, and the ship can see the stars, \
and the stars can see the wind come over the hill. so the wind came to the sea, and the sea said \
to the wind, what do you bring. i bring the smell of the hill, said the wind, and the song of a \
bird. the ship heard the song, and the stars heard it too. then the wind lay down on the sea, and \
the sea was still. """


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


def _steps(n):
    return tuple(f"x at {k}" for k in range(n))


# -------------------------------------------------------------------------------- photographs

PHOTOS = ("china", "flower")


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
    with np.load(_stored("assets", "photos.npz"), allow_pickle=False) as stored:
        return stored[name] / 255
