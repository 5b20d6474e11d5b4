"""Two linear layers with few units between them: `BottleneckExplorer`."""

from __future__ import annotations

from functools import cache

import numpy as np

from .. import data
from ..plot.words import number, sub
from .controls import buttons, slider
from .explorer import Explorer

SHOWN = 8  # digits, and hidden units, that are drawn
REACH = 2.5  # of a hidden number that one sets by hand
WEIGHTS = {"the best there are": "best", "W₀ by chance, W₁ the best for it": "chance"}


@cache
def _principal():
    """The digits' mean (64,), singular values (64,) and directions (64, 64), one in each row."""
    X = data.digits().X
    mean = X.mean(axis=0)
    _, s, V = np.linalg.svd(X - mean, full_matrices=False)
    # Each direction could as well be its opposite; this choice is the same on every machine.
    V *= np.sign(V[np.arange(64), np.abs(V).argmax(axis=1)])[:, None]
    return mean, s, V


@cache
def _spread():
    """(X − mean)ᵀ(X − mean), shape (64, 64): all that least squares needs of the digits."""
    _, s, V = _principal()
    return (V.T * s**2) @ V


def bottleneck(k: int, weights: str = "best"):
    r"""Two linear layers, 64 → k → 64, that give the digits back as well as they can.

    By the theorem of Eckart and Young no W of rank k does better than the first k singular
    directions, W₀ = V_k, W₁ = V_kᵀ. With ``weights="chance"``, W₀ is random and W₁ is the best that
    can follow it, by least squares.

    Parameters
    ----------
    k : int
        Hidden units, 1 to 64.
    weights : {"best", "chance"}

    Returns
    -------
    W0 : array (64, k)
    b0 : array (k,)
    W1 : array (k, 64)
    b1 : array (64,)

    References
    ----------
    C. Eckart and G. Young, "The approximation of one matrix by another of lower rank",
    Psychometrika 1, 1936.

    Examples
    --------
    >>> W0, b0, W1, b1 = bottleneck(5)
    >>> (W0 @ W1).shape, int(np.linalg.matrix_rank(W0 @ W1))
    ((64, 64), 5)
    """
    if not 1 <= k <= 64:
        raise ValueError(f"bottleneck expects k from 1 to 64; got {k}")
    mean, _, V = _principal()
    if weights == "best":
        W0 = V[:k].T
        W1 = W0.T
    elif weights == "chance":
        W0 = np.random.default_rng(0).normal(size=(64, 64))[:, :k] / 8
        spread = _spread()
        # The corner pixels are empty in every digit, so the equations may be singular: lstsq.
        W1 = np.linalg.lstsq(W0.T @ spread @ W0, W0.T @ spread, rcond=1e-12)[0]
    else:
        raise ValueError(f"bottleneck expects weights 'best' or 'chance'; got {weights!r}")
    return W0, -mean @ W0, W1, mean


