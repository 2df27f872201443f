//! What a killed server had claimed. On AWS a message comes again only after such a claim has run out; the stand-in's
//! queues give it again at once, and would soon give it up.

use aws_sdk_dynamodb::{Client, error::DisplayErrorContext, types::AttributeValue};

/// Forgets the claims that are not done: whoever held them is dead, since a folder has one server.
pub(crate) async fn forget_unfinished(client: &Client, table: &str, done: &str) -> Result<(), String> {
    let failed = |error: String| format!("the claims of the last run could not be forgotten: {error}");
    let scan = client
        .scan()
        .table_name(table)
        .consistent_read(true)
        .filter_expression("begins_with(pk, :ledger) AND lease_until <> :done");
    let scan = scan.expression_attribute_values(":ledger", AttributeValue::S("LEDGER#".to_owned()));
    let scan = scan.expression_attribute_values(":done", AttributeValue::S(done.to_owned()));
    let mut claims = scan.into_paginator().items().send();
    while let Some(claim) = claims.next().await {
        let mut claim = claim.map_err(|error| failed(DisplayErrorContext(error).to_string()))?;
        claim.retain(|name, _| name == "pk" || name == "sk");
        let delete = client.delete_item().table_name(table).set_key(Some(claim));
        delete.send().await.map_err(|error| failed(DisplayErrorContext(error).to_string()))?;
    }
    Ok(())
}
