r"""What an exercise is: one right answer, the usual wrong ones, and what each of them means.

An author writes down *answers*; comparing them is done here. An exercise is one of three kinds:

``Exercise(asks, right=5.0, mistakes={"You forgot the bias.": 4.0})``
    The answer is a number, a list, an array: one value, or one for each name in `parts`.
``Exercise(asks, right=f, cases=[(1.0,), (2.0,)], mistakes={"...": lambda x: -f(x)})``
    The answer is a function. It is called with every case, and so is each wrong one.
``Exercise(asks, right=([1, 1], 2), read=table, mistakes={"...": ([1, 1], 1)})``
    Many answers are right. `read` turns any of them into what can be compared.

A verdict is looked for in this order: nothing answered yet, right, one of the exercise's own
mistakes, something that is no number or has another shape, one of the mistakes that can happen
anywhere (`EVERYWHERE`: sign, a factor, the order, ...), and at last where the first difference is.

Short names: *got* and *want* are aligned lists of `Item`, what came and what is right.
"""

import contextlib
import copy
import html
import inspect
import io
import linecache
import re
from dataclasses import dataclass

import numpy as np

# ------------------------------------------------------------------------------------ verdict


@dataclass(frozen=True)
class Verdict:
    """The answer to an answer.

    Parameters
    ----------
    ok : bool or None
        None while there is nothing to judge.
    message : str
        Words between backticks are code.

    Examples
    --------
    >>> Verdict(False, "Your sign is the other way round.")
    ✗ Your sign is the other way round.
    >>> bool(Verdict(None, "Not answered yet."))
    False
    """

    ok: bool | None
    message: str

    def __bool__(self):
        return self.ok is True

    def __repr__(self):
        return f"{_SYMBOL[self.ok]} {self.message}"

    def _repr_html_(self):
        # Text keeps the colour of the theme; the tint is see-through, so that light and dark
        # both work, and the symbol says the same as the colour.
        r, g, b = _COLOUR[self.ok]
        text = html.escape(self.message).replace("\n", "<br>")
        text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
        return (
            f'<div role="status" style="border-left: 5px solid rgb({r}, {g}, {b}); '
            f"background: rgba({r}, {g}, {b}, 0.15); padding: 0.5em 0.8em; "
            f'border-radius: 3px; max-width: 46em"><b>{_SYMBOL[self.ok]}</b> {text}</div>'
        )


_SYMBOL = {True: "✓", False: "✗", None: "○"}
_COLOUR = {True: (0, 158, 115), False: (213, 94, 0), None: (128, 128, 128)}  # Okabe and Ito


class _Wrong(Exception):
    """Something that settles the verdict at once: str(error) is its message."""


class _Unanswered(Exception):
    """There is nothing to judge yet; str(error) says what is missing, if it is known."""


@dataclass(frozen=True)
class Item:
    """One thing to compare: which part of the answer, for which inputs, and its value."""

    part: str
    where: str
    value: object


@dataclass(frozen=True)
class When:
    """A mistake that is a whole class of answers: an example, and how to recognise the others.

    Parameters
    ----------
    example
        An answer that makes the mistake; the tests hand it in.
    recognise : callable
        Called with the answer's arguments; true if it makes this mistake.
    """

    example: object
    recognise: object


# ----------------------------------------------------------------------------------- exercise


