"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .boundary import BoundaryExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .course import CourseMap, lecture_table, notebook_table
from .explorer import Explorer, Live
from .growth import Growth
from .live import LiveLoop
from .playground import Playground
from .stage import Stage
from .start import Fields, Timeline

__all__ = [
    "BoundaryExplorer",
    "CourseMap",
    "Explorer",
    "Fields",
    "Growth",
    "Live",
    "LiveLoop",
    "Playground",
    "Stage",
    "Timeline",
    "button",
    "buttons",
    "choice",
    "lecture_table",
    "log_slider",
    "notebook_table",
    "slider",
    "switch",
]
