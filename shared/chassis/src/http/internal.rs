//! What other processes of the installation may ask a service: `POST /internal/<service>/<verb>`. Never behind an ingress.

use super::{Problem, bearer, stack};
use crate::{
    claims::Verifier,
    deadline,
    peer::{CLAIM, DEADLINE},
};
use axum::{
    Router, body,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
};
use chaoshub_facade::wire::Answers;
use chaoshub_kernel::{Fault, FaultKind, SignedClaim};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// The largest question: a job with its files.
const LARGEST: usize = 64 << 20;

/// The largest question that anybody may ask: a proof.
const LARGEST_OPEN: usize = 64 << 10;

/// The longest that any answer may take, a feed's wait among them.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct Asked {
    answers: Arc<dyn Answers>,
    verifier: Verifier,
    over: CancellationToken,
}

/// The internal listener's router, of services and what they answer; several may answer for one service. When it is
/// `over`, who waits for something to happen, such as the followers of a feed, is sent away; the others are answered.
pub fn internal(services: Vec<(&'static str, Vec<Arc<dyn Answers>>)>, verifier: &Verifier, over: &CancellationToken) -> Router {
    let mut router = Router::new();
    for (service, answers) in services {
        let asked = Asked { answers: Arc::new(All(answers)), verifier: verifier.clone(), over: over.clone() };
        router = router.route(&format!("/internal/{service}/{{verb}}"), post(answer).with_state(asked));
    }
    let router = router.layer(middleware::from_fn(keep_deadline));
    stack(router, super::Limits { body_bytes: LARGEST, answer_within: LONGEST })
}

async fn answer(State(asked): State<Asked>, Path(verb): Path<String>, request: Request) -> Result<Response, Problem> {
    let headers = request.headers();
    let claim = headers.get(CLAIM).and_then(|claim| claim.to_str().ok()).map(SignedClaim::from_jwt);
    let open = asked.answers.is_open(&verb);
    if !open {
        let nobody = || Fault::unauthenticated("invalid-claim", "show the claim of a service of this installation");
        let own = bearer(headers).map(SignedClaim::from_jwt).ok_or_else(nobody)?;
        if !asked.verifier.verify(&own).await?.is_service() {
            return Err(Fault::forbidden("services-only", "only services of this installation ask here").into());
        }
    }
    // Only now, so that who may not ask uses up nothing.
    let body = body::to_bytes(request.into_body(), if open { LARGEST_OPEN } else { LARGEST }).await;
    let body = body.map_err(|_| Fault::new(FaultKind::TooLarge, "body-too-large", "the question is too large"))?;
    let answer = tokio::select! {
        answer = asked.answers.answer(&verb, claim.as_ref(), &body) => answer?,
        () = asked.over.cancelled(), if asked.answers.waits(&verb) => return Err(Fault::unavailable("stopping", "this part of the hub is being stopped").into()),
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], answer).into_response())
}

/// Work for an answer that nobody waits for any more is not begun.
async fn keep_deadline(request: Request, next: Next) -> Response {
    let left = request.headers().get(DEADLINE).and_then(|left| left.to_str().ok()).and_then(|left| left.parse().ok());
    let left = left.map_or(LONGEST, Duration::from_millis).min(LONGEST);
    deadline::within(left, next.run(request)).await
}

/// Several that answer for one service, such as its facade and its feed.
struct All(Vec<Arc<dyn Answers>>);

#[async_trait::async_trait]
impl Answers for All {
    async fn answer(&self, verb: &str, claim: Option<&SignedClaim>, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let one = self.0.iter().find(|one| one.knows(verb)).or(self.0.first());
        match one {
            Some(one) => one.answer(verb, claim, body).await,
            None => Err(Fault::not_found("service here")),
        }
    }

    fn knows(&self, verb: &str) -> bool {
        self.0.iter().any(|one| one.knows(verb))
    }

    fn is_open(&self, verb: &str) -> bool {
        self.0.iter().any(|one| one.is_open(verb))
    }

    fn waits(&self, verb: &str) -> bool {
        self.0.iter().any(|one| one.waits(verb))
    }
}
