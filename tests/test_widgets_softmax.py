"""The explorers of notebook 04: their numbers, what a hand can do to them, what they refuse."""

import asyncio

import numpy as np
import pytest

import nnlib as nn
from nnlib import data, widgets
from nnlib.widgets import confidently_wrong as cw
from nnlib.widgets.surprise import FOUR, RIGHT, TWO
from tests.explorers import drag, item, picture


def click(explorer, panel, x, y, kind="click", **more):
    explorer._happened({"type": kind, "panel": panel, "x": x, "y": y, **more})


# ------------------------------------------------------------------------------------ softmax


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_jacobian_is_what_the_probabilities_do(temperature):
    z = np.array([1.0, -0.5, 2.0, 0.3])
    explorer = widgets.SoftmaxExplorer(z, temperature)
    hair, measured = 1e-6, np.zeros((4, 4))
    for j in range(4):
        ends = [nn.Softmax()((z + s * hair * np.eye(4)[j]) / temperature) for s in (1, -1)]
        measured[:, j] = (ends[0] - ends[1]) / (2 * hair)
    np.testing.assert_allclose(explorer.jacobian, measured, atol=1e-8)
    np.testing.assert_allclose(
        item(explorer, "jacobian", "J").arrays["values"], measured, atol=6e-3
    )


def test_a_constant_moves_the_logits_alone():
    explorer = widgets.SoftmaxExplorer([2, 1, 0])
    before, bars = explorer.p, item(explorer, "logits", "z").arrays["heights"].copy()
    explorer.update(constant=-5.0)
    np.testing.assert_allclose(item(explorer, "logits", "z").arrays["heights"], bars - 5)
    np.testing.assert_allclose(explorer.p, before, rtol=1e-12)
    np.testing.assert_allclose(item(explorer, "probabilities", "p").arrays["heights"], before)


def test_a_dragged_dot_is_a_logit():
    explorer = widgets.SoftmaxExplorer([2, 1, 0])
    explorer.update(constant=1.0)
    drag(explorer, "logits", "handles", 1, 3.0, 1)
    assert explorer["z2"] == 2.0 and explorer.z[1] == 3.0  # the constant is not counted twice
    drag(explorer, "logits", "handles", 2, 99.0, 2)
    assert explorer["z3"] == 5.0


def test_a_column_is_chosen_by_a_click_and_there_are_as_many_as_classes():
    explorer = widgets.SoftmaxExplorer([2, 1, 0, 0, 0])
    click(explorer, "jacobian", 4.5, -2)
    assert explorer["column"] == 4
    shown = item(explorer, "jacobian", "J").props["highlight"]
    assert {column for _, column in shown} == {4}
    explorer.update(k=3)
    assert explorer["column"] == 2 and explorer.jacobian.shape == (3, 3)
    assert explorer.control("z4").layout.display == "none"
    explorer.update(k=4)
    assert explorer.control("z4").layout.display == ""


def test_large_exponentials_stay_readable():
    explorer = widgets.SoftmaxExplorer([5, 0, 0], 0.2)
    explorer.update(constant=5.0)  # z / T = 50
    assert item(explorer, "table", "numbers").arrays["values"].max() < 1e5
    assert "exp ÷ 10¹⁷" in item(explorer, "table", "rows").props["text"]


def test_logits_that_are_refused():
    for z in ([1, 2], [1] * 6, [1, 2, 5.5]):
        with pytest.raises(ValueError, match="expects 3 to 5 logits from −5 to 5"):
            widgets.SoftmaxExplorer(z)


# ----------------------------------------------------------------------------------- surprise


def test_the_mean_is_the_cross_entropy_of_nnlib():
    explorer = widgets.SurpriseExplorer()
    says = []
    for sample in range(1, 7):
        explorer.update(sample=sample)
        says.append(explorer.says())
    z = np.log(np.array(says))
    mean = float(nn.SoftmaxCrossEntropy()(z, RIGHT[TWO]))
    binary = float(nn.BinaryCrossEntropy()((z[:, 1] - z[:, 0])[:, None], RIGHT[TWO]))
    shown = item(explorer, "surprises", "mean").arrays["y"][0]
    assert shown == pytest.approx(mean) and shown == pytest.approx(binary)
    explorer.update(unit="bits")
    in_bits = item(explorer, "surprises", "mean").arrays["y"][0]
    assert in_bits == pytest.approx(shown / np.log(2))


def test_what_the_wrong_classes_get_does_not_matter():
    explorer = widgets.SurpriseExplorer(classes=FOUR)
    before, bars = explorer.summary(), explorer.says()
    explorer.update(rest=1.0)
    assert explorer.summary() == before
    assert np.abs(explorer.says() - bars).max() > 0.01 and explorer.says().sum() == pytest.approx(1)


