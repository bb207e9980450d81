"""Readers of the real server: each holds a session of the real protocol and goes from page to page.

Times are from the request of a view to the end of its run on the server, as a browser would wait for it. The
reference of the same run is the lightest page of the dashboard.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard import serve
from sources.french import number
from tests.bench import paint
from tests.bench.measure import Result

PAGES = ("", "barometre", "indicateur", "quartiers", "priorites", "fiche", "donnees")
REFERENCE = "accessibilite"
START_SECONDS = 60
SLOWEST = 60
"""Seconds after which a view is an error."""
CROWDS = {
    10: ("au plus 10 fois", 0.0),
    30: ("aucune erreur", SLOWEST),
    50: ("aucune erreur, au plus 1 s", 1.0),
}
"""What is asked of readers at the same time: in words, and in seconds (0: ten times the reference)."""
BROWSERS = 10
"""Readers at a time of the long browse."""


@dataclass(frozen=True)
class View:
    """One view a reader asked for."""

    page: str
    seconds: float
    failed: bool


@contextmanager
def served(home: Path) -> Iterator[tuple[str, int]]:
    """Serve the release of a home: address and process of the server, ended by its own handle."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        serve.command(port),
        env=serve.environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2).read()
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield f"localhost:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


@asynccontextmanager
async def reader(address: str) -> AsyncIterator[ClientConnection]:
    """One session of the protocol that the pages speak."""
    protocol = [Subprotocol("streamlit")]
    stream = f"ws://{address}/_stcore/stream"
    async with connect(stream, subprotocols=protocol, max_size=None, ping_interval=None) as connection:
        yield connection


async def view(connection: ClientConnection, page: str, query: str) -> View:
    """Ask for a page and wait until the server has run it whole."""
    request = BackMsg()
    request.rerun_script.page_name = page
    request.rerun_script.query_string = query
    start = time.perf_counter()
    await connection.send(request.SerializeToString())
    failed = False
    async with asyncio.timeout(SLOWEST):
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await connection.recv(decode=False))
            failed = failed or answer.delta.new_element.HasField("exception")
            if answer.HasField("page_not_found"):
                failed = True
            # A run that another follows at once is not the end of the view.
            if answer.WhichOneof("type") == "script_finished" and answer.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                failed = failed or answer.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
                return View(page, time.perf_counter() - start, failed)


def query_of(code: str) -> str:
    """Address of the view of a commune."""
    return f"niveau=commune&territoire={code}"


async def in_turn(address: str, pages: Sequence[str], communes: Sequence[str]) -> list[View]:
    """Every page for every commune, by one reader who is alone."""
    async with reader(address) as connection:
        # The first view of a page reads what the others find in memory.
        for page in pages:
            await view(connection, page, query_of(communes[0]))
        return [await view(connection, page, query_of(code)) for page in pages for code in communes]


async def together(
    address: str, readers: int, views: int, think: float, communes: Sequence[str]
) -> list[View]:
    """Readers at the same time, each going from view to view after a time to think."""

    async def browse(seed: int) -> list[View]:
        chance = random.Random(seed)
        await asyncio.sleep(chance.random() * think)
        seen = []
        async with reader(address) as connection:
            for _ in range(views):
                page, code = chance.choice(PAGES), chance.choice(communes)
                seen.append(await view(connection, page, query_of(code)))
                await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
        # Arriving is measured elsewhere: it waits for the modules of the first page.
        return seen[1:]

    return [one for browsed in await asyncio.gather(*map(browse, range(readers))) for one in browsed]


def memory(process: int) -> float:
    """Memory a process holds now, in MiB; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmRSS:"))


def processor(process: int) -> float:
    """Processor time a process has taken, in seconds; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def idle(process: int) -> None:
    """Wait, a minute at most, until a server just started has made ahead what it makes."""
    for _ in range(30):
        before = processor(process)
        time.sleep(2)
        if processor(process) - before < 0.1:
            return


