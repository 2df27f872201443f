//! Leaving a product: the membership goes at once, and with the last one the account; what others' things say of the
//! person is removed afterwards, piece by piece.

use crate::{
    DueWork, Everywhere, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::{item, key_of},
    keys::{self, DEPARTURE_PREFIX, Index, Key, PK, TTL},
    members::{self, membership_change},
    page::List,
    transaction::Transaction,
};
use domain::{
    AccountId, BookingId, CommentId, ConversationId, EventId, Instant, LeadId, MockId, PostId, Product, PublicEventId,
    SessionBookingId, SupportRequestId, WithdrawalId,
    account::{DELETED_EMAIL, DELETED_NAME},
    chat::Side,
    community::Standing,
    payment::RazorpayOrderId,
    text::{Line, Prose},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Longer than any event of his can still be told.
const DEPARTURES_STAY: SignedDuration = SignedDuration::from_hours(120 * 24);

/// That somebody left a product. It says nothing of who he was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Departure {
    pub account_id: AccountId,
    pub product: Product,
    pub started_at: Instant,
    /// Whether there may be something left to remove.
    #[serde(default)]
    pub running: bool,
}

/// Somebody who leaves a product, as he was read.
#[derive(Debug)]
pub struct Leaving<'a> {
    pub who: &'a Everywhere,
    pub product: Product,
    /// Another admin, who must stay; for an admin.
    pub remaining_admin: Option<AccountId>,
    /// Whether the product's member directory knows the address, which it forgets.
    pub in_directory: bool,
    /// Whether he may have earned money there, which he takes out first.
    pub earns: bool,
}

/// Why somebody did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveRefused {
    /// Account or memberships changed since they were read.
    Moved,
    /// The other admin is none any more.
    AdminGone,
    /// There is money of his, or he asked for some.
    MoneyLeft,
}

/// A thing of others that says something of a person, or one of his own.
#[derive(Debug, Clone)]
pub enum Trace {
    /// A booking of his as a mentee.
    Asked(BookingId),
    /// A booking that he mentors.
    Mentored(BookingId),
    /// A mock of his as a mentee.
    Practised(MockId),
    /// A mock that he held.
    Held(MockId),
    /// Feedback about him.
    Assessed(MockId),
    /// Feedback by him.
    Assessor(MockId),
    /// An order of his.
    Paid(RazorpayOrderId),
    /// A mentee who was assigned to him.
    Mentee(AccountId),
    /// A notice to him.
    Told(EventId),
    /// A post of his. His words stay, since others talk about them.
    Posted(PostId),
    /// The open case of a post of his, if it was reported.
    Reported(PostId),
    /// A report of his about somebody else's post.
    Complained(PostId),
    /// A comment of his, where it stands.
    Commented(PostId, CommentId, Standing),
    /// What came of his resume.
    Analysed,
    /// A lead that a booking of his was, and how to reach him.
    Interested(LeadId),
    /// A lead that he saw as a mentor.
    Offered(LeadId),
    /// An event of his.
    Hosted(PublicEventId),
    /// What he said of himself as a mentor.
    Introduced,
    /// A session that he asked a mentor for.
    Wished(SessionBookingId),
    /// A session in his own time.
    Guided(SessionBookingId),
    /// What he was paid out.
    Withdrew(WithdrawalId),
    /// A conversation of his, on this side. What was said stays, since it is the other's too.
    Talked(ConversationId, Side),
    /// A message of his, by its place in the conversation.
    Said(ConversationId, u64),
    /// What he asked those who run the product.
    Sought(SupportRequestId),
}

/// The names of one side of a thing are no longer a person's.
fn nameless(side: &str) -> Change {
    Change::default().set(&format!("{side}.name"), &DELETED_NAME).set(&format!("{side}.email"), &DELETED_EMAIL)
}

