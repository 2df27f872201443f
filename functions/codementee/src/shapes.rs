//! Answers as Codementee's clients read them.

use app::tokens::FaceClaims;
use domain::{
    AccountId, Instant,
    account::{Allowances, Member, MemberState, Membership, Role, Verification},
    booking::{Booking, InterviewType, RequestedSlot},
    catalog::{Company, CompanyCategory, ExperienceLevel, Plan},
    interview::{Assessment, Feedback, Mock, MockStatus},
    link::{LinkStatus, MeetLink},
    payment::{Order, OrderStatus, Purpose},
    slot::{Slot, SlotStatus},
};
use serde::Serialize;
use serde_json::Number;

/// An answer that only says that it is done.
#[derive(Debug, Serialize)]
pub struct Message {
    pub message: &'static str,
}

/// A person, without anything secret.
#[derive(Debug, Serialize)]
pub struct User {
    id: AccountId,
    name: String,
    email: String,
    role: &'static str,
    status: String,
    mentor_id: Option<AccountId>,
    plan_id: Option<String>,
    plan_name: Option<String>,
    plan_expires_at: Option<Instant>,
    verification_status: Option<Verification>,
    current_role: String,
    target_role: String,
    created_at: Instant,
    updated_at: Instant,
}

/// State and plan in one word, as the clients know it.
fn status(membership: &Membership, now: Instant) -> &'static str {
    match membership.state {
        MemberState::Paused => "Paused",
        MemberState::Inactive => "inactive",
        MemberState::Active if !membership.is(Role::Mentee) => "active",
        MemberState::Active if membership.running_plan(now).is_some() => "Active",
        MemberState::Active => "Free",
    }
}

impl User {
    /// A person as he sees himself.
    pub fn new(membership: &Membership, now: Instant) -> Self {
        let plan = membership.running_plan(now);
        let free = membership.is(Role::Mentee).then(|| "Free Tier".to_owned());
        Self {
            id: membership.account_id,
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            role: membership.primary_role().as_str(),
            status: status(membership, now).to_owned(),
            mentor_id: membership.mentor_id,
            plan_id: plan.map(|plan| plan.plan_id.to_string()),
            plan_name: plan.map(|plan| plan.plan_name.to_string()).or(free),
            plan_expires_at: plan.map(|plan| plan.expires_at),
            verification_status: membership.verification,
            current_role: membership.current_role.to_string(),
            target_role: membership.target_role.to_string(),
            created_at: membership.created_at,
            updated_at: membership.updated_at,
        }
    }

    /// A person as admins see him: with the label that they gave, unless he is paused or inactive.
    pub fn for_admin(membership: &Membership, now: Instant) -> Self {
        let user = Self::new(membership, now);
        match &membership.label {
            Some(label) if membership.state == MemberState::Active => Self { status: label.to_string(), ..user },
            _ => user,
        }
    }
}

/// What a token says of a member (F-37).
pub fn claims(member: &Member, now: Instant) -> FaceClaims {
    let membership = &member.membership;
    FaceClaims {
        role: membership.primary_role().as_str().to_owned(),
        status: status(membership, now).to_owned(),
        plan_id: membership.running_plan(now).map(|plan| plan.plan_id.to_string()),
    }
}

/// A company.
#[derive(Debug, Serialize)]
pub struct CompanyShape {
    id: String,
    name: String,
    logo_url: String,
    description: String,
    category: CompanyCategory,
    interview_tracks: Vec<String>,
    difficulty_levels: Vec<ExperienceLevel>,
    created_at: Instant,
}

impl From<Company> for CompanyShape {
    fn from(company: Company) -> Self {
        Self {
            id: company.id.to_string(),
            name: company.name.to_string(),
            logo_url: company.logo_url.to_string(),
            description: company.description.to_string(),
            category: company.category,
            interview_tracks: company.interview_tracks.iter().map(ToString::to_string).collect(),
            difficulty_levels: company.difficulty_levels,
            created_at: company.created_at,
        }
    }
}

