//! `/api/chat/…`: conversations and their messages, as the client and as the documents spell them.

use super::Deps;
use app::{
    chat::{Chat, History},
    sockets::Sockets,
};
use axum::{Json, extract::State};
use domain::{
    ConversationId, Instant, MessageId,
    account::{Membership, PersonKey, Role},
    chat::{ClientId, Conversation, Message, MessageText, Side},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{About, Answer, ApiError, Bearer, Body, Caller, Created, Listed, MadeOrFound, PageQuery, PathId, Query, Routes, about};

/// A conversation, as one side sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
struct ConversationShape {
    id: ConversationId,
    mentor: String,
    student: String,
    other_person_name: String,
    other_user_id: String,
    other_user_type: Side,
    pinned: bool,
    unread_count: u64,
    /// The number of the last message; 0 when there is none.
    sequence: u64,
    /// The number up to which the other side has read.
    read_by_other: u64,
    last_message_content: Option<String>,
    last_message_time: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl ConversationShape {
    fn of(conversation: Conversation, side: Side) -> Self {
        let other = conversation.participant(side.other());
        Self {
            id: conversation.id,
            mentor: conversation.mentor.shown_id(),
            student: conversation.student.shown_id(),
            other_person_name: other.name.to_string(),
            other_user_id: other.shown_id(),
            other_user_type: side.other(),
            pinned: conversation.progress(side).pinned,
            unread_count: conversation.unread(side),
            sequence: conversation.sequence,
            read_by_other: conversation.progress(side.other()).read_until,
            last_message_content: conversation.last.as_ref().map(|last| last.content.to_string()),
            last_message_time: conversation.last.as_ref().map(|last| last.sent_at),
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatMessage)]
struct MessageShape {
    id: MessageId,
    conversation: ConversationId,
    sequence: u64,
    sender_type: Side,
    content: MessageText,
    /// What its sender's client called it.
    client_id: Option<ClientId>,
    timestamp: Instant,
    /// Whether the other side has read it.
    read: bool,
}

impl MessageShape {
    fn of(message: Message, conversation: &Conversation) -> Self {
        Self {
            id: message.id,
            conversation: message.conversation_id,
            sequence: message.sequence,
            sender_type: message.sender,
            read: conversation.has_read(message.sender.other(), message.sequence),
            content: message.content,
            client_id: message.client_id,
            timestamp: message.sent_at,
        }
    }
}

/// Who somebody is in conversations.
#[derive(Debug, Serialize, ToSchema)]
struct UserInfo {
    id: String,
    user_type: &'static str,
    name: String,
}

async fn show_user_info(caller: Caller) -> Answer<Json<UserInfo>> {
    let member: &Membership = &caller.member.membership;
    // Whoever is both is a mentor first.
    let (number, user_type) = match member.primary_role() {
        Role::Admin => (None, "admin"),
        Role::Mentor => (member.mentor_number, "mentor"),
        Role::Mentee => (member.student_number, "student"),
    };
    let id = number.map_or_else(|| member.account_id.to_string(), |number| number.to_string());
    Ok(Json(UserInfo { id, user_type, name: member.name.to_string() }))
}

async fn list_conversations(State(chat): State<Chat>, caller: Caller, page: PageQuery) -> Answer<Listed<ConversationShape>> {
    let mut found = chat.conversations(&caller.cx, &caller.member, page.request.clone()).await?;
    let id = caller.member.id();
    let side = |conversation: &Conversation| conversation.side_of(id).unwrap_or(Side::Student);
    // What is pinned comes first; otherwise the order stays.
    found.items.sort_by_key(|conversation| !conversation.progress(side(conversation)).pinned);
    Ok(page.answer(found, |conversation| {
        let side = side(&conversation);
        ConversationShape::of(conversation, side)
    }))
}

#[derive(Deserialize, ToSchema)]
struct Begin {
    student_id: PersonKey,
    mentor_id: PersonKey,
}

async fn begin_conversation(
    State(chat): State<Chat>,
    caller: Caller,
    Body(body): Body<Begin>,
) -> Answer<MadeOrFound<ConversationShape>> {
    let (conversation, new) = chat.begin(&caller.cx, &caller.member, body.student_id, body.mentor_id).await?;
    let side = conversation.side_of(caller.member.id()).unwrap_or(Side::Student);
    Ok(MadeOrFound { thing: ConversationShape::of(conversation, side), made: new })
}

/// Where a part of the history begins.
#[derive(Deserialize, ToSchema)]
struct Since {
    /// The number of the last message that is known: what came after it is listed, the earliest first.
    after: Option<String>,
}

/// The latest messages, in the order in which they were said; the cursor leads to earlier ones.
async fn list_messages(
    State(chat): State<Chat>,
    bearer: Bearer,
    PathId(id): PathId<ConversationId>,
    Query(since): Query<Since>,
    page: PageQuery,
) -> Answer<Listed<MessageShape>> {
    let (cx, by, request) = (&bearer.cx, bearer.account, page.request.clone());
    let history = async {
        match since.after {
            None => Ok(chat.history(cx, by, id, request).await?),
            Some(after) => {
                let after = after.parse().map_err(|_| ApiError::invalid("after", "after is a whole number from 0"))?;
                Ok::<_, ApiError>(chat.history_after(cx, by, id, after, request).await?)
            }
        }
    };
    let (caller, history) = bearer.along(history).await?;
    let History { conversation, messages, .. } = chat.looked_at(&caller.cx, history?).await?;
    Ok(page.answer(messages, |message| MessageShape::of(message, &conversation)))
}

/// Who sends is known from the token; what else the client says of it is not read.
#[derive(Deserialize, ToSchema)]
struct Say {
    content: MessageText,
    /// What the client calls it; the frame that tells of it says so too. Sent twice under one name it is said once.
    client_id: Option<ClientId>,
}

async fn send(
    State(chat): State<Chat>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(body): Body<Say>,
) -> Answer<Created<MessageShape>> {
    let (conversation, message) = chat.say(&caller.cx, &caller.member, id, body.content, body.client_id).await?;
    Ok(Created(MessageShape::of(message, &conversation)))
}

/// The documents' spelling: into a conversation, or to somebody, with whom it then begins.
#[derive(Deserialize, ToSchema)]
struct SayTo {
    conversation_id: Option<ConversationId>,
    recipient_id: Option<PersonKey>,
    content: MessageText,
    client_id: Option<ClientId>,
}

async fn send_to(State(chat): State<Chat>, caller: Caller, Body(body): Body<SayTo>) -> Answer<Created<MessageShape>> {
    let id = match (body.conversation_id, body.recipient_id) {
        (Some(id), _) => id,
        (None, Some(recipient)) => chat.begin_with(&caller.cx, &caller.member, recipient).await?.0.id,
        (None, None) => return Err(ApiError::invalid("conversation_id", "Name a conversation or a recipient")),
    };
    let (conversation, message) = chat.say(&caller.cx, &caller.member, id, body.content, body.client_id).await?;
    Ok(Created(MessageShape::of(message, &conversation)))
}

async fn pin(State(chat): State<Chat>, caller: Caller, PathId(id): PathId<ConversationId>) -> Answer<Json<ConversationShape>> {
    set_pinned(&chat, &caller, id, true).await
}

async fn unpin(State(chat): State<Chat>, caller: Caller, PathId(id): PathId<ConversationId>) -> Answer<Json<ConversationShape>> {
    set_pinned(&chat, &caller, id, false).await
}

async fn set_pinned(chat: &Chat, caller: &Caller, id: ConversationId, pinned: bool) -> Answer<Json<ConversationShape>> {
    let (conversation, side) = chat.pin(&caller.cx, &caller.member, id, pinned).await?;
    Ok(Json(ConversationShape::of(conversation, side)))
}

#[derive(Deserialize, ToSchema)]
struct EditConversation {
    pinned: bool,
}

async fn edit_conversation(
    State(chat): State<Chat>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(body): Body<EditConversation>,
) -> Answer<Json<ConversationShape>> {
    set_pinned(&chat, &caller, id, body.pinned).await
}

#[derive(Deserialize, ToSchema)]
struct ReadUpTo {
    /// The number of the last message that was read; all of them unless given.
    sequence: Option<u64>,
}

async fn mark_read(
    State(chat): State<Chat>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(body): Body<ReadUpTo>,
) -> Answer<Json<ConversationShape>> {
    let (conversation, side) = chat.read(&caller.cx, &caller.member, id, body.sequence).await?;
    Ok(Json(ConversationShape::of(conversation, side)))
}

/// What opens one WebSocket connection, within a minute.
#[derive(Debug, Serialize, ToSchema)]
struct TicketShape {
    ticket: String,
    expires_at: Instant,
}

async fn issue_ticket(State(sockets): State<Sockets>, caller: Caller) -> Answer<Created<TicketShape>> {
    let (token, expires_at) = sockets.issue_ticket(&caller.cx, &caller.member, &caller.session).await?;
    Ok(Created(TicketShape { ticket: token.reveal(), expires_at }))
}

const HISTORY: &str = "List the latest messages of one's own conversation, and note that they are read";
const SAY_CONFLICTS: &[&str] = &["CONVERSATION_CLOSED", "CLIENT_ID_REUSED"];
const SAY: About = about("Say something in one's own conversation").forbidden(&["ACCOUNT_PAUSED"]).conflict(SAY_CONFLICTS);
const BEGIN_REFUSED: &[&str] = &["ACCOUNT_PAUSED", "NOT_A_PARTICIPANT", "MENTOR_NOT_APPROVED"];

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    let routes = routes
        .get("/api/chat/get-user-info", "Say who one is in conversations", show_user_info)
        .get("/api/chat/conversations", "List one's own conversations, the latest first", list_conversations)
        .post(
            "/api/chat/conversations",
            about("Begin a conversation, unless the two have one")
                .bad_request(&["SAME_PERSON"])
                .forbidden(BEGIN_REFUSED)
                .not_found(),
            begin_conversation,
        )
        .get("/api/chat/conversations/{id}/messages", HISTORY, list_messages)
        .get("/api/chat/messages/{id}", HISTORY, list_messages)
        .post("/api/chat/conversations/{id}/send", SAY, send)
        .post(
            "/api/chat/messages",
            about("Say something, in a conversation or to somebody")
                .bad_request(&["SAME_PERSON"])
                .forbidden(BEGIN_REFUSED)
                .not_found()
                .conflict(SAY_CONFLICTS),
            send_to,
        );
    routes
        .put("/api/chat/conversations/{id}/pin", "Keep a conversation on top of one's own list", pin)
        .put("/api/chat/conversations/{id}/unpin", "Keep it there no longer", unpin)
        .patch("/api/chat/conversations/{id}", "Keep a conversation on top of one's own list, or no longer", edit_conversation)
        .post("/api/chat/conversations/{id}/read", "Note what one has read", mark_read)
        .post("/api/chat/ticket", "Ask for a ticket that opens a WebSocket connection once", issue_ticket)
}
