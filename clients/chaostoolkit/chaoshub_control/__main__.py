"""`python -m chaoshub_control`: deliver what earlier runs could not, and learn how the control is used."""

import argparse
import logging
import os
import sys
from typing import List, Optional

from . import spool
from .settings import Unusable, hub_address

TEACH = """\
To send your runs to ChaosHub:

  1. Get a control file from your hub (there is no secret in it):
       curl -o control.json "https://hub.example.com/api/v1/clients/control.json?workspace=org/name"
  2. Make a token with the scope run:ingest on the hub, and put it into the environment:
       export CHAOSHUB_TOKEN=chp_...
  3. Run as always, with one option more:
       chaos run --control-file control.json experiment.json

The hub can be away, slow or broken: the run never notices. What it could not deliver
is kept in {folder}
and delivered in the background of your next run, or at once by

       python -m chaoshub_control deliver

environment:
  CHAOSHUB_TOKEN      the token; its only place
  CHAOSHUB_URL        address of the hub, unless the control file names it
  CHAOSHUB_WORKSPACE  org/name, unless the control file names it
  CHAOSHUB_EVENTS     a file to which every event of the run is appended, one JSON line each
  CHAOSHUB_RUN        set by the hub for the runs that it starts itself
  XDG_STATE_HOME      where undelivered runs are kept (default: ~/.local/state)
"""

DELIVERY_SECONDS = 300.0
"""For one run: its journal may be large and the line slow."""


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaoshub_control",
        description="Streams Chaos Toolkit runs to ChaosHub.",
        epilog=TEACH.format(folder=spool.folder()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    command = commands.add_parser("deliver", help="deliver the runs that wait for their hub")
    command.add_argument("--url", help="only runs of this hub (default: CHAOSHUB_URL)")
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return 0
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    return deliver(chosen.url or os.environ.get("CHAOSHUB_URL"))


def deliver(url: Optional[str]) -> int:
    runs = spool.waiting(spool.folder())
    if not runs:
        print("No run waits for its hub.")
        return 0
    token = os.environ.get("CHAOSHUB_TOKEN", "").strip()
    if not token:
        return _complain("Set CHAOSHUB_TOKEN to a token of the hub first.")
    hubs = sorted({run.url for run in runs})
    try:
        url = hub_address(url) if url else None
    except Unusable as problem:
        return _complain(f"{problem}.")
    if url is None and len(hubs) > 1:
        # One hub's token is none of another hub's business.
        return _complain("Runs wait for several hubs; choose one with --url:\n  " + "\n  ".join(hubs))
    url = url or hubs[0]
    waiting = [run for run in runs if run.url == url]
    undelivered = [run for run in waiting if not _delivered(run, token)]
    if not waiting:
        print("No run waits for {}; runs wait for {}.".format(url, ", ".join(hubs)))
    return 1 if undelivered else 0


def _delivered(run: spool.Spooled, token: str) -> bool:
    became = spool.deliver(run, token, DELIVERY_SECONDS)
    print("{:<10}  {}".format(became, run.run), flush=True)
    return became == spool.DELIVERED


def _complain(text: str) -> int:
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
