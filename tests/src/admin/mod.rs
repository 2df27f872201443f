//! What admins manage and look through.

mod admins;
mod lists;
mod log;
mod people;
mod things;

use serde_json::Value;

/// A field of each entry of a list.
fn column(list: &Value, name: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|entry| entry[name].clone()).collect()
}
