"""The explorers of notebook 02: what they compute, and what a hand can do with them."""

import asyncio
import warnings

import numpy as np
import pytest

import nnlib as nn
from nnlib.widgets import (
    ActivationExplorer,
    ActivationGalleryExplorer,
    DeadUnitExplorer,
    LearnedActivationExplorer,
    SignalExplorer,
)
from nnlib.widgets.activations import ALL, BOUNDED, KINKED, SMOOTH, family, names
from nnlib.widgets.dead_unit import FATE, descend, is_dead
from nnlib.widgets.learned_activation import MAXOUT, PRELU
from nnlib.widgets.signal import SCALES, STORIES
from tests.explorers import assert_sound, drag, item
from tests.libraries import torch


@pytest.fixture
def bell():
    """An activation that somebody has just written."""

    class Bell(nn.activations.Elementwise):
        formula = "e^{-z^2}"
        note = "a bell"

        def __init__(self, width: float = 1.0):
            if width <= 0:
                raise ValueError(f"Bell expects a positive width; got {width}")
            self.width = width

        def value(self, z):
            return np.exp(-((z / self.width) ** 2))

        def slope(self, z, y):
            return -2 * z / self.width**2 * y

    yield "bell"
    del nn.ACTIVATIONS["bell"]


# ------------------------------------------------------------------------------- one activation


@pytest.mark.parametrize("name", names())
def test_the_numbers_are_the_function_and_its_slope(name):
    explorer = ActivationExplorer(name, z=0.83)
    g = nn.ACTIVATIONS[name]()
    y, above, below = (float(g.forward(np.array([z]))[0]) for z in (0.83, 0.83 + 1e-6, 0.83 - 1e-6))
    assert item(explorer, "value", "dot").arrays["y"][0] == pytest.approx(y, abs=1e-6)
    slope = item(explorer, "slope", "dot").arrays["y"][0]
    assert slope == pytest.approx((above - below) / 2e-6, abs=1e-5)
    # The tangent that is drawn has that slope, too.
    line = item(explorer, "value", "tangent").arrays
    rise, run = np.ptp(line["y"]) * np.sign(slope), np.ptp(line["x"])
    assert rise / run == pytest.approx(slope, abs=1e-4)


def test_dragging_either_dot_moves_z():
    explorer = ActivationExplorer("tanh")
    drag(explorer, "value", "dot", -2.0, 3.0)
    assert explorer["z"] == -2.0 and "tanh at z = −2.00: g(z) = −0.96" in explorer.summary()
    drag(explorer, "slope", "dot", 99.0, 0.0)
    assert explorer["z"] == explorer["window"]


def test_the_dot_stays_in_sight():
    explorer = ActivationExplorer("tanh", z=7)
    assert explorer["window"] == 7.0
    explorer.update(window=2.0)
    assert explorer["z"] == 2.0
    explorer.update(z=-3.5)
    assert explorer["window"] == 4.0 and explorer["z"] == -3.5


def test_at_the_kink_the_tangent_has_two_slopes_and_the_words_say_so():
    explorer = ActivationExplorer("relu", z=0)
    line = item(explorer, "value", "tangent").arrays["y"]
    assert line[0] == line[1] == 0 and line[2] > 1
    assert "slope 0.00 on the left, 1.00 on the right" in explorer.summary()
    assert "jumps at z = 0, from 0.00 to 1.00" in ActivationExplorer("step", z=0).summary()
    assert "no kink" in ActivationExplorer("elu", z=0).summary()
    # Between the two slopes nothing is drawn.
    assert np.isnan(item(explorer, "slope", "g relu").arrays["y"]).sum() == 1


def test_alpha_of_the_one_that_has_it():
    explorer = ActivationExplorer("relu")
    assert explorer.control("parameter").layout.display == "none"
    explorer.update(activation="prelu", z=-2.0)
    assert explorer.control("parameter").layout.display is None
    assert explorer["parameter"] == 0.25  # where PReLU starts
    assert "g(z) = 2.00, g′(z) = −1.00" in explorer.update(parameter=-1.0)  # the absolute value
    explorer.update(activation="leakyrelu")
    control = explorer.control("parameter")
    assert (control.value, control.min, control.max) == (0.1, 0.0, 1.0)
    explorer.update(activation="elu")
    assert "g(z) = −1.73" in explorer.update(parameter=2.0)  # 2 (e⁻² − 1)


