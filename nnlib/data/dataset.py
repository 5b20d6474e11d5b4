"""Samples, and what is to be said about each: what every data set of this package is."""

from dataclasses import dataclass

import numpy as np

from .. import expect

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
        >>> from nnlib.data import moons
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
