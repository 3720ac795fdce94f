//! The authorization code flow with PKCE (RFC 6749, RFC 7636), the same for every provider.

use super::{Agreed, outward::Outward, refused, unreadable};
use chaoshub_kernel::Fault;
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
    http,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// What OpenID Connect adds to the answer of the token endpoint.
#[derive(Debug, Serialize, Deserialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// How a client says who it is at the token endpoint (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// In the header.
    Basic,
    /// In the body.
    Body,
}

/// What a code was exchanged for.
pub struct Tokens {
    /// Opens the provider's API as that person.
    pub access: SecretString,
    /// Who they are, signed.
    pub id: Option<String>,
}

/// What is read of the token endpoint's answer. The rest is not used, and some write it in forms of their own, such as
/// `expires_in` as text.
const USED: [&str; 6] = ["access_token", "token_type", "id_token", "error", "error_description", "error_uri"];

/// Asks the token endpoint, and keeps of its answer what is used.
struct AtTokenEndpoint(Outward);

impl<'c> AsyncHttpClient<'c> for AtTokenEndpoint {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, Fault>> + Send + 'c>>;

    fn call(&'c self, request: http::Request<Vec<u8>>) -> Self::Future {
        let asked = self.0.call(request);
        Box::pin(async move { Ok(asked.await?.map(used)) })
    }
}

/// The answer without what is not used; as it came, when it is no JSON object.
fn used(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body) else { return body };
    answer.retain(|name, _| USED.contains(&name.as_str()));
    serde_json::to_vec(&answer).unwrap_or(body)
}

/// A client of one provider.
pub struct Flow {
    client: Client,
    scopes: Vec<Scope>,
    outward: Outward,
}

impl Flow {
    /// At these two addresses.
    pub fn new(
        authorize: &str,
        token: &str,
        client_id: &str,
        client_secret: &SecretString,
        proof: Proof,
        scopes: &[String],
        outward: Outward,
    ) -> Result<Self, String> {
        let said = |cause: oauth2::url::ParseError| cause.to_string();
        let client = oauth2::Client::new(ClientId::new(client_id.to_owned()))
            .set_client_secret(ClientSecret::new(client_secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::new(authorize.to_owned()).map_err(said)?)
            .set_token_uri(TokenUrl::new(token.to_owned()).map_err(said)?)
            .set_auth_type(match proof {
                Proof::Basic => AuthType::BasicAuth,
                Proof::Body => AuthType::RequestBody,
            });
        let scopes = scopes.iter().map(|scope| Scope::new(scope.clone())).collect();
        Ok(Self { client, scopes, outward })
    }

    /// Where to send somebody; `more` goes into the query as it is.
    pub fn begin(&self, agreed: Agreed<'_>, more: &[(&'static str, &str)]) -> Result<String, Fault> {
        let verifier = PkceCodeVerifier::new(agreed.verifier.to_owned());
        let redirect = redirect(agreed)?;
        let state = agreed.state.to_owned();
        let mut request = self
            .client
            .authorize_url(|| CsrfToken::new(state))
            .add_scopes(self.scopes.iter().cloned())
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect));
        for (name, value) in more {
            request = request.add_extra_param(*name, (*value).to_owned());
        }
        Ok(request.url().0.into())
    }

    /// Exchanges the code that somebody came back with.
    pub async fn exchange(&self, code: &str, agreed: Agreed<'_>) -> Result<Tokens, Fault> {
        let endpoint = AtTokenEndpoint(self.outward.clone());
        let answer = self
            .client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(agreed.verifier.to_owned()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect(agreed)?))
            .request_async(&endpoint)
            .await;
        let no = |error: &BasicErrorResponse| {
            tracing::warn!(error = error.error().as_ref(), "a provider refused a code");
            refused()
        };
        let tokens = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(error) => no(&error),
            RequestTokenError::Request(fault) => fault,
            // GitHub says no with 200 (its page "Troubleshooting OAuth app access token request errors").
            RequestTokenError::Parse(_, body) => match serde_json::from_slice::<BasicErrorResponse>(&body) {
                Ok(error) => no(&error),
                Err(_) => unreadable(),
            },
            RequestTokenError::Other(_) => unreadable(),
        })?;
        Ok(Tokens { access: tokens.access_token().secret().as_str().into(), id: tokens.extra_fields().id_token.clone() })
    }
}

fn redirect(agreed: Agreed<'_>) -> Result<RedirectUrl, Fault> {
    RedirectUrl::new(agreed.redirect.to_owned()).map_err(|cause| {
        tracing::error!(error = %cause, "the public address makes no redirect address");
        Fault::internal()
    })
}
