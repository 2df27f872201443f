use super::{Mentorship, MentorshipError, ROUNDS, kept_changing};
use crate::Context;
use domain::{
    AccountId,
    account::Verification,
    event::Detail,
    mentorship::{MentorProfile, SessionBooking},
    text::Prose,
};
use store::{Page, PageRequest, SessionsWanted};

impl Mentorship {
    /// Every profile, newest first; for admins.
    pub async fn all_profiles(&self, cx: &Context, page: PageRequest) -> Result<Page<MentorProfile>, MentorshipError> {
        Ok(self.store.all_mentor_profiles(cx.product, page).await?)
    }

    /// An admin lets a mentor in, or turns him down. Deciding the same again changes nothing.
    pub async fn decide(
        &self,
        cx: &Context,
        mentor: AccountId,
        verification: Verification,
        reason: Option<Prose<1000>>,
    ) -> Result<MentorProfile, MentorshipError> {
        for _ in 0..ROUNDS {
            let before = self.store.mentor_profile(cx.product, mentor).await?.ok_or(MentorshipError::NotFound("mentor"))?;
            if before.verification == verification {
                return Ok(before);
            }
            let (version, updated_at) = (before.version + 1, cx.now);
            let after = MentorProfile { verification, version, updated_at, ..before.clone() };
            let told = cx.event(Detail::MentorDecided { account_id: mentor, verification, reason: reason.clone() });
            let decided = serde_json::json!({ "verification": verification, "reason": reason });
            let subject = format!("account:{mentor}");
            let audit = cx.audit("mentor_profile.decided", subject, Some(&before.verification), Some(&decided));
            if self.write(cx, &before, &after, Some((audit, told))).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// Everybody's sessions, the latest first; for admins.
    pub async fn all_sessions(&self, cx: &Context, page: PageRequest) -> Result<Page<SessionBooking>, MentorshipError> {
        Ok(self.store.session_bookings(cx.product, SessionsWanted::All, None, page).await?)
    }
}
