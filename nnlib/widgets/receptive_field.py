"""How far one number of a deep layer sees: `ReceptiveFieldExplorer`."""

from __future__ import annotations

import numpy as np

from ..conv import Conv2D
from ..pool import MaxPool2D
from ..windows import margins, output_size, receptive_field
from .controls import slider
from .explorer import Explorer


class ReceptiveFieldExplorer(Explorer):
    r"""Convolution, pooling, convolution, seen along one side of the picture.

    Each row of squares is one side of the feature maps of a layer. Point at a square of the topmost
    row, or click it: those of the row below that it is computed from, and so on down to the pixels.
    That is its receptive field.

    Parameters
    ----------
    size : int
        n, pixels along a side.
    k1, s1, p1 : int
        Kernel size, stride and padding of the first convolution.
    pool : int
        Pool size; 1 is none.
    k2 : int
        Kernel size of the second convolution, without padding.
    unit : int
        Which number of the last layer, counted from 1.

    Examples
    --------
    >>> explorer = ReceptiveFieldExplorer()
    >>> explorer.sizes()
    [28, 28, 14, 12]
    >>> explorer.field()
    8
    """

    def __init__(self, size=28, k1=3, s1=1, p1=1, pool=2, k2=3, unit=6):
        controls = {
            "size": slider("picture n", size, 8, 32, 1),
            "k1": slider("1st kernel size", k1, 1, 7, 1),
            "s1": slider("1st stride", s1, 1, 3, 1),
            "p1": slider("1st padding", p1, 0, 3, 1),
            "pool": slider("pool size", pool, 1, 4, 1),
            "k2": slider("2nd kernel size", k2, 1, 7, 1),
            "unit": slider("number to look at", unit, 1, 32, 1),
        }
        super().__init__(1060, 470, controls)

    # ------------------------------------------------------------------ the maths
    def stack(self) -> list[tuple[int, int, int]]:
        """(kernel, stride, padding) of the three layers."""
        pool = self["pool"]
        return [(self["k1"], self["s1"], self["p1"]), (pool, pool, 0), (self["k2"], 1, 0)]

    def sizes(self) -> list[int]:
        """Along one side: of the picture, then after each layer, as far as the windows fit."""
        sizes = [self["size"]]
        for k, s, p in self.stack():
            m = output_size(sizes[-1], k, s, p)
            if m < 1:
                break
            sizes.append(m)
        return sizes

    def layers(self) -> list:
        """The layers of `nnlib` this is the side view of."""
        (k1, s1, p1), (pool, _, _), (k2, _, _) = self.stack()
        return [Conv2D(1, 1, k1, s1, p1), MaxPool2D(pool), Conv2D(1, 1, k2)]

    def field(self) -> int:
        """Pixels along a side that one number of the topmost layer can depend on."""
        return receptive_field(self.layers()[: len(self.sizes()) - 1])[-1]["field"] if (
            len(self.sizes()) > 1
        ) else 1  # fmt: skip

    def seen(self) -> list[tuple[int, int]]:
        """For each row, from the picture up: first and last square (padding may be among them)."""
        sizes = self.sizes()
        top = min(self["unit"], sizes[-1]) - 1
        spans = [(top, top)]
        for at in range(len(sizes) - 1, 0, -1):
            k, s, p = self.stack()[at - 1]
            before, _ = margins(sizes[at - 1], k, s, p)
            first, last = spans[0]
            spans.insert(0, (first * s - before, last * s - before + k - 1))
        return spans

    def event(self, event):
        if event["type"] in ("hover", "click") and event["panel"] == "rows":
            sizes = self.sizes()
            u = round(event["x"] - self._left(sizes[-1]))
            if 0 <= u < sizes[-1] and abs(event["y"] - (len(sizes) - 1)) < 0.45:
                self.set_quietly(unit=u + 1)

    def _left(self, count):
        return (32 - count) / 2

    # ------------------------------------------------------------------ the picture
    def draw(self):
        panel = self.stage.panel(
            "rows", box=(0, 0, 1, 1), x=(-12.8, 35.5), y=(-0.95, 3.6), axes=False, hover=True,
            click=True,
        )  # fmt: skip
        for name in list(panel.items):
            panel.remove(name)
        sizes, spans = self.sizes(), self.seen()
        k, s, p = self.stack()[0]
        names = [
            "picture",
            f"convolution {k}",
            f"max-pooling {self['pool']}",
            f"convolution {self['k2']}",
        ]
        # The cone first, so that the squares lie on it.
        for at in range(len(sizes) - 1):
            (a, b), (c, d) = spans[at], spans[at + 1]
            low, high = self._left(sizes[at]), self._left(sizes[at + 1])
            x = [low + a - 0.5, low + b + 0.5, high + d + 0.5, high + c - 0.5, low + a - 0.5]
            y = [at, at, at + 1, at + 1, at]
            panel.line(f"cone {at}", x, y, colour="orange", fill=True, width=1)
        for at, size in enumerate(sizes):
            left, (a, b) = self._left(size), spans[at]
            x = left + np.arange(size)
            inside = (np.arange(size) >= a) & (np.arange(size) <= b)
            panel.points(f"row {at}", x[~inside], np.full((~inside).sum(), at), marker="square",
                         colour="blue", size=8, hollow=True)  # fmt: skip
            panel.points(f"seen {at}", x[inside], np.full(inside.sum(), at), marker="square",
                         colour="orange", size=9)  # fmt: skip
            outside = [q for q in range(a, b + 1) if not 0 <= q < size]
            panel.text(f"zeros {at}", left + np.array(outside), np.full(len(outside), at),
                       ["0"] * len(outside), size=14, colour="muted")  # fmt: skip
            panel.text(f"name {at}", -12.6, at + 0.14, names[at], size=15, bold=True, align="left")
            words = f"{size} × {size}" + (f", stride {s}, padding {p}" if at == 1 else "")
            panel.text(f"size {at}", -12.6, at - 0.16, words, size=15, align="left", colour="muted")
        a, b = spans[0]
        words = f"receptive field: {self.field()} × {self.field()} pixels"
        if len(sizes) < 4:
            words += f"; the window of “{names[len(sizes)]}” does not fit any more"
        where = np.clip(self._left(sizes[0]) + (a + b) / 2, 0, 22)
        panel.text("field", where, -0.55, words, size=17, bold=True, colour="orange")

    def summary(self):
        sizes = self.sizes()
        a, b = self.seen()[0]
        chain = " → ".join(f"{n} × {n}" for n in sizes)
        text = f"Sizes {chain}."
        if len(sizes) < 4:
            text += " The next window does not fit any more."
        layer = ("the picture", "the 1st convolution", "the pooling", "the 2nd convolution")
        return (
            f"{text} Number {min(self['unit'], sizes[-1])} along a side after "
            f"{layer[len(sizes) - 1]} sees pixels {a + 1} to {b + 1}, a receptive field of "
            f"{self.field()} × {self.field()}."
        ).replace("-", "−")
