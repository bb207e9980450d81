"""The DCAT-AP record, as JSON-LD: what an open-data portal harvests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from dashboard.data.questions import Barometer
from dashboard.data.release import Release
from dashboard.data.tables import years
from dashboard.opendata.identity import Identifiers, distribution
from dashboard.opendata.licences import Licence, Source
from sources.french import typographic

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "adms": "http://www.w3.org/ns/adms#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_GEOJSON = "https://www.iana.org/assignments/media-types/application/vnd.geo+json"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_FILE_TYPES = {
    "csv": "CSV",
    "parquet": "PARQUET",
    "xlsx": "XLSX",
    "geojson": "GEOJSON",
    "zip": "ZIP",
    "gpkg": "GPKG",
}
_KEYWORDS = (
    *("cohésion sociale", "politique de la ville", "quartiers prioritaires", "QPV", "communes"),
    *("indicateurs sociaux", "IDH-4", "contrat de ville"),
)

Box = tuple[float, float, float, float]


def record(
    file: Release,
    identifiers: Identifiers,
    resources: list[dict[str, Any]],
    sources: list[Source],
    licences: list[Licence],
    box: Box | None,
) -> dict[str, Any]:
    """Return the record of a release.

    Args:
        file: The release.
        identifiers: What names it.
        resources: The files, as the data package describes them.
        sources: Datasets the figures come from.
        licences: Their licences.
        box: West, south, east and north of the territory.
    """
    barometer = Barometer(file)
    identity = barometer.identity
    first, last = years(file)
    created = _typed(f"{identity.created_at.isoformat(timespec='seconds')}Z", "dateTime")
    entry: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": identifiers.dataset,
        "@type": "dcat:Dataset",
        "dct:identifier": identifiers.identifier,
        "dct:title": _french(identifiers.title),
        "dct:description": _french(
            "Indicateurs sociaux des communes et des quartiers prioritaires de la politique de la ville : "
            f"{', '.join(typographic(theme.title) for theme in barometer.themes)}."
        ),
        "dct:publisher": {
            "@id": identifiers.publisher,
            "@type": "foaf:Agent",
            "foaf:name": _french(identity.epci_name),
            # The SIREN number of the authority.
            "dct:identifier": identity.epci_code,
        },
        "dcat:keyword": [_french(keyword) for keyword in _KEYWORDS],
        "dcat:theme": {
            **_named(f"{_AUTHORITY}/data-theme/SOCI", "skos:Concept"),
            "skos:prefLabel": _french("Population et société"),
        },
        "dct:language": _named(f"{_AUTHORITY}/language/FRA", "dct:LinguisticSystem"),
        "dct:accessRights": _named(f"{_AUTHORITY}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": _named(f"{_AUTHORITY}/frequency/ANNUAL", "dct:Frequency"),
        "dct:modified": created,
        "owl:versionInfo": identity.release_id,
        # Statements, not datasets: a harvester would take each source for a dataset of ours.
        "dct:provenance": [
            {
                "@type": "dct:ProvenanceStatement",
                "rdfs:label": _french(f"{source.title} : {source.citation}"),
                **({"rdfs:seeAlso": {"@id": source.page}} if source.page else {}),
            }
            for source in sources
        ],
        "dcat:distribution": [
            _distribution(resource, distribution(identity, resource["path"]), licences)
            for resource in resources
        ],
    }
    if first is not None:
        entry["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(str(first), "gYear"),
            "dcat:endDate": _typed(str(last), "gYear"),
        }
    if box is not None:
        entry["dct:spatial"] = _place(identity.epci_name, identity.epci_code, box)
    return entry


def absolute(entry: dict[str, Any], base: str) -> dict[str, Any]:
    """Return a record whose links are absolute: a harvester reads them without a base.

    Args:
        entry: the record, with addresses relative to the folder.
        base: address of that folder, ending with a slash.
    """
    links = ("dcat:accessURL", "dcat:downloadURL")
    return {
        **entry,
        "dcat:landingPage": _named(urljoin(base, ".."), "foaf:Document"),
        "dcat:distribution": [
            {**one, **{link: _file(urljoin(base, one[link]["@id"])) for link in links}}
            for one in entry["dcat:distribution"]
        ],
    }


def _distribution(resource: dict[str, Any], name: str, licences: list[Licence]) -> dict[str, Any]:
    # Relative in the folder, which may be copied anywhere; absolute once served, see ``absolute``.
    address = _file(resource["path"])
    kind = _FILE_TYPES.get(resource["path"].rsplit(".", 1)[-1])
    known = [_named(found.address, "dct:LicenseDocument") for found in licences if found.address]
    media = f"http://www.iana.org/assignments/media-types/{resource['mediatype']}"
    return {
        "@id": name,
        "@type": "dcat:Distribution",
        "dct:title": _french(resource["title"]),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": _named(media, "dct:MediaType"),
        **({"dct:format": _named(f"{_AUTHORITY}/file-type/{kind}", "dct:MediaTypeOrExtent")} if kind else {}),
        "dcat:byteSize": _typed(str(resource["bytes"]), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _named("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": _typed(resource["hash"].removeprefix("sha256:"), "hexBinary"),
        },
        **({"dct:license": known[0]} if len(known) == 1 and len(licences) == 1 else {}),
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "rdfs:label": _french(
                "Données réutilisables sous la licence de chaque producteur : "
                f"{', '.join(found.title for found in licences)}."
            ),
        },
    }


def _place(name: str, code: str, box: Box) -> dict[str, Any]:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]})
    return {
        "@type": "dct:Location",
        "dct:identifier": code,
        "locn:geographicName": _french(name),
        # The form of a figure that data.gouv.fr reads.
        "dcat:bbox": {"@type": _GEOJSON, "@value": shape},
    }


def _named(address: str, kind: str) -> dict[str, str]:
    """Return a thing known elsewhere, with its class: the shapes of DCAT-AP ask for it where it is cited."""
    return {"@id": address, "@type": kind}


def _file(address: str) -> dict[str, str]:
    return _named(address, "rdfs:Resource")


def _french(text: str) -> dict[str, str]:
    return {"@value": typographic(text), "@language": "fr"}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}
