"""The split layout as it is rendered: a run goes through all of its processes."""

import base64
import json

import pytest
from asking import ask, carried_out, public_part, signing_key, token_of
from layout import Split
from podman import podman, until
from rendered import of_kind
from test_network import backends, routed


@pytest.fixture(scope="module")
def split(rendering, tmp_path_factory):
    layout = Split(rendering["split"], tmp_path_factory.mktemp("split"))
    try:
        layout.ready()
        yield layout
    finally:
        layout.remove()


def door(split):
    """Asks as somebody does who comes through the ingress."""
    prefixes = backends(split.objects)

    def asked(method, path, token="", body=None, kind="application/json"):
        service = routed(prefixes, path.partition("?")[0])
        return ask(split.processes["launcher"], method, f"http://{service}:8080{path}", token, body, kind)

    return asked


def test_a_run_goes_through_all_processes_and_passes(split):
    asked = door(split)
    token = token_of(
        split.processes["auth"], "experiment:read", "experiment:write", "run:read", "run:start", "hub:read"
    )
    run = carried_out(asked, token, hub="http://auth:8080")
    assert run["verdict"] == "passed", (run, {name: one.logs() for name, one in split.processes.items()})
    hubs = "/api/v1/hubs?workspace=ada/ada"
    until("the dashboard has heard of the workspace", 30, lambda: json.loads(asked("GET", hubs, token))["items"])
    assert '<div id="root">' in asked("GET", "/", kind="text/html")
    kept = split.database.inside(
        "sh",
        "-c",
        "PGPASSWORD=$(cat $POSTGRES_PASSWORD_FILE) psql -h localhost -U chaoshub -tAc "
        "'SELECT count(*) FROM runs' chaoshub_experiment",
    )
    assert kept.stdout.strip() == "1", "the run is in PostgreSQL"
    for process in split.processes.values():
        for one in process.processes():
            assert (one["user"], one["huser"], one["capeff"]) == ("10001", "10001", "none"), one


def test_auth_signs_with_the_key_of_the_secret(split):
    (secret,) = [one for one in of_kind(split.objects, "Secret") if "claims.pem" in one["data"]]
    assert signing_key(door(split)) == public_part(base64.b64decode(secret["data"]["claims.pem"]))


def test_each_process_stops_when_it_is_told_to(split):
    for name, process in split.processes.items():
        podman("stop", "--time=30", process.name)
        assert process.look()["State"]["ExitCode"] == 0, (name, process.logs())
