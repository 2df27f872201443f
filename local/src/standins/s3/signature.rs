//! Signature Version 4 as S3 checks it, worked out from its description and not by the code that signs.

use domain::Instant;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, Uri};
use jiff::{SignedDuration, civil, tz::TimeZone};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The one secret access key; any access key id goes with it, so that who asks can be told apart.
const SECRET: &str = "local";
/// A clock may be so far off.
const SKEW: SignedDuration = SignedDuration::from_mins(15);
const LONGEST: i64 = 7 * 24 * 60 * 60;

/// A request as it came.
pub(super) struct Request<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// What a request says of its signature.
struct Claim {
    credential: String,
    date: String,
    signed_headers: String,
    signature: String,
    payload: String,
    /// For a link: how many seconds it lasts.
    expires: Option<i64>,
}

type Refused = (&'static str, &'static str);

const DENIED: Refused = ("AccessDenied", "Access Denied");
const WRONG: Refused =
    ("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.");

/// The access key id that signed a request, if it did so rightly and in time.
pub(super) fn check(request: &Request<'_>, now: Instant) -> Result<String, Refused> {
    let query = query_of(request.uri);
    let claim = claim(request.headers, &query).ok_or(DENIED)?;
    let at = time(&claim.date).ok_or(DENIED)?;
    match claim.expires {
        Some(seconds) if !(1..=LONGEST).contains(&seconds) => return Err(DENIED),
        Some(seconds) if now > at.plus(SignedDuration::from_secs(seconds)) => {
            return Err(("AccessDenied", "Request has expired"));
        }
        None if now.since(at).abs() > SKEW => {
            return Err(("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."));
        }
        _ => {}
    }
    if claim.payload != "UNSIGNED-PAYLOAD" && claim.payload != hex(&Sha256::digest(request.body)) {
        return Err((
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ));
    }
    let (access_key, scope) = claim.credential.split_once('/').ok_or(DENIED)?;
    let canonical = canonical(request, &query, &claim).ok_or(WRONG)?;
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", claim.date, hex(&Sha256::digest(canonical.as_bytes())));
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in scope.split('/') {
        key = mac(&key, part.as_bytes());
    }
    let is_s3 = scope.split('/').nth(2) == Some("s3") && claim.date.starts_with(scope.split('/').next().unwrap_or_default());
    if !is_s3 || hex(&mac(&key, text.as_bytes())) != claim.signature {
        return Err(WRONG);
    }
    Ok(access_key.to_owned())
}

fn claim(headers: &HeaderMap, query: &BTreeMap<String, String>) -> Option<Claim> {
    let get = |name: &str| query.get(name).cloned();
    if let Some(signature) = get("X-Amz-Signature") {
        return Some(Claim {
            credential: get("X-Amz-Credential")?,
            date: get("X-Amz-Date")?,
            signed_headers: get("X-Amz-SignedHeaders")?,
            signature,
            payload: "UNSIGNED-PAYLOAD".to_owned(),
            expires: Some(get("X-Amz-Expires")?.parse().ok()?),
        });
    }
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let authorization = header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let parts: BTreeMap<&str, &str> = authorization.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let part = |name: &str| parts.get(name).map(|part| (*part).to_owned());
    Some(Claim {
        credential: part("Credential")?,
        date: header("x-amz-date")?.to_owned(),
        signed_headers: part("SignedHeaders")?,
        signature: part("Signature")?,
        payload: header("x-amz-content-sha256")?.to_owned(),
        expires: None,
    })
}

fn canonical(request: &Request<'_>, query: &BTreeMap<String, String>, claim: &Claim) -> Option<String> {
    let query: Vec<_> = query.iter().filter(|(name, _)| *name != "X-Amz-Signature").collect();
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let mut headers = String::new();
    for name in claim.signed_headers.split(';') {
        let value = request.headers.get(name)?.to_str().ok()?;
        headers.push_str(&format!("{name}:{}\n", value.trim()));
    }
    // What is not signed could be anybody's.
    claim.signed_headers.split(';').find(|name| *name == "host")?;
    let path = request.uri.path();
    Some(format!("{}\n{path}\n{}\n{headers}\n{}\n{}", request.method, query.join("&"), claim.signed_headers, claim.payload))
}

fn query_of(uri: &Uri) -> BTreeMap<String, String> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

fn time(text: &str) -> Option<Instant> {
    let at = civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(Instant::new(at.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
