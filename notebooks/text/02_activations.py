# %% [markdown]
# # 02 · Activations: the bend in every unit
#
# **The question:** a unit adds up its inputs and bends the sum. Which bend should it be, and why
# does the *slope* of the bend decide whether a network of ten layers can learn at all?
#
# **Afterwards you can**
#
# 1. give g(z) and g′(z) of linear, sigmoid, tanh, ReLU and their relatives, and check a derivative
#    by nudging z;
# 2. say what happens at the kink of ReLU, and which formula on a lecture slide is wrong for z < 0;
# 3. predict whether a signal dies, explodes or arrives after ten layers, and choose the spread of
#    the weights that lets it through: 1/√n for tanh, √(2/n) for ReLU;
# 4. kill a ReLU unit on purpose, recognise it by its gradient, and keep others alive;
# 5. let a unit learn its own activation: PReLU its slope α, Maxout all of its pieces;
# 6. find each of them in PyTorch and Keras, where names and default settings differ.
#
# **Before you start:** a neuron, $z = w_1x_1 + w_2x_2 + b$ (notebook 01), and what a derivative is.
#
# **Time:** about 90 minutes with the exercises, 40 without.
#
# **Lecture points:** B11 an activation needs a derivative · A7 ReLU and its derivative · E5 sigmoid
# and ReLU with derivatives, names in the libraries · C5 tanh against sigmoid · D2 six activations ·
# C6 ELU, and PReLU with a trained α · C11 more activations.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · An activation needs a derivative
#
# A unit computes a weighted sum z and then its output $h = g(z)$. To learn, it has to know which
# way to turn its weights, and the chain rule answers with a product:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial h}\cdot g'(z)\cdot x$$
#
# There is no way round the factor in the middle. Where $g'(z)$ is 0, the weight gets no message,
# however wrong the answer was.
#
# A derivative asks: *if I nudge z a little, by how much does g(z) move, for each bit of nudging?*
# You can always ask g itself:
#
# $$g'(z) \approx \frac{g(z + \varepsilon) - g(z - \varepsilon)}{2\varepsilon}$$
#
# > **Predict first.** The sigmoid climbs from 0 to 1. How steep is it where it is steepest: 1, 1/2
# > or 1/4?

# %%
places = (-4.0, -2.0, 0.0, 2.0, 4.0)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def nudged(g, z, eps=1e-5):
    """The slope of g at z, by moving z a little both ways."""
    return (g(z + eps) - g(z - eps)) / (2 * eps)


print("  z     σ(z)    nudged   σ(1 − σ)")
for z in places:
    s = sigmoid(z)
    print(f"{z:4.0f}   {s:.4f}   {nudged(sigmoid, z):.4f}   {s * (1 - s):.4f}")

# %% [markdown]
# A quarter, at z = 0; at z = 4 it is already down to less than a fiftieth. And the last column
# needs no nudging: the slope follows from the *output*, $\sigma'(z) = \sigma(z)(1 - \sigma(z))$.
# That is why a network keeps what its units said: backwards it needs it again.
#
# In the picture, $g$ is always **blue** and its slope $g'$ always **vermillion**. Drag the dot. On
# the left the dashed piece of tangent turns; in the middle the dot shows how steep it is.

# %%
explorer = widgets.ActivationExplorer("sigmoid", z=1.5)
explorer

# %% [markdown]
# **Challenges**
#
# - Where is the slope of the sigmoid half of its largest value? (Read it off in the middle.)
# - Choose **step**. Is there any z at which it could learn?
# - Choose **prelu** and set α to −1. Which well-known function is that?
#
# <details><summary>Answers</summary>
#
# Where $\sigma(1 - \sigma) = 1/8$, a little before z = 2 on either side. The step nowhere: its
# slope is 0, except at the jump, where it has none. And PReLU with α = −1 is the absolute value,
# |z|.
#
# </details>
#
# **What to notice**
#
# - Far out, the S-shaped ones are flat: the unit is **saturated**. Its output hardly moves, and so
#   its weights hardly learn.
# - *step*, the neuron of 1943, has the slope 0 everywhere. Gradient descent cannot train it at all,
#   which is why the smooth ones were brought in.
#
# ## 2 · Linear, sigmoid, ReLU, and a slide to correct
#
# Three activations and their derivatives, as lecture B lists them (E has the last two, A the last):
#
# | | $g(z)$ | $g'(z)$ |
# |---|---|---|
# | linear | $z$ | $1$ |
# | sigmoid | $1/(1 + e^{-z})$ | $e^{-z}/(1 + e^{-z})^2 = g(z)(1 - g(z))$ |
# | ReLU | $\max(0, z)$ | $1$ if $z > 0$, $0$ otherwise |
#
# By hand for four sums, and by `nnlib`, whose classes know both:

# %%
z = np.array([-2.0, -0.5, 0.5, 3.0])
relu_by_hand, slope_by_hand = np.maximum(0, z), (z > 0) * 1.0
relu = nn.ReLU()

print("z        ", z)
print("ReLU     ", relu_by_hand, "  nnlib:", relu(z))
print("its slope", slope_by_hand, "  nnlib:", relu.derivative(z))

e = np.exp(-z)
print("two forms of σ′ agree:", np.allclose(e / (1 + e) ** 2, nn.Sigmoid().derivative(z)))

# %% [markdown]
# ### The kink
#
# > **Predict first.** What is the slope of ReLU *at* z = 0?
#
# The left side says 0, the right side says 1, and nudging both ways gives the mean of them:

# %%
kinked = widgets.ActivationExplorer("relu", z=0)
right_side, left_side = (abs(np.maximum(0, h) / h) for h in (1e-5, -1e-5))
both = nudged(lambda v: np.maximum(0, v), 0.0)
print(f"from the right {right_side:.1f}, from the left {left_side:.1f}, both ways {both:.1f}")
print("nnlib takes:", relu.derivative([0.0]))
kinked

