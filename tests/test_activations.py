"""Every activation in the registry: value, derivative, backward, extremes, in every library."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import ACTIVATIONS, Activation, Maxout, Sequential, activation, gradcheck
from nnlib.backend import namespace
from tests.libraries import LIBRARIES, array, close, dtype_of, numbers, of_library, put, torch

pytestmark = pytest.mark.filterwarnings("error")

NAMES = list(ACTIVATIONS)
CURVES = [name for name in NAMES if hasattr(ACTIVATIONS[name], "derivative")]  # number by number
# Away from the kinks, which are all at zero, and from zero itself, which hides wrong code.
AWAY = np.array([[-7.5, -2.25, -0.5, -0.01], [0.02, 0.75, 1.5, 6.0]])


def make(name, width=4):
    """An activation of this name; one with weights of its own gets inputs and outputs."""
    cls = ACTIVATIONS[name]
    if "n_in" in inspect.signature(cls).parameters:
        return cls(width, 3, rng=0)
    return activation(name)


def torch_curves():
    """The same curves by PyTorch."""
    f = torch.nn.functional
    return {
        "linear": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": f.relu,
        "leakyrelu": lambda z: f.leaky_relu(z, 0.1),
        "prelu": lambda z: f.prelu(z, torch.full((1,), 0.25, dtype=z.dtype)),
        "elu": f.elu,
        "selu": f.selu,
        "softplus": f.softplus,
        "softsign": f.softsign,
        "swish": f.silu,
        "mish": f.mish,
        "gelu": lambda z: f.gelu(z, approximate="tanh"),
        "logsigmoid": f.logsigmoid,
        "sinc": lambda z: torch.sinc(z / math.pi),  # torch's is sin(πz)/(πz)
        "softmax": lambda z: f.softmax(z, dim=-1),
        "logsoftmax": lambda z: f.log_softmax(z, dim=-1),
    }


# ---------------------------------------------------------------------------------- the registry


def test_the_lecture_rows_are_all_there():
    wanted = """Linear Step Sigmoid Tanh ReLU LeakyReLU PReLU ELU SELU Softplus Softsign Swish Mish
    GELU LogSigmoid Sinc Maxout Softmax LogSoftmax"""
    assert {name.lower() for name in wanted.split()} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_by_name_and_with_words(name):
    cls = ACTIVATIONS[name]
    assert issubclass(cls, Activation) and cls.__name__.lower() == name
    assert cls.formula and cls.note, "a picture needs its formula and a line about it"
    assert not cls.note.endswith("."), "one line, not a sentence"
    layer = make(name)
    assert type(layer) is cls and cls.__name__ in repr(layer)
    assert cls.trainable == bool(layer.parameters())


def test_capitals_do_not_matter_and_options_arrive():
    assert repr(activation("ReLU")) == "ReLU()"
    assert float(activation("LeakyReLU", alpha=0.2).forward(np.array([-1.0]))[0]) == -0.2


@pytest.mark.parametrize(
    ("wrong", "near"), [("relo", "relu"), ("sigmod", "sigmoid"), ("leaky", "leakyrelu")]
)
def test_an_unknown_name_is_answered_with_the_nearest(wrong, near):
    with pytest.raises(ValueError, match=f"unknown activation '{wrong}'.*did you mean '{near}'"):
        activation(wrong)


def test_a_name_like_no_other_is_answered_with_all():
    with pytest.raises(ValueError, match="unknown activation 'xyzzy'.*linear, step, sigmoid") as e:
        activation("xyzzy")
    assert "did you mean" not in str(e.value)


def test_a_new_class_is_found_by_itself_and_gone_again():
    class Cubic(type(activation("tanh")).__bases__[0]):
        formula, note = "z^3", "for this test"

        def value(self, z):
            return z * z * z

        def slope(self, z, y):
            return 3 * z * z

    try:
        assert gradcheck(activation("cubic"), AWAY) < 1e-6
    finally:
        del ACTIVATIONS["cubic"]


# ------------------------------------------------------------------------------------- the curves


@pytest.mark.parametrize(
    ("name", "z", "y", "slope"),
    [  # by hand
        ("linear", -3, -3, 1),
        ("step", -0.1, 0, 0),
        ("step", 0, 1, 0),
        ("sigmoid", 0, 0.5, 0.25),
        ("sigmoid", math.log(3), 0.75, 0.1875),
        ("tanh", math.log(2), 0.6, 0.64),
        ("relu", -2, 0, 0),
        ("relu", 0, 0, 0),
        ("relu", 3, 3, 1),
        ("leakyrelu", -2, -0.2, 0.1),
        ("leakyrelu", 0, 0, 0.1),  # as in PyTorch
        ("leakyrelu", 3, 3, 1),
        ("prelu", -2, -0.5, 0.25),
        ("elu", -math.log(2), -0.5, 0.5),
        ("elu", 2, 2, 1),
        ("selu", 1, 1.0507009873554805, 1.0507009873554805),
        ("selu", -math.log(2), -0.8790496, 0.8790496),  # −λα/2, and the slope is λα e^z
        ("softplus", 0, math.log(2), 0.5),
        ("softsign", -3, -0.75, 1 / 16),
        ("swish", 0, 0, 0.5),
        ("swish", math.log(3), 0.75 * math.log(3), 0.75 + 0.1875 * math.log(3)),
        ("mish", 0, 0, 0.6),  # tanh(log 2)
        ("gelu", 0, 0, 0.5),
        ("gelu", 1, 0.841192, 1.082964),
        ("logsigmoid", 0, -math.log(2), 0.5),
        ("sinc", 0, 1, 0),
        ("sinc", math.pi, 0, -1 / math.pi),
    ],
)
def test_values_and_slopes_by_hand(name, z, y, slope):
    layer, z = activation(name), np.array([float(z)])
    assert layer.forward(z)[0] == pytest.approx(y, abs=1e-6)
    assert layer.derivative(z)[0] == pytest.approx(slope, abs=1e-6)


def test_gelu_is_near_its_definition():
    z = np.linspace(-5, 5, 1001)
    phi = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z])
    assert np.abs(activation("gelu").forward(z) - z * phi).max() < 5e-4


@pytest.mark.parametrize("name", CURVES)
def test_derivative_is_the_slope_of_the_curve(name):
    layer, h = activation(name), 1e-6
    z = np.concatenate([np.linspace(-9, 9, 180), AWAY.ravel()])
    assert np.abs(z).min() > h
    slope = (layer.forward(z + h) - layer.forward(z - h)) / (2 * h)
    close(layer.derivative(z), slope, 1e-8)
    assert layer.derivative(z.reshape(2, -1)).shape == (2, 94)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_backward_agrees_with_differences(name, n):
    x = np.random.default_rng(n).normal(0, 2, (n, 4))
    x = np.where(np.abs(x) < 0.01, 0.5, x)
    assert gradcheck(make(name), x) <= 1e-6
    if name != "maxout":
        assert gradcheck(make(name), AWAY) <= 1e-6


@pytest.mark.parametrize("name", torch_curves())
@pytest.mark.parametrize("n", [0, 1, 6])
def test_against_torch(name, n):
    rng = np.random.default_rng(3)
    x, dy = rng.normal(0, 3, (2, n, 4))
    z = torch.tensor(x, requires_grad=True)
    out = torch_curves()[name](z)
    out.backward(torch.tensor(dy))
    layer = make(name)
    close(layer.forward(x), out, 1e-12)
    close(layer.backward(dy), z.grad, 1e-10)


def test_prelu_and_maxout_learn_as_in_torch():
    rng = np.random.default_rng(5)
    x, dy = rng.normal(0, 3, (2, 6, 4))
    alpha = torch.full((1,), 0.25, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.prelu(torch.tensor(x), alpha).backward(torch.tensor(dy))
    layer = activation("prelu")
    layer.forward(x)
    layer.backward(dy)
    close(layer.parameters()[0].grad, alpha.grad, 1e-10)

    layer, dy = Maxout(4, 3, k=3, rng=rng), dy[:, :3]
    tensors = [torch.tensor(p.value, requires_grad=True) for p in layer.parameters()]
    z = torch.tensor(x, requires_grad=True)
    pieces = [z @ W + b for W, b in zip(tensors[::2], tensors[1::2], strict=True)]
    out = torch.stack(pieces).max(dim=0).values
    out.backward(torch.tensor(dy))
    close(layer.forward(x), out, 1e-12)
    close(layer.backward(dy), z.grad, 1e-10)
    for p, tensor in zip(layer.parameters(), tensors, strict=True):
        close(p.grad, tensor.grad, 1e-10)


def test_torch_knows_all_but_two_of_ours():
    """What PyTorch has is compared with it, however an activation came into the registry."""
    others = {
        "step",  # PyTorch's heaviside has no gradient
        "maxout",  # no such function; see above
    }
    theirs = {name.lower() for name in dir(torch.nn)}
    assert others <= set(NAMES) - set(torch_curves()) <= others | set(NAMES) - theirs


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_in_every_library(name, library, dtype):
    rng = np.random.default_rng(1)
    x = rng.normal(0, 2, (5, 4)).astype(dtype)
    here = Sequential(make(name)).astype(dtype)
    y = here.forward(x)
    dy = rng.normal(size=y.shape).astype(dtype)
    dx = here.backward(dy)

    there = put(Sequential(make(name)).astype(dtype), library)
    there_y = there.forward(array(x, library, dtype))
    there_dx = there.backward(array(dy, library, dtype))
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    for received, expected in [(there_y, y), (there_dx, dx)]:
        assert of_library(received, library) and dtype_of(received) == dtype
        close(received, expected, tolerance)
    for p, q in zip(there.parameters(), here.parameters(), strict=True):
        assert of_library(p.grad, library) and dtype_of(p.grad) == dtype
        close(p.grad, q.grad, tolerance)


# --------------------------------------------------------------------------- extremes and shapes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_finite_and_silent_up_to_1000(name, dtype, library):
    z = np.array([[-1000, -100, -88.8, -20], [-1e-8, 0, 1e-8, 20], [88.8, 100, 1000, 0]])
    model = put(Sequential(make(name)).astype(dtype), library)
    y = model.forward(array(z, library, dtype))
    dx = model.backward(namespace(y).ones_like(y))
    assert np.isfinite(numbers(y)).all() and np.isfinite(numbers(dx)).all()
    assert dtype_of(y) == dtype_of(dx) == dtype
    if name in CURVES:
        slope = numbers(model[0].derivative(array(z, library, dtype)))
        assert np.isfinite(slope).all() and slope.shape == z.shape


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_at_1000(dtype):
    z = np.array([[1000, -1000, 1000], [-1000, -1000, -1000], [0, 1000, 0]], dtype)
    p = activation("softmax").forward(z)
    close(p, [[0.5, 0, 0.5], [1 / 3, 1 / 3, 1 / 3], [0, 1, 0]], 1e-6)
    log = activation("logsoftmax").forward(z)
    half, third = math.log(1 / 2), math.log(1 / 3)
    close(log, [[half, -2000 + half, half], [third] * 3, [-1000, 0, -1000]], 1e-6)
    # To the last digit even where the probability rounds to nothing.
    assert activation("logsigmoid").forward(np.array([-1000.0], dtype))[0] == -1000


def test_softmax_of_a_row_adds_up_to_one_and_ignores_a_shift():
    z = np.random.default_rng(0).normal(0, 5, (50, 7))
    p = activation("softmax").forward(z)
    close(p.sum(axis=1), np.ones(50), 1e-14)
    assert (p > 0).all()
    close(activation("softmax").forward(z + 300), p, 1e-12)
    # The gradient along the shift is nothing.
    layer = activation("softmax")
    layer.forward(z)
    dz = layer.backward(np.random.default_rng(1).normal(size=z.shape))
    close(dz.sum(axis=1), np.zeros(50), 1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_input_and_gradient_are_left_alone(name):
    x, layer = AWAY.copy(), make(name)
    y = layer.forward(x)
    dy = np.ones_like(y)
    layer.backward(dy)
    assert (x == AWAY).all() and (dy == 1).all()


@pytest.mark.parametrize("name", NAMES)
def test_backward_before_forward(name):
    with pytest.raises(RuntimeError, match=r"\.backward needs .*forward.* before"):
        make(name).backward(np.ones((1, 4)))


@given(
    name=st.sampled_from(CURVES),
    shape=st.lists(st.integers(0, 5), min_size=1, max_size=4).map(tuple),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 999),
)
@settings(max_examples=150, deadline=None)
def test_any_shape_keeps_its_shape_and_dtype(name, shape, dtype, seed):
    model = Sequential(activation(name)).astype(dtype)
    x = np.random.default_rng(seed).normal(0, 3, shape).astype(dtype)
    y = model.forward(x)
    dx = model.backward(np.ones_like(y))
    assert y.shape == dx.shape == model[0].derivative(x).shape == shape
    assert y.dtype == dx.dtype == model[0].derivative(x).dtype == dtype
    assert all(p.grad.dtype == dtype and np.isfinite(p.grad).all() for p in model.parameters())


@given(st.sampled_from(["softmax", "logsoftmax"]), st.integers(0, 6), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_softmax_of_any_number_of_rows_and_classes(name, n, k):
    layer = activation(name)
    y = layer.forward(np.zeros((n, k), "float32"))
    dz = layer.backward(y)
    assert y.shape == dz.shape == (n, k) and y.dtype == dz.dtype == "float32"


@pytest.mark.parametrize("name", CURVES)
def test_numbers_and_lists(name):
    layer = activation(name)
    assert float(layer(1)) == pytest.approx(float(layer(np.array([1.0]))[0]))
    assert layer([[1, -1]]).shape == (1, 2)
    assert layer.derivative(1).shape == () and layer.derivative([1, 2]).shape == (2,)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "logsigmoid", "swish", "mish", "elu"])
def test_float32_keeps_its_digits(name):
    """Small numbers too, relative to themselves."""
    z = np.linspace(-80, 80, 2001, dtype="float32")
    wide = activation(name).forward(z.astype("float64"))
    np.testing.assert_allclose(activation(name).forward(z), wide, rtol=3e-6, atol=1e-33)


# ------------------------------------------------------------------------------------ single ones


@pytest.mark.parametrize("written", ["leakyrelu", "LeakyReLU", "leaky_relu"])
def test_names_as_people_write_them(written):
    assert repr(activation(written, alpha=0.2)) == "LeakyReLU(0.2)"


def test_sinc_near_zero():
    """Where its slope changes from the quotient to the series, neither shows."""
    z = np.array([1e-9, 1e-5, 1e-3, 0.1, 0.2999, 0.3001])
    expected = -z / 3 + z**3 / 30 - z**5 / 840 + z**7 / 45360
    np.testing.assert_allclose(activation("sinc").derivative(z), expected, rtol=1e-9)
    narrow = activation("sinc").derivative(z.astype("float32"))
    np.testing.assert_allclose(narrow, expected, rtol=1e-5, atol=1e-6)


def test_softmax_jacobian():
    """fᵢ(1 − fᵢ) on the diagonal, −fᵢfⱼ off it."""
    layer = activation("softmax")
    f = layer.forward(np.array([[0.3, -1.0, 2.0]]))[0]
    rows = [layer.backward(row[None])[0] for row in np.eye(3)]
    close(np.array(rows), np.diag(f) - np.outer(f, f), 1e-15)


@pytest.mark.parametrize("alpha", [-1, math.nan])
def test_elu_refuses_a_negative_alpha(alpha):
    with pytest.raises(ValueError, match="ELU expects alpha to be a number of at least 0; got"):
        activation("elu", alpha=alpha)


@pytest.mark.parametrize("alpha", [-0.1, 1.5, math.nan])
def test_leaky_relu_refuses_slopes_that_are_none_of_a_leak(alpha):
    with pytest.raises(ValueError, match="LeakyReLU expects .*alpha.* [Gg]ot"):
        activation("leakyrelu", alpha=alpha)


def test_prelu_learns_its_slope():
    layer = activation("prelu")
    (alpha,) = layer.parameters()
    layer.forward(np.array([[-2.0, -4.0, 3.0]]))
    layer.backward(np.array([[1.0, 10.0, 100.0]]))
    assert alpha.grad.tolist() == [-42]  # only where z < 0: −2·1 − 4·10


def test_prelu_decides_the_dtype_like_every_layer_with_weights():
    assert activation("prelu", dtype="float32").forward(np.ones(3)).dtype == "float32"


def test_maxout_takes_the_largest_and_gives_back_only_there():
    layer = Maxout(1, 1, k=2, rng=0)
    for p, value in zip(layer.parameters(), (1.0, 0.0, -1.0, 0.0), strict=True):
        p.value[...] = value  # max(x, −x) = |x|
    assert layer.forward(np.array([[3.0], [-2.0]])).tolist() == [[3], [2]]
    assert layer.backward(np.array([[1.0], [10.0]])).tolist() == [[1], [-10]]
    assert [float(p.grad.ravel()[0]) for p in layer.parameters()] == [3, 1, -20, 10]


def test_maxout_of_more_pieces_and_its_errors():
    assert len(Maxout(3, 2, k=5).parameters()) == 10
    assert gradcheck(Maxout(3, 2, k=5, rng=1), np.random.default_rng(1).normal(size=(4, 3))) < 1e-6
    with pytest.raises(ValueError, match="Maxout expects .*pieces.* of at least 2; got 1"):
        Maxout(3, 2, k=1)
    with pytest.raises(ValueError, match=r"expects X of shape \(N, 3\); got \(5, 2\)"):
        Maxout(3, 2).forward(np.ones((5, 2)))
