"""The playground: that it learns, that everything can be changed, and that nothing breaks it."""

import asyncio
import threading
import time

import numpy as np
import pytest

import nnlib as nn
from nnlib.widgets import Playground
from nnlib.widgets import explorer as explorer_module
from nnlib.widgets.presets import FASTEST, ONE_STEP, OWN, PRESETS
from tests.explorers import Viewer, assert_sound, picture


def weights(playground):
    return np.concatenate([p.value.ravel() for p in playground.run.model.parameters()])


def click(playground, x, y, kind="click", **more):
    event = {"type": kind, "panel": "plane", "x": x, "y": y, "shift": False, "button": 0, **more}
    playground.stage._receive(None, event, [])


# -------------------------------------------------------------------------------- learning


def test_it_learns():
    playground = Playground(data="moons", optimizer="adam", learning_rate=0.01)
    playground.step(epochs=150)
    first, last = playground.run.history[0], playground.run.history[-1]
    assert last.loss < 0.5 * first.loss and last.accuracy > 0.9
    assert "Epoch 150" in playground.summary()
    assert_sound(playground)


def test_step_is_one_step_on_one_batch():
    playground = Playground(batch_size=10)
    before = weights(playground)
    playground.press("step")
    assert playground.run.epoch == pytest.approx(10 / len(playground.X))
    assert (weights(playground) != before).any()


def test_same_start_again_is_the_very_same_training():
    playground = Playground(dropout=0.3)
    start = weights(playground)
    playground.step(epochs=5)
    after, losses = weights(playground), [r.loss for r in playground.run.history]
    playground.press("same")
    assert (weights(playground) == start).all() and playground.run.epoch == 0
    playground.step(epochs=5)
    assert (weights(playground) == after).all()
    assert [r.loss for r in playground.run.history] == losses


def test_reset_starts_from_other_weights():
    playground = Playground()
    start = weights(playground)
    playground.step(epochs=2)
    playground.press("reset")
    assert playground.run.epoch == 0 and (weights(playground) != start).any()


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("learning_rate", 0.5, lambda p: p.run.optimizer.lr),
        ("l1", 0.05, lambda p: p.run.optimizer.l1),
        ("l2", 0.05, lambda p: p.run.optimizer.l2),
        ("batch_size", 3, lambda p: p.run.batch_size),
        ("optimizer", "adam", lambda p: type(p.run.optimizer).__name__.lower()),
        ("dropout", 0.4, lambda p: next(x.rate for x in p.run.model if isinstance(x, nn.Dropout))),
    ],
)
def test_these_take_effect_without_a_new_start(name, value, read):
    playground = Playground()
    playground.step(epochs=3)
    before, epoch = weights(playground), playground.run.epoch
    playground.update(**{name: value})
    assert read(playground) == value
    assert (weights(playground) == before).all() and playground.run.epoch == epoch
    playground.step(epochs=1)
    assert (weights(playground) != before).any()


def test_dropout_turned_off_again_leaves_no_trace():
    playground = Playground(dropout=0.5)
    playground.step(epochs=1)
    playground.update(dropout=0.0)
    assert not any(isinstance(layer, nn.Dropout) for layer in playground.run.model)


@pytest.mark.parametrize(
    ("name", "value"),
    [("data", "circle"), ("noise", 0.3), ("train_share", 0.8), ("depth", 1), ("width2", 5),
     ("activation", "relu"), ("seed", 7)],
)  # fmt: skip
def test_these_start_afresh(name, value):
    playground = Playground()
    playground.step(epochs=3)
    playground.update(**{name: value})
    assert playground.run.epoch == 0 and len(playground.run.history) == 1


def test_train_and_test_samples_are_shared_out():
    playground = Playground(train_share=0.2)
    assert (len(playground.train_set.X), len(playground.test_set.X)) == (50, 200)


# -------------------------------------------------------------------------------- one's own points


