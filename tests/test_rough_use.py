"""What people do to notebooks: interrupt, restart, drag wildly, read-only folders, no network.

A kernel is enough for most of it; what needs JupyterLab in front of it is in test_browser.py, and
cells run twice and out of order in test_sweep.py.
"""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from jupyter_client import KernelManager

ROOT = Path(__file__).resolve().parents[1]


class Kernel:
    """A kernel with this test in the place of JupyterLab; a context manager."""

    def __init__(self, folder):
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=str(folder))
        self.connect()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def connect(self):
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel()
        self.connect()

    def run(self, code, timeout=120):
        """What the code printed; an AssertionError if it ended in an exception."""
        printed = []

        def hook(message):
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, timeout=timeout, output_hook=hook)
        content = reply["content"]
        assert content["status"] == "ok", f"{content['ename']}: {content['evalue']}"
        return "".join(printed)

    def comm(self, comm_id, data):
        """Send what a widget in the browser sends."""
        message = self.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        self.client.shell_channel.send(message)

    def frames(self, comm_id):
        """The frames of a stage that have come meanwhile; complaints fail."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                message = self.client.get_iopub_msg(timeout=0)
                content = message["content"]
                assert message["msg_type"] != "error", content
                assert content.get("name") != "stderr", content["text"]
                if message["msg_type"] == "comm_msg" and content["comm_id"] == comm_id:
                    data = content["data"]
                    if data["method"] == "custom" and data["content"]["type"] == "frame":
                        found.append(data["content"])
        return found


@pytest.fixture
def kernel(tmp_path):
    with Kernel(tmp_path) as started:
        yield started


# -------------------------------------------------------------------------------- interrupted

TRAIN = """
import numpy as np
import nnlib as nn

def new(optimizer="adam"):
    X = np.random.default_rng(0).normal(size=(64, 3))
    model = nn.Sequential(nn.Dense(3, 8, rng=0), nn.Tanh(), nn.Dense(8, 1, rng=1))
    rule = nn.OPTIMIZERS[optimizer](model.parameters(), lr=0.01)
    return nn.Run(model, nn.MSE(), rule, X, X.sum(axis=1, keepdims=True), batch_size=16, rng=0)

def weights(run):
    return np.concatenate([p.value.ravel() for p in run.model.parameters()])

run = new()
"""


def test_a_training_that_is_interrupted_goes_on(kernel):
    kernel.run(TRAIN)
    kernel.run("before = run.measure().loss")
    endless = "print('go', flush=True)\nwhile True: run.step(10)"
    # Else the kernel drops for a moment what it is sent after the error.
    asked = kernel.client.execute(endless, stop_on_error=False)
    while True:  # until it trains
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream" and "go" in message["content"]["text"]:
            break
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    while (reply := kernel.client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != asked:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    said = kernel.run(
        """
steps = round(run.epoch * run.batches_per_epoch)
after = run.measure().loss
twin = new()
twin.step(steps)
run.step(5)
twin.step(5)
views = [np.shares_memory(p.value, run.optimizer._w) for p in run.model.parameters()]
print(steps > 0, after < before, all(views), np.allclose(weights(run), weights(twin), rtol=1e-6))
"""
    )
    assert said.split() == ["True"] * 4


class Interrupt:
    """Raises KeyboardInterrupt before the n-th line of nnlib that runs; n is counted down."""

    def __init__(self, lines):
        self.lines = lines

    def __call__(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(str(ROOT / "nnlib")):
            return None
        if event == "line":
            self.lines -= 1
            if self.lines == 0:
                raise KeyboardInterrupt
        return self

    def __enter__(self):
        sys.settrace(self)

    def __exit__(self, *exception):
        sys.settrace(None)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_wherever_a_step_is_interrupted_it_is_as_if_it_had_not_begun(optimizer):
    """At each line in turn: afterwards the training is where one that nobody disturbed is after as
    many steps, and goes on like it.

    Two lines are left. After the one that draws the order of an epoch another order is drawn; and
    between the one that changes the weights and the one that counts this there is no time to speak
    of, but the step may be made twice.
    """
    made = {}
    exec(TRAIN, made)
    undisturbed = made["new"](optimizer)
    expected = [made["weights"](undisturbed)]
    for _ in range(12):
        undisturbed.step()
        expected.append(made["weights"](undisturbed))
    lines, others, finished = 0, 0, False
    while not finished:
        lines += 1
        run = made["new"](optimizer)
        run.step(2)
        try:
            with Interrupt(lines):
                run.step(4)  # the last two batches of an epoch, and two of a new one
            finished = True
        except KeyboardInterrupt:
            steps = round(run.epoch * run.batches_per_epoch)
            now = made["weights"](run)
            assert any(np.array_equal(now, expected[k]) for k in (steps, steps + 1))
            run.step(12 - steps)
            others += not np.array_equal(made["weights"](run), expected[12])
            np.testing.assert_array_equal(run._X.sum(axis=1, keepdims=True), run._y)
    assert lines > 100
    assert others <= 4 + 3  # steps, and the lines after the order of the second epoch


def test_a_kernel_that_restarts_while_a_picture_trains_leaves_nothing_behind(kernel):
    make = "from nnlib import widgets\nmade = widgets.Playground()\n"
    for _ in range(2):
        kernel.run(make + "made.play()\nstart = made.run.epoch")
        time.sleep(1)
        assert kernel.run("print(made.playing, made.run.epoch > start)").split() == ["True", "True"]
        process = psutil.Process(int(kernel.run("import os; print(os.getpid())")))
        started = time.monotonic()
        kernel.restart()
        assert time.monotonic() - started < 60
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        assert kernel.run("print('made' in dir())").strip() == "False"


# -------------------------------------------------------------------------------- all at once


def test_two_pictures_that_train_at_once_do_not_disturb_each_other(kernel):
    """Each ends where the same number of steps ends without the other."""
    kernel.run(
        """
