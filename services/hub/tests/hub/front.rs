//! What stands before several hubs: one public address that leads each connection to the next of those that are there.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Ends with the test.
pub struct Front {
    /// `http://localhost:port`.
    pub url: String,
    hubs: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Front {
    /// It leads nowhere yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let hubs = Arc::<Mutex<Vec<String>>>::default();
        let (known, turn) = (hubs.clone(), AtomicUsize::new(0));
        let server = tokio::spawn(async move {
            while let Ok((mut outside, _)) = listener.accept().await {
                let hubs = known.lock().unwrap().clone();
                let next = turn.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let Some(hub) = hubs.get(next % hubs.len().max(1)) else { return };
                    if let Ok(mut inside) = TcpStream::connect(hub).await {
                        let _either_hung_up = copy_bidirectional(&mut outside, &mut inside).await;
                    }
                });
            }
        });
        Self { url, hubs, server }
    }

    /// From now on, to these.
    pub fn lead_to(&self, hubs: &[&str]) {
        *self.hubs.lock().unwrap() = hubs.iter().map(|hub| (*hub).to_owned()).collect();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.server.abort();
    }
}
