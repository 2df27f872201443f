use crate::{
    Store, StoreError, Stored,
    change::Change,
    item::item,
    keys::{self, PK},
    table::take,
};
use domain::{
    AccountId, Product,
    mentorship::{AvailabilityRule, MentorProfile},
};
use serde::{Deserialize, Serialize};

/// All that a mentor offers of his time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AvailabilityRules {
    pub rules: Vec<AvailabilityRule>,
}

impl Store {
    /// A mentor's profile and what he offers of his time. One read.
    pub async fn mentor_with_availability(
        &self,
        product: Product,
        mentor: AccountId,
    ) -> Result<Option<(MentorProfile, Option<Stored<AvailabilityRules>>)>, StoreError> {
        let keys = [keys::mentor_profile(product, mentor), keys::availability(product, mentor)];
        let mut found = self.batch_get(&keys).await?;
        let [profile, availability] = &keys;
        let rules = take(&mut found, availability)?;
        Ok(take(&mut found, profile)?.map(|profile| (profile, rules)))
    }

    /// What a mentor offers of his time.
    pub async fn availability(
        &self,
        product: Product,
        mentor: AccountId,
    ) -> Result<Option<Stored<AvailabilityRules>>, StoreError> {
        self.get(&keys::availability(product, mentor)).await
    }

    /// Writes what a mentor offers over what was read; false when it changed meanwhile.
    pub async fn put_availability(
        &self,
        product: Product,
        mentor: AccountId,
        before: Option<&Stored<AvailabilityRules>>,
        after: &AvailabilityRules,
    ) -> Result<bool, StoreError> {
        let rev = before.map_or(0, |before| before.rev + 1);
        let kept = item(&keys::availability(product, mentor), &[], &Stored { value: after, rev })?;
        self.put_when(kept, &as_read(before.map(Stored::rev))).await
    }
}

/// That it is as it was read, or still nothing.
pub(super) fn as_read(rev: Option<u64>) -> Change {
    match rev {
        Some(rev) => Change::default().when("rev", &rev),
        None => Change::default().when_missing(PK),
    }
}
