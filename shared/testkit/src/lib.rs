//! What the tests of every service stand on: fakes of the other services, claims that are really signed, clocks that stand still,
//! and a short way to ask a router.

pub mod auth;
pub mod experiments;
pub mod http;
pub mod launcher;
pub mod wire;

pub use auth::{FakeAuth, edge};
pub use experiments::{FakeExperiments, FakeFeed};
pub use launcher::FakeLauncher;

use chaoshub_kernel::FrozenClock;
use chrono::{TimeZone, Utc};
use std::sync::Arc;

/// The address that tests give as the hub's own.
pub const PUBLIC_URL: &str = "http://localhost:8080";

/// The key that tests give services to prove themselves with.
pub const INTERNAL_KEY: &str = "the-internal-key-of-the-tests";

/// A clock that stands at 2026-11-20 09:00 UTC until it is moved.
#[must_use]
pub fn frozen_clock() -> Arc<FrozenClock> {
    Arc::new(FrozenClock::new(Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).single().expect("a plain instant")))
}
