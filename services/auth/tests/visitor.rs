//! Somebody's browser: it carries cookies and follows where it is led.

use crate::{
    double::{Double, query},
    world::{Hub, SESSION_COOKIE},
};
use chaoshub_chassis::http::CLAIM_COOKIE;
use chaoshub_testkit::http::{Ask, Reply, get};
use std::collections::BTreeMap;

pub const PENDING_COOKIE: &str = "chaoshub_pending";

#[derive(Clone, Default)]
pub struct Visitor {
    pub cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Asks with the cookies that there are, and keeps those that come.
    pub async fn ask(&mut self, hub: &Hub, ask: Ask) -> Reply {
        let ask = self.cookies.iter().fold(ask, |ask, (name, value)| ask.cookie(name, value));
        let reply = hub.call(ask).await;
        for name in [PENDING_COOKIE, SESSION_COOKIE, CLAIM_COOKIE] {
            match reply.cookie(name) {
                Some(_) if reply.set_cookie(name).unwrap().contains("Max-Age=0") => _ = self.cookies.remove(name),
                Some(value) => _ = self.cookies.insert(name.to_owned(), value.to_owned()),
                None => {}
            }
        }
        reply
    }

    /// Presses the button of a provider: where it leads.
    pub async fn begin(&mut self, hub: &Hub, provider: &str, next: &str) -> String {
        let address = format!("/api/v1/auth/providers/{provider}/begin?next={}", encoded(next));
        led(&self.ask(hub, get(address)).await)
    }

    /// Comes back with what the provider gave.
    pub async fn come_back(&mut self, hub: &Hub, provider: &str, with: &BTreeMap<String, String>) -> String {
        led(&self.back(hub, provider, with).await)
    }

    pub async fn back(&mut self, hub: &Hub, provider: &str, with: &BTreeMap<String, String>) -> Reply {
        let query: Vec<_> = with.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.ask(hub, get(format!("/api/v1/auth/providers/{provider}/callback?{}", query.join("&")))).await
    }

    /// The whole way: to the provider, which agrees, and back.
    pub async fn sign_in(&mut self, hub: &Hub, double: &Double, provider: &str) -> String {
        let location = self.begin(hub, provider, "/").await;
        assert!(location.starts_with(&double.url), "{location}");
        let with = double.agree(&location);
        self.come_back(hub, provider, &with).await
    }

    /// The name of the account that is signed in.
    pub async fn name(&mut self, hub: &Hub) -> String {
        let me = self.ask(hub, get("/api/v1/me")).await;
        me.json["account"]["name"].as_str().unwrap_or(me.code()).to_owned()
    }
}

/// Where an answer leads.
pub fn led(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.json);
    assert_eq!(
        (&reply.headers["cache-control"], &reply.headers["referrer-policy"]),
        (&"no-store".parse().unwrap(), &"no-referrer".parse().unwrap())
    );
    reply.headers["location"].to_str().unwrap().to_owned()
}

/// The code of what went wrong, when a page is led to that says so.
pub fn problem(location: &str) -> String {
    query(location).remove("problem").unwrap_or_else(|| format!("none: {location}"))
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
