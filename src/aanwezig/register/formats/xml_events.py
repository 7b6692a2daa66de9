"""XML read as a stream with true line numbers; DTD, entities and external references are refused."""

from __future__ import annotations

import xml.sax
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from aanwezig.register.fault_codes import make_error

CHUNK = 1 << 18
# No element that we read holds a longer text, and none lies deeper.
LONGEST_TEXT, DEEPEST, LONGEST_SILENCE = 1 << 16, 200, 4 << 20


class TooLarge(Exception):
    """A text or a nesting that no real export has."""


class Elements(Protocol):
    """What a reader does with the elements; the path is that of local names from the root."""

    def start(self, path: tuple[str, ...], attributes: dict[str, str], line: int) -> None: ...

    def end(self, path: tuple[str, ...], text: str, line: int) -> None: ...


class _Handler(ContentHandler):
    def __init__(self, elements: Elements, locator: Locator) -> None:
        super().__init__()
        # Fed in chunks, the parser itself knows the line; it is not handed over as in one go.
        self.locator = locator
        self.elements = elements
        self.path: tuple[str, ...] = ()
        self.text: list[str] = []
        self.size = 0
        self.events = 0

    def _line(self) -> int:
        return int(self.locator.getLineNumber() or 0)

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self.events += 1
        self.path = (*self.path, name.rpartition(":")[2])
        if len(self.path) > DEEPEST:
            raise TooLarge
        self.text, self.size = [], 0
        attributes = {key.rpartition(":")[2]: value for key, value in attrs.items()}
        self.elements.start(self.path, attributes, self._line())

    def endElement(self, name: str) -> None:  # noqa: N802
        self.events += 1
        self.elements.end(self.path, "".join(self.text).strip(), self._line())
        self.path = self.path[:-1]
        self.text, self.size = [], 0

    def characters(self, content: str) -> None:
        self.events += 1
        self.size += len(content)
        if self.size > LONGEST_TEXT:
            raise TooLarge
        self.text.append(content)


def parse(path: Path, elements: Elements) -> Iterator[None]:
    """Feed a file to ``elements``, giving the turn back after each chunk, so that rows can be passed on."""
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    handler = _Handler(elements, parser)
    parser.setContentHandler(handler)
    seen, silent = -1, 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                parser.feed(chunk)
                # One attribute or comment without end would be gathered in memory.
                silent = silent + len(chunk) if handler.events == seen else 0
                seen = handler.events
                if silent > LONGEST_SILENCE:
                    raise TooLarge
                yield
            parser.close()
            yield
    except DefusedXmlException:
        raise make_error("REG-102", path.name) from None
    except (TooLarge, RecursionError):
        raise make_error("REG-104", path.name) from None
    except xml.sax.SAXParseException as error:
        line = error.getLineNumber()
        raise make_error(
            "REG-101",
            path.name,
            expected_nl="geldige XML",
            expected_en="valid XML",
            reason_nl=f": bij regel {line} gaat het mis",
            reason_en=f": it goes wrong at line {line}",
        ) from None
    except OSError:
        raise make_error("REG-006", path.name, reason_nl="geen toegang", reason_en="no access") from None
