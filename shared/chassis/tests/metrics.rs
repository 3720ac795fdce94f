//! Measuring costs no memory that grows. In a process of its own: its memory is what is looked at.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chaoshub_chassis::{
    tasks::Tasks,
    telemetry::{keep_metrics, metrics},
};
use std::time::Duration;

/// Measurements of eight bytes each, in all and at once.
const ROUNDS: usize = 100;
const EACH: usize = 100_000;

/// What the process has in memory, bytes (proc_pid_statm(5), in pages).
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[tokio::test]
async fn what_is_measured_is_not_kept_although_nobody_asks_for_metrics() {
    let tasks = Tasks::new();
    metrics();
    keep_metrics(&tasks, Duration::from_millis(1));
    let mut turns = tokio::time::interval(Duration::from_millis(10));
    let mut before = 0;
    for round in 0..ROUNDS {
        for _ in 0..EACH {
            metrics::histogram!("chaoshub_test_seconds").record(0.1);
        }
        turns.tick().await;
        if round == ROUNDS / 10 {
            before = resident();
        }
    }
    let grown = resident().saturating_sub(before);
    let measured = (ROUNDS * EACH * 8) as u64;
    assert!(grown < measured / 4, "{grown} bytes more, of {measured} that were measured");
    tasks.stop(Duration::from_secs(10)).await;
    assert!(metrics().render().contains(&format!("chaoshub_test_seconds_count {}", ROUNDS * EACH)));
}
