"""What all live pictures have in common: controls, a stage, and a sentence.

An explorer can be moved without a browser, which is how the tests do it:

>>> from nnlib.widgets import Live, slider
>>> def parabola(stage, a):
...     panel = stage.panel("curve", x=(-1, 1), y=(-1, 1))
...     panel.line("parabola", [-1, 0, 1], [a, 0, a])
...     return f"The parabola y = {a} x²."
>>> explorer = Live(parabola, a=slider("a", 0.5, -1, 1))
>>> explorer.update(a=1.0)
'The parabola y = 1.0 x².'
"""

from __future__ import annotations

import contextlib
import difflib
import math
import sys
import time

import ipywidgets as ipw

from .. import expect
from .controls import rows
from .live import FRAME, LiveLoop
from .stage import Stage, still

ECHO = 2.0  # seconds within which a slider's message may be an echo of what dragging set


class Explorer:
    """Base class: subclasses fill the scene in `draw` and put it into words in `summary`.

    Parameters
    ----------
    width, height : int
        Size of the stage in CSS pixels.
    controls : dict
        name → ipywidget. `self[name]` is its value. A change calls `changed(name)`, then draws.

    Attributes
    ----------
    stage : Stage
    widget : the ipywidget that is displayed; `layout` builds it.
    below : tuple of str
        Names of the controls that stand below the stage; all others stand above it.

    Notes
    -----
    In `begin`, `changed`, `pressed` and `event` a subclass may set controls: it is asked for one
    drawing when they are done, and for nothing in between.
    """

    below: tuple = ()

    def __init__(self, width: int, height: int, controls: dict):
        self.stage = Stage(width, height)
        self.lock = self.stage.lock
        self.controls = controls
        # What they are set to, as far as `changed` has been told. In JupyterLab a slider can move
        # on another thread in the middle of a drawing: that drawing still shows one moment.
        self._values = {n: c.value for n, c in controls.items() if hasattr(c, "value")}
        self._quiet = False
        self._meant: dict = {}  # name -> [(what `set_quietly` set, when)] of the last seconds
        self._stale = False
        self._in_event = False
        self._job = None  # what `work` has under way
        self._at_once = True  # until all is built, `work` finishes what it begins
        self._worker = LiveLoop(self._work_on, self.lock)
        self.bar = None
        for name, control in controls.items():
            wanted = f"a control for {name!r}, such as slider()"
            expect.made(control, ipw.Widget, type(self).__name__, wanted)
            if isinstance(control, ipw.Button):
                control.on_click(lambda _, name=name: self._pressed(name))
            elif control.has_trait("value"):
                control.observe(lambda change, name=name: self._moved(name, change), names="value")
        self.stage.on_ready(self._caught_up)
        self.stage.on_event(self._happened)
        self.widget = self.layout().add_class("nnlib")  # see `Stage._css`
        _replace_earlier(self)
        with self._quietly():
            self.begin()
        self.refresh()
        self._at_once = False

    # ------------------------------------------------------------------ for subclasses
    def draw(self) -> None:
        """Fill `self.stage.scene` from the controls and the maths."""
        raise NotImplementedError  # every explorer draws something

    def summary(self) -> str:
        """What the picture shows, in words and numbers."""
        raise NotImplementedError

    def begin(self) -> None:
        """Called once, before the first drawing, when the controls are there."""

    def changed(self, name: str) -> None:
        """Called before drawing when control ``name`` has a new value."""

    def pressed(self, name: str) -> None:
        """Called before drawing when button ``name`` was pressed."""

    def event(self, event: dict) -> None:
        """Called before drawing when something happened on the stage; see `Stage.on_event`."""

    def layout(self) -> ipw.Widget:
        """Controls in rows that wrap, the stage, and the controls that stand below it."""
        above = rows(c for name, c in self.controls.items() if name not in self.below)
        below = [rows(self.controls[name] for name in self.below)] if self.below else []
        return ipw.VBox([above, self.stage, *below])

    def work(self, job) -> None:
        """Do something that takes longer than a frame while the picture stays alive.

        When a hand has moved a control, the job goes on in slices of a fortieth of a second, with a
        drawing after each and a progress bar below the stage; a new job takes the place of an
        unfinished one. While the explorer is built, in `update`, and where no event loop runs
        (in tests, in a script), it is done at once, to the end: numbers do not depend on the time.

        Parameters
        ----------
        job : generator
            Yields, every few milliseconds, the share that is done, from 0 to 1. `draw` must be
            able to draw what there is by then.
        """
        with self.lock:
            self._job = iter(job)
            if self._at_once or not self._worker.possible:
                self.finish()
            else:
                self._show_progress(0.0)
                self._worker.play()

    @property
    def working(self) -> bool:
        """Whether a job of `work` is unfinished."""
        return self._job is not None

    def finish(self) -> None:
        """Wait for what `work` has under way."""
        with self.lock:
            job, self._job = self._job, None
            for _ in job or ():
                pass

    # ------------------------------------------------------------------ for everybody
    def __getitem__(self, name: str):
        control = self.control(name)
        return self._values[name] if name in self._values else control.value

    def control(self, name: str) -> ipw.Widget:
        try:
            return self.controls[name]
        except KeyError:
            near = difflib.get_close_matches(name, self.controls, 1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            known = ", ".join(self.controls)
            raise ValueError(f"no control {name!r}{hint} Controls: {known}") from None

    def update(self, **values) -> str:
        """Set controls, as if by hand but all at once, draw, and return the summary.

        A number beyond the end of a slider is taken as that end, as a hand can go no further.

        Raises
        ------
        ValueError
            If there is no such control, or it cannot have this value. Nothing is changed then.
        """
        with self.lock:
            controls = {name: self.control(name) for name in values}
            for name, control in controls.items():
                _check(name, control, values[name])
            before = {name: control.value for name, control in controls.items()}
            self._at_once = True
            with self._quietly():
                for name, value in values.items():
                    controls[name].value = value
                for name, control in controls.items():
                    if control.value != before[name]:
                        self.changed(name)
            self._at_once = False
            self.refresh()
            return self.stage.scene.summary

    def press(self, name: str) -> str:
        """Press a button, and return the summary."""
        control = self.control(name)
        if not isinstance(control, ipw.Button):
            raise ValueError(f"press expects the name of a button; control {name!r} is none.")
        control.click()
        return self.stage.scene.summary

    def refresh(self) -> None:
        """Draw, unless the browser is behind: then draw once when it has caught up."""
        with self.lock:
            self._stale = not self.stage.ready
            if not self._stale:
                self.draw()
                self.stage.flush(self.summary())

    def close(self) -> None:
        """Stop whatever runs and free the widgets, in the kernel and in the browser."""
        with self.lock:
            self._job = None
        for widget in (*_tree(self.widget), self.stage):
            widget.close()

    def _work_on(self):
        """A slice of the job: for `LiveLoop`, which stops when this is False."""
        start, share = time.perf_counter(), 1.0
        while self._job is not None and time.perf_counter() - start < FRAME:
            share = next(self._job, None)
            if share is None:
                self._job, share = None, 1.0
        self._show_progress(share)
        self.refresh()
        return self._job is not None

    def _show_progress(self, share):
        if self.bar is None:
            look = {"width": "340px", "height": "6px", "margin": "2px 6px"}
            self.bar = ipw.FloatProgress(min=0.0, max=1.0, layout=look)
            self.widget.children = (*self.widget.children, self.bar)
        self.bar.value = share
        self.bar.layout.visibility = "visible" if share < 1 else "hidden"

    def _moved(self, name, change):
        with self.lock:
            self._values[name] = self.control(name).value
            if _same_number(change.old, change.new):
                return
            if not self._quiet and not self._is_echo(name):
                with self._quietly():
                    self.changed(name)
                self.refresh()

    def _is_echo(self, name):
        """Whether the browser's slider only repeats, late, one of the values that dragging set in
        quick succession. The newest of them is kept then."""
        control, now = self.control(name), time.monotonic()
        recent = [(v, at) for v, at in self._meant.get(name, ()) if now - at < ECHO]
        came = _on_scale(control, control.value)
        if not any(_same_number(came, _on_scale(control, v)) or came == v for v, _ in recent):
            return False
        with self._quietly():
            control.value = recent[-1][0]
        return True

    def _pressed(self, name):
        with self.lock:
            with self._quietly():
                self.pressed(name)
            self.refresh()

    def _happened(self, event):
        with self.lock:
            self._in_event = True
            try:
                with self._quietly():
                    self.event(event)
            finally:
                self._in_event = False
            self.refresh()

    def _caught_up(self):
        if self._stale:
            self.refresh()

    def set_quietly(self, **values) -> None:
        """Set controls without drawing, where dragging or a film leads them."""
        with self._quietly():
            for name, value in values.items():
                control = self.control(name)
                # A preset keeps its 0.03, which is between two places of a logarithmic slider.
                exact = isinstance(control, ipw.FloatLogSlider) and not self._in_event
                control.value = value if exact else _on_scale(control, value)
                if isinstance(control, (ipw.FloatSlider, ipw.FloatLogSlider)):
                    now = time.monotonic()
                    recent = [m for m in self._meant.get(name, ()) if now - m[1] < ECHO]
                    self._meant[name] = [*recent, (control.value, now)]

    @contextlib.contextmanager
    def _quietly(self):
        """Controls that are set in here neither call `changed` nor draw."""
        quiet, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = quiet

    def _repr_mimebundle_(self, **kwargs):
        found = self.widget._repr_mimebundle_(**kwargs)
        data, metadata = found if isinstance(found, tuple) else (found or {}, {})
        return {**data, **still(self.stage)}, metadata


class Live(Explorer):
    """A live picture from one function.

    Parameters
    ----------
    function : callable
        ``function(stage, **values)`` draws on the stage and returns the sentence that says what
        can be seen.
    width, height : int
        CSS pixels.
    on_event : callable, optional
        ``on_event(explorer, event)``; it may call ``explorer.set_quietly(name=value)``.
    **controls
        name → control, see `nnlib.widgets.controls`.
    """

    def __init__(self, function, *, width=640, height=400, on_event=None, **controls):
        self.function = expect.function(function, "Live", "a function that draws")
        if on_event is not None:
            expect.function(on_event, "Live", "on_event to be a function of (explorer, event)")
        self.on_event = on_event
        super().__init__(width, height, controls)

    def draw(self):
        values = {n: c.value for n, c in self.controls.items() if c.has_trait("value")}
        self._sentence = self.function(self.stage, **values)

    def summary(self):
        return self._sentence

    def event(self, event):
        if self.on_event is not None:
            self.on_event(self, event)


def _check(name, control, value) -> None:
    """Refuse what a control cannot have, before any is set."""
    who = f"control {name!r}"
    if isinstance(control, ipw.Button):
        raise ValueError(f"{who} is a button: press({name!r}) presses it.")
    if hasattr(control, "_options_full"):
        options = [v for _, v in control._options_full]
        if getattr(value, "shape", ()) or value not in options:
            expect.known(value, options, f"value of {who}")
    elif isinstance(control, ipw.Checkbox):
        expect.truth(value, who, "its value")
    elif isinstance(control, ipw.IntSlider):
        expect.whole(value, who, "its value", -math.inf)
    elif isinstance(control.value, float | int):
        expect.number(value, who, "its value")
    elif isinstance(control.value, str) and not isinstance(value, str):
        raise ValueError(f"{who} expects text; got {expect.shown(value)}.")


def _on_scale(control, value):
    """A slider's value as the browser would round it, which otherwise sends it back rounded."""
    if isinstance(control, ipw.FloatLogSlider):  # its limits and its step are exponents
        exponent = math.log(value, control.base)
        steps = round((exponent - control.min) / control.step)
        exponent = round(control.min + steps * control.step, 10)
        return control.base ** min(control.max, max(control.min, exponent))
    if not isinstance(control, ipw.FloatSlider):
        return value
    steps = round((float(value) - control.min) / control.step)
    value = round(control.min + steps * control.step, 10)
    return min(control.max, max(control.min, value))


def _same_number(old, new) -> bool:
    """Whether two numbers differ by rounding alone.

    A slider that is shown sends its value back counted in steps: 0.15 as 0.15000000000000002. That
    is no move, and must not start anything anew.
    """
    return (
        isinstance(old, float) and isinstance(new, float) and math.isclose(old, new, rel_tol=1e-9)
    )


def _tree(widget):
    for child in getattr(widget, "children", ()):
        yield from _tree(child)
    yield widget


# ---------------------------------------------------------------------- a cell that runs again
_in_cell: dict = {}  # cell id -> (execution, [explorers it made])


def _replace_earlier(explorer: Explorer) -> None:
    """Close what an earlier run of the same cell left behind: nothing trains out of sight."""
    cell, execution = _running_cell()
    if cell is None:
        return
    earlier, made = _in_cell.get(cell, (None, []))
    if earlier != execution:
        for old in made:
            old.close()
        made = []
    _in_cell[cell] = execution, [*made, explorer]


def _running_cell():
    """(cell id, id of this execution) in Jupyter, (None, None) elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if not hasattr(shell, "get_parent"):
        return None, None
    parent = shell.get_parent()
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
