"""What a layer of ReLUs does to a line and to a sheet of paper: it folds them.

`TentExplorer` folds the line, `FoldingExplorer` the plane.
"""

from __future__ import annotations

import numpy as np

from ..plot.decision import grid
from ..plot.palette import CLASS_COLOURS
from ..plot.words import number, sub
from ..regions import folding, on_segment
from .controls import button, choice, slider
from .explorer import Explorer

DEEPEST = 7
CELLS = 96
GREY = CLASS_COLOURS.index("grey")


class TentExplorer(Explorer):
    r"""The tent map t(x) = 1 − |2x − 1|, two ReLUs, put behind itself again and again.

    Each layer folds [0, 1] in the middle and pulls it to its old length. Left the network as a
    function of x, of :math:`2^L` straight pieces. Right what happens to the points that end up at
    one height: in each layer two by two of them fall onto one another.

    Parameters
    ----------
    depth : int
        L, layers, 1 to 7.
    height : float
        The level on the left, in (0, 1).

    Examples
    --------
    >>> explorer = TentExplorer(depth=3)
    >>> len(explorer.sources)
    8
    """

    def __init__(self, depth=2, height=0.35):
        controls = {
            "depth": slider("L, layers", depth, 1, DEEPEST, 1),
            "height": slider("height of the level", height, 0.02, 0.98, 0.01),
        }
        super().__init__(1080, 400, controls)

    @property
    def sources(self) -> np.ndarray:
        """All x in [0, 1] that the network sends to the level, in order: 2^L of them."""
        return _back(np.array([self["height"]]), self["depth"])

    def draw(self):
        depth, height = self["depth"], self["height"]
        self.found = on_segment(folding(depth), [0.0], [1.0])
        t = self.found.t
        y = np.append(self.found.value[:, 0], 0.0) + np.append(self.found.slope[:, 0], 0.0) * t
        x = self.sources

        panel = self.stage.panel(
            "graph", box=(0, 0, 0.55, 1), x=(0, 1), y=(-0.04, 1.08), xlabel="x",
            ylabel="what the network says",
            title=f"{depth} layer{'s' * (depth > 1)} of 2 ReLUs: {self.found.n_linear} pieces",
        )  # fmt: skip
        up = np.arange(len(t) - 1) % 2 == 0
        for name, which, colour in (("rising", up, "orange"), ("falling", ~up, "blue")):
            panel.line(name, *_strokes(t, y, which), colour=colour, width=3 if depth < 6 else 1.5)
        panel.line("level", [0, 1], [height, height], colour="ink", width=1.5, dash=(6, 4))
        panel.points(
            "sources", x, np.full(len(x), height), classes=np.arange(len(x)) % 2 == 0,
            size=6 if depth < 6 else 3, tip="x = {x}",
        )  # fmt: skip
        panel.points("hold", 0.985, height, marker="square", size=8, drag=True, tip="drag: level")

        tree = self.stage.panel(
            "tree", box=(0.56, 0, 0.44, 1), x=(-0.25, depth + 0.3), y=(-0.04, 1.08),
            xticks=[(k, "x" if k == 0 else f"h{sub(k)}") for k in range(depth + 1)],
            xlabel="layer", ylabel="where the points are",
            title=f"{len(x)} inputs become one, two by two",
        )  # fmt: skip
        lines_x, lines_y, at_x, at_y = [], [], [], []
        for k in range(depth):
            before = _back(np.array([height]), depth - k)
            after = _tent(before)
            gap = np.full(len(before), np.nan)
            lines_x.append(np.tile([k, k + 1, np.nan], len(before)))
            lines_y.append(np.stack([before, after, gap], axis=1).ravel())
            at_x.append(np.full(len(before), k))
            at_y.append(before)
        tree.line("folds", np.concatenate(lines_x), np.concatenate(lines_y), colour="grey", width=1)
        # Upright bars are the interval [0, 1] in each layer; the crease is its middle.
        bars = np.arange(depth + 1).repeat(3).astype(float)
        tree.line("axes", bars, np.tile([0, 1, np.nan], depth + 1), colour="muted", width=2)
        if depth:
            tree.points(
                "crease", np.arange(depth), np.full(depth, 0.5), colour="green", marker="diamond",
                size=6, hollow=True, tip="the crease: here this layer folds",
            )  # fmt: skip
        tree.points(
            "points",
            np.concatenate(at_x),
            np.concatenate(at_y),
            colour="purple",
            size=4.5 if depth < 6 else 3,
        )
        tree.points("end", depth, height, colour="ink", marker="square", size=7)

    def summary(self):
        x = self.sources
        shown = ", ".join(number(v) for v in x[:8]) + (", …" if len(x) > 8 else "")
        depth = self["depth"]
        return (
            f"{depth} tent layer{'s' * (depth > 1)}, {2 * depth} ReLUs: {self.found.n_linear} "
            f"straight pieces. The level {number(self['height'])} is met {len(x)} times, at x = "
            f"{shown}. One hidden layer needs at least {2**depth - 1} "
            "ReLUs for as many pieces."
        )

    def event(self, event):
        if event["type"] == "drag":
            self.set_quietly(height=event["y"])


