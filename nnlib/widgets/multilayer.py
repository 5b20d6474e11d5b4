"""What a hidden layer does: four explorers for the notebook on multilayer networks."""

from __future__ import annotations

import time

import numpy as np

from ..activations import ACTIVATIONS, activation
from ..backend import one_thread
from ..core import Sequential
from ..data import EXTENT, PLANE
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import Adam
from ..plot.decision import grid
from ..plot.network import columns
from ..theory import best_line
from ..train import step
from .controls import button, choice, slider, switch
from .explorer import Explorer
from .live import FRAME, LiveLoop

ELEMENTWISE = [name for name, cls in ACTIVATIONS.items() if hasattr(cls, "derivative")]
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])
UNIT_COLOURS = ("purple", "green")


# ---------------------------------------------------------------------- two hidden units

#: Weights worth a look: (W1, b1, activation). The output line finds itself.
TWO_UNITS = {
    "x₁ and x₂ as they are": (((1, 0), (0, 1)), (-0.5, -0.5), "step"),
    "OR and NAND": (((1, -1), (1, -1)), (-0.5, 1.5), "step"),
    "the fold of ReLU": (((1, -1), (-1, 1)), (0, 0), "relu"),
    "one line twice": (((1, 1), (1, 1)), (-0.5, -0.5), "tanh"),
    "smooth, with tanh": (((3, -3), (3, -3)), (-1.5, 4.5), "tanh"),
}


