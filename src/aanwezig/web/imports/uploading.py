"""Files on their way in: never more of them than an import may have, and never in memory."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from aanwezig.web.imports.files import LARGEST


class LimitedUploads(TemporaryFileUploadHandler):
    """Straight to disk; what is too much is read away and forgotten, so that the browser gets an answer."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.received += len(raw_data)
        if self.received > LARGEST:
            self.request.uploads_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


def limit(request: HttpRequest) -> None:
    """Before anything of the request's content is read."""
    request.upload_handlers = [LimitedUploads(request)]


def were_too_large(request: HttpRequest) -> bool:
    return getattr(request, "uploads_too_large", False)
