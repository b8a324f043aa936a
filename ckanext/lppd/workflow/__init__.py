"""States, acts and who may do them; one table of rules and one service that writes."""

from __future__ import annotations
