"""Exercises: every right answer is accepted, every usual mistake recognised by its own words."""

import pytest

from nnlib import check

ALL = sorted(check.EXERCISES.items())
MISTAKES = [
    pytest.param(exercise, meaning, id=f"{name}-{k}")
    for name, exercise in ALL
    for k, meaning in enumerate(exercise.mistakes)
]


def example(exercise, meaning):
    """An answer that makes a mistake, as the arguments of a call."""
    value = exercise.mistakes[meaning]
    return exercise.answer(value.example if isinstance(value, check.When) else value)


@pytest.mark.parametrize(("name", "exercise"), ALL)
def test_right_answer(name, exercise):
    verdict = exercise(*exercise.answer(exercise.right))
    assert verdict.ok is True, verdict.message
    assert getattr(check, name) is exercise and exercise.name == name


@pytest.mark.parametrize(("exercise", "meaning"), MISTAKES)
def test_mistake_is_recognised(exercise, meaning):
    verdict = exercise(*example(exercise, meaning))
    assert verdict.ok is False
    assert verdict.message == meaning