# %% [markdown]
# There is none: ReLU has a **kink**. Lecture B says that an activation *must be differentiable*. In
# practice everywhere but at a few points is enough. A sum of many real numbers is hardly ever
# exactly 0, and if it is, any number between the two slopes will do (such a number is called a
# *subgradient*). `nnlib`, PyTorch and TensorFlow all take 0.
#
# ### The slide
#
# Lecture B gives two formulas for ReLU. First the right one, "$f'(z) = 1$ if $f(z) > 0$, $0$
# otherwise", and below it
#
# $$f'(z) = \operatorname{sign}(z)$$
#
# > **Predict first.** For which z do the two differ?

# %%
print("   z    nudged   sign(z)   sign(f(z))")
for z in (-2.0, -0.5, 0.5, 3.0):
    slope = nudged(lambda v: np.maximum(0, v), z)
    print(f"{z:5.1f}   {slope:5.1f}   {np.sign(z):6.0f}   {np.sign(np.maximum(0, z)):8.0f}")

# %% [markdown]
# At z = −2 the curve is flat: its slope is 0. The sign of z says −1, which would mean that ReLU
# goes *down* there. One letter repairs the slide: $f'(z) = \operatorname{sign}(f(z))$, the sign of
# the **output**, is the formula above it in short.
#
# **What would the wrong slope do?** Here one unit $\hat y = \max(0, wx + b)$ learns nine samples on
# a line by gradient descent, from 961 different starts, once with each slope.

# %%
x = np.linspace(-2, 2, 9)
y = np.array([0.05, 0.0, 0.1, 0.0, 0.15, 0.55, 1.1, 1.45, 2.05])


def descend(slope, lr, steps=200, act=lambda z: np.maximum(0, z)):
    """One unit from 31 × 31 starts at once; w, b and the loss at the end."""
    w, b = (a.reshape(-1, 1) for a in np.meshgrid(np.linspace(-3, 3, 31), np.linspace(-3, 3, 31)))
    for _ in range(steps):
        z = w * x + b  # (starts, samples)
        dz = 2 * (act(z) - y) * slope(z) / len(x)
        w = w - lr * (dz * x).sum(axis=1, keepdims=True)
        b = b - lr * dz.sum(axis=1, keepdims=True)
    return w, b, ((act(w * x + b) - y) ** 2).mean(axis=1)


for name, slope in (("z > 0", lambda z: (z > 0) * 1.0), ("sign(z)", np.sign)):
    _, _, loss = descend(slope, lr=0.1)
    print(f"slope {name:7}: {(loss < 0.01).mean():4.0%} of the starts reach a loss below 0.01")

# %% [markdown]
# With the slope sign(z) *none* of them arrives. The samples on the flat side should have no say;
# with −1 they have one, in the wrong direction, and push the unit away from the solution even when
# it has found it.
#
# Now the unsettling part. In a network, the layer after the wrong units is still right, and can
# make up for much of it:

# %%
found = data.measured("activations")
print("median loss after 300 epochs, 20 starts (and how many of them diverged)")
for depth in (1, 2, 3, 4, 5):
    line = f"{depth} hidden layer{'s' if depth > 1 else ' '}"
    for kind in ("right", "sign"):
        last = next(f for f in found["sign"] if (f["depth"], f["slope"]) == (depth, kind))["loss"]
        finite = [v for v in last if v is not None]
        line += f"   {kind}: {np.median(finite):.3f} ({20 - len(finite)})"
    print(line)


# %% [markdown]
# (Measured by `python -m benchmarks.activations`.) With up to three hidden layers nothing is
# to be seen: the losses are as small as with the right slope. With four and five, every third
# training runs away; none does with the right slope.
#
# **A wrong gradient often still learns.** You do not see such a mistake by looking at the loss. You
# see it by nudging, which is what a *gradient check* does for every number of a network:

# %%
class SlideReLU(nn.ReLU):
    def slope(self, z, y):
        return np.sign(z)


print(f"ReLU: largest relative error {nn.gradcheck(nn.ReLU(), [[-2.0, 3.0]]):.0e}")
try:
    nn.gradcheck(SlideReLU(), [[-2.0, 3.0]])
except nn.GradientError as error:
    print("SlideReLU:", error)


# %% [markdown]
# **Exercise 1.** Write the way back through a ReLU: from ∂L/∂y to ∂L/∂z.

# %% tags=["exercise"]
def relu_backward(z, dy):
    return ...


check.relu_backward(relu_backward)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The chain rule: ∂L/∂z = ∂L/∂y · g′(z). A comparison of arrays, such as `z > 0`, can be multiplied
# like zeros and ones.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def relu_backward(z, dy):
#     return dy * (z > 0)
#
# check.relu_backward(relu_backward)
# ```
#
# </details>

# %% [markdown]
# ## 3 · tanh against sigmoid, measured
#
# Lecture C lists the advantages of the hyperbolic tangent: *zero mean, positive and negative
# values, large gradients, brings the inputs to zero mean, simple derivative*. It is a relative of
# the sigmoid, stretched by two both ways and moved down:
#
# $$\tanh z = 2\,\sigma(2z) - 1, \qquad \tanh' z = 1 - \tanh^2 z$$

# %%
z = np.linspace(-3, 3, 7)
print("tanh z = 2σ(2z) − 1:", np.allclose(np.tanh(z), 2 * sigmoid(2 * z) - 1))
print("tanh′ = 1 − tanh²:  ", np.allclose(nudged(np.tanh, z), 1 - np.tanh(z) ** 2))
both = widgets.ActivationExplorer("tanh", ["sigmoid"], z=0)
both


# %% [markdown]
# **Exercise 2.** Write the derivative of tanh.

# %% tags=["exercise"]
def tanh_derivative(z):
    return ...


