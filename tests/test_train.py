"""Training: one step by hand, whose turn it is, what is recorded, and changes in mid-run."""

import io
import math
import re
import sys
from contextlib import redirect_stderr

import numpy as np
import pytest

from nnlib import (
    MSE,
    OPTIMIZERS,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Record,
    ReLU,
    Run,
    Sequential,
    SoftmaxCrossEntropy,
    Tanh,
    accuracy,
    fit,
    step,
    train,
)
from nnlib.train import RECORDS, diagnose
from tests.libraries import LIBRARIES, array, close, of_library, put

pytestmark = pytest.mark.filterwarnings("error")


def network(*widths, rng=0, dtype="float64", activation=Tanh):
    rng, layers = np.random.default_rng(rng), []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, dtype=dtype), activation()]
    return Sequential(*layers[:-1])


def circle(n=60, seed=0):
    """Two classes in the plane, inside and outside."""
    X = np.random.default_rng(seed).normal(size=(n, 2))
    return X, (np.hypot(*X.T) < 1.1).astype(int)


class Spy(Layer):
    """Lets everything through and keeps a list of it."""

    def __init__(self):
        self.seen = []

    def forward(self, x, *, train=False):
        self.seen.append((np.array(x), train))
        return x

    def backward(self, dy):
        return dy

    def learned_from(self):
        return [x.ravel().tolist() for x, train in self.seen if train]


def spied(n, **options):
    """A run on the samples 0 … n − 1, and who sees them."""
    spy = Spy()
    model = Sequential(spy, Dense(1, 1, init="zeros"))
    X = np.arange(float(n))[:, None]
    return spy, Run(model, MSE(), SGD(model.parameters(), lr=0), X, X[:, 0], **options)


def weights(model):
    return np.concatenate([np.array(p.value).ravel() for p in model.parameters()])


# -------------------------------------------------------------------------------------- one step


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_step_by_hand(library):
    """w = 2, b = 1, x = 3, y = 5: z = 7, L = 4, dz = 4, dw = 12, db = 4; η = ½."""
    model = Sequential(Dense(1, 1))
    model[0].W.value[...], model[0].b.value[...] = 2.0, 1.0
    put(model, library)
    sgd = SGD(model.parameters(), lr=0.5)
    x, y = array([[3.0]], library), array([5.0], library)
    assert float(step(model, MSE(), sgd, x, y)) == 4
    close(model[0].W.value, [[2 - 6]], 1e-15)
    close(model[0].b.value, [1 - 2], 1e-15)
    assert float(step(model, MSE(), sgd, x, y)) == 324  # z = −4·3 − 1 = −13, and (−13 − 5)²


def test_a_step_trains_with_dropout_and_takes_lists():
    model = Sequential(Dense(1, 50, rng=0), Dropout(0.5, rng=0), Dense(50, 1, rng=1))
    assert math.isfinite(step(model, MSE(), SGD(model.parameters(), lr=0.1), [[1.0]], [2.0]))
    assert model[1].mask is not None and 5 < (model[1].mask == 0).sum() < 45


# ---------------------------------------------------------------------------------- whose turn


def test_every_sample_once_in_an_epoch_and_in_a_new_order_each_time():
    spy, run = spied(10, batch_size=4, rng=0)
    run.step(6)
    batches = spy.learned_from()
    assert [len(b) for b in batches] == [4, 4, 2, 4, 4, 2]
    first, second = sum(batches[:3], []), sum(batches[3:], [])
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second != list(range(10))
    assert run.epoch == pytest.approx(2) and run.batches_per_epoch == 3


def test_targets_travel_with_their_samples():
    """w = 0, b = 0 and y = x: the gradient of each batch of one tells which target it had."""
    spy, run = spied(7, batch_size=1, rng=1)
    for _ in range(7):
        run.step()
        (x,) = spy.learned_from()[-1]
        assert float(run.model[1].b.grad[0]) == 2 * (0 - x)


def test_the_given_order_without_shuffling():
    spy, run = spied(5, batch_size=2, shuffle=False)
    run.step(6)
    assert spy.learned_from() == [[0, 1], [2, 3], [4]] * 2


def test_a_batch_larger_than_the_data_is_all_of_it():
    spy, run = spied(3, batch_size=99, shuffle=False)
    run.step(2)
    assert spy.learned_from() == [[0, 1, 2]] * 2 and run.epoch == 2


def test_another_batch_size_in_mid_epoch():
    spy, run = spied(10, batch_size=5, shuffle=False)
    run.step()
    run.batch_size = 2
    run.step(3)
    assert spy.learned_from() == [[0, 1, 2, 3, 4], [5, 6], [7, 8], [9]]
    assert run.epoch == pytest.approx(1)


