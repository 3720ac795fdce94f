"""Whatever the hub, the disk or an activity does: the run is what it would have been without the control."""

import os
import signal
import socket
import time

import pytest
from experiments import experiment, process, python

FLUSH = 1
SLACK = 15
"""Far more than a busy machine adds, far less than a hub that never answers would."""

EXPERIMENT = experiment(
    method=[
        {**python("aside", "rest", seconds=0.2), "background": True},
        python("bad", "fail"),
        process("hello", "echo", "hello"),
        {"ref": "steady"},
    ],
    rollbacks=[process("tidy", "true")],
)


def without_times(document):
    """A journal without what differs between two runs of anything."""
    if isinstance(document, dict):
        times = ("start", "end", "duration")
        return {name: without_times(value) for name, value in document.items() if name not in times}
    if isinstance(document, list):
        return [without_times(item) for item in document]
    return document


def outcome(journal):
    # Which of two threads enters its activity first is left to chance by Chaos Toolkit itself.
    run = sorted(journal["run"], key=lambda record: record["activity"].get("name"))
    return without_times({**journal, "run": run})


def same(ran, alone):
    assert ran.code == alone.code
    assert outcome(ran.journal) == outcome(alone.journal)
    assert ran.seconds < alone.seconds + FLUSH + SLACK


@pytest.mark.parametrize("mode", ["well", "mute", "garbage", "page", 500, 503, 401, 404, 410, 302, 308, 429])
def test_the_outcome_does_not_depend_on_the_hub(chaos, hub, mode):
    hub.mode = mode
    chaos.arguments["flush_seconds"] = FLUSH
    alone = chaos.run(EXPERIMENT, control=False)
    ran = chaos.run(EXPERIMENT)
    same(ran, alone)
    assert hub.requests != []
    assert not any("elsewhere" in request for request in hub.requests)
    assert len(chaos.written()) > 15


def test_the_outcome_does_not_depend_on_a_hub_that_is_down(chaos):
    free = socket.create_server(("127.0.0.1", 0))
    chaos.hub_url = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()
    alone = chaos.run(EXPERIMENT, control=False)
    same(chaos.run(EXPERIMENT), alone)


@pytest.mark.parametrize("arguments", [{"url": ""}, {"url": "ftp://x"}, {"workspace": ""}, {"url": "http://[::1"}])
def test_settings_that_cannot_work_are_said_in_one_warning(chaos, hub, arguments):
    alone = chaos.run(EXPERIMENT, control=False)
    chaos.arguments.update(arguments)
    ran = chaos.run(EXPERIMENT)
    same(ran, alone)
    assert ran.log.count("ChaosHub") == 1
    assert hub.requests == []


def test_without_a_token_one_warning_is_given_and_nothing_is_done(chaos, hub):
    del chaos.environment["CHAOSHUB_TOKEN"]
    ran = chaos.run(EXPERIMENT)
    assert ran.log.count("CHAOSHUB_TOKEN is not set") == 1
    assert hub.requests == []
    assert not chaos.events.exists()


def test_a_token_among_the_arguments_is_not_used(chaos, hub):
    del chaos.environment["CHAOSHUB_TOKEN"]
    chaos.arguments["token"] = hub.token
    ran = chaos.run(EXPERIMENT)
    assert "remove it from the control's arguments" in ran.log
    assert hub.requests == []


def test_unknown_arguments_do_no_harm(chaos, hub):
    chaos.arguments["colour"] = "green"
    chaos.run(EXPERIMENT)
    assert hub.of_kind("run.finished") != []


def test_the_address_and_workspace_may_come_from_the_environment(chaos, hub):
    chaos.arguments.update(url=None, workspace=None)
    chaos.environment.update(CHAOSHUB_URL=hub.url + "/", CHAOSHUB_WORKSPACE="team/shop")
    chaos.run(EXPERIMENT)
    assert hub.openings[hub.run]["workspace"] == "team/shop"


def test_a_full_disk_under_the_events_is_said_once_and_the_hub_still_gets_them(chaos, hub):
    if not os.path.exists("/dev/full"):
        pytest.fail("this test needs /dev/full")
    alone = chaos.run(EXPERIMENT, control=False)
    chaos.environment["CHAOSHUB_EVENTS"] = "/dev/full"
    ran = chaos.run(EXPERIMENT)
    same(ran, alone)
    assert ran.log.count("cannot write the run's events down") == 1
    assert hub.of_kind("run.finished") != []


def test_a_hub_that_comes_back_gets_all_events_in_order(chaos, hub):
    hub.mode = 500
    running = chaos.start(experiment([python("long", "rest", seconds=3)]))
    hub.wait_for(lambda: len(hub.requests) >= 2)
    hub.mode = "well"
    ran = chaos.end(running, 0)
    assert [event["seq"] for event in hub.events[hub.run]] == list(range(1, len(chaos.written()) + 1))
    assert "ChaosHub is away" in ran.log and "ChaosHub is back" in ran.log
    assert hub.run in hub.journals


