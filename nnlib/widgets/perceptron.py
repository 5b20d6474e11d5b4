"""Rosenblatt's rule, sample by sample: `PerceptronExplorer`."""

from __future__ import annotations

import time

import numpy as np

from .. import expect
from ..data import EXTENT
from ..perceptron import Perceptron
from ..plot.decision import grid
from ..plot.ticks import rounded_up
from ..plot.words import counted
from ..separable import mistake_bound, parted, widest_margin
from .controls import button, buttons, choice, slider, switch
from .playing import PlayingExplorer

PARTED, OWN = "parted by a line", "my own points"
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}
SPEEDS = {
    "1 sample a second": 1,
    "4 samples a second": 4,
    "20 samples a second": 20,
    "as fast as it can": None,
}
AT_ONCE = 1_000  # samples visited when the picture is to follow a dragged point
AT_MOST = 20_000  # samples visited by "To the end"
KEPT = 1_000  # steps of the path that are kept; older ones are thinned out


class PerceptronExplorer(PlayingExplorer):
    r"""Rosenblatt's rule, one sample at a time, with its mistakes counted against the bound.

    Left the plane (click adds a sample, dragging moves one) with the line before (dashed) and after
    the last step; in the middle w as an
    arrow, before and after: a mistake adds the sample to it, or takes it away. On the right how
    long (w, b) has become after k mistakes, between k·γ and √k·R, which meet at (R/γ)² mistakes.

    Parameters
    ----------
    X, y : array (N, 2) and array (N,) of 0 and 1, optional
        Samples to learn from; they appear as "my own points".
    data : str
        Else which samples: "parted by a line", "AND", "OR" or "XOR".
    margin : float
        No sample is nearer than this to the line that parts them.
    flipped : float
        Share of labels that are wrong.
    n, seed : int
        How many samples, and which.

    Attributes
    ----------
    perceptron : nnlib.Perceptron
    X, y : arrays
    bound : nnlib.separable.MistakeBound, or None where no line separates the samples

    Examples
    --------
    >>> explorer = PerceptronExplorer(data="OR")
    >>> explorer.press("finish")
    'Finished in epoch 4: a whole epoch without a mistake. w = (1.00, 1.00), b = −1.00.
    5 mistakes; the bound (R/γ)² allows 27.'
    """

    below = (
        "data", "margin", "flipped", "n", "seed", "point_class", "clear", "live",
    )  # fmt: skip

    def __init__(self, X=None, y=None, *, data=PARTED, margin=0.2, flipped=0.0, n=20, seed=1):
        self.own = None if X is None else _samples(X, y)
        controls = {
            "step": button("Step", "step-forward", "Look at the next sample"),
            "next": button("Next mistake", "forward", "Go on until a sample is wrong"),
            "play": button("Play", "play", "One sample after the other; press again to pause"),
            "finish": button("To the end", "fast-forward", "Until nothing is wrong any more"),
            "reset": button("Reset", "undo", "w = 0, b = 0, no mistakes"),
            "speed": choice("speed", SPEEDS, "4 samples a second"),
            "data": choice("samples", [PARTED, *LABELS, OWN], data if self.own is None else OWN),
            "margin": slider("margin", margin, 0.01, 0.5, 0.01),
            "flipped": slider("flipped labels", flipped, 0.0, 0.3, 0.05),
            "n": slider("number of samples", n, 2, 60, 1),
            "seed": slider("seed", seed, 0, 99, 1),
            "point_class": buttons("click adds class", [("●  0", 0), ("■  1", 1)], 0),
            "clear": button("Remove all points", "trash"),
            "live": switch("learn again at once when a point moves", False),
        }
        self._points = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 60)[0]
        super().__init__(1080, 440, controls)

    def begin(self):
        self._data()

    # ------------------------------------------------------------------ samples
    def _data(self):
        if self["data"] == PARTED:
            X, y = parted(self["n"], self["margin"], self["flipped"], self["seed"])
        elif self["data"] == OWN:
            X, y = self.own if self.own is not None else (np.zeros((0, 2)), np.zeros(0, int))
        else:
            X, y = CORNERS, np.array(LABELS[self["data"]])
        self.X, self.y = X, y
        self._start()

    def _start(self):
        """From w = 0, with the samples as they are."""
        self.perceptron = Perceptron(2)
        self.bound = None
        if len(self.X) and widest_margin(self.X, self.y) is not None:
            self.bound = mistake_bound(self.X, self.y)
        self.last, self.done, self.visited = None, False, 0
        self.before = np.zeros(2), 0.0
        self.path = [np.zeros(2)]
        self.lengths = []  # (mistakes, ‖(w, b)‖)
        # Shown one at a time, and to the end of time where it never finishes.
        self._steps = self.perceptron.steps(self.X, self.y, epochs=10**9) if len(self.X) else None

    # ------------------------------------------------------------------ learning
    def advance(self, samples=1, *, to_mistake=False) -> None:
        """Look at the next samples, or at those up to the next mistake."""
        for _ in range(samples):
            if self.done or self._steps is None:
                return
            before = self.perceptron.w, self.perceptron.b
            update = next(self._steps, None)
            if update is None:
                self.done = True
                return
            self.last, self.before = update, before
            self.visited += 1
            if update.mistake:
                self._note(self.path, update.w)
                length = float(np.hypot(np.linalg.norm(update.w), update.b))
                self._note(self.lengths, (update.mistakes, length))
                if to_mistake:
                    return

    @staticmethod
    def _note(history, item):
        history.append(item)
        if len(history) > KEPT:
            del history[1:-1:2]

    def _tick(self):
        now = time.monotonic()
        rate = SPEEDS[self["speed"]]
        if rate is None:
            self.advance(50)
        else:
            self._owed = min(self._owed + (now - self._since) * rate, 20)
            steps = int(self._owed)
            self._owed -= steps
            self.advance(steps)
        self._since = now
        self.refresh()
        return not self.done and len(self.X) > 0

    # ------------------------------------------------------------------ the reader
    def pressed(self, name):
        if name == "play" and not self.playing:
            if self.done:
                self._start()  # once more from the beginning
            self._since, self._owed = time.monotonic(), 1.0
            self.loop.play()
            return
        self.pause()
        if name == "step":
            self.advance()
        elif name == "next":
            self.advance(max(len(self.X), 1) * 2, to_mistake=True)
        elif name == "finish":
            self.advance(AT_MOST)
        elif name == "reset":
            self._start()
        elif name == "clear":
            self.own = None
            self.set_quietly(data=OWN)
            self._data()

    def changed(self, name):
        if name in ("margin", "flipped", "n", "seed"):
            self.set_quietly(data=PARTED)
        if name in ("data", "margin", "flipped", "n", "seed"):
            if name == "data" and self["data"] == OWN and self.own is None:
                self.own = self.X, self.y  # to be changed by hand
            self._data()
            self._again()
        elif name == "live":
            self._again()

    def event(self, event):
        if event.get("panel") != "plane" or event["type"] not in ("drag", "click"):
            return
        at = np.clip([event["x"], event["y"]], -EXTENT, EXTENT)
        X, y = self.X.copy(), self.y.copy()
        if event["type"] == "drag":
            X[event["index"]] = at
        elif event.get("item") is None:
            label = self["point_class"]
            if event.get("shift") or event.get("button"):
                label = 1 - label
            X, y = np.vstack([X, at]), np.append(y, label)
        else:
            return
        self.own = X, y
        self.set_quietly(data=OWN)
        self._data()
        self._again()

    def _again(self):
        if self["live"]:
            self.advance(AT_ONCE)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_plane()
        self._draw_weights()
        self._draw_lengths()

    def _draw_plane(self):
        title = "Click adds a sample, dragging moves it"
        panel = self.stage.plane("plane", EXTENT, box=(0, 0, 0.42, 1), click=True, title=title)
        p, last = self.perceptron, self.last
        started = bool(p.mistakes)
        side = np.where(p.decision(self._points) >= 0, 0.35, -0.35) if started else np.zeros(3600)
        panel.heat("side", side.reshape(60, 60), smooth=False)
        moved = last is not None and last.mistake and not self.done
        # Empty where there is nothing to show: what is drawn later lies on top, so the order stays.
        nothing = np.zeros((0, 2))
        old_line = _line(*self.before) if moved else nothing
        panel.line("before", *old_line.T, colour="muted", dash=(7, 6), width=2)
        draw_boundary(panel, p.w, p.b, near=(0, 0), arrow=0.35)
        step = (2 * last.y - 1) * last.x[None] if moved else nothing
        panel.arrows("x", 0 * step[:, 0], 0 * step[:, 0], *step.T, colour="green", width=4)
        name = [] if not moved else ["x"] if last.y else ["−x"]
        beyond = 1.12 * step + 0.06 * np.sign(step)
        panel.text("x name", *beyond.T, name, colour="green", size=17, bold=True, halo=True)
        now = nothing if last is None or self.done else last.x[None]
        panel.points(
            "current", *now.T, size=13, hollow=True, colour="vermillion" if moved else "green"
        )
        panel.points("samples", *self.X.T, classes=self.y, size=6, drag=True, tip="({x}, {y})")

    def _draw_weights(self):
        path = np.array(self.path)
        tall = 1.62  # the panel's height by its width
        reach = max(np.abs(path[:, 0]).max(), np.abs(path[:, 1]).max() / tall, 0.4) * 1.2
        reach = rounded_up(reach)  # the window grows now and then, not with every step
        last, (before, _) = self.last, self.before
        moved = last is not None and last.mistake and not self.done
        did = "w + x" if moved and last.y else "w − x"
        panel = self.stage.panel(
            "weights",
            box=(0.43, 0, 0.285, 1),
            x=(-reach, reach),
            y=(-tall * reach, tall * reach),
            xlabel="w₁",
            ylabel="w₂",
            title=f"A mistake: w becomes {did}" if moved else "w",
            equal=True,
        )
        panel.line("path", *path.T, colour="grey", width=1.5)
        some = slice(None) if moved else slice(0)
        (x0, y0), (x1, y1) = before, self.perceptron.w
        panel.arrows("before", *[[v][some] for v in (0, 0, x0, y0)], colour="grey", width=4)
        panel.arrows("after", 0, 0, x1, y1, colour="vermillion", width=4)
        panel.arrows("x", *[[v][some] for v in (x0, y0, x1, y1)], colour="green", width=4)
        words = dict(size=17, bold=True, halo=True)
        size = np.hypot(x1, y1)
        at = np.array([x1, y1]) * (1 + 0.1 * reach / size) if size > 0 else np.zeros(2)
        panel.text("w", *at, "w", colour="vermillion", **words)
        aside = np.array([y0 - y1, x1 - x0]) / (np.hypot(x1 - x0, y1 - y0) or 1.0)
        middle = np.array([x0 + x1, y0 + y1]) / 2 + 0.1 * reach * aside
        name = "x" if moved and last.y else "−x"
        panel.text("x name", *middle[:, None][:, some], [name][some], colour="green", **words)

    def _draw_lengths(self):
        k = np.array([m for m, _ in self.lengths])
        lengths = np.array([v for _, v in self.lengths])
        R = np.sqrt((self.X**2).sum(axis=1) + 1).max(initial=1.0)  # the 1 is the bias's input
        right = max(20.0, 2 * self.perceptron.mistakes)
        if self.bound is not None:
            right = max(right, 2 * self.bound.bound)
        ends = np.array([1.0, right])
        low = [self.bound.gamma] if self.bound else []
        panel = self.stage.panel(
            "lengths",
            box=(0.72, 0, 0.28, 1),
            x=(0.8, right),
            y=(0.6 * min([1.0, *lengths, *low]), 1.5 * R * np.sqrt(right)),
            xscale="log",
            yscale="log",
            xlabel="mistakes k",
            ylabel="length of (w, b)",
            title=f"{self._counted()}, "
            + (f"at most {int(self.bound.bound + 1e-6)}" if self.bound else "no bound"),
            legend="upper left",
        )
        panel.line("above", ends, R * np.sqrt(ends), colour="blue", dash=(7, 5), label="√k · R")
        if self.bound is not None:
            most = self.bound.bound
            panel.line(
                "below", ends, self.bound.gamma * ends, colour="green", dash=(7, 5), label="k · γ"
            )
            panel.points("meet", most, R * np.sqrt(most), marker="star", size=9, colour="purple")
        else:
            panel.remove("below", "meet")
        panel.line("length", k, lengths, colour="vermillion", width=3, label="length")
        panel.points("lengths", k, lengths, colour="vermillion", size=3.5)

    def _counted(self):
        n = self.perceptron.mistakes
        return counted(n, "mistake")

    def summary(self):
        p, last, N = self.perceptron, self.last, len(self.X)
        if N == 0:
            return "No samples: click in the plane to add some."
        allowed = "no line separates these samples, so there is no bound and no end."
        if self.bound is not None:
            allowed = f"the bound (R/γ)² allows {int(self.bound.bound + 1e-6)}."
        count = f"{self._counted()}; {allowed}"
        state = f"w = ({p.w[0]:.2f}, {p.w[1]:.2f}), b = {p.b:.2f}."
        if last is None:
            text = f"{N} samples, nothing learned yet: {state} {count}"
        elif self.done:
            text = (
                f"Finished in epoch {last.epoch}: a whole epoch without a mistake. {state} {count}"
            )
        else:
            text = (
                f"Epoch {last.epoch}, sample ({last.x[0]:.2f}, {last.x[1]:.2f}) of class {last.y}: "
                f"z = {last.z:.2f}, so ŷ = {last.y_hat}. "
            )
            if last.mistake:
                sign = "+" if last.y else "−"
                text += f"A mistake: w {sign} x and b {sign} 1 give "
            else:
                text += "Right, nothing changes: "
            text += f"{state} {count}"
        return text.replace("-", "−")