def test_steps_one_by_one_or_all_at_once():
    runs = [spied(10, batch_size=3, rng=5) for _ in range(2)]
    for _ in range(9):
        runs[0][1].step()
    runs[1][1].step(9)
    assert runs[0][0].learned_from() == runs[1][0].learned_from()


@pytest.mark.parametrize(
    "library", ["numpy", "torch", pytest.param("torch:cuda", marks=pytest.mark.gpu)]
)
def test_against_the_loop_that_one_would_write(library):
    """`Run` is nothing but `step`, batch by batch, in the order of its random generator."""
    X, y = circle(23)
    model, by_hand = (put(network(2, 5, 1), library) for _ in range(2))
    adam = Adam(by_hand.parameters(), lr=0.01)
    rng = np.random.default_rng(4)
    for _ in range(3):
        order = rng.permutation(23)
        for start in range(0, 23, 8):
            batch = order[start : start + 8]
            step(by_hand, BinaryCrossEntropy(), adam, array(X[batch], library), y[batch])
    run = Run(model, BinaryCrossEntropy(), Adam(model.parameters(), lr=0.01), X, y,
              batch_size=8, rng=4)  # fmt: skip
    run.step(9)
    for p, q in zip(model.parameters(), by_hand.parameters(), strict=True):
        assert of_library(p.value, library)
        close(p.value, q.value, 1e-12)


# --------------------------------------------------------------------------------- what is told


def test_the_record_of_an_epoch():
    X, y = circle()
    model = network(2, 4, 3, 1)
    (record,) = fit(model, X[:40], y[:40], loss=BinaryCrossEntropy(),
                    optimizer=SGD(model.parameters(), lr=0.1), epochs=1, batch_size=10,
                    validation=(X[40:], y[40:]), rng=0)  # fmt: skip
    assert isinstance(record, Record) and record.epoch == 1 and not record.diverged
    z, val = model.forward(X[:40]), model.forward(X[40:])
    assert record.loss == pytest.approx(float(BinaryCrossEntropy()(z, y[:40])), rel=1e-12)
    assert record.val_loss == pytest.approx(float(BinaryCrossEntropy()(val, y[40:])), rel=1e-12)
    assert record.accuracy == accuracy(BinaryCrossEntropy(), z, y[:40])
    assert record.val_accuracy == accuracy(BinaryCrossEntropy(), val, y[40:])
    assert [g.units for g in record.gradients] == [4, 3, 1]
    assert [g.dead for g in record.gradients] == [0, 0, None]
    norms = [np.linalg.norm(layer.W.grad) for layer in model if hasattr(layer, "W")]
    np.testing.assert_allclose(record.grad_norms, norms, rtol=1e-12)
    assert all(isinstance(v, float) for v in (record.loss, record.val_loss, *record.grad_norms))


def test_without_validation_there_is_nothing_to_say_about_it():
    X, y = circle()
    model = network(2, 1)
    record = next(fit(model, X, y, loss=BinaryCrossEntropy(), optimizer=SGD(model.parameters())))
    assert record.val_loss is None and record.val_accuracy is None
    assert record.gradients[0].dead is None


def test_dead_units_are_counted():
    """Of three ReLUs one is never on, one always, one sometimes; of two tanh one is flat."""
    model = Sequential(Dense(1, 3), ReLU(), Dense(3, 2), Tanh(), Dense(2, 1))
    model[0].W.value[...], model[0].b.value[...] = 1.0, [-9.0, 9.0, 0.0]
    model[2].W.value[...], model[2].b.value[...] = 0.0, [0.5, 30.0]
    run = Run(model, MSE(), SGD(model.parameters()), [[-1.0], [1.0]], [0, 0])
    gradients = run.measure().gradients
    assert [(g.dead, g.units) for g in gradients] == [(1, 3), (1, 2), (None, 1)]


def pictures(n=11, dtype="float64"):
    """(network, X, y): a convolution of which one map is dead, and pictures to look at."""
    rng = np.random.default_rng(3)
    conv = Conv2D(1, 3, 3, rng=rng, dtype=dtype)
    conv.b.value[...] = -100, 0, 0.1
    model = Sequential(conv, ReLU(), Flatten(), Dense(48, 4, rng=rng, dtype=dtype))
    return model, rng.normal(size=(n, 6, 6, 1)).astype(dtype), rng.integers(0, 4, n)


