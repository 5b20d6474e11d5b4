# %% [markdown]
# # 06 · Backpropagation: how every weight learns what it did
#
# **The question:** the loss is one number, and a network has thousands of weights, or billions. How
# does each of them find out whether it should grow or shrink, and how can that cost hardly more
# than computing the loss itself?
#
# **Afterwards you can**
#
# 1. say the chain rule with three wheels, and use it in symbols and in numbers;
# 2. run a computational graph forward and backward by hand, also where a number is used twice;
# 3. do one training step of a small network with all its numbers: forward, loss, backward, update;
# 4. derive the gradients of two linear layers line by line, with the shape of everything;
# 5. check any gradient numerically, and find the layer that hides a bug;
# 6. explain why one backward pass costs as much as one to three forward passes, whatever the
#    number of weights.
#
# **Before you start:** what a derivative is, matrix products (notebook 03), and that gradient
# descent steps against the gradient (notebook 05).
#
# **Time:** about 90 minutes with the exercises, 45 without.
#
# **Lecture points:** A10 the chain rule · C12 computational graph · E14 forward and backward on a
# graph · D7 forward and backward passes · A11 training a deep network with it · B7 the error of two
# linear layers and its derivatives (and the shapes of B6).

# %%
import time

import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · The chain rule: how fast does the last wheel turn?
#
# Lecture A writes the chain rule in one line:
#
# $$\frac{\partial f(g(x))}{\partial x} =
# \frac{\partial f}{\partial g}\,\frac{\partial g}{\partial x}$$
#
# Think of three wheels. The first turns by $x$. It drives the second, which turns by $u = g(x)$,
# and that drives the third, which turns by $y = f(u)$. If the second turns 3 times as fast as the
# first, and the third 2 times as fast as the second, then the third turns $2 \cdot 3 = 6$ times as
# fast as the first. Slopes along a way are *multiplied*. That is all.
#
# > **Predict first.** Below, $u = \sin x$ and $y = u^2$. At $x = \pi/2 \approx 1.57$ the sine is at
# > its top. How fast does the last wheel turn there?
#
# Drag the hand of the first wheel, or the dot on a curve.

# %%
wheels = widgets.ChainRuleExplorer("sin x", "u²", x=0.8)
wheels

# %% [markdown]
# **What to notice**
#
# - The slope on the right is always the product of the two others. If one of them is 0, the last
#   wheel stands still, whatever the other does.
# - The outer slope is taken at $u = g(x)$, where the second wheel *is*, and not at $x$.
# - The orange parts show a real step: by $\Delta x$, $\Delta u$, $\Delta y$. For a small step
#   $\Delta y / \Delta x$ is close to $dy/dx$; make it smaller, and it gets closer.
#
# **Challenge:** find two functions and an $x$ at which the last wheel turns backwards more than
# three times as fast as the first one turns forwards.
#
# <details><summary>Answer</summary>
#
# For instance $u = x^2$ and $y = u^2$ at $x = -1$: there $du/dx = -2$ and $dy/du = 2$, so
# $dy/dx = -4$.
#
# </details>
#
# ### In symbols and in numbers
#
# In symbols: $y = \sin^2 x$, so $\dfrac{dy}{dx} = 2u \cdot \cos x = 2 \sin x \cos x$. In numbers:
# move $x$ a little to both sides, and see how far $y$ moves.

# %%
x, eps = 0.8, 1e-5
u = np.sin(x)  # forward: first wheel to second
y = u**2  # second wheel to third

dy_du = 2 * u  # the two slopes, each where its own wheel stands
du_dx = np.cos(x)
symbols = dy_du * du_dx
numbers = (np.sin(x + eps) ** 2 - np.sin(x - eps) ** 2) / (2 * eps)
print(f"du/dx = {du_dx:.4f}, dy/du = {dy_du:.4f}")
print(f"dy/dx by the chain rule {symbols:.6f}, by moving x {numbers:.6f}")


# %% [markdown]
# **Exercise 1.** Write the derivative of $y = \tanh(x^2)$. The slope of tanh at $u$ is
# $1 - \tanh^2 u$.

# %% tags=["exercise"]
def chain_rule(x):
    return ...


check.chain_rule(chain_rule)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Two wheels: $u = x^2$, then $y = \tanh u$. Write down the slope of each, then multiply. At which
# place is the outer one taken?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def chain_rule(x):
#     u = x**2
#     return (1 - np.tanh(u) ** 2) * 2 * x
#
# check.chain_rule(chain_rule)
# ```
#
# </details>

# %% [markdown]
# ## 2 · A computational graph
#
# Most computations are no straight chain of wheels: numbers come together. A **computational
# graph** has a node for each number and an arrow from each number to those computed from it.
# Lecture E draws one for a tiny model with the input $x = 2$, the weight $w = 3$, the bias $b = 1$
# and the target 4:
#
# $$x_1 = x \cdot w, \qquad x_2 = x_1 + b, \qquad \text{loss} = |4 - x_2|$$
#
# **Forward** means: follow the arrows, each number from those before it.

# %%
x, w, b, target = 2.0, 3.0, 1.0, 4.0

x1 = x * w
x2 = x1 + b
loss = abs(target - x2)
print(f"x₁ = {x1:g}, x₂ = {x2:g}, loss = {loss:g}")

# %% [markdown]
# The picture below has done the forward pass; the values are blue.
#
# > **Predict first.** The gradient of a number says: if it moves by a small $\varepsilon$, by how
# > many $\varepsilon$ does the loss move? What are the gradients of $x_2$, $x_1$, $b$, $w$ and $x$?
#
# Then press **Step**, and watch the gradients (orange-red) come back, edge by edge.

# %%
graph = widgets.GraphExplorer(step="forward")
graph

