"""The scalar graph: the lecture's numbers, every derivative, graphs deep and wide."""

import math
import random

import numpy as np
import pytest

from nnlib.graph import Graph, Value, absolute_error, topological
from tests.libraries import torch


def lecture():
    x, w, b = Value(2, "x"), Value(3, "w"), Value(1, "b")
    x1 = x * w
    x1.name = "x1"
    x2 = x1 + b
    x2.name = "x2"
    return x, w, b, x1, x2


def test_figure_2_21_and_2_22():
    x, w, b, x1, x2 = lecture()
    loss = absolute_error(4, x2)
    loss.name = "loss"
    assert (x1.value, x2.value, loss.value) == (6, 7, 3)
    graph = Graph(loss)
    graph.backward()
    local = {(graph.name(e.child), graph.name(e.parent)): e.local for e in graph.edges}
    assert local["loss", "x2"] == 1
    assert local["x2", "x1"] == 1
    assert local["x2", "b"] == 1
    assert local["x1", "w"] == 2
    assert (w.grad, b.grad, x.grad) == (2, 1, 3)


def test_two_nodes_give_the_gradients_of_one():
    _, w, b, _, x2 = lecture()
    loss = abs(4 - x2)
    loss.backward()
    assert (loss.value, w.grad, b.grad) == (3, 2, 1)


