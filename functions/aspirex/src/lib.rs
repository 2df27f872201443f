//! AspireX's face: its HTTP API with exactly the paths, fields and words that its web client uses.
//!
//! One module per endpoint group, each a Lambda function of its own. Handlers translate; what decides is in `app`.

pub mod accounts;
pub mod community;
mod forms;
mod maintenance;
pub mod sessions;
mod shapes;
pub mod socket;

use domain::Product;

web::face!(
    Product::AspireX,
    dressed_by | routes,
    platform | maintenance::gated(routes, platform),
    [accounts, community, sessions]
);
