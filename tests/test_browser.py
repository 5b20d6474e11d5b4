"""The notebooks in a real JupyterLab in a real browser: everything that can be moved, moves."""

import os
from pathlib import Path

import nbformat
import pytest

from notebooks import build
from tests.browser import Lab

pytestmark = pytest.mark.browser

NAMES = build.names()
STAGE = "canvas.nnlib-stage"

# Where a picture of each stage in both themes is kept, for people to look at.
PICTURES = Path(os.environ.get("NNLIB_SCREENSHOTS") or build.NOTEBOOKS.parent / "screenshots")

# How bright the edge of a canvas is, from 0 to 255, where no white paper of a digit or a photograph
# lies; see-through counts as the page behind it.
BRIGHTNESS = """
(canvas) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d");
  context.fillStyle = getComputedStyle(document.querySelector(".jp-Notebook")).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  const { width, height } = copy;
  let [sum, n] = [0, 0];
  for (const [x, y, w, h] of [[0, 0, width, 2], [0, height - 2, width, 2], [0, 0, 2, height]]) {
    const { data } = context.getImageData(x, y, w, h);
    for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
    n += 0.75 * data.length;
  }
  return sum / n;
}
"""


# What of an output is beyond its right edge, or can only be seen by scrolling sideways.
CUT_OFF = """
(area) => {
  const found = [], { right } = area.getBoundingClientRect();
  for (const each of area.querySelectorAll("*")) {
    const name = `${each.tagName} ${each.className}`;
    const style = getComputedStyle(each);
    if (style.visibility === "hidden" || !each.getClientRects().length) continue;
    if (each.getBoundingClientRect().right > right + 1) found.push(`${name} is cut off`);
    if (each.scrollWidth > each.clientWidth + 1 && /auto|scroll/.test(style.overflowX)
        && each.clientWidth) found.push(`${name} scrolls`);
  }
  return found;
}
"""


def assert_quiet(lab):
    """Nothing went wrong in a cell, in a callback, or in the page."""
    assert lab.error_outputs() == []
    assert lab.kernel_errors() == []
    assert lab.errors == []


def stages(lab):
    """(index of the cell, its output area, selector of that) for each output with a stage."""
    found = []
    for index, cell in enumerate(lab.cells()):
        if cell["type"] == "code" and lab.output(index).locator(STAGE).count():
            found.append((index, lab.output(index), lab.output_selector(index)))
    return found


def settle(lab):
    """Let slider messages reach the kernel and frames come back."""
    lab.wait_idle()
    lab.page.wait_for_timeout(150)


@pytest.fixture(scope="module")
def lab():
    with Lab() as started:
        yield started


# -------------------------------------------------------------------------------- notebooks


@pytest.fixture(scope="module", params=NAMES)
def opened(request, lab):
    """JupyterLab with one notebook open, all its cells run: every other notebook in the dark."""
    lab.errors.clear()
    lab.open(build.NOTEBOOKS / f"{request.param}.ipynb")
    lab.set_theme("dark" if NAMES.index(request.param) % 2 else "light")
    lab.run_all()
    lab.name, lab.stages = request.param, stages(lab)
    for _, _, selector in lab.stages:
        lab.wait_changed(f"{selector} {STAGE}", None)
    return lab


def test_a_notebook_runs_and_shows_its_stages(opened):
    assert all(cell["count"] for cell in opened.cells() if cell["type"] == "code")
    assert opened.stages
    assert_quiet(opened)


def test_play_shows_frames_and_pause_ends_them(opened):
    for index, output, selector in opened.stages:
        play = output.locator("button.jupyter-button", has_text="Play")
        if not play.count():
            continue
        # Some go step by step, one in a second or so, for people to follow: two in four seconds.
        stage = f"{selector} {STAGE}"
        frames = opened.count_frames(stage, 4, enough=2, after=play.first.click)
        assert frames >= 2, f"cell {index}"
        pause = output.locator("button.jupyter-button", has_text="Pause")
        if pause.count():  # a short film has come to its end by now
            pause.first.click()
        play.first.wait_for(timeout=5000)
        settle(opened)
        opened.page.wait_for_timeout(500)
        assert opened.count_frames(stage, 1) == 0, f"cell {index}: does not stop"
    assert_quiet(opened)


@pytest.mark.parametrize("turn", ["first theme", "other theme"])
def test_every_slider_moves_and_every_button_answers(opened, turn):
    """In both themes: in the light one by keyboard, in the dark one with the mouse.

    Some sliders change nothing until one trains, and some buttons choose what is chosen already;
    but one slider of each stage must change the picture, or, where it has none, one button.
    """
    if turn == "other theme":
        opened.set_theme("dark" if opened.theme == "light" else "light")
        opened.page.wait_for_timeout(500)
    for index, output, selector in opened.stages:
        with opened.only(index):
            photograph(opened, index, output)
            use_all(opened, output, selector, f"cell {index}")
    opened.wait_idle()
    assert_quiet(opened)


