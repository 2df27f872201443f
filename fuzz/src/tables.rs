//! Tables: what is exported is read back as it was, no cell of it is a formula, and no file breaks an import.

use crate::text::Text;
use bolero::TypeGenerator;
use console::{ImportKind, import_lines};
use domain::cells;
use serde_json::{Map, Value};

const COLUMNS: [&str; 3] = ["name", "b,\"c\"", "note"];

fn cells_of(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn check_table(csv: &str, rows: &[[String; 3]]) {
    let read = cells_of(csv);
    assert_eq!(read.len(), rows.len() + 1, "{csv}");
    assert_eq!(read[0], COLUMNS);
    for (row, expected) in read[1..].iter().zip(rows) {
        for (cell, text) in row.iter().zip(expected) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}']), "{cell:?}");
            assert_eq!(cells::read(cell), text);
        }
        assert_eq!(row.len(), expected.len());
    }
}

#[test]
fn an_exported_table_is_read_back_and_has_no_formula() {
    bolero::check!().with_generator(bolero::produce::<Vec<[Text; 3]>>().with().len(0..5usize)).for_each(|rows| {
        let rows: Vec<[String; 3]> = rows.iter().map(|row| row.each_ref().map(ToString::to_string)).collect();
        let given = rows.iter().map(|row| row.to_vec()).collect();
        check_table(&web::Csv { columns: &COLUMNS, rows: given, disposition: "attachment" }.text(), &rows);
        let values = rows.iter().map(|row| {
            let fields = COLUMNS.iter().zip(row).map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str())));
            Value::Object(fields.collect())
        });
        check_table(&console::csv(&COLUMNS, &values.collect::<Vec<_>>()).unwrap(), &rows);
    });
}

/// What a file that is to be imported is made of.
#[derive(Debug, TypeGenerator)]
enum File {
    /// Rows of cells under known columns.
    Rows(#[generator(0..4usize)] usize, Vec<Vec<Cell>>),
    Text(#[generator(0..4usize)] usize, bool, Text),
    Bytes(#[generator(0..4usize)] usize, bool, Vec<u8>),
}

#[derive(Debug, TypeGenerator)]
enum Cell {
    Fitting,
    Text(Text),
}

const KINDS: [ImportKind; 4] = [ImportKind::Companies, ImportKind::Slots, ImportKind::MeetLinks, ImportKind::Members];

/// Columns of a kind, each with something that fits.
const FITTING: [&[(&str, &str)]; 4] = [
    &[("name", "Acme"), ("category", "product"), ("difficulty_levels", "mid;senior"), ("interview_tracks", "sde;sde2")],
    &[("date", "2026-02-01"), ("start_time", "10:00"), ("end_time", "11:00"), ("timezone", "Asia/Kolkata")],
    &[("link", "https://meet.google.com/abc-defg-hij"), ("name", "Room 1")],
    &[("email", "a@example.com"), ("name", "Ada Example")],
];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl File {
    fn content(&self) -> (usize, bool, Vec<u8>) {
        match self {
            Self::Rows(kind, rows) => {
                let columns = FITTING[*kind];
                let mut text = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
                for (number, row) in rows.iter().enumerate() {
                    let cells = columns.iter().enumerate().map(|(place, (_, fitting))| match row.get(place) {
                        Some(Cell::Text(other)) => quoted(&other.to_string()),
                        // Not the same thing twice.
                        _ if place == 0 && *kind != 1 => {
                            quoted(&fitting.replace('A', &format!("A{number}")).replace("abc", ["abd", "abe", "abf"][number % 3]))
                        }
                        _ => quoted(fitting),
                    });
                    text.push('\n');
                    text.push_str(&cells.collect::<Vec<_>>().join(","));
                }
                (*kind, false, text.into_bytes())
            }
            Self::Text(kind, json, text) => (*kind, *json, text.to_string().into_bytes()),
            Self::Bytes(kind, json, bytes) => (*kind, *json, bytes.clone()),
        }
    }
}

#[test]
fn an_import_takes_or_refuses_a_file_and_what_it_takes_it_takes_again() {
    bolero::check!().with_type::<File>().for_each(|file| {
        let (kind, json, bytes) = file.content();
        let Ok(lines) = import_lines(KINDS[kind], bytes, json) else { return };
        assert!(!lines.is_empty() && lines.windows(2).all(|pair| pair[0].number <= pair[1].number));
        if json {
            return;
        }
        let values: Vec<&Map<String, Value>> = lines.iter().map(|line| &line.values).collect();
        let mut columns: Vec<&str> = values.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
        columns.sort_unstable();
        columns.dedup();
        let rows: Vec<Value> = values.iter().map(|row| Value::Object((*row).clone())).collect();
        let exported = console::csv(&columns, &rows).unwrap();
        let again = import_lines(KINDS[kind], exported.clone().into_bytes(), false);
        let again = again.unwrap_or_else(|failure| panic!("{failure}: {exported}"));
        assert!(again.iter().map(|line| &line.values).eq(values), "{exported}");
    });
}
