"""Paper to draw a digit on with the mouse: `Pad`, a part of several explorers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..data import mnist
from ..handwriting import PAD, add_segment, as_mnist, draw_strokes

TRAINING = 8000  # of MNIST's digits, as `data.mnist` tells; the others are held back
PEN = 10.0
SEVEN = [[(30, 28), (80, 25), (66, 50), (52, 88)], [(42, 56), (74, 54)]]


@lru_cache(maxsize=1)
def digits():
    """(X (10000, 28, 28), y) of MNIST, read once."""
    found = mnist()
    X = found.X.reshape(-1, 28, 28)
    X.setflags(write=False)
    return X, found.y


class Pad:
    """Strokes, and the ink they leave.

    A pressed button begins a stroke, moving goes on with it: the stage's events "click" and
    "paint". Coordinates are pixels from the upper left corner; the panel has y upwards, so there
    they are negative.

    Parameters
    ----------
    strokes : list of lists of (x, y), optional
    width : float
        Of the pen, in pixels of 112.
    """

    def __init__(self, strokes=(), width=PEN):
        self.strokes = [list(map(tuple, stroke)) for stroke in strokes]
        self.width = width
        self.redraw()

    def redraw(self):
        self.ink = draw_strokes(self.strokes, self.width)

    def set_width(self, width):
        """Another pen, also for what has been drawn already."""
        self.width = width
        self.redraw()

    def undo(self):
        """Take the last stroke back; nothing happens on white paper."""
        self.strokes = self.strokes[:-1]
        self.redraw()

    def clear(self):
        self.strokes = []
        self.redraw()

    def happened(self, event):
        """A stroke begins or goes on."""
        here = event["x"], -event["y"]
        if event["type"] == "click" or not self.strokes:
            self.strokes.append([here])
            start = here
        else:
            start = self.strokes[-1][-1]
            self.strokes[-1].append(here)
        add_segment(self.ink, start, here, self.width)

    def picture(self, prepared=True):
        """(28, 28), centred and scaled as MNIST; else the paper as it is, four pixels in one."""
        if prepared:
            return as_mnist(self.ink)
        return self.ink.reshape(28, 4, 28, 4).mean(axis=(1, 3)).astype(np.float32)


def draw_pad(stage, ink, box, title="draw here"):
    """The paper as a panel "pad" that takes strokes."""
    panel = stage.panel("pad", box=box, x=(0, PAD), y=(-PAD, 0), axes=False, equal=True,
                        title=title, click=True)  # fmt: skip
    # Half as fine is enough for the eye, and a quarter of what goes to the browser.
    if len(ink) == PAD:
        ink = ink.reshape(PAD // 2, 2, PAD // 2, 2).mean(axis=(1, 3))
    panel.heat("ink", ink[::-1], (0, PAD, -PAD, 0), colours="grey", smooth=False)
    panel.line("paper", [0, PAD, PAD, 0, 0], [0, 0, -PAD, -PAD, 0], colour="grey", width=2)
    return panel


def draw_tiles(panel, name, pictures, x, y, size, *, vmax=1.0, colours="grey", smooth=False):
    """Square pictures (N, rows, columns) with their upper left corners at (x, y), and frames."""
    x, y = np.broadcast_to(x, len(pictures)), np.broadcast_to(y, len(pictures))
    extent = np.stack([x, x + size, y - size, y], axis=1)
    panel.heat(name, np.asarray(pictures)[:, ::-1], extent, vmax=vmax, colours=colours,
               smooth=smooth, tip="{v}")  # fmt: skip
    gap = np.nan * x
    panel.line(f"{name} frames",
               np.stack([x, x + size, x + size, x, x, gap], axis=1).ravel(),
               np.stack([y, y, y - size, y - size, y, gap], axis=1).ravel(),
               colour="grid", width=1.5)  # fmt: skip
