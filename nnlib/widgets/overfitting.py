"""Networks that learn by heart, filmed: `OverfittingExplorer`, `VarianceExplorer`,
`MemoryExplorer`."""

from __future__ import annotations

import copy

import ipywidgets as ipw
import numpy as np

from ..activations import Tanh
from ..core import Sequential
from ..data import EXTENT, moons
from ..dense import Dense
from ..losses import BinaryCrossEntropy
from ..optim import Adam
from ..overfitting import EPOCHS, GRID, WaveFits, bias_and_variance, noisy_wave, wave
from ..plot.decision import grid
from ..train import step
from .controls import LABEL, WIDE, button, choice, rows, slider
from .playing import PlayingExplorer

WIDTHS = [1, 2, 4, 8, 16, 32, 64, 128]
DECAYS = [0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]
TALL = (-2.3, 2.3)  # what is seen of the wave's y
LOSS = (0.003, 5.0)


def ladder(label, values, value):
    """A slider over a few given numbers."""
    return ipw.SelectionSlider(
        description=label,
        options=[(f"{v:g}", v) for v in values],
        value=value,
        style=LABEL,
        layout=WIDE,
    )


class Film(PlayingExplorer):
    """Base class: a short training that can be watched again, epoch by epoch.

    Any control but ``epoch`` trains anew, through `Explorer.work`; **Play** runs the film.

    Parameters
    ----------
    width, height : int
    controls : dict
        Those that the training depends on.
    epochs : list of int
        Those that are filmed.
    silent : tuple of str
        Controls that change the picture alone.
    """

    def __init__(self, width, height, controls, epochs, silent=()):
        self.silent, self.seed = silent, 0
        self.controls = {
            "play": button("Play", "play", "Watch the training from its first epoch"),
            "again": button("Other samples", "refresh", "Draw new samples, and train again"),
            "epoch": ladder("epoch", epochs, epochs[-1]),
            **controls,
        }
        for _ in self.training():
            pass
        super().__init__(width, height, self.controls)

    def training(self):
        """Train with the controls as they are; a generator for `work`."""
        raise NotImplementedError

    def filmed(self) -> list:
        """The epochs there are pictures of by now."""
        raise NotImplementedError

    @property
    def frame(self) -> int:
        """Which of the filmed epochs is shown."""
        wanted, there = self["epoch"], self.filmed()
        return min(int(np.searchsorted(there, wanted)), len(there) - 1)

    def changed(self, name):
        if name != "epoch" and name not in self.silent:
            self.work(self.training())

    def pressed(self, name):
        if name == "again":
            self.seed += 1
            self.work(self.training())
        elif self.playing:
            self.loop.pause()
        else:
            epochs = self._epochs
            if self["epoch"] == epochs[-1]:
                self.set_quietly(epoch=epochs[0])
            self.loop.play()

    @property
    def _epochs(self):
        return [value for _, value in self.control("epoch").options]

    def _tick(self):
        epochs = self._epochs
        at = min(epochs.index(self["epoch"]) + 1, len(epochs) - 1)
        self.set_quietly(epoch=epochs[at])
        self.refresh()
        return at < len(epochs) - 1

    def layout(self):
        first = [self.controls[k] for k in ("play", "again", "epoch")]
        rest = [c for k, c in self.controls.items() if k not in ("play", "again", "epoch")]
        return ipw.VBox([rows(first), self.stage, rows(rest)])

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "now":
            epochs = np.array(self._epochs)
            nearest = np.abs(np.log(epochs) - np.log(max(event["x"], 1.0))).argmin()
            self.set_quietly(epoch=int(epochs[nearest]))


def wave_controls(n=15, noise=0.3, width=64, l2=0.0, rate=0.0) -> dict:
    """The five things that decide how much is learned by heart."""
    return {
        "n": slider("samples n", n, 5, 80, 1),
        "noise": slider("noise σ", noise, 0.0, 0.6, 0.05),
        "width": ladder("hidden units", WIDTHS, width),
        "l2": ladder("weight decay λ", DECAYS, l2),
        "rate": slider("dropout rate p", rate, 0.0, 0.8, 0.1),
    }


