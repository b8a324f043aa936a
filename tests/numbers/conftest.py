"""Lets `import ckanext.lppd` find this checkout: CKAN's own `ckanext` is there first."""

from __future__ import annotations

from pathlib import Path

import ckanext

HERE = str(Path(__file__).resolve().parents[2] / "ckanext")
if HERE not in ckanext.__path__:
    ckanext.__path__.append(HERE)
