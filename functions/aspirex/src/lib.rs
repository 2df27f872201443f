//! AspireX's face: its HTTP API with exactly the paths, fields and words that its web client uses.
//!
//! One module per endpoint group, each a Lambda function of its own. Handlers translate; what decides is in `app`.

pub mod accounts;
mod state;

use domain::Product;

web::face!(Product::AspireX, [accounts]);
