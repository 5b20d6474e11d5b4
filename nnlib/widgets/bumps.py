"""A function put together from bumps, every hidden unit in sight: `BumpExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..plot.palette import CLASS_COLOURS
from ..plot.words import counted, number, sub
from ..theory import TARGETS, Weights, hinges, stairs
from .controls import button, buttons, choice, slider, switch
from .explorer import Explorer

MOST = 8  # bumps
LOW, HIGH = -0.15, 1.15  # of x; outside of [0, 1] a bump can end without being seen
GAP = 0.02  # between two edges
NONE = "– none –"


class BumpExplorer(Explorer):
    r"""Hidden units above, their sum below, and the weights that do it.

    *sigmoid:* each edge is one unit σ(s (x − t)); it lifts the sum from the height of one bump to
    that of the next. *relu:* each knot is one unit max(0, x − t); it bends the sum.

    Drag the large dots: up and down for a height, left and right for an edge or a knot.

    Parameters
    ----------
    bumps : int
        1 to 8.
    activation : str
        "sigmoid" or "relu".
    target : str
        A name from `nnlib.theory.TARGETS`, or "– none –".
    steepness : float
        s.
    match : bool
        Whether the heights are taken from the target to begin with.
    single : bool
        Whether each bump is drawn below their sum.

    Examples
    --------
    >>> BumpExplorer().summary()
    '1 bump from 2 sigmoid units of steepness 60: up by 1.00 at 0.30, down by 1.00 at 0.70. The
    sum at x = 0.50 is 1.00.'
    """

    def __init__(
        self, bumps=1, activation="sigmoid", target=NONE, *, steepness=60, match=False, single=False
    ):
        controls = {
            "activation": buttons("built from", ["sigmoid", "relu"], activation),
            "bumps": slider("bumps", bumps, 1, MOST, 1),
            "steepness": slider("steepness s", steepness, 5, 400, 5),
            "target": choice("target", [NONE, *TARGETS], target),
            "chosen": slider("chosen", 1, 1, MOST, 1),
            "height": slider("its height", 1.0, -1.5, 1.5, 0.05),
            "left": slider("its left edge", 0.3, LOW, HIGH, 0.01),
            "right": slider("its right edge", 0.7, LOW, HIGH, 0.01),
            "single": switch("show the bumps", single),
            "match": button("Heights from the target", "magic"),
        }
        super().__init__(1080, 520, controls)
        if expect.truth(match, "BumpExplorer", "match"):
            self.press("match")

    def begin(self):
        self._spread()
        self._choose()

    # ------------------------------------------------------------------ the maths
    def _spread(self):
        """So many bumps, side by side, over all of [0, 1]; a single one stands in the middle."""
        m = self["bumps"]
        if m == 1:
            self.edges, self.heights = np.array([0.3, 0.7]), np.array([1.0])
            self.knots, self.tops = np.array([0.3, 0.5, 0.7]), np.array([0.0, 1.0, 0.0])
        else:
            self.edges = np.linspace(0, 1, m + 1)
            self.edges[[0, -1]] = -0.1, 1.1
            self.heights = 0.8 * np.sin(2 * np.arange(m)) + 0.2
            self.knots, self.tops = np.linspace(0, 1, m + 2), np.zeros(m + 2)
            self.tops[1:-1] = self.heights

    def _match(self):
        f = TARGETS.get(self["target"])
        if f is None:
            return
        self.heights = f(np.clip(self._middles(), 0, 1))
        self.tops = f(np.clip(self.knots, 0, 1))

    def _middles(self):
        edges = np.clip(self.edges, 0, 1) if len(self.heights) > 1 else self.edges
        return (edges[1:] + edges[:-1]) / 2

    @property
    def relu(self) -> bool:
        return self["activation"] == "relu"

    def weights(self) -> Weights:
        """W1, b1, W2 and b2 of the network that is shown."""
        if self.relu:  # one hinge more, so that it is level behind the last knot
            knots = np.append(self.knots, self.knots[-1] + 1)
            return hinges(knots, np.append(self.tops, self.tops[-1]))
        return stairs(self.edges, [0, *self.heights, 0], steepness=self["steepness"])

    def error(self):
        """The largest error on [0, 1] and where it is; None without a target."""
        f = TARGETS.get(self["target"])
        if f is None:
            return None
        x = np.linspace(0, 1, 501)
        gap = np.abs(self.weights().values(x, self["activation"]) - f(x))
        k = int(np.argmax(np.round(gap, 9)))
        return float(gap[k]), float(x[k])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        w, g = self.weights(), self["activation"]
        x = np.linspace(LOW, HIGH, 521)
        self._draw_units(x, w, g)
        self._draw_sum(x, w, g)
        self._draw_weights(w)

    def _draw_units(self, x, w, g):
        reach, mark = (4.0, 3) if self.relu else (2.2, 2)
        panel = self.stage.panel(
            "units",
            box=(0, 0, 0.68, 0.44),
            x=(LOW, HIGH),
            y=(-reach, reach),
            yticks=[
                (v, f"{v}".replace("-", "−")) for v in ((-3, 0, 3) if self.relu else (-2, 0, 2))
            ],
            ylabel="W₂ · g(W₁x + b₁)",
            title="Each hidden unit, times its output weight",
        )
        panel.line("zero", [LOW, HIGH], [0, 0], colour="grey", width=1)
        curves = w.units(x, g)
        n = curves.shape[1]
        places = np.clip(-w.b1 / w.W1[0], LOW + 0.03, HIGH - 0.03)
        for j in range(n):
            colour = CLASS_COLOURS[j % 7]
            y = np.where(np.abs(curves[:, j]) > 3 * reach, np.nan, curves[:, j])
            panel.line(f"unit {j}", x, y, colour=colour, width=2.5, tip=f"unit {j + 1}")
            panel.text(
                f"name {j}", places[j], -0.9 * reach, f"h{sub(j + 1)}",
                colour=colour, size=14, bold=True, halo=True,
            )  # fmt: skip
        for j in range(n, MOST + 2):
            panel.remove(f"unit {j}", f"name {j}")

    def _draw_sum(self, x, w, g):
        found = self.error()
        title = "Their sum, plus b₂: drag the dots"
        if found:
            title = f"Their sum, plus b₂: the largest error is {number(found[0])}"
        panel = self.stage.panel(
            "sum",
            box=(0, 0.44, 0.68, 0.56),
            x=(LOW, HIGH),
            y=(-1.6, 1.6),
            xlabel="x",
            ylabel="network, target",
            title=title,
        )
        y = w.values(x, g)
        self._draw_bumps(panel, x)
        panel.line("zero", [LOW, HIGH], [0, 0], colour="grey", width=1)
        panel.line("ends", [0, 0, np.nan, 1, 1], [-2, 2, np.nan, -2, 2], colour="grey", dash=(3, 4))
        panel.remove("target", "worst")
        if found:
            f, inside = TARGETS[self["target"]], np.linspace(0, 1, 801)
            panel.line("target", inside, f(inside), colour="orange", width=2.5, dash=(8, 5))
        panel.line("network", x, y, colour="blue", width=3.5)
        if found:
            at = found[1]
            ends = [float(f(np.array([at]))[0]), float(w.values([at], g)[0])]
            panel.line("worst", [at, at], ends, colour="vermillion", width=5)
        k = self["chosen"] - 1
        at = (self.knots[k], self.tops[k]) if self.relu else (self._tops_at()[k], self.heights[k])
        panel.points("chosen", *at, size=13, hollow=True, colour="ink")
        if self.relu:
            panel.remove("edges")
            panel.points("tops", self.knots, self.tops, size=8, drag=True, tip="drag the knot")
        else:
            panel.points(
                "tops", self._tops_at(), self.heights, size=8, drag=True, tip="drag the height"
            )
            panel.points(
                "edges", self.edges, 0 * self.edges, size=7, marker="diamond", colour="purple",
                drag=True, tip="drag the edge",
            )  # fmt: skip

    def _tops_at(self):
        return (self.edges[1:] + self.edges[:-1]) / 2

    def _draw_bumps(self, panel, x):
        """What belongs together: each bump as the difference of two units, each hat as three."""
        each = self.tops if self.relu else self.heights
        shown = len(each) if self["single"] else 0
        for k in range(shown):
            if self.relu:
                y = np.interp(x, self.knots, each * (np.arange(len(each)) == k))
            else:
                levels = [0, each[k], 0]
                edges = self.edges[k : k + 2]
                y = stairs(edges, levels, steepness=self["steepness"]).values(x, "sigmoid")
            panel.line(
                f"bump {k}", np.r_[x, x[::-1]], np.r_[y, 0 * y], width=1, fill=True,
                colour=CLASS_COLOURS[2 + k % 4],
            )  # fmt: skip
        for k in range(shown, MOST + 2):
            panel.remove(f"bump {k}")

    def _draw_weights(self, w):
        panel = self.stage.panel(
            "weights", box=(0.69, 0, 0.31, 1), x=(-0.75, 3.05), y=(-12.2, 0.6), axes=False,
            title="The weights",
        )  # fmt: skip
        n = len(w.b1)
        panel.text("heads", [0.5, 1.5, 2.5], [-0.1] * 3, ["W₁", "b₁", "W₂"], size=15, bold=True)
        panel.matrix("numbers", np.column_stack([w.W1[0], w.b1, w.W2[:, 0]]), 0, -0.7)
        for j in range(n):
            panel.text(
                f"name {j}", -0.35, -1.25 - j, f"h{sub(j + 1)}",
                colour=CLASS_COLOURS[j % 7], size=15, bold=True,
            )  # fmt: skip
        for j in range(n, MOST + 2):
            panel.remove(f"name {j}")
        panel.text("b2", 1.2, -1.5 - n, f"b₂ = {number(w.b2[0])}", size=15)

    def summary(self):
        w, m = self.weights(), len(self.heights)
        places = [number(p) for p in -w.b1 / w.W1[0]]
        moves = w.W2[:, 0]
        bumps = counted(m, "bump")
        if self.relu:
            terms = ", ".join(f"{number(v)} at {p}" for v, p in zip(moves, places, strict=True))
            text = f"{bumps} from {len(moves)} ReLU units; the slope changes by {terms}."
        else:
            terms = ", ".join(
                f"{'up' if v >= 0 else 'down'} by {number(abs(v))} at {p}"
                for v, p in zip(moves, places, strict=True)
            )
            text = (
                f"{bumps} from {len(moves)} sigmoid units of steepness {self['steepness']}: "
                f"{terms}."
            )
        found = self.error()
        if found:
            return (
                f"{text} The target is {self['target']}; the largest error is {number(found[0])}, "
                f"at x = {number(found[1])}."
            )
        middle = w.values([0.5], self["activation"])[0]
        return f"{text} The sum at x = 0.50 is {number(middle)}."

    # ------------------------------------------------------------------ taking hold of it
    def _choose(self):
        """The sliders show the chosen bump or knot."""
        c = self.controls
        n = len(self.tops) if self.relu else len(self.heights)
        c["chosen"].max = MOST + 2  # never below the value, whatever comes first
        c["chosen"].value = min(c["chosen"].value, n)
        c["chosen"].min, c["chosen"].max = 1, max(n, 2)
        k = c["chosen"].value - 1
        c["chosen"].description = "chosen knot" if self.relu else "chosen bump"
        c["chosen"].layout.display = "none" if n == 1 else None
        c["left"].description = "its place" if self.relu else "its left edge"
        c["right"].layout.display = "none" if self.relu else None
        c["steepness"].layout.display = "none" if self.relu else None
        if self.relu:
            values = {"height": self.tops[k], "left": self.knots[k]}
        else:
            values = {
                "height": self.heights[k], "left": self.edges[k], "right": self.edges[k + 1]
            }  # fmt: skip
        for name, value in values.items():
            c[name].value = round(float(value), 3)

    def _shift(self, places, k, x):
        """Move one of the places, not past its neighbours."""
        low = places[k - 1] + GAP if k else LOW
        high = places[k + 1] - GAP if k + 1 < len(places) else HIGH
        places[k] = min(max(x, low), max(low, high))

    def changed(self, name):
        k = min(self["chosen"], len(self.tops if self.relu else self.heights)) - 1
        if name == "bumps":
            self._spread()
        if name in ("bumps", "target"):
            self._match()
        if name in ("bumps", "target", "activation", "chosen"):
            self._choose()
        elif name == "height":
            (self.tops if self.relu else self.heights)[k] = self["height"]
        elif name == "left" or (name == "right" and not self.relu):
            places = self.knots if self.relu else self.edges
            k += name == "right"
            self._shift(places, k, self[name])
            self.controls[name].value = round(float(places[k]), 3)

    def pressed(self, name):
        self._match()
        self._choose()

    def event(self, event):
        if event["type"] != "drag":
            return
        k, x, y = event["index"], event["x"], float(np.clip(event["y"], -1.5, 1.5))
        if event["item"] == "edges":
            self._shift(self.edges, k, x)
            k = min(k, len(self.heights) - 1)
        elif self.relu:
            self._shift(self.knots, k, x)
            self.tops[k] = y
        else:
            self.heights[k] = y
        self.controls["chosen"].value = k + 1
        self._choose()
