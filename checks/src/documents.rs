//! What the documents say against what is there.

use crate::{files, read, root};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What the code is made of, tests aside.
fn sources() -> Vec<String> {
    let folders = ["lib", "functions", "local/src"].map(|folder| files(&root().join(folder), ".rs"));
    let source = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    folders.concat().iter().map(|path| source(path).split("#[cfg(test)]").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readme_names_every_setting() {
    const READERS: [&str; 8] =
        ["required(\"", "optional(\"", "secret(\"", "parsed(\"", "var(\"", "base(\"", "endpoint(\"", "env = \""];
    let readme = read("README.md");
    let names = |source: &String| {
        let after = |reader: &str| source.split(reader).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        READERS.map(|reader| -> Vec<String> { after(reader) }).concat()
    };
    let is_setting = |name: &String| name.len() > 2 && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    let read: BTreeSet<_> = sources().iter().flat_map(names).filter(is_setting).collect();
    assert!(read.contains("TABLE_NAME") && read.contains("JWT_SECRET"), "{read:?}");
    let untold: Vec<_> = read.iter().filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(untold.is_empty(), "the README does not name {untold:?}");
}

/// What stands before the settings of a face.
const PRODUCTS: [&str; 4] = ["CODEMENTEE", "LEADBRIDGE", "MANSA", "ASPIREX"];

#[test]
fn every_setting_that_the_readme_names_is_read() {
    let readme = read("README.md");
    let table = readme.split("### Settings").nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").next().unwrap());
    let told: Vec<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(told.len() > 20, "{told:?}");
    let sources = sources();
    // The logging library reads this one by itself.
    for name in told.into_iter().filter(|name| *name != "RUST_LOG") {
        // A product's own settings are read under its name.
        let of_face = PRODUCTS.iter().find_map(|product| name.strip_prefix(product)).map(|what| what.trim_start_matches('_'));
        let read = |text: &str| sources.iter().any(|source| source.contains(text));
        let by_product =
            of_face.is_some_and(|what| read(&format!("{{}}_{what}\"")) || read(&format!("base(product, \"{what}\")")));
        assert!(by_product || read(&format!("\"{name}\"")), "nothing reads {name}");
    }
}

#[test]
fn the_hosted_ci_takes_the_oldest_rust_that_is_promised() {
    let workflow = read(".github/workflows/ci.yml");
    let promised = read("Cargo.toml").lines().find_map(|line| line.strip_prefix("rust-version = ").map(str::to_owned)).unwrap();
    assert!(workflow.contains(&format!("RUST: {promised}\n")), "{promised}");
    for action in workflow.split("uses: ").skip(1).map(|rest| rest.lines().next().unwrap()) {
        let commit = action.split('@').nth(1).unwrap().split(' ').next().unwrap();
        assert!(commit.len() == 40 && action.contains(" # v"), "{action} is named by its commit, with the version beside it");
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let documents = files(&root().join("docs"), ".md");
    let front = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(|name| root().join(name));
    for document in documents.iter().chain(&front) {
        let text = std::fs::read_to_string(document).unwrap();
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let path = target.split('#').next().unwrap();
            let local = !path.is_empty() && !path.contains(':') && !path.starts_with("../../");
            let found = document.parent().unwrap_or(Path::new("/")).join(path).exists();
            assert!(!local || found, "{}: {target}", document.display());
        }
    }
}
