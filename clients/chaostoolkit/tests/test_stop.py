"""A stop asked for on the hub ends the run, in the way that was asked for, whatever the run is doing."""

import logging
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from chaoslib.exceptions import InterruptExecution
from chaoslib.exit import exit_signals
from conftest import Chaos
from experiments import experiment, http, probe, process, python
from fakehub import Hub

from chaoshub_control import stop

LONG = 45
"""Seconds that an activity takes unless it is cut: far beyond what a test that works waits."""


@pytest.fixture
def mute_server():
    """Accepts connections and never answers."""
    server = socket.create_server(("127.0.0.1", 0))
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    server.close()


def when_started(hub, name, wanted, phase=None):
    """The hub wants `wanted` from the moment it knows that the activity `name` has begun."""

    def begun(events):
        return any(
            event["kind"] == "activity.started" and event["data"]["name"] == name and phase in (None, event["phase"])
            for event in events
        )

    hub.wanted = lambda events: wanted if begun(events) else "run"


def how(hub):
    return [event["data"]["how"] for event in hub.of_kind("run.stopping")]


def names(records):
    return [record["activity"]["name"] for record in records]


UNDO = [python("undo", "give", value="undone")]


@pytest.mark.parametrize("provider", ["python", "process", "http"])
def test_a_graceful_stop_cuts_the_activity_and_lets_the_rollbacks_play(chaos, hub, mute_server, provider):
    long = {
        "python": python("long", "rest", seconds=LONG),
        "process": process("long", "sleep", str(LONG)),
        "http": http("long", mute_server),
    }[provider]
    when_started(hub, "long", "stop")
    ran = chaos.run(experiment([long, python("never", "give")], rollbacks=UNDO), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert names(ran.journal["run"]) == ["long"]
    assert names(ran.journal["rollbacks"]) == ["undo"]
    assert ran.journal["rollbacks"][0]["status"] == "succeeded"
    assert how(hub) == ["signal"]
    assert hub.of_kind("run.finished")[0]["data"]["status"] == "interrupted"


@pytest.mark.parametrize("provider", ["python", "process", "http"])
def test_a_hard_stop_cuts_the_activity_and_plays_no_rollbacks(chaos, hub, mute_server, provider):
    long = {
        "python": python("long", "rest", seconds=LONG),
        "process": process("long", "sleep", str(LONG)),
        "http": http("long", mute_server),
    }[provider]
    when_started(hub, "long", "abort")
    ran = chaos.run(experiment([long], rollbacks=UNDO), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert ran.journal["rollbacks"] == []
    assert how(hub) == ["signal-no-rollbacks"]


@pytest.mark.parametrize("phase", ["baseline", "after"])
def test_a_stop_reaches_a_probe_of_the_hypothesis(chaos, hub, phase):
    probes = [probe("steady", "rest_when", "rested", path=str(chaos.folder / "calls"), seconds=LONG)]
    probes[0]["provider"]["arguments"]["turn"] = 1 if phase == "baseline" else 2
    when_started(hub, "steady", "stop", phase)
    ran = chaos.run(experiment([python("quick", "give")], probes), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert names(ran.journal["run"]) == ([] if phase == "baseline" else ["quick"])


def test_a_stop_cuts_the_pause_between_two_activities(chaos, hub):
    def wanted(events):
        done = any(event["kind"] == "activity.completed" and event["phase"] == "method" for event in events)
        return "stop" if done else "run"

    hub.wanted = wanted
    ran = chaos.run(experiment([{**python("quick", "give"), "pauses": {"after": LONG}}, python("never", "give")]))
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert names(ran.journal["run"]) == ["quick"]


def test_a_stop_asked_for_before_the_run_began_comes_in_time(chaos, hub):
    hub.wanted = lambda events: "stop"
    ran = chaos.run(experiment([python("long", "rest", seconds=LONG)]))
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert len(how(hub)) == 1


def test_a_graceful_stop_waits_for_a_background_activity(chaos, hub):
    method = [{**python("aside", "rest", seconds=2), "background": True}, python("long", "rest", seconds=LONG)]
    when_started(hub, "long", "stop")
    ran = chaos.run(experiment(method, rollbacks=UNDO), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert {record["activity"]["name"]: record.get("status") for record in ran.journal["run"]} == {
        "aside": "succeeded",
        "long": None,
    }
    assert names(ran.journal["rollbacks"]) == ["undo"]


def test_a_hard_stop_does_not_wait_for_a_background_activity(chaos, hub):
    aside = {**python("aside", "spin", seconds=LONG), "background": True}
    when_started(hub, "aside", "abort")
    ran = chaos.run(experiment([aside], rollbacks=UNDO), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert ran.journal["rollbacks"] == []


def test_a_graceful_stop_does_not_cut_the_rollbacks(chaos, hub):
    when_started(hub, "undo", "stop")
    ran = chaos.run(experiment(rollbacks=[python("undo", "rest", seconds=2.5), python("undo-more", "give")]))
    assert ran.journal["status"] == "completed"
    assert [record["status"] for record in ran.journal["rollbacks"]] == ["succeeded", "succeeded"]
    assert how(hub) == []


def test_a_hard_stop_cuts_the_rollbacks_and_keeps_the_journal(chaos, hub):
    when_started(hub, "undo", "abort")
    ran = chaos.run(experiment(rollbacks=[python("undo", "rest", seconds=LONG), python("undo-more", "give")]))
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert names(ran.journal["rollbacks"]) == ["undo"]
    assert how(hub) == ["signal-no-rollbacks"]


def test_a_hard_stop_may_follow_a_graceful_one(chaos, hub):
    def wanted(events):
        started = [event["data"]["name"] for event in events if event["kind"] == "activity.started"]
        return "abort" if "undo" in started else "stop" if "long" in started else "run"

    hub.wanted = wanted
    method, rollbacks = [python("long", "rest", seconds=LONG)], [python("undo", "rest", seconds=LONG)]
    ran = chaos.run(experiment(method, rollbacks=rollbacks), "--rollback-strategy", "always")
    assert ran.seconds < LONG
    assert how(hub) == ["signal", "signal-no-rollbacks"]
    assert names(ran.journal["rollbacks"]) == ["undo"]


def test_a_stop_reaches_a_continuous_hypothesis(chaos, hub):
    when_started(hub, "long", "stop")
    flags = ["--hypothesis-strategy", "continuously", "--hypothesis-frequency", "0.2"]
    ran = chaos.run(experiment([python("long", "rest", seconds=LONG)]), *flags)
    assert ran.seconds < LONG
    assert ran.journal["status"] == "interrupted"
    assert ran.journal["steady_states"]["after"] is None


@pytest.mark.parametrize("mode", ["stop", "abort"])
def test_a_stop_at_any_moment_leaves_a_journal(chaos, hub, tmp_path, mode):
    """The wish arrives at every second event in turn, so also where a signal would not be safe."""
    short = {"seconds": 0.04}
    full = experiment(
        [{**python("aside", "rest", **short), "background": True}, python("quick", "rest", **short)],
        [probe("steady", "rest", "rested", **short)],
        [python("undo", "rest", **short), {**python("undo-aside", "rest", **short), "background": True}],
    )
    chaos.run(full)
    count = len(hub.events[hub.run])
    assert count > 15

    def stopped_at(moment):
        own = Hub()
        own.wanted = lambda events: mode if len(events) >= moment else "run"
        one = Chaos(tmp_path / str(moment))
        one.folder.mkdir()
        one.hub_url = own.url
        ran = one.run(full, "--rollback-strategy", "always")
        own.close()
        assert own.complaints == []
        assert ran.journal is not None, ran.log
        return ran.journal["status"], len(own.of_kind("run.stopping"))

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(stopped_at, range(1, count, 2)))
    assert ("interrupted", 1) in outcomes
    assert outcomes <= {("completed", 0), ("interrupted", 1)}


@pytest.mark.parametrize("where", ["start_rollbacks", "signal_exit", "rollbacks_completed"])
def test_a_hard_stop_never_costs_the_journal(chaos, hub, where):
    """It is asked for while the run is where a signal would escape Chaos Toolkit's own handling."""
    provider = {"type": "python", "module": "lingering", "arguments": {"where": where, "seconds": 2.5}}
    lingering = [{"name": "lingering", "provider": provider}]
    before = {
        "start_rollbacks": ("phase.started", "rollbacks"),
        "signal_exit": ("activity.completed", "method"),
        "rollbacks_completed": ("phase.completed", "rollbacks"),
    }[where]
    long = python("long", "rest", seconds=LONG if where == "signal_exit" else 0)

    def wanted(events):
        if before in [(event["kind"], event["phase"]) for event in events]:
            return "abort"
        return "stop" if where == "signal_exit" and any(event["phase"] == "method" for event in events) else "run"

    hub.wanted = wanted
    ran = chaos.run(experiment([long], rollbacks=UNDO, controls=lingering), "--rollback-strategy", "always")
    assert ran.journal is not None
    assert ran.journal["status"] == ("completed" if where == "rollbacks_completed" else "interrupted")
    assert names(ran.journal["rollbacks"]) == (["undo"] if where == "rollbacks_completed" else [])


def test_the_stop_of_somebody_else_is_left_alone(chaos, hub):
    running = chaos.start(experiment([python("long", "rest", seconds=LONG)], rollbacks=UNDO))
    hub.wait_for(lambda: hub.events and hub.of_kind("activity.started", "method"))
    running.send_signal(signal.SIGINT)
    ran = chaos.end(running, time.monotonic())
    assert ran.journal["status"] == "interrupted"
    assert how(hub) == []


@pytest.fixture
def gate(monkeypatch):
    """A gate whose signals are only written down, after the ways in which the run was told to stop."""
    told = []
    monkeypatch.setattr(stop, "exit_gracefully", lambda: told.append("SIGUSR1"))
    monkeypatch.setattr(stop, "exit_ungracefully", lambda: told.append("SIGUSR2"))
    gate = stop.Gate(lambda how, why: told.append(how))
    gate.told = told
    return gate


def test_outside_of_a_phase_no_signal_is_sent_but_the_next_activity_is_spared(gate):
    gate.want("stop")
    assert gate.told == []
    with pytest.raises(InterruptExecution):
        gate.before_activity(main=True)
    assert gate.told == ["flag"]


def test_within_a_phase_the_signal_is_sent_once(gate):
    gate.enter()
    gate.want("stop")
    gate.want("stop")
    assert gate.told == ["signal", "SIGUSR1"]


def test_a_signal_is_repeated_until_it_is_heard(gate, monkeypatch):
    handlers = {stop.signal.SIGUSR1: lambda number, frame: gate.told.append("heard")}
    monkeypatch.setattr(stop.signal, "getsignal", handlers.get)
    monkeypatch.setattr(stop.signal, "signal", handlers.__setitem__)
    gate.listen()
    gate.enter()
    gate.want("stop")
    gate.want("stop")
    assert gate.told == ["signal", "SIGUSR1", "SIGUSR1"]
    handlers[stop.signal.SIGUSR1](stop.signal.SIGUSR1, None)
    # The repetition came late: the run is stopping already, and must not be interrupted again.
    handlers[stop.signal.SIGUSR1](stop.signal.SIGUSR1, None)
    gate.want("stop")
    assert gate.told == ["signal", "SIGUSR1", "SIGUSR1", "heard"]


class Taken:
    """The lock of a logging handler, at whose taking something happens: outside of every `try`."""

    def __init__(self, then):
        self._lock, self._then = threading.RLock(), then

    def acquire(self):
        self._lock.acquire()
        self._then()

    def release(self):
        self._lock.release()

    def __enter__(self):
        self.acquire()

    def __exit__(self, *raised):
        self.release()

    def is_free(self):
        def take():
            if self._lock.acquire(timeout=5):
                self._lock.release()
                free.append(True)

        free = []
        other = threading.Thread(target=take)
        other.start()
        other.join()
        return bool(free)


def log_a_line(then):
    """Logs while `then` is called inside of `logging`; gives what raised, and whether others can still log."""
    handler = logging.NullHandler()
    handler.handle = lambda record: logging.Handler.handle(handler, record)
    handler.lock = lock = Taken(then)
    logger = logging.Logger("the run's")
    logger.addHandler(handler)
    try:
        logger.warning("a line")
    except SystemExit as stopped:
        return stopped, lock.is_free()
    return None, lock.is_free()


def wait_to_be_stopped(meanwhile=lambda: None, seconds=30):
    end = time.monotonic() + seconds
    never = threading.Event()
    with pytest.raises(SystemExit):
        while time.monotonic() < end:
            meanwhile()
            never.wait(0.05)


def test_a_stop_that_arrives_inside_logging_waits_until_the_line_is_written():
    gate = stop.Gate(lambda how, why: None)
    with exit_signals():
        gate.listen()
        gate.enter()
        assert log_a_line(lambda: gate.want("stop")) == (None, True)
        wait_to_be_stopped(lambda: gate.want("stop"))


def test_so_does_the_stop_of_somebody_else():
    with exit_signals():
        stop.Gate(lambda how, why: None).listen()
        assert log_a_line(lambda: os.kill(os.getpid(), signal.SIGUSR1)) == (None, True)
        wait_to_be_stopped()


def test_the_stop_of_somebody_else_that_waited_too_long_does_not_end_the_process(monkeypatch):
    waiting = []
    monkeypatch.setattr(stop.threading, "Timer", lambda *planned: waiting.append(planned) or threading.Thread())
    arrived = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: arrived.append(number))
    try:
        with exit_signals():
            stop.Gate(lambda how, why: None).listen()
            assert log_a_line(lambda: os.kill(os.getpid(), signal.SIGUSR1)) == (None, True)
        ((_, again, arguments),) = waiting
        again(*arguments)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert arrived == []


def test_a_stop_is_not_taken_back(gate):
    gate.want("stop")
    gate.want("run")
    gate.want(None)
    with pytest.raises(InterruptExecution):
        gate.before_activity(main=False)


def test_rollbacks_are_only_stopped_by_abort_and_only_within_an_activity(gate):
    gate.roll_back()
    gate.want("stop")
    gate.before_activity(main=True)
    gate.after_activity()
    gate.want("abort")
    assert gate.told == []
    gate.before_activity(main=True)
    assert gate.told == ["signal-no-rollbacks", "SIGUSR2"]
