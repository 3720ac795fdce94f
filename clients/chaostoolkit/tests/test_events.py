"""What the hub is told about a run, by the real `chaos`, situation by situation."""

import json
import os
import signal
import stat
import time

import pytest
from experiments import experiment, http, probe, process, python


def story(hub):
    """The events in a few words each."""
    words = []
    for event in hub.events[hub.run]:
        kind, data = event["kind"], event["data"]
        if kind == "activity.completed":
            words.append("{} {}".format(data["key"], data["status"]))
        elif kind.startswith("phase."):
            words.append("{} {} {}".format(event["phase"], kind[6:], data.get("met", "")).strip())
        elif kind == "run.finished":
            words.append("finished {} {}".format(data["status"], data["deviated"]))
    return words


def test_a_run_that_passes_is_told_from_plan_to_end(chaos, hub):
    ran = chaos.run(experiment(rollbacks=[process("tidy", "true")]))
    assert ran.code == 0
    assert story(hub) == [
        "baseline started",
        "baseline-0 succeeded",
        "baseline completed True",
        "method started",
        "method-0 succeeded",
        "method completed None",
        "after started",
        "after-0 succeeded",
        "after completed True",
        "rollbacks started",
        "rollbacks-0 succeeded",
        "rollbacks completed None",
        "finished completed False",
    ]
    (started,) = hub.of_kind("run.started")
    assert started["seq"] == 1
    assert started["data"]["title"] == "The shop survives"
    assert started["data"]["hypothesis"] == "The shop is open"
    assert [(item["key"], item["name"]) for item in started["data"]["plan"]] == [
        ("baseline-0", "steady"),
        ("method-0", "touch-it"),
        ("after-0", "steady"),
        ("rollbacks-0", "tidy"),
    ]
    assert hub.of_kind("activity.completed", "method")[0]["data"]["output"] == "touched"
    assert hub.of_kind("phase.completed", "after")[0]["data"]["probes"] == [
        {"key": "after-0", "name": "steady", "tolerance_met": True, "output": 1}
    ]


def test_the_run_is_opened_first_and_its_journal_comes_last(chaos, hub):
    ran = chaos.run(experiment())
    assert hub.requests[0] == "PUT /api/v1/runs/" + hub.run
    assert hub.requests[-1] == f"PUT /api/v1/runs/{hub.run}/journal"
    assert hub.openings[hub.run]["experiment"]["title"] == "The shop survives"
    assert json.loads(hub.journals[hub.run].decode("utf-8")) == ran.journal
    assert f"Watch this run on ChaosHub: {hub.url}/demo/demo/runs/{hub.run}" in ran.log
    assert chaos.spooled() == []


def test_one_connection_serves_the_whole_run(chaos, hub):
    chaos.run(experiment(method=[python("a", "rest", seconds=0.3), python("b", "rest", seconds=0.3)]))
    assert len(hub.requests) >= 4
    assert hub.connections == 1


def test_an_event_leaves_while_its_activity_is_still_running(chaos, hub):
    process_ = chaos.start(experiment(method=[python("long", "rest", seconds=30)]), "--rollback-strategy", "always")
    hub.wait_for(lambda: hub.events and hub.of_kind("activity.started", "method"))
    assert process_.poll() is None
    process_.send_signal(signal.SIGUSR1)
    chaos.end(process_, time.monotonic())


def test_an_idle_run_sends_heartbeats(chaos, hub):
    chaos.run(experiment(method=[python("long", "rest", seconds=2.5)]))
    assert [body for body in hub.bodies if body == b'{"sender":"control","events":[]}'] != []


def test_every_event_is_written_before_it_is_posted(chaos, hub):
    chaos.run(experiment())
    written = chaos.written()
    assert [{**event, "sender": "control"} for event in hub.events[hub.run]] == written
    assert [event["seq"] for event in written] == list(range(1, len(written) + 1))


def test_a_deviation_is_told(chaos, hub, tmp_path):
    probes = [probe("steady", "count", 0, path=str(tmp_path / "calls"), good=1)]
    ran = chaos.run(experiment(probes=probes))
    assert ran.journal["deviated"] is True
    assert story(hub)[-4:] == [
        "after completed False",
        "rollbacks started",
        "rollbacks completed None",
        "finished completed True",
    ]
    assert hub.of_kind("phase.completed", "after")[0]["data"]["probes"][0]["tolerance_met"] is False


def test_a_baseline_that_is_not_met_is_told(chaos, hub):
    chaos.run(experiment(probes=[probe("steady", tolerance=2), probe("never")]))
    assert "baseline completed False" in story(hub)
    assert hub.of_kind("phase.started", "method") == []
    assert [item["key"] for item in hub.of_kind("phase.completed", "baseline")[0]["data"]["probes"]] == ["baseline-0"]


def test_a_failing_action_says_why(chaos, hub):
    chaos.run(experiment(method=[python("bad", "fail", message="no such shop")]))
    (completed,) = hub.of_kind("activity.completed", "method")
    assert completed["data"]["status"] == "failed"
    assert completed["data"]["error"] == "RuntimeError: no such shop"


def test_an_activity_that_cannot_be_executed_aborts_and_says_why(chaos, hub, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fNOT\x00")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    chaos.run(experiment(method=[process("broken", str(broken))]))
    (completed,) = hub.of_kind("activity.completed", "method")
    assert completed["data"]["status"] is None
    assert "Exec format error" in completed["data"]["error"]
    assert story(hub)[-1] == "finished aborted False"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2])
