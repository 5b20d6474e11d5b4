"""The exercises of notebook 05: gradients, steps, learning rates, when to stop, batches.

Short names: ``r`` residuals ŷ − y, ``H`` a Hessian, L its largest eigenvalue.
"""

import math

import numpy as np

from .exercise import Exercise

# ----------------------------------------------------------------------------------- one gradient


def _residuals(x, y, w, b):
    return w * x + b - y


def _gradient(x, y, w, b):
    r = _residuals(x, y, w, b)
    return 2 * (r * x).sum(), 2 * r.sum()


def _line_cases(rng):
    by_hand = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0]), 1.0, 0.5
    drawn = [(rng.normal(size=n), rng.normal(size=n), *rng.normal(size=2)) for n in (2, 4, 7)]
    return [by_hand, *drawn]


line_gradient = Exercise(
    "A function line_gradient(x, y, w, b) that gives (∂J/∂w, ∂J/∂b) of J = Σ (w xᵢ + b − yᵢ)².",
    right=lambda x, y, w, b: _gradient(x, y, w, b),
    parts=("dw", "db"),
    cases=_line_cases,
    says="A point that is far from the line pulls strongly; far out along x it also turns the line "
    "strongly.",
    mistakes={
        "The 2 of the square is missing: the derivative of r² is 2r.": lambda x, y, w, b: tuple(
            g / 2 for g in _gradient(x, y, w, b)
        ),
        "You took the mean; this J is the sum over the points.": lambda x, y, w, b: tuple(
            g / len(x) for g in _gradient(x, y, w, b)
        ),
        "The sign is the other way round: the residual is what the line says less the target, "
        "ŷ − y.": lambda x, y, w, b: tuple(-g for g in _gradient(x, y, w, b)),
        "∂J/∂w lacks the inner derivative: each residual is multiplied by its xᵢ.": (
            lambda x, y, w, b: 2 * (2 * _residuals(x, y, w, b).sum(),)
        ),
        "The inner derivative of b is 1: only ∂J/∂w has the factor xᵢ.": (
            lambda x, y, w, b: 2 * (2 * (_residuals(x, y, w, b) * x).sum(),)
        ),
        "The order is (∂J/∂w, ∂J/∂b).": lambda x, y, w, b: _gradient(x, y, w, b)[::-1],
        "The bias is missing in what the line says: ŷ = w x + b.": lambda x, y, w, b: _gradient(
            x, y, w, 0
        ),
        "These are the numbers of each point; the gradient is their sum.": lambda x, y, w, b: (
            2 * _residuals(x, y, w, b) * x,
            2 * _residuals(x, y, w, b),
        ),
        "You summed the residuals before you multiplied by x: Σ rᵢ xᵢ is not Σ rᵢ · Σ xᵢ.": (
            lambda x, y, w, b: (
                2 * _residuals(x, y, w, b).sum() * x.sum(),
                2 * _residuals(x, y, w, b).sum(),
            )
        ),
    },
)

# ----------------------------------------------------------------------------------------- steps

two_steps = Exercise(
    "w after the first and after the second step on J(w) = (w − 3)², from w = 0 with η = 0.1.",
    right=(0.6, 1.08),
    parts=("w_1", "w_2"),
    says="The slope is −6, then only −4.8: the steps get shorter by themselves, though η stays.",
    mistakes={
        "You walk uphill: the step is *minus* η times the slope, and the slope is negative here.": (
            -0.6,
            -1.32,
        ),
        "You forgot the learning rate: the step is 0.1 times the slope.": (6, 0),
        "You took the first slope twice: at the new place it is another one.": (0.6, 1.2),
        "The slope of (w − 3)² is 2(w − 3); you left out the 2.": (0.3, 0.57),
        "You subtracted 0.1 times J itself; what is needed is its derivative.": (-0.9, -2.421),
        "These are the slopes; asked is where one gets to.": (-6, -4.8),
        "These are the lengths of the steps; asked is where one gets to.": (0.6, 0.48),
    },
)

