"""Exercises of notebook 00, start here."""

import numpy as np

from .exercise import Exercise

weighted_sum = Exercise(
    "The number z = w₀ + w₁x₁ + w₂x₂ for w₀ = 1, w = (3, −2) and x = (4, 1).",
    right=1 + 3 * 4 - 2 * 1,
    says="1 + 12 − 2 = 11: this sum is the first half of every neuron of this course.",
    mistakes={
        "You left out the bias w₀ = 1.": 3 * 4 - 2 * 1,
        "The weight w₂ is −2, not 2: its term is taken away.": 1 + 3 * 4 + 2 * 1,
        "You gave x₁ the weight of x₂ and x₂ that of x₁.": 1 + 3 * 1 - 2 * 4,
        "That is the sum of all the numbers: each x is multiplied by its w first.": 1
        + 3
        - 2
        + 4
        + 1,
        "You multiplied the bias by an input as well: w₀ stands on its own.": 1 * 4 + 3 * 4 - 2 * 1,
    },
)

one_step = Exercise(
    "A function one_step(w, gradient, eta) that gives the new weight, one step downhill.",
    right=lambda w, gradient, eta: w - eta * gradient,
    cases=lambda rng: [
        (2.0, 3.0, 0.1),
        (-1.0, -4.0, 0.5),
        *((rng.normal(), rng.normal(), rng.uniform(0.01, 1)) for _ in range(3)),
    ],
    says="From w = 2 with slope 3 and η = 0.1 the step leads to 1.7. That is all that Play does, "
    "for every weight, again and again.",
    mistakes={
        "That is a step uphill: the gradient points to where the loss grows, so its multiple is "
        "taken away.": lambda w, gradient, eta: w + eta * gradient,
        "You forgot the learning rate: the gradient says which way, η says how far.": (
            lambda w, gradient, eta: w - gradient
        ),
        "You subtracted η alone: then every step is equally long, and always to the left.": (
            lambda w, gradient, eta: w - eta
        ),
        "That is the step, not where it leads: add it to w.": (
            lambda w, gradient, eta: -eta * gradient
        ),
        "You multiplied w too: the gradient already knows about w.": (
            lambda w, gradient, eta: w - eta * gradient * w
        ),
        "You divided by η; a larger learning rate should make a longer step.": (
            lambda w, gradient, eta: w - gradient / eta
        ),
        "A bracket too many: η multiplies the gradient only, not w.": (
            lambda w, gradient, eta: eta * (w - gradient)
        ),
    },
)

waiting_years = Exercise(
    "The years from the proof that one layer is not enough (1969) to hidden layers that learn.",
    right=1986 - 1969,
    says="From 1969 to 1986. The mathematics was there from 1970 on; few looked.",
    mistakes={
        "That is 1957 to 1986, from the first perceptron on. Count from the book of 1969.": 29,
        "That is 1957 to 1969, from the perceptron to the book that showed its limits.": 12,
        "That is up to 1970: the chain rule was there, but nobody trained hidden layers with it. "
        "Look for backpropagation.": 1,
        "That is up to the convolutional network of 1989. Hidden layers learned a little "
        "earlier.": 20,
        "That is up to 2006, when deep networks trained. A single hidden layer learned long "
        "before.": 37,
        "That is a year, not how many years there are between two.": 1986,
    },
)

rings = Exercise(
    "In how many of the three rings each example lies: 1, 2 or 3.",
    right=(1, 2, 2, 3),
    parts=("chess", "spam_filter", "perceptron", "convnet"),
    says="Whoever is in an inner ring is in the outer ones as well: that is what ⊃ says.",
    mistakes={
        "The perceptron learns, and it is a neural network, but its weights are one layer: not "
        "deep.": (1, 2, 3, 3),
        "The rings lie inside each other: a convolutional network is in all three.": (1, 1, 1, 1),
        "You counted from the inside: what is in the innermost ring only is in all three.": (
            3, 2, 2, 1,
        ),
        "You counted from 0: even chess by rules is in one ring, artificial intelligence.": (
            0, 1, 1, 2,
        ),
        "The spam filter learns from examples too, only without a network.": (1, 1, 2, 3),
        "The chess program here learns nothing: people wrote its rules.": (2, 2, 2, 3),
        "All of them do what takes a person some thought, but not all of them learned it.": (
            2, 2, 2, 2,
        ),
    },
)  # fmt: skip

