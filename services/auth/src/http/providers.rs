//! `/api/v1/auth/providers/{provider}`: going to a provider and coming back. Browsers are led through these addresses,
//! so whatever goes wrong leads to a page of ours that says so, by a code; nothing that a provider says is repeated.

use super::{
    Rooms,
    asking::{Asking, OurPage},
    cookies,
};
use crate::service::{
    local_path::LocalPath,
    outside::{Arrival, Departure, Return, not_pending},
    pending::{Pending, PendingList},
    providers::{Answer as Came, refused},
    sign_in::Peer,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use axum_extra::extract::PrivateCookieJar;
use chaoshub_chassis::http::{Answer, Json, Path, Problem, Query};
use chaoshub_kernel::Fault;
use oauth2::url::form_urlencoded::Serializer;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A browser that is led on.
type Led = (StatusCode, PrivateCookieJar, HeaderMap);

/// What somebody wants to come back to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wish {
    /// The page to go to afterwards, a path of this hub.
    #[serde(default)]
    pub next: Option<String>,
}

/// Signing in to take an invitation up.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InvitedWish {
    /// The page to go to afterwards, a path of this hub.
    #[serde(default)]
    pub next: Option<String>,
    /// What the invitation's link carries behind its `#`.
    #[schema(value_type = String)]
    pub invitation: SecretString,
}

/// What a provider sends somebody back with (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Brought {
    /// Good for tokens, once.
    #[serde(default)]
    pub code: Option<String>,
    /// Which sign-in it answers.
    #[serde(default)]
    pub state: Option<String>,
    /// Why there is no code.
    #[serde(default)]
    pub error: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub iss: Option<String>,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct Location {
    /// The provider's page.
    pub location: String,
}

/// Go to a provider to sign in
#[utoipa::path(get, path = "/api/v1/auth/providers/{provider}/begin", tag = "auth", operation_id = "begin_sign_in",
    params(("provider" = String, Path, description = "The provider's name."), Wish),
    responses((status = 303, description = "To the provider, or to a page that says why not."), Problem))]
pub async fn begin(
    State(rooms): State<Rooms>,
    Path(provider): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Answer<Led> {
    let next = LocalPath::checked(wish.next.as_deref().unwrap_or("/"));
    let mut list = cookies::pending(&headers, &rooms.seal, rooms.auth.now());
    Ok(match rooms.auth.depart(&provider, &next).await {
        Ok(departure) => {
            list.add(departure.pending);
            lead(&rooms, &list, &departure.location, HeaderMap::new())
        }
        Err(fault) => {
            let to = sign_in_page(&rooms, &fault, &provider, &next);
            lead(&rooms, &list, &to, HeaderMap::new())
        }
    })
}

/// Get where to go to sign in with a provider and take an invitation up
#[utoipa::path(post, path = "/api/v1/auth/providers/{provider}/begin", tag = "auth", operation_id = "begin_invited_sign_in",
    params(("provider" = String, Path, description = "The provider's name.")),
    request_body = InvitedWish, responses((status = 200, body = Location), Problem))]
pub async fn begin_invited(
    State(rooms): State<Rooms>,
    _: OurPage,
    Path(provider): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    Json(wish): Json<InvitedWish>,
) -> Answer<(PrivateCookieJar, Json<Location>)> {
    let next = LocalPath::checked(wish.next.as_deref().unwrap_or("/"));
    let departure = rooms.auth.depart_invited(&provider, &next, &wish.invitation, &peer).await?;
    Ok(tell(&rooms, &headers, departure))
}

/// Come back from a provider
#[utoipa::path(get, path = "/api/v1/auth/providers/{provider}/callback", tag = "auth", operation_id = "come_back",
    params(("provider" = String, Path, description = "The provider's name."), Brought),
    responses((status = 303, description = "To the page that was asked for, or to one that says why not."), Problem))]
