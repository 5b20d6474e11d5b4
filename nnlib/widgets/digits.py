"""Multinomial regression on pictures of digits: `PipelineExplorer` and `VotesExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Softmax
from .controls import button, buttons, slider
from .explorer import Explorer

SIDE, K = 8, 10  # pixels of a side, digits
CLASSES = np.arange(K)


def _checked(name, X, W, b):
    X, W, b = (expect.array(a, name, what) for a, what in ((X, "X"), (W, "W"), (b, "b")))
    if X.ndim != 2 or X.shape[1] != SIDE * SIDE or len(X) == 0:
        raise ValueError(f"{name} expects X of shape (N, 64), N at least 1; got {X.shape}")
    if W.shape != (SIDE * SIDE, K) or b.shape != (K,):
        raise ValueError(
            f"{name} expects W of shape (64, 10) and b of shape (10,); got {W.shape} and {b.shape}"
        )
    return X, W, b


class PipelineExplorer(Explorer):
    r"""X → XW + b → softmax → P for a batch of digits, every number a coloured cell.

    The shapes stand at every arrow. The chosen sample is a row all the way through, the chosen
    class a column of W, of Z and of P: click a cell to choose both.

    Parameters
    ----------
    X : array (N, 64)
    W : array (64, 10)
    b : array (10,)

    Examples
    --------
    >>> X, W, b = np.zeros((3, 64)), np.zeros((64, 10)), np.arange(10.0)
    >>> PipelineExplorer(X, W, b).summary()
    'X (3, 64) times W (64, 10) plus b (10,) is Z (3, 10), and softmax makes P (3, 10) of it.
    Sample 1, class 0: logit 0.00, probability 0.00; its likeliest class is 9.'
    """

    def __init__(self, X, W, b):
        self.X, self.W, self.b = _checked("PipelineExplorer", X, W, b)
        most = min(32, len(self.X))
        controls = {
            "batch": slider("batch size N", min(8, most), 1, max(most, 2), 1),
            "sample": slider("row: sample", 1, 1, max(most, 2), 1),
            "digit": slider("column: class", 0, 0, K - 1, 1),
        }
        super().__init__(1080, 420, controls)

    def changed(self, name):
        if self["sample"] > self["batch"]:
            self.set_quietly(**({"batch": self["sample"]} if name == "sample" else
                                {"sample": self["batch"]}))  # fmt: skip

    def draw(self):
        N, row, c = self["batch"], self["sample"] - 1, self["digit"]
        X = self.X[np.arange(N) % len(self.X)]
        Z = X @ self.W + self.b
        P = Softmax().forward(Z)
        panel = self.stage.panel("pipe", x=(0, 108), y=(-39, -2.5), axes=False, click=True)
        # Boxes (left, right) on a common height; a row of X, Z and P lies on one level.
        top, bottom = -9.0, -33.0
        level = np.linspace(top, bottom, N + 1)
        blocks = {
            "X": (X, (2, 31), "grey", 1.0),
            "W": (self.W, (41, 53), "diverging", np.abs(self.W).max() or 1.0),
            "Z": (Z, (65, 78), "diverging", np.abs(Z).max() or 1.0),
            "P": (P, (93, 106), "diverging", 1.0),
        }
        for name, (values, (x0, x1), colours, vmax) in blocks.items():
            panel.heat(name, values[::-1], (x0, x1, bottom, top), vmax=vmax, colours=colours,
                       smooth=False, tip="{v}")  # fmt: skip
            middle = (x0 + x1) / 2
            panel.text(f"name {name}", middle, top + 4.6, HEADS[name], size=16, bold=True)
            panel.text(f"shape {name}", middle, top + 1.9, f"({_shape(values)})", size=15)
            self._frame(panel, f"box {name}", (x0, x1, bottom, top), "grey", 1.5)
            if name != "W":
                self._frame(panel, f"row {name}", (x0, x1, level[row + 1], level[row]))
            if name != "X":
                left = x0 + (x1 - x0) * c / K
                self._frame(panel, f"column {name}", (left, left + (x1 - x0) / K, bottom, top),
                            "purple")  # fmt: skip
        y = (top + bottom) / 2
        panel.arrows("arrows", [32.5, 54.5, 80], [y] * 3, [39.5, 63.5, 91], [y] * 3, colour="muted")
        panel.text("on arrows", [36, 59, 85.5], [y + 2] * 3, ["· W", "+ b", "softmax"], size=15)
        panel.heat("b", self.b[None], (56, 62, y - 3.2, y - 1.6), vmax=np.abs(self.b).max() or 1.0,
                   smooth=False)  # fmt: skip
        self._frame(panel, "box b", (56, 62, y - 3.2, y - 1.6), "grey", 1.5)
        panel.text("shape b", 59, y - 4.6, "(10,)", size=15)
        words = [
            f"row {row + 1}: one digit, 64 pixels",
            f"column {c}: class {c}",
            f"z = {Z[row, c]:.2f}".replace("-", "−"),
            f"p = {P[row, c]:.2f}",
        ]
        panel.text("below", [16.5, 47, 71.5, 99.5], [bottom - 2.4] * 4, words, size=15)

    def _frame(self, panel, name, box, colour="vermillion", width=3.0):
        x0, x1, y0, y1 = box
        panel.line(name, [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], colour=colour, width=width)

    def summary(self):
        N, row, c = self["batch"], self["sample"] - 1, self["digit"]
        z = self.X[row % len(self.X)] @ self.W + self.b
        p = Softmax().forward(z)
        return (
            f"X ({N}, 64) times W (64, 10) plus b (10,) is Z ({N}, 10), and softmax makes P "
            f"({N}, 10) of it. Sample {row + 1}, class {c}: logit {z[c]:.2f}, probability "
            f"{p[c]:.2f}; its likeliest class is {p.argmax()}."
        ).replace("-", "−")

    def event(self, event):
        x, y = event["x"], event["y"]
        if event["type"] != "click" or not -33 < y < -9:
            return
        row = int(np.clip((-9 - y) / 24 * self["batch"], 0, self["batch"] - 1)) + 1
        for x0, x1 in ((41, 53), (65, 78), (93, 106)):
            if x0 < x < x1:
                self.set_quietly(digit=int((x - x0) / (x1 - x0) * K))
        if not 41 < x < 53:
            self.set_quietly(sample=row)


HEADS = {"X": "X", "W": "W", "Z": "Z = XW + b", "P": "P = softmax(Z)"}


def _shape(values):
    return ", ".join(map(str, values.shape))


class VotesExplorer(Explorer):
    r"""How multinomial regression reads one digit: which pixel votes for which class.

    Ten columns, one for each class: its weights as a picture, the votes of the pixels x ∘ w for it,
    its logit z = Σ x·w + b, its probability. Orange ink speaks for the class, blue against it.
    Draw into the picture on the left with the mouse, or choose a test digit; click a column to
    choose its class.

    Parameters
    ----------
    X : array (N, 64)
        Digits that were not trained with, 0 paper to 1 ink.
    y : int array (N,)
    film : dict
        epoch → (W, b), of shapes (64, 10) and (10,): the weights while they were learned.

    Examples
    --------
    >>> X = np.eye(64)[[27]]  # one pixel
    >>> W = np.zeros((64, 10))
    >>> W[27, 3] = 2.0
    >>> VotesExplorer(X, [3], {0: (0 * W, np.zeros(10)), 1: (W, np.zeros(10))}).summary()
    'Epoch 1, test digit 1, a 3: read as 3, right, with probability 0.45. Logit z₃ = 2.00, of which
    2.00 are votes of pixels and 0.00 is the bias. On all 1 test digits 100.0 % are right.'
    """

    def __init__(self, X, y, film):
        who, wanted = "VotesExplorer", "film, for each epoch (W, b)"
        if not expect.made(film, dict, who, wanted):
            raise ValueError(f"{who} expects {wanted}; got none.")
        self.film = {
            expect.whole(e, who, "epochs"): _checked(
                who, X, *expect.several(weights, object, who, wanted, 2)
            )[1:]
            for e, weights in film.items()
        }
        self.X, self.y = expect.array(X, who, "X"), expect.numbers(y, who, "y").reshape(-1)
        expect.same_length(who, X=self.X, y=self.y)
        epochs = sorted(self.film)
        self.own = None  # a drawn digit
        W, b = self.film[epochs[-1]]
        missed = np.flatnonzero((self.X @ W + b).argmax(axis=1) != self.y)
        self.lists = {"all test digits": np.arange(len(self.y))}
        if len(missed):
            self.lists["those it misreads"] = missed
        every = epochs[1] - epochs[0] if len(epochs) > 1 else 1
        controls = {
            "which": buttons("show", list(self.lists)),
            "digit": slider("test digit", 1, 1, max(2, len(self.y)), 1),
            "epoch": slider("epoch", epochs[-1], epochs[0], max(epochs[-1], epochs[0] + 1), every),
            "class": slider("class to look at", self.y[0], 0, K - 1, 1),
            "clear": button("White paper", "eraser", "Then draw a digit with the mouse"),
        }
        super().__init__(1080, 560, controls)

    # ------------------------------------------------------------------ the maths
    @property
    def weights(self):
        return self.film[self["epoch"]]

    @property
    def index(self) -> int:
        """Which of the test digits is shown."""
        found = self.lists[self["which"]]
        return int(found[min(self["digit"], len(found)) - 1])

    @property
    def x(self) -> np.ndarray:
        """The picture that is read, shape (64,)."""
        return self.X[self.index] if self.own is None else self.own

    def reads(self):
        """(votes (64, 10), z (10,), p (10,)) of the picture."""
        W, b = self.weights
        votes = self.x[:, None] * W
        z = votes.sum(axis=0) + b
        return votes, z, Softmax().forward(z)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        W, b = self.weights
        votes, z, p = self.reads()
        self._draw_input()
        # Four strips with the same ten columns.
        across = dict(x=(-0.55, K - 0.45), grid=False)
        left, width = 0.235, 0.765
        # Weights keep one scale through all epochs, so that one sees them grow.
        vmax = max(np.abs(w).max() for w, _ in self.film.values()) * 0.5 or 1.0
        rows = (
            ("weights", 0.0, W, vmax, "weights W: a picture for each class"),
            (
                "votes",
                0.205,
                votes,
                max(0.7 * np.abs(votes).max(), 1e-3),
                "votes x ∘ w of the pixels",
            ),
        )
        c = self["class"]
        for name, top, values, most, title in rows:
            panel = self.stage.panel(name, box=(left, top, width, 0.2), y=(-0.5, 0.5),
                                     axes=False, title=title, click=True, **across)  # fmt: skip
            tiles = values.T.reshape(K, SIDE, SIDE)[:, ::-1]  # row 0 is drawn lowest
            extent = [(k - 0.46, k + 0.46, -0.5, 0.5) for k in CLASSES]
            panel.heat("tiles", tiles, extent, vmax=most, smooth=False, tip="{v}")
            frames = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1), (np.nan, np.nan)])
            at = (CLASSES[:, None, None] * [1, 0] + frames * [0.46, 0.5]).reshape(-1, 2)
            panel.line("frames", *at.T, colour="grid", width=1.5)
            panel.line("chosen", *(frames[:5] * [0.46, 0.49] + [c, 0]).T, colour="purple", width=3)
        # As many letters at the left of both, so that the columns stay above each other.
        step = next(s for s in (2, 5, 10, 20, 50) if np.abs(z).max() <= 2 * s or s == 50)
        ticks = [(v, f"{v}".replace("-", "−").rjust(3, "\u2007")) for v in (-step, 0, step)]
        bars = (
            ("logits", 0.41, z, (-2.6 * step, 2.6 * step), ticks, "z = sum of the votes + b"),
            ("p", 0.685, p, (0, 1.25), [(0, "0.0"), (0.5, "0.5"), (1, "1.0")], "p = softmax(z)"),
        )
        for name, top, values, y, ticks, title in bars:
            last = name == "p"
            panel = self.stage.panel(
                name,
                box=(left - 52 / 1080, top, width + 52 / 1080, 0.27 + 0.045 * last),
                y=y,
                xticks=[(k, str(k)) for k in CLASSES] if last else [],
                yticks=ticks,
                xlabel="class" if last else "",
                ylabel="p" if last else "logit z",
                title=title,
                click=True,
                **across,
            )
            panel.bars("values", CLASSES, values, classes=CLASSES, width=0.6)
            if not last:
                panel.line("zero", [-0.55, K - 0.45], [0, 0], width=1.5)
            offset = 0.08 * (y[1] - y[0]) * np.where(values < 0, -1, 1)
            words = [f"{v:.2f}".replace("-", "−") for v in values]
            panel.text("numbers", CLASSES, values + offset, words, size=14, halo=True)

    def _draw_input(self):
        right = None if self.own is not None else int(self.y[self.index])
        title = "draw here" if right is None else f"a {right}"
        panel = self.stage.panel(
            "input",
            box=(0, 0, 0.19, 0.42),
            x=(0, SIDE),
            y=(-SIDE, 0),
            axes=False,
            equal=True,
            title=f"x: {title}",
            click=True,
        )
        panel.heat("ink", self.x.reshape(SIDE, SIDE)[::-1], colours="grey", smooth=False, tip="{v}")
        panel.line("paper", [0, SIDE, SIDE, 0, 0], [0, 0, -SIDE, -SIDE, 0], colour="grey", width=2)
        _, z, p = self.reads()
        said = int(p.argmax())
        verdict = "" if right is None else ("right" if said == right else f"wrong, it is a {right}")
        panel = self.stage.panel("says", box=(0, 0.44, 0.18, 0.5), x=(0, 1), y=(0, 1), axes=False)
        panel.text("says", 0.5, 0.88, f"It says {said}", size=22, bold=True)
        panel.text("sure", 0.5, 0.7, f"with probability {p[said]:.2f}", size=15)
        colour = "green" if verdict == "right" else "vermillion"
        panel.text("verdict", 0.5, 0.54, verdict, size=15, bold=True, colour=colour)
        panel.text("how", [0.5] * 2, [0.3, 0.18], ["draw with the mouse,", "shift: erase"], size=14,
                   colour="muted")  # fmt: skip

    def summary(self):
        W, b = self.weights
        votes, z, p = self.reads()
        said, c = int(p.argmax()), self["class"]
        if self.own is not None:
            what = f"your drawing: read as {said}"
        else:
            right = int(self.y[self.index])
            verdict = "right" if said == right else "wrong"
            what = f"test digit {self.index + 1}, a {right}: read as {said}, {verdict},"
        share = ((self.X @ W + b).argmax(axis=1) == self.y).mean()
        return (
            f"Epoch {self['epoch']}, {what} with probability {p[said]:.2f}. Logit "
            f"z{'₀₁₂₃₄₅₆₇₈₉'[c]} = {z[c]:.2f}, of which {votes[:, c].sum():.2f} are votes of "
            f"pixels and {b[c]:.2f} is the bias. On all {len(self.y)} test digits "
            f"{100 * share:.1f} % are right."
        ).replace("-", "−")

    # ------------------------------------------------------------------ taking hold of it
    def changed(self, name):
        if name == "which":
            n = len(self.lists[self["which"]])
            self.set_quietly(digit=min(self["digit"], n))
            self.control("digit").max = max(2, n)
        if name in ("which", "digit"):
            self.own = None
            self.set_quietly(**{"class": int(self.y[self.index])})

    def pressed(self, name):
        self.own = np.zeros(SIDE * SIDE)

    def event(self, event):
        if event["type"] not in ("click", "paint"):
            return
        if event["panel"] == "input":
            self._paint(event)
        elif event["type"] == "click":
            self.set_quietly(**{"class": int(np.clip(round(event["x"]), 0, K - 1))})

    def _paint(self, event):
        """Ink where the brush is, and half of it beside: strokes as soft as the digits'."""
        if self.own is None:
            self.own = self.x.copy()
        ink = self.own.reshape(SIDE, SIDE)
        row, column = np.indices((SIDE, SIDE))
        away = np.hypot(-event["y"] - row - 0.5, event["x"] - column - 0.5)
        brush = np.clip(1.35 - away, 0, 1)
        if event.get("shift") or event.get("button"):
            ink *= 1 - brush
        else:
            np.maximum(ink, brush, out=ink)