# %% [markdown]
# **What to notice**
#
# - The way back begins with the gradient of the loss with respect to itself, which is 1.
# - Each edge has a **local derivative**, the number behind the ×. It knows nothing of the rest of
#   the graph: at a product it is the *other* factor, at a sum it is 1.
# - Each step multiplies two numbers: *what comes from above* and *the local derivative*.
# - The curve on the right is the loss as $w$ changes, and its slope at the dot is the gradient of
#   $w$ that came back along the edges. Drag the dot across the kink, and every sign turns.
#
# Those are the four lines of lecture E: $\operatorname{grad}(\text{loss}, x_2) = 1$,
# $\operatorname{grad}(x_2, x_1) = 1$, $\operatorname{grad}(x_2, b) = 1$,
# $\operatorname{grad}(x_1, w) = 2$. Their products along the way are what training needs:
#
# $$\frac{\partial\,\text{loss}}{\partial w} = 1 \cdot 1 \cdot 2 = 2, \qquad
# \frac{\partial\,\text{loss}}{\partial b} = 1 \cdot 1 = 1$$
#
# One remark on the slide: it calls the first of them 1 "because loss = abs(4 − x₂) varies by the
# same amount". That holds as long as $x_2$ lies above 4; below 4 it is −1, and at 4 there is a
# kink.
#
# **Challenge:** find sliders for which the gradient of $w$ is 0 though the loss is not.
#
# <details><summary>Answer</summary>
#
# $x = 0$. The weight is multiplied by nothing, so moving it changes nothing; from such a sample $w$
# cannot learn.
#
# </details>
#
# ### The same in code
#
# The way back in three lines, and checked by moving $w$ and $b$ themselves:

# %%
d_x2 = np.sign(x2 - target)  # the slope of |4 − x₂|
d_x1, d_b = d_x2 * 1, d_x2 * 1  # x₂ = x₁ + b
d_x, d_w = d_x1 * w, d_x1 * x  # x₁ = x·w: the other factor


def compute(x, w, b):
    return abs(target - (x * w + b))


print(f"backward: x {d_x:g}, w {d_w:g}, b {d_b:g}")
moved = [compute(x, w + 0.1, b) - loss, compute(x, w, b + 0.1) - loss]
print(f"w moved by 0.1, the loss moves by {moved[0]:.2f}; b moved by 0.1, by {moved[1]:.2f}")

# %% [markdown]
# Nobody wants to write the way back by hand for every formula. `nnlib.Value` is a number that
# remembers what it was computed from, so it can find the way back by itself:

# %%
x, w, b = nn.Value(2, "x"), nn.Value(3, "w"), nn.Value(1, "b")
x1 = x * w
x2 = x1 + b
x1.name, x2.name = "x1", "x2"
loss = nn.graph.absolute_error(4, x2)
loss.name = "loss"

loss.backward()
print(nn.Graph(loss).table())

# %% [markdown]
# The heart of it is short enough to print. `order` holds all numbers, each after those it was
# computed from, and the loop goes through it from the end:

# %%
import inspect

print(inspect.getsource(nn.Value.backward))

# %% [markdown]
# **Exercise 2.** The same graph at $x = 3$, $w = -2$, $b = 1$, target 4. What are the gradients of
# $x$, $w$ and $b$? Do it on paper first.

# %% tags=["exercise"]
dx = ...
dw = ...
db = ...

check.graph_gradients(dx, dw, db)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Forward first: on which side of the target does $x_2$ lie now? If $x_2$ grows, does the loss grow
# or fall?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# Forward: $x_1 = -6$, $x_2 = -5$, loss 9. Now $x_2$ lies below the target, so its gradient is −1.
#
# ```python
# dx = -1 * -2  # the other factor is w
# dw = -1 * 3  # the other factor is x
# db = -1
#
# check.graph_gradients(dx, dw, db)
# ```
#
# </details>

# %% [markdown]
# ### A number that is used twice
#
# > **Predict first.** In $f = (x \cdot w)\,(x + b)$ two ways lead from $x$ to $f$. Each brings a
# > gradient back to $x$. Which of them counts?

# %%
twice = widgets.GraphExplorer("x used twice: (x·w)·(x + b)", step="forward")
twice

# %% [markdown]
# Both: **along a way slopes are multiplied, and ways are added.** If $x$ moves by $\varepsilon$,
# then $u$ moves *and* $v$ moves, and $f$ feels both. Step through it: the gradient of $x$ is set by
# the first way and completed by the second. In the code above, this is the `+=`.
#
# In a network this is no rare case: every hidden unit is used by all units of the next layer, and
# every weight by all samples of a batch. All their shares add up.
#
# **Exercise 3.** For the same graph with $x = 3$, $w = 2$, $b = -1$: what is
# $\partial f/\partial x$?

# %% tags=["exercise"]
df_dx = ...

check.used_twice(df_dx)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Forward: u = 6, v = 2. The way through u: from above comes v, the local derivative is w. The way
# through v: from above comes u, the local derivative is 1.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# df_dx = 2 * 2 + 6 * 1
#
# check.used_twice(df_dx)
# ```
#
# </details>

# %% [markdown]
# ### A long chain
#
# A deep network multiplies many slopes. The last graph of the list is the purest example: six times
# the same weight.
#
# > **Predict first.** With $w = 0.5$, how much of the gradient 1 at the end arrives at $x$? And
# > with $w = 2$?

# %%
chain = widgets.GraphExplorer("a chain: w·w·w·w·w·w·x", curve="x")
chain

# %% [markdown]
# $0.5^6 = 0.016$ and $2^6 = 64$. Gradients that **vanish** or **explode** are nothing but a product
# of many numbers below or above 1. With 50 layers it would be $10^{-15}$ or $10^{15}$:

