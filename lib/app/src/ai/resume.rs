//! The text of a resume that was uploaded: a PDF, or plain text.
//!
//! A file is a stranger's. It is read on a thread of its own, within a time, and its size, its pages and what its streams
//! unfold to are bounded; the parser bounds the depth of what it parses. A panic of the parser ends that thread and nothing
//! else. A thread that does not end in time cannot be stopped: so there are at most two.

use domain::ai::{LONGEST_RESUME, ResumeText};
use lopdf::{Document, LoadOptions};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// How many pages a resume may have.
const MOST_PAGES: usize = 10;
/// What one stream of a PDF may unfold to.
const LARGEST_STREAM: usize = 512 * 1024;
/// Streams that hold objects are all unfolded when the file is read. A resume has a few.
const MOST_OBJECT_STREAMS: usize = 24;
/// How long reading a file may take.
const LONGEST_READING: Duration = Duration::from_secs(3);
/// How many threads may read at once.
const READERS: usize = 2;

/// Why a file gave no resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    #[error("it is neither a PDF nor text")]
    UnknownKind,
    #[error("it cannot be read")]
    Unreadable,
    #[error("it has too many pages")]
    TooManyPages,
    #[error("it has no text")]
    NoText,
    #[error("its text is too long")]
    TooLong,
    #[error("too many files are being read")]
    Busy,
}

/// Reads uploaded resumes.
#[derive(Debug, Clone)]
pub struct ResumeReader {
    readers: Arc<Semaphore>,
    patience: Duration,
}

impl Default for ResumeReader {
    fn default() -> Self {
        Self { readers: Arc::new(Semaphore::new(READERS)), patience: LONGEST_READING }
    }
}

impl ResumeReader {
    /// The text of a file.
    pub async fn text_of(&self, file: impl AsRef<[u8]> + Send + 'static) -> Result<ResumeText, ResumeError> {
        let reader = self.readers.clone().try_acquire_owned().map_err(|_| ResumeError::Busy)?;
        let reading = tokio::task::spawn_blocking(move || {
            let text = read(file.as_ref());
            drop(reader);
            text
        });
        match tokio::time::timeout(self.patience, reading).await {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                tracing::warn!("a resume made its parser panic");
                Err(ResumeError::Unreadable)
            }
            Err(_) => {
                tracing::warn!("a resume was not read in time");
                Err(ResumeError::Unreadable)
            }
        }
    }
}

fn read(file: &[u8]) -> Result<ResumeText, ResumeError> {
    // The head of a PDF may stand behind other bytes.
    let is_pdf = file.windows(5).take(1024).any(|bytes| bytes == b"%PDF-");
    let text = if is_pdf { pdf_text(file)? } else { plain_text(file)? };
    let text = cleaned(&text);
    if text.chars().count() > LONGEST_RESUME {
        return Err(ResumeError::TooLong);
    }
    ResumeText::parse(&text).map_err(|_| ResumeError::NoText)
}

fn plain_text(file: &[u8]) -> Result<String, ResumeError> {
    let text = std::str::from_utf8(file).map_err(|_| ResumeError::UnknownKind)?;
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.chars().all(is_text) { Ok(text.trim_start_matches('\u{feff}').to_owned()) } else { Err(ResumeError::UnknownKind) }
}

fn pdf_text(file: &[u8]) -> Result<String, ResumeError> {
    let object_streams = file.windows(7).filter(|bytes| bytes == b"/ObjStm").count();
    if object_streams > MOST_OBJECT_STREAMS {
        return Err(ResumeError::Unreadable);
    }
    let options = LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(file, options).map_err(|_| ResumeError::Unreadable)?;
    if document.is_encrypted() {
        return Err(ResumeError::Unreadable);
    }
    let pages = document.page_iter().take(MOST_PAGES + 1).count();
    if pages > MOST_PAGES {
        return Err(ResumeError::TooManyPages);
    }
    let mut text = String::new();
    for page in (1..).take(pages) {
        // A page that cannot be read, such as a picture in a strange form, keeps no other from being read.
        for chunk in document.extract_text_chunks_with_limit(&[page], LARGEST_STREAM).into_iter().flatten() {
            text.push_str(&chunk);
        }
        text.push('\n');
        if text.len() > LONGEST_RESUME * 8 {
            return Err(ResumeError::TooLong);
        }
    }
    Ok(text)
}

