//! Money is integer paise inside; rupees exist only where a face shows them.

use crate::Invalid;
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

    /// An amount as a form writes it in rupees: digits, and perhaps a point with at most two more.
    pub fn parse_rupees(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("Enter an amount in rupees, with at most two decimals");
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let decimals = decimals.trim_end_matches('0');
        if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 2 {
            return Err(refused());
        }
        let whole: u64 = whole.parse().map_err(|_| refused())?;
        let hundredths: u64 = format!("{decimals:0<2}").parse().map_err(|_| refused())?;
        whole.checked_mul(100).and_then(|paise| paise.checked_add(hundredths)).map(Self).ok_or_else(refused)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupees_are_read_to_the_paisa() {
        for (text, paise) in [("500", 50_000), ("499.5", 49_950), ("499.05", 49_905), ("500.0", 50_000), (" 0.01 ", 1)] {
            assert_eq!(Paise::parse_rupees(text).unwrap().get(), paise, "{text}");
        }
        for bad in ["", "-1", "1e3", "1.005", "1.2.3", ".5", "99999999999999999999", "NaN"] {
            assert!(Paise::parse_rupees(bad).is_err(), "{bad}");
        }
    }
}
