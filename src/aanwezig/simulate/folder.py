"""The folder a simulation is written to: never over something that is not one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aanwezig.tables import TABLES
from aanwezig.values import AanwezigError
from aanwezig.values import BilingualText as T

MARKER = "simulation.json"
TRUTH = "truth"


def prepare_folder(directory: Path) -> None:
    """Make the folder, or empty it when it holds an earlier simulation and nothing else.

    AanwezigError SIM-002 where something else is in it, SIM-003 where it cannot be written.
    """
    try:
        if directory.exists() and not directory.is_dir():
            raise _not_empty(directory)
        directory.mkdir(parents=True, exist_ok=True)
        found = sorted(path.name for path in directory.iterdir())
        ours = {MARKER, TRUTH, *TABLES, *(f"{name}.parquet" for name in TABLES)}
        if found and (MARKER not in found or not set(found) <= ours):
            raise _not_empty(directory)
        for name in found:
            path = directory / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        # Written first, so that a simulation that was broken off can be replaced too.
        write_json(directory / MARKER, {"complete": False})
    except OSError as error:
        raise cannot_write(directory, error) from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")


def _not_empty(directory: Path) -> AanwezigError:
    return AanwezigError(
        "SIM-002",
        T(
            "Deze map is niet leeg en bevat geen eerdere simulatie, of er staat iets anders bij.",
            "This folder is not empty and holds no earlier simulation, or something else beside it.",
        ),
        T("Kies een nieuwe of lege map.", "Choose a new or empty folder."),
        where=str(directory),
    )


def cannot_write(directory: Path, error: OSError) -> AanwezigError:
    """The same for a full disk, a missing right, a path that leads through a file."""
    why = error.strerror or type(error).__name__
    return AanwezigError(
        "SIM-003",
        T(f"De map kan niet worden geschreven ({why}).", f"The folder cannot be written ({why})."),
        T(
            "Kies een andere map, of zorg voor ruimte en schrijfrechten.",
            "Choose another folder, or see to space and the right to write.",
        ),
        where=str(directory),
    )
