//! Fields of what is sent: their names, flags and types. Flags and files are read by the same rules.

use clap::{Arg, ArgAction, ArgMatches, builder::PossibleValuesParser};
use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// What is wrong with a text, if anything is.
pub type Check = fn(&str) -> Result<(), String>;

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    Number,
    /// `true` or `false`.
    Truth,
    /// Several texts: a flag several times, or one cell with `;` between them.
    Texts,
    OneOf(&'static [&'static str]),
    SomeOf(&'static [&'static str]),
    /// A number, or `all`.
    Allowance,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the API and in files; `limits.ai_tools` is a field of a field.
    pub name: &'static str,
    pub flag: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub help: &'static str,
    /// A rule of the platform's, so that a file is refused before anything of it is written.
    pub check: Option<Check>,
}

impl Field {
    /// A field that may be left out.
    pub const fn new(name: &'static str, flag: &'static str, kind: Kind, help: &'static str) -> Self {
        Self { name, flag, kind, required: false, help, check: None }
    }

    /// A text that may be left out.
    pub const fn text(name: &'static str, flag: &'static str, help: &'static str) -> Self {
        Self::new(name, flag, Kind::Text, help)
    }

    /// The same field, which must be there.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same field, under a rule.
    pub const fn checked(self, check: Check) -> Self {
        Self { check: Some(check), ..self }
    }

    /// The flag; on a command that changes only what is given, none is required.
    pub fn arg(&self, all_optional: bool) -> Arg {
        let arg = Arg::new(self.name).long(self.flag).help(self.help).required(self.required && !all_optional);
        match self.kind {
            Kind::Text => arg,
            Kind::Number => arg.value_name("N").value_parser(clap::value_parser!(u64).range(..)),
            Kind::Truth => arg.value_parser(PossibleValuesParser::new(["true", "false"])),
            Kind::Texts => arg.action(ArgAction::Append),
            Kind::OneOf(words) => arg.value_parser(PossibleValuesParser::new(words)),
            Kind::SomeOf(words) => arg.action(ArgAction::Append).value_parser(PossibleValuesParser::new(words)),
            Kind::Allowance => arg.value_name("N|all"),
        }
    }

    /// What a flag says.
    pub fn given(&self, matches: &ArgMatches) -> Option<Result<Value, String>> {
        match self.kind {
            Kind::Number => matches.get_one::<u64>(self.name).map(|number| Ok(Value::from(*number))),
            Kind::Texts | Kind::SomeOf(_) => {
                let texts = matches.get_many::<String>(self.name)?;
                let parts: Result<Vec<Value>, String> = texts.map(|text| self.one(text)).collect();
                Some(parts.map(Value::Array))
            }
            _ => matches.get_one::<String>(self.name).map(|text| self.parse(text)),
        }
    }

    /// What a cell of a file says.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        match self.kind {
            Kind::Number => text.parse::<u64>().map(Value::from).map_err(|_| format!("'{text}' is no whole number")),
            Kind::Truth => text.parse::<bool>().map(Value::from).map_err(|_| format!("'{text}' is neither true nor false")),
            Kind::Allowance if text == "all" => Ok(Value::from("all")),
            Kind::Allowance => {
                text.parse::<u32>().map(Value::from).map_err(|_| format!("'{text}' is neither a whole number nor 'all'"))
            }
            Kind::Texts | Kind::SomeOf(_) => {
                let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| self.one(part)).collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            Kind::Text | Kind::OneOf(_) => self.one(text),
        }
    }

    /// What a value of a JSON file says.
    pub fn accept(&self, value: &Value) -> Result<Value, String> {
        match (self.kind, value) {
            (Kind::Texts | Kind::SomeOf(_), Value::Array(parts)) => {
                let text =
                    |part: &Value| part.as_str().map(|text| text.trim().to_owned()).ok_or_else(|| format!("{part} is no text"));
                let texts = parts.iter().map(text).collect::<Result<Vec<_>, _>>()?;
                let texts = texts.iter().filter(|text| !text.is_empty());
                texts.map(|text| self.one(text)).collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            (_, Value::String(text)) => self.parse(text),
            (Kind::Number | Kind::Allowance, Value::Number(number)) => self.parse(&number.to_string()),
            (Kind::Truth, Value::Bool(_)) => Ok(value.clone()),
            _ => Err(format!("{value} does not fit here")),
        }
    }

    /// A single text of it.
    fn one(&self, text: &str) -> Result<Value, String> {
        if let Kind::OneOf(words) | Kind::SomeOf(words) = self.kind
            && !words.contains(&text)
        {
            return Err(format!("'{text}' is none of {}", words.join(", ")));
        }
        if let Some(check) = self.check {
            check(text)?;
        }
        Ok(Value::from(text))
    }
}

/// Puts a value at a name, perhaps within another.
pub fn put(object: &mut Object, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            object.insert(name.to_owned(), value);
        }
        Some((outer, inner)) => {
            let within = object.entry(outer).or_insert_with(|| Value::Object(Object::new()));
            if !within.is_object() {
                *within = Value::Object(Object::new());
            }
            if let Value::Object(within) = within {
                put(within, inner, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_and_values_are_read_by_the_same_rules() {
        let tracks = Field::new("tracks", "track", Kind::Texts, "");
        assert_eq!(tracks.parse("a; b;").unwrap(), json!(["a", "b"]));
        assert_eq!(tracks.accept(&json!(["a", "b"])).unwrap(), json!(["a", "b"]));
        assert_eq!(tracks.accept(&json!([" a ", ""])).unwrap(), json!(["a"]));
        assert!(tracks.accept(&json!([1])).is_err());
        let limit = Field::new("limits.ai_tools", "ai-tools", Kind::Allowance, "");
        assert_eq!((limit.parse("all").unwrap(), limit.accept(&json!(3)).unwrap()), (json!("all"), json!(3)));
        assert!(limit.parse("-1").is_err() && limit.accept(&json!(true)).is_err());
        let levels = Field::new("levels", "level", Kind::SomeOf(&["mid"]), "");
        assert!(levels.parse("mid;expert").is_err());
    }

    #[test]
    fn a_field_of_a_field_is_put_within_it() {
        let mut object = Object::new();
        put(&mut object, "limits.ai_tools", json!(1));
        put(&mut object, "limits.mock_interviews", json!("all"));
        assert_eq!(Value::from(object), json!({ "limits": { "ai_tools": 1, "mock_interviews": "all" } }));
    }
}
