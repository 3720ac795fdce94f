//! The OpenAPI document: what the services say of themselves, under one roof.

use crate::clients;
use utoipa::openapi::{
    OpenApi, OpenApiBuilder,
    info::{Info, License},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// OpenAPI 3.1, sorted and stable, so that it can be kept and compared.
pub(crate) fn document() -> OpenApi {
    let mut info = Info::new("ChaosHub", env!("CARGO_PKG_VERSION"));
    info.description = Some("The public API. Failures are problem documents (RFC 9457) with a stable `code`.".to_owned());
    info.license = Some(License::new("Apache-2.0"));
    let mut document = OpenApiBuilder::new().info(info).build();
    document.merge(chaoshub_auth::openapi());
    document.merge(chaoshub_experiment::openapi());
    document.merge(chaoshub_dashboard::openapi());
    document.merge(clients::router().into_openapi());
    let components = document.components.get_or_insert_default();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token, `chp_...`")).build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let cookie = ApiKeyValue::new(chaoshub_chassis::http::CLAIM_COOKIE);
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}
