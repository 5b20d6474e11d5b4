"""Size against activation, and one body with three heads: `SizeExplorer`, `BlocksExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import activation
from ..backend import one_thread
from ..core import Sequential
from ..data import EXTENT, PLANE
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import Adam
from ..plot.decision import grid
from ..plot.words import counted, signed
from ..train import step
from .controls import activation_choice, choice, slider
from .explorer import Explorer
from .hidden_units import through

STEPS = 300  # gradient steps on all samples at once


class SizeExplorer(Explorer):
    r"""Two networks of one size on the same points: linear activation against another one.

    Each change trains both again from their first weights (Adam, 300 steps), in sight.

    Parameters
    ----------
    data : str
        A data set with two classes, see `nnlib.data.PLANE`.
    depth, width : int
        Hidden layers, and units in each.
    activation : str
        Of the network on the right.

    Examples
    --------
    >>> explorer = SizeExplorer(width=4)
    >>> explorer.accuracy("linear") < 0.8 and explorer.accuracy("tanh") > 0.95
    True
    """

    def __init__(self, data="circle", *, depth=1, width=4, activation="tanh"):
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 80)
        binary = [name for name in PLANE if PLANE[name](8).kind == "binary"]
        controls = {
            "data": choice("data", binary, data),
            "width": slider("units in a layer", width, 1, 16, 1),
            "depth": slider("hidden layers", depth, 1, 4, 1),
            "activation": activation_choice("activation, right", activation),
        }
        super().__init__(1000, 480, controls)

    def begin(self):
        self._networks()
        self.work(self._train())

    def changed(self, name):
        self.begin()

    # ------------------------------------------------------------------ the maths
    def _networks(self):
        self.data = PLANE[self["data"]](120, rng=0)
        self.models, self._training, self.steps = {}, [], 0
        for side, name in (("left", "linear"), ("right", self["activation"])):
            rng = np.random.default_rng(0)  # the same first weights on both sides
            widths = [2, *[self["width"]] * self["depth"], 1]
            layers = []
            for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
                layers += [Dense(n_in, n_out, rng=rng), activation(name)]
            self.models[side] = model = Sequential(*layers[:-1])
            self._training.append((model, BinaryCrossEntropy(), Adam(model.parameters(), lr=0.03)))

    def _train(self):
        """All steps, ten at a time; a generator for `work`."""
        while self.steps < STEPS:
            with one_thread():
                for _ in range(10):
                    for model, loss, optimizer in self._training:
                        step(model, loss, optimizer, self.data.X, self.data.y)
            self.steps += 10
            yield self.steps / STEPS

    def accuracy(self, side: str) -> float:
        """Share of samples right, of the "left" (or "linear") network or of the right one."""
        model = self.models["left" if side in ("left", "linear") else "right"]
        return float(((model.forward(self.data.X)[:, 0] > 0) == self.data.y).mean())

    def line(self):
        """(w, b) of the one neuron that says what all the linear layers say together."""
        three = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        b, *moved = self.models["left"].forward(three)[:, 0]
        return np.array(moved) - b, float(b)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        for k, (side, model) in enumerate(self.models.items()):
            name = "linear" if side == "left" else self["activation"]
            right = round(self.accuracy(side) * len(self.data))
            title = f"{name}: {right} of {len(self.data)} right"
            panel = self.stage.plane(side, EXTENT, box=(0.5 * k, 0, 0.5, 1), title=title)
            out = np.tanh(model.forward(self.points) / 2)
            panel.heat("map", out.reshape(80, 80), contour=name != "linear")
            if name == "linear":  # all of its layers together are one line: drawn as such
                panel.line("boundary", *through(*self.line(), panel), width=2.2)
            else:
                panel.remove("boundary")
            panel.points("samples", *self.data.X.T, classes=self.data.y.astype(np.uint8), size=5)

    def summary(self):
        n, width, depth = len(self.data), self["width"], self["depth"]
        left, right = (round(self.accuracy(side) * n) for side in ("left", "right"))
        parameters = self.models["left"].n_parameters
        w, b = self.line()
        layers = f"{counted(depth, 'hidden layer')} of {width}"
        return (
            f"{layers}, {parameters} parameters each, after {counted(self.steps, 'step')}: "
            f"linear activation {left} of {n} right, {self['activation']} {right} of {n}. "
            f"The linear one is the single line {w[0]:.2f}·x₁ {signed(w[1])}·x₂ {signed(b)} = 0."
        ).replace("-", "−")


class BlocksExplorer(Explorer):
    """Networks side by side that share their blocks up to the last one; a slider is the time.

    Parameters
    ----------
    networks : dict
        title → (model, loss, data), a `Sequential`, a loss and a `Dataset` in the plane.
    epochs, every : int
        How long to train (Adam, all samples at once), and how often to keep the weights.
    lr : float

    Examples
    --------
    >>> import nnlib as nn
    >>> model = nn.Sequential(nn.Dense(2, 4, rng=0), nn.Tanh(), nn.Dense(4, 1, rng=1))
    >>> data = nn.data.circle(50)
    >>> explorer = BlocksExplorer({"circle": (model, nn.BinaryCrossEntropy(), data)}, epochs=20)
    >>> explorer.kept["circle"][20][0] < explorer.kept["circle"][0][0]  # the loss has fallen
    True
    """

    def __init__(self, networks, *, epochs=300, every=10, lr=0.03):
        wanted = "networks, for each title (model, loss, data)"
        expect.made(networks, dict, "BlocksExplorer", wanted)
        for net in networks.values():
            expect.several(net, object, "BlocksExplorer", wanted, 3)
        epochs = expect.whole(epochs, "BlocksExplorer", "epochs", 1)
        every = expect.whole(every, "BlocksExplorer", "every", 1, epochs)
        if not 1 <= len(networks) <= 3:
            raise ValueError(f"BlocksExplorer expects one to three networks; got {len(networks)}")
        self.networks = networks
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), 60)
        self.kept = {title: self._film(*net, epochs, every, lr) for title, net in networks.items()}
        last = epochs - epochs % every
        controls = {"epoch": slider("epoch", last, 0, last, every)}
        super().__init__(1080, 480, controls)

    def _film(self, model, loss, data, epochs, every, lr):
        """epoch → (loss, values of all parameters)."""
        optimizer = Adam(model.parameters(), lr=lr)
        film = {}
        with one_thread():
            for epoch in range(epochs + 1):
                value = float(loss(model.forward(data.X), data.y))
                if epoch % every == 0:
                    film[epoch] = value, [p.value.copy() for p in model.parameters()]
                model.backward(loss.backward())
                optimizer.step()
        return film

    def draw(self):
        wide = 1 / len(self.networks)
        for k, (title, (model, loss, data)) in enumerate(self.networks.items()):
            value, weights = self.kept[title][self["epoch"]]
            for parameter, kept in zip(model.parameters(), weights, strict=True):
                parameter.value[...] = kept
            box = (wide * k, 0, wide, 0.8)
            panel = self.stage.plane(title, EXTENT, box=box, title=f"{title}: loss {value:.2f}")
            self._map(panel, model, data)
            words = self.stage.panel(
                f"{title} blocks", box=(wide * k, 0.8, wide, 0.2), axes=False, grid=False
            )
            *body, head = [repr(layer) for layer in model]
            words.text("body", 0.5, 0.85, " → ".join(body), size=14, colour="muted")
            words.text("head", 0.5, 0.5, f"→ {head}", size=17, bold=True, colour="vermillion")
            words.text("loss", 0.5, 0.15, repr(loss), size=17, bold=True, colour="vermillion")

    def _map(self, panel, model, data):
        out = model.forward(self.points)
        if data.kind == "classes":
            winner = out.argmax(axis=1).reshape(60, 60)
            panel.heat("map", np.full((60, 60), 0.8), classes=winner)
        elif data.kind == "binary":
            panel.heat("map", np.tanh(out / 2).reshape(60, 60), contour=True)
        else:
            panel.heat("map", out.reshape(60, 60))
        looks = {"values": data.y} if data.kind == "regression" else {"classes": data.y}
        panel.points("samples", *data.X.T, size=5, **looks)

    def summary(self):
        found = [f"{title}, loss {film[self['epoch']][0]:.2f}" for title, film in self.kept.items()]
        return f"After {counted(self['epoch'], 'epoch')}: {'; '.join(found)}."
