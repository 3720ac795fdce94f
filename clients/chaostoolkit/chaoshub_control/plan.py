"""Which activity of the experiment is running: the plan of a run, and the key of each activity in it.
Knows how Chaos Toolkit walks through an experiment, and nothing of events."""

import threading
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set

BASELINE, METHOD, DURING, AFTER, ROLLBACKS = "baseline", "method", "during", "after", "rollbacks"


class Planned(NamedTuple):
    activity: Any
    """The very object that Chaos Toolkit will execute: a `ref` is resolved already."""
    background: bool


class Plan:
    """What will be played, in order, and which part of it has begun."""

    def __init__(self, experiment: Any, lookup: Callable[[str], Any]) -> None:
        def planned(activities: Any) -> List[Planned]:
            return [
                # Chaos Toolkit reads `background` before it follows a `ref`, so the entry decides, not its target.
                Planned((entry.get("ref") and lookup(entry["ref"])) or entry, bool(entry.get("background")))
                for entry in activities or []
            ]

        probes = planned((experiment.get("steady-state-hypothesis") or {}).get("probes"))
        self._phases: Dict[str, List[Planned]] = {
            BASELINE: probes,
            METHOD: planned(experiment.get("method")),
            DURING: probes,
            AFTER: probes,
            ROLLBACKS: planned(experiment.get("rollbacks")),
        }
        self._begun: Dict[str, Set[int]] = {phase: set() for phase in self._phases}
        self._lock = threading.Lock()

    def document(self, name: Callable[[Any], str]) -> List[Dict[str, Any]]:
        """The plan as `run.started` carries it."""
        return [
            {
                "key": key(phase, index),
                "phase": phase,
                "name": name(planned.activity.get("name") or planned.activity.get("ref")),
                "type": planned.activity.get("type"),
                "background": planned.background,
            }
            for phase in (BASELINE, METHOD, AFTER, ROLLBACKS)
            for index, planned in enumerate(self._phases[phase])
        ]

    def restart(self, phase: str) -> None:
        """`phase` begins, or a further pass of it."""
        with self._lock:
            self._begun[phase] = set()

    def begin(self, phase: str, activity: Any, background: bool) -> int:
        """The index of the entry of `phase` that `activity` is an execution of. An activity that the plan does not
        have (another control put it there) gets an index behind the plan."""
        with self._lock:
            begun = self._begun[phase]
            waiting = [
                (index, planned)
                for index, planned in enumerate(self._phases[phase])
                if index not in begun and planned.background == background
            ]
            # The same object may stand in a method twice; whichever of its entries comes first has begun.
            index = _first(waiting, lambda planned: planned.activity is activity)
            if index is None:
                index = _first(waiting, lambda planned: planned.activity.get("name") == activity.get("name"))
            if index is None:
                index = max(len(self._phases[phase]) - 1, max(begun, default=-1)) + 1
            begun.add(index)
            return index


def key(phase: str, index: int, iteration: Optional[int] = None) -> str:
    """The key of an activity: unique within a run."""
    return f"{phase}-{index}" if iteration is None else f"{phase}-{iteration}-{index}"


def _first(waiting: List[Any], fits: Callable[[Planned], bool]) -> Optional[int]:
    return next((index for index, planned in waiting if fits(planned)), None)