def _tent(x):
    return 1 - np.abs(2 * x - 1)


def _back(y, steps):
    """Where points come from: each has two sources under the tent map."""
    for _ in range(steps):
        y = np.concatenate([y / 2, 1 - y[::-1] / 2])
    return np.sort(y)


def _strokes(t, y, which):
    """The pieces for which ``which`` is true, with gaps between them."""
    gap = np.full(len(t) - 1, np.nan)
    return (np.stack([a[:-1], a[1:], gap], axis=1)[which].ravel() for a in (t, y))


# ------------------------------------------------------------------------------------ paper
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
# How the sheet is folded. A fold is (angle of its normal in degrees, distance of the crease from
# the middle): what lies on the negative side is turned over.
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


def fold(points, angle, offset, share=1.0):
    r"""Turn over what lies behind a crease.

    .. math:: x \mapsto x + 2 s\, \max(0, -(n^\top x - c))\, n

    one ReLU, whose output is added to the point along the normal n = (cos, sin). With the share
    s = 1 this is the mirror image; between 0 and 1 it is the flap on its way, seen from above.

    >>> fold(np.array([[-0.5, 0.2]]), 0, 0)
    array([[0.5, 0.2]])
    """
    n = _normal(angle)
    behind = np.maximum(0, -(points @ n - offset))
    return points + 2 * share * behind[..., None] * n


def unfold(points, folds):
    """All places of the sheet that come to lie on the given points, shape (copies, N, 2).

    Each fold doubles the copies: a point in front of a crease is covered by itself and by its
    mirror image. Where there is no paper the numbers are NaN.
    """
    copies = np.asarray(points, dtype=float)[None]
    for angle, offset in reversed(folds):
        n = _normal(angle)
        ahead = (copies @ n - offset)[..., None]
        copies = np.where(ahead >= -1e-9, copies, np.nan)
        copies = np.concatenate([copies, copies - 2 * ahead * n])
    on_paper = (np.abs(copies) <= 1 + 1e-9).all(axis=-1, keepdims=True)
    return np.where(on_paper, copies, np.nan)


def layers_at(points, folds, share=1.0):
    """On how many layers of paper each point lies, the last fold being done to ``share``."""
    at, which = points, np.arange(len(points))
    for k, (angle, offset) in reversed(list(enumerate(folds))):
        n = _normal(angle)
        ahead = at @ n - offset
        # What was b behind the crease lies (2s − 1) b in front of it now.
        pull = 2 * share - 1 if k == len(folds) - 1 else 1.0
        b = ahead / pull if pull else np.full(len(at), -1.0)
        front, back = ahead >= 0, b > 0
        at = np.concatenate([at[front], at[back] - (ahead + b)[back, None] * n])
        which = np.concatenate([which[front], which[back]])
    return np.bincount(which[(np.abs(at) <= 1).all(axis=1)], minlength=len(points))