/// A slot.
#[derive(Debug, Serialize)]
pub struct SlotShape {
    id: String,
    date: String,
    start_time: String,
    end_time: String,
    timezone: String,
    starts_at: Instant,
    ends_at: Instant,
    mentor_id: Option<AccountId>,
    interview_types: Vec<InterviewType>,
    status: SlotStatus,
    created_at: Instant,
}

impl From<Slot> for SlotShape {
    fn from(slot: Slot) -> Self {
        Self {
            id: slot.id.to_string(),
            timezone: slot.time.zone.name().to_owned(),
            date: slot.time.date,
            start_time: slot.time.start_time,
            end_time: slot.time.end_time,
            starts_at: slot.time.starts_at,
            ends_at: slot.time.ends_at,
            mentor_id: slot.mentor_id,
            interview_types: slot.interview_types,
            status: slot.status,
            created_at: slot.created_at,
        }
    }
}

/// A meet link.
#[derive(Debug, Serialize)]
pub struct LinkShape {
    id: String,
    link: String,
    name: String,
    status: LinkStatus,
    current_booking_id: Option<String>,
    created_at: Instant,
}

impl From<MeetLink> for LinkShape {
    fn from(link: MeetLink) -> Self {
        Self {
            id: link.id.to_string(),
            link: link.link.to_string(),
            name: link.name.to_string(),
            status: link.status,
            current_booking_id: link.current_booking_id.map(|id| id.to_string()),
            created_at: link.created_at,
        }
    }
}

/// A plan as admins edit it: the price in paise.
#[derive(Debug, Serialize)]
pub struct PlanShape {
    id: String,
    plan_id: String,
    name: String,
    price: u64,
    duration_months: u32,
    features: Vec<String>,
    limits: Allowances,
    is_active: bool,
    is_public: bool,
    is_popular: bool,
    display_order: u32,
    created_at: Instant,
    updated_at: Instant,
}

impl From<Plan> for PlanShape {
    fn from(plan: Plan) -> Self {
        Self {
            id: plan.plan_id.to_string(),
            plan_id: plan.plan_id.to_string(),
            name: plan.name.to_string(),
            price: plan.price.get(),
            duration_months: plan.duration_months.get(),
            features: plan.features.iter().map(ToString::to_string).collect(),
            limits: plan.limits,
            is_active: plan.is_active,
            is_public: plan.is_public,
            is_popular: plan.is_popular,
            display_order: plan.display_order,
            created_at: plan.created_at,
            updated_at: plan.updated_at,
        }
    }
}

/// A plan on the public price list: in rupees, in the landing page's own words.
#[derive(Debug, Serialize)]
pub struct PublicPlan {
    id: String,
    plan_id: String,
    name: String,
    duration: String,
    duration_months: u32,
    price: Number,
    #[serde(rename = "originalPrice")]
    original_price: Option<Number>,
    #[serde(rename = "perMonth")]
    per_month: Number,
    popular: bool,
    is_popular: bool,
    savings: Option<String>,
    features: Vec<String>,
    limits: Allowances,
    cta: String,
}

/// The price list. A longer plan shows what as many months of the basic one would cost, if that is more.
pub fn price_list(plans: Vec<Plan>) -> Vec<PublicPlan> {
    let monthly = plans.iter().find(|plan| plan.plan_id.as_str() == "foundation").map(|plan| plan.price.get());
    plans.into_iter().map(|plan| public_plan(plan, monthly)).collect()
}

