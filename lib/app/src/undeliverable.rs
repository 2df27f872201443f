//! Undeliverable mail: addresses that refuse mail for good, or whose owners complained, get none any more.

use gateways::undeliverable::{Cause, Notification};
use store::{Store, StoreError, Suppression, SuppressionReason};

/// The use case of suppressing addresses.
#[derive(Debug, Clone)]
pub struct Suppressions {
    store: Store,
}

impl Suppressions {
    /// Suppressions in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Suppresses the addresses that a notification speaks of, if it says that they refuse mail for good.
    pub async fn take(&self, notification: Notification) -> Result<(), StoreError> {
        let reason = match notification.cause {
            Cause::PermanentBounce => SuppressionReason::Bounce,
            Cause::Complaint => SuppressionReason::Complaint,
            Cause::Passing => return Ok(()),
        };
        let suppression = Suppression { reason, at: notification.at };
        for address in &notification.addresses {
            self.store.suppress(address, &suppression).await?;
        }
        let addresses = notification.addresses.len();
        tracing::warn!(addresses, ?reason, mail.id = notification.mail_id, "mail.suppressed_addresses");
        Ok(())
    }
}
