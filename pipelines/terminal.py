"""French on a terminal: help pages, usage errors, numbers, and terminals that lack a character.

Belongs here: how the command line speaks. Does not belong here: what it does (``cli``, ``refresh``).
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import shutil
import sys
import textwrap
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from sources import french
from sources.french import NARROW, NBSP

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Debug = Annotated[bool, typer.Option("--detail", help="Montrer le détail technique d’une erreur.")]
By = Annotated[str | None, typer.Option("--par", metavar="NOM", help="Qui le décide, pour le journal.")]
Why = Annotated[str | None, typer.Option("--motif", metavar="TEXTE", help="Pourquoi, pour le journal.")]

INTERRUPTED = 130
"""Exit code of a command a person stopped, as shells expect it."""

HELD = 3
"""Exit code of what was to be published and stays a candidate: something is to be reviewed first."""

FORMER: Mapping[str, str] = {
    "--help": "--aide",
    "--debug": "--detail",
    "--inbox": "--depot",
    "--force": "--tout",
    "--ignore-unknown": "--ignorer-inconnus",
    "--output": "--dossier",
    "--all": "--toutes",
    "--dataset": "--jeu",
    "--address": "--adresse",
}
"""Options by their former English names, which scripts still use."""

_CLOSED = ("Permission denied", "Read-only", "Errno 13", "Errno 30", "os error 5")
_CUT = "Invalid thrift: transport error"
"""What polars says of a file it could not write to its end."""
_FULL = ("No space left", "Errno 28", "os error 28", "not enough space", "Disk quota", "os error 112", _CUT)
_FALLBACK = {NARROW: NBSP, "’": "'", "→": "->", "−": "-", "✓": "ok", "✗": "!", "œ": "oe", "…": "..."}


def say(text: object, *, err: bool = False) -> None:
    """Print text, its long lines cut between words where the width of the terminal is known."""
    width = _width(sys.stderr if err else sys.stdout)
    for line in str(text).encode("utf-8", "replace").decode("utf-8").split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))]
        typer.echo(
            textwrap.fill(
                line,
                width,
                # The no-break spaces of French typography are kept.
                expand_tabs=False,
                replace_whitespace=False,
                drop_whitespace=True,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            if width and len(line) > width
            else line,
            err=err,
        )


def _width(stream: object) -> int | None:
    """Return the width to write in; None where it is unknown: whoever reads may be another program."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    is_terminal = getattr(stream, "isatty", lambda: False)()
    return shutil.get_terminal_size().columns if is_terminal else None


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Write a count and its noun: « 1 fichier », « 3 fichiers », on a line a terminal may break."""
    return french.plural(count, singular, many).replace(NBSP, " ")


def publish_call(release_id: str, *, yes: bool = False) -> str:
    """Return the command that publishes a candidate, as it is typed, on a line of its own."""
    return f"  bcs publier {release_id}{' --oui' if yes else ''} --par NOM --motif TEXTE"


def tolerant_streams() -> None:
    """Let a Windows pipe or an old console show French: what its code page lacks is replaced."""
    codecs.register_error("bcs", _replaced)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="bcs")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    text = "".join(_FALLBACK.get(character, "?") for character in lost)
    try:
        text.encode(error.encoding)
    except UnicodeEncodeError:
        text = text.replace(NBSP, " ").encode("ascii", "replace").decode("ascii")
    return text, error.end


class GivenTwice(typer.BadParameter):
    """An option that takes one value is given several."""


class _French:
    """Help in French, for a command and for the group of commands."""

    def get_usage(self, ctx: object) -> str:
        """Return the usage line."""
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage.replace("Usage:", f"Utilisation{NBSP}:", 1)

    def get_help_option(self, ctx: object) -> TyperOption | None:
        """Return the help option, described in French."""
        option: TyperOption | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Afficher cette aide."
        return option

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        """Read a call, the former names of options being taken for the present ones.

        Raises:
            GivenTwice: an option that takes one value is given several: the first ones would be lost.
        """
        present = [_present(word) for word in args]
        _, _, given = self.make_parser(ctx).parse_args(args=list(present))  # type: ignore[attr-defined]
        for param in given:
            if not (param.multiple or getattr(param, "is_flag", False)) and given.count(param) > 1:
                raise GivenTwice("", ctx, param)  # type: ignore[arg-type]
        found: list[str] = super().parse_args(ctx, present)  # type: ignore[misc]
        return found

    def get_params(self, ctx: object) -> list[Any]:
        """Return the options and arguments; a flag needs no type beside its name."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = param.metavar or ""
            elif param.param_type_name == "argument":
                # Its name says what it is; « <str> » says nothing to an agent.
                param.display_type_rich = _untyped
        return params

    def format_help(self, ctx: object, formatter: object) -> None:
        """Write the help, the few words typer adds of its own in French."""
        from typer import rich_utils

        rich_utils.DEFAULT_STRING = f"[par défaut{NBSP}: {{}}]"
        rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
        super().format_help(ctx, formatter)  # type: ignore[misc]