def unfold_area(polygon, folds) -> list:
    """The copies of an area, as polygons, each cut off where the paper ends or is folded."""
    found = [np.asarray(polygon, dtype=float)]
    for angle, offset in reversed(folds):
        n = _normal(angle)
        kept = [_cut(one, n, offset) for one in found]
        found = kept + [one - 2 * (one @ n - offset)[:, None] * n for one in kept]
        found = [one for one in found if len(one) > 2]
    for n in np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]):
        found = [_cut(one, n, -1.0) for one in found]
    return [one for one in found if len(one) > 2 and abs(_area(one)) > 1e-5]


def _cut(polygon, n, offset):
    """The part of a polygon with n·x ≥ offset (Sutherland and Hodgman, 1974)."""
    d = polygon @ n - offset
    after, d_after = np.roll(polygon, -1, axis=0), np.roll(d, -1)
    crosses = d * d_after < 0
    share = np.divide(d, d - d_after, out=np.zeros_like(d), where=crosses)
    slots = np.stack([polygon, polygon + share[:, None] * (after - polygon)], axis=1)
    return slots[np.stack([d >= 0, crosses], axis=1)]


def _area(polygon):
    x, y = polygon.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _normal(angle):
    """(cos, sin), exact for quarters of a turn."""
    a = np.deg2rad(angle)
    return np.round([np.cos(a), np.sin(a)], 12)


class FoldingExplorer(Explorer):
    """A sheet of paper, folded; what is drawn on the folded sheet; and the sheet unfolded.

    Each fold is one ReLU (see `fold`), so the folded sheet is what a deep network makes of the
    plane, layer by layer. Whatever a later layer does in one place, it does in all the places that
    lie there together.

    Drag the corners of the shape, or the large dot to move all of it. With *draw it yourself*
    paint on the folded sheet.

    Parameters
    ----------
    paper : str
        How it is folded; one of `PAPERS`.
    folded : float
        How far: 2.5 is two folds and a half.

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
        self._made = controls
        self.ruled = _ruled_paper()
        self._lay(controls)
        super().__init__(1080, 500, controls)

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

    def _lay(self, controls):
        """Put the shape where it belongs."""
        make = SHAPES[controls["shape"].value] or _wave
        self.fresh = True  # nothing drawn by hand yet
        (x, y), size, angle = HOME[controls["paper"].value]
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
        flat = self.stage.panel(
            "sheet", box=(0.5, 0, 0.5, 1), x=(-1.1, 1.1), y=(-1.1, 1.1), equal=True, grid=False,
            xlabel="x₁", ylabel="x₂",
        )  # fmt: skip
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
        text = f"The sheet is folded {done} time{'s' * (done != 1)}"
        if part > 1e-6:
            text += f", and the next fold is {part:.0%} done"
        what = {"the letter F": "the letter F", "a leaf": "a leaf"}.get(self["shape"], "a line")
        return (
            f"{text} ({self['paper']}; the first crease turned by {self['turn']:.0f}°). What is "
            f"drawn once on the folded sheet, {what} about ({number(self.outline[:, 0].mean())}, "
            f"{number(self.outline[:, 1].mean())}), is there {n} time{'s' * (n != 1)} when it is "
            f"unfolded; {done} folds can make up to {2**done}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name in ("paper", "shape"):
            self.set_quietly(right=0.0, up=0.0, turn=0.0 if name == "paper" else self["turn"])
            self._lay(self.controls)

    def pressed(self, name):
        self.set_quietly(right=0.0, up=0.0, turn=0.0)
        self._lay(self.controls)

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
    n = _normal(angle)
    t = np.linspace(-3, 3, 601)[:, None]
    return offset * n + t * [-n[1], n[0]]


def _crease(angle, offset):
    ends = _along(angle, offset)[[0, -1]]
    return ends.T
