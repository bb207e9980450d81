"""What somebody types finds what they mean: accents, hyphens, « St », typos, codes, other names."""

from __future__ import annotations

import random
import time

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import HOME
from dashboard.data.questions import Barometer
from dashboard.story.findable import INDICATOR, entries, label
from dashboard.story.search import Close, Entry, Index, fold, index, search

# What is typed, then the code of what must come first.
PLACES = {
    **dict.fromkeys(
        ("Denain", "denain", "DENAIN", " denain ", "Denian", "Denin", "Dennain", "59172"), "59172"
    ),
    **dict.fromkeys(("Rœulx", "Roeulx", "roeulx", "Reoulx", "rœux"), "59504"),
    **dict.fromkeys(
        (
            *("Saint-Amand-les-Eaux", "saint amand les eaux", "St Amand", "st-amand", "St. Amand les eaux"),
            *("Saint Amnd les Eaux", "Saint-Amant"),
        ),
        "59526",
    ),
    **dict.fromkeys(("La Sentinelle", "sentinelle", "lasentinelle", "Sentinele", "la sentinnelle"), "59564"),
    **dict.fromkeys(("Douchy-les-Mines", "douchy", "Douchi les mines", "Douchy les Mine"), "59179"),
    **dict.fromkeys(("Wavrechain-sous-Denain", "wavrechain s/ denain", "Wavrechain ss Denain"), "59651"),
    **dict.fromkeys(("Hérin", "herin", "Herrin", "hérins"), "59302"),
    **dict.fromkeys(("QN05956M", "qn05956m", "qn 05956 m", "Elnon"), "QN05956M"),
    "QP059058": "QP059058",
    "Porte du Hainaut": "200042190",
}
WORDS = {
    "chômage": "taux_chomage_rp",
    "chomage": "taux_chomage_rp",
    "chomeurs": "taux_chomage_rp",
    "pauvreté": "taux_pauvrete",
    "pauvrete": "taux_pauvrete",
    "RSA": "allocataires_rsa",
    "logement social": "logements_hlm",
    "médecins": "acces_generalistes",
    "medecin": "acces_generalistes",
    "mères seules": "familles_monoparentales",
    "neet": "jeunes_non_inseres",
    "espérance de vie": "surmortalite",
    "idh": "idh4",
}
INSTEAD = {
    "mineurs": "taux_pauvrete",
    "pauvreté des enfants": "taux_pauvrete",
    "pauvrete des enfant": "taux_pauvrete",
    "passoires thermiques": "logements_avant_1946",
}


@pytest.fixture(scope="module")
def laid_out(real: Barometer) -> Index:
    return index(entries(real))


@pytest.mark.parametrize(("typed", "code"), PLACES.items())
def test_a_place_is_found(laid_out: Index, typed: str, code: str) -> None:
    found = search(laid_out, typed)
    assert found, typed
    assert found[0].entry.code == code, [label(one) for one in found]


@pytest.mark.parametrize(("typed", "indicator"), WORDS.items())
def test_an_indicator_is_found(laid_out: Index, typed: str, indicator: str) -> None:
    found = [one for one in search(laid_out, typed) if one.entry.kind == INDICATOR]
    assert found[0].entry.code == indicator, [label(one) for one in found]
    assert not found[0].instead


@pytest.mark.parametrize(("typed", "indicator"), INSTEAD.items())
def test_what_is_not_measured_leads_to_the_closest_and_says_so(
    laid_out: Index, typed: str, indicator: str
) -> None:
    found = search(laid_out, typed)
    assert found[0].entry.code == indicator
    assert "n’est pas mesuré ici ; le plus proche" in label(found[0])


def test_two_questions_at_once_lead_to_both(laid_out: Index) -> None:
    codes = {one.entry.code for one in search(laid_out, "chômage Denain")}
    assert {"59172", "taux_chomage_rp"} <= codes


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "xq", "zzzzzzzz", "<script>", "'; DROP TABLE", "é" * 10_000]
)
def test_nothing_is_found_for_nothing(laid_out: Index, typed: str) -> None:
    assert search(laid_out, typed) == []


def test_every_name_and_code_of_a_release_finds_itself(laid_out: Index, real: Barometer) -> None:
    for entry in entries(real):
        assert entry in [one.entry for one in search(laid_out, entry.code)], entry
        found = search(laid_out, fold(entry.name), most=50)
        assert entry.code in [one.entry.code for one in found if one.close <= Close.NAME], entry


def test_what_bears_a_name_here_comes_before_its_namesakes_elsewhere(real: Barometer) -> None:
    far = [Entry("commune d’ailleurs", name, code, far=True) for name, code in (("Saint-Amand", "23180"),)]
    made = index([*far, *entries(real)])
    for typed, first in (("Saint Amand", "59526"), ("st amand", "59526"), ("23180", "23180")):
        assert search(made, typed)[0].entry.code == first, typed
    assert "23180" in [one.entry.code for one in search(made, "Saint Amand")]


def test_a_departement_is_found_by_its_number() -> None:
    far = Entry("département d’ailleurs", "Pas-de-Calais", "departement-62", far=True)
    assert [one.entry for one in search(index([far]), "62")] == [far]


def test_all_the_communes_of_france_are_searched_while_a_reader_types() -> None:
    """A twentieth of a second of the processor, for the middle one of forms nothing finds at once."""
    chance = random.Random(1)
    parts = ("ba", "be", "bou", "cha", "de", "den", "ai", "saint", "val", "ville", "mont", "mer", "gre", "ro")
    names = [
        "-".join("".join(chance.choices(parts, k=3)) for _ in range(chance.randint(1, 3)))
        for _ in range(35_000)
    ]
    made = index([Entry("commune", name, f"{code:05d}") for code, name in enumerate(names)])
    typed = [name[:-2] + "xx" for name in names[:15]] + ["denian", "saint amnd", "12345", "aaaaaaaaaaaa"]
    times = []
    for one in typed:
        start = time.process_time()
        search(made, one)
        times.append(time.process_time() - start)
    assert sorted(times)[len(times) // 2] < 0.05, times


def test_the_first_page_leads_from_what_is_typed(app: AppTest) -> None:
    app.switch_page(HOME.script)
    app.query_params.clear()
    app.run()
    assert not app.exception
    app.text_input(key="recherche").input("St Amand").run()
    assert app.query_params["cherche"] == "St Amand"
    links = [element.proto for element in app.get("page_link")]
    found = next(link for link in links if "Saint-Amand-les-Eaux" in link.label.replace("\\", ""))
    assert "territoire=59526" in found.query_string
    app.text_input(key="recherche").input("").run()
    assert "cherche" not in app.query_params
