"""A `Scene` drawn by matplotlib: what print, GitHub and a unit test get to see.

Each ``_draw_kind`` here has a twin of the same name in ``widgets/stage.js``.
"""

from __future__ import annotations

import io

import matplotlib
import matplotlib.patches
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from .palette import CLASS_COLOURS, CLASS_MARKERS, NEGATIVE, POSITIVE, rgb
from .panel import Panel
from .scene import Scene

DPI = 100
MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "down": "v",
    "plus": "P",
    "cross": "X",
    "star": "*",
}
FONTS = ["DejaVu Sans"]  # ships with matplotlib: the same picture on every machine


def figure(scene: Scene, theme: str = "light") -> Figure:
    """A matplotlib figure of the scene, `scene.width` × `scene.height` CSS pixels.

    >>> scene = Scene(300, 200)
    >>> _ = scene.panel("plane", title="empty")
    >>> [axes.get_title() for axes in figure(scene).axes]
    ['empty']
    """
    with matplotlib.rc_context({"font.family": FONTS, "axes.unicode_minus": True}):
        fig = Figure((scene.width / DPI, scene.height / DPI), dpi=DPI)
        FigureCanvasAgg(fig)
        fig.set_facecolor(rgb("background", theme))
        for panel in scene.panels.values():
            _draw_panel(fig, panel, theme)
    return fig


def png(scene: Scene, theme: str = "light", scale: float | None = None) -> bytes:
    """The scene as a PNG of at most 256 colours, which a notebook can carry by the dozen.

    ``scale`` is pixels per CSS pixel: 1.5 unless told otherwise, less for a very wide scene.
    """
    from PIL import Image  # matplotlib needs it anyway; only this function does here

    scale = scale or min(1.5, 1200 / scene.width)
    with matplotlib.rc_context({"font.family": FONTS}):
        fig = figure(scene, theme)
        fig.set_dpi(DPI * scale)
        fig.canvas.draw()
    full = Image.fromarray(np.asarray(fig.canvas.buffer_rgba())[:, :, :3])
    # Maximum coverage keeps the rare colours: the median cut turns a small purple star grey.
    method = Image.Quantize.MAXCOVERAGE
    image = full.quantize(256, method=method, dither=0)
    out = io.BytesIO()
    image.save(out, format="png")
    return out.getvalue()


def _draw_panel(fig: Figure, panel: Panel, theme: str) -> None:
    looks = panel.looks
    left, top, width, height = panel.frame()
    W, H = panel.scene.width, panel.scene.height
    ax = fig.add_axes((left / W, 1 - (top + height) / H, width / W, height / H), label=panel.name)
    ax.set_xscale(looks["xscale"])
    ax.set_yscale(looks["yscale"])
    ink, muted = rgb("ink", theme), rgb("muted", theme)
    ax.set_facecolor(rgb("panel" if looks["axes"] else "background", theme))
    for spine in ax.spines.values():
        spine.set_visible(looks["axes"])
        spine.set_color(rgb("grid", theme))
    for axis, which in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        ticks = panel.ticks(which) if looks["axes"] else []
        axis.set_ticks([at for at, _ in ticks], [text for _, text in ticks])
        axis.set_ticks([], minor=True)
        axis.set_tick_params(length=0, labelsize=9.5, labelcolor=muted, pad=3)
    if looks["grid"] and looks["axes"]:
        ax.grid(color=rgb("grid", theme), linewidth=0.7)
        ax.set_axisbelow(True)
    ax.set_xlabel(looks["xlabel"], color=ink, fontsize=11, labelpad=1)
    ax.set_ylabel(looks["ylabel"], color=ink, fontsize=11, labelpad=3)
    ax.set_title(looks["title"], color=ink, fontsize=11.5, fontweight="bold", pad=5)
    labelled = []
    for order, item in enumerate(panel.items.values()):
        drawn = DRAW[item.kind](ax, item.arrays, item.props, theme, 2 + 0.01 * order)
        if item.props.get("label"):
            labelled.append((drawn, item.props["label"]))
    ax.set_xlim(looks["x"])
    ax.set_ylim(looks["y"])
    if looks["legend"] and labelled:
        legend = ax.legend(
            *zip(*labelled, strict=True),
            loc=looks["legend"],
            fontsize=9.5,
            labelcolor=ink,
            facecolor=rgb("background", theme),
            edgecolor=rgb("grid", theme),
            framealpha=0.85,
        )
        legend.set_zorder(9)


