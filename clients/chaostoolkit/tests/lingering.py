"""A control of somebody else that takes its time where Chaos Toolkit does not expect to be interrupted."""

import time
from typing import Any

from chaoslib.run import RunEventHandler


def configure_control(event_registry: Any, where: str, seconds: float) -> None:
    handler = RunEventHandler()
    setattr(handler, where, lambda *arguments: time.sleep(seconds))
    event_registry.register(handler)
