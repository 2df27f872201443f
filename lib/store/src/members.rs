//! Memberships: lists of people, and what admins change about them.

use crate::{
    Item, Page, PageRequest, Record, Store, StoreError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    transaction::{Transaction, TxError, done},
};
use domain::{
    AccountId, Instant, Product,
    account::{MemberState, Membership, Role, Session, Verification},
    text::Line,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A value as it was read, with the revision that a write over it must still find.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stored<T> {
    #[serde(flatten)]
    pub value: T,
    pub(crate) rev: u64,
}

impl<T> Stored<T> {
    /// The revision that was read.
    pub fn rev(&self) -> u64 {
        self.rev
    }
}

/// What an admin changes about a member.
#[derive(Debug, Clone)]
pub enum MemberEdit {
    /// A new state; a label goes with the old one.
    State(MemberState),
    Label(Line<40>),
    Verification(Verification),
}

/// Why a mentor was not assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignRefused {
    /// The mentee changed since he was read, or is gone.
    MenteeMoved,
    /// The mentor is no longer approved.
    MentorUnavailable,
}

/// Why nobody's role was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRefused {
    /// The member changed since he was read, or is gone.
    Moved,
    /// The other admin is none any more.
    AdminGone,
}

/// The condition of a membership that an admin acts by.
pub(crate) fn acting_admin() -> Change {
    Change::default().when("state", &MemberState::Active).when("roles", &[Role::Admin])
}

pub(crate) fn membership_item(membership: &Membership) -> Result<Item, StoreError> {
    let m = membership;
    let entries = keys::member_entries(m.product, m.account_id, m.primary_role(), m.mentor_id, m.created_at);
    item(&keys::membership(m.account_id, m.product), &entries, &Stored { value: m, rev: 0 })
}

/// Every change of a membership counts its revision up.
pub(crate) fn membership_change(now: Instant) -> Change {
    Change::default().set("updated_at", &now).add("rev", 1)
}

impl Store {
    /// A membership.
    pub async fn membership(&self, product: Product, id: AccountId) -> Result<Option<Stored<Membership>>, StoreError> {
        self.get(&keys::membership(id, product)).await
    }

    /// All members of a product, or those with a role, newest first.
    pub async fn members(&self, product: Product, role: Option<Role>, page: PageRequest) -> Result<Page<Membership>, StoreError> {
        let list = match role {
            None => List::of_index(Index::All, keys::members(product)),
            Some(role) => List::of_index(Index::Own, keys::members_with(product, role)),
        };
        self.page(list.newest_first(), page).await
    }

    /// The members with a role that a test lets through, all or those assigned to a mentor, newest first.
    pub async fn members_where(
        &self,
        product: Product,
        role: Role,
        mentor: Option<AccountId>,
        page: PageRequest,
        keep: impl Fn(&Membership) -> bool,
    ) -> Result<Page<Membership>, StoreError> {
        let list = match mentor {
            None => List::of_index(Index::Own, keys::members_with(product, role)),
            Some(mentor) => List::of_index(Index::Mentor, keys::mentees_of(product, mentor)),
        };
        self.page_where(list.newest_first(), page, keep).await
    }

    /// The members of all roles that a test lets through, newest first. Lists by role know of each his first alone.
    pub async fn members_among_all(
        &self,
        product: Product,
        page: PageRequest,
        keep: impl Fn(&Membership) -> bool,
    ) -> Result<Page<Membership>, StoreError> {
        self.page_where(List::of_index(Index::All, keys::members(product)).newest_first(), page, keep).await
    }

