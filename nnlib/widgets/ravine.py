"""Steep across, flat along: what a condition number does to gradient descent. `RavineExplorer`."""

from __future__ import annotations

import numpy as np

from ..optim import SGD
from ..plot.words import counted
from ..surfaces import descend, ravine
from .controls import log_slider, slider, switch
from .descent import draw_path, draw_start, surface_panel
from .explorer import Explorer

STEEP, FLAT = "vermillion", "blue"


class RavineExplorer(Explorer):
    r"""J(w) = ½ (w₁² + κ w₂²), and why one learning rate cannot suit both directions.

    Left the surface and the path; drag the start. Right the factors \|1 − η\| and \|1 − ηκ\| by
    which a step shrinks the distance along the flat and along the steep direction, against η as a
    share of 2/L. The larger one decides: it is lowest where the two meet. Drag the marker.

    Parameters
    ----------
    condition : float
        κ, how many times steeper it is across than along.
    share : float
        η as a share of the limit 2/L = 2/κ.
    steps : int

    Examples
    --------
    >>> RavineExplorer(9, share=0.9, steps=20).summary()
    'κ = 9, η = 0.90 · 2/L = 0.2: each step leaves 80.0 % of the distance along the flat direction
    and 80.0 % along the steep one, so a thousandth is left after 31 steps. No η needs fewer than
    31. After 20 it is 0.0237 from the minimum.'
    """

    def __init__(self, condition=10.0, *, share=0.5, steps=40):
        controls = {
            "condition": log_slider("condition number κ", condition, 0, 2),
            "share": slider("η as a share of 2/L", share, 0.01, 1.1, 0.01),
            "steps": slider("number of steps", steps, 1, 200, 1),
            "best": switch("take the best η", False),
        }
        self.start = np.array([-1.8, 1.0])
        super().__init__(1080, 430, controls)

    # ------------------------------------------------------------------ the maths
    @property
    def lr(self):
        share = self._best_share() if self["best"] else self["share"]
        return share * 2 / self["condition"]

    def _best_share(self):
        return self["condition"] / (1 + self["condition"])  # η = 2 / (1 + κ)

    def factors(self):
        """What a step leaves of the distance, along and across."""
        return abs(1 - self.lr), abs(1 - self.lr * self["condition"])

    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "start":
            self.start = np.clip([event["x"], event["y"]], (-2, -1.5), (2, 1.5))
        elif event["item"] == "mine":
            self.set_quietly(share=np.clip(event["x"], 0.01, 1.1), best=False)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        k = self["condition"]
        if getattr(self, "_k", None) != k:
            self._k, self.surface = k, ravine(k)
        lr = self.lr
        self.path = descend(self.surface, self.start, self["steps"], lambda p: SGD(p, lr=lr))
        title = f"J(w) = ½ (w₁² + {k:.3g} w₂²), η = {lr:.3g}"
        names = {"xlabel": "w₁, the flat direction", "ylabel": "w₂, the steep one"}
        panel = surface_panel(self.stage, self.surface, 0.55, title, **names)
        draw_path(panel, "path", self.path, "vermillion")
        draw_start(panel, self.start)
        self._draw_factors()

    def _draw_factors(self):
        k, flat_steep = self["condition"], self.factors()
        share = np.linspace(0, 1.15, 231)
        flat, steep = np.abs(1 - 2 * share / k), np.abs(1 - 2 * share)
        panel = self.stage.panel(
            "factors",
            box=(0.56, 0, 0.44, 1),
            x=(0, 1.15),
            y=(0, 1.55),
            xlabel="η as a share of 2/L",
            ylabel="a step leaves this share of the distance",
            title=self._title(),
            legend="upper left",
        )
        panel.line("larger", share, np.maximum(flat, steep), colour="grey", width=9)
        panel.line("one", [0, 1.15], [1, 1], colour="ink", dash=(7, 5), width=1.5)
        panel.line("flat", share, flat, colour=FLAT, width=3, label="|1 − ηλ|, flat λ = 1")
        panel.line(
            "steep", share, steep, colour=STEEP, width=3, label=f"|1 − ηλ|, steep λ = {k:.3g}"
        )
        mine = self.lr * k / 2
        panel.line("mine line", [mine, mine], [0, max(flat_steep)], dash=(3, 4), width=1.5)
        tip = "η: drag it"
        panel.points("mine", mine, max(flat_steep), size=8, drag=True, tip=tip)

    def _title(self):
        worst = max(self.factors())
        if worst >= 1 - 1e-9:
            return "It does not get nearer"
        return f"A thousandth is left after {counted(thousandth(worst), 'step')}"

    def summary(self):
        k = self["condition"]
        flat, steep = self.factors()
        text = (
            f"κ = {k:.3g}, η = {self.lr * k / 2:.2f} · 2/L = {self.lr:.3g}: each step leaves "
            f"{flat:.1%} of the distance along the flat direction and {steep:.1%} along the steep "
            "one, so "
        ).replace("%", " %")
        worst = max(flat, steep)
        if worst >= 1 - 1e-9:
            text += "it does not get nearer."
        else:
            text += f"a thousandth is left after {counted(thousandth(worst), 'step')}."
        best = (k - 1) / (k + 1)
        away = np.hypot(*(self.start * np.power((flat, steep), self["steps"])))
        return text + (
            f" No η needs fewer than {thousandth(best)}. After {self['steps']} it is {away:.3g} "
            "from the minimum."
        )


def thousandth(factor):
    """How many steps until a distance that shrinks by ``factor`` is a thousandth.

    >>> thousandth(0.1), thousandth(0.5), thousandth(0)
    (3, 10, 1)
    """
    if factor < 1e-3:
        return 1
    return int(np.ceil(np.log(1e-3) / np.log(factor) - 1e-9))
