//! The settings with which the platform's functions join this server's table and stand-ins.

use crate::{Options, secrets::Secrets, standins::google};
use domain::Product;
use std::collections::BTreeMap;

/// The table's name.
pub(crate) const TABLE: &str = "platform";

/// The settings of a server at `url` with its stand-ins at `standins` and the table's engine at `engine`.
pub(crate) fn environment(
    options: &Options,
    secrets: &Secrets,
    url: &str,
    standins: &str,
    engine: &str,
) -> BTreeMap<String, String> {
    let own = [
        ("AWS_REGION", "ap-south-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("TABLE_NAME", TABLE.to_owned()),
        ("EVENT_BUS_NAME", "platform".to_owned()),
        ("DYNAMODB_ENDPOINT", engine.to_owned()),
        ("FILES_BUCKET", "platform-files".to_owned()),
        ("S3_ENDPOINT", format!("{standins}/s3")),
        ("SES_ENDPOINT", format!("{standins}/ses")),
        ("EVENTBRIDGE_ENDPOINT", format!("{standins}/events")),
        ("BEDROCK_ENDPOINT", format!("{standins}/bedrock")),
        ("BEDROCK_MODEL_ID", "local.stand-in".to_owned()),
        ("SECRETS_MANAGER_ENDPOINT", format!("{standins}/secrets")),
        ("RAZORPAY_BASE_URL", format!("{standins}/razorpay")),
        ("RAZORPAY_KEY_ID", secrets.razorpay_key_id.clone()),
        ("RAZORPAY_KEY_SECRET", secrets.razorpay_key_secret.clone()),
        ("RAZORPAY_WEBHOOK_SECRET", secrets.razorpay_webhook_secret.clone()),
        ("JWT_SECRET", secrets.jwt_secret.clone()),
        ("LEADBRIDGE_CONTACT_KEY", secrets.leadbridge_contact_key.clone()),
        ("SESSION_BROKER_URL", format!("{standins}/broker")),
        ("GOOGLE_OAUTH2_CLIENT_ID", google::CLIENT_ID.to_owned()),
        ("GOOGLE_OAUTH2_CLIENT_SECRET", google::CLIENT_SECRET.to_owned()),
        ("GOOGLE_OAUTH2_REDIRECT_URI", format!("{url}{}/api/auth/google/callback", prefix(Product::AspireX))),
        ("GOOGLE_AUTH_URL", format!("{standins}/google/auth")),
        ("GOOGLE_TOKEN_URL", format!("{standins}/google/token")),
        ("GOOGLE_KEYS_URL", format!("{standins}/google/keys")),
        ("SOCKETS_URL", format!("{standins}/sockets")),
        ("AWS_TIMEOUT_MS", options.aws_timeout.as_millis().to_string()),
        ("PASSWORD_COST", options.password_cost.to_string()),
        ("MAIL_SENDER_ADDRESS", "support@codementee.io".to_owned()),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    let faces = Product::ALL.into_iter().flat_map(|product| {
        let name = |what: &str| format!("{}_{what}", product.slug().to_uppercase());
        [
            (name("URL"), url.to_owned()),
            // Wherever a client's development server runs on this machine.
            (name("ORIGINS"), "http://localhost:*,http://127.0.0.1:*,https://localhost:*".to_owned()),
            (name("API_URL"), format!("{url}{}", prefix(product))),
        ]
    });
    own.chain(faces).chain(options.settings.iter().cloned()).collect()
}

/// What stands before a product's paths in mailed addresses: Codementee's face is there without a prefix too.
pub(crate) fn prefix(product: Product) -> String {
    if product == Product::Codementee { String::new() } else { format!("/{}", product.slug()) }
}
