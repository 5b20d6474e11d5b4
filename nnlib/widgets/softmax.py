"""Scores become probabilities, and how each moves the others: `SoftmaxExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from ..plot.words import number, sub, superscript
from .controls import choice, slider
from .explorer import Explorer

MOST, REACH = 5, 5.0  # classes; largest logit
START = (2.0, 1.0, 0.0, -1.0, -2.0)


class SoftmaxExplorer(Explorer):
    r"""Logits as bars, the probabilities that softmax makes of them, and its Jacobian.

    Left the logits: drag the dots. In the middle the probabilities, with arrows that say where the
    chosen column of the Jacobian sends them if that logit rises by ½. Right the Jacobian,
    ∂pᵢ/∂zⱼ = pᵢ([i = j] − pⱼ)/T: click a column. Below, the way from one to the other in numbers.

    Parameters
    ----------
    z : 3 to 5 numbers
        The logits, from −5 to 5.
    temperature : float
        p = softmax(z / T).

    Examples
    --------
    >>> explorer = SoftmaxExplorer([2, 1, 0])
    >>> explorer.summary()
    'z = (2.00, 1.00, 0.00), T = 1.00: p = (0.67, 0.24, 0.09), and together 1. If z₁ rises a
    little, the probabilities change at the rates (0.22, −0.16, −0.06), which add up to 0.'
    """

    below = tuple(f"z{j + 1}" for j in range(MOST))

    def __init__(self, z=START[:3], temperature=1.0):
        z = expect.array(z, "SoftmaxExplorer", "z", ("classes",)).tolist()
        if not 3 <= len(z) <= MOST or max(map(abs, z)) > REACH:
            raise ValueError(
                f"SoftmaxExplorer expects 3 to {MOST} logits from −{REACH:g} to {REACH:g}; got {z}"
            )
        start = [*z, *START[len(z) :]]
        controls = {
            "temperature": slider("temperature T", temperature, 0.2, 5.0, 0.05),
            "constant": slider("add to all logits", 0.0, -REACH, REACH),
            "column": choice("Jacobian column", [(f"z{sub(j + 1)}", j) for j in range(len(z))]),
            "k": slider("classes", len(z), 3, MOST, 1),
        }
        for j in range(MOST):
            controls[f"z{j + 1}"] = slider(f"z{sub(j + 1)}", start[j], -REACH, REACH)
        super().__init__(1080, 470, controls)

    def begin(self):
        self._show()

    def _show(self):
        """As many sliders and columns to choose from as there are classes."""
        k, column = self["k"], self.controls["column"]
        for j in range(MOST):
            self.controls[f"z{j + 1}"].layout.display = "" if j < k else "none"
        kept = min(column.value, k - 1)
        column.options = [(f"z{sub(j + 1)}", j) for j in range(k)]
        column.value = kept

    # ------------------------------------------------------------------ the maths
    @property
    def z(self) -> np.ndarray:
        """The logits, with the constant that is added to all of them."""
        return np.array([self[f"z{j + 1}"] for j in range(self["k"])]) + self["constant"]

    @property
    def p(self) -> np.ndarray:
        return Softmax().forward(self.z / self["temperature"])

    @property
    def jacobian(self) -> np.ndarray:
        """∂pᵢ/∂zⱼ, shape (k, k)."""
        p = self.p
        return (np.diag(p) - np.outer(p, p)) / self["temperature"]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        k, z, p, J = self["k"], self.z, self.p, self.jacobian
        at, j = np.arange(k), self["column"]
        names = [(i, f"class {i + 1}") for i in range(k)]
        logits = self.stage.panel(
            "logits",
            box=(0, 0, 0.34, 0.68),
            x=(-0.6, k - 0.4),
            y=(-2.4 * REACH, 2.4 * REACH),
            xticks=names,
            ylabel="logit z",
            title="1 · Logits: drag the dots",
        )
        logits.bars("z", at, z, classes=at, width=0.6)
        logits.line("zero", [-0.6, k - 0.4], [0, 0], width=1.5)
        logits.points("handles", at, z, size=8, drag=True, tip="drag up or down")
        beyond = z + np.where(z < 0, -1.3, 1.3)
        logits.text("numbers", at, beyond, [number(v) for v in z], size=15, bold=True, halo=True)

        shares = self.stage.panel(
            "probabilities",
            box=(0.345, 0, 0.31, 0.68),
            x=(-0.6, k - 0.4),
            y=(0, 1.12),
            xticks=names,
            ylabel="probability p",
            title="2 · Probabilities add up to 1",
        )
        shares.bars("p", at, p, classes=at, width=0.6)
        moved = np.clip(p + 0.5 * J[:, j], 0, 1.1)
        seen = np.abs(moved - p) > 0.015  # a shorter arrow is all head
        ends = at[seen], p[seen], at[seen], moved[seen]
        shares.arrows("nudge", *ends, colour="vermillion", width=3)
        above = np.maximum(p, moved) + 0.06
        shares.text("numbers", at, above, [number(v) for v in p], size=15, bold=True, halo=True)
        self._draw_table(z, p)
        self._draw_jacobian(J, j)

    def _draw_table(self, z, p):
        k, T = len(z), self["temperature"]
        e = np.exp(z / T)
        panel = self.stage.panel(
            "table", box=(0, 0.69, 0.655, 0.31), x=(-1.6, k + 1.1), y=(-3.1, 0.9), axes=False
        )
        # A large exponential would not fit its cell.
        power = max(0, int(np.log10(e.max())) - 4)
        e = e / 10.0**power
        words = ["z / T", "exp" + (f" ÷ 10{superscript(power)}" if power else ""), "p"]
        panel.text(
            "rows", [-0.12] * 3, [-0.5, -1.5, -2.5], words, align="right", size=15, bold=True
        )
        panel.matrix("numbers", np.stack([z / T, e, p]) + 0.0, size=14)
        panel.matrix("sums", [[np.nan], [e.sum()], [p.sum()]], x=k + 0.06, size=14)
        heads = [f"class {i + 1}" for i in range(k)] + ["sum"]
        panel.text("heads", [*np.arange(k) + 0.5, k + 0.56], [0.45] * (k + 1), heads, size=14,
                   colour="muted")  # fmt: skip

    def _draw_jacobian(self, J, j):
        k = len(J)
        panel = self.stage.panel(
            "jacobian",
            box=(0.665, 0, 0.335, 1),
            x=(-0.75, k + 0.05),
            y=(-k - 0.95, 0.75),
            axes=False,
            click=True,
            title="3 · Jacobian ∂pᵢ/∂zⱼ: click a column",
        )
        cells = [(i, j) for i in range(k)]
        small = np.where(np.abs(J) < 0.005, 0.0, J)  # so that −0.001 is no “−0.00”
        panel.matrix("J", small, vmax=0.25, highlight=cells, size=15, tip="∂p/∂z = {v}")
        middle = np.arange(k) + 0.5
        heads = [f"∂z{sub(i + 1)}" for i in range(k)]
        sides = [f"∂p{sub(i + 1)}" for i in range(k)]
        panel.text("columns", middle, [0.3] * k, heads, size=15)
        panel.text("rows", [-0.12] * k, -middle, sides, size=15, align="right")
        words = "every column and every row adds up to 0"
        panel.text("sum", k / 2 - 0.35, -k - 0.5, words, size=14, colour="muted")

    def summary(self):
        z, p, j = self.z, self.p, self["column"]
        words = [", ".join(number(v) for v in values) for values in (z, p, self.jacobian[:, j])]
        return (
            f"z = ({words[0]}), T = {self['temperature']:.2f}: p = ({words[1]}), and together 1. "
            f"If z{sub(j + 1)} rises a little, the probabilities change at the rates ({words[2]}), "
            "which add up to 0."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "k":
            self._show()

    def event(self, event):
        if event["type"] == "drag":
            z = np.clip(event["y"] - self["constant"], -REACH, REACH)
            self.set_quietly(**{f"z{event['index'] + 1}": z})
        elif event["type"] == "click" and event["panel"] == "jacobian":
            self.set_quietly(column=int(np.clip(np.floor(event["x"]), 0, self["k"] - 1)))
