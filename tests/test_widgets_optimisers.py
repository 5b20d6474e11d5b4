"""Races of optimisers and schedules: the numbers on the screen are those of nnlib."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.surfaces import descend
from nnlib.widgets import RaceExplorer, ScheduleExplorer, TaskRaceExplorer
from nnlib.widgets.race import GOOD, NAMES, RULES, TRACKS
from nnlib.widgets.task_race import EVERY
from tests.explorers import picture


@pytest.mark.parametrize("surface", TRACKS)
def test_paths_are_those_of_the_optimisers(surface):
    explorer = RaceExplorer(surface, step=40)
    start = explorer["start1"], explorer["start2"]
    for name in NAMES:
        rule, more = nn.OPTIMIZERS[name], {}
        if name == "rmsprop":
            more = {"alpha": 0.99}
        elif name == "adam":
            more = {"betas": (0.9, 0.99)}
        lr = GOOD[surface][name]
        path = descend(TRACKS[surface], start, 40, lambda p, r=rule, k=lr, m=more: r(p, lr=k, **m))
        np.testing.assert_array_equal(explorer.running[name].path, path)


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_written_out_leads_from_one_place_to_the_next(name):
    explorer = RaceExplorer("Rosenbrock", rule=name, step=25)
    runner = explorer.running[name]
    numbers, earlier = runner.numbers(25), runner.numbers(24)
    eta, b1, b2 = explorer.rate(name), 0.9, 0.99
    g = TRACKS["Rosenbrock"].gradient(runner.path[24])
    np.testing.assert_allclose(numbers["g"], g)
    np.testing.assert_allclose(numbers["w"], runner.path[25])
    want = {"sgd": g}
    if "v" in numbers:
        v = b1 * earlier["v"] + g
        want |= {"momentum": v, "nesterov": g + b1 * v}
        np.testing.assert_allclose(numbers["v"], v)
    if name == "rmsprop":
        want[name] = g / np.sqrt(b2 * earlier["s"] + (1 - b2) * g**2)
    if name == "adam":
        m = (b1 * earlier["m"] + (1 - b1) * g) / (1 - b1**25)
        s = (b2 * earlier["s"] + (1 - b2) * g**2) / (1 - b2**25)
        np.testing.assert_allclose([numbers["m̂"], numbers["ŝ"]], [m, s])
        want[name] = m / np.sqrt(s)
    np.testing.assert_allclose(runner.path[25], runner.path[24] - eta * want[name], rtol=1e-6)
    written = explorer.stage.scene["rule"].items["along 0"].props["text"]
    assert len(written) == len(RULES[name])
    assert float(written[0].replace("−", "-")) == pytest.approx(g[0], rel=0.01)


def test_going_back_in_time_and_forth_again_shows_the_same():
    explorer = RaceExplorer("saddle", step=80)
    explorer.update(noise=1.0)
    before = picture(explorer)
    explorer.update(step=10)
    assert picture(explorer) != before
    explorer.update(step=80)
    assert picture(explorer) == before


def test_the_start_can_be_dragged():
    explorer = RaceExplorer("ravine", step=5)
    explorer._happened({"type": "drag", "panel": "surface", "item": "start", "x": 1.0, "y": -0.5})
    assert (explorer["start1"], explorer["start2"]) == (1.0, -0.5)
    np.testing.assert_array_equal(explorer.running["sgd"].path[0], [1.0, -0.5])


def test_one_that_left_is_told_and_not_drawn_far_away():
    explorer = RaceExplorer("ravine", rule="sgd", step=200)
    text = explorer.update(factor=100.0)
    assert "SGD with η = 7.5 left all bounds after step" in text
    assert np.abs(explorer.stage.scene["surface"].items["sgd now"].arrays["x"]) <= 2


def test_in_a_script_play_goes_to_the_end():
    explorer = RaceExplorer("bowl", step=3)
    explorer.press("play")
    assert explorer["step"] == 300 and not explorer.playing


def test_unknown_surface():
    with pytest.raises(ValueError, match="unknown surface 'hill'; known: bowl"):
        RaceExplorer("hill")


def test_five_networks_begin_alike_and_are_trained_by_nnlib():
    explorer = TaskRaceExplorer("moons", seed=3)
    assert len(set(explorer.losses[0])) == 1 and np.isfinite(explorer.losses).all()
    adam = explorer.runs["adam"]
    assert adam.epoch == pytest.approx(200)
    assert explorer.losses[-1, NAMES.index("adam")] == pytest.approx(adam.measure().loss)
    # the same training by hand
    model = explorer._network()
    rule = nn.Adam(model.parameters(), lr=explorer.rate("adam"))
    X, y = explorer.samples.X.astype("float32"), explorer.samples.y
    run = nn.Run(model, nn.BinaryCrossEntropy(), rule, X, y, batch_size=20, rng=3)
    run.step(EVERY * run.batches_per_epoch)
    assert run.measure().loss == pytest.approx(explorer.losses[1, NAMES.index("adam")])


def test_the_same_rate_for_all_is_another_race():
    explorer = TaskRaceExplorer("moons")
    before = explorer.losses.copy()
    explorer.update(same=True)
    assert {explorer.rate(name) for name in NAMES} == {0.03}
    assert not np.array_equal(before, explorer.losses)
    assert explorer["epoch"] == 200


def test_without_noise_sgd_shrinks_by_the_rate_of_every_step():
    explorer = ScheduleExplorer("cosine", learning_rate=0.05, noise=0.0)
    path = explorer.paths("cosine")[:, 0, 0]
    rates = [nn.schedules.cosine(0.05, 200)(k) for k in range(200)]
    np.testing.assert_allclose(path, -1.8 * np.cumprod([1, *(1 - np.array(rates))]), rtol=1e-9)


def test_noise_keeps_a_constant_rate_above_the_minimum():
    explorer = ScheduleExplorer("constant", learning_rate=0.1, noise=2.0)
    # Variance of each weight in the long run: η σ² / (λ (2 − ηλ)), and f = ½ Σ λ variance.
    expected = 0.5 * sum(0.1 * 4 / (2 - 0.1 * curvature) for curvature in (1, 10))
    assert explorer.above["constant"][-100:].mean() == pytest.approx(expected, rel=0.1)
    assert explorer.above["cosine"][-1] < expected / 5
