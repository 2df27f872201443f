//! Everything that is kept of a member in one product, for himself.
//!
//! A thing of a further kind gets a section here.

use crate::{
    Context,
    leads::{LeadError, Leads, Revealed},
    limits::{EXPORT, LimitError, Limits},
};
use domain::{
    AccountId, Product, Span,
    account::{Member, Role, Session},
    ai::KeptAnalysis,
    booking::Booking,
    chat::{Conversation, Message, Side, SupportRequest},
    community::{Comment, Post, Report},
    directory::DirectoryEntry,
    earnings::{Earning, Withdrawal},
    interview::{Feedback, Mock},
    mentorship::{AvailabilityRule, MentorProfile, SessionBooking},
    note::Note,
    notice::InAppNotice,
    payment::Order,
    portrait::StudentProfile,
    public_event::{Gathering, HostProfile, PublicEvent},
};
use serde::{Deserialize, Serialize};
use store::{Page, PageRequest, Position, SessionsWanted, Store, StoreError};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Lead(#[from] LeadError),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The lists of an export, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Section {
    BookingsAsMentee,
    BookingsAsMentor,
    MocksAsMentee,
    MocksAsMentor,
    FeedbackReceived,
    FeedbackGiven,
    Orders,
    Notices,
    Posts,
    Comments,
    Reports,
    PublicEvents,
    Leads,
    SessionsAsMentee,
    SessionsAsMentor,
    Conversations,
    Messages,
    SupportRequests,
    Gatherings,
    NotesAsMentee,
    NotesAsMentor,
    Earnings,
    Withdrawals,
}

impl Section {
    const FIRST: Self = Self::BookingsAsMentee;

    fn next(self) -> Option<Self> {
        match self {
            Self::BookingsAsMentee => Some(Self::BookingsAsMentor),
            Self::BookingsAsMentor => Some(Self::MocksAsMentee),
            Self::MocksAsMentee => Some(Self::MocksAsMentor),
            Self::MocksAsMentor => Some(Self::FeedbackReceived),
            Self::FeedbackReceived => Some(Self::FeedbackGiven),
            Self::FeedbackGiven => Some(Self::Orders),
            Self::Orders => Some(Self::Notices),
            Self::Notices => Some(Self::Posts),
            Self::Posts => Some(Self::Comments),
            Self::Comments => Some(Self::Reports),
            Self::Reports => Some(Self::PublicEvents),
            Self::PublicEvents => Some(Self::Leads),
            Self::Leads => Some(Self::SessionsAsMentee),
            Self::SessionsAsMentee => Some(Self::SessionsAsMentor),
            Self::SessionsAsMentor => Some(Self::Conversations),
            Self::Conversations => Some(Self::Messages),
            Self::Messages => Some(Self::SupportRequests),
            Self::SupportRequests => Some(Self::Gatherings),
            Self::Gatherings => Some(Self::NotesAsMentee),
            Self::NotesAsMentee => Some(Self::NotesAsMentor),
            Self::NotesAsMentor => Some(Self::Earnings),
            Self::Earnings => Some(Self::Withdrawals),
            Self::Withdrawals => None,
        }
    }

    /// The most that one of its things takes, in units of some 20 KB.
    fn weight(self) -> u32 {
        match self {
            // Three texts of 5000 characters of up to four bytes.
            Self::FeedbackReceived | Self::FeedbackGiven => 4,
            // A question and up to 30 answers of 4000 characters.
            Self::SupportRequests => 25,
            // 10000 characters.
            Self::NotesAsMentee | Self::NotesAsMentor => 2,
            _ => 1,
        }
    }
}

/// An answer has at most so many units, some 2 MB: a function may answer 6 MB, and base64 adds a third.
const UNITS: u32 = 100;

/// Where the next part begins. Not for clients' eyes: the web layer seals it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bookmark {
    section: Section,
    after: Option<Position>,
}

/// What stands in the account itself.
#[derive(Debug)]
pub struct ExportedAccount {
    /// The products of which it is a member.
    pub products: Vec<Product>,
    /// Its sessions at this product.
    pub sessions: Vec<Session>,
    /// What came of the latest resume.
    pub analysis: Option<KeptAnalysis>,
    /// What he says of himself to those who look at his events.
    pub host: Option<HostProfile>,
}

/// What a member directory and mentors' own time know of somebody.
#[derive(Debug, Default)]
pub struct ExportedMentor {
    /// By which the product shows the account.
    pub number: u64,
    pub directory: Option<DirectoryEntry>,
    pub profile: Option<MentorProfile>,
    pub rules: Vec<AvailabilityRule>,
    pub favourites: Vec<AccountId>,
}

