"""A network drawn with its numbers: a map of the plane in every neuron, its weights as links."""

from __future__ import annotations

import numpy as np

from ..backend import to_numpy
from ..dense import Dense
from .decision import grid
from .panel import Panel
from .words import sub

TILE = 18  # cells along the side of a neuron's small map


def columns(model) -> list[dict]:
    """The drawn columns of a network: one for each `Dense`, with what follows it up to the next.

    Returns
    -------
    list of dict
        ``dense`` (the layer), ``last`` (index of the last layer before the next `Dense`: its
        output is what the neurons of the column say), ``units``, ``activation`` (a name or "").

    Raises
    ------
    ValueError
        If there is no `Dense` layer.

    Examples
    --------
    >>> from nnlib import Sequential, Dense, Tanh
    >>> model = Sequential(Dense(2, 3), Tanh(), Dense(3, 1))
    >>> [(c["units"], c["activation"]) for c in columns(model)]
    [(3, 'tanh'), (1, '')]
    """
    found = []
    for index, layer in enumerate(model):
        if isinstance(layer, Dense):
            units = layer.W.value.shape[1]
            found.append({"dense": layer, "last": index, "units": units, "activation": ""})
        elif found:
            found[-1]["last"] = index
            if hasattr(layer, "derivative"):
                found[-1]["activation"] = type(layer).__name__.lower()
    if not found:
        raise ValueError(f"a drawing expects a network with a Dense layer; got {list(model)}.")
    return found


def place(widths, width: float, height: float) -> tuple[list, float]:
    """Where the neurons go: for each column an array (units, 2) of middles, and the tiles' side."""
    pitch = min((height - 34) / max(widths), 58.0)
    side = min(pitch * 0.86, 40.0, (width / len(widths)) * 0.55)
    xs = np.linspace(side / 2 + 14, width - side / 2 - 14, len(widths))
    middle = (height - 24) / 2
    return [
        np.stack([np.full(n, x), middle - (np.arange(n) - (n - 1) / 2) * pitch], axis=1)
        for x, n in zip(xs, widths, strict=True)
    ], side


class NetworkDrawing:
    """Draws a network into a panel, again and again while it trains.

    Parameters
    ----------
    panel : Panel
        Made for this alone; its limits become pixels.
    window : float
        Each neuron's map shows the plane from −window to window.
    """

    def __init__(self, panel: Panel, window: float = 1.0):
        width, height = (s * b for s, b in zip(_size(panel), panel.looks["box"][2:], strict=True))
        self.size = width - 30, height - 20
        self.panel = panel.set(x=(0, self.size[0]), y=(0, self.size[1]), axes=False)
        self.points, _ = grid((-window, window), (-window, window), TILE, "float32")

    def draw(self, model, outputs=None, *, names=("x₁", "x₂")) -> None:
        """Draw ``model``; ``outputs`` are those of every layer on `self.points`, if known."""
        cols = columns(model)
        outputs = model.trace(self.points) if outputs is None else outputs
        widths = [len(names), *(c["units"] for c in cols)]
        places, side = place(widths, *self.size)
        maps = [self.points, *(to_numpy(outputs[c["last"]]) for c in cols)]
        tiles = np.concatenate([m.T for m in maps]).reshape(-1, TILE, TILE)
        # Each map in its own scale, so that its shape is seen; one that hardly varies stays pale.
        with np.errstate(invalid="ignore"):
            scale = np.maximum(np.nan_to_num(np.abs(tiles).max(axis=(1, 2)), posinf=1e30), 0.1)
        middles = np.concatenate(places)
        half = side / 2
        extent = np.stack(
            [
                middles[:, 0] - half,
                middles[:, 0] + half,
                middles[:, 1] - half,
                middles[:, 1] + half,
            ],
            axis=1,
        )
        self._links(cols, places, half)
        self.panel.heat("neurons", tiles / scale[:, None, None], extent, smooth=True)
        frames = np.full((len(extent), 6, 2), np.nan)
        frames[:, :5, 0] = extent[:, [0, 1, 1, 0, 0]]
        frames[:, :5, 1] = extent[:, [2, 2, 3, 3, 2]]
        self.panel.line("frames", *frames.reshape(-1, 2).T, width=1, colour="muted")
        biases = [to_numpy(c["dense"].b.value) for c in cols]
        corners = np.concatenate(places[1:]) - [half, half]
        self.panel.points(
            "biases",
            *corners.T,
            values=np.concatenate(biases),
            marker="square",
            size=float(np.clip(0.11 * side, 2.2, 4.5)),
            tip="bias = {v}   (click to edit)",
            click=True,
        )
        labels = ["inputs"] + [f"{c['units']} {c['activation']}".strip() for c in cols[:-1]]
        top = np.array([p[0, 1] for p in places]) + half + 12
        xs = [p[0, 0] for p in places]
        self.panel.text(
            "labels", xs, np.full(len(xs), max(top)), [*labels, "output"], colour="muted", size=13
        )
        self.panel.text(
            "names", places[0][:, 0] - half - 4, places[0][:, 1], names, align="right", size=14
        )

    def _links(self, cols, places, half):
        ends = []
        tips = []
        for k, c in enumerate(cols):
            W = to_numpy(c["dense"].W.value)
            n_in, n_out = W.shape
            i, j = np.divmod(np.arange(n_in * n_out), n_out)
            a, b = places[k][i], places[k + 1][j]
            ends.append(
                np.column_stack([a[:, 0] + half, a[:, 1], b[:, 0] - half, b[:, 1], W.ravel()])
            )
            tips += [
                f"layer {k + 1}, w{sub(p + 1)},{sub(q + 1)}" for p, q in zip(i, j, strict=True)
            ]
        x0, y0, x1, y1, w = np.concatenate(ends).T
        self.panel.links("weights", x0, y0, x1, y1, w, vmax=2.0, tips=tips, click=True)


def parameter_at(model, item: str, index: int):
    """Which number a click on the drawing meant: (Parameter, position in it, name for people).

    Raises an IndexError if there are not so many.
    """
    kind, asked = ("W" if item == "weights" else "b"), index
    for k, c in enumerate(columns(model)):
        parameter = getattr(c["dense"], kind)
        shape = parameter.value.shape
        count = int(np.prod(shape))
        if index < count:
            position = tuple(int(v) for v in np.unravel_index(index, shape))
            where = ",".join(sub(p + 1) for p in position)
            return parameter, position, f"layer {k + 1}, {'w' if kind == 'W' else 'b'}{where}"
        index -= count
    count = asked - index
    raise IndexError(f"the network has {count} {item}; got number {asked}.")


def _size(panel):
    return panel.scene.width, panel.scene.height
