"""`rewrite` behind the fences of the sandbox: a web process parses no file of anybody."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .limits import DEFAULT, Limits
from .report import Finding, Stop
from .sandbox import FAULTS, copy_file, run_job

if TYPE_CHECKING:
    from .rewrite import Answer, Rewritten


def rewrite_in_sandbox(
    path: Path,
    *,
    sha256: str,
    format: str,
    schema: Mapping[str, Any],
    answer: Answer,
    limits: Limits = DEFAULT,
) -> Rewritten:
    """Rewrite the file at `path`, whose bytes must have this sha256, in a child process.

    Raises nothing about the file: what went wrong is the `problem` of the result.
    """
    from .rewrite import Rewritten

    folder = Path(tempfile.mkdtemp(prefix="lppd-tulis-"))
    output = folder / "hasil.csv"
    try:
        if copy_file(path, folder / "berkas", limits) != sha256:
            return Rewritten(problem=Finding("berkas_tidak_terbaca"))
        task = {"task": "rewrite", "format": format, "schema": schema}
        said = run_job(folder, {**task, "rewrite": asdict(answer), "output": str(output)}, limits)
        if said["problem"] is not None:
            return Rewritten(problem=Finding.from_dict(said["problem"]))
        return Rewritten(_read(output, limits), int(said["changed"]))
    except Stop as stop:
        return Rewritten(problem=stop.finding)
    except FAULTS:
        return Rewritten(problem=Finding("berkas_tidak_terbaca"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(output: Path, limits: Limits) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW
    with os.fdopen(os.open(output, flags), "rb") as stream:
        data = stream.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise Stop("berkas_tidak_terbaca")
    return data
