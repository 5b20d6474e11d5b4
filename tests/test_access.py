"""For everyone: colours that can be told apart and read, keys that do what the mouse does, words
for every picture.

What needs a browser is in test_browser_access.py; the words of explorers are looked at in every
state by test_sweep.py.
"""

import itertools
import re
from pathlib import Path

import ipywidgets as ipw
import nbformat
import numpy as np
import pytest

from nnlib.plot.palette import CLASS_COLOURS, CLASS_MARKERS, LIGHT, THEMES, contrast, rgb
from notebooks import build
from tests.explorers import assert_says, assert_sound, is_button, picture
from tests.test_explorer import NAMES, make

ROOT = Path(__file__).resolve().parents[1]
GROUNDS = ("background", "panel")
COLOURS = sorted(LIGHT.keys() - {*GROUNDS, "grid"})
EACH_THEME = pytest.mark.parametrize("theme", THEMES)

# -------------------------------------------------------------------------------- colours

# How linear RGB looks to eyes that lack one kind of cone: G. M. Machado, M. M. Oliveira and
# L. A. F. Fernandes, "A physiologically-based model for simulation of color vision deficiency",
# IEEE TVCG 15 (2009), severity 1.0.
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
EACH_EYE = pytest.mark.parametrize("eye", EYES)
XYZ = np.array(  # of linear sRGB, white D65
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def seen(colour, eye):
    """CIELAB of a colour as this eye sees it."""
    c = np.asarray(colour)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(EYES[eye] @ linear, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIEDE2000; 1 is about what can just be seen of two large patches side by side."""
    (L1, a1, b1), (L2, a2, b2) = one, other
    C = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    G = 0.5 * (1 - np.sqrt(C**7 / (C**7 + 25**7)))
    a1, a2 = (1 + G) * a1, (1 + G) * a2
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if C1 * C2 else 0.0
    dH = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2))
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    h = (h1 + turn / 2) % 360 if C1 * C2 else h1 + h2
    cos = lambda degrees: np.cos(np.radians(degrees))  # noqa: E731
    T = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63)
    SL = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    SC, SH = 1 + 0.045 * C, 1 + 0.015 * C * T
    bend = np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    RT = -2 * np.sqrt(C**7 / (C**7 + 25**7)) * bend
    dL, dC, dH = (L2 - L1) / SL, (C2 - C1) / SC, dH / SH
    return float(np.sqrt(dL**2 + dC**2 + dH**2 + RT * dC * dH))


def test_contrast_is_that_of_wcag():
    """#767676 is the lightest grey that WCAG allows for words on white; red on white has 4.0."""
    white, grey = (1.0, 1.0, 1.0), (0x76 / 255,) * 3
    assert contrast(white, grey) == contrast(grey, white) == pytest.approx(4.54, abs=0.01)
    assert contrast(white, (1, 0, 0)) == pytest.approx(4.0, abs=0.01)


def mixed(theme, colour, share):
    """So much of a colour on the theme's background, as tints are drawn."""
    return np.array(rgb("background", theme)) * (1 - share) + share * np.array(rgb(colour, theme))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (50, 3.2592, 0.335), 1.0),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_the_published_examples(one, other, expected):
    """Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula" (2005), table 1."""
    assert difference(one, other) == pytest.approx(expected, abs=1e-4)
    assert difference(other, one) == pytest.approx(expected, abs=1e-4)


@EACH_EYE
def test_every_eye_sees_white_grey_and_black_as_they_are(eye):
    for grey in (0.0, 0.5, 1.0):
        assert difference(seen((grey,) * 3, eye), seen((grey,) * 3, "normal")) < 0.1


@EACH_THEME
@EACH_EYE
def test_classes_are_told_apart_by_every_eye(theme, eye):
    """Points are small and apart, so several times what can just be seen side by side."""
    colours = list(dict.fromkeys(CLASS_COLOURS))
    assert len(colours) == 8
    for a, b in itertools.combinations([*colours, "ink"], 2):  # lines are drawn in ink too
        apart = difference(seen(rgb(a, theme), eye), seen(rgb(b, theme), eye))
        assert apart > 7.5, f"{a} and {b}: {apart:.1f}"


def test_classes_are_told_apart_without_colour():
    """Eight colours and eight shapes for ten classes: no pair of classes shares both, and the
    first seven differ in each."""
    assert len(set(zip(CLASS_COLOURS, CLASS_MARKERS, strict=True))) == 10
    assert len(set(CLASS_COLOURS[:7])) == len(set(CLASS_MARKERS[:7])) == 7


@EACH_THEME
@EACH_EYE
@pytest.mark.parametrize("share", [0.35, 0.5, 0.6, 1.0])
def test_signs_are_told_apart_by_every_eye(theme, eye, share):
    """Both ends of the diverging map and its zero, in the strengths in which tints are drawn."""
    negative, positive = (seen(mixed(theme, c, share), eye) for c in ("blue", "orange"))
    zero = seen(rgb("background", theme), eye)
    assert difference(negative, positive) > 20
    assert min(difference(negative, zero), difference(positive, zero)) > 10


@EACH_THEME
@EACH_EYE
@pytest.mark.parametrize("colour", ["blue", "orange"])
def test_a_stronger_number_looks_stronger_to_every_eye(theme, eye, colour):
    zero = seen(rgb("background", theme), eye)
    away = [difference(seen(mixed(theme, colour, s), eye), zero) for s in np.linspace(0, 1, 11)]
    assert np.all(np.diff(away) > 1)


@EACH_THEME
@pytest.mark.parametrize("colour", COLOURS)
def test_colours_stand_out_from_the_ground(theme, colour):
    """WCAG 2.2, 1.4.11: graphics 3 : 1. The grid says nothing by itself and may be fainter.

    Yellow, the seventh class, cannot in the light theme: so dark it would be the orange of a
    colour-blind reader. Its crosses are told by their shape.
    """
    found = min(contrast(rgb(colour, theme), rgb(ground, theme)) for ground in GROUNDS)
    assert (found >= 3) == ((theme, colour) != ("light", "yellow")), f"{found:.2f}"


@EACH_THEME
@pytest.mark.parametrize("colour", COLOURS)
def test_words_in_any_colour_can_be_read(theme, colour):
    """WCAG 2.2, 1.4.3: text 4.5 : 1. Words keep the hue of what they name."""
    words = rgb(colour, theme, words=True)
    assert min(contrast(words, rgb(ground, theme)) for ground in GROUNDS) >= 4.5
    if contrast(rgb(colour, theme), rgb("panel", theme)) >= 4.5:
        assert words == rgb(colour, theme)
    else:
        lab = np.array([seen(words, "normal"), seen(rgb(colour, theme), "normal")])
        turn = np.subtract(*np.degrees(np.arctan2(lab[:, 2], lab[:, 1])))
        assert colour == "grey" or abs((turn + 180) % 360 - 180) < 20


@EACH_THEME
@pytest.mark.parametrize("colour", ["blue", "orange"])
def test_numbers_can_be_read_on_a_tinted_cell(theme, colour):
    """A matrix tints its cells by half the colour at most."""
    assert contrast(rgb("ink", theme), mixed(theme, colour, 0.5)) >= 4.5


def test_both_renderers_draw_the_tints_that_are_tested():
    twins = {
        "nnlib/plot/render.py": ["0.6 * np.abs(value)", "0.5 * min(1", "words=True"],
        "nnlib/widgets/stage.js": [
            "palette.diverging(v, 0.6)",
            "palette.diverging(v / props.vmax, 0.5)",
            "palette.forWords(props.colour)",
        ],
    }
    for name, parts in twins.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert all(part in text for part in parts), name


# -------------------------------------------------------------------------------- keyboard

STANDARD = (  # those of ipywidgets that a keyboard can move; each shows its own focus
    ipw.Button, ipw.ToggleButtons, ipw.Checkbox, ipw.Dropdown, ipw.SelectionSlider, ipw.FloatSlider,
    ipw.FloatLogSlider, ipw.IntSlider, ipw.Text, ipw.Textarea, ipw.BoundedFloatText, ipw.FloatText,
    ipw.BoundedIntText, ipw.IntText,
)  # fmt: skip

# Events that change no picture by themselves, and what they are for.
STILL = {
    ("CameraExplorer", "picture", "click"): "takes hold of the house, which drawing then turns",
    ("Playground", "network", "weights"): "opens the box in which the weight is typed",
    ("Playground", "network", "biases"): "opens the box in which the bias is typed",
}


def moved(panel, axis, value, steps):
    """Where so many key presses, each a fortieth of the axis, take a coordinate."""
    lo, hi = panel.looks[axis]
    if panel.looks[axis + "scale"] == "log":
        lo, hi, value = np.log10([lo, hi, value])
        return float(10 ** (value + steps / 40 * (hi - lo)))
    return float(value + steps / 40 * (hi - lo))


def keyboard(scene):
    """What stage.js sends when keys are pressed: ((panel, what), event), everywhere it can go."""
    rest = {"shift": False, "button": 0}
    for panel in scene.panels.values():
        for name, item in panel.items.items():
            a, drag, click = item.arrays, item.props.get("drag"), item.props.get("click")
            assert not (drag or click) or item.kind in ("points", "links"), "no place for the keys"
            x, y = (a[k] if k in a else a.get(k + "0", ()) for k in "xy")
            for i in range(len(x) if drag or click else 0):
                hit = {"panel": panel.name, "item": name, "index": i} | rest
                if not drag:
                    at = {"x": float(x[i]), "y": float(y[i])}
                    yield (panel.name, name), {"type": "click", **at, **hit}
                    continue
                for dx, dy in itertools.product((0, 3, -3, 12, -12, 30, -30), repeat=2):
                    if dx == 0 or dy == 0:
                        at = {"x": moved(panel, "x", x[i], dx), "y": moved(panel, "y", y[i], dy)}
                        yield (panel.name, name, i), {"type": "drag", **at, **hit}
        for kind in ("click", "hover"):
            for a, b in itertools.product(np.linspace(0.02, 0.98, 13), repeat=2):
                if panel.looks[kind]:
                    lows = panel.looks["x"][0], panel.looks["y"][0]
                    at = {"type": kind, "panel": panel.name}
                    at |= {"x": moved(panel, "x", lows[0], 40 * a)}
                    at |= {"y": moved(panel, "y", lows[1], 40 * b)}
                    yield (panel.name, kind), at | rest


@pytest.mark.parametrize("name", NAMES)
def test_keys_on_the_stage_change_the_picture(name):
    explorer = make(name)
    did = {}
    for what, event in list(keyboard(explorer.stage.scene)):
        if did.get(what):
            continue
        before = picture(explorer)
        explorer._happened(event)
        assert_sound(explorer)
        did[what] = picture(explorer) != before
    still = {what for what, changed in did.items() if not changed}
    assert {what for what in still if (name, *what[:2]) not in STILL} == set()


@pytest.mark.parametrize("name", NAMES)
def test_controls_are_standard_and_have_names(name):
    explorer = make(name)
    if name == "Playground":  # its box for a weight comes with the click that chooses one
        explorer._happened({"type": "click", "panel": "network", "item": "weights", "index": 0})
    for key, control in explorer.controls.items():
        if control.layout.display == "none":
            continue
        assert isinstance(control, STANDARD), f"{key}: {type(control).__name__}"
        words = control.description or getattr(control, "tooltip", "")
        assert words and words.strip(), f"{key} has no name"
        assert control.tabbable is not False, key
        if is_button(control) and not control.description:
            assert control.tooltip


# -------------------------------------------------------------------------------- words


def pictures_of(name):
    """(words, source of its cell) for every picture a notebook stores."""
    for each in nbformat.read(build.NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
        for output in each.get("outputs", ()):
            data = output.get("data", {})
            if {"image/png", "image/svg+xml", "image/jpeg"} & set(data):
                yield data.get("text/plain", ""), each.source


@pytest.mark.parametrize("name", build.names())
def test_the_words_of_a_notebooks_pictures_have_substance(name):
    told = list(pictures_of(name))
    assert told
    for words, source in told:
        assert_says(words)
        assert len(words.split()) >= 10, f"{words!r} says too little:\n{source}"
    assert len({words for words, _ in told}) == len(told), "two pictures, the same words"


def test_pictures_in_markdown_are_told_in_words():
    texts = [ROOT / "README.md", *ROOT.glob("*/README.md"), *build.TEXT.glob("*.py")]
    found = []
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert "<img" not in text or path.name != "README.md"
        found += [(path.name, alt) for alt in re.findall(r"!\[([^\]]*)\]\(", text)]
    assert any(name == "README.md" for name, _ in found)
    for name, alt in found:
        assert len(alt.split()) >= 10, f"{name}: {alt!r}"