UNARY = {
    "neg": (lambda a: -a, lambda a: -a),
    "abs": (abs, torch.abs),
    "relu": (Value.relu, torch.relu),
    "tanh": (Value.tanh, torch.tanh),
    "sigmoid": (Value.sigmoid, torch.sigmoid),
    "exp": (Value.exp, torch.exp),
    "square": (lambda a: a**2, lambda a: a**2),
    "cube": (lambda a: a**3, lambda a: a**3),
    "inverse": (lambda a: a**-1, lambda a: a**-1),
    "plus": (lambda a: 2 + a + 3, lambda a: 2 + a + 3),
    "minus": (lambda a: 2 - (a - 3), lambda a: 2 - (a - 3)),
    "times": (lambda a: 2 * a * 3, lambda a: 2 * a * 3),
    "over": (lambda a: 2 / a / 3, lambda a: 2 / a / 3),
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("at", [-40.0, -1.3, -0.2, 0.4, 2.7, 30.0])
def test_derivative_is_torch_s(name, at):
    ours, theirs = UNARY[name]
    a, t = Value(at), torch.tensor(at, dtype=torch.float64, requires_grad=True)
    y, z = ours(a), theirs(t)
    y.backward()
    z.backward()
    assert y.value == pytest.approx(z.item(), rel=1e-12)
    assert a.grad == pytest.approx(t.grad.item(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("at", [0.3, 5.0])
def test_log_and_root(at):
    a = Value(at)
    y = a.log() + a**0.5
    y.backward()
    assert y.value == pytest.approx(math.log(at) + math.sqrt(at))
    assert a.grad == pytest.approx(1 / at + 0.5 / math.sqrt(at))


def test_at_zero_the_kinks_have_the_slope_torch_gives_them():
    for f, g in ((abs, torch.abs), (Value.relu, torch.relu)):
        a, t = Value(0), torch.zeros((), requires_grad=True)
        f(a).backward()
        g(t).backward()
        assert a.grad == t.grad.item() == 0
    a, b = Value(3), Value(3)
    absolute_error(a, b).backward()
    assert a.grad == b.grad == 0


def test_random_expressions_agree_with_torch():
    rng = random.Random(0)
    for _ in range(30):
        ours = [Value(rng.uniform(-2, 2)) for _ in range(4)]
        theirs = [torch.tensor(v.value, dtype=torch.float64, requires_grad=True) for v in ours]
        a, b = list(ours), list(theirs)
        for _ in range(25):
            i, j = rng.randrange(len(a)), rng.randrange(len(a))
            k = rng.randrange(5)
            if k == 0:
                new = a[i] + a[j], b[i] + b[j]
            elif k == 1:
                new = a[i] * a[j], b[i] * b[j]
            elif k == 2:
                new = a[i] - a[j], b[i] - b[j]
            elif k == 3:
                new = a[i].tanh(), torch.tanh(b[i])
            else:
                new = a[i] / (a[j] ** 2 + 1), b[i] / (b[j] ** 2 + 1)
            a.append(new[0])
            b.append(new[1])
        out, expected = a[-1] + a[-2], b[-1] + b[-2]
        out.backward()
        expected.backward()
        assert out.value == pytest.approx(expected.item(), rel=1e-10)
        for v, t in zip(ours, theirs, strict=True):
            grad = 0.0 if t.grad is None else t.grad.item()
            assert v.grad == pytest.approx(grad, rel=1e-9, abs=1e-12)


def test_a_value_used_twice_gets_both_gradients():
    a = Value(3)
    b = a + a
    (a * b).backward()  # 2a²: 4a
    assert a.grad == 12


def test_backward_twice_gives_the_same():
    a = Value(3)
    y = a * a
    y.backward()
    y.backward()
    assert a.grad == 6


def test_a_deep_graph():
    a = x = Value(1)
    for _ in range(20_000):
        x = x + a
    x.backward()
    assert a.grad == 20_001
    assert len(topological(x)) == 20_001


def test_numpy_numbers_on_either_side():
    a = Value(3)
    for y in (np.float64(2) * a, a * np.float64(2), np.float64(2) + a, np.float64(5) - a):
        assert isinstance(y, Value)
    assert (np.float64(5) - a).value == 2


def test_extremes_stay_finite_or_infinite_but_never_fail():
    assert Value(-1e4).sigmoid().value == 0 and Value(1e4).sigmoid().value == 1
    assert Value(1e4).exp().value == math.inf
    assert Value(1e4).tanh().local == (0.0,)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Value(0).log(), ValueError, "above 0; got 0"),
        (lambda: Value(1) / 0, ZeroDivisionError, "got 1 / 0"),
        (lambda: Value(-2) ** 0.5, ValueError, "at least 0; got -2"),
        (lambda: Value(0) ** -1, ZeroDivisionError, "at 0"),
        (lambda: Value(2) ** Value(3), TypeError, "exponent"),
        (lambda: Graph(lecture()[4])["x3"], KeyError, "did you mean 'x'"),
        (lambda: Graph(lecture()[4]).forward(x1=3), ValueError, "only leaves"),
        (lambda: Graph(Value(1, "a") + Value(2, "a")), ValueError, "different names"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ----------------------------------------------------------------------------------------- Graph


def test_forward_follows_a_changed_leaf():
    x, w, b, _, x2 = lecture()
    graph = Graph((x2 - 4) ** 2)
    assert graph.forward() == 9
    w.value = 0.5
    assert graph.forward() == 4  # 2 · 0.5 + 1 − 4 = −2
    assert graph.forward(x=-1, b=3) == pytest.approx(2.25)
    graph.backward()
    assert w.grad == pytest.approx(2 * -1.5 * -1)


def test_steps_come_in_order():
    x, w, b, x1, x2 = lecture()
    graph = Graph(absolute_error(4, x2))
    x.value = 5
    seen = []
    for node in graph.forward_steps():
        assert all(p in seen for p in node.parents)
        seen.append(node)
    assert x2.value == 16 and seen == graph.nodes
    before = {id(n): 0.0 for n in graph.nodes} | {id(graph.output): 1.0}
    for parent, child, local in graph.backward_steps():
        assert parent.grad == before[id(parent)] + child.grad * local
        before[id(parent)] = parent.grad
    assert w.grad == 5


def test_names_are_the_graph_s_own():
    a = Value(2, "a")
    inner = a * 3
    assert [Graph(inner).name(n) for n in Graph(inner).nodes] == ["a", "3", "v1"]
    outer = Graph((a + 3) * inner)
    assert [outer.name(n) for n in outer.nodes] == ["a", "3", "v1", "3", "v2", "v3"]
    assert inner.name == ""
    lines = outer.table().splitlines()
    assert lines[0].split() == ["node", "computed", "as", "value", "gradient"]
    assert lines[-1].split() == ["v3", "v1", "*", "v2", "30", "0"]