#: What can be put along the axis: its name, whether it is shown as a logarithm, its ticks.
AXES = {
    "n": ("number of samples n", True, (5, 10, 20, 40, 80)),
    "noise": ("noise σ", False, (0, 0.2, 0.4, 0.6)),
    "width": ("hidden units", True, WIDTHS),
    "l2": ("weight decay λ", None, (0, 0.001, 0.01, 0.1)),
    "rate": ("dropout rate p", False, (0, 0.2, 0.4, 0.6, 0.8)),
}


def _place(what, value):
    """Where a value stands along the axis; weight decay goes by its place in the list."""
    if what == "l2":
        return float(np.interp(value, DECAYS, range(len(DECAYS))))
    return float(np.log2(value)) if AXES[what][1] else float(value)


class OverfittingExplorer(Film):
    """One network learns a wave from noisy samples: the fit, both losses, and what changes them.

    Left, the truth (dashed), the samples, and what the network says at the chosen epoch; thin, what
    it said when it was best. Middle, train and test loss over the epochs: drag the dot. Right, the
    losses at the end of the training, against whichever control one likes: drag the square.

    Parameters
    ----------
    n, noise, width, l2, rate
        Where the controls stand at first.
    against : str
        Which of these the right panel shows.
    measured : dict, optional
        What ``python -m benchmarks.overfitting`` found, as ``nnlib.data.measured`` gives it: then
        the right panel shows the middle half of many trainings as a band.

    Examples
    --------
    >>> explorer = OverfittingExplorer()
    >>> explorer.summary()
    '15 samples, noise 0.30, 64 hidden units, ... Epoch 3000: train loss 0.00..., test loss ...'
    """

    def __init__(
        self,
        n=15,
        noise=0.3,
        width=64,
        l2=0.0,
        rate=0.0,
        *,
        against="n",
        measured=None,
        seed=29,
    ):
        self.measured, self.trained = measured or {}, {what: [] for what in AXES}
        controls = wave_controls(n, noise, width, l2, rate)
        controls["against"] = choice(
            "right: against", [(label, what) for what, (label, *_) in AXES.items()], against
        )
        self.first_seed = seed
        super().__init__(1080, 430, controls, EPOCHS, silent=("against",))

    # ------------------------------------------------------------------ the training
    def training(self):
        x, y = noisy_wave(self["n"], self["noise"], rng=self.first_seed + self.seed)
        self.fits = WaveFits(
            x, y, noise=self["noise"], width=self["width"], l2=self["l2"], rate=self["rate"]
        )
        job = self.fits.run()
        while not self.fits.epochs:  # so that there is something to draw at once
            next(job)
        yield from job
        losses = float(self.fits.train[-1][0]), float(self.fits.test[-1][0])
        for what, dots in self.trained.items():
            dots.append((_place(what, self[what]), *losses))
            del dots[:-100]

    def filmed(self):
        return self.fits.epochs

    # ------------------------------------------------------------------ the picture
    def draw(self):
        fits, now, best = self.fits, self.frame, self.fits.best
        train, test = np.array(fits.train)[:, 0], np.array(fits.test)[:, 0]
        self._draw_fit(fits, now, best)
        self._draw_losses(fits, train, test, now, best)
        self._draw_against(train[-1], test[-1])

    def _draw_fit(self, fits, now, best):
        panel = self.stage.panel(
            "fit",
            box=(0, 0, 0.37, 1),
            x=(-1, 1),
            y=TALL,
            xlabel="x",
            ylabel="y",
            title=f"What the network says, epoch {fits.epochs[now]}",
            legend="upper left",
        )
        panel.line("truth", GRID, wave(GRID), dash=(7, 5), colour="muted", label="truth")
        panel.line("best", GRID, fits.curves[best][0], colour="green", width=2,
                   label=f"at epoch {fits.epochs[best]}, its best")  # fmt: skip
        panel.line("fit", GRID, fits.curves[now][0], colour="blue", width=3.5, label="network")
        panel.points("samples", fits.x[0], fits.y[0], size=5, tip="sample {i}: ({x}, {y})")

    def _draw_losses(self, fits, train, test, now, best):
        epochs = np.array(fits.epochs)
        panel = self.stage.panel(
            "losses",
            box=(0.37, 0, 0.32, 1),
            x=(1, EPOCHS[-1] * 1.1),
            y=LOSS,
            xscale="log",
            yscale="log",
            xlabel="epoch",
            ylabel="mean squared error",
            title="Drag the dot along the epochs",
            legend="lower left",
        )
        floor = max(self["noise"] ** 2, LOSS[0] / 2)
        panel.line("floor", [1, EPOCHS[-1] * 1.1], [floor, floor], colour="muted", dash=(3, 4),
                   width=1.5, label="σ², the noise alone")  # fmt: skip
        panel.line("train", epochs, np.maximum(train, 1e-6), colour="blue", width=3, label="train")
        panel.line("test", epochs, test, colour="vermillion", width=3, label="test")
        panel.points("best", epochs[best], test[best], marker="star", colour="green", size=10,
                     label="best epoch")  # fmt: skip
        panel.line("at", [epochs[now]] * 2, LOSS, colour="ink", width=1.2, dash=(2, 3))
        panel.points("now", epochs[now], test[now], colour="ink", size=7, drag=True,
                     tip="drag: another epoch")  # fmt: skip

    def _draw_against(self, train, test):
        what = self["against"]
        label, _, ticks = AXES[what]
        places = [_place(what, t) for t in ticks]
        room = 0.06 * (places[-1] - places[0])
        panel = self.stage.panel(
            "against",
            box=(0.69, 0, 0.31, 1),
            x=(places[0] - room, places[-1] + room),
            y=LOSS,
            yscale="log",
            xticks=[(p, f"{t:g}") for p, t in zip(places, ticks, strict=True)],
            xlabel=label,
            ylabel="mean squared error",
            title="The end: drag the square",
            legend="lower right",
        )
        found = self.measured.get("waves", {}).get(what)
        for name, colour in (("train", "blue"), ("test", "vermillion")):
            if found:
                at = np.array([_place(what, v) for v in found["values"]])
                low, middle, high = np.maximum(found[name], 1e-4).T
                band = np.r_[at, at[::-1]], np.r_[low, high[::-1]]
                panel.line(f"{name} band", *band, fill=True, width=1, colour=colour)
                panel.line(f"{name} median", at, middle, colour=colour, width=2.5)
            else:  # the band of something else is no longer true
                panel.remove(f"{name} band", f"{name} median")
        dots = np.array(self.trained[what]).reshape(-1, 3)
        panel.points("before", np.r_[dots[:, 0], dots[:, 0]],
                     np.clip(np.r_[dots[:, 1], dots[:, 2]], *LOSS), colour="grey", size=2.5,
                     tip="tried before")  # fmt: skip
        here = _place(what, self[what])
        panel.points("train now", here, np.clip(train, *LOSS), colour="blue", size=7,
                     label="train")  # fmt: skip
        panel.points("set", here, np.clip(test, *LOSS), colour="vermillion", marker="square",
                     size=7, drag=True, label="test", tip="drag: another value")  # fmt: skip

    def summary(self):
        fits, now, best = self.fits, self.frame, self.fits.best
        words = ", ".join(
            f"{kind} loss {loss[now][0]:.3f}"
            for kind, loss in (("train", fits.train), ("test", fits.test))
        )
        return (
            f"{self['n']} samples, noise {self['noise']:.2f}, {self['width']} hidden units, "
            f"weight decay {self['l2']:g}, dropout {self['rate']:.1f}. "
            f"Epoch {fits.epochs[now]}: {words}. "
            f"The test loss is smallest at epoch {fits.epochs[best]}, {fits.test[best][0]:.3f}; "
            f"the noise alone costs {self['noise'] ** 2:.3f}."
        )

    # ------------------------------------------------------------------ taking hold of it
    def event(self, event):
        super().event(event)
        if event["type"] == "drag" and event["item"] == "set":
            what, control = self["against"], self.control(self["against"])
            if isinstance(control, ipw.SelectionSlider):
                values = [value for _, value in control.options]
            else:
                values = np.arange(control.min, control.max + control.step / 2, control.step)
            near = np.abs([_place(what, v) - event["x"] for v in values]).argmin()
            value = type(control.value)(values[near])
            if value != control.value:
                self.set_quietly(**{what: value})
                self.changed(what)


