"""The stage: what travels to the browser, when, and what comes back; a browser is played."""

import base64
import threading

import numpy as np
import pytest

from nnlib.widgets import Stage
from nnlib.widgets import stage as stage_module
from tests.explorers import Viewer


def simple():
    stage = Stage(300, 200)
    panel = stage.panel("plane", x=(-1, 1), y=(-1, 1))
    panel.points("a", [0, 1], [0, 1], classes=[0, 1])
    panel.line("b", [0, np.nan, 1], [0, 0, 1])
    return stage, panel


def test_a_viewer_gets_everything_at_once():
    stage, _ = simple()
    stage.flush("Two points and a line.")
    viewer = Viewer(stage)
    viewer.assert_shows(stage.scene)
    assert viewer.frames[0]["summary"] == "Two points and a line."
    assert set(viewer.frames[0]["reset"]["themes"]) == {"light", "dark"}


def test_then_only_what_changed():
    stage, panel = simple()
    viewer = Viewer(stage)
    panel.points("a", [0, 0.5], [0, 1], classes=[0, 1])
    assert stage.flush("moved")
    (entry,) = viewer.frames[-1]["items"]
    assert entry["name"] == "a" and [key for key, *_ in entry["arrays"]] == ["x"]
    assert "props" not in entry and viewer.frames[-1]["panels"] == {}
    viewer.assert_shows(stage.scene)


def test_nothing_new_is_not_sent():
    stage, panel = simple()
    stage.flush("the same")
    viewer = Viewer(stage)
    stage.alt = "the same"
    panel.points("a", [0, 1], [0, 1], classes=[0, 1])
    assert not stage.flush("the same")
    assert len(viewer.frames) == 1


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_changes_arrives(seed):
    rng = np.random.default_rng(seed)
    stage, panel = simple()
    viewer = Viewer(stage, acknowledge=False)
    for _ in range(60):
        name = str(rng.integers(4))
        match rng.integers(5):
            case 0:
                panel.points(name, rng.normal(size=3), rng.normal(size=3))
            case 1:
                panel.heat(name, rng.normal(size=(2, 2)), contour=bool(rng.integers(2)))
            case 2:
                panel.remove(name)
            case 3:
                panel.set(x=(0, float(rng.integers(1, 5))), title=name)
            case 4:
                panel.points(name, [0], [0], classes=[1] if rng.integers(2) else None)
        stage.flush()
        if rng.integers(2):
            viewer.ack()
    viewer.ack()
    stage.flush()
    viewer.assert_shows(stage.scene)


def test_at_most_three_frames_are_under_way_and_the_newest_is_next():
    stage, panel = simple()
    viewer = Viewer(stage, acknowledge=False)
    viewer.ack()
    for k in range(10):
        panel.points("a", [k / 10, 1], [0, 1], classes=[0, 1])
        stage.flush()
    assert len(viewer.frames) == 1 + stage_module.IN_FLIGHT and not stage.ready
    assert viewer.scene["plane"]["items"]["a"]["arrays"]["x"][0] == np.float32(0.2)
    viewer.ack()
    assert stage.ready and stage.flush()
    viewer.assert_shows(stage.scene)  # 0.9; what lay between was never sent


def test_a_page_that_went_away_does_not_stop_the_picture_for_ever(monkeypatch):
    stage, panel = simple()
    viewer = Viewer(stage, acknowledge=False)
    for k in range(5):
        panel.points("a", [k, 1], [0, 1])
        stage.flush()
    assert not stage.ready
    now = stage_module.time.monotonic() + stage_module.LOST_AFTER + 0.1
    monkeypatch.setattr(stage_module.time, "monotonic", lambda: now)
    assert stage.ready and stage.flush()
    viewer.assert_shows(stage.scene)


def test_without_a_viewer_nothing_is_sent_and_nothing_waits():
    stage, panel = simple()
    stage.send = lambda *_: pytest.fail("sent to nobody")
    for k in range(10):
        panel.points("a", [k, 1], [0, 1])
        stage.flush(f"frame {k}")
    assert stage.ready and stage.alt == "frame 9"


def test_a_reloaded_page_gets_everything_again():
    stage, panel = simple()
    first = Viewer(stage, acknowledge=False)
    for k in range(5):
        panel.points("a", [k, 1], [0, 1])
        stage.flush()
    second = Viewer(stage)
    second.assert_shows(stage.scene)
    assert second.frames[0]["seq"] > first.frames[-1]["seq"]


def test_an_item_of_another_kind_under_the_same_name():
    stage, panel = simple()
    viewer = Viewer(stage)
    panel.bars("a", [0], [1])
    stage.flush()
    viewer.assert_shows(stage.scene)


def test_events_viewers_and_readiness_are_told():
    stage, _ = simple()
    heard = []
    stage.on_event(heard.append)
    stage.on_viewers(heard.append)
    stage.on_ready(lambda: heard.append("ready"))
    event = {"type": "click", "panel": "plane", "x": 0.5, "y": 0.5, "shift": False}
    stage._receive(None, event, [])
    stage._receive(None, {"type": "viewers", "count": 1}, [])
    stage._receive(None, {"type": "ack", "seq": 0}, [])
    assert heard == [event, 1, "ready"] and stage.viewers == 1


def test_a_page_without_a_kernel_shows_a_picture_and_a_sentence():
    stage, _ = simple()
    stage.flush("Two points and a line.")
    data, _ = stage._repr_mimebundle_()
    assert data["text/plain"] == "Two points and a line."
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_acknowledgements_from_another_thread():
    """JupyterLab delivers messages on a subshell's thread while the kernel draws."""
    stage, panel = simple()
    viewer = Viewer(stage, acknowledge=False)
    stop = threading.Event()

    def browser():
        while not stop.is_set():
            viewer.ack()

    thread = threading.Thread(target=browser)
    thread.start()
    try:
        for k in range(500):
            panel.points("a", [k, 1], [0, 1])
            stage.flush(str(k))
    finally:
        stop.set()
        thread.join()
    stage._acknowledged = stage._sent
    stage.flush("end")
    viewer.assert_shows(stage.scene)
    numbers = [frame["seq"] for frame in viewer.frames]
    assert numbers == sorted(set(numbers))
