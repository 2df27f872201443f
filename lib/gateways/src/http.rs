//! The HTTP client of what others run.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A client that is made at the first request: it reads the system's roots, which would lengthen every start.
#[derive(Debug, Clone, Default)]
pub(crate) struct LateClient(Arc<OnceLock<reqwest::Client>>);

impl LateClient {
    pub(crate) fn get(&self) -> Result<&reqwest::Client, String> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        install_tls_provider();
        let builder = reqwest::Client::builder().timeout(Duration::from_secs(8)).connect_timeout(Duration::from_secs(3));
        let client = builder.build().map_err(|error| error.to_string())?;
        Ok(self.0.get_or_init(|| client))
    }
}

/// Makes ring the process's TLS provider, which HTTP clients look for.
pub fn install_tls_provider() {
    // A second call finds the provider in place, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
