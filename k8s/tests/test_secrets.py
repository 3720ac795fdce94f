"""Secrets for development: made once, by whoever needs them, and never committed."""

import os
import re
import stat
import subprocess

from rendered import TOP

MADE = {"internal-key", "postgres-password", "database-url", "claims.pem", "installation"}


def made(place) -> dict[str, str]:
    subprocess.run([TOP / "scripts/dev-secrets", place], check=True, capture_output=True)
    return {file.name: file.read_text() for file in place.iterdir()}


def test_they_are_made_once_and_for_oneself(tmp_path):
    place = tmp_path / "secrets"
    first = made(place)
    assert set(first) == MADE
    assert made(place) == first
    assert made(tmp_path / "others")["internal-key"] != first["internal-key"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}


def test_what_could_not_be_made_is_not_there_and_is_made_the_next_time(tmp_path):
    place, broken = tmp_path / "secrets", tmp_path / "bin/openssl"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    path = f"{broken.parent}:{os.environ['PATH']}"
    told = subprocess.run(
        [TOP / "scripts/dev-secrets", place], capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert told.returncode != 0 and "Made" not in told.stdout
    assert not [file for file in place.iterdir() if file.name in MADE]
    assert set(made(place)) >= MADE


def test_they_are_what_the_settings_ask_for(tmp_path):
    secrets = made(tmp_path)
    assert len(secrets["internal-key"]) >= 32 and secrets["internal-key"].strip() == secrets["internal-key"]
    assert re.fullmatch(r"postgres://chaoshub:[0-9a-f]{48}@postgres/chaoshub_\{service\}", secrets["database-url"])
    assert secrets["postgres-password"] in secrets["database-url"]
    assert secrets["claims.pem"].startswith("-----BEGIN PRIVATE KEY-----\n")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", secrets["installation"])


def test_git_does_not_see_them_and_none_was_committed():
    for name in MADE:
        path = f"k8s/overlays/split/secrets/{name}"
        ignored = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=TOP).returncode
        assert ignored == 0, path
    tracked = subprocess.run(["git", "ls-files", "k8s"], cwd=TOP, check=True, capture_output=True, text=True).stdout
    assert "kustomization.yaml" in tracked and "/secrets/" not in tracked
