"""The explorers of notebook 05: what they draw is what gradient descent does."""

import asyncio
import time

import numpy as np
import pytest

from nnlib.descent import squared_error
from nnlib.plot.scene import Scene
from nnlib.surfaces import SURFACES
from nnlib.widgets import (
    BatchExplorer,
    ConvergenceExplorer,
    DescentExplorer,
    LineFitExplorer,
    RavineExplorer,
    SlopeExplorer,
)
from nnlib.widgets.descent import apart, contours, draw_path, draw_surface, regime
from nnlib.widgets.ravine import thousandth
from tests.explorers import assert_sound, drag, item

# ----------------------------------------------------------------------- surfaces and paths


def test_contours_lie_where_the_surface_has_that_value():
    x, y = np.linspace(-2, 2, 81), np.linspace(-1, 1, 61)
    values = np.hypot(*np.meshgrid(x, y))
    lines = contours(x, y, values, [0.7])
    ends = lines[np.isfinite(lines).all(axis=1)]
    np.testing.assert_allclose(np.hypot(*ends.T), 0.7, atol=2e-3)
    length = np.nansum(np.linalg.norm(np.diff(lines, axis=0), axis=1))
    assert length == pytest.approx(2 * np.pi * 0.7, rel=1e-3)  # closed, and drawn once


def test_a_flat_surface_has_no_contours():
    assert contours(np.arange(3.0), np.arange(3.0), np.ones((3, 3)), [1.0]).shape == (0, 2)


def test_the_map_is_lowest_at_the_minimum_and_upright():
    """With a minimum away from the middle, so that a transposed map would be seen."""
    surface = squared_error([0, 1, 2], [1, 3, 2])
    panel = Scene(400, 400).panel("p", x=surface.x, y=surface.y)
    draw_surface(panel, surface)
    level = panel.items["surface"].arrays["level"][0]
    rows, columns = np.nonzero(level == level.min())
    w = np.linspace(*surface.x, level.shape[1])[columns].mean()
    b = np.linspace(*surface.y, level.shape[0])[rows].mean()
    assert abs(w - 0.5) < 0.1 and abs(b - 1.5) < 0.1


def test_a_path_ends_where_it_leaves_the_picture():
    panel = Scene(400, 400).panel("p", x=(-1, 1), y=(-1, 1))
    draw_path(panel, "path", [(0, 0), (1, 1), (50, 50), (0, 0), (np.nan, 0)], "vermillion")
    assert panel.items["path"].arrays["x"].tolist() == [0, 1, 7]  # 7: towards 50, and far out
    draw_path(panel, "path", [(0, 0), (np.nan, 0), (0, 0)], "vermillion")
    assert panel.items["path"].arrays["x"].tolist() == [0]


def test_dots_keep_their_distance():
    panel = Scene(400, 400).panel("p", x=(0, 1), y=(0, 1))
    path = np.array([(0, 0), (1e-4, 0), (0.5, 0.5), (0.5, 0.5), (1, 1)])
    assert apart(path, panel) == [0, 2, 4]


@pytest.mark.parametrize(
    ("surface", "lr", "steps", "start", "word"),
    [
        ("bowl", 0.01, 50, None, "is too slow"),
        ("bowl", 0.2, 50, None, "converges"),
        ("bowl", 1.0, 50, None, "converges"),
        ("bowl", 1.7, 50, None, "zig-zags"),
        ("bowl", 2.1, 50, None, "diverges"),  # though it has not left all bounds yet
        ("bowl", 5.0, 50, None, "diverges"),
        ("ravine", 0.01, 50, None, "is too slow"),
        ("ravine", 0.095, 60, None, "zig-zags"),
        ("ravine", 0.11, 60, None, "diverges"),
        ("local minima", 0.1, 50, None, "is caught"),
        ("local minima", 0.1, 50, (1.5, 0.0), "converges"),
        ("local minima", 0.4, 200, None, "bounces"),
        ("saddle", 0.1, 100, (-1.8, 0.0), "hardly moves"),
        ("saddle", 0.1, 100, (-1.8, -0.1), "converges"),  # both minima are equally deep
        ("Rosenbrock", 0.0005, 100, None, "is too slow"),
    ],
)
def test_regimes(surface, lr, steps, start, word):
    explorer = DescentExplorer(surface, learning_rate=lr, steps=steps, start=start)
    assert explorer.word == word
    assert (
        word in explorer.summary() and f"It {word}" in explorer.stage.scene["loss"].looks["title"]
    )


def test_the_step_it_names_is_when_it_arrives():
    explorer = DescentExplorer("bowl", learning_rate=0.1, steps=50)
    size = np.linalg.norm(explorer.path, axis=1)
    first = int(np.argmax(size < 0.02 * 3))  # two hundredths of the window's shorter side
    assert f"after {first} steps" in explorer.sentence


