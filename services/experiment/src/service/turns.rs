//! Counts the turns of the reconciler, so that one can wait until it has looked.

use std::sync::Arc;
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    begun: u64,
    done: u64,
}

/// How many turns have begun, and the last one of which everything is done. A later one has seen all that an earlier one
/// would have.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<watch::Sender<Counted>>);

/// A turn; done when the last of those who work on it lets go of it.
pub(super) struct Looking {
    turns: Turns,
    number: u64,
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.turns.0.send_modify(|turns| turns.done = turns.done.max(self.number));
    }
}

impl Turns {
    pub(super) fn begin(&self) -> Arc<Looking> {
        let mut number = 0;
        self.0.send_modify(|turns| {
            turns.begun += 1;
            number = turns.begun;
        });
        Arc::new(Looking { turns: self.clone(), number })
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
