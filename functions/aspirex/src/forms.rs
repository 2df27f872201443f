//! What request bodies have in common: clients send numbers as text and text as numbers, and leave out by null or "".

use domain::{
    Paise,
    account::{Member, Role},
    mentorship::Expertise,
    portrait::{DaySlot, Service, TimeOfDay, Weekday},
    text::{Line, Prose},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;
use std::{collections::BTreeMap, str::FromStr};
use utoipa::ToSchema;
use web::RoleRule;

/// What a text or number says; none when it is left empty.
fn said<E: Error>(value: &Value) -> Result<Option<String>, E> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(E::custom("Enter a text or a number")),
    }
}

fn read<T: DeserializeOwned, E: Error>(text: String) -> Result<T, E> {
    serde_json::from_value(Value::String(text)).map_err(E::custom)
}

/// A text, which may be sent as a number; null and nothing empty it.
pub fn text<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<Option<T>, D::Error> {
    let said = said(&Value::deserialize(deserializer)?)?;
    said.map_or_else(|| Ok(T::default()), read).map(Some)
}

/// A number or date, which may be sent as text; null and nothing take it away.
pub fn perhaps<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    let said = said(&Value::deserialize(deserializer)?)?;
    let read = |text: String| text.parse().map_err(|_| D::Error::custom("Enter a valid value"));
    said.map(read).transpose().map(Some)
}

/// A number with up to two decimals, in hundredths.
pub fn hundredths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u16>>, D::Error> {
    let said = said(&Value::deserialize(deserializer)?)?;
    let read = |text: String| {
        let hundredths = Paise::parse_rupees(&text).ok().and_then(|number| u16::try_from(number.get()).ok());
        hundredths.ok_or_else(|| D::Error::custom("Enter a number with at most two decimals"))
    };
    said.map(read).transpose().map(Some)
}

fn price<E: Error>(value: &Value) -> Result<Paise, E> {
    said(value)?.map_or(Ok(Paise::new(0)), |text| Paise::parse_rupees(&text).map_err(E::custom))
}

/// An amount in rupees; nothing is none.
pub fn rupees<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Paise>, D::Error> {
    price(&Value::deserialize(deserializer)?).map(Some)
}

/// A list of texts, of objects that name them by a key, or one text in which commas part them.
fn names<E: Error>(value: &Value, key: &str) -> Result<Vec<String>, E> {
    let one = |value: &Value| said(value.get(key).unwrap_or(value));
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()),
        Value::Array(list) => list.iter().filter_map(|value| one(value).transpose()).collect(),
        _ => Err(E::custom("Enter a list")),
    }
}

/// Professions: each by its `title`.
pub fn professions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Line<100>>>, D::Error> {
    let names = names(&Value::deserialize(deserializer)?, "title")?;
    names.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Skills: each by its `name`; one that is there twice counts once.
pub fn skills<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Expertise>>, D::Error> {
    let mut skills: Vec<Expertise> = Vec::new();
    for name in names(&Value::deserialize(deserializer)?, "name")? {
        let skill: Expertise = read(name)?;
        if skills.iter().all(|had| had.key() != skill.key()) {
            skills.push(skill);
        }
    }
    let few = skills.len() <= domain::portrait::MOST_SKILLS;
    few.then_some(Some(skills)).ok_or_else(|| D::Error::custom("Name at most 10 skills"))
}

/// Languages or achievements: texts.
pub fn lines<'de, D: Deserializer<'de>, const MAX: usize>(deserializer: D) -> Result<Option<Vec<Line<MAX>>>, D::Error> {
    let names = match Value::deserialize(deserializer)? {
        // A sentence may have a comma.
        Value::String(text) if MAX > 100 => vec![text],
        value => names(&value, "name")?,
    };
    names.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Services, as the mentor's page sends them.
pub fn services<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Service>>, D::Error> {
    let list = match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(list) => list,
        _ => return Err(D::Error::custom("Enter a list of services")),
    };
    list.iter().enumerate().map(|(number, value)| service(number, value)).collect::<Result<_, _>>().map(Some)
}

fn service<E: Error>(number: usize, value: &Value) -> Result<Service, E> {
    let fields = value.as_object().ok_or_else(|| E::custom("A service is an object"))?;
    let field = |name: &str| said(fields.get(name).unwrap_or(&Value::Null));
    let line = |name: &str| field(name).map(Option::unwrap_or_default);
    let title: Line<100> = read(line("title")?)?;
    if title.as_str().is_empty() {
        return Err(E::custom("A service has a title"));
    }
    let features = names::<E>(fields.get("features").unwrap_or(&Value::Null), "name")?;
    Ok(Service {
        id: read(field("id")?.unwrap_or_else(|| (number + 1).to_string()))?,
        title,
        duration: read(line("duration")?)?,
        price: price(fields.get("price").unwrap_or(&Value::Null))?,
        description: read::<Prose<1000>, E>(line("description")?)?,
        features: features.into_iter().map(read).collect::<Result<_, _>>()?,
        popularity: read(line("popularity")?)?,
    })
}

/// The week: each day by its name, with its `slots`, each by its `time` or `start_time`.
pub fn week<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeMap<Weekday, Vec<DaySlot>>>, D::Error> {
    let Some(days) = Option::<BTreeMap<Weekday, Value>>::deserialize(deserializer)? else { return Ok(Some(BTreeMap::new())) };
    let day = |(day, value): (Weekday, Value)| {
        let slots = value.get("slots").or_else(|| value.as_array().map(|_| &value)).unwrap_or(&Value::Null);
        let slots = slots.as_array().map(Vec::as_slice).unwrap_or_default();
        slots.iter().map(slot).collect::<Result<Vec<_>, _>>().map(|slots| (day, slots))
    };
    days.into_iter().map(day).collect::<Result<_, _>>().map(Some)
}

fn slot<E: Error>(value: &Value) -> Result<DaySlot, E> {
    let time = value.get("time").or_else(|| value.get("start_time")).unwrap_or(value);
    let time = said(time)?.ok_or_else(|| E::custom("Enter a time like 9:00 AM"))?;
    let available = value.get("available").and_then(Value::as_bool).unwrap_or(true);
    Ok(DaySlot { time: TimeOfDay::parse(&time).map_err(E::custom)?, available })
}

/// A role in AspireX's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum UserType {
    Student,
    Mentor,
    Admin,
}

impl From<UserType> for Role {
    fn from(kind: UserType) -> Self {
        match kind {
            UserType::Student => Self::Mentee,
            UserType::Mentor => Self::Mentor,
            UserType::Admin => Self::Admin,
        }
    }
}

impl<'de> Deserialize<'de> for UserType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.trim().to_lowercase().as_str() {
            "student" => Ok(Self::Student),
            "mentor" => Ok(Self::Mentor),
            "admin" => Ok(Self::Admin),
            _ => Err(D::Error::custom("Choose student or mentor")),
        }
    }
}

/// Students and mentors; whoever is both acts as a mentor.
#[derive(Debug, Clone, Copy)]
pub struct StudentOrMentor;

impl RoleRule for StudentOrMentor {
    const ROLES: &'static [Role] = &[Role::Mentor, Role::Mentee];

    fn role(member: &Member) -> Role {
        if member.membership.is(Role::Mentor) { Role::Mentor } else { Role::Mentee }
    }
}
