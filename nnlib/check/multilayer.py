"""Exercises of notebook 07, multilayer networks.

Rows are samples and ``Z = X W + b``, with W of shape (inputs, outputs).
"""

import numpy as np

from .exercise import Exercise, When


def _relu(z):
    return np.maximum(z, 0)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# -------------------------------------------------------------------------------- XOR by hand

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def _two_layers_of_steps(W1, b1, W2, b2):
    """What the network of two hidden units says at the four corners; each unit fires for z ≥ 0."""
    W1, b1, W2, b2 = (np.asarray(a, dtype=float) for a in (W1, b1, W2, b2))
    for name, a, shapes in (
        ("W1", W1, [(2, 2)]),
        ("b1", b1, [(2,), (1, 2)]),
        ("W2", W2, [(2,), (2, 1)]),
        ("b2", b2, [(), (1,), (1, 1)]),
    ):
        if a.shape not in shapes:
            raise ValueError(f"expected {name} of shape {shapes[0]}; got {a.shape}.")
    hidden = (CORNERS @ W1 + b1 >= 0) * 1.0
    out = (hidden @ W2.reshape(2) + b2.reshape(()) >= 0) * 1
    return {f"x = ({r[0]}, {r[1]})": y for r, y in zip(CORNERS, out, strict=True)}


def _is_xor(*weights):
    return list(_two_layers_of_steps(*weights).values()) == [0, 1, 1, 0]


# h₁ = OR and h₂ = NAND; XOR is h₁ AND h₂.
_OR_NAND = [[1, -1], [1, -1]]

xor_by_hand = Exercise(
    "W1 (2, 2), b1 (2,), W2 (2,) and b2 of a network with two hidden units that computes XOR; "
    "every unit fires for z ≥ 0.",
    right=(_OR_NAND, [-0.5, 1.5], [1, 1], -1.5),
    read=_two_layers_of_steps,
    says="Each hidden unit is one line; the output combines the two half-planes.",
    mistakes={
        "W1 is transposed: with W1ᵀ this would be XOR. Each column of W1 belongs to one hidden "
        "unit, each row to one input.": When(
            (np.transpose(_OR_NAND), [-0.5, 1.5], [1, 1], -1.5),
            lambda W1, b1, W2, b2: _is_xor(np.transpose(W1), b1, W2, b2),
        ),
        "With the biases of the other sign this would be XOR: a unit with threshold θ has the bias "
        "−θ.": When(
            (_OR_NAND, [0.5, -1.5], [1, 1], 1.5),
            lambda W1, b1, W2, b2: _is_xor(W1, np.negative(b1), W2, np.negative(b2)),
        ),
        "This is XOR the other way round (it fires where both inputs are equal): change the signs "
        "in the output layer.": (_OR_NAND, [-0.5, 1.5], [-1, -1], 1.5),
        "This is OR: the network fires for (1, 1) too. One hidden unit has to notice that both "
        "inputs are 1, and the output must be held back by it.": (
            _OR_NAND,
            [-0.5, 1.5],
            [1, 0],
            -0.5,
        ),
        "This is AND: the network fires for (1, 1) alone.": (_OR_NAND, [-1.5, 1.5], [1, 0], -0.5),
        "This is NAND: the network fires for (0, 0) too.": (_OR_NAND, [-0.5, 1.5], [0, 1], -0.5),
        "The network fires for one of (0, 1) and (1, 0) only: one hidden unit for each of them "
        "would do.": When(
            ([[1, -1], [-1, 1]], [-0.5, -0.5], [1, 0], -0.5),
            lambda *weights: (
                list(_two_layers_of_steps(*weights).values()) in ([0, 1, 0, 0], [0, 0, 1, 0])
            ),
        ),
        "The output never fires: its bias is too negative for its weights.": (
            _OR_NAND,
            [-0.5, 1.5],
            [1, 1],
            -2.5,
        ),
        "The output always fires: its bias is too large.": (_OR_NAND, [-0.5, 1.5], [1, 1], 0),
    },
)

