"""Every sum of a network, written out: `ForwardExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import activation
from ..core import Sequential
from ..data import EXTENT
from ..dense import Dense
from ..plot.decision import grid
from ..plot.network import columns
from ..plot.words import bracket, counted, layer_index, number, sub
from .controls import activation_choice, button, slider
from .explorer import Explorer


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
        who = "ForwardExplorer"
        self.X = None if X is None else expect.array(X, who, "X", ("N", 2))
        self.y = None
        if y is not None:
            self.y = expect.array(y, who, "y").reshape(-1).astype(np.uint8)
        if self.X is not None and self.y is not None:
            expect.same_length(who, X=self.X, y=self.y)
        self.query = expect.array(query, who, "query", (2,)).tolist()
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 70)
        free = {
            "depth": slider("hidden layers", depth, 0, 5, 1),
            "width": slider("units in each", width, 1, 5, 1),
            "activation": activation_choice("activation g", activation),
            "again": button("Other weights", "random", "Draw all weights again"),
        }
        self._seed = 0
        self.model = model
        if model is not None:
            expect.made(model, Sequential, who, "a model, a Sequential")
            widest = max(c["units"] for c in columns(model))
            if columns(model)[0]["dense"].n_in != 2 or widest > 6:
                raise ValueError(
                    f"ForwardExplorer expects 2 inputs and at most 6 units in a layer; got "
                    f"{columns(model)[0]['dense'].n_in} inputs and {widest} units"
                )
        controls = {
            **(free if model is None else {}),
            "layer": slider("look at layer k", 1, 1, 6, 1),
            "unit": slider("unit i", 1, 1, 6, 1),
        }
        super().__init__(1080, 590, controls)

    def begin(self):
        if self.given is None:
            self.model = self._drawn()
        self._offer()

    # ------------------------------------------------------------------ the maths
    @property
    def _columns(self):
        return columns(self.model)

    def _drawn(self):
        rng = np.random.default_rng(self._seed)
        widths = [2, *[self["width"]] * self["depth"], 1]
        layers = []
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
            dense = Dense(n_in, n_out)
            dense.W.value[...] = rng.normal(size=(n_in, n_out)) * 3.5 / np.sqrt(n_in)
            dense.b.value[...] = rng.normal(size=n_out) * 0.5
            layers += [dense, activation(self["activation"])]
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
        plane = self.stage.plane("plane", EXTENT, box=(0, 0, 0.36, 0.79), title="Drag the star")
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
            title=f"{counted(len(cols) - 1, 'hidden layer')}, "
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
        net.text("values", *middles.T, [number(v) for v in shown], size=15, bold=True)
        # Each z under its unit, by its full name where there is room for it.
        labels = ["x₁", "x₂"]
        for k, (z, _) in enumerate(values):
            for i, v in enumerate(z):
                name = f"z{sub(k + 1)},{sub(i + 1)}" if len(cols) <= 4 else "z"
                labels.append(f"{name} = {number(v)}")
        net.text("z", middles[:, 0], middles[:, 1] - 0.46, labels, size=14, colour="muted")

    def _draw_sum(self):
        k, i = self.chosen()
        panel = self.stage.panel(
            "sum", box=(0, 0.8, 1, 0.2), x=(0, 1), y=(0, 1), axes=False, grid=False
        )
        source = "xⱼ" if k == 0 else f"g(z{sub(k)},ⱼ)"
        who = f"z{sub(k + 1)},{sub(i + 1)}"
        weight = f"{sub(i + 1)}{layer_index(k + 1)}"
        symbols = f"{who}  =  w₀,{weight}  +  Σⱼ {source} · wⱼ,{weight}"
        panel.text("symbols", 0.01, 0.85, symbols, size=17, align="left", colour="muted")
        panel.text("numbers", 0.01, 0.52, self._sum(), size=17, align="left", bold=True)
        panel.text("value", 0.01, 0.18, self._after(), size=17, align="left")

    def _sum(self):
        bias, inputs, weights, z, _ = self.terms()
        k, i = self.chosen()
        terms = "".join(
            f" + {bracket(a)}·{bracket(w)}" for a, w in zip(inputs, weights, strict=True)
        )
        return f"z{sub(k + 1)},{sub(i + 1)} = {number(bias)}{terms} = {number(z)}"

    def _after(self):
        k, i = self.chosen()
        *_, z, value = self.terms()
        name = self._columns[k]["activation"]
        if name:
            return f"{name}({number(z)}) = {number(value)}"
        if k == len(self._columns) - 1 and value != z:
            return f"softmax over the {self._columns[k]['units']} outputs gives {number(value)}"
        return "the output: no activation here"

    def summary(self):
        k, i = self.chosen()
        q = self.query
        said = ", ".join(number(v) for v in self.values()[-1][1])
        after = self._after()
        return (
            f"Input ({number(q[0])}, {number(q[1])}). Layer {k + 1}, unit {i + 1}: {self._sum()}"
            f"{', and ' if '=' in after else '; '}{after}. The network says {said}. "
            f"It has {self.model.n_parameters} parameters."
        )

    # ------------------------------------------------------------------ taking hold of it
    def _offer(self):
        """Layers and units that this network has."""
        self.control("layer").max = len(self._columns)
        self.control("unit").max = self._columns[self["layer"] - 1]["units"]

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