# %%
for w in (0.5, 0.9, 1.0, 1.1, 2.0):
    print(f"w = {w}: after 6 layers {w**6:8.3g}, after 50 layers {w**50:8.2g}")

# %% [markdown]
# The first layers of a deep network learn from what arrives. How activations, the first weights and
# normalisation keep this product near 1 is a subject of notebook 09.
#
# ## 3 · A small network with all its numbers
#
# Now the graph is a network: two inputs, two hidden units, one output. Forward, every number goes
# to the right; backward, every gradient to the left.
#
# $$h_i = g(x_1w_{1i} + x_2w_{2i} + b_i), \qquad \hat y = h_1v_1 + h_2v_2 + c, \qquad
# L = \tfrac12(\hat y - y)^2$$
#
# > **Predict first.** Press **Reset**, then **Step** until the loss is there. Before you go on:
# > which of the two weights of the output will get the larger gradient, the one behind $h_1$ or the
# > one behind $h_2$? Why?

# %%
network = widgets.BackpropExplorer(phase=5)
network

# %% [markdown]
# **What to notice**
#
# - The gradient of a weight is *what came forward on its left end times what came back on its right
#   end*: $\partial L/\partial v_1 = h_1 \cdot \partial L/\partial\hat y$. The larger input gets the
#   larger gradient.
# - The hidden units get their share of the blame through the same weights that carried their values
#   forward. A weight of 0 carries nothing in either direction.
# - At each unit the gradient is multiplied by the slope $g'(z)$ of its activation. Choose *relu*,
#   and drag $x_1$ until a unit is off: nothing comes back through it.
# - In the phase **update** all weights move at once, each against its own gradient.
#
# **Challenges:** (a) press **Play** and watch the loss fall. (b) Find an $\eta$ at which one step
# makes the loss *larger*, though every weight went downhill. (c) Choose *sigmoid* and compare the
# gradients of the first layer with those under *linear*.
#
# <details><summary>Answers</summary>
#
# (b) From the first weights $\eta = 1$ is too large. The gradient is the slope *here*; a long step
# overshoots, all weights together. (c) They are smaller: the slope of the sigmoid is at most ¼,
# that of the linear activation is 1. Every further layer would take another factor of ¼ or less.
#
# </details>
#
# ### One training step by hand
#
# The same numbers in NumPy, one line for each arrow:

# %%
x, y = np.array([1.0, 2.0]), 1.0
W1, b1 = np.array([[0.5, -0.4], [0.3, 0.8]]), np.array([0.1, -0.2])
v, c = np.array([0.7, -0.6]), 0.2
eta = 0.1

z = x @ W1 + b1  # forward
h = np.tanh(z)
y_hat = h @ v + c
L = 0.5 * (y_hat - y) ** 2  # loss

d_y_hat = y_hat - y  # backward
d_v, d_c = d_y_hat * h, d_y_hat
d_h = d_y_hat * v
d_z = d_h * (1 - h**2)  # the slope of tanh
d_W1, d_b1 = np.outer(x, d_z), d_z

print(f"z {z.round(3)}, h {h.round(3)}, ŷ {y_hat:.3f}, loss {L:.4f}")
print(f"∂L/∂ŷ {d_y_hat:.3f}, ∂L/∂v {d_v.round(3)}, ∂L/∂h {d_h.round(3)}, ∂L/∂z {d_z.round(3)}")
print(f"∂L/∂W1\n{d_W1.round(3)}")

W1, b1, v, c = W1 - eta * d_W1, b1 - eta * d_b1, v - eta * d_v, c - eta * d_c  # update
print(f"new loss {0.5 * (np.tanh(x @ W1 + b1) @ v + c - y) ** 2:.4f}")

# %% [markdown]
# It is really the graph of section 2: here is the same network, number by number, out of `Value`.
# It has more nodes than anyone wants to draw, and the same gradients.

# %%
V = nn.Value
xs = [V(1.0), V(2.0)]
weights = [[V(0.5), V(-0.4)], [V(0.3), V(0.8)]]
biases, vs, cc = [V(0.1), V(-0.2)], [V(0.7), V(-0.6)], V(0.2)

hidden = [(xs[0] * weights[0][i] + xs[1] * weights[1][i] + biases[i]).tanh() for i in (0, 1)]
loss = 0.5 * (hidden[0] * vs[0] + hidden[1] * vs[1] + cc - 1.0) ** 2
loss.backward()

print(f"{len(nn.graph.topological(loss))} nodes, loss {loss.value:.4f}")
print("∂L/∂W1", [[round(a.grad, 3) for a in row] for row in weights])
print("the same as by hand:", np.allclose([[a.grad for a in row] for row in weights], d_W1))

# %% [markdown]
# ### The loop
#
# Training is this step again and again. Here with 40 samples at once, eight hidden units, and the
# task to learn the product $y = x_1x_2$ from examples. The loss is now a *mean* over the samples,
# so each sample's share is divided by N; the sums over the samples hide in the matrix products.

# %%
rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=(40, 2))
Y = X[:, :1] * X[:, 1:]
W1, b1 = rng.normal(size=(2, 8)), np.zeros(8)
W2, b2 = rng.normal(size=(8, 1)) * 0.5, np.zeros(1)
start, eta = [a.copy() for a in (W1, b1, W2, b2)], 0.2