class VarianceExplorer(Film):
    """Many networks, each with its own samples of one wave: how far off is their mean, and how
    far are they from it?

    Left, what each says (thin), their mean, and the truth. Right, bias² and variance over the
    epochs; drag the dot.

    Parameters
    ----------
    copies : int
        How many networks.
    n, noise, width, l2, rate
        Where the controls stand at first.

    Examples
    --------
    >>> VarianceExplorer(copies=8).summary()
    '8 networks, ... bias² 0..., variance ...'
    """

    def __init__(self, copies=20, n=15, noise=0.3, width=64, l2=0.0, rate=0.0):
        self.copies = int(copies)
        super().__init__(1080, 430, wave_controls(n, noise, width, l2, rate), EPOCHS)

    def training(self):
        drawn = [
            noisy_wave(self["n"], self["noise"], rng=1000 * (1 + self.seed) + m)
            for m in range(self.copies)
        ]
        self.fits = WaveFits(
            *np.array(drawn).swapaxes(0, 1),
            noise=self["noise"],
            width=self["width"],
            l2=self["l2"],
            rate=self["rate"],
            rng=1,
        )
        job = self.fits.run()
        while not self.fits.epochs:
            next(job)
        yield from job

    def filmed(self):
        return self.fits.epochs

    def draw(self):
        fits, now = self.fits, self.frame
        said = fits.curves[now]
        panel = self.stage.panel(
            "bundle",
            box=(0, 0, 0.55, 1),
            x=(-1, 1),
            y=TALL,
            xlabel="x",
            ylabel="y",
            title=f"{self.copies} networks, each with {self['n']} samples of its own, "
            f"epoch {fits.epochs[now]}",
            legend="upper left",
        )
        gap = np.full((self.copies, 1), np.nan)
        x = np.broadcast_to(np.r_[GRID, np.nan], (self.copies, len(GRID) + 1))
        panel.line("fits", x.ravel(), np.hstack([said, gap]).ravel(), colour="sky", width=1,
                   label="each network")  # fmt: skip
        panel.line("truth", GRID, wave(GRID), dash=(7, 5), colour="ink", width=2.5, label="truth")
        panel.line("mean", GRID, said.mean(axis=0), colour="purple", width=4, label="their mean")
        # Taken from the first network, so that one sees how few a network is given.
        panel.points("samples", fits.x[0], fits.y[0], size=4, colour="grey", label="one network's")
        self._draw_parts()

    def parts(self):
        """bias² and variance at each filmed epoch."""
        return bias_and_variance(self.fits.curves)

    def _draw_parts(self):
        epochs, now = np.array(self.fits.epochs), self.frame
        bias2, variance = np.maximum(self.parts(), 1e-5)
        panel = self.stage.panel(
            "parts",
            box=(0.55, 0, 0.45, 1),
            x=(1, EPOCHS[-1] * 1.1),
            y=(0.0003, 3.0),
            xscale="log",
            yscale="log",
            xlabel="epoch",
            ylabel="mean squared distance",
            title="Drag the dot along the epochs",
            legend="lower left",
        )
        total = bias2 + variance
        panel.line("bias", epochs, bias2, colour="purple", width=3, label="bias²: mean to truth")
        panel.line("variance", epochs, variance, colour="sky", width=3, dash=(8, 4),
                   label="variance: each to mean")  # fmt: skip
        panel.line("total", epochs, total, colour="ink", width=2, label="sum: each to truth")
        panel.points("best", epochs[total.argmin()], total.min(), marker="star", colour="green",
                     size=10, label="least")  # fmt: skip
        panel.line("at", [epochs[now]] * 2, [0.0003, 3.0], width=1.2, dash=(2, 3))
        panel.points("now", epochs[now], total[now], size=7, drag=True, tip="drag: another epoch")

    def summary(self):
        now, (bias2, variance) = self.frame, self.parts()
        least = int((bias2 + variance).argmin())
        return (
            f"{self.copies} networks, each with {self['n']} samples, noise {self['noise']:.2f}, "
            f"{self['width']} hidden units, weight decay {self['l2']:g}, dropout "
            f"{self['rate']:.1f}. Epoch {self.fits.epochs[now]}: bias² {bias2[now]:.3f}, variance "
            f"{variance[now]:.3f}, together {bias2[now] + variance[now]:.3f}; least at epoch "
            f"{self.fits.epochs[least]}, {bias2[least] + variance[least]:.3f}."
        )


