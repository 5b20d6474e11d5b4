"""The playground: a network that trains while one watches, and everything can be changed."""

from __future__ import annotations

import html
import time

import ipywidgets as ipw
import numpy as np

from ..activations import ACTIVATIONS
from ..backend import one_thread, to_numpy
from ..core import Sequential
from ..data import EXTENT, PLANE, Dataset
from ..dense import Dense
from ..dropout import Dropout
from ..export import export_code
from ..losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from ..optim import OPTIMIZERS
from ..plot.decision import grid
from ..plot.network import NetworkDrawing, columns, parameter_at
from ..train import Run, diagnose
from .controls import activation_choice, button, buttons, choice, log_slider, rows, slider, switch
from .live import FRAME
from .playing import PlayingExplorer
from .presets import PRESETS

OWN = "my own points"
SAMPLES = 250
MAX_DEPTH = 6
CELLS = 100
WINDOW = EXTENT  # all data sets in the plane stand within it

ONE_STEP, FASTEST = 0.0, float("inf")
SPEEDS = {  # in epochs a second
    "4 steps a second": ONE_STEP,
    "1 epoch a second": 1.0,
    "10 epochs a second": 10.0,
    "50 epochs a second": 50.0,
    "as fast as it can": FASTEST,
}

DEFAULTS = dict(
    data="moons",
    noise=0.15,
    train_share=0.5,
    seed=1,
    depth=3,
    **{f"width{k}": 8 for k in range(1, MAX_DEPTH + 1)},
    activation="tanh",
    learning_rate=0.03,
    batch_size=10,
    optimizer="sgd",
    l1=0.0,
    l2=0.0,
    dropout=0.0,
)


