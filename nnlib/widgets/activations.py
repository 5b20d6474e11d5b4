"""One activation at a time, with its derivative: `ActivationExplorer`."""

from __future__ import annotations

import inspect

import ipywidgets as ipw
import numpy as np

from .. import expect
from ..activations import ACTIVATIONS
from ..plot.words import number
from .controls import activation_choice, choice, rows, slider, switch
from .explorer import Explorer

G, SLOPE = "blue", "vermillion"  # g and g′, here and in the notebooks
OTHERS = ("green", "purple", "sky", "grey", "yellow", "orange", "ink")
DASHES = ((), (10, 5), (3, 4))
EDGE = 1e-7  # how far left and right of 0 one looks for a jump

NOTHING, BOUNDED, KINKED, SMOOTH, ALL = (
    "nothing",
    "those that stay bounded",
    "those with a kink at 0",
    "smooth, unbounded ones",
    "all of them",
)


def names() -> list[str]:
    """The activations that have a curve, one number in, one number out; a new one at once.

    >>> names()[:3]
    ['linear', 'step', 'sigmoid']
    """
    return [name for name, cls in ACTIVATIONS.items() if hasattr(cls, "derivative")]


def parameter(name: str):
    """(name, default, lowest, highest) of an activation's own parameter, None if it has none.

    >>> parameter("leakyrelu"), parameter("tanh")
    (('alpha', 0.1, 0.0, 1.0), None)
    """
    cls = ACTIVATIONS[name]
    for key, found in inspect.signature(cls).parameters.items():
        if isinstance(found.default, float):
            low = -1.0 if _accepts(cls, key, -1.0) else 0.0
            return key, found.default, low, 2.0 if _accepts(cls, key, 2.0) else 1.0
    return None


def _accepts(cls, key, value):
    try:
        cls(**{key: value})
    except ValueError:
        return False
    return True


def sides(g) -> tuple[float, float, float, float]:
    """g just left and right of 0, and its slope there.

    >>> from nnlib import ReLU, Step
    >>> [round(float(v), 3) for v in sides(ReLU())]
    [0.0, 0.0, 0.0, 1.0]
    >>> [round(float(v), 3) for v in sides(Step())]
    [0.0, 1.0, 0.0, 0.0]
    """
    at = np.array([-EDGE, EDGE])
    return (*g.forward(at), *g.derivative(at))


def family(g) -> str:
    """To which of the groups of the list an activation belongs, found out from its curve.

    >>> from nnlib import ELU, Mish, PReLU, Tanh
    >>> [family(g) for g in (Tanh(), PReLU(), Mish())]
    ['those that stay bounded', 'those with a kink at 0', 'smooth, unbounded ones']
    """
    if np.abs(g.forward(np.array([-50.0, 50.0]))).max() < 5:
        return BOUNDED
    left, right, before, after = sides(g)
    return KINKED if abs(left - right) > 1e-3 or abs(before - after) > 1e-3 else SMOOTH


def at_zero(name: str, g) -> str:
    """What happens at z = 0, in words."""
    left, right, before, after = sides(g)
    here = number(float(g.derivative(np.zeros(1))[0]))
    if abs(left - right) > 1e-3:
        return (
            f"{name} jumps at z = 0, from {number(left)} to {number(right)}; its slope is "
            f"{number(before)} on both sides."
        )
    if abs(before - after) > 1e-3:
        return (
            f"{name} has a kink at z = 0: slope {number(before)} on the left, {number(after)} on "
            f"the right, none at 0 itself. There we take {here}."
        )
    return f"{name} has no kink at z = 0: its slope there is {here}."


def curve(g, reach: float):
    """(z, g(z), g′(z)) to draw from −reach to reach; NaN at 0 where there is a jump."""
    half = np.linspace(EDGE, reach, 301)
    z = np.r_[-half[::-1], 0.0, half]
    y, slope = g.forward(z), g.derivative(z)
    left, right, before, after = sides(g)
    y, slope = np.array(y), np.array(slope)
    if abs(left - right) > 1e-3:
        y[301] = np.nan
    if abs(before - after) > 1e-3:
        slope[301] = np.nan
    return z, y, slope


def _limits(curves, reach, least):
    """Limits of y that hold the curves, as far as they stay within ±reach."""
    both = np.concatenate(curves)
    low, high = np.nanmin(both), np.nanmax(both)
    low, high = max(min(low, -least), -reach), min(max(high, least), reach)
    return low - 0.08 * (high - low), high + 0.08 * (high - low)


