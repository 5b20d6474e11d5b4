"""Two hidden units and how they bend the plane: `HiddenUnitsExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import activation
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..plot.decision import grid
from ..plot.words import counted, signed, sub
from ..theory import best_line
from .controls import activation_choice, choice, slider, switch
from .explorer import Explorer

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])
UNIT_COLOURS = ("purple", "green")

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
        who = "HiddenUnitsExplorer"
        self.X = expect.array(X, who, "X")
        self.y = expect.array(y, who, "y").reshape(-1).astype(np.uint8)
        window = tuple(expect.array(window, who, "window", (2,)).tolist())
        if self.X.shape != (len(self.y), 2) or not 1 <= len(self.y) <= 40:
            raise ValueError(
                f"HiddenUnitsExplorer expects X of shape (N, 2) and y of shape (N,), "
                f"N from 1 to 40; got {self.X.shape} and {self.y.shape}"
            )
        self.window = window
        self.hidden, self.out = Dense(2, 2), Dense(2, 1)
        self._hold()
        self._set(W1, b1, np.zeros(2) if W2 is None else W2, b2)
        wanted = "film, for each step the weights (W1, b1, W2, b2)"
        film = expect.made({} if film is None else film, dict, who, wanted)
        self.film = {
            expect.whole(step, who, "steps"): expect.several(weights, object, who, wanted)
            for step, weights in film.items()
        }
        self.points, _ = grid(window, window, 80)
        self.paper = _paper(*self.window)
        controls = {
            "weights": choice(
                "two units for XOR", [("– choose –", ""), *((n, n) for n in TWO_UNITS)]
            ),
            "activation": activation_choice("activation g", activation),
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
                value = expect.array(value, "HiddenUnitsExplorer", "weights")
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
            ends = through(self.hidden.W.value[:, j], self.hidden.b.value[j], answer)
            answer.line(f"unit {j + 1}", *ends, colour=colour, dash=(7, 5), width=2)
        self._samples(answer, self.X)

    def _plane(self, name, left, title):
        seen = {"x": self.window, "y": self.window, "grid": False, "title": title}
        return self.stage.plane(name, 1, box=(left, 0, 0.33, 1), **seen)

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
        half = 3.5 * panel.pixel[0] * np.array([len(w) for w in words])
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
            panel.line(f"line {j}", *through(w, b, panel), colour=colour, width=3)
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
            f"h{sub(j + 1)} = {g}({w[0, j]:.2f}·x₁ {signed(w[1, j])}·x₂ {signed(b[j])})"
            for j in (0, 1)
        ]
        right = int(self.right().sum())
        which = "the best line gets" if self["best"] else "the output's line gets"
        text = f"{', '.join(units)}. In the plane of h₁ and h₂ {which} {right} of {len(self.y)}"
        if self.film:
            loss = BinaryCrossEntropy()(self.out.forward(self.h(self.X)), self.y)
            text = f"After {counted(self['time'], 'step')}, loss {loss:.3f}: {text}"
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


def through(w, b, panel):
    """Two points of the line w·x + b = 0, both out of sight; NaN where the weights are zero."""
    norm = np.hypot(*w)
    if norm < 1e-9:
        return [np.nan, np.nan], [np.nan, np.nan]
    (left, right), (low, high) = panel.looks["x"], panel.looks["y"]
    middle = np.array([left + right, low + high]) / 2
    foot = middle - (w @ middle + b) * w / norm**2
    along = np.array([-w[1], w[0]]) / norm * 3 * max(right - left, high - low)
    return np.array([foot - along, foot + along]).T
