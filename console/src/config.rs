//! Where a command goes and as whom: flags before environment before profile.

use crate::{Failure, Outcome, files, output::Format};
use domain::Product;
use etcetera::BaseStrategy;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// A deployment, and who is signed in there.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Without the token.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profile({:?}, {:?}, signed in: {})", self.url, self.product, self.token.is_some())
    }
}

impl Profile {
    /// Signed in with a token, or with none.
    pub fn with_token(self, token: Option<&SecretString>) -> Self {
        Self { token: token.map(|token| token.expose_secret().to_owned()), ..self }
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }
}

/// The config file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Profiles {
    /// The profile that is used unless another is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

impl Profiles {
    /// Reads the file; nothing is an empty one.
    pub fn load() -> Outcome<Self> {
        let path = path()?;
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::Failed(format!("{} cannot be read: {error}", path.display()))),
        };
        if files::is_readable_by_others(&path) {
            let path = path.display();
            return Err(Failure::Failed(format!("{path} holds tokens and others may read it; run: chmod 600 '{path}'")));
        }
        serde_json::from_str(&text).map_err(|error| Failure::Failed(format!("{} is damaged: {error}", path.display())))
    }

    /// Writes the file.
    pub fn save(&self) -> Outcome {
        let text = serde_json::to_string_pretty(self).map_err(Failure::because)?;
        files::write_private(&path()?, format!("{text}\n").as_bytes())
    }
}

/// Where the config file is: `CONSOLE_CONFIG`, or the place that the system has for such files.
pub fn path() -> Outcome<PathBuf> {
    if let Some(path) = env("CONSOLE_CONFIG") {
        return Ok(path.into());
    }
    let strategy = etcetera::base_strategy::choose_native_strategy().map_err(Failure::because)?;
    Ok(strategy.config_dir().join("mentorship-console").join("config.json"))
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// What a flag may say.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub profile: Option<String>,
    pub url: Option<String>,
    pub product: Option<Product>,
    pub output: Option<Format>,
    pub no_color: bool,
}

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    pub value: T,
    pub source: String,
}

/// What holds for this command.
#[derive(Debug, Clone)]
pub struct Config {
    pub profile: Sourced<String>,
    pub url: Sourced<String>,
    pub product: Sourced<Product>,
    pub token: Sourced<Option<SecretString>>,
    pub output: Sourced<Format>,
    pub color: Sourced<bool>,
}

fn first<T>(candidates: impl IntoIterator<Item = (Option<T>, String)>, default: T) -> Sourced<T> {
    let found = candidates.into_iter().find_map(|(value, source)| Some(Sourced { value: value?, source }));
    found.unwrap_or_else(|| Sourced { value: default, source: "default".to_owned() })
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> Outcome<Option<T>> {
    let wrong = |error: T::Err| Failure::Usage(format!("{name}: {error}"));
    env(name).map(|text| text.parse().map_err(wrong)).transpose()
}

impl Config {
    /// Flags before environment before profile before default.
    pub fn resolve(flags: &Flags, file: &Profiles) -> Outcome<Self> {
        let by_env = |name: &str| format!("environment: {name}");
        let named = [
            (flags.profile.clone(), "flag: --profile".to_owned()),
            (env("CONSOLE_PROFILE"), by_env("CONSOLE_PROFILE")),
            (file.current.clone(), "config file".to_owned()),
        ];
        let profile = first(named, "default".to_owned());
        let kept = file.profiles.get(&profile.value).cloned().unwrap_or_default();
        let by_profile = format!("profile: {}", profile.value);
        let url = first(
            [
                (flags.url.clone(), "flag: --url".to_owned()),
                (env("CONSOLE_URL"), by_env("CONSOLE_URL")),
                (kept.url.clone(), by_profile.clone()),
            ],
            "http://127.0.0.1:3000".to_owned(),
        );
        let url = Sourced { value: whole_url(&url.value)?, ..url };
        let product = first(
            [
                (flags.product, "flag: --product".to_owned()),
                (product_of_env()?, by_env("CONSOLE_PRODUCT")),
                (kept.product, by_profile.clone()),
            ],
            Product::Codementee,
        );
        // A token goes to nobody but the deployment and product that gave it.
        let its_own =
            kept.url.as_deref() == Some(url.value.as_str()) && kept.product.unwrap_or(Product::Codementee) == product.value;
        let token = first(
            [
                (env("CONSOLE_TOKEN").map(|token| Some(SecretString::from(token))), by_env("CONSOLE_TOKEN")),
                (kept.token.filter(|_| its_own).map(|token| Some(SecretString::from(token))), by_profile),
            ],
            None,
        );
        let output = [(flags.output, "flag: --output".to_owned()), (parsed("CONSOLE_OUTPUT")?, by_env("CONSOLE_OUTPUT"))];
        let color = [
            (flags.no_color.then_some(false), "flag: --no-color".to_owned()),
            (std::env::var_os("NO_COLOR").filter(|value| !value.is_empty()).map(|_| false), by_env("NO_COLOR")),
        ];
        let on_terminal = crate::terminal::is_read_by_people();
        Ok(Self { profile, url, product, token, output: first(output, Format::Table), color: first(color, on_terminal) })
    }
}

fn product_of_env() -> Outcome<Option<Product>> {
    env("CONSOLE_PRODUCT")
        .map(|name| product(&name).map_err(|error| Failure::Usage(format!("CONSOLE_PRODUCT: {error}"))))
        .transpose()
}

/// A product by its name.
pub fn product(name: &str) -> Result<Product, String> {
    let found = Product::ALL.into_iter().find(|product| product.to_string() == name.trim().to_lowercase());
    found.ok_or_else(|| {
        format!("'{name}' is no product; there are {}", Product::ALL.map(|product| product.to_string()).join(", "))
    })
}

/// The address of a deployment, without what would stand twice.
fn whole_url(text: &str) -> Outcome<String> {
    let wrong = || Failure::Usage(format!("'{text}' is no address of a deployment, such as https://api.example.com"));
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    let secretless = url.username().is_empty() && url.password().is_none();
    if !plain || !secretless || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong());
    }
    if url.scheme() == "http" && !is_here(&url) {
        return Err(Failure::Usage(format!("{text} would carry the token unencrypted; use https")));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether an address is on this machine.
pub fn is_here(url: &reqwest::Url) -> bool {
    let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
