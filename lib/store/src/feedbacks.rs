//! Feedback about mocks.

use crate::{
    Finished, Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    transaction::{Transaction, done},
};
use domain::{AccountId, MockId, Product, interview::Feedback};

/// Why feedback was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackRefused {
    /// There is one already.
    Exists,
    /// The mock or its link changed since it was read; read again.
    Moved,
}

impl Store {
    /// Keeps the feedback about a mock; a scheduled mock is finished by it.
    pub async fn give_feedback(
        &self,
        product: Product,
        feedback: &Feedback,
        finished: Option<&Finished>,
        record: &Record,
    ) -> Result<(), TxError<FeedbackRefused>> {
        let f = feedback;
        let entries = keys::feedback_entries(product, f.mock_id, f.mentee_id, f.mentor_id, f.created_at);
        let mut tx = Transaction::new();
        tx.create(self, item(&keys::feedback(product, f.mock_id), &entries, f)?, FeedbackRefused::Exists);
        if let Some(finished) = finished {
            tx.finish(self, finished, FeedbackRefused::Moved, FeedbackRefused::Moved)?;
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Writes feedback over the revision before it; false when that changed meanwhile.
    pub async fn rewrite_feedback(&self, product: Product, feedback: &Feedback, record: &Record) -> Result<bool, StoreError> {
        let f = feedback;
        let entries = keys::feedback_entries(product, f.mock_id, f.mentee_id, f.mentor_id, f.created_at);
        let before = Change::default().when_exists().when_missing_or("revision", "=", &f.revision.saturating_sub(1));
        let mut tx = Transaction::new();
        tx.replace(self, item(&keys::feedback(product, f.mock_id), &entries, f)?, &before, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// The feedback about a mock.
    pub async fn feedback(&self, product: Product, mock: MockId) -> Result<Option<Feedback>, StoreError> {
        self.get(&keys::feedback(product, mock)).await
    }

    /// All feedback, newest first.
    pub async fn feedbacks(&self, product: Product, page: PageRequest) -> Result<Page<Feedback>, StoreError> {
        self.page(List::of_index(Index::All, keys::feedbacks(product)).newest_first(), page).await
    }

    /// The feedback about a mentee, newest first.
    pub async fn feedbacks_of_mentee(
        &self,
        product: Product,
        mentee: AccountId,
        page: PageRequest,
    ) -> Result<Page<Feedback>, StoreError> {
        self.page(List::of_index(Index::Own, keys::feedbacks_of_mentee(product, mentee)).newest_first(), page).await
    }

    /// The feedback that a mentor wrote, newest first.
    pub async fn feedbacks_of_mentor(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<Feedback>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::feedbacks_of_mentor(product, mentor)).newest_first(), page).await
    }
}
