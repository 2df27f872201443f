//! Mansa's field names: what its web client reads.

mod bookings;
mod events;
mod mentors;
mod people;

pub use bookings::BookingShape;
pub use events::EventShape;
pub use mentors::{ExpertiseShape, FreeSlotShape, MentorOfAdmin, MentorShape, OwnRules, RuleShape};
pub use people::{EntryShape, ExportShape, UserShape, claims};

use serde::{Serialize, Serializer};

/// Hundredths as a number.
fn hundredths<S: Serializer>(n: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    #[expect(clippy::cast_precision_loss, reason = "a mean of stars has three digits")]
    let mean = *n as f64 / 100.0;
    mean.serialize(serializer)
}

/// First and last name: what stands before the first blank, and the rest.
fn first_and_last(name: &str) -> (String, String) {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    (first.to_owned(), last.trim().to_owned())
}
