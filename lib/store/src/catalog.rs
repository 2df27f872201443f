//! Companies and plans: few, small, each kind one partition.

use crate::{
    Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys,
    page::List,
    transaction::{Transaction, done, never},
};
use domain::{
    CompanyId, Product,
    catalog::{Company, CompanyCategory, Plan, PlanId},
};

/// The plan's key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanExists;

impl Store {
    /// Companies, all or of a category, oldest first.
    pub async fn companies(
        &self,
        product: Product,
        category: Option<CompanyCategory>,
        page: PageRequest,
    ) -> Result<Page<Company>, StoreError> {
        let list = List::of_table(keys::companies(product));
        match category {
            None => self.page(list, page).await,
            Some(category) => self.page_where(list, page, |company: &Company| company.category == category).await,
        }
    }

    /// Adds a company.
    pub async fn add_company(&self, product: Product, company: &Company, record: &Record) -> Result<(), StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, item(&keys::company(product, company.id), &[], company)?);
        tx.leave(self, record)?;
        tx.commit(self).await.map_err(never)
    }

    /// A company.
    pub async fn company(&self, product: Product, id: CompanyId) -> Result<Option<Company>, StoreError> {
        self.get(&keys::company(product, id)).await
    }

    /// Writes a company over the one with its id; false when there is none.
    pub async fn replace_company(&self, product: Product, company: &Company, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let company = item(&keys::company(product, company.id), &[], company)?;
        tx.replace(self, company, &Change::default().when_exists(), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes a company; bookings keep its name. False when there is none.
    pub async fn delete_company(&self, product: Product, id: CompanyId, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &keys::company(product, id), &Change::default().when_exists(), Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// All plans.
    pub async fn plans(&self, product: Product) -> Result<Vec<Plan>, StoreError> {
        let mut plans = self.page::<Plan>(List::of_table(keys::plans(product)), PageRequest::first(1000)).await?.items;
        plans.sort_by(|a, b| (a.display_order, &a.plan_id).cmp(&(b.display_order, &b.plan_id)));
        Ok(plans)
    }

    /// A plan.
    pub async fn plan(&self, product: Product, id: &PlanId) -> Result<Option<Plan>, StoreError> {
        self.get(&keys::plan(product, id)).await
    }

    /// Adds a plan.
    pub async fn add_plan(&self, product: Product, plan: &Plan, record: &Record) -> Result<(), TxError<PlanExists>> {
        let mut tx = Transaction::new();
        tx.create(self, item(&keys::plan(product, &plan.plan_id), &[], plan)?, PlanExists);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Writes a plan over the one with its key; false when there is none.
    pub async fn replace_plan(&self, product: Product, plan: &Plan, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let plan = item(&keys::plan(product, &plan.plan_id), &[], plan)?;
        tx.replace(self, plan, &Change::default().when_exists(), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes a plan; orders keep what they bought. False when there is none.
    pub async fn delete_plan(&self, product: Product, id: &PlanId, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &keys::plan(product, id), &Change::default().when_exists(), Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
