//! `docs/coverage.csv`: every endpoint of the products' documents and every call of their web clients, with tests that make
//! the call. Paths of other faces than Codementee's have their product's name before them. Rewritten with `UPDATE_COVERAGE=1 cargo test -p checks coverage`, and otherwise held to be true.

use crate::{
    calls::{Call, Test, tests},
    read, root,
};
use serde_json::Value;
use std::collections::BTreeSet;

const FILE: &str = "docs/coverage.csv";
/// So many tests of a row are listed: the file is to show that there are some, not to grow with each.
const LISTED: usize = 3;
/// Operations that stand in no document and are called by no client.
const OURS: &str = "ours";
const DOCUMENTS: [&str; 10] = [
    "v1 document",
    "v1 document, implied",
    "freemium document",
    "freemium document, implied",
    "LeadBridge document",
    "LeadBridge document, implied",
    "Mansa document",
    "Mansa document, implied",
    "AspireX document",
    "AspireX document, implied",
];
/// The clients, and what the contract's file calls them.
const CLIENTS: [(&str, &str); 5] = [
    ("v1 client", "v1"),
    ("freemium client", "freemium"),
    ("LeadBridge client", "web"),
    ("Mansa client", "web"),
    ("AspireX client", "web"),
];
/// The test that makes every call of the clients.
const CONTRACT: &str = "tests/src/contract/mod.rs::every_call_of_the_web_clients_is_answered_as_they_need_it";
/// Pages beside the API.
const PAGES: [&str; 1] = ["/docs"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    source: String,
    method: String,
    path: String,
    tests: Vec<String>,
}

fn rows() -> Vec<Row> {
    let mut table = csv::Reader::from_path(root().join(FILE)).unwrap();
    assert_eq!(table.headers().unwrap(), vec!["source", "method", "path", "tests"]);
    let row = |row: csv::StringRecord| {
        let [source, method, path, tests] = [0, 1, 2, 3].map(|n| row[n].to_owned());
        let tests = tests.split("; ").filter(|test| !test.is_empty()).map(str::to_owned).collect();
        Row { source, method, path, tests }
    };
    table.records().map(|record| row(record.unwrap())).collect()
}

fn write(rows: &[Row]) {
    let mut table = csv::Writer::from_path(root().join(FILE)).unwrap();
    table.write_record(["source", "method", "path", "tests"]).unwrap();
    for Row { source, method, path, tests } in rows {
        table.write_record([source, method, path, &tests.join("; ")]).unwrap();
    }
    table.flush().unwrap();
}

/// The names of the JSON files in a folder: those of products.
fn products(folder: &str) -> Vec<String> {
    let files = std::fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().path());
    let mut products: Vec<_> = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    products.sort_unstable();
    products
}

/// What stands before a product's paths.
fn prefix(product: &str) -> String {
    if product == "codementee" { String::new() } else { format!("/{product}") }
}

/// Every operation of the API documents.
fn operations() -> BTreeSet<Call> {
    let of = |product: String| {
        let document: Value = serde_json::from_str(&read(&format!("openapi/{product}.json"))).unwrap();
        let one = |(path, item): (&String, &Value)| {
            let path = format!("{}{path}", prefix(&product));
            item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        };
        document["paths"].as_object().unwrap().iter().flat_map(one).collect::<Vec<_>>()
    };
    products("openapi").into_iter().flat_map(of).collect()
}

/// Whether a path of a request, or of a row, is that of an operation: what is filled in stands where its ids do.
fn fits(path: &str, operation: &str) -> bool {
    let (mut path, mut operation) = (path.split('/'), operation.split('/'));
    loop {
        match (path.next(), operation.next()) {
            (None, None) => return true,
            (Some(part), Some(known)) if known.starts_with('{') => {
                if part.is_empty() {
                    return false;
                }
            }
            (Some(part), Some(known)) if part == known => {}
            _ => return false,
        }
    }
}

/// The operation that serves a row; a path without ids is preferred to one whose id it could be.
fn operation(row: &Row, operations: &BTreeSet<Call>) -> Option<Call> {
    let exact = (row.method.clone(), row.path.clone());
    if operations.contains(&exact) || PAGES.contains(&row.path.as_str()) {
        return Some(exact);
    }
    operations.iter().find(|(method, path)| *method == row.method && row.path.contains('{') && fits(&row.path, path)).cloned()
}

/// Whether some calls name an operation.
fn name(calls: &BTreeSet<Call>, operation: &Call, operations: &BTreeSet<Call>) -> bool {
    calls.iter().any(|call| {
        let other = call != operation && operations.contains(call);
        call.0 == operation.0 && fits(&call.1, &operation.1) && !other
    })
}

