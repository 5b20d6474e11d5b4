"""Gradient descent finds a kernel from pictures alone: `KernelSearchExplorer`."""

from __future__ import annotations

import numpy as np

from ..conv import Conv2D
from ..kernels import MADE, handmade
from ..losses import MSE
from ..optim import SGD, Adam
from ..plot.words import counted
from .controls import button, choice, slider
from .filters import grey_photo
from .playing import SteppingExplorer

LONGEST = 600  # steps
FOUND = 1e-9  # loss; further on there is nothing to be seen, and Adam begins to wander again
SIDE = (60, 90)  # of the piece of the photograph it learns from


class KernelSearchExplorer(SteppingExplorer):
    r"""A convolution that sees a picture and its filtered copy, and learns which kernel it was.

    The nine weights begin at random. Each step is one of gradient descent on the mean squared
    difference between what the layer says and the filtered picture.

    Parameters
    ----------
    kernel : str
        The hidden one, a key of `nnlib.kernels.MADE`.
    optimizer : {"adam", "sgd"}
    source : {"photo", "noise"}
        What picture it learns from.
    seed : int
        Of the first weights.
    learning_rate : float

    Attributes
    ----------
    layer : nnlib.Conv2D
    losses : list of float

    Examples
    --------
    >>> explorer = KernelSearchExplorer(source="noise", optimizer="sgd", learning_rate=0.3)
    >>> explorer.descend(60)
    >>> explorer.layer.W.value[..., 0, 0].round(2) + 0.0
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """

    below = ("optimizer", "learning_rate", "seed")
    pace = 0.04

    def __init__(
        self, kernel="upright edges", *, optimizer="adam", source="photo", seed=0, learning_rate=0.1
    ):
        controls = {
            "step": button("Step", "step-forward", "One step of gradient descent"),
            "play": button("Play", "play", "Go on; press again to pause"),
            "reset": button("Reset", "undo", "The first weights again"),
            "kernel": choice("hidden kernel", list(MADE), kernel),
            "source": choice("learn from", [("a photograph", "photo"), ("random noise", "noise")],
                             source),
            "optimizer": choice("optimiser", [("Adam", "adam"), ("gradient descent", "sgd")],
                                optimizer),
            "learning_rate": slider("learning rate η", learning_rate, 0.02, 1.0, 0.02),
            "seed": slider("seed", seed, 0, 20, 1),
        }  # fmt: skip
        super().__init__(1060, 470, controls)

    def begin(self):
        self._reset()

    # ------------------------------------------------------------------ the maths
    def _reset(self):
        if self["source"] == "photo":
            photo = grey_photo()[20 : 20 + SIDE[0], 20 : 20 + SIDE[1]]
        else:
            photo = np.random.default_rng(1).normal(size=SIDE)
        # Mean 0 and spread 1, as for any input of a network.
        self.x = ((photo - photo.mean()) / photo.std())[None, ..., None]
        self.hidden = handmade(self["kernel"])
        teacher = Conv2D(1, 1, 3, bias=False)
        teacher.W.value[..., 0, 0] = self.hidden
        self.y = teacher.forward(self.x)
        self.layer = Conv2D(1, 1, 3, bias=False, rng=self["seed"])
        self.loss = MSE()
        self._take()
        self.losses = [self._measure()]

    def _take(self):
        """A new optimiser, from the weights there are."""
        kind = {"adam": Adam, "sgd": SGD}[self["optimizer"]]
        self.optimizer = kind(self.layer.parameters(), lr=self["learning_rate"])

    def _measure(self):
        with np.errstate(all="ignore"):
            return float(self.loss(self.layer.forward(self.x), self.y))

    @property
    def diverged(self) -> bool:
        """Whether the loss left every bound."""
        return not self.losses[-1] < 1e4

    def descend(self, steps: int = 1) -> None:
        """That many steps, at most `LONGEST` in all; none once the kernel is found, or the loss
        has left every bound."""
        for _ in range(min(steps, LONGEST + 1 - len(self.losses))):
            if self.diverged or self.losses[-1] < FOUND:
                break
            self.layer.backward(self.loss.backward())
            self.optimizer.step()
            self.losses.append(self._measure())

    def _advance(self):
        before = len(self.losses)
        self.descend(1 if before < 20 else 5)
        return len(self.losses) > before

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name in ("kernel", "source", "seed"):
            self._reset()
        else:
            self._take()

    def pressed(self, name):
        if name == "play":
            self.toggle()
            return
        self.pause()
        if name == "step":
            self.descend(1)
        else:
            self._reset()

    # ------------------------------------------------------------------ the picture
    def draw(self):
        z = self.layer.forward(self.x)[0, ..., 0]
        shown = {
            "input": (self.x[0, 1:-1, 1:-1, 0], "the input"),
            "target": (self.y[0, ..., 0], "the target: filtered by the hidden kernel"),
            "says": (z, "what the layer makes of it now"),
        }
        vmax = max(2.0, 2.5 * float(self.y.std()))
        height, width = SIDE[0] - 2, SIDE[1] - 2
        for at, (name, (picture, title)) in enumerate(shown.items()):
            panel = self.stage.panel(
                name, box=(at / 3, 0, 1 / 3, 0.52), x=(0, width), y=(0, height), axes=False,
                grid=False, equal=True, title=title,
            )  # fmt: skip
            if name == "input":
                grey = (2.5 - picture[::-1]) / 5
                panel.heat("pixels", np.clip(grey, 0, 1), colours="grey", smooth=False)
            else:
                safe = np.clip(np.nan_to_num(picture[::-1]), -vmax, vmax)
                panel.heat("pixels", safe, vmax=vmax, smooth=False)
        self._kernels()
        self._curve()

    def _kernels(self):
        panel = self.stage.panel(
            "kernels", box=(0, 0.53, 0.5, 0.47), x=(0, 520), y=(0, 210), axes=False
        )  # fmt: skip
        w = np.clip(np.nan_to_num(self.layer.W.value[..., 0, 0]), -99, 99)
        w = w.round(2) + 0.0
        for name, values, x, title in (
            ("hidden", self.hidden, 20.0, "the hidden kernel"),
            ("learned", w, 290.0, "the learned one"),
        ):
            panel.matrix(name, values, x, 170, cell=(68, 44), vmax=3.0, size=17)
            panel.text(f"name {name}", x + 102, 189, title, size=16, bold=True)
        off = float(np.abs(w - self.hidden).max())
        words = f"largest difference of a weight: {off:.2f}"
        panel.text("off", 255, 16, words, size=15)

    def _curve(self):
        steps = len(self.losses) - 1
        panel = self.stage.panel(
            "curve", box=(0.5, 0.53, 0.5, 0.47), x=(0, max(50, steps * 1.05)), y=(1e-6, 1e3),
            yscale="log", xlabel="step", ylabel="loss",
            title=f"mean squared difference, learning rate {self['learning_rate']:.2f}",
        )  # fmt: skip
        curve = np.clip(np.nan_to_num(self.losses, nan=1e3, posinf=1e3), 1e-6, 1e3)
        panel.line("loss", np.arange(len(curve)), curve, colour="orange", width=2.5)
        panel.points("now", steps, curve[-1], colour="orange", size=6)
        text = f"the loss left the picture after {counted(steps, 'step')}" if self.diverged else ""
        panel.text("left", max(25, steps * 0.5), 3e2, text, size=15, colour="vermillion", bold=True)

    def summary(self):
        w = np.clip(np.nan_to_num(self.layer.W.value[..., 0, 0]), -99, 99)
        numbers = " / ".join(" ".join(f"{v + 0.0:.2f}" for v in row) for row in w.round(2))
        steps, source = len(self.losses) - 1, self["source"]
        where = "a photograph" if source == "photo" else "random noise"
        how = "Adam" if self["optimizer"] == "adam" else "gradient descent"
        loss = f"loss {min(self.losses[-1], 1e6):.3g}"
        if self.diverged:
            loss = "the loss has left the picture: the learning rate is too large"
        return (
            f"From {where}, with {how} and learning rate {self['learning_rate']:.2f}, after "
            f"{counted(steps, 'step')}: {loss}. Hidden: {self['kernel']}. Learned: {numbers}."
        ).replace("-", "−")
