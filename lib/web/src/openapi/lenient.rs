//! How fields look in a document that take more than their type, for `#[schema(value_type = …)]`: clients send text for
//! numbers, numbers for text, and nothing for none.

use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, RefOr, Schema, SchemaFormat, Type,
        schema::{AnyOfBuilder, SchemaType},
    },
};

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn any(some: impl Into<RefOr<Schema>>, or: ObjectBuilder) -> RefOr<Schema> {
    AnyOfBuilder::new().item(some).item(or).into()
}

/// A text of a format, or an empty one for none.
fn or_empty(format: &str) -> RefOr<Schema> {
    let text = of(Type::String).format(Some(SchemaFormat::Custom(format.to_owned())));
    any(text, of(Type::String).max_length(Some(0)))
}

macro_rules! lenient {
    ($($(#[$doc:meta])* $name:ident => $schema:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema
            }
        }

        impl ToSchema for $name {}
    )+};
}

lenient! {
    /// An id, or an empty text for none.
    IdOrEmpty => or_empty("uuid");
    /// An instant, or an empty text for none.
    InstantOrEmpty => or_empty("date-time");
    /// A day of the calendar, or an empty text for none.
    DayOrEmpty => or_empty("date");
    /// A number from 0, or its digits as a text, or an empty text for none.
    NumberOrDigits => {
        let digits = of(Type::String).pattern(Some(r"^\s*([0-9]+(\.[0-9]+)?)?\s*$"));
        any(of(Type::Number).minimum(Some(0)), digits)
    };
    /// Names: texts or numbers, objects that have each as a field, or one text in which commas part them.
    Names => {
        let kinds = [Type::String, Type::Number, Type::Object, Type::Null];
        let one = of(Type::String).schema_type(SchemaType::from_iter(kinds));
        any(ArrayBuilder::new().items(one), of(Type::String))
    };
}

/// A text of at most so many letters, or a number, which stands for its digits.
#[derive(Debug)]
pub struct TextOrNumber<const MAX: usize>;

impl<const MAX: usize> PartialSchema for TextOrNumber<MAX> {
    fn schema() -> RefOr<Schema> {
        any(of(Type::String).max_length(Some(MAX)), of(Type::Number))
    }
}

impl<const MAX: usize> ToSchema for TextOrNumber<MAX> {
    fn name() -> Cow<'static, str> {
        format!("TextOrNumber{MAX}").into()
    }
}
