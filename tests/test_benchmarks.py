"""The table that ``python -m benchmarks`` writes: what it says of numbers that are known."""

import json

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import epochs

FOUND = {
    "date": "2026-02-28",
    "machine": {
        "processor": "a processor",
        "cores": 2,
        "system": "Linux",
        "python": "3.11",
        "packages": {"numpy": "2.4"},
    },
    "moves": {
        "bare": {"browser_ms": 20.0, "kernel_ms": 0.5},
        "inline": {"browser_ms": 100.0, "kernel_ms": 90.0},
        "explorer": {"browser_ms": 24.0, "kernel_ms": 3.0},
    },
    "training": {
        "frames_per_s": 29.0,
        "epochs_per_s": 300.0,
        "memory_mib": 120.0,
        "torch_loaded": False,
    },
    "epochs": {"nnlib": 800.0, "sklearn": 160.0, "torch": 100.0, "map_ms": 0.5},
    "convolution": {
        "step_ms": {"nnlib": 6.0, "torch": 4.0},
        "epoch_s": 0.8,
        "memory_mib": {"nnlib": 60.0, "torch": 15.0},
    },
}


def line(found, beginning):
    (text,) = [t for t in benchmarks.table(found).splitlines() if t.startswith(f"| {beginning}")]
    return text


def test_the_table_says_ratios_and_whether_they_are_reached():
    assert "| 1.20 × its 20 ms | ≤ 1.25 × | ✓ |" in line(FOUND, "… against the bare")
    assert "| 0.24 × its 100 ms | ≤ 0.5 × | ✓ |" in line(FOUND, "… against `interact`")
    assert "| 3.0 ms, 1/30 of 90 ms | ≤ 1/20 | ✓ |" in line(FOUND, "The kernel's part")
    assert "| 29 /s | ≥ 30 /s | missed: the kernel needs" in line(FOUND, "Playground")
    assert "| 5.0 × its 160 /s | ≥ 4 × | ✓ |" in line(FOUND, "… against scikit")
    assert "| 8.0 × its 100 /s | ≥ 6 × | ✓ |" in line(FOUND, "… against PyTorch")
    assert "| 1.50 × its 4.0 ms | ≤ 2 × | ✓ |" in line(FOUND, "A training step")
    assert "| 4.00 × its 15 MiB | ≤ 3 × | missed |" in line(FOUND, "… by which the memory")
    assert "| 0.8 s | < 10 s | ✓ |" in line(FOUND, "… an epoch of")
    assert "in one run on 2026-02-28, 2 cores of a processor, Linux" in benchmarks.table(FOUND)


def test_memory_counts_only_without_torch():
    found = json.loads(json.dumps(FOUND))
    found["training"]["torch_loaded"] = True
    assert line(FOUND, "… memory").endswith("✓ |")
    assert line(found, "… memory").endswith("missed |")


def test_the_readme_keeps_everything_but_the_table(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    start, end = benchmarks.START, benchmarks.END
    readme.write_text(f"before\n{start}\nold\n{end}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(benchmarks, "README", readme)
    for _ in range(2):  # a second time changes nothing
        benchmarks.write_readme("new")
        assert readme.read_text(encoding="utf-8") == f"before\n{start}\nnew\n{end}\nafter\n"


def test_the_real_readme_has_the_markers_once():
    text = benchmarks.README.read_text(encoding="utf-8")
    assert text.count(benchmarks.START) == text.count(benchmarks.END) == 1


def test_what_is_stored_is_what_the_readme_shows():
    if not benchmarks.RESULTS.exists():
        pytest.skip("python -m benchmarks has not run yet")
    found = json.loads(benchmarks.RESULTS.read_text(encoding="utf-8"))
    assert benchmarks.table(found) in benchmarks.README.read_text(encoding="utf-8")
    missed = [what for what, *_, reached in benchmarks.rows(found) if not reached]
    assert set(missed) <= set(benchmarks.OBSTACLES), "say what stands in the way of the goal"


def test_each_library_trains():
    # A moment only: what is compared is that each of them runs and counts.
    rates = epochs.rates("sgd", rounds=1, seconds=0.02)
    assert set(rates) == {"nnlib", "sklearn", "torch"}
    assert all(rate > 1 for rate in rates.values())
