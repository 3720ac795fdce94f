"""Containers of the images under test: started by the manifests or as these start them, and gone afterwards."""

import copy
import json
import os
import subprocess
import time
import uuid
from pathlib import Path

import rendered
import yaml

NAMES = "localhost/chaoshub-test"

DATA = "/var/lib/chaoshub"

SETTINGS = {"CONTAINERS_CONF": str(Path(__file__).parent / "containers.conf")}

# What the manifests say of a pod, in Podman's words; and no network at all.
HELD = [
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--network=none",
]


def podman(*arguments, given: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    told = subprocess.run(
        ["podman", *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | SETTINGS,
    )
    assert not check or told.returncode == 0, f"podman {arguments}: {told.stderr}{told.stdout}"
    return told


def until(what: str, seconds: float, look):
    """Looks again until it is so; a look that waits for something by itself keeps this from spinning."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
    raise AssertionError(f"{what}: not within {seconds} s")


def as_played(objects: list[dict], workload: str, name: str) -> list[dict]:
    """A rendered Deployment with its config maps and claims, as `podman play kube` takes them: under names of its own,
    with images of the test's, without ports and probes, for which it wants a network and curl in the image, and without
    volumes of secrets, which it does not know; there are none but optional ones."""
    objects = copy.deepcopy(objects)
    (deployment,) = [one for one in objects if (one["kind"], one["metadata"]["name"]) == ("Deployment", workload)]
    deployment["metadata"]["name"] = name
    pod = deployment["spec"]["template"]["spec"]
    claims = [one for one in objects if one["kind"] == "PersistentVolumeClaim"]
    for claim in claims:
        claim["metadata"]["name"] = f"{name}-{claim['metadata']['name']}"
    secret = {volume["name"] for volume in pod["volumes"] if "secret" in volume}
    assert all(volume["secret"]["optional"] for volume in pod["volumes"] if "secret" in volume)
    pod["volumes"] = [volume for volume in pod["volumes"] if volume["name"] not in secret]
    for volume in pod["volumes"]:
        volume["name"] = f"{name}-{volume['name']}"
        if "persistentVolumeClaim" in volume:
            volume["persistentVolumeClaim"]["claimName"] = f"{name}-{volume['persistentVolumeClaim']['claimName']}"
    for container in pod["containers"]:
        container["image"] = f"{NAMES}/{container['image'].split(':')[0]}:latest"
        container["imagePullPolicy"] = "Never"
        container["volumeMounts"] = [one for one in container["volumeMounts"] if one["name"] not in secret]
        for mount in container["volumeMounts"]:
            mount["name"] = f"{name}-{mount['name']}"
        for unknown in ("ports", "startupProbe", "livenessProbe", "readinessProbe"):
            container.pop(unknown)
    return [one for one in objects if one["kind"] == "ConfigMap"] + claims + [deployment]


class Held:
    """A container that runs."""

    name: str

    def inside(self, *command: str, given: str | None = None, check: bool = True):
        return podman("exec", "-i", self.name, *command, given=given, check=check)

    def ready(self):
        until("the hub is ready", 60, lambda: self.inside("chaoshub", "health", check=False).returncode == 0)

    def look(self) -> dict:
        return json.loads(podman("inspect", self.name).stdout)[0]

    def logs(self) -> str:
        told = podman("logs", self.name, check=False)
        return told.stdout + told.stderr

    def processes(self) -> list[dict[str, str]]:
        """Every process: its user inside, its user on the machine, its capabilities, its state, its command."""
        fields = ["user", "huser", "capeff", "state", "args"]
        lines = podman("top", self.name, *fields).stdout.splitlines()[1:]
        return [dict(zip(fields, line.split(None, len(fields) - 1))) for line in lines]


class Pod(Held):
    """The pod of a rendered Deployment, without a network."""

    def __init__(self, objects: list[dict], workload: str, place: Path):
        name = f"chaoshub-test-{uuid.uuid4().hex[:12]}"
        (container,) = rendered.pod(rendered.named(objects, "Deployment", workload))["containers"]
        self.name = f"{name}-pod-0-{container['name']}"
        self.file = place / "pod.yaml"
        played = as_played(objects, workload, name)
        self.file.write_text(yaml.safe_dump_all(played))
        self.volumes = [volume["name"] for volume in rendered.pod(played[-1])["volumes"]]
        self.volumes += [one["metadata"]["name"] for one in played if one["kind"] == "PersistentVolumeClaim"]
        try:
            podman("play", "kube", "--network=none", self.file)
        except BaseException:
            self.remove()
            raise

    def remove(self):
        podman("play", "kube", "--down", self.file, check=False)
        podman("volume", "rm", "--force", *self.volumes, check=False)


class Container(Held):
    def __init__(self, image: str, *places: str, shared: dict[Path, str] | None = None, memory: str | None = None):
        """Starts the image with a volume at each of the places, which begins with what the image has there, with
        folders of this machine where `shared` says, and with so much memory."""
        self.name = f"chaoshub-test-{uuid.uuid4().hex[:12]}"
        self.volumes = {f"{self.name}-{number}": place for number, place in enumerate(places)}
        mounts = [f"--volume={volume}:{place}" for volume, place in self.volumes.items()]
        mounts += [f"--volume={folder}:{place}" for folder, place in (shared or {}).items()]
        mounts += [f"--memory={memory}", f"--memory-swap={memory}"] if memory else []
        podman("create", f"--name={self.name}", *HELD, "--tmpfs=/tmp:size=64m", *mounts, f"{NAMES}/{image}")
        try:
            podman("start", self.name)
        except BaseException:
            self.remove()
            raise

    def remove(self):
        podman("rm", "--force", "--volumes", self.name, check=False)
        podman("volume", "rm", "--force", *self.volumes, check=False)
