"""What layers of ReLUs do to a sheet of paper: they fold it. `FoldingExplorer`."""

from __future__ import annotations

import numpy as np

from ..folds import fold, layers_at, normal, unfold, unfold_area
from ..plot.decision import grid
from ..plot.palette import CLASS_COLOURS
from ..plot.words import counted, number
from .controls import button, choice, slider
from .explorer import Explorer

CELLS = 96
GREY = CLASS_COLOURS.index("grey")


def _letter():
    """An F: no mirror image of it looks like itself."""
    F = [(0, 0), (0.2, 0), (0.2, 0.42), (0.5, 0.42), (0.5, 0.6), (0.2, 0.6), (0.2, 0.82)]
    return np.array([*F, (0.6, 0.82), (0.6, 1), (0, 1)])


def _leaf():
    a = np.linspace(0, np.pi, 15)
    half = np.stack([a / np.pi, 0.28 * np.sin(a) ** 0.8], axis=1)
    return np.concatenate([half, half[-2:0:-1] * [1, -1]])


def _wave():
    t = np.linspace(0, 1, 25)
    return np.stack([t, 0.12 + 0.12 * np.sin(9 * t)], axis=1)


SHAPES = {"the letter F": _letter, "a leaf": _leaf, "draw it yourself": None}
# How the sheet is folded; a fold is (angle, offset), see `nnlib.folds`.
PAPERS = {
    "along both axes, twice": [(0, 0), (90, 0), (180, -0.5), (270, -0.5)],
    "a snowflake": [(0, 0), (90, 0), (-45, 0), (-67.5, 0)],
    "a strip": [(0, 0), (180, -0.5), (0, 0.25), (180, -0.375)],
    "anyhow": [(20, -0.1), (115, -0.25), (-65, -0.35), (200, -0.45)],
}
HOME = {  # where the shape is laid at first: a corner, its size, its angle
    "along both axes, twice": ((0.1, 0.08), 0.33, 0),
    "a snowflake": ((0.4, 0.03), 0.42, 8),
    "a strip": ((0.275, -0.6), 0.15, 0),
    "anyhow": ((0.05, -0.1), 0.3, 0),
}


