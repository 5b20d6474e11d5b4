"""Live pictures for notebooks: controls wired to the maths and to a stage."""

from .activations import ActivationExplorer
from .amdahl import AmdahlExplorer
from .approximation import ApproximationExplorer
from .backprop import BackpropExplorer
from .batches import BatchExplorer
from .bottleneck import BottleneckExplorer
from .boundary import BoundaryExplorer
from .bumps import BumpExplorer
from .camera import CameraExplorer
from .chain_rule import ChainRuleExplorer
from .cnn import CNNExplorer
from .collapse import CollapseExplorer
from .confidently_wrong import ConfidentlyWrongExplorer
from .confusion import ConfusionExplorer
from .connections import ConnectionsExplorer
from .controls import button, buttons, choice, log_slider, slider, switch
from .convergence import ConvergenceExplorer
from .convolution import ConvolutionExplorer
from .course import CourseMap, lecture_table, notebook_table
from .data_parallel import DataParallelExplorer
from .dead_unit import DeadUnitExplorer
from .descent import DescentExplorer
from .digits import PipelineExplorer, VotesExplorer
from .dropout import DropoutExplorer, MonteCarloExplorer
from .explorer import Explorer, Live
from .fields import Fields
from .filters import FilterBankExplorer, FilterExplorer
from .folding import FoldingExplorer
from .fooling import FoolingExplorer
from .forward import ForwardExplorer
from .gallery import ActivationGalleryExplorer
from .gates import GateExplorer
from .gradient_check import GradientCheckExplorer
from .gradients import GradientsExplorer
from .graph import GraphExplorer
from .growth import Growth
from .handwriting import HandwritingExplorer
from .hidden_units import HiddenUnitsExplorer
from .kernel_search import KernelSearchExplorer
from .learned_activation import LearnedActivationExplorer
from .line_fit import LineFitExplorer
from .linear_fit import LinearFitExplorer
from .lstm_gates import LSTMGatesExplorer
from .matrix_product import MatrixProductExplorer
from .memory import MemoryExplorer
from .overfitting import CurvePuzzle, OverfittingExplorer
from .parameters import ParametersExplorer
from .pass_class import PassExplorer
from .perceptron import PerceptronExplorer
from .plane_map import PlaneMapExplorer
from .playground import Playground
from .pooling import PoolingExplorer
from .precision import PrecisionExplorer
from .race import RaceExplorer
from .ravine import RavineExplorer
from .receptive_field import ReceptiveFieldExplorer
from .regions import RegionsExplorer
from .regularisation import EffectExplorer, PatienceExplorer, WeightDecayExplorer
from .roofline import RooflineExplorer
from .schedules import ScheduleExplorer
from .seen import OcclusionExplorer, PatchesExplorer
from .shape_puzzle import ShapePuzzle
from .shifted import ShiftExplorer
from .signal import SignalExplorer
from .sizes import BlocksExplorer, SizeExplorer
from .slope import SlopeExplorer
from .softmax import SoftmaxExplorer
from .stage import Stage
from .surprise import SurpriseExplorer
from .task_race import TaskRaceExplorer
from .teaching import TeachingExplorer
from .tent import TentExplorer
from .text import TextExplorer
from .through_time import ThroughTimeExplorer
from .timeline import Timeline
from .towers import TowerExplorer
from .two_layers import TwoLayersExplorer
from .units import UnitsExplorer
from .unrolled import UnrolledExplorer
from .variance import VarianceExplorer

__all__ = [
    "ActivationExplorer",
    "ActivationGalleryExplorer",
    "AmdahlExplorer",
    "ApproximationExplorer",
    "BackpropExplorer",
    "BatchExplorer",
    "BlocksExplorer",
    "BottleneckExplorer",
    "BoundaryExplorer",
    "BumpExplorer",
    "CNNExplorer",
    "CameraExplorer",
    "ChainRuleExplorer",
    "CollapseExplorer",
    "ConfidentlyWrongExplorer",
    "ConfusionExplorer",
    "ConnectionsExplorer",
    "ConvergenceExplorer",
    "ConvolutionExplorer",
    "CourseMap",
    "DataParallelExplorer",
    "DeadUnitExplorer",
    "DescentExplorer",
    "CurvePuzzle",
    "DropoutExplorer",
    "EffectExplorer",
    "Explorer",
    "FilterBankExplorer",
    "FilterExplorer",
    "FoldingExplorer",
    "FoolingExplorer",
    "ForwardExplorer",
    "GateExplorer",
    "Fields",
    "GradientCheckExplorer",
    "GraphExplorer",
    "GradientsExplorer",
    "Growth",
    "HandwritingExplorer",
    "HiddenUnitsExplorer",
    "KernelSearchExplorer",
    "LSTMGatesExplorer",
    "LearnedActivationExplorer",
    "LineFitExplorer",
    "LinearFitExplorer",
    "Live",
    "MatrixProductExplorer",
    "ParametersExplorer",
    "PassExplorer",
    "MemoryExplorer",
    "MonteCarloExplorer",
    "OcclusionExplorer",
    "OverfittingExplorer",
    "PatchesExplorer",
    "PatienceExplorer",
    "PerceptronExplorer",
    "PipelineExplorer",
    "PlaneMapExplorer",
    "Playground",
    "PoolingExplorer",
    "RaceExplorer",
    "RavineExplorer",
    "PrecisionExplorer",
    "ReceptiveFieldExplorer",
    "RegionsExplorer",
    "RooflineExplorer",
    "ScheduleExplorer",
    "ShapePuzzle",
    "ShiftExplorer",
    "SignalExplorer",
    "SizeExplorer",
    "SlopeExplorer",
    "SoftmaxExplorer",
    "Stage",
    "SurpriseExplorer",
    "TaskRaceExplorer",
    "TeachingExplorer",
    "TentExplorer",
    "TextExplorer",
    "ThroughTimeExplorer",
    "TowerExplorer",
    "TwoLayersExplorer",
    "UnitsExplorer",
    "UnrolledExplorer",
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
