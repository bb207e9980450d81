"""Commands about documents: export them, take back what was written in them, prepare the local files.

Belongs here: options and what is printed. Does not belong here: what a document holds
(``dashboard.documents``), nor the local files themselves (``sources.local``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import publication
from pipelines.home import Home
from pipelines.terminal import Debug, FrenchCommand, FrenchGroup, agreed, plural, say, told
from pipelines.territory_commands import Territory, choose
from sources.french import NBSP
from sources.problems import quoted

if TYPE_CHECKING:
    from dashboard.documents import TakenBack
    from sources.local import Difference


Output = Annotated[
    Path | None,
    typer.Option(
        "--dossier", metavar="DOSSIER", help="Où écrire\u00a0; par défaut dans le dossier du baromètre."
    ),
]


def exporter(
    commune: Annotated[
        str | None,
        typer.Option("--commune", metavar="COMMUNE", help="Nom ou code INSEE de la commune (Denain, 59172)."),
    ] = None,
    everything: Annotated[bool, typer.Option("--toutes", help="Toutes les communes.")] = False,
    formats: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMATS", help="docx, pdf, xlsx, html ou dialogue, séparés par des virgules."
        ),
    ] = "docx,pdf,xlsx",
    output: Output = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--depuis",
            metavar="DATE",
            help="Pour le dialogue, date du précédent (12/03/2026) ou publication d’alors\u00a0; "
            "par défaut la publication précédente.",
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Écrire le document « Priorités Communales » d’une commune, ou de toutes."""
    with told(debug):
        from dashboard.documents import ExportError, export, export_all, opened

        if everything == (commune is not None):
            raise publication.PublicationError("Indiquez une commune (--commune NOM), ou --toutes.")
        home = Home.locate()
        present = publication.required(home)
        before = _last_dialogue(home, since, present) if since else publication.previous(home, present)
        older = home.releases / before.file if before else None
        release = home.releases / present.file
        wanted = [name.strip() for name in formats.split(",") if name.strip()]
        folder = output or home.documents / present.release_id
        try:
            if since and older:
                with opened(older):
                    pass  # Asked for by name, it must be one that can be read.
            if commune is not None:
                written = export(release, commune, wanted, folder, previous=older, notes=home.written)
            else:
                written = export_all(
                    release,
                    wanted,
                    folder,
                    on_progress=lambda done, total, name: say(f"[{done:>2}/{total}] {name}"),
                    previous=older,
                    notes=home.written,
                )
        except ExportError as error:
            raise publication.PublicationError(str(error)) from error
        for path in written if commune is not None else ():
            typer.echo(path)
        say(f"{plural(len(written), 'document')} dans {folder}, de la publication {present.release_id}.")


def _last_dialogue(home: Home, asked: str, present: publication.Published) -> publication.Published:
    """Return the release of a day, written the French way or not, or the one of an identifier."""
    day = None
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            day = dt.datetime.strptime(asked.strip(), shape).date()
    if day is None:
        found = publication.find(home, asked)
        if found.undone:
            say(f"La publication {found.release_id} a été annulée depuis.", err=True)
        return found
    found, passed_over = publication.as_of(home, day, present)
    if passed_over:
        say(
            f"La publication {passed_over}, en place le {day:%d/%m/%Y}, a été annulée depuis ou n’est plus "
            f"gardée{NBSP}: le document se compare à celle d’avant, {found.release_id}.",
            err=True,
        )
    return found


class Choice(StrEnum):
    """Which text to keep where both were changed."""

    DOCUMENT = "document"
    LOCAL = "local"
    BOTH = "deux"


class Tracked(StrEnum):
    """What becomes of the tracked changes inside the fields."""

    ACCEPT = "accepter"
    REFUSE = "refuser"


class Stray(StrEnum):
    """What becomes of what is written outside the fields."""

    ADD = "ajouter"
    LEAVE = "laisser"


