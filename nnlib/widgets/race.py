"""Optimisers race down a loss surface, each with its update rule: `RaceExplorer`."""

from __future__ import annotations

import time

import numpy as np

from .. import expect
from ..core import Parameter
from ..optim import OPTIMIZERS, SGD, Adam, Momentum, Nesterov, RMSProp
from ..plot.words import counted, number
from ..surfaces import FAR, SURFACES, ravine
from .controls import button, choice, log_slider, slider
from .descent import surface_panel
from .playing import PlayingExplorer

NAMES = tuple(OPTIMIZERS)
COLOURS = dict(zip(NAMES, ("ink", "blue", "sky", "orange", "vermillion"), strict=True))
LABELS = {name: rule.__name__ for name, rule in OPTIMIZERS.items()}
STEPS = 300
CLOSE = 1e-3  # above the minimum by less than this counts as arrived
PER_SECOND = 20

TRACKS = {
    **SURFACES,
    "long ravine": ravine(200),
    "turned ravine": ravine(20, angle=30),
}

#: A learning rate with which each does well, by surface.
GOOD = {
    "bowl": dict(sgd=0.5, momentum=0.05, nesterov=0.2, rmsprop=0.1, adam=0.1),
    "ravine": dict(sgd=0.075, momentum=0.02, nesterov=0.03, rmsprop=0.05, adam=0.1),
    "local minima": dict(sgd=0.1, momentum=0.1, nesterov=0.05, rmsprop=0.05, adam=0.1),
    "saddle": dict(sgd=0.2, momentum=0.05, nesterov=0.1, rmsprop=0.05, adam=0.1),
    "Rosenbrock": dict(sgd=0.001, momentum=0.001, nesterov=0.0008, rmsprop=0.03, adam=0.3),
    "long ravine": dict(sgd=0.0095, momentum=0.005, nesterov=0.004, rmsprop=0.05, adam=0.1),
    "turned ravine": dict(sgd=0.075, momentum=0.02, nesterov=0.03, rmsprop=0.05, adam=0.1),
}

#: The rule of each, line by line: what is computed, and which of the runner's numbers it is.
RULES = {
    "sgd": [("g = ∇f(w)", "g"), ("w ← w − η g", "w")],
    "momentum": [("g = ∇f(w)", "g"), ("v ← β v + g", "v"), ("w ← w − η v", "w")],
    "nesterov": [
        ("g = ∇f(w)", "g"),
        ("v ← β v + g", "v"),
        ("d = g + β v", "d"),
        ("w ← w − η d", "w"),
    ],
    "rmsprop": [
        ("g = ∇f(w)", "g"),
        ("s ← α s + (1 − α) g²", "s"),
        ("d = g / (√s + ε)", "d"),
        ("w ← w − η d", "w"),
    ],
    "adam": [
        ("g = ∇f(w)", "g"),
        ("m ← β₁ m + (1 − β₁) g", "m"),
        ("s ← β₂ s + (1 − β₂) g²", "s"),
        ("m̂ = m / (1 − β₁ᵗ)", "m̂"),
        ("ŝ = s / (1 − β₂ᵗ)", "ŝ"),
        ("d = m̂ / (√ŝ + ε)", "d"),
        ("w ← w − η d", "w"),
    ],
}


class Runner:
    """One optimiser on its way; remembers every step and the numbers that made it."""

    def __init__(self, surface, rule, start, noise, rng):
        self.surface, self.noise, self.rng = surface, noise, np.random.default_rng(rng)
        self.w = Parameter(np.array(start, dtype=float))
        self.rule = rule([self.w])
        self.path = [self.w.value.copy()]
        self.known = [{}]  # gradient and state of the step that led to each place
        self.gone = False  # out of all bounds: it stays where it was last seen

    def go_to(self, step):
        with np.errstate(all="ignore"):
            while len(self.path) <= step and not self.gone:
                self._step()

    def _step(self):
        g = self.surface.gradient(self.path[-1])
        if self.noise:
            g = g + self.noise * self.rng.normal(size=2)
        self.w.grad[...] = g
        self.rule.step()
        after = self.w.value.copy()
        self.gone = not all(abs(v) < FAR for v in after.tolist())
        if not self.gone:
            self.path.append(after)
            self.known.append(
                {"g": g, **{name: getattr(self.rule, name).copy() for name in self.rule.state}}
            )

    def numbers(self, k) -> dict:
        """All that the update rule says about step k, by the names of `RULES`; {} for k = 0."""
        found = dict(self.known[k])
        if found:
            found |= {"w": self.path[k], "d": (self.path[k - 1] - self.path[k]) / self.rule.lr}
        if found and isinstance(self.rule, Adam):
            b1, b2 = self.rule.betas
            found |= {"m̂": found["m"] / (1 - b1**k), "ŝ": found["s"] / (1 - b2**k)}
        return found


