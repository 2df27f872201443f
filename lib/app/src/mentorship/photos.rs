//! Mentors' photos, as far as they are files of ours.

use super::{Mentorship, MentorshipError, ROUNDS, kept_changing};
use crate::{
    Context,
    files::{FileError, Files, Kept},
};
use domain::{
    AccountId,
    account::Member,
    file::Purpose,
    mentorship::{MentorProfile, ProfileDetails},
    text::WebUrl,
};
use store::Record;

/// Why a photo was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    #[error(transparent)]
    Mentorship(#[from] MentorshipError),
    #[error(transparent)]
    File(#[from] FileError),
}

/// The use cases of mentors' photos.
#[derive(Debug, Clone)]
pub struct Photos {
    mentorship: Mentorship,
    files: Files,
}

impl Photos {
    /// Photos of these mentors, in the platform's files.
    pub fn new(mentorship: Mentorship, files: Files) -> Self {
        Self { mentorship, files }
    }

    /// A mentor gives his own profile a photo; the one before it goes.
    pub async fn upload(&self, cx: &Context, by: &Member, of: AccountId, photo: &[u8]) -> Result<MentorProfile, PhotoError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        self.mentorship.must_be_own(cx, by, of).await?;
        // Whoever has no profile is told so before anything is kept.
        self.mentorship.own(cx, by).await?;
        let kept = self.files.keep(cx, by.id(), Purpose::Photo, photo).await?;
        Ok(self.take_up(cx, by, &kept).await?)
    }

    async fn take_up(&self, cx: &Context, by: &Member, kept: &Kept) -> Result<MentorProfile, MentorshipError> {
        for _ in 0..ROUNDS {
            let before = self.mentorship.own_profile(cx, by).await?;
            let details = ProfileDetails { photo_url: WebUrl::default(), ..before.details.clone() };
            let after = MentorProfile { details, photo: Some(kept.file.clone()), updated_at: cx.now, ..before.clone() };
            let files = kept.instead_of(before.photo.as_ref(), cx.now);
            if self.mentorship.store.change_mentor_photo(&before, &after, (&files, &Record::default())).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// Where a mentor's photo is seen: a link to the file that soon ends, or the address that he gave; perhaps empty.
    pub fn address(&self, cx: &Context, profile: &MentorProfile) -> String {
        let Some(photo) = &profile.photo else { return profile.details.photo_url.to_string() };
        self.files.link(photo, cx.now).unwrap_or_else(|error| {
            // Nobody goes without a list for the sake of a picture.
            tracing::error!(%error, "a link to a photo could not be signed");
            String::new()
        })
    }

    /// What a client sent as a photo's address: not the link that it was given, which names no picture elsewhere.
    pub fn elsewhere(&self, sent: Option<WebUrl>) -> Option<WebUrl> {
        sent.filter(|url| !self.files.is_link(url.as_str()))
    }
}
