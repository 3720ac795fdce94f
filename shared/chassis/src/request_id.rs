//! What a request is called in the log of every part that works for it: taken or made where it comes in, and passed
//! along with every question that it causes.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tracing::{Instrument, Span};

/// The header that carries it, in requests and answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that is taken: longer than a UUID, and than what proxies and tracers make.
const LONGEST: usize = 64;

tokio::task_local! {
    static ID: RequestId;
}

/// The id of one request, which can stand in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// One of our own making.
    ///
    /// # Panics
    /// Never: digits can be a header.
    #[must_use]
    pub fn fresh() -> Self {
        let number: u128 = rand::random();
        Self(HeaderValue::from_str(&format!("{number:032x}")).expect("digits can be a header"))
    }

    /// The one that a request came with: letters, digits, `-`, `_` and `.`, so that it looks like nothing else in a log.
    #[must_use]
    pub fn sent(headers: &HeaderMap) -> Option<Self> {
        let id = headers.get(HEADER)?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let fits = (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(plain);
        fits.then(|| Self(id.clone()))
    }

    /// As a header.
    #[must_use]
    pub fn value(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Does `work` for the request of that id.
pub async fn within<F: Future>(id: RequestId, work: F) -> F::Output {
    ID.scope(id, work).await
}

/// The id of the request that this is done for.
#[must_use]
pub fn current() -> Option<RequestId> {
    ID.try_with(RequestId::clone).ok()
}

/// Does a turn of work that nobody asked for under an id of its own, so that it can be followed, too.
pub(crate) async fn begin<F: Future>(work: F) -> F::Output {
    let id = RequestId::fresh();
    let span = tracing::error_span!("turn", request.id = id.as_str());
    within(id, work.instrument(span)).await
}

/// `work` that will be done elsewhere, for the request that it is begun for, if for any.
pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let (id, span) = (current(), Span::current());
    async move {
        match id {
            Some(id) => within(id, work.instrument(span)).await,
            None => work.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::Tasks;

    fn sent(id: &[u8]) -> Option<String> {
        let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_bytes(id).unwrap())]);
        RequestId::sent(&headers).map(|id| id.as_str().to_owned())
    }

    #[test]
    fn an_id_from_elsewhere_is_taken_when_it_is_plain_and_short() {
        for good in ["a", "5446c99efbd993f120748c542ed0aa72", "0190-ab_c.D", &"x".repeat(LONGEST)] {
            assert_eq!(sent(good.as_bytes()).as_deref(), Some(good));
        }
        for wrong in [&b""[..], b"a b", b"a\tb", b"a=b", b"a\"b", "é".as_bytes(), b"\xff", &[b'x'; LONGEST + 1]] {
            assert_eq!(sent(wrong), None, "{wrong:?}");
        }
        assert_eq!(RequestId::sent(&HeaderMap::new()), None);
        assert_ne!(RequestId::fresh(), RequestId::fresh());
    }

    #[tokio::test]
    async fn what_is_begun_for_a_request_is_done_under_its_id_elsewhere_too() {
        let tasks = Tasks::new();
        let (says, hears) = tokio::sync::oneshot::channel();
        let id = RequestId::fresh();
        within(id.clone(), async { tasks.spawn(async { says.send(current()).unwrap() }) }).await;
        assert_eq!(hears.await.unwrap(), Some(id));
        assert_eq!(current(), None);
        assert!(begin(async { current() }).await.is_some());
    }
}
