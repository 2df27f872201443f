//! How the types with rules of their own look in an API document. Enums and plain structs derive it where they stand.

use crate::{
    AccountId, AvailabilityId, BookingId, CommentId, CompanyId, ContactMessageId, ConversationId, DirectoryId, EventId, FileId,
    Instant, LinkId, MessageId, MockId, NoteId, OrderId, Paise, PostId, PublicEventId, SessionBookingId, SlotId, SupportReplyId,
    SupportRequestId, WithdrawalId,
    account::{Allowance, Password, PersonKey, PublicNumber},
    ai::{Percent, QuestionCount, ResumeText},
    catalog::{Months, PlanId, Track},
    chat::{MessageText, SupportText},
    community::{CommunityText, Reason, ShortText, Tag, Tags},
    interview::Score,
    link::MeetUrl,
    mentorship::{Expertise, MeetingUrl, SessionMinutes, Stars, TransactionId},
    payment::{OrderName, RazorpayOrderId, RazorpayPaymentId},
    public_event::{Minutes, Places, Title},
    text::{Email, Line, PersonName, Prose, WebUrl},
};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, SchemaFormat, Type, schema::AnyOfBuilder},
};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(name: &str) -> Option<SchemaFormat> {
    Some(SchemaFormat::Custom(name.to_owned()))
}

fn whole(from: i64, to: Option<i64>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(from)).maximum(to)
}

macro_rules! schemas {
    ($($($name:ident),+ => $schema:expr;)+) => {$($(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }
        impl ToSchema for $name {}
    )+)+};
}

schemas! {
    AccountId, BookingId, CommentId, CompanyId, EventId, LinkId, MockId, OrderId, PostId, SlotId => text().format(format("uuid"));
    ContactMessageId, ConversationId, MessageId, PublicEventId, SupportReplyId, SupportRequestId => text().format(format("uuid"));
    MessageText => text().min_length(Some(1)).max_length(Some(MessageText::MAX)).examples(["Thank you for yesterday."]);
    SupportText => text().min_length(Some(1)).max_length(Some(SupportText::MAX)).examples(["I cannot upload my CV."]);
    ShortText => text().min_length(Some(1)).max_length(Some(ShortText::MAX)).examples(["Well said."]);
    AvailabilityId, DirectoryId, FileId, NoteId, SessionBookingId, WithdrawalId => text().format(format("uuid"));
    Expertise => text().min_length(Some(1)).max_length(Some(Expertise::MAX)).examples(["Web Development"]);
    MeetingUrl => text().format(format("uri")).examples(["https://zoom.us/j/1234567890"]);
    Stars => whole(1, Some(5)).examples([5]);
    SessionMinutes => whole(15, Some(240)).multiple_of(Some(15)).examples([60]);
    TransactionId => text().min_length(Some(4)).max_length(Some(64)).examples(["UPI-409812345678"]);
    Instant => text().format(format("date-time")).examples(["2026-02-01T10:00:00.000Z"]);
    Email => text().format(format("email")).max_length(Some(254)).examples(["jane@example.com"]);
    PersonName => text().min_length(Some(2)).max_length(Some(100)).examples(["Jane Doe"]);
    Password => text().format(format("password")).min_length(Some(8)).max_length(Some(72));
    WebUrl => text().max_length(Some(2048)).examples(["https://example.com/logo.png"]);
    MeetUrl => text().format(format("uri")).examples(["https://meet.google.com/abc-defg-hij"]);
    Track => text().min_length(Some(1)).max_length(Some(40)).examples(["sde2"]);
    PlanId => text().min_length(Some(1)).max_length(Some(40)).pattern(Some("^[A-Za-z0-9_-]+$")).examples(["growth"]);
    RazorpayOrderId => text().pattern(Some("^order_[A-Za-z0-9_]{1,60}$")).examples(["order_Mexample00001"]);
    OrderName => text().description(Some("Our id, a UUID, or Razorpay's, `order_…`.")).examples(["order_Mexample00001"]);
    RazorpayPaymentId => text().pattern(Some("^pay_[A-Za-z0-9_]{1,60}$")).examples(["pay_Mexample00001"]);
    CommunityText => text().min_length(Some(1)).max_length(Some(CommunityText::MAX)).examples(["How do you prepare?"]);
    Reason => text().min_length(Some(1)).max_length(Some(Reason::MAX)).examples(["Advertising"]);
    Tag => text().min_length(Some(1)).max_length(Some(Tag::MAX)).examples(["system-design"]);
    Tags => ArrayBuilder::new()
        .items(text().examples(["system-design"]))
        .description(Some("Up to five different ones, of at most 30 letters each; blank ones are left out."));
    Paise => whole(0, None).description(Some("An amount in paise: 1 rupee is 100 paise.")).examples([499_900]);
    PublicNumber => text().pattern(Some("^[SM][0-9]{6,}$")).examples(["S000001"]);
    PersonKey => text().description(Some("A number, or an account's id.")).examples(["M000001"]);
    Months => whole(1, Some(36)).examples([3]);
    Minutes => whole(1, Some(Minutes::MAX.into())).examples([60]);
    Places => whole(1, Some(Places::MAX.into())).examples([15]);
    Title => text().min_length(Some(1)).max_length(Some(Title::MAX)).examples(["Scaling Postgres"]);
    Score => whole(0, Some(5)).examples([4]);
    Percent => whole(0, Some(100)).examples([75]);
    QuestionCount => whole(1, Some(20)).examples([10]);
    ResumeText => text().min_length(Some(1)).max_length(Some(crate::ai::LONGEST_RESUME));
    Allowance => AnyOfBuilder::new()
        .item(whole(0, None))
        .item(text().enum_values(Some(["all"])))
        .description(Some("How often: a number, or `all` for without limit."));
}

macro_rules! bounded {
    ($($name:ident),+) => {$(
        impl<const MAX: usize> PartialSchema for $name<MAX> {
            fn schema() -> RefOr<Schema> {
                text().max_length(Some(MAX)).into()
            }
        }
        impl<const MAX: usize> ToSchema for $name<MAX> {
            fn name() -> Cow<'static, str> {
                format!(concat!(stringify!($name), "{}"), MAX).into()
            }
        }
    )+};
}

bounded!(Line, Prose);
