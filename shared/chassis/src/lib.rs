//! What every service stands on: database, outbox, feeds, leases, claims, the HTTP stack, metrics, tasks.
//! It knows no service's words.

pub mod claims;
pub mod db;
pub mod deadline;
pub mod follow;
pub mod http;
pub mod identity;
pub mod lease;
pub mod live;
pub mod origin;
pub mod outbox;
pub mod peer;
pub mod request_id;
pub mod tasks;
pub mod telemetry;

use chaoshub_facade::auth::Auth;
use chaoshub_kernel::Clock;
use std::{path::PathBuf, sync::Arc};

/// What a service is given to start with, besides its own settings and the facades that it asks.
#[derive(Clone)]
pub struct Ctx {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The data folder, of this process alone; a service keeps to folders of its own name.
    pub data_dir: PathBuf,
    /// Where its database is.
    pub databases: db::Place,
    /// The folder of the installation's keys; its replicas share it.
    pub keys_dir: PathBuf,
    /// The folder of journals and logs; replicas share it.
    pub objects_dir: PathBuf,
    /// Where people and control modules reach the hub, without a slash at the end.
    pub public_url: Arc<str>,
    /// Proves to auth that a service of this installation asks.
    pub internal_key: Arc<str>,
    /// Owns every task of the service and tells them to end.
    pub tasks: tasks::Tasks,
}

/// What the HTTP edge of every service needs to know who asks.
#[derive(Clone)]
pub struct Edge {
    /// Verifies claims.
    pub verifier: claims::Verifier,
    /// Turns API tokens into claims, and says what a caller may do.
    pub auth: Arc<dyn Auth>,
    /// The hub's own address, for checking where a browser's request comes from.
    pub public_url: Arc<str>,
}