def test_a_dot_is_dragged_along_the_curve_of_its_class():
    explorer = widgets.SurpriseExplorer()
    drag(explorer, "curve", "samples", 0.25, 3)  # yes was right
    drag(explorer, "curve", "samples", 0.25, 3, 1)  # no was right
    assert explorer.right[:2] == pytest.approx([0.25, 0.75])
    assert explorer["sample"] == 2 and explorer["p"] == pytest.approx(0.75)
    drag(explorer, "curve", "samples", -4, 3)
    assert explorer.right[0] == pytest.approx(0.005)
    explorer.update(p=0.5)
    assert explorer.right[0] == 0.5
    with pytest.raises(ValueError, match="six numbers above 0"):
        widgets.SurpriseExplorer(p=[0.5] * 5 + [0.0])


# --------------------------------------------------------------------------- confidently wrong


def network_losses(m, k, squared):
    """The same by nnlib: loss, and its gradient with respect to all logits."""
    if k == 2:
        sigmoid = nn.Sigmoid()
        if not squared:
            loss = nn.BinaryCrossEntropy()
            return float(loss([[m]], [1])), loss.backward()[0]
        loss = nn.MSE()
        value = float(loss(sigmoid.forward(np.array([[m]])), [[1.0]]))
        return value, sigmoid.backward(loss.backward())[0]
    z, y = np.eye(k)[:1] * m, np.eye(k)[:1]
    if not squared:
        loss = nn.SoftmaxCrossEntropy()
        return float(loss(z, y)), loss.backward()[0]
    softmax, loss = nn.Softmax(), nn.MSE("sum")
    value = float(loss(softmax.forward(z), y))
    return value, softmax.backward(loss.backward())[0]


@pytest.mark.parametrize("k", [2, 3, 10])
@pytest.mark.parametrize("squared", [False, True])
def test_losses_and_pulls_are_those_of_nnlib(k, squared):
    for m in (-9.0, -3.0, 0.0, 2.5):
        value, gradient = network_losses(m, k, squared)
        assert cw.loss(m, k, squared) == pytest.approx(value)
        assert cw.pull(m, k, squared) == pytest.approx(-gradient[0])


@pytest.mark.parametrize("k", [2, 3, 10])
@pytest.mark.parametrize("squared", [False, True])
def test_the_race_is_gradient_descent_on_the_logits(k, squared):
    path = cw.race(-2.0, k, 0.7, squared, steps=20)
    if k == 2:
        z = -2.0
        for margin in path:
            assert margin == pytest.approx(z)
            z -= 0.7 * network_losses(z, k, squared)[1][0]
        return
    z = np.zeros(k)
    z[0] = -2.0
    for margin in path:
        assert margin == pytest.approx(z[0] - z[1])
        z -= 0.7 * network_losses(z[0] - z[1], k, squared)[1]


def test_the_more_confident_the_longer_squared_error_takes():
    explorer = widgets.ConfidentlyWrongExplorer()
    steps = {}
    for start in (-2.0, -4.0, -6.0, -8.0):
        explorer.update(start=start)
        steps[start] = [explorer.steps_until_right(name) for name in cw.RUNNERS]
    quick, slow = np.array(list(steps.values())).T
    assert (np.diff(quick) <= 3).all()  # a unit costs about a step
    assert (slow[1:] / slow[:-1] > 4).all()  # and here about a factor e
    explorer.update(start=-10.0)
    assert explorer.steps_until_right("squared error") is None
    assert "squared error more than 10000" in explorer.summary()


def test_the_start_can_be_dragged():
    explorer = widgets.ConfidentlyWrongExplorer()
    drag(explorer, "losses", "handle", -3.0, 1)
    assert explorer["start"] == -3.0 and explorer.paths["cross-entropy"][0] == -3.0
    drag(explorer, "losses", "handle", 4.0, 1)
    assert explorer["start"] == 0.0


# ------------------------------------------------------------------------------ will I pass?


def test_a_step_is_that_of_nnlib():
    explorer = widgets.PassExplorer()
    samples, twin = data.will_i_pass(), nn.Sequential(nn.Dense(2, 1))
    twin[0].W.value[...], twin[0].b.value[...] = data.untrained()
    sgd = nn.SGD(twin.parameters(), lr=0.1)
    for steps in range(1, 4):
        explorer.press("step")
        nn.step(twin, nn.BinaryCrossEntropy(), sgd, samples.X, samples.y)
        assert explorer.steps == steps
        np.testing.assert_allclose(explorer.model[0].W.value, twin[0].W.value, rtol=1e-12)
    explorer.press("reset")
    assert explorer.steps == 0 and "probability 0.10" in explorer.summary()