from nnlib import widgets
both = [widgets.Playground(seed=seed) for seed in (1, 2)]
for made in both:
    made.controls["speed"].label = "as fast as it can"
    made.play()
"""
    )
    time.sleep(3)
    said = kernel.run(
        """
import numpy as np
for made in both:
    made.pause()
    steps = round(made.run.epoch * made.run.batches_per_epoch)
    alone = widgets.Playground(seed=made["seed"])
    alone.run.step(steps)
    pairs = zip(made.run.model.parameters(), alone.run.model.parameters(), strict=True)
    print(steps > 100, all(np.array_equal(a.value, b.value) for a, b in pairs))
"""
    )
    assert said.split() == ["True"] * 4


@pytest.mark.parametrize(
    ("make", "name", "low", "high"),
    [
        ("BoundaryExplorer()", "w1", -4.0, 4.0),
        ("Playground()", "noise", 0.0, 0.5),
        ("RaceExplorer()", "beta", 0.0, 0.99),
    ],
)
def test_two_hundred_moves_a_second_do_not_queue_up(kernel, make, name, low, high):
    """The newest wins: of 600 moves no more are drawn than the browser has time for, the last one
    is, and all of them cost the kernel less than as many that wait for their picture."""
    said = kernel.run(
        f"""
import os
from nnlib import widgets
made = widgets.{make}
print(made.stage.comm.comm_id, made.controls[{name!r}].comm.comm_id, os.getpid())
"""
    )
    stage, slider, process = said.split()
    process = psutil.Process(int(process))
    kernel.comm(stage, {"method": "custom", "content": {"type": "hello"}})
    moves, shown, owed = 600, [], []

    def move(value):
        state = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        kernel.comm(slider, state)

    worked, started = seconds(process), time.perf_counter()
    for k in range(1, moves + 1):
        while time.perf_counter() < started + k / 200:
            browse(kernel, stage, shown, owed)
            time.sleep(0.001)
        move(low + (high - low) * (k % 37) / 36 if k < moves else high)
    asked = kernel.client.kernel_info()  # answered after all of them
    answered, deadline = False, time.perf_counter() + 60
    while not answered or owed or time.perf_counter() < shown_at(shown) + 1:
        browse(kernel, stage, shown, owed)
        time.sleep(0.001)
        if not answered and kernel.client.shell_channel.msg_ready():
            answered = kernel.client.get_shell_msg()["parent_header"]["msg_id"] == asked
        assert time.perf_counter() < deadline
    worked = seconds(process) - worked
    assert 3 < len(shown) <= (shown_at(shown) - started) / DRAWING + 5  # a few under way
    value, summary = kernel.run(f"print(made[{name!r}], made.summary())").split(" ", 1)
    assert float(value) == pytest.approx(high)
    assert shown[-1][1]["summary"] == summary.rstrip("\n")

    alone, some = seconds(process), 60
    for k in range(some):
        drawn = len(shown)
        move(low + (high - low) * (k % 37) / 36)
        while len(shown) == drawn or owed:
            browse(kernel, stage, shown, owed)
            time.sleep(0.001)
    alone = (seconds(process) - alone) / some
    assert worked < moves * alone


def seconds(process):
    """How long it has computed so far."""
    return sum(process.cpu_times()[:2])


def shown_at(shown):
    return shown[-1][0] if shown else 0


DRAWING = 0.02  # seconds that a browser takes for a frame


def browse(kernel, stage, shown, owed):
    """Play the browser: draw what has come, one after the other, and say so."""
    for frame in kernel.frames(stage):
        now = time.perf_counter()
        shown.append((now, frame))
        owed.append((max([now] + [done for done, _ in owed]) + DRAWING, frame["seq"]))
    while owed and owed[0][0] < time.perf_counter():
        content = {"type": "ack", "seq": owed.pop(0)[1]}
        kernel.comm(stage, {"method": "custom", "content": content})


# -------------------------------------------------------------------------------- odd places

# Runs a notebook and compares what its cells print with what is stored, as nbval does.
RUN = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

path, before, transport = sys.argv[1:]
notebook = nbformat.read(path, 4)
stored = [cell.get("outputs", []) for cell in notebook.cells]
notebook.cells[0] = nbformat.v4.new_code_cell(before)  # the title
NotebookClient(notebook, timeout=120, km=AsyncKernelManager(transport=transport)).execute()

def text(outputs):
    return "".join(o.get("text", o.get("data", {}).get("text/plain", "")) for o in outputs)

for cell, outputs in zip(notebook.cells[1:], stored[1:]):
    if "nbval-ignore-output" not in cell.metadata.get("tags", []):
        now, then = text(cell.get("outputs", [])), text(outputs)
        assert now == then, f"{cell.source}\\n--- stored:\\n{then}\\n--- now:\\n{now}"
"""


