//! `docs/promises.csv`: what the products' documents promise of a backend, and where each promise stands.

use crate::{read, root};

/// The numbers of each document's promises, in the order of the documents.
const IDS: [(char, &str); 5] = [
    ('C', "3-42 44-48 50-57 59-69 76-78 86 91"),
    ('F', "3-49 51-55 60-61 63-67 72"),
    ('L', "2-39 41-53 57 59-63 67-68 72-75 83-84 89"),
    ('M', "1-5 8-12 16-18 20-33 35-59 62 64 66-68"),
    ('A', "2-16 18-23 25-59 70-78 82 84 88 92-93"),
];

/// Why a promise is open: the code keeps it, and nothing shows it.
const UNSHOWN: &str = "no test yet: ";

struct Promise {
    id: String,
    tags: String,
    promise: String,
    state: String,
    evidence: String,
}

fn promises() -> Vec<Promise> {
    let mut table = csv::Reader::from_path(root().join("docs/promises.csv")).unwrap();
    assert_eq!(table.headers().unwrap(), vec!["id", "tags", "promise", "state", "evidence"]);
    let row = |row: csv::StringRecord| {
        let [id, tags, promise, state, evidence] = [0, 1, 2, 3, 4].map(|n| row[n].to_owned());
        Promise { id, tags, promise, state, evidence }
    };
    table.records().map(|record| row(record.unwrap())).collect()
}

fn in_state(state: &str) -> Vec<Promise> {
    promises().into_iter().filter(|promise| promise.state == state).collect()
}

fn numbers(ranges: &str) -> Vec<u32> {
    let ends = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        first.parse().unwrap()..=last.parse().unwrap()
    };
    ranges.split(' ').flat_map(ends).collect()
}

#[test]
fn every_promise_has_one_row_in_the_documents_order() {
    let wanted = IDS.iter().flat_map(|(letter, ranges)| numbers(ranges).into_iter().map(move |n| format!("{letter}-{n}")));
    let wanted: Vec<_> = wanted.collect();
    assert_eq!(wanted.len(), 322);
    assert_eq!(promises().into_iter().map(|promise| promise.id).collect::<Vec<_>>(), wanted);
}

#[test]
fn every_row_is_filled_in() {
    for Promise { id, tags, promise, state, evidence } in promises() {
        assert!(tags.split(';').all(|tag| ["be", "num", "hole", "ops"].contains(&tag)), "{id}: {tags}");
        assert!(tags.split(';').any(|tag| ["be", "num"].contains(&tag)), "{id}: {tags}");
        assert!(promise.ends_with('.') && promise.len() <= 120, "{id}: one short sentence: {promise}");
        assert!(["kept", "measured", "deviates", "open"].contains(&&*state), "{id}: {state}");
        assert!(!evidence.is_empty() && evidence.trim() == evidence, "{id}: {evidence:?}");
    }
}

/// Whether a source has a test of this name that runs. Whether it shows the promise is for its reader to say.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let starts = [format!("fn {name}("), format!("async fn {name}(")];
    let at = lines.iter().position(|line| starts.iter().any(|start| line.starts_with(start)));
    let above = |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with('#')).copied().collect::<String>();
    let attributes = at.map(above).unwrap_or_default();
    (attributes.contains("#[test]") || attributes.contains("#[tokio::test")) && !attributes.contains("ignore")
}

#[test]
fn what_is_kept_is_shown_by_a_test() {
    for Promise { id, evidence, .. } in in_state("kept") {
        for shown in evidence.split("; ") {
            let Some((path, name)) = shown.split_once("::") else { panic!("{id}: {shown} is no path::test_name") };
            assert!(has_test(&read(path), name), "{id}: {path} has no test {name}");
        }
    }
}

#[test]
fn what_deviates_is_told() {
    let document = read("docs/deviations.md");
    let told = document.split("\n## Not yet").next().unwrap();
    for Promise { id, evidence, .. } in in_state("deviates") {
        assert!(evidence.len() >= 10, "{id}: {evidence} is in many places");
        let rows: Vec<_> = told.lines().filter(|line| line.contains(&evidence)).collect();
        assert!(
            rows.len() == 1 && rows[0].starts_with('|'),
            "{id}: one row of docs/deviations.md tells of '{evidence}', not {rows:?}"
        );
    }
}

/// Whether a document has a section of this name with a table of figures in it.
fn has_figures(document: &str, heading: &str) -> bool {
    let Some((_, section)) = document.split_once(&format!("\n## {heading}\n")) else { return false };
    let section = section.split("\n## ").next().unwrap();
    section.lines().any(|line| line.starts_with('|') && line.contains(|c: char| c.is_ascii_digit()))
}

#[test]
fn what_is_measured_has_its_figures() {
    for Promise { id, evidence, .. } in in_state("measured") {
        let Some((path, heading)) = evidence.split_once('#') else { panic!("{id}: {evidence} is no path#Heading") };
        assert!(has_figures(&read(path), heading), "{id}: {path} has no table under '{heading}'");
    }
}

#[test]
fn what_is_open_is_said_to_be_unshown() {
    for Promise { id, evidence, .. } in in_state("open") {
        let unshown = evidence.strip_prefix(UNSHOWN).is_some_and(|what| !what.is_empty());
        assert!(unshown, "{id}: {evidence} is not '{UNSHOWN}…'");
    }
}

#[test]
fn figures_are_found_in_their_own_section_alone() {
    let document = "# A\n\n## Bare\n\ntext\n\n## Full\n\n| a |\n|---|\n| 1 |\n";
    assert_eq!(["Bare", "Full", "Ful", "None"].map(|heading| has_figures(document, heading)), [false, true, false, false]);
}

#[test]
fn a_test_is_found_by_its_attribute() {
    let source = "#[test]\n#[ignore]\nfn idle() {}\nfn helper() {}\n#[tokio::test(flavor = \"x\")]\nasync fn runs() {}\n";
    assert_eq!(["idle", "helper", "runs", "run", "none"].map(|name| has_test(source, name)), [false, false, true, false, false]);
}
