"""What one watches while a network trains: curves, the plane as a layer bends it, gradients.

Each function draws one or two panels of the lower half of the stage.
"""

from __future__ import annotations

import numpy as np

from ..backend import to_numpy
from ..data import EXTENT
from ..plot.network import columns


def draw_curves(stage, history, measured) -> None:
    """Loss and accuracy (or what else is measured) of training and test samples over the epochs."""
    history = thin(history, 300)
    epochs = np.array([r.epoch for r in history])
    last = max(1.0, float(epochs[-1]))
    series = {
        "loss": ("loss", [("train", "loss"), ("test", "val_loss")]),
        "accuracy": (measured, [("train", "accuracy"), ("test", "val_accuracy")]),
    }
    for k, (name, (label, curves)) in enumerate(series.items()):
        lines = {text: _finite([getattr(r, key) for r in history]) for text, key in curves}
        if name == "loss":
            finite = np.concatenate(list(lines.values()))
            finite = finite[~np.isnan(finite)]
            # The first losses set the scale, so that a runaway is seen to leave it.
            top = min(finite.max(initial=0.0), 4 * max(finite[:1].max(initial=0.0), 0.25))
            limits = (0.0, 1.08 * max(float(top), 1e-3))
        else:
            limits = (-0.02, 1.04)
        panel = stage.panel(
            name,
            box=(0.265 * k, 0.58, 0.26, 0.42),
            x=(0, last),
            y=limits,
            xlabel="epoch",
            ylabel=label,
            legend="upper right" if name == "loss" else "lower right",
        )
        panel.line("test", epochs, lines["test"], colour="vermillion", label="test", width=2)
        panel.line("train", epochs, lines["train"], colour="ink", label="train", width=2)


def draw_bent(stage, model, X, looks, layer, i, j) -> None:
    """The plane as units i and j of a layer see it: ruled paper and samples where they end up.

    Parameters
    ----------
    looks : dict
        How the samples X look: ``classes`` or ``values``.
    layer : int
        From 1; 0 is the plane itself.
    """
    last = columns(model)[layer - 1]["last"] if layer else None

    def bent(points):
        if layer == 0:
            return points
        values = to_numpy(model.trace(points)[last])
        flat = np.zeros((len(points), 1), dtype=values.dtype)
        return np.hstack([values, flat])[:, [i, j]]  # one unit alone: the line y = 0

    mesh = bent(MESH.reshape(-1, 2)).reshape(*MESH.shape[:2], 2)
    data = bent(X)
    with np.errstate(invalid="ignore"):
        both = np.nan_to_num(np.concatenate([mesh.reshape(-1, 2), data]), posinf=1e6, neginf=-1e6)
    low, high = both.min(axis=0), both.max(axis=0)
    pad = 0.06 * (high - low) + 0.02
    title = f"The plane as layer {layer} sees it" if layer else "The plane itself"
    panel = stage.panel(
        "bent",
        box=(0.53, 0.58, 0.255, 0.42),
        x=(low[0] - pad[0], high[0] + pad[0]),
        y=(low[1] - pad[1], high[1] + pad[1]),
        xlabel=f"unit {i + 1}" if layer else "x₁",
        ylabel=(f"unit {j + 1}" if layer else "x₂"),
        title=title,
        grid=False,
    )
    gap = np.full((len(mesh), 1, 2), np.nan)
    lines = np.concatenate([mesh, gap], axis=1).reshape(-1, 2)
    panel.line("mesh", *lines.T, width=1, colour="grey")
    panel.points("data", *data.T, size=3.2, **looks)


def draw_gradients(stage, layers) -> None:
    """The norm of ∂L/∂W layer by layer, and how many units are dead."""
    names = [f"{k + 1}" for k in range(len(layers))]
    norms = np.array([g.norm for g in layers])
    finite = norms[np.isfinite(norms) & (norms > 0)]
    top = 10 ** np.ceil(np.log10(max(finite.max(initial=1e-3), 1e-3)))
    floor = top * 1e-4
    panel = stage.panel(
        "gradients",
        box=(0.785, 0.58, 0.215, 0.42),
        x=(0.4, len(layers) + 0.6),
        y=(floor, top * 8),
        yscale="log",
        xticks=list(zip(range(1, len(layers) + 1), names, strict=True)),
        xlabel="layer",
        ylabel="gradient norm",
        title="dead units on top",
    )
    at = np.arange(1, len(layers) + 1)
    heights = np.clip(np.nan_to_num(norms, posinf=top), floor, top)
    panel.bars("norm", at, heights, colour="sky", tip="norm of ∂L/∂W, layer by layer: {v}")
    words = ["" if g.dead is None else str(g.dead) for g in layers]
    panel.text("dead", at, heights * 2, words, size=14, bold=True)


def _finite(values):
    """An array with NaN, a gap in a curve, where there is no number or one without bounds."""
    array = np.array([np.nan if v is None else v for v in values])
    return np.where(np.abs(array) < 1e30, array, np.nan)


def thin(records, at_most):
    """Every k-th record and the last one: a curve on the screen needs no more."""
    every = 1 + len(records) // at_most
    kept = records[::every]
    return kept if kept[-1] is records[-1] else [*kept, records[-1]]


def _mesh(lines=13, points=31):
    """The ruled paper that the bent plane shows: shape (2 · lines, points, 2)."""
    at, along = np.linspace(-EXTENT, EXTENT, lines), np.linspace(-EXTENT, EXTENT, points)
    upright = np.stack(np.broadcast_arrays(at[:, None], along[None]), axis=-1)
    return np.concatenate([upright, upright[..., ::-1]]).astype("float32")


MESH = _mesh()
