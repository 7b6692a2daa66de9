"""What all tests share: they find the builders of made-up registers in ``tests/factories``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
