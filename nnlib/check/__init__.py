r"""Exercises that answer back: ``check.<exercise>(answer)``.

Each notebook has a module of its exercises here, and what is defined there is an exercise at once,
under the name of its variable. See `nnlib.check.exercise` for how to write one; there is nothing
else to register.

README.md in this folder has all exercises in tables, with the mistakes that they recognise;
``python -m nnlib.check`` writes it.

Examples
--------
>>> from nnlib import check
>>> check.weighted_sum(11)
✓ Right. ...
>>> check.weighted_sum(10)
✗ You left out the bias w₀ = 1.
"""

import difflib
import importlib
import pkgutil

from .exercise import Exercise, When
from .verdict import Verdict

__all__ = ["EXERCISES", "Exercise", "Verdict", "When"]


def _collect():
    found = {}
    modules = {m.name for m in pkgutil.iter_modules(__path__)} - {"__main__"}
    for module in sorted(modules):
        for name, value in vars(importlib.import_module(f"{__name__}.{module}")).items():
            if isinstance(value, Exercise):
                if name in found or name in modules:
                    raise ValueError(f"nnlib.check: the name {name} in {module}.py is taken")
                value.name, value.module = name, module
                found[name] = value
    return found


#: Every exercise by name.
EXERCISES = _collect()


def __getattr__(name):
    if name in EXERCISES:
        return EXERCISES[name]
    near = difflib.get_close_matches(name, EXERCISES, n=1)
    hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(EXERCISES)}."
    raise AttributeError(f"There is no exercise {name!r}.{hint}")


def __dir__():
    return sorted([*EXERCISES, *__all__])
