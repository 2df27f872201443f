//! Codementee's face: its HTTP API with exactly the paths, fields and words that its web clients use.
//!
//! One module per endpoint group, each a Lambda function of its own. Handlers translate; what decides is in `app`.

pub mod admin;
pub mod ai;
pub mod auth;
mod care;
pub mod catalog;
pub mod community;
mod envelope;
mod forms;
pub mod interviews;
pub mod mentee;
pub mod mentor;
mod notifications;
pub mod payment;
mod shapes;
mod state;

use app::Platform;
use axum::{Router, middleware::from_fn_with_state};
use domain::Product;
use gateways::settings::SettingError;
use web::{ErrorStyle, Face, Served, openapi::Document};

/// An endpoint group's routes.
pub type Group = fn(&Platform) -> Result<Router, SettingError>;

/// The face's common part.
fn face(platform: &Platform) -> Result<Face, SettingError> {
    Face::new(Product::Codementee, platform)
}

/// Routes with what only this face does to answers.
fn dressed(routes: Router, platform: &Platform) -> Router {
    routes.layer(from_fn_with_state(platform.clock.clone(), envelope::envelope))
}

macro_rules! groups {
    ($($group:ident),+ $(,)?) => {
        /// Every route of the face, as the local server mounts it.
        pub fn router(platform: &Platform) -> Result<Router, SettingError> {
            Ok(dressed(Router::new()$(.merge($group::router(platform)?))+, platform))
        }

        /// Adds every operation of the face to its document.
        pub fn describe(document: Document) -> Document {
            $(let document = $group::routes(document.group(stringify!($group)));)+
            document
        }
    };
}

groups!(auth, catalog, mentee, mentor, admin, payment, interviews, community, ai);

/// One group as its Lambda function serves it.
pub fn serve(group: Group, platform: &Platform) -> Result<Served, SettingError> {
    let routes = dressed(group(platform)?, platform);
    Ok(web::serve(routes, platform.clock.clone(), ErrorStyle::of(Product::Codementee)))
}

/// Runs one group as a Lambda function.
pub async fn run(group: Group) -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    web::lambda::run(move |platform| serve(group, platform)).await
}