def test_groups_are_found_by_what_the_curves_do():
    kinds = {name: family(nn.ACTIVATIONS[name]()) for name in names()}
    assert {n for n, k in kinds.items() if k == BOUNDED} == {
        "step", "sigmoid", "tanh", "softsign", "sinc",
    }  # fmt: skip
    assert {n for n, k in kinds.items() if k == KINKED} == {"relu", "leakyrelu", "prelu", "selu"}
    explorer = ActivationExplorer("relu")
    explorer.update(group=SMOOTH)
    assert set(explorer.drawn()) == {"relu"} | {n for n, k in kinds.items() if k == SMOOTH}
    explorer.update(group=ALL)
    assert sorted(explorer.drawn()) == sorted(names())
    explorer.update(**{"with tanh": False})
    assert explorer["group"] == "my choice" and "tanh" not in explorer.drawn()


def test_an_activation_written_a_minute_ago_is_everywhere(bell):
    explorer = ActivationExplorer(bell, z=1)
    assert "g(z) = 0.37, g′(z) = −0.74" in explorer.summary()
    assert explorer.control("parameter").description == "width"
    assert "g(z) = 0.78" in explorer.update(parameter=2.0)
    assert bell in ActivationExplorer("tanh").control("activation").options
    assert "with bell" in ActivationExplorer("tanh").controls
    assert bell in ActivationGalleryExplorer().stage.scene.panels
    assert "bell, weights" in SignalExplorer(bell).summary()
    assert "bell(w x + b)" in DeadUnitExplorer(bell).summary()


def test_an_unknown_name_is_told():
    with pytest.raises(ValueError, match="expects names of linear.*got 'softmax'"):
        ActivationExplorer("softmax")


def test_in_the_gallery_all_dots_move_together():
    gallery = ActivationGalleryExplorer()
    drag(gallery, "tanh", "values at", -1.5, 0.0)
    assert gallery["z"] == -1.5
    for name in names():
        y = item(gallery, name, "values at").arrays["y"][0]
        want = float(nn.ACTIVATIONS[name]().forward(np.array([-1.5]))[0])
        assert y == pytest.approx(max(want, -2.0), abs=1e-6)
    gallery.update(slopes=False)
    assert "slopes" not in gallery.stage.scene["tanh"].items


# ------------------------------------------------------------------------------------- a signal


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu", "sigmoid"])
def test_signal_and_gradient_are_those_of_torch(name):
    explorer = SignalExplorer(name, scale=1.3, bias=0.1, layers=4, width=20, samples=30)
    functions = {
        "tanh": torch.tanh,
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "gelu": lambda t: torch.nn.functional.gelu(t, approximate="tanh"),
    }
    x = torch.tensor(explorer.X.astype(float), requires_grad=True)
    h, sizes = x, [float((explorer.X.astype(float) ** 2).mean() ** 0.5)]
    for W in explorer.weights:
        h = functions[name](h @ torch.tensor(1.3 * W.astype(float)) + 0.1)
        sizes.append(float((h.detach() ** 2).mean() ** 0.5))
    np.testing.assert_allclose(explorer.forward_size, sizes, rtol=1e-4)
    h.backward(torch.tensor(explorer.last.astype(float)))
    assert explorer.backward_size[0] == pytest.approx(float((x.grad**2).mean() ** 0.5), rel=1e-4)
    spread = (h - h.mean(dim=0)).detach()
    assert explorer.apart[-1] == pytest.approx(float((spread**2).mean() ** 0.5), rel=1e-3)


def test_relu_multiplies_what_the_weights_are_multiplied_with():
    one = SignalExplorer("relu", scale=1.0)
    twice = SignalExplorer("relu", scale=2.0)
    ratio = twice.forward_size / one.forward_size
    np.testing.assert_allclose(ratio, 2.0 ** np.arange(11), rtol=1e-4)
    np.testing.assert_allclose(twice.dead, one.dead)


