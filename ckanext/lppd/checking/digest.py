"""The sha256 of what is checked; of a large file it is computed while the check goes on."""

from __future__ import annotations

import hashlib
from threading import Thread

from .plain_table import spare_address_space

_LARGE = 2 * 1024 * 1024
"""Below it, a thread takes longer than it saves."""


class Digest:
    """The sha256 of some bytes."""

    def __init__(self, data: bytes) -> None:
        """Begin; the bytes are kept until they are read."""
        self._hash = hashlib.sha256()
        self._thread: Thread | None = None
        if len(data) < _LARGE:
            self._hash.update(data)
            return
        spare_address_space()
        # hashlib lets other threads run
        self._thread = Thread(target=self._hash.update, args=(data,))
        self._thread.start()

    def hex(self) -> str:
        """Return it in hexadecimal digits, once it is known."""
        if self._thread is not None:
            self._thread.join()
        return self._hash.hexdigest()
