//! Loads and their statistics: closed loops over kept connections, medians, percentiles.

use crate::{Outcome, client::Connection};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time::Instant;

/// What a loop of requests came to.
pub struct Measured {
    /// Requests answered with a 2xx.
    pub count: u64,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Each answer's time, milliseconds.
    pub times: Vec<f64>,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

/// Sends requests over so many connections, each as soon as the one before is answered. `make` is given the number of
/// the connection and of the request on it. Any answer but a 2xx is an error.
pub async fn closed_loop<F>(address: SocketAddr, connections: u64, length: Duration, make: F) -> Outcome<Measured>
where
    F: Fn(u64, u64) -> Vec<u8> + Send + Sync + 'static,
{
    let make = Arc::new(make);
    let begin = Instant::now();
    let loops = (0..connections).map(|connection| {
        let make = make.clone();
        tokio::spawn(async move {
            let mut to = Connection::open(address).await?;
            let mut times = Vec::new();
            while begin.elapsed() < length {
                let request = make(connection, times.len() as u64);
                let sent = Instant::now();
                to.good(&request).await?;
                times.push(milliseconds(sent.elapsed()));
            }
            Outcome::Ok(times)
        })
    });
    let mut times = Vec::new();
    for one in loops.collect::<Vec<_>>() {
        times.append(&mut one.await??);
    }
    Ok(Measured { count: times.len() as u64, seconds: begin.elapsed().as_secs_f64(), times })
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The value below which this share of the values lies; 0 when there are none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * share).round() as usize).copied().unwrap_or(0.0)
}

pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The median of the ratios of each round: what slowed a whole round down falls out.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let ratios: Vec<_> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
    median(&ratios)
}
