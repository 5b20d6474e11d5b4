"""Exercises of notebook 10, optimisers.

Short names: ``w`` a weight or an array of them, ``g`` its gradient, ``lr`` the learning rate η,
``v``, ``m``, ``s`` running averages, ``t`` the number of the step, from 1.
"""

import numpy as np

from .exercise import Exercise

# --------------------------------------------------------------------------------- momentum

momentum_step = Exercise(
    "A function momentum_step(w, v, g, lr, beta) that makes one step with momentum and gives the "
    "new (w, v).",
    right=lambda w, v, g, lr, beta: (w - lr * (beta * v + g), beta * v + g),
    parts=("w", "v"),
    cases=lambda rng: [
        (1.0, 2.0, 3.0, 0.1, 0.5),
        *((*rng.normal(size=(3, n)), 0.07, 0.9) for n in (2, 3, 5)),
    ],
    says="The speed first, then the place: w moves with the new speed.",
    mistakes={
        "You moved w with the old speed: first v ← βv + g, then w ← w − ηv with the new v.": (
            lambda w, v, g, lr, beta: (w - lr * v, beta * v + g)
        ),
        "The old speed is kept in full: β is missing, so nothing ever slows down.": (
            lambda w, v, g, lr, beta: (w - lr * (v + g), v + g)
        ),
        "You gave g the share 1 − β, as Adam does with its m. Here v ← βv + g, so that a steady "
        "gradient is added up.": lambda w, v, g, lr, beta: (
            w - lr * (beta * v + (1 - beta) * g),
            beta * v + (1 - beta) * g,
        ),
        "The step goes uphill: w ← w − ηv.": lambda w, v, g, lr, beta: (
            w + lr * (beta * v + g),
            beta * v + g,
        ),
        "That is plain gradient descent for w: it should move by the speed, not by g.": (
            lambda w, v, g, lr, beta: (w - lr * g, beta * v + g)
        ),
        "That is Nesterov's step, which looks ahead: g + βv. Ordinary momentum moves by v.": (
            lambda w, v, g, lr, beta: (w - lr * (g + beta * (beta * v + g)), beta * v + g)
        ),
        "The learning rate is missing in the step.": lambda w, v, g, lr, beta: (
            w - (beta * v + g),
            beta * v + g,
        ),
    },
)

terminal_speed = Exercise(
    "The speed v that momentum with β = 0.9 comes to when the gradient is 2 at every step.",
    right=20.0,
    says="v = βv + g holds still at v = g / (1 − β): ten times the gradient.",
    mistakes={
        "That is the gradient alone, the speed after the first step. It goes on adding up.": 2.0,
        "That is the factor 1 / (1 − β); the speed is that many gradients.": 10.0,
        "After two steps it is 2 + 0.9 · 2 = 3.8, and it still grows.": 3.8,
        "You left the newest gradient out: v = β v + g, so v (1 − β) = g.": 18.0,
        "You divided by 1 + β, which is right for a gradient that changes its sign every step.": (
            2 / 1.9
        ),
        "You multiplied by 1 − β where one divides by it.": 0.2,
    },
)

momentum_limit = Exercise(
    "The largest learning rate at which momentum with β = 0.9 does not run away in a bowl of "
    "curvature L = 20.",
    right=2 * (1 + 0.9) / 20,
    says="2(1 + β) / L: nearly twice the limit of plain gradient descent.",
    mistakes={
        "That is 2 / L, the limit of plain gradient descent. Try a larger one in the race.": 0.1,
        "You multiplied by 1 − β: momentum bears more than plain descent, not less.": 0.01,
        "You divided by 1 − β. The speed is only that much larger where the gradient is steady; "
        "across the ravine it changes its sign.": 1.0,
        "That is (1 + β) / L: twice as much is still stable.": 0.095,
        "That is twice the limit of plain gradient descent; it is a little less, 1 + β times.": 0.2,
    },
    rtol=0.01,
)

# ------------------------------------------------------------------------- RMSProp and Adam

_EPS = 1e-8


def _rms(w, s, g, lr, alpha):
    s = alpha * s + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(s) + _EPS), s


