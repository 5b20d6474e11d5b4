"""A unit that dies while it learns, and what would have kept it alive: `DeadUnitExplorer`."""

from __future__ import annotations

import numpy as np

from ..activations import ACTIVATIONS
from ..plot.decision import grid
from ..plot.words import counted, number, signed
from ..train import NO_SLOPE
from .controls import activation_choice, buttons, slider
from .explorer import Explorer

X = np.array([-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0])
Y = np.array([0.05, 0.0, 0.1, 0.0, 0.15, 0.55, 1.1, 1.45, 2.05])
PLANE = 3.0  # w and b are shown from −3 to 3
STEPS = 200
LOSS, FATE = "the loss", "how each start ends"
CELLS = 25


def descend(g, w, b, x, y, lr, steps):
    r"""Gradient descent on the mean squared error of ŷ = g(w x + b), from many starts at once.

    Parameters
    ----------
    g : activation with `value` and `slope`
    w, b : array (starts,)
    x, y : array (N,)
    lr : float
    steps : int

    Returns
    -------
    w, b : array (starts,)
        At the end; not finite where it diverged.
    path : array (steps + 1, 2), or None
        w and b on the way, if there is a single start.

    Examples
    --------
    One sample x = 1, y = 0, from w = 1, b = 0: ŷ = 1, the gradients are 2 · 1 · 1.

    >>> from nnlib import ReLU
    >>> w, b, path = descend(ReLU(), [1.0], [0.0], np.array([1.0]), np.array([0.0]), 0.25, 1)
    >>> w, b
    (array([0.5]), array([-0.5]))
    """
    w, b = (np.array(v, dtype=float).reshape(-1, 1) for v in (w, b))
    path = [(w[0, 0], b[0, 0])] if len(w) == 1 else None
    with np.errstate(all="ignore"):  # divergence is shown
        for _ in range(steps):
            z = w * x + b
            out = g.value(z)
            dz = 2 * (out - y) * g.slope(z, out) / len(x)
            w, b = w - lr * (dz @ x)[:, None], b - lr * dz.sum(axis=1, keepdims=True)
            if path is not None:
                path.append((w[0, 0], b[0, 0]))
    return w[:, 0], b[:, 0], None if path is None else np.array(path)


def is_dead(g, w, b, x):
    r"""Whether \|g′(w x + b)\| < 10⁻³ at every sample, for each of many units.

    >>> from nnlib import LeakyReLU, ReLU
    >>> x = np.array([-2.0, 2.0])
    >>> is_dead(ReLU(), [1.0, 1.0], [0.0, -3.0], x), is_dead(LeakyReLU(), [1.0], [-3.0], x)
    (array([False,  True]), array([False]))
    """
    with np.errstate(all="ignore"):
        z = np.outer(w, x) + np.reshape(b, (-1, 1))
        return (np.abs(g.derivative(z)) < NO_SLOPE).all(axis=1)


