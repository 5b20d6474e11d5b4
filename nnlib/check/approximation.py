"""Exercises of notebook 08, universal approximation.

One input, one hidden layer, one output: g(x W1 + b1) W2 + b2.
"""

import math

import numpy as np

from ..theory import Weights
from .exercise import Exercise, When

# ------------------------------------------------------------------------------ a bump by hand

POINTS = (0.1, 0.3, 0.4, 0.55, 0.7, 0.8, 0.9)


def _bump(W1, b1, W2, b2):
    """What two sigmoids say at some points, to one digit, so that any large steepness will do."""
    given = [np.asarray(a, dtype=float) for a in (W1, b1, W2, b2)]
    for name, a, size in zip(("W1", "b1", "W2", "b2"), given, (2, 2, 2, 1), strict=True):
        if a.size != size:
            raise ValueError(f"expected {name} with {size} numbers; got shape {a.shape}.")
    weights = Weights(*(a.reshape(s) for a, s in zip(given, ((1, 2), 2, (2, 1), 1), strict=True)))
    with np.errstate(all="ignore"):
        says = weights.values(POINTS, "sigmoid")
    return {f"x = {x}": round(float(y), 1) + 0.0 for x, y in zip(POINTS, says, strict=True)}


def _says(*weights):
    return list(_bump(*weights).values())


bump_by_hand = Exercise(
    "W1, b1, W2 and b2 of two sigmoid units that make a bump of height 2 from 0.3 to 0.7, with a "
    "steepness of 100.",
    right=([100, 100], [-30, -70], [2, -2], 0),
    read=_bump,
    says="Up at 0.3, down at 0.7: the bias of an edge at t is −s t.",
    mistakes={
        "The biases have the other sign: σ(s (x − t)) has the bias −s t.": When(
            ([100, 100], [30, 70], [2, -2], 0),
            lambda W1, b1, W2, b2: _says(W1, np.negative(b1), W2, b2) == [0, 1, 2, 2, 1, 0, 0],
        ),
        "The biases are the edges themselves; the steepness multiplies them too: −s t.": (
            [100, 100],
            [-0.3, -0.7],
            [2, -2],
            0,
        ),
        "Both units go up: that is a staircase. The second one has to take away what the first one "
        "has put there.": ([100, 100], [-30, -70], [2, 2], 0),
        "The bump is upside down: up first, then down.": ([100, 100], [-30, -70], [-2, 2], 0),
        "The bump is 1 high; asked is 2: the output weights are the heights.": (
            [100, 100],
            [-30, -70],
            [1, -1],
            0,
        ),
        "The whole bump stands too high: it should start and end at 0, so b2 is 0.": (
            [100, 100],
            [-30, -70],
            [2, -2],
            2,
        ),
    },
)

# ------------------------------------------------------------------------ many bumps, many hinges


def _level_cases(rng):
    return [([1.0, 3.0, 2.0],), *((rng.normal(size=n).round(2),) for n in (2, 4, 7))]


stair_weights = Exercise(
    "A function stair_weights(levels) that gives (W2, b2): the output weights of the n edges "
    "between n + 1 levels, and the bias.",
    right=lambda levels: (np.diff(levels), np.asarray(levels)[0]),
    parts=("W2", "b2"),
    cases=_level_cases,
    says="n + 1 bumps need n units: neighbours share an edge, and the bias does the first level.",
    mistakes={
        "These are the levels themselves. Each unit stays on for all that is right of it, so it "
        "may only add the difference to the level before.": lambda levels: (
            np.asarray(levels)[1:],
            np.asarray(levels)[0],
        ),
        "Your differences have the other sign: the new level minus the old one.": lambda levels: (
            -np.diff(levels),
            np.asarray(levels)[0],
        ),
        "b2 is missing: left of all edges every unit is off, and only the bias can say the first "
        "level.": lambda levels: (np.diff(levels), 0.0),
        "b2 is the first level, not the last: left of all edges every unit is off.": (
            lambda levels: (np.diff(levels), np.asarray(levels)[-1])
        ),
        "b2 is the first level, not their mean.": lambda levels: (np.diff(levels), np.mean(levels)),
    },
)


def _slopes(x, y):
    return np.diff(y) / np.diff(x)


def _hinge_cases(rng):
    drawn = [
        (np.cumsum(rng.uniform(0.1, 0.5, n)).round(2), rng.normal(size=n).round(2))
        for n in (3, 5, 8)
    ]
    return [(np.array([0.0, 0.5, 1.0]), np.array([1.0, 2.0, 0.0])), *drawn]


hinge_weights = Exercise(
    "A function hinge_weights(x, y) that gives (W2, b2) of the ReLU units with hinges at "
    "x[0], ..., x[-2], whose sum goes through all points (x, y).",
    right=lambda x, y: (np.diff(_slopes(x, y), prepend=0.0), y[0]),
    parts=("W2", "b2"),
    cases=_hinge_cases,
    says="A hinge changes the slope by its output weight and leaves everything left of it alone.",
    mistakes={
        "These are the slopes. The hinges before go on to the right, so each unit may only add the "
        "change of the slope.": lambda x, y: (_slopes(x, y), y[0]),
        "The slopes are not divided by the distance of the points.": lambda x, y: (
            np.diff(np.diff(y), prepend=0.0),
            y[0],
        ),
        "These are the heights, as for stairs; a hinge does not add a height but a slope.": (
            lambda x, y: (np.diff(y), y[0])
        ),
        "b2 is missing: at the first point all hinges say 0, so the bias has to be y[0].": (
            lambda x, y: (np.diff(_slopes(x, y), prepend=0.0), 0.0)
        ),
        "The first unit is missing: before the first hinge the slope is 0, and it has to become "
        "the first slope.": lambda x, y: (np.diff(_slopes(x, y)), y[0]),
    },
)

