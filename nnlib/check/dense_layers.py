"""Exercises of notebook 03, dense layers.

Rows are samples and ``Z = X W + b``, with W of shape (inputs, units), unless a lecture's own way of
writing is asked for.
"""

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------- rows times columns

_X = np.array([[1, 0, 2], [3, 1, -1]])
_W = np.array([[2, -2], [0, 4], [1, 3]])
_B = np.array([10, -5])

one_entry = Exercise(
    "z₂,₁ of Z = X W + b, for X = [[1, 0, 2], [3, 1, −1]], W = [[2, −2], [0, 4], [1, 3]] and "
    "b = [10, −5].",
    right=int((_X @ _W + _B)[1, 0]),
    says="Row 2 of X, column 1 of W: 3·2 + 1·0 + (−1)·1 + 10 = 15.",
    mistakes={
        "You left out the bias: unit 1 adds b₁ = 10.": int((_X @ _W)[1, 0]),
        "That is z₁,₂. The first index is the row (the sample), the second the column (the "
        "unit).": int((_X @ _W + _B)[0, 1]),
        "That is z₁,₁: the second sample has the second row of X.": int((_X @ _W + _B)[0, 0]),
        "That is z₂,₂: unit 1 has the first column of W.": int((_X @ _W + _B)[1, 1]),
        "You took the bias of unit 2: b₁ belongs to column 1.": int((_X @ _W)[1, 0] + _B[1]),
        "You lost the sign of x₂,₃ = −1.": int(np.abs(_X[1]) @ _W[:, 0] + _B[0]),
        "You added the bias once for each input. It is added once for each sum.": int(
            (_X @ _W)[1, 0] + 3 * _B[0]
        ),
    },
)


def _sums(x, W, b):
    return np.asarray(x) @ np.asarray(W) + np.asarray(b)


dense_by_index = Exercise(
    "A function dense_by_index(x, W, b) that gives the list of all zᵢ = bᵢ + Σⱼ xⱼ wⱼ,ᵢ for one "
    "sample x.",
    right=_sums,
    # Square W, so that W and its transpose both fit: a mixed-up index shows in the numbers.
    cases=lambda rng: [
        (np.array([1.0, 2.0]), np.array([[3.0, 5.0], [4.0, 6.0]]), np.array([10.0, 20.0])),
        *(tuple(rng.normal(size=s).round(1) for s in (n, (n, n), n)) for n in (3, 4, 5)),
    ],
    says="That is lecture E's formula, letter by letter; `x @ W + b` is the same in one go.",
    mistakes={
        "The indices of W have changed places: in wⱼ,ᵢ the input j comes first, so it is "
        "`W[j, i]`.": lambda x, W, b: _sums(x, W.T, b),
        "The bias is missing.": lambda x, W, b: x @ W,
        "The bias is inside the sum, so it is added once for each input: start the sum with bᵢ "
        "instead.": lambda x, W, b: x @ W + len(x) * b,
        "You took the bias of the wrong index: bᵢ belongs to the unit, so every input adds to the "
        "same bᵢ.": lambda x, W, b: x @ W + b.sum(),
        "You subtracted the bias.": lambda x, W, b: x @ W - b,
        "You left out the input with index 0: `range(1, n)` begins at the second one.": (
            lambda x, W, b: x[1:] @ W[1:] + b
        ),
        "You left out the last input: `range(n)` goes up to n − 1 by itself.": (
            lambda x, W, b: x[:-1] @ W[:-1] + b
        ),
        "That is the last term of each sum: add to it (`+=`) instead of setting it anew.": (
            lambda x, W, b: x[-1] * W[-1] + b
        ),
    },
)

torch_shapes = Exercise(
    "The shapes of weight, bias and output, as tuples, when a batch of shape (32, 3) goes through "
    "torch.nn.Linear(3, 5).",
    right=((5, 3), (5,), (32, 5)),
    parts=("weight", "bias", "output"),
    says="Stored with a row for each unit; the batch stays in front.",
    mistakes={
        "That is the weight as nnlib and Keras store it. PyTorch has a row for each unit and "
        "multiplies by the transpose: Z = X Wᵀ + b.": ((3, 5), (5,), (32, 5)),
        "There is one bias for each of the 5 units, not for each of the 3 inputs.": (
            (5, 3),
            (3,),
            (32, 5),
        ),
        "The bias does not depend on the batch: the same 5 numbers are added to every row.": (
            (5, 3),
            (32, 5),
            (32, 5),
        ),
        "The output has lost the batch: there is a row for each of the 32 samples.": (
            (5, 3),
            (5,),
            (5,),
        ),
        "The output is transposed: PyTorch, too, keeps one sample in each row.": (
            (5, 3),
            (5,),
            (5, 32),
        ),
    },
)

# ----------------------------------------------------------------------------------- counting

drawn_network = Exercise(
    "How many numbers the drawn network has to learn: 4 inputs, layers of 5, 3 and 2 units, with "
    "biases.",
    right=5 * 5 + 6 * 3 + 4 * 2,
    says="(4 + 1)·5 + (5 + 1)·3 + (3 + 1)·2 = 25 + 18 + 8 = 51.",
    mistakes={
        "These are the weights; each of the 10 units has a bias as well.": 4 * 5 + 5 * 3 + 3 * 2,
        "You gave the inputs biases as well: they are given, not computed.": 51 + 4,
        "That is the number of units, the inputs among them. Count the links.": 14,
        "You gave each layer one bias; each of its units has its own.": 41 + 3,
        "You stopped one layer early: the 2 outputs have weights too.": 25 + 18,
        "You left out the first layer, from the 4 inputs to the 5 units.": 18 + 8,
        "You multiplied the sizes of all layers; the layers' numbers are added.": 4 * 5 * 3 * 2,
        "You counted n(k + 1) in each layer: it is (n + 1)k, one bias for each of the k units.": (
            4 * 6 + 5 * 4 + 3 * 3
        ),
    },
)

