//! What request bodies of several faces have in common.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IntoDeserializer, value},
};

/// Null as if the field were missing: clients send null for what was left empty.
pub fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A word of an enum whose words are in capitals, written in any case.
pub fn any_case<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let word = String::deserialize(deserializer)?.trim().to_uppercase();
    T::deserialize(IntoDeserializer::<value::Error>::into_deserializer(word)).map_err(D::Error::custom)
}

/// The same where there may be none.
pub fn perhaps_any_case<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)?.filter(|word| !word.trim().is_empty()) else {
        return Ok(None);
    };
    any_case(IntoDeserializer::<D::Error>::into_deserializer(word)).map(Some)
}