class FoldingExplorer(Explorer):
    """A sheet of paper, folded; what is drawn on the folded sheet; and the sheet unfolded.

    Each fold is one ReLU (see `nnlib.folds.fold`), so the folded sheet is what a deep network makes
    of the plane, layer by layer. Whatever a later layer does in one place, it does in all the
    places that lie there together.

    Drag the corners of the shape, or the large dot to move all of it. With *draw it yourself*
    click and paint on the folded sheet.

    Parameters
    ----------
    paper : str
        How it is folded; one of `PAPERS`.
    folded : float
        How far: 2.5 is two folds and a half.
    shape : str
        What is drawn on it; one of `SHAPES`.

    Examples
    --------
    >>> explorer = FoldingExplorer("a snowflake", folded=3)
    >>> explorer.copies
    8
    """

    def __init__(self, paper="along both axes, twice", folded=2.0, shape="the letter F"):
        controls = {
            "paper": choice("how to fold", PAPERS, paper),
            "folded": slider("folded so far", folded, 0.0, 4.0, 0.05),
            "shape": choice("drawn on it", SHAPES, shape),
            "turn": slider("turn first crease", 0.0, -45.0, 45.0, 1.0),
            "right": slider("shape: to the right", 0.0, -1.0, 1.0, 0.02),
            "up": slider("shape: up", 0.0, -1.0, 1.0, 0.02),
            "again": button("Start again", "undo"),
        }
        self.ruled = _ruled_paper()
        super().__init__(1080, 500, controls)

    def begin(self):
        self._lay()

    # ------------------------------------------------------------------ the maths
    @property
    def folds(self) -> list:
        """All folds, the first one turned as the slider says."""
        (angle, offset), *others = PAPERS[self["paper"]]
        return [(angle + self["turn"], offset), *others]

    @property
    def done(self) -> int:
        """Folds that are finished."""
        return int(self["folded"] + 1e-9)

    def share(self, k) -> float:
        """How far fold k is done. A flap that has turned by an angle is, from above, as wide as
        its cosine."""
        return float((1 - np.cos(np.pi * np.clip(self["folded"] - k, 0, 1))) / 2)

    def lay(self, points) -> np.ndarray:
        """Where places of the unfolded sheet lie now."""
        for k, (angle, offset) in enumerate(self.folds):
            points = fold(points, angle, offset, self.share(k))
        return points

    @property
    def outline(self) -> np.ndarray:
        """What is drawn on the folded sheet, shape (N, 2)."""
        return self.shape + [self["right"], self["up"]]

    @property
    def every(self) -> int:
        """Of how many corners of the shape one can be dragged."""
        return 1 if len(self.shape) < 12 else 4

    @property
    def copies(self) -> int:
        """How many copies of the drawing the unfolded sheet shows, whole or in part."""
        return len(self.areas if self.areas else self.strokes)

    def _lay(self):
        """Put the shape where it belongs."""
        make = SHAPES[self["shape"]] or _wave
        self.fresh = True  # nothing drawn by hand yet
        (x, y), size, angle = HOME[self["paper"]]
        a = np.deg2rad(angle)
        turned = make() @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        self.shape = turned * size + [x, y]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        folds = self.folds
        edge = self.lay(_border())
        x, y = _around(np.concatenate([self.lay(self.ruled).reshape(-1, 2), edge]))
        paper = self.stage.panel(
            "folded", box=(0, 0, 0.5, 1), x=x, y=y, equal=True, grid=False,
            xlabel="h₁", ylabel="h₂", title="The sheet, folded: draw on it here",
            click=SHAPES[self["shape"]] is None,
        )  # fmt: skip
        # The darker, the more of the sheet lies here on top of one another.
        cells, _ = grid(x, y, CELLS)
        begun = folds[: self.done + 1]
        layers = layers_at(cells, begun, self.share(len(begun) - 1)).reshape(CELLS, CELLS)
        strength = np.where(layers > 0, 0.12 + layers / 24, 0)
        paper.heat("layers", strength, classes=np.full(layers.shape, GREY))
        flat = self.stage.plane("sheet", 1.1, box=(0.5, 0, 0.5, 1), grid=False)
        paper.line("paper", *_joined(self.lay(self.ruled)), colour="sky", width=1)
        paper.line("edge", *edge.T, colour="muted", width=1.5)
        if self.done < len(folds):
            angle, offset = folds[self.done]
            paper.line("next", *_crease(angle, offset), colour="vermillion", width=3, dash=(8, 5))
        else:
            paper.remove("next")
        flat.line("paper", *_joined(self.ruled), colour="sky", width=1)
        flat.line("edge", *_border().T, colour="muted", width=1.5)
        colours = ("vermillion", "green", "purple", "blue")
        for k, colour in enumerate(colours):
            if k >= self.done:
                flat.remove(f"crease {k + 1}")
                continue
            found = _joined(unfold(_along(*folds[k]), folds[:k]))
            flat.line(f"crease {k + 1}", *found, colour=colour, width=2, dash=(6, 4))
        self._shape(paper, flat)

    def _shape(self, paper, flat):
        own = SHAPES[self["shape"]] is None
        outline = self.outline
        round_it = outline if own else _closed(outline)
        paper.line("shape", *round_it.T, colour="orange", width=3, fill=not own)
        if own:
            paper.remove("corners", "whole")
        else:
            handles = outline[:: self.every]
            paper.points(
                "corners", *handles.T, colour="ink", size=4.5, drag=True, tip="drag this corner"
            )
            middle = outline.mean(axis=0)
            paper.points(
                "whole", *middle, colour="vermillion", size=8, drag=True, tip="drag: all of it"
            )
        folds = self.folds[: self.done]
        found = unfold(_dense(round_it), folds)
        self.strokes = found[np.isfinite(found).all(axis=-1).any(axis=-1)]
        self.areas = [] if own else unfold_area(outline, folds)
        flat.line("copies", *_joined(self.strokes), colour="orange", width=2.5)
        if self.areas:
            closed = [_closed(one) for one in self.areas]
            flat.line("areas", *_joined(closed), colour="orange", width=0.2, fill=True)
        else:
            flat.remove("areas")
        n = self.copies
        flat.set(title=f"Unfolded again: {n} {'copy' if n == 1 else 'copies'}")

    def summary(self):
        n, done = self.copies, self.done
        part = self["folded"] - done
        text = f"The sheet is folded {counted(done, 'time')}"
        if part > 1e-6:
            text += f", and the next fold is {part:.0%} done"
        what = {"the letter F": "the letter F", "a leaf": "a leaf"}.get(self["shape"], "a line")
        return (
            f"{text} ({self['paper']}; the first crease turned by {self['turn']:.0f}°). What is "
            f"drawn once on the folded sheet, {what} about ({number(self.outline[:, 0].mean())}, "
            f"{number(self.outline[:, 1].mean())}), is there {counted(n, 'time')} when it is "
            f"unfolded; {done} folds can make up to {2**done}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name in ("paper", "shape"):
            self.set_quietly(right=0.0, up=0.0, turn=0.0 if name == "paper" else self["turn"])
            self._lay()

    def pressed(self, name):
        self.set_quietly(right=0.0, up=0.0, turn=0.0)
        self._lay()

    def event(self, event):
        at = np.clip([event["x"], event["y"]], -1.1, 1.1)
        moved = np.array([self["right"], self["up"]])
        if event["type"] == "drag" and event["item"] == "whole":
            right, up = np.clip(at - self.shape.mean(axis=0), -1, 1)
            self.set_quietly(right=right, up=up)
        elif event["type"] == "drag" and event["item"] == "corners":
            self.shape = self.shape.copy()
            self.shape[self.every * event["index"]] = at - moved
        elif event["type"] in ("click", "paint") and event["panel"] == "folded":
            if event["type"] == "click":  # a click lifts the pen; the example goes with the first
                gap = [[np.nan, np.nan]]
                self.shape = np.zeros((0, 2)) if self.fresh else np.concatenate([self.shape, gap])
                self.fresh = False
            self.shape = np.concatenate([self.shape, [at - moved]])[-600:]


def _around(points):
    """Limits of a square round the sheet."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(0.58 * (high - low).max(), 0.4)
    return [(float(m) - half, float(m) + half) for m in (low + high) / 2]


def _closed(points):
    return np.concatenate([points, points[:1]])


def _joined(lines):
    """x and y of several lines, with gaps between them."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([gap, *(part for one in lines for part in (one, gap))]).T


def _dense(points, most=0.02):
    """Points between, so that a stroke that leaves the paper is cut where it leaves."""
    steps = np.diff(points, axis=0)
    length = np.nan_to_num(np.hypot(*steps.T))
    n = np.maximum(1, np.ceil(length / most)).astype(int)
    share = (np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)) / np.repeat(n, n)
    dense = np.repeat(points[:-1], n, axis=0) + share[:, None] * np.repeat(steps, n, axis=0)
    return np.concatenate([dense, points[-1:]])


def _ruled_paper(lines=11, points=121):
    at, along = np.linspace(-1, 1, lines), np.linspace(-1, 1, points)
    upright = np.stack(np.broadcast_arrays(at[:, None], along[None]), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]])


def _border():
    t = np.linspace(-1, 1, 81)
    one = np.ones_like(t)
    return np.concatenate(
        [np.stack(s, axis=1) for s in ((t, -one), (one, t), (-t, one), (-one, -t))]
    )


def _along(angle, offset):
    """Points of a crease."""
    n = normal(angle)
    t = np.linspace(-3, 3, 601)[:, None]
    return offset * n + t * [-n[1], n[0]]


def _crease(angle, offset):
    ends = _along(angle, offset)[[0, -1]]
    return ends.T
