use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};

pub(super) const PREFIX: &str = "#/components/schemas/";

/// The schemas that the operations name.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    named: BTreeMap<String, Value>,
    /// Names that two different schemas claim.
    clashes: BTreeSet<String>,
    /// Schemas that stand in requests. In all others every field is always there, if only as null.
    asked: BTreeSet<String>,
}

fn as_json(schema: &RefOr<Schema>) -> Value {
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = without_sources(text);
    }
    schema
}

/// A comment without the sources of our rules, such as `(F-21)`, which tell a client nothing.
fn without_sources(text: &str) -> String {
    let is_source = |inside: &str| inside.starts_with("decisions") || inside.contains('-') && inside.ends_with(char::is_numeric);
    let mut parts = text.split(" (");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((inside, rest)) if is_source(inside) => plain.push_str(rest),
            _ => plain.extend([" (", part]),
        }
    }
    plain
}

/// A field that may be left out or null: what it is when it is there.
fn when_there(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [kind] = &kinds[..] {
            schema["type"] = kind.clone();
        }
    }
    let choices = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    choices.and_then(|choices| choices.pop()).unwrap_or(schema)
}

impl Schemas {
    /// A reference to a type's schema, which is kept with all that it refers to.
    pub fn answered<T: ToSchema>(&mut self) -> Value {
        for (name, schema) in Self::of::<T>() {
            self.keep(name, as_json(&schema));
        }
        json!({ "$ref": format!("{PREFIX}{}", T::name()) })
    }

    /// The same, of a request.
    pub fn asked<T: ToSchema>(&mut self) -> Value {
        self.asked.extend(Self::of::<T>().into_iter().map(|(name, _)| name));
        self.answered::<T>()
    }

    /// The fields of a query string, which is no schema by itself.
    pub fn fields<T: ToSchema>(&mut self) -> Map<String, Value> {
        let mut others = Vec::new();
        T::schemas(&mut others);
        for (name, schema) in others {
            self.keep(name, as_json(&schema));
        }
        let fields = as_json(&T::schema()).get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        fields.into_iter().map(|(name, schema)| (name, when_there(schema))).collect()
    }

    fn of<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        all
    }

    fn keep(&mut self, name: String, schema: Value) {
        if self.named.get(&name).is_some_and(|known| *known != schema) {
            self.clashes.insert(name);
        } else {
            self.named.insert(name, schema);
        }
    }

    /// Names that two different schemas claim.
    pub fn clashes(&self) -> impl Iterator<Item = &str> {
        self.clashes.iter().map(String::as_str)
    }

    /// The named schemas. What is but a text or a number with a rule is put where it is referred to instead, in the
    /// rest of the document too.
    pub fn finish(mut self, document: &mut Value) -> Map<String, Value> {
        let plain = |schema: &Value| schema["type"].is_string() && schema["type"] != "object" && schema["enum"].is_null();
        let (simple, mut named): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.named).into_iter().partition(|(_, schema)| plain(schema));
        put_in_place(document, &simple);
        for (name, schema) in &mut named {
            put_in_place(schema, &simple);
            if !self.asked.contains(name) {
                require_all(schema);
            }
        }
        named.into_iter().collect()
    }
}

/// Replaces references to simple schemas by these.
fn put_in_place(value: &mut Value, simple: &BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| put_in_place(item, simple)),
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(PREFIX));
            if let Some(Value::Object(schema)) = name.and_then(|name| simple.get(name)) {
                fields.remove("$ref");
                for (key, value) in schema {
                    fields.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            fields.values_mut().for_each(|field| put_in_place(field, simple));
        }
        _ => {}
    }
}

fn require_all(schema: &mut Value) {
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(require_all);
    }
    let names = schema.get("properties").and_then(Value::as_object).map(|fields| fields.keys().cloned().collect::<Vec<_>>());
    if let Some(names) = names {
        schema["required"] = names.into();
    }
}
