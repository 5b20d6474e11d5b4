"""A batch cut among workers, and the average of what they find: `DataParallelExplorer`."""

from __future__ import annotations

import numpy as np

from ..plot.palette import CLASS_COLOURS
from ..plot.words import counted, short
from .controls import buttons, slider, switch
from .explorer import Explorer

LR = 0.15
MOST_STEPS = 60
MOST = 120  # samples
SHUFFLED, SORTED = "shuffled", "sorted by x"
LEVELS = np.array([0.02, 0.1, 0.25, 0.5, 1.0, 2.0])  # of the loss above its least
CIRCLE = np.stack([f(np.linspace(0, 2 * np.pi, 91)) for f in (np.cos, np.sin)])
X_RANGE, Y_RANGE = (-1.0, 1.0), (-1.2, 2.2)
W_RANGE, B_RANGE = (-1.6, 2.2), (-1.5, 1.3)


class DataParallelExplorer(Explorer):
    r"""A straight line ŷ = w x + b is fitted by several workers, each with its share of the batch.

    Left the samples, in the colour of the worker that has them; drag one. Right the plane of w and
    b: each worker's arrow points against its own gradient, and the black arrow against their
    average, weighted by n_k/N. It lies on the grey one, of the big batch's gradient, to the last
    digits of the machine. Dots are the path of the average; drag the ring along it.

    Parameters
    ----------
    workers : int
        From 1 to 8.
    samples : int
        N, from 8 to 120.
    uneven : float
        0: all shares are equal; 1: the first one is up to 20 times the last one.
    steps : int
        Steps of gradient descent that were made, η = 0.15.

    Examples
    --------
    >>> DataParallelExplorer(2, 10).summary()
    "10 samples, 5 and 5 for 2 workers. ... differs from the big batch's gradient by less than
    10⁻¹²."
    """

    def __init__(self, workers=4, samples=60, *, uneven=0.0, steps=0):
        rng = np.random.default_rng(5)
        self.x = rng.uniform(*X_RANGE, MOST)
        # No line fits a parabola: at the best line too, the shares pull in different directions.
        self.y = 0.9 * self.x + 0.9 * self.x**2 - 0.1 + rng.normal(0, 0.12, MOST)
        controls = {
            "workers": slider("workers", workers, 1, 8, 1),
            "samples": slider("batch size N", samples, 8, MOST, 1),
            "uneven": slider("uneven shares", uneven, 0, 1, 0.05),
            "steps": slider("steps made", steps, 0, MOST_STEPS, 1),
            "order": buttons("order", [SHUFFLED, SORTED]),
            "forget": switch("forget the weights n_k/N", False),
        }
        super().__init__(1080, 440, controls)

    # ------------------------------------------------------------------ the maths
    def sizes(self) -> np.ndarray:
        """n_k; each worker has one sample at least."""
        k, n = self["workers"], self["samples"]
        parts = np.exp(-3 * self["uneven"] * np.arange(k) / max(1, k - 1))
        ends = np.arange(1, k + 1) + np.rint((n - k) * np.cumsum(parts) / parts.sum()).astype(int)
        return np.diff(ends, prepend=0)

    def shares(self) -> np.ndarray:
        """Which worker has each of the N samples."""
        owner = np.repeat(np.arange(self["workers"]), self.sizes())
        if self["order"] == SORTED:
            owner[np.argsort(self.x[: len(owner)], kind="stable")] = owner.copy()
        return owner

    def gradient(self, at, of=slice(None)):
        """(∂L/∂w, ∂L/∂b) of the mean squared error of some of the N samples."""
        x, y = self.x[: self["samples"]][of], self.y[: self["samples"]][of]
        error = at[0] * x + at[1] - y
        return 2 * np.array([(error * x).mean(), error.mean()])

    def gradients(self, at) -> np.ndarray:
        """Those of the workers, shape (K, 2)."""
        owner = self.shares()
        return np.array([self.gradient(at, owner == k) for k in range(self["workers"])])

    def weights(self) -> np.ndarray:
        """What the workers' gradients are multiplied by: n_k/N, or 1/K if one forgets."""
        sizes = self.sizes()
        return np.full(len(sizes), 1 / len(sizes)) if self["forget"] else sizes / sizes.sum()

    def averaged(self, at) -> np.ndarray:
        return self.weights() @ self.gradients(at)

    def path(self, gradient) -> np.ndarray:
        """(w, b) before each step, shape (MOST_STEPS + 1, 2)."""
        at = [np.array([-1.2, -0.8])]
        for _ in range(MOST_STEPS):
            at.append(at[-1] - LR * gradient(at[-1]))
        return np.array(at)

    def _affine(self, gradient):
        """The same function as a matrix and a vector: of a line, the gradient is linear in (w, b).

        So a path of 60 steps costs three gradients."""
        zero = gradient(np.zeros(2))
        A = np.stack([gradient(unit) - zero for unit in np.eye(2)], axis=1)
        return lambda at: A @ at + zero

    def event(self, event):
        if event["type"] != "drag":
            return
        if event["item"] == "samples":
            self.x[event["index"]] = np.clip(event["x"], *X_RANGE)
            self.y[event["index"]] = np.clip(event["y"], *Y_RANGE)
        elif event["item"] == "now":
            near = ((self.walked - (event["x"], event["y"])) ** 2).sum(axis=1).argmin()
            self.set_quietly(steps=int(near))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self.walked = self.path(self._affine(self.averaged))
        self.alone = self.path(self._affine(self.gradient))
        self.at = self.walked[self["steps"]]
        self._draw_samples()
        self._draw_shares()
        self._draw_plane()

    def _draw_samples(self):
        n, (w, b) = self["samples"], self.at
        panel = self.stage.panel(
            "samples",
            box=(0, 0, 0.46, 0.76),
            x=(-1.05, 1.05),
            y=Y_RANGE,
            xlabel="x",
            ylabel="y",
            title=f"ŷ = {w:.2f} x + {b:.2f}".replace("-", "−").replace("+ −", "− "),
        )
        ends = np.array([-1.05, 1.05])
        panel.line("line", ends, w * ends + b, width=3)
        panel.points("samples", self.x[:n], self.y[:n], classes=self.shares(), size=5, drag=True,
                     tip="a sample: drag it")  # fmt: skip

    def _draw_shares(self):
        sizes, n = self.sizes(), self["samples"]
        ends = np.cumsum(sizes)
        panel = self.stage.panel(
            "shares",
            box=(0, 0.77, 0.46, 0.23),
            x=(0, n),
            y=(0, 1),
            yticks=[],
            grid=False,
            xlabel="samples of the batch; numbers: weight of the share",
        )
        weights = self.weights()
        for k in range(8):
            if k >= len(sizes):
                panel.remove(f"share {k}")
                continue
            left, right = ends[k] - sizes[k], ends[k]
            corners = np.array([left, right, right, left, left]), np.array([0, 0, 1, 1, 0])
            panel.line(f"share {k}", *corners, colour=CLASS_COLOURS[k], width=2, fill=True)
        wide = sizes / n > 0.09  # room for a number
        panel.text("weights", (ends - sizes / 2)[wide], np.full(wide.sum(), 0.5),
                   [f"{w:.3g}" for w in weights[wide]], size=13,
                   colour="vermillion" if self["forget"] else "ink")  # fmt: skip

    def _draw_plane(self):
        own = self.gradients(self.at)
        mean, big = self.weights() @ own, self.gradient(self.at)
        panel = self.stage.panel(
            "plane",
            box=(0.47, 0, 0.53, 1),
            x=W_RANGE,
            y=B_RANGE,
            xlabel="w",
            ylabel="b",
            title=self._title(mean, big),
            legend="lower right",
        )
        scale = 1.1 / max(1.1, np.hypot(*own.T).max())  # so that all arrows fit in
        panel.line("levels", *self._ellipses(), colour="grid", width=1.5)
        panel.line("alone", *self.alone.T, colour="muted", width=7, label="big batch, one process")
        for k in range(8):
            if k >= len(own):
                panel.remove(f"worker {k}")
                continue
            to = self.at - scale * own[k]
            panel.arrows(f"worker {k}", *self.at, *to, colour=CLASS_COLOURS[k], width=2.5)
        panel.remove("path", "big", "mean", "now")  # so that they lie on top
        panel.line("path", *self.walked.T, width=1.5, dash=(2, 4))
        words = f"average of the workers; arrows: −{scale:.2g} · gradient"
        panel.arrows("big", *self.at, *(self.at - scale * big), colour="muted", width=9)
        panel.arrows("mean", *self.at, *(self.at - scale * mean), width=3, label=words)
        panel.points("now", *self.at, size=8, hollow=True, drag=True, tip="drag it along the path")

    def _ellipses(self):
        """Lines of equal loss of the big batch, in one line with gaps."""
        zero = self.gradient(np.zeros(2))
        A = np.stack([self.gradient(unit) - zero for unit in np.eye(2)], axis=1)
        A += 1e-6 * np.eye(2)  # samples dragged to one x leave a valley without end
        best = np.linalg.solve(A, -zero)
        # L − least = ½ (θ − best)ᵀ A (θ − best)
        shape = np.linalg.inv(np.linalg.cholesky(A)).T @ CIRCLE
        rings = best[:, None, None] + np.sqrt(2 * LEVELS)[:, None] * shape[:, None]
        rings = np.concatenate([rings, np.full((2, len(LEVELS), 1), np.nan)], axis=2)
        return rings.reshape(2, -1)

    def _title(self, mean, big):
        off = np.abs(mean - big).max()
        if off < 1e-12:
            return f"Average and big batch differ by {short(off, few=True)}"
        return f"Not the big batch's gradient: off by {off:.2f}"

    def summary(self):
        sizes, own = self.sizes(), self.gradients(self.at)
        off = np.abs(self.weights() @ own - self.gradient(self.at)).max()
        listed = ", ".join(map(str, sizes[:-1])) + " and " * (len(sizes) > 1) + str(sizes[-1])
        spread = np.ptp(own, axis=0).max()
        how = "mean without weights" if self["forget"] else "average, weighted by n_k/N,"
        by = "less than 10⁻¹²" if off < 1e-12 else f"{off:.3f}"
        far = np.abs(self.walked[-1] - self.alone[-1]).max()
        text = (
            f"{self['samples']} samples, {listed} for {counted(len(sizes), 'worker')}. After "
            f"{counted(self['steps'], 'step')} the gradients of the "
            f"workers differ by up to {spread:.2f}, and their {how} differs from the big batch's "
            f"gradient by {by}."
        )
        if far > 0.005:
            text += f" After {MOST_STEPS} steps the line is off by up to {far:.2f} in w or b."
        return text
