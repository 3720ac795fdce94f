"""A control for Chaos Toolkit that streams a run to ChaosHub, and lets the hub stop it.
These are the functions that Chaos Toolkit calls; what they do is in the modules beside this one."""

import logging
from typing import Any, Optional

from .session import Session
from .settings import Unusable, load

__version__ = "0.1.0"

__all__ = ["after_activity_control", "before_activity_control", "configure_control"]

logger = logging.getLogger("chaostoolkit")

_session: Optional[Session] = None


def configure_control(
    experiment: Any = None,
    configuration: Any = None,
    secrets: Any = None,
    event_registry: Any = None,
    **arguments: Any
) -> None:
    """Begins to watch the run. Whatever is wrong is said in one warning, and the run goes on as if alone."""
    global _session
    try:
        # A control may be declared in a control file and in the experiment; one of them is enough.
        if event_registry is None or (_session is not None and not _session.over):
            return
        if "token" in arguments:
            logger.warning("ChaosHub takes its token from CHAOSHUB_TOKEN only: remove it from the control's arguments")
        _session = Session(load(arguments), configuration, secrets, event_registry, experiment)
    except Unusable as problem:
        logger.warning("ChaosHub is not told of this run: %s", problem)
    except Exception as problem:
        logger.warning("ChaosHub is not told of this run: %s: %s", type(problem).__name__, problem)
        logger.debug("ChaosHub could not begin", exc_info=True)


def before_activity_control(context: Any, **arguments: Any) -> None:
    """Ends the run here when the hub asked for it."""
    if _session is not None and not _session.over:
        _session.watch.before_activity()


def after_activity_control(context: Any, **arguments: Any) -> None:
    if _session is not None and not _session.over:
        _session.watch.after_activity()
