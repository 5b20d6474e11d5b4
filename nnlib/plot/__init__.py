"""Pictures: one palette, scenes described in data coordinates, and matplotlib to draw them."""

from .palette import CLASS_COLOURS, CLASS_MARKERS, DARK, LIGHT, rgb
from .panel import Panel
from .scene import Scene

__all__ = ["CLASS_COLOURS", "CLASS_MARKERS", "DARK", "LIGHT", "Panel", "Scene", "rgb"]
