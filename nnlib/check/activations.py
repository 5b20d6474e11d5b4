"""The exercises of notebook 02: slopes, a signal's size, dead units, PReLU and Maxout."""

import numpy as np

from .exercise import Exercise, When


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _numbers(rng, n=4):
    return [(2 * rng.normal(size=size),) for size in (2, 3, 5, 8)[:n]]


# -------------------------------------------------------------------------------------- slopes

tanh_derivative = Exercise(
    "A function tanh_derivative(z) that gives the derivative of tanh at every number of z.",
    right=lambda z: 1 - np.tanh(z) ** 2,
    cases=lambda rng: [(np.array([0.0, 1.0, -2.0]),), *_numbers(rng)],
    says="The output is enough: with y = tanh(z) the slope is 1 − y², largest at z = 0, where it "
    "is 1.",
    mistakes={
        "The square is taken of z; it belongs to the output: 1 − y² with y = tanh(z).": (
            lambda z: 1 - z**2
        ),
        "y(1 − y) is the derivative of the sigmoid; for tanh it is 1 − y².": lambda z: (
            np.tanh(z) * (1 - np.tanh(z))
        ),
        "The square is missing: 1 − y², not 1 − y.": lambda z: 1 - np.tanh(z),
        "That is tanh itself; asked is its slope.": np.tanh,
        "You put tanh in twice: y = tanh(z) is the output already, and the slope is 1 − y².": (
            lambda z: 1 - np.tanh(np.tanh(z)) ** 2
        ),
        "That is y², what is taken away from 1.": lambda z: np.tanh(z) ** 2,
        "That is the derivative of the sigmoid, σ(z)(1 − σ(z)).": lambda z: (
            _sigmoid(z) * (1 - _sigmoid(z))
        ),
        "You divided by cosh once; the slope is 1 / cosh²(z).": lambda z: 1 / np.cosh(z),
    },
)

relu_backward = Exercise(
    "A function relu_backward(z, dy) that gives ∂L/∂z for y = max(0, z), where dy is ∂L/∂y.",
    right=lambda z, dy: dy * (z > 0),
    cases=lambda rng: [
        (np.array([-2.0, 0.5, 3.0]), np.array([1.5, -0.7, 2.0])),
        *((rng.normal(size=s), rng.normal(size=s)) for s in (3, 4, (2, 3), (5, 2))),
    ],
    says="Where the unit is on the gradient passes unchanged; where it is off nothing comes back.",
    mistakes={
        "That is sign(z), as on the slide: for z < 0 the slope of ReLU is 0, not −1.": (
            lambda z, dy: dy * np.sign(z)
        ),
        "That is the slope alone; the chain rule multiplies it with dy.": lambda z, dy: (
            1.0 * (z > 0)
        ),
        "You asked where dy is positive; what counts is where z is: a gradient may be negative.": (
            lambda z, dy: dy * (dy > 0)
        ),
        "You multiplied with max(0, z), the value of ReLU, where its slope belongs.": (
            lambda z, dy: dy * np.maximum(0, z)
        ),
        "You let the gradient through where the unit is off, and stopped it where it is on.": (
            lambda z, dy: dy * (z <= 0)
        ),
        "You passed everything back: for z < 0 nothing must come through.": lambda z, dy: dy,
        "You cut the gradient with ReLU too, max(0, dy): where z > 0 it passes unchanged, whatever "
        "its sign.": lambda z, dy: np.maximum(0, dy) * (z > 0),
    },
)

# --------------------------------------------------------------------------- through ten layers

surviving_gradient = Exercise(
    "The largest factor that ten sigmoids in a row, all weights 1, can leave of a gradient.",
    right=0.25**10,
    rtol=1e-2,
    atol=1e-9,
    says="Less than a millionth, and this is the best case: every unit at z = 0.",
    mistakes={
        "0.5 is σ(0), the value; the slope there is σ(0)(1 − σ(0)) = 0.25.": 0.5**10,
        "Factors one after the other are multiplied, not added: 0.25¹⁰.": 2.5,
        "That is one layer; the gradient goes through ten.": 0.25,
        "That is nine layers; every one of the ten multiplies.": 0.25**9,
        "That would be tanh, whose largest slope is 1; that of the sigmoid is 1/4.": 1.0,
        "That is how many times smaller it gets; asked is the factor that is left, 1 over it.": (
            4.0**10
        ),
        "You divided by ten; each of the ten layers multiplies by 1/4.": 0.025,
    },
)

relu_spread = Exercise(
    "The spread (standard deviation) of the weights that keeps the signal's size in a ReLU layer "
    "of 200 inputs.",
    right=np.sqrt(2 / 200),
    says="He's initialisation: the 2 makes up for the half that ReLU throws away.",
    mistakes={
        "That is 1/√n, right for tanh; ReLU throws half of the signal's square away, so √(2/n).": (
            np.sqrt(1 / 200)
        ),
        "That is the variance; the spread is its square root.": 2 / 200,
        "Half the square is lost, so the weights have to be larger: √(2/n), not √(1/(2n)).": (
            np.sqrt(1 / 400)
        ),
        "That is 2/√n: the 2 stands under the root.": 2 / np.sqrt(200),
        "That is upside down: more inputs need smaller weights.": np.sqrt(200 / 2),
        "That is 1/n: a sum of n random terms grows with √n, not with n.": 1 / 200,
    },
)

