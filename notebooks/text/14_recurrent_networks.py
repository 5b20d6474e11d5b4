# %% [markdown]
# # 14 · Recurrent networks: a memory, and how it learns what to keep
#
# **The question:** a sentence, a melody, a day of temperatures have no fixed length, and what
# matters may lie far back. How can a network with a fixed number of weights read them, and what
# keeps it from forgetting?
#
# **Afterwards you can**
#
# 1. unroll a recurrent network, and compute its states and its gradients by hand;
# 2. say why the gradient of shared weights is a sum over the steps, and check it three ways;
# 3. write down weights that solve a task for sequences of every length, where no dense network can;
# 4. explain why gradients vanish or explode on their way back, and what clipping does about it;
# 5. read an LSTM gate by gate, and say what its forget bias is for;
# 6. train a network to write, letter by letter, and set its temperature;
# 7. compare a dense, a convolutional and two recurrent networks on one task without fooling
#    yourself.
#
# **Before you start:** backpropagation (notebook 06) and dense layers (notebook 03). Convolution
# (notebook 12) helps in section 9.
#
# **Time:** about 100 minutes with the exercises, 45 without.
#
# **Lecture points:** D15 architectures, convolutional and recurrent networks.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · Architectures: dense, convolutional, recurrent
#
# Lecture D lists the architectures of deep learning: after the multi-layer perceptron, the
# convolutional and the recurrent networks. All three are made of weights, sums and activations.
# They differ in *which sums share their weights*:
#
# | layer | the same weights serve | fits |
# |---|---|---|
# | dense | every sample | a fixed list of numbers |
# | convolutional | every sample and every *place* | pictures: a nose is a nose anywhere |
# | recurrent | every sample and every *step* | sequences: text, sound, measurements |
#
# A recurrent layer goes through its sequence step by step and carries a **state** $h$ with it:
#
# $$h_t = g(x_t W + h_{t-1} U + b), \qquad h_0 = 0$$
#
# $x_t$ is what comes in at step $t$, and $U$ leads from the old state to the new one. Rows are
# samples, as everywhere here; many books write $h_t = g(W x_t + U h_{t-1} + b)$ with columns.
#
# One unit, no activation, $W = 1$, $U = \tfrac12$, $b = 0$: it adds up what comes in and forgets
# half of what it had.

# %%
x, W, U, b = np.array([1.0, 2.0, 4.0]), 1.0, 0.5, 0.0

h, states = 0.0, []
for x_t in x:
    h = x_t * W + h * U + b  # 1, then 2 + ½ · 1 = 2.5, then 4 + ½ · 2.5 = 5.25
    states.append(h)
print("states:", np.array(states))

layer = nn.RNN(1, 1, activation="linear")
layer.W.value[...], layer.U.value[...] = W, U
print("nnlib: ", layer.forward(x.reshape(1, 3, 1))[0, :, 0])  # (1 sequence, 3 steps, 1 number)


# %% [markdown]
# **Exercise 1.** Write the loop for a layer with several units and tanh. `x` has a row for each
# step.

# %% tags=["exercise"]
def rnn_states(x, W, U, b):
    return ...


check.rnn_states(rnn_states)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Start with `h = np.zeros(len(b))`, and keep every `h` in a list. A row times a matrix is
# `row @ W`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def rnn_states(x, W, U, b):
#     h, states = np.zeros(len(b)), []
#     for row in x:
#         h = np.tanh(row @ W + h @ U + b)
#         states.append(h)
#     return np.array(states)
#
# check.rnn_states(rnn_states)
# ```
#
# </details>

# %% [markdown]
# ## 2 · Unrolled: the same neuron, once for every step
#
# Draw the neuron anew for every step, and the loop is gone: what is left is an ordinary network as
# deep as the sequence is long, in which all layers have *the same weights*. Press **Step**, or
# **Play**: green states go forward, then the loss $L = (h_T - y)^2$ is computed, then the gradients
# (vermillion) come back.
#
# > **Predict first.** $U = 0.5$. The gradient arrives at the last state with $2(h_3 - y)$. How much
# > of it reaches the first one?

# %%
unrolled = widgets.UnrolledExplorer([1, 2, 4], W=1, U=0.5, y=4)
unrolled