def test_a_hub_that_forgot_the_run_is_told_again(chaos, hub):
    running = chaos.start(experiment([python("long", "rest", seconds=3)]))
    hub.wait_for(lambda: hub.events and hub.of_kind("activity.started", "method"))
    with hub.changed:
        run = hub.run
        hub.openings.clear()
        hub.events.clear()
        hub.wanted = lambda events: "run"
    hub.wait_for(lambda: run in hub.openings)
    chaos.end(running, 0)
    # What the hub had confirmed is gone with it, and it complains: this one did lose events.
    assert hub.complaints != []
    hub.complaints.clear()


def test_a_hub_that_wants_no_more_is_left_in_peace(chaos, hub):
    hub.mode = 410
    chaos.run(experiment([python("long", "rest", seconds=2.5)]))
    assert len(hub.requests) == 1
    assert chaos.spooled() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2])
def test_impatience_at_the_end_costs_neither_the_journal_nor_the_events(chaos, hub, number):
    chaos.arguments["flush_seconds"] = 50
    hub.mute_journals = True
    running = chaos.start(EXPERIMENT)
    hub.wait_for(lambda: hub.requests and hub.requests[-1].endswith("/journal"))
    since = time.monotonic()
    running.send_signal(number)
    ran = chaos.end(running, since)
    assert ran.seconds < 50
    assert (ran.code, ran.journal["status"]) == (0, "completed")
    assert len(chaos.spooled()) == 1


def test_a_connection_that_the_hub_closed_is_made_anew(chaos, hub):
    """Every answer of this hub closes its connection without saying so."""
    handler = hub._server.RequestHandlerClass
    send = handler._send

    def send_and_close(self, *arguments, **named):
        send(self, *arguments, **named)
        self.close_connection = True

    handler._send = send_and_close
    ran = chaos.run(experiment([python("long", "rest", seconds=2.2)]))
    assert "ChaosHub is away" not in ran.log
    assert hub.of_kind("run.finished") != []
    assert hub.connections > 2


def test_an_output_that_has_no_json_form_does_not_stop_the_stream(chaos, hub):
    ran = chaos.run(experiment([python("odd", "odd"), python("next", "give")]))
    outputs = [event["data"]["output"] for event in hub.of_kind("activity.completed", "method")]
    assert outputs == [{"odd": "<odd>", "deep": {"set": "{1}"}, "half": "\ufffd", "big": str(10**30)}, None]
    assert hub.of_kind("run.finished") != []
    # Chaos Toolkit itself breaks off at such an output: the hub has the only whole journal.
    assert ran.journal is None
    assert b"<odd>" in hub.journals[hub.run]


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_a_run_that_the_hub_will_never_take_is_given_up_at_once(chaos, hub, status):
    hub.mode = status
    chaos.arguments["flush_seconds"] = FLUSH
    alone = chaos.run(EXPERIMENT, control=False)
    ran = chaos.run(EXPERIMENT)
    same(ran, alone)
    assert len(hub.requests) == 1
    assert ran.log.count(f"ChaosHub refuses this run ({status} no") == 1
    assert chaos.spooled() == []
    assert "it is kept" not in ran.log


@pytest.mark.parametrize("status", [413, 422])
def test_an_event_that_the_hub_will_never_take_does_not_stop_the_others(chaos, hub, status):
    hub.refuse = lambda path, body: status if path.endswith("/events") and b"spoils-it" in body else None
    ran = chaos.run(experiment([python("bad", "give", value="spoils-it"), python("next", "give", value="fine")]))
    assert [event["seq"] for event in hub.events[hub.run]] == list(range(1, len(chaos.written()) + 1))
    (bad,) = [event for event in hub.events[hub.run] if "refused" in event["data"]]
    assert "because of the test" in bad["data"]["refused"]
    hub.complaints.clear()  # a word in the place of an event has not the form of one
    assert ran.log.count("ChaosHub refuses an event of this run") == 1
    assert hub.run in hub.journals and chaos.spooled() == []


def test_events_that_the_hub_will_never_take_are_given_up_and_the_journal_is_sent(chaos, hub):
    hub.refuse = lambda path, body: 422 if path.endswith("/events") else None
    ran = chaos.run(EXPERIMENT)
    assert ran.log.count("ChaosHub refuses the events of this run (422 no: because of the test)") == 1
    assert hub.run in hub.journals and chaos.spooled() == []
    assert len([request for request in hub.requests if request.endswith("/events")]) < 40


def test_a_journal_that_the_hub_will_never_take_is_said_once(chaos, hub):
    hub.refuse = lambda path, body: 413 if path.endswith("/journal") else None
    ran = chaos.run(EXPERIMENT)
    assert ran.log.count("ChaosHub refuses the journal of this run (413 no: because of the test)") == 1
    assert len([request for request in hub.requests if request.endswith("/journal")]) == 1
    assert chaos.spooled() == []
