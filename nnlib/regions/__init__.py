r"""Linear regions of a network of dense layers and ReLUs, found exactly.

Such a network is one straight piece next to another. Which piece an input lies on is decided by
which units are on: while none of them changes sign, every layer is a product with a matrix. So the
pieces can be *computed*, layer by layer, instead of being looked for on a grid:

1. On every region found so far each unit of the next layer is an affine function.
2. Its zero is a point (on a segment) or a straight line (on a plane); it may cut the region in two.
3. After the cuts each unit is on or off in all of a region, which gives the affine function behind
   the ReLU, and the next layer can be done.

Two things are called a region, and both are counted here. An **activation region** is a largest
connected set on which no unit changes between on and off (`len(found)`). A **linear region** is a
largest connected set on which the network is one affine function (`found.n_linear`). Every linear
region is made of activation regions; it is made of several where a unit switches and nobody behind
it listens. Theorems that count hyperplanes, as those of `bounds`, speak of the former.

Lengths below `TOLERANCE`, as a share of the segment or of the window's diagonal, count as nothing:
a unit that only touches a corner cuts nothing off.

`segment` and `plane` find the regions, `maps` has the step through one layer that both share, and
`bounds` says how many there can be.

References
----------
G. Montúfar, R. Pascanu, K. Cho and Y. Bengio, On the number of linear regions of deep neural
networks, 2014. https://arxiv.org/abs/1402.1869
"""

from .bounds import folding, lower_bound, one_layer, upper_bound
from .plane import Regions, on_plane
from .segment import Pieces, on_segment

__all__ = [
    "Pieces",
    "Regions",
    "folding",
    "lower_bound",
    "on_plane",
    "on_segment",
    "one_layer",
    "upper_bound",
]
