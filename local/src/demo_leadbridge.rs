//! LeadBridge's demo data: an admin, an approved mentor with two events, one who waits, and a user.

use crate::demo_data::{SeedError, demo_member};
use app::{Context, Platform, passwords::Passwords, public_events::PublicEvents};
use domain::{
    Paise, Product,
    account::{Member, Password, Role},
    public_event::{EventDraft, HostChange, Minutes, Places, Title},
    text::{Line, Prose},
};
use jiff::SignedDuration;

/// The demo accounts: address, name, role, and what is special about it.
pub const ACCOUNTS: [(&str, &str, Role, &str); 4] = [
    ("admin@leadbridge.com", "Lena Admin", Role::Admin, "admin"),
    ("mentor@leadbridge.com", "Mira Mentor", Role::Mentor, "approved mentor with two events"),
    ("pending@leadbridge.com", "Pete Pending", Role::Mentor, "mentor who waits for approval"),
    ("user@leadbridge.com", "Uma User", Role::Mentee, "user"),
];

const PRODUCT: Product = Product::LeadBridge;

/// Title, category, description, days ahead.
const EVENTS: [(&str, &str, &str, i64); 2] = [
    ("From Developer to Architect", "Career", "How to grow into designing systems, with time for your questions.", 7),
    ("Scaling Web Services", "Technology", "What breaks first under load, and how to find out before your users do.", 14),
];

/// Puts the demo data in unless they are there; in any case the accounts have this password afterwards.
pub(crate) async fn seed(platform: &Platform, passwords: &Passwords, password: &Password) -> Result<(), SeedError> {
    let cx = Context::system(PRODUCT, platform.clock.now());
    for (address, name, role, _) in ACCOUNTS {
        let approved = address.starts_with("mentor");
        let made = demo_member(platform, (passwords, password), &cx, (address, name, role), approved).await?;
        let Some(member) = made else { continue };
        if member.membership.can_mentor() {
            offer(platform, &cx, &member).await?;
        }
    }
    Ok(())
}

async fn offer(platform: &Platform, cx: &Context, mentor: &Member) -> Result<(), SeedError> {
    let events = PublicEvents::new(platform.store.clone());
    let profile = HostChange {
        bio: Some(Prose::parse("Fifteen years of building web services, five of them as an architect.")?),
        expertise: Some(vec![Line::parse("System design")?, Line::parse("Career growth")?]),
        experience: Some(Prose::parse("15 years")?),
    };
    events.change_profile(cx, mentor, profile).await?;
    for (title, category, description, days) in EVENTS {
        let draft = EventDraft {
            title: Title::parse(title)?,
            description: Prose::parse(description)?,
            category: Title::parse(category)?,
            starts_at: cx.now.plus(SignedDuration::from_hours(24 * days)),
            duration: Minutes::new(60)?,
            places: Places::new(15)?,
            price: Paise::rupees(500),
        };
        events.create(cx, mentor, draft).await?;
    }
    Ok(())
}
