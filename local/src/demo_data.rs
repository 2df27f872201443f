//! The demo data: what the products' own clients show at home.

use app::{
    Context, Platform,
    catalog::{Catalog, CompanyDraft, NewSlot, PlanDraft},
    new_id,
    passwords::Passwords,
};
use domain::{
    AccountId, Instant, Invalid, Paise, Product, Zone,
    account::{Account, Allowance, Allowances, Member, Membership, Password, PlanHolding, Role, Verification},
    booking::InterviewType,
    catalog::{CompanyCategory, ExperienceLevel, Months, PlanId, Track},
    event::Detail,
    link::MeetUrl,
    text::{Email, Line, PersonName, Prose, WebUrl},
};
use jiff::SignedDuration;
use store::{NewAccount, Record, TxError};

/// The demo accounts: address, name, role, and what is special about it.
pub const ACCOUNTS: [(&str, &str, Role, &str); 4] = [
    ("admin@codementee.com", "Asha Admin", Role::Admin, "admin"),
    ("mentor@codementee.com", "John Mentor", Role::Mentor, "approved mentor"),
    ("mentee@codementee.com", "Jane Mentee", Role::Mentee, "mentee with the growth plan, assigned to John"),
    ("free@codementee.com", "Fred Free", Role::Mentee, "mentee of the free tier"),
];

const PRODUCT: Product = Product::Codementee;

