"""The plane, cut by a ReLU network into pieces on each of which it is linear: `RegionsExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import ReLU
from ..core import Sequential
from ..dense import Dense
from ..plot.decision import grid
from ..plot.words import counted
from ..regions import folding, lower_bound, on_plane, on_segment, one_layer, upper_bound
from .controls import buttons, choice, slider
from .explorer import Explorer

CELLS = 100
RANDOM, FOLDED = "random weights", "weights by hand: fold"
# Of the first layer's edges, the second's, …; the first ones are drawn thickest, on top.
COLOURS = ("ink", "vermillion", "green", "purple", "blue")
WIDTHS = (3.0, 2.4, 1.8, 1.4, 1.1)
DEEPEST, WIDEST = len(COLOURS), 10
MOST_FOLDS = 1024  # regions, so that a move of a slider stays a move


class RegionsExplorer(Explorer):
    """Two inputs, hidden layers of ReLUs, one output; and all its regions, computed exactly.

    Left the plane, cut by the first layer along straight lines, and by each further one along lines
    that bend where they meet an earlier one. Drag the two ends of the segment: above right is the
    network along it, with all its breakpoints. Below right the regions are counted after each
    layer, beside what theorems say.

    Parameters
    ----------
    width, depth : int
        Units in each hidden layer, and how many of these.
    seed : int
    network : str
        "random weights", "weights by hand: fold", or a name from `networks`.
    networks : dict of str to Sequential, optional
        Networks of your own on [−1, 1]²: Dense(2, ·), ReLU, …, Dense(·, 1).

    Attributes
    ----------
    found : nnlib.regions.Regions
    pieces : nnlib.regions.Pieces

    Examples
    --------
    >>> explorer = RegionsExplorer(width=4, depth=1, seed=2)
    >>> len(explorer.found) <= one_layer(4, 2)
    True
    """

    def __init__(self, width=7, depth=2, seed=21, network=RANDOM, networks=None):
        wanted = "networks, for each name a model"
        networks = {} if networks is None else networks
        self.networks = dict(expect.made(networks, dict, "RegionsExplorer", wanted))
        for name, model in self.networks.items():
            _check(name, model)
        self.ends = np.array([[-0.9, -0.55], [0.85, 0.6]])
        self.points, _ = grid((-1, 1), (-1, 1), CELLS)
        # Whole numbers, small enough that sums of them are exact: a name for each pattern.
        self.keys = np.random.default_rng(0).integers(1, 2**44, 400).astype(float)
        names = [RANDOM, FOLDED, *self.networks]
        expect.known(network, names, "network")
        if network in self.networks:
            depth = len(_hidden(self.networks[network]))
        controls = {
            "network": choice("network", names, network),
            "width": slider("units in each layer", width, 2, WIDEST, 1),
            "depth": slider("hidden layers", depth, 1, DEEPEST, 1),
            "layers": slider("layers so far", depth, 1, DEEPEST, 1),
            "seed": slider("seed", seed, 0, 99, 1),
            "bias": slider("size of the biases", 0.5, 0.0, 2.0, 0.05),
            "angle": slider("segment: angle", 33.0, 0.0, 180.0, 1.0),
            "shift": slider("segment: shift", 0.0, -0.9, 0.9, 0.02),
            "colour": buttons("colour shows", ["slope", "height", "units on"]),
        }
        super().__init__(1080, 560, controls)

    def begin(self):
        self._build()

    # ------------------------------------------------------------------ the maths
    def _build(self):
        """The network, its regions, and what its layers say on the grid."""
        controls = self.controls
        value = {name: control.value for name, control in controls.items()}
        if value["network"] in self.networks:
            self.model = self.networks[value["network"]]
        elif value["network"] == FOLDED:
            self.model = _folded(value["depth"], max(2, value["width"] // 2))
        else:
            self.model = _random(value["width"], value["depth"], value["seed"], value["bias"])
        self.sizes = _hidden(self.model)
        depth = len(self.sizes)
        controls["layers"].max = depth
        if value["network"] not in self.networks:
            controls["depth"].value = depth  # fewer than asked, if folds would be too many
        self.so_far = layers = min(controls["layers"].value, depth)
        part = self.model
        if layers < depth:  # a mixture of this layer's units stands in for the output
            head = Dense(self.sizes[layers - 1], 1, rng=layers)
            part = Sequential(*self.model.layers[: 2 * layers], head)
        self.part = part
        self.found = on_plane(part)
        self.n_linear = self.found.n_linear
        self._on_grid()
        # What a network given from outside, or by hand, does not have is out of sight.
        own, drawn = value["network"] in self.networks, value["network"] == RANDOM
        for name, there in (
            ("width", not own),
            ("depth", not own),
            ("seed", drawn),
            ("bias", drawn),
        ):
            controls[name].layout.display = "" if there else "none"

    def _on_grid(self):
        """For each cell of the grid its height and its region, found by the units that are on."""
        outputs = self.part.trace(self.points)
        self.height = outputs[-1][:, 0]
        on = np.concatenate([h > 0 for h in outputs[1:-1:2]], axis=1)
        keys = self.keys[: on.shape[1]]
        named = self.found.on @ keys
        order = np.argsort(named)
        place = np.searchsorted(named[order], on @ keys)
        # A cell's middle may lie on an edge, where rounding decides: then any neighbour will do.
        self.region = order[np.minimum(place, len(order) - 1)]

    def _colours(self):
        """(values, classes or None, colours) for the map of the plane."""
        if self["colour"] == "height":
            return self.height / max(np.abs(self.height).max(), 1e-12), None, "diverging"
        if self["colour"] == "units on":
            return 0.7 * self.found.on.mean(axis=1)[self.region], None, "grey"
        slope = self.found.maps[:, :2, 0]
        steep = np.hypot(*slope.T)
        steepest = max(steep.max(), 1e-12)
        sector = np.floor(np.arctan2(*slope.T[::-1]) / np.pi * 3 + 0.5).astype(int) % 6
        strength = np.where(steep > 1e-9 * steepest, 0.2 + 0.6 * steep / steepest, 0)
        return strength[self.region], sector[self.region], "diverging"

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.pieces = on_segment(self.part, *self.ends)
        n = len(self.found)
        title = counted(n, "region")
        plane = self.stage.plane("plane", 1, box=(0, 0, 0.52, 1), grid=False, title=title)
        values, classes, colours = self._colours()
        shape = (CELLS, CELLS)
        if classes is not None:
            classes = classes.reshape(shape)
        smooth = self["colour"] == "height"
        plane.heat("map", values.reshape(shape), classes=classes, colours=colours, smooth=smooth)
        self._edges(plane)
        (x0, y0), (x1, y1) = self.ends
        plane.line("under", [x0, x1], [y0, y1], colour="background", width=6)
        plane.line("segment", [x0, x1], [y0, y1], colour="ink", width=3, dash=(7, 4))
        at = self.ends[0] + self.pieces.t[1:-1, None] * (self.ends[1] - self.ends[0])
        self._breaks(plane, *at.T)
        plane.points("ends", *self.ends.T, colour="ink", marker="square", size=8, drag=True,
                     tip="drag the end of the segment")  # fmt: skip
        self._profile()
        self._counts()

    def _edges(self, plane):
        found = self.found
        after = np.arange(1, len(found.corners) + 1)
        after[found.start[1:] - 1] = found.start[:-1]
        p, q = found.corners, found.corners[after]
        d = q - p
        # Each inner edge is there twice, once in each direction: one of them is drawn.
        thin = np.clip((100 / len(found)) ** 0.4, 0.35, 1)
        once = (d[:, 0] > 1e-9) | ((np.abs(d[:, 0]) <= 1e-9) & (d[:, 1] > 0))
        for layer in range(DEEPEST, 0, -1):
            name = f"edges {layer}"
            which = once & (found.edge == layer)
            gap = np.full((which.sum(), 2), np.nan)
            lines = np.stack([p[which], q[which], gap], axis=1).reshape(-1, 2)
            look = {"colour": COLOURS[layer - 1], "width": thin * WIDTHS[layer - 1]}
            plane.line(name, *lines.T, **look)

    def _breaks(self, panel, x, y):
        for layer in range(1, DEEPEST + 1):
            which = self.pieces.layer[1:-1] == layer
            look = {"colour": COLOURS[layer - 1], "marker": "diamond"}
            look["size"] = 5 if len(self.pieces) < 40 else 3.5
            tip = f"a unit of layer {layer} switches"
            panel.points(f"breaks {layer}", x[which], y[which], **look, tip=tip)

    def _profile(self):
        t = self.pieces.t
        y = np.append(self.pieces.slope * t[:-1, None], self.pieces.slope[-1:], axis=0)[:, 0]
        y += np.append(self.pieces.value, self.pieces.value[-1:], axis=0)[:, 0]
        low, high = y.min(), y.max()
        room = 0.1 * max(high - low, 0.1)
        n = len(self.pieces)
        panel = self.stage.panel(
            "profile", box=(0.53, 0, 0.47, 0.47), x=(0, 1), y=(low - room, high + room),
            xlabel="along the segment", ylabel="output",
            title=f"Along the segment: {counted(n, 'straight piece')}",
        )  # fmt: skip
        panel.line("function", t, y, colour="grey", width=2.5)
        self._breaks(panel, t[1:-1], y[1:-1])

    def _counts(self):
        depth = self.so_far
        layers = np.arange(1, depth + 1)
        counts = np.array(self.found.counts)
        most = [upper_bound(self.sizes[:k], 2) for k in layers]
        wide = [one_layer(sum(self.sizes[:k]), 2) for k in layers]
        best = [lower_bound(self.sizes[:k], 2) for k in layers]
        high = 10.0 ** np.ceil(np.log10(max(most)) + 0.15)
        panel = self.stage.panel(
            "counts", box=(0.53, 0.47, 0.47, 0.53), x=(0.7, max(depth, 2) + 0.3), y=(1, high),
            yscale="log", xticks=[(int(k), str(k)) for k in layers], xlabel="hidden layers",
            ylabel="regions", title="Counted, and what theorems say",
            legend="upper left" if depth > 1 else "lower right",
        )  # fmt: skip
        panel.line("most", layers, most, colour="grey", dash=(3, 3), label="no weights have more")
        panel.line(
            "best", layers, best, colour="orange", dash=(9, 4), label="the best weights: at least"
        )
        panel.line(
            "wide", layers, wide, colour="sky", dash=(6, 3), label="one layer, as many units"
        )
        panel.line("counted", layers, counts, colour="ink", width=3, label="this network")
        for name, y, colour in (("most", most, "grey"), ("best", best, "orange"),
                                ("wide", wide, "sky")):  # fmt: skip
            panel.points(f"{name} at", layers, y, colour=colour, size=4, tip="{y}")
        for k, colour in enumerate(COLOURS, start=1):  # the colours of the lines in the plane
            at = [k] if k <= depth else []
            panel.points(
                f"layer {k}", at, counts[k - 1 : k], colour=colour, size=7, tip="{y} regions"
            )

    def summary(self):
        sizes, n, k = self.sizes[: self.so_far], len(self.found), len(self.pieces)
        return (
            f"{self['network']}: 2 inputs, hidden layers of {', '.join(map(str, sizes))} ReLUs cut "
            f"the window into {counted(n, 'activation region')} (after each layer: "
            f"{', '.join(map(str, self.found.counts))}), {self.n_linear} linear ones. At most "
            f"{upper_bound(sizes, 2)} are possible, the best weights have at least "
            f"{lower_bound(sizes, 2)}, one layer of {sum(sizes)} units has at most "
            f"{one_layer(sum(sizes), 2)}. Along the segment: {counted(k, 'piece')}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name in ("angle", "shift"):
            a = np.deg2rad(self["angle"])
            along, across = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
            self.ends = self["shift"] * across + np.array([[-1.0], [1.0]]) * along
            self.ends = np.clip(self.ends, -1, 1)
        elif name == "colour":
            return
        else:
            if name in ("depth", "network"):
                self.control("layers").max = DEEPEST
                own = self.networks.get(self["network"])
                self.set_quietly(layers=len(_hidden(own)) if own else self["depth"])
            self._build()

    def event(self, event):
        if event["type"] != "drag":
            return
        self.ends = self.ends.copy()
        self.ends[event["index"]] = np.clip([event["x"], event["y"]], -1, 1)
        along = self.ends[1] - self.ends[0]
        length = np.hypot(*along)
        if length < 0.02:  # two ends in one place are no segment
            self.ends[event["index"]] += 0.02
            along = self.ends[1] - self.ends[0]
            length = np.hypot(*along)
        angle = np.rad2deg(np.arctan2(along[1], along[0])) % 180
        shift = float(self.ends[0] @ [-along[1], along[0]]) / length
        self.set_quietly(angle=angle, shift=float(np.clip(shift, -0.9, 0.9)))


def _hidden(model):
    """How many units each hidden layer has."""
    return [layer.n_out for layer in model if isinstance(layer, Dense)][:-1]


def _random(width, depth, seed, bias):
    """He's start, with biases drawn as well: without them all first lines go through one point."""
    rng = np.random.default_rng(seed)
    layers, sizes = [], [2, *[width] * depth, 1]
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        dense = Dense(n_in, n_out, rng=rng, init="he")
        dense.b.value[...] = bias * rng.normal(size=n_out)
        layers += [dense, ReLU()]
    return Sequential(*layers[:-1])


