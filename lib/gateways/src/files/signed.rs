//! Signature Version 4 as S3 wants it: the path as it is, the content's hash in a header.

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningInstructions,
        SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use domain::Instant;
use std::time::{Duration, SystemTime};

/// Who signs, and when.
pub(super) struct Signer<'a> {
    pub credentials: &'a Credentials,
    pub region: &'a str,
    pub at: Instant,
}

/// The host with its port, as the header `Host` says it.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// The headers that sign a request.
pub(super) fn headers(
    signer: &Signer<'_>,
    request: (&str, &str),
    headers: &[(&str, &str)],
    content: &[u8],
) -> Result<Vec<(String, String)>, String> {
    let mut settings = settings(SignatureLocation::Headers);
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let instructions = instructions(signer, request, headers, SignableBody::Bytes(content), settings)?;
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The address with the parameters that sign a request.
pub(super) fn url(
    signer: &Signer<'_>,
    request: (&str, &str),
    headers: &[(&str, &str)],
    lasts: Duration,
) -> Result<String, String> {
    let mut settings = settings(SignatureLocation::QueryParams);
    settings.expires_in = Some(lasts);
    let instructions = instructions(signer, request, headers, SignableBody::UnsignedPayload, settings)?;
    let parameters: Vec<_> =
        instructions.params().iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    Ok(format!("{}?{}", request.1, parameters.join("&")))
}

fn settings(location: SignatureLocation) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = location;
    settings
}

fn instructions(
    signer: &Signer<'_>,
    (method, url): (&str, &str),
    headers: &[(&str, &str)],
    body: SignableBody<'_>,
    settings: SigningSettings,
) -> Result<SigningInstructions, String> {
    let identity = signer.credentials.clone().into();
    let since = Duration::from_millis(signer.at.epoch_millis().max(0).unsigned_abs());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(signer.region)
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + since)
        .settings(settings)
        .build();
    let parameters = parameters.map_err(|error| error.to_string())?.into();
    let request = SignableRequest::new(method, url, headers.iter().copied(), body).map_err(|error| error.to_string())?;
    let signed = sign(request, &parameters).map_err(|error| error.to_string())?;
    Ok(signed.into_parts().0)
}

/// Everything but letters, digits and `-._~`.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example credentials of S3's own description, and its results.
    fn example<T>(sign: impl Fn(&Signer<'_>) -> T) -> T {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, None, None, "example");
        let at = Instant::parse("2013-05-24T00:00:00Z").unwrap();
        sign(&Signer { credentials: &credentials, region: "us-east-1", at })
    }

    const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt";
    const HOST: (&str, &str) = ("host", "examplebucket.s3.amazonaws.com");

    #[test]
    fn a_link_is_signed_as_described() {
        let url = example(|signer| url(signer, ("GET", URL), &[HOST], Duration::from_secs(86400)).unwrap());
        let signature = "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert!(url.starts_with(&format!("{URL}?")) && url.contains(signature), "{url}");
        assert!(url.contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"), "{url}");
    }

    #[test]
    fn a_request_is_signed_as_described() {
        let signed = example(|signer| headers(signer, ("GET", URL), &[HOST, ("range", "bytes=0-9")], b"").unwrap());
        let authorization = signed.iter().find(|(name, _)| name == "authorization").unwrap();
        let signature = "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert!(authorization.1.ends_with(signature), "{signed:?}");
        assert!(signed.iter().any(|(name, _)| name == "x-amz-content-sha256"), "{signed:?}");
    }

    #[test]
    fn a_host_has_its_port_with_it() {
        assert_eq!(host("http://127.0.0.1:9000/s3/bucket/key"), "127.0.0.1:9000");
        assert_eq!(host(URL), HOST.1);
    }
}
