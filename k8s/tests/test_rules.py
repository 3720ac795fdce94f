"""Our own rules: nothing runs as root, without a limit, as `latest`, or with a secret in plain sight."""

import re

from rendered import TOP, containers, environment, hub_containers, named, of_kind, pod, who, workloads

SECRET_NAMES = re.compile(r"KEY$|PASSWORD|SECRET|TOKEN|DATABASE_URL|PRIVATE", re.I)
SECRET_VALUES = re.compile(r"://[^/\s:@]+:[^/\s@]+@|-----BEGIN|^ch[pr]_|[0-9a-f]{32}", re.I)


def test_every_image_says_which_one_it_is(objects):
    for one in workloads(objects):
        for container in containers(one):
            name, _, tag = container["image"].rpartition(":")
            assert name and "/" not in tag and re.match(r"v?\d+\.\d+", tag), f"{who(one)}: {container['image']}"


def test_every_base_of_the_images_says_which_one_it_is():
    bases = re.findall(r"^ARG [A-Z]+_IMAGE=(.+)$", (TOP / "Dockerfile").read_text(), re.M)
    assert len(bases) == 5
    for base in bases:
        name, _, tag = base.rpartition(":")
        assert name and tag and tag != "latest", base


def test_every_container_asks_for_something_and_may_take_no_more_than_something(objects):
    for one in workloads(objects):
        for container in containers(one):
            for what in ("requests", "limits"):
                assert {"cpu", "memory", "ephemeral-storage"} <= set(container["resources"][what]), who(one)
        for volume in pod(one).get("volumes", []):
            assert "hostPath" not in volume, who(one)
            if "emptyDir" in volume:
                assert volume["emptyDir"].get("sizeLimit"), f"{who(one)}: {volume['name']}"


