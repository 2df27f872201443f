//! What people are told about their own accounts.

use super::{
    content::{MailedLink, Notice, Way, button},
    page::Page,
};
use domain::{
    AccountId, Product,
    account::{Account, Verification},
    booking::Party,
    text::{Email, PersonName},
};

fn page(title: &str, paragraphs: &[&str]) -> Page {
    let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
    Page { title: title.to_owned(), paragraphs, ..Page::default() }
}

/// Somebody asks for another address: its reader confirms it, unless it has an owner, who then learns of it instead.
/// Either way the address that he has is told.
pub(super) fn email_change_requested(account: &Account, new: &Email, owner: Option<&Account>) -> Vec<Notice> {
    let party = |email: &Email| Party { id: account.id, name: account.name.clone(), email: email.clone() };
    let old = page(
        "Another address for your account",
        &[
            &format!("Somebody who is signed in to your account asked to use {new} for your account from now on."),
            "Nothing changes unless a link is followed that we mail to that address. If it was not you, set a new password at \
             once: that makes the link worthless.",
        ],
    );
    let old = Notice::new(party(&account.email), "Another address for your account", old);
    let new = match owner {
        Some(owner) => wanted(Party { id: owner.id, name: owner.name.clone(), email: new.clone() }),
        None => confirm(party(new), &account.email),
    };
    vec![new, old]
}

fn confirm(to: Party, old: &Email) -> Notice {
    let page = page(
        "Confirm your new address",
        &[
            &format!(
                "The account of {old} is to use this address from now on. Please confirm it; the link works once, within 24 hours."
            ),
            "You are then signed out everywhere, and sign in with this address. If you know nothing of this, do not follow the link.",
        ],
    );
    Notice::new(to, "Confirm your new address", page)
        .with_link(MailedLink::ConfirmEmail { old: old.clone() })
        .by(Way::MailTo("new"))
}

/// The owner of an address that somebody else asked for.
fn wanted(to: Party) -> Notice {
    let page = page(
        "Your address was asked for",
        &[
            "Somebody asked to use this address for another account. It has an account already, so nothing was changed.",
            "If it was you, sign in with this address, or ask for a link to set a new password.",
        ],
    );
    Notice::new(to, "Your address was asked for", page).by(Way::MailTo("owner"))
}

/// An address was changed: the old one is told as well as the new one.
pub(super) fn email_changed(id: AccountId, name: &PersonName, old: &Email, new: &Email) -> Vec<Notice> {
    let notice =
        |to: &Email, page| Notice::new(Party { id, name: name.clone(), email: to.clone() }, "Your address was changed", page);
    let at_old = page(
        "Your address was changed",
        &[
            &format!("Your account uses {new} from now on, and this address no longer."),
            "If it was not you, please write to us at once.",
        ],
    );
    let at_new = page(
        "Your address was changed",
        &["Your account uses this address from now on. Please sign in with it; you were signed out everywhere."],
    );
    vec![notice(new, at_new), notice(old, at_old).by(Way::MailTo("old"))]
}

/// An admin decided about a mentor; while he waits there is nothing to tell.
pub(super) fn verified(to: Party, verdict: Verification, web_url: &str) -> Option<Notice> {
    let (title, text) = match verdict {
        Verification::Approved => {
            ("You are approved as a mentor", "Students find you from now on, and can book sessions with you.")
        }
        Verification::Rejected => (
            "You are not approved as a mentor",
            "An admin has looked at your profile and not approved it. When you change it, it is looked at again.",
        ),
        Verification::Pending => return None,
    };
    let page = Page { button: button("Open your profile", web_url, "/mentor/profile"), ..page(title, &[text]) };
    Some(Notice::new(to, title, page))
}

/// Somebody left. It is the last mail to him.
pub(super) fn deleted(product: Product, to: Party) -> Notice {
    let title = format!("Your {} account is deleted", product.title());
    let page = page(
        &title,
        &[
            "Your account is deleted, as you asked. What was still planned is called off.",
            "Your name and your address are removed, and so is what you wrote about yourself. Records of payments stay, without your name.",
        ],
    );
    Notice::new(to, title.clone(), page).by(Way::MailTo("deleted"))
}
