//! Texts that people type, parsed once at the edge.

use crate::{Invalid, string_newtype};

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// An e-mail address: trimmed, lower-cased, valid, at most 254 bytes (F-41).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Parses an address as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let address = text.trim().to_lowercase();
        let options = email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        if address.len() > 254 || email_address::EmailAddress::parse_with_options(&address, options).is_err() {
            return Err(Invalid::new("Enter a valid e-mail address"));
        }
        Ok(Self(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(Email);

/// A person's name: at least 2 characters after trimming (F-40), at most 100, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = text.trim();
        match name.chars().count() {
            0 | 1 => Err(Invalid::new("Name must be at least 2 characters")),
            2..=100 if name.chars().any(char::is_control) => Err(Invalid::new("Name must not contain control characters")),
            // Mail programs make links of such names by themselves.
            2..=100 if name.contains("://") => Err(Invalid::new("Name must not be an address")),
            2..=100 => Ok(Self(name.to_owned())),
            _ => Err(Invalid::new("Name must be at most 100 characters")),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(PersonName);

/// One line of text of at most `MAX` characters, trimmed; may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Line<const MAX: usize>(String);

/// Text of several lines of at most `MAX` characters, trimmed; may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose<const MAX: usize>(String);

macro_rules! bounded_text {
    ($name:ident, $bad:expr) => {
        impl<const MAX: usize> $name<MAX> {
            /// Parses text as typed.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let text = text.trim();
                if text.chars().count() > MAX {
                    return Err(Invalid(format!("Must be at most {MAX} characters")));
                }
                if $bad(text) {
                    return Err(Invalid::new("Must not contain control characters"));
                }
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, or nothing when it is empty.
            pub fn non_empty(self) -> Option<Self> {
                (!self.0.is_empty()).then_some(self)
            }
        }
        impl<const MAX: usize> std::fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl<const MAX: usize> serde::Serialize for $name<MAX> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de, const MAX: usize> serde::Deserialize<'de> for $name<MAX> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
bounded_text!(Line, |text: &str| text.chars().any(char::is_control));
bounded_text!(Prose, has_control);

/// A web address shown as a picture or link: empty, or `https://…`/`http://…` without blanks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebUrl(String);

impl WebUrl {
    /// Parses an address as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let url = text.trim();
        let scheme = url.starts_with("https://") || url.starts_with("http://");
        if url.is_empty() || (scheme && url.len() <= 2048 && !url.chars().any(|c| c.is_whitespace() || c.is_control())) {
            return Ok(Self(url.to_owned()));
        }
        Err(Invalid::new("Enter an address that starts with https://"))
    }

    /// The address, perhaps empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(WebUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_cased_and_trimmed() {
        assert_eq!(Email::parse("  Jane@Example.COM ").unwrap().as_str(), "jane@example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "jane",
            "jane@",
            "@x.com",
            "a b@x.com",
            "jane@localhost",
            "Jane <jane@x.com>",
            "jane@[127.0.0.1]",
            "j\r\nBcc:x@y.com@z.com",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(250))).is_err());
    }

    #[test]
    fn a_name_has_two_characters_after_trimming() {
        assert_eq!(PersonName::parse("  Jo ").unwrap().as_str(), "Jo");
        assert_eq!(PersonName::parse(" J ").unwrap_err().0, "Name must be at least 2 characters");
        assert!(PersonName::parse("Jo\nhn").is_err());
        assert!(PersonName::parse(&"x".repeat(101)).is_err());
    }

    #[test]
    fn a_line_has_no_line_breaks_and_prose_may() {
        assert!(Line::<10>::parse("a\nb").is_err());
        assert!(Prose::<10>::parse("a\nb").is_ok());
        assert!(Prose::<10>::parse("a\u{0}b").is_err());
        assert!(Prose::<3>::parse("abcd").is_err());
    }

    #[test]
    fn a_script_is_no_web_address() {
        assert!(WebUrl::parse("javascript:alert(1)").is_err());
        assert!(WebUrl::parse("https://x.com/a.png").is_ok());
        assert!(WebUrl::parse("").is_ok());
    }
}
