"""The controls every explorer uses, so that they look and behave alike in all notebooks.

A value that a control cannot have is a ValueError; a number beyond the end of a slider is taken as
that end.
"""

from __future__ import annotations

import math

import ipywidgets as ipw

from ..activations import ACTIVATIONS
from ..expect import known, number, truth, whole

LABEL = {"description_width": "128px"}
WIDE = {"width": "340px", "margin": "1px 6px"}


def slider(label: str, value: float, low: float, high: float, step: float = 0.1, **more):
    """A slider over real numbers, or over whole numbers if the limits and the step are whole.

    >>> slider("width", 3, 1, 16, 1)
    IntSlider(value=3, description='width', layout=Layout(margin='1px 6px', width='340px'), \
max=16, min=1, style=SliderStyle(description_width='128px'))
    """
    if not low < high:
        raise ValueError(f"slider {label!r} expects low < high; got {low} and {high}")
    who = f"slider {label!r}"
    if isinstance(step, int) and float(low).is_integer() and float(high).is_integer():
        kind, value = ipw.IntSlider, whole(value, who, "its value", -math.inf)
    else:
        kind, value = ipw.FloatSlider, number(value, who, "its value")
        more.setdefault("readout_format", ".2f" if step >= 0.01 else ".3f")
    return kind(
        description=label,
        value=value,
        min=low,
        max=high,
        step=step,
        style=LABEL,
        layout=WIDE,
        **more,
    )


def log_slider(label: str, value: float, low: int, high: int, **more):
    """A slider over powers of ten, from 10**low to 10**high.

    >>> control = log_slider("learning rate η", 0.1, -3, 0)
    >>> control.base**control.min, control.value
    (0.001, 0.1)
    """
    value = number(value, f"slider {label!r}", "its value", above=0)
    return ipw.FloatLogSlider(
        description=label,
        value=value,
        base=10,
        min=low,
        max=high,
        step=0.05,
        readout_format=".2g",
        style=LABEL,
        layout=WIDE,
        **more,
    )


def ladder(label: str, values, value):
    """A slider over a few given numbers.

    >>> ladder("hidden units", [1, 2, 4, 8], 4).value
    4
    """
    return ipw.SelectionSlider(
        description=label,
        options=[(f"{v:g}", v) for v in values],
        value=value if value in values else known(value, values, f"value of {label!r}"),
        style=LABEL,
        layout=WIDE,
    )


def choice(label: str, options, value=None):
    """A drop-down list of names, or of (name, value); the first is chosen if none is.

    >>> choice("optimiser", [("SGD", "sgd"), ("Adam", "adam")]).value
    'sgd'
    """
    options = list(options)
    return ipw.Dropdown(
        description=label,
        options=options,
        value=_chosen(label, options, value),
        style=LABEL,
        layout=WIDE,
    )


def _chosen(label, options, value):
    values = [option[1] if isinstance(option, tuple) else option for option in options]
    if not values:
        raise ValueError(f"{label!r} expects at least one option; got none.")
    if value is None:
        return values[0]
    return value if value in values else known(value, values, f"value of {label!r}")


def activation_choice(label: str, value: str):
    """Every activation that acts on each number by itself; a new one is in the list at once."""
    names = [name for name, cls in ACTIVATIONS.items() if hasattr(cls, "derivative")]
    return choice(label, names, value)


def buttons(label: str, options, value=None):
    """One of a few, all in sight.

    >>> buttons("written", ["rows", "columns"], "columns").value
    'columns'
    """
    options = list(options)
    return ipw.ToggleButtons(
        description=label,
        options=options,
        value=_chosen(label, options, value),
        style={"description_width": "128px", "button_width": "auto"},
        layout={"margin": "1px 6px"},
    )


def switch(label: str, value: bool = False):
    """On or off.

    >>> switch("show the sum", True).value
    True
    """
    return ipw.Checkbox(
        description=label,
        value=truth(value, f"switch {label!r}", "its value"),
        indent=False,
        layout={"width": "auto", "margin": "1px 14px"},
    )


def button(label: str, icon: str = "", tooltip: str = ""):
    """Something that happens once."""
    return ipw.Button(
        description=label,
        icon=icon,
        tooltip=tooltip or label,
        layout={"width": "auto", "min_width": "84px", "margin": "2px 4px"},
    )


def rows(widgets) -> ipw.Widget:
    """Widgets side by side, wrapping where the window is narrow."""
    return ipw.Box(list(widgets), layout={"flex_flow": "row wrap", "align_items": "center"})
