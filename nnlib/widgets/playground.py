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
from .controls import rows
from .live import FRAME
from .monitor import draw_bent, draw_curves, draw_gradients
from .playing import PlayingExplorer
from .presets import (
    DEFAULTS,
    FASTEST,
    MAX_DEPTH,
    ONE_STEP,
    OWN,
    PRESETS,
    playground_controls,
)

SAMPLES = 250
CELLS = 100
WINDOW = EXTENT  # all data sets in the plane stand within it


class Playground(PlayingExplorer):
    """A small network, its data and its training, live.

    Click into the plane to add points, or a link or a bias of the network to change its number.

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
        self._editing = None
        self._map, _ = grid((-WINDOW, WINDOW), (-WINDOW, WINDOW), CELLS, "float32")
        self.drawing = None
        self._frame = 0
        super().__init__(1080, 700, playground_controls(start))

    def begin(self):
        self._show_widths(self["depth"])
        self._data()
        self._network()

    # ------------------------------------------------------------------ controls
    def layout(self):
        c = self.controls
        self.note = ipw.HTML(layout={"margin": "2px 8px"})
        area = {"width": "calc(100% - 4px)", "height": "320px"}
        self.code = {
            "nnlib": ipw.Textarea(layout=area),
            "PyTorch": ipw.Textarea(layout=area),
        }
        self.code_tabs = ipw.Tab(
            list(self.code.values()), titles=list(self.code), layout={"display": "none"}
        )

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
                        c[n]
                        for n in ("bend", "across", "up", "show_test", "discrete", "code", "weight")
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
            self.toggle()
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
        super().play()

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
            self.stopped = self.stopped.removesuffix(".") + ", then press “Same start again”."
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
        turns = [self._draw_network], [self._draw_curves], [self._draw_layers]
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

    def _draw_curves(self):
        draw_curves(self.stage, self.run.history, self._measured)

    def _draw_layers(self):
        model, looks = self.run.model, self._looks(self.y)
        draw_bent(self.stage, model, self.X, looks, self["bend"], self["across"], self["up"])
        draw_gradients(self.stage, self.run.history[-1].gradients)

    @property
    def _measured(self):
        return "R²" if self.kind == "regression" else "accuracy"

    def _draw_plane(self):
        title = "What the network says (click adds points)"
        plane = self.stage.plane(
            "plane", WINDOW, box=(0.58, 0, 0.42, 0.58), click=True, title=title
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

    def summary(self):
        record = self.run.history[-1]
        measured = self._measured
        widths = [c["units"] for c in columns(self.run.model)[:-1]]
        text = (
            f"{len(self.X)} training samples of {self['data']!r}, hidden layers {widths}, "
            f"{self['activation']}. Epoch {record.epoch:.0f}: training loss {_told(record.loss, 3)}"
        )
        if record.accuracy is not None:
            text += f", {measured} {_told(record.accuracy, 2)}"
        if record.val_loss is not None:
            test = _told(record.val_loss, 3), _told(record.val_accuracy, 2)
            text += f"; test loss {test[0]}, {measured} {test[1]}"
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
        sign, colour = ("⚠ ", "var(--jp-error-color1, #b84000)") if alarm else ("", "inherit")
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
        bend.options = [
            ("none: the plane itself", 0),
            *((f"layer {k}", k) for k in range(1, depth + 1)),
        ]
        bend.value = depth
        self._units()

    def _units(self):
        layer = self["bend"]
        units = columns(self._model)[layer - 1]["units"] if layer else 2
        word = "unit" if layer else "x"
        options = [(f"{word} {k + 1}", k) for k in range(max(units, 2))]
        if units == 1:
            options[1] = ("nothing", 1)
        for name, value in (("across", 0), ("up", 1)):
            self.controls[name].options = options
            self.controls[name].value = value

    def _edit(self, item, index):
        """A link or a bias was clicked: show its number in a box that changes it."""
        parameter, position, name = parameter_at(self.run.model, item, index)
        self._editing = parameter, position, name
        self.set_quietly(weight=round(float(parameter.value[position]), 4))
        self.controls["weight"].description = f"{name} ="
        self.controls["weight"].layout.display = ""

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


def _told(number, digits):
    """A number in words where it has run away."""
    if np.isfinite(number):
        return f"{number:.{digits}f}"
    return "not a number" if np.isnan(number) else f"{'minus ' * (number < 0)}infinity"