# ----------------------------------------------------------------------------------- dead units

dead_below = Exercise(
    "The bias b at and below which the unit max(0, 1.5 x + b) is dead, for inputs x from −2 to 3.",
    right=-4.5,
    says="At b = −4.5 even the largest sum, 1.5 · 3 + b, does not get above zero.",
    mistakes={
        "The sign is the other way round: a large positive bias keeps the unit on.": 4.5,
        "That is where x = −2 gets below zero: then the unit still hears the larger x. It is dead "
        "when the largest x does not reach 0 either.": 3.0,
        "The weight is missing, or it is x = −2 that you looked at: the largest sum is 1.5 · 3 + "
        "b.": -3.0,
        "You divided by w: b stands outside of 1.5 x, so 1.5 · 3 + b = 0.": -2.0,
        "At 0 the unit is on for all x > 0.": 0.0,
        "That is the middle of the inputs; dead means off for all of them.": -0.75,
    },
)

# --------------------------------------------------------------------------- what is learned

prelu_alpha_gradient = Exercise(
    "A function prelu_alpha_gradient(z, dy) that gives ∂L/∂α, one number, for y = max(0, z) + "
    "α min(0, z), where dy is ∂L/∂y.",
    right=lambda z, dy: (dy * np.minimum(0, z)).sum(),
    cases=lambda rng: [
        (np.array([-2.0, 3.0, -0.5]), np.array([1.0, 0.7, -2.0])),
        *((2 * rng.normal(size=s), rng.normal(size=s)) for s in (4, 5, (3, 2), (6, 3))),
    ],
    says="α is one number for the whole layer, so what all units and samples want is added up.",
    mistakes={
        "α is shared: add the contributions up to one number.": lambda z, dy: dy * np.minimum(0, z),
        "You took the mean; every place where α is used adds to its gradient.": lambda z, dy: (
            dy * np.minimum(0, z)
        ).mean(),
        "That is the positive half: α multiplies min(0, z), not max(0, z).": lambda z, dy: (
            dy * np.maximum(0, z)
        ).sum(),
        "dy is missing: the chain rule multiplies ∂y/∂α = min(0, z) with it.": lambda z, dy: (
            np.minimum(0, z).sum()
        ),
        "You added dy where z < 0; each has to be multiplied with its z.": lambda z, dy: (
            dy * (z < 0)
        ).sum(),
        "You used z everywhere; for z > 0 α has no say.": lambda z, dy: (dy * z).sum(),
        "You took |z|: for z < 0 it is z itself, which is negative.": lambda z, dy: (
            dy * np.abs(np.minimum(0, z))
        ).sum(),
        "You added first and multiplied then: each dy belongs to its own z.": lambda z, dy: (
            dy.sum() * np.minimum(0, z).sum()
        ),
    },
)

AT = (-2.0, 0.0, 0.5, 1.0, 3.0)


def _maxout(w1, b1, w2, b2):
    """What max(w₁x + b₁, w₂x + b₂) is at a few places."""
    numbers = [np.asarray(v, dtype=float) for v in (w1, b1, w2, b2)]
    for name, v in zip(("w1", "b1", "w2", "b2"), numbers, strict=True):
        if v.size != 1:
            raise ValueError(f"expected {name} to be one number; got shape {v.shape}.")
    w1, b1, w2, b2 = (float(v.reshape(())) for v in numbers)
    return {f"x = {x:g}": max(w1 * x + b1, w2 * x + b2) for x in AT}


def _is(f):
    """Recognises the weights with which Maxout is this function."""

    def recognise(*weights):
        return np.allclose(list(_maxout(*weights).values()), [f(x) for x in AT])

    return recognise


maxout_distance = Exercise(
    "w1, b1, w2 and b2 for which max(w1 x + b1, w2 x + b2) = |x − 1|, the distance from 1.",
    right=(1, -1, -1, 1),
    read=_maxout,
    says="Two straight pieces, x − 1 and 1 − x: whichever is larger is the distance.",
    mistakes={
        "That is |x + 1|, the distance from −1: the pieces have to meet at x = 1.": When(
            (1, 1, -1, -1), _is(lambda x: abs(x + 1))
        ),
        "That is |x|: the pieces have the right slopes, but they meet at 0.": When(
            (1, 0, -1, 0), _is(abs)
        ),
        "That is a ReLU, max(0, x − 1): the left piece has to rise as well, with slope −1.": When(
            (1, -1, 0, 0), _is(lambda x: max(0, x - 1))
        ),
        "Both pieces are the same line: a maximum of equals has no bend.": When(
            (1, -1, 1, -1),
            lambda w1, b1, w2, b2: np.allclose([w1, b1], [w2, b2]),
        ),
        "The pieces do not meet on the axis: both are to be 0 at x = 1, and so they are x − 1 and "
        "−(x − 1).": When((1, -1, -1, -1), _is(lambda x: max(x - 1, -x - 1))),
        "The first piece has the wrong bias: at x = 1 both are to be 0.": (
            When((1, 1, -1, 1), _is(lambda x: max(x + 1, 1 - x)))
        ),
    },
)