class Exercise:
    r"""A question that knows its answer, and what the usual wrong answers mean.

    Parameters
    ----------
    asks : str
        What to hand in, in one sentence that ends in a full stop; shown while unanswered.
    right : object
        A right answer: a value (a tuple of them where there are several `parts`), a function if
        there are `cases`, or a tuple of the arguments of `read`.
    mistakes : dict of str to object
        For each usual mistake, what it means, and an answer that makes it, of the same form as
        `right`; a `When` where one example does not stand for all.
    cases : list of tuple, or callable
        What to call a function with: arguments, or ``cases(rng)`` that draws them (always from
        the same seed). Make them general: zeros, ones and squares hide mistakes. The first one
        that goes wrong is shown, so begin with one that can be done by hand.
    read : callable
        Turns an answer into a value, or into a dict of label to value.
    parts : tuple of str
        What the values are called, where there are several: those handed in, or those returned.
    says : str
        What to notice, said with a right answer.
    rtol, atol : float
        A number is right if it is within ``atol + rtol * abs(right)``.

    Examples
    --------
    >>> area = Exercise(
    ...     "The area of a circle of radius 2.",
    ...     right=4 * np.pi,
    ...     mistakes={"That is the circumference of a circle of radius 1.": 2 * np.pi},
    ... )
    >>> area(12.566)
    ✓ Right.
    >>> area(6.283)
    ✗ That is the circumference of a circle of radius 1.
    >>> area(-12.566)
    ✗ The sign is the other way round: the size of your answer is right.
    >>> area(...)
    ○ Not answered yet. The area of a circle of radius 2.
    """

    name, module = "exercise", ""  # its variable and where it stands, once nnlib.check found it

    def __init__(
        self,
        asks,
        *,
        right,
        mistakes,
        cases=None,
        read=None,
        parts=None,
        says="",
        rtol=1e-3,
        atol=1e-6,
    ):
        self.asks, self.right, self.mistakes, self.says = asks, right, mistakes, says
        self.read, self.rtol, self.atol = read, rtol, atol
        if cases is not None:
            cases = cases(np.random.default_rng(0)) if callable(cases) else cases
            self.arguments = tuple(inspect.signature(right).parameters)
            if any(len(case) != len(self.arguments) for case in cases):
                raise ValueError(f"each case must be a tuple of ({', '.join(self.arguments)})")
        self.cases = cases
        self.parts = parts or ("",)
        self._remark = ""  # what else there is to say about the answer last read
        self._known = None  # the right answer and the mistakes, read: see known()

    def __repr__(self):
        return f"check.{self.name}({', '.join(self._signature().parameters)}): {self.asks}"

    def __call__(self, *answer, **named):
        """Judge an answer; never raises.

        Returns
        -------
        Verdict
        """
        try:
            return self._judge(self._bind(answer, named))
        except _Unanswered as missing:
            return Verdict(None, " ".join(filter(None, ["Not answered yet.", *missing.args])))
        except _Wrong as wrong:
            return Verdict(False, str(wrong))

    def answer(self, value):
        """The arguments of a call that hands in `value`, which has the form of `right`."""
        several = len(self._signature().parameters) > 1
        return tuple(value) if several else (value,)

    def known(self):
        """What is right, and what each mistake gives, as lists of `Item`; read once."""
        if self._known is None:
            want = self._items(self.answer(self.right))
            wrong = {
                meaning: self._items(self.answer(value))
                for meaning, value in self.mistakes.items()
                if not isinstance(value, When)
            }
            self._known = want, wrong
        return self._known

    # ---------------------------------------------------------------------------- one answer

    def _judge(self, answer):
        want, mistakes = self.known()
        got = self._items(answer)
        if self._same(got, want):
            return Verdict(True, " ".join(filter(None, ["Right.", self.says, self._remark])))
        numbers = all(_numbers(item.value) is not None for item in got)
        for meaning, value in self.mistakes.items():
            if isinstance(value, When):
                made = numbers and _quietly(value.recognise, *answer)
            else:
                made = self._same(got, mistakes[meaning])
            if made:
                return Verdict(False, meaning)
        return Verdict(False, self._find(got, want))

    def _signature(self):
        """How the exercise is called."""
        if self.read is not None:
            return inspect.signature(self.read)
        names = (
            ["function"] if self.cases is not None else [part or "answer" for part in self.parts]
        )
        return inspect.Signature(
            [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in names]
        )

    def _bind(self, answer, named):
        if not answer and not named:
            raise _Unanswered(self.asks)
        try:
            bound = self._signature().bind(*answer, **named)
        except TypeError:
            takes = ", ".join(self._signature().parameters)
            raise _Wrong(
                f"This is checked with `check.{self.name}({takes})`; got "
                f"{_count([*answer, *named], 'answer')}."
            ) from None
        names = list(self._signature().parameters)
        missing = [n for n in names if n in bound.arguments and _blank(bound.arguments[n])]
        if missing:
            some = len(missing) < len(bound.arguments)
            raise _Unanswered(f"Still to fill in: {_list(missing)}." if some else self.asks)
        return bound.args

    def _items(self, answer):
        """What an answer comes to."""
        self._remark = ""
        if self.cases is not None:
            return self._run(answer[0])
        if self.read is None:
            return [Item(part, "", v) for part, v in zip(self.parts, answer, strict=True)]
        try:
            value = self.read(*answer)
        except Exception as error:
            for name, given, right in zip(
                self._signature().parameters, answer, self.answer(self.right), strict=False
            ):
                wanted = _numbers(right)
                if wanted is not None and _numbers(given) is None:
                    raise _Wrong(
                        f"Expected {name} to be {_kind(wanted)}; got {_describe(given)}."
                    ) from None
            # A ValueError of nnlib is a sentence; of other errors the type is half of what is said.
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            raise _Wrong(f"Your answer cannot be used: {kind}{_sentence(error)}") from None
        if isinstance(value, dict):
            return [Item("", str(label), v) for label, v in value.items()]
        return [Item("", "", value)]

    def _run(self, function):
        """The items a function returns: called with each case, with its own copy of it."""
        if not callable(function):
            raise _Wrong(
                f"The answer is a function of ({', '.join(self.arguments)}); got "
                f"{_describe(function)}. Hand in the function itself, without calling it."
            )
        self._check_arguments(function)
        items, blank, printed, changed = [], 0, io.StringIO(), []
        for case in self.cases:
            given = copy.deepcopy(case)
            try:
                with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                    returned = function(*given)
            except NotImplementedError:
                raise _Unanswered(self.asks) from None
            except Exception as error:
                if isinstance(error, TypeError) and "ellipsis" in str(error):
                    raise _Unanswered("There is still a `...` in your function.") from None
                raise _Wrong(
                    f"Your function raises {type(error).__name__}: {error}"
                    f"{_line_of(function, error)}\nIt was called with {self._inputs(case)}."
                ) from None
            changed += [
                name
                for name, before, after in zip(self.arguments, case, given, strict=True)
                if name not in changed and not _equal(before, after)
            ]
            blank += _blank(returned)
            values = returned if len(self.parts) > 1 else (returned,)
            if not _blank(returned):
                values = self._several(values, case)
            else:
                values = [returned] * len(self.parts)
            where = self._inputs(case)
            items += [Item(p, where, v) for p, v in zip(self.parts, values, strict=True)]
        if blank == len(self.cases):
            if printed.getvalue():
                raise _Wrong(
                    "Your function prints its result, but returns nothing: end it with `return`."
                )
            raise _Unanswered(self.asks)
        print(printed.getvalue(), end="")
        for item in items:
            if item.value is None:
                raise _Wrong(
                    f"Your function returns nothing for {item.where}: is there a way through it "
                    "that ends without `return`?"
                )
            if item.value is ...:
                raise _Unanswered(f"{item.part or 'What it returns'} is still `...`.")
        if changed:
            self._remark = (
                f"One remark: your function changes {_list(changed)} in place, so whoever calls it "
                f"loses the old value. `{changed[0]} = {changed[0]} + ...` makes a new one; "
                f"`{changed[0]} += ...` does not."
            )
        return items

    def _check_arguments(self, function):
        try:
            inspect.signature(function).bind(*self.arguments)
        except TypeError:
            raise _Wrong(
                f"Your function is called with {_count(self.arguments, 'argument')}, "
                f"({', '.join(self.arguments)}); it takes {inspect.signature(function)}."
            ) from None
        except ValueError:  # some built-in functions do not say what they take
            pass

    def _several(self, values, case):
        """The values one call returned, which should be as many as there are parts."""
        if len(self.parts) == 1:
            return values
        names = ", ".join(self.parts)
        if not isinstance(values, tuple | list):
            raise _Wrong(
                f"Your function should return {len(self.parts)} values, `return {names}`; "
                f"got {_describe(values)}."
            )
        if len(values) != len(self.parts):
            raise _Wrong(
                f"Your function should return {len(self.parts)} values, `return {names}`; "
                f"got {len(values)}."
            )
        return values

    def _inputs(self, case):
        return ", ".join(
            f"{name} = {show(value)}" for name, value in zip(self.arguments, case, strict=True)
        )

    # ------------------------------------------------------------------------------ comparing

    def _close(self, a, b):
        return a.shape == b.shape and bool(
            np.allclose(a, b, rtol=self.rtol, atol=self.atol, equal_nan=True)
        )

    def _same(self, got, want):
        if len(got) != len(want):
            return False
        for g, w in zip(got, want, strict=True):
            a, b = _numbers(g.value), _numbers(w.value)
            if a is None or b is None:
                return False
            if a.size == b.size == 1:  # [[3.]] is 3
                a, b = a.reshape(()), b.reshape(())
            if not self._close(a, b):
                return False
        return True

    def _find(self, got, want):
        """What is wrong with an answer that makes none of the exercise's own mistakes."""
        right = [
            part
            for part in self.parts
            if self._same([g for g in got if g.part == part], [w for w in want if w.part == part])
        ]
        before = f"{_list(right)} {'is' if len(right) == 1 else 'are'} right. " if right else ""
        pairs = [(g, w) for g, w in zip(got, want, strict=True) if g.part not in right]
        wrong = pairs[0][0].part
        pairs = [(g, w) for g, w in pairs if g.part == wrong]
        if wrong:
            before += f"{wrong}: "
        return before + (
            self._unfit(pairs) or self._anywhere(pairs) or self._first_difference(pairs)
        )

    def _unfit(self, pairs):
        """No numbers, another shape, NaN: what cannot be compared at all."""
        for g, w in pairs:
            at = f" For {g.where}." if g.where else ""
            a, b = _numbers(g.value), _numbers(w.value)
            if a is None:
                return f"Expected {_kind(b)}; got {_describe(g.value)}.{at}"
            if np.isnan(a).any() and not np.isnan(b).any():
                return f"Your answer has NaN (not a number) in it: got {show(a)}.{at}"
            if a.shape != b.shape and not a.size == b.size == 1:
                why = _because_of_shape(a, b, self._close)
                return f"Expected {_kind(b)}; got {_kind(a)}.{why}{at}"
        return None

    def _anywhere(self, pairs):
        if self.read is not None:
            return None  # what is compared is not what was handed in
        b = [_numbers(w.value).astype(float) for _, w in pairs]
        a = [_numbers(g.value).astype(float) for g, _ in pairs]
        a = [x.reshape(y.shape) if y.size == 1 else x for x, y in zip(a, b, strict=True)]
        same = lambda x, y: all(self._close(p, q) for p, q in zip(x, y, strict=True))  # noqa: E731
        for diagnose in EVERYWHERE:
            with np.errstate(all="ignore"):
                found = diagnose(a, b, same, self)
            if found:
                return found
        return None

    def _first_difference(self, pairs):
        wrong = [(g, w) for g, w in pairs if not self._same([g], [w])]
        g, w = wrong[0]
        if not g.where:
            # One number to find: which way to look, but not the number itself.
            a, b = _numbers(g.value), _numbers(w.value)
            way = ""
            if a.size == 1:
                way = " That is too large." if a > b else " That is too small."
            return f"Not yet: got {show(g.value)}.{way}"
        share = f" ({len(wrong)} of {len(pairs)} are wrong.)" if len(pairs) > 1 else ""
        return f"Not yet. For {g.where}: expected {show(w.value)}, got {show(g.value)}.{share}"


