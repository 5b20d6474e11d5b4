"""The stage: a `nnlib.plot.Scene` shown live on a canvas in the browser.

Python changes the scene and calls `flush`; only what changed travels, as binary buffers, and
``stage.js`` draws it. At most three frames are under way at a time: the browser acknowledges each
one it has drawn, and until then changes gather, so that the newest picture is always the next one
sent. Pointer and keyboard come back as events in data coordinates.
"""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path

import anywidget
import traitlets

from ..plot.palette import CLASS_COLOURS, CLASS_MARKERS, NEGATIVE, POSITIVE, THEMES, WORDS
from ..plot.panel import Panel
from ..plot.scene import Scene

IN_FLIGHT = 3  # measured: three keep the browser busy, one halves the frames per second
LOST_AFTER = 2.0  # seconds without an acknowledgement: the page was closed or went to sleep


class Stage(anywidget.AnyWidget):
    """A canvas that shows ``stage.scene``.

    Parameters
    ----------
    width, height : int
        CSS pixels at full size; a narrower window shrinks the drawing.

    Examples
    --------
    >>> stage = Stage(320, 240)
    >>> plane = stage.panel("plane", x=(-1, 1), y=(-1, 1))
    >>> plane.points("data", [0.5], [0.5])
    >>> _ = stage.flush("One point at (0.5, 0.5).")
    >>> stage.alt
    'One point at (0.5, 0.5).'
    """

    _esm = Path(__file__).with_name("stage.js")
    # An edge for the knobs of an explorer's sliders: JupyterLab's are white on white.
    _css = ".nnlib .widget-slider .noUi-handle { border: 2px solid var(--jp-ui-font-color2) }"
    alt = traitlets.Unicode("").tag(sync=True)

    def __init__(self, width: int = 640, height: int = 420):
        self.scene = Scene(width, height)
        # JupyterLab ≥ 4.4 may deliver widget messages on another thread while the kernel trains.
        self.lock = threading.RLock()
        self.viewers = 0
        self._listening = False  # a browser has said hello
        self._sent = self._acknowledged = 0
        self._sent_at = 0.0
        self._on_event, self._on_ready, self._on_viewers = [], [], []
        super().__init__()
        self.on_msg(self._receive)

    # ------------------------------------------------------------------ drawing
    def panel(self, name: str, **looks) -> Panel:
        """See `nnlib.plot.Scene.panel`."""
        return self.scene.panel(name, **looks)

    def plane(self, name: str, reach: float, **looks) -> Panel:
        """A panel of the plane of two inputs, from −reach to reach along x₁ and x₂."""
        ends = (-reach, reach)
        seen = {"x": ends, "y": ends, "xlabel": "x₁", "ylabel": "x₂", "equal": True}
        return self.panel(name, **seen | looks)

    @property
    def ready(self) -> bool:
        """Whether a frame sent now would not wait behind slower ones."""
        if not self._listening:
            return True
        if time.monotonic() - self._sent_at > LOST_AFTER:
            self._acknowledged = self._sent
        return self._sent - self._acknowledged < IN_FLIGHT

    def flush(self, summary: str | None = None) -> bool:
        """Send what changed, if a browser is there and not behind. True if a frame was sent."""
        with self.lock:
            if summary is not None:
                self.scene.summary = summary
            if not self._listening:
                self.alt = self.scene.summary
                return False
            if not self.ready:
                return False
            changes = self.scene.take_changes()
            if not changes and summary == self.alt:
                return False
            content, buffers = _message(self.scene, changes)
            self._sent += 1
            self._sent_at = time.monotonic()
            self.send({**content, "seq": self._sent}, buffers)
            return True

    def png(self, theme: str = "light") -> bytes:
        """The picture as it stands, drawn by matplotlib."""
        with self.lock:
            return self.scene.png(theme)

    # ------------------------------------------------------------------ what comes back
    def on_event(self, callback) -> None:
        """Call ``callback(event)`` for pointer and keyboard. An event is a dict with ``type``
        ("click", "paint", "drag" or "hover"), ``panel``, ``x``, ``y`` in data units, and, where
        something was hit, ``item`` and ``index``; ``shift`` tells whether that key was down."""
        self._on_event.append(callback)

    def on_ready(self, callback) -> None:
        """Call ``callback()`` whenever the browser has caught up with a frame."""
        self._on_ready.append(callback)

    def on_viewers(self, callback) -> None:
        """Call ``callback(n)`` when the number of visible copies of the picture changes."""
        self._on_viewers.append(callback)

    def _receive(self, _widget, message: dict, _buffers) -> None:
        kind = message.get("type")
        if kind == "ack":
            with self.lock:
                self._acknowledged = max(self._acknowledged, message["seq"])
            for callback in self._on_ready:
                callback()
        elif kind == "hello":
            with self.lock:
                self._listening = True
                self._acknowledged = self._sent
                self.scene.forget()
                self.flush(self.scene.summary)
        elif kind == "viewers":
            self.viewers = message["count"]
            for callback in self._on_viewers:
                callback(self.viewers)
        else:
            for callback in self._on_event:
                callback(message)

    def _repr_mimebundle_(self, **kwargs):
        found = super()._repr_mimebundle_(**kwargs)
        # anywidget gives (data, metadata) or data alone, depending on its version
        data, metadata = found if isinstance(found, tuple) else (found or {}, {})
        return {**data, **still(self)}, metadata


def still(stage: Stage) -> dict:
    """What a page without a kernel shows: the picture as PNG, and as a sentence."""
    return {
        "text/plain": stage.scene.summary,
        "image/png": base64.b64encode(stage.png()).decode("ascii"),
    }


def _message(scene: Scene, changes) -> tuple[dict, list]:
    """The changes as JSON and buffers; the layout of both is read by ``apply`` in stage.js."""
    content = {"type": "frame", "summary": scene.summary, "removed": changes.removed}
    panels = list(scene.panels) if changes.everything else changes.panels
    content["panels"] = {name: _looks(scene[name]) for name in panels if name in scene.panels}
    if changes.everything:
        content["reset"] = {
            "width": scene.width,
            "height": scene.height,
            "themes": THEMES,
            "words": WORDS,
            "classes": {"colours": CLASS_COLOURS, "markers": CLASS_MARKERS},
            "sign": {"negative": NEGATIVE, "positive": POSITIVE},
        }
    content["items"], buffers = [], []
    for panel, name in changes.items:
        item = scene[panel].items[name]
        arrays = [key for key in item.arrays if key in item.changed]
        entry = {"panel": panel, "name": name, "kind": item.kind, "arrays": []}
        if "props" in item.changed:
            entry.update(props=item.props, keys=list(item.arrays))
        for key in arrays:
            array = item.arrays[key]
            entry["arrays"].append([key, array.dtype.name, array.shape])
            buffers.append(array.tobytes())
        item.changed = set()
        content["items"].append(entry)
    return content, buffers


def _looks(panel: Panel) -> dict:
    """A panel as the browser needs it: the layout is computed here, once for both renderers."""
    ticks = {f"{axis}ticks": panel.ticks(axis) if panel.looks["axes"] else [] for axis in "xy"}
    return {**panel.looks, **ticks, "frame": panel.frame()}
