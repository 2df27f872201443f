//! Every mail that was sent, as its reader sees it.

use super::{page, refuse, refuse_to};
use crate::{server::Shared, standins::ses::ReceivedMail};
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use std::time::Duration;

/// A mail may look as it likes, but neither load nor run anything; its links open elsewhere.
const MAIL_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
     sandbox allow-popups allow-popups-to-escape-sandbox",
);
const NO_MAIL: &str = "There is no such mail.";

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    mails: Vec<ReceivedMail>,
    search: String,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

pub(super) async fn show_inbox(State(shared): State<Shared>, Query(Search { q }): Query<Search>) -> Response {
    page(&InboxPage { mails: shared.inbox.search(&q), search: q })
}

#[derive(Deserialize)]
pub(super) struct MailFilter {
    to: Option<String>,
    subject: Option<String>,
    wait: Option<String>,
}

pub(super) async fn list_mails(State(shared): State<Shared>, Query(filter): Query<MailFilter>) -> Response {
    const LONGEST: Duration = Duration::from_secs(60);
    let (to, subject) = (filter.to.as_deref(), filter.subject.as_deref());
    let mails = match filter.wait.as_deref().map(str::parse::<SignedDuration>) {
        None => shared.inbox.mails(to, subject),
        Some(Ok(wait)) => shared.inbox.wait(to, subject, Duration::try_from(wait).unwrap_or_default().min(LONGEST)).await,
        Some(Err(_)) => return refuse(StatusCode::BAD_REQUEST, "wait is a time like 5s"),
    };
    Json(mails).into_response()
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    mail: ReceivedMail,
    view: &'static str,
}

#[derive(Deserialize)]
pub(super) struct View {
    #[serde(default)]
    view: String,
}

pub(super) async fn show_mail(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(View { view }): Query<View>,
    headers: HeaderMap,
) -> Response {
    let view = ["text", "source"].into_iter().find(|known| *known == view).unwrap_or("html");
    match shared.inbox.mail(&id) {
        Some(mail) => page(&MailPage { mail, view }),
        None => refuse_to(&headers, StatusCode::NOT_FOUND, NO_MAIL),
    }
}

/// The HTML of a mail, for the frame that shows it.
pub(super) async fn show_body(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    match shared.inbox.mail(&id) {
        Some(mail) => ([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(mail.html)).into_response(),
        None => refuse(StatusCode::NOT_FOUND, NO_MAIL),
    }
}

pub(super) async fn download(State(shared): State<Shared>, Path((id, n)): Path<(String, usize)>) -> Response {
    let attachment = shared.inbox.mail(&id).and_then(|mail| mail.attachments.into_iter().nth(n));
    let Some(attachment) = attachment else { return refuse(StatusCode::NOT_FOUND, NO_MAIL) };
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let name = if attachment.name.is_empty() { "part.ics" } else { attachment.name.as_str() };
    let name: String = name.chars().map(safe).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let kind = HeaderValue::from_str(&attachment.content_type);
    let [Ok(disposition), Ok(kind)] = [disposition, kind] else { return refuse(StatusCode::NOT_FOUND, NO_MAIL) };
    ([(header::CONTENT_DISPOSITION, disposition), (header::CONTENT_TYPE, kind)], attachment.content).into_response()
}
