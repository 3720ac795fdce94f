"""The split layout in one pod without a network: each process as its Deployment is rendered, but that it listens on an
address of its own on loopback, by which the others know its name, and that it keeps its tables in SQLite."""

import base64
import os
import uuid
from pathlib import Path

import rendered
from podman import DATA, HELD, NAMES, Held, podman


class Process(Held):
    """One process of the layout."""

    def __init__(self, name: str):
        self.name = name


class Split:
    def __init__(self, objects: list[dict], place: Path):
        self.objects = objects
        self.pod = f"chaoshub-test-{uuid.uuid4().hex[:12]}"
        deployments = [one for one, _ in rendered.hub_containers(objects)]
        self.addresses = {one["metadata"]["name"]: f"127.0.0.{11 + at}" for at, one in enumerate(deployments)}
        self.processes = {name: Process(f"{self.pod}-{name}") for name in self.addresses}
        self.hosts = place / "hosts"
        names = {"localhost": "127.0.0.1"} | self.addresses
        self.hosts.write_text("".join(f"{address} {name}\n" for name, address in names.items()))
        podman("pod", "create", f"--name={self.pod}", "--network=none")
        try:
            for deployment in deployments:
                self._start(deployment, place)
        except BaseException:
            self.remove()
            raise

    def _start(self, deployment: dict, place: Path):
        name = deployment["metadata"]["name"]
        (container,) = rendered.containers(deployment)
        given = rendered.environment(self.objects, container)
        del given["CHAOSHUB_INTERNAL_LISTEN"]
        given.pop("CHAOSHUB_DATABASE_URL", None)
        address = self.addresses[name]
        settings = {key: self._value(value) for key, value in given.items()}
        settings |= {"CHAOSHUB_LISTEN": f"{address}:8080", "CHAOSHUB_INTERNAL_LISTEN": f"{address}:8081"}
        volumes = [f"--volume={self._volume(name)}:{DATA}", f"--volume={self.hosts}:/etc/hosts:ro"]
        for volume in rendered.pod(deployment)["volumes"]:
            if "secret" in volume:
                (mount,) = [one for one in container["volumeMounts"] if one["name"] == volume["name"]]
                folder = self._folder(volume["secret"]["secretName"], place)
                volumes.append(f"--volume={folder}:{mount['mountPath']}:ro")
        environment = [f"--env={key}={value}" for key, value in settings.items()]
        # The pod is what has no network.
        held = [option for option in HELD if not option.startswith("--network")]
        image = f"{NAMES}/{rendered.image_name(container)}"
        options = [f"--name={self.processes[name].name}", f"--pod={self.pod}", "--tmpfs=/tmp:size=64m"]
        podman("run", "--detach", *held, *options, *volumes, *environment, image)

    def _value(self, value) -> str:
        if isinstance(value, str):
            return value
        reference = value["secretKeyRef"]
        secret = rendered.named(self.objects, "Secret", reference["name"])
        return base64.b64decode(secret["data"][reference["key"]]).decode()

    def _folder(self, secret: str, place: Path) -> Path:
        """The secret as files that their group may read, as the kubelet mounts them."""
        folder = place / secret
        folder.mkdir()
        folder.chmod(0o755)
        for name, data in rendered.named(self.objects, "Secret", secret)["data"].items():
            file = folder / name
            file.write_bytes(base64.b64decode(data))
            file.chmod(0o440)
            os.chown(file, 0, 10001)
        return folder

    def _volume(self, name: str) -> str:
        return f"{self.processes[name].name}-data"

    def ready(self):
        for process in self.processes.values():
            process.ready()

    def remove(self):
        podman("pod", "rm", "--force", self.pod, check=False)
        podman("volume", "rm", "--force", *[self._volume(name) for name in self.processes], check=False)
