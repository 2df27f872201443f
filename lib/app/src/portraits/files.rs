//! The files of a portrait: a photo, which everybody sees who sees the portrait, and a curriculum vitae.

use super::{PortraitError, Portraits};
use crate::{
    Context,
    files::{FileError, Files, Kept},
};
use domain::{
    FileId,
    account::{Member, Role},
    file::{FileKey, Purpose},
};
use store::FileSwap;

/// Why a file was not taken into a portrait.
#[derive(Debug, thiserror::Error)]
pub enum PortraitFileError {
    #[error(transparent)]
    Portrait(#[from] PortraitError),
    #[error(transparent)]
    File(#[from] FileError),
}

/// The use cases of portraits' files.
#[derive(Debug, Clone)]
pub struct PortraitFiles {
    portraits: Portraits,
    files: Files,
}

impl PortraitFiles {
    /// The files of these portraits, among the platform's.
    pub fn new(portraits: Portraits, files: Files) -> Self {
        Self { portraits, files }
    }

    /// Takes a file that came with a request; answers a link to it. The one before it goes.
    pub async fn upload(
        &self,
        cx: &Context,
        by: &Member,
        (role, purpose): (Role, Purpose),
        content: &[u8],
    ) -> Result<String, PortraitFileError> {
        by.must_be_active().map_err(|_| PortraitError::Paused)?;
        let kept = self.files.keep(cx, by.id(), purpose, content).await?;
        self.take_up(cx, by, (role, purpose), &kept).await
    }

    /// Takes a file that was sent straight to the store.
    pub async fn finish(
        &self,
        cx: &Context,
        by: &Member,
        (role, purpose): (Role, Purpose),
        upload: FileId,
    ) -> Result<String, PortraitFileError> {
        by.must_be_active().map_err(|_| PortraitError::Paused)?;
        let kept = self.files.finish(cx, by.id(), purpose, upload).await?;
        self.take_up(cx, by, (role, purpose), &kept).await
    }

    async fn take_up(&self, cx: &Context, by: &Member, place: (Role, Purpose), kept: &Kept) -> Result<String, PortraitFileError> {
        let swap = |before: Option<&FileKey>| kept.instead_of(before, cx.now);
        self.portraits.set_file(cx, by, place, Some(&kept.file), swap).await?;
        Ok(self.files.link(&kept.file, cx.now)?)
    }

    /// Takes a file out of a portrait; there need be none.
    pub async fn remove(&self, cx: &Context, by: &Member, place: (Role, Purpose)) -> Result<(), PortraitFileError> {
        let swap = |before: Option<&FileKey>| FileSwap::dropping(before, cx.now);
        Ok(self.portraits.set_file(cx, by, place, None, swap).await?)
    }

    /// A link to a file of a portrait; empty when there is none.
    pub fn address(&self, cx: &Context, file: Option<&FileKey>) -> String {
        let Some(file) = file else { return String::new() };
        self.files.link(file, cx.now).unwrap_or_else(|error| {
            // Nobody goes without a portrait for the sake of a picture.
            tracing::error!(%error, "a link to a file could not be signed");
            String::new()
        })
    }
}