xor_best_line = Exercise(
    "How many of the four corners of XOR one line can get right at best.",
    right=3,
    says="Three: AND, OR and their like each miss one corner, and no line gets all four.",
    mistakes={
        "If one line got all four right, XOR would be separable: the proof above says it is "
        "not.": 4,
        "Half of them is what guessing gets. A line can do better: put one corner alone on its "
        "side.": 2,
        "That is how many it gets wrong.": 1,
        "That is the share; asked is how many of the four corners.": 0.75,
    },
)

# ------------------------------------------------------------------- counting, shapes, collapse


def _layers(sizes):
    return list(zip(sizes[:-1], sizes[1:], strict=True))


count_parameters = Exercise(
    "A function count_parameters(sizes) that gives the number of weights and biases of a network, "
    "for instance sizes = [2, 3, 1].",
    right=lambda sizes: sum((n + 1) * k for n, k in _layers(sizes)),
    cases=[([2, 3, 1],), ([2, 8, 8, 1],), ([64, 32, 10],), ([5, 4],), ([3, 7, 2, 6, 5],)],
    says="Layer by layer f(n, k) = (n + 1)k: n weights and one bias for each of k units.",
    mistakes={
        "You left out the biases: each unit has one besides its n weights.": lambda sizes: sum(
            n * k for n, k in _layers(sizes)
        ),
        "You gave each layer one bias; each of its k units has its own.": lambda sizes: sum(
            n * k + 1 for n, k in _layers(sizes)
        ),
        "You gave each layer n biases, one for each input; it has one for each of its k "
        "units.": lambda sizes: sum(n * (k + 1) for n, k in _layers(sizes)),
        "You gave the inputs biases as well: they are given, not computed.": lambda sizes: (
            sum((n + 1) * k for n, k in _layers(sizes)) + sizes[0]
        ),
        "You counted the units, not the weights between them.": lambda sizes: sum(sizes),
        "You stopped one layer early: the last one has weights too.": lambda sizes: sum(
            (n + 1) * k for n, k in _layers(sizes)[:-1]
        ),
        "You left out the first layer, from the inputs to the first hidden units.": lambda sizes: (
            sum((n + 1) * k for n, k in _layers(sizes)[1:])
        ),
        "You multiplied the layers; their numbers of weights are added.": lambda sizes: int(
            np.prod([(n + 1) * k for n, k in _layers(sizes)])
        ),
    },
)

layer_shapes = Exercise(
    "The shapes of W1, H, W2 and Z, as tuples, for a batch X of shape (32, 2), 8 hidden units and "
    "3 classes: H = ReLU(X W1 + b1), Z = H W2 + b2.",
    right=((2, 8), (32, 8), (8, 3), (32, 3)),
    parts=("W1", "H", "W2", "Z"),
    says="Inner sizes meet and vanish: (32, 2)(2, 8) is (32, 8), and (32, 8)(8, 3) is (32, 3).",
    mistakes={
        "Your weights are (outputs, inputs), as PyTorch stores them for Z = X Wᵀ + b. Here "
        "Z = X W + b, so they are (inputs, outputs).": ((8, 2), (32, 8), (3, 8), (32, 3)),
        "H and Z have lost the batch: there is a row for each of the 32 samples.": (
            (2, 8),
            (8,),
            (8, 3),
            (3,),
        ),
        "H and Z are transposed: rows are samples, columns are units.": (
            (2, 8),
            (8, 32),
            (8, 3),
            (3, 32),
        ),
        "W does not depend on the number of samples: the same weights serve every row.": (
            (32, 8),
            (32, 8),
            (32, 3),
            (32, 3),
        ),
        "You counted the bias as a row of W; here b stands on its own, and the inner sizes have to "
        "meet.": ((3, 8), (32, 8), (9, 3), (32, 3)),
        "W2 takes what the hidden layer gives, 8 numbers for each sample, not the 2 inputs.": (
            (2, 8),
            (32, 8),
            (2, 3),
            (32, 3),
        ),
    },
)

