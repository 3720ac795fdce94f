"""Settings in the manifests are settings that the hub has."""

import re

from rendered import TOP, environment, hub_containers, named, who


def known() -> set[str]:
    return set(re.findall(r"^# (CHAOSHUB_[A-Z0-9_]+)=", (TOP / ".env.example").read_text(), re.M))


def test_every_setting_of_a_process_is_one_that_the_hub_has(objects):
    assert len(known()) > 20
    for one, container in hub_containers(objects):
        given = environment(objects, container)
        for_runs = set(str(given.get("CHAOSHUB_RUN_ENV", "")).split(","))
        names = {name for name in given if name.startswith("CHAOSHUB_")} - for_runs
        assert names <= known(), f"{who(one)}: {sorted(names - known())} are not in .env.example"
        assert set(given) - for_runs == names, f"{who(one)} is given what is no setting"


def test_every_setting_of_the_images_is_one_that_the_hub_has():
    names = set(re.findall(r"\b(CHAOSHUB_[A-Z0-9_]+)=", (TOP / "Dockerfile").read_text()))
    assert names and names <= known()


def test_runs_report_where_their_pod_can_reach_the_hub(rendering):
    for overlay, process, url in [
        ("dev", "hub", "http://localhost:8080"),
        ("split", "experiment", "http://experiment:8080"),
        ("prod", "experiment", "http://experiment:8080"),
    ]:
        objects = rendering[overlay]
        (given,) = [
            environment(objects, held) for one, held in hub_containers(objects) if one["metadata"]["name"] == process
        ]
        assert given["CHAOSHUB_RUN_URL"] == url
        if overlay != "dev":
            assert 8080 in [port["port"] for port in named(objects, "Service", "experiment")["spec"]["ports"]]
