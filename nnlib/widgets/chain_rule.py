"""Two functions one after the other, and how their slopes multiply: `ChainRuleExplorer`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..plot.words import bracket, number
from .controls import choice, slider
from .explorer import Explorer
from .graph import GRADIENT, VALUE

LIMIT = 3.0  # of x, to both sides
WHEELS = ((1.3, "x"), (4.8, "u"), (8.3, "y"))  # middle of each, and what turns it


class _Function(NamedTuple):
    """A function and its derivative, as NumPy and as text."""

    value: Callable
    slope: Callable
    words: str


INNER = {
    "2x": _Function(lambda x: 2 * x, lambda x: 2.0 + 0 * x, "g′(x) = 2"),
    "x²": _Function(lambda x: x**2, lambda x: 2 * x, "g′(x) = 2x"),
    "sin x": _Function(np.sin, np.cos, "g′(x) = cos x"),
    "tanh x": _Function(np.tanh, lambda x: 1 - np.tanh(x) ** 2, "g′(x) = 1 − tanh² x"),
    "exp(x/2)": _Function(
        lambda x: np.exp(x / 2), lambda x: np.exp(x / 2) / 2, "g′(x) = ½ exp(x/2)"
    ),
}
OUTER = {
    "3u": _Function(lambda u: 3 * u, lambda u: 3.0 + 0 * u, "f′(u) = 3"),
    "u²": _Function(lambda u: u**2, lambda u: 2 * u, "f′(u) = 2u"),
    "sin u": _Function(np.sin, np.cos, "f′(u) = cos u"),
    "tanh u": _Function(np.tanh, lambda u: 1 - np.tanh(u) ** 2, "f′(u) = 1 − tanh² u"),
    "−u/2": _Function(lambda u: -u / 2, lambda u: -0.5 + 0 * u, "f′(u) = −½"),
}


class ChainRuleExplorer(Explorer):
    r"""y = f(g(x)): three curves, three slopes, three wheels, and the third slope is a product.

    .. math:: \frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx}, \qquad u = g(x), \quad y = f(u)

    Below, three wheels turn by x, u and y radians; the coloured part is how far each turns while
    the first turns by Δx. Drag the hand of the first wheel, or the dot on the first curve.

    Parameters
    ----------
    inner, outer : str
        g and f, names from `INNER` and `OUTER`.
    x, dx : float

    Examples
    --------
    >>> explorer = ChainRuleExplorer("x²", "3u", x=1.5)
    >>> explorer.summary()
    'u = x² = 2.25 and y = 3u = 6.75 at x = 1.50. The slopes are du/dx = 3.00 and dy/du = 3.00,
    so dy/dx = 3.00 · 3.00 = 9.00. A step Δx = 0.20 moves u by 0.64 and y by 1.92, 9.60 times as
    far.'
    """

    def __init__(self, inner="sin x", outer="u²", *, x=0.8, dx=0.2):
        controls = {
            "inner": choice("first u = g(x)", INNER, inner),
            "outer": choice("then y = f(u)", OUTER, outer),
            "x": slider("x", x, -LIMIT, LIMIT, 0.05),
            "dx": slider("a step Δx", dx, 0.01, 0.5, 0.01),
        }
        super().__init__(1080, 610, controls)

    # ------------------------------------------------------------------ the maths
    def numbers(self):
        """(x, u, y), (du/dx, dy/du, dy/dx), and how far a step of Δx moves (x, u, y)."""
        g, f = INNER[self["inner"]], OUTER[self["outer"]]
        x = float(self["x"])
        u = float(g.value(x))
        slopes = float(g.slope(x)), float(f.slope(u))
        moved = float(g.value(x + self["dx"]))
        at = x, u, float(f.value(u))
        moves = self["dx"], moved - u, float(f.value(moved)) - at[2]
        return at, (*slopes, slopes[0] * slopes[1]), moves

    # ------------------------------------------------------------------ the picture
    def draw(self):
        g, f = INNER[self["inner"]], OUTER[self["outer"]]
        (x, u, y), (du, dy, both), _ = self.numbers()
        xs = np.linspace(-LIMIT, LIMIT, 161)
        us = g.value(xs)
        low, high = _limits(us)
        inner = np.linspace(low, high, 161)
        across = (-LIMIT, LIMIT)
        self._curve(0, "x", "u", xs, us, across, (x, u), du, f"slope du/dx = {number(du)}")
        self._curve(
            1, "u", "y", inner, f.value(inner), (low, high), (u, y), dy,
            f"slope dy/du = {number(dy)}",
        )  # fmt: skip
        title = f"dy/dx = {bracket(dy)} · {bracket(du)} = {number(both)}"
        self._curve(2, "x", "y", xs, f.value(us), across, (x, y), both, title)
        self._wheels()

    def _curve(self, k, across, up, x, y, limits, at, slope, title):
        names = ("u = " + self["inner"], "y = " + self["outer"], "y = f(g(x))")
        panel = self.stage.panel(
            f"curve {k}",
            box=(0.335 * k, 0, 0.33, 0.56),
            x=limits,
            y=_limits(y),
            xlabel=across,
            ylabel=names[k],
            title=title,
        )
        panel.line("curve", x, y, width=3)
        low, high = panel.looks["y"]
        reach = 0.28 * (limits[1] - limits[0])
        if slope:  # no longer than the panel is tall
            reach = min(reach, 0.4 * (high - low) / abs(slope))
        ends = np.array([-reach, reach])
        panel.line("tangent", at[0] + ends, at[1] + slope * ends, colour=GRADIENT, width=3)
        panel.points("at", *at, colour=VALUE, size=8, drag=k != 1, tip=f"{across} = {{x}}")

    def _wheels(self):
        at, (du, dy, both), moves = self.numbers()
        panel = self.stage.panel(
            "wheels", box=(0, 0.57, 1, 0.43), x=(0, 13.6), y=(-1.75, 1.6), axes=False, equal=True
        )
        angle = np.linspace(0, 2 * np.pi, 73)
        for (middle, name), value, move in zip(WHEELS, at, moves, strict=True):
            # The wheel turns clockwise; zero is at the top.
            panel.line(
                f"rim {name}", middle + np.cos(angle), np.sin(angle), width=2, colour="muted"
            )
            spokes = value + np.arange(8) * np.pi / 4
            x0, y0 = _turned(spokes, 0.86, middle)
            x1, y1 = _turned(spokes, 1.0, middle)
            gaps = np.full(8, np.nan)
            teeth = np.stack([x0, x1, gaps], 1).ravel(), np.stack([y0, y1, gaps], 1).ravel()
            panel.line(f"teeth {name}", *teeth, width=2, colour="muted")
            sweep = value + np.linspace(0, np.clip(move, -2 * np.pi, 2 * np.pi), 40)
            x, y = _turned(sweep, 0.82, middle)
            wedge = np.r_[middle, x, middle], np.r_[0, y, 0]
            panel.line(f"sweep {name}", *wedge, colour=GRADIENT, width=1.5, fill=True)
            hand = _turned(np.array([value]), 0.98, middle)
            panel.line(f"hand {name}", [middle, hand[0][0]], [0, hand[1][0]], colour=VALUE, width=4)
            panel.text(
                f"name {name}", middle, -1.4, f"{name} = {number(value)}", colour=VALUE,
                size=16, bold=True,
            )  # fmt: skip
            panel.text(
                f"move {name}", middle, 1.35, f"Δ{name} = {_fine(move)}", colour=GRADIENT, size=15
            )
        first = _turned(np.array([at[0]]), 0.98, WHEELS[0][0])
        panel.points("turn", *first, colour=VALUE, size=8, drag=True, tip="drag: turns the wheel")
        for (left, _), (right, _), slope, word in zip(
            WHEELS, WHEELS[1:], (du, dy), ("du/dx", "dy/du"), strict=False
        ):
            panel.arrows(f"to {word}", left + 1.15, 0, right - 1.15, 0, colour="grey", width=2)
            text = f"×{bracket(slope)}"
            panel.text(
                f"times {word}", (left + right) / 2, 0.3, text, colour=GRADIENT, size=18, bold=True
            )
            panel.text(f"word {word}", (left + right) / 2, -0.3, word, colour="muted", size=15)
        x = 9.55
        lines = {
            0.95: (INNER[self["inner"]].words, "muted", False),
            0.5: (OUTER[self["outer"]].words, "muted", False),
            -0.1: (f"dy/dx = {bracket(dy)}·{bracket(du)} = {number(both)}", GRADIENT, True),
            -0.65: (f"Δy/Δx = {number(moves[2] / moves[0])}", "ink", False),
        }
        for height, (words, colour, bold) in lines.items():
            panel.text(
                f"line {height}", x, height, words, align="left", colour=colour, size=16, bold=bold
            )

    def summary(self):
        (x, u, y), (du, dy, both), moves = self.numbers()
        return (
            f"u = {self['inner']} = {number(u)} and y = {self['outer']} = {number(y)} at "
            f"x = {number(x)}. The slopes are du/dx = {number(du)} and dy/du = {number(dy)}, so "
            f"dy/dx = {bracket(dy)} · {bracket(du)} = {number(both)}. A step Δx = "
            f"{number(moves[0])} moves u by {number(moves[1])} and y by {number(moves[2])}, "
            f"{number(moves[2] / moves[0])} times as far."
        )

    # ------------------------------------------------------------------ taking hold of it
    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "turn":
            x = np.arctan2(event["x"] - WHEELS[0][0], event["y"])
        else:
            x = event["x"]
        self.set_quietly(x=float(np.clip(x, -LIMIT, LIMIT)))


def _turned(angle, radius, middle):
    """Points of a wheel that has turned by so many radians clockwise from the top."""
    return middle + radius * np.sin(angle), radius * np.cos(angle)


def _limits(values):
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.08 * max(high - low, 0.5)
    return low - room, high + room


def _fine(v):
    return f"{v + 0.0:.3f}".replace("-0.000", "0.000").replace("-", "−")
