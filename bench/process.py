"""Run one step in a process of its own and tell its seconds and its peak memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Step:
    """What a step took: wall and processor seconds, peak resident memory in MiB, and what it said."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_mib: float
    said: dict[str, Any]


def run_step(script: Path, name: str, *arguments: str) -> Step:
    """Run ``script name arguments…``; the step prints one JSON object as its last line."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(script), name, *arguments], stdout=subprocess.PIPE, text=True
    )
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"bench: the step '{name}' failed")
    said = json.loads(output.strip().splitlines()[-1])
    return Step(name, said.pop("seconds", seconds), said.pop("cpu", 0.0), said.pop("peak_mib"), said)


def tell(work: Callable[[], dict[str, Any]]) -> None:
    """Do the work of a step and print what it took, imports and start-up left out."""
    started, cpu = time.perf_counter(), os.times()
    said = work()
    ended = os.times()
    said["seconds"] = time.perf_counter() - started
    said["cpu"] = ended.user + ended.system - cpu.user - cpu.system
    said["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBIBYTE
    print(json.dumps(said))
