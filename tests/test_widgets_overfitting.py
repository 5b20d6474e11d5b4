"""What is special about the explorers of notebook 11."""

import asyncio

import numpy as np
import pytest

from nnlib import check, widgets
from nnlib.overfitting import EPOCHS
from nnlib.widgets.dropout import BOTH, FIRST, FORGOTTEN, INVERTED, LAST, PAPER
from nnlib.widgets.regularisation import BOWL, error, pulled


def item(explorer, panel, name):
    return explorer.stage.scene[panel].items[name].arrays


def drag(explorer, panel, name, x, y=0.0, index=0):
    event = {"type": "drag", "panel": panel, "item": name, "index": index, "x": x, "y": y}
    explorer._happened(event)


# ----------------------------------------------------------------------------------- the films


def test_the_fit_that_is_drawn_is_that_of_the_epoch():
    explorer = widgets.OverfittingExplorer()
    at = EPOCHS.index(min(EPOCHS, key=lambda e: abs(e - 50)))
    explorer.update(epoch=EPOCHS[at])
    drawn = item(explorer, "fit", "fit")["y"]
    np.testing.assert_array_equal(drawn, explorer.fits.curves[at][0])
    drag(explorer, "losses", "now", 205.0)
    assert abs(np.log(explorer["epoch"] / 205)) < 0.07
    assert item(explorer, "losses", "now")["x"][0] == explorer["epoch"]


def test_dragging_the_square_trains_with_another_value():
    explorer = widgets.OverfittingExplorer(against="width")
    before = explorer.fits
    drag(explorer, "against", "set", 2.9)  # log₂ 8 = 3
    assert explorer["width"] == 8 and explorer.fits is not before
    assert explorer.fits.stack.model[0].n_out == 8
    drag(explorer, "against", "set", 3.1)
    assert explorer["width"] == 8
    explorer.update(against="n")
    drag(explorer, "against", "set", np.log2(40))
    assert explorer["n"] == 40 and explorer.fits.x.shape == (1, 40)
    assert len(explorer.trained["n"]) == 3  # a dot for each training


def test_bands_are_those_of_the_measurement_and_go_with_their_axis():
    found = {"seeds": 2, "waves": {"noise": {"values": [0.0, 0.6], "train": [[1, 2, 3]] * 2,
                                             "test": [[2, 3, 4]] * 2}}}  # fmt: skip
    explorer = widgets.OverfittingExplorer(against="noise", measured=found)
    assert item(explorer, "against", "test band")["y"].tolist() == [2, 2, 4, 4]
    assert item(explorer, "against", "test median")["y"].tolist() == [3, 3]
    explorer.update(against="width")
    assert "test band" not in explorer.stage.scene["against"].items


def test_the_bundle_has_its_parts():
    explorer = widgets.VarianceExplorer(copies=5)
    bias2, variance = explorer.parts()
    distance = np.mean(explorer.fits.test[-1]) - 0.3**2
    assert bias2[-1] + variance[-1] == pytest.approx(distance, rel=1e-4)
    tight = widgets.VarianceExplorer(copies=5, l2=0.01).parts()[1][-1]
    assert tight < 0.3 * variance[-1]


def test_noise_is_learned_by_heart_and_is_worth_nothing():
    explorer = widgets.MemoryExplorer()
    train, test = explorer.right[-1]
    assert train == 1.0 and abs(test - 0.5) < 0.06
    explorer.update(shuffled=0.0)
    train, test = explorer.right[-1]
    assert train == 1.0 and test > 0.9
    explorer.update(shuffled=0.2)  # best long before the end
    new = np.array(explorer.right)[:, 1]
    assert new.max() > new[-1] + 0.05 and explorer.epochs[new.argmax()] < 100


def test_the_puzzle_has_the_answer_of_its_exercise():
    explorer = widgets.CurvePuzzle()
    for _ in range(3):
        fits = explorer.plain, explorer.dropped
        ends = [values[-1] for values in explorer.curves()]
        told = [ends.index(losses[-1][0]) + 1 for f in fits for losses in (f.train, f.test)]
        assert check.which_curve(*told).ok
        train, test, train_dropout, test_dropout = (ends[k - 1] for k in told)
        assert train < train_dropout < test_dropout < test
        explorer.press("again")


def test_play_runs_the_film_and_stops_at_its_end():
    async def watch():
        explorer = widgets.MemoryExplorer(n=10, width=4)
        explorer.press("play")
        assert explorer.playing and explorer["epoch"] == 1
        assert explorer.control("play").description == "Pause"
        await asyncio.sleep(0.15)
        seen = explorer["epoch"]
        explorer.press("play")
        assert not explorer.playing and seen > 1
        explorer.update(epoch=explorer._epochs[-3])
        explorer.press("play")
        for _ in range(50):
            await asyncio.sleep(0.02)
            if not explorer.playing:
                break
        assert not explorer.playing and explorer["epoch"] == explorer._epochs[-1]
        explorer.press("play")
        explorer.close()
        assert not explorer.playing

    asyncio.run(watch())


# ----------------------------------------------------------------------------------- dropout


