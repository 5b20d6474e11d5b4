"""A window that slides over numbers: `ConvolutionExplorer`."""

from __future__ import annotations

import textwrap

import ipywidgets as ipw
import numpy as np

from ..conv import Conv2D
from ..kernels import MADE, handmade
from ..plot.words import brief, counted, sub
from ..windows import margins, output_size
from .controls import button, buttons, choice, rows, slider
from .playing import SteppingExplorer

# Lecture D: the inputs and kernels of its tables (a) and (b).
LECTURE = {
    "lecture (a)": (
        [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]],
        [[0, 1, 2], [2, 2, 0], [0, 1, 2]],
    ),
    "lecture (b)": (
        [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]],
        [[2, 0, 1], [1, 0, 0], [0, 1, 1]],
    ),
}
LARGEST = 8  # pixels along a side of the input
FITS = {"p on every side": "number", "valid: none": "valid", "same: ⌈n / s⌉ places": "same"}


def _inputs():
    """name → (8, 8) whole numbers; smaller inputs are their top left corner."""
    i, j = np.indices((LARGEST, LARGEST))
    found = {name: np.pad(x, (0, LARGEST - 5), "wrap") for name, (x, _) in LECTURE.items()}
    found["an upright edge"] = np.where(j < 3, 1, 5)
    found["a slanted edge"] = np.where(j + i < 5, 1, 5)
    found["one bright dot"] = np.where((i == 2) & (j == 2), 5, 0)
    found["slope to the right"] = j
    found["digits at random"] = np.random.default_rng(0).integers(0, 6, (LARGEST, LARGEST))
    return found


INPUTS = _inputs()


