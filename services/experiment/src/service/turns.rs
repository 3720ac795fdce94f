//! Counts the turns of the reconciler, so that one can wait until it has looked.

use std::sync::Arc;
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    begun: u64,
    done: u64,
}

/// How many turns have begun and how many are done; they never overlap.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<watch::Sender<Counted>>);

impl Turns {
    pub(super) fn begin(&self) {
        self.0.send_modify(|turns| turns.begun += 1);
    }

    pub(super) fn done(&self) {
        self.0.send_modify(|turns| turns.done = turns.begun);
    }

    /// Waits until a turn that began after this call is done; `wake` asks for one.
    pub(crate) async fn another(&self, wake: impl FnOnce()) {
        let mut turns = self.0.subscribe();
        let next = turns.borrow_and_update().begun + 1;
        wake();
        // The sender lives in self, so waiting cannot fail.
        _ = turns.wait_for(|turns| turns.done >= next).await;
    }
}
