"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .activations import ActivationExplorer, ActivationGalleryExplorer
from .approximation import ApproximationExplorer
from .backprop import BackpropExplorer
from .batches import BatchExplorer
from .bottleneck import BottleneckExplorer
from .boundary import BoundaryExplorer
from .bumps import BumpExplorer
from .chain_rule import ChainRuleExplorer
from .collapse import CollapseExplorer
from .confidently_wrong import ConfidentlyWrongExplorer
from .confusion import ConfusionExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .convergence import ConvergenceExplorer
from .course import CourseMap, lecture_table, notebook_table
from .dead_unit import DeadUnitExplorer
from .descent import DescentExplorer
from .digits import PipelineExplorer, VotesExplorer
from .dropout import DropoutExplorer, MonteCarloExplorer
from .explorer import Explorer, Live
from .folding import FoldingExplorer, TentExplorer
from .forward import ForwardExplorer
from .gates import GateExplorer
from .gradient_check import GradientCheckExplorer
from .gradients import GradientsExplorer
from .graph import GraphExplorer
from .growth import Growth
from .hidden_units import HiddenUnitsExplorer
from .learned_activation import LearnedActivationExplorer
from .line_fit import LineFitExplorer
from .linear_fit import LinearFitExplorer
from .live import LiveLoop
from .matrix_product import MatrixProductExplorer
from .overfitting import CurvePuzzle, MemoryExplorer, OverfittingExplorer, VarianceExplorer
from .parameters import ParametersExplorer
from .pass_class import PassExplorer
from .perceptron import PerceptronExplorer
from .plane_map import PlaneMapExplorer
from .playground import Playground
from .race import RaceExplorer
from .ravine import RavineExplorer
from .regions import RegionsExplorer
from .regularisation import EffectExplorer, PatienceExplorer, WeightDecayExplorer
from .schedules import ScheduleExplorer
from .shape_puzzle import ShapePuzzle
from .signal import SignalExplorer
from .sizes import BlocksExplorer, SizeExplorer
from .slope import SlopeExplorer
from .softmax import SoftmaxExplorer
from .stage import Stage
from .start import Fields, Timeline
from .surprise import SurpriseExplorer
from .task_race import TaskRaceExplorer
from .towers import TowerExplorer
from .two_layers import TwoLayersExplorer
from .units import UnitsExplorer

__all__ = [
    "ActivationExplorer",
    "ActivationGalleryExplorer",
    "ApproximationExplorer",
    "BackpropExplorer",
    "BatchExplorer",
    "BlocksExplorer",
    "BottleneckExplorer",
    "BoundaryExplorer",
    "BumpExplorer",
    "ChainRuleExplorer",
    "CollapseExplorer",
    "ConfidentlyWrongExplorer",
    "ConfusionExplorer",
    "ConvergenceExplorer",
    "CourseMap",
    "DeadUnitExplorer",
    "DescentExplorer",
    "CurvePuzzle",
    "DropoutExplorer",
    "EffectExplorer",
    "Explorer",
    "FoldingExplorer",
    "ForwardExplorer",
    "GateExplorer",
    "Fields",
    "GradientCheckExplorer",
    "GraphExplorer",
    "GradientsExplorer",
    "Growth",
    "HiddenUnitsExplorer",
    "LearnedActivationExplorer",
    "LineFitExplorer",
    "LinearFitExplorer",
    "Live",
    "LiveLoop",
    "MatrixProductExplorer",
    "ParametersExplorer",
    "PassExplorer",
    "MemoryExplorer",
    "MonteCarloExplorer",
    "OverfittingExplorer",
    "PatienceExplorer",
    "PerceptronExplorer",
    "PipelineExplorer",
    "PlaneMapExplorer",
    "Playground",
    "RaceExplorer",
    "RavineExplorer",
    "RegionsExplorer",
    "ScheduleExplorer",
    "ShapePuzzle",
    "SignalExplorer",
    "SizeExplorer",
    "SlopeExplorer",
    "SoftmaxExplorer",
    "Stage",
    "SurpriseExplorer",
    "TaskRaceExplorer",
    "TentExplorer",
    "TowerExplorer",
    "TwoLayersExplorer",
    "UnitsExplorer",
    "Timeline",
    "VotesExplorer",
    "VarianceExplorer",
    "WeightDecayExplorer",
    "button",
    "buttons",
    "choice",
    "lecture_table",
    "log_slider",
    "notebook_table",
    "slider",
    "switch",
]
