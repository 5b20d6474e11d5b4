"""Something that goes on by itself while the notebook stays usable: `LiveLoop`."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback

SWITCH = 0.001  # seconds; Python's own 0.005 keeps the threads that talk to the browser waiting
FRAME = 1 / 40  # seconds of work between two looks at the mail; drawing is part of it


class LiveLoop:
    """Calls ``tick()`` again and again as an asyncio task of the kernel.

    There is at most one task per loop: `play` while playing changes nothing. Between two ticks the
    kernel answers messages, so sliders work while it runs. ``tick`` runs under ``lock``, because
    JupyterLab may deliver a slider's message on another thread; it returns False to stop.

    Parameters
    ----------
    tick : callable
        ``tick() -> bool``, about `FRAME` seconds of work.
    lock : threading.RLock
    on_change : callable
        ``on_change(playing)`` after every start and stop.

    Examples
    --------
    >>> import threading
    >>> async def count(n, seen=[]):
    ...     loop = LiveLoop(lambda: seen.append(len(seen)) or len(seen) < n, threading.RLock())
    ...     loop.play()
    ...     while loop.playing:
    ...         await asyncio.sleep(0.01)
    ...     return seen
    >>> asyncio.run(count(3))
    [0, 1, 2]
    """

    def __init__(self, tick, lock, on_change=lambda playing: None):
        self.tick, self.lock, self.on_change = tick, lock, on_change
        self.playing = False
        self._run = 0  # number of the current run; an older task sees it change and ends
        try:
            self._loop = asyncio.get_running_loop()  # a cell runs inside the kernel's loop
        except RuntimeError:
            self._loop = None

    def _where(self):
        """The event loop that the task belongs to; None outside of Jupyter."""
        if self._loop is None or self._loop.is_closed():
            try:
                return asyncio.get_running_loop()
            except RuntimeError:
                return None
        return self._loop

    @property
    def possible(self) -> bool:
        """Whether there is an event loop to play in."""
        return self._where() is not None

    def play(self) -> None:
        with self.lock:
            if self.playing:
                return
            loop = self._where()
            if loop is None:
                raise RuntimeError(
                    "play needs a running event loop, as in Jupyter; "
                    "in a script call step() instead"
                )
            self.playing = True
            self._run += 1
            self._switch = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH)
            # From whatever thread this was called: the task belongs to the kernel's loop.
            asyncio.run_coroutine_threadsafe(self._go(self._run), loop)
        self.on_change(True)

    def pause(self) -> None:
        with self.lock:
            if not self.playing:
                return
            self.playing = False
            sys.setswitchinterval(max(self._switch, SWITCH))
        self.on_change(False)

    async def _go(self, run: int) -> None:
        try:
            while True:
                started = time.perf_counter()
                with self.lock:
                    if not (self.playing and run == self._run):
                        return
                    if not self.tick():
                        break
                # Give way for a moment after a long tick, and until the next frame after a short
                # one: mail and other cells come first.
                took = time.perf_counter() - started
                await asyncio.sleep(0.001 if took > FRAME / 2 else FRAME - took)
        except Exception:
            traceback.print_exc()  # the task has nobody above it who would show the error
        if run == self._run:
            self.pause()