fn public_plan(plan: Plan, monthly: Option<u64>) -> PublicPlan {
    let months = plan.duration_months.get();
    let price = plan.price.get();
    let original = monthly.map(|monthly| monthly * u64::from(months)).filter(|original| *original > price);
    let rupees = |paise: u64| domain::Paise::new(paise).in_rupees();
    PublicPlan {
        id: plan.plan_id.to_string(),
        plan_id: plan.plan_id.to_string(),
        duration: if months == 1 { "1 Month".to_owned() } else { format!("{months} Months") },
        duration_months: months,
        price: rupees(price),
        original_price: original.map(rupees),
        per_month: (price / 100 / u64::from(months)).into(),
        popular: plan.is_popular,
        is_popular: plan.is_popular,
        savings: original.map(|original| format!("Save ₹{}", rupees(original - price))),
        features: plan.features.iter().map(ToString::to_string).collect(),
        limits: plan.limits,
        cta: if months == 1 { "Start Basic".to_owned() } else { format!("Choose {}", plan.name) },
        name: plan.name.to_string(),
    }
}

/// A slot as it was asked for.
#[derive(Debug, Serialize)]
struct RequestedSlotShape {
    id: String,
    date: String,
    start_time: String,
    end_time: String,
}

impl From<&RequestedSlot> for RequestedSlotShape {
    fn from(slot: &RequestedSlot) -> Self {
        let time = &slot.time;
        let (date, start_time, end_time) = (time.date.clone(), time.start_time.clone(), time.end_time.clone());
        Self { id: slot.id.to_string(), date, start_time, end_time }
    }
}

/// A booking request, with copies of names and addresses (C-42).
#[derive(Debug, Serialize)]
pub struct BookingShape {
    id: String,
    mentee_id: AccountId,
    mentee_name: String,
    mentee_email: String,
    mentor_id: Option<AccountId>,
    mentor_name: Option<String>,
    mentor_email: Option<String>,
    company_id: String,
    company_name: String,
    interview_type: Option<InterviewType>,
    experience_level: Option<ExperienceLevel>,
    interview_track: Option<String>,
    specific_topics: Vec<String>,
    additional_notes: String,
    preferred_slots: Vec<RequestedSlotShape>,
    status: &'static str,
    confirmed_slot: Option<RequestedSlotShape>,
    meeting_link: Option<String>,
    meet_link_id: Option<String>,
    mock_id: Option<String>,
    confirmed_by: Option<AccountId>,
    confirmed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    created_at: Instant,
}

fn booking_status(booking: &Booking) -> &'static str {
    use domain::booking::BookingStatus::{Confirmed, Pending};
    match booking.status {
        Pending => "pending",
        Confirmed => "confirmed",
        _ => "cancelled",
    }
}

impl From<Booking> for BookingShape {
    fn from(booking: Booking) -> Self {
        let mentor = booking.mentor.as_ref();
        let interview = booking.interview.as_ref();
        Self {
            id: booking.id.to_string(),
            mentee_id: booking.mentee.id,
            mentee_name: booking.mentee.name.to_string(),
            mentee_email: booking.mentee.email.to_string(),
            mentor_id: mentor.map(|mentor| mentor.id),
            mentor_name: mentor.map(|mentor| mentor.name.to_string()),
            mentor_email: mentor.map(|mentor| mentor.email.to_string()),
            company_id: booking.company_id.to_string(),
            company_name: booking.company_name.to_string(),
            interview_type: interview.map(|interview| interview.interview_type),
            experience_level: interview.map(|interview| interview.experience_level),
            interview_track: interview.map(|interview| interview.interview_track.to_string()),
            specific_topics: booking.specific_topics.iter().map(ToString::to_string).collect(),
            additional_notes: booking.additional_notes.to_string(),
            preferred_slots: booking.preferred_slots.iter().map(Into::into).collect(),
            status: booking_status(&booking),
            confirmed_slot: booking.confirmed_slot.as_ref().map(Into::into),
            // The link of a cancelled session may be somebody else's by now.
            meeting_link: booking.meeting_link.as_ref().filter(|_| booking.status.is_open()).map(ToString::to_string),
            meet_link_id: booking.meet_link_id.map(|id| id.to_string()),
            mock_id: booking.mock_id.map(|id| id.to_string()),
            confirmed_by: booking.confirmed_by,
            confirmed_at: booking.confirmed_at,
            cancelled_at: booking.cancelled_at,
            created_at: booking.created_at,
        }
    }
}

