"""Will I pass this class? One neuron, its answer, and every sample's loss: `PassExplorer`."""

from __future__ import annotations

import numpy as np

from .. import data, expect
from ..core import Sequential
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import SGD
from ..plot.decision import grid
from ..plot.words import counted, number, signed
from .controls import button, log_slider, slider
from .playing import PlayingExplorer

CELLS = 60
PER_TICK, TO_END = 10, 3000  # steps between two pictures while it plays; steps of "To the end"
KEPT = 2000  # losses that are kept; older ones are thinned out
SIZES = ((0.0, 4.0), (0.3, 5.5), (0.7, 8.0), (1.5, 10.5), (3.0, 13.0))  # loss → radius


class PassExplorer(PlayingExplorer):
    r"""A neuron σ(x₁w₁ + x₂w₂ + b) that learns who passes the class.

    Left students, the larger the more the neuron's answer costs, and the boundary p = ½; the star
    is the student who asks, to be dragged. Right the loss of each student, and the mean over all of
    them against the steps of gradient descent.

    Parameters
    ----------
    W, b : arrays (2, 1) and (1,), optional
        To start from; `nnlib.data.untrained` if left out.
    learning_rate : float
    samples : Dataset, optional
        `nnlib.data.will_i_pass` if left out.

    Attributes
    ----------
    model : nnlib.Sequential
    steps : int

    Examples
    --------
    >>> explorer = PassExplorer()
    >>> explorer.summary()
    'After 0 steps: 4 lectures and 5.0 hours pass with probability 0.10. Mean loss 2.28, 26 of 80
    students on the right side. z = −0.30·x₁ − 0.20·x₂ + 0.00.'
    >>> explorer.press("step")
    'After 1 step: 4 lectures and 5.0 hours pass with probability 0.80. ...'
    """

    below = ("lectures", "hours")

    def __init__(self, W=None, b=None, *, learning_rate=0.1, samples=None):
        who = "PassExplorer"
        self.data = data.will_i_pass() if samples is None else samples
        expect.made(self.data, data.Dataset, who, "samples, a Dataset")
        self.start = data.untrained()
        if W is not None:
            W = expect.array(W, who, "W").reshape(-1, 1)
            b = expect.array(b, who, "b").reshape(-1)
            self.start = expect.array(W, who, "W", (2, 1)), expect.array(b, who, "b", (1,))
        self.loss = BinaryCrossEntropy("none")
        self.points, _ = grid((-0.5, 10.5), (-0.5, 10.5), CELLS)
        # From few hours and lectures to many, so that a bar keeps its place.
        self.order = np.lexsort((self.data.X[:, 0], self.data.X.sum(axis=1)))
        controls = {
            "step": button("Step", "step-forward", "One step of gradient descent"),
            "play": button("Play", "play", "Step after step; press again to pause"),
            "finish": button("To the end", "fast-forward", f"{TO_END} steps at once"),
            "reset": button("Reset", "undo", "The untrained neuron"),
            "learning_rate": log_slider("learning rate η", learning_rate, -3, 0),
            "lectures": slider("x₁, lectures", int(data.QUERY[0, 0]), 0, 10, 1),
            "hours": slider("x₂, hours", float(data.QUERY[0, 1]), 0.0, 10.0, 0.5),
        }
        super().__init__(1080, 470, controls)

    def begin(self):
        self._reset()

    # ------------------------------------------------------------------ learning
    def _reset(self):
        self.model = Sequential(Dense(2, 1))
        for parameter, value in zip(self.model.parameters(), self.start, strict=True):
            parameter.value[...] = value
        self.sgd = SGD(self.model.parameters(), lr=self["learning_rate"])
        self.steps, self.curve = 0, []
        self._note()

    def _note(self):
        self.losses = self.loss(self.model.forward(self.data.X), self.data.y)[:, 0]
        self.curve.append((self.steps, float(self.losses.mean())))
        if len(self.curve) > KEPT:
            del self.curve[1:-1:2]

    def advance(self, steps=1) -> None:
        """Gradient descent on the mean loss."""
        self.sgd.lr, n = self["learning_rate"], len(self.data)
        for _ in range(steps):
            self.loss(self.model.forward(self.data.X, train=True), self.data.y)
            self.model.backward(self.loss.backward() / n)
            self.sgd.step()
            self.steps += 1
        self._note()

    def _to_end(self):
        goal = self.steps + TO_END
        while self.steps < goal:
            self.advance(1 if self.steps < 40 else 20)
            yield 1 - (goal - self.steps) / TO_END

    def _tick(self):
        self.advance(PER_TICK if self.steps >= 20 else 1)  # the first steps are the largest
        self.refresh()
        return True

    # ------------------------------------------------------------------ the reader
    def pressed(self, name):
        was_playing = self.playing
        self.pause()
        if self.working:
            self.work(())  # an empty job takes the place of “To the end”: one learner at a time
        if name == "play" and not was_playing:
            self.loop.play()
        elif name == "finish":
            self.work(self._to_end())
        elif name == "step":
            self.advance()
        elif name == "reset":
            self._reset()

    def event(self, event):
        if event["type"] == "drag":
            lectures, hours = np.clip([event["x"], event["y"]], 0, 10)
            self.set_quietly(lectures=round(lectures), hours=hours)

    # ------------------------------------------------------------------ the picture
    def p(self, X) -> np.ndarray:
        """The probability to pass, shape (N,)."""
        z = self.model.forward(X)[:, 0]
        return np.exp(-np.logaddexp(0, -z))

    def draw(self):
        panel = self.stage.panel(
            "plane",
            box=(0, 0, 0.46, 1),
            x=(-0.5, 10.5),
            y=(-0.5, 10.5),
            xlabel="x₁, lectures attended",
            ylabel="x₂, hours on the final project",
            title="1 · Drag the star; large = large loss",
            equal=True,
        )
        panel.heat("p", 2 * self.p(self.points).reshape(CELLS, CELLS) - 1, contour=True)
        for least, radius in SIZES:
            above = min((low for low, _ in SIZES if low > least), default=np.inf)
            mine = (self.losses >= least) & (self.losses < above)
            panel.points(f"loss from {least}", *self.data.X[mine].T, classes=self.data.y[mine],
                         size=radius, tip="{x} lectures, {y} hours")  # fmt: skip
        query = np.array([[self["lectures"], self["hours"]]], dtype=float)
        answer = float(self.p(query)[0])
        panel.points("query", *query.T, marker="star", colour="purple", size=13, drag=True)
        x, y = query[0]
        words = f"P(pass) = {number(answer)}"
        panel.text("answer", np.clip(x, 1.8, 8.2), y + (0.75 if y < 9.4 else -0.75), words,
                   size=18, bold=True, halo=True)  # fmt: skip
        self._draw_losses()
        self._draw_curve()

    def _draw_losses(self):
        n, losses = len(self.data), self.losses[self.order]
        mean = float(losses.mean())
        top = 5.0 if losses.max() < 5 else 10.0 * np.ceil(losses.max() / 10)
        panel = self.stage.panel(
            "losses",
            box=(0.47, 0, 0.53, 0.52),
            x=(-1, n),
            y=(0, top),
            xticks=[],
            xlabel="students, from few lectures and hours to many",
            ylabel="loss of each",
            title=f"2 · Its mean is the loss of the neuron: {number(mean)}",
        )
        panel.bars("losses", range(n), losses, classes=self.data.y[self.order],
                   width=0.8)  # fmt: skip
        panel.line("mean", [-1, n], [mean] * 2, dash=(8, 5), width=2.5)

    def _draw_curve(self):
        t, mean = np.array(self.curve).T
        last, top = max(100.0, 1.2 * self.steps), max(2.5, 1.1 * mean.max())
        panel = self.stage.panel(
            "curve",
            box=(0.47, 0.53, 0.53, 0.47),
            x=(0.7, last),
            y=(0, top),
            xscale="log",
            xlabel="steps of gradient descent",
            ylabel="mean loss",
            title=f"3 · After {counted(self.steps, 'step')}",
        )
        guess = np.log(2)
        panel.line("ln 2", [0.7, last], [guess] * 2, colour="grey", dash=(4, 4), width=1.5)
        words = "ln 2: the price of always saying ½"
        panel.text("guessing", 0.95 * last, guess + 0.07 * top, words, size=13, colour="muted",
                   align="right")  # fmt: skip
        panel.line("loss", np.maximum(t, 0.8), mean, colour="vermillion", width=3)
        panel.points("now", max(t[-1], 0.8), mean[-1], colour="vermillion", size=6)

    def summary(self):
        (w1, w2), b = self.model[0].W.value[:, 0], self.model[0].b.value[0]
        X, y = self.data.X, self.data.y
        right = int(((self.p(X) > 0.5) == y).sum())
        x = np.array([[self["lectures"], self["hours"]]], dtype=float)
        steps = counted(self.steps, "step")
        return (
            f"After {steps}: {self['lectures']} lectures and {self['hours']:.1f} hours pass with "
            f"probability {number(self.p(x)[0])}. Mean loss {number(self.losses.mean())}, {right} "
            f"of {len(y)} students on the right side. "
            f"z = {number(w1)}·x₁ {signed(w2)}·x₂ {signed(b)}."
        )