class DeadUnitExplorer(Explorer):
    r"""One unit ŷ = g(w x + b) learns a curve on a line; with ReLU it may die on the way.

    Left the samples, which can be dragged, with what the unit says at the start and at the end; a
    hollow sample is one where g′ is zero, so that it teaches nothing. In the middle every w and b,
    with the path of gradient descent: drag its start. Right the loss, step by step.

    Parameters
    ----------
    activation : str
    w, b : float
        Where it starts, from −3 to 3.
    learning_rate : float
    steps : int
        How many are taken.

    Attributes
    ----------
    path : array (steps + 1, 2)
        w and b after each step.
    losses : array (steps + 1,)

    Examples
    --------
    >>> DeadUnitExplorer("relu", w=1, b=-3).summary()
    'relu(w x + b) from w = 1.00, b = −3.00: ... The unit is dead: ...
    """

    def __init__(self, activation="relu", *, w=2.0, b=2.0, learning_rate=0.1, steps=100):
        self.x, self.y = X.copy(), Y.copy()
        self._fates = {}
        controls = {
            "activation": activation_choice("activation g", activation),
            "learning_rate": slider("learning rate η", learning_rate, 0.01, 2.0, 0.01),
            "steps": slider("steps", steps, 0, STEPS, 1),
            "w": slider("start: w", w, -PLANE, PLANE, 0.05),
            "b": slider("start: b", b, -PLANE, PLANE, 0.05),
            "map": buttons("colour of the plane", [LOSS, FATE]),
        }
        super().__init__(1080, 430, controls)

    # ------------------------------------------------------------------ the maths
    def _learn(self):
        self.g = ACTIVATIONS[self["activation"]]()
        *_, self.path = descend(
            self.g, [self["w"]], [self["b"]], self.x, self.y, self["learning_rate"], self["steps"]
        )
        self.losses = self.loss(*self.path.T)
        self.dead = is_dead(self.g, *self.path.T, self.x)

    def loss(self, w, b):
        """The mean squared error for arrays of w and b."""
        with np.errstate(all="ignore"):
            z = np.outer(w, self.x) + np.reshape(b, (-1, 1))
            return ((self.g.value(z) - self.y) ** 2).mean(axis=1)

    def fates(self):
        """The share of starts that end dead, and for each cell of the plane 1 (dead) or 0."""
        key = (
            self["activation"],
            self["learning_rate"],
            self["steps"],
            self.x.tobytes(),
            self.y.tobytes(),
        )
        if key not in self._fates:
            if len(self._fates) > 30:
                self._fates.clear()
            cells, _ = grid((-PLANE, PLANE), (-PLANE, PLANE), CELLS)
            w, b, _ = descend(
                self.g, *cells.T, self.x, self.y, self["learning_rate"], self["steps"]
            )
            lost = is_dead(self.g, w, b, self.x) | ~np.isfinite(w + b)
            self._fates[key] = float(lost.mean()), lost.reshape(CELLS, CELLS)
        return self._fates[key]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._learn()
        self._draw_samples()
        self._draw_plane()
        self._draw_loss()

    def _end(self):
        """w and b after the last step that was finite."""
        return self.path[np.isfinite(self.path).all(axis=1)][-1]

    def _draw_samples(self):
        panel = self.stage.panel(
            "samples",
            box=(0, 0, 0.36, 1),
            x=(-3, 3),
            y=(-1.5, 4),
            xlabel="x",
            ylabel="y and g(w x + b)",
            title="The unit: drag the samples",
            legend="upper left",
        )
        x = np.linspace(-3, 3, 301)
        w, b = self._end()
        y0 = self.g.value(self["w"] * x + self["b"])
        y1 = np.clip(self.g.value(np.clip(w * x + b, -1e6, 1e6)), -100, 100)
        panel.line("start", x, y0, colour="grey", width=2.5, dash=(7, 5), label="at the start")
        panel.line(
            "end", x, y1, colour="blue", width=4, label=f"after {counted(self['steps'], 'step')}"
        )
        slope = np.abs(self.g.derivative(np.clip(w * self.x + b, -1e6, 1e6)))
        heard = slope >= NO_SLOPE
        panel.points(
            "unheard", self.x[~heard], self.y[~heard], colour="vermillion", size=12, hollow=True
        )
        panel.points("samples", self.x, self.y, colour="ink", size=7, drag=True, tip="({x}, {y})")
        count = f"{int(heard.sum())} of {len(self.x)} samples have a slope"
        panel.text("heard", 0, -1.2, count, size=15, colour="ink", halo=True)

    def _draw_plane(self):
        names = {"xlabel": "w", "ylabel": "b", "title": "All w and b: drag the start"}
        panel = self.stage.plane("plane", PLANE, box=(0.36, 0, 0.37, 1), grid=False, **names)
        if self["map"] == LOSS:
            cells, _ = grid((-PLANE, PLANE), (-PLANE, PLANE), 80)
            loss = self.loss(*cells.T).reshape(80, 80)
            panel.heat("map", np.log10(np.clip(loss, 1e-2, 1e2)), vmax=2)
            words = "blue: small loss, orange: large"
        else:
            share, lost = self.fates()
            panel.heat("map", np.where(lost, 0.75, 0.0), smooth=False)
            words = f"orange: {share:.0%} of the starts end dead"
        # Where z is negative at every sample: below b = −max(w x).
        w = np.linspace(-PLANE, PLANE, 61)
        edge = -np.max(np.outer(w, self.x), axis=1)
        asleep = is_dead(self.g, [0.0], [-20.0], self.x)[0]
        some = slice(None) if asleep else slice(0)
        panel.line("edge", w[some], edge[some], colour="vermillion", width=2, dash=(6, 4))
        panel.text(
            "edge is", [0][some], [-2.45][some], ["z < 0 at all samples"][some], size=14, halo=True,
            colour="vermillion", bold=True,
        )  # fmt: skip
        path = np.clip(np.nan_to_num(self.path, nan=20, posinf=20, neginf=-20), -20, 20)
        panel.line("path", *path.T, colour="ink", width=2)
        panel.points("steps", *path[1:].T, colour="ink", size=2.5)
        panel.points("end", *path[-1], colour="blue", marker="square", size=8, tip="({x}, {y})")
        panel.points(
            "start", self["w"], self["b"], colour="grey", size=9, drag=True, tip="({x}, {y})"
        )
        panel.text("words", 0, 2.7, words, size=14, halo=True)

    def _draw_loss(self):
        shown = np.isfinite(self.losses) & (self.losses < 1e4)
        panel = self.stage.panel(
            "loss",
            box=(0.73, 0, 0.27, 1),
            x=(-0.5, max(self["steps"], 1) + 0.5),
            y=(1e-3, 1e2),
            yscale="log",
            xlabel="step",
            ylabel="loss",
            title=self._verdict(),
        )
        steps = np.flatnonzero(shown)
        losses = np.clip(self.losses[shown], 1e-3, 1e2)
        panel.line("loss", steps, losses, colour="blue", width=3)
        asleep = shown & self.dead
        panel.points(
            "dead",
            np.flatnonzero(asleep),
            np.clip(self.losses[asleep], 1e-3, 1e2),
            colour="vermillion",
            marker="cross",
            size=5,
        )

    def _verdict(self):
        if not np.isfinite(self.losses[-1]) or self.losses[-1] > 1e4:
            return "It diverges"
        if self.dead[-1]:
            return f"Dead from step {int(np.argmax(self.dead))} on"
        return "Alive"

    def summary(self):
        name = self["activation"]
        text = (
            f"{name}(w x + b) from w = {number(self['w'])}, b = {number(self['b'])}: "
            f"after {counted(self['steps'], 'step')} of learning rate {self['learning_rate']:.2f}"
        )
        if not np.isfinite(self.losses[-1]) or self.losses[-1] > 1e4:
            left = int(np.argmax(~(np.isfinite(self.losses) & (self.losses <= 1e4))))
            return (
                f"{text} it has diverged; the loss left the picture after {counted(left, 'step')}."
            )
        w, b = self._end()
        text += (
            f" it is {name}({number(w)} x {signed(round(b, 2) + 0.0)}), and the loss went from "
            f"{self.losses[0]:.3f} to {self.losses[-1]:.3f}. "
        )
        if self.dead[-1]:
            text += (
                f"The unit is dead: since step {int(np.argmax(self.dead))} its slope is zero at "
                f"all {len(self.x)} samples, so no step changes it any more."
            )
        else:
            z = self.path[-1, 0] * self.x + self.path[-1, 1]
            heard = int((np.abs(self.g.derivative(z)) >= NO_SLOPE).sum())
            text += f"The unit is alive: it has a slope at {heard} of {len(self.x)} samples."
        if self["map"] == FATE:
            text += f" {self.fates()[0]:.0%} of all starts in the plane end dead."
        return text

    # ------------------------------------------------------------------ taking hold of it
    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "start":
            w, b = np.clip([event["x"], event["y"]], -PLANE, PLANE)
            self.set_quietly(w=float(w), b=float(b))
        elif event["item"] == "samples":
            self.x[event["index"]] = np.clip(event["x"], -2.9, 2.9)
            self.y[event["index"]] = np.clip(event["y"], -1.4, 3.9)
