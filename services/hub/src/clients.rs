//! What a `chaos run` elsewhere needs to be watched from here: the control module, and a control file.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chaoshub_chassis::http::{Answer, Json, Path, Problem, Query};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::Fault;
use chaoshub_launcher::control_wheel;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes over the hub's public address.
pub(crate) fn router() -> OpenApiRouter<Arc<str>> {
    OpenApiRouter::new().routes(routes!(control_file)).routes(routes!(wheel))
}

/// For which workspace.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct For {
    /// `organization/workspace`.
    workspace: String,
}

/// What `chaos run --control-file` reads: our control under a name of its own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct ControlFile {
    /// The control.
    chaoshub: Control,
}

/// A control of Chaos Toolkit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Control {
    /// Where its code is.
    provider: Provider,
}

/// A Python module and what it is given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Provider {
    /// Always `python`.
    r#type: String,
    /// The module.
    module: String,
    /// What it is given; nothing secret.
    arguments: Arguments,
}

/// What the control module is given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Arguments {
    /// This hub.
    url: String,
    /// `organization/workspace`.
    workspace: String,
}

/// A control file for `chaos run --control-file`. The token goes into the environment as `CHAOSHUB_TOKEN`.
#[utoipa::path(get, path = "/api/v1/clients/control.json", tag = "clients", operation_id = "get_control_file", params(For),
    responses((status = 200, body = ControlFile), Problem))]
async fn control_file(State(url): State<Arc<str>>, Query(ask): Query<For>) -> Answer<Json<ControlFile>> {
    let _: WorkspaceRef = ask.workspace.parse()?;
    let arguments = Arguments { url: url.to_string(), workspace: ask.workspace };
    let provider = Provider { r#type: "python".to_owned(), module: "chaoshub_control".to_owned(), arguments };
    Ok(Json(ControlFile { chaoshub: Control { provider } }))
}

/// The control module as a wheel that `pip install` takes.
#[utoipa::path(get, path = "/api/v1/clients/{file}", tag = "clients", operation_id = "get_control_wheel",
    params(("file" = String, Path, description = "chaoshub_chaostoolkit-<version>-py3-none-any.whl")),
    responses((status = 200, content_type = "application/zip"), Problem))]
async fn wheel(Path(file): Path<String>) -> Answer<Response> {
    if file != control_wheel::file_name() {
        let detail = format!("the wheel is /api/v1/clients/{}", control_wheel::file_name());
        return Err(Fault::new(chaoshub_kernel::FaultKind::NotFound, "not-found", detail).into());
    }
    let mut response = control_wheel::bytes().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    Ok(response)
}
