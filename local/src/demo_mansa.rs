//! Mansa's demo data: an admin, ten approved mentors with weekly availability, and members of each kind.

use app::{
    Context, Platform,
    directory::{Directory, WantedEntry},
    new_id,
};
use domain::{
    AccountId, Product, Zone,
    account::{Account, Membership, PasswordHash, Role, Verification},
    directory::DirectoryChange,
    event::Detail,
    mentorship::{AvailabilityRule, Expertise, MentorProfile, ProfileDetails, Rating, RuleWanted},
    text::{Email, Line, PersonName, Prose},
};
use std::collections::BTreeSet;
use store::{AvailabilityRules, NewAccount, Record, Verdict};

type SeedError = Box<dyn std::error::Error + Send + Sync>;

const PRODUCT: Product = Product::Mansa;

/// The addresses to try: who it is, and what he is.
pub const ADDRESSES: [(&str, &str); 3] = [
    ("admin@mansa.example", "admin"),
    ("sarah.johnson@example.com", "approved mentor"),
    ("mentee@example.com", "mentee, whose account is made when he first signs in"),
];

/// Name, expertise, company, job, years, zone, stars of ten ratings.
type MentorRow = (&'static str, &'static [&'static str], &'static str, &'static str, u8, &'static str, u64);

const MENTORS: [MentorRow; 10] = [
    ("Sarah Johnson", &["Product Management", "Leadership & Management"], "Google", "Product Lead", 11, "America/New_York", 49),
    (
        "Michael Chen",
        &["AI & Machine Learning", "Data Science & Analytics"],
        "Microsoft",
        "Research Engineer",
        9,
        "America/New_York",
        48,
    ),
    ("Amara Okafor", &["Web Development", "Cloud & DevOps"], "Andela", "Staff Engineer", 8, "Africa/Lagos", 47),
    ("Fatima Al-Hassan", &["Cybersecurity"], "Careem", "Security Engineer", 7, "Asia/Dubai", 48),
    ("James Mensah", &["Business & Entrepreneurship"], "mPharma", "Founder", 12, "Africa/Accra", 46),
    ("Priya Sharma", &["Data Science & Analytics", "Career Guidance"], "Flipkart", "Data Scientist", 6, "Asia/Kolkata", 49),
    ("David Osei", &["Mobile Development"], "Hubtel", "Mobile Engineer", 5, "Africa/Accra", 47),
    ("Lisa Wang", &["UX/UI Design"], "Shopify", "Design Lead", 10, "America/New_York", 48),
    ("Kwame Boateng", &["Cloud & DevOps", "Technical Writing"], "Paystack", "Platform Engineer", 8, "Africa/Lagos", 46),
    (
        "Maria Rodriguez",
        &["Career Guidance", "Leadership & Management"],
        "Telefonica",
        "Engineering Manager",
        14,
        "Europe/Madrid",
        49,
    ),
];

const MEMBERS: [(&str, &str, &str, &str); 4] = [
    ("mentee@example.com", "Ama Mentee", "mentee", "Ghana"),
    ("student@example.com", "Sam Student", "student", "Kenya"),
    ("both@example.com", "Bola Both", "mentor & mentee", "Nigeria"),
    ("other@example.com", "Otto Other", "other", "Germany"),
];

/// Puts the demo data into a table that has none. The admin has the demo accounts' password too, for leaving; he signs in
/// by a code like everybody.
pub(crate) async fn seed(platform: &Platform, password: PasswordHash) -> Result<(), SeedError> {
    let cx = Context::system(PRODUCT, platform.clock.now());
    let directory = Directory::new(platform.store.clone());
    let admin = demo_account(&cx, "admin@mansa.example", "Abena Admin", Role::Admin)?;
    let admin = NewAccount { account: Account { password_hash: Some(password), ..admin.account }, ..admin };
    add(platform, &cx, &admin, Vec::new()).await?;
    for (email, name, kind, country) in MEMBERS {
        directory.put(&cx, &entry(email, name, kind, country)?).await?;
    }
    for row in MENTORS {
        let email = format!("{}@example.com", row.0.to_lowercase().replace(' ', "."));
        directory.put(&cx, &entry(&email, row.0, "mentor", "")?).await?;
        add_mentor(platform, &cx, &email, row).await?;
    }
    Ok(())
}

fn entry(email: &str, name: &str, kind: &str, country: &str) -> Result<WantedEntry, SeedError> {
    let (name, membershiptype) = (Some(PersonName::parse(name)?), Some(Line::parse(kind)?));
    let change = DirectoryChange { name, membershiptype, country: Some(Line::parse(country)?), ..DirectoryChange::default() };
    Ok(WantedEntry { email: Email::parse(email)?, change })
}

fn demo_account(cx: &Context, email: &str, name: &str, role: Role) -> Result<NewAccount, SeedError> {
    let (email, name) = (Email::parse(email)?, PersonName::parse(name)?);
    let id: AccountId = new_id(cx.now);
    let account = Account { email_proven: true, ..Account::new(id, email.clone(), name.clone(), None, cx.now) };
    Ok(NewAccount { account, membership: Membership::new(id, PRODUCT, email, name, role, cx.now) })
}

async fn add(platform: &Platform, cx: &Context, new: &NewAccount, more: Vec<Detail>) -> Result<(), SeedError> {
    let membership = &new.membership;
    let (role, approved) = (membership.primary_role(), membership.can_mentor());
    let imported = Detail::AccountImported { account_id: new.account.id, role, approved };
    let events = [imported].into_iter().chain(more).map(|detail| cx.event(detail)).collect();
    let record = Record { events, ..Record::default() };
    platform.store.register(new, None, &record).await.map_err(|_| "a demo account is there already".into())
}

async fn add_mentor(platform: &Platform, cx: &Context, email: &str, row: MentorRow) -> Result<(), SeedError> {
    let (name, expertise, company, job, years, zone, stars) = row;
    let mut new = demo_account(cx, email, name, Role::Mentor)?;
    new.membership.verification = Some(Verification::Approved);
    let id = new.account.id;
    let bio = format!("{name} works as a {job} at {company} and helps others with what {years} years of it have taught.");
    let details = ProfileDetails {
        bio: Prose::parse(&bio)?,
        expertise: expertise.iter().map(|name| Expertise::parse(name)).collect::<Result<_, _>>()?,
        company: Line::parse(company)?,
        job_title: Line::parse(job)?,
        years_of_experience: Some(years),
        ..ProfileDetails::blank(Zone::parse(zone)?)
    };
    let person = (new.account.name.clone(), new.account.email.clone());
    let profile = MentorProfile {
        verification: Verification::Approved,
        rating: Rating { ratings: 10, stars },
        sessions: 10,
        ..MentorProfile::new((id, PRODUCT), person, details, false, cx.now)
    };
    let made = Detail::MentorProfileMade { account_id: id, name: profile.name.clone(), applied: false };
    let listed = Detail::MentorListingChanged { account_id: id, from: BTreeSet::new(), to: profile.areas() };
    add(platform, cx, &new, vec![made, listed]).await?;
    let member = platform.store.membership(PRODUCT, id).await?.ok_or("a demo mentor is gone")?;
    let verdict = Verdict { before: &member, after: &member.value };
    let kept = platform.store.apply_as_mentor(&profile, &verdict, &Record::default()).await;
    kept.map_err(|_| "a demo profile is there already")?;
    let weekday = |day: i64| RuleWanted {
        is_recurring: Some(true),
        day_of_week: Some(day),
        start_time: "09:00".to_owned(),
        end_time: "17:00".to_owned(),
        is_active: true,
        ..RuleWanted::default()
    };
    let rules = (1..=5).map(|day| AvailabilityRule::parse(new_id(cx.now), id, &weekday(day), cx.now));
    let rules = AvailabilityRules { rules: rules.collect::<Result<_, _>>()? };
    platform.store.put_availability(PRODUCT, id, None, &rules).await?;
    Ok(())
}
