"""A picture described in data coordinates: panels that hold named items.

A `Scene` knows nothing about browsers or matplotlib. It is a plain description that two renderers
draw: the canvas in ``widgets/stage.js`` (live) and ``plot/render.py`` (PNG, for print and for
GitHub). An item is replaced by giving the same name again; the scene remembers which items really
changed, so the live renderer sends only those.

>>> scene = Scene(300, 200)
>>> plane = scene.panel("plane", x=(-1, 1), y=(-1, 1), xlabel="x₁", ylabel="x₂", equal=True)
>>> plane.points("data", [0, 1], [0, 1], classes=[0, 1])
>>> scene.take_changes().items
[('plane', 'data')]
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import expect
from .panel import Panel


@dataclass
class Changes:
    """What differs since the last look: names only, so that the newest content is sent."""

    everything: bool = False
    panels: list = field(default_factory=list)
    items: list = field(default_factory=list)
    removed: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.everything or self.panels or self.items or self.removed)


class Scene:
    """A drawing of ``width`` × ``height`` CSS pixels, made of panels.

    Parameters
    ----------
    width, height : int
        Size in CSS pixels. A narrower window shrinks the whole drawing.

    Raises
    ------
    ValueError
        If a size is no whole number of at least 1; from the methods of its panels, if arrays do not
        fit together or there is no such look, colour or marker. The drawing is then as it was.
    TypeError
        If something else than numbers is to be drawn.
    """

    def __init__(self, width: int = 640, height: int = 420):
        self.width = expect.whole(width, "Scene", "width", 1)
        self.height = expect.whole(height, "Scene", "height", 1)
        self.panels: dict[str, Panel] = {}
        self.summary = ""
        self._panels_changed: set[str] = set()
        self._removed: list[tuple[str, str]] = []
        self._everything = True

    def panel(self, name: str, **looks) -> Panel:
        """Make a panel, or change the looks of an existing one. See `Panel` for the looks."""
        if name in self.panels:
            self.panels[name].set(**looks)
        else:
            self.panels[name] = Panel(self, name, **looks)
            self._panels_changed.add(name)
        return self.panels[name]

    def __getitem__(self, name: str) -> Panel:
        try:
            return self.panels[name]
        except KeyError:
            raise KeyError(f"no panel {name!r}; there are {', '.join(self.panels)}") from None

    def take_changes(self) -> Changes:
        """What changed since the last call, and forget it."""
        items = [
            (panel.name, name)
            for panel in self.panels.values()
            for name, item in panel.items.items()
            if item.changed
        ]
        found = Changes(self._everything, sorted(self._panels_changed), items, self._removed)
        self._panels_changed, self._removed, self._everything = set(), [], False
        return found

    def forget(self) -> None:
        """Treat everything as changed: a new viewer has come."""
        self._everything = True
        for panel in self.panels.values():
            for item in panel.items.values():
                item.changed = {*item.arrays, "props"}

    def png(self, theme: str = "light", scale: float | None = None) -> bytes:
        """The scene drawn by matplotlib as a PNG file."""
        from .render import png

        return png(self, theme, scale)
