"""Measure what the README says about speed: ``python -m benchmarks``.

Everything is compared within one run on one machine, in turns, so that the ratios mean something
elsewhere too. It needs a Chromium and a few quiet minutes; it prints a table, stores the numbers
in benchmarks/results.json, and rewrites the table in README.md.
"""

import argparse
import datetime
import json
import random
import statistics
import sys
import textwrap
import time
from pathlib import Path

import nbformat

from benchmarks import convolution, epochs
from benchmarks.store import machine
from tests.browser import Lab

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
README = ROOT / "README.md"
START, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"

FRAMES = "Playground, [8, 8, 8], 250 points, batch 10, live: frames"

MOVES = 100  # key presses for each picture
ROUNDS = 10  # in so many turns
TRAINING = 10  # seconds of watching the playground train

# What stands in the way where a goal is missed, by the beginning of its line in the table.
OBSTACLES = {
    FRAMES: "the kernel needs 2 ms for a frame; the rest is Chromium, which paints and puts "
    "together the page without a graphics card, on the two cores on which the network trains",
}

# Animation frames of the page before which the stage has been painted anew, a second. Comparing
# pixels instead, as for the sliders, takes as long as painting them.
PAINTINGS = """
([selector, duration]) => new Promise((resolve) => {
  const canvas = document.querySelector(selector);
  const start = performance.now();
  let [last, frames] = [canvas.paintings, 0];
  const look = () => {
    if (canvas.paintings !== last) frames += 1;
    last = canvas.paintings;
    const elapsed = performance.now() - start;
    if (elapsed < duration) requestAnimationFrame(look);
    else resolve((1000 * frames) / elapsed);
  };
  requestAnimationFrame(look);
})
"""


def notebook(*sources):
    """A notebook whose cells can import `benchmarks`."""
    first = f"import json, sys\nsys.path.insert(0, {str(ROOT)!r})\nsliders = {{}}"
    cells = [nbformat.v4.new_code_cell(source) for source in (first, *sources)]
    return nbformat.v4.new_notebook(cells=cells)


def ask(lab, code):
    """What an expression is in the kernel; code before it, if any, runs first."""
    *before, last = textwrap.dedent(code).strip().splitlines()
    return json.loads(lab.execute("\n".join([*before, f"print(json.dumps({last}))"])))


def complain(lab):
    found = lab.error_outputs() + lab.kernel_errors() + lab.errors
    if found:
        raise RuntimeError("the notebook of the benchmark failed:\n" + "\n".join(found))


