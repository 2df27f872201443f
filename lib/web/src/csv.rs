//! Tables for spreadsheets.

use axum::response::{IntoResponse, Response};
use domain::cells;
use http::{HeaderValue, header};

/// A table as CSV (RFC 4180), for its reader to keep.
#[derive(Debug)]
pub struct Csv {
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
    /// In the words of the header, such as `attachment; filename="earnings.csv"`.
    pub disposition: &'static str,
}

/// A cell that no spreadsheet takes for a formula, whoever typed it.
fn cell(text: &str) -> String {
    format!("\"{}\"", cells::guarded(text).replace('"', "\"\""))
}

fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    cells.into_iter().map(|text| cell(text.as_ref())).collect::<Vec<_>>().join(",") + "\r\n"
}

impl Csv {
    /// The table as text.
    pub fn text(&self) -> String {
        std::iter::once(line(self.columns)).chain(self.rows.iter().map(line)).collect()
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        let mut response = self.text().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(self.disposition));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_out() {
        for (text, expected) in [
            ("plain", "\"plain\""),
            ("=1+1", "\"'=1+1\""),
            ("+91", "\"'+91\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("a\"b,c\r\nd", "\"a\"\"b,c\r\nd\""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(line(["a", "b"]), "\"a\",\"b\"\r\n");
    }
}
