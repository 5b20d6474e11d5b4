"""What comes in, looked at: each check returns it ready to use, or says what was expected.

A message names who expects what, and then what came: ``Dense expects n_in to be a whole number of
at least 1; got 2.5.`` A number, a name or a shape that does not fit is a ValueError; a thing of the
wrong kind, such as text where an array of numbers belongs, is a TypeError.

These checks stand where something is made or begins, not in the steps of a training.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from numbers import Real

import numpy as np

FLOATS = ("float64", "float32")
LONG = 60  # characters of a value that a message shows


def shown(value) -> str:
    """A value as a message shows it: short, and of an array its shape.

    >>> shown("0.1"), shown(np.zeros((2, 3)))
    ("'0.1'", 'an array of shape (2, 3)')
    """
    if hasattr(value, "shape") and hasattr(value, "dtype") and tuple(value.shape):
        return f"an array of shape {tuple(value.shape)}"
    if isinstance(value, np.generic):
        value = value.item()
    text = " ".join(repr(value).split())
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def whole(value, who: str, name: str, least: int = 0, most: float = math.inf) -> int:
    """A whole number; 3.0 is one, True and "3" are none.

    >>> whole(2.5, "Dense", "n_in", 1)
    Traceback (most recent call last):
        ...
    ValueError: Dense expects n_in to be a whole number of at least 1; got 2.5.
    """
    if type(value) is int and least <= value <= most:
        return value
    if not (_is_real(value) and math.isfinite(value) and value == int(value)) or not (
        least <= value <= most
    ):
        limits = f" of at least {least}" if most == math.inf else f" from {least} to {most}"
        limits = limits if least > -math.inf else ""
        raise ValueError(f"{who} expects {name} to be a whole number{limits}; got {shown(value)}.")
    return int(value)


def number(
    value, who: str, name: str, least=-math.inf, most=math.inf, *, above=None, below=None
) -> float:
    """A finite number between two limits; ``above`` and ``below`` are not reached themselves.

    >>> number("0.1", "SGD", "lr", 0)
    Traceback (most recent call last):
        ...
    ValueError: SGD expects lr to be a number of at least 0; got '0.1'.
    """
    if _is_real(value):
        x = float(value)
        inside = (least <= x if above is None else above < x) and (
            x <= most if below is None else x < below
        )
        if inside and math.isfinite(x):
            return x
    low = f"above {above}" if above is not None else f"of at least {least}"
    high = f"below {below}" if below is not None else f"at most {most}"
    limits = [low] * (low[-3:] != "inf") + [high] * (high[-3:] != "inf")
    what = f"number {' and '.join(limits)}" if limits else "finite number"
    if above is below is None and len(limits) == 2:
        what = f"number from {least} to {most}"
    raise ValueError(f"{who} expects {name} to be a {what}; got {shown(value)}.")


def _is_real(value) -> bool:
    # NumPy's numbers are Real, its truth values are not; an array of one number is none of them.
    return isinstance(value, Real) and not isinstance(value, bool)


def known(name, names, what: str):
    """A name that is one of ``names``; if not, the message offers the nearest.

    >>> known("moon", ["moons", "circle"], "data set")
    Traceback (most recent call last):
        ...
    ValueError: unknown data set 'moon'; did you mean 'moons'? Known: moons, circle.
    """
    if isinstance(name, str) and name in names:
        return name
    near = difflib.get_close_matches(str(name), [str(n) for n in names], 1)
    hint = f"did you mean {near[0]!r}? Known" if near else "known"
    raise ValueError(f"unknown {what} {shown(name)}; {hint}: {', '.join(map(str, names))}.")


def truth(value, who: str, name: str) -> bool:
    """True or False, and not what Python would take for one of them.

    >>> truth("no", "ForwardExplorer", "shown")
    Traceback (most recent call last):
        ...
    ValueError: ForwardExplorer expects shown to be True or False; got 'no'.
    """
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ValueError(f"{who} expects {name} to be True or False; got {shown(value)}.")


def dtype(value, who: str) -> str:
    """ "float64" or "float32", by name or as ``np.float32``.

    >>> dtype(np.float32, "Dense")
    'float32'
    """
    try:
        name = np.dtype(value).name if value is not None else None
    except TypeError:
        name = None
    if name not in FLOATS:
        raise ValueError(f"{who} expects dtype to be float64 or float32; got {shown(value)}.")
    return name


def generator(rng) -> np.random.Generator:
    """A `numpy.random.Generator`: itself, or one from a seed; None gives another one each time.

    >>> generator(-1)
    Traceback (most recent call last):
        ...
    ValueError: rng expects a whole number of at least 0 or a numpy.random.Generator; got -1.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            "rng expects a whole number of at least 0 or a numpy.random.Generator; "
            f"got {shown(rng)}."
        ) from None


# --------------------------------------------------------------------------------- arrays


