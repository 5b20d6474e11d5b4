"""What is special about the explorers of data-parallel training."""

import numpy as np
import pytest

from nnlib import MSE, Dense
from nnlib.widgets import AmdahlExplorer, DataParallelExplorer
from nnlib.widgets.amdahl import CENTRE, NUMBERS, RING, step_time
from nnlib.widgets.data_parallel import LR, SHUFFLED, SORTED


def drag(explorer, panel, item, x, y, index=0):
    explorer._happened(
        {"type": "drag", "panel": panel, "item": item, "index": index, "x": x, "y": y}
    )


def by_nnlib(x, y, w, b):
    """(∂L/∂w, ∂L/∂b) of the mean squared error, by the layers of the package."""
    layer, loss = Dense(1, 1, init="zeros"), MSE()
    layer.W.value[...], layer.b.value[...] = w, b
    loss(layer(x[:, None]), y)
    layer.backward(loss.backward())
    return np.array([layer.W.grad[0, 0], layer.b.grad[0]])


# ---------------------------------------------------------------------------- the shared batch


def test_gradients_by_hand():
    explorer = DataParallelExplorer(1, 8)
    explorer.x[:8], explorer.y[:8] = [1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 8, 0, 0, 0, 0, 0]
    # ŷ = x: errors 1, 2, −8; 2/8 · (1·1 + 2·2) and 2/8 · (1 + 2 − 8)
    np.testing.assert_allclose(explorer.gradient(np.array([1.0, 0.0])), [1.25, -1.25])


@pytest.mark.parametrize("order", [SHUFFLED, SORTED])
@pytest.mark.parametrize(("workers", "samples", "uneven"), [(1, 8, 0), (3, 61, 0.4), (8, 8, 1)])
def test_the_weighted_mean_is_the_big_batch_and_its_path(workers, samples, uneven, order):
    explorer = DataParallelExplorer(workers, samples, uneven=uneven, steps=7)
    explorer.update(order=order)
    sizes, x, y = explorer.sizes(), explorer.x[:samples], explorer.y[:samples]
    assert sizes.sum() == samples and sizes.min() >= 1 and len(sizes) == workers
    np.testing.assert_array_equal(np.bincount(explorer.shares()), sizes)
    at = np.array([-1.2, -0.8])
    for step in range(8):
        np.testing.assert_allclose(explorer.walked[step], at, atol=1e-12)
        at = at - LR * by_nnlib(x, y, *at)
    for k, own in enumerate(explorer.gradients(explorer.at)):
        mine = explorer.shares() == k
        np.testing.assert_allclose(own, by_nnlib(x[mine], y[mine], *explorer.at), atol=1e-12)
    np.testing.assert_allclose(
        explorer.averaged(explorer.at), by_nnlib(x, y, *explorer.at), atol=1e-12
    )
    assert "less than 10⁻¹²" in explorer.summary()


def test_forgetting_the_weights_is_an_error_only_where_shares_are_uneven():
    explorer = DataParallelExplorer(3, 60)
    assert "10⁻¹²" in explorer.update(forget=True)
    told = explorer.update(uneven=1.0, order=SORTED)
    assert "10⁻¹²" not in told and "the line is off by up to 0.26 in w or b" in told
    assert explorer.stage.scene["plane"].looks["title"].startswith("Not the big batch's gradient")
    assert "10⁻¹²" in explorer.update(forget=False)


def test_sorted_shares_hold_neighbours():
    explorer = DataParallelExplorer(4, 60)
    explorer.update(order=SORTED)
    x, owner = explorer.x[:60], explorer.shares()
    assert all(x[owner == k].max() < x[owner == k + 1].min() for k in range(3))


def test_even_shares_differ_by_one_at_most_and_the_most_uneven_twentyfold():
    even = DataParallelExplorer(8, 101).sizes()
    assert even.sum() == 101 and set(even) == {12, 13}
    sizes = DataParallelExplorer(2, 120, uneven=1).sizes()
    assert sizes.tolist() == [113, 7]  # 1 + 118 · 1/(1 + e⁻³), and the rest