for t in range(1001):
    H = np.tanh(X @ W1 + b1)  # 1. forward
    out = H @ W2 + b2
    loss = np.mean((out - Y) ** 2)  # 2. loss
    dout = 2 * (out - Y) / len(X)  # 3. backward
    dW2, db2 = H.T @ dout, dout.sum(axis=0)
    dZ = dout @ W2.T * (1 - H**2)
    dW1, db1 = X.T @ dZ, dZ.sum(axis=0)
    W1, b1 = W1 - eta * dW1, b1 - eta * db1  # 4. update
    W2, b2 = W2 - eta * dW2, b2 - eta * db2
    if t % 250 == 0:
        print(f"step {t:4}: loss {loss:.4f}")

# %% [markdown]
# And the same with the blocks of `nnlib`, each of which knows its own way back:

# %%
model = nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1))
for parameter, value in zip(model.parameters(), start, strict=True):
    parameter.value[...] = value
criterion, sgd = nn.MSE(), nn.SGD(model.parameters(), lr=0.2)

for _ in range(1001):
    nn.step(model, criterion, sgd, X, Y)  # forward, loss, backward, update
ours = [p.value for p in model.parameters()]
print("equal weights:", all(np.allclose(a, b) for a, b in zip(ours, (W1, b1, W2, b2), strict=True)))

# %% [markdown]
# ## 4 · Two linear layers, derived with all their shapes
#
# Lecture B takes the smallest network in which something happens between layers: two linear layers
# without biases. One sample is a row $x$; the lecture calls the network's output $y^*$, and the
# target is $y$.
#
# | | formula | shapes |
# |---|---|---|
# | input | $x$ | $1 \times m$ |
# | hidden | $h = xW_0$ | $(1 \times m)(m \times n) = 1 \times n$ |
# | output | $y^* = hW_1$ | $(1 \times n)(n \times o) = 1 \times o$ |
# | error | $e = \tfrac12 \lVert y^* - y\rVert^2$ | one number |
#
# *How does the error change in response to small changes of each parameter?* Line by line, from the
# error back. First for single numbers, then for the whole array:
#
# $$\begin{aligned}
# \frac{\partial e}{\partial y^*_k} &= y^*_k - y_k
#   & \delta &= y^* - y & &1 \times o \\[4pt]
# y^*_k = {\textstyle\sum_i} h_i W_{1,ik} \;\Rightarrow\;
# \dfrac{\partial e}{\partial W_{1,ik}} &= h_i\,\delta_k
#   & \frac{\partial e}{\partial W_1} &= h^\top \delta
#   & (n \times 1)(1 \times o) = {}&n \times o \\[4pt]
# \frac{\partial e}{\partial h_i} &= {\textstyle\sum_k} \delta_k W_{1,ik}
#   & \frac{\partial e}{\partial h} &= \delta\, W_1^\top
#   & (1 \times o)(o \times n) = {}&1 \times n \\[4pt]
# h_i = {\textstyle\sum_j} x_j W_{0,ji} \;\Rightarrow\;
# \dfrac{\partial e}{\partial W_{0,ji}} &= x_j \dfrac{\partial e}{\partial h_i}
#   & \frac{\partial e}{\partial W_0} &= x^\top \delta\, W_1^\top
#   & (m \times 1)(1 \times n) = {}&m \times n
# \end{aligned}$$
#
# In the third line $h_i$ is used by every output $k$: the ways are added, hence the sum. And every
# gradient has the shape of what it is the gradient of. If you forget on which side the transpose
# goes, the shapes tell you.
#
# > **Predict first.** Below, $y^* = 1$ and the target is 3. If the target moves to 1, what happens
# > to *all* gradients? And if it moves on to −1?

# %%
arrays = widgets.TwoLayersExplorer()
arrays

# %% [markdown]
# **What to notice**
#
# - At the target everything is 0, for δ stands in every product; beyond it every sign turns.
# - The frames show what one number is made of: *one* input, and *one* row of $W_1$ with all of δ.
# - Change **m**, **n** and **o**. Each gradient keeps the shape of what stands above it.
#
# The same in NumPy, and then three independent checks: by moving each weight a little, by `nnlib`,
# and (in section 8) by PyTorch.

# %%
x, y = np.array([[1.0, 2.0]]), np.array([[3.0]])
W0, W1 = np.array([[1.0, 0, -1], [0, 1, 1]]), np.array([[1.0], [-1], [2]])

h = x @ W0  # (1, 2)(2, 3) = (1, 3)
out = h @ W1  # (1, 3)(3, 1) = (1, 1): 1·1 + 2·(−1) + 1·2 = 1
delta = out - y  # 1 − 3 = −2
dW1 = h.T @ delta  # (3, 1)(1, 1) = (3, 1)
dh = delta @ W1.T  # (1, 1)(1, 3) = (1, 3)
dW0 = x.T @ dh  # (2, 1)(1, 3) = (2, 3)
print(f"e = {0.5 * (delta**2).sum():g}\n∂e/∂W₁ = {dW1.ravel()}\n∂e/∂W₀ =\n{dW0}")


# %%
def error(W0, W1):
    return 0.5 * np.sum((x @ W0 @ W1 - y) ** 2)


def differences(f, W, eps=1e-6):
    """∂f/∂W, each number of W moved up and down in turn."""
    slopes = np.zeros(W.shape)
    for index in np.ndindex(*W.shape):
        step = np.zeros(W.shape)
        step[index] = eps
        slopes[index] = (f(W + step) - f(W - step)) / (2 * eps)
    return slopes


print("W₁ by differences:", np.allclose(differences(lambda W: error(W0, W), W1), dW1))
print("W₀ by differences:", np.allclose(differences(lambda W: error(W, W1), W0), dW0))

linear = nn.Sequential(nn.Dense(2, 3, bias=False), nn.Dense(3, 1, bias=False))
linear[0].W.value[...], linear[1].W.value[...] = W0, W1
linear.forward(x)
linear.backward(delta)  # what comes from above: the gradient of ½‖y* − y‖²
print("W₁ by nnlib:", np.allclose(linear[1].W.grad, dW1))
print("W₀ by nnlib:", np.allclose(linear[0].W.grad, dW0))


