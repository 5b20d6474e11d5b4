"""Every explorer of every notebook, made as the notebook makes it, driven through all it can do.

Each notebook is run once in this process, and these tests take the explorers that its cells show.
What a browser adds to that, the mouse, the keyboard, the canvas, is in test_browser.py.
"""

import asyncio
import contextlib
import gc
import re
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from nnlib import widgets
from nnlib.widgets import Explorer
from notebooks import build
from tests.explorers import Viewer, assert_sound, is_button, picture, settings
from tests.notebook_run import NotebookRun

EXPORTED = {
    name
    for name in widgets.__all__
    if isinstance(getattr(widgets, name), type) and issubclass(getattr(widgets, name), Explorer)
}
PAIRS = 10  # examples of two controls for each explorer
MOVES, FEWEST, PATIENCE = 1000, 100, 0.5  # moves of each; fewer where they take so many seconds

# How fast it goes on once it plays: no picture can show that.
PACE = {"speed", "pace"}

# Controls that change what is drawn and not what there is to say: how much of it is seen, in which
# colours, which of several views, or which part the next control belongs to.
BESIDE_THE_POINT = {
    "ActivationExplorer": {"window"},
    "ActivationGalleryExplorer": {"values", "slopes"},
    "ApproximationExplorer": {"seed"},  # of what other methods have left in the picture
    "BackpropExplorer": {"learning_rate"},  # of the update, which is told when it is made
    "BatchExplorer": {"across", "shown"},
    "BottleneckExplorer": {"unit"},
    "BoundaryExplorer": {"show_map"},
    "BumpExplorer": {"single", "chosen"},
    "CNNExplorer": {"maps"},
    "ConfusionExplorer": {"share"},
    "FilterBankExplorer": {"show"},
    "GradientCheckExplorer": {"seed"},  # other numbers, the same verdict: that is the point
    "GraphExplorer": {"curve"},
    "LineFitExplorer": {"learning_rate"},  # of the next step, which the picture shows ahead
    "LinearFitExplorer": {"turn"},
    "OverfittingExplorer": {"against"},
    "Playground": {"across", "up", "bend", "discrete", "show_test"},
    "ParametersExplorer": {"layer", "unit"},  # while the reader is to count for herself
    "PrecisionExplorer": {"zoom"},
    "RaceExplorer": {"rule"},
    "RegionsExplorer": {"colour"},
    "UnrolledExplorer": {"t"},
    "overflow": {"dtype"},  # the same until it overflows
}


@pytest.fixture(scope="module", params=build.names())
def notebook(request):
    run = NotebookRun(request.param)
    run.outputs = run.run()
    gc.collect()
    gc.freeze()  # what there is so far needs no looking through, each time memory is counted
    yield run
    gc.unfreeze()
    for shown in run.shown:
        shown.explorer.close()
    run.forget()


@pytest.fixture
def at():
    """``with at(place):`` after a failure goes on to the next place; all are told at the end."""
    failed = []

    @contextlib.contextmanager
    def place(name):
        try:
            yield
        except Exception as error:
            error.add_note(f"at {name}")
            failed.append(error)

    yield place
    if failed:
        raise ExceptionGroup("in this notebook", failed)


def text(name):
    return (build.TEXT / f"{name}.py").read_text(encoding="utf-8")


def moved(explorer):
    """The names of the controls that have a choice of settings."""
    return [
        name
        for name, control in explorer.controls.items()
        if not is_button(control) and len(settings(control)) > 1
    ]


def values(explorer):
    return {name: explorer[name] for name in moved(explorer)}


def drive(explorer, **changes):
    explorer.update(**changes)
    assert_sound(explorer)
    return picture(explorer)


# -------------------------------------------------------------------------------- alone


