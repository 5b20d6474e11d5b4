"""What a linear model can say and what it cannot: `LinearFitExplorer`."""

from __future__ import annotations

import ipywidgets as ipw
import numpy as np

from ..plot.decision import grid
from ..plot.words import number, signed
from .controls import choice, rows, slider, switch
from .explorer import Explorer

#: What is to be predicted from x₁ and x₂.
TARGETS = {
    "x₁ + x₂": lambda x1, x2: x1 + x2,
    "½ − x₁ + ¼ x₂": lambda x1, x2: 0.5 - x1 + 0.25 * x2,
    "x₁ · x₂": lambda x1, x2: x1 * x2,
    "|x₁|": lambda x1, x2: np.abs(x1) + 0 * x2,
    "x₁² + x₂² − 1": lambda x1, x2: x1**2 + x2**2 - 1,
    "the larger of x₁ and x₂": lambda x1, x2: np.maximum(x1, x2),
}
#: One more column the model may use.
COLUMNS = {
    "none": lambda x1, x2: 0 * x1,
    "x₁ · x₂": TARGETS["x₁ · x₂"],
    "|x₁|": TARGETS["|x₁|"],
    "x₁² + x₂²": lambda x1, x2: x1**2 + x2**2,
    "|x₁ − x₂|": lambda x1, x2: np.abs(x1 - x2),
}
LARGEST = 2.0
UP = np.deg2rad(24)  # how far from above one looks
HEIGHT = 0.62  # of y = 1, on the picture
FLOOR = -2.0  # the height y of the square drawn below
SIDE = np.linspace(-1, 1, 9)
HELD = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])  # corners one can drag


