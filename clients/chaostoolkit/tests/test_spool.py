"""A run whose hub was away is kept, and delivered later: with the next run, or by command."""

import json

import pytest
from experiments import experiment, python


@pytest.fixture
def undelivered(chaos, hub):
    """One run that the hub knows nothing of."""
    hub.mode = 500
    chaos.arguments["flush_seconds"] = 0.5
    chaos.ran = chaos.run(experiment())
    hub.mode = "well"
    hub.requests.clear()
    return chaos


def run_of(path):
    return json.loads(path.read_text())["run"]


def complete(hub, run, journal):
    assert hub.events[run][-1]["kind"] == "run.finished"
    assert hub.openings[run]["workspace"] == "demo/demo"
    assert json.loads(hub.journals[run].decode("utf-8")) == journal


def test_what_was_not_delivered_is_kept_for_its_user_only(undelivered, hub):
    (path,) = undelivered.spooled()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert hub.token not in path.read_text()
    assert "it is kept" in undelivered.ran.log


def test_the_next_run_delivers_it(undelivered, hub):
    (path,) = undelivered.spooled()
    run = run_of(path)
    undelivered.arguments["flush_seconds"] = 10
    ran = undelivered.run(experiment())
    assert len(hub.journals) == 2
    complete(hub, run, undelivered.ran.journal)
    assert undelivered.spooled() == []
    assert run in ran.log


def test_the_next_run_of_another_workspace_leaves_it(undelivered, hub):
    undelivered.arguments.update(workspace="other/place", flush_seconds=10)
    undelivered.run(experiment())
    assert len(hub.journals) == 1
    assert len(undelivered.spooled()) == 1


def test_the_command_delivers_it(undelivered, hub):
    (path,) = undelivered.spooled()
    run = run_of(path)
    done = undelivered.module("deliver")
    assert (done.returncode, done.stdout) == (0, f"delivered   {run}\n")
    complete(hub, run, undelivered.ran.journal)
    assert undelivered.spooled() == []
    assert undelivered.module("deliver").stdout == "No run waits for its hub.\n"


def test_the_command_keeps_what_the_hub_refuses(undelivered, hub):
    hub.token = "chp_another-one"
    done = undelivered.module("deliver")
    assert done.returncode == 1
    assert "refuses the token" in done.stdout
    assert len(undelivered.spooled()) == 1


def test_the_command_sends_a_token_to_one_hub_only(undelivered, hub):
    (path,) = undelivered.spooled()
    other = json.loads(path.read_text())
    other.update(url="http://127.0.0.1:9", run="run_01933c2e-0000-7000-8000-000000000000")
    path.with_name(other["run"] + ".json").write_text(json.dumps(other))
    done = undelivered.module("deliver")
    assert done.returncode == 2
    assert hub.requests == []
    assert undelivered.module("deliver", "--url", hub.url).returncode == 0
    assert len(undelivered.spooled()) == 1


def test_the_command_says_when_there_is_no_token(undelivered):
    del undelivered.environment["CHAOSHUB_TOKEN"]
    done = undelivered.module("deliver")
    assert done.returncode == 2
    assert "CHAOSHUB_TOKEN" in done.stdout


def test_a_run_that_the_hub_knows_in_part_is_completed(chaos, hub):
    running = chaos.start(experiment([python("long", "rest", seconds=1.5)]))
    hub.wait_for(lambda: hub.events and hub.of_kind("activity.started", "method"))
    hub.mode = 500
    chaos.end(running, 0)
    hub.mode = "well"
    assert hub.journals == {}
    assert chaos.module("deliver").returncode == 0
    assert [event["seq"] for event in hub.events[hub.run]] == list(range(1, len(chaos.written()) + 1))
    assert list(hub.journals) == [hub.run]


def test_a_file_that_cannot_be_read_is_passed_over(undelivered, hub):
    undelivered.spooled()[0].with_name("run_0.json").write_text("{half")
    assert undelivered.module("deliver").returncode == 0
    assert len(hub.journals) == 1


def test_a_run_of_the_hub_is_never_kept(chaos, hub):
    hub.mode = 500
    chaos.environment["CHAOSHUB_RUN"] = "run_01933c2e-0000-7000-8000-000000000000"
    chaos.run(experiment())
    assert chaos.spooled() == []
    assert chaos.written() != []


def test_a_spool_that_cannot_be_written_does_no_harm(chaos, hub):
    hub.mode = 500
    chaos.state.write_text("a file where the folder should be")
    chaos.arguments["flush_seconds"] = 0.5
    ran = chaos.run(experiment())
    assert ran.code == 0
    assert "it could not be kept" in ran.log


def test_the_help_teaches(chaos):
    done = chaos.module("--help")
    assert done.returncode == 0
    for word in ("--control-file", "CHAOSHUB_TOKEN", "deliver", str(chaos.state)):
        assert word in done.stdout


def test_a_kept_run_that_the_hub_will_never_take_is_not_kept_any_longer(undelivered, hub):
    (path,) = undelivered.spooled()
    run = run_of(path)
    hub.mode = 422
    done = undelivered.module("deliver")
    assert done.returncode == 1
    assert f"refused     {run}" in done.stdout and "422" in done.stdout
    assert undelivered.spooled() == []
