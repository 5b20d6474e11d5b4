"""Exercises: right answers accepted however written, every usual mistake told by its own words."""

import ast
import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nnlib import check
from nnlib.check import Exercise, Verdict, When
from nnlib.check.__main__ import cell, notebook_of, readme
from nnlib.check.answers import show
from nnlib.check.everywhere import EVERYWHERE
from notebooks import build
from tests.libraries import torch

ROOT = Path(__file__).resolve().parents[1]

ALL = sorted(check.EXERCISES.items())
EACH = pytest.mark.parametrize("exercise", [pytest.param(e, id=n) for n, e in ALL])
FUNCTIONS = pytest.mark.parametrize(
    "exercise", [pytest.param(e, id=n) for n, e in ALL if e.cases is not None]
)
VALUES = pytest.mark.parametrize(
    "exercise", [pytest.param(e, id=n) for n, e in ALL if e.cases is None]
)
MISTAKES = [
    pytest.param(exercise, meaning, id=f"{name}-{k}")
    for name, exercise in ALL
    for k, meaning in enumerate(exercise.mistakes)
]


def example(exercise, meaning):
    """An answer that makes a mistake, as the arguments of a call."""
    value = exercise.mistakes[meaning]
    return exercise.answer(value.example if isinstance(value, When) else value)


def map_numbers(f, answer):
    """The same answer with every list or number in it written in another way."""
    return tuple(f(a) for a in answer)


# ---------------------------------------------------------------------------- every exercise


@EACH
def test_right_answer(exercise):
    verdict = exercise(*exercise.answer(exercise.right))
    assert verdict.ok is True, verdict.message
    assert verdict.message.startswith("Right.")


@pytest.mark.parametrize(("exercise", "meaning"), MISTAKES)
def test_mistake_is_recognised(exercise, meaning):
    verdict = exercise(*example(exercise, meaning))
    assert verdict.ok is False
    assert verdict.message == meaning


@EACH
def test_at_least_three_mistakes_in_whole_sentences(exercise):
    assert len(exercise.mistakes) >= 3
    for sentence in (exercise.asks, exercise.says, *exercise.mistakes):
        assert re.fullmatch(r"\S.*[.?)]", sentence), sentence
        assert "  " not in sentence and len(sentence) < 200


@EACH
def test_untouched(exercise):
    n = len(exercise.answer(exercise.right))
    for stub in (None, ..., [None, None], (..., ...)):
        verdict = exercise(*[stub] * n)
        assert verdict.ok is None and "not answered yet" in str(verdict).lower()
    assert exercise().ok is None
    assert exercise.asks in exercise().message


@FUNCTIONS
def test_untouched_functions(exercise):
    def nothing(*args): ...

    def not_implemented(*args):
        raise NotImplementedError

    def dots(*args):
        return tuple(... for _ in exercise.parts) if len(exercise.parts) > 1 else ...

    def half_done(*args):
        return 1.0 + ...

    for stub in (nothing, not_implemented, dots, half_done):
        assert exercise(stub).ok is None, stub.__name__


@EACH
def test_whatever_is_handed_in_there_is_a_verdict(exercise):
    rng = np.random.default_rng(0)
    n = len(exercise.answer(exercise.right))

    def raises(*args):
        raise RuntimeError("no such luck")

    class Odd:
        def __call__(self, a):
            return self

    class Hostile:
        def __array__(self, *args, **options):
            raise RuntimeError("this is no array")

        def __repr__(self):
            raise RuntimeError("and cannot be shown")

    def generator(*args):
        yield 1.0

    def endless(*args):
        return endless(*args)

    things = [
        0, -1, 2.5, True, 1e300, float("nan"), float("inf"), 1j, "", "three", b"x", [], (), {}, {1},
        [1, "a"], [[1], [2, 3]], rng.normal(size=(2, 2)), rng.normal(size=(3, 1, 2)), np.zeros(0),
        np.array(["a"]), np.array([None]), torch.ones(2, requires_grad=True), torch.zeros(()),
        object(), int, len, Odd(), raises, lambda: 1, lambda *a: a, lambda *a: "a",
        lambda *a: [], lambda *a: a[0], lambda *a: np.zeros((2, 3)), lambda *a: {"w": 1},
        lambda *a: float("nan"), lambda *a, k: 1, Hostile(), lambda *a: Hostile(), [1, None],
        10**400, range(2), iter([1]), generator, endless, print, torch.eye(2).to_sparse(),
        torch.empty(2, device="meta"), np.ma.masked_array([1.0, 2.0], [True, False]),
    ]  # fmt: skip
    for thing in things:
        for answer in ([thing] * n, [thing], [thing] * (n + 1)):
            with contextlib.redirect_stdout(io.StringIO()):
                verdict = exercise(*answer)
            assert isinstance(verdict, Verdict) and verdict.ok is not True
            assert re.fullmatch(r"[A-Z(_\w].*[.?)]", verdict.message, re.DOTALL), verdict.message
            assert len(verdict.message.split()) >= 3 and len(verdict.message) < 700
            assert " at 0x" not in verdict.message and "Traceback" not in verdict.message
            assert verdict._repr_html_()
            if verdict.ok is None:
                assert "not answered yet" in verdict.message.lower()


