//! What every face offers people about their own accounts: a copy of what is kept of them, and leaving. Also the fields of
//! such things, which no product's document names.
//!
//! A face adds a line for each to its routes, and says what an export of its own looks like ([`Exported`]).

use crate::{
    About, Answer, ApiError, Body, Caller, Download, Face, Query, WithCookie, about, clear_cookie, forms::null_as_default,
};
use app::{
    Context,
    care::Care,
    export::{Export, ExportPart, ExportedAccount},
};
use axum::extract::State;
use domain::{
    Instant,
    account::{Member, Session},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An answer that only says that it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub message: &'static str,
}

/// How a body gives the caller's password.
pub trait GivesPassword: Send {
    /// The password; empty for an account that has none.
    fn password(&self) -> &str;
}

/// Where people sign in by a password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeleteAccount {
    /// The caller's own; empty for an account that has none.
    #[schema(format = Password)]
    password: String,
}

impl GivesPassword for DeleteAccount {
    fn password(&self) -> &str {
        &self.password
    }
}

/// Where most accounts have none.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DeleteAccount)]
pub struct DeletePasswordless {
    /// The caller's own, if the account has one.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>, format = Password)]
    password: String,
}

impl GivesPassword for DeletePasswordless {
    fn password(&self) -> &str {
        &self.password
    }
}

/// What [`delete_me`] does.
pub const DELETE_ME: About = about("Delete one's account").forbidden(&["WRONG_PASSWORD"]).conflict(&["LAST_ADMIN"]);

/// Ends the session with the account; a browser also forgets its cookie.
pub async fn delete_me<P: GivesPassword>(
    State(care): State<Care>,
    State(face): State<Face>,
    caller: Caller,
    Body(body): Body<P>,
) -> Answer<WithCookie<Message>> {
    care.leave(&caller.cx, &caller.member, body.password()).await?;
    Ok(WithCookie { answer: Message { message: "Your account is deleted" }, cookie: clear_cookie(face.same_site()) })
}

/// A part of an export, in a face's own fields.
pub trait Exported: Serialize + ToSchema {
    /// What is needed to show it beside what is kept, such as who makes links to files; the face itself where nothing is.
    type With: Clone + Send + Sync + 'static;

    /// A part of a member's export, asked for in a session.
    fn new(with: &Self::With, cx: &Context, member: &Member, session: &Session, part: ExportPart) -> Self;
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportQuery {
    /// Where the part before ended: its `X-Next-Cursor`.
    cursor: Option<String>,
}

/// What [`export`] does.
pub const EXPORT: About = about("Download what is kept of oneself, part by part");

/// A cursor is good for the export of one person.
pub async fn export<E: Exported>(
    State(export): State<Export>,
    State(face): State<Face>,
    State(with): State<E::With>,
    caller: Caller,
    Query(query): Query<ExportQuery>,
) -> Answer<Download<E>> {
    let list = format!("export:{}", caller.member.id());
    let unknown = || ApiError::invalid("cursor", "This cursor is not from this list");
    let from = query.cursor.map(|cursor| face.cursors.open(&list, &cursor).ok_or_else(unknown)).transpose()?;
    let mut part = export.part(&caller.cx, &caller.member, from).await?;
    let next = part.next.take().and_then(|bookmark| face.cursors.seal(&list, &bookmark));
    let content = E::new(&with, &caller.cx, &caller.member, &caller.session, part);
    Ok(Download { content, name: format!("{}-export.json", face.product), next })
}

/// What an account is beside its fields at a product, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountFacts {
    email_proven: bool,
    has_password: bool,
    account_created_at: Instant,
    /// Where the account is a member.
    products: Vec<String>,
    sessions: Vec<SessionFacts>,
}

/// A session, without what opens it.
#[derive(Debug, Serialize, ToSchema)]
struct SessionFacts {
    /// Whether it is the one in which this was asked for.
    current: bool,
    created_at: Instant,
    expires_at: Instant,
}

impl AccountFacts {
    /// A member's account, as it is seen in one of its sessions.
    pub fn new(member: &Member, current: &Session, of: &ExportedAccount) -> Self {
        let sessions = of.sessions.iter().map(|one| SessionFacts {
            current: one.id == current.id,
            created_at: one.created_at,
            expires_at: one.expires_at,
        });
        Self {
            email_proven: member.account.email_proven,
            has_password: member.account.password_hash.is_some(),
            account_created_at: member.account.created_at,
            products: of.products.iter().map(ToString::to_string).collect(),
            sessions: sessions.collect(),
        }
    }
}

/// Things in a face's own fields.
pub fn shaped<T, U: From<T>>(things: Vec<T>) -> Vec<U> {
    things.into_iter().map(U::from).collect()
}
