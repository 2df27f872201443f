//! Suppressed addresses: those that refuse mail for good, or whose owners complained.

use crate::{Store, StoreError, change::Change, keys};
use domain::{Instant, text::Email};
use serde::{Deserialize, Serialize};

/// Why an address gets no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// Its mail server refuses it for good.
    Bounce,
    /// Its owner called a mail of ours unwanted.
    Complaint,
}

/// That an address is to get no mail from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub reason: SuppressionReason,
    /// When the mail was refused.
    pub at: Instant,
}

#[derive(Deserialize)]
struct Kept {
    #[serde(flatten)]
    suppression: Suppression,
    lifted_at: Option<Instant>,
}

impl Store {
    /// Suppresses an address. What is told twice, late or in another order ends the same: the latest refusal counts.
    pub async fn suppress(&self, email: &Email, suppression: &Suppression) -> Result<(), StoreError> {
        let change = Change::default().set("reason", &suppression.reason).set("at", &suppression.at).when_missing_or(
            "at",
            "<",
            &suppression.at,
        );
        self.change(&keys::suppressed(email), &change).await.map(|_| ())
    }

    /// Why an address gets no mail, if it gets none.
    pub async fn suppression(&self, email: &Email) -> Result<Option<Suppression>, StoreError> {
        let kept: Option<Kept> = self.get(&keys::suppressed(email)).await?;
        let holds = |kept: &Kept| kept.lifted_at.is_none_or(|lifted_at| kept.suppression.at > lifted_at);
        Ok(kept.filter(holds).map(|kept| kept.suppression))
    }

    /// Lets an address have mail again. The item stays, so that a refusal from before, told once more, changes
    /// nothing; a new one suppresses again. False when the address was never suppressed.
    pub async fn lift_suppression(&self, email: &Email, now: Instant) -> Result<bool, StoreError> {
        let change = Change::default().set("lifted_at", &now).when_exists();
        self.change(&keys::suppressed(email), &change).await
    }
}