def test_a_start_at_the_minimum_has_arrived():
    bowl = SURFACES["bowl"]
    assert regime(bowl, np.zeros((5, 2)), 0.1) == ("converges", "it is at a minimum after 0 steps")


def test_the_start_can_be_dragged_and_the_sliders_follow():
    explorer = DescentExplorer()
    drag(explorer, "surface", "start", 0.5, -9.0)  # as far as the window reaches
    assert explorer.path[0].tolist() == [0.5, -1.5] and explorer["w1"] == 0.5
    explorer.update(w1=-1.0)
    assert explorer.path[0].tolist() == [-1.0, -1.5]
    explorer.update(surface="Rosenbrock")
    assert explorer.path[0].tolist() == [-1.5, 2.0]
    assert (explorer["w1"], explorer["w2"]) == (-1.5, 2.0)


def test_an_unknown_surface_is_told():
    with pytest.raises(ValueError, match="unknown surface 'valley'; known: bowl"):
        DescentExplorer("valley")


# ------------------------------------------------------------------------------------ the line


def test_the_purple_squares_are_the_squared_errors():
    explorer = LineFitExplorer(w=0.4, b=1.0)
    corners = item(explorer, "data", "squares").arrays
    x, y = (corners[k].reshape(-1, 6)[:, :5] for k in "xy")
    width, height = np.ptp(x, axis=1), np.ptp(y, axis=1)
    np.testing.assert_allclose(width, height, rtol=1e-5)
    assert (width * height).sum() == pytest.approx(explorer.surface.value(explorer.w), rel=1e-5)
    assert explorer.stage.scene["data"].looks["equal"]


def test_steps_follow_minus_the_gradient():
    explorer = LineFitExplorer(learning_rate=0.1)
    explorer.press("step")
    np.testing.assert_allclose(explorer.w, [1.4, 1.2])
    arrow = item(explorer, "loss", "next").arrays
    explorer.press("step")
    np.testing.assert_allclose([arrow["x1"][0], arrow["y1"][0]], explorer.w, rtol=1e-5)
    assert "Step 2" in explorer.summary() and explorer["w"] == pytest.approx(0.68)


def test_dragging_a_point_changes_the_landscape_and_reset_brings_it_back():
    explorer = LineFitExplorer()
    before = explorer.surface.minima
    drag(explorer, "data", "samples", 1.0, 0.0, index=1)
    assert not np.allclose(explorer.surface.minima, before)
    explorer.press("reset")
    np.testing.assert_array_equal(explorer.surface.minima, before)


def test_points_cannot_all_be_dragged_above_one_another():
    explorer = LineFitExplorer(x=(0, 1), y=(0, 1))
    drag(explorer, "data", "samples", 0.0, 2.0, index=1)
    assert np.isfinite(explorer.surface.minima).all()
    assert_sound(explorer)


def test_divergence_is_told_in_words():
    explorer = LineFitExplorer(learning_rate=1.0)
    for _ in range(60):
        explorer.press("step")
        assert_sound(explorer)
    assert "left all bounds" in explorer.summary()
    explorer.press("reset")
    assert explorer.steps == 0 and not explorer.gone


def test_it_plays_to_the_end_and_begins_again():
    async def watch():
        explorer = LineFitExplorer(x=(-1, 1), y=(0, 1), w=2.0, learning_rate=0.2)
        explorer.press("play")
        explorer.press("play")  # pause
        assert not explorer.playing
        explorer.press("play")
        seen = []
        for _ in range(200):
            await asyncio.sleep(0.02)
            seen.append((explorer.steps, *explorer.w))
            if len(seen) > 1 and seen[-1][0] < seen[-2][0]:
                break
        np.testing.assert_allclose(seen[-2][1:], [0.5, 0.5], atol=1e-2)
        np.testing.assert_array_equal(explorer.path[0], [2.0, 0.0])
        assert explorer.playing
        explorer.press("reset")
        assert not explorer.playing and explorer.steps == 0
        explorer.close()

    asyncio.run(watch())


def test_wrong_points_are_told():
    with pytest.raises(ValueError, match=r"N from 2 to 40; got \(3,\) and \(2,\)"):
        LineFitExplorer(x=(0, 1, 2), y=(0, 1))


# ------------------------------------------------------------------------- one weight, a ravine


def test_the_sweep_crosses_the_start_at_two_by_L():
    """The loss after 50 steps is above the one at the start for η > 2/L, and below it before."""
    for L in (0.5, 2.0, 8.0):
        explorer = SlopeExplorer(curvature=L, start=1.0)
        rates, loss = explorer.sweep()
        grown = np.nan_to_num(loss, nan=np.inf) > explorer.curve.value(1.0)
        assert rates[grown].min() == pytest.approx(2 / L, rel=0.03)
        assert not grown[: np.argmax(grown)].any() and grown[np.argmax(grown) :].all()


