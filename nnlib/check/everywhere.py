"""Mistakes that can happen anywhere: a sign, a factor, the order, ...

Each function looks at all cases at once; its docstring stands in README.md. `got` and `want` are
lists of float arrays of equal shapes, same(x, y) compares two such lists. It returns a sentence if
it recognises the mistake, else None. `EVERYWHERE` has them in the order in which they are tried.
"""

import numpy as np

from .answers import show

TELLING = (2, 1 / 2, 100, 1 / 100, 1 / np.log(2), 1 / np.log(10))  # factors with a usual reason


def _lone(want):
    """Whether all there is to compare is one number."""
    return len(want) == 1 and want[0].size == 1


def _sign(got, want, same, exercise):
    """The sign is the other way round."""
    if same([-a for a in got], want):
        return "The sign is the other way round: the size of your answer is right."


def _absolute(got, want, same, exercise):
    """The sign is lost."""
    if same(got, [np.abs(b) for b in want]):
        return "The size is right, but the sign is lost: expected negative values too."


def _transposed(got, want, same, exercise):
    """Rows and columns have changed places."""
    if any(b.ndim == 2 for b in want) and same([a.T for a in got], want):
        return "Your answer is transposed: rows and columns have changed places."


def _order(got, want, same, exercise):
    """The right numbers in another order."""
    if any(b.size > 1 for b in want):
        if same([a[::-1] if a.ndim else a for a in got], want):
            return "These are the right numbers in the opposite order."
        if same([np.sort(a, axis=None) for a in got], [np.sort(b, axis=None) for b in want]):
            return "These are the right numbers, but not in the right places."


def _factor(got, want, same, exercise):
    """Off by a factor: a sum for a mean, per cent, another logarithm, or the same everywhere."""
    ratios = []
    for a, b in zip(got, want, strict=True):
        k = np.argmax(np.abs(b)) if b.size else 0
        ratios.append(a.flat[k] / b.flat[k] if b.size and b.flat[k] else np.nan)
    ratios = np.array(ratios)
    if np.isnan(ratios).all() or (ratios[~np.isnan(ratios)] == 0).any():
        return None
    if not same([a / r if r == r else a for a, r in zip(got, ratios, strict=True)], want):
        return None
    known, near = ratios[~np.isnan(ratios)], exercise.rtol
    for k, name in enumerate(exercise.arguments if exercise.cases is not None else ()):
        rows = [np.shape(case[k])[0] if np.ndim(case[k]) else np.nan for case in exercise.cases]
        rows = np.array(rows, float)[~np.isnan(ratios)]
        if len(set(rows)) > 1 or (rows > 1).all():
            if np.allclose(known, rows, rtol=near):
                return (
                    f"Your answer is N times too large, N being the rows of {name}: did you take "
                    "the sum where the mean was asked?"
                )
            if np.allclose(known, 1 / rows, rtol=near):
                return (
                    f"Your answer is N times too small, N being the rows of {name}: did you take "
                    "the mean where the sum was asked?"
                )
    c = known[0]
    if not np.allclose(known, c, rtol=near):
        return None
    if _lone(want) and (want[0] == np.round(want[0]) or not np.isclose(c, TELLING).any()):
        return None  # of a single number every other one is a multiple: that says nothing
    for value, meaning in {
        100: "a percentage where a share was asked?",
        0.01: "a share where a percentage was asked?",
        1 / np.log(2): "is your logarithm the one to base 2? Here it is the natural one.",
        1 / np.log(10): "is your logarithm the one to base 10? Here it is the natural one.",
    }.items():
        if np.isclose(c, value, rtol=near):
            return f"Your answer is {show(c)} times what it should be: {meaning}"
    times = f"{show(c)} times" if abs(c) >= 1 else f"1/{show(1 / c)} of"
    return f"Your answer is {times} what it should be: a factor too many, or one missing."


def _upside_down(got, want, same, exercise):
    """One divided by the right answer."""
    if not _lone(want) and all((b != 0).all() for b in want) and same(got, [1 / b for b in want]):
        return "Your answer is upside down: it is 1 divided by the right one."


def _whole(got, want, same, exercise):
    """Off by one, or cut to whole numbers."""
    whole = lambda xs: all((x == np.round(x)).all() for x in xs)  # noqa: E731
    if whole(want):
        for d, much in ((1, "one too large"), (-1, "one too small")):
            if same(got, [b + d for b in want]):
                return f"Off by one: your answer is {much}."
    elif whole(got) and same(got, [np.trunc(b) for b in want]):
        return (
            "Your answer is cut to whole numbers: is there a `//`, an `int`, or an array of "
            "integers in it?"
        )


def _shift(got, want, same, exercise):
    """Off by the same amount everywhere."""
    if len(want) > 1 or want[0].size > 1:
        d = np.concatenate([(a - b).ravel() for a, b in zip(got, want, strict=True)])
        if d.size and np.isfinite(d[0]) and same(got, [b + d[0] for b in want]):
            return f"Your answer is off by {show(d[0])}, always."


def _square(got, want, same, exercise):
    """The square, or the square root, of the right answer."""
    if _lone(want) and want[0] == np.round(want[0]):
        return None
    if same(got, [b**2 for b in want]):
        return "Your answer is the square of what it should be."
    if all((b >= 0).all() for b in want) and same(got, [np.sqrt(b) for b in want]):
        return "Your answer is the square root of what it should be."


def _rounded(got, want, same, exercise):
    """Rounded on the way."""
    pairs = list(zip(got, want, strict=True))
    few_digits = all(np.array_equal(a, np.round(a, 3)) for a in got)
    if few_digits and all((np.abs(a - b) <= 0.02 * np.abs(b)).all() for a, b in pairs):
        return "Close, but not close enough: did you round on the way? Keep a few more digits."


def _constant(got, want, same, exercise):
    """Always the same, whatever the arguments."""
    if len(got) > 2 and same(got, [np.full(b.shape, got[0].flat[0]) for b in want]):
        return f"Your answer is always {show(got[0].flat[0])}: does it use its arguments?"


EVERYWHERE = [
    _sign,
    _rounded,
    _transposed,
    _order,
    _absolute,
    _factor,
    _upside_down,
    _whole,
    _square,
    _constant,
    _shift,
]


def because_of_shape(a, b, close):
    if a.T.shape == b.shape and close(a.T, b):
        return " It is transposed."
    if a.size == b.size and close(a.ravel(), b.ravel()):
        return f" The numbers are right: `reshape{b.shape}` would do, but why is the shape another?"
    if a.ndim == b.ndim + 1 and a.shape == (b.size, b.size):
        return " Broadcasting (N,) against (N, 1) makes such a square."
    return ""
