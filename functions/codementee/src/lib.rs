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

use axum::middleware::from_fn_with_state;
use domain::Product;

web::face!(
    Product::Codementee,
    dressed_by | routes,
    platform | routes.layer(from_fn_with_state(platform.clock.clone(), envelope::envelope)),
    [auth, catalog, mentee, mentor, admin, payment, interviews, community, ai]
);
