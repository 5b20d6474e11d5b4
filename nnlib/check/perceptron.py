"""Exercises of notebook 01, the perceptron.

Labels are 0 and 1, and a neuron fires when its sum reaches the threshold: ``sum >= threshold``.
"""

import itertools

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------ McCulloch and Pitts


def _outputs(n):
    """How to read a McCulloch–Pitts neuron of n inputs: its truth table."""

    def table(weights, threshold=None):
        if threshold is None:  # handed in as an nnlib.McCullochPitts
            if not hasattr(weights, "threshold"):
                raise ValueError(f"expected {n} weights and a threshold; got no threshold.")
            weights, threshold = weights.weights, weights.threshold
        w = np.asarray(weights, dtype=float)
        if w.shape != (n,) or np.ndim(threshold):
            raise ValueError(
                f"expected {n} weights and one threshold; got weights of shape {w.shape} "
                f"and a threshold of shape {np.shape(threshold)}."
            )
        rows = itertools.product((0, 1), repeat=n)
        return {f"the inputs {row}": int(np.dot(w, row) >= threshold) for row in rows}

    return table


and_not = Exercise(
    "Two weights and a threshold with which the neuron fires for x₁ = 1 and x₂ = 0 only.",
    right=([1, -1], 1),
    read=_outputs(2),
    says="A negative weight inhibits: x₂ = 1 keeps the neuron silent.",
    mistakes={
        "This neuron is AND: it fires when both inputs are 1. Here x₂ must hold it back: what is "
        "the sign of its weight?": ([1, 1], 2),
        "This neuron is OR: it fires when any input is 1. Here x₂ must hold it back: what is the "
        "sign of its weight?": ([1, 1], 1),
        "This neuron looks at x₁ alone: the weight of x₂ is not negative enough to hold it back.": (
            [1, 0],
            1,
        ),
        "It fires for (0, 0) and for (1, 1) too: a sum that equals the threshold is enough, "
        "because the rule is sum ≥ threshold.": ([1, -1], 0),
        "The inputs have changed places: this neuron fires for x₂ and not x₁.": ([-1, 1], 1),
        "This neuron is the other way round: it fires for all inputs except (1, 0).": ([-1, 1], 0),
        "This neuron never fires: its threshold is more than the largest sum, which it has at "
        "(1, 0).": ([1, -1], 2),
        "This neuron always fires: its threshold is at most the smallest sum it can have.": (
            [1, -1],
            -1,
        ),
    },
)

casting_vote = Exercise(
    "Three weights and a threshold with which the neuron fires when x₁ = 1, and also when x₂ and "
    "x₃ are both 1.",
    right=([2, 1, 1], 2),
    read=_outputs(3),
    says="A weight twice as large counts as two votes.",
    mistakes={
        "This neuron is the majority of three: x₁ = 1 should be enough by itself. Give it more "
        "weight.": ([1, 1, 1], 2),
        "This neuron is OR: x₂ alone makes it fire, and x₃ alone too. Only both together should.": (
            [1, 1, 1],
            1,
        ),
        "This neuron is AND: it fires only when all three inputs are 1. Its threshold is too "
        "high.": ([1, 1, 1], 3),
        "This neuron follows x₁ alone: x₂ and x₃ together do not outvote it. Make the threshold "
        "lower, or their weights larger.": ([2, 0, 0], 2),
        "This neuron asks for x₁ and one of the others. x₁ = 1 should be enough: its weight alone "
        "must reach the threshold.": ([2, 1, 1], 3),
        "This neuron fires only for x₂ and x₃ together: x₁ has no say.": ([0, 1, 1], 2),
        "This neuron never fires: its threshold is more than all its weights together.": (
            [2, 1, 1],
            5,
        ),
        "This neuron always fires, even when all inputs are 0: its threshold is not positive.": (
            [2, 1, 1],
            0,
        ),
    },
)

# ------------------------------------------------------------ the neuron with w₀ = 1, W = (3, −2)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


neuron_output = Exercise(
    "The output ŷ = σ(1 + 3x₁ − 2x₂) at x = (0.5, 1.5).",
    right=_sigmoid(-0.5),
    atol=5e-4,
    says="z = −0.5, and σ(−0.5) = 0.378: rather class 0, with much doubt.",
    mistakes={
        "That is z = −0.5, the sum. The output is what the activation makes of it: σ(z).": -0.5,
        "That is σ(+0.5). In σ(z) = 1 / (1 + exp(−z)) the exponent is minus z.": _sigmoid(0.5),
        "You left out the bias w₀ = 1.": _sigmoid(-1.5),
        "You added 2x₂; its weight is −2, so it is taken away.": _sigmoid(1 + 1.5 + 3),
        "You put x₁ and x₂ in each other's place: x₁ is 0.5 and x₂ is 1.5.": _sigmoid(1 + 4.5 - 1),
        "That is the answer of a neuron with a step, 0 or 1. The sigmoid gives the values between "
        "as well; give at least three digits.": 0,
        "That is exp(0.5), which is exp(−z) alone: σ(z) = 1 / (1 + exp(−z)).": np.exp(0.5),
        "That is exp(−0.5) = 1 / exp(−z): a 1 is missing in the denominator of σ(z).": np.exp(-0.5),
    },
)