def test_every_pod_is_one_that_a_restricted_name_space_admits(objects):
    assert (
        named(objects, "Namespace", "chaoshub")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        == "restricted"
    )
    for one in workloads(objects):
        whole = pod(one)
        assert whole["securityContext"]["runAsNonRoot"] is True and whole["securityContext"]["runAsUser"] >= 100, who(
            one
        )
        assert whole["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, who(one)
        assert not any(whole.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")), who(one)
        for container in containers(one):
            held = container["securityContext"]
            assert held == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, f"{who(one)}: {container['name']}"
            assert not any("hostPort" in port for port in container.get("ports", [])), who(one)


def test_no_pod_has_rights_in_the_cluster(objects):
    accounts = of_kind(objects, "ServiceAccount")
    assert accounts and all(account["automountServiceAccountToken"] is False for account in accounts)
    names = {account["metadata"]["name"] for account in accounts}
    assert not of_kind(objects, "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
    for one in workloads(objects):
        assert pod(one)["automountServiceAccountToken"] is False and pod(one)["serviceAccountName"] in names, who(one)
        assert pod(one)["enableServiceLinks"] is False, f"{who(one)}: variables of services could look like settings"


def test_every_container_that_serves_is_looked_after(objects):
    for one in workloads(objects):
        for container in pod(one)["containers"]:
            assert container.get("livenessProbe") and container.get("readinessProbe"), (
                f"{who(one)}: {container['name']}"
            )
    for one, container in hub_containers(objects):
        paths = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert paths == ["/livez", "/livez", "/readyz"], who(one)


def test_whoever_needs_the_postgresql_of_the_cluster_waits_for_it(rendering):
    """A hub waits ten seconds for its database, which is less than it takes to fetch an image."""
    for one, container in hub_containers(rendering["split"]):
        needs = "CHAOSHUB_DATABASE_URL" in environment(rendering["split"], container)
        waits = [" ".join(first["command"]) for first in pod(one).get("initContainers", [])]
        assert ["pg_isready" in wait and "-h postgres" in wait for wait in waits] == [True] * needs, who(one)
    postgres = named(rendering["split"], "StatefulSet", "postgres")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = pod(postgres)["containers"][0][probe]["exec"]["command"]
        assert asked[asked.index("-h") + 1] == "127.0.0.1", "its socket answers before its port does"


def test_who_carries_out_runs_has_time_for_their_rollbacks(objects):
    """Half a minute for rollbacks and ten seconds for a journal, as the supervisor's ladder has it; twenty for the hub."""
    for one, container in hub_containers(objects):
        carries_out = one["spec"]["template"]["metadata"]["labels"].get("chaoshub/runs") == "true"
        before = container.get("lifecycle", {}).get("preStop", {})
        assert ("exec" in before) == carries_out, who(one)
        takes = 30 + 10 if carries_out else before.get("sleep", {}).get("seconds", 0)
        assert pod(one)["terminationGracePeriodSeconds"] >= takes + 20, who(one)


def test_no_secret_stands_in_a_config_map_or_a_pod(objects):
    for one in of_kind(objects, "ConfigMap"):
        for key, value in one["data"].items():
            assert not SECRET_NAMES.search(key) and not SECRET_VALUES.search(value), f"{who(one)}: {key}"
    for one in workloads(objects):
        for container in containers(one):
            for variable in container.get("env", []):
                if SECRET_NAMES.search(variable["name"]) and not variable["name"].endswith("_FILE"):
                    assert "secretKeyRef" in variable.get("valueFrom", {}), f"{who(one)}: {variable['name']}"
                assert not SECRET_VALUES.search(variable.get("value", "")), f"{who(one)}: {variable['name']}"
            assert not SECRET_VALUES.search(" ".join(container.get("args", []) + container.get("command", []))), who(
                one
            )


def test_secrets_are_given_to_those_alone_who_need_them(rendering):
    assert not of_kind(rendering["dev"], "Secret")
    assert not of_kind(rendering["prod"], "Secret"), "what production is given, no file here knows"
    for overlay in ("split", "prod"):
        objects = rendering[overlay]
        for one, container in hub_containers(objects):
            name, known = one["metadata"]["name"], environment(objects, container)
            assert "secretKeyRef" in known["CHAOSHUB_INTERNAL_KEY"], name
            assert ("CHAOSHUB_DATABASE_URL" in known) == (name != "web"), name
            mounted = [volume["secret"]["secretName"] for volume in pod(one)["volumes"] if "secret" in volume]
            keys = [secret for secret in mounted if secret.startswith("chaoshub-keys")]
            assert len(keys) == (name == "auth"), f"{name}: auth alone has the signing key"
    for overlay in ("dev", "split", "prod"):
        for one, container in hub_containers(rendering[overlay]):
            whole = [source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source]
            knows_accounts = one["metadata"]["name"] in ("auth", "hub")
            assert whole == (["chaoshub-sign-in"] if knows_accounts else []), who(one)
            optional = [volume["secret"] for volume in pod(one)["volumes"] if volume.get("secret", {}).get("optional")]
            assert [secret["secretName"] for secret in optional] == ["chaoshub-issuers"] * knows_accounts, who(one)


def test_volumes_that_are_named_are_there(objects):
    claims = {one["metadata"]["name"] for one in of_kind(objects, "PersistentVolumeClaim")}
    for one in workloads(objects):
        for volume in pod(one).get("volumes", []):
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims, who(one)
        assert one["spec"].get("replicas", 1) == 1 or not _alone(objects, one), f"{who(one)}: its volume is for one"


def _alone(objects, workload):
    for volume in pod(workload).get("volumes", []):
        if "persistentVolumeClaim" in volume:
            claim = named(objects, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
            return claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    return False


def test_replicas_do_not_share_a_data_folder(objects):
    """A hub locks its data folder, so the second of two on one would not start."""
    for one, container in hub_containers(objects):
        (mount,) = [mount for mount in container["volumeMounts"] if mount["mountPath"] == "/var/lib/chaoshub"]
        (volume,) = [volume for volume in pod(one)["volumes"] if volume["name"] == mount["name"]]
        assert one["spec"].get("replicas", 1) == 1 or "emptyDir" in volume, who(one)


def test_what_has_a_volume_for_one_is_never_there_twice(objects):
    for one in of_kind(objects, "Deployment"):
        if _alone(objects, one):
            assert one["spec"]["strategy"]["type"] == "Recreate", who(one)


def test_in_production_draining_a_node_leaves_one_of_each(rendering):
    objects = rendering["prod"]
    for name in ("auth", "experiment", "dashboard", "web"):
        assert named(objects, "Deployment", name)["spec"]["replicas"] >= 2
        assert named(objects, "PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1
        (container,) = pod(named(objects, "Deployment", name))["containers"]
        assert container["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5, "it listens while others still ask it"
    for one in of_kind(objects, "Ingress"):
        host = one["spec"]["rules"][0]["host"]
        assert one["spec"]["tls"][0]["hosts"] == [host]
