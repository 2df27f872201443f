//! The nouns: one description of each, from which flags, requests, tables and help come.

mod catalog;
mod command;
mod members;
mod people;
mod run;
mod sessions;
mod shape;

pub use catalog::{COMPANY, LINK, SLOT};
pub use command::command;
pub use members::MEMBER;
pub use run::{read_list, run, send, thing};
pub use shape::Resource;

/// Every noun.
pub fn all() -> impl Iterator<Item = &'static Resource> {
    catalog::RESOURCES.iter().chain(people::RESOURCES).chain(sessions::RESOURCES).chain(members::RESOURCES)
}

/// A noun by its name.
pub fn find(noun: &str) -> Option<&'static Resource> {
    all().find(|resource| resource.noun == noun)
}