class Playground(PlayingExplorer):
    """A small network, its data and its training, live.

    Parameters
    ----------
    **settings
        Initial values of controls, by the names of `DEFAULTS`, for instance ``data="spiral"``,
        ``depth=2``, ``learning_rate=0.1``; or ``preset="the spiral"``.

    Attributes
    ----------
    run : nnlib.train.Run
        The training under way: its model, optimiser, loss, and history.

    Examples
    --------
    >>> playground = Playground(data="gaussians", depth=0, learning_rate=0.1)
    >>> playground.step(epochs=20)
    >>> bool(playground.run.history[-1].loss < playground.run.history[0].loss)
    True
    """

    def __init__(self, **settings):
        preset = settings.pop("preset", None)
        if preset is not None and preset not in PRESETS:
            raise ValueError(f"unknown preset {preset!r}; known: {', '.join(PRESETS)}")
        unknown = settings.keys() - DEFAULTS.keys()
        if unknown:
            raise ValueError(
                f"unknown setting {', '.join(sorted(unknown))}; known: {', '.join(DEFAULTS)}"
            )
        start = {**DEFAULTS, **(PRESETS[preset].settings if preset else {}), **settings}
        self.own: list[tuple[float, float, int]] = []  # the reader's points: x₁, x₂, class
        self._quiet = True
        self._editing = None
        self._map, _ = grid((-WINDOW, WINDOW), (-WINDOW, WINDOW), CELLS, "float32")
        self._controls(start)
        self._data()
        self._network()
        self.drawing = None
        self._frame = 0
        super().__init__(1080, 700, self.controls)

    # ------------------------------------------------------------------ controls
    def _controls(self, start):
        self.controls = {
            "preset": choice("preset", [("– choose –", ""), *((n, n) for n in PRESETS)]),
            "data": choice("data", [*PLANE, OWN], start["data"]),
            "noise": slider("noise", start["noise"], 0.0, 0.5, 0.01),
            "train_share": slider("share for training", start["train_share"], 0.1, 0.9, 0.05),
            "seed": slider("seed", start["seed"], 0, 99, 1),
            "depth": slider("hidden layers", start["depth"], 0, MAX_DEPTH, 1),
            **{
                f"width{k}": slider(f"units in layer {k}", start[f"width{k}"], 1, 16, 1)
                for k in range(1, MAX_DEPTH + 1)
            },
            "activation": activation_choice("activation", start["activation"]),
            "learning_rate": log_slider("learning rate η", start["learning_rate"], -5, 1),
            "batch_size": slider("batch size", start["batch_size"], 1, 50, 1),
            "optimizer": choice("optimiser", OPTIMIZERS, start["optimizer"]),
            "l1": slider("L1 penalty", start["l1"], 0.0, 0.1, 0.001),
            "l2": slider("L2 penalty", start["l2"], 0.0, 0.1, 0.001),
            "dropout": slider("dropout", start["dropout"], 0.0, 0.8, 0.05),
            "play": button("Play", "play", "Train; press again to pause"),
            "step": button("Step", "step-forward", "One gradient step on one batch"),
            "same": button("Same start again", "undo", "Back to the very same first weights"),
            "reset": button("Reset", "random", "New random weights and data: the next seed"),
            "speed": choice("speed", SPEEDS.items(), 50.0),
            "show_test": switch("test points", True),
            "discrete": switch("only the winner", False),
            "bend": choice("bent by layer", [("none: the plane itself", 0)], 0),
            "across": choice("across", [("unit 1", 0)], 0),
            "up": choice("up", [("unit 2", 1)], 1),
            "point_class": buttons("click adds class", [("●  0", 0), ("■  1", 1), ("▲  2", 2)], 0),
            "clear": button("Remove my points", "trash"),
            "weight": ipw.FloatText(
                description="", step=0.1, layout={"width": "130px", "display": "none"}
            ),
            "code": button("Write it as code", "code", "nnlib and PyTorch code of this network"),
        }
        self.controls["weight"].style.description_width = "0px"
        self.note = ipw.HTML(layout={"margin": "2px 8px"})
        self.weight_label = ipw.HTML("", layout={"margin": "2px 8px", "display": "none"})
        area = {"width": "100%", "height": "320px"}
        self.code = {
            "nnlib": ipw.Textarea(layout=area),
            "PyTorch": ipw.Textarea(layout=area),
        }
        self.code_tabs = ipw.Tab(
            list(self.code.values()), titles=list(self.code), layout={"display": "none"}
        )
        self._show_widths(start["depth"])

    def layout(self):
        c = self.controls

        def group(title, *names):
            return ipw.VBox(
                [ipw.HTML(f"<b>{title}</b>", layout={"margin": "0 8px"}), *(c[n] for n in names)],
                layout={"align_items": "flex-start"},
            )

        widths = [f"width{k}" for k in range(1, MAX_DEPTH + 1)]
        settings = ipw.Box(
            [
                group("Data", "noise", "train_share", "seed", "point_class", "clear"),
                group("Network", "depth", *widths, "activation"),
                group("Training", "batch_size", "optimizer", "l1", "l2", "dropout"),
            ],
            layout={"flex_flow": "row wrap", "align_items": "flex-start"},
        )
        return ipw.VBox(
            [
                rows([c[n] for n in ("play", "step", "same", "reset", "speed")]),
                rows([c[n] for n in ("preset", "data", "learning_rate")]),
                self.note,
                self.stage,
                rows(
                    [
                        *(c[n] for n in ("bend", "across", "up", "show_test", "discrete", "code")),
                        self.weight_label,
                        c["weight"],
                    ]
                ),
                settings,
                self.code_tabs,
            ]
        )

    def changed(self, name):
        if name == "preset":
            if self["preset"]:
                preset = PRESETS[self["preset"]]
                self.set_quietly(**{**DEFAULTS, **preset.settings})
                self._say(preset.comment)
                self._show_widths(self["depth"])
                self._restart()
        elif name in ("data", "noise", "train_share"):
            self._restart()
        elif name == "depth" or name.startswith("width") or name in ("activation", "seed"):
            self._show_widths(self["depth"])
            self._restart()
        elif name == "learning_rate":
            self.run.optimizer.lr = self["learning_rate"]
        elif name in ("l1", "l2"):
            setattr(self.run.optimizer, name, self[name])
        elif name == "batch_size":
            self.run.batch_size = self["batch_size"]
        elif name == "optimizer":
            self.run.optimizer = self._optimizer()
        elif name == "dropout":
            self._assemble()
        elif name == "bend":
            self._units()
        elif name == "weight" and self._editing is not None:
            parameter, position, _ = self._editing
            parameter.value[position] = self["weight"]
            self.run.measure()

    def pressed(self, name):
        if name == "play":
            self.pause() if self.playing else self.play()
        elif name == "step":
            self.pause()
            self.step()
        elif name == "same":
            self._restart()
        elif name == "reset":
            self.set_quietly(seed=(self["seed"] + 1) % 100)
            self._restart()
        elif name == "clear":
            self.own.clear()
            self._restart()
        elif name == "code":
            self._write_code()

    def event(self, event):
        if event["type"] == "click" and event.get("item") in ("weights", "biases"):
            self._edit(event["item"], event["index"])
        elif event["type"] in ("click", "paint") and event.get("panel") == "plane":
            label = self["point_class"]
            if event.get("shift") or event.get("button"):
                label = (label + 1) % 3
            if abs(event["x"]) <= WINDOW and abs(event["y"]) <= WINDOW:
                self.own.append((event["x"], event["y"], label))
                self._take_points()

    # ------------------------------------------------------------------ data and network
    def _data(self):
        name = self["data"]
        seed = self["seed"]
        rng = np.random.default_rng(seed)
        if name == OWN:
            empty = np.zeros((0, 2))
            self.drawn = Dataset(empty, np.zeros(0, dtype=int), "binary", ("x₁", "x₂"))
            self.train_set = self.test_set = self.drawn
        else:
            self.drawn = PLANE[name](SAMPLES, noise=self["noise"], rng=rng)
            self.train_set, self.test_set = self.drawn.split(self["train_share"], rng=rng)
        self._combine()

    def _combine(self):
        """The training samples: those of the data set and the reader's own."""
        X, y, kind = self.train_set.X, self.train_set.y, self.drawn.kind
        if self.own:
            own = np.array(self.own)
            labels = own[:, 2].astype(int)
            if kind == "regression":
                labels = np.array([-1.0, 1.0, 0.0])[labels]  # class 0 low, class 1 high, 2 between
            elif labels.max() > 1:
                kind = "classes"
            X, y = np.concatenate([X, own[:, :2]]), np.concatenate([y, labels])
        self.kind = kind
        self.X, self.y = X.astype("float32"), y
        self.n_classes = max(2, int(max(y.max(initial=0), self.test_set.y.max(initial=0))) + 1)
        self.n_outputs = self.n_classes if kind == "classes" else 1

    def _take_points(self):
        """New points join the training; the network restarts only if it needs another output."""
        before = self.kind, self.n_outputs
        self._combine()
        if (self.kind, self.n_outputs) != before or self.run is None or not self.run.history:
            self._network()
        else:
            self.run.set_data(self.X, self.y)

    def _network(self):
        """First weights, drawn from the seed: the same seed always gives the same start."""
        self._rng = np.random.default_rng(self["seed"])
        hidden = [self[f"width{k}"] for k in range(1, self["depth"] + 1)]
        widths = [2, *hidden, self.n_outputs]
        act = ACTIVATIONS[self["activation"]]
        init = "he" if "relu" in self["activation"] else "glorot"
        self._layers = []
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
            dense = Dense(n_in, n_out, rng=self._rng, init=init, dtype="float32")
            self._layers.append([dense, act(dtype="float32") if act.trainable else act()])
        self._layers[-1].pop()  # the output is the logit itself: the loss holds the sigmoid
        self._drop = [Dropout(0.5, rng=self._rng) for _ in self._layers[:-1]]
        self.run = None
        self.stopped = ""
        self._assemble()
        self._bends()

    def _assemble(self):
        """Put the layers together, with dropout between them if there is any."""
        rate = self["dropout"]
        layers = []
        for k, block in enumerate(self._layers):
            layers += block
            if rate > 0 and k < len(self._drop):
                self._drop[k].rate = rate
                layers.append(self._drop[k])
        model = Sequential(*layers)
        if self.run is None:
            self._model = model
            self.run = Run(
                model,
                self._loss(),
                self._optimizer(),
                self.X,
                self.y,
                batch_size=self["batch_size"],
                validation=(self.test_set.X.astype("float32"), self.test_set.y),
                rng=self._rng,
            )
            self.run.measure()
        else:
            self._model = self.run.model = model

    def _loss(self):
        kinds = {"binary": BinaryCrossEntropy, "classes": SoftmaxCrossEntropy, "regression": MSE}
        return kinds[self.kind]()

    def _optimizer(self):
        c = self.controls
        return OPTIMIZERS[c["optimizer"].value](
            self._model.parameters(),
            lr=c["learning_rate"].value,
            l1=c["l1"].value,
            l2=c["l2"].value,
        )

    def _restart(self):
        """New data and first weights; a training that was running goes on with them."""
        self._data()
        self._network()

    # ------------------------------------------------------------------ training
    def play(self):
        """Train until `pause`, as a task beside the notebook."""
        self._started = self._last = time.perf_counter()
        self._owed = 0.0
        self.loop.play()

    def step(self, epochs: float | None = None):
        """One gradient step on one batch, or so many epochs, at once."""
        with self.lock:
            if len(self.X) and not self.stopped:
                steps = 1 if epochs is None else round(epochs * self.run.batches_per_epoch)
                for part in np.array_split(np.arange(steps), min(100, steps)):  # for the curves
                    self.run.step(len(part))
                    self.run.measure()
                self._check()
            self.refresh()

    def _tick(self) -> bool:
        """One frame of training, then the picture. False when there is nothing to go on with."""
        if self.stopped or not len(self.X):
            if not len(self.X):
                self._say("There are no points yet: click into the plane to add some.")
            return False
        now = time.perf_counter()
        speed, run = self["speed"], self.run
        if speed == FASTEST:
            enough = now + 0.4 * FRAME  # the other half is for the picture and the mail
            while time.perf_counter() < enough:
                run.step(run.batches_per_epoch)
        else:
            rate = 4 if speed == ONE_STEP else run.batches_per_epoch * speed
            self._owed = min(self._owed + (now - self._last) * rate, rate / 4 + 1)
            steps = int(self._owed)
            self._owed -= steps
            run.step(steps)
        self._last = now
        if self.stage.ready:
            run.measure()
            self._check()
            self.refresh()
        return not self.stopped

    def _check(self):
        """If the loss ran away, stop and say why."""
        self.stopped = diagnose(self.run)
        if self.stopped:
            self._say(self.stopped, alarm=True)

    def _playing(self, playing):
        if not playing:
            self.refresh()  # all of it
        if playing:
            self._threads = one_thread()
        else:
            self._threads.restore_original_limits()
        super()._playing(playing)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        if self.drawing is None:
            network = self.stage.panel("network", box=(0, 0, 0.57, 0.55), axes=False)
            self.drawing = NetworkDrawing(network, WINDOW)
        # While it plays, the boundary moves in every frame and the rest takes turns: the eye does
        # not notice, the browser does.
        turns = [self._draw_network], [self._draw_curves], [self._draw_bent, self._draw_gradients]
        if self.playing:
            self._frame = (self._frame + 1) % len(turns)
            parts = turns[self._frame]
        else:
            parts = sum(turns, [])
        with np.errstate(all="ignore"):  # a diverged network is drawn as it is: blank
            for part in (self._draw_plane, *parts):
                part()

    def _draw_network(self):
        self.drawing.draw(self.run.model)

    def _draw_plane(self):
        plane = self.stage.panel(
            "plane",
            box=(0.58, 0, 0.42, 0.58),
            x=(-WINDOW, WINDOW),
            y=(-WINDOW, WINDOW),
            xlabel="x₁",
            ylabel="x₂",
            title="What the network says (click adds points)",
            equal=True,
            click=True,
        )
        out = to_numpy(self.run.model.forward(self._map))
        if self.kind == "classes":
            shifted = np.exp(out - out.max(axis=1, keepdims=True))
            p = shifted / shifted.sum(axis=1, keepdims=True)
            winner = p.argmax(axis=1)
            strength = (p.max(axis=1) - 1 / self.n_classes) / (1 - 1 / self.n_classes)
            strength = np.ones_like(strength) if self["discrete"] else 0.25 + 0.75 * strength
            plane.heat("map", strength.reshape(CELLS, CELLS), classes=winner.reshape(CELLS, CELLS))
        else:
            # tanh(z/2) = 2σ(z) − 1: −1 sure of class 0, 0 undecided, 1 sure of class 1
            value = out if self.kind == "regression" else np.tanh(out / 2)
            if self["discrete"]:
                value = np.sign(value)
            plane.heat("map", value.reshape(CELLS, CELLS), contour=self.kind == "binary")
        if self["show_test"] and len(self.test_set.X):
            plane.points(
                "test", *self.test_set.X.T, size=4, hollow=True, **self._looks(self.test_set.y)
            )
        else:
            plane.remove("test")
        plane.points("train", *self.X.T, size=4.5, **self._looks(self.y))

    def _looks(self, y):
        return {"values": y} if self.kind == "regression" else {"classes": y.astype(np.uint8)}

    def _draw_curves(self):
        history = thin(self.run.history, 300)
        epochs = np.array([r.epoch for r in history])
        last = max(1.0, float(epochs[-1]))
        measured = "R²" if self.kind == "regression" else "accuracy"
        series = {
            "loss": ("loss", [("train", "loss"), ("test", "val_loss")]),
            "accuracy": (measured, [("train", "accuracy"), ("test", "val_accuracy")]),
        }
        for k, (name, (label, curves)) in enumerate(series.items()):
            lines = {text: _finite([getattr(r, key) for r in history]) for text, key in curves}
            if name == "loss":
                finite = np.concatenate(list(lines.values()))
                finite = finite[~np.isnan(finite)]
                # The first losses set the scale, so that a runaway is seen to leave it.
                top = min(finite.max(initial=0.0), 4 * max(finite[:1].max(initial=0.0), 0.25))
                limits = (0.0, 1.08 * max(float(top), 1e-3))
            else:
                limits = (-0.02, 1.04)
            panel = self.stage.panel(
                name,
                box=(0.265 * k, 0.58, 0.26, 0.42),
                x=(0, last),
                y=limits,
                xlabel="epoch",
                ylabel=label,
                legend="upper right" if name == "loss" else "lower right",
            )
            panel.line("test", epochs, lines["test"], colour="vermillion", label="test", width=2)
            panel.line("train", epochs, lines["train"], colour="ink", label="train", width=2)

    def _draw_bent(self):
        layer = self["bend"]
        cols = columns(self.run.model)
        last = cols[layer - 1]["last"] if layer else None
        i, j = self["across"], self["up"]

        def bent(points):
            if layer == 0:
                return points
            values = to_numpy(self.run.model.trace(points)[last])
            flat = np.zeros((len(points), 1), dtype=values.dtype)
            return np.hstack([values, flat])[:, [i, j]]  # one unit alone: the line y = 0

        mesh = bent(MESH.reshape(-1, 2)).reshape(*MESH.shape[:2], 2)
        data = bent(self.X)
        with np.errstate(invalid="ignore"):
            both = np.nan_to_num(
                np.concatenate([mesh.reshape(-1, 2), data]), posinf=1e6, neginf=-1e6
            )
        low, high = both.min(axis=0), both.max(axis=0)
        pad = 0.06 * (high - low) + 0.02
        title = f"The plane as layer {layer} sees it" if layer else "The plane itself"
        panel = self.stage.panel(
            "bent",
            box=(0.53, 0.58, 0.255, 0.42),
            x=(low[0] - pad[0], high[0] + pad[0]),
            y=(low[1] - pad[1], high[1] + pad[1]),
            xlabel=f"unit {i + 1}" if layer else "x₁",
            ylabel=(f"unit {j + 1}" if layer else "x₂"),
            title=title,
            grid=False,
        )
        gap = np.full((len(mesh), 1, 2), np.nan)
        lines = np.concatenate([mesh, gap], axis=1).reshape(-1, 2)
        panel.line("mesh", *lines.T, width=1, colour="grey")
        panel.points("data", *data.T, size=3.2, **self._looks(self.y))

    def _draw_gradients(self):
        layers = self.run.history[-1].gradients
        names = [f"{k + 1}" for k in range(len(layers))]
        norms = np.array([g.norm for g in layers])
        finite = norms[np.isfinite(norms) & (norms > 0)]
        top = 10 ** np.ceil(np.log10(max(finite.max(initial=1e-3), 1e-3)))
        floor = top * 1e-4
        panel = self.stage.panel(
            "gradients",
            box=(0.785, 0.58, 0.215, 0.42),
            x=(0.4, len(layers) + 0.6),
            y=(floor, top * 8),
            yscale="log",
            xticks=list(zip(range(1, len(layers) + 1), names, strict=True)),
            xlabel="layer",
            ylabel="gradient norm",
            title="dead units on top",
        )
        at = np.arange(1, len(layers) + 1)
        heights = np.clip(np.nan_to_num(norms, posinf=top), floor, top)
        panel.bars("norm", at, heights, colour="sky", tip="norm of ∂L/∂W, layer by layer: {v}")
        words = ["" if g.dead is None else str(g.dead) for g in layers]
        panel.text("dead", at, heights * 2, words, size=14, bold=True)

    def summary(self):
        record = self.run.history[-1]
        measured = "R²" if self.kind == "regression" else "accuracy"
        widths = [c["units"] for c in columns(self.run.model)[:-1]]
        text = (
            f"{len(self.X)} training samples of {self['data']!r}, hidden layers {widths}, "
            f"{self['activation']}. Epoch {record.epoch:.0f}: training loss {record.loss:.3f}"
        )
        if record.accuracy is not None:
            text += f", {measured} {record.accuracy:.2f}"
        if record.val_loss is not None:
            text += f"; test loss {record.val_loss:.3f}, {measured} {record.val_accuracy:.2f}"
        text += "."
        dead = sum(g.dead or 0 for g in record.gradients)
        if dead:
            text += f" {dead} of {sum(widths)} hidden units are dead."
        blocked = [k + 1 for k, g in enumerate(record.gradients) if g.dead == g.units]
        if blocked:
            text += f" All of layer {blocked[0]} is: no gradient gets past it, nothing can learn."
        return (text + (" " + self.stopped if self.stopped else "")).replace("-", "−")

    # ------------------------------------------------------------------ the small things
    def _say(self, words, alarm=False):
        sign, colour = ("⚠ ", "#d55e00") if alarm else ("", "inherit")
        self.note.value = (
            f'<span style="font-size:15px;color:{colour}">{sign}{html.escape(words)}</span>'
        )

    def _show_widths(self, depth):
        for k in range(1, MAX_DEPTH + 1):
            self.controls[f"width{k}"].layout.display = "" if k <= depth else "none"

    def _bends(self):
        """The layers that can be looked through; the last hidden one to begin with."""
        depth = self["depth"]
        bend = self.controls["bend"]
        quiet, self._quiet = self._quiet, True
        bend.options = [
            ("none: the plane itself", 0),
            *((f"layer {k}", k) for k in range(1, depth + 1)),
        ]
        bend.value = depth
        self._units()
        self._quiet = quiet

    def _units(self):
        layer = self["bend"]
        units = columns(self._model)[layer - 1]["units"] if layer else 2
        word = "unit" if layer else "x"
        options = [(f"{word} {k + 1}", k) for k in range(max(units, 2))]
        if units == 1:
            options[1] = ("nothing", 1)
        quiet, self._quiet = self._quiet, True
        for name, value in (("across", 0), ("up", 1)):
            self.controls[name].options = options
            self.controls[name].value = value
        self._quiet = quiet

    def _edit(self, item, index):
        """A link or a bias was clicked: show its number in a box that changes it."""
        parameter, position, name = parameter_at(self.run.model, item, index)
        self._editing = parameter, position, name
        self.set_quietly(weight=round(float(parameter.value[position]), 4))
        self.weight_label.value = f"<b>{html.escape(name)}</b> ="
        for widget in (self.weight_label, self.controls["weight"]):
            widget.layout.display = ""

    def _write_code(self):
        for style, area in self.code.items():
            area.value = self.source(style.lower())
        self.code_tabs.layout.display = ""

    def source(self, style: str = "nnlib") -> str:
        """The network as a program that runs by itself, in "nnlib" or in "pytorch"."""
        data = None
        if self["data"] != OWN and not self.own:
            names = ("noise", "seed", "train_share")
            data = {"name": self["data"], "n": SAMPLES, **{name: self[name] for name in names}}
        return export_code(
            self.run.model,
            {"nnlib": "nnlib", "pytorch": "torch"}[style],
            loss=self.run.loss,
            optimizer=self.run.optimizer,
            batch_size=self["batch_size"],
            data=data,
        )


def _finite(values):
    """An array with NaN, a gap in a curve, where there is no number or one without bounds."""
    array = np.array([np.nan if v is None else v for v in values])
    return np.where(np.abs(array) < 1e30, array, np.nan)


def thin(records, at_most):
    """Every k-th record and the last one: a curve on the screen needs no more."""
    every = 1 + len(records) // at_most
    kept = records[::every]
    return kept if kept[-1] is records[-1] else [*kept, records[-1]]


def _mesh(lines=13, points=31):
    """The ruled paper that the bent plane shows: shape (2 · lines, points, 2)."""
    at, along = np.linspace(-WINDOW, WINDOW, lines), np.linspace(-WINDOW, WINDOW, points)
    upright = np.stack(np.broadcast_arrays(at[:, None], along[None]), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]]).astype("float32")


MESH = _mesh()
