//! What no two runs share, replaced by what it is. The same id gets the same name wherever it stands.

use regex::{Captures, Regex};
use std::collections::BTreeMap;

/// Replaces ids, secrets and the time of day.
pub struct Mask {
    url: String,
    names: BTreeMap<String, String>,
}

/// What a pattern stands for. Those with a `#` are counted.
const PATTERNS: [(&str, &str); 17] = [
    (r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", "<token>"),
    (r"st_[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}", "<token>"),
    (r"http://127\.0\.0\.1:[0-9]+", "<another service>"),
    (r#"X-Amz-(?:Credential|Date|Signature)=[^&"]+"#, "<signed>"),
    (r#""attendance_key": "[A-Z0-9]{8}""#, r#""attendance_key": "<key>""#),
    (r"NTF-[0-9A-F]{8}", "<notice number>"),
    (r"2050-01-0[57]T00:0[0-9]:[0-9]{2}(\.[0-9]{3})?Z", "<now>"),
    (r"sp_[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}", "<set-password token>"),
    (r"ce_[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}", "<confirm-email token>"),
    (r"rzp_test_[A-Za-z0-9]{14}", "<key id>"),
    (r"order_[A-Za-z0-9]{14}", "<razorpay order #>"),
    (r"pay_[A-Za-z0-9]{14}", "<payment #>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id #>"),
    (r"20[2-4][0-9]-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<earlier>"),
    (r"2050-01-03T12:0[0-9]:[0-9]{2}(\.[0-9]{3})?Z", "<now>"),
    (r"20500103T120[0-9]{3}Z", "<now>"),
    (r"T12:0[0-9]:[0-9]{2}(\.[0-9]{3})?Z", "T<now>"),
];

impl Mask {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), names: BTreeMap::new() }
    }

    pub fn apply(&mut self, text: &str) -> String {
        let mut masked = text.replace(&self.url, "<url>");
        for (pattern, name) in PATTERNS {
            let pattern = Regex::new(pattern).unwrap();
            masked = pattern.replace_all(&masked, |found: &Captures<'_>| self.name(&found[0], name)).into_owned();
        }
        masked
    }

    fn name(&mut self, found: &str, name: &str) -> String {
        if !name.contains('#') {
            return name.to_owned();
        }
        let known = self.names.values().filter(|known| known.starts_with(name.split('#').next().unwrap_or_default())).count();
        let new = || name.replace('#', &(known + 1).to_string());
        self.names.entry(found.to_owned()).or_insert_with(new).clone()
    }
}
