"""Loss surfaces: slopes and curvatures against differences, minima, and paths known by formula."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.surfaces import SURFACES, descend, ravine

ALL = {**SURFACES, "turned": ravine(20, angle=30)}
EACH = pytest.mark.parametrize("surface", ALL.values(), ids=ALL)


def somewhere(surface, n=20):
    rng = np.random.default_rng(0)
    return rng.uniform((surface.x[0], surface.y[0]), (surface.x[1], surface.y[1]), (n, 2))


@EACH
def test_the_gradient_is_that_of_the_value(surface):
    h = 1e-5
    for w in somewhere(surface):
        ahead = [surface.value(w + h * e) - surface.value(w - h * e) for e in np.eye(2)]
        np.testing.assert_allclose(surface.gradient(w), np.array(ahead) / (2 * h), atol=1e-5)


@EACH
def test_the_hessian_is_that_of_the_gradient(surface):
    h = 1e-5
    for w in somewhere(surface):
        ahead = [surface.gradient(w + h * e) - surface.gradient(w - h * e) for e in np.eye(2)]
        np.testing.assert_allclose(surface.hessian(w), np.array(ahead) / (2 * h), atol=1e-4)


@EACH
def test_many_at_once_are_the_same_as_one_by_one(surface):
    w = somewhere(surface, 6).reshape(2, 3, 2)
    assert surface.value(w).shape == (2, 3) and surface.gradient(w).shape == (2, 3, 2)
    for i, j in np.ndindex(2, 3):
        assert surface.value(w)[i, j] == pytest.approx(float(surface.value(w[i, j])))
        np.testing.assert_allclose(surface.gradient(w)[i, j], surface.gradient(w[i, j]))


@EACH
def test_minima_are_minima_and_there_are_no_others(surface):
    values = surface.value(surface.minima)
    assert (np.diff(values) >= 0).all()
    for w in surface.minima:
        np.testing.assert_allclose(surface.gradient(w), 0, atol=1e-9)
        assert surface.curvatures(w)[0] > 0
    # Slowly down from everywhere: each path ends close to one of them (in Rosenbrock's valley it is
    # still on its way).
    w = somewhere(surface, 100)
    rate = 0.9 / max(surface.curvatures(v)[-1] for v in w)
    for _ in range(120_000 if surface.name == "Rosenbrock" else 3000):
        w = w - rate * surface.gradient(w)
    away = np.abs(w[:, None] - surface.minima).max(axis=2)
    assert (away.min(axis=1) < 0.05).all()
    assert len(set(away.argmin(axis=1))) == len(surface.minima)


@EACH
def test_start_and_minima_can_be_seen(surface):
    for w in (surface.start, *surface.minima):
        assert surface.x[0] < w[0] < surface.x[1] and surface.y[0] < w[1] < surface.y[1]


@EACH
def test_the_limit_is_where_gradient_descent_leaves_the_minimum(surface):
    near = surface.minima[0] + 1e-4
    for factor, stays in ((0.98, True), (1.02, False)):
        path = descend(surface, near, 2000, lambda p, f=factor: nn.SGD(p, lr=f * surface.limit))
        # Above the limit it cannot settle: it leaves, or jumps about the minimum for ever.
        assert (np.abs(path[-1] - surface.minima[0]).max() < 1e-4) == stays


def test_a_path_is_the_formula():
    eta, kappa = 0.08, 20
    path = descend(ravine(kappa), (-1.0, 1.0), 50, lambda p: nn.SGD(p, lr=eta))
    k = np.arange(51)
    np.testing.assert_allclose(path[:, 0], -((1 - eta) ** k), rtol=1e-12)
    np.testing.assert_allclose(path[:, 1], (1 - eta * kappa) ** k, rtol=1e-9)


def test_turning_the_ravine_turns_the_path():
    turn = np.deg2rad(30)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    start, sgd = np.array([-1.5, 0.4]), lambda p: nn.SGD(p, lr=0.06)
    straight = descend(ravine(20), start, 30, sgd)
    turned = descend(ravine(20, angle=30), start @ axes, 30, sgd)
    np.testing.assert_allclose(turned, straight @ axes, atol=1e-12)


def test_a_path_that_leaves_is_nan_from_there_without_a_warning():
    path = descend(SURFACES["Rosenbrock"], (-1.5, 2.0), 50, lambda p: nn.SGD(p, lr=0.1))
    finite = np.isfinite(path).all(axis=1)
    assert finite[0] and not finite[-1] and (np.diff(finite.astype(int)) <= 0).all()


def test_a_schedule_sets_the_rate_of_every_step():
    path = descend(ravine(1), (1.0, 0.0), 3, lambda p: nn.SGD(p), [0.5, 0.1, 0.0].__getitem__)
    np.testing.assert_allclose(path[:, 0], [1, 0.5, 0.45, 0.45])


def test_errors():
    with pytest.raises(ValueError, match="condition to be .* of at least 1; got 0.5"):
        ravine(0.5)
    with pytest.raises(ValueError, match=r"start of shape \(2,\); got \(3,\)"):
        descend(ravine(1), (1, 2, 3), 5, nn.SGD)
    with pytest.raises(ValueError, match="steps to be a whole number of at least 0; got -1"):
        descend(ravine(1), (1, 2), -1, nn.SGD)
