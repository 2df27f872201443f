//! What is checked of a lead by itself (decisions: LeadBridge). That the address can be one was checked when it was read.

use super::Contact;
use crate::text::Email;
use serde::{Deserialize, Serialize};

/// Why a person must look at a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The address is of a service that gives them away for minutes.
    DisposableAddress,
    /// The address is not that of the account.
    AnotherAddress,
    /// The number is not an international one (E.164).
    PhoneFormat,
}

/// Services that give addresses away for some minutes.
const DISPOSABLE: [&str; 32] = [
    "10minutemail.com",
    "20minutemail.com",
    "burnermail.io",
    "dispostable.com",
    "dropmail.me",
    "emailondeck.com",
    "fakeinbox.com",
    "getairmail.com",
    "getnada.com",
    "grr.la",
    "guerrillamail.com",
    "guerrillamail.net",
    "guerrillamail.org",
    "inboxkitten.com",
    "mail-temp.com",
    "mail.tm",
    "mailcatch.com",
    "maildrop.cc",
    "mailinator.com",
    "mailnesia.com",
    "mintemail.com",
    "mohmal.com",
    "sharklasers.com",
    "spamgourmet.com",
    "temp-mail.org",
    "tempail.com",
    "tempmail.com",
    "tempr.email",
    "throwawaymail.com",
    "trashmail.com",
    "yopmail.com",
    "yopmail.fr",
];

fn is_disposable(email: &Email) -> bool {
    let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    // A subdomain of theirs is theirs too.
    DISPOSABLE.iter().any(|known| domain.strip_suffix(known).is_some_and(|sub| sub.is_empty() || sub.ends_with('.')))
}

/// A plus and 8 to 15 digits that do not begin with 0, perhaps grouped.
fn is_e164(phone: &str) -> bool {
    let grouped = |c: &char| !matches!(c, ' ' | '-' | '.' | '(' | ')');
    let bare: String = phone.chars().filter(grouped).collect();
    let digits = bare.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with('0')
}

/// What speaks against taking a contact as it is; nothing when it is verified by itself.
pub fn doubts(contact: &Contact, account: &Email) -> Vec<Doubt> {
    let doubts = [
        (is_disposable(&contact.email), Doubt::DisposableAddress),
        (contact.email != *account, Doubt::AnotherAddress),
        (!is_e164(contact.phone.as_str()), Doubt::PhoneFormat),
    ];
    doubts.into_iter().filter_map(|(holds, doubt)| holds.then_some(doubt)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Line, PersonName, Prose};

    fn doubts_of(email: &str, phone: &str, account: &str) -> Vec<Doubt> {
        let contact = Contact {
            name: PersonName::parse("Jo Doe").unwrap(),
            email: Email::parse(email).unwrap(),
            phone: Line::parse(phone).unwrap(),
            message: Prose::default(),
        };
        doubts(&contact, &Email::parse(account).unwrap())
    }

    #[test]
    fn one_s_own_address_and_an_international_number_are_not_doubted() {
        for phone in ["+911234567890", "+91 12345-67890", "+1 (202) 555-0123"] {
            assert_eq!(doubts_of("jo@example.com", phone, "jo@example.com"), vec![], "{phone}");
        }
    }

    #[test]
    fn each_doubt_is_told() {
        use Doubt::{AnotherAddress, DisposableAddress, PhoneFormat};
        assert_eq!(doubts_of("jo@mailinator.com", "+911234567890", "jo@mailinator.com"), vec![DisposableAddress]);
        assert_eq!(doubts_of("jo@x.yopmail.com", "+911234567890", "jo@x.yopmail.com"), vec![DisposableAddress]);
        assert_eq!(doubts_of("jo@notyopmail.com", "+911234567890", "jo@notyopmail.com"), vec![]);
        assert_eq!(doubts_of("jo@example.com", "+911234567890", "other@example.com"), vec![AnotherAddress]);
        for phone in ["1234567890", "+0123456789", "+12345", "+1234567890123456", "call me", "+9112345a7890"] {
            assert_eq!(doubts_of("jo@example.com", phone, "jo@example.com"), vec![PhoneFormat], "{phone}");
        }
    }
}