def _mix(a, b, share):
    """Colour a where the share is 0, b where it is 1; shares may be an array."""
    share = np.asarray(share)[..., None]
    return np.asarray(a) * (1 - share) + np.asarray(b) * share


def _draw_heat(ax, arrays, props, theme, order):
    zero = rgb("background", theme)
    drawn = None
    for k, (level, extent) in enumerate(zip(arrays["level"], arrays["extent"], strict=True)):
        value = level / np.iinfo(level.dtype).max
        if "classes" in arrays:
            full = np.array([rgb(c, theme) for c in CLASS_COLOURS])[arrays["classes"][k] % 10]
            image = _mix(zero, full, 0.6 * np.abs(value))
        elif props["colours"] == "grey":
            image = _mix((1, 1, 1), (0, 0, 0), np.clip(value, 0, 1))
        else:
            full = np.where(value[..., None] < 0, rgb(NEGATIVE, theme), rgb(POSITIVE, theme))
            image = _mix(zero, full, 0.6 * np.abs(value))
        drawn = ax.imshow(
            image,
            origin="lower",
            extent=extent,
            aspect="auto",
            interpolation="bilinear" if props["smooth"] else "nearest",
            zorder=order,
        )
        if props["contour"] and value.min() < 0 < value.max():
            rows, columns = value.shape
            x0, x1, y0, y1 = extent
            # values stand in the middle of their cell, as imshow has it
            x = x0 + (np.arange(columns) + 0.5) / columns * (x1 - x0)
            y = y0 + (np.arange(rows) + 0.5) / rows * (y1 - y0)
            ax.contour(x, y, value, [0.0], colors=[rgb("ink", theme)], linewidths=1.6, zorder=order)
    return drawn


def _draw_points(ax, arrays, props, theme, order):
    x, y = arrays["x"], arrays["y"]
    edge = rgb("background", theme)
    classes = arrays.get("classes", np.full(len(x), -1, dtype=int)).astype(int)
    drawn = ax.scatter([], [], s=40, color=rgb(props["colour"], theme))
    for which in np.unique(classes):
        mine = classes == which
        if which < 0:
            marker, colour = props["marker"], rgb(props["colour"], theme)
        else:
            marker = CLASS_MARKERS[which % 10]
            colour = rgb(CLASS_COLOURS[which % 10], theme)
        if "values" in arrays:
            v = np.clip(np.nan_to_num(arrays["values"][mine]), -1, 1)
            full = np.where(v[:, None] < 0, rgb(NEGATIVE, theme), rgb(POSITIVE, theme))
            colour = _mix(rgb("background", theme), full, np.abs(v))
            edge = rgb("muted", theme)
        drawn = ax.scatter(
            x[mine],
            y[mine],
            s=(2 * props["size"] * 72 / DPI) ** 2,
            marker=MARKERS[marker],
            facecolors=edge if props["hollow"] else colour,
            edgecolors=colour if props["hollow"] else edge,
            linewidths=1.5 if props["hollow"] else 0.8,
            zorder=order,
        )
    return drawn


def _draw_line(ax, arrays, props, theme, order):
    style = (0, props["dash"]) if props["dash"] else "-"
    colour = rgb(props["colour"], theme)
    if props["fill"]:
        ax.fill(arrays["x"], arrays["y"], color=colour, alpha=0.2, zorder=order, linewidth=0)
    (drawn,) = ax.plot(
        arrays["x"],
        arrays["y"],
        color=colour,
        linewidth=props["width"] * 72 / DPI,
        linestyle=style,
        zorder=order,
    )
    return drawn


def _draw_arrows(ax, arrays, props, theme, order):
    colour = rgb(props["colour"], theme)
    for x0, y0, x1, y1 in zip(*(arrays[k] for k in ("x0", "y0", "x1", "y1")), strict=True):
        ax.annotate(
            "",
            (x1, y1),
            (x0, y0),
            arrowprops=dict(
                arrowstyle="-|>,head_length=0.6,head_width=0.3",
                color=colour,
                linewidth=props["width"] * 72 / DPI,
                shrinkA=0,
                shrinkB=0,
            ),
            annotation_clip=False,
            zorder=order,
        )
    (drawn,) = ax.plot([], [], color=colour, linewidth=props["width"] * 72 / DPI)
    return drawn


