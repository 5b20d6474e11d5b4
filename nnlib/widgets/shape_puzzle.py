"""Matrices to be wired until the product fits: `ShapePuzzle`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from .. import expect
from ..plot.words import counted
from .controls import choice, switch
from .explorer import Explorer

CELL = 25.0  # pixels along a cell of a matrix
MOST = 3  # matrices in a puzzle
WIDTH, HEIGHT = 1040, 404
MIDDLE = 215.0  # height at which the matrices stand
NAMES = 334.0  # and their names


@dataclass(frozen=True)
class Matrix:
    """A matrix whose sides count something: ``Matrix("X", (5, "samples"), (3, "inputs"))``."""

    name: str
    rows: tuple
    columns: tuple

    @property
    def shape(self):
        return self.rows[0], self.columns[0]

    @property
    def T(self):
        return Matrix(self.name + "ᵀ", self.columns, self.rows)


def _m(name, rows, columns):
    return Matrix(name, rows, columns)


_S, _I, _U, _H, _O, _1 = (
    (5, "samples"), (3, "inputs"), (4, "units"), (2, "hidden"), (4, "outputs"), (1, "sample"),
)  # fmt: skip

#: title: (matrices in the order in which they lie there, what is wanted, what it teaches)
PUZZLES = {
    "1 · one layer": (
        (_m("W", _I, _U), _m("X", _S, _I)),
        _m("Z", _S, _U),
        "Z = X W: the order matters, W X does not even exist.",
    ),
    "2 · one layer, W stored as in lecture C and PyTorch": (
        (_m("W", _U, _I), _m("X", _S, _I)),
        _m("Z", _S, _U),
        "Z = X Wᵀ: a row of W for each unit, so W has to be transposed.",
    ),
    "3 · one sample as a column": (
        (_m("x", _I, _1), _m("W", _U, _I)),
        _m("z", _U, _1),
        "z = W x: for a sample that stands upright, the W of lecture C comes first as it is.",
    ),
    "4 · two layers": (
        (_m("W₁", _H, _O), _m("X", _S, _I), _m("W₀", _I, _H)),
        _m("Y", _S, _O),
        "Y = X W₀ W₁: read from left to right, as the samples go through the network.",
    ),
    "5 · two layers as in PyTorch": (
        (_m("W₀", _H, _I), _m("W₁", _O, _H), _m("X", _S, _I)),
        _m("Y", _S, _O),
        "Y = X W₀ᵀ W₁ᵀ: each stored W is transposed where it stands.",
    ),
    "6 · two layers, one sample as a column": (
        (_m("W₀", _H, _I), _m("x", _I, _1), _m("W₁", _O, _H)),
        _m("y", _O, _1),
        "y = W₁ W₀ x: with columns the first layer stands last, next to x.",
    ),
    "7 · what has to come out of backpropagation": (
        (_m("dZ", _S, _U), _m("X", _S, _I)),
        _m("dW", _I, _U),
        "dW = Xᵀ dZ: a formula of notebook 06, and you have found it by its shapes alone.",
    ),
    "8 · the trap: as many units as inputs": (
        (_m("X", _S, _I), _m("W", (3, "units"), _I)),
        _m("Z", _S, (3, "units")),
        "Z = X Wᵀ. X W has the right shape too, and NumPy would not have complained.",
    ),
}  # fmt: skip


class ShapePuzzle(Explorer):
    r"""Put matrices in order and transpose them, until their product is what is wanted.

    Drag a matrix by its dot to another place; click the T above it to transpose it (or use the
    controls). Between two neighbours stands whether their inner sizes meet.

    Parameters
    ----------
    puzzle : str
        One of `PUZZLES`.

    Examples
    --------
    >>> puzzle = ShapePuzzle()
    >>> puzzle.summary()
    'Puzzle 1: W X has the shapes (3, 4)(5, 3). W has 4 columns, but X has 5 rows: units do not meet
    samples.'
    >>> puzzle.update(order=(1, 0))
    'Puzzle 1: X W has the shapes (5, 3)(3, 4). Solved: Z = X W, of shape (5, 4). Z = X W: the order
    matters, W X does not even exist.'
    """

    def __init__(self, puzzle="1 · one layer"):
        expect.known(puzzle, PUZZLES, "puzzle")
        controls = {
            "puzzle": choice("puzzle", PUZZLES, puzzle),
            "order": choice("order", [("", (0, 1))]),
            **{f"turn{k}": switch("") for k in range(MOST)},
        }
        super().__init__(WIDTH, HEIGHT, controls)

    def begin(self):
        self._lay_out()

    # ------------------------------------------------------------------ the maths
    @property
    def wanted(self) -> Matrix:
        return PUZZLES[self["puzzle"]][1]

    def chain(self) -> list[Matrix]:
        """The matrices as they are placed and turned."""
        matrices = PUZZLES[self["puzzle"]][0]
        return [matrices[k].T if self[f"turn{k}"] else matrices[k] for k in self["order"]]

    def meets(self) -> list[str]:
        """For each pair of neighbours: "yes", "no", or "by chance" where only the numbers agree."""
        found = []
        for left, right in self._pairs():
            if left.columns == right.rows:
                found.append("yes")
            else:
                found.append("by chance" if left.columns[0] == right.rows[0] else "no")
        return found

    def product(self) -> Matrix | None:
        """What the chain gives, if NumPy would multiply it."""
        if "no" in self.meets():
            return None
        chain = self.chain()
        return Matrix("".join(m.name for m in chain), chain[0].rows, chain[-1].columns)

    def right(self) -> bool:
        """Whether the chain is what is wanted, in numbers and in meaning."""
        product = self.product()
        return (
            product is not None
            and "by chance" not in self.meets()
            and (product.rows, product.columns) == (self.wanted.rows, self.wanted.columns)
        )

    def _pairs(self):
        chain = self.chain()
        return list(zip(chain[:-1], chain[1:], strict=True))

    # ------------------------------------------------------------------ taking hold of it
    def _lay_out(self):
        """Start the chosen puzzle: as the matrices lie there, nothing turned."""
        matrices = PUZZLES[self["puzzle"]][0]
        orders = list(permutations(range(len(matrices))))
        self.controls["order"].options = [
            ("  ".join(matrices[k].name for k in order), order) for order in orders
        ]
        self.controls["order"].value = orders[0]
        for k in range(MOST):
            box = self.controls[f"turn{k}"]
            box.value = False
            box.layout.display = "" if k < len(matrices) else "none"
            if k < len(matrices):
                box.description = f"transpose {matrices[k].name}"

    def changed(self, name):
        if name == "puzzle":
            self._lay_out()

    def event(self, event):
        if event["type"] == "click" and event.get("item") == "turn":
            name = f"turn{event['index']}"
            self.set_quietly(**{name: not self[name]})
        elif event["type"] == "drag":
            # Whoever is dragged past the middle of another one changes places with it.
            at = {k: x for k, x in zip(self["order"], self._middles()[0], strict=True)}
            at[event["index"]] = event["x"]
            self.set_quietly(order=tuple(sorted(at, key=at.get)))

    # ------------------------------------------------------------------ the picture
    def _middles(self):
        """Where the matrices stand, x of their middles, and x of the middle of the result."""
        widths = [CELL * m.shape[1] for m in (*self.chain(), self.wanted)]
        gap = 104.0
        start = (WIDTH - sum(widths) - gap * (len(widths) - 1)) / 2 + 26
        lefts = start + np.cumsum([0, *(w + gap for w in widths[:-1])])
        middles = lefts + np.array(widths) / 2
        return middles[:-1], middles[-1]

    def draw(self):
        panel = self.stage.panel("puzzle", x=(0, WIDTH), y=(0, HEIGHT), axes=False)
        chain, (middles, last) = self.chain(), self._middles()
        at = dict(zip(self["order"], middles, strict=True))
        labels, sides = [], []
        for k in range(MOST):
            if k not in at:
                panel.remove(f"matrix {k}", f"frame matrix {k}")
            elif f"matrix {k}" not in panel.items:
                panel.remove("move", "turn", "turn word")  # so that they lie on top of it
        for (k, x), matrix in zip(at.items(), chain, strict=True):
            colour = "green" if matrix.name.startswith("W") else "purple"
            self._grid(panel, f"matrix {k}", matrix, x, labels, sides, colour)
            labels.append((x, NAMES, matrix.name, "bold"))
        known = [k for k in range(MOST) if k in at]
        xs = np.array([at[k] for k in known])
        ys = np.full(len(xs), NAMES)
        panel.points(
            "move", xs, np.full(len(xs), MIDDLE), size=9, colour="ink", drag=True,
            tip="drag: to another place",
        )  # fmt: skip
        panel.points(
            "turn", xs + 46, ys, size=12, colour="sky", hollow=True, click=True,
            tip="click: transpose",
        )  # fmt: skip
        panel.text("turn word", xs + 46, ys - 1, ["T"] * len(xs), size=14, bold=True, colour="sky")

        self._joints(panel, chain, middles)
        self._result(panel, last, labels, sides)
        for weight in ("", "bold"):
            some = [label for label in labels if label[3] == weight]
            panel.text(
                f"labels {weight}", [s[0] for s in some], [s[1] for s in some],
                [s[2] for s in some], size=20 if weight else 14, bold=bool(weight),
            )  # fmt: skip
        panel.text(
            "sides", [s[0] for s in sides], [s[1] for s in sides], [s[2] for s in sides],
            size=14, align="right",
        )  # fmt: skip
        panel.text(
            "verdict", WIDTH / 2, 52, self._verdict(), size=16, bold=True,
            colour="green" if self.right() else "ink",
        )  # fmt: skip

        lesson = PUZZLES[self["puzzle"]][2] if self.right() else ""
        panel.text("lesson", WIDTH / 2, 22, lesson, size=15)

    def _grid(self, panel, name, matrix, x, labels, sides, colour):
        """An empty table with its sizes written at its sides."""
        rows, columns = matrix.shape
        top, left = MIDDLE + CELL * rows / 2, x - CELL * columns / 2
        panel.matrix(name, np.full((rows, columns), np.nan), left, top, cell=(CELL, CELL))
        right, bottom = left + CELL * columns, top - CELL * rows
        panel.line(
            f"frame {name}", [left, right, right, left, left], [top, top, bottom, bottom, top],
            colour=colour, width=2.5, fill=True,
        )  # fmt: skip
        labels.append((x, top + 14, f"{columns} {matrix.columns[1]}", ""))
        sides += [(left - 6, MIDDLE + 10, str(rows)), (left - 6, MIDDLE - 9, matrix.rows[1])]

    def _joints(self, panel, chain, middles):
        """Under each pair of neighbours, whether they meet."""
        looks = {
            "yes": ("green", "{0} = {1}  ✓"),
            "no": ("vermillion", "{0} ≠ {1}  ✗"),
            "by chance": ("orange", "{0} = {1}, but of what?"),
        }
        floor = 100.0
        for k in range(MOST - 1):
            panel.remove(f"joint {k}", f"joint word {k}")
        for k, (found, (left, right)) in enumerate(zip(self.meets(), self._pairs(), strict=True)):
            colour, words = looks[found]
            a = middles[k] + CELL * left.shape[1] / 2 - 8
            b = middles[k + 1] - CELL * right.shape[1] / 2 - 30
            panel.line(
                f"joint {k}", [a, a, b, b], [136, floor + 18, floor + 18, 136], colour=colour,
                width=2.5,
            )  # fmt: skip
            words = words.format(left.shape[1], right.shape[0])
            panel.text(
                f"joint word {k}", (a + b) / 2, floor, words, colour=colour, size=17, bold=True
            )

    def _result(self, panel, x, labels, sides):
        product = self.product()
        panel.text("equals", x - CELL * self.wanted.shape[1] / 2 - 84, MIDDLE, "=", size=24)
        if product is None:
            panel.remove("result", "frame result")
            panel.text("no result", x, MIDDLE, "?", size=40, colour="vermillion", bold=True)
        else:
            panel.remove("no result")
            self._grid(panel, "result", product, x, labels, sides, "sky")
        wanted = self.wanted
        words = f"Wanted: {wanted.name}, {_sides(wanted)}"
        panel.text("wanted", WIDTH / 2, HEIGHT - 16, words, size=17, bold=True, colour="purple")

    # ------------------------------------------------------------------ in words
    def _verdict(self):
        for found, (left, right) in zip(self.meets(), self._pairs(), strict=True):
            if found == "no":
                return (
                    f"{left.name} has {counted(left.shape[1], 'column')}, but {right.name} has "
                    f"{counted(right.shape[0], 'row')}: "
                    f"{left.columns[1]} do{'es' * (left.shape[1] == 1)} not meet {right.rows[1]}."
                )
        for found, (left, right) in zip(self.meets(), self._pairs(), strict=True):
            if found == "by chance":
                return (
                    f"NumPy multiplies this without a word, but {left.columns[1]} meet "
                    f"{right.rows[1]}: the shape is right, the numbers are wrong."
                )
        product, wanted = self.product(), self.wanted
        if self.right():
            return f"Solved: {wanted.name} = {' '.join(m.name for m in self.chain())}"
        if (product.columns, product.rows) == (wanted.rows, wanted.columns):
            return (
                f"It fits, but gives {_sides(product)}: that is {wanted.name}ᵀ. "
                f"{wanted.name} is wanted."
            )
        return f"It fits, but gives {_sides(product)}. Wanted: {_sides(wanted)}."

    def summary(self):
        number = self["puzzle"].split(" ")[0]
        shapes = "".join(str(m.shape) for m in self.chain())
        names = " ".join(m.name for m in self.chain())
        text = f"Puzzle {number}: {names} has the shapes {shapes}. {self._verdict()}"
        if self.right():
            text += f", of shape {self.wanted.shape}. {PUZZLES[self['puzzle']][2]}"
        return text


def _sides(matrix):
    return f"{matrix.shape[0]} {matrix.rows[1]} × {matrix.shape[1]} {matrix.columns[1]}"
