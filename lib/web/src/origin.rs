use gateways::settings::{SettingError, Settings};
use std::sync::Arc;

/// From which origins browsers may call a face.
///
/// Each is exact; one whose port is `*` stands for every port of its host, for development.
#[derive(Debug, Clone, Default)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// The origins that a setting lists, separated by commas. It must be there: without it every cookie would be refused.
    pub fn from_settings(settings: &Settings, name: &str) -> Result<Self, SettingError> {
        let listed = settings.required(name)?.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let origins: Vec<String> = listed.map(str::to_owned).collect();
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(bad) => Err(SettingError::Bad {
                name: name.to_owned(),
                why: format!("lists '{bad}', which is no origin like https://example.com"),
            }),
            None => Ok(Self(origins.into())),
        }
    }

    /// Whether an origin is one of them.
    pub fn contains(&self, origin: &str) -> bool {
        let (base, port) = split_port(origin);
        let any_port = || port.is_some_and(|port| port.parse::<u16>().is_ok()) || port.is_none();
        self.0.iter().any(|listed| match listed.strip_suffix(":*") {
            Some(host) => host == base && any_port(),
            None => listed == origin,
        })
    }
}

/// `https://host:port` as `https://host` and `port`.
fn split_port(origin: &str) -> (&str, Option<&str>) {
    let host_at = origin.find("://").map_or(0, |at| at + 3);
    match origin[host_at..].rfind(':') {
        Some(at) => (&origin[..host_at + at], Some(&origin[host_at + at + 1..])),
        None => (origin, None),
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    !host.is_empty() && !host.contains(['/', ' ', '?', '#', '@']) && host == host.to_lowercase() && !host.starts_with(['*', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(text: &str) -> Result<Origins, SettingError> {
        Origins::from_settings(&Settings::from_values([("ORIGINS", text)]), "ORIGINS")
    }

    #[test]
    fn only_listed_origins_are_contained() {
        let origins = origins("https://codementee.io, https://www.codementee.io,http://localhost:*").unwrap();
        for good in ["https://codementee.io", "https://www.codementee.io", "http://localhost", "http://localhost:5173"] {
            assert!(origins.contains(good), "{good}");
        }
        for bad in [
            "http://codementee.io",
            "https://codementee.io:444",
            "https://codementee.io.evil.example",
            "https://evil.example",
            "http://localhost:80.evil.example",
            "http://localhost.evil.example:80",
            "http://localhost:",
            "null",
            "",
        ] {
            assert!(!origins.contains(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_no_origin_stops_the_start() {
        assert_eq!(origins("").unwrap_err().to_string(), "ORIGINS is not set");
        for bad in ["*", "codementee.io", "https://*.codementee.io", "https://codementee.io/", "https://Codementee.io"] {
            assert!(origins(bad).unwrap_err().to_string().starts_with("ORIGINS lists"), "{bad}");
        }
    }
}
