//! Where mails point to and who sends them.

use domain::{Product, text::Email};
use gateways::settings::{SettingError, Settings};
use std::{collections::BTreeMap, sync::Arc};

/// Where mails point to and who sends them.
#[derive(Debug, Clone)]
pub struct NoticeSettings {
    pub sender_address: Email,
    pub bcc: Option<Email>,
    /// SES's configuration set, whose events tell of bounces and complaints.
    pub configuration_set: Option<String>,
    pub(super) places: Arc<BTreeMap<Product, Places>>,
}

/// Where a product's mails lead.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The web client's address.
    pub(super) web_url: String,
    /// Its API's address; the pages that take mailed tokens are there.
    pub(super) api_url: String,
}

impl Places {
    pub(super) fn set_password_url(&self) -> String {
        format!("{}/api/auth/set-password", self.api_url)
    }

    pub(super) fn confirm_email_url(&self) -> String {
        format!("{}/api/auth/confirm-email", self.api_url)
    }
}

impl NoticeSettings {
    /// `MAIL_SENDER_ADDRESS`, `MAIL_BCC` (off unless set), `MAIL_CONFIGURATION_SET` (the sender's default unless set),
    /// and of each product `<PRODUCT>_URL` and `<PRODUCT>_API_URL`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let address = |name: &str, text: &str| {
            Email::parse(text).map_err(|error| SettingError::Bad { name: name.to_owned(), why: error.to_string() })
        };
        let base = |product: Product, what: &str| {
            let name = format!("{}_{what}", product.slug().to_uppercase());
            settings.required(&name).map(|url| url.trim_end_matches('/').to_owned())
        };
        let places = |product| Ok((product, Places { web_url: base(product, "URL")?, api_url: base(product, "API_URL")? }));
        Ok(Self {
            sender_address: address("MAIL_SENDER_ADDRESS", settings.required("MAIL_SENDER_ADDRESS")?)?,
            bcc: settings.optional("MAIL_BCC").map(|text| address("MAIL_BCC", text)).transpose()?,
            configuration_set: settings.optional("MAIL_CONFIGURATION_SET").map(str::to_owned),
            places: Arc::new(Product::ALL.into_iter().map(places).collect::<Result<_, _>>()?),
        })
    }
}
