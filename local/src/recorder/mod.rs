//! What happened on this server, in order of time: for the timeline pages. Bounded, in memory, gone with the server.

mod requests;
mod writes;

pub(crate) use requests::record_request;
pub(crate) use writes::record_write;

use app::Clock;
use domain::Instant;
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many steps are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 3000;

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Somebody called the API.
    Request,
    /// Razorpay told something.
    Webhook,
    /// The platform asked Razorpay to do something.
    Razorpay,
    /// Items were written to the table, or were to be.
    Transaction,
    /// An event went over the bus.
    Event,
    /// An event was handed to a consumer.
    Delivery,
    /// A mail was sent.
    Mail,
}

impl StepKind {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Webhook => "webhook",
            Self::Razorpay => "razorpay",
            Self::Transaction => "transaction",
            Self::Event => "event",
            Self::Delivery => "delivery",
            Self::Mail => "mail",
        }
    }
}

/// A thing that happened.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub number: u64,
    pub at: Instant,
    pub kind: StepKind,
    pub title: String,
    pub request_id: Option<String>,
    pub detail: Value,
    /// Whether it only looked: such a request leads to nothing else.
    #[serde(skip)]
    reads: bool,
    #[serde(skip)]
    ids: BTreeSet<String>,
}

/// A booking, order or session that something was written about.
#[derive(Debug, Clone, Serialize)]
pub struct Subject {
    pub kind: String,
    pub id: String,
    pub last: Instant,
    pub transactions: usize,
}

#[derive(Debug, Default)]
struct Kept {
    steps: VecDeque<Step>,
    next: u64,
}

/// Remembers what happened.
#[derive(Debug, Clone)]
pub struct Recorder {
    kept: Arc<Mutex<Kept>>,
    clock: Arc<dyn Clock>,
}

/// A step before it is remembered.
#[derive(Debug)]
pub(crate) struct Happened {
    pub kind: StepKind,
    pub title: String,
    pub request_id: Option<String>,
    pub detail: Value,
    /// What else may name things; it is searched for ids and not kept.
    pub naming: String,
    pub reads: bool,
    /// When it began, if that was before it is told.
    pub began: Option<Instant>,
}

impl Happened {
    pub fn new(kind: StepKind, title: String, detail: Value) -> Self {
        let request_id = detail.get("request_id").and_then(Value::as_str).map(str::to_owned);
        Self { kind, title, request_id, detail, naming: String::new(), reads: false, began: None }
    }

    pub fn naming(self, naming: String) -> Self {
        Self { naming, ..self }
    }
}

impl Recorder {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { kept: Arc::default(), clock }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The platform's time, for what takes a while.
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn record(&self, happened: Happened) {
        let Happened { kind, title, request_id, detail, naming, reads, began } = happened;
        let mut ids = ids_in(&title);
        ids.extend(ids_in(&detail.to_string()));
        ids.extend(ids_in(&naming));
        let at = began.unwrap_or_else(|| self.clock.now());
        let mut kept = self.kept();
        let number = kept.next;
        kept.next += 1;
        kept.steps.push_back(Step { number, at, kind, title, request_id, detail, reads, ids });
        if kept.steps.len() > REMEMBERED {
            kept.steps.pop_front();
        }
    }

    /// Everything about some ids: what names one of them, and what the same requests brought about.
    pub fn about(&self, ids: &[String]) -> Vec<Step> {
        let kept = self.kept();
        let names = |step: &Step| ids.iter().any(|id| step.ids.contains(id) || step.request_id.as_ref() == Some(id));
        let causes: BTreeSet<&String> =
            kept.steps.iter().filter(|step| !step.reads && names(step)).filter_map(|step| step.request_id.as_ref()).collect();
        let belongs = |step: &&Step| names(step) || step.request_id.as_ref().is_some_and(|id| causes.contains(id));
        let mut steps: Vec<Step> = kept.steps.iter().filter(belongs).cloned().collect();
        steps.sort_by_key(|step| (step.at, step.number));
        steps
    }

    /// The latest steps of a kind, the latest first.
    pub fn latest(&self, kind: StepKind, most: usize) -> Vec<Step> {
        self.kept().steps.iter().rev().filter(|step| step.kind == kind).take(most).cloned().collect()
    }

    /// The bookings, orders and sessions that were written about last, the latest first.
    pub fn subjects(&self, most: usize) -> Vec<Subject> {
        let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
        for step in self.kept().steps.iter().filter(|step| step.kind == StepKind::Transaction) {
            for (kind, id) in writes::subjects_of(&step.detail) {
                let known = subjects.entry(id.clone()).or_insert(Subject { kind, id, last: step.at, transactions: 0 });
                known.last = step.at;
                known.transactions += 1;
            }
        }
        let mut subjects: Vec<Subject> = subjects.into_values().collect();
        subjects.sort_by_key(|subject| std::cmp::Reverse(subject.last));
        subjects.truncate(most);
        subjects
    }
}

/// The ids in a text: UUIDs, without the word that a face puts before them (`lead_…`), and Razorpay's.
fn ids_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    let id_in = |word: &str| {
        let bare = word.rsplit('_').next().filter(|bare| bare.len() == 36 && uuid::Uuid::try_parse(bare).is_ok());
        let razorpay = ["order_", "pay_", "rfnd_"].iter().any(|prefix| word.len() > prefix.len() + 3 && word.starts_with(prefix));
        bare.or(razorpay.then_some(word)).map(str::to_owned)
    };
    words.filter_map(id_in).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "01920000-0000-7000-8000-0000000000b1";

    fn recorder() -> Recorder {
        Recorder::new(app::SystemClock::shared())
    }

    #[test]
    fn ids_are_found_wherever_they_stand() {
        let text = format!("/leads/lead_{ID}/purchase \"order_Abc123\",pay_x order_ {}", &ID[1..]);
        assert_eq!(ids_in(&text), BTreeSet::from([ID.to_owned(), "order_Abc123".to_owned()]));
        let text = format!("codementee#BOOKING#{ID} \"order_Abc123\",pay_x order_ {}", &ID[1..]);
        assert_eq!(ids_in(&text), BTreeSet::from([ID.to_owned(), "order_Abc123".to_owned()]));
    }

    #[test]
    fn what_a_request_brought_about_belongs_to_it_and_a_look_brings_nothing() {
        let recorder = recorder();
        let request = |title: &str, id: &str, reads| Happened {
            reads,
            ..Happened::new(StepKind::Request, title.to_owned(), json!({ "request_id": id }))
        };
        recorder.record(request("POST /book", "r1", false).naming(ID.to_owned()));
        recorder.record(Happened::new(StepKind::Mail, "told".to_owned(), json!({ "request_id": "r1" })));
        recorder.record(request(&format!("GET /{ID}"), "r2", true));
        recorder.record(Happened::new(StepKind::Mail, "other".to_owned(), json!({ "request_id": "r2" })));
        let titles: Vec<String> = recorder.about(&[ID.to_owned()]).into_iter().map(|step| step.title).collect();
        assert_eq!(titles, ["POST /book".to_owned(), "told".to_owned(), format!("GET /{ID}")]);
        assert_eq!(recorder.about(&["r2".to_owned()]).len(), 2);
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let recorder = recorder();
        for n in 0..=REMEMBERED {
            recorder.record(Happened::new(StepKind::Event, n.to_string(), json!({})));
        }
        assert_eq!(recorder.latest(StepKind::Event, usize::MAX).last().map(|step| step.title.clone()), Some("1".to_owned()));
    }
}
