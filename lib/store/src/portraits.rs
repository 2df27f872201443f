//! What students and mentors show of themselves, and when they were last there.

use crate::{
    DueWork, FileSwap, Record, Store, StoreError, Stored, TxError, Verdict,
    change::Change,
    directory::Moved,
    item::item,
    keys::{self, PK},
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, Product,
    account::{Membership, Role},
    file::FileKey,
    mentorship::MentorProfile,
    portrait::StudentProfile,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Serialize, Deserialize)]
struct Presence {
    seen_at: Instant,
}

/// What both kinds of profiles have.
#[derive(Deserialize)]
struct WithPhoto {
    #[serde(default)]
    photo: Option<FileKey>,
}

/// A member with what he shows of himself in a role.
#[derive(Debug, Clone)]
pub struct Shown<P> {
    pub member: Membership,
    /// None while he has said nothing yet.
    pub profile: Option<P>,
    pub seen_at: Option<Instant>,
}

impl Store {
    /// What a student says of himself.
    pub async fn student_profile(&self, product: Product, id: AccountId) -> Result<Option<StudentProfile>, StoreError> {
        self.get(&keys::student_profile(product, id)).await
    }

    /// Writes it, anew or over what was read, with the files that follow from it; false when it changed meanwhile.
    pub async fn put_student_profile(
        &self,
        before: Option<&StudentProfile>,
        after: &StudentProfile,
        files: &FileSwap,
    ) -> Result<bool, StoreError> {
        let as_read = match before {
            Some(before) => Change::default().when("version", &before.version),
            None => Change::default().when_missing(PK),
        };
        let mut tx = Transaction::new();
        tx.replace(self, item(&keys::student_profile(after.product, after.account_id), &[], after)?, &as_read, ());
        tx.swap_files(self, files, ())?;
        done(tx.commit(self).await)
    }

    /// Removes what a student said of himself with its files, and when somebody was last there. How much there was.
    pub async fn delete_portrait(&self, product: Product, id: AccountId, now: Instant) -> Result<usize, StoreError> {
        self.delete(&keys::presence(product, id)).await?;
        let Some(profile) = self.student_profile(product, id).await? else { return Ok(0) };
        let files = profile.photo.clone().into_iter().chain(profile.portrait.cv.clone());
        let files: Vec<_> = files.map(|file| DueWork::delete_file(file, now)).collect();
        let mut tx = Transaction::new();
        let as_read = Change::default().when("version", &profile.version);
        tx.delete(self, &keys::student_profile(product, id), &as_read, Some(()));
        tx.add_due(self, &files)?;
        // Should it have changed meanwhile, it is found again.
        done(tx.commit(self).await).map(|_| 1)
    }

    /// Writes a mentor's profile, anew or over what was read, with the verdict of an admin if there is one. False when
    /// something changed meanwhile.
    pub async fn put_mentor_profile(
        &self,
        before: Option<&MentorProfile>,
        after: &MentorProfile,
        verdict: Option<&Verdict<'_>>,
        (files, record): (&FileSwap, &Record),
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.swap_files(self, files, Moved)?;
        match before {
            Some(before) => tx.change_profile(self, before, after, Moved)?,
            None => tx.create_profile(self, after, Moved)?,
        }
        if let Some(verdict) = verdict {
            tx.change_roles(self, verdict.before, verdict.after, after.updated_at);
        }
        tx.leave(self, record)?;
        match tx.commit(self).await {
            Ok(()) => Ok(true),
            Err(TxError::Refused(Moved)) => Ok(false),
            Err(TxError::Store(error)) => Err(error),
        }
    }

    /// Members with what they show as mentors, in that order; whoever is no member is left out.
    pub async fn shown_mentors(&self, product: Product, ids: &[AccountId]) -> Result<Vec<Shown<MentorProfile>>, StoreError> {
        self.shown(product, ids, |id| keys::mentor_profile(product, id)).await
    }

    /// The same of students.
    pub async fn shown_students(&self, product: Product, ids: &[AccountId]) -> Result<Vec<Shown<StudentProfile>>, StoreError> {
        self.shown(product, ids, |id| keys::student_profile(product, id)).await
    }

    async fn shown<P: serde::de::DeserializeOwned>(
        &self,
        product: Product,
        ids: &[AccountId],
        profile: impl Fn(AccountId) -> keys::Key,
    ) -> Result<Vec<Shown<P>>, StoreError> {
        let mut shown = Vec::new();
        let keys_of = |id| [keys::membership(id, product), profile(id), keys::presence(product, id)];
        let wanted: Vec<_> = ids.iter().flat_map(|id| keys_of(*id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        for id in ids {
            let [member, profile, presence] = keys_of(*id);
            let Some(member) = take::<Stored<Membership>>(&mut found, &member)? else { continue };
            let seen: Option<Presence> = take(&mut found, &presence)?;
            let profile = take(&mut found, &profile)?;
            shown.push(Shown { member: member.value, profile, seen_at: seen.map(|seen| seen.seen_at) });
        }
        Ok(shown)
    }

    /// The photos that people have uploaded, of each in the role that is named with him; who has none is left out. A
    /// request for each hundred.
    pub async fn photos(
        &self,
        product: Product,
        people: impl IntoIterator<Item = (AccountId, Role)>,
    ) -> Result<HashMap<AccountId, FileKey>, StoreError> {
        let profile = |(id, role): (AccountId, Role)| match role {
            Role::Mentor => Some((id, keys::mentor_profile(product, id))),
            Role::Mentee => Some((id, keys::student_profile(product, id))),
            Role::Admin => None,
        };
        let profiles: HashMap<AccountId, keys::Key> = people.into_iter().filter_map(profile).collect();
        let wanted: Vec<_> = profiles.values().cloned().collect();
        let mut found = self.batch_get(&wanted).await?;
        let mut photos = HashMap::new();
        for (id, key) in profiles {
            let photo: Option<WithPhoto> = take(&mut found, &key)?;
            photos.extend(photo.and_then(|profile| profile.photo).map(|photo| (id, photo)));
        }
        Ok(photos)
    }

    /// Notes that somebody is there.
    pub async fn note_presence(&self, product: Product, id: AccountId, now: Instant) -> Result<(), StoreError> {
        let item = item(&keys::presence(product, id), &[], &Presence { seen_at: now })?;
        self.put_when(item, &Change::default()).await.map(|_| ())
    }

    /// Notes that somebody went.
    pub async fn end_presence(&self, product: Product, id: AccountId) -> Result<(), StoreError> {
        self.delete(&keys::presence(product, id)).await
    }

    /// When somebody was last there, unless he said that he went.
    pub async fn seen_at(&self, product: Product, id: AccountId) -> Result<Option<Instant>, StoreError> {
        let presence: Option<Presence> = self.get(&keys::presence(product, id)).await?;
        Ok(presence.map(|presence| presence.seen_at))
    }
}