@EACH
def test_a_function_where_numbers_are_asked_for_and_the_other_way_round(exercise):
    """It is said what was expected, under its name, and what came."""
    n = len(exercise.answer(exercise.right))
    if exercise.cases is not None:
        message = exercise(3.5).message
        assert f"a function of ({', '.join(exercise.arguments)}); got one number, 3.5" in message
    else:
        message = exercise(*[len] * n).message
        assert "xpected" in message and "got a function, len." in message, message


@VALUES
def test_values_however_written(exercise):
    answer = exercise.answer(exercise.right)
    for write in (
        np.array,
        torch.tensor,
        lambda a: np.asarray(a, dtype="float32"),
        lambda a: np.asarray(a).tolist(),
        lambda a: tuple(np.asarray(a).tolist()) if np.ndim(a) else float(a),
    ):
        verdict = exercise(*map_numbers(write, answer))
        assert verdict.ok is True, verdict.message


@FUNCTIONS
def test_functions_however_written(exercise):
    def as_(kind):
        def function(*args):
            out = exercise.right(*args)
            return tuple(map(kind, out)) if len(exercise.parts) > 1 else kind(out)

        return function

    class Callable:
        __call__ = staticmethod(as_(np.array))

    for kind in (
        lambda a: torch.tensor(np.asarray(a)),
        lambda a: np.asarray(a).tolist(),
        lambda a: np.asarray(a, dtype="float32"),
    ):
        verdict = exercise(as_(kind))
        assert verdict.ok is True, verdict.message
    assert exercise(Callable()).ok is True


@FUNCTIONS
def test_cases_are_general(exercise):
    """They differ, and are not all zeros or ones, which hide mistakes."""
    assert len(exercise.cases) >= 4
    for k in range(len(exercise.arguments)):
        values = [np.asarray(case[k]).ravel().tolist() for case in exercise.cases]
        assert any(v != values[0] for v in values)
    given = [a for case in exercise.cases for a in case if not callable(a)]
    numbers = np.concatenate([np.ravel(a).astype(float) for a in given])
    assert len(set(numbers.tolist()) - {0.0, 1.0}) > 5


@FUNCTIONS
def test_a_function_cannot_change_the_cases(exercise):
    before = repr(exercise.cases)

    def spoil(*args):
        for a in args:
            if isinstance(a, np.ndarray):
                a[...] = 7
            elif isinstance(a, list):
                a.clear()
        return 1.0

    assert exercise(spoil).ok is False
    assert repr(exercise.cases) == before


# --------------------------------------------------------------------- exercises and notebooks


def stubs():
    """(name of the notebook, source) of every cell tagged as an exercise."""
    for name in build.names():
        notebook = nbformat.read(build.NOTEBOOKS / f"{name}.ipynb", as_version=4)
        for each in notebook.cells:
            if "exercise" in each.metadata.get("tags", ()):
                yield name, each.source


