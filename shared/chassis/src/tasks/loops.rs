//! Work that goes round and round: a turn that panics is logged, counted and tried again, and whoever asks is told which
//! loop is late or keeps panicking.

use futures::FutureExt;
use std::{
    any::Any,
    collections::BTreeMap,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::time::Instant;

/// The pause after a first panic; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause after a panic.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How much longer than it waits between turns a loop may take before it is late.
const PATIENCE: Duration = Duration::from_secs(120);

/// So many panics in a row, and the process is not ready.
const PANICS: u32 = 3;

/// The loops of a process.
#[derive(Debug, Clone, Default)]
pub(super) struct Loops(Arc<Mutex<BTreeMap<String, State>>>);

#[derive(Debug)]
struct State {
    /// After this long without the end of a turn it is late; never, when it has none.
    late_after: Option<Duration>,
    came_round: Instant,
    succeeded: Instant,
    panics: u32,
}

/// One loop that its owner keeps going.
#[derive(Debug)]
pub struct Pulse {
    name: String,
    loops: Loops,
}

/// A loop that does not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Its name.
    pub name: String,
    /// Why, for a person.
    pub why: String,
}

/// A turn panicked; the next one is due after this pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked(pub Duration);

impl Loops {
    pub(super) fn pulse(&self, name: String, period: Option<Duration>) -> Pulse {
        let now = Instant::now();
        let late_after = period.map(|period| period + PATIENCE);
        self.all().insert(name.clone(), State { late_after, came_round: now, succeeded: now, panics: 0 });
        Pulse { name, loops: self.clone() }
    }

    pub(super) fn stuck(&self) -> Vec<Stuck> {
        let all = self.all();
        let stuck = all.iter().filter_map(|(name, state)| Some(Stuck { name: name.clone(), why: state.why(Instant::now())? }));
        stuck.collect()
    }

    pub(super) fn record(&self) {
        for (name, state) in &*self.all() {
            let age = state.succeeded.elapsed().as_secs_f64();
            metrics::gauge!("chaoshub_task_last_success_age_seconds", "task" => name.clone()).set(age);
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, State>> {
        self.0.lock().expect("no panic happens under this lock")
    }
}

impl State {
    fn why(&self, now: Instant) -> Option<String> {
        let silent = now.saturating_duration_since(self.came_round);
        if self.panics >= PANICS {
            return Some(format!("has panicked {} times in a row; the log says where", self.panics));
        }
        let late = self.late_after.is_some_and(|late_after| silent > late_after);
        late.then(|| format!("has not come round for {} seconds", silent.as_secs()))
    }
}

impl Pulse {
    /// Does one turn.
    ///
    /// # Errors
    /// When it panics; that has been logged and counted.
    pub async fn turn<F: Future>(&self, turn: F) -> Result<F::Output, Panicked> {
        let went = AssertUnwindSafe(turn).catch_unwind().await;
        let mut all = self.loops.all();
        let Some(state) = all.get_mut(&self.name) else { return went.map_err(|_| Panicked(FIRST_PAUSE)) };
        state.came_round = Instant::now();
        match went {
            Ok(done) => {
                state.succeeded = state.came_round;
                state.panics = 0;
                Ok(done)
            }
            Err(cause) => {
                state.panics = state.panics.saturating_add(1);
                let pause = FIRST_PAUSE.saturating_mul(1 << (state.panics - 1).min(6)).min(LONGEST_PAUSE);
                drop(all);
                self.failed("panic");
                let words = words(&*cause);
                tracing::error!(
                    task = self.name,
                    error = words,
                    again_in_s = pause.as_secs(),
                    "a turn of a background task panicked"
                );
                Err(Panicked(pause))
            }
        }
    }

    /// Counts a turn that came to nothing in an orderly way: it did not panic, and it did not succeed either.
    pub(crate) fn came_to_nothing(&self, since: Instant) {
        self.failed("error");
        if let Some(state) = self.loops.all().get_mut(&self.name) {
            state.succeeded = since;
        }
    }

    /// When it last succeeded.
    pub(crate) fn succeeded(&self) -> Instant {
        self.loops.all().get(&self.name).map_or_else(Instant::now, |state| state.succeeded)
    }

    fn failed(&self, how: &'static str) {
        metrics::counter!("chaoshub_task_failures_total", "task" => self.name.clone(), "how" => how).increment(1);
    }
}

/// A loop that was ended is not late.
impl Drop for Pulse {
    fn drop(&mut self) {
        self.loops.all().remove(&self.name);
    }
}

/// What a panic says of itself.
fn words(cause: &(dyn Any + Send)) -> &str {
    let text = cause.downcast_ref::<&str>().copied();
    text.or_else(|| cause.downcast_ref::<String>().map(String::as_str)).unwrap_or("it gives no reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_loop_that_panics_is_told_of_until_it_succeeds() {
        let loops = Loops::default();
        let pulse = loops.pulse("one".to_owned(), Some(Duration::from_secs(1)));
        let mut pauses = Vec::new();
        for _ in 0..PANICS {
            assert_eq!(loops.stuck(), []);
            pauses.push(pulse.turn(async { panic!("a mistake") }).await.unwrap_err().0.as_secs());
        }
        assert_eq!(pauses, [1, 2, 4]);
        let why = "has panicked 3 times in a row; the log says where".to_owned();
        assert_eq!(loops.stuck(), [Stuck { name: "one".to_owned(), why }]);
        assert_eq!(pulse.turn(async { 7 }).await, Ok(7));
        assert_eq!(loops.stuck(), []);
    }

    #[tokio::test]
    async fn a_loop_that_does_not_come_round_is_late_and_one_that_was_ended_is_not() {
        let loops = Loops::default();
        let pulse = loops.pulse("one".to_owned(), Some(Duration::from_secs(1)));
        let later = |time: u64| loops.all()["one"].why(Instant::now() + Duration::from_secs(time));
        assert_eq!(later(120), None);
        assert_eq!(later(200).as_deref(), Some("has not come round for 200 seconds"));
        drop(pulse);
        assert_eq!(loops.stuck(), []);
    }
}