share_right = Exercise(
    "A function share_right(predicted, y) that gives the share of predictions that are right.",
    right=lambda predicted, y: np.mean(predicted == y),
    cases=lambda rng: [
        (np.array([3, 8, 1, 7]), np.array([3, 3, 1, 1])),
        (np.array([0, 0, 5, 2, 2]), np.array([0, 6, 5, 9, 9])),
        *((rng.integers(0, 3, n), rng.integers(0, 3, n)) for n in (7, 12, 30)),
    ],
    says="This is the accuracy: 0.5 for the first example, where two of four are right.",
    mistakes={
        "That is how many are right; asked is their share, so divide by how many there are.": (
            lambda predicted, y: np.sum(predicted == y)
        ),
        "That is the share of wrong ones.": lambda predicted, y: np.mean(predicted != y),
        "That is a percentage; a share lies between 0 and 1.": (
            lambda predicted, y: 100 * np.mean(predicted == y)
        ),
        "You asked whether all are right: one mistake and the answer is 0.": (
            lambda predicted, y: np.all(predicted == y)
        ),
        "That is how far the numbers lie apart. For classes near misses do not count: a 7 read as "
        "a 1 is as wrong as one read as an 8.": lambda predicted, y: np.mean(np.abs(predicted - y)),
    },
)


def _growth_cases(rng):
    by_hand = (np.array([10, 20, 40]), np.array([0.35, 0.62, 0.81]), 0.6)
    equal = (np.array([5, 50, 500, 5000]), np.array([0.2, 0.5, 0.9, 0.95]), 0.9)
    drawn = [
        (
            np.cumsum(rng.integers(2, 50, 8)),
            np.sort(rng.uniform(0.1, 0.95, 8)),
            rng.uniform(0.3, 0.6),
        )
        for _ in range(4)
    ]
    return [by_hand, equal, *drawn]


def _first(sizes, accuracies, goal):
    return sizes[np.argmax(accuracies >= goal)]


enough_samples = Exercise(
    "A function enough_samples(sizes, accuracies, goal) that gives the smallest size whose "
    "accuracy is at least the goal.",
    right=_first,
    cases=_growth_cases,
    says="So a curve answers a practical question: how many examples do I have to collect?",
    mistakes={
        "That is the place in the array; asked is the size that stands there.": (
            lambda sizes, accuracies, goal: np.argmax(accuracies >= goal)
        ),
        "That is the accuracy that is reached; asked is the size that reaches it.": (
            lambda sizes, accuracies, goal: accuracies[np.argmax(accuracies >= goal)]
        ),
        "That is the largest size; a smaller one is enough.": (
            lambda sizes, accuracies, goal: sizes[-1]
        ),
        "That is the smallest size of all: compare its accuracy with the goal.": (
            lambda sizes, accuracies, goal: sizes[0]
        ),
        "That is the last size that falls short; asked is the next one.": (
            lambda sizes, accuracies, goal: sizes[max(np.sum(accuracies < goal) - 1, 0)]
        ),
        "Where the accuracy equals the goal it is enough: at least means ≥, not >.": (
            lambda sizes, accuracies, goal: sizes[np.argmax(accuracies > goal)]
        ),
        "These are all sizes that are enough; asked is the smallest of them.": (
            lambda sizes, accuracies, goal: sizes[accuracies >= goal]
        ),
    },
)