def slider_moves(lab):
    """Milliseconds from key press to changed pixels, and in the kernel, for each picture."""
    names = ("bare", "inline", "explorer")
    lab.open(
        notebook(
            *(
                f"from benchmarks import pictures\n"
                f"sliders[{name!r}], shown = pictures.{name}()\nshown"
                for name in names
            )
        )
    )
    lab.run_all()
    lab.page.wait_for_timeout(2000)
    complain(lab)
    seen = {name: [] for name in names}
    chance = random.Random(0)
    for _ in range(ROUNDS):
        for cell, name in enumerate(names, start=1):
            selector = lab.output_selector(cell)
            lab.sliders(lab.output(cell))[0].focus()
            for move in range(MOVES // ROUNDS):
                # Not in step with the screen: a person is not, either.
                lab.page.wait_for_timeout(150 + chance.uniform(0, 34))
                seen[name].append(lab.latency(selector, ("ArrowRight", "ArrowLeft")[move % 2]))
                lab.wait_idle()
    kernel = ask(lab, "await pictures.kernel_times(sliders)")
    complain(lab)
    return {
        name: {
            "browser_ms": statistics.median(seen[name]),
            "browser_ms_all": [round(v, 1) for v in seen[name]],
            "kernel_ms": 1000 * statistics.median(kernel[name]),
        }
        for name in names
    }


def live_training(lab):
    """The playground as fast as it can: frames and epochs a second, memory of its kernel."""
    lab.open(notebook("from benchmarks import pictures\nmade = pictures.playground()\nmade"))
    lab.run_all()
    lab.page.wait_for_timeout(2000)
    selector = lab.output_selector(1)
    lab.button("Play", lab.output(1)).click()
    lab.page.wait_for_timeout(2000)
    clock = "import time\n[made.run.epoch, time.perf_counter()]"
    first, start = ask(lab, clock)
    frames = lab.page.evaluate(PAINTINGS, [f"{selector} canvas.nnlib-stage", 1000 * TRAINING])
    last, end = ask(lab, clock)
    memory = ask(
        lab,
        """
        import psutil
        [psutil.Process().memory_info().rss / 2**20, 'torch' in sys.modules]
        """,
    )
    lab.button("Pause", lab.output(1)).click()
    complain(lab)
    # The kernel of this benchmark is a reader's kernel but for `psutil` and this package.
    return {
        "frames_per_s": frames,
        "epochs_per_s": (last - first) / (end - start),
        "memory_mib": memory[0],
        "torch_loaded": memory[1],
    }


def rows(found):
    """(what, measured, goal, reached) for each line of the table."""
    moves, live, train = found["moves"], found["training"], found["epochs"]
    step, growth = found["convolution"]["step_ms"], found["convolution"]["memory_mib"]
    epoch = found["convolution"]["epoch_s"]
    ours, bare, inline = moves["explorer"], moves["bare"], moves["inline"]
    to_bare = ours["browser_ms"] / bare["browser_ms"]
    to_inline = ours["browser_ms"] / inline["browser_ms"]
    kernel = inline["kernel_ms"] / ours["kernel_ms"]
    sklearn = train["nnlib"] / train["sklearn"]
    torch = train["nnlib"] / train["torch"]
    return [
        (
            "A slider moved, to changed pixels in JupyterLab: the boundary explorer",
            f"{ours['browser_ms']:.0f} ms",
            "",
            True,
        ),
        (
            "… against the bare round trip browser → kernel → browser",
            f"{to_bare:.2f} × its {bare['browser_ms']:.0f} ms",
            "≤ 1.25 ×",
            to_bare <= 1.25,
        ),
        (
            "… against `interact` with an inline figure",
            f"{to_inline:.2f} × its {inline['browser_ms']:.0f} ms",
            "≤ 0.5 ×",
            to_inline <= 0.5,
        ),
        (
            "The kernel's part of such a move",
            f"{ours['kernel_ms']:.1f} ms, 1/{kernel:.0f} of {inline['kernel_ms']:.0f} ms",
            "≤ 1/20",
            kernel >= 20,
        ),
        (
            FRAMES,
            f"{live['frames_per_s']:.0f} /s",
            "≥ 30 /s",
            live["frames_per_s"] >= 30,
        ),
        (
            "… and epochs meanwhile",
            f"{live['epochs_per_s']:.0f} /s",
            "≥ 250 /s",
            live["epochs_per_s"] >= 250,
        ),
        (
            "… memory of its kernel, without torch",
            f"{live['memory_mib']:.0f} MiB",
            "< 140 MiB",
            live["memory_mib"] < 140 and not live["torch_loaded"],
        ),
        (
            "The same training without a browser",
            f"{train['nnlib']:.0f} epochs/s",
            "",
            True,
        ),
        (
            "… against scikit-learn's `partial_fit`",
            f"{sklearn:.1f} × its {train['sklearn']:.0f} /s",
            "≥ 4 ×",
            sklearn >= 4,
        ),
        (
            "… against PyTorch on the CPU",
            f"{torch:.1f} × its {train['torch']:.0f} /s",
            "≥ 6 ×",
            torch >= 6,
        ),
        (
            "A decision map of 10,000 points",
            f"{train['map_ms']:.2f} ms",
            "< 2 ms",
            train["map_ms"] < 2,
        ),
        (
            "A training step of a small CNN, 64 digits of 28 × 28, against PyTorch on the CPU",
            f"{step['nnlib'] / step['torch']:.2f} × its {step['torch']:.1f} ms",
            "≤ 2 ×",
            step["nnlib"] <= 2 * step["torch"],
        ),
        (
            "… by which the memory of its process grows at most, against PyTorch's",
            f"{growth['nnlib'] / growth['torch']:.2f} × its {growth['torch']:.0f} MiB",
            "≤ 3 ×",
            growth["nnlib"] <= 3 * growth["torch"],
        ),
        (
            "… an epoch of 8,000 digits",
            f"{epoch:.1f} s",
            "< 10 s",
            epoch < 10,
        ),
    ]


def table(found):
    """The rows as Markdown, with the machine below."""
    lines = ["| | measured | goal | |", "|---|---|---|---|"]
    for what, measured, goal, reached in rows(found):
        mark = "" if not goal else "✓" if reached else "missed"
        if not reached and what in OBSTACLES:
            mark += f": {OBSTACLES[what]}"
        lines.append(f"| {what} | {measured} | {goal} | {mark} |")
    on = found["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in on["packages"].items())
    lines += [
        "",
        f"Medians, float32, in one run on {found['date']}, {on['cores']} cores of "
        f"{on['processor']}, "
        f"{on['system']}, Python {on['python']}, {packages}.",
    ]
    return "\n".join(lines)


def write_readme(text):
    """Put the table between its markers."""
    readme = README.read_text(encoding="utf-8")
    before, rest = readme.split(START)
    _, after = rest.split(END)
    README.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")


def main(argv=None):
    parser = argparse.ArgumentParser(description="Measure what the README says about speed.")
    parser.add_argument(
        "--dry", action="store_true", help="print only; leave the README and results.json alone"
    )
    options = parser.parse_args(argv)
    start = time.perf_counter()
    found = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "epochs": epochs.measure(),
        "convolution": convolution.measure(),
    }
    with Lab() as lab:
        found["moves"] = slider_moves(lab)
        found["training"] = live_training(lab)
    text = table(found)
    print(text)
    print(f"\n{time.perf_counter() - start:.0f} s")
    if not options.dry:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        write_readme(text)
    return 0 if all(reached for *_, reached in rows(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
