//! What request bodies of several groups have in common.

use domain::{Instant, Paise, catalog::sellable, text::Line};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A price as the forms write it: a number of rupees, 1 to 10 lakh.
#[derive(Debug, Clone, Copy)]
pub struct Rupees(pub Paise);

impl<'de> Deserialize<'de> for Rupees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let price = Paise::parse_rupees(&number.to_string()).map_err(D::Error::custom)?;
        sellable(price).map(Self).map_err(|_| D::Error::custom("A price is 1 to 1000000 rupees"))
    }
}

impl PartialSchema for Rupees {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(1)).maximum(Some(1_000_000));
        schema.examples([500]).into()
    }
}
impl ToSchema for Rupees {}

/// An instant; without an offset it is one of UTC.
#[derive(Debug, Clone, Copy)]
pub struct UtcInstant(pub Instant);

impl<'de> Deserialize<'de> for UtcInstant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let text = text.trim();
        let parsed = Instant::parse(text).or_else(|error| Instant::parse(&format!("{text}Z")).map_err(|_| error));
        parsed.map(Self).map_err(D::Error::custom)
    }
}

impl PartialSchema for UtcInstant {
    fn schema() -> RefOr<Schema> {
        Instant::schema()
    }
}
impl ToSchema for UtcInstant {}

/// A phone number in whatever form; whether it is an international one is checked with the lead.
#[derive(Debug, Clone)]
pub struct Phone(pub Line<30>);

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let line = Line::deserialize(deserializer)?.non_empty();
        line.map(Self).ok_or_else(|| D::Error::custom("Enter a phone number"))
    }
}

impl PartialSchema for Phone {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(30)).examples(["+911234567890"]).into()
    }
}
impl ToSchema for Phone {}