loss_growth = Exercise(
    "For J = ½ · 4 · w² and η = 0.6: the factor by which one step multiplies w, and the factor by "
    "which it multiplies J.",
    right=(-1.4, 1.96),
    parts=("of_w", "of_J"),
    says="The loss nearly doubles with every step: after 50 steps it is 4 · 10¹⁴ times as large.",
    mistakes={
        "The size is right, but w changes sides with every step: 1 − 0.6 · 4 is negative.": (
            1.4,
            1.96,
        ),
        "J goes with the square of w, so its factor is the square of that of w.": (-1.4, -1.4),
        "J is never negative, so no step can change its sign: square the factor of w.": (
            -1.4,
            -1.96,
        ),
        "That is ηL = 2.4 and its square. A step takes that away from what there was: 1 − ηL.": (
            2.4,
            5.76,
        ),
        "You forgot the curvature: the slope is 4w, so the step is 0.6 · 4w.": (0.4, 0.16),
        "The slope of ½ · 4 · w² is 4w: the 2 of the square and the ½ cancel.": (-3.8, 14.44),
        "You walked uphill: w − ηLw, not w + ηLw.": (3.4, 11.56),
    },
)


def _hessians(rng):
    drawn = []
    for n in (2, 2, 3):
        A = rng.normal(size=(n, n))
        drawn.append((A @ A.T + 0.2 * np.eye(n),))
    return [(np.array([[5.0, 3.0], [3.0, 5.0]]),), *drawn]


def _curvatures(H):
    return np.linalg.eigvalsh(H)


largest_rate = Exercise(
    "A function largest_rate(H) that gives the learning rate above which gradient descent diverges "
    "on a bowl with the Hessian H.",
    right=lambda H: 2 / _curvatures(H)[-1],
    cases=_hessians,
    says="The steepest direction alone decides; all others have to put up with it.",
    mistakes={
        "That is 1/L, at which a step in the steepest direction lands exactly in the middle. It "
        "diverges only from twice that on.": lambda H: 1 / _curvatures(H)[-1],
        "You took the smallest curvature; the steep direction diverges long before that.": (
            lambda H: 2 / _curvatures(H)[0]
        ),
        "You took the largest number on the diagonal. The steepest direction need not be an axis: "
        "the largest eigenvalue counts.": lambda H: 2 / np.diag(H).max(),
        "You took the sum of the curvatures (the trace). In two dimensions that gives the *best* "
        "rate, 2/(λ₁ + λ₂), not the largest.": lambda H: 2 / np.trace(H),
        "You took the determinant, the product of the curvatures; the largest of them counts.": (
            lambda H: 2 / np.linalg.det(H)
        ),
        "You took the length of all entries together (the Frobenius norm); the largest eigenvalue "
        "counts.": lambda H: 2 / np.linalg.norm(H),
        "That is L itself; the limit is 2/L.": lambda H: _curvatures(H)[-1],
        "Upside down: the limit is 2/L, not L/2.": lambda H: _curvatures(H)[-1] / 2,
    },
)

# ------------------------------------------------------------------------------------ when to stop


class _Slope:
    """The gradient of ½ Σ aᵢ (wᵢ − cᵢ)²."""

    def __init__(self, a, c):
        self.a, self.c = np.array(a, dtype=float), np.array(c, dtype=float)

    def __call__(self, w):
        return self.a * (w - self.c)

    def __repr__(self):
        return f"w → {self.a.tolist()} * (w − {self.c.tolist()})"


def _descend(
    gradient, w, lr, tolerance, most, *, enough=None, sign=1, first=0, change=False, always=False
):
    """The right algorithm, and by its options the wrong ones."""
    enough = enough or (lambda g: np.linalg.norm(g) < tolerance)
    limit = 10_000 if always else most
    for step in range(limit):
        g = gradient(w)
        if not change and enough(g):
            return w, step + first
        new = w - sign * lr * g
        if change and np.linalg.norm(new - w) < tolerance:
            return new, step + 1
        w = new
    return w, limit + first


def _late(gradient, w, lr, tolerance, most):
    for step in range(most):
        g = gradient(w)
        w = w - lr * g
        if np.linalg.norm(g) < tolerance:
            return w, step + 1
    return w, most


def _same_slope(gradient, w, lr, tolerance, most):
    g = gradient(w)
    for step in range(most):
        if np.linalg.norm(g) < tolerance:
            return w, step
        w = w - lr * g
    return w, most


