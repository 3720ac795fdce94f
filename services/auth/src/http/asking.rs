//! Who asks: an account behind the claim, the connection it came over, and whether a page of ours sent it.

use super::{Rooms, cookies};
use crate::service::{accounts::Person, sign_in::Peer};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use chaoshub_chassis::http::{Caller, Problem, came_from_us};
use std::{convert::Infallible, net::SocketAddr};

/// Somebody with an account whose session or token goes on.
pub struct Asking {
    /// The claim.
    pub caller: Caller,
    /// The account, as it is now.
    pub person: Person,
}

impl FromRequestParts<Rooms> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, rooms: &Rooms) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, rooms).await?;
        let person = rooms.auth.person(&caller.claim).await?;
        Ok(Self { caller, person })
    }
}

/// Proof that a page of ours sent the request; for what works on cookies before there is a claim.
pub struct OurPage;

impl FromRequestParts<Rooms> for OurPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, rooms: &Rooms) -> Result<Self, Problem> {
        came_from_us(&parts.method, &parts.headers, &rooms.edge.public_url)?;
        Ok(Self)
    }
}

impl FromRequestParts<Rooms> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Rooms) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|text| text.to_str().ok()).unwrap_or_default();
        Ok(Self { address, user_agent: user_agent.to_owned(), session: cookies::session(&parts.headers) })
    }
}
