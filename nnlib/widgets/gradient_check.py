"""A network with a mistake in one `backward`, and its gradients: `GradientCheckExplorer`."""

from __future__ import annotations

import numpy as np

from ..gradcheck import SMALL
from ..planted import CASES, LOSS, alone, report, suspect
from ..plot.words import counted, superscript
from .controls import buttons, log_slider, slider, switch
from .explorer import Explorer

FITS = 1e-5  # a relative error below this is the error of the difference, not a mistake
LIMIT = 2.2  # of the picture, where right gradients lie between −1 and 1
DENSE = (0, 2, 4, 6)  # places of the layers that have parameters
WEIGHTS = (("random", True), ("all W = 0", False))


class GradientCheckExplorer(Explorer):
    r"""Each gradient twice: across by moving the number a little, up by `backward`.

    Where both agree the points lie on the diagonal. One `backward` of each case has a mistake; its
    gradients, and those of the layers that get theirs from it, leave the diagonal. Each array of
    gradients is drawn in units of its own largest one, so that small ones are seen as well.

    Parameters
    ----------
    case : str
        "A" to "E", or "none" for a network without a mistake.
    samples : int
        N, from 1 to 8.

    Attributes
    ----------
    found : list of nnlib.planted.Found
    alone : list of bool
        Whether each layer, and at last the loss, is right by itself.

    Examples
    --------
    >>> GradientCheckExplorer("C").summary()
    'Case C, 5 samples, ε = 1e-06: 7 of 8 arrays of gradients agree with their differences. Wrong:
    layers[2].b.'
    """

    def __init__(self, case="A", *, samples=5):
        controls = {
            "case": buttons("case", [(f" {name} ", name) for name in CASES], case),
            "samples": slider("samples N", samples, 1, 8, 1),
            "weights": buttons("weights", WEIGHTS, True),
            "eps": log_slider("moved by ε", 1e-6, -15, 0),
            "seed": slider("seed", 0, 0, 20, 1),
            "alone": switch("check each layer alone", False),
        }
        controls["eps"].readout_format = ".0e"
        super().__init__(1080, 540, controls)

    # ------------------------------------------------------------------ the maths
    def measure(self):
        """Fill in ``found`` and ``alone`` for what the controls say."""
        found = suspect(self["case"], samples=self["samples"], seed=self["seed"])
        if not self["weights"]:
            for k in DENSE:
                found.model[k].W.value[...] = 0.0
        self.found = report(found, eps=self["eps"])
        self.alone = alone(found) if self["alone"] and self["weights"] else None

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.measure()
        self._draw_scatter()
        self._draw_layers()

    def _draw_scatter(self):
        wrong = sum(f.error > FITS for f in self.found)
        panel = self.stage.panel(
            "scatter",
            box=(0, 0, 0.5, 1),
            x=(-LIMIT, LIMIT),
            y=(-LIMIT, LIMIT),
            xlabel="by differences, (f(w + ε) − f(w − ε)) / 2ε",
            ylabel="by backward",
            title="All on the diagonal" if not wrong else f"{wrong} of 8 arrays leave the diagonal",
            equal=True,
        )
        panel.line("diagonal", [-LIMIT, LIMIT], [-LIMIT, LIMIT], width=1.5, colour="muted")
        for letter, size, hollow in (("b", 8, True), ("W", 5, False)):
            x, y, classes = [], [], []
            for f in self.found:
                if f.name == letter:
                    scale = max(SMALL, np.abs(f.expected).max())
                    x.append(f.expected.ravel() / scale)
                    y.append(f.received.ravel() / scale)
                    classes.append(np.full(f.expected.size, DENSE.index(f.layer)))
            edge = 0.97 * LIMIT
            x, y = (np.clip(np.concatenate(v), -edge, edge) for v in (x, y))
            panel.points(
                letter, x, y, classes=np.concatenate(classes), size=size, hollow=hollow,
                tip="differences {x}, backward {y}",
            )  # fmt: skip

    def _draw_layers(self):
        """The network from input to loss, and what was found of each."""
        panel = self.stage.panel(
            "layers",
            box=(0.51, 0, 0.49, 1),
            x=(0, 10),
            y=(-1.35, 9.2),
            axes=False,
            title="The network, from the input down to the loss",
        )
        model = suspect("none").model
        names = [f"layers[{k}]  {layer}" for k, layer in enumerate(model)] + ["loss  MSE()"]
        heights = 8.0 - np.arange(LOSS + 1)
        panel.text("names", np.full(8, 1.6), heights, names, align="left", size=15)
        dense = heights[list(DENSE)]
        panel.points("marks", np.full(4, 1.1), dense, classes=range(4), size=7)
        heads = ["dW ●", "db ○"] + ["alone"] * (self.alone is not None)
        panel.text("heads", [5.9, 7.6, 9.2][: len(heads)], [8.75] * len(heads), heads, size=15,
                   bold=True)  # fmt: skip
        for name, wrong in (("right", False), ("wrong", True)):
            x, y, words = [], [], []
            for f in self.found:
                if (f.error > FITS) == wrong:
                    x.append(5.9 if f.name == "W" else 7.6)
                    y.append(heights[f.layer])
                    words.append(_error(f.error))
            for k, fine in enumerate(self.alone or ()):
                if fine != wrong:
                    x.append(9.2)
                    y.append(heights[k])
                    words.append("✗" if wrong else "✓")
            colour = "vermillion" if wrong else "green"
            panel.text(name, x, y, words, size=15, bold=wrong, colour=colour)
        panel.arrows("backward", 0.45, 0.6, 0.45, 8.3, colour="vermillion", width=4)
        panel.text("way", 0.45, 0.2, "back", colour="vermillion", size=14)
        panel.text("note", 0.1, -0.95, self._note(), align="left", size=14, colour="muted")

    def _note(self):
        if not self["weights"]:
            return "W = 0 sends nothing back: 0 = 0 proves nothing."
        if self["eps"] > 1e-2:
            return "ε is large: the differences themselves are wrong, f is not straight."
        if self["eps"] < 1e-9:
            return "ε is small: the differences lose their digits to rounding."
        if self["samples"] == 1:
            return "With one sample a sum, a mean and a first row are the same."
        return "✓ error: |backward − differences|, in units of the largest gradient"

    def summary(self):
        fine = sum(f.error <= FITS for f in self.found)
        wrong = [f"layers[{f.layer}].{f.name}" for f in self.found if f.error > FITS]
        zeros = "" if self["weights"] else ", all W = 0"
        text = (
            f"Case {self['case']}, {counted(self['samples'], 'sample')}{zeros}, "
            f"ε = {self['eps']:.0e}: {fine} of 8 arrays of gradients agree with their differences."
        )
        if wrong:
            text += f" Wrong: {', '.join(wrong)}."
        if self.alone is not None and not all(self.alone):
            k = self.alone.index(False)
            text += f" Checked alone, {'the loss' if k == LOSS else f'layers[{k}]'} is wrong."
        elif self.alone is not None:
            text += " Checked alone, every layer is right."
        return text


def _error(e):
    """✓ or ✗ and the error: by its power of ten where it is small."""
    mark = "✗" if e > FITS else "✓"
    if e == 0 or e > 0.01:
        return f"{mark} {e:.2g}"
    return f"{mark} 10{superscript(round(np.log10(e)))}"
