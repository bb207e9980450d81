"""Writing the documents of one commune, or of all, from a release file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from pathlib import Path

from dashboard.data.release_file import ExportError, opened
from dashboard.documents.assemble import dialogue, document, page
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.html.writer import html
from dashboard.documents.kept import Shelf
from dashboard.documents.pdf.writer import pdf
from dashboard.documents.word.writer import docx
from dashboard.documents.workbook.writer import workbook

FORMATS = ("docx", "pdf", "xlsx", "dialogue", "html")
"""``dialogue``: the short version, as a Word file and as a PDF; ``html``: one page, alone."""

_FEW = 4
"""Communes under which starting processes costs more than it saves."""

Progress = Callable[[int, int, str], None]
"""Called with how many communes are done, of how many, and the name of the last one."""


def export(
    release: Path,
    commune: str,
    formats: Sequence[str],
    output: Path,
    previous: Path | None = None,
    notes: Path | None = None,
) -> list[Path]:
    """Write the documents of one commune.

    Args:
        release: a release file.
        commune: its name or its code.
        formats: among :data:`FORMATS`.
        output: folder to write into, made if it is not there.
        previous: an older release, for the dialogue to say what changed since; without effect when it was
            made by a program too old to be read.
        notes: folder that remembers what was written, so that only a changed file is moved aside.

    Returns:
        The files written.

    Raises:
        ExportError: an unknown format or commune, a file that is not a release, a document open elsewhere.
    """
    _check(formats)
    with ExitStack() as stack:
        libraries = _libraries(stack, release, previous, formats)
        return _write(libraries, commune, formats, Shelf(output, notes))


def export_all(
    release: Path,
    formats: Sequence[str],
    output: Path,
    on_progress: Progress | None = None,
    previous: Path | None = None,
    workers: int | None = None,
    notes: Path | None = None,
) -> list[Path]:
    """Write the documents of every commune of the release, hence of every QPV.

    Args:
        release: a release file.
        formats: among :data:`FORMATS`.
        output: folder to write into.
        on_progress: called with each commune as it is done.
        previous: an older release, for the dialogue.
        notes: folder that remembers what was written, so that only a changed file is moved aside.
        workers: processes; as many as there are cores by default, at most four.

    Returns:
        The files written, in the order of the communes' names.

    Raises:
        ExportError: an unknown format, a file that is not a release, a document open elsewhere.
    """
    _check(formats)
    with opened(release) as file:
        communes = [(c.code, c.name) for c in Library(file).barometer.communes()]
    written: dict[str, list[Path]] = {}
    names = dict(communes)
    done = _done([code for code, _ in communes], release, formats, Shelf(output, notes), previous, workers)
    for count, (code, paths) in enumerate(done, start=1):
        written[code] = paths
        if on_progress is not None:
            on_progress(count, len(communes), names[code])
    return [path for code, _ in communes for path in written[code]]


def _done(
    codes: list[str],
    release: Path,
    formats: Sequence[str],
    shelf: Shelf,
    previous: Path | None,
    workers: int | None,
) -> Iterator[tuple[str, list[Path]]]:
    """Yield each commune as its files are written."""
    count = workers if workers is not None else min(os.cpu_count() or 1, 4)
    if count <= 1 or len(codes) < _FEW:
        with ExitStack() as stack:
            libraries = _libraries(stack, release, previous, formats)
            for code in codes:
                yield code, _write(libraries, code, formats, shelf)
        return
    # Small shares: a slow commune at the end does not keep one process alone at work.
    shares = [codes[start :: count * 3] for start in range(count * 3)]
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(_share, share, release, formats, shelf, previous) for share in shares if share]
        for task in as_completed(tasks):
            yield from task.result()


def _share(
    codes: list[str], release: Path, formats: Sequence[str], shelf: Shelf, previous: Path | None
) -> list[tuple[str, list[Path]]]:
    """Write the documents of some communes, in a process of its own."""
    return list(_done(codes, release, formats, shelf, previous, workers=1))


def _libraries(
    stack: ExitStack, release: Path, previous: Path | None, formats: Sequence[str]
) -> list[Library]:
    """Open the release, then the older one where the dialogue needs it and this program still reads it."""
    libraries = [Library(stack.enter_context(opened(release)))]
    if previous is not None and "dialogue" in formats:
        with suppress(ExportError):
            libraries.append(Library(stack.enter_context(opened(previous))))
    return libraries


def _write(libraries: Sequence[Library], commune: str, formats: Sequence[str], shelf: Shelf) -> list[Path]:
    dossier = Dossier(libraries[0], commune)
    files: list[tuple[str, bytes]] = []
    full = document(dossier)
    for name in dict.fromkeys(formats):
        if name == "docx":
            files.append((f"{full.name}.docx", docx(full)))
        elif name == "pdf":
            files.append((f"{full.name}.pdf", pdf(full)))
        elif name == "xlsx":
            files.append((f"{full.name}.xlsx", workbook(dossier)))
        elif name == "html":
            one = page(Dossier(libraries[0], commune))
            files.append((f"{one.name}.html", html(one)))
        else:
            before = _known(libraries[1], dossier.commune.code) if len(libraries) > 1 else None
            short = dialogue(Dossier(libraries[0], commune), before)
            files += [(f"{short.name}.docx", docx(short)), (f"{short.name}.pdf", pdf(short))]
    return [shelf.put(name, content) for name, content in files]


def _known(library: Library, commune: str) -> Dossier | None:
    """Return the commune in an older release, ``None`` when it was not in it."""
    try:
        return Dossier(library, commune)
    except ExportError:
        return None


def _check(formats: Sequence[str]) -> None:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        asked = ", ".join(unknown) or "aucun"
        raise ExportError(f"Format inconnu\u00a0: {asked}. Formats possibles\u00a0: {', '.join(FORMATS)}.")