def long_browse(address: str, process: int, seconds: float, communes: Sequence[str]) -> str:
    """Readers who come, browse and leave, one set after another; how the memory of the server goes.

    The slope is that of the second half: the first one fills what the server keeps for everybody.
    """
    held: list[tuple[float, float]] = []
    start, views = time.perf_counter(), 0
    while (spent := time.perf_counter() - start) < seconds:
        views += len(asyncio.run(together(address, BROWSERS, 8, 0.2, communes)))
        held.append((spent, memory(process)))
    late = held[len(held) // 2 :]
    slope = statistics.linear_regression(*zip(*late, strict=True)).slope if len(late) > 1 else 0.0
    per_view = slope * (late[-1][0] - late[0][0]) / max(1, views * len(late) // len(held))
    return (
        f"mémoire du serveur pendant {spent:.0f} s, {views} vues de {BROWSERS * len(held)} lecteurs : "
        f"{held[0][1]:.0f} Mio, puis {held[-1][1]:.0f} ; dans la seconde moitié {slope * 60:+.1f} Mio par "
        f"minute, {per_view * 1024:+.1f} Kio par vue"
    )


def percentile(views: Sequence[View], share: int) -> float:
    """A percentile of the times, in seconds."""
    return statistics.quantiles([one.seconds for one in views], n=100, method="inclusive")[share - 1]


def report(quick: bool, followed: float) -> Iterator[str | Result]:
    """Yield the lines of the benchmark, in French, and the rows of its table.

    Args:
        quick: Fewer communes and readers, a long browse of 20 seconds.
        followed: Seconds of the long browse.
    """
    from dashboard.data.questions import Barometer
    from dashboard.data.release_file import opened
    from dashboard.data.screen import current
    from pipelines.home import Home
    from pipelines.publication import current as in_place

    home = Path(os.environ.get("BCS_HOME") or ".bcs").resolve()
    with opened(current().path) as file:
        communes = [place.code for place in Barometer(file).communes()]
    published = in_place(Home.locate(home))
    assert published is not None
    yield f"version publiée : {number(published.values, 0)} valeurs, {len(communes)} communes suivies"
    if quick:
        communes = communes[:5]
    with served(home) as (address, process):
        spent, alone = {}, []
        idle(process)
        # The reference last: work left over from the start of the server would flatter the rest.
        for page in (*PAGES, REFERENCE):
            # Once for the modules, which are no work of a view.
            asyncio.run(in_turn(address, [page], communes[:1]))
            start = processor(process)
            seen = asyncio.run(in_turn(address, [page], communes))
            spent[page] = (processor(process) - start) / (len(seen) + 1)
            alone += seen
        base = percentile([one for one in alone if one.page == REFERENCE], 50)
        alone = [one for one in alone if one.page != REFERENCE]
        yield (
            f"un lecteur, {len(PAGES)} pages × {len(communes)} communes (référence : page « {REFERENCE} », "
            f"{base * 1000:.0f} ms, dont processeur {spent[REFERENCE] * 1000:.0f} ms)"
        )
        of_pages = {page: [one for one in alone if one.page == page] for page in PAGES}
        for page in PAGES:
            yield _line(page or "accueil", of_pages[page], base)
            if spent[REFERENCE]:
                times = spent[page] / spent[REFERENCE]
                yield f"{'':15}processeur {spent[page] * 1000:.0f} ms, {times:.1f} fois la référence"
        yield _line("toutes", alone, base)
        held = memory(process)
        slowest = max(percentile(seen, 50) for seen in of_pages.values())
        yield _row(
            "La page la plus lente, un lecteur, médiane", slowest, base, held, "au plus 5 fois", 5 * base
        )
        high = percentile(alone, 95)
        yield _row("Toutes les pages, un lecteur, p95", high, base, held, "au plus 150 ms", 0.15)
        for readers, views in ((10, 5),) if quick else ((10, 15), (30, 15), (50, 15)):
            before = memory(process)
            crowd = asyncio.run(together(address, readers, views, 2.0, communes))
            more = (memory(process) - before) / readers
            yield f"{readers} lecteurs à la fois, 2 s entre deux vues, {more:+.1f} Mio par lecteur"
            yield _line("toutes", crowd, base)
            words, most = CROWDS[readers]
            yield _row(
                f"Toutes les pages, {readers} lecteurs à la fois, p95",
                percentile(crowd, 95),
                *(base, memory(process), words),
                0 if any(one.failed for one in crowd) else most or 10 * base,
            )
        yield long_browse(address, process, 20 if quick else followed, communes)
        yield from paint.report(f"http://{address}", quick)


def _row(label: str, seconds: float, base: float, held: float, asked: str, most: float) -> Result:
    """Return the row of a time that must not pass ``most`` seconds."""
    return Result(
        *(label, seconds, 0.0, "la page la plus simple", seconds / base, held, asked), seconds <= most
    )


def _line(name: str, views: Sequence[View], base: float) -> str:
    middle, high, worst = (percentile(views, share) for share in (50, 95, 99))
    failures = sum(one.failed for one in views)
    return (
        f"  {name:12} p50 {middle * 1000:5.0f} ms, {middle / base:.1f} fois la référence ; "
        f"p95 {high * 1000:5.0f} ms, {high / base:.1f} fois ; p99 {worst * 1000:5.0f} ms ; "
        f"{len(views)} vues, {failures} en erreur"
    )
