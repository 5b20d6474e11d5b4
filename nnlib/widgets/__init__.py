"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .batches import BatchExplorer
from .boundary import BoundaryExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .convergence import ConvergenceExplorer
from .course import CourseMap, lecture_table, notebook_table
from .descent import DescentExplorer
from .explorer import Explorer, Live
from .forward import ForwardExplorer
from .gates import GateExplorer
from .growth import Growth
from .hidden_units import HiddenUnitsExplorer
from .line_fit import LineFitExplorer
from .live import LiveLoop
from .perceptron import PerceptronExplorer
from .playground import Playground
from .race import RaceExplorer
from .ravine import RavineExplorer
from .schedules import ScheduleExplorer
from .sizes import BlocksExplorer, SizeExplorer
from .slope import SlopeExplorer
from .stage import Stage
from .start import Fields, Timeline
from .task_race import TaskRaceExplorer
from .units import UnitsExplorer

__all__ = [
    "BatchExplorer",
    "BlocksExplorer",
    "BoundaryExplorer",
    "ConvergenceExplorer",
    "CourseMap",
    "DescentExplorer",
    "Explorer",
    "ForwardExplorer",
    "GateExplorer",
    "Fields",
    "Growth",
    "HiddenUnitsExplorer",
    "LineFitExplorer",
    "Live",
    "LiveLoop",
    "PerceptronExplorer",
    "Playground",
    "RaceExplorer",
    "RavineExplorer",
    "ScheduleExplorer",
    "SizeExplorer",
    "SlopeExplorer",
    "Stage",
    "TaskRaceExplorer",
    "UnitsExplorer",
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
