"""nnlib.regions: counts that are known, and maps that are compared with the network itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib as nn
from nnlib import regions


def network(widths, seed, n_in=2, g=nn.ReLU, bias=1.0, n_out=1):
    rng, layers = np.random.default_rng(seed), []
    sizes = [n_in, *widths, n_out]
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        dense = nn.Dense(a, b, rng=rng, init="he")
        dense.b.value[...] = bias * rng.normal(size=b)
        layers += [dense, g()]
    return nn.Sequential(*layers[:-1])


def by_hand(W, b, v=None):
    """One hidden layer with these weights, its units weighted 1, 2, 3, … in the output."""
    W = np.array(W, dtype=float)
    model = nn.Sequential(nn.Dense(*W.shape), nn.ReLU(), nn.Dense(W.shape[1], 1))
    v = np.arange(1, W.shape[1] + 1) if v is None else v
    for parameter, value in zip(model.parameters(), (W, b, np.reshape(v, (-1, 1)), 0), strict=True):
        parameter.value[...] = value
    return model


def patterns(model, X):
    return np.concatenate([h > 0 for h in model.trace(X)[1:-1:2]], axis=1)


def inside(found, rng):
    """A random point inside each region: a mixture of its corners."""
    points = []
    for corners in found.polygons:
        share = rng.dirichlet(np.ones(len(corners)))
        points.append(0.9 * share @ corners + 0.1 * corners.mean(axis=0))
    return np.array(points)


# ------------------------------------------------------------------------- counts that are known


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9, 16])
def test_lines_in_general_position(n):
    for seed in range(4):
        found = regions.on_plane(network([n], seed), (-1e4, 1e4), (-1e4, 1e4))
        assert len(found) == found.n_linear == 1 + n + n * (n - 1) // 2 == regions.one_layer(n, 2)


def test_parallel_lines():
    found = regions.on_plane(by_hand(np.ones((2, 5)), [-1, -0.5, 0, 0.5, 1]))
    assert len(found) == found.n_linear == 6


def test_three_lines_through_one_point_make_six():
    found = regions.on_plane(by_hand([[1, 0, 1], [0, 1, 1]], [0, 0, 0]))
    assert len(found) == 6
    np.testing.assert_allclose(sorted(found.areas), [0.5] * 4 + [1, 1])


@pytest.mark.parametrize(("depth", "folds"), [(1, 2), (3, 2), (7, 2), (2, 3), (3, 5)])
def test_the_sawtooth(depth, folds):
    found = regions.on_segment(regions.folding(depth, 1, folds), [0], [1])
    assert len(found) == found.n_linear == folds**depth
    np.testing.assert_allclose(np.abs(found.slope), folds**depth)
    np.testing.assert_allclose(found.t, np.linspace(0, 1, folds**depth + 1), atol=1e-12)


@pytest.mark.parametrize(("depth", "folds"), [(1, 2), (2, 2), (4, 2), (2, 3)])
def test_the_folded_square(depth, folds):
    found = regions.on_plane(regions.folding(depth, 2, folds), (0, 1), (0, 1))
    assert len(found) == found.n_linear == folds ** (2 * depth)
    np.testing.assert_allclose(found.areas, 1 / len(found))
    assert found.counts == [folds ** (2 * k) for k in range(1, depth + 1)]


@pytest.mark.parametrize(("depth", "folds", "n"), [(1, 2, 4), (2, 2, 4), (2, 3, 5), (3, 2, 3)])
def test_montufars_bound_is_reached_by_his_construction(depth, folds, n):
    a = np.linspace(0.2, 0.2 + np.pi, n, endpoint=False)
    last = nn.Dense(2, n)
    last.W.value[...] = [np.cos(a), np.sin(a)]
    # Lines that touch a small circle round the middle: all their crossings are close to it.
    last.b.value[...] = -0.5 * last.W.value.sum(axis=0) + 0.03
    found = regions.on_plane(regions.folding(depth, 2, folds, last), (0, 1), (0, 1))
    assert len(found) == regions.lower_bound([2 * folds] * depth + [n], 2)


# ----------------------------------------------------------------- the pieces and the network


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(0, 10**6),
    st.sampled_from([nn.ReLU, nn.LeakyReLU, nn.PReLU]),
    st.integers(1, 2),
)
def test_each_polygon_has_the_networks_affine_map(widths, seed, g, n_out):
    model = network(widths, seed, g=g, n_out=n_out)
    rng = np.random.default_rng(seed)
    found = regions.on_plane(model, (-2, 1), (-1, 3))
    np.testing.assert_allclose(found.areas.sum(), 12, rtol=1e-9)
    assert (found.areas > 0).all()
    assert (found.corners >= [-2 - 1e-9, -1 - 1e-9]).all()
    assert (found.corners <= [1 + 1e-9, 3 + 1e-9]).all()
    at = inside(found, rng)
    np.testing.assert_allclose(found.values(at), model.forward(at), atol=1e-9)
    # LeakyReLU and PReLU keep the sign of z, so "on" means the same for them.
    np.testing.assert_array_equal(patterns(model, at), found.on)
    assert found.counts[-1] == len(found) >= found.n_linear >= 1
    assert found.counts == sorted(found.counts)
    assert len(found) <= regions.upper_bound(widths, 2)
    # Activation regions are convex, so no two of them have the same pattern.
    assert len(np.unique(found.on, axis=0)) == len(found)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(1, 3),
    st.integers(0, 10**6),
)
def test_each_piece_has_the_networks_line(widths, n_in, seed):
    model = network(widths, seed, n_in)
    rng = np.random.default_rng(seed)
    start, end = rng.normal(size=(2, n_in)) * 2
    found = regions.on_segment(model, start, end)
    share = rng.uniform(0.05, 0.95, len(found))
    t = found.t[:-1] + share * np.diff(found.t)
    X = start + t[:, None] * (end - start)
    line = found.slope * t[:, None] + found.value
    np.testing.assert_allclose(line, model.forward(X), atol=1e-9)
    np.testing.assert_array_equal(patterns(model, X), found.on)
    assert (found.on[1:] != found.on[:-1]).any(axis=1).all()
    assert found.layer[0] == found.layer[-1] == 0 and (found.layer[1:-1] > 0).all()
    # The layer that is named is the first whose units differ.
    ends = np.cumsum(widths)
    for k in range(len(found) - 1):
        first = np.flatnonzero(found.on[k] != found.on[k + 1])[0]
        assert found.layer[k + 1] == np.searchsorted(ends, first, side="right") + 1


@pytest.mark.parametrize("widths", [[6], [5, 5], [8, 8], [4, 4, 4, 4]])
def test_against_patterns_on_a_fine_grid(widths):
    at = (np.arange(700) + 0.5) / 350 - 1
    X = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    for seed in range(3):
        model = network(widths, seed)
        found = regions.on_plane(model)
        names = 2.0 ** np.arange(sum(widths))
        seen, often = np.unique(patterns(model, X) @ names, return_counts=True)
        known = found.on @ names
        assert np.isin(seen, known).all()  # a grid finds nothing that was not computed
        share = dict(zip(known, found.areas / 4, strict=True))
        for name, n in zip(seen, often, strict=True):
            assert abs(n / len(X) - share[name]) < 0.004
        missed = ~np.isin(known, seen)
        assert found.areas[missed].max(initial=0) < 2e-4  # and misses only slivers


def test_a_segment_runs_through_the_regions_of_the_plane():
    for seed in range(5):
        model = network([7, 7, 7], seed)
        plane = {tuple(row) for row in regions.on_plane(model).on}
        line = regions.on_segment(model, [-0.9, -0.7], [0.8, 0.95])
        assert {tuple(row) for row in line.on} <= plane
        edges = regions.on_plane(model, (-0.9, 0.8), (-0.01, 0.01))
        assert len(edges) >= 1


def test_a_slice_through_more_inputs():
    model = network([8, 8], 3, n_in=5)
    rng = np.random.default_rng(0)
    origin, axes = rng.normal(size=5), rng.normal(size=(2, 5))
    found = regions.on_plane(model, (-1, 1), (0, 2), origin=origin, axes=axes)
    at = inside(found, rng)
    np.testing.assert_allclose(found.values(at), model.forward(origin + at @ axes), atol=1e-9)


def test_all_inner_edges_are_shared():
    """What `n_linear` walks along: each edge that is not border has a neighbour on all of it."""
    for widths in ([5], [8, 8], [8] * 6):
        found = regions.on_plane(network(widths, 1))
        length, one, other = found._shared()
        after = found.corners[regions.plane._next(found.start)]
        whole = np.linalg.norm(after - found.corners, axis=1)[found.edge > 0].sum()
        np.testing.assert_allclose(2 * length.sum(), whole, rtol=1e-9)
        assert (one != other).all()
        differ = (found.on[one] != found.on[other]).sum(axis=1)
        assert (differ >= 1).all()


# ------------------------------------------------------------------------------ degenerate cases


def test_units_that_cut_nothing():
    one = by_hand([[1.0], [0.0]], [0.0])
    same = by_hand([[1, 1, -2], [0, 0, 0]], [0, 0, 0])
    zero = by_hand([[1, 0, 0], [0, 0, 0]], [0, 1, -1])
    far = by_hand([[1, 1, 1], [0, 1, 0]], [0, 9, -9])
    touches = by_hand([[1, 1, 1], [0, 1, 0]], [0, -2, -1])  # a corner, and along a border
    for model in (one, same, zero, far, touches):
        found = regions.on_plane(model)
        assert len(found) == 2
        np.testing.assert_allclose(found.areas, 2)
    all_zero = by_hand(np.zeros((2, 3)), [0, 0, 0])
    assert len(regions.on_plane(all_zero)) == 1
    assert len(regions.on_segment(all_zero, [0, 0], [1, 1])) == 1


def test_cuts_closer_than_the_tolerance_are_one():
    found = regions.on_plane(by_hand([[1, 1], [0, 0]], [0, 1e-12]))
    assert len(found) == 2
    found = regions.on_plane(by_hand([[1, 1], [0, 0]], [0, 1e-6]))
    assert len(found) == 3 and abs(found.areas.min() - 2e-6) < 1e-12
    assert len(regions.on_segment(by_hand([[1, 1]], [-0.5, -0.5 - 1e-12]), [0], [1])) == 2
    assert len(regions.on_segment(by_hand([[1, 1]], [-0.5, -0.5 - 1e-6]), [0], [1])) == 3


def test_a_line_through_two_corners():
    found = regions.on_plane(by_hand([[1.0], [-1.0]], [0.0]))
    np.testing.assert_allclose(found.areas, [2, 2])
    assert sorted(len(p) for p in found.polygons) == [3, 3]
    drawn = found.edge == 1
    assert drawn.sum() == 2
    ends = np.stack([found.corners, found.corners[regions.plane._next(found.start)]])[:, drawn]
    np.testing.assert_allclose(ends[..., 0], ends[..., 1])  # both along x₁ = x₂


def test_linear_regions_are_fewer_where_nobody_listens():
    deaf = by_hand([[1, 0], [0, 1]], [0, 0], v=[1, 0])
    found = regions.on_plane(deaf)
    assert (len(found), found.n_linear) == (4, 2)
    segment = regions.on_segment(deaf, [-1, -0.5], [1, 1])
    assert (len(segment), segment.n_linear, len(segment.kinks)) == (3, 2, 1)
    dead = by_hand([[1, 0], [0, 1]], [0, 0], v=[0, 0])
    assert regions.on_plane(dead).n_linear == 1
    # A hat is 0 to its left and to its right: the same function, but not the same region.
    hat = by_hand([[1, 1, 1], [0, 0, 0]], [0.5, 0, -0.5], v=[1, -2, 1])
    assert regions.on_plane(hat).n_linear == 4
    assert regions.on_segment(hat, [-1, 0], [1, 0]).n_linear == 4


# ------------------------------------------------------------------------------------ bounds


def test_bounds_by_hand():
    assert [regions.one_layer(n, 2) for n in range(5)] == [1, 2, 4, 7, 11]
    assert [regions.one_layer(n, 1) for n in range(4)] == [1, 2, 3, 4]
    assert regions.one_layer(4, 9) == 2**4  # in enough dimensions every pattern occurs
    assert regions.lower_bound([5, 7, 6], 2) == 2**2 * 3**2 * (1 + 6 + 15)
    assert regions.upper_bound([1, 8], 2) == 2 * 9  # one unit leaves one dimension
    assert regions.lower_bound([9], 2) == regions.upper_bound([9], 2) == regions.one_layer(9, 2)


@given(st.lists(st.integers(3, 12), min_size=1, max_size=5), st.integers(1, 3))
def test_the_lower_bound_is_below_the_upper(widths, d):
    assert 1 <= regions.lower_bound(widths, d) <= regions.upper_bound(widths, d)
    assert regions.upper_bound(widths, d) <= 2 ** sum(widths)


# ------------------------------------------------------------------------------------ errors


def test_wrong_input_is_told():
    model = network([3], 0)
    with pytest.raises(ValueError, match=r"shape \(2,\); got \(3,\)"):
        regions.on_segment(model, [0, 0, 0], [1, 1])
    with pytest.raises(ValueError, match="two different points"):
        regions.on_segment(model, [0, 0], [0, 0])
    with pytest.raises(TypeError, match=r"LeakyReLU, PReLU, Linear; got Tanh\(\)"):
        regions.on_plane(network([3], 0, g=nn.Tanh))
    with pytest.raises(TypeError, match="begins with Dense"):
        regions.on_plane(nn.Sequential(nn.ReLU()))
    with pytest.raises(ValueError, match="origin and axes for a network of 3 inputs"):
        regions.on_plane(network([3], 0, n_in=3))
    with pytest.raises(ValueError, match="u and v as"):
        regions.on_plane(model, (1, -1))
    with pytest.raises(ValueError, match=r"axes of shape \(2, 2\); got"):
        regions.on_plane(model, origin=[0, 0], axes=[1, 0])
    with pytest.raises(ValueError, match="do not lie on one line"):
        regions.on_plane(model, origin=[0, 0], axes=[[1, 0], [2, 0]])
    with pytest.raises(ValueError, match="at least 2, the inputs"):
        regions.lower_bound([4, 1], 2)
    with pytest.raises(ValueError, match="widths as a list, one for each hidden layer; got"):
        regions.upper_bound([], 2)
    with pytest.raises(ValueError, match="one_layer expects . to be a whole number"):
        regions.one_layer(2.5, 2)
    with pytest.raises(ValueError, match="folds"):
        regions.folding(2, 2, 1)


def test_layers_inside_layers_and_without_bias():
    plain = nn.Sequential(nn.Dense(2, 4, rng=0, bias=False), nn.ReLU())
    model = nn.Sequential(plain, nn.Linear(), nn.Dense(4, 1, rng=1, bias=False))
    found = regions.on_plane(model)
    assert len(found) == 8  # four lines through the origin
    np.testing.assert_allclose(found.values(found.centres), model.forward(found.centres))


def test_without_hidden_layers_there_is_one_region():
    model = nn.Sequential(nn.Dense(2, 1, rng=0))
    assert len(regions.on_plane(model)) == len(regions.on_segment(model, [0, 0], [1, 1])) == 1
