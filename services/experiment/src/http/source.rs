//! An experiment's text as a request body, JSON or YAML by its content type.

use crate::toolkit::Format;
use axum::{
    extract::{FromRequest, Request},
    http::header,
};
use chaoshub_chassis::http::{Problem, whole};
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
                return Err(Fault::new(FaultKind::UnsupportedMedia, "unsupported-format", detail).into());
            }
        };
        let bytes = whole(request, state).await?;
        Ok(Self { bytes: bytes.to_vec(), format })
    }
}
