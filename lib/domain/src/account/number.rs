use super::Role;
use crate::{AccountId, Invalid, Product};

/// In which row of numbers a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberSeries {
    Student,
    Mentor,
}

impl NumberSeries {
    /// The row from which a product gives a member with a role his number; none where people have no such numbers.
    pub fn of(product: Product, role: Role) -> Option<Self> {
        match (product, role) {
            (Product::AspireX, Role::Mentee) => Some(Self::Student),
            (Product::AspireX, Role::Mentor) => Some(Self::Mentor),
            _ => None,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Student => 'S',
            Self::Mentor => 'M',
        }
    }
}

/// The number by which people know a student or mentor of AspireX, like `S000001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicNumber {
    series: NumberSeries,
    number: u64,
}

impl PublicNumber {
    /// A number of a series; the first one is 1.
    pub fn new(series: NumberSeries, number: u64) -> Self {
        Self { series, number }
    }

    /// In which row it stands.
    pub fn series(self) -> NumberSeries {
        self.series
    }

    /// The role that goes with it.
    pub fn role(self) -> Role {
        match self.series {
            NumberSeries::Student => Role::Mentee,
            NumberSeries::Mentor => Role::Mentor,
        }
    }

    /// Reads a number as people type it: in any case, with at least six digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("Enter a number like S000001 or M000001");
        let text = text.trim();
        let digits = text.get(1..).filter(|digits| (6..=15).contains(&digits.len())).ok_or_else(invalid)?;
        let series = match text.chars().next() {
            Some('S' | 's') => NumberSeries::Student,
            Some('M' | 'm') => NumberSeries::Mentor,
            _ => return Err(invalid()),
        };
        let number = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
        let parsed = Self { series, number: number.ok_or_else(invalid)? };
        // Each has one spelling, so that none is found by two.
        if parsed.to_string()[1..] == *digits { Ok(parsed) } else { Err(invalid()) }
    }
}

/// How a path or body names a person: by his number, or by his account's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKey {
    Number(PublicNumber),
    Account(AccountId),
}

impl std::str::FromStr for PersonKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = || PublicNumber::parse(text).map(Self::Number);
        text.trim().parse().map(Self::Account).or_else(|_| number())
    }
}

impl<'de> serde::Deserialize<'de> for PersonKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for PublicNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:06}", self.series.letter(), self.number)
    }
}

impl std::str::FromStr for PublicNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl serde::Serialize for PublicNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PublicNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_letter_and_six_digits() {
        let first = PublicNumber::new(NumberSeries::Student, 1);
        assert_eq!(first.to_string(), "S000001");
        for text in ["S000001", " s000001 "] {
            assert_eq!(PublicNumber::parse(text), Ok(first), "{text}");
        }
        let many = PublicNumber::new(NumberSeries::Mentor, 1_234_567);
        assert_eq!((many.to_string().as_str(), PublicNumber::parse("M1234567")), ("M1234567", Ok(many)));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let long = format!("S{}", "9".repeat(40));
        for text in
            ["", "S", "000001", "X000001", "S00001", "S0000001", "S+00001", "S-00001", "S00000a", "Ｓ000001", "S٠٠٠٠٠١", &long]
        {
            assert!(PublicNumber::parse(text).is_err(), "{text}");
        }
    }
}
