"""What the small parts promise, where a whole run would show it badly."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from experiments import experiment, probe, python

from chaoshub_control import encode, send, settings
from chaoshub_control.hub import Answer, Hub, Unreachable
from chaoshub_control.plan import Plan
from chaoshub_control.record import Recorder
from chaoshub_control.redact import Redactor

NOTHING = Redactor([])
ENVIRONMENT = {"CHAOSHUB_TOKEN": "chp_x", "CHAOSHUB_URL": "https://hub.example.com/", "CHAOSHUB_WORKSPACE": "a/b"}


@pytest.mark.parametrize(
    "value",
    [
        "a" * 100_000,
        "ä\"\n" * 50_000,
        {"stdout": "a" * 50_000, "stderr": "b" * 50_000, "status": 0},
        [{"n": index} for index in range(10_000)],
        {str(index): "v" * 100 for index in range(10_000)},
        [[["x" * 1000] * 10] * 10] * 10,
    ],
)
def test_a_bounded_copy_keeps_within_its_limit(value):
    copy, total, cut = encode.bounded(value, NOTHING)
    assert len(encode.line(copy)) <= encode.OUTPUT_LIMIT
    assert cut and copy
    assert total == pytest.approx(len(encode.line(value)), rel=0.01)


def test_a_value_that_fits_is_kept_whole():
    value = {"status": 200, "headers": {"a": "b"}, "body": "x" * 16_000, "ratio": 0.5, "list": [None, True, -1]}
    copy, total, cut = encode.bounded(value, NOTHING)
    assert (copy, total, cut) == (value, len(encode.line(value)), False)


def test_no_half_of_a_secret_is_left_where_a_text_is_cut():
    secret = "s3cret-" * 10
    for start in range(80):
        # Marks are shorter than what they replace: the text shrinks, and what was beyond the limit moves into it.
        copy, _, _ = encode.bounded("." * start + (secret + ".") * 1000, Redactor([secret]))
        assert "s3cret" not in copy


def test_deep_and_circular_values_end_somewhere():
    circle = []
    circle.append(circle)
    copy, _, cut = encode.bounded(circle, NOTHING)
    assert cut
    json.loads(encode.line(copy))


def test_a_repr_that_fails_is_survived():
    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert encode.bounded([Broken()], NOTHING)[0] == ["<Broken>"]


def test_settings_prefer_arguments():
    chosen = settings.load({"url": "http://localhost:8080/sub/", "workspace": "c/d", "flush_seconds": "7"}, ENVIRONMENT)
    assert (chosen.url, chosen.workspace, chosen.flush_seconds) == ("http://localhost:8080/sub", "c/d", 7.0)
    assert settings.load({}, ENVIRONMENT).url == "https://hub.example.com"


@pytest.mark.parametrize("value,seconds", [(None, 3), ("soon", 3), (-1, 0), (1e9, 60), (float("nan"), 3)])
def test_the_flush_deadline_is_always_a_sane_number(value, seconds):
    assert settings.load({"flush_seconds": value}, ENVIRONMENT).flush_seconds == seconds


@pytest.mark.parametrize("run", ["../../etc", "run_", "exp_1", "run_a/b"])
def test_a_run_that_is_none_is_refused(run):
    with pytest.raises(settings.Unusable):
        settings.load({}, {**ENVIRONMENT, "CHAOSHUB_RUN": run})


def test_run_ids_sort_by_time():
    ids = [settings.new_run_id() for _ in range(50)]
    assert len(set(ids)) == 50
    assert [run[:17] for run in ids] == sorted(run[:17] for run in ids)
    assert all(run[18] == "7" or run[19] == "7" for run in ids)


def test_an_activity_that_another_control_put_in_gets_a_key_of_its_own():
    plan = Plan(experiment([python("one", "give")]), lambda name: None)
    activity = python("surprise", "give")
    assert plan.begin("method", activity, False) == 1
    assert plan.begin("method", activity, False) == 2


def test_the_same_object_twice_is_two_activities():
    twice = python("again", "give")
    plan = Plan(experiment([twice, python("other", "give"), twice]), lambda name: None)
    assert [plan.begin("method", twice, False), plan.begin("method", twice, False)] == [0, 2]


def test_the_thread_tells_which_of_two_equal_activities_began():
    again = python("again", "give")
    plan = Plan(experiment([again, {"ref": "again", "background": True}, {"ref": "again"}]), lambda name: again)
    assert plan.begin("method", again, True) == 1
    assert [plan.begin("method", again, False), plan.begin("method", again, False)] == [0, 2]


def test_a_copied_activity_is_known_by_its_name():
    plan = Plan(experiment(probes=[probe("a"), probe("b")]), lambda name: None)
    assert plan.begin("after", dict(probe("b")), False) == 1


def test_events_of_many_threads_are_numbered_without_gaps(tmp_path):
    given = []
    recorder = Recorder(lambda number, event: given.append((number, json.loads(event))), str(tmp_path / "e"))

    def emit():
        for _ in range(200):
            recorder.emit("phase.started", "method", dict)

    threads = [threading.Thread(target=emit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = threading.Event()
    recorder.afterwards(done.set)
    assert done.wait(30)
    assert [number for number, _ in given] == [event["seq"] for _, event in given] == list(range(1, 1601))


def test_an_event_that_cannot_be_read_leaves_no_gap():
    given = []
    recorder = Recorder(lambda number, event: given.append(json.loads(event)), None)
    recorder.emit("run.finished", None, lambda: {}["nothing"])
    recorder.emit("run.finished", None, dict)
    done = threading.Event()
    recorder.afterwards(done.set)
    assert done.wait(30)
    assert [(event["seq"], event["data"]) for event in given] == [(1, {"unreadable": "KeyError"}), (2, {})]


class NoHub:
    def __getattr__(self, name):
        raise AssertionError("nothing is sent before the thread runs")


def test_memory_for_a_hub_that_is_away_is_bounded(caplog):
    sender = send.Sender(NoHub(), "run_1", b"{}")
    event = b"x" * 1_000_000
    for number in range(1, 60):
        sender.put(number, event)
    kept = sender.leftover().events
    assert len(kept) * len(event) <= send.KEPT_BYTES
    assert caplog.text.count("away for too long") == 1


@pytest.mark.parametrize("through", [None, "1", True, -5, 0])
def test_a_hub_that_confirms_nothing_is_not_asked_without_pause(through):
    class Forgetful:
        posts = 0

        def post_events(self, run, events, timeout):
            self.posts += 1
            return Answer(202, {"through": through, "wanted": "run"})

        def close(self):
            pass

    hub = Forgetful()
    sender = send.Sender(hub, "run_1", None)
    sender.put(1, b'{"seq":1}')
    sender.close(float("inf"))
    sender.run()
    assert hub.posts == send.LAST_TRIES
    assert sender.leftover().events == [b'{"seq":1}']


def test_a_hub_behind_a_proxy_is_reached(monkeypatch):
    seen = []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers.get("Proxy-Authorization")))
            self.send_response(202)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    for name in ("http_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://me:pw@127.0.0.1:{server.server_port}")
    answer = Hub("http://hub.example.com", "chp_x").post_events("run_1", [], 5)
    server.shutdown()
    server.server_close()
    assert answer.status == 202
    assert seen == [("http://hub.example.com/api/v1/runs/run_1/events", "Basic bWU6cHc=")]


def test_an_answer_without_end_is_not_read_to_its_end(hub):
    handler = hub._server.RequestHandlerClass
    handler._answer = lambda self: self._send(200, b"x" * 10_000_000)
    assert Hub(hub.url, "chp_x").post_events("run_1", [], 5) == Answer(200, {})


def test_no_hub_at_all_is_unreachable():
    with pytest.raises(Unreachable):
        Hub("http://127.0.0.1:1", "chp_x").post_events("run_1", [], 5)
