use super::{PortraitError, Portraits, Seen, is_online};
use crate::Context;
use domain::{
    AccountId,
    account::{MemberState, Membership, PersonKey, Role},
    mentorship::{MentorProfile, Word, key_of_name},
    portrait::StudentProfile,
};
use store::{MentorSearch, Page, PageRequest};

impl Portraits {
    /// The mentors whom everybody may see, all by name or those who are looked for by words and expertise.
    pub async fn mentors(
        &self,
        cx: &Context,
        search: &MentorSearch,
        page: PageRequest,
    ) -> Result<Page<Seen<MentorProfile>>, PortraitError> {
        let found = self.store.found_mentors(cx.product, search, page).await?;
        Ok(Page { items: self.listed(cx, &found.items).await?, next: found.next })
    }

    /// One of them.
    pub async fn listed_mentor(&self, cx: &Context, key: PersonKey) -> Result<Seen<MentorProfile>, PortraitError> {
        let unknown = || PortraitError::NotFound("mentor");
        let id = self.store.person(cx.product, key).await?.ok_or_else(unknown)?;
        self.listed(cx, &[id]).await?.pop().ok_or_else(unknown)
    }

    /// The account that a path or body names.
    pub async fn person(&self, cx: &Context, key: PersonKey) -> Result<AccountId, PortraitError> {
        self.store.person(cx.product, key).await?.ok_or(PortraitError::NotFound("user"))
    }

    async fn listed(&self, cx: &Context, ids: &[AccountId]) -> Result<Vec<Seen<MentorProfile>>, PortraitError> {
        let shown = self.store.shown_mentors(cx.product, ids).await?;
        let seen = shown.into_iter().filter(|shown| shown.member.can_mentor()).filter_map(|shown| {
            let is_online = is_online(shown.seen_at, cx.now);
            let profile = shown.profile.filter(MentorProfile::is_listed)?;
            Some(Seen { member: shown.member, profile, is_online })
        });
        Ok(seen.collect())
    }

    /// The students, newest first; with words those whose name or number has them.
    pub async fn students(
        &self,
        cx: &Context,
        search: &str,
        page: PageRequest,
    ) -> Result<Page<Seen<StudentProfile>>, PortraitError> {
        let words = Word::all_of(search);
        let meant = |member: &Membership| {
            let text = key_of_name(&format!("{} {}", member.name, number_of(member)));
            let has = |word: &Word| text.contains(word.as_str());
            member.is(Role::Mentee) && member.state == MemberState::Active && words.iter().all(has)
        };
        let found = self.store.members_among_all(cx.product, page, meant).await?;
        let ids: Vec<_> = found.items.iter().map(|member| member.account_id).collect();
        Ok(Page { items: self.active_students(cx, &ids).await?, next: found.next })
    }

    /// One of them.
    pub async fn known_student(&self, cx: &Context, key: PersonKey) -> Result<Seen<StudentProfile>, PortraitError> {
        let unknown = || PortraitError::NotFound("student");
        let id = self.store.person(cx.product, key).await?.ok_or_else(unknown)?;
        self.active_students(cx, &[id]).await?.pop().ok_or_else(unknown)
    }

    async fn active_students(&self, cx: &Context, ids: &[AccountId]) -> Result<Vec<Seen<StudentProfile>>, PortraitError> {
        let shown = self.store.shown_students(cx.product, ids).await?;
        let active = shown.into_iter().filter(|shown| shown.member.is(Role::Mentee) && shown.member.state == MemberState::Active);
        let seen = active.map(|shown| {
            let is_online = is_online(shown.seen_at, cx.now);
            let blank = || StudentProfile::new(shown.member.account_id, cx.product, shown.member.created_at);
            let profile = shown.profile.unwrap_or_else(blank);
            Seen { member: shown.member, profile, is_online }
        });
        Ok(seen.collect())
    }
}

fn number_of(member: &Membership) -> String {
    member.student_number.map(|number| number.to_string()).unwrap_or_default()
}
