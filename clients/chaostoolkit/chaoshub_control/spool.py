"""What a run could not deliver before its process ended, kept in a folder of the user's and delivered later.
A file of it holds what the hub would have got, redacted, and no token."""

import json
import logging
import os
import time
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from . import encode
from .hub import Hub
from .send import Leftover, Sender

KEPT_SECONDS = 30 * 24 * 3600
KEPT_FILES = 100
"""A machine whose hub is gone for good must not fill its disk: about a month of daily runs and more."""

DELIVERED, REFUSED, KEPT = "delivered", "refused", "kept"

logger = logging.getLogger("chaostoolkit")


class Spooled(NamedTuple):
    path: Path
    url: str
    workspace: str
    run: str
    document: Dict[str, Any]


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """`chaoshub/spool` in the user's state folder (XDG Base Directory Specification)."""
    state = environ.get("XDG_STATE_HOME", "")
    base = Path(state) if os.path.isabs(state) else Path(os.path.expanduser("~")) / ".local" / "state"
    return base / "chaoshub" / "spool"


def save(where: Path, url: str, workspace: Optional[str], run: str, opening: bytes, leftover: Leftover) -> Path:
    """Writes what is left of `run`, readable by its user only. Raises `OSError`."""
    document = {
        "url": url,
        "workspace": workspace,
        "run": run,
        "opening": json.loads(opening),
        "events": [json.loads(event) for event in leftover.events],
        # As text, because a journal is not always strict JSON.
        "journal": None if leftover.journal is None else leftover.journal.decode("utf-8"),
    }
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = where / (run + ".json")
    unfinished = path.with_suffix(f".part{os.getpid()}")
    descriptor = os.open(str(unfinished), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(encode.line(document))
        os.replace(str(unfinished), str(path))
    except OSError:
        unfinished.unlink()
        raise
    return path


def waiting(where: Path) -> List[Spooled]:
    """The runs of the spool, oldest first; those that were kept for too long are removed."""
    runs = []
    # Ids sort by time.
    files = sorted(where.glob("run_*.json"))
    for index, path in enumerate(files):
        try:
            if time.time() - path.stat().st_mtime > KEPT_SECONDS or len(files) - index > KEPT_FILES:
                path.unlink()
                continue
            document = json.loads(path.read_bytes())
            runs.append(Spooled(path, document["url"], document["workspace"], document["run"], document))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            logger.debug("ChaosHub's spool has an unreadable file %s: %s", path, problem)
    return runs


def deliver(spooled: Spooled, token: str, seconds: float) -> str:
    """Brings one run to its hub, and removes its file when the hub has all of it or says that it will never take it.
    What became of it: `DELIVERED`, `REFUSED` or `KEPT`."""
    document = spooled.document
    opening = encode.line(document["opening"])
    sender = Sender(Hub(spooled.url, token), spooled.run, opening)
    for event in document["events"]:
        sender.put(event["seq"], encode.line(event))
    journal = document["journal"]
    sender.close(time.monotonic() + seconds, None if journal is None else journal.encode("utf-8"))
    sender.run()
    if sender.leftover() is not None:
        return KEPT
    try:
        spooled.path.unlink()
    except FileNotFoundError:
        pass  # Another process delivered it at the same time, which does no harm.
    return REFUSED if sender.refused else DELIVERED
