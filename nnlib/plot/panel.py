"""One pair of axes of a scene, and the named items drawn in it, in data coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .. import expect
from .palette import CLASS_MARKERS, LIGHT
from .ticks import powers_of_ten, round_numbers

LOOKS = {
    "box": (0, 0, 1, 1),
    "x": (0, 1),
    "y": (0, 1),
    "xlabel": "",
    "ylabel": "",
    "title": "",
    "equal": False,
    "axes": True,
    "grid": True,
    "xscale": "linear",
    "yscale": "linear",
    "xticks": None,
    "yticks": None,
    "click": False,
    "hover": False,
    "legend": "",
}
CHOICES = {
    "xscale": ("linear", "log"),
    "yscale": ("linear", "log"),
    "legend": ("", "upper right", "upper left", "lower right", "lower left"),
}
COLOUR_MAPS = ("diverging", "grey")
MARKERS = (*dict.fromkeys(CLASS_MARKERS), "star")
ALIGNS = ("left", "center", "right")


@dataclass
class Item:
    """One drawn thing: its kind, its numbers (arrays) and its looks (props, JSON-able)."""

    kind: str
    arrays: dict
    props: dict
    changed: set = field(default_factory=set)  # names of arrays not yet sent; "props" for props

    def replace(self, arrays: dict, props: dict) -> bool:
        """Take new content; note what differs from the old. True if anything does."""
        for name, new in arrays.items():
            old = self.arrays.get(name)
            if (
                old is None
                or old.dtype != new.dtype
                or old.shape != new.shape
                or old.tobytes() != new.tobytes()  # bytes, so that NaN equals NaN
            ):
                self.changed.add(name)
        if props != self.props or arrays.keys() != self.arrays.keys():
            self.changed.add("props")
        self.arrays, self.props = arrays, props
        return bool(self.changed)


class Panel:
    """One pair of axes.

    Looks (all may be changed later with `set`):

    box : (left, top, width, height) as fractions of the scene, room for labels included
    x, y : limits in data units; xscale, yscale : "linear" or "log"
    xlabel, ylabel, title : text
    xticks, yticks : list of (position, text), or None for round numbers
    equal : one unit is as long along x as along y
    axes, grid : whether to draw them
    click, hover : report the pointer in data coordinates
    legend : "" or a corner: "upper right", "upper left", "lower right", "lower left"

    Its methods raise what `Scene` says: a ValueError for what does not fit, a TypeError for what is
    no number. The picture is then as it was.
    """

    def __init__(self, scene, name: str, **looks):
        self.scene, self.name = scene, name
        self.looks = dict(LOOKS)
        self.items: dict[str, Item] = {}
        self.set(**looks)

    def set(self, **looks) -> Panel:
        looks = {key: self._checked(key, value) for key, value in looks.items()}
        both = {**self.looks, **looks}
        for axis in "xy":
            if (
                both[f"{axis}scale"] == "log"
                and min(both[axis]) <= 0
                and {axis, f"{axis}scale"} & {*looks}
            ):
                raise ValueError(
                    f"{axis} of panel {self.name!r} expects limits above 0 on a logarithmic axis; "
                    f"got {both[axis]}."
                )
        for key, value in looks.items():
            if self.looks[key] != value:
                self.looks[key] = value
                self.scene._panels_changed.add(self.name)
        return self

    def _checked(self, key, value):
        if key in ("x", "y", "box"):
            n = 4 if key == "box" else 2
            try:
                limits = tuple(float(v) for v in value)
            except (TypeError, ValueError):
                limits = ()
            if len(limits) != n:
                raise ValueError(
                    f"{key} of panel {self.name!r} expects {'four' if n == 4 else 'two'} numbers; "
                    f"got {expect.shown(value)}."
                )
            if not all(map(math.isfinite, limits)):
                raise ValueError(f"{key} of panel {self.name!r} must be finite; got {limits}.")
            if n == 2 and limits[0] == limits[1]:
                raise ValueError(f"{key} of panel {self.name!r} has no length: {limits}.")
            return limits
        if key in CHOICES:
            return expect.known(value, CHOICES[key], key)
        expect.known(key, LOOKS, "look of a panel")
        return value

    def ticks(self, axis: str) -> list[tuple[float, str]]:
        """Where the "x" or "y" axis carries numbers, and which."""
        given = self.looks[axis + "ticks"]
        if given is not None:
            return [(float(at), str(text)) for at, text in given]
        limits = self.looks[axis]
        if self.looks[axis + "scale"] == "log":
            return powers_of_ten(*limits)
        size = self.scene.width if axis == "x" else self.scene.height
        length = size * self.looks["box"][2 if axis == "x" else 3]
        return round_numbers(*limits, length, side_by_side=axis == "x")

    def frame(self) -> tuple[float, float, float, float]:
        """(left, top, width, height) of the axes in pixels, labels kept free, aspect respected."""
        left, top, width, height = (
            part * full
            for part, full in zip(
                self.looks["box"], 2 * (self.scene.width, self.scene.height), strict=True
            )
        )
        edges = [6.0, 6.0, 16.0, 6.0]  # left, top, right, bottom
        if self.looks["axes"]:
            edges[0] += max([8 * len(text) for _, text in self.ticks("y")], default=0) + 6
            edges[3] += 20 if self.ticks("x") else 0
        edges[0] += 22 if self.looks["ylabel"] else 0
        edges[3] += 20 if self.looks["xlabel"] else 0
        edges[1] += 24 if self.looks["title"] else 2
        left, top = left + edges[0], top + edges[1]
        width, height = width - edges[0] - edges[2], height - edges[1] - edges[3]
        if self.looks["equal"]:
            (x0, x1), (y0, y1) = self.looks["x"], self.looks["y"]
            unit = min(width / abs(x1 - x0), height / abs(y1 - y0))
            spare = width - unit * abs(x1 - x0), height - unit * abs(y1 - y0)
            left, top = left + spare[0] / 2, top + spare[1] / 2
            width, height = width - spare[0], height - spare[1]
        return left, top, width, height

    @property
    def pixel(self) -> np.ndarray:
        """What a pixel is worth in data units along x and along y, shape (2,)."""
        return np.array([np.ptp(self.looks["x"]), np.ptp(self.looks["y"])]) / self.frame()[2:]

    def remove(self, *names: str) -> None:
        """Take items away; names that are not there are ignored."""
        for name in names:
            if self.items.pop(name, None) is not None:
                self.scene._removed.append((self.name, name))

    def _put(self, name: str, kind: str, arrays: dict, props: dict) -> None:
        if (colour := props.get("colour")) is not None and colour not in LIGHT:
            raise ValueError(
                f"unknown colour {colour!r} for {name!r}; the palette has {', '.join(LIGHT)}"
            )
        old = self.items.get(name)
        if old is not None and old.kind == kind:
            old.replace(arrays, props)
        else:
            if old is not None:  # another kind under the same name: the viewer starts afresh
                self.remove(name)
            self.items[name] = Item(kind, arrays, props, {*arrays, "props"})

    # ------------------------------------------------------------------ what can be drawn
    def heat(
        self,
        name,
        values,
        extent=None,
        *,
        vmax=1.0,
        classes=None,
        contour=False,
        smooth=True,
        colours="diverging",
        tip="",
    ):
        """A map of numbers; row 0 is the *lowest* y, column 0 the smallest x.

        Parameters
        ----------
        values : array (rows, columns), or (tiles, rows, columns) for several maps at once
        extent : (x0, x1, y0, y1), or one such row per tile; the panel's limits if left out
        vmax : the magnitude that gets the full colour; values are clipped to ±vmax
        classes : int array (rows, columns): colour of the class, as strong as value / vmax
        contour : draw the line where the values are zero
        colours : "diverging" (blue, background, orange) or "grey" (0 white … vmax black)
        """
        values = _floats("heat", values)
        expect.known(colours, COLOUR_MAPS, "colours")
        if values.ndim not in (2, 3):
            raise ValueError(
                f"heat expects values of shape (rows, columns) or (tiles, rows, columns); "
                f"got {values.shape}"
            )
        tiles = values.reshape((-1, *values.shape[-2:]))
        extent = (*self.looks["x"], *self.looks["y"]) if extent is None else extent
        extent = np.asarray(extent, dtype=np.float32).reshape(-1, 4)
        if len(extent) != len(tiles):
            raise ValueError(
                f"heat expects an extent for each of {len(tiles)} tiles; got {len(extent)}"
            )
        # 255 colours are as many as an eye can tell apart, and a quarter of the bytes of float32;
        # a line of zeros needs finer steps, or it gets stairs where the map is shallow.
        # A NaN (a diverged network) is drawn as zero, the background.
        scaled = np.nan_to_num(tiles / np.float32(vmax), nan=0.0, posinf=1.0, neginf=-1.0)
        fine = np.int16 if contour else np.int8
        level = np.rint(np.clip(scaled, -1, 1) * np.iinfo(fine).max).astype(fine)
        arrays = {"level": level, "extent": extent}
        if classes is not None:
            classes = np.asarray(classes, dtype=np.uint8)
            if classes.shape != values.shape:
                raise ValueError(
                    f"heat expects classes of shape {values.shape}; got {classes.shape}"
                )
            arrays["classes"] = classes.reshape(tiles.shape)
        props = dict(
            vmax=float(vmax), contour=bool(contour), smooth=bool(smooth), colours=colours, tip=tip
        )
        self._put(name, "heat", arrays, props)

    def points(
        self,
        name,
        x,
        y,
        *,
        classes=None,
        values=None,
        colour="ink",
        marker="circle",
        size=4.0,
        hollow=False,
        drag=False,
        click=False,
        label="",
        tip="",
    ):
        """Markers. With ``classes`` each gets its class's colour and shape; with ``values`` in
        [−1, 1] a colour of the diverging map; ``drag`` lets the reader move them, ``click`` reports
        a click on one; ``size`` is the radius in pixels. In ``tip``, {x} {y} {i} {v} stand for
        the numbers under the pointer."""
        arrays = _same_length(name, x=x, y=y)
        if classes is not None:
            arrays["classes"] = _classes(name, classes)
        if values is not None:
            arrays["values"] = _floats(name, values).reshape(-1)
        expect.known(marker, MARKERS, "marker")
        for extra in ("classes", "values"):
            if extra in arrays and len(arrays[extra]) != len(arrays["x"]):
                raise ValueError(
                    f"points {name!r} expects {len(arrays['x'])} {extra}; got {len(arrays[extra])}"
                )
        props = dict(
            colour=colour,
            marker=marker,
            size=expect.number(size, f"points {name!r}", "size", 0),
            hollow=bool(hollow),
            drag=bool(drag),
            click=bool(click),
            label=label,
            tip=tip,
        )
        self._put(name, "points", arrays, props)

    def line(self, name, x, y, *, colour="ink", width=2.0, dash=(), label="", tip="", fill=False):
        """A line through the points; a NaN interrupts it. ``dash`` is (on, off) in pixels;
        ``fill`` fills the polygon it goes round, lightly."""
        props = dict(
            colour=colour,
            width=expect.number(width, f"line {name!r}", "width", 0),
            dash=list(dash),
            label=label,
            tip=tip,
            fill=bool(fill),
        )
        self._put(name, "line", _same_length(name, x=x, y=y), props)

    def arrows(self, name, x0, y0, x1, y1, *, colour="ink", width=2.5, label=""):
        """Arrows from (x0, y0) to (x1, y1)."""
        arrays = _same_length(name, x0=x0, y0=y0, x1=x1, y1=y1)
        self._put(name, "arrows", arrays, dict(colour=colour, width=float(width), label=label))

    def links(self, name, x0, y0, x1, y1, values, *, vmax=1.0, curved=True, tips=(), click=False):
        """Connections whose width is |value| / vmax and whose colour is the sign of the value."""
        arrays = _same_length(name, x0=x0, y0=y0, x1=x1, y1=y1, values=values)
        props = dict(vmax=float(vmax), curved=bool(curved), tips=list(tips), click=bool(click))
        self._put(name, "links", arrays, props)

    def bars(self, name, x, heights, *, width=0.7, classes=None, colour="blue", label="", tip=""):
        """Vertical bars from zero (from the lower limit on a logarithmic axis)."""
        arrays = _same_length(name, x=x, heights=heights)
        if classes is not None:
            arrays["classes"] = _classes(name, classes)
            if len(arrays["classes"]) != len(arrays["x"]):
                raise ValueError(
                    f"bars {name!r} expects {len(arrays['x'])} classes; "
                    f"got {len(arrays['classes'])}."
                )
        props = dict(width=float(width), colour=colour, label=label, tip=tip)
        self._put(name, "bars", arrays, props)

    def text(
        self, name, x, y, text, *, colour="ink", size=14, align="center", bold=False, halo=False
    ):
        """Words at data coordinates; ``text`` is one string or one per point. ``align`` is
        "left", "center" or "right" of the point; ``halo`` sets them off against a busy ground."""
        strings = [text] if isinstance(text, str) else [str(t) for t in text]
        arrays = _same_length(name, x=x, y=y)
        if len(strings) != len(arrays["x"]):
            raise ValueError(
                f"text {name!r} expects {len(arrays['x'])} strings; got {len(strings)}"
            )
        expect.known(align, ALIGNS, "align")
        props = dict(
            text=strings, colour=colour, size=float(size), align=align, bold=bold, halo=halo
        )
        self._put(name, "text", arrays, props)

    def matrix(
        self,
        name,
        values,
        x=0.0,
        y=0.0,
        *,
        cell=(1.0, 1.0),
        digits=2,
        vmax=None,
        highlight=(),
        title="",
        size=14,
        tip="",
    ):
        """A table of numbers whose *top left* corner is (x, y), each cell ``cell`` data units.

        NaN is an empty cell. With ``vmax`` cells are tinted by value; ``highlight`` is a list of
        (row, column) to outline.
        """
        values = np.atleast_2d(_floats(name, values))
        if values.ndim != 2:
            raise ValueError(f"matrix {name!r} expects shape (rows, columns); got {values.shape}")
        props = dict(
            x=float(x),
            y=float(y),
            cell=[float(c) for c in cell],
            digits=int(digits),
            vmax=None if vmax is None else float(vmax),
            highlight=[[int(r), int(c)] for r, c in highlight],
            title=title,
            size=float(size),
            tip=tip,
        )
        self._put(name, "matrix", {"values": values}, props)


def _floats(name, values):
    return expect.numbers(values, repr(name), "an array").astype(np.float32, copy=False)


def _classes(name, classes):
    classes = expect.numbers(classes, repr(name), "classes").reshape(-1)
    wrong = classes[~((classes >= 0) & (classes <= 255) & (classes == np.floor(classes)))]
    if wrong.size:
        raise ValueError(f"{name!r} expects classes, whole numbers 0 to 255; got {wrong[0]:g}.")
    return classes.astype(np.uint8)


def _same_length(name, **arrays):
    with np.errstate(over="ignore"):  # what a diverged network says is drawn as infinite
        found = {key: _floats(name, a).reshape(-1) for key, a in arrays.items()}
    lengths = {key: len(a) for key, a in found.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{name!r} expects arrays of one length; got {lengths}")
    return found