def run_notebook(name, before, *, prefix=(), folder, transport="tcp", **environment):
    file = str(ROOT / "notebooks" / f"{name}.ipynb")
    done = subprocess.run(
        [*prefix, sys.executable, "-c", RUN, file, before, transport],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "MPLBACKEND"} | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def unshare(flags):
    """A command that runs another with a network, or with mounts, of its own."""
    command = ["unshare", "--map-root-user", *flags]
    if (
        not shutil.which("unshare")
        or subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode
    ):
        pytest.skip("needs Linux and the right to unshare")
    return command


def test_a_notebook_runs_without_any_network(tmp_path):
    offline = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError as error:
    assert error.errno == 101, error  # unreachable: there is no way out
"""
    # The kernel is reached by files in the place of ports: not even those there are.
    prefix = unshare(["--net"])
    run_notebook("16_read_my_handwriting", offline, prefix=prefix, folder=tmp_path, transport="ipc")


def test_a_notebook_runs_in_a_clone_that_cannot_be_written():
    mounted = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd notebooks && exec "$@"'
    prefix = [*unshare(["--mount"]), "sh", "-c", mounted, str(ROOT)]
    read_only = """
import os
from pathlib import Path
import nnlib
for folder in (Path.cwd(), Path(nnlib.__file__).parent):
    assert os.statvfs(folder).f_flag & os.ST_RDONLY, folder
"""
    run_notebook("07_multilayer_networks", read_only, prefix=prefix, folder=ROOT)


@pytest.fixture(scope="module")
def comma(tmp_path_factory):
    """Environment variables that make decimal commas the rule."""
    folder = tmp_path_factory.mktemp("locales")
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")],
        stderr=subprocess.DEVNULL,
    )
    return {"LC_ALL": "de_DE.UTF-8"} | ({"LOCPATH": str(folder)} if made else {})


def test_a_notebook_says_the_same_where_decimals_have_a_comma(tmp_path, comma):
    german = """
import locale, sys
import matplotlib
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    sys.exit("no such locale")
assert locale.localeconv()["decimal_point"] == ","
matplotlib.rcParams["axes.formatter.use_locale"] = True
"""
    probe = "import locale; locale.setlocale(locale.LC_ALL, '')"
    environment = os.environ | comma
    if subprocess.run(
        [sys.executable, "-c", probe], env=environment, stderr=subprocess.DEVNULL
    ).returncode:
        pytest.skip("no locale with decimal commas here")
    run_notebook("10_optimisers", german, folder=tmp_path, **comma)
