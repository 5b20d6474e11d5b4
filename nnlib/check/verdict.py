"""What an exercise answers, and how a notebook shows it."""

import html
import re
from dataclasses import dataclass


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


class Wrong(Exception):
    """Something that settles the verdict at once: str(error) is its message."""


class Unanswered(Exception):
    """There is nothing to judge yet; str(error) says what is missing, if it is known."""