@pytest.mark.parametrize("scaling", [INVERTED, PAPER])
@pytest.mark.parametrize("rate", [0.2, 0.75])
def test_training_and_evaluation_agree_in_the_last_layer(scaling, rate):
    explorer = widgets.DropoutExplorer()
    explorer.update(where=LAST, rate=rate, scaling=scaling)
    m = explorer.found
    assert m["mean"] == pytest.approx(m["evaluation"][3][0], abs=1e-12)
    explorer.update(scaling=FORGOTTEN)
    assert abs(explorer.found["mean"] - explorer.found["evaluation"][3][0]) > 0.1


def test_this_mask_is_one_of_all():
    explorer = widgets.DropoutExplorer()
    for where, count in ((BOTH, 1024), (FIRST, 32), (LAST, 32)):
        explorer.update(where=where)
        m = explorer.found
        assert len(m["said"]) == count and m["p"].sum() == pytest.approx(1)
        kept = m["kept"][m["may"]]
        place = int("".join("01"[k] for k in kept.astype(int)), 2)
        assert m["said"][place] == pytest.approx(m["training"][3][0], rel=1e-12)
        # The mean of many random masks comes near that of all.
        assert abs(m["running"][-1] - m["mean"]) < 5 * m["spread"] / 1000**0.5


def test_raising_the_rate_only_takes_units_away():
    explorer, before = widgets.DropoutExplorer(rate=0.0), np.ones(10, bool)
    for rate in np.arange(0, 0.91, 0.05):
        explorer.update(rate=float(rate))
        assert not (explorer.found["kept"] & ~before).any()
        before = explorer.found["kept"]
    assert before.sum() < 4


def test_a_click_drops_a_unit_and_takes_it_back():
    explorer = widgets.DropoutExplorer()
    click = {"type": "click", "panel": "thinned", "item": "units", "index": 3, "x": 0, "y": 0}
    first = explorer.found["kept"].copy()
    explorer._happened(click)
    assert (explorer.found["kept"] != first).tolist() == [j == 3 for j in range(10)]
    explorer._happened(click)
    assert (explorer.found["kept"] == first).all()
    explorer.update(where=LAST)
    explorer._happened(click)  # in the first layer nothing may be dropped now
    assert explorer.found["kept"][3]


def test_the_sum_that_is_written_is_the_output():
    explorer = widgets.DropoutExplorer()
    for _ in range(5):
        explorer.press("new")
        words = explorer.stage.scene["thinned"].items["sum"].props["text"][0]
        left, right = words.replace("ŷ = ", "").replace("−", "-").rsplit(" = ", 1)
        value = eval(left.replace("·", "*"))
        assert value == pytest.approx(float(right), abs=0.05)
        assert float(right) == pytest.approx(explorer.found["training"][3][0], abs=0.006)


def test_many_thinned_networks_come_near_the_one_pass():
    explorer = widgets.MonteCarloExplorer()
    explorer.update(masks=300)
    assert explorer.away[299] < 0.3 * explorer.away[:5].mean()
    drag(explorer, "distance", "here", 12.3)
    assert explorer["masks"] == 12


# --------------------------------------------------------------------------------- the others


@pytest.mark.parametrize("patience", [1, 3, 10, 40, 300])
def test_it_stops_as_the_exercise_says(patience):
    explorer = widgets.PatienceExplorer(patience=patience)
    assert len(explorer.validation) == 600
    assert explorer.stop() == check.early_stopping.right(explorer.validation, patience)


def test_dragging_the_stop_sets_the_patience():
    explorer = widgets.PatienceExplorer(patience=3)
    _, best = explorer.stop()
    drag(explorer, "loss", "stop", best + 1 + 7.2)
    assert explorer["patience"] == 7


@pytest.mark.parametrize("decay", [0.0, 0.001, 0.03, 2.0])
def test_the_two_pulls_are_equal_and_opposite(decay):
    best = np.array([1.3, -0.4])
    w = pulled(best, decay)
    np.testing.assert_allclose(BOWL @ (w - best), -decay * w, atol=1e-12)


def test_weight_decay_makes_the_weights_smaller():
    explorer = widgets.WeightDecayExplorer()
    lengths = []
    for decay in explorer.nets:
        explorer.update(l2=decay)
        lengths.append(np.linalg.norm(explorer.weights()))
        assert item(explorer, "weights", "weights")["heights"].sum() == 64
    assert lengths == sorted(lengths, reverse=True) and lengths[-1] < 0.2 * lengths[0]
    drag(explorer, "plane", "best", 9.0, -9.0)
    assert explorer.best.tolist() == [2.2, -2.2]


def test_effects_are_compared_pair_by_pair():
    rows = {"none": [0.5, 0.7], "early stopping": [0.6, 0.8], "rate 0.5": [0.5, 0.6],
            "l2 0.01": [0.4, 0.8]}  # fmt: skip
    found = {"digits": {"here": rows}, "help": {"rate": [0.5], "l2": [0.01]}}
    explorer = widgets.EffectExplorer(found)
    gain = [item(explorer, "gain", f"runs {k}")["y"] for k in (1, 2, 3)]
    np.testing.assert_allclose(gain, [[10, 10], [0, -10], [-10, 10]], atol=1e-5)
    assert "early stopping +10.0 ± 0.0, dropout 0.5 −5.0 ± 10.0" in explorer.summary()
    assert error(np.array([0.0, -10.0])) == pytest.approx(10)
