"""How a run is stopped from within: when it is safe to interrupt it, and by which way.
Knows the paths of Chaos Toolkit's run loop, and nothing of who asks."""

import os
import signal
import threading
import time
from functools import partial
from typing import Any, Callable, Dict, Optional

from chaoslib.exceptions import InterruptExecution
from chaoslib.exit import exit_gracefully, exit_ungracefully

RUN, STOP, ABORT = "run", "stop", "abort"

_ORDER = {RUN: 0, STOP: 1, ABORT: 2}
_HOW = {STOP: "signal", ABORT: "signal-no-rollbacks"}
_WHY = {STOP: "the hub asked to stop", ABORT: "the hub asked to stop at once, without rollbacks"}

REPETITION = 0.5
"""Seconds in which a signal that we repeated arrives: it only has to cross this process."""

LATER = 0.05
"""Seconds after which a signal that came at a bad moment is tried again: most lines are logged in far less."""

_SIGNALS = hasattr(signal, "SIGUSR1") and hasattr(signal, "SIGUSR2")


class Gate:
    """Stops the run when that was asked for. The signals of Chaos Toolkit raise `SystemExit` in the main thread: where
    the run loop expects that, the run ends with its journal; elsewhere the journal would be lost. So the main thread
    opens the gate where a signal is safe and closes it under the lock that signalling needs."""

    def __init__(self, stopping: Callable[[str, str], None]) -> None:
        self._stopping = stopping
        """Called with how and why, at most once for each way."""
        self._lock = threading.Lock()
        self._wanted = RUN
        self._done = RUN
        self._open = False
        self._rolling_back = False
        self._listening = self._unheard = False
        self._handlers: Dict[int, Any] = {}
        self._repeated = 0.0

    def listen(self) -> None:
        """Learns from now on whether a signal was heard. Called on the main thread, where handlers are set."""
        if not _SIGNALS or threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            handler = signal.getsignal(number)
            if callable(handler):
                self._handlers[number] = partial(self._hear, handler)
                signal.signal(number, self._handlers[number])
        self._listening = True

    def want(self, wanted: Optional[str]) -> None:
        """The hub's latest wish; a stop once asked for is not taken back."""
        with self._lock:
            if _ORDER.get(str(wanted), 0) > _ORDER[self._wanted]:
                self._wanted = str(wanted)
            if self._open and _SIGNALS:
                self._signal()

    def enter(self) -> None:
        """The main thread is where a signal ends the run in an orderly way."""
        with self._lock:
            self._open = True

    def leave(self) -> None:
        with self._lock:
            self._open = False

    def roll_back(self) -> None:
        """From here on a graceful stop would only cut the rollbacks it is meant to let play."""
        with self._lock:
            self._open = False
            self._rolling_back = True

    def before_activity(self, main: bool) -> None:
        """Raises where the run is to end before this activity."""
        with self._lock:
            if main:
                self._open = True
            if not self._due():
                return
            if main and _SIGNALS and self._wanted == ABORT:
                self._signal()
                return
            if self._done == RUN:
                self._done = self._wanted
                self._stopping("flag", _WHY[self._wanted])
        raise InterruptExecution(_WHY[self._wanted])

    def after_activity(self) -> None:
        """Outside the activities of the rollbacks a signal would escape the run loop."""
        with self._lock:
            self._open = self._open and not self._rolling_back

    def _due(self) -> bool:
        return self._wanted == ABORT or (self._wanted == STOP and not self._rolling_back)

    def _signal(self) -> None:
        if self._due() and _ORDER[self._wanted] > _ORDER[self._done]:
            self._done = self._wanted
            self._unheard = self._listening
            self._stopping(_HOW[self._wanted], _WHY[self._wanted])
        elif self._unheard:
            # A signal that comes just before the main thread begins to sleep does not wake it (a gap in Python's own
            # handling). The repetition does, and both are heard as one.
            self._repeated = time.monotonic()
        else:
            return
        exit_ungracefully() if self._done == ABORT else exit_gracefully()

    def _hear(self, handler: Callable[[int, Any], Any], number: int, frame: Any) -> None:
        """Runs on the main thread, perhaps while it holds the lock: so it takes none."""
        if not self._unheard and time.monotonic() - self._repeated < REPETITION:
            return  # The repetition was on its way already when the signal was heard.
        if _logs(frame):
            # `logging` takes its handler's lock before its `try`: raised in between, nobody could ever log again, and
            # a background activity would wait for that for ever. Ours is repeated at the next heartbeat.
            if not self._unheard:
                again = threading.Timer(LATER, self._again, (number,))
                again.daemon = True
                again.start()
            return
        self._unheard = False
        handler(number, frame)

    def _again(self, number: int) -> None:
        # Chaos Toolkit takes its handlers away when the run is over: then the signal would end the process before the
        # journal is written.
        if signal.getsignal(number) is self._handlers[number]:
            os.kill(os.getpid(), number)


def _logs(frame: Any) -> bool:
    """Whether the interrupted code is anywhere inside `logging`."""
    while frame is not None:
        if frame.f_globals.get("__name__") == "logging":
            return True
        frame = frame.f_back
    return False
