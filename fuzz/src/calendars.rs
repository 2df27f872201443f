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
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};
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
    starts: Start,
    #[generator(1..240i64)]
    minutes: i64,
    withdrawn: bool,
}

/// When a session starts.
#[derive(Debug, TypeGenerator)]
enum Start {
    /// So many minutes after the beginning of 2020.
    Any(#[generator(0..10_000_000i64)] i64),
    /// So many minutes from one of the zone's clock changes after that; few sessions would meet one otherwise.
    NearChange(#[generator(0..40usize)] usize, #[generator(-240..240i64)] i64),
}

impl Start {
    fn at(&self, zone: &Zone) -> Instant {
        let first = Instant::parse("2020-01-01T00:00:00Z").unwrap();
        let (from, minutes) = match self {
            Self::Any(minutes) => (first, *minutes),
            Self::NearChange(which, minutes) => {
                let change = zone.rules().following(first.timestamp()).nth(*which);
                (change.map_or(first, |change| Instant::new(change.timestamp())), *minutes)
            }
        };
        from.plus(SignedDuration::from_mins(minutes))
    }
}

impl Case {
    fn entry(&self) -> Entry {
        let zone = Zone::parse(ZONES[self.zone]).unwrap();
        let party = |(name, address): &(Text, Text)| {
            let email = Email::parse(&format!("{address}@example.com")).or_else(|_| Email::parse("a@example.com")).unwrap();
            Some(Party { id: uuid::Uuid::nil().into(), name: PersonName::parse(&name.to_string()).ok()?, email })
        };
        Entry {
            uid: uuid::Uuid::from_u128(self.uid).to_string(),
            sequence: self.sequence,
            summary: self.summary.to_string(),
            time: SlotTime::starting_at(self.starts.at(&zone), self.minutes, &zone),
            link: self.link.as_ref().map(ToString::to_string),
            attendees: self.attendees.iter().take(4).filter_map(party).collect(),
            withdrawn: self.withdrawn,
        }
    }
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

fn value(component: &parser::Component<'_>, name: &str) -> String {
    let property = component.find_prop(name).unwrap_or_else(|| panic!("{} has no {name}", component.name));
    property.val.to_string()
}

fn parameter(property: &parser::Property<'_>, name: &str) -> Option<String> {
    let parameter = property.params.iter().find(|parameter| parameter.key == name)?;
    parameter.val.as_ref().map(ToString::to_string)
}

fn clock(text: &str) -> DateTime {
    DateTime::strptime("%Y%m%dT%H%M%S", text).unwrap()
}

/// An offset as `+0530`.
fn offset(text: &str) -> Offset {
    let (sign, digits) = text.split_at(1);
    assert!(matches!(sign, "+" | "-") && digits.len() == 4, "{text:?} is no offset");
    let (hours, minutes) = digits.split_at(2);
    let seconds = (hours.parse::<i32>().unwrap() * 60 + minutes.parse::<i32>().unwrap()) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).unwrap()
}

/// When a property says that something is, to who takes the zone's offset from the file and who knows the zone.
fn instant(property: &parser::Property<'_>, zone: &parser::Component<'_>) -> Timestamp {
    let text = property.val.to_string();
    match (text.strip_suffix('Z'), parameter(property, "TZID")) {
        (Some(text), None) => Offset::UTC.to_timestamp(clock(text)).unwrap(),
        (None, Some(id)) => {
            assert_eq!(id, value(zone, "TZID"));
            let told = offset(&value(&zone.components[0], "TZOFFSETTO")).to_timestamp(clock(&text)).unwrap();
            let known = Zone::parse(&id).unwrap().rules().to_ambiguous_timestamp(clock(&text)).unambiguous();
            assert_eq!(known.unwrap(), told, "{text} in {id}");
            told
        }
        (_, id) => panic!("{text:?} in {id:?}"),
    }
}

#[test]
fn an_invitation_is_read_as_it_was_meant() {
    bolero::check!().with_type::<Case>().for_each(|case| {
        let (entry, product) = (case.entry(), Product::ALL[case.product]);
        let organiser = Email::parse("support@example.com").unwrap();
        // Not the start's, so that neither can stand for the other.
        let stamp = entry.time.starts_at.plus(SignedDuration::from_hours(-1000));
        let invitation = entry.invitation(product, &organiser, stamp);
        let ics = &invitation.ics;
        check_lines(ics);
        let unfolded = parser::unfold(ics);
        let calendar = parser::read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}: {ics:?}"));
        let [zone, event] = calendar.components.as_slice() else { panic!("{ics:?}") };
        assert_eq!((zone.name.as_str(), event.name.as_str()), ("VTIMEZONE", "VEVENT"), "{ics:?}");
        let method = calendar.properties.iter().find(|property| property.name == "METHOD").unwrap();
        assert_eq!(method.val.as_str(), if entry.withdrawn { "CANCEL" } else { "REQUEST" });
        assert_eq!(method.val.as_str(), invitation.method);
        assert_eq!(value(event, "UID"), format!("{}@{product}", entry.uid));
        assert_eq!(instant(event.find_prop("DTSTAMP").unwrap(), zone), stamp.timestamp(), "{ics:?}");
        let by = event.find_prop("ORGANIZER").unwrap();
        assert_eq!((by.val.as_str(), parameter(by, "CN").as_deref()), ("mailto:support@example.com", Some(product.title())));
        check_zone(&entry, zone, ics);
        check_time(&entry, event, zone, ics);
        check_event(&entry, event, ics);
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

/// The zone is told as its rules are at the start, and that since a clock change before it.
fn check_zone(entry: &Entry, zone: &parser::Component<'_>, ics: &str) {
    assert_eq!(value(zone, "TZID"), entry.time.zone.name());
    let [observance] = zone.components.as_slice() else { panic!("{ics:?}") };
    let [from, to] = ["TZOFFSETFROM", "TZOFFSETTO"].map(|name| offset(&value(observance, name)));
    let since = from.to_timestamp(clock(&value(observance, "DTSTART"))).unwrap();
    let before = since.checked_sub(SignedDuration::from_secs(1)).unwrap();
    let starts_at = entry.time.starts_at.timestamp();
    assert!(since <= starts_at, "{ics:?}");
    let rules = entry.time.zone.rules();
    assert_eq!([before, since, starts_at].map(|at| rules.to_offset(at)), [from, to, to], "{ics:?}");
}

/// The session is when it is, by its own clock wherever that can tell it.
fn check_time(entry: &Entry, event: &parser::Component<'_>, zone: &parser::Component<'_>, ics: &str) {
    let ends = [entry.time.starts_at, entry.time.ends_at].map(Instant::timestamp);
    let told = ["DTSTART", "DTEND"].map(|name| event.find_prop(name).unwrap());
    assert_eq!(told.map(|property| instant(property, zone)), ends, "{ics:?}");
    let rules = entry.time.zone.rules();
    let offsets = ends.map(|at| rules.to_offset(at));
    let once = ends.iter().zip(offsets).all(|(at, offset)| !rules.to_ambiguous_timestamp(offset.to_datetime(*at)).is_ambiguous());
    let by_its_clock = once && offsets[0] == offsets[1];
    assert_eq!(told.map(|property| parameter(property, "TZID").is_some()), [by_its_clock; 2], "{ics:?}");
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
    assert_eq!(value(event, "SEQUENCE"), entry.sequence.to_string());
    assert_eq!(value(event, "STATUS"), if entry.withdrawn { "CANCELLED" } else { "CONFIRMED" });
    // The parser has taken the escapes away, once.
    assert_eq!(value(event, "SUMMARY"), plain(&entry.summary), "{ics:?}");
    if let Some(link) = &entry.link {
        assert_eq!(value(event, "LOCATION"), plain(link), "{ics:?}");
        assert_eq!(value(event, "DESCRIPTION"), plain(&format!("Join with {link}")), "{ics:?}");
    }
    let attendees: Vec<_> = event.properties.iter().filter(|property| property.name == "ATTENDEE").collect();
    for (property, party) in attendees.iter().zip(&entry.attendees) {
        assert_eq!(parameter(property, "CN").unwrap(), party.name.as_str().replace('"', "'"), "{ics:?}");
        assert_eq!(property.val.to_string(), format!("mailto:{}", party.email), "{ics:?}");
    }
}
