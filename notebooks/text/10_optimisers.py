# %% [markdown]
# # 10 · Optimisers: better steps from the same gradients
#
# **The question:** backpropagation hands us a gradient. Is "a small step against it" the best use
# one can make of it?
#
# **Afterwards you can**
#
# 1. write the update rules of SGD, momentum, Nesterov, RMSProp and Adam from memory, each as two
#    lines of NumPy;
# 2. say what each remembers from earlier gradients, and what that is good for;
# 3. explain why Adam corrects its averages, and what would happen to the first step without;
# 4. choose a learning rate, a batch size and a schedule, and know which of the three to change
#    first;
# 5. read a claim such as "Adam is faster than SGD" and ask the right question about it.
#
# **Before you start:** gradient descent and its learning rate (notebook 05), and having trained a
# network once (notebook 07).
#
# **Time:** about 80 minutes with the exercises, 35 without.
#
# **Lecture points:** D8 optimisers: SGD, RMSProp, Adam (we add momentum and Nesterov) · D10 the
# terms learning rate, batch size, epoch.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets
from nnlib.surfaces import SURFACES, descend, ravine

CLOSE = 1e-3  # who is above the minimum by less than this has arrived


# %% [markdown]
# ## 1 · Where plain gradient descent suffers
#
# Gradient descent, or SGD when the gradient comes from a batch of samples, has one rule:
#
# $$w \leftarrow w - \eta\, g, \qquad g = \nabla f(w)$$
#
# In a valley that is steep across and shallow along, the steep direction decides how large $\eta$
# may be, and the shallow one decides how long it takes. If the curvatures are $L$ and $\ell$, then
# $\eta$ has to stay below $2/L$, and each step along the valley keeps the share $1 - \eta\ell$ of
# the distance that is left. What matters is the **condition number** $\kappa = L/\ell$.
#
# > **Predict first.** A ravine with κ = 20 takes plain gradient descent about 40 steps, with the
# > best learning rate there is. How many will κ = 200 take: about as many, ten times as many, a
# > hundred times?

# %%
def arrives(path, surface, stays=50):
    """After how many steps a path is close to the minimum's height, and stays for a while."""
    near = surface.value(path) - surface.value(surface.minima[0]) < CLOSE
    settled = np.convolve(near, np.ones(stays), "valid") == stays
    return int(np.argmax(settled)) if settled.any() else 9999


def soonest(surface, rule, rates, steps=800, **more):
    """(steps, learning rate) of the learning rate that arrives soonest."""

    def steps_with(lr):
        return arrives(descend(surface, surface.start, steps, lambda p: rule(p, lr=lr, **more)),
                       surface)  # fmt: skip

    return min((steps_with(lr), lr) for lr in rates)


for kappa in (2, 20, 200):
    surface = ravine(kappa)
    steps, lr = soonest(surface, nn.SGD, surface.limit * np.arange(0.05, 1, 0.05))
    print(f"κ = {kappa:3}: {steps:3} steps with η = {lr:.4f}, which is "
          f"{lr / surface.limit:.2f} of the limit 2/L")  # fmt: skip

# %% [markdown]
# Ten times the condition number, about ten times the steps. Real losses have condition numbers of
# thousands and more. Everything below is about doing better with the same gradients.
#
# ## 2 · Momentum: a heavy ball
#
# A ball that rolls down a valley does not turn at every pebble. It has a speed $v$, and the
# gradient only *changes* the speed:
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v$$
#
# $\beta$ is the share of the speed that is kept, often 0.9. Steps in a steady direction add up;
# steps that change their sign from one to the next cancel. (B. Polyak, 1964.) By hand, with a
# gradient that is always 2:

# %%
w, v, eta, beta = 1.0, 0.0, 0.1, 0.5
for step in range(1, 4):
    g = 2.0
    v = beta * v + g  # 2, then 0.5·2 + 2 = 3, then 0.5·3 + 2 = 3.5
    w = w - eta * v  # 1 − 0.2 = 0.8, then − 0.3, then − 0.35
    print(f"step {step}: v = {v:.2f}, w = {w:.2f}")

# %% [markdown]
# > **Predict first.** The picture below starts with SGD and momentum in the long ravine, κ = 200,
# > and both have a learning rate that suits them. Which one is faster *across* the valley, and
# > which one *along*?
#
# The line of dark blue is the ball. Press **Play**, or drag the slider **step**; drag the start.
# On the right the rule is written out with the numbers of this very step.

