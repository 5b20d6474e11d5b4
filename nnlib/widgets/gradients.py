"""How far a gradient gets: through many layers, at the start of training: `GradientsExplorer`."""

from __future__ import annotations

import numpy as np

from ..activations import activation
from ..plot.words import superscript
from .controls import activation_choice, choice, slider
from .explorer import Explorer

DEEPEST, WIDEST = 50, 32
SEEDS, SAMPLES = 10, 16
RANGES = (1e2, 1e4, 1e8, 1e12, 1e16, 1e24, 1e36)  # of the axes: the first that holds what is drawn

# Names of starts, and the spread of the weights times √n in a layer of n inputs and n outputs.
STARTS = {"Glorot: 1": 1.0, "He: √2": 1.4, "torch.nn.Linear: √⅓": 0.6}


def signal_and_gradient(name, weights):
    r"""Send a signal forwards through dense layers, and the gradient of the output back.

    .. math:: h_l = g(h_{l-1} W_l), \qquad
              \frac{\partial L}{\partial h_{l-1}} = \Big(\frac{\partial L}{\partial h_l}
              \odot g'(z_l)\Big) W_l^\top

    L is the mean over the samples of one output, a random mixture of the last layer's units whose
    weights have length 1: nothing about a target or a loss, only how strongly the output answers.

    Parameters
    ----------
    name : str
        Of the activation.
    weights : array, shape (seeds, layers, n, n)

    Returns
    -------
    signal : array, shape (seeds, layers + 1)
        Root mean square of h_l, layer 0 being the input.
    gradient : array, shape (seeds, layers + 1)
        The length of ∂L/∂h_l for one sample, in the root mean square over the samples.
    update : array, shape (seeds, layers)
        The length of ∂L/∂W_l, all its numbers taken as one vector.
    """
    seeds, depth, n, _ = weights.shape
    rng = np.random.default_rng(1)
    g = activation(name)
    h = [rng.normal(size=(seeds, SAMPLES, n))]
    slopes, update = [], np.zeros((seeds, depth))
    for layer in range(depth):
        z = h[-1] @ weights[:, layer]
        h.append(g.value(z))
        slopes.append(g.slope(z, h[-1]))
    v = rng.normal(size=(seeds, 1, n))
    dh = np.broadcast_to(v / np.linalg.norm(v, axis=2, keepdims=True), h[-1].shape) / SAMPLES
    gradients = [dh]
    for layer in reversed(range(depth)):
        dz = gradients[-1] * slopes[layer]
        dW = h[layer].transpose(0, 2, 1) @ dz
        update[:, layer] = np.linalg.norm(dW, axis=(1, 2))
        gradients.append(dz @ weights[:, layer].transpose(0, 2, 1))
    signal = np.sqrt([(a * a).mean(axis=(1, 2)) for a in h]).T
    # Each of the samples has a share of 1/N in L.
    gradient = SAMPLES * np.sqrt([(a * a).sum(axis=2).mean(axis=1) for a in gradients[::-1]]).T
    return signal, gradient, update