def test_every_control_at_every_setting_changes_the_picture_and_its_words(notebook, at):
    for shown in notebook.shown:
        with at(shown.place):
            explorer, still, untold = shown.explorer, [], set()
            for name in moved(explorer):
                pictures, words = through(explorer, name)
                if not differ(pictures):
                    still.append(name)
                elif not differ(words):
                    untold.add(name)
            assert not [name for name in still if not matters(explorer, name)]
            assert untold <= BESIDE_THE_POINT.get(shown.name, set()), "change the picture only"


def differ(them):
    return any(each != them[0] for each in them)


def back(explorer, start):
    """Set all to where it was, one after another: some controls decide what others offer."""
    for name, value in start.items():
        if offers(explorer, name, value):
            explorer.update(**{name: value})


def offers(explorer, name, value):
    control = explorer.controls[name]
    return not hasattr(control, "options") or value in settings(control)


def through(explorer, name):
    """Drive a control through its settings and back; the pictures, and what they say."""
    start, pictures, words = explorer[name], [], []
    for value in settings(explorer.controls[name]):
        pictures.append(drive(explorer, **{name: value}))
        words.append(explorer.stage.scene.summary)
    drive(explorer, **{name: start})
    return pictures, words


def matters(explorer, name):
    """Whether a control that changes nothing by itself changes what comes next.

    That is, what a button does, or a click, or another control.
    """
    if name in PACE or explorer.controls[name].layout.display == "none":
        return True
    start = values(explorer)
    nexts = [lambda button=button: explorer.press(button) for button in buttons(explorer)]
    nexts += [lambda panel=panel: click(explorer, panel) for panel in explorer.stage.scene.panels]
    nexts += [
        lambda other=other, value=value: explorer.update(**{other: value})
        for other in start
        for value in settings(explorer.controls[other])
        if other != name
    ]
    found = any(follows(explorer, name, start, act) for act in nexts)
    back(explorer, start)
    return found


def follows(explorer, name, start, act):
    """Whether what comes of an action depends on a control.

    It must also be the same for the same setting: else anything would seem to depend on it.
    """
    first, *others = settings(explorer.controls[name])

    def outcome(value):
        for undo in ("clear", "reset"):  # points, and a training
            if undo in buttons(explorer):
                explorer.press(undo)
        back(explorer, start)
        explorer.update(**{name: value})
        act()
        assert_sound(explorer)
        return picture(explorer)

    expected = outcome(first)
    return outcome(first) == expected and any(outcome(value) != expected for value in others)


def click(explorer, panel):
    """A click into a panel, a little off its middle."""
    (left, right), (low, high) = (explorer.stage.scene[panel].looks[axis] for axis in "xy")
    x, y = 0.6 * left + 0.4 * right, 0.7 * low + 0.3 * high
    explorer._happened({"type": "click", "panel": panel, "shift": False, "x": x, "y": y})


def buttons(explorer):
    """The names of the buttons that do something at once; Play needs an event loop."""
    return [name for name, c in explorer.controls.items() if is_button(c) and name != "play"]


def test_every_button_can_be_pressed_twice(notebook, at):
    for shown in notebook.shown:
        with at(shown.place):
            explorer, start = shown.explorer, values(shown.explorer)
            if "play" in explorer.controls:
                asyncio.run(play_and_pause(explorer))
            for name in buttons(explorer):
                explorer.press(name)
                explorer.press(name)
                assert_sound(explorer)
            back(explorer, start)


async def play_and_pause(explorer):
    before = picture(explorer)
    explorer.press("play")
    for _ in range(100):  # the slowest player shows something new each second
        await asyncio.sleep(0.02)
        if picture(explorer) != before:
            break
    assert picture(explorer) != before, "Play is pressed, the picture stays"
    if explorer.controls["play"].icon == "pause":
        explorer.press("play")
    assert_sound(explorer)
    stopped = picture(explorer)
    await asyncio.sleep(0.1)
    assert picture(explorer) == stopped, "it goes on after Pause"


# -------------------------------------------------------------------------------- together


