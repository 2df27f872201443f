//! The bus, the rules, the queues and the stream.

use super::document::{Deployment, Template, list, text};
use domain::event::Detail;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn names(value: &Value) -> BTreeSet<String> {
    list(value).iter().map(|name| text(name).to_owned()).collect()
}

#[test]
fn the_rules_take_exactly_the_events_that_the_consumers_handle() {
    let template = Template::read();
    let rules: BTreeMap<_, _> = Deployment::usual(&template).of_type("AWS::Events::Rule").into_iter().collect();
    assert_eq!(rules.keys().copied().collect::<Vec<_>>(), ["BouncesRule", "NotifierRule", "ProjectorRule", "SettlementRule"]);
    let handled = [
        ("SettlementRule", razorpay::settlement::HANDLED),
        ("NotifierRule", workers::notifier::HANDLED),
        ("ProjectorRule", workers::projector::HANDLED),
        ("BouncesRule", workers::bounces::HANDLED),
    ];
    for (rule, handled) in handled {
        let handled: BTreeSet<String> = handled.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(names(&rules[rule]["EventPattern"]["detail-type"]), handled, "{rule}");
    }
    for rule in ["NotifierRule", "ProjectorRule", "SettlementRule"] {
        assert_eq!(rules[rule]["EventBusName"], "<PlatformBus>", "{rule}");
        let taken = names(&rules[rule]["EventPattern"]["detail-type"]);
        assert!(taken.iter().all(|name| Detail::NAMES.contains(&name.as_str())), "{rule}: {taken:?}");
    }
}

#[test]
fn bounces_come_from_the_set_with_which_the_notifier_sends() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let functions = deployment.functions();
    let notifier = functions.iter().find(|function| function.binary == "notifier").unwrap();
    assert_eq!(notifier.environment().0["MAIL_CONFIGURATION_SET"], "<MailConfiguration>");
    let news = deployment.of_type("AWS::SES::ConfigurationSetEventDestination");
    assert_eq!(news[0].1["ConfigurationSetName"], "<MailConfiguration>");
    assert_eq!(names(&news[0].1["EventDestination"]["MatchingEventTypes"]), names(&json!(["bounce", "complaint"])));
    let rules = deployment.of_type("AWS::Events::Rule");
    let (_, rule) = rules.iter().find(|(name, _)| *name == "BouncesRule").unwrap();
    assert!(rule["EventBusName"].is_null(), "SES speaks to the default bus");
    assert_eq!(rule["EventPattern"]["source"], json!(["aws.ses"]));
    assert_eq!(names(&rule["EventPattern"]["detail-type"]), names(&json!(["Email Bounced", "Email Complaint Received"])));
    assert_eq!(rule["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"], json!(["<MailConfiguration>"]));
}

#[test]
fn every_rule_may_fill_its_queue_and_puts_aside_what_does_not_arrive() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let policies = deployment.of_type("AWS::SQS::QueuePolicy");
    let may_send = |rule: &str, queue: &str| {
        policies.iter().flat_map(|(_, policy)| list(&policy["PolicyDocument"]["Statement"])).any(|statement| {
            statement["Resource"] == queue
                && names(&statement["Condition"]["ArnEquals"]["aws:SourceArn"]).contains(&format!("<{rule}.Arn>"))
        })
    };
    for (rule, properties) in deployment.of_type("AWS::Events::Rule") {
        for target in list(&properties["Targets"]) {
            let (queue, aside) = (text(&target["Arn"]), text(&target["DeadLetterConfig"]["Arn"]));
            assert_eq!(queue, format!("<{}Queue.Arn>", rule.trim_end_matches("Rule")));
            assert!(may_send(rule, queue), "{rule} may not send to {queue}");
            assert_eq!(aside, "<UndeliveredQueue.Arn>");
            assert!(may_send(rule, aside), "{rule} may not send to {aside}");
        }
    }
}

