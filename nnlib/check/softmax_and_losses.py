"""Exercises of notebook 04, softmax and losses.

Short names: Z logits and P probabilities, a row for each sample and a column for each class; y the
right classes, shape (N,).
"""

import numpy as np

from .exercise import Exercise


def _softmax(Z, axis=1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def _one_hot(y, k):
    return (np.arange(k) == np.asarray(y)[:, None]) * 1.0


# ------------------------------------------------------------------------------------ softmax

_SIZES = ((1, 3), (4, 3), (3, 5), (6, 2))

softmax = Exercise(
    "A function softmax(Z) that turns each row of logits into probabilities.",
    right=lambda Z: _softmax(Z),
    cases=lambda rng: [
        (np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 3.0]]),),
        *((2 * rng.normal(size=size),) for size in _SIZES[1:]),
    ],
    says="Whatever the logits, each row is positive and adds up to 1.",
    mistakes={
        "Your sums run down the columns (axis=0): then the samples compete, where the classes of "
        "one sample should (axis=1).": lambda Z: _softmax(Z, axis=0),
        "You divided by the sum of everything: all rows together add up to 1, where each row "
        "should.": lambda Z: np.exp(Z) / np.exp(Z).sum(),
        "You divided the logits by their sum. The exponential comes first: without it a negative "
        "logit gives a negative probability.": lambda Z: Z / Z.sum(axis=1, keepdims=True),
        "You divided by the largest exponential of the row: the likeliest class gets 1, and the "
        "row adds up to more.": lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
        "These are the exponentials; the division by their sum is missing.": lambda Z: np.exp(Z),
        "These are sigmoids, each by itself: the rows do not add up to 1.": lambda Z: (
            1 / (1 + np.exp(-Z))
        ),
        "The exponent has the wrong sign: the class with the smallest logit got the largest "
        "probability.": lambda Z: _softmax(-Z),
        "These are powers of 2; softmax takes powers of e, `np.exp`.": lambda Z: _softmax(
            Z * np.log(2)
        ),
        "That is the logarithm of softmax.": lambda Z: np.log(_softmax(Z)),
    },
)

softmax_jacobian = Exercise(
    "A function softmax_jacobian(p) that gives the matrix of ∂pᵢ/∂zⱼ, row i and column j, from the "
    "probabilities p of shape (k,).",
    right=lambda p: np.diag(p) - np.outer(p, p),
    cases=lambda rng: [
        (np.array([0.5, 0.3, 0.2]),),
        *((_softmax(rng.normal(size=(1, k)))[0],) for k in (2, 4, 5)),
    ],
    says="It is symmetric, and every row and every column adds up to 0: what one class wins, the "
    "others lose.",
    mistakes={
        "Off the diagonal you have −pᵢ², which is lecture B's line read as it stands. It is −pᵢpⱼ: "
        "one factor for each of the two classes.": lambda p: (
            np.diag(p - p**2) - (1 - np.eye(len(p))) * (p**2)[:, None]
        ),
        "Off the diagonal there are zeros: but each logit moves all probabilities, since they "
        "share one sum.": lambda p: np.diag(p * (1 - p)),
        "That is only the diagonal, as a list: how each probability moves with its own logit. The "
        "matrix has a row for each pᵢ and a column for each zⱼ.": lambda p: p * (1 - p),
        "Off the diagonal the sign is wrong: if another class's logit rises, this one "
        "loses.": lambda p: np.diag(p - 2 * p**2) + np.outer(p, p),
        "The pᵢ on the diagonal is missing: this is −pᵢpⱼ everywhere.": lambda p: -np.outer(p, p),
        "pᵢ(1 − pⱼ) is right on the diagonal only; off it, it is −pᵢpⱼ.": lambda p: np.outer(
            p, 1 - p
        ),
        "You applied softmax to p, which is its result already.": lambda p: (
            np.diag(_softmax(p[None])[0]) - np.outer(_softmax(p[None])[0], _softmax(p[None])[0])
        ),
    },
)


