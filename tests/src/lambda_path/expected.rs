//! What each saved event comes to. They are sent in this order, to one platform.

/// An expected outcome.
#[derive(Debug)]
pub enum Expected {
    /// An HTTP answer: its status, and a part of its body.
    Answer(u16, &'static str),
    /// A compressed HTTP answer: its status.
    Gzip(u16),
    /// A success in the documented envelope: a part of its body.
    Envelope(&'static str),
    /// Which messages or records are to be given again, and what the batch left behind.
    Failed(&'static [&'static str], &'static [&'static str]),
    /// The bare status with which a connection's event is answered.
    Status(i64),
    /// A run without an answer: what it left behind.
    Done(&'static [&'static str]),
}

use Expected::{Answer, Done, Envelope, Failed, Gzip, Status};

/// A function with its events.
pub type Row = (&'static str, &'static [(&'static str, Expected)]);

pub const EXPECTED: &[Row] = &[
    (
        "codementee-auth",
        &[
            ("register-free", Answer(200, r#""access_token":"#)),
            ("login", Answer(200, r#""access_token":"#)),
            ("login-base64", Answer(200, r#""access_token":"#)),
            ("login-trailing-slash", Answer(200, r#""access_token":"#)),
            ("login-wrong-password", Answer(401, "INVALID_CREDENTIALS")),
            ("login-malformed", Answer(422, "INVALID_JSON")),
            ("me", Answer(200, "mentee@codementee.com")),
            ("me-envelope", Envelope(r#""user_tier":"Active""#)),
            ("me-without-token", Answer(401, "NOT_AUTHENTICATED")),
            ("set-password-page", Answer(200, "<form")),
            ("export", Answer(200, r#""products":["codementee"]"#)),
            ("delete-account-wrong-password", Answer(403, "WRONG_PASSWORD")),
        ],
    ),
    (
        "codementee-catalog",
        &[
            ("companies", Answer(200, "Flipkart")),
            ("companies-gzip", Gzip(200)),
            ("companies-page", Answer(200, "Flipkart")),
            ("pricing-plans-trailing-slash", Answer(200, "Accelerator")),
            ("health-with-cookies", Answer(200, "healthy")),
            ("unknown-path", Answer(404, "NOT_FOUND")),
        ],
    ),
    (
        "codementee-mentee",
        &[
            ("booking-request", Answer(200, "Café tables seat five – “graphs” please")),
            ("booking-request-unknown-company-base64", Answer(404, "NOT_FOUND")),
            ("booking-request-free-tier", Answer(403, "TIER_UPGRADE_REQUIRED")),
            ("booking-requests", Answer(200, "Café tables")),
            ("dashboard", Answer(200, r#""mode":"full""#)),
            ("mocks-trailing-slash", Answer(200, "[]")),
            ("mocks-bad-token", Answer(401, "INVALID_TOKEN")),
            ("group-itself", Answer(404, "NOT_FOUND")),
        ],
    ),
    (
        "codementee-mentor",
        &[
            ("mentees", Answer(200, "Jane Mentee")),
            ("dashboard", Answer(200, "Café tables")),
            ("booking-requests-trailing-slash", Answer(200, "pending")),
            ("confirm-booking", Answer(200, "https://meet.google.com/")),
            ("confirm-booking-unknown", Answer(404, "NOT_FOUND")),
            ("confirm-booking-unknown-base64", Answer(404, "NOT_FOUND")),
            ("mentees-as-mentee", Answer(403, "INSUFFICIENT_PERMISSIONS")),
        ],
    ),
    (
        "codementee-admin",
        &[
            ("booking-requests", Answer(200, "Café tables")),
            ("create-company-base64", Answer(200, "Ümlaut & co.")),
            ("audit-log", Answer(200, "company.added")),
            ("create-meet-link-elsewhere", Answer(422, "VALIDATION_FAILED")),
            ("delete-unknown-slot", Answer(404, "NOT_FOUND")),
            ("moderate-unknown-post", Answer(404, "Post not found")),
            ("users-as-mentor", Answer(403, "INSUFFICIENT_PERMISSIONS")),
        ],
    ),
    (
        "codementee-payment",
        &[
            ("config", Answer(200, "rzp_test_")),
            ("config-trailing-slash", Answer(200, "rzp_test_")),
            ("create-order", Answer(200, r#""amount":499900"#)),
            ("create-order-base64", Answer(200, r#""amount":499900"#)),
            ("create-order-unknown-plan", Answer(400, "INVALID_PLAN")),
            ("verify-wrong-signature", Answer(400, "PAYMENT_VERIFICATION_FAILED")),
        ],
    ),
    (
        "codementee-interviews",
        &[
            ("mocks", Answer(200, "scheduled")),
            ("notifications", Answer(200, "[]")),
            ("feedbacks-trailing-slash", Answer(200, "[]")),
            ("feedback-unknown", Answer(404, "NOT_FOUND")),
            ("create-mock-unknown-mentee-base64", Answer(404, "Mentee not found")),
            ("create-mock-wrong-types", Answer(422, "VALIDATION_FAILED")),
        ],
    ),
    (
        "codementee-community",
        &[
            ("create-post", Answer(200, "Café “algorithms”")),
            ("create-post-base64", Answer(200, "Übung macht den Meister")),
            ("create-post-with-control-characters", Answer(422, "VALIDATION_FAILED")),
            ("posts-trailing-slash", Answer(200, "Übung macht den Meister")),
            ("posts-of-category", Answer(200, r#""comment_count":0"#)),
            ("posts-free-tier", Answer(403, "TIER_UPGRADE_REQUIRED")),
            ("comment-on-nothing", Answer(404, "Post not found")),
            ("group-itself", Answer(404, "NOT_FOUND")),
        ],
    ),
    (
        "codementee-ai",
        &[
            ("resume-analysis", Answer(200, r#""overall_score":70"#)),
            ("resume-upload-base64", Answer(200, r#""target_role":"SDE 2""#)),
            ("latest-analysis-trailing-slash", Answer(200, r#""target_role":"SDE 2""#)),
            ("interview-prep", Answer(200, r#""week_1":"#)),
            ("interview-questions", Answer(200, r#""questions":["#)),
            ("question-generator-free-tier", Answer(403, "TIER_UPGRADE_REQUIRED")),
        ],
    ),
    (
        "leadbridge-auth",
        &[
            ("login", Answer(200, r#""role":"USER""#)),
            ("login-base64", Answer(200, r#""role":"MENTOR""#)),
            ("login-from-elsewhere", Answer(403, "ORIGIN_NOT_ALLOWED")),
            ("me-trailing-slash", Answer(200, "user@leadbridge.com")),
            ("session-unknown", Answer(400, "INVALID_SESSION")),
        ],
    ),
    (
        "leadbridge-events",
        &[
            ("health", Answer(200, "healthy")),
            ("unknown-path", Answer(404, "NOT_FOUND")),
            ("events", Answer(200, "From Developer to Architect")),
            ("book", Answer(200, "Booking successful")),
            ("book-unknown-base64", Answer(404, "NOT_FOUND")),
        ],
    ),
    (
        "leadbridge-mentor",
        &[
            ("profile", Answer(200, r#""verification_status":"APPROVED""#)),
            ("create-event", Answer(201, "Event created")),
            ("leads-as-user", Answer(403, "INSUFFICIENT_PERMISSIONS")),
            ("purchase-unknown-base64", Answer(404, "NOT_FOUND")),
            ("verify-wrong-signature-base64", Answer(400, "PAYMENT_VERIFICATION_FAILED")),
        ],
    ),
    (
        "leadbridge-admin",
        &[
            ("leads", Answer(200, "Café at six?")),
            ("analytics-trailing-slash", Answer(200, "total_revenue")),
            ("verify-unknown-lead-base64", Answer(404, "NOT_FOUND")),
            ("users-as-mentor", Answer(403, "INSUFFICIENT_PERMISSIONS")),
        ],
    ),
    ("aspirex-community", &[("contact-base64", Answer(201, "Message sent successfully!"))]),
    (
        "aspirex-socket",
        &[
            ("connect", Status(200)),
            ("send", Status(200)),
            ("binary", Status(200)),
            ("unknown-type", Status(200)),
            ("disconnect", Status(200)),
        ],
    ),
    (
        "aspirex-accounts",
        &[
            ("health", Answer(200, "healthy")),
            ("unknown-path", Answer(404, "Resource not found")),
            ("register-base64", Answer(201, "Renée Saved")),
            ("login", Answer(200, r#""user_type":"student""#)),
            ("upload-photo-base64", Answer(200, r#""profile_photo_url":"http"#)),
        ],
    ),
    (
        "aspirex-sessions",
        &[
            ("book-session-not-signed-in-base64", Answer(401, "Not authenticated")),
            ("book-session", Answer(201, r#""order_id":"order_"#)),
            ("earnings-not-signed-in", Answer(401, "Not authenticated")),
        ],
    ),
    (
        "mansa-mentorship",
        &[
            ("health", Answer(200, "healthy")),
            ("unknown-path", Answer(404, r#""error":"Resource not found""#)),
            ("mentors", Answer(200, "Amara Okafor")),
            ("wrong-code-base64", Answer(400, "INVALID_CODE")),
            ("me-bad-token", Answer(401, "INVALID_TOKEN")),
        ],
    ),
    (
        "razorpay-webhook",
        &[
            ("payment-captured", Answer(200, "ok")),
            ("payment-captured-base64", Answer(200, "ok")),
            ("payment-captured-again", Answer(200, "ok")),
            ("payment-failed-trailing-slash", Answer(200, "ok")),
            ("wrong-signature", Answer(400, "INVALID_SIGNATURE")),
            ("without-signature-base64", Answer(400, "INVALID_SIGNATURE")),
            ("signed-but-no-event-base64", Answer(400, "INVALID_JSON")),
        ],
    ),
    (
        "razorpay-settlement",
        &[
            // The second is no event, the third one's webhook was never stored.
            ("batch", Failed(&["abcde000-0000-4000-8000-000000000002", "abcde000-0000-4000-8000-000000000003"], &[])),
            ("all-well", Failed(&[], &[])),
        ],
    ),
    (
        "sweeper",
        &[(
            "every-minute",
            Done(&[
                "published AccountRegistered +2",
                "published AiToolUsed +4",
                "published BookingConfirmed +1",
                "published BookingRequested +2",
                "published LeadBooked +1",
                "published MentorProfileMade +1",
                "published MentorshipRequested +1",
                "published MessageArrived +1",
                "published PostCreated +2",
                "published PublicEventCreated +1",
                "published RazorpayWebhookReceived +3",
            ]),
        )],
    ),
    (
        "notifier",
        &[
            (
                "batch",
                Failed(
                    &["abcde000-0000-4000-8000-000000000003"],
                    &["mailed notified.mentee@example.com +1", "mailed notified.payer@example.com +1"],
                ),
            ),
            ("same-event-again", Failed(&[], &[])),
        ],
    ),
    (
        "scheduler",
        &[(
            "every-minute",
            Done(&["due lapse_session -1", "due reconcile_order -3", "due release_link -1", "due remind -2", "free link +1"]),
        )],
    ),
    (
        "relay",
        &[
            (
                "events-written",
                Failed(
                    &[],
                    &["published AccountRegistered +1", "published PlanPurchased +1", "published RazorpayWebhookReceived +1"],
                ),
            ),
            ("published-and-expired", Failed(&[], &[])),
            // Given again, it would stop its shard.
            ("unreadable-among-others", Failed(&[], &["published MeetLinkReleased +1"])),
            ("other-items", Failed(&[], &[])),
        ],
    ),
    (
        "projector",
        &[
            (
                "batch",
                Failed(
                    &["abcde000-0000-4000-8000-000000000003"],
                    &[
                        "counted mentees_joined +1",
                        "counted plans_purchased +1",
                        "paise in 2026-11 +499900",
                        "paise of growth +499900",
                        "sold growth +1",
                        "sold in 2026-11 +1",
                    ],
                ),
            ),
            ("same-event-again", Failed(&[], &[])),
        ],
    ),
    (
        "bounces",
        &[
            ("bounce", Failed(&[], &["suppressed bounced@example.com, bounce +1"])),
            ("transient-bounce", Failed(&[], &[])),
            ("complaint", Failed(&[], &["suppressed complainer@example.com, complaint +1"])),
            (
                "unreadable",
                Failed(&["abcde000-0000-4000-8000-000000000001"], &["suppressed second.complainer@example.com, complaint +1"]),
            ),
        ],
    ),
    (
        "docs",
        &[
            ("swagger-ui", Answer(200, "<html")),
            ("swagger-ui-trailing-slash", Answer(200, "<html")),
            ("redoc", Answer(200, "<html")),
            ("openapi", Answer(200, r#""title": "Codementee""#)),
            ("openapi-of-leadbridge", Answer(200, r#""title": "LeadBridge""#)),
        ],
    ),
];
