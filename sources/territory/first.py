"""A first folder of a territory, from official files alone: what is left is for the authority to write.

Belongs here: which rows of the table d'appartenance, contours and listed quarters are of one authority.
Does not belong here: what no official file says (contract, groups, facts, goalposts).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sources.cog import Geography
from sources.declarations import DeclarationError
from sources.problems import Problem, quoted
from sources.quarters import CODE, Quarter
from sources.territory.files import (
    AROUND_CONTOURS,
    CANTONS,
    COMMUNE_CONTOURS,
    COMMUNES,
    HOME,
    MEMBERSHIPS,
    NEIGHBOURS,
    QUARTER_CONTOURS,
    QUARTERS,
)
from sources.vocabulary import Level, Perimeter

_KIND = re.compile(r"^(?:Communauté (?:d’agglomération|de communes|urbaine)|CA|CC|CU)\s+", re.IGNORECASE)
_ABBREVIATIONS = {
    "CA": "Communauté d’agglomération",
    "CC": "Communauté de communes",
    "CU": "Communauté urbaine",
}
_OUTLINED = "Contours déposés ({}), simplifiés"


@dataclass
class Found:
    """What the files of a folder hold: contours by code, and quarters with the file that lists them."""

    communes: dict[str, dict[str, Any]] = field(default_factory=dict)
    quarters: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[Level, str] = field(default_factory=dict)
    listed: Sequence[tuple[Quarter, str]] = ()

    def all_quarters(self) -> Iterator[tuple[Quarter, str]]:
        """Yield the quarters drawn, then those only listed, each with the file that says its communes."""
        for code, feature in self.quarters.items():
            communes = tuple(CODE.findall(str(feature["properties"].get("insee_com") or "")))
            name = feature["properties"]["lib_qp"]
            yield Quarter(code, Perimeter.QPV_2024.value, name, communes), self.files[Level.QPV]
        yield from (one for one in self.listed if one[0].code not in self.quarters)


def contours_of(paths: Iterable[Path]) -> Found:
    """Return the features of the GeoJSON files at hand: communes (``code``) and quarters (``code_qp``).

    Raises:
        DeclarationError: a file is not GeoJSON.
    """
    found = Found()
    for path in paths:
        for feature in _features(path):
            properties = feature.get("properties") or {}
            if "code_qp" in properties:
                found.quarters[str(properties["code_qp"])] = feature
                found.files[Level.QPV] = path.name
            elif CODE.fullmatch(str(properties.get("code"))):
                found.communes[str(properties["code"])] = feature
                found.files[Level.COMMUNE] = path.name
    return found


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem(path.name, None, None, "un autre contenu", "des contours au format GeoJSON")
        raise DeclarationError(problem) from error
    return [feature for feature in features if isinstance(feature, dict)]


def write_first(siren: str, folder: Path, geography: Geography, found: Found) -> list[str]:
    """Write the folder of an authority; one that is already there is left as it is.

    Args:
        siren: its code.
        folder: where to write.
        geography: the official code, which lists its communes.
        found: contours at hand, of communes and of quarters, and quarters the files list.

    Returns:
        What was written, one line per file.

    Raises:
        DeclarationError: the folder is already a territory, or no commune has this authority.
    """
    if (folder / HOME).exists():
        found_there = f"un fichier {HOME}"
        raise DeclarationError(Problem(str(folder), None, None, found_there, "un dossier vide ou à créer"))
    import polars as pl

    communes = geography.communes.filter(pl.col("epci") == siren).sort("code").to_dicts()
    if not communes:
        expected = f"le SIREN d’une intercommunalité de {geography.year}"
        raise DeclarationError(Problem("table d’appartenance", None, "EPCI", quoted(siren), expected))
    folder.mkdir(parents=True, exist_ok=True)
    ours = {row["code"] for row in communes}
    quarters = [(one, file) for one, file in found.all_quarters() if ours.intersection(one.communes)]
    named = {row["code"]: row for row in geography.communes.iter_rows(named=True)}
    around = sorted({commune for one, _ in quarters for commune in one.communes} - ours)
    (folder / HOME).write_text(_home(siren, communes, geography, found), encoding="utf-8")
    written = [
        (HOME, [None]),
        _table(folder, COMMUNES, ("code", "nom", "canton"), [_commune(row) for row in communes]),
        _table(folder, CANTONS, ("code", "nom", "communes_du_canton"), _cantons(communes, geography)),
        _table(
            folder,
            NEIGHBOURS,
            ("code", "nom", "epci"),
            [(c, _name(named[c]["name"]), named[c]["epci"] or "") for c in around if c in named],
        ),
        _table(
            folder,
            QUARTERS,
            ("code", "perimetre", "nom"),
            [(one.code, one.perimeter, _name(one.name)) for one, _ in quarters],
        ),
        _table(
            folder,
            MEMBERSHIPS,
            ("qpv", "commune", "source"),
            [
                (one.code, commune, file)
                for one, file in quarters
                for commune in one.communes
                if commune in ours or commune in named
            ],
        ),
        _outlines(folder, COMMUNE_CONTOURS, [found.communes[c] for c in sorted(ours & set(found.communes))]),
        _outlines(
            folder,
            QUARTER_CONTOURS,
            [found.quarters[one.code] for one, _ in quarters if one.code in found.quarters],
        ),
        _outlines(folder, AROUND_CONTOURS, around_of(found.communes, ours)),
    ]
    return [f"{name}\u00a0: {len(rows)}" for name, rows in written if rows]


NEAR = 0.0005
"""Degrees under which two simplified outlines touch: some tens of metres."""
_DIGITS = 4


def around_of(communes: Mapping[str, dict[str, Any]], ours: Collection[str]) -> list[dict[str, Any]]:
    """Return the communes that touch ours, their outlines simplified: they are a ground, never measured.

    Args:
        communes: features at hand, by code.
        ours: codes of the communes of the authority.
    """
    import shapely

    outlines = {
        code: shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
        for code, feature in communes.items()
    }
    near = shapely.union_all([outline for code, outline in outlines.items() if code in ours]).buffer(NEAR)
    shapely.prepare(near)
    found = []
    for code, outline in sorted(outlines.items()):
        if code not in ours and near.intersects(outline):
            simple = json.loads(shapely.to_geojson(outline.simplify(NEAR)), parse_float=_rounded)
            name = _name(str((communes[code].get("properties") or {}).get("nom") or code))
            found.append({"type": "Feature", "properties": {"code": code, "nom": name}, "geometry": simple})
    return found


def _rounded(written: str) -> float:
    return round(float(written), _DIGITS)


def _name(name: str) -> str:
    return name.replace("'", "’")


def _commune(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["code"], _name(row["name"]), row["canton"] or ""


def _cantons(communes: Sequence[dict[str, Any]], geography: Geography) -> list[tuple[str, str, int]]:
    """Return the cantons of these communes, with the number of communes each has in all."""
    counts = dict(geography.communes["canton"].drop_nulls().value_counts().iter_rows())
    codes = sorted({row["canton"] for row in communes if row["canton"]})
    return [(c, _name(geography.zones.get((Level.CANTON, c), c)), counts[c]) for c in codes]


def _home(siren: str, communes: Sequence[dict[str, Any]], geography: Geography, found: Found) -> str:
    """Return ``territoire.yaml``: the authority, its département and its région, the most frequent ones."""

    def place(level: Level, code: str) -> str:
        name = _name(geography.zones.get((level, code), code))
        return f"{{code: {_yaml(code)}, nom: {_yaml(name)}}}"

    def most(column: str) -> str:
        codes = [str(row[column]) for row in communes if row[column]]
        return max(sorted(set(codes)), key=codes.count)

    name = _whole_name(_name(geography.zones.get((Level.EPCI, siren), siren)))
    lines = [
        f"# Écrit d’après la table d’appartenance de {geography.year}\u00a0; à relire et à compléter.",
        "epci:",
        f"  code: {_yaml(siren)}",
        f"  nom: {_yaml(name)}",
        f"  nom_court: {_yaml(_short_name(name))}",
        f"departement: {place(Level.DEPARTEMENT, most('departement'))}",
        f"region: {place(Level.REGION, most('region'))}",
    ]
    sources = {
        "communes": found.files.get(Level.COMMUNE),
        "qpv": found.files.get(Level.QPV),
    }
    if any(sources.values()):
        lines.append("contours:")
        lines += [f"  {key}: {_yaml(_OUTLINED.format(file))}" for key, file in sources.items() if file]
    return "\n".join(lines) + "\n"


def _whole_name(name: str) -> str:
    """Spell the kind out: « CA Valenciennes Métropole »."""
    kind, _, rest = name.partition(" ")
    return f"{_ABBREVIATIONS[kind]} {rest}" if kind in _ABBREVIATIONS else name


def _short_name(name: str) -> str:
    """Drop the kind and its preposition: « Pays Solesmois », « La Porte du Hainaut »."""
    rest = re.sub(r"^(?:de\s+(?=[Ll]a\s)|du\s+|des\s+|de\s+|d’)", "", _KIND.sub("", name))
    return rest[:1].upper() + rest[1:]


def _yaml(text: str) -> str:
    """Return a text as YAML reads it back, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def _table(
    folder: Path, name: str, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> tuple[str, Sequence[object]]:
    """Write one CSV file; nothing to write, no file."""
    if rows:
        with (folder / name).open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, delimiter=";", lineterminator="\n").writerows([header, *rows])
    return name, rows


def _outlines(folder: Path, name: str, features: Sequence[dict[str, Any]]) -> tuple[str, Sequence[object]]:
    if features:
        content = {"type": "FeatureCollection", "features": features}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / name).write_text(text, encoding="utf-8")
    return name, features
