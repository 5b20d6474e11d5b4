"""A recurrent neuron laid out in time, forward and back: `UnrolledExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..plot.words import bracket, number, signed, sub
from ..recurrent import RNN
from .controls import button, choice, slider
from .playing import SteppingExplorer

ACTIVATIONS = ["linear", "tanh", "relu", "sigmoid"]
Y_INPUT, Y_STATE, Y_GRADIENT = 0.0, 1.55, 2.5  # the rows of the drawing


class UnrolledExplorer(SteppingExplorer):
    r"""One recurrent neuron, drawn once for every step, with all its numbers.

    .. math:: h_t = g(x_t W + h_{t-1} U + b), \qquad L = (h_T - y)^2

    Above, the unrolled network: states flow to the right, gradients (vermillion) back to the left,
    one step at a time. Below on the left the inputs, to be dragged; on the right what each step
    adds to the gradients of W, U and b, which all steps share.

    Parameters
    ----------
    x : sequence of numbers
        The inputs, 3 to 6 of them.
    W, U, b, y : float
        Weights, bias and target.
    activation : {"linear", "tanh", "relu", "sigmoid"}

    Examples
    --------
    >>> UnrolledExplorer([1, 2, 4], W=1, U=0.5, y=4, activation="linear").summary()
    'h = 1.00, 2.50, 5.25; loss (5.25 − 4.00)² = 1.56. Back through time: ∂L/∂h = 0.62, 1.25, 2.50.
    ∂L/∂W = 13.12, ∂L/∂U = 0.00 + 1.25 + 6.25 = 7.50, ∂L/∂b = 4.38.'
    """

    pace = 0.9

    def __init__(self, x=(1.0, 0.5, -1.0, 1.5), *, W=1.0, U=0.5, b=0.0, y=1.0, activation="linear"):
        self.x = expect.array(x, "UnrolledExplorer", "x").reshape(-1).copy()
        if not 3 <= len(self.x) <= 6:
            raise ValueError(f"UnrolledExplorer expects 3 to 6 inputs; got {len(self.x)}.")
        last = 2 * len(self.x) + 1
        controls = {
            "play": button("Play", "play", "Watch the states go and the gradients come back"),
            "next": button("Step", "step-forward", "One step"),
            "moment": slider("moment", last, 0, last, 1),
            "W": slider("W (input)", W, -2.0, 2.0, 0.05),
            "U": slider("U (state)", U, -2.0, 2.0, 0.05),
            "b": slider("b (bias)", b, -2.0, 2.0, 0.05),
            "y": slider("target y", y, -4.0, 4.0, 0.05),
            "activation": choice("activation g", ACTIVATIONS, activation),
            "t": slider("input t", 1, 1, len(self.x), 1),
            "x": slider("x at t", self.x[0], -4.0, 4.0, 0.05),
        }
        super().__init__(1080, 560, controls)

    # ------------------------------------------------------------------ the maths
    def numbers(self) -> dict:
        """a, h, dh, da of every step, the loss, and the terms of dW, dU and db."""
        layer = RNN(1, 1, activation=self["activation"])
        layer.W.value[...], layer.U.value[...] = self["W"], self["U"]
        layer.b.value[...] = self["b"]
        h = layer.forward(self.x[None, :, None])[0, :, 0]
        before = np.r_[0.0, h[:-1]]
        error = h[-1] - self["y"]
        dy = np.zeros((1, len(h), 1))
        dy[0, -1, 0] = 2 * error
        layer.backward(dy)
        a = self.x * self["W"] + before * self["U"] + self["b"]
        dh = layer.dh[0, :, 0]
        da = dh * layer.g.derivative(a)
        return {
            "a": a, "h": h, "dh": dh, "da": da, "loss": error**2,
            "dW": self.x * da, "dU": before * da, "db": da,
        }  # fmt: skip

    def _shown(self):
        """How many steps have been made forward, and how many backward."""
        moment, n = self["moment"], len(self.x)
        return min(moment, n), max(0, moment - n - 1)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        found, (there, back) = self.numbers(), self._shown()
        self._draw_network(found, there, back)
        self._draw_inputs()
        self._draw_terms(found, back)

    def _draw_network(self, found, there, back):
        n, h = len(self.x), found["h"]
        at = np.arange(1, n + 1)
        panel = self.stage.panel(
            "network", box=(0, 0, 1, 0.6), x=(-0.15, n + 1.25), y=(-0.6, 3.1), axes=False,
            grid=False, title=self._title(there, back),
        )  # fmt: skip
        ones = np.ones(n)
        links = np.r_[ones * self["W"], ones * self["U"]]
        x0, y0 = np.r_[at, at - 1 + 0.0], np.r_[ones * Y_INPUT, ones * Y_STATE]
        x1, y1 = np.r_[at, at], np.r_[ones * Y_STATE, ones * Y_STATE]
        panel.links("weights", x0, y0, x1, y1, links, vmax=2.0, curved=False)
        panel.text("W", at + 0.07, ones * 0.62, [f"W = {number(self['W'])}"] * n, size=13,
                   align="left", halo=True)  # fmt: skip
        panel.text("U", at - 0.5, ones * (Y_STATE + 0.24), [f"U = {number(self['U'])}"] * n,
                   size=13, halo=True)  # fmt: skip
        panel.points("start", 0, Y_STATE, colour="grey", size=15)
        panel.text("start value", 0, Y_STATE, "0", size=14, bold=True, colour="background")
        panel.text("start name", 0, Y_STATE - 0.5, "h₀", size=14)
        panel.points("inputs", at, ones * Y_INPUT, colour="blue", marker="square", size=15)
        panel.text("input values", at + 0.17, ones * Y_INPUT,
                   [f"x{sub(t)} = {number(v)}" for t, v in zip(at, self.x, strict=True)],
                   align="left", size=15, bold=True, colour="blue")  # fmt: skip
        panel.points("waiting", at, ones * Y_STATE, colour="grey", size=19, hollow=True)
        panel.points("states", at[:there], ones[:there] * Y_STATE, colour="green", size=19)
        panel.text("states names", at[:there] + 0.12, ones[:there] * (Y_STATE - 0.42),
                   [f"h{sub(t)} = {number(v)}" for t, v in zip(at, h[:there], strict=False)],
                   align="left", size=15, bold=True, colour="green", halo=True)  # fmt: skip
        lit = at[there - 1 : there] if there and not back and self["moment"] <= n else at[:0]
        panel.points("now", lit, lit * 0 + Y_STATE, size=24, colour="ink", hollow=True)
        self._draw_loss(panel, found, n)
        # Gradients: of the states, and arrows that carry them back.
        came = at[n - back :] if back else at[:0]
        panel.arrows("back", came[1:] - 0.08, came[1:] * 0 + Y_GRADIENT, came[1:] - 0.86,
                     came[1:] * 0 + Y_GRADIENT, colour="vermillion", width=3)  # fmt: skip
        panel.arrows("down", came, came * 0 + Y_GRADIENT - 0.1, came, came * 0 + Y_STATE + 0.38,
                     colour="vermillion", width=2)  # fmt: skip
        dh = found["dh"][n - back :] if back else found["dh"][:0]
        panel.text("dh", came, came * 0 + Y_GRADIENT + 0.28,
                   [f"∂L/∂h{sub(t)} = {number(v)}" for t, v in zip(came, dh, strict=True)],
                   size=15 if n < 5 else 13, bold=True, colour="vermillion", halo=True)  # fmt: skip
        panel.text("line", (n + 1.1) / 2, -0.42, self._sentence(found, there, back), size=15)

    def _draw_loss(self, panel, found, n):
        if self["moment"] <= n:
            panel.remove("loss")
            panel.remove("to loss")
            return
        panel.arrows("to loss", n + 0.2, Y_STATE, n + 0.55, Y_STATE, colour="ink")
        panel.text("loss", [n + 0.62] * 3, Y_STATE + np.array([0.62, 0.29, -0.04]),
                   [f"y = {number(self['y'])}", "L = (h − y)²", f"= {number(found['loss'])}"],
                   align="left", size=15, bold=True)  # fmt: skip

    def _title(self, there, back):
        if self["moment"] == 0:
            return "Before the first step: the state is 0"
        if back:
            return "Backward: the same U carries the gradient back, step by step"
        if self["moment"] > len(self.x):
            return "The loss, from the last state alone"
        return "Forward: each state from the input and the state before"

    def _sentence(self, found, there, back):
        n, g = len(self.x), self["activation"]
        if self["moment"] == 0:
            return "Press Step or Play, or move the slider “moment”."
        if back == 0 and self["moment"] <= n:
            t, before = there, np.r_[0.0, found["h"]][there - 1]
            inside = (
                f"{bracket(self.x[t - 1])}·{bracket(self['W'])} + {bracket(before)}·"
                f"{bracket(self['U'])} {signed(self['b'])}"
            )
            outer = inside if g == "linear" else f"{g}({inside})"
            return f"h{sub(t)} = {outer} = {number(found['h'][t - 1])}"
        if back == 0:
            return f"L = ({number(found['h'][-1])} {signed(-self['y'])})² = {number(found['loss'])}"
        t = n - back + 1
        if t == n:
            return f"∂L/∂h{sub(n)} = 2(h{sub(n)} − y) = {number(found['dh'][-1])}"
        slope = found["da"][t] / found["dh"][t] if found["dh"][t] else 0.0
        return (
            f"∂L/∂h{sub(t)} = ∂L/∂h{sub(t + 1)} · g′(a{sub(t + 1)}) · U = "
            f"{bracket(found['dh'][t])}·{number(slope)}·{bracket(self['U'])} = "
            f"{number(found['dh'][t - 1])}"
        )

    def _draw_inputs(self):
        n = len(self.x)
        at = np.arange(1, n + 1)
        panel = self.stage.panel(
            "inputs", box=(0, 0.61, 0.36, 0.39), x=(0.4, n + 0.6), y=(-4.6, 4.6), xlabel="step t",
            ylabel="input xₜ", title="Drag the inputs",
            yticks=[(-4, "−4"), (-2, "−2"), (0, "0"), (2, "2"), (4, "4")],
            xticks=[(t, str(t)) for t in at],
        )  # fmt: skip
        panel.line("zero", [0.4, n + 0.6], [0, 0], colour="muted", width=1.5)
        panel.points("chosen", self["t"], self.x[self["t"] - 1], size=13, hollow=True)
        panel.points("x", at, self.x, colour="blue", marker="square", size=8, drag=True,
                     tip="{y}: drag up and down")  # fmt: skip

    def _draw_terms(self, found, back):
        n = len(self.x)
        seen = np.arange(1, n + 1) > n - back
        names = ("dW", "dU", "db")
        heights = np.concatenate([np.where(seen, found[k], 0.0) for k in names])
        gap = n + 1.6
        at = np.concatenate([np.arange(1, n + 1) + k * gap for k in range(3)])
        most = max(1.0, 1.25 * np.abs(heights).max())
        total = [float(heights[k * n : (k + 1) * n].sum()) for k in range(3)]
        terms = ("xₜ daₜ", "hₜ₋₁ daₜ", "daₜ")
        panel = self.stage.panel(
            "terms", box=(0.36, 0.61, 0.64, 0.39), x=(-0.3, 3 * gap - 0.5), y=(-most, 1.35 * most),
            xlabel="step t", ylabel="term", title="The weights are shared: the terms add up",
            xticks=[(a, str(int(t))) for a, t in zip(at, np.tile(np.arange(1, n + 1), 3),
                                                     strict=True)],
        )  # fmt: skip
        panel.line("zero", [-0.3, 3 * gap - 0.5], [0, 0], colour="muted", width=1.5)
        panel.bars("terms", at, heights, colour="vermillion", width=0.75, tip="{y}")
        middle = np.arange(3) * gap + (n + 1) / 2
        words = [f"∂L/∂{k[1]} = {number(v)}" for k, v in zip(names, total, strict=True)]
        panel.text("sums", middle, [1.18 * most] * 3, words, size=15, bold=True, halo=True)
        panel.text("terms of", middle, [-0.84 * most] * 3, [f"Σ {term}" for term in terms],
                   size=14, halo=True)  # fmt: skip

    def summary(self):
        found, n = self.numbers(), len(self.x)
        there, back = self._shown()

        def listed(values):
            return ", ".join(number(v) for v in values)

        text = f"h = {listed(found['h'][:there]) or 'not computed yet'}"
        if self["moment"] <= n:
            return f"{text}; step {there} of {n} forward, activation {self['activation']}."
        loss = f"({number(found['h'][-1])} {signed(-self['y'])})² = {number(found['loss'])}"
        text += f"; loss {loss}."
        if back:
            text += f" Back through time: ∂L/∂h = {listed(found['dh'][n - back :])}."
            seen = slice(n - back, n)
            dW, dU, db = (found[k][seen] for k in ("dW", "dU", "db"))
            terms = " ".join([number(dU[0]), *(signed(v) for v in dU[1:])])
            text += (
                f" ∂L/∂W = {number(dW.sum())}, ∂L/∂U = {terms} = {number(dU.sum())}, "
                f"∂L/∂b = {number(db.sum())}"
            )
            text += "." if back == n else ", so far."
        return text

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "t":
            self.set_quietly(x=self.x[self["t"] - 1])
        elif name == "x":
            self.x[self["t"] - 1] = self["x"]

    def pressed(self, name):
        if name == "next":
            self.pause()
            self.set_quietly(moment=(self["moment"] + 1) % (self.control("moment").max + 1))
        elif name == "play":
            if not self.playing and self["moment"] == self.control("moment").max:
                self.set_quietly(moment=0)
            self.toggle()

    def _advance(self):
        last = self.control("moment").max
        self.set_quietly(moment=min(self["moment"] + 1, last))
        return self["moment"] < last

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "x":
            k = event["index"]
            self.x[k] = np.clip(round(event["y"] / 0.05) * 0.05, -4, 4)
            self.set_quietly(t=k + 1, x=self.x[k])
