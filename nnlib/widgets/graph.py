"""A computational graph, forward and backward, step by step: `GraphExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..graph import Graph, Value
from ..plot.ticks import rounded_up
from ..plot.words import short, sub
from .controls import button, choice, slider
from .graphs import FIRST, GRAPHS, LEAVES, named
from .playing import SteppingExplorer

VALUE, GRADIENT = "blue", "vermillion"  # the two colours of the notebook: forward, backward


class GraphExplorer(SteppingExplorer):
    r"""A computation as a graph: values run forward, gradients run back, one step at a time.

    Left the graph, with each number's value in its circle and, once they are known, its gradient
    below, and each step of the way written out under it. Right the end of the computation as a
    function of one leaf: the gradient that came back along the edges is the slope of this curve.
    Drag the dot on it to change the leaf.

    Parameters
    ----------
    graph : str
        A name from `GRAPHS`.
    step : int, optional
        How many steps are done; all of them if left out, and "forward" stands for the forward pass.
    curve : str, optional
        The leaf on the right: "x", "w", "b" or "target".

    Attributes
    ----------
    graph : nnlib.Graph

    Examples
    --------
    >>> explorer = GraphExplorer()
    >>> explorer.summary()
    "Graph: the lecture's: |target − (x·w + b)|. All steps done. Values: target = 4, x = 2, w = 3,
    x₁ = 6, b = 1, x₂ = 7, loss = 3. Gradients of loss: target −1, x 3, w 2, x₁ 1, b 1, x₂ 1,
    loss 1."
    """

    below = (*LEAVES, "curve")
    pace = 1.2

    def __init__(self, graph=FIRST, *, step=None, curve=None):
        expect.known(graph, GRAPHS, "graph")
        leaves = {**{name: 0.0 for name in LEAVES}, **GRAPHS[graph].leaves}
        controls = {
            "graph": choice("graph", GRAPHS, graph),
            "back": button("Back", "step-backward", "One step back"),
            "next": button("Step", "step-forward", "One step on"),
            "play": button("Play", "play", "One step after the other; press again to pause"),
            "step": slider("steps done", 0, 0, 99, 1),
            **{name: slider(name, leaves[name], *limits, 0.1) for name, limits in LEAVES.items()},
            "curve": choice("curve over", LEAVES, curve or GRAPHS[graph].curve),
        }
        controls["graph"].layout.width = "430px"  # its names are long
        self._build(graph)
        if step is None:
            step = self.total
        elif isinstance(step, str) and step == "forward":
            step = self.computed
        done = expect.whole(step, "GraphExplorer", 'step, where it is not "forward",')
        controls["step"].value = min(done, self.total)
        super().__init__(1080, 530, controls)

    def begin(self):
        self._offer()

    # ------------------------------------------------------------------ the maths
    def _build(self, name):
        self.kind = GRAPHS[name]
        self.graph, self._probe = (
            Graph(
                named(
                    self.kind.output,
                    self.kind.build(*(Value(v, n) for n, v in self.kind.leaves.items())),
                )
            )
            for _ in range(2)
        )
        self.total = self.computed + 1 + len(self.graph.edges)

    @property
    def computed(self) -> int:
        """How many steps the forward pass has: one for each number that is computed."""
        return sum(bool(node.parents) for node in self.graph.nodes)

    @property
    def leaves(self) -> dict:
        """The leaves of this graph and what the sliders say."""
        return {name: self[name] for name in self.kind.leaves}

    def _limits(self, leaf):
        return self.kind.limits.get(leaf, LEAVES[leaf])

    @property
    def done(self) -> int:
        return min(self["step"], self.total)

    def state(self):
        """What is known after the steps done.

        Returns
        -------
        (dict, dict, list)
            Values and gradients by name, and the edges gone back along, with what each brought:
            (edge, gradient of the child, gradient of the parent before).
        """
        graph, left = self.graph, self.done
        graph.forward(**self.leaves)
        computed = [n for n in graph.nodes if n.parents]
        hidden = {id(n) for n in computed[left:]}
        values = {graph.name(n): n.value for n in graph.nodes if id(n) not in hidden}
        gradients, edges = {}, []
        left -= len(computed)
        if left > 0:
            gradients[graph.name(graph.output)] = 1.0
            steps, before = graph.backward_steps(), {}
            for edge in (next(steps) for _ in range(left - 1)):
                name = graph.name(edge.parent)
                edges.append((edge, edge.child.grad, before.get(name)))
                before[name] = gradients[name] = edge.parent.grad
        return values, gradients, edges

    def over(self, leaf, at):
        """The end of the computation for other values of one leaf."""
        self._probe.forward(**self.leaves)
        return np.array([self._probe.forward(**{leaf: v}) for v in at])

    def complete(self, name, edges) -> bool:
        """Whether every path has brought its share to a number's gradient."""
        node = self.graph[name]
        wanted = sum(edge.parent is node for edge in self.graph.edges)
        return sum(edge.parent is node for edge, *_ in edges) == wanted

    # ------------------------------------------------------------------ the picture
    def draw(self):
        values, gradients, edges = self.state()
        self._draw_graph(values, gradients, edges)
        self._draw_words(self.sentences(values, gradients, edges))
        self._draw_curve(edges)

    def _draw_graph(self, values, gradients, edges):
        graph, places = self.graph, self.kind.places
        panel = self.stage.panel(
            "graph",
            box=(0, 0, 0.66, 0.72),
            x=(-0.35, 3.95),
            y=(-2.3, 1.95),
            axes=False,
            title=self._title(),
        )
        at = np.array([places[graph.name(n)] for n in graph.nodes], dtype=float)
        ends = [(places[graph.name(e.parent)], places[graph.name(e.child)]) for e in graph.edges]
        a, b = np.array(ends, dtype=float).swapaxes(0, 1)
        radius, crowded = self.kind.radius, self.kind.radius < 28
        now = self._now(edges)
        forward = np.array([e.child is now for e in graph.edges])
        backward = np.array([isinstance(now, tuple) and e[:2] == now[0][:2] for e in graph.edges])
        for name, mine, colour, width in (
            ("edges", ~forward & ~backward, "grey", 1.8),
            ("forward", forward, VALUE, 4.5),
            ("backward", backward, GRADIENT, 4.5),
        ):
            from_, to = (b, a) if name == "backward" else (a, b)
            start, end = between(from_[mine], to[mine], panel, radius + 3)
            panel.arrows(name, *start.T, *end.T, colour=colour, width=width)
        seen = {(id(e.parent), id(e.child)) for e, *_ in edges}
        mine = [k for k, e in enumerate(graph.edges) if (id(e.parent), id(e.child)) in seen]
        middles = 0.42 * a + 0.58 * b
        for k in mine:
            steep = crowded and abs(a[k, 1] - b[k, 1]) > 2  # a fan of edges: on them, near the top
            middles[k] = (
                0.27 * a[k] + 0.73 * b[k] if steep else middles[k] + _aside(a[k], b[k], panel)
            )
        words = ["×" + short(graph.edges[k].local, True, crowded) for k in mine]
        panel.text("local", *middles[mine].T, words, colour=GRADIENT, size=14, halo=True)

        names = [graph.name(n) for n in graph.nodes]
        panel.points("rim", *at.T, colour="muted", size=radius)
        panel.points("circles", *at.T, colour="background", size=radius - 1.5)
        known = [values.get(name) for name in names]
        panel.text(
            "values",
            *at.T,
            ["?" if v is None else short(v, few=crowded) for v in known],
            colour=VALUE,
            size=13 if crowded else 16,
            bold=True,
        )
        pixel = panel.pixel[1]
        up = pixel * (radius + 12)
        aside = pixel * (radius + 31 if self.kind.above else -radius - 13)
        labels = [self._label(n) for n in graph.nodes]
        panel.text("names", at[:, 0], at[:, 1] + up, labels, size=14, halo=True)
        mine = [k for k, name in enumerate(names) if name in gradients]
        panel.text(
            "gradients",
            *(at[mine] + [0, aside]).T,
            ["grad " * (not crowded) + short(gradients[names[k]], few=crowded) for k in mine],
            colour=GRADIENT,
            size=15,
            bold=True,
            halo=True,
        )

    def _title(self):
        done, computed = self.done, self.computed
        if done == 0:
            return "Nothing computed yet"
        if done <= computed:
            return f"Forward, step {done} of {computed}"
        return f"Backward, step {done - computed} of {self.total - computed}"

    def _label(self, node):
        name = _pretty(self.graph.name(node))
        return f"{name} = {self._formula(node)}" if node.parents else name

    def _formula(self, node):
        """How a number is computed, as people write it."""
        names = [_pretty(self.graph.name(p)) for p in node.parents]
        signs = {"+": " + ", "-": " − ", "*": "·"}
        if node.op in signs:
            return signs[node.op].join(names)
        return {
            "|a-b|": "|{} − {}|".format(*(names * 2)[:2]),
            "sigmoid": f"σ({names[0]})",
            "**2": f"{names[0]}²",
        }[node.op]

    def _now(self, edges):
        """The last step: the number it computed, or (edge, from above, before); else None."""
        if 0 < self.done <= self.computed:
            return [n for n in self.graph.nodes if n.parents][self.done - 1]
        return edges[-1] if edges else None

    def sentences(self, values, gradients, edges) -> list[str]:
        """The last step in symbols, in numbers and in words."""
        graph, now = self.graph, self._now(edges)
        end = _pretty(graph.name(graph.output))
        if self.done == 0:
            return [
                "Only the leaves have values.",
                "Press Step: forward, each number is computed from those its arrows come from.",
                "",
            ]
        if isinstance(now, Value):
            p = [short(v.value, brackets=True) for v in now.parents]
            return [
                f"{_pretty(graph.name(now))} = {self._formula(now)}",
                f"= {self._with_numbers(now, p)} = {short(now.value)}",
                "Every number it needs is there already, because they come before it in the graph.",
            ]
        if now is None:
            return [
                f"∂{end}/∂{end} = 1",
                f"As {end} moves by ε, {end} moves by the same ε.",
                "This is where the way back begins.",
            ]
        edge, above, before = now
        parent, child = (_pretty(graph.name(n)) for n in edge[:2])
        chain = f"∂{end}/∂{parent} = ∂{end}/∂{child} · ∂{child}/∂{parent}"
        share = above * edge.local
        product = f"{short(above, True)} · {short(edge.local, True)} = {short(share)}"
        if before is not None:
            chain = f"a further path to {parent}: add ∂{end}/∂{child} · ∂{child}/∂{parent}"
            total = short(before + share)
            product = f"{short(before)} + {product.split(' = ')[0]} = {total}"
        return [
            chain,
            f"= {product}" if before is None else product,
            self._why(edge)
            + f" And {end} moves {short(above)} times as much as {child}."
            * (edge.child is not graph.output),
        ]

    def _with_numbers(self, node, p):
        pattern = {"+": "{} + {}", "-": "{} − {}", "*": "{} · {}", "|a-b|": "|{} − {}|"}
        if node.op in pattern:
            return pattern[node.op].format(*p)
        return (
            f"σ({p[0]})"
            if node.op == "sigmoid"
            else f"({p[0]})²".replace("((", "(").replace("))", ")")
        )

    def _why(self, edge):
        """The local derivative as lecture E says it: as one moves by ε, the other moves by …"""
        parent, child = (_pretty(self.graph.name(n)) for n in edge[:2])
        op, local = edge.child.op, short(edge.local)
        if op in "+-":
            how = "the same ε" if edge.local > 0 else "−ε"
        elif op == "*":
            other = next((p for p in edge.child.parents if p is not edge.parent), edge.parent)
            how = f"{_pretty(self.graph.name(other))}·ε = {local} ε"
        elif op == "|a-b|":
            how = "ε as well" if edge.local > 0 else "−ε" if edge.local < 0 else "|ε|: at its kink"
        elif op == "sigmoid":
            how = f"σ(1 − σ)·ε = {local} ε"
        else:
            how = f"2{parent}·ε = {local} ε"
        return (
            f"As {parent} moves by a small ε, {child} = {self._formula(edge.child)} moves by {how}."
        )

    def _draw_words(self, lines):
        panel = self.stage.panel("words", box=(0, 0.73, 1, 0.27), x=(0, 1), y=(0, 1), axes=False)
        back = self.done > self.computed
        colour = GRADIENT if back else VALUE
        panel.text("symbols", 0.01, 0.84, lines[0], size=18, align="left", colour="muted")
        panel.text("numbers", 0.01, 0.51, lines[1], size=18, align="left", bold=True, colour=colour)
        panel.text("words", 0.01, 0.18, lines[2], size=15, align="left")

    def _draw_curve(self, edges):
        leaf = self["curve"] if self["curve"] in self.kind.leaves else "w"
        low, high = self._limits(leaf)
        at = np.linspace(low, high, 81)
        y, here = self.over(leaf, at), self.leaves[leaf]
        value = float(self.graph.output.value)
        bottom, top = _limits(np.append(y, value))
        end = _pretty(self.kind.output)
        known = self.complete(leaf, edges)
        slope = self.graph[leaf].grad
        panel = self.stage.panel(
            "curve",
            box=(0.67, 0, 0.33, 0.72),
            x=(low, high),
            y=(bottom, top),
            xlabel=leaf,
            ylabel=end,
            title=f"Slope = grad {leaf} = {short(slope)}"
            if known
            else f"{end} over {leaf}: which slope?",
        )
        panel.line("curve", at, y, width=3)
        some = slice(None) if known else slice(0)
        reach = 0.3 * (high - low)
        ends = np.array([here - reach, here + reach])
        panel.line(
            "tangent", ends[some], (value + slope * (ends - here))[some], colour=GRADIENT, width=3
        )
        panel.points("here", here, value, colour=VALUE, size=9, drag=True, tip="drag: {x}")

    def summary(self):
        values, gradients, _ = self.state()
        graph = self.graph
        names = [graph.name(n) for n in graph.nodes]
        end = _pretty(graph.name(graph.output))
        said = ", ".join(f"{_pretty(n)} = {short(values[n])}" for n in names if n in values)
        back = ", ".join(f"{_pretty(n)} {short(gradients[n])}" for n in names if n in gradients)
        how = "All steps done" if self.done == self.total else self._title()
        return (
            f"Graph: {self['graph']}. {how}. Values: {said}."
            + f" Gradients of {end}: {back}." * bool(back)
        )

    # ------------------------------------------------------------------ taking hold of it
    def _advance(self):
        self.set_quietly(step=min(self.done + 1, self.total))
        return self.done < self.total

    def _offer(self):
        """Sliders for the leaves this graph has, and steps as many as it takes."""
        for name in LEAVES:
            shown = name in self.kind.leaves
            control = self.controls[name]
            control.layout.display = None if shown else "none"
            control.min, control.max = self._limits(name)
        self.controls["step"].max = self.total

    def changed(self, name):
        if name == "graph":
            self.pause()
            self._build(self["graph"])
            self._offer()
            self.set_quietly(**self.kind.leaves, step=self.total, curve=self.kind.curve)

    def pressed(self, name):
        if name == "play":
            if not self.playing and self.done == self.total:
                self.set_quietly(step=0)
            self.toggle()
            return
        self.pause()
        step = self.done + (1 if name == "next" else -1)
        self.set_quietly(step=min(max(step, 0), self.total))

    def event(self, event):
        if event["type"] == "drag" and event.get("item") == "here":
            leaf = self["curve"] if self["curve"] in self.kind.leaves else "w"
            self.set_quietly(**{leaf: float(np.clip(event["x"], *self._limits(leaf)))})


def _pretty(name: str) -> str:
    """x1 as x₁."""
    return name[0] + sub(name[1:]) if name[1:].isdigit() else name


def between(a, b, panel, gap=31):
    """The part of each way from a to b that lies outside of their circles."""
    way = (b - a) / panel.pixel
    length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    step = way / length * gap * panel.pixel
    return a + step, b - step


def _aside(a, b, panel):
    """From the middle of an edge a few pixels to its left, where its label goes."""
    way = (b - a) / panel.pixel
    across = np.array([-way[1], way[0]]) / max(np.linalg.norm(way), 1e-9)
    return (across if across[1] >= 0 else -across) * 15 * panel.pixel


def _limits(y):
    """Limits that hold all of y and change now and then only, as the sliders move."""
    top = rounded_up(1.02 * max(float(np.abs(y).max()), 0.5))
    return (-top if y.min() < 0 else -0.06 * top), top
