//! SES v2: takes mails and keeps them in an inbox that can be read. Addresses that begin with `bounce` or `complaint`
//! do what they say: the one takes no mail, the other calls it unwanted, and SES tells of it by the bus.

use crate::{
    recorder::{Happened, Recorder, StepKind},
    standins::eventbridge::{BusEvent, EventBridge},
    write_whole,
};
use app::Clock;
use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Instant;
use http::{HeaderName, StatusCode};
use mail_parser::{MessageParser, MimeHeaders};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// A mail as its reader sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceivedMail {
    pub id: String,
    pub from: String,
    pub to: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    /// The mail as it was sent.
    #[serde(default)]
    pub source: String,
    /// The header `X-Request-Id`.
    #[serde(default)]
    pub request_id: Option<String>,
    pub received_at: Instant,
}

/// A part of a mail that is no body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub content_type: String,
    /// As text; everything that we attach is.
    pub content: String,
}

impl Attachment {
    /// Its name, or what it is when it has none: an invitation stands in a mail with a name and without.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { "invitation, as the mail's own part" } else { &self.name }
    }
}

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<ReceivedMail>,
    failures: usize,
}

/// The inbox of everybody.
#[derive(Debug, Clone)]
pub struct Inbox {
    kept: Arc<Mutex<Kept>>,
    arrived: Arc<Notify>,
    clock: Arc<dyn Clock>,
    folder: Option<PathBuf>,
}

impl Inbox {
    /// An inbox, kept in a folder if there is one.
    pub fn new(clock: Arc<dyn Clock>, folder: Option<PathBuf>) -> std::io::Result<Self> {
        let mut mails: Vec<ReceivedMail> = Vec::new();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            for entry in std::fs::read_dir(folder)? {
                mails.extend(std::fs::read(entry?.path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()));
            }
            mails.sort_by(|a, b| (a.received_at, &a.id).cmp(&(b.received_at, &b.id)));
        }
        let kept = Arc::new(Mutex::new(Kept { mails, failures: 0 }));
        Ok(Self { kept, arrived: Arc::default(), clock, folder })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Mails to an address (all without one) whose subject holds a text, newest first.
    pub fn mails(&self, to: Option<&str>, subject: Option<&str>) -> Vec<ReceivedMail> {
        let wanted = |mail: &&ReceivedMail| {
            to.is_none_or(|to| mail.to.iter().any(|address| address.eq_ignore_ascii_case(to.trim())))
                && subject.is_none_or(|subject| mail.subject.contains(subject))
        };
        self.kept().mails.iter().rev().filter(wanted).cloned().collect()
    }

