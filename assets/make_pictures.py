"""The pictures of the README, taken of the real thing in JupyterLab.

    python assets/make_pictures.py

writes ``playground.webp`` and ``boundary.png`` into this folder. Needs a Chromium, like the browser
tests (see tests/browser.py).
"""

import io
import sys
from pathlib import Path

import nbformat
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.browser import Lab  # noqa: E402 – found only now

FRAMES, MILLISECONDS, WIDTH = 30, 150, 800


def notebook(source):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])


def playground(lab):
    """The spiral being learned, as an animation."""
    lab.open(
        notebook(
            "from nnlib.widgets import Playground\n"
            "made = Playground(preset='the spiral', noise=0.03, train_share=0.8)\nmade"
        )
    )
    lab.run_all()
    canvas = lab.page.locator("canvas.nnlib-stage")
    canvas.wait_for()
    lab.page.wait_for_timeout(1000)
    frames = []
    for frame in range(FRAMES):
        full = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
        size = WIDTH, round(full.height * WIDTH / full.width)
        frames.append(full.resize(size, Image.Resampling.LANCZOS))
        lab.execute(f"made.step(epochs={2 + frame // 3})")
        lab.page.wait_for_timeout(200)
    frames[0].save(
        HERE / "playground.webp",
        save_all=True,
        append_images=frames[1:],
        duration=[MILLISECONDS] * (FRAMES - 1) + [3000],
        loop=0,
        quality=80,
        method=6,
    )


def boundary(lab):
    """One neuron, its line and its normal vector, in the dark theme."""
    lab.open(
        notebook(
            "from nnlib import data\nfrom nnlib.widgets import BoundaryExplorer\n"
            "clouds = data.gaussians(80, noise=0.25)\n"
            "made = BoundaryExplorer(\n"
            "    w=(1.2, 1), b=0.4, query=(-1, 1.4), X=clouds.X, y=clouds.y, window=2\n)\n"
            "made"
        )
    )
    lab.run_all()
    lab.set_theme("dark")
    output = lab.output(0)
    lab.page.locator("canvas.nnlib-stage").wait_for()
    lab.page.wait_for_timeout(1000)
    picture = Image.open(io.BytesIO(output.screenshot())).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=0).save(HERE / "boundary.png")


if __name__ == "__main__":
    with Lab(height=1200) as lab:
        playground(lab)
        boundary(lab)
