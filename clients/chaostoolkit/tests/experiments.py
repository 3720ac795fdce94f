"""Experiments in a few words."""

from typing import Any, Dict, List, Optional


def python(name: str, func: str, kind: str = "action", **arguments: Any) -> Dict[str, Any]:
    provider = {"type": "python", "module": "activities", "func": func, "arguments": arguments}
    return {"type": kind, "name": name, "provider": provider}


def process(name: str, path: str, *arguments: str) -> Dict[str, Any]:
    return {"type": "action", "name": name, "provider": {"type": "process", "path": path, "arguments": list(arguments)}}


def http(name: str, url: str) -> Dict[str, Any]:
    return {"type": "probe", "name": name, "provider": {"type": "http", "url": url}}


def probe(name: str = "steady", func: str = "give", tolerance: Any = 1, **arguments: Any) -> Dict[str, Any]:
    arguments = arguments or ({"value": 1} if func == "give" else {})
    return {**python(name, func, "probe", **arguments), "tolerance": tolerance}


def experiment(
    method: Optional[List[Any]] = None,
    probes: Optional[List[Any]] = None,
    rollbacks: Optional[List[Any]] = None,
    **more: Any
) -> Dict[str, Any]:
    return {
        "title": "The shop survives",
        "description": "an experiment of the tests",
        "steady-state-hypothesis": {"title": "The shop is open", "probes": [probe()] if probes is None else probes},
        "method": [python("touch-it", "give", value="touched")] if method is None else method,
        "rollbacks": rollbacks or [],
        **more,
    }
