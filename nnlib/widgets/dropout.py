"""Dropout, drawn: `DropoutExplorer` and `MonteCarloExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import ReLU
from ..core import Sequential
from ..dense import Dense
from ..dropout import Dropout
from ..overfitting import GRID, WaveFits, noisy_wave, wave
from ..plot.words import counted, number, superscript
from ..thinned import all_masks, probability, thinned
from .controls import button, buttons, choice, slider
from .explorer import Explorer
from .wave import bundle, wave_panel

SIZES = (2, 5, 5, 1)
DRAWN = 1000  # masks for the running mean
INVERTED, PAPER, FORGOTTEN = "÷ (1 − p) in training", "× (1 − p) in evaluation", "none: forgotten"
BOTH, FIRST, LAST = "both hidden layers", "the first hidden layer", "the last hidden layer"
# What is drawn is as large as the panel in pixels, so that circles are circles.
WIDE, HIGH = 500, 290


class DropoutExplorer(Explorer):
    """The standard network and after dropout, with its numbers, and the ensemble of all masks.

    Above, the network with all units and with those that the mask keeps: click a hidden unit to
    drop it or to take it back. Below, left, what every thinned network says, each as probable as
    its mask; right, the mean over more and more random masks: drag the dot.

    Parameters
    ----------
    rate : float
        p, where its slider stands at first.
    seed : int
        Of weights and masks.

    Examples
    --------
    >>> DropoutExplorer().summary()
    'Training with dropout p = 0.50 in both hidden layers: ... The mean of all 1024 ...'
    """

    below = ("rate", "scaling", "where", "x1", "x2", "masks")

    def __init__(self, rate=0.5, *, seed=1):
        self.seed, self.mask_seed = expect.whole(seed, "DropoutExplorer", "seed"), 0
        controls = {
            "new": button("New mask", "random", "Drop other units"),
            "weights": button("Other weights", "refresh", "Draw other weights and biases"),
            "mode": buttons("mode", [("training", True), ("evaluation", False)]),
            "rate": slider("dropout rate p", rate, 0.0, 0.9, 0.05),
            "scaling": choice("scaling", [INVERTED, PAPER, FORGOTTEN]),
            "where": choice("dropout in", [BOTH, FIRST, LAST]),
            "x1": slider("x₁", 1.0, -2.0, 2.0, 0.1),
            "x2": slider("x₂", 0.5, -2.0, 2.0, 0.1),
            "masks": slider("masks drawn", 30, 1, DRAWN, 1),
        }
        self._network()
        self._mask()
        super().__init__(1080, 660, controls)

    # ------------------------------------------------------------------ the network
    def _network(self):
        rng, layers = np.random.default_rng(self.seed), []
        for n_in, n_out in zip(SIZES[:-1], SIZES[1:], strict=True):
            dense = Dense(n_in, n_out)
            # Of one digit, so that the sums can be done by hand; positive more often than not, so
            # that ReLU leaves something to drop.
            dense.W.value[...] = rng.normal(0.3, 0.7, dense.W.shape).round(1)
            dense.b.value[...] = rng.normal(0.2, 0.3, dense.b.shape).round(1)
            layers += [dense, ReLU(), Dropout(0.0)]
        self.model = Sequential(*layers[:-2])

    def _mask(self):
        # A unit is dropped where its number is below p: raise p, and the units go one by one.
        self.drawn = np.random.default_rng(100 + self.mask_seed).random(SIZES[1] + SIZES[2])

    def _rates(self):
        """Set the rate of both layers; returns which of the hidden units may be dropped."""
        may = [self["where"] in (BOTH, FIRST), self["where"] in (BOTH, LAST)]
        for layer, here in zip((self.model[2], self.model[5]), may, strict=True):
            layer.rate = self["rate"] * here
        return np.repeat(may, SIZES[1:3]) & (self["rate"] > 0)

    def maths(self):
        """All there is to draw: a dict of numbers and arrays."""
        may, rate = self._rates(), self["rate"]
        x, inverted = np.array([self["x1"], self["x2"]]), self["scaling"] == INVERTED
        kept = np.where(may, self.drawn >= rate, True)
        masks = all_masks(int(may.sum()))
        said = thinned(self.model, x, masks, scale=inverted)[:, 0]
        p = probability(masks, rate)
        rng = np.random.default_rng(self.mask_seed)
        drawn = rng.random((DRAWN, masks.shape[1])) >= rate
        index = drawn @ (1 << np.arange(masks.shape[1])[::-1])  # its place in `masks`
        running = np.cumsum(said[index]) / np.arange(1, DRAWN + 1)
        # In evaluation all units are there; the paper scales them down instead.
        shrink = np.where(may, 1 - rate, 1.0) if self["scaling"] == PAPER else np.ones(len(may))
        standard = self._through(x, np.ones(len(may)))
        training = self._through(x, kept / np.where(may & inverted, 1 - rate, 1.0))
        evaluation = self._through(x, shrink)
        return {
            "may": may, "kept": kept, "said": said, "p": p, "mean": float(p @ said),
            "running": running, "standard": standard, "training": training,
            "evaluation": evaluation, "spread": float(np.sqrt(p @ (said - p @ said) ** 2)),
        }  # fmt: skip

    def _through(self, x, factors):
        """What all units say, layer by layer, when the hidden ones are multiplied by factors."""
        h1 = self.model[1](self.model[0](x[None]))[0] * factors[: SIZES[1]]
        h2 = self.model[4](self.model[3](h1[None]))[0] * factors[SIZES[1] :]
        return [x, h1, h2, self.model[6](h2[None])[0]]

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.found = m = self.maths()
        everything = np.ones(len(m["may"]), bool)
        train = self["mode"]
        self._draw_network("standard", 0.0, "(a) Standard network", m["standard"], everything)
        title = "(b) After dropout" if train else "(b) Evaluation: all units are there"
        values = m["training"] if train else m["evaluation"]
        self._draw_network("thinned", 0.5, title, values, m["kept"] if train else everything)
        self._draw_ensemble(m)
        self._draw_running(m)

    def _draw_network(self, name, left, title, values, kept):
        panel = self.stage.panel(
            name, box=(left, 0, 0.5, 0.53), x=(0, WIDE), y=(0, HIGH), axes=False, grid=False,
            title=title,
        )  # fmt: skip
        xs = np.linspace(40, WIDE - 60, len(SIZES))
        at = [
            np.stack([np.full(n, x), HIGH / 2 + 22 - (np.arange(n) - (n - 1) / 2) * pitch], axis=1)
            for n, x, pitch in zip(SIZES, xs, (110, 49, 49, 49), strict=True)
        ]
        there = [np.ones(2, bool), *np.split(kept, [SIZES[1]]), np.ones(1, bool)]
        starts, ends, weights, tips = [], [], [], []
        for k, dense in enumerate((self.model[0], self.model[3], self.model[6])):
            for i, j in np.ndindex(SIZES[k], SIZES[k + 1]):
                if there[k][i] and there[k + 1][j]:
                    starts.append(at[k][i] + [19, 0])
                    ends.append(at[k + 1][j] - [19, 0])
                    weights.append(dense.W.value[i, j])
                    tips.append(f"w = {number(weights[-1])}")
        starts, ends = np.reshape(starts, (-1, 2)), np.reshape(ends, (-1, 2))
        panel.links("links", *starts.T, *ends.T, weights, vmax=2.5, curved=False, tips=tips)
        places, shown = np.concatenate(at), np.concatenate(there)
        hidden = np.arange(len(places))[2:-1]
        panel.points("units", *places[hidden].T, size=19, hollow=True, colour="muted", click=True,
                     tip="click: drop it, or take it back")  # fmt: skip
        ends_of = [0, 1, len(places) - 1]
        panel.points("ends", *places[ends_of].T, size=19, hollow=True, colour="ink")
        panel.points("dropped", *places[~shown].T, marker="cross", colour="vermillion", size=15)
        said = np.concatenate(values)
        words = [number(v) if here else "" for v, here in zip(said, shown, strict=True)]
        panel.text("numbers", *places.T, words, size=14, bold=True)
        panel.text("names", [xs[0], xs[0], xs[-1]],
                   [*(at[0][:, 1] - 30), at[3][0, 1] - 30], ["x₁", "x₂", "ŷ"],
                   colour="muted", size=15)  # fmt: skip
        w, b = self.model[6].W.value[:, 0], self.model[6].b.value[0]
        terms = [f"{number(v)}·{v_h:.2f}" for v, v_h, here in
                 zip(w, values[2], there[2], strict=True) if here and v_h]  # fmt: skip
        total = " + ".join([*terms, number(b)])
        total += f" = {number(values[3][0])}" if terms else ""
        panel.text("sum", WIDE / 2, 6, "ŷ = " + total.replace("+ −", "− "), size=13, colour="ink")

    def _draw_ensemble(self, m):
        low, high = m["said"].min(), m["said"].max()
        middle = m["evaluation"][3][0]
        low, high = min(low, middle), max(high, middle)
        room = 0.04 * (high - low) + 0.05
        edges = np.linspace(low - room, high + room, 42)
        share, _ = np.histogram(m["said"], edges, weights=m["p"])
        n, count = int(m["may"].sum()), len(m["said"])
        top = 1.3 * share.max()
        panel = self.stage.panel(
            "ensemble",
            box=(0, 0.53, 0.5, 0.47),
            x=(edges[0], edges[-1]),
            y=(0, top),
            xlabel="output ŷ",
            ylabel="probability",
            title=f"All 2{superscript(n)} = {count} thinned networks",
            legend="upper right",
        )
        panel.bars("share", (edges[1:] + edges[:-1]) / 2, share, width=0.9 * (edges[1] - edges[0]),
                   colour="sky")  # fmt: skip
        now = m["training"][3][0]
        panel.line("now", [now, now], [0, top], colour="vermillion", width=2, dash=(3, 4),
                   label=f"this mask {number(now)}")  # fmt: skip
        panel.line("mean", [m["mean"]] * 2, [0, top], colour="purple", width=4,
                   label=f"mean of all {number(m['mean'])}")  # fmt: skip
        panel.line("evaluation", [middle, middle], [0, top], colour="green", width=3, dash=(9, 5),
                   label=f"evaluation {number(middle)}")  # fmt: skip

    def _draw_running(self, m):
        k = np.arange(1, DRAWN + 1)
        half = max(1.3 * np.abs(m["running"] - m["mean"]).max(),
                   1.3 * abs(m["evaluation"][3][0] - m["mean"]), 0.3)  # fmt: skip
        panel = self.stage.panel(
            "running",
            box=(0.5, 0.53, 0.5, 0.47),
            x=(1, DRAWN),
            y=(m["mean"] - half, m["mean"] + half),
            xscale="log",
            xlabel="number of masks",
            ylabel="their mean ŷ",
            title=f"Mean over {counted(self['masks'], 'random mask')}: "
            f"{number(m['running'][self['masks'] - 1])}",
            legend="upper right",
        )
        panel.line("mean", [1, DRAWN], [m["mean"]] * 2, colour="purple", width=2.5,
                   label="mean of all masks")  # fmt: skip
        panel.line("evaluation", [1, DRAWN], [m["evaluation"][3][0]] * 2, colour="green", width=2.5,
                   dash=(9, 5), label="evaluation, one pass")  # fmt: skip
        panel.line("to come", k, m["running"], colour="grey", width=1)
        some = slice(None, self["masks"])
        panel.line("running", k[some], m["running"][some], colour="blue", width=2.5,
                   label="mean so far")  # fmt: skip
        panel.points("here", self["masks"], m["running"][self["masks"] - 1], colour="blue", size=7,
                     drag=True, tip="drag: more masks or fewer")  # fmt: skip

    def summary(self):
        m, rate = self.found, self["rate"]
        dropped = int((~m["kept"]).sum())
        what = "Training" if self["mode"] else "Evaluation"
        text = (
            f"{what} with dropout p = {rate:.2f} in {self['where']}: this mask drops {dropped} of "
            f"{len(m['may'])} hidden units, and ŷ becomes {number(m['training'][3][0])} where the "
            f"standard network says {number(m['standard'][3][0])}. Scaling: {self['scaling']}. "
            f"The mean of all {len(m['said'])} thinned networks is {number(m['mean'])}, their "
            f"spread {m['spread']:.2f}; the mean of {self['masks']} random masks is "
            f"{number(m['running'][self['masks'] - 1])}, and one evaluation pass gives "
            f"{number(m['evaluation'][3][0])}."
        )
        return text

    # ------------------------------------------------------------------ taking hold of it
    def pressed(self, name):
        if name == "new":
            self.mask_seed += 1
            self._mask()
        else:
            self.seed += 1
            self._network()

    def event(self, event):
        if event["type"] == "click" and event.get("item") == "units" and self["mode"]:
            j = event["index"]
            if self._rates()[j]:
                # On the other side of the rate, so that it stays so while the rate does.
                p = self["rate"]
                self.drawn[j] = p / 2 if self.drawn[j] >= p else (1 + p) / 2
        elif event["type"] == "drag" and event["item"] == "here":
            self.set_quietly(masks=int(np.clip(round(event["x"]), 1, DRAWN)))


MOST = 300


class MonteCarloExplorer(Explorer):
    """A network trained with dropout that goes on dropping: many answers, their mean and spread.

    Left, what thinned networks say (thin), the mean of M of them, two standard deviations to both
    sides, and the one pass without dropout. Right, how far the mean of M is from that pass: drag
    the dot.

    Parameters
    ----------
    rate, n
        Where the controls stand at first.
    seed : int
        Of the samples.

    Examples
    --------
    >>> MonteCarloExplorer().summary()
    '30 samples ... The mean of 20 thinned networks is ... on average ...'
    """

    below = ("rate", "n", "gap")

    def __init__(self, rate=0.3, n=30, *, seed=4):
        self.seed, self.mask_seed = expect.whole(seed, "MonteCarloExplorer", "seed"), 0
        controls = {
            "new": button("New masks", "random", "Drop other units"),
            "masks": slider("networks M", 20, 1, MOST, 1),
            "rate": slider("dropout rate p", rate, 0.1, 0.8, 0.1),
            "n": slider("samples n", n, 10, 80, 1),
            "gap": slider("gap in the middle", 0.6, 0.0, 1.2, 0.1),
        }
        super().__init__(1080, 430, controls)

    def begin(self):
        self.work(self.training())

    # ------------------------------------------------------------------ the training
    def training(self):
        half = self["gap"] / 2
        x, shift = noisy_wave(self["n"], 0.2, rng=self.seed)
        shift = shift - wave(x)
        x = np.sign(x) * (half + (1 - half) * np.abs(x))  # pushed aside, out of the gap
        self.fits = WaveFits(x, wave(x) + shift, noise=0.2, rate=self["rate"], rng=2)
        yield from self.fits.run()

    # ------------------------------------------------------------------ the picture
    def draw(self):
        said, M = self.fits.thinned(GRID, MOST, rng=self.mask_seed)[:, 0], self["masks"]
        one_pass = self.fits(GRID)[0]
        running = np.cumsum(said, axis=0) / np.arange(1, MOST + 1)[:, None]
        self.mean, self.spread = running[M - 1], said[:M].std(axis=0)
        self.away = np.sqrt(((running - one_pass) ** 2).mean(axis=1))
        title = f"{counted(M, 'thinned network')}, one shared set of weights"
        panel = wave_panel(self.stage, "answers", (0, 0, 0.6, 1), title)
        low, high = self.mean - 2 * self.spread, self.mean + 2 * self.spread
        panel.line("band", np.r_[GRID, GRID[::-1]], np.r_[low, high[::-1]], fill=True, width=1,
                   colour="purple", label="mean ± 2 standard deviations")  # fmt: skip
        bundle(panel, "each", said[: min(M, 30)], "one thinned network")
        panel.line("truth", GRID, wave(GRID), colour="muted", dash=(3, 4), label="truth")
        panel.line("mean", GRID, self.mean, colour="purple", width=4, label="their mean")
        panel.line("pass", GRID, one_pass, colour="green", width=3, dash=(9, 5),
                   label="evaluation, one pass")  # fmt: skip
        panel.points("samples", self.fits.x[0], self.fits.y[0], size=4.5)
        k = np.arange(1, MOST + 1)
        right = self.stage.panel(
            "distance",
            box=(0.6, 0, 0.4, 1),
            x=(1, MOST),
            y=(0.003, 1.0),
            xscale="log",
            yscale="log",
            xlabel="thinned networks M",
            ylabel="distance of their mean from one pass",
            title="Drag the dot",
            legend="lower left",
        )
        typical = np.sqrt((said.std(axis=0) ** 2).mean())
        right.line("root", k, typical / np.sqrt(k), colour="muted", dash=(6, 4),
                   label="spread / √M")  # fmt: skip
        right.line("away", k, np.maximum(self.away, 1e-4), colour="purple", width=3,
                   label="these masks")  # fmt: skip
        right.points("here", M, np.clip(self.away[M - 1], 0.003, 1), size=7, drag=True,
                     tip="drag: more networks or fewer")  # fmt: skip

    def summary(self):
        M, x = self["masks"], self.fits.x[0]
        inside = np.abs(GRID) < self["gap"] / 2
        near = np.abs(GRID[:, None] - x).min(axis=1) < 0.05
        text = (
            f"{self['n']} samples and a gap of {self['gap']:.1f}, dropout {self['rate']:.1f}. The "
            f"mean of {M} thinned networks is {self.away[M - 1]:.3f} away from the one evaluation "
            f"pass, on average over x. Their standard deviation is "
            f"{self.spread[near].mean():.2f} near the samples"
        )
        gap = f" and {self.spread[inside].mean():.2f} in the gap" if inside.any() else ""
        return text + gap + "."

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name != "masks":
            self.work(self.training())

    def pressed(self, name):
        self.mask_seed += 1

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "here":
            self.set_quietly(masks=int(np.clip(round(event["x"]), 1, MOST)))
