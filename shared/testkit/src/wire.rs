//! A real wire between two ends in one test: an internal listener on a free port, and a peer that asks there.

use crate::INTERNAL_KEY;
use chaoshub_chassis::{
    claims::{ServiceIdentity, Verifier},
    http::internal,
    peer::Peer,
};
use chaoshub_facade::{
    auth::Auth,
    wire::{Answers, Wire},
};
use chaoshub_kernel::Clock;
use std::{net::SocketAddr, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Listens for questions to `service` as its own process would, and asks them as another one does. Whoever asks gets
/// its own claim from `auth`.
///
/// # Panics
/// When no port is free.
pub async fn wire(
    service: &'static str,
    answers: Vec<Arc<dyn Answers>>,
    auth: Arc<dyn Auth>,
    verifier: &Verifier,
    clock: Arc<dyn Clock>,
) -> Arc<dyn Wire> {
    let address = listen(service, answers, verifier).await;
    let identity = ServiceIdentity::new("tests", INTERNAL_KEY.into(), auth, verifier.clone(), clock);
    let peer = Peer::new(service, &format!("http://{address}")).expect("a client can be made");
    Arc::new(peer.asked_as(identity))
}

/// The listening end alone.
///
/// # Panics
/// When no port is free.
pub async fn listen(service: &'static str, answers: Vec<Arc<dyn Answers>>, verifier: &Verifier) -> SocketAddr {
    let router = internal(vec![(service, answers)], verifier, &CancellationToken::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
