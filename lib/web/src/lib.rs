//! How the platform is asked over HTTP: who calls, what a body may be, how lists and errors look.
//!
//! Status codes live here and nowhere deeper. Nothing here knows a product's fields.

mod bearer;
mod body;
mod caller;
mod care;
mod cookie;
mod csv;
mod cursor;
mod error;
mod errors;
mod face;
mod forms;
mod gateway;
mod group;
mod health;
mod idempotent;
pub mod lambda;
mod layers;
mod link_page;
pub mod logging;
mod moderation;
mod notices;
pub mod openapi;
mod origin;
mod page;
mod routes;
mod source;
mod strict;
mod style;
mod upload;

pub use bearer::Bearer;
pub use body::{Body, BodyOf, PathId, Query};
pub use caller::{
    AdminOnly, Anyone, Caller, MaybeCaller, MenteeOnly, MentorOnly, MentorOrAdmin, OwnPage, RoleRule, SeenCaller, Visitor,
};
pub use care::{
    AccountFacts, DELETE_ME, DeleteAccount, DeletePasswordless, EXPORT, Exported, GivesPassword, Message, delete_me, export,
    shaped,
};
pub use cookie::{SameSite, WithCookie, brought_back, clear_cookie, passing_cookie, set_cookie};
pub use csv::Csv;
pub use cursor::CursorKey;
pub use error::ApiError;
pub use face::Face;
pub use forms::{any_case, null_as_default, perhaps_any_case};
pub use gateway::{GATEWAY_VARIABLE, Gateway};
pub use group::Group;
#[doc(hidden)]
pub use group::parts as group_parts;
pub use health::{Health, show_health};
pub use idempotent::once_per_key;
pub use layers::{RequestId, Served, serve};
pub use link_page::link_page;
pub use moderation::{
    MODERATE_COMMENT, MODERATE_POST, ModerateComment, ModeratePost, ReportPost, moderate_comment, moderate_post, report_post,
};
pub use notices::{Notice, list_notices, read_all_notices, read_notice};
pub use origin::Origins;
pub use page::{
    Complete, Created, DoneOrBegun, Download, HtmlPage, Listed, MadeOrFound, NoContent, PageQuery, Redirect, WithUnread,
};
pub use routes::{About, Routes, about};
pub use source::Source;
pub use style::ErrorStyle;
pub use upload::{FileFields, JsonOrUpload, OneFile, UploadedFile};

/// What a handler answers.
pub type Answer<T> = Result<T, ApiError>;