# ------------------------------------------------------------ mistakes that can happen anywhere
# Each looks at all cases at once; its docstring stands in README.md. `got` and `want` are lists of
# float arrays of equal shapes, same(x, y) compares two such lists. A sentence if it recognises the
# mistake, else None.


TELLING = (2, 1 / 2, 100, 1 / 100, 1 / np.log(2), 1 / np.log(10))  # factors with a usual reason


def _lone(want):
    """Whether all there is to compare is one number."""
    return len(want) == 1 and want[0].size == 1


def _sign(got, want, same, exercise):
    """The sign is the other way round."""
    if same([-a for a in got], want):
        return "The sign is the other way round: the size of your answer is right."


def _absolute(got, want, same, exercise):
    """The sign is lost."""
    if same(got, [np.abs(b) for b in want]):
        return "The size is right, but the sign is lost: expected negative values too."


def _transposed(got, want, same, exercise):
    """Rows and columns have changed places."""
    if any(b.ndim == 2 for b in want) and same([a.T for a in got], want):
        return "Your answer is transposed: rows and columns have changed places."


def _order(got, want, same, exercise):
    """The right numbers in another order."""
    if any(b.size > 1 for b in want):
        if same([a[::-1] if a.ndim else a for a in got], want):
            return "These are the right numbers in the opposite order."
        if same([np.sort(a, axis=None) for a in got], [np.sort(b, axis=None) for b in want]):
            return "These are the right numbers, but not in the right places."


