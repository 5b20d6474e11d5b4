"""A signal on its way through ten layers, and the gradient on its way back: `SignalExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import ACTIVATIONS
from ..backend import one_thread
from ..core import Sequential
from ..dense import Dense
from ..init import INITIALISERS
from ..train import NO_SLOPE
from .controls import activation_choice, choice, slider
from .explorer import Explorer

FORWARD, BACKWARD, FLAT, DEAD = "blue", "orange", "sky", "vermillion"
BINS = 61
SMALLEST, LARGEST = 1e-7, 1e5  # what the logarithmic axes show
SCALES = np.geomspace(0.25, 4.0, 33)
FEW = 10  # samples that are enough for a curve over all scales

#: Settings worth a look: activation, initialisation, scale, bias.
STORIES = {
    "tanh, weights too small: it dies": ("tanh", "normal", 0.5, 0.0),
    "tanh, 1/√n: it arrives": ("tanh", "normal", 1.0, 0.0),
    "tanh, weights too large: saturated": ("tanh", "normal", 3.0, 0.0),
    "sigmoid, 1/√n: all inputs look alike": ("sigmoid", "normal", 1.0, 0.0),
    "relu, 1/√n: it fades": ("relu", "normal", 1.0, 0.0),
    "relu, √(2/n): it arrives": ("relu", "normal", 1.41, 0.0),
    "relu, weights too large: it explodes": ("relu", "normal", 2.5, 0.0),
    "relu, bias −1: dead units": ("relu", "normal", 1.41, -1.0),
    "selu, 1/√n: it stays": ("selu", "normal", 1.0, 0.0),
}


def normal(n_in, n_out, rng):
    """Normal with spread 1/√n_in: the variance of the sum is that of one input."""
    return rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))


INITS = {"normal": normal} | {k: INITIALISERS[k] for k in ("glorot", "he", "uniform")}
#: Spread of the weights at scale 1, in units of 1/√n.
BASE = {"normal": 1.0, "glorot": 1.0, "he": np.sqrt(2), "uniform": np.sqrt(1 / 3)}
LABELS = {"normal": "normal, spread 1/√n", "uniform": "uniform, ±1/√n (PyTorch)"}


class SignalExplorer(Explorer):
    r"""A batch of random inputs pushed through layers of Dense and an activation, and back.

    Every layer is Z = H W + b, H = g(Z), with random weights that are not trained. The signal's
    size at a layer is the root mean square of what its units say; that of the gradient is taken
    from ∂L/∂H, which starts with random numbers of size 1 at the last layer.

    Parameters
    ----------
    activation : str
        A name from `nnlib.ACTIVATIONS`, of one that acts on each number by itself.
    init : str
        "normal" (spread 1/√n), "glorot", "he" or "uniform".
    scale : float
        All weights are multiplied with it.
    bias : float
    layers, width, samples : int
    seed : int

    Attributes
    ----------
    forward_size, backward_size : array (layers + 1,)
        Of the signal and of the gradient; 0 is the input.
    flat : array (layers,)
        Share of (sample, unit) pairs where g′ is below a tenth of its largest value: saturated,
        or, for a ReLU, off.
    dead : array (layers,)
        Share of units with \|g′\| < 10⁻³ for every sample of the batch.

    Examples
    --------
    >>> explorer = SignalExplorer("tanh", scale=0.5)
    >>> print(explorer.summary())
    tanh, weights 0.50 × normal, ... after 10 layers the signal is 1400 times smaller, ...
    """

    def __init__(
        self,
        activation="tanh",
        init="normal",
        *,
        scale=0.5,
        bias=0.0,
        layers=10,
        width=100,
        samples=100,
        seed=0,
    ):
        who = "SignalExplorer"
        expect.known(init, INITS, "init")
        self.layers = expect.whole(layers, who, "layers", 1, 100)
        self.width = expect.whole(width, who, "width", 1, 1000)
        self.samples = expect.whole(samples, who, "samples", 2, 1000)  # one has no spread
        controls = {
            "story": choice("a story", [("– choose –", ""), *((s, s) for s in STORIES)]),
            "activation": activation_choice("activation g", activation),
            "scale": slider("scale of weights", scale, 0.1, 4.0, 0.01),
            "init": choice("initialisation", [(LABELS.get(k, k), k) for k in INITS], init),
            "bias": slider("bias", bias, -2.0, 2.0, 0.05),
            "seed": slider("seed", seed, 0, 20, 1),
        }
        self._sweeps = {}
        super().__init__(1080, 560, controls)

    def begin(self):
        self._build()
        self._push()

    # ------------------------------------------------------------------ the maths
    def _build(self):
        """The network with weights of scale 1, the inputs, and the gradient at the end."""
        rng = np.random.default_rng(self["seed"])
        n, init = self.width, INITS[self["init"]]
        self.model = Sequential(
            *[
                layer
                for _ in range(self.layers)
                for layer in (
                    Dense(n, n, rng=rng, init=init, dtype="float32"),
                    ACTIVATIONS[self["activation"]](),
                )
            ]
        )
        self.dense, self.g = self.model.layers[::2], self.model.layers[1::2]
        self.weights = [layer.W.value.copy() for layer in self.dense]
        self.X = rng.normal(size=(self.samples, n)).astype(np.float32)
        self.last = rng.normal(size=(self.samples, n)).astype(np.float32)
        # g′ counts as flat below a tenth of what it is at most.
        z = np.linspace(-10, 10, 2001)
        self.steepest = float(np.abs(self.g[0].derivative(z)).max())

    def _push(self):
        """Forward and back once, with the weights and the bias as the sliders say."""
        scale, bias = self["scale"], self["bias"]
        for layer, W in zip(self.dense, self.weights, strict=True):
            layer.W.value[...] = scale * W
            layer.b.value[...] = bias
        flat_below = max(0.1 * self.steepest, NO_SLOPE)
        with (
            np.errstate(all="ignore"),
            one_thread(),
        ):  # an exploding signal is the lesson, not an error
            self.h, slopes, x = [self.X], [], self.X
            for layer, g in zip(self.dense, self.g, strict=True):
                z = layer.forward(x)
                x = g.forward(z)
                slopes.append(np.abs(g.derivative(z)))
                self.h.append(x)
            backward, dx = [self.last], self.last
            for layer, g in zip(self.dense[::-1], self.g[::-1], strict=True):
                dx = layer.backward(g.backward(dx))
                backward.append(dx)
            self.forward_size = np.array([_size(h) for h in self.h])
            self.backward_size = np.array([_size(d) for d in backward[::-1]])
            self.flat = np.array([(s < flat_below).mean() for s in slopes])
            self.dead = np.array([(s < NO_SLOPE).all(axis=0).mean() for s in slopes])
            # How different two samples still are: spread over samples, by spread over everything.
            self.apart = np.array([_size(h - h.mean(axis=0)) for h in self.h])

    def sweep(self):
        """Sizes at the far ends for every scale of `SCALES`: forward, and back; kept."""
        key = tuple(self[name] for name in ("activation", "init", "bias", "seed"))
        if key not in self._sweeps:
            if len(self._sweeps) > 50:
                self._sweeps.clear()
            g, bias = self.g[0], np.float32(self["bias"])
            x = np.broadcast_to(self.X[:FEW], (len(SCALES), *self.X[:FEW].shape))
            slopes = []
            s = SCALES.astype(np.float32)[:, None, None]
            with np.errstate(all="ignore"), one_thread():
                for W in self.weights:
                    z = s * (x @ W) + bias
                    x = g.forward(z)
                    slopes.append(g.derivative(z))
                d = np.broadcast_to(self.last[:FEW], x.shape)
                for W, slope in zip(self.weights[::-1], slopes[::-1], strict=True):
                    d = s * ((d * slope) @ W.T)
                self._sweeps[key] = _size(x, (1, 2)), _size(d, (1, 2))
        return self._sweeps[key]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_histograms()
        self._draw_sizes()
        self._draw_shares()
        self._draw_sweep()

    def _draw_histograms(self):
        low, high = self._range()
        steps = self.layers + 1
        panel = self.stage.panel(
            "histograms",
            box=(0, 0, 0.5, 0.55),
            x=(-0.5, steps - 0.5),
            y=(low, high),
            xlabel="layer (0: the input)",
            ylabel="activation h",
            title="What the units say, layer by layer",
            xticks=[(k, str(k)) for k in range(steps)],
            grid=False,
        )
        edges = np.linspace(low, high, BINS + 1)
        counts = np.stack([np.histogram(h, edges)[0] for h in self.h], axis=1)
        # A single value such as ReLU's 0 would leave no colour for the rest of its column.
        full = np.partition(counts, -4, axis=0)[-4].clip(1)
        share = np.sqrt(np.minimum(counts / full, 1))  # the root keeps rare values visible
        panel.heat("counts", -share, vmax=1.1, smooth=False)  # negative is blue, as the signal
        panel.line("zero", [-0.5, steps - 0.5], [0, 0], colour="muted", width=1, dash=(4, 4))
        mean = np.array([np.nan_to_num(h.mean()) for h in self.h])
        panel.points(
            "mean",
            range(steps),
            np.clip(mean, low, high),
            colour="ink",
            marker="diamond",
            size=5,
            tip="mean {y}",
        )
        gone = np.array([((h < low) | (h > high) | ~np.isfinite(h)).mean() for h in self.h])
        left = np.flatnonzero(gone > 0.3)
        words = [f"{gone[k]:.0%}" for k in left]
        y = np.full(len(left), high - 0.06 * (high - low))
        panel.text("gone", left, y, words, size=13, halo=True, bold=True, colour=DEAD)
        note = ["above or below: outside of the picture"] if len(left) else []
        x = [self.layers / 2] * len(note)
        at = [low + 0.06 * (high - low)] * len(note)
        panel.text("note", x, at, note, size=13, halo=True, colour=DEAD)

    def _range(self):
        """Of the histograms: that of g if it is bounded, else the middle of things."""
        z = np.linspace(-50, 50, 2001)
        y = self.g[0].forward(z)
        low, high = max(float(y.min()), -3.0), min(float(y.max()), 3.0)
        return min(low, -1.0) - 0.5, max(high, 1.0) + 0.5

    def _draw_sizes(self):
        steps = np.arange(self.layers + 1)
        panel = self.stage.panel(
            "sizes",
            box=(0.5, 0, 0.5, 0.55),
            x=(-0.5, self.layers + 0.5),
            y=(SMALLEST, 30 * LARGEST),
            yscale="log",
            xlabel="layer (0: the input)",
            ylabel="size",
            title=self._verdict(),
            xticks=[(k, str(k)) for k in steps],
        )
        panel.line("one", [-0.5, self.layers + 0.5], [1, 1], colour="muted", width=1, dash=(4, 4))
        for name, sizes, colour, marker, at, label in (
            ("forward", self.forward_size, FORWARD, "circle", 0.02, "● signal, forward →"),
            ("apart", self.apart, "green", "triangle", 0.38, "▲ its differences"),
            ("backward", self.backward_size, BACKWARD, "square", 0.69, "■ ← gradient"),
        ):
            y = _shown(sizes)
            dash = (6, 5) if name == "apart" else ()
            panel.line(name, steps, y, colour=colour, width=3, dash=dash)
            panel.points(f"{name} at", steps, y, colour=colour, marker=marker, size=5, tip="{y}")
            x = -0.5 + at * (self.layers + 1)
            panel.text(
                f"{name} is", x, 4 * LARGEST, label, colour=colour, size=14, align="left", bold=True
            )

    def _draw_shares(self):
        steps = np.arange(1, self.layers + 1)
        panel = self.stage.panel(
            "shares",
            box=(0, 0.56, 0.5, 0.44),
            x=(-0.5, self.layers + 0.5),
            y=(0, 1.25),
            xlabel="layer",
            ylabel="share",
            yticks=[(0, "0%"), (0.5, "50%"), (1, "100%")],
            xticks=[(k, str(k)) for k in steps],
            title="Where nothing can be learned, because g′ is about 0",
        )
        panel.bars("flat", steps, self.flat, colour=FLAT, width=0.8, tip="{y}")
        panel.bars("dead", steps, self.dead, colour=DEAD, width=0.5, tip="{y}")
        words = {"size": 14, "bold": True, "align": "left"}
        left, width = -0.5, self.layers + 1
        panel.text(
            "flat is", left + 0.02 * width, 1.12, "■ saturated, or off", colour=FLAT, **words
        )
        panel.text(
            "dead is", left + 0.44 * width, 1.12, "■ dead: so for all samples", colour=DEAD, **words
        )

    def _draw_sweep(self):
        forward, backward = self.sweep()
        panel = self.stage.panel(
            "sweep",
            box=(0.5, 0.56, 0.5, 0.44),
            x=(SCALES[0] * 0.95, SCALES[-1] * 1.05),
            y=(SMALLEST, LARGEST),
            xscale="log",
            yscale="log",
            xticks=[(v, str(v)) for v in (0.25, 0.5, 1, 2, 4)],
            xlabel="scale of the weights: drag the line",
            ylabel="size",
            title="Both, where they arrive, for every scale",
        )
        panel.line("one", [SCALES[0], SCALES[-1]], [1, 1], colour="muted", width=1, dash=(4, 4))
        panel.line("forward", SCALES, _shown(forward), colour=FORWARD, width=3)
        panel.line("backward", SCALES, _shown(backward), colour=BACKWARD, width=3)
        # Where the spread of the weights is 1/√n and √(2/n).
        marks = np.array([1, np.sqrt(2)]) / BASE[self["init"]]
        ends = np.array([SMALLEST, LARGEST, np.nan])
        panel.line(
            "marks", np.repeat(marks, 3), np.tile(ends, 2), colour="green", width=1.5, dash=(3, 4)
        )
        words = {"size": 14, "colour": "green", "halo": True}
        panel.text("1/√n", 0.97 * marks[0], LARGEST / 20, "1/√n", align="right", **words)
        panel.text("√(2/n)", 1.03 * marks[1], LARGEST / 20, "√(2/n)", align="left", **words)
        scale = self["scale"]
        at = float(np.clip(scale, SCALES[0], SCALES[-1]))
        panel.line("now", [at, at], [SMALLEST, LARGEST], colour="ink", width=2)
        ends = _shown(np.array([self.forward_size[-1], self.backward_size[0]]))
        panel.points("ends", [at, at], ends, classes=[0, 1], size=6)
        panel.points("scale", at, 10 * SMALLEST, colour="ink", size=8, drag=True, tip="scale {x}")

    def _verdict(self):
        forward, apart, back = self.forward_size[-1], self.apart[-1], self.backward_size[0]
        if not (np.isfinite(forward) and forward < 30):
            return "The signal explodes"
        if self.dead[-1] > 0.9:
            return "The last layer is dead"
        if apart < 0.01:
            return "The signal dies" if forward < 0.05 else "All samples become the same"
        if apart < 0.1:
            return "The signal fades"
        if self.flat[-1] > 0.3 and self._bounded():
            return "The signal arrives saturated"
        if not 0.01 < back < 100:
            return "The signal arrives, the gradient does not"
        return "The signal arrives, and so does the gradient"

    def _bounded(self):
        return float(np.abs(self.g[0].forward(np.array([-50.0, 50.0]))).max()) < 5

    def summary(self):
        return (
            f"{self['activation']}, weights {self['scale']:.2f} × "
            f"{self['init']}, bias {self['bias']:.2f}: "
            f"after {self.layers} layers the signal is "
            f"{_times(self.forward_size[-1] / self.forward_size[0])}, what differs between samples "
            f"{_times(self.apart[-1] / self.apart[0])}; on the way back the gradient is "
            f"{_times(self.backward_size[0] / self.backward_size[-1])}. In the last layer "
            f"{self.flat[-1]:.0%} of the slopes are nearly zero, and {self.dead[-1]:.0%} of the "
            f"units are dead. {self._verdict()}."
        ).replace("-", "−")

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "story" and self["story"]:
            activation, init, scale, bias = STORIES[self["story"]]
            self.set_quietly(activation=activation, init=init, scale=scale, bias=bias)
        elif name != "story":
            self.set_quietly(story="")
        if name in ("story", "activation", "init", "seed"):
            self._build()
        self._push()

    def event(self, event):
        if event["type"] == "drag" and event.get("item") == "scale":
            self.set_quietly(scale=float(event["x"]), story="")
            self._push()


def _size(a, axis=None):
    """Root mean square."""
    return np.sqrt(np.mean(np.square(a, dtype=np.float64), axis=axis))


def _shown(sizes):
    """Sizes as they are drawn: at the edge of the picture where they have left it."""
    return np.clip(np.nan_to_num(sizes, nan=LARGEST, posinf=LARGEST), SMALLEST, LARGEST)


def _times(ratio):
    """A ratio in words, to two digits.

    >>> _times(0.001), _times(1.1), _times(30000), _times(0.0)
    ('1000 times smaller', '1.1 times as large', '30000 times larger', 'gone')
    """
    if not np.isfinite(ratio):
        return "beyond all numbers"
    if ratio < 1e-30:
        return "gone"
    if 0.5 <= ratio <= 2:
        return f"{ratio:.2g} times as large"
    factor, word = (ratio, "larger") if ratio > 1 else (1 / ratio, "smaller")
    if factor >= 1e6:
        return f"10^{np.log10(factor):.0f} times {word}"
    return f"{float(f'{factor:.2g}'):.10g} times {word}"