# %% [markdown]
# **What to notice**
#
# - Each step back multiplies the gradient by $U$ (and by $g'$). With $U = 0.5$ half of it is left,
#   then a quarter. Set $U$ to 0, to 1, to 2, to −1.
# - There is one $W$, one $U$, one $b$. Each of them acts at every step, so its gradient is the
#   **sum** of what it did at every step: the bars on the lower right.
# - The first term of $\partial L/\partial U$ is always 0: before the first step there was nothing
#   to multiply.
#
# **Challenge:** find a $U$ for which the first input has a larger influence on the loss than the
# last one.
#
# <details><summary>Answer</summary>
#
# Every $U$ with $|U| > 1$, as long as the activation is linear. In 20 steps $1.5$ becomes $3325$:
# keep that in mind for section 5.
#
# </details>
#
# ## 3 · Backpropagation through time, by hand
#
# With $a_t$ for the sum in the brackets, $da_t$ for $\partial L/\partial a_t$ and $dh_t$ for
# $\partial L/\partial h_t$:
#
# $$da_t = dh_t \, g'(a_t), \qquad dh_{t-1} = da_t \, U$$
#
# $$\frac{\partial L}{\partial W} = \sum_t x_t \, da_t, \qquad
# \frac{\partial L}{\partial U} = \sum_t h_{t-1} \, da_t, \qquad
# \frac{\partial L}{\partial b} = \sum_t da_t$$
#
# This is the chain rule of notebook 06 on the unrolled network, nothing more. It has a name of its
# own, **backpropagation through time**. For the three steps above, $h = 1, 2.5, 5.25$ and $y = 4$:
#
# | $t$ | $x_t$ | $h_{t-1}$ | $dh_t = da_t$ | $x_t\,da_t$ | $h_{t-1}\,da_t$ |
# |---|---|---|---|---|---|
# | 3 | 4 | 2.5 | 2(5.25 − 4) = 2.5 | 10 | 6.25 |
# | 2 | 2 | 1 | 2.5 · ½ = 1.25 | 2.5 | 1.25 |
# | 1 | 1 | 0 | 1.25 · ½ = 0.625 | 0.625 | 0 |
# | **sum** | | | **∂L/∂b = 4.375** | **∂L/∂W = 13.125** | **∂L/∂U = 7.5** |
#
# The same as a loop, and then by two others who know nothing of our table:

# %%
y, before = 4.0, [0.0, *states[:-1]]
dh, dW, dU, db = 2 * (states[-1] - y), 0.0, 0.0, 0.0
for t in reversed(range(3)):
    da = dh * 1.0  # the slope of a linear unit
    dW, dU, db = dW + x[t] * da, dU + before[t] * da, db + da
    dh = da * U  # to the state before
print("by hand:", dW, dU, db)

model = nn.Sequential(layer, nn.LastStep())
error = nn.gradcheck(model, x.reshape(1, 3, 1), [[y]], nn.MSE())
print("nnlib:  ", *(float(p.grad.item()) for p in layer.parameters()))
print("and the central differences agree:", error < 1e-6)

# %%
import torch

theirs = torch.nn.RNN(1, 1, batch_first=True, bias=False).double()  # its g is tanh
ours = nn.RNN(1, 1)
ours.W.value[...], ours.U.value[...] = W, U
with torch.no_grad():
    theirs.weight_ih_l0.fill_(W)
    theirs.weight_hh_l0.fill_(U)

out, _ = theirs(torch.tensor(x).reshape(1, 3, 1))
(out[0, -1, 0] - y).square().backward()
small = nn.Sequential(ours, nn.LastStep())
loss = nn.MSE()
loss(small.forward(x.reshape(1, 3, 1)), [[y]])
small.backward(loss.backward())
print(f"PyTorch, with tanh: {theirs.weight_ih_l0.grad.item():.6f}", end=" ")
print(f"{theirs.weight_hh_l0.grad.item():.6f}")
print(f"nnlib, with tanh:   {ours.W.grad.item():.6f} {ours.U.grad.item():.6f}")

# %% [markdown]
# **Exercise 2.** On paper: inputs 1, 1, 2, with $W = 1$, $U = 0.5$, $b = 0$, linear, and
# $L = (h_3 - 1)^2$. What are the three gradients?

# %% tags=["exercise"]
dW_mine = ...
dU_mine = ...
db_mine = ...

check.back_by_hand(dW_mine, dU_mine, db_mine)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First the states: 1, 1.5, 2.75. Then fill in the table above from its first row downwards. The
# explorer checks every number.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# $dh$ is 3.5, 1.75, 0.875 for $t = 3, 2, 1$.
#
# ```python
# dW_mine = 2 * 3.5 + 1 * 1.75 + 1 * 0.875
# dU_mine = 1.5 * 3.5 + 1 * 1.75 + 0
# db_mine = 3.5 + 1.75 + 0.875
#
# check.back_by_hand(dW_mine, dU_mine, db_mine)
# ```
#
# </details>

# %% [markdown]
# **Exercise 3.** Now for any number of steps, and with tanh, whose slope is
# $g'(a_t) = 1 - h_t^2$.

# %% tags=["exercise"]
def bptt(x, W, U, b, y):
    return ...


check.bptt(bptt)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Forward: keep all states, with $h_0 = 0$ in front. Backward: the loop above, with
# `da = dh * (1 - h[t + 1] ** 2)`, where `h[t + 1]` is the state after input number `t`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def bptt(x, W, U, b, y):
#     h = [0.0]
#     for x_t in x:
#         h.append(np.tanh(x_t * W + h[-1] * U + b))
#     dh, dW, dU, db = 2 * (h[-1] - y), 0.0, 0.0, 0.0
#     for t in reversed(range(len(x))):
#         da = dh * (1 - h[t + 1] ** 2)
#         dW, dU, db = dW + x[t] * da, dU + h[t] * da, db + da
#         dh = da * U
#     return dW, dU, db
#
# check.bptt(bptt)
# ```
#
# </details>

