"""Exercises of notebook 16, read my handwriting.

Short names: x a picture (rows, columns) or a row of pixels, X a row for each sample, y the classes,
g the gradient of a lead with respect to the pixels, ε the size of a change.
"""

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------------- preparation


def _centre(x, dx=0.5, power=1, total=None):
    ink = x**power
    total = ink.sum() if total is None else total
    columns, rows = np.arange(x.shape[1]) + dx, np.arange(x.shape[0]) + dx
    return float(ink.sum(axis=0) @ columns / total), float(ink.sum(axis=1) @ rows / total)


_CORNER = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.5, 0.5]])

ink_centre = Exercise(
    "A function ink_centre(x) that gives (across, down) of the ink's centre of mass, in pixels "
    "from the upper left corner; the middle of the first pixel is at 0.5.",
    right=lambda x: _centre(x),
    cases=lambda rng: [
        (_CORNER,),
        *((rng.uniform(size=size),) for size in ((3, 5), (6, 4), (4, 7))),
    ],
    parts=("across", "down"),
    says="Each pixel pulls with as much weight as it has ink, like coins on a tray.",
    mistakes={
        "You have them the other way round: first across (along the columns), then "
        "down.": lambda x: _centre(x)[::-1],
        "You counted pixels from 0: their middles are at 0.5, 1.5 and so on, so you are half a "
        "pixel too far up and left.": lambda x: _centre(x, 0.0),
        "You counted pixels from 1: their middles are at 0.5, 1.5 and so on.": lambda x: _centre(
            x, 1.0
        ),
        "The division by the total ink is missing.": lambda x: _centre(x, total=1.0),
        "You divided by the number of pixels: white ones have no weight, divide by the sum of the "
        "ink.": lambda x: _centre(x, total=x.size),
        "That is the middle of the paper; where the ink is does not show in it.": lambda x: (
            x.shape[1] / 2,
            x.shape[0] / 2,
        ),
    },
)

fitted_size = Exercise(
    "A function fitted_size(w, h) that gives the new width and height of a digit whose longer side "
    "is scaled to 20 pixels, its proportions kept.",
    right=lambda w, h: (20 * w / max(w, h), 20 * h / max(w, h)),
    cases=[(30.0, 60.0), (80.0, 50.0), (7.0, 9.0), (44.0, 13.0)],
    parts=("width", "height"),
    says="A 1 stays slim. A network that was shown slim ones needs them slim.",
    mistakes={
        "You stretched both sides to 20 pixels: a 1 would become as wide as a 0.": lambda w, h: (
            20.0,
            20.0,
        ),
        "You fitted the shorter side: the longer one then sticks out of the box.": lambda w, h: (
            20 * w / min(w, h),
            20 * h / min(w, h),
        ),
        "You scaled to 28 pixels: the digits of MNIST fill 20 of the 28, the rest is "
        "margin.": lambda w, h: (28 * w / max(w, h), 28 * h / max(w, h)),
        "You always fitted the height; where the digit is wider than high it becomes too "
        "wide.": lambda w, h: (20 * w / h, 20.0),
        "You always fitted the width; where the digit is higher than wide it becomes too "
        "high.": lambda w, h: (20.0, 20 * h / w),
    },
)

# --------------------------------------------------------------------------------- the network

reader_parameters = Exercise(
    "How many parameters each of the four layers with weights has: the two convolutions, then the "
    "two dense layers.",
    right=(208, 3216, 50240, 650),
    parts=("conv1", "conv2", "dense1", "dense2"),
    says="Nearly all of them are in the first dense layer: there every place has weights of its "
    "own again.",
    mistakes={
        "You forgot the biases: one for each channel or unit of the output.": (
            200,
            3200,
            50176,
            640,
        ),
        "A window of the second convolution looks at all 8 channels: it has 5 · 5 · 8 weights, not "
        "5 · 5.": (208, 416, 50240, 650),
        "The second pooling halves the side once more, to 7: the dense layer gets 7 · 7 · 16 "
        "numbers, not 14 · 14 · 16.": (208, 3216, 200768, 650),
        "You forgot that there are 16 channels when they are flattened: 7 · 7 · 16 numbers.": (
            208,
            3216,
            3200,
            650,
        ),
    },
)


def _nearest(x, X, y, power=2):
    return int(y[(np.abs(X - x) ** power).sum(axis=1).argmin()])


def _cases(rng):
    X = np.array([[0.0, 0.0], [3.0, 1.0], [1.0, 4.0]])
    first = (np.array([1.0, 3.0]), X, np.array([7, 2, 5]))
    more = []
    while len(more) < 6:
        X, x, y = rng.uniform(size=(9, 6)), rng.uniform(size=6), rng.permutation(9)
        more.append((x, X, y))
    return [first, *more]


