//! The alarms: what they watch, and that there is something to do about each.

use super::document::{Deployment, Template, list, root, sources, text};
use domain::Product;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The metrics that an alarm reads: namespace, name, statistic and whose.
fn metrics(alarm: &Value) -> Vec<(String, String, String, String)> {
    let whose =
        |metric: &Value| list(&metric["Dimensions"]).first().map_or(String::new(), |first| text(&first["Value"]).to_owned());
    let read = |metric: &Value, statistic: &Value| {
        let named = |key: &str| text(&metric[key]).to_owned();
        (named("Namespace"), named("MetricName"), statistic.as_str().unwrap_or_default().to_owned(), whose(metric))
    };
    let of_expression = list(&alarm["Metrics"]).into_iter().filter(|metric| metric["MetricStat"].is_object());
    let mut found: Vec<_> =
        of_expression.map(|metric| read(&metric["MetricStat"]["Metric"], &metric["MetricStat"]["Stat"])).collect();
    if !alarm["MetricName"].is_null() {
        let statistic = if alarm["Statistic"].is_null() { &alarm["ExtendedStatistic"] } else { &alarm["Statistic"] };
        found.push(read(alarm, statistic));
    }
    found
}

#[test]
fn every_alarm_tells_somebody_and_has_its_runbook() {
    let template = Template::read();
    let alarms = Deployment::usual(&template).of_type("AWS::CloudWatch::Alarm");
    let runbook = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let headings: BTreeSet<String> =
        runbook.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect();
    for (name, alarm) in &alarms {
        let description = text(&alarm["AlarmDescription"]);
        let (says, link) =
            description.split_once(" Runbook: docs/operations.md#").unwrap_or_else(|| panic!("{name}: {description}"));
        assert!(says.len() > 20 && headings.contains(link), "{name}: {description}");
        assert_eq!(text(&alarm["AlarmName"]), format!("platform-prod-{link}"), "{name}");
        assert_eq!(list(&alarm["AlarmActions"]), ["<AlarmTopic>"], "{name}");
        assert!(["breaching", "notBreaching"].contains(&text(&alarm["TreatMissingData"])), "{name}");
    }
    assert!(alarms.len() <= 15 + 2 * (Product::ALL.len() - 1), "too many alarms are no alarms");
}

/// CloudWatch bills each metric that an alarm reads, so what an idle month costs rests on their number.
#[test]
fn the_price_of_the_alarms_is_that_of_the_metrics_that_they_read() {
    let template = Template::read();
    let alarms = Deployment::usual(&template).of_type("AWS::CloudWatch::Alarm");
    let (count, read) = (alarms.len(), alarms.iter().map(|(_, alarm)| metrics(alarm).len()).sum::<usize>());
    let prices = std::fs::read_to_string(root().join("bench/prices.json")).unwrap();
    let prices: Value = serde_json::from_str(&prices).unwrap();
    assert_eq!(prices["assumed"]["alarm_metrics"], read);
    let runbook = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let told = format!("There are {count}, and functions of a kind share one");
    assert!(runbook.contains(&told) && runbook.contains(&format!("read {read} metrics")), "{count} alarms, {read} metrics");
}

/// A line in a log makes one point and no other: the alarm is quiet again after its period, though nobody has done
/// anything. What is measured again and again tells by itself that it is over.
#[test]
fn only_what_is_measured_tells_that_it_is_over() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let filters = deployment.of_type("AWS::Logs::MetricFilter");
    let made = filters.iter().map(|(_, filter)| &filter["MetricTransformations"][0]);
    let counted: BTreeSet<&str> = made.filter(|made| made["MetricValue"] == "1").map(|made| text(&made["MetricName"])).collect();
    assert_eq!(counted.len(), 2, "{counted:?}");
    for (name, alarm) in deployment.of_type("AWS::CloudWatch::Alarm") {
        let counts = metrics(&alarm).iter().any(|(_, metric, _, _)| counted.contains(metric.as_str()));
        let told: &[&str] = if counts { &[] } else { &["<AlarmTopic>"] };
        assert_eq!(list(&alarm["OKActions"]), told, "{name}");
    }
}

/// With two periods in an expression it would be CloudWatch that decides how their points meet.
#[test]
fn an_alarm_has_one_period() {
    let template = Template::read();
    for (name, alarm) in Deployment::usual(&template).of_type("AWS::CloudWatch::Alarm") {
        let parts = list(&alarm["Metrics"]);
        let of_parts = parts.iter().filter(|metric| metric["MetricStat"].is_object());
        let periods = of_parts.map(|metric| metric["MetricStat"]["Period"].as_u64()).chain([alarm["Period"].as_u64()]);
        let periods: BTreeSet<u64> = periods.flatten().collect();
        assert!(periods.len() == 1 && periods.iter().all(|period| [60, 300].contains(period)), "{name}: {periods:?}");
    }
}