def _factor(got, want, same, exercise):
    """Off by a factor: a sum for a mean, per cent, another logarithm, or the same everywhere."""
    ratios = []
    for a, b in zip(got, want, strict=True):
        k = np.argmax(np.abs(b)) if b.size else 0
        ratios.append(a.flat[k] / b.flat[k] if b.size and b.flat[k] else np.nan)
    ratios = np.array(ratios)
    if np.isnan(ratios).all() or (ratios[~np.isnan(ratios)] == 0).any():
        return None
    if not same([a / r if r == r else a for a, r in zip(got, ratios, strict=True)], want):
        return None
    known, near = ratios[~np.isnan(ratios)], exercise.rtol
    for k, name in enumerate(exercise.arguments if exercise.cases is not None else ()):
        rows = [np.shape(case[k])[0] if np.ndim(case[k]) else np.nan for case in exercise.cases]
        rows = np.array(rows, float)[~np.isnan(ratios)]
        if len(set(rows)) > 1 or (rows > 1).all():
            if np.allclose(known, rows, rtol=near):
                return (
                    f"Your answer is N times too large, N being the rows of {name}: did you take "
                    "the sum where the mean was asked?"
                )
            if np.allclose(known, 1 / rows, rtol=near):
                return (
                    f"Your answer is N times too small, N being the rows of {name}: did you take "
                    "the mean where the sum was asked?"
                )
    c = known[0]
    if not np.allclose(known, c, rtol=near):
        return None
    if _lone(want) and (want[0] == np.round(want[0]) or not np.isclose(c, TELLING).any()):
        return None  # of a single number every other one is a multiple: that says nothing
    for value, meaning in {
        100: "a percentage where a share was asked?",
        0.01: "a share where a percentage was asked?",
        1 / np.log(2): "is your logarithm the one to base 2? Here it is the natural one.",
        1 / np.log(10): "is your logarithm the one to base 10? Here it is the natural one.",
    }.items():
        if np.isclose(c, value, rtol=near):
            return f"Your answer is {show(c)} times what it should be: {meaning}"
    times = f"{show(c)} times" if abs(c) >= 1 else f"1/{show(1 / c)} of"
    return f"Your answer is {times} what it should be: a factor too many, or one missing."


