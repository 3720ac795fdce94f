"""One run and everything that works for it, from its first handler call to its last: made when the control is
configured, ended within a deadline. The only file that knows all the others."""

import contextlib
import logging
import os
import threading
import time
from importlib.metadata import PackageNotFoundError, version
from platform import node, python_version
from typing import Any, Dict, Optional

from chaoslib import __version__ as chaoslib_version
from chaoslib.caching import lookup_activity

from . import encode, spool
from .hub import Hub
from .plan import Plan
from .record import Recorder
from .redact import Redactor, known_values, without_secrets
from .send import Sender
from .settings import Settings
from .stop import Gate
from .watch import Watch

GRACE = 0.5
"""Seconds beyond the deadline in which what could not be delivered is written to the spool."""

HEARING = 0.2
"""Seconds after which a signal or Ctrl-C is heard at the latest while the end of a run waits for the hub."""

SPOOL_SECONDS = 30.0
"""How long one older run may take to be delivered beside this one."""

JOURNAL_LIMIT = 32 * 1024 * 1024
"""Bytes that the hub takes, unless its `--journal-limit` says otherwise."""

logger = logging.getLogger("chaostoolkit")


class Session:
    """Starts its threads when Chaos Toolkit tells that the run is running."""

    def __init__(self, settings: Settings, configuration: Any, secrets: Any, registry: Any, experiment: Any) -> None:
        self.over = False
        self._settings = settings
        self._scrub = Redactor([settings.token, *known_values(configuration, secrets, os.environ)])
        self._opening: Optional[bytes] = None
        self._sender: Optional[Sender] = None
        self._backlog: Optional[threading.Thread] = None
        self._recorder = Recorder(self._hand_on, settings.events)
        self._gate = Gate(self._stopping)
        self._gate.listen()
        plan = Plan(experiment, lookup_activity)
        self.watch = Watch(self._recorder, self._gate, plan, self._scrub, self._started, self._finished)
        registry.register(self.watch)

    def _started(self, experiment: Any, journal: Any) -> Dict[str, Any]:
        about = {
            "node": journal.get("node") or node(),
            "chaostoolkit": _installed("chaostoolkit"),
            "chaoslib": journal.get("chaoslib-version") or chaoslib_version,
            "python": python_version(),
        }
        self._recorder.afterwards(lambda: self._open(experiment, {**about, "started_at": journal.get("start")}))
        return about

    def _open(self, experiment: Any, about: Dict[str, Any]) -> None:
        if not self._settings.given:
            document = encode.redacted(without_secrets(experiment), self._scrub)
            self._opening = encode.line({"workspace": self._settings.workspace, "experiment": document, **about})
        self._sender = Sender(
            Hub(self._settings.url, self._settings.token),
            self._settings.run,
            self._opening,
            self._gate.want,
            self._opened,
        )
        _thread("chaoshub-send", self._sender.run)

    def _opened(self, url: Any) -> None:
        if self._backlog is None:
            logger.info("Watch this run on ChaosHub: %s", url)
            self._backlog = _thread("chaoshub-spool", self._deliver_backlog)

    def _hand_on(self, number: int, event: bytes) -> None:
        if self._sender is not None:
            self._sender.put(number, event)

    def _stopping(self, how: str, why: str) -> None:
        self._recorder.emit("run.stopping", None, lambda: {"how": how, "why": why})

    def _deliver_backlog(self) -> None:
        try:
            for spooled in spool.waiting(spool.folder()):
                if (spooled.url, spooled.workspace) == (self._settings.url, self._settings.workspace):
                    if spool.deliver(spooled, self._settings.token, SPOOL_SECONDS) == spool.DELIVERED:
                        logger.info("ChaosHub got the earlier run %s", spooled.run)
        except Exception:
            logger.debug("ChaosHub could not deliver earlier runs", exc_info=True)

    def _finished(self, journal: Any) -> None:
        self.over = True
        seconds = self._settings.flush_seconds
        deadline = time.monotonic() + seconds
        done = threading.Event()
        self._recorder.afterwards(lambda: self._end(journal, deadline, done))
        self._recorder.end()
        try:
            # In short waits: a signal that comes just before a wait begins is only heard when it ends.
            while not done.wait(HEARING) and time.monotonic() < deadline + GRACE:
                pass
        except BaseException:
            # A signal or Ctrl-C that arrives now would make Chaos Toolkit lose its journal, after the run is over.
            # Whoever sent it wants an end: it comes as soon as what was not delivered is kept.
            with contextlib.suppress(BaseException):
                if self._sender is not None:
                    self._sender.give_up()
                done.wait(GRACE)

    def _end(self, journal: Any, deadline: float, done: threading.Event) -> None:
        try:
            sender = self._sender
            if sender is None:
                return
            if self._opening is None:
                sender.close(deadline)
                sender.wait()
                return
            sender.close(deadline, self._readable(journal))
            sender.wait()
            if self._backlog is not None:
                self._backlog.join(max(0.0, deadline - time.monotonic()))
            self._keep(sender)
        finally:
            done.set()

    def _readable(self, journal: Any) -> Optional[bytes]:
        if encode.size(journal) > JOURNAL_LIMIT:
            logger.warning("The journal of this run is too large to be sent to ChaosHub")
            return None
        written = encode.journal({**journal, "experiment": without_secrets(journal.get("experiment"))}, self._scrub)
        if len(written) > JOURNAL_LIMIT:
            logger.warning("The journal of this run is too large to be sent to ChaosHub")
            return None
        return written

    def _keep(self, sender: Sender) -> None:
        leftover = sender.leftover()
        if leftover is None or self._opening is None:
            return
        try:
            settings = self._settings
            where = spool.folder()
            spool.save(where, settings.url, settings.workspace, settings.run, self._opening, leftover)
            logger.warning(
                "ChaosHub did not get all of this run: it is kept, and delivered with your next run"
                " or by `python -m chaoshub_control deliver`"
            )
        except OSError as problem:
            logger.warning("ChaosHub did not get all of this run, and it could not be kept: %s", problem)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _thread(name: str, work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
