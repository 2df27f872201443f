//! What we depend on: licences, sources, versions, and what the functions must not link.

use crate::root;
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

/// The licences under which anything may come in. `WITH` names an exception.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What no function may link, as a name or as a name with the start of a version; and why.
const BANNED: [(&str, &str); 16] = [
    ("aws-config", "credentials come from Lambda's environment; its provider chain costs start time"),
    ("aws-lc-rs", "ring is the one crypto provider"),
    ("aws-lc-sys", "ring is the one crypto provider"),
    ("clap", "functions have no command line"),
    ("dynoxide-rs", "the embedded DynamoDB is for this machine"),
    ("http 0", "the AWS SDKs' older HTTP stack"),
    ("hyper 0", "the AWS SDKs' older HTTP stack"),
    ("hyper-rustls 0.24", "the AWS SDKs' older HTTP stack"),
    ("libsqlite3-sys", "the embedded DynamoDB is for this machine"),
    ("local", "the stand-ins are for this machine"),
    ("native-tls", "rustls is the one TLS"),
    ("openssl-sys", "rustls is the one TLS"),
    ("rustls 0.21", "the AWS SDKs' older HTTP stack"),
    ("rustls 0.22", "one rustls"),
    ("serde_yaml", "not kept up any more"),
    ("tokio-rustls 0.24", "the AWS SDKs' older HTTP stack"),
];

/// What our own packages must not name; others may bring it.
const NOT_OURS: [(&str, &str); 6] = [
    ("anyhow", "errors are types that callers can tell apart"),
    ("async-trait", "the language has async functions in traits"),
    ("chrono", "jiff is the one library of time"),
    ("lazy_static", "the standard library has LazyLock"),
    ("once_cell", "the standard library has LazyLock"),
    ("time", "jiff is the one library of time"),
];

/// What the functions link in more than one incompatible version, because others depend on the older ones.
const SEVERAL_VERSIONS: [&str; 13] = [
    "base64",
    "block-buffer",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "digest",
    "getrandom",
    "hmac",
    "rand",
    "rand_chacha",
    "rand_core",
    "sha2",
    "tower-http",
];

/// What is pinned to one exact version. The reason stands above it in Cargo.toml.
const PINNED: [&str; 1] = ["dynoxide-rs"];

/// Runs a program in the project's folder.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs cargo on what is already here: the lock file stays as it is, and nothing is fetched.
fn cargo(command: &str, arguments: &[&str]) -> String {
    output(env!("CARGO"), &[&[command, "--locked", "--offline"], arguments].concat())
}

