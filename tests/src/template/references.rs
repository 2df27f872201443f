//! Every name in the template is the name of something that has what is asked of it.

use super::document::{Template, list, text, variables};
use serde_json::Value;
use std::collections::BTreeSet;

/// What each type of resource can be asked for, beside its reference. A dot in a reference to what SAM makes of a
/// resource counts here too.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("AWS::ApiGatewayV2::Api", &["ApiEndpoint", "ApiId"]),
    ("AWS::ApiGatewayV2::ApiMapping", &[]),
    ("AWS::ApiGatewayV2::DomainName", &["RegionalDomainName", "RegionalHostedZoneId"]),
    ("AWS::ApiGatewayV2::Integration", &["IntegrationId"]),
    ("AWS::ApiGatewayV2::Route", &["RouteId"]),
    ("AWS::ApiGatewayV2::Stage", &[]),
    ("AWS::CloudWatch::Alarm", &["Arn"]),
    ("AWS::DynamoDB::Table", &["Arn", "StreamArn"]),
    ("AWS::Events::Archive", &["Arn"]),
    ("AWS::Events::EventBus", &["Arn", "Name"]),
    ("AWS::Events::Rule", &["Arn"]),
    ("AWS::Lambda::EventSourceMapping", &["Id"]),
    ("AWS::Lambda::Permission", &[]),
    ("AWS::Logs::LogGroup", &["Arn"]),
    ("AWS::Logs::MetricFilter", &[]),
    ("AWS::Route53::RecordSet", &[]),
    ("AWS::S3::Bucket", &["Arn"]),
    ("AWS::S3::BucketPolicy", &[]),
    ("AWS::SES::ConfigurationSet", &[]),
    ("AWS::SES::ConfigurationSetEventDestination", &[]),
    ("AWS::SNS::Subscription", &[]),
    ("AWS::SNS::Topic", &["TopicArn", "TopicName"]),
    ("AWS::SQS::Queue", &["Arn", "QueueName", "QueueUrl"]),
    ("AWS::SQS::QueuePolicy", &[]),
    ("AWS::SecretsManager::Secret", &["Id"]),
    ("AWS::Serverless::Function", &["Arn"]),
    ("AWS::Serverless::HttpApi", &["ApiEndpoint", "ApiId"]),
];

/// What SAM lets be referred to as `Name.What`.
const MADE_BY_SAM: &[(&str, &[&str])] =
    &[("AWS::Serverless::Function", &["Alias", "Version"]), ("AWS::Serverless::HttpApi", &["Stage"])];

const PSEUDO: &[&str] =
    &["AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"];

/// A use of a name.
#[derive(Debug)]
enum Use<'a> {
    Reference(&'a str),
    Attribute(&'a str, &'a str),
    Condition(&'a str),
}

fn uses<'a>(value: &'a Value, found: &mut Vec<Use<'a>>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| uses(value, found)),
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("Ref", Value::String(name)) => found.push(Use::Reference(name)),
                    ("Fn::GetAtt", value) => found.push(Use::Attribute(text(&value[0]), text(&value[1]))),
                    ("Fn::Sub", Value::String(value)) => {
                        found.extend(variables(value).into_iter().map(|name| match name.split_once('.') {
                            Some((name, attribute)) => Use::Attribute(name, attribute),
                            None => Use::Reference(name),
                        }));
                    }
                    // That of a policy is an object.
                    ("Condition", Value::String(name)) => found.push(Use::Condition(name)),
                    ("Fn::If", value) => {
                        found.push(Use::Condition(text(&value[0])));
                        uses(value, found);
                    }
                    ("Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Fn::Join", value) => uses(value, found),
                    (other, _) if other.starts_with("Fn::") => panic!("{other} is not known to this test"),
                    (_, value) => uses(value, found),
                }
            }
        }
        _ => {}
    }
}

fn all_uses(template: &Template) -> Vec<(String, Use<'_>)> {
    let mut found = Vec::new();
    for section in ["Conditions", "Globals", "Resources", "Outputs", "Rules"] {
        for (name, value) in template.section(section) {
            let mut here = Vec::new();
            uses(value, &mut here);
            found.extend(here.into_iter().map(|used| (format!("{section}.{name}"), used)));
        }
    }
    found
}

fn has(table: &[(&str, &[&str])], kind: &str, attribute: &str) -> bool {
    table.iter().any(|(of, attributes)| *of == kind && attributes.contains(&attribute))
}

#[test]
fn every_reference_leads_to_something() {
    let template = Template::read();
    let kind = |name: &str| template.resource(name).map(|resource| text(&resource["Type"]));
    let found = all_uses(&template);
    assert!(found.len() > 300, "only {} uses of names were found", found.len());
    for (at, used) in found {
        let fits = match &used {
            Use::Reference(name) => {
                let made =
                    name.split_once('.').is_some_and(|(of, what)| kind(of).is_some_and(|kind| has(MADE_BY_SAM, kind, what)));
                made || PSEUDO.contains(name) || template.section("Parameters").contains_key(*name) || kind(name).is_some()
            }
            Use::Attribute(name, attribute) => kind(name).is_some_and(|kind| has(ATTRIBUTES, kind, attribute)),
            Use::Condition(name) => template.section("Conditions").contains_key(*name),
        };
        assert!(fits, "{at} uses {used:?}, which is nothing");
    }
}

#[test]
fn every_type_of_resource_is_known_here() {
    let template = Template::read();
    for (name, resource) in template.section("Resources") {
        let kind = text(&resource["Type"]);
        assert!(ATTRIBUTES.iter().any(|(known, _)| *known == kind), "{name} is a {kind}");
    }
}

#[test]
fn every_parameter_and_condition_is_used() {
    let template = Template::read();
    let used: BTreeSet<String> = all_uses(&template)
        .into_iter()
        .map(|(_, used)| match used {
            Use::Reference(name) | Use::Attribute(name, _) | Use::Condition(name) => name.to_owned(),
        })
        .collect();
    for section in ["Parameters", "Conditions"] {
        let unused: Vec<_> = template.section(section).keys().filter(|name| !used.contains(*name)).collect();
        assert!(unused.is_empty(), "{section} that nobody uses: {unused:?}");
    }
}

/// The conditions that must hold where this one does: itself and what it joins.
fn implied(template: &Template, condition: &str) -> Vec<String> {
    let joined = list(&template.section("Conditions")[condition]["Fn::And"]);
    let joined = joined.iter().filter_map(|part| part["Condition"].as_str().map(str::to_owned));
    std::iter::once(condition.to_owned()).chain(joined).collect()
}

#[test]
fn what_exists_on_a_condition_is_used_on_that_condition_only() {
    let template = Template::read();
    let condition_of = |value: &Value| value["Condition"].as_str().map(str::to_owned);
    for section in ["Resources", "Outputs"] {
        for (at, value) in template.section(section) {
            let mut found = Vec::new();
            uses(value, &mut found);
            for used in found {
                let (Use::Reference(name) | Use::Attribute(name, _)) = used else { continue };
                let Some(needed) = template.resource(name).and_then(condition_of) else { continue };
                let given = condition_of(value).map(|own| implied(&template, &own)).unwrap_or_default();
                assert!(given.contains(&needed), "{at} uses {name}, which exists only on {needed}");
            }
        }
    }
}
