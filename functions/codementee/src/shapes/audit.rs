use app::audit_log::Entry;
use domain::{AccountId, Instant, event::Actor};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AuditActor)]
enum ActorKind {
    /// A member.
    Account,
    /// Somebody without an account.
    Visitor,
    /// The platform by itself.
    System,
}

/// What was done, by whom and to what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub struct AuditShape {
    id: String,
    at: Instant,
    actor: ActorKind,
    actor_id: Option<AccountId>,
    /// What he is called now.
    actor_name: Option<String>,
    /// Like `meet_link.released`.
    #[schema(examples("meet_link.released"))]
    action: String,
    /// Like `meet_link:` and an id.
    subject: String,
    /// How it was before, as far as that was noted.
    #[schema(value_type = Option<Value>)]
    before: Option<Value>,
    /// How it was afterwards, likewise.
    #[schema(value_type = Option<Value>)]
    after: Option<Value>,
    request_id: Option<String>,
}

impl From<Entry> for AuditShape {
    fn from(Entry { record, name }: Entry) -> Self {
        let (actor, actor_id) = match record.actor {
            Actor::Account(id) => (ActorKind::Account, Some(id)),
            Actor::Visitor => (ActorKind::Visitor, None),
            Actor::System => (ActorKind::System, None),
        };
        Self {
            id: record.id.to_string(),
            at: record.at,
            actor,
            actor_id,
            actor_name: name.map(|name| name.to_string()),
            action: record.action,
            subject: record.subject,
            before: record.before,
            after: record.after,
            request_id: record.request_id,
        }
    }
}
