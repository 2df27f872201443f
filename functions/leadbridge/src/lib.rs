//! LeadBridge's face: its HTTP API with exactly the paths, fields and words that its web client uses.
//!
//! One module per endpoint group, each a Lambda function of its own. Handlers translate; what decides is in `app`.

pub mod admin;
pub mod auth;
pub mod events;
mod forms;
mod ids;
pub mod mentor;
mod shapes;
mod state;

use domain::Product;

web::face!(Product::LeadBridge, [auth, events, mentor, admin]);
