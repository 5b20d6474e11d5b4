"""Kernels slid over photographs and digits: `FilterExplorer` and `FilterBankExplorer`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .. import data, expect
from ..conv import Conv2D
from ..kernels import MADE, handmade
from ..plot.words import brief, sub
from .controls import choice, slider
from .explorer import Explorer

PHOTOS = ("china", "flower")


@lru_cache
def grey_photo(name: str = "china") -> np.ndarray:
    """A photograph in grey, each 2 × 2 pixels taken together: (106, 160), 0 black to 1 white."""
    grey = data.photo(name).mean(axis=2)[:212]
    return grey.reshape(106, 2, 160, 2).mean(axis=(1, 3))


def filtered(picture, kernel) -> np.ndarray:
    """A kernel slid over a picture by `nnlib.Conv2D`, as large as before; at the border the last
    pixels are repeated, so that no frame of zeros shows up as an edge."""
    half = len(kernel) // 2
    layer = Conv2D(1, 1, len(kernel), bias=False)
    layer.W.value[..., 0, 0] = kernel
    x = np.pad(picture, half, "edge")
    return layer.forward(x[None, ..., None])[0, ..., 0]


class FilterExplorer(Explorer):
    r"""A photograph, a kernel, and what it makes of it.

    Click into a picture or drag the ring: the pixels under the window, each times its weight, and
    their sum. Click a weight of the kernel and change it.

    Parameters
    ----------
    kernel : str
        A key of `nnlib.kernels.MADE`.
    photo : {"china", "flower"}
    at : (int, int)
        Row and column of the pixel that is explained.

    Attributes
    ----------
    picture : ndarray, shape (106, 160)
        From 0, black, to 1, white.
    kernel : ndarray, shape (k, k)

    Examples
    --------
    >>> explorer = FilterExplorer("blur (the mean)")
    >>> round(float(explorer.kernel.sum()), 6)
    1.0
    >>> explorer.summary()[:64]
    'The photo china through a 3 × 3 kernel, blur (the mean), whose w'
    """

    below = ("weight", "value", "row", "column")

    def __init__(self, kernel="upright edges", photo="china", *, at=(52, 60)):
        at = expect.array(at, "FilterExplorer", "at", (2,))
        names = list(MADE)
        controls = {
            "kernel": choice("kernel", [*((n, n) for n in names), ("– your own –", "")], kernel),
            "kernel_size": choice("size", [("3 × 3", 3), ("5 × 5", 5)], 3),
            "photo": choice("photograph", PHOTOS, photo),
            "strength": slider("strength", 1.0, 0.25, 3.0, 0.25),
            "weight": choice("weight to change", [("", (0, 0))]),
            "value": slider("its value", 0.0, -8.0, 8.0, 0.5),
            "row": slider("row of the ring", at[0], 0, 105, 1),
            "column": slider("column", at[1], 0, 159, 1),
        }
        self.picture = grey_photo(photo)
        self.kernel = handmade(kernel, 3)
        super().__init__(1040, 610, controls)

    def begin(self):
        self._name_weights()

    # ------------------------------------------------------------------ the maths
    def weights(self) -> np.ndarray:
        """The kernel times the strength."""
        return self["strength"] * self.kernel

    def window(self) -> np.ndarray:
        """The pixels under the kernel, (k, k)."""
        half, i, j = len(self.kernel) // 2, self["row"], self["column"]
        return np.pad(self.picture, half, "edge")[i : i + 2 * half + 1, j : j + 2 * half + 1]

    # ------------------------------------------------------------------ taking hold of it
    def _name_weights(self):
        k = range(len(self.kernel))
        self.controls["weight"].options = [
            (f"w{sub(i + 1)},{sub(j + 1)}", (i, j)) for i in k for j in k
        ]
        middle = len(self.kernel) // 2
        self.controls["weight"].value = middle, middle
        self._choose()

    def _choose(self):
        value = self.kernel[self["weight"]]
        self.controls["value"].value = float(np.clip(value, -8, 8))

    def changed(self, name):
        if name == "photo":
            self.picture = grey_photo(self["photo"])
        elif name in ("kernel", "kernel_size"):
            k = self["kernel_size"]
            if self["kernel"]:
                self.kernel = handmade(self["kernel"], k)
            elif k != len(self.kernel):
                grown = np.pad(self.kernel, 1) if k == 5 else self.kernel[1:4, 1:4].copy()
                self.kernel = grown
            self._name_weights()
        elif name == "weight":
            self._choose()
        elif name == "value":
            self.kernel = self.kernel.copy()
            self.kernel[self["weight"]] = self["value"]
            self.controls["kernel"].value = ""

    def event(self, event):
        if event["panel"] in ("photo", "result") and event["type"] in ("click", "drag"):
            row, column = 105 - int(np.floor(event["y"])), int(np.floor(event["x"]))
            self.set_quietly(row=int(np.clip(row, 0, 105)), column=int(np.clip(column, 0, 159)))
        elif event["panel"] == "numbers" and event["type"] == "click":
            left, top, wide, high = self._kernel_at
            i, j = int((top - event["y"]) // high), int((event["x"] - left) // wide)
            if 0 <= i < len(self.kernel) and 0 <= j < len(self.kernel):
                self.set_quietly(weight=(i, j))
                self.changed("weight")

    # ------------------------------------------------------------------ the picture
    def draw(self):
        w = self.weights()
        z = filtered(self.picture, w)
        signs = abs(w.sum()) < 0.05 * np.abs(w).sum() or w.sum() < 0
        half = len(w) // 2
        i, j = self["row"], self["column"]
        for name, left, title in (
            ("photo", 0.0, "the photograph: click, or drag the ring"),
            ("result", 0.5, "filtered: " + (
                "orange above 0, blue below" if signs else "0 black, 1 white")),
        ):  # fmt: skip
            panel = self.stage.panel(
                name, box=(left, 0, 0.5, 0.615), x=(0, 160), y=(0, 106), axes=False, grid=False,
                equal=True, click=True, title=title,
            )  # fmt: skip
            if name == "photo" or not signs:
                shown = self.picture if name == "photo" else np.clip(z, 0, 1)
                panel.heat("pixels", 1 - shown[::-1], colours="grey", smooth=False)
            else:
                panel.heat("pixels", z[::-1], vmax=2.0, smooth=False)
            edge = [j - half, j + half + 1], [106 - i + half, 105 - i - half]
            x, y = np.array(edge[0])[[0, 1, 1, 0, 0]], np.array(edge[1])[[0, 0, 1, 1, 0]]
            panel.line("window", x, y, colour="vermillion", width=1.5)
            turn = np.linspace(0, 2 * np.pi, 49)
            ring = j + 0.5 + 5 * np.cos(turn), 105.5 - i + 5 * np.sin(turn)
            panel.line("ring", *ring, colour="vermillion", width=3)
            panel.points("place", j + 0.5, 105.5 - i, colour="vermillion", size=3.5, drag=True)
        self._numbers(w, z[i, j])

    def _numbers(self, w, z):
        k = len(w)
        panel = self.stage.panel(
            "numbers", box=(0, 0.625, 1, 0.375), x=(0, 1028), y=(0, 221), axes=False, click=True
        )  # fmt: skip
        wide, high, top = (72.0, 36.0, 158.0) if k == 3 else (50.0, 28.0, 178.0)
        gap, window = 60.0, self.window()
        left = (1028 - 3 * k * wide - 2 * gap - 130) / 2
        self._kernel_at = left + k * wide + gap, top, wide, high
        middle = top - k * high / 2
        for at, (name, title, values, vmax) in enumerate(
            (
                ("window", "pixels under the window", window, 3.0),
                ("kernel", "kernel: click to change", w, 6.0),
                ("products", "products", window * w, 3.0),
            )
        ):
            x = left + at * (k * wide + gap)
            size = 15 if k == 3 else 13
            panel.matrix(name, values, x, top, cell=(wide, high), vmax=vmax, size=size)
            panel.text(f"name {name}", x + k * wide / 2, top + 17, title, size=15, bold=True)
            sign = ("", "×", "=")[at]
            panel.text(f"sign {name}", x - gap / 2, middle, sign, size=22, bold=True)
        i, j = self["weight"]
        left, top, wide, high = self._kernel_at
        x0, x1, y0, y1 = (
            left + j * wide,
            left + (j + 1) * wide,
            top - i * high,
            top - (i + 1) * high,
        )
        panel.line("chosen", [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], colour="ink", width=2.5)
        at = left + 2 * k * wide + gap + 20
        panel.text("sum word", at, middle + 14, "their sum", size=15, align="left")
        text = f"{z + 0.0:.2f}".replace("-", "−")
        panel.text(
            "sum", at, middle - 14, text, size=24, align="left", colour="vermillion", bold=True
        )
        total = w.sum()
        kind = (
            "An even patch gives 0 then: what is left are differences." if abs(total) < 0.005
            else "An even patch keeps its brightness then." if abs(total - 1) < 0.005
            else f"An even patch gets {brief(total)} times as bright then."
        )  # fmt: skip
        words = f"The weights sum to {brief(total)}. {kind}"
        panel.text("kind", 514, 14, words, size=15)
        self._kind = words

    def summary(self):
        name, k = self["kernel"] or "your own", len(self.kernel)
        z = (self.weights() * self.window()).sum()
        weight = sub(self["weight"][0] + 1), sub(self["weight"][1] + 1)
        return (
            f"The photo {self['photo']} through a {k} × {k} kernel, {name}, whose weights sum to "
            f"{brief(self.weights().sum())}. At row {self['row']}, column {self['column']} the "
            f"products of pixels and weights sum to {brief(z)}. Chosen: w{weight[0]},{weight[1]} "
            f"= {brief(self.kernel[self['weight']])}, strength {self['strength']:g}."
        )


class FilterBankExplorer(Explorer):
    """Several kernels slid over one picture: banks of them, made by hand and learned, in rows.

    Parameters
    ----------
    pictures : array, shape (N, height, width), optional
        Digits of MNIST if left out.
    banks : dict of str to array, shape (k, k, m), optional
        At most 2 of at most 8 kernels each. If left out: made by hand, and random ones.

    Examples
    --------
    >>> FilterBankExplorer().summary()[:52]
    'Picture 1 through the kernels. made by hand: kernel '
    """

    def __init__(self, pictures=None, banks=None):
        if pictures is None:
            pictures = data.mnist().X[:12].reshape(-1, 28, 28)
        self.pictures = expect.array(pictures, "FilterBankExplorer", "pictures")
        if banks is None:
            rng = np.random.default_rng(0)
            banks = {"made by hand": hand_bank(), "random": rng.normal(0, 0.5, (5, 5, 8))}
        wanted = "banks, for each name an array of kernels"
        expect.made(banks, dict, "FilterBankExplorer", wanted)
        self.banks = {
            name: expect.array(bank, "FilterBankExplorer", f"bank {name!r}")
            for name, bank in banks.items()
        }
        shapes = [bank.shape for bank in self.banks.values()]
        if self.pictures.ndim != 3 or not 1 <= len(shapes) <= 2 or any(
            len(s) != 3 or s[0] != s[1] or s[0] % 2 == 0 or not 1 <= s[2] <= 8 for s in shapes
        ):  # fmt: skip
            raise ValueError(
                "FilterBankExplorer expects pictures (N, height, width) and one or two banks of "
                f"kernels (k, k, m), k odd, m up to 8; got {self.pictures.shape} and {shapes}"
            )
        show = {"all numbers": "all", "after ReLU: what is above 0": "relu"}
        controls = {
            "picture": slider("picture", 1, 1, max(2, len(self.pictures)), 1),
            "show": choice("show", list(show.items())),
            "shift": slider("shift to the right", 0, -6, 6, 1),
        }
        super().__init__(1060, 20 + 232 * len(self.banks), controls)

    def picture(self) -> np.ndarray:
        """The chosen picture, shifted; what leaves at one side is lost."""
        shown = self.pictures[min(self["picture"], len(self.pictures)) - 1]
        by = self["shift"]
        shifted = np.zeros_like(shown)
        width = shown.shape[1]
        shifted[:, max(by, 0) : width + min(by, 0)] = shown[:, max(-by, 0) : width - max(by, 0)]
        return shifted

    def responses(self, name) -> np.ndarray:
        """(m, height, width): what each kernel of a bank makes of the picture."""
        bank = self.banks[name]
        z = [filtered(self.picture(), bank[..., c]) for c in range(bank.shape[2])]
        return np.maximum(z, 0) if self["show"] == "relu" else np.array(z)

    def draw(self):
        count = len(self.banks)
        panel = self.stage.panel(
            "bank", box=(0, 0, 1, 1), x=(0, 1048), y=(0, 10 + 232 * count), axes=False, grid=False
        )
        top = 10.0 + 232 * count
        panel.heat(
            "picture", self.picture()[::-1], (10, 122, top - 270, top - 158), colours="grey",
            smooth=False,
        )  # fmt: skip
        panel.text("word", 66, top - 142, "the picture", size=15, bold=True)
        for at, name in enumerate(self.banks):
            bank, z = self.banks[name], self.responses(name)
            m = bank.shape[2]
            head = top - 22 - 232 * at
            low = 145 + 113.0 * np.arange(m)
            tiles = np.stack([low + 22, low + 82, np.full(m, head - 78), np.full(m, head - 18)], 1)
            kernels = bank.transpose(2, 0, 1)[:, ::-1]
            # Each kernel in its own scale, for their sizes differ and their pattern is the point.
            kernels = kernels / np.abs(kernels).max(axis=(1, 2), keepdims=True).clip(1e-9)
            panel.heat(f"kernels {at}", kernels, tiles, smooth=False)
            maps = np.stack([low, low + 104, np.full(m, head - 192), np.full(m, head - 88)], 1)
            z = z[:, ::-1] / np.abs(z).max(axis=(1, 2), keepdims=True).clip(1e-9)
            panel.heat(f"maps {at}", z, maps, smooth=False)
            panel.text(f"name {at}", 145, head, f"{name}: kernels, and below them what each "
                       "finds (orange above 0, blue below)", size=16, bold=True,
                       align="left")  # fmt: skip

    def summary(self):
        parts = []
        for name in self.banks:
            strongest = np.maximum(self.responses(name), 0).mean(axis=(1, 2))
            parts.append(
                f"{name}: kernel {int(strongest.argmax()) + 1} of {len(strongest)} answers most, "
                f"{strongest.max():.2f} on average"
            )
        shift = self["shift"]
        moved = f", shifted by {brief(shift)} pixels," if shift else ""
        return f"Picture {self['picture']}{moved} through the kernels. {'; '.join(parts)}."


def hand_bank() -> np.ndarray:
    """Eight kernels that people made, (3, 3, 8): four directions, each both ways."""
    names = (
        "upright edges", "level edges", "edges falling to the right", "edges rising to the right"
    )  # fmt: skip
    one = [handmade(name) / np.abs(handmade(name)).sum() for name in names]
    return np.stack([*one, *(-w for w in one)], axis=2)
