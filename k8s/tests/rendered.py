"""The overlays as `kubectl kustomize` renders them, and ways to look at what is in them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parents[2]
OVERLAYS = sorted(folder.name for folder in (TOP / "k8s/overlays").iterdir())
KUBECTL = Path(sys.executable).parent / "kubectl"
OURS = {"chaoshub", "chaoshub-runner"}


def render(overlay: str, place: Path) -> list[dict]:
    """The objects of an overlay, with development secrets made for this test alone."""
    tree = place / "k8s"
    if not tree.exists():
        shutil.copytree(TOP / "k8s", tree, ignore=shutil.ignore_patterns("secrets", "tests"))
        subprocess.run([TOP / "scripts/dev-secrets", tree / "overlays/split/secrets"], check=True, capture_output=True)
    told = subprocess.run(
        [KUBECTL, "kustomize", tree / "overlays" / overlay],
        capture_output=True,
        text=True,
        env={"HOME": str(place), "PATH": os.environ["PATH"]},
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == "", f"{overlay} is rendered with a warning: {told.stderr}"
    return list(yaml.safe_load_all(told.stdout))


def of_kind(objects: list[dict], *kinds: str) -> list[dict]:
    return [one for one in objects if one["kind"] in kinds]


def named(objects: list[dict], kind: str, name: str) -> dict:
    (found,) = [one for one in of_kind(objects, kind) if one["metadata"]["name"] == name]
    return found


def workloads(objects: list[dict]) -> list[dict]:
    return of_kind(objects, "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def pod(workload: dict) -> dict:
    assert workload["kind"] in ("Deployment", "StatefulSet"), "a kind that these tests have not seen yet"
    return workload["spec"]["template"]["spec"]


def containers(workload: dict) -> list[dict]:
    return pod(workload).get("initContainers", []) + pod(workload)["containers"]


def image_name(container: dict) -> str:
    return container["image"].rsplit("@", 1)[0].rsplit(":", 1)[0]


def memory(container: dict) -> str:
    """How much memory a container may take, in Podman's words."""
    return container["resources"]["limits"]["memory"].replace("Mi", "m").replace("Gi", "g")


def hub_containers(objects: list[dict]) -> list[tuple[dict, dict]]:
    """Containers that run `chaoshub serve`, with their workloads."""
    pairs = [(one, container) for one in workloads(objects) for container in containers(one)]
    return [(one, container) for one, container in pairs if image_name(container) in OURS and "args" not in container]


def environment(objects: list[dict], container: dict) -> dict[str, dict | str]:
    """What a container finds in its environment; a secret stays the reference to it."""
    found: dict[str, dict | str] = {}
    for source in container.get("envFrom", []):
        if "secretRef" in source:
            assert source["secretRef"]["optional"], "only what need not be there is taken as a whole"
            continue
        found |= named(objects, "ConfigMap", source["configMapRef"]["name"])["data"]
    for one in container.get("env", []):
        found[one["name"]] = one.get("value", one.get("valueFrom"))
    return found


def selects(selector: dict, labels: dict) -> bool:
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In", "an operator that these tests have not seen yet"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def who(one: dict) -> str:
    return f"{one['kind']}/{one['metadata'].get('name')}"
