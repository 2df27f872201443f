//! Files that people upload: what is taken for what, what a content is, and where it lies.

use crate::{AccountId, FileId, Invalid, Product};

/// The largest file that is taken at all.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// What a content is. Only the content decides, never what a name or a header says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Pdf,
    Doc,
    Docx,
}

impl FileKind {
    /// What a content is, if it is any of these.
    pub fn of(content: &[u8]) -> Option<Self> {
        const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
        let starts = |magic: &[u8]| content.starts_with(magic);
        if starts(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if starts(b"\x89PNG\r\n\x1a\n") && content.get(12..16) == Some(b"IHDR") {
            Some(Self::Png)
        } else if starts(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if starts(b"GIF87a") || starts(b"GIF89a") {
            Some(Self::Gif)
        } else if starts(b"%PDF-") {
            Some(Self::Pdf)
        } else if starts(OLE) && holds(content, b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0") {
            // Tables and slides have the same container; the stream of this name makes it a text.
            Some(Self::Doc)
        } else if starts(b"PK\x03\x04") && holds(content, b"[Content_Types].xml") && holds(content, b"word/document.xml") {
            Some(Self::Docx)
        } else {
            None
        }
    }

    /// The type under which it is served.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
            Self::Doc => "application/msword",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// What a saved file's name ends with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Pdf => "pdf",
            Self::Doc => "doc",
            Self::Docx => "docx",
        }
    }
}

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A picture of a person.
    Photo,
    /// A curriculum vitae.
    Cv,
}

impl Purpose {
    /// The kinds that a product takes for it: those that its client offers.
    pub fn kinds(self, product: Product) -> &'static [FileKind] {
        match (self, product) {
            (Self::Photo, Product::AspireX) => &[FileKind::Jpeg, FileKind::Png, FileKind::Webp, FileKind::Gif],
            (Self::Photo, _) => &[FileKind::Jpeg, FileKind::Png, FileKind::Webp],
            (Self::Cv, Product::AspireX) => &[FileKind::Pdf, FileKind::Doc, FileKind::Docx],
            (Self::Cv, _) => &[FileKind::Pdf],
        }
    }

    /// What a content is, when a product takes it for this.
    pub fn check(self, product: Product, content: &[u8]) -> Result<FileKind, Invalid> {
        let kind = FileKind::of(content).filter(|kind| self.kinds(product).contains(kind));
        kind.ok_or_else(|| {
            let sentence = match (self, product) {
                (Self::Photo, Product::AspireX) => "Send a JPEG, PNG, WebP or GIF picture",
                (Self::Photo, _) => "Send a JPEG, PNG or WebP picture",
                (Self::Cv, Product::AspireX) => "Send a PDF or a Word document",
                (Self::Cv, _) => "Send a PDF",
            };
            Invalid::new(sentence)
        })
    }

    /// Where its files lie.
    pub fn folder(self) -> Folder {
        match self {
            Self::Photo => Folder::Photos,
            Self::Cv => Folder::Cvs,
        }
    }

    /// The name under which a browser saves one, which says nothing of whose it is.
    pub fn saved_as(self, kind: FileKind) -> String {
        let name = match self {
            Self::Photo => "photo",
            Self::Cv => "cv",
        };
        format!("{name}.{}", kind.extension())
    }
}

/// A part of a product's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    Photos,
    Cvs,
    /// What was sent straight to the store and not looked at yet.
    Incoming,
}

impl Folder {
    const ALL: [Self; 3] = [Self::Photos, Self::Cvs, Self::Incoming];

    /// Its name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Cvs => "cvs",
            Self::Incoming => "incoming",
        }
    }
}

/// Where a file lies. The name is ours alone: nothing that anybody typed is part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKey {
    pub product: Product,
    pub folder: Folder,
    pub owner: AccountId,
    pub id: FileId,
    text: String,
}

impl FileKey {
    /// A file's place.
    pub fn new(product: Product, folder: Folder, owner: AccountId, id: FileId) -> Self {
        let text = format!("{product}/{}/{owner}/{id}", folder.as_str());
        Self { product, folder, owner, id, text }
    }

    /// Reads a place as it is written.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let parts: Vec<&str> = text.split('/').collect();
        let read = || {
            let [product, folder, owner, id] = parts[..] else { return None };
            let product = Product::ALL.into_iter().find(|known| known.slug() == product)?;
            let folder = Folder::ALL.into_iter().find(|known| known.as_str() == folder)?;
            Some(Self::new(product, folder, owner.parse().ok()?, id.parse().ok()?))
        };
        read().filter(|key| key.text == text).ok_or_else(|| Invalid::new("This is no file's place"))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
crate::string_newtype!(FileKey);

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn only_the_content_says_what_a_file_is() {
        let word = [b"PK\x03\x04......[Content_Types].xml".as_slice(), b"....word/document.xml"].concat();
        let sheet = [b"PK\x03\x04......[Content_Types].xml".as_slice(), b"....xl/workbook.xml"].concat();
        let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), b"..W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"].concat();
        let known: [(&[u8], FileKind); 8] = [
            (b"\xff\xd8\xff\xe0JFIF", FileKind::Jpeg),
            (PNG, FileKind::Png),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::Webp),
            (b"GIF89a\x01\0", FileKind::Gif),
            (b"GIF87a\x01\0", FileKind::Gif),
            (b"%PDF-1.7\n", FileKind::Pdf),
            (&old, FileKind::Doc),
            (&word, FileKind::Docx),
        ];
        for (content, kind) in known {
            assert_eq!(FileKind::of(content), Some(kind));
        }
        let unknown: [&[u8]; 10] = [
            b"",
            b"\xff\xd8",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x10\0\0\0WAVEfmt ",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"<html>%PDF-1.7",
            b" %PDF-1.7",
            b"MZ\x90\0",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..W\0o\0r\0k\0b\0o\0o\0k\0",
            &sheet,
        ];
        for content in unknown {
            assert_eq!(FileKind::of(content), None, "{content:?}");
        }
    }

    #[test]
    fn a_product_takes_what_its_client_offers() {
        let gif = b"GIF89a\x01\0";
        assert_eq!(Purpose::Photo.check(Product::AspireX, gif), Ok(FileKind::Gif));
        assert_eq!(Purpose::Photo.check(Product::Mansa, gif), Err(Invalid::new("Send a JPEG, PNG or WebP picture")));
        assert_eq!(Purpose::Photo.check(Product::Mansa, PNG), Ok(FileKind::Png));
        assert!(Purpose::Cv.check(Product::AspireX, PNG).is_err());
        assert!(Purpose::Photo.check(Product::AspireX, b"%PDF-1.7").is_err());
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let key = "mansa/photos/0197e7a5-2f00-7000-8000-000000000001/0197e7a5-2f00-7000-8000-000000000002";
        assert_eq!(FileKey::parse(key).unwrap().as_str(), key);
        for other in [
            "",
            "mansa/photos",
            "mansa/other/0197e7a5-2f00-7000-8000-000000000001/0197e7a5-2f00-7000-8000-000000000002",
            "nobody/photos/0197e7a5-2f00-7000-8000-000000000001/0197e7a5-2f00-7000-8000-000000000002",
            "mansa/photos/../0197e7a5-2f00-7000-8000-000000000002",
            "mansa/photos/0197e7a52f0070008000000000000001/0197e7a5-2f00-7000-8000-000000000002",
            "mansa/photos/0197e7a5-2f00-7000-8000-000000000001/0197e7a5-2f00-7000-8000-000000000002/x",
        ] {
            assert!(FileKey::parse(other).is_err(), "{other}");
        }
    }
}
