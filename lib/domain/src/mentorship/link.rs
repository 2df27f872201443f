use crate::{Invalid, string_newtype};

/// The address of a meeting: https, with a host and no user in it. Which hosts are let in is a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingUrl(String);

impl MeetingUrl {
    /// Parses an address as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("Enter a meeting link that starts with https://");
        let url = text.trim();
        let rest = url.strip_prefix("https://").ok_or_else(refused)?;
        let host = host_of(rest);
        let named = host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        // What a browser reads otherwise than we do (a backslash is a slash to it) is let in nowhere.
        let plain = url.len() <= 1000 && url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>' | '`'));
        (named && plain).then(|| Self(url.to_owned())).ok_or_else(refused)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, in lower case.
    pub fn host(&self) -> String {
        host_of(self.0.strip_prefix("https://").unwrap_or_default()).to_ascii_lowercase()
    }
}
string_newtype!(MeetingUrl);

/// What stands before the path; with a user or a port in it, it is no plain host and so refused.
fn host_of(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The hosts whose meetings may be linked: each with what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingHosts(Vec<String>);

impl MeetingHosts {
    /// The hosts of the products' documents.
    pub const USUAL: &'static str = "zoom.us,meet.google.com,teams.microsoft.com";

    /// Hosts separated by commas; None when one is no host.
    pub fn parse(text: &str) -> Option<Self> {
        let hosts: Vec<_> =
            text.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect();
        let sound =
            |host: &String| host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        (!hosts.is_empty() && hosts.iter().all(sound)).then_some(Self(hosts))
    }

    /// Whether a meeting there may be linked.
    pub fn admit(&self, url: &MeetingUrl) -> bool {
        let host = url.host();
        self.0.iter().any(|allowed| host == *allowed || host.strip_suffix(allowed.as_str()).is_some_and(|sub| sub.ends_with('.')))
    }

    /// The hosts, for the sentence that names them.
    pub fn names(&self) -> String {
        self.0.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_meetings_at_the_allowed_hosts_are_linked() {
        let hosts = MeetingHosts::parse(MeetingHosts::USUAL).unwrap();
        let admits = |text: &str| MeetingUrl::parse(text).is_ok_and(|url| hosts.admit(&url));
        for good in
            ["https://zoom.us/j/123?pwd=x", "https://us02web.zoom.us/j/1", "https://meet.google.com/abc", "https://Zoom.us/j/1"]
        {
            assert!(admits(good), "{good}");
        }
        for bad in [
            "http://zoom.us/j/1",
            "zoom.us/j/1",
            "https://evilzoom.us/j/1",
            "https://zoom.us.evil.com/",
            "https://zoom.us@evil.com/",
            "https://evil.com/https://zoom.us/",
            "https://evil.com\\@zoom.us/",
            "https://evil.com#.zoom.us",
            "https://zoom.us:8443/j/1",
            "https://zoom.us/\"><script>",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!admits(bad), "{bad}");
        }
    }
}
