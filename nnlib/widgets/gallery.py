"""All activations with their derivatives, side by side: `ActivationGalleryExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import ACTIVATIONS
from ..plot.words import number
from .activations import SLOPE, G, curve, names
from .controls import slider, switch
from .explorer import Explorer


class ActivationGalleryExplorer(Explorer):
    """All activations side by side on one scale, g and g′, at the same z.

    Drag any dot: all move. A class added to `nnlib.ACTIVATIONS` has its own cell.

    Parameters
    ----------
    z : float
    columns : int

    Examples
    --------
    >>> ActivationGalleryExplorer(z=0).summary()
    'At z = 0.00, g(z) and g′(z): linear 0.00, 1.00; step 1.00, 0.00; sigmoid 0.50, 0.25; ...'
    """

    REACH = 4.0

    def __init__(self, z=1.0, columns=6):
        self.gs = {name: ACTIVATIONS[name]() for name in names()}
        self.columns = expect.whole(columns, "ActivationGalleryExplorer", "columns", 1)
        self.lines = -(-len(self.gs) // self.columns)
        controls = {
            "z": slider("z", z, -self.REACH, self.REACH, 0.01),
            "values": switch("g", True),
            "slopes": switch("g′", True),
        }
        super().__init__(1080, 30 + 190 * self.lines, controls)

    def draw(self):
        z, R = self["z"], self.REACH
        top = 30 / self.stage.scene.height
        head = self.stage.panel("head", box=(0, 0, 1, top), axes=False, grid=False)
        head.text("g", 0.42, 0.35, "g(z)", size=17, bold=True, colour=G)
        head.text("g′", 0.5, 0.35, "g′(z)", size=17, bold=True, colour=SLOPE)
        head.text("z", 0.59, 0.35, f"z = {number(z)}", size=17, bold=True)
        high = (1 - top) / self.lines
        for k, (name, g) in enumerate(self.gs.items()):
            line, column = divmod(k, self.columns)
            panel = self.stage.panel(
                name,
                box=(column / self.columns, top + line * high, 1 / self.columns, high),
                x=(-R, R),
                y=(-2.0, 3.2),
                xlabel="z",
                title=name,
                xticks=[(-4, "−4"), (0, "0"), (4, "4")],
                yticks=[(0, "0"), (1, "1")],
            )
            x, y, d = curve(g, R)
            at = np.array([z])
            here, there = float(g.forward(at)[0]), float(g.derivative(at)[0])
            shown = {"values": (y, here, G), "slopes": (d, there, SLOPE)}
            for what, (numbers, now, colour) in shown.items():
                if not self[what]:
                    panel.remove(what, f"{what} at")
                    continue
                panel.line(what, x, numbers, colour=colour, width=3 if what == "values" else 2.2)
                # A dot that has left the cell waits at its edge, where it can be taken hold of.
                dot = float(np.clip(now, -2.0, 3.2))
                marker = "circle" if what == "values" else "square"
                panel.points(
                    f"{what} at", z, dot, colour=colour, marker=marker, size=6, drag=True, tip="{x}"
                )
            words = [number(v) for what, v in (("values", here), ("slopes", there))]
            panel.text("g", -3.8, 2.75, words[0], size=16, colour=G, align="left", halo=True)
            panel.text("g′", -3.8, 1.95, words[1], size=16, colour=SLOPE, align="left", halo=True)

    def summary(self):
        at = np.array([self["z"]])
        told = [
            f"{n} {number(float(g.forward(at)[0]))}, {number(float(g.derivative(at)[0]))}"
            for n, g in self.gs.items()
        ]
        return f"At z = {number(self['z'])}, g(z) and g′(z): {'; '.join(told)}."

    def event(self, event):
        if event["type"] == "drag":
            self.set_quietly(z=float(np.clip(event["x"], -self.REACH, self.REACH)))
