"""Checking a file: bytes, schema and limits in, a report out. Knows no CKAN.

`check` works inside the calling process and is meant for the sandbox child, a command line and
tests; a web process or a worker calls `check_in_sandbox`.
"""

from __future__ import annotations

from .engine import check
from .formats import sniff_format
from .limits import DEFAULT, Limits
from .messages import MESSAGES
from .report import INFO, KESALAHAN, PERINGATAN, Finding, Report, Stop
from .sandbox import check_in_sandbox
from .sandbox_read import read_in_sandbox

__all__ = [
    "DEFAULT",
    "INFO",
    "KESALAHAN",
    "MESSAGES",
    "PERINGATAN",
    "Finding",
    "Limits",
    "Report",
    "Stop",
    "check",
    "check_in_sandbox",
    "read_in_sandbox",
    "sniff_format",
]
