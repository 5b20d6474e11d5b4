# %% [markdown]
# # Start here
#
# **What happens while a network learns, and why does it work now, when the idea is eighty years
# old?** Press *Shift+Enter* four times: each time one cell runs. Then the picture below is alive.
#
# **Before you start** you need nothing but what a slope is. **Time:** one minute for the first
# picture, 45 minutes for all of it. **Afterwards you can** let a network learn, and spoil it on
# purpose; move every picture by mouse and by keyboard; hand in an answer and read the reply; tell
# artificial intelligence, machine learning and deep learning apart; and say with numbers why deep
# learning took off when it did. **Lecture points:** B1, E1, E3, C18.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## A network that learns while you watch
#
# > **Predict first.** The network should tell blue circles from orange squares; on the black line
# > it cannot decide. It takes steps of the size *learning rate η*. What will become of the line at
# > 0.0001, at 0.1, and at 10?
#
# 1. Press **Play**. Nothing seems to happen. Drag **learning rate η** slowly to the right, to
#    about **0.1**, and watch the line.
# 2. Drag on to **10**. Then go back to 0.1. Does it recover? Now press **Same start again**.
# 3. Below the picture, set **hidden layers** to 0, then to 1.

# %%
playground = widgets.Playground(
    data="circle", depth=2, width1=4, width2=4, learning_rate=0.0001, batch_size=5
)
playground

# %% [markdown]
# **What to notice.**
#
# - At 0.0001 the network does learn, but its steps are too small to be seen. Near 0.1 the line
#   bends and soon runs round the orange squares.
# - At 10 its steps leap over every valley, and something breaks: back at 0.1 it does *not* recover.
#   Its weights have become so large that its units answer the same whatever they see; no small
#   step changes that, so nothing can be learned any more. From the very same first weights, with
#   0.1 all the way, it works.
# - Without a hidden layer the line stays straight, however long you wait. With one it bends.
# - Filled marks are the examples it learns from; hollow ones are kept back as a test. Colour is the
#   answer, stronger where the network is surer.
# - Each small square on the left is one unit with its own map of the plane. A thick line between
#   two units is a large weight: orange is positive, blue negative. Click one to change it
#   yourself.

# %% [markdown]
# ### What the slider does
#
# *Loss* is the price of the network's mistakes. Training changes every weight $w$ a little, to
# where the loss $L$ is lower, and the learning rate $\eta$ says how far one step goes:
#
# $$w \leftarrow w - \eta \, \frac{\partial L}{\partial w}$$
#
# With a single weight one can do that by hand. Let $L(w) = \frac{3}{2}(w - 1)^2$, a valley whose
# bottom is at $w = 1$, so that the slope is $3(w - 1)$.

# %%
w, eta = 2.0, 0.1
slope = 3 * (w - 1)
new_w = w - eta * slope
print(f"At w = {w:.0f} the slope is {slope:.0f}. The step leads to w = {new_w:.1f}:")
print(f"the loss falls from {1.5 * (w - 1) ** 2:.3f} to {1.5 * (new_w - 1) ** 2:.3f}.")


# %% [markdown]
# > **Predict first.** With which η does *one* step land exactly at the bottom? Is there an η with
# > which it never gets there, however often it steps?

# %%
def downhill(stage, eta, steps):
    w = [2.0]
    for _ in range(steps):
        w.append(w[-1] - eta * 3 * (w[-1] - 1))
    w, curve = np.array(w), np.linspace(-1.5, 3.5, 101)
    loss = 1.5 * (w - 1) ** 2
    panel = stage.panel("valley", x=(-1.5, 3.5), y=(-0.5, 7), xlabel="w", ylabel="loss L(w)")
    panel.line("L", curve, 1.5 * (curve - 1) ** 2, colour="muted", width=3)
    panel.line("way", w, loss, colour="blue", width=2)
    panel.points("steps", w, loss, colour="blue", size=5, tip="w = {x}, loss {y}")
    panel.points("now", w[-1], loss[-1], colour="vermillion", size=9)
    after = f"after {steps} step{'s' * (steps != 1)} from w = 2"
    return f"η = {eta:.2f}: {after} it is at w = {w[-1]:.2f}."


