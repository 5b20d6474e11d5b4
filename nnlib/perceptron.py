r"""The neuron before networks: McCulloch and Pitts (1943), and Rosenblatt's rule that learns.

Labels here, as everywhere in nnlib, are 0 and 1, and a neuron fires when its sum *reaches* the
threshold: ``z >= 0`` is class 1. Texts with labels t = −1 and +1 write the rule as "if t·z ≤ 0:
w ← w + t·x"; with t = 2y − 1 the two are the same, because y − ŷ is t at a mistake and else 0.

Short names: w, b weights and bias, z = wᵀx + b the decision value, ŷ (`y_hat`) the prediction.
"""

from dataclasses import dataclass
from typing import NamedTuple

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
        _check_labels(y)
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
        _check_labels(y)
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


def _check_labels(y):
    if np.ndim(y) == 0 and y in (0, 1):
        return  # the usual case of a single step, without building arrays
    wrong = np.setdiff1d(expect.numbers(y, "Perceptron", "y"), (0, 1))
    if wrong.size:
        hint = " For labels -1 and 1 hand in (y + 1) // 2." if -1 in wrong else ""
        raise ValueError(f"Perceptron expects labels 0 or 1; got {wrong[0]}.{hint}")


# --------------------------------------------------------------------------------------- geometry


def signed_distance(X, w, b=0.0):
    r"""How far points lie from the line (plane, ...) wᵀx + b = 0.

    .. math:: d = \frac{w^\top x + b}{\lVert w \rVert}

    Positive on the side w points to. In the units of x, however w and b are scaled.

    Parameters
    ----------
    X : array_like, shape (N, n) or (n,)
    w : array_like, shape (n,)
    b : float

    Returns
    -------
    ndarray, shape (N,), or float

    Raises
    ------
    ValueError
        If w = 0, which has no direction, or the shapes do not fit.

    Examples
    --------
    >>> signed_distance([2, 1], w=[3, 4], b=5)
    3.0
    """
    who = "signed_distance"
    X, w = expect.array(X, who, "X"), expect.array(w, who, "w")
    if w.ndim != 1 or X.ndim not in (1, 2) or X.shape[-1] != w.size:
        raise ValueError(
            f"signed_distance expects X of shape (N, n) and w of shape (n,); got {X.shape} "
            f"and {w.shape}."
        )
    length = np.sqrt(w @ w)
    if length == 0:
        raise ValueError("signed_distance expects a w other than 0: only its direction counts.")
    d = (X @ w + b) / length
    return d if d.ndim else float(d)


class MistakeBound(NamedTuple):
    """Novikoff's bound and what it is made of; see `mistake_bound`."""

    bound: float
    R: float
    gamma: float


def mistake_bound(X, y, w=None, b=0.0):
    r"""How many mistakes Rosenblatt's rule can make at most on separable data (Novikoff, 1962).

    .. math:: \text{mistakes} \le \left(\frac{R}{\gamma}\right)^2, \quad
              R = \max_i \lVert \tilde x_i \rVert, \quad
              \gamma = \min_i \frac{t_i\, \tilde w^\top \tilde x_i}{\lVert \tilde w \rVert}

    with t = 2y − 1. The bias is a weight like the others, of an input that is always 1:
    x̃ = (x, 1) and w̃ = (w, b). So R is at least 1, and γ is the margin in that space of one
    dimension more, not the distance in the plane. The bound holds for a `Perceptron` that starts
    from 0, in whatever order, as often as it sees the samples; another separating w̃ gives another
    bound, the one with the largest γ the best.

    Parameters
    ----------
    X : ndarray, shape (N, n)
    y : ndarray, shape (N,)
        0 or 1.
    w : array_like, shape (n,), optional
    b : float
        A line that separates the data; if left out, that of `widest_margin`.

    Returns
    -------
    MistakeBound
        ``bound``, ``R`` and ``gamma``.

    Raises
    ------
    ValueError
        If w and b do not separate the data strictly, if nothing does, or as for `widest_margin`.

    Examples
    --------
    x̃ = (±1, 1), so R² = 2; w̃ = (1, 0) has γ = 1.

    >>> mistake_bound([[1], [-1]], [1, 0], w=[1])
    MistakeBound(bound=2.0, R=1.414..., gamma=1.0)
    >>> Perceptron(1).fit([[1], [-1]], [1, 0]).mistakes
    1
    """
    signed = _signed_rows(X, y)
    if w is None:
        found = widest_margin(X, y)
        if found is None:
            raise ValueError("mistake_bound expects data that a line separates; none does.")
        w, b = found
    margins = signed_distance(signed, np.append(np.asarray(w, dtype=float), b))
    gamma = float(margins.min())
    if gamma <= 0:
        wrong = int((margins <= 0).sum())
        raise ValueError(
            f"mistake_bound expects a line that separates the data; {wrong} of {len(signed)} "
            "samples lie on the wrong side, or on it."
        )
    squared = float((signed**2).sum(axis=1).max())
    return MistakeBound(squared / gamma**2, squared**0.5, gamma)


