//! Invitations: whatever people and companies are called, a calendar reads what we wrote and nothing else.

use crate::text::Text;
use app::notices::calendar::Entry;
use bolero::TypeGenerator;
use domain::{
    Instant, Product, Zone,
    booking::Party,
    slot::SlotTime,
    text::{Email, PersonName},
};
use icalendar::parser;
use std::collections::BTreeMap;

const ZONES: [&str; 6] = ["Asia/Kolkata", "Europe/London", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu"];

#[derive(Debug, TypeGenerator)]
struct Case {
    #[generator(0..Product::ALL.len())]
    product: usize,
    uid: u128,
    sequence: u32,
    summary: Text,
    link: Option<Text>,
    attendees: Vec<(Text, Text)>,
    #[generator(0..ZONES.len())]
    zone: usize,
    /// Minutes after 2020.
    #[generator(0..10_000_000i64)]
    starts: i64,
    #[generator(1..240i64)]
    minutes: i64,
    withdrawn: bool,
}

impl Case {
    fn entry(&self) -> Entry {
        let starts_at = Instant::parse("2020-01-01T00:00:00Z").unwrap().plus(jiff::SignedDuration::from_mins(self.starts));
        let party = |(name, address): &(Text, Text)| {
            let email = Email::parse(&format!("{address}@example.com")).or_else(|_| Email::parse("a@example.com")).unwrap();
            Some(Party { id: uuid::Uuid::nil().into(), name: PersonName::parse(&name.to_string()).ok()?, email })
        };
        Entry {
            uid: uuid::Uuid::from_u128(self.uid).to_string(),
            sequence: self.sequence,
            summary: self.summary.to_string(),
            time: SlotTime::starting_at(starts_at, self.minutes, &Zone::parse(ZONES[self.zone]).unwrap()),
            link: self.link.as_ref().map(ToString::to_string),
            attendees: self.attendees.iter().take(4).filter_map(party).collect(),
            withdrawn: self.withdrawn,
        }
    }
}

/// Text as a calendar gives it back.
fn unescaped(text: &str) -> String {
    let mut read = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => read.push('\n'),
                other => read.push(other.unwrap_or(character)),
            },
            other => read.push(other),
        }
    }
    read
}

/// Lines as they are broken, each way of it the same; nothing that steers.
fn plain(text: &str) -> String {
    let shown: String = text.chars().filter(|c| matches!(c, '\n' | '\r' | '\t') || !c.is_control()).collect();
    shown.replace("\r\n", "\n").replace('\r', "\n")
}

/// How often each property stands in the event, by its name.
fn names(event: &parser::Component<'_>) -> BTreeMap<String, usize> {
    event.properties.iter().fold(BTreeMap::new(), |mut names, property| {
        *names.entry(property.name.to_string()).or_default() += 1;
        names
    })
}

#[test]
fn an_invitation_is_read_as_it_was_meant() {
    bolero::check!().with_type::<Case>().for_each(|case| {
        let entry = case.entry();
        let organiser = Email::parse("support@example.com").unwrap();
        let ics = entry.invitation(Product::ALL[case.product], &organiser, entry.time.starts_at).ics;
        check_lines(&ics);
        let unfolded = parser::unfold(&ics);
        let calendar = parser::read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}: {ics:?}"));
        let events: Vec<_> = calendar.components.iter().filter(|component| component.name == "VEVENT").collect();
        assert_eq!((calendar.components.len(), events.len()), (2, 1), "{ics:?}");
        check_event(&entry, events[0], &ics);
    });
}

fn check_lines(ics: &str) {
    let lines = ics.strip_suffix("\r\n").unwrap().split("\r\n");
    for line in lines {
        assert!(line.len() <= 75, "{} octets: {line:?}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        assert!(line.chars().all(|c| c == '\t' || !c.is_control()), "{line:?}");
    }
}

fn check_event(entry: &Entry, event: &parser::Component<'_>, ics: &str) {
    let mut expected: BTreeMap<String, usize> =
        ["UID", "SEQUENCE", "STATUS", "SUMMARY", "DTSTAMP", "DTSTART", "DTEND", "ORGANIZER"]
            .map(|name| (name.to_owned(), 1))
            .into();
    if entry.link.is_some() {
        expected.extend(["LOCATION", "DESCRIPTION"].map(|name| (name.to_owned(), 1)));
    }
    if !entry.attendees.is_empty() {
        expected.insert("ATTENDEE".to_owned(), entry.attendees.len());
    }
    assert_eq!(names(event), expected, "{ics:?}");
    // The parser takes escapes away or leaves them; either way the text is the one that was meant.
    let value =
        |name: &str| event.properties.iter().find(|property| property.name == name).map(|property| property.val.to_string());
    let meant = |name: &str, text: &str| {
        let read = value(name).unwrap();
        assert!(unescaped(&read) == plain(text) || read == plain(text), "{name} is {read:?}, not {text:?}: {ics:?}");
    };
    meant("SUMMARY", &entry.summary);
    if let Some(link) = &entry.link {
        meant("LOCATION", link);
    }
    let attendees: Vec<_> = event.properties.iter().filter(|property| property.name == "ATTENDEE").collect();
    for (property, party) in attendees.iter().zip(&entry.attendees) {
        let name = property.params.iter().find(|parameter| parameter.key == "CN").unwrap();
        let name = name.val.as_ref().unwrap().to_string();
        assert_eq!(name.trim_matches('"'), party.name.as_str().replace('"', "'"), "{ics:?}");
        assert_eq!(property.val.to_string(), format!("mailto:{}", party.email), "{ics:?}");
    }
}