def _upside_down(got, want, same, exercise):
    """One divided by the right answer."""
    if not _lone(want) and all((b != 0).all() for b in want) and same(got, [1 / b for b in want]):
        return "Your answer is upside down: it is 1 divided by the right one."


def _whole(got, want, same, exercise):
    """Off by one, or cut to whole numbers."""
    whole = lambda xs: all((x == np.round(x)).all() for x in xs)  # noqa: E731
    if whole(want):
        for d, much in ((1, "one too large"), (-1, "one too small")):
            if same(got, [b + d for b in want]):
                return f"Off by one: your answer is {much}."
    elif whole(got) and same(got, [np.trunc(b) for b in want]):
        return (
            "Your answer is cut to whole numbers: is there a `//`, an `int`, or an array of "
            "integers in it?"
        )


def _shift(got, want, same, exercise):
    """Off by the same amount everywhere."""
    if len(want) > 1 or want[0].size > 1:
        d = np.concatenate([(a - b).ravel() for a, b in zip(got, want, strict=True)])
        if d.size and np.isfinite(d[0]) and same(got, [b + d[0] for b in want]):
            return f"Your answer is off by {show(d[0])}, always."


def _square(got, want, same, exercise):
    """The square, or the square root, of the right answer."""
    if _lone(want) and want[0] == np.round(want[0]):
        return None
    if same(got, [b**2 for b in want]):
        return "Your answer is the square of what it should be."
    if all((b >= 0).all() for b in want) and same(got, [np.sqrt(b) for b in want]):
        return "Your answer is the square root of what it should be."