impl Trace {
    /// The item in which it stands, and the change that makes it nobody's; none when the whole item goes. Each leaves
    /// the person's own list, so that what is listed is what there is still to do.
    fn erasure(&self, product: Product, id: AccountId, now: Instant) -> (Key, Option<Change>) {
        let none = Prose::<5000>::default();
        match self {
            Self::Asked(booking) => {
                let typed = nameless("mentee").set("additional_notes", &none).set("specific_topics", &Vec::<String>::new());
                (keys::booking(product, *booking), Some(typed.leave(Index::Own)))
            }
            Self::Mentored(booking) => (keys::booking(product, *booking), Some(nameless("mentor").leave(Index::Mentor))),
            Self::Practised(mock) => (keys::mock(product, *mock), Some(nameless("mentee").leave(Index::Own))),
            Self::Held(mock) => (keys::mock(product, *mock), Some(nameless("mentor").leave(Index::Mentor))),
            // The scores stay, since they are counted; the words are about a person.
            Self::Assessed(mock) => {
                let texts = ["strengths", "improvements", "action_items"];
                let wordless = texts.iter().fold(Change::default(), |change, text| change.set(text, &none));
                (keys::feedback(product, *mock), Some(wordless.leave(Index::Own)))
            }
            Self::Assessor(mock) => {
                let change = Change::default().set("mentor_name", &DELETED_NAME).leave(Index::Mentor);
                (keys::feedback(product, *mock), Some(change))
            }
            Self::Paid(order) => (keys::order(order), Some(payerless().leave(Index::Mentor))),
            Self::Mentee(mentee) => {
                let alone = membership_change(now).remove("mentor_id").leave(Index::Mentor).when("mentor_id", &id);
                (keys::membership(*mentee, product), Some(alone))
            }
            Self::Told(event) => (keys::notice(product, id, *event), None),
            Self::Posted(post) => (keys::post(product, *post), Some(authorless().leave(Index::Own))),
            Self::Reported(post) => (keys::report_case(product, *post), Some(authorless())),
            Self::Complained(post) => {
                let nameless = Change::default().set("reporter.name", &DELETED_NAME).leave(Index::Own);
                (keys::report(product, *post, id), Some(nameless))
            }
            Self::Commented(post, comment, standing) => {
                (keys::comment(product, *post, *comment, *standing), Some(authorless().leave(Index::Own)))
            }
            Self::Wished(session) => {
                let typed = ["topic", "description", "mentor_feedback", "cancellation_reason"];
                let wordless = typed.iter().fold(nameless("mentee"), |change, text| change.set(text, &none));
                (keys::session_booking(product, *session), Some(wordless.leave(Index::Own)))
            }
            // What a mentee wrote about him is about a person too.
            Self::Guided(session) => {
                let wordless = nameless("mentor").set("mentor_feedback", &none).remove("meeting_url");
                (keys::session_booking(product, *session), Some(wordless.leave(Index::Mentor)))
            }
            Self::Withdrew(withdrawal) => {
                let nobodys = nameless("mentor").set("bank_details", &none);
                (keys::withdrawal(product, *withdrawal), Some(nobodys.leave(Index::Mentor)))
            }
            Self::Analysed => (keys::resume_analysis(product, id), None),
            // Each counts the revision up, so that nobody writes back what he read before.
            Self::Interested(lead) => {
                (keys::lead(product, *lead), Some(Change::default().remove("contact").add("rev", 1).leave(Index::Own)))
            }
            Self::Offered(lead) => (keys::lead(product, *lead), Some(Change::default().add("rev", 1).leave(Index::Mentor))),
            Self::Hosted(event) => {
                (keys::public_event(product, *event), Some(Change::default().add("rev", 1).leave(Index::Mentor)))
            }
            Self::Introduced => (keys::host_profile(product, id), None),
            Self::Talked(conversation, side) => {
                let (field, index) =
                    (|field| format!("{}.{field}", side.participant()), keys::conversations(product, *side, id).0);
                let gone = Change::default().set(&field("name"), &DELETED_NAME).set(&field("left"), &true).leave(index);
                (keys::conversation(product, *conversation), Some(gone))
            }
            Self::Said(conversation, sequence) => {
                (keys::message(product, *conversation, *sequence), Some(Change::default().leave(Index::Own)))
            }
            Self::Sought(request) => (keys::support_request(product, *request), None),
        }
    }
}

fn authorless() -> Change {
    Change::default().set("author.name", &DELETED_NAME)
}

/// Of an order stays what was bought, when and for how much.
fn payerless() -> Change {
    let line = Line::<200>::default();
    let typed = ["phone", "current_role", "target_role", "timeline", "struggle"];
    typed.iter().fold(nameless("payer"), |change, field| change.set(&format!("payer.{field}"), &line))
}

