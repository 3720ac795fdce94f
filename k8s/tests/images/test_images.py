"""Both images: shut in as the manifests shut them in, they serve, carry out a run without a network, and stop."""

import json
import os
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from asking import ENDLESS, ask, carried_out, ended, public_part, signing_key, started, token_of
from podman import DATA, NAMES, Container, Pod, podman, until
from rendered import hub_containers, memory, named, pod

TOP = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", params=["chaoshub", "chaoshub-runner"])
def hub(request):
    container = Container(request.param, DATA)
    container.image = request.param
    yield container
    container.remove()


@pytest.fixture(scope="module")
def runner():
    container = Container("chaoshub-runner", DATA)
    try:
        container.ready()
        yield container
    finally:
        container.remove()


@pytest.mark.parametrize("image", ["chaoshub", "chaoshub-runner"])
def test_the_image_says_what_it_is_and_how_it_is(image):
    config = json.loads(podman("image", "inspect", f"{NAMES}/{image}").stdout)[0]
    assert config["Config"]["User"] == "10001:10001", "a number, so that Kubernetes sees that it is not root"
    assert config["Config"]["Labels"]["org.opencontainers.image.title"] == image
    assert config["Config"]["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert config["Healthcheck"]["Test"] == ["CMD", "/usr/local/bin/chaoshub", "health"]
    assert config["Config"]["Entrypoint"] == ["/usr/local/bin/chaoshub"]
    assert list(config["Config"]["Volumes"]) == ["/var/lib/chaoshub"]


def test_the_hub_gets_ready_with_a_root_that_is_read_only_and_says_so_by_its_health_check(hub):
    hub.ready()
    assert podman("healthcheck", "run", hub.name, check=False).returncode == 0
    assert hub.look()["HostConfig"]["ReadonlyRootfs"] is True


def test_no_process_of_it_is_root_or_has_rights_that_root_has(hub):
    hub.ready()
    processes = hub.processes()
    assert processes
    for process in processes:
        assert (process["user"], process["huser"], process["capeff"]) == ("10001", "10001", "none"), process


def test_a_stop_is_graceful_and_what_was_written_is_there_afterwards(hub):
    hub.ready()
    if "runner" not in hub.image:
        hub.inside("chaoshub", "account", "create", "bob", "--password-stdin", given="correct horse battery staple\n")
    began = time.monotonic()
    podman("stop", "--time=30", hub.name)
    assert time.monotonic() - began < 25
    assert hub.look()["State"]["ExitCode"] == 0, hub.logs()
    assert "stopping; runs go on" in hub.logs()
    podman("start", hub.name)
    hub.ready()
    if "runner" not in hub.image:
        again = hub.inside(
            "chaoshub", "account", "create", "bob", "--password-stdin", given="x" * 20 + "\n", check=False
        )
        assert "taken" in again.stderr


def test_a_run_inside_passes_without_any_network_and_without_root(runner):
    interfaces = runner.inside(
        "python3", "-I", "-c", "import socket; print(*[name for _, name in socket.if_nameindex()])"
    )
    assert interfaces.stdout.split() == ["lo"]
    token = token_of(runner, "experiment:read", "experiment:write", "run:read", "run:start")
    seen = []
    now = carried_out(partial(ask, runner), token, lambda: seen.extend(runner.processes()))
    log = ask(runner, "GET", f"/api/v1/runs/{now['id']}/log", token, kind="text/plain")
    assert now["verdict"] == "passed", (now, log, runner.logs())
    commands = " ".join(process["args"] for process in seen)
    assert "supervise" in commands and "chaos" in commands and "sleep 4" in commands, (
        "the run was seen while it went on"
    )
    for process in seen:
        assert (process["user"], process["huser"], process["capeff"]) == ("10001", "10001", "none"), process
    events = json.loads(ask(runner, "GET", f"/api/v1/runs/{now['id']}/events", token))
    assert len(events["items"]) > 5
    assert not [process for process in runner.processes() if process["state"].startswith("Z")], (
        "nothing is left unburied"
    )


def test_a_run_plays_its_rollbacks_before_its_pod_is_stopped(runner, rendering):
    asked = partial(ask, runner)
    token = token_of(runner, "experiment:read", "experiment:write", "run:read", "run:start")
    run = started(asked, token, ENDLESS)
    until("its method goes on", 60, lambda: "sleep 600" in " ".join(one["args"] for one in runner.processes()))
    (container,) = [one for _, one in hub_containers(rendering["dev"])]
    runner.inside(*container["lifecycle"]["preStop"]["exec"]["command"])
    assert not [one for one in runner.processes() if "supervise" in one["args"]], "it waits until none goes on"
    now = ended(asked, token, run)
    assert (now["verdict"], now["rollbacks"]) == ("interrupted", "played"), (now, runner.logs())


def test_the_tools_of_runs_are_those_of_the_image(runner):
    # The command makes them where they are missing, which it could not do here.
    assert runner.inside("chaoshub", "tools").stdout.startswith("/opt/chaoshub/tools/chaos-")
    kept = runner.inside(
        "python3", "-I", "-c", "import os; print(os.path.exists('/var/lib/chaoshub/data/runner/tools'))"
    )
    assert kept.stdout.strip() == "False", "none were made at the start"
    assert "preparing the tools" not in runner.logs()


def test_nothing_but_its_volumes_can_be_written(runner):
    mounts = runner.inside("python3", "-I", "-c", "print(open('/proc/self/mounts').read())").stdout.splitlines()
    kinds = {line.split()[1]: (line.split()[2], line.split()[3].split(",")) for line in mounts if line}
    writable = {
        place
        for place, (kind, options) in kinds.items()
        if "rw" in options and kind not in ("proc", "mqueue", "devpts")
    }
    assert "ro" in kinds["/"][1]
    allowed = {
        "/tmp",
        "/var/lib/chaoshub",
        "/dev",
        "/dev/shm",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/resolv.conf",
        "/run/.containerenv",
    }
    assert {place for place in writable if not place.startswith(("/proc/", "/sys"))} <= allowed, writable


def test_the_pages_are_inside(runner):
    assert '<div id="root">' in ask(runner, "GET", "/", kind="text/html")


def test_the_pod_of_the_dev_loop_starts_as_it_is_rendered(rendering, tmp_path):
    hub = Pod(rendering["dev"], "hub", tmp_path)
    try:
        hub.ready()
        assert hub.look()["HostConfig"]["ReadonlyRootfs"] is True
        for process in hub.processes():
            assert (process["user"], process["huser"], process["capeff"]) == ("10001", "10001", "none"), process
        assert "one-time code" in hub.logs()
    finally:
        hub.remove()


def test_the_keys_that_are_made_for_development_are_ones_that_the_hub_signs_with(tmp_path):
    subprocess.run([TOP / "scripts/dev-secrets", tmp_path / "all"], check=True, capture_output=True)
    volume, keys = tmp_path / "volume", tmp_path / "volume/data/keys"
    keys.mkdir(parents=True)
    for name in ("claims.pem", "installation"):
        shutil.copy(tmp_path / "all" / name, keys)
    for path in (volume, *volume.rglob("*")):
        os.chown(path, 10001, 10001)
    container = Container("chaoshub-runner", shared={volume: DATA})
    try:
        container.ready()
        assert signing_key(partial(ask, container)) == public_part((keys / "claims.pem").read_bytes())
    finally:
        container.remove()


def test_what_is_copied_among_the_sources_of_the_pages_is_what_their_server_gives(rendering, tmp_path):
    written = ("src", "node_modules/.vite", "node_modules/.vite-temp")
    (server,) = pod(named(rendering["dev"], "Deployment", "pages"))["containers"]
    container = Container("pages-dev", *[f"/app/ui/{place}" for place in written], memory=memory(server))
    main = "fetch('http://localhost:5173/src/main.tsx').then(async answer => console.log(await answer.text()))"

    def served() -> str:
        return container.inside("node", "-e", main, check=False).stdout

    try:
        until("the pages are served", 60, lambda: "createRoot" in served())
        changed = tmp_path / "main.tsx"
        changed.write_text("document.title = 'changed';\n")
        changed.chmod(0o644)
        podman("cp", changed, f"{container.name}:/app/ui/src/main.tsx")
        until("the change is served", 30, lambda: "document.title" in served())
    finally:
        container.remove()
