//! An experiment's text as a request body, JSON or YAML by its content type.

use crate::toolkit::Format;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};
use chaoshub_chassis::http::Problem;
use chaoshub_kernel::{Fault, FaultKind};

pub(super) struct Source {
    pub(super) bytes: Vec<u8>,
    pub(super) format: Format,
}

impl<S: Send + Sync> FromRequest<S> for Source {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let format = match content_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => Format::Json,
            "application/yaml" | "application/x-yaml" | "text/yaml" => Format::Yaml,
            _ => {
                let detail = "send the experiment with `content-type: application/json` or `application/yaml`";
                return Err(Fault::invalid("unsupported-format", detail).into());
            }
        };
        let bytes = body(request, state).await?;
        Ok(Self { bytes: bytes.to_vec(), format })
    }
}

/// The whole body, up to the limit of its route.
pub(super) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let fault = match rejection.status().as_u16() {
            413 => Fault::new(FaultKind::TooLarge, "body-too-large", "the body is larger than this hub accepts"),
            _ => Fault::invalid("invalid-body", "the body ended before its end"),
        };
        fault.into()
    })
}
