//! The statements of a list of runs.

use super::{super::runs::Line, Archived, Filter, Key, Order, Position, Text, filter::Lead};
use chaoshub_kernel::WorkspaceId;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

const fn columns(key: Key) -> &'static [&'static str] {
    match key {
        Key::Started => &["effective_start", "number"],
        Key::Duration => &["duration_key", "number"],
        Key::Number => &["number"],
        Key::Title => &["title_key", "number"],
        Key::Verdict => &["verdict_key", "effective_start", "number"],
    }
}

/// How the database gets at the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Through the index of the filter that leads, which is sorted.
    Led,
    /// The same, sorted otherwise afterwards.
    LedAndSorted,
    /// Through the index of the order.
    Ordered,
}

/// A list of which statements are made.
#[derive(Clone)]
pub(super) struct List<'a> {
    backend: DbBackend,
    workspace: String,
    filter: &'a Filter,
    order: Order,
    pub(super) way: Way,
    lead: Option<Lead>,
    /// Without what does not lead.
    only_lead: bool,
    until: Option<&'a Position>,
}

impl<'a> List<'a> {
    pub(super) fn new(backend: DbBackend, workspace: WorkspaceId, filter: &'a Filter, order: Order) -> Self {
        let way = if order.key == Key::Started { Way::Led } else { Way::Ordered };
        let workspace = workspace.to_string();
        Self { backend, workspace, filter, order, way, lead: filter.lead(), only_lead: false, until: None }
    }

    /// Whether rows are looked at that may not fit.
    pub(super) fn picks(&self) -> bool {
        match self.way {
            Way::Led => self.filter.picks(),
            Way::LedAndSorted => false,
            Way::Ordered => !self.filter.is_empty(),
        }
    }

    /// What the filter that leads and the range of time lead to, by the start.
    pub(super) fn led(&self) -> Self {
        Self { only_lead: true, order: Order::NEWEST, way: Way::Led, ..self.clone() }
    }

    pub(super) fn until<'b>(&'b self, until: Option<&'b Position>) -> List<'b> {
        List { until, ..self.clone() }
    }

    /// The statements that together find the rows, one for each value that leads; `tail` ends each.
    fn branches(&self, sql: &mut Sql, select: &str, after: Option<&Position>, tail: &str) -> String {
        let lead = if self.way == Way::Ordered { None } else { self.lead.as_ref() };
        let values = lead.map_or_else(|| vec![None], |lead| lead.values.iter().cloned().map(Some).collect());
        let many = values.len() > 1;
        let branch = |(place, value): (usize, Option<Value>)| {
            let mut conditions = vec![format!("workspace = {}", sql.bind(self.workspace.as_str()))];
            if let (Some(lead), Some(value)) = (lead, value) {
                conditions.push(format!("{} = {}", lead.column, sql.bind(value)));
            }
            self.range(sql, &mut conditions, after);
            self.rest(sql, &mut conditions);
            let one = format!("SELECT {select} FROM runs WHERE {}{tail}", conditions.join(" AND "));
            if many { format!("SELECT * FROM ({one}) AS part_{place}") } else { one }
        };
        let branches: Vec<_> = values.into_iter().enumerate().map(branch).collect();
        branches.join(" UNION ALL ")
    }

    /// From where to where, by the order and by the start.
    fn range(&self, sql: &mut Sql, conditions: &mut Vec<String>, after: Option<&Position>) {
        let (behind, before) = if self.order.descending { ("<", ">=") } else { (">", "<=") };
        let keys = self.keys().join(", ");
        for (position, sign) in [(after, behind), (self.until, before)] {
            if let Some(position) = position {
                let values: Vec<_> = position.values().into_iter().map(|value| sql.bind(value)).collect();
                conditions.push(format!("({keys}) {sign} ({})", values.join(", ")));
            }
        }
        for (limit, sign) in [(self.filter.from, ">="), (self.filter.to, "<")] {
            if let Some(limit) = limit.filter(|_| self.way != Way::Ordered || !self.only_lead) {
                conditions.push(format!("effective_start {sign} {}", sql.bind(limit)));
            }
        }
    }

    /// What does not lead.
    fn rest(&self, sql: &mut Sql, conditions: &mut Vec<String>) {
        if self.only_lead {
            return;
        }
        let Filter { experiment, states, verdicts, origins, started_by, .. } = self.filter;
        let lead = if self.way == Way::Ordered { None } else { self.lead.as_ref().map(|lead| lead.column) };
        let mut one_of = |column: &str, words: Vec<&str>| {
            if !words.is_empty() && lead != Some(column) {
                let bound: Vec<_> = words.into_iter().map(|word| sql.bind(word)).collect();
                // An expression is in no index: nothing but what leads is to be looked up.
                conditions.push(format!("{column} || '' IN ({})", bound.join(", ")));
            }
        };
        let experiment = experiment.map(|id| id.to_string());
        one_of("experiment", experiment.as_deref().into_iter().collect());
        one_of("state", states.iter().map(|state| state.as_str()).collect());
        one_of("verdict_key", verdicts.iter().map(|verdict| verdict.as_str()).collect());
        one_of("origin", origins.iter().map(|origin| origin.as_str()).collect());
        one_of("started_by", started_by.iter().map(String::as_str).collect());
        match &self.filter.text {
            Some(Text::Number(number)) if lead != Some("number") => {
                conditions.push(format!("number + 0 = {}", sql.bind(*number)));
            }
            Some(Text::Letters(letters)) => {
                let literal = letters.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
                // The database makes both sides small: what it knows of letters is not what Rust knows.
                let pattern = sql.bind(format!("%{literal}%"));
                let like = |column| format!("lower({column}) LIKE lower({pattern}) ESCAPE '\\'");
                let number = letters.parse::<i64>().map(|number| format!(" OR number + 0 = {}", sql.bind(number)));
                conditions.push(format!("({} OR {}{})", like("title"), like("sentence"), number.unwrap_or_default()));
            }
            Some(Text::Number(_)) | None => {}
        }
        self.of_experiments(sql, conditions);
    }

