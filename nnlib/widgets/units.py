"""Many neurons, densely connected, with their real numbers: `UnitsExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Sigmoid
from ..core import Sequential
from ..data import EXTENT
from ..dense import Dense
from ..plot.decision import grid
from ..plot.network import NetworkDrawing, parameter_at, place
from .controls import choice, slider
from .explorer import Explorer

CELLS = 80
LARGEST = 8.0  # weight


class UnitsExplorer(Explorer):
    r"""A network of sigmoid neurons, drawn: each edge is a weight, each tile what its neuron says.

    Drag the star, the input of the network, and read what every neuron answers. Click an edge (or
    the small square of a bias) and change its number with the slider.

    Parameters
    ----------
    units : int
        Neurons between the two inputs and the output, 1 to 6.
    seed : int
        Which random weights to begin with.
    query : pair of float
        The input x₁, x₂.

    Attributes
    ----------
    model : nnlib.Sequential

    Examples
    --------
    >>> explorer = UnitsExplorer(units=1, seed=0, query=(0, 0))
    >>> explorer.summary()
    '1 neuron between 2 inputs and 1 output: 3 weights and 2 biases. For x = (0.00, 0.00) it
    says 0.83, and the network ŷ = 0.26. Chosen: layer 1, w₁,₁ = 0.30.'
    """

    def __init__(self, units=3, seed=1, query=(0.5, -0.5)):
        self.query = expect.array(query, "UnitsExplorer", "query", (2,)).tolist()
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), CELLS)
        controls = {
            "units": slider("neurons between", units, 1, 6, 1),
            "seed": slider("seed", seed, 0, 99, 1),
            "edge": choice("number to change", [("", ("weights", 0))]),
            "value": slider("its value", 0.0, -LARGEST, LARGEST, 0.1),
        }
        self.drawing = None
        super().__init__(1000, 420, controls)

    def begin(self):
        self._network()

    def _network(self):
        units = self["units"]
        rng = np.random.default_rng(self["seed"])
        self.model = Sequential(Dense(2, units), Sigmoid(), Dense(units, 1), Sigmoid())
        for parameter in self.model.parameters():
            # Larger than one would begin to train with, so that each neuron is seen to decide.
            numbers = rng.normal(0, 2.5, size=parameter.shape).round(1)
            parameter.value[...] = np.clip(numbers, -LARGEST, LARGEST)
        numbers = [("weights", k) for k in range(3 * units)]
        numbers += [("biases", k) for k in range(units + 1)]
        edge = self.controls["edge"]
        edge.options = [(parameter_at(self.model, *at)[2], at) for at in numbers]
        edge.value = numbers[0]
        self._choose()

    def _choose(self):
        parameter, position, _ = parameter_at(self.model, *self["edge"])
        self.controls["value"].value = float(parameter.value[position])

    def changed(self, name):
        if name in ("units", "seed"):
            self._network()
        elif name == "edge":
            self._choose()
        elif name == "value":
            parameter, position, _ = parameter_at(self.model, *self["edge"])
            parameter.value[position] = self["value"]

    def event(self, event):
        if event["type"] == "drag":
            self.query = list(np.clip([event["x"], event["y"]], -EXTENT, EXTENT))
        elif event["type"] == "click" and event.get("item") in ("weights", "biases"):
            self.set_quietly(edge=(event["item"], event["index"]))
            self.changed("edge")

    # ------------------------------------------------------------------ the picture
    def draw(self):
        if self.drawing is None:
            panel = self.stage.panel("network", box=(0, 0, 0.58, 1), axes=False)
            self.drawing = NetworkDrawing(panel, EXTENT)
        self.drawing.draw(self.model)
        self._draw_answers()
        title = "What the output says; drag the star"
        plane = self.stage.plane("plane", EXTENT, box=(0.6, 0, 0.4, 1), title=title)
        y_hat = self.model.forward(self.points).reshape(CELLS, CELLS)
        plane.heat("output", 2 * y_hat - 1, contour=True)
        plane.points("query", *self.query, marker="star", colour="purple", size=11, drag=True)

    def _draw_answers(self):
        """What each neuron says about the star, in its tile, and the number that is chosen."""
        panel, units = self.drawing.panel, self["units"]
        places, _ = place([2, units, 1], *self.drawing.size)
        said = np.concatenate([self.query, *self._said()])
        at = np.concatenate(places)
        words = [f"{v:.2f}".replace("-", "−") for v in said]
        panel.text("said", *at.T, words, size=13, bold=True, halo=True)
        item, index = self["edge"]
        if item == "weights":
            first = index < 2 * units
            i, j = divmod(index, units) if first else (index - 2 * units, 0)
            a, b = (places[0][i], places[1][j]) if first else (places[1][i], places[2][j])
            spot = (a + b) / 2
        else:
            spot = np.concatenate(places[1:])[index] - [0, 32]
        value = f"{self['value']:.1f}".replace("-", "−")
        panel.text("chosen", *spot, value, colour="purple", size=16, bold=True, halo=True)

    def _said(self):
        outputs = self.model.trace(np.array([self.query]))
        return outputs[1][0], outputs[3][0]

    def summary(self):
        units, (hidden, y_hat) = self["units"], self._said()
        words = ", ".join(f"{h:.2f}" for h in hidden)
        name = parameter_at(self.model, *self["edge"])[2]
        count = f"{units} neurons" if units > 1 else "1 neuron"
        text = (
            f"{count} between 2 inputs and 1 output: {3 * units} weights and {units + 1} biases. "
            f"For x = ({self.query[0]:.2f}, {self.query[1]:.2f}) "
            f"{'they say' if units > 1 else 'it says'} {words}, and the network "
            f"ŷ = {y_hat[0]:.2f}. Chosen: {name} = {self['value']:.2f}."
        )
        return text.replace("-", "−")
