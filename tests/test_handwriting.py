"""Handwriting: prepared as MNIST's digits were, read by the weights that ship, and fooled."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import data, widgets
from nnlib.backend import one_thread
from nnlib.handwriting import (
    as_mnist,
    centre_of_mass,
    draw_strokes,
    fool,
    ink_box,
    moved,
    network,
    pixel_gradient,
    smallest_fooling,
    trained,
)
from nnlib.widgets.fooling import noise_of
from nnlib.widgets.pad import SEVEN, Pad
from tests.explorers import picture


@pytest.fixture(scope="module")
def held_back():
    digits = data.mnist()
    return digits.X[8000:].reshape(-1, 28, 28), digits.y[8000:]


@pytest.fixture(scope="module", autouse=True)
def quick():
    with one_thread():
        yield


# -------------------------------------------------------------------------------- preparing


@pytest.mark.parametrize("times, margin", [(4, 0), (3, 17), (1, 5)])
def test_a_digit_of_mnist_comes_back_as_it_was(held_back, times, margin):
    for digit in held_back[0][:40]:
        large = np.pad(np.kron(digit, np.ones((times, times))), ((margin, 0), (0, 2 * margin)))
        np.testing.assert_allclose(as_mnist(large), digit, atol=1e-5)


def test_its_longer_side_has_20_pixels_and_its_centre_is_in_the_middle():
    rng = np.random.default_rng(0)
    for _ in range(20):
        strokes = [rng.uniform(10, 100, (5, 2)) * [rng.uniform(0.2, 1), 1]]
        ready = as_mnist(draw_strokes(strokes))
        left, right, top, bottom = ink_box(ready)
        assert 20 <= max(right - left, bottom - top) <= 21  # the shorter side may begin between
        for centre in centre_of_mass(ready):
            assert 13.9 <= centre <= 15.1


def test_ink_is_kept_in_proportion():
    drawing = draw_strokes(SEVEN)
    left, right, top, bottom = ink_box(drawing)
    scale = 20 / max(right - left, bottom - top)
    np.testing.assert_allclose(as_mnist(drawing).sum(), drawing.sum() * scale**2, rtol=1e-5)


def test_white_paper_stays_white_and_a_dot_is_a_disc():
    assert not as_mnist(np.zeros((112, 112))).any()
    dot = as_mnist(draw_strokes([[(5, 100)]]))
    assert ink_box(dot) == (4, 24, 4, 24)
    with pytest.raises(ValueError, match=r"rows, columns\); got \(3,\)"):
        as_mnist(np.zeros(3))


def test_moving_by_whole_pixels_copies_and_a_turn_by_90_degrees_is_exact():
    x = np.random.default_rng(0).uniform(size=(2, 6, 6))
    there = moved(x, dx=[1, -2], dy=[0, 3])
    np.testing.assert_allclose(there[0, :, 1:], x[0, :, :-1])
    np.testing.assert_allclose(there[1, 3:, :4], x[1, :3, 2:])
    assert not there[0, :, 0].any()
    np.testing.assert_allclose(moved(x, angle=90), np.rot90(x, -1, (1, 2)), atol=1e-12)
    with pytest.raises(ValueError, match="N, side, side"):
        moved(x[0])


# -------------------------------------------------------------------------------- the network


def test_the_stored_weights_reach_the_stated_accuracy(held_back):
    X, y = held_back
    model, stated = trained(), data.measured("handwriting")
    z = np.concatenate([model(part[..., None]) for part in np.array_split(X, 20)])
    right = (z.argmax(axis=1) == y).sum()
    assert abs(right - stated["held_back"]["right"]) <= 2  # ties may fall otherwise elsewhere
    assert right / len(y) >= 0.975
    assert stated["accuracy"] == round(stated["held_back"]["right"] / 2000, 4)


def test_torch_gives_the_same_logits(held_back):
    torch = pytest.importorskip("torch")
    model, x = trained(), held_back[0][:20]
    c1, b1, c2, b2, W1, d1, W2, d2 = (torch.tensor(p.value) for p in model.parameters())
    F = torch.nn.functional
    h = torch.tensor(x[:, None])
    for W, b in ((c1, b1), (c2, b2)):
        h = F.max_pool2d(F.relu(F.conv2d(h, W.permute(3, 2, 0, 1), b, padding=2)), 2)
    z = F.relu(h.permute(0, 2, 3, 1).flatten(1) @ W1 + d1) @ W2 + d2
    np.testing.assert_allclose(model(x[..., None]), z.numpy(), atol=1e-4)


# -------------------------------------------------------------------------------- fooling


def test_the_gradient_with_respect_to_pixels_is_the_slope_of_the_lead():
    model = network(3).astype("float64")
    x = np.random.default_rng(0).uniform(size=(28, 28))
    z = model.forward(x[None, :, :, None])
    dz = np.zeros_like(z)
    dz[0, [4, 7]] = 1, -1
    exact = model.backward(dz)[0, :, :, 0]
    np.testing.assert_allclose(pixel_gradient(model, x, 4, 7), exact, atol=1e-5)
    for spot in ((5, 9), (20, 13)):
        hair = np.zeros_like(x)
        hair[spot] = 1e-6
        both = model(np.stack([x + hair, x - hair])[..., None])
        slope = np.diff(both[:, 7] - both[:, 4])[0] / 2e-6
        np.testing.assert_allclose(exact[spot], slope, rtol=1e-4)


@pytest.mark.parametrize("norm", ["L∞", "L2"])
def test_a_change_keeps_to_its_size_and_gains_more_than_noise(held_back, norm):
    model, x = trained(), held_back[0][6]
    size = {"L∞": 0.1, "L2": 1.5}[norm]
    delta = fool(model, x, 4, 9, size, norm)
    length = np.abs(delta).max() if norm == "L∞" else np.linalg.norm(delta)
    assert 0.9 * size < length <= size * 1.0001
    assert (x + delta).min() >= -1e-6 and (x + delta).max() <= 1 + 1e-6

    def lead(picture):
        z = model(picture[None, :, :, None])[0]
        return z[4] - z[9]

    noise = noise_of(size, norm, np.random.default_rng(0), (50, 28, 28))
    by_noise = max(lead(np.clip(x + n, 0, 1).astype(np.float32)) for n in noise)
    assert lead(x + delta) > by_noise + 5
    assert not fool(model, x, 4, 9, 0.0, norm).any()


def test_the_smallest_change_fools_and_a_smaller_one_does_not(held_back):
    model, x = trained(), held_back[0][6]
    size, delta = smallest_fooling(model, x, 4, 9)
    assert model((x + delta)[None, :, :, None]).argmax() == 4
    less = x + fool(model, x, 4, 9, 0.9 * size)
    assert model(less[None, :, :, None]).argmax() == 9
    assert smallest_fooling(model, x, 4, 9, most=0.01) == (np.inf, None)
    with pytest.raises(ValueError, match="unknown norm 'L1'; known: L∞, L2"):
        fool(model, x, 4, 9, 0.1, "L1")


# -------------------------------------------------------------------------------- explorers


def stroke(explorer, places):
    for k, (x, y) in enumerate(places):
        explorer.event({"type": "paint" if k else "click", "panel": "pad", "x": x, "y": -y})
        explorer.refresh()


def test_drawing_is_read_and_a_stroke_can_be_taken_back():
    explorer = widgets.HandwritingExplorer()
    explorer.press("clear")
    assert "White paper" in explorer.summary()
    stroke(explorer, [(56, 20 + 4 * k) for k in range(18)])
    assert "Your drawing: read as 1" in explorer.summary()
    one = picture(explorer)
    stroke(explorer, [(30 + 4 * k, 24) for k in range(14)])
    assert "read as 1" not in explorer.summary()
    explorer.press("undo")
    assert picture(explorer) == one


def test_incremental_drawing_is_the_drawing_of_all_strokes():
    pad = Pad()
    for k, place in enumerate([(10, 10), (50, 30), (90, 100)]):
        pad.happened({"type": "paint" if k else "click", "x": place[0], "y": -place[1]})
    np.testing.assert_array_equal(pad.ink, draw_strokes(pad.strokes, pad.width))


def test_held_back_digits_are_told_right_or_wrong(held_back):
    explorer = widgets.HandwritingExplorer()
    assert f"a {held_back[1][4]}: read as" in explorer.update(which="digits held back", digit=5)
    for digit in (1, 7):
        assert ", wrong," in explorer.update(which="those it misreads", digit=digit)
    # Painting leaves the digit and begins on white paper.
    stroke(explorer, [(56, 30), (56, 80)])
    assert explorer["which"] == "my drawing" and len(explorer.pad.strokes) == 1


def test_neighbours_are_those_of_a_plain_search(held_back):
    explorer = widgets.HandwritingExplorer()
    x = held_back[0][3]
    found, away = explorer.nearest(x)
    distances = np.sqrt(((explorer.X[:8000] - x) ** 2).sum(axis=(1, 2)))
    np.testing.assert_array_equal(found, np.argsort(distances)[:8])
    np.testing.assert_allclose(away, np.sort(distances)[:8], rtol=1e-3)


def test_the_button_finds_a_size_that_fools():
    explorer = widgets.FoolingExplorer()
    explorer.update(size=0.0)
    assert "towards 4: read as 9" in explorer.summary()
    for norm in ("L∞", "L2"):
        explorer.update(norm=norm)
        assert "The smallest change found" in explorer.press("smallest")
        assert "towards 4: read as 4" in explorer.summary()


def test_it_learns_and_believes_what_it_is_taught():
    explorer = widgets.TeachingExplorer()
    before = explorer.history[-1][1]
    explorer.update(label=4)  # a seven, called a four
    explorer.press("teach")
    for _ in range(4):
        explorer.press("step")
    assert explorer.history[-1][1] > before + 0.3
    assert "your drawing as 4" in explorer.summary()
    explorer.press("reset")
    assert explorer.steps == 0 and len(explorer.own) == 1
    explorer.press("forget")
    assert not explorer.own


def test_white_paper_is_not_taught_and_running_away_is_told():
    explorer = widgets.TeachingExplorer()
    explorer.press("clear")
    explorer.press("teach")
    assert not explorer.own
    explorer.model.parameters()[0].value[...] = np.nan
    explorer.refresh()
    assert "no numbers any more" in explorer.summary()
    assert isinstance(explorer.loss, nn.SoftmaxCrossEntropy)
