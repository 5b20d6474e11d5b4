"""Every loss in the registry: numbers by hand, gradients, PyTorch, extremes, labels, errors."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    LOSSES,
    MAE,
    MSE,
    BinaryCrossEntropy,
    Dense,
    Hinge,
    Linear,
    Sequential,
    SoftmaxCrossEntropy,
    Tanh,
    gradcheck,
)
from tests.libraries import LIBRARIES, array, close, dtype_of, numbers, of_library, torch

pytestmark = pytest.mark.filterwarnings("error")

NAMES = list(LOSSES)
REDUCTIONS = ("mean", "sum", "none")
REGRESSIONS = ("mse", "mae")


def sample(name, n, seed=0):
    """Outputs and targets that suit the loss: n samples, three outputs or classes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 2, (n, 3))
    if name in REGRESSIONS:
        return z, rng.normal(0, 2, (n, 3))
    if name == "softmaxcrossentropy":
        return z, rng.integers(0, 3, n)
    return z, rng.integers(0, 2, (n, 3))


def torch_losses():
    f = torch.nn.functional

    def hinge(z, y, reduction):  # PyTorch has no plain one
        losses = torch.clamp(1 - (2 * y - 1) * z, min=0)
        return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[reduction]()

    return {
        "mse": f.mse_loss,
        "mae": f.l1_loss,
        "binarycrossentropy": lambda z, y, reduction: f.binary_cross_entropy_with_logits(
            z, y.to(z.dtype), reduction=reduction
        ),
        "hinge": hinge,
        "softmaxcrossentropy": f.cross_entropy,
    }


def test_the_registry():
    wanted = "MSE BinaryCrossEntropy SoftmaxCrossEntropy MAE Hinge"
    assert {name.lower() for name in wanted.split()} <= set(NAMES)
    assert set(NAMES) == set(torch_losses()), "a new loss is compared with PyTorch's above"
    for name, cls in LOSSES.items():
        assert cls().reduction == "mean" and repr(cls()) == f"{cls.__name__}()"
        assert name == cls.__name__.lower()