rmsprop_step = Exercise(
    "A function rmsprop_step(w, s, g, lr, alpha) that makes one step of RMSProp, with ε = 1e-8, "
    "and gives the new (w, s).",
    right=_rms,
    parts=("w", "s"),
    cases=lambda rng: [
        (1.0, 4.0, 8.0, 0.1, 0.75),
        *(
            (rng.normal(size=n), rng.uniform(0.1, 2, n), 3 * rng.normal(size=n), 0.03, 0.9)
            for n in (2, 3, 5)
        ),
    ],
    says="The gradient over its usual size: how long the step is does not depend on the units.",
    mistakes={
        "You divided by s; it is the mean of g², so its square root has the size of g.": (
            lambda w, s, g, lr, a: (
                w - lr * g / (_rms(w, s, g, lr, a)[1] + _EPS),
                _rms(w, s, g, lr, a)[1],
            )
        ),
        "s averages g², not g: the square is missing.": lambda w, s, g, lr, a: (
            w - lr * g / (np.sqrt(np.abs(a * s + (1 - a) * g)) + _EPS),
            a * s + (1 - a) * g,
        ),
        "You divided by the root of the old s; this step's g² belongs to it already.": (
            lambda w, s, g, lr, a: (w - lr * g / (np.sqrt(s) + _EPS), a * s + (1 - a) * g**2)
        ),
        "α and 1 − α have changed places: the old s keeps the share α.": (
            lambda w, s, g, lr, a: _rms(w, s, g, lr, 1 - a)
        ),
        "You added g² in full: then s grows for ever. Its share is 1 − α.": lambda w, s, g, lr, a: (
            w - lr * g / (np.sqrt(a * s + g**2) + _EPS),
            a * s + g**2,
        ),
        "The step is not divided by √s: this is plain gradient descent beside a running mean.": (
            lambda w, s, g, lr, a: (w - lr * g, a * s + (1 - a) * g**2)
        ),
    },
)


def _adam(w, m, s, g, t, lr, b1, b2, fix_m=True, fix_s=True, shift=0):
    m = b1 * m + (1 - b1) * g
    s = b2 * s + (1 - b2) * g**2
    with np.errstate(all="ignore"):
        mh = m / (1 - b1 ** (t + shift)) if fix_m else m
        sh = s / (1 - b2 ** (t + shift)) if fix_s else s
        return w - lr * mh / (np.sqrt(sh) + _EPS), m, s


adam_step = Exercise(
    "A function adam_step(w, m, s, g, t, lr, b1, b2) that makes step number t of Adam, with "
    "ε = 1e-8, and gives the new (w, m, s).",
    right=lambda w, m, s, g, t, lr, b1, b2: _adam(w, m, s, g, t, lr, b1, b2),
    parts=("w", "m", "s"),
    cases=lambda rng: [
        (3.0, 0.5, 3.0, 2.0, 2, 0.1, 0.5, 0.75),
        *(
            (rng.normal(size=n), rng.normal(size=n), rng.uniform(0.1, 2, n), rng.normal(size=n))
            + (t, 0.03, 0.9, 0.99)
            for n, t in ((2, 2), (3, 40), (4, 7))
        ),
    ],
    says="Momentum above, RMSProp below, and both corrected for having started at zero.",
    mistakes={
        "The corrections are missing: m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ).": (
            lambda *a: _adam(*a, fix_m=False, fix_s=False)
        ),
        "Only m is corrected; s started at zero too.": lambda *a: _adam(*a, fix_s=False),
        "Only s is corrected; m started at zero too.": lambda *a: _adam(*a, fix_m=False),
        "In the corrections t is one too large: the first step has t = 1.": (
            lambda *a: _adam(*a, shift=1)
        ),
        "β₁ and β₂ have changed places: β₁ belongs to m, β₂ to s.": (
            lambda w, m, s, g, t, lr, b1, b2: _adam(w, m, s, g, t, lr, b2, b1)
        ),
        "You gave back m̂ and ŝ. The averages themselves, m and s, go on to the next step; the "
        "corrected ones are for this step's w only.": lambda w, m, s, g, t, lr, b1, b2: (
            _adam(w, m, s, g, t, lr, b1, b2)[0],
            _adam(w, m, s, g, t, lr, b1, b2)[1] / (1 - b1**t),
            _adam(w, m, s, g, t, lr, b1, b2)[2] / (1 - b2**t),
        ),
        "s averages g², not g: the square is missing.": lambda w, m, s, g, t, lr, b1, b2: (
            w
            - lr
            * ((b1 * m + (1 - b1) * g) / (1 - b1**t))
            / (np.sqrt(np.abs(b2 * s + (1 - b2) * g) / (1 - b2**t)) + _EPS),
            b1 * m + (1 - b1) * g,
            b2 * s + (1 - b2) * g,
        ),
    },
)

