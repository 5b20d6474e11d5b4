"""One number for each window, and who gets its gradient: `PoolingExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..pool import AvgPool2D, MaxPool2D
from .controls import buttons, slider
from .explorer import Explorer

HEIGHT = 420
KINDS = ("max", "average")


class PoolingExplorer(Explorer):
    r"""A grid of numbers, a window that slides over it, and one number for each place.

    Forward, the chosen window is drawn on the input and its result outlined in the output; under
    max pooling every winner is marked. Backward, the output's gradient dy is given, and each number
    of dx says what its input gets; where windows overlap it gets the sum.

    Click an output to go to its window; click an input to make it larger by one (with shift
    smaller).

    Parameters
    ----------
    x : array (rows, columns), optional
        Small numbers, 3 to 8 rows and columns; whole numbers drawn from a seed if left out.
    kind : {"max", "average"}
    show : {"forward", "backward"}
    window, stride, padding : int

    Examples
    --------
    >>> x = [[1, 5, 2, 0], [3, 4, 1, 2], [0, 1, 7, 7], [2, 1, 6, 3]]
    >>> explorer = PoolingExplorer(x)
    >>> explorer.update(place=2)
    'Max pooling, window 2 × 2, stride 2, padding 0: 4 × 4 numbers become 2 × 2. Place 2 of 4: the
    largest of 2, 0, 1, 2 is 2; 2 are equally large, the first one counts.'
    """

    def __init__(self, x=None, kind="max", show="forward", window=2, stride=2, padding=0):
        who = "PoolingExplorer"
        window = expect.whole(window, who, "window", 1, 3)
        stride = expect.whole(stride, who, "stride", 1, 3)
        padding = expect.whole(padding, who, "padding", 0, 1)
        self.given = None if x is None else expect.array(x, who, "x").copy()
        if x is not None and (self.given.ndim != 2 or not 3 <= min(self.given.shape) or
                              max(self.given.shape) > 8):  # fmt: skip
            raise ValueError(
                f"PoolingExplorer expects x of 3 to 8 rows and columns; got {self.given.shape}"
            )
        self.x = self._numbers(0)
        places = self._places(window, stride, padding)
        controls = {
            "kind": buttons("pooling", KINDS, kind),
            "show": buttons("show", [("forward", "forward"), ("and backward", "backward")], show),
            "place": slider("place", 1, 1, max(places, 2), 1),
            "window": slider("window k", window, 1, 3, 1),
            "stride": slider("stride s", stride, 1, 3, 1),
            "padding": slider("padding p", padding, 0, 1, 1),
            "seed": slider("other numbers", 0, 0, 99, 1),
        }  # fmt: skip
        super().__init__(1080, HEIGHT, controls)

    # ------------------------------------------------------------------ the maths
    def _numbers(self, seed):
        if seed == 0 and self.given is not None:
            return self.given.copy()
        rng = np.random.default_rng(seed)
        shape = (6, 6) if self.given is None else self.given.shape
        return rng.integers(0, 10, shape).astype(float)

    def _places(self, window, stride, padding):
        down, across = ((n + 2 * padding - window) // stride + 1 for n in self.x.shape)
        return down * across

    def _layer(self):
        kind = MaxPool2D if self["kind"] == "max" else AvgPool2D
        return kind(self["window"], self["stride"], self["padding"])

    def compute(self):
        """(y, dy, dx) of the grid; dy counts 1, 2, 3, ... so that one sees who gets which."""
        layer = self._layer()
        y = layer.forward(self.x[None, :, :, None])
        dy = np.arange(1.0, y.size + 1).reshape(y.shape)
        dx = layer.backward(dy)
        return y[0, :, :, 0], dy[0, :, :, 0], dx[0, :, :, 0]

    def corner(self, place):
        """Row and column of the input where the window begins; −1 in the margin."""
        across = (self.x.shape[1] + 2 * self["padding"] - self["window"]) // self["stride"] + 1
        i, j = divmod(place, across)
        return i * self["stride"] - self["padding"], j * self["stride"] - self["padding"]

    def inside(self, place):
        """(row, column) of the inputs that the window sees, row by row."""
        top, left = self.corner(place)
        rows, columns = self.x.shape
        return [
            (i, j)
            for i in range(top, top + self["window"])
            for j in range(left, left + self["window"])
            if 0 <= i < rows and 0 <= j < columns
        ]

    def winner(self, place):
        """Which input is the largest of a window; the first of several."""
        return max(self.inside(place), key=lambda at: self.x[at])

    # ------------------------------------------------------------------ the reader
    def begin(self):
        self.changed("window")

    def changed(self, name):
        if name == "seed":
            self.x = self._numbers(self["seed"])
        if name in ("window", "stride", "padding"):
            # A margin wider than half of the window would make windows that see nothing.
            if 2 * self["padding"] > self["window"]:
                self.set_quietly(**({"window": 2} if name == "padding" else {"padding": 0}))
            most = self._places(self["window"], self["stride"], self["padding"])
            if self["place"] > most:
                self.set_quietly(place=most)
            self.control("place").max = max(most, 2)

    def event(self, event):
        if event["type"] != "click":
            return
        i, j = int(np.floor(-event["y"])), int(np.floor(event["x"]))
        if event["panel"] == "input" and 0 <= i < self.x.shape[0] and 0 <= j < self.x.shape[1]:
            self.x[i, j] = np.clip(self.x[i, j] + (-1 if event.get("shift") else 1), -9, 99)
        elif event["panel"] == "output":
            rows, columns = self.compute()[0].shape
            if 0 <= i < rows and 0 <= j < columns:
                self.set_quietly(place=i * columns + j + 1)

    # ------------------------------------------------------------------ the picture
    @property
    def _place(self):
        return min(self["place"], self._places(*(self[n] for n in ("window", "stride", "padding"))))

    def draw(self):
        y, dy, dx = self.compute()
        backward, place = self["show"] == "backward", self._place - 1
        left = self._ground("input", 0, "x: the input")
        left.matrix("numbers", self.x, vmax=1.6 * _most(self.x), digits=_digits(self.x), size=17)
        self._windows(left)
        self._marks(left)
        title = "dy: what arrives" if backward else f"y: the {self['kind']} of each window"
        shown = dy if backward else y
        self._ground("output", 1, title).matrix(
            "numbers", shown, vmax=1.6 * _most(shown), digits=_digits(shown), size=_size(shown),
            highlight=[divmod(place, y.shape[1])],
        )  # fmt: skip
        right = self._ground("given", 2, "dx: what each input gets" if backward else "")
        if backward:
            right.matrix("numbers", dx, vmax=1.6 * _most(dx), digits=_digits(dx), size=_size(dx))
            self._marks(right)
        else:
            right.remove("numbers", "winners", "chosen")
        below = self.stage.panel("below", box=(0, 0.88, 0.98, 0.12), x=(0, 1), y=(0, 1), axes=False)
        below.text("words", 0.5, 0.5, self._sentence(), size=17)

    def _ground(self, name, k, title):
        """The panel of the k-th table; cells are equally large in all three."""
        rows, columns = self.x.shape
        room = 1.2 if self["padding"] else 0.2
        return self.stage.panel(
            name, box=(k / 3, 0, 0.33, 0.88), x=(-room, columns + room), y=(-rows - room, room),
            title=title, equal=True, axes=False, click=name != "given",
        )  # fmt: skip

    def _windows(self, panel):
        """The margin, the window of the chosen place, and the frames of all the others."""
        places = self._places(*(self[n] for n in ("window", "stride", "padding")))
        k, inset = self["window"], 0.06
        rows, columns = self.x.shape
        if self["padding"]:
            margin = [-1, columns + 1, columns + 1, -1, -1], [1, 1, -rows - 1, -rows - 1, 1]
            panel.line("margin", *margin, colour="grey", dash=(5, 4), width=1.5)
        else:
            panel.remove("margin")
        frames = []
        for place in range(places):
            i, j = self.corner(place)
            x0, x1, y0, y1 = j + inset, j + k - inset, -i - inset, -i - k + inset
            frames.append([[x0, x1, x1, x0, x0, np.nan], [y0, y0, y1, y1, y0, np.nan]])
        panel.line("windows", *np.concatenate(frames, axis=1), colour="muted", width=1.2)
        panel.line("window", *np.array(frames[self._place - 1])[:, :5], colour="vermillion",
                   width=4)  # fmt: skip

    def _marks(self, panel):
        """A dot beside each winner, or in the whole window where all get a share."""
        places = self._places(*(self[n] for n in ("window", "stride", "padding")))
        if self["kind"] == "max":
            won = {self.winner(place) for place in range(places)}
            got = [self.winner(self._place - 1)]
        else:
            won, got = set(), self.inside(self._place - 1)
        at = np.array(sorted(won), dtype=float).reshape(-1, 2)
        panel.points("winners", at[:, 1] + 0.82, -at[:, 0] - 0.2, colour="grey", size=5)
        at = np.array(got, dtype=float)
        panel.points("chosen", at[:, 1] + 0.82, -at[:, 0] - 0.2, colour="vermillion", size=7)

    def _sentence(self):
        place = self._place - 1
        y, dy, _ = self.compute()
        listed = ", ".join(f"{self.x[at]:g}" for at in self.inside(place))
        gradient, k = int(dy.flat[place]), self["window"]
        if self["show"] == "forward":
            if self["kind"] == "max":
                words = f"y = max({listed}) = {y.flat[place]:g}"
            else:
                words = f"y = ({listed.replace(', ', ' + ')}) / {k * k} = {y.flat[place]:.2f}"
        elif self["kind"] == "max":
            words = f"dy = {gradient} goes to the winner of ({listed}) alone"
        else:
            words = f"of dy = {gradient}, {gradient / (k * k):.2f} for each input of the window"
        return f"place {place + 1}: {words}".replace("-", "−").replace("+ −", "− ")

    def summary(self):
        y, dy, dx = self.compute()
        place = self._place - 1
        k, s, p = self["window"], self["stride"], self["padding"]
        seen = [self.x[at] for at in self.inside(place)]
        text = (
            f"{self['kind'].capitalize()} pooling, window {k} × {k}, stride {s}, padding {p}: "
            f"{self.x.shape[0]} × {self.x.shape[1]} numbers become {y.shape[0]} × {y.shape[1]}. "
            f"Place {place + 1} of {y.size}: "
        )
        listed = ", ".join(f"{v:g}" for v in seen)
        ties = sum(v == max(seen) for v in seen)
        tie = f"; {ties} are equally large, the first one counts" if ties > 1 else ""
        if self["show"] == "forward":
            if self["kind"] == "max":
                text += f"the largest of {listed} is {max(seen):g}{tie}."
            else:
                text += f"{listed} together, divided by {k * k}, is {y.flat[place]:.2f}."
        elif self["kind"] == "max":
            i, j = self.winner(place)
            text += (
                f"its gradient {dy.flat[place]:g} goes to row {i + 1}, column {j + 1} alone{tie}. "
                f"{int((dx == 0).sum())} of {dx.size} inputs get nothing."
            )
        else:
            text += (
                f"its gradient {dy.flat[place]:g} is shared, {dy.flat[place] / (k * k):.2f} for "
                f"each of {len(seen)} inputs. {int((dx == 0).sum())} of {dx.size} inputs get "
                "nothing."
            )
        return text.replace("-", "−")


def _most(values):
    """The largest magnitude, for the tint of a table."""
    return float(np.abs(values).max()) or 1.0


def _size(values):
    """Of the digits, so that they fit into a cell."""
    return 17 if _digits(values) == 0 else 14


def _digits(values):
    """No decimals where all numbers are whole."""
    return 0 if np.allclose(values, np.rint(values)) else 2
