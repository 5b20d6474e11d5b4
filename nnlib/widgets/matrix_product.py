"""One output of a dense layer is one row times one column: `MatrixProductExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..plot.words import sub
from .controls import buttons, choice, slider
from .explorer import Explorer

# Whole numbers, so that every sum can be done in the head.
X = np.array([[1, 2, 0, 1], [3, -1, 2, 0], [0, 1, -2, 1], [2, 0, 1, -1], [-1, 2, 1, 3]])
W = np.array([[2, -1, 0, 1], [1, 3, -2, 0], [-1, 1, 2, -2], [0, 2, 1, -1]])
B = np.array([1, -2, 3, 0])

FORMS = {"rows": "Z = X W + b", "torch": "Z = X Wᵀ + b", "column": "z = W x + b"}
LARGEST = 5.0  # what the slider can make of a number
CELL, HIGH = 46.0, 29.0  # of a number, in pixels
LEFT, RIGHT, FLOOR = 76.0, 372.0, 66.0  # X (or the stored W) begins, W begins, Z ends


class MatrixProductExplorer(Explorer):
    r"""A dense layer with all its numbers: which of them make one output.

    The three matrices stand so that each output is where its row of X and its column of W cross.
    Point at an output (hover, or use the sliders): its row, its column, its bias and its sum. Click
    any number of X, W or b and change it: the outputs that depend on it are outlined.

    Parameters
    ----------
    X : array (N, n)
    W : array (n, k)
    b : array (k,)
        At most 5 samples, 4 inputs and 4 units; small whole numbers if left out.
    samples, inputs, units : int, optional
        How many of them to begin with.
    form : {"rows", "torch", "column"}
        Z = X W + b; or Z = X Wᵀ + b with W stored as (units, inputs); or z = W x + b, one sample.

    Examples
    --------
    >>> explorer = MatrixProductExplorer([[1, 2], [0, 1]], [[3, 4], [5, 6]], [7, 8])
    >>> explorer.summary()
    'X (2, 2) times W (2, 2) plus b (2,) is Z (2, 2). z₁,₁ = 1·3 + 2·5 + 7 = 20. x₁,₁ is part of 2
    of the 4 outputs.'
    """

    def __init__(self, X=X, W=W, b=B, *, samples=3, inputs=3, units=2, form="rows"):
        who = "MatrixProductExplorer"
        self.X = expect.array(X, who, "X", ("N", "n")).copy()
        self.W = expect.array(W, who, "W", ("n", "k")).copy()
        self.b = expect.array(b, who, "b", ("k",)).copy()
        N, n, k = *self.X.shape, self.W.shape[1]
        if self.W.shape != (n, k) or self.b.shape != (k,):
            raise ValueError(
                f"MatrixProductExplorer expects X (N, n), W (n, k) and b (k,); "
                f"got {self.X.shape}, {self.W.shape} and {self.b.shape}"
            )
        if not (2 <= N <= 5 and 2 <= n <= 4 and 2 <= k <= 4):
            raise ValueError(
                f"MatrixProductExplorer expects 2 to 5 samples, 2 to 4 inputs and 2 to 4 units; "
                f"got {N}, {n} and {k}"
            )
        whole = all(np.array_equal(a, np.round(a)) for a in (self.X, self.W, self.b))
        self.digits = 0 if whole else 2
        step = 1 if whole else 0.05
        low, high = (-5, 5) if whole else (-LARGEST, LARGEST)
        controls = {
            "samples": slider("samples N", samples, 1, N, 1),
            "inputs": slider("inputs n", inputs, 1, n, 1),
            "units": slider("units k", units, 1, k, 1),
            "row": slider("sample: row", 1, 1, N, 1),
            "column": slider("unit: column", 1, 1, k, 1),
            "number": choice("number to change", [("", ("x", 0, 0))]),
            "value": slider("its value", low, low, high, step),
            "form": buttons("written", [(text, key) for key, text in FORMS.items()], form),
        }
        super().__init__(1060, 430, controls)

    def begin(self):
        self._name_numbers()

    # ------------------------------------------------------------------ the maths
    @property
    def shape(self) -> tuple[int, int, int]:
        """(samples, inputs, units) that are shown."""
        return tuple(self[name] for name in ("samples", "inputs", "units"))

    def parts(self):
        """X (N, n), W (n, k), b (k,) as shown, and Z (N, k)."""
        N, n, k = self.shape
        X, W, b = self.X[:N, :n], self.W[:n, :k], self.b[:k]
        return X, W, b, X @ W + b

    def at(self) -> tuple[int, int]:
        """Row and column, counted from 0, of the output that is explained."""
        N, _, k = self.shape
        return min(self["row"], N) - 1, min(self["column"], k) - 1

    def depends(self) -> np.ndarray:
        """For each output (N, k), whether the number that can be changed is part of its sum."""
        N, _, k = self.shape
        kind, i, j = self["number"]
        found = np.zeros((N, k), dtype=bool)
        found[(i, slice(None)) if kind == "x" else (slice(None), j)] = True
        return found

    def _name_numbers(self):
        """The numbers one can change, by their names; w is named as the chosen form does."""
        N, n, k = self.shape
        turned = self["form"] != "rows"
        numbers = [("x", i, j) for i in range(N) for j in range(n)]
        numbers += [("w", j, i) for j in range(n) for i in range(k)]
        numbers += [("b", 0, i) for i in range(k)]
        control = self.controls["number"]
        old = control.value
        control.options = [(_name(*number, turned), number) for number in numbers]
        control.value = old if old in numbers else numbers[0]
        self.controls["value"].value = self._array()[self._where()]

    def _array(self):
        return {"x": self.X, "w": self.W, "b": self.b}[self["number"][0]]

    def _where(self):
        kind, i, j = self["number"]
        return j if kind == "b" else (i, j)

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "value":
            self._array()[self._where()] = self["value"]
        elif name == "number":
            self.controls["value"].value = self._array()[self._where()]
        elif name in ("samples", "inputs", "units", "form"):
            self._name_numbers()

    def event(self, event):
        if event["panel"] != "numbers" or event["type"] not in ("hover", "click"):
            return
        name, i, j = self._cell(event["x"], event["y"])
        if name == "Z" and self["form"] == "column":
            self.set_quietly(column=i + 1)
        elif name == "Z":
            self.set_quietly(row=i + 1, column=j + 1)
        elif name and event["type"] == "click":
            if name == "x":
                number = "x", self.at()[0], i
            elif name == "b":
                number = "b", 0, max(i, j)  # lying or standing, it is one row of numbers
            elif name == "stored" or (name == "W" and self["form"] == "column"):
                number = "w", j, i
            else:
                number = name.lower(), i, j
            self.set_quietly(number=number)
            self.changed("number")

    def _cell(self, x, y):
        """Which table is under the pointer, and the row and column there."""
        for name, (left, top, rows, columns) in self.tables.items():
            i, j = int((top - y) // HIGH), int((x - left) // CELL)
            if 0 <= i < rows and 0 <= j < columns:
                return name, i, j
        return "", 0, 0

    # ------------------------------------------------------------------ the picture
    def draw(self):
        panel = self.stage.panel(
            "numbers", box=(0, 0, 0.66, 1), x=(0, 680), y=(0, 412), axes=False,
            hover=True, click=True,
        )  # fmt: skip
        self.tables = {}
        for name in ("X", "x", "W", "stored", "b", "Z", "inputs", "rows"):
            panel.remove(name, f"frame {name}", f"name {name}", f"chosen {name}")
        panel.remove("turn", "turn word")
        (self._draw_column if self["form"] == "column" else self._draw_rows)(panel)
        symbols, numbers = self._sum()
        panel.text("symbols", 8, 40, symbols, size=15, align="left", colour="muted")
        panel.text("sum", 8, 15, numbers, size=17, align="left", bold=True)
        self._draw_network()

    def _draw_rows(self, panel):
        X, W, b, Z = self.parts()
        (N, n), k = X.shape, len(b)
        i, j = self.at()
        floor = FLOOR + HIGH * N  # top of X and Z
        above = floor + 26 + HIGH  # top of b
        top = above + 14 + HIGH * n  # top of W
        self._table(panel, "X", X, LEFT, floor, (i, 0, 1, n), "purple")
        self._table(panel, "W", W, RIGHT, top, (0, j, n, 1), "green")
        self._table(panel, "b", b[None], RIGHT, above, (0, j, 1, 1), "sky")
        self._table(panel, "Z", Z, RIGHT, floor, (i, j, 1, 1), "vermillion", self.depends())
        beside = RIGHT + CELL * k + 12
        torch = self["form"] == "torch"
        names = (f"Wᵀ {W.shape}" if torch else f"W {W.shape}", f"b ({k},)", f"Z {Z.shape}")
        for name, text, y in zip(
            "WbZ",
            names,
            (top - HIGH * n / 2, above - HIGH / 2, floor - HIGH * N / 2),
            strict=True,
        ):
            panel.text(f"name {name}", beside, y, text, size=16, align="left", bold=True)
        middle = LEFT + CELL * n / 2
        panel.text("name X", middle, floor + 13, f"X {X.shape}", size=16, bold=True)
        rows = [f"sample {r + 1}" for r in range(N)]
        at = floor - HIGH * (np.arange(N) + 0.5)
        panel.text("rows", np.full(N, LEFT - 8), at, rows, size=14, align="right", colour="muted")
        units = [f"unit {c + 1}" for c in range(k)]
        at = RIGHT + CELL * (np.arange(k) + 0.5)
        panel.text("units", at, np.full(k, top + 12), units, size=14, colour="muted")
        if torch:
            # As it is stored: a row for each unit.
            self._table(panel, "stored", W.T, LEFT, top, (j, 0, 1, n), "green")
            text = f"W {W.T.shape}, as stored"
            panel.text("name stored", middle, top + 13, text, size=15, bold=True)
            y = top - HIGH * min(n, k) / 2
            panel.arrows("turn", LEFT + CELL * n + 8, y, RIGHT - 12, y, colour="muted")
            at = (LEFT + CELL * n + RIGHT) / 2
            panel.text("turn word", at, y + 13, "transpose", size=14, colour="muted")
        else:
            inputs = [f"input {r + 1}" for r in range(n)]
            at = top - HIGH * (np.arange(n) + 0.5)
            panel.text(
                "inputs", np.full(n, RIGHT - 8), at, inputs, size=14, align="right", colour="muted"
            )

    def _draw_column(self, panel):
        X, W, b, Z = self.parts()
        n, k = W.shape
        i, j = self.at()
        floor = FLOOR + HIGH * k
        top = floor + 40 + HIGH * n
        self._table(panel, "W", W.T, LEFT, floor, (j, 0, 1, n), "green")
        self._table(panel, "x", X[i][:, None], RIGHT, top, (0, 0, n, 1), "purple")
        chosen = self.depends()[i][:, None]
        self._table(panel, "Z", Z[i][:, None], RIGHT, floor, (j, 0, 1, 1), "vermillion", chosen)
        away = RIGHT + CELL + 130
        self._table(panel, "b", b[:, None], away, floor, (j, 0, 1, 1), "sky")
        side = {"size": 16, "align": "left", "bold": True}
        middle = floor - HIGH * k / 2
        panel.text("name Z", RIGHT + CELL + 10, middle, f"z ({k}, 1)", **side)
        panel.text("name b", away + CELL + 10, middle, f"b ({k}, 1), added", **side)
        words = f"x ({n}, 1): sample {i + 1}"
        panel.text("name x", RIGHT + CELL + 10, top - HIGH * n / 2, words, **side)
        panel.text("name W", LEFT + CELL * n / 2, floor + 13, f"W ({k}, {n})", size=16, bold=True)
        rows = [f"unit {r + 1}" for r in range(k)]
        at = floor - HIGH * (np.arange(k) + 0.5)
        panel.text("rows", np.full(k, LEFT - 8), at, rows, size=14, align="right", colour="muted")
        panel.remove("units")

    def _table(self, panel, name, values, x, y, frame, colour, depends=None):
        """A matrix with its top left corner at (x, y); ``frame`` is (row, column, rows, columns)
        that the explained output is made of."""
        kind, p, q = self["number"]
        here = {
            "X": [(p, q)] * (kind == "x"),
            "x": [(q, 0)] * (kind == "x" and p == self.at()[0]),
            "W": [(p, q) if self["form"] != "column" else (q, p)] * (kind == "w"),
            "stored": [(q, p)] * (kind == "w"),
            "b": [(0, q) if self["form"] != "column" else (q, 0)] * (kind == "b"),
        }.get(name, [])
        panel.matrix(
            name, values, x, y, cell=(CELL, HIGH), digits=self.digits, vmax=6, size=16,
            tip="{v}" + ("" if name == "Z" else "   (click to change it)"),
        )  # fmt: skip
        self.tables[name] = (x, y, *values.shape)
        panel.line(f"frame {name}", *_box(x, y, *frame), colour=colour, width=3.5)
        marks = here if depends is None else [tuple(cell) for cell in np.argwhere(depends)]
        lines = [np.array(_box(x, y, r, c, 1, 1, 4)) for r, c in marks]
        gap = np.full((2, 1), np.nan)
        dashed = np.hstack([np.hstack([box, gap]) for box in lines] or [gap])
        panel.line(f"chosen {name}", *dashed, colour="ink", width=1.6, dash=(4, 3))

    def _draw_network(self):
        X, W, b, Z = self.parts()
        n, k = W.shape
        i, j = self.at()
        panel = self.stage.panel(
            "network", box=(0.67, 0, 0.33, 1), x=(0, 320), y=(0, 380), axes=False,
            title=f"Sample {i + 1} goes through the layer",
        )  # fmt: skip
        left = np.stack([np.full(n, 60.0), 190 - 76 * (np.arange(n) - (n - 1) / 2)], axis=1)
        right = np.stack([np.full(k, 240.0), 190 - 76 * (np.arange(k) - (k - 1) / 2)], axis=1)
        p, q = (a.ravel() for a in np.meshgrid(range(n), range(k), indexing="ij"))
        ends = np.column_stack([left[p], right[q]])
        mine = np.broadcast_to(np.arange(k) == j, (n, k))
        for name, which, size in (("other", ~mine, 15.0), ("mine", mine, 3.0)):
            tips = [_name("w", a, c, self["form"] != "rows") for a, c in np.argwhere(which)]
            panel.links(
                name, *ends[which.ravel()].T, W[which], vmax=size, curved=False, tips=tips
            )  # fmt: skip
        panel.points("inputs", *left.T, size=23, colour="purple", hollow=True)
        panel.points("units", *right.T, size=23, colour="grey", hollow=True)
        panel.points("unit", *right[j], size=23, colour="vermillion", hollow=True)
        at = np.concatenate([left, right])
        numbers = [self._number(v) for v in (*X[i], *Z[i])]
        panel.text("said", *at.T, numbers, size=15, bold=True)
        names = [f"x{sub(a + 1)}" for a in range(n)] + [f"z{sub(a + 1)}" for a in range(k)]
        shift = np.array([-36] * n + [38] * k)
        panel.text("names", at[:, 0] + shift, at[:, 1], names, size=16)
        at = 0.72 * left + 0.28 * right[j]
        panel.text("weights", *at.T, [self._number(v) for v in W[:, j]], size=14, halo=True)
        bias = f"b{sub(j + 1)} = {self._number(b[j])}"
        panel.text("bias", right[j][0], right[j][1] - 34, bias, size=14, colour="sky", halo=True)

    # ------------------------------------------------------------------ in words
    def _sum(self):
        """The explained output, in letters and in numbers."""
        X, W, b, Z = self.parts()
        i, j = self.at()
        form = self["form"]
        alone = form == "column"
        name = f"z{sub(j + 1)}" if alone else f"z{sub(i + 1)},{sub(j + 1)}"
        letters, numbers = [], []
        for r in range(len(W)):
            x = f"x{sub(r + 1)}" if alone else f"x{sub(i + 1)},{sub(r + 1)}"
            w = _name("w", r, j, form != "rows")
            letters.append(f"{w}·{x}" if alone else f"{x}·{w}")
            pair = [self._number(v, True) for v in (X[i, r], W[r, j])]
            numbers.append("·".join(pair[::-1] if alone else pair))
        bias = self._number(b[j], True)
        return (
            f"{name} = {' + '.join(letters)} + b{sub(j + 1)}",
            f"{name} = {' + '.join(numbers)} + {bias} = {self._number(Z[i, j])}",
        )

    def _number(self, v, bracket=False):
        text = f"{v + 0.0:.{self.digits}f}".replace("-", "−")
        return f"({text})" if bracket and v < 0 else text

    def summary(self):
        X, W, b, Z = self.parts()
        form, depends = self["form"], self.depends()
        if form == "rows":
            text = f"X {X.shape} times W {W.shape} plus b {b.shape} is Z {Z.shape}"
        elif form == "torch":
            text = (
                f"X {X.shape} times the transpose of W {W.T.shape} plus b {b.shape} is Z {Z.shape}"
            )
        else:
            n, k = W.shape
            text = f"W ({k}, {n}) times x ({n}, 1) plus b ({k}, 1) is z ({k}, 1)"
        name = _name(*self["number"], form != "rows")
        share = f"{depends.sum()} of the {depends.size} outputs"
        if depends.size == 1:
            share = "the one output"
        return f"{text}. {self._sum()[1]}. {name} is part of {share}."


def _name(kind, i, j, turned=False):
    """The name of a number; w is written w(input, unit), or turned w(unit, input)."""
    if kind == "b":
        return f"b{sub(j + 1)}"
    i, j = (j, i) if turned and kind == "w" else (i, j)
    return f"{kind}{sub(i + 1)},{sub(j + 1)}"


def _box(x, y, row, column, rows, columns, inset=0.0):
    """The outline of some cells of a table whose top left corner is (x, y)."""
    left, right = x + CELL * column + inset, x + CELL * (column + columns) - inset
    top, bottom = y - HIGH * row - inset, y - HIGH * (row + rows) + inset
    return [left, right, right, left, left], [top, top, bottom, bottom, top]
