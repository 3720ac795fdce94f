//! Who asks: an account behind the claim, the connection it came over, and whether a page of ours sent it.

use super::{Rooms, cookies};
use crate::{
    config::Network,
    service::{accounts::Person, sign_in::Peer},
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use chaoshub_chassis::http::{Caller, Problem, came_from_us};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

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

    async fn from_request_parts(parts: &mut Parts, rooms: &Rooms) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let address = connected.map(|address| came_from(address, &parts.headers, rooms.auth.trusted_proxies()));
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|text| text.to_str().ok()).unwrap_or_default();
        Ok(Self {
            address,
            user_agent: user_agent.to_owned(),
            session: cookies::session(&parts.headers),
            device: cookies::device(&parts.headers, &rooms.seal),
        })
    }
}

/// Where a request comes from. What `X-Forwarded-For` says is believed only from the right, as far as those that said it
/// are proxies that we trust: what stands before may be anybody's invention.
fn came_from(connected: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let said: Vec<_> = lines.flat_map(|line| line.split(',')).collect();
    let mut came = connected;
    for one in said.into_iter().rev() {
        if !trusts(came) {
            break;
        }
        let Ok(before) = one.trim().parse() else { break };
        came = before;
    }
    came
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_forwarded_address_is_believed_from_trusted_proxies_alone() {
        let came = |connected: &str, lines: &[&'static str], trusted: &[&str]| {
            let trusted: Vec<Network> = trusted.iter().map(|one| one.parse().unwrap()).collect();
            let lines = lines.iter().map(|line| ("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(line)));
            came_from(connected.parse().unwrap(), &lines.collect(), &trusted).to_string()
        };
        assert_eq!(came("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(came("192.0.2.1", &["198.51.100.7"], &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(came("192.0.2.1", &["6.6.6.6, 198.51.100.7, 10.0.0.9"], &["192.0.2.0/24", "10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(came("192.0.2.1", &["6.6.6.6", "198.51.100.7"], &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(came("192.0.2.1", &["unknown"], &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(came("192.0.2.1", &[], &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(came("::ffff:192.0.2.1", &["2001:db8::1"], &["192.0.2.1"]), "2001:db8::1");
    }
}
