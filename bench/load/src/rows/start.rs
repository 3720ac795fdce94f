//! P12: from starting the process to its first answer, over a data folder that is there; memory at rest.

use crate::{
    Bench, Outcome,
    load::median,
    server::{House, ready},
    table::{Row, Target},
};
use std::time::Duration;
use tokio::time::Instant;

/// Starts that count; the one before them makes keys and databases.
const STARTS: usize = 10;

/// Until nothing is left to do after a start.
const REST: Duration = Duration::from_secs(3);

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "start").await?;
    let mut times = Vec::new();
    for _ in 0..=STARTS {
        let begin = Instant::now();
        let server = house.open().await?;
        times.push(ready(server.address, begin).await?);
        server.stop().await?;
    }
    let server = house.open().await?;
    tokio::time::sleep(REST).await;
    let memory = server.memory()?;
    server.stop().await?;
    Ok(vec![
        Row::new("P12 start to first answer, over existing data", median(&times[1..]), "ms", Target::Most(150.0)),
        Row::new("P12 memory at rest", memory, "MB", Target::Most(60.0)),
    ])
}
