//! The rules of hubs: who may do what, what cards show, what goes out on the stream.

pub mod auth_news;
pub mod cards;
pub mod cursor;
pub mod experiment_news;
pub mod hub_news;
pub mod hubs;
pub mod kinds;
pub mod news;
pub mod places;
pub mod selector;
pub mod streams;
pub mod tags;
pub mod topic;
pub mod upkeep;
pub mod welcome;
pub mod widgets;

use cards::Cards;
use chaoshub_chassis::{Ctx, Edge, db::Db, http::Caller, live::Live, outbox::Outbox};
use chaoshub_facade::{auth::WorkspaceRef, experiment::Experiments};
use chaoshub_kernel::{Fault, FaultKind, Scope, WorkspaceId};
use kinds::Registry;
use std::{sync::Arc, time::Duration};
use streams::Streams;

/// Everything that the rules stand on.
pub struct Dashboard {
    pub(crate) ctx: Ctx,
    pub(crate) edge: Edge,
    /// Tells this process from others on the same database.
    pub(crate) replica: String,
    pub(crate) db: Db,
    pub(crate) outbox: Outbox,
    pub(crate) live: Live,
    pub(crate) kinds: Arc<Registry>,
    pub(crate) cards: Cards,
    pub(crate) streams: Streams,
    pub(crate) experiments: Arc<dyn Experiments>,
    /// How long a page waits for cards that are not ready.
    pub(crate) page_wait: Duration,
    /// How many streams an account may have open.
    pub(crate) streams_per_account: usize,
}

/// What the caller may do with a `what` of `workspace`, if `scope` is among it. A stranger learns only that there is no such thing.
pub(crate) async fn rights(
    caller: &Caller,
    workspace: WorkspaceId,
    scope: Scope,
    what: &str,
) -> Result<chaoshub_facade::auth::Access, Fault> {
    caller.need(WorkspaceRef::Id(workspace), scope).await.map_err(|fault| match fault.kind {
        FaultKind::NotFound => Fault::not_found(what),
        _ => fault,
    })
}