# %% [markdown]
# **Exercise 4.** Write it for any sizes: a function of $x$ $(1, m)$, $y$ $(1, o)$, $W_0$ $(m, n)$
# and $W_1$ $(n, o)$.

# %% tags=["exercise"]
def two_layer_gradients(x, y, W0, W1):
    dW0 = ...
    dW1 = ...
    return dW0, dW1


check.two_layer_gradients(two_layer_gradients)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First h and δ. The gradient of a matrix is what it got forward, transposed, times what came back
# to its output. What comes back to h?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def two_layer_gradients(x, y, W0, W1):
#     h = x @ W0
#     delta = h @ W1 - y
#     dW1 = h.T @ delta
#     dW0 = x.T @ (delta @ W1.T)
#     return dW0, dW1
#
# check.two_layer_gradients(two_layer_gradients)
# ```
#
# </details>

# %% [markdown]
# ## 5 · One layer goes back
#
# Look at the derivation again: each layer does the same two things with what comes from behind. It
# computes the gradients of *its own* weights, and it hands the gradient of *its input* on to the
# layer before. No layer needs to know what stands before or behind it. With N samples in the rows
# and a bias:
#
# $$dW = X^\top dZ, \qquad db = \sum_n dz_n, \qquad dX = dZ\,W^\top$$
#
# The sum over the samples is inside of $X^\top dZ$, too: every sample uses the same weights, so
# their ways are added. Here is the layer of `nnlib`:

# %%
print(inspect.getsource(nn.Dense.backward))

# %% [markdown]
# An activation has no weights; it multiplies by its slope, number by number: $dZ = dH \cdot g'(Z)$.
# And a whole network goes back by asking its layers, from the last to the first:

# %%
print(inspect.getsource(nn.Sequential.backward))


# %% [markdown]
# **Exercise 5.** Write the way back through a dense layer with ReLU, $H = \max(0, XW + b)$: from
# $dH$ to $dX$, $dW$ and $db$.

# %% tags=["exercise"]
def relu_layer_backward(dH, X, W, b):
    dX = ...
    dW = ...
    db = ...
    return dX, dW, db


check.relu_layer_backward(relu_layer_backward)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The slope of ReLU is 1 where Z > 0 and else 0; `Z > 0` in a product counts as 1 and 0. You need Z
# again: it is X W + b.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def relu_layer_backward(dH, X, W, b):
#     dZ = dH * (X @ W + b > 0)
#     dX = dZ @ W.T
#     dW = X.T @ dZ
#     db = dZ.sum(axis=0)
#     return dX, dW, db
#
# check.relu_layer_backward(relu_layer_backward)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Is it right? The gradient check
#
# A wrong gradient rarely crashes. The network still learns, only worse, and you look for the reason
# in the data or the learning rate. So compare every gradient with a **central difference**:
#
# $$\frac{\partial f}{\partial w} \approx
# \frac{f(w + \varepsilon) - f(w - \varepsilon)}{2\varepsilon}$$
#
# > **Predict first.** A smaller ε brings the difference closer to the slope. So is the smallest ε
# > the best, say $10^{-15}$?

# %%
def how_far_to_move(stage, x):
    eps = np.logspace(-15, 0, 61)
    f = lambda x: np.tanh(x**2)  # noqa: E731
    slope = (1 - f(x) ** 2) * 2 * x
    errors = {
        "one-sided": (f(x + eps) - f(x)) / eps,
        "central": (f(x + eps) - f(x - eps)) / (2 * eps),
    }
    panel = stage.panel(
        "errors", x=(1e-15, 1), y=(1e-14, 3), xscale="log", yscale="log", legend="lower left",
        xlabel="moved by ε", ylabel="error of the slope",
        title=f"The slope of tanh(x²) at x = {x:.1f}",
    )  # fmt: skip
    words = []
    for (name, found), colour in zip(errors.items(), ("grey", "vermillion"), strict=True):
        error = np.abs(found - slope)
        panel.line(name, eps, np.clip(error, 1e-17, None), colour=colour, width=3, label=name)
        words.append(f"{name} {error[52]:.1g}")
    return f"At x = {x:.1f}, ε = 0.01, the errors are {' and '.join(words)}; below 1e-9 both grow."


s = widgets.slider
accuracy = widgets.Live(how_far_to_move, width=720, height=400, x=s("x", 0.8, 0.1, 2.0))
accuracy


# %% [markdown]
# From the right, both errors fall: the one-sided as ε, the central as ε², which is why one moves to
# both sides. From the left they rise as 1/ε: $f(w + \varepsilon)$ and $f(w - \varepsilon)$ agree in
# so many digits that rounding is all that is left of their difference. Around $\varepsilon =
# 10^{-5}$ or $10^{-6}$ the central difference is good to ten digits. (In float32 to three or four,
# so check gradients in float64.)
#
# **Exercise 6.** Write the central difference of $f(x) = x^3$.

# %% tags=["exercise"]
def central_difference(x, eps):
    return ...


check.central_difference(central_difference)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# f(x + ε) is `(x + eps) ** 3`. How wide is the way from x − ε to x + ε?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def central_difference(x, eps):
#     return ((x + eps) ** 3 - (x - eps) ** 3) / (2 * eps)
#
# check.central_difference(central_difference)
# ```
#
# </details>

# %% [markdown]
# `nn.gradcheck` does this for every number of the input and of all weights, and returns the largest
# relative error. A network that is right, then one that is not:

# %%
from nnlib import planted

