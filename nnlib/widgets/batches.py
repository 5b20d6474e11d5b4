"""All samples, some, or one for each step: `BatchExplorer`."""

from __future__ import annotations

import numpy as np

from ..data import three_or_eight
from ..descent import descend_in_batches, neuron_loss
from ..plot.words import counted
from .controls import choice, log_slider, slider
from .descent import draw_path, draw_start, surface_panel, within
from .explorer import Explorer

ALL, SOME, ONE = "all", "some", "one"
COLOURS = {ALL: "ink", SOME: "vermillion", ONE: "green"}
SHOWN = 200  # places of a path at which the loss of all samples is computed
LINE, DOTS = 60, 500  # updates drawn as a line, and of those after it, how many as dots
SIZES = (2, 4, 8, 16, 32, 64, 128)


class BatchExplorer(Explorer):
    r"""Gradient descent with all samples, with some, and with one for each step.

    One neuron tells handwritten threes from eights by the ink in the left half. Left its loss over
    all samples, and three paths from one start (drag it). A ring shows how far, on average, a path
    stays from the minimum in its last epoch; after the first updates a path is dots. Right the
    loss, against the samples looked at or against the updates.

    Parameters
    ----------
    learning_rate : float
    batch_size : int
    epochs, seed : int

    Attributes
    ----------
    surface : nnlib.surfaces.Surface
    paths : dict
        "all", "some", "one" → array (updates + 1, 2).

    Examples
    --------
    >>> BatchExplorer(learning_rate=1.0, batch_size=16, epochs=5).summary()
    '256 samples, 5 epochs, η = 1. All samples: 5 updates, loss 0.2330 above the least. Batches of
    16: 80 updates, 0.0020. One sample: 1280 updates, 0.0569.'
    """

    def __init__(self, *, learning_rate=1.0, batch_size=16, epochs=5, seed=0):
        samples = three_or_eight()
        self.x, self.y = samples.X[:, 0], samples.y
        self.surface = neuron_loss(self.x, self.y)
        self.start = np.array(self.surface.start)
        self.paths, self._made = {}, {}
        controls = {
            "learning_rate": log_slider("learning rate η", learning_rate, -2, 1),
            "batch_size": choice("batch size", SIZES, batch_size),
            "epochs": slider("epochs", epochs, 1, 10, 1),
            "seed": slider("seed", seed, 0, 99, 1),
            "across": choice("cost counted in", ["samples looked at", "updates"]),
            "shown": choice("paths", [("all three", ""), *((k, k) for k in COLOURS)]),
        }
        super().__init__(1080, 450, controls)

    # ------------------------------------------------------------------ the maths
    def sizes(self):
        return {ALL: len(self.x), SOME: self["batch_size"], ONE: 1}

    def _descend(self):
        common = tuple(self.start), self["learning_rate"]
        for kind, size in self.sizes().items():
            key = (*common, size, self["epochs"], self["seed"])
            if self._made.get(kind) != key:
                path = descend_in_batches(self.x, self.y, *key)
                self._made[kind], self.paths[kind] = key, path

    def above(self, kind):
        """(samples looked at, updates, loss of all samples above the least) along a path."""
        path = self.paths[kind]
        at = np.unique(np.linspace(0, len(path) - 1, SHOWN).astype(int))
        lowest = self.surface.value(self.surface.minima[0])
        loss = self.surface.value(path[at]) - lowest
        per_epoch = (len(path) - 1) / self["epochs"]
        return at / per_epoch * len(self.x), at, loss

    def ball(self, kind):
        """The root of the mean squared distance from the minimum during the last epoch."""
        path = self.paths[kind]
        last = path[-((len(path) - 1) // self["epochs"]) :]
        return float(np.sqrt(np.square(last - self.surface.minima[0]).sum(axis=1).mean()))

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "start":
            self.start = within(self.surface, event)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._descend()
        title = f"The loss of all {len(self.x)} samples, and three ways down"
        names = {"xlabel": "weight w of the ink", "ylabel": "bias b"}
        panel = surface_panel(self.stage, self.surface, 0.55, title, **names)
        turn = np.linspace(0, 2 * np.pi, 61)
        circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        for kind in (ONE, SOME, ALL):
            shown = self["shown"] in ("", kind)
            path = self.paths[kind] if shown else np.zeros((0, 2))
            if kind == ALL:
                draw_path(panel, kind, path, COLOURS[kind])
                continue
            panel.line(kind, *path[:LINE].T, colour=COLOURS[kind], width=1.8)
            later = path[LINE:]
            later = later[:: max(1, len(later) // DOTS)]
            panel.points(f"{kind} later", *later.T, colour=COLOURS[kind], size=2.4)
        for kind in (SOME, ONE):
            ring = self.surface.minima[0] + self.ball(kind) * circle
            ring = ring if self["shown"] in ("", kind) else ring[:0]
            panel.line(f"{kind} ball", *ring.T, colour=COLOURS[kind], width=4, dash=(6, 4))
        at = self.surface.x[1] - 0.15, self.surface.y[0] + 0.2
        words = "ring: mean distance in the last epoch"
        panel.text("ring", *at, words, align="right", size=13, halo=True)
        draw_start(panel, self.start)
        self._draw_loss()

    def _draw_loss(self):
        by_samples = self["across"] == "samples looked at"
        found = {kind: self.above(kind) for kind in COLOURS}
        right = max(found[ONE][0 if by_samples else 1])
        panel = self.stage.panel(
            "loss",
            box=(0.56, 0, 0.44, 1),
            x=(0, right),
            y=(1e-4, 10),
            yscale="log",
            xlabel="samples looked at" if by_samples else "updates",
            ylabel="loss above the least",
            title=f"Loss of all samples, {counted(self['epochs'], 'epoch')}",
            legend="upper right",
        )
        names = {
            ALL: f"all {len(self.x)}",
            SOME: f"{self['batch_size']} at a time",
            ONE: "one at a time",
        }
        for kind in (ONE, SOME, ALL):
            samples, updates, loss = found[kind]
            shown = self["shown"] in ("", kind)
            across = (samples if by_samples else updates)[: len(loss) * shown]
            panel.line(
                kind,
                across,
                np.clip(loss, 1e-4, 1e3)[: len(across)],
                colour=COLOURS[kind],
                width=3 if kind == ALL else 1.5,
                label=names[kind],
            )

    def summary(self):
        sizes = {k: len(p) - 1 for k, p in self.paths.items()}
        last = {k: float(self.above(k)[2][-1]) for k in COLOURS}
        one = counted(self["epochs"], "epoch")
        updates = counted(sizes[ALL], "update")
        return (
            f"{len(self.x)} samples, {one}, η = {self['learning_rate']:.3g}. All samples: "
            f"{updates}, loss {last[ALL]:.4f} above the least. Batches of "
            f"{self['batch_size']}: {sizes[SOME]} updates, {last[SOME]:.4f}. One sample: "
            f"{sizes[ONE]} updates, {last[ONE]:.4f}."
        )
