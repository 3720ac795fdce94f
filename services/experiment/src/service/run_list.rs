//! Finding runs: pages of the list, how many there are, the list as CSV, and what is beside a run.

use super::{Experiment, no_cursor, view};
use crate::{
    store::{
        self,
        run_list::{self as rows, Filter, Listed, Order, Position},
    },
    toolkit,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chaoshub_chassis::{db::fault, http::Caller};
use chaoshub_facade::{
    auth::Access,
    experiment::{RunId, RunMark, RunState, RunSummary},
};
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use chrono::SecondsFormat;
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The states of what goes on.
pub(crate) const UNENDED: [RunState; 4] = [RunState::Requested, RunState::Starting, RunState::Running, RunState::Stopping];

/// The most rows that a CSV has.
pub const CSV_ROWS: u64 = 50_000;

/// Rows that are read at once for it.
const CSV_PIECE: u64 = 500;

const CSV_HEADER: [&str; 16] = [
    "number",
    "title",
    "verdict",
    "state",
    "sentence",
    "origin",
    "environment",
    "started_by",
    "requested_at",
    "started_at",
    "ended_at",
    "duration_ms",
    "experiment_id",
    "version",
    "id",
    "url",
];

/// A piece of a list of runs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunPage {
    /// The runs.
    pub items: Vec<RunSummary>,
    /// What to give as `after` for the next piece; null at the end.
    pub next: Option<String>,
    /// Whether the search paused before `limit` runs were found: a piece looks through 10,000 runs at the most. `next`
    /// goes on from there.
    pub partial: bool,
    /// How many there are, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits: Option<Hits>,
}

/// How many runs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hits {
    /// So many, at most 1,000.
    pub count: u64,
    /// Whether there may be more: then there are at least so many.
    pub more: bool,
}

/// What is beside a run among the runs of its experiment, by the time at which they started.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct AdjacentRuns {
    /// The one before.
    pub previous: Option<RunMark>,
    /// The one after.
    pub next: Option<RunMark>,
    /// The last one before it that passed.
    pub last_passed: Option<RunMark>,
}

/// What is given as `after`: a place in an order.
#[derive(Serialize, Deserialize)]
struct Cursor {
    d: bool,
    p: Position,
}

fn write_cursor(order: Order, place: &Position) -> String {
    // Positions are made of texts, numbers and times, which JSON can write.
    let text = serde_json::to_vec(&Cursor { d: order.descending, p: place.clone() }).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(text)
}

fn read_cursor(order: Order, text: &str) -> Result<Position, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| no_cursor())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| no_cursor())?;
    if cursor.p.key() != order.key || cursor.d != order.descending {
        let detail = "`after` comes from a list with another `sort`; begin again without `after`, or keep the `sort`";
        return Err(Fault::invalid("invalid-cursor", detail));
    }
    match &cursor.p {
        Position::Started(at, _) | Position::Verdict(_, at, _) if !toolkit::writable(*at) => Err(no_cursor()),
        _ => Ok(cursor.p),
    }
}

impl Experiment {
    /// A page of a workspace's runs.
    pub async fn runs(
        &self,
        access: &Access,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: u64,
    ) -> Result<RunPage, Fault> {
        access.need(Scope::RunRead)?;
        self.listed(access.workspace, filter, order, after, limit).await
    }

    /// How many runs there are.
    pub async fn hits(&self, access: &Access, filter: &Filter) -> Result<Hits, Fault> {
        access.need(Scope::RunRead)?;
        let rows::Hits { count, more } = rows::count(&self.db, access.workspace, filter).await.map_err(fault)?;
        Ok(Hits { count, more })
    }

    /// A page, for whoever has been let in.
    pub(super) async fn listed(
        &self,
        workspace: WorkspaceId,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: u64,
    ) -> Result<RunPage, Fault> {
        let after = after.map(|text| read_cursor(order, text)).transpose()?;
        let piece = Piece::read(self, workspace, filter, order, after.as_ref(), limit).await?;
        let partial = piece.next.is_some() && (piece.runs.len() as u64) < limit;
        let next = piece.next.map(|place| write_cursor(order, &place));
        let items = piece.runs.into_iter().map(|run| view::run_line(run.line)).collect::<Result<_, _>>().map_err(fault)?;
        Ok(RunPage { items, next, partial, hits: None })
    }

