//! Routes are listed once. The list makes the router that serves them, or the document that describes them.

use crate::openapi::{Described, Document};
use axum::{Router, handler::Handler};

/// What a document says of an operation beyond what its handler's signature tells.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub(crate) summary: &'static str,
    pub(crate) bad_request: &'static [&'static str],
    pub(crate) unauthorized: &'static [&'static str],
    pub(crate) forbidden: &'static [&'static str],
    pub(crate) not_found: bool,
    pub(crate) conflict: &'static [&'static str],
    pub(crate) unavailable: &'static [&'static str],
}

/// An operation in a few words.
pub const fn about(summary: &'static str) -> About {
    let none: &[&str] = &[];
    About { summary, bad_request: none, unauthorized: none, forbidden: none, not_found: false, conflict: none, unavailable: none }
}

impl About {
    /// The codes with which it answers 400.
    pub const fn bad_request(self, codes: &'static [&'static str]) -> Self {
        Self { bad_request: codes, ..self }
    }

    /// The codes with which it answers 401, beside those of credentials.
    pub const fn unauthorized(self, codes: &'static [&'static str]) -> Self {
        Self { unauthorized: codes, ..self }
    }

    /// The codes with which it answers 403, beside that of the wrong role.
    pub const fn forbidden(self, codes: &'static [&'static str]) -> Self {
        Self { forbidden: codes, ..self }
    }

    /// It answers 404 for what its body names.
    pub const fn not_found(self) -> Self {
        Self { not_found: true, ..self }
    }

    /// The codes with which it answers 409.
    pub const fn conflict(self, codes: &'static [&'static str]) -> Self {
        Self { conflict: codes, ..self }
    }

    /// The codes with which it answers 503, beside `BUSY`.
    pub const fn unavailable(self, codes: &'static [&'static str]) -> Self {
        Self { unavailable: codes, ..self }
    }
}

impl From<&'static str> for About {
    fn from(summary: &'static str) -> Self {
        about(summary)
    }
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident),+ $(,)?) => {
        /// Takes in a list of routes. A group's list is written once, for every taker:
        ///
        /// - a [`Router`] serves the handlers; nothing of the document is linked for it;
        /// - a [`Document`] describes them, and serves nothing.
        ///
        /// So nothing is served that is not documented, nor the other way round.
        pub trait Routes<S: Clone + Send + Sync + 'static>: Sized {
            $(
                $(#[$doc])*
                fn $verb<H, T>(self, path: &'static str, about: impl Into<About>, handler: H) -> Self
                where
                    H: Handler<T, S> + Described<T>,
                    T: 'static;
            )+
        }

        impl<S: Clone + Send + Sync + 'static> Routes<S> for Router<S> {
            $(
                fn $verb<H, T>(self, path: &'static str, _: impl Into<About>, handler: H) -> Self
                where
                    H: Handler<T, S> + Described<T>,
                    T: 'static,
                {
                    self.route(path, axum::routing::$verb(handler))
                }
            )+
        }

        impl<S: Clone + Send + Sync + 'static> Routes<S> for Document {
            $(
                fn $verb<H, T>(self, path: &'static str, about: impl Into<About>, _: H) -> Self
                where
                    H: Handler<T, S> + Described<T>,
                    T: 'static,
                {
                    self.add::<H, T>(stringify!($verb), path, about.into())
                }
            )+
        }
    };
}

verbs! {
    /// GET.
    get,
    /// POST.
    post,
    /// PUT.
    put,
    /// PATCH.
    patch,
    /// DELETE.
    delete,
}
