"""What a matrix does to the plane: `PlaneMapExplorer`."""

from __future__ import annotations

import ipywidgets as ipw
import numpy as np

from .. import expect
from ..plot.words import bracket, number
from .controls import buttons, choice, rows, slider
from .explorer import Explorer

WINDOW = 3.2
LARGEST = 3.0
FORMS = {"rows": "z = x W + b, rows are samples", "columns": "z = W x + b, as lecture C"}
_C, _S = np.cos(np.pi / 6), np.sin(np.pi / 6)

#: Images of (1, 0) and of (0, 1), in this order.
MAPS = {
    "nothing (identity)": ((1, 0), (0, 1)),
    "turn by 30°": ((_C, _S), (-_S, _C)),
    "stretch across, shrink up": ((2, 0), (0, 0.5)),
    "shear": ((1, 0), (1, 1)),
    "mirror": ((-1, 0), (0, 1)),
    "onto a line": ((2, 1), (-1, -0.5)),
    "everything to one point": ((0, 0), (0, 0)),
}
#: An F, because turned or mirrored it looks different.
LETTER = 0.25 + np.array([
    (0, 0), (0, 1.5), (0.95, 1.5), (0.95, 1.2), (0.32, 1.2), (0.32, 0.9), (0.75, 0.9),
    (0.75, 0.6), (0.32, 0.6), (0.32, 0), (0, 0),
])  # fmt: skip
SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], dtype=float)


