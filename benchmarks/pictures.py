"""What the browser benchmark puts into its notebook: one picture, made in three ways.

`bare` is the least that can move: a slider whose value goes to the kernel and back to a canvas of
the same size, in one colour. `inline` is how such a picture is usually made. `explorer` is ours.
"""

import asyncio
import time

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

MAP = 100  # the decision map is MAP × MAP
POINTS = 200


def samples():
    """Two clouds, as X of shape (200, 2) and y of 0 and 1."""
    rng = np.random.default_rng(0)
    y = np.arange(POINTS) % 2
    return rng.normal(np.where(y[:, None], 1.2, -1.2), 1.0, size=(POINTS, 2)), y


class Echo(anywidget.AnyWidget):
    """A canvas in the grey of its value."""

    _esm = """
    function render({ model, el }) {
      const canvas = document.createElement("canvas");
      canvas.width = 900;
      canvas.height = 470;
      const context = canvas.getContext("2d");
      const draw = () => {
        context.fillStyle = `hsl(${Math.round(model.get("value") * 100) % 360}, 50%, 50%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
      };
      model.on("change:value", draw);
      draw();
      el.append(canvas);
    }
    export default { render };
    """
    value = traitlets.Float(0.0).tag(sync=True)


def bare():
    """The slider and what to show."""
    slider = ipw.FloatSlider(description="w₁", value=1, min=-5, max=5, step=0.05)
    echo = Echo(value=slider.value)
    slider.observe(lambda change: setattr(echo, "value", change.new), names="value")
    return slider, ipw.VBox([slider, echo])


def inline():
    """One neuron's boundary with `interact` and a figure of 600 × 500 pixels."""
    import matplotlib.pyplot as plt

    X, y = samples()
    axis = np.linspace(-4, 4, MAP)
    x1, x2 = np.meshgrid(axis, axis)

    def draw(w1=1.0, w2=1.0, b=0.0):
        _, ax = plt.subplots(figsize=(6, 5), dpi=100)
        shade = 1 / (1 + np.exp(-(w1 * x1 + w2 * x2 + b)))
        ax.imshow(shade, origin="lower", extent=(-4, 4, -4, 4), cmap="RdBu", alpha=0.6)
        ax.scatter(*X.T, c=y, s=20, edgecolors="white")
        norm2 = max(w1**2 + w2**2, 1e-9)
        foot = np.array([w1, w2]) * -b / norm2
        along = np.array([-w2, w1]) / norm2**0.5 * 12
        ax.plot(*np.transpose([foot - along, foot + along]), "k", lw=3)
        ax.annotate("", foot + (w1, w2), foot, arrowprops={"color": "red"})
        ax.set(xlim=(-4, 4), ylim=(-4, 4), xlabel="x₁", ylabel="x₂", title="decision boundary")
        plt.show()

    made = ipw.interactive(draw, w1=(-5.0, 5.0, 0.05), w2=(-5.0, 5.0, 0.05), b=(-10.0, 10.0, 0.05))
    return made.children[0], made


def explorer():
    """The same with `nnlib`."""
    from nnlib.widgets import BoundaryExplorer

    X, y = samples()
    made = BoundaryExplorer(w=(1.0, 1.0), b=0.0, X=X, y=y)
    return made.controls["w1"], made


def playground():
    """[8, 8, 8], 250 points to train on and 250 to test, batch 10, as fast as it can."""
    from nnlib.widgets import Playground, playground

    playground.SAMPLES = 500
    made = Playground(
        data="moons",
        train_share=0.5,
        depth=3,
        width1=8,
        width2=8,
        width3=8,
        batch_size=10,
        optimizer="sgd",
        learning_rate=0.03,
    )
    assert len(made.run.X) == 250 and made.run.batch_size == 10
    made.controls["speed"].value = float("inf")
    return made


async def kernel_times(sliders, moves=40, pause=0.12):
    """For each slider, the seconds that the kernel spends on each of so many moves.

    In turns, so that whatever else the machine does strikes all alike; with a pause after each
    move, in which the browser draws and says so.
    """
    found = {name: [] for name in sliders}
    for move in range(moves):
        for name, slider in sliders.items():
            value = slider.value + (0.05 if move % 2 else -0.05)
            start = time.perf_counter()
            slider.value = value
            found[name].append(time.perf_counter() - start)
            await asyncio.sleep(pause)
    return found