def photograph(lab, index, output):
    """Keep a picture of an output with a stage, and see that it follows the theme."""
    lab.screenshot(PICTURES / lab.name / f"cell_{index:02d}_{lab.theme}.png", output)
    brightness = output.locator(STAGE).first.evaluate(BRIGHTNESS)
    light = lab.theme == "light"
    assert (brightness > 128) == light, f"cell {index} is {brightness} in {lab.theme}"


def use_all(lab, output, selector, where):
    moves = False
    for what, kind, use in (
        ("sliders", ".widget-slider .noUi-handle", slide),
        ("buttons", "button.jupyter-button", click),
    ):
        before, used = lab.pixels(selector), []
        for control in output.locator(kind).element_handles():
            used += use(lab, control, selector, where)
        changed = any(used)
        if used and not changed:  # it may be slow today
            lab.wait_idle()
            changed = lab.changes(selector, before, timeout=5)
        moves |= changed
        assert moves or not used, f"{where}: {what} are used, the picture stays"


# In pixels far enough for a slider with two places.
RIGHT, LEFT = ("ArrowRight", 90), ("ArrowLeft", -90)


def slide(lab, handle, selector, where):
    """Move a slider to whichever side there is room, and back: with all of them at their ends, some
    pictures are flat and have nothing more to show.

    Whether the picture changed, as a list of one; empty for one that another control has hidden, as
    the depth hides widths.
    """
    place = lab.hold(handle, selector)
    if place is None:
        return []
    # Some may go no further one way: an edge not beyond the next one, a layer not beyond the last.
    one, other = (LEFT, RIGHT) if lab.at_end(handle) else (RIGHT, LEFT)
    found = move(lab, handle, selector, *one, patience=0.5)
    if not found["moved"]:
        one, other = other, one
        found = move(lab, handle, selector, *one, patience=5.0)
    if not found["moved"]:
        pytest.fail(f"{where}: {handle.get_attribute('aria-label')} stays where it is")
    if found["changed"] and found["at"]:
        # And wait for it: it may decide what the next one can do.
        move(lab, handle, selector, other[0], place[0] - found["at"][0])
    return [found["changed"]]


def move(lab, handle, selector, key, dx, patience=0.0):
    """What comes of moving a slider; see `Lab.answer`."""
    x, y = lab.hold(handle, selector)
    if lab.theme == "light":
        handle.focus()
        lab.page.keyboard.press(key)
    else:
        lab.drag((x, y), (x + dx, y), steps=1)
    return lab.answer(patience=patience)


def click(lab, button, selector, where):
    """Press a button, other than Play, which has a test of its own; as `slide`."""
    at = lab.hold(button, selector)
    if at is None or button.inner_text().strip() in ("Play", "Pause"):
        return []
    if lab.theme == "light":
        button.focus()
        lab.page.keyboard.press("Enter")
    else:
        lab.page.mouse.click(*at)
    return [lab.answer()["changed"]]


def test_it_fits_a_screen_1024_pixels_wide(opened):
    wide = dict(opened.page.viewport_size)
    opened.page.set_viewport_size(wide | {"width": 1024})
    opened.page.wait_for_timeout(500)
    cut = {index: output.evaluate(CUT_OFF) for index, output, _ in opened.stages}
    opened.page.set_viewport_size(wide)
    assert not {index: found for index, found in cut.items() if found}


# -------------------------------------------------------------------------------- the stage


def notebook(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])


def on_page(lab, explorer, panel, x, y):
    """Where on the page a point in data coordinates of a panel of a stage is."""
    shares = lab.execute(
        f"_p = {explorer}.stage.scene[{panel!r}]\n"
        "_left, _top, _width, _height = _p.frame()\n"
        "(_x0, _x1), (_y0, _y1) = _p.looks['x'], _p.looks['y']\n"
        f"print((_left + ({x} - _x0) / (_x1 - _x0) * _width) / {explorer}.stage.scene.width,"
        f" (_top + (_y1 - {y}) / (_y1 - _y0) * _height) / {explorer}.stage.scene.height)"
    )
    across, down = map(float, shares.split())
    canvas = lab.page.locator(STAGE).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag(lab, start, end):
    lab.drag(start, end)
    settle(lab)


@pytest.fixture(scope="module")
def boundary(lab):
    lab.errors.clear()
    lab.open(
        notebook(
            "from nnlib.widgets import BoundaryExplorer\n"
            "made = BoundaryExplorer(w=(1, 1), b=0, query=(-1, 2))\n"
            "made"
        )
    )
    lab.run_all()
    lab.page.wait_for_selector(STAGE)
    lab.page.wait_for_timeout(500)
    return lab


