"""Folding paper: places by hand, a fold's slope, and that unfolding is the way back."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.folds import fold, layers_at, unfold, unfold_area
from nnlib.widgets.folding import PAPERS

# ------------------------------------------------------------------------------------------ folding


@pytest.mark.parametrize(
    ("point", "angle", "offset", "share", "lands"),
    [
        ((0.3, -0.8), 90, -0.5, 1.0, (0.3, -0.2)),  # 0.3 behind the crease, then 0.3 before it
        ((0.3, -0.4), 90, -0.5, 1.0, (0.3, -0.4)),  # it was before the crease
        ((0.1, 0.7), 0, 0.5, 0.5, (0.5, 0.7)),  # half way, the flap stands upright on the crease
        ((0.1, 0.7), 0, 0.5, 0.75, (0.7, 0.7)),
        ((0.1, 0.7), 0, 0.5, 0.0, (0.1, 0.7)),
        ((-0.2, -0.6), 45, 0, 1.0, (0.6, 0.2)),  # the mirror image at x₁ + x₂ = 0: (−x₂, −x₁)
        ((0.4, 0.1), 180, -0.3, 1.0, (0.2, 0.1)),  # the normal looks left: right of 0.3 is behind
    ],
)
def test_where_a_point_lands(point, angle, offset, share, lands):
    np.testing.assert_allclose(fold(np.array(point), angle, offset, share), lands, atol=1e-9)
    rows = fold(np.array([point] * 3), angle, offset, share)
    np.testing.assert_allclose(rows, [lands] * 3, atol=1e-9)


def test_a_fold_is_one_relu():
    """As a network: the point passes, and one ReLU adds its multiple of the normal."""
    angle, c = 33.0, 0.2
    n = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    X = np.random.default_rng(0).normal(size=(50, 2))
    relu = nn.ReLU()
    np.testing.assert_allclose(fold(X, angle, c), X + 2 * relu(c - X @ n)[:, None] * n)
    assert (fold(X, angle, c) @ n >= c - 1e-12).all()
    np.testing.assert_allclose(fold(fold(X, angle, c), angle, c), fold(X, angle, c))


@pytest.mark.parametrize(("share", "stretch"), [(1.0, -1.0), (0.75, -0.5), (0.5, 0.0), (0.0, 1.0)])
def test_the_slope_of_a_fold(share, stretch):
    """Before the crease nothing changes; behind it lengths along the normal are times 1 − 2s."""
    n = np.array([0.6, 0.8])
    angle, h = np.rad2deg(np.arctan2(0.8, 0.6)), 1e-6
    for at, wanted in [(n * 0.5, 1.0), (-n * 0.5, stretch)]:
        columns = [
            (fold(at + h * e, angle, 0, share) - fold(at - h * e, angle, 0, share)) / (2 * h)
            for e in np.eye(2)
        ]
        J = np.stack(columns, axis=1)
        np.testing.assert_allclose(J @ n, wanted * n, atol=1e-8)
        np.testing.assert_allclose(J @ [-0.8, 0.6], [-0.8, 0.6], atol=1e-8)  # along the crease


# ---------------------------------------------------------------------------------------- unfolding


def test_a_place_on_paper_folded_twice_was_four():
    copies = unfold([[0.3, 0.2]], [(0, 0), (90, 0)])[:, 0]
    assert sorted(copies.tolist()) == [[-0.3, -0.2], [-0.3, 0.2], [0.3, -0.2], [0.3, 0.2]]
    # Folded at 0.1, what was at −0.9 lies at 1.1, beyond the other half: one layer is there.
    there = unfold([[1.1, 0.0], [0.5, 0.0], [0.05, 0.0]], [(0, 0.1)])[:, :, 0]
    np.testing.assert_allclose(there, [[np.nan, 0.5, np.nan], [-0.9, -0.3, np.nan]])


@pytest.mark.parametrize("paper", PAPERS)
def test_unfolding_finds_all_places_and_only_those(paper):
    folds = PAPERS[paper]
    X = np.random.default_rng(1).uniform(-1, 1, size=(300, 2))
    at = X
    for angle, offset in folds:
        at = fold(at, angle, offset)
    copies = unfold(at, folds)  # (16, 300, 2)
    assert copies.shape == (16, 300, 2)
    home = np.abs(copies - X).max(axis=-1)
    assert np.nanmin(home, axis=0).max() < 1e-9  # where it came from is among them
    there = np.isfinite(copies).all(axis=-1)
    back = copies[there]
    for angle, offset in folds:
        back = fold(back, angle, offset)
    np.testing.assert_allclose(back, np.broadcast_to(at, copies.shape)[there], atol=1e-9)
    np.testing.assert_array_equal(layers_at(at, folds), there.sum(axis=0))


# ------------------------------------------------------------------------------------------- layers


def test_layers_by_hand():
    X = np.array([[0.05, 0.0], [0.5, 0.0], [1.1, 0.0], [1.25, 0.0], [0.5, 1.2]])
    assert layers_at(X, [(0, 0.1)]).tolist() == [0, 2, 1, 0, 0]
    assert layers_at(X, [(0, 0.1)], 0.0).tolist() == [1, 1, 0, 0, 0]  # not folded yet
    assert layers_at(X, []).tolist() == [1, 1, 0, 0, 0]


def test_paper_does_not_get_lost():
    """Layers times area is the area of the sheet, at every moment of a fold."""
    side = np.linspace(-2, 2, 401)
    cells = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2) + 0.0013
    for share in (0.3, 0.8, 1.0):
        area = layers_at(cells, [(0, 0.1)], share).sum() * 0.01**2
        # A flap on its way is foreshortened: seen from above it is narrower than it is.
        flap = 2 * 1.1
        assert abs(area - (4 - flap + flap * abs(2 * share - 1))) < 0.05


# -------------------------------------------------------------------------------------------- areas


def area(polygon):
    x, y = polygon.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_what_lies_behind_a_crease_lies_on_no_paper():
    square = np.array([[-0.2, 0.1], [0.2, 0.1], [0.2, 0.3], [-0.2, 0.3]])
    halves = unfold_area(square, [(0, 0)])
    assert len(halves) == 2
    assert {float(h[:, 0].min()) for h in halves} == {0.0, -0.2}
    assert unfold_area(square - [0.5, 0], [(0, 0)]) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_the_whole_plane_unfolds_to_the_whole_sheet(paper):
    """Each piece of paper is found once: the areas add up to that of the sheet, 4."""
    plane = 3.0 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    pieces = unfold_area(plane, PAPERS[paper])
    assert all(np.abs(p).max() <= 1 + 1e-9 for p in pieces)
    np.testing.assert_allclose(sum(area(p) for p in pieces), 4)


# -------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    "call",
    [
        lambda X, folds: fold(X, *folds[0]),
        unfold,
        layers_at,
        unfold_area,
    ],
)
def test_points_in_space_are_refused_and_not_folded_somehow(call):
    square = np.array([[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]])
    assert len(call(square, [(0, 0)])) > 0
    for X in (np.ones((3, 3)), np.ones((2, 1))):
        with pytest.raises(ValueError, match="mismatch"):
            call(X, [(0, 0)])