@pytest.mark.parametrize("n", [8, 10, 11])  # two full batches, a last one of two, and of three
def test_pictures_are_measured_in_batches_and_nothing_changes(monkeypatch, n):
    def measured():
        model, X, y = pictures(n)
        run = Run(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1), X, y, rng=0,
                  validation=(X[:7], y[:7]))  # fmt: skip
        run.step(3)
        return run.measure(), run

    whole, _ = measured()
    sizes, forward = [], Conv2D.forward
    monkeypatch.setattr(sys.modules["nnlib.train"], "PICTURES", 4)
    monkeypatch.setattr(
        Conv2D, "forward", lambda self, x, **k: (sizes.append(len(x)), forward(self, x, **k))[1]
    )
    parts, run = measured()
    assert max(sizes[-3:]) <= 4  # nothing goes through as a whole
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12)
    _, X, y = pictures(n)
    assert parts.accuracy == (run.model(X).argmax(axis=1) == y).mean()
    assert [g.dead for g in parts.gradients] == [g.dead for g in whole.gradients]


def test_a_feature_map_is_one_unit_and_lives_if_it_does_so_in_any_batch(monkeypatch):
    monkeypatch.setattr(sys.modules["nnlib.train"], "PICTURES", 2)
    model, X, y = pictures()
    X[1:] = 0
    model[0].b.value[2] = -0.1  # fires for the first picture alone
    model[0].W.value[..., 2] = 1
    X[0] = 1
    run = Run(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1), X, y)
    assert run.measure().gradients[0].units == 3
    model[0].W.value[..., 1], model[0].b.value[1] = 0, -1
    assert [g.dead for g in run.measure().gradients] == [2, None]


def test_same_seed_same_history():
    def history(seed):
        X, y = circle()
        model = Sequential(Dense(2, 8, rng=1), Dropout(0.2, rng=2), Tanh(), Dense(8, 1, rng=3))
        adam = Adam(model.parameters(), lr=0.02)
        return list(fit(model, X, y, loss=BinaryCrossEntropy(), optimizer=adam, epochs=4, rng=seed))

    assert history(0) == history(0) != history(1)


def test_measuring_uses_no_dropout_and_learns_nothing():
    X, y = circle()
    model = Sequential(Dense(2, 8, rng=1), Dropout(0.5, rng=2), Tanh(), Dense(8, 1, rng=3))
    run = Run(model, BinaryCrossEntropy(), SGD(model.parameters()), X, y, validation=(X, y))
    before = weights(model)
    one, two = run.measure(), run.measure()
    assert one.loss == two.loss == one.val_loss and (weights(model) == before).all()
    assert run.history == [one, two]


def test_validation_is_never_learned_from_and_no_data_is_changed():
    spy = Spy()
    model = Sequential(spy, Dense(1, 1, rng=0))
    X, y = np.arange(5.0)[:, None], np.arange(5.0)
    valid = np.array([[77.0]]), np.array([3.0])
    kept = [a.copy() for a in (X, y, *valid)]
    sgd = SGD(model.parameters(), lr=0.01)
    for _ in fit(model, X, y, loss=MSE(), optimizer=sgd, epochs=3, validation=valid, rng=0):
        pass
    assert [77] in [x.ravel().tolist() for x, _ in spy.seen]
    assert all(77 not in batch for batch in spy.learned_from())
    assert all((a == b).all() for a, b in zip((X, y, *valid), kept, strict=True))


def test_fit_stops_where_one_stops_and_starts_when_one_starts():
    X, y = circle()
    model = network(2, 1)
    before = weights(model)
    records = fit(model, X, y, loss=BinaryCrossEntropy(), optimizer=SGD(model.parameters()))
    assert (weights(model) == before).all()
    epochs = []
    for record in records:
        epochs.append(record.epoch)
        if record.epoch == 3:
            break
    assert epochs == [1, 2, 3]
    assert next(records).epoch == 4, "and goes on where it was"


def test_train_is_fit_to_the_end():
    X, y = circle()
    found = []
    for go in (train, lambda *a, **k: list(fit(*a, **k))):
        model = network(2, 4, 1)
        with redirect_stderr(io.StringIO()) as bar:
            found.append(go(model, X, y, loss=BinaryCrossEntropy(), rng=0, epochs=5,
                            optimizer=SGD(model.parameters(), lr=0.1)))  # fmt: skip
        assert bar.getvalue() == "", "five epochs take no two seconds"
    assert found[0] == found[1] and len(found[0]) == 5


