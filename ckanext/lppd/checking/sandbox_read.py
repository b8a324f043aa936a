"""`read_tables` behind the fences of the sandbox: a web process parses no file of anybody."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from .contents import tables_from_list
from .limits import DEFAULT, Limits
from .report import Stop
from .sandbox import FAULTS, copy_file, run_job
from .tables import Table


def read_in_sandbox(path: Path, *, limits: Limits = DEFAULT) -> list[Table]:
    """Return the sheets of the XLSX workbook at `path`, read in a child process.

    Raises Stop, whose finding says what is wrong with the file, for anything but a whole answer.
    """
    folder = Path(tempfile.mkdtemp(prefix="lppd-baca-"))
    try:
        copy_file(path, folder / "berkas", limits)
        answer = run_job(folder, {"task": "read"}, limits)
        if "stop" in answer:
            raise Stop(str(answer["stop"]), params=dict(answer["params"]))
        return tables_from_list(answer["tables"])
    except FAULTS as fault:
        raise Stop("berkas_tidak_terbaca") from fault
    finally:
        shutil.rmtree(folder, ignore_errors=True)
