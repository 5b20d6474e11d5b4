"""Scenes, and how matplotlib draws them."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nnlib.plot import CLASS_COLOURS, CLASS_MARKERS, DARK, LIGHT, Scene, rgb
from nnlib.plot.decision import grid
from nnlib.plot.render import DRAW, MARKERS, figure
from nnlib.plot.ticks import round_ticks


def drawn(scene, theme="light"):
    """The scene as an array of pixels, at one pixel per CSS pixel."""
    return np.asarray(Image.open(io.BytesIO(scene.png(theme, scale=1.0))).convert("RGB"))


def at(panel, x, y):
    """(row, column) of the pixel of a point in data coordinates."""
    left, top, width, height = panel.frame()
    (x0, x1), (y0, y1) = panel.looks["x"], panel.looks["y"]
    return (
        int(top + height * (y1 - y) / (y1 - y0)),
        int(left + width * (x - x0) / (x1 - x0)),
    )


def closest(pixel):
    """Which of blue and orange a pixel is nearer to."""
    distance = {
        name: np.abs(pixel / 255 - np.array(to_rgb(LIGHT[name]))).sum()
        for name in ("blue", "orange")
    }
    return min(distance, key=distance.get)


def test_a_model_of_x1_alone_is_drawn_upright():
    points, _ = grid((-1, 1), (-1, 1), 40)
    scene = Scene(300, 300)
    panel = scene.panel("plane", x=(-1, 1), y=(-1, 1), equal=True)
    panel.heat("map", points[:, 0].reshape(40, 40))
    pixels = drawn(scene)
    for y in (-0.8, 0.8):
        assert closest(pixels[at(panel, -0.8, y)]) == "blue"
        assert closest(pixels[at(panel, 0.8, y)]) == "orange"


def test_row_zero_of_a_heat_map_is_lowest():
    scene = Scene(300, 300)
    panel = scene.panel("plane", x=(0, 1), y=(0, 1))
    panel.heat("map", [[-1, -1], [1, 1]], smooth=False)
    pixels = drawn(scene)
    assert closest(pixels[at(panel, 0.5, 0.2)]) == "blue"
    assert closest(pixels[at(panel, 0.5, 0.8)]) == "orange"


def test_the_zero_line_of_a_heat_map_is_where_the_sign_turns():
    points, _ = grid((-1, 1), (-1, 1), 50)
    scene = Scene(400, 400)
    panel = scene.panel("plane", x=(-1, 1), y=(-1, 1), equal=True, grid=False)
    panel.heat("map", (points[:, 0] - 0.4).reshape(50, 50), contour=True)
    row, column = at(panel, 0.4, 0.1)
    dark = np.asarray(drawn(scene)).sum(axis=2)[row]
    assert abs(int(dark.argmin()) - column) <= 2


def test_equal_aspect_gives_units_of_one_length():
    scene = Scene(600, 300)
    panel = scene.panel("plane", x=(-2, 2), y=(-1, 3), equal=True, xlabel="x", ylabel="y")
    _, _, width, height = panel.frame()
    assert width / 4 == pytest.approx(height / 4)


def test_everything_can_be_drawn_in_both_themes_and_stays_inside():
    scene = Scene(640, 400)
    panel = scene.panel("all", x=(0, 4), y=(0.1, 10), yscale="log", legend="upper left", title="$1")
    panel.heat("heat", np.zeros((3, 3)), classes=np.eye(3))
    panel.heat("grey", np.ones((2, 3, 3)), [[0, 1, 1, 2], [1, 2, 1, 2]], colours="grey")
    panel.points("points", range(10), range(10), classes=range(10), label="classes")
    panel.points("values", [1, 2], [1, 2], values=[-1, np.nan])
    panel.line("line", [0, np.nan, 2], [1, 2, 3], dash=(3, 2), fill=True, label="line")
    panel.arrows("arrow", 0, 1, 2, 3)
    panel.links("links", [0, 0], [1, 2], [3, 3], [1, 2], [0.5, np.inf])
    panel.bars("bars", [1, 2], [1, 3], classes=[0, 1])
    panel.text("text", [1, 2], [1, 2], ["a$b", "c"], halo=True)
    panel.matrix("matrix", [[1, np.nan], [-2, 3]], 1, 5, vmax=3, highlight=[(0, 1)], title="W")
    assert {item.kind for item in panel.items.values()} == set(DRAW)
    light, dark = drawn(scene), drawn(scene, "dark")
    assert light.shape == dark.shape == (400, 640, 3)
    assert light.mean() > 180 > 80 > dark.mean()


def test_a_png_is_small_enough_for_a_notebook():
    points, _ = grid((-1, 1), (-1, 1), 100)
    scene = Scene(900, 450)
    panel = scene.panel("plane", x=(-1, 1), y=(-1, 1))
    panel.heat("map", np.sin(5 * points[:, 0] * points[:, 1]).reshape(100, 100), contour=True)
    assert len(scene.png()) < 100_000


def test_a_small_mark_keeps_its_colour_among_many_others():
    points, _ = grid((-1, 1), (-1, 1), 80)
    scene = Scene(640, 400)
    panel = scene.panel("plane", x=(-1, 1), y=(-1, 1))
    panel.heat("map", np.sin(5 * points[:, 0] * points[:, 1]).reshape(80, 80))
    for k, colour in enumerate(("purple", "green", "vermillion")):
        panel.points(colour, [0.5 * k - 0.5], [0.5], colour=colour, size=6)
    picture = drawn(scene)
    for k, colour in enumerate(("purple", "green", "vermillion")):
        seen = picture[at(panel, 0.5 * k - 0.5, 0.5)] / 255
        assert np.abs(seen - rgb(colour)).max() < 0.05, colour


def test_only_what_changed_is_reported():
    scene = Scene(300, 200)
    panel = scene.panel("plane")
    panel.points("a", [0], [0])
    panel.points("b", [0], [0])
    first = scene.take_changes()
    assert first.everything and first.items == [("plane", "a"), ("plane", "b")]
    for item in panel.items.values():
        item.changed = set()  # as the stage does once it has sent them
    panel.points("a", [0], [0])
    assert not scene.take_changes()
    panel.points("a", [1], [0])
    assert scene.take_changes().items == [("plane", "a")]
    assert panel.items["a"].changed == {"x"}


def test_nan_counts_as_unchanged():
    scene = Scene(300, 200)
    panel = scene.panel("plane")
    panel.line("curve", [0, 1], [np.nan, 1])
    panel.items["curve"].changed = set()
    panel.line("curve", [0, 1], [np.nan, 1])
    assert not panel.items["curve"].changed


def test_a_diverged_map_is_drawn_as_background():
    scene = Scene(200, 200)
    scene.panel("plane").heat("map", np.full((4, 4), np.nan))
    assert (scene["plane"].items["map"].arrays["level"] == 0).all()


@pytest.mark.filterwarnings("error")
def test_numbers_too_large_for_the_canvas_are_infinite_without_a_warning():
    panel = Scene(200, 200).panel("plane")
    panel.links("weights", [0.0], [0.0], [1.0], [1.0], [1e300])
    assert np.isinf(panel.items["weights"].arrays["values"]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: p.heat("m", np.zeros(3)), r"\(rows, columns\).*got \(3,\)"),
        (lambda p: p.heat("m", np.zeros((2, 3, 3))), "an extent for each of 2 tiles; got 1"),
        (lambda p: p.heat("m", np.zeros((2, 2)), classes=np.zeros((3, 3))), r"got \(3, 3\)"),
        (lambda p: p.points("p", [0, 1], [0]), "arrays of one length; got {'x': 2, 'y': 1}"),
        (lambda p: p.points("p", [0], [0], classes=[0, 1]), "expects 1 classes; got 2"),
        (lambda p: p.points("p", [0], [0], colour="pink"), "unknown colour 'pink'"),
        (lambda p: p.text("t", [0], [0], ["a", "b"]), "expects 1 strings; got 2"),
        (lambda p: p.matrix("m", np.zeros((2, 2, 2))), r"expects shape \(rows, columns\)"),
        (lambda p: p.set(colour="red"), "unknown look of a panel 'colour'"),
        (lambda p: p.set(x=(0, np.inf)), "must be finite"),
        (lambda p: p.set(x=(1, 1)), "has no length"),
    ],
)
def test_errors_say_what_was_expected(call, words):
    with pytest.raises(ValueError, match=words):
        call(Scene(200, 200).panel("plane"))


def test_unknown_panel_names_those_there_are():
    scene = Scene(200, 200)
    scene.panel("plane")
    with pytest.raises(KeyError, match="there are plane"):
        scene["plain"]


@pytest.mark.parametrize("limits", [(0, 1), (-3, 7), (0, 1e-4), (5, -5), (-1234, 5678)])
def test_ticks_are_round_and_inside(limits):
    ticks = round_ticks(*limits)
    assert 2 <= len(ticks) <= 8
    assert min(limits) <= min(ticks) and max(ticks) <= max(limits)
    steps = np.diff(ticks)
    mantissa = steps[0] / 10 ** np.floor(np.log10(steps[0]))
    assert np.isclose(mantissa, [1, 2, 5, 10]).any() and np.allclose(steps, steps[0])


def test_every_class_has_its_own_look():
    looks = list(zip(CLASS_COLOURS, CLASS_MARKERS, strict=True))
    assert len(set(looks)) == 10
    assert set(CLASS_MARKERS) <= set(MARKERS)
    assert figure(Scene(100, 100)) is not None


def luminance(colour):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["ink", "muted"])
def test_words_can_be_read(theme, colour):
    """WCAG AA asks for a contrast of 4.5 : 1 for text."""
    a, b = sorted(luminance(rgb(c, theme)) for c in (colour, "background"))
    assert (b + 0.05) / (a + 0.05) >= 4.5


def test_both_themes_have_the_same_names():
    assert LIGHT.keys() == DARK.keys()
