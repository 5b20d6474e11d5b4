"""Five optimisers train the same network, side by side: `TaskRaceExplorer`."""

from __future__ import annotations

import numpy as np

from ..activations import Tanh
from ..backend import one_thread
from ..core import Sequential
from ..data import EXTENT, plane
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import OPTIMIZERS
from ..plot.decision import grid
from ..plot.words import counted
from ..train import Run
from .controls import choice, log_slider, slider, switch
from .explorer import Explorer
from .race import COLOURS, LABELS, NAMES

SAMPLES = 200
BATCH = 20
HIDDEN = 12
LOOKS = 50  # at each network, besides the first
EVERY = 4  # epochs between two of them
LAST = LOOKS * EVERY
CELLS = 60
LOW, HIGH = 1e-3, 5.0  # the losses that are drawn

#: A good learning rate of each, for networks and data of this size.
GOOD = {"sgd": 0.3, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.03, "adam": 0.03}
ONE_FOR_ALL = 0.03


class TaskRaceExplorer(Explorer):
    r"""The same network, the same first weights, the same batches, and five optimisers.

    Above, what each of the five networks says about the plane; below, their losses. The slider
    "epoch" goes back and forth in time. Any other control starts all five anew; they train while
    one watches.

    Parameters
    ----------
    data : str
        A set of two classes from `nnlib.data.PLANE`.
    seed : int
        Of the samples, the first weights and the order of the batches.

    Attributes
    ----------
    losses : array (looks, 5)
        Loss of each on the training samples; NaN where there is none yet.

    Examples
    --------
    All of them begin at the same place:

    >>> explorer = TaskRaceExplorer("moons")
    >>> len(set(explorer.losses[0]))
    1
    """

    def __init__(self, data="spiral", seed=1):
        self.cells, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), CELLS, "float32")
        controls = {
            "data": choice("data", ["moons", "circle", "xor", "spiral"], data),
            "seed": slider("seed", seed, 0, 99, 1),
            "factor": log_slider("every η, times", 1.0, -2, 2),
            "same": switch(f"the same η = {ONE_FOR_ALL:g} for all", False),
            "epoch": slider("epoch", LAST, 0, LAST, EVERY),
        }
        super().__init__(1080, 570, controls)

    def rate(self, name) -> float:
        """The learning rate with which this optimiser trains."""
        return self["factor"] * (ONE_FOR_ALL if self["same"] else GOOD[name])

    # ------------------------------------------------------------------ training
    def _network(self):
        rng, n = np.random.default_rng(self["seed"]), HIDDEN
        layers = [Dense(2, n, rng=rng), Tanh(), Dense(n, n, rng=rng), Tanh(), Dense(n, 1, rng=rng)]
        return Sequential(*layers).astype("float32")

    def begin(self):
        """All five back to the same first weights; then they train, as a long job."""
        self.samples = plane(self["data"], SAMPLES, noise=0.05, rng=self["seed"])
        self.shown = self._network()  # takes the weights of whatever is to be drawn
        self.runs = {}
        for name in NAMES:
            model = self._network()
            rule = OPTIMIZERS[name](model.parameters(), lr=self.rate(name))
            X = self.samples.X.astype("float32")
            self.runs[name] = Run(
                model, BinaryCrossEntropy(), rule, X, self.samples.y,
                batch_size=BATCH, rng=self["seed"],
            )  # fmt: skip
        self.losses = np.full((LOOKS + 1, len(NAMES)), np.nan)
        self.film = []  # look → name → its weights and its accuracy
        self._look()
        self.work(self._train())

    def _train(self):
        for look in range(LOOKS):
            for name in NAMES:
                with one_thread():
                    self.runs[name].step(EVERY * self.runs[name].batches_per_epoch)
                yield (look + 1) / LOOKS
            self._look()

    def _look(self):
        frame = {}
        for k, name in enumerate(NAMES):
            run = self.runs[name]
            record = run.measure()
            frame[name] = [p.value.copy() for p in run.model.parameters()], record.accuracy
            if np.isfinite(record.loss):
                self.losses[len(self.film), k] = record.loss
        self.film.append(frame)

    # ------------------------------------------------------------------ the picture
    @property
    def look(self) -> int:
        """Which of the looks is shown: the slider's, or the last there is by now."""
        return max(0, min(self["epoch"] // EVERY, len(self.film) - 1))

    def draw(self):
        frame = self.film[self.look]
        for k, name in enumerate(NAMES):
            weights, right = frame[name]
            panel = self.stage.panel(
                name, box=(0.2 * k, 0, 0.2, 0.46), x=(-EXTENT, EXTENT), y=(-EXTENT, EXTENT),
                title=f"{LABELS[name]}: {right:.0%} right", equal=True, axes=False, grid=False,
            )  # fmt: skip
            for p, value in zip(self.shown.parameters(), weights, strict=True):
                p.value[...] = value
            with np.errstate(all="ignore"):  # one that ran away says NaN: the background
                z = self.shown.forward(self.cells)
                panel.heat("answer", np.tanh(z / 2).reshape(CELLS, CELLS), contour=True)
            panel.points("samples", *self.samples.X.T, classes=self.samples.y, size=2.6)
        curves = self.stage.panel(
            "loss", box=(0, 0.46, 1, 0.54), x=(0, LAST), y=(LOW, HIGH), yscale="log",
            xlabel="epoch", ylabel="loss, training samples", legend="lower left",
            title="The same first weights, the same batches",
        )  # fmt: skip
        epochs = np.arange(LOOKS + 1) * EVERY
        for k, name in enumerate(NAMES):
            curves.line(
                name, epochs, np.clip(self.losses[:, k], LOW, HIGH), colour=COLOURS[name],
                width=2.5, label=f"{LABELS[name]}, η = {self.rate(name):.3g}",
            )  # fmt: skip
        now = self.look * EVERY
        curves.line("now", [now, now], [LOW, HIGH], colour="grey", width=1.5, dash=(6, 4))

    def summary(self):
        words = []
        for k, name in enumerate(NAMES):
            loss, right = self.losses[self.look, k], self.film[self.look][name][1]
            value = f"{loss:.3f}" if np.isfinite(loss) else "no number any more"
            words.append(f"{LABELS[name]} (η = {self.rate(name):.3g}) {value}, {right:.0%} right")
        epochs = counted(self.look * EVERY, "epoch")
        return f"Five networks on {self['data']} after {epochs}, loss: {'; '.join(words)}."

    def changed(self, name):
        if name != "epoch":
            self.begin()
