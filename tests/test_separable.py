"""Distances from a line, the widest margin, Novikoff's bound, and samples made with a margin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # scikit-learn needs it, so it is there

from nnlib.perceptron import Perceptron
from nnlib.separable import mistake_bound, parted, signed_distance, widest_margin

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: signed_distance([[1, 2]], [0, 0]), "other than 0"),
        (lambda: signed_distance([[1, 2]], [1, 0, 0]), r"got \(1, 2\) and \(3,\)"),
        (lambda: mistake_bound(CORNERS, [0, 1, 1, 1], [1, -1]), "3 of 4 samples"),
        (lambda: mistake_bound(np.zeros((0, 2)), [], [1, 1]), "N at least 1"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_signed_distance_is_a_distance():
    rng = np.random.default_rng(3)
    X, w, b = rng.normal(size=(20, 2)), np.array([3.0, -2.0]), 1.0
    d = signed_distance(X, w, b)
    foot = X - d[:, None] * w / np.linalg.norm(w)
    assert np.allclose(foot @ w + b, 0)  # on the line ...
    assert np.allclose(np.linalg.norm(X - foot, axis=1), np.abs(d))  # ... and that far away
    assert np.array_equal(d > 0, X @ w + b > 0)
    assert np.allclose(signed_distance(X, 5 * w, 5 * b), d)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 4), margin=st.floats(0.02, 0.5))
def test_novikoff(seed, n, margin):
    """On separable data the mistakes stay below the bound, whatever the order."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=n), rng.normal()
    X = rng.uniform(-2, 2, size=(60, n))
    X = X[np.abs(signed_distance(X, w, b)) > margin]
    if len(X) == 0:
        return
    y = (X @ w + b >= 0).astype(int)
    limit = mistake_bound(X, y, w, b)
    assert limit.R >= 1 and limit.gamma > 0
    p = Perceptron(n).fit(X, y, epochs=10_000, rng=rng)
    assert np.array_equal(p.predict(X), y)
    assert p.mistakes <= limit.bound


def test_bound_by_hand():
    # x̃ = (0, ±2, 1): R² = 5; w̃ = (0, 1, 0): γ = 2; the bias 1 makes w̃ longer and γ smaller.
    X, y = [[0, 2], [0, -2]], [1, 0]
    assert mistake_bound(X, y, [0, 3]).bound == pytest.approx(5 / 4)
    assert mistake_bound(X, y, [0, 1], 1).gamma == pytest.approx(1 / np.sqrt(2))


# ------------------------------------------------------------------------- the widest margin


def _signed(X, y):
    return (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])


@given(st.integers(1, 40), st.sampled_from([0.0, 0.05, 0.3]), st.sampled_from([0.0, 0.1, 0.5]))
@settings(deadline=None, max_examples=60)
def test_widest_margin_is_the_best_or_there_is_none(n, margin, flipped):
    for seed in range(3):
        X, y = parted(n, margin, flipped, seed)
        found = widest_margin(X, y)
        V = _signed(X, y)
        if found is None:
            # A line exists if and only if this problem has a solution with a margin above 0.
            A, ones = np.column_stack([-V, np.ones(n)]), [(-1, 1)] * 3 + [(None, 1)]
            best = linprog([0, 0, 0, -1], A_ub=A, b_ub=np.zeros(n), bounds=ones)
            assert -best.fun < 1e-9
        else:
            # Its margin is as large as a mixture of the samples is short: neither can be improved.
            w = np.append(*found)
            length = np.linalg.norm(w)
            assert (V @ w).min() / length == pytest.approx(length, rel=1e-6)
            assert mistake_bound(X, y).gamma == pytest.approx(length, rel=1e-6)


def test_widest_margin_with_repeated_and_single_samples():
    X, y = np.array([[1.0, 2], [1, 2], [-1, 0], [-1, 0]]), np.array([1, 1, 0, 0])
    again = widest_margin(X, y)
    once = widest_margin(X[::2], y[::2])
    np.testing.assert_allclose(np.append(*again), np.append(*once), atol=1e-9)
    w, b = widest_margin([[3, 4]], [1])  # the sample itself: nothing else is to be mixed
    np.testing.assert_allclose(np.append(w, b), [3, 4, 1])
    assert widest_margin([[1, 2], [1, 2]], [0, 1]) is None


@given(st.integers(2, 40), st.floats(0.01, 0.5), st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_no_more_mistakes_than_the_best_bound(n, margin, seed):
    X, y = parted(n, margin, rng=seed)
    bound = mistake_bound(X, y).bound
    p = Perceptron(2).fit(X, y, epochs=10_000)
    assert (p.predict(X) == y).all() and p.mistakes <= bound


def test_bound_of_what_no_line_separates():
    with pytest.raises(ValueError, match="none does"):
        mistake_bound(CORNERS, np.array([0, 1, 1, 0]))


def test_parted():
    X, y = parted(30, 0.4, rng=3)
    wide, _ = parted(30, 0.5, rng=3)
    # The same samples, each 0.1 further from the line, along its normal.
    moves = wide - X
    np.testing.assert_allclose(np.linalg.norm(moves, axis=1), 0.1)
    np.testing.assert_allclose(moves[y == 1], np.tile(moves[y == 1][0], (15, 1)), atol=1e-12)
    assert np.abs(wide).max() <= 1.5
    _, flipped = parted(30, 0.4, 0.1, rng=3)
    assert (flipped != y).sum() == 3
    for bad in ((0,), (5, -1), (5, 0.1, 2)):
        with pytest.raises(ValueError, match="parted expects"):
            parted(*bad)
