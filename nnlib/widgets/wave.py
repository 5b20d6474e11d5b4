"""The wave that the pictures about overfitting learn: its controls and its panel."""

from __future__ import annotations

import numpy as np

from ..overfitting import GRID
from .controls import ladder, slider

WIDTHS = [1, 2, 4, 8, 16, 32, 64, 128]
DECAYS = [0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]


def wave_controls(n=15, noise=0.3, width=64, l2=0.0, rate=0.0) -> dict:
    """The five things that decide how much is learned by heart."""
    return {
        "n": slider("samples n", n, 5, 80, 1),
        "noise": slider("noise σ", noise, 0.0, 0.6, 0.05),
        "width": ladder("hidden units", WIDTHS, width),
        "l2": ladder("weight decay λ", DECAYS, l2),
        "rate": slider("dropout rate p", rate, 0.0, 0.8, 0.1),
    }


def wave_panel(stage, name, box, title, tall=2.3):
    """Where the wave, its samples and what networks say of it are drawn."""
    return stage.panel(
        name,
        box=box,
        x=(-1, 1),
        y=(-tall, tall),
        xlabel="x",
        ylabel="y",
        title=title,
        legend="upper left",
    )


def bundle(panel, name, curves, label) -> None:
    """Many curves over `GRID`, shape (n, len(GRID)), as one thin line with gaps."""
    n = len(curves)
    x = np.broadcast_to(np.r_[GRID, np.nan], (n, len(GRID) + 1))
    y = np.hstack([curves, np.full((n, 1), np.nan)])
    panel.line(name, x.ravel(), y.ravel(), colour="sky", width=1, label=label)
