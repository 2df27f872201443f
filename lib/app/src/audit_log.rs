//! Looking through what admins did and what money did.

use crate::Context;
use domain::{AccountId, Instant, Invalid, InvalidField, audit::AuditRecord, event::Actor, text::PersonName};
use jiff::{civil::Date, tz::TimeZone};
use std::collections::{BTreeSet, HashMap};
use store::{Page, PageRequest, Store, StoreError};

/// Each day is a read of its own.
const MOST_DAYS: i32 = 31;

/// Why no audit records are shown.
#[derive(Debug, thiserror::Error)]
pub enum AuditLogError {
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The days asked for, as far as they were told: one, or a stretch of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct DaysAsked {
    pub day: Option<Date>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl DaysAsked {
    /// The first and the last day: today unless told otherwise, and at most 31 days.
    fn stretch(self, now: Instant) -> Result<(Date, Date), InvalidField> {
        let Self { day, from, to } = self;
        if day.is_some() && (from.is_some() || to.is_some()) {
            return Err(Invalid::new("Give a day, or a stretch of days").at("day"));
        }
        let today = now.timestamp().to_zoned(TimeZone::UTC).date();
        let to = to.or(day).unwrap_or(today);
        let from = from.or(day).unwrap_or(to);
        let days = from.until(to).map_or(i32::MAX, |days| days.get_days());
        match days {
            ..0 => Err(Invalid::new("The last day is not before the first").at("to")),
            0..MOST_DAYS => Ok((from, to)),
            _ => Err(Invalid::new("Give at most 31 days").at("from")),
        }
    }
}

/// An audit record, with the name of whoever did it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub record: AuditRecord,
    pub name: Option<PersonName>,
}

/// The use case of looking through audit records.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Store,
}

impl AuditLog {
    /// The audit records in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// The records of some days of UTC, newest first.
    pub async fn records(&self, cx: &Context, days: DaysAsked, page: PageRequest) -> Result<Page<Entry>, AuditLogError> {
        let (from, to) = days.stretch(cx.now)?;
        let found = self.store.audit_records(cx.product, from, to, page).await?;
        let people: BTreeSet<AccountId> = found.items.iter().filter_map(|record| account(record.actor)).collect();
        let names: HashMap<_, _> = self.store.names(cx.product, &people).await?;
        Ok(found.map(|record| Entry { name: account(record.actor).and_then(|id| names.get(&id).cloned()), record }))
    }
}

fn account(actor: Actor) -> Option<AccountId> {
    match actor {
        Actor::Account(id) => Some(id),
        Actor::Visitor | Actor::System => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn today_or_a_day_or_at_most_31_of_them() {
        let now = Instant::parse("2026-03-01T00:30:00Z").unwrap();
        let asked = |day, from, to| DaysAsked { day, from, to }.stretch(now);
        let (first, last) = (date(2026, 2, 1), date(2026, 3, 1));
        assert_eq!(asked(None, None, None), Ok((last, last)));
        assert_eq!(asked(Some(first), None, None), Ok((first, first)));
        assert_eq!(asked(None, Some(first), None), Ok((first, last)));
        assert_eq!(asked(None, None, Some(first)), Ok((first, first)));
        assert_eq!(asked(None, Some(date(2026, 1, 30)), None).map(|(from, _)| from), Ok(date(2026, 1, 30)));
        for (day, from, to) in [
            (None, Some(date(2026, 1, 29)), None),
            (None, Some(last), Some(first)),
            (Some(first), Some(first), None),
            (None, Some(date(-9999, 1, 1)), Some(date(9999, 12, 31))),
        ] {
            assert!(asked(day, from, to).is_err(), "{day:?} {from:?} {to:?}");
        }
    }
}
