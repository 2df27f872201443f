use serde_json::Value;
use std::str::FromStr;

/// A field of a webhook that is to say something else: `amount=100`.
///
/// A plain name is a field of the payment; `order.…`, `refund.…` and `payment.…` name an entity, `event.…` the
/// envelope. Deeper fields are named with dots. The value is JSON where it can be read as such, otherwise a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    path: Vec<String>,
    value: Value,
}

/// What is no override.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected FIELD=VALUE, as in amount=100 or order.status=paid, but this is \"{0}\"")]
pub struct BadOverride(String);

impl FromStr for Override {
    type Err = BadOverride;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadOverride(text.to_owned());
        let (path, value) = text.split_once('=').ok_or_else(bad)?;
        let path: Vec<String> = path.trim().split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) || path == ["event"] {
            return Err(bad());
        }
        let value = value.trim();
        Ok(Self { path, value: serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)) })
    }
}

impl Override {
    /// Writes the value into a webhook's body. An entity that the body does not have is left out of it.
    pub(crate) fn apply(&self, body: &mut Value) {
        let (entity, rest) = match self.path.as_slice() {
            [first, rest @ ..] if first == "event" => return set(body, rest, &self.value),
            [first, rest @ ..] if !rest.is_empty() && ["payment", "order", "refund"].contains(&first.as_str()) => {
                (first.as_str(), rest)
            }
            path => ("payment", path),
        };
        if let Some(entity) = body.pointer_mut(&format!("/payload/{entity}/entity")) {
            set(entity, rest, &self.value);
        }
    }
}

fn set(target: &mut Value, path: &[String], value: &Value) {
    let Some((name, rest)) = path.split_first() else { return };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(field) = target.as_object_mut().map(|fields| fields.entry(name.clone()).or_insert(Value::Null)) else { return };
    if rest.is_empty() {
        *field = value.clone();
    } else {
        set(field, rest, value);
    }
}
