//! How a product's site stands.

use crate::{
    Record, Store, StoreError,
    change::Change,
    item::item,
    keys::{self, PK},
    transaction::{Transaction, done},
};
use domain::{Product, site::SiteStatus};

impl Store {
    /// How a product's site stands; open when nobody ever said.
    pub async fn site_status(&self, product: Product) -> Result<SiteStatus, StoreError> {
        Ok(self.get(&keys::site(product)).await?.unwrap_or_default())
    }

    /// Changes it over what was read; false when somebody was faster.
    pub async fn put_site_status(
        &self,
        product: Product,
        before: &SiteStatus,
        after: &SiteStatus,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let as_read = match before.updated_at {
            Some(_) => Change::default().when("rev", &before.rev),
            None => Change::default().when_missing(PK),
        };
        let after = SiteStatus { rev: before.rev + 1, ..after.clone() };
        let mut tx = Transaction::new();
        tx.replace(self, item(&keys::site(product), &[], &after)?, &as_read, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