pub async fn come_back(
    State(rooms): State<Rooms>,
    Path(provider): Path<String>,
    brought: Result<Query<Brought>, Problem>,
    peer: Peer,
    headers: HeaderMap,
) -> Answer<Led> {
    let mut list = cookies::pending(&headers, &rooms.seal, rooms.auth.now());
    // An address that makes no sense answers no sign-in.
    let brought = brought.map_or_else(|_| Brought::default(), |Query(brought)| brought);
    // Taken out whatever comes of it: it is good once.
    let pending = brought.state.as_deref().and_then(|state| list.take(state)).filter(|one| one.provider == provider);
    let Some(pending) = pending else {
        let to = sign_in_page(&rooms, &not_pending(), &provider, &LocalPath::checked("/"));
        return Ok(lead(&rooms, &list, &to, HeaderMap::new()));
    };
    let public_url = &rooms.edge.public_url;
    Ok(match finish(&rooms, &pending, &brought, &peer).await {
        Ok(Return::SignedIn(signed_in)) => {
            let given = cookies::given(&signed_in, rooms.auth.session_days(), &rooms.seal, public_url);
            lead(&rooms, &list, &format!("{public_url}{}", pending.next()), given)
        }
        Ok(Return::Linked) => {
            let query = Serializer::new(String::new()).append_pair("linked", &provider).finish();
            lead(&rooms, &list, &format!("{public_url}/account?{query}"), HeaderMap::new())
        }
        Err(fault) if pending.linking.is_some() => {
            let query =
                Serializer::new(String::new()).append_pair("problem", &fault.code).append_pair("provider", &provider).finish();
            lead(&rooms, &list, &format!("{public_url}/account?{query}"), HeaderMap::new())
        }
        Err(fault) => lead(&rooms, &list, &sign_in_page(&rooms, &fault, &provider, &pending.next()), HeaderMap::new()),
    })
}

/// Go to a provider to bring one more identity
#[utoipa::path(post, path = "/api/v1/auth/providers/{provider}/link", tag = "auth", operation_id = "link_identity",
    params(("provider" = String, Path, description = "The provider's name.")),
    responses((status = 200, body = Location), Problem))]
pub async fn link(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path(provider): Path<String>,
    headers: HeaderMap,
) -> Answer<(PrivateCookieJar, Json<Location>)> {
    let departure = rooms.auth.depart_to_link(&provider, &asking.person).await?;
    Ok(tell(&rooms, &headers, departure))
}

/// What a page of ours needs to go there.
fn tell(rooms: &Rooms, headers: &HeaderMap, departure: Departure) -> (PrivateCookieJar, Json<Location>) {
    let mut list = cookies::pending(headers, &rooms.seal, rooms.auth.now());
    list.add(departure.pending);
    (cookies::carry(&list, &rooms.seal, &rooms.edge.public_url), Json(Location { location: departure.location }))
}

async fn finish(rooms: &Rooms, pending: &Pending, brought: &Brought, peer: &Peer) -> Result<Return, Fault> {
    let code = match (&brought.error, &brought.code) {
        (Some(error), _) if error == "access_denied" => {
            return Err(Fault::forbidden("provider-denied", "you did not let the provider say who you are"));
        }
        (Some(_), _) | (None, None) => return Err(refused()),
        (None, Some(code)) => code,
    };
    let answer = Came { code, issuer: brought.iss.as_deref() };
    rooms.auth.come_back(pending, Arrival { answer, peer }).await
}

/// The page for signing in, with the code of what went wrong: the page has the words.
fn sign_in_page(rooms: &Rooms, fault: &Fault, provider: &str, next: &LocalPath) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("problem", &fault.code).append_pair("provider", provider);
    if next.as_str() != "/" {
        query.append_pair("next", next.as_str());
    }
    format!("{}/sign-in?{}", rooms.edge.public_url, query.finish())
}

fn lead(rooms: &Rooms, list: &PendingList, to: &str, mut headers: HeaderMap) -> Led {
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/sign-in"));
    headers.insert(header::LOCATION, to);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Neither what comes in with the address nor where it leads is told to anybody.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    (StatusCode::SEE_OTHER, cookies::carry(list, &rooms.seal, &rooms.edge.public_url), headers)
}
