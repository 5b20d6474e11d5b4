"""Squared error against cross-entropy from a bad start: `ConfidentlyWrongExplorer`."""

from __future__ import annotations

import math

import numpy as np

from .. import expect
from ..plot.words import counted, number
from .controls import choice, ladder, log_slider, slider
from .explorer import Explorer

LOW, HIGH = -10.0, 6.0  # the margins that are shown
LONGEST = 10_000  # steps of the race
OUTPUTS = {"sigmoid (yes or no)": 2, "softmax of 3 classes": 3, "softmax of 10 classes": 10}
RUNNERS = ("cross-entropy", "squared error")
COLOURS = dict(zip(RUNNERS, ("green", "purple"), strict=True))

#: The steps one can look at: each of the first, then fewer and fewer.
STEPS = sorted({0, *np.geomspace(1, LONGEST, 60).round().astype(int).tolist()})


def loss(m, k, squared: bool):
    r"""The loss of one sample whose right class leads the k − 1 others by m.

    Parameters
    ----------
    m : array
        Margin: the logit of the right class minus that of the others, which are all equal. For
        k = 2 it is the one logit z of a sigmoid.
    k : int
        Number of classes.
    squared : bool
        (1 − p)² for a sigmoid, Σ(pᵢ − yᵢ)² for a softmax; else −log p.

    Examples
    --------
    >>> float(loss(0.0, 2, True)), round(float(loss(0.0, 10, False)), 3)  # ½², log 10
    (0.25, 2.303)
    """
    if not squared:
        return np.logaddexp(0, math.log(k - 1) - m)
    return (k / (k - 1) if k > 2 else 1) * (1 - right(m, k)) ** 2


def pull(m, k, squared: bool):
    """−∂loss/∂z of the right class's logit: how hard gradient descent pulls it up.

    Examples
    --------
    >>> float(pull(0.0, 2, True)), float(pull(0.0, 2, False))  # 2p(1 − p)², 1 − p
    (0.25, 0.5)
    """
    p = right(m, k)
    if not squared:
        return 1 - p
    return (k / (k - 1) if k > 2 else 1) * 2 * p * (1 - p) ** 2


def right(m, k):
    """The probability of the right class, 1 / (1 + (k − 1) e^−m)."""
    return 1 / (1 + (k - 1) * np.exp(-np.asarray(m)))


def race(m, k, lr, squared: bool, steps=LONGEST) -> np.ndarray:
    """The margin before every step of gradient descent on the logits; entry 0 is the start."""
    # In plain floats: ten times as fast as NumPy for single numbers.
    others, scale = k - 1, (k / (k - 1) if k > 2 else 1.0)
    lr *= k / (k - 1) if k > 2 else 1.0  # the others' logits fall while the right one rises
    path = [m]
    for _ in range(steps):
        p = 1 / (1 + others * math.exp(-m))
        m += lr * (scale * 2 * p * (1 - p) ** 2 if squared else 1 - p)
        path.append(m)
    return np.array(path)


