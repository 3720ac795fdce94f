//! The list of a workspace's runs: filtered, in several orders, page by page, at a cost that does not grow with the table.
//!
//! One filter leads through its index; the others are checked on at most [`SEARCHED`] rows of it a page.

mod filter;
mod sql;
#[cfg(test)]
mod tests;

use super::runs::Line;
use chaoshub_kernel::WorkspaceId;
pub use filter::{Archived, Filter, Text};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value, prelude::DateTimeUtc};
use serde::{Deserialize, Serialize};
use sql::{List, Way};

/// How many rows a page looks through, for each value of the filter that leads.
pub const SEARCHED: u64 = 10_000;

/// Up to how many hits are counted.
pub const COUNTED: u64 = 1_000;

/// What a list is sorted by; runs that are equal in it by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// When it began, or was asked for while it has not begun.
    Started,
    /// How long it took; what has not ended is the shortest.
    Duration,
    Number,
    /// By its first 200 letters, large and small ones alike.
    Title,
    /// In the order of the alphabet; what has none is the first. Within each by start.
    Verdict,
}

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub key: Key,
    pub descending: bool,
}

impl Order {
    /// The newest first.
    pub const NEWEST: Self = Self { key: Key::Started, descending: true };
}

/// A place in an order: that of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Position {
    Started(DateTimeUtc, i64),
    Duration(i64, i64),
    Number(i64),
    Title(String, i64),
    Verdict(String, DateTimeUtc, i64),
}

impl Position {
    /// What it is a place in.
    #[must_use]
    pub const fn key(&self) -> Key {
        match self {
            Self::Started(..) => Key::Started,
            Self::Duration(..) => Key::Duration,
            Self::Number(_) => Key::Number,
            Self::Title(..) => Key::Title,
            Self::Verdict(..) => Key::Verdict,
        }
    }

    /// Its parts, as those of the columns of the order.
    fn values(&self) -> Vec<Value> {
        match self {
            Self::Started(at, number) => vec![(*at).into(), (*number).into()],
            Self::Duration(ms, number) => vec![(*ms).into(), (*number).into()],
            Self::Number(number) => vec![(*number).into()],
            Self::Title(title, number) => vec![title.as_str().into(), (*number).into()],
            Self::Verdict(verdict, at, number) => vec![verdict.as_str().into(), (*at).into(), (*number).into()],
        }
    }

    fn read(key: Key, row: &QueryResult) -> Result<Self, DbErr> {
        let number = row.try_get("", "number")?;
        Ok(match key {
            Key::Started => Self::Started(row.try_get("", "effective_start")?, number),
            Key::Duration => Self::Duration(row.try_get("", "duration_key")?, number),
            Key::Number => Self::Number(number),
            Key::Title => Self::Title(row.try_get("", "title_key")?, number),
            Key::Verdict => Self::Verdict(row.try_get("", "verdict_key")?, row.try_get("", "effective_start")?, number),
        })
    }
}

/// A run in the list, and its place.
pub struct Listed {
    pub line: Line,
    pub position: Position,
}

/// A piece of the list.
pub struct Found {
    pub runs: Vec<Listed>,
    /// Up to where was looked, when there is more to look through behind it.
    pub searched_to: Option<Position>,
}

/// How many there are: `count`, or more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    pub count: u64,
    pub more: bool,
}

/// At most `limit` runs of a workspace that come after a place, in that order.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: u64,
) -> Result<Found, DbErr> {
    let mut list = List::new(db.get_database_backend(), workspace, filter, order);
    if order.key != Key::Started && !filter.is_empty() {
        // Few enough are sorted; of many, those that fit are picked from the list in that order.
        let few = list.led().count_up_to(db, SEARCHED + 1).await? <= SEARCHED;
        list.way = if few { Way::LedAndSorted } else { Way::Ordered };
    }
    let searched_to = if list.picks() { list.place_after(db, after, SEARCHED).await? } else { None };
    let rows = db.query_all_raw(list.rows(after, searched_to.as_ref(), limit)).await?;
    let read = |row: &QueryResult| {
        Ok::<_, DbErr>(Listed { line: Line::from_query_result(row, "")?, position: Position::read(order.key, row)? })
    };
    Ok(Found { runs: rows.iter().map(read).collect::<Result<_, _>>()?, searched_to })
}

/// How many runs of a workspace there are; exact up to [`COUNTED`], and as long as not too many have to be looked at.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, workspace: WorkspaceId, filter: &Filter) -> Result<Hits, DbErr> {
    let list = List::new(db.get_database_backend(), workspace, filter, Order::NEWEST);
    let end = if list.picks() { list.place_after(db, None, SEARCHED).await? } else { None };
    let counted = list.until(end.as_ref()).count_up_to(db, COUNTED + 1).await?;
    Ok(Hits { count: counted.min(COUNTED), more: counted > COUNTED || end.is_some() })
}
