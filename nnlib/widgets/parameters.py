"""Counting the weights and biases of a drawn network: `ParametersExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..plot.network import place
from ..plot.words import sub
from .controls import slider, switch
from .explorer import Explorer

MOST = 8  # units in a layer
NAMES = ("inputs", "hidden1", "hidden2", "outputs")


class ParametersExplorer(Explorer):
    r"""A network as large as its sliders say, and how many numbers it has to learn: Σ (n + 1)k.

    Every link is a weight. With biases drawn, each column but the last has one more circle that
    always says 1, and its links are the biases: that is where the + 1 comes from. Click a unit to
    see the n + 1 links that are its own.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden layers (none, one or two), outputs: 1 to 8 each.
    bias : bool
        Whether the units have biases.
    count : bool
        Whether to show what it comes to, or to leave the counting to the reader.
    layer, unit : int
        Whose links are shown in colour.

    Examples
    --------
    >>> explorer = ParametersExplorer([3, 4, 2])
    >>> explorer.counts()
    [(12, 4), (8, 2)]
    >>> explorer.summary()
    'A network of sizes 3, 4, 2: (3 + 1)·4 + (4 + 1)·2 = 16 + 10 = 26 parameters. Unit 1 of layer 1
    has 3 weights and 1 bias.'
    """

    def __init__(self, sizes=(3, 4, 2), *, bias=True, count=True, layer=1, unit=1):
        wanted = "sizes, a list of whole numbers"
        sizes = expect.several(sizes, object, "ParametersExplorer", wanted)
        sizes = [expect.whole(n, "ParametersExplorer", "a size") for n in sizes]
        if not 2 <= len(sizes) <= 4 or not all(1 <= n <= MOST for n in sizes):
            raise ValueError(
                f"ParametersExplorer expects 2 to 4 sizes from 1 to {MOST}; got {sizes}"
            )
        hidden = [*sizes[1:-1], 0, 0]
        controls = {
            "inputs": slider("inputs", sizes[0], 1, MOST, 1),
            "hidden1": slider("1st hidden layer", hidden[0], 0, MOST, 1),
            "hidden2": slider("2nd hidden layer", hidden[1], 0, MOST, 1),
            "outputs": slider("outputs", sizes[-1], 1, MOST, 1),
            "layer": slider("look at layer", layer, 1, 3, 1),
            "unit": slider("and its unit", unit, 1, MOST, 1),
            "bias": switch("biases, drawn as the weights of a unit that is always 1", bias),
            "count": switch("show the count", count),
        }
        super().__init__(1060, 430, controls)

    # ------------------------------------------------------------------ the maths
    @property
    def sizes(self) -> list[int]:
        """The layers there are, inputs first; a hidden layer of size 0 is left out."""
        return [self[name] for name in NAMES if self[name] > 0]

    def counts(self) -> list[tuple[int, int]]:
        """(weights, biases) of each layer."""
        sizes = self.sizes
        return [(n * k, k * self["bias"]) for n, k in zip(sizes[:-1], sizes[1:], strict=True)]

    def chosen(self) -> tuple[int, int]:
        """Layer and unit that are looked at, counted from 1."""
        sizes = self.sizes
        layer = min(self["layer"], len(sizes) - 1)
        return layer, min(self["unit"], sizes[layer])

    def event(self, event):
        if event["type"] != "click" or event.get("item") != "units":
            return
        index = event["index"]
        for layer, k in enumerate(self.sizes[1:], start=1):
            if index < k:
                self.set_quietly(layer=layer, unit=index + 1)
                return
            index -= k

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_network()
        self._draw_count()

    def _draw_network(self):
        panel = self.stage.panel(
            "network", box=(0, 0, 0.56, 1), x=(0, 570), y=(0, 400), axes=False,
            title="Every link is a number to learn",
        )  # fmt: skip
        sizes, (layer, unit) = self.sizes, self.chosen()
        # One row more than units, for the circle that says 1.
        places, _ = place([n + 1 for n in sizes], 560, 390)
        size = min(15.0, 150 / (max(sizes) + 1))
        links = {name: [] for name in ("others", "other biases", "weights", "bias")}
        for m in range(1, len(sizes)):
            for j in range(sizes[m]):
                mine = (m, j + 1) == (layer, unit)
                rows = [(*places[m - 1][i], *places[m][j]) for i in range(sizes[m - 1])]
                links["weights" if mine else "others"] += rows
                if self["bias"]:
                    foot = places[m - 1][sizes[m - 1]]
                    links["bias" if mine else "other biases"].append((*foot, *places[m][j]))
        looks = {
            "others": ("grey", 1.0, ()),
            "other biases": ("grey", 1.0, (2, 4)),
            "weights": ("green", 3.0, ()),
            "bias": ("sky", 3.0, (6, 4)),
        }
        for name, (colour, width, dash) in looks.items():
            a = np.array(links[name]).reshape(-1, 4)
            path = np.full((len(a), 3, 2), np.nan)
            path[:, 0], path[:, 1] = a[:, :2], a[:, 2:]
            panel.line(name, *path.reshape(-1, 2).T, colour=colour, width=width, dash=dash)
        inputs, units = places[0][: sizes[0]], [p[:k] for p, k in zip(places, sizes, strict=True)]
        panel.points("inputs", *inputs.T, size=size, colour="purple")
        units = np.concatenate(units[1:])
        panel.points("units", *units.T, size=size, colour="ink", click=True, tip="click: its links")
        panel.points("unit", *places[layer][unit - 1], size=size, colour="vermillion")
        feet = [p[k] for p, k in zip(places[:-1], sizes[:-1], strict=True)] if self["bias"] else []
        feet = np.array(feet).reshape(-1, 2)
        panel.points("ones", *feet.T, size=min(size, 12), colour="sky", hollow=True)
        panel.text("one", *feet.T, ["1"] * len(feet), size=13, bold=True, colour="sky")
        names = ["inputs", *(f"layer {m}" for m in range(1, len(sizes)))]
        xs = [p[0, 0] for p in places]
        panel.text("names", np.clip(xs, 30, 540), np.full(len(xs), 392.0), names, size=14)

    def _draw_count(self):
        panel = self.stage.panel(
            "count", box=(0.57, 0, 0.43, 1), x=(0, 440), y=(0, 400), axes=False,
            title="Counted, layer by layer",
        )  # fmt: skip
        sizes, counts, (layer, unit) = self.sizes, self.counts(), self.chosen()
        total = sum(w + b for w, b in counts)
        plus = " + 1" if self["bias"] else ""
        lines = [
            f"layer {m}: ({n}{plus}) · {k} = {w + b}" if plus else f"layer {m}: {n} · {k} = {w}"
            for m, (n, k, (w, b)) in enumerate(
                zip(sizes[:-1], sizes[1:], counts, strict=True), start=1
            )
        ]
        panel.text(
            "formula", 8, 380, "f(n, k) = (n + 1) k" if plus else "f(n, k) = n k, without biases",
            size=17, align="left", colour="muted",
        )  # fmt: skip
        words = f"together {total} parameters"
        if not self["count"]:
            lines, words = [], "How many parameters?"
        ys = 346 - 28 * np.arange(len(lines))
        panel.text("lines", np.full(len(lines), 8), ys, lines, size=17, align="left")
        panel.text("total", 8, 346 - 28 * len(lines), words, size=20, bold=True, align="left")
        # W and b of the layer looked at, cell by cell: a column for each unit.
        n, k = sizes[layer - 1], sizes[layer]
        side = 20.0
        left, top = 70.0, 208.0
        panel.matrix("W", np.full((n, k), np.nan), left, top, cell=(side, side))
        x = left + side * (unit - 1)
        self._frame(panel, "column", x, top, side, side * n, "green")
        panel.text(
            "W name", left - 10, top - side * n / 2, f"W{sub(layer)}", size=17, align="right"
        )
        panel.text(
            "W shape", left + side * k + 14, top - side * n / 2,
            f"({n}, {k})" + f": {n * k} weights" * self["count"], size=15, align="left",
        )  # fmt: skip
        if self["bias"]:
            under = top - side * n - 8
            panel.matrix("b", np.full((1, k), np.nan), left, under, cell=(side, side))
            self._frame(panel, "entry", x, under, side, side, "sky")
            panel.text(
                "b name", left - 10, under - side / 2, f"b{sub(layer)}", size=17, align="right"
            )
            panel.text(
                "b shape", left + side * k + 14, under - side / 2,
                f"({k},)" + f": {k} biases" * self["count"], size=15, align="left",
            )  # fmt: skip
        else:
            panel.remove("b", "entry", "b name", "b shape")

    @staticmethod
    def _frame(panel, name, x, y, width, height, colour):
        across, up = [x, x + width, x + width, x, x], [y, y, y - height, y - height, y]
        panel.line(name, across, up, colour=colour, width=3, fill=True)

    # ------------------------------------------------------------------ in words
    def summary(self):
        sizes, counts, (layer, unit) = self.sizes, self.counts(), self.chosen()
        plus = " + 1" if self["bias"] else ""
        if not self["count"]:
            return (
                f"A network of sizes {', '.join(map(str, sizes))}, {'with' if plus else 'without'} "
                f"biases. How many numbers does it have to learn?"
            )
        terms = [
            f"({n}{plus})·{k}" if plus else f"{n}·{k}"
            for n, k in zip(sizes[:-1], sizes[1:], strict=True)
        ]
        totals = [str(w + b) for w, b in counts]
        total = sum(w + b for w, b in counts)
        n = sizes[layer - 1]
        own = f"{n} {'weight' if n == 1 else 'weights'} and {'1' if plus else 'no'} bias"
        steps = f" = {' + '.join(totals)}" if len(totals) > 1 else ""
        return (
            f"A network of sizes {', '.join(map(str, sizes))}: {' + '.join(terms)}{steps} = "
            f"{total} parameters. Unit {unit} of layer {layer} has {own}."
        )
