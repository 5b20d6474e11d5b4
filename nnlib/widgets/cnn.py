"""A convolutional network that learns while one watches its maps: `CNNExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import ReLU, Softmax
from ..backend import one_thread
from ..conv import Conv2D
from ..core import Sequential
from ..data import mnist
from ..dense import Dense
from ..losses import SoftmaxCrossEntropy
from ..optim import Adam
from ..plot.words import counted
from ..pool import Flatten, MaxPool2D
from ..train import Run
from .controls import button, buttons, log_slider, slider
from .playing import PlayingExplorer

BATCH = 64
EPOCHS = 20  # then it stops by itself
LEARNED, TESTED = 2000, 250  # digits to learn from; of those held back, digits to measure on
EVERY = 8  # steps between two measurements
PER_TICK = 2  # steps between two drawings


def small_cnn(rng=None):
    """Convolution to 8 maps, pooling, convolution to 16 maps, pooling, ten classes; 28 × 28 in.

    >>> small_cnn(0).n_parameters  # 208 + 3216 + 2570
    5994
    """
    rng = np.random.default_rng(rng)
    return Sequential(
        Conv2D(1, 8, 5, rng=rng, init="he", dtype="float32"),
        ReLU(),
        MaxPool2D(2),
        Conv2D(8, 16, 5, rng=rng, init="he", dtype="float32"),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(256, 10, rng=rng, dtype="float32"),
    )


def tiles(maps):
    """(height, width, maps) → (maps, height, width), row 0 lowest, as `Panel.heat` wants it."""
    return np.moveaxis(maps, -1, 0)[:, ::-1]


def places(left, top, side, gap, rows, columns):
    """(x0, x1, y0, y1) of rows · columns squares, row by row from the top left corner."""
    i, j = np.divmod(np.arange(rows * columns), columns)
    x, y = left + j * (side + gap), top - i * (side + gap)
    return np.stack([x, x + side, y - side, y], axis=1)


class CNNExplorer(PlayingExplorer):
    r"""A small CNN, from the pixels to the classes, while it learns digits.

    From left to right: a digit it has not learned from; the eight kernels of 5 × 5 weights; the
    eight feature maps they make, after ReLU; the sixteen maps of the second convolution; the
    probabilities. Below, loss and accuracy on digits held back.

    Parameters
    ----------
    digit : int
        Which of the digits held back goes through.
    seed : int
        Of the first weights and the order of the samples.
    steps : int
        Steps of training to begin with, of 64 digits each.

    Examples
    --------
    >>> CNNExplorer().summary()
    'After 0 steps of 64 digits (0.0 epochs): loss ..., ... % of 250 digits held back are read
    right. The digit shown is a 3; it is taken for a ...'
    """

    def __init__(self, digit=0, seed=0, steps=0):
        digits = mnist()
        X = digits.X.reshape(-1, 28, 28, 1)
        self.X, self.y = X[:LEARNED], digits.y[:LEARNED]
        self.test_X, self.test_y = X[8000 : 8000 + TESTED], digits.y[8000 : 8000 + TESTED]
        self._first = expect.whole(steps, "CNNExplorer", "steps")
        controls = {
            "play": button("Play", "play", "Train; press again to pause"),
            "step": button("Step", "step-forward", f"One step: a batch of {BATCH} digits"),
            "epoch": button("Epoch", "fast-forward", f"All {LEARNED} digits once"),
            "reset": button("Reset", "undo", "Back to the same first weights"),
            "digit": slider("digit held back", digit, 0, TESTED - 1, 1),
            "learning_rate": log_slider("learning rate η", 0.003, -4, 0),
            "maps": buttons("feature maps", ["after ReLU", "after pooling"]),
            "seed": slider("seed", seed, 0, 9, 1),
        }
        super().__init__(1080, 620, controls)

    # ------------------------------------------------------------------ training
    def begin(self):
        self._restart()
        self.advance(self._first)

    def _restart(self):
        self.model = small_cnn(self["seed"])
        self.run = Run(
            self.model, SoftmaxCrossEntropy(), Adam(self.model.parameters(), self["learning_rate"]),
            self.X, self.y, batch_size=BATCH, rng=self["seed"],
        )  # fmt: skip
        self.steps, self.history = 0, []
        self._measure()

    def _measure(self):
        with np.errstate(all="ignore"), one_thread():
            z = self.model(self.test_X)
            loss = float(SoftmaxCrossEntropy()(z, self.test_y))
        self.history.append((self.steps, loss, float((z.argmax(axis=1) == self.test_y).mean())))

    @property
    def done(self) -> bool:
        """Whether it has stopped: at the end, or because the weights are no numbers any more."""
        return self.run.epoch >= EPOCHS or not np.isfinite(self.history[-1][1])

    def advance(self, steps: int) -> None:
        """Train, and measure every few steps and at the end."""
        with one_thread():
            for k in range(steps):
                if self.done:
                    return
                self.run.step()
                self.steps += 1
                if self.steps % EVERY == 0 or k == steps - 1 and steps != PER_TICK:
                    self._measure()

    def _tick(self):
        self.advance(PER_TICK)
        self.refresh()
        return not self.done

    # ------------------------------------------------------------------ the reader
    def changed(self, name):
        if name == "learning_rate":
            self.run.optimizer.lr = self["learning_rate"]
        elif name == "seed":
            self._restart()

    def pressed(self, name):
        if name == "play" and not self.loop.playing and not self.done:
            self.loop.play()
            return
        self.loop.pause()
        if name == "step":
            self.advance(1)
        elif name == "epoch":
            self.advance(self.run.batches_per_epoch)
        elif name == "reset":
            self._restart()

    # ------------------------------------------------------------------ the picture
    def draw(self):
        x = self.test_X[self["digit"]]
        with np.errstate(all="ignore"):
            outputs = [np.nan_to_num(out[0]) for out in self.model.trace(x[None])]
            self.p = Softmax().forward(outputs[-1][None])[0]
        pooled = self["maps"] == "after pooling"
        first, second = outputs[2 if pooled else 1], outputs[5 if pooled else 4]
        panel = self.stage.panel(
            "network", box=(0, 0, 0.76, 0.62), x=(0, 205), y=(0, 93), equal=True, axes=False
        )
        kernels = np.nan_to_num(self.model[0].W.value[:, :, 0])
        columns = (
            ("digit", x[::-1, :, 0], (1, 32, 24, 55), 1.0, "grey"),
            ("kernels", tiles(kernels), places(48, 79, 17, 2.5, 4, 2), 0, "diverging"),
            ("maps 1", tiles(first), places(97, 79, 17, 2.5, 4, 2), 0, "diverging"),
            ("maps 2", tiles(second), places(146, 79, 12, 2.4, 4, 4), 0, "diverging"),
        )
        for name, values, extent, vmax, colours in columns:
            # Half of the largest gets the full colour: most of a map is far below its largest.
            vmax = vmax or max(float(np.abs(values).max()) / 2, 1e-6)
            x0, x1, y0, y1 = np.reshape(extent, (-1, 4)).T
            gap = np.full_like(x0, np.nan, dtype=float)
            across, up = np.stack([x0, x1, x1, x0, x0, gap]), np.stack([y0, y0, y1, y1, y0, gap])
            panel.line(f"frames {name}", across.T, up.T, colour="grid", width=1)
            panel.heat(name, values, extent, vmax=vmax, colours=colours, smooth=False, tip="{v}")
        heads = [
            "digit", "8 kernels", "8 feature maps", "16 feature maps",
        ]  # fmt: skip
        sizes = [
            "28 × 28",
            "5 × 5",
            "{0} × {0}".format(len(first)),
            "{0} × {0}".format(len(second)),
        ]
        at = [16.5, 66.2, 115.2, 173.6]
        panel.text("heads", at, [88.5] * 4, heads, size=15, bold=True)
        panel.text("sizes", at, [82.6] * 4, sizes, size=14, colour="muted")
        panel.arrows("arrows", [34, 87, 136], [40] * 3, [45, 94, 143.5], [40] * 3, colour="muted")
        says = self.stage.panel(
            "classes", box=(0.76, 0, 0.24, 0.62), x=(-0.6, 9.6), y=(0, 1.08),
            xticks=[(k, str(k)) for k in range(10)], xlabel="class", ylabel="probability",
            title=f"It is a {self.test_y[self['digit']]}; read as {self.p.argmax()}",
        )  # fmt: skip
        right = self.p.argmax() == self.test_y[self["digit"]]
        says.bars("p", range(10), self.p, colour="blue" if right else "vermillion", tip="{y}")
        self._curves()

    def _curves(self):
        steps, loss, accuracy = np.array(self.history).T
        fine = np.isfinite(loss)
        most = max(64, 1.15 * steps[-1])
        for k, (name, values, top, colour) in enumerate(
            (("loss", np.clip(loss[fine], 0, 3.4), 3.2, "vermillion"),
             ("accuracy", accuracy[fine], 1.02, "green"))
        ):  # fmt: skip
            panel = self.stage.panel(
                name, box=(k / 2, 0.63, 0.5, 0.37), x=(0, most), y=(0, top), xlabel="step",
                ylabel=name,
                title=f"{name} on {TESTED} digits held back"
                + (f": {values[-1]:.2f}" if len(values) else ""),
            )  # fmt: skip
            panel.line("curve", steps[fine], values, colour=colour, width=3)
            if len(values):
                panel.points("now", steps[fine][-1], values[-1], colour=colour, size=6)
            else:
                panel.remove("now")

    def summary(self):
        _, loss, accuracy = self.history[-1]
        true = self.test_y[self["digit"]]
        text = (
            f"After {counted(self.steps, 'step')} of {BATCH} digits ({self.run.epoch:.1f} epochs): "
        )
        if not np.isfinite(loss):
            return text + "the weights are no numbers any more; take a smaller learning rate."
        return text + (
            f"loss {loss:.2f}, {100 * accuracy:.0f} % of {TESTED} digits held back are read right. "
            f"The digit shown is a {true}; it is taken for a {self.p.argmax()} with probability "
            f"{self.p.max():.2f}."
        )