def test_a_click_adds_a_point_of_the_chosen_class():
    playground = Playground()
    n = len(playground.X)
    playground.update(point_class=1)
    click(playground, 0.5, -0.25)
    click(playground, 0.25, 0.25, shift=True)  # the next class
    click(playground, 9, 9)  # outside: nothing
    assert len(playground.X) == n + 2
    np.testing.assert_allclose(playground.X[-2:], [[0.5, -0.25], [0.25, 0.25]])
    assert playground.y[-2:].tolist() == [1, 2] and playground.kind == "classes"
    playground.step(epochs=1)
    playground.press("clear")
    assert len(playground.X) == n and playground.kind == "binary"


def test_points_join_a_training_under_way():
    playground = Playground()
    playground.step(epochs=2)
    before = weights(playground)
    click(playground, 0.5, 0.5, "paint")
    assert (weights(playground) == before).all() and len(playground.run.X) == len(playground.X)
    playground.step(epochs=1)


def test_a_data_set_of_ones_own_begins_empty():
    playground = Playground()
    playground.update(data=OWN)
    assert len(playground.X) == 0
    playground.step()  # nothing to learn from, and no error
    assert not playground._tick() and "click into the plane" in playground.note.value
    for x in (-0.5, -0.4, 0.4, 0.5):
        playground.update(point_class=int(x > 0))
        click(playground, x, 0.1, "paint")
    playground.update(learning_rate=0.3)
    playground.step(epochs=200)
    assert playground.run.history[-1].accuracy == 1
    playground.stage.png()


def test_own_points_on_a_surface_are_heights():
    playground = Playground(data="regression_plane", depth=1)
    playground.update(point_class=1)
    click(playground, 0, 0)
    assert playground.y[-1] == 1.0 and playground.kind == "regression"
    playground.step(epochs=1)


# -------------------------------------------------------------------------------- the network


def test_a_click_on_a_link_edits_that_weight():
    playground = Playground(depth=1, width1=3)
    event = {"type": "click", "panel": "network", "item": "weights", "index": 4, "x": 0, "y": 0}
    playground.stage._receive(None, event, [])
    W = playground.run.model[0].W.value
    assert playground["weight"] == pytest.approx(float(W[1, 1]), abs=1e-4)
    assert "layer 1, w₂,₂" in playground.controls["weight"].description
    before = picture(playground)
    playground.update(weight=-3.0)
    assert W[1, 1] == -3 and picture(playground) != before
    playground.stage._receive(None, {**event, "item": "biases", "index": 3}, [])
    playground.update(weight=2.0)
    assert playground.run.model[2].b.value[0] == 2


def test_an_edited_weight_is_forgotten_with_its_network():
    playground = Playground(depth=1, width1=3)
    event = {"type": "click", "panel": "network", "item": "weights", "index": 4, "x": 0, "y": 0}
    playground.stage._receive(None, event, [])
    playground.press("same")
    start = weights(playground)
    playground.update(weight=5.0)
    assert (weights(playground) == start).all()


@pytest.mark.parametrize("style", ["nnlib", "pytorch"])
@pytest.mark.parametrize("data", ["xor", "k_classes", "regression_bumps"])
def test_the_code_it_writes_runs_and_is_the_network(style, data):
    playground = Playground(data=data, depth=2, width1=3, width2=4, activation="relu")
    playground.step(epochs=3)
    # The program trains at its end; what comes before that is the network as it is now.
    source = playground.source(style)
    head = source[: source.rindex("\ntrain(")]
    names = {}
    exec(compile(head, "exported", "exec"), names)
    X = playground.X[:20]
    ours = playground.run.model.forward(X)
    if style == "nnlib":
        theirs = names["model"].forward(X)
    else:
        import torch

        with torch.no_grad():
            theirs = names["model"](torch.tensor(X)).numpy()
    np.testing.assert_allclose(theirs, ours, atol=1e-5)
    exec(compile(source, "exported", "exec"), {})  # and all of it runs
    playground.press("code")
    assert playground.code["nnlib"].value.startswith('"""')


