"""Networks of one hidden layer built by hand: as close as the theory says, and no closer."""

import numpy as np
import pytest

from nnlib.theory import (
    BUILDS,
    COMPARED,
    TARGETS,
    Power,
    Weights,
    bumps,
    descend,
    hinges,
    least_squares,
    random_hidden,
    random_network,
    stairs,
    sup_error,
)
from tests.libraries import torch

WIDTHS = (1, 2, 5, 16, 33, 100)


def lipschitz(rng):
    """A function nobody chose, straight between random points, and its steepest slope."""
    at = np.sort(np.r_[0.0, rng.uniform(0, 1, 12), 1.0])
    heights = rng.normal(size=len(at))
    return lambda x: np.interp(x, at, heights), np.abs(np.diff(heights) / np.diff(at)).max()


def error(f, weights, g):
    return sup_error(f, lambda x: weights.values(x, g)).error


@pytest.mark.parametrize("n", WIDTHS)
@pytest.mark.parametrize("seed", range(5))
def test_a_hand_built_network_keeps_its_bound(n, seed):
    f, L = lipschitz(np.random.default_rng(seed))
    assert error(f, bumps(f, n, "step"), "step") <= L / (2 * (n + 1)) + 1e-9
    assert error(f, bumps(f, n, "relu"), "relu") <= L / (2 * n) + 1e-9
    for s in (5.0, 8.0 * (n + 1), 1000.0):
        bound = L * (1 / (2 * (n + 1)) + 2 * np.log(2) / s)
        assert error(f, bumps(f, n, "sigmoid", s), "sigmoid") <= bound + 1e-9


def test_the_bound_of_stairs_is_reached_by_a_straight_line():
    for n in (1, 4, 9):
        assert error(lambda x: 3 * x, bumps(lambda x: 3 * x, n, "step"), "step") == pytest.approx(
            3 / (2 * (n + 1)), rel=0.02
        )


def test_orders_one_for_stairs_and_two_for_hinges_on_a_smooth_function():
    sine = TARGETS["sine"]
    for g, order in (("sigmoid", 1), ("step", 1), ("relu", 2)):
        errors = [error(sine, bumps(sine, n, g), g) for n in (32, 64, 128)]
        rates = np.log2(np.divide(errors[:-1], errors[1:]))
        assert rates == pytest.approx([order] * 2, abs=0.1)
    M = 4 * np.pi**2
    for n in (8, 32, 128):
        assert error(sine, bumps(sine, n, "relu"), "relu") <= M / (8 * n**2)


def test_tanh_is_the_same_network_as_sigmoid():
    x = np.linspace(-0.5, 1.5, 101)
    f = TARGETS["a wild one"]
    ours, other = bumps(f, 9, "sigmoid", 70), bumps(f, 9, "tanh", 70)
    np.testing.assert_allclose(ours.values(x, "sigmoid"), other.values(x, "tanh"), atol=1e-12)


def test_stairs_say_the_level_between_two_edges():
    weights = stairs([0.2, 0.5, 0.6], [1.0, -2.0, 4.0, 0.5])
    says = weights.values([0.0, 0.35, 0.55, 1.0], "step")
    assert says == pytest.approx([1.0, -2.0, 4.0, 0.5])


def test_hinges_go_through_all_points_and_straight_in_between():
    rng = np.random.default_rng(0)
    x, y = np.cumsum(rng.uniform(0.1, 1, 8)), rng.normal(size=8)
    grid = np.linspace(x[0], x[-1], 300)
    says = hinges(x, y).values(grid, "relu")
    np.testing.assert_allclose(says, np.interp(grid, x, y), atol=1e-12)


def test_values_are_the_sum_of_the_units_and_the_model_agrees_with_torch():
    weights = bumps(TARGETS["sine"], 12, "relu")
    x = np.linspace(-1, 2, 50)
    says = weights.values(x, "relu")
    np.testing.assert_allclose(weights.units(x, "relu").sum(axis=1) + weights.b2, says)
    np.testing.assert_allclose(weights.model("relu").forward(x[:, None])[:, 0], says, atol=1e-12)
    W1, b1, W2, b2 = (torch.tensor(a) for a in weights)
    first, second = torch.nn.Linear(1, 12).double(), torch.nn.Linear(12, 1).double()
    first.load_state_dict({"weight": W1.T, "bias": b1})
    second.load_state_dict({"weight": W2.T, "bias": b2})
    with torch.no_grad():
        theirs = second(torch.relu(first(torch.tensor(x[:, None])))).numpy()[:, 0]
    np.testing.assert_allclose(theirs, says, atol=1e-12)


def test_sup_error_finds_the_place():
    found = sup_error(lambda x: 0 * x, lambda x: -np.abs(x - 0.3))
    assert found == pytest.approx((0.7, 1.0))
    assert sup_error(lambda x: 1.0, lambda x: x, [0.25, 0.5]) == pytest.approx((0.75, 0.25))


def test_no_continuous_network_follows_a_jump():
    f = TARGETS["steps (it jumps)"]
    for g in ("sigmoid", "tanh", "relu"):
        for n in (8, 100, 300):
            if g != "relu" or n < 200:  # finer than the grid, nothing is seen of the jump
                assert error(f, bumps(f, n, g), g) > 0.5