def test_it_learns_what_the_data_can_teach():
    explorer = widgets.PassExplorer()
    explorer.press("finish")
    explorer.press("finish")
    assert explorer.steps == 6000 and explorer.losses.mean() < 0.2505
    assert 0.65 < explorer.p(data.QUERY)[0] < 0.8  # the rule says 0.73


def test_every_student_is_drawn_once_and_large_losses_are_large():
    explorer = widgets.PassExplorer()
    names = [n for n in explorer.stage.scene["plane"].items if n.startswith("loss from")]
    for _ in range(2):
        drawn = [item(explorer, "plane", n) for n in names]
        xy = np.concatenate([np.stack([i.arrays["x"], i.arrays["y"]], axis=1) for i in drawn])
        assert sorted(map(tuple, xy)) == sorted(map(tuple, explorer.data.X))
        for low, thing in zip((float(n.split()[-1]) for n in names), drawn, strict=True):
            for x in np.stack([thing.arrays["x"], thing.arrays["y"]], axis=1):
                same = (explorer.data.X == x).all(axis=1)
                assert explorer.losses[same].max() >= low
        assert [i.props["size"] for i in drawn] == sorted(i.props["size"] for i in drawn)
        explorer.press("finish")
    heights = item(explorer, "losses", "losses").arrays["heights"]
    np.testing.assert_allclose(np.sort(heights), np.sort(explorer.losses), rtol=1e-5)


def test_the_star_is_dragged_to_students_there_can_be():
    explorer = widgets.PassExplorer()
    drag(explorer, "plane", "query", 6.4, 11.0)
    assert explorer["lectures"] == 6 and explorer["hours"] == 10.0
    assert "6 lectures and 10.0 hours" in explorer.stage.scene.summary


def test_play_goes_on_until_it_is_pressed_again_or_nobody_looks():
    async def hand():
        explorer = widgets.PassExplorer()
        explorer.press("play")
        explorer.press("step")  # whatever else is pressed, it pauses
        assert not explorer.playing and explorer.steps == 1
        explorer.press("play")
        await asyncio.sleep(0.3)
        assert explorer.playing and explorer.steps > 3
        assert explorer.control("play").description == "Pause"
        explorer.press("play")
        seen = explorer.steps
        await asyncio.sleep(0.1)
        assert explorer.steps == seen
        explorer.press("play")
        explorer.stage._receive(None, {"type": "viewers", "count": 0}, [])
        assert not explorer.playing
        explorer.press("finish")  # in slices, under way
        assert explorer.working
        explorer.press("reset")
        await asyncio.sleep(0.1)
        assert explorer.steps == 0 and not explorer.working
        explorer.press("finish")
        explorer.press("play")  # one of the two learns, not both
        await asyncio.sleep(0.1)
        assert explorer.playing and not explorer.working
        explorer.close()

    asyncio.run(hand())


# ------------------------------------------------------------------------------------- digits


def trained():
    rng = np.random.default_rng(0)
    samples = data.digits()
    return samples.X[:40], samples.y[:40], rng.normal(size=(64, 10)), rng.normal(size=10)


def test_votes_and_bias_are_the_logit():
    X, y, W, b = trained()
    explorer = widgets.VotesExplorer(X, y, {0: (0 * W, 0 * b), 1: (W, b)})
    votes, z, p = explorer.reads()
    np.testing.assert_allclose(votes.sum(axis=0) + b, z)
    np.testing.assert_allclose(z, X[0] @ W + b)
    np.testing.assert_allclose(item(explorer, "p", "values").arrays["heights"], p, rtol=1e-6)
    explorer.update(epoch=0)
    assert explorer.reads()[2] == pytest.approx(np.full(10, 0.1))


def test_pictures_stand_upright():
    X, y, W, b = trained()
    X = np.zeros((1, 64))
    X[0, :8] = 1  # the top row is ink
    W = np.zeros((64, 10))
    W[:8, 3] = 1
    explorer = widgets.VotesExplorer(X, [3], {0: (W, b)})
    for panel, name, tile in (("input", "ink", 0), ("weights", "tiles", 3), ("votes", "tiles", 3)):
        level = item(explorer, panel, name).arrays["level"][tile]
        assert (level[-1] > 0).all() and not level[:-1].any(), panel  # the last row is the highest
    other = widgets.ConfusionExplorer(X, [3], [3], cell=(3, 3))
    level = item(other, "samples", "images").arrays["level"][0]
    assert (level[-1] > 0).all() and not level[:-1].any()


