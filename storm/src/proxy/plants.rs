//! Bugs that can be planted without touching the platform: requests and answers are rewritten on the way, so that the
//! table, or the platform, sees what it would if the code were wrong.

use super::paths::{Call, key, kind, steps};
use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};

/// A planted bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plant {
    SlotCondition,
    LinkConditions,
    CalendarGuards,
    QuotaCondition,
    PaymentConditions,
    LeadPlaces,
    SessionPayment,
    Balance,
    FoundPayment,
    LedgerClaim,
    ProjectionMark,
    FailedEntries,
    OutboxEntry,
    RequestToken,
}

impl Plant {
    pub const ALL: [Self; 14] = [
        Self::SlotCondition,
        Self::LinkConditions,
        Self::CalendarGuards,
        Self::QuotaCondition,
        Self::PaymentConditions,
        Self::LeadPlaces,
        Self::SessionPayment,
        Self::Balance,
        Self::FoundPayment,
        Self::LedgerClaim,
        Self::ProjectionMark,
        Self::FailedEntries,
        Self::OutboxEntry,
        Self::RequestToken,
    ];

    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// What is wrong.
    pub fn what(self) -> &'static str {
        match self {
            Self::SlotCondition => "a confirmation does not require that its slot is free",
            Self::LinkConditions => "a confirmation deletes the link from the pool, and takes it, without conditions",
            Self::CalendarGuards => "quarter hours are taken without requiring that they are free",
            Self::QuotaCondition => "a request does not require that a mock interview is left",
            Self::PaymentConditions => "a payment is applied without requiring that order and member are as they were read",
            Self::LeadPlaces => "a lead does not require that a place is left",
            Self::SessionPayment => {
                "a payment agrees on a session without requiring that order and session are as they were read"
            }
            Self::Balance => "a withdrawal does not require that so much is in the balance",
            Self::FoundPayment => "a payment made elsewhere is not kept as one that counts already",
            Self::LedgerClaim => "the notifier does not look whether a mail was sent",
            Self::ProjectionMark => "the projector does not look whether an event was counted",
            Self::FailedEntries => "the bus's answer is not looked through for entries that failed",
            Self::OutboxEntry => "now and then an event is written without its place in the outbox",
            Self::RequestToken => "transactions have no request token",
        }
    }

    /// The rules that it breaks by its nature. Whatever else is broken under it, it was not noticed by.
    pub fn caught_by(self) -> &'static [&'static str] {
        match self {
            // Whoever held the slot first can neither free it nor move away.
            Self::SlotCondition => &["no slot is claimed twice", "no slot leaks"],
            Self::LinkConditions => &["no link is claimed twice", "no link leaks"],
            Self::CalendarGuards => &["nobody is in two sessions at once", "guards equal active bookings"],
            // A count below zero cannot be read, so what is to be done for such a member is never done.
            Self::QuotaCondition => &[
                "nobody uses more than he bought",
                "quotas equal what was bought less what is used",
                "the platform comes to rest",
            ],
            // Two payments of an order, one of them twice, or two purchases over the same plan as it was read.
            Self::PaymentConditions => &[
                "no payment is applied twice",
                "no payment is lost",
                "every paid order brought its plan once",
                "quotas equal what was bought less what is used",
                "nobody uses more than he bought",
                "read models equal a recount",
            ],
            Self::LeadPlaces => &["no event is overbooked", "no event has more leads than places"],
            // As before; or a session that was called off meanwhile stands again, without its hours.
            Self::SessionPayment => &[
                "no payment is applied twice",
                "no payment is lost",
                "what is owed goes back once",
                "a session is agreed on exactly when it is paid",
                "each paid session has one line in its mentor's statement",
                "purses equal sessions and withdrawals",
                "guards equal active bookings",
                "nobody is in two sessions at once",
            ],
            Self::Balance => &["nobody takes out more than he earned"],
            Self::FoundPayment => &["a payment made elsewhere counts once"],
            Self::LedgerClaim => &["no mail is sent twice without a reason"],
            Self::ProjectionMark => &["read models equal a recount"],
            // Either way an event never gets to those who wait for it.
            Self::FailedEntries | Self::OutboxEntry => {
                &["every event is published", "every mail is sent", "read models equal a recount"]
            }
            // Carried out twice, a transaction is refused by what it did itself; or, where its conditions still hold, takes
            // from a plan or a balance twice.
            Self::RequestToken => &[
                "what is refused does not happen",
                "quotas equal what was bought less what is used",
                "purses equal sessions and withdrawals",
            ],
        }
    }

    /// Which steps of a transaction lose their conditions.
    fn loosens(self, call: &Call, step: &str, kind: &str) -> bool {
        let during = |event: &str| call.events.contains(event);
        match self {
            Self::SlotCondition => step == "Update" && kind == "slot" && during("BookingConfirmed"),
            Self::LinkConditions => matches!(kind, "pool" | "link") && during("BookingConfirmed"),
            Self::CalendarGuards => step == "Update" && kind == "calendar",
            Self::QuotaCondition => kind == "member" && during("BookingRequested"),
            Self::PaymentConditions => matches!(kind, "order" | "member") && during("PlanPurchased"),
            Self::LeadPlaces => kind == "public_event" && during("LeadBooked"),
            Self::SessionPayment => matches!(kind, "order" | "meeting" | "student") && during("MentorshipPaid"),
            Self::Balance => kind == "purse" && during("WithdrawalRequested"),
            Self::FoundPayment => kind == "transaction",
            Self::ProjectionMark => kind == "ledger projector",
            Self::LedgerClaim | Self::FailedEntries | Self::OutboxEntry | Self::RequestToken => false,
        }
    }

    /// Rewrites a request; true when it did.
    pub fn rewrite_request(self, call: &Call, body: &mut Value) -> bool {
        match self {
            Self::LedgerClaim if call.path == "put ledger mail" => loosen(body),
            Self::RequestToken => body.as_object_mut().is_some_and(|body| body.remove("ClientRequestToken").is_some()),
            Self::OutboxEntry => each_step(body, |_, part| forget_outbox(part)),
            _ if call.transaction => each_step(body, |name, part| {
                let kind = kind(key(part));
                self.loosens(call, name, &kind) && loosen(part)
            }),
            _ => false,
        }
    }

    /// Rewrites an answer; true when it did.
    pub fn rewrite_answer(self, call: &Call, answer: &mut Value) -> bool {
        if self != Self::FailedEntries || call.path != "PutEvents" || answer["FailedEntryCount"] == json!(0) {
            return false;
        }
        for entry in answer["Entries"].as_array_mut().into_iter().flatten() {
            if entry.get("ErrorCode").is_some() {
                *entry = json!({ "EventId": "00000000-0000-0000-0000-000000000000" });
            }
        }
        answer["FailedEntryCount"] = json!(0);
        true
    }
}

