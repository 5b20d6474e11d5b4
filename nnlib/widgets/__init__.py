"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .activations import ActivationExplorer, ActivationGalleryExplorer
from .backprop import BackpropExplorer
from .batches import BatchExplorer
from .boundary import BoundaryExplorer
from .chain_rule import ChainRuleExplorer
from .confidently_wrong import ConfidentlyWrongExplorer
from .confusion import ConfusionExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .convergence import ConvergenceExplorer
from .course import CourseMap, lecture_table, notebook_table
from .dead_unit import DeadUnitExplorer
from .descent import DescentExplorer
from .digits import PipelineExplorer, VotesExplorer
from .explorer import Explorer, Live
from .forward import ForwardExplorer
from .gates import GateExplorer
from .gradient_check import GradientCheckExplorer
from .graph import GraphExplorer
from .growth import Growth
from .hidden_units import HiddenUnitsExplorer
from .learned_activation import LearnedActivationExplorer
from .line_fit import LineFitExplorer
from .live import LiveLoop
from .pass_class import PassExplorer
from .perceptron import PerceptronExplorer
from .playground import Playground
from .race import RaceExplorer
from .ravine import RavineExplorer
from .schedules import ScheduleExplorer
from .signal import SignalExplorer
from .sizes import BlocksExplorer, SizeExplorer
from .slope import SlopeExplorer
from .softmax import SoftmaxExplorer
from .stage import Stage
from .start import Fields, Timeline
from .surprise import SurpriseExplorer
from .task_race import TaskRaceExplorer
from .units import UnitsExplorer

__all__ = [
    "ActivationExplorer",
    "ActivationGalleryExplorer",
    "BackpropExplorer",
    "BatchExplorer",
    "BlocksExplorer",
    "BoundaryExplorer",
    "ChainRuleExplorer",
    "ConfidentlyWrongExplorer",
    "ConfusionExplorer",
    "ConvergenceExplorer",
    "CourseMap",
    "DeadUnitExplorer",
    "DescentExplorer",
    "Explorer",
    "ForwardExplorer",
    "GateExplorer",
    "Fields",
    "GradientCheckExplorer",
    "GraphExplorer",
    "Growth",
    "HiddenUnitsExplorer",
    "LearnedActivationExplorer",
    "LineFitExplorer",
    "Live",
    "LiveLoop",
    "PassExplorer",
    "PerceptronExplorer",
    "PipelineExplorer",
    "Playground",
    "RaceExplorer",
    "RavineExplorer",
    "ScheduleExplorer",
    "SignalExplorer",
    "SizeExplorer",
    "SlopeExplorer",
    "SoftmaxExplorer",
    "Stage",
    "SurpriseExplorer",
    "TaskRaceExplorer",
    "UnitsExplorer",
    "Timeline",
    "VotesExplorer",
    "button",
    "buttons",
    "choice",
    "lecture_table",
    "log_slider",
    "notebook_table",
    "slider",
    "switch",
]