separating_line = Exercise(
    "Slope and intercept of the line x₂ = slope · x₁ + intercept on which 1 + 3x₁ − 2x₂ = 0.",
    right=(1.5, 0.5),
    parts=("slope", "intercept"),
    says="On it z = 0 and σ(z) = 1/2: the neuron cannot decide.",
    mistakes={
        "You solved for x₁: x₁ = (2x₂ − 1)/3. Here x₂ stands alone on the left.": (2 / 3, -1 / 3),
        "The signs are the other way round: bring 2x₂ to the other side, where it is positive, and "
        "divide by 2.": (-1.5, -0.5),
        "The slope has the other sign: 2x₂ = 1 + 3x₁, and 3 stays positive.": (-1.5, 0.5),
        "The intercept has the other sign: 2x₂ = 1 + 3x₁, and 1 stays positive.": (1.5, -0.5),
        "You divided only the slope by 2: the bias has to be divided as well.": (1.5, 1),
        "2x₂ = 1 + 3x₁ is right; now divide both by 2.": (3, 1),
        "These are the weights (3, −2). The line is at right angles to them.": (3, -2),
        "Slope and intercept have changed places.": (0.5, 1.5),
    },
)

# ------------------------------------------------------------------------------- the geometry


def _norm(w):
    return np.sqrt(np.sum(w**2))


signed_distance = Exercise(
    "A function signed_distance(w, b, x) that gives (wᵀx + b) / ‖w‖ for one point x.",
    right=lambda w, b, x: (w @ x + b) / _norm(w),
    cases=lambda rng: [
        (np.array([3.0, 4.0]), 5.0, np.array([2.0, 1.0])),
        (np.array([3.0, -2.0]), 1.0, np.array([-1.0, 2.0])),
        *((rng.normal(size=n), rng.normal(), rng.normal(size=n)) for n in (2, 2, 3, 5)),
    ],
    says="Positive on the side w points to, negative on the other, in the units of x.",
    mistakes={
        "You left out the division by ‖w‖: z = wᵀx + b doubles when w and b are doubled, but the "
        "line and the distance stay.": lambda w, b, x: w @ x + b,
        "You divided by ‖w‖² = wᵀw: the square root is missing.": lambda w, b, x: (
            (w @ x + b) / (w @ w)
        ),
        "You divided wᵀx by ‖w‖ but not b: a bracket is missing.": lambda w, b, x: (
            w @ x / _norm(w) + b
        ),
        "You divided b by ‖w‖ but not wᵀx: a bracket is missing.": lambda w, b, x: (
            w @ x + b / _norm(w)
        ),
        "You left out b: that is the distance from a parallel line through the "
        "origin.": lambda w, b, x: w @ x / _norm(w),
        "The sign of b is the other way round: it is added.": lambda w, b, x: (
            (w @ x - b) / _norm(w)
        ),
        "That is the distance without its sign: which side x is on gets lost.": lambda w, b, x: (
            abs(w @ x + b) / _norm(w)
        ),
        "You divided by the sum |w₁| + |w₂| + …; ‖w‖ is the square root of the sum of "
        "squares.": lambda w, b, x: (w @ x + b) / np.abs(w).sum(),
        "You counted b as part of ‖w‖: only w says how steeply z rises.": lambda w, b, x: (
            (w @ x + b) / np.sqrt(w @ w + b**2)
        ),
    },
)

# --------------------------------------------------------------------------- Rosenblatt's rule


def _fires(w, b, x):
    return (x @ w + b >= 0) * 1


def _update_cases(rng):
    by_hand = [
        # w, b, x, y, lr: right, so nothing changes; a mistake each way; z = 0, where it fires
        (np.array([1.0, 2.0]), 0.5, np.array([2.0, -1.0]), 1, 0.5),
        (np.array([1.0, 2.0]), 0.5, np.array([2.0, -1.0]), 0, 0.5),
        (np.array([1.0, -2.0]), -0.5, np.array([2.0, 3.0]), 1, 0.1),
        (np.array([1.0, -2.0]), -0.5, np.array([2.0, 3.0]), 0, 0.1),
        (np.array([0.0, 0.0]), 0.0, np.array([1.0, 2.0]), 1, 1.0),
        (np.array([0.0, 0.0]), 0.0, np.array([1.0, 2.0]), 0, 1.0),
    ]
    drawn = [
        (rng.normal(size=3), rng.normal(), rng.normal(size=3), k % 2, rng.uniform(0.1, 1))
        for k in range(6)
    ]
    return by_hand + drawn


def _updated(error):
    """The rule with an error in it: w + lr · error(...) · x and b + lr · error(...)."""

    def update(w, b, x, y, lr):
        e = error(w, b, x, y)
        return w + lr * e * x, b + lr * e

    return update


_rule = _updated(lambda w, b, x, y: y - _fires(w, b, x))


def _without_rate(w, b, x, y, lr):
    return _rule(w, b, x, y, 1)