    /// The mentees assigned to a mentor, newest first.
    pub async fn mentees_of(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<Membership>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::mentees_of(product, mentor)).newest_first(), page).await
    }

    /// Changes a member over what was read; false when he changed meanwhile.
    pub async fn edit_member(
        &self,
        member: &Stored<Membership>,
        edit: &MemberEdit,
        now: Instant,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let change = match edit {
            MemberEdit::State(state) => membership_change(now).set("state", state).remove("label"),
            MemberEdit::Label(label) => membership_change(now).set("label", label),
            MemberEdit::Verification(verification) => membership_change(now).set("verification", verification),
        };
        let mut tx = Transaction::new();
        let key = keys::membership(member.value.account_id, member.value.product);
        tx.update(self, &key, &change.when("rev", &member.rev), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Gives a member other roles instead of those that he has, over what was read of him; when an admin stops being one,
    /// another one must stay.
    pub async fn change_role(
        &self,
        member: &Stored<Membership>,
        (roles, verification): (&BTreeSet<Role>, Option<Verification>),
        remaining_admin: Option<AccountId>,
        now: Instant,
        record: &Record,
    ) -> Result<(), TxError<RoleRefused>> {
        let mut tx = Transaction::new();
        let Stored { value: member, rev } = member;
        let role = roles.first().copied().unwrap_or(Role::Mentee);
        let entries = keys::member_entries(member.product, member.account_id, role, None, member.created_at);
        let change = membership_change(now).when("rev", rev).when("state", &member.state).set("roles", roles);
        let change = entries.iter().filter(|entry| entry.index == Index::Own).fold(change, Change::enter);
        let change = match verification {
            Some(verification) => change.set("verification", &verification),
            None => change.remove("verification"),
        };
        tx.update(self, &keys::membership(member.account_id, member.product), &change, RoleRefused::Moved);
        if let Some(admin) = remaining_admin {
            tx.check(self, &keys::membership(admin, member.product), &acting_admin(), RoleRefused::AdminGone);
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Gives a member a further role with the number that goes with it, over what was read of him, and signs him in. False
    /// when he changed meanwhile.
    pub async fn add_role(
        &self,
        before: &Stored<Membership>,
        after: &Membership,
        session: Option<&Session>,
        now: Instant,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let m = after;
        let change = membership_change(now).when("rev", &before.rev).set("roles", &m.roles);
        let change = m.verification.iter().fold(change, |change, verification| change.set("verification", verification));
        let change = m.student_number.iter().fold(change, |change, number| change.set("student_number", number));
        let change = m.mentor_number.iter().fold(change, |change, number| change.set("mentor_number", number));
        let entries = keys::member_entries(m.product, m.account_id, m.primary_role(), m.mentor_id, m.created_at);
        let change = entries.iter().fold(change, Change::enter);
        tx.update(self, &keys::membership(m.account_id, m.product), &change, ());
        for number in m.numbers().filter(|number| before.value.numbers().all(|had| had != *number)) {
            tx.own_number(self, m, number, ())?;
        }
        if let Some(session) = session {
            tx.put_session(self, session)?;
        }
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Assigns a mentor to a mentee, or nobody, over what was read of the mentee.
    pub async fn assign_mentor(
        &self,
        mentee: &Stored<Membership>,
        mentor: Option<AccountId>,
        now: Instant,
        record: &Record,
    ) -> Result<(), TxError<AssignRefused>> {
        let mut tx = Transaction::new();
        let Stored { value: member, rev } = mentee;
        let change = membership_change(now).when("rev", rev);
        let change = match mentor {
            Some(mentor) => {
                let role = member.primary_role();
                let entries = keys::member_entries(member.product, member.account_id, role, Some(mentor), member.created_at);
                let entries = entries.iter().filter(|entry| entry.index == Index::Mentor);
                entries.fold(change.set("mentor_id", &mentor), Change::enter)
            }
            None => change.remove("mentor_id").leave(Index::Mentor),
        };
        tx.update(self, &keys::membership(member.account_id, member.product), &change, AssignRefused::MenteeMoved);
        if let Some(mentor) = mentor {
            let approved = Change::default().when("verification", &Verification::Approved).when("state", &MemberState::Active);
            tx.check(self, &keys::membership(mentor, member.product), &approved, AssignRefused::MentorUnavailable);
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }
}
