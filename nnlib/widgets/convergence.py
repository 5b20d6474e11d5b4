"""When to stop: `ConvergenceExplorer`."""

from __future__ import annotations

import numpy as np

from ..optim import SGD
from ..plot.words import counted
from ..surfaces import SURFACES, descend
from .controls import choice, log_slider
from .descent import draw_path, surface_panel
from .explorer import Explorer

MOST = 400  # steps
TESTS = {"gradient": ("blue", "square"), "change": ("green", "diamond")}
NAMES = {"gradient": "gradient, ‖∇J‖", "change": "change of the loss, |ΔJ|"}
BOTTOM, TOP = 1e-10, 1e3


class ConvergenceExplorer(Explorer):
    r"""Two tests for "that will do", and where each of them stops.

    One stops when the gradient is shorter than the tolerance, the other when a step has changed the
    loss by less. Left the path and the two places; right both quantities on their way down.

    Parameters
    ----------
    surface : str
        A name from `nnlib.surfaces.SURFACES`.
    learning_rate, tolerance : float

    Attributes
    ----------
    stops : dict
        "gradient", "change" → the step at which the test stops, or None.

    Examples
    --------
    >>> ConvergenceExplorer("bowl", learning_rate=0.1, tolerance=1e-3).summary()
    'On the bowl with η = 0.1 and tolerance 0.001: the gradient test stops after 73 steps, at a loss
    4.9e-07 above the lowest; the change test stops after 30 steps, 0.0042 above it.'
    """

    def __init__(self, surface="ravine", *, learning_rate=0.01, tolerance=1e-3):
        controls = {
            "surface": choice("surface", SURFACES, surface),
            "learning_rate": log_slider("learning rate η", learning_rate, -4, 1),
            "tolerance": log_slider("tolerance", tolerance, -8, 0),
        }
        super().__init__(1080, 430, controls)

    # ------------------------------------------------------------------ the maths
    def _descend(self):
        self.surface, lr = SURFACES[self["surface"]], self["learning_rate"]
        path = descend(self.surface, self.surface.start, MOST, lambda p: SGD(p, lr=lr))
        with np.errstate(all="ignore"):
            self.gone = not np.isfinite(path).all()
            self.path = path[np.isfinite(path).all(axis=1)]
            self.loss = self.surface.value(self.path)
            self.loss = self.loss - self.surface.value(self.surface.minima[0])
            self.small = {
                "gradient": np.linalg.norm(self.surface.gradient(self.path), axis=1),
                "change": np.abs(np.diff(self.loss)),
            }
        self.stops = {}
        for test, values in self.small.items():
            below = np.flatnonzero(values < self["tolerance"])
            # The change is known one step later.
            self.stops[test] = int(below[0]) + (test == "change") if len(below) else None

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._descend()
        surface = self.surface
        panel = surface_panel(self.stage, surface, 0.52, f"J(w) = {surface.formula}")
        draw_path(panel, "path", self.path, "vermillion")
        panel.points("start", *surface.start, size=6, colour="ink", tip="the start")
        for test, (colour, marker) in TESTS.items():
            k = self.stops[test]
            at = self.path[k : k + 1] if k is not None else self.path[:0]
            panel.points(
                test, *at.T, colour=colour, marker=marker, size=9, tip=f"the {test} test stops here"
            )
        self._draw_tests()

    def _draw_tests(self):
        stops = [k for k in self.stops.values() if k is not None]
        right = min(MOST, 10 * (int(1.3 * max(stops) / 10) + 1)) if len(stops) == 2 else MOST
        tolerance = self["tolerance"]
        panel = self.stage.panel(
            "tests",
            box=(0.53, 0, 0.47, 1),
            x=(0, right),
            y=(BOTTOM, TOP),
            yscale="log",
            xlabel="step",
            ylabel="size",
            title=self._title(),
            legend="upper right",
        )
        panel.line("tolerance", [0, MOST], 2 * [tolerance], dash=(7, 5), width=2, label="tolerance")
        steps = np.arange(len(self.loss))
        shown = np.clip(self.loss, BOTTOM, TOP)
        panel.line("loss", steps, shown, colour="vermillion", width=2, label="loss, J − J*")
        for test, (colour, marker) in TESTS.items():
            values = np.clip(self.small[test], BOTTOM, TOP)
            first = int(test == "change")
            panel.line(
                test, first + np.arange(len(values)), values, colour=colour, width=3,
                label=NAMES[test],
            )  # fmt: skip
            k = self.stops[test]
            at = values[k - first : k - first + 1] if k is not None else values[:0]
            panel.points(f"{test} stop", [k][: len(at)], at, colour=colour, marker=marker, size=9)

    def _title(self):
        if self.gone:
            return "It diverges; no test would stop it"
        return "; ".join(
            f"{test}: {'not yet' if k is None else f'step {k}'}" for test, k in self.stops.items()
        )

    def summary(self):
        text = (
            f"On the {self['surface']} with η = {self['learning_rate']:.3g} and tolerance "
            f"{self['tolerance']:.3g}: "
        )
        parts, n = [], len(self.path) - 1
        steps = counted(n, "step")
        for test, k in self.stops.items():
            if k is None:
                parts.append(f"the {test} test does not stop within {steps}")
            else:
                where = f"{self.loss[k]:.2g} above it"
                if not parts:
                    where = f"at a loss {self.loss[k]:.2g} above the lowest"
                parts.append(f"the {test} test stops after {counted(k, 'step')}, {where}")
        text += "; ".join(parts) + "."
        return text + (" It diverges." if self.gone else "")