    /// The list as CSV (RFC 4180), in pieces that are read as they are sent.
    pub fn runs_csv(
        &self,
        access: &Access,
        filter: Filter,
        order: Order,
    ) -> Result<impl Stream<Item = Result<Bytes, Fault>> + Send + 'static, Fault> {
        access.need(Scope::RunRead)?;
        let service = self.clone();
        let workspace = access.workspace;
        let runs = format!("{}/{}/{}/runs", self.edge.public_url, access.organization_name, access.workspace_name);
        let first = Some((None, 0));
        Ok(stream::try_unfold(first, move |state: Option<(Option<Position>, u64)>| {
            let (service, filter, runs) = (service.clone(), filter.clone(), runs.clone());
            async move {
                let Some((after, written)) = state else { return Ok(None) };
                let mut csv = Csv::new();
                if after.is_none() {
                    csv.row(CSV_HEADER.map(str::to_owned))?;
                }
                let room = CSV_PIECE.min(CSV_ROWS - written);
                let piece = Piece::read(&service, workspace, &filter, order, after.as_ref(), room).await?;
                let written = written + piece.runs.len() as u64;
                for run in piece.runs {
                    csv.row(cells(view::run_line(run.line).map_err(fault)?, &runs))?;
                }
                let more = piece.next.filter(|_| written < CSV_ROWS);
                if more.is_none() && piece.cut && written >= CSV_ROWS {
                    let mut cut = CSV_HEADER.map(|_| String::new());
                    cut[1] = format!("Only the first {CSV_ROWS} runs are listed; choose a shorter time for the others.");
                    csv.row(cut)?;
                }
                Ok(Some((csv.bytes()?, more.map(|place| (Some(place), written)))))
            }
        }))
    }

    /// What is beside a run.
    pub async fn adjacent(&self, caller: &Caller, id: RunId) -> Result<AdjacentRuns, Fault> {
        let (row, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunRead)?;
        let Some(experiment) = row.experiment else { return Ok(AdjacentRuns::default()) };
        let start = row.started_at.unwrap_or(row.requested_at);
        let found = store::runs::adjacent(&self.db, &experiment, start, row.number).await.map_err(fault)?;
        Ok(AdjacentRuns { previous: found.previous, next: found.next, last_passed: found.last_passed })
    }
}

/// Some runs, and where the next ones begin.
struct Piece {
    runs: Vec<Listed>,
    next: Option<Position>,
    /// Whether there are more that fit, for certain.
    cut: bool,
}

impl Piece {
    async fn read(
        service: &Experiment,
        workspace: WorkspaceId,
        filter: &Filter,
        order: Order,
        after: Option<&Position>,
        limit: u64,
    ) -> Result<Self, Fault> {
        let found = rows::page(&service.db, workspace, filter, order, after, limit + 1).await.map_err(fault)?;
        let mut runs = found.runs;
        let cut = runs.len() as u64 > limit;
        runs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = if cut { runs.last().map(|run| run.position.clone()) } else { found.searched_to };
        Ok(Self { runs, next, cut })
    }
}

fn cells(run: RunSummary, runs: &str) -> [String; 16] {
    let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    [
        run.number.to_string(),
        run.title,
        run.verdict.map(|verdict| verdict.as_str().to_owned()).unwrap_or_default(),
        run.state.as_str().to_owned(),
        run.sentence,
        run.origin.as_str().to_owned(),
        run.environment,
        run.started_by,
        time(run.requested_at),
        run.started_at.map(time).unwrap_or_default(),
        run.ended_at.map(time).unwrap_or_default(),
        run.duration_ms.map(|ms| ms.to_string()).unwrap_or_default(),
        run.experiment_id.map(|id| id.to_string()).unwrap_or_default(),
        run.version.map(|version| version.to_string()).unwrap_or_default(),
        run.id.to_string(),
        format!("{runs}/{}", run.id),
    ]
}

/// Lines of CSV.
struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }

    /// Adds a line. A cell that a spreadsheet would take for a formula begins with an apostrophe.
    fn row<const N: usize>(&mut self, cells: [String; N]) -> Result<(), Fault> {
        let harmless = cells.map(|cell| match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            true => format!("'{cell}"),
            false => cell,
        });
        self.0.write_record(harmless).map_err(broken)
    }

    fn bytes(self) -> Result<Bytes, Fault> {
        self.0.into_inner().map(Bytes::from).map_err(|cause| broken(cause.into_error()))
    }
}

fn broken(cause: impl std::fmt::Display) -> Fault {
    tracing::error!(error = %cause, "a line of CSV could not be written");
    Fault::internal()
}
