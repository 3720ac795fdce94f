"""What is secret never leaves the process: not to the hub, not into the events, not into the spool."""

import base64
import json

import pytest
from experiments import experiment, http, process, python
from fakehub import TOKEN

from chaoshub_control.encode import journal
from chaoshub_control.redact import MARK, Redactor, known_values, masked, says_secret

INLINE = "inline-5ecret-value"
DECLARED = "declared-5ecret-value"
NAMED = "named-5ecret\"with quote"
CONFIGURED = "configured-5ecret-value"
VALUES = [INLINE, DECLARED, NAMED, json.dumps(NAMED)[1:-1], CONFIGURED, TOKEN]


def secretive():
    tell = python("tell", "print_secrets")
    tell["provider"]["secrets"] = ["shop"]
    return experiment(
        [
            tell,
            python("raise", "fail", message="cannot log in with ${inline}"),
            process("show", "sh", "-c", 'echo "$DB_PASSWORD and $UNTOLD and $CHAOSHUB_TOKEN"'),
            {**http("ask", "http://127.0.0.1:9/?key=" + INLINE), "name": "ask with " + INLINE},
        ],
        title="${inline} in the title",
        configuration={"login_token": {"type": "env", "key": "LOGIN", "default": "none"}},
        secrets={"shop": {"inline": INLINE, "declared": {"type": "env", "key": "UNTOLD"}, "short": "abc"}},
    )


@pytest.fixture
def secretive_chaos(chaos):
    chaos.environment.update(UNTOLD=DECLARED, DB_PASSWORD=NAMED, LOGIN=CONFIGURED)
    return chaos


def leaks(content):
    return [value for value in VALUES if value in content]


def test_no_secret_reaches_the_hub_or_the_events(secretive_chaos, hub):
    ran = secretive_chaos.run(secretive())
    sent = b"\n".join(hub.bodies).decode("utf-8")
    assert leaks(sent) == []
    assert leaks(secretive_chaos.events.read_text()) == []
    assert sent.count(MARK) > 10
    # The journal of Chaos Toolkit is its own and stays what it was.
    assert INLINE in json.dumps(ran.journal)


def test_inline_secrets_of_the_experiment_are_masked_and_declarations_kept(secretive_chaos, hub):
    secretive_chaos.run(secretive())
    section = {"shop": {"inline": MARK, "declared": {"type": "env", "key": "UNTOLD"}, "short": MARK}}
    assert hub.openings[hub.run]["experiment"]["secrets"] == section
    assert json.loads(hub.journals[hub.run].decode("utf-8"))["experiment"]["secrets"] == section


def test_the_plan_is_redacted(secretive_chaos, hub):
    secretive_chaos.run(secretive())
    data = hub.of_kind("run.started")[0]["data"]
    assert data["title"] == MARK + " in the title"
    assert data["plan"][4]["name"] == "ask with " + MARK


def test_no_secret_reaches_the_spool(secretive_chaos, hub):
    hub.mode = 500
    secretive_chaos.arguments["flush_seconds"] = 0.5
    secretive_chaos.run(secretive())
    (spooled,) = secretive_chaos.spooled()
    assert leaks(spooled.read_text()) == []
    assert spooled.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "DB_PASSWORD", "AWS_ACCESS_KEY_ID", "apikey", "client_secret", "KEY"])
def test_names_that_say_secret(name):
    assert says_secret(name)


@pytest.mark.parametrize("name", ["PATH", "KEYBOARD", "PWD", "MONKEY", "HOME", "SSH_AUTH_SOCK"])
def test_names_that_do_not_say_secret(name):
    assert not says_secret(name)


def test_short_values_are_left_alone():
    assert Redactor(["abc"])("abcdef") == "abcdef"


def test_the_longer_of_two_values_wins():
    assert Redactor(["secret", "secret-and-more"])("a secret-and-more, a secret") == "a [redacted], a [redacted]"


def test_spellings_of_a_value_are_known():
    scrub = Redactor(["p/ss wörd"])
    spellings = ["p%2Fss%20w%C3%B6rd", base64.b64encode("p/ss wörd".encode()).decode(), "p/ss w\\u00f6rd"]
    assert [scrub(spelling) for spelling in spellings] == [MARK] * 3


def test_lines_of_a_private_key_are_known():
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----"
    assert Redactor([key])("line: MIIEvQIBADANBgkqhkiG9w0") == "line: " + MARK


def test_nested_secrets_are_known():
    values = set(known_values({}, {"vault": {"all": {"a": "one", "b": ["two", 3]}}}, {}))
    assert values == {"one", "two", "3"}


def test_a_section_that_is_not_a_mapping_is_masked_whole():
    assert masked(["a", "b"]) == MARK


def test_a_secret_that_is_a_word_of_the_journal_leaves_the_journal_one():
    kept = journal({"status": "failed", "failed": 1, "run": [{"status": "failed", "output": {"status": "failed"}}]}, Redactor(["failed", "status"]))
    assert json.loads(kept) == {
        "status": "failed",
        MARK: 1,
        "run": [{"status": "failed", "output": {"status": MARK}}],
    }