# -------------------------------------------------------------------------------- running away


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers(bad):
    playground = Playground()
    playground.run.model[0].W.value[0, 0] = bad
    playground.step(epochs=1)
    assert "ran away" in playground.stage.scene.summary and "Try η" in playground.note.value
    assert not playground._tick()
    playground.stage.png()
    playground.press("same")
    assert playground.stopped == ""
    playground.step(epochs=1)
    assert np.isfinite(playground.run.history[-1].loss)


def test_a_learning_rate_that_is_too_large_is_explained():
    playground = Playground(data="regression_plane", depth=2, activation="relu", learning_rate=10.0)
    playground.step(epochs=30)
    assert "learning rate η = 10 is too large" in playground.stage.scene.summary
    assert "ran away" in playground.note.value


def test_a_penalty_that_is_too_large_is_explained_as_such():
    playground = Playground(data="regression_plane", activation="linear", depth=1)
    playground.run.optimizer.l2 = 1000.0
    playground.step(epochs=30)
    assert "L2 penalty" in playground.stage.scene.summary


# -------------------------------------------------------------------------------- presets


def after(preset, epochs, **settings):
    playground = Playground(preset=preset, **settings)
    playground.step(epochs=epochs)
    assert_sound(playground)
    return playground.run.history


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_chosen_and_runs(name):
    playground = Playground()
    playground.update(preset=name)
    assert PRESETS[name].comment[:20] in playground.note.value
    for setting, value in PRESETS[name].settings.items():
        assert playground[setting] == pytest.approx(value) if setting != "data" else True
    playground.step(epochs=2)
    assert_sound(playground)


def test_what_the_presets_say_is_true():
    assert after("one line is enough", 50)[-1].accuracy > 0.95
    assert after("one line is not enough", 300)[-1].loss == pytest.approx(np.log(2), abs=0.03)
    assert after("XOR with one hidden layer", 300)[-1].accuracy > 0.9
    linear, bent = after("linear layers stay linear", 300), after("the same, bent by tanh", 300)
    assert linear[-1].accuracy < 0.7 and bent[-1].accuracy > 0.9
    assert after("the spiral", 400)[-1].accuracy > 0.95
    start, *_, end = after("too small a step", 100)
    assert abs(end.loss - start.loss) < 0.05
    assert sum(g.dead or 0 for g in after("dead units", 60)[-1].gradients) >= 3
    assert after("four classes", 100)[-1].val_accuracy > 0.9
    assert after("a surface to fit", 300)[-1].accuracy > 0.8


def test_too_large_a_step_runs_away_at_once():
    playground = Playground(preset="too large a step")
    playground.step(epochs=3)
    assert "ran away" in playground.stopped and "Try η = 0.3" in playground.stopped


def test_a_large_network_memorises_and_dropout_holds_it_back():
    plain = after("memorising the noise", 400)
    dropped = after("the same, held back by dropout", 400)
    lowest = min(r.val_loss for r in plain)
    assert plain[-1].loss < 0.1 and plain[-1].val_loss > 1.3 * lowest
    assert dropped[-1].val_loss < 0.7 * plain[-1].val_loss


def test_a_setting_that_does_not_exist():
    with pytest.raises(ValueError, match="unknown setting widht1; known: data, noise"):
        Playground(widht1=3)
    with pytest.raises(ValueError, match="unknown preset 'the spirl'"):
        Playground(preset="the spirl")


# -------------------------------------------------------------------------------- live


def live(scenario, **settings):
    """Run an async scenario with a playground that lives in its event loop."""

    async def run():
        playground = Playground(data="circle", **settings)
        try:
            return await scenario(playground)
        finally:
            playground.close()

    return asyncio.run(run())


def trainings():
    return sum("LiveLoop._go" in repr(task) for task in asyncio.all_tasks())


