//! Completes a migration of which an SQLite database has some statements and not the row. Versions up to 0.1.0 ran each
//! statement by itself, so a kill could leave that. What is missing is found by comparing with a database in memory.

use super::{Db, migrate, sqlite};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use std::collections::BTreeMap;

/// The tables and indexes of a database.
#[derive(Default)]
struct Schema {
    tables: BTreeMap<String, Table>,
    /// By name, as they were made.
    indexes: BTreeMap<String, String>,
}

struct Table {
    sql: String,
    /// By name: type, whether it may be null, default, place in the primary key.
    columns: BTreeMap<String, [String; 4]>,
}

/// What is to be done, and whether the database had something of the migration already.
#[derive(Default)]
struct Rest {
    statements: Vec<String>,
    begun: bool,
}

/// Does what is missing of the migration at `index`, with its row, in one transaction. Drops no table and no column.
/// False when nothing of the migration had happened: then its failure has another cause.
pub(super) async fn complete(db: &Db, migrations: &[Box<dyn MigrationTrait>], index: usize) -> Result<bool, DbErr> {
    let scratch = sqlite::scratch().await?;
    let manager = SchemaManager::new(&scratch);
    for earlier in &migrations[..index] {
        earlier.up(&manager).await?;
    }
    let before = Schema::of(&scratch).await?;
    migrations[index].up(&manager).await?;
    let after = Schema::of(&scratch).await?;
    scratch.close().await?;

    let tx = migrate::begin(db).await?;
    let rest = Schema::of(&tx).await?.rest(&before, &after);
    match rest {
        Ok(rest) if rest.begun => {
            for statement in &rest.statements {
                tx.execute_unprepared(statement).await?;
            }
            migrate::record(&tx, migrations[index].name()).await?;
            tx.commit().await?;
            Ok(true)
        }
        Ok(_) => tx.rollback().await.map(|()| false),
        Err(odd) => {
            tx.rollback().await?;
            Err(DbErr::Custom(format!("{odd} is there already, and is not what the step `{}` makes", migrations[index].name())))
        }
    }
}

impl Schema {
    async fn of(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let rows = |sql: &str| db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql));
        let mut schema = Self::default();
        let made = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        for row in rows(made).await? {
            let (kind, name, sql): (String, String, String) =
                (row.try_get("", "type")?, row.try_get("", "name")?, row.try_get("", "sql")?);
            match kind.as_str() {
                "table" => drop(schema.tables.insert(name, Table { sql, columns: BTreeMap::new() })),
                _ => drop(schema.indexes.insert(name, sql)),
            }
        }
        let columns = "SELECT m.name AS t, c.name, c.type, c.\"notnull\" AS n, coalesce(c.dflt_value, '') AS d, c.pk AS pk \
                       FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'";
        for row in rows(columns).await? {
            let table: String = row.try_get("", "t")?;
            let Some(table) = schema.tables.get_mut(&table) else { continue };
            let number = |name: &str| row.try_get::<i64>("", name).map(|number| number.to_string());
            let about = [row.try_get("", "type")?, number("n")?, row.try_get("", "d")?, number("pk")?];
            table.columns.insert(row.try_get("", "name")?, about);
        }
        Ok(schema)
    }

    /// What this database lacks of the way from `before` to `after`; the name of what stands in the way.
    fn rest(&self, before: &Self, after: &Self) -> Result<Rest, String> {
        let mut rest = Rest::default();
        for (name, table) in &after.tables {
            let old = before.tables.get(name);
            let Some(there) = self.tables.get(name) else {
                rest.statements.push(table.sql.clone());
                continue;
            };
            for (column, about) in &table.columns {
                match there.columns.get(column) {
                    Some(found) if found != about => return Err(format!("the column `{column}` of the table `{name}`")),
                    Some(_) => rest.begun |= old.is_none_or(|old| !old.columns.contains_key(column)),
                    // What a table of that step lacks was never made by it.
                    None if old.is_none() => return Err(format!("the table `{name}`")),
                    None => rest.statements.push(added(name, column, about)?),
                }
            }
        }
        for name in before.indexes.keys().filter(|name| !after.indexes.contains_key(*name)) {
            match self.indexes.contains_key(name) {
                true => rest.statements.push(format!("DROP INDEX \"{name}\"")),
                false => rest.begun = true,
            }
        }
        for (name, sql) in after.indexes.iter().filter(|(name, _)| !before.indexes.contains_key(*name)) {
            match self.indexes.get(name) {
                Some(found) if found != sql => return Err(format!("the index `{name}`")),
                Some(_) => rest.begun = true,
                None => rest.statements.push(sql.clone()),
            }
        }
        Ok(rest)
    }
}

fn added(table: &str, column: &str, [kind, not_null, default, _]: &[String; 4]) -> Result<String, String> {
    let mut sql = format!("ALTER TABLE \"{table}\" ADD COLUMN \"{column}\" {kind}");
    if !default.is_empty() {
        sql += &format!(" DEFAULT {default}");
    }
    match (not_null.as_str(), default.is_empty()) {
        ("0", _) => {}
        (_, false) => sql += " NOT NULL",
        // SQLite adds no such column to a table; no migration does.
        (_, true) => return Err(format!("the table `{table}`")),
    }
    Ok(sql)
}
