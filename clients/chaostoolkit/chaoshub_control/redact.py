"""What must not leave this process: the values of secrets, and the inline secrets of an experiment.
Knows nothing of events or of the hub."""

import base64
import json
import re
from typing import Any, Iterable, Iterator, Mapping
from urllib.parse import quote

MARK = "[redacted]"

SHORTEST = 6
"""Shorter values occur in ordinary words: replacing them would ruin the text and tell the value."""

_SECRET_NAME = re.compile(
    r"TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|PRIVATE_?KEY|(^|[^A-Z])KEYS?([^A-Z]|$)"
)


class Redactor:
    """Replaces known values in text. Calling it never raises."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = sorted({form for value in values for form in _forms(value)}, key=len, reverse=True)
        self.longest = len(forms[0]) if forms else 0
        self._pattern = re.compile("|".join(map(re.escape, forms))) if forms else None

    def __call__(self, text: str) -> str:
        return self._pattern.sub(MARK, text) if self._pattern else text


def known_values(configuration: Any, secrets: Any, environ: Mapping[str, str]) -> Iterator[str]:
    """Every value that is secret because it was declared so, or because its name says so."""
    yield from _leaves(secrets)
    for name, value in (configuration or {}).items():
        if says_secret(name):
            yield from _leaves(value)
    for name, value in environ.items():
        if says_secret(name):
            yield value


def says_secret(name: Any) -> bool:
    """Whether a variable of this name usually holds a secret: `DB_PASSWORD` does, `KEYBOARD` does not."""
    return _SECRET_NAME.search(str(name).upper()) is not None


def masked(section: Any) -> Any:
    """The `secrets` section of an experiment without its values; declarations that only name a source are kept."""
    if not isinstance(section, dict):
        return MARK
    if section.get("type") in ("env", "vault"):
        return {name: value if name in ("type", "key", "path") else MARK for name, value in section.items()}
    return {name: masked(value) for name, value in section.items()}


def without_secrets(experiment: Any) -> Any:
    """`experiment` with its `secrets` section masked; the rest is shared, not copied."""
    if not isinstance(experiment, dict) or "secrets" not in experiment:
        return experiment
    return {**experiment, "secrets": masked(experiment["secrets"])}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _forms(value: str) -> Iterator[str]:
    """The spellings in which a value turns up in outputs, headers and tracebacks."""
    for form in {value, value.strip()}:
        if len(form) < SHORTEST:
            continue
        yield form
        yield json.dumps(form)[1:-1]
        yield json.dumps(form, ensure_ascii=False)[1:-1]
        yield repr(form)[1:-1]
        raw = form.encode("utf-8", "surrogateescape")
        yield quote(raw, safe="")
        yield base64.b64encode(raw).decode("ascii")
        # A private key is often printed line by line; its first and last lines are the same for every key.
        lines = form.splitlines()
        if len(lines) > 1:
            yield from (line.strip() for line in lines if len(line.strip()) >= 16 and not line.startswith("-----"))
