"""Turns what Chaos Toolkit tells its event handlers into the hub's events, each with its phase, key and iteration.
Handlers are called on the run's own threads: here only references are taken, the work is left to the recorder."""

import re
import sys
import threading
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from chaoslib.exceptions import InterruptExecution
from chaoslib.run import RunEventHandler

from . import encode
from .plan import AFTER, BASELINE, DURING, METHOD, ROLLBACKS, Plan, key
from .record import Recorder
from .redact import Redactor
from .stop import Gate

_CLASS = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Failed|Failure|Exit|Interrupt|Warning|Timeout)(:|$)")

PROBE_OUTPUT_LIMIT = 4 * 1024
"""A probe's value is repeated with its phase only when it is this small: `activity.completed` had it in full."""


class Current(NamedTuple):
    """What one thread is executing."""

    key: str
    phase: str
    iteration: Optional[int]


class Watch(RunEventHandler):
    """Made on the main thread of the run, which is how activities of other threads are known."""

    def __init__(
        self,
        recorder: Recorder,
        gate: Gate,
        plan: Plan,
        scrub: Redactor,
        started: Callable[[Any, Any], Dict[str, Any]],
        finished: Callable[[Any], None],
    ) -> None:
        self._emit, self._gate, self._plan, self._scrub = recorder.emit, gate, plan, scrub
        self._started, self._finished = started, finished
        self._main = threading.get_ident()
        self._phase = BASELINE
        self._during: Optional[int] = None
        self._iteration = 1
        self._in_pass = False
        self._thread = threading.local()

    # The run

    def running(
        self, experiment: Any, journal: Any, configuration: Any, secrets: Any, schedule: Any, settings: Any
    ) -> None:
        about = self._started(experiment, journal)
        hypothesis = (experiment.get("steady-state-hypothesis") or {}).get("title")
        self._emit(
            "run.started",
            None,
            lambda: {
                "title": self._name(experiment.get("title")),
                "hypothesis": None if hypothesis is None else self._name(hypothesis),
                **about,
                **_dry(experiment),
                "plan": self._plan.document(self._name),
            },
        )

    def interrupted(self, experiment: Any, journal: Any) -> None:
        self._gate.leave()

    def signal_exit(self) -> None:
        self._gate.leave()

    def finish(self, journal: Any) -> None:
        self._gate.leave()
        self._emit(
            "run.finished",
            None,
            lambda: {
                "status": journal.get("status"),
                "deviated": bool(journal.get("deviated")),
                "duration_ms": _milliseconds(journal.get("duration")),
            },
        )
        self._finished(journal)

    # Its phases

    def start_hypothesis_before(self, experiment: Any) -> None:
        self._enter(BASELINE)

    def hypothesis_before_completed(self, experiment: Any, state: Any, journal: Any) -> None:
        self._leave(BASELINE, state)

    def start_method(self, experiment: Any) -> None:
        self._enter(METHOD)

    def method_completed(self, experiment: Any, state: Any = None) -> None:
        self._leave(METHOD, None)

    def start_hypothesis_after(self, experiment: Any) -> None:
        self._enter(AFTER)

    def hypothesis_after_completed(self, experiment: Any, state: Any, journal: Any) -> None:
        self._leave(AFTER, state)

    def start_rollbacks(self, experiment: Any) -> None:
        self._gate.roll_back()
        self._begin(ROLLBACKS)

    def rollbacks_completed(self, experiment: Any, journal: Any) -> None:
        self._leave(ROLLBACKS, None)

    def start_continuous_hypothesis(self, frequency: int) -> None:
        self._during = threading.get_ident()

    def continuous_hypothesis_iteration(self, iteration_index: int, state: Any) -> None:
        self._complete(DURING, state, self._iteration)
        self._iteration += 1
        self._in_pass = False

    # Its activities

    def before_activity(self) -> None:
        """Raises `InterruptExecution` or `SystemExit` where the run is to end instead."""
        self._gate.before_activity(threading.get_ident() == self._main)

    def after_activity(self) -> None:
        if threading.get_ident() == self._main:
            self._gate.after_activity()

    def start_activity(self, activity: Any) -> None:
        thread = threading.get_ident()
        background = False
        phase, iteration = self._phase, None
        if thread == self._during:
            phase, iteration = DURING, self._iteration
            if not self._in_pass:
                # Chaos Toolkit tells when a pass ends, not when it begins.
                self._in_pass = True
                self._begin(DURING, iteration)
        elif thread != self._main:
            background = True
        current = Current(key(phase, self._plan.begin(phase, activity, background), iteration), phase, iteration)
        self._thread.current = current
        self._emit(
            "activity.started",
            phase,
            lambda: {
                **self._identity(current, activity),
                "provider": (activity.get("provider") or {}).get("type"),
                "background": background,
                **_with(iteration),
            },
        )

    def activity_completed(self, activity: Any, run: Any) -> None:
        current = self._thread.current
        status, output = run.get("status"), run.get("output")
        error = _error(run, sys.exc_info()[1])

        def data() -> Dict[str, Any]:
            bounded, total, cut = encode.bounded(output, self._scrub)
            return {
                **self._identity(current, activity),
                "status": status,
                "duration_ms": _milliseconds(run.get("duration")),
                "output": bounded,
                "output_bytes": total,
                "output_truncated": cut,
                "error": None if error is None else self._name(error),
                # Chaos Toolkit looks at the tolerance later; `phase.completed` tells.
                "tolerance_met": None,
                **_with(current.iteration),
            }

        self._emit("activity.completed", current.phase, data)

    # What they share

    def _enter(self, phase: str) -> None:
        self._begin(phase)
        self._gate.enter()

    def _leave(self, phase: str, state: Any) -> None:
        self._complete(phase, state)
        self._gate.leave()

    def _begin(self, phase: str, iteration: Optional[int] = None) -> None:
        if iteration is None:
            self._phase = phase
        self._plan.restart(phase)
        self._emit("phase.started", phase, lambda: _with(iteration))

    def _complete(self, phase: str, state: Any, iteration: Optional[int] = None) -> None:
        def data() -> Dict[str, Any]:
            completed = {"met": state.get("steady_state_met") if state else None, **_with(iteration)}
            if state:
                completed["probes"] = self._probes(phase, state, iteration)
            return completed

        self._emit("phase.completed", phase, data)

    def _probes(self, phase: str, state: Any, iteration: Optional[int]) -> List[Dict[str, Any]]:
        probes = []
        for index, run in enumerate(state.get("probes") or []):
            probe = {
                "key": key(phase, index, iteration),
                "name": self._name((run.get("activity") or {}).get("name")),
                "tolerance_met": run.get("tolerance_met"),
            }
            output, _, cut = encode.bounded(run.get("output"), self._scrub, PROBE_OUTPUT_LIMIT)
            if not cut:
                probe["output"] = output
            probes.append(probe)
        return probes

    def _identity(self, current: Current, activity: Any) -> Dict[str, Any]:
        return {"key": current.key, "name": self._name(activity.get("name")), "type": activity.get("type")}

    def _name(self, value: Any) -> str:
        return encode.name(value, self._scrub)


def _with(iteration: Optional[int]) -> Dict[str, int]:
    return {} if iteration is None else {"iteration": iteration}


def _dry(experiment: Any) -> Dict[str, str]:
    """Which activities are only pretended: their answers say nothing."""
    dry = experiment.get("dry")
    return {"dry": str(getattr(dry, "value", dry))} if dry else {}


def _milliseconds(seconds: Any) -> Optional[int]:
    return None if seconds is None else round(seconds * 1000)


def _error(run: Any, raised: Optional[BaseException]) -> Optional[str]:
    """Why the activity did not succeed: its own exception, or the one that is passing through Chaos Toolkit."""
    if run.get("exception"):
        lines = [str(line) for line in run["exception"]]
        # Notes that were added to an exception come after the line that names its class.
        named = [index for index, line in enumerate(lines) if _CLASS.match(line)]
        text = "".join(lines[named[-1] :] if named else lines[-1:]).strip()
        return text.split("ActivityFailed: ", 1)[-1]
    if run.get("status") or raised is None:
        return None
    if isinstance(raised, (SystemExit, KeyboardInterrupt, InterruptExecution)):
        return "cut off, because the run was stopped"
    return f"{type(raised).__name__}: {raised}"