class PlaneMapExplorer(Explorer):
    r"""Two inputs, two linear units: the layer as a map of the plane.

    Left the plane of the inputs, right where each of its points goes. Drag the tips of the two
    arrows on the right: they are where (1, 0) and (0, 1) go, and everything else goes with them.
    Drag the dot at their foot: that is b. Drag the star on the left.

    Parameters
    ----------
    W : array (2, 2)
    b : array (2,)
    x : pair of float
        The star.
    form : {"rows", "columns"}
        z = x W + b, where (1, 0) and (0, 1) go to the *rows* of W, or z = W x + b, where they go to
        its *columns*.

    Examples
    --------
    >>> explorer = PlaneMapExplorer([[2, 0], [1, 1]])
    >>> explorer.summary()
    'z = x W + b with W = [2.00 0.00; 1.00 1.00], b = (0.00, 0.00): (1, 0) goes along (2.00, 0.00)
    and (0, 1) along (1.00, 1.00). The determinant is 2.00: areas become 2.00 times as large; rank
    2. x = (1.50, 1.50) becomes z = (4.50, 1.50).'
    """

    def __init__(self, W=((1.5, 0.5), (-0.5, 1.0)), b=(0, 0), *, x=(1.5, 1.5), form="rows"):
        W = expect.array(W, "PlaneMapExplorer", "W")
        b = expect.array(b, "PlaneMapExplorer", "b")
        x = expect.array(x, "PlaneMapExplorer", "x", (2,))
        if W.shape != (2, 2) or b.shape != (2,) or np.abs(W).max() > LARGEST:
            raise ValueError(
                f"PlaneMapExplorer expects W of shape (2, 2), no entry beyond ±{LARGEST:g}, and b "
                f"of shape (2,); got {W.shape} with {np.abs(W).max(initial=0):g}, and {b.shape}"
            )
        self.x = np.clip(x, -WINDOW, WINDOW)

        def entry(label, value):
            return slider(label, float(value), -LARGEST, LARGEST, 0.05)

        self._form = form
        controls = {
            "form": buttons("written", [(text, key) for key, text in FORMS.items()], form),
            "map": choice("a map", [("– choose –", ""), *((name, name) for name in MAPS)]),
            "share": slider("how far, 0 to 1", 1.0, 0.0, 1.0, 0.02),
            "w11": entry("w₁,₁", W[0, 0]),
            "w12": entry("w₁,₂", W[0, 1]),
            "w21": entry("w₂,₁", W[1, 0]),
            "w22": entry("w₂,₂", W[1, 1]),
            "b1": entry("b₁", b[0]),
            "b2": entry("b₂", b[1]),
        }
        super().__init__(1080, 400, controls)

    def layout(self):
        """The sliders of W stand as its numbers do."""
        c = self.controls
        lines = (("form", "map", "share"), ("w11", "w12"), ("w21", "w22"), ("b1", "b2"))
        return ipw.VBox([*(rows(c[name] for name in line) for line in lines), self.stage])

    # ------------------------------------------------------------------ the maths
    @property
    def W(self) -> np.ndarray:
        """(2, 2), as the chosen form writes it."""
        return np.array([[self["w11"], self["w12"]], [self["w21"], self["w22"]]])

    @property
    def b(self) -> np.ndarray:
        return np.array([self["b1"], self["b2"]])

    def images(self) -> np.ndarray:
        """(2, 2): its rows are where (1, 0) and (0, 1) go, before b is added."""
        return self.W if self["form"] == "rows" else self.W.T

    def map(self, points) -> np.ndarray:
        """Where points (..., 2) go, as far as the map is carried out."""
        t = self["share"]
        return points @ ((1 - t) * np.eye(2) + t * self.images()) + t * self.b

    def determinant(self) -> float:
        (a, b), (c, d) = self.W
        return float(a * d - b * c)

    def rank(self) -> int:
        return int(np.linalg.matrix_rank(self.W, tol=1e-9))

    def _set(self, images=None, b=None):
        if images is not None:
            W = np.clip(images if self["form"] == "rows" else np.transpose(images), -3, 3)
            self.set_quietly(w11=W[0, 0], w12=W[0, 1], w21=W[1, 0], w22=W[1, 1])
        if b is not None:
            self.set_quietly(b1=b[0], b2=b[1])

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "map" and self["map"]:
            self._set(MAPS[self["map"]], (0, 0))
            self.set_quietly(share=1.0)
        elif name == "form":
            # The map stays; what changes is how its numbers are written down.
            if self["form"] != self._form:
                self._set(self.W if self._form == "rows" else self.W.T)
            self._form = self["form"]
        elif name in ("w11", "w12", "w21", "w22", "b1", "b2"):
            self.set_quietly(map="")

    def event(self, event):
        if event["type"] != "drag":
            return
        at = np.clip([event["x"], event["y"]], -WINDOW, WINDOW)
        if event["item"] == "x":
            self.x = at
            return
        self.set_quietly(map="", share=1.0)
        if event["item"] == "b":
            self._set(b=at)
        else:
            images = self.images().copy()
            images[event["index"]] = at - self.b
            self._set(images)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._plane("before", 0.0, "Before: x, drag the star", ("x₁", "x₂"), lambda p: p)
        after = self._plane("after", 0.37, "After: z, drag the arrows", ("z₁", "z₂"), self.map)
        foot, e1, e2 = self.map(np.array([[0.0, 0], [1, 0], [0, 1]]))
        tips = np.array([e1, e2])
        after.points("tips", *tips.T, size=7, colour="ink", drag=True, tip="drag: ({x}, {y})")
        after.points("b", *foot, size=7, colour="sky", drag=True, tip="drag: b = ({x}, {y})")
        # z is so much of the one arrow and so much of the other.
        corner, z = self.map(np.array([[self.x[0], 0.0], self.x]))
        ways = (("first", foot, corner, "purple"), ("second", corner, z, "green"))
        for name, start, end, colour in ways:
            after.line(name, *np.array([start, end]).T, colour=colour, width=3, dash=(6, 5))
        self._draw_numbers()

    def _plane(self, name, left, title, axes, where):
        panel = self.stage.panel(
            name, box=(left, 0, 0.36, 1), x=(-WINDOW, WINDOW), y=(-WINDOW, WINDOW), equal=True,
            xlabel=axes[0], ylabel=axes[1], title=title, grid=name == "after",
        )  # fmt: skip
        panel.line("paper", *where(_paper()).reshape(-1, 2).T, colour="grey", width=1)
        panel.line("square", *where(SQUARE).T, colour="yellow", width=2.5, fill=True)
        panel.line("letter", *where(LETTER).T, colour="vermillion", width=2.5, fill=True)
        foot, e1, e2 = where(np.array([[0.0, 0], [1, 0], [0, 1]]))
        for arrow, tip, colour in (("e1", e1, "purple"), ("e2", e2, "green")):
            panel.arrows(arrow, *foot, *tip, colour=colour, width=4.5)
        star = where(self.x[None])
        panel.points(
            "x", *star.T, marker="star", size=11, colour="ink", drag=name == "before",
            tip="({x}, {y})",
        )  # fmt: skip
        return panel

    def _draw_numbers(self):
        panel = self.stage.panel(
            "numbers", box=(0.735, 0, 0.265, 1), x=(0, 286), y=(0, 384), axes=False,
            title="The numbers",
        )  # fmt: skip
        W, b, rows = self.W, self.b, self["form"] == "rows"
        left, top, wide, high = 62.0, 350.0, 68.0, 34.0
        panel.matrix("W", W, left, top, cell=(wide, high), size=17)
        panel.text("W name", left - 12, top - high, "W =", size=18, align="right")
        for k, colour in enumerate(("purple", "green")):
            x, y = (left, top - high * k) if rows else (left + wide * k, top)
            w, h = (2 * wide, high) if rows else (wide, 2 * high)
            inset = 2.5
            panel.line(
                f"image {k}",
                [x + inset, x + w - inset, x + w - inset, x + inset, x + inset],
                [y - inset, y - inset, y - h + inset, y - h + inset, y - inset],
                colour=colour, width=3,
            )  # fmt: skip
        B = b[None] if rows else b[:, None]
        panel.matrix("b", B, left, top - 2 * high - 12, cell=(wide, high), size=17)
        middle = top - 2 * high - 12 - high * len(B) / 2
        panel.text("b name", left - 12, middle, "b =", size=18, align="right", colour="sky")
        first = "rows" if rows else "columns"
        x, z = self.x, self.x @ self.images() + b
        lines = [
            (f"(1, 0) and (0, 1) go to the {first}", "ink"),
            (f"z₁ = {self._sum(0)}", "ink"),
            (f"z₂ = {self._sum(1)}", "ink"),
            (f"x = ({number(x[0])}, {number(x[1])})", "muted"),
            (f"z = ({number(z[0])}, {number(z[1])})", "muted"),
            (f"determinant {number(self.determinant())}, rank {self.rank()}", "ink"),
            *((text, "vermillion" if self.rank() < 2 else "ink") for text in self._areas()),
        ]
        height = 180.0 - 21 * np.arange(len(lines))
        for colour in ("ink", "muted", "vermillion"):
            some = [k for k, line in enumerate(lines) if line[1] == colour]
            panel.text(
                f"words {colour}", np.full(len(some), 4.0), height[some],
                [lines[k][0] for k in some], size=15, align="left", colour=colour,
            )  # fmt: skip

    def _sum(self, i):
        """zᵢ written out with the numbers of W."""
        w, b = self.images()[:, i], self.b[i]
        return f"{bracket(w[0])}·x₁ + {bracket(w[1])}·x₂ + {bracket(b)}"

    def _areas(self):
        """What the determinant says, in short lines."""
        det = self.determinant()
        if self.rank() == 0:
            return ["every point goes to one and the", "same place: nothing is left of x"]
        if self.rank() == 1:
            return [
                "the whole plane falls onto a line:",
                "different x get the same z,",
                "no way back",
            ]
        mirrored = ["and the plane is turned over"] if det < 0 else []
        return [f"areas become {number(abs(det))} times as large", *mirrored]

    def summary(self):
        W, b, det = self.W, self.b, self.determinant()
        e1, e2 = self.images()
        pair = lambda v: f"({number(v[0])}, {number(v[1])})"  # noqa: E731
        form = FORMS[self["form"]].split(",")[0]
        rows = "; ".join(" ".join(number(v) for v in row) for row in W)
        z = self.x @ self.images() + b
        share = self["share"]
        carried = "" if share == 1 else f" Drawn as far as {share:.2f} of the way from no change."
        return (
            f"{form} with W = [{rows}], b = {pair(b)}: (1, 0) goes along {pair(e1)} and (0, 1) "
            f"along {pair(e2)}. The determinant is {number(det)}: {' '.join(self._areas())}; rank "
            f"{self.rank()}. x = {pair(self.x)} becomes z = {pair(z)}.{carried}"
        )


def _paper(reach=6):
    """Ruled lines at the whole numbers, each (two points and a gap): array (lines, 3, 2)."""
    at = np.arange(-reach, reach + 1.0)
    lines = np.full((2 * len(at), 3, 2), np.nan)
    lines[: len(at), :2, 0], lines[: len(at), :2, 1] = at[:, None], [-reach, reach]
    lines[len(at) :, :2, 1], lines[len(at) :, :2, 0] = at[:, None], [-reach, reach]
    return lines
