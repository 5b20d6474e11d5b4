"""The explorers of notebook 06: what they say is what differences and PyTorch say."""

import asyncio
import itertools

import numpy as np
import pytest

from benchmarks import backward
from nnlib.plot.words import short
from nnlib.widgets import (
    BackpropExplorer,
    ChainRuleExplorer,
    GradientCheckExplorer,
    GraphExplorer,
    TwoLayersExplorer,
)
from nnlib.widgets.backprop import UPDATE
from nnlib.widgets.chain_rule import INNER, OUTER, WHEELS
from nnlib.widgets.graphs import FIRST, GRAPHS
from tests.explorers import assert_sound, drag, picture
from tests.libraries import torch


def words(explorer):
    return explorer.stage.scene["words"].items


# --------------------------------------------------------------------------------- chain rule


@pytest.mark.parametrize(("inner", "outer"), list(itertools.product(INNER, OUTER)))
def test_slopes_are_those_of_differences(inner, outer):
    explorer = ChainRuleExplorer(inner, outer)
    for x in (-2.0, -0.3, 0.7, 1.9):
        explorer.update(x=x, dx=0.01)
        g, f = INNER[inner].value, OUTER[outer].value
        _, (du, dy, both), (_, moved_u, moved_y) = explorer.numbers()
        eps = 1e-6
        assert du == pytest.approx((g(x + eps) - g(x - eps)) / (2 * eps), rel=1e-6, abs=1e-8)
        u = g(x)
        assert dy == pytest.approx((f(u + eps) - f(u - eps)) / (2 * eps), rel=1e-6, abs=1e-8)
        assert both == du * dy
        assert moved_u == pytest.approx(g(x + 0.01) - u)
        assert moved_y == pytest.approx(f(g(x + 0.01)) - f(u))


def test_the_first_wheel_can_be_turned_and_the_last_follows():
    explorer = ChainRuleExplorer("2x", "3u", x=0)
    middle = WHEELS[0][0]
    drag(explorer, "wheels", "turn", middle + np.sin(0.5), np.cos(0.5))  # clockwise by 0.5
    assert explorer["x"] == 0.5
    hand = explorer.stage.scene["wheels"].items["hand y"].arrays
    angle = np.arctan2(hand["x"][1] - WHEELS[2][0], hand["y"][1])
    assert angle == pytest.approx(3.0, abs=1e-4)  # 6 times as far
    drag(explorer, "curve 0", "at", 9.0, 0.0)
    assert explorer["x"] == 3.0


# -------------------------------------------------------------------------------------- graph


