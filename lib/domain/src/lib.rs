//! What the platform's things are and which moves are legal.
//!
//! Nothing here talks to AWS or HTTP, reads a clock or makes an id: time and ids are passed in.

pub mod account;
pub mod activity;
pub mod ai;
pub mod audit;
pub mod booking;
pub mod catalog;
pub mod cells;
pub mod chat;
pub mod community;
pub mod directory;
pub mod earnings;
pub mod event;
pub mod figures;
pub mod file;
pub mod id;
pub mod interview;
pub mod lead;
pub mod link;
pub mod mentorship;
pub mod money;
pub mod newsletter;
pub mod note;
pub mod notice;
pub mod payment;
pub mod portrait;
pub mod product;
pub mod public_event;
#[cfg(feature = "schema")]
mod schema;
pub mod site;
pub mod slot;
pub mod text;
pub mod time;

pub use id::*;
pub use money::Paise;
pub use product::Product;
pub use time::{Instant, Span, Zone};

/// A value that breaks a rule of its type; the sentence is fit for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// The refusal with its one sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The refusal with the name of the field that it is about.
    pub fn at(self, field: &'static str) -> InvalidField {
        InvalidField { field, sentence: self.0 }
    }
}

/// A value that breaks a rule of its type, and the field in which it was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {sentence}")]
pub struct InvalidField {
    pub field: &'static str,
    pub sentence: String,
}

/// Implements string parsing and serde for a newtype with a private `String`.
///
/// The type must have `fn parse(&str) -> Result<Self, Invalid>` and `fn as_str(&self) -> &str`,
/// so that no value of it exists that its rule refuses, wherever it came from.
#[macro_export]
macro_rules! string_newtype {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