class HiddenUnitsExplorer(Explorer):
    r"""Two hidden units: their lines in the plane, the plane as they see it, and the answer.

    Left, the plane with the hidden units' lines, w₁ⱼx₁ + w₂ⱼx₂ + bⱼ = 0: drag a line by its dot,
    turn it by its arrow. Middle, where every point of the plane goes: across h₁ = g(z₁), up
    h₂ = g(z₂). The ruled paper of the left goes with it. There the output neuron draws *its* line.
    Right, what this line means in the plane one started from.

    Parameters
    ----------
    W1 : array (2, 2)
        A column for each hidden unit.
    b1 : array (2,)
    W2 : array (2,) or (2, 1), optional
        Weights of the output neuron. Left out, it takes the best line there is.
    b2 : float, optional
    X, y : array (N, 2) and array (N,) of 0 and 1
        At most 40 samples; XOR if left out.
    activation : str
        g of the hidden units, a name from `nnlib.ACTIVATIONS`.
    bend : float
        How much of g there is: h = (1 − bend) z + bend g(z).
    film : dict, optional
        step → (W1, b1, W2, b2) at equal distances: what a training went through. Adds a slider.
    window : (float, float)
        The part of the plane that is shown.

    Examples
    --------
    XOR by OR and NAND:

    >>> explorer = HiddenUnitsExplorer([[1, -1], [1, -1]], [-0.5, 1.5])
    >>> explorer.summary()
    'h₁ = step(1.00·x₁ + 1.00·x₂ − 0.50), h₂ = step(−1.00·x₁ − 1.00·x₂ + 1.50). In the plane of
    h₁ and h₂ the best line gets 4 of 4 samples right.'
    """

    def __init__(
        self,
        W1=((1, 0), (0, 1)),
        b1=(-0.5, -0.5),
        W2=None,
        b2=0.0,
        *,
        X=CORNERS,
        y=XOR,
        activation="step",
        bend=1.0,
        film=None,
        window=(-0.5, 1.5),
    ):
        self.X, self.y = np.asarray(X, dtype=float), np.asarray(y).reshape(-1).astype(np.uint8)
        if self.X.shape != (len(self.y), 2) or not 1 <= len(self.y) <= 40:
            raise ValueError(
                f"HiddenUnitsExplorer expects X of shape (N, 2) and y of shape (N,), "
                f"N from 1 to 40; got {self.X.shape} and {self.y.shape}"
            )
        self.window = float(window[0]), float(window[1])
        self.hidden, self.out = Dense(2, 2), Dense(2, 1)
        self._hold()
        self._set(W1, b1, np.zeros(2) if W2 is None else W2, b2)
        self.film = dict(film or {})
        self.points, _ = grid(window, window, 80)
        self.paper = _paper(*self.window)
        controls = {
            "weights": choice(
                "two units for XOR", [("– choose –", ""), *((n, n) for n in TWO_UNITS)]
            ),
            "activation": choice("activation g", ELEMENTWISE, activation),
            "bend": slider("bend: 0 linear, 1 g", bend, 0.0, 1.0, 0.02),
            "best": switch("the output takes the best line", W2 is None and not film),
        }
        if self.film:
            steps = sorted(self.film)
            every = int(steps[1] - steps[0]) if len(steps) > 1 else 1
            first, last = int(steps[0]), int(steps[-1])
            controls = {"time": slider("training step", last, first, last, every), **controls}
            del controls["weights"]
            self._set(*self.film[last])
        super().__init__(1080, 370, controls)

    def _hold(self):
        """Where each line is held: the dot, about which the arrow turns it."""
        low, high = self.window
        at = np.array([[0.48, 0.28], [0.52, 0.72]])
        self.held = {"plane": low + (high - low) * at, "hidden": np.array([[0.5, 0.2]])}

    # ------------------------------------------------------------------ the maths
    def _set(self, W1, b1, W2=None, b2=None):
        for parameter, value in (
            (self.hidden.W, W1),
            (self.hidden.b, b1),
            (self.out.W, W2),
            (self.out.b, b2),
        ):
            if value is not None:
                shape = parameter.shape
                value = np.asarray(value, dtype=float)
                if value.size != int(np.prod(shape)):
                    raise ValueError(
                        f"HiddenUnitsExplorer expects weights of shape {shape}; got {value.shape}"
                    )
                parameter.value[...] = value.reshape(shape)

    def h(self, X) -> np.ndarray:
        """The hidden activations (N, 2), as bent as the slider says."""
        z = self.hidden.forward(X)
        return (1 - self["bend"]) * z + self["bend"] * activation(self["activation"]).forward(z)

    def z(self, X) -> np.ndarray:
        """What the output neuron says (N,): positive is class 1."""
        return self.out.forward(self.h(X))[:, 0]

    def right(self) -> np.ndarray:
        """For each sample, whether it is on the side of its class."""
        return (self.z(self.X) > 0) == (self.y > 0)

    def _best(self):
        line = best_line(self.h(self.X), self.y)
        # Its length does not move the line; this one makes the nearest sample a clear case.
        size = 2.0 / max(line.margin, 0.2)
        self._set(None, None, size * line.w, size * line.b)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        if self["best"]:
            self._best()
        plane = self._plane("plane", 0.0, "1 · The plane: drag the lines")
        self._ruled(plane, self.paper)
        self._handles(plane, self.hidden, UNIT_COLOURS, ("h₁", "h₂"))
        self._samples(plane, self.X)

        paper, samples = self.h(self.paper.reshape(-1, 2)), self.h(self.X)
        across, up = _limits(paper, samples)
        seen = self.stage.panel(
            "hidden",
            box=(0.335, 0, 0.33, 1),
            x=across,
            y=up,
            xlabel="h₁ = g(z₁)",
            ylabel="h₂ = g(z₂)",
            title="2 · As the hidden layer sees it",
            equal=True,
            grid=False,
        )
        cells, _ = grid(across, up, 80)
        seen.heat("answer", np.tanh(self.out.forward(cells) / 2).reshape(80, 80))
        self._ruled(seen, paper.reshape(self.paper.shape))
        self._handles(seen, self.out, ("ink",), ("",))
        self._samples(seen, samples)

        right = int(self.right().sum())
        answer = self._plane("answer", 0.67, f"3 · The answer: {right} of {len(self.y)} right")
        # A step has no line of zeros to draw: its colours meet where it jumps.
        smooth = self["bend"] < 1 or self["activation"] != "step"
        answer.heat("answer", np.tanh(self.z(self.points) / 2).reshape(80, 80), contour=smooth)
        for j, colour in enumerate(UNIT_COLOURS):
            ends = _through(self.hidden.W.value[:, j], self.hidden.b.value[j], answer)
            answer.line(f"unit {j + 1}", *ends, colour=colour, dash=(7, 5), width=2)
        self._samples(answer, self.X)

    def _plane(self, name, left, title):
        return self.stage.panel(
            name,
            box=(left, 0, 0.33, 1),
            x=self.window,
            y=self.window,
            xlabel="x₁",
            ylabel="x₂",
            title=title,
            equal=True,
            grid=False,
        )

    def _ruled(self, panel, paper):
        gap = np.full((len(paper), 1, 2), np.nan)
        panel.line("paper", *np.hstack([paper, gap]).reshape(-1, 2).T, width=1.2, colour="grey")

    def _samples(self, panel, at):
        wrong = at[~self.right()]
        panel.points("wrong", *wrong.T, colour="vermillion", size=12, hollow=True)
        panel.points("samples", *at.T, classes=self.y, size=7, tip="({x}, {y})")
        if len(at) > 4:
            return
        (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
        # Where samples fall on one place, or nearly, one label names them all.
        places = []
        for place, x in zip(at, self.X, strict=True):
            name = f"({x[0]:g}, {x[1]:g})"
            near = [p for p in places if np.abs(p["at"] - place).max() < 0.07 * (right - left)]
            if near:
                near[0]["names"].append(name)
                near[0]["same"] &= bool(np.allclose(near[0]["at"], place, atol=1e-9))
            else:
                places.append({"at": place, "names": [name], "same": True})
        words = [(" = " if p["same"] else " ≈ ").join(p["names"]) for p in places]
        x, y = np.array([p["at"] for p in places]).T
        # A letter is about 7 pixels wide; no label reaches over the edge.
        half = 3.5 * (right - left) / panel.frame()[2] * np.array([len(w) for w in words])
        x = np.clip(x, left + half, right - half)
        panel.text("names", x, y - 0.06 * (high - low), words, size=14, halo=True)

    def _handles(self, panel, dense, colours, names):
        """Every unit's line, with a dot that shifts it and an arrow that turns it."""
        held = self.held[panel.name]
        tips = []
        for j, colour in enumerate(colours):
            w, b = dense.W.value[:, j], dense.b.value[j]
            held[j] = _on_line(w, b, held[j], panel)
            norm = np.hypot(*w)
            # The longer the weights the longer the arrow, but it stays in sight.
            tips.append(held[j] + _reach(panel) * norm / (norm + 2) * w / max(norm, 1e-9))
            panel.line(f"line {j}", *_through(w, b, panel), colour=colour, width=3)
            panel.arrows(f"arrow {j}", *held[j], *tips[j], colour=colour, width=3.5)
            beyond = tips[j] + 0.15 * _reach(panel) * w / max(norm, 1e-9)
            panel.text(f"name {j}", *beyond, names[j], colour=colour, size=17, bold=True, halo=True)
        panel.points("shift", *held.T, colour="ink", size=7, drag=True, tip="drag: shifts the line")
        panel.points(
            "turn", *np.array(tips).T, colour="ink", size=5, drag=True, tip="drag: turns the line"
        )

    def summary(self):
        w, b, g = self.hidden.W.value, self.hidden.b.value, self["activation"]
        if self["bend"] == 0:
            g = "linear"
        elif self["bend"] < 1:
            g = f"{self['bend']:.2f}-bent {g}"
        units = [
            f"h{_sub(j + 1)} = {g}({w[0, j]:.2f}·x₁ {_signed(w[1, j])}·x₂ {_signed(b[j])})"
            for j in (0, 1)
        ]
        right = int(self.right().sum())
        which = "the best line gets" if self["best"] else "the output's line gets"
        text = f"{', '.join(units)}. In the plane of h₁ and h₂ {which} {right} of {len(self.y)}"
        if self.film:
            loss = BinaryCrossEntropy()(self.out.forward(self.h(self.X)), self.y)
            text = f"After {self['time']} steps, loss {loss:.3f}: {text}"
        return (text + " samples right.").replace("-", "−").replace("−bent", "-bent")

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "weights" and self["weights"]:
            W1, b1, g = TWO_UNITS[self["weights"]]
            self._set(W1, b1)
            self._hold()
            self.set_quietly(activation=g, bend=1.0, best=True)
        elif name == "time":
            self._set(*self.film[self["time"]])
            self.set_quietly(best=False)

    def event(self, event):
        if event["type"] != "drag":
            return
        panel, j = self.stage.scene[event["panel"]], event["index"]
        dense = self.hidden if panel.name == "plane" else self.out
        (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
        at = np.clip([event["x"], event["y"]], (left, low), (right, high))
        held = self.held[panel.name]
        if event["item"] == "shift":
            held[j] = at
        else:
            length = np.hypot(*(at - held[j]))
            share = np.clip(length / _reach(panel), 0.05, 0.9)
            dense.W.value[:, j] = (at - held[j]) / max(length, 1e-9) * 2 * share / (1 - share)
        dense.b.value[j] = -float(held[j] @ dense.W.value[:, j])
        if dense is self.out:
            self.set_quietly(best=False)
        if "weights" in self.controls:
            self.set_quietly(weights="")


def _paper(low, high, lines=11, points=81):
    """Ruled paper, shape (2 · lines, points, 2): the upright lines, then the level ones."""
    at, along = np.linspace(low, high, lines), np.linspace(low, high, points)
    upright = np.stack(np.broadcast_arrays(at[:, None], along[None]), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]])


