//! What request bodies of several groups have in common.

use domain::{Invalid, SlotId};
use serde::{Deserialize, Deserializer};
pub use web::null_as_default;

/// An optional id, for which clients also send an empty text.
#[derive(Debug)]
pub struct OptionalId<T>(pub Option<T>);

impl<T> Default for OptionalId<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: std::str::FromStr> Deserialize<'de> for OptionalId<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
        let id = text.map(|text| text.parse().map_err(|_| serde::de::Error::custom("Enter a valid id")));
        id.transpose().map(Self)
    }
}

/// A list of at most `MAX` entries; null is empty. Keeps items and audit records far from the table's limits.
#[derive(Debug)]
pub struct Few<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for Few<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Few<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default();
        if list.len() > MAX { Err(serde::de::Error::custom(format!("Give at most {MAX} of them"))) } else { Ok(Self(list)) }
    }
}

/// The slots of a booking request under either name: the clients say `slot_ids`, the documents `preferred_slots`.
pub fn either_slots(slot_ids: Option<Vec<SlotId>>, preferred_slots: Option<Vec<SlotId>>) -> Result<Vec<SlotId>, Invalid> {
    let ids = slot_ids.or(preferred_slots).ok_or_else(|| Invalid::new("slot_ids is required"))?;
    domain::booking::parse_slot_ids(ids)
}