#[test]
fn an_expression_names_the_metrics_that_it_has_and_not_too_many() {
    let template = Template::read();
    for (name, alarm) in Deployment::usual(&template).of_type("AWS::CloudWatch::Alarm") {
        let all = list(&alarm["Metrics"]);
        if all.is_empty() {
            continue;
        }
        let (shown, read): (Vec<_>, Vec<_>) = all.iter().partition(|metric| metric["ReturnData"] != false);
        assert_eq!(shown.len(), 1, "{name}: one value decides");
        assert!(read.len() <= 10, "{name}: CloudWatch takes ten metrics in an alarm");
        let expression = text(&shown[0]["Expression"]);
        let words: BTreeSet<&str> = expression.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let ids: BTreeSet<&str> = read.iter().map(|metric| text(&metric["Id"])).collect();
        assert_eq!(ids.len(), read.len(), "{name}: an id twice");
        let named = |id: &&str| words.contains(*id) || words.contains("METRICS");
        assert!(ids.iter().all(named), "{name}: {expression} leaves out one of {ids:?}");
    }
}

/// The sweeper speaks once a minute: longer periods hide when it stopped, and with fewer points a late run rings.
#[test]
fn what_waits_in_the_outbox_rings_as_soon_as_its_text_says() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let functions = deployment.functions();
    let sweeper = functions.iter().find(|function| function.binary == "sweeper").unwrap();
    assert_eq!(sweeper.schedules(), ["rate(1 minute)"]);
    let alarms = deployment.of_type("AWS::CloudWatch::Alarm");
    let (_, outbox) = alarms.iter().find(|(name, _)| *name == "OutboxOldAlarm").unwrap();
    let number = |key: &str| outbox[key].as_u64().unwrap();
    assert_eq!((number("Period"), number("EvaluationPeriods"), number("DatapointsToAlarm")), (60, 5, 5));
    assert_eq!((number("Threshold"), text(&outbox["TreatMissingData"])), (180, "breaching"));
    assert!(text(&outbox["AlarmDescription"]).starts_with("For five minutes the oldest event had waited longer than three "));
}

#[test]
fn nothing_is_left_unwatched() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let watched: BTreeSet<_> =
        deployment.of_type("AWS::CloudWatch::Alarm").iter().flat_map(|(_, alarm)| metrics(alarm)).collect();
    let is_watched = |namespace: &str, metric: &str, statistic: &str, whose: &str| {
        let found = (namespace.to_owned(), metric.to_owned(), statistic.to_owned(), whose.to_owned());
        assert!(watched.contains(&found), "nobody watches {found:?}");
    };
    for function in deployment.functions() {
        let whose = format!("<{}>", function.name);
        is_watched("AWS/Lambda", "Errors", "Sum", &whose);
        is_watched("AWS/Lambda", "Throttles", "Sum", &whose);
        if !function.routes().is_empty() {
            is_watched("AWS/Lambda", "Duration", "p99", &whose);
        }
    }
    is_watched("AWS/Lambda", "IteratorAge", "Maximum", "<RelayFunction>");
    is_watched("AWS/Lambda", "Invocations", "Sum", "<SchedulerFunction>");
    for (name, _) in deployment.of_type("AWS::Serverless::HttpApi") {
        is_watched("AWS/ApiGateway", "5xx", "Sum", &format!("<{name}>"));
        is_watched("AWS/ApiGateway", "Latency", "p99", &format!("<{name}>"));
    }
    for (name, queue) in deployment.of_type("AWS::SQS::Queue") {
        let whose = format!("<{name}.QueueName>");
        // The failed runs are for reading: the next run makes up for them, and errors are watched.
        match (queue["RedrivePolicy"].is_null(), name) {
            (false, _) => is_watched("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", &whose),
            (true, "FailedRuns") => {}
            (true, _) => is_watched("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", &whose),
        }
    }
    for (_, filter) in deployment.of_type("AWS::Logs::MetricFilter") {
        let made = &filter["MetricTransformations"][0];
        let (namespace, name) = (text(&made["MetricNamespace"]), text(&made["MetricName"]));
        assert!(watched.iter().any(|metric| metric.0 == namespace && metric.1 == name), "nobody watches {name}");
    }
}

/// A filter finds a field by its name at the top of a line; a dot in it would lead into an object, and there is none.
#[test]
fn what_alarms_read_from_logs_is_logged() {
    let template = Template::read();
    let sources = sources();
    for (name, filter) in Deployment::usual(&template).of_type("AWS::Logs::MetricFilter") {
        let pattern = text(&filter["FilterPattern"]);
        let condition = pattern.trim_start_matches("{ $.").trim_end_matches(" }");
        let (field, wanted) = condition.split_once(" = ").unwrap();
        assert!(!field.contains('.'), "{name}: {pattern}");
        match wanted {
            "*" => {
                assert!(!sources.contains(&format!(".{field} =")), "{name}: the field is logged with a dot before {field}");
                assert!(sources.contains(&format!("{field} =")), "{name}: nobody logs {field}");
            }
            message => assert_eq!((field, sources.contains(message)), ("message", true), "{name}: nobody logs {message}"),
        }
    }
}
