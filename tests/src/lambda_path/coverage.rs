//! No function, route or form of an event is left out.

use super::{expected::EXPECTED, folder, names};
use crate::openapi::all_operations;
use domain::Product;
use serde_json::Value;
use std::{collections::BTreeMap, collections::BTreeSet, path::Path};

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(folder().join(path)).unwrap()
}

/// The names of the functions' binaries.
fn binaries() -> BTreeSet<String> {
    let manifest = |package: String| read(Path::new("../functions").join(package).join("Cargo.toml"));
    let name = |section: &str| section.split('"').nth(1).unwrap().to_owned();
    let manifests = names(&folder().join("../functions")).into_iter().map(manifest);
    manifests.flat_map(|manifest| manifest.split("[[bin]]").skip(1).map(name).collect::<Vec<_>>()).collect()
}

/// A function's events.
fn events(function: &str) -> Vec<Value> {
    let events = names(&folder().join(function)).into_iter();
    events.map(|event| serde_json::from_str(&read(format!("{function}/{event}.json"))).unwrap()).collect()
}

#[test]
fn every_function_has_events_and_every_event_an_expectation() {
    let written: BTreeMap<String, BTreeSet<String>> = names(&folder())
        .into_iter()
        .filter(|name| name != "README")
        .map(|name| (name.clone(), names(&folder().join(name))))
        .collect();
    let listed = |(function, events): &super::expected::Row| {
        ((*function).to_owned(), events.iter().map(|(event, _)| (*event).to_owned()).collect())
    };
    let expected: BTreeMap<String, BTreeSet<String>> = EXPECTED.iter().map(listed).collect();
    assert_eq!(written, expected);
    let run: BTreeSet<String> = EXPECTED.iter().map(|(function, _)| (*function).to_owned()).collect();
    assert_eq!(binaries(), run, "a function without events that are run");
}

/// The gateway writes a body in base64 whenever it takes it for no text.
#[test]
fn every_function_that_takes_a_body_takes_one_in_base64() {
    let with_body = all_operations().into_iter().filter(|operation| operation.value.get("requestBody").is_some());
    let groups: BTreeSet<_> = with_body.map(|operation| (operation.product, operation.id().split('_').next().unwrap())).collect();
    assert!(groups.contains(&(Product::Codementee, "webhook")) && groups.len() >= 7, "{groups:?}");
    for (product, group) in groups {
        let function = if group == "webhook" { "razorpay-webhook".to_owned() } else { format!("{product}-{group}") };
        let in_base64 = events(&function).iter().any(|event| {
            let body = event["body"].as_str().is_some_and(|body| !body.is_empty());
            event["isBase64Encoded"] == true && event["requestContext"]["http"]["method"] != "GET" && body
        });
        assert!(in_base64, "{function} has no event with a body in base64");
    }
}

#[test]
fn every_page_of_the_document_is_asked_for() {
    let manifest = read("../Cargo.toml");
    let routes = manifest.lines().filter_map(|line| line.split_once(" = \"docs\"")).map(|(path, _)| path.trim_matches('"'));
    let routes: BTreeSet<_> = routes.filter(|path| !path.contains('{')).map(str::to_owned).collect();
    assert!(routes.contains("/openapi.json"), "{routes:?}");
    let asked: BTreeSet<_> = events("docs").iter().map(|event| event["rawPath"].as_str().unwrap().to_owned()).collect();
    assert!(routes.is_subset(&asked), "{routes:?} are more than {asked:?}");
}

/// Which group a binary runs stands in its source alone; what is run here goes by the binary's name.
#[test]
fn every_binary_runs_the_group_of_its_name() {
    let binaries = binaries();
    for product in Product::ALL.map(Product::slug) {
        let prefix = format!("{product}-");
        let groups: Vec<_> = binaries.iter().filter_map(|binary| binary.strip_prefix(&prefix)).collect();
        assert!(!groups.is_empty(), "{binaries:?}");
        for group in groups {
            let source = read(format!("../functions/{product}/src/bin/{group}.rs"));
            // What comes over WebSocket connections is no group of routes.
            let runs = match group {
                "socket" => format!("{product}::socket::Socket"),
                group => format!("{product}::run({product}::{group}::router)"),
            };
            assert!(source.contains(&runs), "{group}: {source}");
        }
    }
}