check.tanh_derivative(tanh_derivative)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Compute the output y = tanh(z) first. The slope is 1 minus the square of it.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def tanh_derivative(z):
#     y = np.tanh(z)
#     return 1 - y**2
#
# check.tanh_derivative(tanh_derivative)
# ```
#
# </details>

# %% [markdown]
# ### Mean activation and gradient size
#
# Each claim of the slide can be measured. A network with four hidden layers of 100 units, fresh
# weights of spread 1/√n, 500 random samples: what is the mean output of a layer, and how large is
# the gradient that arrives there?
#
# > **Predict first.** By which factor will the gradient in the first layer differ: 4, 50 or 1000?

# %%
def mean_and_gradient(name):
    """For each hidden layer: the mean activation, and the size of ∂L/∂h."""
    rng = np.random.default_rng(0)
    layers = []
    for _ in range(4):
        layers += [nn.Dense(100, 100, rng=rng), nn.activation(name)]
    h = nn.Sequential(*layers).trace(rng.normal(size=(500, 100)))[1::2]
    d, sizes = rng.normal(size=(500, 100)), []
    for layer in layers[::-1]:
        if isinstance(layer, nn.Dense):
            d = layer.backward(d)
        else:
            sizes.append(np.sqrt((d**2).mean()))
            d = layer.backward(d)
    return [a.mean() for a in h], sizes[::-1]


for name in ("tanh", "sigmoid"):
    mean, size = mean_and_gradient(name)
    print(f"{name:8} mean activation", " ".join(f"{abs(m):.2f}" for m in mean))
    print(f"{'':8} size of ∂L/∂h  ", " ".join(f"{s:.4f}" for s in size))

# %% [markdown]
# The outputs of tanh are centred on 0, those of the sigmoid on 0.5: all inputs of the next layer
# have the same sign, and a large part of what a layer hears is the same for every sample. And
# every sigmoid layer takes about three quarters of the gradient away, since its slope is 1/4 at
# best: three layers back 1.00 has become 0.013.
#
# **Exercise 3.** Ten sigmoid units in a row, each connected to the next by a weight of 1. What is
# the largest factor that can be left of the gradient? (As a number such as `1.2e-3`, or a
# calculation.)

# %% tags=["exercise"]
factor = ...

check.surviving_gradient(factor)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Each unit multiplies the gradient by its slope. How large can the slope of a sigmoid be?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# factor = 0.25**10
#
# check.surviving_gradient(factor)
# ```
#
# </details>

# %% [markdown]
# ### How long it takes
#
# Now train. The task: tell a disc from the ring round it, with two hidden layers of 8 units. Each
# line is one of ten starts; all samples in every step, learning rate 3 for both (the table below
# tries others).

# %%
ring = data.circle(100, noise=0.1, rng=0)


def losses(name, seed, epochs=600, lr=3.0):
    h = [nn.Dense(2, 8, rng=[seed, 0]), nn.activation(name)]
    h += [nn.Dense(8, 8, rng=[seed, 1]), nn.activation(name)]
    model = nn.Sequential(*h, nn.Dense(8, 1, rng=[seed, 99]))
    loss, sgd = nn.BinaryCrossEntropy(), nn.SGD(model.parameters(), lr=lr)
    return [nn.step(model, loss, sgd, ring.X, ring.y) for _ in range(epochs)]


curves = {n: np.array([losses(n, seed) for seed in range(10)]) for n in ("tanh", "sigmoid")}


# %%
def reached(stage, goal):
    panel = stage.panel(
        "losses", box=(0, 0, 0.62, 1), x=(0, 600), y=(5e-4, 2), yscale="log", xlabel="epoch",
        ylabel="loss", title="Ten starts each", legend="lower left",
    )  # fmt: skip
    race = stage.panel(
        "epochs", box=(0.63, 0, 0.37, 1), x=(-0.6, 1.6), y=(0, 680), ylabel="epochs to the goal",
        xticks=[(0, "tanh"), (1, "sigmoid")], title=f"Until the loss is {goal:.2f}",
    )  # fmt: skip
    words = []
    for k, (name, colour) in enumerate((("tanh", "green"), ("sigmoid", "purple"))):
        for s, curve in enumerate(curves[name]):
            label = "" if s else name
            panel.line(f"{name} {s}", range(600), curve, colour=colour, width=1.5, label=label)
        there = np.array([np.argmax(c < goal) for c in curves[name] if (c < goal).any()])
        across = k + 0.25 * (np.arange(len(there)) - 4.5) / 9
        race.points(name, across, there, classes=0 * there + k + 2, size=6)
        never = 10 - len(there)
        middle = f"{never} never" if never else f"median ≈ {np.median(there) / 10:.0f}0"
        race.text(f"{name} says", k, 640, middle, size=15, colour=colour, bold=True, halo=True)
        words.append(f"{name}: {middle}, {len(there)} of 10 reached it")
    panel.line("goal", [0, 600], [goal, goal], colour="ink", width=2, dash=(7, 5))
    return f"Epochs until the loss is {goal:.2f}: {'; '.join(words)}."


race = widgets.Live(
    reached, width=900, height=380, goal=widgets.slider("goal: loss", 0.2, 0.02, 0.68, 0.02)
)
race


# %% [markdown]
# Was the learning rate unfair? The table takes the **best of five learning rates for each**, with
# plain gradient descent and with Adam (which makes the steps of every weight equally long, whatever
# the size of its gradient).

# %%
def best(depth, optimiser, name):
    """The learning rate at which most starts arrive, and soonest."""
    rows = [
        [600 if e is None else e for e in f["epochs"]]
        for f in found["tanh_sigmoid"]
        if (f["depth"], f["optimiser"], f["activation"]) == (depth, optimiser, name)
    ]
    e = min(rows, key=lambda e: (e.count(600), np.median(e)))
    there = 10 - e.count(600)
    return f"{np.median(e):3.0f} ({min(e)}–{max(e)})" if there == 10 else f"{there} of 10 arrive"


