"""Play and Pause for explorers that go step by step: `Player`."""

from __future__ import annotations

import time

from .live import LiveLoop


class Player:
    """Calls ``advance()`` every so often, while the notebook stays usable.

    Parameters
    ----------
    explorer : Explorer
    advance : callable
        Goes one step on; False if that was the last.
    button : ipywidgets.Button
        Says Play, and Pause while it plays.
    pause : callable
        Seconds between two steps.
    """

    def __init__(self, explorer, advance, button, pause=lambda: 1.0):
        self.explorer, self.advance, self.button, self.pause = explorer, advance, button, pause
        self._due = 0.0
        self.loop = LiveLoop(self._tick, explorer.lock, self._playing)
        explorer.stage.on_viewers(lambda viewers: None if viewers else self.stop())

    @property
    def playing(self) -> bool:
        return self.loop.playing

    def toggle(self) -> None:
        if self.playing:
            self.stop()
        else:
            self._due = 0.0
            self.loop.play()

    def stop(self) -> None:
        self.loop.pause()

    def _tick(self):
        if time.monotonic() < self._due:
            return True
        self._due = time.monotonic() + self.pause()
        goes_on = self.advance()
        self.explorer.refresh()
        return goes_on

    def _playing(self, playing):
        self.button.description = "Pause" if playing else "Play"
        self.button.icon = "pause" if playing else "play"