def test_the_curve_over_all_scales_goes_through_the_present_one():
    explorer = SignalExplorer("tanh", scale=float(SCALES[20]), samples=10)
    forward, backward = explorer.sweep()
    assert forward[20] == pytest.approx(explorer.forward_size[-1], rel=1e-4)
    assert backward[20] == pytest.approx(explorer.backward_size[0], rel=1e-3)


def test_dead_and_flat_shares():
    explorer = SignalExplorer("relu", scale=0.1, bias=-2.0, layers=3)
    np.testing.assert_array_equal(explorer.dead, 1.0)
    assert "dead" in explorer.summary() and explorer.backward_size[0] == 0
    some = SignalExplorer("relu", scale=1.41)
    off = some.h[-1] == 0
    assert 0.05 < some.dead[-1] == off.all(axis=0).mean() < some.flat[-1] == off.mean() < 0.9
    linear = SignalExplorer("linear", scale=4.0)
    assert linear.flat.max() == 0 and linear.dead.max() == 0
    assert SignalExplorer("tanh", scale=4.0).flat[-1] > 0.4
    assert SignalExplorer("step").flat.min() == 1.0


def test_every_story_ends_as_it_says():
    explorer = SignalExplorer()
    ends = {
        "dies": "dies", "arrives": "arrives, and", "saturated": "saturated", "alike": "the same",
        "fades": "fades", "explodes": "explodes", "dead units": "dead", "stays": "arrives, and",
    }  # fmt: skip
    for story in STORIES:
        words = explorer.update(story=story).split(". ")[-1]
        expected = next(v for k, v in ends.items() if k in story.split(":")[1])
        assert expected in words, (story, words)
        assert_sound(explorer)
    explorer.update(scale=0.7)
    assert explorer["story"] == ""


def test_dragging_the_line_sets_the_scale():
    explorer = SignalExplorer("relu")
    drag(explorer, "sweep", "scale", 2.5, 1.0)
    assert explorer["scale"] == 2.5 and "explodes" in explorer.summary()


def test_signal_arguments():
    with pytest.raises(ValueError, match="unknown init 'zeros'; known: normal, glorot, he"):
        SignalExplorer(init="zeros")
    with pytest.raises(ValueError, match="layers to be a whole number from 1 to 100; got 0"):
        SignalExplorer(layers=0)


# --------------------------------------------------------------------------------- a dead unit


@pytest.mark.parametrize("name", ["relu", "elu", "softplus"])
def test_descent_is_that_of_torch(name):
    explorer = DeadUnitExplorer(name, w=1.5, b=0.7, learning_rate=0.2, steps=15)
    function = getattr(torch.nn.functional, name)
    w, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.5, 0.7))
    sgd = torch.optim.SGD([w, b], lr=0.2)
    x, y = torch.tensor(explorer.x), torch.tensor(explorer.y)
    for k in range(16):
        loss = ((function(w * x + b) - y) ** 2).mean()
        assert explorer.losses[k] == pytest.approx(float(loss.detach()), rel=1e-9)
        sgd.zero_grad()
        loss.backward()
        sgd.step()


def test_in_the_wedge_nothing_moves_and_with_a_leak_it_does():
    explorer = DeadUnitExplorer("relu")
    drag(explorer, "plane", "start", 0.5, -2.0)
    assert np.ptp(explorer.path, axis=0).max() == 0 and explorer.dead.all()
    assert "The unit is dead" in explorer.summary() and "0 of 9" in str(
        item(explorer, "samples", "heard").props["text"]
    )
    explorer.update(activation="leakyrelu", learning_rate=0.3)
    assert explorer.losses[-1] < 0.05 and not explorer.dead.any()


def test_a_long_step_kills():
    explorer = DeadUnitExplorer()
    assert "alive" in explorer.update(learning_rate=0.3)
    assert "since step 2 its slope is zero" in explorer.update(learning_rate=0.7)


