//! A service in another process, as a [`Wire`]: HTTP to its internal listener, with a time limit on everything, reads
//! asked again, and a circuit breaker.

mod breaker;

use crate::{claims::ServiceIdentity, deadline, http::ProblemDocument, request_id};
use async_trait::async_trait;
use axum::http::{StatusCode, header};
use breaker::{Breaker, Leave, Turn};
use chaoshub_facade::wire::{Effect, Question, Wire, unavailable};
use chaoshub_kernel::{Fault, FaultKind, SignedClaim};
use reqwest::redirect::Policy;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// The header that carries for whom something is asked, beside the asking service's own claim.
pub(crate) const CLAIM: &str = "chaoshub-claim";

/// The header that carries how long the answer is of use, milliseconds.
pub(crate) const DEADLINE: &str = "chaoshub-deadline-ms";

/// How long any answer may take, with all attempts: less than whoever shows it waits, so that it is the peer that is blamed.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long it may take to reach the other process at all; who has less time than that finds out nothing about it.
const CONNECT: Duration = Duration::from_secs(1);

/// The pauses before a read is asked again.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(250)];

/// The largest answer that is taken, bytes: a piece of a job's file as base64, with room to spare.
const LARGEST: usize = 64 << 20;

/// One service at an address.
pub struct Peer {
    service: &'static str,
    base: String,
    http: reqwest::Client,
    identity: Option<ServiceIdentity>,
    breaker: Arc<Breaker>,
}

/// How a question went that got no answer of the service's own.
enum Failed {
    /// It was not even sent.
    Unsent(String),
    /// Perhaps it was heard.
    Unanswered(String),
}

impl Peer {
    /// The service at `base`, such as `http://auth:8081`, asked as nobody: good for what anybody may ask.
    ///
    /// # Errors
    /// When the client cannot be made; in words for the operator.
    pub fn new(service: &'static str, base: &str) -> Result<Self, String> {
        let mut http = reqwest::Client::builder().connect_timeout(CONNECT).no_proxy().redirect(Policy::none());
        if base.starts_with("http://") {
            // Where nobody else's certificates are needed, a system without any will do.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|cause| format!("no HTTP client can be made: {cause}"))?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { service, base, http, identity: None, breaker: Arc::default() })
    }

    /// The same peer, asked as a service of this installation.
    #[must_use]
    pub fn asked_as(&self, identity: ServiceIdentity) -> Self {
        let Self { service, base, http, breaker, .. } = self;
        Self { service, base: base.clone(), http: http.clone(), identity: Some(identity), breaker: breaker.clone() }
    }

    /// The claim that a question for somebody goes with: our own, as a service.
    async fn own_claim(&self, question: &Question<'_>) -> Result<Option<SignedClaim>, Fault> {
        match &self.identity {
            Some(identity) if question.claim.is_some() => identity.claim().await.map(Some),
            _ => Ok(None),
        }
    }

    /// What the service answered, a fault perhaps; or why nothing came that could be its answer.
    async fn once(
        &self,
        question: &Question<'_>,
        own: Option<&SignedClaim>,
        limit: Duration,
    ) -> Result<Result<Vec<u8>, Fault>, Failed> {
        let mut request = self
            .http
            .post(format!("{}/internal/{}/{}", self.base, self.service, question.verb))
            .timeout(limit)
            .header(header::CONTENT_TYPE, "application/json")
            .header(DEADLINE, u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
            .body(question.body.clone());
        if let Some(claim) = question.claim {
            request = request.header(CLAIM, claim.as_jwt());
        }
        if let Some(own) = own {
            request = request.bearer_auth(own.as_jwt());
        }
        if let Some(id) = request_id::current() {
            request = request.header(request_id::HEADER, id.value());
        }
        let unanswered = |cause: reqwest::Error| Failed::Unanswered(cause.without_url().to_string());
        let mut response = request.send().await.map_err(|cause| {
            if cause.is_connect() { Failed::Unsent(cause.without_url().to_string()) } else { unanswered(cause) }
        })?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(unanswered)? {
            if body.len() + piece.len() > LARGEST {
                return Err(Failed::Unanswered("the answer is too large".to_owned()));
            }
            body.extend_from_slice(&piece);
        }
        if status == StatusCode::OK {
            return match serde_json::from_slice::<serde::de::IgnoredAny>(&body) {
                Ok(_) => Ok(Ok(body)),
                Err(_) => Err(Failed::Unanswered("the answer is no JSON".to_owned())),
            };
        }
        match serde_json::from_slice::<ProblemDocument>(&body) {
            Ok(problem) => Ok(Err(fault(status, problem))),
            Err(_) => Err(Failed::Unanswered(format!("it answered {status} without saying why"))),
        }
    }

    /// Counts what came of a question, and says aloud when the peer is lost or found again.
    fn note(&self, leave: Leave<'_>, failure: Option<&str>) {
        let outcome = if failure.is_none() { "answered" } else { "unanswered" };
        metrics::counter!("chaoshub_peer_questions_total", "service" => self.service, "outcome" => outcome).increment(1);
        match leave.went(Instant::now(), failure.is_none()) {
            Turn::Same => {}
            Turn::Opened => {
                tracing::warn!(
                    peer = self.service,
                    error = failure.unwrap_or_default(),
                    "a service does not answer; it is left alone for a while"
                );
            }
            Turn::Recovered => tracing::info!(peer = self.service, "a service answers again"),
        }
    }
}

#[async_trait]
impl Wire for Peer {
    async fn ask(&self, question: Question<'_>) -> Result<Vec<u8>, Fault> {
        let patience = PATIENCE + question.waits;
        let until = Instant::now() + deadline::left().map_or(patience, |left| left.min(patience));
        let own = self.own_claim(&question).await?;
        let mut pauses = PAUSES.iter();
        loop {
            let now = Instant::now();
            let limit = until.saturating_duration_since(now);
            let leave = self.breaker.leave(now).filter(|_| !limit.is_zero()).ok_or_else(|| unavailable(self.service))?;
            let failed = match self.once(&question, own.as_ref(), limit).await {
                Ok(answer) => {
                    self.note(leave, None);
                    return answer;
                }
                Err(failed) => failed,
            };
            let (again, cause) = match failed {
                Failed::Unsent(cause) => (true, cause),
                Failed::Unanswered(cause) => (question.effect == Effect::Read, cause),
            };
            if limit >= CONNECT {
                self.note(leave, Some(&cause));
            }
            tracing::debug!(peer = self.service, verb = question.verb, error = cause, "a question was not answered");
            match pauses.next().filter(|_| again) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(unavailable(self.service)),
            }
        }
    }

    fn service(&self) -> &'static str {
        self.service
    }
}

/// The fault that the other process meant. A status of a newer version keeps its class.
fn fault(status: StatusCode, problem: ProblemDocument) -> Fault {
    let class = if status.is_client_error() { FaultKind::Invalid } else { FaultKind::Internal };
    let kind = FaultKind::of_status(status.as_u16()).unwrap_or(class);
    Fault { kind, code: problem.code, detail: problem.detail, extra: problem.extra }
}
