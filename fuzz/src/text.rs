//! Text as strangers type it: letters now and then, and whatever may mean something to somebody further on.

use bolero::TypeGenerator;

/// What means something in a header, a calendar, a table, a token or a body.
const WORDS: [&str; 48] = [
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\r\n\t",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "\"",
    "'",
    "`",
    "\\",
    "\\n",
    ",",
    ";",
    ":",
    "=",
    "+",
    "-",
    "@",
    "\u{ff1d}",
    "\t",
    "|",
    "%0d%0a",
    "BEGIN:VEVENT",
    "END:VCALENDAR",
    "ATTENDEE:mailto:",
    "DTSTART:",
    "=cmd|' /C calc'!A0",
    "order_",
    "pay_",
    "payment.captured",
    "st_",
    "sp_",
    "nl_",
    ".",
    "/",
    "{",
    "}",
    "null",
    "1e999",
    "-1",
    "18446744073709551616",
    "@example.com",
    "é",
];

/// A piece of text.
#[derive(Debug, Clone, TypeGenerator)]
pub enum Piece {
    Printable(#[generator(b' '..=b'~')] u8),
    Any(char),
    Word(#[generator(0..WORDS.len())] usize),
    Often(#[generator(b' '..=b'~')] u8, u8),
}

/// A text.
#[derive(Debug, Clone, TypeGenerator)]
pub struct Text(#[generator(bolero::produce::<Vec<Piece>>().with().len(0..24usize))] Vec<Piece>);

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Printable(byte) => write!(f, "{}", char::from(*byte)),
            Piece::Any(any) => write!(f, "{any}"),
            Piece::Word(word) => f.write_str(WORDS[*word]),
            Piece::Often(byte, often) => f.write_str(&char::from(*byte).to_string().repeat(usize::from(*often))),
        })
    }
}

/// What becomes of a text of ours on its way through a stranger's hands.
#[derive(Debug, Clone, TypeGenerator)]
pub enum Change {
    Nothing,
    Cut(u16),
    CutFront(u16),
    Byte(u16, u8),
    Insert(u16, Text),
    Twice,
    Other(Text),
}

impl Change {
    /// The text afterwards.
    pub fn of(&self, text: &str) -> String {
        let place = |place: u16| {
            let mut place = usize::from(place) % (text.len() + 1);
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            place
        };
        match self {
            Self::Nothing => text.to_owned(),
            Self::Cut(at) => text[..place(*at)].to_owned(),
            Self::CutFront(at) => text[place(*at)..].to_owned(),
            Self::Byte(at, byte) => {
                let (before, after) = text.split_at(place(*at));
                let rest: String = after.chars().skip(1).collect();
                format!("{before}{}{rest}", char::from(*byte))
            }
            Self::Insert(at, what) => {
                let (before, after) = text.split_at(place(*at));
                format!("{before}{what}{after}")
            }
            Self::Twice => format!("{text}{text}"),
            Self::Other(other) => other.to_string(),
        }
    }
}
