//! What was bought, for those who look after it. Buying is [`crate::payment`]'s.

use crate::Context;
use domain::payment::Order;
use store::{Page, PageRequest, Store, StoreError};

/// The use cases of looking at orders.
#[derive(Debug, Clone)]
pub struct Orders {
    store: Store,
}

impl Orders {
    /// The orders in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// All orders, newest first.
    pub async fn list(&self, cx: &Context, page: PageRequest) -> Result<Page<Order>, StoreError> {
        self.store.orders(cx.product, page).await
    }
}
