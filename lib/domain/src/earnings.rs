//! What mentors earn, and what they take out.

use crate::{
    Instant, Paise, Product, SessionBookingId, WithdrawalId,
    account::PublicNumber,
    booking::Party,
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};

/// The least that is paid out.
pub const LEAST_WITHDRAWAL: Paise = Paise::rupees(50);

/// A mentor's sums. Each is written in the transaction of what changes it, so that they agree with what they sum up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Purse {
    /// What he may take out.
    pub balance: Paise,
    /// What sessions that took place brought in.
    pub earned: Paise,
    /// What is paid for sessions that are still to be.
    pub pending: Paise,
    /// What he took out, or asked for.
    pub withdrawn: Paise,
    /// What of it is still to be decided.
    pub asked: Paise,
    /// How many lines his statement has.
    pub earnings: u64,
    /// Sessions that took place.
    pub sessions: u64,
    /// Different mentees who ever had one agreed on.
    pub students: u64,
    /// How often he was rated with one star.
    pub stars_1: u64,
    pub stars_2: u64,
    pub stars_3: u64,
    pub stars_4: u64,
    pub stars_5: u64,
}

impl Default for Purse {
    fn default() -> Self {
        let none = Paise::new(0);
        Self {
            balance: none,
            earned: none,
            pending: none,
            withdrawn: none,
            asked: none,
            earnings: 0,
            sessions: 0,
            students: 0,
            stars_1: 0,
            stars_2: 0,
            stars_3: 0,
            stars_4: 0,
            stars_5: 0,
        }
    }
}

impl Purse {
    /// How often each number of stars was given, five first.
    pub fn distribution(&self) -> [(u8, u64); 5] {
        [(5, self.stars_5), (4, self.stars_4), (3, self.stars_3), (2, self.stars_2), (1, self.stars_1)]
    }

    /// How often he was rated.
    pub fn ratings(&self) -> u64 {
        self.distribution().iter().map(|(_, count)| count).sum()
    }

    /// The mean of the stars to one decimal; 0 when there are none.
    pub fn average(&self) -> f64 {
        let (ratings, stars) =
            (self.ratings(), self.distribution().iter().map(|(stars, count)| u64::from(*stars) * count).sum::<u64>());
        if ratings == 0 {
            return 0.0;
        }
        // Tenths as an integer first, half up, so that what is shown is exact.
        let tenths = (stars * 20 + ratings) / (ratings * 2);
        u32::try_from(tenths).map_or(0.0, |tenths| f64::from(tenths) / 10.0)
    }
}

/// Where what was paid for a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EarningStatus {
    /// The session is still to be.
    Pending,
    /// It took place.
    Completed,
    /// It was called off; the money goes back.
    Refunded,
}

/// A line of a mentor's statement. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earning {
    pub session_id: SessionBookingId,
    pub mentee_number: Option<PublicNumber>,
    pub amount: Paise,
    /// The payment's id.
    pub transaction: String,
    pub status: EarningStatus,
    pub at: Instant,
}

/// Where a withdrawal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalStatus {
    /// The amount has left the balance; an admin pays it out or refuses.
    Pending,
    Completed,
    /// The amount is in the balance again.
    Rejected,
}

/// A mentor's wish to be paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    pub id: WithdrawalId,
    pub product: Product,
    pub mentor: Party,
    pub mentor_number: Option<PublicNumber>,
    pub amount: Paise,
    pub status: WithdrawalStatus,
    pub payment_method: Line<40>,
    pub bank_details: Prose<1000>,
    pub admin_notes: Prose<1000>,
    /// That of the payout, by whoever made it.
    pub transaction_id: Line<64>,
    pub requested_at: Instant,
    pub processed_at: Option<Instant>,
}

impl Withdrawal {
    /// The withdrawal once it is decided; none when it was before.
    pub fn decided(&self, status: WithdrawalStatus, transaction_id: Line<64>, notes: Prose<1000>, now: Instant) -> Option<Self> {
        let open = self.status == WithdrawalStatus::Pending && status != WithdrawalStatus::Pending;
        open.then(|| Self { status, transaction_id, admin_notes: notes, processed_at: Some(now), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_has_one_decimal() {
        let average = |stars_4, stars_5| Purse { stars_4, stars_5, ..Purse::default() }.average();
        assert_eq!((average(0, 0), average(1, 2), average(1, 3), average(0, 1)), (0.0, 4.7, 4.8, 5.0));
    }
}