    fn of_experiments(&self, sql: &mut Sql, conditions: &mut Vec<String>) {
        let exists = |what: &str| format!("EXISTS (SELECT 1 FROM experiments WHERE experiments.id = runs.experiment AND {what})");
        match self.filter.archived {
            Archived::Include => {}
            Archived::Exclude => conditions.push(format!("NOT {}", exists("archived_at IS NOT NULL"))),
            Archived::Only => conditions.push(exists("archived_at IS NOT NULL")),
        }
        if let Some(tag) = &self.filter.tag {
            let tag = sql.bind(tag.as_str());
            conditions.push(exists(&match self.backend {
                DbBackend::Postgres => format!("tags @> jsonb_build_array({tag}::text)"),
                _ => format!("EXISTS (SELECT 1 FROM json_each(tags) WHERE json_each.value = {tag})"),
            }));
        }
    }

    /// The columns of the order; as expressions, which are in no index, where another one leads.
    fn keys(&self) -> Vec<String> {
        let hidden = |column: &&str| match *column {
            column @ ("title_key" | "verdict_key") => format!("{column} || ''"),
            column @ "effective_start" => column.to_owned(),
            column => format!("{column} + 0"),
        };
        match self.way {
            Way::LedAndSorted => columns(self.order.key).iter().map(hidden).collect(),
            Way::Led | Way::Ordered => columns(self.order.key).iter().map(|column| (*column).to_owned()).collect(),
        }
    }

    fn sorted(&self, keys: &[String]) -> String {
        let direction = if self.order.descending { "DESC" } else { "ASC" };
        let keys: Vec<_> = keys.iter().map(|key| format!("{key} {direction}")).collect();
        format!(" ORDER BY {}", keys.join(", "))
    }

    /// The rows themselves.
    pub(super) fn rows(&self, after: Option<&Position>, until: Option<&Position>, limit: u64) -> Statement {
        let mut sql = Sql::default();
        // Written out: for a bound limit SQLite prepares the statement anew each time.
        let tail = format!("{} LIMIT {limit}", self.sorted(&self.keys()));
        let select = format!("{}, effective_start, duration_key, title_key, verdict_key", Line::COLUMNS);
        let text = self.until(until).branches(&mut sql, &select, after, &tail);
        let text = if self.parts() > 1 { text + &self.sorted(&plain(self.order.key)) + &format!(" LIMIT {limit}") } else { text };
        sql.statement(self.backend, text)
    }

    /// The place of the last one of the next `many` rows, whether they fit or not; none when there are not so many.
    pub(super) async fn place_after(
        &self,
        db: &impl ConnectionTrait,
        after: Option<&Position>,
        many: u64,
    ) -> Result<Option<Position>, DbErr> {
        let rows = db.query_all_raw(self.places(after, many)).await?;
        let places = rows.iter().map(|row| Position::read(self.order.key, row)).collect::<Result<Vec<_>, _>>()?;
        // Of several parts the one that was looked through least decides; they came sorted.
        Ok(places.into_iter().next())
    }

    pub(super) fn places(&self, after: Option<&Position>, many: u64) -> Statement {
        let mut sql = Sql::default();
        let keys = plain(self.order.key);
        let tail = format!("{} LIMIT 1 OFFSET {}", self.sorted(&keys), many - 1);
        let list = Self { only_lead: true, ..self.clone() };
        let text = list.branches(&mut sql, &keys.join(", "), after, &tail);
        let text = if self.parts() > 1 { text + &self.sorted(&keys) } else { text };
        sql.statement(self.backend, text)
    }

    pub(super) async fn count_up_to(&self, db: &impl ConnectionTrait, limit: u64) -> Result<u64, DbErr> {
        let row = db.query_one_raw(self.counted(limit)).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "hits"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub(super) fn counted(&self, limit: u64) -> Statement {
        let mut sql = Sql::default();
        // Sorted only so that the index is followed, and never the whole table.
        let tail = format!("{} LIMIT {limit}", self.sorted(&self.keys()));
        let all = self.branches(&mut sql, "number", None, &tail);
        sql.statement(
            self.backend,
            format!("SELECT count(*) AS hits FROM (SELECT * FROM ({all}) AS every LIMIT {limit}) AS counted"),
        )
    }

    fn parts(&self) -> usize {
        if self.way == Way::Ordered { 1 } else { self.lead.as_ref().map_or(1, |lead| lead.values.len()) }
    }
}

fn plain(key: Key) -> Vec<String> {
    columns(key).iter().map(|column| (*column).to_owned()).collect()
}

/// A statement that is being written: its values.
#[derive(Default)]
struct Sql {
    values: Vec<Value>,
}

impl Sql {
    /// Keeps a value, and gives what stands for it.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn statement(self, backend: DbBackend, text: String) -> Statement {
        Statement::from_sql_and_values(backend, text, self.values)
    }
}
