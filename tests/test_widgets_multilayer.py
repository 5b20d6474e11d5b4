"""The explorers of notebook 07, and the exact search for a best line behind one of them."""

import asyncio
import itertools
import time

import ipywidgets as ipw
import numpy as np
import pytest

import nnlib as nn
from nnlib.theory import best_line
from nnlib.widgets import BlocksExplorer, ForwardExplorer, HiddenUnitsExplorer, SizeExplorer
from nnlib.widgets.hidden_units import CORNERS, TWO_UNITS, XOR
from nnlib.widgets.sizes import STEPS
from tests.explorers import drag, is_button, picture, settings


def a_film():
    """Three moments of a training."""
    return {t: (np.eye(2) * (1 + t), [-0.5, -0.5 - t], [1.0, 1.0 + t], -1.5) for t in (0, 5, 10)}


def small_networks():
    def network(n_out):
        return nn.Sequential(nn.Dense(2, 3, rng=0), nn.Tanh(), nn.Dense(3, n_out, rng=1))

    return {
        "number": (network(1), nn.MSE(), nn.data.regression_bumps(30)),
        "yes": (network(1), nn.BinaryCrossEntropy(), nn.data.circle(30)),
        "which": (network(3), nn.SoftmaxCrossEntropy(), nn.data.k_classes(30, k=3)),
    }


MAKE = {
    "hidden units": HiddenUnitsExplorer,
    "film": lambda: HiddenUnitsExplorer(activation="tanh", film=a_film()),
    "forward": ForwardExplorer,
    "size": SizeExplorer,
    "blocks": lambda: BlocksExplorer(small_networks(), epochs=20, every=10),
}
MOVING = [
    (kind, name)
    for kind, make in MAKE.items()
    for name, control in make().controls.items()
    if not is_button(control)
]
#: Choices that leave the picture an explorer starts with as it is.
SILENT = {("film", "best", False), ("hidden units", "weights", "x₁ and x₂ as they are")}


@pytest.mark.parametrize(("kind", "name"), MOVING)
def test_every_control_moves_the_picture(kind, name):
    explorer = MAKE[kind]()
    start, before = explorer[name], (explorer.summary(), picture(explorer))
    for value in settings(explorer.control(name)):
        explorer.update(**{name: value})
        if value != start and (kind, name, value) not in SILENT:
            assert (explorer.summary(), picture(explorer)) != before, value
        if isinstance(explorer.control(name), ipw.Dropdown):
            explorer.update(**{name: start})
    assert len(explorer.stage.png()) > 5000


# ------------------------------------------------------------------------- the best line


def test_best_line_of_every_truth_table():
    rights = {y: best_line(CORNERS, y).right for y in itertools.product((0, 1), repeat=4)}
    assert [y for y, right in rights.items() if right < 4] == [(0, 1, 1, 0), (1, 0, 0, 1)]
    assert rights[0, 1, 1, 0] == 3


def test_best_line_does_what_it_says_and_nothing_found_by_chance_is_better():
    rng = np.random.default_rng(0)
    for n in (1, 2, 5, 12):
        X, y = rng.normal(size=(n, 2)), rng.integers(0, 2, n)
        line = best_line(X, y)
        assert ((X @ line.w + line.b > 0) == y).sum() == line.right
        assert np.isclose(np.hypot(*line.w), 1)
        W, b = rng.normal(size=(2, 5000)), 2 * rng.normal(size=5000)
        assert ((X @ W + b > 0) == y[:, None]).sum(axis=0).max() <= line.right


def test_best_line_leaves_as_much_room_as_there_is():
    X = np.array([[0.0, 0.0], [0.0, 2.0], [4.0, 1.0]])
    w, b, right, margin = best_line(X, [0, 0, 1])
    # parallel to the two on the left, half way to the third
    assert right == 3 and np.allclose(w, [1, 0]) and np.isclose(b, -2) and np.isclose(margin, 2)


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (np.zeros((3, 3)), [0, 1, 1], r"X of shape \(N, 2\).*got \(3, 3\)"),
        (np.zeros((3, 2)), [0, 1], r"got \(3, 2\) and \(2,\)"),
        (np.zeros((0, 2)), [], r"N ≥ 1; got \(0, 2\)"),
        (np.zeros((2, 2)), [0, 2], r"y of 0 and 1; got 2"),
    ],
)
def test_best_line_says_what_it_expects(X, y, words):
    with pytest.raises(ValueError, match=words):
        best_line(X, y)