/// A mock interview.
#[derive(Debug, Serialize)]
pub struct MockShape {
    id: String,
    mentee_id: AccountId,
    mentee_name: String,
    mentor_id: AccountId,
    mentor_name: String,
    company_name: String,
    scheduled_at: Instant,
    ends_at: Instant,
    meet_link: Option<String>,
    status: MockStatus,
    booking_request_id: Option<String>,
    created_at: Instant,
}

impl From<Mock> for MockShape {
    fn from(mock: Mock) -> Self {
        Self {
            id: mock.id.to_string(),
            mentee_id: mock.mentee.id,
            mentee_name: mock.mentee.name.to_string(),
            mentor_id: mock.mentor.id,
            mentor_name: mock.mentor.name.to_string(),
            company_name: mock.company_name.to_string(),
            scheduled_at: mock.time.starts_at,
            ends_at: mock.time.ends_at,
            meet_link: mock.meet_link.as_ref().filter(|_| mock.status != MockStatus::Cancelled).map(ToString::to_string),
            status: mock.status,
            booking_request_id: mock.booking_id.map(|id| id.to_string()),
            created_at: mock.created_at,
        }
    }
}

/// Feedback about a mock; its id is the mock's, since a mock has at most one.
#[derive(Debug, Serialize)]
pub struct FeedbackShape {
    id: String,
    mock_id: String,
    mentor_id: AccountId,
    mentor_name: String,
    mentee_id: AccountId,
    company_name: String,
    #[serde(flatten)]
    assessment: Assessment,
    created_at: Instant,
}

impl From<Feedback> for FeedbackShape {
    fn from(feedback: Feedback) -> Self {
        Self {
            id: feedback.mock_id.to_string(),
            mock_id: feedback.mock_id.to_string(),
            mentor_id: feedback.mentor_id,
            mentor_name: feedback.mentor_name.to_string(),
            mentee_id: feedback.mentee_id,
            company_name: feedback.company_name.to_string(),
            assessment: feedback.assessment,
            created_at: feedback.created_at,
        }
    }
}

/// An order: amounts in paise, and never a signature.
#[derive(Debug, Serialize)]
pub struct OrderShape {
    id: String,
    razorpay_order_id: String,
    razorpay_payment_id: Option<String>,
    name: String,
    email: String,
    phone: String,
    plan_id: String,
    plan_name: String,
    amount: u64,
    amount_rupees: Number,
    currency: &'static str,
    status: OrderStatus,
    user_id: Option<AccountId>,
    current_role: String,
    target_role: String,
    timeline: String,
    struggle: String,
    created_at: Instant,
    paid_at: Option<Instant>,
}

impl From<Order> for OrderShape {
    fn from(order: Order) -> Self {
        let Purpose::Plan { plan } = &order.purpose;
        Self {
            id: order.id.to_string(),
            razorpay_order_id: order.razorpay_order_id.to_string(),
            razorpay_payment_id: order.razorpay_payment_id.as_ref().map(ToString::to_string),
            name: order.payer.name.to_string(),
            email: order.payer.email.to_string(),
            phone: order.payer.phone.to_string(),
            plan_id: plan.plan_id.to_string(),
            plan_name: plan.name.to_string(),
            amount: order.amount.get(),
            amount_rupees: order.amount.in_rupees(),
            currency: domain::Paise::CURRENCY,
            status: order.status,
            user_id: order.account_id,
            current_role: order.payer.current_role.to_string(),
            target_role: order.payer.target_role.to_string(),
            timeline: order.payer.timeline.to_string(),
            struggle: order.payer.struggle.to_string(),
            created_at: order.created_at,
            paid_at: order.paid_at,
        }
    }
}
