//! How the platform's things are kept: one DynamoDB table, told in intentions.
//!
//! Keys are built in [`keys`] and nowhere else. Nothing here scans but what an
//! operator does with his own rights (`operator`). `docs/keys.md` lists every access pattern
//! with its key and cost.

mod accounts;
mod ai;
mod audit;
mod bookings;
mod calendars;
mod care;
mod catalog;
mod change;
mod chat;
mod codes;
mod community;
mod departures;
mod directory;
mod due;
mod feedbacks;
mod figures;
mod files;
mod google;
mod idempotency;
mod item;
pub mod keys;
mod leads;
mod ledger;
mod links;
mod members;
mod mentorship;
mod mocks;
mod moves;
mod newsletter;
mod notes;
mod notices;
mod numbers;
mod operator;
mod orders;
mod outbox;
mod page;
mod portraits;
mod public_events;
mod rates;
mod refunds;
pub mod schema;
mod site;
mod slots;
mod support;
mod suppressions;
mod table;
mod together;
mod tokens;
mod transaction;
mod webhooks;
mod withdrawals;

pub use accounts::{NewAccount, RegisterRefused, SignedIn};
pub use ai::{GiveBackRefused, RunRefused};
pub use bookings::{BookingContext, BookingsWanted, Cancellation, ConfirmRefused, CreateRefused};
pub use care::{ChangeEmailRefused, EmailChange, Everywhere, Standing};
pub use catalog::PlanExists;
pub use chat::{Connection, MOST_CONNECTIONS, MessageRefused, Ticket};
pub use community::{CommentRefused, Discussion, ReportContext, ReportRefused, ViewRefused, Viewer, VoteContext, VoteRefused};
pub use departures::{Departure, LeaveRefused, Leaving, Trace};
pub use directory::{Entering, Moved};
pub use due::{DueTask, DueWork};
pub use feedbacks::FeedbackRefused;
pub use figures::{CompanyRequests, MonthCounts, Projection, SoldInMonth, SoldOfPlan, SoldOfPlanInMonth, Takings};
pub use files::FileSwap;
pub use google::BegunSignIn;
pub use idempotency::{Begun, Once};
pub use item::Item;
pub use keys::{Counter, Lane};
pub use leads::{LeadContext, LeadRefused, OrderRefused};
pub use ledger::{Claim, DONE_LEASE, ENTRIES_LIVE};
pub use links::{AddLinkRefused, HeldLink};
pub use members::{AssignRefused, MemberEdit, RoleRefused, Stored};
pub use mentorship::{
    AvailabilityRules, BookRefused, BookingTerms, FoundMentors, MentorSearch, Offered, SessionPaid, SessionRefused,
    SessionsWanted, Student, Verdict,
};
pub use mocks::{FinishRefused, Finished, ScheduleRefused};
pub use moves::MoveRefused;
pub use notices::MOST_UNREAD;
pub use operator::{KeptEvent, KeptWebhook, Waiting};
pub use orders::{Fulfilment, SettleRefused};
pub use outbox::{Record, Unpublished};
pub use page::{Page, PageRequest, Position};
pub use portraits::Shown;
pub use public_events::{Direction, Host, OnAgenda};
pub use rates::{Rate, Taken, Turn};
pub use refunds::{MisfitRefused, PlanLeft, RefundRefused};
pub use suppressions::{Suppression, SuppressionReason};
pub use table::{Store, StoreError};
pub use tokens::MailedToken;
pub use transaction::{ATTEMPTS, TxError};
pub use webhooks::StoredWebhook;
