"""What came as an answer: as numbers that can be compared, and in words.

Nothing here raises: an answer may be anything.
"""

import inspect
import linecache
import re
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Item:
    """One thing to compare: which part of the answer, for which inputs, and its value."""

    part: str
    where: str
    value: object


# ------------------------------------------------------------------------------------ numbers


def as_numbers(value):
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
            value = [v if np.isscalar(v) else as_numbers(v) for v in value]
        array = np.asarray(value)
    except Exception:  # objects say in many ways that they hold no numbers
        return None
    if array.dtype == bool:
        return array.astype(int)
    return array if array.dtype.kind in "iuf" else None


def is_blank(value):
    """Whether something is still as the notebook left it: None, ``...``, or a list of those."""
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(is_blank(v) for v in value)
    return value is None or value is ...


def equal(a, b):
    """Whether an argument came back as it was handed in."""
    x, y = as_numbers(a), as_numbers(b)
    return x is None or (y is not None and np.array_equal(x, y, equal_nan=True))


# -------------------------------------------------------------------------------------- words


def show(value):
    """A number, array or anything else, on one line.

    Examples
    --------
    >>> show(np.array([[1.0, 2.5], [1 / 3, 0.0]]))
    '[[1, 2.5], [0.3333, 0]]'
    """
    a = as_numbers(value)
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


def kind_of(a):
    """How to call an array by its shape."""
    return f"an array of shape {a.shape}" if a.ndim else "one number"


def describe(value):
    a = as_numbers(value)
    if a is not None:
        return f"{kind_of(a)}, {show(a)}"
    if inspect.isroutine(value):
        return f"a function, {getattr(value, '__name__', '?')}"
    return f"{type(value).__name__} {show(value)}"


def count(things, word):
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def sentence(error):
    text = str(error).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(names):
    names = [str(n) for n in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def line_of(function, error):
    """Which line of the function raised, as text."""
    code = getattr(function, "__code__", None)
    line, trace = "", error.__traceback__
    while trace is not None:
        if code is not None and trace.tb_frame.f_code.co_filename == code.co_filename:
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        trace = trace.tb_next
    return f", in the line `{line}`." if line else "."
