//! Codementee's face: its HTTP API with exactly the paths, fields and words that its web clients use.
//!
//! One module per endpoint group, each a Lambda function of its own. Handlers translate; what decides is in `app`.

pub mod admin;
pub mod auth;
pub mod catalog;
mod forms;
pub mod interviews;
pub mod mentee;
pub mod mentor;
pub mod payment;
mod shapes;
mod state;

use app::Platform;
use axum::Router;
use domain::Product;
use gateways::settings::SettingError;
use web::{CursorKey, Face, openapi::Document};

/// The face's common part.
fn face(platform: &Platform) -> Result<Face, SettingError> {
    let cursors = CursorKey::from_settings(&platform.settings)?;
    Ok(Face { product: Product::Codementee, clock: platform.clock.clone(), cursors })
}

macro_rules! groups {
    ($($group:ident),+ $(,)?) => {
        /// Every route of the face, as the local server mounts it.
        pub fn router(platform: &Platform) -> Result<Router, SettingError> {
            Ok(Router::new()$(.merge($group::router(platform)?))+)
        }

        /// Adds every operation of the face to its document.
        pub fn describe(document: Document) -> Document {
            $(let document = $group::routes(document.group(stringify!($group)));)+
            document
        }
    };
}

groups!(auth, catalog, mentee, mentor, admin, payment, interviews);

/// Serves one group as a Lambda function.
pub async fn run(group: fn(&Platform) -> Result<Router, SettingError>) -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    let platform = Platform::load().await?;
    web::lambda::run(web::serve(group(&platform)?, platform.clock.clone())).await
}