collapse = Exercise(
    "A function collapse(W1, b1, W2, b2) that gives the (W, b) of the one layer that does what two "
    "linear layers do: (X W1 + b1) W2 + b2 = X W + b.",
    right=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    parts=("W", "b"),
    cases=lambda rng: [
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([1.0, -1.0]),
            np.array([[2.0, 0.0], [1.0, 3.0]]),
            np.array([0.0, 5.0]),
        ),
        *(
            tuple(rng.normal(size=s) for s in ((m, k), (k,), (k, k), (k,)))
            for m, k in ((2, 2), (3, 3), (2, 4))
        ),
    ],
    says="However many linear layers you stack, they are one: the network stays linear.",
    mistakes={
        "b1 goes through the second layer too: it is multiplied by W2 before b2 is added.": (
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)
        ),
        "b1 has got lost: b1 W2 is part of every output.": lambda W1, b1, W2, b2: (W1 @ W2, b2),
        "b2 has got lost.": lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2),
        "You multiplied W2 from the wrong side into b1: W2 b1 takes its rows where b1 W2 takes its "
        "columns.": lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
        "You transposed W2: the middle sizes meet without it.": lambda W1, b1, W2, b2: (
            W1 @ W2.T,
            b1 @ W2.T + b2,
        ),
        "You also passed b2 through W2; it is added at the end.": lambda W1, b1, W2, b2: (
            W1 @ W2,
            (b1 + b2) @ W2,
        ),
    },
)

# ------------------------------------------------------------------------------------ forward


def _network(X, W1, b1, W2, b2, f=_relu, g=_softmax):
    return g(f(X @ W1 + b1) @ W2 + b2)


def _forward_cases(rng):
    by_hand = (
        np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 1.0]]),
        np.array([[1.0, -1.0], [1.0, 0.0]]),
        np.array([0.0, 0.5]),
        np.array([[1.0, 0.0], [2.0, -1.0]]),
        np.array([0.5, 1.0]),
    )
    drawn = [
        tuple(rng.normal(size=s) for s in ((n, m), (m, h), (h,), (h, k), (k,)))
        for n, m, h, k in ((5, 2, 4, 3), (3, 3, 5, 2), (7, 2, 8, 3))
    ]
    return [by_hand, *drawn]


forward = Exercise(
    "A function forward(X, W1, b1, W2, b2) that gives the probabilities softmax(ReLU(X W1 + b1) W2 "
    "+ b2), one row for each sample.",
    right=lambda X, W1, b1, W2, b2: _network(X, W1, b1, W2, b2),
    cases=_forward_cases,
    says="Every row adds up to 1.",
    mistakes={
        "Your softmax runs down the columns (axis=0): it must add up to 1 in every row, over the "
        "classes (axis=1).": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, g=lambda z: _softmax(z, axis=0)
        ),
        "Your softmax divides by the sum of all rows together: `keepdims` and axis=1 keep the "
        "samples apart.": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, g=lambda z: _softmax(z, axis=(0, 1))
        ),
        "These are the logits: the softmax is missing.": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, g=lambda z: z
        ),
        "The hidden layer has no ReLU: without it two layers are one.": (
            lambda X, W1, b1, W2, b2: _network(X, W1, b1, W2, b2, f=lambda z: z)
        ),
        "The ReLU belongs to the hidden layer only: on the logits it forgets everything "
        "negative.": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, g=lambda z: _softmax(_relu(z))
        ),
        "These are sigmoids of the logits: their rows do not add up to 1, because the classes do "
        "not compete.": lambda X, W1, b1, W2, b2: _network(X, W1, b1, W2, b2, g=_sigmoid),
        "The hidden layer has a sigmoid; asked is ReLU.": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, f=_sigmoid
        ),
        "The hidden layer has tanh; asked is ReLU.": lambda X, W1, b1, W2, b2: _network(
            X, W1, b1, W2, b2, f=np.tanh
        ),
        "The biases are missing in both layers.": lambda X, W1, b1, W2, b2: _network(
            X, W1, 0, W2, 0
        ),
        "The bias b1 is missing.": lambda X, W1, b1, W2, b2: _network(X, W1, 0, W2, b2),
        "You added b1 after the ReLU; it belongs inside: ReLU(X W1 + b1).": (
            lambda X, W1, b1, W2, b2: _softmax((_relu(X @ W1) + b1) @ W2 + b2)
        ),
        "The bias b2 is missing.": lambda X, W1, b1, W2, b2: _network(X, W1, b1, W2, 0),
        "These are the hidden activations H: the second layer is still to come.": (
            lambda X, W1, b1, W2, b2: _relu(X @ W1 + b1)
        ),
    },
)

