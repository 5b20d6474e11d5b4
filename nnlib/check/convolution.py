"""Exercises of notebook 12, convolution. Pictures are channels last."""

import numpy as np

from .exercise import Exercise, When

# ------------------------------------------------------------------------------ one output cell

# Lecture D, table (a).
X = np.array([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
W = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])


def _correlate(x, w):
    k, m = len(w), len(w[0])
    rows, columns = len(x) - k + 1, len(x[0]) - m + 1
    return np.array(
        [[(x[i : i + k, j : j + m] * w).sum() for j in range(columns)] for i in range(rows)]
    )


one_output = Exercise(
    "The output of table (a) in row 3, column 2 (both counted from 1).",
    right=int(_correlate(X, W)[2, 1]),
    mistakes={
        "That is row 2, column 3: you went down and across the other way round.": 19,
        "That is row 3, column 1; for column 2 the window is one step further to the right.": 9,
        "You turned the kernel round before you laid it on. Here, as in all libraries, it is used "
        "as it is written.": int(_correlate(X, W[::-1, ::-1])[2, 1]),
        "You took the largest product in place of the sum of all nine.": 4,
        "That is the sum of the pixels in the window; each has to be multiplied by its weight "
        "first.": int(X[2:5, 1:4].sum()),
    },
    says="Rows 3 to 5 and columns 2 to 4 of the input: only 1·2 and 2·2 are not zero.",
)

# --------------------------------------------------------------------------------- output size


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


output_size = Exercise(
    "A function output_size(n, k, s, p) that gives the places along a side.",
    right=_size,
    cases=[(5, 3, 2, 1), (28, 5, 1, 0), (6, 3, 2, 0), (32, 3, 1, 1), (224, 7, 2, 3), (10, 4, 3, 1)],
    says="The floor is in it because a window that does not fit any more has no place.",
    mistakes={
        "The padding counts twice: there are p zeros on the left and p on the right.": (
            lambda n, k, s, p: (n + p - k) // s + 1
        ),
        "The + 1 is missing: the window stands at its first place before it has made a step.": (
            lambda n, k, s, p: (n + 2 * p - k) // s
        ),
        "You rounded up. A place where the window would stick out does not count, so round "
        "down.": lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1,
        "The stride is missing: only every s-th place is taken.": (
            lambda n, k, s, p: n + 2 * p - k + 1
        ),
        "The padding is missing: the picture is 2p wider for the window.": (
            lambda n, k, s, p: (n - k) // s + 1
        ),
        "This can be a fraction; places are counted in whole numbers, so use // or floor.": (
            lambda n, k, s, p: (n + 2 * p - k) / s + 1
        ),
    },
)

# ---------------------------------------------------------------------------------- parameters

conv_parameters = Exercise(
    "How many parameters Conv2D(3, 16, 5) has: weights and biases.",
    right=5 * 5 * 3 * 16 + 16,
    says="Each of the 16 kernels is 5 × 5 × 3 numbers and has one bias; the picture's size does "
    "not matter.",
    mistakes={
        "These are the weights alone; each of the 16 kernels has a bias too.": 5 * 5 * 3 * 16,
        "A kernel looks at all 3 channels of the input: it is 5 × 5 × 3 numbers.": 5 * 5 * 16 + 16,
        "That is one kernel with its bias; there are 16 of them.": 5 * 5 * 3 + 1,
        "The window has 5 × 5 = 25 places for numbers, not 5.": 5 * 3 * 16 + 16,
        "A bias for each input channel is too many: each kernel adds up all channels and then "
        "one bias.": 5 * 5 * 3 * 16 + 3 * 16,
    },
)

# ------------------------------------------------------------------------------------ by loops


def _cases(rng):
    first = (np.arange(12.0).reshape(3, 4) % 5, np.array([[1.0, 2.0], [0.0, -1.0]]))
    sizes = (((5, 5), (3, 3)), ((4, 6), (3, 2)), ((6, 5), (2, 4)), ((7, 4), (1, 3)))
    return [first, *((rng.normal(size=x).round(2), rng.normal(size=w).round(2)) for x, w in sizes)]


