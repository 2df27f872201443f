//! Whom the AWS clients trust: Amazon's own roots, compiled in.
//!
//! The system's store would do too, but reading its certificates, well over a hundred, costs more than everything
//! else at a function's start. `AWS_CA_BUNDLE` names another file, for an endpoint behind another authority.

use crate::settings::{SettingError, Settings};
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

const AMAZON: &[u8] = include_bytes!("../roots/amazon.pem");
const SETTING: &str = "AWS_CA_BUNDLE";

/// What the AWS clients check certificates against.
pub(crate) fn tls_context(settings: &Settings) -> Result<TlsContext, SettingError> {
    let pem = match settings.optional(SETTING) {
        None => AMAZON.to_vec(),
        Some(path) => std::fs::read(path).map_err(|error| bad(path, &error.to_string())).and_then(|pem| checked(path, pem))?,
    };
    let store = TrustStore::empty().with_pem_certificate(pem);
    TlsContext::builder().with_trust_store(store).build().map_err(|error| bad("the roots", &error.to_string()))
}

fn bad(path: &str, why: &str) -> SettingError {
    SettingError::Bad { name: SETTING.to_owned(), why: format!("is '{path}': {why}") }
}

/// The client takes only what can be read, and stops the process otherwise.
fn checked(path: &str, pem: Vec<u8>) -> Result<Vec<u8>, SettingError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| bad(path, &error.to_string()))?;
        roots.add(certificate).map_err(|error| bad(path, &error.to_string()))?;
    }
    if roots.is_empty() { Err(bad(path, "it holds no certificate")) } else { Ok(pem) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_cert::{Certificate, der::Decode};

    /// 1 January 2035.
    const FAR_AHEAD: u64 = 2_051_222_400;

    #[test]
    fn the_pinned_roots_are_amazon_s_and_last() {
        checked("pinned", AMAZON.to_vec()).unwrap();
        let mut names = Vec::new();
        for der in CertificateDer::pem_slice_iter(AMAZON) {
            let certificate = Certificate::from_der(&der.unwrap()).unwrap().tbs_certificate;
            assert_eq!(certificate.subject, certificate.issuer, "a root");
            let ends = certificate.validity.not_after.to_unix_duration().as_secs();
            assert!(ends > FAR_AHEAD, "{} ends at {ends}", certificate.subject);
            let subject = certificate.subject.to_string();
            names.push(subject.split(',').find_map(|part| part.strip_prefix("CN=")).unwrap().to_owned());
        }
        let starfield = "Starfield Services Root Certificate Authority - G2";
        assert_eq!(names, ["Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4", starfield]);
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_named() {
        let with =
            |path: &str| tls_context(&Settings::from_values([(SETTING, path)])).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(with(concat!(env!("CARGO_MANIFEST_DIR"), "/roots/amazon.pem")), Ok(()));
        assert!(with("/nowhere.pem").unwrap_err().starts_with("AWS_CA_BUNDLE is '/nowhere.pem': "));
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(with(manifest).unwrap_err().ends_with("it holds no certificate"));
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let pem = b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n".to_vec();
        assert!(checked("x.pem", pem).unwrap_err().to_string().starts_with("AWS_CA_BUNDLE is 'x.pem': "));
    }
}
