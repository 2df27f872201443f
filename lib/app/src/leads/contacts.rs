//! Contact data at rest: each field is sealed for its lead and its name, under a key that has an id.

use crate::seal::Cipher;
use domain::{
    LeadId,
    lead::{Contact, SealedContact},
    text::{Email, Line, PersonName, Prose},
};
use gateways::settings::{SettingError, Settings};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Why contact data could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("no key has the id {0}")]
    UnknownKey(String),
    #[error("the contact data of a lead do not open")]
    Damaged,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: Cipher,
}

impl Key {
    fn new(secret: &SecretString) -> Self {
        // The id says which key it is, and nothing of the key.
        let id = Sha256::digest([b"contact-key:", secret.expose_secret().as_bytes()].concat());
        Self { id: hex::encode(&id[..4]), cipher: Cipher::derived("contact", secret) }
    }
}

/// The keys of leads' contact data: one that seals, and the one before it, which still opens.
#[derive(Clone)]
pub struct ContactKeys {
    current: Key,
    previous: Option<Key>,
}

impl std::fmt::Debug for ContactKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContactKeys({})", self.current.id)
    }
}

fn place(lead: LeadId, field: &str) -> String {
    format!("lead:{lead}:{field}")
}

impl ContactKeys {
    /// `LEADBRIDGE_CONTACT_KEY`, and during a rotation `LEADBRIDGE_CONTACT_KEY_PREVIOUS`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let previous = settings.optional_secret("LEADBRIDGE_CONTACT_KEY_PREVIOUS")?;
        Ok(Self { current: Key::new(&settings.secret("LEADBRIDGE_CONTACT_KEY")?), previous: previous.as_ref().map(Key::new) })
    }

    /// The id of the key that seals.
    pub fn current_id(&self) -> &str {
        &self.current.id
    }

    /// Seals a lead's contact.
    pub fn seal(&self, lead: LeadId, contact: &Contact) -> Result<SealedContact, SealError> {
        let seal =
            |field: &str, text: &str| self.current.cipher.seal(&place(lead, field), text.as_bytes()).ok_or(SealError::Damaged);
        Ok(SealedContact {
            key_id: self.current.id.clone(),
            name: seal("name", contact.name.as_str())?,
            email: seal("email", contact.email.as_str())?,
            phone: seal("phone", contact.phone.as_str())?,
            message: seal("message", contact.message.as_str())?,
        })
    }

    /// Opens a lead's contact with the key that sealed it.
    pub fn open(&self, lead: LeadId, sealed: &SealedContact) -> Result<Contact, SealError> {
        let key = std::iter::once(&self.current).chain(&self.previous).find(|key| key.id == sealed.key_id);
        let key = key.ok_or_else(|| SealError::UnknownKey(sealed.key_id.clone()))?;
        let open = |field: &str, text: &str| {
            let bytes = key.cipher.open(&place(lead, field), text).ok_or(SealError::Damaged)?;
            String::from_utf8(bytes).map_err(|_| SealError::Damaged)
        };
        let damaged = |_| SealError::Damaged;
        Ok(Contact {
            name: PersonName::parse(&open("name", &sealed.name)?).map_err(damaged)?,
            email: Email::parse(&open("email", &sealed.email)?).map_err(damaged)?,
            phone: Line::parse(&open("phone", &sealed.phone)?).map_err(damaged)?,
            message: Prose::parse(&open("message", &sealed.message)?).map_err(damaged)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> ContactKeys {
        ContactKeys::from_settings(&Settings::from_values(pairs.iter().copied())).unwrap()
    }

    fn contact() -> Contact {
        Contact {
            name: PersonName::parse("Jane Roe").unwrap(),
            email: Email::parse("jane@example.com").unwrap(),
            phone: Line::parse("+911234567890").unwrap(),
            message: Prose::parse("Call me").unwrap(),
        }
    }

    const CURRENT: &str = "LEADBRIDGE_CONTACT_KEY";
    const PREVIOUS: &str = "LEADBRIDGE_CONTACT_KEY_PREVIOUS";
    const OLD: &str = "contact-key-of-old-times";
    const NEW: &str = "contact-key-of-new-times";

    #[test]
    fn a_contact_opens_only_for_its_lead_and_each_field_at_its_place() {
        let keys = keys(&[(CURRENT, OLD)]);
        let (lead, other) = (LeadId::from(uuid::Uuid::from_u128(7)), LeadId::from(uuid::Uuid::from_u128(8)));
        let sealed = keys.seal(lead, &contact()).unwrap();
        assert_eq!(keys.open(lead, &sealed), Ok(contact()));
        assert_eq!(keys.open(other, &sealed), Err(SealError::Damaged));
        let swapped = SealedContact { phone: sealed.message.clone(), message: sealed.phone.clone(), ..sealed };
        assert_eq!(keys.open(lead, &swapped), Err(SealError::Damaged));
    }

    #[test]
    fn the_previous_key_opens_and_the_current_one_seals() {
        let lead = LeadId::from(uuid::Uuid::from_u128(7));
        let before = keys(&[(CURRENT, OLD)]);
        let sealed = before.seal(lead, &contact()).unwrap();
        let rotated = keys(&[(CURRENT, NEW), (PREVIOUS, OLD)]);
        assert_eq!(rotated.open(lead, &sealed), Ok(contact()));
        let anew = rotated.seal(lead, &contact()).unwrap();
        assert!(anew.key_id == rotated.current_id() && anew.key_id != sealed.key_id);
        assert_eq!(before.open(lead, &anew), Err(SealError::UnknownKey(anew.key_id.clone())));
        assert_eq!(keys(&[(CURRENT, NEW)]).open(lead, &anew), Ok(contact()));
    }
}