def test_history_keeps_its_first_and_its_last_and_has_an_end():
    _, run = spied(2)
    for k in range(RECORDS + 10):
        run.epoch = float(k)
        run.measure()
    epochs = [r.epoch for r in run.history]
    assert len(epochs) <= RECORDS and epochs == sorted(epochs)
    assert epochs[0] == 0 and epochs[-1] == RECORDS + 9


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_circle_is_learned(name, dtype):
    X, y = circle(120)
    model = network(2, 8, 8, 1, dtype=dtype)
    lr = {"sgd": 0.5, "rmsprop": 0.01, "adam": 0.02}.get(name, 0.1)
    optimizer = OPTIMIZERS[name](model.parameters(), lr=lr)
    records = train(model, X, y, loss=BinaryCrossEntropy(), optimizer=optimizer, epochs=80,
                    batch_size=10, rng=0)  # fmt: skip
    assert records[-1].accuracy > 0.95 and records[-1].loss < 0.5 * records[0].loss
    assert all(p.value.dtype == dtype for p in model.parameters())


def test_four_classes_and_a_regression_are_learned():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    quarter = 2 * (X[:, 0] > 0) + (X[:, 1] > 0)
    model = network(2, 8, 4)
    records = train(model, X, quarter, loss=SoftmaxCrossEntropy(), epochs=60, rng=0,
                    optimizer=Adam(model.parameters(), lr=0.03))  # fmt: skip
    assert records[-1].accuracy > 0.95
    model = network(2, 8, 1)
    records = train(model, X, X[:, 0] * X[:, 1], loss=MSE(), epochs=100, rng=0,
                    optimizer=Adam(model.parameters(), lr=0.03))  # fmt: skip
    assert records[-1].accuracy > 0.95


# ------------------------------------------------------------------------------ changes in mid-run


def live(**options):
    X, y = circle()
    model = network(2, 6, 1)
    return Run(model, BinaryCrossEntropy(), SGD(model.parameters(), lr=0.3), X, y,
               batch_size=10, rng=0, **options)  # fmt: skip


def test_the_learning_rate_takes_effect_at_once():
    run = live()
    run.step(3)
    before = weights(run.model)
    run.optimizer.lr = 0
    run.step(7)
    assert (weights(run.model) == before).all()
    run.optimizer.lr = 0.3
    run.step()
    assert (weights(run.model) != before).all()


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_penalties_take_effect_at_once(penalty):
    run = live()
    run.step(6)
    size = np.abs(weights(run.model)).sum()
    setattr(run.optimizer, penalty, 0.5)
    run.step(60)
    assert np.abs(weights(run.model)).sum() < 0.2 * size


def test_to_another_optimiser_and_back():
    run, start = live(), live()
    sgd = run.optimizer
    run.step(5)
    run.optimizer = Adam(run.model.parameters(), lr=0.01)
    before = weights(run.model)
    run.step()
    np.testing.assert_allclose(np.abs(weights(run.model) - before), 0.01, rtol=1e-3)
    run.optimizer = sgd  # its vectors are no longer those of the parameters
    before = weights(run.model)
    run.step()
    change = 0.3 * np.concatenate([p.grad.ravel() for p in run.model.parameters()])
    np.testing.assert_allclose(before - weights(run.model), change, rtol=1e-9, atol=1e-15)
    assert (weights(run.model) != weights(start.model)).all()
    assert run.measure().epoch == pytest.approx(7 / 6)


def test_other_data_in_mid_epoch():
    spy, run = spied(10, batch_size=4, shuffle=False)
    run.step()
    run.set_data(np.array([[70.0], [80.0], [90.0]]), [1, 2, 3])
    run.step(2)
    assert spy.learned_from() == [[0, 1, 2, 3], [70, 80, 90], [70, 80, 90]]
    assert run.measure().loss == pytest.approx((1 + 4 + 9) / 3)


def test_no_data_at_all_and_then_some():
    spy, run = spied(3, shuffle=False)
    run.set_data(np.zeros((0, 1)), np.zeros(0))
    before = run.epoch
    run.step(5)
    record = run.measure()
    assert math.isnan(record.loss) and record.accuracy is None and run.epoch == before
    assert diagnose(run) == ""
    run.set_data([[5.0]], [1.0])
    run.step()
    assert spy.learned_from() == [[5]]


def test_layers_put_in_between():
    """What the dropout slider of the playground does: same layers, another `Sequential`."""
    run = live()
    run.step(2)
    first, tanh, last = run.model
    run.model = Sequential(first, tanh, Dropout(0.5, rng=0), last)
    before = weights(run.model)
    run.step()
    assert run.model[2].mask is not None and (weights(run.model) != before).any()


# ----------------------------------------------------------------------------------- running away


