"""Logic from thresholds: `GateExplorer` shows what one McCulloch–Pitts neuron can decide."""

from __future__ import annotations

import itertools

import numpy as np

from .. import expect
from ..perceptron import McCullochPitts
from ..plot.decision import grid
from ..plot.words import brief
from .controls import buttons, choice, slider, switch
from .explorer import Explorer
from .perceptron import draw_boundary

SUB = "₁₂₃"

GATES = {
    "AND": McCullochPitts.and_(2),
    "OR": McCullochPitts.or_(2),
    "NOT": McCullochPitts.not_(),
    "majority of 3": McCullochPitts.majority(3),
    "AND of 3": McCullochPitts.and_(3),
    "OR of 3": McCullochPitts.or_(3),
}
OWN_GATE = "my own"

# What each truth table is called: outputs in the order of counting (00, 01, 10, 11), the name in a
# sentence, and the name under a small picture.
NAMES = {
    1: {
        (0, 0): ("“never”", "never"),
        (0, 1): ("a copy of x₁", "x₁"),
        (1, 0): ("NOT", "NOT"),
        (1, 1): ("“always”", "always"),
    },
    2: {
        (0, 0, 0, 0): ("“never”", "never"),
        (0, 0, 0, 1): ("AND", "AND"),
        (0, 0, 1, 0): ("x₁ and not x₂", "x₁∧¬x₂"),
        (0, 0, 1, 1): ("a copy of x₁", "x₁"),
        (0, 1, 0, 0): ("x₂ and not x₁", "¬x₁∧x₂"),
        (0, 1, 0, 1): ("a copy of x₂", "x₂"),
        (0, 1, 1, 0): ("XOR", "XOR"),
        (0, 1, 1, 1): ("OR", "OR"),
        (1, 0, 0, 0): ("NOR", "NOR"),
        (1, 0, 0, 1): ("XNOR", "XNOR"),
        (1, 0, 1, 0): ("not x₂", "¬x₂"),
        (1, 0, 1, 1): ("x₁ or not x₂", "x₁∨¬x₂"),
        (1, 1, 0, 0): ("not x₁", "¬x₁"),
        (1, 1, 0, 1): ("x₂ or not x₁", "¬x₁∨x₂"),
        (1, 1, 1, 0): ("NAND", "NAND"),
        (1, 1, 1, 1): ("“always”", "always"),
    },
    3: {
        (0, 0, 0, 0, 0, 0, 0, 0): ("“never”", ""),
        (0, 0, 0, 0, 0, 0, 0, 1): ("AND of three", ""),
        (0, 0, 0, 1, 0, 1, 1, 1): ("the majority of three", ""),
        (0, 1, 1, 1, 1, 1, 1, 1): ("OR of three", ""),
        (1, 0, 0, 0, 0, 0, 0, 0): ("NOR of three", ""),
        (1, 1, 1, 0, 1, 0, 0, 0): ("the minority of three", ""),
        (1, 1, 1, 1, 1, 1, 1, 0): ("NAND of three", ""),
        (1, 1, 1, 1, 1, 1, 1, 1): ("“always”", ""),
    },
}
CORNER = np.array([[1.0, 0.0], [0.42, 0.3], [0.0, 1.0]])  # where the edges of the cube point


