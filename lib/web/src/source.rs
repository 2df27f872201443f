use axum::extract::Request;
use http::Extensions;
use std::net::IpAddr;

/// The caller's address as the gateway saw it. Never taken from a header, which anybody can write.
#[derive(Debug, Clone, Copy)]
pub struct Source(pub IpAddr);

impl Source {
    /// The source of a request, if its gateway told it.
    pub(crate) fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get::<Self>().map(|source| source.0)
    }

    /// Notes where a request came from.
    pub fn note(request: &mut Request, source: Option<IpAddr>) {
        if let Some(source) = source {
            request.extensions_mut().insert(Self(source));
        }
    }
}
