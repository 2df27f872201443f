//! Cursors: one that is taken is ours, unaltered, and of this list.

use crate::text::{Change, Text};
use app::seal::Sealer;
use bolero::TypeGenerator;
use gateways::settings::Settings;
use serde_json::{Value, json};
use std::sync::LazyLock;
use store::Position;
use web::CursorKey;

const LISTS: [&str; 4] = ["/api/mocks", "/api/feedbacks", "/api/mocks/", ""];

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings::from_values([("JWT_SECRET", "0123456789abcdef")]));
static KEY: LazyLock<CursorKey> = LazyLock::new(|| CursorKey::from_settings(&SETTINGS).unwrap());

#[derive(Debug, TypeGenerator)]
struct Case {
    #[generator(0..LISTS.len())]
    made_for: usize,
    #[generator(0..LISTS.len())]
    used_at: usize,
    names: [Text; 2],
    change: Change,
    /// What stands in the sealed text in place of a position.
    other: Option<Text>,
}

fn position(names: &[Text; 2]) -> Value {
    json!({ "pk": names[0].to_string(), "sk": names[1].to_string() })
}

#[test]
fn a_cursor_is_taken_where_it_was_made_and_unaltered() {
    bolero::check!().with_type::<Case>().for_each(|case| {
        let (made_for, used_at) = (LISTS[case.made_for], LISTS[case.used_at]);
        let position: Position = serde_json::from_value(position(&case.names)).unwrap();
        let cursor = KEY.seal(made_for, &position).unwrap();
        let sent = case.change.of(&cursor);
        let ours = sent == cursor && made_for == used_at;
        assert_eq!(KEY.open::<Position>(used_at, &sent), ours.then_some(position), "{sent}");
        if let Some(other) = &case.other {
            sealed_otherwise(used_at, &other.to_string());
        }
    });
}

/// Even what is sealed by our own key, as by another version, is a position or nothing; and one is itself again.
fn sealed_otherwise(list: &str, text: &str) {
    let sealer = Sealer::from_settings(&SETTINGS, "cursor").unwrap();
    if let Some(position) = KEY.open::<Position>(list, &sealer.seal(list, text.as_bytes())) {
        let again = KEY.seal(list, &position).unwrap();
        assert_eq!(KEY.open::<Position>(list, &again), Some(position));
    }
    let elsewhere = Sealer::from_settings(&SETTINGS, "idempotency").unwrap();
    assert_eq!(KEY.open::<Position>(list, &elsewhere.seal(list, br#"{"pk":"a","sk":"b"}"#)), None);
}
