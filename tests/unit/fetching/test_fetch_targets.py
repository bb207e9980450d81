"""From the catalogue to addresses."""

from __future__ import annotations

from typing import Any

from sources.catalogue import load_catalogue
from sources.fetching.targets import Target, Unaddressed, address_state, find_targets
from sources.model import Dataset, Millesime


class TestGeneralAddress:
    """A dataset may declare the address of its current file, and that of any edition."""

    def melodi(self, **changes: Any) -> Dataset:
        declared = load_catalogue().datasets["insee_melodi_filosofi"]
        return declared.model_copy(update=changes)

    def test_the_current_file_needs_no_edition(self) -> None:
        (target,) = find_targets([self.melodi()])
        assert isinstance(target, Target)
        assert target.edition is None and target.url.endswith("/DS_FILOSOFI_CC_CSV_FR")
        assert "actuel" in target.label

    def test_an_undeclared_edition_follows_the_template(self) -> None:
        (target,) = find_targets([self.melodi()], edition=2024)
        assert isinstance(target, Target)
        assert target.edition == 2024 and target.url.endswith("/DS_FILOSOFI_CC_2024_CSV_FR")

    def test_without_a_template_an_edition_has_no_address(self) -> None:
        (target,) = find_targets([self.melodi(url_template=None)], edition=2024)
        assert isinstance(target, Unaddressed)
        assert "2024" in target.problem.found

    def test_an_edition_with_its_own_address_keeps_it(self) -> None:
        block = Millesime(edition=2023, url="https://exemple.test/2023.zip")
        (target,) = find_targets([self.melodi(millesimes=(block,))])
        assert isinstance(target, Target)
        assert (target.edition, target.url) == (2023, "https://exemple.test/2023.zip")


def test_an_address_is_known_or_not_and_has_answered_or_not() -> None:
    melodi = load_catalogue().datasets["insee_melodi_filosofi"]
    assert address_state(melodi, ()) == "non vérifiée"
    assert address_state(melodi, {"https://exemple.test/autre"}) == "non vérifiée"
    assert address_state(melodi, {str(melodi.url)}) == "vérifiée"
    edition = str(melodi.url_template).replace("{yyyy}", "2024")
    assert address_state(melodi, {edition}) == "vérifiée", "the file of one edition is of the same address"
    nowhere = melodi.model_copy(update={"url": None, "url_template": None})
    assert address_state(nowhere, {edition}) == "inconnue"
    block = Millesime(edition=2023, url="https://exemple.test/2023.zip")
    assert address_state(nowhere.model_copy(update={"millesimes": (block,)}), ()) == "non vérifiée"


def test_a_page_is_never_downloaded_as_a_file() -> None:
    """A page of INSEE is read by a person: an edition of unknown address is listed with it."""
    catalogue = load_catalogue().datasets
    pages = {dataset.page for dataset in catalogue.values()}
    for target in find_targets(catalogue.values()):
        if isinstance(target, Target):
            assert target.url not in pages
        else:
            assert str(catalogue[target.dataset].page) in target.problem.message()