widest_hidden = Exercise(
    "The largest number of hidden units with which a network 64 → k → 10 has at most 10 000 "
    "parameters.",
    right=133,
    says="65k + 10(k + 1) = 75k + 10, and 75·133 + 10 = 9985.",
    mistakes={
        "One too many: 75·134 + 10 = 10 060. Round down.": 134,
        "You left out the biases: with them it is 65k + 10(k + 1).": 135,
        "You counted the first layer only: the 10 outputs have k + 1 parameters each.": 153,
        "You counted the first layer only, and without biases.": 156,
        "There is no need for a whole number of parameters, but for one of units: 133.2 is "
        "none.": 133.2,
        "That is the number of parameters; asked is the number of hidden units.": 9985,
    },
)

# ---------------------------------------------------------------------------------- the plane

quarter_turn = Exercise(
    "W, shape (2, 2), so that z = x W turns the plane by 90° to the left (against the clock) and "
    "makes it twice as large.",
    right=np.array([[0, 2], [-2, 0]]),
    says="Row 1 says where (1, 0) goes: up, to (0, 2). Row 2: (0, 1) goes to (−2, 0).",
    mistakes={
        "That turns to the right. As columns, for z = W x, these numbers would be right; with "
        "samples as rows the images of (1, 0) and (0, 1) are the rows of W.": np.array(
            [[0, -2], [2, 0]]
        ),
        "That turns to the left, but nothing gets larger: each image should have length 2.": (
            np.array([[0, 1], [-1, 0]])
        ),
        "That turns to the right, and nothing gets larger.": np.array([[0, -1], [1, 0]]),
        "That makes everything twice as large, but turns nothing.": np.array([[2, 0], [0, 2]]),
        "That is a mirror: (0, 1) goes to (2, 0), so the F is turned over. Its determinant is "
        "−4.": np.array([[0, 2], [2, 0]]),
        "That is half a turn.": np.array([[-2, 0], [0, -2]]),
        "That makes areas twice as large, so lengths only √2 times.": np.sqrt(2)
        * np.array([[0, 1], [-1, 0]]),
    },
)

# ------------------------------------------------------------------------------ linear layers

_B0 = np.array([1, -1])
_W1, _B1 = np.array([[2, 1], [3, -1]]), np.array([0, 10])

collapsed_bias = Exercise(
    "The bias b of the one layer that does what these two do: b₀ = [1, −1], "
    "W₁ = [[2, 1], [3, −1]], b₁ = [0, 10].",
    right=_B0 @ _W1 + _B1,
    says="b = b₀W₁ + b₁ = [−1, 2] + [0, 10]: what two layers say to x = 0.",
    mistakes={
        "b₀ goes through the second layer before b₁ is added: b₀W₁ + b₁.": _B0 + _B1,
        "b₁ has got lost: it is added at the end.": _B0 @ _W1,
        "b₀ has got lost: what the first layer adds, the second layer passes on.": _B1,
        "You multiplied from the wrong side: W₁b₀ takes the rows of W₁ where b₀W₁ takes its "
        "columns.": _W1 @ _B0 + _B1,
        "You passed b₁ through W₁ as well; it is added after W₁.": (_B0 + _B1) @ _W1,
        "You multiplied b₀ and W₁ number by number and did not add up.": (_B0 * _W1) + _B1,
    },
)

bottleneck_rank = Exercise(
    "The largest rank that W can have, if it is the product of the linear layers "
    "64 → 32 → 3 → 32 → 10.",
    right=3,
    says="Nothing that comes after the three units can bring back what did not get through.",
    mistakes={
        "10 is what the shape of W, (64, 10), would allow. The layers in between allow less.": 10,
        "That is the first hidden layer. A later one is narrower.": 32,
        "That is the number of inputs; a rank is never larger than the narrowest layer.": 64,
        "Ranks do not add up: the narrowest layer decides.": 64 + 32 + 3 + 32 + 10,
        "That is the number of layers; the rank depends on how wide they are.": 4,
        "Rank 1 is the least a network that says anything can have. Asked is the largest.": 1,
    },
)

fourth_corner = Exercise(
    "What a linear model ŷ = w₁x₁ + w₂x₂ + b has to say at (1, 1), if it says 1 at (0, 0), 3 at "
    "(1, 0) and 0 at (0, 1).",
    right=2,
    says="b = 1, w₁ = 2 and w₂ = −1, so 2 − 1 + 1 = 2. Three corners leave it no choice.",
    mistakes={
        "You added the two corners, and so counted b = 1 twice.": 3,
        "You added all three corners, or took 3 and 0 for the weights: at (1, 0) the model says "
        "w₁ + b, so w₁ = 3 − 1.": 4,
        "You left out the bias b = 1.": 1,
        "You multiplied, as in x₁x₂: that is what a linear model cannot do.": 0,
        "That is the mean of the three corners; the sheet goes on rising where it rose before.": 4
        / 3,
    },
)
