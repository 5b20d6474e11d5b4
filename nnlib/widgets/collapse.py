"""Two linear layers with their shapes and numbers, and the one they are: `CollapseExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from .controls import slider, switch
from .explorer import Explorer

MOST = 5
CELL, HIGH = 32.0, 27.0  # of a number, in pixels
GAP = 44.0  # between two tables
X = np.array([[1, 2, 0, -1, 1]])
W0 = np.array([
    [1, 0, 2, -1, 1], [0, 1, -1, 1, 0], [2, -1, 1, 0, 1], [1, 1, 0, 2, -1], [-1, 0, 1, 1, 2],
])  # fmt: skip
W1 = np.array([
    [1, -1, 0, 2, 1], [2, 0, 1, -1, 0], [0, 1, 1, 0, -2], [-1, 2, 0, 1, 1], [1, 0, -1, 0, 2],
])  # fmt: skip
COLOURS = {"x": "purple", "h": "sky", "y*": "vermillion"}  # the others are weights


class CollapseExplorer(Explorer):
    r"""h = x W₀ and y* = h W₁, each with its numbers; below, y* = x W with W = W₀W₁.

    Parameters
    ----------
    m, n, o : int
        Inputs, hidden units and outputs, 1 to 5.
    together : bool
        Whether to show the one layer that does what the two do.

    Examples
    --------
    >>> explorer = CollapseExplorer(2, 1, 2, together=True)
    >>> explorer.summary()
    'x (1 × 2) times W₀ (2 × 1) is h (1 × 1); h times W₁ (1 × 2) is y* (1 × 2) = (1, −1). The two
    layers have 2·1 + 1·2 = 4 weights. Together they are W = W₀W₁ (2 × 2), 4 weights of rank 1, and
    x W = (1, −1).'
    """

    def __init__(self, m=4, n=3, o=2, *, together=False):
        for name, size in (("m", m), ("n", n), ("o", o)):
            expect.whole(size, "CollapseExplorer", name, 1, MOST)
        controls = {
            "m": slider("inputs m", m, 1, MOST, 1),
            "n": slider("hidden units n", n, 1, MOST, 1),
            "o": slider("outputs o", o, 1, MOST, 1),
            "together": switch("put the two layers into one", together),
        }
        super().__init__(1020, 460, controls)

    def parts(self) -> dict:
        """Every matrix by its name."""
        m, n, o = self["m"], self["n"], self["o"]
        x, w0, w1 = X[:, :m], W0[:m, :n], W1[:n, :o]
        return {"x": x, "W₀": w0, "h": x @ w0, "W₁": w1, "y*": x @ w0 @ w1, "W": w0 @ w1}

    # ------------------------------------------------------------------ the picture
    def draw(self):
        panel = self.stage.panel("chain", x=(0, 1010), y=(0, 452), axes=False)
        parts, together = self.parts(), self["together"]
        # Alone, the two layers stand in the middle.
        middle = 325 if together else 215
        self._row(panel, "two", ("x", "W₀", "=", "h", "W₁", "=", "y*"), parts, middle)
        one = ("x", "W", "=", "y*") if together else ()
        self._row(panel, "one", one, parts, 98)
        m, n, o = self["m"], self["n"], self["o"]
        words = [f"two layers: {m}·{n} + {n}·{o} = {m * n + n * o} weights"]
        words += [f"one layer: {m}·{o} = {m * o} weights, the same y*"] * together
        panel.text(
            "count", [16.0, 16.0][: len(words)], [436.0, 214.0][: len(words)], words, size=17,
            align="left", bold=True,
        )  # fmt: skip

    def _row(self, panel, row, names, parts, middle):
        """Tables side by side, at one height; none if there are no names."""
        texts, left = [], 16.0
        for k in range(7):
            name = names[k] if k < len(names) else ""
            key = f"{row} {k}"
            if name in ("", "="):
                panel.remove(key, f"frame {key}")
                texts += [(left - GAP / 2, middle, "=")] * (name == "=")
                continue
            values = parts[name]
            rows, columns = values.shape
            top, width = middle + HIGH * rows / 2, CELL * columns
            panel.matrix(key, values, left, top, cell=(CELL, HIGH), digits=0, size=16)
            x = np.array([left, left + width, left + width, left, left])
            y = np.array([top, top, top - HIGH * rows, top - HIGH * rows, top])
            colour = COLOURS.get(name, "green")
            panel.line(f"frame {key}", x, y, colour=colour, width=3)
            texts += [
                (left + width / 2, top + 16, name),
                (left + width / 2, top - HIGH * rows - 15, f"{rows} × {columns}"),
            ]
            left += width + GAP
        x, y, words = zip(*texts, strict=True) if texts else ((), (), ())
        panel.text(row, x, y, words, size=17)

    def summary(self):
        m, n, o = self["m"], self["n"], self["o"]
        parts = self.parts()
        y = ", ".join(str(v) for v in parts["y*"][0]).replace("-", "−")
        text = (
            f"x (1 × {m}) times W₀ ({m} × {n}) is h (1 × {n}); h times W₁ ({n} × {o}) is y* "
            f"(1 × {o}) = ({y}). The two layers have {m}·{n} + {n}·{o} = {m * n + n * o} weights."
        )
        if self["together"]:
            rank = np.linalg.matrix_rank(parts["W"])
            text += (
                f" Together they are W = W₀W₁ ({m} × {o}), {m * o} weights of rank {rank}, and "
                f"x W = ({y})."
            )
        return text
