"""Two linear layers and their gradients, as arrays with their shapes: `TwoLayersExplorer`."""

from __future__ import annotations

import numpy as np

from ..plot.words import short, sub
from .controls import buttons, slider
from .explorer import Explorer
from .graph import GRADIENT, VALUE

# The upper left corner of these is used, as large as the sliders say.
X = np.array([[1.0, 2.0, -1.0]])
W0 = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0], [1.0, -1.0, 1.0]])
W1 = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0], [2.0, 1.0, -1.0]])
Y = np.array([[3.0, 0.0, 1.0]])
CELL = 1.0, 0.72  # of an array, in units of the panel


class TwoLayersExplorer(Explorer):
    r"""y* = x W₀ W₁ and the gradients of e = ½‖y* − y‖²: every array, its shape, its numbers.

    .. math:: δ = y^* - y, \qquad \frac{\partial e}{\partial W_1} = h^\top δ, \qquad
              \frac{\partial e}{\partial h} = δ\, W_1^\top, \qquad
              \frac{\partial e}{\partial W_0} = x^\top \frac{\partial e}{\partial h}

    Above the values, below each the gradient with respect to it, of the same shape. One number of a
    gradient is written out as a sum, and the numbers it is made of are framed.

    Parameters
    ----------
    m, n, o : int
        Inputs, hidden units, outputs; from 1 to 3.

    Examples
    --------
    >>> explorer = TwoLayersExplorer()
    >>> explorer.summary()
    'x (1×2), W₀ (2×3), h (1×3), W₁ (3×1), y* (1×1): y* = [1], target [3], e = 2.
    ∂e/∂W₀[1, 1] = x₁ · Σₖ δₖ w₁ₖ = 1·((−2)·1) = −2.'
    """

    def __init__(self, m=2, n=3, o=1):
        controls = {
            "m": slider("inputs m", m, 1, 3, 1),
            "n": slider("hidden units n", n, 1, 3, 1),
            "o": slider("outputs o", o, 1, 3, 1),
            "x1": slider("x₁", 1.0, -2.0, 2.0),
            "y1": slider("target y₁", 3.0, -4.0, 4.0),
            "look": buttons("write out", [(" ∂e/∂W₀ ", "W0"), (" ∂e/∂W₁ ", "W1")]),
            "row": slider("row", 1, 1, 3, 1),
            "column": slider("column", 1, 1, 3, 1),
        }
        super().__init__(1080, 460, controls)

    # ------------------------------------------------------------------ the maths
    def arrays(self) -> dict:
        """All arrays by name: x, W0, h, W1, y_star, y, delta, dW1, dh, dW0."""
        m, n, o = self["m"], self["n"], self["o"]
        x, y = X[:, :m].copy(), Y[:, :o].copy()
        x[0, 0], y[0, 0] = self["x1"], self["y1"]
        w0, w1 = W0[:m, :n], W1[:n, :o]
        h = x @ w0
        y_star = h @ w1
        delta = y_star - y
        dh = delta @ w1.T
        return {
            "x": x, "W0": w0, "h": h, "W1": w1, "y_star": y_star, "y": y,
            "delta": delta, "dW1": h.T @ delta, "dh": dh, "dW0": x.T @ dh,
        }  # fmt: skip

    def chosen(self):
        """(row, column) of the number that is written out, from 0."""
        shape = self.arrays()["d" + self["look"]].shape
        return min(self["row"], shape[0]) - 1, min(self["column"], shape[1]) - 1

    def error(self) -> float:
        return 0.5 * float((self.arrays()["delta"] ** 2).sum())

    # ------------------------------------------------------------------ the picture
    def draw(self):
        a = self.arrays()
        r, c = self.chosen()
        first = self["look"] == "W0"
        framed = {"d" + self["look"]: [(r, c)]}
        if first:  # x of this row, the way back through row c of W1
            framed |= {"x": [(0, r)], "dh": [(0, c)]}
            framed |= {"W1": [(c, k) for k in range(self["o"])]}
            framed |= {"delta": [(0, k) for k in range(self["o"])]}
        else:
            framed |= {"h": [(0, r)], "delta": [(0, c)]}
        panel = self.stage.panel(
            "arrays",
            box=(0, 0, 1, 0.8),
            x=(0, 22.6),
            y=(-7.6, 0.9),
            axes=False,
            title="Above: values, forward.  Below: their gradients, backward",
        )
        lefts = dict(zip(("x", "W0", "h", "W1", "y_star", "y"), _lefts(a), strict=True))
        rows = (
            (0.0, VALUE, "x W0 h W1 y_star y".split(), "x W₀ h=xW₀ W₁ y*=hW₁ target".split()),
            (-4.1, GRADIENT, "dW0 dh dW1 delta".split(),
             ("∂e/∂W₀ = xᵀ ∂e/∂h", "∂e/∂h = δW₁ᵀ", "∂e/∂W₁ = hᵀδ", "δ = y* − y")),
        )  # fmt: skip
        titles = {VALUE: ([], [], []), GRADIENT: ([], [], [])}
        for top, colour, names, words in rows:
            for name, word in zip(names, words, strict=True):
                left = lefts[{"delta": "y_star"}.get(name, name.removeprefix("d"))]
                panel.matrix(
                    name, a[name], x=left, y=top, cell=CELL, digits=1, size=15,
                    highlight=framed.get(name, ()),
                )  # fmt: skip
                xs, ys, texts = titles[colour]
                xs.append(left + a[name].shape[1] * CELL[0] / 2)
                ys.append(top + 0.35)
                texts.append(word.replace("=", " = ") if colour == VALUE else word)
                xs.append(xs[-1])
                ys.append(top - a[name].shape[0] * CELL[1] - 0.35)
                texts.append("{}×{}".format(*a[name].shape))
        for colour, (xs, ys, texts) in titles.items():
            panel.text(f"titles {colour}", xs, ys, texts, colour=colour, size=15, bold=True)
        words = self.stage.panel("words", box=(0, 0.8, 1, 0.2), x=(0, 1), y=(0, 1), axes=False)
        words.text("sum", 0.02, 0.75, self._sum(), align="left", size=17, bold=True)
        words.text(
            "error", 0.02, 0.25, f"e = ½ Σ δ² = {short(self.error())}", align="left", size=16
        )

    def _sum(self):
        """The chosen number, in symbols and in numbers."""
        a = self.arrays()
        r, c = self.chosen()
        value = short(a["d" + self["look"]][r, c])
        if self["look"] == "W1":
            factors = f"{short(a['h'][0, r], True)}·{short(a['delta'][0, c], True)}"
            return f"∂e/∂W₁[{r + 1}, {c + 1}] = h{sub(r + 1)} · δ{sub(c + 1)} = {factors} = {value}"
        terms = " + ".join(
            f"{short(d, True)}·{short(w, True)}"
            for d, w in zip(a["delta"][0], a["W1"][c], strict=True)
        )
        return (
            f"∂e/∂W₀[{r + 1}, {c + 1}] = x{sub(r + 1)} · Σₖ δₖ w{sub(c + 1)}ₖ = "
            f"{short(a['x'][0, r], True)}·({terms}) = {value}"
        )

    def summary(self):
        a = self.arrays()
        names = {"x": "x", "W0": "W₀", "h": "h", "W1": "W₁", "y_star": "y*"}
        shapes = ", ".join(f"{word} ({a[n].shape[0]}×{a[n].shape[1]})" for n, word in names.items())
        said = lambda v: "[" + ", ".join(short(x) for x in v[0]) + "]"  # noqa: E731
        return (
            f"{shapes}: y* = {said(a['y_star'])}, target {said(a['y'])}, "
            f"e = {short(self.error())}. {self._sum()}."
        )


def _lefts(a):
    """Left edges of the arrays of the upper row; each has room for its gradient's title."""
    at, lefts = 0.9, []
    for name, least in zip(
        ("x", "W0", "h", "W1", "y_star", "y"), (0, 3.6, 3, 3, 2.4, 0), strict=True
    ):
        width = a[name].shape[1] * CELL[0]
        room = max(0.0, least - width)
        lefts.append(at + room / 2)
        at += width + room + 0.55
    return lefts