# ----------------------------------------------------------------------------------- learning

bce_gradient = Exercise(
    "A function bce_gradient(z, y) that gives ∂L/∂z, where L is the mean over the samples of the "
    "binary cross-entropy of σ(z) and y.",
    right=lambda z, y: (_sigmoid(z) - y) / len(z),
    cases=lambda rng: [
        (np.array([0.0, 2.0, -1.0]), np.array([1, 1, 0])),
        *((2 * rng.normal(size=n), rng.integers(0, 2, n)) for n in (2, 5, 20)),
    ],
    says="Predicted minus actual, shared among the samples: nothing is left of the exponentials.",
    mistakes={
        "Your gradient is N times too large: L is the mean over the N samples, so each has the "
        "share 1/N.": lambda z, y: _sigmoid(z) - y,
        "The sign is the other way round: predicted minus actual. (With y − p the step would go "
        "uphill.)": lambda z, y: (y - _sigmoid(z)) / len(z),
        "The sign is the other way round, and the mean over N is missing.": lambda z, y: (
            y - _sigmoid(z)
        ),
        "You used z itself as the prediction: first p = σ(z).": lambda z, y: (z - y) / len(z),
        "That is ∂L/∂p. One step of the chain rule is left: multiply by ∂p/∂z = p(1 − p).": (
            lambda z, y: (_sigmoid(z) - y) / (_sigmoid(z) * (1 - _sigmoid(z))) / len(z)
        ),
        "There is a σ′(z) = p(1 − p) too many: it belongs to the squared error. In the "
        "cross-entropy it cancels.": lambda z, y: (
            (_sigmoid(z) - y) * _sigmoid(z) * (1 - _sigmoid(z)) / len(z)
        ),
        "You applied the sigmoid twice: the derivative is taken at z, not at the output "
        "σ(z).": lambda z, y: (_sigmoid(_sigmoid(z)) - y) / len(z),
        "That is the loss of each sample, not its derivative.": lambda z, y: (
            np.logaddexp(0, z) - y * z
        ),
        "That is the gradient's mean: one number. Asked is one for each z.": lambda z, y: np.mean(
            _sigmoid(z) - y
        ),
    },
)


def _gradients(X, Y, W1, b1, W2, b2, slope=lambda Z, H: 1 - H**2, output=_sigmoid):
    """∂J/∂ of W1, b1, W2 and b2, for tanh in the hidden layer."""
    Z = X @ W1 + b1
    H = np.tanh(Z)
    dZ2 = (output(H @ W2 + b2) - Y) / len(X)
    dZ1 = dZ2 @ W2.T * slope(Z, H)
    return X.T @ dZ1, dZ1.sum(axis=0), H.T @ dZ2, dZ2.sum(axis=0)


def _stepped(*weights_and_lr, gradients):
    *weights, lr = weights_and_lr
    return tuple(w - lr * g for w, g in zip(weights, gradients, strict=True))


def _step(X, Y, W1, b1, W2, b2, lr, **how):
    """The weights after one step."""
    gradients = _gradients(X, Y, W1, b1, W2, b2, **how)
    return _stepped(W1, b1, W2, b2, lr, gradients=gradients)


def _step_output_first(X, Y, W1, b1, W2, b2, lr):
    *_, W2_new, b2_new = _step(X, Y, W1, b1, W2, b2, lr)
    # dZ2 comes from the old forward pass; only the way back goes through the new W2.
    H = np.tanh(X @ W1 + b1)
    dZ1 = (_sigmoid(H @ W2 + b2) - Y) / len(X) @ W2_new.T * (1 - H**2)
    return W1 - lr * X.T @ dZ1, b1 - lr * dZ1.sum(axis=0), W2_new, b2_new