def _naive_log_softmax(Z):
    E = np.exp(Z)
    return np.log(E / E.sum(axis=1, keepdims=True))


def _log_softmax(Z, axis=1):
    S = Z - Z.max(axis=axis, keepdims=True)
    return S - np.log(np.exp(S).sum(axis=axis, keepdims=True))


def _one_shift(Z):
    S = Z - Z.max()
    return S - np.log(np.exp(S).sum(axis=1, keepdims=True))


log_softmax = Exercise(
    "A function log_softmax(Z) that gives the logarithm of softmax, row by row, and stays exact "
    "for logits of 1000 and −1000.",
    right=lambda Z: _log_softmax(Z),
    cases=lambda rng: [
        (np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1002.0]]),),
        (np.array([[0.0, np.log(3)], [5.0, 5.0]]),),
        *((rng.normal(size=size) * 500,) for size in ((3, 4), (5, 3))),
    ],
    says="No exponential is above 1, and no logarithm is of 0: the largest term of the sum is "
    "exp(0) = 1.",
    mistakes={
        "exp(1000) is too large for a float: it is inf, inf / inf is nan, and exp(−1000) is 0. "
        "Subtract the largest logit of each row first.": _naive_log_softmax,
        "The softmax is stable, but a probability like e⁻²⁰⁰⁰ is stored as 0, and its logarithm is "
        "−inf. Never take the exponential: (z − max) − log Σ exp(z − max).": lambda Z: np.log(
            _softmax(Z)
        ),
        "You subtracted the largest number of the whole batch: the rows far below it all underflow "
        "to 0. Each row has its own largest logit (axis=1, keepdims=True).": _one_shift,
        "You subtracted the maximum and stopped: − log Σ exp(z − max) is missing.": lambda Z: (
            Z - Z.max(axis=1, keepdims=True)
        ),
        "The maximum is subtracted inside the sum only: the z in front of it has to lose it as "
        "well.": lambda Z: (
            Z - np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
        ),
        "Your sums run down the columns (axis=0): the classes of one sample stand in a row "
        "(axis=1).": lambda Z: _log_softmax(Z, axis=0),
        "That is softmax; asked is its logarithm.": lambda Z: _softmax(Z),
    },
)

# ------------------------------------------------------------------------------------ surprise

untrained_loss = Exercise(
    "The loss of the untrained answer P(pass) = 0.1, in nats: for a student who passes, and for "
    "one who fails.",
    right=(-np.log(0.1), -np.log(0.9)),
    parts=("passes", "fails"),
    says="A confident answer is cheap when it is right and dear when it is wrong: 0.11 against "
    "2.30.",
    mistakes={
        "You have the two the other way round: 0.1 is what the network gave to passing, so it is "
        "the one who passes who surprises it.": (-np.log(0.9), -np.log(0.1)),
        "These are the squared errors, (1 − 0.1)² and 0.1²: the cross-entropy takes logarithms.": (
            0.81,
            0.01,
        ),
        "These are the absolute errors, 1 − 0.1 and 0.1: the cross-entropy takes logarithms.": (
            0.9,
            0.1,
        ),
        "Both are −log 0.1. For the student who fails, the right answer had the probability "
        "1 − 0.1.": (-np.log(0.1), -np.log(0.1)),
        "These are in bits, with the logarithm to base 2; asked are nats, `np.log`.": (
            -np.log2(0.1),
            -np.log2(0.9),
        ),
        "The minus sign is missing: the logarithm of a probability is negative, and a loss is "
        "not.": (np.log(0.1), np.log(0.9)),
    },
)


def _given(P, y):
    return P[np.arange(len(y)), y]


