//! What is deployed against what is written: `template.yaml` and the code must agree.
#![expect(clippy::panic, reason = "a template that cannot be read must stop the test")]

mod alarms;
mod bucket;
mod document;
mod functions;
mod leadbridge;
mod messages;
mod references;
mod rights;
mod routes;
mod settings;
mod stack;
mod walk;
mod walk_chat;
mod walk_mansa;
mod walk_people;
mod walk_sessions;

use document::{Deployment, Template, root, text};
use domain::text::Email;
use serde_json::Value;
use std::collections::BTreeSet;
use store::{
    keys::{Index, PK, SK, TTL},
    schema,
};

/// By hand, as `Store::lift_suppression` does it.
#[test]
fn the_runbook_lifts_a_suppression_where_the_code_keeps_it() {
    let runbook = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let key = store::keys::suppressed(&Email::parse("somebody@example.com").unwrap());
    let key = format!(r#"'{{"{PK}": {{"S": "{}"}}, "{SK}": {{"S": "{}"}}}}'"#, key.pk, key.sk);
    let source = std::fs::read_to_string(root().join("lib/store/src/suppressions.rs")).unwrap();
    let lifted = source.split("pub async fn lift_suppression").nth(1).unwrap().split(".set(\"").nth(1).unwrap();
    let set = format!("SET {} = :now", lifted.split('"').next().unwrap());
    assert!(runbook.contains(&key) && runbook.contains(&set), "{key} {set}");
}

/// A running function takes up what changed in a secret by itself, and in a parameter only when it starts.
#[test]
fn secrets_are_rotated_without_a_deployment() {
    let runbook = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let part = |heading: &str| runbook.split(&format!("\n### {heading}\n")).nth(1).unwrap().split("\n##").next().unwrap();
    for heading in ["Rotate the token secret", "Rotate the webhook secret", "Rotate the Razorpay key"] {
        assert!(!part(heading).contains("raise the revision") && part(heading).contains("ten minutes"), "{heading}");
    }
    let steps = part("Rotate the token secret");
    let at = |step: &str| steps.find(step).unwrap_or_else(|| panic!("no step '{step}'"));
    assert!(at("into `JWT_SECRET_PREVIOUS`") < at("Swap the two") && at("Swap the two") < at("Empty `JWT_SECRET_PREVIOUS`"));
    let template = Template::read();
    let revision = text(&template.section("Parameters")["SettingsRevision"]["Description"]);
    assert!(revision.contains("parameter") && !revision.contains("secret"), "{revision}");
}

#[test]
fn the_table_has_the_keys_and_indexes_of_the_code() {
    let template = Template::read();
    let tables = Deployment::usual(&template).of_type("AWS::DynamoDB::Table");
    assert_eq!(tables.len(), 1, "one table");
    let table = &tables[0].1;
    let key = |schema: &Value| {
        let names: Vec<_> = schema.as_array().unwrap().iter().map(|part| text(&part["AttributeName"]).to_owned()).collect();
        (names[0].clone(), names[1].clone())
    };
    assert_eq!(key(&table["KeySchema"]), (PK.to_owned(), SK.to_owned()));
    assert_eq!(text(&table["TimeToLiveSpecification"]["AttributeName"]), TTL);
    let deployed: BTreeSet<_> = table["GlobalSecondaryIndexes"]
        .as_array()
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