@pytest.mark.parametrize("speed", [ONE_STEP, 1.0, 50.0, FASTEST])
def test_play_trains_beside_everything_else(speed):
    async def scenario(playground):
        Viewer(playground.stage)
        playground.update(speed=speed)
        start = time.perf_counter()
        playground.press("play")
        await asyncio.sleep(0.8)
        assert playground.playing and playground.controls["play"].description == "Pause"
        epochs, seconds = playground.run.epoch, time.perf_counter() - start
        playground.pause()
        start, run = time.perf_counter(), playground.run
        run.step(50 * run.batches_per_epoch)
        return epochs, seconds, 50 / (time.perf_counter() - start)

    epochs, seconds, fastest = live(scenario)
    if speed == ONE_STEP:
        assert 0 < epochs < 0.5
    elif speed < FASTEST:
        assert 0.3 * speed <= epochs <= 1.05 * speed * seconds + 1
    else:
        assert epochs > 0.2 * fastest * seconds  # of what this machine can do at this moment


def test_playing_twice_is_one_training_and_pause_ends_it():
    async def scenario(playground):
        playground.play()
        playground.play()
        await asyncio.sleep(0.1)
        assert trainings() == 1
        playground.pause()
        await asyncio.sleep(0.1)
        assert trainings() == 0
        epoch = playground.run.epoch
        await asyncio.sleep(0.2)
        assert playground.run.epoch == epoch
        playground.play()
        await asyncio.sleep(0.2)
        assert trainings() == 1 and playground.run.epoch > epoch

    live(scenario)


def test_closing_the_output_ends_it():
    async def scenario(playground):
        playground.stage._receive(None, {"type": "viewers", "count": 1}, [])
        playground.play()
        await asyncio.sleep(0.1)
        playground.stage._receive(None, {"type": "viewers", "count": 0}, [])
        await asyncio.sleep(0.1)
        assert trainings() == 0 and not playground.playing

    live(scenario)


def test_running_the_cell_again_ends_it(monkeypatch):
    run = ["cell", 1]
    monkeypatch.setattr(explorer_module, "_running_cell", lambda: tuple(run))

    async def scenario(playground):
        playground.play()
        await asyncio.sleep(0.1)
        run[1] = 2
        again = Playground()
        await asyncio.sleep(0.1)
        assert trainings() == 0 and not playground.playing
        again.play()
        await asyncio.sleep(0.1)
        assert trainings() == 1
        again.close()

    live(scenario)


def test_everything_can_be_moved_while_it_plays():
    async def scenario(playground):
        viewer = Viewer(playground.stage)
        playground.update(speed=FASTEST)
        playground.play()
        errors = []

        def hand():  # JupyterLab's subshells: another thread
            try:
                for k in range(40):
                    playground.controls["learning_rate"].value = 10 ** (-3 + k / 20)
                    playground.controls["depth"].value = k % 7
                    playground.controls["data"].value = ["spiral", "k_classes", "circle"][k % 3]
                    playground.controls["dropout"].value = 0.1 * (k % 2)
                    playground.controls["optimizer"].value = ["adam", "sgd"][k % 2]
                    click(playground, 0.1, 0.1)
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=hand)
        thread.start()
        while thread.is_alive():
            await asyncio.sleep(0.05)
        assert not errors
        playground.update(learning_rate=0.03)
        playground.press("same")
        epoch = playground.run.epoch
        await asyncio.sleep(0.3)
        assert playground.playing and playground.run.epoch > epoch
        playground.pause()
        playground.refresh()
        viewer.assert_shows(playground.stage.scene)

    live(scenario)


def test_running_away_ends_the_training_with_a_sentence():
    async def scenario(playground):
        playground.play()
        await asyncio.sleep(0.1)
        with playground.lock:
            playground.run.model[0].W.value[...] = np.inf
        await asyncio.sleep(0.3)
        assert not playground.playing and trainings() == 0
        assert "ran away" in playground.note.value
        playground.press("same")
        playground.play()
        await asyncio.sleep(0.2)
        assert playground.playing

    live(scenario)


def test_play_without_a_loop_says_what_to_do_instead():
    with pytest.raises(RuntimeError, match="call step"):
        Playground().play()
