use crate::ApiError;
use app::{audit_log::AuditLogError, catalog::CatalogError};

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NotFound(thing) => Self::not_found(thing),
            CatalogError::PlanExists => Self::bad_request("PLAN_EXISTS", "Plan ID already exists"),
            CatalogError::LinkExists => Self::bad_request("LINK_EXISTS", "This link already exists"),
            CatalogError::LinkInUse => Self::bad_request("LINK_IN_USE", "Cannot delete a link that is currently in use"),
            CatalogError::SlotBooked => Self::conflict("SLOT_BOOKED", "A booked slot can be neither deleted nor blocked"),
            CatalogError::SlotPast => Self::invalid("date", "The slot must be in the future"),
            CatalogError::MentorUnavailable => Self::conflict("MENTOR_UNAVAILABLE", "This mentor is unknown or not approved"),
            CatalogError::Invalid(invalid) => invalid.into(),
            CatalogError::Store(error) => error.into(),
        }
    }
}

impl From<AuditLogError> for ApiError {
    fn from(error: AuditLogError) -> Self {
        match error {
            AuditLogError::Invalid(invalid) => invalid.into(),
            AuditLogError::Store(error) => error.into(),
        }
    }
}