# %%
ball = widgets.RaceExplorer("long ravine", rule="momentum", show="this and SGD", step=60)
ball


# %% [markdown]
# **What to notice**
#
# - SGD settles across the valley at once and then creeps along it. The ball swings from side to
#   side, and arrives in half the time or less.
# - Move **β, β₁** to 0. The two paths have the same rule now, and differ in η alone.
# - Move β to 0.99. Now the ball is so heavy that it rolls past the minimum, and back, and past it.
# - Along the valley the numbers of $v$ are many times those of $g$; across they are not. That is
#   the whole trick.
#
# **Exercise 1.** Write one step of momentum. `w`, `v` and `g` are numbers or arrays.

# %% tags=["exercise"]
def momentum_step(w, v, g, lr, beta):
    return ..., ...


check.momentum_step(momentum_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Two lines: first the new speed, from the old one and the gradient; then the new place, from the
# *new* speed.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def momentum_step(w, v, g, lr, beta):
#     v = beta * v + g
#     w = w - lr * v
#     return w, v
#
#
# check.momentum_step(momentum_step)
# ```
#
# </details>

# %% [markdown]
# **Exercise 2.** The gradient is 2 at every step, and β = 0.9. To which speed does $v$ come in the
# long run?

# %% tags=["exercise"]
terminal_speed = ...

check.terminal_speed(terminal_speed)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# In the long run $v$ does not change any more: $v = 0.9\,v + 2$.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# $v\,(1 - 0.9) = 2$, so the ball ends up ten times as fast as one gradient. It is as if $\eta$ were
# $\eta / (1 - \beta)$ in directions that stay the same.
#
# ```python
# terminal_speed = 2 / (1 - 0.9)
#
# check.terminal_speed(terminal_speed)
# ```
#
# </details>

# %% [markdown]
# ### How much faster?
#
# The best $\beta$ depends on the valley: Polyak's is $\beta = \left(\frac{\sqrt\kappa - 1}
# {\sqrt\kappa + 1}\right)^2$. With it the number of steps grows like $\sqrt\kappa$ instead of
# $\kappa$. The cell below searches the best learning rate of each, so that nobody has an unfair
# start.

# %%
shares = np.arange(0.05, 1, 0.05)
for kappa in (2, 20, 200):
    surface = ravine(kappa)
    beta = ((kappa**0.5 - 1) / (kappa**0.5 + 1)) ** 2
    sgd, _ = soonest(surface, nn.SGD, surface.limit * shares)
    ball, _ = soonest(surface, nn.Momentum, surface.limit * (1 + beta) * shares, beta=beta)
    print(f"κ = {kappa:3}: SGD {sgd:3} steps, momentum with β = {beta:.2f} {ball:2} steps")

# %% [markdown]
# In a bowl that is nearly round, momentum has nothing to offer. In the ravine with κ = 200 it needs
# an eighth of the steps.
#
# **Exercise 3.** Momentum also bears a larger learning rate than plain descent. Choose the
# **ravine** in the race below (its curvature across is L = 20, so plain descent bears 2/L = 0.1).
# The theory says momentum runs away above $2(1 + \beta)/L$. Where is that for β = 0.9? Check it
# with the slider **every η, times**: η of the rule shown stands above the numbers.

# %%
limit = widgets.RaceExplorer("ravine", rule="momentum", show="this and SGD", step=100)
limit

# %% tags=["exercise"]
momentum_limit = ...

check.momentum_limit(momentum_limit)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $2 \cdot (1 + 0.9) / 20$. In the picture: below it the curve of the loss comes down in the end,
# above it goes up.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# In a direction of curvature L a step is $v' = \beta v + Lw$, $w' = w - \eta v'$: a matrix times
# $(w, v)$. At $\eta = 2(1+\beta)/L$ it has the eigenvalue −1, and beyond it one below −1.
#
# ```python
# momentum_limit = 2 * (1 + 0.9) / 20
#
# check.momentum_limit(momentum_limit)
# ```
#
# </details>

# %% [markdown]
# The eigenvalues, computed: their largest magnitude is the factor by which the distance shrinks
# with each step in the long run.

# %%
L, beta = 20.0, 0.9
for eta in (0.05, 0.15, 0.19, 0.20):
    step = np.array([[1 - eta * L, -eta * beta], [L, beta]])  # (w, v) → (w', v')
    largest = np.abs(np.linalg.eigvals(step)).max()
    print(f"η = {eta:.2f}: every step multiplies the distance by {largest:.3f}")

# %% [markdown]
# ### Nesterov: look before you leap
#
# The ball is going to move by $\beta v$ anyway. So why not add what it will do next to the step,
# and brake before the slope turns up?
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\,(g + \beta v)$$
#
# One line differs. (Y. Nesterov, 1983; in this form Sutskever and others, 2013.)
#
# > **Predict first.** Choose **Nesterov** as the rule in the next picture. Will it swing more or
# > less than the ball?

# %%
ahead = widgets.RaceExplorer("long ravine", rule="nesterov", show="all", step=40)
ahead

# %% [markdown]
# Less: it overshoots, but it turns back sooner. Compare the two blue paths, dark for momentum and
# light for Nesterov.
#
# ## 3 · RMSProp: each weight by its own scale
#
# Another thought: if the valley is steep across and shallow along, why should both directions have
# the *same* learning rate? RMSProp keeps a running mean of $g^2$ for every weight, and divides by
# its root:
#
# $$s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad
# w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# $\sqrt s$ is the usual size of this weight's gradient, so the quotient is about ±1, whatever the
# units. (G. Hinton, lecture 6 of his course of 2012; it was never published as a paper.)

# %%
g = np.array([0.01, -100.0])  # one gradient ten thousand times as large as the other
s = np.zeros(2)
s = 0.75 * s + 0.25 * g**2
print("s =", s)
print("g / √s =", g / np.sqrt(s))  # 0.01 / 0.005 and −100 / 50

# %% [markdown]
# > **Predict first.** In the ravine, SGD comes down across the valley first and then creeps along.
# > What will the path of RMSProp look like, if both directions move equally fast?

# %%
own_scale = widgets.RaceExplorer("ravine", rule="rmsprop", show="this and SGD", step=40)
own_scale

# %% [markdown]
# A straight run at 45°, then along. Nothing in this world is steep for RMSProp, as long as the
# steep direction is *one weight's own*. So here is the same ravine again, **turned by 30°**, so
# that no weight has the steep direction for itself:
#
# > **Predict first.** Turning the picture does not change the valley. SGD will take the same path,
# > turned. Will RMSProp?

# %%
turned = widgets.RaceExplorer("turned ravine", rule="rmsprop", show="this and SGD", step=40)
turned

# %% [markdown]
# SGD does, to the last digit. RMSProp does not: it starts off at 45° to the *axes* again, which is
# no direction of this valley any more. The difference grows with κ. Each optimiser with the best
# learning rate for it, in a ravine with κ = 1000:

# %%
rates = 10.0 ** np.arange(-4, 0.6, 0.25)
for name, angle in (("straight", 0), ("turned by 45°", 45)):
    for rule in (nn.Momentum, nn.RMSProp, nn.Adam):
        steps, lr = soonest(ravine(1000, angle=angle), rule, rates, steps=500)
        told = f"{steps:3} steps" if steps < 500 else "not there after 500 steps"
        print(f"{name:14} {rule.__name__:8} {told}")


# %% [markdown]
# **The moment to remember: RMSProp and Adam do not see valleys. They see weights, one by one.** On
# the straight ravine RMSProp is unbeatable, because there each weight *is* a direction of the
# valley. Turned, it does not arrive at all, and Adam takes three times as long. Momentum does not
# notice: it works with the vector $g$ as a whole, and a turned vector is as good as any.
#
# (On the straight ravine RMSProp with a large learning rate is there after four steps: both weights
# shrink by the same factor. That is luck of this surface, not skill.)
#
# **Exercise 4.** Write one step of RMSProp, with ε = 1e-8.

# %% tags=["exercise"]
def rmsprop_step(w, s, g, lr, alpha):
    return ..., ...


check.rmsprop_step(rmsprop_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First the new `s`, from the old one and `g**2`; then the step, with the root of the new `s`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def rmsprop_step(w, s, g, lr, alpha):
#     s = alpha * s + (1 - alpha) * g**2
#     w = w - lr * g / (np.sqrt(s) + 1e-8)
#     return w, s
#
#
# check.rmsprop_step(rmsprop_step)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Adam: both, and corrected
#
# Adam (D. Kingma and J. Ba, 2015) keeps a running mean $m$ of the gradient, like momentum, and one
# of its square, like RMSProp:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
# s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2$$
#
# Both start at zero, and so both are too small at first: after one step $m$ is only
# $(1 - \beta_1)\,g$. But one knows by how much. After $t$ steps the shares of all gradients add up
# to $1 - \beta_1^t$, so dividing by that mends it:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat s = \frac{s}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}$$
#
# The first three steps with a gradient that is always 2, by hand:

# %%
m, s, b1, b2 = 0.0, 0.0, 0.9, 0.999
print(" t     m      m̂      √s     √ŝ    m/√s   m̂/√ŝ")
for t in (1, 2, 3):
    m, s = b1 * m + (1 - b1) * 2.0, b2 * s + (1 - b2) * 2.0**2
    mh, sh = m / (1 - b1**t), s / (1 - b2**t)
    print(f" {t}  {m:.3f}  {mh:.3f}  {s**0.5:.4f}  {sh**0.5:.3f}"
          f"  {m / s**0.5:5.2f}  {mh / sh**0.5:5.2f}")  # fmt: skip

# %% [markdown]
# > **Predict first.** $m$ is too small, and so is $s$. Without the corrections, will the first
# > steps be too short or too long?

# %%
ROUGH = np.random.default_rng(0).normal(size=200)


def running_means(g, b1, b2):
    """m and s after each step, shape (steps,)."""
    m, s = np.zeros(len(g) + 1), np.zeros(len(g) + 1)
    for t in range(1, len(g) + 1):
        m[t] = b1 * m[t - 1] + (1 - b1) * g[t - 1]
        s[t] = b2 * s[t - 1] + (1 - b2) * g[t - 1] ** 2
    return m[1:], s[1:]


# %%
def corrections(stage, b1, b2, noise):
    t = np.arange(1, 201)
    m, s = running_means(1 + noise * ROUGH, b1, b2)
    mh, sh = m / (1 - b1**t), s / (1 - b2**t)
    left = stage.panel("means", box=(0, 0, 0.5, 1), x=(0, 200), y=(-0.2, 3), xlabel="step t",
                       ylabel="running means", title="Thin: as they are. Thick: corrected",
                       legend="upper right")  # fmt: skip
    for name, thin, thick, colour in (("m", m, mh, "blue"), ("√s", s**0.5, sh**0.5, "orange")):
        left.line(f"{name} corrected", t, thick, colour=colour, width=4, label=f"{name}, corrected")
        left.line(name, t, thin, colour=colour, width=1.5)
    right = stage.panel("step", box=(0.5, 0, 0.5, 1), x=(0, 200), y=(-0.2, 8), xlabel="step t",
                        ylabel="length of the step / η", title="The step",
                        legend="upper right")  # fmt: skip
    raw, good = m / s**0.5, mh / sh**0.5
    right.line("raw", t, raw, colour="vermillion", width=2.5, label="m / √s")
    right.line("good", t, good, colour="ink", width=3.5, label="corrected")
    return (f"Gradient 1 with noise {noise:.1f}. The first step is {raw[0]:.2f} η long without "
            f"the corrections and {good[0]:.2f} η with them; step 10 {raw[9]:.2f} η and "
            f"{good[9]:.2f} η; at most {raw.max():.2f} η without.").replace("-", "−")  # fmt: skip


# %%
s_ = widgets.slider
averages = widgets.Live(corrections, width=1000, height=400, b1=s_("β₁", 0.9, 0.0, 0.99, 0.01),
                        b2=s_("β₂", 0.999, 0.9, 0.999, 0.001),
                        noise=s_("noise in g", 0.0, 0.0, 2.0, 0.1))  # fmt: skip
averages

# %% [markdown]
# Too long: the orange curve, which stands below the fraction line, starts much lower than the blue
# one. Without the corrections the steps would be several times η, and just at the start, when the
# averages know least. Move **β₂** down to 0.9 and **β₁** to 0.9: the two errors cancel.
#
# **Exercise 5.** How many times $\eta$ long would the very first step be without the corrections,
# for β₁ = 0.9 and β₂ = 0.999, whatever the gradient is?

# %% tags=["exercise"]
first_step = ...

check.first_step(first_step)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $m = 0.1\,g$ and $s = 0.001\,g^2$. Divide the one by the root of the other.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# first_step = 0.1 / 0.001**0.5
#
# check.first_step(first_step)
# ```
#
# </details>

# %% [markdown]
# **Exercise 6.** Write one step of Adam, with ε = 1e-8; `t` counts from 1.

# %% tags=["exercise"]
def adam_step(w, m, s, g, t, lr, b1, b2):
    return ..., ..., ...


check.adam_step(adam_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Five lines, one for each of the formulas above: `m`, `s`, the two corrected ones under names of
# their own, `w`. Hand back `m` and `s` as they are: the next step corrects them anew.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def adam_step(w, m, s, g, t, lr, b1, b2):
#     m = b1 * m + (1 - b1) * g
#     s = b2 * s + (1 - b2) * g**2
#     m_hat = m / (1 - b1**t)
#     s_hat = s / (1 - b2**t)
#     return w - lr * m_hat / (np.sqrt(s_hat) + 1e-8), m, s
#
#
# check.adam_step(adam_step)
# ```
#
# </details>

# %% [markdown]
# ## 5 · The race
#
# All five from the same start. In the list **surface** there are a saddle, wells of different
# depth, and Rosenbrock's bent valley, which people have tried to walk along since 1960.
#
# > **Predict first.** At the **saddle** the slope vanishes, though it is no minimum; the start lies
# > almost on the ridge. Who will be stuck there longest?

# %%
race = widgets.RaceExplorer("saddle", rule="adam", step=25)
race

# %% [markdown]
# **Challenges**
#
# 1. On the saddle, put **every η, times** to 0.1. Who gets away from the ridge, and who does not?
#    Look at $g$ along w₂ in the rule of RMSProp: tiny, and divided by something as tiny.
# 2. On **Rosenbrock**, find settings with which anybody comes closer than 10⁻³ within 300 steps.
# 3. On **local minima** all five fall into the same small well. Help one of them out: more η, more
#    β, or a start that is elsewhere. Is there a moral?
# 4. Add **noise in g**, as small batches have it. Who suffers most?
#
# <details><summary>What we found</summary>
#
# 1. RMSProp and Adam leave the ridge first: divided by its own size, a tiny gradient is as good as
#    a large one. SGD and momentum wait until the slope has grown by itself.
# 2. Momentum with twice its η and β = 0.9, from step 165 on.
# 3. Momentum with three or four times its η rolls through the small well into the large one. The
#    moral is modest: with other wells it would have rolled out of the good one.
# 4. SGD and momentum dance in a cloud about the minimum. For RMSProp and Adam the noise enlarges
#    √s, so their steps get shorter: a smaller cloud, and a slower way to it.
#
# </details>
#
# ## 6 · On a real task
#
# Surfaces of two weights are for the eyes. A network has hundreds, and its gradients are noisy.
# Below, five networks with the same first weights see the same batches of the same spiral. They
# train while you watch; the slider **epoch** goes back and forth in time.
#
# > **Predict first.** Each has a learning rate that suits it. If you multiply all of them by 10, or
# > by 0.1, who will still learn?

# %%
networks = widgets.TaskRaceExplorer("spiral")
networks

# %% [markdown]
# **What to notice**
#
# - With its own learning rate, each of the five gets somewhere. Tick **the same η** and it is
#   another race, which says little: η of SGD multiplies a gradient, η of Adam *is* the step.
# - Change the **seed** a few times before you believe in an order.
#
# ### Measured, over seeds
#
# One race proves nothing. `python -m benchmarks.optimisers` ran five optimisers with eleven
# learning rates each and ten seeds, on this spiral and on the 8 × 8 digits (network 64–32–10,
# batches of 32), and stored the loss on held-back samples. Here is what it found; drag **η**.

# %%
found = data.measured("optimisers")
RATES, NAMES = np.array(found["rates"]), list(found["race"]["digits"])
COLOURS = dict(zip(NAMES, ("ink", "blue", "sky", "orange", "vermillion"), strict=True))
LABEL = {name: nn.OPTIMIZERS[name].__name__ for name in NAMES}


def losses(task, name):
    """Shape (rates, seeds, measurements)."""
    return np.array(found["race"][task][name]["loss"])


for task in ("digits", "spiral"):
    print(f"{task}: loss after {found['epochs'][task]} epochs, median of 10 seeds (worst, best)")
    for name in NAMES:
        last = losses(task, name)[:, :, -1]
        best = np.argmin(np.median(last, axis=1))
        middle, low, high = np.median(last[best]), last[best].min(), last[best].max()
        good = int((np.median(last, axis=1) < 2 * middle).sum())
        print(f"  {LABEL[name]:9} {middle:.3f} ({high:.3f}, {low:.3f}) with η = {RATES[best]:g}; "
              f"within twice that: {good} of {len(RATES)} rates")  # fmt: skip


# %%
def measured(stage, task, power):
    at = int(np.argmin(np.abs(np.log10(RATES) - power)))
    low = 1e-3 if task == "spiral" else 3e-2
    left = stage.panel("rates", box=(0, 0, 0.5, 1), x=(6e-5, 16), y=(low, 30), xscale="log",
                       yscale="log", xlabel="learning rate η", ylabel="loss at the end, held back",
                       title=f"{task}: ten seeds each", legend="upper left")  # fmt: skip
    right = stage.panel("curves", box=(0.5, 0, 0.5, 1), x=(0, found["epochs"][task]), y=(low, 30),
                        yscale="log", xlabel="epoch", title=f"η = {RATES[at]:g}")  # fmt: skip
    words = []
    for name in NAMES:
        all_ = np.clip(losses(task, name), low / 2, 60)
        lo, mid, hi = np.quantile(all_[:, :, -1], (0.1, 0.5, 0.9), axis=1)
        look = dict(colour=COLOURS[name])
        left.line(f"{name} band", np.r_[RATES, RATES[::-1]], np.r_[lo, hi[::-1]], fill=True,
                  width=0.5, **look)  # fmt: skip
        left.line(name, RATES, mid, width=3, label=LABEL[name], **look)
        epochs = np.arange(all_.shape[2]) * found["every"][task]
        right.line(name, epochs, np.median(all_[at], axis=0), width=3, **look)
        words.append(f"{LABEL[name]} {mid[at]:.3g}")
    left.line("now", [RATES[at]] * 2, [low, 30], colour="grey", dash=(6, 4), width=2)
    return (f"{task}, η = {RATES[at]:g}: median loss on held-back samples at the end: "
            f"{', '.join(words)}.")  # fmt: skip


over_rates = widgets.Live(measured, width=1040, height=440,
                          task=widgets.buttons("task", ["digits", "spiral"]),
                          power=s_("log₁₀ η", -1.0, -4.0, 1.0, 0.5))  # fmt: skip
over_rates

# %% [markdown]
# **What was found**, and it is not what one reads everywhere:
#
# - **On the digits all five are equally good**, once each has its own learning rate: the medians
#   lie within the spread of the seeds. "Adam is faster" was a matter of η.
# - **On the spiral** the median of plain SGD stays more than ten times above the others, whatever
#   its η. But look at the worst seeds: each of the five gets stuck sometimes.
# - The valleys on the left lie in different places, and each is narrow: one to three of the eleven
#   rates come within twice the best. That is why a comparison "all with η = 0.01" says nothing. Ask
#   of every race: *who tuned what?*
# - From the digits to the spiral, every optimiser wants its η about three times as large. So Adam
#   did not spare us the search here. What it has is a narrower range in which people search,
#   because its η is about the length of a step, and does not depend on the units of the loss.
#
# ## 7 · Batch size and learning rate
#
# A batch is a sample of all samples, and its gradient an estimate. More samples give a better
# estimate, and cost more. With batch size $B$ the noise in $g$ shrinks like $1/\sqrt B$; so small
# batches make many noisy updates, large ones few exact ones.
#
# > **Predict first.** After the same number of epochs, which is ahead: batches of 1 or batches of
# > 256? Does the answer depend on η?

# %%
SIZES = found["batch_sizes"]
table = np.array(found["batches"])  # (batch sizes, rates, epochs + 1): medians of ten seeds


def trade_off(stage, epoch):
    now = np.clip(table[:, :, epoch], 0.05, 3.0)
    panel = stage.panel("map", x=(-0.5, len(RATES) - 0.5), y=(-0.5, len(SIZES) - 0.5),
                        xticks=[(k, f"{r:.2g}") for k, r in enumerate(RATES)],
                        yticks=[(k, str(b)) for k, b in enumerate(SIZES)], grid=False,
                        xlabel="learning rate η", ylabel="batch size",
                        title=f"Loss on held-back digits after {epoch} epochs")  # fmt: skip
    panel.heat("loss", np.log(now / 3.0) / np.log(60), smooth=False)  # the bluer the lower
    x, y = np.meshgrid(np.arange(len(RATES)), np.arange(len(SIZES)))
    words = [f"{v:.2f}" if v < 3 else "–" for v in now.ravel()]
    best = now.argmin(axis=1)
    panel.points("best", best, np.arange(len(SIZES)), colour="vermillion", marker="circle",
                 size=22, hollow=True)  # fmt: skip
    panel.text("numbers", x, y, words, size=14, halo=True)
    told = ", ".join(f"batch {b}: {now[k, best[k]]:.2f} with η = {RATES[best[k]]:g}"
                     for k, b in enumerate(SIZES))  # fmt: skip
    return f"After {epoch} epoch{'s' * (epoch != 1)}, the best of each batch size: {told}."


batches = widgets.Live(trade_off, width=900, height=420, epoch=s_("epochs", 12, 0, 12, 1))
batches

# %%
for epoch in (1, 12):
    best = table[:, :, epoch].argmin(axis=1)
    told = [f"B = {b}: η = {RATES[k]:g}" for b, k in zip(SIZES, best, strict=True)]
    print(f"best after {epoch:2} epochs:  " + ",  ".join(told))

# %% [markdown]
# **What to notice**
#
# - The best places lie on a diagonal: **larger batches want larger learning rates.** The exact
#   gradient of a large batch deserves a longer step, up to the limit 2/L, where it ends.
# - After one epoch small batches are ahead: they have made 256 times as many updates for the same
#   number of samples looked at. After twelve most have caught up.
# - On hardware that computes a batch of 256 as fast as one of 16, "per epoch" is not the fair
#   measure. Notebook 15 looks at that.
#
# **Exercise 7.** 1347 training digits in batches of 32, 12 epochs. How many times are the weights
# updated?

# %% tags=["exercise"]
updates = ...

check.count_updates(updates)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# 1347 / 32 = 42.09. What happens to the last few samples of each epoch?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# updates = 12 * 43
#
# check.count_updates(updates)
# ```
#
# </details>

# %% [markdown]
# ## 8 · A learning rate that changes
#
# Near the minimum, noise keeps the weights dancing, in a cloud whose size grows with η. A small η
# from the start would be slow. So begin large and end small: a **schedule**.
#
# > **Predict first.** Sixty noisy descents with a constant η end in a cloud. What does the cloud do
# > when you choose **cosine**?

# %%
schedule = widgets.ScheduleExplorer("constant")
schedule

# %%
for name in nn.schedules.SCHEDULES:
    schedule.update(schedule=name)
    last = schedule.above[name][-20:].mean()
    print(f"{name:19} mean height over the last 20 steps {last:.2f}")
_ = schedule.update(schedule="constant")


# %% [markdown]
# **What to notice**
#
# - With constant η the loss falls to a level and stays there; a smaller **largest η** makes the
#   level lower and the way to it longer. Turn the noise to 0: no level any more, no need for a
#   schedule.
# - 1/k shrinks so early that it gets stuck on the way, though it is the one for which there is a
#   theorem (Robbins and Monro, 1951) that it arrives in the end.
# - The warm-up is of no use here. It is for optimisers such as Adam, whose averages know little at
#   first, and for very large networks.
#
# **Exercise 8.** Write the cosine schedule: from `lr` at `k = 0` down to 0 at `k = steps`.

# %% tags=["exercise"]
def cosine_rate(k, steps, lr):
    return ...


check.cosine_rate(cosine_rate)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# cos goes from 1 to −1 while its argument goes from 0 to π. Add 1, and halve.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def cosine_rate(k, steps, lr):
#     return 0.5 * lr * (1 + np.cos(np.pi * k / steps))
#
#
# check.cosine_rate(cosine_rate)
# ```
#
# </details>

# %% [markdown]
# ## 9 · The same in PyTorch
#
# All five, on Rosenbrock's valley, 100 steps from the same start, with the same numbers.

# %%
import torch

surface = SURFACES["Rosenbrock"]
PAIRS = {
    "SGD": (lambda p: nn.SGD(p, lr=1e-3), lambda p: torch.optim.SGD(p, lr=1e-3)),
    "Momentum": (lambda p: nn.Momentum(p, lr=1e-3, beta=0.9),
                 lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9)),
    "Nesterov": (lambda p: nn.Nesterov(p, lr=1e-3, beta=0.9),
                 lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, nesterov=True)),
    "RMSProp": (lambda p: nn.RMSProp(p, lr=0.01, alpha=0.99),
                lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99)),
    "Adam": (lambda p: nn.Adam(p, lr=0.1, betas=(0.9, 0.999)),
             lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.9, 0.999))),
}  # fmt: skip
for name, (ours, theirs) in PAIRS.items():
    w = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
    optimizer = theirs([w])
    for _ in range(100):
        optimizer.zero_grad()
        loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
        loss.backward()  # autograd finds the gradient that surfaces.py writes out
        optimizer.step()
    end = descend(surface, surface.start, 100, ours)[-1]
    print(f"{name:9} nnlib ({end[0]:.4f}, {end[1]:.4f})  equal to PyTorch's:",
          np.allclose(end, w.detach().numpy(), rtol=1e-6))  # fmt: skip

