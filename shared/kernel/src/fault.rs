//! The one error that crosses a service boundary: a closed kind, a stable code, words for a person.

use serde::{Deserialize, Serialize};

/// What sort of failure it is; decides the HTTP status and whether a retry can help. Closed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The request itself is malformed (400).
    Malformed,
    /// The request is understood, and what it says is not valid (422).
    Invalid,
    /// Nobody is signed in, or the proof has expired (401).
    Unauthenticated,
    /// Known, but may not do this (403).
    Forbidden,
    /// It does not exist, or the caller may not know of it (404).
    NotFound,
    /// It collides with what is there (409).
    Conflict,
    /// It was there and is over (410).
    Gone,
    /// The body did not come in time (408).
    Timeout,
    /// What was to be changed is not what the request was made from (412).
    Outdated,
    /// The body is over the limit (413).
    TooLarge,
    /// The body is of a media type that is not taken here (415).
    UnsupportedMedia,
    /// The request does not say what it was made from (428).
    Unconditional,
    /// Too many requests; try again later (429).
    TooMany,
    /// A part that is needed does not answer (503).
    Unavailable,
    /// A mistake of ours (500).
    Internal,
}

impl FaultKind {
    /// The HTTP status at the public edge (RFC 9110).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Invalid => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::Timeout => 408,
            Self::Outdated => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMedia => 415,
            Self::Unconditional => 428,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Malformed,
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::Gone,
        Self::Timeout,
        Self::Outdated,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::Unconditional,
        Self::TooMany,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The kind that a status stands for: each has one of its own.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.status() == status)
    }
}

/// A failure as its receiver may see it. The cause stays behind, for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Fault {
    /// What sort of failure.
    pub kind: FaultKind,
    /// Stable, kebab-case; listed in docs/API.md. An unknown code keeps its kind.
    pub code: String,
    /// A sentence for a person: what happened and what to do.
    pub detail: String,
    /// Machine-readable particulars that some codes carry, such as the problems of an experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<serde_json::Value>,
}

impl Fault {
    /// A fault of any kind.
    pub fn new(kind: FaultKind, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, code: code.into(), detail: detail.into(), extra: None }
    }

    /// The request is not valid.
    pub fn invalid(code: &str, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Invalid, code, detail)
    }

    /// Nobody is signed in, or no longer.
    pub fn unauthenticated(code: &str, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Unauthenticated, code, detail)
    }

    /// The caller may not do this.
    pub fn forbidden(code: &str, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Forbidden, code, detail)
    }

    /// The scope that an action needs is missing from the caller's.
    #[must_use]
    pub fn missing_scope(scope: crate::Scope) -> Self {
        Self::forbidden("missing-scope", format!("this needs the scope `{scope}`, which you do not have here"))
    }

    /// `what` does not exist, or the caller may not know of it.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(FaultKind::NotFound, "not-found", format!("there is no such {what}, or you may not see it"))
    }

    /// It collides with what is there.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Conflict, code, detail)
    }

    /// A needed part does not answer.
    pub fn unavailable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(FaultKind::Unavailable, code, detail)
    }

    /// A mistake of ours; whoever makes it has logged the cause.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(FaultKind::Internal, "internal", "something went wrong on our side; the reference finds it in the log")
    }

    /// The same fault with particulars.
    #[must_use]
    pub fn with_extra(mut self, extra: serde_json::Value) -> Self {
        self.extra = Some(extra);
        self
    }
}