def test_running_away_is_told_and_not_raised():
    X, y = circle()
    model = network(2, 6, 1, activation=Linear)
    records = list(fit(model, X, 1e3 * y, loss=MSE(), optimizer=SGD(model.parameters(), lr=10),
                       epochs=60, validation=(X, y), rng=0))  # fmt: skip
    assert len(records) == 60
    assert records[-1].diverged and not math.isfinite(records[-1].val_loss)
    assert records[-1].gradients[0].units == 6


def test_running_away_in_float32_warns_of_nothing():
    X, y = circle()
    model = network(2, 6, 1, activation=Linear, dtype="float32")
    run = Run(model, MSE(), SGD(model.parameters(), lr=100), X, y, validation=(X, y))
    run.step(200)
    assert run.measure().diverged
    assert diagnose(run)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_diverged_is_whatever_is_no_number(loss):
    assert Record(1.0, loss).diverged
    assert not Record(1.0, 1e30).diverged


def test_diagnose_is_silent_while_all_is_well():
    run = live()
    assert diagnose(run) == ""  # nothing measured yet
    run.measure()
    run.step(20)
    run.measure()
    assert diagnose(run) == ""


@pytest.mark.parametrize(
    ("loss", "told"), [(math.nan, "no longer a number"), (math.inf, "no longer a number"),
                       (2e6, r"2.0e\+06")],
)  # fmt: skip
def test_diagnose_says_what_happened_and_what_to_try(loss, told):
    run = live()
    run.history += [Record(0.0, 0.7), Record(1.0, loss)]
    sentence = diagnose(run)
    assert re.search(told, sentence)
    assert "η = 0.3 is too large" in sentence and "Try η = 0.03 or less" in sentence
    assert "L2" not in sentence


def test_diagnose_knows_a_penalty_that_pushes_the_weights_up():
    """w ← (1 − ηλ)w grows if ηλ > 2."""
    run = live()
    run.optimizer.lr, run.optimizer.l2 = 5.0, 0.5
    for _ in range(200):
        run.step(5)
        run.measure()
        if diagnose(run):
            break
    assert "L2 penalty" in diagnose(run) and "1 − η·λ = -1.5" in diagnose(run)


# ----------------------------------------------------------------------------------------- errors


def start(X, y, **options):
    model = network(2, 3, 1)
    settings = dict(loss=BinaryCrossEntropy(), optimizer=SGD(model.parameters(), lr=0.1))
    return fit(model, X, y, **{**settings, **options})


def test_fit_complains_at_once_and_not_when_the_first_record_is_asked_for():
    with pytest.raises(ValueError, match="fit expects at least one sample; got none"):
        start(np.zeros((0, 2)), [])
    with pytest.raises(ValueError, match=r"fit expects .*targets.*samples.*got 3.* 4"):
        start(np.zeros((4, 2)), [0, 1, 0])
    with pytest.raises(ValueError, match=r"Dense expects X of shape \(N, 2\); got \(4, 3\)"):
        start(np.zeros((4, 3)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match="BinaryCrossEntropy expects labels .* got 2"):
        start(np.zeros((4, 2)), [0, 1, 2, 1])


@pytest.mark.parametrize("size", [0, -3, 2.5, math.nan])
def test_batch_sizes_that_are_none(size):
    with pytest.raises(ValueError, match=f"batch_size.* [gG]ot {size}"):
        start(*circle(), batch_size=size)


@pytest.mark.parametrize("epochs", [-1, 2.5])
def test_epochs_that_are_none(epochs):
    with pytest.raises(ValueError, match=f"epochs.* [gG]ot {epochs}"):
        start(*circle(), epochs=epochs)


def test_validation_that_does_not_fit():
    X, y = circle()
    with pytest.raises(ValueError, match="validation.*targets.*samples"):
        start(X, y, validation=(X, y[1:]))


def test_new_data_must_fit_too():
    run = live()
    with pytest.raises(ValueError, match="Run expects .*targets.*samples"):
        run.set_data(np.zeros((4, 2)), [0, 1])
    with pytest.raises(ValueError, match="Dense expects X"):
        run.set_data(np.zeros((4, 5)), [0, 1, 0, 1])


@pytest.mark.parametrize(("z", "dead"), [(3.0, 0), (5.0, 2)])
def test_saturated_is_dead_below_a_thousandth(z, dead):
    """tanh′(3) = 0.0099 still learns, tanh′(5) = 0.0002 does not."""
    model = Sequential(Dense(1, 2), Tanh(), Dense(2, 1, rng=0))
    model[0].W.value[...] = 0
    model[0].b.value[...] = z
    run = Run(model, MSE(), SGD(model.parameters()), np.ones((4, 1)), np.zeros(4))
    assert [g.dead for g in run.measure().gradients] == [dead, None]
