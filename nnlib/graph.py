r"""A computational graph of single numbers, with backpropagation: lecture E, figures 2.21 and 2.22.

Calculating with `Value` remembers what was computed from what. An operation is one small function:
the numbers that go in, then the result and its *local derivatives*, one for each of them. That is
all backpropagation needs:

.. math:: \frac{\partial L}{\partial a} = \sum_{c \text{ computed from } a}
          \frac{\partial L}{\partial c} \cdot \frac{\partial c}{\partial a}

`Graph` is the same thing to look at: all nodes in order, forward and backward step by step, and
forward again after a leaf has changed.
"""

import difflib
import itertools
import math
from numbers import Real
from typing import NamedTuple

from .expect import shown

# --------------------------------------------------------------------------- operations
# f(numbers) -> (result, (∂result/∂number, ...))


def _add(a, b):
    return a + b, (1.0, 1.0)


def _subtract(a, b):
    return a - b, (1.0, -1.0)


def _multiply(a, b):
    return a * b, (b, a)


def _divide(a, b):
    if b == 0:
        raise ZeroDivisionError(f"division expects a divisor other than 0; got {a:g} / 0.")
    return a / b, (1 / b, -a / b**2)


def _negative(a):
    return -a, (-1.0,)


def _absolute(a):
    # At 0 there is no derivative; any number from −1 to 1 would do, and we take the one between.
    return abs(a), (_sign(a),)


def _absolute_error(a, b):
    return abs(a - b), (_sign(a - b), _sign(b - a))


def _relu(a):
    # At 0 any number from 0 to 1 would do; as PyTorch, we take 0.
    return max(a, 0.0), (1.0 if a > 0 else 0.0,)


def _tanh(a):
    t = math.tanh(a)
    return t, (1 - t * t,)


def _sigmoid(a):
    # exp of a number below 0 cannot overflow
    s = 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a))
    return s, (s * (1 - s),)


def _exp(a):
    e = math.exp(a) if a < 709.78 else math.inf
    return e, (e,)


def _log(a):
    if not a > 0:
        raise ValueError(f"log expects a number above 0; got {a:g}.")
    return math.log(a), (1 / a,)


def _power(exponent):
    def power(a):
        if a < 0 and exponent != int(exponent):
            raise ValueError(f"** {exponent:g} expects a number of at least 0; got {a:g}.")
        if a == 0 and exponent < 1 and exponent != 0:
            raise ZeroDivisionError(f"** {exponent:g} has no slope at 0.")
        return a**exponent, (exponent * a ** (exponent - 1) if exponent else 0.0,)

    return power


def _sign(a):
    return float((a > 0) - (a < 0))


# -------------------------------------------------------------------------------- value


