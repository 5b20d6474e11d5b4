"""The explorers of recurrent networks, and what they are drawn from."""

import asyncio

import numpy as np
import pytest

import nnlib as nn
from nnlib import data, widgets
from tests.explorers import Viewer


def items(explorer, panel):
    return explorer.stage.scene[panel].items


# ---------------------------------------------------------------------------------- the maths


def test_first_symbol_asks_for_the_first_and_parity_for_all():
    tosses, bits = data.first_symbol(50, 7, rng=3), data.parity(50, 7, rng=3)
    assert set(np.unique(tosses.X)) == {-1.0, 1.0} and set(np.unique(bits.X)) == {0.0, 1.0}
    np.testing.assert_array_equal(tosses.y, tosses.X[:, 0] > 0)
    np.testing.assert_array_equal(bits.y, np.bitwise_xor.reduce(bits.X.astype(int), axis=1))
    assert 0 < bits.y.mean() < 1 and 0 < tosses.y.mean() < 1
    assert not np.array_equal(bits.X, data.parity(50, 7, rng=4).X)
    np.testing.assert_array_equal(bits.X, data.parity(50, 7, rng=3).X)


@pytest.mark.parametrize("make", [data.first_symbol, data.parity])
def test_sequences_need_a_length(make):
    with pytest.raises(ValueError, match="steps to be a whole number of at least 1; got 0"):
        make(3, 0)
    with pytest.raises(ValueError, match="n to be a whole number of at least 1; got 0"):
        make(0, 3)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_step_by_step_is_the_whole_sequence(kind):
    layer, x = kind(2, 3, rng=0), np.random.default_rng(1).normal(size=(4, 5, 2))
    whole, state = layer.forward(x), None
    for t in range(5):
        state = layer.step(x[:, t], state)
        np.testing.assert_allclose(state[0], whole[:, t], atol=1e-14)


def test_clipping_keeps_the_direction_of_all_parameters_together():
    a, b = nn.Parameter(np.zeros(2)), nn.Parameter(np.zeros((1, 1)))
    a.grad[...], b.grad[...] = [2.0, -3.0], 6.0  # of length 7
    assert nn.clip_gradients([a, b], 10.0) == 7.0
    np.testing.assert_array_equal(a.grad, [2.0, -3.0])
    assert nn.clip_gradients([a, b], 3.5) == 7.0
    np.testing.assert_allclose(a.grad, [1.0, -1.5])
    np.testing.assert_allclose(b.grad, [[3.0]])
    with pytest.raises(ValueError, match="above 0; got 0"):
        nn.clip_gradients([a], 0)


# ----------------------------------------------------------------------------------- unrolled


def test_unrolled_by_hand():
    explorer = widgets.UnrolledExplorer([1, 2, 4], W=1, U=0.5, y=4)
    found = explorer.numbers()
    np.testing.assert_allclose(found["h"], [1, 2.5, 5.25])
    np.testing.assert_allclose(found["dh"], [0.625, 1.25, 2.5])
    np.testing.assert_allclose(found["dW"], [0.625, 2.5, 10])
    np.testing.assert_allclose(found["dU"], [0, 1.25, 6.25])
    assert "∂L/∂U = 0.00 + 1.25 + 6.25 = 7.50" in explorer.summary()


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "linear"])
def test_unrolled_terms_add_up_to_the_slope_of_the_loss(g):
    explorer = widgets.UnrolledExplorer([1, 0.5, -1, 1.5, 0.3], W=0.7, U=-0.9, b=0.2, activation=g)
    for name in ("W", "U", "b"):
        value, losses = explorer[name], []
        for moved in (value + 0.05, value - 0.05):  # a slider's steps
            explorer.update(**{name: moved})
            losses.append(explorer.numbers()["loss"])
        explorer.update(**{name: value})
        slope = (losses[0] - losses[1]) / 0.1
        assert explorer.numbers()["d" + name].sum() == pytest.approx(slope, rel=0.02, abs=0.01)