class CurvePuzzle(Film):
    """Four loss curves without their names: train and test, without dropout and with.

    Examples
    --------
    >>> CurvePuzzle().summary()
    'Four loss curves ... Curve 1 ends at 0.4..., curve 2 at ...'
    """

    def __init__(self):
        super().__init__(760, 400, {}, EPOCHS)

    def training(self):
        samples = noisy_wave(15, rng=29 + self.seed)
        self.plain, self.dropped = WaveFits(*samples), WaveFits(*samples, rate=0.3)
        for share, _ in zip(self.plain.run(), self.dropped.run(), strict=True):
            yield share

    def filmed(self):
        return self.dropped.epochs

    def curves(self) -> list:
        """Those of the picture, in the order of their numbers."""
        plain, dropped = self.plain, self.dropped
        found = plain.test, dropped.train, dropped.test, plain.train
        return [np.array(losses)[:, 0] for losses in found]

    def draw(self):
        panel = self.stage.panel(
            "curves",
            x=(1, 1.6 * EPOCHS[-1]),
            y=(0.0005, 5),
            xscale="log",
            yscale="log",
            xlabel="epoch",
            ylabel="mean squared error",
            title="Which curve is which?",
        )
        some = slice(None, self.frame + 1)
        epochs = self.filmed()[some]
        for k, (values, colour) in enumerate(
            zip(self.curves(), ("purple", "green", "orange", "blue"), strict=True), 1
        ):
            panel.line(f"{k}", epochs, np.maximum(values[some], 1e-4), colour=colour, width=3)
            at = 1.2 * epochs[-1], max(values[self.frame], 0.0006)
            panel.text(f"name {k}", *at, str(k), colour=colour, size=20, bold=True, halo=True)

    def summary(self):
        ends = ", curve ".join(
            f"{k} {'ends at' if k == 1 else 'at'} {values[self.frame]:.3f}"
            for k, values in enumerate(self.curves(), 1)
        )
        return f"Four loss curves up to epoch {self.filmed()[self.frame]}. Curve {ends}."


