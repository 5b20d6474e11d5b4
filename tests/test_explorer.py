"""What holds for every explorer of nnlib.widgets, those to come included.

What their controls do is looked at in test_sweep.py, as the notebooks make them.
"""

import asyncio
import gc
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from nnlib import widgets
from nnlib.widgets import Explorer, Live, log_slider, slider
from nnlib.widgets import explorer as module
from tests.explorers import Viewer, is_button, picture, settings


def networks():
    import nnlib as nn

    X, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1])
    model = nn.Sequential(nn.Dense(2, 2, rng=0), nn.Tanh(), nn.Dense(2, 1, rng=1))
    return {"one": (model, nn.BinaryCrossEntropy(), nn.data.Dataset(X, y, "binary"))}


def forward():
    import nnlib as nn

    return widgets.ForwardExplorer(
        nn.Sequential(nn.Dense(2, 3, rng=0), nn.ReLU(), nn.Dense(3, 2, rng=1), nn.Softmax())
    )


def parabola(stage, a):
    panel = stage.panel("curve", x=(-1, 1), y=(-1, 1))
    panel.line("parabola", [-1, 0, 1], [a, 0, a])
    return f"The parabola y = {a:.1f} x²."


def growth():
    y = np.arange(16) % 10
    says = np.stack([y, 0 * y])[:, None]  # of two sizes, one run each
    curves = {"samples": ("samples", [10, 20], says), "units": ("units", [2, 4], says[::-1])}
    return widgets.Growth(np.zeros((16, 64)), y, curves)


def digits():
    """(X, y, W, b) of twelve pictures, and weights that misread half of them."""
    rng = np.random.default_rng(0)
    X, W = rng.uniform(size=(12, 64)), rng.normal(size=(64, 10))
    y = (X @ W).argmax(axis=1)
    y[1::2] = (y[1::2] + 1) % 10
    return X, y, W, np.zeros(10)


def votes():
    X, y, W, b = digits()
    return widgets.VotesExplorer(X, y, {0: (0 * W, b), 1: (W, b)})


def confusion():
    X, y, W, _ = digits()
    return widgets.ConfusionExplorer(X, y, (X @ W).argmax(axis=1), range(10))


def pipeline():
    X, _, W, b = digits()
    return widgets.PipelineExplorer(X, W, b)


# How to make those that need arguments; all others are found and made without.
MAKE = {
    "BlocksExplorer": lambda: widgets.BlocksExplorer(networks()),
    "ConfusionExplorer": confusion,
    "ForwardExplorer": forward,
    "Growth": growth,
    "HiddenUnitsExplorer": lambda: widgets.HiddenUnitsExplorer(W2=[1, 0], b2=-0.2),
    "PipelineExplorer": pipeline,
    "VotesExplorer": votes,
    "VarianceExplorer": lambda: widgets.VarianceExplorer(copies=3),
    "Live": lambda: Live(parabola, a=slider("a", 0.5, -1, 1)),
    "BoundaryExplorer": lambda: widgets.BoundaryExplorer(
        query=(-1, 2), X=[[0, 1], [1, 0.5], [-1, 0]], y=[0, 1, 0]
    ),
}
NAMES = [
    name
    for name in widgets.__all__
    if isinstance(getattr(widgets, name), type)
    and issubclass(getattr(widgets, name), Explorer)
    and name != "Explorer"
]


def make(name):
    return MAKE.get(name, getattr(widgets, name))()


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_without_a_kernel(name):
    data, _ = make(name)._repr_mimebundle_()
    assert len(data["text/plain"]) > 20 and len(data["image/png"]) > 1000
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("name", NAMES)
def test_what_a_browser_shows_is_the_scene(name):
    explorer = make(name)
    viewer = Viewer(explorer.stage)
    for control in explorer.controls.values():
        if not is_button(control) and settings(control):
            control.value = settings(control)[-1]
    viewer.assert_shows(explorer.stage.scene)


def test_update_sets_several_controls_and_draws_once():
    drawn = []

    def both(stage, a, b):
        drawn.append((a, b))
        stage.panel("p").points("p", a, b)
        return "A picture of two numbers."

    explorer = Live(both, a=slider("a", 0.0, 0, 1), b=slider("b", 0.0, 0, 1))
    explorer.update(a=0.5, b=0.25)
    assert drawn == [(0, 0), (0.5, 0.25)]
    explorer.controls["a"].value = 1.0  # as a hand does it
    assert drawn[-1] == (1.0, 0.25)


def test_an_unknown_control_is_told_with_its_neighbour():
    with pytest.raises(ValueError, match="did you mean 'w1'.*Controls: w1, w2, b"):
        widgets.BoundaryExplorer().update(w_1=1)


def test_when_the_browser_is_behind_only_the_newest_is_drawn():
    drawn = []

    def one(stage, a):
        drawn.append(a)
        stage.panel("p").points("p", a, 0)
        return "A picture of one number."

    explorer = Live(one, a=slider("a", 0.0, 0, 100))
    viewer = Viewer(explorer.stage, acknowledge=False)
    for a in range(1, 51):
        explorer.controls["a"].value = float(a)
    assert len(drawn) < 6  # the rest waits
    viewer.ack()
    assert drawn[-1] == 50.0
    viewer.assert_shows(explorer.stage.scene)


class Counter(Explorer):
    """Counts to a hundred, slowly, from where its slider says."""

    def __init__(self):
        self.count = 0
        super().__init__(200, 100, {"start": slider("start", 0, 0, 50, 1)})

    def begin(self):
        self.changed("start")

    def changed(self, name):
        self.work(self.job(self["start"]))

    def job(self, start):
        for self.count in range(start, 101):
            time.sleep(0.002)
            yield self.count / 100

    def draw(self):
        self.stage.panel("p", x=(0, 100)).points("count", self.count, 0)

    def summary(self):
        return f"It has counted to {self.count} of 100."


