"""Gradient descent with a single weight: `SlopeExplorer`."""

from __future__ import annotations

import numpy as np

from ..descent import BOWL, VALLEYS, Curve
from ..plot.words import counted
from .controls import choice, log_slider, slider, switch
from .descent import apart
from .explorer import Explorer

SWEEP_STEPS = 50
FLOOR, CEILING = 1e-8, 1e4  # of the loss above the lowest, in the sweep
W = (-2.5, 2.5)


class SlopeExplorer(Explorer):
    r"""One weight, its loss, and the steps: w ← w − η dJ/dw.

    Left the curve: the tangent where one stands, a step along it, and down or up to the curve
    again. Drag the start. Right what every learning rate has reached after 50 steps; drag the
    marker.

    Parameters
    ----------
    curve : str
        "one valley", J = ½ L w², or "two valleys".
    curvature : float
        L, the second derivative at the deepest minimum.
    learning_rate, start : float
    steps : int
        How many are drawn on the left.
    limit : bool
        Whether 2 / L is drawn.

    Examples
    --------
    >>> SlopeExplorer(curvature=4.0, learning_rate=0.4, start=1.0, steps=3).summary()
    'One valley of curvature 4.00 at its floor: from w = 1.00 with η = 0.4, after 3 steps
    w = −0.22. Each step multiplies the distance by 1 − ηL = −0.60: it overshoots and returns.'
    """

    def __init__(
        self, curve=BOWL, *, curvature=1.0, learning_rate=0.1, start=-2.0, steps=5, limit=False
    ):
        controls = {
            "curve": choice("loss", [BOWL, VALLEYS], curve),
            "learning_rate": log_slider("learning rate η", learning_rate, -3, 1),
            "steps": slider("steps drawn", steps, 1, 50, 1),
            "curvature": slider("curvature L", curvature, 0.5, 8.0, 0.5),
            "start": slider("start w", start, *W, 0.01),
            "limit": switch("show 2/L", limit),
        }
        controls["learning_rate"].step = 0.01  # fine enough to meet the border
        self.curve = Curve(curve, curvature)
        super().__init__(1080, 430, controls)

    def changed(self, name):
        if name in ("curve", "curvature"):
            self.curve = Curve(self["curve"], self["curvature"])

    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "start":
            self.set_quietly(start=np.clip(event["x"], *W))
        elif event["item"] == "mine":
            self.set_quietly(learning_rate=np.clip(event["x"], 1e-3, 10))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.path = self.curve.descend(self["start"], self["learning_rate"], self["steps"])
        self._draw_curve()
        self._draw_sweep()

    def _draw_curve(self):
        curve = self.curve
        at = np.linspace(*W, 161)
        height = curve.value(at)
        top = 1.1 * float(height.max())
        panel = self.stage.panel(
            "curve",
            box=(0, 0, 0.52, 1),
            x=W,
            y=(-0.2 * top, top),
            xlabel="weight w",
            ylabel="loss J(w)",
            title=f"η = {self['learning_rate']:.3g}: {self._word()}",
        )
        panel.line("curve", at, height, width=3, colour="blue")
        w = self.path[np.isfinite(self.path)]
        # On from the first step that is out of sight nothing is drawn.
        out = np.abs(w) > 2 * W[1]
        w = w[: np.argmax(out) + 1] if out.any() else w
        J, slope = curve.value(w), curve.slope(w)
        lands = J[:-1] + slope[:-1] * np.diff(w)  # where the tangent says it gets to
        gap = np.full(len(w) - 1, np.nan)
        panel.line(
            "tangents",
            np.stack([w[:-1], w[1:], gap], axis=1).ravel(),
            np.stack([J[:-1], lands, gap], axis=1).ravel(),
            colour="vermillion",
            width=2.5,
        )
        panel.line(
            "falls",
            np.stack([w[1:], w[1:], gap], axis=1).ravel(),
            np.stack([lands, J[1:], gap], axis=1).ravel(),
            colour="muted",
            width=1.5,
            dash=(4, 4),
        )
        dots = np.stack([w, J], axis=1)
        dots = dots[apart(dots, panel)[1:]]
        panel.points("steps", *dots.T, colour="vermillion", size=4.5, tip="w = {x}, J = {y}")
        tip = "the start: drag it"
        panel.points("start", w[0], J[0], colour="ink", size=8, drag=True, tip=tip)

    def sweep(self):
        """Learning rates, and the loss above the lowest after 50 steps with each of them."""
        rates = 10 ** np.linspace(-3, 1, 401)
        last = self.curve.descend(self["start"], rates, SWEEP_STEPS)[-1]
        return rates, self.curve.value(last)

    def _draw_sweep(self):
        rates, loss = self.sweep()
        panel = self.stage.panel(
            "sweep",
            box=(0.53, 0, 0.47, 1),
            x=(1e-3, 12),
            y=(FLOOR, CEILING),
            xscale="log",
            yscale="log",
            xlabel="learning rate η",
            ylabel="loss above the lowest",
            title=f"After {SWEEP_STEPS} steps, for every η",
        )
        # Where it has diverged, the loss is beyond all bounds: along the upper edge.
        shown = np.clip(np.nan_to_num(loss, nan=CEILING, posinf=CEILING), FLOOR, CEILING)
        panel.line("sweep", rates, shown, colour="blue", width=2.5)
        begin = np.clip(self.curve.value(self["start"]), FLOOR, CEILING)
        panel.line("begin", [1e-3, 10], [begin, begin], colour="muted", dash=(3, 4), width=1.5)
        panel.text("begin name", 1.2e-3, begin * 3, "the loss at the start", align="left", size=13)
        lr = self["learning_rate"]
        mine = np.interp(np.log(lr), np.log(rates), shown)
        at = self.curve.limit
        shows = self["limit"]
        panel.line(
            "limit", [at, at][: 2 * shows], [FLOOR, CEILING][: 2 * shows], dash=(7, 5), width=2
        )
        words = [f"2/L = {at:.3g}"][:shows]
        right = at < 0.5  # there is room beside it
        panel.text(
            "limit name", [at * (1.15 if right else 0.87)][:shows], [3 * FLOOR][:shows], words,
            align="left" if right else "right", bold=True, halo=True,
        )  # fmt: skip
        panel.line("my eta", [lr, lr], [FLOOR, mine], colour="vermillion", dash=(3, 4), width=1.5)
        panel.points("mine", lr, mine, colour="vermillion", size=8, drag=True, tip="η = {x}: drag")

    # ------------------------------------------------------------------ in words
    def _word(self):
        curve, lr = self.curve, self["learning_rate"]
        last = curve.descend(self["start"], lr, SWEEP_STEPS)[-1]
        if not np.isfinite(last) or curve.value(last) > 10 * curve.value(self["start"]) + 1e-9:
            return "it diverges"
        away = np.abs(last - curve.minima)
        there = away.min() < 0.02
        if there and self["curve"] == VALLEYS and away.argmin() == 1:
            return "caught in the shallower valley"
        if there:
            bounces = lr * curve.curvature(curve.minima[away.argmin()]) > 1.001
            return "it overshoots and returns" if bounces else "it converges"
        beyond = lr * float(curve.curvature(curve.minima[away.argmin()]))  # 1 − its factor
        if beyond > 2 - 1e-9:
            return "it bounces and does not settle"
        if beyond > 1:
            return f"it overshoots, not back in {SWEEP_STEPS} steps"
        return f"too slow, not there in {SWEEP_STEPS} steps"

    def summary(self):
        curve, lr, start = self.curve, self["learning_rate"], self["start"]
        steps, last = self["steps"], self.path[-1]
        where = f"w = {last:.2f}" if np.isfinite(last) else "w has left all bounds"
        n = counted(steps, "step")
        bottom = self["curvature"]
        text = (
            f"{self['curve'].capitalize()} of curvature {bottom:.2f} at "
            f"{'its floor' if self['curve'] == BOWL else 'the deepest place'}: "
            f"from w = {start:.2f} with η = {lr:.3g}, after {n} {where}."
        )
        if self["curve"] == BOWL:
            text += f" Each step multiplies the distance by 1 − ηL = {1 - lr * bottom:.2f}:"
            text += f" {self._word()}."
        else:
            text += f" After {SWEEP_STEPS} steps: {self._word()}."
        if self["limit"]:
            text += f" The limit is 2/L = {curve.limit:.3g}."
        return text.replace("= -", "= −")
