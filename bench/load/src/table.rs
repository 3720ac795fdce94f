//! The table that is printed.

/// What a figure is held against.
#[derive(Clone, Copy)]
pub enum Target {
    /// At most this.
    Most(f64),
    /// At least this.
    Least(f64),
    /// Told, not judged.
    None,
}

/// One line.
pub struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    /// The reference's figure and the ratio to it; then it is the ratio that the target is for.
    against: Option<(f64, f64)>,
    target: Target,
}

impl Row {
    pub fn new(what: impl Into<String>, figure: f64, unit: &'static str, target: Target) -> Self {
        Self { what: what.into(), figure, unit, against: None, target }
    }

    /// A row whose target is for the ratio.
    pub fn against(mut self, reference: f64, ratio: f64) -> Self {
        self.against = Some((reference, ratio));
        self
    }

    fn cells(&self) -> [String; 6] {
        let judged = self.against.map_or(self.figure, |(_, ratio)| ratio);
        let (target, met) = match self.target {
            Target::Most(most) => (format!("<= {most}"), if judged <= most { "yes" } else { "NO" }),
            Target::Least(least) => (format!(">= {least}"), if judged >= least { "yes" } else { "NO" }),
            Target::None => (String::new(), ""),
        };
        let (reference, ratio) = match self.against {
            Some((reference, ratio)) => (number(reference), format!("{ratio:.2}")),
            None => (String::new(), String::new()),
        };
        [self.what.clone(), format!("{} {}", number(self.figure), self.unit), reference, ratio, target, met.to_owned()]
    }
}

const HEAD: [&str; 6] = ["what", "figure", "reference", "ratio", "target", "met"];

/// Prints the table as Markdown.
pub fn print(rows: &[Row]) {
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    let width = |column: usize| {
        let longest = cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        longest.max(HEAD[column].len())
    };
    let widths: Vec<_> = (0..HEAD.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
        println!("|{}|", padded.collect::<Vec<_>>().join("|"));
    };
    line(&HEAD.map(str::to_owned));
    println!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
    cells.iter().for_each(|row| line(row));
}

/// Three digits are more than a noisy machine deserves.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
