"""What all pictures with a Play button have in common: `PlayingExplorer`, `SteppingExplorer`."""

from __future__ import annotations

import time

from .explorer import Explorer
from .live import LiveLoop


class PlayingExplorer(Explorer):
    """An explorer that goes on by itself from Play to Pause, as fast as frames can be drawn.

    Among its controls is a button "play". A subclass writes `_tick`, and says in `pressed` what
    starts it (`play`) and what ends it (`pause`). It also ends when nobody looks any more, because
    the output was closed or the cell runs again.
    """

    loop: LiveLoop | None = None  # there is one once all is built

    def __init__(self, width: int, height: int, controls: dict):
        super().__init__(width, height, controls)
        self.loop = LiveLoop(self._tick, self.lock, self._playing)
        self.stage.on_viewers(self._seen)

    def _tick(self) -> bool:
        """A fortieth of a second of work and a drawing; False at the end. See `LiveLoop`."""
        raise NotImplementedError

    @property
    def playing(self) -> bool:
        return self.loop is not None and self.loop.playing

    def play(self) -> None:
        self.loop.play()

    def pause(self) -> None:
        if self.loop is not None:
            self.loop.pause()

    def toggle(self) -> None:
        """What the button does."""
        self.pause() if self.playing else self.play()

    def close(self) -> None:
        self.pause()
        super().close()

    def _playing(self, playing):
        """Called after every start and stop."""
        self.controls["play"].description = "Pause" if playing else "Play"
        self.controls["play"].icon = "pause" if playing else "play"

    def _seen(self, viewers):
        if viewers == 0:
            self.pause()


class SteppingExplorer(PlayingExplorer):
    """An explorer that goes on in steps slow enough to read: a subclass writes `_advance`."""

    pace = 1.0  # seconds between two steps

    def _advance(self) -> bool:
        """One step on; False if that was the last."""
        raise NotImplementedError

    def play(self) -> None:
        self._due = 0.0
        super().play()

    def _tick(self):
        if time.monotonic() < self._due:
            return True
        self._due = time.monotonic() + self.pace
        goes_on = self._advance()
        self.refresh()
        return goes_on
