use super::*;
use crate::mentorship::session_time;

fn weekly(day: i64, start: &str, end: &str) -> RuleWanted {
    let (start_time, end_time) = (start.to_owned(), end.to_owned());
    RuleWanted { day_of_week: Some(day), start_time, end_time, is_active: true, ..RuleWanted::default() }
}

fn once(date: &str, start: &str, end: &str, is_active: bool) -> RuleWanted {
    let (specific_date, start_time, end_time) = (Some(date.to_owned()), start.to_owned(), end.to_owned());
    RuleWanted { specific_date, start_time, end_time, is_active, ..RuleWanted::default() }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn rule(wanted: &RuleWanted) -> Result<AvailabilityRule, InvalidField> {
    let nobody = uuid::Uuid::nil();
    AvailabilityRule::parse(nobody.into(), nobody.into(), wanted, at("2026-01-01T00:00:00Z"))
}

fn offer(zone: &str, rules: &[RuleWanted]) -> Availability {
    Availability { zone: Zone::parse(zone).unwrap(), rules: rules.iter().map(|wanted| rule(wanted).unwrap()).collect() }
}

fn open(availability: &Availability, day: &str, start: &str, end: &str) -> bool {
    session_time(day, start, end, &availability.zone).is_ok_and(|time| is_open(availability, &time))
}

fn hours(availability: &Availability, day: &str) -> Vec<(String, String, String)> {
    let found = free_slots(availability, (date(day), date(day)), &BTreeSet::new(), at("2000-01-01T00:00:00Z"));
    found.into_iter().map(|slot| (slot.time.start_time, slot.time.end_time, slot.time.starts_at.to_string())).collect()
}

fn utc_hours(availability: &Availability, day: &str) -> Vec<String> {
    hours(availability, day).into_iter().map(|(start, end, at)| format!("{start}-{end} {}", &at[11..16])).collect()
}

#[test]
fn a_week_begins_on_sunday() {
    // 2026-02-01 is a Sunday.
    let availability = offer("UTC", &[weekly(0, "10:00", "11:00"), weekly(6, "12:00", "13:00")]);
    assert!(open(&availability, "2026-02-01", "10:00", "11:00") && !open(&availability, "2026-02-02", "10:00", "11:00"));
    assert!(open(&availability, "2026-02-07", "12:00", "13:00"));
}

#[test]
fn a_session_lies_within_and_may_span_rules_that_touch() {
    let availability = offer("UTC", &[weekly(1, "10:00", "11:00"), weekly(1, "11:00", "12:00"), weekly(1, "13:00", "14:00")]);
    assert!(open(&availability, "2026-02-02", "10:30", "11:45"));
    assert!(!open(&availability, "2026-02-02", "11:30", "13:30"));
    assert!(!open(&availability, "2026-02-02", "09:45", "10:15"));
}

#[test]
fn an_exception_takes_its_time_out_of_the_day() {
    let rules =
        [weekly(1, "10:00", "14:00"), once("2026-02-02", "11:00", "12:00", false), once("2026-02-03", "08:00", "09:00", true)];
    let availability = offer("UTC", &rules);
    assert!(!open(&availability, "2026-02-02", "10:30", "11:15") && open(&availability, "2026-02-02", "12:00", "14:00"));
    assert!(open(&availability, "2026-02-09", "10:30", "11:15"), "the week after is as ever");
    assert!(open(&availability, "2026-02-03", "08:00", "09:00") && !open(&availability, "2026-02-10", "08:00", "09:00"));
    let off = RuleWanted { is_active: false, ..weekly(1, "10:00", "11:00") };
    assert!(!open(&offer("UTC", &[off]), "2026-02-02", "10:00", "11:00"));
}

#[test]
fn midnight_is_crossed_where_both_days_are_open() {
    let availability = offer("Asia/Kolkata", &[weekly(1, "22:00", "24:00"), weekly(2, "00:00", "01:00")]);
    assert!(open(&availability, "2026-02-02", "23:30", "00:30"));
    assert!(!open(&availability, "2026-02-02", "23:30", "01:30"));
    assert!(!open(&availability, "2026-02-03", "23:30", "00:30"));
    assert_eq!(utc_hours(&availability, "2026-02-02"), ["22:00-23:00 16:30", "23:00-00:00 17:30"]);
}

#[test]
fn a_zone_s_own_quarters_are_the_world_s() {
    for (zone, first) in [("Asia/Kolkata", "03:30"), ("Asia/Kathmandu", "03:15"), ("Australia/Eucla", "00:15")] {
        let availability = offer(zone, &[weekly(1, "09:00", "10:00")]);
        assert_eq!(utc_hours(&availability, "2026-02-02"), [format!("09:00-10:00 {first}")], "{zone}");
        let time = session_time("2026-02-02", "09:15", "09:45", &availability.zone).unwrap();
        assert_eq!(time.quarter_hours().len(), 2, "{zone}");
    }
}

#[test]
fn london_loses_an_hour_in_spring_and_gains_one_in_autumn() {
    let availability = offer("Europe/London", &[weekly(0, "00:00", "04:00")]);
    let spring = ["00:00-02:00", "02:00-03:00 01:00", "03:00-04:00 02:00"];
    let found = utc_hours(&availability, "2026-03-29");
    assert_eq!(found[found.len() - 2..], spring[1..], "{found:?}");
    assert!(!open(&availability, "2026-03-29", "01:00", "02:00"), "that hour is not there");
    assert!(open(&availability, "2026-03-29", "00:30", "02:30"), "an hour by the clock's own count");
    let time = session_time("2026-03-29", "00:30", "02:30", &availability.zone).unwrap();
    assert_eq!(time.ends_at.since(time.starts_at), SignedDuration::from_hours(1));
    // In autumn 01:00 to 02:00 is there twice, and no booking can say which.
    assert!(!open(&availability, "2026-10-25", "01:00", "01:30"));
    assert!(open(&availability, "2026-10-25", "00:30", "02:30"), "three hours");
    assert!(!open(&availability, "2026-10-25", "00:00", "04:00"), "five hours are too many");
    let found = utc_hours(&availability, "2026-10-25");
    assert!(found.contains(&"02:00-03:00 02:00".to_owned()) && found.contains(&"03:00-04:00 03:00".to_owned()), "{found:?}");
}

#[test]
fn new_york_changes_on_its_own_days() {
    let availability = offer("America/New_York", &[weekly(0, "01:00", "05:00")]);
    let found = utc_hours(&availability, "2026-03-08");
    assert_eq!(found.last().unwrap(), "04:00-05:00 08:00");
    assert!(!open(&availability, "2026-03-08", "02:15", "02:45"), "that hour is not there");
    assert!(open(&availability, "2026-03-08", "01:30", "03:30"));
    assert!(!open(&availability, "2026-11-01", "01:15", "01:45"), "which of the two?");
    assert!(open(&availability, "2026-11-01", "02:00", "05:00"));
    // The week before is an hour later by UTC in spring.
    assert_eq!(utc_hours(&availability, "2026-03-01").last().unwrap(), "04:00-05:00 09:00");
}

#[test]
fn a_rule_that_ends_in_a_skipped_hour_ends_at_the_change() {
    let availability = offer("Europe/London", &[weekly(0, "00:00", "01:30")]);
    assert_eq!(utc_hours(&availability, "2026-03-29"), ["00:00-02:00 00:00"]);
    assert!(offer("Europe/London", &[weekly(0, "01:00", "01:45")]).stretches(date("2026-03-29"), date("2026-03-29")).is_empty());
}

#[test]
fn what_sessions_hold_is_not_free() {
    let availability = offer("UTC", &[weekly(1, "09:00", "12:00")]);
    let held = session_time("2026-02-02", "09:30", "10:30", &availability.zone).unwrap().quarter_hours().into_iter().collect();
    let day = (date("2026-02-02"), date("2026-02-02"));
    let found = free_slots(&availability, day, &held, at("2026-02-01T00:00:00Z"));
    let clocks: Vec<_> = found.iter().map(|slot| format!("{}-{}", slot.time.start_time, slot.time.end_time)).collect();
    assert_eq!(clocks, ["09:00-09:30", "10:30-11:30", "11:30-12:00"]);
    let later = free_slots(&availability, day, &held, at("2026-02-02T10:30:00Z"));
    assert_eq!(later.len(), 1, "what has begun is no longer offered");
}

#[test]
fn rules_that_say_nothing_sensible_are_refused() {
    let refused = |wanted: RuleWanted| rule(&wanted).unwrap_err().field;
    assert_eq!(refused(weekly(7, "10:00", "11:00")), "day_of_week");
    assert_eq!(refused(weekly(1, "11:00", "10:00")), "end_time");
    assert_eq!(refused(weekly(1, "10:05", "11:00")), "start_time");
    assert_eq!(refused(once("2026-02-30", "10:00", "11:00", true)), "specific_date");
    assert_eq!(refused(RuleWanted { is_recurring: Some(true), ..once("2026-02-03", "10:00", "11:00", true) }), "day_of_week");
    assert_eq!(rule(&weekly(1, "22:00", "00:00")).unwrap().end_time(), "24:00");
}