print("epochs until the loss is 0.2: median of 10 starts (smallest – largest); 600 at most")
for depth in (1, 2, 3):
    for optimiser in ("SGD", "Adam"):
        words = [f"{n}: {best(depth, optimiser, n):14}" for n in ("tanh", "sigmoid")]
        print(f"{depth} hidden, {optimiser:4}   {'   '.join(words)}")

# %% [markdown]
# With plain gradient descent tanh takes about 60 epochs whatever the depth. The sigmoid needs twice
# as many with one hidden layer and seven times as many with two; with three, none of ten starts
# arrives in 600 epochs, at any of the five learning rates. Adam makes up for small gradients, and
# so the difference shrinks to a factor of two, but it does not vanish. Lecture C is right on every
# count, and the deeper the network the more so.
#
# ## 4 · A signal through ten layers
#
# One layer is forgiving. Ten layers multiply: what each of them does to the size of the signal
# happens ten times over, and on the way back it happens to the gradient again.
#
# In the picture below 100 random samples run through ten layers of 100 units with random weights,
# which nobody has trained. Upper left: for every layer, how its outputs are spread (dark: many).
# Upper right: the size of the signal on its way forward, and that of the gradient on its way back.
# Lower left: the share of slopes that are nearly zero. Lower right: the *two ends*, for every scale
# of the weights.
#
# > **Predict first.** The weights have a spread of 0.5/√n, half of what is usual. How much of the
# > signal is left after ten layers of tanh: a half, a tenth, a thousandth?

# %%
signal = widgets.SignalExplorer("tanh", scale=0.5)
signal

# %% [markdown]
# About a thousandth, $0.5^{10}$, and on the way back the same is lost again. Now move **scale of
# weights** slowly upwards (or drag the black line, lower right).
#
# **Challenges**
#
# 1. Find the scale at which the signal passes ten layers of **tanh** without dying and without
#    sticking to ±1.
# 2. Choose **relu**. Find, to two digits, the scale at which the blue line on the upper right stays
#    level. What is its square?
# 3. With **sigmoid**, can you find any scale at which both the differences between the samples
#    (green) and the gradient (orange) arrive?
# 4. Choose **relu, √(2/n)** again and move the **bias** below zero. From which bias on is a whole
#    layer dead?
# 5. Which activation of the list is least picky?
#
# The answers to 3 and 5 can be computed. Below are the scales at which both the differences between
# samples and the gradient arrive, within a factor of ten:

# %%
probe = widgets.SignalExplorer()
scales = np.arange(0.5, 4.01, 0.1).round(1)
for name in ("sigmoid", "relu", "selu", "tanh", "softsign"):
    arrives = []
    for scale in scales:
        probe.update(activation=name, scale=scale)
        ends = np.array([probe.apart[-1], probe.backward_size[0]])
        arrives.append(((ends > 0.1) & (ends < 10)).all())
    fine = scales[arrives]
    print(f"{name:9}", f"from {fine[0]} to {fine[-1]}" if len(fine) else "at no scale")

for bias in (-0.1, -0.3, -0.5):
    probe.update(activation="relu", scale=1.41, bias=bias)
    print(f"relu, bias {bias}: {probe.dead[-1]:.0%} of the last layer is dead")

# %% [markdown]
# **What to notice**
#
# - **The same network dies, explodes, or works, and all that differs is one number.**
# - For ReLU both curves on the lower right are straight lines, and cross 1 at √(2/n): He's
#   initialisation. At twice that scale the signal arrives $2^{10} \approx 1000$ times too large, at
#   half of it 1000 times too small.
# - tanh is kinder: too large weights do not make it explode, they *saturate* it: the outputs stick
#   to ±1, and the light bars show where nothing is learned any more. The spread 1/√n keeps it in
#   the middle. (It still loses a little in every layer, a factor of about 4 in all.)
# - Sigmoids never lose the signal's *size*, it stays at 0.5. What they lose is the difference
#   between one sample and another: the green line. After ten layers every sample looks the same.
#
# ### Where 1/√n and √(2/n) come from
#
# A unit adds n products $h_j w_j$. With independent weights of mean 0 and spread s, the squares
# add:
#
# $$\overline{z^2} = n\, s^2\, \overline{h^2}$$
#
# So $n s^2 = 1$, or $s = 1/\sqrt n$, keeps z as large as h was. tanh near 0 hardly changes it. ReLU
# sets half of the z to 0 and so halves the mean square, and $n s^2 = 2$ makes up for it.
# The numbers, for n = 400:

# %%
rng = np.random.default_rng(1)
h = rng.normal(size=(2000, 400))
for label, s in (("1/√n   ", np.sqrt(1 / 400)), ("√(2/n) ", np.sqrt(2 / 400))):
    z = h @ rng.normal(0, s, (400, 400))
    sizes = [(v**2).mean() for v in (h, z, np.maximum(0, z))]
    print(f"spread {label} = {s:.4f}: mean square of h, z, ReLU(z):",
          " ".join(f"{v:.1f}" for v in sizes))  # fmt: skip


# %% [markdown]
# And ten layers of each, as in the explorer, from 20 different random starts, with the spread of
# the results:

