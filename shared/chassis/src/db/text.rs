//! Text that a database can hold: PostgreSQL keeps every character but U+0000.

use super::is_shared;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, RuntimeErr, Value};

/// `character_not_in_repertoire` and `untranslatable_character` (PostgreSQL, appendix A).
const UNSTORABLE: [&str; 2] = ["22021", "22P05"];

/// A row whose texts the database can hold: where U+0000 is none, U+FFFD takes its place. For what runs say, which must
/// not be refused; everybody else is told `invalid-text`.
#[must_use]
pub fn storable<A: ActiveModelTrait>(db: &impl ConnectionTrait, mut row: A) -> A {
    if !is_shared(db) {
        return row;
    }
    for column in <A::Entity as EntityTrait>::Column::iter() {
        if let Some(value) = row.get(column).into_value().and_then(mended) {
            row.set(column, value);
        }
    }
    row
}

/// The value without U+0000; none when there was nothing to mend.
fn mended(value: Value) -> Option<Value> {
    match value {
        Value::String(Some(text)) if text.contains('\0') => Some(Value::String(Some(plain(&text)))),
        Value::Json(Some(mut json)) => mend(&mut json).then_some(Value::Json(Some(json))),
        _ => None,
    }
}

/// Takes U+0000 out of every text; false when there was none.
pub(crate) fn mend(json: &mut serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) if text.contains('\0') => {
            *text = plain(text);
            true
        }
        // Not `any`: all of them are to be mended.
        serde_json::Value::Array(all) => all.iter_mut().fold(false, |mended, one| mend(one) | mended),
        serde_json::Value::Object(all) => {
            let odd: Vec<_> = all.keys().filter(|key| key.contains('\0')).cloned().collect();
            for key in &odd {
                if let Some(value) = all.remove(key) {
                    all.insert(plain(key), value);
                }
            }
            all.values_mut().fold(!odd.is_empty(), |mended, one| mend(one) | mended)
        }
        _ => false,
    }
}

fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Whether a query failed because of such a text.
pub(super) fn is_unstorable(cause: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = cause else { return false };
    let code = cause.as_database_error().and_then(|said| said.code());
    code.is_some_and(|code| UNSTORABLE.contains(&&*code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_of_a_document_is_mended_and_nothing_else() {
        let mut odd = json!({"a": ["\0", {"b\0": "x\0y"}], "c": 1});
        assert!(mend(&mut odd));
        assert_eq!(odd, json!({"a": ["\u{fffd}", {"b\u{fffd}": "x\u{fffd}y"}], "c": 1}));
        assert!(!mend(&mut odd));
    }
}