worst = nn.gradcheck(*planted.suspect("none"))  # a network, X, y and a loss
print(f"a network without a bug: largest relative error below 1e-7: {worst < 1e-7}")

try:
    nn.gradcheck(*planted.suspect("A"))
except nn.GradientError as error:
    print(error)

# %% [markdown]
# ### Find the bug
#
# The report says *that* something is wrong, and shows one place where it shows. It does not say
# where the mistake sits. For that, look at all gradients together. Below is a network of four dense
# layers. Each of the cases A to E has one mistake in one `backward`; all give arrays of the right
# shape, and none raises an error. Every gradient is a point: across what the difference says, up
# what `backward` says. Right ones lie on the diagonal.
#
# > **Predict first.** In case A, the gradients of `layers[4]` and `layers[6]` are right, those of
# > `layers[2]` and `layers[0]` are wrong. Does that mean that there are two mistakes?

# %%
bugs = widgets.GradientCheckExplorer("A")
bugs

# %% [markdown]
# **The moment to remember: a gradient is made on the way back, so a mistake spoils everything from
# its place to the input, and nothing between its place and the loss.** Read the table from the loss
# upwards. The last right layer and the first wrong one enclose the mistake.
#
# Look at each case in turn before you go on. In D the points lie on a *line*, only a steeper one:
# what does a constant factor tell you? (Move **samples N**, and watch the slope.)
#
# Two or three suspects are left after that, for the layers in between have no weights to show. Then
# check those layers one by one, each with an input of its own:

# %%
X = np.random.default_rng(5).normal(size=(5, 4))
model = planted.suspect("A").model
for k in (6, 5, 4, 3, 2):
    try:
        nn.gradcheck(model[k], X)
        print(f"layers[{k}] {model[k]} is right by itself")
    except nn.GradientError as error:
        print(f"layers[{k}] {model[k]} is wrong:", str(error).splitlines()[2].strip())

# %% [markdown]
# **Exercise 7.** Name the layer whose `backward` is wrong, in case A, B and C, by its index (0 to
# 6). And then say, in words, what the mistake may be. The solution tells.

# %% tags=["exercise"]
case_A = ...
case_B = ...
case_C = ...

check.bug_place(case_A, case_B, case_C)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# In case B the same two layers are wrong as in A, but it is not the same mistake: run the cell
# above for case B. In case C only one array is wrong, and nothing before it.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# case_A = 4  # dX = dZ W instead of dZ Wᵀ: W is 4 × 4, so the product exists
# case_B = 3  # the ReLU lets every gradient through, also where z ≤ 0
# case_C = 2  # db is the first row of dZ instead of the sum of its rows
#
# check.bug_place(case_A, case_B, case_C)
# ```
#
# And D: the gradient of the loss lacks the division by N. E: `layers[5]` has the slope of tanh as
# 1 + h², a sign. You find the wrong lines in `nnlib/planted.py`.
#
# </details>

# %% [markdown]
# ### Never at zeros
#
# > **Predict first.** Case A once more, but with all weight matrices zero. How many of the eight
# > arrays of gradients leave the diagonal?

# %%
zeros = widgets.GradientCheckExplorer("A")
zeros.update(weights=False)
zeros

# %% [markdown]
# None. With $W = 0$ nothing comes back through the last layer: on both sides of the comparison
# stands 0, and $0 = 0$ proves nothing. A batch of **one sample** hides two mistakes (which? try
# C and D), a **square** W hides a missing transpose from the shapes, and **equal** inputs hide what
# mixes them up. So check with random weights, several samples, and three different sizes. For the
# same reason `nn.gradcheck` refuses zeros:

# %%
X = np.random.default_rng(0).normal(size=(5, 3))
try:
    nn.gradcheck(nn.Sequential(nn.Dense(3, 2, init="zeros"), nn.Tanh()), X)
except ValueError as error:
    print(error)

# %% [markdown]
# And which of the mistakes does a batch of one find?

# %%
print("case   what is wrong                                               N = 1   N = 5")
for case, (mistake, _) in planted.CASES.items():
    if mistake:
        found = [any(f.error > 1e-5 for f in planted.report(planted.suspect(case, samples=n)))
                 for n in (1, 5)]  # fmt: skip
        said = ["found" if yes else "-" for yes in found]
        print(f"{case:6} {planted.MISTAKES[mistake].words:58}  {said[0]:7} {said[1]}")

# %% [markdown]
# ## 7 · What does it cost?
#
# Differences need two forward passes *for each number*. Backpropagation needs one forward and one
# backward pass for *all of them*.
#
# > **Predict first.** How much longer than a forward pass does a backward pass take?
#
# Count the products. Forward, a dense layer computes one, $XW$. Backward it computes two of the
# same size, $X^\top dZ$ and $dZ\,W^\top$. So about twice as long, as long as the products are what
# takes the time. On your machine, now:

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
X, y = rng.normal(size=(200, 20)), rng.normal(size=(200, 1))
widths, layers = [20, 200, 200, 200, 1], []
for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
    layers += [nn.Dense(n_in, n_out, rng=rng), nn.Tanh()]
model, criterion = nn.Sequential(*layers[:-1]), nn.MSE()


def best_of(work, times=20):
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


with nn.backend.one_thread():
    forward = best_of(lambda: criterion(model.forward(X), y))
    backward = best_of(lambda: model.backward(criterion.backward()))
print(
    f"{model.n_parameters} parameters: forward {1000 * forward:.2f} ms, "
    f"backward {1000 * backward:.2f} ms, {backward / forward:.1f} times as long"
)
print(f"differences would take 2 · {model.n_parameters} forward passes: "
      f"{2 * model.n_parameters * forward:.0f} s")  # fmt: skip

