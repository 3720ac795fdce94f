//! What a change of a hub or card can say it was made from: a number for each state of what can be changed of it, the same
//! in every process. What cards show is no part of it.

use crate::{
    entity::{hub, widget},
    words::{Hub, Widget},
};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The tag of a hub as it is answered.
#[must_use]
pub fn of_hub(hub: &Hub) -> String {
    let cards = hub.widgets.iter().map(|card| (card.id.to_string(), [card.x, card.y, card.w, card.h], of_widget(card)));
    tag((&hub.summary.title, &hub.summary.description, cards.collect::<Vec<_>>()))
}

/// The tag of a hub as it is kept, with its cards in the same order.
#[must_use]
pub fn of_rows(hub: &hub::Model, cards: &[widget::Model]) -> String {
    let cards = cards.iter().map(|card| (card.id.clone(), [card.x, card.y, card.w, card.h], of_row(card)));
    tag((&hub.title, &hub.description, cards.collect::<Vec<_>>()))
}

/// The tag of a card as it is answered; where it lies belongs to its hub.
#[must_use]
pub fn of_widget(card: &Widget) -> String {
    of_parts(&card.title, &card.config)
}

/// The tag of a card as it is kept.
#[must_use]
pub fn of_row(card: &widget::Model) -> String {
    of_parts(&card.title, &card.config)
}

fn of_parts(title: &str, config: &Value) -> String {
    // A database may give the members of an object back in an order of its own.
    let mut config = config.clone();
    config.sort_all_objects();
    tag((title, config.to_string()))
}

fn tag(state: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
