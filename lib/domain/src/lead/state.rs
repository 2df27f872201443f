use super::{Doubt, SealedContact};
use crate::{
    AccountId, Instant, LeadId, OrderId, Paise, Product, PublicEventId, VerificationLogId, payment::RazorpayOrderId,
    public_event::Title, text::Prose,
};
use serde::{Deserialize, Serialize};

/// Where a lead stands: `PENDING` to `VERIFIED` to `PURCHASED`, or `REJECTED`, from which nothing leads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum LeadStatus {
    Pending,
    Verified,
    Purchased,
    Rejected,
}

impl LeadStatus {
    /// Whether it holds a place of its event.
    pub fn holds_a_place(self) -> bool {
        self != Self::Rejected
    }

    /// Whether its mentor sees it.
    pub fn is_seen_by_the_mentor(self) -> bool {
        matches!(self, Self::Verified | Self::Purchased)
    }
}

/// Who verified it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeadVerification {
    Pending,
    AutoVerified,
    ManualVerified,
    Rejected,
}

/// What is decided about a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    Verified,
    Rejected,
}

/// Why a lead does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveRefused {
    /// A person has decided about it, or it is rejected: that stays.
    Decided,
    /// It is bought: nothing changes that.
    Purchased,
    /// Only a verified one is bought.
    NotVerified,
}

/// Somebody's interest in an event, for its mentor to buy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lead {
    pub id: LeadId,
    pub product: Product,
    pub event_id: PublicEventId,
    /// What the event was called when it was booked.
    pub event_title: Title,
    pub mentor_id: AccountId,
    /// Who booked.
    pub user_id: AccountId,
    /// None once the person has left.
    pub contact: Option<SealedContact>,
    pub status: LeadStatus,
    pub verification: LeadVerification,
    /// Why it was not verified by itself.
    #[serde(default)]
    pub doubts: Vec<Doubt>,
    /// The order by which it is, or was, bought; and the price that it fixed.
    pub order: Option<LeadOrder>,
    pub purchased_by: Option<AccountId>,
    pub purchased_at: Option<Instant>,
    pub created_at: Instant,
}

/// The order for a lead; there is never more than one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeadOrder {
    pub id: OrderId,
    pub razorpay_order_id: RazorpayOrderId,
    pub price: Paise,
}

impl Lead {
    /// A new lead's standing: verified by itself unless something speaks against it.
    pub fn first_standing(doubts: &[Doubt]) -> (LeadStatus, LeadVerification) {
        if doubts.is_empty() {
            (LeadStatus::Verified, LeadVerification::AutoVerified)
        } else {
            (LeadStatus::Pending, LeadVerification::Pending)
        }
    }

    /// The lead after an admin's decision. It is made once; what was verified by itself may still be rejected.
    pub fn decided(&self, verdict: Verdict) -> Result<Self, MoveRefused> {
        match (self.status, verdict) {
            (LeadStatus::Purchased, _) => Err(MoveRefused::Purchased),
            (LeadStatus::Pending, Verdict::Verified) => {
                Ok(Self { status: LeadStatus::Verified, verification: LeadVerification::ManualVerified, ..self.clone() })
            }
            (LeadStatus::Pending, Verdict::Rejected) => Ok(self.rejected()),
            (LeadStatus::Verified, Verdict::Rejected) if self.verification == LeadVerification::AutoVerified => {
                Ok(self.rejected())
            }
            (LeadStatus::Verified | LeadStatus::Rejected, _) => Err(MoveRefused::Decided),
        }
    }

    /// The lead after its person or its mentor has left; a bought one stays bought.
    pub fn withdrawn(&self) -> Result<Self, MoveRefused> {
        match self.status {
            LeadStatus::Pending | LeadStatus::Verified => Ok(self.rejected()),
            LeadStatus::Purchased => Err(MoveRefused::Purchased),
            LeadStatus::Rejected => Err(MoveRefused::Decided),
        }
    }

    fn rejected(&self) -> Self {
        Self { status: LeadStatus::Rejected, verification: LeadVerification::Rejected, ..self.clone() }
    }

    /// Whether it is for sale.
    pub fn must_be_for_sale(&self) -> Result<(), MoveRefused> {
        match self.status {
            LeadStatus::Verified => Ok(()),
            LeadStatus::Purchased => Err(MoveRefused::Purchased),
            LeadStatus::Pending | LeadStatus::Rejected => Err(MoveRefused::NotVerified),
        }
    }

    /// The lead once it is bought. Who verified it stays.
    pub fn purchased(&self, by: AccountId, now: Instant) -> Result<Self, MoveRefused> {
        self.must_be_for_sale()?;
        Ok(Self { status: LeadStatus::Purchased, purchased_by: Some(by), purchased_at: Some(now), ..self.clone() })
    }
}

/// A decision about a lead, kept for good.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerificationLog {
    pub id: VerificationLogId,
    pub product: Product,
    pub lead_id: LeadId,
    /// The admin; nobody when it was decided by itself.
    pub verified_by: Option<AccountId>,
    pub status: Verdict,
    pub reason: Prose<500>,
    pub at: Instant,
}
