//! What request bodies have in common.

use domain::mentorship::Expertise;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
pub use web::null_as_default;

/// Areas of expertise as texts or as objects with a `category`: the client's two pages send both.
pub fn expertise<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Expertise>>, D::Error> {
    let Some(list) = Option::<Vec<Value>>::deserialize(deserializer)? else { return Ok(None) };
    let one = |value: &Value| {
        let text = value.as_str().or_else(|| value.get("category")?.as_str());
        let text = text.ok_or_else(|| D::Error::custom("An expertise is a text, or an object with a category"))?;
        Expertise::parse(text).map_err(D::Error::custom)
    };
    list.iter().map(one).collect::<Result<_, _>>().map(Some)
}

/// Years as a number, as text, or null: given and none takes them away.
pub fn years<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u8>>, D::Error> {
    let refused = || D::Error::custom("Enter years of experience from 0 to 80");
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Some(None)),
        Value::String(text) if text.trim().is_empty() => Ok(Some(None)),
        Value::String(text) => text.trim().parse().map(|years| Some(Some(years))).map_err(|_| refused()),
        value => {
            let years = value.as_u64().and_then(|years| u8::try_from(years).ok());
            years.map(|years| Some(Some(years))).ok_or_else(refused)
        }
    }
}