def _draw_links(ax, arrays, props, theme, order):
    x0, y0, x1, y1 = (arrays[k] for k in ("x0", "y0", "x1", "y1"))
    values = np.nan_to_num(arrays["values"])
    middle = (x0 + x1) / 2
    if props["curved"]:
        steps = np.linspace(0, 1, 12)[:, None]
        blend = lambda a, b, c, d: (  # noqa: E731 – the cubic Bézier curve that the canvas draws
            (1 - steps) ** 3 * a
            + 3 * (1 - steps) ** 2 * steps * b
            + 3 * (1 - steps) * steps**2 * c
            + steps**3 * d
        )
        paths = np.stack([blend(x0, middle, middle, x1), blend(y0, y0, y1, y1)], axis=-1)
        segments = paths.transpose(1, 0, 2)
    else:
        segments = np.stack([np.stack([x0, y0], 1), np.stack([x1, y1], 1)], axis=1)
    strength = np.clip(np.abs(values) / props["vmax"], 0, 1)
    colours = np.where(values[:, None] < 0, rgb(NEGATIVE, theme), rgb(POSITIVE, theme))
    return ax.add_collection(
        LineCollection(
            segments,
            linewidths=(0.4 + 5 * strength) * 72 / DPI,
            colors=_mix(rgb("background", theme), colours, 0.35 + 0.65 * strength),
            zorder=order,
        ),
        autolim=False,
    )


def _draw_bars(ax, arrays, props, theme, order):
    colour = rgb(props["colour"], theme)
    if "classes" in arrays:
        colour = [rgb(CLASS_COLOURS[c % 10], theme) for c in arrays["classes"]]
    return ax.bar(arrays["x"], arrays["heights"], props["width"], color=colour, zorder=order)


def _draw_text(ax, arrays, props, theme, order):
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=3, foreground=rgb("background", theme))]
    for x, y, text in zip(arrays["x"], arrays["y"], props["text"], strict=True):
        ax.text(
            x,
            y,
            text.replace("$", r"\$"),
            color=rgb(props["colour"], theme, words=True),
            fontsize=props["size"] * 72 / DPI,
            fontweight="bold" if props["bold"] else "normal",
            ha=props["align"],
            va="center_baseline",
            path_effects=halo if props["halo"] else None,
            zorder=order + 1,
        )


def _draw_matrix(ax, arrays, props, theme, order):
    values = arrays["values"]
    (w, h), x, y = props["cell"], props["x"], props["y"]
    background, ink = rgb("background", theme), rgb("ink", theme)
    marked = {tuple(cell) for cell in props["highlight"]}
    fontsize = props["size"] * 72 / DPI
    for (r, c), value in np.ndenumerate(values):
        face = background
        if props["vmax"] and np.isfinite(value):
            full = rgb(NEGATIVE if value < 0 else POSITIVE, theme)
            face = tuple(_mix(background, full, 0.5 * min(1, abs(value) / props["vmax"])))
        on = (r, c) in marked
        ax.add_patch(
            matplotlib.patches.Rectangle(
                (x + c * w, y - (r + 1) * h),
                w,
                h,
                facecolor=face,
                edgecolor=rgb("vermillion" if on else "grid", theme),
                linewidth=2.0 if on else 0.8,
                zorder=order + (0.002 if on else 0.001),
            )
        )
        if not np.isnan(value):
            text = f"{value:z.{props['digits']}f}".replace("-", "−")  # z: no −0
            ax.text(
                x + (c + 0.5) * w,
                y - (r + 0.5) * h,
                text,
                ha="center",
                va="center_baseline",
                color=ink,
                fontsize=fontsize,
                zorder=order + 0.003,
            )
    if props["title"]:
        ax.text(
            x + w * values.shape[1] / 2,
            y,
            props["title"] + "\n",
            ha="center",
            va="center",
            color=ink,
            fontsize=fontsize,
            fontweight="bold",
            zorder=order,
        )


DRAW = {
    "heat": _draw_heat,
    "points": _draw_points,
    "line": _draw_line,
    "arrows": _draw_arrows,
    "links": _draw_links,
    "bars": _draw_bars,
    "text": _draw_text,
    "matrix": _draw_matrix,
}
