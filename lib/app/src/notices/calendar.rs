//! Calendar invitations (RFC 5545): one UID per session, a SEQUENCE that rises, the session's own zone.

use domain::{Instant, Product, booking::Party, slot::SlotTime, text::Email};
use gateways::mail::Invitation;
use ics::{
    components::{Component, Parameter, Property},
    escape_text,
};
use jiff::{
    SignedDuration, Timestamp,
    tz::{Offset, TimeZone},
};

/// The octets that a line may have, without its end.
const LINE: usize = 75;

/// A session as calendars have it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub uid: String,
    pub sequence: u32,
    pub summary: String,
    pub time: SlotTime,
    pub link: Option<String>,
    pub attendees: Vec<Party>,
    pub withdrawn: bool,
}

impl Entry {
    /// The same entry, to be taken out of calendars.
    pub fn withdrawn(self) -> Self {
        Self { withdrawn: true, ..self }
    }

    /// The invitation, or its withdrawal, as of the time of the event that asks for it.
    pub fn invitation(&self, product: Product, organiser: &Email, stamp: Instant) -> Invitation {
        let method = if self.withdrawn { "CANCEL" } else { "REQUEST" };
        let mut calendar = Component::new("VCALENDAR");
        calendar.add_property(Property::new("VERSION", "2.0"));
        calendar.add_property(Property::new("PRODID", "-//Mentorship platform//EN"));
        calendar.add_property(Property::new("METHOD", method));
        calendar.add_component(zone_component(self.time.zone.rules(), self.time.zone.name(), self.time.starts_at.timestamp()));
        calendar.add_component(self.event(product, organiser, stamp));
        Invitation { method, ics: folded(&calendar.to_string()) }
    }

    fn event(&self, product: Product, organiser: &Email, stamp: Instant) -> Component<'static> {
        let mut event = Component::new("VEVENT");
        let mut text = |name: &'static str, value: &str| event.add_property(Property::new(name, escape_text(plain(value))));
        text("UID", &format!("{}@{product}", self.uid));
        text("SEQUENCE", &self.sequence.to_string());
        text("STATUS", if self.withdrawn { "CANCELLED" } else { "CONFIRMED" });
        text("SUMMARY", &self.summary);
        text("DTSTAMP", &in_utc(stamp));
        if let Some(link) = &self.link {
            text("LOCATION", link);
            text("DESCRIPTION", &format!("Join with {link}"));
        }
        event.add_property(self.point("DTSTART", self.time.starts_at));
        event.add_property(self.point("DTEND", self.time.ends_at));
        event.add_property(person("ORGANIZER", product.title(), organiser));
        for attendee in &self.attendees {
            let mut property = person("ATTENDEE", attendee.name.as_str(), &attendee.email);
            property.add(Parameter::new("ROLE", "REQ-PARTICIPANT"));
            property.add(Parameter::new("PARTSTAT", "NEEDS-ACTION"));
            property.add(Parameter::new("RSVP", "TRUE"));
            event.add_property(property);
        }
        event
    }

    /// A time by the session's own clock, or in UTC where that clock would not tell it.
    fn point(&self, name: &'static str, at: Instant) -> Property<'static> {
        if !self.is_told_by_its_clock() {
            return Property::new(name, in_utc(at));
        }
        let local = at.timestamp().to_zoned(self.time.zone.rules().clone());
        let mut property = Property::new(name, local.strftime("%Y%m%dT%H%M%S").to_string());
        property.add(Parameter::new("TZID", self.time.zone.name().to_owned()));
        property
    }

    /// Whether the one offset that is told of the zone and the zone's own rules, of which calendars take either, read
    /// start and end alike: they do not when the clock is changed in between, nor in an hour that it shows twice.
    fn is_told_by_its_clock(&self) -> bool {
        let rules = self.time.zone.rules();
        let offset = rules.to_offset(self.time.starts_at.timestamp());
        let told = |at: Timestamp| rules.to_ambiguous_timestamp(offset.to_datetime(at)).unambiguous();
        [self.time.starts_at, self.time.ends_at]
            .map(Instant::timestamp)
            .into_iter()
            .all(|at| told(at).is_ok_and(|told| told == at))
    }
}

