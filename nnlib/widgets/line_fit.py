"""A line, a few points, and the squared error as a surface: `LineFitExplorer`."""

from __future__ import annotations

import time

import numpy as np

from .. import expect
from ..descent import squared_error
from ..plot.words import counted, number, signed
from ..surfaces import FAR
from .controls import button, log_slider, slider
from .descent import draw_path, draw_surface
from .playing import PlayingExplorer

X_WINDOW, Y_WINDOW = (-2.0, 4.5), (-1.0, 4.5)
W_WINDOW, B_WINDOW = (-3.0, 4.0), (-2.0, 4.0)
RATE = 10  # steps a second while it plays
REST = 0.6  # seconds at the end, before it plays from the start again
FLAT = 1e-2  # a gradient as short as this is the end
KEPT = 600  # steps of the path that are kept


class LineFitExplorer(PlayingExplorer):
    r"""A line ŷ = w x + b through points, and J(w, b) = Σ (ŷᵢ − yᵢ)² beside it.

    Left the points (drag them), the line, and each squared error drawn as what it is, a square.
    Right all lines at once: a place for each (w, b), the bluer the smaller J. Drag the dot, and the
    line follows; the arrow is the next step, −η∇J.

    Parameters
    ----------
    x, y : array (N,)
        Up to 40 points.
    w, b : float
    learning_rate : float

    Attributes
    ----------
    x, y : arrays
    w : array (2,)
        w and b.
    path : list of arrays (2,)

    Examples
    --------
    >>> explorer = LineFitExplorer()
    >>> explorer.press("step")
    'Step 1: ŷ = 1.40 x + 1.20, J = 4.20, ∇J = (7.20, 3.60). The least possible, J = 1.50, is at
    w = 0.50, b = 1.50.'
    """

    below = ("w", "b")

    def __init__(self, x=(0, 1, 2), y=(1, 3, 2), *, w=0.0, b=0.0, learning_rate=0.1):
        who = "LineFitExplorer"
        self.x, self.y = expect.array(x, who, "x").copy(), expect.array(y, who, "y").copy()
        w, b = expect.number(w, who, "w"), expect.number(b, who, "b")
        if self.x.ndim != 1 or self.x.shape != self.y.shape or not 2 <= len(self.x) <= 40:
            raise ValueError(
                f"LineFitExplorer expects x and y of shape (N,), N from 2 to 40; "
                f"got {self.x.shape} and {self.y.shape}."
            )
        self._first = self.x.copy(), self.y.copy(), np.array([w, b], dtype=float)
        self.w = self._first[2].copy()
        self._learn()
        controls = {
            "step": button("Step", "step-forward", "One step of gradient descent"),
            "play": button("Play", "play", "Step after step, over and over; press again to pause"),
            "reset": button("Reset", "undo", "The first points, the first line"),
            "learning_rate": log_slider("learning rate η", learning_rate, -3, 0),
            "w": slider("weight w", w, *W_WINDOW, 0.01),
            "b": slider("bias b", b, *B_WINDOW, 0.01),
        }
        super().__init__(1080, 480, controls)

    # ------------------------------------------------------------------ the maths
    def _learn(self):
        """The loss of the points as they are; a path on another surface means nothing on it."""
        self.surface = squared_error(self.x, self.y)
        self._restart()

    def _restart(self):
        self.path, self.steps, self.gone = [self.w.copy()], 0, False
        self._start = self.w

    def step(self) -> bool:
        """w ← w − η ∂J/∂w, and b likewise; False when there is no more to do."""
        gradient = self.surface.gradient(self.w)
        if self.gone or np.linalg.norm(gradient) < FLAT:
            return False
        self.w = self.w - self["learning_rate"] * gradient
        self.steps += 1
        self.path = [*self.path[-KEPT:], self.w.copy()]
        self.gone = bool(np.abs(self.w).max() > FAR)
        return not self.gone

    # ------------------------------------------------------------------ playing
    def _tick(self):
        """A step when it is time for one; at the end, a rest, and then once more: so a learning
        rate can be changed while one watches what it does."""
        since = time.monotonic() - self._since
        if since > 1 / RATE:
            if self.step():
                self._since = time.monotonic()
            elif since > REST:
                self.w = self._start
                self._restart()
            self._show()
            self.refresh()
        return True

    # ------------------------------------------------------------------ the reader
    def pressed(self, name):
        if name == "play" and not self.playing:
            self._since = 0.0
            self.loop.play()
            return
        self.pause()
        if name == "step":
            self.step()
        elif name == "reset":
            self.x, self.y = self._first[0].copy(), self._first[1].copy()
            self.w = self._first[2].copy()
            self._learn()
        self._show()

    def changed(self, name):
        if name in ("w", "b"):
            # One slider moves one number; the other keeps all its digits.
            self.w = np.where([name == "w", name == "b"], self[name], self.w)
            self._restart()

    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "samples":
            j = event["index"]
            at = np.clip(event["x"], *X_WINDOW), np.clip(event["y"], *Y_WINDOW)
            others = np.delete(self.x, j)
            if np.ptp(np.append(others, at[0])) < 0.1:
                at = others[0] + 0.1, at[1]  # above one another they fit no line
            self.x[j], self.y[j] = at
            self._learn()
        elif event["item"] == "here":
            self.w = np.array([np.clip(event["x"], *W_WINDOW), np.clip(event["y"], *B_WINDOW)])
            self._restart()
            self._show()

    def _show(self):
        """The sliders follow, as far as they reach."""
        self.set_quietly(w=np.clip(self.w[0], *W_WINDOW), b=np.clip(self.w[1], *B_WINDOW))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_data()
        self._draw_loss()

    def _draw_data(self):
        w, b = self.w
        panel = self.stage.panel(
            "data",
            box=(0, 0, 0.49, 1),
            x=X_WINDOW,
            y=Y_WINDOW,
            xlabel="x",
            ylabel="y",
            title="The line has gone" if self.gone else self._formula(),
            equal=True,
        )
        guess = w * self.x + b
        shown = np.abs(guess) < 50  # a line that has left needs no squares
        x, y, guess = self.x[shown], self.y[shown], guess[shown]
        side = guess - y
        # To the right of a point that is too high, to the left of one that is too low, so that
        # few squares lie on the line.
        across = np.abs(side) * np.where(side * w >= 0, 1, -1)
        gap = np.full_like(x, np.nan)
        corners_x = np.stack([x, x, x + across, x + across, x, gap], axis=1)
        corners_y = np.stack([y, guess, guess, y, y, gap], axis=1)
        panel.line(
            "squares", corners_x.ravel(), corners_y.ravel(), colour="purple", width=1.5, fill=True
        )
        ends = np.array(X_WINDOW)
        panel.line("line", ends, np.clip(w * ends + b, -1e4, 1e4), colour="vermillion", width=3)
        tip = "({x}, {y}): drag it"
        panel.points("samples", self.x, self.y, size=7, colour="blue", drag=True, tip=tip)

    def _draw_loss(self):
        J, gradient = float(self.surface.value(self.w)), self.surface.gradient(self.w)
        panel = self.stage.panel(
            "loss",
            box=(0.5, 0, 0.5, 1),
            x=W_WINDOW,
            y=B_WINDOW,
            xlabel="weight w",
            ylabel="bias b",
            title=f"Step {self.steps}: J(w, b) = {J:.2f}" if J < 1e6 else f"J = {J:.1e}",
            equal=True,
            grid=False,
        )
        draw_surface(panel, self.surface)
        draw_path(panel, "path", self.path, "vermillion")
        here = self.w[None]
        step = here - self["learning_rate"] * gradient
        inside = np.abs(here).max() < 20
        some = slice(None) if inside else slice(0)
        # An arrow that leads far away is drawn as far as it can be seen.
        length = np.linalg.norm(step - here)
        step = here + (step - here) * min(1, 12 / max(length, 1e-9))
        panel.arrows("next", *here[some].T, *step[some].T, colour="ink", width=3.5)
        panel.points(
            "here", *here[some].T, size=8, colour="vermillion", drag=True, tip="this line: drag it"
        )

    def _formula(self):
        w, b = self.w
        return f"ŷ = {number(w)} x {signed(round(b, 4) + 0.0)}"  # the browser sends a 0 as −1e−17

    def summary(self):
        gradient = self.surface.gradient(self.w)
        if self.gone:
            return (
                f"After {counted(self.steps, 'step')} with η = {self['learning_rate']:.3g} the "
                "line has left all bounds: each step was longer than the one before. Press Reset, "
                "and take a smaller η."
            )
        best = self.surface.minima[0]
        return (
            f"Step {self.steps}: {self._formula()}, "
            f"J = {float(self.surface.value(self.w)):.2f}, "
            f"∇J = ({number(gradient[0])}, {number(gradient[1])}). The least possible, "
            f"J = {float(self.surface.value(best)):.2f}, is at "
            f"w = {number(best[0])}, b = {number(best[1])}."
        )
