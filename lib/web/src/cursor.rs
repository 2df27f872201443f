use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gateways::settings::{SettingError, Settings};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use std::sync::Arc;
use store::Position;

const TAG: usize = 16;

/// Seals positions in lists, so that clients can neither make up or alter a cursor, nor use one at another list.
#[derive(Clone)]
pub struct CursorKey(Arc<[u8]>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

impl CursorKey {
    /// Derived from `JWT_SECRET`: cursors live for minutes and need no secret of their own.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let secret = settings.secret("JWT_SECRET")?;
        Ok(Self([b"cursor:", secret.expose_secret().as_bytes()].concat().into()))
    }

    fn mac(&self, list: &str, position: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(list.as_bytes());
        mac.update(position);
        mac
    }

    /// A cursor for a position in a list.
    pub fn seal(&self, list: &str, position: &Position) -> Option<String> {
        let position = serde_json::to_vec(position).ok()?;
        let tag = self.mac(list, &position).finalize().into_bytes();
        Some(URL_SAFE_NO_PAD.encode([&tag[..TAG], &position].concat()))
    }

    /// The position in a list that a cursor of ours stands for.
    pub fn open(&self, list: &str, cursor: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, position) = bytes.split_at_checked(TAG)?;
        self.mac(list, position).verify_truncated_left(tag).ok()?;
        serde_json::from_slice(position).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_at_its_list_and_unaltered() {
        let key = CursorKey::from_settings(&Settings::from_values([("JWT_SECRET", "0123456789abcdef")])).unwrap();
        let position: Position = serde_json::from_str(r#"{"pk":"A","sk":"B"}"#).unwrap();
        let cursor = key.seal("/api/mocks", &position).unwrap();
        assert_eq!(key.open("/api/mocks", &cursor), Some(position));
        assert_eq!(key.open("/api/feedbacks", &cursor), None);
        for bad in ["", "AAAA", &cursor[1..], &format!("{cursor}A"), "ß"] {
            assert_eq!(key.open("/api/mocks", bad), None, "{bad}");
        }
    }
}
