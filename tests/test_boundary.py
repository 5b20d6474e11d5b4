"""One neuron and its line: the lecture's numbers, and what dragging does."""

import numpy as np
import pytest

from nnlib.widgets import BoundaryExplorer


def drag(explorer, item, x, y):
    explorer.stage._receive(
        None, {"type": "drag", "panel": "plane", "item": item, "index": 0, "x": x, "y": y}, []
    )


def items(explorer):
    return explorer.stage.scene["plane"].items


def test_the_example_of_lecture_e():
    explorer = BoundaryExplorer(w=(3, -2), b=1, query=(-1, 2))
    assert "z = −6.00, ŷ = 0.0025, signed distance to the line −1.66" in explorer.summary()


def test_the_map_the_arrow_and_the_line_agree():
    explorer = BoundaryExplorer(w=(1, 2), b=-1)
    level = items(explorer)["output"].arrays["level"][0]
    axis, _ = explorer.axis
    x, y = np.meshgrid(axis, axis)
    assert ((level > 0) == (x + 2 * y - 1 > 0))[level != 0].all()
    line = items(explorer)["boundary"].arrays
    np.testing.assert_allclose(line["x"] + 2 * line["y"], 1, atol=1e-5)
    arrow = {k: float(v[0]) for k, v in items(explorer)["normal"].arrays.items()}
    assert (arrow["x1"] - arrow["x0"], arrow["y1"] - arrow["y0"]) == pytest.approx((1, 2))
    assert arrow["x0"] + 2 * arrow["y0"] == pytest.approx(1)  # it starts on the line


def test_dragging_the_tip_turns_the_line_about_the_dot():
    explorer = BoundaryExplorer(w=(2, 0), b=-2)  # x₁ = 1, held at (1, 0)
    drag(explorer, "tip", 1, 3)
    assert (explorer["w1"], explorer["w2"], explorer["b"]) == pytest.approx((0, 3, 0))
    dot = items(explorer)["shift"].arrays
    assert (dot["x"][0], dot["y"][0]) == pytest.approx((0, 0))


def test_dragging_the_dot_moves_the_line_and_keeps_its_direction():
    explorer = BoundaryExplorer(w=(1, 1), b=0)
    drag(explorer, "shift", 1.5, 0.5)
    assert (explorer["w1"], explorer["w2"], explorer["b"]) == pytest.approx((1, 1, -2))


def test_dragging_the_query_point_stays_in_the_window():
    explorer = BoundaryExplorer(w=(1, 0), b=0, query=(0, 0))
    drag(explorer, "query", 9, 1)
    assert explorer.query == [4, 1] and "At (4.00, 1.00): z = 4.00" in explorer.stage.scene.summary


def test_without_weights_there_is_no_line_and_no_error():
    explorer = BoundaryExplorer(w=(1, 1), b=0, query=(1, 1))
    assert "no line" in explorer.update(w1=0.0, w2=0.0)
    assert "boundary" not in items(explorer)
    drag(explorer, "tip", 2, 1)
    assert "boundary" in items(explorer) and explorer["w1"] == 2


def test_samples_on_the_wrong_side_are_counted_and_ringed():
    explorer = BoundaryExplorer(
        w=(1, 0), b=0, X=[[1, 0], [2, 0], [-1, 0], [0.5, 1]], y=[1, 1, 0, 0]
    )
    assert "3 of 4 samples on their side" in explorer.summary()
    ringed = items(explorer)["wrong"].arrays
    assert (ringed["x"].tolist(), ringed["y"].tolist()) == ([0.5], [1.0])


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        ([[1, 2, 3]], [1], r"X of shape \(N, 2\).*got \(1, 3\)"),
        ([[1, 2]], [1, 0], r"got \(1, 2\) and \(2,\)"),
        ([[1, 2]], [2], "labels 0 and 1; got"),
    ],
)
def test_errors(X, y, words):
    with pytest.raises(ValueError, match=words):
        BoundaryExplorer(X=X, y=y)
