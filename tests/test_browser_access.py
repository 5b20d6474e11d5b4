"""Without a mouse, and enlarged: the keyboard on the stage, and text that grows with the zoom."""

import ast

import nbformat
import pytest

from tests.browser import Lab

pytestmark = pytest.mark.browser

NOTEBOOK = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_code_cell(source)
        for source in (
            "from nnlib import widgets\nheard = []\nmade = widgets.Playground()\n"
            "made.stage.on_event(heard.append)\nmade",
            "gate = widgets.GateExplorer()\ngate.stage.on_event(heard.append)\ngate",
        )
    ]
)
CONTROLS = ", ".join(
    f"{each}:visible"
    for each in (
        "button",
        "select",
        "input",
        "[role=slider]",
        "[contenteditable=true]",
        "canvas",
    )
)
# Something of the element in focus that is drawn otherwise than without the focus.
LOOKS = """(a) => { const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } =
    getComputedStyle(a); return [outlineStyle, outlineWidth, boxShadow, borderColor,
    backgroundColor].join(); }"""
NAME = """(a) => a.getAttribute("aria-label") || a.labels?.[0]?.textContent || a.title
    || a.textContent.trim()"""


@pytest.fixture(scope="module")
def lab():
    with Lab() as started:
        started.open(NOTEBOOK)
        started.run_all()
        started.page.wait_for_timeout(2000)
        yield started
        assert started.kernel_errors() == [] and started.errors == []


def canvas(lab, index):
    return lab.output(index).locator("canvas.nnlib-stage")


def press(lab, *keys):
    """What the explorers heard of these keys."""
    lab.execute("heard.clear()")
    for key in keys:
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(120)
    lab.wait_idle()
    return ast.literal_eval(lab.execute("print(heard)"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tab_reaches_every_control_and_the_stage_and_one_sees_where_it_is(lab, theme):
    lab.set_theme(theme)
    lab.page.wait_for_timeout(500)
    controls = lab.output(0).locator(CONTROLS)
    n = controls.count()
    assert n > 25
    resting = [controls.nth(i).evaluate(LOOKS) for i in range(n)]
    controls.first.focus()
    for i in range(n):
        control = controls.nth(i)
        assert control.evaluate("a => a === document.activeElement"), f"Tab misses number {i}"
        lab.page.wait_for_timeout(30)
        assert control.evaluate(LOOKS) != resting[i], f"number {i} looks the same in focus"
        assert control.evaluate(NAME), f"number {i} has no name"
        lab.page.keyboard.press("Tab")
    lab.set_theme("light")


def test_sliders_have_names_and_say_their_values(lab):
    handle = lab.slider("learning rate η", lab.output(0))
    assert handle.get_attribute("aria-label") == "learning rate η"
    handle.focus()
    press(lab, "ArrowRight")
    lab.page.wait_for_timeout(400)
    said = handle.get_attribute("aria-valuetext")
    assert float(said) == pytest.approx(float(lab.execute("print(made['learning_rate'])")), rel=0.1)


def test_the_stage_tells_what_it_is_and_what_the_keys_do(lab):
    stage = canvas(lab, 0)
    assert stage.get_attribute("role") == "application"
    stage.focus()
    press(lab, "PageUp", "PageDown")
    help = stage.get_attribute("aria-description")
    assert "Arrow keys: move, Enter: click" in help and "Page Down" in help


def test_a_cursor_clicks_and_draws(lab):
    canvas(lab, 0).focus()
    plane = {"panel": "plane", "shift": False, "button": 0}
    before = int(lab.execute("print(len(made.X))"))
    (clicked,) = press(lab, "ArrowUp", "Enter")
    assert clicked == plane | {"type": "click", "x": 0, "y": pytest.approx(3 / 40)}
    first, *drawn = press(lab, " ", "ArrowRight", "ArrowRight", " ", "ArrowRight")
    assert first["type"] == "click" and [e["type"] for e in drawn] == ["paint", "paint"]
    assert drawn[1]["x"] == pytest.approx(2 * 3 / 40)
    assert int(lab.execute("print(len(made.X))")) == before + 4
    (fine,) = press(lab, "Shift+ArrowLeft", "Enter")
    assert fine["x"] == pytest.approx(3 * 3 / 40 - 3 / 200)


def test_what_can_be_clicked_is_reached_by_arrows(lab):
    canvas(lab, 1).focus()
    panels = {e["panel"] for e in press(lab, *("Enter", "PageDown") * 3)}
    assert panels == {"neuron", "table", "plane"}
    press(lab, *["PageDown"] * 20)  # round and round
    for _ in range(20):
        (clicked,) = press(lab, "Enter") or [{}]
        if clicked.get("item") == "corners":
            break
        press(lab, "PageDown")
    corners = {(clicked["x"], clicked["y"])}
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"):
        (clicked,) = press(lab, key, "Enter")
        corners.add((clicked["x"], clicked["y"]))
    assert corners == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("screen", "zoom", "grows"),
    [(1280, 1.5, 1.1), (1280, 2, 1.45), (1920, 1.5, 1.45), (1920, 2, 1.5)],
)
def test_text_grows_with_the_browsers_zoom(lab, screen, zoom, grows):
    """Zooming in leaves the page fewer CSS pixels, each of them larger."""
    page = round(screen / zoom)
    try:
        lab.page.set_viewport_size({"width": page, "height": 800})
        lab.page.wait_for_timeout(700)
        found = canvas(lab, 0).evaluate("""(c) => ({
            shown: c.getBoundingClientRect().width, room: c.parentElement.clientWidth,
            reach: c.parentElement.scrollWidth,
            words: c.parentElement.querySelector("p").getBoundingClientRect().right,
        })""")
        width = int(lab.execute("print(made.stage.scene.width)"))
        assert zoom * found["shown"] / width >= grows
        # What does not fit can be scrolled to; the words below never need it.
        assert found["reach"] >= found["shown"] - 1
        assert found["words"] <= page
        right = [
            box["x"] + box["width"]
            for each in lab.output(0).locator("button:visible, select:visible").all()
            if (box := each.bounding_box())
        ]
        assert max(right) <= page
    finally:
        lab.page.set_viewport_size({"width": 1280, "height": 900})


def test_all_of_a_stage_is_in_a_window_of_1024_pixels(lab):
    try:
        lab.page.set_viewport_size({"width": 1024, "height": 768})
        lab.page.wait_for_timeout(700)
        for index in (0, 1):
            room, reach = canvas(lab, index).evaluate(
                "c => [c.parentElement.clientWidth, c.parentElement.scrollWidth]"
            )
            assert reach <= room
    finally:
        lab.page.set_viewport_size({"width": 1280, "height": 900})
