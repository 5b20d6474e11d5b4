"""What is special about the explorers of notebook 09."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import regions, widgets
from nnlib.widgets.folding import SHAPES
from nnlib.widgets.gradients import signal_and_gradient
from nnlib.widgets.regions import FOLDED, RANDOM

# -------------------------------------------------------------------------------------- the tent


@pytest.mark.parametrize("depth", [1, 3, 7])
def test_every_source_goes_to_the_level(depth):
    explorer = widgets.TentExplorer(depth, 0.3)
    assert len(explorer.sources) == 2**depth == explorer.found.n_linear
    said = regions.folding(depth).forward(explorer.sources[:, None])
    np.testing.assert_allclose(said, 0.3, atol=1e-9)


def test_the_level_follows_the_drag():
    explorer = widgets.TentExplorer(2)
    explorer._happened({"type": "drag", "panel": "graph", "item": "hold", "x": 0.2, "y": 0.8})
    assert explorer["height"] == 0.8
    assert explorer.stage.scene["graph"].items["level"].arrays["y"][0] == np.float32(0.8)


# ------------------------------------------------------------------------------------- the sheet


def test_areas_of_the_copies_are_equal():
    for paper in ("along both axes, twice", "a snowflake"):
        explorer = widgets.FoldingExplorer(paper, folded=4)
        assert explorer.copies == 16
        x, y = np.stack(explorer.areas).transpose(2, 0, 1)
        size = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2
        np.testing.assert_allclose(size, size[0])


def test_dragging_and_painting_the_shape():
    explorer = widgets.FoldingExplorer()
    middle = explorer.outline.mean(axis=0)
    event = {"type": "drag", "panel": "folded", "item": "whole", "index": 0}
    explorer._happened({**event, "x": middle[0] + 0.1, "y": middle[1] - 0.04})
    assert (explorer["right"], explorer["up"]) == (0.1, -0.04)
    explorer._happened({**event, "item": "corners", "index": 2, "x": 0.5, "y": 0.5})
    np.testing.assert_allclose(explorer.outline[2], [0.5, 0.5])
    explorer.press("again")
    assert (explorer["right"], explorer["up"]) == (0, 0)
    assert not np.allclose(explorer.outline[2], [0.5, 0.5])

    own = next(name for name, make in SHAPES.items() if make is None)
    explorer.update(shape=own, folded=4.0)
    for kind, x in (("click", 0.1), ("paint", 0.2), ("paint", 0.3), ("click", 0.1), ("paint", 0.2)):
        explorer._happened({"type": kind, "panel": "folded", "x": x, "y": 0.2})
    assert len(explorer.outline) == 6  # two strokes and the gap between them
    assert explorer.copies == 16
    explorer._happened({"type": "click", "panel": "sheet", "x": 0.5, "y": 0.2})
    assert len(explorer.outline) == 6


# ----------------------------------------------------------------------------------- the regions


def test_colours_of_cells_are_those_of_their_region():
    explorer = widgets.RegionsExplorer(width=8, depth=3, seed=11)
    found = explorer.found
    at, region = explorer.points, explorer.region
    said = np.einsum("nk,nk->n", np.c_[at, np.ones(len(at))], found.maps[region, :, 0])
    np.testing.assert_allclose(said, explorer.height, atol=1e-9)


def test_layers_so_far_only_cut_further():
    explorer = widgets.RegionsExplorer(width=7, depth=4, seed=2)
    counts = explorer.found.counts
    for k in range(1, 5):
        explorer.update(layers=k)
        assert explorer.found.counts == counts[:k]
        lines = [explorer.stage.scene["plane"].items[f"edges {j}"] for j in range(1, 6)]
        assert [line.arrays["x"].size > 0 for line in lines] == [j <= k for j in range(1, 6)]


def test_every_edge_is_drawn_once():
    explorer = widgets.RegionsExplorer(width=6, depth=1, seed=3)
    x, y = (explorer.stage.scene["plane"].items["edges 1"].arrays[a].reshape(-1, 3) for a in "xy")
    drawn = np.hypot(x[:, 1] - x[:, 0], y[:, 1] - y[:, 0]).sum()
    dense = explorer.model[0]
    line = 0.0
    for w, b in zip(dense.W.value.T, dense.b.value, strict=True):
        cut = regions.on_plane(_one_unit(w, b))
        if len(cut) == 2:
            edge = np.flatnonzero(cut.edge == 1)[0]
            after = regions.plane._next(cut.start)[edge]
            line += np.linalg.norm(cut.corners[after] - cut.corners[edge])
    assert abs(drawn - line) < 1e-5


def _one_unit(w, b):
    model = nn.Sequential(nn.Dense(2, 1), nn.ReLU())
    model[0].W.value[...], model[0].b.value[...] = w[:, None], b
    return model


def test_the_segment_by_hand_and_by_slider():
    explorer = widgets.RegionsExplorer()
    explorer._happened(
        {"type": "drag", "panel": "plane", "item": "ends", "index": 1, "x": -0.9, "y": 0.6}
    )
    np.testing.assert_allclose(explorer.ends[1], [-0.9, 0.6])
    assert explorer["angle"] == 90
    pieces = len(explorer.pieces)
    assert f"{pieces} piece" in explorer.summary()
    explorer._happened(
        {"type": "drag", "panel": "plane", "item": "ends", "index": 1, "x": -0.9, "y": -0.55}
    )
    assert np.isfinite(explorer.pieces.t).all()  # one end on the other
    explorer.update(angle=0.0, shift=0.5)
    np.testing.assert_allclose(explorer.ends, [[-1, 0.5], [1, 0.5]])


def test_the_folded_network_of_the_explorer():
    explorer = widgets.RegionsExplorer(width=4, depth=4, network=FOLDED)
    assert explorer.found.counts == [4, 16, 64, 256]
    explorer.update(width=10, depth=5)
    assert len(explorer.found) <= 1024 and explorer["depth"] == len(explorer.found.counts)
    explorer.update(network=RANDOM, depth=2)
    assert explorer["layers"] == 2


def test_your_own_network_and_those_that_do_not_fit():
    good = nn.Sequential(
        nn.Dense(2, 3, rng=0), nn.ReLU(), nn.Dense(3, 4, rng=1), nn.ReLU(), nn.Dense(4, 1, rng=2)
    )
    explorer = widgets.RegionsExplorer(network="mine", networks={"mine": good})
    assert len(explorer.found) == len(regions.on_plane(good))
    explorer.update(layers=1, seed=3)
    assert len(explorer.found.counts) == 1
    explorer.update(network=RANDOM)
    assert explorer.part is not good
    for bad in (nn.Sequential(nn.Dense(2, 1)), nn.Sequential(nn.Dense(3, 3), nn.ReLU())):
        with pytest.raises(ValueError, match="RegionsExplorer expects Dense"):
            widgets.RegionsExplorer(networks={"bad": bad})


# --------------------------------------------------------------------------------- the gradients


@pytest.mark.parametrize("name", ["sigmoid", "relu", "tanh", "prelu"])
def test_gradients_are_those_of_a_sequential(name):
    rng = np.random.default_rng(5)
    weights = rng.normal(size=(2, 6, 8, 8)) / np.sqrt(8)
    signal, gradient, update = signal_and_gradient(name, weights)
    rng = np.random.default_rng(1)  # as inside
    X = rng.normal(size=(2, 16, 8))
    v = rng.normal(size=(2, 1, 8))
    for s in range(2):
        layers = []
        for W in weights[s]:
            dense = nn.Dense(8, 8, bias=False)
            dense.W.value[...] = W
            layers += [dense, nn.activation(name)]
        model = nn.Sequential(*layers)
        out = model.forward(X[s])
        dX = model.backward(np.repeat(v[s], 16, axis=0) / np.linalg.norm(v[s]) / 16)
        norms = [np.linalg.norm(p.grad) for p in model.parameters() if p.name == "W"]
        np.testing.assert_allclose(update[s], norms)
        np.testing.assert_allclose(signal[s, -1], np.sqrt((out**2).mean()))
        per_sample = 16 * np.sqrt((dX**2).sum(axis=1).mean())
        np.testing.assert_allclose(gradient[s, 0], per_sample)
        np.testing.assert_allclose(gradient[s, -1], 1)


def test_known_factors():
    explorer = widgets.GradientsExplorer(depth=50)
    assert 0.2 < explorer.factor < 0.25  # never more than a quarter, at spread 1
    explorer.update(activation="linear", scale=1.0)
    assert abs(explorer.factor - 1) < 0.05
    explorer.update(scale=0.5)
    assert abs(explorer.factor - 0.5) < 0.03
    explorer.update(activation="relu", scale=1.4)
    assert abs(explorer.factor - 1) < 0.06
    assert "vanishes" in explorer.update(activation="sigmoid")
    assert "explodes" in explorer.update(activation="relu", scale=3.0)
    assert "learns nothing" in explorer.update(activation="step")


def test_a_start_sets_the_scale_and_the_scale_forgets_the_start():
    explorer = widgets.GradientsExplorer()
    explorer.update(start=1.4)
    assert explorer["scale"] == 1.4
    explorer.update(scale=2.0)
    assert explorer["start"] == 0
