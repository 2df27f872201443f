use crate::{Invalid, string_newtype, text::Line};
use serde::{Deserialize, Serialize};

/// What a post is about, in the web client's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    #[default]
    General,
    Technical,
    Behavioral,
    Offers,
    Referrals,
}

impl Category {
    /// Every category, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::General, Self::Technical, Self::Behavioral, Self::Offers, Self::Referrals];

    /// The word in keys and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Technical => "technical",
            Self::Behavioral => "behavioral",
            Self::Offers => "offers",
            Self::Referrals => "referrals",
        }
    }
}

/// Texts of at most so many characters that say something.
macro_rules! never_empty {
    ($($(#[$doc:meta])* $name:ident: $max:literal, $empty:literal);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The most characters that it may have.
            pub const MAX: usize = $max;

            /// Parses text as typed.
            pub fn parse(text: &str) -> Result<Self, $crate::Invalid> {
                let text = $crate::text::Prose::<$max>::parse(text)?.non_empty();
                let text = text.ok_or_else(|| $crate::Invalid::new($empty))?;
                Ok(Self(text.to_string()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        $crate::string_newtype!($name);
    )+};
}
pub(crate) use never_empty;

never_empty! {
    /// What somebody writes in a post or comment: 1 to 2500 characters.
    CommunityText: 2500, "Write something";
    /// A short comment, as one product's client writes it: 1 to 250 characters.
    ShortText: 250, "Write something";
    /// Why a post is reported, or moderated: 1 to 500 characters.
    Reason: 500, "Say why";
}

impl From<ShortText> for CommunityText {
    fn from(ShortText(text): ShortText) -> Self {
        Self(text)
    }
}

const LONGEST_TAG: usize = 30;

/// A word under which a post is found: lower-cased, without a leading `#`, blanks made hyphens, such as `c++`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(Line<LONGEST_TAG>);

impl Tag {
    /// The most characters that it may have.
    pub const MAX: usize = LONGEST_TAG;

    /// Parses a tag as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let words: Vec<_> = text.trim().trim_start_matches('#').split(' ').filter(|word| !word.is_empty()).collect();
        let tag = words.join("-").to_lowercase();
        let sound = tag.chars().all(|c| c.is_alphanumeric() || "-_+.#".contains(c));
        match Line::parse(&tag) {
            Ok(line) if sound && !tag.is_empty() => Ok(Self(line)),
            _ => Err(Invalid::new("A tag is 1 to 30 letters, digits, blanks or one of - _ + . #")),
        }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
string_newtype!(Tag);

/// Up to five tags, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// How many there may be.
    pub const MOST: usize = 5;

    /// Parses tags as typed. Blank ones are what a client makes of an empty field; they are left out.
    pub fn parse<T: AsRef<str>>(typed: &[T]) -> Result<Self, Invalid> {
        let mut tags = Vec::new();
        for text in typed.iter().map(AsRef::as_ref).filter(|text| !text.trim().is_empty()) {
            let tag = Tag::parse(text)?;
            if tags.contains(&tag) {
                continue;
            }
            if tags.len() == Self::MOST {
                return Err(Invalid(format!("Give at most {} tags", Self::MOST)));
            }
            tags.push(tag);
        }
        Ok(Self(tags))
    }

    /// The tags.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Vec::<String>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(tags: &Tags) -> Vec<&str> {
        tags.iter().map(Tag::as_str).collect()
    }

    #[test]
    fn a_text_says_something_and_has_an_end() {
        assert_eq!(CommunityText::parse("  Hello\nall ").unwrap().as_str(), "Hello\nall");
        assert!(CommunityText::parse(&"ä".repeat(2500)).is_ok());
        for bad in ["", " \n\t ", "bell\u{7}", &"ä".repeat(2501)] {
            assert!(CommunityText::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Reason::parse(&"x".repeat(501)).is_err());
    }

    #[test]
    fn tags_are_normalised_and_each_is_kept_once() {
        let tags = Tags::parse(&["#System  Design", " c++ ", "system design", "", "  ", "C#", "ÜBUNG", "node.js"]).unwrap();
        assert_eq!(words(&tags), ["system-design", "c++", "c#", "übung", "node.js"]);
    }

    #[test]
    fn a_tag_is_short_and_has_no_markup() {
        for bad in ["#", "a/b", "<b>", "a\u{0}b", "a\nb", "a\tb", &"x".repeat(31)] {
            assert!(Tag::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Tag::parse(&"x".repeat(30)).is_ok());
    }

    #[test]
    fn there_are_at_most_five_tags() {
        assert!(Tags::parse(&["a", "b", "c", "d", "e", "a"]).is_ok());
        assert!(Tags::parse(&["a", "b", "c", "d", "e", "f"]).is_err());
    }
}
