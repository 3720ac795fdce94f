//! The words that make up Chaos Toolkit's documents and our events: keys, and values from a closed set. They are no
//! secrets, whatever a secret happens to be called, and a document without them is another one.

/// Keys of experiments, journals, events and answers.
const KEYS: [&str; 119] = [
    "activity",
    "after",
    "arguments",
    "automatic",
    "background",
    "baseline",
    "before",
    "body",
    "chaoslib",
    "chaoslib-version",
    "chaostoolkit",
    "code",
    "configuration",
    "contributions",
    "controls",
    "count",
    "current",
    "default",
    "dependencies",
    "description",
    "deviated",
    "dry",
    "duration",
    "duration_ms",
    "during",
    "end",
    "env",
    "env_var_type",
    "error",
    "exception",
    "exit_code",
    "expect",
    "expected_status",
    "experiment",
    "extensions",
    "failure",
    "frequency",
    "func",
    "headers",
    "how",
    "hypothesis",
    "interruption",
    "isolated",
    "iteration",
    "key",
    "kind",
    "log_error",
    "max_retries",
    "message",
    "met",
    "method",
    "mode",
    "module",
    "name",
    "node",
    "number",
    "output",
    "output_bytes",
    "output_truncated",
    "over_time",
    "path",
    "pattern",
    "pauses",
    "phase",
    "plan",
    "platform",
    "probes",
    "provider",
    "python",
    "range",
    "reason",
    "reasons",
    "ref",
    "reload",
    "returncode",
    "rollbacks",
    "run",
    "runtime",
    "safeguards",
    "scope",
    "secrets",
    "sender",
    "sentence",
    "seq",
    "signal",
    "start",
    "started_at",
    "state",
    "status",
    "status_code",
    "stderr",
    "stdout",
    "steady-state-hypothesis",
    "steady_state_met",
    "steady_states",
    "step",
    "strategy",
    "tags",
    "target",
    "timeout",
    "title",
    "tolerance",
    "tolerance_met",
    "type",
    "url",
    "urls",
    "value",
    "vault",
    "verdict",
    "verify_tls",
    "version",
    "warnings",
    "why",
    "workspace",
    "x-next",
    "at",
    "by",
    "data",
    "events",
];

/// Keys under which anything may stand that an activity brought back or is given.
const FREE: [&str; 12] = [
    "output",
    "arguments",
    "headers",
    "body",
    "stdout",
    "stderr",
    "exception",
    "error",
    "log_error",
    "message",
    "default",
    "safeguards",
];

/// Whether a key belongs to the structure.
pub(super) fn is_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether what stands under a key is content from now on.
pub(super) fn is_free(key: &str) -> bool {
    FREE.contains(&key)
}

/// Whether a value is one of the closed words of its key.
pub(super) fn is_word(key: &str, value: &str) -> bool {
    let words: &[&str] = match key {
        "status" => &["completed", "failed", "aborted", "interrupted", "succeeded", "deviated"],
        "type" => &["probe", "action", "process", "python", "http", "env", "vault", "range", "regex", "jsonpath"],
        "strategy" => &[
            "default",
            "always",
            "never",
            "deviated",
            "before-method-only",
            "after-method-only",
            "during-method-only",
            "continuously",
            "continously",
            "skip",
        ],
        "dry" => &["probes", "actions", "activities", "pause"],
        "scope" => &["before", "after"],
        "env_var_type" => &["str", "string", "int", "integer", "float", "number", "bytes", "bool", "json"],
        "phase" => &["baseline", "method", "during", "after", "rollbacks"],
        "how" => &["flag", "signal", "signal-no-rollbacks"],
        "kind" => &["signal", "exception", "control", "timeout", "interrupted", "safeguard"],
        "method" => &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        _ => return false,
    };
    words.contains(&value)
}

/// Follows the structure of JSON text from its beginning, whatever it holds.
#[derive(Debug, Default)]
pub(super) struct Walk {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    object: bool,
    /// The next string is a key.
    at_key: bool,
    key: String,
    free: bool,
}

impl Walk {
    /// Takes a byte of the text outside of its strings.
    pub(super) fn byte(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => {
                let free = self.open.last().is_some_and(|open| open.free || (open.object && is_free(&open.key)));
                self.open.push(Open { object: byte == b'{', at_key: byte == b'{', key: String::new(), free });
            }
            b'}' | b']' => _ = self.open.pop(),
            b',' => {
                if let Some(open) = self.open.last_mut() {
                    open.at_key = open.object;
                }
            }
            b':' => {
                if let Some(open) = self.open.last_mut() {
                    open.at_key = false;
                }
            }
            _ => {}
        }
    }

    /// Takes the text of a string, without its quotes. True when it belongs to the structure.
    pub(super) fn string(&mut self, text: &[u8]) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        let text = str::from_utf8(text).unwrap_or_default();
        if open.object && open.at_key {
            text.clone_into(&mut open.key);
            return is_key(text);
        }
        open.object && !open.free && is_word(&open.key, text)
    }
}