def test_unrolled_goes_forward_then_back():
    explorer = widgets.UnrolledExplorer([1, 2, 4])
    explorer.update(moment=0)
    for moment in range(1, 8):
        explorer.press("next")
        assert explorer["moment"] == moment
        drawn = items(explorer, "network")
        assert len(drawn["states"].arrays["x"]) == min(moment, 3)
        assert ("loss" in drawn) == (moment > 3)
        assert len(drawn["dh"].arrays["x"]) == max(0, moment - 4)
        bars = items(explorer, "terms")["terms"].arrays["heights"]
        assert (bars[:3] != 0).sum() == max(0, moment - 4)  # terms of dW come from the last on
    explorer.press("next")
    assert explorer["moment"] == 0


def test_unrolled_says_the_chain_rule_with_its_numbers():
    explorer = widgets.UnrolledExplorer([1, 2, 4], W=1, U=0.5, y=4)
    explorer.update(moment=6)
    (said,) = items(explorer, "network")["line"].props["text"]
    assert said == "∂L/∂h₂ = ∂L/∂h₃ · g′(a₃) · U = 2.50·1.00·0.50 = 1.25"
    explorer.update(moment=2)
    (said,) = items(explorer, "network")["line"].props["text"]
    assert said == "h₂ = 2.00·1.00 + 1.00·0.50 + 0.00 = 2.50"


def test_unrolled_inputs_are_dragged():
    explorer = widgets.UnrolledExplorer()
    viewer = Viewer(explorer.stage)
    event = {"type": "drag", "panel": "inputs", "item": "x", "index": 2, "x": 3.0, "y": 1.72}
    explorer.stage._receive(None, event, [])
    assert explorer.x[2] == pytest.approx(1.7) and explorer["t"] == 3
    assert explorer["x"] == pytest.approx(1.7)
    viewer.assert_shows(explorer.stage.scene)


def test_unrolled_plays_to_the_end():
    async def hand():
        explorer = widgets.UnrolledExplorer([1, 2, 4])
        explorer.pace = 0.0
        explorer.press("play")
        for _ in range(200):
            await asyncio.sleep(0.02)
            if not explorer.playing:
                break
        assert explorer["moment"] == 7 and not explorer.playing
        explorer.close()

    asyncio.run(hand())


def test_unrolled_refuses():
    with pytest.raises(ValueError, match="3 to 6 inputs; got 2"):
        widgets.UnrolledExplorer([1, 2])


# ------------------------------------------------------------------------------- through time


def test_a_linear_rnn_is_a_power_of_the_scale():
    explorer = widgets.ThroughTimeExplorer(scale=0.8, length=21, activation="linear")
    size, _ = explorer.gradients()["RNN"]
    np.testing.assert_allclose(size, 0.8 ** np.arange(20, -1, -1), rtol=1e-9)


def test_open_gates_keep_the_gradient():
    explorer = widgets.ThroughTimeExplorer(length=60, forget_bias=0.0)
    shut = {name: found[0][0] for name, found in explorer.gradients().items()}
    explorer.update(forget_bias=5.0)
    wide = {name: found[0][0] for name, found in explorer.gradients().items()}
    assert wide["RNN"] == shut["RNN"] < 1e-3
    for name in ("GRU", "LSTM"):
        assert shut[name] < 1e-3 and wide[name] > 0.1


def test_exploding_is_told_and_clipped():
    explorer = widgets.ThroughTimeExplorer(scale=2.0, length=100, activation="linear", clip=10.0)
    assert "RNN (linear) 6.3e+29 (exploded)" in explorer.summary()
    assert "shortens RNN" in explorer.summary()
    kept = items(explorer, "clip")["kept"].arrays["heights"]
    assert kept[0] == pytest.approx(10.0)
    drag = {"type": "drag", "panel": "clip", "item": "handle", "index": 0, "x": 3.5, "y": 100.0}
    Viewer(explorer.stage)
    explorer.stage._receive(None, drag, [])
    assert items(explorer, "clip")["kept"].arrays["heights"][0] == pytest.approx(100.0, rel=1e-3)


