//! AspireX's demo people: an admin, an approved mentor with services and a week, five students.

use crate::demo_data::{SeedError, demo_member};
use app::{Context, Platform, passwords::Passwords};
use domain::{
    Paise, Product,
    account::{Membership, Password, Role, Verification},
    event::Detail,
    mentorship::{Expertise, MentorProfile, ProfileDetails, Rating},
    portrait::{DaySlot, Portrait, Service, TimeOfDay, Weekday},
    text::{Line, Prose},
};
use std::collections::BTreeSet;
use store::{FileSwap, Record};

const PRODUCT: Product = Product::AspireX;

/// The demo accounts: address, name, role, and what is special about it.
pub const ACCOUNTS: [(&str, &str, Role, &str); 7] = [
    ("admin@aspirex.example", "Asha Admin", Role::Admin, "admin"),
    ("sarah.aspirex@example.com", "Sarah Johnson", Role::Mentor, "approved mentor M000001"),
    ("alex.chen@aspirex.example", "Alex Chen", Role::Mentee, "student S000001"),
    ("maya.patel@aspirex.example", "Maya Patel", Role::Mentee, "student S000002"),
    ("jordan.smith@aspirex.example", "Jordan Smith", Role::Mentee, "student S000003"),
    ("emma.wilson@aspirex.example", "Emma Wilson", Role::Mentee, "student S000004"),
    ("david.kim@aspirex.example", "David Kim", Role::Mentee, "student S000005"),
];

/// Title, duration, rupees, description.
const SERVICES: [(&str, &str, u64, &str); 3] = [
    ("Career guidance", "60 min", 80, "Where you are, where you want to be, and the next step between."),
    ("Resume review", "30 min", 40, "What a reader of your resume sees in his first minute."),
    ("Mock interview", "60 min", 80, "Questions as they are asked, and what your answers told."),
];

/// Puts the demo people in unless they are there; in any case the accounts have this password afterwards.
pub(crate) async fn seed(platform: &Platform, passwords: &Passwords, password: &Password) -> Result<(), SeedError> {
    let cx = Context::system(PRODUCT, platform.clock.now());
    for (address, name, role, _) in ACCOUNTS {
        let member = demo_member(platform, (passwords, password), &cx, (address, name, role), role == Role::Mentor).await?;
        if let Some(member) = member.filter(|member| member.membership.is(Role::Mentor)) {
            introduce(platform, &cx, &member.membership).await?;
        }
    }
    Ok(())
}

/// Says of the mentor what his students read.
async fn introduce(platform: &Platform, cx: &Context, mentor: &Membership) -> Result<(), SeedError> {
    let professions = vec![Line::parse("Software engineer")?];
    let details = ProfileDetails {
        bio: Prose::parse("Eight years of building software, and of helping others to begin.")?,
        expertise: vec![Expertise::parse("Career Guidance")?, Expertise::parse("System Design")?],
        job_title: professions[0].clone(),
        years_of_experience: Some(8),
        ..ProfileDetails::blank(platform.zone()?)
    };
    let slot = |time: &str| TimeOfDay::parse(time).map(|time| DaySlot { time, available: true });
    let slots = ["9:00 AM", "11:00 AM", "2:00 PM", "4:00 PM"].into_iter().map(slot).collect::<Result<Vec<_>, _>>()?;
    let service = |(number, (title, duration, price, description)): (usize, (&str, &str, u64, &str))| {
        Ok::<_, domain::Invalid>(Service {
            id: Line::parse(&(number + 1).to_string())?,
            title: Line::parse(title)?,
            duration: Line::parse(duration)?,
            price: Paise::rupees(price),
            description: Prose::parse(description)?,
            features: vec![Line::parse("Notes afterwards")?],
            popularity: Line::default(),
        })
    };
    let portrait = Portrait {
        college: Line::parse("Stanford")?,
        professions,
        languages: vec![Line::parse("English")?],
        hourly_rate: Paise::rupees(80),
        week: [Weekday::Monday, Weekday::Wednesday, Weekday::Friday].map(|day| (day, slots.clone())).into(),
        services: SERVICES.into_iter().enumerate().map(service).collect::<Result<_, _>>()?,
        ..Portrait::default()
    };
    let (who, person) = ((mentor.account_id, PRODUCT), (mentor.name.clone(), mentor.email.clone()));
    let profile = MentorProfile {
        verification: Verification::Approved,
        portrait: Some(Box::new(portrait)),
        rating: Rating { ratings: 10, stars: 48 },
        ..MentorProfile::new(who, person, details, true, cx.now)
    };
    let areas = profile.areas();
    let listed = Detail::MentorListingChanged { account_id: mentor.account_id, from: BTreeSet::new(), to: areas };
    let record = Record::event(cx.event(listed));
    platform.store.put_mentor_profile(None, &profile, None, (&FileSwap::default(), &record)).await?;
    Ok(())
}
