//! Every key of the table, built from typed values. No other module writes a key string.
//!
//! All names are `<product>#<THING>#<id>` but for what belongs to no product: accounts, orders (a webhook does
//! not say whose they are), events, webhooks, due work, the ledger, and what holds requests apart.

use domain::{
    AccountId, AuditId, BookingId, CompanyId, EventId, Instant, LinkId, MockId, Product, SessionId, SlotId,
    account::{CodePurpose, Role, TokenPurpose},
    booking::BookingStatus,
    catalog::PlanId,
    link::MeetUrl,
    payment::{RazorpayOrderId, RazorpayPaymentId},
    text::Email,
};

/// Attribute names of the table's key.
pub const PK: &str = "pk";
/// Sort key.
pub const SK: &str = "sk";
/// Time to live, in seconds since 1970.
pub const TTL: &str = "ttl";

/// Free meet links are spread over so many partitions, so that confirmations seldom meet.
pub const POOL_SHARDS: u8 = 4;
/// Unpublished events are spread over so many partitions of their index.
pub const OUTBOX_SHARDS: u8 = 16;
/// Due work is spread over so many partitions.
pub const DUE_SHARDS: u8 = 4;

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// An index of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// All things of a kind in one product.
    All,
    /// What belongs to one person or is open: a mentee's things, members by role, open slots.
    Own,
    /// What belongs to one mentor.
    Mentor,
    /// Events not published yet; keys only, and empty most of the time.
    Outbox,
}

impl Index {
    /// Every index.
    pub const ALL: [Self; 4] = [Self::All, Self::Own, Self::Mentor, Self::Outbox];

    /// The index's name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Own => "own",
            Self::Mentor => "mentor",
            Self::Outbox => "outbox",
        }
    }

    /// The attribute names of its partition and sort key.
    pub fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("all_pk", "all_sk"),
            Self::Own => ("own_pk", "own_sk"),
            Self::Mentor => ("mentor_pk", "mentor_sk"),
            Self::Outbox => ("outbox_pk", "outbox_sk"),
        }
    }
}

/// Where an item stands in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub index: Index,
    pub pk: String,
    pub sk: String,
}

fn entry(index: Index, pk: String, sk: String) -> Entry {
    Entry { index, pk, sk }
}

// Accounts: everything that authentication reads stands in one partition.

/// An account.
pub fn account(id: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), "ACCOUNT")
}

/// The guard that makes an address unique.
pub fn email(email: &Email) -> Key {
    Key::new(format!("EMAIL#{email}"), "EMAIL")
}

/// What an account is in a product.
pub fn membership(id: AccountId, product: Product) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("MEMBER#{product}"))
}

/// A session of an account.
pub fn session(id: AccountId, session: SessionId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("SESSION#{session}"))
}

/// All sessions of an account, by their common sort key prefix.
pub const SESSION_PREFIX: &str = "SESSION#";

/// All mailed tokens of an account, likewise.
pub const TOKEN_PREFIX: &str = "TOKEN#";

/// A mailed one-use token of an account, under its secret's hash.
pub fn token(id: AccountId, purpose: TokenPurpose, secret_hash: &str) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("TOKEN#{}#{secret_hash}", purpose.as_str()))
}

/// All members of a product, newest last.
pub fn members(product: Product) -> String {
    format!("{product}#MEMBERS")
}

/// All members with a role as their first.
pub fn members_with(product: Product, role: Role) -> String {
    format!("{product}#MEMBERS#{}", role.as_str())
}

/// The mentees assigned to a mentor.
pub fn mentees_of(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#MENTEES")
}

/// A member's places in the indexes.
pub fn member_entries(product: Product, id: AccountId, role: Role, mentor: Option<AccountId>, joined: Instant) -> Vec<Entry> {
    let sk = format!("{joined}#{id}");
    let mut entries =
        vec![entry(Index::All, members(product), sk.clone()), entry(Index::Own, members_with(product, role), sk.clone())];
    entries.extend(mentor.map(|mentor| entry(Index::Mentor, mentees_of(product, mentor), sk)));
    entries
}

/// A one-time code mailed to an address, which may have no account yet.
pub fn code(product: Product, purpose: CodePurpose, email: &Email) -> Key {
    Key::new(format!("CODE#{email}"), format!("{product}#{}", purpose.as_str()))
}

/// How often somebody did something lately.
pub fn rate(product: Product, limit: &str, subject: &str) -> Key {
    Key::new(format!("RATE#{product}#{limit}#{subject}"), "RATE")
}

/// What came of a request that carried an idempotency key; `id` is a hash over who asked what under which key.
pub fn idempotency(id: &str) -> Key {
    Key::new(format!("IDEMPOTENCY#{id}"), "IDEMPOTENCY")
}

// The catalogue: few and small, so each kind is one partition of the table itself.

/// All companies of a product.
pub fn companies(product: Product) -> String {
    format!("{product}#COMPANIES")
}

/// A company.
pub fn company(product: Product, id: CompanyId) -> Key {
    Key::new(companies(product), id.to_string())
}

/// All plans of a product.
pub fn plans(product: Product) -> String {
    format!("{product}#PLANS")
}

