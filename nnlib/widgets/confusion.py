"""Which class was taken for which, and the samples behind each number: `ConfusionExplorer`."""

from __future__ import annotations

import math

import numpy as np

from .. import expect
from ..metrics import confusion_matrix
from ..plot.words import counted
from .controls import slider, switch
from .explorer import Explorer

ACROSS, SHOWN = 5, 30  # samples beside the matrix


class ConfusionExplorer(Explorer):
    """A confusion matrix whose cells open: click a number, and see the samples that it counts.

    Parameters
    ----------
    X : array (N, side²)
        Square pictures, 0 paper to 1 ink.
    y, predicted : int arrays (N,)
    classes : sequence of str, optional
        What the classes are called; their numbers if left out.
    cell : (int, int), optional
        The cell to begin with, (right, said); the most frequent mistake if left out.

    Examples
    --------
    >>> ConfusionExplorer(np.zeros((4, 64)), [0, 1, 1, 1], [0, 1, 0, 0]).summary()
    '2 of 4 right (50.0 %). Chosen: 2 samples that are 1 and were taken for 0. Of the 3 that are 1,
    1 was read right.'
    """

    def __init__(self, X, y, predicted, classes=None, cell=None):
        self.X, self.y, self.predicted = (
            expect.numbers(a, "ConfusionExplorer", name)
            for a, name in ((X, "X"), (y, "y"), (predicted, "predicted"))
        )
        self.y, self.predicted = self.y.reshape(-1), self.predicted.reshape(-1)
        self.side = math.isqrt(self.X.shape[1]) if self.X.ndim == 2 else 0
        if self.X.ndim != 2 or self.side**2 != self.X.shape[1] or len(self.X) != len(self.y):
            raise ValueError(
                f"ConfusionExplorer expects X of shape (N, side²) for {len(self.y)} samples; "
                f"got {self.X.shape}"
            )
        if classes is not None:
            classes = expect.several(classes, object, "ConfusionExplorer", "a list of classes")
        k = None if classes is None else len(classes)
        self.counts = confusion_matrix(self.y, self.predicted, k)
        k = len(self.counts)
        self.classes = [str(c) for c in (range(k) if classes is None else classes)]
        wrong = self.counts - np.diag(np.diag(self.counts))
        if cell is None:
            cell = np.unravel_index(wrong.argmax(), wrong.shape)
        i, j = expect.array(cell, "ConfusionExplorer", "cell", (2,))
        controls = {
            "right": slider("row: it is", i, 0, k - 1, 1),
            "said": slider("column: read as", j, 0, k - 1, 1),
            "share": switch("in % of the row"),
        }
        super().__init__(1080, 520, controls)

    def chosen(self) -> np.ndarray:
        """Which samples the chosen cell counts."""
        return np.flatnonzero((self.y == self["right"]) & (self.predicted == self["said"]))

    def event(self, event):
        if event["type"] == "click" and event["panel"] == "matrix":
            last = len(self.counts) - 1
            row, column = (int(np.clip(np.floor(v), 0, last)) for v in (-event["y"], event["x"]))
            self.set_quietly(right=row, said=column)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        k, (i, j) = len(self.counts), (self["right"], self["said"])
        counts = self.counts.astype(float)
        if self["share"]:
            counts *= 100 / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        mistakes = counts - np.diag(np.diag(counts))
        panel = self.stage.panel(
            "matrix",
            box=(0, 0, 0.58, 1),
            x=(0, k),
            y=(-k, 0),
            xticks=[(c + 0.5, name) for c, name in enumerate(self.classes)],
            yticks=[(-c - 0.5, name) for c, name in enumerate(self.classes)],
            xlabel="what the network said",
            ylabel="what it is",
            title="Click a cell",
            grid=False,
            click=True,
        )
        # Tinted by mistakes: as strong as the diagonal, nobody would see them.
        tint = np.where(np.eye(k, dtype=bool), 0.0, mistakes / max(mistakes.max(), 1))
        extent = [(c, c + 1, -r - 1, -r) for r in range(k) for c in range(k)]
        panel.heat("tint", tint.reshape(-1, 1, 1), extent, smooth=False)
        r, c = np.nonzero(self.counts)
        for name, mine in (("right", r == c), ("wrong", r != c)):
            words = [f"{v:.0f}" for v in counts[r[mine], c[mine]]]
            panel.text(name, c[mine] + 0.5, -r[mine] - 0.5, words, size=16 if k <= 12 else 13,
                       bold=True, colour="muted" if name == "right" else "ink")  # fmt: skip
        frame = np.array([(j, -i), (j + 1, -i), (j + 1, -i - 1), (j, -i - 1), (j, -i)])
        panel.line("chosen", *frame.T, colour="vermillion", width=3.5)
        self._draw_samples(i, j)

    def _draw_samples(self, i, j):
        found, down = self.chosen(), SHOWN // ACROSS
        more = f", the first {SHOWN}" if len(found) > SHOWN else ""
        panel = self.stage.panel(
            "samples",
            box=(0.59, 0, 0.41, 1),
            x=(0, ACROSS),
            y=(-down * 1.12, 0),
            axes=False,
            equal=True,
            title=f"{self.classes[i]}, read as {self.classes[j]}: {len(found)}{more}",
        )
        found = found[:SHOWN]
        left, top = np.arange(len(found)) % ACROSS + 0.06, -(np.arange(len(found)) // ACROSS) * 1.12
        extent = np.stack([left, left + 0.88, top - 0.94, top - 0.06], axis=1)
        images = self.X[found].reshape(-1, self.side, self.side)[:, ::-1]  # row 0 is drawn lowest
        if len(found):
            panel.heat("images", images, extent, colours="grey", smooth=False)
        else:
            panel.remove("images")
        corners = np.array([(0, 2), (1, 2), (1, 3), (0, 3), (0, 2)])  # columns of an extent
        frames = np.full((len(found), 6, 2), np.nan)
        frames[:, :5] = extent[:, corners]
        panel.line("frames", *frames.reshape(-1, 2).T, colour="grey", width=1)
        nothing = [] if len(found) else ["none"]
        panel.text("none", [ACROSS / 2] * len(nothing), [-1.0] * len(nothing), nothing, size=17,
                   colour="muted")  # fmt: skip

    def summary(self):
        i, j, n = self["right"], self["said"], len(self.y)
        good, row, here = int(self.counts.trace()), self.counts[i], int(self.counts[i, j])
        a, b = self.classes[i], self.classes[j]
        what = f"are {a} and were taken for {b}" if i != j else f"are {a} and were read as {a}"
        were = "was" if row[i] == 1 else "were"
        return (
            f"{good} of {n} right ({100 * good / max(n, 1):.1f} %). Chosen: "
            f"{counted(here, 'sample')} that {what}. Of the {row.sum()} that are {a}, "
            f"{row[i]} {were} read right."
        )
