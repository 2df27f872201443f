//! Cells of tables that people open in spreadsheets.

use std::borrow::Cow;

/// What makes a spreadsheet take a cell for a formula, also in their wide forms.
const BEGINS_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text as a cell that no spreadsheet takes for a formula, whoever typed it: an apostrophe stands before it. A text
/// that looks as if this had been done gets one more, so that [`read`] gives every text back.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that a cell was made of.
pub fn read(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(cell)
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINS_FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_read_back() {
        for (text, cell) in [
            ("plain", "plain"),
            ("", ""),
            ("1-2", "1-2"),
            ("'tis", "'tis"),
            ("=1+1", "'=1+1"),
            ("'=1+1", "''=1+1"),
            ("+91", "'+91"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
        ] {
            assert_eq!((guarded(text).as_ref(), read(cell)), (cell, text));
        }
    }
}