def _rounded(got, want, same, exercise):
    """Rounded on the way."""
    pairs = list(zip(got, want, strict=True))
    few_digits = all(np.array_equal(a, np.round(a, 3)) for a in got)
    if few_digits and all((np.abs(a - b) <= 0.02 * np.abs(b)).all() for a, b in pairs):
        return "Close, but not close enough: did you round on the way? Keep a few more digits."


def _constant(got, want, same, exercise):
    """Always the same, whatever the arguments."""
    if len(got) > 2 and same(got, [np.full(b.shape, got[0].flat[0]) for b in want]):
        return f"Your answer is always {show(got[0].flat[0])}: does it use its arguments?"


EVERYWHERE = [
    _sign,
    _rounded,
    _transposed,
    _order,
    _absolute,
    _factor,
    _upside_down,
    _whole,
    _square,
    _constant,
    _shift,
]


def _because_of_shape(a, b, close):
    if a.T.shape == b.shape and close(a.T, b):
        return " It is transposed."
    if a.size == b.size and close(a.ravel(), b.ravel()):
        return f" The numbers are right: `reshape{b.shape}` would do, but why is the shape another?"
    if a.ndim == b.ndim + 1 and a.shape == (b.size, b.size):
        return " Broadcasting (N,) against (N, 1) makes such a square."
    return ""


# -------------------------------------------------------------------------------------- words


def show(value):
    """A number, array or anything else, on one line.

    Examples
    --------
    >>> show(np.array([[1.0, 2.5], [1 / 3, 0.0]]))
    '[[1, 2.5], [0.3333, 0]]'
    """
    a = _numbers(value)
    if a is None:
        try:
            text = re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(repr(value).split()))
        except Exception:  # some objects cannot even say what they are
            return "(it cannot be shown)"
        return text if len(text) <= 60 else text[:57] + "..."
    text = np.array2string(
        a,
        separator=", ",
        threshold=12,
        edgeitems=2,
        max_line_width=10_000,
        formatter={"float_kind": lambda x: f"{x + 0.0:.4g}", "int_kind": str},
    )
    return re.sub(r"\s*\n\s*", " ", text)


def _kind(a):
    """How to call an array by its shape."""
    return f"an array of shape {a.shape}" if a.ndim else "one number"


def _describe(value):
    a = _numbers(value)
    if a is not None:
        return f"{_kind(a)}, {show(a)}"
    if inspect.isroutine(value):
        return f"a function, {getattr(value, '__name__', '?')}"
    return f"{type(value).__name__} {show(value)}"


def _count(things, word):
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _sentence(error):
    text = str(error).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _list(names):
    names = [str(n) for n in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _numbers(value):
    """Whatever holds numbers (list, torch tensor, Parameter, ...) as an array; None if it does not.

    Torch is not imported: who hands in a tensor has done so.
    """
    try:
        for attribute in ("detach", "cpu"):
            if hasattr(value, attribute):
                value = getattr(value, attribute)()
        if not isinstance(value, np.ndarray):
            value = getattr(value, "value", value)  # a Parameter
        if isinstance(value, list | tuple):
            value = [v if np.isscalar(v) else _numbers(v) for v in value]
        array = np.asarray(value)
    except Exception:  # objects say in many ways that they hold no numbers
        return None
    if array.dtype == bool:
        return array.astype(int)
    return array if array.dtype.kind in "iuf" else None


def _blank(value):
    """Whether something is still as the notebook left it: None, ``...``, or a list of those."""
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(_blank(v) for v in value)
    return value is None or value is ...


def _equal(a, b):
    """Whether an argument came back as it was handed in."""
    x, y = _numbers(a), _numbers(b)
    return x is None or (y is not None and np.array_equal(x, y, equal_nan=True))


def _quietly(function, *args):
    """What a `When` says; an answer so far out that it raises does not make that mistake."""
    try:
        return bool(function(*args))
    except Exception:
        return False


def _line_of(function, error):
    """Which line of the function raised, as text."""
    code = getattr(function, "__code__", None)
    line, trace = "", error.__traceback__
    while trace is not None:
        if code is not None and trace.tb_frame.f_code.co_filename == code.co_filename:
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        trace = trace.tb_next
    return f", in the line `{line}`." if line else "."