class LinearFitExplorer(Explorer):
    r"""A flat sheet, ŷ = w₁x₁ + w₂x₂ + b, and points that it should go through.

    Drag the sheet by three of its corners: three numbers fix it, and the fourth corner follows.
    Right, what is left over, y − ŷ. The *best fit* is that of least squares.

    Parameters
    ----------
    target : str
        One of `TARGETS`.
    column : str
        One of `COLUMNS`: a third input computed from the two, with a weight w₃ of its own.
    best : bool
        Whether to begin with the least-squares fit, or with the sheet ŷ = 0.
    turn : int
        From where one looks at it, in degrees.

    Attributes
    ----------
    X : array (81, 2), the points; w : array (4,), that is w₁, w₂, b and w₃

    Examples
    --------
    >>> explorer = LinearFitExplorer("x₁ · x₂", best=True)
    >>> explorer.summary()
    'Target x₁ · x₂, model ŷ = 0.00·x₁ + 0.00·x₂ + 0.00, the best there is: it misses by 0.42 on
    average (root mean square), by 1.00 at most.'
    """

    def __init__(self, target="x₁ + x₂", column="none", *, best=False, turn=-35):
        x1, x2 = np.meshgrid(SIDE, SIDE)
        self.X = np.stack([x1.ravel(), x2.ravel()], axis=1)
        self.cells, _ = grid((-1.0, 1.0), (-1.0, 1.0), 50)
        self.w = np.zeros(4)
        weight = lambda label: slider(label, 0.0, -LARGEST, LARGEST, 0.01)  # noqa: E731
        controls = {
            "target": choice("target y", TARGETS, target),
            "best": switch("best fit (least squares)", best),
            "w1": weight("w₁"),
            "w2": weight("w₂"),
            "b": weight("b"),
            "column": choice("one more column", COLUMNS, column),
            "w3": weight("w₃, of that column"),
            "turn": slider("walk round it", turn, -180, 180, 1),
        }
        controls["w3"].layout.display = "none" if column == "none" else ""
        super().__init__(1060, 470, controls)

    def layout(self):
        c = self.controls
        lines = (("target", "best"), ("w1", "w2", "b"), ("column", "w3", "turn"))
        return ipw.VBox([*(rows(c[name] for name in line) for line in lines), self.stage])

    # ------------------------------------------------------------------ the maths
    def columns(self, X) -> np.ndarray:
        """(N, 4): x₁, x₂, 1 and the extra column."""
        x1, x2 = X.T
        return np.stack([x1, x2, np.ones(len(X)), COLUMNS[self["column"]](x1, x2)], axis=1)

    def says(self, X) -> np.ndarray:
        """ŷ (N,)."""
        return self.columns(X) @ self.w

    def residuals(self) -> np.ndarray:
        """y − ŷ at the points (81,)."""
        return TARGETS[self["target"]](*self.X.T) - self.says(self.X)

    def best(self) -> np.ndarray:
        """The weights (4,) with the smallest mean squared error; 0 for a column of zeros."""
        y = TARGETS[self["target"]](*self.X.T)
        return np.linalg.lstsq(self.columns(self.X), y, rcond=None)[0]

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "column":
            self.controls["w3"].layout.display = "none" if self["column"] == "none" else ""
        if name in ("w1", "w2", "b", "w3"):
            self.w[("w1", "w2", "b", "w3").index(name)] = self[name]
            self.set_quietly(best=False)

    def event(self, event):
        if event["type"] != "drag":
            return
        # Straight up and down, whatever the pointer does sideways.
        heights = self.says(HELD)
        k = event["index"]
        level = self._see(HELD[k], 0.0)[1]
        heights[k] = np.clip((event["y"] - level) / HEIGHT, -2.0, 2.0)
        extra = self.columns(HELD)[:, 3] * self.w[3]
        self.w[:3] = np.linalg.solve(self.columns(HELD)[:, :3], heights - extra)
        self.set_quietly(best=False)
        self._show_weights()

    def _show_weights(self):
        self.set_quietly(w1=self.w[0], w2=self.w[1], b=self.w[2], w3=self.w[3])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        if self["best"]:
            self.w = self.best()
            self._show_weights()
        self._draw_sheet()
        self._draw_rest()

    def _see(self, X, y):
        """Where points (..., 2) of height y appear: across and up."""
        angle = np.deg2rad(self["turn"])
        x1, x2 = np.moveaxis(np.asarray(X, dtype=float), -1, 0)
        across = x1 * np.cos(angle) - x2 * np.sin(angle)
        behind = x1 * np.sin(angle) + x2 * np.cos(angle)
        return np.stack([across, behind * np.sin(UP) + HEIGHT * np.asarray(y)])

    def _draw_sheet(self):
        formula = self.stage.panel(
            "formula", box=(0, 0.92, 0.6, 0.08), x=(0, 1), y=(0, 1), axes=False
        )
        formula.text("model", 0.5, 0.6, self._model(), size=18, bold=True, colour="green")
        panel = self.stage.panel(
            "sheet", box=(0, 0, 0.6, 0.92), x=(-1.9, 1.9), y=(-1.98, 1.62), axes=False,
            title="The model is the sheet: drag its corners up and down",
        )  # fmt: skip
        square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], dtype=float)
        panel.line("floor", *self._see(square, FLOOR), colour="muted", width=1)
        names = np.array([(0, -1.18), (-1.18, 0), (0, 1.18), (1.18, 0)])
        panel.text("axes", *self._see(names, FLOOR), ["x₁", "x₂", "x₁", "x₂"], size=16)
        marks = np.array([(-1.15, -1.15), (1.15, -1.15), (1.15, 1.15), (-1.15, 1.15)])
        words = ["(−1, −1)", "(1, −1)", "(1, 1)", "(−1, 1)"]
        panel.text("corners", *self._see(marks, FLOOR), words, size=13, colour="muted")

        along = np.linspace(-1, 1, 25)
        level = np.stack(np.broadcast_arrays(along[None], SIDE[:, None]), axis=-1)
        paper = np.concatenate([level, level[..., ::-1]])
        seen = self._see(paper, self.says(paper.reshape(-1, 2)).reshape(paper.shape[:2]))
        gap = np.full((2, len(paper), 1), np.nan)
        panel.line("paper", *np.concatenate([seen, gap], axis=2).reshape(2, -1), colour="green",
                   width=1.5)  # fmt: skip

        y, rest = TARGETS[self["target"]](*self.X.T), self.residuals()
        stems = np.full((2, len(y), 3), np.nan)
        stems[:, :, 0], stems[:, :, 1] = self._see(self.X, y), self._see(self.X, y - rest)
        panel.line("stems", *stems.reshape(2, -1), colour="vermillion", width=1.5)
        # What is nearer hides what is behind it.
        angle = np.deg2rad(self["turn"])
        order = np.argsort(-(self.X @ [np.sin(angle), np.cos(angle)]), kind="stable")
        panel.points(
            "points", *self._see(self.X, y)[:, order], values=np.clip(y[order], -1, 1), size=5.5,
            tip="y = {v}",
        )  # fmt: skip
        follows = np.array([[1.0, 1.0]])
        panel.points(
            "follows", *self._see(follows, self.says(follows)), colour="green", size=6, hollow=True
        )
        panel.points(
            "held", *self._see(HELD, self.says(HELD)), colour="green", size=9, drag=True,
            tip="drag up or down",
        )  # fmt: skip

    def _draw_rest(self):
        y = TARGETS[self["target"]](*self.cells.T)
        rest = (y - self.says(self.cells)).reshape(50, 50)
        panel = self.stage.panel(
            "rest", box=(0.61, 0, 0.39, 0.9), x=(-1.0, 1.0), y=(-1.0, 1.0), xlabel="x₁",
            ylabel="x₂", equal=True, grid=False, title="What is left over: y − ŷ",
        )  # fmt: skip
        panel.heat("rest", rest, vmax=1.0, tip="y − ŷ = {v}")
        size, most = self._missed()
        note = self.stage.panel("note", box=(0.61, 0.9, 0.39, 0.1), x=(0, 1), y=(0, 1), axes=False)
        exact = most < 5e-3
        words = "an exact fit" if exact else f"it misses by {number(size)}, at most {number(most)}"
        note.text("missed", 0.5, 0.6, words, size=18, bold=True, colour="green" if exact else "ink")

    def _missed(self):
        """Root mean square, and largest size, of what is left over."""
        rest = self.residuals()
        return float(np.sqrt(np.mean(rest**2))), float(np.abs(rest).max())

    def _model(self):
        w1, w2, b, w3 = np.round(self.w, 9) + 0.0
        extra = "" if self["column"] == "none" else f" {signed(w3)}·{_factor(self['column'])}"
        return f"ŷ = {number(w1)}·x₁ {signed(w2)}·x₂ {signed(b)}{extra}"

    def summary(self):
        size, most = self._missed()
        how = ", the best there is: it" if self["best"] else ": it"
        text = f"Target {self['target']}, model {self._model()}{how}"
        if most < 5e-3:
            return f"{text} goes through every point."
        return (
            f"{text} misses by {number(size)} on average (root mean square), by {number(most)} at "
            f"most."
        )


def _factor(name):
    """The name of a column as a factor in a product."""
    return name if name.startswith("|") else f"({name})"
