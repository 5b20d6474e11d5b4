"""A loss surface and the way down: `DescentExplorer`, and what draws surfaces and paths."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from contourpy import contour_generator

from .. import expect
from ..optim import SGD
from ..plot.words import counted
from ..surfaces import SURFACES, Surface, descend
from .controls import choice, log_slider, slider, switch
from .explorer import Explorer

CELLS = 81
# Lines of equal loss, by the share of the window that lies lower.
SHARES = np.array([0.004, 0.02, 0.05, 0.1, 0.17, 0.25, 0.35, 0.45, 0.55, 0.66, 0.77, 0.88])
ARRIVED = 0.02  # this near to a minimum, as a share of the window, a path has arrived
LOWEST = 1e-4  # of the loss above the lowest that the curve shows


# ---------------------------------------------------------------------- for other explorers too
def surface_panel(stage, surface: Surface, width: float, title: str, **looks):
    """The left panel of every picture of a descent: the surface over the plane of two weights."""
    seen = {"xlabel": "w₁", "ylabel": "w₂", **looks}
    panel = stage.panel(
        "surface",
        box=(0, 0, width, 1),
        x=surface.x,
        y=surface.y,
        title=title,
        equal=True,
        grid=False,
        **seen,
    )
    draw_surface(panel, surface)
    return panel


def draw_start(panel, at) -> None:
    """Where a descent starts, to be dragged."""
    panel.points("start", *at, size=8, colour="ink", drag=True, tip="the start: drag it")


def within(surface: Surface, event: dict) -> np.ndarray:
    """Where something was dragged to, (w₁, w₂), inside of what is seen of a surface."""
    ends = np.array([surface.x, surface.y]).T
    return np.clip([event["x"], event["y"]], *ends)


def draw_surface(panel, surface: Surface) -> None:
    """The surface as a map, the bluer the lower, with lines of equal loss and its minima.

    It fills the limits that the panel has. Call it before drawing what lies on top.
    """
    height, lines = relief(surface, panel.looks["x"], panel.looks["y"])
    panel.heat("surface", height)
    panel.line("contours", *lines.T, colour="grey", width=1)
    panel.points(
        "minima", *surface.minima.T, colour="ink", marker="plus", size=6, tip="minimum ({x}, {y})"
    )


def draw_path(panel, name, path, colour, label="") -> None:
    """The path of a descent, a dot for each step, up to where it has left the picture."""
    path = in_sight(path, panel)
    panel.line(name, *path.T, colour=colour, width=2, label=label)
    dots = path[apart(path, panel)]
    panel.points(f"{name} steps", *dots.T, colour=colour, size=3.2, tip="({x}, {y})")


def in_sight(path, panel):
    """The path up to the first point that is far outside of the panel, and a way towards that."""
    path = np.asarray(path, dtype=float)
    limits = np.array([panel.looks["x"], panel.looks["y"]])
    middle, size = limits.mean(axis=1), np.ptp(limits, axis=1)
    with np.errstate(all="ignore"):
        far = ~(np.abs(path - middle) < 3 * size).all(axis=1)  # NaN too
    if not far.any():
        return path
    end = int(np.argmax(far))
    kept = path[:end]
    if end and np.isfinite(path[end]).all():
        way = path[end] - path[end - 1]
        kept = np.vstack([kept, kept[-1] + way * min(1, 3 * size.max() / np.abs(way).max())])
    return kept


def apart(path, panel, pixels=7.0) -> list[int]:
    """Which steps can get a dot of their own: those not on top of the dot before."""
    kept, last = [], (np.inf, np.inf)
    for k, (x, y) in enumerate((path / panel.pixel).tolist()):
        if not abs(x - last[0]) + abs(y - last[1]) < pixels:
            kept.append(k)
            last = x, y
    return kept


@lru_cache(maxsize=6)  # those in sight
def relief(surface, x, y):
    """Heights from −1 (lowest) to 0 over the window, and the lines of equal loss, (n, 2)."""
    at_x, at_y = np.linspace(*x, CELLS), np.linspace(*y, CELLS)
    values = surface.value(np.stack(np.meshgrid(at_x, at_y), axis=-1))
    # By rank, so that the floor of a valley shows as well as a wall a thousand times as high.
    ranked = np.sort(values, axis=None)
    ranks = np.linspace(0, 1, 65)
    height = np.interp(values, ranked[_at(ranks, ranked)], ranks - 1)
    return 0.9 * height, contours(at_x, at_y, values, ranked[_at(SHARES, ranked)])


def _at(shares, ranked):
    return np.rint(shares * (len(ranked) - 1)).astype(int)


def contours(x, y, values, levels):
    """Where ``values``, shape (len(y), len(x)), cross the levels: lines with gaps of NaN, (n, 2).

    >>> contours(np.array([0, 1]), np.array([0, 1]), np.array([[0, 0], [1, 1]]), [0.25])
    array([[0.  , 0.25],
           [1.  , 0.25],
           [ nan,  nan]])
    """
    generator, gap = contour_generator(x, y, values), np.full((1, 2), np.nan)
    lines = [line for level in levels for line in generator.lines(level)]
    return np.concatenate([part for line in lines for part in (line, gap)] or [np.empty((0, 2))])


# ------------------------------------------------------------------------------------ what it does
def regime(surface: Surface, path, lr: float) -> tuple[str, str]:
    """What a descent with learning rate ``lr`` has done: a word, and a sentence with numbers.

    Examples
    --------
    >>> bowl = SURFACES["bowl"]
    >>> regime(bowl, descend(bowl, (1, 1), 9, lambda p: SGD(p, lr=2.5)), 2.5)[0]
    'diverges'
    """
    path = np.asarray(path, dtype=float)
    gone = ~np.isfinite(path).all(axis=1)
    if gone.any():
        return "diverges", f"the loss has left all bounds after {counted(np.argmax(gone), 'step')}"
    steps, last = len(path) - 1, path[-1]
    after = f"after {counted(steps, 'step')}"
    moves = np.diff(path, axis=0)
    # A turn by more than a right angle, and not one of the last, tiny steps.
    turns = (moves[1:] * moves[:-1]).sum(axis=1) < -1e-9 * np.square(moves[0]).sum()
    zigzag = steps > 1 and turns.sum() >= min(2, steps - 1)
    size = min(np.ptp(surface.x), np.ptp(surface.y))
    away = np.linalg.norm(surface.minima - last, axis=1)
    nearest = int(away.argmin())
    limit = 2 / surface.curvatures(surface.minima[nearest])[-1]
    if away[nearest] < ARRIVED * size and lr <= limit:
        near = np.linalg.norm(path - surface.minima[nearest], axis=1) < ARRIVED * size
        # One more than the last step that was not near it; the last of all is.
        needed = 0 if near.all() else int(len(near) - np.argmin(near[::-1]))
        needed = f"after {counted(needed, 'step')}"
        if nearest > 0 and not np.isclose(
            surface.value(surface.minima[nearest]), surface.value(surface.minima[0])
        ):
            return "is caught", f"in a local minimum, not the deepest, {needed}"
        if zigzag:
            return "zig-zags", f"from side to side, and still arrives {needed}"
        return "converges", f"it is at a minimum {needed}"
    value, begin = float(surface.value(last)), float(surface.value(path[0]))
    if value > begin:
        return "diverges", f"the loss has grown from {begin:.3g} to {value:.3g}"
    if lr > limit:
        return "bounces", f"to and fro without settling; the loss is {value:.3g}"
    if np.linalg.norm(surface.gradient(last)) < 0.02 and away[nearest] > 0.1 * size:
        return "hardly moves", "it is nearly flat here, though this is no minimum"
    if zigzag:
        return "zig-zags", f"from side to side, not there {after}"
    return "is too slow", f"{after} it is still on its way"


class DescentExplorer(Explorer):
    r"""Gradient descent on a surface of two weights: w ← w − η ∇J(w).

    Left the surface, the bluer the lower, with the path from the start (drag it); plus signs are
    minima. Right the loss above the lowest there is, step by step, and in words what happens.

    Parameters
    ----------
    surface : str
        A name from `nnlib.surfaces.SURFACES`.
    learning_rate : float
    steps : int
    start : pair of float, optional
        The surface's own if left out.
    limit : bool
        Whether η is compared with 2 / L, L the largest curvature at the deepest minimum.

    Attributes
    ----------
    surface : nnlib.surfaces.Surface
    path : array (steps + 1, 2)
        NaN from where it has left all bounds.

    Examples
    --------
    >>> DescentExplorer("bowl", learning_rate=0.1, steps=50).summary()
    'On the bowl, J(w) = ½ (w₁² + w₂²), from (−1.80, 1.20) with η = 0.1: gradient descent converges,
    it is at a minimum after 35 steps. The limit 2/L is 2.'
    """

    def __init__(self, surface="bowl", *, learning_rate=0.1, steps=50, start=None, limit=True):
        self._at(surface)
        self.start = np.array(self.surface.start, dtype=float)
        if start is not None:
            self.start = expect.array(start, "DescentExplorer", "start", (2,)).copy()
        controls = {
            "surface": choice("surface", SURFACES, surface),
            "learning_rate": log_slider("learning rate η", learning_rate, -4, 1),
            "steps": slider("number of steps", steps, 1, 500, 1),
            "w1": slider("start w₁", self.start[0], *self.surface.x, 0.01),
            "w2": slider("start w₂", self.start[1], *self.surface.y, 0.01),
            "limit": switch("compare η with 2/L", limit),
        }
        controls["learning_rate"].step = 0.01
        super().__init__(1080, 430, controls)

    def _at(self, name):
        self.surface = SURFACES[expect.known(name, SURFACES, "surface")]

    def changed(self, name):
        if name == "surface":
            self._at(self["surface"])
            for key, ends in (("w1", self.surface.x), ("w2", self.surface.y)):
                control = self.control(key)
                control.min, control.max = min(ends[0], control.min), max(ends[1], control.max)
                control.min, control.max = ends
            self.start = np.array(self.surface.start)
            self.set_quietly(w1=self.start[0], w2=self.start[1])
        elif name in ("w1", "w2"):
            self.start = np.array([self["w1"], self["w2"]])

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "start":
            self.start = within(self.surface, event)
            self.set_quietly(w1=self.start[0], w2=self.start[1])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        surface, lr = self.surface, self["learning_rate"]
        self.path = descend(surface, self.start, self["steps"], lambda p: SGD(p, lr=lr))
        self.word, self.sentence = regime(surface, self.path, lr)
        panel = surface_panel(self.stage, surface, 0.55, f"J(w) = {surface.formula}")
        draw_path(panel, "path", self.path, "vermillion")
        draw_start(panel, self.start)
        self._draw_loss()

    def _draw_loss(self):
        with np.errstate(all="ignore"):
            above = self.surface.value(self.path) - self.surface.value(self.surface.minima[0])
        above = above[np.isfinite(above)]
        start = max(above[0], 0.1)
        panel = self.stage.panel(
            "loss",
            box=(0.56, 0, 0.44, 1),
            x=(0, self["steps"]),
            y=(LOWEST, 10.0 ** np.ceil(np.log10(start) + 1)),
            yscale="log",
            xlabel="step",
            ylabel="loss above the lowest, J − J*",
            title=self._title(),
        )
        # It ends where it leaves the picture, above or below.
        shown = np.clip(above, LOWEST, panel.looks["y"][1])
        panel.line("loss", np.arange(len(shown)), shown, colour="vermillion", width=3)

    def _title(self):
        if not self["limit"]:
            return f"It {self.word}"
        return f"It {self.word}: η = {self._share():.2f} · 2/L"

    def _share(self):
        return self["learning_rate"] / self.surface.limit

    def summary(self):
        w = f"({self.start[0]:.2f}, {self.start[1]:.2f})"
        joint = " " if self.sentence.startswith(("from", "in ", "to and")) else ", "
        text = (
            f"On the {self['surface']}, J(w) = {self.surface.formula}, from {w} with "
            f"η = {self['learning_rate']:.3g}: gradient descent {self.word}{joint}{self.sentence}."
        )
        if self["limit"]:
            text += f" The limit 2/L is {self.surface.limit:.3g}."
        return text.replace("-0", "−0").replace("(-", "(−").replace(" -", " −")
