"""What the hub has not confirmed yet, and the thread that brings it there: the run itself, its events, its journal.
Knows what each answer of the hub means; knows nothing of Chaos Toolkit."""

import json
import logging
import threading
import time
from collections import deque
from typing import Any, Callable, Deque, List, NamedTuple, Optional, Tuple

from . import encode
from .hub import Answer, Hub, Unreachable

HEARTBEAT = 1.0
"""Seconds between posts while nothing happens, as the hub expects; a stop is heard of within this time."""

TIMEOUT = 5.0
LONGEST_PAUSE = 5.0
PAUSE_WHEN_REFUSED = 30.0
"""A token that is refused will hardly be accepted soon, but somebody may be giving it its scope right now."""

LAST_TRIES = 3

NEVER = frozenset([400, 405, 406, 409, 411, 413, 414, 415, 422, 428, 431, 451, 501, 505])
"""Answers that the same request gets again, however often it is sent."""

BATCH_EVENTS, BATCH_BYTES = 500, 256 * 1024

KEPT_BYTES = 32 * 1024 * 1024
"""What a run may keep in memory for a hub that is away: some 2000 events with outputs of full size."""

logger = logging.getLogger("chaostoolkit")


class Failed(Exception):
    """The hub did not take it this time; the message says why."""

    def __init__(self, why: str, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


class Refused(Exception):
    """The hub will never take it; the message says why."""


class Over(Exception):
    """The hub wants nothing more of this run."""


class Leftover(NamedTuple):
    events: List[bytes]
    journal: Optional[bytes]


class Sender:
    """The outbox of one run. `run` is the body of its thread; everything else may be called from others."""

    def __init__(
        self,
        hub: Hub,
        run: str,
        opening: Optional[bytes],
        want: Callable[[Any], None] = lambda wanted: None,
        opened: Callable[[Any], None] = lambda url: None,
    ) -> None:
        self._hub, self._run, self._want, self._opened = hub, run, want, opened
        self._opening = self._to_open = opening
        self._changed = threading.Condition()
        self._events: Deque[Tuple[int, bytes]] = deque()
        self._bytes = 0
        self._full = self._over = self._away = self._silent = False
        self._most = BATCH_EVENTS
        self._stand_in = 0
        self.refused: Optional[str] = None
        """Why the hub will never take this run, when it said so."""
        self._journal: Optional[bytes] = None
        self._deadline: Optional[float] = None
        self._ended = threading.Event()

    def put(self, number: int, event: bytes) -> None:
        """Takes an event for delivery. Numbers must come in order."""
        with self._changed:
            if self._over or self._full or self._silent:
                return
            if self._bytes + len(event) > KEPT_BYTES:
                # The hub needs numbers without gaps: after the first event that is left out, all are.
                self._full = True
                logger.warning("ChaosHub is away for too long: from here on only the journal will tell of this run")
                return
            self._events.append((number, event))
            self._bytes += len(event)
            self._changed.notify_all()

    def close(self, deadline: float, journal: Optional[bytes] = None) -> None:
        """Nothing more will come. `deadline` is on the monotonic clock."""
        with self._changed:
            self._deadline = deadline
            self._journal = journal
            self._changed.notify_all()

    def wait(self) -> None:
        """Until all is delivered or given up, and not beyond the deadline."""
        self._ended.wait(max(0.0, (self._deadline or 0.0) - time.monotonic()))

    def give_up(self) -> None:
        """Whoever waits need not wait any longer."""
        self._ended.set()

    def leftover(self) -> Optional[Leftover]:
        """What the hub has not confirmed and may still want."""
        with self._changed:
            if self._over or not (self._events or self._journal or self._to_open):
                return None
            return Leftover([event for _, event in self._events], self._journal)

    def run(self) -> None:
        try:
            self._deliver()
        except Over:
            self._forget()
        except Refused as problem:
            self.refused = str(problem)
            logger.warning("ChaosHub refuses this run (%s); the run goes on without it", problem)
            self._forget()
        except Exception:
            logger.debug("ChaosHub's sender ended", exc_info=True)
        finally:
            self._hub.close()
            self._ended.set()

    def _forget(self) -> None:
        with self._changed:
            self._over = True
            self._events.clear()
            self._journal = None

    def _deliver(self) -> None:
        pause, failures, closing = 0.0, 0, False
        while self._wait_for_work(pause):
            if self._closing() and not closing:
                closing, failures = True, 0
            opening = self._to_open is not None
            try:
                self._step()
                pause = 0.0
                # A hub that opens a run and then does not know it is no better than one that is away.
                if not opening:
                    failures = 0
                    self._say_back()
            except Failed as problem:
                failures += 1
                pause = PAUSE_WHEN_REFUSED if problem.refused else min(0.1 * 2**failures, LONGEST_PAUSE)
                self._say_away(str(problem))
                if closing and (problem.refused or failures == LAST_TRIES):
                    return

    def _wait_for_work(self, pause: float) -> bool:
        """Returns when it is time for the next request; False when no further one is due."""
        with self._changed:
            if self._closing():
                self._changed.wait_for(lambda: False, min(pause, self._remaining()))
            elif self._silent:
                self._changed.wait_for(self._closing)
            elif pause:
                # While the hub is away new events wait with the others; only the end of the run hurries.
                self._changed.wait_for(self._closing, pause)
            else:
                self._changed.wait_for(lambda: self._events or self._to_open or self._closing(), HEARTBEAT)
            if not self._closing():
                return True
            return self._remaining() > 0 and bool(self._events or self._to_open or self._journal)

    def _closing(self) -> bool:
        return self._deadline is not None

    def _remaining(self) -> float:
        return max(0.0, (self._deadline or 0.0) - time.monotonic())

    def _step(self) -> None:
        left = max(0.05, self._remaining())
        timeout = min(TIMEOUT, left) if self._closing() else TIMEOUT
        try:
            if self._to_open is not None:
                self._open(self._hub.open_run(self._run, self._to_open, timeout))
            elif self._events or (self._journal is None and not self._silent):
                batch = self._batch()
                try:
                    self._confirm(batch, self._hub.post_events(self._run, [event for _, event in batch], timeout))
                except Refused as problem:
                    self._without(batch, str(problem))
            elif self._journal is not None:
                self._hand_over(self._hub.put_journal(self._run, self._journal, left))
        except Unreachable as problem:
            raise Failed(str(problem)) from problem

    def _open(self, answer: Answer) -> None:
        _check(answer, {200, 201}, answer.document.get("id") == self._run)
        self._to_open = None
        self._opened(answer.document.get("url"))

    def _batch(self) -> List[Tuple[int, bytes]]:
        batch: List[Tuple[int, bytes]] = []
        room = BATCH_BYTES
        with self._changed:
            for number, event in self._events:
                room -= len(event)
                if batch and (room < 0 or len(batch) >= self._most):
                    break
                batch.append((number, event))
        return batch

    def _confirm(self, batch: List[Tuple[int, bytes]], answer: Answer) -> None:
        if answer.status == 404 and self._opening is not None:
            self._to_open = self._opening
            raise Failed("it does not know this run")
        through = answer.document.get("through", -1)
        _check(answer, {200, 202}, type(through) is int and through >= 0)
        self._want(answer.document.get("wanted"))
        self._most = BATCH_EVENTS
        with self._changed:
            while self._events and self._events[0][0] <= through:
                self._bytes -= len(self._events.popleft()[1])
            if batch and self._events and self._events[0][0] == batch[0][0]:
                raise Failed("it did not keep what was sent")

    def _without(self, batch: List[Tuple[int, bytes]], why: str) -> None:
        """The hub will never take this batch: finds the event that it refuses, and sends a word in its place, because
        it needs numbers without gaps. Where even that is refused, no more events are sent."""
        if len(batch) > 1:
            self._most = len(batch) // 2
            return
        with self._changed:
            if batch and batch[0][0] != self._stand_in:
                number, event = batch[0]
                self._stand_in = number
                told = json.loads(event)
                logger.warning("ChaosHub refuses an event of this run (%s); the others go on", why)
                small = encode.line({**told, "data": {"refused": why[:200]}})
                self._bytes += len(small) - len(event)
                self._events[0] = (number, small)
                return
            self._silent = True
            self._events.clear()
            self._bytes = 0
        logger.warning("ChaosHub refuses the events of this run (%s): only the journal will tell of it", why)

    def _hand_over(self, answer: Answer) -> None:
        try:
            _check(answer, {200, 201, 202, 204}, True)
        except Refused as problem:
            self.refused = str(problem)
            logger.warning("ChaosHub refuses the journal of this run (%s)", problem)
        self._journal = None

    def _say_away(self, why: str) -> None:
        if not self._away:
            self._away = True
            logger.warning("ChaosHub is away (%s); the run goes on without it", why)

    def _say_back(self) -> None:
        if self._away:
            self._away = False
            logger.info("ChaosHub is back")


def _check(answer: Answer, good: Any, understood: bool) -> None:
    if answer.status == 410:
        raise Over
    said = "{} {}".format(answer.status, answer.document.get("code") or "").strip()
    if answer.status in NEVER:
        detail = str(answer.document.get("detail") or "")
        raise Refused(f"{said}: {detail}" if detail else said)
    if answer.status in (401, 403):
        raise Failed(f"it refuses the token: {said}", refused=True)
    if answer.status not in good or not understood:
        raise Failed(f"it answered {said}")