# ------------------------------------------------------------------------- two hidden units


def test_no_line_then_four_of_four_by_dragging():
    explorer = HiddenUnitsExplorer()
    assert explorer.right().sum() == 3
    # Turn both lines parallel to the diagonal between (0, 1) and (1, 0), and shift them apart.
    for j, at, along in ((0, (0.25, 0.25), (0.2, 0.2)), (1, (0.75, 0.75), (-0.2, -0.2))):
        drag(explorer, "plane", "shift", *at, index=j)
        drag(explorer, "plane", "turn", at[0] + along[0], at[1] + along[1], index=j)
    W, b = explorer.hidden.W.value, explorer.hidden.b.value
    assert np.allclose(W[0], W[1]) and W[0, 0] > 0 > W[0, 1]  # OR and NAND, from the mouse
    assert np.allclose(np.array([0.5, 1.5]) * W[0] + b, 0)
    assert explorer.right().sum() == 4
    assert "4 of 4 samples right" in explorer.stage.scene.summary


def test_turning_leaves_the_dot_on_the_line_and_the_arrow_under_the_mouse():
    explorer = HiddenUnitsExplorer(activation="tanh")
    drag(explorer, "plane", "shift", 0.3, 0.6)
    drag(explorer, "plane", "turn", 0.5, 0.7)
    w, b = explorer.hidden.W.value[:, 0], explorer.hidden.b.value[0]
    assert np.isclose(w @ [0.3, 0.6] + b, 0) and np.isclose(w[1] / w[0], 0.5)
    plane = explorer.stage.scene["plane"].items
    assert np.allclose([plane["shift"].arrays[a][0] for a in "xy"], (0.3, 0.6), atol=1e-6)
    assert np.allclose([plane["turn"].arrays[a][0] for a in "xy"], (0.5, 0.7), atol=1e-6)


def test_dragging_the_output_line_takes_it_from_the_search():
    explorer = HiddenUnitsExplorer([[1, -1], [1, -1]], [-0.5, 1.5])
    assert explorer["best"] and explorer.right().all()
    drag(explorer, "hidden", "shift", 0.1, 0.1)
    assert not explorer["best"] and not explorer.right().all()
    explorer.update(best=True)
    assert explorer.right().all()


@pytest.mark.parametrize("name", TWO_UNITS)
def test_pairs_of_units_to_choose_from(name):
    explorer = HiddenUnitsExplorer()
    explorer.update(weights=name)
    solves = name not in ("x₁ and x₂ as they are", "one line twice")
    assert explorer.right().all() == solves
    # Without its bend no pair of units does.
    explorer.update(bend=0.0)
    assert not explorer.right().all()


def test_hidden_activations_are_those_of_the_network():
    rng = np.random.default_rng(1)
    W1, b1, W2, b2 = (rng.normal(size=s) for s in ((2, 2), (2,), (2, 1), (1,)))
    explorer = HiddenUnitsExplorer(W1, b1, W2, b2, activation="sigmoid")
    h = 1 / (1 + np.exp(-(CORNERS @ W1 + b1)))
    assert np.allclose(explorer.h(CORNERS), h)
    assert np.allclose(explorer.z(CORNERS), (h @ W2 + b2)[:, 0])
    explorer.update(bend=0.25)
    assert np.allclose(explorer.h(CORNERS), 0.75 * (CORNERS @ W1 + b1) + 0.25 * h)


def test_the_answer_is_drawn_the_right_way_up():
    # The output is h₁ = x₁ alone, so the map changes from left to right and not upwards.
    explorer = HiddenUnitsExplorer(
        [[1, 0], [0, 1]], [0, 0], [[2], [0]], -1, activation="linear", X=[[0, 0], [1, 0]], y=[0, 1]
    )
    level = explorer.stage.scene["answer"].items["answer"].arrays["level"][0].astype(int)
    assert (np.diff(level, axis=1) >= 0).all() and (np.diff(level, axis=0) == 0).all()
    assert level[0, 0] < 0 < level[0, -1]