# %% [markdown]
# ## 4 · A task of any length
#
# A light and a row of people who pass by; each either presses the switch (1) or does not (0). Is
# the light on at the end? That is the **parity** of the bits: XOR of all of them.
#
# > **Predict first.** A dense network that takes 8 bits can learn all 256 cases by heart. What does
# > it say to a ninth bit?
#
# A recurrent network needs to remember one thing, whether the light is on, and to compute one thing
# at each step: XOR of that and the new bit. XOR takes two hidden units (notebook 07): OR and AND.
# One is on for "at least one of the two", the other for "both", and the light is on if the first is
# and the second is not: $\text{light} = h_1 - h_2$. At each step the units see $x_t$ and the *old*
# light, $h_1 - h_2$ again. So these are the weights:

# %%
light = nn.RNN(1, 2, "step")
light.W.value[...] = [[1.0, 1.0]]  # both units look at the new bit
light.U.value[...] = [[1.0, 1.0], [-1.0, -1.0]]  # and at the old light, h₁ − h₂
light.b.value[...] = [-0.5, -1.5]  # at least one; both

h = light.forward(np.array([1.0, 1.0, 0.0, 1.0]).reshape(1, 4, 1))[0]
print("bits 1 1 0 1, light after each:", (h[:, 0] - h[:, 1]).astype(int))
for steps in (8, 100, 1000):
    bits = data.parity(100, steps)
    h = light.forward(bits.X[:, :, None])
    share = ((h[:, -1, 0] - h[:, -1, 1]) == bits.y).mean()
    print(f"{steps:4} bits: right for {share:.0%} of 100 sequences")

# %% [markdown]
# **The moment to remember: eight weights, and it is right for every length there is.** The dense
# network cannot even be asked:

# %%
dense = nn.Sequential(nn.Dense(8, 16, rng=0), nn.Tanh(), nn.Dense(16, 1, rng=1))
try:
    dense.forward(data.parity(100, 9).X)
except ValueError as error:
    print(error)


# %% [markdown]
# ### Can it be learned?
#
# The step has no slope, so we take tanh and eight units, and show the network sequences of
# **eight** bits, with the right answer after every step. A dense network gets such
# sequences too, cut off anywhere and filled up with zeros to the full length of 60 (zeros change no
# parity). Then both are tested on lengths they have never seen.

# %%
def learn(layers, batch, steps=600, every=50, lr=0.01):
    """Train, and judge every so often: an array (moments, lengths)."""
    model = nn.Sequential(*layers)
    loss, adam = nn.BinaryCrossEntropy(), nn.Adam(model.parameters(), lr=lr)
    film = []
    for k in range(steps + 1):
        if k % every == 0:
            film.append(judge(model))
        nn.step(model, loss, adam, *batch())
    return np.array(film)


test = data.parity(150, 60, rng=99)
lights = test.X.cumsum(axis=1) % 2  # the right answer after each step
upper = np.tril(np.ones((60, 60)))  # row n keeps the first n + 1 bits


def judge(model):
    """Share of right answers at each length from 1 to 60."""
    if isinstance(model[0], nn.RNN):
        says = model.forward(test.X[:, :, None]).reshape(150, 60)
    else:
        says = model.forward((test.X[:, None] * upper).reshape(-1, 60)).reshape(150, 60)
    return ((says > 0) == (lights > 0)).mean(axis=0)


# %%
def eight_bits(rng):
    bits = data.parity(64, 8, rng=rng).X
    return bits[:, :, None], (bits.cumsum(axis=1) % 2).reshape(-1, 1)


def filled_up(rng):
    bits = data.parity(128, 60, rng=rng).X
    bits = bits * (np.arange(60) < rng.integers(1, 9, (128, 1)))
    return bits, bits.sum(axis=1) % 2


films = {"RNN": [], "dense": []}
for seed in range(5):
    rng = np.random.default_rng(seed)
    rnn = [nn.RNN(1, 8, rng=rng), nn.EveryStep(), nn.Dense(8, 1, rng=rng)]
    films["RNN"].append(learn(rnn, lambda rng=rng: eight_bits(rng)))
    mlp = [nn.Dense(60, 64, rng=rng, init="he"), nn.ReLU(), nn.Dense(64, 1, rng=rng)]
    films["dense"].append(learn(mlp, lambda rng=rng: filled_up(rng)))