class Value:
    r"""A number that remembers how it was computed.

    Calculate with ``+ - * / **`` (to the power of a number), ``abs``, and the methods below.
    Plain numbers may stand on either side.

    Parameters
    ----------
    value : float
    name : str, default ""

    Attributes
    ----------
    value : float
        Of a number you made it may be changed; `Graph.forward` then computes what follows from it.
    grad : float
        ∂L/∂(this), once ``L.backward()`` has run.
    op : str
        The operation it came from; "" for a number you made, a leaf.
    parents : tuple of Value
        What it was computed from.
    local : tuple of float
        ∂(this)/∂(parent), for each of them.

    Raises
    ------
    TypeError
        If something else than a number or a `Value` is calculated with.
    ValueError, ZeroDivisionError
        Where an operation has no result: log(0), 1 / 0, a root of −1.

    References
    ----------
    A. Karpathy, micrograd, https://github.com/karpathy/micrograd

    Examples
    --------
    y = x² + 3x at x = 2 is 10, and dy/dx = 2x + 3 = 7; x is used twice, so its gradient is a sum.

    >>> x = Value(2, "x")
    >>> y = x**2 + 3 * x
    >>> y.backward()
    >>> y, x.grad
    (Value(10), 7.0)
    """

    __slots__ = ("value", "name", "grad", "op", "parents", "local", "function")
    __array_ufunc__ = None  # so that np.float64(2) * x leaves the product to us

    def __init__(self, value, name=""):
        self.value, self.name, self.grad = _number(value), name, 0.0
        self.op, self.parents, self.local, self.function = "", (), (), None

    @classmethod
    def _computed(cls, op, function, *parents):
        parents = [p if isinstance(p, Value) else cls(p) for p in parents]
        out = cls(math.nan)
        out.op, out.function, out.parents = op, function, tuple(parents)
        out.forward()
        return out

    def __repr__(self):
        return f"Value({self.value:.6g}{f', {self.name!r}' if self.name else ''})"

    def forward(self):
        """Compute this one number, and its local derivatives, from its parents."""
        if self.function is not None:
            self.value, self.local = self.function(*(p.value for p in self.parents))

    def backward(self):
        """Fill in ``grad`` of every number this one was computed from: ∂(this)/∂(number).

        What was there before is forgotten, so that it can be called again.
        """
        order = topological(self)
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in zip(node.parents, node.local, strict=True):
                parent.grad += node.grad * local

    def __add__(self, other):
        return Value._computed("+", _add, self, other)

    def __radd__(self, other):
        return Value._computed("+", _add, other, self)

    def __sub__(self, other):
        return Value._computed("-", _subtract, self, other)

    def __rsub__(self, other):
        return Value._computed("-", _subtract, other, self)

    def __mul__(self, other):
        return Value._computed("*", _multiply, self, other)

    def __rmul__(self, other):
        return Value._computed("*", _multiply, other, self)

    def __truediv__(self, other):
        return Value._computed("/", _divide, self, other)

    def __rtruediv__(self, other):
        return Value._computed("/", _divide, other, self)

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            raise TypeError(
                f"Value ** expects a number as exponent; got {exponent!r}. "
                "For a ** b write (b * a.log()).exp()."
            )
        exponent = _number(exponent)
        return Value._computed(f"**{exponent:g}", _power(exponent), self)

    def __neg__(self):
        return Value._computed("neg", _negative, self)

    def __abs__(self):
        """|a|; its derivative at 0 is taken to be 0."""
        return Value._computed("abs", _absolute, self)

    def relu(self):
        """max(a, 0); its derivative at 0 is taken to be 0."""
        return Value._computed("relu", _relu, self)

    def tanh(self):
        """Hyperbolic tangent; its derivative is 1 − tanh²."""
        return Value._computed("tanh", _tanh, self)

    def sigmoid(self):
        """σ(a) = 1 / (1 + exp(−a)); its derivative is σ(1 − σ)."""
        return Value._computed("sigmoid", _sigmoid, self)

    def exp(self):
        """e to the power of it; its derivative is the same."""
        return Value._computed("exp", _exp, self)

    def log(self):
        """Natural logarithm; its derivative is 1/a."""
        return Value._computed("log", _log, self)


def _number(value) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"Value expects a number; got {shown(value)}.")
    return float(value)


def absolute_error(a, b):
    """|a − b| as one node, as the lecture draws it; the derivatives at a = b are taken to be 0.

    ``abs(a - b)`` is the same in two nodes.

    Parameters
    ----------
    a, b : Value or float

    Returns
    -------
    Value

    Raises
    ------
    TypeError
        If one is neither.
    """
    return Value._computed("|a-b|", _absolute_error, a, b)


def topological(output):
    """Everything a `Value` was computed from, each after what it was computed from itself.

    Raises a TypeError if it is no `Value`.

    Examples
    --------
    >>> a, b = Value(1, "a"), Value(2, "b")
    >>> topological((a + b) * a)
    [Value(1, 'a'), Value(2, 'b'), Value(3), Value(3)]
    """
    # Depth first with a stack of our own: a recursive function fails at some thousand nodes.
    if not isinstance(output, Value):
        raise TypeError(f"expected a Value, the end of a computation; got {shown(output)}.")
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.parents))
    return order


# -------------------------------------------------------------------------------- graph


class Edge(NamedTuple):
    """`parent` was used to compute `child`; ``local`` is ∂child/∂parent there and then."""

    parent: Value
    child: Value
    local: float


