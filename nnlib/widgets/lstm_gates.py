"""The gates of an LSTM on a real sequence: `LSTMGatesExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..data import first_symbol
from ..plot.words import bracket, number
from ..recurrent import LSTM
from .controls import choice, slider
from .explorer import Explorer

PARTS = {
    "forget gate f: 1 keeps the cell": "forget",
    "input gate i: 1 writes into the cell": "input",
    "candidate g: what would be written": "candidate",
    "output gate o: 1 shows the cell": "output",
    "cell c: the memory": "cell",
    "state h: what the others see": "state",
}
LINES = {"forget": ("f", "green", ()), "input": ("i", "blue", (9, 4)),
         "output": ("o", "purple", (3, 3))}  # fmt: skip


class LSTMGatesExplorer(Explorer):
    r"""What every gate of an LSTM says at every step of a sequence.

    Above, a map: a row for each unit, a column for each step; click to choose. Below the chosen
    unit's gates and its cell along the sequence, and its sum at the chosen step,

    .. math:: c_t = f_t\, c_{t-1} + i_t\, g_t

    Parameters
    ----------
    layer : LSTM, optional
        A random one if left out.
    X : array (N, T, n_in), optional
        Sequences to choose from, T up to 120.
    steps : list of str, optional
        For each sequence a string of T letters, or a list of T words: what the steps are called.
    part : {"forget", "input", "candidate", "output", "cell", "state"}
    unit, t : int
        Chosen at first, from 1.

    Examples
    --------
    >>> LSTMGatesExplorer().summary()
    'forget of 6 units over 24 steps, from ... Unit 1 at step 1 ...: c = f·c + i·g = ...'
    """

    def __init__(self, layer=None, X=None, steps=None, *, part="forget", unit=1, t=1):
        self.layer = LSTM(1, 6, rng=0) if layer is None else layer
        if X is None:
            X = first_symbol(4, 24).X[:, :, None]
        self.X = expect.array(X, "LSTMGatesExplorer", "X")
        if not isinstance(self.layer, LSTM) or self.X.ndim != 3 or self.X.shape[1] > 120:
            raise ValueError(
                "LSTMGatesExplorer expects an LSTM and X of shape (N, T, n_in), T up to 120; "
                f"got {type(self.layer).__name__} and {self.X.shape}."
            )
        if steps is None:
            steps = [[f"{v:.0f}".replace("-", "−") for v in x[:, 0]] for x in self.X]
        wanted = "steps, for each sequence the names of its steps"
        self.steps = [
            names
            if isinstance(names, str)
            else expect.several(names, object, "LSTMGatesExplorer", wanted)
            for names in expect.several(steps, object, "LSTMGatesExplorer", wanted, len(self.X))
        ]
        self.kept = None
        n, length = len(self.X), self.X.shape[1]
        controls = {
            "part": choice("map of", PARTS.items(), part),
            "unit": slider("unit", unit, 1, self.layer.n_hidden, 1),
            "t": slider("step t", t, 1, length, 1),
            "sequence": slider("sequence", 1, 1, max(n, 2), 1),
        }
        super().__init__(1080, 560, controls)
        if n == 1:
            self.control("sequence").layout.display = "none"

    # ------------------------------------------------------------------ the maths
    def parts(self) -> dict:
        """name → array (T, units) for the chosen sequence."""
        k = min(self["sequence"], len(self.X)) - 1
        if self.kept is None or self.kept[0] != k:
            state = self.layer.forward(self.X[k : k + 1])[0]
            parts = {name: value[0] for name, value in self.layer.parts.items()}
            self.kept = k, parts | {"state": state}
        return self.kept[1]

    def _names(self):
        names = self.steps[min(self["sequence"], len(self.X)) - 1]
        return ["␣" if name == " " else str(name) for name in names]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        parts, name = self.parts(), self["part"]
        values, (length, units) = parts[name], parts["cell"].shape
        unit, t = self["unit"], self["t"]
        every = max(1, -(-length // 75))
        ticks = [(k + 1, s) for k, s in enumerate(self._names()) if k % every == 0]
        vmax = max(1.0, float(np.abs(values).max()))
        label = {v: k for k, v in PARTS.items()}[name]
        panel = self.stage.panel(
            "map", box=(0, 0, 1, 0.5), x=(0.5, length + 0.5), y=(0.5, units + 0.5), xticks=ticks,
            yticks=[(k, str(k)) for k in range(1, units + 1, max(1, units // 8))], click=True,
            ylabel="unit", title=f"{label[0].upper()}{label[1:]} (blue −{vmax:.1f}, orange "
            f"{vmax:.1f})", grid=False,
        )  # fmt: skip
        panel.heat("values", values.T, vmax=vmax, smooth=False, tip="{v}")
        panel.line("unit", np.array([0.5, length + 0.5, length + 0.5, 0.5, 0.5]),
                   unit + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]), width=2)  # fmt: skip
        panel.line("t", t + np.array([-0.5, 0.5, 0.5, -0.5, -0.5]),
                   np.array([0.5, 0.5, units + 0.5, units + 0.5, 0.5]), width=2)  # fmt: skip
        self._draw_unit(parts, unit - 1, t, ticks)

    def _draw_unit(self, parts, j, t, ticks):
        cell = parts["cell"][:, j]
        length = len(cell)
        most = max(1.2, 1.1 * float(np.abs(cell).max()))
        panel = self.stage.panel(
            "unit", box=(0, 0.5, 1, 0.5), x=(0.5, length + 0.5), y=(-most, most), xticks=ticks,
            xlabel="step t", ylabel="value", click=True, legend="upper right",
            title=f"Unit {j + 1}:  {self._sum(parts, j, t)}",
        )  # fmt: skip
        at = np.arange(1, length + 1)
        panel.line("zero", [0.5, length + 0.5], [0, 0], colour="muted", width=1.5)
        panel.line("t", [t, t], [-most, most], dash=(2, 3), width=1.5)
        for name, (label, colour, dash) in LINES.items():
            panel.line(name, at, parts[name][:, j], colour=colour, dash=dash, label=label)
        panel.line("cell", at, cell, colour="vermillion", width=4, label="c")
        panel.points("here", t, cell[t - 1], colour="vermillion", size=7)

    def _sum(self, parts, j, t):
        f, i, g, c = (parts[n][t - 1, j] for n in ("forget", "input", "candidate", "cell"))
        before = parts["cell"][t - 2, j] if t > 1 else 0.0
        return (
            f"c = f·c + i·g = {number(f)}·{bracket(before)} + {number(i)}·{bracket(g)} = "
            f"{number(c)}"
        )

    def summary(self):
        parts, j, t = self.parts(), self["unit"] - 1, self["t"]
        values = parts[self["part"]]
        return (
            f"{self['part']} of {values.shape[1]} units over {values.shape[0]} steps, "
            f"from {number(values.min())} to {number(values.max())}. "
            f"Unit {j + 1} at step {t} (“{self._names()[t - 1]}”): {self._sum(parts, j, t)}; "
            f"output gate {number(parts['output'][t - 1, j])}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def event(self, event):
        if event["type"] != "click":
            return
        t = int(np.clip(round(event["x"]), 1, self.X.shape[1]))
        self.set_quietly(t=t)
        if event["panel"] == "map":
            self.set_quietly(unit=int(np.clip(round(event["y"]), 1, self.layer.n_hidden)))
