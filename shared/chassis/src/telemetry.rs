//! Logs and numbers: how the process tells what it does.

use crate::tasks::{Nudge, Tasks};
use axum::{
    extract::MatchedPath,
    http::{Extensions, Method, Response, StatusCode},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    io::IsTerminal,
    sync::OnceLock,
    time::{Duration, Instant},
};
use tower_http::trace;
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Upper bounds of the buckets of durations, seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Sends logs to standard error, filtered by `filter` (such as `info,chaoshub_auth=debug`). Once a process.
///
/// # Errors
/// When the filter cannot be read, in words for a person.
pub fn log_to_stderr(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|cause| format!("`{filter}` is not a log filter: {cause}"))?;
    let registry = tracing_subscriber::registry().with(filter);
    let done = match format {
        LogFormat::Text => {
            // Colours would stand between the names and values that somebody looks for in a file.
            let colours = std::io::stderr().is_terminal();
            registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false)).try_init()
        }
        LogFormat::Json => registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init(),
    };
    done.map_err(|cause| cause.to_string())
}

/// The process's metrics in the Prometheus text format; the recorder is installed at the first call.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
            .expect("the list of buckets is not empty")
            .install_recorder()
            .expect("no other recorder is installed before this one")
    })
}

/// Folds what was measured into the numbers that are shown, every `period` until the tasks are stopped. Without it each
/// measurement would be kept until somebody asks for the metrics, and perhaps nobody does.
pub fn keep_metrics(tasks: &Tasks, period: Duration) {
    let handle = metrics();
    tasks.reconcile("metrics", Nudge::default(), period, move || async move { handle.run_upkeep() });
}

/// A request that is being answered, for the numbers.
#[derive(Debug)]
pub(crate) struct Asked {
    method: &'static str,
    /// The path as the router knows it, without ids: there are few of these.
    route: Option<MatchedPath>,
    begun: Instant,
}

impl Asked {
    /// From now on.
    pub(crate) fn of(method: &Method, extensions: &Extensions) -> Self {
        // Anybody can make methods up; each would be a number of its own.
        const KNOWN: [Method; 7] =
            [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
        let method = match KNOWN.iter().position(|known| known == method) {
            Some(at) => ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"][at],
            None => "other",
        };
        Self { method, route: extensions.get::<MatchedPath>().cloned(), begun: Instant::now() }
    }

    /// Counts the answer, and how long it took to begin.
    pub(crate) fn answered(&self, status: StatusCode) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
        metrics::counter!("chaoshub_http_requests_total", "status" => class).increment(1);
        metrics::histogram!("chaoshub_http_request_duration_seconds", "method" => self.method, "route" => route)
            .record(self.begun.elapsed().as_secs_f64());
    }
}

/// Logs an answered request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnResponse;

impl<B> trace::OnResponse<B> for OnResponse {
    fn on_response(self, response: &Response<B>, latency: Duration, _: &tracing::Span) {
        let status = response.status();
        let duration_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), duration_ms, "answered with a failure of ours");
        } else {
            tracing::debug!(status = status.as_u16(), duration_ms, "answered");
        }
    }
}
