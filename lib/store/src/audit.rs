//! Audit records, as admins look through them.

use crate::{
    Page, PageRequest, Position, Store, StoreError, Stored,
    keys::{self, Key},
    page::List,
    table::take,
};
use domain::{AccountId, Product, account::Membership, audit::AuditRecord, text::PersonName};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};

impl Store {
    /// The audit records of some days of UTC, newest first. A day is one partition, so a page that is not full yet
    /// reads on in the day before; the caller bounds the days.
    pub async fn audit_records(
        &self,
        product: Product,
        from: Date,
        to: Date,
        page: PageRequest,
    ) -> Result<Page<AuditRecord>, StoreError> {
        let mut days: Vec<String> = from
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .map(|day| keys::audit_day(product, &day.to_string()))
            .collect();
        let mut after = page.after;
        if let Some(position) = &after {
            let at = days.iter().position(|day| Some(day.as_str()) == position.partition()).ok_or(StoreError::WrongList)?;
            days.truncate(at + 1);
        }
        let limit = page.limit as usize;
        let mut found: Vec<AuditRecord> = Vec::new();
        while let Some(day) = days.pop() {
            let left = PageRequest { limit: u32::try_from(limit - found.len()).unwrap_or(page.limit), after: after.take() };
            let records = self.page(List::of_table(day).newest_first(), left).await?;
            found.extend(records.items);
            if records.next.is_some() || (found.len() >= limit && !days.is_empty()) {
                let last = found.last().map(|last| Position::of(&keys::audit(product, last.at, last.id)));
                return Ok(Page { items: found, next: records.next.or(last) });
            }
        }
        Ok(Page { items: found, next: None })
    }

    /// What some members are called.
    pub async fn names(
        &self,
        product: Product,
        people: &BTreeSet<AccountId>,
    ) -> Result<HashMap<AccountId, PersonName>, StoreError> {
        let mut names = HashMap::new();
        let wanted: Vec<(AccountId, Key)> = people.iter().map(|id| (*id, keys::membership(*id, product))).collect();
        let keys: Vec<Key> = wanted.iter().map(|(_, key)| key.clone()).collect();
        let mut found = self.batch_get(&keys).await?;
        for (id, key) in wanted {
            if let Some(member) = take::<Stored<Membership>>(&mut found, &key)? {
                names.insert(id, member.value.name);
            }
        }
        Ok(names)
    }
}
