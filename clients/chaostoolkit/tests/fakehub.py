"""A hub for tests: answers as the real one does, remembers what it was given, and complains about what breaks the
contract. It can also be away, slow, broken or hostile."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional

import contract

TOKEN = "chp_test-0123456789"


def strict_json(body: bytes) -> Any:
    def refuse(token: str) -> Any:
        raise ValueError(token + " is not JSON")

    return json.loads(body.decode("utf-8"), parse_constant=refuse)


class Hub:
    """`mode` is one of well, mute (never answers), or a status to answer with; `wanted` looks at what has come."""

    def __init__(self) -> None:
        self.mode: Any = "well"
        self.mute_journals = False
        self.refuse: Callable[[str, bytes], Optional[int]] = lambda path, body: None
        """A status that a request gets instead of being taken."""
        self.token = TOKEN
        self.wanted: Callable[[List[Dict[str, Any]]], str] = lambda events: "run"
        self.openings: Dict[str, Dict[str, Any]] = {}
        self.events: Dict[str, List[Dict[str, Any]]] = {}
        self.journals: Dict[str, bytes] = {}
        self.bodies: List[bytes] = []
        self.complaints: List[str] = []
        self.requests: List[str] = []
        self.connections = 0
        self.changed = threading.Condition()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def expect(self, run: str) -> str:
        """The hub itself started `run`."""
        self.events[run] = []
        return run

    def wait_for(self, condition: Callable[[], Any], seconds: float = 30.0) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, seconds), "the hub never saw it"

    @property
    def run(self) -> str:
        (run,) = self.events
        return run

    def of_kind(self, kind: str, phase: Optional[str] = None) -> List[Dict[str, Any]]:
        return [
            event
            for event in self.events[self.run]
            if event["kind"] == kind and (phase is None or event["phase"] == phase)
        ]

    def _handler(self) -> Any:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                with hub.changed:
                    hub.connections += 1

            def do_PUT(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                hub.complaints.append(f"GET {self.path}")
                self._send(404, b"{}")

            def log_message(self, *arguments: Any) -> None:
                pass

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with hub.changed:
                    mode = hub.mode
                    hub.requests.append(f"{self.command} {self.path}")
                    hub.bodies.append(body)
                    hub.changed.notify_all()
                if mode == "mute" or (hub.mute_journals and self.path.endswith("/journal")):
                    hub._released.wait()
                    self.close_connection = True
                elif mode == "garbage":
                    self.wfile.write(b"\x00\xff<html>" * 50)
                    self.close_connection = True
                elif mode == "page":
                    self._send(200, b"<html>Welcome to this airport</html>")
                elif mode != "well":
                    self._send(int(mode), b'{"code": "no"}', location=mode in (301, 302, 307, 308))
                else:
                    with hub.changed:
                        status, document = hub._take(self.command, self.path, dict(self.headers), body)
                        hub.changed.notify_all()
                    self._send(status, json.dumps(document).encode())

            def _send(self, status: int, body: bytes, location: bool = False) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
                if location:
                    self.send_header("Location", hub.url + "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def _take(self, method: str, path: str, headers: Dict[str, str], body: bytes) -> Any:
        found = re.match(r"/api/v1/runs/(run_[0-9a-zA-Z-]+)(/events|/journal)?\Z", path)
        if not found:
            self.complaints.append(f"{method} {path}")
            return 404, {"code": "not-found"}
        if headers.get("Authorization") != "Bearer " + self.token:
            return 401, {"code": "token-unknown"}
        run, what = found.groups()
        status = self.refuse(path, body)
        if status is not None:
            return status, {"code": "no", "detail": "because of the test"}
        if (method, what) == ("PUT", None):
            return self._open(run, body)
        if run not in self.events:
            return 404, {"code": "run-unknown"}
        if (method, what) == ("POST", "/events"):
            return self._append(run, strict_json(body))
        if (method, what) == ("PUT", "/journal"):
            self.journals[run] = body
            return 202, {}
        self.complaints.append(f"{method} {path}")
        return 405, {}

    def _open(self, run: str, body: bytes) -> Any:
        document = strict_json(body)
        self.complaints += contract.misfits(document, contract.OUTSIDE_RUN, {})
        if not contract.RUN.match(run):
            self.complaints.append(f"{run} is not the id of a run")
        if self.openings.setdefault(run, document) != document:
            self.complaints.append(f"{run} was opened twice, differently")
        self.events.setdefault(run, [])
        return 201, {"id": run, "number": 1, "url": f"{self.url}/demo/demo/runs/{run}"}

    def _append(self, run: str, batch: Any) -> Any:
        self.complaints += contract.misfits(
            batch, {"sender": lambda it: it == "control", "events": lambda it: isinstance(it, list)}, {}
        )
        stored = self.events[run]
        for event in batch["events"]:
            self.complaints += contract.problems_of_event(event)
            if event["seq"] <= len(stored):
                if stored[event["seq"] - 1] != event:
                    self.complaints.append("event {} came twice, differently".format(event["seq"]))
            elif event["seq"] == len(stored) + 1:
                stored.append(event)
            else:
                self.complaints.append("event {} came after {}".format(event["seq"], len(stored)))
        return 202, {"through": len(stored), "wanted": self.wanted(stored)}
