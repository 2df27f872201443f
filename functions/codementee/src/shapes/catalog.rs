use domain::{
    AccountId, Instant,
    account::Allowances,
    booking::InterviewType,
    catalog::{Company, CompanyCategory, ExperienceLevel, Plan},
    link::{LinkStatus, MeetLink},
    slot::{Slot, SlotStatus},
};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// A company.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Company)]
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Slot)]
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
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
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicPlan {
    id: String,
    plan_id: String,
    name: String,
    duration: String,
    duration_months: u32,
    #[schema(value_type = f64)]
    price: Number,
    #[serde(rename = "originalPrice")]
    #[schema(value_type = Option<f64>)]
    original_price: Option<Number>,
    #[serde(rename = "perMonth")]
    #[schema(value_type = f64)]
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
