"""The dashboard: Streamlit pages, pictures, words and documents made of one release, and of nothing else.

Imports go ``pages → widgets → charts → story → data``. Does not belong here: any computation of an
indicator, any reading of a producer's file, Dagster.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent

STATIC = ROOT / "shell" / "static"
"""Style sheets, scripts and fonts: Streamlit serves the folder beside its main script, and no other."""
