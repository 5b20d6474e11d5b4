"""Cross-entropy as mean surprise: `SurpriseExplorer`."""

from __future__ import annotations

import math

import numpy as np

from .. import expect
from ..plot.words import number
from .controls import buttons, slider
from .explorer import Explorer

TWO, FOUR = "yes or no", "one of four"
#: What was right, and how probable the network thought it, for six samples.
RIGHT = {TWO: np.array([1, 0, 1, 1, 0, 0]), FOUR: np.array([0, 1, 2, 3, 1, 2])}
THOUGHT = (0.95, 0.9, 0.8, 0.7, 0.6, 0.02)
LEAST = 0.005  # the smallest probability that can be dragged to
UNITS = {"nats": 1.0, "bits": math.log(2)}  # size of each in nats


class SurpriseExplorer(Explorer):
    r"""Six samples on the curve −log p, and the mean of their surprises: the cross-entropy.

    Left the curve: drag a dot, and the network gives another probability to that sample. In the
    middle all that the network says about the chosen sample; right the surprise of each sample.

    Parameters
    ----------
    p : six numbers
        The probability of what was right, for each sample.
    classes : {"yes or no", "one of four"}

    Examples
    --------
    >>> SurpriseExplorer(p=[0.5] * 6).summary()
    'Sample 1, yes or no: the right answer had p = 0.50, a surprise of 0.69 nats. Mean over the six
    samples, the cross-entropy: 0.69 nats.'
    """

    def __init__(self, p=THOUGHT, classes=TWO):
        self.right = expect.array(
            p, "SurpriseExplorer", "p"
        ).copy()  # probability of what was right
        if self.right.shape != (6,) or not ((self.right > 0) & (self.right <= 1)).all():
            raise ValueError(f"SurpriseExplorer expects six numbers above 0, at most 1; got {p}")
        controls = {
            "classes": buttons("the question", [TWO, FOUR], classes),
            "unit": buttons("measured in", list(UNITS)),
            "sample": slider("sample", 1, 1, 6, 1),
            "p": slider("its right answer", self.right[0], LEAST, 1.0, 0.005),
            "rest": slider("rest goes to one", 0.4, 0.0, 1.0, 0.05),
        }
        super().__init__(1080, 410, controls)

    def begin(self):
        self._show_rest()

    def _show_rest(self):
        """With two classes there is nothing to share out among the wrong ones."""
        display = "" if self["classes"] == FOUR else "none"
        self.controls["rest"].layout.display = display

    # ------------------------------------------------------------------ the maths
    def surprise(self, p) -> np.ndarray:
        """−log p in the chosen unit."""
        return -np.log(p) / UNITS[self["unit"]] + 0.0

    def says(self) -> np.ndarray:
        """All probabilities of the chosen sample, shape (k,)."""
        s = self["sample"] - 1
        y, p = RIGHT[self["classes"]][s], self.right[s]
        if self["classes"] == TWO:
            return np.array([1 - p, p] if y else [p, 1 - p])
        # From an equal share for each of the three wrong ones to all of it for the first.
        others = np.full(3, (1 - self["rest"]) / 3) + self["rest"] * np.array([1, 0, 0])
        return np.insert((1 - p) * others, y, p)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        two, y, p = self["classes"] == TWO, RIGHT[self["classes"]], self.right
        unit, top = self["unit"], 5.6 / UNITS[self["unit"]]
        s = self["sample"] - 1
        curve = self.stage.panel(
            "curve",
            box=(0, 0, 0.42, 1),
            x=(-0.03, 1.03),
            y=(-0.06 * top, top),
            xlabel="p̂, the probability of “yes”" if two else "probability of the right class",
            ylabel=f"surprise in {unit}",
            title="1 · Drag a dot along its curve",
            legend="upper right" if not two else "",
        )
        line = np.linspace(LEAST / 2, 1, 200)
        height = self.surprise(line)
        none = np.zeros(0)
        curve.line("one", line, height, colour="orange" if two else "ink", width=3)
        curve.line("zero", 1 - line if two else none, height if two else none, colour="blue",
                   width=3)  # fmt: skip
        x = np.where(y == 1, p, 1 - p) if two else p
        curve.line("down", [x[s], x[s]], [0, self.surprise(p[s])], colour="grey", dash=(5, 4))
        curve.points("chosen", x[s], self.surprise(p[s]), size=15, hollow=True, colour="vermillion")
        curve.points("samples", x, self.surprise(p), classes=y, size=8, drag=True,
                     tip="surprise {y}")  # fmt: skip
        words = ["“no” was right", "“yes” was right"] if two else ["", ""]
        curve.text("no", 0.79, 0.62 * top, words[0], colour="blue", size=15, bold=True, halo=True)
        curve.text(
            "yes", 0.21, 0.62 * top, words[1], colour="orange", size=15, bold=True, halo=True
        )
        self._draw_says(s, y[s])
        self._draw_surprises(s, y, unit, top)

    def _draw_says(self, s, right):
        q = self.says()
        k = len(q)
        names = ("no", "yes") if k == 2 else tuple("abcd")
        panel = self.stage.panel(
            "says",
            box=(0.43, 0, 0.25, 1),
            x=(-0.6, k - 0.4),
            y=(0, 1.15),
            xticks=list(enumerate(names)),
            xlabel="class",
            ylabel="what the network says",
            title=f"2 · Sample {s + 1}",
        )
        panel.bars("p", range(k), q, classes=range(k), width=0.6)
        panel.text("numbers", range(k), q + 0.05, [number(v) for v in q], size=15, bold=True)
        mark = np.arange(k) == right
        panel.text("right", np.arange(k)[mark], q[mark] + 0.11, ["right"], size=14,
                   colour="vermillion", bold=True)  # fmt: skip

    def _draw_surprises(self, s, y, unit, top):
        surprise = self.surprise(self.right)
        mean = float(surprise.mean())
        panel = self.stage.panel(
            "surprises",
            box=(0.69, 0, 0.31, 1),
            x=(0.3, 6.7),
            y=(0, top),
            xticks=[(i, str(i)) for i in range(1, 7)],
            xlabel="sample",
            ylabel=f"−log p of the right answer, {unit}",
            title=f"3 · Cross-entropy: {number(mean)} {unit}",
        )
        panel.bars("surprise", range(1, 7), surprise, classes=y, width=0.7)
        panel.line("mean", [0.3, 6.7], [mean, mean], dash=(8, 5), width=2.5, colour="ink")
        panel.text("numbers", range(1, 7), surprise + 0.03 * top, [number(v) for v in surprise],
                   size=14, halo=True)  # fmt: skip
        panel.points("chosen", s + 1, surprise[s] + 0.08 * top, marker="down", size=6,
                     colour="vermillion")  # fmt: skip

    def summary(self):
        s, unit = self["sample"] - 1, self["unit"]
        surprise = self.surprise(self.right)
        return (
            f"Sample {s + 1}, {self['classes']}: the right answer had p = {number(self.right[s])}, "
            f"a surprise of {number(surprise[s])} {unit}. Mean over the six samples, the "
            f"cross-entropy: {number(surprise.mean())} {unit}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "classes":
            self._show_rest()
        elif name == "p":
            self.right[self["sample"] - 1] = self["p"]
        elif name == "sample":
            self.set_quietly(p=self.right[self["sample"] - 1])

    def event(self, event):
        if event["type"] != "drag":
            return
        s = event["index"]
        flipped = self["classes"] == TWO and RIGHT[TWO][s] == 0
        p = 1 - event["x"] if flipped else event["x"]
        self.set_quietly(sample=s + 1, p=np.clip(p, LEAST, 1))
        self.right[s] = self["p"]
