"""The small change of a picture that makes a network say something else: `FoolingExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from ..backend import one_thread
from ..core import Sequential
from ..handwriting import fool, smallest_fooling, trained
from .controls import button, buttons, slider
from .explorer import Explorer
from .pad import TRAINING, digits, draw_tiles

CLASSES = np.arange(10)
LINF, L2 = "L∞", "L2"
MOST = {LINF: 0.5, L2: 8.0}  # of the slider
POINTS = 21  # of the curves
NOISES = 20  # random changes of each size for the lower curve


def noise_of(size, norm, rng, shape):
    """Random changes of exactly this size: a sign for each pixel, or a random direction."""
    noise = rng.normal(size=shape)
    if norm == LINF:
        return size * np.sign(noise)
    return size * noise / np.sqrt((noise**2).sum(axis=(-2, -1), keepdims=True))


class FoolingExplorer(Explorer):
    """A held-back digit, changed by as little as possible until it is read as another class.

    Above: the digit, the change that the gradient asks for (orange: more ink, blue: less), the
    changed digit, and what the network says of it. Below the same with random noise of the same
    size. On the right: how probable the right and the wanted class are for each size; click
    to choose one.

    Parameters
    ----------
    model : Sequential, optional
        The trained one of `nnlib.handwriting` if left out.

    Examples
    --------
    >>> FoolingExplorer().summary()
    'Held-back digit 7, a 9: read as 9 ... towards 4: read as 4 ... With random noise of that size:
    read as 9 ...'
    """

    def __init__(self, model=None):
        self.model = trained() if model is None else model
        expect.made(self.model, Sequential, "FoolingExplorer", "a model, a Sequential")
        self.X, self.y = digits()
        self.found = ""
        controls = {
            "digit": slider("held-back digit", 7, 1, len(self.y) - TRAINING, 1),
            "towards": slider("to be read as", 4, 0, 9, 1),
            "norm": buttons("size measured by", [("L∞: each pixel", LINF), ("L2: length", L2)]),
            "size": slider("size ε", 0.15, 0.0, MOST[LINF], 0.005),
            "smallest": button("Smallest change that does it", "search"),
            "seed": slider("random noise no.", 1, 1, 20, 1),
        }
        super().__init__(1080, 560, controls)

    def begin(self):
        self._avoid_own_class()
        self.work(self._curves())

    # ------------------------------------------------------------------ the maths
    @property
    def index(self):
        return TRAINING + self["digit"] - 1

    @property
    def x(self):
        return self.X[self.index]

    def says(self, pictures):
        """Probabilities of pictures (N, 28, 28)."""
        z = self.model(np.asarray(pictures, np.float32)[..., None])
        return Softmax().forward(z.astype(float))

    def _curves(self):
        """Probabilities for each size, by the gradient and by noise; a generator for `work`."""
        x, norm, towards, right = self.x, self["norm"], self["towards"], int(self.y[self.index])
        self.sizes = np.linspace(0, MOST[norm], POINTS)
        self.by_gradient = np.full((POINTS, 10), np.nan)
        self.by_noise = np.full((POINTS, 10), np.nan)
        rng = np.random.default_rng(0)
        for k, size in enumerate(self.sizes):
            with one_thread():
                delta = fool(self.model, x, towards, right, size, norm)
                noisy = np.clip(x + noise_of(size, norm, rng, (NOISES, 28, 28)), 0, 1)
                p = self.says(np.concatenate([(x + delta)[None], noisy]))
            self.by_gradient[k], self.by_noise[k] = p[0], p[1:].mean(axis=0)
            yield (k + 1) / POINTS

    def change(self):
        """(δ by the gradient, random δ), each (28, 28) and of the chosen size at most."""
        x, size, norm = self.x, self["size"], self["norm"]
        with one_thread():
            delta = fool(self.model, x, self["towards"], int(self.y[self.index]), size, norm)
        rng = np.random.default_rng(self["seed"])
        noise = np.clip(x + noise_of(size, norm, rng, (28, 28)), 0, 1) - x
        return delta, noise

    # ------------------------------------------------------------------ the picture
    def draw(self):
        x = self.x
        self.deltas = self.change()
        self.p = self.says([x, *(x + delta for delta in self.deltas)])
        right, towards = int(self.y[self.index]), self["towards"]
        rows = ("what the gradient asks for", "random noise of the same size")
        panel = self.stage.panel("pictures", box=(0, 0, 0.5, 1), x=(0, 540), y=(-560, 0),
                                 axes=False)  # fmt: skip
        vmax = max(0.05, float(np.abs(self.deltas[0]).max()))
        for k, (title, delta) in enumerate(zip(rows, self.deltas, strict=True)):
            top = -50 - 275 * k
            panel.text(f"title {k}", 6, top + 34, title, size=16, bold=True, align="left")
            panel.text(f"signs {k}", [173, 353], [top - 84] * 2, ["+", "="], size=24)
            draw_tiles(panel, f"x {k}", x[None], 4, top, 158)
            draw_tiles(panel, f"delta {k}", delta[None], 184, top, 158, vmax=vmax,
                       colours="diverging")  # fmt: skip
            draw_tiles(panel, f"sum {k}", (x + delta)[None], 364, top, 158)
            said = self.p[k + 1].argmax()
            words = [
                f"a {right}: read as {self.p[0].argmax()}",
                f"L∞ {np.abs(delta).max():.2f}, L2 {np.linalg.norm(delta):.2f}",
                f"read as {said}, p = {self.p[k + 1, said]:.2f}",
            ]
            panel.text(f"words {k}", [83, 263, 443], [top - 178] * 3, words, size=15)
            bars = self.stage.panel(
                f"p {k}", box=(0.5, 0.02 + 0.27 * k, 0.5, 0.24 + 0.03 * k), x=(-0.6, 9.6),
                y=(0, 1.3), xticks=[(c, str(c)) for c in CLASSES] if k else [], grid=False,
                yticks=[(0, "0"), (1, "1")], ylabel="p", title=title,
            )  # fmt: skip
            bars.bars("p", CLASSES, self.p[k + 1], classes=CLASSES, width=0.6)
            bars.text("numbers", CLASSES, self.p[k + 1] + 0.13,
                      [f"{v:.2f}" for v in self.p[k + 1]], size=14, halo=True)  # fmt: skip
        self._draw_curves(right, towards)

    def _draw_curves(self, right, towards):
        most = MOST[self["norm"]]
        panel = self.stage.panel(
            "curves", box=(0.5, 0.575, 0.5, 0.425), x=(0, most), y=(0, 1.62), click=True,
            xlabel=f"size ε of the change, {self['norm']}", ylabel="p",
            yticks=[(0, "0"), (0.5, "0.5"), (1, "1")], legend="upper right",
        )  # fmt: skip
        there = np.isfinite(self.by_gradient[:, 0])
        s = self.sizes[there]
        panel.line("right", s, self.by_gradient[there, right], colour="blue",
                   label=f"{right}, what it is")  # fmt: skip
        panel.line("wanted", s, self.by_gradient[there, towards], colour="vermillion",
                   label=f"{towards}, wanted")  # fmt: skip
        panel.line("noise", s, self.by_noise[there, right], colour="blue", dash=(6, 5),
                   label=f"{right}, noise (mean of {NOISES})")  # fmt: skip
        panel.line("here", [self["size"]] * 2, [0, 1.05], colour="muted", width=1.5)

    def summary(self):
        right, towards = int(self.y[self.index]), self["towards"]
        says = [
            f"read as {p.argmax()} (p of {right} is {p[right]:.2f}, of {towards} {p[towards]:.2f})"
            for p in self.p
        ]
        return (
            f"Held-back digit {self['digit']}, a {right}: {says[0]}. Changed by at most "
            f"ε = {self['size']:.3f} ({self['norm']}) towards {towards}: {says[1]}. With random "
            f"noise of that size: {says[2]}.{self.found}"
        )

    # ------------------------------------------------------------------ taking hold of it
    def _avoid_own_class(self):
        right = int(self.y[self.index])
        if self["towards"] == right:
            self.set_quietly(towards=(right + 1) % 10)

    def changed(self, name):
        self.found = ""
        self._avoid_own_class()
        if name == "norm":
            share = self["size"] / self.control("size").max
            most = MOST[self["norm"]]
            self.control("size").max = most
            self.control("size").step = most / 100
            self.set_quietly(size=share * most)
        if name in ("digit", "towards", "norm"):
            self.work(self._curves())

    def pressed(self, name):
        norm, right = self["norm"], int(self.y[self.index])
        with one_thread():
            size, _ = smallest_fooling(self.model, self.x, self["towards"], right, norm, MOST[norm])
        if np.isfinite(size):
            step = self.control("size").step
            self.set_quietly(size=min(MOST[norm], step * np.ceil(size / step - 1e-9)))
            self.found = f" The smallest change found has {norm} {size:.3f}."
        else:
            self.found = f" No change up to {norm} {MOST[norm]:.1f} was found that does it."

    def event(self, event):
        if event["type"] in ("click", "paint") and event["panel"] == "curves":
            self.set_quietly(size=float(np.clip(event["x"], 0, MOST[self["norm"]])))
