"""Bias and variance, from many networks at once: `VarianceExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..overfitting import EPOCHS, GRID, WaveFits, bias_and_variance, noisy_wave, wave
from .film import Film
from .wave import bundle, wave_controls, wave_panel


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
        self.copies = expect.whole(copies, "VarianceExplorer", "copies", 2)
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
        title = (
            f"{self.copies} networks, each with {self['n']} samples of its own, "
            f"epoch {fits.epochs[now]}"
        )
        panel = wave_panel(self.stage, "bundle", (0, 0, 0.55, 1), title)
        bundle(panel, "fits", said, "each network")
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