fn in_utc(at: Instant) -> String {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text without what the format has no place for: control characters other than line breaks and tabs.
fn plain(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\r' | '\t') || !c.is_control()).collect()
}

/// Lines of at most 75 octets: the library does not count the blank that a continued line begins with.
fn folded(calendar: &str) -> String {
    let unfolded = calendar.replace("\r\n ", "");
    let mut folded = String::with_capacity(calendar.len());
    for line in unfolded.lines() {
        let mut room = LINE;
        for character in line.chars() {
            if character.len_utf8() > room {
                folded.push_str("\r\n ");
                room = LINE - 1;
            }
            folded.push(character);
            room -= character.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

fn person(property: &'static str, name: &str, email: &Email) -> Property<'static> {
    let mut property = Property::new(property, format!("mailto:{email}"));
    // Quoted, and a quoted value may hold no quotation mark.
    property.add(Parameter::new("CN", format!("\"{}\"", name.replace('"', "'"))));
    property
}

/// The zone's rules around the session: the offset in force at its start, from the clock change that brought it on.
fn zone_component(zone: &TimeZone, name: &str, at: Timestamp) -> Component<'static> {
    let info = zone.to_offset_info(at);
    // A change at the very start has brought it too.
    let after = at.checked_add(SignedDuration::from_millis(1)).unwrap_or(at);
    let before = zone.preceding(after).next().map(|change| change.timestamp());
    let a_second_earlier = |change: Timestamp| change.checked_sub(SignedDuration::from_secs(1)).unwrap_or(change);
    let from = before.map_or(info.offset(), |change| zone.to_offset(a_second_earlier(change)));
    // By the wall clock before the change, as the format wants it.
    let since = from.to_datetime(before.unwrap_or(Timestamp::UNIX_EPOCH)).strftime("%Y%m%dT%H%M%S").to_string();
    let mut observance = Component::new(if info.dst().is_dst() { "DAYLIGHT" } else { "STANDARD" });
    observance.add_property(Property::new("DTSTART", since));
    observance.add_property(Property::new("TZOFFSETFROM", offset(from)));
    observance.add_property(Property::new("TZOFFSETTO", offset(info.offset())));
    observance.add_property(Property::new("TZNAME", info.abbreviation().to_owned()));
    let mut component = Component::new("VTIMEZONE");
    component.add_property(Property::new("TZID", name.to_owned()));
    component.add_component(observance);
    component
}

fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Zone, text::PersonName};

    fn invitation(date: &str, zone: &str, withdrawn: bool) -> String {
        written("Mock interview: Acme, Inc.", date, zone, withdrawn).replace("\r\n ", "")
    }

    fn written(summary: &str, date: &str, zone: &str, withdrawn: bool) -> String {
        written_at(summary, SlotTime::parse(date, "10:00", "11:00", &Zone::parse(zone).unwrap()).unwrap(), withdrawn)
    }

    fn written_at(summary: &str, time: SlotTime, withdrawn: bool) -> String {
        let entry = Entry {
            uid: "b1".to_owned(),
            sequence: 2,
            summary: summary.to_owned(),
            time,
            link: Some("https://meet.google.com/abc-defg-hij".to_owned()),
            attendees: vec![Party {
                id: uuid::Uuid::nil().into(),
                name: PersonName::parse("Jane \"JJ\" Doe").unwrap(),
                email: Email::parse("jane@example.com").unwrap(),
            }],
            withdrawn,
        };
        let stamp = Instant::parse("2026-01-15T08:00:00Z").unwrap();
        entry.invitation(Product::Codementee, &Email::parse("support@codementee.io").unwrap(), stamp).ics
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_none_begins_a_property_of_its_own() {
        let summary = format!("{}\r\nATTENDEE:mailto:x@example.com\n{}\u{7}", "a".repeat(300), "é".repeat(100));
        let ics = written(&summary, "2026-02-01", "Asia/Kolkata", false);
        assert!(ics.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{ics}");
        assert!(ics.split("\r\n").any(|line| line.len() == 75), "{ics}");
        let unfolded = ics.replace("\r\n ", "");
        assert_eq!(unfolded.lines().filter(|line| line.starts_with("ATTENDEE")).count(), 1, "{ics}");
        let told = format!("SUMMARY:{}\\nATTENDEE:mailto:x@example.com\\n{}", "a".repeat(300), "é".repeat(100));
        assert!(unfolded.lines().any(|line| line == told), "{unfolded}");
    }

    #[test]
    fn an_invitation_names_session_zone_and_people() {
        let ics = invitation("2026-02-01", "Asia/Kolkata", false);
        for line in [
            "METHOD:REQUEST",
            "UID:b1@codementee",
            "SEQUENCE:2",
            "DTSTAMP:20260115T080000Z",
            "SUMMARY:Mock interview: Acme\\, Inc.",
            "DTSTART;TZID=Asia/Kolkata:20260201T100000",
            "DTEND;TZID=Asia/Kolkata:20260201T110000",
            "TZOFFSETTO:+0530",
            "ORGANIZER;CN=\"Codementee\":mailto:support@codementee.io",
            "ATTENDEE;CN=\"Jane 'JJ' Doe\";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:jane@example.com",
        ] {
            assert!(ics.lines().any(|found| found == line), "{line} is missing in\n{ics}");
        }
        assert!(ics.contains("\r\n"), "lines end with CRLF");
    }

    #[test]
    fn a_withdrawal_cancels() {
        let ics = invitation("2026-02-01", "Asia/Kolkata", true);
        assert!(ics.contains("METHOD:CANCEL") && ics.contains("STATUS:CANCELLED"));
    }

    #[test]
    fn summer_time_is_told_by_its_own_rule() {
        let ics = invitation("2026-07-01", "Europe/London", false);
        for line in ["BEGIN:DAYLIGHT", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "DTSTART:20260329T010000"] {
            assert!(ics.lines().any(|found| found == line), "{line} is missing in\n{ics}");
        }
    }

    #[test]
    fn a_time_that_the_clock_would_not_tell_is_told_in_utc() {
        for (starts_at, minutes, told) in [
            // The clock goes on an hour half an hour after the start.
            ("2026-03-29T00:30:00Z", 60, ["DTSTART:20260329T003000Z", "DTEND:20260329T013000Z"]),
            // It shows a quarter past one twice.
            ("2026-10-25T00:15:00Z", 15, ["DTSTART:20261025T001500Z", "DTEND:20261025T003000Z"]),
            ("2026-10-25T01:15:00Z", 15, ["DTSTART:20261025T011500Z", "DTEND:20261025T013000Z"]),
            (
                "2026-03-28T23:30:00Z",
                60,
                ["DTSTART;TZID=Europe/London:20260328T233000", "DTEND;TZID=Europe/London:20260329T003000"],
            ),
            (
                "2026-03-29T01:00:00Z",
                60,
                ["DTSTART;TZID=Europe/London:20260329T020000", "DTEND;TZID=Europe/London:20260329T030000"],
            ),
        ] {
            let time = SlotTime::starting_at(Instant::parse(starts_at).unwrap(), minutes, &Zone::parse("Europe/London").unwrap());
            let ics = written_at("Mock interview", time, false);
            for line in told {
                assert!(ics.lines().any(|found| found == line), "{line} is missing in\n{ics}");
            }
        }
    }

    #[test]
    fn a_session_that_begins_as_the_clock_is_changed_comes_after_the_change() {
        let starts_at = Instant::parse("2026-03-29T01:00:00Z").unwrap();
        let time = SlotTime::starting_at(starts_at, 60, &Zone::parse("Europe/London").unwrap());
        let ics = written_at("Mock interview", time, false);
        for line in ["BEGIN:DAYLIGHT", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "DTSTART:20260329T010000"] {
            assert!(ics.lines().any(|found| found == line), "{line} is missing in\n{ics}");
        }
    }
}
