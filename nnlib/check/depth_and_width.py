"""The exercises of notebook 09: regions, folds, bounds, and what is left of a gradient."""

from math import comb, prod

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------------------ regions

switch_points = Exercise(
    "A function switch_points(w, b) that gives, in order, the places x where the ReLUs "
    "max(0, w x + b) of one hidden layer switch on or off.",
    right=lambda w, b: np.sort(-b / w),
    cases=lambda rng: [
        (np.array([2.0, -1.0, 1.0]), np.array([-1.0, 3.0, 0.5])),
        *((rng.normal(size=n), rng.normal(size=n)) for n in (2, 5, 8)),
    ],
    says="One kink for each unit, n + 1 pieces for n units: width adds.",
    mistakes={
        "The places are right, but not in order: sort them.": lambda w, b: -b / w,
        "The sign is lost: w x + b = 0 gives x = −b / w.": lambda w, b: np.sort(b / w),
        "You divided the wrong way round: x = −b / w.": lambda w, b: np.sort(-w / b),
        "The weight is missing: the unit switches where w x + b is 0, not where x + b is.": (
            lambda w, b: np.sort(-b)
        ),
    },
)

regions_of_lines = Exercise(
    "Into how many regions do 5 lines in general position cut the plane?",
    right=16,
    says="1 + 5 + 10: one to begin with, one more for each line and one for each crossing.",
    mistakes={
        "2⁵ is the number of on-off patterns one could write down. Most of them occur nowhere: "
        "five lines are too few to reach every combination.": 32,
        "That would be parallel lines, n + 1: each crossing adds a region too.": 6,
        "Ten is the number of crossings, 5 · 4 / 2. Each line adds a region as well, and there is "
        "one before the first line.": 10,
        "You forgot the one region that is there before any line.": 15,
        "Each pair of lines crosses once: 5 · 4 / 2 = 10 crossings, not 5 · 4 = 20.": 26,
        "5² is too much: of two lines' crossing you count both.": 25,
    },
)

# -------------------------------------------------------------------------------------- folds

tent_network = Exercise(
    "For at least 1000 straight pieces on [0, 1]: how many tent layers, how many ReLUs in all of "
    "them, and how many ReLUs at least in a single hidden layer?",
    right=(10, 20, 999),
    parts=("layers", "relus_deep", "relus_wide"),
    says="Twenty against 999. Each layer doubles, each unit of a single layer adds one.",
    mistakes={
        "A tent layer has two ReLUs, so the deep network has twice as many as layers.": (
            10,
            10,
            999,
        ),
        "A single layer of n ReLUs has n kinks and n + 1 pieces: one ReLU fewer than pieces.": (
            10,
            20,
            1000,
        ),
        "Nine layers make 2⁹ = 512 pieces: not yet enough.": (9, 18, 999),
        "You added where layers multiply: each tent layer doubles the number of pieces.": (
            500,
            1000,
            999,
        ),
        "All but the single layer is right: each of its ReLUs gives one kink, it does not double "
        "anything.": (10, 20, 20),
    },
)


def _fold(X, n, c, factor=2.0, side=-1.0):
    return X + factor * np.maximum(0, side * (X @ n - c))[:, None] * n * -side


def _fold_cases(rng):
    cases = [
        (np.array([[-1.0, 2.0], [3.0, 1.0], [0.5, -1.0]]), np.array([1.0, 0.0]), 0.25),
    ]
    for rows in (1, 4, 6):
        a = rng.uniform(0, 2 * np.pi)
        n = np.array([np.cos(a), np.sin(a)])
        cases.append((rng.normal(size=(rows, 2)), n, float(rng.uniform(-0.6, 0.6))))
    return cases


fold_plane = Exercise(
    "A function fold_plane(X, n, c) that turns over what lies behind the crease n·x = c: points "
    "(rows of X) with n·x < c go to their mirror image, the others stay. n has length 1.",
    right=lambda X, n, c: _fold(X, n, c),
    cases=_fold_cases,
    says="One ReLU makes a fold.",
    mistakes={
        "The flap ends on the crease, not beyond it: go twice as far as the crease is away.": (
            lambda X, n, c: _fold(X, n, c, factor=1.0)
        ),
        "You folded the other half: what lies in front, n·x > c, should stay.": (
            lambda X, n, c: _fold(X, n, c, side=1.0)
        ),
        "You moved the points behind the crease away from it: the sign along n is the other way "
        "round.": lambda X, n, c: _fold(X, n, c, factor=-2.0),
        "The crease runs through the middle with you: c is missing.": (
            lambda X, n, c: _fold(X, n, 0.0)
        ),
        "All points are mirrored: the ReLU is missing, which lets one half alone.": (
            lambda X, n, c: X - 2 * (X @ n - c)[:, None] * n
        ),
        "The sign of c is the other way round: a point is behind the crease when n·x − c < 0.": (
            lambda X, n, c: _fold(X, n, -c)
        ),
    },
)