# ------------------------------------------------------------------------------------ how many


def _enough(L, epsilon):
    """Units of a staircase that stays within epsilon."""
    # Rounded, so that 0.1 · 5 counts as a half.
    return max(1, math.ceil(round(L / (2 * epsilon), 9)) - 1)


units_needed = Exercise(
    "A function units_needed(L, epsilon): the smallest number n ≥ 1 of step units for which "
    "L / (2 (n + 1)) ≤ epsilon.",
    right=_enough,
    cases=[(4.0, 0.5), (6.0, 0.1), (10.0, 0.03), (2.0, 0.3), (1.0, 0.007)],
    says="Half the error takes twice the units. That is in one dimension.",
    mistakes={
        "That is one too many: n edges make n + 1 strips.": lambda L, epsilon: (
            _enough(L, epsilon) + 1
        ),
        "Twice too many: the value is taken in the middle of a strip, so x is never farther from "
        "it than half the strip.": lambda L, epsilon: max(1, math.ceil(round(L / epsilon, 9)) - 1),
        "Round up, not down: with too few units the error is larger than ε.": lambda L, epsilon: (
            max(1, math.floor(round(L / (2 * epsilon), 9)) - 1)
        ),
        "A number of units is a whole number: round up.": lambda L, epsilon: L / (2 * epsilon) - 1,
        "The other way round: a steeper function and a smaller ε need more units.": (
            lambda L, epsilon: max(1, math.ceil(2 * epsilon / L))
        ),
    },
)

towers_needed = Exercise(
    "How many towers stand on a grid with 10 strips along each of 6 inputs?",
    right=10**6,
    mistakes={
        "That is 10 · 6: as many strips as there are. But every strip of one input crosses every "
        "strip of every other one.": 60,
        "The other way round: it is strips to the power of inputs.": 6**10,
        "These are the corners of one cube, 2 to the power of 6.": 64,
        "That is for one input more.": 10**7,
        "That is for one input less.": 10**5,
    },
    says="Each input multiplies the number by ten. With the 784 pixels of a small picture it has "
    "785 digits.",
)

# ------------------------------------------------------------------------------- why no polynomial

square_rank = Exercise(
    "The rank of the matrix whose columns are the outputs of 50 units (wx + b)², and a column of "
    "ones for the bias.",
    right=3,
    mistakes={
        "So many columns there are. But each of them is w²·x² + 2wb·x + b²: how many different "
        "functions is that made of?": 51,
        "So many units there are. But each of them is w²·x² + 2wb·x + b²: how many different "
        "functions is that made of?": 50,
        "One is missing. Count the constant as well: the square also has a term b².": 2,
        "x² alone would be 1, but (wx + b)² has terms in x and without x too.": 1,
        "Four numbers determine a polynomial of degree 3; here the degree is 2.": 4,
    },
    says="1, x and x²: from the third unit on nothing is new. No width helps.",
)

# -------------------------------------------------------------------------------- which activation

CANDIDATES = ("sigmoid", "relu", "linear", "sin", "cube", "step", "softplus")
ALLOWED = (1, 1, 0, 1, 0, 1, 1)


def _changed(**names):
    return tuple(names.get(name, right) for name, right in zip(CANDIDATES, ALLOWED, strict=True))


def _claims(which):
    """Recognises an answer that says yes to one that cannot do it."""
    return lambda *answer: bool(answer[CANDIDATES.index(which)])


universal = Exercise(
    "For each activation, 1 if one hidden layer of it approximates every continuous function, "
    "else 0.",
    right=ALLOWED,
    parts=CANDIDATES,
    says="Everything but the two polynomials: linear is one of degree 1, cube one of degree 3.",
    mistakes={
        "You left out what is not bounded. The lecture's condition is enough, but it is not "
        "needed: relu and softplus are no polynomials.": _changed(relu=0, softplus=0),
        "You left out relu. It is not bounded, but it is no polynomial, and that is all that is "
        "needed; you have built with it yourself.": _changed(relu=0),
        "You left out softplus. It is not bounded, but it is no polynomial.": _changed(softplus=0),
        "You left out step. It is not continuous, but two steps make a bump all the same; Leshno's "
        "theorem allows jumps.": _changed(step=0),
        "You left out step, relu and softplus: continuous and bounded is enough, but not needed.": (
            _changed(step=0, relu=0, softplus=0)
        ),
        "You left out sin. It goes up and down for ever, but it is no polynomial.": _changed(sin=0),
        "linear is a polynomial, of degree 1: a sum of straight lines is a straight line.": When(
            _changed(linear=1), _claims("linear")
        ),
        "cube is a polynomial: a sum of cubes of wx + b has degree 3, whatever the width.": When(
            _changed(cube=1), _claims("cube")
        ),
    },
)
