use app::seal::Sealer;
use gateways::settings::{SettingError, Settings};
use serde::{Serialize, de::DeserializeOwned};

/// Seals positions in lists, so that clients can neither read, make up nor alter a cursor, nor use one at another
/// list.
#[derive(Debug, Clone)]
pub struct CursorKey(Sealer);

impl CursorKey {
    /// Derived from `JWT_SECRET`: cursors live for minutes and need no secret of their own.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        Sealer::from_settings(settings, "cursor").map(Self)
    }

    /// A cursor for a position in a list.
    pub fn seal(&self, list: &str, position: &impl Serialize) -> Option<String> {
        Some(self.0.seal(list, &serde_json::to_vec(position).ok()?))
    }

    /// The position in a list that a cursor of ours stands for.
    pub fn open<P: DeserializeOwned>(&self, list: &str, cursor: &str) -> Option<P> {
        serde_json::from_slice(&self.0.open(list, cursor)?).ok()
    }
}
