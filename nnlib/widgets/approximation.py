"""One hidden layer against a target, at any width: `ApproximationExplorer`."""

from __future__ import annotations

import numpy as np

from ..plot.words import counted, number
from ..theory import (
    BUILDS,
    COMPARED,
    TARGETS,
    bumps,
    descend,
    least_squares,
    random_hidden,
    random_network,
)
from .controls import buttons, choice, slider, switch
from .explorer import Explorer

OWN = "draw your own"
BY_HAND, SOLVED, TRAINED = "by hand", "random, then solved", "trained"
WIDEST = 128
WIDTHS = (1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128)
HANDLES = np.linspace(0, 1, 11)
STEPS = 1500  # of training
LEVEL = [(-1, "−1.0"), (0, "0.0"), (1, "1.0")]  # as wide as the ticks of the error below
FLOOR = 1e-6  # smaller errors are drawn, and told, as this
SAMPLES = np.linspace(0, 1, 401)  # where the output weights are fitted
GRID = np.linspace(0, 1, 1001)  # where the error is measured
COARSE = slice(None, None, 2)  # of it, for the curve over all widths


class ApproximationExplorer(Explorer):
    r"""The theorem as a game: a target f, an error ε, and a width n that keeps within ε of it.

    Above, f in its tube of ±ε and the network; the red bar is the largest error. Below, the error
    everywhere. On the right the largest error against the width: what was built by hand at every
    width, and each network that has been looked at.

    Parameters
    ----------
    target : str
        A name from `nnlib.theory.TARGETS`, or "draw your own" to drag its points.
    width : int
        Hidden units.
    method : str
        "by hand" (`nnlib.theory.bumps`), "random, then solved" (a random hidden layer, output
        weights by least squares), "trained" (all weights by Adam, from the same random start).
    activation : str
        A name from `nnlib.theory.COMPARED`.
    epsilon : float
    seed : int
        Of the random hidden layer.
    outside : bool
        Whether to look at [−1, 2] too, about which the theorem says nothing.

    Attributes
    ----------
    weights : nnlib.theory.Weights

    Examples
    --------
    >>> ApproximationExplorer(width=4, activation="relu").summary()
    'Target sine, 4 relu units, by hand: the largest error is 0.2105, at x = 0.140. It leaves the
    tube of ±0.10. By hand 8 units stay inside.'
    """

    def __init__(
        self, target="sine", width=8, *, method=BY_HAND, activation="sigmoid", epsilon=0.1,
        seed=0, outside=False,
    ):  # fmt: skip
        controls = {
            "target": choice("target f", [*TARGETS, OWN], target),
            "method": buttons("weights", [BY_HAND, SOLVED, TRAINED], method),
            "activation": choice("activation g", list(COMPARED), activation),
            "width": slider("hidden units n", width, 1, WIDEST, 1),
            "epsilon": slider("ε", epsilon, 0.02, 0.6, 0.02),
            "seed": slider("seed", seed, 0, 99, 1),
            "outside": switch("look outside of [0, 1]", outside),
            "point": slider("point to move", 5, 0, len(HANDLES) - 1, 1),
            "height": slider("its height", 0.0, -1.0, 1.0, 0.05),
        }
        self._own = TARGETS["sine"](HANDLES)
        self._found: dict = {}  # (target, method, activation) -> {width: largest error}
        self._done = 0  # steps of training
        super().__init__(1080, 500, controls)

    def begin(self):
        self._retarget()
        self._show()
        self._weigh()

    # ------------------------------------------------------------------ the maths
    def f(self, x) -> np.ndarray:
        """The target."""
        if self["target"] == OWN:
            return smooth(HANDLES, self._own, x)
        return TARGETS[self["target"]](np.clip(x, 0, 1))

    def network(self, x) -> np.ndarray:
        """What the network says at each x."""
        return self.weights.values(x, COMPARED[self["activation"]])

    def _retarget(self):
        """The target is another: what was known about the old one is forgotten."""
        self._truth = self.f(GRID)
        self._hand = None
        if self["target"] == OWN:
            self._found.clear()

    def _by_hand(self):
        """The largest error at each of `WIDTHS`, built by hand with this activation."""
        g = self["activation"] if self["activation"] in BUILDS else "relu"
        if self._hand is None or self._hand[0] != g:
            errors = []
            for n in WIDTHS:
                if g == "relu":  # the same straight pieces, without the sum over all units
                    knots = np.linspace(0, 1, n + 1)
                    says = np.interp(GRID[COARSE], knots, self.f(knots))
                else:
                    says = bumps(self.f, n, g).values(GRID[COARSE], g)
                errors.append(np.abs(says - self._truth[COARSE]).max())
            self._hand = g, np.array(errors)
        return self._hand

    def _weigh(self):
        """New weights, by the chosen method."""
        self._job = None  # an unfinished training is of another network
        g, n = COMPARED[self["activation"]], self["width"]
        if self["method"] == BY_HAND:
            self.weights = bumps(self.f, n, self["activation"])
            return
        if self["method"] == SOLVED:
            hidden = random_hidden(n, self["seed"])
            self.weights = least_squares(SAMPLES, self.f(SAMPLES), *hidden, g)
            self._note()
        else:
            self.weights = random_network(n, g, self["seed"])
            self._done = 0
            self.work(self._training(g))

    def _training(self, g):
        y = self.f(SAMPLES)
        for k, weights in descend(SAMPLES, y, self.weights, g, STEPS):
            self.weights, self._done = weights, k
            if k % 5 == 0:
                yield k / STEPS
        self._note()

    def _key(self):
        return self["target"], self["method"], self["activation"]

    def _note(self):
        self._found.setdefault(self._key(), {})[self["width"]] = self.largest()[0]

    def largest(self):
        """The largest error on [0, 1], and where."""
        gap = np.abs(self.network(GRID) - self._truth)
        gap = np.round(np.nan_to_num(gap, nan=1e9, posinf=1e9), 9)
        k = int(np.argmax(gap))
        return float(gap[k]), float(GRID[k])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        low, high = (-1.0, 2.0) if self["outside"] else (-0.03, 1.03)
        x = np.linspace(low, high, 1001)
        with np.errstate(all="ignore"):
            y = np.clip(self.network(x), -50, 50)
        error, at = self.largest()
        inside = error <= self["epsilon"]
        self._draw_functions(x, y, error, at, inside)
        self._draw_error(low, high, error, at)
        self._draw_widths(error, inside)

    def _draw_functions(self, x, y, error, at, inside):
        eps, low, high = self["epsilon"], x[0], x[-1]
        word = "inside the tube" if inside else "outside the tube"
        panel = self.stage.panel(
            "functions", box=(0, 0, 0.62, 0.66), x=(low, high), y=(-1.75, 1.75),
            yticks=LEVEL,
            ylabel="f(x), network",
            title=f"n = {self['width']}: largest error {_error(error)}, {word}",
            legend="upper right",
        )  # fmt: skip
        tube = np.r_[self._truth + eps, (self._truth - eps)[::-1]]
        panel.line("tube", np.r_[GRID, GRID[::-1]], tube, colour="orange", fill=True, width=1)
        ends = [0, 0, np.nan, 1, 1], [-2, 2, np.nan, -2, 2]
        panel.line("ends", *ends, colour="grey", dash=(3, 4), width=1.5)
        panel.line(
            "f", GRID, self._truth, colour="orange", width=2.5, dash=(8, 5), label="target f ± ε"
        )
        panel.line("network", x, y, colour="blue", width=3, label="network")
        here = np.array([at])
        two = np.clip([self.f(here)[0], self.network(here)[0]], -2, 2)
        panel.line("worst", [at, at], two, colour="vermillion", width=5)
        if self["target"] == OWN:
            k = self["point"]
            panel.points("held", HANDLES[k], self._own[k], size=13, hollow=True)
            panel.points("handles", HANDLES, self._own, size=8, drag=True, tip="drag up or down")
        else:
            panel.remove("handles", "held")

    def _draw_error(self, low, high, error, at):
        eps = self["epsilon"]
        reach = max(1.6 * eps, min(1.15 * error, 2.0))
        mark = next(m for m in (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if m < 0.9 * reach)
        name = f"{mark:.1f}" if mark >= 0.1 else f"{mark:.2f}"[1:]
        ticks = [(-mark, "−" + name), (0, LEVEL[1][1]), (mark, name)]
        panel = self.stage.panel(
            "error", box=(0, 0.66, 0.62, 0.34), x=(low, high), y=(-reach, reach), xlabel="x",
            ylabel="error", yticks=ticks,
        )  # fmt: skip
        panel.line(
            "tube", [0, 1, 1, 0], [eps, eps, -eps, -eps], colour="orange", fill=True, width=1
        )
        gap = self.network(GRID) - self._truth
        gap = np.clip(np.nan_to_num(gap, nan=50), -50, 50)
        panel.line("gap", GRID, gap, colour="blue", width=2.5)
        there = gap[int(round(at * 1000))]
        panel.line("worst", [at, at], [0, there], colour="vermillion", width=5)

    def _draw_widths(self, error, inside):
        panel = self.stage.panel(
            "widths", box=(0.64, 0, 0.36, 1), x=(0.9, 150), y=(FLOOR / 2, 5), xscale="log",
            yscale="log", xlabel="hidden units n", ylabel="largest error",
            xticks=[(n, str(n)) for n in (1, 2, 4, 8, 16, 32, 64, 128)],
            title="The largest error against n", legend="lower left",
        )  # fmt: skip
        g, errors = self._by_hand()
        panel.line(
            "by hand", WIDTHS, np.maximum(errors, FLOOR), colour="grey", width=2.5,
            label=f"by hand, {g}",
        )  # fmt: skip
        panel.line(
            "epsilon", [0.9, 150], [self["epsilon"]] * 2, colour="orange", dash=(8, 5), width=2,
            label="ε",
        )  # fmt: skip
        for method, colour, marker in (
            (SOLVED, "green", "triangle"),
            (TRAINED, "purple", "square"),
        ):
            found = self._found.get((self["target"], method, self["activation"]), {})
            name = f"{method}, {self['activation']}"
            panel.points(
                method, list(found), np.clip(list(found.values()), FLOOR, 4), colour=colour,
                marker=marker, size=5, label=name if found else "",
            )  # fmt: skip
        panel.points(
            "now", self["width"], np.clip(error, FLOOR, 4), size=9,
            colour="blue" if inside else "vermillion",
            marker="circle" if inside else "cross",
        )  # fmt: skip

    def summary(self):
        error, at = self.largest()
        eps = self["epsilon"]
        how = self["method"]
        if how == TRAINED:
            how = f"trained for {counted(self._done, 'step')}"
        stays = "It stays inside" if error <= eps else "It leaves"
        g, errors = self._by_hand()
        enough = [n for n, e in zip(WIDTHS, errors, strict=True) if e <= eps]
        text = (
            f"Target {self['target']}, {counted(self['width'], self['activation'] + ' unit')}, "
            f"{how}: the largest error is "
            f"{_error(error)}, at x = {at:.3f}. {stays} the tube of ±{number(eps)}. "
        )
        other = "" if g == self["activation"] else f" with {g}"
        if enough:
            text += f"By hand{other} {counted(enough[0], 'unit stays', 'units stay')} inside."
        else:
            text += f"By hand{other} not even {WIDTHS[-1]} units stay inside."
        if self["outside"]:
            ends = self.network([-1.0, 2.0])
            with np.errstate(all="ignore"):
                far = " and ".join(number(float(v)) for v in ends)
            text += f" Outside, at x = −1 and x = 2, it says {far}."
        return text

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        c = self.controls
        if name == "method" and self["method"] == BY_HAND and self["activation"] not in BUILDS:
            c["activation"].value = "sigmoid"
        if name == "activation" and self["method"] == BY_HAND and self["activation"] not in BUILDS:
            c["method"].value = SOLVED
        if name == "height":
            self._own[self["point"]] = self["height"]
        if name in ("point", "target"):
            c["height"].value = round(float(self._own[self["point"]]), 2)
        self._show()
        if name == "target" or (name == "height" and self["target"] == OWN):
            self._retarget()
        if name not in ("epsilon", "outside", "point"):
            self._weigh()

    def _show(self):
        own = None if self["target"] == OWN else "none"
        for name in ("point", "height"):
            self.controls[name].layout.display = own
        drawn = None if self["method"] != BY_HAND else "none"
        self.controls["seed"].layout.display = drawn

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "handles":
            k = event["index"]
            self._own[k] = float(np.clip(event["y"], -1, 1))
            self.set_quietly(point=k, height=self._own[k])
            self._retarget()
            self._weigh()


def smooth(at, heights, x) -> np.ndarray:
    """A smooth curve through points at equal distances (Catmull and Rom's cubic pieces)."""
    heights = np.asarray(heights, dtype=float)
    h, last = at[1] - at[0], len(at) - 1
    slopes = np.gradient(heights, h)
    place = np.clip((np.asarray(x, dtype=float) - at[0]) / h, 0, last)
    k = np.minimum(place.astype(int), last - 1)
    t = place - k
    return (
        (1 + 2 * t) * (1 - t) ** 2 * heights[k]
        + t * (1 - t) ** 2 * h * slopes[k]
        + t**2 * (3 - 2 * t) * heights[k + 1]
        + t**2 * (t - 1) * h * slopes[k + 1]
    )


def _error(v):
    """Four digits; what is smaller depends on the machine's rounding."""
    return f"{v:.4f}" if v >= 1e-4 else "below 0.0001"