# %%
def left_over(name, scale, seed, n=100, layers=10):
    """The signal's size after ten layers, by that of the input."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(50, n))
    start, g = np.sqrt((h**2).mean()), nn.activation(name)
    for _ in range(layers):
        h = g(h @ rng.normal(0, scale / np.sqrt(n), (n, n)))
    return np.sqrt((h**2).mean()) / start


for name in ("tanh", "relu", "selu"):
    for label, scale in (("0.5/√n", 0.5), ("1/√n", 1), ("√(2/n)", np.sqrt(2)), ("2/√n", 2)):
        ends = [left_over(name, scale, seed) for seed in range(20)]
        low, middle, high = np.percentile(ends, [10, 50, 90])
        print(f"{name:5} {label:7} median {middle:8.2g}   (8 of 10: {low:.2g} to {high:.2g})")

# %% [markdown]
# **Exercise 4.** A layer has 200 inputs and ReLU. Which spread should its weights have?

# %% tags=["exercise"]
spread = ...

check.relu_spread(spread)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $n s^2 = 2$, because ReLU throws half of the mean square away.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# spread = np.sqrt(2 / 200)
#
# check.relu_spread(spread)
# ```
#
# </details>

# %% [markdown]
# ## 5 · A unit that dies
#
# ReLU passes the gradient unchanged, wherever it is on. Where it is off it passes nothing. If a
# unit is off *for every sample*, no sample can ever change it. It is **dead**.
#
# Below is the unit of section 2, $\hat y = \max(0, wx + b)$. Left its samples; a vermillion ring
# marks a sample at which the slope is 0, one that teaches it nothing. In the middle all w and b
# there are, and the path that gradient descent takes.
#
# > **Predict first.** The learning rate is 0.1, and all is well. Which learning rate will kill the
# > unit: 0.3, 0.7, or none?

# %%
dead = widgets.DeadUnitExplorer()
dead

# %% [markdown]
# **Challenges**
#
# 1. Raise the learning rate until the title on the right says *Dead*. How many steps does it take?
# 2. Drag the start (grey) into the dashed wedge. Why does the path have no length?
# 3. Keep the learning rate that killed it, and choose **leakyrelu**. Then **elu**.
# 4. Set the colour of the plane to **how each start ends** and move the learning rate. From 0.4
#    on, something happens quickly.
#
# **What to notice**
#
# - The wedge is where $wx + b < 0$ for all samples. Inside it the loss is perfectly flat: the
#   gradient is not small, it is *zero*.
# - A long step throws the unit over the valley into the wedge. One or two of them are
#   enough.
# - With leaky ReLU there is no flat place. The unit walks out again, slowly.
#
# With the by-hand cell of section 2 the shares can be computed:

# %%
leaky = dict(slope=lambda z: np.where(z > 0, 1.0, 0.1), act=lambda z: np.maximum(0.1 * z, z))
plain = dict(slope=lambda z: (z > 0) * 1.0)
print("learning rate   ReLU: dead   learned    leaky: learned")
for lr in (0.05, 0.2, 0.4, 0.6, 1.0):
    with np.errstate(all="ignore"):
        w, b, loss = descend(lr=lr, **plain)
        *_, loss_leaky = descend(lr=lr, **leaky)
        off = (w * x + b <= 0).all(axis=1)
    shares = off.mean(), (loss < 0.05).mean(), (loss_leaky < 0.05).mean()
    print(f"{lr:8.2f}        {shares[0]:7.0%}     {shares[1]:7.0%}       {shares[2]:7.0%}")

# %% [markdown]
# About one start in eight begins in the wedge and stays there, whatever the learning rate. All the
# other deaths are the work of a learning rate that is too large. And the leaky unit, which cannot
# die, does not settle at 1.0 either: all nine samples pull at it, where the ReLU is pulled by five,
# so it jumps to and fro. Nothing replaces a fitting learning rate.
#
# **What to do about it:** a smaller learning rate; He's initialisation with biases of 0, or a
# little above; a relative of ReLU with a slope on the left (the next section). And do not worry
# about a few: a network has spare units.
#
# **Exercise 5.** A unit $\max(0, 1.5\,x + b)$ sees inputs x between −2 and 3. At which bias b, and
# below it, is it dead?

# %% tags=["exercise"]
b_dead = ...

check.dead_below(b_dead)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# It is dead when even the *largest* sum 1.5 x + b does not get above 0. Which x gives the largest?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# b_dead = -1.5 * 3
#
# check.dead_below(b_dead)
# ```
#
# </details>

# %% [markdown]
# ## 6 · ReLU's relatives, and one that learns
#
# Three repairs of the flat side, as in lectures C and D:
#
# | | $g(z)$ | on the left |
# |---|---|---|
# | leaky ReLU | $\max(0.1\,z, z)$ | slope 0.1, fixed |
# | ELU | $z$ if $z \ge 0$, else $\alpha(e^z - 1)$ | bends smoothly towards −α |
# | PReLU | $\max(0, z) + \alpha\min(0, z)$ | slope α, **learned** |
#
# Lecture C writes PReLU in two ways, by cases and with max and min. They are the same:

# %%
z, alpha = np.array([-2.0, -0.5, 0.0, 1.5]), 0.25
by_cases = np.where(z >= 0, z, alpha * z)
by_max_min = np.maximum(0, z) + alpha * np.minimum(0, z)
print("by cases     ", by_cases)
print("max and min  ", by_max_min)
print("nnlib        ", nn.PReLU(0.25)(z))
print("ELU          ", nn.ELU()(z).round(3), "  leaky ReLU", nn.LeakyReLU(0.1)(z))
kin = widgets.ActivationExplorer("elu", ["relu", "leakyrelu", "prelu"], z=-1)
kin

# %% [markdown]
# ### The gradient of α
#
# α is a parameter like any weight, so it needs a gradient. One α serves all units and all samples
# of the layer, so what they all say is added up:
#
# $$\frac{\partial y}{\partial\alpha} = \min(0, z), \qquad
# \frac{\partial L}{\partial\alpha} = \sum \frac{\partial L}{\partial y}\,\min(0, z)$$
#
# Three ways to the same number: the formula, nudging α, and PyTorch.

# %%
import torch

z, dy = np.array([-2.0, 3.0, -0.5]), np.array([1.0, 0.7, -2.0])
formula = (dy * np.minimum(0, z)).sum()  # 1·(−2) + 0.7·0 + (−2)·(−0.5)
numeric = nudged(lambda a: (dy * nn.PReLU(a)(z)).sum(), 0.25)

layer = nn.PReLU(0.25)
layer.forward(z)
layer.backward(dy)

zt, at = torch.tensor(z), torch.tensor([0.25], dtype=torch.float64, requires_grad=True)
torch.nn.functional.prelu(zt, at).backward(torch.tensor(dy))
print(f"formula {formula:.4f}   nudged {numeric:.4f}   nnlib {layer.alpha.grad[0]:.4f}   "
      f"PyTorch {at.grad.item():.4f}")  # fmt: skip

net = nn.Sequential(nn.Dense(3, 4, rng=0), nn.PReLU(), nn.Dense(4, 1, rng=1))
error = nn.gradcheck(net, np.random.default_rng(0).normal(size=(5, 3)), np.ones(5), nn.MSE())
print("in a whole network, every gradient checked:", error < 1e-6)


# %% [markdown]
# **Exercise 6.** Write it as a function, for z of any shape.

# %% tags=["exercise"]
def prelu_alpha_gradient(z, dy):
    return ...


check.prelu_alpha_gradient(prelu_alpha_gradient)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `np.minimum(0, z)` is 0 where the unit is on. Multiply with dy place by place, then add
# everything.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def prelu_alpha_gradient(z, dy):
#     return (dy * np.minimum(0, z)).sum()
#
# check.prelu_alpha_gradient(prelu_alpha_gradient)
# ```
#
# </details>

# %% [markdown]
# ### Watch α learn
#
# The samples lie on a line with a bend: slope 0.3 on the left, 1 on the right. The unit
# $\hat y = \mathrm{PReLU}(wx + b)$ starts with α = 0.25. Press **Play**.
#
# > **Predict first.** Then choose the samples on |x|. Which α will it find?

# %%
prelu = widgets.LearnedActivationExplorer("PReLU", "slope 0.3, then 1")
prelu

# %% [markdown]
# Drag a few samples while it learns. Nothing says that α should be small or positive: for |x| the
# unit finds α = −1, and has made itself an absolute value. The same 500 steps without a picture,
# from five starts:

# %%
for target in ("slope 0.3, then 1", "|x|"):
    runs = [widgets.LearnedActivationExplorer("PReLU", target, seed=s) for s in range(5)]
    for run in runs:
        run.press("finish")
    print(f"samples on {target:18} α =", " ".join(f"{run.slopes()[0]:.2f}" for run in runs))

# %% [markdown]
# ## 7 · Maxout: all of it learned
#
# Why stop at one slope? **Maxout** (lecture D) has no fixed curve at all. It computes k sums with
# their own weights, and passes on the largest:
#
# $$\max(w_1^\top x + b_1,\; w_2^\top x + b_2)$$
#
# It is a layer and an activation in one. With one input and small numbers:

# %%
layer = nn.Maxout(1, 1, k=2)
for piece, (w, b) in zip(layer.pieces, [(1.0, -1.0), (-0.5, 0.5)], strict=True):
    piece.W.value[...], piece.b.value[...] = w, b

X = np.array([[-2.0], [0.0], [3.0]])
print("pieces:\n", np.hstack([piece.forward(X) for piece in layer.pieces]))  # x − 1 and (1 − x)/2
print("largest:", layer.forward(X)[:, 0])

layer.backward(np.ones((3, 1)))  # only the winner of each sample gets its gradient
print("∂L/∂w of the two pieces:", [float(p.W.grad[0, 0]) for p in layer.pieces])

# %% [markdown]
# The first piece wins at x = 3 only, so its gradient is 3; the second wins at −2 and 0, which makes
# −2. **Leaky ReLU is a Maxout** with the pieces z and 0.1 z, and ReLU one with z and 0.
#
# > **Predict first.** With two pieces Maxout can become |x|. With six, which of these can it
# > become: a valley like x²/2, a hill like 1 − x²/2, a wave like sin 2x?

# %%
maxout = widgets.LearnedActivationExplorer("Maxout", "x² / 2", k=4)
maxout.press("finish")
maxout

# %% [markdown]
# **Challenges**
#
# 1. Reset, press Play, and watch the pieces lie down along the valley.
# 2. Choose the hill, with k = 6. What is the best it can do, and why?
# 3. A dotted piece is nowhere the largest. Find a seed for |x| with k = 2 with which one piece
#    stays so. What is it called when that happens to a ReLU?
#
# **What to notice**
#
# - A maximum of straight lines is always a *valley* (convex). A hill is out of reach for one unit,
#   however many pieces it has. Two of them, one subtracted from the other, can be anything with
#   straight pieces.
# - The price: k times as many weights.
# - A piece that never wins gets no gradient, so Maxout can die piece by piece. Its inventors
#   trained it together with dropout.

# %%
print("x² / 2 with k pieces: loss after 500 steps, the best of ten starts")
for k in (2, 3, 4):
    ends = []
    for seed in range(10):
        run = widgets.LearnedActivationExplorer("Maxout", "x² / 2", k=k, seed=seed)
        run.press("finish")
        ends.append(run.history[-1][1])
    print(f"k = {k}: {min(ends):.3f}")

# %% [markdown]
# **Exercise 7.** Choose the two pieces so that Maxout gives the distance from 1, $|x - 1|$.

# %% tags=["exercise"]
w1, b1 = ..., ...
w2, b2 = ..., ...

check.maxout_distance(w1, b1, w2, b2)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# To the right of 1 the distance is x − 1. What is it to the left?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# w1, b1 = 1, -1
# w2, b2 = -1, 1
#
# check.maxout_distance(w1, b1, w2, b2)
# ```
#
# </details>

# %% [markdown]
# ## 8 · All the dance moves
#
# Lecture C shows a page of people who dance activation functions, arms as curves: sigmoid, tanh,
# step, softplus, ReLU, softsign, ELU, log of sigmoid, swish, sinc, leaky ReLU, mish. Here they all
# are, with four more. Drag any dot, and all of them move.

# %%
dance = widgets.ActivationGalleryExplorer()
dance

# %% [markdown]
# **Challenge:** find
#
# 1. two that are zero at 0 with the slope 1/2 there;
# 2. one whose slope is *another* one of the page (there is such a pair);
# 3. those whose slope gets negative;
# 4. one that never says anything positive. What could that be good for?
#
# <details><summary>Answers</summary>
#
# 1. swish and gelu. (mish is 0 there too; its slope is 0.6.)
# 2. The slope of softplus is the sigmoid. (And that of ReLU is the step, except at 0.)
# 3. swish, mish, gelu (a little, on the left) and sinc.
# 4. log of sigmoid: the logarithm of a probability is never positive. It belongs into a loss, not
#    into a hidden layer (notebook 04).
#
# </details>
#
# With formulas, and with what each is good for:

# %%
for name, g in nn.ACTIVATIONS.items():
    if hasattr(g, "derivative"):
        at = g().derivative(np.array([-3.0, 0.0, 3.0]))
        slopes = " ".join(f"{v:5.2f}" for v in at.round(2) + 0.0).replace("-", "−")
        print(f"{name:11} slope at −3, 0, 3: {slopes}   {g.note}")


# %% [markdown]
# ### Your own
#
# Write a class with `value` and `slope`, and it is in every list of every explorer. This one is a
# bell, $e^{-z^2}$. Its slope is $-2z\,e^{-z^2}$, so it can use the output y again.

# %%
class Bell(nn.activations.Elementwise):
    formula = r"e^{-z^2}"
    note = "fires near zero and is silent far away"

    def value(self, z):
        return np.exp(-z * z)

    def slope(self, z, y):
        return -2 * z * y


print(f"gradient check: {nn.gradcheck(Bell(), [[-1.0, 0.5, 2.0]]) < 1e-6}")
mine = widgets.ActivationExplorer("bell", z=0.7)
mine

# %% [markdown]
# Does a signal get through ten layers of it? It is in the list of the `SignalExplorer` too, if you
# make a new one: `widgets.SignalExplorer("bell", scale=1.5)`.
#
# ## 9 · The same in PyTorch, and what the others call it
#
# Lecture E names `tf.math.sigmoid` and `tf.nn.relu`. Here is the whole list, with what our names
# hide:
#
# | here | PyTorch `torch.nn.` | Keras `keras.activations.` | careful |
# |---|---|---|---|
# | sigmoid | `Sigmoid` | `sigmoid` | TensorFlow: `tf.math.sigmoid` |
# | tanh | `Tanh` | `tanh` | |
# | step | – (`torch.heaviside`) | – | no slope, so no layer |
# | softsign | `Softsign` | `softsign` | |
# | relu | `ReLU` | `relu` | TensorFlow: `tf.nn.relu` |
# | leakyrelu | `LeakyReLU` | `leaky_relu` | 0.1 in lecture D, 0.01 in PyTorch, 0.2 in Keras |
# | prelu | `PReLU` | layer `PReLU` | starts at α = 0.25 in PyTorch, at 0 in Keras |
# | elu, selu | `ELU`, `SELU` | `elu`, `selu` | |
# | softplus | `Softplus` | `softplus` | |
# | logsigmoid | `LogSigmoid` | `log_sigmoid` | "log of sigmoid" in lecture C |
# | swish | `SiLU` | `silu` | two names for one function |
# | mish | `Mish` | `mish` | |
# | gelu | `GELU` | `gelu` | exact by default; ours is `approximate="tanh"` |
# | sinc | `torch.sinc` | – | theirs is sin(πz)/(πz), ours sin(z)/z |
# | linear | `Identity` | `linear` | |
#
# Every value and every derivative against PyTorch's, at 401 places:

# %%
F = torch.nn.functional
theirs = {
    "linear": lambda t: t * 1, "sigmoid": torch.sigmoid, "tanh": torch.tanh,
    "softsign": F.softsign, "relu": F.relu, "leakyrelu": lambda t: F.leaky_relu(t, 0.1),
    "prelu": lambda t: F.prelu(t, torch.tensor([0.25], dtype=t.dtype)), "elu": F.elu,
    "selu": F.selu, "softplus": F.softplus, "logsigmoid": F.logsigmoid, "swish": F.silu,
    "mish": F.mish, "gelu": lambda t: F.gelu(t, approximate="tanh"),
    "sinc": lambda t: torch.sinc(t / torch.pi),
}  # fmt: skip
z = np.linspace(-10, 10, 401)
worst_value = worst_slope = 0.0
for name, function in theirs.items():
    t, g = torch.tensor(z, requires_grad=True), nn.activation(name)
    out = function(t)
    (slope,) = torch.autograd.grad(out.sum(), t)
    away = z != 0 if name in ("relu", "leakyrelu", "prelu") else z == z  # not at a kink
    worst_value = max(worst_value, abs(g(z) - out.detach().numpy()).max())
    worst_slope = max(worst_slope, abs(g.derivative(z) - slope.numpy())[away].max())
print(f"{len(theirs)} activations equal to PyTorch's:", worst_value < 1e-8, worst_slope < 1e-8)
heaviside = torch.heaviside(torch.tensor(z), torch.tensor(1.0, dtype=torch.float64))
print("and the step:", np.array_equal(nn.Step()(z), heaviside.numpy()))

# %% [markdown]
# At the kink itself everybody has to choose. Ask all of them for the slope at 0:

# %%
for name in ("relu", "leakyrelu", "prelu"):
    t = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(theirs[name](t).sum(), t)
    ours = nn.activation(name).derivative([0.0])[0]
    print(f"{name:10} nnlib {ours:.2f}   PyTorch {slope.item():.2f}")

# %% [markdown]
# In a model an activation is a layer like any other. Here is a small network with a PReLU, ours and
# PyTorch's, with the same weights, one step of gradient descent each:

# %%
ours = nn.Sequential(nn.Dense(2, 4, rng=0), nn.PReLU(), nn.Dense(4, 1, rng=1))
twin = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.PReLU(), torch.nn.Linear(4, 1)).double()
with torch.no_grad():
    for theirs_, mine_ in zip(twin.parameters(), ours.parameters(), strict=True):
        theirs_.copy_(torch.tensor(mine_.value.T))

X, y_ring = ring.X, ring.y.astype(float)
nn.step(ours, nn.BinaryCrossEntropy(), nn.SGD(ours.parameters(), lr=0.5), X, y_ring)

sgd = torch.optim.SGD(twin.parameters(), lr=0.5)
F.binary_cross_entropy_with_logits(twin(torch.tensor(X))[:, 0], torch.tensor(y_ring)).backward()
sgd.step()
print(f"α after one step: nnlib {ours[1].alpha.value[0]:.6f}, PyTorch {twin[1].weight.item():.6f}")

# %% [markdown]
# ## Summary
#
# - Learning multiplies by $g'(z)$. Where it is 0, nothing is learned: saturated on both sides
#   (sigmoid, tanh), off on one (ReLU).
# - $\sigma' = y(1 - y)$, at most 1/4; $\tanh' = 1 - y^2$, at most 1; $\mathrm{ReLU}' = 1$ where
#   z > 0 and 0 where z < 0, which is sign(f(z)) and *not* sign(z).
# - A wrong derivative often still trains. Nudge it.
# - tanh is centred and steeper than the sigmoid; measured, it learns in a fraction of the epochs.
# - Ten layers multiply ten times. Weights of spread 1/√n carry a signal through tanh, √(2/n)
#   through ReLU.
# - A ReLU unit that is off for all samples is dead. Long steps kill; leaky slopes revive.
# - PReLU learns its slope, Maxout its whole (valley-shaped) curve.
#
# ## Quiz
#
# 1. Why can gradient descent not train the neuron of 1943?
# <details><summary>Answer</summary>
#
# Its activation is a step: the slope is 0 everywhere, and the chain rule multiplies with it.
#
# </details>
#
# 2. A slide says ReLU′(z) = sign(z). Give one z that shows that it is wrong, and repair the
#    formula.
# <details><summary>Answer</summary>
#
# z = −2: ReLU is flat there, slope 0, but sign(−2) = −1. The sign of the output is right:
# sign(ReLU(z)).
#
# </details>
#
# 3. Ten layers of ReLU, weights of spread 2/√n. What happens to the signal, about how much?
# <details><summary>Answer</summary>
#
# Each layer multiplies its size by 2/√2 = √2, so it grows by $\sqrt2^{\,10} = 32$.
#
# </details>
#
# 4. The outputs of a sigmoid layer are of a good size, and yet nothing arrives after ten layers.
#    What has got lost?
# <details><summary>Answer</summary>
#
# The differences between samples: all of them look alike. And the gradient on its way back.
#
# </details>
#
# 5. How do you recognise a dead unit, and how is it different from a saturated one?
# <details><summary>Answer</summary>
#
# Its gradient is zero for every sample of the data. A saturated unit has a small slope at *some*
# samples, or a very small one at all, and can come back.
#
# </details>
#
# 6. Can a single Maxout unit with 100 pieces learn a hill?
# <details><summary>Answer</summary>
#
# No. A maximum of straight lines is convex, however many there are.
#
# </details>
#
# 7. A network with leaky ReLU gives other numbers in Keras than in PyTorch. What do you check
#    first?
# <details><summary>Answer</summary>
#
# The slope on the left: 0.01 in PyTorch, 0.2 in Keras (0.3 if written as a layer), if nobody
# sets it.
#
# </details>
#
# ## Terms
#
# - **activation function g**: what a unit makes of its weighted sum z; also its output $h = g(z)$.
# - **derivative, slope g′(z)**: how much g(z) moves for a small move of z.
# - **kink**: a place with another slope on the left than on the right; **subgradient**: any number
#   between the two.
# - **saturated**: in a flat part of g, so that hardly anything is learned.
# - **dead unit**: slope zero at all samples.
# - **zero-centred**: with outputs of both signs, about 0 on average.
# - **initialisation**: the random weights one starts from; **Glorot** (spread about 1/√n), **He**
#   (√(2/n)).
# - **vanishing and exploding gradient**: it shrinks, or grows, by a factor in every layer.
# - **trainable parameter**: anything that gets a gradient and is updated, such as α of PReLU.
# - **convex**: valley-shaped; a straight line between two points of the curve never lies below it.
# - **gradient check**: comparing every gradient with that from nudging.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | B11 | an activation needs a derivative: linear, sigmoid, ReLU | 1, 2 |
# | A7 | ReLU max(0, x) and its derivative; the kink | 2 |
# | E5 | sigmoid and ReLU with derivatives; names in the libraries | 2, 9 |
# | C5 | tanh: zero-centred, large gradients, simple derivative | 3 |
# | D2 | sigmoid, tanh, ReLU, leaky ReLU, Maxout, ELU | 6, 7 |
# | C6 | ELU; PReLU with a trained α | 6 |
# | C11 | more activations: the dance moves | 8 |
#
# ## Further reading
#
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
#   networks", 2010: the signal and the gradient through many layers.
# - K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", 2015: PReLU and √(2/n).
# - I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville and Y. Bengio, "Maxout networks", 2013.
# - Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", 1998: why inputs and
#   activations should be centred.
# - S. R. Dubey, S. K. Singh and B. B. Chaudhuri, "Activation functions in deep learning", 2022:
#   many more of them, compared.