/// What AspireX's people show of themselves.
#[derive(Debug)]
pub struct ExportedPortraits {
    pub student: Option<StudentProfile>,
    pub mentor: Option<MentorProfile>,
}

/// A part of an export; most people's has only one.
#[derive(Debug, Default)]
pub struct ExportPart {
    /// In the first part.
    pub account: Option<ExportedAccount>,
    pub bookings: Vec<Booking>,
    pub mocks: Vec<Mock>,
    pub feedbacks: Vec<Feedback>,
    pub orders: Vec<Order>,
    pub notices: Vec<InAppNotice>,
    pub posts: Vec<Post>,
    pub comments: Vec<Comment>,
    pub reports: Vec<Report>,
    pub public_events: Vec<PublicEvent>,
    /// His own, with what he wrote.
    pub leads: Vec<Revealed>,
    /// In the first part.
    pub mentor: Option<ExportedMentor>,
    /// In mentors' own time.
    pub sessions: Vec<SessionBooking>,
    pub conversations: Vec<Conversation>,
    /// What he wrote in them.
    pub messages: Vec<Message>,
    pub support_requests: Vec<SupportRequest>,
    pub gatherings: Vec<Gathering>,
    /// In the first part.
    pub portraits: Option<ExportedPortraits>,
    pub notes: Vec<Note>,
    pub earnings: Vec<Earning>,
    pub withdrawals: Vec<Withdrawal>,
    pub next: Option<Bookmark>,
}

/// The use case of exporting one's own data.
#[derive(Debug, Clone)]
pub struct Export {
    store: Store,
    limits: Limits,
    /// Where leads are traded, and only there.
    leads: Option<Leads>,
}

