"""Exercises of notebook 00, start here."""

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
