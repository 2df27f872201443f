//! Files lie outside the table, and a transaction reaches only the table. So every file has its removal as due work from
//! before it is put until something names it: whatever ends half way leaves none behind.

use crate::{DueTask, DueWork, Store, StoreError, change::Change, item::item, transaction::Transaction};
use domain::{Instant, file::FileKey};

/// What a change does to files beside what it writes.
#[derive(Debug, Clone, Default)]
pub struct FileSwap {
    /// The removal that a file waits for, which is called off: from now on something names it.
    pub taken: Option<DueWork>,
    /// A file that nothing names any more.
    pub dropped: Option<DueWork>,
}

impl FileSwap {
    /// A file that nothing names from an instant on.
    pub fn dropping(file: Option<&FileKey>, at: Instant) -> Self {
        Self { taken: None, dropped: file.map(|file| DueWork::delete_file(file.clone(), at)) }
    }
}

impl DueWork {
    /// The removal of a file.
    pub fn delete_file(file: FileKey, at: Instant) -> Self {
        Self { at, task: DueTask::DeleteFile { file } }
    }
}

impl<E: Clone> Transaction<E> {
    /// Takes a file up and drops another. Refused when its removal is not waiting any more: then it is gone.
    pub(crate) fn swap_files(&mut self, store: &Store, swap: &FileSwap, gone: E) -> Result<(), StoreError> {
        if let Some(removal) = &swap.taken {
            self.delete(store, &removal.key(), &Change::default().when_exists(), Some(gone));
        }
        self.add_due(store, swap.dropped.as_slice())
    }
}

impl Store {
    /// Has a file removed at an instant, unless something takes it up before.
    pub async fn remove_file_later(&self, removal: &DueWork) -> Result<(), StoreError> {
        self.put_when(item(&removal.key(), &[], removal)?, &Change::default()).await.map(|_| ())
    }
}
