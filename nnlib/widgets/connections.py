"""Who is connected to whom, and which weights are the same: `ConnectionsExplorer`."""

from __future__ import annotations

import numpy as np

from ..conv import Conv2D
from .controls import slider
from .explorer import Explorer

COLOURS = ("purple", "green", "vermillion", "sky", "yellow")  # one for each shared weight
KINDS = ("dense", "local", "shared")
TITLES = {
    "dense": "dense: each to each",
    "local": "locally connected: near ones only",
    "shared": "convolution: near ones, same weights",
}


class ConnectionsExplorer(Explorer):
    r"""Three ways to connect a row of inputs to a row of outputs, with their weights counted.

    Dense: every output sees every input. Locally connected: every output sees k neighbours, with
    weights of its own. Convolution: the same, and the k weights are shared by all outputs; lines of
    one colour are one weight. The tiles show a short signal and what the outputs make of it; shift
    the signal and watch. Point at an output, or click it, to see its connections
    (hovering is enough).

    Parameters
    ----------
    inputs : int
        8 to 16.
    kernel : int
        k, 2 to 5.
    side : int
        Of the picture whose parameters are counted below.
    seed : int
        Which random weights.

    Examples
    --------
    >>> explorer = ConnectionsExplorer()
    >>> explorer.parameters()
    {'dense': 130, 'local': 40, 'shared': 4}
    >>> explorer.picture_parameters()
    {'dense': 530660, 'local': 6760, 'shared': 10}
    """

    def __init__(self, inputs=12, kernel=3, side=28, seed=0):
        controls = {
            "inputs": slider("inputs n", inputs, 8, 16, 1),
            "kernel": slider("kernel k", kernel, 2, 5, 1),
            "output": slider("output to look at", 4, 1, 15, 1),
            "shift": slider("place of the signal", 2, 0, 13, 1),
            "seed": slider("seed", seed, 0, 20, 1),
            "side": slider("picture: side", side, 8, 256, 4),
        }
        super().__init__(1060, 560, controls)

    # ------------------------------------------------------------------ the maths
    def outputs(self) -> int:
        """n − k + 1."""
        return self["inputs"] - self["kernel"] + 1

    def parameters(self) -> dict:
        """Weights and biases of the three, each with as many outputs as the convolution."""
        n, k, m = self["inputs"], self["kernel"], self.outputs()
        return {"dense": n * m + m, "local": k * m + m, "shared": k + 1}

    def picture_parameters(self) -> dict:
        """The same for a grey picture of side × side and a k × k window."""
        n, k = self["side"], self["kernel"]
        m = (n - k + 1) ** 2
        shared = Conv2D(1, 1, k)
        count = sum(p.value.size for p in shared.parameters())
        return {"dense": n * n * m + m, "local": k * k * m + m, "shared": count}

    def signal(self) -> np.ndarray:
        """A short up and down, at the place the slider says; zero elsewhere."""
        x = np.zeros(self["inputs"] + 4)
        place = min(self["shift"], self["inputs"] - 3)
        x[place : place + 3] = 0.5, 1.0, -1.0
        return x[: self["inputs"]]

    def weights(self) -> dict:
        """The three matrices (n, m); where there is no connection they are 0."""
        n, k, m = self["inputs"], self["kernel"], self.outputs()
        rng = np.random.default_rng(self["seed"])
        kernel = rng.normal(size=k)
        # Not too near to zero: every line is to be seen.
        kernel = np.sign(kernel) * (0.4 + np.abs(kernel))
        dense, local = rng.normal(size=(n, m)) / 2, rng.normal(size=(n, m))
        gap = np.arange(n)[:, None] - np.arange(m)[None]
        near = (gap >= 0) & (gap < k)
        shared = np.where(near, kernel[np.clip(gap, 0, k - 1)], 0.0)
        return {"dense": dense, "local": np.where(near, local, 0.0), "shared": shared}

    # ------------------------------------------------------------------ the picture
    def event(self, event):
        if event["type"] in ("hover", "click") and event["panel"] in KINDS and event["y"] > 0.6:
            m = self.outputs()
            if -0.5 <= event["x"] - self._offset() < m - 0.5:
                self.set_quietly(output=int(round(event["x"] - self._offset())) + 1)

    def _offset(self):
        """Each output stands above the middle of its window."""
        return (self["kernel"] - 1) / 2

    def draw(self):
        n, m = self["inputs"], self.outputs()
        x, counted = self.signal(), self.parameters()
        j = min(self["output"], m) - 1
        offset = self._offset()
        for at, (kind, w) in enumerate(self.weights().items()):
            panel = self.stage.panel(
                kind, box=(at / 3, 0, 1 / 3, 0.56), x=(-0.8, n - 0.2), y=(-0.45, 1.42),
                axes=False, hover=True, click=True, title=TITLES[kind],
            )  # fmt: skip
            self._connections(panel, kind, w, j)
            z = x @ w
            panel.points("inputs", np.arange(n), np.zeros(n), marker="square", size=9,
                         colour="grey")  # fmt: skip
            panel.points("x", np.arange(n), np.zeros(n), marker="square", size=8,
                         values=np.clip(x, -1, 1), tip="input {v}")  # fmt: skip
            panel.points("outputs", np.arange(m) + offset, np.ones(m), size=10, colour="grey")
            panel.points("z", np.arange(m) + offset, np.ones(m), size=9,
                         values=np.clip(z / 1.5, -1, 1), tip="output {v}")  # fmt: skip
            panel.points("this", j + offset, 1, size=13, colour="ink", hollow=True)
            panel.points("this z", j + offset, 1, size=9, values=np.clip(z[j : j + 1] / 1.5, -1, 1))
            panel.text("up", (n - 1) / 2, 1.25, f"{m} outputs", size=14, colour="muted")
            words = f"{counted[kind]:,} parameters".replace(",", " ")
            panel.text("count", (n - 1) / 2, -0.3, words, size=18, bold=True)
        self._pictures()

    def _connections(self, panel, kind, w, j):
        n, m = w.shape
        offset, k = self._offset(), self["kernel"]
        a, b = np.nonzero(w)
        if kind == "shared":
            for name in ("others", "mine"):
                panel.remove(name)
            for c in range(5):
                panel.remove(f"weight {c}", f"strong {c}")
            at = np.arange(m)
            for c in range(k):
                ends = np.stack([at + c, at + offset, np.full(m, np.nan)], axis=1).ravel()
                y = np.tile([0.0, 1.0, np.nan], m)
                panel.line(f"weight {c}", ends, y, colour=COLOURS[c], width=1.6)
                panel.line(f"strong {c}", [j + c, j + offset], [0, 1], colour=COLOURS[c], width=4.5)
            return
        mine = b == j
        for name, which, vmax in (("others", ~mine, 3.0), ("mine", mine, 0.5)):
            p, q = a[which], b[which]
            values = np.sign(w[p, q]) * 0.45 if name == "mine" else np.clip(w[p, q], -1, 1)
            panel.links(
                name, p, 0 * p, q + offset, 0 * q + 1, values, vmax=vmax * 1.3, curved=False
            )

    def _pictures(self):
        side, k, counted = self["side"], self["kernel"], self.picture_parameters()
        panel = self.stage.panel(
            "pictures", box=(0.0, 0.58, 1, 0.42), x=(1, 1e13), y=(-0.6, 2.6), xscale="log",
            yticks=[], xlabel="parameters (each mark on the axis a hundred times the one before)",
            xticks=[(10.0**e, "1" if e == 0 else f"10{'⁰¹²³⁴⁵⁶⁷⁸⁹'[e // 10] if e > 9 else ''}"
                     f"{'⁰¹²³⁴⁵⁶⁷⁸⁹'[e % 10]}") for e in range(0, 13, 2)],
            title=f"One output picture of a grey picture of {side} × {side}, window {k} × {k}",
        )  # fmt: skip
        for row, kind in enumerate(KINDS):
            y, count = 2 - row, counted[kind]
            panel.line(f"bar {kind}", [1, 1, count, count, 1],
                       [y - 0.3, y + 0.3, y + 0.3, y - 0.3, y - 0.3], fill=True,
                       colour=("blue", "purple", "orange")[row], width=2)  # fmt: skip
            words = f"{TITLES[kind].split(':')[0]}: {count:,}".replace(",", " ")
            panel.text(f"count {kind}", count * 1.5, y, words, size=16, bold=True, align="left")

    def summary(self):
        n, k, m = self["inputs"], self["kernel"], self.outputs()
        row, picture = self.parameters(), self.picture_parameters()
        z = self.signal() @ self.weights()["shared"]
        j = min(self["output"], m) - 1

        def words(counted):
            return ", ".join(
                f"{name} {counted[kind]:,}".replace(",", " ")
                for kind, name in zip(
                    KINDS, ("dense", "locally connected", "convolution"), strict=True
                )
            )

        side = self["side"]
        return (
            f"{n} inputs, {m} outputs, k = {k}. Parameters: {words(row)}. For a picture of "
            f"{side} × {side} with a window of {k} × {k}: {words(picture)}. The signal begins at "
            f"input {min(self['shift'], n - 3) + 1}; output {j + 1} of the convolution says "
            f"{z[j] + 0.0:.2f}."
        ).replace("-", "−")
