"""Names files go by: what a dataset declares, and what packaging, browsers and geographies add to it.

Belongs here: telling whether a name is one of a dataset. Does not belong here: proving it by the header
(``sources.readers.proof``).
"""

from __future__ import annotations

import functools
import re
from pathlib import PurePosixPath

from sources.model import Dataset

_COPY = re.compile(r"(?i) ?\(\d+\)$| ?- copie(?: \(\d+\))?$")
_PACKED = re.compile(r"(?i)[-_](?:csv|xlsx?|parquet)(?:_fr)?$")
_GEOGRAPHY = re.compile(r"(?i)[-_]?(?:geo|cog)[-_]?(?:\d{4}|\d{2})(?!\d)")
_TWINS = {".csv", ".xlsx", ".xls", ".zip", ".parquet"}
_GENERATION = re.compile(r"(?i)(?:qpv?|quartiers?[-_ ]prioritaires?)[-_ ]?20(?:15|24)(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:199|20\d)\d)(?!\d)")


def named(dataset: Dataset, name: str) -> re.Match[str] | None:
    """Return how a name is one of a dataset: as declared, or under another container.

    ``base-cc-logement-2021-geo2024_xlsx.zip`` is the ``base-cc-logement-2021.csv`` of the catalogue, and
    ``s_ben_com_f (1).csv`` is ``s_ben_com_f.csv``.
    """
    for variant in variants(name):
        for pattern in dataset.files:
            if hit := re.search(pattern, variant):
                return hit
    return None


@functools.lru_cache
def variants(name: str) -> tuple[str, ...]:
    """Return a name, and what it would be without what packaging, browsers and geographies add to it."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix not in _TWINS:
        return (name,)
    stem = _COPY.sub("", path.stem)
    packed = _PACKED.sub("", stem)
    stems = dict.fromkeys((stem, packed, _PACKED.sub("", _GEOGRAPHY.sub("", packed))))
    twins = sorted(_TWINS, key=lambda twin: twin != suffix)
    return (name, *(f"{one}{other}" for one in stems for other in twins))


def year_of_name(hit: re.Match[str] | None) -> int | None:
    """Return the edition a declared pattern captures in a name (``19`` or ``2019``), None without one."""
    digits = hit.groupdict().get("edition") if hit else None
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def last_year(name: str) -> int | None:
    """Return the last year written in a name; that of places (``geo2024``, ``QPV2024``) is none of data."""
    years = _YEAR.findall(_GENERATION.sub("", _GEOGRAPHY.sub("", PurePosixPath(name).stem)))
    return int(years[-1]) if years else None
