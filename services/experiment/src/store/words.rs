//! Closed words (states, verdicts, phases) as the text that columns hold: their JSON form.

use sea_orm::DbErr;
use serde::{
    Serialize,
    de::{DeserializeOwned, value::StrDeserializer},
};

/// The text of a word.
///
/// # Panics
/// When `word` is not an enum without content.
pub fn write(word: impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => text,
        _ => panic!("a word's JSON form is a string"),
    }
}

/// The word of a text.
///
/// # Errors
/// When the column holds what no version of ours wrote.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(text))
        .map_err(|cause| DbErr::Type(format!("unexpected word `{text}`: {cause}")))
}