descend_until = Exercise(
    "A function descend_until(gradient, w, lr, tolerance, most) that follows minus the gradient "
    "until its length is below the tolerance, or for `most` steps; it returns w and the number of "
    "steps.",
    right=lambda gradient, w, lr, tolerance, most: _descend(gradient, w, lr, tolerance, most),
    parts=("w", "steps"),
    cases=[
        # 8 → 4 → 2 → 1: the slope 2(w − 1) is 14, 6, 2 ... by hand
        (_Slope([0.5], [0.0]), np.array([8.0]), 1.0, 0.6, 100),
        (_Slope([1.0, 3.0], [1.0, -2.0]), np.array([-3.0, 0.5]), 0.2, 0.05, 500),
        (_Slope([1.0, 3.0], [-1.0, 2.0]), np.array([2.0, 1.0]), 0.15, 0.01, 500),
        (_Slope([2.0, 0.3], [0.5, 1.0]), np.array([2.0, -4.0]), 0.3, 1e-3, 12),
        (_Slope([4.0], [1.0]), np.array([1.0]), 0.1, 1e-6, 50),
    ],
    says="Ten lines, and every training in this course is one of their descendants.",
    mistakes={
        "You walk uphill: what is needed is w minus lr times the gradient.": (
            lambda gradient, w, lr, tolerance, most: _descend(
                gradient, w, lr, tolerance, most, sign=-1
            )
        ),
        "Your loop does not stop after `most` steps: where the tolerance is never reached, it "
        "would run for ever.": lambda gradient, w, lr, tolerance, most: _descend(
            gradient, w, lr, tolerance, most, always=True
        ),
        "You never test the gradient: your function always takes `most` steps.": (
            lambda gradient, w, lr, tolerance, most: _descend(
                gradient, w, lr, tolerance, most, enough=lambda g: False
            )
        ),
        "You compare the gradient with its sign: a slope of −5 is not small. Its length "
        "counts.": lambda gradient, w, lr, tolerance, most: _descend(
            gradient, w, lr, tolerance, most, enough=lambda g: g.max() < tolerance
        ),
        "You stop as soon as *one* component is small; all of them have to be.": (
            lambda gradient, w, lr, tolerance, most: _descend(
                gradient, w, lr, tolerance, most, enough=lambda g: np.abs(g).min() < tolerance
            )
        ),
        "You test whether the sum of the components is small: positive and negative ones "
        "cancel.": lambda gradient, w, lr, tolerance, most: _descend(
            gradient, w, lr, tolerance, most, enough=lambda g: abs(g.sum()) < tolerance
        ),
        "You take one step too many: test the gradient first, then step.": (
            lambda gradient, w, lr, tolerance, most: _late(gradient, w, lr, tolerance, most)
        ),
        "Your w is right, but you count one step too many: before the first step it is 0.": (
            lambda gradient, w, lr, tolerance, most: _descend(
                gradient, w, lr, tolerance, most, first=1
            )
        ),
        "You test how far w has moved; that is lr times too small a number, and with a small "
        "learning rate it stops far too early.": lambda gradient, w, lr, tolerance, most: _descend(
            gradient, w, lr, tolerance, most, change=True
        ),
        "You compute the gradient once, before the loop; it is another one after every step.": (
            lambda gradient, w, lr, tolerance, most: _same_slope(gradient, w, lr, tolerance, most)
        ),
    },
)

# ----------------------------------------------------------------------------------------- batches

