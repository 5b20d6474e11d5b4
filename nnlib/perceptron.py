r"""The neuron before networks: McCulloch and Pitts (1943), and Rosenblatt's rule that learns.

Labels here, as everywhere in nnlib, are 0 and 1, and a neuron fires when its sum *reaches* the
threshold: ``z >= 0`` is class 1. Texts with labels t = −1 and +1 write the rule as "if t·z ≤ 0:
w ← w + t·x"; with t = 2y − 1 the two are the same, because y − ŷ is t at a mistake and else 0.

Short names: w, b weights and bias, z = wᵀx + b the decision value, ŷ (`y_hat`) the prediction.
"""

from dataclasses import dataclass

import numpy as np

from . import expect

# ------------------------------------------------------------------------------- McCulloch, Pitts


class McCullochPitts:
    r"""A neuron of zeros and ones with a fixed threshold.

    .. math:: y = 1 \text{ if } \sum_j w_j x_j \ge \theta, \text{ else } 0

    Nothing is learned: whoever builds the net chooses weights and thresholds.

    Parameters
    ----------
    weights : array_like, shape (n,)
    threshold : float

    Raises
    ------
    ValueError
        If the weights are not one row of at most 16 finite numbers, the threshold is no number, or
        an input is not 0 or 1.
    TypeError
        If the weights or inputs are no numbers.

    References
    ----------
    W. McCulloch and W. Pitts, A logical calculus of the ideas immanent in nervous activity, 1943.

    Examples
    --------
    >>> McCullochPitts([1, 1], threshold=2)([1, 1])
    1
    >>> inputs, outputs = McCullochPitts.majority(3).truth_table()
    >>> for x, y in zip(inputs, outputs):
    ...     print(x, y)
    [0 0 0] 0
    [0 0 1] 0
    [0 1 0] 0
    [0 1 1] 1
    [1 0 0] 0
    [1 0 1] 1
    [1 1 0] 1
    [1 1 1] 1
    """

    def __init__(self, weights, threshold):
        self.weights = expect.array(weights, "McCullochPitts", "weights").copy()
        self.threshold = expect.number(threshold, "McCullochPitts", "threshold")
        if self.weights.ndim != 1 or not 1 <= self.weights.size <= 16:
            raise ValueError(
                "McCullochPitts expects weights of shape (n,), n from 1 to 16; "
                f"got {self.weights.shape}."
            )

    def __repr__(self):
        weights = ", ".join(f"{w:g}" for w in self.weights)
        return f"McCullochPitts([{weights}], threshold={self.threshold:g})"

    def __call__(self, x):
        """Outputs: one for x of shape (n,), and (N,) of them for x of shape (N, n)."""
        x = expect.numbers(x, "McCullochPitts", "x")
        if x.ndim not in (1, 2) or x.shape[-1] != self.weights.size:
            n = self.weights.size
            raise ValueError(
                f"McCullochPitts expects x of shape ({n},) or (N, {n}); got {x.shape}."
            )
        if not np.isin(x, (0, 1)).all():
            raise ValueError(f"McCullochPitts expects inputs 0 or 1; got {x.tolist()}.")
        fires = x @ self.weights >= self.threshold
        return fires.astype(int) if fires.ndim else int(fires)

    def truth_table(self):
        """What it answers to every input.

        Returns
        -------
        inputs : ndarray, shape (2**n, n)
            In the order of counting: 00, 01, 10, 11.
        outputs : ndarray, shape (2**n,)
        """
        n = self.weights.size
        inputs = np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1
        return inputs, self(inputs)

    @classmethod
    def and_(cls, n=2):
        """Fires when all n inputs are 1.

        >>> McCullochPitts.and_().truth_table()[1]
        array([0, 0, 0, 1])
        """
        n = _inputs(n, "and_")
        return cls(np.ones(n), n)

    @classmethod
    def or_(cls, n=2):
        """Fires when any of n inputs is 1.

        >>> McCullochPitts.or_().truth_table()[1]
        array([0, 1, 1, 1])
        """
        return cls(np.ones(_inputs(n, "or_")), 1)

    @classmethod
    def not_(cls):
        """Fires when its input is 0: the weight is negative, it inhibits.

        >>> McCullochPitts.not_().truth_table()[1]
        array([1, 0])
        """
        return cls([-1], 0)

    @classmethod
    def majority(cls, n=3):
        """Fires when more than half of n inputs are 1."""
        n = _inputs(n, "majority")
        return cls(np.ones(n), n // 2 + 1)


def _inputs(n, who):
    return expect.whole(n, f"McCullochPitts.{who}", "n", 1, 16)


# ------------------------------------------------------------------------------------- Rosenblatt


@dataclass(frozen=True)
class Update:
    """What one sample did to a `Perceptron`.

    Parameters
    ----------
    x : ndarray, shape (n_in,)
        The sample.
    y, y_hat : int
        Its label, and the prediction before the update.
    z : float
        The decision value before the update.
    mistake : bool
        Whether the two differed; if not, nothing changed.
    dw : ndarray, shape (n_in,)
    db : float
        What was added to the weights and to the bias.
    w : ndarray, shape (n_in,)
    b : float
        The weights and the bias after it.
    mistakes : int
        Mistakes so far, this one counted.
    epoch, index : int
        Which pass over the data, from 1, and which row; 0 and -1 for a `step` by hand.
    """

    x: np.ndarray
    y: int
    y_hat: int
    z: float
    mistake: bool
    dw: np.ndarray
    db: float
    w: np.ndarray
    b: float
    mistakes: int
    epoch: int = 0
    index: int = -1


class Perceptron:
    r"""Rosenblatt's perceptron: a neuron with a step, and the first rule that learned.

    .. math:: \hat y = [w^\top x + b \ge 0], \qquad
              w \leftarrow w + \eta\,(y - \hat y)\,x, \quad b \leftarrow b + \eta\,(y - \hat y)

    A sample that is classified correctly changes nothing. Weights and bias start at 0, so η only
    sets the scale of both: the line and the mistakes are the same for every η > 0.

    Parameters
    ----------
    n_in : int
    lr : float, default 1
        η, in units of weight per unit of input.

    Attributes
    ----------
    w : ndarray, shape (n_in,)
    b : float
    mistakes : int
        Mistakes made while learning, since the last `reset`.

    Raises
    ------
    ValueError
        If n_in < 1, lr ≤ 0, a label is not 0 or 1, a shape does not fit, or X holds NaN. Nothing is
        learned then.
    TypeError
        If X or y holds no numbers.

    References
    ----------
    F. Rosenblatt, The perceptron: a probabilistic model for information storage and organization
    in the brain, 1958.

    Examples
    --------
    The sample (1, 2) belongs to class 0, but z = 0 fires: the weights move away from it.

    >>> p = Perceptron(2)
    >>> update = p.step([1, 2], 0)
    >>> update.mistake, update.dw
    (True, array([-1., -2.]))
    >>> p.w, p.b
    (array([-1., -2.]), -1.0)

    OR is learned in a few passes:

    >>> p = Perceptron(2).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1])
    >>> p.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 1, 1, 1])
    >>> p
    Perceptron(w=[1, 1], b=-1, mistakes=5)
    """

    def __init__(self, n_in, lr=1.0):
        self.n_in = expect.whole(n_in, "Perceptron", "n_in", 1)
        self.lr = expect.number(lr, "Perceptron", "lr", above=0)
        self.reset()

    def __repr__(self):
        w = ", ".join(f"{v:.4g}" for v in self.w)
        return f"Perceptron(w=[{w}], b={self.b:.4g}, mistakes={self.mistakes})"

    def reset(self):
        """Forget everything: weights, bias and mistakes are 0."""
        self.w, self.b, self.mistakes = np.zeros(self.n_in), 0.0, 0

    def decision(self, X):
        """z = X w + b, shape (N,) for X of shape (N, n_in)."""
        return self._rows(X) @ self.w + self.b

    def predict(self, X):
        """Classes 0 and 1, shape (N,): 1 where z ≥ 0."""
        return (self.decision(X) >= 0).astype(int)

    def step(self, x, y):
        """Learn from one sample.

        Parameters
        ----------
        x : array_like, shape (n_in,)
        y : int
            0 or 1.

        Returns
        -------
        Update
        """
        x = expect.array(x, "Perceptron", "x", (self.n_in,)).copy()
        check_labels(y)
        return self._learn(x, int(y))

    def _learn(self, x, y, epoch=0, index=-1):
        z = float(x @ self.w + self.b)
        y_hat = int(z >= 0)
        error = y - y_hat  # −1, 0 or 1
        dw, db = self.lr * error * x + 0.0, self.lr * error
        self.w = self.w + dw  # a new array: earlier updates keep theirs
        self.b += db
        self.mistakes += error != 0
        return Update(
            x, y, y_hat, z, error != 0, dw, db, self.w, self.b, self.mistakes, epoch, index
        )

    def steps(self, X, y, *, epochs=100, rng=None):
        """Learn from every sample, again and again, one update at a time.

        Stops after the first pass without a mistake, or after `epochs` passes.

        Parameters
        ----------
        X : array_like, shape (N, n_in)
        y : array_like, shape (N,)
            0 or 1.
        epochs : int, default 100
        rng : numpy.random.Generator or int, optional
            Shuffles the samples anew in each pass; without it they come in their order.

        Yields
        ------
        Update
            For each sample visited, whether it was a mistake or not.

        Examples
        --------
        >>> p = Perceptron(1)
        >>> [u.mistake for u in p.steps([[1], [-1]], [1, 0])]
        [False, True, False, False]
        """
        X, epochs = self._rows(X), expect.whole(epochs, "Perceptron", "epochs")
        y = expect.numbers(y, "Perceptron", "y")
        if y.shape != (len(X),):
            raise ValueError(f"Perceptron expects y of shape ({len(X)},); got {y.shape}.")
        check_labels(y)
        rng = None if rng is None else expect.generator(rng)
        return self._steps(X, y.astype(int).tolist(), epochs, rng)

    def _steps(self, X, y, epochs, rng):
        for epoch in range(1, epochs + 1):
            before = self.mistakes
            order = np.arange(len(X)) if rng is None else rng.permutation(len(X))
            for index in order.tolist():
                yield self._learn(X[index].copy(), y[index], epoch, index)
            if self.mistakes == before:
                return

    def fit(self, X, y, *, epochs=100, rng=None):
        """Take all `steps` at once.

        Returns
        -------
        Perceptron
            Itself.
        """
        for _ in self.steps(X, y, epochs=epochs, rng=rng):
            pass
        return self

    def _rows(self, X):
        return expect.array(X, "Perceptron", "X", ("N", self.n_in))


def check_labels(y) -> None:
    """Refuse labels other than 0 and 1.

    >>> check_labels([1, -1])
    Traceback (most recent call last):
        ...
    ValueError: Perceptron expects labels 0 or 1; got -1. For labels -1 and 1 hand in (y + 1) // 2.
    """
    if np.ndim(y) == 0 and y in (0, 1):
        return  # the usual case of a single step, without building arrays
    wrong = np.setdiff1d(expect.numbers(y, "Perceptron", "y"), (0, 1))
    if wrong.size:
        hint = " For labels -1 and 1 hand in (y + 1) // 2." if -1 in wrong else ""
        raise ValueError(f"Perceptron expects labels 0 or 1; got {wrong[0]}.{hint}")
