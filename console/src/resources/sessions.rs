//! Bookings, mocks, feedback, orders.

use super::shape::{Fixed, List, Method, Resource, Show, Verb};
use crate::fields::{Field, Kind};
use domain::Product;

/// Of sessions and money.
pub const RESOURCES: &[Resource] = &[
    Resource {
        product: Product::Codementee,
        noun: "bookings",
        one: "booking",
        about: "Requests for a session, and what became of them",
        list: Some(List {
            path: "/api/admin/booking-requests",
            about: "List bookings, newest first",
            columns: &[
                "id",
                "status",
                "mentee_name",
                "mentor_name",
                "company_name",
                "confirmed_slot.date",
                "confirmed_slot.start_time",
                "created_at",
            ],
            filters: &[
                Field::new(
                    "status",
                    "status",
                    Kind::OneOf(&["all", "pending", "confirmed", "cancelled"]),
                    "Only those that stand so",
                ),
                Field::text("mentor_id", "mentor", "Only this mentor's"),
                Field::text("mentee_id", "mentee", "Only this mentee's"),
                Field::text("from", "from", "The first day on which they were asked for, YYYY-MM-DD"),
                Field::text("to", "to", "The last such day"),
            ],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_one(
                "confirm",
                "Confirm a request for a mentor, in one of its slots",
                Method::Post,
                &["/api/admin/confirm-booking"],
            )
            .naming_by("booking_request_id")
            .sending(&[
                Field::text("mentor_id", "mentor", "The mentor who holds it").required(),
                Field::text("confirmed_slot_id", "slot", "The slot").required(),
            ])
            .once(),
            Verb::of_one("cancel", "Call a booking off", Method::Post, &["/api/admin/booking-requests/{id}/cancel"])
                .destructive(),
            Verb::of_one(
                "reschedule",
                "Put a booking off: a confirmed one to one other slot, a pending one to other slots to choose from",
                Method::Post,
                &["/api/admin/booking-requests/{id}/reschedule"],
            )
            .sending(&[Field::new("slot_ids", "slot", Kind::Texts, "A slot; may be given several times").required()])
            .once(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "mocks",
        one: "mock",
        about: "Sessions that were agreed on",
        list: Some(List {
            path: "/api/admin/mocks",
            about: "List mocks, latest first",
            columns: &["id", "status", "scheduled_at", "mentee_name", "mentor_name", "company_name", "booking_request_id"],
            filters: &[],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[
            Verb::of_all("create", "Arrange a session without a request", Method::Post, &["/api/mocks"])
                .sending(&[
                    Field::text("mentee_id", "mentee", "The mentee").required(),
                    Field::text("mentor_id", "mentor", "The mentor").required(),
                    Field::text("scheduled_at", "at", "When it begins, such as 2026-02-01T10:00:00Z").required(),
                    Field::text("company_name", "company", "For which company"),
                    Field::text("meet_link", "link", "Where it is held"),
                ])
                .once(),
            Verb::of_one("complete", "Note that a session took place", Method::Put, &["/api/admin/mock/{id}/complete"]),
            Verb::of_one(
                "cancel",
                "Call off a session that was arranged without a request",
                Method::Put,
                &["/api/mocks/{id}/status"],
            )
            .saying(&[("status", Fixed::Text("cancelled"))])
            .destructive(),
        ],
    },
    Resource {
        product: Product::Codementee,
        noun: "feedbacks",
        one: "feedback",
        about: "What mentors wrote about sessions",
        list: Some(List {
            path: "/api/admin/feedbacks",
            about: "List feedback, newest first",
            columns: &["id", "mock_id", "mentee_id", "mentor_id", "overall", "hireability", "created_at"],
            filters: &[],
            paged: true,
        }),
        show: Show::At("/api/feedbacks/{id}"),
        verbs: &[],
    },
    Resource {
        product: Product::Codementee,
        noun: "orders",
        one: "order",
        about: "Orders of plans; amounts are in paise",
        list: Some(List {
            path: "/api/admin/orders",
            about: "List orders, newest first",
            columns: &["id", "razorpay_order_id", "status", "plan_id", "amount", "email", "created_at", "paid_at"],
            filters: &[Field::text("status", "status", "Only those that stand so, such as paid")],
            paged: true,
        }),
        show: Show::InList(&[]),
        verbs: &[Verb::of_one(
            "refund",
            "Give a paid order's money back, and end the plan that came of it",
            Method::Post,
            &["/api/admin/orders/{id}/refund"],
        )
        .destructive()],
    },
];
