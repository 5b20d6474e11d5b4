"""A short training that can be watched again, epoch by epoch: `Film`."""

from __future__ import annotations

import numpy as np

from .controls import button, ladder
from .playing import PlayingExplorer


class Film(PlayingExplorer):
    """Base class: a short training that can be watched again, epoch by epoch.

    Any control but ``epoch`` trains anew, through `Explorer.work`; **Play** runs the film.

    Parameters
    ----------
    width, height : int
    controls : dict
        Those that the training depends on.
    epochs : list of int
        Those that are filmed.
    silent : tuple of str
        Controls that change the picture alone.
    """

    def __init__(self, width, height, controls, epochs, silent=()):
        self.silent, self.seed = silent, 0
        self.below = tuple(controls)
        first = {
            "play": button("Play", "play", "Watch the training from its first epoch"),
            "again": button("Other samples", "refresh", "Draw new samples, and train again"),
            "epoch": ladder("epoch", epochs, epochs[-1]),
        }
        super().__init__(width, height, first | controls)

    def begin(self):
        self.work(self.training())

    def training(self):
        """Train with the controls as they are; a generator for `work`."""
        raise NotImplementedError

    def filmed(self) -> list:
        """The epochs there are pictures of by now."""
        raise NotImplementedError

    @property
    def frame(self) -> int:
        """Which of the filmed epochs is shown."""
        wanted, there = self["epoch"], self.filmed()
        return min(int(np.searchsorted(there, wanted)), len(there) - 1)

    def changed(self, name):
        if name != "epoch" and name not in self.silent:
            self.work(self.training())

    def pressed(self, name):
        if name == "again":
            self.seed += 1
            self.work(self.training())
        else:
            epochs = self._epochs
            if not self.playing and self["epoch"] == epochs[-1]:
                self.set_quietly(epoch=epochs[0])
            self.toggle()

    @property
    def _epochs(self):
        return [value for _, value in self.control("epoch").options]

    def _tick(self):
        epochs = self._epochs
        at = min(epochs.index(self["epoch"]) + 1, len(epochs) - 1)
        self.set_quietly(epoch=epochs[at])
        self.refresh()
        return at < len(epochs) - 1

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "now":
            epochs = np.array(self._epochs)
            nearest = np.abs(np.log(epochs) - np.log(max(event["x"], 1.0))).argmin()
            self.set_quietly(epoch=int(epochs[nearest]))
