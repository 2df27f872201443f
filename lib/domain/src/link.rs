//! The pool of meet links.

use crate::{BookingId, Instant, Invalid, LinkId, string_newtype, text::Line};
use serde::{Deserialize, Serialize};

/// A Google Meet address: `https://meet.google.com/…`, nothing else (hole 16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetUrl(String);

impl MeetUrl {
    const HOST: &'static str = "https://meet.google.com/";

    /// Parses an address as typed; a missing scheme is put in front.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Rooms are the same in either case, and the pool must know one room by one address.
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let url = if text.starts_with("meet.google.com/") { format!("https://{text}") } else { text };
        let room = url.strip_prefix(Self::HOST).unwrap_or_default();
        if (3..=100).contains(&room.len()) && room.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            Ok(Self(url))
        } else {
            Err(Invalid::new("Enter a Google Meet link like https://meet.google.com/abc-defg-hij"))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(MeetUrl);

/// Whether a link is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    Available,
    InUse,
}

/// A meet link of the pool (C-36).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MeetLink {
    pub id: LinkId,
    pub link: MeetUrl,
    pub name: Line<60>,
    pub status: LinkStatus,
    pub current_booking_id: Option<BookingId>,
    pub created_at: Instant,
}

/// A free link as the pool offers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreeLink {
    pub id: LinkId,
    pub link: MeetUrl,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_google_meet_rooms_are_links() {
        assert_eq!(MeetUrl::parse("Meet.Google.com/ABC-defg-hij/").unwrap().as_str(), "https://meet.google.com/abc-defg-hij");
        for text in [
            "",
            "https://meet.google.com/",
            "https://evil.com/meet.google.com/abc",
            "https://meet.google.com.evil.com/abc",
            "javascript:meet.google.com",
            "https://meet.google.com/a b",
        ] {
            assert!(MeetUrl::parse(text).is_err(), "{text}");
        }
    }
}
