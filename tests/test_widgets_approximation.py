"""The explorers of notebook 08: bumps, towers, and a network of any width."""

import asyncio

import numpy as np
import pytest

from nnlib.theory import TARGETS, bumps, sup_error
from nnlib.widgets import ApproximationExplorer, BumpExplorer, TowerExplorer
from nnlib.widgets.approximation import HANDLES, OWN, SOLVED, TRAINED, smooth
from tests.explorers import assert_sound, drag

# -------------------------------------------------------------------------------- bumps


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("m", [1, 2, 5, 8])
def test_what_is_drawn_is_what_the_weights_in_the_table_say(m, activation):
    explorer = BumpExplorer(m, activation)
    x, y = (explorer.stage.scene["sum"].items["network"].arrays[k] for k in "xy")
    numbers = explorer.stage.scene["weights"].items["numbers"].arrays["values"]
    w1, b1, w2 = numbers.astype(float).T
    z = x[:, None] * w1 + b1
    h = np.maximum(0, z) if activation == "relu" else 1 / (1 + np.exp(-z))
    by_hand = h @ w2 + explorer.weights().b2
    np.testing.assert_allclose(y, by_hand, atol=2e-4)
    assert len(w1) == (m + 2 if activation == "relu" else m + 1)


def test_dragging_an_edge_moves_two_numbers_only_and_stops_at_its_neighbour():
    explorer = BumpExplorer()
    before = explorer.weights()
    drag(explorer, "sum", "edges", 0.5, 0.3)
    after = explorer.weights()
    assert after.b1 == pytest.approx([-30, -42]) and explorer["left"] == 0.5
    np.testing.assert_array_equal(after.W2, before.W2)
    drag(explorer, "sum", "edges", 0.95, 0)
    assert explorer.edges[0] < explorer.edges[1] == 0.7
    drag(explorer, "sum", "tops", 0.9, -0.8)
    assert explorer.weights().W2[:, 0] == pytest.approx([-0.8, 0.8])
    assert explorer["height"] == -0.8


def test_sliders_do_what_dragging_does():
    explorer = BumpExplorer(bumps=4)
    explorer.update(chosen=3)
    explorer.update(height=1.25)
    explorer.update(right=0.8)
    assert explorer.heights[2] == 1.25 and explorer.edges[3] == pytest.approx(0.8)
    assert explorer["left"] == pytest.approx(0.5)
    relu = BumpExplorer(bumps=2, activation="relu")
    relu.update(chosen=4)
    relu.update(height=-1.0, left=0.9)
    assert (relu.tops[3], relu.knots[3]) == (-1.0, 0.9)
    drag(relu, "sum", "tops", 0.4, 0.6, 1)
    assert (relu["chosen"], relu["height"], relu["left"]) == (2, 0.6, 0.4)


def test_matching_a_target_helps_and_says_where_the_rest_is():
    explorer = BumpExplorer(bumps=8, target="sine", steepness=100)
    before, _ = explorer.error()
    explorer.press("match")
    error, at = explorer.error()
    assert error < before / 2
    x = np.linspace(0, 1, 501)
    gap = np.abs(explorer.weights().values(x, "sigmoid") - np.sin(2 * np.pi * x))
    assert error == pytest.approx(gap.max()) and gap[np.argmin(np.abs(x - at))] > 0.999 * error
    assert f"{error:.2f}" in explorer.summary()
    explorer.update(activation="relu")
    assert explorer.error()[0] < error  # as many bumps, straight in between


def test_the_shaded_bumps_add_up_to_the_network():
    for activation in ("sigmoid", "relu"):
        explorer = BumpExplorer(5, activation, "a wild one", match=True, single=True)
        items = explorer.stage.scene["sum"].items
        half = len(items["network"].arrays["y"])
        shaded = [v.arrays["y"][:half] for k, v in items.items() if k.startswith("bump ")]
        np.testing.assert_allclose(np.sum(shaded, axis=0), items["network"].arrays["y"], atol=1e-4)


# -------------------------------------------------------------------------------- towers


def test_two_ridges_make_a_cross_and_a_second_layer_a_tower():
    cross = TowerExplorer()
    middle, arm, corner = cross.heights(np.array([[0, 0], [0.9, 0], [0.9, 0.9]]))
    assert (middle, arm, corner) == pytest.approx((1, 0.5, 0), abs=1e-3)
    assert cross.units() == 4
    cross.update(output="a second hidden layer")
    middle, arm, corner = cross.heights(np.array([[0, 0], [0.9, 0], [0.9, 0.9]]))
    assert (middle, arm, corner) == pytest.approx((1, 0, 0), abs=1e-3)
    assert cross.units() == 5


def test_a_haze_that_only_better_weights_take_away():
    added, solved = TowerExplorer(24), TowerExplorer(24, "best output weights")
    assert added.ground()[0] > 0.1
    assert max(map(abs, solved.ground())) < 0.02
    assert solved.heights(np.zeros((1, 2)))[0] > 0.9
    assert TowerExplorer(2, "best output weights").heights(np.zeros((1, 2)))[0] < 0.5


def test_the_ground_of_many_ridges_is_the_share_of_directions_that_hit():
    # A ridge of half-width r covers a place at distance ρ for 2/π · arcsin(r/ρ) of the directions.
    explorer = TowerExplorer(24, steepness=100, radius=0.3)
    angle = np.linspace(0, 2 * np.pi, 400)
    ring = 1.2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert explorer.heights(ring).mean() == pytest.approx(2 / np.pi * np.arcsin(0.25), rel=0.01)


