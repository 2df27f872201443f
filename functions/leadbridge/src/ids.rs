//! Ids as this face writes them: a word, an underscore and the id. Read are bare ones too.

use domain::{AccountId, LeadId, OrderId, PublicEventId, VerificationLogId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

macro_rules! shown_ids {
    ($($(#[$doc:meta])* $name:ident($id:ty): $prefix:literal, also $also:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(pub $id);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = <$id as std::str::FromStr>::Err;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let bare = text.strip_prefix(concat!($prefix, "_")).or_else(|| text.strip_prefix(concat!($also, "_")));
                bare.unwrap_or(text).parse().map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom("Enter a valid id"))
            }
        }
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let example = concat!($prefix, "_019c0000-0000-7000-8000-000000000000");
                ObjectBuilder::new().schema_type(Type::String).examples([example]).into()
            }
        }
        impl ToSchema for $name {}
    )+};
}

shown_ids! {
    /// A person.
    UserId(AccountId): "user", also "mentor";
    /// A person as a mentor; the person's own id serves too.
    MentorId(AccountId): "mentor", also "user";
    /// An event.
    ShownEventId(PublicEventId): "event", also "event";
    /// A lead.
    ShownLeadId(LeadId): "lead", also "lead";
    /// A payment, by our order.
    PaymentId(OrderId): "payment", also "payment";
    /// A decision about a lead.
    LogId(VerificationLogId): "log", also "log";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_with_its_word_and_read_with_or_without() {
        let id = "019c0000-0000-7000-8000-000000000000";
        let mentor: MentorId = format!("mentor_{id}").parse().unwrap();
        assert_eq!(mentor.to_string(), format!("mentor_{id}"));
        assert_eq!(format!("user_{id}").parse(), Ok(mentor));
        assert_eq!(id.parse(), Ok(mentor));
        assert!(format!("lead_{id}").parse::<MentorId>().is_err());
        assert!("mentor_".parse::<MentorId>().is_err());
    }
}