fn each_step(body: &mut Value, mut change: impl FnMut(&str, &mut Value) -> bool) -> bool {
    if steps(body).next().is_none() {
        return false;
    }
    let mut changed = false;
    for step in body["TransactItems"].as_array_mut().into_iter().flatten() {
        for name in super::paths::STEPS {
            if let Some(part) = step.get_mut(name) {
                changed |= change(name, part);
            }
        }
    }
    changed
}

/// Makes a condition always hold, without leaving a name or value of it unused. OR binds least, and the table refuses
/// parentheses that are not needed.
fn loosen(part: &mut Value) -> bool {
    let Some(condition) = part["ConditionExpression"].as_str().map(str::to_owned) else { return false };
    part["ConditionExpression"] = format!("{condition} OR attribute_exists(#any) OR attribute_not_exists(#any)").into();
    part["ExpressionAttributeNames"]["#any"] = "pk".into();
    true
}

/// One event in sixteen, by its id.
fn forget_outbox(part: &mut Value) -> bool {
    let pk = part["Item"]["pk"]["S"].as_str().unwrap_or_default();
    if !(pk.starts_with("EVENT#") && pk.ends_with('0')) {
        return false;
    }
    part["Item"].as_object_mut().is_some_and(|item| item.remove("outbox_pk").is_some() && item.remove("outbox_sk").is_some())
}
