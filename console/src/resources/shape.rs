//! What a noun is described by.

use crate::fields::Field;
use domain::Product;
use serde_json::Value;

/// A noun: where it is in the API, and what can be done with it.
#[derive(Debug)]
pub struct Resource {
    /// Whose API has it.
    pub product: Product,
    pub noun: &'static str,
    /// A single one, for help and questions.
    pub one: &'static str,
    pub about: &'static str,
    pub list: Option<List>,
    pub show: Show,
    pub verbs: &'static [Verb],
}

/// How its list is read.
#[derive(Debug)]
pub struct List {
    pub path: &'static str,
    pub about: &'static str,
    /// What tables and CSV show.
    pub columns: &'static [&'static str],
    pub filters: &'static [Field],
    /// Whether the API answers page by page, and not all at once.
    pub paged: bool,
}

/// How a single one is read.
#[derive(Debug, Clone, Copy)]
pub enum Show {
    Nothing,
    /// By a path with `{id}`.
    At(&'static str),
    /// The API has no path for it: it is looked for in the list, as wide as the list goes.
    InList(&'static [(&'static str, &'static str)]),
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// The same for HTTP.
    pub fn http(self) -> reqwest::Method {
        match self {
            Self::Get => reqwest::Method::GET,
            Self::Post => reqwest::Method::POST,
            Self::Put => reqwest::Method::PUT,
            Self::Delete => reqwest::Method::DELETE,
        }
    }
}

/// A value that a verb always sends.
#[derive(Debug, Clone, Copy)]
pub enum Fixed {
    Text(&'static str),
    Truth(bool),
    Null,
}

impl Fixed {
    /// As JSON.
    pub fn value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Truth(truth) => truth.into(),
            Self::Null => Value::Null,
        }
    }
}

/// Something that can be done.
#[derive(Debug)]
pub struct Verb {
    pub name: &'static str,
    pub about: &'static str,
    pub method: Method,
    /// With `{id}` where the thing is named; the first that knows the thing answers.
    pub paths: &'static [&'static str],
    /// Whether a thing is named.
    pub names_one: bool,
    /// The field of the body in which the thing is named, when it is not in the path.
    pub id_field: Option<&'static str>,
    pub fields: &'static [Field],
    pub fixed: &'static [(&'static str, Fixed)],
    /// Asks before, and can say what it would do.
    pub destructive: bool,
    /// The deployment carries it out once, however often it is asked under one key.
    pub once: bool,
    /// The API replaces the whole thing; what is not given stays as it is.
    pub merges: bool,
}

impl Verb {
    /// Something that can be done with one thing.
    pub const fn of_one(name: &'static str, about: &'static str, method: Method, paths: &'static [&'static str]) -> Self {
        Self {
            name,
            about,
            method,
            paths,
            names_one: true,
            id_field: None,
            fields: &[],
            fixed: &[],
            destructive: false,
            once: false,
            merges: false,
        }
    }

    /// Something that can be done with none in particular.
    pub const fn of_all(name: &'static str, about: &'static str, method: Method, paths: &'static [&'static str]) -> Self {
        Self { names_one: false, ..Self::of_one(name, about, method, paths) }
    }

    /// The same with fields to send.
    pub const fn sending(self, fields: &'static [Field]) -> Self {
        Self { fields, ..self }
    }

    /// The same with values that it always sends.
    pub const fn saying(self, fixed: &'static [(&'static str, Fixed)]) -> Self {
        Self { fixed, ..self }
    }

    /// The same, naming the thing in the body.
    pub const fn naming_by(self, field: &'static str) -> Self {
        Self { id_field: Some(field), ..self }
    }

    /// The same, asked about before.
    pub const fn destructive(self) -> Self {
        Self { destructive: true, ..self }
    }

    /// The same under a key.
    pub const fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// The same, where what is not given stays.
    pub const fn merging(self) -> Self {
        Self { merges: true, ..self }
    }
}
