"""The one place where events get their numbers: a thread of its own takes them in turn, writes each into
`events.ndjson` and only then hands it on, so that neither a slow disk nor a large output is felt by the run."""

import logging
import queue
import threading
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Optional

from . import encode

SENDER = "control"

logger = logging.getLogger("chaostoolkit")


class Recorder:
    """Takes events from every thread of the run. Nothing it does is ever seen by the run."""

    def __init__(self, hand_on: Callable[[int, bytes], None], path: Optional[str]) -> None:
        self._hand_on = hand_on
        self._path = path
        self._file: Any = None
        self._torn = self._warned = False
        # Written in C, so a signal that interrupts the run cannot leave it half changed; and as numbers are given on
        # the other side of it, an interrupted caller leaves no gap in them.
        self._queue: Any = queue.SimpleQueue()
        threading.Thread(target=self._work, name="chaoshub-record", daemon=True).start()

    def emit(self, kind: str, phase: Optional[str], data: Callable[[], Dict[str, Any]]) -> None:
        """Puts the event in line; `data` is called later, on the recorder's thread."""
        at = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self._queue.put((at, kind, phase, data))

    def afterwards(self, work: Callable[[], None]) -> None:
        """Runs `work` on the recorder's thread once everything emitted so far is written."""
        self._queue.put(work)

    def end(self) -> None:
        """Nothing more will come: the thread ends when all is done."""
        self._queue.put(None)

    def _work(self) -> None:
        number = 0
        for item in iter(self._queue.get, None):
            try:
                if callable(item):
                    item()
                else:
                    number += 1
                    self._record(number, *item)
            except Exception:
                logger.debug("ChaosHub could not record an event", exc_info=True)

    def _record(self, number: int, at: str, kind: str, phase: Optional[str], data: Callable[[], Any]) -> None:
        event = {"seq": number, "at": at, "kind": kind, "phase": phase}
        try:
            wire = encode.line({**event, "data": data()})
        except Exception as problem:
            # The numbers have no gaps, whatever an activity returned.
            logger.debug("ChaosHub could not read the data of a %s event", kind, exc_info=True)
            wire = encode.line({**event, "data": {"unreadable": type(problem).__name__}})
        self._write(wire)
        self._hand_on(number, wire)

    def _write(self, wire: bytes) -> None:
        if not self._path:
            return
        line = b'{"sender":"' + SENDER.encode() + b'",' + wire[1:] + b"\n"
        try:
            if self._file is None:
                self._file = open(self._path, "ab", buffering=0)
            # After a full disk the last line may be half a line: end it, so that it spoils no other.
            line = b"\n" + line if self._torn else line
            self._torn = True
            self._torn = self._file.write(line) != len(line)
        except OSError as problem:
            if not self._warned:
                self._warned = True
                logger.warning("ChaosHub cannot write the run's events down: %s", problem)
