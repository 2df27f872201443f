use crate::{CursorKey, Origins, SameSite};
use app::{Clock, Platform};
use domain::{Instant, Product};
use gateways::settings::SettingError;
use std::sync::Arc;

/// What every route of a product's HTTP API has in common.
#[derive(Debug, Clone)]
pub struct Face {
    pub product: Product,
    pub clock: Arc<dyn Clock>,
    pub cursors: CursorKey,
    /// Where its web client lives: only from there may a cookie alone change anything.
    pub origins: Origins,
}

impl Face {
    /// A product's face; `<PRODUCT>_ORIGINS` lists its origins.
    pub fn new(product: Product, platform: &Platform) -> Result<Self, SettingError> {
        let origins = format!("{}_ORIGINS", product.slug().to_uppercase());
        Ok(Self {
            product,
            clock: platform.clock.clone(),
            cursors: CursorKey::from_settings(&platform.settings)?,
            origins: Origins::from_settings(&platform.settings, &origins)?,
        })
    }

    /// The time now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// When browsers send its session cookie along: LeadBridge's client lives on another site than its API.
    pub fn same_site(&self) -> SameSite {
        match self.product {
            Product::LeadBridge => SameSite::None,
            Product::Codementee | Product::Mansa | Product::AspireX => SameSite::Lax,
        }
    }
}
