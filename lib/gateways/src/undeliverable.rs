//! What SES tells of mails that did not arrive or were not wanted.
//!
//! SES puts it on the account's default bus, for mails sent under a configuration set with EventBridge as an event
//! destination: `source` is `aws.ses`, `detail-type` is `Email Bounced` or `Email Complaint Received`. As far as it
//! is read here, `detail` is
//!
//! ```json
//! { "eventType": "Bounce",
//!   "mail": { "messageId": "…" },
//!   "bounce": { "bounceType": "Permanent | Transient | Undetermined", "timestamp": "2026-02-01T10:00:00.000Z",
//!               "bouncedRecipients": [{ "emailAddress": "…" }] } }
//! { "eventType": "Complaint",
//!   "mail": { "messageId": "…" },
//!   "complaint": { "complaintFeedbackType": "abuse | not-spam | … | (missing)", "timestamp": "…",
//!                  "complainedRecipients": [{ "emailAddress": "…" }] } }
//! ```

use domain::{Instant, text::Email};
use serde::Deserialize;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The address will never take mail.
    PermanentBounce,
    /// Its owner called the mail unwanted.
    Complaint,
    /// A full mailbox, an unclear answer, or the owner's word that the mail was wanted after all.
    Passing,
}

/// That mail to some addresses did not arrive or was not wanted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Envelope")]
pub struct Notification {
    pub cause: Cause,
    pub addresses: Vec<Email>,
    pub at: Instant,
    /// SES's id of the mail.
    pub mail_id: String,
}

/// What the queue holds, as EventBridge put it there.
#[derive(Deserialize)]
struct Envelope {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    mail: Mail,
    #[serde(flatten)]
    told: Told,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Mail {
    message_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Told {
    #[serde(rename_all = "camelCase")]
    Bounce { bounce_type: String, bounced_recipients: Vec<Recipient>, timestamp: Instant },
    #[serde(rename_all = "camelCase")]
    Complaint { complaint_feedback_type: Option<String>, complained_recipients: Vec<Recipient>, timestamp: Instant },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

impl Recipient {
    /// The address, which may stand in angle brackets behind a name. One that is no address of ours to mail is none.
    fn address(&self) -> Option<Email> {
        let text = self.email_address.rsplit_once('<').map_or(self.email_address.as_str(), |(_, address)| address);
        Email::parse(text.trim_end_matches(['>', ' '])).ok()
    }
}

impl From<Envelope> for Notification {
    fn from(envelope: Envelope) -> Self {
        let (cause, recipients, at) = match envelope.detail.told {
            Told::Bounce { bounce_type, bounced_recipients, timestamp } => {
                let cause = if bounce_type == "Permanent" { Cause::PermanentBounce } else { Cause::Passing };
                (cause, bounced_recipients, timestamp)
            }
            Told::Complaint { complaint_feedback_type, complained_recipients, timestamp } => {
                let wanted = complaint_feedback_type.as_deref() == Some("not-spam");
                (if wanted { Cause::Passing } else { Cause::Complaint }, complained_recipients, timestamp)
            }
        };
        let addresses = recipients.iter().filter_map(Recipient::address).collect();
        Self { cause, addresses, at, mail_id: envelope.detail.mail.message_id }
    }
}
