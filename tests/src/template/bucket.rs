//! The bucket of files: private, and what functions may do in it.

use super::{
    document::{Deployment, Template, list, text},
    rights::fits,
    stack::actions,
};
use local::standins::s3::Asked;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What each function may do in the bucket: its binary, the action, the object or objects.
fn granted(template: &Template) -> BTreeSet<(String, String, String)> {
    let mut granted = BTreeSet::new();
    for function in Deployment::usual(template).functions() {
        for statement in function.statements() {
            for action in actions(&statement).into_iter().filter(|action| action.starts_with("s3:")) {
                assert!(statement["Effect"] == "Allow" && statement["Condition"].is_null(), "{statement}");
                let resources = list(&statement["Resource"]);
                granted.extend(resources.iter().map(|of| (function.binary.clone(), action.clone(), text(of).to_owned())));
            }
        }
    }
    granted
}

/// Whatever was asked of the bucket is allowed, and whatever is allowed was asked.
pub fn each_may_do_what_it_did(template: &Template, asked: &BTreeSet<Asked>) {
    let granted = granted(template);
    let covers = |(binary, action, resource): &(String, String, String), asked: &Asked| {
        let does = match asked.method.as_str() {
            "PUT" => "s3:PutObject",
            "DELETE" => "s3:DeleteObject",
            _ => "s3:GetObject",
        };
        *binary == asked.by && action == does && fits(resource, &format!("<FilesBucket.Arn>/{}", asked.key))
    };
    let beyond: Vec<_> = asked.iter().filter(|asked| !granted.iter().any(|grant| covers(grant, asked))).collect();
    assert!(beyond.is_empty(), "asked, but not allowed: {beyond:#?}");
    let idle: Vec<_> = granted.iter().filter(|grant| !asked.iter().any(|asked| covers(grant, asked))).collect();
    assert!(idle.is_empty(), "granted, and the walk needs none of it: {idle:?}");
    assert!(!granted.is_empty());
}

/// A right reaches no other product's files; the scheduler alone removes any.
#[test]
fn a_function_reaches_the_files_of_its_product_alone() {
    for (binary, action, resource) in granted(&Template::read()) {
        let object = resource.strip_prefix("<FilesBucket.Arn>/").unwrap();
        let (product, rest) = object.split_once('/').unwrap();
        assert!(!product.contains('*') && rest.ends_with('*'), "{binary} may {action} {object}");
        match action.as_str() {
            "s3:DeleteObject" => assert_eq!(binary, "scheduler"),
            _ => assert!(binary.starts_with(&format!("{product}-")), "{binary} may {action} {object}"),
        }
    }
}

#[test]
fn the_bucket_is_private_and_sealed_and_outlives_the_stack() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let buckets = deployment.of_type("AWS::S3::Bucket");
    let [(name, bucket)] = &buckets[..] else { panic!("{} buckets", buckets.len()) };
    let closed = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    assert!(closed.iter().all(|way| bucket["PublicAccessBlockConfiguration"][way] == true), "{bucket}");
    let sealed = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    assert_eq!(sealed["SSEAlgorithm"], "AES256");
    assert_eq!(bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced");
    // A version that stays would outlive the removal of its owner.
    assert_eq!((&bucket["VersioningConfiguration"], &bucket["BucketName"]), (&Value::Null, &Value::Null));
    let resource = template.resource(name).unwrap();
    assert_eq!((&resource["DeletionPolicy"], &resource["UpdateReplacePolicy"]), (&json!("Retain"), &json!("Retain")));
    let expired: Vec<_> = list(&bucket["LifecycleConfiguration"]["Rules"])
        .iter()
        .filter(|rule| rule["Status"] == "Enabled" && rule["ExpirationInDays"] == 2)
        .map(|rule| text(&rule["Prefix"]).to_owned())
        .collect();
    assert!(expired.contains(&"mansa/incoming/".to_owned()) && expired.iter().all(|prefix| prefix.ends_with("/incoming/")));
    let rules = list(&bucket["CorsConfiguration"]["CorsRules"]);
    let of = |rule: &Value| (rule["AllowedOrigins"].clone(), rule["AllowedMethods"].clone());
    let origins = |product: &str| json!([format!("https://{product}.example")]);
    let expected = [(origins("mansa"), json!(["GET"])), (origins("aspirex"), json!(["GET", "PUT"]))];
    assert_eq!(rules.iter().map(of).collect::<Vec<_>>(), expected);

    let policies = deployment.of_type("AWS::S3::BucketPolicy");
    let [(_, policy)] = &policies[..] else { panic!("{} policies", policies.len()) };
    let statements = list(&policy["PolicyDocument"]["Statement"]);
    assert!(statements.iter().all(|statement| statement["Effect"] == "Deny"), "nobody is let in from elsewhere");
    assert_eq!(statements[0]["Condition"], json!({ "Bool": { "aws:SecureTransport": "false" } }));
}
