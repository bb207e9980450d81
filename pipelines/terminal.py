"""French on a terminal: help pages, usage errors, numbers, and terminals that lack a character.

Belongs here: how the command line speaks. Does not belong here: what it does (``cli``, ``refresh``).
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Debug = Annotated[bool, typer.Option("--debug", help="Montrer le détail technique d’une erreur.")]

NBSP, THIN = "\u00a0", "\u202f"
HELD = 3
"""Exit code of a candidate that waits for somebody's yes: a file was set aside."""
INTERRUPTED = 130
"""Exit code of a command a person stopped, as shells expect it."""

_CLOSED = ("Permission denied", "Read-only", "Errno 13", "Errno 30", "os error 5")
_CUT = "Invalid thrift: transport error"
"""What polars says of a file it could not write to its end."""
_FULL = ("No space left", "Errno 28", "os error 28", "not enough space", "Disk quota", "os error 112", _CUT)
_FALLBACK = {THIN: NBSP, "’": "'", "→": "->", "−": "-", "✓": "ok", "✗": "!", "œ": "oe", "…": "..."}


def number(value: int) -> str:
    """Write a whole number with French thousands."""
    return f"{value:,}".replace(",", THIN)


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Write a count and its noun: « 1 fichier », « 3 fichiers »."""
    noun = singular if count < 2 else many or singular + "s"
    return f"{number(count)} {noun}"


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

    def get_params(self, ctx: object) -> list[Any]:
        """Return the options and arguments; a flag needs no type beside its name."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = param.metavar or ""
        return params


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
            typer.echo(usage_error(error), err=True)
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
    elif kind == "BadParameter":
        text = f"Valeur refusée pour {name}{_expected(hint)}."
    elif error.message.startswith("No such command"):
        text = f"Commande inconnue{NBSP}: {error.message.split(chr(39))[1]}."
    else:
        text = "Appel mal formé."
    context = getattr(error, "ctx", None)
    return f"{text}\nEssayez «{NBSP}{context.command_path if context else 'bcs'} --help{NBSP}»."


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


@contextlib.contextmanager
def told(debug: bool) -> Iterator[None]:
    """Turn any failure into one French message on the error stream and an exit code that is not 0."""
    from pipelines.publication import PublicationError
    from sources.problems import ExtractRefused, ValidationFailed

    try:
        yield
    except (PublicationError, ExtractRefused, ValidationFailed) as error:
        message = str(error)
    except (typer.Exit, typer.Abort, KeyboardInterrupt):
        raise
    except OSError as error:
        # Its own text is English, and shows a path of the machine.
        name = Path(error.filename).name if isinstance(error.filename, str | Path) else "un fichier"
        full = system_failure(str(error)) if error.errno == errno.ENOSPC else None
        message = full or (
            f"Le système refuse l’accès à «{NBSP}{name}{NBSP}»{NBSP}: vérifiez ce fichier et vos droits."
        )
    except Exception as error:
        unknown = f"Erreur inattendue{NBSP}: {error}\nRelancez avec --debug pour en avoir le détail."
        message = system_failure(str(error)) or unknown
    else:
        return
    if debug:
        typer.echo(traceback.format_exc(), err=True)
    typer.echo(message, err=True)
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
    """Return the console tables are printed on."""
    from rich.console import Console

    # Off a terminal nothing is cut: whoever reads it may be another program.
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=200)
