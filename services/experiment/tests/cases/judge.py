"""Asks the real validator of Chaos Toolkit about many documents in one process: reads one JSON object a line
(`format`, `text`), answers one a line (`refused`: null, or why). What depends on the machine is there: every program, every
function of Python, and every variable of the environment."""

import importlib
import inspect
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings

from chaoslib import configuration, secret
from chaoslib.experiment import ensure_experiment_is_valid
from chaoslib.loader import parse_experiment_from_file
from chaoslib.provider import process, python


class Everything(dict):
    """An environment in which each variable is 1."""

    def __contains__(self, key):
        if not isinstance(key, str):
            raise TypeError("str expected")
        return True

    def __getitem__(self, key):
        return "1"

    def get(self, key, default=None):
        return "1" if key in self else default


def anything(**arguments):
    """A function that takes whatever it is given."""


class AnyName:
    def __eq__(self, other):
        return isinstance(other, str)

    def __hash__(self):
        return 0


class Inspect:
    """Each module has each function."""

    isfunction, isbuiltin = inspect.isfunction, inspect.isbuiltin
    signature = staticmethod(inspect.signature)

    @staticmethod
    def getmembers(module, predicate):
        return [(AnyName(), anything)]


class Importlib:
    @staticmethod
    def import_module(name):
        return importlib.import_module(name) if not isinstance(name, str) or name.startswith(".") else json


class Os:
    environ = Everything()

    def __getattr__(self, name):
        return getattr(os, name)


class Shutil:
    @staticmethod
    def which(path):
        shutil.which(path)
        return sys.executable


def judged(form, text, folder):
    path = os.path.join(folder, "experiment." + form)
    with open(path, "w", encoding="utf-8", newline="", errors="surrogatepass") as file:
        file.write(text)
    try:
        ensure_experiment_is_valid(parse_experiment_from_file(path))
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"[:200]
    return None


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    configuration.os = secret.os = Os()
    process.shutil = Shutil()
    python.inspect, python.importlib = Inspect(), Importlib()
    # The parser of JSON paths tells its own errors on standard error.
    sys.stderr = open(os.devnull, "w")
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            document = json.loads(line)
            print(json.dumps({"refused": judged(document["format"], document["text"], folder)}), flush=True)


if __name__ == "__main__":
    main()