valley = widgets.Live(
    downhill,
    eta=widgets.slider("learning rate η", 0.1, 0.0, 0.8, 0.01),
    steps=widgets.slider("steps", 5, 0, 20, 1),
)
valley


# %% [markdown]
# > **Challenge.** Find an η with which the first step is enough, one with which it swings from side
# > to side but arrives, one with which it swings for ever, and one with which it runs away.
#
# **What to notice.** Each step multiplies the distance from the bottom by $1 - 3\eta$. At
# $\eta = \frac{1}{3}$ this factor is 0 and one step is enough; above it is negative, so each step
# leaps to the other side; at $\eta = \frac{2}{3}$ it is $-1$, and the weight swings between 2 and 0
# for ever; beyond, every leap lands higher than the last. That is what happened in the playground
# at 10, to all weights at once.

# %% [markdown]
# ### Exercise 1: one step downhill
#
# Write the step as a function. Replace the `...`, run the cell, and read the reply.

# %% tags=["exercise"]
def one_step(w, gradient, eta):
    return ...


check.one_step(one_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# It is the formula above, from right to left: $\eta$ times the gradient, taken away from $w$. In
# Python a product is written `*`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def one_step(w, gradient, eta):
#     return w - eta * gradient
#
#
# check.one_step(one_step)
# ```
#
# </details>

# %% [markdown]
# ## How to take hold of the pictures
#
# | to … | with the mouse | with the keyboard |
# |---|---|---|
# | move a slider | drag it, or click its number and type | *Tab* to it, arrow keys |
# | move a dot, a star, an arrow tip | drag it | *Tab* to the picture, arrow keys |
# | move it finely | – | *Shift* and arrow keys |
# | go on to another dot, panel or link | go there | *PageDown*, *PageUp* (it gets a ring) |
# | read a value | hover over it | arrow keys, or the sentence below the picture |
# | click: add points, choose | click; with *Shift*: the next class | arrow keys, *Enter* |
# | draw | hold the button, move | *Space*, arrow keys, *Space* |
# | make everything larger | – | *Ctrl* and *+*; wide pictures then scroll sideways |
# | train | **Play**, **Pause**, **Step** | *Tab* to the button, space bar |
# | begin again | **Same start again**: same first weights; **Reset**: others | the same |
#
# A picture that does not react has not been run yet: *Shift+Enter* in its cell, or *Run → Run All
# Cells* in the menu. The same after you have changed a cell.
#
# Try it here. The neuron computes $z = w_0 + w_1 x_1 + w_2 x_2$ with $w_0 = 1$ and
# $w = (3, -2)$, and its answer $\hat{y} = g(z)$ is near 1 on the orange side of the line and near 0
# on the blue one.

# %%
neuron = widgets.BoundaryExplorer(w=(3, -2), b=1, query=(-1, 2), window=5)
neuron

# %% [markdown]
# > **Challenge.** Drag the star until the sentence says that the neuron is undecided: z = 0 and
# > ŷ = 0.5. Then let the star be and bring the *line* to it. Then do both again with the keyboard
# > alone.
#
# **What to notice.** All undecided points lie on the line. The arrow stands at right angles to it
# and points to the side where the answer is 1. Notebook 01 is about this picture.

# %% [markdown]
# ## How exercises answer
#
# Every exercise ends in a line `check.<name>(...)`. While nothing is filled in, it says so and
# nothing breaks. A right answer is accepted however you write it; a wrong one gets a reply that
# says what probably happened. The hint and the solution below it are folded: click to open them.
#
# And a habit that pays: where it says **Predict first**, decide on an answer *before* you look.
# Being wrong and then seeing why is what stays in mind.
#
# ### Exercise 2: half a neuron, by hand
#
# What is $z = w_0 + w_1 x_1 + w_2 x_2$ for the neuron above, $w_0 = 1$ and $w = (3, -2)$, at
# $x = (4, 1)$? Work it out on paper, then check with the star.

# %% tags=["exercise"]
z = ...

check.weighted_sum(z)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Put in the numbers one after the other: $1 + 3 \cdot 4 + (-2) \cdot 1$.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# z = 1 + 3 * 4 - 2 * 1
#
# check.weighted_sum(z)
# ```
#
# Hand in a wrong answer too, 13 for instance, and read what it says.
#
# </details>

# %% [markdown]
# ## Is everything here?
#
# This cell asks your machine. What it prints may differ from what is stored here.

# %% tags=["nbval-ignore-output"] jupyter={"source_hidden": true}
import importlib.metadata
import platform
import re
from pathlib import Path


def number(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


requirements = Path(nn.__file__).parents[1] / "requirements.txt"
wanted = [*importlib.metadata.requires("nnlib"), *requirements.read_text("utf-8").splitlines()]
found, bad = {}, []
for line in wanted:
    if named := re.match(r"([A-Za-z][\w-]*)(?:>=|==)([\d.]+)", line):
        name, least = named.groups()
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "0 (not installed)"
        if number(found[name]) < number(least):
            bad.append(f"{name} should be at least {least}; it is {found[name]}.")
shown = ", ".join(f"{name} {found[name]}" for name in ("numpy", "torch", "jupyterlab", "anywidget"))
device = {"cuda": "an NVIDIA GPU", "mps": "an Apple GPU"}.get(nn.default_device(), "no GPU")
print(f"Python {platform.python_version()}, {shown}.")
print("\n".join(bad) or f"All {len(found)} packages are here and recent enough.")
print(f"This machine has {device} for PyTorch. The notebooks run well without one.")

# %% [markdown]
# ## The map
#
# The course rebuilds five introductory lectures, called A to E, point by point. Choose a notebook,
# or click its circle: orange arrows come from what it needs, blue ones go to what it prepares.

# %%
course = widgets.CourseMap()
course

# %%
widgets.notebook_table()

# %% [markdown]
# Looking for a slide? Here is every point of the five lectures. Click a lecture to unfold it.

# %%
widgets.lecture_table()

# %% [markdown]
# ## Where neural networks come from
#
# Lecture B lists five dates: Rosenblatt's perceptron, 1957; Minsky and Papert's book *Perceptrons*,
# 1969; backpropagation, 1986; LeCun's convolutional networks, 1992; and "the deep learning
# revolution, 2006 to date".
#
# > **Predict first.** In which decade was the first artificial neuron described? And why did
# > it take so long from the perceptron to networks that read handwriting?
#
# Move through the years with the slider, jump with *Next event*, or click an event.

# %%
timeline = widgets.Timeline(1969)
timeline

# %% [markdown]
# > **Challenge.** Find the year from which all of this was known: a neuron, a rule by which it
# > learns, and derivatives of a whole network at the price of one run. Nobody had put it together
# > yet. How long did that take?
#
# **What to notice.**
#
# - All the parts were there in 1970; hidden layers learned with them in 1986. Ideas wait for
#   somebody who needs them, and for computers that can carry them out.
# - The lower left picture is logarithmic: from Adaline to GPT-3 the number of weights grew by a
#   factor of ten billion. The rule by which each of them changes is still the one that the slider
#   above is about.
# - *About the slide's 1992.* The first convolutional network trained by backpropagation read zip
#   codes in **1989** (LeCun and others, *Neural Computation* 1), and the well-known LeNet-5 is of
#   **1998**. 1992 lies in the middle of this decade of work, so the slide is not far off; we use
#   the dates of these two papers.
# - *Rosenblatt 1957* is his first report; the article that everybody cites came out in 1958.
# - Lecture B calls 1986 the *first* efficient algorithm. Backpropagation became known through
#   Rumelhart, Hinton and Williams; running the chain rule backwards had been published by
#   Linnainmaa in 1970, and Werbos thought of networks in his thesis of 1974.

# %% [markdown]
# ### Exercise 3: a long wait
#
# How many years lie between the proof that one layer is not enough (1969) and the paper through
# which hidden layers learned? Read the second year off the timeline.

# %% tags=["exercise"]
years = ...

check.waiting_years(years)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Look for the event called *backpropagation*. Two years, one subtraction.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# years = 1986 - 1969
#
# check.waiting_years(years)
# ```
#
# </details>

# %% [markdown]
# ## AI, machine learning, deep learning
#
# Lecture E draws them one inside the other. In its words: *artificial intelligence* is any
# technique that enables computers to mimic human behaviour; *machine learning* is the ability to
# learn without being explicitly programmed; *deep learning* extracts patterns from data using
# neural networks.
#
# $$\text{artificial intelligence} \supset \text{machine learning} \supset \text{deep learning}$$
#
# > **Predict first.** A spam filter that counts words, a chess program made of rules, the
# > perceptron of 1957: in which ring does each of them belong?
#
# Drag the star to your guess, then press *Is it there?*

# %%
fields = widgets.Fields()
fields

# %% [markdown]
# > **Challenge.** Place all eight without *Show me*.
#
# **What to notice.** Three questions are enough: does it do something that takes a person some
# thought? Was it learned from examples? Was it learned by several layers of neurons? Each ring asks
# one more. The last question has no sharp edge: by the lecture's words the perceptron would be deep
# learning, since it is a neural network that finds a pattern in data, while most people call a
# network deep only if it has hidden layers. The rings are a convention, the questions are not.

# %% [markdown]
# ### Exercise 4: count the rings
#
# Whoever is in an inner ring is in the outer ones too. For each example, in how many of the three
# rings does it lie?

# %% tags=["exercise"]
chess = ...
spam_filter = ...
perceptron = ...
convnet = ...

check.rings(chess, spam_filter, perceptron, convnet)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Ask the three questions in order and count how often the answer is yes, until the first no.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# chess, spam_filter, perceptron, convnet = 1, 2, 2, 3
#
# check.rings(chess, spam_filter, perceptron, convnet)
# ```
#
# </details>

# %% [markdown]
# ## Why now?
#
# Lecture E gives three reasons: **data**, **hardware**, **software**. Lecture C gives four: large
# amounts of data, computing power, large models that are easy to train, and networks as Lego
# bricks. That is easily said. Let us measure.
#
# ### Data, and models that train
#
# We have 1797 handwritten digits of 8 × 8 pixels. 70 % of them may be used for training, the others
# are the test. A network of 64 inputs, hidden units and 10 outputs gets 400 steps.

# %%
train, test = data.digits().split(0.7, rng=0)
RECIPES = {
    "sigmoid": (nn.Sigmoid, "glorot", nn.SGD, 1.0),
    "ReLU": (nn.ReLU, "he", nn.Adam, 0.003),
}


def read_digits(n=None, width=32, depth=1, recipe="ReLU", seed=0):
    """Train on the first n digits; return what the network reads in the test."""
    g, init, optimiser, eta = RECIPES[recipe]
    rng = np.random.default_rng(seed)
    layers, n_in = [], 64
    for _ in range(depth):
        layers += [nn.Dense(n_in, width, rng=rng, init=init), g()]
        n_in = width
    model = nn.Sequential(*layers, nn.Dense(n_in, 10, rng=rng, init=init))
    loss, steps = nn.SoftmaxCrossEntropy(), optimiser(model.parameters(), lr=eta)
    run = nn.Run(model, loss, steps, train.X[:n], train.y[:n], batch_size=50, rng=rng)
    run.step(400)
    return model(test.X).argmax(axis=1)


print(f"{len(train)} digits to learn from, {len(test)} to be tested with.")

# %% [markdown]
# > **Predict first.** Ten digits to learn from, one or so of each kind: what share of the test will
# > the network read right? And with 20, 40, 80 …? Draw the curve in the air.
#
# Now 84 networks are trained, each setting three times, with other random numbers. It takes a few
# seconds.

# %%
counts, units = [10, 20, 40, 80, 160, 320, 640, 1258], [1, 2, 4, 8, 16, 32, 64, 128]
depths = [1, 2, 3, 4, 5, 6]
plans = {
    "more digits": ("training digits", counts, [{"n": n} for n in counts]),
    "more units": ("hidden units", units, [{"width": k} for k in units]),
    "more layers, sigmoid": (
        "hidden layers", depths, [{"depth": k, "recipe": "sigmoid"} for k in depths],
    ),
    "more layers, ReLU": ("hidden layers", depths, [{"depth": k} for k in depths]),
}  # fmt: skip
with nn.backend.one_thread():  # small matrices: sharing the work would cost more than it saves
    curves = {
        name: (label, sizes, [[read_digits(**s, seed=k) for k in range(3)] for s in settings])
        for name, (label, sizes, settings) in plans.items()
    }
growth = widgets.Growth(test.X, test.y, curves)
growth

# %% [markdown]
# > **Challenge.** With how many digits does the network first read nine out of ten? How many more
# > must you collect to halve the remaining mistakes? Then choose *more layers* and find the depth
# > at which the sigmoid network does no better than guessing.

# %%
for name, (_, sizes, _) in curves.items():
    percent = (100 * growth.accuracy(name).mean(axis=1)).round().astype(int)
    pairs = [f"{size} → {p} %" for size, p in zip(sizes, percent, strict=True)]
    print(f"{name + ':':21}", ", ".join(pairs))


# %% [markdown]
# **What to notice.**
#
# - **Data.** Nothing about the network changed, only how many examples it saw, and it went from
#   about a third to nearly all digits right. Each doubling helps, but less than the one before.
# - **Size.** One hidden unit cannot tell ten digits apart; from 16 units on there is little to gain
#   *on this task*. Large models pay where the data is large too.
# - **Large models that train.** This is the surprise. Add layers to the sigmoid network, and it
#   gets *worse*: from four layers on it only guesses. With ReLU, well-sized first weights and Adam
#   the same depth trains. The larger model was never the difficulty; training it was. (`RECIPES`
#   is yours to change: do learning rates of 0.2 or 4 rescue the sigmoid?) Why this is so is the
#   matter of notebook 09.

# %% [markdown]
# ### Exercise 5: the share that is right
#
# All these curves count one thing: the share of predictions that equal the label, the *accuracy*.
# Write it as a function of two arrays of the same length.

# %% tags=["exercise"]
def share_right(predicted, y):
    return ...


check.share_right(share_right)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `predicted == y` is an array of `True` and `False`, and the mean of those counts `True` as 1.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def share_right(predicted, y):
#     return np.mean(predicted == y)
#
#
# check.share_right(share_right)
# ```
#
# </details>

# %% [markdown]
# ### Exercise 6: how many examples are enough?
#
# Given a curve, the arrays `sizes` and `accuracies` (both rising), find the smallest size whose
# accuracy is at least `goal`.

# %% tags=["exercise"]
def enough_samples(sizes, accuracies, goal):
    return ...


check.enough_samples(enough_samples)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `sizes[accuracies >= goal]` are all sizes that are enough. You want the first of them.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def enough_samples(sizes, accuracies, goal):
#     return sizes[accuracies >= goal][0]
#
#
# check.enough_samples(enough_samples)
# ```
#
# </details>

# %% [markdown]
# ### Hardware
#
# Nearly all the work of a network is multiplying matrices, and that is what machines became good
# at. Here is the product of two matrices of $n \times n$ numbers, $n^3$ multiplications, done in
# three ways on *your* machine: a loop in Python, one number after the other; NumPy on one core of
# the processor; PyTorch on all of them, or on the GPU where there is one.

# %% tags=["nbval-ignore-output"]
from time import perf_counter

import torch


def loop(A, B):
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in B.T] for row in A]