class GradientsExplorer(Explorer):
    """The size of the signal and of the gradient, layer by layer, before anything is learned.

    Left the signal on its way forwards and the gradient on its way back; right the gradient of each
    layer's weights, which is what a step of training is made of. Ten networks of different random
    weights give the bands: from the smallest to the largest of them, the line is the median.

    Parameters
    ----------
    depth : int
        Layers, 2 to 50.
    activation : str
    scale : float
        Spread of the weights times √n: 1 is Glorot's start, √2 He's.
    width : int
        n, units in each layer.

    Examples
    --------
    >>> GradientsExplorer(depth=20, activation="sigmoid").factor < 0.3
    True
    """

    def __init__(self, depth=20, activation="sigmoid", scale=1.0, width=32):
        rng = np.random.default_rng(0)
        self.normal = rng.normal(size=(SEEDS, DEEPEST, WIDEST, WIDEST))
        controls = {
            "depth": slider("layers", depth, 2, DEEPEST, 1),
            "activation": activation_choice("activation g", activation),
            "start": choice("how weights start", [("– choose –", 0.0), *STARTS.items()]),
            "scale": slider("spread of weights × √n", scale, 0.2, 3.0, 0.05),
            "width": slider("n, units in a layer", width, 2, WIDEST, 2),
        }
        for control in controls.values():
            control.style.description_width = "160px"
        super().__init__(1080, 400, controls)

    def changed(self, name):
        if name == "start" and self["start"]:
            self.set_quietly(scale=self["start"])
        elif name == "scale":
            self.set_quietly(start=0.0)

    @property
    def factor(self) -> float:
        """By how much one layer multiplies the gradient on its way back, on average; 0 if it does
        not arrive."""
        first, last = np.median(self.gradient[:, [0, -1]], axis=0)
        return float((first / last) ** (1 / self["depth"]))

    def draw(self):
        depth, n = self["depth"], self["width"]
        weights = self["scale"] / np.sqrt(n) * self.normal[:, :depth, :n, :n]
        with np.errstate(under="ignore"):
            measured = signal_and_gradient(self["activation"], weights)
        self.signal, self.gradient, self.update_size = measured
        layers = np.arange(depth + 1)

        travel = self._panel(
            "travel", (0, 0, 0.52, 1), (0, depth), self.signal, self.gradient,
            title="The signal goes right, the gradient comes back left",
            xlabel="layer l (0 is the input)", ylabel="size", legend="lower left",
        )  # fmt: skip
        self._band(travel, "signal", layers, self.signal, "blue", "signal hₗ →", ())
        self._band(travel, "gradient", layers, self.gradient, "vermillion", "gradient ∂L/∂hₗ ←", ())
        step = self._panel(
            "step", (0.53, 0, 0.47, 1), (0.5, depth + 0.5), self.update_size,
            title="What each layer has to learn from: ∂L/∂Wₗ",
            xlabel="layer l", ylabel="length of ∂L/∂Wₗ",
        )  # fmt: skip
        self._band(step, "update", layers[1:], self.update_size, "purple", "", ())

    def _panel(self, name, box, x, *drawn, **looks):
        positive = np.concatenate([a.ravel() for a in drawn])
        positive = np.append(positive[positive > 0], 1.0)
        low = 1 / next((r for r in RANGES if r * positive.min() >= 1), RANGES[-1])
        high = next((r for r in RANGES if r >= positive.max()), RANGES[-1])
        panel = self.stage.panel(name, box=box, x=x, y=(low, high), yscale="log", **looks)
        panel.line("one", x, [1, 1], colour="grey", width=1, dash=(5, 4))
        if (drawn[-1][:, 0] == 0).all():  # off for every input, or of slope 0 everywhere
            words = "exactly 0 in the first layer: no gradient arrives"
            panel.text(
                "gone", np.mean(x), (low * high) ** 0.5, words, size=16, bold=True, halo=True
            )
        else:
            panel.remove("gone")
        return panel

    @staticmethod
    def _band(panel, name, x, sizes, colour, label, dash):
        low, high = panel.looks["y"]
        least, middle, most = np.clip(np.quantile(sizes, [0, 0.5, 1], axis=0), low, high)
        panel.line(
            f"{name} of ten", np.r_[x, x[::-1]], np.r_[least, most[::-1]],
            colour=colour, fill=True, width=1,
        )  # fmt: skip
        panel.line(name, x, middle, colour=colour, width=3, label=label, dash=dash)
        panel.points(f"{name} at", x, middle, colour=colour, size=3.5, tip="layer {x}: {y}")

    def summary(self):
        depth = self["depth"]
        signal, first = np.median(self.signal[:, -1]), np.median(self.gradient[:, 0])
        update = np.median(self.update_size, axis=0)
        text = (
            f"{depth} layers of {self['width']} {self['activation']} units, weights of spread "
            f"{self['scale']:.2f}/√n. Medians of {SEEDS} networks: the signal ends at "
            f"{_short(signal)}; the gradient comes back to the input at {_short(first)}, times "
            f"{self.factor:.2f} for each layer. "
        )
        if update[0] == 0:
            return text + "The first layer learns nothing."
        ratio = update[0] / update[-1]
        side = "smaller" if ratio < 1 else "larger"
        size = max(ratio, 1 / ratio)
        text += (
            f"The first layer's gradient is {_short(size)} times {side} than the last one's"
            if size > 1.5
            else "First and last layer get gradients of about the same size"
        )
        return text + (
            ": it vanishes." if first < 1e-3 else ": it explodes." if first > 1e3 else "."
        )


def _short(v):
    """Two digits; powers of ten for people."""
    if v == 0 or 0.01 <= v < 1000:
        return f"{v:.2g}"
    power = int(np.floor(np.log10(v)))
    return f"{v / 10.0**power:.1f}·10{superscript(power)}"
