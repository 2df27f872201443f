//! AspireX's field names: what its web client reads.

mod export;
mod people;
mod profiles;

pub use export::ExportShape;
pub use people::{AdminUserShape, MessageShape, NoteShape, NotificationShape, SignedInShape, shown_role};
pub use profiles::{
    MentorShape, MentorUserShape, OwnMentorShape, OwnStudentShape, ProfileShapes, PublicMentorShape, ReviewShape, StudentShape,
};

use domain::Paise;

/// Rupees with two decimals, as text.
fn rupees(amount: Paise) -> String {
    format!("{}.{:02}", amount.get() / 100, amount.get() % 100)
}

/// Hundredths as a number.
fn hundredths(n: u64) -> f64 {
    u32::try_from(n).map_or(0.0, |n| f64::from(n) / 100.0)
}

/// First and last name: what stands before the first blank, and the rest.
fn first_and_last(name: &str) -> (String, String) {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    (first.to_owned(), last.trim().to_owned())
}