def speed(multiply, n, device=None):
    """Millions of multiplications per second, the best of eight tries."""
    A = np.random.default_rng(0).normal(size=(n, n)).astype("float32")
    A = A if device is None else torch.tensor(A, device=device)
    times = []
    for _ in range(9):  # the first one warms up
        start = perf_counter()
        C = multiply(A, A)
        float(C[-1][-1])  # wait until a GPU is done
        times.append(perf_counter() - start)
    return n**3 / min(times[1:]) / 1e6


sizes, where = [16, 32, 64, 128, 256, 512, 1024], nn.default_device()
speeds = {"Python loop": [speed(loop, n) for n in sizes[:3]]}
with nn.backend.one_thread():
    speeds["NumPy, one core"] = [speed(np.matmul, n) for n in sizes]
speeds[f"PyTorch, {where}"] = [speed(torch.matmul, n, where) for n in sizes]


# %% tags=["nbval-ignore-output"]
def race(stage, place):
    panel = stage.panel(
        "race", x=(12, 1400), y=(1, 1e8), xscale="log", yscale="log", legend="upper left",
        xticks=[(n, str(n)) for n in sizes], xlabel="size n of the matrices",
        ylabel="million multiplications per second",
    )  # fmt: skip
    slowest, said = speeds["Python loop"][-1], []
    for (name, values), colour in zip(speeds.items(), ("grey", "blue", "orange"), strict=True):
        k = min(place, len(values)) - 1
        panel.line(name, sizes[: len(values)], values, colour=colour, width=3, label=name)
        panel.points(f"{name}: here", sizes[k], values[k], colour=colour, size=8)
        said.append(f"{name} {values[k]:,.0f}, {values[k] / slowest:,.0f} times the loop's")
    return f"Million multiplications per second at n = {sizes[place - 1]}: {'; '.join(said[1:])}."