def reprendre(
    file: Annotated[Path, typer.Argument(metavar="FICHIER.docx", help="Document exporté, puis complété.")],
    write: Annotated[
        bool, typer.Option("--oui", help="Écrire les différences sans demander confirmation.")
    ] = False,
    choice: Annotated[
        Choice | None,
        typer.Option(
            "--conflit",
            metavar="TEXTE",
            help="Quel texte garder s’il a changé des deux côtés\u00a0: document, local ou deux (l’un puis "
            "l’autre).",
        ),
    ] = None,
    tracked: Annotated[
        Tracked | None,
        typer.Option(
            "--suivi",
            metavar="DÉCISION",
            help="Modifications suivies dans les cadres\u00a0: accepter ou refuser.",
        ),
    ] = None,
    stray: Annotated[
        Stray | None,
        typer.Option(
            "--hors-cadre",
            metavar="DÉCISION",
            help="Ce qui est écrit hors des cadres ou en commentaire\u00a0: ajouter au cadre de la partie, "
            "ou laisser.",
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Reprendre dans le volet local ce qui a été écrit dans un document, différences montrées d’abord."""
    with told(debug):
        from dashboard.documents import ExportError, taken_back
        from sources.local import load_local, write_texts
        from sources.local.cells import open_cells
        from sources.local.texts import settle

        home = Home.locate()
        home.prepare()
        lines = ((line.section, line.row.model_dump()) for line in load_local(home.local).lines)
        try:
            taken = taken_back(file, open_cells(lines), accept=tracked is not Tracked.REFUSE)
        except ExportError as error:
            raise publication.PublicationError(str(error)) from error
        names = _communes(taken)
        for line in (_origin(home, taken.release_id), *taken.notes, *_listed(taken, tracked)):
            if line:
                say(line)
        if taken.changes and tracked is None:
            raise publication.PublicationError(
                "Rien n’a été écrit\u00a0: les cadres portent des modifications suivies. Relancez avec "
                "--suivi accepter ou --suivi refuser."
            )
        found = taken.differences(home.local, with_stray=stray is Stray.ADD)
        for difference in found:
            say(difference.message(names[difference.commune]))
        kept = [settle(d, choice) if d.conflict and choice else d for d in found]
        open_conflicts = [d for d in kept if d is not None and d.conflict]
        ready = [d for d in kept if d is not None and not d.conflict]
        if ready and (write or agreed("Écrire ces changements dans le volet local\u00a0?")):
            path = write_texts(home.local, ready)
            say(f"{plural(len(ready), 'texte')} dans {path}. Pour publier{NBSP}: bcs actualiser")
        elif found:
            say("Rien n’a été écrit.")
        elif not (taken.stray or taken.notes or taken.changes):
            say("Rien de nouveau dans ce document.")
        _left(taken, open_conflicts, stray)


def _communes(taken: TakenBack) -> dict[str, str]:
    """Return the names of the communes a document is about.

    Raises:
        PublicationError: one is not of this territory.
    """
    from sources.territory.files import load_territories
    from sources.vocabulary import Level

    territories = load_territories()
    foreign = sorted(set(taken.texts) - set(territories.communes))
    if foreign:
        raise publication.PublicationError(
            f"Ce document porte sur {', '.join(foreign)}, qui n’est pas une commune de ce territoire."
        )
    return {code: territories.name(Level.COMMUNE, code) for code in taken.texts}


def _listed(taken: TakenBack, tracked: Tracked | None) -> Iterator[str]:
    """Yield the tracked changes and what stands outside the fields, one message each."""
    done = {Tracked.ACCEPT: ", accepté", Tracked.REFUSE: ", refusé", None: ""}[tracked]
    for change in taken.changes:
        kind, feminine = ("ajout suivi", "") if change.added else ("suppression suivie", "e" if done else "")
        title = taken.fields[change.place[1]].title
        yield f"{title}{NBSP}: {kind} ({change.author}{done}{feminine}){NBSP}: {quoted(change.text.strip())}"
    for one in taken.stray:
        yield one.message()


def _left(taken: TakenBack, conflicts: list[Difference], stray: Stray | None) -> None:
    """Say what is still to be decided.

    Raises:
        PublicationError: a conflict, or words outside the fields that nobody decided on.
    """
    if conflicts:
        raise publication.PublicationError(
            f"{plural(len(conflicts), 'texte')} en conflit, non repris{NBSP}: le volet local et le "
            "document ont changé depuis l’export. Relancez avec --conflit document, local ou deux."
        )
    homeless = [one for one in taken.stray if stray is None or (stray is Stray.ADD and one.field is None)]
    if homeless:
        them, to_them = ("le", "lui") if len(homeless) == 1 else ("les", "leur")
        cure = (
            f"recopiez-{them} dans un cadre, ou relancez avec --hors-cadre ajouter (ou laisser)."
            if stray is None
            else f"aucun cadre ne {to_them} correspond, recopiez-{them} dans l’un d’eux."
        )
        raise publication.PublicationError(
            f"{plural(len(homeless), 'passage')} hors des cadres, non repris{NBSP}: {cure}"
        )


def _origin(home: Home, release_id: str) -> str:
    """Say which release a document was exported from, when it is not the present one."""
    present = publication.current(home)
    if not release_id or present is None or present.release_id == release_id:
        return ""
    return (
        f"Document exporté de la publication {release_id}{NBSP}; "
        f"la publication actuelle est {present.release_id}."
    )


def bilan(
    year: Annotated[
        int, typer.Option("--annee", min=2024, max=2035, metavar="ANNÉE", help="Année du bilan (2026).")
    ],
    committee: Annotated[
        str, typer.Option("--comite", metavar="COMITÉ", help="pilotage ou technique.")
    ] = "pilotage",
    formats: Annotated[
        str, typer.Option("--format", metavar="FORMATS", help="docx, pdf ou xlsx, séparés par des virgules.")
    ] = "docx,pdf,xlsx",
    output: Output = None,
    debug: Debug = False,
) -> None:
    """Écrire le bilan annuel du contrat pour un comité, et la fiche des porteurs de projet."""
    with told(debug):
        from dashboard.documents import ExportError, export_form, export_review

        home = Home.locate()
        present = publication.required(home)
        release, folder = home.releases / present.file, output or home.documents / present.release_id
        wanted = [name.strip() for name in formats.split(",") if name.strip()]
        try:
            written = export_review(release, year, committee, wanted, folder, home.written)
            written += export_form(release, folder, home.written)
        except ExportError as error:
            raise publication.PublicationError(str(error)) from error
        for path in written:
            typer.echo(path)


socle = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE …",
    no_args_is_help=True,
    help="Fixer les valeurs de départ du suivi 2024-2030, une fois pour toutes.",
)


@socle.callback()
def _socle() -> None:
    """Fixer les valeurs de départ du suivi 2024-2030, une fois pour toutes."""


@socle.command(cls=FrenchCommand, rich_help_panel="Commandes")
def fixer(debug: Debug = False) -> None:
    """Fixer les valeurs de départ d’après la publication\u00a0: celles déjà fixées ne bougent plus."""
    with told(debug):
        from dashboard.documents import Library, opened, starting_base
        from sources.local.base import fix

        home = Home.locate()
        home.prepare()
        present = publication.required(home)
        with opened(home.releases / present.file) as release:
            added, kept = fix(home.local, starting_base(Library(release)))
        if added:
            fixed = plural(added, "valeur de départ fixée", "valeurs de départ fixées")
            left = f", {plural(kept, 'laissée telle quelle', 'laissées telles quelles')}" if kept else ""
            say(f"{fixed} d’après {present.release_id}{left}. Pour publier{NBSP}: bcs actualiser")
        else:
            say(f"Rien à fixer{NBSP}: les valeurs de départ le sont déjà ({kept}).")


def verifier_local(territoire: Territory = None, debug: Debug = False) -> None:
    """Vérifier les fichiers remplis du volet local, sans rien calculer ni publier."""
    with told(debug):
        choose(territoire)
        from indicators.registry import INDICATORS
        from pipelines.metadata import known_codes
        from sources.local import SECTIONS, load_local
        from sources.local.reading import LISTS
        from sources.territory.files import load_territories

        home = Home.locate()
        territories = load_territories()
        layer = load_local(home.local, known_codes(territories, INDICATORS), territories.folder / LISTS)
        added = [line for line in layer.lines if line.origin == "agent"]
        for section in SECTIONS.values():
            count = sum(line.section == section.name for line in added)
            if count:
                say(f"{section.title}{NBSP}: {plural(count, 'ligne')}")
        texts = sum(map(len, layer.texts.values()))
        say(
            f"{plural(len(added), 'ligne')} et {plural(texts, 'texte')}, sans défaut. "
            f"Pour publier{NBSP}: bcs actualiser"
        )


def modeles(territoire: Territory = None, debug: Debug = False) -> None:
    """Déposer dans le dossier local les modèles des fichiers à remplir, avec un exemple et leurs règles."""
    with told(debug):
        choose(territoire)
        from indicators.registry import INDICATORS
        from pipelines.metadata import followed
        from sources.local import Codes, write_templates
        from sources.territory.files import load_territories
        from sources.vocabulary import Level

        home = Home.locate()
        home.prepare()
        territories, kept = load_territories(), followed(INDICATORS)
        communes = [(c, territories.name(Level.COMMUNE, c)) for c in territories.communes]
        quarters = [(q, territories.name(Level.QPV, q)) for q in territories.qpv]
        indicators = [
            (i.id, " – ".join(filter(None, (i.title, i.unit.label.strip("()")))))
            for i in INDICATORS
            if i.id in kept
        ]
        codes = (
            Codes("Communes", communes, ("commune", "territoire")),
            Codes("Quartiers prioritaires", quarters, ("territoire",)),
            Codes("Indicateurs suivis", indicators, ("indicateur",)),
        )
        written, left = write_templates(home.local, codes)
        say(
            f"{plural(len(written), 'fichier')} dans {home.local}. Remplissez-les, puis{NBSP}: bcs actualiser"
        )
        for path in left:
            say(f"Laissé tel quel, car il est rempli{NBSP}: {path.name} (ôtez «{NBSP}modele_{NBSP}»).")
