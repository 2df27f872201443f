//! How the platform's things are kept: one DynamoDB table, told in intentions.
//!
//! Keys are built in [`keys`] and nowhere else. Nothing here scans but what an
//! operator does with his own rights (`operator`). `docs/keys.md` lists every access pattern
//! with its key and cost.

mod accounts;
mod ai;
mod audit;
mod bookings;
mod care;
mod catalog;
mod change;
mod codes;
mod community;
mod departures;
mod due;
mod feedbacks;
mod figures;
mod idempotency;
mod item;
pub mod keys;
mod leads;
mod ledger;
mod links;
mod members;
mod mocks;
mod moves;
mod notices;
mod operator;
mod orders;
mod outbox;
mod page;
mod public_events;
mod rates;
mod refunds;
pub mod schema;
mod slots;
mod suppressions;
mod table;
mod tokens;
mod transaction;
mod webhooks;

pub use accounts::{NewAccount, RegisterRefused, SignedIn};
pub use ai::{GiveBackRefused, RunRefused};
pub use bookings::{BookingContext, BookingsWanted, Cancellation, ConfirmRefused, CreateRefused};
pub use care::{ChangeEmailRefused, EmailChange, Everywhere, Standing};
pub use catalog::PlanExists;
pub use community::{CommentRefused, Discussion, ReportContext, ReportRefused, VoteRefused};
pub use departures::{Departure, LeaveRefused, Leaving, Trace};
pub use due::{DueTask, DueWork};
pub use feedbacks::FeedbackRefused;
pub use figures::{CompanyRequests, MonthCounts, Projection, SoldInMonth, SoldOfPlan, SoldOfPlanInMonth, Takings};
pub use idempotency::{Begun, Once};
pub use item::Item;
pub use keys::Lane;
pub use leads::{BookRefused, LeadContext, OrderRefused};
pub use ledger::{Claim, DONE_LEASE, ENTRIES_LIVE};
pub use links::{AddLinkRefused, HeldLink};
pub use members::{AssignRefused, MemberEdit, RoleRefused, Stored};
pub use mocks::{FinishRefused, Finished, ScheduleRefused};
pub use moves::MoveRefused;
pub use operator::{KeptEvent, KeptWebhook, Waiting};
pub use orders::{Fulfilment, SettleRefused};
pub use outbox::{Record, Unpublished};
pub use page::{Page, PageRequest, Position};
pub use public_events::Host;
pub use rates::{Rate, Taken};
pub use refunds::{PlanLeft, RefundRefused};
pub use suppressions::{Suppression, SuppressionReason};
pub use table::{Store, StoreError};
pub use tokens::MailedToken;
pub use transaction::TxError;
pub use webhooks::StoredWebhook;