correlate2d = Exercise(
    "A function correlate2d(x, w) that slides w over x: no padding, stride 1.",
    right=_correlate,
    cases=_cases,
    says="Four loops, or two and a product of windows: the same numbers as Conv2D.",
    mistakes={
        "You turned the kernel round, as mathematics does. Here it is used as it is written.": (
            lambda x, w: _correlate(x, w[::-1, ::-1])
        ),
        "You multiplied the window by the kernel as matrices; here each number meets the one that "
        "lies on it.": lambda x, w: np.array(
            [
                [
                    (x[i : i + len(w), j : j + w.shape[1]] @ w.T).sum()
                    for j in range(x.shape[1] - w.shape[1] + 1)
                ]
                for i in range(len(x) - len(w) + 1)
            ]
        ),
        "The last row and column of the output are missing: there are n − k + 1 places.": (
            lambda x, w: _correlate(x, w)[:-1, :-1]
        ),
        "You took the mean of the products; convolution takes their sum.": (
            lambda x, w: _correlate(x, w) / w.size
        ),
        "Rows and columns of the output have changed places.": lambda x, w: _correlate(x, w).T,
    },
)

# --------------------------------------------------------------------------------- edge kernel

_PATCH = np.zeros((5, 6))
_PATCH[:, 3:] = 1.0  # dark on the left, bright on the right


def _edges(kernel):
    kernel = np.asarray(kernel, dtype=float)
    if kernel.shape != (3, 3):
        raise ValueError(f"the kernel should be of shape (3, 3); got {kernel.shape}.")
    right, down = _correlate(_PATCH, kernel).round(9), _correlate(_PATCH.T, kernel)
    # 1 if it answers with positive numbers alone, −1 if with negative ones alone
    sign = int(right.max() > 0 and right.min() >= 0) - int(right.min() < 0 and right.max() <= 0)
    return {
        "an even patch, 1 if it gives 0": int(abs(kernel.sum()) < 1e-6),
        "brighter to the right, the sign of what it gives": sign,
        "brighter downwards, 1 if it gives 0": int(np.abs(down).max() < 1e-6),
    }


edge_kernel = Exercise(
    "A 3 × 3 kernel that finds upright edges, dark on the left and bright on the right.",
    right=[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    read=lambda kernel: _edges(kernel),
    says="Negative on the left, positive on the right: where all is even they cancel.",
    mistakes={
        "This one finds bright on the left and dark on the right; turn its signs round.": When(
            [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
            lambda kernel: tuple(_edges(kernel).values()) == (1, -1, 1),
        ),
        "This one finds level edges, where it gets brighter from the top down. Transpose it.": When(
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
            lambda kernel: (
                _edges(kernel)["an even patch, 1 if it gives 0"] == 1
                and np.abs(_correlate(_PATCH, np.asarray(kernel, dtype=float))).max() < 1e-6
                and np.any(kernel)
            ),
        ),
        "It answers to an even patch too: its weights have to sum to 0.": When(
            [[-1, 0, 1], [-2, 1, 2], [-1, 0, 1]],
            lambda kernel: abs(np.sum(kernel)) > 1e-6,
        ),
        "It answers to level edges as well; each row has to sum to 0.": When(
            [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]],
            lambda kernel: np.abs(np.sum(kernel, axis=1)).max() > 1e-6,
        ),
    },
)

# ---------------------------------------------------------------------- gradient of the kernel


def _gradient_cases(rng):
    first = (
        np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 1.0], [0.0, 2.0, 4.0]]),
        np.array([[1.0, 0.0], [-1.0, 2.0]]),
    )
    sizes = (((5, 5), (3, 3)), ((4, 6), (3, 2)), ((6, 5), (2, 4)), ((7, 4), (2, 3)))
    return [first, *((rng.normal(size=x).round(2), rng.normal(size=d).round(2)) for x, d in sizes)]


kernel_gradient = Exercise(
    "A function kernel_gradient(x, dz) that gives dw, no padding, stride 1.",
    right=_correlate,
    cases=_gradient_cases,
    says="The gradient of the kernel is itself a convolution: dz slides over x.",
    mistakes={
        "You turned dz round. Pixel x[i + a, j + b] met weight w[a, b] at place (i, j), so both "
        "count upwards.": lambda x, dz: _correlate(x, dz[::-1, ::-1]),
        "You took the mean over the places. A shared weight gets the sum of what all places "
        "want.": lambda x, dz: _correlate(x, dz) / dz.size,
        "You summed the pixels under each weight without dz; that is right only if every dz "
        "is 1.": lambda x, dz: _correlate(x, np.ones_like(dz)),
        "The sign is that of an update. A gradient points uphill; the optimiser turns it.": (
            lambda x, dz: -_correlate(x, dz)
        ),
        "The two axes have changed places: dw has the shape of w.": (
            lambda x, dz: _correlate(x, dz).T
        ),
    },
)
