"""What the units of a CNN look at: `PatchesExplorer` and `OcclusionExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from ..backend import one_thread
from ..conv import Conv2D
from ..core import Sequential
from ..data import mnist
from ..windows import receptive_field
from .cnn import places, small_cnn
from .controls import buttons, choice, slider
from .explorer import Explorer

SHOWN = 12  # patches
FILLS = {"paper": 0.0, "grey": 0.5, "ink": 1.0}


def _given(name, model, X, y):
    """The arguments, or an untrained network and the first digits held back."""
    if model is None:
        model = small_cnn(0)
    if X is None:
        digits = mnist()
        X, y = digits.X[8000:8200], digits.y[8000:8200]
    expect.made(model, Sequential, name, "a model, a Sequential")
    X = expect.numbers(X, name, "X").astype(np.float32)
    y = None if y is None else expect.numbers(y, name, "y").reshape(-1)
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    X = X.reshape(-1, 28, 28) if X.ndim == 2 and X.shape[1] == 784 else X
    if X.ndim != 3 or len(X) < SHOWN or y is None or len(y) != len(X):
        raise ValueError(
            f"{name} expects at least {SHOWN} pictures X of shape (N, height, width, 1) and a y "
            f"for each; got X of shape {X.shape}"
        )
    return model, X, y


class PatchesExplorer(Explorer):
    r"""Which pictures excite a unit most, and the part of them that it sees.

    Of every digit the place where the chosen map is largest; then the twelve digits where it is
    largest of all. Above, the digit with the unit's receptive field; below, the field cut out; on
    the left, the mean of the twelve.

    Parameters
    ----------
    model : Sequential, optional
        Convolutions without padding, each followed by an activation, at the end a dense layer. An
        untrained one if left out.
    X : array (N, height, width, 1), y : array (N,), optional
    layer : int
        0 the first convolution, ...; as many as there are convolutions: the outputs.
    unit : int

    Examples
    --------
    >>> PatchesExplorer().summary()
    'Map 0 of convolution 1: the twelve most exciting of 200 digits give ... to ...; they are ...'
    """

    def __init__(self, model=None, X=None, y=None, layer=0, unit=0):
        self.model, self.X, self.y = _given("PatchesExplorer", model, X, y)
        self._find()
        names = [
            (f"convolution {k + 1}: sees {stage['field']} × {stage['field']}", k)
            for k, stage in enumerate(self.stages[:-1])
        ]
        names.append(("output: sees everything", len(names)))
        layer = expect.whole(layer, "PatchesExplorer", "layer", 0, len(names) - 1)
        most = self.stages[layer]["value"].shape[1] - 1
        controls = {
            "layer": choice("layer", names, layer),
            "unit": slider("feature map", unit, 0, most, 1),
            "of": buttons("the twelve", ["most exciting", "in the middle", "least exciting"]),
        }
        super().__init__(1080, 350, controls)

    # ------------------------------------------------------------------ the maths
    def _find(self):
        """For each stage: the largest value of each map on each picture, and where it is."""
        layers = list(self.model)
        parts = [self.X[k : k + 250, ..., None] for k in range(0, len(self.X), 250)]
        convs = [k for k, layer in enumerate(layers) if isinstance(layer, Conv2D)]
        outputs = [self.model.trace(part) for part in parts]
        self.stages = []
        for k in convs:
            sees = receptive_field(layers[: k + 1])[-1]
            value, place = [], []
            for out in outputs:
                maps = out[k + 1]  # after the activation
                flat = maps.reshape(len(maps), -1, maps.shape[-1])
                value.append(flat.max(axis=1))
                place.append(flat.argmax(axis=1))
            place = np.stack(np.divmod(np.concatenate(place), maps.shape[2]), axis=-1)
            self.stages.append(
                {"value": np.concatenate(value), "corner": place * sees["step"],
                 "field": sees["field"]}
            )  # fmt: skip
        z = np.concatenate([out[-1] for out in outputs])
        self.stages.append(
            {"value": z, "corner": np.zeros((*z.shape, 2), int), "field": self.X.shape[1]}
        )

    def chosen(self):
        """(pictures, corners, values) of the twelve."""
        stage, unit = self.stages[self["layer"]], self["unit"]
        value = stage["value"][:, unit]
        order = np.argsort(-value, kind="stable")
        start = {"most exciting": 0, "in the middle": (len(order) - SHOWN) // 2}.get(
            self["of"], len(order) - SHOWN
        )
        rows = order[start : start + SHOWN]
        return rows, stage["corner"][rows, unit], value[rows]

    def patches(self):
        """The fields of the twelve cut out, (12, field, field)."""
        rows, corners, _ = self.chosen()
        f = self.stages[self["layer"]]["field"]
        return np.stack(
            [self.X[n, i : i + f, j : j + f] for n, (i, j) in zip(rows, corners, strict=True)]
        )

    def changed(self, name):
        if name == "layer":
            most = self.stages[self["layer"]]["value"].shape[1] - 1
            self.set_quietly(unit=min(self["unit"], most))
            self.control("unit").max = most
            last = self["layer"] == len(self.stages) - 1
            self.control("unit").description = "class" if last else "feature map"

    # ------------------------------------------------------------------ the picture
    def draw(self):
        rows, corners, values = self.chosen()
        patches, f = self.patches(), self.stages[self["layer"]]["field"]
        panel = self.stage.panel(
            "pictures", box=(0.22, 0, 0.78, 1), x=(-1, 123), y=(-43, 7), axes=False, equal=True
        )
        upper, lower = places(0, 0, 9, 1.2, 1, 12), places(0, -21, 9, 1.2, 1, 12)
        scale = 9 / self.X.shape[1]
        panel.heat("digits", self.X[rows][:, ::-1], upper, colours="grey", smooth=False)
        panel.heat("patches", patches[:, ::-1], lower, colours="grey", smooth=False)
        boxes = []
        for (x0, _, _, y1), (i, j) in zip(upper, corners, strict=True):
            left, top, side = x0 + j * scale, y1 - i * scale, f * scale
            boxes.append(
                [[left, left + side, left + side, left, left, np.nan],
                 [top, top, top - side, top - side, top, np.nan]]
            )  # fmt: skip
        panel.line("fields", *np.concatenate(boxes, axis=1), colour="vermillion", width=2)
        panel.text("head 1", 0, 3.5, "The digits, and where the map is largest", size=15,
                   align="left", bold=True)  # fmt: skip
        panel.text("head 2", 0, -17.5, f"What it sees there: {f} × {f} pixels", size=15,
                   align="left", bold=True)  # fmt: skip
        middle = lower[:, :2].mean(axis=1)
        words = [f"{v:.1f}".replace("-", "−") for v in values]
        panel.text("values", middle, [-32.5] * SHOWN, words, size=14)
        panel.text("are", middle, [-36.8] * SHOWN, [f"a {c}" for c in self.y[rows]], size=14)
        panel.text("head 3", 0, -41, "value of the unit, and which digit it is", size=14,
                   align="left", colour="muted")  # fmt: skip
        mean = self.stage.panel("mean", box=(0, 0.05, 0.21, 0.75), x=(0, f), y=(0, f), equal=True,
                                axes=False, title="Mean of the twelve")  # fmt: skip
        mean.heat("mean", patches.mean(axis=0)[::-1], (0, f, 0, f), colours="grey", smooth=False)

    def summary(self):
        rows, _, values = self.chosen()
        counts = np.bincount(self.y[rows], minlength=10)
        found = ", ".join(f"{n} × {c}" for c, n in enumerate(counts) if n)
        last = self["layer"] == len(self.stages) - 1
        unit = f"class {self['unit']}" if last else f"map {self['unit']}"
        layer = "the output" if last else f"convolution {self['layer'] + 1}"
        return (
            f"{unit.capitalize()} of {layer}: the twelve {self['of']} of {len(self.X)} digits give "
            f"{values[0]:.1f} to {values[-1]:.1f}; they are {found}."
        ).replace("-", "−")


class OcclusionExplorer(Explorer):
    r"""What the network looked at: cover a part of the digit, and see the answer change.

    Left, the digit and a square that covers a part of it: drag it, or click. Middle, for each place
    of the square the probability of the digit's class: where it falls, something is covered that
    counts. Right, the probabilities as the square lies now.

    Parameters
    ----------
    model : Sequential, optional
        An untrained CNN if left out.
    X : array (N, 28, 28, 1), y : array (N,), optional
    digit, size : int
        Which picture, and how many pixels a side of the square has.

    Examples
    --------
    >>> OcclusionExplorer(size=5).summary()
    'A 3, read as ... With a square of 5 pixels over row 14, column 14 the 3 has probability ...'

    References
    ----------
    M. Zeiler and R. Fergus, Visualizing and understanding convolutional networks, 2014.
    """

    def __init__(self, model=None, X=None, y=None, digit=0, size=7):
        self.model, self.X, self.y = _given("OcclusionExplorer", model, X, y)
        self.side = self.X.shape[1]
        controls = {
            "digit": slider("digit held back", digit, 0, len(self.X) - 1, 1),
            "size": slider("side of the square", size, 2, 14, 1),
            "across": slider("middle, across", 14, 0, self.side - 1, 1),
            "down": slider("middle, down", 14, 0, self.side - 1, 1),
            "fill": buttons("covered with", list(FILLS), "grey"),
        }
        super().__init__(1080, 420, controls)

    # ------------------------------------------------------------------ the maths
    def begin(self):
        self._map()

    def changed(self, name):
        if name in ("digit", "size", "fill"):
            self._map()

    def covered(self, down, across):
        """The picture with the square on it, its middle at (down, across)."""
        x = self.X[self["digit"]].copy()
        i, j = (max(0, v - self["size"] // 2) for v in (down, across))
        ends = (v - self["size"] // 2 + self["size"] for v in (down, across))
        x[i : next(ends), j : next(ends)] = FILLS[self["fill"]]
        return x

    def probabilities(self, pictures):
        X = np.asarray(pictures)[..., None]
        # In portions that fit into a processor's cache, on one thread: three times as fast.
        with np.errstate(all="ignore"), one_thread():
            z = [self.model(X[k : k + 32]) for k in range(0, len(X), 32)]
            return Softmax().forward(np.concatenate(z))

    def _map(self):
        """The probability of the right class for every second place of the square, each way."""
        at = range(0, self.side, 2)
        pictures = [self.covered(i, j) for i in at for j in at]
        p = self.probabilities([self.X[self["digit"]], *pictures])
        true = self.y[self["digit"]]
        self.whole = p[0]
        self.map = p[1:, true].reshape(len(at), len(at))
        self.reads = p[1:].argmax(axis=1).reshape(self.map.shape)

    def event(self, event):
        if event["type"] in ("drag", "click") and event["panel"] in ("digit", "map"):
            last = self.side - 1
            self.set_quietly(
                across=int(np.clip(np.floor(event["x"]), 0, last)),
                down=int(np.clip(np.floor(-event["y"]), 0, last)),
            )

    # ------------------------------------------------------------------ the picture
    def draw(self):
        n, true = self.side, int(self.y[self["digit"]])
        i, j, half = self["down"], self["across"], self["size"] // 2
        x = self.covered(i, j)
        self.p = self.probabilities([x])[0]
        square = (
            np.clip([j - half, j - half + self["size"]], 0, n),
            np.clip([i - half, i - half + self["size"]], 0, n),
        )
        (x0, x1), (y0, y1) = square
        outline = [x0, x1, x1, x0, x0], [-y0, -y0, -y1, -y1, -y0]
        for k, (name, title) in enumerate(
            (("digit", f"A {true}, partly covered: drag"),
             ("map", f"Probability of {true}, by place of the middle"))
        ):  # fmt: skip
            panel = self.stage.panel(
                name, box=(0.35 * k, 0, 0.34, 1), x=(0, n), y=(-n, 0), title=title, equal=True,
                xlabel="pixel across", ylabel="pixel down", click=True,
                xticks=[(v, str(v)) for v in range(0, n + 1, 7)],
                yticks=[(-v, str(v)) for v in range(0, n + 1, 7)],
            )  # fmt: skip
            if name == "digit":
                panel.heat("x", x[::-1], colours="grey", smooth=False)
            else:
                panel.heat("p", 2 * self.map[::-1] - 1, smooth=False)
                panel.points("digit", *self._ink(), colour="ink", size=1.8)
            panel.line("square", *outline, colour="vermillion", width=3)
            panel.points("hold", j + 0.5, -i - 0.5, colour="vermillion", size=8, drag=True,
                         tip="drag: moves the square")  # fmt: skip
        says = self.stage.panel(
            "says", box=(0.7, 0, 0.3, 1), x=(-0.6, 9.6), y=(0, 1.08), xlabel="class",
            ylabel="probability", xticks=[(c, str(c)) for c in range(10)], legend="upper right",
            title=f"Read as {self.p.argmax()}, with {self.p.max():.2f}",
        )  # fmt: skip
        says.bars("now", range(10), self.p, tip="{y}",
                  colour="blue" if self.p.argmax() == true else "vermillion")  # fmt: skip
        says.points("whole", range(10), self.whole, colour="ink", hollow=True, size=5,
                    label="nothing covered")  # fmt: skip

    def _ink(self):
        """Where the digit's pixels are, for the map."""
        i, j = np.nonzero(self.X[self["digit"]] > 0.5)
        return j + 0.5, -i - 0.5

    def summary(self):
        true = int(self.y[self["digit"]])
        i, j = np.unravel_index(self.map.argmin(), self.map.shape)
        wrong = int((self.reads != true).sum())
        return (
            f"A {true}, read as {self.whole.argmax()} with probability {self.whole.max():.2f} when "
            f"nothing is covered. With a square of {self['size']} pixels over row {self['down']}, "
            f"column {self['across']} the {true} has probability {self.p[true]:.2f} and it is read "
            f"as {self.p.argmax()}. At worst, over row {2 * i}, column {2 * j}, the {true} "
            f"falls to {self.map.min():.2f}; {wrong} of {self.map.size} places make it misread."
        )
