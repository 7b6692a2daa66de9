"""The layers hold, and the package works with its own dependencies alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "aanwezig"

# What only a website, a cluster, a study or a developer needs.
NOT_IN_THE_LIBRARY = {
    "django",
    "pyspark",
    "statsmodels",
    "sklearn",
    "scikit-learn",
    "matplotlib",
    "pytest",
    "hypothesis",
}

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import aanwezig

assert "aanwezig" in sys.modules and aanwezig.__file__.startswith(sys.argv[1]), aanwezig.__file__
for module in pkgutil.walk_packages(aanwezig.__path__, "aanwezig."):
    # The application needs the extra 'web'; the library does without.
    if not module.name.endswith("__main__") and not module.name.startswith("aanwezig.web."):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def output(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """What the command prints; the test fails with all it said when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_imports_go_in_one_direction() -> None:
    said = output(
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
        "--no-cache",
    )
    assert " 0 broken" in said


def test_every_folder_has_a_place_in_the_layers() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(
        re.findall(r"\w+", " ".join(re.findall(r"^layers = \[(.*?)\]", contract, re.DOTALL | re.MULTILINE)))
    )
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages <= named


def uv() -> str:
    """The uv of `make setup`, else the one of the machine."""
    own = ROOT / ".tools" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        pytest.skip("uv is not there: run `make setup`")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (uv(), "build", "--wheel", "--quiet", "--python", sys.executable, "--out-dir", str(folder))
    # The build back end is in the cache when `make setup` has just run; else it is fetched.
    offline = subprocess.run(
        [*build, "--offline"],
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    if offline.returncode != 0:
        output(*build)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def requirements(wheel: Path) -> list[Requirement]:
    """What the wheel says it needs, extras left out."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    found = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    return [requirement for requirement in found if applies(requirement, {""})]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def with_all_they_need(requirements: list[Requirement]) -> dict[str, Distribution]:
    """The installed distributions that these requirements bring, directly or not."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        key = (requirement.name.lower(), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        package = distribution(requirement.name)
        found[requirement.name.lower()] = package
        needs = (Requirement(line) for line in package.requires or [])
        waiting += [need for need in needs if applies(need, {"", *requirement.extras})]
    return found


@pytest.fixture(scope="module")
def bare_environment(
    wheel: Path, requirements: list[Requirement], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """The wheel unpacked, and an environment in which only it and its own dependencies can be imported.

    The dependencies are linked from this environment, one by one; what else is installed here is out of reach,
    because Python starts without its site-packages (-S).
    """
    target = tmp_path_factory.mktemp("installed")
    output(
        uv(),
        "pip",
        "install",
        "--quiet",
        "--offline",
        "--no-deps",
        "--python",
        sys.executable,
        "--target",
        target,
        wheel,
    )
    links = tmp_path_factory.mktemp("dependencies")
    for package in with_all_they_need(requirements).values():
        tops = {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}
        for top in tops:
            link = links / top
            if not link.exists():
                link.symlink_to(Path(str(package.locate_file(top))))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return target, {**environment, "PYTHONPATH": f"{target}{os.pathsep}{links}", "LC_ALL": "C.UTF-8"}


def test_the_wheel_asks_for_no_web_framework_spark_or_test_tools(requirements: list[Requirement]) -> None:
    names = set(with_all_they_need(requirements))
    assert {"duckdb", "ibis-framework", "typer"} <= names
    assert not names & NOT_IN_THE_LIBRARY


def test_every_module_imports_with_only_its_own_dependencies(
    bare_environment: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    target, environment = bare_environment
    loaded = output(
        sys.executable, "-S", "-c", IMPORT_EVERYTHING, target, cwd=tmp_path, env=environment
    ).split()
    assert "aanwezig" in loaded
    assert not set(loaded) & NOT_IN_THE_LIBRARY


def test_the_command_line_helps_with_only_its_own_dependencies(
    bare_environment: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    target, environment = bare_environment
    assert (target / "bin" / "aanwezig").exists()
    start = "import sys; sys.argv[0] = 'aanwezig'; from aanwezig.cli.main import main; main()"
    said = output(sys.executable, "-S", "-c", start, "--help", cwd=tmp_path, env=environment)
    for command in ("import", "check", "measure", "simulate"):
        assert command in said


def test_the_wheel_carries_all_data_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    ours = {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix != ".pyc"
        # What the style is built from stays behind; what was built goes along.
        and "assets" not in path.parts
    }
    assert not ours - packed
    assert any(name.endswith("licenses/LICENSE") for name in packed)
