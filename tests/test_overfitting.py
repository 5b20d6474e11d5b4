"""Stacked networks, thinned networks, and the noisy wave."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.overfitting import GRID, WaveFits, bias_and_variance, noisy_wave, wave
from nnlib.stack import DenseStack, Stack
from nnlib.thinned import all_masks, probability, thinned

# ----------------------------------------------------------------------------------- stacked


def test_a_stack_learns_as_its_networks_would_alone():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3, 7, 2)), rng.normal(size=(3, 7, 1))
    stack = Stack(3, [2, 5, 1], rng=1, dtype="float64")
    alone = []
    for m in range(3):
        net = nn.Sequential(nn.Dense(2, 5), nn.Tanh(), nn.Dense(5, 1))
        for mine, theirs in zip(net.parameters(), stack.model.parameters(), strict=True):
            mine.value[...] = theirs.value[m].reshape(mine.shape)
        alone.append((net, nn.Adam(net.parameters(), lr=0.05, l2=0.02)))
    adam, loss = nn.Adam(stack.model.parameters(), lr=0.05, l2=0.02), nn.MSE("none")
    for _ in range(30):
        losses = stack.step(loss, adam, X, y)
        single = [nn.step(net, nn.MSE(), o, X[m], y[m]) for m, (net, o) in enumerate(alone)]
        np.testing.assert_allclose(losses, single, rtol=1e-9)
    for m, (net, _) in enumerate(alone):
        for mine, theirs in zip(net.parameters(), stack.model.parameters(), strict=True):
            np.testing.assert_allclose(theirs.value[m].reshape(mine.shape), mine.value, rtol=1e-8)


def test_a_stack_with_several_classes_learns_as_its_networks_would_alone():
    rng, eye = np.random.default_rng(0), np.eye(3)
    X, y = rng.normal(size=(2, 6, 4)), rng.integers(0, 3, (2, 6))
    stack = Stack(2, [4, 3], rng=1, dtype="float64")
    net = nn.Sequential(nn.Dense(4, 3))
    net[0].W.value[...] = stack.model[0].W.value[1]
    loss = nn.SoftmaxCrossEntropy("none")
    losses = stack.step(loss, nn.SGD(stack.model.parameters(), lr=0.5), X, eye[y])
    single = nn.step(net, nn.SoftmaxCrossEntropy(), nn.SGD(net.parameters(), lr=0.5), X[1], y[1])
    assert losses[1] == pytest.approx(single, rel=1e-12)
    np.testing.assert_allclose(stack.model[0].W.value[1], net[0].W.value, rtol=1e-12)


@pytest.mark.parametrize("shape", [(5, 2), (3, 5, 2)])
def test_gradients_of_a_stack(shape):
    x = np.random.default_rng(0).normal(size=shape)
    model = nn.Sequential(DenseStack(3, 2, 4, rng=0), nn.Tanh(), DenseStack(3, 4, 2, rng=1))
    assert nn.gradcheck(model, x) < 1e-6


def test_a_stack_says_what_it_expects():
    for wrong in (np.ones((5, 3)), np.ones((2, 5, 2)), np.ones(2)):
        with pytest.raises(ValueError, match=r"expects X of shape \(N, 2\) or \(3, N, 2\); got"):
            DenseStack(3, 2, 4).forward(wrong)


# ----------------------------------------------------------------------------------- thinned


def network(*rates):
    layers = [nn.Dense(2, 3, rng=1)]
    for k, rate in enumerate(rates):
        layers += [nn.ReLU(), nn.Dropout(rate, rng=k), nn.Dense(3, 3, rng=2 + k)]
    return nn.Sequential(*layers)


def test_a_thinned_network_is_what_dropout_leaves():
    model, x = network(0.4, 0.7), np.array([0.3, -1.2])
    for _ in range(5):
        said = model.forward(x[None], train=True)[0]
        mask = np.concatenate([model[2].mask[0], model[5].mask[0]]) > 0
        np.testing.assert_allclose(thinned(model, x, mask[None] * 1)[0], said, rtol=1e-12)


def test_the_paper_scales_in_evaluation_and_inverted_dropout_in_training():
    model, x = network(0.5), np.array([0.3, 1.2])
    b = model[3].b.value
    masks = all_masks(3)
    inverted, plain = thinned(model, x, masks), thinned(model, x, masks, scale=False)
    np.testing.assert_allclose((inverted - b) * 0.5, plain - b, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_mean_is_the_evaluation_where_a_sum_follows_and_not_elsewhere(rate):
    x = np.array([-1.5, 1.0])
    one, two = network(rate), network(rate, rate)
    masks = all_masks(3)
    mean = probability(masks, rate) @ thinned(one, x, masks)
    np.testing.assert_allclose(mean, one.forward(x[None])[0], atol=1e-12)
    masks = all_masks(6)
    mean = probability(masks, rate) @ thinned(two, x, masks)
    assert np.abs(mean - two.forward(x[None])[0]).max() > 1e-3


def test_every_mask_once_and_their_probabilities_add_up():
    for n in (0, 1, 5, 10):
        masks = all_masks(n)
        assert len(np.unique(masks, axis=0)) == len(masks) == 2**n
        for rate in (0.0, 0.2, 1.0):
            assert probability(masks, rate).sum() == pytest.approx(1)
    assert probability(all_masks(10), 0.2)[-1] == pytest.approx(0.8**10)
    assert probability(all_masks(3), 0.0).tolist() == [0] * 7 + [1]


@pytest.mark.parametrize("n", [-1, 17])
def test_too_many_masks(n):
    with pytest.raises(ValueError, match=f"from 0 to 16; got {n}"):
        all_masks(n)


@pytest.mark.parametrize("n", [2, 4, 7])
def test_masks_that_do_not_fit(n):
    with pytest.raises(ValueError, match=f"got shape .*{n}"):
        thinned(network(0.5, 0.5), [1.0, 2.0], np.ones((1, n), int))


# ----------------------------------------------------------------------------------- the wave


def test_more_samples_begin_with_the_fewer_and_noise_shifts_each_in_its_direction():
    x, y = noisy_wave(10, 0.3, rng=4)
    more_x, more_y = noisy_wave(25, 0.3, rng=4)
    assert (more_x[:10] == x).all() and (more_y[:10] == y).all()
    _, louder = noisy_wave(10, 0.6, rng=4)
    np.testing.assert_allclose(louder - wave(x), 2 * (y - wave(x)), atol=1e-12)
    with pytest.raises(ValueError, match="n to be a whole number of at least 1; got 0"):
        noisy_wave(0)


def test_the_test_loss_is_that_of_new_samples():
    fits = WaveFits(*noisy_wave(15, rng=3), epochs=[40])
    fits.finish()
    x, y = noisy_wave(20_000, rng=99)
    drawn = ((fits(x)[0] - y) ** 2).mean()
    assert fits.test[0][0] == pytest.approx(drawn, rel=0.03)
    x, y = fits.x[0], fits.y[0]
    assert fits.train[0][0] == pytest.approx(((fits(x)[0] - y) ** 2).mean(), rel=1e-4)


def test_learning_by_heart_and_what_helps():
    """The story of the notebook, over eight choices of samples at once."""
    drawn = np.array([noisy_wave(15, rng=s) for s in range(8)]).swapaxes(0, 1)

    def end(**how):
        fits = WaveFits(*drawn, **how)
        fits.finish()
        return np.median(fits.train[-1]), np.median(fits.test[-1]), fits

    train, test, fits = end()
    assert train < 0.03 and test > 0.25
    assert np.mean(fits.test[fits.best]) < 0.2 < np.mean(fits.test[-1])
    for help in ({"l2": 0.003}, {"rate": 0.3}):
        less, better, _ = end(**help)
        assert less > train and better < 0.7 * test


def test_bias_and_variance_are_all_there_is():
    curves = np.random.default_rng(0).normal(size=(4, 7, len(GRID)))
    bias2, variance = bias_and_variance(curves)
    assert bias2.shape == variance.shape == (4,)
    total = ((curves - wave(GRID)) ** 2).mean(axis=(-2, -1))
    np.testing.assert_allclose(bias2 + variance, total, rtol=1e-12)


def test_thinned_networks_of_the_wave():
    fits = WaveFits(*np.array([noisy_wave(12, rng=s) for s in (0, 1)]).swapaxes(0, 1), rate=0.4,
                    epochs=[60])  # fmt: skip
    fits.finish()
    said = fits.thinned(GRID, 4000, rng=0)
    assert said.shape == (4000, 2, len(GRID))
    error = said.std(axis=0) / 4000**0.5  # of the mean
    assert (np.abs(said.mean(axis=0) - fits(GRID)) < 5 * error + 1e-4).all()
    # The same as the layers do it, with the mask that the same numbers draw.
    kept = np.random.default_rng(0).random((4000, 2, 64)) >= 0.4
    dense, tanh, _, out = fits.stack.model
    h = tanh(dense(GRID[:, None])) * kept[7][:, None] / 0.6
    np.testing.assert_allclose(said[7], out(h)[..., 0], atol=1e-5)


def test_samples_that_do_not_fit():
    with pytest.raises(ValueError, match="x and y of one shape"):
        WaveFits(np.zeros(3), np.zeros(4))


def test_the_measurement_is_of_what_the_explorers_show():
    from benchmarks import overfitting as script

    found = nn.data.measured("overfitting")
    assert found["default"] == script.DEFAULT and found["seeds"] == script.SEEDS
    for what, values in script.WAVES.items():
        rows = found["waves"][what]
        assert rows["values"] == values
        assert np.shape(rows["test"]) == (len(values), 3)
        # Where the changed thing stands as always, all rows tell of the same 40 trainings.
        same = values.index(script.DEFAULT[what])
        assert rows["test"][same] == found["waves"]["n"]["test"][3]
    assert list(found["digits"]) == list(script.SITUATIONS)
    for rows in found["digits"].values():
        assert all(len(right) == script.COPIES for right in rows.values())
        assert len(rows) == 2 + sum(map(len, script.HELP.values()))