/// A plan.
pub fn plan(product: Product, id: &PlanId) -> Key {
    Key::new(plans(product), id.to_string())
}

/// A slot.
pub fn slot(product: Product, id: SlotId) -> Key {
    Key::new(format!("{product}#SLOT#{id}"), "SLOT")
}

/// All slots of a product, by start.
pub fn slots(product: Product) -> String {
    format!("{product}#SLOTS")
}

/// The slots that can be asked for, by start.
pub fn open_slots(product: Product) -> String {
    format!("{product}#OPEN_SLOTS")
}

/// A slot's places in the indexes; only an available one is among the open ones.
pub fn slot_entries(product: Product, id: SlotId, starts_at: Instant, open: bool) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    let mut entries = vec![entry(Index::All, slots(product), sk.clone())];
    if open {
        entries.push(entry(Index::Own, open_slots(product), sk));
    }
    entries
}

/// The sort key from which on things start after an instant.
pub fn starting_after(at: Instant) -> String {
    // '$' sorts behind '#', so that what starts at this very instant is not included.
    format!("{at}$")
}

// Meet links.

/// A meet link.
pub fn link(product: Product, id: LinkId) -> Key {
    Key::new(format!("{product}#LINK#{id}"), "LINK")
}

/// The guard that makes a link's address unique.
pub fn link_url(product: Product, url: &MeetUrl) -> Key {
    Key::new(format!("{product}#LINKURL#{url}"), "LINKURL")
}

/// All links of a product.
pub fn links(product: Product) -> String {
    format!("{product}#LINKS")
}

/// A link's place in the index.
pub fn link_entries(product: Product, id: LinkId, created: Instant) -> Vec<Entry> {
    vec![entry(Index::All, links(product), format!("{created}#{id}"))]
}

/// One partition of the pool of free links.
pub fn pool_shard(product: Product, shard: u8) -> String {
    format!("{product}#POOL#{shard}")
}

/// A free link's item in the pool; a link always returns to the same partition.
pub fn pool(product: Product, id: LinkId) -> Key {
    Key::new(pool_shard(product, shard_of(id.uuid(), POOL_SHARDS)), id.to_string())
}

fn shard_of(id: uuid::Uuid, shards: u8) -> u8 {
    // The last byte of a UUID v7 is random.
    id.as_bytes()[15] % shards
}

// Bookings, mocks, feedback, calendars.

/// A booking.
pub fn booking(product: Product, id: BookingId) -> Key {
    Key::new(format!("{product}#BOOKING#{id}"), "BOOKING")
}

/// All bookings of a product.
pub fn bookings(product: Product) -> String {
    format!("{product}#BOOKINGS")
}

/// A mentee's bookings.
pub fn bookings_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#BOOKINGS")
}

/// A mentor's bookings; sorted by status first, so that the pending ones are one range.
pub fn bookings_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#BOOKINGS")
}

/// The sort key prefix of a mentor's bookings with a status.
pub fn booking_status(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Pending => "pending#",
        BookingStatus::Confirmed => "confirmed#",
        BookingStatus::CancelledByMentee | BookingStatus::CancelledByMentor | BookingStatus::CancelledByAdmin => "cancelled#",
    }
}

/// A booking's places in the indexes.
pub fn booking_entries(
    product: Product,
    id: BookingId,
    mentee: AccountId,
    mentor: Option<AccountId>,
    status: BookingStatus,
    created: Instant,
) -> Vec<Entry> {
    let sk = format!("{created}#{id}");
    let mut entries = vec![
        entry(Index::All, bookings(product), sk.clone()),
        entry(Index::Own, bookings_of_mentee(product, mentee), sk.clone()),
    ];
    entries.extend(
        mentor.map(|mentor| entry(Index::Mentor, bookings_of_mentor(product, mentor), format!("{}{sk}", booking_status(status)))),
    );
    entries
}

/// A mock interview.
pub fn mock(product: Product, id: MockId) -> Key {
    Key::new(format!("{product}#MOCK#{id}"), "MOCK")
}

/// All mocks of a product, by start.
pub fn mocks(product: Product) -> String {
    format!("{product}#MOCKS")
}

/// A mentee's mocks, by start.
pub fn mocks_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#MOCKS")
}

/// A mentor's mocks, by start.
pub fn mocks_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#MOCKS")
}

/// A mock's places in the indexes.
pub fn mock_entries(product: Product, id: MockId, mentee: AccountId, mentor: AccountId, starts_at: Instant) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    vec![
        entry(Index::All, mocks(product), sk.clone()),
        entry(Index::Own, mocks_of_mentee(product, mentee), sk.clone()),
        entry(Index::Mentor, mocks_of_mentor(product, mentor), sk),
    ]
}

/// The feedback about a mock; beside the mock, so that there is at most one.
pub fn feedback(product: Product, mock: MockId) -> Key {
    Key::new(format!("{product}#MOCK#{mock}"), "FEEDBACK")
}

/// All feedback of a product.
pub fn feedbacks(product: Product) -> String {
    format!("{product}#FEEDBACKS")
}

