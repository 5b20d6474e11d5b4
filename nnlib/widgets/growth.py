"""`Growth`: what more data, more units or more layers do to a network's accuracy."""

from __future__ import annotations

import numpy as np

from .. import expect
from .controls import choice, slider
from .explorer import Explorer

SHOWN = 32  # digits beside the curve


class Growth(Explorer):
    """How a network's test accuracy grows with one thing, and which digits it still misreads.

    Left, the accuracy over the sizes: drag the dot. Right, test digits; those misread are framed.

    Parameters
    ----------
    X : array (N, 64)
        Test digits of 8 × 8 pixels.
    y : int array (N,)
    curves : dict
        name → (axis label, sizes, predictions), where ``sizes`` are k numbers and ``predictions``
        is an int array (k, runs, N): the network's answers in several runs with other random
        numbers. Curves with the same axis label are drawn together.

    Examples
    --------
    Two digits, a 0 and a 1, read by a network that learned from 10 and from 100 samples:

    >>> answers = np.array([[[0, 0]], [[0, 1]]])
    >>> Growth(np.zeros((2, 64)), [0, 1], {"data": ("samples", [10, 100], answers)}).update(place=1)
    'data, samples 10: 50 % of 2 test digits are read right, on average over 1 runs. Of the 2 shown,
    1 are misread.'
    """

    def __init__(self, X, y, curves: dict):
        self.X = expect.array(X, "Growth", "X", ("N", 64))
        self.y = expect.numbers(y, "Growth", "y").reshape(-1)
        wanted = "curves, for each name (label, sizes, predictions)"
        expect.made(curves, dict, "Growth", wanted)
        self.curves = {}
        for name, curve in curves.items():
            label, sizes, predictions = expect.several(curve, object, "Growth", wanted, 3)
            predictions = expect.numbers(predictions, "Growth", "predictions")
            sizes = expect.array(sizes, "Growth", "sizes", ("n",))
            if predictions.ndim != 3 or predictions.shape[::2] != (len(sizes), len(self.y)):
                raise ValueError(
                    f"Growth expects predictions of shape ({len(sizes)}, runs, {len(self.y)}) for "
                    f"{name!r}; got {predictions.shape}"
                )
            self.curves[name] = label, sizes, predictions
        controls = {
            "grow": choice("let grow", curves),
            "place": slider("place on the curve", 1, 1, self._places(next(iter(curves))), 1),
        }
        super().__init__(1000, 430, controls)

    def _places(self, name):
        return len(self.curves[name][1])

    def accuracy(self, name) -> np.ndarray:
        """Share of right answers, shape (k, runs)."""
        return (self.curves[name][2] == self.y).mean(axis=-1)

    def changed(self, name):
        if name == "grow":
            last = self._places(self["grow"])
            self.set_quietly(place=min(self["place"], last))
            self.control("place").max = last

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "here":
            _, sizes, _ = self.curves[self["grow"]]
            near = np.abs(np.log(sizes) - np.log(max(event["x"], 1e-9))).argmin()
            self.set_quietly(place=int(near) + 1)

    def draw(self):
        name, k = self["grow"], self["place"] - 1
        label, sizes, predictions = self.curves[name]
        curve = self.stage.panel(
            "curve",
            box=(0, 0, 0.5, 1),
            x=(sizes[0] / 1.25, sizes[-1] * 1.25),
            y=(0, 1.04),
            xscale="log",
            xticks=[(s, f"{s:g}") for s in sizes],
            yticks=[(v / 10, f"{10 * v} %") for v in range(0, 11, 2)],
            xlabel=label,
            ylabel="test accuracy",
            title="Drag the dot",
            legend="lower right",
        )
        for other, (its_label, its_sizes, _) in self.curves.items():
            if its_label != label:
                curve.remove(other, f"{other}: runs")
                continue
            runs, chosen = self.accuracy(other), other == name
            colour = "blue" if chosen else "grey"
            curve.points(
                f"{other}: runs", np.repeat(its_sizes, runs.shape[1]), runs, colour=colour, size=3
            )
            curve.line(other, its_sizes, runs.mean(axis=1), colour=colour, width=3, label=other)
        # Taken away and put back, so that the dot lies on top of the curves.
        curve.remove("chance", "here")
        curve.line("chance", [sizes[0] / 2, sizes[-1] * 2], [0.1, 0.1], dash=(5, 5), width=1.5,
                   colour="muted", label="guessing")  # fmt: skip
        curve.points("here", sizes[k], self.accuracy(name)[k].mean(), colour="vermillion", size=9,
                     drag=True)  # fmt: skip
        self._draw_digits(predictions[k, 0])

    def _draw_digits(self, predictions):
        n, columns = min(SHOWN, len(self.y)), 8
        rows = -(-n // columns)  # the last one may be begun only
        panel = self.stage.panel(
            "digits",
            box=(0.51, 0, 0.49, 1),
            x=(0, columns),
            y=(-rows * 1.35, 0),
            axes=False,
            title="Test digits and what one network reads",
        )
        left, top = np.arange(n) % columns + 0.1, -(np.arange(n) // columns) * 1.35 - 0.05
        extent = np.stack([left, left + 0.8, top - 0.8, top], axis=1)
        images = self.X[:n].reshape(n, 8, 8)[:, ::-1]  # row 0 is drawn lowest
        panel.heat("images", images, extent, colours="grey", smooth=False)
        wrong = predictions[:n] != self.y[:n]
        for name, mine in (("right", ~wrong), ("wrong", wrong)):
            panel.text(
                name,
                left[mine] + 0.4,
                top[mine] - 1.02,
                [str(p) for p in predictions[:n][mine]],
                size=15,
                bold=name == "wrong",
                colour="muted" if name == "right" else "vermillion",
            )
        box = np.array([(0, 0), (0.8, 0), (0.8, -0.8), (0, -0.8), (0, 0), (np.nan, np.nan)])
        frames = (np.stack([left, top], axis=1)[wrong][:, None] + box).reshape(-1, 2)
        panel.line("frames", *frames.T, colour="vermillion", width=3)

    def summary(self):
        name, k = self["grow"], self["place"] - 1
        label, sizes, predictions = self.curves[name]
        n = min(SHOWN, len(self.y))
        misread = int((predictions[k, 0, :n] != self.y[:n]).sum())
        return (
            f"{name}, {label} {sizes[k]:g}: {100 * self.accuracy(name)[k].mean():.0f} % of "
            f"{len(self.y)} test digits are read right, on average over {predictions.shape[1]} "
            f"runs. Of the {n} shown, {misread} are misread."
        )