@pytest.mark.parametrize("name", TARGETS)
def test_targets_stay_in_the_picture_and_are_as_continuous_as_they_say(name):
    x = np.linspace(0, 1, 4001)
    y = TARGETS[name](x)
    assert y.shape == x.shape and -1.001 <= y.min() < y.max() <= 1.001
    jumps = np.abs(np.diff(y)).max() > 0.2
    assert jumps == ("jumps" in name)


# -------------------------------------------------------------------------------- at random


@pytest.mark.parametrize("degree", [2, 3])
def test_a_polynomial_activation_gives_the_best_polynomial_at_any_width(degree):
    f, x = TARGETS["sine"], np.linspace(0, 1, 201)
    best = np.polyval(np.polyfit(x, f(x), degree), x)
    for n in (degree, 10, 80):
        W1, b1 = random_hidden(n, rng=n)
        says = least_squares(x, f(x), W1, b1, Power(degree)).values(x, Power(degree))
        np.testing.assert_allclose(says, best, atol=1e-5)


@pytest.mark.parametrize("g", ["sigmoid", "tanh", "relu", "sin"])
def test_any_other_activation_gets_closer_with_the_width(g):
    f, x = TARGETS["sine"], np.linspace(0, 1, 401)
    medians = []
    for n in (4, 16, 64):
        found = [
            error(f, least_squares(x, f(x), *random_hidden(n, seed), COMPARED[g]), COMPARED[g])
            for seed in range(7)
        ]
        medians.append(np.median(found))
    assert medians[0] > 2 * medians[1] > 4 * medians[2]


def test_least_squares_leaves_an_error_at_right_angles_to_all_units():
    x = np.linspace(0, 1, 50)
    y = TARGETS["a wild one"](x)
    weights = least_squares(x, y, *random_hidden(5, 2), "tanh")
    rest = y - weights.values(x, "tanh")
    H = np.tanh(x[:, None] * weights.W1 + weights.b1)
    np.testing.assert_allclose(np.column_stack([H, np.ones(50)]).T @ rest, 0, atol=1e-8)


def test_random_hidden_puts_its_units_into_the_interval():
    W1, b1 = random_hidden(2000, rng=1, scale=3.0)
    places = -b1 / W1[0]
    assert 0 <= places.min() < 0.01 and 0.99 < places.max() <= 1
    assert W1.std() == pytest.approx(3.0, rel=0.1)
    again = random_hidden(2000, rng=1, scale=3.0)
    np.testing.assert_array_equal(again[0], W1)


def test_descending_lowers_the_error_and_ends_where_it_says():
    f, x, g = TARGETS["sine"], np.linspace(0, 1, 101), COMPARED["tanh"]
    start = random_network(8, g, 0)
    steps = []
    for k, w in descend(x, f(x), start, g, steps=300):
        steps.append(k)
        weights = w
    assert steps == list(range(1, 301))
    before, after = (np.mean((w.values(x, g) - f(x)) ** 2) for w in (start, weights))
    assert after < before / 20
    assert isinstance(weights, Weights) and weights.W1.shape == (1, 8)


def test_what_is_drawn_meanwhile_does_not_disturb_a_training():
    """Two explorers train and draw with the same g, each in a thread of its own."""
    f, x, g = TARGETS["sine"], np.linspace(0, 1, 11), COMPARED["relu"]
    before = vars(g).copy()
    (_, weights), *_ = descend(x, f(x), random_network(4, g, 0), g, steps=1)
    weights.values(x[:3], g), weights.units(x[:3], g), least_squares(x, f(x), *weights[:2], g)
    assert vars(g) == before


@pytest.mark.parametrize("name", COMPARED)
def test_slopes_are_those_of_the_values(name):
    z, h = np.linspace(-2, 2, 40) + 0.013, 1e-6
    g = COMPARED[name]
    numeric = (g.value(z + h) - g.value(z - h)) / (2 * h)
    np.testing.assert_allclose(g.derivative(z), numeric, atol=1e-6)


# -------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: bumps(np.sin, 0), "hidden units, .* at least 1; got 0"),
        (lambda: bumps(np.sin, 2.5), "hidden units, .* got 2.5"),
        (lambda: bumps(np.sin, 3, "z²"), f"'z²'; known: {', '.join(BUILDS)}"),
        (lambda: bumps(np.sin, 3, "sigmoid", -1), "steepness .* above 0; got -1"),
        (lambda: bumps(lambda x: x[:1], 3), "should give as many"),
        (lambda: stairs([0.1, 0.2], [1, 2]), r"n \+ 1 levels; got \(2,\) and \(2,\)"),
        (lambda: hinges([0, 1], [1, 2, 3]), "as many knots as heights"),
        (lambda: hinges([0, 0], [1, 2]), "in increasing order"),
        (lambda: random_hidden(0), "random_hidden expects"),
    ],
)
def test_wrong_input_is_told(call, says):
    with pytest.raises(ValueError, match=says):
        call()
