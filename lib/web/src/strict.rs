//! Reading JSON as the API documents tell it: serde also takes a list of its fields' values for a struct.

use serde::{
    Deserializer,
    de::{
        Error as _, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// A value of which an object is read from an object alone, however deep it stands; but not within the content of an
/// enum, nor where serde looks ahead (`untagged`, `flatten`). Keys of a map are texts or words here, never numbers.
#[derive(Debug)]
pub struct Strict(pub Value);

impl IntoDeserializer<'_, Error> for Strict {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(Strict));
                let read = visitor.visit_seq(&mut items)?;
                items.end().map(|()| read)
            }
            Value::Object(fields) => {
                let mut fields = MapDeserializer::new(fields.into_iter().map(|(name, value)| (name, Self(value))));
                let read = visitor.visit_map(&mut fields)?;
                fields.end().map(|()| read)
            }
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_object() { self.deserialize_any(visitor) } else { Err(Error::custom("invalid type: expected an object")) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        left: u8,
        right: Option<Box<Self>>,
    }

    fn read(value: Value) -> Result<BTreeMap<String, Vec<Pair>>, String> {
        Deserialize::deserialize(Strict(value)).map_err(|error: Error| error.to_string())
    }

    #[test]
    fn a_list_is_no_object_however_deep() {
        let pair = |left, right: Option<Pair>| Pair { left, right: right.map(Box::new) };
        let read_well = read(json!({ "a": [{ "left": 1, "right": { "left": 2, "right": null }, "more": [[{}]] }] }));
        assert_eq!(read_well.unwrap()["a"], [pair(1, Some(pair(2, None)))]);
        for wrong in [json!({ "a": [[1, null]] }), json!({ "a": [{ "left": 1, "right": [2, null] }] }), json!([["a", []]])] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
        assert_eq!(<(u8, String)>::deserialize(Strict(json!([1, "b"]))).unwrap(), (1, "b".to_owned()));
        assert!(<(u8, String)>::deserialize(Strict(json!([1, "b", 3]))).is_err(), "one too many");
    }
}
