"""The words that make up a journal: its keys, and values from a closed set. They are no secrets, whatever a secret happens
to be called, and a journal without them is another one. The hub has the same list."""

KEYS = frozenset(
    """
    activity after arguments automatic background baseline before body chaoslib chaoslib-version
    chaostoolkit code configuration contributions controls count current default dependencies
    description deviated dry duration duration_ms during end env env_var_type error exception exit_code
    expect expected_status experiment extensions failure frequency func headers how hypothesis
    interruption isolated iteration key kind log_error max_retries message met method mode module name
    node number output output_bytes output_truncated over_time path pattern pauses phase plan platform
    probes provider python range reason reasons ref reload returncode rollbacks run runtime safeguards
    scope secrets sender sentence seq signal start started_at state status status_code stderr stdout
    steady-state-hypothesis steady_state_met steady_states step strategy tags target timeout title
    tolerance tolerance_met type url urls value vault verdict verify_tls version warnings why workspace
    x-next at by data events
    """.split()
)

FREE = frozenset("output arguments headers body stdout stderr exception error log_error message default safeguards".split())
"""Keys under which anything may stand that an activity brought back or is given."""

WORDS = {
    "status": frozenset("completed failed aborted interrupted succeeded deviated".split()),
    "type": frozenset("probe action process python http env vault range regex jsonpath".split()),
    "strategy": frozenset(
        "default always never deviated before-method-only after-method-only during-method-only continuously continously skip".split()
    ),
    "dry": frozenset("probes actions activities pause".split()),
    "scope": frozenset("before after".split()),
    "env_var_type": frozenset("str string int integer float number bytes bool json".split()),
    "phase": frozenset("baseline method during after rollbacks".split()),
    "how": frozenset("flag signal signal-no-rollbacks".split()),
    "kind": frozenset("signal exception control timeout interrupted safeguard".split()),
    "method": frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split()),
}
"""The closed words of a key."""