/// The calls of the clients that are served, as the contracts' files make them.
fn contract() -> BTreeSet<(String, String, String)> {
    let gap = regex::Regex::new(r"\{[^}]*\}").unwrap();
    let of = |product: String| {
        let contract: Value = serde_json::from_str(&read(&format!("tests/contract/{product}.json"))).unwrap();
        let one = |call: &Value| {
            let text = |name: &str| call[name].as_str().unwrap().to_owned();
            let path = format!("{}{}", prefix(&product), text("path").split('?').next().unwrap().trim_end_matches('/'));
            (text("client"), text("method"), gap.replace_all(&path, "{id}").into_owned())
        };
        contract["calls"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    products("tests/contract").into_iter().flat_map(of).collect()
}

/// Whether the contract makes the call of a client's row.
fn replayed(row: &Row, contract: &BTreeSet<(String, String, String)>) -> bool {
    let Some((_, client)) = CLIENTS.iter().find(|(source, _)| row.source == *source) else { return false };
    let same = |(other, method, path): &(String, String, String)| {
        // The plan's key stands in the contract as it is.
        other == client && *method == row.method && fits(path, &row.path)
    };
    contract.iter().any(same)
}

/// The tests that a row lists: those that name it themselves before those that come to it by a helper.
fn found(row: &Row, tests: &[Test], contract: &BTreeSet<(String, String, String)>, operations: &BTreeSet<Call>) -> Vec<String> {
    let Some(operation) = operation(row, operations) else { return Vec::new() };
    let own = tests.iter().filter(|test| name(&test.own, &operation, operations));
    let helped = tests.iter().filter(|test| !name(&test.own, &operation, operations) && name(&test.all, &operation, operations));
    let named = own.chain(helped).map(|test| test.name.clone());
    let replayed = replayed(row, contract).then(|| CONTRACT.to_owned());
    replayed.into_iter().chain(named).take(LISTED).collect()
}

fn missing(operations: &BTreeSet<Call>, rows: &[Row]) -> Vec<Row> {
    let told: BTreeSet<Call> = rows.iter().filter_map(|row| operation(row, operations)).collect();
    let ours = |(method, path): &Call| Row { source: OURS.to_owned(), method: method.clone(), path: path.clone(), tests: vec![] };
    operations.difference(&told).map(ours).collect()
}

#[test]
fn every_row_that_is_served_has_tests_that_make_its_call() {
    let (operations, tests, contract) = (operations(), tests(), contract());
    let mut rows = rows();
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        rows.retain(|row| row.source != OURS || operation(row, &operations).is_some());
        rows.extend(missing(&operations, &rows));
        for row in &mut rows {
            row.tests = found(row, &tests, &contract, &operations);
        }
        write(&rows);
    }
    let mut wrong = Vec::new();
    for row in &rows {
        let told = format!("{} {} ({})", row.method, row.path, row.source);
        let Some(operation) = operation(row, &operations) else {
            wrong.extend((!row.tests.is_empty()).then(|| format!("{told} is not served, and lists tests")));
            continue;
        };
        if row.tests.is_empty() {
            wrong.push(format!("{told} has no test"));
        }
        for test in &row.tests {
            let known = tests.iter().find(|known| known.name == *test);
            let shows = known
                .is_some_and(|known| name(&known.all, &operation, &operations) || test == CONTRACT && replayed(row, &contract));
            if !shows {
                wrong.push(format!("{told}: {test} is gone or no longer makes the call"));
            }
        }
    }
    let untold = missing(&operations, &rows);
    wrong.extend(untold.iter().map(|row| format!("{} {} is served and has no row", row.method, row.path)));
    assert!(wrong.is_empty(), "{}\nRewrite {FILE} with: UPDATE_COVERAGE=1 cargo test -p checks coverage", wrong.join("\n"));
}

#[test]
fn the_rows_are_those_of_the_documents_and_the_clients() {
    let rows = rows();
    let of = |sources: &[&str]| rows.iter().filter(|row| sources.contains(&row.source.as_str())).count();
    assert_eq!((of(&DOCUMENTS[..2]), of(&DOCUMENTS[2..4]), of(&["v1 client"]), of(&["freemium client"])), (44, 41, 36, 49));
    assert_eq!((of(&DOCUMENTS[4..6]), of(&["LeadBridge client"])), (29, 24));
    assert_eq!((of(&DOCUMENTS[6..8]), of(&["Mansa client"])), (25, 30));
    assert_eq!((of(&DOCUMENTS[8..]), of(&["AspireX client"])), (53, 59));
    assert_eq!(of(&DOCUMENTS) + of(&CLIENTS.map(|(source, _)| source)) + of(&[OURS]), rows.len());
    let distinct: BTreeSet<_> = rows.iter().map(|row| (&row.source, &row.method, &row.path)).collect();
    assert_eq!(distinct.len(), rows.len());
}

#[test]
fn a_call_is_of_the_operation_whose_ids_it_fills_in() {
    for (path, operation, expected) in [
        ("/api/things", "/api/things", true),
        ("/api/things/{}", "/api/things/{id}", true),
        ("/api/things/7", "/api/things/{id}", true),
        ("/api/{}", "/api/things", false),
        ("/api/things", "/api/things/{id}", false),
        ("/api/things/", "/api/things/{id}", false),
    ] {
        assert_eq!(fits(path, operation), expected, "{path} {operation}");
    }
}
