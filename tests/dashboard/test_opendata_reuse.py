"""What other tools take: filtered addresses, absolute links, layers, a file for each indicator."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fictitious
import pyogrio
import pytest
import rdflib
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.data.kept import forget
from dashboard.opendata.bundle import Bundle, bundle
from dashboard.opendata.routes import routes


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fictitious.build(tmp_path_factory.mktemp("reutilise"))


@pytest.fixture(scope="module")
def files(release: Path) -> Bundle:
    return bundle(release)


@pytest.fixture(scope="module")
def client(release: Path) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(release.parent.parent))
        forget()
        yield TestClient(Starlette(routes=routes()), base_url="https://barometre.exemple.fr")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_a_page_elsewhere_may_ask_first_what_it_may_read(client: TestClient) -> None:
    asked = {"Origin": "https://exemple.fr", "Access-Control-Request-Method": "GET"}
    answer = client.options("/opendata/barometre.gpkg", headers=asked)
    assert answer.status_code == 204 and answer.content == b""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Range" in answer.headers["access-control-allow-headers"]
    assert client.post("/opendata/barometre.gpkg").status_code == 405


def test_values_are_filtered_by_the_address(client: TestClient, files: Bundle) -> None:
    whole = _rows((files.folder / "csv/value.csv").read_text(encoding="utf-8"))
    asked = next(row for row in whole if row["millesime"])
    query = {"indicateur": asked["indicator"], "code": asked["code"], "annee": asked["millesime"]}
    answer = client.get("/opendata/csv/value.csv", params=query)
    assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == "*"
    expected = [
        row for row in whole if (row["indicator"], row["code"], row["millesime"]) == tuple(query.values())
    ]
    assert _rows(answer.content.decode("utf-8")) == expected


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("csv/value.csv", "indicator=x", "Paramètre inconnu"),
        ("csv/value.csv", "code=59172&code=59491", "Répété"),
        ("csv/value.csv", "annee=deux", "quatre chiffres"),
        ("csv/value.csv", "indicateur=nexiste_pas", "pas dans la version"),
        ("csv/territory.csv", "code=59172", "Seul csv/value.csv"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused(
    client: TestClient, path: str, query: str, said: str
) -> None:
    answer = client.get(f"/opendata/{path}?{query}")
    assert answer.status_code == 400 and said in answer.text


def test_a_code_is_a_value_never_a_query(client: TestClient) -> None:
    answer = client.get("/opendata/csv/value.csv", params={"code": "' OR 1=1 --"})
    assert answer.status_code == 200 and _rows(answer.content.decode("utf-8")) == []


def test_the_record_is_read_without_a_base(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = rdflib.Graph().parse(data=client.get("/opendata/dcat.jsonld").text, format="json-ld")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    links = {str(link) for link in graph.objects(predicate=dcat.downloadURL)}
    assert f"{'https://barometre.exemple.fr'}/opendata/csv/value.csv" in links
    assert all(link.startswith("https://barometre.exemple.fr/opendata/") for link in links)
    # The shapes of DCAT-AP want the class of all that is cited, and a geometry that is no bare figure.
    cited = (dcat.mediaType, dcat.theme, dcat.downloadURL, rdflib.DCTERMS.format, rdflib.DCTERMS.language)
    for predicate in cited:
        assert all((thing, rdflib.RDF.type, None) in graph for thing in graph.objects(predicate=predicate))
    # A harvester takes every dataset it finds for one of ours.
    assert len(list(graph.subjects(rdflib.RDF.type, dcat.Dataset))) == 1
    forged = {"X-Forwarded-Host": "ailleurs.exemple.fr"}
    assert "ailleurs" not in client.get("/opendata/dcat.jsonld", headers=forged).text
    for declared in ("https://donnees.exemple.fr/", "donnees.exemple.fr"):
        monkeypatch.setenv("BCS_ADRESSE_PUBLIQUE", declared)
        graph = rdflib.Graph().parse(data=client.get("/opendata/dcat.jsonld").text, format="json-ld")
        links = {str(link) for link in graph.objects(predicate=dcat.downloadURL)}
        assert "https://donnees.exemple.fr/opendata/csv/value.csv" in links
        assert {str(one) for one in graph.objects(predicate=dcat.landingPage)} == {
            "https://donnees.exemple.fr/"
        }


def test_layers_carry_the_latest_figure_of_each_indicator(files: Bundle) -> None:
    collection = json.loads((files.folder / "geojson/communes.geojson").read_text(encoding="utf-8"))
    path = files.folder / "barometre.gpkg"
    assert "communes" in {name for name, _ in pyogrio.list_layers(path)}
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="communes")
    assert len(shapes) == len(collection["features"])
    read = dict(zip(meta["fields"], columns, strict=True))
    for rank, feature in enumerate(collection["features"]):
        held = [v for v in fictitious.rows()["value"] if v["code"] == feature["properties"]["code"]]
        for name in {v["indicator"] for v in held}:
            known = [v for v in held if v["indicator"] == name and v["value"] is not None]
            year = feature["properties"][f"{name}_annee"]
            if known:
                assert year == max((v["millesime"] for v in known if v["millesime"]), default=None)
                assert feature["properties"][name] == pytest.approx(read[name][rank])
            else:
                assert feature["properties"][name] is None and feature["properties"][f"{name}_statut"]


def test_each_archive_describes_itself(files: Bundle) -> None:
    for name in ("barometre-csv.zip", "barometre-parquet.zip"):
        with zipfile.ZipFile(files.folder / name) as archive:
            package = json.loads(archive.read("datapackage.json"))
            paths = {resource["path"] for resource in package["resources"]}
            assert paths == set(archive.namelist()) - {"datapackage.json"}


def test_each_indicator_has_its_file_and_its_sheet(files: Bundle) -> None:
    for indicator in fictitious.rows()["indicator"]:
        name = indicator["indicator"]
        held = _rows((files.folder / f"indicateurs/{name}.csv").read_text(encoding="utf-8"))
        assert len(held) == sum(v["indicator"] == name for v in fictitious.rows()["value"])
        sheet = json.loads((files.folder / f"indicateurs/{name}.json").read_text(encoding="utf-8"))
        assert (sheet["title"], sheet["definition"]) == (indicator["title"], indicator["definition"])


def test_the_page_to_reuse_shows_each_tool(client: TestClient) -> None:
    page = client.get("/opendata/reutiliser.html")
    assert page.headers["content-type"].startswith("text/html")
    for tool in ("DuckDB", "Python", "QGIS", "read_parquet('https://"):
        assert tool in page.text
