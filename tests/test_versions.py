"""The versions that are allowed, those that are tested, and the one that is cited."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.versions import frozen

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: One distribution at one version that anybody can install.
PINNED = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)==(\d+(?:\.\d+)*(?:\.post\d+)?)")


def name_and_version(requirement, sign):
    name, version = re.fullmatch(rf"([\w.-]+)({sign})([\w.]+)", requirement).group(1, 3)
    return re.sub(r"[-_.]+", "-", name).lower(), version


def bounds():
    """{name: the lowest version that pyproject.toml or requirements.txt allows}."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.partition("#")[0].strip() for line in lines if not line.startswith(("#", "-"))]
    return dict(
        name_and_version(requirement, ">=|==")
        for requirement in [*PROJECT["project"]["dependencies"], *filter(None, listed)]
    )


def constraints(name):
    """{name: version} of one of our constraints files, each line of which must be a plain pin."""
    lines = (ROOT / "constraints" / name).read_text(encoding="utf-8").splitlines()
    lines = [line.partition("#")[0].strip() for line in lines]
    pins = [line for line in lines if line]
    for line in pins:
        assert PINNED.fullmatch(line), f"constraints/{name}: {line}"
    found = dict(name_and_version(line, "==") for line in pins)
    assert len(found) == len(pins), f"constraints/{name} names something twice"
    return found


def parts(version):
    return [int(digits) for digits in re.findall(r"\d+", version)]


def test_the_oldest_tested_are_the_lower_bounds():
    assert constraints("oldest.txt") == bounds()


def test_the_newest_hold_all_that_is_required_within_its_bounds():
    newest = constraints("newest.txt")
    for name, lowest in bounds().items():
        assert name in newest
        assert parts(newest[name]) >= parts(lowest), name
    assert newest["torch"] == bounds()["torch"]  # pinned: notebooks show its numbers
    assert {"ipykernel", "tornado", "jupyter-server"} <= newest.keys()  # and what these bring


def test_pytest_refuses_a_pytest_that_is_too_old():
    assert PROJECT["tool"]["pytest"]["ini_options"]["minversion"] == bounds()["pytest"]


def test_what_is_frozen_can_be_installed_elsewhere():
    freeze = "\n".join(
        [
            "-e git+ssh://somewhere/nnlib@1234#egg=nnlib",
            "Jinja2==3.1.6",
            "wheel @ file:///somewhere/wheel.whl",
            "nvidia-cublas==13.1",
            "torch==2.13.0+cpu",
            "ruamel.yaml==0.18",
        ]
    )
    text = frozen(freeze, "3.11")
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "jinja2==3.1.6",
        "torch==2.13.0",
        "ruamel-yaml==0.18",
    ]


# ----------------------------------------------------------------------------- CITATION.cff


def test_the_citation_file_is_complete_and_of_this_version():
    yaml = pytest.importorskip("yaml")  # jupytext brings it
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    # https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert cited["cff-version"] == "1.2.0" and cited["type"] == "software"
    assert all("name" in author or "family-names" in author for author in cited["authors"])
    assert str(cited["version"]) == PROJECT["project"]["version"]
    assert cited["license"] == PROJECT["project"]["license"]
    assert all(isinstance(word, str) for word in cited["keywords"])