# ------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("loss", "z", "y", "value", "dz"),
    [
        (MSE, [[1], [4]], [0, 2], 2.5, [[1], [2]]),
        (MSE, [[1, 2], [3, 4]], [[0, 2], [3, 2]], 1.25, [[0.5, 0], [0, 1]]),
        (MAE, [[1], [4], [0]], [0, 6, 0], 1, [[1 / 3], [-1 / 3], [0]]),
        (BinaryCrossEntropy, [[0]], [1], math.log(2), [[-0.5]]),
        (BinaryCrossEntropy, [[math.log(3)]], [0], math.log(4), [[0.75]]),
        (BinaryCrossEntropy, [[0], [math.log(3)]], [1, 1],
         math.log(8 / 3) / 2, [[-1 / 4], [-1 / 8]]),
        (Hinge, [[2], [0.25], [-1]], [1, 1, 1], 2.75 / 3, [[0], [-1 / 3], [-1 / 3]]),
        (Hinge, [[2], [-3]], [0, 0], 1.5, [[0.5], [0]]),
        (SoftmaxCrossEntropy, [[math.log(1), math.log(2), math.log(7)]], [2],
         -math.log(0.7), [[0.1, 0.2, -0.3]]),
        (SoftmaxCrossEntropy, [[0, 0], [0, 0]], [0, 1], math.log(2),
         [[-0.25, 0.25], [0.25, -0.25]]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("library", LIBRARIES)
def test_by_hand(loss, z, y, value, dz, library):
    loss = loss()
    assert float(loss(array(z, library), np.array(y))) == pytest.approx(value, abs=1e-12)
    got = loss.backward()
    assert of_library(got, library)
    close(got, dz, 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_reductions_by_each_other(name):
    z, y = sample(name, 5)
    found = {r: LOSSES[name](r) for r in REDUCTIONS}
    values = {r: loss(z, y) for r, loss in found.items()}
    count = values["none"].size
    assert values["none"].shape == ((5,) if name == "softmaxcrossentropy" else (5, 3))
    assert float(values["sum"]) == pytest.approx(values["none"].sum(), rel=1e-14)
    assert float(values["mean"]) == pytest.approx(values["none"].sum() / count, rel=1e-14)
    close(found["sum"].backward(), found["none"].backward(), 0)
    close(found["mean"].backward() * count, found["sum"].backward(), 1e-14)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("n", [1, 6])
def test_gradient_against_differences(name, reduction, n):
    z, y = sample(name, n, seed=n)
    assert gradcheck(Linear(), z, y, LOSSES[name](reduction)) <= 1e-6
    model = Sequential(Dense(4, 5, rng=0), Tanh(), Dense(5, 3, rng=1))
    x = np.random.default_rng(n).normal(size=(n, 4))
    assert gradcheck(model, x, y, LOSSES[name](reduction)) <= 1e-6


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("n", [1, 9])
def test_against_torch(name, reduction, n):
    z, y = sample(name, n, seed=n)
    loss, tz = LOSSES[name](reduction), torch.tensor(z, requires_grad=True)
    expected = torch_losses()[name](tz, torch.tensor(y), reduction=reduction)
    expected.sum().backward()
    close(loss(z, y), expected, 1e-12)
    close(loss.backward(), tz.grad, 1e-10)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_in_every_library(name, library, dtype):
    z, y = sample(name, 7)
    here, there = LOSSES[name](), LOSSES[name]()
    value = there(array(z, library, dtype), y)
    dz = there.backward()
    assert of_library(dz, library) and dtype_of(dz) == dtype
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    close(float(value), here(z, y), tolerance)
    close(dz, here.backward(), tolerance)


@pytest.mark.parametrize("library", ["array_api_strict", "torch"])
@pytest.mark.parametrize("name", NAMES)
def test_targets_of_the_same_library_are_taken_too(name, library):
    z, y = sample(name, 4)
    there = array(y, library, "int64" if y.dtype.kind == "i" else "float64")
    close(float(LOSSES[name]()(array(z, library), there)), LOSSES[name]()(z, y), 1e-12)


def test_one_hot_rows_and_probabilities_for_softmax():
    z, y = sample("softmaxcrossentropy", 6)
    one, two = SoftmaxCrossEntropy(), SoftmaxCrossEntropy()
    close(one(z, np.eye(3)[y]), two(z, y), 1e-14)
    close(one.backward(), two.backward(), 1e-14)
    soft = np.random.default_rng(1).dirichlet(np.ones(3), 6)
    assert gradcheck(Linear(), z, soft, SoftmaxCrossEntropy()) <= 1e-6


def test_labels_of_one_column_or_none():
    z, y = np.array([[0.3], [-2.0], [1.0]]), [1, 0, 0]
    for loss in (BinaryCrossEntropy, MSE, MAE, Hinge):
        values = [
            float(loss()(z, given))
            for given in (y, np.array(y), np.array(y)[:, None], np.array(y, "float32"))
        ]
        assert len(set(values)) == 1
    assert float(BinaryCrossEntropy()(z, np.array(y, bool))) == float(BinaryCrossEntropy()(z, y))


def test_soft_labels_for_two_classes():
    z = np.array([[0.3], [-2.0]])
    assert gradcheck(Linear(), z, [0.25, 0.9], BinaryCrossEntropy()) <= 1e-6


def test_binary_is_softmax_of_two():
    z, y = np.array([[0.3], [-2.0], [5.0]]), np.array([1, 1, 0])
    two = np.hstack([np.zeros_like(z), z])
    close(BinaryCrossEntropy()(z, y), SoftmaxCrossEntropy()(two, y), 1e-12)


# -------------------------------------------------------------------------------- large logits


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_finite_and_silent_up_to_1000(name, dtype, library):
    z = array([[1000, -1000, 0], [-1000, 1000, 1000], [89, -89, 88.8]], library, dtype)
    for y in (0, 1):
        loss = LOSSES[name]()
        y = np.full(3, y) if name == "softmaxcrossentropy" else np.full((3, 3), y)
        assert math.isfinite(float(loss(z, y)))
        dz = loss.backward()
        assert np.isfinite(numbers(dz)).all() and dtype_of(dz) == dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_being_sure_and_wrong_costs(dtype):
    z = np.array([[1000.0], [-1000.0], [1000.0], [-1000.0]], dtype)
    loss = BinaryCrossEntropy("none")
    assert loss(z, [0, 1, 1, 0]).ravel().tolist() == [1000, 1000, 0, 0]
    assert loss.backward().ravel().tolist() == [1, -1, 0, 0]
    loss = SoftmaxCrossEntropy("none")
    z = np.array([[1000, -1000], [1000, -1000]], dtype)
    assert loss(z, [1, 0]).tolist() == [2000, 0]
    assert loss.backward().tolist() == [[1, -1], [0, 0]]


def test_small_losses_keep_their_digits():
    """log(1 + e⁻⁴⁰) is e⁻⁴⁰, not 0."""
    for z, y in [(40.0, 1), (-40.0, 0)]:
        loss = float(BinaryCrossEntropy()(np.array([[z]]), [y]))
        assert loss == pytest.approx(math.exp(-40), rel=1e-12, abs=0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", NAMES)
def test_a_network_that_ran_away_gives_a_number_and_no_error(name, bad):
    z, y = sample(name, 3)
    z[1, 1] = bad
    with np.errstate(all="ignore"):
        loss = LOSSES[name]()
        float(loss(z, y))
        assert loss.backward().shape == z.shape


# ---------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("name", NAMES)
def test_unknown_reductions(name):
    with pytest.raises(ValueError, match="reduction.*mean.*sum.*none.* [gG]ot 'average'"):
        LOSSES[name]("average")


@pytest.mark.parametrize("name", NAMES)
def test_backward_before_forward(name):
    with pytest.raises(RuntimeError, match=rf"{LOSSES[name].__name__}\.backward needs .* before"):
        LOSSES[name]().backward()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_the_mean_of_nothing(name, library):
    z, y = sample(name, 0)
    with pytest.raises(ValueError, match=f"{LOSSES[name].__name__} expects at least one sample"):
        LOSSES[name]()(array(z, library), y)
    for reduction in ("sum", "none"):
        loss = LOSSES[name](reduction)
        assert numbers(loss(array(z, library), y)).sum() == 0
        assert tuple(loss.backward().shape) == (0, 3)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "softmaxcrossentropy"])
@pytest.mark.parametrize("y", [np.zeros(3), np.zeros((2, 1)), np.zeros((1, 4)), np.zeros((4, 2))])
def test_targets_that_do_not_fit(name, y):
    got = str(y.shape).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(
        ValueError, match=rf"{LOSSES[name].__name__} expects .*\(4, 1\) or \(4,\); got {got}"
    ):
        LOSSES[name]()(np.zeros((4, 1)), y)


def test_nothing_is_broadcast():
    """(N, 1) − (N,) would be (N, N) in NumPy, and the loss a plausible wrong number."""
    z = np.arange(4.0)[:, None]
    assert float(MSE()(z, np.arange(4.0))) == 0
    with pytest.raises(ValueError, match=r"MSE expects .*\(4, 3\); got \(4,\)"):
        MSE()(np.zeros((4, 3)), np.zeros(4))


@pytest.mark.parametrize("y", [np.zeros(3), np.zeros((4, 2)), np.zeros((4, 1)), 1])
def test_labels_that_do_not_fit_softmax(y):
    with pytest.raises(ValueError, match="SoftmaxCrossEntropy expects .*; got"):
        SoftmaxCrossEntropy()(np.zeros((4, 3)), y)


@pytest.mark.parametrize(
    ("labels", "wrong"), [([0, 3, 1], "3"), ([0, -1, 1], "-1"), ([0, 1.5, 2], "1.5")]
)
def test_classes_out_of_range(labels, wrong):
    with pytest.raises(ValueError, match=f"SoftmaxCrossEntropy expects .* 3 outputs; got {wrong}"):
        SoftmaxCrossEntropy()(np.zeros((3, 3)), labels)


@pytest.mark.parametrize(("label", "wrong"), [(2, "2"), (-1, "-1"), (math.nan, "nan")])
def test_binary_labels_out_of_range(label, wrong):
    for loss in (BinaryCrossEntropy(), Hinge()):
        with pytest.raises(
            ValueError, match=f"{type(loss).__name__} expects labels .*1; got {wrong}"
        ):
            loss(np.zeros((3, 1)), [0, label, 1])


def test_hinge_wants_zero_and_one_and_says_so_to_who_brings_minus_one():
    with pytest.raises(ValueError, match="Hinge expects labels 0 and 1; got -1"):
        Hinge()(np.zeros((2, 1)), [-1, 1])
    with pytest.raises(ValueError, match="Hinge expects labels 0 and 1; got 0.5"):
        Hinge()(np.zeros((2, 1)), [0.5, 1])


@pytest.mark.parametrize("rows", [[[0.5, 0.5, 0.5]], [[1.5, -0.5, 0]]])
def test_rows_for_softmax_are_probabilities(rows):
    with pytest.raises(ValueError, match="SoftmaxCrossEntropy expects"):
        SoftmaxCrossEntropy()(np.zeros((1, 3)), rows)


def test_logits_for_softmax_have_two_axes():
    with pytest.raises(ValueError, match=r"SoftmaxCrossEntropy expects .*\(N, k\); got \(3,\)"):
        SoftmaxCrossEntropy()(np.zeros(3), [0, 1, 2])


# ------------------------------------------------------------------------------------- any shape


@given(
    name=st.sampled_from(NAMES),
    reduction=st.sampled_from(REDUCTIONS),
    dtype=st.sampled_from(["float32", "float64"]),
    n=st.integers(1, 8),
    k=st.integers(1, 5),
    seed=st.integers(0, 99),
)
@settings(max_examples=150, deadline=None)
def test_shapes_and_dtypes(name, reduction, dtype, n, k, seed):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 3, (n, k)).astype(dtype)
    y = {
        "softmaxcrossentropy": lambda: rng.integers(0, k, n),
        "mse": lambda: rng.normal(size=(n, k)),
        "mae": lambda: rng.normal(size=(n, k)),
    }.get(name, lambda: rng.integers(0, 2, (n, k)))()
    kept, loss = z.copy(), LOSSES[name](reduction)
    value, dz = loss(z, y), loss.backward()
    assert value.dtype == dz.dtype == dtype and dz.shape == (n, k)
    assert value.shape == ((n,) if name == "softmaxcrossentropy" else (n, k)) * (
        reduction == "none"
    )
    assert (value >= 0).all() and (z == kept).all()
    assert (dz == loss.backward()).all(), "asking twice gives the same"
