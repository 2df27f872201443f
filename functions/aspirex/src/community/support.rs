//! `/api/chat/customer-service/…` and the contact form.

use super::Deps;
use app::support::{ContactForm, Support};
use axum::extract::State;
use domain::{
    ContactMessageId, Instant, InvalidField, SupportReplyId, SupportRequestId,
    account::Role,
    chat::{ContactMessage, SupportReply, SupportRequest, SupportText},
    text::{Email, Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    AdminOnly, Answer, Body, Caller, Created, Listed, Message, PageQuery, PathId, Routes, Visitor, about, null_as_default,
};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportReply)]
struct ReplyShape {
    id: SupportReplyId,
    reply: SupportText,
    created_at: Instant,
}

impl From<SupportReply> for ReplyShape {
    fn from(reply: SupportReply) -> Self {
        Self { id: reply.id, reply: reply.reply, created_at: reply.created_at }
    }
}

/// What somebody asked, with the answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportRequest)]
struct RequestShape {
    id: SupportRequestId,
    user_type: &'static str,
    user_name: String,
    user_email: Email,
    subject: String,
    message: SupportText,
    is_resolved: bool,
    created_at: Instant,
    replies: Vec<ReplyShape>,
}

impl From<SupportRequest> for RequestShape {
    fn from(request: SupportRequest) -> Self {
        Self {
            id: request.id,
            user_type: match request.role {
                Role::Admin => "admin",
                Role::Mentor => "mentor",
                Role::Mentee => "student",
            },
            user_name: request.member.name.to_string(),
            user_email: request.member.email,
            subject: request.subject.to_string(),
            message: request.message,
            is_resolved: request.is_resolved,
            created_at: request.created_at,
            replies: request.replies.into_iter().map(ReplyShape::from).collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct Ask {
    #[serde(default, deserialize_with = "null_as_default")]
    subject: Line<200>,
    message: SupportText,
}

async fn ask(State(support): State<Support>, caller: Caller, Body(body): Body<Ask>) -> Answer<Created<RequestShape>> {
    Ok(Created(support.ask(&caller.cx, &caller.member, body.subject, body.message).await?.into()))
}

async fn list_requests(State(support): State<Support>, caller: Caller, page: PageQuery) -> Answer<Listed<RequestShape>> {
    let requests = support.requests(&caller.cx, &caller.member, page.request.clone()).await?;
    Ok(page.answer(requests, RequestShape::from))
}

#[derive(Deserialize, ToSchema)]
struct Respond {
    response: SupportText,
}

async fn respond(
    State(support): State<Support>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SupportRequestId>,
    Body(body): Body<Respond>,
) -> Answer<Created<RequestShape>> {
    Ok(Created(support.answer(&caller.cx, &caller.member, id, body.response).await?.into()))
}

/// The contact form. The client calls the message `query`, the documents `message`; one of them is needed.
#[derive(Deserialize, ToSchema)]
struct Contact {
    name: PersonName,
    email: Email,
    #[serde(default, deserialize_with = "null_as_default")]
    phone: Line<40>,
    #[serde(default, deserialize_with = "null_as_default")]
    subject: Line<200>,
    #[serde(default, deserialize_with = "null_as_default")]
    query: Prose<4000>,
    #[serde(default, deserialize_with = "null_as_default")]
    message: Prose<4000>,
}

async fn contact(State(support): State<Support>, Visitor(cx): Visitor, Body(body): Body<Contact>) -> Answer<Created<Message>> {
    let Contact { name, email, phone, subject, query, message } = body;
    let missing = || InvalidField { field: "message", sentence: "Write something".to_owned() };
    let message = query.non_empty().or_else(|| message.non_empty()).ok_or_else(missing)?;
    support.contact(&cx, ContactForm { name, email, phone, subject, message }).await?;
    Ok(Created(Message { message: "Message sent successfully!" }))
}

/// What a visitor wrote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactMessage)]
struct ContactShape {
    id: ContactMessageId,
    name: String,
    email: Email,
    phone: String,
    subject: String,
    message: String,
    created_at: Instant,
}

impl From<ContactMessage> for ContactShape {
    fn from(message: ContactMessage) -> Self {
        Self {
            id: message.id,
            name: message.name.to_string(),
            email: message.email,
            phone: message.phone.to_string(),
            subject: message.subject.to_string(),
            message: message.message.to_string(),
            created_at: message.created_at,
        }
    }
}

async fn list_contacts(
    State(support): State<Support>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<ContactShape>> {
    Ok(page.answer(support.contacts(&caller.cx, page.request.clone()).await?, ContactShape::from))
}

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .post("/api/chat/customer-service", "Ask those who run the product", ask)
        .get("/api/chat/customer-service", "List what one asked, or as an admin what everybody did", list_requests)
        .post("/api/chat/customer-service/{id}/respond", about("Answer what was asked").conflict(&["ANSWERED_OUT"]), respond)
        .post("/api/chat/contact", "Write to those who run the product without an account", contact)
        .get("/api/chat/contact", "List what visitors wrote", list_contacts)
}