def _limits(paper, samples):
    """Limits of a square that holds everything, with some room round it."""
    both = np.concatenate([paper, samples])
    low, high = both.min(axis=0), both.max(axis=0)
    half = max(0.66 * (high - low).max(), 0.1)
    return [(float(m) - half, float(m) + half) for m in (low + high) / 2]


def _reach(panel):
    """How long an arrow for a very large weight is drawn."""
    (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
    return 0.4 * min(right - left, high - low)


def _on_line(w, b, at, panel):
    """The point of the line closest to ``at``; if that is out of sight, to the panel's middle."""
    if np.hypot(*w) < 1e-9:
        return at
    (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
    middle = np.array([left + right, low + high]) / 2
    for start in (at, middle):
        found = start - (w @ start + b) * w / (w @ w)
        if left <= found[0] <= right and low <= found[1] <= high:
            return found
    return np.clip(found, (left, low), (right, high))


def _through(w, b, panel):
    """Two points of the line w·x + b = 0, both out of sight; NaN where the weights are zero."""
    norm = np.hypot(*w)
    if norm < 1e-9:
        return [np.nan, np.nan], [np.nan, np.nan]
    (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
    middle = np.array([left + right, low + high]) / 2
    foot = middle - (w @ middle + b) * w / norm**2
    along = np.array([-w[1], w[0]]) / norm * 3 * max(right - left, high - low)
    return np.array([foot - along, foot + along]).T


def _signed(v: float) -> str:
    return f"+ {v:.2f}" if v >= 0 else f"− {-v:.2f}"


def _sub(number) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _super(number) -> str:
    return f"⁽{str(number).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"


# ---------------------------------------------------------------------- every sum of a network


class ForwardExplorer(Explorer):
    r"""A network with its numbers: drag the input, click a unit, and read its sum term by term.

    .. math:: z_{k,i} = w_{0,i}^{(k)} + \sum_j g(z_{k-1,j}) w_{j,i}^{(k)}

    Left the plane and what the network says of it; right every unit with its value for the input
    under the star, and above it the z it came from.

    Parameters
    ----------
    model : Sequential, optional
        Two inputs, at most six units in a layer. Left out, the reader chooses depth, width and
        activation, and the weights are drawn at random.
    X, y : arrays, optional
        Samples to show in the plane.
    query : (float, float)
        The input.
    depth, width : int
        To begin with, where no model is given.

    Examples
    --------
    >>> from nnlib import Sequential, Dense, ReLU
    >>> model = Sequential(Dense(2, 2), ReLU(), Dense(2, 1))
    >>> model[0].W.value[...], model[2].W.value[...] = [[1, -1], [1, 1]], [[1], [2]]
    >>> ForwardExplorer(model, query=(2, 1)).summary()
    'Input (2.00, 1.00). Layer 1, unit 1: z₁,₁ = 0.00 + 2.00·1.00 + 1.00·1.00 = 3.00, and
    relu(3.00) = 3.00. The network says 3.00. It has 9 parameters.'
    """

    def __init__(
        self, model=None, *, X=None, y=None, query=(0.5, 1.0), depth=2, width=3, activation="tanh"
    ):
        self.given = model
        self.X = None if X is None else np.asarray(X, dtype=float)
        self.y = None if y is None else np.asarray(y).reshape(-1).astype(np.uint8)
        self.query = [float(v) for v in query]
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 70)
        free = {
            "depth": slider("hidden layers", depth, 0, 5, 1),
            "width": slider("units in each", width, 1, 5, 1),
            "activation": choice("activation g", ELEMENTWISE, activation),
            "again": button("Other weights", "random", "Draw all weights again"),
        }
        self._seed = 0
        self._made = {} if model is not None else free
        self.model = model if model is not None else self._drawn()
        if model is not None:
            widest = max(c["units"] for c in columns(model))
            if columns(model)[0]["dense"].n_in != 2 or widest > 6:
                raise ValueError(
                    f"ForwardExplorer expects 2 inputs and at most 6 units in a layer; got "
                    f"{columns(model)[0]['dense'].n_in} inputs and {widest} units"
                )
        controls = {
            **self._made,
            "layer": slider("look at layer k", 1, 1, 6, 1),
            "unit": slider("unit i", 1, 1, 6, 1),
        }
        super().__init__(1080, 590, controls)
        self._offer()

    # ------------------------------------------------------------------ the maths
    @property
    def _columns(self):
        return columns(self.model)

    def _drawn(self):
        c = {name: control.value for name, control in self._made.items() if name != "again"}
        rng = np.random.default_rng(self._seed)
        widths = [2, *[c["width"]] * c["depth"], 1]
        layers = []
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
            dense = Dense(n_in, n_out)
            dense.W.value[...] = rng.normal(size=(n_in, n_out)) * 3.5 / np.sqrt(n_in)
            dense.b.value[...] = rng.normal(size=n_out) * 0.5
            layers += [dense, activation(c["activation"])]
        return Sequential(*layers[:-1])

    def values(self):
        """For the input: [(z, value)] of each column of units, arrays (units,)."""
        outputs = self.model.trace(np.array([self.query]))
        found = []
        for c in self._columns:
            at = next(i for i, layer in enumerate(self.model) if layer is c["dense"])
            found.append((outputs[at][0], outputs[c["last"]][0]))
        return found

    def chosen(self):
        """(layer, unit) under the magnifying glass, both from 0, within what the network has."""
        k = min(self["layer"], len(self._columns)) - 1
        return k, min(self["unit"], self._columns[k]["units"]) - 1

    def terms(self):
        """The chosen unit's sum: (bias, inputs, weights, z, value)."""
        k, i = self.chosen()
        values = self.values()
        inputs = np.array(self.query) if k == 0 else values[k - 1][1]
        dense = self._columns[k]["dense"]
        return dense.b.value[i], inputs, dense.W.value[:, i], values[k][0][i], values[k][1][i]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_plane()
        self._draw_network()
        self._draw_sum()

    def _draw_plane(self):
        size = EXTENT
        plane = self.stage.panel(
            "plane",
            box=(0, 0, 0.36, 0.79),
            x=(-size, size),
            y=(-size, size),
            xlabel="x₁",
            ylabel="x₂",
            title="Drag the star",
            equal=True,
        )
        out = self.model.forward(self.points)
        if out.shape[1] > 1:
            winner = out.argmax(axis=1)
            plane.heat("map", np.full((70, 70), 0.8), classes=winner.reshape(70, 70))
        else:
            scale = max(float(np.abs(out).max()), 1e-9)
            plane.heat("map", np.tanh(3 * out / scale).reshape(70, 70), contour=True)
        if self.X is not None:
            plane.points("samples", *self.X.T, classes=self.y, size=4)
        plane.points("query", *self.query, marker="star", colour="purple", size=12, drag=True)

    def _draw_network(self):
        cols, values = self._columns, self.values()
        counts = [2, *(c["units"] for c in cols)]
        tall = max(4, *counts)
        net = self.stage.panel(
            "network",
            box=(0.37, 0, 0.63, 0.79),
            x=(-0.45, len(cols) + 0.45),
            y=(-0.75, tall),
            axes=False,
            title=f"{len(cols) - 1} hidden layer{'s' * (len(cols) != 2)}, "
            f"{self.model.n_parameters} parameters: click a unit",
        )
        places = [
            np.stack([np.full(n, float(k)), (tall - 1) / 2 - np.arange(n) + (n - 1) / 2], axis=1)
            for k, n in enumerate(counts)
        ]
        chosen_k, chosen_i = self.chosen()
        if len(cols) > 1:
            last = len(cols) - 1
            x = [0.5, last + 0.5, last + 0.5, 0.5, 0.5]
            bottom, top = -0.62, tall - 0.45
            net.line("box", x, [bottom, bottom, top, top, bottom], dash=(6, 5), colour="muted")
            net.text("hidden", (last + 1) / 2, top + 0.22, "hidden", colour="muted", size=15)
        else:
            net.remove("box", "hidden")
        for name, wanted in (("other", False), ("incoming", True)):
            ends = []
            for k, c in enumerate(cols):
                W = c["dense"].W.value
                j, i = np.divmod(np.arange(W.size), W.shape[1])
                keep = ((k == chosen_k) & (i == chosen_i)) == wanted
                a, b = places[k][j[keep]], places[k + 1][i[keep]]
                ends.append(np.column_stack([a, b, W[j[keep], i[keep]]]))
            x0, y0, x1, y1, w = np.concatenate(ends).T
            tips = [f"w = {v:.2f}".replace("-", "−") for v in w] if wanted else []
            # The others stay in sight, but pale.
            net.links(name, x0, y0, x1, y1, w, vmax=2.0 if wanted else 8.0, curved=False, tips=tips)
        middles = np.concatenate(places)
        shown = np.concatenate([self.query, *(value for _, value in values)])
        net.points(
            "frames", *middles[2:].T, colour="muted", size=26, click=True, tip="click: its sum"
        )
        net.points("inputs", *middles[:2].T, colour="purple", size=26)
        at = places[chosen_k + 1][chosen_i]
        net.points("chosen", *at, colour="vermillion", size=29)
        tint = np.clip(shown, -1, 1) * 0.45
        net.points("units", *middles.T, values=tint, size=23)
        net.text("values", *middles.T, [_number(v) for v in shown], size=15, bold=True)
        # Each z under its unit, by its full name where there is room for it.
        labels = ["x₁", "x₂"]
        for k, (z, _) in enumerate(values):
            for i, v in enumerate(z):
                name = f"z{_sub(k + 1)},{_sub(i + 1)}" if len(cols) <= 4 else "z"
                labels.append(f"{name} = {_number(v)}")
        net.text("z", middles[:, 0], middles[:, 1] - 0.46, labels, size=14, colour="muted")

    def _draw_sum(self):
        k, i = self.chosen()
        panel = self.stage.panel(
            "sum", box=(0, 0.8, 1, 0.2), x=(0, 1), y=(0, 1), axes=False, grid=False
        )
        source = "xⱼ" if k == 0 else f"g(z{_sub(k)},ⱼ)"
        who = f"z{_sub(k + 1)},{_sub(i + 1)}"
        weight = f"{_sub(i + 1)}{_super(k + 1)}"
        symbols = f"{who}  =  w₀,{weight}  +  Σⱼ {source} · wⱼ,{weight}"
        panel.text("symbols", 0.01, 0.85, symbols, size=17, align="left", colour="muted")
        panel.text("numbers", 0.01, 0.52, self._sum(), size=17, align="left", bold=True)
        panel.text("value", 0.01, 0.18, self._after(), size=17, align="left")

    def _sum(self):
        bias, inputs, weights, z, _ = self.terms()
        k, i = self.chosen()
        terms = "".join(
            f" + {_bracket(a)}·{_bracket(w)}" for a, w in zip(inputs, weights, strict=True)
        )
        return f"z{_sub(k + 1)},{_sub(i + 1)} = {_number(bias)}{terms} = {_number(z)}"

    def _after(self):
        k, i = self.chosen()
        *_, z, value = self.terms()
        name = self._columns[k]["activation"]
        if name:
            return f"{name}({_number(z)}) = {_number(value)}"
        if k == len(self._columns) - 1 and value != z:
            return f"softmax over the {self._columns[k]['units']} outputs gives {_number(value)}"
        return "the output: no activation here"

    def summary(self):
        k, i = self.chosen()
        q = self.query
        said = ", ".join(_number(v) for v in self.values()[-1][1])
        after = self._after()
        return (
            f"Input ({_number(q[0])}, {_number(q[1])}). Layer {k + 1}, unit {i + 1}: {self._sum()}"
            f"{', and ' if '=' in after else '; '}{after}. The network says {said}. "
            f"It has {self.model.n_parameters} parameters."
        )

    # ------------------------------------------------------------------ taking hold of it
    def _offer(self):
        """Layers and units that this network has."""
        quiet, self._quiet = self._quiet, True
        self.control("layer").max = len(self._columns)
        self.control("unit").max = self._columns[self["layer"] - 1]["units"]
        self._quiet = quiet

    def changed(self, name):
        if name in ("depth", "width", "activation"):
            self.model = self._drawn()
        self._offer()

    def pressed(self, name):
        if name == "again":
            self._seed += 1
            self.model = self._drawn()

    def event(self, event):
        if event["type"] == "drag":
            at = np.clip([event["x"], event["y"]], -EXTENT, EXTENT)
            self.query = [float(v) for v in at]
        elif event["type"] == "click" and event.get("item") == "frames":
            index = event["index"]
            for k, c in enumerate(self._columns):
                if index < c["units"]:
                    self.set_quietly(layer=k + 1)
                    self._offer()
                    self.set_quietly(unit=index + 1)
                    return
                index -= c["units"]


def _number(v) -> str:
    return f"{v + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _bracket(v) -> str:
    return f"({_number(v)})" if v < 0 else _number(v)


# ---------------------------------------------------------------------- size against activation

STEPS = 300  # gradient steps on all samples at once


class SizeExplorer(Explorer):
    r"""Two networks of one size on the same points: linear activation against another one.

    Each change trains both again from their first weights (Adam, 300 steps), in sight.

    Parameters
    ----------
    data : str
        A data set with two classes, see `nnlib.data.PLANE`.
    depth, width : int
        Hidden layers, and units in each.
    activation : str
        Of the network on the right.

    Examples
    --------
    >>> explorer = SizeExplorer(width=4)
    >>> explorer.accuracy("linear") < 0.8 and explorer.accuracy("tanh") > 0.95
    True
    """

    def __init__(self, data="circle", *, depth=1, width=4, activation="tanh"):
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 80)
        self._loop = None
        binary = [name for name in PLANE if PLANE[name](8).kind == "binary"]
        controls = {
            "data": choice("data", binary, data),
            "width": slider("units in a layer", width, 1, 16, 1),
            "depth": slider("hidden layers", depth, 1, 4, 1),
            "activation": choice("activation, right", ELEMENTWISE, activation),
        }
        self._made = controls
        self._networks()
        self._train(STEPS)
        super().__init__(1000, 480, controls)
        self._loop = LiveLoop(self._tick, self.lock)

    # ------------------------------------------------------------------ the maths
    def _networks(self):
        c = {name: control.value for name, control in self._made.items()}
        self.data = PLANE[c["data"]](120, rng=0)
        self.models, self._training, self.steps = {}, [], 0
        for side, name in (("left", "linear"), ("right", c["activation"])):
            rng = np.random.default_rng(0)  # the same first weights on both sides
            widths = [2, *[c["width"]] * c["depth"], 1]
            layers = []
            for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
                layers += [Dense(n_in, n_out, rng=rng), activation(name)]
            self.models[side] = model = Sequential(*layers[:-1])
            self._training.append((model, BinaryCrossEntropy(), Adam(model.parameters(), lr=0.03)))

    def _train(self, steps, seconds=np.inf):
        """So many steps more, or as many as fit into the time."""
        until = time.perf_counter() + seconds
        last = min(STEPS, self.steps + steps)
        X, y = self.data.X, self.data.y
        with one_thread():
            while self.steps < last and time.perf_counter() < until:
                for model, loss, optimizer in self._training:
                    step(model, loss, optimizer, X, y)
                self.steps += 1

    def _tick(self):
        self._train(STEPS, 0.6 * FRAME)
        if self.stage.ready or self.steps == STEPS:
            self.refresh()
        return self.steps < STEPS

    def accuracy(self, side: str) -> float:
        """Share of samples right, of the "left" (or "linear") network or of the right one."""
        model = self.models["left" if side in ("left", "linear") else "right"]
        return float(((model.forward(self.data.X)[:, 0] > 0) == self.data.y).mean())

    def line(self):
        """(w, b) of the one neuron that says what all the linear layers say together."""
        b, *moved = self.models["left"].forward(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))[
            :, 0
        ]
        return np.array(moved) - b, float(b)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        for k, (side, model) in enumerate(self.models.items()):
            name = "linear" if side == "left" else self["activation"]
            right = round(self.accuracy(side) * len(self.data))
            panel = self.stage.panel(
                side,
                box=(0.5 * k, 0, 0.5, 1),
                x=(-EXTENT, EXTENT),
                y=(-EXTENT, EXTENT),
                xlabel="x₁",
                ylabel="x₂",
                title=f"{name}: {right} of {len(self.data)} right",
                equal=True,
            )
            out = np.tanh(model.forward(self.points) / 2)
            panel.heat("map", out.reshape(80, 80), contour=name != "linear")
            if name == "linear":  # all of its layers together are one line: drawn as such
                panel.line("boundary", *_through(*self.line(), panel), width=2.2)
            else:
                panel.remove("boundary")
            panel.points("samples", *self.data.X.T, classes=self.data.y.astype(np.uint8), size=5)

    def summary(self):
        n, width, depth = len(self.data), self["width"], self["depth"]
        left, right = (round(self.accuracy(side) * n) for side in ("left", "right"))
        parameters = self.models["left"].n_parameters
        w, b = self.line()
        layers = f"{depth} hidden layer{'s' * (depth > 1)} of {width}"
        return (
            f"{layers}, {parameters} parameters each, after {self.steps} steps: "
            f"linear activation {left} of {n} right, {self['activation']} {right} of {n}. "
            f"The linear one is the single line {w[0]:.2f}·x₁ {_signed(w[1])}·x₂ {_signed(b)} = 0."
        ).replace("-", "−")

    def changed(self, name):
        self._networks()
        try:
            self._loop.play()
        except RuntimeError:  # no event loop, as in a script: all at once
            self._train(STEPS)

    def close(self):
        if self._loop is not None:
            self._loop.pause()
        super().close()


