//! Files that people upload, the same at every product: kept by what they are, served by links that end soon, removed
//! when nothing names them any more.
//!
//! A file lies in the store of files, its key in an item of the table. [`Files::keep`] and [`Files::finish`] put the file
//! and have it removed an hour later; whoever writes the key into his item hands [`Kept::instead_of`] to the same
//! transaction, which calls the removal off and has the file before it removed. So whatever ends half way, no file stays
//! behind and no item names one that is gone.

use crate::{
    Context, Platform,
    limits::{self, LimitError, Limits},
};
use domain::{
    AccountId, FileId, Instant, Invalid,
    file::{FileKey, FileKind, Folder, LARGEST, Purpose},
};
use gateways::{
    files::{Files as Gateway, FilesError, Served},
    settings::SettingError,
};
use jiff::SignedDuration;
use store::{DueWork, FileSwap, Store, StoreError};

/// A file that nothing names is removed so much later: no request lasts so long.
const REMOVED_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// How long a file may be sent straight to the store.
const UPLOAD_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// How long a link to a document lasts.
const LINK_LASTS: SignedDuration = SignedDuration::from_mins(10);
/// Links to photos are the same for a quarter of an hour, so that a browser which shows a list again need not fetch its
/// pictures again. They last an hour from its beginning.
const PHOTO_LINKS_STAY: i64 = 15 * 60 * 1000;
const PHOTO_LINK_LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Why a file was not taken or handed out.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Kind(#[from] Invalid),
    #[error("the file is empty or larger than it may be")]
    Size,
    /// Nothing was sent there, it was too long ago, or it was somebody else's.
    #[error("there is no such upload")]
    NoUpload,
    #[error("the store of files failed: {0}")]
    Unavailable(FilesError),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FilesError> for FileError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::TooLarge => Self::Size,
            error => Self::Unavailable(error),
        }
    }
}

/// A file that was kept, and the removal that it waits for unless something takes it up.
#[derive(Debug, Clone)]
pub struct Kept {
    pub file: FileKey,
    pub kind: FileKind,
    removal: DueWork,
}

impl Kept {
    /// What the transaction that names it does to files: it stays, and the one before it goes.
    pub fn instead_of(&self, before: Option<&FileKey>, now: Instant) -> FileSwap {
        FileSwap { taken: Some(self.removal.clone()), ..FileSwap::dropping(before, now) }
    }
}

/// An upload that was begun: the request that its owner makes by himself.
#[derive(Debug, Clone)]
pub struct Upload {
    pub id: FileId,
    /// Where the file is put, with these headers.
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub ends_at: Instant,
}

/// The use cases of files.
#[derive(Debug, Clone)]
pub struct Files {
    store: Store,
    gateway: Gateway,
    limits: Limits,
}

impl Files {
    /// Files in the platform's bucket.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let gateway = Gateway::from_settings(&platform.aws, &platform.settings)?;
        Ok(Self { store: platform.store.clone(), gateway, limits: Limits::new(platform.store.clone()) })
    }

    /// Keeps a file that came with a request.
    pub async fn keep(&self, cx: &Context, owner: AccountId, purpose: Purpose, content: &[u8]) -> Result<Kept, FileError> {
        let kind = purpose.check(cx.product, content)?;
        self.take_turn(cx, owner).await?;
        self.put(cx, owner, (purpose, kind), content).await
    }

    /// Begins the upload of a file that is too large for a request: so many bytes, put straight into the store.
    pub async fn begin(&self, cx: &Context, owner: AccountId, length: u64) -> Result<Upload, FileError> {
        if !(1..=LARGEST).contains(&length) {
            return Err(FileError::Size);
        }
        self.take_turn(cx, owner).await?;
        let id = cx.id();
        let key = FileKey::new(cx.product, Folder::Incoming, owner, id);
        // When it is removed, nothing can be put there any more.
        self.store.remove_file_later(&DueWork::delete_file(key.clone(), cx.now.plus(REMOVED_AFTER))).await?;
        let request = self.gateway.presigned_put(key.as_str(), length, cx.now, UPLOAD_LASTS)?;
        Ok(Upload { id, url: request.url, headers: request.headers, ends_at: cx.now.plus(UPLOAD_LASTS) })
    }

    /// Ends an upload of one's own: looks at what came and keeps exactly that. What is put there later changes nothing.
    pub async fn finish(&self, cx: &Context, owner: AccountId, purpose: Purpose, upload: FileId) -> Result<Kept, FileError> {
        let incoming = FileKey::new(cx.product, Folder::Incoming, owner, upload);
        let content = self.gateway.get(incoming.as_str(), LARGEST, cx.now).await.map_err(|error| match error {
            FilesError::Missing => FileError::NoUpload,
            error => error.into(),
        })?;
        let kind = purpose.check(cx.product, &content)?;
        self.put(cx, owner, (purpose, kind), &content).await
    }

    /// A link to a file, for whoever may see it. It ends soon, so it is no thing to store.
    pub fn link(&self, file: &FileKey, now: Instant) -> Result<String, FileError> {
        let (from, lasts) = match file.folder {
            Folder::Photos => (quarter(now), PHOTO_LINK_LASTS),
            Folder::Cvs | Folder::Incoming => (now, LINK_LASTS),
        };
        Ok(self.gateway.presigned_get(file.as_str(), from, lasts)?)
    }

    /// Whether an address is such a link, which clients may send back as they got it.
    pub fn is_link(&self, url: &str) -> bool {
        url.starts_with(&self.gateway.url(""))
    }

    async fn take_turn(&self, cx: &Context, owner: AccountId) -> Result<(), LimitError> {
        self.limits.take(cx, limits::UPLOADING, &format!("account:{owner}")).await
    }

    async fn put(
        &self,
        cx: &Context,
        owner: AccountId,
        (purpose, kind): (Purpose, FileKind),
        content: &[u8],
    ) -> Result<Kept, FileError> {
        let file = FileKey::new(cx.product, purpose.folder(), owner, cx.id());
        let removal = DueWork::delete_file(file.clone(), cx.now.plus(REMOVED_AFTER));
        self.store.remove_file_later(&removal).await?;
        let (shown, cached) = match purpose {
            Purpose::Photo => ("inline", "private, max-age=3600, immutable"),
            Purpose::Cv => ("attachment", "private, no-store"),
        };
        let disposition = format!("{shown}; filename=\"{}\"", purpose.saved_as(kind));
        let served = Served { content_type: kind.content_type(), disposition: &disposition, cache_control: cached };
        self.gateway.put(file.as_str(), content, &served, cx.now).await?;
        Ok(Kept { file, kind, removal })
    }
}

/// The beginning of the quarter of an hour.
fn quarter(now: Instant) -> Instant {
    now.plus(-SignedDuration::from_millis(now.epoch_millis().rem_euclid(PHOTO_LINKS_STAY)))
}
