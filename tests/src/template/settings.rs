//! Each function starts with what the template gives it, and needs all of it.

use super::{
    document::{Deployment, Template, list, text},
    stack::{actions, names_in_secret, settings_of, start, start_of},
};
use app::SystemClock;
use std::collections::BTreeSet;

/// Read when it is there.
const OPTIONAL: &[&str] = &["MAIL_BCC", "MAIL_CONFIGURATION_SET"];

fn dummy(name: &str) -> String {
    if name.ends_with("_PREVIOUS") { String::new() } else { "a dummy of enough bytes".to_owned() }
}

#[test]
fn a_function_starts_with_its_settings_and_not_without_one_of_them() {
    // A Lambda function installs it when it starts to serve.
    gateways::razorpay::install_tls_provider();
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    for function in deployment.functions() {
        let Some(part) = start_of(&function.binary) else { continue };
        let settings = settings_of(&deployment, &function, dummy);
        let outcome = start(part, &settings, SystemClock::shared());
        assert!(outcome.is_ok(), "{} does not start: {}", function.name, outcome.err().unwrap());

        let (_, own) = function.environment();
        let own = own.into_iter().filter(|name| name != "SECRETS_ARN" && !OPTIONAL.contains(&name.as_str()));
        let secrets = function.secrets().into_iter().flat_map(|secret| names_in_secret(&template, &secret));
        for name in own.chain(secrets.filter(|name| !name.ends_with("_PREVIOUS"))).chain(["TABLE_NAME".to_owned()]) {
            let mut without = settings.clone();
            without.remove(&name);
            let refusal = start(part, &without, SystemClock::shared()).err();
            let refusal = refusal.unwrap_or_else(|| panic!("{} starts without {name}", function.name));
            assert_eq!(refusal.to_string(), format!("{name} is not set"), "{}", function.name);
        }
    }
}

/// What the operator has not filled in yet is empty.
#[test]
fn what_is_generated_suffices_and_what_is_not_is_told() {
    gateways::razorpay::install_tls_provider();
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let filled_by_operator = |name: &str| name.starts_with("RAZORPAY_");
    for function in deployment.functions() {
        let Some(part) = start_of(&function.binary) else { continue };
        let fresh = |name: &str| if filled_by_operator(name) { String::new() } else { dummy(name) };
        let settings = settings_of(&deployment, &function, fresh);
        let needs = settings.keys().any(|name| filled_by_operator(name));
        assert_eq!(start(part, &settings, SystemClock::shared()).is_err(), needs, "{}", function.name);
    }
}

#[test]
fn a_function_may_read_its_own_secrets_and_no_other() {
    let template = Template::read();
    for function in Deployment::usual(&template).functions() {
        let given: BTreeSet<String> = function.secrets().iter().map(|secret| format!("<{secret}>")).collect();
        let statements = function.statements();
        let reads =
            statements.iter().filter(|statement| actions(statement).contains(&"secretsmanager:GetSecretValue".to_owned()));
        let allowed: BTreeSet<String> =
            reads.flat_map(|statement| list(&statement["Resource"])).map(|arn| text(&arn).to_owned()).collect();
        assert_eq!(given, allowed, "{}", function.name);
    }
}

/// Who needs which: a function that gets one more must be entered here on purpose.
#[test]
fn secrets_go_to_those_who_need_them() {
    let template = Template::read();
    let having = |secret: &str| -> Vec<String> {
        let functions = Deployment::usual(&template).functions();
        let having = functions.into_iter().filter(|function| function.secrets().iter().any(|own| own == secret));
        having.map(|function| function.binary).collect::<BTreeSet<_>>().into_iter().collect()
    };
    assert_eq!(
        having("JwtSecret"),
        [
            "codementee-admin",
            "codementee-auth",
            "codementee-catalog",
            "codementee-interviews",
            "codementee-mentee",
            "codementee-mentor",
            "codementee-payment"
        ]
    );
    assert_eq!(having("RazorpaySecret"), ["codementee-payment", "scheduler"]);
    assert_eq!(having("WebhookSecret"), ["razorpay-webhook"]);
}
