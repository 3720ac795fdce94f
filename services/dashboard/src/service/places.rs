//! Where cards lie: a grid of 12 columns that grows downwards.

use crate::{
    entity::widget,
    words::{COLUMNS, Rect},
};
use chaoshub_kernel::Fault;

/// The tallest card, rows of 40 px: two screens.
const TALLEST: i32 = 50;

/// The lowest row; more than the most widgets of the tallest size need.
const LOWEST: i32 = 10_000;

/// Whether a card can lie there.
///
/// # Errors
/// `invalid-layout`.
pub fn check(at: Rect) -> Result<(), Fault> {
    let fits = at.x >= 0 && at.w >= 1 && at.x.checked_add(at.w).is_some_and(|right| right <= COLUMNS);
    let tall = (1..=TALLEST).contains(&at.h) && (0..=LOWEST).contains(&at.y);
    if fits && tall {
        return Ok(());
    }
    Err(Fault::invalid(
        "invalid-layout",
        format!("a card lies within {COLUMNS} columns, is 1 to {TALLEST} rows high, and starts at row 0 to {LOWEST}"),
    ))
}

/// The first free place for a card of this size, in reading order.
#[must_use]
pub fn free(taken: &[widget::Model], (w, h): (i32, i32)) -> Rect {
    let apart = |at: Rect| {
        taken.iter().all(|one| at.x + at.w <= one.x || one.x + one.w <= at.x || at.y + at.h <= one.y || one.y + one.h <= at.y)
    };
    let below = taken.iter().map(|one| one.y + one.h).max().unwrap_or(0);
    // A gap can only begin at the top, or where another card ends.
    let mut rows: Vec<i32> = taken.iter().map(|one| one.y + one.h).chain([0]).collect();
    rows.sort_unstable();
    rows.dedup();
    let places = rows.into_iter().flat_map(|y| (0..=COLUMNS - w).map(move |x| Rect { x, y, w, h }));
    places.into_iter().find(|at| apart(*at)).unwrap_or(Rect { x: 0, y: below, w, h })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn card(x: i32, y: i32, w: i32, h: i32) -> widget::Model {
        let text = String::new;
        widget::Model { id: text(), hub: text(), kind: text(), title: text(), config: json!({}), x, y, w, h }
    }

    #[test]
    fn a_card_keeps_to_the_grid() {
        let rect = |x, y, w, h| Rect { x, y, w, h };
        assert!(check(rect(0, 0, 12, 1)).is_ok());
        for bad in [
            rect(-1, 0, 2, 2),
            rect(0, -1, 2, 2),
            rect(11, 0, 2, 2),
            rect(0, 0, 0, 2),
            rect(0, 0, 2, 0),
            rect(0, 0, 2, 51),
            rect(i32::MAX, 0, i32::MAX, 2),
        ] {
            assert_eq!(check(bad).unwrap_err().code, "invalid-layout", "{bad:?}");
        }
    }

    #[test]
    fn a_new_card_goes_to_the_first_gap_that_holds_it() {
        assert_eq!(free(&[], (4, 4)), Rect { x: 0, y: 0, w: 4, h: 4 });
        let taken = [card(0, 0, 5, 7), card(5, 0, 7, 4)];
        assert_eq!(free(&taken, (7, 3)), Rect { x: 5, y: 4, w: 7, h: 3 });
        assert_eq!(free(&taken, (12, 3)), Rect { x: 0, y: 7, w: 12, h: 3 });
    }
}
