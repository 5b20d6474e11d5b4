"""The check of gradients: finds what is wrong and says where, and refuses what would fool it."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import (
    MSE,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    GradientError,
    Layer,
    Linear,
    LogSoftmax,
    PReLU,
    ReLU,
    Sequential,
    Softmax,
    SoftmaxCrossEntropy,
    Step,
    Tanh,
    gradcheck,
)
from tests.libraries import LIBRARIES, array, put

pytestmark = pytest.mark.filterwarnings("error")


def samples(n=5, k=3, seed=0):
    return np.random.default_rng(seed).normal(size=(n, k))


def deep():
    return Sequential(Dense(3, 4, rng=0), Tanh(), PReLU(), Dense(4, 2, rng=1), LogSoftmax())


class Square(Layer):
    """y = x², with whatever mistake in backward."""

    def __init__(self, mistake=lambda dx: dx):
        self.mistake = mistake

    def forward(self, x, *, train=False):
        self.x = x
        return x * x

    def backward(self, dy):
        return self.mistake(2 * self.x * dy)


@pytest.mark.parametrize("library", LIBRARIES)
def test_right_gradients_pass(library):
    model = put(deep(), library)
    assert 0 < gradcheck(model, array(samples(), library)) < 1e-7
    assert (
        gradcheck(model, array(samples(), library), [0, 1, 1, 0, 1], SoftmaxCrossEntropy()) < 1e-7
    )


def test_nothing_is_left_changed():
    model, x, y = deep(), samples(), np.array([0.0, 1, 1, 0, 1])[:, None] * [1, 0.5]
    before = [p.value.copy() for p in model.parameters()]
    given = x.copy(), y.copy()
    gradcheck(model, x, y, MSE())
    for p, value in zip(model.parameters(), before, strict=True):
        assert (p.value == value).all()
        assert np.isfinite(p.grad).all()
    assert (x == given[0]).all() and (y == given[1]).all()


def test_parameters_are_put_back_even_if_forward_fails():
    class Fussy(Dense):
        def forward(self, x, *, train=False):
            if abs(self.W.value[0, 0] - 2) > 1e-9:
                raise RuntimeError("moved")
            return super().forward(x, train=train)

    layer = Fussy(1, 1)
    layer.W.value[...] = 2.0
    with pytest.raises(RuntimeError, match="moved"):
        gradcheck(layer, [[1.0]])
    assert layer.W.value[0, 0] == 2


def test_an_identity_passes():
    """Its output is its input, which is moved: a trap for the check itself."""
    assert gradcheck(Linear(), samples()) < 1e-8
    assert gradcheck(Sequential(), samples()) < 1e-8


def test_softmax_is_checked_although_its_rows_add_up_to_one():
    class Wrong(Softmax):
        def backward(self, dy):
            return 0 * dy  # right for the plain sum of all outputs

    assert gradcheck(Softmax(), samples()) < 1e-7
    with pytest.raises(GradientError):
        gradcheck(Wrong(), samples())


def test_a_step_has_no_slope_and_dropout_does_nothing_here():
    assert gradcheck(Step(), samples()) == 0
    assert gradcheck(Dropout(0.5), samples()) < 1e-8


def test_one_sample_and_none():
    assert gradcheck(deep(), samples(1)) < 1e-7
    assert gradcheck(deep(), samples(0)) == 0


@pytest.mark.parametrize("rank", [1, 3, 4])
def test_inputs_of_any_rank(rank):
    assert gradcheck(Tanh(), np.random.default_rng(0).normal(size=(2, 3, 2, 2)[:rank])) < 1e-7


# ------------------------------------------------------------------------------ what it finds


@pytest.mark.parametrize(
    "mistake",
    [
        lambda dx: 2 * dx,
        lambda dx: -dx,
        lambda dx: dx + 1e-4,
        lambda dx: dx * (1 + 1e-5),
        lambda dx: dx / len(dx),
        lambda dx: dx[::-1],
        lambda dx: np.where(dx > 0, dx, 0),
        lambda dx: dx * np.nan,
        lambda dx: np.full_like(dx, np.inf),
        lambda dx: 0 * dx,
    ],
    ids=["twice", "sign", "shift", "a little", "mean", "order", "half", "nan", "inf", "zero"],
)
def test_mistakes_are_found(mistake):
    assert gradcheck(Square(), samples()) < 1e-7
    with pytest.raises(GradientError):
        gradcheck(Square(mistake), samples())


def test_the_message_says_function_argument_index_and_both_numbers():
    def mistake(dx):
        dx[2, 1] = 5.0
        return dx

    with pytest.raises(AssertionError) as error:
        gradcheck(Square(mistake), [[1.0, 2], [3, 4], [5, 6]], np.zeros((3, 2)), MSE("sum"))
    assert str(error.value).splitlines() == [  # d(x⁴)/dx = 4x³ = 864 at x = 6
        "a gradient differs from the central difference.",
        "  function: Square()",
        "  argument: x, of shape (3, 2)",
        "  index:    (2, 1)",
        "  received: 5",
        "  expected: 864",
        "  received is 0.00578704 × expected",
    ]


def test_the_layer_and_the_parameter_are_named():
    class WrongBias(Dense):
        def backward(self, dz):
            dx = super().backward(dz)
            self.b.grad[1] *= 3
            return dx

    model = Sequential(Dense(3, 4, rng=0), Tanh(), WrongBias(4, 2, rng=1))
    with pytest.raises(GradientError, match=r"layers\[2\]\.b, of shape \(2,\)\n.*\(1,\)") as error:
        gradcheck(model, samples())
    assert "received is 3 × expected" in str(error.value)
    assert "function: Sequential(Dense(3, 4), Tanh(), Dense(4, 2))" in str(error.value).replace(
        "WrongBias", "Dense"
    )
    nested = Sequential(Tanh(), Sequential(Tanh(), WrongBias(3, 2, rng=1)))
    with pytest.raises(GradientError, match=r"layers\[1\]\.layers\[1\]\.b"):
        gradcheck(nested, samples())


def test_a_gradient_that_was_never_written():
    class Forgets(Dense):
        def backward(self, dz):
            return dz @ self.W.value.T

    layer = Forgets(3, 2, rng=0)
    with pytest.raises(GradientError, match="argument: W(.|\n)*received: nan"):
        gradcheck(layer, samples())


def test_a_gradient_of_the_wrong_shape():
    with pytest.raises(GradientError, match=r"received: \(5, 1\)\n  expected: \(5, 3\)"):
        gradcheck(Square(lambda dx: dx[:, :1]), samples())
    with pytest.raises(GradientError, match="backward returns dx.*None"):
        gradcheck(Square(lambda dx: None), samples())


def test_a_loss_with_a_mistake():
    class Half(MSE):
        def backward(self):
            return super().backward() / 2

    assert gradcheck(Linear(), samples(), samples(seed=1), MSE()) < 1e-7
    with pytest.raises(GradientError, match="received is 0.5 × expected"):
        gradcheck(Linear(), samples(), samples(seed=1), Half())


def test_small_gradients_are_not_drowned_by_rounding():
    """Ten layers of sigmoids: the first gradients are tiny, and right."""
    layers = []
    for k in range(6):
        layers += [Dense(3, 3, rng=k), nn.Sigmoid()]
    model = Sequential(*layers, Dense(3, 1, rng=9))
    y = [0, 1, 1, 0, 1]
    assert gradcheck(model, samples(), y, BinaryCrossEntropy()) < 1e-6


def test_a_mistake_in_small_gradients_is_found():
    class Scaled(Square):
        def forward(self, x, *, train=False):
            return 0.005 * super().forward(x, train=train)

        def backward(self, dy):
            return super().backward(0.005 * dy)

    assert gradcheck(Scaled(), samples()) < 1e-6
    with pytest.raises(GradientError):
        gradcheck(Scaled(lambda dx: dx * (1 + 2e-5)), samples())


def test_a_kink_within_eps_fails_and_one_further_away_does_not():
    """At a kink the difference is the mean of both slopes, here 0 and 2·(0 + 1)."""
    with pytest.raises(GradientError, match="received: 0\n  expected: 1"):
        gradcheck(ReLU(), [[0.0, 1.0]], [[-1.0, 1.0]], MSE("sum"), eps=1e-6)
    assert gradcheck(ReLU(), [[2e-6, 1.0], [-2e-6, 1.0]]) < 1e-6
    assert "kink" in gradcheck.__doc__


def test_eps_and_tolerance():
    assert gradcheck(Square(), samples(), eps=1e-3) < 1e-6
    slightly = Square(lambda dx: dx * (1 + 1e-5))
    assert 0.9e-5 < gradcheck(slightly, samples(), tolerance=1e-4) < 1.1e-5


# ---------------------------------------------------------------------------- what it refuses


def test_float32_is_refused():
    with pytest.raises(TypeError, match="gradcheck expects float64; x is float32"):
        gradcheck(Tanh(), samples().astype("float32"))
    with pytest.raises(TypeError, match=r"expects float64; layers\[0\]\.W is float32.*astype"):
        gradcheck(Sequential(Dense(3, 2, rng=0, dtype="float32")), samples())
    with pytest.raises(TypeError, match="expects float64; x is torch.float32"):
        gradcheck(Tanh(), array(samples(), "torch", "float32"))


def test_lists_and_whole_numbers_are_taken():
    assert gradcheck(Tanh(), [[1, 2], [3, -4]]) < 1e-7
    assert gradcheck(Tanh(), np.array([[1, 2], [3, -4]])) < 1e-7


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_zeros_are_refused(library):
    with pytest.raises(ValueError, match="input that is not all zeros"):
        gradcheck(Tanh(), array(np.zeros((2, 3)), library))
    with pytest.raises(ValueError, match="parameters that are not all zeros"):
        gradcheck(put(Dense(3, 2, init="zeros"), library), array(samples(), library))


def test_numbers_that_are_none_are_refused():
    x = samples()
    x[1, 2] = np.nan
    with pytest.raises(ValueError, match="finite"):
        gradcheck(Tanh(), x)


def test_targets_and_loss_come_together():
    for extra in ({"y": [[1.0]]}, {"loss": MSE()}):
        with pytest.raises(ValueError, match="y and loss together"):
            gradcheck(Tanh(), [[1.0]], **extra)