/// Name, category, tracks, levels (empty: all), description.
type CompanyRow = (&'static str, CompanyCategory, &'static [&'static str], &'static [ExperienceLevel], &'static str);

const COMPANIES: [CompanyRow; 10] = {
    use CompanyCategory::{Product, Unicorn};
    use ExperienceLevel::{Junior, Mid, Senior, StaffPlus};
    [
        ("Amazon", Product, &["sde", "sde2", "senior_sde", "principal", "leadership"], &[], "E-commerce & Cloud Giant"),
        ("Google", Product, &["l3", "l4", "l5", "l6", "staff", "senior_staff"], &[], "Search & Technology Leader"),
        ("Microsoft", Product, &["sde", "sde2", "senior", "principal", "partner"], &[], "Software & Cloud Services"),
        ("Meta", Product, &["e3", "e4", "e5", "e6", "e7"], &[], "Social Media & VR/AR"),
        ("Apple", Product, &["ict2", "ict3", "ict4", "ict5", "ict6"], &[], "Consumer Electronics & Software"),
        ("Netflix", Product, &["l4", "l5", "l6", "l7", "senior_staff"], &[Mid, Senior, StaffPlus], "Streaming & Entertainment"),
        ("Flipkart", Unicorn, &["sde1", "sde2", "sde3", "principal", "architect"], &[], "Indian E-commerce Leader"),
        (
            "Zomato",
            Unicorn,
            &["sde1", "sde2", "senior", "lead", "principal"],
            &[Junior, Mid, Senior],
            "Food Delivery & Restaurant Discovery",
        ),
        (
            "Paytm",
            Unicorn,
            &["associate", "sde", "senior_sde", "principal", "architect"],
            &[],
            "Digital Payments & Financial Services",
        ),
        ("Swiggy", Unicorn, &["sde1", "sde2", "sde3", "staff", "principal"], &[], "Food Delivery & Quick Commerce"),
    ]
};

const LINKS: [(&str, &str); 3] = [
    ("Room 1", "https://meet.google.com/abc-defg-hij"),
    ("Room 2", "https://meet.google.com/klm-nopq-rst"),
    ("Room 3", "https://meet.google.com/uvw-xyza-bcd"),
];

/// A plan: id, name, rupees, months, limits (mock interviews, resume reviews, AI tools), listed, features.
type PlanRow = (&'static str, &'static str, u64, u32, [Allowance; 3], bool, &'static [&'static str]);

const PLANS: [PlanRow; 6] = {
    use Allowance::{Count, Unlimited};
    const FOUNDATION: &[&str] = &["1 Mock Interview (total)", "Basic Resume Review", "Interview Prep Guide"];
    const GROWTH: &[&str] = &["3 Mock Interviews", "2 Resume Reviews", "All AI Tools", "Community Access"];
    const ACCELERATOR: &[&str] =
        &["6 Mock Interviews", "3 Resume Reviews", "All AI Tools", "Community Access", "Priority Scheduling"];
    [
        ("foundation", "Foundation", 1999, 1, [Count(1), Count(1), Count(1)], true, FOUNDATION),
        ("growth", "Growth", 4999, 3, [Count(3), Count(2), Unlimited], true, GROWTH),
        ("accelerator", "Accelerator", 8999, 6, [Count(6), Count(3), Unlimited], true, ACCELERATOR),
        ("monthly", "1 Month Plan", 1999, 1, [Count(1), Count(1), Count(1)], false, FOUNDATION),
        ("quarterly", "3 Months Plan", 4999, 3, [Count(3), Count(2), Unlimited], false, GROWTH),
        ("biannual", "6 Months Plan", 8999, 6, [Count(6), Count(3), Unlimited], false, ACCELERATOR),
    ]
};

/// Why the demo data were not written.
pub(crate) type SeedError = Box<dyn std::error::Error + Send + Sync>;

/// Puts the demo data into an empty table; true when it did. In any case the accounts have this password afterwards.
pub async fn seed(platform: &Platform, password: &str) -> Result<bool, SeedError> {
    let now = platform.clock.now();
    let cx = Context::system(PRODUCT, now);
    let passwords = platform.passwords()?;
    let parsed = Password::parse(password).map_err(|error| Invalid(format!("DEMO_PASSWORD: {error}")))?;
    crate::demo_leadbridge::seed(platform, &passwords, &parsed).await?;
    crate::demo_aspirex::seed(platform, &passwords, &parsed).await?;
    let known = platform.store.account_by_email(&Email::parse(ACCOUNTS[0].0)?, PRODUCT).await?;
    if let Some((admin, _)) = known {
        if !passwords.matches(password, admin.password_hash.as_ref()).await? {
            set_passwords(platform, &passwords, parsed).await?;
        }
        return Ok(false);
    }
    let catalog = Catalog::new(platform.store.clone(), platform.zone()?);
    add_catalog(&cx, &catalog, &platform.zone()?).await?;
    add_accounts(platform, &cx, &passwords, parsed.clone()).await?;
    crate::demo_mansa::seed(platform, passwords.hash(parsed).await?).await?;
    Ok(true)
}

async fn set_passwords(platform: &Platform, passwords: &Passwords, password: Password) -> Result<(), SeedError> {
    let hash = passwords.hash(password).await?;
    for (email, ..) in ACCOUNTS {
        if let Some((account, _)) = platform.store.account_by_email(&Email::parse(email)?, PRODUCT).await? {
            platform.store.replace_password(account.id, &hash).await?;
        }
    }
    Ok(())
}

async fn add_catalog(cx: &Context, catalog: &Catalog, zone: &Zone) -> Result<(), SeedError> {
    for (row, (name, category, tracks, levels, description)) in (0..).zip(COMPANIES) {
        let new = CompanyDraft {
            name: Line::parse(name)?,
            logo_url: WebUrl::default(),
            description: Prose::parse(description)?,
            category: Some(category),
            interview_tracks: tracks.iter().map(|track| Track::parse(track)).collect::<Result<_, _>>()?,
            difficulty_levels: levels.to_vec(),
        };
        // Lists sort by when a thing was added.
        let cx = Context { now: cx.now.plus(SignedDuration::from_millis(row)), ..cx.clone() };
        catalog.add_company(&cx, new).await?;
    }
    for (row, (name, url)) in (0..).zip(LINKS) {
        let cx = Context { now: cx.now.plus(SignedDuration::from_millis(row)), ..cx.clone() };
        catalog.add_link(&cx, MeetUrl::parse(url)?, Some(Line::parse(name)?)).await?;
    }
    for (order, (id, name, rupees, months, [mock_interviews, resume_reviews, ai_tools], listed, features)) in (1..).zip(PLANS) {
        let draft = PlanDraft {
            name: Line::parse(name)?,
            price: Paise::rupees(rupees),
            duration_months: Months::new(months)?,
            features: features.iter().map(|feature| Line::parse(feature)).collect::<Result<_, _>>()?,
            limits: Some(Allowances { mock_interviews, resume_reviews, ai_tools }),
            is_active: true,
            is_public: Some(listed),
            is_popular: Some(id == "growth"),
            display_order: order,
        };
        catalog.add_plan(cx, PlanId::parse(id)?, draft).await?;
    }
    add_slots(cx, catalog, zone).await
}

/// Two weeks of slots: an hour in the morning, one and a half in the evening.
async fn add_slots(cx: &Context, catalog: &Catalog, zone: &Zone) -> Result<(), SeedError> {
    use InterviewType::{Behavioral, Coding, HrRound, SystemDesign};
    for day in 1..=14 {
        let later = cx.now.plus(SignedDuration::from_hours(24 * day)).timestamp();
        let date = later.to_zoned(zone.rules().clone()).strftime("%Y-%m-%d").to_string();
        let morning = if day % 2 == 0 { vec![Coding, SystemDesign] } else { vec![Coding, Behavioral, SystemDesign, HrRound] };
        for (start, end, types) in
            [("10:00", "11:00", morning), ("18:00", "19:30", vec![Coding, Behavioral, SystemDesign, HrRound])]
        {
            let new = NewSlot {
                zone: None,
                date: date.clone(),
                start_time: start.to_owned(),
                end_time: end.to_owned(),
                mentor_id: None,
                interview_types: types,
            };
            catalog.add_slot(cx, new).await?;
        }
    }
    Ok(())
}

async fn add_accounts(platform: &Platform, cx: &Context, passwords: &Passwords, password: Password) -> Result<(), SeedError> {
    let growth = platform.store.plan(PRODUCT, &PlanId::parse("growth")?).await?;
    let mentor_id: AccountId = new_id(cx.now);
    for (address, name, role, _) in ACCOUNTS {
        let (email, name) = (Email::parse(address)?, PersonName::parse(name)?);
        let id = if role == Role::Mentor { mentor_id } else { new_id(cx.now) };
        let account = demo_account(id, &email, &name, Some(passwords.hash(password.clone()).await?), cx.now);
        let mut membership = Membership::new(id, PRODUCT, email, name, role, cx.now);
        if role == Role::Mentor {
            membership.verification = Some(Verification::Approved);
        }
        if address.starts_with("mentee") {
            membership.mentor_id = Some(mentor_id);
            membership.plan = growth.as_ref().map(|plan| PlanHolding::after_purchase(None, plan, None, cx.now));
            membership.current_role = Line::parse("SDE 1")?;
            membership.target_role = Line::parse("Amazon SDE 2")?;
        }
        let imported = Detail::AccountImported { account_id: id, role, approved: membership.can_mentor() };
        let assigned =
            membership.mentor_id.map(|_| Detail::MentorAssigned { mentee_id: id, from: None, to: membership.mentor_id });
        let events = [imported].into_iter().chain(assigned).map(|detail| cx.event(detail)).collect();
        let new = NewAccount { account, membership };
        match platform.store.register(&new, None, &Record { events, ..Record::default() }).await {
            Ok(()) | Err(TxError::Refused(_)) => {}
            Err(TxError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

pub(crate) fn demo_account(
    id: AccountId,
    email: &Email,
    name: &PersonName,
    password_hash: Option<domain::account::PasswordHash>,
    now: Instant,
) -> Account {
    Account { email_proven: true, ..Account::new(id, email.clone(), name.clone(), password_hash, now) }
}

/// Puts a demo account in unless it is there, and answers it if it was made; it has this password afterwards.
pub(crate) async fn demo_member(
    platform: &Platform,
    (passwords, password): (&Passwords, &Password),
    cx: &Context,
    (address, name, role): (&str, &str, Role),
    approved: bool,
) -> Result<Option<Member>, SeedError> {
    let email = Email::parse(address)?;
    if let Some((account, _)) = platform.store.account_by_email(&email, cx.product).await? {
        if !passwords.matches(password.expose(), account.password_hash.as_ref()).await? {
            platform.store.replace_password(account.id, &passwords.hash(password.clone()).await?).await?;
        }
        return Ok(None);
    }
    let (id, name) = (new_id(cx.now), PersonName::parse(name)?);
    let hash = passwords.hash(password.clone()).await?;
    let account = demo_account(id, &email, &name, Some(hash), cx.now);
    let number = platform.store.next_public_number(cx.product, role).await?;
    let mut membership = Membership::new(id, cx.product, email, name, role, cx.now).numbered(number);
    if approved {
        membership.verification = Some(Verification::Approved);
    }
    let imported = Detail::AccountImported { account_id: id, role, approved: membership.can_mentor() };
    let new = NewAccount { account, membership };
    match platform.store.register(&new, None, &Record::event(cx.event(imported))).await {
        Ok(()) => Ok(Some(Member { account: new.account, membership: new.membership })),
        Err(TxError::Refused(_)) => Ok(None),
        Err(TxError::Store(error)) => Err(error.into()),
    }
}
