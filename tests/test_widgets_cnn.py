"""Pooling, and what a CNN sees: what these explorers say of numbers that are known."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.widgets import OcclusionExplorer, PatchesExplorer, PoolingExplorer, ShiftExplorer
from nnlib.widgets.cnn import CNNExplorer, small_cnn
from nnlib.widgets.shifted import shift
from tests.libraries import torch

GRID = [[1, 5, 2, 0], [3, 4, 1, 2], [0, 1, 7, 7], [2, 1, 6, 3]]


def click(explorer, panel, x, y, **more):
    explorer._happened({"type": "click", "panel": panel, "x": x, "y": y, **more})


# ------------------------------------------------------------------------------------- pooling


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize(("window", "stride", "padding"), [(2, 2, 0), (3, 1, 1), (2, 1, 1)])
def test_pooling_is_that_of_pytorch_both_ways(kind, window, stride, padding):
    explorer = PoolingExplorer(kind=kind)
    explorer.update(window=window, stride=stride, padding=padding, seed=4)
    y, dy, dx = explorer.compute()
    pool = torch.nn.MaxPool2d if kind == "max" else torch.nn.AvgPool2d
    x = torch.tensor(explorer.x[None, None], requires_grad=True)
    theirs = pool(window, stride, padding)(x)
    theirs.backward(torch.tensor(dy[None, None]))
    np.testing.assert_allclose(y, theirs.detach()[0, 0])
    np.testing.assert_allclose(dx, x.grad[0, 0])
    numbers = explorer.stage.scene["output"].items["numbers"].arrays["values"]
    np.testing.assert_allclose(numbers, y, rtol=1e-6)


def test_the_marked_winner_is_who_gets_the_gradient():
    explorer = PoolingExplorer(GRID, show="backward")
    dx = explorer.compute()[2]
    assert [dx[explorer.winner(place)] for place in range(4)] == [1, 2, 3, 4]
    assert explorer.winner(3) == (2, 2)  # of two sevens the first


def test_clicks_choose_a_window_and_change_a_number():
    explorer = PoolingExplorer(GRID)
    click(explorer, "output", 1.5, -0.5)
    assert explorer["place"] == 2
    click(explorer, "input", 1.5, -2.5)
    click(explorer, "input", 0.5, -0.5, shift=True)
    assert explorer.x[2, 1] == 2 and explorer.x[0, 0] == 0
    before = explorer.x.copy()
    click(explorer, "input", -0.5, 0.5)  # in the margin: nothing there
    assert (explorer.x == before).all()


def test_no_window_lies_in_the_margin_alone():
    explorer = PoolingExplorer(window=1, stride=1)
    explorer.update(padding=1)
    assert explorer["window"] == 2
    explorer.update(window=1)
    assert explorer["padding"] == 0


def test_pooling_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match=r"3 to 8 rows and columns; got \(2, 9\)"):
        PoolingExplorer(np.zeros((2, 9)))


# ------------------------------------------------------------------------------------ the CNN


def test_a_cnn_learns_and_goes_back_to_the_same_start():
    explorer = CNNExplorer()
    start = explorer.model[0].W.value.copy()
    first = explorer.history[0]
    explorer.press("epoch")
    assert explorer.history[-1][0] == 32 and explorer.history[-1][1] < 0.7 * first[1]
    explorer.press("reset")
    np.testing.assert_array_equal(explorer.model[0].W.value, start)
    assert explorer.history == [first] and explorer.steps == 0


def test_what_is_drawn_are_the_maps():
    explorer = CNNExplorer(digit=3)
    maps = explorer.model.trace(explorer.test_X[3:4])[1][0]
    drawn = explorer.stage.scene["network"].items["maps 1"].arrays["level"].astype(float)
    wanted = np.clip(maps.transpose(2, 0, 1)[:, ::-1] / (maps.max() / 2), -1, 1)
    np.testing.assert_allclose(drawn / 127, wanted, atol=0.005)


def test_running_away_is_told_in_words():
    explorer = CNNExplorer()
    explorer.model[0].W.value[...] = np.nan
    assert "no numbers any more" in explorer.press("step")


# -------------------------------------------------------------------------- what units look at


def squares():
    """Pictures with one bright square each, of brightness 1 to 20, and where it is."""
    X, corners = np.zeros((20, 28, 28, 1)), []
    for n, picture in enumerate(X):
        i, j = (7 * n) % 20, (5 * n) % 19
        picture[i : i + 5, j : j + 5] = (n + 1) / 20
        corners.append((i, j))
    return X, np.arange(20) % 10, np.array(corners)


def test_patches_are_cut_where_the_map_is_largest():
    X, y, corners = squares()
    model = small_cnn(0)
    model[0].W.value[..., 3] = 1.0  # looks for exactly such a square
    explorer = PatchesExplorer(model, X, y, layer=0, unit=3)
    rows, at, values = explorer.chosen()
    assert rows.tolist() == list(range(19, 7, -1))
    np.testing.assert_array_equal(at, corners[rows])
    np.testing.assert_allclose(values, 25 * (rows + 1) / 20, rtol=1e-5)
    np.testing.assert_allclose(explorer.patches().min(axis=(1, 2)), (rows + 1) / 20, rtol=1e-6)


def test_a_field_holds_all_that_its_number_depends_on():
    X, y, _ = squares()
    explorer = PatchesExplorer(small_cnn(1), X, y, layer=1, unit=2)
    rows, corners, values = explorer.chosen()
    for n, (i, j), value in zip(rows[:4], corners, values, strict=False):
        outside = np.random.default_rng(0).normal(size=(1, 28, 28, 1)).astype("float32")
        outside[0, i : i + 14, j : j + 14] = X[n, i : i + 14, j : j + 14]
        maps = explorer.model.trace(outside)[4][0]
        assert maps[i // 2, j // 2, 2] == pytest.approx(value, rel=1e-5)


def test_the_occlusion_map_is_what_the_square_does():
    explorer = OcclusionExplorer(digit=2)
    explorer.update(down=10, across=16, size=6, fill="ink")
    true = explorer.y[2]
    assert explorer.p[true] == pytest.approx(explorer.map[5, 8], rel=1e-4)
    x = explorer.X[2].copy()
    x[7:13, 13:19] = 1
    np.testing.assert_array_equal(explorer.covered(10, 16), x)
    explorer._happened({"type": "drag", "panel": "map", "item": "hold", "x": 40.0, "y": -3.5})
    assert (explorer["across"], explorer["down"]) == (27, 3)


# ------------------------------------------------------------------------------------- shifted


def test_shift_is_a_roll_without_what_comes_round():
    X = np.arange(1.0, 33).reshape(2, 4, 4, 1)
    moved = shift(X, 1, -2)
    np.testing.assert_array_equal(moved[:, 1:, :2], X[:, :3, 2:])
    assert (moved[:, 0] == 0).all() and (moved[:, :, 2:] == 0).all()
    np.testing.assert_array_equal(shift(X, 0, 0), X)


def test_dragging_the_digit_moves_it():
    explorer = ShiftExplorer()
    explorer._happened({"type": "drag", "panel": "digit", "item": "hold", "x": 17.2, "y": -99.0})
    assert (explorer["right"], explorer["down"]) == (3, 6)
    drawn = explorer.stage.scene["digit"].items["x"].arrays["level"][0] / 127
    np.testing.assert_allclose(drawn[::-1], shift(explorer.X[:1], 6, 3)[0, :, :, 0], atol=0.005)


def test_shift_explorer_wants_a_curve_for_each_network():
    with pytest.raises(ValueError, match="a curve for each of CNN; got MLP"):
        ShiftExplorer({"CNN": small_cnn(0)}, curves={"MLP": [[1.0]]})


def test_the_stored_measurement_is_of_the_networks_of_today():
    from benchmarks.cnn import NETWORKS

    stored = nn.data.measured("cnn")["networks"]
    assert {name: build(0).n_parameters for name, build in NETWORKS.items()} == {
        name: row["parameters"] for name, row in stored.items()
    }
    for row in stored.values():
        assert np.shape(row["shifted"]) == (7, 5) and row["shifted"][0] == row["plain"]
