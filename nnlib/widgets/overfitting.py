"""Networks that learn the noise of their samples, filmed: `OverfittingExplorer`, `CurvePuzzle`."""

from __future__ import annotations

import ipywidgets as ipw
import numpy as np

from .. import expect
from ..overfitting import EPOCHS, GRID, WaveFits, noisy_wave, wave
from .controls import choice
from .film import Film
from .wave import DECAYS, WIDTHS, wave_controls, wave_panel

LOSS = (0.003, 5.0)


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
    seed : int
        Of the first samples.

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
        measured = {} if measured is None else measured
        wanted = "measured, what the benchmark found"
        self.measured = expect.made(measured, dict, "OverfittingExplorer", wanted)
        self.trained = {what: [] for what in AXES}
        controls = wave_controls(n, noise, width, l2, rate)
        controls["against"] = choice(
            "right: against", [(label, what) for what, (label, *_) in AXES.items()], against
        )
        self.first_seed = expect.whole(seed, "OverfittingExplorer", "seed")
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
        title = f"What the network says, epoch {fits.epochs[now]}"
        panel = wave_panel(self.stage, "fit", (0, 0, 0.37, 1), title)
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
