"""What float32, float16 and bfloat16 can hold, and what becomes of a sum."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..precision import FORMATS, add_up, round_to, spacing
from .controls import log_slider
from .explorer import Explorer

ADDED = 10_000
SHOWN = np.unique(np.geomspace(1, ADDED, 240).astype(int))
TICKS = 300  # more of them are drawn as a band
COLOURS = {"float32": "blue", "float16": "green", "bfloat16": "vermillion"}
ROW = dict(zip(COLOURS, (2.0, 1.0, 0.0), strict=True))


class PrecisionExplorer(Explorer):
    """The numbers there are near a chosen one, and a sum that stops growing.

    Above a number line: each tick is a number that the format can hold, the large dot what becomes
    of x. Drag the mark of x. Below the same small term added again and again: exactly, in each
    format, and with bfloat16 terms in a float32 sum, as matrix units of GPUs do it.

    Parameters
    ----------
    x : float
        From 0.01 to 100,000.
    zoom : float
        Half the width of the number line, as a share of x.
    term : float
        What is added.

    Examples
    --------
    >>> PrecisionExplorer(1.003, term=1.0).summary()
    '1.003 is stored as 1.003 in float32 (steps of 1.2e−07), 1.00293 in float16 (0.00098), 1 in
    bfloat16 (0.0078). 1 added 10,000 times: 10,000 in float32, 2,048 in float16, 256 in bfloat16,
    10,000 with bfloat16 terms in a float32 sum.'
    """

    def __init__(self, x=1.003, zoom=0.02, term=0.01):
        controls = {
            "x": log_slider("x", x, -2, 5),
            "zoom": log_slider("zoom: ± share of x", zoom, -7, 0),
            "term": log_slider("term to add", term, -4, 0),
        }
        controls["x"].readout_format = ".5g"
        controls["x"].step = 0.0001
        super().__init__(1080, 560, controls)

    # ------------------------------------------------------------------ the maths
    def numbers(self, form):
        """What a format can hold in sight, or None if these are too many to draw."""
        low, high = self.window()
        # Steps double at powers of two: the finest one in sight tells whether there are too many.
        if (high - low) / spacing(low, form) > 4 * TICKS:
            return None
        edges = 2.0 ** np.arange(np.floor(np.log2(low)), np.ceil(np.log2(high)) + 1)
        found = []
        for a, b in zip(edges[:-1], edges[1:], strict=True):
            a, b, step = max(a, low), min(b, high), spacing(a, form)
            found.append(step * np.arange(np.ceil(a / step), np.floor(b / step) + 1))
        found = np.unique(np.concatenate(found))
        found = found[found <= FORMATS[form].largest]
        return found if len(found) <= TICKS else None

    def window(self):
        """The ends of the number line."""
        x, share = self["x"], min(self["zoom"], 0.9)
        return x * (1 - share), x * (1 + share)

    def sums(self):
        """name → sum after 1 … 10,000 additions, at the places `SHOWN`."""
        return _sums(float(self["term"]))

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "x":
            low, high = self.window()
            middle, half = (low + high) / 2, (high - low) / 2
            self.set_quietly(x=float(np.clip(middle + half * event["x"], 0.01, 1e5)))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_line()
        self._draw_sums()

    def _draw_line(self):
        # Drawn in shares of the window, from −1 to 1: float32, in which pictures are sent, could
        # not tell the numbers of a narrow window apart. Which is the lesson.
        x, (low, high) = self["x"], self.window()
        middle, half = (low + high) / 2, (high - low) / 2
        digits = int(np.clip(np.ceil(-np.log10(half)) + 2, 0, 12))
        at = np.linspace(-1, 1, 5)
        ticks = [(p, f"{middle + half * p:.{digits}f}") for p in at]
        panel = self.stage.panel(
            "line", box=(0, 0, 1, 0.45), x=(-1.05, 1.62), y=(-0.6, 2.9), xticks=ticks,
            yticks=[(y, name) for name, y in ROW.items()], grid=False,
            title=f"The numbers that can be stored near x = {x:.{digits}f}",
        )  # fmt: skip
        words = []
        for form, y in ROW.items():
            found, stored = self.numbers(form), float(round_to(x, form))
            panel.remove(f"band {form}", f"ticks {form}", f"stored {form}")
            if found is None:
                end = min(1.0, (FORMATS[form].largest - middle) / half)
                band = [-1, end, end, -1, -1], [y - 0.2, y - 0.2, y + 0.2, y + 0.2, y - 0.2]
                panel.line(f"band {form}", *band, colour=COLOURS[form], width=1, fill=True)
            elif len(found):
                p = (found - middle) / half
                xs = np.column_stack([p, p, np.full(len(p), np.nan)]).ravel()
                ys = np.tile([y - 0.2, y + 0.2, np.nan], len(p))
                panel.line(f"ticks {form}", xs, ys, colour=COLOURS[form], width=2)
            place = (stored - middle) / half
            if abs(place) <= 1:
                panel.points(f"stored {form}", place, y, colour=COLOURS[form], size=8)
            words.append(self._said(stored, digits))
        ys = [y for y in ROW.values()]
        panel.text("words", 3 * [1.08], ys, words, size=14, align="left")
        panel.line("at x", [0, 0], [-0.5, 2.5], colour="ink", width=1.5, dash=(4, 4))
        panel.points("x", 0, 2.5, colour="ink", marker="down", size=9, drag=True, tip="x: drag it")

    def _said(self, stored, digits):
        if np.isinf(stored):
            return "too large: infinity"
        off = abs(stored - self["x"]) / self["x"]
        shown = f"{stored:.{digits}f}"
        return f"{shown}, off by {_short(100 * off)} %"

    def _draw_sums(self):
        term = float(self["term"])
        panel = self.stage.panel(
            "sums", box=(0, 0.45, 1, 0.55), x=(1, 1.2e4), y=(term, 1.6 * ADDED * term),
            xscale="log", yscale="log", xlabel="how often it was added", ylabel="sum",
            title=f"{term:.3g} added again and again", legend="upper left",
        )  # fmt: skip
        panel.line("exact", SHOWN, SHOWN * term, colour="grey", width=9, label="exact")
        looks = {name: (colour, (), 3) for name, colour in COLOURS.items()}
        looks["bfloat16 terms, float32 sum"] = ("ink", (3, 6), 3)
        for name, values in self.sums().items():
            colour, dash, width = looks[name]
            panel.line(name, SHOWN, values, colour=colour, width=width, dash=dash, label=name)

    def summary(self):
        x = float(self["x"])
        said = []
        for form in FORMATS:
            stored = float(round_to(x, form))
            if np.isinf(stored):
                said.append(f"infinity in {form}")
            else:
                said.append(f"{stored:.6g} in {form} ({'steps of ' * (not said)}"
                            f"{_short(spacing(x, form))})")  # fmt: skip
        ends = {name: values[-1] for name, values in self.sums().items()}
        mixed = ends.pop("bfloat16 terms, float32 sum")
        sums = ", ".join(f"{_sum(v)} in {name}" for name, v in ends.items())
        return (
            f"{x:.7g} is stored as {', '.join(said)}. {self['term']:.3g} added 10,000 times: "
            f"{sums}, {_sum(mixed)} with bfloat16 terms in a float32 sum."
        )


@lru_cache(maxsize=32)
def _sums(term):
    found = {form: add_up(term, ADDED, form)[SHOWN] for form in FORMATS}
    mixed = add_up(term, ADDED, "bfloat16", sums="float32")[SHOWN]
    return found | {"bfloat16 terms, float32 sum": mixed}


def _short(v):
    return f"{v:.0f}" if v >= 100 else f"{v:.2g}".replace("e-", "e−")


def _sum(v):
    return f"{v:,.4g}" if v < 1000 else f"{v:,.0f}"