def numbers(x, who: str = "nnlib", name: str = "an array") -> np.ndarray:
    """An array of real numbers: of a list, a number, or an array of NumPy; True counts as 1.

    >>> numbers([["a", "b"]], "MSE", "y")
    Traceback (most recent call last):
        ...
    TypeError: MSE expects y of numbers; got text: 'a'.
    """
    if hasattr(x, "detach"):  # a torch tensor, maybe on a GPU
        x = x.detach().cpu().numpy()
    try:
        found = np.asarray(x)
    except ValueError:  # NumPy speaks of "an inhomogeneous shape"
        raise ValueError(
            f"{who} expects {name} of numbers in rows of one length; got rows of unequal length: "
            f"{shown(x)}."
        ) from None
    if found.dtype.kind in "fiub":
        return found
    if found.dtype.kind in "US":
        came = f"text: {shown(found.flat[0] if found.size else '')}"
    elif found.dtype.kind == "c":
        came = "complex numbers"
    elif found.ndim == 0:
        came = f"{shown(x)}, of type {type(x).__name__}"
    else:
        came = f"dtype {found.dtype}: {shown(found.flat[0] if found.size else x)}"
    raise TypeError(f"{who} expects {name} of numbers; got {came}.")


def array(x, who: str, name: str, shape: tuple | None = None) -> np.ndarray:
    """Finite numbers in float64, of a shape in which letters stand for any size.

    >>> array([1, 2, 3], "best_line", "X", ("N", 2))
    Traceback (most recent call last):
        ...
    ValueError: best_line expects X of shape (N, 2); got (3,).
    """
    found = numbers(x, who, name).astype(float, copy=False)
    if shape is not None:
        fits = found.ndim == len(shape) and all(
            isinstance(n, str) or n == m for n, m in zip(shape, found.shape, strict=True)
        )
        if not fits:
            wanted = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
            raise ValueError(f"{who} expects {name} of shape {wanted}; got {found.shape}.")
    finite(found, who, name)
    return found


def made(thing, kind, who: str, wanted: str):
    """Refuse what is no object of this kind: most often a class, which makes such objects.

    >>> made(dict, dict, "fit", "a loss such as MSE()")
    Traceback (most recent call last):
        ...
    TypeError: fit expects a loss such as MSE(); got <class 'dict'>. A class makes them: add ().
    """
    if not isinstance(thing, kind):
        hint = " A class makes them: add ()." if isinstance(thing, type) else ""
        raise TypeError(f"{who} expects {wanted}; got {shown(thing)}.{hint}")
    return thing


def several(things, kind, who: str, wanted: str, n: int | None = None) -> list:
    """A list of things of this kind, ``n`` of them if that is given; text is no list of letters.

    >>> several("relu", str, "ActivationExplorer", "others to be names")
    Traceback (most recent call last):
        ...
    TypeError: ActivationExplorer expects others to be names; got 'relu'.
    """
    if isinstance(things, str | dict) or not isinstance(things, Iterable):
        raise TypeError(f"{who} expects {wanted}; got {shown(things)}.")
    found = [made(thing, kind, who, wanted) for thing in things]
    if n not in (None, len(found)):
        raise ValueError(f"{who} expects {wanted}; got {shown(things)}, which are {len(found)}.")
    return found


def function(thing, who: str, wanted: str):
    """Refuse what cannot be called.

    >>> function("sine", "bumps", "f to be a function")
    Traceback (most recent call last):
        ...
    TypeError: bumps expects f to be a function; got 'sine'.
    """
    if not callable(thing):
        raise TypeError(f"{who} expects {wanted}; got {shown(thing)}.")
    return thing


def binary(y, who: str, name: str, shape: tuple | None = None) -> np.ndarray:
    """Labels 0 and 1, in float64.

    >>> binary([0, 2], "best_line", "y")
    Traceback (most recent call last):
        ...
    ValueError: best_line expects y of 0 and 1; got 2.
    """
    y = array(y, who, name, shape)
    wrong = y[(y != 0) & (y != 1)]
    if wrong.size:
        raise ValueError(f"{who} expects {name} of 0 and 1; got {wrong[0]:g}.")
    return y


def same_length(who: str, **arrays) -> None:
    """Refuse arrays of different lengths.

    >>> same_length("squared_error", x=[1, 2], y=[1])
    Traceback (most recent call last):
        ...
    ValueError: squared_error expects x, y of one length; got shapes (2,), (1,).
    """
    if len({len(a) for a in arrays.values()}) > 1:
        shapes = ", ".join(str(np.shape(a)) for a in arrays.values())
        raise ValueError(f"{who} expects {', '.join(arrays)} of one length; got shapes {shapes}.")


def finite(x, who: str, name: str) -> None:
    """Refuse an array that holds NaN or infinity; says where the first one is.

    >>> finite(np.array([[1.0, 2.0], [np.nan, 4.0]]), "fit", "X")
    Traceback (most recent call last):
        ...
    ValueError: fit expects X of finite numbers; got nan at [1, 0].
    """
    if x.dtype.kind != "f":
        return
    fine = np.isfinite(x)
    if not fine.all():
        at = tuple(int(k) for k in np.argwhere(~fine)[0])
        raise ValueError(f"{who} expects {name} of finite numbers; got {x[at]} at {list(at)}.")