impl Store {
    /// Ends a membership, and with the last one the account, whose address is free from then on. What is left to do is
    /// due work.
    pub async fn leave_product(
        &self,
        leaving: &Leaving<'_>,
        departure: &Departure,
        due: &DueWork,
        record: &Record,
    ) -> Result<(), TxError<LeaveRefused>> {
        let Leaving { who, product, remaining_admin, in_directory, earns } = leaving;
        let account = &who.account;
        let mut tx = Transaction::new();
        for other in Product::ALL {
            let key = keys::membership(account.id, other);
            match who.member(other) {
                Some(member) if other == *product => {
                    tx.delete(self, &key, &Change::default().when("rev", &member.rev()), Some(LeaveRefused::Moved));
                    for number in member.value.numbers() {
                        tx.delete(self, &keys::public_number(other, number), &Change::default(), None);
                    }
                }
                // The account stays for it.
                Some(_) => tx.check(self, &key, &Change::default().when_exists(), LeaveRefused::Moved),
                None => tx.check(self, &key, &Change::default().when_missing(PK), LeaveRefused::Moved),
            }
        }
        if let Some(admin) = remaining_admin {
            tx.check(self, &keys::membership(*admin, *product), &members::acting_admin(), LeaveRefused::AdminGone);
        }
        // Whoever has set another password, or has another address, did not ask for this.
        let same = Change::default().when("email", &account.email);
        let same = match &account.password_hash {
            Some(hash) => same.when("password_hash", hash),
            None => same.when_missing("password_hash"),
        };
        if who.memberships.len() > 1 {
            tx.check(self, &keys::account(account.id), &same, LeaveRefused::Moved);
        } else {
            tx.delete(self, &keys::account(account.id), &same, Some(LeaveRefused::Moved));
            let own = Change::default().when("account_id", &account.id);
            tx.delete(self, &keys::email(&account.email), &own, Some(LeaveRefused::Moved));
        }
        if *earns {
            let nothing = Change::default().when_missing_or("balance", "<=", &0).when_missing_or("asked", "<=", &0);
            tx.check(self, &keys::purse(*product, account.id), &nothing, LeaveRefused::MoneyLeft);
        }
        if *in_directory {
            tx.delete(self, &keys::directory_entry(*product, &account.email), &Change::default(), None);
        }
        tx.put(self, item(&keys::departure(account.id, *product), &[], departure)?);
        tx.add_due(self, std::slice::from_ref(due))?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// That somebody left a product.
    pub async fn departure(&self, product: Product, id: AccountId) -> Result<Option<Departure>, StoreError> {
        self.get(&keys::departure(id, product)).await
    }

    /// Notes that nothing of somebody is left to remove. From then on he may come back.
    pub async fn finish_departure(&self, departure: &Departure, now: Instant) -> Result<(), StoreError> {
        let gone = now.plus(DEPARTURES_STAY).epoch_seconds();
        let over = Change::default().remove("running").set(TTL, &gone).when_exists();
        self.change(&keys::departure(departure.account_id, departure.product), &over).await.map(|_| ())
    }

    /// Removes what a thing says of somebody. Doing it twice is harmless, and what is gone or not his stays as it is.
    pub async fn erase(&self, product: Product, id: AccountId, trace: &Trace, now: Instant) -> Result<(), StoreError> {
        match trace.erasure(product, id, now) {
            (key, Some(change)) => self.change(&key, &change.when_exists()).await.map(|_| ()),
            (key, None) => self.delete(&key).await,
        }
    }

    /// Removes what stands under an account that is gone, such as its sessions; an account that is there keeps it.
    pub async fn clear_account(&self, id: AccountId) -> Result<(), StoreError> {
        let (items, _) = self.query(&List::of_table(keys::account_partition(id)), &PageRequest::first(1000)).await?;
        let found: Vec<Key> = items.iter().filter_map(key_of).collect();
        if found.contains(&keys::account(id)) {
            return Ok(());
        }
        for key in found.iter().filter(|key| !key.sk.starts_with(DEPARTURE_PREFIX)) {
            self.delete(key).await?;
        }
        Ok(())
    }
}
