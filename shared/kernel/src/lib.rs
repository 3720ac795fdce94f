//! The pure words that every part of ChaosHub shares: ids, claims, faults, time, pages, events.
//! It must not know any service, and no axum, sea-orm, reqwest or tokio.

mod claim;
mod clock;
mod envelope;
mod fault;
mod id;
mod page;
mod scope;
mod slug;

pub use claim::{Bearer, SignedClaim, UserClaim};
pub use clock::{Clock, FrozenClock, SystemClock};
pub use envelope::Envelope;
pub use fault::{Fault, FaultKind};
pub use id::{AccountId, OrganizationId, ParseIdError, WorkspaceId};
pub use page::{Page, PageAsk};
pub use scope::{Role, Scope, Scopes};
pub use slug::{RESERVED, Slug, SlugError};

/// For [`id!`]: what the macro's expansion names, whatever crate it is used in.
#[doc(hidden)]
pub mod rt {
    pub use chrono;
    pub use serde;
    pub use utoipa;
    pub use uuid;
}