def _folded(depth, folds):
    """`nnlib.regions.folding` for the window [−1, 1]², of no more regions than can be drawn."""
    while depth > 1 and folds ** (2 * depth) > MOST_FOLDS:
        depth -= 1
    model = folding(depth, 2, folds)
    first = model[0]
    first.b.value += first.W.value.sum(axis=0) / 2  # x in [−1, 1] is (x + 1) / 2 in [0, 1]
    first.W.value /= 2
    return model


def _check(name, model):
    expect.made(model, Sequential, "RegionsExplorer", f"{name!r} to be a Sequential")
    kinds = [type(layer).__name__ for layer in model]
    dense = [layer for layer in model if isinstance(layer, Dense)]
    hidden = len(dense) - 1
    if (
        kinds != ["Dense", "ReLU"] * hidden + ["Dense"]
        or not 1 <= hidden <= DEEPEST
        or dense[0].n_in != 2
        or dense[-1].n_out != 1
        or min(layer.n_out for layer in dense[:-1]) < 2
        or sum(layer.n_out for layer in dense) > 400
    ):
        raise ValueError(
            f"RegionsExplorer expects Dense(2, ·), ReLU, …, Dense(·, 1) with 1 to {DEEPEST} hidden "
            f"layers of at least 2 units; network {name!r} has {', '.join(kinds)}."
        )
