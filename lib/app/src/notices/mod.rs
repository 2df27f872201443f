//! Notices: what people are told about which event, by mail and in the product.

mod account;
pub mod calendar;
mod content;
mod links;
mod mentorship;
mod newsletter;
mod page;
mod paid_sessions;
mod recipient;
mod sessions;
mod settings;
mod shown;

pub use settings::NoticeSettings;

use crate::{
    Context,
    codes::{CodeError, Codes},
    sockets::{Frame, Sockets},
};
use content::{MailedLink, Notice};
use domain::{
    Instant, Product,
    account::{Account, CodePurpose, MemberState, Membership, Role, Verification},
    booking::{Booking, Party},
    event::{Detail, Event},
    notice::InAppNotice,
    text::Email,
};
use gateways::mail::{MailError, Mailer, Sender};
use jiff::SignedDuration;
use recipient::Recipients;
use settings::Places;
use store::{Claim, PageRequest, Store, StoreError};

/// Longer than the notifier may run, so that no live run is overtaken.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
const CONSUMER: &str = "mail";

/// Why a notice was not sent.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error("another run is sending it")]
    InFlight,
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error("the mail could not be written: {0}")]
    Page(#[from] askama::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The names of the events that lead to notices; the bus rule lists the same.
pub const HANDLED: &[&str] = &[
    "AccountRegistered",
    "PasswordResetRequested",
    "PlanPurchased",
    "BookingRequested",
    "BookingConfirmed",
    "BookingRescheduled",
    "ReminderFellDue",
    "BookingCancelled",
    "MockScheduled",
    "MockCancelled",
    "FeedbackGiven",
    "EmailChangeRequested",
    "EmailChanged",
    "AccountDeleted",
    "SignInCodeRequested",
    "MentorProfileMade",
    "MentorDecided",
    "MentorVerified",
    "NewsletterRequested",
    "NewsletterConfirmed",
    "MentorshipRequested",
    "MentorshipConfirmed",
    "MentorshipLinked",
    "MentorshipCancelled",
    "MentorshipCompleted",
    "MentorshipReminderFellDue",
    "MentorshipPaid",
    "MentorshipRescheduled",
    "MentorshipUnattended",
    "MentorshipRefunded",
    "WithdrawalRequested",
    "WithdrawalDecided",
    "MessageArrived",
    "CommentAdded",
    "PostLiked",
    "PublicEventTakenDown",
    "SupportAnswered",
];

/// The use case of telling people.
#[derive(Debug, Clone)]
pub struct Notifier {
    store: Store,
    mailer: Mailer,
    settings: NoticeSettings,
    codes: Codes,
    sockets: Sockets,
}

impl Notifier {
    /// A notifier over a store, a mailer and open connections.
    pub fn new(store: Store, mailer: Mailer, settings: NoticeSettings, codes: Codes, sockets: Sockets) -> Self {
        Self { store, mailer, settings, codes, sockets }
    }

    /// Tells what an event asks for, in the product and by mail. Seeing the event again tells nothing again; what
    /// failed is tried anew.
    ///
    /// A crash between sending and marking can repeat one mail: SES knows no idempotency token. A notice in the product
    /// is written once, whatever becomes of its mail.
    pub async fn handle(&self, event: &Event, now: Instant) -> Result<(), NoticeError> {
        // What is no product's, such as a webhook, is nobody's to be told.
        let Some(product) = event.product else { return Ok(()) };
        let Some(places) = self.settings.places.get(&product) else { return Ok(()) };
        let notices = self.notices(product, event, &places.web_url).await?;
        let recipients = Recipients::read(&self.store, product, &notices).await?;
        let mut outcome = match shown::shown(product, &event.detail) {
            Some(shown) => self.show(product, event, shown, now).await,
            None => Ok(()),
        };
        for notice in notices {
            // One recipient's failure keeps no other from being told, and one way no other.
            if let Some(shown) = recipients.in_app(&notice, event, &places.web_url) {
                outcome = outcome.and(self.keep(product, event, &shown, now).await);
            }
            if let Some(notice) = recipients.reached(notice) {
                let sent = self.send_once(product, places, event, notice, now).await;
                outcome = outcome.and(sent);
            }
        }
        outcome
    }

    /// Keeps a notice; a new one is told over open connections too, where a product has any.
    async fn keep(&self, product: Product, event: &Event, notice: &InAppNotice, now: Instant) -> Result<(), NoticeError> {
        let new = self.store.add_notice(notice).await?;
        if new && product == Product::AspireX {
            let cx = Context::system(product, now).caused_by(event.request_id.clone());
            self.sockets.tell(&cx, &[notice.account_id], &Frame::notification(notice)).await;
        }
        Ok(())
    }

    async fn send_once(
        &self,
        product: Product,
        places: &Places,
        event: &Event,
        notice: Notice,
        now: Instant,
    ) -> Result<(), NoticeError> {
        let recipient = notice.recipient();
        match self.store.claim(event.id, CONSUMER, &recipient, now, LEASE).await? {
            Claim::Done => return Ok(()),
            Claim::InFlight => return Err(NoticeError::InFlight),
            Claim::Granted => {}
        }
        match self.store.suppression(&notice.to.email).await {
            Ok(None) => {}
            // Told here and not by SES, which counts mail to such addresses against the sender.
            Ok(Some(suppression)) => {
                let reason = suppression.reason;
                tracing::warn!(event.id = %event.id, account.id = %notice.to.id, ?reason, "mail.suppressed");
                return Ok(self.store.mark_done(event.id, CONSUMER, &recipient).await?);
            }
            Err(error) => {
                self.store.give_back(event.id, CONSUMER, &recipient).await?;
                return Err(error.into());
            }
        }
        if let Err(error) = self.send(product, places, event, notice, now).await {
            self.store.give_back(event.id, CONSUMER, &recipient).await?;
            return Err(error);
        }
        Ok(self.store.mark_done(event.id, CONSUMER, &recipient).await?)
    }

    async fn send(
        &self,
        product: Product,
        places: &Places,
        event: &Event,
        mut notice: Notice,
        now: Instant,
    ) -> Result<(), NoticeError> {
        match notice.link.take() {
            // Made here and not before, so that an event which is seen again replaces no code that was mailed.
            Some(MailedLink::SignInCode) => {
                let code = self.codes.make(product, CodePurpose::SignIn, &notice.to.email, now).await?;
                notice.page.facts.push(content::fact("Code", code.reveal()));
            }
            Some(MailedLink::Newsletter(link)) => {
                notice.page.button = Some(self.newsletter_link(product, places, &notice.to.email, link, now).await?);
            }
            Some(link) => {
                notice.page.button = Some(self.mailed_link(places, &notice, link, event.occurred_at, now).await?);
            }
            None => {}
        }
        let sender = Sender {
            name: product.title().to_owned(),
            address: self.settings.sender_address.clone(),
            bcc: self.settings.bcc.clone(),
            configuration_set: self.settings.configuration_set.clone(),
        };
        let mail = notice.into_mail(product, &self.settings.sender_address, event)?;
        self.mailer.send(&sender, &mail).await?;
        Ok(())
    }

    async fn notices(&self, product: Product, event: &Event, web_url: &str) -> Result<Vec<Notice>, StoreError> {
        let mut notices = content::notices(product, &event.detail, web_url);
        match &event.detail {
            // Nobody is assigned, so the admins are told.
            Detail::BookingRequested { booking } | Detail::BookingRescheduled { booking, by: Role::Mentee, .. }
                if booking.mentor.is_none() =>
            {
                notices.extend(self.for_admins(booking, web_url).await?);
            }
            // Since the reminder fell due, the session may have been moved or called off.
            Detail::ReminderFellDue { mock, .. } => {
                let mock_now = self.store.mock(product, mock.id).await?;
                if !mock_now.is_some_and(|now| now.is_ahead_at(mock.time.starts_at)) {
                    notices.clear();
                }
            }
            // Only here is looked up whether the address has an account, where nobody can watch the time it takes.
            Detail::PasswordResetRequested { email } => {
                let known = self.store.account_by_email(email, product).await?;
                notices
                    .extend(known.and_then(|(_, member)| member).map(|member| content::password_reset((&member.value).into())));
            }
            Detail::EmailChangeRequested { account_id, email, new_email, .. } => {
                let asks = self.store.account(*account_id, product).await?;
                // Whoever has another address or password by now does not ask any more.
                let asked_at = event.occurred_at;
                let still = |account: &Account| account.email == *email && account.valid_from.is_none_or(|from| from < asked_at);
                let asks = asks.filter(|(account, _)| still(account));
                if let Some((account, Some(_))) = asks {
                    let owner = self.store.account_by_email(new_email, product).await?.map(|(owner, _)| owner);
                    notices.extend(account::email_change_requested(&account, new_email, owner.as_ref()));
                }
            }
            Detail::MentorshipReminderFellDue { session, .. } => {
                let session_now = self.store.session_booking(product, session.id).await?;
                if !session_now.is_some_and(|now| now.is_ahead_at(session.time.starts_at)) {
                    notices.clear();
                }
            }
            Detail::MentorshipConfirmed { session } | Detail::MentorshipRescheduled { session, .. }
                if session.terms.is_some() =>
            {
                if let Some(keys) = self.store.attendance_keys(product, &[session.id]).await?.remove(&session.id) {
                    notices = paid_sessions::with_keys(notices, session, &keys);
                }
            }
            Detail::WithdrawalRequested { mentor, amount, .. } => {
                let tell = |admin: &Membership| paid_sessions::withdrawal_requested(admin.into(), mentor, *amount, web_url);
                notices.extend(self.admins(product).await?.iter().map(tell));
            }
            Detail::MentorshipUnattended { session } => {
                let tell = |admin: &Membership| paid_sessions::unattended(admin.into(), session, web_url);
                notices.extend(self.admins(product).await?.iter().map(tell));
            }
            // What was paid elsewhere, no machine of ours pays back.
            Detail::MentorshipCancelled { session } => {
                if let Some((price, transaction)) = paid_sessions::found_elsewhere(session) {
                    let tell = |admin: &Membership| paid_sessions::owed_back(admin.into(), session, price, transaction, web_url);
                    notices.extend(self.admins(product).await?.iter().map(tell));
                }
            }
            Detail::SignInCodeRequested { email } => {
                let to = self.code_owner(product, email).await?;
                notices.extend(to.map(|to| mentorship::sign_in_code(to, product.title())));
            }
            // He is told what holds now, once.
            Detail::MentorDecided { account_id, verification, reason } => {
                let profile = self.store.mentor_profile(product, *account_id).await?;
                let profile = profile.filter(|profile| profile.verification == *verification);
                notices.extend(profile.and_then(|profile| mentorship::decided(&profile, reason.as_ref(), web_url)));
            }
            Detail::NewsletterRequested { email } => {
                let subscribes = self.store.subscriber(product, email).await?.is_some();
                notices.extend((!subscribes).then(|| newsletter::requested(product, email, event.id)).flatten());
            }
            Detail::NewsletterConfirmed { email } => {
                let subscribes = self.store.subscriber(product, email).await?.is_some();
                notices.extend(subscribes.then(|| newsletter::confirmed(product, email, event.id)).flatten());
            }
            Detail::MentorVerified { account_id, to, .. } if product == Product::AspireX => {
                let member = self.store.membership(product, *account_id).await?;
                notices.extend(member.and_then(|member| account::verified((&member.value).into(), *to, web_url)));
            }
            // A profile that was made approved waits for nobody.
            Detail::MentorProfileMade { account_id, name, .. } => {
                let profile = self.store.mentor_profile(product, *account_id).await?;
                if !profile.is_some_and(|profile| profile.verification == Verification::Pending) {
                    return Ok(notices);
                }
                let tell = |admin: &Membership| mentorship::applied(admin.into(), name.as_str(), web_url);
                notices.extend(self.admins(product).await?.iter().map(tell));
            }
            _ => {}
        }
        Ok(notices)
    }

    async fn admins(&self, product: Product) -> Result<Vec<Membership>, StoreError> {
        Ok(self.store.members(product, Some(Role::Admin), PageRequest::first(20)).await?.items)
    }

    /// Whom a code for an address goes to: a member who may sign in, or somebody of whom the directory knows.
    async fn code_owner(&self, product: Product, email: &Email) -> Result<Option<Party>, StoreError> {
        if let Some((_, Some(member))) = self.store.account_by_email(email, product).await? {
            let may = member.value.state != MemberState::Inactive;
            return Ok(may.then(|| Party::from(&member.value)));
        }
        let entry = self.store.directory_entry(product, email).await?.map(|entry| entry.value);
        Ok(entry.map(|entry| Party { id: entry.id.uuid().into(), name: entry.details.name, email: entry.email }))
    }

    async fn for_admins(&self, booking: &Booking, web_url: &str) -> Result<Vec<Notice>, StoreError> {
        let tell = |admin: &Membership| content::waiting_for_admin(booking, admin.into(), web_url);
        Ok(self.admins(booking.product).await?.iter().map(tell).collect())
    }
}
