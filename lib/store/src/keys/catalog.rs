//! The catalogue: few and small, so each kind is one partition of the table itself. Slots are things of their own.

use super::{Entry, Index, Key, entry};
use domain::{CompanyId, Instant, Product, SlotId, catalog::PlanId};

/// All companies of a product.
pub fn companies(product: Product) -> String {
    format!("{product}#COMPANIES")
}

/// A company.
pub fn company(product: Product, id: CompanyId) -> Key {
    Key::new(companies(product), id.to_string())
}

/// All plans of a product.
pub fn plans(product: Product) -> String {
    format!("{product}#PLANS")
}

/// A plan.
pub fn plan(product: Product, id: &PlanId) -> Key {
    Key::new(plans(product), id.to_string())
}

/// A slot.
pub fn slot(product: Product, id: SlotId) -> Key {
    Key::new(format!("{product}#SLOT#{id}"), "SLOT")
}

/// All slots of a product, by start.
pub fn slots(product: Product) -> String {
    format!("{product}#SLOTS")
}

/// The slots that can be asked for, by start.
pub fn open_slots(product: Product) -> String {
    format!("{product}#OPEN_SLOTS")
}

/// A slot's places in the indexes; only an available one is among the open ones.
pub fn slot_entries(product: Product, id: SlotId, starts_at: Instant, open: bool) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    let mut entries = vec![entry(Index::All, slots(product), sk.clone())];
    if open {
        entries.push(entry(Index::Own, open_slots(product), sk));
    }
    entries
}
