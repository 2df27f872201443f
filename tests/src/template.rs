//! What is deployed against what is written: `template.yaml` and the code must agree.

use domain::event::Detail;
use serde_norway::Value;
use std::{collections::BTreeSet, path::Path};
use store::{
    keys::{Index, PK, SK, TTL},
    schema,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn resources() -> serde_norway::Mapping {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let template: Value = serde_norway::from_str(&text).unwrap();
    template["Resources"].as_mapping().unwrap().clone()
}

fn of_type(kind: &str) -> Vec<(String, Value)> {
    let named = |(name, resource): (Value, Value)| (name.as_str().unwrap().to_owned(), resource);
    resources().into_iter().map(named).filter(|(_, resource)| resource["Type"] == kind).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn every_function_is_a_binary_and_every_binary_a_function() {
    let deployed: BTreeSet<(String, String)> = of_type("AWS::Serverless::Function")
        .iter()
        .map(|(_, function)| {
            let binary = text(&function["Metadata"]["BuildProperties"]["Binary"]);
            (text(&function["Properties"]["CodeUri"]).to_owned(), binary.to_owned())
        })
        .collect();
    let mut written = BTreeSet::new();
    for package in ["functions/codementee", "functions/razorpay", "functions/workers"] {
        let manifest = std::fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
        for section in manifest.split("[[bin]]").skip(1) {
            let name = section.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
            written.insert((package.to_owned(), name.trim_matches('"').to_owned()));
        }
    }
    assert_eq!(deployed, written);
}

#[test]
fn the_rules_take_exactly_the_events_that_the_consumers_handle() {
    let mut taken = Vec::new();
    for (_, rule) in of_type("AWS::Events::Rule") {
        let names = rule["Properties"]["EventPattern"]["detail-type"].as_sequence().unwrap().clone();
        taken.push(names.iter().map(|name| text(name).to_owned()).collect::<BTreeSet<_>>());
    }
    for handled in [razorpay::settlement::HANDLED, workers::notifier::HANDLED] {
        let handled: BTreeSet<String> = handled.iter().map(|name| (*name).to_owned()).collect();
        assert!(handled.iter().all(|name| Detail::NAMES.contains(&name.as_str())), "{handled:?}");
        assert!(taken.contains(&handled), "no rule takes {handled:?}: {taken:?}");
    }
    assert_eq!(taken.len(), 2);
}

#[test]
fn the_table_has_the_keys_and_indexes_of_the_code() {
    let tables = of_type("AWS::DynamoDB::Table");
    assert_eq!(tables.len(), 1, "one table");
    let table = &tables[0].1["Properties"];
    let key = |schema: &Value| {
        let names: Vec<_> = schema.as_sequence().unwrap().iter().map(|part| text(&part["AttributeName"]).to_owned()).collect();
        (names[0].clone(), names[1].clone())
    };
    assert_eq!(key(&table["KeySchema"]), (PK.to_owned(), SK.to_owned()));
    assert_eq!(text(&table["TimeToLiveSpecification"]["AttributeName"]), TTL);
    let deployed: BTreeSet<_> = table["GlobalSecondaryIndexes"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|index| {
            (
                text(&index["IndexName"]).to_owned(),
                key(&index["KeySchema"]),
                text(&index["Projection"]["ProjectionType"]).to_owned(),
            )
        })
        .collect();
    let written: BTreeSet<_> = Index::ALL
        .iter()
        .map(|index| {
            let (pk, sk) = index.attributes();
            (index.name().to_owned(), (pk.to_owned(), sk.to_owned()), schema::projection(*index).to_owned())
        })
        .collect();
    assert_eq!(deployed, written);
}

#[test]
fn no_function_may_scan_and_none_may_do_everything() {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    assert!(!text.contains("dynamodb:Scan") && !text.contains("dynamodb:*") && !text.contains("DynamoDBCrudPolicy"));
    assert!(text.contains("dynamodb:Query"), "the policies are written out here");
}