mean_surprise = Exercise(
    "A function mean_surprise(P, y) that gives the cross-entropy: the mean over the samples of "
    "−log of the probability in P that the right class got.",
    right=lambda P, y: -np.mean(np.log(_given(P, y))),
    cases=lambda rng: [
        (np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]]), np.array([0, 2])),
        *(
            (_softmax(rng.normal(size=(n, k))), rng.integers(0, k, n))
            for n, k in ((4, 3), (9, 5), (20, 2))
        ),
    ],
    says="The other columns do not matter: all that counts is what the right class got.",
    mistakes={
        "The minus sign is missing: the logarithm of a probability is negative, and a loss is "
        "not.": lambda P, y: np.mean(np.log(_given(P, y))),
        "That is the sum; the loss is the mean over the samples.": lambda P, y: (
            -np.sum(np.log(_given(P, y)))
        ),
        "`P[:, y]` is a matrix: for every sample the columns of all labels. One number for each "
        "sample is `P[np.arange(len(y)), y]`.": lambda P, y: -np.mean(np.log(P[:, y])),
        "You divided by the number of all entries of P; the mean is over the samples "
        "alone.": lambda P, y: -np.mean(_one_hot(y, P.shape[1]) * np.log(P)),
        "That is the logarithm of the mean probability: take the logarithm of each sample first, "
        "then the mean.": lambda P, y: -np.log(np.mean(_given(P, y))),
        "You took the probability of the likeliest class; the loss asks for that of the right "
        "one.": lambda P, y: -np.mean(np.log(P.max(axis=1))),
        "That is the entropy of the predictions, −Σ p log p: how unsure the network is, whatever "
        "is right. In the cross-entropy the weights come from y.": lambda P, y: (
            -np.mean((P * np.log(P)).sum(axis=1))
        ),
        "That is 1 − p, the missing probability, without a logarithm.": lambda P, y: np.mean(
            1 - _given(P, y)
        ),
    },
)

# ------------------------------------------------------------------------------------ gradients


def _squared_gradient(Z, y):
    """Of the mean over the samples of Σ(pᵢ − yᵢ)²."""
    P = _softmax(Z)
    d = 2 * (P - _one_hot(y, Z.shape[1])) / len(Z)
    return P * (d - (P * d).sum(axis=1, keepdims=True))


def _columns_minus_one(Z, y):
    P = _softmax(Z)
    P[:, y] -= 1
    return P / len(Z)


softmax_gradient = Exercise(
    "A function softmax_gradient(Z, y) that gives ∂L/∂Z, where L is the mean over the samples of "
    "−log softmax(Z) at the right classes y.",
    right=lambda Z, y: (_softmax(Z) - _one_hot(y, Z.shape[1])) / len(Z),
    cases=lambda rng: [
        (np.log(np.array([[0.5, 0.25, 0.25], [0.25, 0.125, 0.625]])), np.array([0, 2])),
        *(
            (2 * rng.normal(size=(n, k)), rng.integers(0, k, n))
            for n, k in ((4, 3), (9, 5), (6, 2))
        ),
    ],
    says="Predicted minus actual, and each row adds up to 0: what the right class is raised, the "
    "others are lowered together.",
    mistakes={
        "Your gradient is N times too large: L is the mean over the N samples, so each has the "
        "share 1/N.": lambda Z, y: _softmax(Z) - _one_hot(y, Z.shape[1]),
        "The sign is the other way round: predicted minus actual, P − Y. With Y − P a step of "
        "descent goes uphill.": lambda Z, y: (_one_hot(y, Z.shape[1]) - _softmax(Z)) / len(Z),
        "You divided by the number of all entries of Z; the mean is over the N samples "
        "alone.": lambda Z, y: (_softmax(Z) - _one_hot(y, Z.shape[1])) / Z.size,
        "The softmax is missing: you subtracted the targets from the logits.": lambda Z, y: (
            (Z - _one_hot(y, Z.shape[1])) / len(Z)
        ),
        "You subtracted the labels themselves. A label is a place: subtract 1 in column y of each "
        "row, and nothing elsewhere.": lambda Z, y: (_softmax(Z) - np.asarray(y)[:, None]) / len(Z),
        "`P[:, y] -= 1` takes 1 from those columns in every row. One entry in each row is "
        "`P[np.arange(len(y)), y] -= 1`.": _columns_minus_one,
        "That is ∂L/∂P, −1/p at the right class. One link of the chain is left: the Jacobian of "
        "softmax.": lambda Z, y: -_one_hot(y, Z.shape[1]) / _softmax(Z) / len(Z),
        "That is the gradient of the squared error: in the cross-entropy the Jacobian of softmax "
        "cancels.": _squared_gradient,
        "You moved only the logit of the right class: the others have the gradient p/N.": (
            lambda Z, y: (_softmax(Z) - 1) * _one_hot(y, Z.shape[1]) / len(Z)
        ),
    },
)