class ConvolutionExplorer(SteppingExplorer):
    r"""Convolution with all its numbers: the window, its products, and their sum.

    Point at a number of the output (or use the slider, Step, or Play): the window it comes from,
    each pixel times its weight, and the sum. Click a weight or a pixel and change it.

    Parameters
    ----------
    kernel : str
        "lecture (a)", "lecture (b)" or a key of `nnlib.kernels.MADE`.
    picture : str
        "lecture (a)", "lecture (b)", "an upright edge", ...: a key of `INPUTS`.
    size, stride, padding : int
        n, s and p.
    place : int
        Which number of the output is explained, counted from 1, row by row.

    Attributes
    ----------
    x : ndarray, shape (n, n)
    w : ndarray, shape (k, k)

    Examples
    --------
    >>> explorer = ConvolutionExplorer()
    >>> explorer.output().astype(int)
    array([[12, 12, 17],
           [10, 17, 19],
           [ 9,  6, 14]])
    >>> explorer.summary()
    '5 × 5 pixels, a 3 × 3 kernel, padding 0, stride 1: the output is 3 × 3, for
    ⌊(5 + 0 − 3) / 1⌋ + 1 = 3. Output in row 1, column 1: 0·3 + 1·3 + 2·2 + 2·0 + 2·0 + 0·1 +
    0·3 + 1·1 + 2·2 = 12. Every pixel is under the window at least once. Chosen: w₁,₁ = 0.'
    """

    pace = 0.8

    def __init__(self, kernel="lecture (a)", picture=None, *, size=5, stride=1, padding=0, place=1):
        pictures, kernels = list(INPUTS), [*LECTURE, *MADE]
        picture = picture or (kernel if kernel in pictures else pictures[0])
        for name, known in ((picture, pictures), (kernel, kernels)):
            if name not in known:
                raise ValueError(
                    f"ConvolutionExplorer expects one of {', '.join(known)}; got {name!r}"
                )
        controls = {
            "step": button("Step", "step-forward", "The next place of the window"),
            "play": button("Play", "play", "One place after the other; press again to pause"),
            "place": slider("place", place, 1, 100, 1),
            "picture": choice("input", pictures, picture),
            "kernel": choice("kernel", [*((n, n) for n in kernels), ("– your own –", "")], kernel),
            "size": slider("input n", size, 3, LARGEST, 1),
            "kernel_size": slider("kernel k", 3, 1, 5, 1),
            "fit": buttons("padding", list(FITS.items()), "number"),
            "padding": slider("padding p", padding, 0, 2, 1),
            "stride": slider("stride s", stride, 1, 3, 1),
            "number": choice("number to change", [("", ("w", 0, 0))]),
            "value": slider("its value", 0.0, -5.0, 5.0, 0.5),
        }
        self.pixels = INPUTS[picture].astype(float)
        self.w = _kernel(kernel)
        super().__init__(1060, 516, controls)

    def begin(self):
        self._name_numbers()
        self._count_places()

    def layout(self):
        c = self.controls
        top = [c[k] for k in ("step", "play", "place", "picture", "kernel")]
        middle = [c[k] for k in ("fit", "padding", "stride", "size", "kernel_size")]
        return ipw.VBox([rows(top), rows(middle), self.stage, rows([c["number"], c["value"]])])

    # ------------------------------------------------------------------ the maths
    @property
    def x(self) -> np.ndarray:
        """The input, (n, n)."""
        n = self["size"]
        return self.pixels[:n, :n]

    def margins(self) -> tuple[int, int]:
        """Rows of zeros added before and after."""
        return margins(len(self.x), len(self.w), self["stride"], self._padding())

    def places(self) -> int:
        """How many places the window has along a side; 0 if it does not fit."""
        s = self["stride"]
        return max(0, output_size(len(self.x), len(self.w), s, self._padding()))

    def output(self) -> np.ndarray:
        """(m, m), by `nnlib.Conv2D`; empty if the window does not fit."""
        if not self.places():
            return np.zeros((0, 0))
        layer = Conv2D(1, 1, len(self.w), self["stride"], self._padding())
        layer.W.value[..., 0, 0] = self.w
        return layer.forward(self.x[None, ..., None])[0, ..., 0]

    def left_out(self) -> int:
        """Columns at the right (and as many rows below) that no window reaches."""
        before, after = self.margins()
        reached = (self.places() - 1) * self["stride"] + len(self.w) - before
        return max(0, len(self.x) - reached) if self.places() else len(self.x)

    def _padding(self):
        fit = self["fit"]
        return {"valid": 0, "same": "same"}.get(fit, self["padding"])

    def at(self) -> tuple[int, int]:
        """Row and column of the explained output, counted from 0."""
        m = max(1, self.places())
        return divmod(min(self["place"], m * m) - 1, m)

    def _count_places(self):
        # The slider goes as far as there are places.
        self.controls["place"].max = max(2, self.places() ** 2)

    def _name_numbers(self):
        k, n = len(self.w), len(self.x)
        numbers = [("w", i, j) for i in range(k) for j in range(k)]
        numbers += [("x", i, j) for i in range(n) for j in range(n)]
        control = self.controls["number"]
        old = control.value
        control.options = [(_name(*number), number) for number in numbers]
        control.value = old if old in numbers else numbers[0]
        self._choose()

    def _choose(self):
        kind, i, j = self["number"]
        value = (self.w if kind == "w" else self.pixels)[i, j]
        self.controls["value"].value = float(np.clip(value, -5, 5))

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "picture":
            self.pixels = INPUTS[self["picture"]].astype(float)
        elif name == "kernel" and self["kernel"]:
            self.w = _kernel(self["kernel"])
            self.controls["kernel_size"].value = len(self.w)
        elif name == "kernel_size":
            self.w = _resized(self.w, self["kernel_size"])
            self.controls["kernel"].value = ""
        elif name == "number":
            self._choose()
        elif name == "value":
            kind, i, j = self["number"]
            (self.w if kind == "w" else self.pixels)[i, j] = self["value"]
            if kind == "w":
                self.controls["kernel"].value = ""
        if name in ("picture", "kernel", "kernel_size", "size"):
            self._name_numbers()
        if name != "place":
            self._count_places()

    def pressed(self, name):
        if name == "play":
            self.toggle()
        else:
            self.pause()
            self._advance()

    def _advance(self):
        count = max(1, self.places() ** 2)
        i, j = self.at()
        self.set_quietly(place=(i * max(1, self.places()) + j + 1) % count + 1)
        return True

    def event(self, event):
        if event["panel"] != "numbers" or event["type"] not in ("hover", "click"):
            return
        for name, (left, top, cell, size) in self.tables.items():
            i, j = int((top - event["y"]) // cell), int((event["x"] - left) // cell)
            if not (0 <= i < size and 0 <= j < size):
                continue
            if name == "output":
                self.set_quietly(place=i * size + j + 1)
            elif event["type"] == "click" and name in "wx":
                self.set_quietly(number=(name, i, j))
                self.changed("number")

    # ------------------------------------------------------------------ the picture
    def draw(self):
        panel = self.stage.panel(
            "numbers", box=(0, 0, 1, 1), x=(0, 1060), y=(0, 508), axes=False, hover=True, click=True
        )  # fmt: skip
        for name in list(panel.items):
            if name.startswith("?"):
                panel.remove(name)
        before, after = self.margins()
        k, n, s, m = len(self.w), len(self.x), self["stride"], self.places()
        total, z = n + before + after, self.output()
        padded = np.pad(self.x, (before, after))
        cell = float(np.clip(344 / max(total, m), 26, 54))
        small = min(55.0, 165 / k)
        top, widths = 474.0, np.array([total * cell, max(k * small, 110), max(m, 3) * cell])
        gap = min(120.0, (1032 - widths.sum()) / 2)
        left = (1060 - widths.sum() - 2 * gap) / 2
        right = left + widths[:2].sum() + 2 * gap
        inner = left + before * cell, top - before * cell
        self.tables = {"x": (*inner, cell, n), "output": (right, top, cell, m)}

        shown = padded.copy()
        shown[:before], shown[:, :before] = np.nan, np.nan
        shown[before + n :], shown[:, before + n :] = np.nan, np.nan
        self._grid(panel, "input", shown, left, top, cell, 8)
        i, j = np.nonzero(np.isnan(shown))
        zeros = left + cell * (j + 0.5), top - cell * (i + 0.5)
        panel.text("zeros", *zeros, ["0"] * len(i), colour="muted", size=14)
        panel.line("picture", *_box(*inner, cell, 0, 0, n, n), colour="ink", width=2.5)
        panel.text("name x", left, top + 18, f"input x: {n} × {n}", size=16, bold=True,
                   align="left")  # fmt: skip
        out = self.left_out()
        lost = [_box(*inner, cell, 0, n - c - 1, n, 1) for c in range(out)]
        lost += [_box(*inner, cell, n - c - 1, 0, 1, n) for c in range(out)]
        for at, box in enumerate(lost):
            panel.line(f"?lost {at}", *box, colour="grey", fill=True, width=0)

        middle = left + total * cell + gap + (widths[1] - small * k) / 2
        low = top - small * k - 36
        self.tables["w"] = middle, top, small, k
        self._grid(panel, "kernel", self.w, middle, top, small, 4)
        panel.line("frame w", *_box(middle, top, small, 0, 0, k, k), colour="green", width=2.5)
        centre = middle + small * k / 2
        panel.text("name w", centre, top + 18, f"kernel w: {k} × {k}", size=16, bold=True)
        kind, p, q = self["number"]
        where = (middle, top, small) if kind == "w" else (*inner, cell)
        panel.line("chosen", *_box(*where, p, q, 1, 1, 3), colour="ink", width=1.8, dash=(4, 3))

        if m:
            i, j = self.at()
            window = padded[i * s : i * s + k, j * s : j * s + k]
            self._grid(panel, "products", window * self.w + 0.0, middle, low, small, 12)
            panel.text("name products", centre, low + 17, "x · w", size=16, bold=True)
            panel.line("frame products", *_box(middle, low, small, 0, 0, k, k), colour="purple",
                       width=2.5)  # fmt: skip
            self._grid(panel, "output", z, right, top, cell, 20)
            panel.line("window", *_box(left, top, cell, i * s, j * s, k, k), colour="purple",
                       width=4)  # fmt: skip
            panel.line("here", *_box(right, top, cell, i, j, 1, 1), colour="vermillion", width=4)
            name = f"output z: {m} × {m}"
            panel.text("name z", right, top + 18, name, size=16, bold=True, align="left")
            begin = left + total * cell + 6, top - (i * s + k / 2) * cell
            ends = [
                (middle - 8, low - small * k / 2),
                (right - 6, top - i * cell - cell / 2),
            ]
            sides = [begin, (middle + small * k + 8, low - small * k / 2)]
            panel.arrows("way", *np.array(sides).T, *np.array(ends).T, colour="muted", width=1.6)
        else:
            panel.remove("products", "name products", "frame products", "output", "window", "here",
                         "way")  # fmt: skip
            text = f"A {k} × {k} window does not fit."
            panel.text("name z", right, top + 18, text, size=16, bold=True, align="left")
        self._say(panel)

    def _grid(self, panel, name, values, x, y, cell, vmax):
        known = values[np.isfinite(values)]
        whole = np.allclose(known, known.round(), atol=1e-9)
        short = whole or np.allclose(10 * known, (10 * known).round(), atol=1e-9)
        digits = 0 if whole else 1 if short or cell < 40 else 2
        size = 16 if cell >= 36 and digits < 2 else 13
        panel.matrix(name, values, x, y, cell=(cell, cell), digits=digits, vmax=vmax, size=size)

    def _say(self, panel):
        for at, line in enumerate(textwrap.wrap(self._sum(), 113, break_on_hyphens=False)[:3]):
            panel.text(f"?sum {at}", 14, 80 - 21 * at, line, size=15, align="left", bold=True)
        formula = f"Places along a side: {self._formula()}. {self._reach()}"
        panel.text("formula", 14, 14, formula, size=15, align="left", colour="ink")

    # ------------------------------------------------------------------ in words
    def _sum(self):
        if not self.places():
            return "There is no place for the window, so there is no output."
        (i, j), s, k = self.at(), self["stride"], len(self.w)
        padded = np.pad(self.x, self.margins())
        window = padded[i * s : i * s + k, j * s : j * s + k]
        terms = [
            f"{brief(w, True)}·{brief(x, True)}"
            for w, x in zip(self.w.flat, window.flat, strict=True)
        ]
        z = brief(self.output()[i, j])
        return f"Output in row {i + 1}, column {j + 1}: {' + '.join(terms)} = {z}"

    def _formula(self):
        k, n, s, m = len(self.w), len(self.x), self["stride"], self.places()
        p = self._padding()
        if p == "same":
            zeros = sum(self.margins())
            return f"⌈{n} / {s}⌉ = {m}, with {counted(zeros, 'column')} of zeros in all"
        return f"⌊({n} + {2 * p} − {k}) / {s}⌋ + 1 = {output_size(n, k, s, p)}".replace("-", "−")

    def _reach(self):
        out = self.left_out()
        if not self.places():
            return "Not even one window fits: pad the input, or take a smaller kernel."
        if not out:
            return "Every pixel is under the window at least once." if self._gapless() else (
                "Steps longer than the window leave gaps between its places."
            )  # fmt: skip
        many = "The last column and row are" if out == 1 else f"The last {out} columns and rows are"
        return f"{many} never looked at."

    def _gapless(self):
        return self["stride"] <= len(self.w) or self.places() == 1

    def summary(self):
        n, k, p = len(self.x), len(self.w), self._padding()
        m = self.places()
        number = _name(*self["number"])
        kind, i, j = self["number"]
        value = (self.w if kind == "w" else self.pixels)[i, j]
        size = f"the output is {m} × {m}, for " if m else "nothing fits, for "
        text = (
            f"{n} × {n} pixels, a {k} × {k} kernel, padding {p}, stride {self['stride']}: "
            f"{size}{self._formula()}. {self._sum().rstrip('.')}. {self._reach()} "
            f"Chosen: {number} = {brief(value)}."
        )
        return text


def _kernel(name):
    kernel = LECTURE[name][1] if name in LECTURE else handmade(name)
    return np.array(kernel, dtype=float)


def _resized(w, k):
    """The kernel with zeros round it, or its middle."""
    size = len(w)
    if k >= size:
        before = (k - size) // 2
        return np.pad(w, (before, k - size - before))
    cut = (size - k) // 2
    return w[cut : cut + k, cut : cut + k].copy()


def _name(kind, i, j):
    return f"{kind}{sub(i + 1)},{sub(j + 1)}"


def _box(left, top, cell, row, column, rows, columns, inset=0.0):
    """The outline of some cells of a table whose top left corner is (left, top)."""
    x0, x1 = left + cell * column + inset, left + cell * (column + columns) - inset
    y0, y1 = top - cell * row - inset, top - cell * (row + rows) + inset
    return [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]
