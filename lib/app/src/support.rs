//! Asking those who run the product: members, who are answered by mail too, and visitors by the contact form.

use crate::{
    Context,
    limits::{CONTACT, LimitError, Limits, SUPPORT},
};
use domain::{
    SupportRequestId,
    account::{Member, Role},
    booking::Party,
    chat::{ContactMessage, SupportReply, SupportRequest, SupportText},
    event::Detail,
    text::{Email, Line, PersonName, Prose},
};
use store::{Page, PageRequest, Record, Store, StoreError};

/// Somebody else may answer at the same time; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why something was not asked, or not answered.
#[derive(Debug, thiserror::Error)]
pub enum SupportError {
    #[error("there is no such request")]
    NotFound,
    #[error("it was answered as often as can be")]
    AnsweredOut,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a visitor writes into the contact form.
#[derive(Debug)]
pub struct ContactForm {
    pub name: PersonName,
    pub email: Email,
    pub phone: Line<40>,
    pub subject: Line<200>,
    pub message: Prose<4000>,
}

/// The use cases of asking and answering.
#[derive(Debug, Clone)]
pub struct Support {
    store: Store,
    limits: Limits,
}

impl Support {
    /// Requests in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// Keeps what a member asks. Whoever is paused may ask why.
    pub async fn ask(
        &self,
        cx: &Context,
        by: &Member,
        subject: Line<200>,
        message: SupportText,
    ) -> Result<SupportRequest, SupportError> {
        self.limits.take(cx, SUPPORT, &format!("account:{}", by.id())).await?;
        let request = SupportRequest {
            id: cx.id(),
            product: cx.product,
            member: Party::from(&by.membership),
            role: by.membership.primary_role(),
            subject,
            message,
            is_resolved: false,
            replies: Vec::new(),
            created_at: cx.now,
        };
        self.store.add_support_request(&request, &Record::default()).await?;
        Ok(request)
    }

    /// What the member asked himself; to an admin, what everybody did.
    pub async fn requests(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<SupportRequest>, SupportError> {
        let of = (!by.membership.is(Role::Admin)).then(|| by.id());
        Ok(self.store.support_requests(cx.product, of, page).await?)
    }

    /// An admin answers, which the member is told by mail and in the product.
    pub async fn answer(
        &self,
        cx: &Context,
        by: &Member,
        id: SupportRequestId,
        reply: SupportText,
    ) -> Result<SupportRequest, SupportError> {
        for _ in 0..ROUNDS {
            let before = self.store.support_request(cx.product, id).await?.ok_or(SupportError::NotFound)?;
            let reply = SupportReply { id: cx.id(), reply: reply.clone(), by: by.id(), created_at: cx.now };
            let answered = Detail::SupportAnswered {
                request_id: id,
                member: before.value.member.clone(),
                subject: before.value.subject.clone(),
                answer: reply.reply.clone(),
            };
            let audit = cx.audit("support.answered", format!("support_request:{id}"), crate::context::NOTHING, Some(&reply));
            let after = before.value.answered(reply).ok_or(SupportError::AnsweredOut)?;
            let record = cx.record(cx.event(answered)).audited(audit);
            if self.store.replace_support_request(&before, &after, &record).await? {
                return Ok(after);
            }
        }
        Err(StoreError::Busy("a request kept changing while it was answered".to_owned()).into())
    }

    /// Keeps what a visitor wrote into the contact form.
    pub async fn contact(&self, cx: &Context, form: ContactForm) -> Result<(), SupportError> {
        self.limits.take_from_source(cx, CONTACT).await?;
        let ContactForm { name, email, phone, subject, message } = form;
        self.limits.take(cx, CONTACT, &format!("address:{email}")).await?;
        let (id, product) = (cx.id(), cx.product);
        let message = ContactMessage { id, product, name, email, phone, subject, message, created_at: cx.now };
        Ok(self.store.add_contact_message(&message).await?)
    }

    /// What visitors wrote, the latest first.
    pub async fn contacts(&self, cx: &Context, page: PageRequest) -> Result<Page<ContactMessage>, SupportError> {
        Ok(self.store.contact_messages(cx.product, page).await?)
    }
}