/// The feedback about a mentee.
pub fn feedbacks_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#FEEDBACKS")
}

/// The feedback that a mentor wrote.
pub fn feedbacks_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#FEEDBACKS")
}

/// A feedback's places in the indexes.
pub fn feedback_entries(product: Product, mock: MockId, mentee: AccountId, mentor: AccountId, created: Instant) -> Vec<Entry> {
    let sk = format!("{created}#{mock}");
    vec![
        entry(Index::All, feedbacks(product), sk.clone()),
        entry(Index::Own, feedbacks_of_mentee(product, mentee), sk.clone()),
        entry(Index::Mentor, feedbacks_of_mentor(product, mentor), sk),
    ]
}

/// A quarter hour of a person's calendar; whoever puts the item has the time.
pub fn quarter_hour(product: Product, person: AccountId, quarter: Instant) -> Key {
    Key::new(format!("{product}#CALENDAR#{person}"), quarter.to_string())
}

// Money.

/// An order, under the id that every payment names.
pub fn order(id: &RazorpayOrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "ORDER")
}

/// The password that a payer without an account chose, until the payment makes the account.
pub fn order_password(id: &RazorpayOrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "PASSWORD")
}

/// The record that a payment did not fit its order.
pub fn mismatch(order: &RazorpayOrderId, payment: &RazorpayPaymentId) -> Key {
    Key::new(format!("ORDER#{order}"), format!("MISMATCH#{payment}"))
}

/// All orders of a product.
pub fn orders(product: Product) -> String {
    format!("{product}#ORDERS")
}

/// The paid orders of a product, by the time of their payment.
pub fn paid_orders(product: Product) -> String {
    format!("{product}#ORDERS#PAID")
}

/// An order's places in the indexes.
pub fn order_entries(product: Product, id: &RazorpayOrderId, created: Instant, paid: Option<Instant>) -> Vec<Entry> {
    let mut entries = vec![entry(Index::All, orders(product), format!("{created}#{id}"))];
    entries.extend(paid.map(|paid| entry(Index::Own, paid_orders(product), format!("{paid}#{id}"))));
    entries
}

/// A webhook as it came in.
pub fn webhook(id: &str) -> Key {
    Key::new(format!("WEBHOOK#{id}"), "WEBHOOK")
}

// Figures, kept by the projector.

/// The counts of a product.
pub fn stats(product: Product) -> Key {
    Key::new(format!("{product}#STATS"), "STATS")
}

/// What a product took in.
pub fn revenue(product: Product) -> String {
    format!("{product}#REVENUE")
}

/// All plans of a product's revenue, by their common sort key prefix.
pub const REVENUE_PLAN_PREFIX: &str = "PLAN#";

/// All months, likewise.
pub const REVENUE_MONTH_PREFIX: &str = "MONTH#";

/// What a plan brought in.
pub fn revenue_of_plan(product: Product, plan: &PlanId) -> Key {
    Key::new(revenue(product), format!("{REVENUE_PLAN_PREFIX}{plan}"))
}

/// What a month, like `2026-02`, brought in.
pub fn revenue_of_month(product: Product, month: &str) -> Key {
    Key::new(revenue(product), format!("{REVENUE_MONTH_PREFIX}{month}"))
}

// What keeps the platform going.

/// Whether an address gets no mail any more.
pub fn suppressed(email: &Email) -> Key {
    Key::new(format!("SUPPRESSED#{email}"), "SUPPRESSED")
}

/// A domain event.
pub fn event(id: EventId) -> Key {
    Key::new(format!("EVENT#{id}"), "EVENT")
}

/// One partition of the unpublished events.
pub fn outbox_shard(shard: u8) -> String {
    format!("OUTBOX#{shard:02}")
}

/// An event's place among the unpublished ones.
pub fn outbox_entry(id: EventId, at: Instant) -> Entry {
    entry(Index::Outbox, outbox_shard(shard_of(id.uuid(), OUTBOX_SHARDS)), format!("{at}#{id}"))
}

/// What one consumer did about one event for one recipient.
pub fn ledger(event: EventId, consumer: &str, recipient: &str) -> Key {
    Key::new(format!("LEDGER#{event}"), format!("{consumer}#{recipient}"))
}

/// Due work that only the table is needed for, and that which others must answer for. Each has partitions of its own,
/// so that what waits for others fills no page of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Table,
    Razorpay,
}

/// One partition of the due work.
pub fn due_shard(lane: Lane, shard: u8) -> String {
    match lane {
        Lane::Table => format!("DUE#{shard}"),
        Lane::Razorpay => format!("DUE#RAZORPAY#{shard}"),
    }
}

/// A thing to do at an instant, for a subject.
pub fn due(lane: Lane, at: Instant, kind: &str, subject: uuid::Uuid) -> Key {
    Key::new(due_shard(lane, shard_of(subject, DUE_SHARDS)), format!("{at}#{kind}#{subject}"))
}

/// An audit record; a day is one partition.
pub fn audit(product: Product, at: Instant, id: AuditId) -> Key {
    let at = at.to_string();
    Key::new(format!("{product}#AUDIT#{}", &at[..10]), format!("{at}#{id}"))
}