FRAMES = sorted({round(1.17**k) for k in range(47)})
CELLS = 64


class MemoryExplorer(Film):
    """A network learns labels of which a share was shuffled: it learns those by heart.

    Left, what it says about the plane and the samples it learns from; who it gets wrong has a ring.
    Right, the share of right answers on them, and on 1000 new samples, shuffled in the same way.

    Parameters
    ----------
    n, width, shuffled
        Where the controls stand at first: samples, units in each of two hidden layers, and the
        share of labels that were dealt out anew at random.

    Examples
    --------
    >>> MemoryExplorer().summary()
    '60 samples, 100 % of the labels shuffled, ... 60 of 60 right, and of 1000 new samples ...'
    """

    def __init__(self, n=60, width=64, shuffled=1.0):
        controls = {
            "shuffled": slider("share shuffled", shuffled, 0.0, 1.0, 0.05),
            "n": slider("samples n", n, 10, 120, 2),
            "width": ladder("units, two layers", [2, 4, 8, 16, 32, 64], width),
        }
        self.points, _ = grid((-EXTENT, EXTENT), (-EXTENT, EXTENT), CELLS, "float32")
        super().__init__(1080, 440, controls, FRAMES)

    # ------------------------------------------------------------------ the training
    def _samples(self, n, rng):
        rng = np.random.default_rng(rng)
        drawn = moons(n, 0.12, rng)
        y = drawn.y.copy()
        some = rng.permutation(n)[: round(self["shuffled"] * n)]
        y[some] = rng.permutation(y[some])
        return drawn.X.astype("float32"), y

    def training(self):
        rng, h = np.random.default_rng(self.seed), self["width"]
        self.X, self.y = self._samples(self["n"], self.seed)
        X_new, y_new = self._samples(1000, 10_000 + self.seed)
        first = Dense(2, h, rng=rng, dtype="float32")
        # Units that bend all over the plane, as in `nnlib.overfitting`.
        first.W.value[...] = rng.normal(0, 2, (2, h))
        first.b.value[...] = -(first.W.value * rng.uniform(-EXTENT, EXTENT, (2, h))).sum(axis=0)
        model = Sequential(
            first,
            Tanh(),
            Dense(h, h, rng=rng, dtype="float32"),
            Tanh(),
            Dense(h, 1, rng=rng, dtype="float32"),
        )
        loss, adam = BinaryCrossEntropy(), Adam(model.parameters(), lr=0.01)
        self.film, self.epochs, self.right = [], [], []
        for epoch in range(1, FRAMES[-1] + 1):
            step(model, loss, adam, self.X, self.y)
            if epoch == FRAMES[len(self.epochs)]:
                self.film.append(copy.deepcopy(model))
                self.epochs.append(epoch)
                self.right.append(
                    [
                        ((model.forward(X)[:, 0] > 0) == (y > 0)).mean()
                        for X, y in ((self.X, self.y), (X_new, y_new))
                    ]
                )
            if epoch % 10 == 0 or epoch == FRAMES[-1]:
                yield epoch / FRAMES[-1]

    def filmed(self):
        return self.epochs

    # ------------------------------------------------------------------ the picture
    def draw(self):
        now = self.frame
        model = self.film[now]
        plane = self.stage.panel(
            "plane",
            box=(0, 0, 0.42, 1),
            x=(-EXTENT, EXTENT),
            y=(-EXTENT, EXTENT),
            xlabel="x₁",
            ylabel="x₂",
            title=f"What the network says, epoch {self.epochs[now]}",
            equal=True,
            grid=False,
        )
        z = model.forward(self.points)[:, 0].reshape(CELLS, CELLS)
        plane.heat("answer", np.tanh(z / 2), contour=True)
        wrong = self.X[(model.forward(self.X)[:, 0] > 0) != (self.y > 0)]
        plane.points("wrong", *wrong.T, colour="vermillion", size=10, hollow=True)
        plane.points("samples", *self.X.T, classes=self.y, size=5, tip="({x}, {y})")

        right = np.array(self.right).T
        panel = self.stage.panel(
            "right",
            box=(0.43, 0, 0.57, 1),
            x=(1, FRAMES[-1] * 1.1),
            y=(0.38, 1.03),
            xscale="log",
            yticks=[(v / 10, f"{10 * v} %") for v in range(4, 11)],
            xlabel="epoch",
            ylabel="right answers",
            title="Drag the dot along the epochs",
            legend="upper left",
        )
        ends = [1, FRAMES[-1] * 1.1]
        panel.line("chance", ends, [0.5, 0.5], colour="muted", dash=(5, 5), width=1.5,
                   label="guessing")  # fmt: skip
        panel.line("train", self.epochs, np.maximum(right[0], 0.39), colour="blue", width=3.5,
                   label="the samples it learns from")  # fmt: skip
        panel.line("test", self.epochs, np.maximum(right[1], 0.39), colour="vermillion", width=3.5,
                   dash=(9, 4), label="new samples")  # fmt: skip
        at = self.epochs[now]
        panel.line("at", [at, at], [0.38, 1.03], width=1.2, dash=(2, 3))
        panel.points("now", at, max(right[0, now], 0.39), size=7, drag=True,
                     tip="drag: another epoch")  # fmt: skip

    def summary(self):
        now = self.frame
        train, test = self.right[now]
        return (
            f"{self['n']} samples, {self['shuffled']:.0%} of the labels shuffled, two layers of "
            f"{self['width']} units. Epoch {self.epochs[now]}: {round(train * self['n'])} of "
            f"{self['n']} right, and of 1000 new samples {test:.0%}."
        ).replace("%", " %")
