//! `cargo lambda watch` asks the same function for a path as the gateway does.

use serde_norway::Value;
use std::{collections::BTreeMap, path::Path};

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap()
}

/// A gateway's path in the router's spelling; without one it is what all others leave.
fn spelled(path: Option<&str>) -> String {
    path.map_or("/{*path}".to_owned(), |path| path.replace("{proxy+}", "{*path}"))
}

#[test]
fn the_router_of_cargo_lambda_has_the_gateway_s_routes() {
    let template: Value = serde_norway::from_str(&read("template.yaml")).unwrap();
    let mut deployed = BTreeMap::new();
    for (_, resource) in template["Resources"].as_mapping().unwrap() {
        let binary = &resource["Metadata"]["BuildProperties"]["Binary"];
        for (_, event) in resource["Properties"]["Events"].as_mapping().into_iter().flatten() {
            let api = &event["Properties"]["ApiId"];
            let api = api.as_str().map_or_else(|| serde_json::to_string(api).unwrap(), str::to_owned);
            // The router knows paths and no API: the other faces' functions are asked by their names.
            if event["Type"] == "HttpApi" && api.contains("CodementeeApi") {
                deployed.insert(spelled(event["Properties"]["Path"].as_str()), binary.as_str().unwrap().to_owned());
            }
        }
    }
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.metadata.lambda.watch.router]").nth(1).unwrap().split("\n[").next().unwrap();
    let routes = section.lines().filter_map(|line| line.split_once(" = "));
    let routed: BTreeMap<_, _> =
        routes.map(|(path, function)| (path.trim_matches('"').to_owned(), function.trim_matches('"').to_owned())).collect();
    assert_eq!(routed, deployed);
}