class RaceExplorer(PlayingExplorer):
    r"""Five optimisers from the same start on the same surface, and the numbers of one of them.

    Drag the start; move the slider "step" back and forth, or press Play.

    Parameters
    ----------
    surface : str
        A name from `nnlib.surfaces.SURFACES`, "long ravine" (κ = 200) or
        "turned ravine" (by 30°).
    rule : str
        Whose update rule is written out, a name from `nnlib.OPTIMIZERS`.
    show : {"all", "this and SGD"}
    step : int
        After how many steps, 0 to 300.

    Examples
    --------
    >>> explorer = RaceExplorer("bowl", rule="sgd", show="this and SGD", step=1)
    >>> explorer.summary()  # half of the way
    'The bowl after 1 step from (−1.80, 1.20). SGD with η = 0.5 is at (−0.90, 0.60), 0.585 above
    the minimum.'
    """

    def __init__(self, surface="ravine", rule="adam", show="all", step=60):
        expect.known(surface, TRACKS, "surface")
        x, y = TRACKS[surface].start
        super().__init__(
            1080,
            600,
            {
                "surface": choice("surface", TRACKS, surface),
                "step": slider("step", step, 0, STEPS, 1),
                "play": button("Play", "play", "Go on step by step; press again to pause"),
                "factor": log_slider("every η, times", 1.0, -2, 2),
                "beta": slider("β, β₁: memory of g", 0.9, 0.0, 0.99, 0.01),
                "alpha": slider("α, β₂: memory of g²", 0.99, 0.0, 0.999, 0.001),
                "noise": slider("noise in g", 0.0, 0.0, 3.0, 0.1),
                "start1": slider("start, w₁", x, -2.0, 2.0, 0.02),
                "start2": slider("start, w₂", y, -1.5, 3.0, 0.02),
                "rule": choice("rule written out", [(LABELS[n], n) for n in NAMES], rule),
                "show": choice("paths", ["all", "this and SGD"], show),
            },
        )

    # ------------------------------------------------------------------ the race
    @property
    def surface(self):
        return TRACKS[self["surface"]]

    def rate(self, name) -> float:
        """η of an optimiser here."""
        return GOOD[self["surface"]][name] * self["factor"]

    def _rule(self, name):
        beta, alpha, lr = self["beta"], self["alpha"], self.rate(name)
        more = {
            SGD: {},
            Momentum: {"beta": beta},
            Nesterov: {"beta": beta},
            RMSProp: {"alpha": alpha},
            Adam: {"betas": (beta, alpha)},
        }[OPTIMIZERS[name]]
        return lambda parameters: OPTIMIZERS[name](parameters, lr=lr, **more)

    def _race(self):
        """Runners that have come as far as the slider says; started anew if anything changed."""
        start = self["start1"], self["start2"]
        setting = tuple(self[n] for n in ("surface", "factor", "beta", "alpha", "noise")) + start
        if setting != getattr(self, "_setting", None):
            self._setting, self.runners = setting, {}
        names = NAMES if self["show"] == "all" else dict.fromkeys(("sgd", self["rule"]))
        for name in names:
            if name not in self.runners:
                self.runners[name] = Runner(
                    self.surface, self._rule(name), start, self["noise"], rng=0
                )
            self.runners[name].go_to(self["step"])
        return {name: self.runners[name] for name in names}

    def _above(self, runner):
        """How far above the minimum each step was, never below 10⁻¹²."""
        lowest = self.surface.value(self.surface.minima[0])
        path = np.array(runner.path[: self["step"] + 1])
        return np.maximum(self.surface.value(path) - lowest, 1e-12)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.running = self._race()
        surface = self.surface
        title = f"f(w) = {surface.formula}"
        ground = surface_panel(self.stage, surface, 0.55, title, legend="lower right")
        curves = self.stage.panel(
            "loss", box=(0.56, 0, 0.44, 0.5), x=(0, STEPS), y=(1e-6, 1e3), yscale="log",
            xlabel="step", ylabel="f(w) − f(minimum)", title="How far above the minimum",
        )  # fmt: skip
        for name in NAMES:
            if name not in self.running:
                ground.remove(name, f"{name} now")
                curves.remove(name)
                continue
            runner = self.running[name]
            path = np.array(runner.path[: self["step"] + 1])
            chosen = name == self["rule"]
            look = dict(colour=COLOURS[name], width=3.5 if chosen else 2.0)
            ground.line(name, *path.T, label=LABELS[name], **look)
            inside = np.clip(path[-1], *np.array([surface.x, surface.y]).T)
            ground.points(
                f"{name} now", *inside, colour=COLOURS[name], size=8 if chosen else 6,
                marker="circle" if runner.path[-1] is not None else "cross",
                tip=f"{LABELS[name]}: ({{x}}, {{y}})",
            )  # fmt: skip
            above = self._above(runner)
            curves.line(name, np.arange(len(above)), np.clip(above, 1e-7, 1e4), **look)
        ground.points(
            "start", self["start1"], self["start2"], colour="ink", marker="square", size=7,
            drag=True, tip="drag: the start",
        )  # fmt: skip
        self._write()

    def _write(self):
        """The rule of one optimiser, line by line, with the numbers of the last step."""
        name = self["rule"]
        runner = self.running[name]
        panel = self.stage.panel(
            "rule", box=(0.56, 0.5, 0.44, 0.5), x=(0, 1), y=(0, 1), axes=False, grid=False,
            title=f"{LABELS[name]}, η = {self.rate(name):.3g}",
        )  # fmt: skip
        step = min(self["step"], len(runner.path) - 1)
        rows = RULES[name]
        y = 0.84 - 0.115 * np.arange(len(rows))
        head = f"step {step}" if step else "before the first step"
        if runner.gone and self["step"] >= len(runner.path):
            head = f"left all bounds after step {step}"
        panel.text("head", 0.02, 0.95, head, align="left", colour="muted", size=14)
        panel.text("axes", [0.72, 0.95], [0.95] * 2, ["along w₁", "along w₂"], align="right",
                   colour="muted", size=14)  # fmt: skip
        panel.text("formula", [0.02] * len(rows), y, [r[0] for r in rows], align="left", size=16)
        numbers = runner.numbers(step)
        for k, x in ((0, 0.72), (1, 0.95)):
            words = [_short(numbers[key][k]) if numbers else "–" for _, key in rows]
            panel.text(f"along {k}", [x] * len(rows), y, words, align="right", size=16)

    def summary(self):
        k = self["step"]
        words = []
        for name, runner in self.running.items():
            eta = f"{LABELS[name]} with η = {self.rate(name):.3g}"
            if runner.gone and k >= len(runner.path):
                words.append(f"{eta} left all bounds after step {len(runner.path) - 1}")
                continue
            w, above = runner.path[k], self._above(runner)
            text = (
                f"{eta} is at ({number(w[0])}, {number(w[1])}), {above[-1]:.4g} above the minimum"
            )
            if above[-1] < CLOSE:
                there = len(above) - int(np.argmin(above[::-1] < CLOSE)) if k else 0
                text += f", closer than {CLOSE:g} from step {there % (k + 1)} on"
            words.append(text)
        start = f"({number(self['start1'])}, {number(self['start2'])})"
        steps = counted(k, "step")
        text = f"The {self['surface']} after {steps} from {start}. {'; '.join(words)}."
        return text.replace("-", "−")

    # ------------------------------------------------------------------ going on by itself
    def _tick(self):
        now = time.monotonic()
        steps = int((now - self._since) * PER_SECOND)
        if steps:
            self._since = now
            self.set_quietly(step=min(self["step"] + steps, STEPS))
            self.refresh()
        return self["step"] < STEPS

    # ------------------------------------------------------------------ the reader
    def pressed(self, name):
        if self.playing:
            self.pause()
            return
        if self["step"] >= STEPS:
            self.set_quietly(step=0)
        self._since = time.monotonic()
        if self.loop.possible:
            self.play()
        else:
            self.set_quietly(step=STEPS)  # nothing runs by itself here: to the end

    def changed(self, name):
        if name == "surface":
            x, y = self.surface.start
            self.set_quietly(start1=x, start2=y)

    def event(self, event):
        if event["type"] == "drag":
            self.set_quietly(start1=event["x"], start2=event["y"])


def _short(v) -> str:
    """Three figures, for numbers of any size."""
    return f"{v if abs(v) > 1e-12 else 0:.3g}".replace("-", "−")
