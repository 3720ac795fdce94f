"""A fake hub and the real `chaos` beside this Python, each test with its own port and folders."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

import pytest
from fakehub import TOKEN, Hub

HERE = Path(__file__).resolve().parent
CHAOS = Path(sys.executable).with_name("chaos")
SECONDS = 60.0

# A shell starts what runs in its background with SIGINT ignored, and so would every `chaos` below us be deaf to it.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Ran(NamedTuple):
    code: int
    journal: Optional[Dict[str, Any]]
    log: str
    seconds: float


class Chaos:
    """`chaos run` with the control in place, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.events = folder / "events.ndjson"
        self.hub_url = ""
        self.arguments: Dict[str, Any] = {}
        self.environment = {
            "PATH": f"{CHAOS.parent}:/usr/bin:/bin",
            "PYTHONPATH": f"{HERE.parent}:{HERE}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "XDG_STATE_HOME": str(self.state),
            "CHAOSHUB_TOKEN": TOKEN,
            "CHAOSHUB_EVENTS": str(self.events),
        }

    def start(self, experiment: Dict[str, Any], *flags: str, control: bool = True) -> "subprocess.Popen[str]":
        arguments = {"url": self.hub_url, "workspace": "demo/demo", **self.arguments}
        provider = {"type": "python", "module": "chaoshub_control", "arguments": arguments}
        (self.folder / "control.json").write_text(json.dumps({"chaoshub": {"provider": provider}}))
        (self.folder / "experiment.json").write_text(json.dumps(experiment))
        (self.folder / "settings.yaml").write_text("{}")
        journal = self.folder / "journal.json"
        if journal.exists():
            journal.unlink()
        command = [str(CHAOS), "--no-version-check", "--no-log-file", "--settings", "settings.yaml", "run"]
        command += ["--journal-path", str(journal), *flags]
        command += ["--control-file", "control.json"] if control else []
        return subprocess.Popen(
            [*command, "experiment.json"],
            cwd=str(self.folder),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )

    def end(self, process: "subprocess.Popen[str]", since: float) -> Ran:
        try:
            log, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            # Told to abort, it says where each of its threads stands.
            process.send_signal(signal.SIGABRT)
            log, _ = process.communicate(timeout=SECONDS)
            raise AssertionError(f"the run did not end within {SECONDS:.0f} s\n{log}") from None
        finally:
            process.kill()
        return Ran(process.returncode, self._journal(), log, time.monotonic() - since)

    def _journal(self) -> Optional[Dict[str, Any]]:
        """None where Chaos Toolkit left none, or broke off in the middle of it."""
        path = self.folder / "journal.json"
        try:
            return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        except ValueError:
            return None

    def run(self, experiment: Dict[str, Any], *flags: str, control: bool = True) -> Ran:
        since = time.monotonic()
        return self.end(self.start(experiment, *flags, control=control), since)

    def module(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`python -m chaoshub_control`"""
        return subprocess.run(
            [sys.executable, "-m", "chaoshub_control", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )

    def written(self) -> List[Dict[str, Any]]:
        return [json.loads(line) for line in self.events.read_text(encoding="utf-8").splitlines()]

    def spooled(self) -> List[Path]:
        return sorted((self.state / "chaoshub" / "spool").glob("*"))


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.close()
    assert hub.complaints == []


@pytest.fixture
def chaos(tmp_path: Path, hub: Hub) -> Chaos:
    chaos = Chaos(tmp_path)
    chaos.hub_url = hub.url
    return chaos


@pytest.fixture(scope="session", autouse=True)
def chaos_is_installed() -> None:
    assert os.access(str(CHAOS), os.X_OK), "install requirements-test.txt into this Python first"
