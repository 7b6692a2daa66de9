"""Where an answer is written: stdout, or a file that appears whole or not at all."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from aanwezig.cli.errors import tell
from aanwezig.cli.texts import Texts


@contextmanager
def binary(path: Path | None, say: Texts) -> Iterator[BinaryIO]:
    """A stream of bytes; a file gets its name only once all is written."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        # mkstemp makes a file for the owner alone; give it the rights that a new file usually has.
        mask = os.umask(0)
        os.umask(mask)
        Path(unfinished).chmod(0o666 & ~mask)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    tell(say("written", path=path))


@contextmanager
def text(path: Path | None, say: Texts, *, newline: str = "\n") -> Iterator[TextIO]:
    """A stream of text in UTF-8; on stdout in what the terminal writes."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with binary(path, say) as stream:
        wrapper = io.TextIOWrapper(stream, encoding="utf-8", newline=newline, write_through=False)
        yield wrapper
        wrapper.flush()
        wrapper.detach()
