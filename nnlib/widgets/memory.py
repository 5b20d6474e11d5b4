"""A network that learns shuffled labels by heart: `MemoryExplorer`."""

from __future__ import annotations

import copy

import numpy as np

from ..activations import Tanh
from ..core import Sequential
from ..data import EXTENT, moons
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import Adam
from ..plot.decision import grid
from ..train import step
from .controls import ladder, slider
from .film import Film

FRAMES = sorted({round(1.17**k) for k in range(47)})
CELLS = 64


class MemoryExplorer(Film):
    """A network learns labels of which a share was shuffled: it learns those by heart.

    Left, what it says about the plane and the samples it learns from; who it gets wrong has a ring.
    Right, the share of right answers on them, and on 1000 new samples, shuffled in the same way:
    drag the dot along the epochs.

    Parameters
    ----------
    n, width, shuffled
        Where the controls stand at first: samples, units in each of two hidden layers, and the
        share of labels that were dealt out anew at random.

    Examples
    --------
    >>> MemoryExplorer().summary()
    '60 samples, 100 % of the labels shuffled, ... 60 of 60 right, and of 1000 new samples ...'
    """

    def __init__(self, n=60, width=64, shuffled=1.0):
        controls = {
            "shuffled": slider("share shuffled", shuffled, 0.0, 1.0, 0.05),
            "n": slider("samples n", n, 10, 120, 2),
            "width": ladder("units, two layers", [2, 4, 8, 16, 32, 64], width),
        }
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), CELLS, "float32")
        super().__init__(1080, 440, controls, FRAMES)

    # ------------------------------------------------------------------ the training
    def _samples(self, n, rng):
        rng = np.random.default_rng(rng)
        drawn = moons(n, 0.12, rng)
        y = drawn.y.copy()
        some = rng.permutation(n)[: round(self["shuffled"] * n)]
        y[some] = rng.permutation(y[some])
        return drawn.X.astype("float32"), y

    def training(self):
        rng, h = np.random.default_rng(self.seed), self["width"]
        self.X, self.y = self._samples(self["n"], self.seed)
        X_new, y_new = self._samples(1000, 10_000 + self.seed)
        first = Dense(2, h, rng=rng, dtype="float32")
        # Units that bend all over the plane, as in `nnlib.overfitting`.
        first.W.value[...] = rng.normal(0, 2, (2, h))
        first.b.value[...] = -(first.W.value * rng.uniform(-EXTENT, EXTENT, (2, h))).sum(axis=0)
        model = Sequential(
            first,
            Tanh(),
            Dense(h, h, rng=rng, dtype="float32"),
            Tanh(),
            Dense(h, 1, rng=rng, dtype="float32"),
        )
        loss, adam = BinaryCrossEntropy(), Adam(model.parameters(), lr=0.01)
        self.film, self.epochs, self.right = [], [], []
        for epoch in range(1, FRAMES[-1] + 1):
            step(model, loss, adam, self.X, self.y)
            if epoch == FRAMES[len(self.epochs)]:
                self.film.append(copy.deepcopy(model))
                self.epochs.append(epoch)
                self.right.append(
                    [
                        ((model.forward(X)[:, 0] > 0) == (y > 0)).mean()
                        for X, y in ((self.X, self.y), (X_new, y_new))
                    ]
                )
            if epoch % 10 == 0 or epoch == FRAMES[-1]:
                yield epoch / FRAMES[-1]

    def filmed(self):
        return self.epochs

    # ------------------------------------------------------------------ the picture
    def draw(self):
        now = self.frame
        model = self.film[now]
        title = f"What the network says, epoch {self.epochs[now]}"
        plane = self.stage.plane("plane", EXTENT, box=(0, 0, 0.42, 1), grid=False, title=title)
        z = model.forward(self.points)[:, 0].reshape(CELLS, CELLS)
        plane.heat("answer", np.tanh(z / 2), contour=True)
        wrong = self.X[(model.forward(self.X)[:, 0] > 0) != (self.y > 0)]
        plane.points("wrong", *wrong.T, colour="vermillion", size=10, hollow=True)
        plane.points("samples", *self.X.T, classes=self.y, size=5, tip="({x}, {y})")

        right = np.array(self.right).T
        panel = self.stage.panel(
            "right",
            box=(0.43, 0, 0.57, 1),
            x=(1, FRAMES[-1] * 1.1),
            y=(0.38, 1.03),
            xscale="log",
            yticks=[(v / 10, f"{10 * v} %") for v in range(4, 11)],
            xlabel="epoch",
            ylabel="right answers",
            title="Drag the dot along the epochs",
            legend="upper left",
        )
        ends = [1, FRAMES[-1] * 1.1]
        panel.line("chance", ends, [0.5, 0.5], colour="muted", dash=(5, 5), width=1.5,
                   label="guessing")  # fmt: skip
        panel.line("train", self.epochs, np.maximum(right[0], 0.39), colour="blue", width=3.5,
                   label="the samples it learns from")  # fmt: skip
        panel.line("test", self.epochs, np.maximum(right[1], 0.39), colour="vermillion", width=3.5,
                   dash=(9, 4), label="new samples")  # fmt: skip
        at = self.epochs[now]
        panel.line("at", [at, at], [0.38, 1.03], width=1.2, dash=(2, 3))
        panel.points("now", at, max(right[0, now], 0.39), size=7, drag=True,
                     tip="drag: another epoch")  # fmt: skip

    def summary(self):
        now = self.frame
        train, test = self.right[now]
        return (
            f"{self['n']} samples, {self['shuffled']:.0%} of the labels shuffled, two layers of "
            f"{self['width']} units. Epoch {self.epochs[now]}: {round(train * self['n'])} of "
            f"{self['n']} right, and of 1000 new samples {test:.0%}."
        ).replace("%", " %")
