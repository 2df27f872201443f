//! What is on offer: companies, plans, slots, meet links.

use super::shape::{Fixed, List, Method, Resource, Show, Verb};
use crate::fields::{Field, Kind};
use domain::{
    Product,
    catalog::{PlanId, Track},
    link::MeetUrl,
    text::{Line, Prose, WebUrl},
};

const LEVELS: &[&str] = &["junior", "mid", "senior", "staff_plus"];
const INTERVIEWS: &[&str] = &["coding", "system_design", "behavioral", "hr_round"];

fn told<T>(outcome: Result<T, domain::Invalid>) -> Result<(), String> {
    outcome.map(|_| ()).map_err(|invalid| invalid.0)
}

fn company_name(text: &str) -> Result<(), String> {
    let name = Line::<100>::parse(text).map_err(|invalid| invalid.0)?;
    name.non_empty().map(|_| ()).ok_or_else(|| "a name is required".to_owned())
}

fn web_url(text: &str) -> Result<(), String> {
    told(WebUrl::parse(text))
}

fn prose(text: &str) -> Result<(), String> {
    told(Prose::<1000>::parse(text))
}

fn track(text: &str) -> Result<(), String> {
    told(Track::parse(text))
}

fn meet_url(text: &str) -> Result<(), String> {
    told(MeetUrl::parse(text))
}

fn link_name(text: &str) -> Result<(), String> {
    told(Line::<60>::parse(text))
}

fn plan_id(text: &str) -> Result<(), String> {
    told(PlanId::parse(text))
}

fn date(text: &str) -> Result<(), String> {
    jiff::civil::Date::strptime("%Y-%m-%d", text).map(|_| ()).map_err(|_| format!("'{text}' is no date like 2026-02-01"))
}

fn time(text: &str) -> Result<(), String> {
    jiff::civil::Time::strptime("%H:%M", text).map(|_| ()).map_err(|_| format!("'{text}' is no time like 18:30"))
}

fn zone(text: &str) -> Result<(), String> {
    told(domain::Zone::parse(text))
}

fn id(text: &str) -> Result<(), String> {
    text.parse::<uuid::Uuid>().map(|_| ()).map_err(|_| format!("'{text}' is no id"))
}

/// A company's fields, in requests and files.
pub const COMPANY: &[Field] = &[
    Field::text("name", "name", "Its name").required().checked(company_name),
    Field::new("category", "category", Kind::OneOf(&["product", "unicorn", "startup", "service"]), "What kind of company it is"),
    Field::text("description", "description", "A sentence about it").checked(prose),
    Field::text("logo_url", "logo-url", "The address of its logo").checked(web_url),
    Field::new("interview_tracks", "track", Kind::Texts, "An interview track; may be given several times").checked(track),
    Field::new("difficulty_levels", "level", Kind::SomeOf(LEVELS), "An experience level; may be given several times"),
];

const PLAN: &[Field] = &[
    Field::text("name", "name", "Its name").required(),
    Field::new("price", "price", Kind::Number, "The price in paise").required(),
    Field::new("duration_months", "months", Kind::Number, "How many months it lasts").required(),
    Field::new("features", "feature", Kind::Texts, "A line of the price list; may be given several times"),
    Field::new("limits.mock_interviews", "mock-interviews", Kind::Allowance, "How many mock interviews"),
    Field::new("limits.resume_reviews", "resume-reviews", Kind::Allowance, "How many resume reviews"),
    Field::new("limits.ai_tools", "ai-tools", Kind::Allowance, "How many uses of AI tools"),
    Field::new("is_active", "active", Kind::Truth, "Whether it can be bought"),
    Field::new("is_public", "public", Kind::Truth, "Whether the price list shows it"),
    Field::new("is_popular", "popular", Kind::Truth, "Whether the price list praises it"),
    Field::new("display_order", "display-order", Kind::Number, "Its place in the price list"),
];

const NEW_PLAN: &[Field] = &[
    Field::text("plan_id", "plan-id", "Its key, such as growth").required().checked(plan_id),
    PLAN[0],
    PLAN[1],
    PLAN[2],
    PLAN[3],
    PLAN[4],
    PLAN[5],
    PLAN[6],
    PLAN[7],
    PLAN[8],
    PLAN[9],
    PLAN[10],
];

