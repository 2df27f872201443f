//! Forms with files, as browsers send them.

use crate::Result;

const BOUNDARY: &str = "part-of-a-scene";
/// What such a body is.
pub const TYPE: &str = "multipart/form-data; boundary=part-of-a-scene";

/// A small file of a kind.
pub fn file(kind: &str) -> Result<&'static [u8]> {
    match kind {
        "@pdf" => Ok(b"%PDF-1.7 a curriculum"),
        "@png" => Ok(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture"),
        _ => Err(format!("{kind} is no file").into()),
    }
}

/// The body of `name=value` and `name=@file`, side by side.
pub fn body(parts: &str) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    for part in parts.split_whitespace() {
        let (name, value) = part.split_once('=').ok_or(format!("{part} is no part of a form"))?;
        let file_name = value.strip_prefix('@').map(|kind| format!("; filename=\"file.{kind}\"")).unwrap_or_default();
        let content = if file_name.is_empty() { value.as_bytes() } else { file(value)? };
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    Ok(body)
}