#[test]
fn every_queue_hides_keeps_and_puts_aside_long_enough() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let queues: BTreeMap<_, _> = deployment.of_type("AWS::SQS::Queue").into_iter().collect();
    let functions = deployment.functions();
    let mut fed = BTreeSet::new();
    for (name, mapping) in deployment.of_type("AWS::Lambda::EventSourceMapping") {
        let source = text(&mapping["EventSourceArn"]).trim_matches(['<', '>']);
        let Some(queue) = source.strip_suffix(".Arn") else { continue };
        fed.insert(queue.to_owned());
        let function = functions.iter().find(|function| mapping["FunctionName"] == format!("<{}.Alias>", function.name)).unwrap();
        let hidden = queues[queue]["VisibilityTimeout"].as_u64().unwrap();
        assert!(hidden >= 6 * function.property("Timeout").as_u64().unwrap(), "{queue} hides for {hidden} s");
        let may_read = function.statements().iter().any(|statement| {
            statement["Resource"] == format!("<{queue}.Arn>") && names(&statement["Action"]).contains("sqs:ReceiveMessage")
        });
        assert!(may_read, "{name}: its function may not read {queue}");

        let aside = text(&queues[queue]["RedrivePolicy"]["deadLetterTargetArn"]).trim_matches(['<', '>']);
        let aside = &queues[aside.strip_suffix(".Arn").unwrap()];
        let keeps = |queue: &Value| queue["MessageRetentionPeriod"].as_u64().unwrap();
        assert!(keeps(aside) > keeps(&queues[queue]), "{queue}: what is put aside would be gone at once");
        let own_name = text(&queues[queue]["QueueName"]);
        let allowed = names(&aside["RedriveAllowPolicy"]["sourceQueueArns"]);
        assert_eq!(allowed.len(), 1);
        assert!(allowed.iter().all(|arn| arn.ends_with(&format!(":{own_name}"))), "{queue}: {allowed:?}");
    }
    for (name, queue) in queues {
        assert_eq!(queue["SqsManagedSseEnabled"], true, "{name}");
        assert_eq!(fed.contains(name), !queue["RedrivePolicy"].is_null(), "{name} needs a queue of dead letters, or is one");
        assert!(fed.contains(name) || !queue["RedriveAllowPolicy"].is_null(), "{name} takes from every queue");
    }
}

#[test]
fn the_relay_wakes_for_new_events_only_and_gives_up_in_time() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let mappings = deployment.of_type("AWS::Lambda::EventSourceMapping");
    let (_, relay) = mappings.iter().find(|(_, mapping)| mapping["EventSourceArn"] == "<PlatformTable.StreamArn>").unwrap();
    let filters = list(&relay["FilterCriteria"]["Filters"]);
    let filter: Value = serde_json::from_str(text(&filters[0]["Pattern"])).unwrap();
    let (entry, _) = store::keys::Index::Outbox.attributes();
    assert_eq!(
        (filters.len(), filter),
        (1, json!({ "eventName": ["INSERT"], "dynamodb": { "NewImage": { entry: { "S": [{ "exists": true }] } } } }))
    );
    // A stream keeps its records for a day, and waits behind a failing one.
    assert!(relay["MaximumRecordAgeInSeconds"].as_u64().unwrap() < 86400);
    assert!(relay["MaximumRetryAttempts"].as_u64().unwrap() < 10);
    assert_eq!((&relay["BisectBatchOnFunctionError"], &relay["MaximumBatchingWindowInSeconds"]), (&json!(true), &json!(0)));
    let failures = &relay["DestinationConfig"]["OnFailure"]["Destination"];
    let functions = deployment.functions();
    let function = functions.iter().find(|function| function.binary == "relay").unwrap();
    assert!(
        function
            .statements()
            .iter()
            .any(|statement| statement["Action"] == "sqs:SendMessage" && statement["Resource"] == *failures)
    );
}

#[test]
fn a_failed_run_of_a_schedule_is_not_repeated_but_noted() {
    let template = Template::read();
    let functions = Deployment::usual(&template).functions();
    for binary in ["scheduler", "sweeper"] {
        let function = functions.iter().find(|function| function.binary == binary).unwrap();
        let config = function.property("EventInvokeConfig");
        assert_eq!((&config["MaximumRetryAttempts"], &config["MaximumEventAgeInSeconds"]), (&json!(0), &json!(60)), "{binary}");
        assert_eq!(config["DestinationConfig"]["OnFailure"]["Destination"], "<FailedRuns.Arn>", "{binary}");
    }
}