nearest_class = Exercise(
    "A function nearest_class(x, X, y) that gives the class of the row of X that is nearest to x, "
    "by the Euclidean distance.",
    right=lambda x, X, y: _nearest(x, X, y),
    cases=_cases,
    says="No training, no weights: it remembers all samples, and compares with all of them each "
    "time.",
    mistakes={
        "That is the row's number; its class is y of it.": lambda x, X, y: int(
            ((X - x) ** 2).sum(axis=1).argmin()
        ),
        "That is the class of the farthest sample: argmax instead of argmin.": lambda x, X, y: int(
            y[((X - x) ** 2).sum(axis=1).argmax()]
        ),
        "You took the largest product X @ x. It is no distance: a sample with much ink has a large "
        "product with everything.": lambda x, X, y: int(y[(X @ x).argmax()]),
        "You added up the differences without squaring them: positive and negative ones "
        "cancel.": lambda x, X, y: int(y[np.abs((X - x).sum(axis=1)).argmin()]),
        "That is the smallest distance itself; asked is the class.": lambda x, X, y: float(
            np.sqrt(((X - x) ** 2).sum(axis=1).min())
        ),
    },
)

# --------------------------------------------------------------------------------- fooling

linf_change = Exercise(
    "A function linf_change(g, size): the change of the pixels, none by more than size, that makes "
    "the lead Σ g·δ grow most.",
    right=lambda g, size: size * np.sign(g),
    cases=lambda rng: [
        (np.array([2.0, -0.5, 0.1]), 0.1),
        *((rng.normal(size=n), 0.3) for n in (4, 6, 7)),
    ],
    says="The lead grows by size · Σ|g|: every pixel gives all it is allowed to, and many small "
    "contributions add up to much.",
    mistakes={
        "That is the change for the other size, L2: here every pixel may go to the limit, however "
        "small its gradient is.": lambda g, size: size * g / np.sqrt((g**2).sum()),
        "You went against the gradient: the lead gets smaller.": lambda g, size: -size * np.sign(g),
        "That is size · g: pixels with a gradient above 1 break the limit, all others waste "
        "it.": lambda g, size: size * g,
        "You scaled g so that its largest entry reaches the limit; the other pixels may go there "
        "too.": lambda g, size: size * g / np.abs(g).max(),
        "All pixels up: where g is negative, more ink makes the lead smaller.": lambda g, size: (
            size * np.ones_like(g)
        ),
        "You changed only the pixel with the largest gradient; L∞ limits each by itself, so all of "
        "them may change.": lambda g, size: size * np.sign(g) * (np.abs(g) == np.abs(g).max()),
    },
)

sizes_to_flip = Exercise(
    "The smallest sizes, L∞ and L2, that take away a lead of 3 from a linear model whose gradient "
    "is +0.02 or −0.02 at each of 784 pixels.",
    right=(3 / (784 * 0.02), 3 / (28 * 0.02)),
    parts=("linf", "l2"),
    says="A fifth of the way from white to black at each pixel. With four times as many pixels "
    "a quarter of that would be enough: the more pixels, the less each has to change.",
    mistakes={
        "You have the two the other way round.": (3 / (28 * 0.02), 3 / (784 * 0.02)),
        "You forgot to add up over the pixels: that is what a single pixel would need.": (
            150.0,
            150.0,
        ),
        "For L2 you divided by Σ|g|, as for L∞. Along g/‖g‖ the lead grows by ε‖g‖, and ‖g‖ is "
        "√784 · 0.02.": (3 / (784 * 0.02), 3 / (784 * 0.02)),
        "For L∞ you divided by ‖g‖, as for L2. Each pixel gives ε·|g|, together ε·Σ|g|.": (
            3 / (28 * 0.02),
            3 / (28 * 0.02),
        ),
        "You multiplied: the lead has to be divided by how fast it falls.": (
            3 * 784 * 0.02,
            3 * 28 * 0.02,
        ),
    },
)

# --------------------------------------------------------------------------------- accuracy

accuracy_range = Exercise(
    "The standard error √(p(1 − p)/n) of an accuracy of 0.9795 that was counted on 2,000 digits.",
    right=float(np.sqrt(0.9795 * 0.0205 / 2000)),
    says="0.3 percentage points: with other 2,000 digits it would be 97.3 to 98.6 % in 95 of 100 "
    "cases. Whoever compares two networks by 0.1 point compares luck.",
    mistakes={
        "The square root is missing: that is the variance.": 0.9795 * 0.0205 / 2000,
        "You forgot to divide by n: that is the spread of a single digit, right or wrong.": float(
            np.sqrt(0.9795 * 0.0205)
        ),
        "You divided by n outside of the root; it belongs inside, or √n outside.": float(
            np.sqrt(0.9795 * 0.0205) / 2000
        ),
        "You took the 8,000 digits of the training; it was counted on 2,000.": float(
            np.sqrt(0.9795 * 0.0205 / 8000)
        ),
        "You forgot the factor 1 − p.": float(np.sqrt(0.9795 / 2000)),
    },
)