hardware = widgets.Live(race, place=widgets.slider("place", 3, 1, len(sizes), 1))
hardware

# %% [markdown]
# **What to notice.** The axis is logarithmic. NumPy does the same sums so much faster because it
# hands whole matrices to code that keeps all the arithmetic units of a core busy; more cores do
# more at once, if the matrices are large enough to be shared out. That is the idea of a GPU:
# thousands of units, and matrices large enough to feed them. Notebook 15 measures one.

# %% [markdown]
# ### Software: Lego bricks
#
# The last reason: networks are put together from bricks, and every brick knows its own derivative.
# These are the bricks of the network that read the digits, with new weights.

# %%
network = nn.Sequential(nn.Dense(64, 32, rng=0), nn.ReLU(), nn.Dense(32, 10, rng=1))
print(network)

# %%
deeper = nn.Sequential(*network[:2], nn.Dense(32, 32, rng=2), nn.Tanh(), network[2])
print(f"Two more bricks between the others: {deeper.n_parameters} parameters.")
try:
    nn.Sequential(nn.Dense(64, 32), nn.Dense(31, 10))(test.X)
except ValueError as error:
    print(f"Bricks that do not fit say so: {error}")

# %% [markdown]
# ## The same in PyTorch
#
# Notebooks end with the same thing in PyTorch, one of the libraries that people use at work. The
# bricks have nearly the same names. We give its network our weights and compare the outputs for all
# test digits, and one gradient.

