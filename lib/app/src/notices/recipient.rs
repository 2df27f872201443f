//! Whom notices reach, as people are when they are told: an event's copies may be older than their addresses.

use super::content::{Notice, Way};
use domain::{
    AccountId, Product,
    account::DELETED_EMAIL,
    booking::Party,
    event::Event,
    notice::{InAppNotice, NoticeType, kind_of},
};
use std::collections::HashMap;
use store::{Standing, Store, StoreError};

/// The people of some notices, with how they stand to the product now.
pub(super) struct Recipients {
    product: Product,
    standings: HashMap<AccountId, Standing>,
}

impl Recipients {
    /// Reads recipients and those who stand in their invitations, in one read.
    pub async fn read(store: &Store, product: Product, notices: &[Notice]) -> Result<Self, StoreError> {
        let attendees = notices.iter().flat_map(|notice| &notice.calendar).flat_map(|entry| &entry.attendees);
        let ids: Vec<_> = notices.iter().map(|notice| notice.to.id).chain(attendees.map(|party| party.id)).collect();
        Ok(Self { product, standings: store.standings(product, &ids).await? })
    }

    /// Somebody as he is now; as the event knew him when nothing else is known.
    fn now(&self, party: &Party) -> Option<Party> {
        // A thing that was told late, when nothing else knows any more that he left.
        if party.email.as_str() == DELETED_EMAIL {
            return None;
        }
        match self.standings.get(&party.id) {
            Some(Standing::Member(now)) => Some(now.clone()),
            Some(Standing::Left) => None,
            Some(Standing::Unknown) | None => Some(party.clone()),
        }
    }

    /// The notice with the address at which its recipient has mail now; none when he left.
    pub fn reached(&self, notice: Notice) -> Option<Notice> {
        let to = if matches!(notice.way, Way::MailTo(_)) { notice.to.clone() } else { self.now(&notice.to)? };
        let calendar = notice.calendar.map(|mut entry| {
            for attendee in &mut entry.attendees {
                *attendee = self.now(attendee).unwrap_or_else(|| attendee.clone());
            }
            entry
        });
        Some(Notice { to, calendar, ..notice })
    }

    /// What a member is shown in the product, if he is one.
    pub fn in_app(&self, notice: &Notice, event: &Event, web_url: &str) -> Option<InAppNotice> {
        let Some(Standing::Member(member)) = self.standings.get(&notice.to.id) else { return None };
        let link = notice.page.button.as_ref().and_then(|(_, url)| url.strip_prefix(web_url));
        (notice.way == Way::Everywhere).then(|| InAppNotice {
            id: event.id,
            product: self.product,
            account_id: member.id,
            kind: kind_of(event),
            notice_type: NoticeType::of(&event.detail),
            title: notice.subject.clone(),
            message: notice.page.paragraphs.join(" "),
            link: link.map(str::to_owned),
            created_at: event.occurred_at,
            read_at: None,
        })
    }
}
