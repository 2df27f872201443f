//! Each function starts with what the template gives it, and needs all of it.

use super::{
    document::{Deployment, Template, api, list, sources, text},
    stack::{actions, names_in_secret, settings_of, start, start_of},
};
use app::SystemClock;
use domain::Product;
use std::collections::{BTreeMap, BTreeSet};

/// Given, but a function starts without it.
const OPTIONAL: &[&str] =
    &["BEDROCK_MODEL_ID", "GOOGLE_OAUTH2_CLIENT_ID", "MAIL_BCC", "MAIL_CONFIGURATION_SET", "MEETING_HOSTS", "SESSION_BROKER_URL"];

/// Read, but deliberately given to no function; and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "Lambda sets it"),
    ("AWS_CA_BUNDLE", "AWS's endpoints stand behind the roots that are compiled in"),
    ("AWS_REGION", "Lambda sets it"),
    ("AWS_SECRET_ACCESS_KEY", "Lambda sets it"),
    ("AWS_SESSION_TOKEN", "Lambda sets it"),
    ("AWS_TIMEOUT_MS", "the default ends before the function does"),
    ("BEDROCK_ENDPOINT", "AWS's own"),
    ("DYNAMODB_ENDPOINT", "AWS's own"),
    ("EVENTBRIDGE_ENDPOINT", "AWS's own"),
    ("PASSWORD_COST", "the default is the cost in production; tests lower it"),
    ("RAZORPAY_BASE_URL", "Razorpay's own"),
    ("S3_ENDPOINT", "AWS's own"),
    ("SECRETS_MANAGER_ENDPOINT", "AWS's own"),
    ("SES_ENDPOINT", "AWS's own"),
];

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
        let own = own.into_iter().filter(|name| name != "SECRETS_ARN");
        let secrets = function.secrets().into_iter().flat_map(|secret| names_in_secret(&template, &secret));
        let given = own.chain(secrets).filter(|name| !name.ends_with("_PREVIOUS") && !OPTIONAL.contains(&name.as_str()));
        for name in given.chain(["TABLE_NAME".to_owned()]) {
            let mut without = settings.clone();
            without.remove(&name);
            let refusal = start(part, &without, SystemClock::shared()).err();
            let refusal = refusal.unwrap_or_else(|| panic!("{} starts without {name}", function.name));
            assert_eq!(refusal.to_string(), format!("{name} is not set"), "{}", function.name);
        }
    }
}

/// The settings that the functions' code reads, by name.
fn read_by_code() -> BTreeSet<String> {
    const READERS: [&str; 7] =
        ["required(\"", "optional(\"", "secret(\"", "parsed(\"", "base(\"", "endpoint(\"", "const SETTING: &str = \""];
    let sources = sources();
    let upper = |text: &str| text.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    let after = |reader: &str| -> Vec<String> {
        let read = sources.split(reader).skip(1).map(|rest| rest.split('"').next().unwrap());
        read.filter(|name| name.len() > 2 && upper(name)).map(str::to_owned).collect()
    };
    let named = READERS.iter().flat_map(|reader| after(reader));
    // A face puts its product's name before this one.
    assert!(sources.contains("{}_ORIGINS"), "faces read their origins under another name");
    assert!(sources.contains("base(product, \"URL\")") && sources.contains("base(product, \"API_URL\")"), "mails lead elsewhere");
    let of_faces = Product::ALL
        .into_iter()
        .flat_map(|product| ["ORIGINS", "URL", "API_URL"].map(|what| format!("{}_{what}", product.slug().to_uppercase())));
    named.chain(of_faces).collect()
}

