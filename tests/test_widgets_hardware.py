"""The roofline, the camera and few digits: what these explorers say of numbers that are known."""

import numpy as np
import pytest

from nnlib import camera, hardware, precision
from nnlib.widgets import CameraExplorer, PrecisionExplorer, RooflineExplorer


def drag(explorer, panel, item, x, y):
    explorer._happened({"type": "drag", "panel": panel, "item": item, "index": 0, "x": x, "y": y})


def item(explorer, panel, name):
    return explorer.stage.scene[panel].items[name]


HOST = hardware.Machine("host", peak=1e11, bandwidth=2e10)
FAR = hardware.Machine("far", peak=1e13, bandwidth=1e12, link=1e10, launch=1e-5)


def pair(**more):
    return RooflineExplorer(HOST, machines=[HOST, FAR], accelerator=FAR, **more)


# ----------------------------------------------------------------------------------- the roofline


@pytest.mark.parametrize(
    ("width", "weights"), [(64, False), (300, False), (2000, False), (64, True), (100, True)]
)
def test_the_trip_pays_from_the_first_row_that_is_faster_and_not_from_one_earlier(width, weights):
    explorer = pair(width=width)
    explorer.update(weights=weights)
    N = explorer.pays()
    assert 1 < N < 1e5
    n = explorer.shape[1]

    def seconds(rows):
        work = hardware.product(rows, n, n)
        trip = 4 * (2 * rows * n + (0 if weights else n * n))
        home = max(work.operations / 1e11, work.bytes / 2e10)
        away = max(work.operations / 1e13, work.bytes / 1e12) + 1e-5 + trip / 1e10
        return home, away

    home, away = seconds(N)
    assert away < home
    home, away = seconds(N - 1)
    assert away >= home
    line = item(explorer, "times", "pays")
    assert line.arrays["x"] == pytest.approx([N, N])


def test_a_trip_that_never_pays_and_one_that_always_does():
    explorer = pair(width=8)
    explorer.update(link=0.1)
    assert explorer.pays() is None and "never pays" in explorer.stage.scene.summary
    assert "pays" not in explorer.stage.scene["times"].items
    explorer.update(link=1e4, launch=0.1, width=4096, weights=True)
    assert explorer.pays() == 1
    assert explorer.stage.scene["times"].looks["title"] == "The trip always pays"


def test_a_machine_sets_the_sliders_and_a_slider_leaves_the_machine():
    explorer = pair()
    assert explorer["peak"] == 1e4 and explorer["bandwidth"] == 1e3 and explorer["link"] == 10
    assert explorer.accelerator.launch == pytest.approx(1e-5)
    explorer.update(machine=HOST)
    assert explorer.accelerator.peak == pytest.approx(1e11)
    assert np.isinf(explorer.accelerator.link)  # it is the host's own memory
    explorer.update(peak=10.0)
    assert explorer["machine"] == "own"
    assert explorer.accelerator.peak == pytest.approx(1e10)


def test_dragging_moves_the_rows_and_the_roof():
    explorer = pair(width=1000)
    drag(explorer, "roof", "orange", hardware.product(500, 1000, 1000).intensity, 1)
    assert explorer.shape[0] == 512  # the nearest step of the slider
    drag(explorer, "roof", "orange", 1e3, 1)  # beyond n / 4 no number of rows gets
    assert explorer.shape[0] == 3 * 2**15
    drag(explorer, "roof", "peak", 1500, 300)
    assert explorer["peak"] == pytest.approx(300, rel=0.07) and explorer["machine"] == "own"
    drag(explorer, "roof", "bandwidth", 0.1, 6)
    assert explorer["bandwidth"] == pytest.approx(100, rel=0.07)
    drag(explorer, "times", "now", 20, 1)
    assert explorer.shape[0] in (16, 24)


def test_a_slider_that_repeats_its_value_in_steps_leaves_the_machine():
    explorer = RooflineExplorer()  # 19,500 GFLOP/s lie between two steps of a logarithmic slider
    exact = explorer.accelerator.peak
    explorer.controls["peak"].value = 10**4.3
    assert explorer["machine"] is hardware.A100 and explorer.accelerator.peak == exact == 1.95e13


def test_the_points_lie_on_their_roofs():
    explorer = pair(width=256, rows=10)
    at = hardware.product(10, 256, 256).intensity
    for name, machine in (("blue", HOST), ("orange", FAR)):
        arrays = item(explorer, "roof", name).arrays
        assert arrays["x"] == pytest.approx(at)
        assert arrays["y"] == pytest.approx(machine.attainable(at) / 1e9)


def test_an_accelerator_that_is_not_in_the_list_is_refused():
    with pytest.raises(ValueError, match="accelerator among .*host.*; got 'far'"):
        RooflineExplorer(HOST, machines=[HOST], accelerator=FAR)


# ------------------------------------------------------------------------------------- the camera


def test_the_picture_is_the_projection():
    explorer = CameraExplorer()
    M = camera.camera_matrix(*explorer.matrices())
    for part, cloud in camera.house()[1].items():
        uv, _ = camera.project(M, cloud)
        drawn = item(explorer, "picture", part).arrays
        np.testing.assert_allclose(np.column_stack([drawn["x"], drawn["y"]]), uv, rtol=1e-5)
    np.testing.assert_allclose(item(explorer, "numbers", "M").arrays["values"], M, rtol=1e-5)


