"""The network of `HandwritingExplorer` while it learns, with one's own drawings among its samples:
`TeachingExplorer`."""

from __future__ import annotations

import time

import numpy as np

from ..activations import Softmax
from ..backend import one_thread
from ..handwriting import moved, network
from ..losses import SoftmaxCrossEntropy
from ..optim import Adam
from ..plot.words import counted
from ..train import step
from .controls import button, log_slider, slider
from .live import FRAME
from .pad import SEVEN, TRAINING, Pad, digits, draw_pad, draw_tiles
from .playing import PlayingExplorer

CLASSES = np.arange(10)
BATCH, OWN_IN_BATCH = 32, 8  # digits of MNIST, and of one's own once there are any
WATCHED, EVERY = 500, 20  # held-back digits that are read every so many steps
SHOWN = 12


class TeachingExplorer(PlayingExplorer):
    """A fresh network learns to read, live; what one draws and labels joins its training.

    Left the paper; in the middle the samples one has added and the eight windows of the first
    layer while they take shape; on the right what it says of the drawing, and how many of 500
    held-back digits it reads. Draw with the mouse, or click.

    Examples
    --------
    >>> TeachingExplorer().press("teach")
    'After 0 steps it reads ... of 500 held-back digits, ... Samples of yours: 1.'
    """

    below = ("clear", "undo", "label", "teach", "forget")

    def __init__(self):
        self.X, self.y = digits()
        self.pad = Pad(SEVEN)
        self.own = []  # (picture, label)
        controls = {
            "play": button("Play", "play", "Train; press again to pause"),
            "step": button("20 steps", "step-forward", "20 gradient steps on 32 digits each"),
            "reset": button("Reset", "undo", "First weights again; your samples stay"),
            "learning_rate": log_slider("learning rate η", 0.002, -4, -1),
            "seed": slider("seed", 1, 1, 20, 1),
            "clear": button("White paper", "eraser", "Then draw with the mouse"),
            "undo": button("Undo stroke", "undo", "Take the last stroke back"),
            "label": slider("my drawing is a", 7, 0, 9, 1),
            "teach": button("Teach it this one", "plus", "Add the drawing to the training"),
            "forget": button("Forget mine", "trash", "Remove your samples"),
        }
        super().__init__(1080, 520, controls)

    def begin(self):
        self._start()

    # ------------------------------------------------------------------ learning
    def _start(self):
        seed = self["seed"]
        self.model, self.loss = network(seed), SoftmaxCrossEntropy()
        self.adam = Adam(self.model.parameters(), lr=self["learning_rate"])
        self.rng = np.random.default_rng(seed)
        self.steps, self.history = 0, []
        self._watch()

    def _watch(self):
        X, y = self.X[TRAINING : TRAINING + WATCHED], self.y[TRAINING : TRAINING + WATCHED]
        z = self.model(X[..., None])
        right = float((z.argmax(axis=1) == y).mean()) if np.isfinite(z).all() else 0.1
        self.history.append((self.steps, right))
        if len(self.history) > 400:
            del self.history[1:-1:2]

    def advance(self, steps=1):
        """So many gradient steps, on 32 digits each and on some of one's own."""
        for _ in range(steps):
            chosen = self.rng.integers(TRAINING, size=BATCH)
            pictures, labels = self.X[chosen], self.y[chosen]
            if self.own:
                # Few samples seen often: shifted and turned a little anew each time, or the
                # network would learn these pixels by heart and nothing about this hand.
                mine = self.rng.integers(len(self.own), size=OWN_IN_BATCH)
                drawn = np.stack([self.own[k][0] for k in mine])
                shift = self.rng.uniform(-1.5, 1.5, (2, OWN_IN_BATCH))
                turn, size = self.rng.uniform([[-12], [0.9]], [[12], [1.1]], (2, OWN_IN_BATCH))
                pictures = np.concatenate([pictures, moved(drawn, *shift, turn, size)])
                labels = np.concatenate([labels, [self.own[k][1] for k in mine]])
            with np.errstate(all="ignore"):  # running away is shown, not warned about
                step(self.model, self.loss, self.adam, pictures[..., None], labels)
                self.steps += 1
                if self.steps % EVERY == 0:
                    self._watch()

    def _tick(self):
        start = time.perf_counter()
        with one_thread():
            while time.perf_counter() - start < FRAME / 2:
                self.advance()
        self.refresh()
        return True

    # ------------------------------------------------------------------ the picture
    def draw(self):
        x = self.pad.picture()
        with np.errstate(all="ignore"):
            z = self.model(x[None, :, :, None])[0].astype(float)
            self.p = Softmax().forward(z[None])[0]
        self.lost = not np.isfinite(self.p).all()
        p = np.nan_to_num(self.p)
        draw_pad(self.stage, self.pad.ink, (0, 0, 0.32, 0.66), f"a {self['label']}: draw here")
        self._draw_samples()
        self._draw_windows()
        said = int(p.argmax())
        bars = self.stage.panel(
            "p", box=(0.56, 0, 0.44, 0.42), x=(-0.6, 9.6), y=(0, 1.25), grid=False,
            xticks=[(c, str(c)) for c in CLASSES], yticks=[(0, "0"), (0.5, "0.5"), (1, "1")],
            ylabel="p", xlabel="class",
            title="no number any more: Reset" if self.lost else f"it reads your drawing as {said}",
        )  # fmt: skip
        bars.bars("p", CLASSES, p, classes=CLASSES, width=0.6)
        bars.text("numbers", CLASSES, p + 0.1, [f"{v:.2f}" for v in p], size=14, halo=True)
        bars.points("label", [self["label"]], [1.2], marker="down", size=6, colour="vermillion")
        at, right = np.array(self.history).T
        panel = self.stage.panel(
            "accuracy", box=(0.56, 0.44, 0.44, 0.56), x=(0, max(200, at[-1] * 1.05)), y=(0, 1.02),
            xlabel="steps, on 32 digits each", ylabel="read right",
            yticks=[(v, f"{100 * v:.0f} %") for v in (0, 0.25, 0.5, 0.75, 1)],
            title=f"{100 * right[-1]:.1f} % of {WATCHED} held-back digits "
            f"after {counted(self.steps, 'step')}",
        )  # fmt: skip
        panel.line("right", at, right, colour="green")
        panel.points("now", at[-1:], right[-1:], colour="green", size=5)

    def _draw_samples(self):
        panel = self.stage.panel("own", box=(0, 0.67, 0.56, 0.33), x=(0, 600), y=(-168, 0),
                                 axes=False)  # fmt: skip
        few = self.own[-SHOWN:]
        words = (
            f"your training samples: {len(self.own)}" if self.own else
            "your training samples will stand here: draw, say what it is, and teach it"
        )  # fmt: skip
        panel.text("title", 6, -14, words, size=14, align="left")
        if few:
            k = np.arange(len(few))
            x, y = 6 + k % 6 * 98, -28 - k // 6 * 70
            draw_tiles(panel, "samples", [picture for picture, _ in few], x, y, 62)
            panel.text("labels", x + 76, y - 31, [str(label) for _, label in few], size=17,
                       bold=True)  # fmt: skip
        else:
            panel.remove("samples", "samples frames", "labels")

    def _draw_windows(self):
        panel = self.stage.panel("windows", box=(0.32, 0, 0.24, 0.66), x=(0, 250), y=(-330, 0),
                                 axes=False)  # fmt: skip
        W = np.nan_to_num(np.moveaxis(self.model[0].W.value[:, :, 0], -1, 0))
        k = np.arange(len(W))
        draw_tiles(panel, "W", W, 50 + k % 2 * 80, -36 - k // 2 * 74, 66, colours="diverging",
                   vmax=max(float(np.abs(W).max()), 1e-6))  # fmt: skip
        panel.text("title", 125, -14, "its 8 windows, 5 × 5", size=15, bold=True)

    def summary(self):
        if self.lost:
            return (
                f"After {counted(self.steps, 'step')} the weights are no numbers any more: the "
                "learning rate was too large. Press Reset."
            )
        said, label = int(self.p.argmax()), self["label"]
        return (
            f"After {counted(self.steps, 'step')} it reads {100 * self.history[-1][1]:.1f} % of "
            f"{WATCHED} held-back digits, and your drawing as {said}, with probability "
            f"{self.p[said]:.2f}; for {label} it is {self.p[label]:.2f}. Samples of yours: "
            f"{len(self.own)}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "learning_rate":
            self.adam.lr = self["learning_rate"]
        elif name == "seed":
            self._start()

    def pressed(self, name):
        if name == "play":
            self.toggle()
        elif name == "step":
            with one_thread():
                self.advance(EVERY)
        elif name == "reset":
            self._start()
        elif name == "clear":
            self.pad.clear()
        elif name == "undo":
            self.pad.undo()
        elif name == "forget":
            self.own = []
        elif name == "teach" and self.pad.ink.any():
            self.own.append((self.pad.picture(), self["label"]))

    def event(self, event):
        if event["type"] in ("click", "paint") and event["panel"] == "pad":
            self.pad.happened(event)
