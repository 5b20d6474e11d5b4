"""The explorers of notebook 12: what they say is what the layers compute."""

import time

import numpy as np
import pytest

from nnlib.kernels import MADE, handmade
from nnlib.widgets import (
    ConnectionsExplorer,
    ConvolutionExplorer,
    FilterBankExplorer,
    FilterExplorer,
    KernelSearchExplorer,
    ReceptiveFieldExplorer,
)
from nnlib.widgets.filters import filtered, grey_photo
from tests.libraries import torch

pytestmark = pytest.mark.filterwarnings("error")


# ------------------------------------------------------------------------------- kernels


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("k", [3, 5, 7])
def test_kernels_sum_to_one_or_find_differences(name, k):
    kernel = handmade(name, k)
    assert kernel.shape == (k, k)
    assert kernel.sum() == pytest.approx(0 if "edges" in name else 1)


def test_edge_kernels_answer_to_their_edge_with_the_right_sign():
    upright = np.repeat([[0.0, 0, 1]], 3, axis=0)
    assert (handmade("upright edges") * upright).sum() == 4
    assert (handmade("upright edges") * upright.T).sum() == 0
    assert (handmade("level edges") * upright.T).sum() == 4
    falling = np.triu(np.ones((3, 3)), 1)  # bright above the diagonal that falls to the right
    assert (handmade("edges falling to the right") * falling).sum() == 3
    assert (handmade("edges rising to the right") * falling).sum() == 0


@pytest.mark.parametrize(("name", "k"), [("none such", 3), ("sharpen", 4), ("sharpen", 1)])
def test_a_kernel_there_is_none_of(name, k):
    with pytest.raises(ValueError, match="got 4|got 1|unknown kernel"):
        handmade(name, k)


# ------------------------------------------------------------------------------- numbers


def torch_s(explorer, padding):
    x, w = (torch.tensor(a)[None, None] for a in (explorer.x, explorer.w))
    return torch.nn.functional.conv2d(x, w, stride=explorer["stride"], padding=padding)[0, 0]


def test_both_tables_of_the_lecture():
    a = ConvolutionExplorer("lecture (a)")
    assert a.output().tolist() == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    b = ConvolutionExplorer("lecture (b)", padding=1, stride=2)
    assert b.output().tolist() == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]


@pytest.mark.parametrize("n", [3, 6, 8])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("p", [0, 1, 2])
@pytest.mark.parametrize("s", [1, 2, 3])
def test_any_setting_is_torch_s_and_every_place_is_written_out(n, k, p, s):
    explorer = ConvolutionExplorer("upright edges", "digits at random")
    explorer.update(size=n, kernel_size=k, padding=p, stride=s)
    z = explorer.output()
    if n + 2 * p < k:
        assert z.size == 0 and "Not even one window fits" in explorer.summary()
        return
    assert np.allclose(z, torch_s(explorer, p))
    assert explorer.control("place").max == max(2, z.size)
    for place in (1, z.size):
        text = explorer.update(place=place)
        said = text.split("Output in row")[1].split(" = ")[1].split(".")[0]
        assert float(said.replace("−", "-")) == z.flat[place - 1]


