"""Data sets: shapes and ranges of all of them, and for each what its docstring says."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import store
from nnlib import data

ASSETS = Path(__file__).resolve().parents[1] / "assets"
PLANE = sorted(data.PLANE)


@pytest.mark.parametrize("name", PLANE)
@pytest.mark.parametrize("noise", [0, 0.1, 0.5, 3])
@pytest.mark.parametrize("n", [1, 2, 7, 250])
def test_every_set_of_the_plane(name, noise, n):
    d = data.plane(name, n, noise, 5)
    assert d.X.shape == (n, 2) and d.y.shape == (n,) and len(d) == n
    assert np.abs(d.X).max() < data.EXTENT
    assert np.isfinite(d.X).all() and np.isfinite(d.y).all()
    if d.kind == "regression":
        assert d.y.dtype == float and d.classes == ()
    else:
        counts = np.bincount(d.y, minlength=len(d.classes))
        assert len(counts) == len(d.classes) and counts.max() - counts.min() <= 1
        assert len(d.classes) == 2 if d.kind == "binary" else 4


@pytest.mark.parametrize("name", PLANE)
def test_repeatable_and_drawn_anew(name):
    make = data.PLANE[name]
    same = make(50, 0.1, 3), make(50, 0.1, 3), make(50, 0.1, np.random.default_rng(3))
    for d in same[1:]:
        assert np.array_equal(d.X, same[0].X) and np.array_equal(d.y, same[0].y)
    assert not np.array_equal(make(50, 0.1, 4).X, same[0].X)
    assert np.array_equal(make(50).X, make(50, rng=0).X)
    rng = np.random.default_rng(0)
    assert not np.array_equal(make(50, rng=rng).X, make(50, rng=rng).X)


@pytest.mark.parametrize("name", PLANE)
def test_rows_are_shuffled(name):
    y = data.PLANE[name](200, 0.1).y
    first, second = y[:100], y[100:]
    assert abs(first.mean() - second.mean()) < 0.4
    assert not np.array_equal(y, np.sort(y))


@pytest.mark.parametrize("name", PLANE)
def test_noise_moves_each_sample_steadily(name):
    none, some, more = (data.PLANE[name](100, noise, 0) for noise in (0, 0.01, 0.02))
    if none.kind == "regression":
        assert np.array_equal(none.X, more.X)
        a, b = some.y - none.y, more.y - none.y
    else:
        assert np.array_equal(none.y, more.y)
        a, b = some.X - none.X, more.X - none.X
        a, b = a[np.abs(none.X) < 1.3], b[np.abs(none.X) < 1.3]
    assert np.allclose(2 * a, b) and 0.005 < a.std() < 0.02


def test_noise_is_a_standard_deviation():
    clean, noisy = data.xor(5000, 0, 0), data.xor(5000, 0.07, 0)
    inside = (np.abs(clean.X) < 1.1).all(axis=1)
    assert (noisy.X - clean.X)[inside].std() == pytest.approx(0.07, rel=0.05)
    for name in ("regression_plane", "regression_bumps"):
        clean, noisy = data.plane(name, 5000, 0), data.plane(name, 5000, 0.3)
        assert (noisy.y - clean.y).std() == pytest.approx(0.3, rel=0.05)


def test_mirror_leaves_the_inside_alone():
    X = np.linspace(-1.49, 1.49, 7)
    assert np.allclose(data.toy._mirror(X), X, atol=1e-12)
    edge = data.EXTENT - 1e-3
    assert np.allclose(
        data.toy._mirror(np.array([edge + 0.2, -edge - 0.3])), [edge - 0.2, 0.3 - edge]
    )


# ------------------------------------------------------------------------- what each one says


def test_gaussians():
    d = data.gaussians(4000, 0)
    for k, centre in ((0, -0.7), (1, 0.7)):
        X = d.X[d.y == k]
        assert np.allclose(X.mean(axis=0), centre, atol=0.02)
        assert np.allclose(X.std(axis=0), 0.2, atol=0.02)
    assert ((d.X.sum(axis=1) > 0) == d.y).all()


def test_circle():
    d = data.circle(2000, 0)
    r = np.hypot(*d.X.T)
    assert r[d.y == 1].max() <= 0.6 and r[d.y == 1].max() > 0.59
    assert 0.8 <= r[d.y == 0].min() < 0.81 and 1.19 < r[d.y == 0].max() <= 1.2
    # Evenly filled: half of the disc's samples lie beyond radius 0.6 / √2.
    assert np.median(r[d.y == 1]) == pytest.approx(0.6 / np.sqrt(2), abs=0.02)


def test_xor():
    d = data.xor(400, 0)
    assert np.array_equal(d.y, (d.X[:, 0] * d.X[:, 1] < 0))
    corners = {(a, b) for a, b in np.sign(d.X)}
    assert len(corners) == 4 and np.abs(d.X).min() >= 0.1


def test_moons():
    d = data.moons(400, 0)
    upper, lower = d.X[d.y == 0], d.X[d.y == 1]
    assert np.allclose(np.hypot(*(upper - (-0.4, -0.2)).T), 0.8)
    assert np.allclose(np.hypot(*(lower - (0.4, 0.2)).T), 0.8)
    assert (upper[:, 1] >= -0.2 - 1e-12).all() and (lower[:, 1] <= 0.2 + 1e-12).all()
    # They reach into each other: the tip of each lies under, or over, the other's arch.
    assert lower[:, 0].min() < 0 < upper[:, 0].max()


def test_spiral():
    d = data.spiral(400, 0)
    radius, angle = np.hypot(*d.X.T), np.arctan2(*d.X.T[::-1])
    expected = 3 * np.pi * radius / 1.3 + np.pi * d.y
    assert np.allclose(np.cos(angle - expected), 1)
    assert radius.max() > 1.25


@pytest.mark.parametrize("k", [2, 3, 4, 10])
def test_k_classes(k):
    d = data.k_classes(100 * k, 0, k=k)
    assert d.classes == tuple(map(str, range(k)))
    for c in range(k):
        centre = d.X[d.y == c].mean(axis=0)
        angle = 2 * np.pi * (c + 0.5) / k
        assert np.allclose(centre, 0.9 * np.array([np.cos(angle), np.sin(angle)]), atol=0.06)


def test_surfaces():
    X = np.array([[0.5, 1.0], [-1.0, 0.6], [0.0, 0.6], [0.0, 0.0]])
    assert data.plane_height(X).tolist() == [0.75, -0.2, 0.3, 0.0]
    heights = data.bumps_height(X)
    assert heights[1] == pytest.approx(1, abs=0.01) and heights[2] == pytest.approx(-1, abs=0.01)
    d = data.regression_plane(50, 0)
    assert np.allclose(d.y, data.plane_height(d.X))
    d = data.regression_bumps(2000, 0)
    assert np.allclose(d.y, data.bumps_height(d.X))
    assert -1.01 < d.y.min() < -0.9 and 0.9 < d.y.max() < 1.01
    # A plane fits one exactly, and the other not at all.
    for make, misfit in ((data.regression_plane, (0, 1e-9)), (data.regression_bumps, (0.8, 1))):
        d = make(500, 0)
        A = np.column_stack([d.X, np.ones(500)])
        residual = d.y - A @ np.linalg.lstsq(A, d.y, rcond=None)[0]
        assert misfit[0] <= residual.var() / d.y.var() <= misfit[1]


# -------------------------------------------------------------------------------------- split


@given(n=st.integers(1, 60), share=st.floats(0.01, 1), seed=st.integers(0, 9))
def test_split_shares_out_every_sample_once(n, share, seed):
    X = np.column_stack([np.arange(n), np.arange(n)]).astype(float)
    train, test = data.Dataset(X, np.arange(n) % 2, "binary").split(share, seed)
    assert sorted([*train.X[:, 0], *test.X[:, 0]]) == list(range(n))
    assert len(train) == max(1, round(share * n))
    for part in (train, test):
        assert np.array_equal(part.X[:, 0] % 2, part.y)
        assert part.kind == "binary" and part.classes == ("0", "1")


def test_split_is_random_and_repeatable():
    d = data.moons(100)
    a, b, c = (d.split(0.5, rng)[0].X for rng in (0, 0, 1))
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert not np.array_equal(a, d.X[:50])


# ----------------------------------------------------------------------- the class, the digits


def test_will_i_pass():
    d = data.will_i_pass(4000)
    lectures, hours = d.X.T
    assert set(lectures) == set(range(11)) and set(2 * hours) == set(range(21))
    total = lectures + hours
    for t in (6, 8, 9):
        assert d.y[total == t].mean() == pytest.approx(1 / (1 + np.exp(8 - t)), abs=0.1)
    assert np.array_equal(data.will_i_pass().X, data.will_i_pass().X)
    assert d.classes == ("fail", "pass")


def test_will_i_pass_gives_the_lecture_its_answers():
    W, b = data.untrained()
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    assert sigmoid(data.QUERY @ W + b).item() == pytest.approx(0.1, abs=5e-4)
    # Trained on the data as a notebook gets it, the neuron says that this student passes.
    d = data.will_i_pass()
    assert 0.3 < d.y.mean() < 0.9
    X, y = np.column_stack([d.X, np.ones(len(d))]), d.y
    w = np.zeros(3)
    for _ in range(30):  # Newton's method
        p = sigmoid(X @ w)
        w += np.linalg.solve(X.T * (p * (1 - p)) @ X, X.T @ (y - p))
    assert sigmoid(np.append(data.QUERY, 1) @ w) > 0.5
    assert w[0] > 0 and w[1] > 0


def test_digits():
    d = data.digits()
    assert d.X.shape == (1797, 64) and d.kind == "classes" and len(d.classes) == 10
    assert d.X.min() == 0 and d.X.max() == 1 and d.y.dtype == int
    assert np.bincount(d.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # The first one is a zero: ink around an empty middle.
    picture = d.X[0].reshape(8, 8)
    assert d.y[0] == 0 and picture[3:5, 4].max() < 0.2 < picture[3:5, 2].min()


def test_digits_are_what_their_script_makes():
    pytest.importorskip("sklearn")
    arrays = runpy.run_path(str(ASSETS / "make_digits.py"))["arrays"]()
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as stored:
        assert set(stored) == set(arrays)
        for name, array in arrays.items():
            assert stored[name].dtype == array.dtype and np.array_equal(stored[name], array)


def test_every_file_of_assets_has_a_source_and_a_licence():
    table = (ASSETS / "README.md").read_text(encoding="utf-8")
    for path in ASSETS.iterdir():
        if path.suffix in {".npz", ".npy", ".csv", ".gz", ".png", ".jpg", ".svg"}:
            assert f"`{path.name}`" in table


# ------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("name", PLANE)
def test_errors_of_every_set(name):
    with pytest.raises(ValueError, match=f"{name} expects n to be .* of at least 1; got 0"):
        data.PLANE[name](0)
    with pytest.raises(ValueError, match="noise.* at least 0; got -0.1"):
        data.PLANE[name](10, -0.1)
    with pytest.raises(ValueError, match="noise.* got nan"):
        data.PLANE[name](10, float("nan"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.plane("spirals"), "'spirals'; did you mean 'spiral'"),
        (lambda: data.plane("iris"), "known: gaussians, circle"),
        (lambda: data.k_classes(10, k=11), "2 to 10; got 11"),
        (lambda: data.will_i_pass(0), "whole number of at least 1; got 0"),
        (lambda: data.moons(10).split(0), "above 0 and at most 1; got 0"),
        (lambda: data.moons(10).split(1.2), "at most 1; got 1.2"),
        (lambda: data.Dataset(np.ones((3, 2)), np.ones(2), "binary"), r"\(3, 2\) and \(2,\)"),
        (lambda: data.Dataset(np.ones((3, 3)), np.ones(3), "binary"), "each of 3 columns"),
        (lambda: data.Dataset(np.ones((3, 2)), np.ones(3), "many"), "'regression'.*got 'many'"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_digits_outside_a_clone(monkeypatch, tmp_path):
    monkeypatch.setattr(data.stored, "ROOT", tmp_path)
    with pytest.raises(FileNotFoundError, match="pip install -e"):
        data.digits()


def test_a_dataset_introduces_itself():
    assert repr(data.k_classes(20, k=3)) == "Dataset: 20 samples (x₁, x₂), classes: 0, 1, 2"
    assert repr(data.regression_plane(5)) == "Dataset: 5 samples (x₁, x₂), regression"


def test_what_was_measured_is_found_with_its_command_and_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(data.stored, "ROOT", tmp_path)
    monkeypatch.setattr(store, "MEASURED", tmp_path / "benchmarks" / "measured")
    store.MEASURED.parent.mkdir()
    store.store("widths", {"error": [0.5, 0.25]})
    found = data.measured("widths")
    assert found["error"] == [0.5, 0.25]
    assert found["command"] == "python -m benchmarks.widths"
    assert {"processor", "cores", "packages"} <= set(found["machine"])
    with pytest.raises(ValueError, match="unknown measurement 'depths'; did you mean 'widths'"):
        data.measured("depths")


def test_mnist_is_shuffled_and_complete():
    found = data.mnist()
    assert found.X.min() == 0 and found.X.max() == 1 and found.X.dtype == np.float32
    counts = np.bincount(found.y)
    assert counts.sum() == 10_000 and counts.min() > 850 and counts.max() < 1150
    for part in (found.y[:8000], found.y[8000:]):
        assert (np.bincount(part) / len(part) > 0.07).all()  # every digit in either part
    # the right way up: most ones are narrow and upright
    ones = found.X[found.y == 1].reshape(-1, 28, 28).mean(axis=0)
    assert (ones.max(axis=1) > 0.1).sum() > (ones.max(axis=0) > 0.1).sum()
    assert len(np.unique(found.X, axis=0)) == 10_000  # no digit in both parts


def test_mnist1d_has_ten_kinds_of_signal():
    found = data.mnist1d()
    assert found.X.shape == (5000, 40) and np.isfinite(found.X).all()
    assert (np.bincount(found.y) == 500).all()


def test_mnist1d_is_what_its_package_makes():
    arrays = runpy.run_path(str(ASSETS / "make_mnist1d.py"))["arrays"]()
    with np.load(ASSETS / "mnist1d.npz", allow_pickle=False) as stored:
        np.testing.assert_allclose(stored["x"], arrays["x"], atol=1e-5)
        np.testing.assert_array_equal(stored["y"], arrays["y"])


@pytest.mark.parametrize("name", data.PHOTOS)
def test_photos_are_those_of_scikit_learn(name):
    arrays = runpy.run_path(str(ASSETS / "make_photos.py"))["arrays"]()
    np.testing.assert_array_equal(np.rint(255 * data.photo(name)), arrays[name])
    with pytest.raises(ValueError, match="unknown photo 'cat'; known: china, flower"):
        data.photo("cat")
