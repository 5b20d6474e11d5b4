r"""What an exercise is: one right answer, the usual wrong ones, and what each of them means.

An author writes down *answers*; comparing them is done here. The rest of the package helps with it:
`answers` turns what came into numbers and words, `everywhere` has the mistakes that can happen in
any exercise, and `verdict` what is answered. An exercise is one of three kinds:

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
import inspect
import io
from dataclasses import dataclass

import numpy as np

from .answers import (
    Item,
    as_numbers,
    count,
    describe,
    equal,
    is_blank,
    kind_of,
    line_of,
    listed,
    sentence,
    show,
)
from .everywhere import EVERYWHERE, because_of_shape
from .verdict import Unanswered, Verdict, Wrong


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
        except Unanswered as missing:
            return Verdict(None, " ".join(filter(None, ["Not answered yet.", *missing.args])))
        except Wrong as wrong:
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
        numbers = all(as_numbers(item.value) is not None for item in got)
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
            raise Unanswered(self.asks)
        try:
            bound = self._signature().bind(*answer, **named)
        except TypeError:
            takes = ", ".join(self._signature().parameters)
            raise Wrong(
                f"This is checked with `check.{self.name}({takes})`; got "
                f"{count([*answer, *named], 'answer')}."
            ) from None
        names = list(self._signature().parameters)
        missing = [n for n in names if n in bound.arguments and is_blank(bound.arguments[n])]
        if missing:
            some = len(missing) < len(bound.arguments)
            raise Unanswered(f"Still to fill in: {listed(missing)}." if some else self.asks)
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
                wanted = as_numbers(right)
                if wanted is not None and as_numbers(given) is None:
                    raise Wrong(
                        f"Expected {name} to be {kind_of(wanted)}; got {describe(given)}."
                    ) from None
            # A ValueError of nnlib is a sentence; of other errors the type is half of what is said.
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            raise Wrong(f"Your answer cannot be used: {kind}{sentence(error)}") from None
        if isinstance(value, dict):
            return [Item("", str(label), v) for label, v in value.items()]
        return [Item("", "", value)]

    def _run(self, function):
        """The items a function returns: called with each case, with its own copy of it."""
        if not callable(function):
            raise Wrong(
                f"The answer is a function of ({', '.join(self.arguments)}); got "
                f"{describe(function)}. Hand in the function itself, without calling it."
            )
        self._check_arguments(function)
        items, blank, printed, changed = [], 0, io.StringIO(), []
        for case in self.cases:
            given = copy.deepcopy(case)
            try:
                with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                    returned = function(*given)
            except NotImplementedError:
                raise Unanswered(self.asks) from None
            except Exception as error:
                if isinstance(error, TypeError) and "ellipsis" in str(error):
                    raise Unanswered("There is still a `...` in your function.") from None
                raise Wrong(
                    f"Your function raises {type(error).__name__}: {error}"
                    f"{line_of(function, error)}\nIt was called with {self._inputs(case)}."
                ) from None
            changed += [
                name
                for name, before, after in zip(self.arguments, case, given, strict=True)
                if name not in changed and not equal(before, after)
            ]
            blank += is_blank(returned)
            values = returned if len(self.parts) > 1 else (returned,)
            if not is_blank(returned):
                values = self._several(values, case)
            else:
                values = [returned] * len(self.parts)
            where = self._inputs(case)
            items += [Item(p, where, v) for p, v in zip(self.parts, values, strict=True)]
        if blank == len(self.cases):
            if printed.getvalue():
                raise Wrong(
                    "Your function prints its result, but returns nothing: end it with `return`."
                )
            raise Unanswered(self.asks)
        print(printed.getvalue(), end="")
        for item in items:
            if item.value is None:
                raise Wrong(
                    f"Your function returns nothing for {item.where}: is there a way through it "
                    "that ends without `return`?"
                )
            if item.value is ...:
                raise Unanswered(f"{item.part or 'What it returns'} is still `...`.")
        if changed:
            self._remark = (
                f"One remark: your function changes {listed(changed)} in place, so whoever calls "
                f"it loses the old value. `{changed[0]} = {changed[0]} + ...` makes a new one; "
                f"`{changed[0]} += ...` does not."
            )
        return items

    def _check_arguments(self, function):
        try:
            inspect.signature(function).bind(*self.arguments)
        except TypeError:
            raise Wrong(
                f"Your function is called with {count(self.arguments, 'argument')}, "
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
            raise Wrong(
                f"Your function should return {len(self.parts)} values, `return {names}`; "
                f"got {describe(values)}."
            )
        if len(values) != len(self.parts):
            raise Wrong(
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
            a, b = as_numbers(g.value), as_numbers(w.value)
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
        before = f"{listed(right)} {'is' if len(right) == 1 else 'are'} right. " if right else ""
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
            a, b = as_numbers(g.value), as_numbers(w.value)
            if a is None:
                return f"Expected {kind_of(b)}; got {describe(g.value)}.{at}"
            if np.isnan(a).any() and not np.isnan(b).any():
                return f"Your answer has NaN (not a number) in it: got {show(a)}.{at}"
            if a.shape != b.shape and not a.size == b.size == 1:
                why = because_of_shape(a, b, self._close)
                return f"Expected {kind_of(b)}; got {kind_of(a)}.{why}{at}"
        return None

    def _anywhere(self, pairs):
        if self.read is not None:
            return None  # what is compared is not what was handed in
        b = [as_numbers(w.value).astype(float) for _, w in pairs]
        a = [as_numbers(g.value).astype(float) for g, _ in pairs]
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
            a, b = as_numbers(g.value), as_numbers(w.value)
            way = ""
            if a.size == 1:
                way = " That is too large." if a > b else " That is too small."
            return f"Not yet: got {show(g.value)}.{way}"
        share = f" ({len(wrong)} of {len(pairs)} are wrong.)" if len(pairs) > 1 else ""
        return f"Not yet. For {g.where}: expected {show(w.value)}, got {show(g.value)}.{share}"


def _quietly(function, *args):
    """What a `When` says; an answer so far out that it raises does not make that mistake."""
    try:
        return bool(function(*args))
    except Exception:
        return False
