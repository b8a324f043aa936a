"""An S3 server of the test's own (moto), where its program is installed.

It needs an environment of its own, for it brings other versions of what CKAN pins:
`python3 -m venv moto && moto/bin/pip install 'moto[server,s3]'`, then `LPPD_MOTO_SERVER` with the
path of `moto/bin/moto_server`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from requests import ConnectionError as NotThere
from requests import get

from tests.portal.services import DEADLINE, free_port

PROGRAM = os.environ.get("LPPD_MOTO_SERVER") or shutil.which("moto_server")
# the adapter of file-keeper needs boto3 beside CKAN
AVAILABLE = bool(PROGRAM) and find_spec("boto3") is not None


@contextmanager
def s3_server() -> Iterator[str]:
    """Give the address of a running server; everything in it is lost with it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [str(PROGRAM), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                get(address, timeout=5)
                break
            except NotThere:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(DEADLINE)


def s3_settings(address: str) -> dict[str, Any]:
    """Return what `ckan.files.storage.NAME.*` says of a storage in this server."""
    return {
        "type": "file_keeper:s3",
        "bucket": "portal",
        "path": "berkas",
        "key": "uji",
        "secret": "uji",
        "region": "us-east-1",
        "endpoint": address,
        "config": {"retries": {"max_attempts": 1}, "connect_timeout": 2, "read_timeout": 5},
    }
