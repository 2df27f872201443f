use crate::{AccountId, Instant, Product, SessionId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A session of fixed length lasts so long (C-8).
const FIXED_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// A sliding session ends so long after its last renewal (decisions: accounts) …
const SLIDING_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// … is renewed at most so often, since a renewal is a write …
const RENEWED_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// … and never lives longer than this.
const SLIDING_AT_MOST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One sign-in of one account at one product. Logging out deletes it, which ends its tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub account_id: AccountId,
    pub product: Product,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// Only a sliding session has one.
    #[serde(default)]
    pub renewed_at: Option<Instant>,
    /// The hash of the refresh token that is good now; only a family of tokens has one.
    #[serde(default)]
    pub refresh: Option<String>,
}

impl Session {
    /// A session of fixed length; a JWT carries it.
    pub fn fixed(id: SessionId, account_id: AccountId, product: Product, now: Instant) -> Self {
        Self { id, account_id, product, created_at: now, expires_at: now.plus(FIXED_LASTS), renewed_at: None, refresh: None }
    }

    /// A session that lasts as long as it is used, behind an opaque token.
    pub fn sliding(id: SessionId, account_id: AccountId, product: Product, now: Instant) -> Self {
        Self {
            id,
            account_id,
            product,
            created_at: now,
            expires_at: now.plus(SLIDING_LASTS),
            renewed_at: Some(now),
            refresh: None,
        }
    }

    /// A family of tokens: short access tokens, and a refresh token that each use replaces.
    pub fn family(id: SessionId, account_id: AccountId, product: Product, refresh: String, now: Instant) -> Self {
        let expires_at = now.plus(SLIDING_LASTS);
        Self { id, account_id, product, created_at: now, expires_at, renewed_at: None, refresh: Some(refresh) }
    }

    /// The same family with another refresh token.
    pub fn refreshed(&self, refresh: String, now: Instant) -> Self {
        let expires_at = now.plus(SLIDING_LASTS).min(self.created_at.plus(SLIDING_AT_MOST));
        Self { expires_at, refresh: Some(refresh), ..self.clone() }
    }

    /// Until when an access token that is made now is good.
    pub fn access_until(&self, now: Instant) -> Instant {
        now.plus(FIXED_LASTS).min(self.expires_at)
    }

    /// Whether it lasts as long as it is used, so that no JWT may carry it.
    pub fn is_sliding(&self) -> bool {
        self.renewed_at.is_some()
    }

    /// When it ends at the latest, however much it is used.
    pub fn ends_at(&self) -> Instant {
        if self.renewed_at.is_some() || self.refresh.is_some() { self.created_at.plus(SLIDING_AT_MOST) } else { self.expires_at }
    }

    /// The same session, renewed; None when that is not due, not possible or no longer of use.
    pub fn renewed(&self, now: Instant) -> Option<Self> {
        let due = now.since(self.renewed_at?) >= RENEWED_EVERY;
        let expires_at = now.plus(SLIDING_LASTS).min(self.created_at.plus(SLIDING_AT_MOST));
        let of_use = now < self.expires_at && expires_at > self.expires_at;
        (due && of_use).then(|| Self { expires_at, renewed_at: Some(now), ..self.clone() })
    }
}

/// What a mailed one-use token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPurpose {
    SetPassword,
    /// Proves a new address.
    ChangeEmail,
}

impl TokenPurpose {
    /// The name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// What a mailed one-time code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    SignIn,
}

impl CodePurpose {
    /// The name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn sliding() -> (Session, Instant) {
        let now = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let id = uuid::Uuid::from_u128(7);
        (Session::sliding(id.into(), id.into(), Product::LeadBridge, now), now)
    }

    #[test]
    fn a_session_in_use_is_renewed_once_a_day() {
        let (session, now) = sliding();
        assert!(session.renewed(now.plus(DAY - SignedDuration::from_millis(1))).is_none());
        let renewed = session.renewed(now.plus(DAY)).unwrap();
        assert_eq!(renewed.expires_at, now.plus(DAY * 8));
        assert!(renewed.renewed(now.plus(DAY)).is_none());
    }

    #[test]
    fn a_family_lasts_seven_days_from_its_last_refresh_and_thirty_in_all() {
        let (session, start) = sliding();
        let mut family = Session::family(session.id, session.account_id, session.product, "a".to_owned(), start);
        assert_eq!((family.access_until(start), family.expires_at), (start.plus(DAY), start.plus(DAY * 7)));
        for week in 1..5 {
            family = family.refreshed("b".to_owned(), start.plus(DAY * 6 * week));
        }
        assert_eq!(family.expires_at, start.plus(DAY * 30));
        assert_eq!(family.access_until(start.plus(DAY * 30 - SignedDuration::from_hours(1))), start.plus(DAY * 30));
    }

    #[test]
    fn no_session_outlives_thirty_days() {
        let (mut session, start) = sliding();
        let mut now = start;
        while now < session.expires_at {
            session = session.renewed(now).unwrap_or(session);
            now = now.plus(DAY);
        }
        assert_eq!(session.expires_at, start.plus(DAY * 30));
    }

    #[test]
    fn neither_an_ended_session_nor_one_of_fixed_length_is_renewed() {
        let (session, now) = sliding();
        assert!(session.renewed(session.expires_at).is_none());
        let fixed = Session::fixed(session.id, session.account_id, session.product, now);
        assert!(fixed.renewed(now.plus(SignedDuration::from_hours(23))).is_none());
    }
}