class BottleneckExplorer(Explorer):
    r"""Digits through a linear network 64 → k → 64: whatever it says is a mixture of k pictures.

    Above, digits and what comes out. Below, the k rows of W₁ as pictures, and under each the hidden
    number of the chosen digit: how much of this picture is mixed in. Drag these numbers, click
    another digit. Right, how much of the digits each further unit can carry, and the product W₀W₁.

    Parameters
    ----------
    k : int
        Hidden units, 1 to 64.
    digit : int
        Which of the shown digits is looked into, 1 to 8.
    weights : {"best", "chance"}

    Examples
    --------
    >>> explorer = BottleneckExplorer(64)
    >>> explorer.kept()
    1.0
    >>> explorer.update(k=1)[:80]
    '64 → 1 → 64: W₀W₁ has 4096 entries and rank 1. It keeps 15 % of what differs amo'
    """

    def __init__(self, k=6, *, digit=4, weights="best"):
        self.digits = data.digits()
        self.moved = {}  # hidden unit -> the number somebody has given it
        controls = {
            "k": slider("hidden units k", k, 1, 64, 1),
            "first": slider("digits from number", 0, 0, len(self.digits) - SHOWN, SHOWN),
            "digit": slider("look into digit", digit, 1, SHOWN, 1),
            "unit": slider("hidden unit to set", 1, 1, SHOWN, 1),
            "value": slider("its number", 0.0, -REACH, REACH, 0.05),
            "weights": buttons("weights", list(WEIGHTS.items()), weights),
        }
        super().__init__(1080, 520, controls)

    def begin(self):
        self._find()
        self._show_value()

    # ------------------------------------------------------------------ the maths
    def _find(self):
        self.W0, self.b0, self.W1, self.b1 = bottleneck(self["k"], self["weights"])

    def hidden(self) -> np.ndarray:
        """The hidden numbers (8, k) of the digits shown, with those somebody has set."""
        X = self.digits.X[self["first"] : self["first"] + SHOWN]
        H = X @ self.W0 + self.b0
        for unit, value in self.moved.items():
            if unit < self["k"]:
                H[self["digit"] - 1, unit] = value
        return H

    def out(self) -> np.ndarray:
        """What the network makes of the digits shown (8, 64)."""
        return self.hidden() @ self.W1 + self.b1

    def kept(self) -> float:
        """The share of the digits' variance (over all of them) that comes through."""
        spread, W = _spread(), self.W0 @ self.W1
        lost = np.trace(spread) - 2 * np.sum(spread * W.T) + np.sum(W * (spread @ W))
        return round(float(1 - lost / np.trace(spread)), 9) + 0.0

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "value":
            if self["unit"] <= self["k"]:
                self.moved[self["unit"] - 1] = self["value"]
            return
        if name != "unit":
            self.moved.clear()
        if name in ("k", "weights"):
            self._find()
        self._show_value()

    def event(self, event):
        if event["type"] == "click" and event["panel"] == "digits":
            self.set_quietly(digit=int(np.clip(round(event["x"]) + 1, 1, SHOWN)))
            self.changed("digit")
        elif event["type"] == "drag":
            self.moved[event["index"]] = float(np.clip(event["y"], -REACH, REACH))
            self.set_quietly(unit=event["index"] + 1)
            self._show_value()

    def _show_value(self):
        unit = min(self["unit"], self["k"]) - 1
        value = self.hidden()[self["digit"] - 1, unit]
        self.set_quietly(unit=unit + 1, value=value)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_digits()
        self._draw_mixture()
        self._draw_kept()
        self._draw_product()

    def _draw_digits(self):
        panel = self.stage.panel(
            "digits", box=(0, 0, 0.62, 0.47), x=(-1.1, SHOWN - 0.4), y=(-0.25, 2.2), axes=False,
            click=True, title="Digits go in, and come out (click one)",
        )  # fmt: skip
        X = self.digits.X[self["first"] : self["first"] + SHOWN]
        pictures = np.concatenate([X, np.clip(self.out(), 0, 1)]).reshape(-1, 8, 8)[:, ::-1]
        x = np.tile(np.arange(SHOWN), 2)
        y = np.repeat([1.65, 0.5], SHOWN)
        extent = np.stack([x - 0.43, x + 0.43, y - 0.52, y + 0.52], axis=1)
        panel.heat("pictures", pictures, extent, vmax=1.0, colours="grey", smooth=False)
        chosen = self["digit"] - 1
        left, right = chosen - 0.47, chosen + 0.47
        panel.line(
            "chosen", [left, right, right, left, left], [-0.06, -0.06, 2.2, 2.2, -0.06],
            colour="vermillion", width=3,
        )  # fmt: skip
        panel.text("names", [-0.55, -0.55], [1.65, 0.5], ["in", "out"], size=16, align="right")

    def _draw_mixture(self):
        k, n = self["k"], min(self["k"], SHOWN)
        limits = (-2.0, SHOWN - 0.4)
        these = f"a mixture of these {k} rows of W₁" if k > 1 else "so much of this one row of W₁"
        pictures = self.stage.panel(
            "mixture", box=(0, 0.47, 0.62, 0.265), x=limits, y=(-0.6, 0.62), axes=False,
            title=f"Every output is b₁ and {these}",
        )  # fmt: skip
        x = np.arange(-1, n)
        rows = np.concatenate([self.b1[None], self.W1[:n]])
        tiles = (rows / np.abs(rows).max(axis=1)[:, None]).reshape(-1, 8, 8)[:, ::-1]
        extent = np.stack([x - 0.43, x + 0.43, 0 * x - 0.55, 0 * x + 0.55], axis=1)
        pictures.heat("rows", tiles, extent, vmax=1.0, smooth=False)
        x = x[1:]
        left, right = self["unit"] - 1.47, self["unit"] - 0.53
        pictures.line(
            "chosen", [left, right, right, left, left], [-0.6, -0.6, 0.6, 0.6, -0.6], colour="sky",
            width=3,
        )  # fmt: skip
        more = f"and {k - n} more" if k > n else ""
        knobs = self.stage.panel(
            "knobs", box=(0, 0.735, 0.62, 0.265), x=limits, y=(-REACH - 0.6, REACH + 0.6),
            axes=False,
        )  # fmt: skip
        h = np.clip(self.hidden()[self["digit"] - 1, :n], -REACH, REACH)
        knobs.line("zero", [-0.45, SHOWN - 0.5], [0, 0], colour="muted", width=1)
        knobs.text("always", -1, 0, "b₁, always", size=14)
        knobs.bars("h", x, h, width=0.3, colour="sky")
        knobs.points("tops", x, h, size=8, colour="vermillion", drag=True, tip="drag: h = {y}")
        # The number stands on the side of zero where its bar is not.
        words = [number(v) for v in h]
        knobs.text("numbers", x, np.where(h < 0, 0.9, -0.9), words, size=14)
        names = [f"h{sub(j + 1)}" for j in range(n)]
        knobs.text("names", x, np.full(n, -REACH - 0.1), names, size=14, colour="muted")
        knobs.text("more", SHOWN - 0.55, REACH, more, size=14, align="right", colour="muted")

    def _draw_kept(self):
        k, kept = self["k"], self.kept()
        _, s, _ = _principal()
        best = self["weights"] == "best"
        panel = self.stage.panel(
            "kept", box=(0.635, 0, 0.365, 0.53), x=(0.2, 64.8), y=(0.0, 1.08 * s[0]),
            xlabel="singular direction of the digits", ylabel="singular value",
            legend="upper right" if best else "",
            title=f"{100 * kept:.0f} % of the differences kept",
        )  # fmt: skip
        at = np.arange(1, 65)
        panel.bars("lost", at[k * best :], s[k * best :], colour="grey", width=0.8,
                   label="lost")  # fmt: skip
        panel.bars(
            "kept", at[: k * best], s[: k * best], colour="orange", width=0.8,
            label="carried by the hidden units",
        )  # fmt: skip

    def _draw_product(self):
        W = self.W0 @ self.W1
        panel = self.stage.panel(
            "product", box=(0.635, 0.53, 0.25, 0.47), x=(0.5, 64.5), y=(64.5, 0.5), equal=True,
            xlabel="output", ylabel="input", title=f"W₀W₁, rank {self._rank()}", grid=False,
        )  # fmt: skip
        panel.heat("W", W, (0.5, 64.5, 0.5, 64.5), vmax=max(np.abs(W).max(), 1e-9), smooth=False)
        k = self["k"]
        note = self.stage.panel(
            "note", box=(0.885, 0.53, 0.115, 0.47), x=(0, 120), y=(0, 240), axes=False
        )
        lines = ["64 · 64", "= 4096", "entries", "", "from only", f"2 · 64 · {k}", f"= {128 * k}",
                 "weights"]  # fmt: skip
        at = 212 - 22 * np.arange(len(lines))
        note.text("lines", np.full(len(lines), 60), at, lines, size=15)

    def _rank(self):
        return int(np.linalg.matrix_rank(self.W0 @ self.W1, tol=1e-8))

    def summary(self):
        k, chosen = self["k"], self["digit"] - 1
        h = self.hidden()[chosen]
        some = ", ".join(number(v) for v in h[:SHOWN]) + (" ..." if k > SHOWN else "")
        by_hand = " (set by hand)" if self.moved else ""
        miss = np.sqrt(np.mean((self.out() - self.digits.X[self["first"] :][:SHOWN]) ** 2, axis=1))
        label = self.digits.y[self["first"] + chosen]
        return (
            f"64 → {k} → 64: W₀W₁ has 4096 entries and rank {self._rank()}. It keeps "
            f"{100 * self.kept():.0f} % of what differs among the digits. Digit {chosen + 1}, a "
            f"{label}, is mixed by h = {some}{by_hand}; its pixels miss by {miss[chosen]:.2f}."
        )
