"""The drawing of a network: its links are its weights, and a click finds the right one."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.plot import Scene
from nnlib.plot.network import NetworkDrawing, columns, parameter_at, place


@pytest.fixture
def model():
    return nn.Sequential(
        nn.Dense(2, 3, rng=0), nn.Tanh(), nn.Dropout(0.5, rng=0), nn.Dense(3, 2, rng=1)
    )


@pytest.fixture
def drawing(model):
    drawing = NetworkDrawing(Scene(600, 400).panel("network"), window=1.0)
    drawing.draw(model)
    return drawing


def test_columns_end_before_the_next_dense(model):
    assert [(c["units"], c["activation"], c["last"]) for c in columns(model)] == [
        (3, "tanh", 2),
        (2, "", 3),
    ]


def test_links_are_the_weights_and_lead_from_unit_to_unit(model, drawing):
    arrays = drawing.panel.items["weights"].arrays
    weights = np.concatenate([model[0].W.value.ravel(), model[3].W.value.ravel()])
    np.testing.assert_allclose(arrays["values"], weights, rtol=1e-6)
    places, side = place([2, 3, 2], *drawing.size)
    k = 2 * 3 + 1 * 2 + 1  # from hidden unit 2 to output 2
    start, end = places[1][1], places[2][1]
    assert (arrays["x0"][k], arrays["y0"][k]) == pytest.approx((start[0] + side / 2, start[1]))
    assert (arrays["x1"][k], arrays["y1"][k]) == pytest.approx((end[0] - side / 2, end[1]))


def test_a_click_finds_the_number_that_is_drawn_there(model, drawing):
    values = drawing.panel.items["weights"].arrays["values"]
    tips = drawing.panel.items["weights"].props["tips"]
    for index, value in enumerate(values):
        parameter, position, name = parameter_at(model, "weights", index)
        assert parameter.value[position] == pytest.approx(float(value))
        assert name == tips[index]
    for index in range(5):
        parameter, position, _ = parameter_at(model, "biases", index)
        parameter.value[position] = index
    assert model[0].b.value.tolist() == [0, 1, 2] and model[3].b.value.tolist() == [3, 4]
    with pytest.raises(IndexError, match="has 12 weights; got number 12"):
        parameter_at(model, "weights", 12)


def test_each_neuron_shows_its_own_map(model, drawing):
    level = drawing.panel.items["neurons"].arrays["level"]
    assert len(level) == 2 + 3 + 2
    assert (np.diff(level[0].astype(int), axis=1) > 0).all()  # x₁ grows to the right
    assert (np.diff(level[1].astype(int), axis=0) > 0).all()  # x₂ grows upwards
    unit = np.tanh(drawing.points @ model[0].W.value[:, 0] + model[0].b.value[0])
    assert np.corrcoef(level[2].ravel(), unit)[0, 1] > 0.999


def test_neurons_do_not_overlap_and_stay_inside():
    for widths in ([2, 1], [2, 16, 16, 16, 16, 16, 16, 4], [2, 8, 1]):
        places, side = place(widths, 580, 360)
        for column in places:
            assert (np.abs(np.diff(column[:, 1])) >= side).all()
            assert column.min() > 0 and column[:, 0].max() < 580 and column[:, 1].max() < 360
        assert side >= 12


def test_a_diverged_network_is_drawn_blank(model):
    model[0].W.value[...] = np.nan
    model[3].W.value[...] = np.inf
    drawing = NetworkDrawing(Scene(600, 400).panel("network"), window=1.0)
    with np.errstate(all="ignore"):
        drawing.draw(model)
    assert (drawing.panel.items["neurons"].arrays["level"][2:] == 0).all()
    drawing.panel.scene.png()