def test_the_middle_is_shaded_as_the_output_decides():
    explorer = HiddenUnitsExplorer([[1, -1], [1, -1]], [-0.5, 1.5])
    seen = explorer.stage.scene["hidden"]
    level = seen.items["answer"].arrays["level"][0]
    (left, right), (low, high) = seen.looks["x"], seen.looks["y"]
    for (across, up), wanted in zip(explorer.h(CORNERS), XOR, strict=True):
        row, column = (
            int((up - low) / (high - low) * 80),
            int((across - left) / (right - left) * 80),
        )
        assert (level[row, column] > 0) == wanted


def test_the_film_shows_each_moment():
    film = a_film()
    explorer = HiddenUnitsExplorer(activation="tanh", film=film)
    assert explorer["time"] == 10
    for t, (W1, b1, W2, b2) in film.items():
        assert explorer.update(time=t).startswith(f"After {t} steps, ")
        assert np.array_equal(explorer.hidden.W.value, W1)
        assert np.array_equal(explorer.hidden.b.value, b1)
        assert np.array_equal(explorer.out.W.value[:, 0], W2) and explorer.out.b.value[0] == b2
        z = (np.tanh(CORNERS @ W1 + b1) @ W2 + b2)[:, None]
        assert f"loss {nn.BinaryCrossEntropy()(z, XOR):.3f}" in explorer.summary()


def test_samples_on_one_place_share_a_label():
    explorer = HiddenUnitsExplorer([[1, -1], [1, -1]], [-0.5, 1.5])
    words = explorer.stage.scene["hidden"].items["names"].props["text"]
    assert words == ["(0, 0)", "(0, 1) = (1, 0)", "(1, 1)"]
    explorer = HiddenUnitsExplorer([[3, -3], [3.1, -3]], [-1.5, 4.5], activation="tanh")
    words = explorer.stage.scene["hidden"].items["names"].props["text"]
    assert words == ["(0, 0)", "(0, 1) ≈ (1, 0)", "(1, 1)"]


def test_two_units_say_what_they_expect():
    with pytest.raises(ValueError, match=r"X of shape \(N, 2\).*got \(41, 2\)"):
        HiddenUnitsExplorer(X=np.zeros((41, 2)), y=np.zeros(41))
    with pytest.raises(ValueError, match=r"weights of shape \(2, 2\); got \(3, 2\)"):
        HiddenUnitsExplorer(np.zeros((3, 2)))


def test_units_without_weights_have_no_line_and_no_error():
    explorer = HiddenUnitsExplorer(np.zeros((2, 2)), [0, 0])
    assert "2 of 4" in explorer.summary()
    drag(explorer, "plane", "turn", 1.0, 0.5)
    assert np.hypot(*explorer.hidden.W.value[:, 0]) > 0


# ------------------------------------------------------------------------- every sum


def test_forward_sums_up_as_numpy_does():
    explorer = ForwardExplorer(depth=2, width=3)
    h = np.array(explorer.query)
    for k, layer in enumerate(explorer.model[i] for i in (0, 2, 4)):
        z = h @ layer.W.value + layer.b.value
        for i in range(len(z)):
            explorer.update(layer=k + 1, unit=i + 1)
            bias, inputs, weights, total, value = explorer.terms()
            assert np.isclose(total, bias + inputs @ weights) and np.isclose(total, z[i])
            assert np.isclose(value, np.tanh(z[i]) if k < 2 else z[i])
        h = np.tanh(z)
    assert f"The network says {z[0]:.2f}".replace("-", "−") in explorer.summary()


