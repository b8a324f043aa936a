"""The child process of `sandbox`: fences itself in, does one job, writes one result.

Run as a file, isolated, with the path of a job (JSON) as its only argument. It imports nothing of
the project before the limits are set, and no CKAN at all.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path


def main(job_path: str) -> None:
    """Do the job written at `job_path`; the result goes to the file that the job names."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    os.umask(0o077)
    fences = runpy.run_path(job["fences"], run_name="fences")
    fences["set_limits"](job["limits"])
    fences["cut_network"]()
    fences["find_packages"](job["search"], job["portions"])
    from ckanext.lppd.checking import Finding, Limits
    from ckanext.lppd_validation.plain import check_plain

    try:
        result = check_plain(
            Path(job["path"]),
            format=job["format"],
            schema=job["schema"],
            options=job["options"],
            limits=Limits.from_dict(job["limits"]),
        )
    except MemoryError:
        result = {"engine": "none", "stop": Finding("waktu_habis").to_dict(), "report": None}
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