# ---------------------------------------------------------------------- one body, three heads


class BlocksExplorer(Explorer):
    """Networks side by side that share their blocks up to the last one; a slider is the time.

    Parameters
    ----------
    networks : dict
        title → (model, loss, data), a `Sequential`, a loss and a `Dataset` in the plane.
    epochs, every : int
        How long to train (Adam, all samples at once), and how often to keep the weights.
    lr : float

    Examples
    --------
    >>> import nnlib as nn
    >>> model = nn.Sequential(nn.Dense(2, 4, rng=0), nn.Tanh(), nn.Dense(4, 1, rng=1))
    >>> data = nn.data.circle(50)
    >>> explorer = BlocksExplorer({"circle": (model, nn.BinaryCrossEntropy(), data)}, epochs=20)
    >>> explorer.kept["circle"][20][0] < explorer.kept["circle"][0][0]  # the loss has fallen
    True
    """

    def __init__(self, networks, *, epochs=300, every=10, lr=0.03):
        if not 1 <= len(networks) <= 3:
            raise ValueError(f"BlocksExplorer expects one to three networks; got {len(networks)}")
        self.networks = networks
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 60)
        self.kept = {title: self._film(*net, epochs, every, lr) for title, net in networks.items()}
        controls = {"epoch": slider("epoch", epochs, 0, epochs, every)}
        super().__init__(1080, 480, controls)

    def _film(self, model, loss, data, epochs, every, lr):
        """epoch → (loss, values of all parameters)."""
        optimizer = Adam(model.parameters(), lr=lr)
        film = {}
        with one_thread():
            for epoch in range(epochs + 1):
                value = float(loss(model.forward(data.X), data.y))
                if epoch % every == 0:
                    film[epoch] = value, [p.value.copy() for p in model.parameters()]
                model.backward(loss.backward())
                optimizer.step()
        return film

    def draw(self):
        wide = 1 / len(self.networks)
        for k, (title, (model, loss, data)) in enumerate(self.networks.items()):
            value, weights = self.kept[title][self["epoch"]]
            for parameter, kept in zip(model.parameters(), weights, strict=True):
                parameter.value[...] = kept
            panel = self.stage.panel(
                title,
                box=(wide * k, 0, wide, 0.8),
                x=(-EXTENT, EXTENT),
                y=(-EXTENT, EXTENT),
                xlabel="x₁",
                ylabel="x₂",
                title=f"{title}: loss {value:.2f}",
                equal=True,
            )
            self._map(panel, model, data)
            words = self.stage.panel(
                f"{title} blocks", box=(wide * k, 0.8, wide, 0.2), axes=False, grid=False
            )
            *body, head = [repr(layer) for layer in model]
            words.text("body", 0.5, 0.85, " → ".join(body), size=14, colour="muted")
            words.text("head", 0.5, 0.5, f"→ {head}", size=17, bold=True, colour="vermillion")
            words.text("loss", 0.5, 0.15, repr(loss), size=17, bold=True, colour="vermillion")

    def _map(self, panel, model, data):
        out = model.forward(self.points)
        if data.kind == "classes":
            winner = out.argmax(axis=1).reshape(60, 60)
            panel.heat("map", np.full((60, 60), 0.8), classes=winner)
        elif data.kind == "binary":
            panel.heat("map", np.tanh(out / 2).reshape(60, 60), contour=True)
        else:
            panel.heat("map", out.reshape(60, 60))
        looks = {"values": data.y} if data.kind == "regression" else {"classes": data.y}
        panel.points("samples", *data.X.T, size=5, **looks)

    def summary(self):
        found = [f"{title}, loss {film[self['epoch']][0]:.2f}" for title, film in self.kept.items()]
        return f"After {self['epoch']} epochs: {'; '.join(found)}."