def test_the_heights_are_those_of_a_network_of_sigmoids():
    explorer = TowerExplorer(3, steepness=30, radius=0.4)
    x = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    u = x @ explorer.normals().T
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    total = (sigmoid(30 * (u + 0.4)) - sigmoid(30 * (u - 0.4))).sum(axis=1) / 3
    np.testing.assert_allclose(explorer.heights(x), total, atol=0.02)


def test_the_tower_can_be_dragged_and_the_map_is_upright():
    explorer = TowerExplorer(2, "a second hidden layer")
    drag(explorer, "plane", "centre", 0.5, -0.5)
    assert (explorer["c1"], explorer["c2"]) == (0.5, -0.5)
    level = explorer.stage.scene["plane"].items["output"].arrays["level"][0].astype(float)
    row, column = np.unravel_index(np.argmax(level), level.shape)
    assert row < level.shape[0] / 2 < column  # row 0 is the lowest x₂


# -------------------------------------------------------------------------------- any width


def test_the_error_is_that_of_the_theory_and_so_is_the_smallest_width_that_wins():
    explorer = ApproximationExplorer(width=16, activation="relu", epsilon=0.02)
    sine = TARGETS["sine"]
    error, at = sup_error(sine, lambda x: bumps(sine, 16, "relu").values(x, "relu"))
    assert explorer.largest() == pytest.approx((error, at), abs=1e-9)
    assert "It stays inside the tube of ±0.02" in explorer.summary()
    assert "By hand 16 units stay inside" in explorer.summary()
    explorer.update(width=11)
    assert "It leaves" in explorer.summary()


@pytest.mark.parametrize("g", ["sigmoid", "tanh", "relu"])
def test_the_curve_by_hand_passes_through_the_network_that_is_shown(g):
    explorer = ApproximationExplorer("a kink", 23, activation=g)
    curve = explorer.stage.scene["widths"].items["by hand"].arrays
    there = curve["y"][list(curve["x"]).index(23)]
    assert there == pytest.approx(explorer.largest()[0], rel=0.1)


def test_what_cannot_be_built_by_hand_is_solved_for_and_back():
    explorer = ApproximationExplorer()
    explorer.update(activation="z²")
    assert explorer["method"] == SOLVED
    errors = [explorer.update(width=n) and explorer.largest()[0] for n in (3, 30, 128)]
    assert errors == pytest.approx([errors[0]] * 3, abs=1e-6)
    explorer.update(method="by hand")
    assert explorer["activation"] == "sigmoid"


def test_drawing_changes_the_target_where_the_point_is():
    explorer = ApproximationExplorer(OWN, width=30, activation="relu")
    before = explorer.f(np.array([0.0, 0.2, 0.5, 0.9]))
    drag(explorer, "functions", "handles", 0.2, -0.7, 2)
    after = explorer.f(np.array([0.0, 0.2, 0.5, 0.9]))
    assert after[1] == pytest.approx(-0.7) and explorer["height"] == -0.7
    np.testing.assert_array_equal(before[[0, 2, 3]], after[[0, 2, 3]])
    assert explorer.largest()[0] < 0.1  # the network has followed
    explorer.update(point=9)
    assert explorer["height"] == pytest.approx(round(float(explorer._own[9]), 2))
    explorer.update(height=0.35)
    assert explorer.f(np.array([0.9])) == pytest.approx([0.35])


def test_the_smooth_curve_goes_through_its_points_without_a_kink():
    rng = np.random.default_rng(0)
    heights = rng.normal(size=len(HANDLES))
    assert smooth(HANDLES, heights, HANDLES) == pytest.approx(heights)
    h = 1e-5
    left, mid, right = (smooth(HANDLES, heights, HANDLES[1:-1] + d) for d in (-h, 0, h))
    np.testing.assert_allclose((right - mid) / h, (mid - left) / h, atol=0.05)


def test_training_starts_finished_and_beats_the_untrained():
    explorer = ApproximationExplorer(width=6, method=TRAINED, activation="tanh")
    assert explorer.largest()[0] < 0.3 and "trained for 1500 steps" in explorer.summary()
    first = explorer.largest()
    explorer.update(seed=1)
    explorer.update(seed=0)
    assert explorer.largest() == first


def test_training_in_a_notebook_is_watched_and_replaced_by_the_next():
    async def hand():
        explorer = ApproximationExplorer(width=6, method=TRAINED, activation="tanh")
        assert not explorer.working  # what a cell shows first is finished
        explorer.controls["width"].value = 7
        assert explorer.working
        await asyncio.sleep(0.05)
        assert 0 < explorer._done < 1500 and len(explorer.weights.b1) == 7
        explorer.controls["method"].value = "by hand"
        assert not explorer.working
        explorer.controls["method"].value = TRAINED
        explorer.finish()
        explorer.refresh()
        assert explorer._done == 1500 and explorer._found[explorer._key()].keys() == {6, 7}
        explorer.close()

    asyncio.run(hand())


def test_outside_is_looked_at_only_when_asked():
    explorer = ApproximationExplorer(width=24, activation="relu")
    assert explorer.stage.scene["functions"].looks["x"][1] < 1.1
    explorer.update(outside=True)
    assert explorer.stage.scene["functions"].looks["x"] == (-1.0, 2.0)
    far = explorer.network(np.array([1.5, 2.0]))
    slope = (far[1] - far[0]) / 0.5
    assert slope == pytest.approx(np.sin(2 * np.pi * 1 / 24) * 24, rel=1e-6)  # the last piece's


@pytest.mark.parametrize("width", [1, 128])
@pytest.mark.parametrize("activation", ["z³", "sin", "relu"])
def test_nothing_that_cannot_be_drawn(width, activation):
    for target in (*TARGETS, OWN):
        explorer = ApproximationExplorer(
            target, width, method=SOLVED, activation=activation, outside=True
        )
        assert_sound(explorer)
