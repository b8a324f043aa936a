"""Answers that are files."""

from __future__ import annotations

import io
from typing import IO

from flask import Response, send_file

ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(content: bytes, name: str) -> Response:
    """Give a workbook to save under this name; nobody's cache keeps it."""
    return _private(
        send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    )


def archive_response(file: IO[bytes], size: int, name: str) -> Response:
    """Give a ZIP to save under this name piece by piece; the file is closed at the end.

    Args:
        file: at its start.
        size: number of its bytes.
        name: what it is saved as.
    """
    response = send_file(file, mimetype=ZIP, as_attachment=True, download_name=name)
    response.content_length = size
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