def called(source):
    """Every name that is called as ``check.<name>(...)``, in order."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in ("check", "nn.check")
    ]


def test_every_exercise_is_asked_for_once_in_the_notebook_it_belongs_to():
    asked = {}
    for notebook, source in stubs():
        (name,) = called(source)
        assert name not in asked, f"{name} is asked for twice"
        asked[name] = notebook[:2]
    assert asked == {name: notebook_of(exercise) for name, exercise in ALL}


def test_a_stub_ends_in_its_check_and_hands_in_what_it_leaves_open():
    for notebook, source in stubs():
        *before, last = ast.parse(source).body
        assert called(ast.unparse(last)) and not called("\n".join(map(ast.unparse, before)))
        defined = {n.name for n in before if isinstance(n, ast.FunctionDef)}
        for node in ast.walk(ast.Module(before, [])):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                defined.add(node.id)
        given = [
            ast.unparse(a) for a in (*last.value.args, *(k.value for k in last.value.keywords))
        ]
        assert given and set(given) <= defined, f"{notebook}: {ast.unparse(last)}"
        assert any(getattr(n, "value", 0) is ... for n in ast.walk(ast.Module(before, [])))


def test_readme_has_all_exercises_and_mistakes_of_today():
    stored = (ROOT / "nnlib" / "check" / "README.md").read_text(encoding="utf-8")
    assert stored == readme(), "write it again: python -m nnlib.check"
    for name, exercise in ALL:
        (row,) = (line for line in stored.splitlines() if line.startswith(f"| `{name}` |"))
        assert row.count("• ") == len(exercise.mistakes)
        assert all(cell(sentence) in row for sentence in (exercise.asks, *exercise.mistakes))
        assert len(re.findall(r"(?<!\\)\|", row)) == 4, "a bar in a cell would end it"
    for diagnose in EVERYWHERE:
        assert f"\n- {diagnose.__doc__}\n" in stored
    for target in re.findall(r"\]\(([^)]+)\)", stored):
        assert (ROOT / "nnlib" / "check" / target).exists(), target


def test_a_cell_of_the_table_is_text_and_code():
    assert cell("|x| < 2 and `a | b*c`, not *this*") == (
        r"\|x\| &lt; 2 and `a \| b*c`, not \*this\*"
    )


# --------------------------------------------------------------- answers the tables do not have


@pytest.mark.parametrize(
    "weights", [([2, -3], 0.5), ([1, -1], 0.1), ([0.3, -0.3], 0.3), ([5, -5], 5)]
)
def test_other_neurons_for_and_not(weights):
    assert check.and_not(*weights).ok is True


def test_a_neuron_itself_is_an_answer():
    from nnlib.perceptron import McCullochPitts

    assert check.casting_vote(McCullochPitts([1, 0.5, 0.5], 1)).ok is True
    assert "This neuron is AND" in check.casting_vote(McCullochPitts.and_(3)).message
    assert "got no threshold" in check.casting_vote([1, 1, 1]).message
    assert "weights of shape (2,)" in check.casting_vote([1, 1], 2).message
    assert check.casting_vote([3, 1, 3], 3).message == (
        "Not yet. For the inputs (0, 0, 1): expected 0, got 1. (1 of 8 are wrong.)"
    )


@pytest.mark.parametrize(
    "weights",
    [
        # OR and not AND; one inhibiting the other's input each; as columns, as rows
        ([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], -0.5),
        ([[1, -1], [-1, 1]], [-0.5, -0.5], [1, 1], -0.5),
        ([[2, -2], [2, -2]], [[-1, 3]], [[1], [1]], [-1.5]),
        (torch.tensor([[1.0, 1], [1, 1]]), np.array([-1, -2]), np.array([1, -1]), -1),
    ],
)
def test_other_networks_for_xor(weights):
    assert check.xor_by_hand(*weights).ok is True


def test_xor_weights_of_another_shape():
    verdict = check.xor_by_hand([1, 1], [0, 0], [1, 1], 0)
    assert verdict.message == "Your answer cannot be used: expected W1 of shape (2, 2); got (2,)."


def test_three_digits_are_enough():
    assert check.neuron_output(0.378).ok is True
    assert check.neuron_output(0.3775).ok is True
    assert check.neuron_output(0.38).ok is False


def test_updating_in_place_is_right_with_a_remark():
    def update(w, b, x, y, lr):
        error = y - (w @ x + b >= 0)
        w += lr * error * x
        b += lr * error
        return w, b

    verdict = check.perceptron_update(update)
    assert verdict.ok is True
    assert "changes w in place" in verdict.message and "`w = w + ...`" in verdict.message
    # The remark is about this answer only.
    assert "place" not in check.perceptron_update(check.perceptron_update.right).message


def test_one_part_right():
    verdict = check.separating_line(1.5, 0.7)
    assert verdict.message == "slope is right. intercept: Not yet: got 0.7. That is too large."
    verdict = check.separating_line(1.5, ...)
    assert verdict.ok is None and "intercept" in verdict.message
    assert check.separating_line(slope=1.5, intercept=0.5).ok is True


def test_the_batch_size_is_found_anywhere():
    gradient = Exercise(
        "g.",
        right=lambda X, y: (X * y[:, None]).mean(axis=0),
        cases=lambda rng: [(rng.normal(size=(n, 3)), rng.normal(size=n)) for n in (4, 7, 9)],
        mistakes={},
    )
    verdict = gradient(lambda X, y: (X * y[:, None]).sum(axis=0))
    assert "N times too large, N being the rows of X" in verdict.message
    assert "the sum where the mean was asked" in verdict.message
    total = Exercise(
        "g.",
        right=lambda X, y: (X * y[:, None]).sum(axis=0),
        cases=gradient.cases,
        mistakes={},
    )
    assert "N times too small" in total(lambda X, y: (X * y[:, None]).mean(axis=0)).message


# ---------------------------------------------------------- mistakes that can happen anywhere


def numbers(right, **options):
    return Exercise("n.", right=np.asarray(right), mistakes={}, **options)


MATRIX = np.array([[1.0, 2.5], [-3.0, 4.0]])


@pytest.mark.parametrize(
    ("right", "answer", "said"),
    [
        (MATRIX, -MATRIX, "The sign is the other way round"),
        (MATRIX, MATRIX.T, "transposed"),
        (MATRIX[:, :1], MATRIX[:, :1].T, "transposed"),
        (MATRIX, 3 * MATRIX, "3 times what it should be"),
        (MATRIX, MATRIX / 4, "1/4 of what it should be"),
        (MATRIX, 100 * MATRIX, "a percentage where a share was asked"),
        (MATRIX, MATRIX / np.log(2), "to base 2"),
        (MATRIX, MATRIX / np.log(10), "to base 10"),
        (MATRIX, 1 / MATRIX, "upside down"),
        (MATRIX, np.abs(MATRIX), "the sign is lost"),
        (MATRIX, MATRIX**2, "the square of"),
        (np.abs(MATRIX), np.sqrt(np.abs(MATRIX)), "the square root"),
        (MATRIX, MATRIX + 0.5, "off by 0.5, always"),
        (MATRIX, MATRIX.ravel(), "Expected an array of shape (2, 2); got an array of shape (4,)"),
        (MATRIX, 3.0, "got one number"),
        (MATRIX, np.where(MATRIX == 4, np.nan, MATRIX), "NaN"),
        ([1.2345, -0.6666], [1.23, -0.67], "Close, but not close enough"),
        (0.3712, 0.37, "Close, but not close enough"),
        (MATRIX, MATRIX * 1.01 + 0.012345, "Not yet: got [[1.022, 2.537], [-3.018, 4.052]]."),
        (MATRIX[:1, :1], -1.0, "The sign is the other way round"),
        ([1, 2, 3], [3, 2, 1], "in the opposite order"),
        ([1, 2, 3], [2, 3, 1], "not in the right places"),
        ([1, 2, 4], [2, 3, 5], "Off by one: your answer is one too large"),
        ([1, 2, 4], [0, 1, 3], "one too small"),
        ([1, 2, 4], [[1], [2], [4]], "The numbers are right"),
        ([1.5, -2.5, 4.2], [1, -2, 4], "cut to whole numbers"),
        (0.25, 25, "percentage"),
        (0.37, 0.74, "2 times"),
        (0.37, 0.9, "Not yet: got 0.9. That is too large."),
        (12, 5, "That is too small."),
        (12, 36, "That is too large."),  # not "3 times": so is every number
        (12, "twelve", "Expected one number; got str 'twelve'"),
        (12, [1, 2], "Expected one number; got an array of shape (2,)"),
        (12, len, "a function, len"),
        ([1.0, 2.0], np.ones((2, 2)), "Broadcasting"),
    ],
)
def test_anywhere(right, answer, said):
    verdict = numbers(right)(answer)
    assert verdict.ok is False and said in verdict.message, verdict.message


def test_a_constant_function():
    assert "always 0.5" in check.bce_gradient(lambda z, y: 0.5 + 0 * z).message


def test_the_first_difference_shows_inputs_and_both_results():
    verdict = check.count_parameters(lambda sizes: sizes[0] ** 3)
    assert verdict.message == (
        "Not yet. For sizes = [2, 3, 1]: expected 13, got 8. (5 of 5 are wrong.)"
    )


# ----------------------------------------------------------------------- functions that go wrong


def test_an_error_is_told_kindly():
    def f(w, b, x):
        z = x @ w + b
        return z / norm  # noqa: F821

    message = check.signed_distance(f).message
    assert "NameError: name 'norm' is not defined" in message
    assert "in the line `return z / norm" in message
    assert "It was called with w = [3, 4], b = 5, x = [2, 1]." in message


def test_other_ways_to_be_no_function():
    said = {
        3.0: "got one number, 3. Hand in the function itself, without calling it.",
        (lambda w, b: 1): "called with 3 arguments, (w, b, x); it takes (w, b).",
        (lambda w, b, x: None if b > 4 else 1.0): "returns nothing for w = [3, 4], b = 5",
        (lambda w, b, x: print(b)): "prints its result, but returns nothing",
    }
    for answer, words in said.items():
        assert words in check.signed_distance(answer).message
    said = {
        (lambda w, b, x, y, lr: w): "return 2 values, `return w, b`; got an array of shape (2,)",
        (lambda w, b, x, y, lr: (w, b, 1)): "return 2 values, `return w, b`; got 3.",
        (lambda w, b, x, y, lr: "no"): "got str 'no'",
    }
    for answer, words in said.items():
        assert words in check.perceptron_update(answer).message
    half = check.perceptron_update(lambda w, b, x, y, lr: (w, ...))
    assert half.ok is None and half.message == "Not answered yet. b is still `...`."


def test_what_a_function_prints_is_still_seen(capsys):
    def f(w, b, x):
        print("z is", w @ x + b)
        return check.signed_distance.right(w, b, x)

    assert check.signed_distance(f).ok is True
    assert capsys.readouterr().out.startswith("z is 15.0\n")


def test_the_number_of_answers():
    assert check.weighted_sum(1, 2).message == (
        "This is checked with `check.weighted_sum(answer)`; got 2 answers."
    )
    assert "`check.and_not(weights, threshold)`; got 1 answer." in check.and_not(q=1).message


# ---------------------------------------------------------------------------- verdicts, registry


def test_a_verdict_is_text_and_a_box():
    verdict = Verdict(False, "`a` < b & c\nnext")
    assert repr(verdict) == "✗ `a` < b & c\nnext"
    box = verdict._repr_html_()
    assert "<code>a</code> &lt; b &amp; c<br>next" in box and "<b>✗</b>" in box
    # The text has the colour of the theme, so that it can be read on dark and on light.
    assert not re.search(r"(?<!-)\bcolor:", box)
    symbols = {repr(Verdict(ok, "m"))[0] for ok in (True, False, None)}
    assert len(symbols) == 3
    assert [bool(Verdict(ok, "")) for ok in (True, False, None)] == [True, False, False]


def test_a_verdict_is_the_same_each_time():
    for _, exercise in ALL:
        answer = example(exercise, next(iter(exercise.mistakes)))
        assert repr(exercise(*answer)) == repr(exercise(*answer))


def test_names():
    assert check.weighted_sum is check.EXERCISES["weighted_sum"]
    assert {"weighted_sum", "perceptron_update", "xor_by_hand"} <= set(dir(check))
    for name, exercise in ALL:
        assert getattr(check, name) is exercise and exercise.name == name
        assert repr(exercise).startswith(f"check.{name}(")
    with pytest.raises(AttributeError, match="Did you mean perceptron_update?"):
        check.perceptron_udpate  # noqa: B018
    with pytest.raises(AttributeError, match="There are: .*weighted_sum"):
        check.zzz  # noqa: B018


def test_a_case_that_does_not_fit_is_the_authors_error():
    with pytest.raises(ValueError, match=r"each case must be a tuple of \(x\)"):
        Exercise("f.", right=lambda x: x, cases=[(1, 2)], mistakes={})


def test_when_recognises_a_class_of_answers():
    even = Exercise(
        "An odd number.",
        right=3,
        read=lambda n: n % 2,
        mistakes={
            "That is even.": When(4, lambda n: n % 2 == 0),
            "Never.": When(5, lambda n: 1 / 0),
        },
    )
    assert even(7).ok is True
    assert even(10).message == "That is even."
    assert even(0.5).ok is False


def test_show():
    assert show(1 / 3) == "0.3333" and show(np.float32(2)) == "2" and show(True) == "1"
    assert show([[1, 2], [3, 4]]) == "[[1, 2], [3, 4]]"
    assert show(np.arange(50)) == "[0, 1, ..., 48, 49]"
    assert show(torch.tensor([0.5, -0.0])) == "[0.5, 0]"
    assert "\n" not in show(np.zeros((30, 30)))


def test_it_loads_nothing_heavy():
    heavy = "{'matplotlib', 'ipywidgets', 'IPython', 'torch', 'scipy', 'sklearn'}"
    code = f"import sys, nnlib.check; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
