use super::{LeadError, Leads};
use crate::Context;
use domain::{
    LeadId,
    event::{Actor, Detail},
    lead::{Lead, Verdict, VerificationLog},
    text::Prose,
};
use store::{Record, Store, StoreError, Stored};

impl Leads {
    /// An admin's decision about a lead. Of two at once one counts; a rejected lead gives its place back.
    pub async fn decide(&self, cx: &Context, id: LeadId, verdict: Verdict, reason: Prose<500>) -> Result<(), LeadError> {
        for _ in 0..super::ROUNDS {
            let before = self.store.lead(cx.product, id).await?.ok_or(LeadError::NotFound("lead"))?;
            let after = before.value.decided(verdict)?;
            if keep(&self.store, cx, &before, &after, verdict, reason.clone()).await? {
                return Ok(());
            }
            // Somebody was faster: another admin, or its mentor, who ordered or bought it.
        }
        Err(StoreError::Busy("a lead kept changing while it was decided about".to_owned()).into())
    }
}

/// Rejects a lead whose person or mentor has left; a bought or rejected one stays as it is. False when it must be looked
/// at again.
pub(crate) async fn withdraw(store: &Store, cx: &Context, id: LeadId) -> Result<bool, LeadError> {
    let Some(before) = store.lead(cx.product, id).await? else { return Ok(true) };
    let Ok(after) = before.value.withdrawn() else { return Ok(true) };
    let reason = Prose::parse("The person or the mentor has left").unwrap_or_default();
    keep(store, cx, &before, &after, Verdict::Rejected, reason).await
}

async fn keep(
    store: &Store,
    cx: &Context,
    before: &Stored<Lead>,
    after: &Lead,
    verdict: Verdict,
    reason: Prose<500>,
) -> Result<bool, LeadError> {
    let lead = &before.value;
    let verified_by = match cx.actor {
        Actor::Account(id) => Some(id),
        Actor::Visitor | Actor::System => None,
    };
    let audit = cx.audit(
        "lead.decided",
        format!("lead:{}", lead.id),
        Some(&serde_json::json!({ "status": lead.status, "verification": lead.verification })),
        Some(&serde_json::json!({ "status": after.status, "verification": after.verification, "reason": reason })),
    );
    let decided = cx.event(Detail::LeadDecided {
        lead_id: lead.id,
        event_id: lead.event_id,
        mentor_id: lead.mentor_id,
        user_id: lead.user_id,
        from: lead.status,
        verdict,
    });
    let log =
        VerificationLog { id: cx.id(), product: cx.product, lead_id: lead.id, verified_by, status: verdict, reason, at: cx.now };
    Ok(store.decide_lead(before, after, &log, &Record::event(decided).audited(audit)).await?)
}
