use crate::{
    DueWork, FileSwap, Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    directory::Moved,
    item::item,
    keys::{self, Index},
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{AccountId, Instant, Product, account::Membership, mentorship::MentorProfile};

/// A member whose roles follow from what is decided about his profile, before and after.
#[derive(Debug)]
pub struct Verdict<'a> {
    pub before: &'a Stored<Membership>,
    pub after: &'a Membership,
}

impl<E: Clone> Transaction<E> {
    /// Writes a profile for somebody who has none.
    pub(crate) fn create_profile(&mut self, store: &Store, profile: &MentorProfile, exists: E) -> Result<(), StoreError> {
        let p = profile;
        let entries = keys::mentor_profile_entries(p.product, p.account_id, p.created_at);
        self.create(store, item(&keys::mentor_profile(p.product, p.account_id), &entries, p)?, exists);
        self.list_anew(store, None, Some(p))
    }

    /// Writes what people change of a profile over what was read. What sessions add to it moves on by itself.
    pub(crate) fn change_profile(
        &mut self,
        store: &Store,
        before: &MentorProfile,
        after: &MentorProfile,
        moved: E,
    ) -> Result<(), StoreError> {
        let details = &after.details;
        let change = Change::default()
            .set("name", &after.name)
            .set("email", &after.email)
            .set("bio", &details.bio)
            .set("expertise", &details.expertise)
            .set("company", &details.company)
            .set("job_title", &details.job_title)
            .set("linkedin_url", &details.linkedin_url)
            .set("github_url", &details.github_url)
            .set("twitter_url", &details.twitter_url)
            .set("timezone", &details.timezone)
            .set("is_accepting_requests", &details.is_accepting_requests)
            .set("verification", &after.verification)
            .set("applied", &after.applied)
            .set("version", &(before.version + 1))
            .set("updated_at", &after.updated_at)
            .when("version", &before.version);
        let change = match details.years_of_experience {
            Some(years) => change.set("years_of_experience", &years),
            None => change.remove("years_of_experience"),
        };
        // A photo is changed without the version: whoever edits a profile need not have seen it.
        let change = match before.details.photo_url != details.photo_url || before.photo != after.photo {
            true => change_photo(change, before, after),
            false => change,
        };
        let change = match &after.portrait {
            Some(portrait) => change.set("portrait", portrait),
            None => change,
        };
        self.update(store, &keys::mentor_profile(after.product, after.account_id), &change, moved);
        self.list_anew(store, Some(before), Some(after))
    }
}

/// Writes a photo over the one that was read.
fn change_photo(change: Change, before: &MentorProfile, after: &MentorProfile) -> Change {
    let change = as_photographed(change.set("photo_url", &after.details.photo_url), before);
    match &after.photo {
        Some(photo) => change.set("photo", photo),
        None => change.remove("photo"),
    }
}

fn as_photographed(change: Change, profile: &MentorProfile) -> Change {
    match &profile.photo {
        Some(photo) => change.when("photo", photo),
        None => change.when_missing("photo"),
    }
}

impl Store {
    /// A mentor's profile.
    pub async fn mentor_profile(&self, product: Product, mentor: AccountId) -> Result<Option<MentorProfile>, StoreError> {
        self.get(&keys::mentor_profile(product, mentor)).await
    }

    /// Several profiles, in that order; those that are gone are left out. A request for each hundred.
    pub async fn mentor_profiles(&self, product: Product, ids: &[AccountId]) -> Result<Vec<MentorProfile>, StoreError> {
        let keys: Vec<_> = ids.iter().map(|id| keys::mentor_profile(product, *id)).collect();
        let mut found = self.batch_get(&keys).await?;
        keys.iter().filter_map(|key| take(&mut found, key).transpose()).collect()
    }

    /// All profiles, listed or not, newest first.
    pub async fn all_mentor_profiles(&self, product: Product, page: PageRequest) -> Result<Page<MentorProfile>, StoreError> {
        self.page(List::of_index(Index::All, keys::mentor_profiles(product)).newest_first(), page).await
    }

    /// Makes a profile for a member who applies; refused when he has one, or changed since he was read.
    pub async fn apply_as_mentor(
        &self,
        profile: &MentorProfile,
        member: &Verdict<'_>,
        record: &Record,
    ) -> Result<(), TxError<Moved>> {
        let mut tx = Transaction::new();
        tx.create_profile(self, profile, Moved)?;
        tx.change_roles(self, member.before, member.after, profile.created_at);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Changes a profile over what was read, with the member's roles and the files that follow from it. False when
    /// something changed meanwhile.
    pub async fn change_mentor_profile(
        &self,
        before: &MentorProfile,
        after: &MentorProfile,
        member: Option<&Verdict<'_>>,
        (files, record): (&FileSwap, &Record),
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.change_profile(self, before, after, Moved)?;
        tx.swap_files(self, files, Moved)?;
        if let Some(member) = member {
            tx.change_roles(self, member.before, member.after, after.updated_at);
        }
        tx.leave(self, record)?;
        match tx.commit(self).await {
            Ok(()) => Ok(true),
            Err(TxError::Refused(Moved)) => Ok(false),
            Err(TxError::Store(error)) => Err(error),
        }
    }

    /// Gives a profile another photo over the one that was read. False when that changed meanwhile, or the profile is gone.
    pub async fn change_mentor_photo(
        &self,
        before: &MentorProfile,
        after: &MentorProfile,
        (files, record): (&FileSwap, &Record),
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let change = change_photo(Change::default().set("updated_at", &after.updated_at).when_exists(), before, after);
        tx.update(self, &keys::mentor_profile(after.product, after.account_id), &change, ());
        tx.swap_files(self, files, ())?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Removes a profile of somebody who left, with its places, its files and what he offered of his time. False when it
    /// changed meanwhile.
    pub async fn delete_mentor_profile(
        &self,
        profile: &MentorProfile,
        record: &Record,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let cv = profile.portrait.as_ref().and_then(|portrait| portrait.cv.clone());
        let files: Vec<_> = profile.photo.clone().into_iter().chain(cv).map(|file| DueWork::delete_file(file, now)).collect();
        tx.add_due(self, &files)?;
        let as_read = as_photographed(Change::default().when("version", &profile.version), profile);
        tx.delete(self, &keys::mentor_profile(profile.product, profile.account_id), &as_read, Some(()));
        tx.delete(self, &keys::availability(profile.product, profile.account_id), &Change::default(), None);
        tx.list_anew(self, Some(profile), None)?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
