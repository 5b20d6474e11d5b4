"""What helps against overfitting: `PatienceExplorer`, `WeightDecayExplorer`, `EffectExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..data import measured as stored
from ..overfitting import GRID, WaveFits, noisy_wave, wave
from .controls import button, choice, ladder, slider
from .explorer import Explorer
from .wave import DECAYS, wave_panel

LONGEST = 600  # epochs


class PatienceExplorer(Explorer):
    """Early stopping: the loss on samples put aside, where it stops, and what it keeps.

    Left, the validation loss over the epochs, up to the stop; drag the dot to change the patience.
    Right, the network that is kept.

    Parameters
    ----------
    patience : int
    n, aside : int
        Samples in all, and how many of them are put aside.
    seed : int
        Of the first samples.

    Examples
    --------
    >>> PatienceExplorer().summary()
    'Patience 3: ... stops at epoch ... and keeps that of epoch ...'
    """

    below = ("aside", "n")

    def __init__(self, patience=3, n=25, aside=8, *, seed=2):
        self.seed = expect.whole(seed, "PatienceExplorer", "seed")
        controls = {
            "again": button("Other samples", "refresh", "Draw new samples, and train again"),
            "patience": slider("patience", patience, 1, 300, 1),
            "aside": slider("put aside", aside, 2, 15, 1),
            "n": slider("samples in all", n, 20, 60, 1),
        }
        super().__init__(1080, 400, controls)

    def begin(self):
        self.work(self.training())

    def training(self):
        """Train with the controls as they are; a generator for `work`."""
        x, y = noisy_wave(self["n"], rng=self.seed)
        self.x, self.y, aside = x, y, self["aside"]
        self.fits = WaveFits(x[:-aside], y[:-aside], epochs=range(1, LONGEST + 1))
        job, self.validation = self.fits.run(), []
        for share in job:
            for curve in self.fits.curves[len(self.validation) :]:
                # Between two places of the grid the network is as good as straight.
                says = np.interp(x[-aside:], GRID, curve[0])
                self.validation.append(float(((says - y[-aside:]) ** 2).mean()))
            yield share

    def stop(self) -> tuple[int, int]:
        """(where it stops, which it keeps), as indices of epochs."""
        best = 0
        for epoch, loss in enumerate(self.validation):
            if loss < self.validation[best]:
                best = epoch
            if epoch - best >= self["patience"]:
                return epoch, best
        return len(self.validation) - 1, best

    def draw(self):
        (stop, best), loss, aside = self.stop(), self.validation, self["aside"]
        epochs = np.arange(1, len(loss) + 1)
        panel = self.stage.panel(
            "loss",
            box=(0, 0, 0.56, 1),
            x=(1, LONGEST),
            y=(0.02, 5),
            xscale="log",
            yscale="log",
            xlabel="epoch",
            ylabel="validation loss",
            title=f"Stops at epoch {stop + 1}, keeps epoch {best + 1}; drag the dot",
            legend="upper right",
        )
        panel.line("later", epochs, loss, colour="grey", width=1.5, label="never seen")
        panel.line("so far", epochs[: stop + 1], loss[: stop + 1], colour="purple", width=3,
                   label="validation loss")  # fmt: skip
        panel.line("waiting", [best + 1, stop + 1], [loss[best]] * 2, colour="vermillion", width=3,
                   dash=(4, 3), label=f"{stop - best} epochs of patience")  # fmt: skip
        panel.points("best", best + 1, loss[best], marker="star", colour="green", size=11,
                     label="kept")  # fmt: skip
        panel.points("stop", stop + 1, loss[best], size=7, drag=True, tip="drag: more patience")
        title = "The network that is kept"
        right = wave_panel(self.stage, "fit", (0.56, 0, 0.44, 1), title, tall=2)
        right.line("truth", GRID, wave(GRID), colour="muted", dash=(7, 5), label="truth")
        right.line("fit", GRID, self.fits.curves[best][0], colour="green", width=3, label="kept")
        right.points("train", self.x[:-aside], self.y[:-aside], size=4.5, label="to learn from")
        right.points("aside", self.x[-aside:], self.y[-aside:], colour="purple", marker="diamond",
                     size=6, hollow=True, label="put aside")  # fmt: skip

    def summary(self):
        stop, best = self.stop()
        learn = self["n"] - self["aside"]
        return (
            f"Patience {self['patience']}: {learn} samples to learn from and {self['aside']} put "
            f"aside. The training stops at epoch {stop + 1} and keeps that of epoch {best + 1}, "
            f"with validation loss {self.validation[best]:.3f} and test loss "
            f"{self.fits.test[best][0]:.3f}; the least test loss of all {LONGEST} epochs was "
            f"{min(self.fits.test)[0]:.3f}."
        )

    def changed(self, name):
        if name != "patience":
            self.work(self.training())

    def pressed(self, name):
        self.seed += 1
        self.work(self.training())

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "stop":
            patience = round(event["x"]) - 1 - self.stop()[1]
            self.set_quietly(patience=int(np.clip(patience, 1, 300)))


# The loss of two weights: steep along one direction, flat along the other.
TURN = np.array([[0.8, -0.6], [0.6, 0.8]])
STEEP, FLAT = 0.1, 0.003
BOWL = TURN @ np.diag([STEEP, FLAT]) @ TURN.T
REACH = 2.2


def pulled(best, decay):
    r"""Where ½(w − best)ᵀ A (w − best) + ½ λ ‖w‖² is least: (A + λI)⁻¹ A best.

    >>> pulled(np.array([1.0, 1.0]), 0.0).round(6)
    array([1., 1.])
    """
    return np.linalg.solve(BOWL + decay * np.eye(2), BOWL @ best)


class WeightDecayExplorer(Explorer):
    """Weight decay: its pull on two weights, and on the 64 of a network.

    Left, a loss of two weights, drawn as ellipses, and the circles of the penalty: drag the place
    where the loss alone is least; the path shows where the sum is least, for all λ. Middle, the
    network of the wave, trained with this λ. Right, the weights of its 64 hidden units: how steep
    each of them is.

    Parameters
    ----------
    l2 : float
        λ, where its slider stands at first.

    Examples
    --------
    >>> WeightDecayExplorer().summary()
    'Weight decay λ = 0.003: ...'
    """

    def __init__(self, l2=0.003):
        controls = {
            "l2": ladder("weight decay λ", DECAYS, l2),
            "w1": slider("least loss at w₁", 1.1, -REACH, REACH, 0.1),
            "w2": slider("least loss at w₂", 1.6, -REACH, REACH, 0.1),
        }
        self.nets = {}
        for value in DECAYS:
            fits = WaveFits(*noisy_wave(15, rng=29), l2=value, epochs=[1000])
            fits.finish()
            self.nets[value] = fits
        super().__init__(1080, 400, controls)

    @property
    def best(self) -> np.ndarray:
        """Where the loss alone is least: the star."""
        return np.array([self["w1"], self["w2"]])

    def weights(self):
        """The weights of the hidden units, shape (64,): how steep each of them is."""
        return self.nets[self["l2"]].stack.model[0].W.value.ravel()

    def draw(self):
        decay = self["l2"]
        self._draw_plane(decay)
        fits = self.nets[decay]
        title = f"A network, trained with λ = {decay:g}"
        panel = wave_panel(self.stage, "fit", (0.36, 0, 0.34, 1), title, tall=2)
        panel.line("truth", GRID, wave(GRID), colour="muted", dash=(7, 5), label="truth")
        panel.line("without", GRID, self.nets[0.0].curves[0][0], colour="grey", width=1.5,
                   label="without decay")  # fmt: skip
        panel.line("fit", GRID, fits.curves[0][0], colour="blue", width=3.5, label="with λ")
        panel.points("samples", fits.x[0], fits.y[0], size=4.5)
        edges = np.linspace(-10.5, 10.5, 22)
        counts, _ = np.histogram(np.clip(self.weights(), -10, 10), edges)
        right = self.stage.panel(
            "weights",
            box=(0.7, 0, 0.3, 1),
            x=(-10.5, 10.5),
            y=(0, 64),
            xlabel="weight of a hidden unit",
            ylabel="how many of 64",
            title=f"Its weights: ‖w‖ = {np.linalg.norm(self.weights()):.1f}",
        )
        right.bars("weights", (edges[1:] + edges[:-1]) / 2, counts, width=0.85, colour="blue")

    def _draw_plane(self, decay):
        names = {"xlabel": "w₁", "ylabel": "w₂", "title": "Two weights: drag the star"}
        panel = self.stage.plane("plane", REACH, box=(0, 0, 0.36, 1), **names)
        turn = np.linspace(0, 2 * np.pi, 91)
        ring = np.stack([np.cos(turn), np.sin(turn)])
        gap = np.full((2, 1), np.nan)
        rings = np.hstack([np.hstack([r * ring, gap]) for r in np.arange(0.4, 3.2, 0.4)])
        panel.line("penalty", *rings, colour="vermillion", width=1, dash=(3, 4))
        shape = TURN @ np.diag([STEEP**-0.5, FLAT**-0.5])
        levels = np.sqrt(np.array([0.0003, 0.0012, 0.0048, 0.0192, 0.077, 0.2]))
        ovals = np.hstack(
            [np.hstack([self.best[:, None] + level * shape @ ring, gap]) for level in levels]
        )
        panel.line("loss", *ovals, colour="blue", width=1.5)
        path = np.array([pulled(self.best, lam) for lam in (0, *np.logspace(-5, 1, 80))])
        panel.line("path", *path.T, colour="muted", width=2.5)
        here = pulled(self.best, decay)
        # The two pulls at that place are equal and opposite: drawn with one length.
        pull = -here / max(np.linalg.norm(here), 1e-9) * 0.5 * (decay > 0)
        some = slice(None) if decay > 0 else slice(0)
        panel.arrows("decay", *[[v][some] for v in (*here, *(here + pull))], colour="vermillion")
        panel.arrows("slope", *[[v][some] for v in (*here, *(here - pull))], colour="blue")
        panel.points("best", *self.best, marker="star", colour="blue", size=11, drag=True,
                     tip="drag: where the loss alone is least")  # fmt: skip
        panel.points("zero", 0, 0, size=4, colour="vermillion")
        panel.points("here", *here, size=8, colour="purple", tip="least together: ({x}, {y})")

    def summary(self):
        here, w = pulled(self.best, self["l2"]), self.weights()
        fits, along = self.nets[self["l2"]], TURN.T
        steep, flat = (along @ here) / np.where(
            np.abs(along @ self.best) < 1e-9, 1, along @ self.best
        )
        text = (
            f"Weight decay λ = {self['l2']:g}: of the best place "
            f"({self.best[0]:.2f}, {self.best[1]:.2f}) it leaves {steep:.0%} along the steep "
            f"direction and {flat:.0%} along the flat one, ({here[0]:.2f}, {here[1]:.2f}). The "
            f"64 hidden weights of the network have the length {np.linalg.norm(w):.1f}; its train "
            f"loss is {fits.train[0][0]:.3f}, its test loss {fits.test[0][0]:.3f}."
        )
        return text.replace("-", "−").replace("%", " %")

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "best":
            w1, w2 = np.clip([event["x"], event["y"]], -REACH, REACH)
            self.set_quietly(w1=w1, w2=w2)


RATES, LAMBDAS = "rate", "l2"
ROWS = ("none", "early stopping", "dropout", "weight decay")
COLOURS = ("grey", "green", "purple", "blue")


class EffectExplorer(Explorer):
    """What helps, measured on handwritten digits: every training a dot, with means and error bars.

    Left, test accuracy without help and with three kinds of it. Right, the same 12 choices of
    samples compared pair by pair: what each kind of help changes.

    Parameters
    ----------
    measured : dict, optional
        What ``python -m benchmarks.overfitting`` found; the stored one if left out.

    Examples
    --------
    >>> EffectExplorer().summary()
    'few samples, a fifth of the labels wrong: ...'
    """

    def __init__(self, measured=None):
        found = stored("overfitting") if measured is None else measured
        wanted = "measured, what the benchmark found: digits and help"
        if not {"digits", "help"} <= expect.made(found, dict, "EffectExplorer", wanted).keys():
            raise ValueError(f"EffectExplorer expects {wanted}; got {expect.shown(found)}.")
        self.found, helps = found["digits"], found["help"]
        controls = {
            "situation": choice("situation", list(self.found)),
            "rate": ladder("dropout rate p", helps[RATES], 0.5),
            "l2": ladder("weight decay λ", helps[LAMBDAS], 0.01),
        }
        controls["situation"].layout.width = "440px"
        super().__init__(1080, 400, controls)

    def rights(self) -> np.ndarray:
        """Test accuracies, shape (4, seeds): a row for each of `ROWS`."""
        rows = self.found[self["situation"]]
        keys = ("none", "early stopping", f"rate {self['rate']:g}", f"l2 {self['l2']:g}")
        return np.array([rows[key] for key in keys])

    def draw(self):
        rights = self.rights()
        # Wide enough for all strengths but the worst, so that the window stays while one drags.
        every = np.array([v for k, v in self.found[self["situation"]].items() if k != "l2 0.1"])
        low, high = min(every.min(), rights.min()), max(every.max(), rights.max())
        room = 0.08 * (high - low)
        names = ["no help", "early stopping", f"dropout {self['rate']:g}", f"decay {self['l2']:g}"]
        panel = self.stage.panel(
            "accuracy",
            box=(0, 0, 0.52, 1),
            x=(-0.6, 3.6),
            y=(low - room, high + room),
            xticks=list(enumerate(names)),
            xlabel=f"{rights.shape[1]} trainings each, on other samples",
            ylabel="test accuracy",
            title=f"Digits: {self['situation']}",
        )
        self._dots(panel, range(4), rights, COLOURS)
        gain = 100 * (rights[1:] - rights[0])
        every = 100 * (every - rights[0])
        reach = max(np.abs(every).max(), np.abs(gain).max()) * 1.1
        right = self.stage.panel(
            "gain",
            box=(0.52, 0, 0.48, 1),
            x=(0.4, 3.6),
            y=(-reach, reach),
            xticks=list(enumerate(names))[1:],
            xlabel="against no help, on the same samples",
            ylabel="gain in percentage points",
            title="Above zero it helps",
        )
        right.line("zero", [0.4, 3.6], [0, 0], width=1.5)
        self._dots(right, range(1, 4), gain, COLOURS[1:])
        words = [f"{g.mean():+.1f} ± {error(g):.1f}".replace("-", "−") for g in gain]
        right.text("numbers", [1, 2, 3], np.full(3, 0.88 * reach), words, bold=True, halo=True)

    def _dots(self, panel, places, rows, colours):
        aside = np.linspace(-0.22, 0.22, rows.shape[1])
        for x, values, colour in zip(places, rows, colours, strict=True):
            panel.points(f"runs {x}", x + aside, values, colour=colour, size=4, tip="{y}")
            mean, e = values.mean(), error(values)
            panel.line(f"mean {x}", [x - 0.3, x + 0.3], [mean, mean], colour=colour, width=4)
            bar = [mean - e, mean + e]
            panel.line(f"error {x}", [x + 0.3] * 2, bar, colour=colour, width=4)

    def summary(self):
        rights = self.rights()
        gain = 100 * (rights[1:] - rights[0])
        names = ("early stopping", f"dropout {self['rate']:g}", f"weight decay {self['l2']:g}")
        words = ", ".join(
            f"{name} {g.mean():+.1f} ± {error(g):.1f}" for name, g in zip(names, gain, strict=True)
        )
        text = (
            f"{self['situation']}: without help {rights[0].mean():.1%} of the test digits are read "
            f"right, over {rights.shape[1]} trainings. Gains in percentage points, with two "
            f"standard errors: {words}."
        )
        return text.replace("-", "−").replace("%", " %")


def error(values) -> float:
    """Two standard errors of the mean.

    >>> error(np.array([1.0, 2.0, 3.0]))  # 2 · 1 / √3
    1.1547005383792517
    """
    return float(2 * values.std(ddof=1) / np.sqrt(len(values)))