class Graph:
    r"""A computation to look at and to run again: its numbers in order, forward and backward.

    Numbers without a name are called, here only, by their value if they are leaves, else ``v1``,
    ``v2``, ...

    Parameters
    ----------
    output : Value
        The end of the computation; the gradients are those of this number.

    Attributes
    ----------
    nodes : list of Value
        Each after those it is computed from.

    Raises
    ------
    ValueError
        If two different numbers have the same name, or a number that is computed is to be set.
    KeyError
        If there is no number of this name.
    TypeError
        If the output is no `Value`, or a leaf is to become something else than a number.

    Examples
    --------
    The lecture's example: x₁ = x · w = 6, x₂ = x₁ + b = 7, loss = |4 − x₂| = 3.

    >>> x, w, b = Value(2, "x"), Value(3, "w"), Value(1, "b")
    >>> x1 = x * w
    >>> x1.name = "x1"
    >>> x2 = x1 + b
    >>> x2.name = "x2"
    >>> loss = absolute_error(4, x2)
    >>> loss.name = "loss"
    >>> graph = Graph(loss)
    >>> graph.backward()
    >>> print(graph.table())
    node  computed as  value  gradient
    4                      4        -1
    x                      2         3
    w                      3         2
    x1    x * w            6         1
    b                      1         1
    x2    x1 + b           7         1
    loss  |4 - x2|         3         1

    Backward, the local derivatives are 1, 1, 1 and 2 along the lecture's four edges, and a gradient
    is the product of those on the way: ∂loss/∂w = 1 · 1 · 2.

    >>> for parent, child, local in graph.edges:
    ...     print(f"grad({graph.name(child)}, {graph.name(parent)}) = {local:g}")
    grad(x1, x) = 3
    grad(x1, w) = 2
    grad(x2, x1) = 1
    grad(x2, b) = 1
    grad(loss, 4) = -1
    grad(loss, x2) = 1

    Another x, and everything after it:

    >>> graph.forward(x=1), graph["x2"].value
    (0.0, 4.0)
    """

    def __init__(self, output):
        self.output = output
        self.nodes = topological(output)
        self._names, self._by_name = {}, {}
        given = {node.name for node in self.nodes}
        free = (f"v{k}" for k in itertools.count(1) if f"v{k}" not in given)
        for node in self.nodes:
            name = node.name or (next(free) if node.parents else f"{node.value:g}")
            if node.name and name in self._by_name:
                raise ValueError(f"Graph expects different names; two numbers are {name!r}.")
            self._names[id(node)] = name
            self._by_name.setdefault(name, node)

    def name(self, node):
        """What a node is called here."""
        if id(node) not in self._names:
            raise KeyError(f"Graph expects a node of this graph; got {node!r}.")
        return self._names[id(node)]

    def __getitem__(self, name):
        """The node of this name."""
        try:
            return self._by_name[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._by_name, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self._by_name)}"
            raise KeyError(f"Graph has no node {name!r}; {hint}") from None

    @property
    def edges(self):
        """All edges with their local derivatives, in the order of the forward pass."""
        return [
            Edge(parent, node, local)
            for node in self.nodes
            for parent, local in zip(node.parents, node.local, strict=True)
        ]

    def forward(self, **leaves):
        """Compute everything again, after giving leaves new values.

        Parameters
        ----------
        **leaves : float
            By name.

        Returns
        -------
        float
            The value of the output.
        """
        for _ in self.forward_steps(**leaves):
            pass
        return self.output.value

    def forward_steps(self, **leaves):
        """As `forward`, but yields each node once its value is there."""
        for name in leaves:  # all of them first: none is set if one is wrong
            if self[name].parents:
                raise ValueError(f"Graph computes {name!r} itself; only leaves can be set.")
        values = {name: _number(value) for name, value in leaves.items()}
        for name, value in values.items():
            self[name].value = value
        for node in self.nodes:
            node.forward()
            yield node

    def backward(self):
        """Compute every gradient: ∂output/∂node."""
        for _ in self.backward_steps():
            pass

    def backward_steps(self):
        """As `backward`, but yields each edge once ``parent.grad += child.grad * local`` is done.

        A node's gradient is complete when all its edges have been yielded.
        """
        for node in self.nodes:
            node.grad = 0.0
        self.output.grad = 1.0
        for node in reversed(self.nodes):
            for parent, local in zip(node.parents, node.local, strict=True):
                parent.grad += node.grad * local
                yield Edge(parent, node, local)

    def formula(self, node):
        """How a node is computed, by the names of its parents; "" for a leaf."""
        names = [self.name(p) for p in node.parents]
        if not names:
            return ""
        if node.op == "|a-b|":
            return f"|{names[0]} - {names[1]}|"
        if len(names) == 2:
            return f"{names[0]} {node.op} {names[1]}"
        if node.op.startswith("**"):
            return f"{names[0]}{node.op}"
        return f"{node.op}({names[0]})"

    def table(self):
        """Nodes, what they are computed as, values and gradients, as plain text."""
        rows = [("node", "computed as", "value", "gradient")]
        rows += [
            (self.name(n), self.formula(n), f"{n.value:.4g}", f"{n.grad + 0:.4g}")
            for n in self.nodes
        ]
        a, b, c, d = (max(len(row[k]) for row in rows) for k in range(4))
        return "\n".join(f"{w:{a}}  {x:{b}}  {y:>{c}}  {z:>{d}}" for w, x, y, z in rows)