# %% [markdown]
# One run on one machine says little. `python -m benchmarks.backward` measured ten sizes of network,
# fifteen times each, in `nnlib` and in PyTorch, on one thread; the picture shows medians and, as
# bands, the middle half of the runs. Move the slider to read off a size.

# %%
measured = data.measured("backward")["networks"]


def cost(stage, size):
    n = [row["parameters"] for row in measured]
    column = lambda key: np.array([row[key] for row in measured])  # noqa: E731
    time_, ratio = (
        stage.panel("time", box=(0, 0, 0.5, 1), x=(20, 5e6), y=(0.01, 1e10), xscale="log",
                    yscale="log", xlabel="parameters", ylabel="milliseconds", legend="upper left",
                    title="All gradients, once"),
        stage.panel("ratio", box=(0.5, 0, 0.5, 1), x=(20, 5e6), y=(0, 3.5), xscale="log",
                    xlabel="parameters", ylabel="backward / forward", legend="upper left",
                    title="One backward pass, in forward passes"),
    )  # fmt: skip
    for panel, key, name, colour in (
        (time_, "differences_ms", "by differences", "grey"),
        (time_, "backward_ms", "backward", "vermillion"),
        (time_, "forward_ms", "forward", "blue"),
        (ratio, "backward_to_forward", "nnlib", "vermillion"),
        (ratio, "torch_backward_to_forward", "PyTorch", "purple"),
    ):
        low, middle, high = column(key).T
        panel.line(f"{key} band", np.r_[n, n[::-1]], np.r_[low, high[::-1]], colour=colour,
                   fill=True, width=1)  # fmt: skip
        panel.line(key, n, middle, colour=colour, width=3, label=name)
        panel.points(f"{key} at", n[size], middle[size], colour=colour, size=8)
    return in_words(measured[size])


# %%
def in_words(row):
    def spell(t):
        for unit, size in (("years", 3.2e7), ("days", 86_400), ("hours", 3600), ("minutes", 60)):
            if t > 2 * size:
                return f"{t / size:.0f} {unit}"
        return f"{t:.1f} s"

    forward, backward, differences = (
        row[f"{name}_ms"][1] / 1000 for name in ("forward", "backward", "differences")
    )
    return (
        f"{row['parameters']} parameters: backward takes {row['backward_to_forward'][1]:.1f} "
        f"forward passes. 1000 training steps take {spell(1000 * (forward + backward))} by "
        f"backpropagation and {spell(1000 * differences)} by differences."
    )


last = len(measured) - 1
prices = widgets.Live(cost, width=1000, height=400, size=s("size of the network", last, 0, last, 1))
prices

# %%
for name, key in (("nnlib", "backward_to_forward"), ("PyTorch", "torch_backward_to_forward")):
    ratios = [row[key][1] for row in measured]
    print(f"{name}: a backward pass takes {min(ratios):.1f} to {max(ratios):.1f} forward passes")
print(in_words(measured[5]))

# %% [markdown]
# **What was found:** in large networks a backward pass takes about twice as long as a forward pass,
# as the count of products says. In small ones of `nnlib` it takes about as long: there the products
# are not what takes the time, and tanh itself costs more than its slope $1 - h^2$; PyTorch has more
# to keep account of. But the point is the grey line: by differences, the cost of *one* forward pass
# is multiplied by the number of parameters. What takes backpropagation less than a minute takes
# differences more than a year.
#
# This is why backpropagation made deep networks possible. Lecture B calls it the first algorithm to
# do this *efficiently* and dates it to 1986; the idea, reverse-mode differentiation, is older
# (Linnainmaa 1970, Werbos 1974).
#
# It has one price: the backward pass needs what the forward pass computed, so all of it has to be
# *kept*. Memory grows with depth and with the batch.
#
# **Exercise 8.** A network has 10 000 parameters; a forward pass takes 1 ms, a backward pass 2 ms.
# How many *seconds* do all gradients take, by central differences and by backpropagation?

# %% tags=["exercise"]
seconds_differences = ...
seconds_backprop = ...

check.gradient_cost(seconds_differences, seconds_backprop)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Each central difference takes two forward passes. Backpropagation takes one forward pass, then one
# backward pass.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# seconds_differences = 2 * 10_000 * 0.001
# seconds_backprop = 0.001 + 0.002
#
# check.gradient_cost(seconds_differences, seconds_backprop)
# ```
#
# </details>

# %% [markdown]
# ## 8 · The same in PyTorch: autograd
#
# PyTorch's **autograd** is what `nnlib.Value` is, with arrays in place of single numbers: tensors
# with `requires_grad=True` remember how they were computed, and `backward()` walks the graph back.
# The graph of lecture E:

# %%
import torch

x, w, b = (torch.tensor(v, requires_grad=True) for v in (2.0, 3.0, 1.0))
x1 = x * w
x2 = x1 + b
loss = torch.abs(4 - x2)

loss.backward()
print(f"loss {loss.item():g}; gradients: x {x.grad:g}, w {w.grad:g}, b {b.grad:g}")
print("the graph, from the end:", loss.grad_fn.name(), "<-", x2.grad_fn.name(), "<-",
      x1.grad_fn.name())  # fmt: skip

# %% [markdown]
# The wheels of section 1, the number used twice and the two linear layers of lecture B:

# %%
t = torch.tensor(0.8, requires_grad=True)
(torch.sin(t) ** 2).backward()
print(f"slope of sin² at 0.8: {t.grad:.4f}, by the chain rule {symbols:.4f}")

x, w, b = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, -1.0))
((x * w) * (x + b)).backward()
print(f"the number used twice: {x.grad:g}")

