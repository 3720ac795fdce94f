"""How values become JSON: strict and small for events, whole and tolerant for the journal.
Values come from arbitrary activities, so nothing here trusts a type, a size or a `repr`."""

import json
import math
import re
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, Optional, Tuple
from uuid import UUID

from .structure import FREE, KEYS, WORDS

OUTPUT_LIMIT = 16 * 1024
"""Bytes of JSON that an event may spend on one output; the journal holds all of it."""

_DEPTH = 64
"""Readers of JSON commonly stop at 128 levels; an event adds a few of its own. A tolerant reader gets `_DEEP`."""

_DEEP = 200

_BITS = 10_000
"""Python refuses to write integers of more than 4300 digits (14 283 bits)."""

_NODES = 500_000
"""Values counted before a size is called large enough: counting more would only cost time."""

_SLICE = 128 * 1024
"""Characters that are looked at in well under a millisecond."""

_NAME_LIMIT = 1000

_HALVES = re.compile("[\ud800-\udfff]")


def bounded(value: Any, scrub: Callable[[str], str], limit: int = OUTPUT_LIMIT) -> Tuple[Any, int, bool]:
    """A redacted copy of `value` that is strict JSON of at most `limit` bytes, the bytes that the whole would take,
    and whether anything was left out. Beyond the limit one long text may take half of it, so that what comes after
    the text still has room."""
    total = size(value)
    if total <= limit:
        copy = _Copy(scrub)
        small = copy.of(value)
        # A mark may be longer than the secret that it replaces.
        if len(line(small)) <= limit:
            return small, total, copy.cut
    copy = _Copy(scrub, limit, limit // 2)
    return copy.of(value), total, True


def redacted(value: Any, scrub: Callable[[str], str]) -> Any:
    """A redacted copy of all of `value` that is strict JSON."""
    return _Copy(scrub).of(value)


def journal(value: Any, scrub: Callable[[str], str]) -> bytes:
    """All of `value` as redacted JSON, in which numbers that JSON does not have are bare tokens, the way Chaos Toolkit
    writes them. It stays a journal: the keys and the closed words of its structure are left alone."""
    copy = _Copy(scrub, strict=False, structure=True).of(value)
    return json.dumps(copy, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def name(value: Any, scrub: Callable[[str], str]) -> str:
    """A redacted name, title or message, cut where nobody would read on."""
    return _Copy(scrub, 4 * _NAME_LIMIT, _NAME_LIMIT).of(value if isinstance(value, str) else str(value))


def line(document: Any) -> bytes:
    """One line of strict JSON, without its line feed."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def size(value: Any) -> int:
    """Bytes that `value` takes as JSON; near enough for large texts, and a lower bound for enormous structures."""
    total, nodes, left = 0, 0, [value]
    while left and nodes < _NODES:
        item = left.pop()
        nodes += 1
        if isinstance(item, dict):
            total += max(2, 1 + sum(_text_size(key if isinstance(key, str) else _other(key)) + 2 for key in list(item)))
            left.extend(list(item.values()))
        elif isinstance(item, (list, tuple)):
            total += 1 + max(len(item), 1)
            left.extend(item)
        elif isinstance(item, str):
            total += _text_size(item)
        elif item is None or isinstance(item, (bool, int, float)):
            total += len(_other(item))
        else:
            total += _text_size(_other(item))
    return total


class _Copy:
    """One copy being made; `limit` and `share` are bytes of JSON, None where there is no limit."""

    def __init__(
        self,
        scrub: Callable[[str], str],
        limit: Optional[int] = None,
        share: Optional[int] = None,
        strict: bool = True,
        structure: bool = False,
    ) -> None:
        self.cut = False
        self._structure, self._free = structure, False
        self._scrub, self._left, self._share, self._strict = scrub, limit, share, strict

    def of(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, str):
            return self._text(str(value))
        if value is None or isinstance(value, bool):
            return self._spend(value, 5)
        if isinstance(value, int) and not isinstance(value, Enum):
            value = int(value)
            if -(2**63) <= value < 2**64 or (not self._strict and value.bit_length() < _BITS):
                return self._spend(value, 20)
            return self._text(_other(value))
        if isinstance(value, float):
            value = float(value)
            if math.isfinite(value) or not self._strict:
                return self._spend(value, len(repr(value)))
            return self._text(json.dumps(value))
        if isinstance(value, (dict, list, tuple)):
            if depth >= (_DEPTH if self._strict else _DEEP):
                self.cut = True
                return self._text("…")
            return self._members(value, depth + 1)
        return self._text(_other(value))

    def _members(self, value: Any, depth: int) -> Any:
        self._spend(None, 2)
        # list() because the run goes on beside us and may still change its own objects.
        if isinstance(value, dict):
            members = {}
            for key, inner in list(value.items()):
                if self._full():
                    break
                if self._structure and isinstance(key, str) and key in KEYS:
                    members[key] = self._under(key, inner, depth)
                    continue
                spelled = self._text(key if isinstance(key, str) else _other(key))
                self._spend(None, 2)
                members[spelled] = self.of(inner, depth)
            return members
        items = []
        for inner in list(value):
            if self._full():
                break
            self._spend(None, 1)
            items.append(self.of(inner, depth))
        return items

    def _under(self, key: str, value: Any, depth: int) -> Any:
        """A member whose key belongs to the structure; below a free key nothing but keys does."""
        if not self._free and isinstance(value, str) and value in WORDS.get(key, ()):
            return str(value)
        outer, self._free = self._free, self._free or key in FREE
        try:
            return self.of(value, depth)
        finally:
            self._free = outer

    def _full(self) -> bool:
        # The least that a member can take: an empty key, a colon, a comma and `false`.
        full = self._left is not None and self._left < 16
        self.cut = self.cut or full
        return full

    def _spend(self, value: Any, cost: int) -> Any:
        if self._left is not None:
            self._left -= cost
        return value

    def _text(self, text: str) -> str:
        if self._left is None or self._share is None:
            return _sound(self._scrub(text))
        room = max(min(self._left, self._share), 0)
        short = len(text) > room
        if short:
            # Only what may be kept is searched for secrets, and so that no half of one is kept, the edge is dropped.
            edge = getattr(self._scrub, "longest", 0)
            text = self._scrub(text[: room + edge])
            text = text[: max(len(text) - edge, 0)]
        else:
            text = self._scrub(text)
        text = _sound(text)
        mark = "…" if short else ""
        cost = len(line(text + mark))
        while cost > room and text:
            mark = "…"
            text = text[: min(len(text) - 1, len(text) * max(room - 5, 0) // cost)]
            cost = len(line(text + mark))
        self.cut = self.cut or bool(mark)
        return self._spend(text + mark, cost)


def _sound(text: str) -> str:
    """`text` without halves of surrogate pairs, which no strict reader of JSON accepts."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def _text_size(text: str) -> int:
    if len(text) <= 4096:
        return len(line(text))
    total = 2
    # In slices, so that the run gets its turn between them.
    for start in range(0, len(text), _SLICE):
        piece = text[start : start + _SLICE]
        total += len(piece) if piece.isascii() else len(piece.encode("utf-8", "replace"))
        total += sum(map(piece.count, '"\\\n\r\t'))
    return total


def _other(value: Any) -> str:
    """Text for a value that JSON has no form for: as Chaos Toolkit spells it, else its `repr`."""
    try:
        if isinstance(value, Enum):
            return str(value.value)
        if value is None or isinstance(value, (bool, int, float)):
            return json.dumps(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, (Decimal, UUID)):
            return str(value)
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