updates_in_training = Exercise(
    "A function updates_in_training(n, batch_size, epochs) that gives the number of updates; the "
    "last batch of an epoch has what is left.",
    right=lambda n, batch_size, epochs: epochs * math.ceil(n / batch_size),
    cases=[(10, 4, 2), (1000, 32, 5), (357, 16, 10), (64, 64, 3), (50, 1, 4), (20, 100, 7)],
    says="Smaller batches give more updates for the same number of samples looked at.",
    mistakes={
        "You dropped the last batch of each epoch: it is smaller, but it is a batch.": (
            lambda n, batch_size, epochs: epochs * (n // batch_size)
        ),
        "There are no parts of an update: round up to a whole number of batches.": (
            lambda n, batch_size, epochs: epochs * n / batch_size
        ),
        "You let batches reach over the end of an epoch; every epoch begins afresh. Round up "
        "first, then multiply.": lambda n, batch_size, epochs: math.ceil(epochs * n / batch_size),
        "That is the number of samples looked at; asked is the number of updates.": (
            lambda n, batch_size, epochs: n * epochs
        ),
        "That is one update for each epoch, as if the batch were all samples.": (
            lambda n, batch_size, epochs: epochs
        ),
        "That is one epoch; asked is the whole training.": lambda n, batch_size, epochs: math.ceil(
            n / batch_size
        ),
        "That is the number of batches, one too many where they fit exactly.": (
            lambda n, batch_size, epochs: epochs * (n // batch_size + 1)
        ),
    },
)


def _epoch(x, y, w, b, lr, order, batch_size, *, two=2, sign=1, share=None, keep=False):
    """The right algorithm, and by its options the wrong ones."""
    first = w, b
    for k in range(0, len(order), batch_size):
        batch = order[k : k + batch_size]
        r = _residuals(x[batch], y[batch], *(first if keep else (w, b)))
        n = share(batch) if share else len(batch)
        w, b = w - sign * lr * two * (r * x[batch]).sum() / n, b - sign * lr * two * r.sum() / n
    return w, b


def _epoch_new_w(x, y, w, b, lr, order, batch_size):
    for k in range(0, len(order), batch_size):
        i = order[k : k + batch_size]
        w = w - lr * 2 * (_residuals(x[i], y[i], w, b) * x[i]).mean()
        b = b - lr * 2 * _residuals(x[i], y[i], w, b).mean()
    return w, b


def _epoch_all(x, y, w, b, lr, order, batch_size):
    for _ in range(0, len(order), batch_size):
        w, b = _epoch(x, y, w, b, lr, order, len(order))
    return w, b


def _epoch_cases(rng):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 4.0])
    by_hand = x, y, 0.5, 0.0, 0.1, np.array([2, 0, 1]), 2
    drawn = [
        (*rng.normal(size=(2, n)), *rng.normal(size=2), lr, rng.permutation(n), size)
        for n, size, lr in ((6, 2, 0.2), (7, 3, 0.1), (8, 3, 0.3))
    ]
    return [by_hand, *drawn]


sgd_epoch = Exercise(
    "A function sgd_epoch(x, y, w, b, lr, order, batch_size) that gives (w, b) after a step for "
    "each batch of the samples in this order, on its mean of (w xᵢ + b − yᵢ)².",
    right=lambda x, y, w, b, lr, order, batch_size: _epoch(x, y, w, b, lr, order, batch_size),
    parts=("w", "b"),
    cases=_epoch_cases,
    says="With a batch of all samples this is gradient descent; with batches of one it is "
    "stochastic gradient descent.",
    mistakes={
        "You took the sum over the batch; with the mean, η means the same for every batch size.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, order, batch_size, share=lambda batch: 1
            )
        ),
        "You divided by the number of all samples; the mean is over the batch.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, order, batch_size, share=lambda batch: len(x)
            )
        ),
        "You divided by batch_size even where the last batch is smaller: take the mean over what "
        "is there.": lambda x, y, w, b, lr, order, batch_size: _epoch(
            x, y, w, b, lr, order, batch_size, share=lambda batch: batch_size
        ),
        "You used all samples for each step; each batch has its own.": _epoch_all,
        "All your gradients are taken at the first w and b. The next batch meets the weights that "
        "the last one left.": lambda x, y, w, b, lr, order, batch_size: _epoch(
            x, y, w, b, lr, order, batch_size, keep=True
        ),
        "The 2 of the square is missing.": lambda x, y, w, b, lr, order, batch_size: _epoch(
            x, y, w, b, lr, order, batch_size, two=1
        ),
        "You walk uphill: minus lr times the gradient.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, order, batch_size, sign=-1
            )
        ),
        "You took the samples as they stand; `order` says which comes when: `x[order]`.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, np.arange(len(x)), batch_size
            )
        ),
        "You stop after the first batch; an epoch goes through all samples.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, order[:batch_size], batch_size
            )
        ),
        "You left out the samples that remain at the end: the last batch may be smaller.": (
            lambda x, y, w, b, lr, order, batch_size: _epoch(
                x, y, w, b, lr, order[: len(order) // batch_size * batch_size], batch_size
            )
        ),
        "Your b is computed with the new w. Both derivatives belong to the old weights: compute "
        "first, then update.": _epoch_new_w,
    },
)
