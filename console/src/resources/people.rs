//! People: users, mentors, mentees; and what is known of the whole.

use super::shape::{Fixed, List, Method, Resource, Show, Verb};
use crate::fields::{Field, Kind};
use domain::Product;

const COLUMNS: &[&str] = &["id", "name", "email", "role", "status", "verification_status", "plan_id", "created_at"];
const STATUS: &[&str] = &["free", "active", "paused", "inactive", "applied", "interviewed", "upgraded"];
/// Whose status it is decides which of them knows him.
const EITHER: &[&str] = &["/api/admin/mentees/{id}/status", "/api/admin/mentors/{id}/status"];
const MENTEE: &[&str] = &["/api/admin/mentees/{id}/status"];
const MENTOR: &[&str] = &["/api/admin/mentors/{id}/status"];
const VERIFY: &[&str] = &["/api/admin/mentors/{id}/verification"];

const PAUSED: &[(&str, Fixed)] = &[("status", Fixed::Text("Paused"))];
const ACTIVE: &[(&str, Fixed)] = &[("status", Fixed::Text("Active"))];

/// Of people, and figures.
pub const RESOURCES: &[Resource] = &[
    Resource {
        product: Product::Codementee,
        noun: "users",
        one: "user",
        about: "All members",
        list: Some(List { path: "/api/admin/users", about: "List all members", columns: COLUMNS, filters: &[], paged: true }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_one("pause", "Let a mentee or mentor read, but do nothing", Method::Put, EITHER)
                .saying(PAUSED)
                .destructive(),
            Verb::of_one("activate", "Let a mentee or mentor act again", Method::Put, EITHER).saying(ACTIVE),
            Verb::of_one("make-admin", "Make an active member an admin", Method::Put, &["/api/admin/users/{id}/admin"])
                .saying(&[("admin", Fixed::Truth(true))])
                .destructive(),
            Verb::of_one(
                "remove-admin",
                "Make an admin what he was before; another admin must stay",
                Method::Put,
                &["/api/admin/users/{id}/admin"],
            )
            .saying(&[("admin", Fixed::Truth(false))])
            .destructive(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "mentors",
        one: "mentor",
        about: "Mentors",
        list: Some(List {
            path: "/api/admin/mentors",
            about: "List mentors",
            columns: COLUMNS,
            filters: &[
                Field::new("status", "status", Kind::OneOf(STATUS), "Only those with this status"),
                Field::new(
                    "verification",
                    "verification",
                    Kind::OneOf(&["PENDING", "APPROVED", "REJECTED"]),
                    "Only those about whom this was decided",
                ),
            ],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_all(
                "create",
                "Add an approved mentor; a mail tells him how to set his password",
                Method::Post,
                &["/api/admin/mentors"],
            )
            .sending(&[
                Field::text("name", "name", "His name").required(),
                Field::text("email", "email", "His address").required(),
            ]),
            Verb::of_one("approve", "Let a mentor in who registered himself", Method::Put, VERIFY)
                .saying(&[("status", Fixed::Text("APPROVED"))]),
            Verb::of_one("reject", "Do not let a mentor in", Method::Put, VERIFY)
                .saying(&[("status", Fixed::Text("REJECTED"))])
                .destructive(),
            Verb::of_one("pause", "Let a mentor read, but do nothing", Method::Put, MENTOR).saying(PAUSED).destructive(),
            Verb::of_one("activate", "Let a mentor act again", Method::Put, MENTOR).saying(ACTIVE),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "mentees",
        one: "mentee",
        about: "Mentees",
        list: Some(List {
            path: "/api/admin/mentees",
            about: "List mentees",
            columns: COLUMNS,
            filters: &[
                Field::new("status", "status", Kind::OneOf(STATUS), "Only those with this status"),
                Field::text("mentor_id", "mentor", "Only those assigned to this mentor"),
                Field::text("plan_id", "plan", "Only those whose plan this is"),
            ],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_one("assign", "Assign a mentor to a mentee", Method::Post, &["/api/admin/assign-mentor"])
                .naming_by("mentee_id")
                .sending(&[Field::text("mentor_id", "mentor", "The mentor").required()]),
            Verb::of_one("unassign", "Take a mentee's mentor away", Method::Post, &["/api/admin/assign-mentor"])
                .naming_by("mentee_id")
                .saying(&[("mentor_id", Fixed::Null)])
                .destructive(),
            Verb::of_one("pause", "Let a mentee read, but do nothing", Method::Put, MENTEE).saying(PAUSED).destructive(),
            Verb::of_one("activate", "Let a mentee act again", Method::Put, MENTEE).saying(ACTIVE),
            Verb::of_one("set-status", "Set the status that lists show", Method::Put, MENTEE).sending(&[Field::new(
                "status",
                "status",
                Kind::OneOf(&["Active", "Paused", "Inactive", "Applied", "Interviewed", "Upgraded"]),
                "The status",
            )
            .required()]),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "stats",
        one: "figure",
        about: "Figures of the whole",
        list: None,
        show: Show::Nothing,
        verbs: &[
            Verb::of_all("show", "How many people, bookings and sessions there are", Method::Get, &["/api/admin/stats"]),
            Verb::of_all("revenue", "What was sold, in rupees", Method::Get, &["/api/admin/revenue-stats"]),
            Verb::of_all("analytics", "How the business goes, month by month", Method::Get, &["/api/admin/analytics"]),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "audit",
        one: "audit record",
        about: "What admins did and what money did",
        list: Some(List {
            path: "/api/admin/audit-log",
            about: "List the records of some days of UTC; today's unless told otherwise, at most 31 days",
            columns: &["at", "action", "subject", "actor", "actor_name", "request_id"],
            filters: &[
                Field::text("day", "day", "One day of UTC, YYYY-MM-DD"),
                Field::text("from", "from", "The first of several days"),
                Field::text("to", "to", "The last of them"),
            ],
            paged: true,
        }),
        show: Show::Nothing,
        verbs: &[],
    },
];
