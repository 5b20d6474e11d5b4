"""The neuron of McCulloch and Pitts, and Rosenblatt's rule."""

import numpy as np
import pytest

from nnlib.perceptron import McCullochPitts, Perceptron

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
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
