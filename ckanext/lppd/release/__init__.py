"""What may be public: manifest, evidence, publish, withdraw, and the checks around them."""

from __future__ import annotations