TORCH = dict(
    zip(
        GRAPHS,
        (
            lambda x, w, b, target: (target - (x * w + b)).abs(),
            lambda x, w, b, target: (torch.sigmoid(x * w + b) - target) ** 2,
            lambda x, w, b: (x * w) * (x + b),
            lambda x, w: w**6 * x,
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("name", GRAPHS)
def test_gradients_of_the_graph_are_pytorchs(name):
    explorer, rng = GraphExplorer(name), np.random.default_rng(0)
    for _ in range(5):
        given = {leaf: round(float(rng.uniform(-1.9, 1.9)), 1) for leaf in GRAPHS[name].leaves}
        explorer.update(**given)
        leaves = {
            k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in given.items()
        }
        end = TORCH[name](**leaves)
        end.backward()
        values, gradients, _ = explorer.state()
        assert values[GRAPHS[name].output] == pytest.approx(end.item(), abs=1e-12)
        for leaf, tensor in leaves.items():
            assert gradients[leaf] == pytest.approx(tensor.grad.item(), abs=1e-12)


def test_the_lectures_numbers_one_step_after_the_other():
    explorer = GraphExplorer(step=0)
    known = []
    for _ in range(explorer.total):
        explorer.press("next")
        values, gradients, _ = explorer.state()
        known.append((len(values), dict(gradients)))
    assert [n for n, _ in known] == [5, 6] + [7] * 8
    assert all(not g for _, g in known[:3])
    assert [g.get("w") for _, g in known][-2:] == [None, 2.0]
    assert known[-1][1] == dict(target=-1, x=3, w=2, x1=1, b=1, x2=1, loss=1)
    assert known[3][1] == {"loss": 1.0}
    explorer.press("next")
    assert explorer["step"] == explorer.total  # there is no step after the last
    explorer.press("back")
    assert explorer.state()[1].get("w") is None
    assert words(explorer)["symbols"].props["text"] == ["∂loss/∂x = ∂loss/∂x₁ · ∂x₁/∂x"]
    assert words(explorer)["numbers"].props["text"] == ["= 1 · 3 = 3"]


def test_two_ways_add_up_and_the_sentence_says_so():
    explorer = GraphExplorer("x used twice: (x·w)·(x + b)", step="forward")
    said = []
    for _ in range(explorer.total - explorer.computed):
        explorer.press("next")
        if words(explorer)["symbols"].props["text"][0].startswith("a further path to x"):
            said.append(words(explorer)["numbers"].props["text"][0])
    assert said == ["6 + 3 · 3 = 15"] or said == ["9 + 6 · 1 = 15"]


def test_the_tangent_is_shown_once_all_ways_are_back():
    explorer = GraphExplorer("x used twice: (x·w)·(x + b)")
    tangent = lambda: explorer.stage.scene["curve"].items["tangent"].arrays  # noqa: E731
    for step in range(explorer.total + 1):
        explorer.update(step=step)
        complete = explorer.state()[1].get("x") == 15
        assert (len(tangent()["x"]) == 2) == complete
    (x0, x1), (y0, y1) = tangent()["x"], tangent()["y"]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(15)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_curve_goes_through_the_dot_and_can_be_dragged(name):
    explorer = GraphExplorer(name, curve="w")
    at = np.array([-1.0, 0.5])
    drag(explorer, "curve", "here", 0.5, 0.0)
    assert explorer["w"] == 0.5
    dot = explorer.stage.scene["curve"].items["here"].arrays
    assert dot["y"][0] == pytest.approx(explorer.over("w", at)[1], rel=1e-6)


def test_sliders_a_graph_has_no_leaf_for_are_hidden():
    explorer = GraphExplorer()
    explorer.update(graph="a chain: w·w·w·w·w·w·x")
    hidden = {n for n in ("x", "w", "b", "target") if explorer.controls[n].layout.display == "none"}
    assert hidden == {"b", "target"} and explorer.controls["w"].max == 2.0
    explorer.update(graph=FIRST)
    assert explorer.controls["b"].layout.display is None and explorer.controls["w"].max == 4.0


def test_nothing_is_divided_by_a_kink():
    explorer = GraphExplorer()
    assert "loss = 0" in explorer.update(x=1, w=3, b=1)
    assert explorer.state()[1]["w"] == 0
    assert_sound(explorer)


def test_it_plays_to_the_end_and_pauses():
    async def hand():
        explorer = GraphExplorer(step=0)
        explorer.pace = 0.0
        explorer.controls["play"].click()
        assert explorer.playing and explorer.controls["play"].description == "Pause"
        for _ in range(100):
            await asyncio.sleep(0.02)
            if not explorer.playing:
                break
        assert explorer["step"] == explorer.total
        explorer.controls["play"].click()  # from the beginning again
        await asyncio.sleep(0.06)
        explorer.controls["play"].click()
        left = explorer["step"]
        await asyncio.sleep(0.1)
        assert 0 < explorer["step"] == left < explorer.total
        assert explorer.controls["play"].description == "Play"
        explorer.controls["play"].click()
        explorer.close()
        assert not explorer.playing

    asyncio.run(hand())


@pytest.mark.parametrize(
    ("v", "said"),
    [(3, "3"), (-0.25, "−0.25"), (1 / 64, "0.0156"), (4096, "4096"), (2e-5, "2·10⁻⁵"), (-0.0, "0"),
     (123456.0, "1.2·10⁵")],
)  # fmt: skip
def test_short_numbers(v, said):
    assert short(v) == said


# ----------------------------------------------------------------------------- a training step


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("units", [2, 3])
def test_the_training_steps_are_pytorchs(units, g):
    explorer = BackpropExplorer(
        units=units, activation=g, x=(0.7, -1.1), target=0.4, learning_rate=0.2
    )
    bend = {"tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}
    twin = torch.nn.Sequential(
        torch.nn.Linear(2, units), bend.get(g, torch.nn.Identity)(), torch.nn.Linear(units, 1)
    ).double()
    with torch.no_grad():
        for theirs, mine in zip(twin.parameters(), explorer.model.parameters(), strict=True):
            theirs.copy_(torch.tensor(mine.value.T))
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.2)
    for step in range(4):
        out = twin(torch.tensor([[0.7, -1.1]], dtype=torch.float64))
        loss = 0.5 * (out - 0.4).square().sum()
        optimizer.zero_grad()
        loss.backward()
        now = explorer.numbers()
        assert explorer.losses[step] == pytest.approx(loss.item(), rel=1e-12)
        assert now["y_hat"] == pytest.approx(out.item(), rel=1e-12)
        for theirs, mine in zip(twin.parameters(), now["grads"], strict=True):
            np.testing.assert_allclose(mine, theirs.grad.numpy().T, atol=1e-14)
        optimizer.step()
        explorer.press("whole")
    assert len(explorer.losses) == 5


def test_what_the_update_promises_is_what_comes():
    explorer = BackpropExplorer(phase=UPDATE)
    after, weights = explorer.loss_after(), explorer.updated()
    explorer.press("next")
    assert explorer["phase"] == 1 and explorer.losses[-1] == pytest.approx(after, rel=1e-12)
    for p, new in zip(explorer.model.parameters(), weights, strict=True):
        np.testing.assert_array_equal(p.value, new)


def test_a_step_can_be_too_long():
    """The answer to a challenge of the notebook."""
    explorer = BackpropExplorer(learning_rate=1.0)
    assert explorer.loss_after() > explorer.losses[0]
    explorer.update(learning_rate=0.3)
    assert explorer.loss_after() < 0.1 * explorer.losses[0]


def test_phases_show_no_more_than_is_known():
    explorer = BackpropExplorer(phase=0)
    network = explorer.stage.scene["network"].items
    questions, gradients = [], []
    for phase in range(UPDATE + 1):
        explorer.update(phase=phase)
        questions.append(network["values"].props["text"].count("?"))
        gradients.append(
            sum(len(network[f"{n} grad"].props["text"]) for n in ("weights", "biases"))
        )
        assert ("gradients" in explorer.summary()) == (phase >= 4)
    assert questions == [4, 2, 1, 0, 0, 0, 0]
    assert gradients == [0, 0, 0, 0, 3, 9, 0]  # in the last phase the weights move instead


def test_a_rate_too_large_ends_in_words_and_not_in_infinity():
    explorer = BackpropExplorer(x=(2, 2), learning_rate=1.5)
    for _ in range(60):
        explorer.press("whole")
    assert_sound(explorer)
    assert "η is too large" in explorer.update(phase=UPDATE) and len(explorer.losses) < 60
    assert "too large" not in explorer.update(learning_rate=0.05) or explorer.losses[-1] > 1e3
    explorer.press("reset")
    assert explorer["phase"] == 0 and len(explorer.losses) == 1


def test_a_training_plays_until_it_is_closed(monkeypatch):
    monkeypatch.setattr(BackpropExplorer, "pace", 0.0)

    async def hand():
        explorer = BackpropExplorer()
        explorer.controls["play"].click()
        for _ in range(100):
            await asyncio.sleep(0.02)
            if len(explorer.losses) > 2:
                break
        assert explorer.playing and explorer.losses[-1] < explorer.losses[0]
        explorer.close()
        steps = len(explorer.losses), explorer["phase"]
        await asyncio.sleep(0.1)
        assert (len(explorer.losses), explorer["phase"]) == steps

    asyncio.run(hand())


def test_other_inputs_begin_a_new_curve_and_keep_the_weights():
    explorer = BackpropExplorer()
    explorer.press("whole")
    weights = explorer.model[0].W.value.copy()
    explorer.update(target=-1.0)
    assert len(explorer.losses) == 1
    np.testing.assert_array_equal(explorer.model[0].W.value, weights)
    explorer.update(units=3)
    assert explorer.model[0].W.shape == (2, 3)


# ------------------------------------------------------------------------------ two layers


@pytest.mark.parametrize(("m", "n", "o"), list(itertools.product((1, 2, 3), repeat=3)))
def test_two_layers_against_autograd(m, n, o):
    explorer = TwoLayersExplorer(m, n, o)
    explorer.update(x1=-1.3, y1=0.4)
    a = {name: torch.tensor(v) for name, v in explorer.arrays().items()}
    for name in ("W0", "W1"):
        a[name].requires_grad_()
    h = a["x"] @ a["W0"]
    h.retain_grad()
    e = 0.5 * (h @ a["W1"] - a["y"]).square().sum()
    e.backward()
    assert explorer.error() == pytest.approx(e.item())
    for name, tensor in (("dW0", a["W0"]), ("dW1", a["W1"]), ("dh", h)):
        np.testing.assert_allclose(explorer.arrays()[name], tensor.grad.numpy(), atol=1e-14)


def test_the_sum_that_is_written_out_gives_the_number():
    explorer = TwoLayersExplorer(3, 3, 3)
    for look, row, column in itertools.product(("W0", "W1"), (1, 2, 3), (1, 2, 3)):
        said = explorer.update(look=look, row=row, column=column)
        _, numbers, value = said.split("∂e/∂W")[-1].rstrip(".").rsplit(" = ", 2)
        numbers = numbers.replace("−", "-").replace("·", "*")
        assert eval(numbers) == pytest.approx(float(value.replace("−", "-")))
        assert value == short(explorer.arrays()["d" + look][row - 1, column - 1])


def test_the_sizes_of_the_notebook_are_those_worked_by_hand():
    a = TwoLayersExplorer().arrays()
    np.testing.assert_array_equal(a["dW1"].ravel(), [-2, -4, -2])
    np.testing.assert_array_equal(a["dW0"], [[-2, 2, -4], [-4, 4, -8]])


# -------------------------------------------------------------------------- gradient check


def test_points_leave_the_diagonal_where_the_table_says_so():
    explorer = GradientCheckExplorer("none")
    for case, wrong in (("none", 0), ("A", 4), ("B", 4), ("C", 1), ("D", 8), ("E", 6)):
        assert f"{8 - wrong} of 8 arrays" in explorer.update(case=case)
        off = 0
        for letter in "Wb":
            drawn = explorer.stage.scene["scatter"].items[letter].arrays
            bad = np.abs(drawn["x"] - drawn["y"]) > 1e-4
            off += len(np.unique(drawn["classes"][bad]))
        assert off == wrong


def test_zeros_hide_it_and_one_sample_hides_two():
    explorer = GradientCheckExplorer("A")
    assert "8 of 8 arrays" in explorer.update(weights=False)
    assert "7 of 8 arrays" in explorer.update(weights=True, case="C")
    assert "8 of 8 arrays" in explorer.update(samples=1)


def test_the_place_is_told_when_asked_for_only():
    explorer = GradientCheckExplorer("E")
    before = picture(explorer)
    assert "alone" not in explorer.summary()
    assert explorer.update(alone=True).endswith("Checked alone, layers[5] is wrong.")
    assert picture(explorer) != before
    assert explorer.update(case="D").endswith("Checked alone, the loss is wrong.")
    assert explorer.update(case="none").endswith("Checked alone, every layer is right.")


@pytest.mark.parametrize("eps", [1e-15, 1.0])
def test_an_unfit_step_is_told(eps):
    explorer = GradientCheckExplorer("none")
    explorer.update(eps=eps)
    assert_sound(explorer)
    # Of the last layer the loss is quadratic, so that there even a large central step is exact.
    assert f"{2 if eps == 1 else 0} of 8" in explorer.summary()
    note = explorer.stage.scene["layers"].items["note"].props["text"][0]
    assert note.startswith("ε is large" if eps == 1 else "ε is small")


# ------------------------------------------------------------------------------ the benchmark


def test_the_benchmark_times_the_same_gradients():
    timed = backward.Timed(2)
    timed.both()
    grads = np.concatenate([p.grad.ravel() for p in timed.model.parameters()])
    found = timed.differences()
    assert len(found) == timed.parameters == grads.size
    np.testing.assert_allclose(found, grads, atol=1e-8)
    forward, both = timed.torch()
    both()
    assert forward().item() > 0


def test_the_benchmark_gives_a_row_for_each_network():
    (row,) = backward.measure(widths=(3,), rounds=2)
    assert row["parameters"] == 11 * 3 + 2 * 4 * 3 + 4
    low, middle, high = row["backward_to_forward"]
    assert 0 < low <= middle <= high
