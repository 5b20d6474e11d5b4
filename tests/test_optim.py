"""Every optimiser in the registry: steps by hand, PyTorch's numbers, penalties, changes, errors."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import MSE, OPTIMIZERS, SGD, Adam, Dense, Momentum, Parameter, Sequential, Tanh, step
from tests.libraries import LIBRARIES, array, close, dtype_of, numbers, of_library, torch

pytestmark = pytest.mark.filterwarnings("error")

NAMES = list(OPTIMIZERS)


def two_parameters(library="numpy", dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"W": (3, 2), "b": (2,)}
    return [Parameter(array(rng.normal(size=s), library, dtype), n) for n, s in shapes.items()]


def gradients(k):
    """The gradients of step k, the same for all who take part."""
    rng = np.random.default_rng(100 + k)
    return rng.normal(size=(3, 2)), rng.normal(size=2)


def walk(optimizer, parameters, steps=range(20)):
    for k in steps:
        for p, g in zip(parameters, gradients(k), strict=True):
            p.grad[...] = array(g, "numpy") if type(p.grad) is np.ndarray else _same(g, p.grad)
        optimizer.step()
    return [numbers(p.value) for p in parameters]


def _same(g, grad):
    library = type(grad).__module__.split(".")[0]
    device = f":{grad.device.type}" if library == "torch" else ""
    return array(g, library + device, dtype_of(grad))


def test_the_registry_from_simple_to_rich():
    assert NAMES[:5] == ["sgd", "momentum", "nesterov", "rmsprop", "adam"]
    for name, cls in OPTIMIZERS.items():
        assert cls.__name__.lower() == name
        assert repr(cls(two_parameters(), lr=0.25)) == f"{cls.__name__}(lr=0.25)"


# --------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [  # w = 1 and twice the gradient 2, with lr 0.1
        ("sgd", {}, [0.8, 0.6]),
        ("momentum", {"beta": 0.5}, [0.8, 0.5]),  # v = 2, then 3
        ("nesterov", {"beta": 0.5}, [0.7, 0.35]),  # 2 + ½·2 = 3, then 2 + ½·3 = 3.5
        ("rmsprop", {"alpha": 0.75, "eps": 0}, [0.8, 0.8 - 0.2 / math.sqrt(1.75)]),  # s = 1, 1.75
        ("adam", {"betas": (0.5, 0.75), "eps": 0}, [0.9, 0.8]),  # m̂ = 2 and ŝ = 4 both times
    ],
)
def test_two_steps_by_hand(name, options, expected):
    p = Parameter(np.array([1.0]))
    optimizer = OPTIMIZERS[name]([p], lr=0.1, **options)
    for w in expected:
        p.grad[...] = 2.0
        optimizer.step()
        assert p.value[0] == pytest.approx(w, abs=1e-14)


def test_the_first_step_of_adam_is_the_learning_rate():
    p = Parameter(np.array([1.0, 1.0, 1.0]))
    adam = Adam([p], lr=0.25)
    p.grad[...] = [1e-3, -1e3, 0]
    adam.step()
    np.testing.assert_allclose(p.value, [0.75, 1.25, 1], atol=1e-5)


# ------------------------------------------------------------------------------------- PyTorch


def theirs(name, parameters, lr, decay):
    make = {
        "sgd": lambda p: torch.optim.SGD(p, lr, weight_decay=decay),
        "momentum": lambda p: torch.optim.SGD(p, lr, momentum=0.9, weight_decay=decay),
        "nesterov": lambda p: torch.optim.SGD(
            p, lr, momentum=0.9, nesterov=True, weight_decay=decay
        ),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr, alpha=0.99, weight_decay=decay),
        "adam": lambda p: torch.optim.Adam(p, lr, weight_decay=decay),
    }
    assert set(make) == set(NAMES), "a new optimiser is compared with PyTorch's here"
    tensors = [torch.tensor(p.value, requires_grad=True) for p in parameters]
    return tensors, make[name](tensors)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("l1", [0.0, 0.03])
def test_twenty_steps_against_torch(name, decay, l1):
    parameters = two_parameters()
    tensors, their = theirs(name, parameters, 0.05, decay)
    ours = OPTIMIZERS[name](parameters, lr=0.05, l1=l1, l2=decay)
    for k in range(20):
        if k == 10:  # in flight
            ours.lr = their.param_groups[0]["lr"] = 0.01
        walk(ours, parameters, [k])
        for t, g in zip(tensors, gradients(k), strict=True):
            t.grad = torch.asarray(g) + l1 * torch.sign(t.detach())
        their.step()
    for p, t in zip(parameters, tensors, strict=True):
        close(p.value, t, 1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_in_every_library(name, library, dtype):
    here, there = two_parameters(dtype=dtype), two_parameters(library, dtype)
    options = dict(lr=0.05, l1=0.01, l2=0.02)
    expected = walk(OPTIMIZERS[name](here, **options), here)
    received = walk(OPTIMIZERS[name](there, **options), there)
    for p, r, e in zip(there, received, expected, strict=True):
        assert of_library(p.value, library) and of_library(p.grad, library)
        assert dtype_of(p.value) == dtype_of(p.grad) == dtype
        close(r, e, 1e-5 if dtype == "float32" else 1e-12)


# ------------------------------------------------------------------------------------- penalties


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_a_penalty_is_part_of_the_gradient(kind):
    p = Parameter(np.array([2.0, -4.0, 0.0]))
    sgd = SGD([p], lr=0.5, **{kind: 0.5})
    sgd.step()  # the gradient of the loss is zero
    pull = [0.25, -0.25, 0] if kind == "l1" else [0.5, -1, 0]  # ½·½·sign(w), ½·½·w
    np.testing.assert_allclose(p.value, np.array([2, -4, 0]) - pull, atol=1e-15)
    assert not p.grad.any(), "the gradient that backward wrote is left as it is"


@pytest.mark.parametrize("name", NAMES)
def test_penalties_can_be_switched_on_and_off(name):
    one, two = two_parameters(), two_parameters()
    changed, plain = OPTIMIZERS[name](one, lr=0.1, l1=5, l2=5), OPTIMIZERS[name](two, lr=0.1)
    changed.l1 = changed.l2 = 0
    for a, b in zip(walk(changed, one), walk(plain, two), strict=True):
        close(a, b, 0)
    changed.l2 = 0.5
    walk(changed, one, [20])
    walk(plain, two, [20])
    assert (one[0].value != two[0].value).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_learning_rate_of_zero_moves_nothing(name):
    parameters = two_parameters()
    before = [p.value.copy() for p in parameters]
    for a, b in zip(walk(OPTIMIZERS[name](parameters, lr=0), parameters), before, strict=True):
        close(a, b, 0)


@pytest.mark.parametrize("name", NAMES)
def test_zero_gradients_from_the_start_divide_by_nothing(name):
    parameters = two_parameters(dtype="float32")
    before = [p.value.copy() for p in parameters]
    optimizer = OPTIMIZERS[name](parameters, lr=0.1)
    for _ in range(3):
        optimizer.step()
    for p, b in zip(parameters, before, strict=True):
        close(p.value, b, 0)


# --------------------------------------------------------------- what the parameters go through


@pytest.mark.parametrize("name", NAMES)
def test_values_and_shapes_stay_when_an_optimiser_takes_over(name):
    parameters = two_parameters()
    before = [(p.value.copy(), p.shape) for p in parameters]
    OPTIMIZERS[name](parameters)
    for p, (value, shape) in zip(parameters, before, strict=True):
        assert (p.value == value).all() and p.shape == p.grad.shape == shape


@pytest.mark.parametrize("library", LIBRARIES)
def test_from_one_optimiser_to_another_and_back(library):
    """Each lays the parameters into vectors of its own, so the older one must notice."""
    parameters = two_parameters(library)
    first, second = SGD(parameters, lr=0.1), SGD(parameters, lr=0.1)
    other = two_parameters(library)
    only = SGD(other, lr=0.1)
    for k, optimizer in enumerate([first, second, first, first, second]):
        walk(optimizer, parameters, [k])
    expected = walk(only, other, range(5))
    for p, e in zip(parameters, expected, strict=True):
        close(p.value, e, 1e-14)


def test_an_older_optimiser_notices_even_if_only_the_last_parameter_went():
    parameters = two_parameters()
    both = SGD(parameters, lr=0.1)
    start = [p.value.copy() for p in parameters]
    SGD(parameters[1:], lr=0.1)  # takes the second one into its vector
    walk(both, parameters, [0])
    for p, w, g in zip(parameters, start, gradients(0), strict=True):
        close(p.value, w - 0.1 * g, 1e-14)


@pytest.mark.parametrize("kind", ["value", "grad"])
def test_an_array_put_in_its_place_is_noticed(kind):
    """A layer of somebody's own may well write ``p.grad = ...``."""
    parameters, other = two_parameters(), two_parameters()
    changed, alone = Momentum(parameters, lr=0.1), Momentum(other, lr=0.1)
    walk(changed, parameters, [0])
    for k in (1, 2):
        for p, g in zip(parameters, gradients(k), strict=True):
            p.grad[...] = g
            setattr(p, kind, getattr(p, kind).copy())
        changed.step()
    for p, e in zip(parameters, walk(alone, other, range(3)), strict=True):
        close(p.value, e, 1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_goes_on_by_itself(name):
    """To rewind to: parameters and what the optimiser remembers, copied together."""
    parameters = two_parameters()
    optimizer = OPTIMIZERS[name](parameters, lr=0.1)
    walk(optimizer, parameters, [0, 1])
    kept_parameters, kept = copy.deepcopy((parameters, optimizer))
    first = [v.copy() for v in walk(optimizer, parameters, [2, 3])]
    assert (kept_parameters[0].value != first[0]).all()
    for a, b in zip(walk(kept, kept_parameters, [2, 3]), first, strict=True):
        close(a, b, 0)


def test_parameters_of_two_dtypes():
    mixed = [*two_parameters(), *two_parameters(dtype="float32")]
    with pytest.raises(
        ValueError, match="one library and one dtype; got numpy.float32 and numpy.float64"
    ):
        SGD(mixed)


def test_back_to_momentum_with_the_speed_it_had():
    parameters, other = two_parameters(), two_parameters()
    momentum, alone = Momentum(parameters, lr=0.1), Momentum(other, lr=0.1)
    walk(momentum, parameters, [0, 1])
    SGD(parameters, lr=0.0).step()  # moves nothing, but takes the parameters over
    walk(momentum, parameters, [2])
    for a, b in zip(parameters, walk(alone, other, [0, 1, 2]), strict=True):
        close(a.value, b, 1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_weights_edited_by_hand_count(name):
    parameters = two_parameters()
    optimizer = OPTIMIZERS[name](parameters, lr=0.0)
    walk(optimizer, parameters, [0])
    parameters[0].value[1, 1] = 42.0  # as a click on a link of the playground does
    walk(optimizer, parameters, [1])
    assert parameters[0].value[1, 1] == 42


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", ["torch", pytest.param("torch:cuda", marks=pytest.mark.gpu)])
def test_the_network_moves_while_it_learns(name, where):
    """State such as momentum comes along: the same numbers as without the move."""

    def network():
        return Sequential(Dense(2, 3, rng=0), Tanh(), Dense(3, 1, rng=1))

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    stays, moves = network(), network()
    one = OPTIMIZERS[name](stays.parameters(), lr=0.05)
    two = OPTIMIZERS[name](moves.parameters(), lr=0.05)
    for k in range(6):
        if k == 3:
            moves.to(where)
        step(stays, MSE(), one, X, y)
        step(moves, MSE(), two, *((array(a, where) for a in (X, y)) if k >= 3 else (X, y)))
    for p, q in zip(stays.parameters(), moves.parameters(), strict=True):
        assert of_library(q.value, where)
        close(q.value, p.value, 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_float32_halfway(name):
    model = Sequential(Dense(2, 3, rng=0), Tanh(), Dense(3, 1, rng=1))
    optimizer = OPTIMIZERS[name](model.parameters(), lr=0.05)
    X, y = np.ones((4, 2)), np.ones((4, 1))
    step(model, MSE(), optimizer, X, y)
    model.astype("float32")
    step(model, MSE(), optimizer, X.astype("float32"), y)
    assert all(p.value.dtype == p.grad.dtype == "float32" for p in model.parameters())


# ------------------------------------------------------------------------------------ it learns


@pytest.mark.parametrize("name", NAMES)
def test_down_into_a_valley(name):
    """L = (w₁² + 25 w₂²)/2, whose lowest point is 0."""
    p = Parameter(np.array([3.0, -2.0]))
    optimizer = OPTIMIZERS[name]([p], lr=0.02)
    for _ in range(600):
        p.grad[...] = [p.value[0], 25 * p.value[1]]
        optimizer.step()
    assert np.abs(p.value).max() < 0.05


def test_gradient_descent_runs_away_above_two_over_the_curvature():
    """w ← (1 − η·c)·w: η = 2/c is the border, here with c = 4."""

    def far(lr):
        p = Parameter(np.array([1.0]))
        sgd = SGD([p], lr=lr)
        for _ in range(100):
            p.grad[...] = 4 * p.value
            sgd.step()
        return abs(float(p.value[0]))

    assert far(0.49) < 0.2 and far(0.5) == 1 and far(0.51) > 5


# --------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["lr", "l1", "l2"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, -math.inf])
def test_rates_and_penalties_that_are_none(name, word, value):
    with pytest.raises(ValueError, match=rf"{word}\b.* [gG]ot {value}"):
        OPTIMIZERS[name](two_parameters(), **{word: value})
    optimizer = OPTIMIZERS[name](two_parameters(), lr=0.5, l1=0.5, l2=0.5)
    with pytest.raises(ValueError, match=rf"{word}\b.* [gG]ot {value}"):
        setattr(optimizer, word, value)
    assert getattr(optimizer, word) == 0.5, "the old one stays"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("momentum", {"beta": 1.0}),
        ("momentum", {"beta": -0.1}),
        ("nesterov", {"beta": 1.5}),
        ("rmsprop", {"alpha": 1.0}),
        ("rmsprop", {"eps": -1.0}),
        ("adam", {"betas": (1.0, 0.9)}),
        ("adam", {"betas": (0.9, 1.0)}),
        ("adam", {"eps": math.nan}),
    ],
)
def test_other_numbers_that_are_none(name, options):
    with pytest.raises(ValueError, match="expects .* [gG]ot"):
        OPTIMIZERS[name](two_parameters(), **options)


@pytest.mark.parametrize("name", NAMES)
def test_no_parameters(name):
    with pytest.raises(ValueError, match="expects at least one parameter; got none"):
        OPTIMIZERS[name]([])


@pytest.mark.parametrize("name", NAMES)
def test_something_else_than_parameters(name):
    model = Sequential(Dense(2, 1))
    for wrong in ([np.zeros(3)], model, model.parameters, None):
        with pytest.raises(TypeError, match=r"expects parameters.*; got"):
            OPTIMIZERS[name](wrong)


def test_a_parameter_given_twice_moves_once():
    p = Parameter(np.array([1.0]))
    sgd = SGD((q for q in [p, p]), lr=0.1)
    p.grad[...] = 1.0
    sgd.step()
    assert p.value[0] == 0.9


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_numpy_numbers_do_not_change_the_dtype(kind):
    parameters = two_parameters(dtype="float32")
    for name in NAMES:
        optimizer = OPTIMIZERS[name](parameters, lr=kind(0.1), l1=kind(0.1), l2=kind(0.1))
        walk(optimizer, parameters, [0])
        assert all(p.value.dtype == "float32" for p in parameters)
        assert all(getattr(optimizer, vector).dtype == "float32" for vector in optimizer.state)


@given(
    name=st.sampled_from(NAMES),
    shapes=st.lists(st.lists(st.integers(1, 4), max_size=3).map(tuple), min_size=1, max_size=4),
    dtype=st.sampled_from(["float32", "float64"]),
)
@settings(max_examples=60, deadline=None)
def test_any_parameters_keep_shape_and_dtype(name, shapes, dtype):
    parameters = [Parameter(np.ones(shape, dtype)) for shape in shapes]
    optimizer = OPTIMIZERS[name](parameters, lr=0.1, l1=0.1, l2=0.1)
    for p in parameters:
        p.grad[...] = 1
    optimizer.step()
    for p, shape in zip(parameters, shapes, strict=True):
        assert p.value.shape == p.grad.shape == shape and p.value.dtype == dtype
        assert (p.value < 1).all() and (p.grad == 1).all()
