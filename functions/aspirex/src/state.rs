use app::Platform;
use axum::extract::FromRef;
use gateways::settings::SettingError;
use web::Face;

/// What the groups' handlers call. All of it is cheap to make and share.
#[derive(Debug, Clone, FromRef)]
pub struct Deps {
    face: Face,
}

impl Deps {
    /// Wires the use cases.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        Ok(Self { face: crate::face(platform)? })
    }
}