/// A slot's fields, in requests and files.
pub const SLOT: &[Field] = &[
    Field::text("date", "date", "The day, YYYY-MM-DD").required().checked(date),
    Field::text("start_time", "start", "When it begins, HH:MM").required().checked(time),
    Field::text("end_time", "end", "When it ends, HH:MM").required().checked(time),
    Field::text("timezone", "tz", "The zone of these; the platform's unless given").checked(zone),
    Field::text("mentor_id", "mentor", "The mentor whose it is").checked(id),
    Field::new("interview_types", "type", Kind::SomeOf(INTERVIEWS), "An interview that it serves; may be given several times"),
];

/// A meet link's fields, in requests and files.
pub const LINK: &[Field] = &[
    Field::text("link", "link", "Its address").required().checked(meet_url),
    Field::text("name", "name", "What it is called").checked(link_name),
];

/// Of the catalogue.
pub const RESOURCES: &[Resource] = &[
    Resource {
        product: Product::Codementee,
        noun: "companies",
        one: "company",
        about: "Companies that sessions are held for",
        list: Some(List {
            path: "/api/admin/companies",
            about: "List the companies",
            columns: &["id", "name", "category", "interview_tracks", "difficulty_levels"],
            filters: &[],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_all("create", "Add a company", Method::Post, &["/api/admin/companies"]).sending(COMPANY),
            Verb::of_one("update", "Change a company", Method::Put, &["/api/admin/companies/{id}"]).sending(COMPANY).merging(),
            Verb::of_one("delete", "Delete a company", Method::Delete, &["/api/admin/companies/{id}"]).destructive(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "plans",
        one: "plan",
        about: "Plans that members buy; prices are in paise",
        list: Some(List {
            path: "/api/admin/pricing-plans",
            about: "List all plans",
            columns: &["plan_id", "name", "price", "duration_months", "is_active", "is_public", "limits.mock_interviews"],
            filters: &[],
            paged: false,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_all("create", "Add a plan", Method::Post, &["/api/admin/pricing-plans"]).sending(NEW_PLAN),
            Verb::of_one("update", "Change a plan", Method::Put, &["/api/admin/pricing-plans/{id}"]).sending(PLAN).merging(),
            Verb::of_one("delete", "Delete a plan", Method::Delete, &["/api/admin/pricing-plans/{id}"]).destructive(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "slots",
        one: "slot",
        about: "Slots that mentees ask for",
        list: Some(List {
            path: "/api/admin/time-slots",
            about: "List slots by their start, unless told otherwise from a week ago",
            columns: &["id", "date", "start_time", "end_time", "timezone", "status", "mentor_id", "interview_types"],
            filters: &[
                Field::text("from", "from", "The first day, YYYY-MM-DD").checked(date),
                Field::text("to", "to", "The last day").checked(date),
                Field::new("status", "status", Kind::OneOf(&["available", "booked", "blocked"]), "Only those that stand so"),
                Field::text("mentor_id", "mentor", "Only this mentor's").checked(id),
            ],
            paged: true,
        }),
        show: Show::InList(&[("from", "1970-01-01")]),
        verbs: &[
            Verb::of_all("create", "Offer a slot", Method::Post, &["/api/admin/time-slots"]).sending(SLOT),
            Verb::of_one("block", "Take a slot out of what is offered", Method::Put, &["/api/admin/time-slots/{id}"])
                .saying(&[("status", Fixed::Text("blocked"))]),
            Verb::of_one("unblock", "Offer a blocked slot again", Method::Put, &["/api/admin/time-slots/{id}"])
                .saying(&[("status", Fixed::Text("available"))]),
            Verb::of_one("delete", "Delete a slot that nobody booked", Method::Delete, &["/api/admin/time-slots/{id}"])
                .destructive(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "meet-links",
        one: "meet link",
        about: "The pool of meeting links",
        list: Some(List {
            path: "/api/admin/meet-links",
            about: "List the pool",
            columns: &["id", "name", "link", "status", "current_booking_id"],
            filters: &[Field::new("status", "status", Kind::OneOf(&["available", "in_use"]), "Only those that stand so")],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_all("create", "Add a link to the pool", Method::Post, &["/api/admin/meet-links"]).sending(LINK),
            Verb::of_one("update", "Give a link another name", Method::Put, &["/api/admin/meet-links/{id}"])
                .sending(&[Field::text("name", "name", "What it is called").required().checked(link_name)]),
            Verb::of_one("release", "Give a link back to the pool", Method::Post, &["/api/admin/meet-links/{id}/release"])
                .destructive(),
            Verb::of_one("delete", "Delete a free link", Method::Delete, &["/api/admin/meet-links/{id}"]).destructive(),
        ],
    },
];
