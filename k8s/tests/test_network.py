"""Who is reached by whom: public paths by the ingress, internal ports by those alone who ask there."""

import json
import re

import pytest
from rendered import TOP, containers, environment, hub_containers, named, of_kind, pod, selects, who, workloads

SPLIT = ["split", "prod"]

# Who asks whom: docs/KUBERNETES.md, "Split a service out".
ASKS = {
    "experiment": {"auth", "launcher"},
    "dashboard": {"auth", "experiment"},
    "launcher": {"auth"},
    "auth": set(),
    "web": set(),
}


def tags() -> dict[str, str]:
    """Which service serves the operations of a tag: the tags stand beside the handlers."""
    found = {}
    for service, folder in [("auth", "auth"), ("experiment", "experiment"), ("dashboard", "dashboard"), ("web", "hub")]:
        for file in (TOP / "services" / folder / "src").rglob("*.rs"):
            for tag in re.findall(r'\btag = "([a-z-]+)"', file.read_text()):
                assert found.setdefault(tag, service) == service, f"two services use the tag {tag}"
    return found


def paths() -> dict[str, str]:
    """Every public path with the service that it belongs to."""
    document = json.loads((TOP / "docs/openapi.json").read_text())
    owner = tags()
    return {path: owner[next(iter(operations.values()))["tags"][0]] for path, operations in document["paths"].items()}


def backends(objects: list[dict]) -> dict[str, str]:
    found = {}
    for ingress in of_kind(objects, "Ingress"):
        (rule,) = ingress["spec"]["rules"]
        for path in rule["http"]["paths"]:
            # ingress-nginx may refuse dots in a prefix, and takes what is left to it for a prefix, too.
            kind = "ImplementationSpecific" if "." in path["path"] else "Prefix"
            assert path["pathType"] == kind and path["path"] not in found
            assert path["backend"]["service"]["port"] == {"name": "http"}, "an ingress leads to the public port"
            found[path["path"]] = path["backend"]["service"]["name"]
    return found


def routed(prefixes: dict[str, str], path: str) -> str:
    """The backend that Kubernetes chooses: the longest prefix, element by element."""
    fits = [one for one in prefixes if one == "/" or path == one or path.startswith(one.rstrip("/") + "/")]
    return prefixes[max(fits, key=len)]


@pytest.mark.parametrize("overlay", SPLIT)
def test_every_public_path_reaches_its_service(rendering, overlay):
    prefixes = backends(rendering[overlay])
    assert len(paths()) > 20
    for path, service in paths().items():
        assert routed(prefixes, path) == service, path
    for path in ["/", "/demo/demo", "/assets/index.js", "/api/v1/clients/control.json", "/readyz"]:
        assert routed(prefixes, path) == "web", path


@pytest.mark.parametrize("overlay", SPLIT)
def test_the_ingress_names_no_path_that_there_is_not(rendering, overlay):
    for prefix in backends(rendering[overlay]):
        assert prefix == "/" or any(path == prefix or path.startswith(prefix + "/") for path in paths()), prefix


@pytest.mark.parametrize("overlay", SPLIT)
def test_the_event_stream_is_not_held_back(rendering, overlay):
    (stream,) = [
        one
        for one in of_kind(rendering[overlay], "Ingress")
        if any(path["path"] == "/api/v1/stream" for path in one["spec"]["rules"][0]["http"]["paths"])
    ]
    assert stream["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    assert int(stream["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-read-timeout"]) >= 600


def test_services_lead_to_pods_that_listen_there(objects):
    for service in of_kind(objects, "Service"):
        for port in service["spec"]["ports"]:
            targets = [
                container
                for one in workloads(objects)
                if selects({"matchLabels": service["spec"]["selector"]}, one["spec"]["template"]["metadata"]["labels"])
                for container in containers(one)
                if port["targetPort"] in [known["name"] for known in container.get("ports", [])]
            ]
            assert len(targets) == 1, f"{who(service)}: {port}"
            assert port["port"] in [known["containerPort"] for known in targets[0]["ports"]], who(service)


def reached(objects: list[dict], service: str, port: str) -> set[str] | None:
    """Which workloads the policies let through to a port of a service; none for everybody."""
    labels = {one["metadata"]["name"]: one["spec"]["template"]["metadata"]["labels"] for one in workloads(objects)}
    allowed: set[str] = set()
    closed = False
    for policy in of_kind(objects, "NetworkPolicy"):
        spec = policy["spec"]
        if "Ingress" not in spec["policyTypes"] or not selects(spec["podSelector"], labels[service]):
            continue
        closed = True
        for rule in spec.get("ingress", []):
            if port not in [one["port"] for one in rule.get("ports", [{"port": port}])]:
                continue
            if "from" not in rule:
                return None
            for peer in rule["from"]:
                assert set(peer) == {"podSelector"}, "a peer of another name space"
                allowed |= {name for name in labels if selects(peer["podSelector"], labels[name])}
    assert closed, f"no policy is about {service}"
    return allowed


@pytest.mark.parametrize("overlay", SPLIT)
def test_the_internal_surface_is_for_those_alone_who_ask_there(rendering, overlay):
    objects = rendering[overlay]
    for service in ASKS:
        askers = {name for name, asked in ASKS.items() if service in asked}
        assert reached(objects, service, "internal") == askers, service
        assert reached(objects, service, "http") is None, service
    for ingress in of_kind(objects, "Ingress"):
        assert "internal" not in json.dumps(ingress), who(ingress)


@pytest.mark.parametrize("overlay", SPLIT)
def test_each_process_knows_those_whom_it_asks_and_no_others(rendering, overlay):
    objects = rendering[overlay]
    processes = {one["metadata"]["name"]: environment(objects, container) for one, container in hub_containers(objects)}
    assert set(processes) == set(ASKS)
    for name, known in processes.items():
        assert known["CHAOSHUB_ONLY"] == name
        assert known["CHAOSHUB_INTERNAL_LISTEN"] == "0.0.0.0:8081"
        urls = {
            key: value for key, value in known.items() if re.fullmatch(r"CHAOSHUB_(AUTH|EXPERIMENT|LAUNCHER)_URL", key)
        }
        assert urls == {f"CHAOSHUB_{asked.upper()}_URL": f"http://{asked}:8081" for asked in ASKS[name]}, name
        for asked in ASKS[name]:
            assert 8081 in [port["port"] for port in named(objects, "Service", asked)["spec"]["ports"]]


def test_runs_do_not_reach_where_clouds_hand_out_credentials(objects):
    (policy,) = [one for one in of_kind(objects, "NetworkPolicy") if one["metadata"]["name"] == "runs"]
    runners = [
        one
        for one in workloads(objects)
        if selects(policy["spec"]["podSelector"], one["spec"]["template"]["metadata"]["labels"])
    ]
    images = [container["image"].split(":")[0] for one in runners for container in pod(one)["containers"]]
    assert images == ["chaoshub-runner"]
    blocks = [peer["ipBlock"] for rule in policy["spec"]["egress"] for peer in rule["to"] if "ipBlock" in peer]
    shut = {no for block in blocks for no in block["except"]}
    assert {"169.254.169.254/32", "169.254.169.252/32", "169.254.170.23/32", "168.63.129.16/32"} <= shut
    assert {block["cidr"] for block in blocks} == {"0.0.0.0/0", "::/0"}