def test_an_interrupted_run_is_told_to_its_end(chaos, hub, number):
    method = [process("long", "sleep", "30"), python("never", "give")]
    running = chaos.start(experiment(method=method))
    hub.wait_for(lambda: hub.events and hub.of_kind("activity.started", "method"))
    os.kill(running.pid, number)
    ran = chaos.end(running, time.monotonic())
    assert ran.journal["status"] == "interrupted"
    (completed,) = hub.of_kind("activity.completed", "method")
    assert completed["data"]["status"] is None
    assert completed["data"]["error"] == "cut off, because the run was stopped"
    assert story(hub)[-1] == "finished interrupted False"
    assert hub.run in hub.journals


def test_passes_of_a_continuous_hypothesis_are_told_apart(chaos, hub, tmp_path):
    probes = [probe("first"), probe("second", "count", 0, path=str(tmp_path / "calls"), good=3)]
    flags = ["--hypothesis-strategy", "continuously", "--hypothesis-frequency", "0.2"]
    ran = chaos.run(experiment(probes=probes, method=[python("long", "rest", seconds=1.2)]), *flags)
    during = ran.journal["steady_states"]["during"]
    completed = hub.of_kind("phase.completed", "during")
    assert [event["data"]["iteration"] for event in completed] == list(range(1, len(during) + 1))
    assert [event["data"]["met"] for event in completed] == [state["steady_state_met"] for state in during]
    assert completed[0]["data"]["met"] is True and completed[-1]["data"]["met"] is False
    assert len(hub.of_kind("phase.started", "during")) == len(during)
    keys = [event["data"]["key"] for event in hub.of_kind("activity.completed", "during")]
    assert keys[:4] == ["during-1-0", "during-1-1", "during-2-0", "during-2-1"]
    assert [event["data"]["key"] for event in hub.of_kind("activity.completed", "method")] == ["method-0"]


def test_background_activities_keep_their_keys(chaos, hub):
    method = [
        {**python("slow", "rest", seconds=0.6), "background": True},
        python("fast", "give", value=1),
        {**python("slow", "rest", seconds=0.3), "background": True},
        python("last", "give", value=2),
    ]
    chaos.run(experiment(method=method, rollbacks=[{**python("undo", "give"), "background": True}]))
    started = {event["data"]["key"]: event["data"] for event in hub.of_kind("activity.started")}
    assert {key: (data["name"], data["background"]) for key, data in started.items() if "method" in key} == {
        "method-0": ("slow", True),
        "method-1": ("fast", False),
        "method-2": ("slow", True),
        "method-3": ("last", False),
    }
    assert started["rollbacks-0"]["background"] is True
    order = [event["data"]["key"] for event in hub.of_kind("activity.completed", "method")]
    assert order.index("method-2") < order.index("method-0")


def test_references_are_told_under_their_own_key(chaos, hub):
    method = [{"ref": "steady"}, python("again", "give", value=3), {"ref": "again"}]
    ran = chaos.run(experiment(method=method))
    told = [(event["data"]["key"], event["data"]["name"]) for event in hub.of_kind("activity.completed", "method")]
    assert told == [("method-0", "steady"), ("method-1", "again"), ("method-2", "again")]
    plan = hub.of_kind("run.started")[0]["data"]["plan"]
    assert [item["name"] for item in plan if item["phase"] == "method"] == ["steady", "again", "again"]
    assert ran.code == 0


def test_providers_are_told(chaos, hub):
    chaos.run(experiment(method=[python("a", "give"), process("b", "true"), http("c", "http://127.0.0.1:9/")]))
    told = [event["data"]["provider"] for event in hub.of_kind("activity.started", "method")]
    assert told == ["python", "process", "http"]


def test_a_run_without_hypothesis_is_told(chaos, hub):
    plain = experiment()
    del plain["steady-state-hypothesis"]
    chaos.run(plain)
    assert hub.of_kind("run.started")[0]["data"]["hypothesis"] is None
    assert story(hub)[0] == "method started"


def test_a_large_output_is_cut_and_says_so(chaos, hub):
    ran = chaos.run(experiment(method=[python("large", "large", size=3_000_000)]))
    (completed,) = hub.of_kind("activity.completed", "method")
    data = completed["data"]
    assert data["output_truncated"] is True
    assert data["output_bytes"] > 3_000_000
    assert (data["output"]["status"], data["output"]["after"]) == (200, "still here")
    assert len(ran.journal["run"][0]["output"]["body"]) == 3_000_000


def test_an_output_that_json_does_not_have_is_told(chaos, hub):
    ran = chaos.run(experiment(method=[python("nan", "not_a_number")]))
    assert hub.of_kind("activity.completed", "method")[0]["data"]["output"] == "NaN"
    assert b'"output":NaN' in hub.journals[hub.run]
    assert ran.code == 0


def test_an_experiment_may_declare_the_control_itself(chaos, hub):
    provider = {"type": "python", "module": "chaoshub_control", "arguments": {"url": hub.url, "workspace": "a/b"}}
    declared = experiment(controls=[{"name": "chaoshub", "provider": provider}])
    chaos.run(declared, control=False)
    assert story(hub)[-1] == "finished completed False"
    assert hub.openings[hub.run]["workspace"] == "a/b"


def test_a_run_of_the_hub_sends_events_only(chaos, hub):
    run = hub.expect("run_01933c2e-0000-7000-8000-000000000000")
    chaos.environment["CHAOSHUB_RUN"] = run
    chaos.environment["CHAOSHUB_TOKEN"] = hub.token = "chr_0123456789"
    chaos.run(experiment())
    assert story(hub)[-1] == "finished completed False"
    assert set(hub.requests) == {f"POST /api/v1/runs/{run}/events"}
    assert len(chaos.written()) == len(hub.events[run])


def test_a_dry_run_says_so(chaos, hub):
    chaos.run(experiment(), "--dry", "actions")
    (started,) = hub.of_kind("run.started")
    assert started["data"]["dry"] == "actions"