@pytest.mark.parametrize("n", [4, 5, 8])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("s", [1, 2, 3])
def test_same_has_a_place_for_every_step(n, k, s):
    explorer = ConvolutionExplorer()
    explorer.update(size=n, kernel_size=k, stride=s, fit="same")
    assert explorer.output().shape == (-(-n // s),) * 2
    explorer.update(fit="valid", padding=2)
    assert explorer.places() == max(0, (n - k) // s + 1)


def test_what_no_window_reaches_is_said():
    explorer = ConvolutionExplorer(size=6, stride=2)
    assert explorer.left_out() == 1 and "last column and row are never" in explorer.summary()
    before = explorer.output()
    explorer.update(number=("x", 5, 5), value=-5.0)
    assert np.array_equal(explorer.output(), before)
    explorer.update(padding=1)
    assert explorer.left_out() == 0
    explorer.update(padding=0, size=8, stride=3)
    assert explorer.left_out() == 2 and "last 2 columns and rows" in explorer.summary()


def test_pointing_and_changing_a_weight():
    explorer = ConvolutionExplorer()
    left, top, cell, _ = explorer.tables["output"]
    at = {"panel": "numbers", "x": left + 2.5 * cell, "y": top - 1.5 * cell}
    explorer._happened({"type": "hover", **at})
    assert explorer.at() == (1, 2) and " = 19. " in explorer.summary()
    left, top, cell, _ = explorer.tables["w"]
    at = {"panel": "numbers", "x": left + 0.5 * cell, "y": top - 2.5 * cell}
    explorer._happened({"type": "hover", **at})
    assert explorer["number"] == ("w", 0, 0)  # only a click chooses
    explorer._happened({"type": "click", **at})
    assert explorer["number"] == ("w", 2, 0) and explorer["value"] == 0
    explorer.update(value=1.0)
    assert explorer.w[2, 0] == 1 and explorer.output()[0, 0] == 12 + 3
    assert explorer["kernel"] == ""
    explorer.update(kernel="lecture (a)")
    assert explorer.output()[0, 0] == 12


def test_step_goes_through_all_places_and_begins_again():
    explorer = ConvolutionExplorer(place=8)
    explorer.press("step")
    assert explorer.at() == (2, 2)
    explorer.press("step")
    assert explorer.at() == (0, 0)


def test_an_unknown_kernel_is_told():
    with pytest.raises(ValueError, match="expects one of lecture .* got 'edge'"):
        ConvolutionExplorer("edge")


# ---------------------------------------------------------------------------- photographs


def test_the_sum_of_the_products_is_the_filtered_pixel():
    for kernel in ("upright edges", "sharpen", "emboss"):
        explorer = FilterExplorer(kernel)
        for row, column, size in ((0, 0, 3), (105, 159, 5), (50, 70, 5)):
            explorer.update(row=row, column=column, kernel_size=size)
            z = filtered(explorer.picture, explorer.weights())
            assert z.shape == explorer.picture.shape == (106, 160)
            assert (explorer.window() * explorer.weights()).sum() == pytest.approx(z[row, column])


def test_the_photograph_stands_upright_and_is_sized_as_said():
    grey = grey_photo()
    assert grey[:20].mean() > grey[-20:].mean() + 0.2  # sky above trees
    shown = FilterExplorer("the picture itself").stage.scene["photo"].items["pixels"]
    level = shown.arrays["level"][0].astype(float)
    assert level[0].mean() > level[-1].mean()  # row 0 is the lowest, and ink is dark


def test_clicking_a_picture_and_a_weight():
    explorer = FilterExplorer()
    explorer._happened({"type": "click", "panel": "result", "x": 10.5, "y": 105.5})
    assert (explorer["row"], explorer["column"]) == (0, 10)
    explorer._happened({"type": "drag", "panel": "photo", "item": "place", "x": 999, "y": -9})
    assert (explorer["row"], explorer["column"]) == (105, 159)
    left, top, wide, high = explorer._kernel_at
    at = {"x": left + 2.5 * wide, "y": top - 0.5 * high}
    explorer._happened({"type": "click", "panel": "numbers", **at})
    assert explorer["weight"] == (0, 2) and explorer["value"] == 1
    explorer.update(value=-3.0)
    assert explorer.kernel[0, 2] == -3 and explorer["kernel"] == ""
    assert handmade("upright edges")[0, 2] == 1


def test_banks_shift_with_the_picture():
    explorer = FilterBankExplorer()
    before = explorer.responses("made by hand")
    explorer.update(shift=3)
    after = explorer.responses("made by hand")
    assert np.allclose(after[:, :, 6:-4], before[:, :, 3:-7])
    assert not np.allclose(after, before)
    explorer.update(show="relu")
    assert explorer.responses("random").min() == 0
    with pytest.raises(ValueError, match=r"k odd.*\(4, 4, 2\)"):
        FilterBankExplorer(np.zeros((1, 9, 9)), {"even": np.zeros((4, 4, 2))})


# ---------------------------------------------------------------------------- connections


def test_parameters_are_those_of_the_matrices():
    explorer = ConnectionsExplorer()
    for n, k in ((8, 2), (16, 5), (12, 3)):
        explorer.update(inputs=n, kernel=k)
        w, m = explorer.weights(), explorer.outputs()
        counted = explorer.parameters()
        assert counted["dense"] == np.count_nonzero(w["dense"]) + m
        assert counted["local"] == np.count_nonzero(w["local"]) + m
        assert counted["shared"] == len(np.unique(w["shared"][w["shared"] != 0])) + 1
        x = explorer.signal()
        kernel = w["shared"][:k, 0]
        assert np.allclose(x @ w["shared"], np.correlate(x, kernel, "valid"))


def test_only_the_convolution_moves_along_with_the_signal():
    explorer = ConnectionsExplorer(inputs=16)
    found = {}
    for shift in (4, 5):
        explorer.update(shift=shift)
        found[shift] = {kind: explorer.signal() @ w for kind, w in explorer.weights().items()}
    moved = {kind: np.allclose(found[4][kind][:-1], found[5][kind][1:]) for kind in found[4]}
    assert moved == {"dense": False, "local": False, "shared": True}


# ----------------------------------------------------------------------- a kernel is found


@pytest.mark.parametrize("seed", range(4))
def test_adam_finds_the_hidden_kernel_from_a_photograph(seed):
    explorer = KernelSearchExplorer(seed=seed)
    explorer.descend(600)
    assert np.abs(explorer.layer.W.value[..., 0, 0] - explorer.hidden).max() < 0.05


def test_noise_teaches_faster_and_a_large_rate_is_told():
    off = {}
    for source in ("photo", "noise"):
        explorer = KernelSearchExplorer(source=source, optimizer="sgd", learning_rate=0.1)
        explorer.descend(50)
        off[source] = np.abs(explorer.layer.W.value[..., 0, 0] - explorer.hidden).max()
    assert off["noise"] < 0.01 < 0.2 < off["photo"]
    explorer = KernelSearchExplorer(optimizer="sgd", learning_rate=1.0)
    explorer.descend(600)
    explorer.refresh()
    assert explorer.diverged and len(explorer.losses) < 30
    assert "learning rate is too large" in explorer.stage.scene.summary


# -------------------------------------------------------------------------- receptive field


@pytest.mark.parametrize(
    "k1, s1, p1, pool, k2", [(3, 1, 1, 2, 3), (5, 2, 0, 1, 2), (2, 1, 3, 3, 1)]
)
def test_the_cone_is_what_a_pixel_can_change(k1, s1, p1, pool, k2):
    explorer = ReceptiveFieldExplorer(k1=k1, s1=s1, p1=p1, pool=pool, k2=k2, unit=2)
    layers, n = explorer.layers(), explorer["size"]
    for layer in layers:
        for parameter in layer.parameters():
            parameter.value[...] = 1.0

    def run(x):
        for layer in layers:
            x = layer.forward(x)
        return x

    rng = np.random.default_rng(0)
    x = rng.uniform(size=(1, n, n, 1))
    z = run(x)
    assert explorer.sizes()[-1] == z.shape[1]
    a, b = explorer.seen()[0]
    assert b - a + 1 == explorer.field()
    changes = []
    for column in range(n):
        moved = x.copy()
        moved[0, :, column] += 10  # larger than all others, so pooling lets it through
        changes.append(run(moved)[0, 1, 1, 0] != z[0, 1, 1, 0])
    assert np.flatnonzero(changes).tolist() == list(range(max(a, 0), min(b, n - 1) + 1))


def test_a_field_of_22():
    explorer = ReceptiveFieldExplorer(k1=7, pool=4, k2=4)
    assert explorer.field() == 22


# ------------------------------------------------------------------------------------ speed


@pytest.mark.parametrize(
    "make, control",
    [
        (ConvolutionExplorer, "place"),
        (FilterExplorer, "column"),
        (FilterBankExplorer, "picture"),
        (ConnectionsExplorer, "shift"),
        (ReceptiveFieldExplorer, "unit"),
    ],
)
def test_a_move_is_quick(make, control):
    explorer, spent = make(), []
    for value in range(1, 10):
        start = time.process_time()
        explorer.update(**{control: value})
        spent.append(time.process_time() - start)
    assert np.median(spent) < 0.03
