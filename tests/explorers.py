"""What the tests of all explorers share: fingerprints of a picture, and every setting of a control.

Nothing here needs a browser: an explorer draws into its scene, and the scene can be looked at.
"""

import re

import ipywidgets as ipw
import numpy as np


def picture(explorer):
    """All that is drawn, as one comparable value: arrays as bytes, props and looks as text."""
    return {
        (panel.name, name): (
            item.kind,
            repr(item.props),
            {key: array.tobytes() for key, array in item.arrays.items()},
        )
        for panel in explorer.stage.scene.panels.values()
        for name, item in panel.items.items()
    } | {panel.name: repr(panel.looks) for panel in explorer.stage.scene.panels.values()}


def settings(control):
    """Its minimum, its default, its maximum; of a choice every option."""
    if isinstance(control, ipw.FloatLogSlider):
        return [control.base**control.min, control.value, control.base**control.max]
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    if isinstance(control, ipw.Checkbox):
        return [False, True]
    if hasattr(control, "min"):
        return [control.min, control.value, control.max]
    return [control.value, control.value + 1] if hasattr(control, "value") else []


def is_button(control):
    return isinstance(control, ipw.Button)


def drag(explorer, panel, item, x, y, index=0):
    """As if a hand had moved one of the points of an item to (x, y)."""
    event = {"type": "drag", "panel": panel, "item": item, "index": index, "x": x, "y": y}
    explorer._happened(event)


def item(explorer, panel, name):
    """What is drawn under that name."""
    return explorer.stage.scene[panel].items[name]


def assert_sound(explorer):
    """The picture can be drawn, says something, and holds no number that cannot be drawn."""
    assert_says(explorer.stage.scene.summary)
    for panel in explorer.stage.scene.panels.values():
        for name, item in panel.items.items():
            for key, array in item.arrays.items():
                assert not np.isinf(array).any(), (panel.name, name, key)
                gaps = item.kind in ("line", "matrix")  # there NaN means: nothing here
                assert gaps or not np.isnan(array).any(), (panel.name, name, key)


# What pictures count: "1 steps" would be wrong.
COUNTED = "bump|column|epoch|input|layer|mistake|piece|ReLU|region|row|sample|step|unit|worker"


def assert_says(words):
    """Words that can stand for a picture: sentences for people, that say what there is to see."""
    ours = re.sub("“[^”]*”", "“”", words)  # what a network writes is not ours
    assert len(words.split()) >= 6 and re.search(r"[.!?]\)?$", words), words
    assert re.search(r"\d", words) or len(words.split()) >= 8, f"no number, and short: {words}"
    assert not re.search(rf"(?<![\d.,·−/×^])\b1 ({COUNTED})s\b", words), words
    assert not re.search(r"\b(nan|inf|None|True|False)\b|array\(|np\.|[{}]|0x|  |\n", ours), words


class Viewer:
    """Plays the browser to a stage: takes its messages apart as stage.js does.

    ``scene`` is what it would draw: {panel: {"looks": ..., "items": {name: item}}}.
    """

    def __init__(self, stage, acknowledge=True):
        self.stage, self.acknowledge = stage, acknowledge
        self.scene, self.frames = {}, []
        stage.send = self.receive
        stage._receive(None, {"type": "hello"}, [])

    def receive(self, message, buffers=None):
        self.frames.append(message)
        if "reset" in message:
            self.scene = {}
        for name, looks in message["panels"].items():
            self.scene.setdefault(name, {"items": {}})["looks"] = looks
        for panel, name in message["removed"]:
            self.scene.get(panel, {"items": {}})["items"].pop(name, None)
        buffers = iter(buffers or [])
        for entry in message["items"]:
            item = self.scene[entry["panel"]]["items"].setdefault(entry["name"], {"arrays": {}})
            item["kind"] = entry["kind"]
            if "props" in entry:
                item["props"] = entry["props"]
                item["arrays"] = {k: v for k, v in item["arrays"].items() if k in entry["keys"]}
            for key, dtype, shape in entry["arrays"]:
                item["arrays"][key] = np.frombuffer(next(buffers), dtype).reshape(shape)
        assert next(buffers, None) is None
        if self.acknowledge:
            self.ack()

    def ack(self):
        self.stage._receive(None, {"type": "ack", "seq": self.frames[-1]["seq"]}, [])

    def assert_shows(self, scene):
        """It shows what the scene says, to the last number."""
        assert list(self.scene) == list(scene.panels)
        for name, panel in scene.panels.items():
            assert self.scene[name]["items"].keys() == panel.items.keys()
            assert self.scene[name]["looks"]["x"] == panel.looks["x"]
            for key, item in panel.items.items():
                shown = self.scene[name]["items"][key]
                assert (shown["kind"], shown["props"]) == (item.kind, item.props)
                assert shown["arrays"].keys() == item.arrays.keys()
                for k, array in item.arrays.items():
                    assert shown["arrays"][k].dtype == array.dtype
                    np.testing.assert_array_equal(shown["arrays"][k], array)
