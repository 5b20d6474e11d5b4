"""What layers of two ReLUs do to a line: they fold it. `TentExplorer`."""

from __future__ import annotations

import numpy as np

from ..plot.words import counted, number, sub
from ..regions import folding, on_segment
from .controls import slider
from .explorer import Explorer

DEEPEST = 7


class TentExplorer(Explorer):
    r"""The tent map t(x) = 1 − |2x − 1|, two ReLUs, put behind itself again and again.

    Each layer folds [0, 1] in the middle and pulls it to its old length. Left the network as a
    function of x, of :math:`2^L` straight pieces; drag the level. Right what happens to the points
    that end up at one height: in each layer two by two of them fall onto one another.

    Parameters
    ----------
    depth : int
        L, layers, 1 to 7.
    height : float
        The level on the left, in (0, 1).

    Examples
    --------
    >>> explorer = TentExplorer(depth=3)
    >>> len(explorer.sources)
    8
    """

    def __init__(self, depth=2, height=0.35):
        controls = {
            "depth": slider("L, layers", depth, 1, DEEPEST, 1),
            "height": slider("height of the level", height, 0.02, 0.98, 0.01),
        }
        super().__init__(1080, 400, controls)

    @property
    def sources(self) -> np.ndarray:
        """All x in [0, 1] that the network sends to the level, in order: 2^L of them."""
        return _back(np.array([self["height"]]), self["depth"])

    def draw(self):
        depth, height = self["depth"], self["height"]
        self.found = on_segment(folding(depth), [0.0], [1.0])
        t = self.found.t
        y = np.append(self.found.value[:, 0], 0.0) + np.append(self.found.slope[:, 0], 0.0) * t
        x = self.sources

        panel = self.stage.panel(
            "graph", box=(0, 0, 0.55, 1), x=(0, 1), y=(-0.04, 1.08), xlabel="x",
            ylabel="what the network says",
            title=f"{counted(depth, 'layer')} of 2 ReLUs: {self.found.n_linear} pieces",
        )  # fmt: skip
        up = np.arange(len(t) - 1) % 2 == 0
        for name, which, colour in (("rising", up, "orange"), ("falling", ~up, "blue")):
            panel.line(name, *_strokes(t, y, which), colour=colour, width=3 if depth < 6 else 1.5)
        panel.line("level", [0, 1], [height, height], colour="ink", width=1.5, dash=(6, 4))
        panel.points(
            "sources", x, np.full(len(x), height), classes=np.arange(len(x)) % 2 == 0,
            size=6 if depth < 6 else 3, tip="x = {x}",
        )  # fmt: skip
        panel.points("hold", 0.985, height, marker="square", size=8, drag=True, tip="drag: level")

        tree = self.stage.panel(
            "tree", box=(0.56, 0, 0.44, 1), x=(-0.25, depth + 0.3), y=(-0.04, 1.08),
            xticks=[(k, "x" if k == 0 else f"h{sub(k)}") for k in range(depth + 1)],
            xlabel="layer", ylabel="where the points are",
            title=f"{len(x)} inputs become one, two by two",
        )  # fmt: skip
        lines_x, lines_y, at_x, at_y = [], [], [], []
        for k in range(depth):
            before = _back(np.array([height]), depth - k)
            after = _tent(before)
            gap = np.full(len(before), np.nan)
            lines_x.append(np.tile([k, k + 1, np.nan], len(before)))
            lines_y.append(np.stack([before, after, gap], axis=1).ravel())
            at_x.append(np.full(len(before), k))
            at_y.append(before)
        tree.line("folds", np.concatenate(lines_x), np.concatenate(lines_y), colour="grey", width=1)
        # Upright bars are the interval [0, 1] in each layer; the crease is its middle.
        bars = np.arange(depth + 1).repeat(3).astype(float)
        tree.line("axes", bars, np.tile([0, 1, np.nan], depth + 1), colour="muted", width=2)
        if depth:
            tree.points(
                "crease", np.arange(depth), np.full(depth, 0.5), colour="green", marker="diamond",
                size=6, hollow=True, tip="the crease: here this layer folds",
            )  # fmt: skip
        tree.points(
            "points",
            np.concatenate(at_x),
            np.concatenate(at_y),
            colour="purple",
            size=4.5 if depth < 6 else 3,
        )
        tree.points("end", depth, height, colour="ink", marker="square", size=7)

    def summary(self):
        x = self.sources
        shown = ", ".join(number(v) for v in x[:8]) + (", …" if len(x) > 8 else "")
        depth = self["depth"]
        return (
            f"{counted(depth, 'tent layer')}, {2 * depth} ReLUs: {self.found.n_linear} "
            f"straight pieces. The level {number(self['height'])} is met "
            f"{counted(len(x), 'time')}, at x = {shown}. One hidden layer needs at least "
            f"{counted(2**depth - 1, 'ReLU')} for as many pieces."
        )

    def event(self, event):
        if event["type"] == "drag":
            self.set_quietly(height=event["y"])


def _tent(x):
    return 1 - np.abs(2 * x - 1)


def _back(y, steps):
    """Where points come from: each has two sources under the tent map."""
    for _ in range(steps):
        y = np.concatenate([y / 2, 1 - y[::-1] / 2])
    return np.sort(y)


def _strokes(t, y, which):
    """The pieces for which ``which`` is true, with gaps between them."""
    gap = np.full(len(t) - 1, np.nan)
    return (np.stack([a[:-1], a[1:], gap], axis=1)[which].ravel() for a in (t, y))