def test_tangents_have_the_slope_of_the_curve():
    explorer = SlopeExplorer("two valleys", learning_rate=0.3, start=2.0, steps=3)
    lines = item(explorer, "curve", "tangents").arrays
    x, y = (lines[k].reshape(-1, 3)[:, :2].astype(float) for k in "xy")
    slopes = (y[:, 1] - y[:, 0]) / (x[:, 1] - x[:, 0])
    np.testing.assert_allclose(slopes, explorer.curve.slope(x[:, 0]), rtol=1e-3)


def test_the_marker_is_dragged_to_a_learning_rate():
    explorer = SlopeExplorer()
    drag(explorer, "sweep", "mine", 0.5, 1e-3)
    assert explorer["learning_rate"] == pytest.approx(0.5, rel=0.012)
    marker = item(explorer, "sweep", "mine").arrays
    assert marker["x"][0] == pytest.approx(0.5, rel=0.012)


@pytest.mark.parametrize("condition", [1.0, 3.0, 50.0])
def test_ravine_factors_are_what_a_step_does(condition):
    explorer = RavineExplorer(condition, share=0.7, steps=1)
    first, second = np.abs(explorer.path)
    np.testing.assert_allclose(second / first, explorer.factors())


def test_the_best_share_is_the_best():
    explorer = RavineExplorer(20.0)
    explorer.update(best=True)
    best = max(explorer.factors())
    assert best == pytest.approx(19 / 21)
    explorer.update(best=False)
    for share in np.arange(0.01, 1.1, 0.01):
        explorer.update(share=share)
        assert max(explorer.factors()) > best - 1e-12


def test_a_thousandth_is_left_after_so_many_steps():
    for factor in (0.05, 0.5, 0.9, 0.99):
        n = thousandth(factor)
        assert factor**n <= 1e-3 * (1 + 1e-6) and factor ** (n - 1) > 1e-3


# ----------------------------------------------------------------------------- stop, and batches


def test_the_tests_stop_where_they_should():
    explorer = ConvergenceExplorer("bowl", learning_rate=0.1, tolerance=1e-3)
    gradient = np.linalg.norm(SURFACES["bowl"].gradient(explorer.path), axis=1)
    k = explorer.stops["gradient"]
    assert gradient[k] < 1e-3 <= gradient[:k].min()
    k = explorer.stops["change"]
    change = np.abs(np.diff(explorer.loss))
    assert change[k - 1] < 1e-3 <= change[: k - 1].min()


def test_a_small_rate_fools_the_change_test_only():
    explorer = ConvergenceExplorer("bowl", learning_rate=0.0002, tolerance=1e-3)
    assert explorer.stops == {"gradient": None, "change": 1}


def test_convergence_tells_divergence():
    explorer = ConvergenceExplorer("bowl", learning_rate=3.0)
    assert "diverges" in explorer.summary() and assert_sound(explorer) is None


def test_the_ring_shrinks_with_the_learning_rate_and_with_larger_batches():
    explorer = BatchExplorer(epochs=10)
    balls = {}
    for seed in range(5):
        for lr in (0.3, 1.0):
            explorer.update(seed=seed, learning_rate=lr, batch_size=8)
            balls.setdefault(("one", lr), []).append(explorer.ball("one"))
        balls.setdefault(("some", 1.0), []).append(explorer.ball("some"))
    assert max(balls["one", 0.3]) < min(balls["one", 1.0])
    assert max(balls["some", 1.0]) < min(balls["one", 1.0])


def test_batches_take_as_many_updates_as_the_title_says():
    explorer = BatchExplorer(batch_size=64, epochs=3)
    assert {k: len(p) - 1 for k, p in explorer.paths.items()} == {"all": 3, "some": 12, "one": 768}
    assert "Batches of 64: 12 updates" in explorer.summary()


# ------------------------------------------------------------------------------------ the cost


@pytest.mark.parametrize(
    ("make", "control", "values"),
    [
        (DescentExplorer, "learning_rate", np.geomspace(1e-3, 5, 30)),
        (RavineExplorer, "condition", np.geomspace(1, 100, 30)),
        (SlopeExplorer, "learning_rate", np.geomspace(1e-3, 5, 30)),
        (ConvergenceExplorer, "tolerance", np.geomspace(1e-8, 1, 30)),
        (LineFitExplorer, "w", np.linspace(-3, 4, 30)),
        (BatchExplorer, "learning_rate", np.geomspace(1e-2, 5, 30)),
    ],
)
def test_a_move_is_quick(make, control, values):
    """The median of 30, with room for a busy machine; alone it is a fifth of that."""
    explorer, took = make(), []
    for value in values:
        start = time.perf_counter()
        explorer.update(**{control: float(value)})
        took.append(time.perf_counter() - start)
    assert np.median(took) < 0.05