# ------------------------------------------------------------------------------------- bounds


def _sum(n, d):
    return sum(comb(n, k) for k in range(d + 1))


best_regions = Exercise(
    "A function best_regions(widths, d) that gives Montúfar's lower bound: the product of "
    "⌊n/d⌋ to the power d over all hidden layers but the last, times the sum of C(n_last, k) for "
    "k = 0 to d.",
    right=lambda widths, d: prod((n // d) ** d for n in widths[:-1]) * _sum(widths[-1], d),
    cases=[([4, 4], 2), ([5, 7, 6], 2), ([3, 3, 3, 3], 1), ([8, 9], 3)],
    says="Exponential in the number of layers, polynomial in their width.",
    mistakes={
        "The power d is missing: each of the d inputs is folded ⌊n/d⌋ times.": (
            lambda widths, d: prod(n // d for n in widths[:-1]) * _sum(widths[-1], d)
        ),
        "You divided without rounding down: half a unit folds nothing (`//` rounds down).": (
            lambda widths, d: prod((n / d) ** d for n in widths[:-1]) * _sum(widths[-1], d)
        ),
        "The last layer does not fold as well: its only share is the sum.": (
            lambda widths, d: prod((n // d) ** d for n in widths) * _sum(widths[-1], d)
        ),
        "The sum stops too early: k runs up to d, and `range(d)` ends at d − 1.": (
            lambda widths, d: prod((n // d) ** d for n in widths[:-1]) * _sum(widths[-1], d - 1)
        ),
        "That is the last term alone: the regions of lines are a sum, C(n, 0) + … + C(n, d).": (
            lambda widths, d: prod((n // d) ** d for n in widths[:-1]) * comb(widths[-1], d)
        ),
        "The sum for the last layer is missing.": (
            lambda widths, d: prod((n // d) ** d for n in widths[:-1])
        ),
        "That is an upper bound, every layer with its sum. In the lower bound the layers before "
        "the last fold instead.": lambda widths, d: prod(_sum(n, d) for n in widths),
    },
)

# ----------------------------------------------------------------------- parameters, gradients


def _parameters(n_in, width, depth, bias=1, between=None, out=True):
    between = depth - 1 if between is None else between
    total = (n_in + bias) * width + between * (width + bias) * width
    return total + (width + bias) * out


deep_parameters = Exercise(
    "A function deep_parameters(n_in, width, depth) that gives the number of weights and biases of "
    "a network with n_in inputs, depth hidden layers of width units each, and one output.",
    right=lambda n_in, width, depth: _parameters(n_in, width, depth),
    cases=[(2, 3, 1), (2, 12, 4), (1, 8, 8), (5, 20, 2)],
    says="128 units in one layer or 12 in each of four: about 500 numbers either way.",
    mistakes={
        "The biases are missing: each unit has one.": (
            lambda n_in, width, depth: _parameters(n_in, width, depth, bias=0)
        ),
        "Between depth hidden layers there are depth − 1 matrices, one fewer than layers.": (
            lambda n_in, width, depth: _parameters(n_in, width, depth, between=depth)
        ),
        "The output is missing: width weights and a bias.": (
            lambda n_in, width, depth: _parameters(n_in, width, depth, out=False)
        ),
        "The first layer looks at n_in inputs, not at width.": (
            lambda n_in, width, depth: _parameters(width, width, depth)
        ),
        "You counted one hidden layer only.": (
            lambda n_in, width, depth: _parameters(n_in, width, 1)
        ),
        "The output has a bias of its own: one number is missing.": (
            lambda n_in, width, depth: _parameters(n_in, width, depth) - 1
        ),
    },
)

gradient_left = Exercise(
    "What is left of a gradient after 10 sigmoid layers, if each multiplies it by the largest "
    "slope a sigmoid has?",
    right=0.25**10,
    atol=0.0,
    says="A millionth, and that is the best case: everywhere but at z = 0 the slope is smaller.",
    mistakes={
        "Layers multiply: 0.25 to the power 10, not 10 times 0.25.": 2.5,
        "You divided by ten: every layer multiplies again.": 0.025,
        "The largest slope of the sigmoid is ¼, at z = 0, not ½ (which is its value there).": (
            0.5**10
        ),
        "Nine layers: there is one factor for each of the ten.": 0.25**9,
        "A slope of 1 is that of tanh at zero; the sigmoid's is ¼.": 1.0,
    },
)
