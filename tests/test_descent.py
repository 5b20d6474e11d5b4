"""What notebook 05 descends on: every gradient and curvature against differences, 2/L, batches."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import data
from nnlib.descent import Curve, descend_in_batches, neuron_loss, squared_error
from nnlib.surfaces import descend
from tests.libraries import torch

EPS = 1e-5


def surfaces():
    x, y = np.array([0.0, 1.0, 2.0, -1.5]), np.array([1.0, 3.0, 2.0, 0.0])
    samples = data.three_or_eight()
    return [squared_error(x, y), neuron_loss(samples.X[:, 0], samples.y)]


@pytest.fixture(params=[0, 1], ids=["line", "neuron"])
def surface(request):
    return surfaces()[request.param]


def numeric(f, w):
    """Central differences of f along each component of w, stacked last."""
    steps = EPS * np.eye(2)
    return np.stack([(f(w + h) - f(w - h)) / (2 * EPS) for h in steps], axis=-1)


def test_gradient_and_hessian_agree_with_differences(surface):
    for w in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(surface.gradient(w), numeric(surface.value, w), rtol=1e-5)
        np.testing.assert_allclose(surface.hessian(w), numeric(surface.gradient, w), rtol=1e-5)


def test_the_minimum_is_one(surface):
    at = surface.minima[0]
    np.testing.assert_allclose(surface.gradient(at), 0, atol=1e-8)
    near = at + 0.01 * np.random.default_rng(0).normal(size=(100, 2))
    assert (surface.value(near) > surface.value(at)).all()
    assert surface.x[0] < at[0] < surface.x[1] and surface.y[0] < at[1] < surface.y[1]


def test_values_of_a_grid_are_those_of_its_points(surface):
    grid = np.random.default_rng(0).normal(size=(3, 4, 2))
    one_by_one = [[surface.value(w) for w in row] for row in grid]
    np.testing.assert_allclose(surface.value(grid), one_by_one)
    np.testing.assert_allclose(surface.gradient(grid)[1, 2], surface.gradient(grid[1, 2]))


def test_line_loss_is_the_sum_of_squares():
    x, y = np.random.default_rng(0).normal(size=(2, 6))
    J, (w, b) = squared_error(x, y), (0.3, -1.2)
    assert J.value(np.array([w, b])) == pytest.approx(np.sum((w * x + b - y) ** 2))
    np.testing.assert_allclose(J.minima[0], np.polyfit(x, y, 1))


def test_neuron_loss_is_nnlibs():
    samples = data.three_or_eight()
    J = neuron_loss(samples.X[:, 0], samples.y)
    layer, loss = nn.Dense(1, 1, init="zeros"), nn.BinaryCrossEntropy()
    layer.W.value[...], layer.b.value[...] = 0.7, -0.4
    assert J.value(np.array([0.7, -0.4])) == pytest.approx(
        loss(layer.forward(samples.X), samples.y)
    )


def test_neuron_loss_far_away_is_finite():
    with np.errstate(over="raise", invalid="raise"):
        J = surfaces()[1]
        assert np.isfinite(J.value(np.array([1e4, -1e4])))
        assert np.isfinite(J.gradient(np.array([-1e4, 1e4]))).all()


def test_neuron_loss_refuses_what_has_no_minimum():
    with pytest.raises(ValueError, match="no threshold"):
        neuron_loss(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0, 0, 1, 1]))


@pytest.mark.parametrize("share, settles", [(0.98, True), (1.02, False)])
def test_two_by_L_is_the_limit(surface, share, settles):
    """On the bowl, and on the neuron's loss, which is none."""
    lr = share * surface.limit
    path = descend(surface, surface.start, 3000, lambda p: nn.SGD(p, lr=lr))
    near = np.linalg.norm(path[-1] - surface.minima[0]) < 1e-2  # NaN is not near
    assert near == settles


# --------------------------------------------------------------------------------- one weight


@pytest.mark.parametrize("name", ["one valley", "two valleys"])
def test_curve(name):
    curve, w = Curve(name, 3.0), np.linspace(-2, 2, 9)
    slope = (curve.value(w + EPS) - curve.value(w - EPS)) / (2 * EPS)
    bend = (curve.slope(w + EPS) - curve.slope(w - EPS)) / (2 * EPS)
    np.testing.assert_allclose(curve.slope(w), slope, atol=1e-8)
    np.testing.assert_allclose(curve.curvature(w), bend, atol=1e-8)
    np.testing.assert_allclose(curve.slope(curve.minima), 0, atol=1e-12)
    assert (curve.curvature(curve.minima) > 0).all() and curve.limit == pytest.approx(2 / 3)
    assert curve.curvature(curve.minima[0]) == pytest.approx(3.0)
    assert curve.value(curve.minima[0]) == 0 and (curve.value(w) >= 0).all()


def test_curve_descends_for_many_rates_at_once():
    curve = Curve("one valley", 4.0)
    path = curve.descend(1.0, np.array([0.1, 0.25, 0.6]), 50)
    assert path.shape == (51, 3)
    np.testing.assert_allclose(path[3, 0], 0.6**3)
    assert path[1, 1] == 0 and np.isnan(path[-1, 2])


def test_an_unknown_curve_is_refused():
    with pytest.raises(ValueError, match="unknown curve 'hill'; known: one valley, two valleys"):
        Curve("hill")


# ------------------------------------------------------------------------------------ batches


def reference(x, y, start, lr, batch_size, epochs, seed):
    """The same with PyTorch, in the same order."""
    rng = np.random.default_rng(seed)
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimiser, path = torch.optim.SGD([w], lr=lr), [start]
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            i = order[k : k + batch_size]
            optimiser.zero_grad()
            z = w[0] * torch.tensor(x[i]) + w[1]
            target = torch.tensor(y[i], dtype=torch.float64)
            torch.nn.functional.binary_cross_entropy_with_logits(z, target).backward()
            optimiser.step()
            path.append(w.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("batch_size", [1, 4, 9, 21, 50])
def test_batches_go_as_in_pytorch(batch_size):
    """Both ways of computing it, with a last batch that is smaller, and with one too large."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=21), rng.integers(0, 2, 21)
    args = x, y, (-1.0, 0.5), 0.7, batch_size, 2, 5
    found = descend_in_batches(*args)
    assert len(found) == 1 + 2 * -(-21 // batch_size)
    np.testing.assert_allclose(found, reference(*args), atol=1e-12)


def test_all_samples_is_gradient_descent():
    samples = data.three_or_eight()
    x, y = samples.X[:, 0], samples.y
    J = neuron_loss(x, y)
    exact = descend(J, J.start, 6, lambda p: nn.SGD(p, lr=1.0))
    np.testing.assert_allclose(descend_in_batches(x, y, J.start, 1.0, 256, 6), exact, atol=1e-12)


def test_three_or_eight():
    samples = data.three_or_eight()
    assert samples.X.shape == (256, 1) and set(samples.y) == {0, 1}
    assert samples.X.mean() == pytest.approx(0, abs=1e-12) and samples.X.std() == pytest.approx(1)
    assert samples.X[samples.y == 1].mean() > 0.5 > 0 > samples.X[samples.y == 0].mean()
    with pytest.raises(ValueError, match="whole number from 2 to 357; got 400"):
        data.three_or_eight(400)