# ---------------------------------------------------------------------------------------- text


def test_it_learns_the_text():
    explorer = widgets.TextExplorer("abcd " * 30, kind="GRU", units=12, steps=60)
    assert np.mean(explorer.history[-5:]) < 0.3 < explorer.history[0]
    explorer.update(temperature=0.1)
    assert "abcd abcd abcd" in explorer.write(40)


def test_probabilities_of_the_next_letter():
    explorer = widgets.TextExplorer("abcd " * 30, steps=40, temperature=1.0, place=52)
    p = explorer.next_letter()
    assert p.sum() == pytest.approx(1.0) and explorer.letters[p.argmax()] == "c"
    explorer.update(temperature=0.2)
    sharper = explorer.next_letter()
    np.testing.assert_allclose(sharper, p**5 / (p**5).sum(), rtol=1e-6)
    drawn = items(explorer, "next")
    assert drawn["right"].arrays["x"] == [explorer.letters.index("c")]


def test_the_same_start_again():
    explorer = widgets.TextExplorer("abcd " * 30)
    first = explorer.stage.scene.summary
    explorer.press("next")
    losses = list(explorer.history)
    assert len(losses) == 10 and explorer.stage.scene.summary != first
    explorer.press("reset")
    assert explorer.stage.scene.summary == first
    explorer.press("next")
    assert explorer.history == losses


def test_what_it_wrote_earlier_stays():
    explorer = widgets.TextExplorer("abcd " * 30)
    untrained = explorer.written()[0]
    explorer.train(31)
    steps, texts = zip(*explorer.written(), strict=True)
    assert steps == (0, 10, 30, 31) and (steps[0], texts[0]) == untrained
    weights = explorer.layer.U.value.copy()
    explorer.written()
    np.testing.assert_array_equal(explorer.layer.U.value, weights)


def test_text_plays():
    async def hand():
        explorer = widgets.TextExplorer("abcd " * 30)
        explorer.press("play")
        await asyncio.sleep(0.2)
        assert explorer.playing and len(explorer.history) > 1
        explorer.press("play")
        assert not explorer.playing
        explorer.close()

    asyncio.run(hand())


def test_text_refuses():
    with pytest.raises(ValueError, match="at least 50 letters.*got 3 and 3"):
        widgets.TextExplorer("abc")


# --------------------------------------------------------------------------------------- gates


def test_gates_show_what_the_layer_did():
    layer = nn.LSTM(1, 3, rng=0)
    X = data.first_symbol(2, 5).X[:, :, None]
    explorer = widgets.LSTMGatesExplorer(layer, X, part="cell", unit=2, t=4)
    explorer.update(sequence=2)
    layer.forward(X)
    cell = layer.parts["cell"][1]
    np.testing.assert_allclose(items(explorer, "unit")["cell"].arrays["y"], cell[:, 1], rtol=1e-6)
    heat = items(explorer, "map")["values"]
    level = heat.arrays["level"].reshape(3, 5) / 127 * heat.props["vmax"]
    np.testing.assert_allclose(level, cell.T, atol=0.01)  # row 0 is the lowest: unit 1
    f, i, g = (layer.parts[n][1, 3, 1] for n in ("forget", "input", "candidate"))
    assert cell[3, 1] == pytest.approx(f * cell[2, 1] + i * g)
    assert f"= {cell[3, 1]:.2f};".replace("-", "−") in explorer.summary()


def test_gates_are_chosen_by_a_click():
    explorer = widgets.LSTMGatesExplorer()
    Viewer(explorer.stage)
    event = {"type": "click", "panel": "map", "item": None, "index": None, "x": 7.3, "y": 4.4}
    explorer.stage._receive(None, event, [])
    assert (explorer["t"], explorer["unit"]) == (7, 4)


def test_gates_refuse_another_layer():
    with pytest.raises(ValueError, match="an LSTM .*got GRU"):
        widgets.LSTMGatesExplorer(nn.GRU(1, 2))