/// Every package that this machine builds.
fn packages() -> Vec<Value> {
    let version = output("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo("metadata", &["--format-version", "1", "--filter-platform", host]);
    let mut metadata: Value = serde_json::from_str(&metadata).unwrap();
    // The platform narrows the graph, not the list.
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let built: BTreeSet<_> = nodes.iter().map(|node| text(&node["id"]).to_owned()).collect();
    let Value::Array(packages) = metadata["packages"].take() else { panic!("no packages") };
    packages.into_iter().filter(|package| built.contains(text(&package["id"]))).collect()
}

fn ours() -> Vec<Value> {
    let ours: Vec<_> = packages().into_iter().filter(|package| package["source"].is_null()).collect();
    assert!(ours.len() >= 11, "{} packages of ours", ours.len());
    ours
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What the functions link, build-time crates aside: name and version.
fn linked() -> BTreeSet<(String, String)> {
    let mut arguments = vec!["-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    let ours = ours();
    let functions = root().join("functions");
    let functions = ours.iter().filter(|package| Path::new(text(&package["manifest_path"])).starts_with(&functions));
    let functions: Vec<_> = functions.map(|package| text(&package["name"])).collect();
    assert!(functions.contains(&"workers") && functions.contains(&"docs"), "{functions:?}");
    for package in functions {
        arguments.extend(["-p", package]);
    }
    let name_and_version = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    };
    let tree = cargo("tree", &arguments);
    let linked: BTreeSet<_> = tree.lines().filter_map(name_and_version).collect();
    assert!(linked.iter().any(|(name, _)| name == "lambda_runtime"), "{tree}");
    linked
}

/// The part of a version that says what it is compatible with.
fn series(version: &str) -> String {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next().unwrap(), parts.next().unwrap());
    if major == "0" { format!("0.{minor}") } else { major.to_owned() }
}

fn allowed(requirement: &LicenseReq) -> bool {
    LICENCES.contains(&&*requirement.to_string())
}

#[test]
fn every_licence_is_one_that_we_take() {
    for package in packages() {
        let (name, licence) = (text(&package["name"]), package["license"].as_str().unwrap_or_default());
        // Older packages write a slash for OR.
        let expression = Expression::parse_mode(licence, ParseMode::LAX);
        let expression = expression.unwrap_or_else(|error| panic!("{name}: '{licence}' is no licence: {error}"));
        assert!(expression.evaluate(allowed), "{name} is under {licence}");
    }
}

#[test]
fn the_list_of_licences_means_what_it_says() {
    let taken = |licence: &str| Expression::parse_mode(licence, ParseMode::LAX).unwrap().evaluate(allowed);
    for licence in LICENCES {
        assert!(taken(licence), "{licence}");
    }
    assert!(taken("MIT/GPL-3.0") && taken("LGPL-2.1-or-later OR Zlib") && taken("(MIT OR GPL-2.0-only) AND ISC"));
    assert!(!taken("GPL-3.0-only") && !taken("MIT AND AGPL-3.0-only") && !taken("Apache-2.0 WITH Classpath-exception-2.0"));
}

#[test]
fn everything_comes_from_the_registry() {
    for package in packages() {
        let source = package["source"].as_str().unwrap_or("registry+ of ours");
        assert!(source.starts_with("registry+"), "{} comes from {source}", package["name"]);
    }
}

#[test]
fn no_function_links_what_is_banned() {
    let linked = linked();
    for (banned, why) in BANNED {
        let (name, version) = banned.split_once(' ').unwrap_or((banned, ""));
        let is_banned =
            |found: &&(String, String)| found.0 == name && (version.is_empty() || found.1.starts_with(&format!("{version}.")));
        assert_eq!(linked.iter().find(is_banned), None, "{why}; `cargo tree -i {name}` tells who brings it");
    }
}

#[test]
fn our_packages_name_no_library_twice_over() {
    for package in ours() {
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = text(&dependency["name"]);
            let known = NOT_OURS.iter().find(|(banned, _)| *banned == name);
            assert_eq!(known, None, "{}", package["name"]);
        }
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the functions run on Linux")]
fn only_known_libraries_are_linked_in_several_versions() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, version) in linked() {
        versions.entry(name).or_default().insert(series(&version));
    }
    let several: Vec<_> = versions.iter().filter(|(_, series)| series.len() > 1).map(|(name, _)| name.as_str()).collect();
    assert_eq!(several, SEVERAL_VERSIONS, "SEVERAL_VERSIONS and what is linked differ");
}

#[test]
fn versions_are_exact_only_for_a_reason() {
    for package in ours() {
        for dependency in package["dependencies"].as_array().unwrap() {
            let (name, version) = (text(&dependency["name"]), text(&dependency["req"]));
            let exact = version.starts_with('=');
            assert_eq!(exact, PINNED.contains(&name), "{name} {version} in {}", package["name"]);
            assert!(exact || version != "*" || dependency["path"].is_string(), "{name} has no version in {}", package["name"]);
        }
    }
    let manifest = crate::read("Cargo.toml");
    for name in PINNED {
        let before = manifest.split(&format!("\n{name} = ")).next().unwrap().lines().last().unwrap();
        assert!(before.starts_with("# "), "the reason for {name}'s version stands above it");
    }
}

#[test]
fn our_packages_share_licence_edition_and_lints() {
    for package in ours() {
        let name = text(&package["name"]);
        assert_eq!((&package["license"], &package["edition"]), (&"MIT OR Apache-2.0".into(), &"2024".into()), "{name}");
        assert_eq!((&package["publish"], &package["rust_version"]), (&Value::Array(vec![]), &"1.95".into()), "{name}");
        let manifest = std::fs::read_to_string(text(&package["manifest_path"])).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{name} does without the workspace's lints");
    }
}