class ActivationExplorer(Explorer):
    r"""An activation g, its derivative g′, and the tangent at a point that can be dragged.

    Left g(z) with the tangent, whose slope is the height of the point in the middle, g′(z). Right
    the numbers, for all activations that are drawn. Any of `nnlib.ACTIVATIONS` that acts on each
    number by itself is in the lists, one that was written a minute ago included.

    Parameters
    ----------
    activation : str
        The one with the tangent.
    others : iterable of str
        Those to be drawn with it.
    z : float
        Where the tangent is.
    window : float
        z is shown from −window to window.

    Examples
    --------
    >>> ActivationExplorer("sigmoid", z=0).summary()
    'sigmoid at z = 0.00: g(z) = 0.50, g′(z) = 0.25. sigmoid has no kink at z = 0: its slope there
    is 0.25.'
    """

    def __init__(self, activation="relu", others=(), *, z=1.0, window=5.0):
        self.shown = names()
        others = expect.several(others, str, "ActivationExplorer", "others to be names")
        z = expect.number(z, "ActivationExplorer", "z")
        window = expect.number(window, "ActivationExplorer", "window")
        for name in (activation, *others):
            if name not in self.shown:
                raise ValueError(
                    f"ActivationExplorer expects names of {', '.join(self.shown)}; got {name!r}"
                )
        self.own = _switches(self.shown, others)
        self.formula = ipw.HTMLMath(layout={"margin": "0 12px"})
        controls = {
            "activation": activation_choice("activation g", activation),
            "z": slider("z", z, -10.0, 10.0, 0.01),
            "parameter": slider("α", 0.25, -1.0, 2.0, 0.01),
            "window": slider("window: z up to", max(window, abs(z)), 1.0, 10.0, 0.5),
            "group": choice("draw with it", [NOTHING, BOUNDED, KINKED, SMOOTH, ALL, "my choice"]),
            **self.own,
        }
        controls["group"].value = "my choice" if others else NOTHING
        self.parameter = controls["parameter"]
        self._fit(activation)
        super().__init__(1080, 400, controls)

    def layout(self):
        first = [self.controls[k] for k in ("activation", "parameter", "z", "window")]
        boxes = ipw.Box(list(self.own.values()), layout={"flex_flow": "row wrap"})
        return ipw.VBox([rows(first), self.formula, self.stage, self.controls["group"], boxes])

    # ------------------------------------------------------------------ the maths
    def _fit(self, name):
        """Give the parameter's slider the range of this activation, or hide it."""
        found, control = parameter(name), self.parameter
        control.layout.display = None if found else "none"
        if found:
            key, default, low, high = found
            control.min, control.max = min(low, control.min), max(high, control.max)
            control.description = "α" if key == "alpha" else key
            control.value = default
            control.min, control.max = low, high
        for other, box in self.own.items():  # what is chosen is drawn anyway
            box.layout.display = "none" if other == f"with {name}" else None

    def g(self, name=None):
        """The activation of this name, or the one chosen, with its parameter as the slider says."""
        name = name or self["activation"]
        found = parameter(name)
        chosen = name == self["activation"]
        return ACTIVATIONS[name](**({found[0]: self["parameter"]} if found and chosen else {}))

    def drawn(self) -> list[str]:
        """The names of what is drawn, the chosen one first."""
        return [
            self["activation"],
            *(n for n in self.shown if self[f"with {n}"] and n != self["activation"]),
        ]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        name, z, reach = self["activation"], self["z"], self["window"]
        self.formula.value = self._words()
        drawn = self.drawn()
        curves = [curve(self.g(n), reach) for n in drawn]
        value = self.stage.panel(
            "value",
            box=(0, 0, 0.385, 1),
            x=(-reach, reach),
            y=_limits([c[1] for c in curves], reach, 0.5),
            xlabel="z",
            ylabel="g(z)",
            title="g: drag the dot",
        )
        slope = self.stage.panel(
            "slope",
            box=(0.385, 0, 0.385, 1),
            x=(-reach, reach),
            y=_limits([c[2] for c in curves], max(reach, 2), 0.25),
            xlabel="z",
            ylabel="g′(z)",
            title="g′, its slope",
        )
        for panel in (value, slope):
            panel.remove(*[n for n in panel.items if n.startswith("g ") and n[2:] not in drawn])
            panel.line("axis", [-reach, reach], [0, 0], colour="muted", width=1)
            panel.line("at", [z, z], panel.looks["y"], colour="muted", width=1.2, dash=(4, 4))
            panel.line("left of 0", [0, 0], panel.looks["y"], colour="grid", width=1)
        for n, (x, y, d) in reversed(list(zip(drawn, curves, strict=True))):
            one = n == name
            look = {"width": 4 if one else 2.2, "dash": () if one else self._dash(n), "tip": n}
            value.line(f"g {n}", x, y, colour=self._colour(n), **look)
            slope.line(f"g {n}", x, d, colour=SLOPE if one else self._colour(n), **look)
        self._draw_tangent(value, slope, z, reach)
        self._draw_table(drawn, z)

    def _draw_tangent(self, value, slope, z, reach):
        g = self.g()
        at = np.array([z])
        y, d = float(g.forward(at)[0]), float(g.derivative(at)[0])
        left, right, before, after = sides(g)
        kink = z == 0 and abs(before - after) > 1e-3
        run = 0.3 * reach / np.hypot(1, d)
        low, high = (before, after) if kink else (d, d)
        along = np.array([-run, 0, run])
        tangent = y + np.where(along < 0, low, high) * along
        value.line("tangent", z + along, tangent, colour=SLOPE, width=3, dash=(8, 4))
        value.points("dot", z, y, colour="ink", size=8, drag=True, tip="g({x}) = {y}")
        slope.points("dot", z, d, colour="ink", size=8, drag=True, tip="g′({x}) = {y}")
        ends = [before, after] if abs(before - after) > 1e-3 else []
        slope.points("ends", [0.0] * len(ends), ends, colour=SLOPE, size=5, hollow=True)

    def _draw_table(self, drawn, z):
        """Names in the colours of their lines, and their numbers."""
        lines = max(len(drawn) + 1, 14)
        table = self.stage.panel(
            "table", box=(0.775, 0, 0.225, 1), x=(0, 1), y=(-lines, 0), axes=False, grid=False
        )
        at = -np.arange(1, len(drawn) + 1) - 0.5
        size = 15 if lines < 16 else 13
        head = ["at z =", number(z)]
        table.text("z", [0.01, 0.27], [-0.5, -0.5], head, size=15, align="left", bold=True)
        table.text("g", 0.74, -0.5, "g(z)", size=15, align="right", bold=True, colour=G)
        table.text("g′", 1.0, -0.5, "g′(z)", size=15, align="right", bold=True, colour=SLOPE)
        layers = [self.g(n) for n in drawn]
        here = np.array([z])
        for key, x, texts in (
            ("names", 0.16, drawn),
            ("values", 0.74, [number(float(g.forward(here)[0])) for g in layers]),
            ("slopes", 1.0, [number(float(g.derivative(here)[0])) for g in layers]),
        ):
            align = "left" if key == "names" else "right"
            table.text(key, [x] * len(at), at, texts, size=size, align=align)
        table.remove(*[n for n in table.items if n.startswith("key ") and n[4:] not in drawn])
        for n, y in zip(drawn, at, strict=True):
            dash = () if n == drawn[0] else self._dash(n)
            width = 4 if n == drawn[0] else 2.2
            table.line(
                f"key {n}", [0.01, 0.13], [y, y], colour=self._colour(n), dash=dash, width=width
            )

    def _colour(self, name):
        if name == self["activation"]:
            return G
        return OTHERS[self.shown.index(name) % len(OTHERS)]

    def _dash(self, name):
        return DASHES[self.shown.index(name) // len(OTHERS) % len(DASHES)]

    def _words(self):
        name = self["activation"]
        cls = ACTIVATIONS[name]
        learned = " <i>Its parameter is learned.</i>" if cls.trainable else ""
        return f"<b>{name}</b>: &ensp;$g(z) = {cls.formula}$&ensp; {cls.note}.{learned}"

    def summary(self):
        g, at = self.g(), np.array([self["z"]])
        name = self["activation"]
        found = parameter(name)
        setting = (
            f" with {self.parameter.description} = {number(self['parameter'])}" if found else ""
        )
        text = (
            f"{name}{setting} at z = {number(self['z'])}: "
            f"g(z) = {number(float(g.forward(at)[0]))}, "
            f"g′(z) = {number(float(g.derivative(at)[0]))}. {at_zero(name, g)}"
        )
        others = self.drawn()[1:]
        return text + (f" Drawn with it: {', '.join(others)}." if others else "")

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "activation":
            self._fit(self["activation"])
        elif name == "group" and self["group"] != "my choice":
            group = self["group"]
            self.set_quietly(
                **{
                    f"with {n}": group == ALL or family(ACTIVATIONS[n]()) == group
                    for n in self.shown
                }
            )
        elif name == "z" and abs(self["z"]) > self["window"]:  # the dot stays in sight
            self.set_quietly(window=float(np.ceil(abs(self["z"]))))
        elif name == "window":
            self.set_quietly(z=float(np.clip(self["z"], -self["window"], self["window"])))
        elif name.startswith("with "):
            self.set_quietly(group="my choice")

    def event(self, event):
        if event["type"] == "drag" and event.get("item") == "dot":
            self.set_quietly(z=float(np.clip(event["x"], -self["window"], self["window"])))


def _switches(shown, on=()):
    return {f"with {name}": switch(name, name in on) for name in shown}
