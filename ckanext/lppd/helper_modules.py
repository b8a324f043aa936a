"""The template helpers of every subject; `plugin.py` registers what is found here."""

from __future__ import annotations

import inspect
from typing import Any

from ckanext.lppd import helpers, helpers_check, helpers_clinic, helpers_dataset

MODULES = (helpers, helpers_check, helpers_clinic, helpers_dataset)


def get_helpers() -> dict[str, Any]:
    """Return name -> function of what these modules themselves define, but for private names."""
    return {
        name: function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if inspect.getmodule(function) is module and not name.startswith("_")
    }
