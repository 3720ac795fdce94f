"""How the hub is spoken to: three requests over one kept-alive connection. Never follows a redirect, so that the
token goes nowhere but to the hub."""

import http.client
import json
from base64 import b64encode
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from .record import SENDER

ANSWER_LIMIT = 64 * 1024
"""An answer of the hub takes some hundred bytes; reading more would only serve somebody else."""


class Unreachable(Exception):
    """No answer came; the message says why."""


class Answer(NamedTuple):
    status: int
    document: Dict[str, Any]
    """Empty when the answer is not a JSON object."""


class Hub:
    """Belongs to one thread."""

    def __init__(self, url: str, token: str) -> None:
        self._url = urlsplit(url)
        self._headers = {
            "Authorization": "Bearer " + token,
            "Accept": "application/json",
            "User-Agent": "chaoshub-control",
        }
        self._connection: Optional[http.client.HTTPConnection] = None
        self._target = self._url.path

    def open_run(self, run: str, document: bytes, timeout: float) -> Answer:
        return self._ask("PUT", "/api/v1/runs/" + run, document, timeout)

    def post_events(self, run: str, events: List[bytes], timeout: float) -> Answer:
        body = b'{"sender":"' + SENDER.encode() + b'","events":[' + b",".join(events) + b"]}"
        return self._ask("POST", "/api/v1/runs/" + run + "/events", body, timeout)

    def put_journal(self, run: str, journal: bytes, timeout: float) -> Answer:
        return self._ask("PUT", "/api/v1/runs/" + run + "/journal", journal, timeout)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes, timeout: float) -> Answer:
        kept = self._connection is not None
        try:
            try:
                return self._request(method, path, body, timeout)
            except (ConnectionError, http.client.BadStatusLine):
                # A kept connection may have been closed meanwhile; every request may be repeated without harm.
                self.close()
                if not kept:
                    raise
                return self._request(method, path, body, timeout)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            self.close()
            raise Unreachable(str(problem) or type(problem).__name__) from problem

    def _request(self, method: str, path: str, body: bytes, timeout: float) -> Answer:
        if self._connection is None:
            self._connection = self._connect(timeout)
        elif self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
        headers = {**self._headers, "Content-Type": "application/json"}
        self._connection.request(method, self._target + path, body, headers)
        response = self._connection.getresponse()
        content = response.read(ANSWER_LIMIT + 1)
        if len(content) > ANSWER_LIMIT:
            self.close()
        try:
            document = json.loads(content.decode("utf-8"))
        except ValueError:
            document = None
        return Answer(response.status, document if isinstance(document, dict) else {})

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        """A connection to the hub, or to the proxy that the environment names for it."""
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        host = self._url.hostname or ""
        proxy = urlsplit("" if proxy_bypass(host) else getproxies().get(self._url.scheme, ""))
        if not proxy.hostname:
            return kind(host, self._url.port, timeout=timeout)
        authorization = {}
        if proxy.username is not None:
            pair = unquote(proxy.username) + ":" + unquote(proxy.password or "")
            authorization = {"Proxy-Authorization": "Basic " + b64encode(pair.encode()).decode()}
        connection = kind(proxy.hostname, proxy.port or 80, timeout=timeout)
        if secure:
            connection.set_tunnel(host, self._url.port or 443, authorization)
        else:
            self._target = self._url.geturl()
            self._headers.update(authorization)
        return connection