def test_how_each_start_ends():
    explorer = DeadUnitExplorer(steps=60, learning_rate=0.2)
    share, lost = explorer.fates()
    assert 0.1 < share < 0.5 and lost.mean() == pytest.approx(share)
    # Row 0 is the lowest b, column 0 the smallest w.
    at = np.linspace(-3, 3, len(lost) * 2 + 1)[1::2]
    agree = 0
    for row, column in np.random.default_rng(0).integers(0, len(lost), (40, 2)):
        w, b, _ = descend(nn.ReLU(), [at[column]], [at[row]], explorer.x, explorer.y, 0.2, 60)
        agree += lost[row, column] == is_dead(nn.ReLU(), w, b, explorer.x)[0]
    assert agree >= 38  # a start on the edge may fall to either side by rounding
    w, b, path = descend(nn.ReLU(), [0.0], [-2.6], explorer.x, explorer.y, 0.2, 60)
    assert is_dead(nn.ReLU(), w, b, explorer.x)[0] and (path == path[0]).all()
    assert f"{share:.0%} of all starts" in explorer.update(map=FATE)


def test_divergence_is_told_in_words_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explorer = DeadUnitExplorer("linear", learning_rate=2.0, steps=200)
        assert "it has diverged; the loss left the picture after" in explorer.summary()
        explorer.update(map=FATE)
    assert_sound(explorer)


def test_samples_can_be_dragged():
    explorer = DeadUnitExplorer()
    before = explorer.losses[-1]
    drag(explorer, "samples", "samples", 1.0, 9.0, index=4)
    assert (explorer.x[4], explorer.y[4]) == (1.0, 3.9)
    assert explorer.losses[-1] > before + 0.1


# ---------------------------------------------------------------------- activations that learn


@pytest.mark.parametrize(("target", "alpha"), [("slope 0.3, then 1", 0.3), ("|x|", -1.0)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_prelu_finds_alpha(target, alpha, seed):
    explorer = LearnedActivationExplorer(PRELU, target, seed=seed)
    explorer.press("finish")
    assert explorer.slopes()[0] == pytest.approx(alpha, abs=1e-3)


def test_maxout_is_a_valley_and_a_hill_is_out_of_reach():
    explorer = LearnedActivationExplorer(MAXOUT, "a hill, 1 − x² / 2", k=5)
    explorer.press("finish")
    x = np.linspace(-2, 2, 101)[:, None]
    assert (np.diff(explorer.model.forward(x)[:, 0], 2) > -1e-9).all()
    assert explorer.history[-1][1] > 0.4


def test_a_piece_that_is_nowhere_the_largest_stays_where_it_is():
    explorer = LearnedActivationExplorer(MAXOUT, "|x|", seed=2)
    explorer.press("finish")
    lines, used = explorer.pieces()
    assert used == [True, False] and "1 of these is nowhere the largest" in explorer.summary()
    explorer.press("step")
    assert explorer.pieces()[0][1] == pytest.approx(lines[1], abs=1e-3)
    explorer.model.forward(explorer.x[:, None])
    explorer.model.backward(np.ones((len(explorer.x), 1)))
    assert not explorer.model[0].pieces[1].W.grad.any()


def test_reset_learning_rate_and_own_samples():
    explorer = LearnedActivationExplorer(PRELU)
    first = explorer.summary()
    explorer.press("step")
    assert explorer.steps == 1 and explorer.summary() != first
    assert explorer.press("reset") == first
    explorer.update(learning_rate=0.2)
    assert explorer.adam.lr == 0.2
    drag(explorer, "samples", "samples", 0.5, -1.0, index=3)
    assert explorer["target"] == "my own" and explorer.y[3] == -1.0
    explorer.update(seed=4)
    assert explorer.y[3] == -1.0  # a new start keeps the reader's own samples
    explorer.update(target="|x|")
    assert explorer.y[3] == abs(explorer.x[3])


def test_play_and_pause():
    async def hand():
        explorer = LearnedActivationExplorer(PRELU)
        explorer.press("play")
        assert explorer.playing and explorer.control("play").description == "Pause"
        await asyncio.sleep(0.3)
        explorer.press("play")
        steps = explorer.steps
        assert not explorer.playing and steps > 0
        await asyncio.sleep(0.1)
        assert explorer.steps == steps
        explorer.press("play")
        explorer.close()
        assert not explorer.playing

    asyncio.run(hand())


def test_learned_activation_arguments():
    with pytest.raises(ValueError, match="unknown layer 'ReLU'.*PReLU, Maxout"):
        LearnedActivationExplorer("ReLU")