def test_a_click_chooses_the_unit_under_it():
    explorer = ForwardExplorer(depth=2, width=3)
    x = explorer.stage.scene["network"].items["frames"].arrays["x"]
    for index in range(len(x)):
        event = {"type": "click", "panel": "network", "item": "frames", "index": index}
        explorer._happened({**event, "x": 0.0, "y": 0.0})
        k, i = explorer.chosen()
        assert (k, i) == (index // 3, index % 3) and x[index] == k + 1


def test_depth_width_and_new_weights():
    explorer = ForwardExplorer(depth=0)
    assert explorer.model.n_parameters == 3
    explorer.update(depth=4, width=5)
    assert explorer.model.n_parameters == 15 + 3 * 30 + 6
    explorer.update(layer=5, unit=5)
    assert explorer.chosen() == (4, 0)  # the output layer has one unit
    before = picture(explorer)
    explorer.press("again")
    assert picture(explorer) != before


def test_forward_drags_its_input_and_shows_probabilities():
    model = nn.Sequential(nn.Dense(2, 4, rng=0), nn.ReLU(), nn.Dense(4, 3, rng=1), nn.Softmax())
    explorer = ForwardExplorer(model, query=(0, 0))
    drag(explorer, "plane", "query", 0.7, 9.0)
    assert explorer.query == [0.7, 1.5]
    said = explorer.values()[-1][1]
    assert np.allclose(said, model.forward(np.array([[0.7, 1.5]]))[0]) and np.isclose(said.sum(), 1)
    assert "softmax over the 3 outputs" in explorer.update(layer=2, unit=2)
    with pytest.raises(ValueError, match="at most 6 units in a layer; got 2 inputs and 7 units"):
        ForwardExplorer(nn.Sequential(nn.Dense(2, 7)))


# ------------------------------------------------------------------------- size


def test_linear_stays_one_line_whatever_the_size():
    explorer = SizeExplorer("circle")
    points = np.random.default_rng(0).normal(size=(50, 2))
    for size in (dict(width=1, depth=1), dict(width=16, depth=4)):
        explorer.update(**size)
        w, b = explorer.line()
        says = explorer.models["left"].forward(points)[:, 0]
        assert np.allclose(says, points @ w + b)  # so nothing in it is bent
        assert explorer.accuracy("linear") < 0.7
    assert explorer.accuracy("tanh") > 0.95
    assert explorer.steps == STEPS


def test_size_trains_on_in_the_background_and_newest_wins():
    async def session():
        explorer = SizeExplorer(width=2)
        explorer.controls["width"].value = 5  # as a hand does it
        explorer.controls["width"].value = 16
        explorer.controls["depth"].value = 3
        assert explorer.steps < STEPS and explorer.working
        until = time.monotonic() + 60
        while explorer.working and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert explorer.models["left"].n_parameters == 3 * 16 + 2 * 16 * 17 + 17
        assert explorer.steps == STEPS and f"after {STEPS} steps" in explorer.stage.scene.summary
        explorer.controls["depth"].value = 4
        explorer.close()
        assert not explorer.working

    asyncio.run(session())


# ------------------------------------------------------------------------- blocks


def test_blocks_share_their_body_and_part_in_training():
    networks = small_networks()
    explorer = BlocksExplorer(networks, epochs=20, every=10)
    explorer.update(epoch=0)
    bodies = [model[0].W.value.copy() for model, _, _ in networks.values()]
    assert all(np.array_equal(bodies[0], other) for other in bodies[1:])
    for title, film in explorer.kept.items():
        assert list(film) == [0, 10, 20] and film[20][0] < film[0][0], title
    explorer.update(epoch=20)
    bodies = [model[0].W.value for model, _, _ in networks.values()]
    assert not np.allclose(bodies[0], bodies[1]) and not np.allclose(bodies[1], bodies[2])


def test_the_loss_a_film_states_is_that_of_its_weights():
    networks = small_networks()
    explorer = BlocksExplorer(networks, epochs=20, every=10)
    for epoch in (0, 10, 20):
        explorer.update(epoch=epoch)
        for title, (model, loss, data) in networks.items():
            assert np.isclose(loss(model.forward(data.X), data.y), explorer.kept[title][epoch][0])
    with pytest.raises(ValueError, match="one to three networks; got 0"):
        BlocksExplorer({})


def test_xor_is_what_the_notebook_says():
    assert XOR.tolist() == [int(a != b) for a, b in CORNERS]