def _bias_times_sum(w, b, x, y, lr):
    w_new, _ = _rule(w, b, x, y, lr)
    return w_new, b + lr * (y - _fires(w, b, x)) * x.sum()


perceptron_update = Exercise(
    "A function perceptron_update(w, b, x, y, lr) that gives the new (w, b) after one sample x "
    "with its label y, 0 or 1.",
    right=_rule,
    parts=("w", "b"),
    cases=_update_cases,
    says="Right samples change nothing; a mistake moves the line by the sample itself.",
    mistakes={
        "You step away from the right answer: the error is y − ŷ, not ŷ − y.": _updated(
            lambda w, b, x, y: _fires(w, b, x) - y
        ),
        "You change w and b after every sample. A sample that is already right (ŷ = y) changes "
        "nothing.": _updated(lambda w, b, x, y: 2 * y - 1),
        "You used y instead of y − ŷ: samples with y = 0 are never learned.": _updated(
            lambda w, b, x, y: y
        ),
        "You used z instead of ŷ: the prediction is 0 or 1. (y − z is another rule, that of Widrow "
        "and Hoff.)": _updated(lambda w, b, x, y: y - (w @ x + b)),
        "You used σ(z) instead of the step: the perceptron predicts 0 or 1.": _updated(
            lambda w, b, x, y: y - _sigmoid(w @ x + b)
        ),
        "At z = 0 exactly your neuron stays silent; ours fires: ŷ = 1 if z ≥ 0.": _updated(
            lambda w, b, x, y: y - (w @ x + b > 0)
        ),
        "You left the bias out of the prediction: z = wᵀx + b.": _updated(
            lambda w, b, x, y: y - _fires(w, 0, x)
        ),
        "You forgot to change b: it learns like a weight whose input is always 1.": (
            lambda w, b, x, y, lr: (_rule(w, b, x, y, lr)[0], b)
        ),
        "You forgot the learning rate lr.": _without_rate,
        "You forgot to multiply by x: each weight changes in proportion to its own input.": (
            lambda w, b, x, y, lr: (w + lr * (y - _fires(w, b, x)), _rule(w, b, x, y, lr)[1])
        ),
        "b changes by lr · (y − ŷ) alone: it has no input to multiply with.": _bias_times_sum,
    },
)

count_mistakes = Exercise(
    "A function count_mistakes(w, b, X, y) that gives how many rows of X the neuron gets wrong.",
    right=lambda w, b, X, y: np.sum(_fires(w, b, X) != y),
    cases=lambda rng: [
        (
            np.array([3.0, -2.0]),
            1.0,
            np.array([[-1.0, 2], [1, 1], [0, 3], [2, 0]]),
            np.arange(4) // 2,
        ),
        *(
            (rng.normal(size=2), rng.normal(), rng.normal(size=(n, 2)), rng.integers(0, 2, n))
            for n in (5, 12, 30)
        ),
    ],
    says="Rosenblatt's rule may stop when this is 0.",
    mistakes={
        "You counted the rows it gets right.": lambda w, b, X, y: np.sum(_fires(w, b, X) == y),
        "That is the share of mistakes; asked is how many there are.": lambda w, b, X, y: np.mean(
            _fires(w, b, X) != y
        ),
        "You added up y − ŷ, where a mistake of +1 and one of −1 cancel.": lambda w, b, X, y: (
            np.sum(y - _fires(w, b, X))
        ),
        "You added up ŷ − y, where a mistake of +1 and one of −1 cancel.": lambda w, b, X, y: (
            np.sum(_fires(w, b, X) - y)
        ),
        "You counted only the rows where it fires and should not.": lambda w, b, X, y: np.sum(
            (_fires(w, b, X) == 1) & (y == 0)
        ),
        "You counted only the rows where it should fire and does not.": lambda w, b, X, y: np.sum(
            (_fires(w, b, X) == 0) & (y == 1)
        ),
        "You counted how often it fires, without comparing with y.": lambda w, b, X, y: np.sum(
            _fires(w, b, X)
        ),
        "You left the bias out: z = Xw + b.": lambda w, b, X, y: np.sum(_fires(w, 0, X) != y),
        "You compared z with y. First make a prediction of it: ŷ = 1 where z ≥ 0, else "
        "0.": lambda w, b, X, y: np.sum(X @ w + b != y),
    },
)

mistake_limit = Exercise(
    "How many mistakes Rosenblatt's rule can make at most where no x̃ is longer than R = 3 and the "
    "margin is γ = 0.5.",
    right=36,
    says="Half the margin would allow four times as many.",
    mistakes={
        "That is R/γ: the bound is its square.": 6,
        "You squared R but did not divide by γ.": 9,
        "You squared R but not γ: (R/γ)² = R²/γ².": 18,
        "You squared γ but not R: (R/γ)² = R²/γ².": 12,
        "You multiplied by γ: a small margin makes the task harder, so γ divides.": 2.25,
        "That is (γ/R)², upside down: the larger the samples and the smaller the margin, the more "
        "mistakes.": 1 / 36,
    },
)
