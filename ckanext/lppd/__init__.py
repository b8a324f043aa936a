"""LPPD indicators and Satu Data on CKAN: checked, approved, then published."""

from __future__ import annotations