row, goal = torch.tensor([[1.0, 2.0]]).double(), torch.tensor([[3.0]]).double()
A0, A1 = (torch.tensor(W, requires_grad=True) for W in (W0, W1))  # those of section 4
e = 0.5 * (row @ A0 @ A1 - goal).square().sum()
e.backward()
print("∂e/∂W₀:", np.allclose(A0.grad, dW0), " ∂e/∂W₁:", np.allclose(A1.grad, dW1))

# %% [markdown]
# The small network of section 3, its whole training step, against the explorer's numbers:

# %%
fresh = widgets.BackpropExplorer()
twin = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1)).double()
with torch.no_grad():
    for theirs, mine in zip(twin.parameters(), fresh.model.parameters(), strict=True):
        theirs.copy_(torch.tensor(mine.value.T))  # PyTorch keeps W transposed
optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
losses = []
for _ in range(4):
    loss = 0.5 * (twin(torch.tensor([[1.0, 2.0]]).double()) - 1.0).square().sum()
    losses.append(loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    fresh.press("whole")

print("PyTorch ", np.round(losses, 6))
print("explorer", np.round(fresh.losses[:4], 6))

# %% [markdown]
# Two habits of PyTorch to know. First, `backward()` *adds* to the gradients that are there, as our
# `+=` does within one graph. So a training loop sets them to zero before each step; who forgets it
# walks along the sum of all gradients so far:

# %%
w = torch.tensor(3.0, requires_grad=True)
for step in range(3):
    (2 * w).backward()
    print(f"after {step + 1} × backward, without zero_grad: {w.grad:g}")


# %% [markdown]
# Second, you may write a `backward` of your own, and PyTorch has a gradient check for it. Here is
# the mistake of case B:

# %%
class LeakingReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        return z.clamp(min=0)

    @staticmethod
    def backward(ctx, dy):
        return dy  # the mask is missing


z = torch.tensor([[-1.0, 2.0]], dtype=torch.float64, requires_grad=True)
try:
    torch.autograd.gradcheck(LeakingReLU.apply, z)
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## Summary
#
# - **Chain rule:** along a way slopes are multiplied, and ways are added.
# - A **computational graph** is run forward for the values, then backward for the gradients. Each
#   edge needs only its local derivative and what comes from above.
# - Training is forward, loss, backward, update. The gradient of a weight is what came forward into
#   it times what came back out of it: $dW = X^\top dZ$; what goes on to the layer before is $dX =
#   dZ\,W^\top$.
# - Many factors below 1 make gradients vanish, many above 1 make them explode.
# - A gradient check compares with central differences. Wrong gradients run from the mistake to the
#   input; never check at zeros, nor with one sample.
# - One backward pass costs one to three forward passes; differences cost two *for each
#   parameter*.
#
# ## Quiz
#
# 1. $u = 5x$ and $y = -2u$. How fast does $y$ move if $x$ moves?
# <details><summary>Answer</summary>
#
# −10 times as fast: 5 · (−2).
#
# </details>
#
# 2. Why does the way back begin with 1?
# <details><summary>Answer</summary>
#
# It is $\partial\,\text{loss}/\partial\,\text{loss}$: if the loss moves by ε, the loss moves by ε.
#
# </details>
#
# 3. A hidden unit feeds three units of the next layer. How do their gradients combine?
# <details><summary>Answer</summary>
#
# Each is multiplied by the weight of its edge, and the three are added.
#
# </details>
#
# 4. A ReLU unit is off for a sample. What does this sample change in the weights that lead into it?
# <details><summary>Answer</summary>
#
# Nothing: its slope is 0, so nothing comes back through it.
#
# </details>
#
# 5. All gradients are exactly N times too large. Where do you look?
# <details><summary>Answer</summary>
#
# At the very beginning of the way back: the loss is a mean over N samples, and its gradient lacks
# the division by N.
#
# </details>
#
# 6. Your gradient check passes at zero weights. Are you done?
# <details><summary>Answer</summary>
#
# No. With zero weights most gradients are zero whatever `backward` does.
#
# </details>
#
# ## Terms
#
# - **chain rule**: the derivative of a function of a function is the product of their derivatives.
# - **computational graph**: a node for each number, an arrow to each number computed from it.
# - **forward pass, backward pass**: values along the arrows; gradients against them.
# - **local derivative**: that of one operation, with respect to what goes into it.
# - **gradient**: how fast the loss changes with a number; of an array, an array of the same shape.
# - **backpropagation**: the backward pass through a network, layer by layer.
# - **vanishing, exploding gradients**: products of many slopes that go to 0, or beyond all bounds.
# - **central difference**: the slope between $w - \varepsilon$ and $w + \varepsilon$.
# - **gradient check**: comparing a backward pass with differences.
# - **autograd**, automatic differentiation: software that records the graph and goes back by
#   itself.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | A10 | the chain rule | 1 |
# | C12 | computational graph | 2 |
# | E14 | forward and backward on a small graph | 2 |
# | D7 | forward and backward passes | 3 |
# | A11 | training a deep network with it: forward, loss, backward, update | 3 |
# | B7 | e = ½(y* − y)², ∂e/∂W₁ and ∂e/∂W₀ by the chain rule | 4 |
#
# The shapes of B6 have their place in notebook 03; section 4 needs them too.
#
# ## Further reading
#
# - D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors",
#   *Nature* 323, 1986: the paper that made it known.
# - A. Griewank, "Who invented the reverse mode of differentiation?", *Documenta Mathematica*, 2012.
# - A. Karpathy, micrograd, https://github.com/karpathy/micrograd: `Value` in a hundred lines; its
#   author also builds it in a two-hour video.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 2.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 6.5.
# - A. Baydin and others, "Automatic differentiation in machine learning: a survey", *Journal of
#   Machine Learning Research* 18, 2018.
