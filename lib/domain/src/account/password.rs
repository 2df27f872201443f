use crate::{Invalid, string_newtype};
use serde::{Deserialize, Deserializer, de::Error as _};

/// A password as typed: at least 8 characters (F-39), at most 72 bytes, which is all that bcrypt reads.
///
/// Never printed, stored or serialised.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Parses a new password.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() < 8 {
            return Err(Invalid::new("Password must be at least 8 characters"));
        }
        if text.len() > 72 {
            return Err(Invalid::new("Password must be at most 72 bytes"));
        }
        if text.contains('\0') {
            return Err(Invalid::new("Password must not contain control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The characters, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// A bcrypt hash.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes what a hasher made; anything else is refused.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.starts_with("$2") && text.len() == 60 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("not a bcrypt hash"))
        }
    }

    /// The hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(PasswordHash);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_overlong_passwords_are_refused_with_the_documented_sentence() {
        assert_eq!(Password::parse("1234567").unwrap_err().0, "Password must be at least 8 characters");
        assert!(Password::parse(&"x".repeat(73)).is_err());
        assert!(Password::parse("12345678").is_ok());
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(format!("{:?}", Password::parse("hunter2hunter2").unwrap()), "Password(…)");
    }
}
