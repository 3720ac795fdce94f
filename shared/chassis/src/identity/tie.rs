//! Ties the databases of an installation together: each remembers the ids of the others, so that one which was emptied
//! or replaced is noticed at the next start, before anything is written to it.

use super::{DATABASE, all, set};
use crate::db::Db;
use sea_orm::{DbErr, TransactionTrait};
use std::collections::BTreeMap;

/// Under this and the name of a service stands the id of its database.
const KNOWN: &str = "database-of-";

/// Why the databases do not belong together, in one line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TieError {
    /// The database of this service is not the one that the others know.
    #[error(
        "the database of {0} is not the one that this installation had: it is empty or another one's, and starting with it \
         would lose what was there without a word; put the right one back (`chaoshub restore FROM --only {0} --replace`, or the \
         settings that lead to it), or start once with --accept-empty {0} to go on without"
    )]
    Replaced(String),
    /// They cannot be read or written.
    #[error("the databases cannot be compared: {0}")]
    Database(#[from] DbErr),
}

/// Has the databases know each other. `accepted` names services whose database may be another one than before.
///
/// # Errors
/// When one of them is not the one that the others know; then nothing was written.
pub async fn tie(databases: &[(&str, Db)], accepted: &[String]) -> Result<(), TieError> {
    let mut notes = BTreeMap::new();
    for (service, db) in databases {
        notes.insert(*service, all(db).await?.into_iter().collect::<BTreeMap<_, _>>());
    }
    let id = |service: &str| notes.get(service).and_then(|known| known.get(DATABASE)).cloned().unwrap_or_default();
    let knows = |who: &str, whom: &str| notes.get(who).and_then(|known| known.get(&format!("{KNOWN}{whom}"))).cloned();
    let accepts = |service: &str| accepted.iter().any(|one| one == service);
    // What one that is accepted as another database says of the others counts for nothing.
    let denied_by = |whom: &str| {
        let others = databases.iter().map(|(who, _)| *who).filter(|who| *who != whom && !accepts(who));
        others.filter(|who| knows(who, whom).is_some_and(|known| known != id(whom))).count()
    };
    // One that comes from elsewhere denies all others, so it is the one that most of them deny.
    let denied = databases.iter().map(|(service, _)| (denied_by(service), *service));
    if let Some((_, service)) = denied.filter(|(count, service)| *count > 0 && !accepts(service)).max() {
        return Err(TieError::Replaced(service.to_owned()));
    }
    for (who, db) in databases {
        let others = databases.iter().map(|(whom, _)| *whom).filter(|whom| whom != who);
        let new: Vec<_> = others.filter(|whom| knows(who, whom).as_ref() != Some(&id(whom))).collect();
        if new.is_empty() {
            continue;
        }
        let tx = db.begin().await?;
        for whom in new {
            set(&tx, &format!("{KNOWN}{whom}"), &id(whom)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
