"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .boundary import BoundaryExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .explorer import Explorer, Live
from .live import LiveLoop
from .playground import Playground
from .stage import Stage

__all__ = [
    "BoundaryExplorer",
    "Explorer",
    "Live",
    "LiveLoop",
    "Playground",
    "Stage",
    "button",
    "buttons",
    "choice",
    "log_slider",
    "slider",
    "switch",
]