# %%
theirs = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
theirs = theirs.double()
for ours, brick in ((network[0], theirs[0]), (network[2], theirs[2])):
    brick.weight.data = torch.tensor(ours.W.value.T)  # PyTorch stores W transposed
    brick.bias.data = torch.tensor(ours.b.value)

loss = nn.SoftmaxCrossEntropy()
ours_loss = loss(network(test.X), test.y)
network.backward(loss.backward())
theirs_loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(test.X)), torch.tensor(test.y))
theirs_loss.backward()
gap = np.abs(network[0].W.grad - theirs[0].weight.grad.numpy().T).max()
print(f"Loss: ours {ours_loss:.6f}, PyTorch's {theirs_loss.item():.6f}.")
print(f"The 2048 gradients of the first layer agree to 12 decimals: {gap < 1e-12}.")

# %% [markdown]
# ## Summary
#
# - A network learns by taking many small steps downhill, $w \leftarrow w - \eta\,\partial
#   L/\partial w$. Too small an η and nothing happens; too large, and the steps leap out of the
#   valley.
# - Without hidden layers the boundary is straight; with them it bends.
# - The ideas are old: neurons 1943, learning 1957, backpropagation 1986, convolution 1989.
# - Deep learning is a part of machine learning, which is a part of artificial intelligence.
# - What was new: enough data, hardware that multiplies matrices, recipes with which deep networks
#   train, and software of bricks. We measured the first three.
#
# ## Quiz
#
# 1. The loss jumps up and down and does not fall. What do you try first?
#    <details><summary>Answer</summary>A smaller learning rate.</details>
# 2. A network without hidden layers should tell points inside a circle from those outside. Will
#    longer training help?
#    <details><summary>Answer</summary>No. Its boundary is a straight line, whatever its
#    weights.</details>
# 3. Is every machine-learning program a neural network?
#    <details><summary>Answer</summary>No. A decision tree, or a spam filter that counts words,
#    learns from examples without one.</details>
# 4. In 1970 one could compute all derivatives of a program backwards. Why did networks not take off
#    then?
#    <details><summary>Answer</summary>Hardly anybody connected the two before 1986; and data and
#    computers for more than toy problems came later still.</details>
# 5. Your network reads 97 % of the digits it was trained on and 60 % of others. Which of the two
#    numbers is the one to report?
#    <details><summary>Answer</summary>60 %. What counts is what it has not seen: that is why the
#    test digits were kept back. (Notebook 11 is about this.)</details>
#
# ## Terms met
#
# - **weight** — a number that training changes.
# - **loss** — the price of the network's mistakes; training lowers it.
# - **gradient, slope** — how the loss changes when a weight does.
# - **learning rate η** — how far one step goes.
# - **epoch** — once through all training examples.
# - **hidden layer** — units between inputs and outputs.
# - **boundary** — where the network cannot decide.
# - **training and test set** — examples to learn from, and others kept back to test with.
# - **accuracy** — the share of predictions that are right.
# - **artificial intelligence, machine learning, deep learning** — three rings, one inside the
#   other.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | B1 | history, from Rosenblatt 1957 to deep learning | Where neural networks come from |
# | E1 | AI ⊃ machine learning ⊃ deep learning | AI, machine learning, deep learning |
# | E3 | why now: data, hardware, software | Why now? |
# | C18 | why now: data, hardware, large models that train, Lego | Why now? |
#
# ## Further reading
#
# - W. McCulloch and W. Pitts, *A logical calculus of the ideas immanent in nervous activity*,
#   Bulletin of Mathematical Biophysics 5, 1943.
# - F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, Psychological Review 65, 1958.
# - D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*,
#   Nature 323, 1986.
# - Y. LeCun and others, *Backpropagation applied to handwritten zip code recognition*, Neural
#   Computation 1, 1989.
# - A. Krizhevsky, I. Sutskever and G. Hinton, *ImageNet classification with deep convolutional
#   neural networks*, NIPS 2012.
# - J. Schmidhuber, *Deep learning in neural networks: an overview*, Neural Networks 61, 2015: who
#   did what first, with many more dates than ours.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 1.