def test_drawing_and_erasing():
    X, y, W, b = trained()
    stored = X.copy()
    explorer = widgets.VotesExplorer(X, y, {0: (W, b)})
    explorer.press("clear")
    assert not explorer.x.any() and "your drawing" in explorer.stage.scene.summary
    click(explorer, "input", 2.5, -0.5)  # the middle of a pixel: row 0, column 2
    ink = explorer.x.reshape(8, 8)
    assert ink[0, 2] == 1 and 0 < ink[1, 2] < 1 and ink[4:].sum() == 0
    click(explorer, "input", 2.5, -4.5, kind="paint")
    assert explorer.x.reshape(8, 8)[4, 2] == 1
    click(explorer, "input", 2.5, -0.5, shift=True)
    assert explorer.x.reshape(8, 8)[0, 2] == 0
    explorer.update(digit=3)
    np.testing.assert_array_equal(explorer.x, stored[2])
    click(explorer, "input", 0.5, -0.5)  # on a stored digit: a copy is drawn upon
    assert explorer.x[0] == 1 and stored[2, 0] == 0
    np.testing.assert_array_equal(X, stored)


def test_misread_digits_are_listed():
    X, y, W, b = trained()
    explorer = widgets.VotesExplorer(X, y, {0: (W, b)})
    wrong = np.flatnonzero((X @ W + b).argmax(axis=1) != y)
    explorer.update(digit=40)
    explorer.update(which="those it misreads")
    assert explorer.index in wrong and explorer.control("digit").max == len(wrong)
    assert "wrong" in explorer.summary()
    explorer.update(digit=1)
    assert explorer.index == wrong[0] and explorer["class"] == y[wrong[0]]
    click(explorer, "logits", 7.2, 0)
    assert explorer["class"] == 7


def test_the_pipeline_shows_the_numbers_and_their_shapes():
    X, y, W, b = trained()
    explorer = widgets.PipelineExplorer(X, W, b)
    explorer.update(batch=5, sample=4, digit=6)
    z = X[3] @ W + b
    texts = [t for n in "XWZP" for t in item(explorer, "pipe", f"shape {n}").props["text"]]
    assert texts == ["(5, 64)", "(64, 10)", "(5, 10)", "(5, 10)"]
    assert f"z = {z[6]:.2f}".replace("-", "−") in item(explorer, "pipe", "below").props["text"]
    level = item(explorer, "pipe", "Z").arrays["level"][0][::-1]  # the first sample is the top row
    assert np.sign(level[3])[np.abs(z) > 0.5].tolist() == np.sign(z)[np.abs(z) > 0.5].tolist()
    click(explorer, "pipe", 93 + 13 * 0.85, -9 - 24 * 0.5)
    assert (explorer["digit"], explorer["sample"]) == (8, 3)
    explorer.update(sample=9)
    assert explorer["batch"] == 9
    explorer.update(batch=2)
    assert explorer["sample"] == 2


def test_what_digit_explorers_refuse():
    X, y, W, b = trained()
    with pytest.raises(ValueError, match=r"X of shape \(N, 64\).*got \(40, 63\)"):
        widgets.PipelineExplorer(X[:, 1:], W, b)
    with pytest.raises(ValueError, match=r"W of shape \(64, 10\).*got \(10, 64\)"):
        widgets.VotesExplorer(X, y, {0: (W.T, b)})


# ---------------------------------------------------------------------------------- confusions


def test_a_cell_opens_on_the_samples_it_counts():
    X, y, W, b = trained()
    said = (X @ W + b).argmax(axis=1)
    explorer = widgets.ConfusionExplorer(X, y, said, range(10))
    C = nn.confusion_matrix(y, said, 10)
    wrong = C - np.diag(np.diag(C))
    assert wrong[explorer["right"], explorer["said"]] == wrong.max()  # it begins with the worst
    for row, column in ((0, 0), (3, 5), (9, 1)):
        click(explorer, "matrix", column + 0.4, -row - 0.7)
        assert (explorer["right"], explorer["said"]) == (row, column)
        found = explorer.chosen()
        assert len(found) == C[row, column]
        assert (y[found] == row).all() and (said[found] == column).all()
    assert f"{C.trace()} of 40 right" in explorer.summary()


def test_shares_of_rows():
    X = np.zeros((5, 64))
    explorer = widgets.ConfusionExplorer(X, [0, 0, 0, 0, 1], [0, 0, 0, 1, 1])
    before = picture(explorer)
    explorer.update(share=True)
    assert picture(explorer) != before
    assert item(explorer, "matrix", "right").props["text"] == ["75", "100"]
    assert item(explorer, "matrix", "wrong").props["text"] == ["25"]


def test_confusions_refuse_pictures_that_are_not_square():
    with pytest.raises(ValueError, match=r"X of shape \(N, side²\) for 2 samples; got \(2, 63\)"):
        widgets.ConfusionExplorer(np.zeros((2, 63)), [0, 1], [0, 1])
