"""A local HTTP server that serves files well or badly, as told, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Behaviour = Callable[["Request"], None]


@dataclass
class Asked:
    """One request received, and the clock when it was."""

    path: str
    headers: dict[str, str]


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.lock:
            self.server.asked.append(Asked(path, {k.lower(): v for k, v in self.headers.items()}))
            script = self.server.routes.get(path)
            behaviour = status(404) if script is None else script.pop(0) if len(script) > 1 else script[0]
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def cut(self) -> None:
        """Reset the connection, as a failing router does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *_args: object) -> None:
        """Stay silent: what was asked is in ``asked``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.lock = threading.Lock()
        self.asked: list[Asked] = []
        self.routes: dict[str, list[Behaviour]] = {}

    def handle_error(self, *_args: object) -> None:
        """A client that leaves is part of the tests."""


@dataclass
class MisbehavingServer:
    """Use as a context manager; each path has a script, whose last step is repeated for ever."""

    _server: _Server = field(default_factory=_Server)

    def __enter__(self) -> MisbehavingServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def route(self, path: str, *script: Behaviour) -> str:
        """Declare what a path answers, request after request, and return its address."""
        with self._server.lock:
            self._server.routes[path] = list(script)
        return self.url(path)

    def asked(self, path: str | None = None) -> list[Asked]:
        with self._server.lock:
            return [a for a in self._server.asked if path in (None, a.path)]


def file(body: bytes, etag: str | None = None, *, dated: bool = False, **headers: str) -> Behaviour:
    """A well-behaved file: ETag or date, ranges and « not modified » included."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if etag:
        named["ETag"] = etag
    if dated:
        named["Last-Modified"] = formatdate(1_700_000_000, usegmt=True)

    def behave(request: Request) -> None:
        validators = {named.get("ETag"), named.get("Last-Modified")} - {None}
        asked = request.headers
        if asked["If-None-Match"] in validators or asked["If-Modified-Since"] in validators:
            request.answer(304, b"", named)
        elif asked["Range"] and asked["If-Range"] in validators:
            start = int(asked["Range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                request.answer(416, b"", {"Content-Range": f"bytes */{len(body)}"})
            else:
                span = f"bytes {start}-{len(body) - 1}/{len(body)}"
                request.answer(206, body[start:], named | {"Content-Range": span})
        else:
            request.answer(200, body, named)

    return behave


def status(code: int, body: bytes = b"non", **headers: str) -> Behaviour:
    """An answer without a file."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.answer(code, body, named)


def redirect(to: str) -> Behaviour:
    return status(302, b"", Location=to)


def cut_after(body: bytes, sent: int, etag: str | None = None) -> Behaviour:
    """Promise the whole file, send its beginning, close."""

    def behave(request: Request) -> None:
        headers = {"Content-Length": str(len(body))} | ({"ETag": etag} if etag else {})
        request.answer(200, body[:sent], headers)
        request.close_connection = True

    return behave


def cut_chunked(body: bytes) -> Behaviour:
    """Send one chunk of a chunked answer, then reset the connection."""

    def behave(request: Request) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        request.wfile.flush()
        request.close_connection = True

    return behave


def half_range(body: bytes, end: int, etag: str) -> Behaviour:
    """Answer a range with a part of what was asked, as a proxy that bounds its answers does."""

    def behave(request: Request) -> None:
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{end - 1}/{len(body)}"
        request.answer(206, body[start:end], {"ETag": etag, "Content-Range": span})

    return behave


def reset(request: Request) -> None:
    """Hang up without a word."""
    request.cut()


def silent(seconds: float) -> Behaviour:
    """Say nothing for a while, then hang up."""

    def behave(request: Request) -> None:
        time.sleep(seconds)
        request.cut()

    return behave


def trickle(body: bytes, pause: float, etag: str | None = None) -> Behaviour:
    """Send the file one byte at a time: never silent, never done."""

    def behave(request: Request) -> None:
        request.answer(200, b"", {"Content-Length": str(len(body))} | ({"ETag": etag} if etag else {}))
        for position in range(len(body)):
            request.wfile.write(body[position : position + 1])
            request.wfile.flush()
            time.sleep(pause)

    return behave