first_step = Exercise(
    "How many times η long the very first step of Adam would be without the corrections, for "
    "β₁ = 0.9 and β₂ = 0.999.",
    right=0.1 / np.sqrt(0.001),
    says="0.1 / √0.001: whatever the gradient is, because it cancels.",
    mistakes={
        "That is the first step with the corrections, which is what they are for.": 1.0,
        "You left out the square root: it is 0.1 / √0.001.": 100.0,
        "That is the share of g in m alone; it is still divided by √s.": 0.1,
        "You turned the fraction over: it is m / √s.": np.sqrt(0.001) / 0.1,
        "You multiplied by √s; the step divides by it.": 0.1 * np.sqrt(0.001),
    },
    rtol=0.01,
)

# ------------------------------------------------------------------- batches and schedules

count_updates = Exercise(
    "How many updates of the weights there are in 12 epochs of 1347 samples in batches of 32.",
    right=12 * 43,
    says="Each epoch has ⌈1347 / 32⌉ = 43 batches; the last one is smaller, and counts.",
    mistakes={
        "Those are the updates of one epoch.": 43,
        "You left out the last, smaller batch of each epoch: 1347 / 32 is 42.09.": 12 * 42,
        "There is no part of an update: the last batch of each epoch is smaller, and counts "
        "in full.": 12 * 1347 / 32,
        "That is an update for each sample, as with batch size 1.": 12 * 1347,
        "That is one update for each epoch, as when the batch is all samples.": 12,
        "You multiplied by the batch size where one divides by it.": 12 * 1347 * 32,
    },
    rtol=1e-6,
)

cosine_rate = Exercise(
    "A function cosine_rate(k, steps, lr) that falls from lr at k = 0 to 0 at k = steps, along "
    "half a wave of a cosine.",
    right=lambda k, steps, lr: 0.5 * lr * (1 + np.cos(np.pi * k / steps)),
    cases=[(25, 100, 1.0), (0, 100, 0.3), (100, 100, 0.3), (7, 40, 0.05), (33, 40, 2.0)],
    says="Flat at both ends: long steps for a while, then ever shorter ones.",
    mistakes={
        "The factor ½ is missing: it begins at 2η.": lambda k, steps, lr: (
            lr * (1 + np.cos(np.pi * k / steps))
        ),
        "It rises from 0 to η: 1 − cos where it should be 1 + cos.": lambda k, steps, lr: (
            0.5 * lr * (1 - np.cos(np.pi * k / steps))
        ),
        "That is a quarter of a wave, cos(½πk/steps): steep at the end.": lambda k, steps, lr: (
            lr * np.cos(0.5 * np.pi * k / steps)
        ),
        "That is a whole wave: at the end η is back where it began. Half a wave has π, not 2π.": (
            lambda k, steps, lr: 0.5 * lr * (1 + np.cos(2 * np.pi * k / steps))
        ),
        "It falls below zero: cos goes down to −1; add 1 and halve.": lambda k, steps, lr: (
            lr * np.cos(np.pi * k / steps)
        ),
        "np.cos wants radians: 180° is π.": lambda k, steps, lr: (
            0.5 * lr * (1 + np.cos(180 * k / steps))
        ),
        "That is a straight line; a cosine is flat at both ends.": lambda k, steps, lr: (
            lr * (1 - k / steps)
        ),
    },
)