def test_a_long_job_is_done_at_once_where_nothing_runs_beside_it():
    explorer = Counter()
    assert explorer.count == 100 and not explorer.working
    assert explorer.update(start=3) == "It has counted to 100 of 100."
    explorer.controls["start"].value = 7
    assert not explorer.working and explorer.bar is None


def test_a_long_job_goes_on_in_slices_and_the_newest_replaces_it():
    async def hand():
        explorer, seen = Counter(), []
        assert explorer.count == 100 and not explorer.working  # the first time it is waited for
        assert explorer.update(start=9) == "It has counted to 100 of 100."
        for start in (1, 2):
            explorer.controls["start"].value = start
            await asyncio.sleep(0.06)
            seen.append(explorer.count)
            assert explorer.working and explorer.bar.layout.visibility == "visible"
            drawn = explorer.stage.scene["p"].items["count"].arrays["x"]
            assert start < drawn[0] <= explorer.count < 90
        for _ in range(100):
            await asyncio.sleep(0.02)
            if not explorer._worker.playing:
                break
        assert explorer.count == 100 and not explorer.working
        assert explorer.bar.layout.visibility == "hidden"
        assert explorer.stage.scene.summary == "It has counted to 100 of 100."
        explorer.controls["start"].value = 5
        explorer.close()
        stopped = explorer.count
        await asyncio.sleep(0.1)
        assert explorer.count <= stopped + 1

    asyncio.run(hand())


def test_a_cell_that_runs_again_closes_what_it_made_before(monkeypatch):
    run = ("cell", "first")
    monkeypatch.setattr(module, "_running_cell", lambda: run)
    first, beside = make("Live"), make("Live")
    run = ("cell", "second")
    again = make("Live")
    assert first.stage.comm is None and beside.stage.comm is None
    assert again.stage.comm is not None
    run = ("another cell", "third")
    make("Live")
    assert again.stage.comm is not None


def test_dragging_sets_a_log_slider_to_a_value_of_its_own_scale():
    """Else the browser rounds it and sends it back, late, and undoes the drag."""
    explorer = Live(
        parabola,
        a=log_slider("a", 0.1, -3, 1),
        on_event=lambda explorer, event: explorer.set_quietly(a=event["x"]),
    )
    for dragged, kept in ((0.5, 10**-0.3), (1e-9, 1e-3), (99.0, 10.0)):
        explorer._happened({"type": "drag", "x": dragged})
        assert explorer["a"] == pytest.approx(kept, rel=1e-12)
    explorer.controls["a"].value = 10**-0.3  # the late echo of an earlier place
    assert explorer["a"] == 10.0
    explorer.controls["a"].value = 10**-0.2  # a hand: no such place was dragged to
    assert explorer["a"] == pytest.approx(10**-0.2)
    explorer.set_quietly(a=0.03)  # as a preset does
    assert explorer["a"] == 0.03


def test_two_at_once_do_not_disturb_each_other():
    one, two = widgets.BoundaryExplorer(), widgets.BoundaryExplorer()
    before = picture(two)
    one.update(w1=-3)
    assert picture(two) == before and one["w1"] == -3


def test_sliders_from_another_thread():
    explorer = widgets.BoundaryExplorer()
    viewer = Viewer(explorer.stage)
    errors = []

    def move(name):
        try:
            for k in range(200):
                explorer.controls[name].value = (k % 40) / 10
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=move, args=(name,)) for name in ("w1", "w2", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    explorer.refresh()
    viewer.assert_shows(explorer.stage.scene)


class Slow(Explorer):
    """Looks twice at its slider; in between it waits until somebody has moved that."""

    def __init__(self):
        self.seen = []
        super().__init__(300, 200, {"n": slider("n", 0, 0, 9, 1)})

    def draw(self):
        first, deadline = self["n"], time.monotonic() + 1
        while self.seen == [(0, 0)] and time.monotonic() < deadline:
            if self.controls["n"].value != first:
                break
        self.seen.append((first, self["n"]))

    def summary(self):
        return f"The slider n is at {self['n']} of nine."


def test_a_slider_that_moves_during_a_drawing_waits_for_it():
    explorer = Slow()
    drawing = threading.Thread(target=explorer.refresh)
    drawing.start()
    explorer.controls["n"].value = 5
    drawing.join()
    assert explorer.seen == [(0, 0), (0, 0), (5, 5)]


MEMORY = """
import gc, psutil, numpy as np
from nnlib import widgets
from tests.explorers import Viewer
explorer = {make}
viewer = Viewer(explorer.stage)
control = explorer.controls[{control!r}]
low, high = {low}, {high}
def moves(n):
    for k in range(n):
        control.value = low + (high - low) * (k % 37) / 36
        viewer.frames.clear() if len(viewer.frames) > 1 else None
moves(200)
gc.collect()
before = psutil.Process().memory_info().rss
moves(1000)
gc.collect()
print((psutil.Process().memory_info().rss - before) / 2**20)
"""


@pytest.mark.parametrize(
    ("make", "control", "low", "high"),
    [
        ("widgets.BoundaryExplorer(query=(-1, 2))", "w1", -4.0, 4.0),
        ("widgets.Playground()", "learning_rate", 0.001, 1.0),
        ("widgets.Playground()", "noise", 0.0, 0.5),
    ],
)
def test_a_thousand_moves_take_no_memory(make, control, low, high):
    """In a process of its own, so that nothing else allocates meanwhile."""
    code = MEMORY.format(make=make, control=control, low=low, high=high)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 5, f"grew by {done.stdout.strip()} MiB"
    gc.collect()