def test_dragging_a_sample_and_the_ring():
    explorer = DataParallelExplorer()
    drag(explorer, "samples", "samples", 0.25, 5, index=2)
    assert explorer.x[2] == 0.25 and explorer.y[2] == 2.2  # kept inside the picture
    drag(explorer, "plane", "now", *explorer.walked[9])
    assert explorer["steps"] == 9


def test_all_samples_at_one_place_can_be_drawn():
    explorer = DataParallelExplorer(2, 8)
    for index in range(8):
        drag(explorer, "samples", "samples", 0.5, 1.0, index)
    for panel in explorer.stage.scene.panels.values():
        for item in panel.items.values():
            assert not any(np.isinf(array).any() for array in item.arrays.values())


# ------------------------------------------------------------------------------------- Amdahl


def test_step_time_by_hand():
    np.testing.assert_allclose(step_time(1, 0.9, 0.1), [0.1, 0.9, 0])
    np.testing.assert_allclose(step_time(4, 0.8, 0.1, RING), [0.2, 0.2, 0.15])
    np.testing.assert_allclose(step_time(4, 0.8, 0.1, CENTRE), [0.2, 0.2, 0.6])
    # Two in a ring send at the same time; one that collects gets first, and then sends.
    np.testing.assert_allclose(step_time(2, 0.5, 0.1, RING), [0.5, 0.25, 0.1])
    np.testing.assert_allclose(step_time(2, 0.5, 0.1, CENTRE), [0.5, 0.25, 0.2])


def test_the_ceiling_is_neared_and_never_reached():
    explorer = AmdahlExplorer(0.9, 0)
    speed = 1 / explorer.time(NUMBERS)
    assert explorer.ceiling == pytest.approx(10) and (np.diff(speed) > 0).all()
    assert 9.9 < speed[-1] < 10
    assert explorer.best() == 1024


def test_one_that_collects_makes_many_processes_slower():
    explorer = AmdahlExplorer(0.99, 0.02)
    many = explorer.time(1024)
    explorer.update(how=CENTRE)
    assert many < 0.06 and explorer.time(1024) > 40
    assert explorer.best() == 4  # 0.01 + 0.99/4 + 0.12 = 0.3775; with 8: 0.41, with 2: 0.545
    assert "Fastest with 4: 2.65 times" in explorer.summary()


def test_nothing_to_divide_or_all_of_it():
    assert "Ceiling 1.0" in AmdahlExplorer(0, 0).summary()
    explorer = AmdahlExplorer(1, 0, n=64)
    assert "64 times as fast" in explorer.summary()
    assert "There is no ceiling" in explorer.summary()
    assert "ceiling" not in explorer.stage.scene["speed"].items


def test_measured_points_are_drawn_and_told():
    explorer = AmdahlExplorer(measured={"small": {4: 1.5, 1: 1, 2: 1.25}})
    item = explorer.stage.scene["speed"].items["small"]
    np.testing.assert_array_equal(item.arrays["x"], [1, 2, 4])
    np.testing.assert_array_equal(item.arrays["y"], [1, 1.25, 1.5])
    assert "Measured, small: 1.00 with 1, 1.25 with 2, 1.50 with 4." in explorer.summary()


def test_wrong_measurements_are_refused():
    with pytest.raises(ValueError, match="above zero; got .*-1.0.* for 'bad'"):
        AmdahlExplorer(measured={"bad": {2: -1}})
    with pytest.raises(ValueError, match="at most 4 measured curves; got 5"):
        AmdahlExplorer(measured={str(k): {1: 1} for k in range(5)})


def test_dragging_the_dot_chooses_a_power_of_two():
    explorer = AmdahlExplorer()
    drag(explorer, "speed", "mine", 100, 3)
    assert explorer["n"] == 128
    drag(explorer, "speed", "mine", -5, 3)
    assert explorer["n"] == 1


def test_what_was_measured_is_in_the_picture_however_slow_it_was():
    explorer = AmdahlExplorer(measured={"small network": {1: 1.0, 4: 0.02}})
    panel = explorer.stage.scene["speed"]
    drawn = panel.items["small network"].arrays["y"]
    assert panel.looks["y"][0] < drawn.min() < 0.1
    assert AmdahlExplorer().stage.scene["speed"].looks["y"][0] == 0.25
