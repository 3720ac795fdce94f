"""What the hub accepts, stricter than a hub would be: every document of the wire, checked field by field."""

import re
from typing import Any, Callable, Dict, List, NamedTuple, Optional

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)\Z")
RUN = re.compile(r"run_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
KEY = re.compile(r"((baseline|method|after|rollbacks)-\d+|during-\d+-\d+)\Z")
PHASES = {"baseline", "method", "during", "after", "rollbacks"}

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def truth(value: Any) -> bool:
    return isinstance(value, bool)


def number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def anything(value: Any) -> bool:
    return True


def key(value: Any) -> bool:
    return text(value) and KEY.match(value) is not None


def one_of(*values: Any) -> Check:
    return lambda value: value in values


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def list_of(required: Dict[str, Check], optional: Optional[Dict[str, Check]] = None) -> Check:
    return lambda value: isinstance(value, list) and not any(misfits(item, required, optional or {}) for item in value)


PLANNED = {
    "key": key,
    "phase": one_of("baseline", "method", "after", "rollbacks"),
    "name": text,
    "type": one_of("probe", "action"),
    "background": truth,
}
PROBE = {"key": key, "name": text, "tolerance_met": or_null(truth)}
ITERATION = {"iteration": number}
IDENTITY = {"key": key, "name": text, "type": one_of("probe", "action")}


class Shape(NamedTuple):
    phased: bool
    required: Dict[str, Check]
    optional: Dict[str, Check]


KINDS = {
    "run.started": Shape(
        False,
        {
            "title": text,
            "hypothesis": or_null(text),
            "node": text,
            "chaostoolkit": text,
            "chaoslib": text,
            "python": text,
            "plan": list_of(PLANNED),
        },
        {"dry": text},
    ),
    "phase.started": Shape(True, {}, ITERATION),
    "activity.started": Shape(
        True, {**IDENTITY, "provider": one_of("http", "process", "python"), "background": truth}, ITERATION
    ),
    "activity.completed": Shape(
        True,
        {
            **IDENTITY,
            "status": one_of("succeeded", "failed", None),
            "duration_ms": number,
            "output": anything,
            "output_bytes": number,
            "output_truncated": truth,
            "error": or_null(text),
            "tolerance_met": or_null(truth),
        },
        ITERATION,
    ),
    "phase.completed": Shape(
        True, {"met": or_null(truth)}, {**ITERATION, "probes": list_of(PROBE, {"output": anything})}
    ),
    "run.stopping": Shape(False, {"how": one_of("flag", "signal", "signal-no-rollbacks"), "why": text}, {}),
    "run.finished": Shape(
        False,
        {
            "status": one_of("completed", "failed", "aborted", "interrupted", None),
            "deviated": truth,
            "duration_ms": or_null(number),
        },
        {},
    ),
}

OUTSIDE_RUN = {
    "workspace": lambda value: re.match(r"[a-z0-9-]+/[a-z0-9-]+\Z", value) is not None,
    "experiment": lambda value: isinstance(value, dict),
    "node": text,
    "chaostoolkit": text,
    "chaoslib": text,
    "python": text,
    "started_at": lambda value: TIME.match(value) is not None,
}


def misfits(document: Any, required: Dict[str, Check], optional: Dict[str, Check]) -> List[str]:
    if not isinstance(document, dict):
        return ["not an object"]
    wrong = [f"{name} is missing" for name in required if name not in document]
    for name, value in document.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            wrong.append(f"{name} is not in the contract")
        elif not check(value):
            wrong.append(f"{name} is {value!r}")
    return wrong


def problems_of_event(event: Any) -> List[str]:
    wrong = misfits(
        event,
        {
            "seq": lambda value: number(value) and value > 0,
            "at": lambda value: text(value) and TIME.match(value) is not None,
            "kind": lambda value: value in KINDS,
            "phase": one_of(None, *PHASES),
            "data": lambda value: isinstance(value, dict),
        },
        {},
    )
    if wrong:
        return wrong
    shape = KINDS[event["kind"]]
    if shape.phased != (event["phase"] is not None):
        wrong.append("phase is {!r}".format(event["phase"]))
    if shape.phased and ("iteration" in event["data"]) != (event["phase"] == "during"):
        wrong.append("iteration in phase {}".format(event["phase"]))
    if "key" in event["data"] and not str(event["data"]["key"]).startswith(event["phase"] + "-"):
        wrong.append("key {} in phase {}".format(event["data"]["key"], event["phase"]))
    return wrong + misfits(event["data"], shape.required, shape.optional)
