"""Asks a hub from inside a container, where no network is needed, and has it carry out a run."""

import base64
import json
import subprocess
from pathlib import Path

from podman import Held, until

INSIDE = (Path(__file__).parent / "inside.py").read_text()

# Its hypothesis holds; its method does something, slowly enough to be looked at; and it looks where it must not.
EXPERIMENT = {
    "title": "The hub answers while a program runs beside it",
    "configuration": {"hub": "http://localhost:8080"},
    "description": "Carried out in a container without a network.",
    "steady-state-hypothesis": {
        "title": "The hub lives, and its keys are out of reach",
        "probes": [
            {
                "type": "probe",
                "name": "the-hub-lives",
                "tolerance": 200,
                "provider": {"type": "http", "url": "${hub}/livez", "timeout": 5},
            },
            {
                "type": "probe",
                "name": "the-keys-cannot-be-read",
                "tolerance": 1,
                "provider": {"type": "process", "path": "cat", "arguments": "/var/lib/chaoshub/data/keys/claims.pem"},
            },
        ],
    },
    "method": [
        {
            "type": "action",
            "name": "a-program-runs",
            "provider": {"type": "process", "path": "sleep", "arguments": "4", "timeout": 30},
        }
    ],
    "rollbacks": [],
}

# It goes on until it is stopped, and then has something to undo.
ENDLESS = {
    **EXPERIMENT,
    "title": "What is done is undone when the run is stopped",
    "method": [
        {
            "type": "action",
            "name": "a-program-goes-on",
            "provider": {"type": "process", "path": "sleep", "arguments": "600", "timeout": 900},
        }
    ],
    "rollbacks": [
        {
            "type": "action",
            "name": "it-is-undone",
            "provider": {"type": "process", "path": "sleep", "arguments": "1", "timeout": 30},
        }
    ],
}


def ask(container: Held, method: str, url: str, token="", body=None, kind="application/json") -> str:
    """What the hub at this address answers; a path alone is of the hub in the container itself."""
    url = "http://localhost:8080" + url if url.startswith("/") else url
    text = json.dumps(body) if body is not None else ""
    told = container.inside("python3", "-I", "-", method, url, token, kind, text, given=INSIDE).stdout
    status, _, answer = told.partition("\n")
    assert status.startswith("2"), f"{method} {url}: {told}"
    return answer


def token_of(container: Held, *scopes: str) -> str:
    """A token of Ada's for her own workspace, made by the operator's commands; her account, too, unless it is there."""
    password = "correct horse battery staple\n"
    container.inside("chaoshub", "account", "create", "ada", "--password-stdin", given=password, check=False)
    wish = [f"--scope={scope}" for scope in scopes]
    return container.inside("chaoshub", "token", "create", "--account=ada", "--workspace=ada/ada", *wish).stdout.strip()


def started(asked, token: str, experiment: dict, hub: str = "http://localhost:8080") -> dict:
    """A run of an experiment against a hub, as it begins."""
    kept = json.loads(asked("POST", "/api/v1/experiments?workspace=ada/ada", token, experiment))
    return json.loads(asked("POST", "/api/v1/runs", token, {"experiment": kept["id"], "parameters": {"hub": hub}}))


def ended(asked, token: str, run: dict, meanwhile=lambda: None) -> dict:
    """The run once it has ended."""

    def looked():
        meanwhile()
        now = json.loads(asked("GET", f"/api/v1/runs/{run['id']}", token))
        return now if now["state"] == "ended" else None

    return until("the run ends", 90, looked)


def carried_out(asked, token: str, meanwhile=lambda: None, hub: str = "http://localhost:8080") -> dict:
    """The run of the experiment above against a hub, once it has ended."""
    return ended(asked, token, started(asked, token, EXPERIMENT, hub), meanwhile)


def public_part(pem: bytes) -> str:
    """The public part of an Ed25519 key, as it stands in a set of keys (RFC 8037)."""
    told = subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER"], input=pem, check=True, capture_output=True)
    return base64.urlsafe_b64encode(told.stdout[-32:]).decode().rstrip("=")


def signing_key(asked) -> str:
    """The one key that the hub says it signs with."""
    (key,) = json.loads(asked("GET", "/.well-known/jwks.json"))["keys"]
    return key["x"]
