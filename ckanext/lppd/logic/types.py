"""Shapes that the action functions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# an action of CKAN: context and data dictionary to whatever it answers
Action = Callable[[Any, dict[str, Any]], Any]
