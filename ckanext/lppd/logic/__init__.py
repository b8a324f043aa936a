"""Actions, auth functions and the shapes of their input."""

from __future__ import annotations