    /// Mails in which every word of a text stands somewhere: in an address, the subject or the text; newest first.
    pub fn search(&self, text: &str) -> Vec<ReceivedMail> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let holds = |mail: &&ReceivedMail| {
            let parts = [mail.to.join(" "), mail.bcc.join(" "), mail.from.clone(), mail.subject.clone(), mail.text.clone()];
            let whole = parts.join(" ").to_lowercase();
            words.iter().all(|word| whole.contains(word))
        };
        self.kept().mails.iter().rev().filter(holds).cloned().collect()
    }

    /// A mail.
    pub fn mail(&self, id: &str) -> Option<ReceivedMail> {
        self.kept().mails.iter().find(|mail| mail.id == id).cloned()
    }

    /// The same, after waiting until there is one or the time is up.
    pub async fn wait(&self, to: Option<&str>, subject: Option<&str>, at_most: Duration) -> Vec<ReceivedMail> {
        let found = async {
            loop {
                let arrived = self.arrived.notified();
                let mails = self.mails(to, subject);
                if !mails.is_empty() {
                    return mails;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(at_most, found).await.unwrap_or_default()
    }

    /// Makes the next so many sendings fail.
    pub fn fail_next(&self, sendings: usize) {
        self.kept().failures = sendings;
    }

    fn take_failure(&self) -> bool {
        let mut kept = self.kept();
        let fails = kept.failures > 0;
        kept.failures = kept.failures.saturating_sub(1);
        fails
    }

    fn keep(&self, mail: ReceivedMail) -> std::io::Result<()> {
        if let Some(folder) = &self.folder {
            write_whole(&folder.join(format!("{}.json", mail.id)), &serde_json::to_vec_pretty(&mail)?)?;
        }
        self.kept().mails.push(mail);
        self.arrived.notify_waiters();
        Ok(())
    }
}

/// The part of SES's API that is used.
pub(crate) fn router(inbox: Inbox, bus: EventBridge, recorder: Option<Recorder>) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send_email))
        .route("/v2/email/identities/{identity}", get(show_identity))
        .with_state((inbox, bus, recorder))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: String,
    destination: Destination,
    content: Content,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Destination {
    to_addresses: Vec<String>,
    bcc_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    raw: Raw,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

fn refused(status: StatusCode, kind: &'static str, message: &str) -> Response {
    (status, [(HeaderName::from_static("x-amzn-errortype"), kind)], Json(json!({ "message": message }))).into_response()
}

/// What SES tells of a mail afterwards.
fn feedback(mail: &ReceivedMail) -> Option<BusEvent> {
    let address = mail.to.first()?;
    let recipients = json!([{ "emailAddress": address }]);
    let (detail_type, detail) = if address.starts_with("bounce") {
        let bounce = json!({
            "bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": mail.received_at,
        });
        ("Email Bounced", json!({ "eventType": "Bounce", "bounce": bounce }))
    } else if address.starts_with("complaint") {
        let complaint = json!({
            "complaintFeedbackType": "abuse", "complainedRecipients": recipients, "timestamp": mail.received_at,
        });
        ("Email Complaint Received", json!({ "eventType": "Complaint", "complaint": complaint }))
    } else {
        return None;
    };
    let mut detail = detail;
    detail["mail"] = json!({ "messageId": mail.id, "source": mail.from, "destination": mail.to });
    Some(BusEvent { source: "aws.ses".to_owned(), detail_type: detail_type.to_owned(), detail })
}

/// Every sender is verified here.
async fn show_identity() -> Json<Value> {
    Json(json!({ "IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": true, "VerificationStatus": "SUCCESS" }))
}

type Told = State<(Inbox, EventBridge, Option<Recorder>)>;

/// A mail as a timeline shows it. What it says may name the session that it is about.
fn told(mail: &ReceivedMail, bounces: bool) -> Happened {
    let files: Vec<&str> = mail.attachments.iter().map(|attachment| attachment.name.as_str()).collect();
    let detail = json!({
        "to": mail.to, "subject": mail.subject, "attachments": files, "mail": mail.id, "bounces": bounces, "request_id": mail.request_id,
    });
    let words: Vec<&str> =
        mail.attachments.iter().map(|attachment| attachment.content.as_str()).chain([mail.text.as_str()]).collect();
    let title = format!("{} to {}", mail.subject, mail.to.join(", "));
    Happened::new(StepKind::Mail, title, detail).naming(words.join(" "))
}

async fn send_email(State((inbox, bus, recorder)): Told, Json(request): Json<Value>) -> Response {
    if inbox.take_failure() {
        return refused(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Maximum sending rate exceeded.");
    }
    let Ok(request) = serde_json::from_value::<SendEmail>(request) else {
        return refused(StatusCode::BAD_REQUEST, "BadRequestException", "The request is not a raw mail.");
    };
    let Some(mail) = parse(&inbox, request) else {
        return refused(StatusCode::BAD_REQUEST, "MessageRejected", "The mail is not MIME.");
    };
    let (id, feedback) = (mail.id.clone(), feedback(&mail));
    let bounces = feedback.as_ref().is_some_and(|event| event.detail_type == "Email Bounced");
    if let Some(recorder) = recorder {
        recorder.record(told(&mail, bounces));
    }
    let kept = if bounces { Ok(()) } else { inbox.keep(mail) };
    match kept.and_then(|()| feedback.map_or(Ok(()), |event| bus.put(event))) {
        Ok(()) => Json(json!({ "MessageId": id })).into_response(),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServiceError", &error.to_string()),
    }
}

fn parse(inbox: &Inbox, request: SendEmail) -> Option<ReceivedMail> {
    let raw = STANDARD.decode(request.content.raw.data).ok()?;
    let message = MessageParser::default().parse(&raw)?;
    let received_at = inbox.clock.now();
    let attachments = message.attachments().map(|part| {
        let kind = part.content_type();
        let method =
            kind.and_then(|kind| kind.attribute("method")).map(|method| format!("; method={method}")).unwrap_or_default();
        let kind = kind.map(|kind| format!("{}/{}{method}", kind.ctype(), kind.subtype().unwrap_or_default()));
        Attachment {
            name: part.attachment_name().unwrap_or_default().to_owned(),
            content_type: kind.unwrap_or_default(),
            content: String::from_utf8_lossy(part.contents()).into_owned(),
        }
    });
    Some(ReceivedMail {
        id: app::new_id::<domain::EventId>(received_at).to_string(),
        from: request.from_email_address,
        to: request.destination.to_addresses,
        bcc: request.destination.bcc_addresses,
        subject: message.subject()?.to_owned(),
        text: message.body_text(0)?.into_owned(),
        html: message.body_html(0)?.into_owned(),
        attachments: attachments.collect(),
        source: String::from_utf8_lossy(&raw).into_owned(),
        request_id: message.header("X-Request-Id").and_then(|value| value.as_text()).map(str::to_owned),
        received_at,
    })
}
