use crate::{AccountId, Instant, Product, SessionId};
use serde::{Deserialize, Serialize};

/// One sign-in of one account at one product. Logging out deletes it, which ends its tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub account_id: AccountId,
    pub product: Product,
    pub created_at: Instant,
    pub expires_at: Instant,
}

/// What a mailed one-use token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPurpose {
    SetPassword,
}

impl TokenPurpose {
    /// The name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
        }
    }
}
