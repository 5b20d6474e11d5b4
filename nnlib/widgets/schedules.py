"""What a learning-rate schedule does to a noisy descent: `ScheduleExplorer`."""

from __future__ import annotations

import numpy as np

from ..core import Parameter
from ..optim import SGD
from ..schedules import SCHEDULES
from ..surfaces import ravine
from .controls import choice, log_slider, slider
from .descent import draw_path, surface_panel
from .explorer import Explorer

RUNS = 60
STEPS = 200
SURFACE = ravine(10)
COLOURS = dict(zip(SCHEDULES, ("ink", "blue", "green", "vermillion", "purple"), strict=True))
LOW, HIGH = 1e-3, 10.0  # the losses that are drawn
GONE = 1e6


class ScheduleExplorer(Explorer):
    r"""Sixty descents with noisy gradients, and how long their steps are.

    Left the path of one of them and where all sixty ended. Right the learning rate, and how far
    above the minimum the sixty are on average, for every schedule; the chosen one is drawn thick.

    Parameters
    ----------
    schedule : str
        A name from `nnlib.schedules.SCHEDULES`.
    learning_rate : float
        η of the first step, or the largest.
    noise : float
        Standard deviation of what is added to each part of the gradient.

    Examples
    --------
    Noise keeps a constant η above the minimum, and one that shrinks gets further down.

    >>> explorer = ScheduleExplorer("constant")
    >>> bool(explorer.above["cosine"][-1] < 0.1 < explorer.above["constant"][-1])
    True
    """

    def __init__(self, schedule="constant", learning_rate=0.1, noise=2.0):
        super().__init__(
            1080,
            520,
            {
                "schedule": choice("schedule", SCHEDULES, schedule),
                "learning_rate": log_slider("largest η", learning_rate, -3, 0),
                "noise": slider("noise in g", noise, 0.0, 5.0, 0.1),
                "seed": slider("seed", 0, 0, 99, 1),
            },
        )

    def paths(self, name) -> np.ndarray:
        """(STEPS + 1, RUNS, 2): optimisers work number by number, so all runs are one parameter."""
        schedule = SCHEDULES[name](self["learning_rate"], STEPS)
        noise = self["noise"] * np.random.default_rng(self["seed"]).normal(size=(STEPS, RUNS, 2))
        w = Parameter(np.tile(SURFACE.start, (RUNS, 1)))
        sgd, path = SGD([w]), np.empty((STEPS + 1, RUNS, 2))
        path[0] = w.value
        with np.errstate(all="ignore"):  # beyond the limit it runs away, and the picture says so
            for k in range(STEPS):
                w.grad[...] = SURFACE.gradient(w.value) + noise[k]
                sgd.lr = schedule(k)
                sgd.step()
                path[k + 1] = w.value
        return path

    def draw(self):
        chosen = self["schedule"]
        paths = self.paths(chosen)
        ground = surface_panel(self.stage, SURFACE, 0.5, "One path, and where all sixty end")
        draw_path(ground, "path", paths[:, 0], COLOURS[chosen])
        ends = paths[-1][np.isfinite(paths[-1]).all(axis=1)]
        near = np.abs(ends) < 1.5 * np.abs([SURFACE.x[1], SURFACE.y[1]])
        ground.points("ends", *ends[near.all(axis=1)].T, colour="orange", size=4)

        rates = self.stage.panel(
            "rate", box=(0.52, 0, 0.48, 0.42), x=(0, STEPS), y=(0, 1.08 * self["learning_rate"]),
            ylabel="η", title="The learning rate",
        )  # fmt: skip
        loss = self.stage.panel(
            "loss", box=(0.52, 0.42, 0.48, 0.58), x=(0, STEPS), y=(LOW, HIGH), yscale="log",
            xlabel="step", ylabel="mean f(w)", title="How far above the minimum",
            legend="lower left",
        )  # fmt: skip
        steps = np.arange(STEPS)
        self.above = {}
        for name in SCHEDULES:
            of = paths if name == chosen else self.paths(name)
            with np.errstate(all="ignore"):
                mean = SURFACE.value(of).mean(axis=1)
            self.above[name] = np.where(mean < GONE, mean, GONE)  # NaN too
            schedule = SCHEDULES[name](self["learning_rate"], STEPS)
            look = dict(colour=COLOURS[name], width=4.5 if name == chosen else 1.5)
            rates.line(name, steps, [schedule(k) for k in steps], **look)
            shown = np.clip(self.above[name], LOW / 10, HIGH * 10)
            loss.line(name, np.arange(STEPS + 1), shown, label=name, **look)

    def summary(self):
        words = []
        for name in SCHEDULES:
            last = self.above[name][-20:].mean()
            words.append(f"{name} {last:.1g}" if last < GONE else f"{name} out of all bounds")
        last = self.above[self["schedule"]][-1]
        where = f"{last:.1g} above the minimum" if last < GONE else "out of all bounds"
        text = (
            f"Sixty descents of {STEPS} steps, noise {self['noise']:.1f}. Mean height over the "
            f"last 20: {'; '.join(words)}. At the end, with the schedule {self['schedule']} of "
            f"η = {self['learning_rate']:.2g} they are {where}."
        )
        return text.replace("e-", "e−")
