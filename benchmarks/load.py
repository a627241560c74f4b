"""A small HTTP client that keeps a few connections busy and writes down how long each answer takes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Run:
    """What one load measured: seconds per answer, and how many of each status."""

    seconds: float
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the answers stayed under."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def get(path: str, cookie: str = "") -> bytes:
    return _request("GET", path, cookie)


def post(path: str, cookie: str, body: str, token: str) -> bytes:
    extra = (
        "Content-Type: application/x-www-form-urlencoded\r\nHX-Request: true\r\n"
        f"X-CSRFToken: {token}\r\nContent-Length: {len(body)}\r\n"
    )
    return _request("POST", path, cookie, extra) + body.encode()


def _request(method: str, path: str, cookie: str, extra: str = "") -> bytes:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
        f"{cookies}{extra}\r\n"
    ).encode()


def run(
    port: int, requests: Callable[[], Iterator[bytes]], *, seconds: float, connections: int = 8
) -> Run:
    """Send the requests over this many connections for this long; each waits for its answer."""
    return asyncio.run(_run(port, requests(), seconds, connections))


def acts(
    port: int,
    requests: Callable[[], Iterator[bytes]],
    stored: Callable[[], int],
    *,
    seconds: float,
) -> Run:
    """The same for what people do: each answer has to have left its row, for a refusal is fast too."""
    before = stored()
    result = run(port, requests, seconds=seconds)
    if (rows := stored() - before) != len(result.times):
        raise SystemExit(
            f"{len(result.times):,} acts were answered and {rows:,} stored: {result.statuses}"
        )
    return result


async def _run(port: int, requests: Iterator[bytes], seconds: float, connections: int) -> Run:
    result = Run(seconds)
    start = time.perf_counter()
    await asyncio.gather(
        *[_client(port, requests, start + seconds, result) for _ in range(connections)]
    )
    result.seconds = time.perf_counter() - start
    return result


async def _client(port: int, requests: Iterator[bytes], end: float, result: Run) -> None:
    reader = writer = None
    while time.perf_counter() < end:
        request = next(requests, None)
        if request is None:
            break
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        await reader.readexactly(int(length.group(1)) if length else 0)
        result.times.append(time.perf_counter() - began)
        status = int(head[9:12])
        result.statuses[status] = result.statuses.get(status, 0) + 1
        if b"connection: close" in head.lower():
            writer.close()
            reader = writer = None
    if writer:
        writer.close()
