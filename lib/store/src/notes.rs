//! Notes that people keep for themselves.

use crate::{
    Page, PageRequest, Store, StoreError,
    change::Change,
    item::{item, key_of},
    keys::{self, PK},
    page::List,
};
use domain::{AccountId, NoteId, Product, account::Role, note::Note};

impl Store {
    /// Keeps a note.
    pub async fn add_note(&self, note: &Note) -> Result<(), StoreError> {
        let n = note;
        let item = item(&keys::note(n.product, n.account_id, n.role, n.id), &[], n)?;
        self.put_when(item, &Change::default().when_missing(PK)).await.map(|_| ())
    }

    /// A person's notes in a role, newest first.
    pub async fn notes(&self, product: Product, id: AccountId, role: Role, page: PageRequest) -> Result<Page<Note>, StoreError> {
        self.page(List::of_table(keys::notes(product, id, role)).newest_first(), page).await
    }

    /// Deletes one; false when he has none by that id.
    pub async fn delete_note(&self, product: Product, id: AccountId, role: Role, note: NoteId) -> Result<bool, StoreError> {
        self.delete_when(&keys::note(product, id, role, note), &Change::default().when_exists()).await
    }

    /// Deletes a page of somebody's notes; how many there were.
    pub async fn delete_notes(&self, product: Product, id: AccountId) -> Result<usize, StoreError> {
        let mut deleted = 0;
        for role in [Role::Mentor, Role::Mentee] {
            let (items, _) = self.query(&List::of_table(keys::notes(product, id, role)), &PageRequest::first(50)).await?;
            for key in items.iter().filter_map(key_of) {
                self.delete(&key).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }
}