impl Export {
    /// Exports from a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store, leads: None }
    }

    /// The same of a product in which leads are traded.
    pub fn with_leads(self, leads: Leads) -> Self {
        Self { leads: Some(leads), ..self }
    }

    /// As much as fits into an answer, from the beginning or from where the part before ended.
    pub async fn part(&self, cx: &Context, of: &Member, from: Option<Bookmark>) -> Result<ExportPart, ExportError> {
        self.limits.take(cx, EXPORT, &format!("account:{}", of.id())).await?;
        let mut part = ExportPart::default();
        if from.is_none() {
            part.account = Some(self.account(cx, of).await?);
            if cx.product == Product::Mansa {
                part.mentor = Some(self.mentor(cx, of).await?);
            }
            if cx.product == Product::AspireX {
                let student = self.store.student_profile(cx.product, of.id()).await?;
                let mentor = self.store.mentor_profile(cx.product, of.id()).await?;
                part.portraits = Some(ExportedPortraits { student, mentor });
            }
        }
        let mut left = UNITS;
        let mut at = from.unwrap_or(Bookmark { section: Section::FIRST, after: None });
        loop {
            let limit = left / at.section.weight();
            if limit == 0 {
                part.next = Some(at);
                return Ok(part);
            }
            let page = PageRequest { limit, after: at.after.take() };
            let (found, after) = self.read(cx, of, at.section, page, &mut part).await?;
            left = left.saturating_sub(found * at.section.weight());
            let section = if after.is_some() { Some(at.section) } else { at.section.next() };
            let Some(section) = section else { return Ok(part) };
            at = Bookmark { section, after };
        }
    }

    async fn account(&self, cx: &Context, of: &Member) -> Result<ExportedAccount, StoreError> {
        let everywhere = self.store.everywhere(of.id()).await?;
        let memberships = everywhere.into_iter().flat_map(|everywhere| everywhere.memberships);
        let products = memberships.map(|member| member.value.product).collect();
        let mut sessions = self.store.sessions(of.id()).await?;
        sessions.retain(|session| session.product == cx.product && session.expires_at > cx.now);
        let analysis = self.store.resume_analysis(cx.product, of.id()).await?;
        let host = match &self.leads {
            Some(_) => self.store.host_profile(cx.product, of.id()).await?,
            None => None,
        };
        Ok(ExportedAccount { products, sessions, analysis, host })
    }

    async fn mentor(&self, cx: &Context, of: &Member) -> Result<ExportedMentor, StoreError> {
        let (store, product, id) = (&self.store, cx.product, of.id());
        let entry = store.directory_entry(product, &of.account.email).await?;
        let (profile, rules) = store.mentor_with_availability(product, id).await?.unzip();
        Ok(ExportedMentor {
            number: store.known_number(product, id).await?.unwrap_or_default(),
            directory: entry.map(|entry| entry.value),
            profile,
            rules: rules.flatten().map(|rules| rules.value.rules).unwrap_or_default(),
            favourites: store.favourites(product, id).await?,
        })
    }

    /// Adds a page of a section; says how much it was, and where it goes on.
    async fn read(
        &self,
        cx: &Context,
        of: &Member,
        section: Section,
        page: PageRequest,
        part: &mut ExportPart,
    ) -> Result<(u32, Option<Position>), ExportError> {
        let (store, product, id) = (&self.store, cx.product, of.id());
        Ok(match section {
            Section::BookingsAsMentee => take(store.bookings_of_mentee(product, id, None, page).await?, &mut part.bookings),
            Section::BookingsAsMentor => take(store.bookings_of_mentor(product, id, None, page).await?, &mut part.bookings),
            Section::MocksAsMentee => take(store.mocks_of_mentee(product, id, page).await?, &mut part.mocks),
            Section::MocksAsMentor => take(store.mocks_of_mentor(product, id, page).await?, &mut part.mocks),
            Section::FeedbackReceived => take(store.feedbacks_of_mentee(product, id, page).await?, &mut part.feedbacks),
            Section::FeedbackGiven => take(store.feedbacks_of_mentor(product, id, page).await?, &mut part.feedbacks),
            Section::Orders => take(store.orders_of_payer(product, id, page).await?, &mut part.orders),
            Section::Notices => take(store.notices(product, id, page).await?, &mut part.notices),
            Section::Posts => take(store.posts_of(product, id, page).await?, &mut part.posts),
            Section::Comments => take(store.comments_of(product, id, page).await?, &mut part.comments),
            Section::Reports => take(store.reports_by(product, id, page).await?, &mut part.reports),
            Section::PublicEvents if self.leads.is_some() || product == Product::Mansa => {
                take(store.public_events_of_mentor(product, id, page).await?, &mut part.public_events)
            }
            Section::Leads => match &self.leads {
                Some(leads) => take(leads.own(cx, of, page).await?, &mut part.leads),
                None => (0, None),
            },
            Section::PublicEvents => (0, None),
            // Mentors offer time of their own at Mansa and AspireX alone.
            Section::SessionsAsMentee | Section::SessionsAsMentor if !matches!(product, Product::Mansa | Product::AspireX) => {
                (0, None)
            }
            Section::SessionsAsMentee => {
                let wanted = SessionsWanted::Of(Role::Mentee, id);
                take(store.session_bookings(product, wanted, None, page).await?, &mut part.sessions)
            }
            // Only AspireX's people talk to each other, keep notes and earn here.
            Section::Conversations
            | Section::Messages
            | Section::SupportRequests
            | Section::Gatherings
            | Section::NotesAsMentee
            | Section::NotesAsMentor
            | Section::Earnings
            | Section::Withdrawals
                if product != Product::AspireX =>
            {
                (0, None)
            }
            Section::Conversations => {
                take(store.conversations(product, &[Side::Mentor, Side::Student], id, page).await?, &mut part.conversations)
            }
            Section::Messages => take(store.messages_by(product, id, page).await?, &mut part.messages),
            Section::SupportRequests => take(store.support_requests(product, Some(id), page).await?, &mut part.support_requests),
            Section::Gatherings => take(store.public_events_of_mentor(product, id, page).await?, &mut part.gatherings),
            Section::NotesAsMentee => take(store.notes(product, id, Role::Mentee, page).await?, &mut part.notes),
            Section::NotesAsMentor => take(store.notes(product, id, Role::Mentor, page).await?, &mut part.notes),
            Section::Earnings => take(store.earnings(product, id, Span::default(), page).await?, &mut part.earnings),
            Section::Withdrawals => take(store.withdrawals(product, Some(id), None, page).await?, &mut part.withdrawals),
            Section::SessionsAsMentor => {
                let wanted = SessionsWanted::Of(Role::Mentor, id);
                take(store.session_bookings(product, wanted, None, page).await?, &mut part.sessions)
            }
        })
    }
}

fn take<T>(page: Page<T>, into: &mut Vec<T>) -> (u32, Option<Position>) {
    let found = u32::try_from(page.items.len()).unwrap_or(u32::MAX);
    into.extend(page.items);
    (found, page.next)
}
