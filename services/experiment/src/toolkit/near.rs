//! Keys that are nearly others: what somebody meant who wrote `descripton`.

/// The known word that `given` nearly is, unless it is a known one itself.
pub(super) fn miss<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    if known.contains(&given) || given.is_empty() || given.len() > 60 {
        return None;
    }
    let plain = |word: &str| word.to_lowercase().replace(['_', ' ', '-'], "");
    let close = |word: &&&str| {
        let allowed = if word.chars().count() <= 4 { 1 } else { 2 };
        plain(word) == plain(given) || distance(given, word) <= allowed
    };
    known.iter().filter(close).min_by_key(|word| distance(given, word)).copied()
}

/// Letters to add, remove, change or swap.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let width = other.len() + 1;
    let mut rows = vec![(0..width).collect::<Vec<usize>>()];
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, wanted) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(letter != wanted);
            let mut best = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *wanted {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
