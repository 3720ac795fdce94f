//! Asking a provider over HTTP: with little patience, following nobody, reading no more than fits.

use super::{away, refused, unreadable};
use chaoshub_kernel::Fault;
use oauth2::{
    AsyncHttpClient,
    http::{self, StatusCode, header},
};
use serde::de::DeserializeOwned;
use std::{pin::Pin, time::Duration};

/// The largest answer that is read, bytes; a key set or a profile has some thousand.
const LARGEST: usize = 1 << 20;

/// Until a connection is there.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How we ask; cheap to clone.
#[derive(Clone)]
pub struct Outward(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Outward {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, Fault>> + Send + 'c>>;

    fn call(&'c self, request: http::Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Outward {
    /// With the system's certificates; each request may take so long.
    pub fn new(patience: Duration) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("chaoshub/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_WITHIN.min(patience))
            .timeout(patience)
            // A redirect could lead what we send to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .build();
        client
            .map(Self)
            .map_err(|cause| format!("providers cannot be asked: {cause} (are the system's CA certificates installed?)"))
    }

    /// Asks for a document; `token` when it is somebody's.
    pub async fn get<T: DeserializeOwned>(&self, url: &str, accept: &'static str, token: Option<&str>) -> Result<T, Fault> {
        let request = http::Request::get(url).header(header::ACCEPT, accept);
        let request = match token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let request = request.body(Vec::new()).map_err(|_| unreadable())?;
        let answer = self.send(request).await?;
        if !answer.status().is_success() {
            tracing::warn!(status = answer.status().as_u16(), "a provider refused what was asked");
            return Err(if answer.status().is_client_error() { refused() } else { unreadable() });
        }
        serde_json::from_slice(answer.body()).map_err(|cause| {
            // Where, and not what: the document may be about a person.
            tracing::warn!(line = cause.line(), column = cause.column(), "a provider's document cannot be read");
            unreadable()
        })
    }

    /// Sends anything. A provider that is overloaded or broken counts as one that is away.
    async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Fault> {
        let failed = |cause: reqwest::Error| {
            let why = if cause.is_timeout() { "time is up" } else { "no connection" };
            tracing::warn!(error = %cause.without_url(), why, "a provider does not answer");
            away()
        };
        let request = reqwest::Request::try_from(request).map_err(|_| unreadable())?;
        let mut answer = self.0.execute(request).await.map_err(failed)?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            tracing::warn!(status = status.as_u16(), "a provider is in trouble");
            return Err(away());
        }
        let mut kept = http::Response::builder().status(status);
        if let Some(kind) = answer.headers().get(header::CONTENT_TYPE) {
            kept = kept.header(header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            if body.len() + piece.len() > LARGEST {
                tracing::warn!(limit = LARGEST, "a provider's answer is too large");
                return Err(unreadable());
            }
            body.extend_from_slice(&piece);
        }
        kept.body(body).map_err(|_| unreadable())
    }
}