def values(lab, *names):
    """The values of these controls of `made`, as floats."""
    return [float(lab.execute(f"print(made[{name!r}])")) for name in names]


def test_the_normal_vector_can_be_dragged(boundary):
    start = on_page(boundary, "made", "plane", 1, 1)
    end = on_page(boundary, "made", "plane", 2, -1)
    pixels = boundary.pixels(STAGE)
    drag(boundary, start, end)
    # The line goes through the origin, so the tip is at (w₁, w₂).
    w1, w2, b = values(boundary, "w1", "w2", "b")
    assert (w1, w2, b) == pytest.approx((2, -1, 0), abs=0.1)
    assert boundary.pixels(STAGE) != pixels
    assert_quiet(boundary)


def test_the_line_can_be_dragged(boundary):
    boundary.execute("_ = made.update(w1=1.0, w2=0.0, b=0.0)")
    settle(boundary)
    start = on_page(boundary, "made", "plane", 0, 0)
    drag(boundary, start, on_page(boundary, "made", "plane", 2, 0))
    # x₁ = 2 is now the line, so b = −2.
    assert values(boundary, "w1", "w2", "b") == pytest.approx([1, 0, -2], abs=0.1)
    assert_quiet(boundary)


def test_the_stage_can_be_moved_by_keyboard(boundary):
    before = boundary.execute("print(made.summary())")
    boundary.page.locator(STAGE).first.focus()
    for key in ("ArrowUp", "PageDown", "ArrowRight", "ArrowRight"):
        boundary.page.keyboard.press(key)
        settle(boundary)
    assert boundary.execute("print(made.summary())") != before
    assert_quiet(boundary)


def test_the_stage_says_what_it_shows(boundary):
    canvas = boundary.page.locator(STAGE).first
    for _ in range(20):  # the last frame may still be on its way
        said = boundary.execute("print(made.summary())").strip()
        if canvas.get_attribute("aria-label") == said:
            break
        boundary.page.wait_for_timeout(100)
    assert canvas.get_attribute("aria-label") == said
    assert "ŷ = sigmoid(" in said


def test_the_stage_is_sharp_on_a_high_dpi_screen(lab):
    lab.errors.clear()
    lab.new_window(ratio=2)
    try:
        lab.open(notebook("from nnlib.widgets import BoundaryExplorer\nBoundaryExplorer()"))
        lab.run_all()
        canvas = lab.page.wait_for_selector(STAGE)
        lab.page.wait_for_timeout(500)
        own, shown = canvas.evaluate("(c) => [c.width, c.clientWidth]")
        assert own == pytest.approx(2 * shown, abs=2)
        assert_quiet(lab)
    finally:
        lab.new_window(ratio=1)


@pytest.mark.parametrize(("coordinate", "same"), [(0, "y"), (1, "x")])
def test_a_model_of_one_coordinate_is_drawn_upright(lab, coordinate, same):
    """Of x₁ alone: blue on the left, orange on the right; of x₂ alone: below and above."""
    lab.errors.clear()
    lab.open(
        notebook(
            "from nnlib.plot.decision import grid\n"
            "from nnlib.widgets import Live, switch\n"
            "def draw(stage, on):\n"
            "    plane = stage.panel('plane', x=(-1, 1), y=(-1, 1), equal=True)\n"
            f"    values = grid((-1, 1), (-1, 1), 40)[0][:, {coordinate}]\n"
            "    plane.heat('map', values.reshape(40, 40))\n"
            "    return 'A map of one coordinate.'\n"
            "made = Live(draw, width=400, height=400, on=switch('on'))\n"
            "made"
        )
    )
    lab.run_all()
    canvas = lab.page.wait_for_selector(STAGE)
    lab.page.wait_for_timeout(500)
    box = canvas.bounding_box()
    for side in (-0.8, 0.8):
        for other in (-0.7, 0.7):
            x, y = (side, other) if same == "y" else (other, side)
            across, down = on_page(lab, "made", "plane", x, y)
            red, _, blue, _ = canvas.evaluate(
                "(c, [x, y]) => [...c.getContext('2d').getImageData("
                "x * c.width, y * c.height, 1, 1).data]",
                [(across - box["x"]) / box["width"], (down - box["y"]) / box["height"]],
            )
            assert (red > blue) == (side > 0), (x, y, red, blue)
    assert_quiet(lab)


# -------------------------------------------------------------------------------- the playground


