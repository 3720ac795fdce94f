//! A server of the test's own that the activities of an experiment call: it can hold one up for as long as the test
//! likes, and knows who came.

use crate::wait::until;
use axum::{Router, extract::State, http::Uri};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// What stands before a run; ends with the test.
pub struct Gate {
    /// `http://127.0.0.1:port`.
    pub url: String,
    came: Arc<Mutex<Vec<String>>>,
    open: watch::Sender<Vec<String>>,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Keeper {
    came: Arc<Mutex<Vec<String>>>,
    open: watch::Receiver<Vec<String>>,
}

impl Gate {
    /// Shut at every path that begins with `/hold`, open at all others.
    pub async fn new() -> Self {
        let (open, opened) = watch::channel(Vec::new());
        let came = Arc::<Mutex<Vec<String>>>::default();
        let router = Router::new().fallback(pass).with_state(Keeper { came: came.clone(), open: opened });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { url, came, open, server }
    }

    /// How often somebody came to a path.
    pub fn count(&self, path: &str) -> usize {
        self.came.lock().unwrap().iter().filter(|known| *known == path).count()
    }

    /// Waits until somebody has come to a path.
    pub async fn reached(&self, path: &str) {
        until(&format!("somebody comes to {path}"), async || (self.count(path) > 0).then_some(())).await;
    }

    /// Lets those at a path go, and those who will come.
    pub fn open(&self, path: &str) {
        self.open.send_modify(|open| open.push(path.to_owned()));
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(mut keeper): State<Keeper>, uri: Uri) -> &'static str {
    let path = uri.path().to_owned();
    keeper.came.lock().unwrap().push(path.clone());
    if path.starts_with("/hold") {
        let _gate_is_gone = keeper.open.wait_for(|open| open.contains(&path)).await;
    }
    "passed"
}