/// Without what no text has, and without empty lines in a row.
fn cleaned(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = line.trim_end();
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of these objects, the first of which is its catalog.
    fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
        let mut file = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(objects) {
            places.push(file.len());
            file.extend(format!("{number} 0 obj\n").into_bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
        for place in places {
            file.extend(format!("{place:010} 00000 n \n").into_bytes());
        }
        let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
        file.extend(trailer.into_bytes());
        file
    }

    fn stream(content: &[u8]) -> Vec<u8> {
        [format!("<< /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
    }

    /// A PDF with a page for each text.
    fn pages(texts: &[&str]) -> Vec<u8> {
        let kids: Vec<_> = (0..texts.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!("<< /Type /Pages /Count {} /Kids [{}] >>", texts.len(), kids.join(" ")).into_bytes(),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        ];
        for (page, text) in texts.iter().enumerate() {
            let contents = 5 + 2 * page;
            let dictionary = format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents} 0 R \
                 /Resources << /Font << /F1 3 0 R >> >> >>"
            );
            objects.push(dictionary.into_bytes());
            objects.push(stream(format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET").as_bytes()));
        }
        pdf(&objects)
    }

    async fn text_of(file: Vec<u8>) -> Result<String, ResumeError> {
        ResumeReader::default().text_of(file).await.map(|text| text.as_str().to_owned())
    }

    #[tokio::test]
    async fn the_text_of_every_page_is_read() {
        let text = text_of(pages(&["Ten years of graphs", "Rust, Go"])).await.unwrap();
        let (first, second) = (text.find("Ten years of graphs").unwrap(), text.find("Rust, Go").unwrap());
        assert!(first < second, "{text}");
        assert_eq!(text_of("\u{feff}Plain\r\n\r\n\r\ntext\u{c}".into()).await.as_deref(), Ok("Plain\n\ntext"));
    }

    #[tokio::test]
    async fn what_is_no_resume_is_told_apart() {
        let many = vec!["x"; MOST_PAGES + 1];
        let long = "x".repeat(LONGEST_RESUME + 1);
        for (file, why) in [
            (b"\x89PNG\r\n\x1a\n".to_vec(), ResumeError::UnknownKind),
            (b"PK\x03\x04".to_vec(), ResumeError::UnknownKind),
            (Vec::new(), ResumeError::NoText),
            (b" \n ".to_vec(), ResumeError::NoText),
            (pages(&[""]), ResumeError::NoText),
            (pages(&many), ResumeError::TooManyPages),
            (pages(&[&long]), ResumeError::TooLong),
            (long.clone().into_bytes(), ResumeError::TooLong),
            (b"%PDF-1.7 and nothing else".to_vec(), ResumeError::Unreadable),
        ] {
            assert_eq!(text_of(file).await.unwrap_err(), why);
        }
        assert!(text_of(pages(&many[..MOST_PAGES])).await.is_ok());
    }

    #[tokio::test]
    async fn a_hostile_file_stops_nothing() {
        let catalog = |more: &str| format!("<< /Type /Catalog /Pages 2 0 R {more} >>").into_bytes();
        let deep = format!("/X {}{}", "[".repeat(50_000), "]".repeat(50_000));
        let own_kid = b"<< /Type /Pages /Count 1 /Kids [2 0 R 2 0 R] >>".to_vec();
        let sound = pages(&["Sound"]);
        let mut files = vec![
            pdf(&[catalog(&deep), own_kid.clone()]),
            pdf(&[catalog(""), own_kid]),
            pdf(&[catalog(""), b"<< /Type /Pages /Kids 2 0 R >>".to_vec()]),
            pdf(&[b"1 0 R".to_vec()]),
            [&b"%PDF-1.5\n"[..], &b"/ObjStm ".repeat(1000)].concat(),
            [
                b"%PDF-1.5\n1 0 obj\n<< /Type /XRef /W [1099511627776 1 1] /Size 9 /Length 0 >>\nstream\nendstream\nendobj\n"
                    .to_vec(),
                b"startxref\n9\n%%EOF".to_vec(),
            ]
            .concat(),
        ];
        // Cut off anywhere, and with any byte changed.
        files.extend((0..sound.len()).step_by(7).map(|end| sound[..end].to_vec()));
        files.extend((0..sound.len()).step_by(3).map(|at| {
            let mut file = sound.clone();
            file[at] = file[at].wrapping_add(13);
            file
        }));
        for file in files {
            let _: Result<String, ResumeError> = text_of(file).await;
        }
        assert!(text_of(sound).await.is_ok(), "who came after them is served");
    }

    #[tokio::test]
    async fn a_stream_that_unfolds_without_end_is_not_unfolded() {
        // A run of a byte is two bytes to this filter: 128 from 2.
        let bomb = [0x81, b' '].repeat(200_000);
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> >>".to_vec(),
        ];
        let head = format!("<< /Length {} /Filter /RunLengthDecode >>\nstream\n", bomb.len());
        objects.push([head.as_bytes(), &bomb, b"\nendstream"].concat());
        assert!(text_of(pdf(&objects)).await.is_err());
    }

    #[tokio::test]
    async fn what_is_not_read_in_time_is_given_up_and_at_most_two_are_read_at_once() {
        let reader = ResumeReader { patience: Duration::ZERO, ..ResumeReader::default() };
        let large = vec![b'x'; 4 * 1024 * 1024];
        assert_eq!(reader.text_of(large).await.unwrap_err(), ResumeError::Unreadable);
        let busy = ResumeReader::default();
        let _all = busy.readers.clone().try_acquire_many_owned(2).unwrap();
        assert_eq!(busy.text_of(b"x".to_vec()).await.unwrap_err(), ResumeError::Busy);
    }
}