# --------------------------------------------------------------------------- counting mistakes


def _counts(y, predicted, k):
    return np.bincount(y * k + predicted, minlength=k * k).reshape(k, k)


confusion = Exercise(
    "A function confusion(y, predicted, k) that gives the k × k matrix of counts: row the right "
    "class, column the predicted one.",
    right=_counts,
    cases=lambda rng: [
        (np.array([0, 0, 0, 1, 2]), np.array([0, 2, 2, 1, 2]), 3),
        *(
            (rng.integers(0, k, n), rng.integers(0, k, n), k)
            for n, k in ((12, 2), (40, 4), (90, 10))
        ),
    ],
    says="The diagonal is right; each row adds up to the number of samples of its class.",
    mistakes={
        "It is transposed: the row is the right class, the column what was predicted.": (
            lambda y, predicted, k: _counts(y, predicted, k).T
        ),
        "No cell goes above 1: `C[y, predicted] += 1` counts a pair that comes several times only "
        "once. `np.add.at(C, (y, predicted), 1)` counts each, and so does a loop.": (
            lambda y, predicted, k: np.minimum(_counts(y, predicted, k), 1)
        ),
        "These are shares of the rows; asked are counts.": lambda y, predicted, k: (
            _counts(y, predicted, k) / np.maximum(_counts(y, predicted, k).sum(1, keepdims=True), 1)
        ),
        "These are shares of all samples; asked are counts.": lambda y, predicted, k: (
            _counts(y, predicted, k) / len(y)
        ),
        "Only the diagonal is filled: the mistakes belong in as well.": lambda y, predicted, k: (
            np.diag(np.diag(_counts(y, predicted, k)))
        ),
        "The diagonal is empty: what was right is counted too.": lambda y, predicted, k: (
            _counts(y, predicted, k) * (1 - np.eye(k, dtype=int))
        ),
    },
)

# ------------------------------------------------------------------------------------- PyTorch

double_softmax = Exercise(
    "The smallest loss CrossEntropyLoss can report for 10 classes if it is given probabilities in "
    "place of logits.",
    right=np.log(np.e + 9) - 1,
    says="However sure and right the network is, its loss stays above 1.46, and the gradient stays "
    "small: a sign to look for.",
    mistakes={
        "That is the smallest loss for logits, which can be as far apart as they like. "
        "Probabilities are at most 1 apart.": 0.0,
        "That is log 10, the loss of saying 1/10 to everything: a network that is sure and right "
        "still does better.": np.log(10),
        "That is log(e + 9) alone: −log softmax is log Σ exp(z) minus the z of the right class, "
        "which is 1.": np.log(np.e + 9),
        "There are nine other classes, each with exp(0) = 1, besides the right one.": np.log(
            np.e + 10
        )
        - 1,
        "You took log 10 − 1: the right class adds e to the sum where the nine others add "
        "1.": np.log(10) - 1,
        "That is the probability e/(e + 9) which the second softmax makes of 1; the loss is −log "
        "of it.": np.e / (np.e + 9),
    },
)
