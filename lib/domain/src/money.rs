//! Money is integer paise inside; rupees exist only where a face shows them.

use serde::{Deserialize, Serialize};

/// An amount in paise (1 rupee = 100 paise). The currency is always INR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Paise(u64);

impl Paise {
    /// The only currency taken.
    pub const CURRENCY: &'static str = "INR";

    /// An amount of so many paise.
    pub const fn new(paise: u64) -> Self {
        Self(paise)
    }

    /// An amount of so many whole rupees.
    pub const fn rupees(rupees: u64) -> Self {
        Self(rupees * 100)
    }

    /// The amount in paise.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The amount in rupees, as the public price list shows it: whole rupees stay whole.
    pub fn in_rupees(self) -> serde_json::Number {
        if self.0.is_multiple_of(100) {
            (self.0 / 100).into()
        } else {
            // Two decimals of a u64 below 2^53 are exact enough to print; the finite check cannot fail.
            serde_json::Number::from_f64(self.0 as f64 / 100.0).unwrap_or_else(|| (self.0 / 100).into())
        }
    }
}