# %% [markdown]
# Names differ: PyTorch has momentum and Nesterov as options of `SGD`, calls the averages of Adam
# `exp_avg` and `exp_avg_sq`, and its schedules are objects that are told after every step.
#
# ## Summary
#
# | optimiser | remembers | its step | good for |
# |---|---|---|---|
# | SGD | nothing | $\eta\, g$ | simple; noise and all |
# | momentum | $v$, a sum that fades | $\eta\, v$ | long valleys: $\sqrt\kappa$, not $\kappa$ |
# | Nesterov | the same | $\eta\,(g + \beta v)$ | the same, with less overshooting |
# | RMSProp | $s$, the mean of $g^2$ | $\eta\, g/\sqrt s$ | weights with different scales; saddles |
# | Adam | $m$ and $s$, corrected | $\eta\, \hat m/\sqrt{\hat s}$ | both; a common first choice |
#
# - Every comparison of optimisers is a comparison of *tuned* optimisers, or it is worth little.
# - RMSProp and Adam treat weights one by one; turn the valley, and their advantage shrinks.
# - Larger batches want larger learning rates. With noise, let η shrink towards the end.
# - If training fails, change the learning rate first, by factors of three; everything else later.
#
# ## Quiz
#
# 1. Momentum with β = 0 is which optimiser?
# <details><summary>Answer</summary>
#
# Plain gradient descent: v = g.
#
# </details>
#
# 2. You change the units of one weight, so that its gradient is a thousand times as large. Whose
#    step for that weight changes by a factor of a thousand, and whose does not?
# <details><summary>Answer</summary>
#
# SGD's, momentum's and Nesterov's do. RMSProp and Adam divide by the usual size of the gradient:
# their step stays as long as it was.
#
# </details>
#
# 3. Why does Adam divide $m$ by $1 - \beta_1^t$?
# <details><summary>Answer</summary>
#
# m started at zero, so after t steps the shares of all gradients in it add up to 1 − β₁ᵗ instead
# of 1. Dividing makes it a mean.
#
# </details>
#
# 4. A friend shows that Adam beats SGD, both with η = 0.001. What do you ask?
# <details><summary>Answer</summary>
#
# How does SGD do with η = 0.1 or 1? For SGD, η multiplies a gradient; for Adam it is about the
# length of the step. And how many seeds were there?
#
# </details>
#
# 5. You double the batch size. What should you try next?
# <details><summary>Answer</summary>
#
# A larger learning rate: the gradient is less noisy, and there are only half as many updates in an
# epoch.
#
# </details>
#
# 6. The training loss falls quickly, then jitters on one level. Which control do you reach for?
# <details><summary>Answer</summary>
#
# A learning rate that shrinks (a schedule), or a larger batch: both make the cloud smaller.
#
# </details>
#
# ## Terms
#
# - **optimiser**: the rule that makes a step of a gradient.
# - **learning rate** η: how long the steps are (the slider *every η, times*).
# - **batch size**: samples in one estimate of the gradient; **epoch**: one pass through all samples
#   (the slider *epochs* in section 7).
# - **activation**: what a unit passes on, $g(z)$; see notebook 02.
# - **condition number** κ: largest over smallest curvature of a valley.
# - **momentum** β: share of the speed that is kept from step to step.
# - **bias correction**: dividing a running mean that began at zero by what its shares add up to.
# - **saddle**: a place without slope from which it goes down one way and up another.
# - **schedule**: the learning rate as a function of the step; **warm-up**: its rise at the start.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | D8 | optimisers: SGD, RMSProp, Adam; momentum and Nesterov besides | 1, 2, 3, 4, 5, 6 |
# | D10 | the terms learning rate, batch size, epoch, each tied to a control | 7, Terms |
#
# ## Further reading
#
# - G. Goh, "Why momentum really works", *Distill*, 2017: the ravine, with sliders.
# - D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015: three pages are
#   enough.
# - S. Ruder, "An overview of gradient descent optimization algorithms", 2016.
# - R. Schmidt, F. Schneider and P. Hennig, "Descending through a crowded valley", ICML 2021:
#   fifteen optimisers, tuned fairly; no clear winner.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 8.
