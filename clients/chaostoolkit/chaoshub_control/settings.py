"""What a run must know to reach its hub, and where each value comes from: the control's arguments first,
then the environment. The token comes from the environment only, because control files are shared."""

import math
import os
import re
import secrets
import time
import uuid
from typing import Any, Dict, Mapping, NamedTuple, Optional
from urllib.parse import urlsplit

DEFAULT_FLUSH_SECONDS = 3.0
"""How long the end of a run may wait for the hub: long enough for a hub that restarts, short enough to go unnoticed."""

_RUN = re.compile(r"run_[0-9A-Za-z-]{1,64}\Z")


class Unusable(Exception):
    """The settings do not name a hub that could be reached; the message tells a person what to do."""


class Settings(NamedTuple):
    url: str
    workspace: Optional[str]
    token: str
    run: str
    given: bool
    """True when the hub started this run: it has opened the run already, and collects journal and events itself."""
    events: Optional[str]
    flush_seconds: float


def load(arguments: Dict[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the control's `arguments` and `environ`. Raises `Unusable`."""
    token = environ.get("CHAOSHUB_TOKEN", "").strip()
    if not token:
        raise Unusable("CHAOSHUB_TOKEN is not set")
    if not all("!" <= letter <= "~" for letter in token):
        raise Unusable("CHAOSHUB_TOKEN holds characters that no token has")
    run = environ.get("CHAOSHUB_RUN", "").strip()
    if run and not _RUN.match(run):
        raise Unusable("CHAOSHUB_RUN is not the id of a run")
    workspace = arguments.get("workspace") or environ.get("CHAOSHUB_WORKSPACE") or None
    if not run and not workspace:
        raise Unusable("no workspace is named (CHAOSHUB_WORKSPACE=org/name)")
    return Settings(
        url=hub_address(arguments.get("url") or environ.get("CHAOSHUB_URL")),
        workspace=workspace,
        token=token,
        run=run or new_run_id(),
        given=bool(run),
        events=environ.get("CHAOSHUB_EVENTS") or None,
        flush_seconds=_seconds(arguments.get("flush_seconds")),
    )


def hub_address(url: Any) -> str:
    """`url` without its trailing slash, when it is an http or https address. Raises `Unusable`."""
    try:
        parts = urlsplit(str(url or "").strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or parts.query or parts.fragment:
        raise Unusable("no usable address of a hub is given (CHAOSHUB_URL=https://hub.example.com)")
    return parts.geturl().rstrip("/")


def new_run_id() -> str:
    """`run_` and a UUID of version 7 (RFC 9562), so that ids sort by the time they were made."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return f"run_{uuid.UUID(int=value)}"


def _seconds(value: Any) -> float:
    try:
        seconds = float(DEFAULT_FLUSH_SECONDS if value is None else value)
    except (TypeError, ValueError):
        return DEFAULT_FLUSH_SECONDS
    return min(max(seconds, 0.0), 60.0) if math.isfinite(seconds) else DEFAULT_FLUSH_SECONDS
