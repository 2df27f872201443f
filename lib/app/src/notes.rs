//! Notes that people keep for themselves.

use crate::{
    Context,
    limits::{LimitError, Limits, NOTING},
};
use domain::{
    AccountId, NoteId,
    account::Role,
    note::Note,
    text::{Line, Prose},
};
use store::{Page, PageRequest, Store, StoreError};

/// Why a note was not kept or deleted.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    #[error("there is no such note")]
    NotFound,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of notes.
#[derive(Debug, Clone)]
pub struct Notes {
    store: Store,
    limits: Limits,
}

impl Notes {
    /// Notes in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// A person's notes in a role, newest first.
    pub async fn list(&self, cx: &Context, id: AccountId, role: Role, page: PageRequest) -> Result<Page<Note>, NoteError> {
        Ok(self.store.notes(cx.product, id, role, page).await?)
    }

    /// Keeps a note.
    pub async fn add(
        &self,
        cx: &Context,
        (id, role): (AccountId, Role),
        title: Line<200>,
        content: Prose<10000>,
    ) -> Result<Note, NoteError> {
        self.limits.take(cx, NOTING, &format!("account:{id}")).await?;
        let note = Note { id: cx.id(), product: cx.product, account_id: id, role, title, content, created_at: cx.now };
        self.store.add_note(&note).await?;
        Ok(note)
    }

    /// Deletes one's own.
    pub async fn delete(&self, cx: &Context, (id, role): (AccountId, Role), note: NoteId) -> Result<(), NoteError> {
        let known = self.store.delete_note(cx.product, id, role, note).await?;
        known.then_some(()).ok_or(NoteError::NotFound)
    }
}