def test_what_is_behind_is_not_drawn_unless_asked_for_by_mistake():
    explorer = CameraExplorer(yaw=0, pitch=0, distance=0.0)
    cloud = np.concatenate(list(camera.house()[1].values()))
    assert explorer.hidden == (cloud[:, 2] < camera.NEAR).sum() > 100
    drawn = sum(len(item(explorer, "picture", p).arrays["x"]) for p in camera.house()[1])
    assert drawn <= len(cloud) - explorer.hidden
    explorer.update(mistake="behind")
    wrong = sum(len(item(explorer, "picture", p).arrays["x"]) for p in camera.house()[1])
    assert wrong > drawn


def test_mistakes_are_what_they_are_called():
    explorer = CameraExplorer(yaw=40, pitch=10, distance=5)
    K, R, T = explorer.matrices()
    X = np.array([[0.3, -0.5, 0.8]])
    right = K @ (R @ X[0] + T)
    np.testing.assert_allclose(explorer.seen(X)[0][0], right[:2] / right[2])
    explorer.update(mistake="undivided")
    np.testing.assert_allclose(explorer.seen(X)[0][0], right[:2])
    explorer.update(mistake="swapped")
    wrong = K @ R @ (X[0] + T)
    np.testing.assert_allclose(explorer.seen(X)[0][0], wrong[:2] / wrong[2])


def test_dragging_in_the_picture_turns_and_in_the_plan_walks():
    explorer = CameraExplorer(yaw=10, pitch=5, distance=6)
    corner = np.array([[0.0, 0.0, -1.4]])  # on the front, which is near
    before, _ = explorer.seen(corner)
    explorer._happened({"type": "click", "panel": "picture", "x": 300, "y": 200})
    explorer._happened({"type": "paint", "panel": "picture", "x": 340, "y": 240})
    after, _ = explorer.seen(corner)
    assert (explorer["yaw"], explorer["pitch"]) == (0, 15)
    assert (after > before)[0].all()  # it follows the hand, to the right and down

    explorer.update(right=0.5, down=-1.0, pitch=20)
    for x, z in ((3.0, -4.0), (-5.0, 1.0), (0.0, 6.0)):
        drag(explorer, "above", "camera", x, z)
        _, R, T = explorer.matrices()
        C = camera.centre(R, T)
        np.testing.assert_allclose([C[0], C[2]], [x, z], atol=0.12)  # sliders have steps


# -------------------------------------------------------------------------------------- few digits


def test_each_tick_can_be_stored_and_none_is_missing():
    explorer = PrecisionExplorer(1.003, zoom=0.02)
    low, high = explorer.window()
    for form in ("float16", "bfloat16"):
        found = explorer.numbers(form)
        np.testing.assert_array_equal(precision.round_to(found, form), found)
        every = np.unique(precision.round_to(np.linspace(low, high, 20001), form))
        every = every[(every >= low) & (every <= high)]
        np.testing.assert_array_equal(found, every)
    assert explorer.numbers("float32") is None  # too many to draw
    explorer.update(zoom=1e-6)
    assert len(explorer.numbers("float32")) > 5 and len(explorer.numbers("bfloat16")) == 0


def test_too_large_is_said_and_not_drawn():
    explorer = PrecisionExplorer(90_000.0)
    assert "infinity in float16" in explorer.stage.scene.summary
    assert "stored float16" not in explorer.stage.scene["line"].items
    words = item(explorer, "line", "words").props["text"]
    assert words[1] == "too large: infinity"


def test_sums_stop_where_half_a_step_is_more_than_the_term():
    explorer = PrecisionExplorer(term=1.0)
    ends = {name: values[-1] for name, values in explorer.sums().items()}
    assert ends == {
        "float32": 10_000, "float16": 2048, "bfloat16": 256, "bfloat16 terms, float32 sum": 10_000
    }  # fmt: skip


def test_dragging_x_moves_it_within_the_window():
    explorer = PrecisionExplorer(100.0, zoom=0.1)
    drag(explorer, "line", "x", 0.5, 2.5)
    assert explorer["x"] == pytest.approx(105, rel=2e-3)


def test_names_of_measured_points_do_not_lie_on_one_another():
    crowd = [hardware.Point(f"{k} × {k}", 10 + k, 1e11 * (1 - 0.01 * k)) for k in range(9)]
    explorer = RooflineExplorer(HOST, crowd, machines=[HOST, FAR], accelerator=FAR)
    names = item(explorer, "roof", "names")
    x, y = (np.log10(names.arrays[axis]) for axis in "xy")
    assert sorted(names.props["text"]) == sorted(point.name for point in crowd)
    for i in range(9):
        for j in range(i):
            assert abs(y[i] - y[j]) >= 0.29 or abs(x[i] - x[j]) > 0.4


def test_no_tick_stands_beyond_the_largest_number():
    explorer = PrecisionExplorer(65_000.0, zoom=0.02)
    assert explorer.numbers("float16").max() == 65_504
    explorer.update(zoom=0.9)  # a band: it ends there too
    low, high = explorer.window()
    end = item(explorer, "line", "band float16").arrays["x"].max()
    middle, half = (low + high) / 2, (high - low) / 2
    assert middle + half * end == pytest.approx(65_504, rel=1e-6)
