//! What is deployed against what is written: `template.yaml` and the code must agree.
#![expect(clippy::panic, reason = "a template that cannot be read must stop the test")]

mod alarms;
mod document;
mod functions;
mod messages;
mod references;
mod rights;
mod routes;
mod settings;
mod stack;

use document::{Deployment, Template, text};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{
    keys::{Index, PK, SK, TTL},
    schema,
};

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