# %%
def lengths(stage, step, seed):
    panel = stage.panel("lengths", x=(0, 61), y=(0.25, 1.04), xlabel="length of the sequence",
                        ylabel="share of right answers", legend="lower right",
                        title=f"After {step} steps on up to 8 bits")  # fmt: skip
    panel.line("seen", [0.5, 8.5, 8.5, 0.5], [0.25, 0.25, 1.04, 1.04], fill=True, colour="grey")
    panel.line("chance", [0, 61], [0.5, 0.5], colour="muted", dash=(3, 4))
    words = []
    for name, colour, dash in (("RNN", "green", ()), ("dense", "vermillion", (8, 4))):
        right = films[name][seed - 1][step // 50]
        panel.line(name, range(1, 61), right, colour=colour, width=3, label=name, dash=dash)
        words.append(f"{name} {right[7]:.2f} at length 8, {right[59]:.2f} at length 60")
    panel.text("note", 4.5, 0.29, "trained", size=13, colour="muted")
    after = f"After {step} step{'s' * (step != 1)}, seed {seed}"
    return f"{after}, share of right answers: {'; '.join(words)}."


any_length = widgets.Live(lengths, width=800, height=380,
                          step=widgets.slider("training step", 600, 0, 600, 50),
                          seed=widgets.slider("seed", 2, 1, 5, 1))  # fmt: skip
any_length

# %% [markdown]
# **What to notice**
#
# - Move the training step from 0 to 600. There is a moment when the whole green line jumps: the
#   network has found the switch, and with it *all* lengths at once.
# - The dense network learns the lengths it has seen by heart. To the right of the grey band it
#   guesses: the weights of bit 9 have never been trained, for each place has weights of its own.
# - Change the seed. Not every start finds the switch, and some find one that wears out on long
#   sequences: the state is a number, not a switch, and small errors add up.
#
# **Exercise 4.** A smaller memory: one unit with the step, $h_t = \text{step}(x_t W + h_{t-1} U +
# b)$, that says 1 from the first 1 on, for ever. Which $W$, $U$, $b$?

# %% tags=["exercise"]
W_mine = ...
U_mine = ...
b_mine = ...

check.latch(W_mine, U_mine, b_mine)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# It is OR of the new bit and the old state. Which bias makes one of them enough, and none of them
# too little?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# W_mine = 1
# U_mine = 1
# b_mine = -0.5
#
# check.latch(W_mine, U_mine, b_mine)
# ```
#
# </details>

# %% [markdown]
# ## 5 · Gradients through time vanish or explode
#
# From the end to a step $k$ earlier, the gradient is multiplied $k$ times by $U$ and by slopes:
#
# $$\frac{\partial h_T}{\partial h_{T-k}} =
# \prod_{t=T-k+1}^{T} \operatorname{diag}\bigl(g'(a_t)\bigr)\, U^\top$$
#
# A product of many factors below 1 goes to nothing, one of many factors above 1 beyond all bounds,
# and both do so *exponentially*: straight lines on a logarithmic axis.
#
# > **Predict first.** A linear unit with $U = 0.9$. How much of the gradient is left 50 steps back:
# > a half, a tenth, a hundredth? And with $U = 1.1$, how often is it multiplied?

# %%
print(f"0.9 to the power 50: {0.9**50:.4f}")
print(f"1.1 to the power 50: {1.1**50:.0f}")

# %%
through_time = widgets.ThroughTimeExplorer()
through_time

# %% [markdown]
# Sixteen units; every $U$ is a rotation times the **scale**. Choose the activation *linear* first:
# then the RNN lies exactly on the dotted line $\text{scale}^k$.
#
# **What to notice**
#
# - With tanh the slopes are below 1, so at scale 1 the gradient vanishes. Turn the scale up to 1.9,
#   and it explodes instead. In between there is a narrow ridge, and training moves $U$ about.
# - Sigmoid: its slope is at most ¼. After a dozen steps less than a ten-millionth is left.
# - As they are here, LSTM and GRU lose their gradient too. Move **bias of “keep”** to 5: what
#   they remember is then multiplied by $\sigma(5) = 0.993$ at each step, and their lines become
#   almost level. The RNN has no such control.
# - A vanished gradient says: what happened then had no influence *that could be learned*. It does
#   not say that the state holds nothing of it.
#
# **Gradient clipping** (right) helps against explosions only: a gradient longer than $c$ is
# shortened to $c$, its direction stays. It cannot bring back what has vanished.
#
# **Exercise 5.** A linear unit with $U = 0.9$: after how many steps back is the gradient for the
# first time below a thousandth?

# %% tags=["exercise"]
steps_mine = ...

check.steps_to_nothing(steps_mine)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $0.9^k < 0.001$. Take the logarithm of both sides; mind that $\log 0.9$ is negative.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# steps_mine = int(np.ceil(np.log(0.001) / np.log(0.9)))
#
# check.steps_to_nothing(steps_mine)
# ```
#
# </details>

# %% [markdown]
# **Exercise 6.** Write the clipping of a gradient `g` at the length `c`.

# %% tags=["exercise"]
def clip(g, c):
    return ...


check.clip(clip)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $g \cdot \min(1, c / \lVert g \rVert)$. The length is `np.linalg.norm(g)`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def clip(g, c):
#     return g * min(1.0, c / np.linalg.norm(g))
#
# check.clip(clip)
# ```
#
# </details>

# %% [markdown]
# ## 6 · LSTM and GRU: gates that say when
#
# The **long short-term memory** (1997) has a second state, the **cell** $c$, that no matrix and no
# tanh stands in the way of. Three **gates**, numbers between 0 and 1, decide at every step and for
# every unit: what to keep ($f$), what to write ($i$), what to show ($o$).
#
# $$i, f, o = \sigma(x_t W_* + h_{t-1} U_* + b_*), \qquad
# g = \tanh(x_t W_g + h_{t-1} U_g + b_g)$$
#
# $$c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh c_t$$
#
# Along the cell the gradient is multiplied by $f$ and nothing else. If $f$ stays near 1, it neither
# vanishes nor explodes. The **GRU** (2014) does with two gates and no extra cell: $h_t = (1 - z)
# \odot n + z \odot h_{t-1}$, where $z$ near 1 keeps the old state.
#
# By hand, one unit: all weights 0, and the biases chosen so that $i = 0.5$, $f = 0.9$, $o = 1$ and
# $g = 1$, nearly. The cell is multiplied by 0.9 and gets 0.5 added, again and again:

# %%
lstm = nn.LSTM(1, 1, init="zeros")
lstm.b.value[...] = [0.0, np.log(9.0), 20.0, 20.0]  # i, f, g, o: σ(log 9) = 0.9

lstm.forward(np.zeros((1, 4, 1)))
print("cell:   ", lstm.parts["cell"][0, :, 0].round(4))
c = 0.0
for _ in range(4):
    c = 0.9 * c + 0.5 * 1.0
print(f"by hand: the last is {c:.4f}; it would go on to 0.5 / (1 − 0.9) = {0.5 / (1 - 0.9):.0f}")


# %% [markdown]
# **Exercise 7.** Write one step of an LSTM. `np.split(a, 4)` cuts the sums into the blocks i, f, g,
# o.

# %% tags=["exercise"]
def lstm_step(x, h, c, W, U, b):
    return ...


check.lstm_step(lstm_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `i, f, g, o = np.split(x @ W + h @ U + b, 4)` are the sums. Three of them still need a sigmoid and
# one a tanh.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def lstm_step(x, h, c, W, U, b):
#     i, f, g, o = np.split(x @ W + h @ U + b, 4)
#     i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o))
#     c = f * c + i * np.tanh(g)
#     return o * np.tanh(c), c
#
# check.lstm_step(lstm_step)
# ```
#
# </details>

# %% [markdown]
# ### Who remembers the first toss?
#
# Toss a coin T times; at the end, say how the *first* toss fell. The later ones only distract.
# `python -m benchmarks.recurrent` trained layers of about 680 weights on this, from six seeds each,
# with the same optimiser, at most 500 steps of 32 sequences, and clipping.
#
# > **Predict first.** Textbooks say that a plain RNN forgets after ten steps or so, and that LSTM
# > and GRU do not. What will the measurement say for T = 40?

# %%
found = data.measured("recurrent")
T = found["lengths"]
print(f"runs of {found['seeds']} that know the first toss 95 times in 100 or more, by length")
print(f"{'':12}", *(f"T={t:<4}" for t in T))
for name, rows in found["right"].items():
    print(f"{name:12}", *(f"{int((np.array(r) >= 0.95).sum()):<6}" for r in rows))

# %%
LOOKS = {"RNN": ("blue", ()), "LSTM": ("green", (3, 3)), "GRU": ("orange", (9, 4)),
         "LSTM, keep": ("purple", ()), "GRU, keep": ("vermillion", (9, 4))}  # fmt: skip


def remembered(stage, T_now, layers):
    chosen = [n for n in LOOKS if layers in ("all", n.split(",")[0])]
    panel = stage.panel("memory", x=(4, 100), y=(0.4, 1.05), xscale="log", legend="lower left",
                        xticks=[(t, str(t)) for t in T], xlabel="length T", box=(0, 0, 0.6, 1),
                        ylabel="share of right answers", title="Mean of the seeds")  # fmt: skip
    dots = stage.panel("seeds", x=(-0.6, 4.6), y=(0.4, 1.05), box=(0.6, 0, 0.4, 1),
                       xticks=[(k, n.replace(", keep", "+")) for k, n in enumerate(LOOKS)],
                       xlabel="layer; +: bias 5", title=f"Each seed, T = {T_now}")  # fmt: skip
    words = []
    for k, (name, (colour, dash)) in enumerate(LOOKS.items()):
        right = np.array(found["right"][name])
        here = right[T.index(T_now)] if name in chosen else right[:0, 0]
        line = right.mean(axis=1) if name in chosen else np.full(len(T), np.nan)
        panel.line(name, T, line, colour=colour, dash=dash, width=3, label=name)
        dots.points(name, k + np.linspace(-0.25, 0.25, len(here)), here, colour=colour, size=6)
        words += [f"{name} {here.mean():.2f}"] if name in chosen else []
    panel.line("now", [T_now] * 2, [0.4, 1.05], colour="grey", dash=(2, 3))
    return f"Sequences of {T_now} tosses, mean share of right answers: {', '.join(words)}."


memory = widgets.Live(remembered, width=1000, height=400,
                      T_now=widgets.buttons("length T", T, 40),
                      layers=widgets.buttons("layers", ["all", "RNN", "LSTM", "GRU"]))  # fmt: skip
memory

# %% [markdown]
# **What to notice**
#
# - The plain RNN does *better* here than LSTM and GRU as they come out of the box. That is not what
#   the textbooks say, so look for the reason.
# - A new GRU has its gate at $z = \sigma(0) = 0.5$: after 20 steps $0.5^{20}$, a millionth, is
#   left, of the memory and of the gradient. A new LSTM with the usual forget bias of 1 keeps
#   $\sigma(1) = 0.73$ at each step, and $0.73^{40}$ is about four in a million. Gates *can* keep;
#   nobody told them to.
# - Tell them. With a bias of 5 the same layers keep 0.993 at each step, and all runs succeed up to
#   T = 40; at T = 80 the GRU still does, the LSTM in four runs of six.
# - Why is the RNN so good at it? Perhaps because one bit is all it has to keep: a state with two
#   stable places will do, as in the switch of section 4. Section 9 has a task where it fails. One
#   task is one task.
#
# ## 7 · Watching the gates
#
# An LSTM with four units has learned the first toss of 24, in the next cell. Which unit holds the
# answer, and what do its gates do?

# %%
rng = np.random.default_rng(2)
lstm = nn.LSTM(1, 4, rng=rng, forget_bias=5.0)
model = nn.Sequential(lstm, nn.LastStep(), nn.Dense(4, 1, rng=rng))
loss, adam = nn.BinaryCrossEntropy(), nn.Adam(model.parameters(), lr=0.03)
for _ in range(400):
    tosses = data.first_symbol(32, 24, rng=rng)
    nn.step(model, loss, adam, tosses.X[:, :, None], tosses.y)

new = data.first_symbol(8, 24, rng=5)
said = model.forward(new.X[:, :, None])[:, 0] > 0
print("first tosses:    ", new.y)
print("and it remembers:", said.astype(int))
gates = widgets.LSTMGatesExplorer(lstm, new.X[:, :, None], part="cell", t=24)
gates

# %% [markdown]
# **What to notice**
#
# - Map of the **cell**: look for a row that keeps one sign from the first step to the last. Choose
#   another *sequence*, one that starts with the other toss, and the sign turns round.
# - Map of the **forget gate**: near 1 nearly everywhere; that is what keeps it. The input gate is
#   *not* shut, as one might expect: what is written at later steps is small, or has the sign of
#   what is there already. Such a unit repeats its answer to itself.
# - Click any place, and the sum $c_t = f\,c_{t-1} + i\,g$ of that unit and step stands above the
#   lower picture.
#
# **Challenge:** find a unit that begins with the wrong sign and turns round later. At which step
# could you first read the answer from all four?
#
# ## 8 · Learning to write
#
# The same layer, another task: read a text letter by letter and say, after each, *which letter
# comes next*. A letter goes in as a one-hot vector; out come probabilities, by softmax. Nobody
# labels anything: the text is its own answer. To write, draw a letter from the probabilities, feed
# it back in, draw the next.
#
# The text is a story of 506 letters, written for this course:

# %%
print(data.story()[:196])

# %%
writer = widgets.TextExplorer(kind="LSTM", steps=300)
print(f"{writer.model.n_parameters} weights, {len(writer.letters)} different letters")

# %% [markdown]
# > **Predict first.** What will it learn first: words, spaces, or which letters are frequent?
#
# Press **Reset**, then **Play**, and watch the green line. It starts with noise.

# %% tags=["nbval-ignore-output"]
writer

# %% [markdown]
# **What to notice**
#
# - First it learns how frequent letters are, then where spaces go, then short words ("the", "sea"),
#   then who says what to whom. Nobody told it what a word is.
# - Move **place in the text** over a word. Inside a word it is more often sure of the next letter
#   than after a space, where several words are possible. That is what the bars show.
# - **Temperature** divides the logits before the softmax. At 0.1 it writes the safest letter each
#   time, and goes round in circles; at 2 it babbles.
# - A network of 8,088 weights and a text of 506 letters: in the end it knows the story by heart.
#   Large language models are trained on the same question, which piece comes next, with very many
#   more letters and another architecture.
#
# **Challenge:** which of the three layers writes its first "the wind" after the fewest steps? Try
# each with *Reset* and *10 steps*.
#
# The gates of this LSTM, on the story itself. Look at the columns under ␣ in the map of the
# forget gate: at a space some units drop much more of what they had than inside a word. Their
# memory is of the word. Watch the cell of unit 10 at the spaces.

# %% tags=["nbval-ignore-output"]
start = data.story()[:72]
reading = widgets.LSTMGatesExplorer(
    writer.layer, writer.eye[writer.codes[None, :72]], [start], part="forget", unit=10, t=9
)
reading


# %% [markdown]
# **Exercise 8.** Write the softmax with temperature: the probabilities of the next letter from the
# logits `z`.

# %% tags=["exercise"]
def temperature(z, tau):
    return ...


check.temperature(temperature)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Divide the logits by `tau` first; then it is an ordinary softmax.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def temperature(z, tau):
#     e = np.exp(z / tau - np.max(z / tau))
#     return e / e.sum()
#
# check.temperature(temperature)
# ```
#
# </details>

# %% [markdown]
# ## 9 · Dense, convolutional, recurrent: who reads MNIST-1D best?
#
# MNIST-1D has 5,000 signals of 40 numbers, ten classes of shapes, shifted and stretched at random.
# Four networks with at most 5,000 weights each: an MLP with two hidden layers; three convolutions
# along the signal, with windows of 5, 3 and 3 numbers; an RNN; a GRU. `python -m
# benchmarks.sequences` trained each for 30 epochs from five seeds, all with Adam and clipping, the
# learning rate chosen from two on held-back training signals.
#
# > **Predict first.** Put the four in order.

# %%
signals = data.mnist1d()
runs = data.measured("sequences")
for name, about in runs["networks"].items():
    last = np.array(about["accuracy"])[:, -1]
    spread = f"{last.min():.1%} to {last.max():.1%}"
    print(f"{name}: {about['parameters']} weights, η = {about['rate']}, "
          f"right on {last.mean():.1%} of the test signals, {spread}")  # fmt: skip

# %%
COLOUR = {"MLP": "vermillion", "CNN": "blue", "RNN": "purple", "GRU": "orange"}
MARKERS = ("square", "circle", "triangle", "diamond")


def four(stage, epoch, example):
    at, epochs = runs["epochs"].index(epoch), runs["epochs"]
    left = stage.panel("curves", box=(0, 0, 0.5, 1), x=(2, 31), y=(0, 1.03), xlabel="epoch",
                       ylabel="test accuracy", title="Five seeds: all, and the median",
                       legend="lower right")  # fmt: skip
    right = stage.panel("dots", box=(0.5, 0, 0.24, 1), x=(-0.5, 3.5), y=(0, 1.03), xlabel="network",
                        xticks=list(enumerate(COLOUR)), title=f"Epoch {epoch}")  # fmt: skip
    words = []
    for k, (name, colour) in enumerate(COLOUR.items()):
        acc = np.array(runs["networks"][name]["accuracy"])
        band = np.r_[acc.min(axis=0), acc.max(axis=0)[::-1]]
        left.line(f"{name} band", epochs + epochs[::-1], band, fill=True, width=1, colour=colour)
        left.line(name, epochs, np.median(acc, axis=0), colour=colour, width=3, label=name)
        right.points(name, k + np.linspace(-0.25, 0.25, 5), acc[:, at], colour=colour,
                     marker=MARKERS[k], size=6)  # fmt: skip
        words.append(f"{name} {np.median(acc[:, at]):.2f}")
    left.line("now", [epoch] * 2, [0, 1.03], colour="grey", dash=(2, 3))
    picture = stage.panel("signal", box=(0.74, 0, 0.26, 1), x=(0, 39), y=(-4.5, 4.5), xlabel="step",
                          title=f"Signal {example}: a “{signals.y[example]}”")  # fmt: skip
    picture.line("x", range(40), signals.X[example], width=2.5)
    return (f"Median test accuracy after epoch {epoch}: {', '.join(words)}. "
            f"Signal {example} is a “{signals.y[example]}”.")  # fmt: skip


# %%
order = widgets.Live(four, width=1080, height=400,
                     epoch=widgets.slider("epoch", 30, 3, 30, 3),
                     example=widgets.slider("a signal", 4, 0, 99, 1))  # fmt: skip
order


# %% [markdown]
# **What to notice**
#
# - Sharing weights along the signal is what counts: the convolutional network and the GRU are far
#   ahead of the MLP, which has to learn each shape at each place by itself.
# - The GRU comes out ahead of *this* convolutional network, at about as many weights. It pays in
#   time: its 40 steps come one after the other, while a convolution does all places at once. Wider
#   windows, more layers or a longer training may change the order; we did not search.
# - The plain RNN is no better than the MLP on average, and its seeds lie far apart. It has to find
#   shapes, not one bit, and what it saw early reaches it through up to 40 factors. Here is the
#   textbook's difference that section 6 did not show.
#
# ## 10 · The same in PyTorch
#
# `torch.nn.RNN`, `LSTM` and `GRU` compute the same, with three differences in how they write it:
# the batch comes second unless you say `batch_first=True`; matrices are stored transposed; and
# there are **two** biases, one for the input and one for the state, whose sum is our $b$. (Only in
# the GRU does the second matter by itself: it stands inside the bracket that the reset gate
# multiplies, and is our $c$.) The blocks stand in the same order, i, f, g, o and r, z, n.

# %%
def twin(ours):
    """The same layer in PyTorch, with the same weights."""
    kind = {nn.RNN: torch.nn.RNN, nn.LSTM: torch.nn.LSTM, nn.GRU: torch.nn.GRU}[type(ours)]
    theirs = kind(ours.n_in, ours.n_hidden, batch_first=True).double()
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(torch.tensor(ours.W.value.T))
        theirs.weight_hh_l0.copy_(torch.tensor(ours.U.value.T))
        theirs.bias_ih_l0.copy_(torch.tensor(ours.b.value))
        theirs.bias_hh_l0.zero_()
        if isinstance(ours, nn.GRU):  # r, z: nothing; n: the bias inside the bracket
            theirs.bias_hh_l0[-ours.n_hidden :] = torch.tensor(ours.c.value)
    return theirs


X = np.random.default_rng(0).normal(size=(2, 7, 3))
for kind in (nn.RNN, nn.LSTM, nn.GRU):
    ours = kind(3, 5, rng=1)
    theirs = twin(ours)
    y, (out, _) = ours.forward(X), theirs(torch.tensor(X))
    ours.backward(np.ones_like(y))
    out.sum().backward()
    same = np.allclose(y, out.detach().numpy(), atol=1e-12)
    dU = np.allclose(ours.U.grad, theirs.weight_hh_l0.grad.numpy().T, atol=1e-12)
    n = sum(p.numel() for p in theirs.parameters())
    print(f"{kind.__name__:5} states equal: {same}, dU equal: {dU}; parameters: "
          f"{sum(p.size for p in ours.parameters())} here, {n} there")  # fmt: skip

# %% [markdown]
# The difference in the number of parameters is the second bias, nothing else.
#
# ## Summary
#
# - A recurrent layer carries a state: $h_t = g(x_t W + h_{t-1} U + b)$. Unrolled, it is a deep
#   network whose layers share their weights.
# - Backpropagation through time is the chain rule on it: $dh_{t-1} = da_t U^\top$, and the
#   gradients of the weights are sums over the steps.
# - With the right weights it works for every length: eight weights compute the parity of a thousand
#   bits.
# - Gradients through $k$ steps are products of $k$ factors: they vanish or explode. Clipping tames
#   explosions; gates with an open door ($f$ near 1) prevent vanishing.
# - Gates keep only if they are told to: the forget bias decided our measurement, not the name of
#   the layer.
# - Convolutional and recurrent networks beat a dense one of the same size where the same thing can
#   happen anywhere along a signal.
#
# ## Quiz
#
# 1. A recurrent layer has 3 inputs and 4 units. How many weights has it, for sequences of 10 steps?
#    Of 1,000?
# <details><summary>Answer</summary>
#
# 3·4 + 4·4 + 4 = 32 in both cases: the steps share them.
#
# </details>
#
# 2. Why is $\partial L/\partial U$ a sum?
# <details><summary>Answer</summary>
#
# The same $U$ acts at every step. Move it a little, and all steps move; to first order their
# effects add up.
#
# </details>
#
# 3. Someone clips the gradients because the network does not remember what happened long ago. Will
#    it help?
# <details><summary>Answer</summary>
#
# No. Clipping makes long gradients shorter. What has vanished stays away.
#
# </details>
#
# 4. A forget gate says 0.5 at every step. How much of the cell is left after 10 steps?
# <details><summary>Answer</summary>
#
# $0.5^{10}$, about a thousandth.
#
# </details>
#
# 5. Your network writes "the sea the sea the sea the sea". Which control do you turn, and in which
#    direction?
# <details><summary>Answer</summary>
#
# The temperature, up: less likely letters get their chance.
#
# </details>
#
# 6. A layer of yours and `torch.nn.LSTM` have the same weights and give different states. Name two
#    things to look at.
# <details><summary>Answer</summary>
#
# `batch_first`, and the order of the blocks; then whether the second bias is zero.
#
# </details>
#
# ## Terms
#
# - **sequence, step**: numbers that come one after the other; one of the moments.
# - **state** $h$: what a recurrent layer carries from step to step.
# - **unrolled network**: the layer drawn once for every step.
# - **weight sharing**: the same weights at every step (or place).
# - **backpropagation through time (BPTT)**: backpropagation on the unrolled network.
# - **vanishing, exploding gradient**: a product of many factors below, or above, 1.
# - **gradient clipping**: shorten a gradient that is longer than $c$; keep its direction.
# - **LSTM, GRU**: recurrent layers with gates. **Gate**: a number from 0 to 1 that multiplies.
# - **cell** $c$: the memory of an LSTM, which is added to. **Forget bias**: where the bias of its
#   gate $f$ starts.
# - **parity**: whether a number of ones is odd.
# - **temperature**: what logits are divided by before a softmax.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | D15 | architectures: convolutional and recurrent networks | 1, and all of it |
#
# ## Further reading
#
# - J. Elman, "Finding Structure in Time", *Cognitive Science* 14, 1990: the plain layer.
# - Y. Bengio, P. Simard and P. Frasconi, "Learning Long-Term Dependencies with Gradient Descent is
#   Difficult", *IEEE Transactions on Neural Networks* 5, 1994.
# - S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", *Neural Computation* 9, 1997.
# - R. Pascanu, T. Mikolov and Y. Bengio, "On the Difficulty of Training Recurrent Neural Networks",
#   ICML 2013: clipping, and the geometry of explosions.
# - R. Jozefowicz, W. Zaremba and I. Sutskever, "An Empirical Exploration of Recurrent Network
#   Architectures", ICML 2015: the forget bias.
# - A. Karpathy, "The Unreasonable Effectiveness of Recurrent Neural Networks", 2015: networks that
#   write.
# - S. Greydanus and D. Kobak, "Scaling Down Deep Learning with MNIST-1D", ICML 2024.