/// What is read and not given would silently stay at its default: nobody refuses to start without it.
#[test]
fn what_the_code_reads_is_given_or_deliberately_left_out() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let mut given = BTreeSet::new();
    for function in deployment.functions() {
        given.extend(function.environment().0.into_keys());
        given.extend(function.secrets().iter().flat_map(|secret| names_in_secret(&template, secret)));
    }
    let read = read_by_code();
    assert!(read.len() > 20 && read.contains("CODEMENTEE_ORIGINS") && read.contains("AWS_CA_BUNDLE"), "{read:?}");
    let left_out: BTreeMap<&str, &str> = LEFT_OUT.iter().copied().collect();
    let forgotten: Vec<_> = read.iter().filter(|name| !given.contains(*name) && !left_out.contains_key(name.as_str())).collect();
    assert!(forgotten.is_empty(), "read, but given to no function: {forgotten:?}");
    let idle: Vec<_> = left_out.keys().filter(|name| !read.contains(**name) || given.contains(**name)).collect();
    assert!(idle.is_empty(), "given after all, or read by nobody: {idle:?}");
    // The revision is there to be changed; the logging library reads its own.
    let unread: Vec<_> = given.iter().filter(|name| !read.contains(*name)).collect();
    assert_eq!(unread, ["RUST_LOG", "SETTINGS_REVISION"]);
}

#[test]
fn a_cookie_may_come_from_where_the_gateway_lets_browsers_call_from() {
    let template = Template::read();
    let names = Product::ALL.map(|product| format!("{}Origins", product.title()));
    let two = names.iter().map(|name| (name.as_str(), "https://a.example, https://b.example"));
    let two: Vec<_> = two.chain([("MailSenderAddress", "a@b.cd")]).collect();
    for deployment in [Deployment::usual(&template), Deployment::new(&template, &two)] {
        for (name, gateway) in deployment.of_type("AWS::Serverless::HttpApi") {
            let product = api(&format!("<{name}>").into());
            assert_eq!(gateway["StageVariables"], serde_json::json!({ web::GATEWAY_VARIABLE: product.slug() }));
            let origins = list(&gateway["CorsConfiguration"]["AllowOrigins"]);
            let origins = origins.iter().map(text).collect::<Vec<_>>().join(",");
            assert!(origins.contains("https://"), "{origins}");
            let functions = deployment.functions();
            let folder = format!("functions/{product}");
            let groups: Vec<_> = functions.iter().filter(|function| function.property("CodeUri") == folder.as_str()).collect();
            assert!(!groups.is_empty(), "{folder}");
            let variable = format!("{}_ORIGINS", product.slug().to_uppercase());
            for group in groups {
                assert_eq!(group.environment().0.get(&variable), Some(&origins), "{}", group.name);
            }
        }
    }
    let usual = Deployment::usual(&template).functions();
    let notifier = usual.iter().find(|function| function.binary == "notifier").unwrap().environment().0;
    for product in Product::ALL {
        let [origins, url] = ["ORIGINS", "URL"].map(|what| format!("{}_{what}", product.slug().to_uppercase()));
        let face = usual.iter().find_map(|function| function.environment().0.remove(&origins)).unwrap();
        let mut listed = face.split(',');
        assert!(listed.any(|origin| origin == notifier[&url]), "{product}'s web client is not among its own origins");
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
            "aspirex-accounts",
            "aspirex-community",
            "aspirex-sessions",
            "codementee-admin",
            "codementee-ai",
            "codementee-auth",
            "codementee-catalog",
            "codementee-community",
            "codementee-interviews",
            "codementee-mentee",
            "codementee-mentor",
            "codementee-payment",
            "leadbridge-admin",
            "leadbridge-auth",
            "leadbridge-events",
            "leadbridge-mentor",
            "mansa-mentorship",
            "notifier"
        ]
    );
    assert_eq!(having("LeadBridgeSecret"), ["leadbridge-admin", "leadbridge-auth", "leadbridge-events", "leadbridge-mentor"]);
    assert_eq!(having("GoogleSecret"), ["aspirex-accounts"]);
    assert_eq!(having("RazorpaySecret"), ["aspirex-sessions", "codementee-payment", "leadbridge-mentor", "scheduler"]);
    assert_eq!(having("WebhookSecret"), ["razorpay-webhook"]);
}
