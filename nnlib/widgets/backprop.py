"""One training step of a small network with all its numbers: `BackpropExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import activation
from ..core import Sequential
from ..dense import Dense
from ..plot.ticks import rounded_up
from ..plot.words import counted, short, sub
from .controls import button, choice, slider
from .graph import GRADIENT, VALUE, between
from .playing import SteppingExplorer

NEW = "green"  # what a weight becomes
START, HIDDEN, OUTPUT, LOSS, BACK_OUTPUT, BACK_HIDDEN, UPDATE = range(7)
PHASES = (
    "the weights and the inputs",
    "forward: the hidden units",
    "forward: the output",
    "the loss",
    "backward: the output's weights",
    "backward: the hidden units and their weights",
    "update: every weight goes downhill",
)
ENOUGH = 1e6  # a loss beyond this has run away
FIRST = {  # weights to begin with, by the number of hidden units: W1, b1, W2, b2
    2: ([[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2], [[0.7], [-0.6]], [0.2]),
    3: ([[0.5, -0.4, 0.9], [0.3, 0.8, -0.5]], [0.1, -0.2, 0.0], [[0.7], [-0.6], [0.4]], [0.2]),
}


class BackpropExplorer(SteppingExplorer):
    r"""Forward, loss, backward, update: a network of two or three hidden units and all its numbers.

    .. math:: h_i = g\Bigl(\sum_j x_j w_{ji} + b_i\Bigr), \qquad \hat y = \sum_i h_i v_i + c, \qquad
              L = \tfrac12 (\hat y - y)^2

    On the edges the weights and, once they are known, below each its gradient. Every phase is
    written out with its numbers under the network.

    Parameters
    ----------
    phase : int
        How far the first training step has come, from 0 to 6.
    units : int
        2 or 3.
    activation : str
        g: "tanh", "sigmoid", "relu" or "linear".
    x : (float, float)
    target : float
    learning_rate : float
        The learning rate η.

    Attributes
    ----------
    model : Sequential
        ``Dense, g, Dense``, with the weights before the update.
    losses : list of float
        That of each step, up to this one.

    Examples
    --------
    >>> explorer = BackpropExplorer(phase=5)
    >>> explorer.summary()
    'Training step 1, backward: the hidden units and their weights. Inputs 1 and 2, ŷ = 0.327,
    target 1, loss 0.227. The gradients are those of v₁ −0.561, v₂ −0.513, c −0.673, w₁₁ −0.144,
    w₁₂ 0.17, w₂₁ −0.288, w₂₂ 0.339, b₁ −0.144, b₂ 0.17.'
    """

    below = ("x1", "x2", "target", "activation", "units")

    def __init__(
        self, *, phase=5, units=2, activation="tanh", x=(1.0, 2.0), target=1.0, learning_rate=0.1
    ):
        x = expect.array(x, "BackpropExplorer", "x", (2,))
        controls = {
            "next": button("Step", "step-forward", "The next phase"),
            "whole": button("Whole step", "forward", "To the same phase of the next step"),
            "play": button("Play", "play", "One phase after the other; press again to pause"),
            "reset": button("Reset", "undo", "The first weights again"),
            "phase": slider("phase of this step", phase, 0, UPDATE, 1),
            "learning_rate": slider("learning rate η", learning_rate, 0.05, 1.5, 0.05),
            "x1": slider("x₁", x[0], -2.0, 2.0, 0.1),
            "x2": slider("x₂", x[1], -2.0, 2.0, 0.1),
            "target": slider("target y", target, -2.0, 2.0, 0.1),
            "activation": choice("activation g", ("tanh", "sigmoid", "relu", "linear"), activation),
            "units": slider("hidden units", units, 2, 3, 1),
        }
        super().__init__(1080, 640, controls)

    def begin(self):
        self._reset()

    @property
    def pace(self) -> float:
        """The first steps can be read, the others show how the loss falls."""
        return 1.2 if len(self.losses) < 3 else 0.15

    # ------------------------------------------------------------------ the maths
    def _reset(self):
        units = self["units"]
        self.model = Sequential(Dense(2, units), activation(self["activation"]), Dense(units, 1))
        for parameter, value in zip(self.model.parameters(), FIRST[units], strict=True):
            parameter.value[...] = value
        self._again()

    def _again(self):
        """From the weights as they are, with a new curve of losses."""
        self.losses = [self.numbers()["loss"]]

    @property
    def x(self) -> np.ndarray:
        return np.array([[self["x1"], self["x2"]]])

    def numbers(self) -> dict:
        """Everything of one step: z, h, y_hat, loss, and the gradients, which `model` holds too.

        Returns
        -------
        dict
            ``z, h, dh, dz`` arrays (units,), ``y_hat, loss, dy`` numbers, and ``grads`` those of
            the parameters in the order of ``model.parameters()``.
        """
        first, g, second = self.model
        with np.errstate(all="ignore"):
            z, h, out = self.model.trace(self.x)
            dy = out - self["target"]  # the slope of ½ (ŷ − y)²
            dh = second.backward(dy)
            dz = g.backward(dh)
            first.backward(dz)
            loss = float(0.5 * dy[0, 0] ** 2)
        return {
            "z": z[0],
            "h": h[0],
            "y_hat": float(out[0, 0]),
            "loss": loss,
            "dy": float(dy[0, 0]),
            "dh": dh[0],
            "dz": dz[0],
            "grads": [p.grad.copy() for p in self.model.parameters()],
        }

    def updated(self) -> list:
        """The weights after the update: w − η ∂L/∂w."""
        grads = self.numbers()["grads"]
        with np.errstate(all="ignore"):
            return [
                p.value - self["learning_rate"] * d
                for p, d in zip(self.model.parameters(), grads, strict=True)
            ]

    def loss_after(self) -> float:
        """The loss with the updated weights."""
        before = [p.value.copy() for p in self.model.parameters()]
        self._take(self.updated())
        found = self.numbers()["loss"]
        self._take(before)
        return found

    def _take(self, values):
        for parameter, value in zip(self.model.parameters(), values, strict=True):
            parameter.value[...] = value

    @property
    def away(self) -> bool:
        """Whether the next loss would be too large to go on."""
        return not self.loss_after() < ENOUGH

    def _advance(self):
        """To the next phase, and after the last one to the next training step."""
        phase = self["phase"]
        if phase < UPDATE:
            self.set_quietly(phase=phase + 1)
            return True
        if self.away:
            return False
        self._take(self.updated())
        self.losses.append(self.numbers()["loss"])
        self.set_quietly(phase=HIDDEN)
        return len(self.losses) < 100

    # ------------------------------------------------------------------ the picture
    def draw(self):
        now = self.numbers()
        self._draw_network(now)
        self._draw_losses()
        self._draw_words(now)

    def _draw_network(self, now):
        phase, units = self["phase"], self["units"]
        net = self.stage.panel(
            "network",
            box=(0, 0, 0.72, 0.7),
            x=(-0.25, 3.3),
            y=(-2.05, 2.05),
            axes=False,
            title=f"Training step {len(self.losses)}, {PHASES[phase]}",
        )
        inputs = np.array([[0.0, 1.0], [0.0, -1.0]])
        spread = {2: [1.1, -1.1], 3: [1.35, 0.0, -1.35]}[units]
        hidden = np.array([[1.35, y] for y in spread])
        output, loss = np.array([2.5, 0.0]), np.array([3.1, 0.0])
        j, i = np.divmod(np.arange(2 * units), units)
        left, right = inputs[j], hidden[i]
        self._edges(net, "first", left, right, {HIDDEN: VALUE, BACK_HIDDEN: GRADIENT})
        ends = np.repeat(output[None], units, 0)
        self._edges(net, "second", hidden, ends, {OUTPUT: VALUE, BACK_OUTPUT: GRADIENT})
        self._edges(net, "last", output[None], loss[None], {LOSS: VALUE, BACK_OUTPUT: GRADIENT})

        W1, b1, W2, b2 = (p.value for p in self.model.parameters())
        dW1, db1, dW2, db2 = now["grads"]
        new = self.updated()
        at1 = left + 0.3 * (right - left)
        at2 = hidden + 0.45 * (ends - hidden)
        places = np.concatenate([at1, at2])
        known = [phase >= BACK_HIDDEN] * 2 * units + [phase >= BACK_OUTPUT] * units
        values = np.concatenate([W1.ravel(), W2.ravel()])
        grads = np.concatenate([dW1.ravel(), dW2.ravel()])
        after = np.concatenate([new[0].ravel(), new[2].ravel()])
        self._weights(net, "weights", places, values, grads, after, known)
        above = np.concatenate([hidden, output[None]]) + [0, 0.36]
        known = [phase >= BACK_HIDDEN] * units + [phase >= BACK_OUTPUT]
        values, grads = np.concatenate([b1, b2]), np.concatenate([db1, db2])
        after = np.concatenate([new[1], new[3]])
        self._weights(net, "biases", above, values, grads, after, known, beside=True)

        nodes = np.concatenate([inputs, hidden, output[None], loss[None]])
        net.points("rim", *nodes.T, colour="muted", size=26)
        net.points("circles", *nodes.T, colour="background", size=24.5)
        shown = [*self.x[0], *now["h"], now["y_hat"], now["loss"]]
        since = [START] * 2 + [HIDDEN] * units + [OUTPUT, LOSS]
        words = [short(v) if phase >= k else "?" for v, k in zip(shown, since, strict=True)]
        net.text("values", *nodes.T, words, colour=VALUE, size=14, bold=True)
        under = nodes - [0, 0.35]
        labels = ["x₁", "x₂"]
        for k, z in enumerate(now["z"]):
            labels.append(f"h{sub(k + 1)} = g({short(z) if phase >= HIDDEN else 'z'})")
        labels += ["ŷ", "L"]
        net.text("labels", *under.T, labels, size=14, halo=True)
        back = np.concatenate([hidden, output[None], loss[None]]) - [0, 0.53]
        grads = [f"∂L/∂z {short(d)}" for d in now["dz"]] + [f"∂L/∂ŷ {short(now['dy'])}", "1"]
        mine = [k for k in range(units) if phase >= BACK_HIDDEN]
        mine += [k for k in (units, units + 1) if phase >= BACK_OUTPUT]
        words = [grads[k] for k in mine]
        net.text("gradients", *back[mine].T, words, colour=GRADIENT, size=14, bold=True, halo=True)

    def _edges(self, net, name, a, b, colours):
        """All edges between two columns: arrows in the phase they are gone along, else lines."""
        phase = self["phase"]
        start, end = between(a, b, net, 28)
        if phase in (BACK_OUTPUT, BACK_HIDDEN):
            start, end = end, start
        gap = np.full(len(a), np.nan)
        x, y = (np.stack([a[:, k], b[:, k], gap], 1).ravel() for k in (0, 1))
        net.line(name, x, y, colour="grey", width=1.5)
        some = slice(None) if phase in colours else slice(0)
        net.arrows(
            f"{name} now", *start[some].T, *end[some].T, colour=colours.get(phase, "ink"), width=3
        )

    def _weights(self, net, name, at, values, grads, after, known, beside=False):
        """Numbers and below or beside them their gradients; in the last phase what they become."""
        updating = self["phase"] == UPDATE
        word = "bias " if beside else ""
        texts = [
            word + (f"{short(v)} → {short(n)}" if updating else short(v))
            for v, n in zip(values, after, strict=True)
        ]
        some = np.flatnonzero(known)[slice(0) if updating else slice(None)]
        apart = beside and len(some) == len(known)
        net.text(
            name,
            *(at + ([-0.03, 0] if apart else [0, 0] if beside else [0, 0.1])).T,
            texts,
            size=14,
            bold=True,
            halo=True,
            align="right" if apart else "center",
            colour=NEW if updating else "ink",
        )
        net.text(
            f"{name} grad",
            *(at[some] + ([0.03 if apart else 0.32, 0] if beside else [0, -0.12])).T,
            [short(grads[k]) for k in some],
            size=14,
            halo=True,
            bold=True,
            align="left" if beside else "center",
            colour=GRADIENT,
        )

    def _draw_losses(self):
        losses = np.array(self.losses)
        after = self.loss_after()
        updating, fits = self["phase"] == UPDATE, not self.away
        top = max(0.1, *losses, after if updating and fits else 0)
        top = rounded_up(1.1 * top)
        last = len(losses)
        right = next(n for n in (6, 12, 24, 50, 101) if n >= last + 1)
        panel = self.stage.panel(
            "losses",
            box=(0.73, 0, 0.27, 0.7),
            x=(0.5, right + 0.5),
            y=(-0.04 * top, top),
            xlabel="training step",
            ylabel="loss L",
            title=f"η = {self['learning_rate']:.2f}" + ("" if fits else ": it runs away"),
        )
        at = np.arange(1, last + 1)
        panel.line("losses", at, losses, width=2, colour="muted")
        panel.points("each", at, losses, size=5, colour=VALUE, tip="step {x}: {y}")
        some = slice(None) if updating and fits else slice(0)
        panel.line(
            "fall", np.array([last, last + 1])[some], np.array([losses[-1], after])[some],
            colour=NEW, dash=(5, 4),
        )  # fmt: skip
        panel.points(
            "next", np.array([last + 1])[some], np.array([after])[some], size=7, colour=NEW
        )

    def sentences(self, now) -> list[str]:
        """The phase written out, a line for each thing that is computed."""
        phase, g = self["phase"], self["activation"]
        W1, b1, W2, b2 = (p.value for p in self.model.parameters())
        dW1, _, dW2, _ = now["grads"]
        x, y = self.x[0], self["target"]
        units = range(len(b1))
        n, p = short, lambda v: short(v, True)  # a number, and one that may need brackets
        if phase == START:
            return ["Inputs and target are given, the weights are where the last step left them.",
                    "Press Step: forward, loss, backward, update."]  # fmt: skip
        if phase == HIDDEN:
            return [
                f"z{sub(i + 1)} = x₁w₁{sub(i + 1)} + x₂w₂{sub(i + 1)} + b{sub(i + 1)} = "
                f"{p(x[0])}·{p(W1[0, i])} + {p(x[1])}·{p(W1[1, i])} + {p(b1[i])} = {n(now['z'][i])}"
                f",   h{sub(i + 1)} = {g}({n(now['z'][i])}) = {n(now['h'][i])}"
                for i in units
            ]
        if phase == OUTPUT:
            symbols = " + ".join(f"h{sub(i + 1)}v{sub(i + 1)}" for i in units)
            terms = " + ".join(f"{p(now['h'][i])}·{p(W2[i, 0])}" for i in units)
            return [f"ŷ = {symbols} + c = {terms} + {p(b2[0])} = {n(now['y_hat'])}"]
        if phase == LOSS:
            return [f"L = ½(ŷ − y)² = ½({n(now['y_hat'])} − {p(y)})² = {n(now['loss'])}"]
        if phase == BACK_OUTPUT:
            first = f"∂L/∂ŷ = ŷ − y = {n(now['y_hat'])} − {p(y)} = {n(now['dy'])} = ∂L/∂c"
            return [first] + [
                f"∂L/∂v{sub(i + 1)} = ∂L/∂ŷ · h{sub(i + 1)} = {p(now['dy'])}·{p(now['h'][i])} = "
                f"{n(dW2[i, 0])}"
                for i in units
            ]
        if phase == BACK_HIDDEN:
            slopes = self.model[1].derivative(now["z"])
            lines = [
                "For each unit:  ∂L/∂h = ∂L/∂ŷ · v,   ∂L/∂z = ∂L/∂h · g′(z) = ∂L/∂b,   "
                "∂L/∂w = ∂L/∂z · x"
            ]
            return lines + [
                f"unit {i + 1}:  ∂L/∂h = {p(now['dy'])}·{p(W2[i, 0])} = {n(now['dh'][i])},   "
                f"∂L/∂z = {p(now['dh'][i])}·{n(slopes[i])} = {n(now['dz'][i])},   "
                f"∂L/∂w = {p(now['dz'][i])}·{p(x[0])} = {n(dW1[0, i])} and "
                f"{p(now['dz'][i])}·{p(x[1])} = {n(dW1[1, i])}"
                for i in units
            ]
        new, eta = self.updated()[2][0, 0], self["learning_rate"]
        end = (
            f"The loss was {n(now['loss'])}; with the new weights it is {n(self.loss_after())}."
            if not self.away
            else f"The loss would leave the picture after {counted(len(self.losses), 'step')}: "
            "η is too large."
        )
        return [
            "w ← w − η · ∂L/∂w for every weight and bias, all with the gradients of the old ones.",
            f"For instance v₁:  {n(W2[0, 0])} − {eta:.2f}·{p(dW2[0, 0])} = {n(new)}",
            end,
        ]

    def _draw_words(self, now):
        lines = self.sentences(now)
        panel = self.stage.panel("words", box=(0, 0.71, 1, 0.29), x=(0, 1), y=(0, 4), axes=False)
        colour = {UPDATE: NEW, BACK_OUTPUT: GRADIENT, BACK_HIDDEN: GRADIENT, START: "muted"}
        head = f"Phase {self['phase']} of {UPDATE}: {PHASES[self['phase']]}"
        panel.text(
            "head", 0.01, 3.6, head, align="left", size=16, bold=True,
            colour=colour.get(self["phase"], VALUE),
        )  # fmt: skip
        heights = 2.75 - 0.8 * np.arange(len(lines))
        panel.text("lines", np.full(len(lines), 0.01), heights, lines, align="left", size=15)

    def summary(self):
        now, phase = self.numbers(), self["phase"]
        text = f"Training step {len(self.losses)}, {PHASES[phase]}. Inputs "
        text += f"{short(self.x[0, 0])} and {short(self.x[0, 1])}, "
        if phase >= OUTPUT:
            text += f"ŷ = {short(now['y_hat'])}, "
        text += f"target {short(self['target'])}"
        if phase >= LOSS:
            text += f", loss {short(now['loss'])}"
        if phase >= BACK_OUTPUT:
            dW1, db1, dW2, db2 = now["grads"]
            units = range(1, len(db1) + 1)
            said = [f"v{sub(i)} {short(dW2[i - 1, 0])}" for i in units] + [f"c {short(db2[0])}"]
            if phase >= BACK_HIDDEN:
                said += [
                    f"w{sub(10 * j + i)} {short(dW1[j - 1, i - 1])}" for j in (1, 2) for i in units
                ]
                said += [f"b{sub(i)} {short(db1[i - 1])}" for i in units]
            text += f". The gradients are those of {', '.join(said)}"
        if phase == UPDATE:
            return f"{text}. {self.sentences(now)[-1]}"
        return text + "."

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name in ("units", "activation"):
            self.pause()
            self._reset()
        elif name in ("x1", "x2", "target"):
            self._again()

    def pressed(self, name):
        if name == "play":
            self.toggle()
            return
        self.pause()
        if name == "next":
            self._advance()
        elif name == "whole":
            phase = max(self["phase"], HIDDEN)
            for _ in range(UPDATE):
                self._advance()
            self.set_quietly(phase=phase if not self.away else self["phase"])
        elif name == "reset":
            self._reset()
            self.set_quietly(phase=START)