def _untyped(ctx: object) -> None:
    return None


def _present(word: str) -> str:
    name, equals, value = word.partition("=")
    return FORMER.get(name, name) + equals + value


class FrenchCommand(_French, TyperCommand):
    """A command that speaks French."""


class FrenchGroup(_French, TyperGroup):
    """The group of commands, which also says in French what is wrong in a call."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: object,
    ) -> object:
        """Run a command; end the process with its exit code when ``standalone_mode``."""
        tolerant_streams()
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except TyperException as error:
            if not standalone_mode:
                raise
            say(usage_error(error), err=True)
            sys.exit(error.exit_code)
        except typer.Abort:
            if not standalone_mode:
                raise
            typer.echo("Interrompu.", err=True)
            sys.exit(INTERRUPTED)
        if standalone_mode:
            if code == INTERRUPTED:
                typer.echo("Interrompu.", err=True)
            sys.exit(code if isinstance(code, int) else 0)
        return code


def usage_error(error: TyperException) -> str:
    """Say in French what is wrong in the call of a command."""
    kind, hint = type(error).__name__, getattr(error, "param", None)
    name = hint.get_error_hint().strip("'\"") if hint is not None else ""
    if kind == "NoArgsIsHelpError":
        return error.format_message()
    if kind == "NoSuchOption":
        text = f"Option inconnue{NBSP}: {getattr(error, 'option_name', '')}."
    elif kind == "MissingParameter":
        text = f"Il manque {name}."
    elif kind == "GivenTwice":
        text = f"{name} est donné plusieurs fois, une seule valeur est attendue."
    elif kind == "BadParameter":
        text = f"Valeur refusée pour {name}{_expected(hint)}."
    elif error.message.startswith("No such command"):
        text = f"Commande inconnue{NBSP}: {error.message.split(chr(39))[1]}."
    else:
        text = "Appel mal formé."
    context = getattr(error, "ctx", None)
    return f"{text}\nEssayez «{NBSP}{context.command_path if context else 'bcs'} --aide{NBSP}»."


def _expected(param: object) -> str:
    """Say which values an option takes, where it has bounds."""
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if low is not None and high is not None:
        # Neither a port nor a year has a thousands separator.
        return f"{NBSP}; attendu{NBSP}: un nombre entier entre {low} et {high}"
    return ""


def system_failure(text: str) -> str | None:
    """Return the French of what the system, or a library over it, says of a full or closed disk."""
    if any(sign in text for sign in _FULL):
        return (
            "Il n’y a plus de place sur le disque du baromètre. "
            "Libérez-en (1\u202fGo suffit pour toute la France), puis relancez la commande."
        )
    if any(sign in text for sign in _CLOSED):
        return (
            "Le système refuse d’écrire dans le dossier du baromètre (BCS_HOME)\u00a0: vérifiez vos droits."
        )
    return None


def agreed(question: str) -> bool:
    """Ask for a yes or a no, in French."""
    answer = str(typer.prompt(f"{question} (oui ou non)", default="non"))
    return answer.strip().casefold() in ("o", "oui")


@contextlib.contextmanager
def told(debug: bool) -> Iterator[None]:
    """Turn any failure into one French message on the error stream and an exit code that is not 0."""
    from pipelines.publication import PublicationError
    from sources.problems import ExtractRefused, ValidationFailed

    try:
        yield
    except (PublicationError, ExtractRefused, ValidationFailed) as error:
        message = str(error)
    except (typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError):
        # Nobody reads any more what is said: the library of the command line ends without a word.
        raise
    except OSError as error:
        # Its own text is English, and shows a path of the machine.
        name = Path(error.filename).name if isinstance(error.filename, str | Path) else "un fichier"
        full = system_failure(str(error)) if error.errno == errno.ENOSPC else None
        message = full or (
            f"Le système refuse l’accès à «{NBSP}{name}{NBSP}»{NBSP}: vérifiez ce fichier et vos droits."
        )
    except Exception as error:
        unknown = f"Erreur inattendue{NBSP}: {error}\nRelancez avec --detail pour en avoir le détail."
        message = system_failure(str(error)) or unknown
    else:
        return
    if debug:
        typer.echo(traceback.format_exc(), err=True)
    say(message, err=True)
    raise typer.Exit(1)


def french_table(*heads: str) -> Table:
    """Return an empty table with these heads."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def french_console() -> Console:
    """Return the console tables are printed on: as wide as the terminal, 80 columns where there is none."""
    from rich.console import Console

    return Console(highlight=False, markup=False)
