//! The table's shape: what `template.yaml` deploys and what the local server and the tests create.

use crate::keys::{Index, PK, SK, TTL};
use aws_sdk_dynamodb::{
    Client,
    error::DisplayErrorContext,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TimeToLiveSpecification,
    },
};

/// Why a table could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the table could not be created: {0}")]
pub struct CreateFailed(String);

fn failed(error: impl std::error::Error) -> CreateFailed {
    CreateFailed(DisplayErrorContext(&error).to_string())
}

/// What an index holds of its items: the outbox only keys, the others everything.
pub fn projection(index: Index) -> &'static str {
    match index {
        Index::Outbox => "KEYS_ONLY",
        Index::All | Index::Own | Index::Mentor => "ALL",
    }
}

/// Creates the table unless it exists.
pub async fn create(client: &Client, table: &str) -> Result<(), CreateFailed> {
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    request = request.set_key_schema(Some(key_schema(PK, SK)?));
    for name in [PK, SK].into_iter().chain(Index::ALL.into_iter().flat_map(|index| <[_; 2]>::from(index.attributes()))) {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        request = request.attribute_definitions(attribute.build().map_err(failed)?);
    }
    for index in Index::ALL {
        let (pk, sk) = index.attributes();
        let projection = Projection::builder().projection_type(ProjectionType::from(projection(index))).build();
        let index = GlobalSecondaryIndex::builder()
            .index_name(index.name())
            .set_key_schema(Some(key_schema(pk, sk)?))
            .projection(projection);
        request = request.global_secondary_indexes(index.build().map_err(failed)?);
    }
    match request.send().await {
        Ok(_) => {}
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_in_use_exception()) => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    let ttl = TimeToLiveSpecification::builder().attribute_name(TTL).enabled(true).build().map_err(failed)?;
    client.update_time_to_live().table_name(table).time_to_live_specification(ttl).send().await.map_err(failed)?;
    Ok(())
}

fn key_schema(pk: &str, sk: &str) -> Result<Vec<KeySchemaElement>, CreateFailed> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().map_err(failed);
    Ok(vec![element(pk, KeyType::Hash)?, element(sk, KeyType::Range)?])
}
