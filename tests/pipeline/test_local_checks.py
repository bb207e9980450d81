"""The schema of the local layer: what the templates declare, checked where the layer is published."""

from __future__ import annotations

import dataclasses

import pytest

from pipelines.local_checks import validate_local
from pipelines.metadata import local_table
from sources.local import SECTIONS, load_local, write_templates
from sources.local.reading import Line, LocalLayer
from sources.problems import ValidationFailed
from sources.territory.files import load_territories


def layer_of(folder, name, *lines):
    folder.mkdir(exist_ok=True)
    # What a file leaves out of its optional columns is empty.
    header = [c for c in SECTIONS[name].columns if c not in ("avancement", "bilan")]
    text = "\r\n".join((";".join(header), *lines, ""))
    (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig", newline="")
    return load_local(folder)


def problems(layer):
    with pytest.raises(ValidationFailed) as failure:
        validate_local(layer)
    return [problem.message() for problem in failure.value.problems]


def test_the_starting_content_and_every_example_pass(tmp_path):
    validate_local(load_local(None))
    write_templates(tmp_path / "modeles")
    for section in (s for s in SECTIONS.values() if s.by_hand):
        (tmp_path / section.file).write_bytes((tmp_path / "modeles" / f"modele_{section.file}").read_bytes())
    validate_local(load_local(tmp_path))


def test_a_line_given_twice_is_named_with_both_its_places(tmp_path):
    layer = layer_of(
        tmp_path,
        "programmation",
        *(f"59172;{year};Action;1;;;;;essai" for year in (2026, 2027, 2028)),
    )
    first, second, third = layer.of("programmation")
    # The reading refuses such a line first: it is made after it, as a fault of the code would.
    told = problems(LocalLayer((first, second, dataclasses.replace(third, row=first.row)), {}))
    assert [m.partition(" – ")[0] for m in told] == [
        "programmation.csv, ligne 2",
        "programmation.csv, ligne 4",
    ]
    assert all("donné plusieurs fois" in m for m in told)


def test_two_targets_for_one_year_contradict_each_other(tmp_path):
    with pytest.raises(ValidationFailed, match=r"ligne 3 – trouvé.*qu’à la ligne 2"):
        layer_of(tmp_path, "cibles", "59172;taux_emploi;2030;51;a", "59172;taux_emploi;2030;52;b")
    validate_local(layer_of(tmp_path, "cibles", "59172;taux_emploi;2030;51;a", "59172;taux_emploi;2028;52;b"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"annee": 1789}, "au moins 2015"),
        ({"orientation": 7}, "au plus 6"),
        ({"commune": "Denain"}, "de la forme"),
        ({"action": "x" * 5001}, "au plus 5000 caractères"),
        ({"action": ""}, "au moins 1 caractère"),
        ({"suivie": "peut-être"}, "«\u00a0oui\u00a0» ou «\u00a0non\u00a0»"),
        ({"cout": -1.0}, "au moins 0"),
        ({"source": None}, "source renseigné"),
    ],
)
def test_each_rule_of_the_declarations_is_a_rule_of_the_schema(changed, said, tmp_path):
    # The reading refuses these cells first: the row is spoilt after it, as a fault of the code would.
    layer = layer_of(tmp_path, "programmation", "59172;2026;Action;1;;12,5;;oui;essai")
    (line,) = layer.of("programmation")
    spoilt = dataclasses.replace(line, row=line.row.model_copy(update=changed))
    (message,) = problems(LocalLayer((spoilt,), {}))
    assert message.startswith("programmation.csv, ligne 2")
    assert said in message
    assert next(iter(changed)) in message


def test_a_column_of_each_file_is_held_by_the_schema():
    for section in SECTIONS.values():
        values = dict.fromkeys(section.columns)
        row = section.model.model_construct(**values)
        told = problems(LocalLayer((Line(section.name, "agent", section.file, 2, row),), {}))
        required = [n for n in section.columns if not section.declared(n)["empty"]]
        assert "source" in required
        for name in required:
            assert any(f"{name} renseigné" in message for message in told), (section.name, name)


def test_nothing_wrong_is_published(tmp_path):
    line = "59172;2026;Action;1;;;;;essai"
    with pytest.raises(ValidationFailed, match="une seule fois"):
        layer_of(tmp_path, "programmation", line, line)
    with pytest.raises(ValidationFailed, match="une seule fois"):
        local_table(tmp_path, load_territories(), ())


def test_what_looks_like_code_is_text(tmp_path):
    labels = ('"=cmd|""/C calc""!A0"', "<script>alert(1)</script>", "🎭", "x" * 5000)
    lines = [f"59172;2026;{label};1;;;;;essai" for label in labels]
    layer = layer_of(tmp_path, "programmation", *lines)
    validate_local(layer)
    assert [line.row.action for line in layer.of("programmation")][:2] == [
        '=cmd|"/C calc"!A0',
        "<script>alert(1)</script>",
    ]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (
            "Lille;2026;a;1;;;;;s",
            "commune",
            "Code Insee de la commune, ou son nom, par exemple «\u00a059172\u00a0»",
        ),
        ("59172;12/03/2026;a;1;;;;;s", "annee", "un nombre entier entre 2015 et 2040"),
        ("59172;2026;a;7;;;;;s", "orientation", "un nombre entier entre 1 et 6"),
        ("59172;2026;a;santé;;;;;s", "orientation", "un nombre entier entre 1 et 6"),
        ("59172;2026;a;1;;=1+1;;;s", "cout", "Coût total, en euros"),
        ("59172;2026;a;1;;1e400;;;s", "cout", "un nombre"),
        (f"59172;2026;{'x' * 5001};1;;;;;s", "action", "5000"),
    ],
)
def test_a_wrong_cell_is_told_with_what_was_expected(line, column, said, tmp_path):
    with pytest.raises(ValidationFailed) as failure:
        layer_of(tmp_path, "programmation", line)
    (problem,) = failure.value.problems
    message = problem.message()
    assert message.startswith(f"programmation.csv, ligne 2, colonne «\u00a0{column}\u00a0»")
    assert said in message
    assert "Input" not in message
