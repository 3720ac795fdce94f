"""Activities that the experiments of the tests play."""

import os
import time
from typing import Any


class Odd:
    def __repr__(self) -> str:
        return "<odd>"


def give(value: Any = None) -> Any:
    return value


def fail(message: str = "it broke") -> Any:
    raise RuntimeError(message)


def rest(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def read(name: str) -> str:
    return f"it is {os.environ[name]}!"


def touch(path: str) -> str:
    with open(path, "a") as file:
        file.write("x")
    return path


def count(path: str, good: int) -> int:
    """0 for the first `good` calls, 1 afterwards."""
    touch(path)
    return int(os.path.getsize(path) > good)


def not_a_number() -> float:
    return float("nan")


def large(size: int) -> Any:
    return {"status": 200, "body": "a" * size, "after": "still here"}


def print_secrets(secrets: Any = None, configuration: Any = None) -> Any:
    return {"secrets": secrets, "configuration": configuration, "environment": dict(os.environ)}


def rest_when(path: str, turn: int, seconds: float) -> str:
    """Rests on its call number `turn` only."""
    touch(path)
    if os.path.getsize(path) == turn:
        time.sleep(seconds)
    return "rested"


def spin(seconds: float) -> None:
    """Stays within Python, where Chaos Toolkit can interrupt a thread."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.01)


def odd() -> Any:
    """Values that a strict reader of JSON would refuse."""
    return {"odd": Odd(), "deep": {"set": {1}}, "half": "\udc80", "big": 10**30}