def draw_boundary(panel, w, b, *, near, arrow):
    """The line w·x + b = 0, and w as an arrow of length `arrow` that stands on it.

    The arrow starts at the point of the line that is nearest to the point `near`.
    """
    panel.line("boundary", *_line(w, b).T, width=3)
    length = np.linalg.norm(w)
    some = slice(None) if length > 0 else slice(0)
    u = np.array([w]) / (length or 1.0)
    start = (np.array([near]) - (u @ near + b / (length or 1.0))[:, None] * u)[some]
    tip, label = start + arrow * u[some], start + (arrow + 0.13) * u[some]
    panel.arrows("w arrow", *start.T, *tip.T, colour="vermillion", width=4)
    words = ["w"] * len(start)
    panel.text("w", *label.T, words, colour="vermillion", bold=True, size=17, halo=True)


def _line(w, b):
    """Two far ends of the line w·x + b = 0, shape (2, 2); nothing where w = 0."""
    length = np.linalg.norm(w)
    if length == 0:
        return np.zeros((0, 2))
    foot = -b * w / length**2
    along = 6 * EXTENT * np.array([-w[1], w[0]]) / length
    return np.array([foot - along, foot + along])


def _samples(X, y):
    X = expect.array(X, "PerceptronExplorer", "X").copy()
    y = expect.numbers(y, "PerceptronExplorer", "y")
    if X.ndim != 2 or X.shape[1] != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"PerceptronExplorer expects X of shape (N, 2) and y of shape (N,); "
            f"got {X.shape} and {y.shape}."
        )
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"PerceptronExplorer expects labels 0 and 1; got {np.unique(y)[:5]}.")
    return X, y.astype(int)
