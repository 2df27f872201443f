//! Mail: SES v2, as raw MIME, since an invitation is a part of its own kind.

use aws_sdk_sesv2::{
    Client,
    error::ProvideErrorMetadata,
    primitives::Blob,
    types::{Destination, EmailContent, RawMessage},
};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart, header::ContentType};

/// A mail that was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the mail could not be built: {0}")]
    Unbuildable(String),
    #[error("the mail service failed: {0}")]
    Failed(String),
}

/// A calendar invitation or its withdrawal.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// `REQUEST` or `CANCEL`.
    pub method: &'static str,
    /// The iCalendar text.
    pub ics: String,
}

/// A mail as it is to be sent.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: domain::text::Email,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub invitation: Option<Invitation>,
}

/// Who sends.
#[derive(Debug, Clone)]
pub struct Sender {
    pub name: String,
    pub address: domain::text::Email,
    /// Gets a copy of everything, when set (C-64; off by default).
    pub bcc: Option<domain::text::Email>,
}

/// The mailer.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
}

impl Mailer {
    /// A mailer behind a client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Sends a mail. SES knows no idempotency token: whoever calls makes sure it happens once.
    pub async fn send(&self, sender: &Sender, mail: &Mail) -> Result<(), MailError> {
        let mime = mime(sender, mail)?;
        let raw = RawMessage::builder().data(Blob::new(mime)).build().map_err(unbuildable)?;
        let mut to = Destination::builder().to_addresses(mail.to.as_str());
        if let Some(bcc) = &sender.bcc {
            to = to.bcc_addresses(bcc.as_str());
        }
        let content = EmailContent::builder().raw(raw).build();
        let request =
            self.client.send_email().from_email_address(sender.address.as_str()).destination(to.build()).content(content);
        request.send().await.map(|_| ()).map_err(|error| {
            // The service's sentence may name the recipient; its code is enough for a log.
            let code = error.as_service_error().and_then(|error| error.code()).unwrap_or("no answer").to_owned();
            MailError::Failed(code)
        })
    }
}

fn mailbox(name: &str, address: &domain::text::Email) -> Result<Mailbox, MailError> {
    Ok(Mailbox::new(Some(name.to_owned()), address.as_str().parse().map_err(unbuildable)?))
}

fn unbuildable(error: impl std::fmt::Display) -> MailError {
    MailError::Unbuildable(error.to_string())
}

/// The mail as MIME: text and HTML, with the invitation both as a calendar part, which mail programs offer to
/// accept, and as an attached file.
pub fn mime(sender: &Sender, mail: &Mail) -> Result<Vec<u8>, MailError> {
    let message = Message::builder()
        .from(mailbox(&sender.name, &sender.address)?)
        .to(mailbox(&mail.to_name, &mail.to)?)
        .subject(&mail.subject);
    let alternative = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let Some(invitation) = &mail.invitation else {
        return message.multipart(alternative).map(|message| message.formatted()).map_err(unbuildable);
    };
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", invitation.method)).map_err(unbuildable)?;
    let part = SinglePart::builder().header(kind.clone()).body(invitation.ics.clone());
    let file = Attachment::new("invite.ics".to_owned()).body(invitation.ics.clone(), kind);
    let mixed = MultiPart::mixed().multipart(alternative.singlepart(part)).singlepart(file);
    message.multipart(mixed).map(|message| message.formatted()).map_err(unbuildable)
}
