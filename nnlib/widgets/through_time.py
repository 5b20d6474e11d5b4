"""How gradients die out or explode on their way back: `ThroughTimeExplorer`."""

from __future__ import annotations

import numpy as np

from ..backend import one_thread
from ..recurrent import GRU, LSTM, RNN
from .controls import button, choice, log_slider, slider
from .explorer import Explorer

UNITS, SAMPLES = 16, 4
KINDS = {"RNN": "blue", "GRU": "orange", "LSTM": "green"}
DASHES = {"RNN": (), "GRU": (9, 4), "LSTM": (3, 3)}
LOW, HIGH = 1e-12, 1e8


class ThroughTimeExplorer(Explorer):
    r"""The gradient that reaches each step of a sequence, for a plain layer, a GRU and an LSTM.

    Left, :math:`\lVert \partial L / \partial h_t \rVert` against how far back t lies, 1 at the
    end. Each U is orthogonal times ``scale``, so a linear RNN gives :math:`\text{scale}^{k}`
    exactly. Right, the length of the whole gradient of W, U and b; what lies above the line of
    clipping is shortened to it: drag the line.

    Parameters
    ----------
    scale : float
        Of U, block by block: its spectral radius.
    length : int
        Steps of the sequence.
    activation : {"tanh", "linear", "relu", "sigmoid"}
        Of the plain layer.
    forget_bias : float
        b of the forget gate of the LSTM, and of the update gate of the GRU, which also says "keep".
    clip : float

    Examples
    --------
    >>> explorer = ThroughTimeExplorer(scale=0.5, length=11, activation="linear")
    >>> explorer.summary()
    'Over 10 steps back the gradient is multiplied by: RNN (linear) 9.8e-04 (vanished), ...
    """

    def __init__(self, scale=1.0, length=60, activation="tanh", forget_bias=1.0, clip=10.0):
        self.seed, self.kept = 0, {}
        controls = {
            "scale": slider("scale of U", scale, 0.2, 2.0, 0.02),
            "length": slider("steps T", length, 5, 100, 1),
            "activation": choice("g of the RNN", ["tanh", "linear", "relu", "sigmoid"], activation),
            "forget_bias": slider("bias of “keep”", forget_bias, -3.0, 6.0, 0.1),
            "clip": log_slider("clip at c", clip, -3, 6),
            "again": button("Other weights", "random", "Draw weights and inputs again"),
        }
        super().__init__(1080, 420, controls)

    # ------------------------------------------------------------------ the maths
    def gradients(self) -> dict:
        """name → (size of ∂L/∂hₜ relative to the end, first step first; length of the whole)."""
        for name in KINDS:
            key = [self.seed, self["scale"], self["length"]]
            key.append(self["activation"] if name == "RNN" else self["forget_bias"])
            if self.kept.get(name, (None,))[0] != key:
                with one_thread():
                    self.kept[name] = key, self._measured(name)
        return {name: found for name, (_, found) in self.kept.items()}

    def _measured(self, name):
        rng = np.random.default_rng(self.seed)
        if name == "RNN":
            layer = RNN(1, UNITS, self["activation"], rng=rng)
        elif name == "GRU":
            layer = GRU(1, UNITS, rng=rng)
            layer.b.value[UNITS : 2 * UNITS] = self["forget_bias"]
        else:
            layer = LSTM(1, UNITS, rng=rng, forget_bias=self["forget_bias"])
        for k in range(layer.BLOCKS):
            rotation, _ = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))
            layer.U.value[:, k * UNITS : (k + 1) * UNITS] = self["scale"] * rotation
        rng = np.random.default_rng(self.seed + 1)  # the same inputs for all three
        x = rng.normal(size=(SAMPLES, 100, 1))[:, -self["length"] :]
        with np.errstate(all="ignore"):
            y = layer.forward(x)
            dy = np.zeros_like(y)
            dy[:, -1] = rng.normal(size=(SAMPLES, UNITS))
            layer.backward(dy)
            size = np.linalg.norm(layer.dh, axis=2)
            size = (size / size[:, -1:]).mean(axis=0)
            whole = np.sqrt(sum((p.grad**2).sum() for p in layer.parameters()))
        return np.nan_to_num(size, nan=np.inf), float(np.nan_to_num(whole, nan=np.inf))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        found, steps = self.gradients(), self["length"]
        back = np.arange(steps)[::-1]
        panel = self.stage.panel(
            "time", box=(0, 0, 0.66, 1), x=(steps - 1 + 0.03 * steps, -0.03 * steps),
            y=(LOW, HIGH), yscale="log", xlabel="steps back from the end",
            ylabel="‖∂L/∂hₜ‖, end = 1", title="What is left of the gradient, k steps back",
            legend="upper left",
        )  # fmt: skip
        panel.line("one", panel.looks["x"], [1, 1], colour="muted", width=1.5)
        for name, colour in KINDS.items():
            size = np.clip(found[name][0], LOW / 10, HIGH * 10)
            label = f"RNN, {self['activation']}" if name == "RNN" else name
            panel.line(name, back, size, colour=colour, dash=DASHES[name], width=3.5, label=label)
        power = np.clip(self["scale"] ** back.astype(float), LOW / 10, HIGH * 10)
        panel.line("power", back, power, colour="ink", dash=(2, 6), width=2, label="scaleᵏ")
        self._draw_clipping(found)

    def _draw_clipping(self, found):
        c = self["clip"]
        panel = self.stage.panel(
            "clip", box=(0.66, 0, 0.34, 1), x=(0.3, 3.7), y=(1e-3, HIGH), yscale="log",
            xticks=[(k + 1, name) for k, name in enumerate(KINDS)], xlabel="layer",
            ylabel="‖gradient of W, U, b‖", title="Clipping: drag the line",
        )  # fmt: skip
        at = np.arange(1, 4)
        whole = np.clip([found[name][1] for name in KINDS], 1.1e-3, HIGH * 10)
        panel.bars("whole", at, whole, colour="grey", width=0.6)
        panel.bars("kept", at, np.minimum(whole, c), colour="vermillion", width=0.6)
        panel.line("c", [0.3, 3.7], [c, c], width=2.5, dash=(7, 4))
        panel.points("handle", 3.55, c, size=8, drag=True, tip="drag: clip at {y}")
        words = [
            f"× {_short(c / found[name][1])}" if found[name][1] > c else "as it is"
            for name in KINDS
        ]
        above = np.clip(np.maximum(whole, c) * 5, 1e-2, HIGH / 4)
        panel.text("factor", at, above, words, size=14, bold=True, halo=True)

    def summary(self):
        found = self.gradients()
        parts, clipped = [], []
        for name in KINDS:
            factor = found[name][0][0]
            label = f"RNN ({self['activation']})" if name == "RNN" else name
            parts.append(f"{label} {factor:.1e}{_fate(factor)}")
            if found[name][1] > self["clip"]:
                clipped.append(f"{name} from {found[name][1]:.1e}")
        text = (
            f"Over {self['length'] - 1} steps back the gradient is multiplied by: "
            f"{', '.join(parts)}; scale of U {self['scale']:.2f}. "
        )
        if clipped:
            return text + f"Clipping at {self['clip']:.2g} shortens {', '.join(clipped)}."
        return text + f"Clipping at {self['clip']:.2g} changes nothing."

    # ------------------------------------------------------------------ taking hold of it
    def pressed(self, name):
        self.seed += 1

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "handle":
            self.set_quietly(clip=float(np.clip(event["y"], 1e-3, 1e6)))


def _fate(factor):
    if not np.isfinite(factor):
        return " (past all numbers)"
    if factor < 1e-3:
        return " (vanished)"
    return " (exploded)" if factor > 1e3 else ""


def _short(v):
    return f"{v:.2f}" if v >= 0.01 else f"{v:.0e}"
