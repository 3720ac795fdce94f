"""The split layout in one pod without a network: each container as its workload is rendered, with its image, settings,
secrets and volumes. Only the addresses are others: each process listens on one of its own on loopback, by which the
others know its name."""

import base64
import json
import os
import uuid
from pathlib import Path

import rendered
from podman import HELD, NAMES, Held, podman, until


class Process(Held):
    """One process of the layout."""

    def __init__(self, name: str):
        self.name = name


class Split:
    def __init__(self, objects: list[dict], place: Path):
        self.objects, self.place = objects, place
        self.pod = f"chaoshub-test-{uuid.uuid4().hex[:12]}"
        self.volumes: list[str] = []
        database = rendered.named(objects, "StatefulSet", "postgres")
        hubs = [one for one, _ in rendered.hub_containers(objects)]
        self.addresses = {one["metadata"]["name"]: f"127.0.0.{10 + at}" for at, one in enumerate([database, *hubs])}
        self.processes = {one["metadata"]["name"]: Process(f"{self.pod}-{one['metadata']['name']}") for one in hubs}
        self.database = Process(f"{self.pod}-postgres")
        names = {"localhost": "127.0.0.1"} | self.addresses
        (place / "hosts").write_text("".join(f"{address} {name}\n" for name, address in names.items()))
        podman("pod", "create", f"--name={self.pod}", "--network=none")
        try:
            self._start(database, {})
            asked = rendered.pod(database)["containers"][0]["readinessProbe"]["exec"]["command"]
            until("PostgreSQL is ready", 60, lambda: self.database.inside(*asked, check=False).returncode == 0)
            for hub in hubs:
                address = self.addresses[hub["metadata"]["name"]]
                listens = {"CHAOSHUB_LISTEN": f"{address}:8080", "CHAOSHUB_INTERNAL_LISTEN": f"{address}:8081"}
                self._start(hub, listens)
        except BaseException:
            print(self.database.logs())
            self.remove()
            raise

    def _start(self, workload: dict, listens: dict[str, str]):
        (container,) = rendered.pod(workload)["containers"]
        name = f"{self.pod}-{workload['metadata']['name']}"
        given = rendered.environment(self.objects, container)
        settings = {key: self._value(value) for key, value in given.items()} | listens
        user = "{runAsUser}:{runAsGroup}".format(**rendered.pod(workload)["securityContext"])
        # The pod is what has no network.
        held = [option for option in HELD if not option.startswith("--network")]
        options = [
            f"--name={name}",
            f"--pod={self.pod}",
            f"--user={user}",
            f"--volume={self.place}/hosts:/etc/hosts:ro",
        ]
        limit = rendered.memory(container)
        options += [f"--memory={limit}", f"--memory-swap={limit}"]
        for first in rendered.pod(workload).get("initContainers", []):
            once = [option.replace(name, f"{name}-{first['name']}") for option in options]
            podman("run", "--rm", *held, *once, f"--entrypoint={json.dumps(first['command'])}", self._image(first))
        options += [f"--env={key}={value}" for key, value in settings.items()]
        podman("run", "--detach", *held, *options, *self._mounts(name, workload, container), self._image(container))

    def _image(self, container: dict) -> str:
        return f"{NAMES}/{rendered.image_name(container).rpartition('/')[2]}"

    def _mounts(self, name: str, workload: dict, container: dict) -> list[str]:
        pod = rendered.pod(workload)
        kinds = {volume["name"]: volume for volume in pod.get("volumes", [])}
        mounts = []
        for mount in container["volumeMounts"]:
            kind, at = kinds.get(mount["name"], {}), mount["mountPath"]
            if kind.get("secret", {}).get("optional"):
                continue
            if "secret" in kind:
                secret = rendered.named(self.objects, "Secret", kind["secret"]["secretName"])["data"]
                files = {key: base64.b64decode(data) for key, data in secret.items()}
                mounts.append(f"--volume={self._folder(files, pod['securityContext']['fsGroup'], name, mount)}:{at}:ro")
            elif "configMap" in kind:
                data = rendered.named(self.objects, "ConfigMap", kind["configMap"]["name"])["data"]
                files = {key: text.encode() for key, text in data.items()}
                mounts.append(f"--volume={self._folder(files, pod['securityContext']['fsGroup'], name, mount)}:{at}:ro")
            elif at == "/tmp":
                mounts.append("--tmpfs=/tmp:size=64m")
            else:
                self.volumes.append(f"{name}-{mount['name']}")
                # The process owns it, as with `fsGroup` its group does; for that Podman wants no link on the way.
                mounts.append(f"--volume={self.volumes[-1]}:{at.replace('/var/run/', '/run/')}:U")
        return mounts

    def _folder(self, files: dict[str, bytes], group: int, name: str, mount: dict) -> Path:
        """Files that a group may read, as the kubelet mounts them."""
        folder = self.place / f"{name}-{mount['name']}"
        folder.mkdir()
        folder.chmod(0o755)
        for key, content in files.items():
            file = folder / key
            file.write_bytes(content)
            file.chmod(0o440)
            os.chown(file, 0, group)
        return folder

    def _value(self, value) -> str:
        if isinstance(value, str):
            return value
        reference = value["secretKeyRef"]
        secret = rendered.named(self.objects, "Secret", reference["name"])
        return base64.b64decode(secret["data"][reference["key"]]).decode()

    def ready(self):
        for process in self.processes.values():
            process.ready()

    def remove(self):
        podman("pod", "rm", "--force", self.pod, check=False)
        podman("volume", "rm", "--force", *self.volumes, check=False)