class ConfidentlyWrongExplorer(Explorer):
    r"""One sample, confidently wrong: what squared error and cross-entropy do about it.

    Left both losses over the margin m, by which the logit of the right class leads the others; in
    the middle how hard each pulls at that logit, −∂L/∂z; right the race of two gradient descents
    from the same start. Drag the start.

    Parameters
    ----------
    start : float
        The margin at the start, from −10 to 0.
    learning_rate : float
        Learning rate of both.
    output : str
        "sigmoid (yes or no)", "softmax of 3 classes" or "softmax of 10 classes".

    Examples
    --------
    >>> ConfidentlyWrongExplorer(start=-6).summary()
    'At the start the right class has p = 0.0025. Steps until p > ½: cross-entropy 7, squared error
    214. After 10 steps: 0.78 and 0.0026.'
    """

    def __init__(self, start=-6.0, learning_rate=1.0, output="sigmoid (yes or no)"):
        chosen = OUTPUTS[expect.known(output, OUTPUTS, "output")]
        controls = {
            "start": slider("start", start, LOW, 0.0),
            "learning_rate": log_slider("learning rate η", learning_rate, -1, 1),
            "output": choice("output", OUTPUTS.items(), chosen),
            "step": ladder("after steps", STEPS, 10),
        }
        super().__init__(1080, 420, controls)

    def begin(self):
        self._race()

    def _race(self):
        m, k, lr = (self[name] for name in ("start", "output", "learning_rate"))
        self.paths = {name: race(m, k, lr, name == RUNNERS[1]) for name in RUNNERS}

    def steps_until_right(self, name) -> int | None:
        """Steps until the right class is the likeliest, m > 0; None if that takes too long."""
        there = np.flatnonzero(self.paths[name] > 0)
        return int(there[0]) if len(there) else None

    def changed(self, name):
        if name != "step":
            self._race()

    def event(self, event):
        if event["type"] == "drag":
            self.set_quietly(start=np.clip(event["x"], LOW, 0))
            self._race()

    # ------------------------------------------------------------------ the picture
    def draw(self):
        k, step = self["output"], self["step"]
        m = np.linspace(LOW, HIGH, 200)
        now = {name: float(np.clip(path[step], LOW, HIGH)) for name, path in self.paths.items()}
        shared = dict(
            x=(LOW, HIGH), xlabel="logit z" if k == 2 else "m, its logit minus the others’"
        )
        losses = self.stage.panel(
            "losses",
            box=(0, 0, 0.335, 1),
            y=(-0.3, 12.5),
            ylabel="loss L",
            title="1 · Drag the start",
            legend="upper right",
            **shared,
        )
        pulls = self.stage.panel(
            "pulls",
            box=(0.34, 0, 0.32, 1),
            y=(-0.03, 1.14),
            ylabel="pull on its logit, −∂L/∂z",
            title="2 · How hard each pulls",
            **shared,
        )
        for panel, function in ((losses, loss), (pulls, pull)):
            for name in RUNNERS:
                squared, colour = name == RUNNERS[1], COLOURS[name]
                dash = (9, 5) if squared else ()
                label = name if panel is losses else ""
                panel.line(name, m, function(m, k, squared), colour=colour, width=3, dash=dash,
                           label=label)  # fmt: skip
                marker = "square" if squared else "circle"
                panel.points(f"now {name}", now[name], function(now[name], k, squared), size=8,
                             colour=colour, marker=marker)  # fmt: skip
        at = self["start"]
        top = float(loss(at, k, False))
        losses.line("start", [at, at], [0, top], colour="grey", dash=(4, 4), width=1.5)
        losses.points("handle", at, top, size=9, hollow=True, drag=True, tip="drag: the start")
        both = [float(pull(at, k, squared)) for squared in (False, True)]
        pulls.line("start", [at, at], [0, both[0]], colour="grey", dash=(4, 4), width=1.5)
        for name, strength, x, y in zip(RUNNERS, both, (-2.8, -5.3), (1.07, 0.42), strict=True):
            words = f"at the start {_short(strength)}"
            pulls.text(f"start {name}", x, y, words, colour=COLOURS[name], size=15, bold=True,
                       halo=True)  # fmt: skip
        self._draw_race(k, step)

    def _draw_race(self, k, step):
        chance = 1 / k
        panel = self.stage.panel(
            "race",
            box=(0.665, 0, 0.335, 1),
            x=(0.8, LONGEST),
            y=(-0.03, 1.1),
            xscale="log",
            xlabel="steps of gradient descent",
            ylabel="probability p of the right class",
            title=f"3 · After {counted(step, 'step')}",
        )
        shown = np.array(STEPS[1:])
        panel.line("half", [0.8, LONGEST], [chance, chance], colour="grey", dash=(4, 4), width=1.5)
        panel.line("now", [max(step, 0.8)] * 2, [0, 1], colour="ink", width=1.5)
        for name in RUNNERS:
            squared = name == RUNNERS[1]
            p = right(self.paths[name], k)
            panel.line(name, shown, p[shown], colour=COLOURS[name], width=3,
                       dash=(9, 5) if squared else ())  # fmt: skip
            panel.points(f"now {name}", max(step, 0.8), p[step], size=8, colour=COLOURS[name],
                         marker="square" if squared else "circle")  # fmt: skip
        panel.text("chance", 0.95, chance + 0.045, f"1/{k}", size=14, colour="muted", align="left")

    def summary(self):
        k, step = self["output"], self["step"]
        until = {name: self.steps_until_right(name) for name in RUNNERS}
        words = [f"{n} {'more than ' + str(LONGEST) if s is None else s}" for n, s in until.items()]
        now = [_short(right(self.paths[name][step], k)) for name in RUNNERS]
        goal = "p > ½" if k == 2 else "it leads"
        return (
            f"At the start the right class has p = {_short(right(self['start'], k))}. "
            f"Steps until {goal}: {', '.join(words)}. After "
            f"{counted(step, 'step')}: {now[0]} and {now[1]}."
        )


def _short(v) -> str:
    """Two digits, or two that are not zero."""
    return number(v) if v >= 0.1 or v == 0 else f"{float(f'{v:.1e}'):.10f}".rstrip("0")
