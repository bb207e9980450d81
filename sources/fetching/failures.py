"""Why a file could not be downloaded, in words for a person, and whether trying again may help.

Belongs here: from what the HTTP library raises to one French problem. Does not belong here: what is done
about it (``download``).
"""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from sources.fetching.targets import Target
from sources.french import NBSP, number
from sources.problems import Problem, quoted

_RELAUNCH = "Relancez la commande plus tard\u00a0: ce qui est déjà reçu est gardé."
_ADDRESS = "Vérifiez l’adresse dans le catalogue\u00a0; le producteur a pu déplacer le fichier."
_OFFLINE = (
    "Ce poste est-il relié à Internet\u00a0? Derrière un serveur mandataire (proxy), renseignez la variable "
    "HTTPS_PROXY. Rien n’est perdu\u00a0: les fichiers déjà téléchargés servent toujours."
)
_CERTIFICATE = (
    "Vérifiez la date du poste\u00a0; si le réseau contrôle les connexions (proxy), indiquez son certificat "
    "par la variable SSL_CERT_FILE."
)


class DownloadFailed(Exception):
    """A download that gave no file we can take.

    Attributes:
        problem: what to tell the person.
        transient: whether another attempt may do better.
        retry_after: seconds the server asked to wait.
        spoiled: whether what was received is worth nothing.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        transient: bool = False,
        retry_after: float | None = None,
        spoiled: bool = False,
    ) -> None:
        super().__init__(problem.message())
        self.problem = problem
        self.transient = transient
        self.retry_after = retry_after
        self.spoiled = spoiled

    def final(self, attempts: int) -> DownloadFailed:
        """Return the failure to report once the last attempt failed too."""
        problem = self.problem
        found = f"{problem.found} ({attempts} essais)"
        advice = problem.advice or _RELAUNCH
        return DownloadFailed(Problem(problem.file, None, None, found, problem.expected, advice))


def failed(
    target: Target,
    found: str,
    expected: str | None = None,
    advice: str | None = None,
    *,
    transient: bool = False,
    retry_after: float | None = None,
    spoiled: bool = False,
) -> DownloadFailed:
    """Return the failure of one address; ``found`` is a French noun phrase, the address is added to it."""
    said = Problem(
        target.label,
        None,
        None,
        f"{found} à l’adresse {target.url}",
        expected or "le fichier du producteur",
        advice,
    )
    return DownloadFailed(said, transient=transient, retry_after=retry_after, spoiled=spoiled)


def refused_status(
    target: Target, response: httpx.Response, transient: bool, longest: float
) -> DownloadFailed:
    """Return the failure for an HTTP status that brings no file.

    Args:
        target: the address.
        response: its answer.
        transient: whether this status may pass.
        longest: the longest wait a command may be asked for, in seconds.
    """
    code = response.status_code
    if code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return failed(target, "un serveur mandataire (proxy) qui demande un identifiant", advice=_OFFLINE)
    if code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return failed(target, f"aucun fichier (réponse {code})", advice=_ADDRESS)
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return failed(target, f"un accès refusé (réponse {code})", advice=_ADDRESS)
    if not transient:
        return failed(target, f"une réponse inattendue ({code})", advice=_ADDRESS)
    busy = code == HTTPStatus.TOO_MANY_REQUESTS
    found = f"un serveur {'surchargé' if busy else 'en panne'} (réponse {code})"
    asked = retry_after(response.headers.get("Retry-After"))
    if asked is not None and asked > longest:
        wait = f"{number(asked / 60)}{NBSP}min"
        advice = f"Le serveur demande d’attendre {wait}{NBSP}: relancez la commande ensuite."
        return failed(target, found, advice=advice)
    return failed(target, found, transient=True, retry_after=asked)


def retry_after(header: str | None) -> float | None:
    """Read how long a ``Retry-After`` header asks to wait, a number or a date (RFC 9110, 10.2.3).

    Args:
        header: The text of the header; None without one.

    Returns:
        Seconds, 0 for a date already past; None when there is none or it cannot be read.
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return min(float(header), 1e9)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    now = dt.datetime.now(dt.UTC)
    return max(0.0, ((date if date.tzinfo else date.replace(tzinfo=dt.UTC)) - now).total_seconds())


def explained(error: Exception, target: Target) -> DownloadFailed:
    """Return what an exception of the HTTP library means for the person and for the next attempt."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return failed(target, "un certificat que rien ne garantit", "une connexion sûre", _CERTIFICATE)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        # A redirection may lead to another host than the declared one.
        host = error.request.url.host if isinstance(error, httpx.RequestError) else target.host
        return failed(target, f"aucun serveur {quoted(host)}", advice=_OFFLINE)
    match error:
        case httpx.TooManyRedirects():
            return failed(target, "des redirections sans fin", advice=_ADDRESS)
        case httpx.ProxyError():
            return failed(target, "un serveur mandataire (proxy) qui ne répond pas", advice=_OFFLINE)
        case httpx.TimeoutException():
            return failed(target, "aucune réponse dans le temps imparti", transient=True)
        case httpx.ConnectError():
            return failed(target, "une connexion refusée", advice=_OFFLINE, transient=True)
        case httpx.TransportError() if not _leads_nowhere(error):
            return failed(target, "un envoi coupé en chemin", transient=True)
        case httpx.DecodingError():
            return failed(target, "un envoi compressé illisible", transient=True, spoiled=True)
    return failed(target, "une redirection vers une adresse inutilisable", advice=_ADDRESS)


def _leads_nowhere(error: httpx.TransportError) -> bool:
    # httpx has no type of its own for a redirection it cannot read, only these words.
    return isinstance(error, httpx.UnsupportedProtocol) or "location header" in str(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