class GateExplorer(Explorer):
    r"""A McCulloch–Pitts neuron: which weights and threshold make which gate.

    Weights and threshold by slider; inputs by clicking on them, on a row of the truth table or on
    a corner of the picture. Every gate built so far lights up in the collection.

    Parameters
    ----------
    gate : str
        Where to begin: a name from `GATES`.

    Examples
    --------
    >>> explorer = GateExplorer("AND")
    >>> explorer.update(threshold=1)
    'The neuron fires if 1·x₁ + 1·x₂ ≥ 1: it is OR. For x = (1, 1) the sum is 2: it fires.
    2 of 16 gates of two inputs found so far.'
    """

    def __init__(self, gate="AND"):
        expect.known(gate, GATES, "gate")
        self.found = {1: set(), 2: set(), 3: set()}
        self._drawn_n = 0
        controls = {
            "gate": choice("show me", [*GATES, OWN_GATE], gate),
            "n": buttons("inputs", [1, 2, 3], 2),
            **{f"w{k}": slider(f"weight w{SUB[k - 1]}", 1.0, -3, 3, 0.5) for k in (1, 2, 3)},
            "threshold": slider("threshold θ", 1.0, -4, 4, 0.5),
            **{f"x{k}": switch(f"x{SUB[k - 1]} = 1", True) for k in (1, 2, 3)},
        }
        super().__init__(1000, 540, controls)

    def begin(self):
        self._take(self["gate"])

    def _take(self, gate):
        """Set the sliders to a gate."""
        neuron = GATES[gate]
        self.controls["n"].value = len(neuron.weights)
        for k, w in enumerate(neuron.weights):
            self.controls[f"w{k + 1}"].value = w
        self.controls["threshold"].value = neuron.threshold
        self._show_inputs()

    def _show_inputs(self):
        for k in (1, 2, 3):
            display = "" if k <= self["n"] else "none"
            for letter in "wx":
                self.controls[f"{letter}{k}"].layout.display = display

    @property
    def neuron(self) -> McCullochPitts:
        weights = [self[f"w{k + 1}"] for k in range(self["n"])]
        return McCullochPitts(weights, self["threshold"])

    @property
    def x(self) -> list:
        return [int(self[f"x{k + 1}"]) for k in range(self["n"])]

    def name(self) -> str:
        """What gate it is, in words."""
        outputs = tuple(self.neuron.truth_table()[1].tolist())
        return NAMES[self["n"]].get(outputs, ("a gate without a name of its own", ""))[0]

    # ------------------------------------------------------------------ the reader
    def changed(self, name):
        if name == "gate" and self["gate"] != OWN_GATE:
            self._take(self["gate"])
        elif name == "n" or name == "threshold" or name.startswith("w"):
            self._show_inputs()
            same = [
                gate
                for gate, neuron in GATES.items()
                if neuron.weights.tolist() == self.neuron.weights.tolist()
                and neuron.threshold == self["threshold"]
            ]
            self.set_quietly(gate=same[0] if same else OWN_GATE)

    def event(self, event):
        if event["type"] != "click":
            return
        n, at = self["n"], np.array([event["x"], event["y"]])
        if event["panel"] == "neuron":
            k = int(np.abs(_heights(n) - at[1]).argmin())
            self.set_quietly(**{f"x{k + 1}": not self[f"x{k + 1}"]})
            return
        if event["panel"] == "table":
            chosen = int(np.clip(self._top - at[1], 0, 2**n - 1))
        elif event["panel"] == "plane":
            corners = _project(self.neuron.truth_table()[0])
            chosen = int(((corners - at) ** 2).sum(axis=1).argmin())
        else:
            return
        x = self.neuron.truth_table()[0][chosen]
        self.set_quietly(**{f"x{k + 1}": bool(v) for k, v in enumerate(x)})

    # ------------------------------------------------------------------ the picture
    def draw(self):
        neuron, x = self.neuron, np.array(self.x)
        inputs, outputs = neuron.truth_table()
        self.found[len(x)].add(tuple(outputs.tolist()))
        row = int((inputs == x).all(axis=1).argmax())
        self._draw_neuron(neuron, x)
        self._draw_table(neuron, inputs, outputs, row)
        self._draw_plane(neuron, inputs, outputs, row)
        self._draw_collection(tuple(outputs.tolist()))

    def _draw_neuron(self, neuron, x):
        panel = self.stage.panel(
            "neuron",
            box=(0, 0, 0.385, 0.74),
            x=(0, 10),
            y=(0, 10),
            axes=False,
            click=True,
            title="Click an input",
        )
        n, total = len(x), float(neuron.weights @ x)
        fires, at = neuron(x), _heights(len(x))
        left = np.full(n, 1.5)
        panel.links(
            "weights",
            left,
            at,
            np.full(n, 6.0),
            np.full(n, 5.0),
            neuron.weights,
            vmax=3,
            curved=False,
            tips=[f"w{SUB[k]}" for k in range(n)],
        )
        panel.text(
            "weight",
            left + 0.42 * (6.0 - left),
            at + 0.42 * (5.0 - at) + np.where(at == 5, 0.6, 1.0) * np.where(at >= 5, 1, -1),
            [f"w{SUB[k]} = {brief(w)}" for k, w in enumerate(neuron.weights)],
            size=15,
            halo=True,
        )
        panel.points("inputs", left, at, classes=x, size=19)
        panel.text("bits", left, at, x, colour="background", size=17, bold=True)
        panel.text("names", left - 1.0, at, [f"x{SUB[k]}" for k in range(n)], size=16)
        panel.arrows("out", 6.0, 5.0, 8.3, 5.0, colour="orange" if fires else "grey", width=4)
        panel.points("body", 6.0, 5.0, size=34, hollow=True, colour="orange" if fires else "grey")
        panel.text("sum", 6.0, 5.0, f"Σ = {brief(total)}", size=16, bold=True)
        theta = brief(neuron.threshold)
        said = f"{brief(total)} ≥ {theta}: it fires"
        if not fires:
            said = f"{brief(total)} < {theta}: silent"
        panel.text("said", 6.0, 2.9, said, size=15, halo=True)
        panel.points("output", 8.9, 5.0, classes=[fires], size=19)
        panel.text("bit", 8.9, 5.0, str(fires), colour="background", size=17, bold=True)
        panel.text("y", 8.9, 3.7, "y", size=16)

    def _draw_table(self, neuron, inputs, outputs, row):
        n, count = inputs.shape[1], len(inputs)
        height = max(count, 5) + 1
        self._top = (height + count - 1) / 2  # the table's upper edge: it stands in the middle
        panel = self.stage.panel(
            "table",
            box=(0.385, 0, 0.24, 0.74),
            x=(-0.1, n + 2.8),
            y=(0, height),
            axes=False,
            click=True,
            title="Truth table",
        )
        sums = (inputs @ neuron.weights)[:, None]
        whole = bool((sums == np.round(sums)).all())
        panel.matrix("inputs", inputs, 0, self._top, digits=0, size=16)
        panel.matrix(
            "sums", sums, n + 0.2, self._top, cell=(1.3, 1), digits=0 if whole else 1, size=16
        )
        panel.matrix("outputs", outputs[:, None], n + 1.7, self._top, digits=0, vmax=1, size=16)
        at = [*np.arange(n) + 0.5, n + 0.85, n + 2.2]
        panel.text(
            "heads",
            at,
            np.full(n + 2, self._top + 0.4),
            [*(f"x{SUB[k]}" for k in range(n)), "Σ w x", "y"],
            size=15,
            bold=True,
        )
        y1 = self._top - row
        panel.line(
            "row",
            [0, n + 2.7, n + 2.7, 0, 0],
            [y1, y1, y1 - 1, y1 - 1, y1],
            colour="vermillion",
            width=3,
        )

    def _draw_plane(self, neuron, inputs, outputs, row):
        n, w, theta = len(neuron.weights), neuron.weights, neuron.threshold
        corners = _project(inputs)
        flat = n < 3
        panel = self.stage.panel(
            "plane",
            box=(0.625, 0, 0.375, 0.74),
            x=(-0.6, 1.6) if flat else (-0.35, 1.75),
            y=(-0.6, 1.6) if flat else (-0.45, 1.65),
            xlabel="x₁" if flat else "",
            ylabel="x₂" if n == 2 else "",
            xticks=[(0, "0"), (1, "1")],
            yticks=[(0, "0"), (1, "1")] if n == 2 else [],
            axes=flat,
            equal=True,
            click=True,
            title="The inputs and " + ("a plane" if n == 3 else "a line" if n == 2 else "a point"),
        )
        if n != self._drawn_n:  # one, two and three inputs have different things to draw
            panel.remove(*list(panel.items))
            self._drawn_n = n
        if n == 3:
            pairs = [(a, b) for a, b in itertools.combinations(inputs, 2) if (a != b).sum() == 1]
            ends = _project(np.array(pairs).reshape(-1, 3)).reshape(-1, 2, 2)
            gaps = np.full((len(ends), 1, 2), np.nan)
            edges = np.concatenate([ends, gaps], axis=1).reshape(-1, 2)
            panel.line("edges", *edges.T, colour="grey", width=1.5)
            panel.line("cut", *_project(_cut(pairs, w, theta)).T, width=2.5, fill=True)
        else:
            points, _ = grid((-0.6, 1.6), (-0.6, 1.6), 60)
            z = points[:, :n] @ w - theta
            panel.heat("side", np.where(z >= 0, 0.45, -0.45).reshape(60, 60), smooth=False)
            normal = np.append(w, 0)[:2]
            draw_boundary(panel, normal, -theta, near=(0.5, 0.5 if n == 2 else 0.0), arrow=0.3)
        panel.points("now", *corners[row], size=19, hollow=True, colour="vermillion")
        panel.points("corners", *corners.T, classes=outputs, size=11, click=True)
        codes = ["".join(map(str, x)) for x in inputs]
        if n == 3:
            panel.text("codes", *(corners + [0.0, -0.15]).T, codes, size=13, halo=True)

    def _draw_collection(self, outputs):
        n = self["n"]
        panel = self.stage.panel(
            "found",
            box=(0, 0.76, 1, 0.24),
            x=(0, 16),
            y=(0, 2.1),
            axes=False,
            title=self._count(),
        )
        if n == 3:
            panel.remove("tiles", "frames", "this")
            panel.text("names", 8, 1.2, f"This one: {self.name()}.", size=16)
            return
        tables = list(NAMES[n])
        have = np.array([t in self.found[n] for t in tables])
        bright = np.where(have, 1.0, 0.12)[:, None, None]
        # Corner (x₁, x₂) stands in the tile where it stands in the plane: row x₂, column x₁.
        tiles = 2.0 * np.array(tables).reshape(len(tables), 2, -1).transpose(0, 2, 1) - 1
        left = np.arange(len(tables)) + (16 - len(tables)) / 2
        extent = np.stack([left + 0.14, left + 0.86, 0 * left + 0.75, 0 * left + 1.95], axis=1)
        panel.heat("tiles", tiles * bright, extent, smooth=False)
        panel.text(
            "names",
            left + 0.5,
            np.full(len(left), 0.4),
            [NAMES[n][t][1] for t in tables],
            size=13,
        )
        x0, x1, y0, y1 = extent[tables.index(outputs)]
        panel.line("this", [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], colour="vermillion", width=3)

    def _count(self):
        n = self["n"]
        words = {1: "one input", 2: "two inputs", 3: "three inputs"}[n]
        return f"{len(self.found[n])} of {2**2**n} gates of {words} found so far"

    def summary(self):
        neuron, x = self.neuron, self.x
        total = float(neuron.weights @ x)
        terms = " + ".join(f"{brief(w)}·x{SUB[k]}" for k, w in enumerate(neuron.weights))
        return (
            f"The neuron fires if {terms} ≥ {brief(neuron.threshold)}: it is {self.name()}. "
            f"For x = ({', '.join(map(str, x))}) the sum is {brief(total)}: "
            f"{'it fires' if neuron(x) else 'silent'}. {self._count()}."
        ).replace("+ −", "− ")


def _heights(n):
    """Where the inputs of the drawn neuron stand."""
    return {1: np.array([5.0]), 2: np.array([7.6, 2.4]), 3: np.array([8.4, 5.0, 1.6])}[n]


def _project(points):
    """Inputs as places in the picture: on a line, in the plane, or as corners of a cube."""
    points = np.asarray(points, dtype=float)
    if points.shape[1] == 1:
        return np.column_stack([points, np.zeros(len(points))])
    return points if points.shape[1] == 2 else points @ CORNER


def _cut(edges, w, theta):
    """The polygon, closed, in which the plane w·x = θ cuts the cube; shape (corners, 3)."""
    found = []
    for a, b in edges:
        za, zb = a @ w - theta, b @ w - theta
        if za != zb and min(za, zb) <= 0 <= max(za, zb):
            found.append(a + (b - a) * za / (za - zb))
    found = np.unique(np.round(found, 9), axis=0) if found else np.zeros((0, 3))
    if len(found) < 3:
        return np.zeros((0, 3))
    seen = _project(found) - _project(found).mean(axis=0)
    order = np.arctan2(seen[:, 1], seen[:, 0]).argsort()
    return found[[*order, order[0]]]
