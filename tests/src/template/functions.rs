//! The functions: what they are built from and how they are called.

use super::document::{Deployment, Function, Template, list, root, text};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

/// Every binary of the packages in `functions/`, with its package's folder.
fn binaries() -> BTreeSet<(String, String)> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let mut found = BTreeSet::new();
    for package in list(&metadata["packages"]) {
        let folder = text(&package["manifest_path"]).trim_end_matches("/Cargo.toml").to_owned();
        let Some(folder) =
            folder.strip_prefix(&format!("{}/", root().display())).filter(|folder| folder.starts_with("functions/"))
        else {
            continue;
        };
        for target in list(&package["targets"]) {
            if list(&target["kind"]).contains(&"bin".into()) {
                found.insert((folder.to_owned(), text(&target["name"]).to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_function_is_a_binary_and_every_binary_one_function() {
    let template = Template::read();
    let functions = Deployment::usual(&template).functions();
    let deployed: BTreeSet<(String, String)> =
        functions.iter().map(|function| (text(function.property("CodeUri")).to_owned(), function.binary.clone())).collect();
    assert_eq!(deployed.len(), functions.len(), "two functions run the same binary");
    assert_eq!(deployed, binaries());
}

#[test]
fn every_function_has_its_own_log_that_ends() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let logs = deployment.of_type("AWS::Logs::LogGroup");
    let functions = deployment.functions();
    for function in &functions {
        let group = text(&function.property("LoggingConfig")["LogGroup"]).to_owned();
        let (_, log) = logs.iter().find(|(name, _)| group == format!("<{name}>")).unwrap();
        assert_eq!(text(&log["LogGroupName"]), format!("/platform/prod/{}", function.binary));
        assert_eq!(log["RetentionInDays"], 30);
    }
    assert_eq!(logs.len(), functions.len() + 1, "and that of the gateway");
}

/// It sees requests that no function does. A query may hold the token of a mailed link, and a path ids.
#[test]
fn the_gateway_logs_each_request_and_nothing_private() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let gateways = deployment.of_type("AWS::Serverless::HttpApi");
    let settings = &gateways[0].1["AccessLogSettings"];
    assert!(gateways.iter().all(|(_, gateway)| gateway["AccessLogSettings"] == *settings), "each as the first");
    assert!(text(&settings["DestinationArn"]).ends_with(":log-group:<GatewayLogs>"), "{settings}");
    let logs = deployment.of_type("AWS::Logs::LogGroup");
    let (_, log) = logs.iter().find(|(name, _)| *name == "GatewayLogs").unwrap();
    assert_eq!((text(&log["LogGroupName"]), &log["RetentionInDays"]), ("/aws/vendedlogs/platform/prod/gateway", &30.into()));
    let line = text(&settings["Format"]);
    assert!(!line.contains('\n'), "CloudWatch takes one line");
    let line: BTreeMap<String, String> = serde_json::from_str(line).unwrap();
    let logged: BTreeSet<&str> = line.values().map(|value| value.trim_start_matches("$context.")).collect();
    for needed in ["requestId", "routeKey", "status", "integrationErrorMessage", "identity.sourceIp"] {
        assert!(logged.contains(needed), "{needed} is not logged");
    }
    for private in ["path", "queryString", "authorizer", "identity.user", "identity.caller"] {
        assert!(!logged.iter().any(|name| name.starts_with(private)), "{logged:?}");
    }
}

/// A whole core at 1769 MB: with 256 MB one bcrypt of the cost in production would take seconds.
#[test]
fn who_hashes_passwords_has_the_memory_for_it() {
    let template = Template::read();
    let functions = Deployment::usual(&template).functions();
    let memory = |function: &Function| function.property("MemorySize").as_u64().unwrap();
    for binary in ["codementee-auth", "codementee-admin", "codementee-payment"] {
        let function = functions.iter().find(|function| function.binary == binary).unwrap();
        assert!(memory(function) >= 1024, "{binary} has {} MB", memory(function));
    }
    let groups = functions.iter().filter(|function| function.property("CodeUri") == "functions/codementee");
    let large = groups.filter(|function| memory(function) >= 1024).count();
    assert_eq!(large, 3, "one more hashes: enter it above; one that does not can do with less");
}

/// The seconds of a lease in the code.
fn lease(file: &str) -> u64 {
    let source = std::fs::read_to_string(root().join(file)).unwrap();
    let lease = source.split("const LEASE: SignedDuration = SignedDuration::").nth(1).unwrap().split(';').next().unwrap();
    let (unit, number) = lease.trim_end_matches(')').split_once('(').unwrap();
    let seconds = BTreeMap::from([("from_secs", 1), ("from_mins", 60)]);
    number.parse::<u64>().unwrap() * seconds[unit]
}

/// A lease that ends while its owner still runs is taken over by another, and both do the work.
#[test]
fn no_function_outlives_its_lease() {
    let template = Template::read();
    let functions = Deployment::usual(&template).functions();
    let keyed = |function: &&Function| {
        let statements = function.statements();
        statements.iter().any(|statement| statement["Condition"].to_string().contains("\"IDEMPOTENCY#*\""))
            || function.binary == "codementee-admin"
    };
    let keyed: Vec<_> = functions.iter().filter(keyed).collect();
    assert_eq!(keyed.len(), 9, "admin may touch every key");
    let notifier = functions.iter().filter(|function| function.binary == "notifier");
    let keyed = keyed.into_iter().map(|function| (function, lease("lib/app/src/idempotency.rs")));
    let notifier = notifier.map(|function| (function, lease("lib/app/src/notices/mod.rs")));
    let ai = functions.iter().filter(|function| function.binary == "codementee-ai");
    let ai = ai.map(|function| (function, lease("lib/app/src/ai/mod.rs")));
    for (function, lease) in keyed.chain(notifier).chain(ai) {
        let timeout = function.property("Timeout").as_u64().unwrap();
        assert!(timeout < lease, "{} may run {timeout} s, its lease lasts {lease}", function.name);
    }
}

/// SAM does not see that the value of a parameter changed. A version's description cannot change without a new
/// version, and Lambda makes none of a function that has not changed: so both carry the revision.
#[test]
fn a_raised_revision_makes_every_function_start_anew() {
    let template = Template::read();
    let of = |revision: &str| {
        let deployment = Deployment::new(&template, &[("MailSenderAddress", "a@b.cd"), ("SettingsRevision", revision)]);
        deployment.functions()
    };
    for (before, after) in of("1").iter().zip(of("2")) {
        assert_eq!(before.property("AutoPublishAlias"), "live");
        assert_ne!(before.environment(), after.environment(), "{}", after.name);
        assert_eq!(text(after.property("VersionDescription")), "settings 2", "{}", after.name);
    }
}

#[test]
fn whoever_feeds_a_function_calls_its_alias() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let functions: BTreeSet<String> =
        deployment.functions().iter().map(|function| format!("<{}.Alias>", function.name)).collect();
    let mappings = deployment.of_type("AWS::Lambda::EventSourceMapping");
    assert_eq!(mappings.len(), 5);
    for (name, mapping) in mappings {
        assert!(functions.contains(text(&mapping["FunctionName"])), "{name}: {}", mapping["FunctionName"]);
        assert_eq!(list(&mapping["FunctionResponseTypes"]), ["ReportBatchItemFailures"], "{name}");
    }
}

#[test]
fn a_gradual_deployment_watches_alarms_that_exist_and_a_whole_one_watches_none() {
    let template = Template::read();
    let watched = |kind: &str| {
        let deployment = Deployment::new(&template, &[("MailSenderAddress", "a@b.cd"), ("DeploymentType", kind)]);
        let alarms: Vec<String> =
            deployment.of_type("AWS::CloudWatch::Alarm").iter().map(|(_, alarm)| text(&alarm["AlarmName"]).to_owned()).collect();
        let functions = deployment.functions();
        let preference = functions[0].property("DeploymentPreference").clone();
        assert_eq!(preference["Type"], kind);
        let watched = list(&preference["Alarms"]);
        assert!(watched.iter().all(|name| alarms.contains(&text(name).to_owned())), "{watched:?}");
        watched.len()
    };
    assert_eq!((watched("AllAtOnce"), watched("Canary10Percent5Minutes")), (0, 3));
}

#[test]
fn what_must_not_run_twice_at_once_is_held_unless_switched_off() {
    let template = Template::read();
    let held = |reserve: &str| {
        let deployment = Deployment::new(&template, &[("MailSenderAddress", "a@b.cd"), ("ReserveConcurrency", reserve)]);
        let functions = deployment.functions();
        let held = functions.iter().filter(|function| function.property("ReservedConcurrentExecutions") == 1);
        held.map(|function| function.binary.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(held("true"), BTreeSet::from(["scheduler".to_owned(), "sweeper".to_owned()]));
    assert_eq!(held("false"), BTreeSet::new());
}