@pytest.fixture
def playground(lab):
    lab.errors.clear()
    lab.open(
        notebook("from nnlib.widgets import Playground\nmade = Playground(depth=1)\nmade", "1 + 1")
    )
    lab.run_all()
    lab.page.wait_for_selector(STAGE)
    lab.page.wait_for_timeout(500)
    return lab


def tasks(lab):
    """How many asyncio tasks of live loops the kernel has."""
    return int(
        lab.execute(
            "import asyncio\n"
            "print(sum('LiveLoop' in repr(t.get_coro()) for t in asyncio.all_tasks()))"
        )
    )


def test_playing_twice_leaves_one_task_and_closing_the_output_none(playground):
    lab = playground
    for _ in range(3):
        lab.button("Play", lab.output(0)).click()
        lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
        assert tasks(lab) == 1
        lab.execute("made.play(); made.play()")
        assert tasks(lab) == 1
        lab.button("Pause", lab.output(0)).click()
        lab.output(0).locator("button", has_text="Play").wait_for(timeout=5000)
        settle(lab)
        assert tasks(lab) == 0
    lab.button("Play", lab.output(0)).click()
    lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.page.wait_for_timeout(1500)
    assert tasks(lab) == 0
    assert lab.execute("print(made.playing)").strip() == "False"
    assert_quiet(lab)


def test_running_the_cell_again_while_it_trains_leaves_one_training(playground):
    lab = playground
    lab.button("Play", lab.output(0)).click()
    lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
    lab.execute("first = made")
    lab.run_all()
    lab.page.wait_for_timeout(1500)
    assert lab.execute("print(first is made, first.playing)").split() == ["False", "False"]
    assert tasks(lab) == 0
    lab.button("Play", lab.output(0)).click()
    lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
    assert tasks(lab) == 1
    assert_only_late(lab)


def assert_only_late(lab):
    """Frames of an earlier stage were on their way when it was closed; their acknowledgements found
    nobody. Nothing else may have gone wrong."""
    late = [line for line in lab.kernel_errors() if not line.startswith("No such comm: ")]
    assert (lab.error_outputs(), late, lab.errors) == ([], [], [])


def test_after_a_restart_of_the_kernel_while_it_trains_all_is_new(playground):
    lab = playground
    lab.button("Play", lab.output(0)).click()
    lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
    lab.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    lab.wait_idle()
    lab.run_all()
    lab.output(0).locator("button", has_text="Play").wait_for(timeout=5000)
    assert tasks(lab) == 0
    selector = f"{lab.output_selector(0)} {STAGE}"
    assert lab.count_frames(selector, 4, 2, after=lab.button("Play", lab.output(0)).click) == 2
    assert tasks(lab) == 1
    assert_only_late(lab)


def test_two_notebooks_train_on_one_server(lab):
    lab.errors.clear()
    lab.new_window()
    pages = []
    for seed in (1, 2):
        if pages:
            lab.new_page()
        made = f"from nnlib.widgets import Playground\nmade = Playground(seed={seed})\nmade"
        lab.open(notebook(made))
        lab.run_all()
        lab.wait_changed(f"{lab.output_selector(0)} {STAGE}", None)
        lab.button("Play", lab.output(0)).click()
        pages.append(lab.page)
    for seed, lab.page in zip((1, 2), pages, strict=True):
        assert lab.execute("print(made['seed'], made.playing)").split() == [str(seed), "True"]
        assert lab.count_frames(f"{lab.output_selector(0)} {STAGE}", 4, enough=2) == 2
        lab.button("Pause", lab.output(0)).click()
        assert_quiet(lab)


def test_other_cells_run_and_sliders_work_while_it_trains(playground):
    lab = playground
    lab.execute("made.controls['speed'].label = 'as fast as it can'")
    lab.button("Play", lab.output(0)).click()
    lab.output(0).locator("button", has_text="Pause").wait_for(timeout=5000)
    epoch = float(lab.execute("print(made.run.epoch)"))
    lr = values(lab, "learning_rate")[0]
    lab.slider("learning rate η", lab.output(0)).focus()
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_timeout(1000)
    assert values(lab, "learning_rate")[0] > lr
    assert float(lab.execute("print(made.run.optimizer.lr)")) == values(lab, "learning_rate")[0]
    assert float(lab.execute("print(made.run.epoch)")) > epoch
    assert_quiet(lab)


def test_a_click_adds_a_point(playground):
    lab = playground
    before = int(lab.execute("print(len(made.run.X))"))
    lab.page.mouse.click(*on_page(lab, "made", "plane", 0.5, -0.5))
    settle(lab)
    assert int(lab.execute("print(len(made.run.X))")) == before + 1
    x, y = map(float, lab.execute("print(*made.run.X[-1])").split())
    assert (x, y) == pytest.approx((0.5, -0.5), abs=0.05)
    assert_quiet(lab)
