//! What was bought, for those who look after it. Buying is [`crate::payment`]'s.

use crate::Context;
use domain::payment::{Order, OrderStatus};
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

    /// Orders, all or those with a status, newest first.
    pub async fn list(&self, cx: &Context, status: Option<OrderStatus>, page: PageRequest) -> Result<Page<Order>, StoreError> {
        self.store.orders(cx.product, status, page).await
    }
}
