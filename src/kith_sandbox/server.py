"""A sandbox on a port: in a thread for tests, or in the foreground until told to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
from types import FrameType, TracebackType
from typing import Self

from kith_sandbox.app import App
from kith_sandbox.control.actions import restore
from kith_sandbox.listener import Listener
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.world import World


class RunningSandbox:
    """A sandbox that answers at `url` until `stop`, or until the end of a `with` block."""

    def __init__(self, sandbox: Sandbox, *, host: str, port: int) -> None:
        self.sandbox = sandbox
        self._listener = Listener(host, port, App(sandbox))
        self._thread = Thread(
            target=self._listener.serve_forever, args=(0.05,), name="kith-sandbox", daemon=True
        )
        self.url = f"http://{host}:{self._listener.server_port}"
        self._thread.start()

    @property
    def world(self) -> World:
        """The truth behind the answers. Hold `sandbox.lock` to change it."""
        return self.sandbox.world

    def stop(self) -> None:
        """Answer no more; silent calls end, open connections are closed."""
        self.sandbox.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.close_connections()
        self._listener.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    port: int = 0,
    *,
    seed: int = 7,
    lists: bool = True,
    state: Path | None = None,
    days_ago: int = 0,
    born_at: datetime | None = None,
    host: str = "127.0.0.1",
) -> RunningSandbox:
    """Serve a sandbox in a thread. Port 0 takes a free one.

    `state` is a journal that makes it survive a restart: if the file has a world, that world (with
    its seed and its clock) is taken. A new world begins `days_ago`, and its clock stays that far
    behind until it is advanced; its first day is that day, or `born_at`. Raises `OSError` when the
    port is taken and `JournalError` when the file is something else.
    """
    sandbox = Sandbox(seed=seed, lists=lists, days_ago=days_ago, born_at=born_at)
    if state is not None:
        restore(sandbox, state)
    return RunningSandbox(sandbox, host=host, port=port)


def serve(
    port: int,
    *,
    seed: int = 7,
    lists: bool = True,
    state: Path | None = None,
    days_ago: int = 0,
    host: str = "127.0.0.1",
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM or SIGINT, in the main thread. `ready` is told the address."""

    ended = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal ended
        ended = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with start(
            port, seed=seed, lists=lists, state=state, days_ago=days_ago, host=host
        ) as running:
            ready(running.url)
            # A flag and a short sleep: a handler must not touch a lock that the loop may hold.
            while not ended:
                time.sleep(0.1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