def test_pairs_of_controls(notebook, at):
    for shown in notebook.shown:
        with at(shown.place):
            explorer, start = shown.explorer, values(shown.explorer)
            if start:
                two_at_random(explorer, start)
                back(explorer, start)


def two_at_random(explorer, start):
    @profile(
        max_examples=PAIRS,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def pair(data):
        back(explorer, start)
        names = st.lists(st.sampled_from(list(start)), max_size=2, unique=True)
        for name in data.draw(names):
            drive(explorer, **{name: data.draw(anywhere(explorer.controls[name]), name)})

    pair()


def anywhere(control):
    """A setting at random: on a slider any of its places."""
    low, high = getattr(control, "min", None), getattr(control, "max", None)
    if low is None or hasattr(control, "options"):
        return st.sampled_from(settings(control))
    place = st.integers(0, round((high - low) / control.step)).map(
        lambda k: min(low + k * control.step, high)
    )
    base = getattr(control, "base", None)  # of a logarithmic slider, which counts exponents
    return place if base is None else place.map(lambda exponent: base**exponent)


# -------------------------------------------------------------------------------- for long


def test_a_thousand_moves_take_no_memory(notebook, at):
    """As a hand makes them: all controls in turn, each to all its settings, a browser looking on.

    Python's own account of its memory (and NumPy's, which is part of it) is free of the noise of
    the allocator below; that memory outside of it does not grow is seen in test_explorer.py. Where
    a thousand moves take long, fewer may take so much less, down to 1 MiB, which may be kept once.
    """
    earlier = "".join(text(name) for name in build.names() if name < notebook.name)
    for name, explorer in {shown.name: shown.explorer for shown in notebook.shown}.items():
        if re.search(rf"\b{name}\(", earlier):
            continue  # was moved a thousand times there
        with at(name):
            moves, grown = asyncio.run(growth(explorer))
            assert grown < max(1, 5 * moves / MOVES), f"{grown:.1f} MiB in {moves} moves"


async def growth(explorer):
    """(moves, MiB that these take), after a first round of all settings."""
    viewer = Viewer(explorer.stage)

    async def round_of_moves():
        moves = 0
        for name in moved(explorer):
            for value in settings(explorer.controls[name]):
                if offers(explorer, name, value):
                    explorer.controls[name].value = value
                    moves += 1
                await asyncio.sleep(0)  # a long job goes on for a slice; the next move ends it
                viewer.frames = viewer.frames[-1:]
        return moves

    tracemalloc.start()
    try:
        await round_of_moves()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        moves, started = 0, time.process_time()
        while moves < FEWEST or (moves < MOVES and time.process_time() - started < PATIENCE):
            moves += await round_of_moves()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        explorer.finish()
    return moves, (after - before) / 2**20


# -------------------------------------------------------------------------------- once more


def test_run_out_of_order_and_again_in_order_it_says_the_same(notebook):
    """No explorer, exercise or training of the first run leaves a trace in the next; and what it
    showed is closed, so that nothing goes on out of sight.

    Out of order some cells fail, for want of a name that another cell makes. It is only the
    kernel's names that are in disorder: in order, the same kernel says what it said at first.
    """
    first = [shown.explorer for shown in notebook.shown]
    errors = notebook.run_backwards()
    assert len(errors) < len(notebook.code) / 2
    again = notebook.run()
    for error in errors.values():
        if isinstance(error, NameError):
            assert error.name in notebook.namespace, error
    for cell in notebook.reproducible:
        assert again[cell] == notebook.outputs[cell], f"cell {cell}"
    assert all(explorer.stage.comm is None for explorer in first)


@pytest.mark.parametrize("name", sorted(EXPORTED - {"Explorer", "Live", "PlayingExplorer"}))
def test_every_exported_explorer_is_in_a_notebook(name):
    assert any(re.search(rf"\b{name}\(", text(notebook)) for notebook in build.names())
