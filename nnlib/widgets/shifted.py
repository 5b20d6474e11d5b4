"""Networks read a digit that is moved: `ShiftExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from ..core import Sequential
from ..data import mnist
from ..dense import Dense
from ..pool import Flatten
from .cnn import small_cnn
from .controls import slider
from .explorer import Explorer

FARTHEST = 6
COLOURS = ("purple", "blue", "green", "vermillion")
MARKERS = ("square", "circle", "triangle", "diamond")


def shift(X, down, right):
    """The pictures moved; paper comes in where they were, and what leaves is lost.

    Parameters
    ----------
    X : array (N, height, width, ...)
    down, right : int

    Examples
    --------
    >>> shift(np.array([[[1, 2], [3, 4]]]), 0, 1)
    array([[[0, 1],
            [0, 3]]])
    """
    moved = np.zeros_like(X)
    to, source = [], []
    for d, n in ((down, X.shape[1]), (right, X.shape[2])):
        d = int(np.clip(d, -n, n))
        to.append(slice(max(d, 0), n + min(d, 0)))
        source.append(slice(max(-d, 0), n + min(-d, 0)))
    moved[:, to[0], to[1]] = X[:, source[0], source[1]]
    return moved


class ShiftExplorer(Explorer):
    """One digit, moved by hand, read by several networks; and how often that goes well.

    Left, the digit: drag it, or click where its middle should be. Middle, what each network says.
    Right, accuracy on digits held back that were moved as far, with the spread over the seeds.

    Parameters
    ----------
    models : dict of str to Sequential, optional
        At most four, of pictures (N, 28, 28, 1).
    X : array (N, 28, 28, 1), y : array (N,), optional
    curves : dict of str to array (shifts, seeds), optional
        Accuracy for shifts of 0, 1, 2, ... pixels, of the same names.
    digit : int

    Examples
    --------
    >>> ShiftExplorer().update(right=3, down=-2)
    'A 3 moved by 3 to the right and −2 down. one dense layer: ...'
    """

    def __init__(self, models=None, X=None, y=None, curves=None, digit=0):
        if models is None:
            dense = Sequential(Flatten(), Dense(784, 10, rng=0, dtype="float32"))
            models = {"one dense layer": dense, "CNN": small_cnn(0)}
        who, wanted = "ShiftExplorer", "models, for each name a Sequential"
        for model in expect.made(models, dict, who, wanted).values():
            expect.made(model, Sequential, who, wanted)
        if not 1 <= len(models) <= len(COLOURS):
            raise ValueError(
                f"ShiftExplorer expects one to {len(COLOURS)} networks; got {len(models)}"
            )
        if X is None:
            digits = mnist()
            X, y = digits.X[8000:8100].reshape(-1, 28, 28, 1), digits.y[8000:8100]
        self.models = dict(models)
        self.X = expect.numbers(X, who, "X").astype(np.float32)
        self.y = expect.numbers(y, who, "y").reshape(-1)
        if self.X.ndim != 4 or len(self.X) != len(self.y):
            raise ValueError(
                f"ShiftExplorer expects X of shape (N, 28, 28, 1) and a y for each; got "
                f"{self.X.shape} and {self.y.shape}"
            )
        curves = self._measured() if curves is None else curves
        expect.made(curves, dict, who, "curves, for each name the share that is read right")
        if set(curves) != set(self.models):
            raise ValueError(
                f"ShiftExplorer expects a curve for each of {', '.join(self.models)}; got "
                f"{', '.join(curves)}"
            )
        self.curves = {name: expect.array(curves[name], who, "a curve") for name in self.models}
        controls = {
            "right": slider("to the right, pixels", 0, -FARTHEST, FARTHEST, 1),
            "down": slider("down, pixels", 0, -FARTHEST, FARTHEST, 1),
            "digit": slider("digit held back", digit, 0, len(self.X) - 1, 1),
        }
        super().__init__(1080, 460, controls)

    def _measured(self):
        """Accuracy of the networks themselves on the digits at hand, moved to the right."""
        found = {name: [] for name in self.models}
        for k in range(FARTHEST + 1):
            moved = shift(self.X[:100], 0, k)
            for name, model in self.models.items():
                found[name].append([(model(moved).argmax(axis=1) == self.y[:100]).mean()])
        return found

    def event(self, event):
        if event["type"] in ("drag", "click") and event["panel"] == "digit":
            at = event["x"] - 14, -event["y"] - 14
            right, down = (int(np.clip(np.rint(v), -FARTHEST, FARTHEST)) for v in at)
            self.set_quietly(right=right, down=down)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        right, down, true = self["right"], self["down"], int(self.y[self["digit"]])
        x = shift(self.X[self["digit"]][None], down, right)
        with np.errstate(all="ignore"):
            self.p = {name: Softmax().forward(model(x))[0] for name, model in self.models.items()}
        panel = self.stage.panel(
            "digit", box=(0, 0, 0.31, 1), x=(0, 28), y=(-28, 0), equal=True, click=True,
            title=f"A {true}: drag it", xlabel="pixel across", ylabel="pixel down",
            xticks=[(v, str(v)) for v in range(0, 29, 7)],
            yticks=[(-v, str(v)) for v in range(0, 29, 7)],
        )  # fmt: skip
        panel.heat("x", x[0, ::-1, :, 0], colours="grey", smooth=False)
        panel.points("hold", 14 + right, -14 - down, colour="vermillion", size=8, drag=True,
                     tip="drag: moves the digit")  # fmt: skip
        n = len(self.models)
        for k, (name, p) in enumerate(self.p.items()):
            ok = p.argmax() == true
            bars = self.stage.panel(
                f"says {k}", box=(0.315, k / n, 0.27, 1 / n), x=(-0.6, 9.6), y=(0, 1.05),
                xticks=[(c, str(c)) for c in range(10)], yticks=[(0, "0"), (1, "1")],
                title=f"{name}: {'✓' if ok else '✗'} {p.argmax()}",
            )  # fmt: skip
            bars.bars("p", range(10), p, colour=COLOURS[k], tip="{y}")
        self._curves(int(round(float(np.hypot(right, down)))))

    def _curves(self, now):
        panel = self.stage.panel(
            "curves", box=(0.6, 0, 0.4, 1), x=(-0.2, FARTHEST + 0.2), y=(0, 1.02),
            xlabel="shift in pixels", ylabel="accuracy, digits held back",
            title="How often it goes well", legend="lower left",
        )  # fmt: skip
        for k, (name, values) in enumerate(self.curves.items()):
            at = np.arange(len(values))
            low, middle, high = values.min(axis=1), np.median(values, axis=1), values.max(axis=1)
            if values.shape[1] > 1:
                panel.line(f"band {k}", np.r_[at, at[::-1]], np.r_[low, high[::-1]],
                           colour=COLOURS[k], fill=True, width=1)  # fmt: skip
            panel.line(f"curve {k}", at, middle, colour=COLOURS[k], width=3)
            panel.points(f"points {k}", at, middle, colour=COLOURS[k], marker=MARKERS[k], size=6,
                         label=name, tip=f"{name}: {{y}}")  # fmt: skip
        now = min(now, FARTHEST)
        panel.line("now", [now, now], [0, 1.02], colour="ink", dash=(5, 4), width=1.5)

    def summary(self):
        true = int(self.y[self["digit"]])
        says = "; ".join(
            f"{name}: {p.argmax()} ({p[true]:.2f} for {true})" for name, p in self.p.items()
        )
        now = min(int(round(float(np.hypot(self["right"], self["down"])))), FARTHEST)
        overall = ", ".join(
            f"{name} {100 * np.median(v[now]):.0f} %" for name, v in self.curves.items()
        )
        text = (
            f"A {true} moved by {self['right']} to the right and {self['down']} down. {says}. "
            f"Moved by {now} pixels, read right: {overall}."
        )
        return text.replace("-", "−")
