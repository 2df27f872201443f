use domain::{
    Instant, Product,
    audit::AuditRecord,
    event::{Actor, Detail, Event},
};
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};
use store::{Once, Record};
use uuid::{NoContext, Timestamp, Uuid};

/// Where the time comes from. The local server's can be moved.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time now.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, shared.
    pub fn shared() -> Arc<dyn Clock> {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Instant {
        Instant::new(jiff::Timestamp::now())
    }
}

/// A new id whose time is that of the platform.
pub fn new_id<T: From<Uuid>>(now: Instant) -> T {
    let millis = now.epoch_millis().max(0).unsigned_abs();
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    T::from(Uuid::new_v7(Timestamp::from_unix(NoContext, millis / 1000, nanos)))
}

/// The circumstances of a call: at which product, when, by whom, from where, under which request id.
#[derive(Debug, Clone)]
pub struct Context {
    pub product: Product,
    pub now: Instant,
    pub actor: Actor,
    pub request_id: Option<String>,
    /// The caller's address as the gateway saw it.
    pub source: Option<IpAddr>,
    /// Present when the request may be carried out only once; it goes into the transaction that does so.
    pub once: Option<Once>,
}

impl Context {
    /// A call by somebody.
    pub fn new(product: Product, now: Instant, actor: Actor) -> Self {
        Self { product, now, actor, request_id: None, source: None, once: None }
    }

    /// What the platform does by itself.
    pub fn system(product: Product, now: Instant) -> Self {
        Self::new(product, now, Actor::System)
    }

    /// The same call under the id of a request.
    pub fn caused_by(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }

    /// A new id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        new_id(self.now)
    }

    /// Tells that something happened.
    pub fn event(&self, detail: Detail) -> Event {
        Event::new(self.id(), Some(self.product), self.actor, self.now, detail).caused_by(self.request_id.clone())
    }

    /// What a change leaves behind: the event that tells of it, and the mark of the request that it carries out.
    pub fn record(&self, event: Event) -> Record {
        Record::event(event).once(self.once.clone())
    }

    /// Notes who changed what.
    pub fn audit(
        &self,
        action: &str,
        subject: String,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> AuditRecord {
        AuditRecord {
            id: self.id(),
            product: self.product,
            actor: self.actor,
            action: action.to_owned(),
            subject,
            before: before.and_then(|value| serde_json::to_value(value).ok()),
            after: after.and_then(|value| serde_json::to_value(value).ok()),
            request_id: self.request_id.clone(),
            at: self.now,
        }
    }
}

/// No state, for the side of an audit record that has none.
pub(crate) const NOTHING: Option<&()> = None;
