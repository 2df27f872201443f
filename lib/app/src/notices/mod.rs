//! Notices: what people are told about which event, by mail and in the product.

mod account;
pub mod calendar;
mod content;
mod mentorship;
mod newsletter;
mod page;
mod paid_sessions;
mod recipient;
mod sessions;
mod shown;

use crate::{
    Context,
    codes::{CodeError, Codes},
    sockets::{Frame, Sockets},
    tokens::{MailToken, OpaqueKind, OpaqueToken},
};
use content::{MailedLink, Notice};
use domain::{
    Instant, Product,
    account::{Account, CodePurpose, MemberState, Membership, Role, TokenPurpose, Verification},
    booking::{Booking, Party},
    event::{Detail, Event},
    newsletter::NewsletterLink,
    notice::InAppNotice,
    text::Email,
};
use gateways::{
    mail::{MailError, Mailer, Sender},
    settings::{SettingError, Settings},
};
use jiff::SignedDuration;
use recipient::Recipients;
use std::{collections::BTreeMap, sync::Arc};
use store::{Claim, MailedToken, PageRequest, Store, StoreError};

/// Longer than the notifier may run, so that no live run is overtaken.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
const CONSUMER: &str = "mail";
/// A mailed set-password link works so long …
const SET_PASSWORD_LASTS: SignedDuration = SignedDuration::from_hours(72);
/// … and one that proves a new address so long.
const CHANGE_EMAIL_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// One that confirms the newsletter works so long; one that ends it, whenever.
const CONFIRM_NEWSLETTER_LASTS: SignedDuration = SignedDuration::from_hours(72);

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

/// Where mails point to and who sends them.
#[derive(Debug, Clone)]
pub struct NoticeSettings {
    pub sender_address: Email,
    pub bcc: Option<Email>,
    /// SES's configuration set, whose events tell of bounces and complaints.
    pub configuration_set: Option<String>,
    places: Arc<BTreeMap<Product, Places>>,
}

/// Where a product's mails lead.
#[derive(Debug, Clone)]
struct Places {
    /// The web client's address.
    web_url: String,
    /// Its API's address; the pages that take mailed tokens are there.
    api_url: String,
}

impl Places {
    fn set_password_url(&self) -> String {
        format!("{}/api/auth/set-password", self.api_url)
    }

    fn confirm_email_url(&self) -> String {
        format!("{}/api/auth/confirm-email", self.api_url)
    }
}

impl NoticeSettings {
    /// `MAIL_SENDER_ADDRESS`, `MAIL_BCC` (off unless set), `MAIL_CONFIGURATION_SET` (the sender's default unless set),
    /// and of each product `<PRODUCT>_URL` and `<PRODUCT>_API_URL`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let address = |name: &str, text: &str| {
            Email::parse(text).map_err(|error| SettingError::Bad { name: name.to_owned(), why: error.to_string() })
        };
        let base = |product: Product, what: &str| {
            let name = format!("{}_{what}", product.slug().to_uppercase());
            settings.required(&name).map(|url| url.trim_end_matches('/').to_owned())
        };
        let places = |product| Ok((product, Places { web_url: base(product, "URL")?, api_url: base(product, "API_URL")? }));
        Ok(Self {
            sender_address: address("MAIL_SENDER_ADDRESS", settings.required("MAIL_SENDER_ADDRESS")?)?,
            bcc: settings.optional("MAIL_BCC").map(|text| address("MAIL_BCC", text)).transpose()?,
            configuration_set: settings.optional("MAIL_CONFIGURATION_SET").map(str::to_owned),
            places: Arc::new(Product::ALL.into_iter().map(places).collect::<Result<_, _>>()?),
        })
    }
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

    /// A fresh token in a link: the label and address of its button.
    async fn mailed_link(
        &self,
        places: &Places,
        notice: &Notice,
        link: MailedLink,
        asked_at: Instant,
        now: Instant,
    ) -> Result<(String, String), StoreError> {
        let (id, to) = (notice.to.id, notice.to.email.clone());
        let (kind, purpose, lasts, token) = match link {
            MailedLink::SetPassword => (OpaqueKind::SetPassword, TokenPurpose::SetPassword, SET_PASSWORD_LASTS, (to, None)),
            MailedLink::ConfirmEmail { old } => {
                (OpaqueKind::ChangeEmail, TokenPurpose::ChangeEmail, CHANGE_EMAIL_LASTS, (old, Some(to)))
            }
            MailedLink::SignInCode | MailedLink::Newsletter(_) => {
                return Err(StoreError::Failed("it is no link of an account".to_owned()));
            }
        };
        let secret = OpaqueToken::new(kind, id);
        let (email, new_email) = token;
        let kept = MailedToken { expires_at: now.plus(lasts), email, new_email, asked_at };
        self.store.put_token(id, purpose, &secret.hash(), &kept).await?;
        let (label, page) = match purpose {
            TokenPurpose::SetPassword => ("Set your password", places.set_password_url()),
            TokenPurpose::ChangeEmail => ("Confirm this address", places.confirm_email_url()),
        };
        Ok((label.to_owned(), format!("{page}?token={}", secret.reveal())))
    }

    /// The same for an address without an account.
    async fn newsletter_link(
        &self,
        product: Product,
        places: &Places,
        email: &Email,
        link: NewsletterLink,
        now: Instant,
    ) -> Result<(String, String), StoreError> {
        let token = MailToken::new(email.clone());
        let (label, path, expires_at) = match link {
            NewsletterLink::Confirm => ("Confirm this address", "confirm", Some(now.plus(CONFIRM_NEWSLETTER_LASTS))),
            NewsletterLink::Unsubscribe => ("Unsubscribe", "unsubscribe", None),
        };
        self.store.put_newsletter_link((product, email), link, &token.hash(), expires_at).await?;
        Ok((label.to_owned(), format!("{}/api/newsletter/{path}?token={}", places.api_url, token.reveal())))
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