def _step_squared_error(X, Y, W1, b1, W2, b2, lr):
    H = np.tanh(X @ W1 + b1)
    p = _sigmoid(H @ W2 + b2)
    dZ2 = 2 * (p - Y) * p * (1 - p) / len(X)
    dZ1 = dZ2 @ W2.T * (1 - H**2)
    gradients = X.T @ dZ1, dZ1.sum(axis=0), H.T @ dZ2, dZ2.sum(axis=0)
    return _stepped(W1, b1, W2, b2, lr, gradients=gradients)


def _step_cases(rng):
    by_hand = (
        np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]]),
        np.array([[1], [0], [1]]),
        np.array([[1.0, -1.0], [0.5, 0.0]]),
        np.array([0.0, 0.5]),
        np.array([[1.0], [2.0]]),
        np.array([-0.5]),
        0.5,
    )
    drawn = [
        (
            rng.normal(size=(n, 2)),
            rng.integers(0, 2, (n, 1)),
            *(rng.normal(size=s) for s in ((2, h), (h,), (h, 1), (1,))),
            rng.uniform(0.1, 2),
        )
        for n, h in ((2, 2), (6, 4), (20, 3))
    ]
    return [by_hand, *drawn]


training_step = Exercise(
    "A function training_step(X, Y, W1, b1, W2, b2, lr) that gives (W1, b1, W2, b2) after one step "
    "of gradient descent on the mean binary cross-entropy of σ(tanh(X W1 + b1) W2 + b2).",
    right=lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, lr),
    parts=("W1", "b1", "W2", "b2"),
    cases=_step_cases,
    says="Forward, loss, backward, update: training is this, again and again.",
    mistakes={
        "You walk uphill: the step is minus the learning rate times the gradient.": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, -lr)
        ),
        "You forgot the learning rate.": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, 1)
        ),
        "Your step is N times too large: did you forget the mean over the samples?": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, lr * len(X))
        ),
        "The hidden layer stands still: W1 and b1 learn too.": (
            lambda X, Y, W1, b1, W2, b2, lr: (W1, b1, *_step(X, Y, W1, b1, W2, b2, lr)[2:])
        ),
        "You forgot to update the biases.": (
            lambda X, Y, W1, b1, W2, b2, lr: (
                _step(X, Y, W1, b1, W2, b2, lr)[0],
                b1,
                _step(X, Y, W1, b1, W2, b2, lr)[2],
                b2,
            )
        ),
        "The slope of tanh is missing in dZ1: multiply by 1 − H².": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, lr, slope=lambda Z, H: 1)
        ),
        "You took the slope of tanh as 1 − Z²: it is 1 − H², with H = tanh(Z), the output.": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(
                X, Y, W1, b1, W2, b2, lr, slope=lambda Z, H: 1 - Z**2
            )
        ),
        "You applied tanh twice: the slope at Z is 1 − H² with H = tanh(Z), and not with "
        "tanh(H).": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(
                X, Y, W1, b1, W2, b2, lr, slope=lambda Z, H: 1 - np.tanh(H) ** 2
            )
        ),
        "H(1 − H) is the slope of the sigmoid; that of tanh is 1 − H².": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(
                X, Y, W1, b1, W2, b2, lr, slope=lambda Z, H: H * (1 - H)
            )
        ),
        "You went back through the new W2. All gradients belong to the old weights: compute "
        "first, then update.": _step_output_first,
        "The sigmoid of the output is missing: p = σ(H W2 + b2).": (
            lambda X, Y, W1, b1, W2, b2, lr: _step(X, Y, W1, b1, W2, b2, lr, output=lambda z: z)
        ),
        "That is a step on the squared error: in the cross-entropy the σ′ of the output "
        "cancels.": _step_squared_error,
        "These are the gradients; asked are the new weights.": (
            lambda X, Y, W1, b1, W2, b2, lr: _gradients(X, Y, W1, b1, W2, b2)
        ),
    },
)
