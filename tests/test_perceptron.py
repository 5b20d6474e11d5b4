"""The neuron of McCulloch and Pitts, Rosenblatt's rule, and the bound on its mistakes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # scikit-learn needs it, so it is there

from nnlib.perceptron import (
    McCullochPitts,
    Perceptron,
    mistake_bound,
    parted,
    signed_distance,
    widest_margin,
)

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


# ------------------------------------------------------------------------------ McCulloch, Pitts


@pytest.mark.parametrize(
    ("neuron", "says"),
    [
        (McCullochPitts.and_(2), all),
        (McCullochPitts.and_(4), all),
        (McCullochPitts.or_(3), any),
        (McCullochPitts.not_(), lambda x: not x[0]),
        (McCullochPitts.majority(3), lambda x: sum(x) > 1.5),
        (McCullochPitts.majority(4), lambda x: sum(x) > 2),
        (McCullochPitts.majority(5), lambda x: sum(x) > 2.5),
    ],
)
def test_gates(neuron, says):
    inputs, outputs = neuron.truth_table()
    assert len(inputs) == 2 ** len(neuron.weights)
    assert len({tuple(row) for row in inputs}) == len(inputs)
    assert outputs.tolist() == [int(says(row.tolist())) for row in inputs]
    for row, y in zip(inputs, outputs, strict=True):
        assert neuron(row) == y


def test_a_sum_equal_to_the_threshold_fires():
    assert McCullochPitts([1, 1], 2)([1, 1]) == 1
    assert McCullochPitts([1, 1], 2.001)([1, 1]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: McCullochPitts([[1, 1]], 1), r"weights of shape \(n,\).*got \(1, 2\)"),
        (lambda: McCullochPitts.and_()([1, 1, 1]), r"\(2,\) or \(N, 2\); got \(3,\)"),
        (lambda: McCullochPitts.and_()([1, 2]), r"0 or 1; got \[1, 2\]"),
    ],
)
def test_gate_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ------------------------------------------------------------------------------------ Rosenblatt


def test_one_step_by_hand():
    p = Perceptron(2, lr=0.5)
    p.w, p.b = np.array([1.0, -2.0]), -0.5
    u = p.step([2, 3], 1)  # z = 2 − 6 − 0.5 = −4.5: silent, but should fire
    assert (u.z, u.y_hat, u.mistake) == (-4.5, 0, True)
    assert u.dw.tolist() == [1.0, 1.5] and u.db == 0.5
    assert p.w.tolist() == [2.0, -0.5] and p.b == 0.0
    u = p.step([2, 3], 1)  # z = 4 − 1.5 = 2.5: right now
    assert not u.mistake and u.dw.tolist() == [0, 0] and u.db == 0
    assert p.w.tolist() == [2.0, -0.5] and p.mistakes == 1


def test_earlier_updates_keep_their_weights():
    updates = list(Perceptron(2).steps(CORNERS, [0, 1, 1, 1]))
    w, b = np.zeros(2), 0.0
    for u in updates:
        assert u.y_hat == (u.x @ w + b >= 0)
        w, b = w + u.dw, b + u.db
        assert np.array_equal(u.w, w) and u.b == b
    assert [u.mistakes for u in updates] == np.cumsum([u.mistake for u in updates]).tolist()


def test_steps_stop_after_a_pass_without_mistakes():
    p = Perceptron(2)
    updates = list(p.steps(CORNERS, [0, 0, 0, 1]))
    last = [u for u in updates if u.epoch == updates[-1].epoch]
    assert len(last) == 4 and not any(u.mistake for u in last)
    assert [u.index for u in last] == [0, 1, 2, 3]
    passes = [[u.mistake for u in updates[k : k + 4]] for k in range(0, len(updates), 4)]
    assert len(passes) < 100 and all(any(p) for p in passes[:-1])
    assert p.predict(CORNERS).tolist() == [0, 0, 0, 1]


def test_xor_is_never_learned():
    p = Perceptron(2)
    updates = list(p.steps(CORNERS, [0, 1, 1, 0], epochs=50))
    assert updates[-1].epoch == 50
    assert (p.predict(CORNERS) != [0, 1, 1, 0]).any()


def test_it_is_the_rule_for_labels_minus_one_and_one():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    p = Perceptron(3).fit(X, y, epochs=3)
    w, b = np.zeros(3), 0.0
    for _ in range(3):
        for x, t in zip(X, 2 * y - 1, strict=True):
            # At z = 0 ours fires, so it is wrong about t = −1 only.
            if t * (w @ x + b) < 0 or (w @ x + b == 0 and t == -1):
                w, b = w + t * x, b + t
    assert np.allclose(p.w, w) and p.b == b


def test_the_learning_rate_only_scales():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    one, half = Perceptron(2).fit(X, y, epochs=5), Perceptron(2, lr=0.5).fit(X, y, epochs=5)
    assert np.allclose(one.w, 2 * half.w) and np.isclose(one.b, 2 * half.b)
    assert one.mistakes == half.mistakes


def test_reset_and_shuffling():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    p = Perceptron(2)
    first = [u.index for u in p.steps(X, y, epochs=2, rng=np.random.default_rng(5))]
    weights = p.w
    assert sorted(first[:30]) == list(range(30)) and first[:30] != first[30:]
    p.reset()
    assert not p.w.any() and p.b == 0 and p.mistakes == 0
    assert [u.index for u in p.steps(X, y, epochs=2, rng=np.random.default_rng(5))] == first
    assert np.array_equal(p.w, weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perceptron(0), "at least 1; got 0"),
        (lambda: Perceptron(2, lr=-1), "above 0; got -1"),
        (lambda: Perceptron(2).step([1, 2, 3], 1), r"\(2,\); got \(3,\)"),
        (lambda: Perceptron(2).step([1, 2], 2), "0 or 1; got 2"),
        (lambda: Perceptron(2).fit(CORNERS, [-1, 1, 1, 1]), r"got -1\. .*\(y \+ 1\) // 2"),
        (lambda: Perceptron(2).fit(CORNERS, [1, 1]), r"\(4,\); got \(2,\)"),
        (lambda: Perceptron(3).predict(CORNERS), r"\(N, 3\); got \(4, 2\)"),
        (lambda: signed_distance([[1, 2]], [0, 0]), "other than 0"),
        (lambda: signed_distance([[1, 2]], [1, 0, 0]), r"got \(1, 2\) and \(3,\)"),
        (lambda: mistake_bound(CORNERS, [0, 1, 1, 1], [1, -1]), "3 of 4 samples"),
        (lambda: mistake_bound(np.zeros((0, 2)), [], [1, 1]), "N at least 1"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# -------------------------------------------------------------------------------------- geometry


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
