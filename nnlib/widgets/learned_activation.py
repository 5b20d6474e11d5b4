"""Activations that learn their own shape, PReLU and Maxout: `LearnedActivationExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Maxout, PReLU
from ..core import Sequential
from ..dense import Dense
from ..losses import MSE
from ..optim import Adam
from ..plot.words import counted, number, signed
from ..train import step
from .controls import button, buttons, choice, slider
from .playing import PlayingExplorer

X = np.linspace(-2, 2, 13)
#: What is to be learned: name → function.
TARGETS = {
    "|x|": np.abs,
    "slope 0.3, then 1": lambda x: np.where(x < 0, 0.3 * x, x),
    "x² / 2": lambda x: x**2 / 2,
    "a hill, 1 − x² / 2": lambda x: 1 - x**2 / 2,
    "sin 2x": lambda x: np.sin(2 * x),
}
PIECES = ("green", "purple", "sky", "orange", "grey", "yellow")
PRELU, MAXOUT = "PReLU", "Maxout"
AT_ONCE, AT_END = 4, 500  # steps in a frame, and for "500 steps"
KEPT = 1000  # moments of the history that are kept; older ones are thinned out
EVERY = 4001  # x for which one looks which pieces are ever the largest


class LearnedActivationExplorer(PlayingExplorer):
    r"""One unit learns the shape of its own activation, while one watches.

    PReLU: ŷ = max(0, z) + α min(0, z) with z = w x + b; w, b and α are learned. Maxout: ŷ is the
    largest of k lines, and all of them are learned. Left the samples, which can be dragged, with ŷ
    and its pieces; right α, or the slopes of the pieces, and the loss.

    Parameters
    ----------
    layer : str
        "PReLU" or "Maxout".
    target : str
        One of the names in the list; the samples start on it.
    k : int
        Pieces of Maxout, from 2 to 6.
    learning_rate : float
        Of Adam.
    seed : int
        Of the first weights.

    Attributes
    ----------
    model : Sequential
    history : list of (step, loss, slopes)
        For PReLU the slopes are (α,).

    Examples
    --------
    >>> explorer = LearnedActivationExplorer("PReLU", "slope 0.3, then 1")
    >>> explorer.press("finish")
    'After 500 steps, loss 0.0000: ŷ = max(0, z) + 0.30 · min(0, z), z = 1.00 x + 0.00.'
    """

    below = ("target", "learning_rate", "seed")

    def __init__(self, layer=PRELU, target="|x|", *, k=2, learning_rate=0.05, seed=0):
        expect.known(layer, (PRELU, MAXOUT), "layer")
        expect.known(target, TARGETS, "target")
        controls = {
            "play": button("Play", "play", "Learn; press again to pause"),
            "step": button("Step", "step-forward", "One step of Adam"),
            "finish": button(f"{AT_END} steps", "fast-forward"),
            "reset": button("Reset", "undo", "Back to the first weights"),
            "layer": buttons("activation", [PRELU, MAXOUT], layer),
            "k": slider("pieces k", k, 2, 6, 1),
            "target": choice("samples on", [*TARGETS, "my own"], target),
            "learning_rate": slider("learning rate η", learning_rate, 0.01, 0.5, 0.01),
            "seed": slider("seed", seed, 0, 20, 1),
        }
        self.loss = MSE()
        self.x, self.y = X.copy(), TARGETS[target](X)
        super().__init__(1080, 430, controls)

    def begin(self):
        self._start()

    # ------------------------------------------------------------------ learning
    def _start(self):
        rng = np.random.default_rng(self["seed"])
        if self["layer"] == PRELU:
            dense, prelu = Dense(1, 1, rng=rng), PReLU()
            # Upwards, so that α belongs to the left side whatever the seed.
            dense.W.value[...] = np.abs(dense.W.value)
            self.model = Sequential(dense, prelu)
        else:
            self.model = Sequential(Maxout(1, 1, self["k"], rng=rng))
            for piece in self.model[0].pieces:
                # With all biases 0 the lines would meet in one point, and only the steepest two
                # would ever be the largest.
                piece.b.value[...] = rng.normal(0, 0.5)
        self.adam = Adam(self.model.parameters(), lr=self["learning_rate"])
        self.steps, self.history = 0, []
        self._note()
        made = self.controls["k"].layout
        made.display = "none" if self["layer"] == PRELU else None

    def _note(self):
        out = self.model.forward(self.x[:, None])
        self.history.append((self.steps, float(self.loss(out, self.y[:, None])), self.slopes()))
        if len(self.history) > KEPT:
            del self.history[1:-1:2]

    def slopes(self):
        """α of PReLU, or the slope of each piece of Maxout."""
        if self["layer"] == PRELU:
            return (float(self.model[1].alpha.value[0]),)
        return tuple(float(p.W.value[0, 0]) for p in self.model[0].pieces)

    def advance(self, steps=1):
        """That many steps of Adam on all samples."""
        for _ in range(steps):
            step(self.model, self.loss, self.adam, self.x[:, None], self.y[:, None])
            self.steps += 1
            if steps <= AT_ONCE or self.steps % 5 == 0:
                self._note()

    def _tick(self):
        self.advance(AT_ONCE)
        self.refresh()
        return True

    # ------------------------------------------------------------------ the reader
    def pressed(self, name):
        if name == "play" and not self.playing:
            self.loop.play()
            return
        self.pause()
        if name == "step":
            self.advance()
        elif name == "finish":
            self.advance(AT_END)
        elif name == "reset":
            self._start()

    def changed(self, name):
        if name == "learning_rate":
            self.adam.lr = self["learning_rate"]
            return
        if name == "target" and self["target"] in TARGETS:
            self.x, self.y = X.copy(), TARGETS[self["target"]](X)
        self._start()

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "samples":
            self.x[event["index"]] = np.clip(event["x"], -2.4, 2.4)
            self.y[event["index"]] = np.clip(event["y"], -1.9, 2.9)
            self.set_quietly(target="my own")

    # ------------------------------------------------------------------ the picture
    def pieces(self):
        """(slope, offset) of each straight piece, and whether it is the largest somewhere."""
        if self["layer"] == PRELU:
            dense, alpha = self.model[0], self.slopes()[0]
            w, b = float(dense.W.value[0, 0]), float(dense.b.value[0])
            return [(w, b), (alpha * w, alpha * b)], [True, True]
        lines = [(float(p.W.value[0, 0]), float(p.b.value[0])) for p in self.model[0].pieces]
        at = np.linspace(self.x.min(), self.x.max(), EVERY)
        winner = np.argmax([a * at + c for a, c in lines], axis=0)
        return lines, [bool((winner == k).any()) for k in range(len(lines))]

    def draw(self):
        lines, used = self.pieces()
        panel = self.stage.panel(
            "samples",
            box=(0, 0, 0.5, 1),
            x=(-2.5, 2.5),
            y=(-2, 3),
            xlabel="x",
            ylabel="y and ŷ",
            title=f"{self['layer']}: drag the samples",
        )
        x = np.linspace(-2.5, 2.5, 501)
        panel.remove(*[f"piece {k}" for k in range(len(lines), 6)])
        for k, (a, c) in enumerate(lines):
            dash = (8, 5) if used[k] else (2, 5)
            colour, ends = PIECES[k], np.array([-2.5, 2.5])
            panel.line(f"piece {k}", ends, a * ends + c, colour=colour, width=2, dash=dash)
        panel.line("ŷ", x, self.model.forward(x[:, None])[:, 0], colour="blue", width=4)
        panel.points("samples", self.x, self.y, colour="ink", size=7, drag=True, tip="({x}, {y})")
        panel.text("words", 0, -1.75, self._words(lines), size=15, halo=True)
        self._draw_history(used)

    def _words(self, lines):
        if self["layer"] == PRELU:
            (w, b), alpha = lines[0], self.slopes()[0]
            return f"z = {_line(w, b)},  α = {number(alpha)}"
        return (
            "largest of "
            + ",  ".join(_line(*line) for line in lines[:3])
            + (", …" if len(lines) > 3 else "")
        )

    def _draw_history(self, used):
        at = np.array([h[0] for h in self.history], dtype=float)
        values = np.array([h[2] for h in self.history])
        loss = np.array([h[1] for h in self.history])
        right = max(100.0, 1.02 * at[-1])
        low, high = min(-1.2, values.min() - 0.2), max(1.7, values.max() + 0.2)
        prelu = self["layer"] == PRELU
        panel = self.stage.panel(
            "shape",
            box=(0.5, 0, 0.5, 0.55),
            x=(0, right),
            y=(low, high),
            xlabel="step",
            ylabel="α" if prelu else "slopes",
            yticks=[(v, number(v)[:-3]) for v in range(-5, 6) if low < v < high],
            title=f"α = {values[-1, 0]:.3f}".replace("-", "−") if prelu else "Slopes of the pieces",
        )
        panel.line("zero", [0, right], [0, 0], colour="muted", width=1)
        panel.remove(*[f"slope {k}" for k in range(values.shape[1], 6)])
        for k, slopes in enumerate(values.T):
            colour = PIECES[1] if prelu else PIECES[k]
            dash = () if prelu or used[k] else (2, 5)
            panel.line(f"slope {k}", at, slopes, colour=colour, width=3, dash=dash)
        now = np.full(values.shape[1], at[-1])
        panel.points("now", now, values[-1], colour="ink", size=5, tip="{y}")
        panel = self.stage.panel(
            "loss",
            box=(0.5, 0.55, 0.5, 0.45),
            x=(0, right),
            y=(1e-6, 10),
            yscale="log",
            xlabel="step",
            ylabel="loss",
            title=f"{counted(self.steps, 'step')}: loss {loss[-1]:.4f}",
        )
        shown = np.clip(loss, 1e-6, 10)
        panel.line("loss", at, shown, colour="blue", width=3)
        panel.points("now", at[-1], shown[-1], colour="ink", size=5, tip="{y}")

    def summary(self):
        lines, used = self.pieces()
        text = f"After {counted(self.steps, 'step')}, loss {self.history[-1][1]:.4f}: "
        if self["layer"] == PRELU:
            (w, b), alpha = lines[0], self.slopes()[0]
            return f"{text}ŷ = max(0, z) + {number(alpha)} · min(0, z), z = {_line(w, b)}."
        told = "; ".join(_line(*line) for line in lines)
        idle = used.count(False)
        return f"{text}ŷ is the largest of {told}." + (
            f" {idle} of these {'is' if idle == 1 else 'are'} nowhere the largest, and so "
            f"{'gets' if idle == 1 else 'get'} no gradient."
            if idle
            else ""
        )


def _line(slope, offset):
    """A line in words; an offset that rounds to zero is +, whatever its sign.

    >>> _line(-1.0, -0.001)
    '−1.00 x + 0.00'
    """
    return f"{number(slope)} x {signed(round(offset, 2) + 0.0)}"