def widest_margin(X, y):
    r"""The line with the largest γ of `mistake_bound`, or None if no line separates the data.

    With a minus for class 0 the samples are the vectors :math:`t_i \tilde x_i`, and a line
    separates the classes if it has all of them on one side. Of the mixtures
    :math:`\sum_i a_i t_i \tilde x_i`, where :math:`a_i \ge 0` and :math:`\sum_i a_i = 1`, the
    shortest one *is* the best w̃, and its length is γ. If its length is 0, no w̃ can exist: it
    would have to be positive on a mixture that is 0.

    Parameters
    ----------
    X : array_like, shape (N, n)
    y : array_like, shape (N,)
        0 or 1.

    Returns
    -------
    (w, b) or None
        w of shape (n,), of such a length that ‖(w, b)‖ = γ.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is not 0 or 1, there is no sample, or X holds NaN.
    TypeError
        If X or y holds no numbers.

    References
    ----------
    P. Wolfe, Finding the nearest point in a polytope, 1976: the method.

    Examples
    --------
    The points 2 (class 1) and 0 (class 0) are the vectors (2, 1) and (0, −1); a quarter of the
    first and three quarters of the second mix to (0.5, −0.5): w = 0.5, b = −0.5.

    >>> w, b = widest_margin([[2], [0]], [1, 0])
    >>> print(w.round(6), round(b, 6))
    [0.5] -0.5

    XOR: (0, 1) + (1, 0) − (0, 0) − (1, 1) = 0, and with the ones of the bias it is 0 too.

    >>> widest_margin([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]) is None
    True
    """
    V = _signed_rows(X, y)
    lengths = (V**2).sum(axis=1)
    tiny = 1e-12 * lengths.max()
    chosen, a = [int(lengths.argmin())], np.ones(1)  # the rows that are mixed, and how much of each
    while True:
        mixture = a @ V[chosen]
        ahead = V @ mixture
        new = int(ahead.argmin())
        if mixture @ mixture <= tiny:
            return None
        if new in chosen or ahead[new] >= mixture @ mixture - tiny:
            return (mixture[:-1], float(mixture[-1])) if ahead[new] > 0 else None
        chosen, a = [*chosen, new], np.append(a, 0.0)
        while True:
            # The shortest mixture of these rows if parts below 0 were allowed: Gram · a = const.
            rows = V[chosen]
            k = len(chosen)
            system = np.block(
                [[rows @ rows.T, np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]]
            )
            goal = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0][:k]
            if (goal > 1e-12).all():
                a = goal
                break
            # Go there only until a part reaches 0, and drop that row.
            out = goal <= 1e-12
            step = (a[out] / (a[out] - goal[out])).min()
            a = (1 - step) * a + step * goal
            keep = a > 1e-12
            chosen, a = [c for c, stays in zip(chosen, keep, strict=True) if stays], a[keep]
            a = a / a.sum()


def _signed_rows(X, y):
    """t x̃, shape (N, n + 1): the samples with a 1 for the bias, those of class 0 negated."""
    X, y = expect.array(X, "a line", "X"), expect.numbers(y, "a line", "y")
    if X.ndim != 2 or y.shape != X.shape[:1] or len(X) == 0:
        raise ValueError(
            "expected X of shape (N, n) and y of shape (N,), N at least 1; "
            f"got {X.shape} and {y.shape}."
        )
    _check_labels(y)
    return (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])


# -------------------------------------------------------------------------- samples to learn from


def parted(n=20, margin=0.2, flipped=0.0, rng=0):
    """Samples in the plane on two sides of a random line, none nearer to it than a margin.

    Parameters
    ----------
    n : int
    margin : float, default 0.2
        At least 0. A larger margin moves the same samples away from the same line.
    flipped : float, default 0
        Share of the samples, from 0 to 1, whose label is the wrong one.
    rng : int or numpy.random.Generator, default 0

    Returns
    -------
    X : ndarray, shape (n, 2)
        Within −1.5 … 1.5 for margins up to 0.5.
    y : ndarray, shape (n,)
        0 or 1; both occur if n > 1 and nothing is flipped.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = parted(30, margin=0.5)
    >>> X.shape, np.unique(y)
    ((30, 2), array([0, 1]))
    >>> w, b = widest_margin(X, y)
    >>> bool(np.abs(signed_distance(X, w, b)).min() > 0.4)
    True
    """
    n, rng = expect.whole(n, "parted", "n", 1), expect.generator(rng)
    margin = expect.number(margin, "parted", "margin", 0)
    flipped = expect.number(flipped, "parted", "flipped", 0, 1)
    angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
    normal = np.array([np.cos(angle), np.sin(angle)])
    y = np.arange(n) % 2  # both classes, in turns: a line, and the samples on its two sides
    along = rng.uniform(-1, 1, size=n)
    away = (2 * y - 1) * (margin + rng.uniform(0, 0.7, size=n))
    X = (shift + away)[:, None] * normal + along[:, None] * normal[::-1] * (1, -1)
    order = rng.permutation(n)
    X, y = X[order], y[order]
    wrong = rng.permutation(n)[: round(flipped * n)]
    y[wrong] = 1 - y[wrong]
    return X, y
