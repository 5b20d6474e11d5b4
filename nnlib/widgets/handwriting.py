"""A digit drawn by hand, on its way through a convolutional network: `HandwritingExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from ..core import Sequential
from ..handwriting import centre_of_mass, moved, trained
from .controls import button, buttons, slider, switch
from .explorer import Explorer
from .pad import PEN, SEVEN, TRAINING, Pad, digits, draw_pad, draw_tiles

CLASSES = np.arange(10)
NEAREST = 8
OWN, TEST, WRONG = "my drawing", "digits held back", "those it misreads"
# Outputs that are shown: place in the network, title, how many tiles side by side.
MAPS = (
    (1, "convolution, ReLU: 8 × 28 × 28", 3),
    (2, "pooling: 8 × 14 × 14", 3),
    (4, "convolution, ReLU: 16 × 14 × 14", 4),
    (5, "pooling: 16 × 7 × 7", 4),
    (8, "64 hidden units", 1),
)


class HandwritingExplorer(Explorer):
    """Draw a digit: click, or paint. Every layer, the answer and its reasons follow the pen.

    Above: the paper; the picture as the network gets it, centred and scaled like the digits it
    learned from, then shifted and turned as the sliders say; logits and probabilities (diamonds:
    what they were before shifting and turning). Middle: what each layer makes of it. Below: the
    training digits that are nearest, pixel by pixel.

    Parameters
    ----------
    model : Sequential, optional
        Takes (N, 28, 28, 1); the trained one of `nnlib.handwriting` if left out.

    Examples
    --------
    >>> HandwritingExplorer().summary()
    'Your drawing: read as 7 with probability ...'
    """

    def __init__(self, model=None):
        self.model = trained() if model is None else model
        self.X, self.y = digits()
        self._rows = self.X[:TRAINING].reshape(TRAINING, -1)
        self._squares = np.einsum("ij,ij->i", self._rows, self._rows)
        self.pad = Pad(SEVEN)
        expect.made(self.model, Sequential, "HandwritingExplorer", "a model, a Sequential")
        self._wrong = None
        controls = {
            "which": buttons("show", [OWN, TEST, WRONG]),
            "clear": button("White paper", "eraser", "Then draw a digit with the mouse"),
            "undo": button("Undo stroke", "undo", "Take the last stroke back"),
            "digit": slider("which of them", 1, 1, len(self.y) - TRAINING, 1),
            "pen": slider("width of the pen", PEN, 3.0, 24.0, 0.5),
            "prepare": switch("centre and scale first", True),
            "dx": slider("shift → (pixels)", 0, -10, 10, 1),
            "dy": slider("shift ↓ (pixels)", 0, -10, 10, 1),
            "angle": slider("turn (degrees)", 0, -180, 180, 5),
        }
        super().__init__(1080, 760, controls)

    # ------------------------------------------------------------------ the maths
    @property
    def index(self):
        """Which digit of MNIST is shown; None for one's own drawing."""
        if self["which"] == OWN:
            return None
        if self["which"] == TEST:
            return TRAINING + self["digit"] - 1
        wrong = self.wrong()
        return int(wrong[min(self["digit"], len(wrong)) - 1])

    def wrong(self):
        """The held-back digits that the network misreads; all, should it misread none."""
        if self._wrong is None:
            said = np.concatenate([
                self.model(self.X[i : i + 200, :, :, None]).argmax(axis=1)
                for i in range(TRAINING, len(self.y), 200)
            ])  # fmt: skip
            found = TRAINING + np.flatnonzero(said != self.y[TRAINING:])
            self._wrong = found if len(found) else np.arange(TRAINING, len(self.y))
        return self._wrong

    def inputs(self):
        """The picture before and after shifting and turning, each (28, 28)."""
        index = self.index
        first = self.pad.picture(self["prepare"]) if index is None else self.X[index]
        if not (self["dx"] or self["dy"] or self["angle"]):
            return first, first
        return first, moved(first[None], self["dx"], self["dy"], self["angle"])[0]

    def nearest(self, picture):
        """(indices, distances) of the nearest training digits, the nearest first."""
        x = picture.ravel()
        # ‖x − xᵢ‖² = ‖x‖² − 2 x·xᵢ + ‖xᵢ‖²: one matrix product for all 8,000.
        squares = np.maximum(x @ x - 2 * (self._rows @ x) + self._squares, 0)
        found = np.argpartition(squares, NEAREST)[:NEAREST]
        found = found[np.argsort(squares[found], kind="stable")]
        return found, np.sqrt(squares[found])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        first, x = self.inputs()
        outputs = self.model.trace(x[None, :, :, None])
        self.z = outputs[-1][0].astype(float)
        self.p = Softmax().forward(self.z[None])[0]
        self.before = None
        if x is not first:
            self.before = self.model(first[None, :, :, None])[0].astype(float)
        self._draw_paper(x)
        self._draw_bars()
        self._draw_maps(outputs)
        self.near = self.nearest(x)
        self._draw_nearest()

    def _draw_paper(self, x):
        index = self.index
        ink = self.pad.ink if index is None else self.X[index]
        title = "draw here" if index is None else f"it is a {self.y[index]}; draw over it"
        draw_pad(self.stage, ink, (0, 0, 0.27, 0.42), title)
        panel = self.stage.panel("input", box=(0.27, 0, 0.21, 0.33), x=(0, 28), y=(-28, 0),
                                 axes=False, equal=True,
                                 title="as the network gets it")  # fmt: skip
        panel.heat("ink", x[::-1], colours="grey", smooth=False, tip="{v}")
        panel.line("paper", [0, 28, 28, 0, 0], [0, 0, -28, -28, 0], colour="grey", width=2)
        panel.line("box", [4, 24, 24, 4, 4], [-4, -4, -24, -24, -4], colour="sky", width=1.5,
                   dash=(5, 4))  # fmt: skip
        centre = centre_of_mass(x)
        if centre is None:
            panel.remove("mass")
        else:
            panel.points("mass", [centre[0]], [-centre[1]], colour="vermillion", marker="plus",
                         size=8, tip="centre of mass ({x}, {y})")  # fmt: skip
        panel = self.stage.panel("note", box=(0.27, 0.33, 0.21, 0.09), x=(0, 1), y=(0, 1),
                                 axes=False)  # fmt: skip
        panel.text("note", [0.5, 0.5], [0.75, 0.25],
                   ["dashed: 20 × 20 pixels", "cross: centre of mass"], size=14,
                   colour="muted")  # fmt: skip

    def _draw_bars(self):
        z, p = self.z, self.p
        said, blank = int(p.argmax()), not self.inputs()[1].any()
        most = max(np.abs(z).max(), 0 if self.before is None else np.abs(self.before).max())
        step = next(s for s in (5, 10, 20, 50, 100, 1e9) if most <= 1.5 * s)
        across = dict(x=(-0.6, 9.6), grid=False)
        ticks = [(v, f"{v:g}".replace("-", "−").rjust(3, "\u2007")) for v in (-step, 0, step)]
        panel = self.stage.panel("logits", box=(0.48, 0, 0.52, 0.205), y=(-2.4 * step, 2.4 * step),
                                 xticks=[], yticks=ticks, ylabel="logit z",
                                 title="white paper: it has to say something" if blank else
                                 f"it says {said}, with probability {p[said]:.3f}",
                                 **across)  # fmt: skip
        panel.bars("z", CLASSES, z, classes=CLASSES, width=0.6)
        panel.line("zero", [-0.6, 9.6], [0, 0], width=1.5)
        offset = 0.42 * step * np.where(z < 0, -1, 1)
        panel.text("numbers", CLASSES, z + offset,
                   [f"{v:z.1f}".replace("-", "−") for v in z], size=14, halo=True)  # fmt: skip
        ticks = [(0, "0.0"), (0.5, "0.5"), (1, "1.0")]
        below = self.stage.panel("p", box=(0.48, 0.205, 0.52, 0.215), y=(0, 1.25), yticks=ticks,
                                 xticks=[(k, str(k)) for k in CLASSES], xlabel="class",
                                 ylabel="p", **across)  # fmt: skip
        below.bars("p", CLASSES, p, classes=CLASSES, width=0.6)
        below.text("numbers", CLASSES, p + 0.1, [f"{v:.2f}" for v in p], size=14, halo=True)
        if self.before is None:
            panel.remove("before")
            below.remove("before")
        else:
            look = dict(colour="ink", marker="diamond", size=5, hollow=True)
            panel.points("before", CLASSES + 0.36, self.before, tip="before: {y}", **look)
            q = Softmax().forward(self.before[None])[0]
            below.points("before", CLASSES + 0.36, q, tip="before: {y}", **look)

    def _draw_maps(self, outputs):
        panel = self.stage.panel("maps", box=(0, 0.425, 1, 0.335), x=(0, 1080), y=(-250, 0),
                                 axes=False)  # fmt: skip
        wide = 206
        for k, (place, title, columns) in enumerate(MAPS):
            left, top = 4 + k * 217, -30
            out = outputs[place][0]
            maps = out.reshape(1, 8, 8) if out.ndim == 1 else np.moveaxis(out, -1, 0)
            size = wide / columns
            i = np.arange(len(maps))
            draw_tiles(panel, f"layer {place}", maps, left + i % columns * size,
                       top - i // columns * size, size - 3,
                       vmax=max(float(maps.max()), 1e-6))  # fmt: skip
            panel.text(f"title {place}", left + wide / 2, -14, title, size=13)

    def _draw_nearest(self):
        found, away = self.near
        labels = self.y[found]
        panel = self.stage.panel("nearest", box=(0, 0.765, 1, 0.235), x=(0, 1080), y=(-165, 0),
                                 axes=False)  # fmt: skip
        panel.text("title", 6, -10, "the training digits nearest to it, pixel by pixel; below each "
                   "its class and its distance", size=14, align="left")  # fmt: skip
        left = 6 + 132 * np.arange(NEAREST)
        draw_tiles(panel, "digits", self.X[found], left, -24, 112)
        words = [f"{c} · {d:.1f}" for c, d in zip(labels, away, strict=True)]
        panel.text("words", left + 56, np.full(NEAREST, -150), words, size=15)

    def summary(self):
        index = self.index
        _, x = self.inputs()
        said = int(self.p.argmax())
        second = int(np.argsort(self.p)[-2])
        what = "Your drawing" if index is None else (
            f"Held-back digit {index - TRAINING + 1}, a {self.y[index]}"
        )  # fmt: skip
        if not x.any():
            what = "White paper"
        verdict = "" if index is None else (
            ", right," if said == self.y[index] else ", wrong,"
        )  # fmt: skip
        words = (
            f"{what}: read as {said}{verdict} with probability {self.p[said]:.3f}; its logit is "
            f"{self.z[said]:.1f}, {self.z[said] - self.z[second]:.1f} above that of {second}."
        )
        if self.before is not None:
            words += (
                f" Shifted by ({self['dx']}, {self['dy']}) pixels and turned by {self['angle']}°; "
                f"before that it was read as {int(self.before.argmax())}."
            )
        near = self.y[self.near[0]]
        words += f" Its nearest training digits are {', '.join(map(str, near))}."
        return words.replace("-", "−").replace("Held−back", "Held-back")

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "digit" and self["which"] == OWN:
            self.set_quietly(which=TEST)
        if name == "which" and self["which"] != OWN:
            n = len(self.wrong()) if self["which"] == WRONG else len(self.y) - TRAINING
            self.set_quietly(digit=min(self["digit"], n))
            self.control("digit").max = max(2, n)
        if name == "pen":
            self.set_quietly(which=OWN)
            self.pad.set_width(self["pen"])
        if name == "prepare":
            self.set_quietly(which=OWN)

    def pressed(self, name):
        if name == "clear" or self["which"] != OWN:
            self.pad.clear()
        else:
            self.pad.undo()
        self.set_quietly(which=OWN)

    def event(self, event):
        if event["type"] in ("click", "paint") and event["panel"] == "pad":
            if self["which"] != OWN:
                self.pad.clear()
                self.set_quietly(which=OWN)
            self.pad.happened(event)
