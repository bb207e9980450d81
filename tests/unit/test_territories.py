"""The territory: known facts of the contract, memberships, and what a wrong file is answered."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sources.declarations import DeclarationError
from sources.territory.files import load_territories
from sources.territory.place import DEFAULT, FOLDER
from sources.vocabulary import Level, Perimeter

OURS = FOLDER / DEFAULT
T = load_territories(OURS)
EPCI = "200042190"
SHARED_2024 = {"QN05920M", "QN05921M", "QN05922M", "QN05930M"}


def altered(folder: Path, name: str, before: str, after: str) -> str:
    """Return the message that answers one replacement in one file of the territory."""
    copy = folder / "territory"
    shutil.copytree(OURS, copy)
    path = copy / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_territories(copy)
    return str(error.value)


def test_the_authority_and_its_levels() -> None:
    assert len(T.known(Level.COMMUNE)) == 47
    assert T.known(Level.EPCI) == {EPCI}
    assert T.known(Level.DEPARTEMENT) == {"59"}
    assert T.known(Level.REGION) == {"32"}
    assert T.known(Level.METROPOLE) == {"FM"}
    assert T.known(Level.FRANCE) == {"F"}
    assert set(T.members(Level.EPCI, EPCI)) == T.known(Level.COMMUNE)
    assert "59606" not in T.known(Level.COMMUNE)  # Valenciennes is a neighbour


def test_both_generations_of_quarters() -> None:
    by_generation = {p: [q for q in T.qpv.values() if q.perimetre is p] for p in Perimeter}
    assert {len(quarters) for quarters in by_generation.values()} == {13}
    assert all(q.code.startswith("QP059") for q in by_generation[Perimeter.QPV_2015])
    stated = [q.habitants_contrat for q in by_generation[Perimeter.QPV_2024]]
    assert sum(n for n in stated if n is not None) == 32_305


def test_four_quarters_of_2024_are_shown_apart() -> None:
    apart = {code for code, q in T.qpv.items() if q.perimetre is Perimeter.QPV_2024 and T.apart(code)}
    assert apart == SHARED_2024


def test_a_quarter_over_several_communes_is_in_each() -> None:
    assert T.communes_of("QN05952M") == ("59205", "59361", "59504")


def test_la_sentinelle_has_390_inhabitants_in_its_shared_quarter() -> None:
    rows = T.membership.filter(level="qpv", code="QN05930M")
    ours = rows.filter(parent_level="commune", parent_code="59564")
    assert ours["inhabitants"].to_list() == [390]
    assert ours["whole"].to_list() == [False]
    assert rows.filter(parent_level="epci")["whole"].to_list() == [False]
    assert rows.filter(parent_code="59606")["note"].to_list() == ["Valenciennes, hors de l’agglomération"]


def test_cantons_and_those_the_border_cuts() -> None:
    sizes = {code: len(T.members(Level.CANTON, code)) for code in T.cantons}
    assert sizes == {"5903": 1, "5906": 9, "5914": 18, "5934": 19}
    assert {code for code in T.cantons if T.cut(code)} == {"5903", "5906"}
    assert T.name(Level.CANTON, "5914") == "Canton de Denain"
    assert T.name(Level.CANTON, "5903") == "Canton d’Anzin (partie Porte du Hainaut)"


def test_groups_of_the_contract() -> None:
    assert len(T.members(Level.GROUPE, "geographie_prioritaire")) == 10
    assert len(T.members(Level.GROUPE, "geographie_complementaire")) == 13
    alone = {T.name(Level.COMMUNE, c) for c in T.members(Level.GROUPE, "complementaire_seule")}
    assert alone == {"Haveluy", "Mortagne-du-Nord", "Wavrechain-sous-Denain"}
    carrying = {m.commune for m in T.memberships if m.qpv.startswith("QN") and m.commune in T.communes}
    assert carrying == set(T.members(Level.GROUPE, "geographie_prioritaire"))
    assert set(T.members(Level.GROUPE, "geographie_complementaire")) - carrying == set(
        T.members(Level.GROUPE, "complementaire_seule")
    )


def test_a_group_of_parts_of_communes_is_never_summed() -> None:
    summable = {code for level, code in T.summable() if level is Level.GROUPE}
    assert summable == {"geographie_prioritaire", "complementaire_seule", "equipe_nord", "equipe_sud"}
    assert (Level.EPCI, EPCI) in T.summable()


def test_groups_still_to_fill_have_no_row() -> None:
    assert "denaisis" in T.groups
    assert "denaisis" not in T.known(Level.GROUPE)
    assert T.territory.filter(level="groupe", code="denaisis").is_empty()


def test_tables_name_only_declared_territories() -> None:
    keys = T.territory.select("level", "code")
    assert keys.is_unique().all()
    assert T.geometry.select("level", "code").join(keys, on=["level", "code"], how="anti").is_empty()
    parts = T.membership.join(keys, on=["level", "code"], how="anti")
    assert parts.is_empty()
    parents = T.membership.filter(~pl.col("parent_code").is_in(list(T.neighbours)))
    lost = parents.join(keys, left_on=["parent_level", "parent_code"], right_on=["level", "code"], how="anti")
    assert lost.is_empty()
    assert T.membership.select("level", "code", "parent_level", "parent_code").is_unique().all()


def test_perimeters_are_those_of_the_quarters_only() -> None:
    with_perimeter = T.territory.filter(pl.col("perimeter").is_not_null())
    assert set(with_perimeter["level"]) == {"qpv", "groupe"}
    assert with_perimeter.filter(level="groupe")["code"].to_list() == ["ensemble_qpv_2015"]
    assert not T.territory.filter(level="qpv", code="QN05921M")["in_epci"].item()


def test_every_contour_is_a_geometry() -> None:
    assert T.geometry.group_by("level").len().sort("level").rows() == [("commune", 47), ("qpv", 13)]
    kinds = {json.loads(text)["type"] for text in T.geometry["geojson"]}
    assert kinds <= {"Polygon", "MultiPolygon"}


def test_the_communes_that_touch_ours_are_a_ground_without_figures() -> None:
    around = T.surroundings
    codes = set(around["code"])
    assert {"59606", "59014"} < codes and not codes & set(T.communes)
    assert around["name"].is_unique().all() and around["source"].null_count() == 0
    assert {json.loads(text)["type"] for text in around["geojson"]} <= {"Polygon", "MultiPolygon"}


def test_digits_do_not_map_between_generations() -> None:
    pairs = dict(T.correspondence.select("code_2015", "code_2024").iter_rows())
    assert pairs["QP059058"] == "QN05956M"
    assert pairs["QP059056"] == pairs["QP059022"] == "QN05922M"
    assert "QN05920M" not in pairs.values()


def test_facts_are_kept_apart_by_kind() -> None:
    assert T.facts.group_by("kind").len().sort("kind").rows() == [
        ("confront", 3),
        ("quote", 8),
        ("reproduce", 4),
    ]
    assert T.facts.filter(fact="idh4_caph")["value"].item() == 0.39
    assert T.facts["source"].null_count() == 0


def test_one_default_goalpost_per_dimension_and_the_population_threshold() -> None:
    default = T.goalposts.filter("is_default")
    assert default["dimension"].is_unique().all()
    assert set(default["dimension"]) == set(T.goalposts["dimension"])
    education = default.filter(dimension="education_cap_bep").row(0, named=True)
    assert (education["code_min"], education["code_max"]) == ("59136", "59398")
    # 2 252.4 holders of a CAP or more among 2 500.5, RP 2023.
    assert education["max"] == pytest.approx(100 * 2252.4 / 2500.5, abs=0.01)
    assert (T.goalposts["min"] < T.goalposts["max"]).all()


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("qpv.csv", ";1134;", ";1135;", ("qpv.csv", "32306", "32305")),
        ("communes.csv", "59002;Abscon;5914", "59002;Abscon;5999", ("communes.csv", "5999")),
        ("communes.csv", "59002;Abscon;5914\n", "", ("communes.csv", "46", "47")),
        ("appartenances.csv", "QN05953M;59205", "QN05953M;59999", ("appartenances.csv", "59999")),
        ("appartenances.csv", "QN05958M;59491", "QN05958M;59632", ("appartenances.csv", "deux fois")),
        ("groupes.yaml", "habitants: 800", "habitants: 900", ("groupes.yaml", "7100", "7000")),
        ("faits.yaml", "nature: confront", "nature: discuter", ("faits.yaml", "nature", "reproduce")),
        ("goalposts.csv", ";observé;non;", ";observé;oui;", ("goalposts.csv", "niveau_de_vie")),
        ("cantons.csv", "5914;Denain;18", "5914;Denain;dix-huit", ("cantons.csv", "communes_du_canton")),
    ],
)
def test_a_wrong_declaration_is_refused_in_french(
    tmp_path: Path, name: str, before: str, after: str, said: tuple[str, ...]
) -> None:
    message = altered(tmp_path, name, before, after)
    for words in said:
        assert words in message


def test_loading_does_not_import_polars() -> None:
    code = (
        "import sys; from sources.catalogue import load_catalogue; from sources.territory.files import"
        " load_territories; load_catalogue(); load_territories(); sys.exit('polars' in sys.modules)"
    )
    root = FOLDER.parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
